"""What all editors share: text as typed, an input method that loses nothing, keys from the one table, and where they lead.

A field shows the text of one ``app.entry.Cell``. It never rewrites what a person is typing; shorthand is written out and codes are
picked when the field is left, or when its form asks (``settle``). Preedit is committed before the focus goes, before a move and
before a check (``commit_preedit``), and counts as typed text until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.entry import Cell, memory
from app.i18n import _
from app.legacy_text import suspect
from app.search import mask
from db.questions import Question, Value
from db.store import Store
from ui import look
from ui.look import px
from ui.shortcuts import action_for
from ui.style import field_ground

MOST_TYPED = 200_000
"""Characters a field takes: above every question's limit, so that nothing pasted is cut off without a word."""
STAYING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)
"""Reasons for which the focus goes but the person has not left the field."""


_EDITS_PREEDIT = (
    Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Shift,
    Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
)  # fmt: skip
"""Keys that belong to what is being composed; every other key without a letter means that the word is done."""


@dataclass
class Context:
    """What an editor may ask of its form."""

    store: Store
    user: str = ""
    day: Callable[[], str | None] = lambda: None
    """The day whose names and code lists apply."""
    today: Callable[[], date] = date.today
    create: Callable[[str, str], None] | None = None
    """Enter a new record of a type from what was typed, for the field that has the focus."""
    rest: dict[str, Callable[[], str | None]] = field(default_factory=dict)
    """By question: what ``=`` fills in."""

    @property
    def near(self) -> date:
        """The day entered last; today when there is none."""
        return memory(self.store).near or self.today()

    @near.setter
    def near(self, day: date) -> None:
        memory(self.store).near = day


class Typing:
    """The part of an editor that is the same for one line and for several."""

    question: Question
    context: Context
    in_grid: bool
    _preedit = ""
    _hidden: Cell | None = None
    _value: Value = None
    _said = ""

    # Given by the widget.
    edited: Any
    left: Any
    moved: Any

    def start(self, question: Question, context: Context, in_grid: bool) -> None:
        """Take the question the editor is for."""
        self.question, self.context, self.in_grid = question, context, in_grid
        widget: Any = self
        widget.setObjectName(getattr(question, "name", ""))
        widget.setAccessibleName(_(question.label))
        if question.help:
            widget.setToolTip(_(question.help))
        if in_grid:
            widget.setProperty("kind", "cell")

    # -- the cell ----------------------------------------------------------------------------------------------------

    def show_cell(self, cell: Cell) -> None:
        """Show another answer; nobody is told."""
        self._value, self._said = (cell.value, cell.text) if cell.settled else (None, "")
        self._hidden = None
        text = cell.text
        if self.question.masked and cell.settled and text:
            self._hidden = cell
            text = mask(self.question, text)
        self.set_plain(text)
        self.forget_typing()
        if isinstance(self, QLineEdit):
            self.setCursorPosition(0)

    def cell(self) -> Cell:
        """Give the answer as it stands, preedit included."""
        if self._hidden is not None:
            return self._hidden
        text = self.typed()
        return Cell(text, self._value, True) if text and self._value is not None and text == self._said else Cell(text)

    def take(self, value: Value, words: str) -> None:
        """Answer with a known value, shown as ``words``."""
        self._value, self._said = value, words
        self.set_plain(words)
        self.edited.emit()

    def reveal(self) -> bool:
        """Show a masked answer whole; tell whether there was one."""
        if self._hidden is None:
            return False
        cell, self._hidden = self._hidden, None
        self._value, self._said = cell.value, cell.text
        self.set_plain(cell.text)
        return True

    # -- typing ------------------------------------------------------------------------------------------------------

    def typed(self) -> str:
        """Give the text with what the input method is still composing."""
        raise NotImplementedError

    def set_plain(self, text: str) -> None:
        """Show text; nobody is told."""
        raise NotImplementedError

    def forget_typing(self) -> None:
        """Leave nothing to undo."""
        raise NotImplementedError

    def commit_preedit(self) -> None:
        """Make what is being composed part of the text, whatever the input method does."""
        if not self._preedit:
            return
        QGuiApplication.inputMethod().commit()
        if self._preedit:
            event = QInputMethodEvent()
            event.setCommitString(self._preedit)
            QApplication.sendEvent(self, event)  # type: ignore[arg-type]
        self._preedit = ""

    def select_whole(self) -> None:
        """Select everything, so that typing replaces it."""
        self.selectAll()  # type: ignore[attr-defined]

    def settle(self, by_key: bool = True) -> None:
        """Write shorthand out, pick what is meant. ``by_key``: the person moved on by Enter or Tab, and meant what was offered."""

    def touched(self) -> None:
        """Take note of a change made by the person."""
        self._hidden = None
        self.edited.emit()

    def answers_key(self, event: QKeyEvent) -> bool:
        """Do what a key means in this kind of field before anything else; tell whether it meant something."""
        return False

    def go(self, event: QKeyEvent) -> bool:
        """Move when the key moves; tell whether it does."""
        place = "lines" if self.in_grid else "field"
        action = action_for(place, event)
        if action in ("next", "previous", "across", "back", "down", "up"):
            if action in ("previous", "up") and isinstance(self, QPlainTextEdit):
                return False
            self.commit_preedit()
            self.settle()
            self.moved.emit(action)
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key press; tell whether the widget must not see it."""
        if self._preedit:
            if (event.text() and event.text().isprintable()) or event.key() in _EDITS_PREEDIT:
                return False
            self.commit_preedit()
        if (not self.fixed and self.answers_key(event)) or self.go(event):
            event.accept()
            return True
        if action_for("field", event) == "show" and self._hidden is not None:
            self.context.store.audit("reveal", {"question": self.question.name}, self.context.user)  # raises for who may not
            self.reveal()
            event.accept()
            return True
        if self.in_grid and self._asks_grid(event):
            event.accept()
            return True
        if action_for("form", event):
            event.ignore()
            return True
        return False

    def _asks_grid(self, event: QKeyEvent) -> bool:
        """Pass on what the grid does with whole lines."""
        action = action_for("lines", event)
        if action == "paste":
            text = QGuiApplication.clipboard().text()
            if "\t" not in text and "\n" not in text.strip() and suspect(text) in (None, "nfd"):
                return False
        elif action == "bring_back":
            if self.can_undo() or not self.may_bring_back():
                return False
        elif action not in ("insert", "same_line", "remove"):
            return False
        self.commit_preedit()
        self.moved.emit(action)
        return True

    @property
    def fixed(self) -> bool:
        """Whether the answer may only be read."""
        return bool(self.isReadOnly())  # type: ignore[attr-defined]

    def can_undo(self) -> bool:
        """Tell whether there is typing to undo in this field."""
        return False

    def may_bring_back(self) -> bool:
        """Tell whether the grid around it has a line to bring back; a grid sets its own answer."""
        return False

    # -- what Qt calls, the same for every widget this is mixed into ----------------------------------------------------

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Keep what is being composed in mind."""
        super().inputMethodEvent(event)  # type: ignore[misc]
        before, self._preedit = self._preedit, event.preeditString()
        if self._preedit or before:
            self.touched()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look into the table first."""
        if not self.press(event):
            super().keyPressEvent(event)  # type: ignore[misc]

    def event(self, event: QEvent) -> bool:
        """Take Tab in a grid; leave Ctrl+Z to the window when there is nothing to undo or to bring back here."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and self.in_grid and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.keyPressEvent(event)
                return True
            if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Undo) and not self.can_undo():
                event.setAccepted(self.may_bring_back())
                return True
        return bool(super().event(event))  # type: ignore[misc]


class Field(Typing, QLineEdit):
    """One line."""

    edited = Signal()
    left = Signal()
    moved = Signal(str)

    def __init__(self, question: Question, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST_TYPED)
        self.start(question, context, in_grid)
        self.textEdited.connect(self._text_edited)
        self._quiet = False

    def _text_edited(self, _text: str) -> None:
        if not self._quiet:
            self.touched()

    def typed(self) -> str:
        """Give the text with what is being composed."""
        text, caret = self.text(), self.cursorPosition()
        return text[:caret] + self._preedit + text[caret:] if self._preedit else text

    def set_plain(self, text: str) -> None:
        """Show text; nobody is told."""
        if text != self.text():
            self._quiet = True
            self.setText(text)
            self._quiet = False
            if not self.hasFocus():
                self.setCursorPosition(0)  # its start is seen, not its end

    def forget_typing(self) -> None:
        """Leave nothing to undo: what was typed before belongs to another answer, or is saved."""
        if self.isUndoAvailable():
            self._quiet = True
            self.setText(self.text())
            self._quiet = False

    def can_undo(self) -> bool:
        """Tell whether typing can be undone here."""
        return self.isUndoAvailable()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say a text that has no room as a tooltip."""
        super().resizeEvent(event)
        self._tip()

    def _is_cut(self) -> bool:
        room = self.width() - px(20) - self.textMargins().right()
        return self.fontMetrics().horizontalAdvance(self.text()[:500]) > room

    def _tip(self) -> None:
        self.setToolTip(self.text() if self._is_cut() else _(self.question.help))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text; one that goes on past the end says so while nobody types in it."""
        super().paintEvent(event)
        if self.hasFocus() or self.in_grid or self.cursorPosition() or self.alignment() & Qt.AlignmentFlag.AlignRight:
            return
        end = self.width() - px(10) - self.textMargins().right()
        if self.fontMetrics().horizontalAdvance(self.text()[:300]) <= end - px(10):
            return
        painter, wide = QPainter(self), self.fontMetrics().horizontalAdvance("…")
        rect = QRect(end - wide - 1, 3, wide + px(8), self.height() - 6)
        painter.fillRect(rect, field_ground(self, self.isEnabled() and not self.isReadOnly()))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "…")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select everything, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, *STAYING):
            self.select_whole()

    def select_whole(self) -> None:
        """Select everything; of a text that has no room its start stays in sight."""
        whole = len(self.text())
        if self._is_cut():
            self.setSelection(whole, -whole)
        else:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lose nothing: commit, write out, tell."""
        self.commit_preedit()
        if event.reason() not in STAYING:
            self.settle(event.reason() != Qt.FocusReason.MouseFocusReason)
            self.setCursorPosition(0)
            self._tip()
        super().focusOutEvent(event)
        self.left.emit()


class IconField(Field):
    """A line with a small picture at its right end that opens something: a list or a calendar."""

    picture = "caret-down"

    def __init__(self, question: Question, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(question, context, in_grid, parent)
        look.follow(self, IconField._margins)

    def _margins(self) -> None:
        self.setTextMargins(0, 0, 0 if self.in_grid else px(18), 0)

    def open(self) -> None:
        """Open the list or the calendar."""

    def _spot(self) -> QRect:
        side = px(16)
        return QRect(self.width() - side - px(8), (self.height() - side) // 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and the picture beside it."""
        super().paintEvent(event)
        if not self.in_grid:
            painter = QPainter(self)
            painter.drawPixmap(self._spot().topLeft(), look.pixmap(self.picture, "ink2" if self.isEnabled() else "border", 16))

    def _on_picture(self, at: QPoint) -> bool:
        return not self.in_grid and at.x() >= self._spot().left() - px(4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open when the picture is pressed."""
        if self._on_picture(event.position().toPoint()):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.fixed:
                self.open()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that the picture can be pressed."""
        over = self._on_picture(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if over else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)
