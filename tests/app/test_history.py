"""What happened in the whole office: changes, imports and the bin, read a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import history, users
from app.history import Filter
from app.listing import Listing, Wanted
from db.errors import ExpectedError
from db.journal import now_text
from db.records import RECORD_TYPES
from tests import samples
from tests.app.import_kit import SESSION, Kit
from tests.samples import open_copy


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def saved(kit: Kit, **answers: str) -> str:
    return kit.store.save("beneficiary", {"name": "Nguyễn Văn An", "birth": "1950", "commune": "Phú Lâm", **answers}, samples.USER)


def lately(kit: Kit, wanted: Filter, before: int | None = None, limit: int = history.PAGE) -> list[history.Change]:
    return history.lately(kit.store, samples.USER, wanted, before, limit).changes


def test_changes_come_newest_first_with_who_what_and_which_record(kit: Kit) -> None:
    uid = saved(kit)
    kit.store.save("beneficiary", kit.store.read(uid)[1] | {"commune": "Kim Lộc"}, samples.USER)
    kit.store.cancel(uid, "nhập nhầm", samples.USER)
    first = kit.store.versions(uid)[0]
    kit.store.restore(uid, first.device, first.seq, samples.USER)
    found = lately(kit, Filter(type_name="beneficiary"))
    assert [one.what for one in found] == ["restored", "cancelled", "changed", "made"]
    assert {(one.by, one.uid, one.type_name) for one in found} == {(samples.USER, uid, "beneficiary")}
    assert found[2].changes == "Xã: Phú Lâm → Kim Lộc"
    assert "Nguyễn Văn An" in found[3].title
    assert "nhập nhầm" in found[1].changes


def test_pages_follow_one_another_without_a_gap_or_a_repetition(kit: Kit) -> None:
    uids = [saved(kit, name=f"Trần Văn {number}") for number in range(7)]
    found: list[history.Change] = []
    while part := lately(kit, Filter(type_name="beneficiary"), found[-1].id if found else None, 3):
        found += part
    assert [one.uid for one in found] == uids[::-1]


def test_an_import_is_one_line_and_its_rows_are_shown_on_demand(kit: Kit) -> None:
    kit.take("education", SESSION, SESSION | {"Ngày": "03/01/2019"})
    assert lately(kit, Filter(type_name="education")) == []
    assert len(lately(kit, Filter(type_name="education", imported=True))) == 2
    (one,) = history.imports(kit.store, samples.USER, Filter(type_name="education"))
    assert (one.new, one.by, one.undone) == (2, samples.USER, None)
    assert one.file.startswith("bang-")


def test_changes_of_a_person_and_of_a_day_are_found(kit: Kit) -> None:
    uid = saved(kit)
    day = lately(kit, Filter())[0].at[:10]
    users.enter(kit.store, "another", "Người khác", ["clerk"], samples.USER, now_text())
    kit.store.save("beneficiary", kit.store.read(uid)[1] | {"commune": "Kim Lộc"}, "another")
    name = "beneficiary"
    assert [one.what for one in lately(kit, Filter(name, person="another"))] == ["changed"]
    assert len(lately(kit, Filter(name, day=day))) == 2
    assert lately(kit, Filter(name, day="1999-01-01")) == []


def test_a_page_asks_the_same_few_questions_however_many_rows_it_has(kit: Kit) -> None:
    for number in range(30):
        uid = saved(kit, name=f"Trần Văn {number}")
        kit.store.save("beneficiary", kit.store.read(uid)[1] | {"commune": "Kim Lộc"}, samples.USER)
    asked: list[str] = []
    connection = kit.store.database.connection()
    connection.set_trace_callback(asked.append)
    few, many = lately(kit, Filter(), limit=2), lately(kit, Filter(), limit=50)
    connection.set_trace_callback(None)
    assert (len(few), len(many)) == (2, 50)
    assert len(asked) == 8


def test_an_undone_import_says_when_by_whom_and_why(kit: Kit) -> None:
    from app import importing

    found = kit.take("education", SESSION)
    assert found.import_id
    importing.undo(kit.store, found.import_id, samples.USER, reason="nhầm kỳ")
    (one,) = history.imports(kit.store, samples.USER, Filter(type_name="education"))
    assert (one.undone is not None, one.undone_by, one.reason) == (True, samples.USER, "nhầm kỳ")
    listing = Listing(kit.store, RECORD_TYPES["education"], Wanted(import_id=one.id, state="cancelled"))
    assert len(listing.ids()) == 1


def test_the_bin_holds_what_was_cancelled_of_every_type_with_its_reason(kit: Kit) -> None:
    uid = saved(kit)
    kit.take("education", SESSION)
    session = kit.one("education")["uid"]
    kit.store.cancel(session, "trùng", samples.USER)
    kit.store.cancel(uid, "nhập nhầm", samples.USER)
    found = history.gone_rows(kit.store, history.gone(kit.store, samples.USER))
    assert {(one.uid, one.type_name, one.reason) for one in found} == {(uid, "beneficiary", "nhập nhầm"), (session, "education", "trùng")}
    assert all(one.title for one in found)
    assert [one.uid for one in history.gone(kit.store, samples.USER, Filter(type_name="education"))] == [session]
    assert history.gone(kit.store, samples.USER, Filter(person="another")) == []


def test_one_reading_looks_through_a_bounded_stretch_and_going_on_finds_the_rest(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    uids = [saved(kit, name=f"Trần Văn {number}") for number in range(12)]
    users.enter(kit.store, "another", "Người khác", ["clerk"], samples.USER, now_text())
    kit.store.save("beneficiary", kit.store.read(uids[0])[1] | {"commune": "Kim Lộc"}, "another")
    for number in range(9):
        saved(kit, name=f"Lê Văn {number}")
    monkeypatch.setattr(history, "WINDOW", 2)
    monkeypatch.setattr(history, "WINDOWS", 3)
    asked: list[str] = []
    connection = kit.store.database.connection()
    connection.set_trace_callback(asked.append)
    part = history.lately(kit.store, samples.USER, Filter(person="another"))
    connection.set_trace_callback(None)
    assert part.changes == []
    assert part.on is not None, "nothing yet, and the rest of the journal waits"
    scans = [query for query in asked if "json_extract" in query]
    assert len(scans) == 3
    plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {scans[0]}"))
    assert "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan
    found = []
    while part.on is not None:
        part = history.lately(kit.store, samples.USER, Filter(person="another"), part.on)
        found += part.changes
    assert [(one.by, one.uid) for one in found] == [("another", uids[0])]
    every: list[history.Change] = []
    on: int | None = None
    while True:
        part = history.lately(kit.store, samples.USER, Filter(type_name="beneficiary"), on, 5)
        every, on = [*every, *part.changes], part.on
        if on is None:
            break
    assert len(every) == 22
    assert len({one.id for one in every}) == 22


def test_a_clerk_sees_only_own_entries_and_a_commander_all(kit: Kit) -> None:
    uid = saved(kit)
    for role in ("clerk", "commander", "administrator"):
        users.enter(kit.store, role, f"Người {role}", [role], samples.USER, now_text())
    mine = kit.store.save("beneficiary", {"name": "Lê Thị Bưởi", "birth": "1951", "commune": "Phú Lâm"}, "clerk")
    kit.take("education", SESSION)
    kit.store.cancel(uid, "nhập nhầm", samples.USER)
    assert [one.uid for one in history.lately(kit.store, "clerk", Filter(imported=True)).changes] == [mine]
    assert history.imports(kit.store, "clerk") == []
    assert history.gone(kit.store, "clerk") == []
    for role in ("commander", "administrator"):
        assert len(history.lately(kit.store, role, Filter(type_name="beneficiary")).changes) == 3
        assert len(history.imports(kit.store, role)) == 1
        assert [one.uid for one in history.gone(kit.store, role)] == [uid]
    for ask in (history.lately, history.imports, history.gone):
        with pytest.raises(ExpectedError, match="không được làm việc này"):
            ask(kit.store, "clerk", Filter(person=samples.USER))
