"""History at the side (F9): who, when, what changed; an older version comes back, and the toast takes that back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.walking import cut, painted
from ui import style
from ui.form_parts import Box
from ui.history_panel import HistoryPanel
from ui.main_window import MainWindow
from ui.parts import Label
from ui.record_page import RecordPage
from ui.session import Place
from ui.side_checks import SideOfForm

Settle = Callable[[], None]


@pytest.fixture
def uid(window: MainWindow) -> str:
    """A person whose address was changed once, and who was cancelled since."""
    store, by = window.session.store, window.session.user
    uid = store.save("beneficiary", {"uid": None, "state": "entered", "name": "Nguyễn Văn Cũ", "birth": "1950", "address": "Thôn 1"}, by)
    _type, record = store.read(uid)
    store.save("beneficiary", {**record, "address": "Thôn 2"}, by)
    store.cancel(uid, "Nhập nhầm", by)
    return uid


def open_side(window: MainWindow, settle: Settle, uid: str) -> HistoryPanel:
    window.go(Place("beneficiary", uid=uid))
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    settle()
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle()
    panel = window.side.findChild(HistoryPanel)
    assert panel is not None
    assert window.side.isVisible()
    return panel


def words(panel: HistoryPanel) -> list[str]:
    return [one.text() for one in panel.findChildren(QLabel) if one.isVisible()]


def test_f9_shows_every_version_newest_first_with_who_and_what_changed(window: MainWindow, settle: Settle, uid: str) -> None:
    panel = open_side(window, settle, uid)
    shown = words(panel)
    assert [version.state for version in panel.versions] == ["entered", "entered", "cancelled"]
    assert shown.index("Bản hiện nay") < shown.index("Địa chỉ: Thôn 1 → Thôn 2") < shown.index("tạo bản ghi")
    assert "Quản trị" in " ".join(shown)
    assert [button.accessibleName().startswith("Khôi phục bản lúc") for button in panel.buttons] == [True, True]
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.side.isVisible()


def test_an_older_version_comes_back_by_keyboard_and_goes_again(window: MainWindow, settle: Settle, uid: str) -> None:
    store, keyboard = window.session.store, Keyboard()
    panel = open_side(window, settle, uid)
    panel.buttons[1].setFocus()
    keyboard.press(Key.Key_Return)
    settle()
    _type, record = store.read(uid)
    assert (record["state"], record["address"]) == ("entered", "Thôn 1")
    page = window.page("beneficiary")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert page.form.uid == uid
    assert window.toast.accessibleName().startswith("Đã khôi phục bản lúc")
    assert len(store.versions(uid)) == 4, "a restored version is one more version"
    assert page.form.isAncestorOf(keyboard.focus()), "the hands are in the form again"
    keyboard.press(Key.Key_Z, modifiers=CTRL)
    settle()
    _type, record = store.read(uid)
    assert (record["state"], record["address"]) == ("cancelled", "Thôn 2")


def test_the_panel_reads_again_when_the_record_changes(window: MainWindow, settle: Settle, uid: str) -> None:
    from ui.changes import changes

    panel = open_side(window, settle, uid)
    window.session.store.restore(uid, panel.versions[0].device, panel.versions[0].seq, window.session.user)
    changes.records_changed.emit("beneficiary")
    settle()
    assert len(panel.versions) == 4
    assert len(panel.buttons) == 3


def test_a_record_that_is_not_there_is_said_so(window: MainWindow, settle: Settle) -> None:
    panel = HistoryPanel(window.session, "00000000-0000-7000-8000-000000000000")
    panel.show()
    settle()
    assert panel.versions == []
    assert words(panel)
    panel.hide()


def test_the_side_follows_the_form_to_another_record_and_to_a_new_one(window: MainWindow, settle: Settle, uid: str) -> None:
    panel, keyboard = open_side(window, settle, uid), Keyboard()
    page = window.page("beneficiary")
    assert isinstance(page, RecordPage)
    other = next(one for one in (page.list.model.row(at).uid for at in range(5)) if one and one != uid)
    page.open_uid(other)
    settle()
    assert {version.record for version in panel.versions} == {other}
    assert page.form is not None
    page.form.first_field()
    keyboard.press(Key.Key_N, modifiers=CTRL)
    settle()
    assert panel.isVisible()
    assert (panel.versions, panel.buttons) == ([], [])
    assert "Phiếu mới: chưa có lịch sử." in words(panel)


def test_the_side_lists_what_is_wrong_and_leads_to_the_field(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education", new=True))
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    settle()
    keyboard = Keyboard()
    keyboard.press(Key.Key_F9)
    settle()
    side = window.side.findChild(SideOfForm)
    assert side is not None
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    keyboard.press(Key.Key_S, modifiers=CTRL)
    settle()
    names = [button.text() for button in side.ways]
    assert "Hình thức" in names
    side.ways[names.index("Hình thức")].setFocus()
    keyboard.press(Key.Key_Space)
    here = page.form.current()
    assert isinstance(here, Box)
    assert here.name == "form"


def test_the_side_of_a_record_with_many_problems_scrolls_and_leaves_the_window_as_it_is(
    app: QApplication, window: MainWindow, settle: Settle
) -> None:
    style.install(app, "light", 160)
    window.resize(1280, 680)
    window.go(Place("education", new=True))
    settle()
    Keyboard().press(Key.Key_S, modifiers=CTRL)
    window.toggle_side()
    settle()
    side = window.side.findChild(SideOfForm)
    assert side is not None
    assert len(side.ways) > 5
    with painted() as heard:
        side.grab()
    assert not cut(side, heard)
    assert (window.width(), window.height()) == (1280, 680)


def test_the_side_shows_why_a_warning_was_accepted(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education", new=True))
    settle()
    page = window.page("education")
    assert isinstance(page, RecordPage)
    form = page.form
    assert form is not None
    form.go_to_answer("", "event_to")
    Keyboard().write("31/12/2099")
    form.go_to_answer("", "place")
    form.check()
    warning = next(one.problem for one in form.checks.findings if one.problem.level == "warning")
    form.entry.reasons[warning.key] = "lịch học đã được duyệt"
    form.check()
    window.toggle_side()
    side = window.side.findChild(SideOfForm)
    assert side is not None
    shown = [label.text() for label in side.findChildren(Label)]
    assert "Lý do chấp nhận cảnh báo: lịch học đã được duyệt" in shown
    assert str(warning.message) in shown
