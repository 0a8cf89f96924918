"""The source annex says of every printed number how it came about and how many records stand behind it; only when asked for."""

from __future__ import annotations

from collections import Counter
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
    return {row.cells[1]: row.cells for group in report.annexes[-1].groups for row in group.rows}


def sources(report: Report) -> list[Annex]:
    return [annex for annex in report.annexes if annex.title == TITLE]


def test_it_is_printed_last_and_only_when_asked_for(told: Store) -> None:
    without, asked = built(told), built(told, sources=True)
    assert sources(without) == []
    assert sources(asked) == [asked.annexes[-1]]
    assert asked.annexes[:-1] == without.annexes
    assert asked.annexes[-1].number == f"Phụ lục {roman(len(asked.annexes))}"
    assert asked.body == without.body


def test_every_number_of_the_text_has_its_row(told: Store) -> None:
    report = built(told, sources=True)
    printed = [run for block in report.body if isinstance(block, Paragraph) for run in block.runs if isinstance(run, Number)]
    told_of = {row.codes[4] for group in report.annexes[-1].groups for row in group.rows}
    assert told_of == {run.code for run in printed if any(letter.isdigit() for letter in run.text) or run.text.lower().startswith("hàng")}
    assert [row.cells[0] for group in report.annexes[-1].groups for row in group.rows] == [str(n + 1) for n in range(len(rows(report)))]


def test_a_row_says_rule_value_and_records(told: Store) -> None:
    found = rows(built(told, sources=True))
    _, _, place, rule, exact, count = next(cells for label, cells in found.items() if label.endswith(":\u00a075"))
    assert (place, exact, count) == ("II.7", "75", "2")
    assert rule.replace("\u00a0", " ") == "Cộng số liệu của các bản ghi.\nBản ghi: DV02 02/05/2019; DV01 10/04/2019"
    least = next(cells for label, cells in found.items() if "từ 97,3% trở lên" in label)
    assert (least[3].replace("\u00a0", " "), *least[4:]) == (
        "Nhỏ nhất trong các ô đơn vị × đối tượng; làm tròn xuống.\nBản ghi: DV01 02/01/2019",
        "409/420",
        "1",
    )


def test_an_approximate_number_says_how_it_is_printed(told: Store) -> None:
    found = rows(built(told, sources=True))
    assert next(cells for label, cells in found.items() if "trên 8 triệu đồng" in label)[3].startswith(
        "Cộng số liệu của các bản ghi; phép in: làm tròn xuống."
    )
    exact = rows(built(told, sources=True, exact=True))
    assert not any("phép in" in cells[3] for cells in exact.values())


def test_values_and_counts_are_those_of_the_trace(told: Store) -> None:
    figures = compute(told, periods.period(told, "2019-H1"))
    for group in built(told, sources=True).annexes[-1].groups:
        (row,) = group.rows
        records = tracing.trace(figures, row.codes[4])
        assert row.cells[5] == str(len(records))
        if not isinstance(FIGURES[row.codes[4]].expression, (Share, Least)):
            assert behind(told, figures.period, None, row.code(4)).number == figures.value(row.codes[4]).text


def test_word_and_pdf_say_the_same_of_the_sources(told: Store) -> None:
    report = built(told, sources=True)
    assert +word_counts(report)[-1] == +pdf_counts(report)[-1] != Counter()
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
