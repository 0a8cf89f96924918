"""The demo office for tests: made once a run and copied for each of them."""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from app import demo, office, users
from app.office import Office
from app.periods import Period
from app.unit_tree import report_uid
from db import keystore
from db.connection import Lock
from db.journal import now_text
from db.keystore import Unlocked
from db.record import ENTERED
from db.records import RECORD_TYPES
from db.store import Store

WORD = "con ngua trang chay nhanh"
"""The password of everybody but the first."""


@functools.cache
def made() -> tuple[Path, Unlocked]:
    """Make the demo office, once a run; give its folder, which nothing may change, and its keys."""
    folder = Path(tempfile.mkdtemp(prefix="nennep-demo-")) / "demo"
    demo.make(folder)
    return folder, keystore.unlock(folder, demo.USER, demo.PASSWORD)


@functools.cache
def staffed() -> tuple[Path, Unlocked]:
    """Make the demo office with a person of each role, whose id is the role; give its folder, which nothing may change, and its keys."""
    folder, _unlocked = copied(Path(tempfile.mkdtemp(prefix="nennep-staffed-")) / "demo")
    with office.open_office(folder, demo.USER, demo.PASSWORD, "thử") as opened:
        for role in users.ROLES:
            opened.unlocked = users.add(opened.store, opened.unlocked, role, f"Người {role}", [role], WORD, by=demo.USER, now=now_text())
        return folder, opened.unlocked


def copied(to: Path, *, with_roles: bool = False) -> tuple[Path, Unlocked]:
    """Copy the demo office to a new folder, with a person of each role if wanted; give it and its keys."""
    folder, unlocked = staffed() if with_roles else made()
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.lock*"))
    return to, replace(unlocked, db_path=to / unlocked.db_path.name)


def open_demo(to: Path, user: str = "") -> Office:
    """Copy the demo office and open it as the window does.

    ``user`` is the one who does everything, or a role for the person who has only that; '' where nobody else is there at all.
    """
    folder, unlocked = copied(to, with_roles=bool(user))
    lock = Lock(folder, "thử")
    lock.acquire()
    return office.attach(folder, lock, replace(unlocked, user_id=user or unlocked.user_id), window=True)


def written(store: Store, period: Period, unit: str | None) -> dict[str, str]:
    """Give the saved free text of a report by outline key; {} when nothing was written."""
    uid = report_uid(store, period, unit)
    if not store.row_ids(RECORD_TYPES["report"], [uid]):
        return {}
    record = store.read(uid)[1]
    return {line["section"]: line["text"] for line in record["contents"] if record["state"] == ENTERED}
