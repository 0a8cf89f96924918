"""Old encodings are told from correct text and decoded (domain.md D.3)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.legacy_text import TCVN3, VNI, Encoding, decode, lost_u, of_font, suspect
from db.catalogues import FOLDER, code_list

ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni", "nfd", "utf8twice")
TWICE = "Đảng ủy Quân sự tỉnh".encode().decode("latin-1")
SAMPLES: list[tuple[str, Encoding, str]] = [
    ("®¶ng céng s¶n viÖt nam", "tcvn3", "đảng cộng sản việt nam"),
    ("Hµ Néi, ngµy 28 th¸ng 5", "tcvn3", "Hà Nội, ngày 28 tháng 5"),
    ("n\u00adíc", "tcvn3", "nước"),
    ("§¶ng bé tØnh", "tcvn3", "Đảng bộ tỉnh"),
    ("Hµ", "tcvn3", "Hà"),
    ("Ñaûng Coäng saûn Vieät Nam", "vni", "Đảng Cộng sản Việt Nam"),
    ("ÑAÛNG COÄNG SAÛN VIEÄT NAM", "vni", "ĐẢNG CỘNG SẢN VIỆT NAM"),
    ("Nöôùc coäng hoøa", "vni", "Nước cộng hòa"),
    ("Ñoàng chí", "vni", "Đồng chí"),
    (TWICE, "utf8twice", "Đảng ủy Quân sự tỉnh"),
    ("Äáº£ng á»§y", "utf8twice", "Đảng ủy"),
    ("Nguyá»…n VÄƒn An", "utf8twice", "Nguyễn Văn An"),
    (unicodedata.normalize("NFD", "Đảng ủy tỉnh"), "nfd", "Đảng ủy tỉnh"),
]


@pytest.mark.parametrize(("raw", "encoding", "text"), SAMPLES)
def test_old_text_is_told_and_decoded(raw: str, encoding: Encoding, text: str) -> None:
    assert suspect(raw) == encoding
    assert decode(raw, encoding) == text
    assert suspect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "Ban CHQS", "Hà Nam", "à", "Ý", "Cà Mau", "hoà bình", "toàn quân, ngoài khoá", "Bình", "Kế hoạch 45/KH-BCH", "QĐ", "TĐQT",
        "công tác thông tin", "H'Hen Niê", "Y Bhiông", "Sêrêpôk", "Công ty Müller", "España", "Où est la bibliothèque ?", "café", "Noël",
        "naïf", "Genève", "l'été à Orléans", "Köln", "25 °C, 120 m²",
        "© 2019", "“Mẫu mực, tiêu biểu”", "…", "–", "100 €", "½", "Ø 20", "日本",
        "Đồng chí ® cũ", "Số 5 § 2", "Rhône", "Đạt loại khá, giỏi", "cà phê", "Quý I", "thuý", "hoạ sĩ",
        "tuyên truyền", "quốc phòng toàn dân",
    ],
)  # fmt: skip
def test_correct_text_is_not_suspected(text: str) -> None:
    assert suspect(text) is None


def test_no_label_of_a_code_list_is_suspected() -> None:
    for path in FOLDER.glob("*.csv"):
        codes = code_list(path.stem)
        for code in codes.codes():
            for text in (codes.label(code), codes.label(code).upper(), codes.short(code)):
                assert suspect(text) is None, text


def _to_tcvn3(text: str) -> str:
    back = {letter: chr(code) for code, letter in TCVN3.items()}
    return "".join(back.get(character, character) for character in text)


def _to_vni(text: str) -> str:
    back: dict[str, str] = {}
    for old, letter in VNI.items():
        back.setdefault(letter, old)
    return "".join(back.get(character, character) for character in text)


LABELS = sorted({code_list(path.stem).label(code) for path in FOLDER.glob("*.csv") for code in code_list(path.stem).codes()})
SENTENCES = [label.lower() for label in LABELS if any(character > "ÿ" for character in label.lower())]


def test_written_in_an_old_encoding_labels_are_told_nearly_always_and_hardly_ever_mistaken() -> None:
    for write, encoding in ((_to_tcvn3, "tcvn3"), (_to_vni, "vni"), (lambda text: text.encode().decode("latin-1"), "utf8twice")):
        told = [suspect(write(label)) for label in SENTENCES]
        mistaken = [found for found in told if found not in (encoding, None)]
        assert len(mistaken) <= 0.01 * len(told)  # "nghæ höu" reads as well in both; a column of texts decides (test_legacy_columns)
        assert sum(found == encoding for found in told) >= 0.97 * len(told)


@given(st.sampled_from(SENTENCES))
def test_what_was_written_comes_back(text: str) -> None:
    assert decode(_to_tcvn3(text), "tcvn3") == text
    assert decode(_to_vni(text), "vni") == text
    assert decode(text.encode().decode("latin-1"), "utf8twice") == text
    assert decode(unicodedata.normalize("NFD", text), "nfd") == text


@given(st.text(st.characters(exclude_categories=[])), st.sampled_from(ENCODINGS))
def test_any_text_can_be_asked_about_and_decoded(text: str, encoding: Encoding) -> None:
    assert suspect(text) in (None, *ENCODINGS)
    assert unicodedata.is_normalized("NFC", decode(text, encoding))


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_is_left_alone(text: str) -> None:
    assert suspect(text) is None
    for encoding in ENCODINGS:
        assert decode(text, encoding) == text


def test_the_tables_have_the_letters_of_the_alphabet() -> None:
    assert len(TCVN3) == len(set(TCVN3.values())) == 74
    lower = {letter for letter in VNI.values() if letter.islower()}
    assert lower == {letter for letter in TCVN3.values() if letter.islower()}
    assert {letter.upper() for letter in lower} <= set(VNI.values())


def test_capitals_of_tcvn3_are_in_the_font() -> None:
    assert decode("®¶ng ñy", "tcvn3", ".VnTimeH") == "ĐẢNG ỦY"
    assert decode("®¶ng ñy", "tcvn3", ".VnTime") == "đảng ủy"
    assert decode("®¶ng ñy", "tcvn3", "Arial Rough") == "đảng ủy"


@pytest.mark.parametrize(
    ("font", "encoding"), [(".VnTime", "tcvn3"), (".vnarialH", "tcvn3"), ("VNI-Times", "vni"), ("Times New Roman", None), ("", None)]
)
def test_a_font_tells_its_encoding(font: str, encoding: str | None) -> None:
    assert of_font(font) == encoding


def test_a_lost_u_is_noticed() -> None:
    assert lost_u(["®Êt níc", "Hµ Néi"])
    assert suspect("trêng häc") == "tcvn3"
    assert not lost_u(["®Êt n\u00adíc", "trêng"])
    assert not lost_u(["Hµ Néi", "", "plain"])
    assert lost_u(["Hµ Néi"] * 100)


def test_what_double_encoding_lost_is_shown_as_lost() -> None:
    assert decode("Äáº¡i há»c", "utf8twice") == "Đại h\ufffdc"
    assert decode("café Đảng", "utf8twice") == "café Đảng"


def test_an_unknown_encoding_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="viscii"):
        decode("x", "viscii")  # type: ignore[arg-type]
