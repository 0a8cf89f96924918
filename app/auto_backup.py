"""Backups that nobody asks for: after opening when the last one is old, before closing when something was written (trust.md d)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from app import backup
from db import copies, keystore
from db.connection import OfficeDatabase
from db.errors import ExpectedError
from db.store import Progress

EVERY = timedelta(hours=12)
"""After opening, a backup older than this is followed by another."""
LARGE, EVERY_LARGE = 2**30, timedelta(days=7)
"""A file of more bytes than this is copied once a week: it is headquarters', which keeps the packages it was made from."""
PATIENCE = 20.0
"""Seconds that closing waits at most."""


def at_open(database: OfficeDatabase, progress: Progress | None = None, now: datetime | None = None) -> Path | None:
    """Back up when the last backup is old, or lacks something because the last close made none; None when it need not be.

    ``progress`` may end it by raising. Raises as ``backup.backup``; no transaction may be open in this thread.
    """
    if not _may(database, now, EVERY) and not is_changed(database, now):
        return None
    return backup.backup(database, now=now, step=lambda: progress(0, 1) if progress else None)


def at_close(database: OfficeDatabase, progress: Progress | None = None, patience: float = PATIENCE) -> Path | None:
    """Back up when the last backup lacks something; as ``at_open``. Raises ExpectedError ``slow`` when it takes too many seconds."""
    if not is_changed(database):
        return None
    end = time.monotonic() + patience

    def step() -> None:
        if progress:
            progress(0, 1)
        if time.monotonic() > end:
            raise ExpectedError("slow", "Chưa sao lưu xong trước khi đóng.", "Chương trình sẽ sao lưu sau lần mở tới.")

    return backup.backup(database, step=step)


def is_changed(database: OfficeDatabase, now: datetime | None = None) -> bool:
    """Tell whether the newest backup lacks an entry or a draft, and it is time for the next one of a file of this size."""
    if not _may(database, now, timedelta()):
        return False
    found = backup.listed(*_place(database))
    if not found:
        return True
    try:
        with copies.standing(found[0][1], database.key, still=True) as copy:
            return _mark(copy) != _mark(cast(Any, database).connection())
    except ExpectedError:  # made before the key was changed, or damaged since
        return True


def _may(database: OfficeDatabase, now: datetime | None, every: timedelta) -> bool:
    """Tell whether the newest backup is older than ``every`` (or than a week, of a large file); so is one from the future."""
    last = backup.last(*_place(database))
    least = max(every, EVERY_LARGE) if Path(database.database).stat().st_size > LARGE else every
    return last is None or not timedelta() <= (now or datetime.now()) - last < least


def _place(database: OfficeDatabase) -> tuple[Path, str]:
    folder = Path(database.database).parent
    return folder / backup.FOLDER, keystore.authenticate(keystore.read(folder), database.key).db_id


def _mark(connection: Any) -> tuple[Any, ...]:
    """Give what changes with every entry of the journal and every draft."""
    query = "SELECT (SELECT max(id) FROM journal), count(*), max(ts) FROM draft"
    return tuple(connection.execute(query).fetchone())
