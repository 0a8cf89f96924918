"""The lines of one kind as a table: their answers as typed, columns worked out beside them, one empty line at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.entry import Cell, Entry, Finding, Row, is_blank
from app.i18n import _, say
from db.declarations import Beside
from db.questions import Answers, Choice, Choices, Money, Question, Whole, grouped

Index = QModelIndex | QPersistentModelIndex
_DISPLAY, _ALIGN, _NAME = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.TextAlignmentRole), int(Qt.ItemDataRole.AccessibleTextRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Column(NamedTuple):
    """One column: a question, or something worked out, or (neither) the number or the state of a line."""

    name: str
    title: str
    question: Question | None = None
    beside: Beside | None = None

    @property
    def right(self) -> bool:
        """Whether it holds numbers."""
        return isinstance(self.question, Whole) or self.beside is not None or self.name == "#"

    @property
    def summed(self) -> bool:
        """Whether its answers add up to something."""
        return isinstance(self.question, Money) or (isinstance(self.question, Whole) and bool(self.question.unit))


def share(part: int, whole: int) -> str:
    """Write a share floored to a tenth, ``—`` of nothing."""
    if not whole:
        return "—"
    tenths = part * 1000 // whole
    return f"{tenths // 10},{tenths % 10}"


class LinesModel(QAbstractTableModel):
    """The lines of one kind of one entry."""

    def __init__(self, entry: Entry, kind: str) -> None:
        super().__init__()
        self.entry, self.kind = entry, kind
        line_type = entry.declared.kinds[kind]
        self.questions = line_type.questions()
        self.columns: list[Column] = [
            Column("#", ""),
            *(Column(name, _(q.short), q) for name, q in self.questions.items()),
            *(Column(f"+{i}", _(one.label), None, one) for i, one in enumerate(line_type.beside)),
            Column("!", ""),
        ]
        self.at = {column.name: index for index, column in enumerate(self.columns)}
        self.findings: dict[tuple[int, str], Finding] = {}
        self.read_only = False
        """Whether the empty line at the end invites nobody to type."""
        self._record: Answers = {}
        self._shown = len(self.rows)
        self._answers: list[Answers] | None = None

    @property
    def rows(self) -> list[Row]:
        """The lines, without the empty one at the end."""
        return self.entry.lines[self.kind]

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Give the lines and the empty one."""
        return 0 if parent.isValid() else self._shown + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give the columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Give text, alignment, and the words for who cannot see it."""
        if role == _DISPLAY:
            column = self.columns[index.column()]
            return "" if column.name == "#" else self.text(index.row(), column)[0]
        if role == _ALIGN:
            return int(_RIGHT if self.columns[index.column()].right else _LEFT)
        if role == _NAME:
            column = self.columns[index.column()]
            return f"{_('Dòng')} {index.row() + 1}, {column.title}: {self.text(index.row(), column)[0]}"
        if role == _TIP:
            finding = self.findings.get((index.row(), self.columns[index.column()].name))
            return _(finding.problem.message) if finding else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Give headings; the whole label as a tooltip."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == _DISPLAY:
            return column.title
        if role == _ALIGN:
            return int(_RIGHT if column.right else _LEFT)
        if role == _TIP and column.question is not None:
            return _(column.question.label)
        return None

    # -- what a cell says --------------------------------------------------------------------------------------------

    def text(self, row: int, column: Column) -> tuple[str, bool]:
        """Give the text of a cell, and whether it is only what stands in for an answer."""
        if self.read_only and row >= len(self.rows):
            return "", True
        if column.name == "#":
            return str(row + 1), False
        if column.name == "!":
            finding = self.worst(row)
            return (_(finding.problem.message) if finding else ""), False
        if row >= len(self.rows):
            hint = column.name == self.columns[1].name and isinstance(column.question, Choice)
            return (_("Mã số hoặc chữ đầu") if hint else ""), True
        if column.beside is not None:
            return self._worked_out(column.beside, self.rows[row]), False
        cell = self.rows[row].get(column.name)
        if cell is not None and cell.text:
            return cell.text, False
        question = column.question
        if question is None or question.preset is None or is_blank(self.rows[row]):
            return "", False
        value = self.entry.line_values(self.kind, self.rows[row])[column.name]
        return say(question.show(value, self.entry.store.names, self.entry.day())), True

    def narrow(self, row: int, column: Column) -> str:
        """Give the words of a code (or of the hint) for where its label has no room; '' where there are none."""
        if row >= len(self.rows):
            return _("Mã số")
        cell = self.rows[row].get(column.name) if row < len(self.rows) else None
        if cell is None or not cell.settled or not isinstance(column.question, Choice) or isinstance(column.question, Choices):
            return ""
        return say(column.question.codes.short(cell.value, self.entry.day()))

    def _worked_out(self, beside: Beside, row: Row) -> str:
        if is_blank(row):
            return ""
        value = beside.cell(self.entry.line_values(self.kind, row), self._record)
        if value is None:
            return "—"
        return share(*value) if isinstance(value, tuple) else grouped(value)

    def is_asked(self, row: int, name: str) -> bool:
        """Tell whether a question makes sense on a line."""
        question = self.columns[self.at[name]].question
        if question is None or question.when is None:
            return question is not None
        blank = row >= len(self.rows)
        answers = dict.fromkeys(self.at) if blank else self.entry.line_values(self.kind, self.rows[row])
        return question.is_asked(answers)

    def total(self, column: Column) -> str:
        """Give the sum of a column, '' where there is nothing to add."""
        lines = self.answers()
        if column.beside is not None:
            values = [value for line in lines if (value := column.beside.cell(line, self._record)) is not None]
            if not values:
                return "—" if lines else ""
            pairs = [value for value in values if isinstance(value, tuple)]
            if not pairs:
                return grouped(sum(value for value in values if isinstance(value, int)))
            return share(sum(part for part, _whole in pairs), sum(whole for _part, whole in pairs)) if len(pairs) == len(lines) else "—"
        if not column.summed:
            return ""
        answered = [line[column.name] for line in lines if isinstance(line[column.name], int)]
        return grouped(sum(answered)) if answered else ""

    def answers(self) -> list[Answers]:
        """Give the answers of all lines that say something, read once after each change."""
        if self._answers is None:
            self._answers = [self.entry.line_values(self.kind, row) for row in self.rows if not is_blank(row)]
        return self._answers

    def worst(self, row: int) -> Finding | None:
        """Give the first error of a line, else its first warning."""
        mine = [finding for (at, _name), finding in self.findings.items() if at == row]
        return min(mine, key=lambda one: one.problem.level != "error", default=None)

    # -- changes -----------------------------------------------------------------------------------------------------

    def set_record(self, record: Answers) -> None:
        """Take the record's own answers, for what is worked out beside the lines."""
        self._record, self._answers = record, None

    def refresh(self) -> None:
        """Paint every cell again."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))

    def reset(self) -> None:
        """Show another entry's lines."""
        self.beginResetModel()
        self.findings = {}
        self._shown, self._answers = len(self.rows), None
        self.endResetModel()

    def set_findings(self, findings: Iterable[Finding]) -> None:
        """Mark what is wrong."""
        self.findings = {}
        for finding in findings:
            if finding.row is not None:
                at = (finding.row, finding.name)
                if at not in self.findings or finding.problem.level == "error":
                    self.findings[at] = finding
        self.refresh()

    def put(self, row: int, name: str, cell: Cell) -> None:
        """Take an answer; one in the empty line makes it a line."""
        if row >= len(self.rows):
            if not cell.text:
                return
            self.insert(row, [{name: Cell() for name in self.questions}])
        self.rows[row][name] = cell
        self._answers = None
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def insert(self, row: int, rows: Sequence[Row]) -> None:
        """Put lines in before line ``row``."""
        row = min(row, len(self.rows))
        self.beginInsertRows(QModelIndex(), row, row + len(rows) - 1)
        self.rows[row:row] = rows
        self._shown, self._answers = len(self.rows), None
        self.endInsertRows()

    def remove(self, row: int) -> Row | None:
        """Take a line out and give it; None for the empty one at the end."""
        if row >= len(self.rows):
            return None
        self.beginRemoveRows(QModelIndex(), row, row)
        gone = self.rows.pop(row)
        self._shown, self._answers = len(self.rows), None
        self.endRemoveRows()
        self.findings = {}
        return gone

    def take_out(self, rows: Sequence[Row]) -> int | None:
        """Take out those of these lines that still stand here; give where the first of them stood, None when there is none."""
        gone = {id(row) for row in rows}
        places = [at for at, row in enumerate(self.rows) if id(row) in gone]
        if not places:
            return None
        self.beginResetModel()
        self.rows[:] = [row for row in self.rows if id(row) not in gone]
        self._shown, self._answers = len(self.rows), None
        self.findings = {}
        self.endResetModel()
        return places[0]
