"""The charts: dots and bars as long as their numbers, axes of whole percents and from zero, nothing drawn of what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from app import periods
from app.office import Office
from app.report import content, pdf
from app.report.charts import BAR_GREY, NAME, OUTLINE, PLACES, ROW, ChartPages
from app.report.document import Chart, ChartRow
from app.report.layout import profile
from app.report.page import Page
from app.report.pdf import Widths
from db.questions import grouped
from db.store import Store
from tests.demo_office import open_demo
from tests.report import measuring
from tests.report.sample_report import attendance_chart, charted_report, money_chart
from tests.samples import DV1, DV2, HS, USER, care, education

STYLE = profile("HANH_CHINH")
LEFT, RIGHT = PLACES["dots"][:2]
START = STYLE.portrait.left * 72 / 25.4 + LEFT


def drawn(chart: Chart) -> list[Page]:
    return list(ChartPages(chart, STYLE, Widths()).pages())


def place(tenths: int, first: int, last: int = 100) -> float:
    return START + (tenths / 10 - first) / (last - first) * (RIGHT - LEFT)


def test_dots_stand_where_the_numbers_are() -> None:
    (page,) = drawn(attendance_chart())
    shown = sorted((round(dot.x, 2), dot.filled) for dot in page.dots[2:])
    wanted = [(place(row.now or 0, 94), True) for row in (*attendance_chart().rows, attendance_chart().total)]
    wanted += [(place(row.before, 94), False) for row in (*attendance_chart().rows, attendance_chart().total) if row.before is not None]
    assert shown == sorted((round(x, 2), filled) for x, filled in wanted)


def test_what_is_not_known_has_no_dot_and_no_line() -> None:
    (page,) = drawn(attendance_chart())
    assert sum(not dot.filled for dot in page.dots[2:]) == 3
    assert sum(rule.grey == 0.45 for rule in page.rules) == 3
    assert sum(text.text == "…" for text in page.texts) == 2


def test_the_grid_has_a_line_at_each_whole_percent_and_fewer_where_they_would_crowd() -> None:
    (page,) = drawn(attendance_chart())
    assert [round(rule.x0, 2) for rule in page.rules if rule.grey == 0.78] == [round(place(10 * n, 94), 2) for n in range(100, 93, -1)]
    (wide,) = drawn(replace(attendance_chart(), first=3))
    figures = [text.text for text in wide.texts if text.text.isdigit() and text.size == 10.5]
    assert [one for one in figures if one not in ("2018", "2019")] == ["100", "80", "60", "40", "20"]


@pytest.mark.parametrize("count", [0, 2, 15, 16, 17, 40, 200])
def test_any_number_of_units_prints_whole_and_the_total_last(count: int) -> None:
    rows = tuple(ChartRow(f"Đơn vị {n}", ("96,0", "97,0", "+1,0"), 960, 970) for n in range(count))
    pages = drawn(replace(attendance_chart(), rows=rows))
    names = [text.text for page in pages for text in page.texts if text.text.startswith(("Đơn vị ", "Toàn tỉnh"))]
    assert names == [*(f"Đơn vị {n}" for n in range(count)), "Toàn tỉnh"]
    assert all(20 < text.y < page.height - STYLE.portrait.bottom * 72 / 25.4 + 0.1 for page in pages for text in page.texts)
    assert ROW > 30


LONG = "Ban Chỉ huy Phòng thủ khu vực 3 - Hà Sơn, huyện Kim Lộc, thị xã Đông Giang và các xã vùng ven biển phía Đông Nam tỉnh"


@pytest.mark.parametrize("made", [attendance_chart, money_chart])
@pytest.mark.parametrize("count", [1, 12, 40])
def test_a_long_name_is_never_cut_and_its_row_grows_with_it(made: Callable[[], Chart], count: int) -> None:
    chart = made()
    rows = tuple(replace(chart.rows[0], name=LONG if n % 2 else f"Đơn vị {n}") for n in range(1, count + 1))
    pages = drawn(replace(chart, rows=rows))
    margin = STYLE.portrait.left * 72 / 25.4
    names = [[text for text in page.texts if text.size == NAME and text.face != "italic" and text.x == margin] for page in pages]
    assert " ".join(text.text for texts in names for text in texts).count(LONG) == (count + 1) // 2
    for page, texts in zip(pages, names, strict=True):
        lines = [text.y for text in texts]
        assert all(after - before > 12.9 for before, after in pairwise(lines)), "no line on another"
        assert lines[-1] < page.height - STYLE.portrait.bottom * 72 / 25.4


def test_the_page_is_measured_like_the_specimen() -> None:
    pages = measuring.measured(pdf.render(charted_report()).pdf)
    page = next(one for one in pages if any(word.text == "Biểu đồ 1" for word in one.words))
    found = {word.text: word for word in page.words}
    assert found["Biểu đồ 1"].y == pytest.approx(24.9, abs=0.5)
    assert found["Đơn vị"].y == pytest.approx(61.2, abs=0.6)
    assert found["Ban CHQS thành phố Hà Sơn"].y == pytest.approx(72.0, abs=0.8)
    assert found["Ban CHQS thành phố Hà Sơn"].x == pytest.approx(30, abs=0.1)
    assert found["2"].y == pytest.approx(13.4, abs=0.2)


def trained(store: Store, unit: str, day: str, present: int) -> None:
    line = {"audience": "DQ_CD", "strength": 1000, "required": 1000, "present": present}
    store.save("education", education(unit=unit, event_to=day, audiences=[line]), USER)


def chart_of(store: Store, unit: str | None = None) -> Chart | None:
    report = content.build(store, periods.period(store, "2019-H1"), unit)
    return next((chart for annex in report.annexes for chart in annex.charts if chart.kind == "dots"), None)


def test_it_is_made_of_this_year_and_last(small: Office) -> None:
    store = small.store
    assert chart_of(store) is None
    trained(store, DV1, "2019-03-03", 977)
    assert chart_of(store) is None  # one unit is not a chart
    trained(store, DV2, "2019-03-03", 992)
    trained(store, DV1, "2018-03-03", 968)
    made = chart_of(store)
    assert made is not None
    assert [(row.name, row.cells) for row in made.rows] == [
        ("Ban CHQS thành phố Hà Sơn", ("96,8", "97,7", "+0,9")),
        ("Ban CHQS thị xã Đông Giang", ("…", "99,2", "…")),
    ]
    assert made.total.cells == ("96,8", "98,4", "+1,6")  # (977 + 992) / 2000 = 98,45
    assert (made.first, made.last, made.legend) == (96, 100, ("6 tháng đầu năm 2019", "cùng kỳ năm 2018"))
    assert made.axis_note.startswith("Trục ngang bắt đầu từ 96%")
    assert chart_of(store, DV1) is None
    assert HS != DV1


# -- bars ----------------------------------------------------------------------------------------------------------------------


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    (page,) = drawn(money_chart())
    left, right = (STYLE.portrait.left * 72 / 25.4 + place for place in PLACES["bars"][:2])
    per_million = (right - left) / 200
    filled = [rule for rule in page.rules if rule.grey == BAR_GREY and rule.x0 == pytest.approx(left)]
    assert [rule.x1 - rule.x0 for rule in filled] == pytest.approx([65.4 * per_million, 155.4 * per_million, 54 * per_million])
    outlines = [rule for rule in page.rules if rule.weight == OUTLINE and rule.x0 == pytest.approx(left) and rule.y0 == rule.y1]
    lengths = [one * per_million for one in (54.67, 54.67, 140.1, 140.1, 12, 12)]  # the upper and the lower edge of last year's bars
    assert [rule.x1 - rule.x0 for rule in outlines] == pytest.approx(lengths)
    assert page.dots == []
    assert {"0", "50", "100", "150", "200"} <= {text.text for text in page.texts if text.size == 10.5}


@pytest.mark.parametrize("most", [7, 999, 87_654_321_000, 9_876_543_210_000])
def test_numbers_of_any_length_stay_in_their_columns(most: int) -> None:
    text = grouped(most)
    row = ChartRow("Khám bệnh", (text, text, f"+{text}"), most, most)
    step = -(-most // 5_000_000)
    (page,) = drawn(replace(money_chart(), rows=(row,), total=replace(row, name="Cộng"), last=5 * step, step=step))
    widths, edge = Widths(), (STYLE.portrait.width - STYLE.portrait.right) * 72 / 25.4
    spans = [
        (one.y, one.x, one.x + widths(one.face, one.size, one.text)) for one in page.texts if one.text.lstrip("+") == text and one.x > 200
    ]
    assert len(spans) == 6
    for before, after in pairwise(sorted(spans)):
        assert before[2] < after[1] or before[0] < after[0], "none over its neighbour"
    assert max(end for *_, end in spans) <= edge + 0.1


def given(store: Store, day: str, kind: str, money: int | None, **more: object) -> None:
    funding = [] if money is None else [{"source": "NSNN", "amount": money}]
    served = [{"category": "THUONG_BINH", "persons": 10, "quantity": 5}]
    store.save("care", care(kind=kind, event_from=None, event_to=day, served=served, listed=[], funding=funding, norm=None, **more), USER)


def test_care_by_kind_is_this_year_beside_last(small: Office) -> None:
    store = small.store

    def made() -> Chart | None:
        report = content.build(store, periods.period(store, "2019-H1"))
        return next((chart for annex in report.annexes for chart in annex.charts if chart.kind == "bars"), None)

    given(store, "2019-03-03", "KHAM_BENH", 65_400_000)
    assert made() is None  # one kind is not a chart
    given(store, "2019-03-04", "TANG_QUA", 30_000_000)
    given(store, "2019-03-05", "THAM_HOI", 7_000_000)
    given(store, "2018-03-03", "KHAM_BENH", 58_900_000)
    given(store, "2018-03-04", "SO_TK", 12_000_000)
    found = made()
    assert found is not None
    assert found.number == "Biểu đồ 1"
    assert {row.name: row.cells for row in found.rows} == {
        "Khám bệnh, cấp thuốc": ("58.900.000", "65.400.000", "+6.500.000"),
        "Tặng quà": ("0", "30.000.000", "+30.000.000"),
        "Sổ tiết kiệm tình nghĩa": ("12.000.000", "0", "−12.000.000"),
    }
    assert found.total.cells == ("70.900.000", "102.400.000", "+31.500.000"), "with what other kinds cost"
    assert (found.first, found.last, found.step, found.scale) == (0, 80, 20, 1_000_000)


def test_a_unit_made_of_others_stands_beside_what_they_had_together(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as opened:
        made = chart_of(opened.store)
    assert made is not None
    (merged,) = (row for row in made.rows if row.name == "Ban CHQS huyện Kim Lộc")
    assert merged.cells == ("96,3", "95,9", "−0,4"), "(302 + 255) / (312 + 266) = 96,36…"
    assert "số cùng kỳ là số chung của Ban CHQS huyện Kim Đàm, Ban CHQS huyện Lộc Khê." in made.table_notes[-1]
    assert not [row.name for row in made.rows if "Kim Đàm" in row.name]
