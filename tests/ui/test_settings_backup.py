"""Backups from the settings page: here and in a second place, how old they are, and what is said when one cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app import backup
from app.demo import PASSWORD, USER
from app.office import Office
from db.connection import Lock
from db.keystore import Unlocked
from tests.ui.modal import Person, press
from tests.ui.settings_kit import settings_of
from ui import look
from ui.frame import ToastBox
from ui.home_page import HomePage
from ui.main_window import MainWindow
from ui.parts import Label
from ui.settings_page import SettingsPage

Settle = Callable[[], None]


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> SettingsPage:
    return settings_of(window, settle)


def _toast(window: MainWindow) -> str:
    box = window.findChild(ToastBox)
    assert box is not None
    return box.accessibleName()


def test_a_backup_is_made_here_and_in_the_second_place(page: SettingsPage, window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    assert "Chưa có bản sao lưu" in page.backup.age.text()
    page.backup.set_second_place(usb)
    page.backup.now.click()
    settle()
    db_id = window.session.office.unlocked.db_id
    assert len(backup.listed(window.session.folder / backup.FOLDER, db_id)) == 1
    assert len(backup.listed(usb, db_id)) == 1
    assert "cả hai nơi" in _toast(window)
    assert "hôm nay" in page.backup.age.text()
    assert "hôm nay" in page.backup.place.text()


def test_the_first_page_says_that_a_backup_was_made_before_anybody_goes_there_again(window: MainWindow, settle: Settle) -> None:
    home = window.page("home")
    assert isinstance(home, HomePage)
    safety = home.safety

    def said() -> list[str]:
        return [label.text() for label in safety.findChildren(Label)]

    settle()
    assert "Chưa có bản sao lưu nào" in said()
    settings_of(window, settle).backup.now.click()
    settle()
    assert "Chưa có bản sao lưu nào" not in said()
    assert any("hôm nay" in words for words in said())
    assert "hôm nay" in window.status.fact.text()


def test_a_second_place_that_is_not_there_is_said_and_the_first_backup_still_counts(
    page: SettingsPage, window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    page.backup.set_second_place(tmp_path / "usb")
    assert "chưa cắm" in page.backup.place.text()
    page.backup.now.click()
    settle()
    assert "chưa chép được sang nơi thứ hai" in _toast(window)
    assert "hôm nay" in page.backup.age.text()


def test_a_backup_of_a_journal_that_was_altered_is_made_and_says_what_it_carries(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    one = person(press("Đã đọc"))
    window.session.office.database.execute_sql("UPDATE journal SET body = x'7b7d' WHERE seq = 5")
    page.backup.now.click()
    settle()
    assert one.done
    assert any("bản sao lưu cũ hơn" in text for text in one.seen)
    assert len(backup.listed(window.session.folder / backup.FOLDER, window.session.office.unlocked.db_id)) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no folder here that nobody can write into")
def test_a_second_place_that_cannot_be_written_is_said_with_what_to_do(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    page.backup.set_second_place(Path("/proc"))
    one = person(press("Đã hiểu"))
    page.backup.now.click()
    settle()
    assert one.done
    assert "hôm nay" in page.backup.age.text()
    assert "chưa chép được sang nơi thứ hai" in _toast(window)


def test_the_data_folder_itself_is_no_second_place(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    one = person(press("Đã đọc"))
    page.backup.set_second_place(window.session.folder / backup.FOLDER)
    assert one.done
    assert page.backup.second_place is None


def test_an_age_of_more_than_14_days_is_red_here_and_in_the_second_place(page: SettingsPage, window: MainWindow, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    page.backup.set_second_place(usb)
    for place in (None, usb):
        backup.backup(window.session.office.database, place, now=datetime(2019, 1, 2, 8))
    page.backup.refresh()
    for label in (page.backup.age, page.backup.place):
        assert "ngày trước" in label.text()
        assert label.palette().windowText().color() == look.colour("error")
    assert "Đang giữ 1 bản, cũ nhất 02/01/2019" in page.backup.held.text()


def test_the_path_of_an_old_key_file_stays_readable(demo_office: Office, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    made = backup.backup(demo_office.database, tmp_path / "usb")
    unlocked, _content = backup.open_backup(made, USER, PASSWORD)
    assert isinstance(unlocked, Unlocked)
    with Lock(tmp_path / "usb"):
        assert backup.listed(tmp_path / "usb", unlocked.db_id)[0][1] == made
