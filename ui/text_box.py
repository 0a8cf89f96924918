"""Several lines of prose beside the pages of a report, and the well it is typed in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from ui import look
from ui.look import px
from ui.shortcuts import action_for
from ui.style import field_edge, field_ground, rounded


class TextBox(QPlainTextEdit):
    """Several lines of prose. Enter is a new paragraph, Tab goes on, the input method loses nothing."""

    typed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._preedit = ""
        self._quiet = False
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(lambda: None if self._quiet else self.typed.emit())
        look.follow(self, TextBox._restyle)

    def _restyle(self) -> None:
        self.setFont(look.font())
        self.document().setDocumentMargin(px(4))
        self.setViewportMargins(px(6), px(4), px(4), px(4))

    def show_text(self, text: str) -> None:
        """Show text; nobody is told."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def text(self) -> str:
        """Give the text with what is still being composed."""
        text, caret = self.toPlainText(), self.textCursor().position()
        return text[:caret] + self._preedit + text[caret:] if self._preedit else text

    def commit_preedit(self) -> None:
        """Make what is being composed part of the text, whatever the input method does."""
        if self._preedit:
            QGuiApplication.inputMethod().commit()
        if self._preedit:
            event = QInputMethodEvent()
            event.setCommitString(self._preedit)
            QApplication.sendEvent(self, event)
        self._preedit = ""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Keep in mind what is being composed."""
        super().inputMethodEvent(event)
        before, self._preedit = self._preedit, event.preeditString()
        if self._preedit or before:
            self.typed.emit()

    def event(self, event: QEvent) -> bool:
        """Leave the window's keys to the window where they mean nothing here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable()
            if undo or event.matches(QKeySequence.StandardKey.DeleteEndOfLine):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave what saves and closes to the panel."""
        if action_for("report", event) in ("save", "save_close", "close", "take_new", "take_old", "take_generated"):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lose nothing: commit, tell."""
        self.commit_preedit()
        super().focusOutEvent(event)
        self.left.emit()
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.viewport().update()


class Well(QWidget):
    """Paints the edge and ground of a field round a text box."""

    def __init__(self, box: TextBox) -> None:
        super().__init__()
        self._box = box
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(box)
        box.left.connect(self.update)
        box.cursorPositionChanged.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it like a line edit."""
        edge, width = field_edge(self, self._box.hasFocus(), not self._box.isReadOnly())
        rounded(QPainter(self), self.rect(), field_ground(self, not self._box.isReadOnly()), edge, width)
