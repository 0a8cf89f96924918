"""What stays on a disk when the power goes: every write to the database's files recorded in its order, and any moment of it made again.

The recorder stands between SQLite and its own file functions, so it sees what the program writes and when it asks for it to be on the
disk. A file after a power cut holds everything up to its last sync; of what came since, each sector of 512 bytes is there or is not.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlcipher3 import _sqlite3

SECTOR = 512

_INT, _WIDE, _AT = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p
_OPEN = ctypes.CFUNCTYPE(_INT, _AT, _AT, _AT, _INT, _AT)  # the name as an address: SQLite keeps it as long as the file is open
_DELETE = ctypes.CFUNCTYPE(_INT, _AT, _AT, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _AT, _AT, _INT, _WIDE)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _AT, _WIDE)
_SYNC = ctypes.CFUNCTYPE(_INT, _AT, _INT)


class _Vfs(ctypes.Structure):
    """``sqlite3_vfs`` as far as it is looked at."""

    _fields_ = [
        ("version", _INT), ("size", _INT), ("longest", _INT), ("next", _AT), ("name", ctypes.c_char_p), ("data", _AT), ("open", _AT),
        ("delete", _AT),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``, version 3."""

    _fields_ = [("version", _INT), *((name, _AT) for name in ("close", "read", "write", "truncate", "sync")),
                *((f"more{number}", _AT) for number in range(13))]  # fmt: skip


class _File(ctypes.Structure):
    _fields_ = [("methods", ctypes.POINTER(_Methods))]


class Step(NamedTuple):
    """One thing that happened to the files: ``what`` is write, truncate, sync, delete, or ``said``: the program acknowledged something."""

    what: str
    name: str = ""
    at: int = 0
    """Where it was written, the size it was cut to, or the number that was acknowledged."""
    data: bytes = b""


_kept: list[Any] = []
"""What SQLite may still call: it lives as long as the process."""


@contextmanager
def recorded(folder: Path) -> Iterator[list[Step]]:
    """Record what happens to the files of ``folder`` that are opened meanwhile, by this process, through SQLite."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    open_before, delete_before = _OPEN(vfs.open), _DELETE(vfs.delete)
    first = ctypes.cast(open_before, _AT).value, ctypes.cast(delete_before, _AT).value
    steps: list[Step] = []

    def inside(at: int | None) -> str:
        path = Path(ctypes.string_at(at).decode()) if at else Path()
        return path.name if path.parent == folder.resolve() else ""

    def opened(vfs_at: int, name: int | None, file: int, flags: int, given: int) -> int:
        result = open_before(vfs_at, name, file, flags, given)
        if result == 0 and inside(name):
            _stand_between(file, inside(name), steps)
        return int(result)

    def deleted(vfs_at: int, name: int, sync: int) -> int:
        result = delete_before(vfs_at, name, sync)
        if result == 0 and inside(name):
            steps.append(Step("delete", inside(name)))
        return int(result)

    ours = _OPEN(opened), _DELETE(deleted)
    _kept.extend(ours)
    vfs.open, vfs.delete = (ctypes.cast(one, _AT).value for one in ours)
    try:
        yield steps
    finally:
        vfs.open, vfs.delete = first


def _stand_between(file: int, name: str, steps: list[Step]) -> None:
    """Let a file that was opened write, cut and sync through us."""
    held = _File.from_address(file)
    theirs = held.methods.contents
    made = _Methods.from_buffer_copy(bytes(theirs))
    do: dict[str, Callable[..., int]] = {"write": _WRITE(theirs.write), "truncate": _TRUNCATE(theirs.truncate), "sync": _SYNC(theirs.sync)}

    def note(step: Step, result: int) -> int:
        if result == 0:
            steps.append(step)
        return int(result)

    def write(one: int, data: int, amount: int, at: int) -> int:
        return note(Step("write", name, at, ctypes.string_at(data, amount)), do["write"](one, data, amount, at))

    def truncate(one: int, size: int) -> int:
        return note(Step("truncate", name, size), do["truncate"](one, size))

    def sync(one: int, flags: int) -> int:
        return note(Step("sync", name), do["sync"](one, flags))

    ours = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
    for field, one in zip(("write", "truncate", "sync"), ours, strict=True):
        setattr(made, field, ctypes.cast(one, _AT).value)
    _kept.extend((ours, made, do))
    held.methods = ctypes.pointer(made)


class _Disk:
    """One file: what is surely on the disk, and what was done to it since."""

    def __init__(self, sure: bytes) -> None:
        self.sure, self.since = bytearray(sure), list[Step]()

    def sync(self) -> None:
        for step in self.since:
            _apply(self.sure, step)
        self.since = []

    def after(self, chance: random.Random, mood: str) -> bytes:
        """Give what may be found: ``mood`` is none, all, or some of what was not synced."""
        if mood == "none" or not self.since:
            return bytes(self.sure)
        found = bytearray(self.sure)
        for step in self.since:
            if mood == "all":
                _apply(found, step)
            elif step.what == "truncate":
                if chance.random() < 0.5:
                    _apply(found, step)
            else:
                for start in range(0, len(step.data), SECTOR):
                    if chance.random() < 0.5:
                        _apply(found, Step("write", step.name, step.at + start, step.data[start : start + SECTOR]))
        return bytes(found)


def _apply(content: bytearray, step: Step) -> None:
    if step.what == "truncate":
        del content[step.at :]
        return
    if len(content) < step.at:
        content.extend(bytes(step.at - len(content)))
    content[step.at : step.at + len(step.data)] = step.data


class Cut(NamedTuple):
    """The files after a power cut, and the last number that the program had acknowledged by then."""

    files: dict[str, bytes]
    said: int
    moment: int
    mood: str
    alike: object
    """Equal for cuts whose files are equal because nothing that they keep came between them."""


def cuts(before: dict[str, bytes], steps: list[Step], count: int, chance: random.Random) -> Iterator[Cut]:
    """Give ``count`` power cuts at random moments, in their order: half with some sectors, a quarter with nothing, one with all unsynced.

    A file that was deleted is gone only once another file was synced after it, as with file systems that order their metadata.
    """
    disks = {name: _Disk(content) for name, content in before.items()}
    going: set[str] = set()
    said, done, syncs = 0, 0, 0
    for moment in sorted(chance.randrange(len(steps) + 1) for _ in range(count)):
        for step in steps[done:moment]:
            if step.what == "said":
                said = step.at
            elif step.what == "delete":
                going.add(step.name)
            else:
                disk = disks.setdefault(step.name, _Disk(b""))
                if step.what == "sync":
                    disk.sync()
                    syncs += 1
                    for name in going - {step.name}:
                        disks.pop(name, None)
                    going.clear()
                elif step.name in going:
                    going.discard(step.name)
                    disks[step.name] = _Disk(b"")
                    disks[step.name].since.append(step)
                else:
                    disk.since.append(step)
        done = moment
        mood = chance.choice(("some", "some", "none", "all"))
        alike = {"none": (syncs, said), "all": moment}.get(mood, object())
        yield Cut({name: disk.after(chance, mood) for name, disk in disks.items()}, said, moment, mood, alike)
