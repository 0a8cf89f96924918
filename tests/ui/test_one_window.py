"""Nothing but the window itself, its menus and dialogs ever is a window: parts that flash up on their own take the keys away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from db.records import RECORD_TYPES
from ui.main_window import MainWindow
from ui.pages import pages
from ui.session import Place


class Windows(QObject):
    """Notes every part that was shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("key", [page.key for page in pages()])
def test_opening_a_page_and_a_form_shows_no_other_window(
    key: str, window: MainWindow, app: QApplication, settle: Callable[[], None]
) -> None:
    seen = Windows()
    app.installEventFilter(seen)
    try:
        window.go(Place(key))
        settle()
        if key in RECORD_TYPES:
            window.go(Place(key, new=True))
            settle()
    finally:
        app.removeEventFilter(seen)
    assert seen.seen == []
    assert window.isActiveWindow()
