"""Ctrl+K: pages, actions and records by a few letters, without marks too. Everything here can also be reached another way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _, new_one
from app.listing import PAGE, Listing, Wanted
from db.questions import grouped
from db.record import EventRecord
from db.records import RECORD_TYPES
from db.text import search_key
from ui import look
from ui.buttons import KeyCap
from ui.look import colour, font, px
from ui.pages import Page
from ui.parts import Hairline, Label, column, row, scrolled
from ui.session import Place, Session
from ui.style import rounded

MOST_ACTIONS, MOST_LINES = 6, 16
"""How many actions stand before the records, and how many lines are seen at once where the window has room for them."""


class Entry(NamedTuple):
    """One line: its group, icon, words, where it belongs, its key, and what it does."""

    group: str
    icon: str
    words: str
    where: str
    key: str
    do: Callable[[], object]


class Results(QWidget):
    """The lines that fit what is typed, in groups; painted, walked by the keys of the field."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self.entries: list[Entry] = []
        self.at = 0
        self._columns: dict[str, int] = {}
        """How far the words of each group reach; where they belong stands beside, in one line."""
        self.setMouseTracking(True)

    def show_entries(self, entries: list[Entry]) -> None:
        """Show other lines, the first one chosen."""
        self.entries, self.at = entries, 0
        metrics, self._columns = QFontMetrics(font("strong")), {}
        for one in entries:
            reach = metrics.horizontalAdvance(one.words) + px(63) if one.where else 0
            self._columns[one.group] = max(reach, self._columns.get(one.group, 0))
        self.setFixedHeight(max(px(48), len(self._rows()) * px(34)))
        self.update()

    def chosen_rect(self) -> QRect:
        """Give where the chosen line is, with the heading above it where it is the first one below it."""
        rows = self._rows()
        place = next((place for place, (_rect, what) in enumerate(rows) if isinstance(what, Entry) and what is self.entries[self.at]), 0)
        rect = rows[place][0] if rows else QRect()
        return rect.united(rows[place - 1][0]) if place and isinstance(rows[place - 1][1], str) else rect

    def _rows(self) -> list[tuple[QRect, Entry | str]]:
        made: list[tuple[QRect, Entry | str]] = []
        y, group = 0, ""
        for entry in self.entries:
            if entry.group != group:
                group = entry.group
                made.append((QRect(0, y, self.width(), px(34)), group))
                y += px(34)
            made.append((QRect(0, y, self.width(), px(34)), entry))
            y += px(34)
        return made

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose what is below the pointer."""
        for rect, what in self._rows():
            if isinstance(what, Entry) and rect.contains(event.position().toPoint()):
                self.at = self.entries.index(what)
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do it."""
        self._palette.do()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groups and lines."""
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        if not self.entries:
            painter.setFont(font("body"))
            painter.setPen(colour("ink2"))
            painter.drawText(self.rect().adjusted(px(47), 0, 0, 0), middle, _("Không tìm thấy. Gõ ít chữ hơn."))
            return
        chosen = self.entries[self.at]
        for rect, what in self._rows():
            if isinstance(what, str):
                painter.setFont(font("small_strong"))
                painter.setPen(colour("ink2"))
                painter.drawText(rect.adjusted(px(47), 0, 0, 0), middle, what)
                continue
            if what is chosen:
                painter.fillRect(rect.adjusted(1, 0, -1, 0), colour("soft"))
                painter.fillRect(1, rect.top(), px(3), rect.height(), colour("accent"))
            painter.drawPixmap(px(16), rect.center().y() - px(8), look.pixmap(what.icon, "ink2", 16))
            painter.setFont(font("strong" if what is chosen else "body"))
            painter.setPen(colour("ink"))
            words, where, place = self.fitted(what, rect.width(), self._columns[what.group], chosen=what is chosen)
            painter.drawText(rect.adjusted(px(47), 0, 0, 0), middle, words)
            painter.setFont(font("body"))
            painter.setPen(colour("ink2"))
            painter.drawText(rect.adjusted(place, 0, 0, 0), middle, where)
            painter.drawText(rect.adjusted(0, 0, -px(12), 0), middle | Qt.AlignmentFlag.AlignRight, what.key)

    @staticmethod
    def fitted(entry: Entry, wide: int, reach: int = 0, *, chosen: bool = False) -> tuple[str, str, int]:
        """Give the words of a line and where it belongs, cut only where there is no room, and the place of the latter in pixels.

        ``reach`` is how far the words of its group go.
        """
        body, metrics = QFontMetrics(font("body")), QFontMetrics(font("strong" if chosen else "body"))
        right = wide - px(12) - (body.horizontalAdvance(entry.key) + px(16) if entry.key else 0)
        room = right - px(47)
        gap = px(16) if entry.where else 0
        asked = body.horizontalAdvance(entry.where) + 2  # rounding
        given = min(asked, max(room - gap - metrics.horizontalAdvance(entry.words) - 2, min(asked, px(150))))
        words = metrics.elidedText(entry.words, Qt.TextElideMode.ElideRight, room - gap - given)
        column = min(reach or wide, wide - px(228))
        if px(47) + metrics.horizontalAdvance(words) + gap > column:
            column = right - given
        return words, body.elidedText(entry.where, Qt.TextElideMode.ElideRight, right - column), column


class Palette(QWidget):
    """The palette over the dimmed window."""

    def __init__(self, over: QWidget, session: Session, pages: list[Page], here: str = "") -> None:
        """``here`` is the key of the page in sight, whose Ctrl+N is named."""
        super().__init__(over)
        self.session, self._pages, self._here = session, pages, here
        self._before = over.window().focusWidget()
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Tìm người, màn hình, lệnh"))
        self.field.setAccessibleName(_("Tìm người, màn hình, lệnh"))
        self.field.addAction(look.icon("magnifying-glass", "ink2", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.field.installEventFilter(self)
        self.results = Results(self)
        hints = row(
            KeyCap("↑↓"),
            Label(_("chọn"), "small", "ink2"),
            8,
            KeyCap("Enter"),
            Label(_("mở"), "small", "ink2"),
            8,
            KeyCap("Esc"),
            gap=6,
            edge=(14, 7, 14, 7),
        )
        hints.addWidget(Label(_("đóng"), "small", "ink2"))
        hints.addStretch(1)
        hints.addWidget(Label(_("Gõ không dấu cũng tìm được"), "small", "ink2"))
        self._area = scrolled(self.results, bare=True)
        box = column(row(self.field, edge=(12, 12, 12, 10)), Hairline(), self._area, Hairline(), hints, gap=0, edge=(1, 1, 1, 1))
        self._card = _Sheet()
        self._card.setLayout(box)
        look.follow(self._card, lambda one: one.setFixedWidth(min(px(680), over.width() - 24)))
        outer = column(row(None, self._card, None), None, gap=0, edge=(0, 96, 0, 0))
        self.setLayout(outer)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._search)
        self.field.textChanged.connect(lambda _text: self._later.start(0))

    def open_over(self) -> None:
        """Show over the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self._search()
        self.show()
        self.raise_()
        self.field.setFocus()

    def leave(self) -> None:
        """Close; the focus goes back."""
        self.hide()
        self.deleteLater()
        if self._before is not None:
            self._before.setFocus()

    def do(self) -> None:
        """Do what is chosen, of what fits all that was typed."""
        if self._later.isActive():
            self._later.stop()
            self._search()
        if self.results.entries:
            entry = self.results.entries[self.results.at]
            self.leave()
            entry.do()

    # -- finding -----------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        words = search_key(self.field.text()).split()
        actions = [entry for entry in self._actions() if _fits(entry, words)]
        actions.sort(key=lambda entry: _rank(entry, words))
        if words:
            first = actions[:MOST_ACTIONS]
            room = MOST_LINES - len(first) - len({entry.group for entry in first}) - 1
            actions = first + self._records(self.field.text(), room) + actions[MOST_ACTIONS:]
        self.results.show_entries(actions)
        self._area.setFixedHeight(min(self.results.height(), self._room() * px(34)))
        self._area.verticalScrollBar().setValue(0)

    def _room(self) -> int:
        """Give how many lines are seen at once below the field; the others are scrolled to."""
        return max(6, min(MOST_LINES, (self.height() - px(96) - px(110)) // px(34)))

    def _actions(self) -> list[Entry]:
        session, made = self.session, list[Entry]()
        go = session.go
        if session.may("enter"):
            for name, declared in RECORD_TYPES.items():
                if declared.shelf == "work":
                    key, begin = "Ctrl+N" if name == self._here else "", partial(go, Place(name, new=True))
                    made.append(Entry(_("Lệnh"), "plus", new_one(declared.caption), _(declared.menu), key, begin))
        for page in self._pages:
            if page.group:
                made.append(Entry(_("Màn hình"), page.icon, _(page.word), "", "", partial(go, Place(page.key))))
        units = session.store.names.catalogue("unit").records
        for uid in units:
            name = session.unit_name(uid)
            made.append(
                Entry(
                    _("Đơn vị"),
                    "tree-structure",
                    _("Làm việc với {unit}").format(unit=name),
                    session.store.names.code("unit", uid),
                    "",
                    partial(session.set_unit, uid),
                )
            )
        for name, declared in RECORD_TYPES.items():
            if declared.shelf != "settings":
                made.append(self._paper(_("In danh sách: {what}").format(what=_(declared.plural)), name, sheet=False))
                made.append(self._paper(_("In phiếu nhập trống: {what}").format(what=_(declared.caption)), name, sheet=True))
                for paper, label in declared.papers if session.may("reveal") else ():
                    made.append(self._paper(_("In giấy: {what}").format(what=_(label)), name, paper=paper))
        return made

    def _paper(self, words: str, name: str, *, sheet: bool = False, paper: str = "") -> Entry:
        """Give the line that prints the list of a type (of the period and unit of now), a paper of it, or its empty entry sheet."""
        session, over, declared = self.session, self.window(), RECORD_TYPES[name]

        def go() -> None:
            from ui.list_output import RecordPaper, of_list, of_sheet

            in_period = session.period if issubclass(declared, EventRecord) else None
            wanted = Wanted(period=in_period, unit=None if session.unit == session.own_unit else session.unit)
            listing = Listing(session.store, declared, wanted)
            made = RecordPaper(over, session, listing, paper) if paper else None
            (made or (of_sheet(over, session, declared) if sheet else of_list(over, session, listing))).print()

        return Entry(_("Lệnh"), "printer", words, _(declared.menu or declared.plural), "", go)

    def _records(self, words: str, room: int) -> list[Entry]:
        """Give records of every type that has some, some of each and all of few, and after those of a type the line to all it has."""
        found: list[tuple[Listing, array[int]]] = []
        for declared in RECORD_TYPES.values():
            if declared.shelf != "settings":
                listing = Listing(self.session.store, declared, Wanted(words=words))
                if ids := listing.first():
                    found.append((listing, ids))
        made: list[Entry] = []
        for (listing, ids), count in zip(found, _shares([len(ids) for _listing, ids in found], max(room, len(found))), strict=True):
            declared, name = listing.declared, listing.declared.type_name
            made += [
                Entry(_("Bản ghi"), declared.icon, one.title, one.second, "", partial(self.session.go, Place(name, uid=one.uid)))
                for one in listing.rows(ids[:count])
            ]
            if count < len(ids):
                all_of = _("Xem cả {n} trong {what}") if len(ids) <= PAGE else _("Xem tất cả trong {what}")
                shown = all_of.format(n=grouped(len(ids)), what=_(declared.menu or declared.plural))
                made.append(Entry(_("Bản ghi"), "list-bullets", shown, "", "", partial(self._list_all, name, words)))
        return made

    def _list_all(self, name: str, words: str) -> None:
        """List all records that were found, whatever unit is worked on."""
        self.session.set_unit(self.session.own_unit)
        self.session.go(Place(name, Wanted(words=words)))

    # -- keys and paint ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the lines from the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step is not None and self.results.entries:
                self.results.at = (self.results.at + step) % len(self.results.entries)
                self.results.update()
                rect = self.results.chosen_rect()
                self._area.ensureVisible(0, rect.bottom(), 0, 0)
                self._area.ensureVisible(0, rect.top(), 0, 0)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.do()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the sheet closes it."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window."""
        painter = QPainter(self)
        painter.setOpacity(0.46)
        painter.fillRect(self.rect(), colour("shade"))


class _Sheet(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        rounded(QPainter(self), self.rect(), colour("surface"), colour("line"), 1, radius=6)


def _shares(found: Sequence[int], room: int) -> list[int]:
    """Share ``room`` lines, at least one a type, among types of which so many are found: give how many of each are shown.

    What is not shown of a type takes one line more.
    """
    shown = [int(count == 1) for count in found]
    free = room - len(shown)
    while True:
        before = list(shown)
        for at, count in enumerate(found):
            costs = int(shown[at] + 1 < count)  # the last one takes the line of the rest
            if shown[at] < count and costs <= free:
                shown[at] += 1
                free -= costs
        if shown == before:
            return shown


def _rank(entry: Entry, words: list[str]) -> tuple[bool, bool]:
    """Put first what is named in full, then what begins with what is typed."""
    text = search_key(entry.words)
    return text.split() != words, not text.startswith(" ".join(words))


def _fits(entry: Entry, words: list[str]) -> bool:
    text = search_key(f"{entry.words} {entry.where}")
    return all(word in text for word in words)
