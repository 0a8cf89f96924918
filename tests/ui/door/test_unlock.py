"""The door: right and wrong passwords, the wait, the lock screen, a second instance, start checks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app import backup, demo, starting
from app.office import Office
from db import lockout
from db.connection import Lock
from db.keystore import Unlocked
from tests.demo_office import copied
from tests.ui.door.kit import NEW, Settle
from ui import messages, safety, start
from ui.__main__ import command_of
from ui.main_window import MainWindow
from ui.start import Program
from ui.unlock_dialog import UnlockWindow


def test_the_right_password_opens_and_leaves_no_trace_in_the_field(door: UnlockWindow, settle: Settle) -> None:
    got: list[Unlocked] = []
    door.unlocked.connect(got.append)
    QTest.keyClicks(door.password, demo.PASSWORD)
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    assert not door.open_button.isEnabled()  # the window goes on while the key is derived
    settle()
    assert [one.user_id for one in got] == [demo.USER]
    assert door.password.text() == ""


def test_a_wrong_password_is_said_beside_the_field_without_a_box(door: UnlockWindow, settle: Settle) -> None:
    QTest.keyClicks(door.password, "sai hoan toan")
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    settle()
    assert "Sai mật khẩu." in door.note.words
    assert door.password.property("state") == "error"
    assert door.password.hasFocus()
    assert door.password.selectedText() == door.password.text()


def test_nothing_on_the_card_moves_when_something_is_said_of_the_password(door: UnlockWindow, app: QApplication, settle: Settle) -> None:
    door.show()
    settle()
    card, button = door.card.geometry(), door.open_button.geometry()
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    settle()
    assert door.note.words == "Hãy nhập mật khẩu."
    assert (door.card.geometry(), door.open_button.geometry()) == (card, button)
    app.sendEvent(door.password, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A"))
    settle()
    assert door.password.caps.isVisible()
    assert (door.card.geometry(), door.open_button.geometry()) == (card, button)
    QTest.keyClick(door.password, Qt.Key.Key_B)
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    settle()
    assert door.note.words.startswith("Sai mật khẩu. Hãy kiểm tra")
    assert (door.card.geometry(), door.open_button.geometry()) == (card, button)


def test_wrong_passwords_make_one_wait_and_the_door_counts_down(door: UnlockWindow, folder: Path, settle: Settle) -> None:
    for _wrong in range(lockout.FREE):
        lockout.count(folder, demo.USER, time.time())
    again = UnlockWindow(folder)
    assert not again.open_button.isEnabled()
    assert "Đã nhập sai 5 lần liền" in again.note.words
    lockout.clear(folder, demo.USER)
    QTest.qWait(1200)
    assert again.open_button.isEnabled()
    assert again.note.words == ""


def test_the_password_is_shown_on_demand(door: UnlockWindow) -> None:
    assert door.password.echoMode() == QLineEdit.EchoMode.Password
    door.password.actions()[0].trigger()
    assert door.password.echoMode() == QLineEdit.EchoMode.Normal
    door.password.actions()[0].trigger()
    assert door.password.echoMode() == QLineEdit.EchoMode.Password


def test_caps_lock_is_noticed_by_the_case_of_letters(door: UnlockWindow, app: QApplication) -> None:
    for text, shift, said in (("A", Qt.KeyboardModifier.NoModifier, True), ("a", Qt.KeyboardModifier.NoModifier, False)):
        app.sendEvent(door.password, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, shift, text))
        assert bool(door.password.caps.words) == said


def test_the_age_of_the_last_backup_is_red_after_14_days() -> None:
    now = datetime(2019, 6, 20, 9)
    assert safety.backup_words(None)[1] == "error"
    assert safety.backup_words(now - timedelta(days=14), now)[1] == "ok"
    icon, ink, words = safety.backup_words(now - timedelta(days=15), now)
    assert (icon, ink) == ("shield-warning", "error")
    assert "15 ngày trước" in words


def test_the_whole_way_from_password_to_window_lock_screen_and_back(app: QApplication, folder: Path, settle: Settle) -> None:
    program = Program(app, folder)
    assert program.begin()
    door = program.door
    assert isinstance(door, UnlockWindow)
    door.password.setText(demo.PASSWORD)
    door.open()
    settle()
    window = program.window
    assert isinstance(window, MainWindow)
    assert window.isVisible()
    assert program.door is None
    window.lock()
    assert not window.isVisible()
    locked = program.door
    assert isinstance(locked, UnlockWindow)
    assert locked.user.value == demo.USER
    locked.password.setText(demo.PASSWORD)
    locked.open()
    settle()
    again = program.window
    assert isinstance(again, MainWindow)
    assert again is not window
    assert again.isVisible()
    program.close()
    again.hide()


def test_a_second_instance_is_refused_kindly(app: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[BaseException] = []
    monkeypatch.setattr(messages, "show_error", lambda parent, error: shown.append(error))
    with Lock(folder, "lệnh import"):
        assert not Program(app, folder).begin()
    assert getattr(shown[0], "code", "") == "D01"
    assert "lệnh import" in str(shown[0])


def test_start_checks_find_nothing_in_a_good_office_and_name_what_is_wrong(demo_office: Office) -> None:
    assert starting.checks(demo_office) == []
    words = [one.words for one in starting.checks(demo_office, datetime(2016, 1, 1))]
    assert len(words) == 1
    assert "Đồng hồ máy" in words[0]


def test_a_backup_in_the_second_place_counts(demo_office: Office, tmp_path: Path) -> None:
    db_id = demo_office.unlocked.db_id
    assert starting.last_backup(demo_office.folder, db_id) is None
    (tmp_path / "usb").mkdir()
    backup.backup(demo_office.database, tmp_path / "usb", now=datetime(2019, 6, 1, 8))
    assert starting.last_backup(demo_office.folder, db_id, str(tmp_path / "usb")) == datetime(2019, 6, 1, 8)
    assert starting.last_backup(demo_office.folder, db_id, str(tmp_path / "gone")) is None


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], None),
        (["--data", "demo"], None),
        (["--data=demo", "--user", "list"], None),
        (["--data", "x", "demo"], "demo"),
        (["list", "education"], "list"),
        (["--help"], "--help"),
        (["--data"], "--data"),
    ],
)
def test_only_a_sub_command_goes_to_the_command_line(arguments: list[str], command: str | None) -> None:
    assert command_of(arguments) == command
    assert start


def test_the_door_offers_first_who_came_in_last(app: QApplication, demo_office: Office, settle: Settle) -> None:
    from app import users
    from db.journal import now_text

    given = ("lan", "Nguyễn Thị Lan", ["clerk"], NEW)
    users.add(demo_office.store, demo_office.unlocked, *given, by=demo.USER, now=now_text())
    door = UnlockWindow(demo_office.folder)
    other = next(one for one in ("lan", demo.USER) if one != door.user.value)
    door.show()
    door.user._pick(other)  # noqa: SLF001
    QTest.keyClicks(door.password, NEW if other == "lan" else demo.PASSWORD)
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    settle()
    door.hide()
    assert UnlockWindow(demo_office.folder).user.value == other


def test_what_was_typed_for_one_person_is_not_offered_for_another(app: QApplication, tmp_path: Path) -> None:
    made = UnlockWindow(copied(tmp_path / "demo", with_roles=True)[0], "Bộ CHQS tỉnh Hà Sơn")
    made.password.setText("của người trước")
    menu = made.user.menu()
    assert menu is not None
    next(one for one in menu.actions() if one.text() == "clerk").trigger()
    assert (made.user.value, made.password.text()) == ("clerk", "")
    made.deleteLater()
