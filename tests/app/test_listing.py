"""Lists read through indexes, whatever their number of records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import lookup
from app.listing import Listing, Wanted
from app.periods import period
from db import fold
from db.record import CANCELLED, EventRecord
from db.records import RECORD_TYPES
from db.store import Store
from tests import samples
from tests.app.import_kit import SESSION, Kit
from tests.samples import open_copy

EVENTS = [name for name, declared in RECORD_TYPES.items() if issubclass(declared, EventRecord)]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def steps(store: Store, name: str, wanted: Wanted) -> str:
    """Give how the engine would look for the first page of a list."""
    listing = Listing(store, RECORD_TYPES[name], wanted)
    query = RECORD_TYPES[name].select(RECORD_TYPES[name].id)
    for condition in listing.conditions():
        query = query.where(condition)
    sql, values = store.database.get_sql_context().sql(query.order_by(*listing._order())).query()  # noqa: SLF001
    return " / ".join(str(row[3]) for row in store.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize("name", EVENTS)
def test_the_records_of_a_period_are_found_by_an_index(kit: Kit, name: str) -> None:
    found = steps(kit.store, name, Wanted(period=period(kit.store, "2019-H1")))
    assert f"COVERING INDEX {RECORD_TYPES[name].table_name()}_in_period (state=? AND <expr>" in found


def test_a_list_of_units_says_what_they_are_called_now(kit: Kit) -> None:
    uid = samples.DV2
    record = kit.store.read(uid)[1]
    before = {**record["versions"][0], "valid_to": "2018-12-31"}
    after = {**record["versions"][0], "name": "Ban CHQS thành phố Đông Giang", "valid_from": "2019-01-01"}
    kit.store.save("unit", record | {"versions": [before, after]}, samples.USER)
    listing = Listing(kit.store, RECORD_TYPES["unit"], Wanted())
    rows = {row.uid: row for row in listing.rows(listing.ids())}
    assert [column.label for column in listing.columns] == ["Mã đơn vị", "Tên"]
    assert rows[uid].cells == ("DV02", "Ban CHQS thành phố Đông Giang")
    assert all(row.cells[1] == row.title for row in rows.values())


def test_the_record_before_a_day_is_the_nearest_one_of_its_unit(kit: Kit) -> None:
    sample, declared = samples.SAMPLES["hcm"], RECORD_TYPES["hcm"]
    assert issubclass(declared, EventRecord)
    march, june, may = (
        kit.store.save("hcm", {**sample, "event_from": day, "event_to": day}, samples.USER)
        for day in ("2019-03-01", "2019-06-10", "2019-05-02")
    )

    def before(day: str | None, uid: str | None = None) -> str | None:
        found = lookup.before(kit.store, declared, sample["unit"], day, uid)
        return found["uid"] if found else None

    assert before(None) == june, "the last by its day, not by when it was entered"
    assert before("2019-05-31") == may
    assert before("2019-06-10", june) == may, "not itself"
    assert before("2019-03-01", march) is None
    assert lookup.before(kit.store, declared, samples.DV2, None, None) is None


@pytest.mark.parametrize("name", EVENTS)
def test_the_newest_of_all_records_come_from_an_index_without_sorting(kit: Kit, name: str) -> None:
    found = steps(kit.store, name, Wanted())
    assert f"COVERING INDEX {RECORD_TYPES[name].table_name()}_newest" in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_the_cancelled_records_of_every_type_are_found_by_an_index(kit: Kit, name: str) -> None:
    assert f"{RECORD_TYPES[name].table_name()}_newest" in steps(kit.store, name, Wanted(state=CANCELLED))


def test_a_file_folded_before_the_indexes_gets_them_without_being_folded_anew(kit: Kit) -> None:
    kit.take("education", SESSION)
    database = kit.store.database
    for name in ("education_in_period", "education_newest", "beneficiary_newest"):
        database.execute_sql(f"DROP INDEX {name}")
    before = kit.store.state_hash()
    again = Store(database)
    assert again.state_hash() == before
    names = {row[0] for row in database.execute_sql("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    assert {"education_in_period", "education_newest", "beneficiary_newest"} <= names
    fold.add_indexes(database, RECORD_TYPES.values())


def test_the_uids_of_rows_come_in_the_order_of_the_rows(kit: Kit) -> None:
    kit.take("education", SESSION, SESSION | {"Ngày": "3/1/2019"}, SESSION | {"Ngày": "4/1/2019"})
    listing = Listing(kit.store, RECORD_TYPES["education"], Wanted())
    assert [kit.store.read(uid)[1]["event_to"] for uid in listing.uids(listing.ids())] == ["2019-01-04", "2019-01-03", "2019-01-02"]
