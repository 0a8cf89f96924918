"""The stick is pulled at any moment of writing or reading: what is on it is whole or not there, and the next try completes."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app.sync import answering, bundle, enrolment, sending, taking
from db import faults, journal
from db.connection import translate
from db.errors import ExpectedError
from db.store import Store
from db.system import Device, Journal
from tests import sync_offices
from tests.samples import USER
from tests.sync_judge import chain
from tests.sync_world import World

OPEN = io.open
OPERATIONS = ((io, "open"), (os, "open"), (os, "fsync"), (os, "replace"), (os, "rename"), (os, "unlink"), (os, "mkdir"), (os, "stat"),
              (os, "listdir"), (os, "scandir"))  # fmt: skip


class _File:
    """An open file on the stick: every call on it is an operation."""

    def __init__(self, file: Any, operation: Callable[[], None]) -> None:
        self._file, self._operation = file, operation

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._file, name)
        if name not in ("read", "readinto", "write", "flush"):
            return found

        def call(*given: Any) -> Any:
            self._operation()
            return found(*given)

        return call

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


class Pulled:
    """Lets the n-th operation on files of one folder fail, and all after it: the stick is gone."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.patch, self.folder, self.count, self.at = patch, str(folder), 0, 0

    def arm(self, at: int) -> None:
        self.count, self.at = 0, at
        for module, name in OPERATIONS:
            self.patch.setattr(module, name, self._failing(getattr(module, name)))

    def _failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(first: Any, *more: Any, **named: Any) -> Any:
            if not isinstance(first, int) and not str(first).startswith(self.folder):
                return real(first, *more, **named)
            self._operation()
            found = real(first, *more, **named)
            return _File(found, self._operation) if real is OPEN else found

        return call

    def _operation(self) -> None:
        self.count += 1
        if self.count >= self.at:
            raise OSError(errno.EIO, "pulled")


@pytest.fixture
def world() -> Iterator[World]:
    made = World(1, 1)
    made.edit(made.offices[0], 0)
    yield made
    made.close()


def whole(folder: Path, world: World) -> list[Path]:
    """Give the files that have a package's name; each of them must be one."""
    found = list(folder.glob("*.nnp")) if folder.is_dir() else []
    for path in found:
        bundle.open_bundle(path.read_bytes(), enrolment.OwnKeys(world.offices[0].store))
    return found


@pytest.mark.parametrize("what", ["out", "return"])
def test_a_stick_pulled_while_it_is_written_holds_whole_files_or_none(world: World, tmp_path: Path, what: str) -> None:
    office, hq = world.offices[0].store, world.hq.store
    write: Callable[[Path], object] = (
        (lambda to: sending.out(office, to, USER)) if what == "out" else (lambda to: answering.answer(hq, "DV01", to, USER))
    )
    store = office if what == "out" else hq
    for at in range(1, 60):
        stick, before = tmp_path / str(at), store.state_hash()
        with pytest.MonkeyPatch.context() as patch:
            pulled = Pulled(patch, stick)
            pulled.arm(at)
            try:
                write(stick)
                done = True
            except ExpectedError as error:
                done = False
                assert error.remedy  # noqa: PT017 - most of the turns raise, the last does not
        whole(stick, world)
        assert store.state_hash() == before
        if done:
            break
    else:
        raise AssertionError("never came to its end")
    assert at > 6
    world.settle()


@pytest.mark.parametrize("step", ["package checked", "part ", "replaced "])
def test_a_stick_whose_folder_goes_with_it_is_asked_for(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    stick, office = tmp_path / "stick", world.offices[0].store
    with monkeypatch.context() as patch:
        patch.setattr(faults, "step", lambda name: shutil.rmtree(stick) if name.startswith(step) else None)
        with pytest.raises(ExpectedError, match=r"Không thấy thư mục .*Hãy cắm"):  # where a stick is mounted, nothing stays
            sending.out(office, stick, USER)
    assert [sent.path for sent in sending.out(office, stick, USER)] == whole(stick, world)
    world.settle()


@pytest.mark.parametrize("step", ["package checked", "part ", "replaced "])
def test_killed_around_the_renaming_no_number_is_used_twice(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    office, hq = world.offices[0].store, world.hq.store

    def die(name: str) -> None:
        if name.startswith(step):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(faults, "step", die)
        with pytest.raises(KeyboardInterrupt):
            sending.out(office, tmp_path, USER)
    left = whole(tmp_path, world)
    sent = sending.out(office, tmp_path / "again", USER)
    verdicts = taking.take(hq, [*left, *(one.path for one in sent)], USER)
    assert {verdict.verdict for verdict in verdicts} == {"taken"}
    assert chain(hq, office.device.id) == chain(office, office.device.id)[: sent[-1].last]


class Failing:
    """Lets the n-th statement of one database fail once, as a disk does that cannot be read or written for a moment."""

    def __init__(self, database: Any, at: int) -> None:
        self.database, self.left = database, at

    def __enter__(self) -> Failing:
        real = type(self.database).cursor
        self.database.cursor = lambda *given: _Cursor(real(self.database, *given), self)
        return self

    def __exit__(self, *error: object) -> None:
        del self.database.cursor

    def statement(self) -> None:
        self.left -= 1
        if self.left == 0:
            failed = dbapi2.OperationalError("disk I/O error")
            failed.sqlite_errorname = "SQLITE_IOERR_WRITE"
            raise failed


class _Cursor:
    def __init__(self, cursor: Any, failing: Failing) -> None:
        self._cursor, self._failing = cursor, failing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def execute(self, *given: Any) -> Any:
        self._failing.statement()
        return self._cursor.execute(*given)

    def executemany(self, *given: Any) -> Any:
        self._failing.statement()
        return self._cursor.executemany(*given)


@pytest.fixture(params=["in memory", "encrypted on disk"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """An office that has something to send, and its headquarters."""
    if request.param == "in memory":
        made = World(1, 1)
        made.edit(made.offices[0], 0)
        yield made.offices[0].store, made.hq.store
        made.close()
        return
    places = sync_offices.province(tmp_path / "places")
    sync_offices.lesson(places[sync_offices.ONE])
    yield places[sync_offices.ONE].store, places[sync_offices.HQ].store
    for place in places.values():
        place.close()


def state(store: Store) -> tuple[str, str, int]:
    return store.state_hash(), store.chain_end(), store.database.execute_sql("SELECT COUNT(*) FROM journal").fetchone()[0]


def test_a_stick_pulled_at_any_moment_of_reading_brings_whole_files_or_none(pair: tuple[Store, Store], tmp_path: Path) -> None:
    office, hq = pair
    stick = tmp_path / "stick"
    sending.out(office, stick, USER)
    office.audit("export", {"rows": 1}, USER)
    sending.out(office, stick, USER)
    before, taken = state(hq), 0
    for at in range(1, 60):
        with pytest.MonkeyPatch.context() as patch:
            pulled = Pulled(patch, stick)
            pulled.arm(at)
            found = taking.take(hq, [stick], USER)
        fresh = sum(verdict.verdict == "taken" and verdict.code != "S07" for verdict in found)
        assert {verdict.code for verdict in found} <= {"", "S02", "S07"}
        taken += fresh
        assert fresh or taken or state(hq) == before
        if pulled.count < at:
            break
    else:
        raise AssertionError("never came to its end")
    assert at > 6
    assert taken == 2
    assert chain(hq, office.device.id) == chain(office, office.device.id)[: len(chain(hq, office.device.id))]


@pytest.mark.parametrize("what", ["out", "in", "return"])
def test_a_statement_that_fails_leaves_all_as_before_and_the_next_try_completes(
    pair: tuple[Store, Store], tmp_path: Path, what: str
) -> None:
    office, hq = pair
    path = sending.out(office, tmp_path / "sent", USER)[0].path
    store = office if what == "out" else hq
    before, facts = state(store), hq.state_hash()
    for at in range(1, 200):
        with Failing(store.database, at) as failing:
            said = outcome(what, office, hq, path, tmp_path / str(at))
        assert said == ("" if failing.left > 0 else "disk-io"), at
        if failing.left > 0:
            break
        assert store.database.in_transaction() is False
        if what == "in" and state(store) != before:  # failed after it was taken: complete, and the next try says so
            assert outcome(what, office, hq, path, tmp_path) == "S07"
            break
        assert store.state_hash() == before[0]
    else:
        raise AssertionError("never came to its end")
    assert at > 15
    assert (hq.state_hash() != facts) == (what == "in")
    assert not list(checks(store))


def outcome(what: str, office: Store, hq: Store, path: Path, to: Path) -> str:
    """Do one thing and give the code of what went wrong; '' when nothing did."""
    try:
        if what == "in":
            return taking.take(hq, [path], USER)[0].code
        if what == "out":
            sending.out(office, to, USER)
        else:
            answering.answer(hq, "DV01", to, USER)
    except Exception as error:
        expected = translate(error)
        if expected is None:
            raise
        return expected.code
    return ""


def checks(store: Store) -> Iterator[str]:
    """Give what is wrong with the chains and tables of a store."""
    for device, public in store.execute(Device.select(Device.id, Device.public).tuples()).fetchall():
        entries = store.entries(Journal.device == device, (Journal.seq,))
        yield from journal.verify(journal.first_hash(device, bytes(public)), entries)
    for declared in store.types.values():
        yield from store.differences(declared)


def test_killed_while_taking_the_file_is_taken_whole_or_not_at_all(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hq = world.hq.store
    path = sending.out(world.offices[0].store, tmp_path, USER)[0].path
    before = hq.state_hash(), hq.chain_end()

    def die(name: str) -> None:
        if name == "package taken":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(faults, "step", die)
        with pytest.raises(KeyboardInterrupt):
            taking.take(hq, [path], USER)
    assert (hq.state_hash(), hq.chain_end()) == before
    assert taking.take(hq, [path], USER)[0].taken.new == 1


def test_personal_values_are_in_no_file_outside_the_encryption(world: World, tmp_path: Path) -> None:
    office = world.offices[0].store
    marks = [f"DAU-RIENG-{number:02d}" for number in range(50)]
    record = office.read(world.own(world.offices[0])[0])[1]
    office.save("education", {**record, "place": " ".join(marks[:4]), "note": " ".join(marks[4:])}, USER)
    sending.out(office, tmp_path, USER, lists=True)
    answering.answer(world.hq.store, "DV01", tmp_path, USER)
    seen = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(seen) > 1_000
    assert [mark for mark in marks if mark.encode() in seen] == []
