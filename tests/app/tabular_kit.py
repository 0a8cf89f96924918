"""What tests of tables in files share."""

from __future__ import annotations

from app import tabular
from app.sheets import as_text


def texts(sheet: tabular.Sheet) -> list[list[str]]:
    return [[as_text(cell) for cell in row] for row in sheet.rows]
