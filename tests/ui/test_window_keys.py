"""Keys of the whole window: what a page offers it does, and no page's key is taken by something that stands over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from shiboken6 import getCppPointer

from app.listing import Wanted
from db.records import RECORD_TYPES
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui import look
from ui.main_window import MainWindow
from ui.pages import pages
from ui.palette import Entry, Palette, Results
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]


@pytest.mark.parametrize("key", ["report", "import"])
def test_f8_and_enter_on_a_page_with_its_own_f8_take_nothing_back(window: MainWindow, settle: Settle, key: str) -> None:
    undone: list[bool] = []
    window.session.toast("Đã lưu", lambda: undone.append(True))
    window.go(Place(key))
    settle()
    keys = Keyboard()
    keys.press(Key.Key_F8)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert not window.toast.isAncestorOf(focused)
    if key == "report":  # Enter on the import page asks for a file
        keys.press(Key.Key_Return)
        settle()
    assert undone == []
    window.go(Place("education"))
    settle()
    keys.press(Key.Key_F8)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert window.toast.isAncestorOf(focused)
    keys.press(Key.Key_Return, Key.Key_Space)
    assert undone == [True]


NAMED = {"→": Qt.Key.Key_Right, "←": Qt.Key.Key_Left}


def _state(window: MainWindow) -> tuple[object, ...]:
    """Give what a person sees change: the picture of the window, the focus, what was copied, the size of the text."""
    focused = QApplication.focusWidget()
    at = getCppPointer(focused)[0] if focused is not None else 0
    return at, window.grab().toImage(), QGuiApplication.clipboard().text(), look.scale(), window.key


def _does_something(window: MainWindow, settle: Settle, words: str) -> bool:
    """Press a key; tell whether anything changed, a dialog that waits for an answer included, which is closed."""
    met: list[bool] = []

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            met.append(True)
            dialog.close()

    looking = QTimer()
    looking.timeout.connect(close)
    looking.start(20)
    pressed = QKeySequence(NAMED.get(words, words))[0]  # type: ignore[index]
    before = _state(window)
    for _round in range(20):  # until the page stands still by itself
        settle()
        QTest.qWait(10)
        still, before = before, _state(window)
        if still == before:
            break
    target = QApplication.activePopupWidget() or QApplication.focusWidget() or window
    QTest.keyClick(target, pressed.key(), pressed.keyboardModifiers())
    settle()
    changed = bool(met) or QApplication.activePopupWidget() is not None or _state(window) != before
    looking.stop()
    return changed


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus and dialogs
@pytest.mark.parametrize("key", [page.key for page in pages()])
def test_every_key_that_the_status_line_offers_does_something(window: MainWindow, settle: Settle, key: str) -> None:
    window.go(Place(key))
    settle()
    QApplication.setCursorFlashTime(0)
    offered = [word for words, _verb in window.status._shown for word in words.split()]  # noqa: SLF001
    assert offered
    dead = []
    for words in offered:
        QGuiApplication.clipboard().setText("-")
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        window.go(Place(key))
        settle()
        page = window.page(key)
        if isinstance(page, RecordPage):
            page.close_form()
            if not page.in_tree:
                page.list.show_wanted(Wanted())
                settle()
                page.list.table.setCurrentIndex(page.list.model.index(0, 0))
                if words in ("Enter", "Ctrl+C") and not page.list.model.rowCount():
                    continue
            if words in ("→", "←") and page.tree is not None:  # a branch that can be opened, or closed
                view = page.tree.view
                view.setCurrentIndex(view.model().index(0, 0))
                view.setExpanded(view.currentIndex(), words == "←")
        if not _does_something(window, settle, words):
            dead.append(words)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for palette in window.findChildren(Palette):
            palette.leave()
        settle()
    look.set_scale(100)
    assert dead == []


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus and dialogs
def test_ctrl_n_on_the_first_page_begins_the_record_that_is_chosen(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    keys.press(Key.Key_N, modifiers=CTRL)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Key.Key_Return)
    settle()
    page = window.page(window.key)
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert page.form.isVisible()


def test_enter_right_after_typing_runs_what_was_typed_not_what_stood_there(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    keys.press(Key.Key_K, modifiers=CTRL)
    keys.write("bao cao")
    keys.press(Key.Key_Return)  # no event was processed between
    settle()
    assert window.key == "report"


def test_the_palette_names_ctrl_n_for_the_page_in_sight_alone(window: MainWindow, settle: Settle) -> None:
    for page, named in (("home", 0), ("education", 1)):
        window.go(Place(page))
        settle()
        window.open_palette()
        palette = window.findChild(Palette)
        assert palette is not None
        palette.field.setText("mới")
        settle()
        found = [one for one in palette._actions() if one.key == "Ctrl+N"]  # noqa: SLF001
        assert len(found) == named, page
        assert all(one.words == f"{RECORD_TYPES[page].caption} mới" for one in found)
        palette.leave()
        palette.setParent(None)


def test_lines_of_the_palette_are_cut_only_where_there_is_no_room(app: QApplication) -> None:
    def entry(words: str, where: str, key: str = "") -> Entry:
        return Entry("", "plus", words, where, key, lambda: None)

    long = "In phiếu nhập trống: buổi giáo dục chính trị, nghị quyết"
    assert Results.fitted(entry(long, ""), 680)[0] == long
    assert Results.fitted(entry(long, "Giáo dục"), 680)[:2] == (long, "Giáo dục")
    both = Results.fitted(entry(long * 3, "Một nơi có tên rất dài " * 5, "Ctrl+N"), 680)
    assert both[0].endswith("…")
    assert both[1].endswith("…")
    assert both[2] < 680


def test_the_notice_stands_above_the_buttons_of_the_form(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education"))
    page = window.page("education")
    assert isinstance(page, RecordPage)
    page.new()
    settle()
    window.session.toast("Đã lưu", lambda: None)
    settle()
    assert page.form is not None
    foot = page.form.foot
    assert foot.isVisible()
    top = foot.mapTo(window, foot.rect().topLeft()).y()
    assert window.toast.mapTo(window, window.toast.rect().bottomLeft()).y() < top


@pytest.mark.parametrize("key", ["education", "unit"])
def test_enter_goes_from_the_list_into_the_record_and_esc_comes_back(window: MainWindow, settle: Settle, key: str) -> None:
    window.go(Place(key))
    settle()
    page, keys = window.page(key), Keyboard()
    assert isinstance(page, RecordPage)
    left = keys.focus()
    keys.press(Key.Key_Down, Key.Key_Return)
    settle()
    assert page.form is not None
    assert page.form.isAncestorOf(keys.focus()), "the keys that the status line offers work at once"
    keys.press(Key.Key_Escape)
    assert keys.focus() is left
    assert not page.form.isVisible()
