"""Names that an office first left out come with a later full file; what it erases is erased wherever it had been sent."""

from __future__ import annotations

from pathlib import Path

from app import figures
from app.checking import check_all
from app.periods import period
from app.sync import rebuilding, sending, taking
from db.system import Journal, write_meta
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, UNIT, Place, join, new_office, send

NAME, PERSON = "Nguyễn Văn Hùng", samples.SAMPLES["beneficiary"]


def person(one: Place) -> str:
    """Save a person and help given to that person, and give the person's uid."""
    uid = one.store.save("beneficiary", PERSON, USER)
    one.store.save("care", samples.care(unit=UNIT[ONE]), USER)
    return uid


def values(at: Place) -> dict[str, str]:
    return {name: value.text for name, value in figures.compute(at.store, period(at.store, "2019-H1")).all(UNIT[ONE]).items()}


def private(at: Place, uid: str) -> list[bytes | None]:
    return [entry.private for entry in at.store.entries(Journal.record == uid, (Journal.lc,))]


def test_lists_left_out_at_first_are_filled_in_by_a_full_file_and_nothing_counts_twice(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = person(one)
    one.store.save("beneficiary", {**one.store.read(uid)[1], "commune": "Phú Thịnh"}, USER)
    send(one, hq, mail)
    counted, records = values(hq), hq.store.count(hq.store.types["beneficiary"])
    assert (hq.store.read(uid)[1]["name"], private(hq, uid)) == (None, [None, None])
    write_meta(one.store.database, sending.LISTS, "1")
    path = sending.out(one.store, mail, USER, everything=True)[0].path
    verdict = taking.take(hq.store, [path], USER)[0]
    assert (verdict.code, verdict.filled, verdict.taken.new, verdict.taken.changed) == ("", 2, 0, 0)
    assert any("2 mục đã có" in note for note in verdict.notes)
    assert hq.store.read(uid)[1] == one.store.read(uid)[1]
    assert private(hq, uid) == private(one, uid)
    assert (values(hq), hq.store.count(hq.store.types["beneficiary"])) == (counted, records)
    assert check_all(hq.store).problems == []
    again = sending.out(one.store, mail, USER, everything=True)[0].path
    assert taking.take(hq.store, [again], USER, preview=True)[0].filled == 0


def test_what_an_office_erased_is_erased_at_headquarters_and_no_older_file_brings_it_back(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    uid = person(one)
    send(one, hq, mail, lists=True)
    assert hq.store.read(uid)[1]["name"] == NAME
    old = sending.out(one.store, mail, USER, everything=True, lists=True)[0].path
    one.store.erase(uid, "theo đề nghị", USER)
    counted = values(hq)
    send(one, hq, mail, lists=True)
    assert (hq.store.read(uid)[1]["name"], private(hq, uid)) == (None, [None])
    assert taking.take(hq.store, [old], USER)[0].filled == 0
    assert private(hq, uid) == [None]
    assert values(hq) == counted
    assert check_all(hq.store).problems == []
    fresh = new_office(tmp_path / "new", ONE)
    join(fresh, hq, mail)
    taking.take(fresh.store, [one.path for one in rebuilding.rebuild(hq.store, ONE, mail, USER)], USER)
    assert private(fresh, uid) == [None]
    written = {**one.store.read(uid)[1], "name": NAME}
    one.store.save("beneficiary", written, USER)  # entered again by its own wish: a new answer, not the erased one
    send(one, hq, mail, lists=True)
    assert hq.store.read(uid)[1]["name"] == NAME
    fresh.close()


def test_what_headquarters_erased_does_not_come_back_with_a_full_file(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = person(one)
    send(one, hq, mail, lists=True)
    hq.store.erase(uid, "không được giữ", USER)
    send(one, hq, mail, everything=True, lists=True)
    assert private(hq, uid) == [None]
