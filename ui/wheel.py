"""The wheel scrolls and never changes a value: an unnoticed turn over a number is a wrong report."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QScrollBar, QTabBar


class WheelGuard(QObject):
    """Swallows the wheel over everything whose value it would change, focused or not; an open list is a window of its own."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the scroll area behind have it."""
        if event.type() != QEvent.Type.Wheel or isinstance(watched, QScrollBar):
            return False
        if isinstance(watched, (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)):
            event.ignore()
            return True
        return False


def install(app: QApplication) -> None:
    """Guard the whole program; once is enough."""
    if app.findChild(WheelGuard) is None:
        app.installEventFilter(WheelGuard(app))
