"""A phrase is always true of its number, and a sentence never shows what did not happen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report import outline
from app.report.document import Number
from app.report.phrases import APPROXIMATE, TOKENS, Filler, Given, say
from db.catalogues import code_list
from db.figures import percent_tenths
from db.templates import TOKEN_NAMES, Slot, parse

# -- an independent reader of phrases: words → what they claim of a number ------------------------------------------------------


def number(text: str) -> Fraction:
    return Fraction(text.replace(".", "").replace(",", "."))


UNITS = {"": 1, " triệu đồng": 10**6, " tỷ đồng": 10**9, " đồng": 1}
MAGNITUDE = {"chục": (10, 100), "trăm": (100, 1000), "nghìn": (1000, 10**4), "chục nghìn": (10**4, 10**5), "trăm nghìn": (10**5, 10**6)}
MAGNITUDE["triệu"] = (10**6, 10**30)


def claim(words: str) -> Callable[[Fraction], bool]:
    """Read a phrase as a person would: what must be true of the number."""
    if words.startswith("hàng "):
        least, below = MAGNITUDE[words.removeprefix("hàng ")]
        return lambda value: least <= value < below
    if words.startswith("từ "):
        floor = number(words.removeprefix("từ ").removesuffix("% trở lên"))
        return lambda value: value >= floor
    if words.endswith("%"):
        tenth = number(words.removeprefix("thấp nhất ").removesuffix("%"))
        return lambda value: tenth <= value < tenth + Fraction(1, 10)
    found = re.fullmatch(r"(trên |gần )?([\d.,]+)( triệu đồng| tỷ đồng| đồng|)", words)
    assert found, words
    stated = number(found[2]) * UNITS[found[3]]
    if found[1] == "gần ":
        return lambda value: stated * Fraction(19, 20) <= value < stated
    return (lambda value: value > stated) if found[1] else (lambda value: value == stated)


counts = st.one_of(st.integers(0, 120), st.integers(0, 10**13))


WHOLE = [name for name, token in TOKENS.items() if {"count", "money"} & {*token.takes} and name != "neu"]
"""Every token that words a number of persons, things or đồng."""


@pytest.mark.parametrize("token", WHOLE)
@given(value=counts, exact=st.booleans())
def test_a_phrase_is_true_of_its_number(token: str, value: int, exact: bool) -> None:
    assert claim(say(token, value, exact))(Fraction(value))


@pytest.mark.parametrize("token", ["n1", "d2"])
@given(tenths=counts)
def test_a_number_with_a_decimal_is_said_as_it_is(token: str, tenths: int) -> None:
    assert claim(say(token, tenths))(Fraction(tenths, 10))


def test_every_phrase_that_may_be_approximate_is_read_here_and_no_other_is() -> None:
    found = {name for name in TOKENS if name in WHOLE and any(say(name, value) != say(name, value, True) for value in range(200))}
    found |= {name for name in WHOLE if say(name, 65_400_000) != say(name, 65_400_000, True)}
    assert found | {"pct1_floor"} == APPROXIMATE


@pytest.mark.parametrize("token", sorted(APPROXIMATE - {"pct1_floor"}))
@given(value=counts)
def test_the_exact_form_says_the_number_itself(token: str, value: int) -> None:
    assert number(say(token, value, True).removesuffix(" đồng")) == value


@pytest.mark.parametrize("token", ["gan_10", "gan_trieu"])
@given(value=counts)
def test_nearly_is_said_of_what_is_nearly_so_much_and_else_over(token: str, value: int) -> None:
    words = say(token, value)
    assert words.startswith("gần ") or words == say({"gan_10": "tren_10", "gan_trieu": "tren_trieu"}[token], value)


@given(value=st.integers(10, 10**13))
def test_over_is_as_close_as_its_step(value: int) -> None:
    ten = say("tren_10", value).removeprefix("trên ")
    assert value - number(ten) < 10
    words = say("tren_trieu", value).removeprefix("trên ")
    stated, unit = words.split(" ", 1)
    step = {"đồng": 1, "triệu đồng": 10**6, "tỷ đồng": 10**8}[unit]
    assert value - number(stated) * UNITS[f" {unit}"] < step


@given(whole=st.integers(1, 10**6), data=st.data())
def test_from_so_many_percent_up_is_true_of_the_fraction(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    words, exact = (say("pct1_floor", percent_tenths(part, whole, "floor"), one) for one in (False, True))
    share = Fraction(100 * part, whole)
    assert claim(exact)(share)
    if words == "100%":
        assert share == 100
    else:
        assert claim(words)(share)
        assert share - number(words[3 : words.index("%")]) < Fraction(1, 10)


@given(whole=st.integers(1, 10**6), data=st.data())
def test_a_plain_percent_is_the_nearest_tenth_without_a_trailing_zero(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    words = say("pct1", percent_tenths(part, whole, "half-up"))
    assert abs(Fraction(100 * part, whole) - number(words.removesuffix("%"))) <= Fraction(1, 20)
    assert not words.endswith(",0%")


@pytest.mark.parametrize(
    ("token", "value", "words", "exact"),
    [
        ("n", 1245, "1.245", "1.245"),
        ("n2", 3, "03", "03"),
        ("n2", 10, "10", "10"),
        ("pct1", 985, "98,5%", "98,5%"),
        ("pct1", 1000, "100%", "100%"),
        ("pct1_floor", 958, "từ 95,8% trở lên", "thấp nhất 95,8%"),
        ("pct1_floor", 960, "từ 96% trở lên", "thấp nhất 96%"),
        ("pct1_floor", 1000, "100%", "100%"),
        ("tren_trieu", 65_400_000, "trên 65 triệu đồng", "65.400.000 đồng"),
        ("tren_trieu", 65_000_000, "65 triệu đồng", "65.000.000 đồng"),
        ("tren_trieu", 999_999, "999.999 đồng", "999.999 đồng"),
        ("tren_trieu", 1_000_000, "1 triệu đồng", "1.000.000 đồng"),
        ("tren_trieu", 999_999_999, "trên 999 triệu đồng", "999.999.999 đồng"),
        ("tren_trieu", 1_000_000_000, "1 tỷ đồng", "1.000.000.000 đồng"),
        ("tren_trieu", 1_799_999_999, "trên 1,7 tỷ đồng", "1.799.999.999 đồng"),
        ("tren_trieu", 2_000_000_001, "trên 2 tỷ đồng", "2.000.000.001 đồng"),
        ("tren_trieu", 1_234_500_000_000, "1.234,5 tỷ đồng", "1.234.500.000.000 đồng"),
        ("tren_10", 32, "trên 30", "32"),
        ("tren_10", 30, "30", "30"),
        ("tren_10", 9, "09", "09"),
        ("tren_10", 11, "trên 10", "11"),
        ("gan_10", 9, "09", "09"),
        ("gan_10", 18, "trên 10", "18"),
        ("gan_10", 19, "gần 20", "19"),
        ("gan_10", 576, "gần 580", "576"),
        ("gan_10", 94, "trên 90", "94"),
        ("gan_trieu", 65_400_000, "gần 66 triệu đồng", "65.400.000 đồng"),
        ("gan_trieu", 999_500_000, "gần 1 tỷ đồng", "999.500.000 đồng"),
        ("gan_trieu", 1_780_000_000, "gần 1,8 tỷ đồng", "1.780.000.000 đồng"),
        ("gan_trieu", 1_400_000, "trên 1 triệu đồng", "1.400.000 đồng"),
        ("hang", 9, "09", "09"),
        ("hang", 10, "hàng chục", "10"),
        ("hang", 576, "hàng trăm", "576"),
        ("hang", 9_999, "hàng nghìn", "9.999"),
        ("hang", 10_000, "hàng chục nghìn", "10.000"),
        ("tien", 65_400_000, "65.400.000 đồng", "65.400.000 đồng"),
        ("don_vi", "Ban CHQS thị xã Đông Giang (99,2%)", "Ban CHQS thị xã Đông Giang (99,2%)", "Ban CHQS thị xã Đông Giang (99,2%)"),
        ("don_vi", "Ban CHQS huyện An Thạch (100,0%)", "Ban CHQS huyện An Thạch (100%)", "Ban CHQS huyện An Thạch (100%)"),
        ("doi_tuong", ("QC", "LLTT"), "lực lượng thường trực, quần chúng", "lực lượng thường trực, quần chúng"),
        ("neu", 5, "", ""),
    ],
)
def test_the_edges_of_the_tokens(token: str, value: object, words: str, exact: str) -> None:
    assert (say(token, value), say(token, value, True)) == (words, exact)


def test_audiences_stand_in_the_order_of_their_list() -> None:
    codes = code_list("ROLLUP").codes()
    assert say("doi_tuong", tuple(reversed(codes))) == "lực lượng thường trực, dân quân tự vệ, quân nhân dự bị, quần chúng"


# -- clauses --------------------------------------------------------------------------------------------------------------------


def filler(values: Mapping[str, int | None], kinds: Mapping[str, str] | None = None) -> Filler:
    """Figures without a database: counts unless ``kinds`` says otherwise."""

    def lookup(slot: Slot) -> Given | None:
        if slot.code not in values:
            return None
        return Given((kinds or {}).get(slot.code, "count"), values[slot.code])  # type: ignore[arg-type]

    return Filler(lookup, {"don_vi": "Bộ CHQS tỉnh Hà Sơn"})


@pytest.mark.parametrize(
    ("template", "values", "said"),
    [
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 1, "B": 2, "C": 3}, "1 a, 2 b, 3 c."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 0, "B": 2, "C": 3}, "2 b, 3 c."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 1, "B": None, "C": 3}, "1 a, 3 c."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 1, "B": 2, "C": 0}, "1 a, 2 b."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 0, "B": 0, "C": 3}, "3 c."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 1, "B": 0, "C": 0}, "1 a."),
        ("[{A:n} a], [{B:n} b], [{C:n} c].", {"A": 0, "B": 0, "C": None}, None),
        ("[{A:n} a]; [{B:n} b] và [{C:n} c]", {"A": 1, "B": 0, "C": 3}, "1 a và 3 c"),
        ("[tặng {A:n} a]; [xây {B:n} b].", {"A": 0, "B": 2}, "Xây 2 b."),
        ("Nhận {A:n} đơn; đã giải quyết [{B:n} đơn].", {"A": 0, "B": 2}, None),
        ("Có {A:n} a[ ([trong đó {B:n} b], [{C:n} c])].", {"A": 5, "B": 0, "C": 0}, "Có 5 a."),
        ("Có {A:n} a[ ([trong đó {B:n} b], [{C:n} c])].", {"A": 5, "B": 0, "C": 1}, "Có 5 a (1 c)."),
        ("{A:neu}Đạt {B:n2}.", {"A": 3, "B": 0}, "Đạt 00."),
        ("{A:neu}Đạt {B:n2}.", {"A": 0, "B": 5}, None),
        ("Của {don_vi}.", {}, "Của Bộ CHQS tỉnh Hà Sơn."),
    ],
)
def test_a_clause_goes_with_its_separator_when_its_first_figure_is_zero_or_unknown(
    template: str, values: Mapping[str, int | None], said: str | None
) -> None:
    it = filler(values)
    assert it.fill(template) is None if said is None else it.text(template) == said
    assert it.warnings == []


def test_a_figure_in_a_sentence_keeps_its_code() -> None:
    assert filler({"KT_TCD_N": 9}).fill("có {KT_TCD_N:n2} lượt.") == ("Có ", Number("09", "KT_TCD_N"), " lượt.")


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("Có {KHONG_CO:n} lượt.", "Có (?{KHONG_CO:n}?) lượt."),
        ("Có {A:nn} lượt.", "Có (?{A:nn}?) lượt."),
        ("Có {A:pct1} lượt.", "Có (?{A:pct1}?) lượt."),
        ("Có {a b} lượt.", "Có (?{a b}?) lượt."),
        ("Có {la} lượt.", "Có (?{la}?) lượt."),
        ("Có [{A:n} lượt.", "Có (?[?)5 lượt."),
        ("Có {A:n}] lượt.", "Có 5(?]?) lượt."),
        ("Có {A:n} } lượt.", "Có 5 (?}?) lượt."),
    ],
)
def test_what_is_wrong_in_a_template_is_marked_in_its_place_and_told(template: str, shown: str) -> None:
    it = filler({"A": 5})
    assert it.text(template, "X.1") == shown
    assert it.warnings
    assert all(warning.startswith("X.1: ") for warning in it.warnings)


def test_an_unknown_figure_inside_a_kept_sentence_prints_the_mark_of_the_unknown() -> None:
    it = filler({"A": 5, "B": None})
    assert it.text("Có {A:n}, đạt {B:n}.") == "Có 5, đạt …."
    assert "B" in it.warnings[0]


# -- the program's own sentences --------------------------------------------------------------------------------------------------

KT_3 = (
    "Đã thi hành kỷ luật [{KL_TCD_N:n2} tổ chức đảng], [{KL_DV_N:n2} đảng viên[ ([khiển trách {KL_DV_KT_N:n2}], "
    "[cảnh cáo {KL_DV_CC_N:n2}], [cách chức {KL_DV_CCH_N:n2}], [khai trừ {KL_DV_KTR_N:n2}])]]."
)
CS_1 = (
    "[Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho {CARE_KHAM_N:n} đối tượng chính sách[ (với số tiền "
    "{CARE_KHAM_MONEY:tren_trieu})]]; [trao giấy chứng nhận thương binh cho {CARE_GCN_TB_N:n2} đối tượng]."
)
DISCIPLINE = ("KL_TCD_N", "KL_DV_N", "KL_DV_KT_N", "KL_DV_CC_N", "KL_DV_CCH_N", "KL_DV_KTR_N")


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((1, 2, 1, 1, 0, 0), "Đã thi hành kỷ luật 01 tổ chức đảng, 02 đảng viên (khiển trách 01, cảnh cáo 01)."),
        ((0, 1, 1, 0, 0, 0), "Đã thi hành kỷ luật 01 đảng viên (khiển trách 01)."),
        ((1, 0, 0, 0, 0, 0), "Đã thi hành kỷ luật 01 tổ chức đảng."),
        ((0, 12, 0, 0, 0, 12), "Đã thi hành kỷ luật 12 đảng viên (khai trừ 12)."),
        ((0, 0, 0, 0, 0, 0), ""),
    ],
)
def test_discipline_names_only_what_happened(numbers: tuple[int, ...], said: str) -> None:
    assert outline.read().sentences["KT.3"].text == KT_3
    assert filler(dict(zip(DISCIPLINE, numbers, strict=True))).text(KT_3) == said


def test_care_says_the_expected_sentence_and_each_half_alone() -> None:
    assert outline.read().sentences["CS.1"].text == CS_1
    kinds = {"CARE_KHAM_MONEY": "money"}
    whole = {"CARE_KHAM_N": 545, "CARE_KHAM_MONEY": 65_400_000, "CARE_GCN_TB_N": 26}
    first = "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách"
    second = "rao giấy chứng nhận thương binh cho 26 đối tượng."
    assert filler(whole, kinds).text(CS_1) == f"{first} (với số tiền trên 65 triệu đồng); t{second}"
    assert filler({**whole, "CARE_KHAM_N": 0}, kinds).text(CS_1) == f"T{second}"
    assert filler({**whole, "CARE_GCN_TB_N": None}, kinds).text(CS_1) == f"{first} (với số tiền trên 65 triệu đồng)."
    assert filler({**whole, "CARE_KHAM_MONEY": None}, kinds).text(CS_1) == f"{first}; t{second}"


SENTENCES = outline.read().sentences
ALL = {f"{code} {place}": text for code, one in SENTENCES.items() for place, text in enumerate(one.templates()) if not one.lines}
OF_LINES = {code: one for code, one in SENTENCES.items() if one.lines}
UGLY = re.compile(r"[,;:]\s*[,;.)]|\(\s*[,;)]|  |\s[,;.)]|[\[\]{}?]|^\W|,$")


WORDS = {"unit": "Ban CHQS huyện X (99,0%)", "rollups": ("LLTT",), "share": 958}
MADE_OF = {
    "CARE_HOUSE_N": ("CARE_HOUSE_NEW_N", "CARE_HOUSE_FIX_N"),
    "NV_N": ("NV_HOAN_THANH_N", "NV_DANG_N", "NV_CHUA_N", "NV_KHONG_N"),
}
"""A house is new or mended (an error otherwise), a task in one of four states, so these are zero together."""


@pytest.mark.parametrize("name", ALL)
def test_every_sentence_reads_well_whatever_did_not_happen(name: str) -> None:
    kinds = {slot.code: TOKENS[slot.token].takes[0] for slot in parse(ALL[name]).slots()}
    numbers = [code for code, kind in kinds.items() if kind not in WORDS]
    for some in itertools.product((0, 958), repeat=len(numbers)):
        values: dict[str, int] = dict(zip(numbers, some, strict=True))
        if any(bool(values[whole]) != any(values[part] for part in parts) for whole, parts in MADE_OF.items() if whole in values):
            continue

        def lookup(slot: Slot, values: dict[str, int] = values) -> Given:
            kind = TOKENS[slot.token].takes[0]
            return Given(kind, WORDS[kind] if kind in WORDS else values[slot.code])  # type: ignore[arg-type]

        it = Filler(lookup, dict.fromkeys(("don_vi", "ky", "ky_sau", "ky_ghep", "tu_ngay", "den_ngay"), "Bộ CHQS tỉnh Hà Sơn"))
        said = it.text(ALL[name])
        assert it.warnings == []
        assert said == "" or (not UGLY.search(said) and said[0] == said[0].upper()), said


@pytest.mark.parametrize("code", OF_LINES)
def test_every_line_of_a_record_reads_well_whatever_is_not_answered(code: str) -> None:
    sentence = OF_LINES[code]
    words = [*sentence.places, *(("tinh_trang",) if sentence.states else ())]
    for some in itertools.product(("", "chữ"), repeat=len(words)):
        answers = dict(zip(words, some, strict=True))
        it = Filler(lambda slot: None, {}, answers=answers)
        said = it.text(sentence.text)
        assert it.warnings == []
        answered = answers["noi_dung"] and answers.get("tinh_trang", "x")
        assert bool(said) == bool(answered)
        assert said == "" or (not UGLY.search(said) and said[0] == said[0].upper() and said.endswith(".")), said


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0), ""),
        ((0, 2), "Nắm chắc tình hình; 02 buổi giao ban; không để xảy ra vụ việc."),
        ((3, 0), "Nắm chắc tình hình; xảy ra 03 vụ việc."),
        ((3, 2), "Nắm chắc tình hình; 02 buổi giao ban; xảy ra 03 vụ việc, đã xử lý 02."),
    ],
)
def test_what_is_said_in_place_of_a_dropped_clause(counts: tuple[int, int], words: str) -> None:
    template = "Nắm chắc tình hình; [{B:n2} buổi giao ban]; [xảy ra {A:n2} vụ việc[, đã xử lý {B:n2}]|không để xảy ra vụ việc]."
    filler = Filler(lambda slot: Given("count", counts["AB".index(slot.code)]), {})
    assert filler.text(template) == words
    assert filler.text("a | b") == "A (?|?) b"


def test_a_template_may_name_every_way_of_writing_and_no_other() -> None:
    assert tuple(TOKENS) == TOKEN_NAMES
