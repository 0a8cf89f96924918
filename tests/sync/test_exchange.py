"""Files between offices and headquarters: everything arrives, once, in any order; only a receipt moves the mark."""

from __future__ import annotations

import itertools
import os
import re
from datetime import date
from pathlib import Path

import pytest

from app import arrivals, board, requests
from app.checking import check_all
from app.periods import period
from app.report import content
from app.sync import answering, commands, sending, standing, taking
from db import receiving
from db.errors import ExpectedError
from db.store import Refused
from db.system import Journal, Package, write_meta
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, Place, back, lesson, send


def test_what_an_office_wrote_is_at_headquarters_byte_for_byte_and_counted(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    verdict = send(one, hq, mail)[0]
    assert (verdict.verdict, verdict.taken.new, verdict.taken.changed) == ("taken", 1, 0)
    assert hq.store.read(uid)[1] == one.store.read(uid)[1]
    theirs = list(one.store.entries(Journal.device == one.device, (Journal.seq,)))
    ours = list(hq.store.entries(Journal.device == one.device, (Journal.seq,)))
    assert [(entry.header, entry.body, entry.hash) for entry in ours] == [(e.header, e.body, e.hash) for e in theirs[: len(ours)]]
    assert check_all(hq.store).problems == []


def test_only_a_receipt_moves_the_mark_so_a_lost_file_heals_with_the_next(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    first = lesson(one)
    sending.out(one.store, mail / "lost", USER)
    second = lesson(one, event_to="2019-02-02")
    verdict = send(one, hq, mail)[0]
    assert verdict.taken.new == 2
    assert hq.store.read(first)
    assert hq.store.read(second)
    assert sending.unsent(one.store)
    back(hq, one, mail)
    with pytest.raises(ExpectedError, match="Không có gì mới"):
        sending.out(one.store, mail, USER)
    assert sending.out(one.store, mail, USER, everything=True)[0].first == 1


def test_a_file_taken_twice_changes_nothing_and_says_so(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one)
    path = sending.out(one.store, mail, USER)[0].path
    taking.take(hq.store, [path], USER)
    before, end = hq.store.state_hash(), hq.store.chain_end()
    again = taking.take(hq.store, [path], USER)[0]
    assert (again.verdict, again.code) == ("taken", "S07")
    other = sending.out(one.store, mail, USER)[0].path
    known = taking.take(hq.store, [other], USER, preview=True)[0]
    assert known.known > 0
    assert known.taken.new == 0
    assert (hq.store.state_hash(), hq.store.chain_end()) == (before, end)


def test_parts_in_any_order_and_a_missing_one_wait_until_the_gap_is_filled(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    for day in range(10, 13):
        lesson(one, event_to=f"2019-01-{day}")
    parts = sending.out(one.store, mail, USER, part=1)
    assert len(parts) >= 3
    assert [b.first - a.last for a, b in itertools.pairwise(parts)] == [1] * (len(parts) - 1)
    for part in reversed(parts[1:]):
        verdict = taking.take(hq.store, [part.path], USER)[0]
        assert (verdict.verdict, verdict.code) == ("waiting", "S08")
        assert f"{parts[0].first}–{part.first - 1}" in verdict.message
    assert arrivals.gaps(hq.store) == [(ONE, one.device, parts[0].first, parts[0].last)]
    assert standing.status(hq.store)["waiting"]
    found = taking.take(hq.store, [parts[0].path], USER)
    assert [verdict.verdict for verdict in found] == ["taken"] * len(parts)
    assert not arrivals.gaps(hq.store)
    assert hq.store.count(hq.store.types["education"]) == 3


def test_files_of_one_sender_that_are_taken_together_come_in_the_order_of_their_numbers_whatever_their_names(
    places: dict[str, Place], mail: Path
) -> None:
    one, hq = places[ONE], places[HQ]
    for day in range(10, 13):
        lesson(one, event_to=f"2019-01-{day}")
    parts = sending.out(one.store, mail, USER, part=1)
    for name, part in zip("zyxwv", parts, strict=False):
        part.path.rename(mail / f"{name}.nnp")
    (mail / "a.nnp").write_bytes(b"\x89NNP\r\n\x1a\n" + b"\xff" * 60)
    *found, bad = taking.take(hq.store, [mail], USER)
    assert bad.code == "S02"
    assert [verdict.number for verdict in found if verdict.kind == "data"] == [part.number for part in parts]
    assert {verdict.verdict for verdict in found} == {"taken"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_a_pipe_and_a_path_to_nothing_are_refused_and_not_waited_for(places: dict[str, Place], tmp_path: Path) -> None:
    hq = places[HQ].store
    os.mkfifo(tmp_path / "goi.nnp")
    pipe, nothing = taking.take(hq, [tmp_path / "goi.nnp", tmp_path / "khac.nnp"], USER)
    assert pipe.code == "S01"
    assert (nothing.code, "đường dẫn" in nothing.message) == ("S02", True)


def test_what_was_altered_in_the_journal_is_not_sent(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, stick = places[ONE], tmp_path / "stick"
    uid = lesson(one)
    for column, value in (("hash", bytes(32)), ("body", b"{}"), ("body", b'{"place":"e\xcc\x82"}'), ("header", b"{}")):
        before = one.store.execute(Journal.select(getattr(Journal, column)).where(Journal.record == uid).tuples()).fetchone()[0]
        with one.store.transaction():
            one.store.execute(Journal.update({column: value}).where(Journal.record == uid))
        with pytest.raises(ExpectedError) as refused:
            sending.out(one.store, stick, USER)
        assert refused.value.code == "D02"
        assert not list(stick.iterdir())
        with one.store.transaction():
            one.store.execute(Journal.update({column: before}).where(Journal.record == uid))
    assert sending.out(one.store, stick, USER)


def test_a_folder_at_once_takes_what_is_good_and_names_what_is_not(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    lesson(one)
    lesson(two, TWO)
    stick = tmp_path / "stick"
    sending.out(one.store, stick, USER)
    broken = sending.out(two.store, stick, USER)[0].path
    broken.write_bytes(broken.read_bytes()[:-7])
    (stick / "bao-cao.nnp.exe").write_bytes(b"MZ...")
    (stick / "ghi-chu.txt").write_text("không phải tệp đồng bộ")
    found = {verdict.name: verdict for verdict in taking.take(hq.store, [stick], USER)}
    assert {verdict.code for verdict in found.values()} == {"", "S01", "S02"}
    assert found[broken.name].code == "S02"
    assert sum(verdict.verdict == "taken" for verdict in found.values()) == 1
    assert "ghi-chu.txt" not in found


def test_a_preview_says_what_would_happen_and_writes_nothing(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    send(one, hq, mail)
    one.store.save("education", {**one.store.read(uid)[1], "place": "Xã"}, USER)
    lesson(one, event_to="2019-03-03")
    one.store.cancel(lesson(one, event_to="2019-03-04"), "nhầm", USER)
    path = sending.out(one.store, mail, USER)[0].path
    before, end = hq.store.state_hash(), hq.store.chain_end()
    seen = taking.take(hq.store, [path], USER, preview=True)[0]
    assert (hq.store.state_hash(), hq.store.chain_end()) == (before, end)
    assert not hq.store.execute(Package.select().where(Package.number == seen.number, Package.way == "in").tuples()).fetchall()[1:]
    real = taking.take(hq.store, [path], USER)[0]
    assert seen.as_json() == real.as_json()
    assert (real.taken.new, real.taken.changed, real.taken.cancelled) == (2, 2, 1)
    assert hq.store.read(uid)[1]["place"] == "Xã"


def test_private_answers_stay_unless_the_office_sends_them(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = one.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    send(one, hq, mail)
    assert hq.store.read(uid)[1]["name"] is None
    assert hq.store.read(uid)[1]["commune"] == "Phú Lâm"
    two = places[TWO]
    listed = two.store.save("beneficiary", samples.SAMPLES["beneficiary"] | {"id_no": "079048000999"}, USER)
    send(two, hq, mail, lists=True)
    assert hq.store.read(listed)[1]["name"] == "Nguyễn Văn Hùng"
    assert check_all(hq.store).problems == []


def test_a_file_that_cancels_much_is_asked_about_first(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uids = [lesson(one, event_to=f"2019-01-{day:02d}") for day in range(1, 26)]
    send(one, hq, mail)
    for uid in uids:
        one.store.cancel(uid, "nhầm", USER)
    path = sending.out(one.store, mail, USER)[0].path
    asked = taking.take(hq.store, [path], USER)[0]
    assert (asked.verdict, asked.code) == ("waiting", "HUY")
    assert hq.store.read(uids[0])[1]["state"] == "entered"
    sure = taking.take(hq.store, [path], USER, sure=lambda verdict: verdict.taken.cancelled == 25)[0]
    assert sure.verdict == "taken"
    assert hq.store.read(uids[0])[1]["state"] == "cancelled"


def test_requests_locks_and_code_lists_come_back_and_an_answered_request_closes(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    send(one, hq, mail)
    requests.ask(hq.store, uid, "Đề nghị ghi rõ địa điểm", USER)
    hq.store.save("topic", {"code": "T50", "title": "Luật Nghĩa vụ quân sự", "content_type": "PL", "audience": "DQTV"}, USER)
    notes = back(hq, one, mail)[0].notes
    assert any("đề nghị" in note for note in notes)
    assert one.store.names.find("topic", "T50", None)
    assert [request.text for request in requests.requests(one.store)] == ["Đề nghị ghi rõ địa điểm"]
    one.store.save("education", {**one.store.read(uid)[1], "place": "Nhà văn hóa"}, USER)
    assert requests.requests(one.store) == []
    send(one, hq, mail)
    assert requests.requests(hq.store) == []
    assert hq.store.read(uid)[1]["place"] == "Nhà văn hóa"


def test_an_old_answer_moves_nothing_back(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    old = answering.answer(hq.store, ONE, mail, USER).path
    lesson(one)
    send(one, hq, mail)
    back(hq, one, mail)
    mark = sending.acknowledged(one.store, one.device)
    assert "cũ hơn" in taking.take(one.store, [old], USER)[0].notes[0]
    assert sending.acknowledged(one.store, one.device) == mark
    back(hq, one, mail, reset=True)
    assert sending.acknowledged(one.store, one.device) == 0


def test_what_comes_after_a_lock_is_kept_and_counted_only_when_accepted(places: dict[str, Place], mail: Path) -> None:
    from db.locks import ABOVE

    one, hq = places[ONE], places[HQ]
    uid = lesson(one)
    send(one, hq, mail)
    write_meta(hq.store.database, ABOVE, '[["2018-12-15", "2019-06-14", "2019-H1"]]')
    hq.store = type(hq.store)(hq.store.database)
    one.store.save("education", {**one.store.read(uid)[1], "place": "Sau khóa"}, USER)
    fresh = lesson(one, event_to="2019-04-04")
    before = hq.store.state_hash()
    verdict = send(one, hq, mail)[0]
    assert verdict.taken.late == {uid, fresh}
    assert hq.store.state_hash() == before
    hq.store.rebuild()
    assert hq.store.state_hash() == before
    assert {entry["record"] for entry in receiving.late(hq.store)} == {uid, fresh}
    said = "\n".join(commands.status_lines(standing.status(hq.store)))
    assert f"{fresh}, kỳ 2019-H1: Buổi 04/04/2019: Bản ghi mới" in said  # by what else could anybody decide?
    assert re.search(rf"{uid}, kỳ 2019-H1: Buổi .*: Địa điểm: .*Sau khóa", said)
    with hq.store.transaction():
        assert receiving.accept_late(hq.store, [uid, fresh], USER) == 2
    assert hq.store.read(uid)[1]["place"] == "Sau khóa"
    assert hq.store.read(fresh)
    assert check_all(hq.store).problems == []
    assert any("đã chốt kỳ 2019-H1" in note for note in back(hq, one, mail)[0].notes)
    with pytest.raises(Refused, match="đề nghị cấp trên mở bản bổ sung"):  # its own commander cannot
        lesson(one, event_to="2019-04-05")
    assert not any("đã chốt kỳ" in note for note in back(hq, one, mail)[0].notes)
    write_meta(hq.store.database, ABOVE, "[]")
    hq.store = type(hq.store)(hq.store.database)
    assert any("đã mở lại kỳ" in note for note in back(hq, one, mail)[0].notes)


def test_a_total_names_who_is_missing_in_it(places: dict[str, Place], mail: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    half = period(hq.store, "2019-H1")
    assert {row.cells[0].standing for row in board.board(hq.store, half, date(2019, 6, 5), columns=1).rows} == {"none"}
    assert "DV01" in board.missing(hq.store, half)[0]
    lesson(one)
    send(one, hq, mail)
    lesson(two, TWO)
    sending.out(two.store, mail, USER, part=1)
    lost = sending.out(two.store, mail, USER, part=1)
    taking.take(hq.store, [lost[-1].path], USER)
    rows = board.board(hq.store, half, date(2019, 6, 5), columns=1).rows
    assert [(row.code, row.cells[0].standing, row.cells[0].records) for row in rows] == [(ONE, "partial", 1), (TWO, "waiting", 0)]
    assert "Chưa đến: mục" in rows[1].gaps[0]
    assert any("DV02" in said and "chờ" in said for said in content.build(hq.store, half).warnings)
    taking.take(hq.store, [sent.path for sent in lost], USER)
    assert board.missing(hq.store, half) == []
    assert board.missing(one.store, half) == []


def test_whatever_was_saved_can_be_sent(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    uid = lesson(one, place="Hội trường\u202e xã\x07", note="a\u0301 dòng 1\r\ndòng 2\u2028dòng 3")
    with one.store.transaction():
        one.store.audit("import", {"file": "ba\u0301o\u202e ca\x00o.xlsx", "sheet": None}, USER)
    assert {verdict.verdict for verdict in send(one, hq, mail)} == {"taken"}
    assert hq.store.read(uid)[1]["place"] == "Hội trường xã"
    assert hq.store.read(uid)[1]["note"] == "á dòng 1\ndòng 2\ndòng 3"
