"""Every bad file or stick ends with its own words: nothing changes, and the file is kept where people will look for it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import i18n
from app.sync import answering, authority, bundle, desk, enrolment, keeping, sending, standing, taking
from app.sync.bundle import together
from app.sync.taking import Verdict
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from db.system import Package
from tests import sync_vectors
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, Place, back, copied, lesson, new_machine, new_office, reopen, send


def take(place: Place, path: Path) -> Verdict:
    return taking.take(place.store, [path], USER)[0]


def untouched(place: Place, path: Path, kept: str | None) -> Verdict:
    """Bring a bad file: the state and the chain stay as they are, and the file is kept as ``kept`` says (None: not at all)."""
    before, known = (place.store.state_hash(), place.store.chain_end()), packages(place)
    verdict = take(place, path)
    assert (place.store.state_hash(), place.store.chain_end()) == before
    assert packages(place) == known | ({(path.name, kept)} if kept else set())
    assert path.exists()
    assert verdict.message
    return verdict


def packages(place: Place) -> set[tuple[str, str]]:
    rows = place.store.execute(Package.select(Package.facts, Package.verdict).where(Package.way == "in").tuples()).fetchall()
    return {(json.loads(facts)["name"], verdict) for facts, verdict in rows}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bao-cao.nnp", b"%PDF-1.7 ..."),
        ("DV01-0001.nnp.lnk", b"\x4c\x00\x00\x00\x01\x14\x02\x00" + bytes(68)),  # what a virus leaves of a file's name
        ("DV01-0001.nnp.exe", b"MZ" + bytes(200)),
        ("DV01-0001.nnp", b""),
    ],
)
def test_what_is_no_package_is_refused_whatever_it_is_called(places: dict[str, Place], tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    verdict = untouched(places[HQ], path, None)
    assert (verdict.verdict, verdict.code) == ("refused", "S01")
    assert path.read_bytes() == data


def test_a_missing_file_and_an_empty_folder_are_said(places: dict[str, Place], tmp_path: Path) -> None:
    assert take(places[HQ], tmp_path / "không-có.nnp").code == "S02"
    (tmp_path / "trống").mkdir()
    assert taking.take(places[HQ].store, [tmp_path / "trống"], USER) == []


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A real drive of 400 KB; only root can make one."""
    folder = tmp_path / "stick"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no drive in memory here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True, capture_output=True)


@pytest.mark.parametrize("what", ["out", "return"])
def test_a_full_stick_and_a_read_only_one_are_said_and_stay_as_they_were(places: dict[str, Place], stick: Path, what: str) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    store = one.store if what == "out" else hq.store
    write: Callable[[], object] = (
        (lambda: sending.out(one.store, stick, USER)) if what == "out" else (lambda: answering.answer(hq.store, ONE, stick, USER))
    )
    (stick / "đầy").write_bytes(bytes(200_000))
    before, mark = store.state_hash(), sending.acknowledged(one.store, one.device)
    with pytest.raises(ExpectedError, match="Ổ đĩa không đủ chỗ") as full:
        write()
    assert full.value.code == "S11"
    subprocess.run(["mount", "-o", "remount,ro,size=8m", str(stick)], check=True, capture_output=True)
    with pytest.raises(ExpectedError) as locked:
        write()
    assert locked.value.remedy
    assert [path.name for path in stick.iterdir()] == ["đầy"]
    subprocess.run(["mount", "-o", "remount,rw", str(stick)], check=True, capture_output=True)
    write()
    assert (store.state_hash(), sending.acknowledged(one.store, one.device)) == (before, mark)
    assert list(stick.glob("*.nnp"))


def test_who_cannot_write_a_request_for_a_new_name_keeps_the_old_one(places: dict[str, Place], stick: Path) -> None:
    one = places[ONE]
    mine = enrolment.this_machine(one.store)
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True, capture_output=True)
    with pytest.raises(ExpectedError, match="Không được phép ghi"):
        enrolment.enrol(one.store, stick, "Máy mới", USER, fresh=True)
    assert (one.device, enrolment.this_machine(one.store)) == (mine and mine.device, mine)
    lesson(one)
    subprocess.run(["mount", "-o", "remount,rw", str(stick)], check=True, capture_output=True)
    path, fresh = enrolment.enrol(one.store, stick, "Máy mới", USER, fresh=True)
    assert path.exists()
    assert one.device == fresh.device != (mine and mine.device)
    assert enrolment.enrol(one.store, stick, "Máy tổng hợp", USER)[1].label == "Máy tổng hợp"  # nobody has approved it yet


def test_a_package_for_another_office_is_left_where_it_is(places: dict[str, Place], mail: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    lesson(one)
    data = sending.out(one.store, mail, USER)[0].path
    answer = answering.answer(hq.store, ONE, mail, USER).path
    for path in (data, answer):
        verdict = untouched(two, path, None)
        assert (verdict.verdict, verdict.code) == ("refused", "S04")
        assert "không gửi cho đơn vị mình" in verdict.message


def test_what_an_unknown_machine_sends_waits_with_its_digits(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    new_machine(one)
    asked, mine = enrolment.enrol(one.store, mail, "Máy lạ", USER)
    lesson(one)
    path = next(sent.path for sent in sending.out(one.store, mail, USER) if sent.device == mine.device)
    verdict = untouched(hq, path, "waiting")
    assert (verdict.verdict, verdict.code) == ("waiting", "S05")
    assert "mã đối chiếu" not in verdict.message  # none that anybody has
    take(hq, asked)
    assert together(mine.digits) in take(hq, path).message
    assert together(mine.digits) in standing.status(hq.store)["waiting"][0]["message"]


def test_why_a_file_was_kept_is_said_in_the_language_that_is_spoken_when_it_is_read(places: dict[str, Place], mail: Path) -> None:
    two, hq = places[TWO], places[HQ]
    lesson(two)
    lesson(two)
    (*_, later) = sending.out(two.store, mail, USER, part=1)
    verdict = take(hq, later.path)
    said = desk.matters(hq.store)[0].second
    assert said == verdict.message == standing.status(hq.store)["waiting"][0]["message"]
    assert i18n.say(said) == said
    i18n.set_language("en")
    try:
        assert i18n.say(said) == i18n.say(verdict.message) != said
        assert i18n.say(desk.files(hq.store)[0].words) == i18n.say(said)
        assert "missing" in i18n.say(said).lower()
    finally:
        i18n.set_language("vi")


def test_files_of_strangers_do_not_fill_the_office_and_leave_room_for_those_of_machines_it_knows(
    places: dict[str, Place], mail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    monkeypatch.setattr(keeping, "MOST_KEPT", 3)
    new_machine(one)
    enrolment.enrol(one.store, mail, "Máy lạ", USER)
    lesson(one)
    strange = [
        next(sent.path for sent in sending.out(one.store, mail / str(number), USER) if sent.device == one.device) for number in range(4)
    ]
    found = [take(hq, path) for path in strange]
    assert [verdict.verdict for verdict in found] == ["waiting"] * 3 + ["refused"]
    assert {verdict.code for verdict in found} == {"S05"}
    assert found[-1].message.endswith("Đã giữ quá nhiều tệp chưa mở được; tệp này để nguyên chỗ cũ, hãy nhập lại sau.")
    assert strange[-1].exists()
    assert take(hq, strange[0]).verdict == "waiting"  # it is kept already

    lesson(two)
    lesson(two)
    later = sending.out(two.store, mail / "parts", USER, part=1)[-1].path
    assert take(hq, later).code == "S08"
    assert len(standing.status(hq.store)["waiting"]) == 4


def test_what_a_revoked_machine_sends_after_its_last_number_lies_aside(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    enrolment.revoke(hq.store, one.device, 1, USER)
    lesson(one)
    path = sending.out(one.store, mail, USER)[0].path
    verdict = untouched(hq, path, "aside")
    assert (verdict.verdict, verdict.code) == ("aside", "S10")
    assert [held["name"] for held in standing.status(hq.store)["aside"]] == [path.name]


def test_what_a_newer_program_wrote_waits_unharmed_and_is_taken_after_the_update(
    places: dict[str, Place], mail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    with monkeypatch.context() as patch:
        patch.setattr(bundle, "READER", 2)
        path = sending.out(one.store, mail, USER)[0].path
    verdict = untouched(hq, path, "waiting")
    assert (verdict.verdict, verdict.code) == ("waiting", "S03")
    assert "cập nhật lên bản ≥ 0.1.0" in verdict.message
    path.unlink()
    monkeypatch.setattr(bundle, "READER", 2)
    assert [found.verdict for found in taking.retry(hq.store, USER)] == ["taken"]
    assert hq.store.read(uid)


def test_what_has_a_newer_kind_of_record_waits_until_this_program_knows_it(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    declared = RECORD_TYPES["education"]
    before = declared.schema
    try:
        declared.schema = before + 1
        lesson(one, event_to="2019-02-02")
        path = sending.out(one.store, mail, USER)[0].path
        declared.schema = before
        assert untouched(hq, path, "waiting").code == "S03"
        declared.schema = before + 1
        assert [found.verdict for found in taking.retry(hq.store, USER)] == ["taken"]
    finally:
        declared.schema = before


def test_a_container_of_another_version_is_not_opened(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    path = sending.out(one.store, mail, USER)[0].path
    data = path.read_bytes()[:8] + b"\x02\x00" + path.read_bytes()[10:-32]
    path.write_bytes(data + bytes.fromhex(sync_vectors.sha(data)))
    verdict = untouched(hq, path, "waiting")
    assert verdict.code == "S03"
    assert "hãy cập nhật phần mềm" in verdict.message  # to which number cannot be read


def test_a_package_older_than_what_is_here_brings_nothing_back(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one, place="Trước")
    old = sending.out(one.store, mail, USER)[0].path
    one.store.save("education", {**one.store.read(uid)[1], "place": "Sau"}, USER)
    send(one, hq, mail)
    before = hq.store.state_hash(), hq.store.chain_end()
    verdict = take(hq, old)
    assert (verdict.verdict, verdict.code) == ("taken", "S07")
    assert "không có gì mới" in verdict.message
    assert (hq.store.state_hash(), hq.store.chain_end()) == before
    assert hq.store.read(uid)[1]["place"] == "Sau"


def test_a_headquarters_restored_from_an_older_state_waits_for_what_it_lost(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    copied(hq, tmp_path / "old")
    uid = lesson(one)
    send(one, hq, mail)
    back(hq, one, mail)
    restored = reopen(tmp_path / "old")
    new_machine(restored)
    lesson(one, event_to="2019-02-02")
    path = sending.out(one.store, mail, USER)[0].path
    verdict = untouched(restored, path, "waiting")
    assert (verdict.verdict, verdict.code) == ("waiting", "S08")
    back(restored, one, mail)  # its receipt is older than the mark: the office sends again from there
    found = send(one, restored, mail)
    assert {one.verdict for one in found} == {"taken"}
    assert restored.store.read(uid)
    assert not standing.status(restored.store)["waiting"]
    restored.close()


def test_two_packages_of_one_number_and_different_content_stop_the_second(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    copy = reopen(copied(one, tmp_path / "copy"))
    first = sending.out(one.store, mail / "1", USER)[0]
    lesson(one)
    second = sending.out(copy.store, mail / "2", USER, everything=True)[0]  # the same entries and number, another file
    assert (first.number, first.device) == (second.number, second.device)
    assert first.digest != second.digest
    assert take(hq, first.path).verdict == "taken"
    verdict = untouched(hq, second.path, "aside")
    assert (verdict.verdict, verdict.code) == ("aside", "S09")
    assert "cùng danh tính" in verdict.message
    copy.close()


def test_a_file_of_ours_that_was_locked_before_this_machine_was_approved_says_so(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    paths = [sending.out(one.store, mail, USER)[0].path, answering.answer(hq.store, ONE, mail, USER).path]
    second = new_office(mail / "second", ONE)
    keys = mail / f"khoa-{HQ}.json"
    authority.take_keys(second.store, keys, authority.read_keys(keys).digits, USER)
    enrolment.enrol(second.store, mail, "Máy hai", USER)
    for path, remedy in zip(paths, ("máy gửi ghi lại", "cấp trên ghi lại"), strict=True):
        verdict = untouched(second, path, None)
        assert verdict.code == "S04"
        assert "trước khi máy này được duyệt" in verdict.message
        assert remedy in verdict.message
    assert "không gửi cho đơn vị mình" in untouched(places[TWO], paths[0], None).message
    second.close()


def test_a_machine_that_knows_it_was_revoked_writes_nothing_more(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    for wrong in (-5, 10**24):
        with pytest.raises(ExpectedError, match="không thể là số"):
            enrolment.revoke(hq.store, one.device, wrong, USER)
    enrolment.revoke(hq.store, one.device, 3, USER)
    mine = enrolment.this_machine(one.store)
    assert mine is not None
    enrolment.enter_machine(one.store, replace(mine, status=enrolment.REVOKED, last_ok=3))
    before = lesson(one, event_to="2019-02-02")
    with pytest.raises(ExpectedError, match="đã thu hồi máy này"):
        sending.out(one.store, mail / "none", USER)
    assert not (mail / "none").exists()
    asked, mine = enrolment.enrol(one.store, mail, "Máy cũ", USER, fresh=True)
    take(hq, asked)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    uid = lesson(one)
    assert {verdict.verdict for verdict in send(one, hq, mail)} == {"taken"}
    assert all(hq.store.read(one) for one in (before, uid))


def test_the_name_of_a_file_reaches_nobody_raw(places: dict[str, Place], tmp_path: Path) -> None:
    path = tmp_path / ("a\nb\x1b[31m\u202e" + "x" * 150 + ".nnp")
    path.write_bytes(b"not one")
    name = take(places[HQ], path).name
    assert name.isprintable()
    assert len(name) <= 121
    assert name.startswith("a�b")


def test_a_mark_that_stands_alone_on_a_new_line_goes_out_and_arrives(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one, note="dòng một\n\u0301dòng hai\t\u0323")  # in JSON the mark follows the n of an escape
    assert send(one, hq, mail)[0].verdict == "taken"
    assert hq.store.read(uid)[1]["note"] == one.store.read(uid)[1]["note"] == "dòng một\n\u0301dòng hai\t\u0323"


def test_what_waited_for_an_approval_is_taken_after_a_backup(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    new_machine(one)
    _asked, mine = enrolment.enrol(one.store, mail, "Máy mới", USER)
    uid = lesson(one)
    sending.out(one.store, mail, USER)
    taking.take(hq.store, [mail], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    saved: list[str] = []
    assert uid not in str(taking.retry(hq.store, USER, lambda: saved.append(hq.store.state_hash())))
    assert hq.store.read(uid)
    assert len(saved) == 1
    assert saved != [hq.store.state_hash()]


def test_a_machine_is_approved_as_what_it_says_it_is_or_not_at_all(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    hq = places[HQ]
    stranger = new_office(tmp_path / "stranger", "DV77")
    keys = mail / f"khoa-{HQ}.json"
    authority.take_keys(stranger.store, keys, authority.read_keys(keys).digits, USER)
    asked, mine = enrolment.enrol(stranger.store, mail, "Máy lạ", USER)
    take(hq, asked)
    with pytest.raises(ExpectedError, match="Chưa có đơn vị DV77"):
        enrolment.approve(hq.store, mine.device, mine.digits, USER)
    with pytest.raises(ExpectedError, match="tự khai là của DV77"):
        enrolment.approve(hq.store, mine.device, mine.digits, USER, ONE)
    known = enrolment.machine(hq.store, mine.device)
    assert known is not None
    assert known.status == enrolment.WAITING
    stranger.close()
