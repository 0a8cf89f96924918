"""A table of facts that can only be read: rows come a page at a time, each row leads somewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.csv_files import guarded
from ui import look
from ui.look import colour, font, px
from ui.parts import Label

Index = QModelIndex | QPersistentModelIndex
DISPLAY, TOOLTIP, ALIGNMENT, ACCESSIBLE = 0, 3, 7, 11
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


LEAST = 140
"""Width of a column that shares what is left, below which spare columns give way."""


class Heading(NamedTuple):
    """A column: its words, whether it holds numbers, and its share of the room that is left (0: as wide as its words).

    A ``spare`` one gives its room to the others where these have too little.
    """

    words: str
    right: bool = False
    share: int = 0
    spare: bool = False


class Fact(NamedTuple):
    """A row: its cells, an icon with its ink before the cell ``FactModel.icon_at``, and what it leads to.

    ``marks`` gives other cells icons of their own, by column.
    """

    cells: tuple[str, ...]
    icon: str
    ink: str
    leads: Any
    marks: Mapping[int, tuple[str, str]] = {}

    def mark(self, column: int, icon_at: int) -> tuple[str, str]:
        """Give icon and ink of a cell; '' for none."""
        return self.marks.get(column, (self.icon, self.ink) if column == icon_at else ("", ""))


class FactModel(QAbstractTableModel):
    """Rows that are known so far; ``wanted`` asks for the next ones as the view comes to its end."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headings: tuple[Heading, ...] = ()
        self.icon_at = 0
        self.facts: list[Fact] = []
        self.more = False
        """Whether there are rows that are not read yet."""

    def begin(self, headings: Sequence[Heading], icon_at: int) -> None:
        """Start another table, empty so far."""
        self.beginResetModel()
        self.headings, self.icon_at, self.facts, self.more = tuple(headings), icon_at, [], False
        self.endResetModel()

    def add(self, facts: Sequence[Fact], more: bool) -> None:
        """Put rows at the end."""
        self.more = more
        if facts:
            self.beginInsertRows(QModelIndex(), len(self.facts), len(self.facts) + len(facts) - 1)
            self.facts += facts
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many are known."""
        return 0 if parent.isValid() else len(self.facts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many columns there are."""
        return 0 if parent.isValid() else len(self.headings)

    def ask(self) -> None:
        """Ask for the next page, once."""
        if self.more:
            self.more = False
            self.wanted.emit()

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Give the words of a cell; for who cannot see, those of the row."""
        if not index.isValid() or index.row() >= len(self.facts):
            return None
        cells = self.facts[index.row()].cells
        if role == ALIGNMENT:
            return RIGHT if self.headings[index.column()].right else LEFT
        if role == ACCESSIBLE:
            return ". ".join(cell for cell in cells if cell)
        return cells[index.column()] if role in (DISPLAY, TOOLTIP) else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Give headings, aligned as their columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.headings):
            return None
        if role == ALIGNMENT:
            return RIGHT if self.headings[section].right else LEFT
        return self.headings[section].words if role == DISPLAY else None


def draw_ground(painter: QPainter, rect: QRect, ground: str, *, marked: bool) -> None:
    """Paint what is behind a cell: its ground, a hairline below, and the accent bar of the chosen row's first cell."""
    painter.fillRect(rect, colour(ground))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
    if marked:
        painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))


def draw_ring(painter: QPainter, rect: QRect, first: bool, last: bool) -> None:
    """Paint a cell's part of the ring round the row that has the focus."""
    ink = colour("accent")
    painter.fillRect(rect.left(), rect.top(), rect.width(), 2, ink)
    painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, ink)
    if first:
        painter.fillRect(rect.left(), rect.top(), 2, rect.height(), ink)
    if last:
        painter.fillRect(rect.right() - 1, rect.top(), 2, rect.height(), ink)


class FactDelegate(QStyledItemDelegate):
    """Paints a row as lists paint theirs."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        view, model = option.widget, index.model()
        if not isinstance(model, FactModel) or not isinstance(view, FactTable):
            return
        rect, fact = option.rect, model.facts[index.row()]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        draw_ground(painter, rect, "soft" if chosen else "surface", marked=chosen and index.column() == 0)
        space = rect.adjusted(px(12 if index.column() == 0 else 8), 0, -px(8), 0)
        ink = "ink"
        icon, told = fact.mark(index.column(), model.icon_at)
        if icon:
            painter.drawPixmap(space.left(), rect.center().y() - px(8), look.pixmap(icon, told, 16))
            space = space.adjusted(px(24), 0, 0, 0)
            ink = told
        words = fact.cells[index.column()].replace("\n", " ")
        painter.setFont(font("body"))
        painter.setPen(colour(ink))
        shown = look.metrics("body").elidedText(words, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, model.data(index, ALIGNMENT), shown)
        here = view.currentIndex()
        if view.hasFocus() and here.row() == index.row() and (not view.by_cell or here.column() == index.column()):
            draw_ring(painter, rect, view.by_cell or index.column() == 0, view.by_cell or index.column() == model.columnCount() - 1)


def show_rows(view: QTableView) -> None:
    """Let a view show whole rows to be chosen: no grid, nothing typed into cells, nothing to scroll sideways."""
    view.setFrameShape(QTableView.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setHighlightSections(False)


class FactTable(QTableView):
    """The view: Enter (or a double click) opens what a row leads to, Ctrl+C copies the chosen rows with headings."""

    opened = Signal(object)

    def __init__(self, name: str, *, by_cell: bool = False) -> None:
        """Make an empty one. ``by_cell``: the ring of the focus stands round one cell, which Left and Right choose."""
        super().__init__()
        self.by_cell = by_cell
        self.facts = FactModel(self)
        self.setModel(self.facts)
        self.setItemDelegate(FactDelegate(self))
        self.empty = Label("", "body", "ink2", wrap=True, parent=self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(name)
        show_rows(self)
        self.horizontalHeader().setSectionsClickable(False)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.facts.facts[index.row()].leads))
        self.facts.modelReset.connect(self._arrange)
        self.facts.rowsInserted.connect(self._grown)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(lambda *_: self._near_end())
        bar.rangeChanged.connect(lambda *_: self._near_end())
        look.follow(self, FactTable._restyle)

    def _restyle(self) -> None:
        tall = max(px(30), look.metrics("body").height() + px(8))
        self.verticalHeader().setMinimumSectionSize(tall)
        self.verticalHeader().setDefaultSectionSize(tall)
        self.horizontalHeader().setMinimumSectionSize(px(36))
        self.horizontalHeader().setFixedHeight(max(px(32), look.metrics("small_strong").height() + px(12)))
        self._arrange()

    def _near_end(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():
            self.facts.ask()

    def _grown(self, _parent: Index, first: int, _last: int) -> None:
        if first == 0:
            self._arrange()

    def _natural(self, column: int) -> int:
        head = look.metrics("small_strong").horizontalAdvance(self.facts.headings[column].words) + px(22)
        metrics = look.metrics("body")
        icon = px(24) if any(fact.mark(column, self.facts.icon_at)[0] for fact in self.facts.facts[:60]) else 0
        longest = nlargest(12, (fact.cells[column][:80] for fact in self.facts.facts), len)
        words = max(map(metrics.horizontalAdvance, longest), default=0)
        return max(head, words + icon + px(22))

    def _arrange(self) -> None:
        headings = self.facts.headings
        if not headings:
            return
        widths = [self._natural(column) for column in range(len(headings))]
        sharing = sum(bool(heading.share) for heading in headings)
        fixed = sum(width for width, heading in zip(widths, headings, strict=True) if not heading.share)
        tight = self.viewport().width() - fixed < px(LEAST) * sharing
        for column, heading in enumerate(headings):
            self.setColumnHidden(column, tight and heading.spare)
            fixed -= widths[column] if tight and heading.spare else 0
        least = px(min(240, LEAST * sharing))
        room, shares = max(least, self.viewport().width() - fixed), sum(heading.share for heading in headings)
        for column, heading in enumerate(headings):
            self.setColumnWidth(column, room * heading.share // shares if heading.share else widths[column])
        self.say_empty(self.empty.text())

    def say_empty(self, words: str) -> None:
        """Say what stands where the first row would be."""
        self.empty.setText(words)
        self.empty.setVisible(not self.facts.facts and bool(words))
        self.empty.setGeometry(px(12), self.horizontalHeader().height() + px(10), max(0, self.width() - px(24)), px(90))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._arrange()

    def current(self) -> Any:
        """Give what the current row leads to; None when there is none."""
        index = self.currentIndex()
        return self.facts.facts[index.row()].leads if index.isValid() and index.row() < len(self.facts.facts) else None

    def go_to(self, place: int, column: int = 0) -> None:
        """Make a row the current and only chosen one, whatever keys are held."""
        every = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.facts.index(place, column), every.ClearAndSelect | every.Rows)

    def chosen(self) -> list[Any]:
        """Give what the chosen rows lead to, from above."""
        return [self.facts.facts[index.row()].leads for index in sorted(self.selectionModel().selectedRows(), key=lambda one: one.row())]

    def copied(self) -> str:
        """Give the chosen rows as text for a spreadsheet, with headings."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        lines = [[heading.words for heading in self.facts.headings], *(list(self.facts.facts[row].cells) for row in rows)]
        return tabbed(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+C copies; letters go to nobody, for Qt would walk through all rows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.current() is not None:
                self.opened.emit(self.current())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        elif event.text() and event.text().isprintable() and event.text() != " ":
            event.ignore()
        else:
            super().keyPressEvent(event)


def tabbed(lines: Sequence[Sequence[str]]) -> str:
    """Write cells as lines for a spreadsheet: a cell stays one cell, and what looks like a formula stays text."""
    return "\n".join("\t".join(guarded(cell.replace("\t", " ").replace("\n", " ")) for cell in line) for line in lines)
