"""A search and a list under a button: one of many is chosen by a few letters, by arrows or by the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _
from ui import look
from ui.fields import STAYING
from ui.look import colour, px
from ui.lookup import Option, Popup
from ui.parts import row
from ui.style import rounded


class Chooser(QWidget):
    """Opens under ``anchor`` and closes when something is taken, by Esc, or when the focus goes elsewhere.

    ``offer(typed)`` gives what may be meant; ``now`` is the value of now, highlighted while nothing is typed; ``take`` gets the value.
    """

    def __init__(self, anchor: QWidget, hint: str) -> None:
        super().__init__(anchor.window())
        self.anchor = anchor
        self._offer: Callable[[str], list[Option]] = lambda _typed: []
        self._take: Callable[[Any], object] = lambda _value: None
        self._now: Any = None
        self.hide()
        self.options: list[Option] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        glass = self.field.addAction(look.icon("magnifying-glass", "ink2", 16), QLineEdit.ActionPosition.LeadingPosition)
        glass.setText(_("Tìm"))
        self.field.installEventFilter(self)
        self.setLayout(row(self.field, edge=(6, 6, 6, 6)))
        self.field.textChanged.connect(self._typed)

    @classmethod
    def of(cls, anchor: QWidget, hint: str) -> Chooser:
        """Give the one of ``anchor``, made when it is first needed."""
        return next((one for one in anchor.window().children() if isinstance(one, cls) and one.anchor is anchor), None) or cls(anchor, hint)

    def open(self, offer: Callable[[str], list[Option]], now: Any, take: Callable[[Any], object]) -> None:
        """Open under the button."""
        self._offer, self._now, self._take = offer, now, take
        window, anchor = self.window(), self.anchor
        self.field.clear()
        spot = anchor.mapTo(window, QPoint(0, anchor.height() + px(2)))
        wide = min(max(px(500), anchor.width()), window.width() - px(16))
        self.setGeometry(QRect(max(px(8), min(spot.x(), window.width() - wide - px(8))), spot.y(), wide, self.sizeHint().height()))
        self.show()
        self.raise_()
        self.field.setFocus()
        self._typed("")

    def _typed(self, text: str) -> None:
        if not self.isVisible():
            return
        self.options = self._offer(text)
        at = next((place for place, one in enumerate(self.options) if one.value == self._now), 0) if not text.strip() else 0
        Popup.of(self).offer(self.field, self.options, at, self._pick)

    def _pick(self, place: int) -> None:
        if 0 <= place < len(self.options):
            value = self.options[place].value
            self.leave()
            self._take(value)

    def leave(self) -> None:
        """Close; the focus goes back to the button."""
        if self.isVisible():
            Popup.of(self).close_for(self.field)
            gone = not self.field.hasFocus()
            self.hide()
            if not gone:
                self.anchor.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the list from the field; Enter takes, Esc and Tab leave."""
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and event.reason() not in STAYING:
            self.leave()
            return False
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        popup = Popup.of(self)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(Qt.Key(event.key()))
        if step is not None:
            popup.go_to(popup.current + step)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(popup.current)
            return True
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.leave()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and edge."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("border"))
