"""The third step of an import: every row with what becomes of it and why; those that want looking at come first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.i18n import _
from app.import_rows import DOUBTFUL, FATES, KNOWN, READY, REFUSED, Page, Row
from ui import look
from ui.fact_table import show_rows
from ui.look import colour, font, px
from ui.parts import fitted, in_two_lines
from ui.shortcuts import action_for
from ui.style import rounded

Index = QModelIndex | QPersistentModelIndex
WORDS = {REFUSED: "Từ chối", DOUBTFUL: "Nghi vấn", READY: "Sẵn sàng", KNOWN: "Đã có"}
STATES = {REFUSED: "error", DOUBTFUL: "warning", READY: "ok", KNOWN: "draft"}
_ICONS = {KNOWN: "minus"}
NUMBER, FATE, FIRST = 0, 1, 2
"""Columns before those of the file; the reasons come last."""
LEAST = 64
"""What a column of the file needs to tell anything, px at 100 %."""
SHORT = 110
"""Up to this width a column is shown whole where there is room: a day, a number, a code."""
_DISPLAY, _TOOLTIP, _ALIGNMENT, _ACCESSIBLE, _EDIT = (
    int(one)
    for one in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.EditRole,
    )
)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """The rows of one sheet, some or all fates of them."""

    edited = Signal(object, int, str, str)
    """A row, the column of its sheet, the text before and the new one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.page: Page | None = None
        self.rows: list[Row] = []
        self._numbers: list[bool] = []

    def show_page(self, page: Page | None, fate: str) -> None:
        """Show the rows of a sheet with a fate ('' for all)."""
        self.beginResetModel()
        self.page = page
        self.rows = [] if page is None else [row for row in page.rows if not fate or row.fate == fate]
        self._numbers = [] if page is None else [self._is_number(column) for column in range(len(page.sheet.header))]
        self.endResetModel()

    def _is_number(self, column: int) -> bool:
        assert self.page is not None
        cells = [cells[column] for cells in self.page.sheet.rows[:60] if cells[column] != ""]
        return bool(cells) and all(isinstance(cell, (int, float)) or str(cell).replace(".", "").isdecimal() for cell in cells)

    @property
    def reasons_at(self) -> int:
        """The column of the reasons."""
        return FIRST + (0 if self.page is None else len(self.page.sheet.header))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many rows are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give number, fate, the file's columns, reasons."""
        return 0 if parent.isValid() or self.page is None else self.reasons_at + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let cells of the file be mended."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and FIRST <= index.column() < self.reasons_at else flags

    def text(self, row: Row, column: int) -> str:
        """Give the words of a cell."""
        if column == NUMBER:
            return str(row.number)
        if column == FATE:
            return _(WORDS[row.fate])
        if column == self.reasons_at:
            return " ".join(_(reason) for _at, reason in row.reasons)
        return self.page.text(row, column - FIRST) if self.page is not None else ""

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Give the words; for who cannot see, with what is wrong at this cell."""
        if role not in (_DISPLAY, _TOOLTIP, _ALIGNMENT, _ACCESSIBLE, _EDIT) or not index.isValid():
            return None
        column = index.column()
        if role == _ALIGNMENT:
            return _RIGHT if self.is_right(column) else _LEFT
        row = self.rows[index.row()]
        text = self.text(row, column)
        if role in (_TOOLTIP, _ACCESSIBLE):
            wrong = " ".join(self.reasons_of(row, column))
            return f"{text}. {wrong}" if wrong else text if role == _ACCESSIBLE else text or None
        return text

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:
        """Take a mended text; who listens looks at the rows again."""
        if role != _EDIT or not index.isValid() or self.page is None:
            return False
        row, column = self.rows[index.row()], index.column() - FIRST
        before = self.page.text(row, column)
        if value == before:
            return False
        self.page.sheet.rows[row.at][column] = value
        self.dataChanged.emit(index, index)
        self.edited.emit(row, column, before, value)
        return True

    def is_right(self, column: int) -> bool:
        """Tell whether a column is aligned right."""
        return column == NUMBER or (FIRST <= column < self.reasons_at and self._numbers[column - FIRST])

    def reasons_of(self, row: Row, column: int) -> list[str]:
        """Give what is wrong at this very cell."""
        return [_(reason) for at, reason in row.reasons if at is not None and at == column - FIRST]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Give headings, aligned as their columns."""
        if orientation != Qt.Orientation.Horizontal or self.page is None or not 0 <= section <= self.reasons_at:
            return None
        if role == _ALIGNMENT:
            return _RIGHT if self.is_right(section) else _LEFT
        if role != _DISPLAY:
            return None
        if section >= FIRST and section < self.reasons_at:
            return _(self.page.sheet.header[section - FIRST])
        return {NUMBER: _("Dòng"), FATE: _("Kết quả")}.get(section, _("Lý do"))


class CellDelegate(QStyledItemDelegate):
    """Paints a row: icon and word of its fate, a ring in the state's colour round cells that are wrong, the reason in its ink."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give nothing to widen by."""
        return QSize(px(60), px(30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        model, view = index.model(), option.widget
        if not isinstance(model, RowsModel) or not isinstance(view, RowsTable):
            return
        row, column, rect = model.rows[index.row()], index.column(), option.rect
        state = look.STATES[STATES[row.fate]]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, colour("soft" if chosen else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        if chosen and view.columnViewportPosition(column) <= 0:
            painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))
        ink, role = "ink", "body"
        space = rect.adjusted(px(8), 0, -px(8), 0)
        if column == NUMBER:
            ink = "ink2"
        elif column == FATE:
            self._icon(painter, rect, row)
            space = rect.adjusted(px(32), 0, -px(4), 0)
            ink, role = (state.ink, "medium") if row.fate in (REFUSED, DOUBTFUL) else ("ink2" if row.fate == KNOWN else "ink", "body")
        elif column == model.reasons_at:
            ink = state.ink if row.fate in (REFUSED, DOUBTFUL) else "ink2"
        elif model.reasons_of(row, column):
            rounded(painter, rect.adjusted(0, 0, -1, -1), colour(state.ground), colour(state.edge), 2, radius=2)
        if view.hasFocus() and view.currentIndex() == index:
            rounded(painter, rect.adjusted(0, 0, -1, -1), None, colour("accent"), 2, radius=2)
        painter.setFont(font(role))
        painter.setPen(colour(ink))
        words = model.text(row, column).replace("\n", " ")
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, _RIGHT if model.is_right(column) else _LEFT, shown)

    @staticmethod
    def _icon(painter: QPainter, rect: QRect, row: Row) -> None:
        state, side = look.STATES[STATES[row.fate]], px(16)
        picture = look.pixmap(_ICONS.get(row.fate, state.icon), state.ink, 16)
        painter.drawPixmap(rect.left() + px(9), rect.center().y() - side // 2, picture)


class RowsTable(QTableView):
    """The view of the rows. F8 walks those that want looking at, Enter mends a cell."""

    walked = Signal(int)
    """1 or -1: the next or previous row to be looked at is wanted, beyond this sheet too."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = RowsModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(CellDelegate(self))
        show_rows(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setAccessibleName(_("Các dòng của tệp"))
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.rows.modelReset.connect(self._arrange)
        look.follow(self, RowsTable._restyle)

    def _restyle(self) -> None:
        tall = max(px(30), QFontMetrics(font("medium")).height() + px(8))
        self.verticalHeader().setMinimumSectionSize(tall)
        self.verticalHeader().setDefaultSectionSize(tall)
        self.horizontalHeader().setMinimumSectionSize(px(40))
        self._arrange()

    def _widest(self, column: int) -> int:
        metrics = QFontMetrics(font("medium" if column == FATE else "body"))
        return max((metrics.horizontalAdvance(self.rows.text(row, column)[:200]) for row in self.rows.rows[:60]), default=0)

    def _natural(self, column: int) -> int:
        model = self.rows
        head = QFontMetrics(font("small_strong")).horizontalAdvance(str(model.headerData(column, Qt.Orientation.Horizontal) or ""))
        words = self._widest(column)
        if column == FATE:
            return max(head, words + px(28)) + px(18)
        most = px(700) if column == model.reasons_at else px(260)
        return min(max(head, words) + px(20), most)

    def _arrange(self) -> None:
        """Put the reasons last where all columns have room, else before the file's columns."""
        model, heads = self.rows, self.horizontalHeader()
        if not model.columnCount():
            return
        widths = [self._natural(column) for column in range(model.columnCount())]
        metrics, room, last = QFontMetrics(font("small_strong")), self.viewport().width(), model.reasons_at
        headings = [str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in range(model.columnCount())]
        fits = sum(widths) <= room
        some = any(row.reasons for row in model.rows[:1])
        if fits:
            widths[last] += room - sum(widths)
        else:
            least = [max(px(LEAST), in_two_lines(head, metrics) + px(20)) for head in headings[FIRST:last]]
            left, reasons = room - sum(widths[:FIRST]), px(150)
            shown = [self._widest(column) + px(18) for column in range(FIRST, last)]
            whole = [max(few, wide) if wide <= px(SHORT) else few for few, wide in zip(least, shown, strict=True)]
            if sum(whole) <= left - px(100):  # days and numbers stand whole, long texts and reasons are cut
                least, reasons = whole, px(100)
            needed = sum(least)
            spare = left - sum(widths[FIRST:last])  # the reasons stand whole below the table: the file's columns go before
            widths[last] = min(widths[last], max(px(200), spare), max(reasons, left - needed))
            if left - widths[last] >= needed:  # else there are too many columns for any room, and it scrolls
                widths[FIRST:last] = fitted(widths[FIRST:last], least, left - widths[last])
        two = any(metrics.horizontalAdvance(head) + px(16) > width for head, width in zip(headings, widths, strict=True))
        heads.setFixedHeight(max(px(32), metrics.height() * (2 if two else 1) + px(12)))
        heads.moveSection(heads.visualIndex(last), last if fits else FIRST)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.setColumnHidden(last, not some and not fits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F8 walks, Enter mends; Qt does the rest."""
        action = action_for("import", event)
        if action in ("next_problem", "previous_problem"):
            self.walked.emit(1 if action == "next_problem" else -1)
        elif action == "edit":
            if self.state() != QAbstractItemView.State.EditingState and self.currentIndex().isValid():
                self.edit(self.currentIndex())
        elif event.text() and event.text().isprintable() and event.text() != " ":
            event.ignore()  # Qt would walk through all rows for the letter
        else:
            super().keyPressEvent(event)

    def go_to(self, place: int) -> None:
        """Make a row current, at the first cell of it that is wrong."""
        if 0 <= place < len(self.rows.rows):
            row = self.rows.rows[place]
            wrong = next((at for at, _reason in row.reasons if at is not None), None)
            index = self.rows.index(place, FATE if wrong is None else FIRST + wrong)
            self.setCurrentIndex(index)
            self.scrollTo(index)


FILTERS = ("", *FATES)
"""What the chips above the table show: all, then each fate."""
