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

from app import backup, demo, office, starting
from app.office import Office
from app.unit_tree import own_unit
from db import key_slots, keystore, lockout
from db.connection import Lock
from db.keystore import Unlocked
from tests.demo_office import copied
from tests.ui.keyboard import Key, Keyboard
from tests.ui.modal import Person, press
from ui import messages, safety, start
from ui.__main__ import command_of
from ui.buttons import Button
from ui.first_run import FirstRun
from ui.main_window import MainWindow
from ui.start import Program
from ui.unlock_dialog import FreshCode, RecoverPage, UnlockWindow

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


NEW = "mat khau moi cua toi"


@pytest.fixture
def lost(tmp_path: Path, app: QApplication, settle: Settle) -> Iterator[tuple[UnlockWindow, str]]:
    """The door of an office whose password is forgotten, in sight, and its recovery code."""
    folder = tmp_path / "moi"
    code = office.create(folder, "DV07", "Ban CHQS huyện Kim Lộc", "district", None, demo.PASSWORD, cost=key_slots.FLOOR)
    made = UnlockWindow(folder)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.forgotten.click()
    settle()
    yield made, code
    made.hide()
    made.deleteLater()


def _recover(settle: Settle, code: str) -> Keyboard:
    """Type code and password as a person does: Enter leads on, the last one sets the password."""
    keys = Keyboard()
    for text in (code, NEW, NEW):
        keys.write(text)
        keys.press(Key.Key_Return)
    settle()
    return keys


def test_a_forgotten_password_is_set_anew_by_keys_alone_and_the_new_code_stands_alone_on_its_page(
    lost: tuple[UnlockWindow, str], settle: Settle
) -> None:
    door, code = lost
    got: list[Unlocked] = []
    door.unlocked.connect(got.append)
    keys = _recover(settle, code)
    page = door.stack.currentWidget()
    assert isinstance(page, FreshCode)
    words = {one.text() for one in door.findChildren(Button) if one.isVisible()}
    assert words == {"In phiếu mã khôi phục", "Đã cất mã, mở dữ liệu"}
    assert page.code.printing.hasFocus()
    assert page.code.view.groups != code.split()
    page.code.typed.setFocus()
    assert page.code.view.is_covered
    group = page.code.view.groups[page.code.asked]
    keys.write("0000" if group != "0000" else "1111")
    keys.press(Key.Key_Return)
    assert got == []
    keys.press(Key.Key_Escape)
    assert not page.code.view.is_covered
    page.code.typed.setFocus()
    keys.write(group)
    keys.press(Key.Key_Return, Key.Key_Space)
    assert keystore.unlock_with_code(door._folder, code).keystore.offered  # noqa: SLF001 - the old sheet works up to now
    keys.press(Key.Key_Return)
    settle()
    assert got[0].user_id == "admin"
    assert not got[0].keystore.offered
    assert keystore.unlock(door._folder, "admin", NEW).db_id == got[0].db_id  # noqa: SLF001


def test_the_door_with_a_new_code_does_not_close_unasked_until_the_code_is_safe(
    lost: tuple[UnlockWindow, str], settle: Settle, app: QApplication
) -> None:
    door, code = lost
    left: list[bool] = []
    door.left.connect(lambda: left.append(True))
    keys = _recover(settle, code)
    stay = Person(press("Ở lại"))
    door.close()
    assert stay.done
    assert "Mã cũ vẫn mở được dữ liệu" in stay.seen[0]
    assert door.isVisible()
    assert left == []
    page = door.stack.currentWidget()
    assert isinstance(page, FreshCode)
    door.activateWindow()
    QTest.qWaitForWindowActive(door)
    settle()  # the focus goes back to where it was before the question
    page.code.typed.setFocus()
    assert page.code.typed.hasFocus()
    keys.write(page.code.view.groups[page.code.asked])
    assert page.code.is_typed
    door.close()
    assert not door.isVisible()
    assert left == [True]


def test_the_door_does_not_close_while_the_new_code_is_still_to_come(lost: tuple[UnlockWindow, str], settle: Settle) -> None:
    door, code = lost
    keys = Keyboard()
    for text in (code, NEW, NEW):
        keys.write(text)
        keys.press(Key.Key_Return)
    door.close()
    assert door.isVisible()
    settle()
    assert isinstance(door.stack.currentWidget(), FreshCode)


def test_what_is_wrong_while_recovering_stands_below_its_field(lost: tuple[UnlockWindow, str], settle: Settle) -> None:
    door, code = lost
    page = door.stack.currentWidget()
    assert isinstance(page, RecoverPage)
    keys = Keyboard()
    for text in (code, NEW, "khac hoan toan"):
        keys.write(text)
        keys.press(Key.Key_Return)
    assert page.fields.notes[page.second].words == "Hai lần nhập mật khẩu không giống nhau."
    assert page.second.hasFocus()
    keys.write(NEW)
    page.code.setText("1234")
    keys.press(Key.Key_Return)
    settle()
    assert "32 chữ số" in page.fields.notes[page.code].words
    assert page.fields.notes[page.second].words == ""
    assert page.code.hasFocus()


def test_what_was_typed_for_one_person_is_not_offered_for_another(app: QApplication, tmp_path: Path) -> None:
    made = UnlockWindow(copied(tmp_path / "demo", with_roles=True)[0], "Bộ CHQS tỉnh Hà Sơn")
    made.password.setText("của người trước")
    menu = made.user.menu()
    assert menu is not None
    next(one for one in menu.actions() if one.text() == "clerk").trigger()
    assert (made.user.value, made.password.text()) == ("clerk", "")
    made.deleteLater()


def test_the_first_run_is_walked_by_keys_alone_and_covers_the_code_while_it_is_typed_back(
    tmp_path: Path, app: QApplication, settle: Settle
) -> None:
    wizard = FirstRun(tmp_path / "data")
    wizard.show()
    wizard.activateWindow()
    QTest.qWaitForWindowActive(wizard)
    got: list[Unlocked] = []
    wizard.made.connect(got.append)
    keys = Keyboard()
    keys.press(Key.Key_Return, Key.Key_Return, Key.Key_Return, Key.Key_Return)  # name, code, level, unit above: onward
    assert wizard.unit_fields.notes[wizard.name].words == "Hãy điền tên đơn vị."
    assert wizard.name.hasFocus()
    keys.write("Ban CHQS Kim Loc")
    keys.press(Key.Key_Return)
    assert wizard.code.hasFocus()
    keys.write("DV07")
    keys.press(Key.Key_Return)
    assert wizard.levels["district"].hasFocus()
    keys.press(Key.Key_Return, Key.Key_Return)
    assert wizard.stack.currentIndex() == 1
    for text in ("ngan", "ngan"):
        keys.write(text)
        keys.press(Key.Key_Return)
    settle()
    assert "ít nhất 10 ký tự" in wizard.person_fields.notes[wizard.first].words
    assert wizard.first.hasFocus()
    wizard.second.clear()
    for text in (demo.PASSWORD, demo.PASSWORD):
        keys.write(text)
        keys.press(Key.Key_Return)
    settle()
    page = wizard.code_page
    assert page is not None
    assert page.printing.hasFocus(), QApplication.focusWidget()
    assert not page.view.is_covered
    keys.press(Key.Key_Tab)
    assert page.typed.hasFocus()
    assert page.view.is_covered
    group = page.view.groups[page.asked]
    assert group not in page.view.accessibleDescription()
    keys.write(group)
    keys.press(Key.Key_Return, Key.Key_Return)
    assert got == []  # that it is sealed is said knowingly, by the space bar
    keys.press(Key.Key_Space, Key.Key_Return)
    settle()
    assert got[0].user_id == "admin"
    wizard.hide()


def test_the_first_run_says_at_its_field_what_the_record_of_a_unit_would_refuse(tmp_path: Path, app: QApplication, settle: Settle) -> None:
    wizard = FirstRun(tmp_path / "data")
    wizard.show()
    wizard.name.setText("Ban CHQS  huyện Kim Lộc ")
    for code, parent, field, words in (
        ("DV07" * 6, "", wizard.code, "Mã đơn vị: Dài 24 ký tự"),
        ("dv07", " DV07", wizard.parent_code, "Mã đơn vị cấp trên trùng mã đơn vị này."),
    ):
        wizard.code.setText(code)
        wizard.parent_code.setText(parent)
        wizard.onward.click()
        assert wizard.stack.currentIndex() == 0
        assert words in wizard.unit_fields.notes[field].words
    wizard.parent_code.setText("HS00 ")
    wizard.onward.click()
    assert wizard.stack.currentIndex() == 1
    wizard.first.setText(demo.PASSWORD)
    wizard.second.setText(demo.PASSWORD)
    wizard.onward.click()
    assert wizard.onward.text() == "Đang tạo…"
    settle()
    assert wizard.stack.currentIndex() == 2
    with office.open_office(tmp_path / "data", None, demo.PASSWORD, "thử") as opened:
        assert opened.store.names.label("unit", own_unit(opened.store), None) == "Ban CHQS huyện Kim Lộc"
    wizard.hide()


def test_the_first_run_makes_an_office_and_wants_one_group_of_the_code_typed_back(
    tmp_path: Path, app: QApplication, settle: Settle
) -> None:
    wizard = FirstRun(tmp_path / "data")
    wizard.show()
    got: list[Unlocked] = []
    wizard.made.connect(got.append)
    wizard.onward.click()
    assert wizard.unit_fields.notes[wizard.name].words == "Hãy điền tên đơn vị."
    wizard.name.setText("Ban CHQS huyện Kim Lộc")
    wizard.code.setText("DV07")
    wizard.onward.click()
    wizard.first.setText("ngan")
    wizard.second.setText("ngan")
    wizard.onward.click()
    settle()
    assert wizard.person_fields.notes[wizard.first].words  # too weak: said, nothing made
    assert not (tmp_path / "data" / keystore.FILE).exists()
    wizard.first.setText(demo.PASSWORD)
    wizard.second.setText(demo.PASSWORD)
    wizard.onward.click()
    settle()
    assert wizard.stack.currentIndex() == 2
    assert not wizard.onward.isEnabled()
    page = wizard.code_page
    assert page is not None
    with office.open_office(tmp_path / "data", None, demo.PASSWORD, "thử") as opened:  # ended here, the code is asked for again
        assert "Chưa ai gõ lại mã khôi phục" in starting.checks(opened)[0].words
    group = page.view.groups[page.asked]
    page.sealed.setChecked(True)
    page.typed.setText("0000" if group != "0000" else "1111")
    assert not wizard.onward.isEnabled()
    page.typed.setText(group)
    wizard.onward.click()
    settle()
    assert got[0].user_id == "admin"
    with office.open_office(tmp_path / "data", None, demo.PASSWORD, "thử") as opened:
        assert starting.checks(opened) == []
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


def test_a_password_of_four_words_is_made_shown_and_accepted(tmp_path: Path, app: QApplication, settle: Settle) -> None:
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
