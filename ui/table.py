"""The view of a list of records: two-line rows beside a form, or full columns; its sums below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from app.i18n import _
from app.listing import Row
from db.record import CANCELLED
from ui import look
from ui.fact_table import draw_ground, draw_ring, show_rows, tabbed
from ui.look import colour, font, px
from ui.parts import Label, fitted, in_two_lines
from ui.record_model import ALIGNMENT, LEFT, READ, RIGHT, SUMMARY, Index, RecordModel, state_of


class RowDelegate(QStyledItemDelegate):
    """Paints a row: soft ground and accent bar when chosen, hairline below, icon and word for exceptions only."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give nothing to widen by: widths are the view's."""
        return QSize(px(60), px(30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        view = option.widget
        model = index.model()
        if not isinstance(model, RecordModel) or not isinstance(view, RecordTable):
            return
        rect, column = option.rect, index.column()
        row = model.row(index.row())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "soft" if chosen else "hover" if index.row() == view.hovered else "surface"
        first = view.is_first(column)
        draw_ground(painter, rect, ground, marked=chosen and first)
        if column == SUMMARY:
            self._summary(painter, rect, row, chosen)
        elif column == model.state_at:
            self._state(painter, rect, row, view.is_narrow)
        else:
            self._cell(painter, rect, model, index, first)
        if view.hasFocus() and view.currentIndex().row() == index.row():
            draw_ring(painter, rect, first, column == model.state_at)

    @staticmethod
    def _summary(painter: QPainter, rect: QRect, row: Row, chosen: bool) -> None:
        role = "strong" if chosen else "medium"
        one, two = look.metrics(role), look.metrics("small")
        left, wide = rect.left() + px(12), rect.width() - px(18)
        top = rect.top() + (rect.height() - one.height() - two.height()) // 2
        painter.setFont(font(role))
        struck = row.state == CANCELLED
        painter.setPen(colour("ink3" if struck else "ink"))
        words = one.elidedText(row.title, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QPoint(left, top + one.ascent()), words)
        if struck:
            painter.fillRect(left, top + one.ascent() - one.xHeight() // 2, one.horizontalAdvance(words), 1, colour("ink3"))
        painter.setFont(font("small"))
        painter.setPen(colour("ink2" if chosen else "ink3"))
        painter.drawText(QPoint(left, top + one.height() + two.ascent()), two.elidedText(row.second, Qt.TextElideMode.ElideRight, wide))

    @staticmethod
    def _cell(painter: QPainter, rect: QRect, model: RecordModel, index: Index, first: bool) -> None:
        words = model.words(index.row(), index.column())
        space = rect.adjusted(px(12 if first else 8), 0, -px(8), 0)
        role = "medium" if first else "body"
        painter.setFont(font(role))
        painter.setPen(colour("ink"))
        shown = look.metrics(role).elidedText(words, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, model.data(index, ALIGNMENT), shown)

    @staticmethod
    def _state(painter: QPainter, rect: QRect, row: Row, narrow: bool) -> None:
        name = state_of(row)
        if name is None:
            return
        state, side = look.STATES[name], px(16)
        x = rect.center().x() - side // 2 if narrow else rect.left() + px(8)
        painter.drawPixmap(x, rect.center().y() - side // 2, look.pixmap(state.icon, state.ink, 16))
        if not narrow:
            painter.setFont(font("small_medium"))
            painter.setPen(colour(state.ink))
            painter.drawText(rect.adjusted(px(30), 0, 0, 0), LEFT, _(state.word))


class RecordTable(QTableView):
    """The view: ``set_narrow(True)`` beside a form (two-line rows), else full columns in one line each."""

    typed = Signal(str)
    """Letters typed in the list, meant for the search."""
    resized = Signal()
    copy_asked = Signal()
    menu_asked = Signal(QPoint)
    """What can be done with the chosen rows is asked for, by mouse or key: where, on the screen."""

    def __init__(self, model: RecordModel) -> None:
        super().__init__()
        self.wants_all = False
        """Whether all were chosen while not all were known: those that come are chosen too."""
        self.is_narrow = False
        self.hovered = -1
        self._wanted: dict[int, int] = {}
        """The width each column would like, measured once a list."""
        self.empty = Label("", "body", "ink2", wrap=True, parent=self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setItemDelegate(RowDelegate(self))
        self.setModel(model)
        show_rows(self)
        self.setMouseTracking(True)
        self.entered.connect(self._entered)
        self.viewport().setMouseTracking(True)
        heads = self.horizontalHeader()
        heads.setSectionsMovable(True)
        heads.setSectionsClickable(True)
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(_("Danh sách bản ghi"))
        model.modelReset.connect(self._anew)
        model.gathered.connect(self._show_empty)
        look.follow(self, RecordTable._restyle)

    def records(self) -> RecordModel:
        """Give the model as what it is."""
        model = self.model()
        assert isinstance(model, RecordModel)
        return model

    # -- arranging ---------------------------------------------------------------------------------------------------

    def _restyle(self) -> None:
        one, two = look.metrics("medium").height(), look.metrics("small").height()
        tall = max(px(46), one + two + px(6)) if self.is_narrow else max(px(30), one + px(8))
        self.verticalHeader().setMinimumSectionSize(tall)
        self.verticalHeader().setDefaultSectionSize(tall)
        self.horizontalHeader().setMinimumSectionSize(px(36))
        self.horizontalHeader().setFixedHeight(max(px(32), look.metrics("small_strong").height() + px(12)))
        self._anew()

    def set_narrow(self, narrow: bool) -> None:
        """Show two-line rows (beside a form) or full columns."""
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self._restyle()
            current = self.currentIndex()
            if current.isValid():
                self.updateGeometries()  # rows have another height: how far it scrolls is else said later
                self.scrollTo(current.siblingAtColumn(self._first_shown))  # Qt does not scroll to a column that is not shown

    @property
    def _first_shown(self) -> int:
        return SUMMARY if self.is_narrow else 1

    def is_first(self, column: int) -> bool:
        """Tell whether this column is the leftmost that is shown."""
        return self.columnViewportPosition(column) <= 0

    def _anew(self) -> None:
        self._wanted = {}
        self._arrange()

    def _arrange(self) -> None:
        model, heads = self.records(), self.horizontalHeader()
        for column in range(model.columnCount()):
            shown = column in (SUMMARY, model.number_at, model.state_at) if self.is_narrow else column != SUMMARY
            self.setColumnHidden(column, not shown)
        if self.is_narrow:
            self._narrow_widths(model, heads)
        else:
            self._wide_widths(model)
        self._show_empty()
        self.resized.emit()

    def _narrow_widths(self, model: RecordModel, heads: QHeaderView) -> None:
        state = px(40)
        metrics = look.metrics("small_strong")
        number = 0

        def heading(column: int | None) -> str:
            return str(model.headerData(column, Qt.Orientation.Horizontal)) if column is not None else ""

        if model.number_at is not None:
            whole = metrics.horizontalAdvance(heading(model.number_at))
            number = max(px(64), (whole if whole <= px(76) else in_two_lines(heading(model.number_at), metrics)) + px(18))
            self.setColumnWidth(model.number_at, number)
            tight = self.viewport().width() - number - state < px(150)
            self.setColumnHidden(model.number_at, tight)
            number = 0 if tight else number
        self.setColumnWidth(model.state_at, state)
        room = max(px(120), self.viewport().width() - number - state)
        self.setColumnWidth(SUMMARY, room)
        rooms = [(heading(SUMMARY), room - px(22)), *([(heading(model.number_at), number - px(16))] if number else [])]
        two = any(metrics.horizontalAdvance(words) > wide for words, wide in rooms)
        heads.setFixedHeight(max(px(32), metrics.height() * (2 if two else 1) + px(12)))

    def _wide_widths(self, model: RecordModel) -> None:
        space = self.viewport().width()
        if not self._wanted:
            self._wanted = {column: self._natural(column) for column in range(1, model.columnCount())}
        natural = list(self._wanted.values())
        wanted = sum(natural)
        listing = model.listing
        grows = [place for place, column in enumerate(listing.columns) if not column.right]
        title = next((place for place, column in enumerate(listing.columns) if column.name == listing.title_name), None)
        over = wanted - space
        if over > 0:  # the widest words give way, down to one level; headings, numbers and days do not
            natural = fitted(natural, [max(px(120), self._heading(column)) for column in self._wanted], space)
        elif grows:
            taker = title if title in grows else max(grows, key=lambda place: natural[place])
            more = min(px(24), -over // len(grows))  # what was not measured may be wider a little
            for place in grows:
                natural[place] += more if place != taker else -over - more * (len(grows) - 1)
        for place, width in enumerate(natural):
            self.setColumnWidth(place + 1, width)

    def _heading(self, column: int) -> int:
        """Give the room a heading needs, with the arrow of the sorted column."""
        heads = self.horizontalHeader()
        arrow = px(16) if heads.isSortIndicatorShown() and heads.sortIndicatorSection() == column else 0
        words = str(self.records().headerData(column, Qt.Orientation.Horizontal) or "")
        return look.metrics("small_strong").horizontalAdvance(words) + px(22) + arrow

    def _natural(self, column: int) -> int:
        model = self.records()
        head = self._heading(column)
        if column == model.state_at:
            some = any(state_of(model.row(row)) for row in range(min(model.rowCount(), READ)))
            return max(head, px(112 if some else 40))
        metrics = look.metrics("body")
        shown = {model.words(row, column) for row in range(min(model.rowCount(), READ))}
        words = max(map(metrics.horizontalAdvance, shown), default=0)
        return min(max(head, words + px(26)), px(520))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._arrange()

    def _show_empty(self, *_counts: object) -> None:
        nothing = self.records().rowCount() == 0
        self.empty.setVisible(nothing and bool(self.empty.text()))
        head = self.horizontalHeader().height()
        self.empty.setGeometry(px(12), head + px(10), max(0, self.width() - px(24)), px(90))

    # -- pointer and keys --------------------------------------------------------------------------------------------

    def _entered(self, index: QModelIndex) -> None:
        self.hovered = index.row()
        self.viewport().update()

    def leaveEvent(self, event: Any) -> None:
        """Forget where the pointer was."""
        self.hovered = -1
        self.viewport().update()
        super().leaveEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Hand letters to the search: Qt would walk through all rows."""
        if search.strip():
            self.typed.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, the first row where none is the current one, Ctrl+C copies with headings; Qt does the rest."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not self.currentIndex().isValid() and self.records().rowCount():
                self.go_to(0)
            if self.currentIndex().isValid():
                self.activated.emit(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_everything()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):  # of the list; Qt goes to the ends of the row
            self._go_to_end(0 if event.key() == Qt.Key.Key_Home else self.records().rowCount() - 1, event.modifiers())
        else:
            super().keyPressEvent(event)

    def _go_to_end(self, place: int, held: Qt.KeyboardModifier) -> None:
        """Go to the first or the last row; Shift chooses all up to it."""
        here = self.currentIndex().row()
        if place >= 0 and here >= 0 and held & Qt.KeyboardModifier.ShiftModifier:
            every, model = QItemSelectionModel.SelectionFlag, self.records()
            rows = QItemSelection(model.index(min(here, place), 0), model.index(max(here, place), 0))
            self.selectionModel().setCurrentIndex(model.index(place, self.currentIndex().column()), every.NoUpdate)
            self.selectionModel().select(rows, every.ClearAndSelect | every.Rows)
        elif place >= 0:
            self.go_to(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for what can be done with the row under the pointer, which becomes the chosen one unless it is one of several."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        if not index.isValid():
            return
        if not self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            self.go_to(index.row())
        below = self.visualRect(index).bottomLeft() + QPoint(px(24), 0)
        self.menu_asked.emit(self.viewport().mapToGlobal(below) if by_key else event.globalPos())
        event.accept()

    def select_everything(self) -> None:
        """Choose all that the list holds, also what is not known yet."""
        self.selectAll()
        self.wants_all = not self.records().is_whole

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Forget that all were wanted once anything else is chosen."""
        super().selectionChanged(selected, deselected)
        if not deselected.isEmpty():
            self.wants_all = False

    def go_to(self, place: int) -> None:
        """Make a row the current and only chosen one, whatever keys are held (``selectRow`` obeys Ctrl and Shift)."""
        every = QItemSelectionModel.SelectionFlag
        index = self.records().index(place, self._first_shown)
        self.selectionModel().setCurrentIndex(index, every.ClearAndSelect | every.Rows)

    def chosen_count(self) -> int:
        """Give how many rows are chosen, without making an index for each."""
        chosen = self.selectionModel().selection()
        return sum(chosen.at(number).height() for number in range(chosen.count()))

    def chosen_rows(self) -> list[int]:
        """Give the places of the chosen rows, from above."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        return sorted(place for part in parts for place in range(part.top(), part.bottom() + 1))

    def shown_columns(self) -> list[int]:
        """Give the columns of the full list in the order in which they are shown."""
        return sorted(range(1, self.records().columnCount()), key=self.horizontalHeader().visualIndex)

    def copied(self) -> str:
        """Give the chosen rows as text for a spreadsheet, with headings; what looks like a formula stays text."""
        model, order = self.records(), self.shown_columns()
        lines = [[str(model.headerData(column, Qt.Orientation.Horizontal) or _("Trạng thái")) for column in order]]
        lines += [[model.words(row, column) for column in order] for row in self.chosen_rows()]
        return tabbed(lines)


class Sums(QWidget):
    """The fixed row under a list: how many, and the totals under their columns."""

    def __init__(self, table: RecordTable) -> None:
        super().__init__()
        self._table = table
        self.words = ""
        table.resized.connect(self.update)
        table.horizontalHeader().sectionResized.connect(self.update)
        table.horizontalHeader().sectionMoved.connect(self.update)
        look.follow(self, lambda one: one.setFixedHeight(max(px(30), look.metrics("strong").height() + px(8))))

    def set_words(self, words: str) -> None:
        """Show how many there are, in words."""
        self.words = words
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint below the columns that have totals."""
        painter, table, model = QPainter(self), self._table, self._table.records()
        painter.fillRect(self.rect(), colour("raised"))
        painter.fillRect(0, 0, self.width(), 1, colour("line"))
        painter.setFont(font("strong"))
        painter.setPen(colour("ink"))
        end = self.width()
        for column in range(1, model.columnCount()):
            if table.isColumnHidden(column):
                continue
            words = ""
            if column == model.number_at:
                words = model.total
            elif column <= len(model.listing.columns):
                words = model.sums.get(model.listing.columns[column - 1].name, "")
            if words:
                left = table.columnViewportPosition(column)
                space = QRect(left, 0, table.columnWidth(column) - px(8), self.height())
                end = min(end, space.right() - painter.fontMetrics().horizontalAdvance(words) - px(8))
                painter.drawText(space, RIGHT, words)
        space = QRect(px(12), 0, max(0, end - px(12)), self.height())
        fits = painter.fontMetrics().horizontalAdvance(self.words) <= space.width()
        painter.drawText(space, LEFT, self.words if fits else self.words.split(" ")[0])  # the number alone
