"""Whose files are taken: unknown and revoked machines, several of one office, clones, restored copies, earlier identities."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import arrivals
from app.checking import check_all
from app.periods import period
from app.report import approval
from app.sync import authority, commands, desk, enrolment, sending, standing, taking
from app.sync.bundle import together
from db import keystore, receiving
from db.errors import ExpectedError
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, Place, back, copied, join, lesson, new_machine, new_office, province, reopen, send


def test_an_unknown_machine_waits_until_it_is_approved(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    new_machine(one)
    keys = mail / f"khoa-{HQ}.json"
    assert authority.read_keys(keys).digits == authority.own_keys(hq.store).digits  # type: ignore[union-attr]
    with pytest.raises(ExpectedError, match="chưa đăng ký"):
        sending.out(one.store, mail, USER)
    path, mine = enrolment.enrol(one.store, mail, "Máy thay", USER)
    uid = lesson(one)
    data = [sent.path for sent in sending.out(one.store, mail, USER) if sent.device == one.device]
    waits = taking.take(hq.store, data, USER)[0]
    assert (waits.verdict, waits.code) == ("waiting", "S05")
    noted = taking.take(hq.store, [path], USER)[0]
    assert together(mine.digits) in str(noted.notes[0])
    with pytest.raises(ExpectedError, match="không khớp"):
        enrolment.approve(hq.store, mine.device, "0" * 24, USER)
    enrolment.approve(hq.store, mine.device[:8], mine.digits, USER)
    assert taking.retry(hq.store, USER)[0].verdict == "taken"
    assert hq.store.read(uid)
    assert "Cấp trên đã duyệt máy này." in back(hq, one, mail)[0].notes
    enrolment.revoke(hq.store, mine.device, 1, USER)
    assert any("đã thu hồi máy này" in note for note in back(hq, one, mail)[0].notes)
    assert not any("máy này" in note for note in back(hq, one, mail)[0].notes)  # said once


def test_what_waits_for_a_machine_of_the_office_is_taken_with_the_answer_that_makes_it_known(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    second = reopen(copied(one, tmp_path / "second"))
    new_machine(second)
    join(second, hq, mail)
    uid = lesson(second)
    sent = [one.path for one in sending.out(second.store, mail, USER)]
    assert [verdict.code for verdict in taking.take(one.store, sent[-1:], USER)] == ["S05"]
    assert [verdict.verdict for verdict in back(hq, one, mail)] == ["taken", "taken"]
    assert one.store.read(uid) == second.store.read(uid)
    second.close()


def test_a_revoked_machine_is_taken_up_to_its_last_number_and_no_further(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    have = arrivals.chain_ends(hq.store)[one.device]
    enrolment.revoke(hq.store, one.device, have, USER)
    lesson(one)
    verdict = send(one, hq, mail)[0]
    assert (verdict.verdict, verdict.code) == ("aside", "S10")
    assert arrivals.chain_ends(hq.store)[one.device] == have
    name = f"{ONE} · Gói {verdict.number:03d}"
    assert (desk.files(hq.store)[0].name, desk.matters(hq.store)[0].title) == (name, name)  # the code alone: what it holds was not opened


def test_what_a_machine_wrote_without_knowing_that_it_was_revoked_arrives_under_its_new_identity(
    places: dict[str, Place], mail: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    old, first = one.device, lesson(one, event_to="2019-02-02")
    send(one, hq, mail)
    back(hq, one, mail)
    enrolment.revoke(hq.store, old, sending.acknowledged(one.store, old), USER)
    second = lesson(one)
    one.store.save("education", {**one.store.read(first)[1], "place": "Sửa sau"}, USER)
    assert {verdict.code for verdict in send(one, hq, mail)} == {"S10"}
    with pytest.raises(ExpectedError, match="DV01"):  # nobody of that office can read an answer: it cannot be told
        back(hq, one, mail)
    path, mine = enrolment.enrol(one.store, mail, "Máy cũ", USER, fresh=True)
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    assert any("danh tính mới" in note for note in back(hq, one, mail)[0].notes)
    assert {verdict.verdict for verdict in send(one, hq, mail)} == {"taken"}
    assert hq.store.read(second)
    assert hq.store.read(first)[1]["place"] == "Sửa sau"
    assert not desk.matters(hq.store)  # what lay aside came, and needs nobody any more
    assert receiving.conflicts(hq.store) == receiving.conflicts(one.store) == {}
    back(hq, one, mail)
    assert desk.unsent(one.store).changes == 0
    assert all(not check_all(place.store).problems for place in (one, hq))
    sent = sending.out(one.store, mail / "all", USER, everything=True)  # what it sent under its old name is still its own to send
    assert {one.device for one in sent} == {old, mine.device}


def test_what_a_colleague_had_of_a_revoked_machine_is_there_once_and_a_later_change_is_shown_beside_it(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    second = new_office(tmp_path / "second", ONE)
    join(second, hq, mail)
    back(hq, one, mail)
    for made in (sending.out(one.store, mail, USER, everything=True), sending.out(second.store, mail, USER)):
        for place in (hq, one, second):
            taking.take(place.store, [sent.path for sent in made], USER)
    back(hq, one, mail)
    enrolment.revoke(hq.store, one.device, sending.acknowledged(one.store, one.device), USER)
    uids = [lesson(one), lesson(one, event_to="2019-03-03")]
    assert {verdict.code for verdict in send(one, hq, mail)} == {"S10"}
    sent = sending.out(one.store, mail, USER)
    assert taking.take(second.store, [sent[0].path], USER)[0].verdict == "taken"  # it cannot know yet
    path, mine = enrolment.enrol(one.store, mail, "Máy cũ", USER, fresh=True)
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    for place in (one, second):
        back(hq, place, mail)
    one.store.save("education", {**one.store.read(uids[0])[1], "place": "Sau đó"}, USER)
    sent = sending.out(one.store, mail, USER)
    for place in (hq, second):
        assert {verdict.verdict for verdict in taking.take(place.store, [file.path for file in sent], USER)} == {"taken"}
        assert place.store.read(uids[0])[1]["place"] == "Sau đó"
    assert receiving.conflicts(hq.store) == receiving.conflicts(one.store) == {}
    ends = receiving.conflicts(second.store)  # what came under the old name has no successor there
    assert list(ends) == uids[:1]
    for uid in ends:
        second.store.restore(uid, mine.device, ends[uid][0].seq, USER)
    send(second, hq, mail)
    taking.take(one.store, [file.path for file in sending.out(second.store, mail, USER, everything=True)], USER)
    for place in (one, second, hq):
        assert receiving.conflicts(place.store) == {}
        assert {place.store.read(uid)[1]["place"] for uid in uids[:1]} == {"Sau đó"}
        assert check_all(place.store).problems == []
    second.close()


def test_two_machines_of_one_office_swap_the_same_files_and_end_equal(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    second = reopen(copied(one, tmp_path / "second"))
    new_machine(second)
    join(second, hq, mail)
    asked, _mine = enrolment.enrol(second.store, mail / "asked", "Máy hai", USER)
    verdict = taking.take(one.store, [asked], USER)[0]  # what lies on the common stick for headquarters alone
    assert (verdict.code, "không gửi cho đơn vị mình" in verdict.message) == ("S04", True)
    back(hq, one, mail)
    uid = lesson(one)
    paths = [sent.path for sent in sending.out(one.store, mail, USER)]
    assert taking.take(second.store, paths, USER)[-1].verdict == "taken"
    one.store.save("education", {**one.store.read(uid)[1], "place": "A"}, USER)
    second.store.save("education", {**second.store.read(uid)[1], "place": "B"}, USER)
    mine, theirs = sending.out(one.store, mail, USER), sending.out(second.store, mail, USER)
    for place in (hq, one, second):
        found = taking.take(place.store, [sent.path for sent in (*mine, *theirs)], USER)
        assert {verdict.verdict for verdict in found} == {"taken"}
        assert set(receiving.conflicts(place.store)) == {uid}
    assert one.store.state_hash() == second.store.state_hash()
    assert {entry["record"] for entry in standing.status(one.store)["conflicts"]} == {uid}
    said, above = ["\n".join(commands.status_lines(standing.status(place.store))) for place in (one, hq)]
    assert f"sync choose {uid}" in said
    assert all(words in said for words in ("Địa điểm: A", "Địa điểm: B", "máy “Máy văn thư”"))  # by what else could anybody choose?
    assert "Hai máy của DV01" in above
    assert "sync choose" not in above  # it is not headquarters' to choose
    with pytest.raises(ExpectedError, match="hai máy cùng sửa"):
        approval.approve(one.store, period(one.store, "2019-H1"), USER, "KHONG")
    with pytest.raises(ExpectedError, match="chỉ đơn vị đó"):
        hq.store.restore(uid, *next((e.device, e.seq) for e in receiving.conflicts(hq.store)[uid]), USER)
    kept = receiving.conflicts(one.store)[uid][1]
    one.store.restore(uid, kept.device, kept.seq, USER)
    send(one, hq, mail)
    assert not receiving.conflicts(hq.store)
    assert hq.store.read(uid)[1]["place"] == one.store.read(uid)[1]["place"]
    second.close()


def test_what_was_written_since_a_clone_stays_the_newest_when_its_stopped_branch_is_brought_over(
    places: dict[str, Place], mail: Path, tmp_path: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    clone = reopen(copied(one, tmp_path / "clone"))
    lesson(one)
    send(one, hq, mail)
    uid = lesson(clone, event_to="2019-05-05", place="Nhánh")
    for day in range(10, 16):
        lesson(clone, event_to=f"2019-05-{day}")
    new_machine(clone)  # it took a new name before anybody told it that its old one was used twice
    path, mine = enrolment.enrol(clone.store, mail, "Máy thứ hai", USER)
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    clone.store.save("education", {**clone.store.read(uid)[1], "place": "Sau đó"}, USER)
    assert any("nhánh" in note for note in back(hq, clone, mail)[0].notes)
    assert clone.store.read(uid)[1]["place"] == "Sau đó"
    assert receiving.conflicts(clone.store) == {}
    send(clone, hq, mail)
    assert hq.store.read(uid)[1]["place"] == "Sau đó"
    assert check_all(clone.store).problems == []
    clone.close()


def test_an_older_copy_gets_its_own_later_work_back_from_the_files_it_sent(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    copied(one, tmp_path / "old")
    uid = lesson(one)
    sent = sending.out(one.store, mail, USER)
    taking.take(hq.store, [sent[0].path], USER)
    restored = reopen(tmp_path / "old")
    new_machine(restored)
    enrolment.enrol(restored.store, mail, "Máy thay", USER)
    assert taking.take(restored.store, [sent[0].path], USER)[0].verdict == "taken"
    assert restored.store.read(uid) == one.store.read(uid)
    assert check_all(restored.store).problems == []
    with pytest.raises(ExpectedError):
        one.store.read(lesson(restored, event_to="2019-06-06"))
    restored.close()


def test_what_was_written_before_a_restore_before_the_machine_enrolled_arrives_too(tmp_path: Path) -> None:
    places = province(tmp_path)
    hq, mail = places[HQ], tmp_path / "mail"
    late = new_office(tmp_path / "late", ONE)
    uid = late.store.save("unit", {"code": "XA1", "versions": [{"name": "Xã Một", "level": "XA"}]}, USER)
    new_machine(late)  # a backup was restored before anybody spoke of headquarters
    after = late.store.save("unit", {"code": "XA2", "versions": [{"name": "Xã Hai", "level": "XA"}]}, USER)
    join(late, hq, mail)
    assert {verdict.verdict for verdict in send(late, hq, mail)} <= {"taken"}
    assert [hq.store.read(one)[1]["code"] for one in (uid, after)] == ["XA1", "XA2"]
    back(hq, late, mail)
    assert sending.unsent(late.store) == {} or set(sending.unsent(late.store)) == {late.device}
    assert check_all(hq.store).problems == []
    for place in (*places.values(), late):
        place.close()


def test_a_machine_speaks_for_no_identity_that_does_not_say_so_itself(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    stranger, public = keystore.new_device_key()
    device = "0f0e0d0c-0000-4000-8000-00000000abcd"
    for proof in ("00" * 64, keystore.sign(stranger, enrolment.earlier_proof(places[TWO].device)).hex(), "zz"):
        with one.store.transaction():
            one.store.audit("device.earlier", {"device": device, "public": public.hex(), "proof": proof}, USER)
        send(one, hq, mail)
        assert enrolment.machine(hq.store, device) is None
    with one.store.transaction():
        good = keystore.sign(stranger, enrolment.earlier_proof(one.device)).hex()
        one.store.audit("device.earlier", {"device": device, "public": public.hex(), "proof": good}, USER)
    send(one, hq, mail)
    known = enrolment.machine(hq.store, device)
    assert known is not None
    assert (known.office, known.status) == (ONE, enrolment.APPROVED)
    enrolment.revoke(hq.store, one.device, 5, USER)
    known = enrolment.machine(hq.store, device)
    assert known is not None
    assert (known.status, known.last_ok) == (enrolment.REVOKED, 0)
