"""The locked screen: by idleness told by a clock, by key; what is gone then, and how people come back."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app import demo, drafts, locking, users
from app.preferences import IDLE, Preferences, idle_minutes
from db.journal import now_text
from tests.demo_office import copied
from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.trouble import full_disk, unix
from ui import jobs, messages
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place
from ui.start import Program
from ui.unlock_dialog import UnlockWindow

Settle = Callable[[], None]
SECRET = "Nguyễn Thị Bí Mật"


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A program on a copy of the demo, opened by its first user, with clocks that stand still."""

    def __init__(self, app: QApplication, folder: Path, settle: Settle) -> None:
        from ui.lock_screen import LockScreen

        self.settle, self.folder = settle, folder
        self.steady, self.wall = Clock(), Clock()
        self.program = Program(app, folder)
        self.program.screen = LockScreen((self.steady, self.wall))
        self.program.screen.locked.connect(self.program._locked)  # noqa: SLF001
        assert self.program.begin()
        self.unlock()

    def pass_time(self, seconds: float) -> None:
        """Let both clocks go on, and the program look at them."""
        self.steady.now += seconds
        self.wall.now += seconds
        assert self.program.screen is not None
        if self.program.screen.idle is not None:
            self.program.screen.idle.look()
        self.settle()

    @property
    def window(self) -> MainWindow:
        window = self.program.window
        assert isinstance(window, MainWindow)
        return window

    @property
    def door(self) -> UnlockWindow:
        door = self.program.door
        assert isinstance(door, UnlockWindow)
        return door

    @property
    def is_locked(self) -> bool:
        return self.program.window is None

    def unlock(self, password: str = demo.PASSWORD) -> None:
        self.door.password.setText(password)
        self.door.open()
        self.settle()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the door goes
        if self.program.window is not None:  # there is no window manager here that would do it
            focused = self.program.window.focusWidget()
            self.settle()
            self.program.window.activateWindow()
            self.settle()
            if focused is not None:
                focused.setFocus()

    def start_record(self, text: str = SECRET) -> Keyboard:
        """Begin a new person, with the name left in the input method."""
        self.window.go(Place("beneficiary", new=True))
        self.settle()
        keys = Keyboard()
        form = self.form
        form.go_to_answer("", "name")
        keys.compose(text)
        return keys

    @property
    def page(self) -> RecordPage:
        page = self.window.page(self.window.key)
        assert isinstance(page, RecordPage)
        return page

    @property
    def form(self) -> RecordForm:
        assert self.page.form is not None
        return self.page.form


@pytest.fixture
def desk(app: QApplication, tmp_path: Path, settle: Settle) -> Iterator[Desk]:
    made = Desk(app, copied(tmp_path / "demo")[0], settle)
    yield made
    window = made.program.window
    made.program.close()
    for one in (window, made.program.door):
        if one is not None:
            one.hide()
            one.deleteLater()


def texts(widget: QWidget) -> str:
    """Give every text that a widget and what is in it hold."""
    found = [widget.windowTitle(), widget.toolTip(), widget.accessibleName()]
    if isinstance(widget, (QLabel, QLineEdit)):
        found.append(widget.text())
    if isinstance(widget, QPlainTextEdit):
        found.append(widget.toPlainText())
    if isinstance(widget, QTableView) and widget.model() is not None:
        model = widget.model()
        found += [str(model.index(r, c).data()) for r in range(min(50, model.rowCount())) for c in range(model.columnCount())]
    return "\n".join(found)


def test_the_screen_locks_after_five_minutes_without_key_or_mouse_and_not_before(desk: Desk) -> None:
    desk.pass_time(299)
    assert not desk.is_locked
    desk.pass_time(1)
    assert desk.is_locked
    assert desk.door.isVisible()


@pytest.mark.parametrize("act", ["key", "mouse", "input method"])
def test_whatever_a_person_does_starts_the_time_anew(desk: Desk, act: str) -> None:
    desk.start_record("Ngu")
    desk.pass_time(290)
    handle = desk.window.windowHandle()
    if act == "key":
        QTest.keyClick(handle, Qt.Key.Key_Shift)
    elif act == "mouse":
        QTest.mouseMove(handle, QPoint(40, 50))
        QTest.mouseMove(handle, QPoint(44, 57))
    else:
        QApplication.sendEvent(Keyboard.focus(), QInputMethodEvent("Nguy", []))
    desk.settle()
    desk.pass_time(290)
    assert not desk.is_locked
    desk.pass_time(10)
    assert desk.is_locked


def test_the_minutes_are_the_persons_own_choice_between_one_and_fifteen(desk: Desk, tmp_path: Path) -> None:
    desk.window.session.preferences.put(IDLE, 1)
    desk.pass_time(60)
    assert desk.is_locked
    kept = Preferences(tmp_path, "x")
    assert idle_minutes(kept) == 5
    for chosen, held in ((0, 1), (7, 7), (90, 15)):
        kept.put(IDLE, chosen)
        assert idle_minutes(kept) == held


def test_a_key_that_wakes_a_sleeping_machine_locks_and_types_nothing(desk: Desk) -> None:
    desk.start_record("")
    field = Keyboard.focus()
    assert isinstance(field, QLineEdit)
    typed: list[str] = []
    field.textChanged.connect(typed.append)
    desk.wall.now += 8 * 3600  # the steady clock stands still while the machine sleeps
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_A)
    assert typed == []
    assert desk.is_locked


def test_a_clock_that_is_set_back_does_not_keep_the_screen_open(desk: Desk) -> None:
    desk.wall.now -= 10 * 365 * 86400
    desk.steady.now += 300
    assert desk.program.screen is not None
    assert desk.program.screen.idle is not None
    desk.program.screen.idle.look()
    assert desk.is_locked


def test_a_job_that_writes_is_not_left_alone_behind_a_locked_screen(desk: Desk) -> None:
    import threading

    going_on = threading.Event()
    desk.window.session.run(jobs.Job(going_on.wait, writes=True))
    desk.steady.now += 400
    assert desk.program.screen is not None
    assert desk.program.screen.idle is not None
    desk.program.screen.idle.look()
    assert not desk.is_locked
    going_on.set()
    desk.settle()
    desk.pass_time(300)
    assert desk.is_locked


@pytest.mark.parametrize("way", ["key", "idle"])
def test_nothing_of_a_record_can_be_seen_and_the_keys_are_gone(desk: Desk, way: str) -> None:
    desk.start_record()
    QGuiApplication.clipboard().setText(SECRET)
    window, office = desk.window, desk.window.session.office
    database = office.database
    shown = texts(window.page("beneficiary").findChild(QTableView))  # type: ignore[arg-type]
    assert "\n" in shown
    if way == "key":
        Keyboard().press(Key.Key_L, modifiers=CTRL)
    else:
        desk.pass_time(300)
    desk.settle()
    QTest.qWait(120)
    seen = "\n".join(texts(one) for top in QApplication.topLevelWidgets() if top.isVisible() for one in (top, *top.findChildren(QWidget)))
    assert "Đã khóa lúc" in seen
    assert SECRET not in seen
    names = [line for line in shown.splitlines() if len(line) > 8]
    assert [name for name in names if name in seen] == []
    assert QGuiApplication.clipboard().text() == ""
    assert not [one for one in QApplication.allWidgets() if SECRET in texts(one)]
    assert database.is_closed()
    assert database.key == b""
    assert office.unlocked.data_key == b""
    assert "x''" in str(database.connect_params)


def test_no_page_stays_in_memory_behind_a_locked_screen(desk: Desk, qtbot: QtBot) -> None:
    seen: list[weakref.ref[QWidget]] = []
    for key in ("home", "report", "board", "exchange", "history", "settings", "import", "education", "unit", "beneficiary"):
        desk.window.go(Place(key))
        desk.settle()
        seen.append(weakref.ref(desk.window.page(key)))
    desk.start_record()
    seen += [weakref.ref(desk.window), weakref.ref(desk.form)]
    Keyboard().press(Key.Key_L, modifiers=CTRL)
    desk.settle()
    left = lambda: [type(one).__name__ for each in seen if (one := each()) is not None]  # noqa: E731
    qtbot.waitUntil(lambda: left() == [], timeout=5_000)


def test_the_same_person_comes_back_to_the_same_answer_with_what_was_typed(desk: Desk) -> None:
    before = locking.own_drafts(desk.window.session.office)
    desk.start_record()
    desk.window.lock()
    desk.settle()
    assert f"{before + 1} bản nháp" in "\n".join(texts(one) for one in desk.door.findChildren(QLabel))
    desk.unlock()
    assert desk.window.key == "beneficiary"
    assert desk.window.isVisible()
    focused = Keyboard.focus()
    assert isinstance(focused, QLineEdit)
    assert focused.objectName() == "name"
    assert focused.text() == SECRET
    assert desk.form.draft_id is not None
    Keyboard().write("!")
    assert SECRET in drafts.get(desk.window.session.store, desk.form.draft_id).content["name"]


def test_a_line_of_a_table_is_come_back_to(desk: Desk) -> None:
    desk.window.go(Place("education", new=True))
    desk.settle()
    desk.form.go_to_answer("audiences", "present")
    Keyboard().write("12")
    desk.window.lock()
    desk.unlock()
    here: Any = desk.form.current()
    assert (here.model.kind, here.names[here.column], here.row) == ("audiences", "present", 0)
    assert desk.form.entry.lines["audiences"][0]["present"].text == "12"


def test_a_record_that_was_only_looked_at_is_open_again(desk: Desk) -> None:
    desk.window.go(Place("beneficiary"))
    desk.settle()
    uid = desk.page.list.model.row(2).uid
    assert uid
    desk.window.go(Place("beneficiary", uid=uid))
    desk.window.lock()
    desk.unlock()
    assert desk.form.uid == uid
    assert not desk.form.dirty


def test_another_person_may_unlock_and_starts_at_home(desk: Desk) -> None:
    office = desk.window.session.office
    other = users.add(office.store, office.unlocked, "thay", "Trần Văn Thay", ["clerk"], "mưa phùn gió bấc", by=demo.USER, now=now_text())
    office.unlocked = other
    desk.start_record()
    desk.window.lock()
    desk.settle()
    assert desk.door.user.value == demo.USER
    desk.door.user._pick("thay")  # noqa: SLF001 - what the menu calls
    desk.unlock("mưa phùn gió bấc")
    assert desk.window.session.user == "thay"
    assert desk.window.key == "home"


def test_dialogs_and_menus_close_with_the_window(desk: Desk, settle: Settle) -> None:
    from PySide6.QtCore import QTimer

    answers: list[bool] = []
    QTimer.singleShot(50, desk.window, desk.window.lock)
    answers.append(messages.ask(desk.window, "Hủy bản ghi?", SECRET, "Hủy"))
    assert answers == [False]
    settle()
    assert desk.is_locked
    assert [type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()] == ["UnlockWindow"]
    QTest.qWait(150)


@unix
def test_text_that_no_draft_could_be_written_for_is_held_and_written_after_unlocking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.start_record()
    with full_disk():
        desk.window.lock()
        desk.settle()
    assert desk.is_locked
    assert [one.type for one in desk.program.screen.loose] == ["beneficiary"]  # type: ignore[union-attr]
    asked: list[str] = []

    def refused(_parent: object, title: str, *_rest: object) -> bool:
        asked.append(title)
        return False

    monkeypatch.setattr(messages, "ask", refused)
    desk.door.close()
    assert asked == ["Phần đang nhập chưa giữ được."]
    assert desk.door.isVisible()
    desk.unlock()
    assert desk.form.entry.cells["name"].text == SECRET
    assert desk.form.draft_id is not None
    assert drafts.get(desk.window.session.store, desk.form.draft_id).content["name"] == SECRET


def test_the_window_says_who_works_in_it(desk: Desk) -> None:
    desk.window.resize(1366, 768)
    desk.settle()
    person = users.person(desk.window.session.office.database, demo.USER)
    assert person.name in "\n".join(texts(one) for one in desk.window.navigation.findChildren(QWidget) if one.isVisible())
