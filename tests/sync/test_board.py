"""Headquarters' board and its reminder: how each unit stands follows from what arrived, and the letter names exactly who owes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from app import arrivals, board
from app.periods import period
from app.report import pdf
from app.sync import reminder, sending, taking
from db import senders
from db.errors import ExpectedError
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Package, write_meta
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, Place, lesson, send

TODAY = date(2026, 12, 1)
LATER = date(2027, 1, 4)


def approve(place: Place) -> None:
    with place.store.transaction():
        said = {"period": "2026-H2", "start": "2026-06-15", "end": "2026-12-14"}
        place.store.audit("approve", said, USER, record=fixed_uid("report", "x"))


def standings(hq: Place, code: str = "2026-H2", today: date = TODAY) -> dict[str, str]:
    found = board.board(hq.store, period(hq.store, code), today)
    return {row.code: row.cells[-1].standing for row in found.rows}


def test_a_unit_is_without_anything_then_sending_then_late_until_its_approved_report_is_here(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    assert standings(hq) == {ONE: "none", TWO: "none"}
    lesson(one, ONE, event_to="2026-08-02")
    send(one, hq, mail)
    assert standings(hq) == {ONE: "partial", TWO: "none"}
    assert standings(hq, today=LATER) == {ONE: "late", TWO: "late"}
    approve(one)
    send(one, hq, mail)
    assert standings(hq, today=LATER) == {ONE: "full", TWO: "late"}
    share = board.board(hq.store, period(hq.store, "2026-H2"), LATER).share(-1)
    assert (share.units, share.full, share.on_time) == (2, 1, 1)


def test_a_report_that_came_after_the_last_day_is_complete_and_not_on_time(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    approve(one)
    send(one, hq, mail)
    hq.store.execute(Package.update(at="2026-12-20T09:00:00+07:00").where(Package.way == "in"))
    found = board.board(hq.store, period(hq.store, "2026-H2"), LATER)
    cell = next(row.cells[-1] for row in found.rows if row.code == ONE)
    assert (cell.standing, str(cell.words)) == ("full", "Đủ, chậm 6 ngày")
    assert (found.share(-1).full, found.share(-1).on_time) == (1, 0)


def test_what_two_offices_enter_of_one_unit_is_shown_as_a_pair_since_the_unit_sends_its_own(places: dict[str, Place], mail: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    lesson(one, ONE, event_to="2026-12-02")
    early = lesson(hq, ONE, event_to="2026-08-02")
    ours, theirs = lesson(hq, ONE, event_to="2026-12-02"), lesson(two, ONE, event_to="2026-12-03")
    for place in (one, two):
        send(place, hq, mail)
    row = next(row for row in board.board(hq.store, period(hq.store, "2026-H2"), TODAY).rows if row.code == ONE)
    assert [spot.uid for spot in row.twice] == [ours, theirs]
    assert early not in {spot.uid for spot in row.twice}  # entered here before the unit had begun to send
    assert any("có thể trùng" in words for words in board.missing(hq.store, period(hq.store, "2026-H2")))


def test_a_record_entered_here_of_a_unit_that_sends_its_own_is_warned_about(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    declared = RECORD_TYPES["education"]

    def codes(store: Store, **answers: object) -> list[str]:
        record = complete(declared, samples.education(**{"unit": fixed_uid("unit", ONE), **answers}))
        return [problem.code for problem in store.problems(declared, [record])[0] if problem.code == senders.CODE]

    assert codes(hq.store, event_to="2026-12-02") == [senders.CODE]
    assert codes(hq.store, event_to="2026-08-02") == []  # before it had joined
    assert codes(one.store, event_to="2026-12-02") == []  # its own
    lesson(one, ONE, event_to="2026-12-03")
    send(one, hq, mail)
    (theirs,) = hq.store.execute(declared.select(declared.uid).tuples()).fetchall()
    assert codes(hq.store, **hq.store.read(theirs[0])[1]) == []  # theirs, looked at here


def test_an_office_that_is_no_unit_right_below_has_a_row_of_its_own(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one, ONE, event_to="2026-08-02")
    send(one, hq, mail)
    unit = hq.store.read(fixed_uid("unit", ONE))[1]
    unit["versions"][0]["parent"] = fixed_uid("unit", TWO)
    hq.store.save("unit", unit, USER)
    rows = {row.code: row for row in board.board(hq.store, period(hq.store, "2026-H2"), TODAY).rows}
    assert rows[ONE].sends
    assert [rows[code].cells[-1].records for code in (ONE, TWO)] == [1, 1]  # counted in the unit above, too, as in the report


def test_how_much_has_come_is_told_by_the_areas_that_had_anything_a_year_before(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one, ONE, event_to="2025-08-02")
    one.store.save("care", samples.care(unit=fixed_uid("unit", ONE), event_to="2025-09-01"), USER)
    lesson(one, ONE, event_to="2026-08-02")
    send(one, hq, mail)
    found = board.board(hq.store, period(hq.store, "2026-H2"), TODAY)
    cell = next(row.cells[-1] for row in found.rows if row.code == ONE)
    assert (cell.standing, cell.percent, str(cell.words)) == ("partial", 50, "Đã có 50 %")


def test_a_gap_is_said_with_what_is_missing(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one, ONE, event_to="2026-08-02")
    lost = sending.out(one.store, mail / "lost", USER)[0]
    with one.store.transaction():
        write_meta(one.store.database, f"ack:{one.device}", str(lost.last))  # as if it had been confirmed
    lesson(one, ONE, event_to="2026-08-03")
    later = sending.out(one.store, mail, USER)
    assert taking.take(hq.store, [file.path for file in later], USER)[0].verdict == arrivals.WAITING
    found = board.board(hq.store, period(hq.store, "2026-H2"), TODAY)
    row = next(row for row in found.rows if row.code == ONE)
    assert row.cells[-1].standing == "waiting"
    assert row.waits
    assert "Chưa đến: mục" in str(row.gaps[0])
    assert row.notes == ()
    (paper,) = reminder.letter(hq.store, found).papers
    assert paper.table is not None
    cells = [line.cells for group in paper.table.groups for line in group.rows if "thành phố Hà Sơn" in line.cells[1]]
    assert cells[0][2].startswith(f"Chờ gói thiếu. Chưa đến: mục {lost.first}–{lost.last}")  # only the unit can send it


def test_the_reminder_names_the_units_that_owe_and_no_other(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    lesson(one, ONE, event_to="2026-08-02")
    approve(one)
    send(one, hq, mail)
    found = board.board(hq.store, period(hq.store, "2026-H2"), TODAY)
    assert [row.code for row in found.owing()] == [TWO]
    path = tmp_path / "thong-bao.pdf"
    path.write_bytes(pdf.render_papers(reminder.letter(hq.store, found)).pdf)
    pages = PdfReader(path).pages
    text = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert "01 đơn vị" in text
    assert "thị xã Đông Giang" in text
    assert "thành phố Hà Sơn" not in text
    assert "Nơi nhận: - Các đơn vị nêu trên; - Lưu: VT." in text


def test_with_nobody_owing_there_is_no_letter(places: dict[str, Place]) -> None:
    found = board.board(places[HQ].store, period(places[HQ].store, "2019-H1"), TODAY)
    none = board.Board(found.periods, (), found.today)
    with pytest.raises(ExpectedError, match="Không có đơn vị nào còn thiếu"):
        reminder.letter(places[HQ].store, none)
