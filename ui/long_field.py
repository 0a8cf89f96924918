"""The editor of text of several lines."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from db.questions import Question
from ui import look
from ui.fields import Context, Field, Typing
from ui.look import px


class LongField(Typing, QPlainTextEdit):
    """Several lines, as high as its text between two and eight lines."""

    edited = Signal()
    left = Signal()
    moved = Signal(str)
    grown = Signal()

    def __init__(self, question: Question, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start(question, context, in_grid)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._quiet = False
        self._lines = 0
        look.follow(self, LongField._margins)
        self.textChanged.connect(self._text_changed)

    def _text_changed(self) -> None:
        if not self._quiet:
            self.touched()
        lines = self.lines()
        if lines != self._lines:
            self._lines = lines
            self.grown.emit()

    def _margins(self) -> None:
        self.document().setDocumentMargin(px(4))
        self.setViewportMargins(px(3), 2, 2, 2)

    def lines(self) -> int:
        """Give how many lines it wants to show."""
        return max(2, min(8, int(self.document().size().height())))

    def wanted_height(self) -> int:
        """Give the height it wants, px."""
        return self.lines() * self.fontMetrics().lineSpacing() + px(14)

    def typed(self) -> str:
        """Give the text with what is being composed."""
        text, caret = self.toPlainText(), self.textCursor().position()
        return text[:caret] + self._preedit + text[caret:] if self._preedit else text

    def text(self) -> str:
        """Give the text, as a line edit does."""
        return self.toPlainText()

    def set_plain(self, text: str) -> None:
        """Show text; nobody is told."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def forget_typing(self) -> None:
        """Leave nothing to undo."""
        self.document().clearUndoRedoStacks()

    def can_undo(self) -> bool:
        """Tell whether typing can be undone here."""
        return self.document().isUndoAvailable()

    def selectAll(self) -> None:
        """Select nothing: a long text is not replaced by one key."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lose nothing: commit, tell."""
        self.commit_preedit()
        super().focusOutEvent(event)
        self.left.emit()


Editor = Field | LongField
