"""Keys of the whole window: what a page offers it does, and no page's key is taken by something that stands over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.keyboard import Key, Keyboard
from ui.main_window import MainWindow
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
    assert not window.toast.isAncestorOf(focused)
    if key == "report":  # Enter on the import page asks for a file
        keys.press(Key.Key_Return)
        settle()
    assert undone == []
    window.go(Place("education"))
    settle()
    keys.press(Key.Key_F8)
    assert window.toast.isAncestorOf(QApplication.focusWidget())
    keys.press(Key.Key_Return, Key.Key_Space)
    assert undone == [True]
