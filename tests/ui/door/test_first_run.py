"""The first run: an office, its first person and the recovery code, by keys alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app import demo, office, starting
from app.unit_tree import own_unit
from db import keystore
from db.keystore import Unlocked
from tests.ui.door.kit import Settle
from tests.ui.keyboard import Key, Keyboard
from ui.buttons import Button
from ui.first_run import FirstRun
from ui.start import Program


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


def test_a_folder_without_an_office_starts_the_first_run(app: QApplication, tmp_path: Path) -> None:
    program = Program(app, tmp_path / "trống")
    assert program.begin()
    assert isinstance(program.door, FirstRun)
    program.door.left.disconnect()
    program.door.close()


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
