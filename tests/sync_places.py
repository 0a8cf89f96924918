"""A headquarters and the machines of its offices, enrolled, each a database in memory."""

from __future__ import annotations

import functools
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyrage
from peewee import SqliteDatabase
from playhouse.migrations import Runner
from sqlcipher3 import dbapi2

import db.migrations
from app import users
from app.sync import answering, enrolment, sending, taking
from db import journal, keystore
from db.record import Aggregate, Record, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Authority, OwnDevice, add_device, close_own_devices, write_meta
from tests.samples import USER

HQ, LOST = "HS00", "HS00 lost"
OFFICES = {"DV01": 3, "DV02": 2, "DV03": 1, "DV04": 1}
"""Office → machines."""
TYPES = {name: RECORD_TYPES[name] for name in ("unit", "topic", "office", "period", "report", "education")}


class Memory(SqliteDatabase):
    """A database in memory, with the SQLite that the program has."""

    def _connect(self) -> Any:
        made = dbapi2.connect(self.database, isolation_level=None)
        super()._add_conn_hooks(made)  # type: ignore[misc]
        return made


class Place:
    """One machine: its database, and by how many years its clock is wrong."""

    def __init__(self, code: str, name: str, database: Memory, types: Mapping[str, type[Record]] = TYPES) -> None:
        self.code, self.name, self.skew, self.types = code, name, 0, types
        self.store = Store(database, types=types)
        self.before: Memory | None = None

    @property
    def database(self) -> Any:
        return self.store.database

    def copy(self) -> Memory:
        return copied(self.database)

    def reset(self, database: Memory) -> None:
        self.database.close()
        self.store = Store(database, types=self.types)

    def new_identity(self) -> None:
        private, public = keystore.new_device_key()
        with self.store.transaction():
            close_own_devices(self.database)
            add_device(self.database, OwnDevice(str(uuid.uuid4()), public, private), journal.now_text())
        self.store = Store(self.database, types=self.types)

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Let this machine's clock be as wrong as it is."""
        right = journal.now_text
        journal.now_text = lambda: f"{int(right()[:4]) + self.skew}{right()[4:]}"
        try:
            yield
        finally:
            journal.now_text = right


def copied(database: Any) -> Memory:
    made = Memory(":memory:")
    made.connect()
    database.connection().backup(made.connection())
    return made


def empty(code: str) -> Memory:
    """Give a database in memory with the system tables and a device."""
    database = Memory(":memory:")
    database.connect()
    Runner(database, str(Path(db.migrations.__file__).parent)).up()
    private, public = keystore.new_device_key()
    add_device(database, OwnDevice(str(uuid.uuid4()), public, private), journal.now_text())
    write_meta(database, "office", code)
    return database


def office_of(code: str, name: str) -> Place:
    place = Place(code, name, empty(code))
    users.enter(place.store, USER, "Quản trị", users.ALL_ROLES, USER, journal.now_text())
    for unit in (HQ, *OFFICES) if code == HQ else (code,):
        place.store.save("unit", {"code": unit, "versions": [{"name": f"Đơn vị {unit}"}]}, USER)
    place.store.save("office", {"code": code, "terms": [{"issuer_lines": code}]}, USER)
    return place


@functools.cache
def founded() -> dict[str, Memory]:
    """A headquarters and all machines of all offices, enrolled, each knowing the others of its office and what they share.

    The second machine of an office is a copy of the first under a name of its own, the third was set up by itself. ``LOST`` is the
    headquarters with its keys and the machines it approved, and nothing else.
    """
    folder = Path(tempfile.mkdtemp(prefix="nennep-world-"))
    hq = office_of(HQ, HQ)
    secret, public = keystore.new_device_key()
    working, safe = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    row = {"sign": public.hex(), "office": HQ, "name": "Tỉnh", "working": str(working.to_public()), "safe": str(safe.to_public()),
           "since": journal.now_text()}  # fmt: skip
    hq.store.execute(Authority.insert(**row, secret=secret, identity=str(working), own=1, replaced=None))
    groups: dict[str, list[Place]] = {}
    for code, machines in OFFICES.items():
        first = office_of(code, f"{code}/0")
        first.store.execute(Authority.insert(**row, secret=None, identity=None, own=0, replaced=None))
        for number in range(2):
            first.store.save("education", lesson(code, f"Bài chung {number}"), USER)
        group = groups[code] = [first]
        for number in range(1, machines):
            if number == 1:
                other = Place(code, f"{code}/{number}", first.copy())
                other.new_identity()
            else:
                other = office_of(code, f"{code}/{number}")
                other.store.execute(Authority.insert(**row, secret=None, identity=None, own=0, replaced=None))
            group.append(other)
        for place in group:
            join(place, hq, folder)
    made = {LOST: hq.copy()}
    for code, group in groups.items():
        for place in group:
            taking.take(place.store, [answering.answer(hq.store, code, folder, USER).path], USER)
        sent = [one.path for place in group for one in sending.out(place.store, folder, USER)]
        for place in (hq, *group):
            taking.take(place.store, sent, USER)
        path = answering.answer(hq.store, code, folder, USER).path
        for place in group:
            taking.take(place.store, [path], USER)
            assert len({place.store.state_hash() for place in group}) == 1
    shutil.rmtree(folder)
    return made | {place.name: place.database for place in (hq, *(place for group in groups.values() for place in group))}


def lesson(code: str, title: str) -> Aggregate:
    """Give a session that an office may save."""
    line = {"audience": "DQ_CD", "strength": 40, "required": 40, "present": 40}
    return {"unit": fixed_uid("unit", code), "event_to": "2019-01-02", "form": "SINH_HOAT", "content_type": "CT", "topic_free": title,
            "lecturer_role": "CAN_BO_CT", "audiences": [line]}  # fmt: skip


def join(place: Place, hq: Place, folder: Path, *, fresh: bool = False) -> tuple[Path, enrolment.Machine]:
    """Enrol a machine; give the file that asks for it and the machine as it stands on its slip."""
    path, mine = enrolment.enrol(place.store, folder, place.name, USER, fresh=fresh)
    approve(hq, path, mine)
    return path, mine


def approve(hq: Place, path: Path, mine: enrolment.Machine) -> None:
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    taking.retry(hq.store, USER)
