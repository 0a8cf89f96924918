"""The settings page: letterhead and periods, look, language, idle minutes, people and passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from app import i18n, settings, users
from app.demo import PASSWORD, USER
from app.preferences import Preferences
from db import keystore
from db.errors import ExpectedError
from tests.ui.conftest import TODAY
from tests.ui.modal import Person, fill, press, said, tick
from tests.ui.settings_kit import LONG, OTHER, add_person, button_of, settings_of
from tests.ui.walking import cut, painted
from ui import look, style
from ui.buttons import Button, Link
from ui.main_window import MainWindow
from ui.people_card import PeopleCard
from ui.record_page import RecordPage
from ui.session import Place, Session
from ui.settings_page import SettingsPage

Settle = Callable[[], None]


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> SettingsPage:
    return settings_of(window, settle)


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
    button_of(page, "Thêm kỳ có ngày riêng").click()
    settle()
    form_page = window.page(window.key)
    assert isinstance(form_page, RecordPage)
    assert form_page.form is not None
    assert form_page.form.entry.cells["code"].text == "2020-H1"
    form_page.form.new()
    assert form_page.form.entry.cells["code"].text == ""


# -- look --------------------------------------------------------------------------------------------------------------------


def test_text_grows_and_shrinks_live_between_90_and_160_and_is_kept(page: SettingsPage, window: MainWindow, settle: Settle) -> None:
    more, less = button_of(page, "Chữ to hơn"), button_of(page, "Chữ nhỏ hơn")
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
    later, sooner = button_of(page, "Khóa muộn hơn"), button_of(page, "Khóa sớm hơn")
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
    button_of(page, "Thêm người").click()
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
    button_of(page, "Thêm người").click()
    settle()
    assert one.done
    assert [each.id for each in users.everyone(window.session.office.database)] == [USER]


def test_roles_are_changed_by_another_administrator_only_and_one_must_remain(
    page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]
) -> None:
    session = window.session
    lan = add_person(session, "lan", ("clerk",))
    page.people.refresh()
    settle()
    one = person(tick("Chỉ huy"), press("Ghi"))
    button_of(page, "Vai trò").click()
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
    add_person(window.session, "lan", ("clerk",))
    page.people.refresh()
    settle()
    one = person(fill(OTHER, OTHER, verb="Đặt lại"))
    button_of(page, "Mật khẩu").click()
    settle()
    assert one.done
    assert keystore.unlock(window.session.folder, "lan", OTHER).user_id == "lan"
    with pytest.raises(ExpectedError):
        keystore.unlock(window.session.folder, "lan", LONG)


def test_ones_own_password_needs_the_old_one(page: SettingsPage, window: MainWindow, settle: Settle, person: Callable[..., Person]) -> None:
    one = person(fill("sai mat khau roi", OTHER, OTHER, verb="Đổi"), said("", fill(PASSWORD, OTHER, OTHER, verb="Đổi")))
    button_of(page, "Đổi mật khẩu").click()
    settle()
    assert one.done
    assert keystore.unlock(window.session.folder, USER, OTHER).user_id == USER


def test_a_dialog_scrolls_where_the_screen_has_no_room_and_its_buttons_stay(
    app: QApplication, page: SettingsPage, window: MainWindow, person: Callable[..., Person], settle: Settle
) -> None:
    style.install(app, "light", 160)
    window.resize(1280, 680)
    settle()
    seen: list[tuple[int, int, bool, list[str]]] = []

    def look_at(dialog: QWidget) -> None:
        with painted() as heard:
            dialog.grab()
        add = next(one for one in dialog.findChildren(Button) if one.text() == "Thêm")
        seen.append((dialog.width(), dialog.height(), not add.visibleRegion().isEmpty(), cut(dialog, heard)))

    person(lambda dialog: look_at(dialog), press("Thôi"))
    page.findChildren(PeopleCard)[0].add()
    ((wide, high, reached, missing),) = seen
    assert wide <= 1280
    assert high <= 680
    assert reached
    assert not missing
