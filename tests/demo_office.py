"""The demo office for tests: made once a run and copied for each of them."""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from app import demo, office
from app.office import Office
from db import keystore
from db.connection import Lock
from db.keystore import Unlocked


@functools.cache
def made() -> tuple[Path, Unlocked]:
    """Make the demo office, once a run; give its folder, which nothing may change, and its keys."""
    folder = Path(tempfile.mkdtemp(prefix="nennep-demo-")) / "demo"
    demo.make(folder)
    return folder, keystore.unlock(folder, demo.USER, demo.PASSWORD)


def copied(to: Path) -> tuple[Path, Unlocked]:
    """Copy the demo office to a new folder; give it and its keys."""
    folder, unlocked = made()
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.lock*"))
    return to, replace(unlocked, db_path=to / unlocked.db_path.name)


def open_demo(to: Path) -> Office:
    """Copy the demo office and open it as the window does."""
    folder, unlocked = copied(to)
    lock = Lock(folder, "thử")
    lock.acquire()
    return office.attach(folder, lock, unlocked, window=True)
