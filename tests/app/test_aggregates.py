"""Totals that a unit sends instead of its events: counted where there are no records, never beside them, and traced like records."""

from __future__ import annotations

from typing import Any

import pytest

from app import figures, today, tracing
from app.aggregates import area_of
from app.office import Office
from app.periods import period
from app.report import content
from app.report.document import Report
from db import totals
from db.catalogues import code_list
from db.errors import ExpectedError
from db.figures import Total
from db.record import Line, complete, fixed_uid
from db.records import FIGURES, RECORD_TYPES
from db.store import Store
from tests.samples import DV1, DV2, HS, SAMPLES, USER, care, education, send

COMMUNE = fixed_uid("unit", "XA01")


def computed(store: Store, code: str = "2019-H1", unit: str | None = None) -> figures.Figures:
    return figures.compute(store, period(store, code), unit)


def values(found: figures.Figures, *codes: str, row: str | None = None) -> list[Any]:
    return [found.value(code, row).value for code in codes]


def built(store: Store) -> Report:
    return content.build(store, period(store, "2019-H1"))


@pytest.fixture
def store(small: Office) -> Store:
    version = {"name": "Ban CHQS xã Phú Lâm", "level": "XA", "parent": DV2}
    small.store.save("unit", {"code": "XA01", "versions": [version]}, USER)
    return small.store


def test_totals_are_added_to_the_records_of_other_units(store: Store) -> None:
    store.save("education", education(), USER)  # DV01: 409 of 420
    send(store, DV2, {"EDU_TURN_N": 100, "EDU_REQUIRED_N": 200, "EDU_SESSION_N": 4, "CARE_KHAM_N": 7})
    found = computed(store)
    assert values(found, "EDU_TURN_N", "EDU_REQUIRED_N", "EDU_SESSION_N", "CARE_KHAM_N") == [509, 620, 5, 7]
    assert values(found, "EDU_RATE_AVG", "EDU_RATE_MIN", "EDU_WORST") == [509 * 1000 // 620, 500, "DV02"]
    assert values(found, "EDU_TURN_N", "EDU_RATE_AVG", row=DV2) == [100, 500]
    assert values(found, "EDU_TURN_N", row=DV1) == [409]
    assert found.value("EDU_TOPIC_N").value == 1  # what is told apart by keys is never added up


def test_a_units_totals_and_records_of_one_area_are_never_mixed(store: Store) -> None:
    send(store, DV1, {"EDU_TURN_N": 100, "CARE_KHAM_N": 7})
    assert values(computed(store), "EDU_TURN_N", "CARE_KHAM_N") == [100, 7]
    uid = store.save("education", education(), USER)
    found = computed(store)
    assert values(found, "EDU_TURN_N", "CARE_KHAM_N") == [409, 7]
    assert found.aggregates.mixed == [(DV1, "education")]
    assert not found.value("CARE_KHAM_N").partly
    assert any("chỉ tính bản ghi" in warning and "thành phố Hà Sơn" in warning for warning in built(store).warnings)
    store.cancel(uid, "nhập nhầm", USER)
    assert values(computed(store), "EDU_TURN_N") == [100]


def test_records_or_totals_below_a_unit_leave_its_totals_out(store: Store) -> None:
    send(store, DV2, {"CARE_KHAM_N": 70})
    send(store, COMMUNE, {"CARE_KHAM_N": 5})
    assert values(computed(store), "CARE_KHAM_N") == [5]
    store.save("care", care(unit=COMMUNE, served=[{"category": "THUONG_BINH", "persons": 3}], norm=None), USER)
    found = computed(store)
    assert values(found, "CARE_KHAM_N") == [3]
    assert set(found.aggregates.mixed) == {(DV2, "care"), (COMMUNE, "care")}


def test_totals_count_in_the_period_of_their_last_day_alone(store: Store) -> None:
    send(store, DV1, {"TT_TIN": 30}, "2018-06-14")
    assert values(computed(store), "TT_TIN") == [None]
    assert values(computed(store, "2018-H1"), "TT_TIN", "TT_TONG") == [30, 30]


def test_totals_of_another_units_count_or_cancelled_ones_are_nowhere(store: Store) -> None:
    uid = send(store, DV1, {"TT_TIN": 30})
    store.cancel(uid, "gửi nhầm", USER)
    record = {"unit": DV1, "counting_unit": DV2, "event_to": "2019-06-14", "origin": "x", "totals": [{"figure": "TT_TIN", "value": 50}]}
    store.save("aggregate", record, USER)
    assert values(computed(store), "TT_TIN") == [None]


@pytest.mark.parametrize("code", ["EDU_TURN_N", "CARE_KHAM_N", "KD_N", "DV_DUONG", "EDU_RATE_AVG", "KD_DA_PCT"])
def test_the_records_behind_a_figure_hold_its_totals(store: Store, code: str) -> None:
    send(store, DV2, {"EDU_TURN_N": 90, "EDU_REQUIRED_N": 100, "CARE_KHAM_N": 7, "KD_N": 4, "KD_DA_N": 3, "DV_DUONG": 12})
    store.save("education", education(), USER)
    found = computed(store)
    behind = tracing.trace(found, code)
    assert "aggregate" in {record["type"] for record in behind}
    value = found.value(code)
    parts = [record["part"] for record in behind]
    if value.is_share:
        pairs = [tuple(map(int, part.split("/"))) for part in parts]
        assert (sum(n for n, _ in pairs), sum(d for _, d in pairs)) == (value.numerator, value.denominator)
    else:
        assert sum(parts) == value.value
    assert [record["type"] for record in tracing.trace(found, code, DV2)] == ["aggregate"]


def test_the_annex_says_whose_numbers_are_totals_and_what_they_did_not_send(store: Store) -> None:
    store.save("propaganda", SAMPLES["propaganda"], USER)
    send(store, DV2, {"TT_TIN": 30, "TT_BAI": 0})
    annex = next(one for one in built(store).annexes if one.title == "KẾT QUẢ TUYÊN TRUYỀN")
    rows = {row.cells[1]: row.cells[2:] for group in annex.groups for row in group.rows}
    assert rows["Ban CHQS thị xã Đông Giang"] == ("30", "0", "…", "…", "…", "…", "…")
    assert rows["Ban CHQS thành phố Hà Sơn"] == ("3", "-", "5", "-", "-", "-", "-")
    assert "Số liệu tổng hợp do đơn vị gửi: Ban CHQS thị xã Đông Giang." in annex.notes[0]


def test_a_figure_is_sent_once_and_counts_come_whole(store: Store) -> None:
    send(store, DV1, {"TT_TIN": 30})
    with pytest.raises(ExpectedError, match="đã có ở bản ghi tổng hợp khác"):
        send(store, DV1, {"TT_TIN": 31})
    half = {"unit": DV2, "event_to": "2019-06-14", "origin": "x"}
    with pytest.raises(ExpectedError, match="số nguyên"):
        store.save("aggregate", half | {"totals": [{"figure": "TT_TIN", "value": 305}]}, USER)
    store.save("aggregate", half | {"totals": [{"figure": "DV_DUONG", "value": 145}]}, USER)
    assert computed(store).value("DV_DUONG").text == "14,5"


def test_the_figures_that_may_be_sent_are_sums_and_counts_of_their_area() -> None:
    codes = code_list("AGGREGATE_FIGURE")
    for code in codes.codes():
        figure = FIGURES[code]
        assert codes.label(code).replace('"', "") == str(figure.label).replace("“", "").replace("”", "")
        assert codes.attribute(code, "area") == area_of(code)
        assert isinstance(figure.expression, Total)
        assert not figure.expression.minus
        assert all(measure.how in ("sum", "count") for measure in figure.expression.plus)
        assert not any(measure.source.stock or measure.source.own for measure in figure.expression.plus)


def test_what_was_not_sent_of_last_year_is_unknown_beside_this_year(store: Store) -> None:
    store.save("education", education(), USER)
    send(store, DV1, {"EDU_SESSION_N": 3}, "2018-06-14")
    found = {one.label: (one.now, one.before, one.change) for one in today.compared(store, period(store, "2019-H1"), None)}
    assert found["Buổi giáo dục"] == ("1", "3", "−2")
    assert found["Chuyên đề"][:2] == ("1", "—")
    assert found["Khám bệnh (đối tượng)"] == ("0", "—", "")  # no record of that area at all


def test_only_lines_that_say_so_stand_for_records() -> None:
    assert Line.stands_for is None
    assert HS != DV1


# -- said at entry -----------------------------------------------------------------------------------------------------------------


def warned(store: Store, name: str, record: dict[str, Any]) -> list[str]:
    """What is said of a record when it is entered."""
    made = complete(RECORD_TYPES[name], record | {"uid": None})
    return [one.message for one in store.problems(RECORD_TYPES[name], [made])[0] if one.code == totals.CODE]


def totals_of(unit: str, day: str = "2019-06-14", **more: Any) -> dict[str, Any]:
    return {"unit": unit, "event_to": day, "origin": "Báo cáo", "totals": [{"figure": "EDU_TURN_N", "value": 1000}], **more}


@pytest.mark.parametrize(
    ("unit", "day", "more", "said"),
    [
        (DV1, "2019-06-14", {}, True),  # the unit's own session is there
        (HS, "2019-06-14", {}, True),  # one below has it
        (DV2, "2019-06-14", {}, False),
        (DV1, "2018-12-14", {}, False),  # the day before the period
        (DV1, "2019-06-14", {"totals": [{"figure": "TT_TIN", "value": 10}]}, False),  # another area
        (DV1, "2019-06-14", {"estimate": True}, False),
    ],
)
def test_totals_beside_records_are_warned_of_when_they_are_entered(
    store: Store, unit: str, day: str, more: dict[str, Any], said: bool
) -> None:
    store.save("education", education(event_to="2018-12-15"), USER)
    found = warned(store, "aggregate", totals_of(unit, day, **more))
    assert bool(found) == said
    assert all("Giáo dục chính trị" in words for words in found)


@pytest.mark.parametrize(
    ("unit", "day", "said"),
    [(DV1, "2019-01-02", True), (DV2, "2019-01-02", False), (DV1, "2018-12-14", False), (DV1, "2019-06-15", False)],
)
def test_records_beside_totals_are_warned_of_when_they_are_entered(store: Store, unit: str, day: str, said: bool) -> None:
    send(store, DV1, {"EDU_TURN_N": 100})
    assert bool(warned(store, "education", education(unit=unit, event_to=day))) == said
    assert not warned(store, "propaganda", SAMPLES["propaganda"] | {"unit": DV1})


def test_a_units_record_below_one_that_sent_totals_is_warned_of_too(store: Store) -> None:
    send(store, DV2, {"EDU_TURN_N": 100})
    assert warned(store, "education", education(unit=COMMUNE))
    assert warned(store, "aggregate", totals_of(COMMUNE)) == []  # the one above was sent first: its own total is left out
    send(store, COMMUNE, {"EDU_TURN_N": 10})
    assert warned(store, "aggregate", totals_of(HS))


# -- what is expected of the days behind the period -------------------------------------------------------------------------------


def estimate(store: Store, unit: str, parts: dict[str, int], day: str = "2019-06-30") -> None:
    lines = [{"figure": code, "value": value} for code, value in parts.items()]
    record = {"unit": unit, "event_from": "2019-06-15", "event_to": day, "origin": "Ước", "estimate": True, "totals": lines}
    store.save("aggregate", record, USER)


def compared_rows(store: Store, code: str = "2019-H1") -> tuple[list[str], dict[str, tuple[str, ...]], str]:
    """Heads, rows by label and notes of the annex that compares with last year."""
    annex = next(one for one in content.build(store, period(store, code)).annexes if one.title.startswith("SO SÁNH"))
    rows = {" ".join(row.cells[1].split()): row.cells for group in annex.groups for row in group.rows}
    return [column.head for column in annex.columns], rows, " ".join(annex.notes)


def test_an_estimate_stands_in_a_marked_column_of_its_own_and_counts_nowhere(store: Store) -> None:
    store.save("education", education(), USER)  # one session, 409 present
    store.save("propaganda", SAMPLES["propaganda"], USER)  # 3 news items and 5 photographs
    before = {code: one.value for code, one in computed(store).all().items()}
    heads, rows, notes = compared_rows(store)
    assert not any("Ước" in head for head in heads)
    assert "Ước" not in notes
    estimate(store, DV1, {"EDU_SESSION_N": 20, "TT_TIN": 40})
    estimate(store, DV2, {"EDU_SESSION_N": 10, "DV_DUONG": 25}, "2019-06-28")
    after = {code: one.value for code, one in computed(store).all().items()}
    assert {code for code in after if after[code] != before[code]} == {"UOC_N"}
    assert values(computed(store, "2019-H2"), "EDU_SESSION_N", "TT_TIN") == [None, None]
    heads, rows, notes = compared_rows(store)
    place = heads.index("Ước đến\n30/6 (**)")
    assert rows["Buổi học"][place - 1 : place + 1] == ("1", str(1 + 2 + 1))
    assert rows["Tin, bài, ảnh"][place - 1 : place + 1] == ("8", str(8 + 4))
    assert rows["Tu sửa đường giao thông"][place] == "2,5"
    assert rows["Lượt người tham gia"][place] == "…"
    assert rows["Tỷ lệ tham gia bình quân"][place] == "-"
    assert "(**) Ước thực hiện đến ngày 30/6" in notes
    assert [row["part"] for row in tracing.trace(computed(store), "UOC_N", figure="EDU_SESSION_N")] == [10, 20]


def test_the_column_of_estimates_leaves_the_table_as_wide_as_the_others(store: Store) -> None:
    store.save("education", education(), USER)
    estimate(store, DV1, {"EDU_SESSION_N": 20})
    annex = next(one for one in built(store).annexes if one.title.startswith("SO SÁNH"))
    assert sum(column.width for column in annex.columns) == pytest.approx(160)
