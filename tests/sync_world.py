"""Offices and a headquarters that exchange files while everything goes wrong, on the real importer; databases in memory, files real.

A ``World`` does one thing at a time as it is told; ``settle`` then lets everything arrive and says what is not as it must be. The test
command drives it with hypothesis, ``bootstrap.py soak exchange`` for much longer.
"""

from __future__ import annotations

import functools
import os
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
from app import arrivals, users
from app.sync import answering, enrolment, sending, taking
from app.sync.taking import Verdict
from db import journal, keystore, receiving
from db.errors import ExpectedError
from db.journal import Entry
from db.record import CANCELLED, Record, complete, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Authority, Device, Journal, OwnDevice, add_device, close_own_devices, write_meta
from tests.samples import USER

HQ = "HS00"
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


def _office(code: str, name: str) -> Place:
    place = Place(code, name, empty(code))
    users.enter(place.store, USER, "Quản trị", users.ALL_ROLES, USER, journal.now_text())
    for unit in (HQ, *OFFICES) if code == HQ else (code,):
        place.store.save("unit", {"code": unit, "versions": [{"name": f"Đơn vị {unit}"}]}, USER)
    place.store.save("office", {"code": code, "terms": [{"issuer_lines": code}]}, USER)
    return place


@functools.cache
def _first() -> dict[str, Memory]:
    """A headquarters and all machines of all offices, enrolled, each knowing the others of its office."""
    folder = Path(tempfile.mkdtemp(prefix="nennep-world-"))
    hq = _office(HQ, HQ)
    secret, public = keystore.new_device_key()
    working, safe = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    row = {"sign": public.hex(), "office": HQ, "name": "Tỉnh", "working": str(working.to_public()), "safe": str(safe.to_public()),
           "since": journal.now_text()}  # fmt: skip
    hq.store.execute(Authority.insert(**row, secret=secret, identity=str(working), own=1, replaced=None))
    places = [hq]
    for code, machines in OFFICES.items():
        first = _office(code, f"{code}/0")
        first.store.execute(Authority.insert(**row, secret=None, identity=None, own=0, replaced=None))
        group = [first]
        for number in range(1, machines):
            other = Place(code, f"{code}/{number}", first.copy())
            other.new_identity()
            group.append(other)
        for place in group:
            join(place, hq, folder)
        for place in group:
            taking.take(place.store, [answering.answer(hq.store, code, folder, USER).path], USER)
        places += group
    shutil.rmtree(folder)
    return {place.name: place.database for place in places}


def join(place: Place, hq: Place, folder: Path) -> None:
    path, mine = enrolment.enrol(place.store, folder, place.name, USER)
    taking.take(hq.store, [path], USER)
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    taking.retry(hq.store, USER)


class World:
    """All machines, the files on their way, and what is known to have been done."""

    def __init__(self, offices: int = 4, machines: int = 3) -> None:
        root = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self.folder = Path(tempfile.mkdtemp(prefix="nennep-world-", dir=root))
        chosen = [HQ] + [f"{code}/{n}" for code, most in list(OFFICES.items())[:offices] for n in range(min(most, machines))]
        self.places = {name: Place(name[:4], name, copied(_first()[name])) for name in chosen}
        self.hq = self.places[HQ]
        self.offices = [place for name, place in self.places.items() if name != HQ]
        self.files: list[Path] = []
        self.forked: set[str] = set()
        self.turn = 0
        self.steps = 0

    def close(self) -> None:
        for place in self.places.values():
            place.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _to(self) -> Path:
        self.turn += 1
        return self.folder / str(self.turn)

    # -- what may happen -------------------------------------------------------------------------------------------------

    def edit(self, place: Place, pick: int) -> None:
        """Write a new record, or change one of the office's; the machine's clock is as wrong as it is."""
        self.steps += 1
        with place.clock():
            known = self.own(place)
            if not known or pick % 3 == 0:
                answers = {"unit": fixed_uid("unit", place.code), "event_to": "2019-01-02", "form": "SINH_HOAT", "content_type": "CT",
                           "topic_free": f"Bài {self.steps}", "lecturer_role": "CAN_BO_CT"}  # fmt: skip
                line = {"audience": "DQ_CD", "strength": 40, "required": 40, "present": 40}
                place.store.save("education", {**answers, "audiences": [line]}, USER)
            else:
                record = place.store.read(known[pick % len(known)])[1]
                place.store.save("education", {**record, "place": f"Nơi {self.steps}", "state": "entered", "cancel_reason": None}, USER)

    def cancel(self, place: Place, pick: int) -> None:
        self.steps += 1
        known = self.own(place)
        if known:
            with place.clock():
                place.store.cancel(known[pick % len(known)], f"lý do {self.steps}", USER)

    def own(self, place: Place) -> list[str]:
        declared = TYPES["education"]
        return [uid for (uid,) in place.store.execute(declared.select(declared.uid).order_by(declared.uid).tuples())]

    def export(self, place: Place, everything: bool, lost: bool, part: int = sending.PART) -> None:
        """Write what is not confirmed; the file may never arrive anywhere."""
        self.steps += 1
        try:
            with place.clock():
                sent = sending.out(place.store, self._to(), USER, everything=everything, part=part)
        except ExpectedError as error:
            if error.code not in ("nothing", "enrolment") and not (error.code == "S09" and self.forked):
                raise
            return
        if not lost:
            self.files += [one.path for one in sent]

    def deliver(self, place: Place, pick: int) -> list[Verdict]:
        """Bring any file that is on its way to any machine: again, out of order, to the wrong one."""
        self.steps += 1
        if not self.files:
            return []
        return self._take(place, [self.files[pick % len(self.files)]])

    def _take(self, place: Place, paths: list[Path]) -> list[Verdict]:
        with place.clock():
            found = taking.take(place.store, paths, USER, sure=lambda verdict: True)
        for verdict in found:
            assert verdict.verdict in ("taken", "waiting", "aside") or verdict.code in ("S04",), verdict
            assert verdict.code in ("", "S04", "S05", "S07", "S08", "S09"), verdict
            assert verdict.code != "S09" or self.forked, verdict
        return found

    def spoil(self, place: Place, pick: int, cut: bool) -> None:
        """Bring a file that was cut, or of which a byte is wrong: nothing may change."""
        self.steps += 1
        if not self.files:
            return
        data = bytearray(self.files[pick % len(self.files)].read_bytes())
        if cut:
            del data[pick % len(data) :]
        else:
            data[pick % len(data)] ^= 0x40
        path = self.folder / "spoilt.nnp"
        path.write_bytes(data)
        before = place.store.state_hash(), place.store.chain_end()
        assert taking.take(place.store, [path], USER)[0].code in ("S01", "S02")
        assert (place.store.state_hash(), place.store.chain_end()) == before

    def answer(self, pick: int, lost: bool) -> None:
        """Let headquarters write its answer to one office."""
        self.steps += 1
        code = self.offices[pick % len(self.offices)].code
        path = answering.answer(self.hq.store, code, self._to(), USER).path
        if not lost:
            self.files.append(path)

    def keep(self, place: Place) -> None:
        """Make a backup of a machine."""
        place.before = place.copy()

    def restore(self, place: Place) -> None:
        """Go back to the backup, under a new identity; it enrols again."""
        self.steps += 1
        if place.before is None:
            return
        place.reset(copied(place.before))
        place.new_identity()
        if place is not self.hq:
            join(place, self.hq, self._to())

    def clone(self, place: Place) -> None:
        """Copy a machine's file to a second one: both go on writing under one identity."""
        self.steps += 1
        if place is self.hq or place.store.device.id in self.forked:
            return
        twin = Place(place.code, place.name, place.copy())
        self.forked.add(place.store.device.id)
        for one in (twin, place):
            self.edit(one, 0)
            self.export(one, False, False)
        twin.database.close()

    def wipe(self) -> None:
        """Let headquarters lose everything but its keys; a new start asks all offices for everything."""
        self.steps += 1
        self.hq.reset(copied(_first()[HQ]))
        self.hq.new_identity()

    # -- what must then hold -----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything arrive, then compare all machines with each other and with a plain model of the rules."""
        for last in (False, True):
            for place in self.offices:
                known = enrolment.machine(self.hq.store, place.store.device.id)
                if known is None or known.status != "approved" or enrolment.this_machine(place.store) is None:
                    join(place, self.hq, self._to())
            for place in self.offices:
                self.export(place, last, False)
            for place in self.places.values():
                self._take(place, [path for path in self.files if place is self.hq or place.code in path.name])
            for place in self.offices:
                self.files.append(answering.answer(self.hq.store, place.code, self._to(), USER).path)
                self._take(place, self.files[-1:])
        for place in self.offices:
            if place.store.device.id not in self.forked:
                assert chain(place.store, place.store.device.id)[: sending.acknowledged(place.store, place.store.device.id)] == chain(
                    self.hq.store, place.store.device.id
                )
                assert set(sending.unsent(place.store)) <= {place.store.device.id} | self.forked
        for place in self.places.values():
            assert not arrivals.gaps(place.store) or self.forked, arrivals.gaps(place.store)
            judge(place)
        for code in {place.code for place in self.offices}:
            group = [place for place in self.offices if place.code == code]
            if not any(device in self.forked for place in group for device in own_devices(place.store)):
                assert len({place.store.state_hash() for place in group}) == 1, code
        if self.forked:
            seen = [verdict for place in self.places.values() for verdict in held(place)]
            assert "S09" in seen, seen


def held(place: Place) -> list[str]:
    from app.sync import standing

    found = standing.status(place.store)
    return [one["code"] for one in (*found["aside"], *found["waiting"])]


def own_devices(store: Store) -> set[str]:
    return {device for (device,) in store.execute(Device.select(Device.id).where(Device.own == 1).tuples())}


def chain(store: Store, device: str) -> list[bytes]:
    query = Journal.select(Journal.hash).where(Journal.device == device).order_by(Journal.seq)
    return [bytes(row[0]) for row in store.execute(query.tuples())]


def judge(place: Place) -> None:
    """Compare one machine's tables with what a plain walk over its journal says, and its list of conflicts with the heads."""
    store = place.store
    assert not list(chains_broken(store))
    found: dict[str, list[Entry]] = {}
    for entry in store.entries(Journal.kind == "put"):
        found.setdefault(entry.record, []).append(entry)
    contested = set()
    for uid, entries in found.items():
        office = {entry: store.elsewhere.get(entry.device, "") for entry in entries}
        made = min(entries, key=lambda entry: (len(entry.head["b"]) > 0, entry.lc, entry.device, entry.seq))
        owner = "" if TYPES[entries[0].type].key and "" in office.values() else office[made]
        mine = [entry for entry in entries if office[entry] == owner]
        replaced = {tuple(base) for entry in mine for base in entry.head["b"]}
        heads = [entry for entry in mine if (entry.device, entry.seq) not in replaced]
        winner = max(heads, key=lambda entry: (entry.lc, entry.device, entry.seq))
        declared = TYPES[winner.type]
        row = store.execute(declared.select(declared.device, declared.seq, declared.state).where(declared.uid == uid).tuples()).fetchone()
        record = complete(declared, journal.decode(uid, winner.body, winner.private))
        assert row == (winner.device, winner.seq, record["state"])
        assert record["state"] != CANCELLED or record["cancel_reason"]
        if len({entry.body for entry in heads}) > 1:
            contested.add(uid)
    assert set(receiving.conflicts(store)) == contested
    before = store.state_hash()
    store.rebuild()
    assert store.state_hash() == before


def chains_broken(store: Store) -> Iterator[str]:
    for device, public in store.execute(Device.select(Device.id, Device.public).tuples()).fetchall():
        entries = store.entries(Journal.device == device, (Journal.seq,))
        yield from journal.verify(journal.first_hash(device, bytes(public)), entries)
