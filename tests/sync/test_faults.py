"""The stick is pulled at any moment of writing or reading: what is on it is whole or not there, and the next try completes."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.sync import answering, bundle, enrolment, sending, taking
from db import faults
from db.errors import ExpectedError
from tests.samples import USER
from tests.sync_world import World, chain

OPERATIONS = ((io, "open"), (os, "open"), (os, "fsync"), (os, "replace"), (os, "rename"), (os, "unlink"), (os, "mkdir"), (os, "stat"))


class Pulled:
    """Lets the n-th operation on files of one folder fail, and all after it: the stick is gone."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.patch, self.folder, self.count, self.at = patch, str(folder), 0, 0
        self.handles: set[int] = set()

    def arm(self, at: int) -> None:
        self.count, self.at = 0, at
        for module, name in OPERATIONS:
            self.patch.setattr(module, name, self._failing(getattr(module, name)))

    def _failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(first: Any, *more: Any, **named: Any) -> Any:
            if isinstance(first, int) or str(first).startswith(self.folder):
                self.count += 1
                if self.count >= self.at:
                    raise OSError(errno.EIO, "pulled")
            return real(first, *more, **named)

        return call


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


def test_a_stick_pulled_while_it_is_read_changes_nothing(world: World, tmp_path: Path) -> None:
    hq = world.hq.store
    path = sending.out(world.offices[0].store, tmp_path, USER)[0].path
    before = hq.state_hash(), hq.chain_end()
    with pytest.MonkeyPatch.context() as patch:
        Pulled(patch, tmp_path).arm(1)
        assert taking.take(hq, [path, tmp_path], USER)[0].code == "S02"
    assert (hq.state_hash(), hq.chain_end()) == before
    assert taking.take(hq, [path], USER)[0].verdict == "taken"


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
