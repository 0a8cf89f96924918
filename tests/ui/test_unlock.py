"""The door: right and wrong passwords, the wait, recovery, the first run, a second instance, lock screen, start checks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app import backup, demo, starting
from app.office import Office
from db import keystore, lockout
from db.connection import Lock
from db.keystore import Unlocked
from tests.ui.conftest import copied
from ui import messages, safety, start
from ui.__main__ import command_of
from ui.first_run import FirstRun
from ui.main_window import MainWindow
from ui.start import Program
from ui.unlock_dialog import RecoverPage, UnlockWindow

Settle = Callable[[], None]


@pytest.fixture
def folder(app: QApplication, tmp_path: Path) -> Path:
    return copied(tmp_path / "demo")[0]


@pytest.fixture
def door(folder: Path, settle: Settle) -> Iterator[UnlockWindow]:
    made = UnlockWindow(folder, "Bộ CHQS tỉnh Hà Sơn")
    made.show()
    settle()
    yield made
    made.hide()
    made.deleteLater()


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


def test_a_forgotten_password_is_set_anew_with_the_code_and_the_new_code_is_shown_once(
    tmp_path: Path, app: QApplication, settle: Settle
) -> None:
    from app import office

    folder = tmp_path / "moi"
    code = office.create(folder, "DV07", "Ban CHQS huyện Kim Lộc", "district", None, demo.PASSWORD, cost=keystore.FLOOR)
    page = RecoverPage(folder, "admin")
    got: list[Unlocked] = []
    page.recovered.connect(got.append)
    page.code.setText(code)
    page.first.setText("mật khẩu mới của tôi")
    page.second.setText("mật khẩu khác")
    page.go.click()
    assert page.note.words == "Hai lần nhập mật khẩu không giống nhau."
    page.second.setText("mật khẩu mới của tôi")
    page.go.click()
    settle()
    from ui.buttons import Button
    from ui.gate import CodeView

    shown = page.findChild(CodeView)
    assert shown is not None
    assert shown.groups != code.split()
    next(one for one in page.findChildren(Button) if one.text().startswith("Đã cất mã")).click()
    assert got[0].user_id == "admin"
    assert keystore.unlock(folder, "admin", "mật khẩu mới của tôi").db_id == got[0].db_id


def test_the_first_run_makes_an_office_and_wants_one_group_of_the_code_typed_back(
    tmp_path: Path, app: QApplication, settle: Settle
) -> None:
    wizard = FirstRun(tmp_path / "data")
    wizard.show()
    got: list[Unlocked] = []
    wizard.made.connect(got.append)
    wizard.onward.click()
    assert wizard.note.words == "Hãy điền tên và mã đơn vị."
    wizard.name.setText("Ban CHQS huyện Kim Lộc")
    wizard.code.setText("DV07")
    wizard.onward.click()
    wizard.first.setText("ngan")
    wizard.second.setText("ngan")
    wizard.onward.click()
    settle()
    assert wizard.note.words  # too weak: said, nothing made
    assert not (tmp_path / "data" / keystore.FILE).exists()
    wizard.first.setText(demo.PASSWORD)
    wizard.second.setText(demo.PASSWORD)
    wizard.onward.click()
    settle()
    assert wizard.stack.currentIndex() == 2
    assert not wizard.onward.isEnabled()
    number = int(wizard.typed.accessibleName().split()[-1])
    from ui.gate import CodeView

    shown = wizard.findChild(CodeView)
    assert shown is not None
    wizard.sealed.setChecked(True)
    wizard.typed.setText("0000" if shown.groups[number - 1] != "0000" else "1111")
    assert not wizard.onward.isEnabled()
    wizard.typed.setText(shown.groups[number - 1])
    wizard.onward.click()
    assert got[0].user_id == "admin"
    wizard.hide()


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


def test_a_folder_without_an_office_starts_the_first_run(app: QApplication, tmp_path: Path) -> None:
    program = Program(app, tmp_path / "trống")
    assert program.begin()
    assert isinstance(program.door, FirstRun)
    program.door.left.disconnect()
    program.door.close()


def test_start_checks_find_nothing_in_a_good_office_and_name_what_is_wrong(demo_office: Office) -> None:
    assert starting.checks(demo_office) == []
    words = [one.words for one in starting.checks(demo_office, datetime(2016, 1, 1))]
    assert len(words) == 1
    assert "Đồng hồ máy" in words[0]


def test_a_backup_in_the_second_place_counts(demo_office: Office, tmp_path: Path) -> None:
    db_id = demo_office.unlocked.db_id
    assert starting.last_backup(demo_office.folder, db_id) is None
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
    ],
)
def test_only_a_sub_command_goes_to_the_command_line(arguments: list[str], command: str | None) -> None:
    assert command_of(arguments) == command
    assert start


def test_a_password_of_four_words_is_made_shown_and_accepted(tmp_path: Path, app: QApplication, settle: Settle) -> None:
    from ui.buttons import Button

    wizard = FirstRun(tmp_path / "data")
    wizard.show()
    wizard.name.setText("Ban CHQS huyện Kim Lộc")
    wizard.code.setText("DV07")
    wizard.onward.click()
    next(one for one in wizard.findChildren(Button) if one.text() == "Tạo mật khẩu" and one.isVisible()).click()
    assert wizard.first.text() == wizard.second.text()
    assert len(wizard.first.text().split("-")) == 4
    assert wizard.first.echoMode() == QLineEdit.EchoMode.Normal
    wizard.onward.click()
    settle()
    assert wizard.stack.currentIndex() == 2
    wizard.hide()
