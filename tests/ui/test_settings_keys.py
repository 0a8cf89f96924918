"""What of the settings changes the key: people who go, a new recovery code, going back to a backup; the window opens anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import backup, starting, users
from app.demo import PASSWORD, USER
from app.office import Office
from app.sync import authority
from db import keystore
from db.errors import ExpectedError
from tests.demo_office import copied
from tests.ui.modal import Person, fill, press, said
from tests.ui.settings_kit import LONG, OTHER, add_person, button_of
from ui import jobs
from ui.buttons import Button
from ui.exchange_page import ExchangePage
from ui.main_window import MainWindow
from ui.session import Place
from ui.settings_page import SettingsPage
from ui.start import Program

Settle = Callable[[], None]


@pytest.fixture
def program(app: QApplication, tmp_path: Path, settle: Settle) -> Iterator[Program]:
    """The whole program over a copy of the demo, opened as administrator."""
    folder, unlocked = copied(tmp_path / "office")
    made = Program(app, folder)
    made.lock.acquire()
    made.enter(unlocked, "settings")
    settle()
    yield made
    if made.window is not None:
        made.window.hide()
    made.close()
    jobs.wait_for_all()


def _window(program: Program) -> MainWindow:
    assert program.window is not None
    return program.window


def _settings(program: Program) -> SettingsPage:
    found = _window(program).page("settings")
    assert isinstance(found, SettingsPage)
    return found


def _exchange(program: Program, settle: Settle) -> ExchangePage:
    _window(program).go(Place("exchange"))
    settle()
    found = _window(program).page("exchange")
    assert isinstance(found, ExchangePage)
    return found


def _office(program: Program) -> Office:
    assert program.office is not None
    return program.office


def test_a_disabled_person_cannot_open_and_may_be_let_in_again(program: Program, settle: Settle, person: Callable[..., Person]) -> None:
    add_person(_window(program).session, "lan", ("clerk",))
    _settings(program).people.refresh()
    settle()
    before = _office(program).unlocked.db_path
    one = person(press("Khóa"))
    button_of(_settings(program), "Khóa").click()
    settle()
    settle()
    assert one.done
    assert _office(program).unlocked.db_path != before
    with pytest.raises(ExpectedError):
        keystore.unlock(program.folder, "lan", LONG)
    again = person(fill("", "", OTHER, OTHER, verb="Mở lại"))
    button_of(_settings(program), "Mở lại").click()
    settle()
    assert again.done
    assert keystore.unlock(program.folder, "lan", OTHER).user_id == "lan"
    assert users.person(_office(program).database, "lan").roles == ("clerk",)


def test_a_new_recovery_code_is_shown_once_and_ends_the_old_one_when_a_group_is_typed_back(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    from ui.code_page import CodeDialog
    from ui.gate import CodeView

    codes: list[str] = []

    def read(dialog: QWidget) -> object:
        views = dialog.findChildren(CodeView)
        if not views:
            return False
        codes.append(" ".join(views[0].groups))
        assert _office(program).unlocked.keystore.offered  # the old one opens, too
        assert not any(one.isVisible() for one in _window(program).findChildren(jobs.Cover))  # it would take the focus later
        return QTimer.singleShot(0, lambda: QTest.keyClick(dialog, Qt.Key.Key_Escape))

    def type_back(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        assert dialog.isVisible()  # somebody stayed
        group = dialog.page.view.groups[dialog.page.asked]
        QTest.keyClicks(dialog.page.typed, group)
        assert dialog.page.view.is_covered
        return QTimer.singleShot(0, lambda: QTest.keyClick(dialog.page.typed, Qt.Key.Key_Return))

    one = person(press("Làm mã mới"), read, press("Ở lại"), type_back)
    button_of(_settings(program), "Làm mã mới").click()
    settle()
    settle()
    assert one.done
    assert keystore.unlock_with_code(program.folder, codes[0]).db_path == _office(program).unlocked.db_path


def test_a_new_code_that_is_closed_before_it_was_typed_back_leaves_the_old_one_and_the_settings_say_so(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    from ui.code_page import CodeDialog

    def close(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        return QTimer.singleShot(0, lambda: QTest.keyClick(dialog, Qt.Key.Key_Escape))

    before, window = _office(program).unlocked, _window(program)
    one = person(press("Làm mã mới"), close, press("Vẫn đóng"))
    button_of(_settings(program), "Làm mã mới").click()
    settle()
    settle()
    assert one.done
    assert "Mã cũ vẫn mở được dữ liệu" in one.seen[-1]
    assert _window(program) is window  # no key was changed: nothing opens anew
    after = keystore.unlock(program.folder, USER, PASSWORD)
    assert after.keystore.offered
    assert after.keystore.slot("recovery", "recovery") == before.keystore.slot("recovery", "recovery")
    assert button_of(_settings(program), "Gõ lại từ phiếu")
    again = person(press("Để nguyên"))
    button_of(_settings(program), "Làm mã mới").click()
    assert again.done
    assert "nếu phiếu của mã đó đã cất, hãy để nguyên" in again.seen[-1]
    assert keystore.unlock(program.folder, USER, PASSWORD).keystore == after.keystore


def _unlock_again(program: Program, settle: Settle) -> None:
    """Type the password at the door of a locked screen."""
    from ui.unlock_dialog import UnlockWindow

    assert program.window is None
    assert isinstance(program.door, UnlockWindow)
    program.door.password.setText(PASSWORD)
    program.door.open()
    settle()


def test_a_screen_that_is_locked_over_a_new_code_leaves_both_codes_working_until_the_sheet_is_typed(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    from ui.code_page import CodeDialog

    codes: list[str] = []

    def lock(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        codes.append(dialog.page.code)
        QTest.keyClicks(dialog.page.typed, codes[0].split()[dialog.page.asked])  # not closed yet: nobody is there any more
        return QTimer.singleShot(0, _window(program).lock)

    QTest.qWait(300)  # the checks of the start are over
    settle()
    one = person(press("Làm mã mới"), lock)
    button_of(_settings(program), "Làm mã mới").click()
    settle()
    settle()
    assert one.done
    _unlock_again(program, settle)
    before = _office(program).unlocked
    assert before.keystore.offered
    assert [notice.state for notice in starting.checks(_office(program))] == ["warning"]
    again = person(fill("0" * 32, verb="Xong"), said("mã", fill(codes[0], verb="Xong")))
    button_of(_settings(program), "Gõ lại từ phiếu").click()
    settle()
    settle()
    assert again.done
    assert _office(program).unlocked.data_key != before.data_key
    assert keystore.unlock_with_code(program.folder, codes[0]).data_key == _office(program).unlocked.data_key
    assert not _office(program).unlocked.keystore.offered
    assert not any("Gõ lại" in one.text() for one in _settings(program).findChildren(Button))


def test_the_words_of_the_safe_are_there_again_once_a_screen_that_was_locked_over_them_is_opened(
    program: Program, settle: Settle, person: Callable[..., Person], tmp_path: Path
) -> None:
    from ui.code_page import CodeDialog

    shown: list[str] = []

    def lock(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        shown.extend(dialog.page.view.groups)
        return QTimer.singleShot(0, _window(program).lock)

    QTest.qWait(300)  # the checks of the start are over
    settle()
    one = person(lock)
    page = _exchange(program, settle)
    page.answer.make_keys(tmp_path)
    del page
    settle()
    settle()
    assert one.done
    _unlock_again(program, settle)
    assert authority.unwritten_words(_office(program).store, USER).split("-") == shown
    answer = _exchange(program, settle).answer
    assert any(one.text() == "Xem từ khóa" and one.isVisibleTo(answer) for one in answer.findChildren(Button))


def test_going_back_to_a_backup_says_what_is_lost_keeps_todays_data_and_shows_the_old(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    made = backup.backup(_office(program).database)
    before = _office(program).store.count(_office(program).store.types["unit"])
    store = _office(program).store
    for number in range(3):
        store.save("unit", {"code": f"X{number}", "versions": [{"name": f"Đơn vị {number}"}]}, USER)
    one = person(
        fill("sai hoan toan roi", verb="Xem sẽ mất gì"), said("", fill(PASSWORD, verb="Xem sẽ mất gì")), press("Khôi phục"), press("Đã đọc")
    )
    _settings(program).backup.go_back(made)
    settle()
    settle()
    assert one.done
    asked = next(words for words in one.seen if words.startswith("Khôi phục từ"))
    assert "Sẽ mất 3 mục sau" in asked
    assert "hong-" in asked
    office = _office(program)
    assert office.store.count(office.store.types["unit"]) == before
    assert len(list(program.folder.glob("hong-*"))) == 1
    assert _window(program).key == "settings"
    assert office.store.save("unit", {"code": "SAU", "versions": [{"name": "Sau khi khôi phục"}]}, USER)


def test_who_changes_their_mind_at_what_would_be_lost_goes_on_as_before(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    made = backup.backup(_office(program).database)
    store = _office(program).store
    uid = store.save("unit", {"code": "X", "versions": [{"name": "Vẫn còn"}]}, USER)
    one = person(fill(PASSWORD, verb="Xem sẽ mất gì"), press("Để nguyên"))
    _settings(program).backup.go_back(made)
    settle()
    assert one.done
    assert store.read(uid)[1]["code"] == "X"
    assert not list(program.folder.glob("hong-*"))
    assert store.save("unit", {"code": "Y", "versions": [{"name": "Nhập tiếp"}]}, USER)


def test_a_damaged_backup_is_refused_in_the_dialog_and_nothing_changes(
    program: Program, settle: Settle, person: Callable[..., Person]
) -> None:
    made = backup.backup(_office(program).database)
    data = bytearray(made.read_bytes())
    data[len(data) // 2] ^= 0xFF
    made.write_bytes(bytes(data))
    one = person(fill(PASSWORD, verb="Xem sẽ mất gì"), said("hỏng", press("Thôi")))
    _settings(program).backup.go_back(made)
    settle()
    assert one.done
    assert _office(program).store.count(_office(program).store.types["unit"]) > 0
