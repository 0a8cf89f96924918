"""What is done with whole lines of a table: insert, repeat, remove and paste a block, both with undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.entry import Cell, Row, is_blank, memory
from app.i18n import _
from app.paste import Block, understand
from db.errors import ExpectedError
from db.questions import grouped
from db.record import MOST_LINES
from ui.lines_model import LinesModel
from ui.lines_paint import Note
from ui.paste_preview import PastePreview

UNDO_FOR = 10_000
"""Milliseconds for which undoing is offered in words; the key works on."""


class Table(Protocol):
    """What these acts need of their table."""

    model: LinesModel
    row: int
    column: int
    names: list[str]
    changed: Any
    sight_wanted: Any

    @property
    def pane(self) -> QWidget:
        """The widget itself."""

    def commit(self) -> None:
        """Take what is being typed in the current cell."""

    def place(self, row: int, column: int, anchor: bool = True) -> None:
        """Put the focus into a cell."""

    def show_again(self) -> None:
        """Show the current cell's answer as it is now."""

    def put_editor_away(self) -> None:
        """Forget the current cell."""

    def rows_changed(self) -> None:
        """Take another height."""


class WholeLines:
    """The acts of one table; ``acts`` are named as in the table of shortcuts."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._undoing: list[Callable[[], object]] = []
        """What takes back each removing and pasting, the last one last."""
        self.note = Note(table.pane)
        """Says what was done with lines, and offers to take it back."""
        self._hiding = QTimer(self.note)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(UNDO_FOR)
        self._hiding.timeout.connect(self._hide_note)
        self.preview: PastePreview | None = None
        self.acts = {
            "insert": self.insert,
            "same_line": self.same_line,
            "remove": self.remove,
            "bring_back": self.bring_back,
            "paste": self.paste,
        }

    def may_bring_back(self) -> bool:
        """Tell whether there is something to take back."""
        return bool(self._undoing)

    def forget(self) -> None:
        """Another entry is shown."""
        self._undoing.clear()
        self.note.hide()

    def insert(self) -> None:
        """Put an empty line in above this one."""
        table = self._table
        table.commit()
        table.model.insert(table.row, [{name: Cell() for name in table.model.questions}])
        table.changed.emit()
        table.show_again()

    # -- repeating ---------------------------------------------------------------------------------------------------

    def _above(self, row: int) -> Row | None:
        """Give the line above, for the first one that of the record before."""
        model = self._table.model
        if row > 0:
            return model.rows[row - 1]
        entry = model.entry
        last = memory(entry.store).last.get(entry.declared.type_name)
        lines = last.get(model.kind) if last else None
        if not lines:
            return None
        return {name: entry.shown(question, lines[0].get(name), entry.day()) for name, question in model.questions.items()}

    def same_line(self) -> None:
        """Take over the whole line above; what is typed already stays."""
        table = self._table
        table.commit()
        above = self._above(table.row)
        if above is None:
            return
        for name, cell in above.items():
            if cell.text and (table.row >= len(table.model.rows) or not table.model.rows[table.row][name].text):
                table.model.put(table.row, name, cell.copy())
        table.changed.emit()
        table.show_again()

    def same_cell(self) -> None:
        """Take over the answer above."""
        table = self._table
        above, name = self._above(table.row), table.names[table.column]
        if above is not None and above[name].text:
            table.model.put(table.row, name, above[name].copy())
            table.changed.emit()
            table.show_again()

    # -- removing ----------------------------------------------------------------------------------------------------

    def remove(self) -> None:
        """Take this line out; it can be had back."""
        table = self._table
        table.commit()
        gone = table.model.remove(table.row)
        if gone is None:
            return
        self._undoing.append(partial(self._put_back, table.row, gone))
        words = _("Đã bỏ dòng {number}.").format(number=table.row + 1)
        self._say("info", words, [(_("Lấy lại  Ctrl+Z"), self.bring_back)])
        table.changed.emit()
        table.show_again()
        table.rows_changed()

    def _say(self, state: str, words: str, ways: list[tuple[str, Callable[[], object]]]) -> None:
        self.note.say(state, words, ways)
        self._hiding.start()

    def _hide_note(self) -> None:
        if not self.note.isHidden():
            self.note.hide()
            self._table.rows_changed()

    def bring_back(self) -> None:
        """Take back what was done last: a removed line stands there again, a pasted block is gone."""
        if self._undoing:
            self._table.commit()
            self._undoing.pop()()
            self.note.hide()
            self._table.rows_changed()

    def _put_back(self, row: int, gone: Row) -> None:
        table = self._table
        table.model.insert(row, [gone])
        table.changed.emit()
        table.row = row
        table.show_again()

    def _take_out(self, pasted: list[tuple[Row, list[str]]]) -> None:
        """Take a pasted block out again; lines of it that were worked on since stay."""
        table = self._table
        table.put_editor_away()
        at = table.model.take_out([row for row, texts in pasted if _texts(row) == texts])
        table.changed.emit()
        table.place(table.row if at is None else at, table.column)

    # -- pasting -----------------------------------------------------------------------------------------------------

    def paste(self) -> None:
        """Show what a block from the clipboard would become; nothing is taken yet."""
        self._preview(QGuiApplication.clipboard().text(), as_is=False)

    def _preview(self, text: str, as_is: bool) -> None:
        table, entry = self._table, self._table.model.entry
        line_type = entry.declared.kinds[table.model.kind]
        room = max(0, MOST_LINES - sum(not is_blank(row) for row in table.model.rows))
        try:
            block = understand(entry.store, line_type, text, table.names[table.column], entry.day(), as_is=as_is, room=room)
        except ExpectedError as error:
            self._say("error", _(str(error)), [])
            table.rows_changed()
            table.sight_wanted.emit(self.note)
            return
        if not block.rows:
            return
        self.end_preview()
        self.preview = PastePreview(block, line_type, table.pane)
        self.preview.taken.connect(self._take)
        self.preview.dropped.connect(self._drop)
        self.preview.other_reading.connect(lambda: self._preview(text, not as_is))
        self.preview.show()
        table.rows_changed()
        self.preview.setFocus(Qt.FocusReason.OtherFocusReason)
        table.sight_wanted.emit(self.preview)

    def _take(self, block: Block) -> None:
        table = self._table
        at = min(table.row, len(table.model.rows))
        if at < len(table.model.rows) and not is_blank(table.model.rows[at]):
            at += 1
        table.put_editor_away()
        table.model.insert(at, block.rows)
        self._undoing.append(partial(self._take_out, [(row, _texts(row)) for row in block.rows]))
        table.changed.emit()
        table.place(at + len(block.rows), 0)
        self._say("info", _("Đã dán {n} dòng.").format(n=grouped(len(block.rows))), [(_("Bỏ khối vừa dán  Ctrl+Z"), self.bring_back)])
        self.end_preview()

    def _drop(self) -> None:
        self._table.place(self._table.row, self._table.column)
        self.end_preview()

    def end_preview(self) -> None:
        """Take the preview away."""
        if self.preview is not None:
            preview, self.preview = self.preview, None
            preview.hide()
            preview.deleteLater()
            self._table.rows_changed()


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.values()]
