"""A person at the keyboard: real key events to whatever has the focus, counted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

Key = Qt.Key
NONE, CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Keyboard:
    def __init__(self) -> None:
        self.keys = 0
        self.letters = 0

    @staticmethod
    def focus() -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press keys that are no letters: through the same door as the system's, so that shortcuts see them."""
        for key in keys:
            QTest.keyClick(self.focus(), key, modifiers)
            self.keys += 1

    def write(self, text: str) -> None:
        """Type text; ``keyClicks`` would abort at the first Vietnamese letter."""
        for letter in text:
            key = Qt.Key(ord(letter.upper())) if letter.isascii() else Qt.Key.Key_unknown
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(self.focus(), QKeyEvent(kind, key, NONE, letter))
            self.letters += 1

    def compose(self, preedit: str) -> None:
        """Leave text in the input method, not committed."""
        QApplication.sendEvent(self.focus(), QInputMethodEvent(preedit, []))

    def commit(self, text: str) -> None:
        """Let the input method commit."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.focus(), event)
