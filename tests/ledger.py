"""The smallest office there is: key file, database, journal. Made once a run and copied, because a key costs a quarter of a second."""

from __future__ import annotations

import atexit
import functools
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from db import journal, key_slots, keystore
from db.connection import OfficeDatabase, create_database, open_database
from db.keystore import Unlocked
from db.system import Journal, OwnDevice, User, add_device, own_device, write_meta
from db.text import canonical

ROOT = Path(__file__).resolve().parent.parent
PASSWORD, OTHER_PASSWORD = "gà trống chuồng mèo", "sáu con trâu vàng"
NOW = "2026-11-22T08:15:00+07:00"


class Ledger:
    """A store without records: it writes real journal entries of both kinds."""

    def __init__(self, database: OfficeDatabase) -> None:
        self.database = database
        device = own_device(database)
        assert device is not None
        self.device = device

    def audit(self, event: str, body: dict[str, Any], by: str) -> None:
        self._append("audit", event, "", canonical(body), by)

    def put(self, text: str, by: str = "admin") -> None:
        self._append("put", "education", str(uuid.uuid4()), canonical({"note": text}), by)

    def _append(self, kind: str, type_name: str, record: str, body: bytes, by: str) -> None:
        with self.database.atomic():
            query = Journal.select(Journal.seq, Journal.lc, Journal.hash).where(Journal.device == self.device.id)
            row = self.database.execute(query.order_by(Journal.seq.desc()).limit(1).tuples()).fetchone()
            start = row or (0, 0, journal.first_hash(self.device.id, self.device.public))
            chain = journal.Chain(self.device.id, start[0], start[1], bytes(start[2]))
            entry = chain.append(kind, type_name, record, body, None, author=by, schema=1, now=NOW)
            self.database.execute(Journal.insert({name: getattr(entry, name) for name in journal.COLUMNS}))


def opener(unlocked: Unlocked) -> Ledger:
    return Ledger(open_database(unlocked.db_path, unlocked.data_key))


def make(path: Path, data_key: bytes, db_id: str) -> None:
    database = create_database(path, data_key)
    private, public = keystore.new_device_key()
    add_device(database, OwnDevice(str(uuid.uuid4()), public, private), NOW)
    write_meta(database, "db_id", db_id)
    people = [("admin", "Nguyễn Thị Quản Trị", "administrator clerk commander"), ("binh", "Trần Văn Bình", "clerk")]
    for user, name, roles in people:
        database.execute(User.insert(id=user, name=name, roles=roles, disabled=0, created=NOW))
    ledger = Ledger(database)
    for number in range(5):
        ledger.put(f"buổi {number}")
    database.close()


@functools.cache
def _template() -> tuple[Path, Unlocked, str]:
    folder = Path(tempfile.mkdtemp(prefix="nennep-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    unlocked, code = keystore.create(folder, [("admin", PASSWORD), ("binh", OTHER_PASSWORD)], make=make, cost=key_slots.FLOOR)
    return folder, unlocked, code


def office(folder: Path) -> tuple[Unlocked, str]:
    """Copy the office into ``folder``; give its keys and its recovery code."""
    source, unlocked, code = _template()
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return Unlocked(unlocked.data_key, unlocked.user_id, folder / unlocked.db_path.name, unlocked.db_id, unlocked.keystore), code


def plain_sqlite(path: Path) -> None:
    """Write a database that is not encrypted."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE note (text)")
    connection.commit()
    connection.close()


def tree(folder: Path) -> dict[str, bytes]:
    """Give every file under a folder with its bytes, but for the lock and the shared memory that opening makes."""
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.endswith(("-shm", ".lock"))}


def run(scenario: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a scenario of ``tests/scenarios.py`` in a process of its own."""
    command = [sys.executable, "-m", "tests.scenarios", scenario, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
