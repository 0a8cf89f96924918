"""What a new record starts with: the unit of the context where it names a single one, and days near the period worked on."""

from __future__ import annotations

from datetime import date

from app.entry import memory
from app.periods import Period
from app.unit_tree import is_single
from db.questions import Link
from db.record import Record
from db.store import Store


def defaults(store: Store, declared: type[Record], unit: str, period: Period) -> dict[str, str]:
    """Give the answers, by question, that the context settles. A unit with others below it settles nothing: which one is meant?"""
    question = declared.questions().get("unit")
    if isinstance(question, Link) and question.to == "unit" and declared.shelf == "work" and is_single(store, unit, period):
        return {"unit": unit}
    return {}


def come_near(store: Store, period: Period, today: date) -> None:
    """Let days typed in shorthand mean days of the period: unless one within it was entered last, near today, or near its end."""
    known = memory(store)
    if known.near is not None and period.start <= known.near.isoformat() <= period.end:
        return
    start, end = date.fromisoformat(period.start), date.fromisoformat(period.end)
    known.near = min(max(today, start), end)
