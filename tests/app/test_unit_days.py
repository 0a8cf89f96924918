"""A unit that ends within a period takes none of its records with it: they count, and whoever ends it, enters or reports them is told."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app import checking, figures, tracing
from app.comparison import Comparison
from app.office import Office
from app.periods import period
from app.report import content
from app.report.document import Report
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from db.unit_days import CODE, counts_for, parent_of, strays, units
from tests.app.import_kit import SESSION, Kit
from tests.report.reading import annex_of, table
from tests.samples import DV1, DV2, HS, USER, education, inspection, send

OLD, OTHER, NEW, COMMUNE = (fixed_uid("unit", code) for code in ("DV03", "DV04", "KV01", "XA01"))
END, BEGIN = "2019-02-28", "2019-03-01"
EDUCATION = "KẾT QUẢ GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT"


def version(name: str, parent: str | None = HS, start: str | None = None, end: str | None = None) -> dict[str, Any]:
    return {"name": name, "parent": parent, "valid_from": start, "valid_to": end}


def heirs(*units: str) -> list[dict[str, Any]]:
    return [{"successor": unit, "on": BEGIN} for unit in units]


def old(end: str | None = None, *successors: str) -> dict[str, Any]:
    return {"uid": OLD, "code": "DV03", "versions": [version("Ban CHQS huyện Bắc", end=end)], "successors": heirs(*successors)}


def trained(store: Store, unit: str, day: str, required: int) -> str:
    line = {"audience": "DQ_CD", "strength": required, "required": required, "present": required}
    return store.save("education", education(unit=unit, event_to=day, audiences=[line]), USER)


@pytest.fixture
def store(small: Office) -> Store:
    """Districts North and South, a new area from March on, and records of North in January and April."""
    store = small.store
    store.save("unit", {**old(), "uid": None}, USER)
    store.save("unit", {"code": "DV04", "versions": [version("Ban CHQS huyện Nam")]}, USER)
    store.save("unit", {"code": "KV01", "versions": [version("Ban CHPTKV 1", start=BEGIN)]}, USER)
    trained(store, OLD, "2019-01-20", 50)
    trained(store, OLD, "2019-04-20", 7)
    trained(store, NEW, "2019-04-04", 120)
    trained(store, DV1, "2019-05-05", 1000)
    return store


def warned(store: Store, name: str, record: dict[str, Any]) -> list[str]:
    """What is said of a record before it is saved."""
    made = complete(RECORD_TYPES[name], record)
    return [one.message for one in store.problems(RECORD_TYPES[name], [made])[0] if one.code == CODE and one.level == "warning"]


def counted(store: Store, unit: str | None = None, row: str | None = None) -> int | str | None:
    return figures.compute(store, period(store, "2019-H1"), unit).value("EDU_REQUIRED_N", row).value


def built(store: Store) -> Report:
    return content.build(store, period(store, "2019-H1"))


# -- counted -----------------------------------------------------------------------------------------------------------------------


def test_records_dated_after_their_unit_ended_count_for_the_unit_that_took_over(store: Store) -> None:
    assert (counted(store), counted(store, row=OLD), counted(store, row=NEW)) == (1177, 57, 120)
    store.save("unit", old(END, NEW), USER)
    assert (counted(store), counted(store, row=OLD), counted(store, row=NEW)) == (1177, 50, 127)
    assert counted(store, unit=NEW) == 127  # in the new unit's own report, too
    found = figures.compute(store, period(store, "2019-H1"))
    assert sum(int(found.value("EDU_REQUIRED_N", row).value or 0) for row in found.rows()) == 1177
    assert {record["unit"] for record in tracing.trace(found, "EDU_REQUIRED_N", NEW)} == {"DV03", "KV01"}
    rows = [(row[1] or row[0], row[5]) for row in table(annex_of(built(store), EDUCATION)) if row[2] in ("Cộng", "Tổng cộng")]
    assert rows == [
        ("Ban CHQS thành phố Hà Sơn", "1.000"), ("Ban CHQS huyện Bắc", "50"), ("Ban CHPTKV 1", "127"), ("TỔNG CỘNG TOÀN TỈNH", "1.177"),
    ]  # fmt: skip


@pytest.mark.parametrize("successors", [(), (NEW, OTHER)])
def test_without_one_unit_that_took_all_over_they_stay_with_their_own(store: Store, successors: tuple[str, ...]) -> None:
    store.save("unit", old(END, *successors), USER)
    assert (counted(store), counted(store, row=OLD), counted(store, row=NEW)) == (1177, 57, 120)


def test_a_unit_that_ended_before_the_period_has_a_row_for_what_is_dated_within_it(store: Store) -> None:
    store.save("unit", old("2018-11-30"), USER)
    found = figures.compute(store, period(store, "2019-H1"))
    assert found.rows() == (DV1, DV2, OLD, OTHER, NEW)
    assert (counted(store), counted(store, row=OLD)) == (1177, 57)


def test_records_below_a_unit_that_ended_go_where_it_went(store: Store) -> None:
    """The commune's own version goes on below a district that is no more."""
    store.save("unit", {"code": "XA01", "versions": [version("Ban CHQS xã Phú Lâm", OLD)]}, USER)
    trained(store, COMMUNE, "2019-05-01", 300)
    store.save("unit", old(END, NEW), USER)
    assert (counted(store), counted(store, row=NEW)) == (1477, 427)
    store.save("unit", old(END), USER)
    assert (counted(store), counted(store, row=OLD)) == (1477, 357)


def test_a_unit_that_took_over_and_ended_too_hands_on(store: Store) -> None:
    store.save("unit", {"uid": NEW, "code": "KV01", "versions": [version("Ban CHPTKV 1", start=BEGIN, end="2019-03-31")],
                        "successors": heirs(OTHER)}, USER)  # fmt: skip
    store.save("unit", old(END, NEW), USER)
    assert (counted(store), counted(store, row=OTHER)) == (1177, 127)
    circle = {**units(store.names), OTHER: {"versions": [version("", end=END)], "successors": heirs(OLD)}}
    assert counts_for(circle, OLD, "2019-04-20") == OLD  # a circle hands over to nobody


def test_a_unit_taken_over_by_another_province_keeps_its_late_records_here(store: Store) -> None:
    away = store.save("unit", {"code": "T2", "versions": [version("Bộ CHQS tỉnh khác", None)]}, USER)
    store.save("unit", old(END, away), USER)
    assert (counted(store), counted(store, row=OLD)) == (1177, 57)
    assert any("Ban CHQS huyện Bắc có 1 bản ghi" in words and "tính vào" not in words for words in built(store).warnings)


def test_records_from_before_a_unit_began_count_for_it(store: Store) -> None:
    trained(store, NEW, "2019-01-10", 11)
    assert (counted(store), counted(store, row=NEW)) == (1188, 131)
    assert parent_of(store.names, NEW, "2019-01-10") == HS


def test_totals_dated_after_a_unit_ended_count_once_and_are_known(store: Store) -> None:
    store.save("unit", old(END, NEW), USER)
    send(store, OLD, {"TT_TIN": 30})
    found = figures.compute(store, period(store, "2019-H1"))
    assert (found.value("TT_TIN").value, found.value("TT_TIN", NEW).value) == (30, 30)
    send(store, HS, {"TT_TIN": 500})  # totals of the whole are never added to those of a unit of it
    assert figures.compute(store, period(store, "2019-H1")).value("TT_TIN").value == 30


def test_next_years_comparison_holds_all_of_it_for_the_unit_that_took_over(store: Store) -> None:
    store.save("unit", old(END, NEW), USER)
    trained(store, NEW, "2020-04-04", 10)
    pair = Comparison.of(store, period(store, "2020-H1")).pair("EDU_REQUIRED_N", NEW)
    assert (pair.standing, pair.before.value if pair.before else None) == ("known", 177)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_becomes_of_units_the_total_holds_every_record_and_the_rows_add_up(small: Office, seed: int) -> None:
    chance, store = random.Random(seed), small.store
    days = ["2018-11-30", "2018-12-14", "2018-12-15", "2019-01-31", "2019-03-15", "2019-06-13", "2019-06-14", "2019-07-01"]
    codes = [f"X{number}" for number in range(7)]
    for number, code in enumerate(codes):
        above = chance.choice([HS, *(fixed_uid("unit", one) for one in codes[:number])])
        since, until = sorted(chance.sample(days, 2))
        span = version(f"Đơn vị {code}", above, chance.choice([None, since]), chance.choice([None, until]))
        takers = [fixed_uid("unit", one) for one in chance.sample(codes, chance.choice([0, 1, 1, 2])) if one != code]
        store.save("unit", {"code": code, "versions": [span], "successors": heirs(*takers)}, USER)
    total = 0
    for code in codes * 2:
        required = chance.randrange(1, 1000)
        trained(store, fixed_uid("unit", code), chance.choice(days[2:-1]), required)
        total += required
    found = figures.compute(store, period(store, "2019-H1"))
    assert found.value("EDU_REQUIRED_N").value == total
    assert sum(int(found.value("EDU_REQUIRED_N", row).value or 0) for row in found.rows()) == total


# -- said --------------------------------------------------------------------------------------------------------------------------


def test_ending_a_unit_before_days_of_its_records_is_warned_of_with_their_number(store: Store) -> None:
    trained(store, OLD, "2019-05-20", 8)
    store.cancel(trained(store, OLD, "2019-05-21", 9), "nhập nhầm", USER)
    assert warned(store, "unit", old()) == []
    assert warned(store, "unit", old("2019-05-20")) == []
    assert warned(store, "unit", old(END, NEW)) == [
        "Đơn vị có 2 bản ghi của những ngày đơn vị không còn hiệu lực (20/04/2019 – 20/05/2019): tính vào Ban CHPTKV 1. "
        "Hãy chuyển sang đơn vị đó."
    ]
    assert warned(store, "unit", old("2019-04-30")) == [
        "Đơn vị có 1 bản ghi của những ngày đơn vị không có hiệu lực (20/05/2019). Hãy sửa ngày, hoặc đơn vị của bản ghi."
    ]
    late = {"uid": NEW, "code": "KV01", "versions": [version("Ban CHPTKV 1", start="2019-04-05")]}
    assert len(warned(store, "unit", late)) == 1


def test_a_gap_between_two_versions_is_found(store: Store) -> None:
    versions = [version("Ban CHQS huyện Bắc", end=END), version("Ban CHQS quận Bắc", start="2019-04-21")]
    assert "1 bản ghi" in warned(store, "unit", {**old(), "versions": versions})[0]
    versions[1]["valid_from"] = "2019-04-20"
    assert warned(store, "unit", {**old(), "versions": versions}) == []


def test_a_record_of_a_day_on_which_its_unit_does_not_exist_is_warned_of(store: Store) -> None:
    assert warned(store, "education", education(unit=OLD, event_to=BEGIN)) == []
    store.save("unit", old(END, NEW), USER)
    assert warned(store, "education", education(unit=OLD, event_to=END)) == []
    assert warned(store, "education", education(unit=OLD, event_to=BEGIN)) == [
        "Ban CHQS huyện Bắc không còn hiệu lực vào ngày 01/03/2019: bản ghi được tính vào Ban CHPTKV 1. Hãy chọn đơn vị đúng thời điểm."
    ]
    assert warned(store, "education", education(unit=NEW, event_to=END)) == [
        "Ban CHPTKV 1 không có hiệu lực vào ngày 28/02/2019. Hãy chọn đơn vị đúng thời điểm."
    ]
    assert warned(store, "inspection", inspection(unit=OLD, event_to="2019-02-20", concl_date="2019-03-10")) != []  # counted in March


def test_the_import_of_units_warns_and_that_of_records_refuses(store: Store, small: Office, tmp_path: Any) -> None:
    kit = Kit(small, tmp_path)
    name = {"Mã đơn vị": "DV03", "Tên đơn vị": "Ban CHQS huyện Bắc", "Đơn vị cấp trên": "HS00"}
    preview = kit.preview("unit", kit.csv(name | {"Hiệu lực đến": "28/02/2019"}))
    assert any("1 bản ghi" in doubt.reason for doubt in preview.doubts)
    store.save("unit", old(END, NEW), USER)
    (refused,) = kit.refusals("education", SESSION | {"Đơn vị": "DV03", "Ngày": "20/04/2019"})  # a cell names who there was
    assert "20/04/2019" in refused[2]


def test_report_and_check_name_the_records_and_the_report_calls_nobody_silent(store: Store) -> None:
    store.cancel(fixed_session(store, "2019-01-20"), "nhập nhầm", USER)
    store.save("unit", old(END, NEW), USER)
    said = "Ban CHQS huyện Bắc có 1 bản ghi của những ngày đơn vị không còn hiệu lực (20/04/2019): tính vào Ban CHPTKV 1."
    report = built(store)
    assert said in report.warnings
    assert said in checking.check_all(store).notices
    notes = " ".join(note for annex in report.annexes for note in annex.notes)
    silent = [words for words in (*report.warnings, notes) if "Chưa có số liệu" in words and "Bắc" in words]
    assert silent == []
    assert next(row[2:5] for row in table(annex_of(report, EDUCATION)) if row[1] == "Ban CHQS huyện Bắc") == ("-", "-", "-")
    assert said not in content.build(store, period(store, "2018-H2")).warnings


def fixed_session(store: Store, day: str) -> str:
    """The uid of the one session of North on a day."""
    declared = RECORD_TYPES["education"]
    query = declared.select(declared.uid).where((declared.unit == OLD) & (declared.counted_on == day))  # type: ignore[attr-defined]
    return str(store.execute(query.tuples()).fetchone()[0])


def test_an_office_whose_units_never_change_asks_nothing(small: Office) -> None:
    def never(query: Any) -> Any:
        raise AssertionError(query)

    class Quiet:
        types, names, execute = small.store.types, small.store.names, staticmethod(never)

    assert strays(Quiet(), units(small.store.names)) == []


def test_a_unit_that_ended_is_called_by_its_full_name(store: Store) -> None:
    named = {**version("Ban CHQS huyện Bắc", end=END), "short": "Huyện Bắc"}
    store.save("unit", {**old(), "versions": [named]}, USER)
    assert [store.names.label("unit", OLD, day) for day in (None, "2019-01-01", "2019-06-14")] == ["Ban CHQS huyện Bắc"] * 3
