"""What tests of the table of lines share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from ui.form import RecordForm
from ui.lines_grid import LinesTable

Opener = Callable[..., RecordForm]


def table_of(form: RecordForm, kind: str = "audiences") -> LinesTable:
    table = form.body.tables[kind]
    table.setFocus(Qt.FocusReason.TabFocusReason)
    return table


def texts(table: LinesTable) -> list[dict[str, str]]:
    return [{name: cell.text for name, cell in row.items() if cell.text} for row in table.model.rows]


LINES = [
    {"audience": "DQ_CD", "strength": 236, "excused": 16, "required": 220, "present": 209},
    {"audience": "DQ_TC", "strength": 248, "excused": 18, "required": 230, "present": 221},
]
