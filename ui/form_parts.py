"""The parts of a form's body: the box of one question, and the group that folds some of them away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from app.i18n import _
from db.questions import Question
from ui import look
from ui.editors import Room, room_for
from ui.lines_grid import LinesTable
from ui.lines_paint import Fold, Note
from ui.long_field import Editor


class Box:
    """One question of the form: its editor (made when it is first laid out), its note, whether it is pinned."""

    def __init__(self, make: Callable[[Box], Editor], name: str, question: Question) -> None:
        self._make, self.name, self.question = make, name, question
        self.label = _(question.short)
        self.room: Room = room_for(question)
        self.editor: Editor | None = None
        self.notes: list[Note] = []
        self.pinned = False
        self.asked = True
        self.state = ""
        """How the check found it: ``error``, ``warning`` or ''; an editor made later shows it from the first."""
        self.label_rect = QRect()
        self.unit_rect = QRect()
        self.pin_rect = QRect()

    @property
    def unit(self) -> str:
        """The unit to write behind the field, '' where the label says it."""
        unit = _(self.question.unit)
        return "" if unit.lower() in self.label.lower() else unit

    def made(self) -> Editor:
        """Give the editor."""
        if self.editor is None:
            self.editor = self._make(self)
            if self.state:
                look.mark(self.editor, state=self.state)
        return self.editor


class Group:
    """A folded group: its head, and the rows (or the table of further columns) under it."""

    def __init__(self, body: QWidget, title: str) -> None:
        self.title = title
        self.fold = Fold(_(title), body)
        self.rows: list[list[Box]] = []
        self.table: LinesTable | None = None
        self.columns: tuple[str, list[str]] = ("", [])
        """Of a group of columns: the kind of line and the questions."""
        self.make_table: Callable[[], LinesTable] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded."""
        return self.fold.isChecked()
