"""The settings page: letterhead and periods, people and passwords, backup and restore to the end, look, language, idle minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QRadioButton, QWidget

from app import backup, i18n, settings, users
from app.demo import PASSWORD, USER
from app.office import Office
from app.preferences import Preferences
from db import keystore
from db.connection import Lock
from db.errors import ExpectedError
from db.journal import now_text
from db.keystore import Unlocked
from tests.demo_office import copied
from tests.ui.conftest import TODAY
from tests.ui.modal import Person, fill, press, said, tick
from tests.ui.walking import painted
from ui import jobs, look, style
from ui.buttons import Button, Link
from ui.frame import ToastBox
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place, Session
from ui.settings_page import SettingsPage
from ui.start import Program

Settle = Callable[[], None]
LONG, OTHER = "con ngua trang chay nhanh", "cau khac cung kha dai day"


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> SettingsPage:
    window.go(Place("settings"))
    settle()
    found = window.page("settings")
    assert isinstance(found, SettingsPage)
    return found


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def make(*steps: Callable[..., object]) -> Person:
        made.append(Person(*steps))
        return made[-1]

    yield make
    for one in made:
        one.leave()


def _add(session: Session, user: str, roles: tuple[str, ...]) -> users.Person:
    office = session.office
    office.unlocked = users.add(office.store, office.unlocked, user, f"Người {user}", roles, LONG, by=USER, now=now_text())
    return users.person(office.database, user)


def _button(page: SettingsPage, words: str) -> QAbstractButton:
    return next(one for one in page.findChildren(Button) if one.isVisible() and words in (one.text(), one.accessibleName()))


def _links(page: SettingsPage) -> list[Link]:
    return [one for one in page.findChildren(Link) if one.isVisible()]


# -- office and periods ------------------------------------------------------------------------------------------------------


def test_the_letterhead_of_today_is_shown_and_each_row_opens_its_form(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    shown = {one.label: one.value for one in settings.letterhead(window.session.store, TODAY.isoformat())}
    assert "Đại tá" in shown["Người ký"]
    assert shown["Nơi nhận"]
    link = next(one for one in _links(page) if "Đại tá" in one.accessibleName())
    link.click()
    settle()
    office = window.page(window.key)
    assert isinstance(office, RecordPage)
    assert office.declared.shelf == "settings"
    assert office.form is not None
    assert office.form.uid == window.session.store.office()["uid"]


def test_a_changed_signatory_is_seen_at_once(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    from ui.changes import changes

    store = window.session.store
    record = dict(store.office())
    record["terms"] = [dict(record["terms"][0], signer_name="Lê Văn Mới")]
    store.save("office", record, USER)
    changes.records_changed.emit("office")
    settle()
    assert any("Lê Văn Mới" in one.accessibleName() for one in _links(page))


def test_half_years_round_today_are_listed_with_their_days_and_how_they_stand(page: SettingsPage, window: MainWindow) -> None:
    found = settings.half_years(window.session.store, TODAY)
    assert [one.period.code for one in found] == ["2019-H2", "2019-H1", "2018-H2", "2018-H1", "2017-H2"]
    assert [str(one.standing) for one in found][:2] == ["Chưa đến kỳ", "Đang nhập · còn 9 ngày"]
    words = [one.accessibleName() for one in _links(page)]
    assert any("15/12/2018 – 14/06/2019" in one and "còn 9 ngày" in one for one in words)


@pytest.mark.parametrize(("language", "percent"), [("vi", 130), ("en", 100)])
def test_the_days_of_every_period_are_read_whole(app: QApplication, session: Session, settle: Settle, language: str, percent: int) -> None:
    i18n.set_language(language)
    style.install(app, "light", percent)
    narrow = MainWindow(session)
    narrow.resize(1366 if percent > 100 else 1280, 1800)  # as narrow as two columns come, all rows seen
    narrow.go(Place("settings"))
    narrow.show()
    settle()
    with painted() as heard:
        narrow.grab()
    rows = [one.text for one in heard if one.by == "Link"]
    for one in settings.half_years(session.store, TODAY)[:2]:
        assert f"{settings.when(one.period)} · {i18n._(one.standing)}" in rows
    narrow.hide()
    narrow.deleteLater()
    settle()
    i18n.set_language("vi")


@pytest.mark.parametrize("today", [date(2019, 12, 15), date(2019, 12, 14), date(2019, 6, 15), date(2019, 1, 1)])
def test_the_half_year_of_today_is_always_among_them(session: Session, today: date) -> None:
    codes = [one.period.code for one in settings.half_years(session.store, today)]
    assert session.period_of(today).code in codes
    assert len(codes) == 5


def test_a_period_gets_days_of_its_own_through_its_form(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    next(one for one in _links(page) if "6 tháng cuối năm 2019" in one.accessibleName()).click()
    settle()
    form_page = window.page(window.key)
    assert isinstance(form_page, RecordPage)
    form = form_page.form
    assert form is not None
    assert {name: form.entry.cells[name].text for name in ("code", "start", "end")} == {
        "code": "2019-H2",
        "start": "15/06/2019",
        "end": "14/12/2019",
    }
    form.entry.cells["end"].text, form.entry.cells["end"].settled = "30/11/2019", False
    assert form.save() is not None
    settle()
    row = next(one for one in settings.half_years(window.session.store, TODAY) if one.period.code == "2019-H2")
    assert row.period.end == "2019-11-30"
    assert row.source == "ngày riêng của kỳ"
    window.go(Place("settings"))
    settle()
    next(one for one in _links(page) if "6 tháng cuối năm 2019" in one.accessibleName()).click()
    settle()
    assert form.uid == row.uid


def test_adding_a_period_starts_with_the_next_one_without_days_of_its_own(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    store = window.session.store
    store.save("period", {"code": "2019-H1", "start": "2018-12-15", "end": "2019-06-14"}, USER)
    store.save("period", {"code": "2019-H2", "start": "2019-06-15", "end": "2019-12-14"}, USER)
    assert settings.next_unset(store, TODAY).period.code == "2020-H1"
    _button(page, "Thêm kỳ có ngày riêng").click()
    settle()
    form_page = window.page(window.key)
    assert isinstance(form_page, RecordPage)
    assert form_page.form is not None
    assert form_page.form.entry.cells["code"].text == "2020-H1"
    form_page.form.new()
    assert form_page.form.entry.cells["code"].text == ""


# -- look --------------------------------------------------------------------------------------------------------------------


def test_text_grows_and_shrinks_live_between_90_and_160_and_is_kept(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    more, less = _button(page, "Chữ to hơn"), _button(page, "Chữ nhỏ hơn")
    for _press in range(9):
        more.click()
    assert look.scale() == 160
    QTest.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert look.scale() == 150
    assert window.session.preferences.get("scale") == 150
    for _press in range(9):
        less.click()
    assert look.scale() == 90
    assert Preferences(window.session.folder, "").get("scale") == 90


def test_the_theme_changes_at_once_and_is_kept(page: SettingsPage, window: MainWindow) -> None:
    radios = {one.text(): one for one in page.findChildren(QRadioButton)}
    radios["Tối"].click()
    assert look.theme() == "dark"
    radios["Theo hệ thống"].click()
    assert look.wanted_theme() == "system"
    assert window.session.preferences.get("theme") == "system"
    radios["Sáng"].click()
    assert look.theme() == "light"


def test_another_language_says_when_it_takes_effect(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    radios = {one.text(): one for one in page.findChildren(QRadioButton)}
    radios["English"].click()
    settle()
    assert "khi mở lại" in page._said.text()  # noqa: SLF001
    assert page._said.isVisible()  # noqa: SLF001
    assert Preferences(window.session.folder, "").get("language") == "en"
    radios["Tiếng Việt"].click()
    assert not page._said.isVisible()  # noqa: SLF001
    assert Preferences(window.session.folder, "").get("language") == "vi"


def test_minutes_until_the_screen_locks_are_between_1_and_15(page: SettingsPage, window: MainWindow) -> None:
    later, sooner = _button(page, "Khóa muộn hơn"), _button(page, "Khóa sớm hơn")
    assert page.idle.text() == "5 phút"
    for _press in range(20):
        later.click()
    assert (page.idle.text(), window.session.preferences.get("idle_minutes")) == ("15 phút", 15)
    for _press in range(20):
        sooner.click()
    assert (page.idle.text(), window.session.preferences.get("idle_minutes")) == ("1 phút", 1)


# -- people ------------------------------------------------------------------------------------------------------------------


def test_a_person_is_added_and_opens_the_data_with_the_first_password(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    one = person(tick("Chỉ huy", "Nhân viên"), fill("Trần Thị Lan", "lan", LONG, LONG, verb="Thêm"))
    _button(page, "Thêm người").click()
    settle()
    assert one.done
    found = users.person(window.session.office.database, "lan")
    assert (found.name, found.roles) == ("Trần Thị Lan", ("clerk", "commander"))
    assert keystore.unlock(window.session.folder, "lan", LONG).user_id == "lan"


def test_passwords_that_differ_or_are_weak_and_names_that_are_taken_are_refused_in_the_dialog(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    one = person(
        fill("Trần Thị Lan", "lan", LONG, OTHER, verb="Thêm"),
        said("không giống nhau", fill("", "", "123", "123", verb="Thêm")),
        said("10 ký tự", fill("", USER, LONG, LONG, verb="Thêm")),
        said("Đã có người dùng", press("Thôi")),
    )
    _button(page, "Thêm người").click()
    settle()
    assert one.done
    assert [each.id for each in users.everyone(window.session.office.database)] == [USER]


def test_roles_are_changed_by_another_administrator_only_and_one_must_remain(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    session = window.session
    lan = _add(session, "lan", ("clerk",))
    page.people.refresh()
    settle()
    one = person(tick("Chỉ huy"), press("Ghi"))
    _button(page, "Vai trò").click()
    settle()
    assert one.done
    database = session.office.database
    assert users.person(database, lan.id).roles == ("commander",)
    with pytest.raises(ExpectedError, match="tự đổi vai trò"):
        users.set_roles(session.store, USER, ("clerk",), by=USER)
    with pytest.raises(ExpectedError, match="không được làm"):
        users.set_roles(session.store, USER, ("clerk",), by="lan")
    with pytest.raises(ExpectedError, match="Vai trò không đúng"):
        users.set_roles(session.store, "lan", (), by=USER)
    users.set_roles(session.store, "lan", ("administrator",), by=USER)
    users.set_roles(session.store, USER, ("clerk",), by="lan")
    assert not session.may("users")
    with pytest.raises(ExpectedError, match="tự đổi"):
        users.set_roles(session.store, "lan", ("clerk",), by="lan")


def test_another_persons_password_is_set_anew(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    _add(window.session, "lan", ("clerk",))
    page.people.refresh()
    settle()
    one = person(fill(OTHER, OTHER, verb="Đặt lại"))
    _button(page, "Mật khẩu").click()
    settle()
    assert one.done
    assert keystore.unlock(window.session.folder, "lan", OTHER).user_id == "lan"
    with pytest.raises(ExpectedError):
        keystore.unlock(window.session.folder, "lan", LONG)


def test_ones_own_password_needs_the_old_one(page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]) -> None:
    one = person(fill("sai mat khau roi", OTHER, OTHER, verb="Đổi"), said("", fill(PASSWORD, OTHER, OTHER, verb="Đổi")))
    _button(page, "Đổi mật khẩu").click()
    settle()
    assert one.done
    assert keystore.unlock(window.session.folder, USER, OTHER).user_id == USER


# -- what changes the key: the window opens anew -----------------------------------------------------------------------------


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


def _office(program: Program) -> Office:
    assert program.office is not None
    return program.office


def test_a_disabled_person_cannot_open_and_may_be_let_in_again(program: Program, settle: Settle, person: Callable[..., Person]) -> None:
    _add(_window(program).session, "lan", ("clerk",))
    _settings(program).people.refresh()
    settle()
    before = _office(program).unlocked.db_path
    one = person(press("Khóa"))
    _button(_settings(program), "Khóa").click()
    settle()
    settle()
    assert one.done
    assert _office(program).unlocked.db_path != before
    with pytest.raises(ExpectedError):
        keystore.unlock(program.folder, "lan", LONG)
    again = person(fill("", "", OTHER, OTHER, verb="Mở lại"))
    _button(_settings(program), "Mở lại").click()
    settle()
    assert again.done
    assert keystore.unlock(program.folder, "lan", OTHER).user_id == "lan"
    assert users.person(_office(program).database, "lan").roles == ("clerk",)


def test_a_new_recovery_code_is_shown_once_and_the_old_one_ends(program: Program, settle: Settle, person: Callable[..., Person]) -> None:
    from ui.code_page import CodeDialog
    from ui.gate import CodeView

    codes: list[str] = []

    def read(dialog: QWidget) -> object:
        views = dialog.findChildren(CodeView)
        if not views:
            return False
        codes.append(" ".join(views[0].groups))
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
    _button(_settings(program), "Làm mã mới").click()
    settle()
    settle()
    assert one.done
    assert keystore.unlock_with_code(program.folder, codes[0]).db_path == _office(program).unlocked.db_path


def test_a_screen_that_is_locked_over_a_new_code_stays_locked(program: Program, settle: Settle, person: Callable[..., Person]) -> None:
    from ui.code_page import CodeDialog
    from ui.unlock_dialog import UnlockWindow

    def lock(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        return QTimer.singleShot(0, _window(program).lock)

    QTest.qWait(300)  # the checks of the start are over
    settle()
    one = person(press("Làm mã mới"), lock)
    _button(_settings(program), "Làm mã mới").click()
    settle()
    settle()
    assert one.done
    assert program.window is None
    assert isinstance(program.door, UnlockWindow)
    program.door.password.setText(PASSWORD)
    program.door.open()
    settle()
    assert program.window is not None


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


# -- backup ------------------------------------------------------------------------------------------------------------------


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


def test_a_second_place_that_is_not_there_is_said_and_the_first_backup_still_counts(
    page: SettingsPage, window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    page.backup.set_second_place(tmp_path / "usb")
    assert "chưa cắm" in page.backup.place.text()
    page.backup.now.click()
    settle()
    assert "chưa chép được sang nơi thứ hai" in _toast(window)
    assert "hôm nay" in page.backup.age.text()


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
    page.backup.set_second_place(usb)
    for place in (None, usb):
        backup.backup(window.session.office.database, place, now=datetime(2019, 1, 2, 8))
    page.backup.refresh()
    for label in (page.backup.age, page.backup.place):
        assert "ngày trước" in label.text()
        assert label.palette().windowText().color() == look.colour("error")
    assert "Đang giữ 1 bản, cũ nhất 02/01/2019" in page.backup.held.text()


def test_the_path_of_an_old_key_file_stays_readable(demo_office: Office, tmp_path: Path) -> None:
    made = backup.backup(demo_office.database, tmp_path / "usb")
    unlocked, _content = backup.open_backup(made, USER, PASSWORD)
    assert isinstance(unlocked, Unlocked)
    with Lock(tmp_path / "usb"):
        assert backup.listed(tmp_path / "usb", unlocked.db_id)[0][1] == made
