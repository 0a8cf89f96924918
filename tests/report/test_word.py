"""The Word file says what the PDF says, in Word's own means: styles, real tables, sections."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from app import demo
from app.periods import period
from app.report import content, pdf, word, writing
from app.report.document import Annex, Chart, Column, Draft, Number, Paragraph, Report, Row, RowGroup
from app.unit_tree import report_uid
from db.errors import ExpectedError
from tests.demo_office import open_demo
from tests.report import measuring
from tests.report.sample_report import REFERENCE, charted_report
from tests.report.sample_report import sample_report as report

HOSTILE = "<b>&<img src=\"file:///etc/passwd\"> ]]> \x00\x08\x1b \u202e đảo =cmd|'/c calc'!A1"


def opened(made: Report) -> Any:
    return docx.Document(io.BytesIO(word.draw(made)))


def words_of(text: str) -> list[str]:
    return text.replace("\u00a0", " ").split()


def texts_in_order(document: Any) -> Iterator[tuple[int, str]]:
    """(section, text) of every paragraph and every cell, in the order of the file."""
    section = 0
    for block in document.element.body:
        if block.tag == qn("w:p"):
            yield section, _text(block)
            section += block.find(f".//{qn('w:sectPr')}") is not None
        elif block.tag == qn("w:tbl"):
            for cell in block.iter(qn("w:tc")):
                yield section, " ".join(_text(line) for line in cell.iter(qn("w:p")))


def _text(element: Any) -> str:
    return "".join("\n" if part.tag == qn("w:br") else part.text or "" for part in element.iter(qn("w:t"), qn("w:br")))


def word_counts(made: Report) -> list[Counter[str]]:
    """The words of the text, then of each annex, in the Word file."""
    found = [Counter[str]() for _ in range(1 + len(made.annexes))]
    for section, text in texts_in_order(opened(made)):
        found[section].update(words_of(text))
    return found


def pdf_counts(made: Report) -> list[Counter[str]]:
    """The same in the PDF, without footers, page numbers and the heads repeated on later pages."""
    drawn = pdf.render(made)
    pages = measuring.measured(drawn.pdf)
    found: list[Counter[str]] = [Counter()]
    number, first_words = 0, Counter[str]()
    for at, page in enumerate(pages):
        kept = Counter[str]()
        annex = at >= drawn.text_pages
        if annex and any(one.text.startswith("Phụ lục") and one.font.endswith("Bold") for one in page.words):
            found.append(Counter())
            number = 0
        if at == 0:
            number = 0
        number += 1
        for one in page.words:
            if one.y < page.height - 12 and not (number > 1 and one.y < 17 and one.text == str(number)):
                kept.update(words_of(one.text))
        charts = made.annexes[len(found) - 2].charts if annex else ()
        chart = next((chart for chart in charts if any(one.text == chart.number for one in page.words)), None)
        if chart is not None:  # what is drawn only is not in the table
            kept -= drawn_only(chart)
        elif annex and number > 1:
            kept -= first_words
        elif annex:
            head = [column.head for column in made.annexes[len(found) - 2].columns]
            groups = dict.fromkeys(column.group for column in made.annexes[len(found) - 2].columns if column.group)
            marks = [f"({i + 1})" for i in range(len(head))] if made.annexes[len(found) - 2].numbered_columns else []
            first_words = Counter(word for text in (*head, *groups, *marks) for word in words_of(text))
        found[-1].update(kept)
    return found


def drawn_only(chart: Chart) -> Counter[str]:
    """The words of legend and axis."""
    ticks = map(str, range(chart.first, chart.last + 1, chart.step or 1))
    return Counter(word for text in (*chart.legend, *ticks, chart.axis, chart.axis_note) for word in words_of(text))


def test_each_chart_is_a_table_in_the_word_file() -> None:
    made = charted_report()
    charts = made.annexes[-1].charts
    assert [chart.kind for chart in charts] == ["dots", "bars"]
    for chart, table in zip(charts, opened(made).tables[-2:], strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[0] == list(chart.heads)
        assert rows[1:] == [[row.name, *row.cells] for row in (*chart.rows, chart.total)]


@pytest.mark.parametrize("profile", ["HANH_CHINH", "DANG_2018"])
@pytest.mark.parametrize("draft", [None, Draft("lần 02")], ids=["final", "draft"])
def test_word_and_pdf_hold_the_same_words_part_by_part(profile: str, draft: Draft | None) -> None:
    made = replace(charted_report(), profile=profile, draft=draft)
    in_word, in_pdf = word_counts(made), pdf_counts(made)
    assert len(in_word) == len(in_pdf) == 1 + len(made.annexes)
    for part, (one, other) in enumerate(zip(in_word, in_pdf, strict=True)):
        assert +one == +other, (part, one - other, other - one)


def test_paragraphs_stand_in_the_order_of_the_report() -> None:
    made = report()
    texts = [" ".join(words_of(text)) for section, text in texts_in_order(opened(made)) if section == 0]
    at = 0
    for block in made.body:
        whole = " ".join(words_of(block.text))
        at = next(i for i in range(at, len(texts)) if texts[i].endswith(whole))


def test_headings_are_word_headings_and_tables_repeat_their_heads() -> None:
    made = report()
    document = opened(made)
    styles = Counter(line.style.name for line in document.paragraphs)
    assert styles["Heading 1"] == 2
    assert {"Heading 2", "Heading 3", "Heading 4"} <= set(styles)
    assert styles["Annex Title"] == len(made.annexes)
    tables = document.tables[2:]  # after letterhead and signature
    assert len(tables) == len(made.annexes)
    for table in tables:
        heads = [row for row in table._element.iter(qn("w:tr")) if row.find(f".//{qn('w:tblHeader')}") is not None]
        assert 1 <= len(heads) <= 3
    assert [bool(section.orientation) for section in list(document.sections)[1:]] == [annex.landscape for annex in made.annexes]
    assert document.sections[0].orientation == 0
    assert [round(document.sections[0].left_margin.mm), round(document.sections[0].right_margin.mm)] == [30, 20]


def test_every_row_of_an_annex_is_as_wide_as_its_columns() -> None:
    for table in opened(report()).tables[2:]:
        columns = len(table._element.tblGrid.findall(qn("w:gridCol")))
        for row in table._element.iter(qn("w:tr")):
            spans = [cell.find(f"./{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.iter(qn("w:tc"))]
            assert sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans) == columns


def test_hostile_text_is_text_and_leads_nowhere() -> None:
    annex = Annex("Phụ lục I", HOSTILE, REFERENCE, (Column(HOSTILE, 40, "left"), Column("Số", 20)), (RowGroup((Row((HOSTILE, "1")),)),))
    made = replace(report(), body=(Paragraph((HOSTILE, Number("5", "X"))), Paragraph(("chữ " * 5_000,))), annexes=(annex,), title=HOSTILE)
    data = word.draw(made)
    texts = [text for _, text in texts_in_order(docx.Document(io.BytesIO(data)))]
    shown = next(text for text in texts if "img src" in text)
    assert '<b>&<img src="file:///etc/passwd">' in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join(texts))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)


def test_an_annex_without_rows_says_so() -> None:
    annex = Annex("Phụ lục I", "KHÔNG CÓ GÌ", REFERENCE, (Column("TT", 10), Column("Đơn vị", 60, "left")), ())
    texts = [text for section, text in texts_in_order(opened(replace(report(), annexes=(annex,)))) if section == 1]
    assert "Không phát sinh trong kỳ báo cáo." in texts


def test_what_never_parts_over_two_lines_is_tied_and_a_reference_parts_before_whose_document_it_is() -> None:
    told = [text for _, text in texts_in_order(opened(report()))]
    for words in ("ngày~20/5/2019 của Cục", "6~tháng đầu năm~2019 (số liệu", "trên 65~triệu~đồng", "như~sau:", "9,2~km kênh"):
        assert any(words.replace("~", "\u00a0") in text for text in told), words
    assert any(text.endswith("\ncủa Bộ CHQS tỉnh Hà Sơn)") for text in told), "in two lines on a sheet that stands"
    assert any("2019 của Bộ CHQS tỉnh Hà Sơn)" in " ".join(words_of(text)) and "\n" not in text for text in told), "in one across"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ExpectedError, match="thể thức"):
        word.draw(replace(report(), profile="KHONG_CO"))


@pytest.mark.parametrize("profile", ["HANH_CHINH", "DANG_2018"])
def test_the_demo_report_says_the_same_in_word_and_as_pdf(tmp_path: Path, profile: str) -> None:
    """With what people wrote and reworded, hostile texts among it, with estimates, and with the annex of sources."""
    with open_demo(tmp_path / "demo") as opened_office:
        store, chosen = opened_office.store, period(opened_office.store, demo.PERIOD)
        _type, record = store.read(report_uid(store, chosen, None))
        texts = {"1.I.1": f"1. Một {HOSTILE}\n- Hai\nBa", "1.IV": "Bài học & kinh nghiệm <b>đậm</b>", "2.V": "chữ " * 300}
        lines = [line for line in record["contents"] if line["section"] not in texts]
        lines += [{"section": key, "text": text.replace("\x00", "").replace("\x08", "")} for key, text in texts.items()]
        words = "Mở {EDU_SESSION_N:n} buổi{EDU_SESSION_N:cungky}; {CARE_KHAM_N:n} & <i>{CARE_KHAM_MONEY:tien}</i>.\n- Riêng {TT_TIN:n} tin"
        more = {"contents": lines, "wordings": [{"sentence": "GD.1", "text": words}], "profile": profile, "sources": True}
        store.save("report", record | more | {"secrecy": "LUU_HANH_NOI_BO"}, demo.USER)
        totals = [{"figure": "EDU_SESSION_N", "value": 30}, {"figure": "CARE_KHAM_MONEY", "value": 125_000_000}]
        unit = store.names.find("unit", "DV10", None)
        estimate = {"unit": unit, "event_to": "2019-06-30", "origin": "Ước", "estimate": True, "totals": totals}
        store.save("aggregate", estimate, demo.USER)
        made = content.build(store, chosen, None, now=datetime(2026, 11, 23, 8, 0))
        out = tmp_path / "bao-cao.docx"
        assert writing.write(store, chosen, out).pages is None
    assert made.profile == profile
    assert made.annexes[-2].title == "NGUỒN SỐ LIỆU CỦA BÁO CÁO"
    for part, (one, other) in enumerate(zip(word_counts(made), pdf_counts(made), strict=True)):
        assert +one == +other, (part, one - other, other - one)
    written = " ".join(text for _, text in texts_in_order(docx.Document(str(out))))
    assert "Mở 44 buổi, tăng 3 (7,3%) so với cùng kỳ năm 2018" in " ".join(words_of(written))
    assert "Ước đến" in written
    assert "LƯU HÀNH NỘI BỘ" in written
