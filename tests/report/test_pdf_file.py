"""The file of a printed report: its faces, bookmarks and numbers of pages, its text and figures read back, hostile texts."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pypdf import PdfReader

from app.report import layout, pdf
from app.report.document import Annex, Column, Heading, Number, Paragraph, Report, Row, RowGroup, Signature
from db.errors import ExpectedError
from tests.report.measuring import assert_nothing_clipped, measured, near
from tests.report.sample_report import care_annex, comparison_annex, sample_report
from tests.report.sample_text import BODY, LETTERHEAD, p

FONTS = {"LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSerif-BoldItalic"}


# --- the file ------------------------------------------------------------------------------------------------------------------


def test_every_page_says_which_of_the_whole_file_it_is(pages):
    for number, page in enumerate(pages, 1):
        count, left = (
            page.find(f"Toàn văn: trang {number}/{len(pages)}"),
            page.find("Mã báo cáo: 7c1e 90ab 34d2. Đầu chuỗi nhật ký: 51fe 08c9 d7a3"),
        )
        assert count.right == near(page.width - 20)
        assert page.height - count.y == near(9)
        assert left.y == count.y


def test_only_the_four_embedded_faces_are_in_the_file(drawing):
    names = set()
    for page in PdfReader(io.BytesIO(drawing.pdf)).pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()
            names.add(font.get_object()["/BaseFont"].partition("+")[2])
    assert names == FONTS
    assert b"Helvetica" not in drawing.pdf


def test_title_author_language_and_bookmarks_are_set(drawing):
    reader = PdfReader(io.BytesIO(drawing.pdf))
    report = sample_report()
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (report.title, report.author)
    assert str(reader.root_object["/Lang"]) == "vi-VN"

    def flat(outline, depth=0):
        for entry in outline:
            if isinstance(entry, list):
                yield from flat(entry, depth + 1)
            else:
                yield depth, entry.title, reader.get_destination_page_number(entry)

    found = list(flat(reader.outline))
    assert found[0] == (0, "Phần thứ nhất. KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ 6 THÁNG ĐẦU NĂM 2019", 0)
    assert (3, "a) Giáo dục chính trị, pháp luật", 1) in found
    assert (0, "Phụ lục I. KẾT QUẢ GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT", 5) in found
    assert len(found) == sum(isinstance(block, Heading) for block in BODY) + len(report.annexes)


def test_a_heading_level_left_out_does_not_stop_the_bookmarks():
    report = replace(sample_report(), body=(Heading("letter", "a)", "Nhỏ", "x"), p("Một."), Heading("roman", "I.", "LỚN", "y"), p("Hai.")))
    assert pdf.draw(report)


def test_equal_reports_give_equal_bytes(drawing):
    assert pdf.draw(sample_report()) == drawing.pdf


def dated(made: Report) -> Any:
    return PdfReader(io.BytesIO(pdf.draw(made))).metadata


def test_the_file_says_when_the_report_was_made(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    zone = timezone(timedelta(hours=7))
    made = replace(sample_report(), made=datetime(2019, 6, 18, 14, 5, 9, tzinfo=zone))
    said = dated(made)
    assert (said["/CreationDate"], said["/ModDate"]) == ("D:20190618140509+07'00'",) * 2
    local = replace(made, made=datetime(2019, 6, 18, 14, 5, 9))
    assert str(dated(local)["/CreationDate"]).startswith("D:20190618140509")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1560866709")
    assert dated(made)["/CreationDate"] == "D:20190618140509+00'00'"
    assert pdf.draw(made) == pdf.draw(local)


def test_extracted_text_is_composed_and_its_sentences_are_whole(drawing):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(drawing.pdf)).pages)
    assert unicodedata.is_normalized("NFC", text)
    flat = re.sub(r"\s+", " ", text)
    for block in BODY:
        if isinstance(block, Paragraph):
            assert block.text in flat


def test_figures_are_found_where_they_are_printed(drawing, pages):
    place = next(place for place in drawing.places if place.code == "EDU_RATE_MIN")
    page = pages[place.page]
    y = page.height - (place.y0 + place.y1) / 2 * 25.4 / 72
    line = min(page.words, key=lambda word: abs(word.y - 1.2 - y))
    assert "95,8%" in line.text
    assert line.x <= place.x0 * 25.4 / 72 < place.x1 * 25.4 / 72 <= 190
    assert {
        block.code for paragraph in BODY if isinstance(paragraph, Paragraph) for block in paragraph.runs if isinstance(block, Number)
    } <= {place.code for place in drawing.places}
    assert max(place.page for place in drawing.places if place.code == "KD_DANG_N") < drawing.text_pages == 5
    cells = [place for place in drawing.places if place.code == "EDU_TURN_N"]
    assert len(cells) == 55


def test_a_figure_over_a_line_end_has_a_place_on_both_lines():
    words = "Ban Chỉ huy quân sự huyện Kim Lộc " * 8
    report = replace(sample_report(), body=(p("Đơn vị: ", Number(words.strip(), "LONG"), "."),), annexes=())
    places = [place for place in pdf.render(report).places if place.code == "LONG"]
    assert len({round(place.y0) for place in places}) == len(places) >= 3


def test_an_unknown_profile_is_refused():
    with pytest.raises(ExpectedError):
        pdf.draw(replace(sample_report(), profile="KHAC"))


def test_a_layout_file_with_an_unknown_key_is_refused(tmp_path):
    good = (layout.FOLDER / "layout-HANH_CHINH.toml").read_text("utf-8")
    (tmp_path / "layout-X.toml").write_text(good + "\nunknown_key = 1\n", "utf-8")
    with pytest.raises(ExpectedError):
        layout.profile("HANH_CHINH", folder=tmp_path)


def test_progress_tells_every_page():
    seen = []
    drawn = pdf.render(sample_report(), lambda done, total: seen.append((done, total)))
    assert seen == [(i, drawn.pages) for i in range(1, drawn.pages + 1)]


# --- hostile texts -------------------------------------------------------------------------------------------------------------

HOSTILE = (
    '<b>&<img src="file:///etc/passwd">',
    "=cmd|' /C calc'!A0",
    "</para><font name='Helvetica'>&#0;",
    "(x) Tj ET \\ %",
    "a" * 20000,
    "chữ " * 5000,
    "e\u0302\u0301 và a\u0306\u0323",
    "\x00\x01\x1b[31m\ttab\r\nxuống dòng\u202e\u2066",
    "漢字 😀 العربية",
    "",
    " ",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_printed_literally_and_nothing_is_clipped(text):
    report = sample_report()
    annex = replace(care_annex(), title=text, unit_line=text[:300], notes=(text,), groups=(RowGroup((Row((text,) * 16),)),))
    report = replace(
        report,
        title=text,
        author=text,
        body=(
            Heading("part", text[:400], text, "1"),
            Heading("arabic", "1.", text, "2"),
            p(text),
            Paragraph((text,), "dash", "-"),
            p("x", Number(text, "F"), "y"),
        ),
        closing=p(text),
        signature=Signature((text[:500],), text[:100], text[:500]),
        recipients=(text, "Lưu"),
        annexes=(replace(annex, groups=(RowGroup((Row(("1", text[:1500], *["1"] * 14)),)),)), comparison_annex()),
        footer=text,
    )
    data = pdf.draw(report)
    assert b"/URI" not in data
    assert b"/XObject" not in data.replace(b"/XObject <<", b"") or b"/Subtype /Image" not in data
    for page in measured(data):
        assert_nothing_clipped(page)
    if text.startswith("<b>"):
        assert text in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_a_report_of_nothing_is_still_a_document():
    report = replace(
        sample_report(),
        letterhead=replace(LETTERHEAD, parent="", issuer=(), number="", place_date="", subject=()),
        body=(),
        closing=p(""),
        signature=Signature((), "", ""),
        recipients=(),
        annexes=(Annex("Phụ lục I", "", "", (Column("TT", 10),), ()),),
    )
    assert len(measured(pdf.draw(report))) == 2
