"""A province's own file to a region is the same file, and its districts' files go along as they signed them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from app import console, figures, history, requests, users
from app.checking import check_all
from app.periods import period
from app.sync import answering, authority, desk, enrolment, rebuilding, sending, taking
from db import keystore, receiving
from db.errors import ExpectedError
from db.journal import now_text
from db.record import fixed_uid
from db.system import Authority, Journal
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, UNIT, Place, back, lesson, new_office, send

QK = "QK02"
PROVINCE = fixed_uid("unit", HQ)


@pytest.fixture
def region(places: dict[str, Place], mail: Path, tmp_path: Path) -> Iterator[Place]:
    """A region that the province sends to, as any office sends to its headquarters."""
    made, hq = new_office(tmp_path / QK, QK), places[HQ]
    secret, public = keystore.new_device_key()
    working, safe = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    row = {"sign": public.hex(), "office": QK, "name": QK, "working": str(working.to_public()), "safe": str(safe.to_public()),
           "since": now_text(), "replaced": None}  # fmt: skip
    made.store.execute(Authority.insert(**row, secret=secret, identity=str(working), own=1))
    hq.store.execute(Authority.insert(**row, secret=None, identity=None, own=0))
    path, mine = enrolment.enrol(hq.store, mail, "Máy tỉnh", USER)
    taking.take(made.store, [path], USER)
    enrolment.approve(made.store, mine.device, mine.digits, USER)
    back(made, hq, mail)
    yield made
    made.close()


def values(at: Place, unit: str, row: str | None = None) -> dict[str, str]:
    found = figures.compute(at.store, period(at.store, "2019-H1"), unit)
    return {name: value.text for name, value in found.all(row).items()}


def test_a_regions_totals_over_a_provinces_districts_are_the_provinces(places: dict[str, Place], region: Place, mail: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    lesson(one)
    one.store.save("care", samples.care(unit=UNIT[ONE]), USER)
    lesson(two, TWO, event_to="2019-03-03")
    for place in (one, two):
        send(place, hq, mail)
    sent = sending.out(hq.store, mail / "up", USER)
    assert {found.path.name.split("-")[0] for found in sent} == {HQ, "chuyen"}
    assert {found.device for found in sent} == {hq.device, one.device, two.device}
    verdicts = [verdict for found in reversed(sent) for verdict in taking.take(region.store, [found.path], USER)]
    assert verdicts[0].code == "S05"  # who that machine is stands in the province's own file, which comes last here
    assert {verdict.verdict for verdict in verdicts[-3:]} == {"taken"}
    ours, theirs = values(region, PROVINCE), values(hq, PROVINCE)
    assert ours == theirs
    assert ours["EDU_TURN_N"] != "0"
    for unit in UNIT.values():
        assert values(region, PROVINCE, unit) == values(hq, PROVINCE, unit)
    assert region.store.elsewhere[one.device] == ONE
    for place in (one, two):
        entries = [list(at.store.entries(Journal.device == place.device, (Journal.seq,))) for at in (region, hq)]
        assert entries[0] == entries[1]
    assert check_all(region.store).problems == []


def test_only_what_the_region_has_not_confirmed_goes_again(places: dict[str, Place], region: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    send(one, hq, mail)
    assert {verdict.verdict for verdict in send(hq, region, mail / "up")} == {"taken"}
    again = sending.out(hq.store, mail / "lost", USER)
    assert one.device in {found.device for found in again}
    back(region, hq, mail)
    with pytest.raises(ExpectedError, match="Không có gì mới"):
        sending.out(hq.store, mail / "up", USER)
    assert desk.unsent(hq.store).changes == 0
    uid = lesson(one, event_to="2019-04-04")
    send(one, hq, mail)
    assert desk.unsent(hq.store).by_type == {"education": 1}
    sent = sending.out(hq.store, mail / "up", USER)
    assert {found.device for found in sent} == {hq.device, one.device}
    taking.take(region.store, [found.path for found in sent], USER)
    assert region.store.read(uid)[1] == one.store.read(uid)[1]


def test_what_the_region_asks_about_a_districts_record_reaches_the_province(places: dict[str, Place], region: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    send(one, hq, mail)
    send(hq, region, mail / "up")
    requests.ask(region.store, uid, "Ghi rõ địa điểm", USER)
    back(region, hq, mail)
    assert [(found.record, found.text) for found in requests.requests(hq.store)] == [(uid, "Ghi rõ địa điểm")]
    with pytest.raises(ExpectedError, match=f"{ONE} gửi qua {HQ}"):
        answering.answer(region.store, ONE, mail, USER)  # the districts' answers are the province's
    assert answering.answered(region.store) == [HQ]
    made, failed = answering.answer_all(region.store, [ONE, HQ], mail, USER)
    assert [one.office for one in made] == [HQ]
    assert [str(one.title) for one in failed] == [f"{ONE}: {ONE} gửi qua {HQ}, không gửi thẳng cho cơ quan này."]


def test_a_revoked_machine_of_a_district_is_revoked_for_the_region_too(places: dict[str, Place], region: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    send(one, hq, mail)
    send(hq, region, mail / "up")
    lesson(one, event_to="2019-04-04")
    send(one, hq, mail)
    end = receiving.end_of(hq.store, one.device)
    enrolment.revoke(hq.store, one.device, 3, USER)
    assert {verdict.verdict for verdict in send(hq, region, mail / "up")} == {"taken"}
    assert receiving.end_of(region.store, one.device) == end  # what the province took before goes on
    known = enrolment.machine(region.store, one.device)
    assert known is not None
    assert end is not None
    assert (known.status, known.last_ok) == ("revoked", end[0])


def test_an_office_speaks_for_nobody_that_is_not_below_it(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    stranger = new_office(tmp_path / "stranger", TWO)
    said = {"office_name": "X", "label": "X", "public": stranger.store.device.public.hex()}
    age = authority.own_keys(hq.store)
    assert age is not None
    with one.store.transaction():
        for number, office in enumerate((TWO, ONE, HQ, "DV99")):
            device = stranger.device[:-1] + str(number)
            one.store.audit("device.approve", {**said, "device": device, "office": office, "age": age.working}, USER)
    before = {machine.device for machine in enrolment.machines(hq.store)}
    assert send(one, hq, mail)[0].verdict == "taken"
    assert {machine.device for machine in enrolment.machines(hq.store)} == before
    stranger.close()


def test_a_province_that_lost_all_gets_its_own_and_its_districts_files_from_the_region(
    places: dict[str, Place], region: Place, mail: Path, tmp_path: Path
) -> None:
    """Those too of a district whose machine died: nobody else has them."""
    one, two, hq = places[ONE], places[TWO], places[HQ]
    uids = [lesson(one), lesson(two, TWO, event_to="2019-03-03")]
    for place in (one, two):
        send(place, hq, mail)
    enrolment.revoke(hq.store, two.device, 99, USER)
    own = hq.store.save("education", samples.education(unit=PROVINCE, event_to="2019-04-04"), USER)
    send(hq, region, mail / "up")
    before = {device: list(hq.store.entries(Journal.device == device, (Journal.seq,))) for device in (one.device, two.device)}
    digits = {machine.device: machine.digits for machine in enrolment.machines(hq.store)}
    for place in (one, hq):
        place.close()

    new = new_office(tmp_path / "new", HQ)
    keys = authority.own_keys(region.store)
    assert keys is not None
    known = {name: getattr(keys, name) for name in ("sign", "office", "name", "working", "safe")}
    new.store.execute(Authority.insert(**known, secret=None, identity=None, own=0, since=now_text(), replaced=None))
    path, mine = enrolment.enrol(new.store, mail, "Máy tỉnh", USER)
    taking.take(region.store, [path], USER)
    enrolment.approve(region.store, mine.device, mine.digits, USER)
    back(region, new, mail)
    files = [made.path for made in rebuilding.rebuild(region.store, HQ, mail / "down", USER)]
    assert {path.name.split("-")[0] for path in files} == {"khoi", "chuyen"}
    found = taking.take(new.store, files, USER)
    assert {verdict.verdict for verdict in found if verdict.office == TWO} == {"taken"}  # revoked: what was taken is taken, and no more
    assert new.store.read(own)[1]["event_to"] == "2019-04-04"
    waits = enrolment.machine(new.store, one.device)
    assert waits is not None
    assert (waits.status, waits.digits) == (enrolment.WAITING, digits[one.device])
    enrolment.approve(new.store, one.device, digits[one.device], USER)
    taking.retry(new.store, USER)
    assert {device: list(new.store.entries(Journal.device == device, (Journal.seq,))) for device in before} == before
    assert all(new.store.read(uid) for uid in uids)
    assert check_all(new.store).problems == []
    gone = enrolment.machine(new.store, two.device)
    assert gone is not None
    assert (gone.status, gone.last_ok) == ("revoked", before[two.device][-1].seq)
    new.close()


def test_what_another_office_wrote_is_not_said_to_be_by_the_person_here_who_has_the_same_id(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one, ONE)
    send(one, hq, mail)
    written = history.versions(hq.store, uid)[0]
    assert users.authors(one.store)(written.by, written.device) == "Quản trị"
    assert users.authors(hq.store)(written.by, written.device) == f"{USER} ({ONE})"
    assert f"\t{USER} ({ONE})\t" in console.version_line(hq.store, written)
