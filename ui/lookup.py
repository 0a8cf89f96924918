"""The list that opens under a field while a code or a name is typed, and the calendar under a day.

Both are painted over the window they belong to and never take the focus: the caret, the input method and the keys stay with the
field. One of each is made per window and lent to the field that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QTextCharFormat, QWheelEvent
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.i18n import _, language
from ui import look
from ui.look import colour, px
from ui.style import rounded

SHOWN = 9
"""Rows that are seen at once; the rest scrolls."""
UNCHOSEN = -1
"""The current row where none is highlighted: nothing that is offered is what was typed."""


class Option(NamedTuple):
    """One row: the value it stands for, its words, what to type for it, and a second fact. ``value`` None makes something new.

    ``also`` are other words by which it is found.
    """

    value: Any
    label: str
    key: str = ""
    detail: str = ""
    also: tuple[str, ...] = ()


class _Under(QWidget):
    """What is shown under a field, and goes along with it; the field may be deleted at any time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.owner: QWidget | None = None
        self._watched: list[QWidget] = []

    def _watch(self, owner: QWidget) -> None:
        """Stay under the field when the form below it is laid out anew or scrolled."""
        if self.owner is not owner or not self._watched:
            self._let_go()
            self._watched = [one for one in (owner, owner.parentWidget()) if one is not None]
            for watched in self._watched:
                watched.installEventFilter(self)
            self.owner = owner

    def _let_go(self) -> None:
        for watched in self._watched:
            if isValid(watched):  # a pane or a form that was closed since is no longer there
                watched.removeEventFilter(self)
        self._watched, self.owner = [], None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move along."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        raise NotImplementedError

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the field, unless only the window is hidden for a while."""
        super().hideEvent(event)
        if self.isHidden():
            self._let_go()


class Popup(_Under):
    """The list under a field."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Danh sách để chọn"))
        self.options: Sequence[Option] = ()
        self.current = 0
        self._top, self._shown = 0, SHOWN
        self._pick: Callable[[int], None] = lambda _index: None
        self.hide()

    @staticmethod
    def of(widget: QWidget) -> Popup:
        """Give the one list of the widget's window."""
        window = widget.window()
        for child in window.children():
            if isinstance(child, Popup):
                return child
        return Popup(window)

    def offer(self, owner: QWidget, options: Sequence[Option], current: int, pick: Callable[[int], None]) -> None:
        """Show ``options`` under ``owner``; ``pick`` is told the row that the mouse takes."""
        self._watch(owner)
        self.options, self._pick = options, pick
        self._top = 0
        if not options:
            self.hide()
            return
        self.setFont(look.font())
        self._place()
        self.go_to(current)
        self.raise_()
        self.show()

    def _place(self) -> None:
        if self.owner is None or not isValid(self.owner):
            self.hide()
            return
        window = self.window()
        metrics = self.fontMetrics()
        wanted = max(
            (metrics.horizontalAdvance(one.label) + metrics.horizontalAdvance(one.detail) + self._key_width for one in self.options),
            default=0,
        )
        width = min(max(self.owner.width(), wanted + px(44), px(220)), window.width() - px(16))
        over, under = self.owner.mapTo(window, QPoint(0, -2)), self.owner.mapTo(window, QPoint(0, self.owner.height() + 2))
        wanted_rows = min(len(self.options), SHOWN)
        below, above = ((room - 2) // self.row_height for room in (window.height() - under.y(), over.y()))
        upwards = below < wanted_rows and above > below  # never over the field that is typed into
        self._shown = max(1, min(wanted_rows, above if upwards else below))
        height = self._shown * self.row_height + 2
        beside = window.width() - under.x() - px(8)
        width = min(width, max(beside, px(460)))  # a long name is cut before the list leaves the edge of its field
        x = max(px(8), min(under.x(), window.width() - width - px(8)))
        self.setGeometry(QRect(x, over.y() - height if upwards else under.y(), width, height))

    @property
    def row_height(self) -> int:
        """Height of one row."""
        return max(px(30), self.fontMetrics().height() + px(8))

    @property
    def _key_width(self) -> int:
        metrics = self.fontMetrics()
        keys = max((metrics.horizontalAdvance(one.key) for one in self.options), default=0)
        return keys + px(14) if keys else 0

    def go_to(self, index: int) -> None:
        """Highlight a row and bring it into sight."""
        if self.options:
            self.current = index if index == UNCHOSEN else max(0, min(index, len(self.options) - 1))
            self._top = min(max(self._top, self.current - self._shown + 1), max(0, self.current))
            if self.owner is not None and isValid(self.owner):
                self.owner.setAccessibleDescription(self.options[self.current].label if self.current != UNCHOSEN else "")
            self.update()

    def close_for(self, owner: QWidget) -> bool:
        """Close it if it is ``owner``'s; tell whether it was open."""
        was = self.isVisible() and self.owner is owner
        if was:
            self.hide()
            owner.setAccessibleDescription("")
        return was

    def is_open_for(self, owner: QWidget) -> bool:
        """Tell whether it is open under ``owner``."""
        return self.isVisible() and self.owner is owner

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight what the pointer is over."""
        self.go_to(self._top + event.position().toPoint().y() // self.row_height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the row under the pointer."""
        index = self._top + event.position().toPoint().y() // self.row_height
        if 0 <= index < len(self.options):
            self._pick(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll: here the wheel may, the list is open."""
        self.go_to(self.current + (-1 if event.angleDelta().y() > 0 else 1))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows: key, words, second fact; the highlighted one on soft ground with a bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("surface"))
        height, keys = self.row_height, self._key_width
        middle = Qt.AlignmentFlag.AlignVCenter
        for line, option in enumerate(self.options[self._top : self._top + self._shown]):
            rect = QRect(1, 1 + line * height, self.width() - 2, height)
            if self._top + line == self.current:
                painter.fillRect(rect, colour("soft"))
                painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))
            room = rect.adjusted(px(12), 0, -px(12), 0)
            if option.value is None:
                painter.drawPixmap(room.left(), rect.center().y() - px(7), look.pixmap("plus", "accent", 14))
                painter.setPen(colour("accent"))
                painter.drawText(room.adjusted(px(22), 0, 0, 0), middle, option.label)
                continue
            painter.setPen(colour("ink3"))
            painter.drawText(room, middle, option.key)
            room.setLeft(room.left() + keys)
            metrics = painter.fontMetrics()
            beside = room.width() - metrics.horizontalAdvance(option.label) - px(12)
            detail = metrics.elidedText(option.detail, Qt.TextElideMode.ElideRight, max(beside, room.width() // 2))
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, detail)
            room.setRight(room.right() - (metrics.horizontalAdvance(detail) + px(12) if detail else 0))
            painter.setPen(colour("ink"))
            painter.drawText(room, middle, metrics.elidedText(option.label, Qt.TextElideMode.ElideRight, room.width()))
        if len(self.options) > self._shown:
            share = self.height() / len(self.options)
            thumb = QRect(self.width() - px(6), round(self._top * share), px(4), max(px(16), round(self._shown * share)))
            painter.fillRect(thumb, colour("soft_line"))
        rounded(painter, self.rect(), None, colour("border"))


class CalendarPopup(_Under):
    """A month of days under a field."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._pick: Callable[[date], None] = lambda _day: None
        self.calendar = QCalendarWidget(self)
        self.calendar.setLocale(QLocale(QLocale.Language.Vietnamese if language() == "vi" else QLocale.Language.English))
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        for widget in (self.calendar, *self.calendar.findChildren(QWidget)):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.calendar.clicked.connect(self._clicked)
        month = self.calendar.findChild(QToolButton, "qt_calendar_monthbutton")
        if month is not None:  # its arrow is a speck behind the words
            month.setStyleSheet("QToolButton { font-weight: 600; } QToolButton::menu-indicator { image: none; }")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.calendar)
        self.hide()

    @staticmethod
    def _made(widget: QWidget) -> CalendarPopup | None:
        return next((child for child in widget.window().children() if isinstance(child, CalendarPopup)), None)

    @staticmethod
    def of(widget: QWidget) -> CalendarPopup:
        """Give the one calendar of the widget's window, made when it is first needed."""
        return CalendarPopup._made(widget) or CalendarPopup(widget.window())

    @staticmethod
    def open_for(owner: QWidget) -> CalendarPopup | None:
        """Give the calendar when it is open under ``owner``."""
        made = CalendarPopup._made(owner)
        return made if made is not None and made.isVisible() and made.owner is owner else None

    @staticmethod
    def close_for(owner: QWidget) -> None:
        """Close it if it is ``owner``'s."""
        made = CalendarPopup.open_for(owner)
        if made is not None:
            made.hide()

    def offer(self, owner: QWidget, day: date, pick: Callable[[date], None]) -> None:
        """Show the month of ``day`` under ``owner``."""
        self._pick = pick
        plain = QTextCharFormat()
        plain.setForeground(colour("ink"))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(weekday, plain)
        head = QTextCharFormat()
        head.setForeground(colour("ink2"))
        head.setBackground(colour("raised"))
        self.calendar.setHeaderTextFormat(head)
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.setFont(look.font())
        self.calendar.setFont(look.font("small"))
        for name, picture in (("qt_calendar_prevmonth", "caret-left"), ("qt_calendar_nextmonth", "caret-right")):
            button = self.calendar.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(look.icon(picture, "ink"))
        self._watch(owner)
        self._place()
        self.raise_()
        self.show()

    def _place(self) -> None:
        owner, window = self.owner, self.window()
        if owner is None or not isValid(owner):
            self.hide()
            return
        self.resize(self.calendar.sizeHint().expandedTo(QSize(px(368), px(260))))
        spot = owner.mapTo(window, QPoint(0, owner.height() + 2))
        if spot.y() + self.height() > window.height():
            spot.setY(max(0, owner.mapTo(window, QPoint(0, 0)).y() - self.height() - 2))
        spot.setX(max(0, min(spot.x(), window.width() - self.width())))
        self.move(spot)

    @property
    def day(self) -> date:
        """The day that is highlighted."""
        found = self.calendar.selectedDate()
        return date(found.year(), found.month(), found.day())

    def step(self, days: int) -> None:
        """Highlight another day."""
        self.calendar.setSelectedDate(self.calendar.selectedDate().addDays(days))

    def turn(self, months: int) -> None:
        """Highlight the same day of another month."""
        self.calendar.setSelectedDate(self.calendar.selectedDate().addMonths(months))

    def take(self) -> None:
        """Take the highlighted day."""
        self.hide()
        self._pick(self.day)

    def _clicked(self, _day: QDate) -> None:
        self.take()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("surface"))
        rounded(painter, self.rect(), None, colour("border"))
