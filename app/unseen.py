"""Files with names in them, written so that a program killed half-way leaves nothing readable where the person chose to put them.

Linux: the file has no name until it is whole (``O_TMPFILE``, then ``linkat``); when the process dies the system takes it away.
Elsewhere, and on drives that cannot do this (FAT, exFAT): the part that is being written is noted in the office's encrypted file
first and taken away when the office is opened the next time. Until then it lies there; and a killed file's blocks, as any deleted
file's, can be read from the raw drive until they are written over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app import files
from db import faults
from db.store import Store
from db.system import read_meta, write_meta

_NOTED = "parts"
"""The local fact that lists the parts being written, as paths."""

Fill = Callable[[BinaryIO], object]


def replace(path: Path, fill: Fill, store: Store | None = None) -> None:
    """Write ``path`` whole or not at all, as ``app.files.replace`` does and raising as it does.

    ``store`` notes what has a name before it is whole; None: it is not noted.
    """
    noting = _noted(store, _part(path)) if store is not None else contextlib.nullcontext()
    handle = _nameless(path.parent)
    if handle is None:
        with noting:
            files.replace(path, fill)
        return
    with os.fdopen(handle, "w+b") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        written = hashlib.file_digest(file, "sha256").digest()
        faults.step(f"nameless {path.name}")
        if path.exists():  # a link never goes over what is there
            with noting:
                _over(file.fileno(), path)
        else:
            _link(file.fileno(), path)
            files.sync_folder(path.parent)
    faults.step(f"replaced {path.name}")
    if files.digest(path) != written:
        raise files.unreadable(path)


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _nameless(folder: Path) -> int | None:
    """Open a file without a name in ``folder``; None where system or drive cannot, and with every other trouble: a name tells it."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, 0o666)
    except OSError:
        return None


def _link(handle: int, path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{handle}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _over(handle: int, path: Path) -> None:
    part = _part(path)
    part.unlink(missing_ok=True)
    try:
        _link(handle, part)
        faults.step(f"part {path.name}")
        files.move(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


# --- what was left ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _noted(store: Store, part: Path) -> Iterator[None]:
    """Keep the path of a part in the office's file while the part may exist."""
    name = str(part.absolute())
    _note(store.database, lambda known: known | {name})
    try:
        yield
    finally:
        _note(store.database, lambda known: known - {name})


def _note(database: Any, change: Callable[[set[str]], set[str]]) -> None:
    with database.atomic("IMMEDIATE"):
        write_meta(database, _NOTED, json.dumps(sorted(change(_listed(database)))))


def _listed(database: Any) -> set[str]:
    return set(json.loads(read_meta(database, _NOTED) or "[]"))


def tidy(database: Any) -> None:
    """Take away the parts that a killed program left; those on a drive that is not there stay noted."""
    listed = _listed(database)
    gone: set[str] = set()
    for name in listed:
        part = Path(name)
        if part.suffix == ".part" and part.parent.is_dir():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
                gone.add(name)
    if gone:
        _note(database, lambda known: known - gone)
