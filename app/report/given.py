"""What headquarters gave for reports: outlines by period. A report follows one where people made no outline of their own."""

from __future__ import annotations

import json
from typing import Any

from db.questions import Answers
from db.record import complete
from db.records.report import ReportText
from db.store import Store
from db.system import read_meta, write_meta

_OUTLINES = "outlines:above"
"""The fact that holds them: JSON, period → lines."""


def outline(store: Store, period: str) -> list[Answers]:
    """Give the lines of the outline that headquarters gave for a period; [] for none."""
    lines: list[Answers] = complete(ReportText, {"outline": outlines(store).get(period, [])})["outline"]
    return lines


def outlines(store: Store) -> dict[str, Any]:
    """Give all that headquarters gave, by period."""
    found: dict[str, Any] = json.loads(read_meta(store.database, _OUTLINES) or "{}")
    return found


def keep(store: Store, given: dict[str, Any]) -> None:
    """Take what headquarters gives in the place of what it gave before, in the open transaction."""
    write_meta(store.database, _OUTLINES, json.dumps(given, sort_keys=True, ensure_ascii=False))
