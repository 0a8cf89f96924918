"""Lines as a table that is typed into: Tab across, Enter down, a new line at the end, duplicate, remove with undo, sums, paste.

The table paints every cell; one editor per column is built when it is first needed and laid over the cell that has the focus. So
each cell is typed into as a field of the form is, and nothing has to be opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from app.entry import Cell, is_blank
from app.i18n import _
from db.questions import Link, Question
from ui import look
from ui.editors import editor_for, room_for
from ui.fields import Context
from ui.lines_model import LinesModel
from ui.lines_paint import CellPainter, Note, Sums, row_height
from ui.long_field import Editor, LongField
from ui.look import colour, px
from ui.style import rounded
from ui.whole_lines import WholeLines

SEEN = 12
"""Lines that are seen at once; the rest scrolls inside."""


class LinesTable(QWidget):
    """A table of some columns of one kind of line. Several may share one model; the ``main`` one has heading, sums and notes."""

    changed = Signal()
    """An answer or a line is different now."""
    cell_left = Signal()
    left_by = Signal(int, bool)
    """The person walked out: 1 forwards, -1 backwards; True by Tab, which stops at the heads of groups too."""
    sight_wanted = Signal(object)
    """A widget in it that must be seen."""
    grown = Signal()
    """It wants another height."""
    placed = Signal()
    """The focus is in another cell."""

    def __init__(self, model: LinesModel, names: Sequence[str], context: Context, main: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.main, self.context = model, main, replace(context, rest={})
        line_type = model.entry.declared.kinds[model.kind]
        self.caption = _(line_type.caption)
        first = next(iter(line_type.questions()))
        self.names = [name for name in names if name != first or main]
        shown = ["#", *([] if main else [first]), *self.names, *([c.name for c in model.columns if c.beside] if main else []), "!"]
        self.columns = [model.columns[model.at[name]] for name in shown]
        self._fixed = frozenset(() if main else (first,))
        self._editors: dict[str, Editor] = {}
        self._editor: Editor | None = None
        self.row, self.column = 0, 0
        self._anchor = 0
        self.read_only = False
        self.notes: list[Note] = []
        self.lines = WholeLines(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.caption)
        self._make_view()
        look.follow(self, LinesTable._restyle)

    def _make_view(self) -> None:
        view = self.view = QTableView(self)
        view.setModel(self.model)
        self._painter = CellPainter(self.model, self._fixed)
        view.setItemDelegate(self._painter)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setFrameShape(QTableView.Shape.NoFrame)
        view.setShowGrid(False)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(self.caption)
        view.verticalHeader().hide()
        view.verticalHeader().setMinimumSectionSize(1)
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = view.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        header.setFixedHeight(px(30))
        shown = {self.model.at[column.name] for column in self.columns}
        for section in range(len(self.model.columns)):
            view.setColumnHidden(section, section not in shown)
        view.clicked.connect(self._clicked)
        view.verticalScrollBar().valueChanged.connect(lambda _value: self._lay_editor())
        self._sums = Sums(self.model, header, self.columns, self) if self.main and any(c.summed or c.beside for c in self.columns) else None
        self.model.rowsInserted.connect(self.rows_changed)
        self.model.rowsRemoved.connect(self.rows_changed)
        self.model.modelReset.connect(self.rows_changed)
        self.model.dataChanged.connect(self._data_changed)

    @property
    def question(self) -> Question | None:
        """The question of the current cell."""
        return self.model.columns[self.model.at[self.names[self.column]]].question

    def _restyle(self) -> None:
        for editor in self._editors.values():
            editor.setFont(look.font())
        self.view.verticalHeader().setDefaultSectionSize(row_height())
        self._lay_out()
        self.grown.emit()

    # -- room --------------------------------------------------------------------------------------------------------

    @property
    def _head_height(self) -> int:
        return max(px(32), QFontMetrics(look.font("section")).height() + px(10)) if self.main else 0

    def wanted_height(self, width: int | None = None) -> int:
        """Give the height it wants at a width (None: its own), px."""
        wide = self.width() if width is None else width
        room, rows = wide - px(4), min(self.model.rowCount(), SEEN)
        height = self._head_height + self._headings_height(self._widths(self._inside(wide))) + rows * row_height() + 2
        height += row_height() if self._sums else 0
        height += sum(note.wanted_height(room) for note in (*self.notes, self.lines.note) if not note.isHidden())
        height += self.lines.preview.wanted_height() + px(6) if self.lines.preview else 0
        return height

    def _widths(self, room: int) -> dict[str, int]:
        """Share the width out: what each column needs, and the rest to those that stretch."""
        small = QFontMetrics(look.font("small_strong"))
        least: dict[str, int] = {}
        stretch: dict[str, int] = {}
        for column in self.columns:
            if column.name == "#":
                least[column.name] = px(36)
            elif column.name == "!":
                least[column.name] = px(32)
            else:
                wanted = room_for(column.question, True) if column.question is not None else None
                least[column.name] = max(px(wanted.least if wanted else 72), min(small.horizontalAdvance(column.title) + px(18), px(140)))
                if wanted and wanted.stretch:
                    stretch[column.name] = wanted.stretch + (1 if isinstance(column.question, Link) else 0)
        spare = room - sum(least.values())
        if spare < 0:  # narrower than everything needs: columns that stretch give way, the last ones first, down to a few letters
            titles = {column.name: column.title for column in self.columns}
            for name in reversed(stretch):
                word = max(small.horizontalAdvance(part) for part in titles[name].split())
                given = min(-spare, max(0, least[name] - max(px(72), word + px(18))))
                least[name] -= given
                spare += given
        elif stretch:
            parts = sum(stretch.values())
            for name, share in stretch.items():
                least[name] += spare * share // parts
        else:
            answers = [c.name for c in self.columns if c.question is not None]
            for name in answers:
                least[name] += min(spare // max(1, len(answers)), px(60))
        return least

    def _inside(self, width: int) -> int:
        """Give the width that columns have in a grid of this width."""
        return width - 2 - (self.view.verticalScrollBar().sizeHint().width() if self.model.rowCount() > SEEN else 0)

    def _headings_height(self, widths: dict[str, int]) -> int:
        """Give the headings as many lines as the one with the least room needs."""
        metrics = QFontMetrics(look.font("small_strong"))
        wrapped = Qt.TextFlag.TextWordWrap.value
        rooms = (QRect(0, 0, widths[column.name] - px(17), 0) for column in self.columns)
        tallest = max(metrics.boundingRect(room, wrapped, column.title).height() for room, column in zip(rooms, self.columns, strict=True))
        return max(px(30), tallest + px(10))

    def _fit_headings(self, widths: dict[str, int]) -> None:
        header, wanted = self.view.horizontalHeader(), self._headings_height(widths)
        if header.height() != wanted or header.maximumHeight() != wanted:
            header.setFixedHeight(wanted)
            self.grown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        width, top = self.width(), self._head_height
        rows = min(self.model.rowCount(), SEEN)
        widths = self._widths(self._inside(width))
        self._fit_headings(widths)
        height = self.view.horizontalHeader().height() + rows * row_height()
        self._box = QRect(0, top, width, height + 2 + (row_height() if self._sums else 0))
        self.view.setGeometry(1, top + 1, width - 2, height)
        for name, wide in widths.items():
            self.view.setColumnWidth(self.model.at[name], wide)
        y = top + 1 + height
        if self._sums:
            self._sums.setGeometry(1, y, width - 2, row_height())
            y += row_height()
        y += 1
        if self.lines.preview:
            self.lines.preview.setGeometry(0, y + px(6), width, self.lines.preview.wanted_height())
            y += self.lines.preview.wanted_height() + px(6)
        for note in (*self.notes, self.lines.note):
            if not note.isHidden():
                tall = note.wanted_height(width - px(4))
                note.setGeometry(px(2), y, width - px(4), tall)
                y += tall
        self._lay_editor()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heading and edge."""
        painter = QPainter(self)
        if self.main:
            count = sum(not is_blank(row) for row in self.model.rows)
            painter.setFont(look.font("section"))
            painter.setPen(colour("ink"))
            area = QRect(0, 0, self.width(), self._head_height - px(4))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.caption)
            wide = painter.fontMetrics().horizontalAdvance(self.caption)
            painter.setFont(look.font())
            painter.setPen(colour("ink2"))
            fact = _("{count} dòng").format(count=count) if count else _("chưa có dòng nào")
            painter.drawText(area.adjusted(wide + px(9), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, fact)
            if self.has_focus() and not self.read_only:
                painter.setFont(look.font("small"))
                painter.setPen(colour("ink3"))
                hint = _("Shift+F4 chép dòng trên · F3 chèn · Ctrl+Del bỏ")
                if painter.fontMetrics().horizontalAdvance(hint) < self.width() - wide - px(130):
                    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, hint)
        rounded(painter, self._box, colour("surface"), colour("line"), 1, radius=4)

    def rows_changed(self) -> None:
        """Take another height."""
        self._lay_out()
        self.grown.emit()

    def _data_changed(self, _first: QModelIndex, _last: QModelIndex) -> None:
        if self._sums:
            self._sums.update()
        self.update()

    @property
    def pane(self) -> QWidget:
        """The widget itself."""
        return self

    # -- the editor over the current cell -----------------------------------------------------------------------------

    def has_focus(self) -> bool:
        """Tell whether the focus is in this table."""
        return self._editor is not None and self._editor.hasFocus()

    def _editor_of(self, name: str) -> Editor:
        editor = self._editors.get(name)
        if editor is None:
            question = self.model.columns[self.model.at[name]].question
            assert question is not None
            editor = self._editors[name] = editor_for(question, self.context, True, self.view.viewport())
            editor.setFont(look.font())
            editor.edited.connect(self._edited)
            editor.left.connect(self._left)
            editor.moved.connect(self._asked)
            editor.may_bring_back = self.lines.may_bring_back  # type: ignore[method-assign]
            editor.hide()
        return editor

    def place(self, row: int, column: int, anchor: bool = True) -> None:
        """Put the focus into a cell: line ``row``, the ``column``-th of this table's questions."""
        self._store()
        self.row = max(0, min(row, self.model.rowCount() - 1))
        self.column = max(0, min(column, len(self.names) - 1))
        if anchor:
            self._anchor = self.column
        name = self.names[self.column]
        before, editor = self._editor, self._editor_of(name)
        self._editor = editor
        cell = self.model.rows[self.row][name] if self.row < len(self.model.rows) else Cell()
        editor.show_cell(cell)
        editor.setReadOnly(self.read_only)
        label = _(self.model.columns[self.model.at[name]].question.label)  # type: ignore[union-attr]
        editor.setAccessibleName(f"{self.caption}, {_('Dòng').lower()} {self.row + 1}, {label}")
        self.view.scrollTo(self.model.index(self.row, self.model.at[name]))
        self._mark_editor()
        self._lay_editor()
        editor.show()
        editor.raise_()
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        editor.select_whole()
        if before is not None and before is not editor:
            before.hide()
        self.update()
        self.placed.emit()
        self.sight_wanted.emit(editor)

    def _mark_editor(self) -> None:
        if self._editor is None:
            return
        finding = self.model.findings.get((self.row, self.names[self.column]))
        look.mark(self._editor, state=finding.problem.level if finding else "")
        ghost = self.model.text(self.row, self.model.columns[self.model.at[self.names[self.column]]])
        self._editor.setPlaceholderText(ghost[0] if ghost[1] else "")

    def _lay_editor(self) -> None:
        if self._editor is not None:
            rect = self.view.visualRect(self.model.index(self.row, self.model.at[self.names[self.column]]))
            if isinstance(self._editor, LongField):
                rect.setHeight(min(self._editor.wanted_height(), self.view.viewport().height() - max(0, rect.top())))
                rect.setHeight(max(rect.height(), row_height()))
            self._editor.setGeometry(rect.adjusted(-1, -1, 1, 0))

    def _store(self) -> None:
        if self._editor is not None and self.names:
            self._editor.commit_preedit()
            cell = self._editor.cell()
            name = self.names[self.column]
            known = self.model.rows[self.row][name] if self.row < len(self.model.rows) else Cell()
            if (cell.text, cell.settled) != (known.text, known.settled):
                self.model.put(self.row, name, cell)
                self.changed.emit()

    def _edited(self) -> None:
        if self._editor is not None and self.sender() is self._editor:
            self.model.put(self.row, self.names[self.column], self._editor.cell())
            self.changed.emit()

    def _left(self) -> None:
        editor = self._editor
        if editor is None or self.sender() is not editor:
            return
        self.cell_left.emit()
        focused = QApplication.focusWidget()
        if focused is not None and focused is not editor and focused not in self._editors.values():
            self._editor = None
            editor.hide()
            self.update()

    def commit(self) -> None:
        """Take what is being typed in the current cell."""
        if self._editor is not None:
            self._editor.commit_preedit()
            self._editor.settle()
            self._store()

    # -- moving ------------------------------------------------------------------------------------------------------

    def _clicked(self, index: QModelIndex) -> None:
        name = self.model.columns[index.column()].name
        if name in self.names and self.model.is_asked(index.row(), name):
            self.place(index.row(), self.names.index(name))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Give the focus to a cell: the first, the last line when coming from behind, the one of before when the focus is given back."""
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.OtherFocusReason):
            self.place(self.row, self.column)
            return
        row = len(self.model.rows) if event.reason() == Qt.FocusReason.BacktabFocusReason else 0
        asked = (at for at, name in enumerate(self.names) if self.model.is_asked(row, name))
        self.place(row, next(asked, 0))

    def _asked(self, action: str) -> None:
        moves = {"across": lambda: self._step(1), "back": lambda: self._step(-1), "down": self._down, "up": self._up}
        act = moves.get(action) or (None if self.read_only else self.lines.acts.get(action))
        if act is not None:
            act()

    def _blank(self, row: int) -> bool:
        return row >= len(self.model.rows) or is_blank(self.model.rows[row])

    def _step(self, by: int) -> None:
        self._store()
        row, column = self.row, self.column + by
        while True:
            if column >= len(self.names):
                if row >= self.model.rowCount() - 1:
                    self.left_by.emit(1, True)
                    return
                row, column = row + 1, 0
            elif column < 0:
                if row == 0:
                    self.left_by.emit(-1, True)
                    return
                row, column = row - 1, len(self.names) - 1
            if self.model.is_asked(row, self.names[column]):
                self.place(row, column, anchor=False)
                return
            column += by

    def _down(self) -> None:
        self._store()
        if self.row >= self.model.rowCount() - 1 and self._blank(self.row):
            self.left_by.emit(1, False)
        else:
            self.place(self.row + 1, self._anchor)

    def _up(self) -> None:
        self._store()
        if self.row == 0:
            self.left_by.emit(-1, False)
        else:
            self.place(self.row - 1, self._anchor)

    def put_editor_away(self) -> None:
        """Forget the current cell, so that its editor does not write over a line that takes its place."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()

    def show_again(self) -> None:
        """Show the current cell's answer as it is now, if the table has the focus."""
        if self._editor is not None:
            self._editor = None
            self.place(self.row, self.column, anchor=False)

    # -- what is wrong -----------------------------------------------------------------------------------------------

    def set_notes(self, notes: Sequence[tuple[str, str, Sequence]]) -> None:
        """Show what is wrong under the table: state, words, links. At most four; the count says the rest."""
        while len(self.notes) < min(len(notes), 4):
            self.notes.append(Note(self))
        before = [(note.isHidden(), note.wanted_height()) for note in self.notes]
        for note, (state, words, ways) in zip(self.notes, notes, strict=False):
            note.say(state, words, ways)
        for note in self.notes[len(notes) :]:
            note.hide()
        if before != [(note.isHidden(), note.wanted_height()) for note in self.notes]:
            self.rows_changed()
        self._mark_editor()

    def show_entry(self) -> None:
        """Forget the cell and what was removed: another entry is shown."""
        if self._editor is not None:
            self._editor.hide()
        self._editor, self.row, self.column, self._anchor = None, 0, 0, 0
        self.lines.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the form."""
        event.ignore()

    def spot(self) -> QPoint:
        """Give the middle of the current cell in this widget, so that it can be brought into sight."""
        rect = self.view.visualRect(self.model.index(self.row, self.model.at[self.names[self.column]]))
        return self.view.viewport().mapTo(self, rect.center())
