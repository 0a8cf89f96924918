"""One save, acknowledged: ours beside the very same statements replayed raw on a twin of the same encrypted file (FULL)."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from app.office import Office
from db.records.education import EducationSession
from tests import samples
from tests.bench import offices
from tests.bench.measure import Row, ms, within

ROUNDS, SAVES = 5, 100
Statement = tuple[str, str, Any]


class Recording:
    """A cursor that also notes what it writes."""

    def __init__(self, cursor: Any, notes: list[Statement]) -> None:
        self._cursor, self._notes = cursor, notes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def execute(self, sql: str, params: Any = ()) -> Any:
        self._note("execute", sql, params)
        self._cursor.execute(sql, params)
        return self

    def executemany(self, sql: str, rows: Any) -> Any:
        kept = list(rows)
        self._note("executemany", sql, kept)
        self._cursor.executemany(sql, kept)
        return self

    def _note(self, how: str, sql: str, values: Any) -> None:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            self._notes.append((how, sql, values))


@contextmanager
def recorded(opened: Office) -> Iterator[list[Statement]]:
    """Note every statement that writes, in order."""
    notes: list[Statement] = []
    database: Any = opened.database
    plain = database.cursor
    database.cursor = lambda *arguments, **options: Recording(plain(*arguments, **options), notes)
    try:
        yield notes
    finally:
        del database.cursor


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def run() -> list[Row]:
    """Measure p50 of wall time beside the same writes replayed, and CPU of a whole save."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        noted, replayed, opened = [stack.enter_context(samples.open_copy(Path(folder) / name)) for name in ("noted", "raw", "ours")]
        with recorded(noted) as before:
            offices.prepare(noted)
        _replay(replayed, before)
        offices.prepare(opened)
        records = [{**record, "uid": None} for record in offices.sessions(ROUNDS * SAVES, seed=3)]
        writes: list[list[Statement]] = []
        for record in records:
            with recorded(noted) as notes:
                noted.store.save("education", record, samples.USER)
            writes.append(notes)
        ours: list[tuple[float, float]] = []
        raw: list[tuple[float, float]] = []
        for start in range(0, len(records), SAVES):
            ours += [_timed(partial(opened.store.save, "education", record, samples.USER)) for record in records[start : start + SAVES]]
            raw += [_timed(partial(_replay, replayed, notes)) for notes in writes[start : start + SAVES]]
        assert replayed.store.state_hash() == noted.store.state_hash()
        assert opened.store.count(EducationSession) == len(records)
        p50, p50_raw = statistics.median(wall for wall, _ in ours), statistics.median(wall for wall, _ in raw)
        cpu, cpu_raw = statistics.median(cpu for _, cpu in ours), statistics.median(cpu for _, cpu in raw)
        return [
            within("single save, p50 wall", p50, p50_raw, 1.3, "≤ 1.3x raw"),
            Row("single save, CPU (journal, search row, checks)", ms(cpu), ms(cpu_raw), cpu / cpu_raw, "≤ 2.5 ms CPU", cpu <= 0.0025),
        ]


def _replay(bare: Office, notes: list[Statement]) -> None:
    connection = bare.database.connection()
    connection.execute("BEGIN IMMEDIATE")
    for how, sql, values in notes:
        getattr(connection, how)(sql, values)
    connection.execute("COMMIT")
