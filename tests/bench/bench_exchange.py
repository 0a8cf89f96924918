"""100,000 changes sent and merged: beside packing the same aggregates plainly, and beside attaching the file and copying its rows."""

from __future__ import annotations

import tempfile
import zlib
from pathlib import Path
from typing import Any, cast

import orjson

from app.sync import sending, taking
from db.connection import raw_key
from db.crosschecks import chunks
from db.record import fixed_uid
from db.records.education import EducationSession
from db.store import BATCH, Put
from tests.bench import offices
from tests.bench.measure import Row, spend, within
from tests.samples import USER
from tests.sync_offices import HQ, KEY, ONE, Place, province

COUNT = 100_000


def run() -> list[Row]:
    """Measure writing the files, and merging them at headquarters."""
    records = [record | {"unit": fixed_uid("unit", ONE)} for record in offices.sessions(COUNT, seed=5)]
    with tempfile.TemporaryDirectory() as folder:
        places = province(Path(folder))
        one, hq = places[ONE], places[HQ]
        with one.store.transaction():
            for chunk in chunks(records, BATCH):
                one.store.write([Put(EducationSession, record) for record in chunk], USER)
        plain, packed = spend(lambda: zlib.compress(b"".join(map(orjson.dumps, records)), 6))
        out, sent = spend(lambda: sending.out(one.store, Path(folder) / "out", USER))
        size = sum(path.stat().st_size for path in (Path(folder) / "out").glob("*.nnp"))
        copied, _ = spend(lambda: _attached(one, Path(folder) / "peer.db"))
        merged, found = spend(lambda: taking.take(hq.store, [part.path for part in sent], USER))
        assert sum(verdict.taken.new for verdict in found) >= COUNT
        assert hq.store.count(EducationSession) == COUNT
        for place in places.values():
            place.close()
    mb, peer_mb = size / 1e6, len(packed) / 1e6
    return [
        within("exchange 100k: files out, opened again with every check", out.cpu, plain.cpu, 2, "≤ 2x the same aggregates packed once"),
        Row("exchange 100k: bytes of the files", f"{mb:.1f} MB", f"{peer_mb:.1f} MB", mb / peer_mb, "≤ 1.5x", mb <= 1.5 * peer_mb),
        within("exchange 100k: merge, all checks, journal, tables, search", merged.cpu, copied.cpu, 4, "≤ 4x ATTACH and copy"),
    ]


def _attached(one: Place, target: Path) -> None:
    """Copy journal and tables of the office's file into a new encrypted file, as plain SQL would."""
    connection: Any = cast(Any, one.store.database).connection()
    connection.execute(f'ATTACH DATABASE ? AS peer KEY "{raw_key(KEY)}"', (str(target),))
    names = ("journal", "education", *(line.table_name() for line in EducationSession.kinds.values()))
    for name in names:
        (made,) = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (name,)).fetchone()
        connection.execute(made.replace(f'"{name}"', f'peer."{name}"', 1))
        for (index,) in connection.execute(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql > ''", (name,)
        ).fetchall():
            connection.execute(_in_peer(index))
    connection.execute("BEGIN IMMEDIATE")
    for name in names:
        connection.execute(f'INSERT INTO peer."{name}" SELECT * FROM main."{name}"')
    connection.execute("COMMIT")
    connection.execute("DETACH DATABASE peer")


def _in_peer(index: str) -> str:
    head, _, rest = index.partition("INDEX ")
    return f"{head}INDEX peer.{rest.removeprefix('IF NOT EXISTS ')}"
