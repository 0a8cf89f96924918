"""The source annex says of every printed number how it came about and how many records stand behind it; only when asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import periods, tracing
from app.figures import compute
from app.office import Office
from app.report import content, pdf, source_table, writing
from app.report.arrangement import roman
from app.report.behind import behind
from app.report.document import Annex, Number, Paragraph, Report
from db.figures import Least, Share
from db.questions import shown_day
from db.records import FIGURES
from db.store import Store
from tests.report.test_word import pdf_counts, word_counts
from tests.samples import DV2, SAMPLES, USER, care, education

TITLE = "NGUỒN SỐ LIỆU CỦA BÁO CÁO"


@pytest.fixture
def told(small: Office) -> Store:
    store = small.store
    for name in ("education", "care", "inspection", "propaganda", "civil"):
        store.save(name, SAMPLES[name], USER)
    line = {"audience": "SQ", "strength": 60, "required": 50, "present": 49}
    store.save("education", education(unit=DV2, event_to="2019-03-11", audiences=[line]), USER)
    store.save("care", care(unit=DV2, event_to="2019-05-02", served=[{"category": "BENH_BINH", "persons": 5}], funding=[], norm=None), USER)
    return store


def built(store: Store, **options: Any) -> Report:
    return content.build(store, periods.period(store, "2019-H1"), **options)


def rows(report: Report) -> dict[str, tuple[str, ...]]:
    (table,) = sources(report)
    return {row.cells[1]: row.cells for group in table.groups for row in group.rows}


def sources(report: Report) -> list[Annex]:
    return [annex for annex in report.annexes if annex.title == TITLE]


def test_it_is_printed_last_and_only_when_asked_for(told: Store) -> None:
    without, asked = built(told), built(told, sources=True)
    assert sources(without) == []
    assert sources(asked) == [asked.annexes[-2]]
    assert asked.annexes[:-2] == without.annexes
    assert [annex.number for annex in asked.annexes[-2:]] == [f"Phụ lục {roman(len(without.annexes) + place)}" for place in (1, 2)]
    assert asked.body == without.body


def test_every_number_of_the_text_has_its_row(told: Store) -> None:
    report = built(told, sources=True)
    printed = [run for block in report.body if isinstance(block, Paragraph) for run in block.runs if isinstance(run, Number)]
    told_of = {row.codes[4] for group in sources(report)[0].groups for row in group.rows}
    assert told_of == {run.code for run in printed if any(letter.isdigit() for letter in run.text) or run.text.lower().startswith("hàng")}
    assert [row.cells[0] for group in sources(report)[0].groups for row in group.rows] == [str(n + 1) for n in range(len(rows(report)))]


def test_a_row_says_rule_value_and_records(told: Store) -> None:
    found = rows(built(told, sources=True))
    _, _, place, rule, exact, count = next(cells for label, cells in found.items() if label.endswith(":\u00a075"))
    assert (place, exact, count) == ("II.7", "75", "2")
    assert rule.replace("\u00a0", " ") == "Cộng số liệu của các bản ghi.\nBản ghi số: 5-6"
    least = next(cells for label, cells in found.items() if "từ 97,3% trở lên" in label)
    assert (least[3].replace("\u00a0", " "), *least[4:]) == (
        "Nhỏ nhất trong các ô đơn vị × đối tượng; làm tròn xuống.\nBản ghi số: 2",
        "409/420",
        "1",
    )


def numbered(report: Report) -> dict[int, tuple[str, ...]]:
    """The list behind it: unit, day and code of each record by its number."""
    cells = [row.cells for group in report.annexes[-1].groups for row in group.rows if not row.wide]
    return {int(row[at]): row[at + 1 : at + 4] for row in cells for at in range(0, len(row), 4) if row[at]}


def spread(words: str) -> list[int]:
    """The numbers of ``1-3, 7``, read by another way than they are written."""
    pairs = [part.split("-") for part in words.split(", ")]
    return [number for pair in pairs for number in range(int(pair[0]), int(pair[-1]) + 1)]


def test_every_number_leads_to_each_of_its_records_on_paper(told: Store) -> None:
    report = built(told, sources=True)
    figures, listed = compute(told, periods.period(told, "2019-H1")), numbered(report)
    assert list(listed) == list(range(1, len(listed) + 1))
    for group in sources(report)[0].groups:
        (row,) = group.rows
        records = tracing.trace(figures, row.codes[4])
        behind = spread(row.cells[3].split("Bản ghi số: ")[1]) if records else []
        assert {listed[number] for number in behind} == {
            (one["unit"], shown_day(told.read(one["id"])[1]["event_to"]), one["id"][-8:]) for one in records
        }
        assert len(behind) == len(records)


def test_too_many_records_are_not_listed_and_it_is_said_where_they_are(told: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(source_table.wording(), listed=3)
    monkeypatch.setattr(source_table, "wording", lambda: few)
    report = built(told, sources=True)
    assert sources(report) == [report.annexes[-1]]
    assert "toàn bộ xem bằng lệnh nennep trace" in report.annexes[-1].notes[0]
    assert any("Bản ghi mới nhất: " in cells[3] for cells in rows(report).values())


def test_an_approximate_number_says_how_it_is_printed(told: Store) -> None:
    found = rows(built(told, sources=True))
    assert next(cells for label, cells in found.items() if "trên 8 triệu đồng" in label)[3].startswith(
        "Cộng số liệu của các bản ghi; phép in: làm tròn xuống."
    )
    exact = rows(built(told, sources=True, exact=True))
    assert not any("phép in" in cells[3] for cells in exact.values())


def test_values_and_counts_are_those_of_the_trace(told: Store) -> None:
    figures = compute(told, periods.period(told, "2019-H1"))
    for group in sources(built(told, sources=True))[0].groups:
        (row,) = group.rows
        records = tracing.trace(figures, row.codes[4])
        assert row.cells[5] == str(len(records))
        if not isinstance(FIGURES[row.codes[4]].expression, (Share, Least)):
            assert behind(told, figures.period, None, row.code(4)).number == figures.value(row.codes[4]).text


def test_word_and_pdf_say_the_same_of_the_sources(told: Store) -> None:
    report = built(told, sources=True)
    for place in (-1, -2):
        assert +word_counts(report)[place] == +pdf_counts(report)[place] != Counter()
    assert pdf.render(report).pages > pdf.render(built(told)).pages


def test_a_report_without_numbers_has_an_empty_annex(small: Office) -> None:
    assert built(small.store, sources=True).annexes[-1].groups == ()


def test_every_kind_of_figure_has_a_rule() -> None:
    words = {"den_ngay": "14/6/2019"}
    assert all(source_table._rule(figure.expression, words) for figure in FIGURES.values())  # noqa: SLF001


def test_it_is_written_with_the_report(told: Store, tmp_path: Path) -> None:
    chosen = periods.period(told, "2019-H1")
    plain = writing.write(told, chosen, tmp_path / "a.pdf")
    asked = writing.write(told, chosen, tmp_path / "b.pdf", sources=True)
    assert (plain.pages or 0) < (asked.pages or 0)
