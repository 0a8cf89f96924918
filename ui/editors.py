"""The editor of each kind of question, chosen by its class: a new kind of question is one function here."""

from __future__ import annotations

from datetime import date
from functools import singledispatch
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.i18n import say
from db.questions import Choice, Choices, Day, Link, LongText, Money, PartialDay, Question, Text, Whole, YesNo
from ui.date_text import as_date, expanded, regrouped, stepped, written
from ui.fields import STAYING, Context, Field, IconField
from ui.long_field import Editor, LongField
from ui.lookup import CalendarPopup
from ui.pickers import ChoiceField, ChoicesField, LinkField, StateField, YesNoField
from ui.shortcuts import action_for


class NumberField(Field):
    """A whole number or đồng, its thousands grouped while it is typed."""

    def __init__(self, question: Whole, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(question, context, in_grid, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._before = ""
        self._groups = bool(question.unit) or isinstance(question, Money)

    def set_plain(self, text: str) -> None:
        """Show text; nobody is told."""
        super().set_plain(text)
        self._before = text

    def _text_edited(self, text: str) -> None:
        if self._quiet:
            return
        if self._groups and not self._preedit:
            grouped = regrouped(self._before, text, self.cursorPosition())
            if grouped is not None and grouped[0] != text:
                self._quiet = True
                self.setSelection(0, len(text))
                self.insert(grouped[0])
                self.setCursorPosition(grouped[1])
                self._quiet = False
        self._before = self.text()
        self.touched()

    def answers_key(self, event: QKeyEvent) -> bool:
        """Fill in what is left of a control total; undo typing without grouping what comes back."""
        if event.matches(QKeySequence.StandardKey.Undo) and self.isUndoAvailable():
            self._quiet = True
            self.undo()
            self._quiet = False
            self._before = self.text()
            self.touched()
            return True
        rest = self.context.rest.get(self.objectName())
        if event.text() == "=" and not self.text().strip() and rest is not None:
            text = rest()
            if text is not None:
                self.set_plain(text)
                self.touched()
            return True
        return False

    def settle(self, by_key: bool = True) -> None:
        """Write the number as the question shows it: ``65tr`` as ``65.000.000``."""
        text = self.text()
        if not text.strip() or self._hidden is not None:
            return
        try:
            shown = self.question.show(self.question.parse(text))
        except ValueError:
            return
        if shown != text:
            self.set_plain(shown)
            self.edited.emit()


class DayField(IconField):
    """A day in shorthand, with a calendar; may be empty."""

    picture = "calendar-blank"

    def __init__(self, question: Day, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(question, context, in_grid, parent)
        self._partial = isinstance(question, PartialDay)

    def settle(self, by_key: bool = True) -> None:
        """Write shorthand out, and remember the day for the next one."""
        if self._hidden is not None:
            return
        CalendarPopup.close_for(self)
        text = self.text()
        whole = expanded(text, self.context.near, self.context.today(), self._partial) if text.strip() else text
        day = as_date(whole)
        if day is not None and not self._partial:
            self.context.near = day
        if whole != text:
            self.set_plain(whole)
            self.edited.emit()

    def _write(self, day: date) -> None:
        self.set_plain(written(day))
        self.selectAll()
        self.touched()

    def answers_key(self, event: QKeyEvent) -> bool:
        """Step from day to day, take today, or walk the calendar."""
        calendar = CalendarPopup.open_for(self)
        if calendar is not None:
            return self._walk(calendar, event)
        if action_for("picker", event) == "open":
            self.open()
            return True
        action = action_for("day", event)
        free = not self.text().strip() or self.selectedText() == self.text()
        if action == "today" and free:
            self._write(self.context.today())
            return True
        if action in ("tomorrow", "yesterday") and (free or self.cursorPosition() == len(self.text())):
            stepping = stepped(self.text(), 1 if action == "tomorrow" else -1, self.context.near)
            if stepping is not None:
                self.set_plain(stepping)
                self.selectAll()
                self.touched()
                return True
        return False

    def _walk(self, calendar: CalendarPopup, event: QKeyEvent) -> bool:
        days = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}.get(Qt.Key(event.key()))
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(event.key()))
        if days:
            calendar.step(days)
        elif months:
            calendar.turn(months)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            calendar.take()
        elif event.key() == Qt.Key.Key_Escape:
            calendar.hide()
        else:
            calendar.hide()
            return False
        return True

    def open(self) -> None:
        """Open the calendar at the day of now."""
        CalendarPopup.of(self).offer(self, as_date(self.text()) or self.context.near, self._write)

    def event(self, event: QEvent) -> bool:
        """Keep Esc for an open calendar."""
        wants_escape = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape
        if wants_escape and CalendarPopup.open_for(self) is not None:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the calendar."""
        super().focusOutEvent(event)
        if event.reason() not in STAYING:
            CalendarPopup.close_for(self)


@singledispatch
def editor_for(question: Question, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    """Make the editor of a question; ``in_grid`` editors are square and leave Tab and Enter to their grid."""
    raise TypeError(f"{type(question).__name__} has no editor")


@editor_for.register
def _text(question: Text, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return Field(question, context, in_grid, parent)


@editor_for.register
def _long(question: LongText, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return LongField(question, context, in_grid, parent)


@editor_for.register
def _number(question: Whole, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return NumberField(question, context, in_grid, parent)


@editor_for.register
def _day(question: Day, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return DayField(question, context, in_grid, parent)


@editor_for.register
def _choice(question: Choice, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    kind = StateField if question.codes.name == "STATE" else ChoiceField
    return kind(question, context, in_grid, parent)


@editor_for.register
def _choices(question: Choices, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return ChoicesField(question, context, in_grid, parent)


@editor_for.register
def _yes_no(question: YesNo, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return YesNoField(question, context, in_grid, parent)


@editor_for.register
def _link(question: Link, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> Editor:
    return LinkField(question, context, in_grid, parent)


class Room(NamedTuple):
    """How much width an answer wants at 100 %: the least, the usual, and its share of what is left over (0: none)."""

    least: int
    usual: int
    stretch: int


def room_for(question: Question, in_grid: bool = False) -> Room:
    """Give the width whose look tells how long the answer is; cells of a grid carry no picture and less air."""
    if isinstance(question, Day):
        return Room(104, 104, 0) if in_grid else Room(126, 132, 0)
    if isinstance(question, Money):
        return Room(124, 124, 0) if in_grid else Room(110, 140, 0)
    if isinstance(question, Whole):
        return Room(44, 64, 0)
    if isinstance(question, YesNo):
        return Room(64, 76, 0) if in_grid else Room(76, 96, 0)
    if isinstance(question, Text) and question.limit <= 20:
        return Room(76, 120, 0) if in_grid else Room(90, 160, 0)
    if isinstance(question, Text) and question.limit <= 60:
        return Room(90, 150, 1) if in_grid else Room(110, 190, 0)
    if in_grid and isinstance(question, Choice) and not isinstance(question, Choices):
        longest = max(len(say(question.codes.label(code))) for code in question.codes.codes())
        return Room(max(72, min(104, longest * 8)), 160, 1)
    if in_grid and isinstance(question, Text) and question.required is True:
        return Room(168, 220, 2)  # what the line is known by
    stretch = 2 if isinstance(question, (Link, LongText, Choices)) else 1
    return Room(104, 160, stretch) if in_grid else Room(130, 220, stretch)
