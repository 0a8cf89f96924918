"""What tests of exchange in the window share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from app.sync import answering, authority, enrolment, sending, taking
from db.store import Store
from tests.samples import USER
from tests.sync_offices import Place as Installation
from ui.fact_table import FactTable

Settle = Callable[[], None]
Key = Qt.Key


def cells(table: FactTable) -> list[tuple[str, ...]]:
    return [fact.cells for fact in table.facts.facts]


def below(page_store: Store, district: Installation, mail: Path) -> None:
    """Let the office below join the demo office, which makes its keys."""
    made = authority.make_keys(page_store, mail, "admin")
    authority.take_keys(district.store, made.public, made.keys.digits, USER)
    path, mine = enrolment.enrol(district.store, mail, "Máy văn thư", USER)
    taking.take(page_store, [path], "admin")
    enrolment.approve(page_store, mine.device, mine.digits, "admin")
    answered(page_store, district, mail)


def above(store: Store, region: Installation, mail: Path) -> None:
    """Let the demo office join one above it, which approves it; its answer is still to be written."""
    made = authority.make_keys(region.store, mail, USER)
    authority.take_keys(store, made.public, made.keys.digits, "admin")
    path, mine = enrolment.enrol(store, mail, "", "admin")
    taking.take(region.store, [path], USER)
    enrolment.approve(region.store, mine.device, mine.digits, USER)


def answered(store: Store, district: Installation, mail: Path) -> None:
    taking.take(district.store, [answering.answer(store, "DV01", mail, "admin").path], USER)


def sent(store: Store, district: Installation, mail: Path) -> None:
    taking.take(store, [one.path for one in sending.out(district.store, mail, USER)], "admin")
