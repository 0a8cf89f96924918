"""The page “Theo dõi đơn vị” and the requests it leads to: who owes, what waits, what headquarters asks and an office answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import requests
from app.sync import answering, sending, taking
from db.errors import ExpectedError
from db.record import fixed_uid
from db.records.education import EducationSession
from tests.samples import USER
from tests.sync_offices import Place as Installation
from tests.sync_offices import lesson
from tests.ui.exchange.kit import above, answered, below, cells, sent
from tests.ui.modal import Person, press
from ui import look
from ui.board_page import BoardPage
from ui.buttons import Link
from ui.fact_table import Fact, FactTable, Heading
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.session import Place

Settle = Callable[[], None]
Key = Qt.Key


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def _form(window: MainWindow, uid: str, settle: Settle) -> RecordForm:
    window.go(Place("education", uid=uid))
    settle()
    found = window.page("education").form  # type: ignore[attr-defined]
    assert isinstance(found, RecordForm)
    return found


def test_the_board_says_how_each_unit_stands_and_leads_to_its_records(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.board is not None
    assert [period.code for period in board.board.periods] == ["2018-H1", "2018-H2", "2019-H1"]
    assert len(board.board.rows) == 10
    assert QApplication.focusWidget() is board.table
    first = board.board.rows[0]
    assert first.cells[-1].standing == "partial"
    QTest.keyClick(board.table, Key.Key_Down)
    settle()
    assert board.table.current() == board.board.rows[1].unit
    labels = [one.text() for one in board.panel.findChildren(QWidget) if hasattr(one, "text")]
    assert board.board.rows[1].name in labels
    assert "Buổi giáo dục" in labels
    QTest.keyClick(board.table, Key.Key_Return)
    settle()
    assert window.key == "home"
    assert window.session.unit == board.board.rows[1].unit


def test_headquarters_asks_about_a_record_over_its_form_and_sees_on_the_board_what_was_answered(
    window: MainWindow, district: Installation, mail: Path, settle: Settle
) -> None:
    store = window.session.store
    below(store, district, mail)
    uid = lesson(district, "DV01", event_to="2019-03-04")
    sent(store, district, mail)
    form = _form(window, uid, settle)
    notice = form.meeting.notices["asked"]
    assert "chỉ đơn vị đó sửa được" in notice.words
    assert form.read_only
    assert not form.head.turn.isVisibleTo(form)
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    pane = form.pane.findChild(LinePane)
    assert isinstance(pane, LinePane)
    pane.line.setText("Ghi rõ địa điểm")
    QTest.keyClick(pane.line, Key.Key_Return)
    settle()
    assert "chưa trả lời" in form.meeting.notices["asked"].words
    (asked,) = requests.requests(store)
    assert asked.text == "Ghi rõ địa điểm"
    QTest.keyClick(form.meeting.notices["asked"].buttons[0], Key.Key_Return)  # it was a slip
    assert requests.requests(store) == []
    assert "chỉ đơn vị đó sửa được" in form.meeting.notices["asked"].words
    requests.ask(store, uid, asked.text, "admin")
    answered(store, district, mail)
    requests.leave(district.store, uid, USER)
    sent(store, district, mail)
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.panel.found is not None
    assert (board.panel.found.asked, len(board.panel.found.answered)) == ((), 1)
    assert board.panel.found.answered[0].second == "Giữ nguyên: Ghi rõ địa điểm"
    assert "đơn vị giữ nguyên" in _form(window, uid, settle).meeting.notices["asked"].words


def test_an_office_sees_on_its_first_page_what_headquarters_asks_and_answers_over_the_form(
    window: MainWindow, region: Installation, mail: Path, settle: Settle
) -> None:
    store = window.session.store
    above(store, region, mail)
    taking.take(region.store, [one.path for one in sending.out(store, mail, "admin")], USER)
    first, second = [uid for (uid,) in store.execute(EducationSession.select(EducationSession.uid).limit(2).tuples())]
    for uid in (first, second):
        requests.ask(region.store, uid, "Vì sao vắng?", USER)
    taking.take(store, [answering.answer(region.store, "HS00", mail, USER).path], "admin")
    window.go(Place("home"))
    settle()
    settle()
    home = window.page("home")
    asked = [task for task in home.found.tasks if task.state == "returned"]  # type: ignore[attr-defined]
    assert {(task.uid, str(task.second)) for task in asked} == {(uid, "Cấp trên đề nghị làm rõ: Vì sao vắng?") for uid in (first, second)}
    notice = _form(window, first, settle).meeting.notices["asked"]
    assert "Vì sao vắng?" in notice.words
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    settle()
    form = _form(window, second, settle)
    form.go_to_answer("", "place")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "san van dong")
    QTest.keyClick(form, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert "asked" not in form.meeting.notices
    assert requests.requests(store) == []
    taking.take(region.store, [one.path for one in sending.out(store, mail, "admin")], USER)
    assert {one.record: one.reply for one in requests.requests(region.store, answered=True)} == {first: "same", second: "changed"}


def test_what_came_after_the_lock_is_seen_on_the_board_counts_once_it_was_agreed_to_and_the_unit_is_answered_there(
    window: MainWindow, district: Installation, mail: Path, settle: Settle
) -> None:
    session, store = window.session, window.session.store
    below(store, district, mail)
    with store.transaction():
        said: dict[str, object] = {"period": session.period.code, "start": session.period.start, "end": session.period.end}
        said |= {"turn": 0, "own": True, "records": 0, "hash": "x", "pdf": "x"}
        store.audit("approve", said, "admin", record=fixed_uid("report", "x"))
        store.locks_changed()
    uid = lesson(district, "DV01", event_to="2019-03-04")
    sent(store, district, mail)
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.board is not None
    assert str(board.board.rows[0].cells[-1].words) == "Đã chốt, 1 đến sau"
    assert board.panel.found is not None
    (late,) = board.panel.found.after_lock
    assert (late.uid, late.is_here, str(late.second)) == (uid, False, "Bản ghi mới")
    leave, agree = Person(press("Để nguyên")), Person(press("Tính vào kỳ"))
    board.panel.accept()
    leave.leave()
    with pytest.raises(ExpectedError):
        store.read(uid)
    board.panel.accept()
    settle()
    agree.leave()
    settle()
    assert store.read(uid)[1]["state"] == "entered"
    assert str(board.board.rows[0].cells[-1].words) == "Đã chốt"
    assert window.focusWidget() is board.table
    (mail / "usb").mkdir()
    board.panel.write_answer(mail / "usb")
    settle()
    assert [path.name for path in (mail / "usb").iterdir()] == ["tra-DV01-00002.nnp"]


def test_the_arrows_choose_the_period_and_enter_opens_the_unit_in_it(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    QTest.keyClick(board.table, Key.Key_Left)
    assert board.panel.period is not None
    assert board.panel.period.code == "2018-H2"
    assert "6 tháng cuối năm 2018" in {one.text() for one in board.panel.findChildren(QWidget) if hasattr(one, "text")}
    QTest.keyClick(board.table, Key.Key_Return)
    settle()
    assert (window.key, window.session.period.code) == ("home", "2018-H2")


@pytest.mark.parametrize("wide", [1366, 1093])
def test_every_label_of_a_figure_beside_the_board_is_whole(window: MainWindow, settle: Settle, wide: int) -> None:
    window.resize(wide, 768)
    window.go(Place("board"))
    settle()
    settle()
    links = window.page("board").findChildren(Link)
    assert len(links) > 10
    for link in links:
        link.grab()
        assert link.toolTip() == "", "cut, and shown whole as a tooltip"


def test_chips_show_only_the_units_that_stand_so(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    board.chips["late"].click()
    assert cells(board.table) == []
    assert board.table.empty.text() == "Không có đơn vị nào như vậy."
    board.chips[""].click()
    assert len(cells(board.table)) == 10


def test_a_column_is_as_wide_as_its_longest_words_wherever_they_stand(app: QApplication, qtbot: QtBot) -> None:
    table = FactTable("Đơn vị")
    qtbot.addWidget(table)
    table.resize(900, 400)
    table.facts.begin((Heading("Đơn vị"), Heading("Kỳ", share=1)), 1)
    table.facts.add([Fact((f"Ban CHQS huyện {number}" + " Đông" * (number == 690), ""), "", "ink", number) for number in range(700)], False)
    longest = table.facts.facts[690].cells[0]
    assert table.columnWidth(0) >= look.metrics("body").horizontalAdvance(longest)
