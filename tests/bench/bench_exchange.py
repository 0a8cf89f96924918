"""100,000 changes sent, and merged into a headquarters that holds a million records.

Beside them: the same aggregates packed plainly, and plain SQL that attaches the office's file and merges its rows by uid. The SQL checks
nothing, folds nothing and writes no search rows.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import orjson

from app import office
from app.sync import authority, sending, taking
from db import fold
from db.connection import raw_key, roomy
from db.crosschecks import chunks
from db.receiving import TOGETHER
from db.record import Aggregate, fixed_uid
from db.records.education import EducationSession
from db.store import BATCH, Put, Store
from tests import samples
from tests.bench import headquarters, offices
from tests.bench.measure import Row, spend, within
from tests.samples import USER
from tests.sync_offices import KEY, ONE, Place, new_office

COUNT, THERE = 100_000, 1_000_000


def run() -> list[Row]:
    """Measure writing the files, the records alone, and merging them whole."""
    records = [record | {"unit": fixed_uid("unit", ONE)} for record in offices.sessions(COUNT, seed=5)]
    with tempfile.TemporaryDirectory(dir=offices.folder_of(THERE).parent) as name:
        folder = Path(name)
        one, out = new_office(folder / "one", ONE), folder / "out"
        with _million(folder / "hq") as hq:
            authority.make_keys(hq.store, folder / "mail", USER)
            headquarters.enrol(one, hq, folder / "mail")
            with one.store.transaction():
                for chunk in chunks(records, BATCH):
                    one.store.write([Put(EducationSession, record) for record in chunk], USER)
            plain, packed = spend(lambda: zlib.compress(b"".join(map(orjson.dumps, records)), 6))
            sent, parts = spend(lambda: sending.out(one.store, out, USER))
            size = sum(path.stat().st_size for path in out.glob("*.nnp"))
            merged, found = spend(lambda: taking.take(hq.store, [part.path for part in parts], USER))
            assert sum(verdict.taken.new for verdict in found) >= COUNT
            assert hq.store.count(EducationSession) == THERE + COUNT
        shutil.rmtree(folder / "hq")
        with _million(folder / "peer") as peer:
            tables = _rows(peer.store, records)
            attached = _attach(peer, one, journal=False, keep=False)
            whole = _attach(peer, one, journal=True, keep=True)
            assert peer.store.count(EducationSession) == THERE + COUNT
        one.close()
    mb, peer_mb = size / 1e6, len(packed) / 1e6
    into = f"exchange 100k into {THERE:,}"
    return [
        within("exchange 100k: files out, verified", sent.cpu, plain.cpu, 2, "≤ 2x the same aggregates packed once"),
        Row("exchange 100k: bytes of the files", f"{mb:.1f} MB", f"{peer_mb:.1f} MB", mb / peer_mb, "≤ 1.5x", mb <= 1.5 * peer_mb),
        within(f"{into}: records alone", tables, attached, 1.5, "≤ 1.5x ATTACH and upsert"),
        within(f"{into}: all checks, journal, tables, fold, search", merged.cpu, whole, 4, "≤ 4x ATTACH and upsert with journal"),
    ]


@contextlib.contextmanager
def _million(folder: Path) -> Iterator[Place]:
    shutil.copytree(offices.folder_of(THERE), folder, ignore=shutil.ignore_patterns("sao-luu", "*.lock*"))
    with office.open_office(folder, None, samples.PASSWORD, "đo") as opened:
        yield Place(folder, opened.store)


def _rows(store: Store, records: list[Aggregate]) -> float:
    """Write ready rows of the records as the fold does, and take them back; give CPU seconds."""
    made = [
        fold.rows(EducationSession, number, record["uid"], fold.Version("d", number, number, "t", "u"), record)
        for number, record in enumerate(records, THERE + 1)
    ]

    def write() -> None:
        for chunk in chunks(made, TOGETHER):
            fold.write(store.database, EducationSession, chunk, ())

    with roomy(store.database):
        store.database.begin()
        spent, _ = spend(write)
        store.database.rollback()
    return spent.cpu


def _attach(peer: Place, one: Place, *, journal: bool, keep: bool) -> float:
    """Merge the office's file by plain SQL; give CPU seconds. ``keep`` commits, and is measured with it."""
    connection: Any = cast(Any, peer.store.database).connection()
    connection.execute(f'ATTACH DATABASE ? AS one KEY "{raw_key(KEY)}"', (str(one.folder / "data.db"),))
    with roomy(peer.store.database):
        spent, _ = spend(lambda: _upsert(connection, journal, keep))
    if not keep:
        connection.execute("ROLLBACK")
    connection.execute("DETACH DATABASE one")
    return spent.cpu


def _upsert(connection: Any, journal: bool, keep: bool) -> None:
    def columns(table: str, *without: str) -> list[str]:
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        return [f'"{name}"' for (name,) in found if name not in without]

    connection.execute("BEGIN IMMEDIATE")
    if journal:
        names = ", ".join(columns("journal", "id"))
        connection.execute(f"INSERT INTO main.journal ({names}) SELECT {names} FROM one.journal WHERE 1 ON CONFLICT DO NOTHING")
    own = columns("education", "id")
    names, newer = ", ".join(own), ", ".join(f"{name} = excluded.{name}" for name in own)
    connection.execute(
        f"INSERT INTO main.education ({names}) SELECT {names} FROM one.education WHERE 1 ON CONFLICT (uid) DO UPDATE SET {newer}"
    )
    line = columns("education_audiences", "id", "record")
    connection.execute(
        f"INSERT INTO main.education_audiences (record, {', '.join(line)}) SELECT here.id, {', '.join(f'there.{name}' for name in line)} "
        "FROM one.education_audiences there JOIN one.education ON education.id = there.record JOIN main.education here USING (uid)"
    )
    if keep:
        connection.execute("COMMIT")
