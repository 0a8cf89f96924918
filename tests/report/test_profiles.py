"""Both kinds of document as the demo's own PDF has them: every measure of domain.md C.1 and C.3, read back from the file.

The numbers here are those of the rules, not of the layout files.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pytest
from pypdf import PdfReader

from app import demo
from app.office import Office
from app.periods import period
from app.report import approval, content, layout, pdf, writing
from app.report.document import Annex, Column, Paragraph, Report, Row, RowGroup
from app.unit_tree import report_uid
from db.catalogues import code_list
from db.store import Store
from tests.demo_office import open_demo
from tests.report.measuring import Measured, Word, measured
from tests.report.sample_report import care_annex, education_annex, empty_annex, sample_report
from tests.samples import HS, USER

NOW = datetime(2019, 6, 18, 9, 0)
MM, POINT = 1.0, 0.5
PROFILES = ("HANH_CHINH", "DANG_2018")
FACES = {
    "upright": "LiberationSerif",
    "bold": "LiberationSerif-Bold",
    "italic": "LiberationSerif-Italic",
    "both": "LiberationSerif-BoldItalic",
}
NBSP = "\u00a0"


class Kind(NamedTuple):
    """What domain.md C.1 (with the choice of one number where it gives a range) or C.3 says of one kind of document."""

    right: float
    parent: tuple[str, float]
    issuer: tuple[str, float]
    nation: tuple[str, float]
    number: tuple[str, float]
    kind: float
    subject: tuple[str, float]
    indent: float
    page_number: float
    positions: tuple[tuple[str, str], ...]
    name: str
    recipients: tuple[str, str, float]
    listed: tuple[str, float]
    last: str
    end: str
    headings: tuple[str, ...]


RULES = {
    "HANH_CHINH": Kind(
        20, ("QUÂN KHU TRUNG DU", 13), ("BỘ CHỈ HUY QUÂN SỰ", 13), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13), ("Số: 38/BC-BCH", 13), 14,
        ("Kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019;", 14), 12.7, 13, (("CHÍNH ỦY", "bold"),),
        "Đại tá Nguyễn Văn A", ("Nơi nhận:", "both", 12), ("Cục Chính trị Quân khu;", 11), "Lưu: VT, PCT. H15.", "Hà Sơn./.",
        ("I. ĐẶC ĐIỂM TÌNH HÌNH", "1. Thuận lợi", "a) Giáo dục chính trị, pháp luật"),
    ),
    "DANG_2018": Kind(
        15, ("ĐẢNG BỘ TỈNH HÀ SƠN", 14), ("ĐẢNG ỦY QUÂN SỰ TỈNH", 14), ("ĐẢNG CỘNG SẢN VIỆT NAM", 15), ("Số 38-BC/ĐU", 14), 16,
        ("kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019;", 14.5), 10, 14, (("T/M ĐẢNG ỦY", "bold"), ("BÍ THƯ", "upright")),
        "Trần Văn B", ("Nơi nhận:", "upright", 14), ("Đảng ủy Quân khu Trung Du,", 12), "Lưu Phòng Chính trị, Văn thư.", "Hà Sơn.",
        ("I- ĐẶC ĐIỂM TÌNH HÌNH", "1- Thuận lợi", "a) Giáo dục chính trị, pháp luật"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=PROFILES)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """The demo's report as it is signed, in one kind of document."""
    profile = request.param
    with open_demo(tmp_path_factory.mktemp(profile) / "demo") as opened:
        store, chosen = opened.store, period(opened.store, demo.PERIOD)
        _type, record = store.read(report_uid(store, chosen, None))
        store.save("report", record | {"profile": profile, "number": "38"}, demo.USER)
        made = approval.approve(store, chosen, demo.USER, "KHONG", NOW)
        return profile, approval.printed(store, made.hash)


@pytest.fixture(scope="module")
def pages(printed: tuple[str, bytes]) -> list[Measured]:
    return measured(printed[1])


@pytest.fixture(scope="module")
def rule(printed: tuple[str, bytes]) -> Kind:
    return RULES[printed[0]]


def near(value: float) -> Any:
    return pytest.approx(value, abs=MM)


def looks(word: Word, face: str, size: float) -> None:
    assert word.font == FACES[face], word
    assert word.size == pytest.approx(size, abs=POINT), word


def middle(word: Word) -> float:
    return (word.x + word.right) / 2


def text_pages(pages: list[Measured]) -> list[Measured]:
    first = next(at for at, page in enumerate(pages) if any(word.text == "Phụ lục I" and word.size > 13 for word in page.words))
    return pages[:first]


# -- page 1 ----------------------------------------------------------------------------------------------------------------------


def test_the_boxes_of_page_1_are_those_of_the_rules(pages: list[Measured], rule: Kind) -> None:
    page, left, right = pages[0], 30.0, 210 - rule.right
    parent, issuer, nation = (page.find(text) for text, _size in (rule.parent, rule.issuer, rule.nation))
    for word, face, size in ((parent, "upright", rule.parent[1]), (issuer, "bold", rule.issuer[1]), (nation, "bold", rule.nation[1])):
        looks(word, face, size)
    assert parent.y == near(nation.y)
    assert middle(parent) == near(middle(issuer))
    assert left - 0.1 <= parent.x
    assert nation.right <= right + 0.1
    assert min(word.y for word in page.words) == near(20 + 4)  # capitals of the first line hang from the upper margin
    number, day = page.find(rule.number[0]), page.find("Hà Sơn, ngày 18 tháng 6 năm 2019")
    looks(number, "upright", rule.number[1])
    looks(day, "italic", 14)
    assert number.y == near(day.y)
    assert middle(number) == near(middle(issuer))
    assert middle(day) == near(middle(nation))
    kind, subject = page.find("BÁO CÁO"), page.find(rule.subject[0])
    looks(kind, "bold", rule.kind)
    looks(subject, "bold", rule.subject[1])
    for word in (kind, subject):
        assert middle(word) == near((left + right) / 2)
    assert number.y < kind.y < subject.y


def test_the_lines_and_marks_under_the_boxes_are_those_of_the_rules(printed: tuple[str, bytes], pages: list[Measured], rule: Kind) -> None:
    page = pages[0]
    lengths = {round(line.x1 - line.x0, 1): line for line in page.level()}
    if printed[0] == "DANG_2018":
        nation = page.find(rule.nation[0])
        assert list(lengths) == [near(nation.right - nation.x)]
        star = page.find("*")
        assert middle(star) == near(middle(page.find(rule.issuer[0])))
        assert star.y > page.find(rule.issuer[0]).y
        return
    motto = page.find("Độc lập - Tự do - Hạnh phúc")
    looks(motto, "bold", 14)
    assert middle(motto) == near(middle(page.find(rule.nation[0])))
    issuer, subject, whole = sorted(lengths)
    assert whole == near(motto.right - motto.x)
    longest = max(page.find(text).right - page.find(text).x for text in ("BỘ CHỈ HUY QUÂN SỰ", "TỈNH HÀ SƠN"))
    assert longest / 3 <= issuer <= longest / 2
    words = page.find(rule.subject[0])
    assert (words.right - words.x) / 3 <= subject <= (words.right - words.x) / 2


# -- text, numbers of pages, closing -----------------------------------------------------------------------------------------------


def test_margins_type_and_steps_of_the_text_are_those_of_the_rules(pages: list[Measured], rule: Kind) -> None:
    left, right = 30.0, 210 - rule.right
    for page in text_pages(pages):
        body = [word for word in page.words if word.font == FACES["upright"] and 13.5 <= word.size <= 14.5 and word.y > 20]
        assert max(word.right for word in body) <= right + 0.4
        assert min(word.x for word in body) >= left - 0.1
        assert max(word.y for word in page.words if word.size > 9) <= 277 + 0.1
    second = pages[1]
    text = sorted((word for word in second.words if word.font == FACES["upright"] and word.size == 14 and word.y > 20), key=lambda w: w.y)
    starts = {round(word.x, 1) for word in text if word.x < 60}
    dashed = left + rule.indent + 3.6
    assert all(start in (near(left), near(left + rule.indent), near(dashed)) for start in starts)
    steps = [(b.y - a.y) * 72 / 25.4 for a, b in pairwise(text) if b.y - a.y > 1]
    assert min(steps) >= 18  # lines of at least 18 pt


def test_headings_are_numbered_as_the_kind_of_document_has_it(pages: list[Measured], rule: Kind) -> None:
    words = [word.text for page in text_pages(pages) for word in page.words]
    for heading in rule.headings:
        assert heading in [word.replace(NBSP, " ") for word in words]


def test_pages_are_numbered_from_the_second_at_the_top_centre(pages: list[Measured], rule: Kind) -> None:
    assert not any(word.y < 20 for word in pages[0].words)
    for number, page in enumerate(text_pages(pages)[1:], 2):
        word = next(word for word in page.words if word.y < 20)
        assert word.text == str(number)
        looks(word, "upright", rule.page_number)
        assert middle(word) == near((30 + 210 - rule.right) / 2)
        assert word.y - word.size * 0.66 * 25.4 / 72 == near(10)  # digit tops 10 mm from the edge


def test_the_closing_is_that_of_the_rules(pages: list[Measured], rule: Kind) -> None:
    page = text_pages(pages)[-1]
    positions = [page.find(text) for text, _face in rule.positions]
    for word, (_text, face) in zip(positions, rule.positions, strict=True):
        looks(word, face, 14)
        assert word.x > 105
        assert middle(word) == near(middle(positions[0]))
    name = next(word for word in page.words if word.text.replace(NBSP, " ") == rule.name)
    looks(name, "bold", 14)
    assert middle(name) == near(middle(positions[0]))
    recipients = page.find(rule.recipients[0])
    looks(recipients, rule.recipients[1], rule.recipients[2])
    assert (recipients.x, recipients.y) == (near(30), near(positions[0].y))
    looks(page.find(rule.listed[0]), "upright", rule.listed[1])
    page.find(rule.last)
    ends = [word.text.replace(NBSP, " ") for word in page.words if word.y < positions[0].y - 5]
    assert ends[-1].endswith(rule.end)


def test_every_annex_has_its_number_title_and_reference_in_the_sizes_of_the_rules(pages: list[Measured], rule: Kind) -> None:
    found = 0
    for page in pages[len(text_pages(pages)) :]:
        for word in page.words:
            if word.text.startswith("Phụ lục ") and word.font == FACES["bold"] and word.size > 13:
                found += 1
                looks(word, "bold", 14)
                below = [one for one in page.words if one.y > word.y + 1][:1]
                looks(below[0], "bold", 14)
                reference = next(one for one in page.words if one.text.startswith("(Kèm theo Báo cáo"))
                looks(reference, "italic", 13)
                assert rule.number[0].removeprefix("Số").removeprefix(":").strip() in reference.text.replace(NBSP, " ")
    assert found == 12


def test_portrait_tables_end_where_the_text_does(pages: list[Measured], rule: Kind) -> None:
    for page in pages[len(text_pages(pages)) :]:
        if page.width < page.height and len(page.upright()) > 4:
            assert max(line.x1 for line in page.level()) == near(210 - rule.right)


def test_all_faces_are_embedded_and_the_text_comes_out_as_nfc(printed: tuple[str, bytes]) -> None:
    for page in PdfReader(io.BytesIO(printed[1])).pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()
            assert font.get_object()["/BaseFont"].partition("+")[2] in FACES.values()
    with pypdfium2.PdfDocument(printed[1]) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert unicodedata.is_normalized("NFC", text)
    assert "ĐẢNG" in text


# -- number, signatures, circulation ----------------------------------------------------------------------------------------------

POSITIONS = {
    "SIG_CU": ("HANH_CHINH", "CHÍNH ỦY", ""),
    "SIG_KT_CU": ("HANH_CHINH", "KT. CHÍNH ỦY", "PHÓ CHÍNH ỦY"),
    "SIG_CTV": ("HANH_CHINH", "CHÍNH TRỊ VIÊN", ""),
    "SIG_KT_CTV": ("HANH_CHINH", "KT. CHÍNH TRỊ VIÊN", "CHÍNH TRỊ VIÊN PHÓ"),
    "SIG_CHT": ("HANH_CHINH", "CHỈ HUY TRƯỞNG", ""),
    "SIG_TL": ("HANH_CHINH", "TL. CHỈ HUY TRƯỞNG", "CHỦ NHIỆM CHÍNH TRỊ"),
    "SIG_KT_CNCT": ("HANH_CHINH", "KT. CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"),
    "SIG_DU_BT": ("DANG_2018", "T/M ĐẢNG ỦY", "BÍ THƯ"),
    "SIG_DU_PBT": ("DANG_2018", "T/M ĐẢNG ỦY", "PHÓ BÍ THƯ"),
    "SIG_UBKT": ("DANG_2018", "T/M ỦY BAN KIỂM TRA", "CHỦ NHIỆM"),
    "SIG_UBKT_KT": ("DANG_2018", "K/T CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"),
}
TERM = {"place": "Hà Sơn", "symbol": "BC-BCH", "issuer_lines": "Bộ CHQS tỉnh", "sign_code": "SIG_CU", "signer_name": "Nguyễn Văn A"}


def built(store: Store, **answers: Any) -> Report:
    """The report of the small office with these answers of its own, as it is signed."""
    terms = [TERM, {**TERM, "profile": "DANG_2018", "issuer_lines": "Đảng ủy Quân sự", "symbol": "BC/ĐU", "sign_code": "SIG_DU_BT"}]
    store.save("office", {"code": "HS00", "terms": terms}, USER)
    store.save("report", {"unit": HS, "period": "2019-H1", "dated": "2019-06-18", **answers}, USER)
    return content.build(store, period(store, "2019-H1"), final=content.Final(), now=NOW)


def test_every_signature_of_the_list_is_tried() -> None:
    assert set(POSITIONS) == set(code_list("SIGN_CODE").codes())


@pytest.mark.parametrize("code", list(POSITIONS))
def test_each_signature_prints_its_lines_over_the_name(small: Office, code: str) -> None:
    profile, *lines = POSITIONS[code]
    report = built(small.store, profile=profile, sign_code=code, signer_rank="Thượng tá", signer_name="Trần Văn B")
    page = measured(pdf.draw(replace(report, annexes=())))[-1]
    said = [page.find(line) for line in lines if line]
    name = page.find("Thượng tá Trần Văn B" if profile == "HANH_CHINH" else "Trần Văn B")
    assert [word.y for word in said] == sorted(word.y for word in said)
    assert name.y - said[-1].y > 25
    assert not report.warnings


@pytest.mark.parametrize(("profile", "code"), [("DANG_2018", "SIG_CU"), ("HANH_CHINH", "SIG_DU_BT")])
def test_a_signature_of_the_other_kind_of_document_is_said(small: Office, profile: str, code: str) -> None:
    report = built(small.store, profile=profile, sign_code=code, signer_name="Trần Văn B")
    assert [words for words in report.warnings if "không thuộc kiểu văn bản" in words]


def test_a_party_report_without_its_letterhead_borrows_no_other(small: Office) -> None:
    small.store.save("office", {"code": "HS00", "terms": [{**TERM, "parent_line": "Quân khu"}]}, USER)
    small.store.save("report", {"unit": HS, "period": "2019-H1", "profile": "DANG_2018"}, USER)
    report = content.build(small.store, period(small.store, "2019-H1"), now=NOW)
    assert (report.profile, report.letterhead.parent, report.signature.positions) == ("DANG_2018", "", ())
    assert report.letterhead.place_date.startswith("Hà Sơn, ")
    assert [words for words in report.warnings if "Chưa khai thông tin thể thức" in words]


@pytest.mark.parametrize(("profile", "line"), [("HANH_CHINH", "Số: /BC-BCH"), ("DANG_2018", "Số -BC/ĐU")])
def test_the_number_stays_blank_for_the_registry_in_a_signed_report(small: Office, profile: str, line: str) -> None:
    page = measured(pdf.draw(replace(built(small.store, profile=profile), annexes=())))[0]
    word = page.find(line)
    filled = measured(pdf.draw(replace(built(small.store, profile=profile, number="38", uid=None), annexes=())))[0]
    number = next(one for one in filled.words if one.text.startswith("Số"))
    assert word.right - word.x > number.right - number.x + 1  # room for more than two digits
    assert "DỰ THẢO" not in page.text()


@pytest.mark.parametrize("profile", PROFILES)
def test_internal_circulation_is_printed_in_a_frame_under_the_number(small: Office, profile: str) -> None:
    report = built(small.store, profile=profile, secrecy="LUU_HANH_NOI_BO")
    page = measured(pdf.draw(replace(report, annexes=())))[0]
    words, kind = page.find("LƯU HÀNH NỘI BỘ"), page.find("BÁO CÁO")
    looks(words, "bold", 14)
    assert words.y < kind.y
    frame = [line for line in page.upright() if line.y0 < words.y - 1 < line.y1]
    assert len(frame) == 2
    assert min(line.x0 for line in frame) < words.x
    assert max(line.x0 for line in frame) > words.right
    plain = measured(pdf.draw(replace(report, letterhead=replace(report.letterhead, circulation=""), annexes=())))[0]
    assert kind.y > plain.find("BÁO CÁO").y


# -- much and nothing, in both kinds ----------------------------------------------------------------------------------------------

LONG_NAME = "Ban Chỉ huy Phòng thủ khu vực 12 - Nam Trà My, Bắc Trà My mới"


def whole(profile: str, **changes: Any) -> list[Measured]:
    pages = measured(pdf.draw(replace(sample_report(), profile=profile, **changes)))
    for page in pages:
        landscape = page.width > page.height
        left, right = (20.0, 277.0) if landscape else (30.0, 210.0 - RULES[profile].right)
        bottom = 192 if landscape else 277
        for word in page.words:
            assert left - 0.1 <= word.x, word
            assert word.right <= right + 0.4, word
            assert word.size == pytest.approx(8) or word.y <= bottom + 0.1, word
    return pages


@pytest.mark.parametrize("profile", PROFILES)
def test_five_hundred_rows_print_each_once_with_the_head_on_every_page(profile: str) -> None:
    columns = (Column("TT", 10, "center"), Column("Đơn vị", 100, "left"), Column("Số lượng", 50))
    rows = tuple(RowGroup((Row((str(at), f"Đơn vị thứ {at}", str(at * 7))),)) for at in range(1, 501))
    annex = Annex("Phụ lục I", "BẢNG DÀI", "(Kèm theo)", columns, rows, landscape=False, head_heights=(11,), row_height=6.6)
    pages = [page for page in whole(profile, annexes=(annex,)) if any(word.text == "Đơn vị" for word in page.words)]
    names = [word.text for page in pages for word in page.words if word.text.startswith("Đơn vị thứ")]
    assert names == [f"Đơn vị thứ {at}" for at in range(1, 501)]
    assert len(pages) >= 500 * 6.6 / 257
    assert all([word.text for word in page.words].count("Số lượng") == 1 for page in pages)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_annex_without_rows_says_so_in_place_of_them(profile: str) -> None:
    page = whole(profile, annexes=(empty_annex(),))[-1]
    assert "Không phát sinh trong kỳ báo cáo." in page.text().replace(NBSP, " ")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_text_of_twenty_thousand_letters_prints_every_word_of_it(profile: str) -> None:
    words = [f"từ{at}" for at in range(20_000)]
    text = ""
    while len(text) < 20_000:
        text += words[len(text.split())] + " "
    pages = whole(profile, body=(Paragraph((text.strip(),)),), annexes=())
    printed = " ".join(word.text for page in pages for word in page.words).replace(NBSP, " ").split()
    wanted = text.split()
    assert [word for word in printed if word in set(wanted)] == wanted


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("annex", [education_annex((LONG_NAME,) * 6), care_annex()], ids=["groups", "rows"])
def test_unit_names_of_sixty_letters_stand_whole_inside_their_column(profile: str, annex: Annex) -> None:
    assert len(LONG_NAME) >= 60
    if not annex.groups[0].span:
        rows = tuple(
            RowGroup((replace(group.rows[0], cells=(group.rows[0].cells[0], LONG_NAME, *group.rows[0].cells[2:])),))
            for group in annex.groups
        )
        annex = replace(annex, groups=rows)
    pages = [page for page in whole(profile, annexes=(annex,)) if page.width > page.height]
    edges = sorted({round(line.x0, 1) for line in pages[0].upright()})
    seen = 0
    for page in pages:
        grid = min(line.y0 for line in page.level()), max(line.y1 for line in page.level())
        inside = [word for word in page.words if edges[1] - 0.1 < word.x < edges[2] and grid[0] < word.y < grid[1] and word.size < 11]
        assert all(word.right < edges[2] for word in inside)
        seen += " ".join(word.text for word in inside).replace(NBSP, " ").count(LONG_NAME)
    assert seen == (6 if annex.groups[0].span else len(annex.groups))


# -- dates of validity -------------------------------------------------------------------------------------------------------------


def test_the_layout_is_the_one_in_force_on_the_day_of_the_report(tmp_path: Path) -> None:
    text = (layout.FOLDER / "layout-HANH_CHINH.toml").read_text("utf-8")
    later = text.replace("valid_from = 2020-03-05", "valid_from = 2027-01-01").replace("left = 30", "left = 35", 1)
    (tmp_path / "layout-HANH_CHINH.toml").write_text(text, "utf-8")
    (tmp_path / "layout-HANH_CHINH_2027.toml").write_text(later, "utf-8")
    margins = {day: layout.profile("HANH_CHINH", day, tmp_path).portrait.left for day in ("2019-06-18", "2020-03-05", "2026-12-31")}
    assert set(margins.values()) == {30}
    assert (
        layout.profile("HANH_CHINH", "2027-01-01", tmp_path).portrait.left == layout.profile("HANH_CHINH", "", tmp_path).portrait.left == 35
    )
    assert [layout.profile("HANH_CHINH", day, tmp_path).holds(day) for day in ("2019-06-18", "2020-03-05")] == [False, True]


def test_a_report_older_than_the_rules_of_its_layout_says_so_to_who_prints_it_and_never_on_paper(small: Office, tmp_path: Path) -> None:
    told = {}
    for code in ("2019-H1", "2020-H1"):
        done = writing.write(small.store, period(small.store, code), tmp_path / "a.pdf", now=NOW)
        told[code] = done.notice
        assert "được trình bày theo thể thức" not in "".join(page.text() for page in measured((tmp_path / "a.pdf").read_bytes()))
    assert told["2019-H1"].startswith("Báo cáo tính theo ngày 14/6/2019, nhưng được trình bày theo thể thức có hiệu lực từ ngày 05/3/2020")
    assert told["2020-H1"] == ""
