"""A forgotten password is set anew at the door, and no code is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import demo, office
from db import key_slots, keystore
from db.keystore import Unlocked
from tests.ui.door.kit import NEW, Settle
from tests.ui.keyboard import Key, Keyboard
from tests.ui.modal import Person, press
from ui.buttons import Button
from ui.unlock_dialog import FreshCode, RecoverPage, UnlockWindow


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
