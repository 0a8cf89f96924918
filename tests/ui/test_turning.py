"""Cancelling a record where it stands: from the head of its form, in the tree, in the list; what uses it is said before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from db.record import CANCELLED, ENTERED
from tests.ui.keyboard import CTRL, Keyboard
from ui.confirm_pane import ConfirmPane
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.record_page import RecordPage
from ui.session import Place
from ui.side_checks import SideOfForm

Settle = Callable[[], None]
Key = Qt.Key


def opened(window: MainWindow, settle: Settle, name: str, uid: str | None = None) -> RecordPage:
    window.go(Place(name, uid=uid))
    settle()
    page = window.page(name)
    assert isinstance(page, RecordPage)
    return page


def give_reason(window: MainWindow, settle: Settle, reason: str) -> ConfirmPane:
    pane = next(one for one in window.findChildren(LinePane) if one.isVisible())
    Keyboard().write(reason)
    QTest.keyClick(pane.line, Key.Key_Return)
    for _round in range(3):
        settle()
    return next(one for one in window.findChildren(ConfirmPane) if one.isVisible())


def agree(pane: ConfirmPane, settle: Settle) -> None:
    QTest.keyClick(pane.go_button, Key.Key_Return)
    for _round in range(3):
        settle()


def state(window: MainWindow, uid: str) -> str:
    return str(window.session.store.read(uid)[1]["state"])


def test_the_head_of_a_form_cancels_its_record_and_brings_it_back(window: MainWindow, settle: Settle) -> None:
    page = opened(window, settle, "education")
    uid = page.list.model.listing.uids(list(page.list.model.ids)[:1])[0]
    page = opened(window, settle, "education", uid)
    assert page.form is not None
    head = page.form.head
    assert head.turn.isVisible()
    assert head.turn.accessibleName() == "Hủy bản ghi…"
    page.form.go_to_answer("", "note")
    Keyboard().write("x")
    assert not head.turn.isVisible(), "not while something typed is not saved"
    Keyboard().press(Key.Key_S, modifiers=CTRL)
    settle()
    head.turn.click()
    settle()
    pane = give_reason(window, settle, "nhap nham")
    told = [label.text() for label in pane.labels]
    assert "1 bản ghi sẽ đổi." in told
    assert any("không tính vào số liệu" in words for words in told)
    agree(pane, settle)
    assert state(window, uid) == CANCELLED
    assert head.turn.accessibleName() == "Khôi phục"
    head.turn.click()
    for _round in range(3):
        settle()
    agree(next(one for one in window.findChildren(ConfirmPane) if one.isVisible()), settle)
    assert state(window, uid) == ENTERED
    page.new()
    assert not head.turn.isVisible(), "a new record is only left"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus
def test_the_tree_has_the_menu_of_its_record_and_says_what_uses_it(window: MainWindow, settle: Settle) -> None:
    page = opened(window, settle, "unit")
    tree = page.tree
    assert tree is not None
    assert page.in_tree
    uid = window.session.store.names.find("unit", "DV05", None)
    tree.select(uid)
    tree.view.setFocus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(tree.view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert words == ["Mở", "Hủy bản ghi…"]
    menu.close()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    tree.view.setFocus()
    QTest.keyClick(tree.view, Key.Key_Delete, CTRL)
    settle()
    pane = give_reason(window, settle, "giai the")
    assert "1 bản ghi đang được nơi khác dùng, xem bên dưới." in [label.text() for label in pane.labels]
    title, why = pane.named[0]
    assert "Châu Phong" in title.text()
    assert "Giáo dục" in why.text()
    assert "(chưa nhận)" in why.text(), "what becomes of it is said"
    pane.leave()
    settle()
    assert state(window, uid) == ENTERED


def test_the_side_shows_the_note_and_leads_to_it(window: MainWindow, settle: Settle) -> None:
    page = opened(window, settle, "education")
    uid = page.list.model.listing.uids(list(page.list.model.ids)[:1])[0]
    page = opened(window, settle, "education", uid)
    window.toggle_side()
    settle()
    side = window.side.findChild(SideOfForm)
    assert side is not None
    assert side.note.text() == "Chưa có ghi chú."
    side.to_note.setFocus()
    Keyboard().press(Key.Key_Space)
    Keyboard().write("hoi lai don vi")
    assert page.form is not None
    page.form.check()
    assert side.note.text() == "hoi lai don vi"
