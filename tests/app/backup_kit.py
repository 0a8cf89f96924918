"""An office to back up, opened, and what it holds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from db import copies, keystore
from db.copies import Content
from db.keystore import Unlocked
from tests import ledger
from tests.ledger import Ledger

NOW = datetime(2026, 11, 22, 23, 15, 7)


@contextlib.contextmanager
def opened(unlocked: Unlocked) -> Iterator[Ledger]:
    store = ledger.opener(unlocked)
    try:
        yield store
    finally:
        store.database.close()


def content(unlocked: Unlocked) -> Content:
    with copies.standing(unlocked.db_path, unlocked.data_key) as connection:
        return copies.content(connection)


def login(folder: Path) -> Unlocked:
    return keystore.unlock(folder, "admin", ledger.PASSWORD)


def folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
