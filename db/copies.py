"""Copies of the encrypted file, and the full check that a copy must pass before anything relies on it (trust.md d)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from db import files
from db.connection import DAMAGED, expected_errors, raw_key, read_only, schema_of
from db.errors import ExpectedError
from db.message import Message

Step = Callable[[], object]
STEPS = 20_000
"""SQLite's steps between two calls of a ``Step``."""


class Content(NamedTuple):
    """What a file holds: schema number, rows of each table, and of each device the last entry (sequence number, chain hash)."""

    schema: int
    rows: dict[str, int]
    heads: dict[str, tuple[int, bytes]]


def content(connection: Any) -> Content:
    """Count what the file behind ``connection`` holds; anything with ``execute(sql)``, the driver's or ``execute_sql``'s cursor."""
    schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    rows = {name: int(connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]) for (name,) in tables}
    heads: dict[str, tuple[int, bytes]] = {}
    if "journal" in rows:
        found = connection.execute("SELECT device, max(seq), hash FROM journal GROUP BY device").fetchall()
        heads = {device: (int(seq), bytes(hash_)) for device, seq, hash_ in found}
    return Content(schema, rows, heads)


def quoted(name: str) -> str:
    """Give a name from ``sqlite_schema`` as SQL."""
    return '"' + name.replace('"', '""') + '"'


def full_check(path: Path, key: bytes, step: Step | None = None) -> Content:
    """Open a file that nobody writes to, check every page and index of it and give what it holds; make no file beside it.

    ``step``: see ``stoppable``. Raises ExpectedError when it cannot be opened (``db.connection.schema_of``) or is damaged (D02).
    """
    schema_of(path, key, still=True)
    with expected_errors(), contextlib.closing(read_only(path, key, still=True)) as connection, stoppable(connection, step):
        for check in ("cipher_integrity_check", "integrity_check"):
            wrong = [str(row[0]) for row in connection.execute(f"PRAGMA {check}") if row[0] != "ok"]
            if wrong:
                raise ExpectedError(DAMAGED.code, Message("Tệp {name} hỏng ({n} chỗ).", name=path.name, n=len(wrong)), DAMAGED.remedy)
        return content(connection)


@contextlib.contextmanager
def stoppable(connection: Any, step: Step | None) -> Iterator[None]:
    """Call ``step`` again and again while statements run in the block; what it raises ends the statement and comes out of the block."""
    raised: list[BaseException] = []

    def handler() -> int:
        try:
            if step is not None:
                step()
        except BaseException as error:
            raised.append(error)
        return len(raised)

    connection.set_progress_handler(handler if step is not None else None, STEPS)
    try:
        yield
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


@contextlib.contextmanager
def standing(path: Path, key: bytes, *, still: bool = False) -> Iterator[Any]:
    """Open a file for a long read: everything seen within the block is one moment of it. ``still``: see ``read_only``."""
    schema_of(path, key, still=still)
    with expected_errors(), contextlib.closing(read_only(path, key, still=still)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def export(source: Path, key: bytes, target: Path, new_key: bytes) -> None:
    """Copy ``source``, which nobody may write to meanwhile, into the new file ``target`` under another key.

    The copy is checked in full and compared with the source before this returns. Raises ExpectedError; ``target`` is then removed.
    """
    try:
        with standing(source, key) as connection:
            before = content(connection)
        with expected_errors(), contextlib.closing(read_only(source, key)) as connection:
            connection.execute(f'ATTACH DATABASE ? AS fresh KEY "{raw_key(new_key)}"', (str(target),))
            connection.execute("SELECT sqlcipher_export('fresh')").fetchone()
            connection.execute(f"PRAGMA fresh.user_version = {before.schema}")
            connection.execute("DETACH DATABASE fresh")
        same(before, full_check(target, new_key), target)
        files.sync_file(target)
    except BaseException:
        remove(target)
        raise


def give_name(part: Path, final: Path) -> None:
    """Rename a finished copy, leaving a mark that it is not yet the office's; ``unmark`` or ``remove_marked`` takes that away."""
    files.replace(_mark(final), b"")
    files.move(part, final)


def unmark(final: Path) -> None:
    """Take the mark away, once keys.json names the file."""
    _mark(final).unlink(missing_ok=True)


def remove_marked(folder: Path, current: str) -> None:
    """Delete copies that were never finished, and those that got their name but not their place; ``current`` is the office's file."""
    for mark in folder.glob(f"*{_MARK}"):
        name = mark.name.removesuffix(_MARK)
        if name != current:
            remove(folder / name)
        mark.unlink(missing_ok=True)
    for ending in (".part*", f"{_MARK}.part"):  # the copy, or its mark, that was being written
        for part in folder.glob(f"data-*.db{ending}"):
            part.unlink(missing_ok=True)


_MARK = ".new"


def _mark(final: Path) -> Path:
    return final.with_name(final.name + _MARK)


def remove(path: Path) -> None:
    """Delete a database file and what SQLite keeps beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def same(before: Content, after: Content, path: Path) -> None:
    """Raise ExpectedError unless the copy at ``path`` holds what the original held."""
    if before != after:
        raise ExpectedError(
            "copy",
            Message("Bản chép {name} không giống bản gốc.", name=path.name),
            "Bản chép đã bỏ đi, dữ liệu gốc còn nguyên; hãy làm lại.",
        )
