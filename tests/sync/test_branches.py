"""Two machines wrote under one identity: both are noticed, and once the one has a new identity nothing that either wrote is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import arrivals
from app.checking import check_all
from app.sync import answering, commands, desk, enrolment, sending, standing, taking
from db import receiving
from db.errors import ExpectedError
from db.system import Journal, Package, write_meta
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, Place, back, copied, join, lesson, new_office, reopen, send


@pytest.fixture
def clone(places: dict[str, Place], tmp_path: Path) -> Iterator[Place]:
    """A copy of the first office's file on a second machine; a session was entered before, and not sent."""
    one = places[ONE]
    lesson(one, event_to="2019-01-07", place="Chung")
    made = reopen(copied(one, tmp_path / "clone"))
    yield made
    made.close()


def fresh(clone: Place, hq: Place, mail: Path) -> None:
    path, mine = enrolment.enrol(clone.store, mail, "Máy thứ hai", USER, fresh=True)
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)


def settle(places: dict[str, Place], clone: Place, mail: Path) -> None:
    """Let both machines send, take each other's files and headquarters' answers."""
    one, hq = places[ONE], places[HQ]
    for place in (one, clone):
        assert {verdict.verdict for verdict in send(place, hq, mail, everything=True)} == {"taken"}
    for place in (one, clone):
        back(hq, place, mail)
    files = sorted(mail.glob(f"{ONE}-*.nnp"))
    for place in (clone, one):
        found = taking.take(place.store, files, USER)
        assert {verdict.verdict for verdict in found} == {"taken"}, found


def test_what_both_machines_wrote_arrives_once_the_second_has_a_new_identity(places: dict[str, Place], clone: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    common = one.store.execute(one.store.types["education"].select(one.store.types["education"].uid).tuples()).fetchone()[0]
    for place in (one, clone):
        write_meta(place.store.database, sending.LISTS, "1")
    first, second = lesson(one), lesson(clone, event_to="2019-05-05")
    clone.store.save("education", {**clone.store.read(second)[1], "place": "Sửa ở máy hai"}, USER)
    listed = clone.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    clone.store.cancel(lesson(clone, event_to="2019-05-07"), "nhầm", USER)
    written = {uid: clone.store.read(uid)[1] for uid in (common, second, listed)}
    assert send(one, hq, mail)[0].verdict == "taken"
    verdict = send(clone, hq, mail / "clone")[0]
    assert (verdict.verdict, verdict.code) == ("aside", "S09")
    with pytest.raises(ExpectedError):
        hq.store.read(second)
    assert any("cùng danh tính" in note for note in back(hq, clone, mail)[0].notes) or sending.is_forked(clone.store, clone.device)
    with pytest.raises(ExpectedError, match="--fresh"):
        sending.out(clone.store, mail, USER)
    said = "\n".join(commands.status_lines(standing.status(clone.store)))
    assert "dừng gửi" in said
    assert "chưa xác nhận: 0" not in said
    fresh(clone, hq, mail)
    assert standing.status(clone.store)["stopped"] == ""
    assert clone.store.device.id != one.device
    assert {uid: clone.store.read(uid)[1] for uid in written} == written
    assert check_all(clone.store).problems == []
    third = lesson(clone, event_to="2019-05-06")
    settle(places, clone, mail)
    for place in (one, clone, hq):
        for uid in (common, first, second, third):
            assert place.store.read(uid)[1] == one.store.read(uid)[1]
        assert not receiving.conflicts(place.store)
        assert check_all(place.store).problems == []
    assert clone.store.state_hash() == one.store.state_hash()
    sides = [list(at.store.entries(Journal.record == second, (Journal.lc,))) for at in (clone, one)]
    assert sides[0] == sides[1]
    assert sides[0][1].head["b"] == [[clone.device, sides[0][0].seq]]  # the change rests on what it was made of, under the new name


def test_a_record_that_both_changed_is_shown_as_such_and_neither_change_is_lost(places: dict[str, Place], clone: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = next(uid for (uid,) in one.store.execute(one.store.types["education"].select(one.store.types["education"].uid).tuples()))
    for place, word in ((one, "A"), (clone, "B")):
        place.store.save("education", {**place.store.read(uid)[1], "place": word}, USER)
    send(one, hq, mail)
    send(clone, hq, mail / "clone")
    back(hq, clone, mail)
    fresh(clone, hq, mail)
    settle(places, clone, mail)
    for place in (one, clone, hq):
        ends = receiving.conflicts(place.store)[uid]
        assert {b'"place":"A"' in entry.body for entry in ends} == {True, False}
        assert len(ends) == 2
    assert one.store.state_hash() == clone.store.state_hash()


def test_of_two_files_of_one_name_each_is_told_what_became_of_it(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    older = reopen(copied(hq, tmp_path / "older"))  # headquarters before it took what both machines go on from
    lesson(one)
    send(one, hq, mail)
    back(hq, one, mail)
    clone = reopen(copied(one, tmp_path / "clone"))
    lesson(one, event_to="2019-04-01")
    uid = lesson(clone, event_to="2019-05-05")
    (tail,) = sending.out(one.store, mail / "one", USER)
    (all_,) = sending.out(clone.store, mail / "clone", USER, everything=True)
    assert tail.path.name == all_.path.name
    found = taking.take(older.store, [tail.path, all_.path], USER)
    assert {(verdict.verdict, verdict.code, verdict.digest) for verdict in found} == {
        ("taken", "", all_.digest), ("aside", "S09", tail.digest),
    }  # fmt: skip
    assert older.store.read(uid)
    for place in (older, clone):
        place.close()


def test_a_branch_is_brought_over_too_when_the_answer_comes_after_the_new_identity(
    places: dict[str, Place], clone: Place, mail: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    uids = [lesson(clone, event_to=f"2019-05-{day:02d}") for day in range(1, 4)]
    send(one, hq, mail)
    send(clone, hq, mail / "clone")
    fresh(clone, hq, mail)
    with pytest.raises(ExpectedError):
        hq.store.read(uids[0])
    assert any("nhánh bị dừng" in note for note in back(hq, clone, mail)[0].notes)
    assert {verdict.verdict for verdict in send(clone, hq, mail)} == {"taken"}
    assert all(hq.store.read(uid) for uid in uids)


def test_a_shorter_branch_is_not_taken_for_confirmed(places: dict[str, Place], clone: Place, mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    for day in range(1, 6):
        lesson(one, event_to=f"2019-04-{day:02d}")
    uid = lesson(clone, event_to="2019-05-05")
    send(one, hq, mail)
    before = sending.acknowledged(clone.store, clone.device)
    back(hq, clone, mail)  # headquarters has more of this chain than the clone: whether its own is among that is not known
    assert sending.acknowledged(clone.store, clone.device) == before
    assert send(clone, hq, mail / "clone")[0].code == "S09"
    back(hq, clone, mail)
    fresh(clone, hq, mail)
    assert {verdict.verdict for verdict in send(clone, hq, mail)} == {"taken"}
    assert hq.store.read(uid)
    assert standing.status(clone.store)["unsent"]


def test_a_stick_that_still_has_the_files_of_before_brings_nothing_back_and_the_fork_is_settled_everywhere(
    places: dict[str, Place], clone: Place, mail: Path
) -> None:
    """As people do it: ordinary sends, one stick a machine, nothing cleared from the sticks."""
    one, hq, s1, s2 = places[ONE], places[HQ], mail / "s1", mail / "s2"
    uid = next(uid for (uid,) in one.store.execute(one.store.types["education"].select(one.store.types["education"].uid).tuples()))
    for place, word, stick in ((one, "A", s1), (clone, "B", s2)):
        place.store.save("education", {**place.store.read(uid)[1], "place": word}, USER)
        sending.out(place.store, stick, USER)
    assert [verdict.code for verdict in taking.take(hq.store, [s1, s2], USER)] == ["", "S09"]
    said = str(back(hq, one, s1)[0].notes)
    assert "S09" not in said  # its own file of that number was taken
    answering.answer(hq.store, ONE, s2, USER)
    taking.take(clone.store, [s2], USER)
    fresh(clone, hq, s2)
    sending.out(clone.store, s2, USER)
    taking.take(hq.store, [s2], USER)
    assert not standing.status(hq.store)["aside"]
    assert not [found for found in desk.matters(hq.store) if found.state == "warning"]
    assert "S07" in [verdict.code for verdict in taking.take(hq.store, [s2], USER)]
    answering.answer(hq.store, ONE, s2, USER)
    found = [*taking.take(clone.store, [s2], USER), *taking.take(clone.store, [s1], USER)]
    assert not [verdict for verdict in found if verdict.code == "S09"], found
    assert not [note for verdict in found for note in verdict.notes if "chuyển" in note or "khôi phục" in note]
    lesson(clone, event_to="2019-06-06")
    assert {sent.device for sent in sending.out(clone.store, s2, USER)} == {clone.device}
    taking.take(hq.store, [s2], USER)
    taking.take(one.store, [s2], USER)
    for place in (one, clone, hq):
        assert len(receiving.conflicts(place.store)[uid]) == 2
        assert check_all(place.store).problems == []
        assert not standing.status(place.store)["aside"]
    assert one.store.state_hash() == clone.store.state_hash()


def test_a_kept_file_is_let_rest_when_its_machine_and_ours_both_took_a_new_identity(
    places: dict[str, Place], clone: Place, mail: Path, tmp_path: Path
) -> None:
    """Three machines have one identity. The file of the one waits again at the second, which left it too, until the one says more."""
    one, hq = places[ONE], places[HQ]
    third = reopen(copied(clone, tmp_path / "third"))
    uids = [lesson(place, event_to=f"2019-05-{day:02d}") for day, place in enumerate((one, clone, third), 5)]
    assert send(third, hq, mail / "third")[0].verdict == "taken"
    for place, name in ((one, "one"), (clone, "clone")):
        assert send(place, hq, mail / name)[0].code == "S09"
    assert "S09" in [verdict.code for verdict in taking.take(clone.store, sorted((mail / "one").glob(f"{ONE}-*")), USER)]
    for place, name in ((clone, "clone"), (one, "one")):
        back(hq, place, mail / name)
        fresh(place, hq, mail / name)
    sent = [file.path for file in sending.out(one.store, mail / "new", USER, everything=True)]
    assert {verdict.code for verdict in taking.take(clone.store, sent, USER)} == {"S05"}  # it waits until the new identity is known
    back(hq, clone, mail)
    assert not clone.store.execute(Package.select(Package.id).where(Package.verdict == arrivals.WAITING).tuples()).fetchall()
    settle(places, clone, mail)
    for place in (one, clone):
        taking.take(place.store, [mail / "third"], USER)
    for place in (one, clone, hq):
        assert [place.store.read(uid)[1]["uid"] for uid in uids] == uids
        assert check_all(place.store).problems == []
    third.close()


def test_a_change_made_on_one_branch_hides_nothing_of_the_other(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    """A third machine took the second branch and changed a record there; the first branch has another version under that very number."""
    one, hq = places[ONE], places[HQ]
    peer = new_office(tmp_path / "peer", ONE)
    join(peer, hq, mail)
    back(hq, one, mail)
    uid = lesson(one)
    sent = [file.path for file in sending.out(one.store, mail, USER, everything=True)]
    assert {verdict.verdict for place in (hq, peer) for verdict in taking.take(place.store, sent, USER)} == {"taken"}
    clone = reopen(copied(one, tmp_path / "clone"))
    for place, word in ((one, "A"), (clone, "B")):
        place.store.save("education", {**place.store.read(uid)[1], "place": word}, USER)
    first, second = (place.store.versions(uid)[-1] for place in (one, clone))
    assert (first.device, first.seq) == (second.device, second.seq)
    branch = [file.path for file in sending.out(clone.store, mail / "clone", USER)]
    assert {verdict.verdict for verdict in taking.take(peer.store, branch, USER)} == {"taken"}
    peer.store.save("education", {**peer.store.read(uid)[1], "place": "B, rồi C"}, USER)
    for place in (one, peer):
        assert {verdict.verdict for verdict in send(place, hq, mail)} == {"taken"}
    assert {entry.body for entry in receiving.conflicts(hq.store).get(uid, [])} >= {first.body}
    assert check_all(hq.store).problems == []
    for place in (clone, peer):
        place.close()
