"""A machine that died gets back what its office ever sent; a headquarters that died gets everything back from its offices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import figures
from app.checking import check_all
from app.periods import period
from app.report import approval, showing, sound
from app.sync import authority, commands, desk, enrolment, forwarding, rebuilding, sending, standing, taking
from db import receiving
from db.errors import ExpectedError
from db.system import Authority, Journal, Package
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, UNIT, Place, back, copied, join, lesson, new_machine, new_office, province, reopen, send

SHARED = ("unit", "topic", "period")
"""Code lists: each office has its own version of them."""


def state(at: Place, devices: set[str]) -> dict[str, Any]:
    """Give the records of an office as they stand at some place."""
    found: dict[str, Any] = {}
    for name, declared in at.store.types.items():
        rows = at.store.execute(declared.select(declared.uid, declared.device).tuples()).fetchall()
        found |= {uid: at.store.read(uid)[1] for uid, device in rows if device in devices and name not in SHARED}
    return found


def values(at: Place, code: str = ONE) -> dict[str, str]:
    found = figures.compute(at.store, period(at.store, "2019-H1"))
    return {name: value.text for name, value in found.all(UNIT[code]).items()}


def year(one: Place) -> list[str]:
    """Let an office work: its letterhead, sessions of which one is changed and one cancelled, care, a person."""
    office = one.store.office()
    one.store.save("office", {**office, "terms": [{"issuer_lines": "BAN CHỈ HUY", "signer_name": "Trần Văn Bình"}]}, USER)
    uids = [lesson(one, event_to=f"2019-0{month}-10") for month in range(1, 6)]
    one.store.save("education", {**one.store.read(uids[0])[1], "place": "Hội trường"}, USER)
    one.store.cancel(uids[1], "nhập nhầm", USER)
    one.store.save("care", samples.care(unit=UNIT[ONE]), USER)
    return [*uids, one.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)]


def new_one(hq: Place, mail: Path, folder: Path) -> Place:
    fresh = new_office(folder, ONE)
    join(fresh, hq, mail)
    return fresh


def test_a_dead_machine_is_rebuilt_up_to_what_it_had_sent_and_goes_on(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uids = year(one)
    send(one, hq, mail, lists=True)
    back(hq, one, mail)
    uids.append(lesson(one, event_to="2019-06-01"))
    send(one, hq, mail)
    sent = receiving.end_of(hq.store, one.device)
    lost = lesson(one, event_to="2019-06-02")
    fresh = new_one(hq, mail, tmp_path / "new")
    path = rebuilding.rebuild(hq.store, ONE, mail, USER)[0].path
    seen = taking.take(fresh.store, [path], USER, preview=True)[0]
    verdict = taking.take(fresh.store, [path], USER)[0]
    assert seen.as_json() == verdict.as_json()
    assert (verdict.verdict, verdict.kind, verdict.taken.new) == ("taken", "rebuild", 8)
    assert sent is not None
    assert not verdict.taken.conflicts  # its own unit and letterhead, written when it was set up, gave way
    assert any(f"đến mục {sent[0]} " in note and "đã mất" in note for note in verdict.notes)
    assert state(fresh, {one.device, fresh.device}) == state(hq, {one.device})
    assert set(uids) <= set(state(fresh, {one.device, fresh.device}))
    assert fresh.store.read(uids[5])[1]["name"] == "Nguyễn Văn Hùng"
    with pytest.raises(ExpectedError):
        fresh.store.read(lost)
    assert values(fresh) == values(hq)
    entries = [list(at.store.entries(Journal.device == one.device, (Journal.seq,))) for at in (fresh, hq)]
    assert entries[0] == entries[1]
    assert not receiving.conflicts(fresh.store)
    assert fresh.store.office() == one.store.office()
    assert check_all(fresh.store).problems == []
    again = taking.take(fresh.store, [rebuilding.rebuild(hq.store, ONE, mail, USER)[0].path], USER)[0]
    assert again.changed_nothing
    fresh.store.save("education", {**fresh.store.read(uids[0])[1], "place": "Nơi khác"}, USER)
    assert {one.verdict for one in send(fresh, hq, mail)} == {"taken"}
    assert hq.store.read(uids[0])[1]["place"] == "Nơi khác"
    assert not receiving.conflicts(hq.store)
    fresh.close()


def test_a_rebuilt_machine_says_which_approved_files_it_lacks_and_takes_one_back(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    half = period(one.store, "2019-H1")
    samples.signable(one.store)
    made = approval.approve(one.store, half, USER, "KHONG", agreed=sound.EVERY_DOUBT)
    copy = tmp_path / "bao-cao.pdf"
    copy.write_bytes(approval.printed(one.store, made.hash))
    send(one, hq, mail)
    fresh = new_one(hq, mail, tmp_path / "new")
    verdict = taking.take(fresh.store, [rebuilding.rebuild(hq.store, ONE, mail, USER)[0].path], USER)[0]
    assert any("Tệp của 1 báo cáo đã duyệt (kỳ 2019-H1) không đi theo nhật ký" in note for note in verdict.notes)
    assert [matter.period for matter in desk.matters(fresh.store)] == ["2019-H1"]
    assert "approval take --period 2019-H1" in "".join(commands.status_lines(standing.status(fresh.store)))
    found = approval.standing(fresh.store, half)
    assert (found.stage, found.approvals[0].hash, found.approvals[0].here) == ("approved", made.hash, False)
    with pytest.raises(ExpectedError, match="Lấy lại từ tệp PDF"):
        approval.printed(fresh.store, made.hash)
    again = showing.draw(fresh.store, half, None)
    assert "đúng lời và số đã duyệt" in again.missing  # what headquarters gave back is all it rested on
    approval.take_back(fresh.store, half, copy, USER)
    assert approval.printed(fresh.store, made.hash) == copy.read_bytes()
    assert desk.matters(fresh.store) == []
    assert check_all(fresh.store).problems == []
    fresh.close()


def test_an_office_is_told_to_ask_for_what_a_dead_machine_sent_that_came_to_headquarters_after_its_rebuild(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one, event_to="2019-01-10")
    send(one, hq, mail)
    uids = [lesson(one, event_to=f"2019-02-1{day}") for day in range(3)]
    late = sending.out(one.store, mail, USER)  # is on its way when the machine dies
    rebuilt = new_one(hq, mail, tmp_path / "new")
    taking.take(rebuilt.store, [made.path for made in rebuilding.rebuild(hq.store, ONE, mail, USER)], USER)
    back(hq, rebuilt, mail)
    assert not standing.status(rebuilt.store)["behind"]
    taking.take(hq.store, [file.path for file in late], USER)

    back(hq, rebuilt, mail)
    (told,) = standing.status(rebuilt.store)["behind"]
    have = receiving.end_of(rebuilt.store, one.device)
    there = receiving.end_of(hq.store, one.device)
    assert have is not None
    assert there is not None
    assert (told["first"], told["last"]) == (have[0] + 1, there[0])
    assert [matter.second for matter in desk.matters(rebuilt.store)] == [
        f"Cấp trên có mục {told['first']}–{told['last']} của máy này, ở đây chưa có; "
        "nhập tệp của nó, hoặc xin cấp trên tệp khôi phục nếu nó đã hỏng"
    ]
    said = [line for line in commands.status_lines(standing.status(rebuilt.store)) if "sync return --rebuild" in line]
    assert told["machine"] in said[0]

    taking.take(rebuilt.store, [made.path for made in rebuilding.rebuild(hq.store, ONE, mail, USER)], USER)
    assert not desk.matters(rebuilt.store)
    assert not standing.status(rebuilt.store)["behind"]
    assert set(uids) <= state(rebuilt, {one.device}).keys()
    rebuilt.close()


def test_a_rebuild_in_parts_is_taken_in_any_order(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    for day in range(1, 4):
        lesson(one, event_to=f"2019-03-0{day}")
        send(one, hq, mail)
    fresh = new_one(hq, mail, tmp_path / "new")
    parts = rebuilding.rebuild(hq.store, ONE, mail, USER, part=1)
    assert len(parts) >= 4
    found = [verdict for part in reversed(parts) for verdict in taking.take(fresh.store, [part.path], USER)]
    assert (found[0].verdict, found[0].code) == ("waiting", "S08")
    assert found[0].number == parts[-1].number
    assert state(fresh, {one.device, fresh.device}) == state(hq, {one.device})
    fresh.close()


def test_a_rebuild_from_files_that_overlap_says_of_no_entry_that_it_was_here(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    send(one, hq, mail)
    lesson(one, event_to="2019-03-03")
    send(one, hq, mail)  # from the last receipt on: all of the file before once more
    fresh = new_one(hq, mail, tmp_path / "new")
    (made,) = rebuilding.rebuild(hq.store, ONE, mail, USER)
    verdict = taking.take(fresh.store, [made.path], USER)[0]
    assert (verdict.verdict, verdict.known) == ("taken", 0)
    again = rebuilding.rebuild(hq.store, ONE, mail, USER)[0]
    end = receiving.end_of(hq.store, one.device)
    assert end is not None
    assert taking.take(fresh.store, [again.path], USER)[0].known == end[0]
    fresh.close()


def test_a_rebuild_is_for_its_office_only_and_stops_where_the_chain_differs(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    clone = reopen(copied(one, tmp_path / "clone"))
    lesson(one)
    lesson(clone, event_to="2019-05-05")
    send(one, hq, mail)
    path = rebuilding.rebuild(hq.store, ONE, mail, USER)[0].path
    assert taking.take(two.store, [path], USER)[0].code == "S04"
    before = clone.store.state_hash(), clone.store.chain_end()
    verdict = taking.take(clone.store, [path], USER)[0]
    assert (verdict.verdict, verdict.code) == ("aside", "S09")
    assert (clone.store.state_hash(), clone.store.chain_end()) == before
    clone.close()


def test_an_older_copy_gets_its_later_entries_from_headquarters(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    copied(one, tmp_path / "old")
    uid = lesson(one)
    send(one, hq, mail)
    restored = reopen(tmp_path / "old")
    new_machine(restored)
    join(restored, hq, mail)
    assert taking.take(restored.store, [rebuilding.rebuild(hq.store, ONE, mail, USER)[0].path], USER)[0].taken.new == 1
    assert restored.store.read(uid) == one.store.read(uid)
    lesson(restored, event_to="2019-06-06")
    assert {verdict.verdict for verdict in send(restored, hq, mail)} == {"taken"}
    restored.close()


def test_what_headquarters_does_not_keep_any_more_is_not_passed_off_as_all(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    send(one, hq, mail)
    hq.store.execute(Package.update(content=None).where((Package.chain == one.device) & (Package.first == 1)))
    with pytest.raises(ExpectedError, match="không còn tệp gốc"):
        rebuilding.rebuild(hq.store, ONE, mail / "out", USER)
    assert not (mail / "out").exists()


def test_a_headquarters_that_lost_all_is_as_before_once_its_offices_sent_again(tmp_path: Path) -> None:
    places, mail = province(tmp_path), tmp_path / "mail"
    hq, offices = places[HQ], {code: places[code] for code in (ONE, TWO)}
    name, words = json.loads((tmp_path / "safe.json").read_text())
    year(offices[ONE])
    lesson(offices[TWO], TWO)
    for place in offices.values():
        send(place, hq, mail)
        back(hq, place, mail)
    devices = {place.device for place in offices.values()}
    before, counted = state(hq, devices), [values(hq, code) for code in offices]
    hq.close()
    fresh = new_office(tmp_path / "fresh", HQ)
    with pytest.raises(ExpectedError, match="Không mở được"):
        authority.recover_keys(fresh.store, mail / f"khoa-{HQ}.json", words, USER)
    keys = authority.recover_keys(fresh.store, mail / name, words, USER)
    for code, place in offices.items():
        assert keys == authority.own_keys(fresh.store)
        with pytest.raises(ExpectedError, match="Không có gì mới"):
            sending.out(place.store, mail, USER)
        path, mine = enrolment.enrol(place.store, mail, "", USER)  # the same keys again: the slip in the file is still right
        taking.take(fresh.store, [path], USER)
        enrolment.approve(fresh.store, mine.device, mine.digits, USER)
        notes = back(fresh, place, mail)[0].notes
        assert "Cấp trên đề nghị gửi lại từ mục 1." in notes
        assert sending.acknowledged(place.store, place.device) == 0
        assert {verdict.verdict for verdict in send(place, fresh, mail)} == {"taken"}
        assert code in {one.office for one in enrolment.machines(fresh.store)}
    assert state(fresh, devices) == before
    assert [values(fresh, code) for code in offices] == counted
    assert check_all(fresh.store).problems == []
    for place in (*offices.values(), fresh):
        place.close()


def test_a_headquarters_that_lost_all_gets_what_was_written_under_former_names(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    first = one.device
    uids = [lesson(one)]
    send(one, hq, mail)
    new_machine(one)
    join(one, hq, mail)
    uids.append(lesson(one, event_to="2019-02-02"))
    fresh = new_office(tmp_path / "fresh", HQ)
    copy_keys(hq, fresh)
    path, mine = enrolment.enrol(one.store, mail, "", USER)
    taking.take(fresh.store, [path], USER)
    enrolment.approve(fresh.store, mine.device, mine.digits, USER)
    assert {verdict.verdict for verdict in send(one, fresh, mail, everything=True)} == {"taken"}
    assert all(fresh.store.read(uid) for uid in uids)
    back(fresh, one, mail)
    assert sending.acknowledged(one.store, first) == receiving.end_of(one.store, first)[0]  # type: ignore[index]
    assert {machine.device for machine in enrolment.machines(hq.store, ONE)} == {first, mine.device}
    fresh.close()


def start_anew(hq: Place, folder: Path, *machines: Place, mail: Path) -> Place:
    """Let headquarters lose all but its keys, and the machines that are left enrol with it once more."""
    fresh = new_office(folder, HQ)
    copy_keys(hq, fresh)
    for place in machines:
        path, mine = enrolment.enrol(place.store, mail, "", USER)
        taking.take(fresh.store, [path], USER)
        enrolment.approve(fresh.store, mine.device, mine.digits, USER)
        back(fresh, place, mail)
    return fresh


def test_what_a_dead_machine_sent_comes_through_another_of_its_office_when_headquarters_lost_all(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    peer = new_one(hq, mail, tmp_path / "peer")
    uids = [lesson(one), lesson(one, event_to="2019-02-02")]
    sent = sending.out(one.store, mail, USER)
    back(hq, one, mail)
    sent = sending.out(one.store, mail, USER, everything=True)  # to a machine that could not read the first
    for place in (hq, peer):
        taking.take(place.store, [file.path for file in sent], USER)
    back(hq, peer, mail)
    before = list(hq.store.entries(Journal.device == one.device, (Journal.seq,)))
    digits = next(m.digits for m in enrolment.machines(hq.store, ONE) if m.device == one.device)
    one.close()

    fresh = start_anew(hq, tmp_path / "fresh", peer, mail=mail)
    made = sending.out(peer.store, mail / "again", USER)
    assert {file.device for file in made} == {peer.device, one.device}
    verdicts = taking.take(fresh.store, [file.path for file in reversed(made)], USER)
    assert "S05" in {verdict.code for verdict in verdicts}
    known = enrolment.machine(fresh.store, one.device)
    assert known is not None
    assert (known.status, known.digits) == (enrolment.WAITING, digits)  # people compare them as with any machine
    enrolment.approve(fresh.store, one.device, digits, USER)
    assert {verdict.verdict for verdict in taking.retry(fresh.store, USER)} == {"taken"}
    assert list(fresh.store.entries(Journal.device == one.device, (Journal.seq,))) == before
    both = {one.device, peer.device}
    assert state(fresh, both) == state(peer, both)
    assert set(uids) <= state(fresh, both).keys()
    assert check_all(fresh.store).problems == []
    back(fresh, peer, mail)
    lesson(peer, event_to="2019-05-05")
    assert {file.device for file in sending.out(peer.store, mail, USER)} == {peer.device}  # nothing goes twice
    new = new_office(tmp_path / "new", ONE)
    join(new, fresh, mail)
    taking.take(new.store, [rebuilding.rebuild(fresh.store, ONE, mail, USER)[0].path], USER)
    assert set(uids) <= state(new, {one.device, peer.device}).keys()
    for place in (peer, fresh, new):
        place.close()


def test_what_a_dead_machine_sent_comes_back_to_a_headquarters_that_lost_all_from_the_machine_rebuilt_from_it(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    uids = year(one)
    send(one, hq, mail, lists=True)
    lesson(one, event_to="2019-06-01")
    send(one, hq, mail)
    counted = values(hq)
    rebuilt = new_one(hq, mail, tmp_path / "new")
    taking.take(rebuilt.store, [made.path for made in rebuilding.rebuild(hq.store, ONE, mail, USER, part=1)], USER)
    unit = rebuilt.store.read(UNIT[ONE])[1]  # its name since: the files still say that of their day
    rebuilt.store.save("unit", {**unit, "versions": [{**unit["versions"][0], "name": "Ban CHQS phường Hà Sơn"}]}, USER)
    one.close()

    fresh = start_anew(hq, tmp_path / "fresh", rebuilt, mail=mail)
    taking.take(fresh.store, [file.path for file in sending.out(rebuilt.store, mail / "again", USER)], USER)
    known = enrolment.machine(fresh.store, one.device)
    assert known is not None
    enrolment.approve(fresh.store, one.device, known.digits, USER)
    taking.retry(fresh.store, USER)
    both = {one.device, rebuilt.device}
    assert state(fresh, both) == state(rebuilt, both)
    entries = [list(at.store.entries(Journal.device == one.device, (Journal.seq,))) for at in (fresh, hq)]
    assert entries[0] == entries[1]
    assert fresh.store.read(uids[-1])[1]["name"] == "Nguyễn Văn Hùng"
    assert values(fresh) == counted
    assert check_all(fresh.store).problems == []
    back(fresh, rebuilt, mail)
    with pytest.raises(ExpectedError, match="Không có gì mới"):
        sending.out(rebuilt.store, mail, USER)
    for place in (rebuilt, fresh):
        place.close()


def test_a_machine_names_no_machine_of_another_office_and_no_crowd(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    told = {"office_name": "X", "label": "X", "public": "00" * 32, "age": authority.own_keys(hq.store).working}  # type: ignore[union-attr]
    with one.store.transaction():
        one.store.audit("device.peer", {**told, "device": f"{TWO:0>8}-0000-4000-8000-000000000000".lower(), "office": TWO}, USER)
        for number in range(40):
            one.store.audit("device.peer", {**told, "device": f"{number:08d}-0000-4000-8000-000000000000", "office": ONE}, USER)
    before = {machine.device for machine in enrolment.machines(hq.store)}
    assert send(one, hq, mail)[0].verdict == "taken"
    named = [machine for machine in enrolment.machines(hq.store) if machine.device not in before]
    assert {machine.office for machine in named} == {ONE}
    assert {machine.status for machine in named} == {enrolment.WAITING}
    assert len(named) == forwarding.MOST_NAMED


def copy_keys(hq: Place, fresh: Place) -> None:
    """Give a new headquarters the keys, as from the safe."""
    columns = Authority._meta.sorted_fields
    for row in hq.store.execute(Authority.select(*columns).tuples()).fetchall():
        fresh.store.execute(Authority.insert(dict(zip(columns, row, strict=True))))
