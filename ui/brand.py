"""The sign of the program, painted: a ledger with a tick."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import look
from ui.look import colour, px
from ui.style import rounded


def brand(size: int) -> QWidget:
    """Give the sign of the program, painted: a ledger with a tick."""
    return _Brand(size)


class _Brand(QWidget):
    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        look.follow(self, lambda one: one.setFixedSize(px(size), px(size)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self.width()
        rounded(painter, self.rect(), colour("accent"), None, radius=6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("on_accent"))
        unit = side / 24
        for x, y, wide in ((5, 7, 14), (5, 11.2, 9), (5, 15.4, 5)):
            bar = QRect(round(x * unit), round(y * unit), round(wide * unit), max(2, round(1.9 * unit)))
            painter.drawRoundedRect(bar, unit, unit)
        painter.drawPixmap(QPoint(round(10.5 * unit), round(10.2 * unit)), look.pixmap("check", "on_accent", self._size * 11 // 24))
