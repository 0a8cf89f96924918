"""Whether the pages of the file are whole: a quick check at every start, a full one each week and after an unclean end (trust.md d).

A check that does not end within its time is broken off and says nothing; the full one is then due again at the next start.
``cipher_integrity_check`` runs only after the log was written back: before that it gives false alarms.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from app.preferences import Preferences
from db.connection import OfficeDatabase, translate
from db.copies import STEPS

EVERY = timedelta(days=7)
CHECKED, OPEN = "pages_checked", "is_open"
"""Kept for the folder: the day of the last full check that ended, and whether the program has not closed the file since."""


def is_full_due(folder: Path, today: date) -> bool:
    """Tell whether the full check is due: a week is over, it never ended, or the program did not end by itself last time."""
    kept = Preferences(folder, "")
    last = kept.get(CHECKED, "")
    return bool(kept.get(OPEN, False)) or not last or date.fromisoformat(last) + EVERY <= today or date.fromisoformat(last) > today


def closed(folder: Path) -> None:
    """Note that the program ended by itself."""
    Preferences(folder, "").put(OPEN, False)


def check(database: OfficeDatabase, today: date, seconds: float) -> bool | None:
    """Check the pages on this thread's connection; tell whether they are whole, None when the time was not enough."""
    folder = Path(database.database).parent
    full = is_full_due(folder, today)
    kept = Preferences(folder, "")
    kept.put(OPEN, True)
    connection: Any = cast(Any, database).connection()
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
    try:
        whole = _is_whole(connection, full)
    except Exception as error:
        found = translate(error)
        if found is not None and found.code == "D02":
            return False
        if "interrupt" in str(error) or found is not None:
            return None
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if full and whole:
        kept.put(CHECKED, today.isoformat())
    return whole


def _is_whole(connection: Any, full: bool) -> bool:
    if not full:
        return [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")] == ["ok"]
    written_back = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    if written_back and connection.execute("PRAGMA cipher_integrity_check").fetchall():
        return False
    return [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")] == ["ok"]
