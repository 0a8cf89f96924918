"""One save, acknowledged: ours beside raw SQLCipher writing the same rows of the same tables with the same pragmas (FULL)."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.office import Office
from db import fold
from db.records.education import Audience, EducationSession
from tests import samples
from tests.bench import offices
from tests.bench.measure import Row, ms, within

ROUNDS, SAVES = 5, 100


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def run() -> list[Row]:
    """Measure p50 of wall time beside raw, and CPU of a whole save. Both offices have the same tables, indexes and pragmas."""
    with (
        tempfile.TemporaryDirectory() as folder,
        samples.open_copy(Path(folder) / "ours") as opened,
        samples.open_copy(Path(folder) / "raw") as bare,
    ):
        offices.prepare(opened)
        ours: list[tuple[float, float]] = []
        raw: list[tuple[float, float]] = []
        for number, record in enumerate(offices.sessions(2 * ROUNDS * SAVES, seed=3), 1):
            if number // SAVES % 2 == 0:
                plain = {**record, "uid": None}
                ours.append(_timed(lambda plain=plain: opened.store.save("education", plain, samples.USER)))  # type: ignore[misc]
            else:
                rows = fold.rows(EducationSession, number, record["uid"], fold.Version("d", 1, 1, "", ""), record)
                raw.append(_timed(lambda rows=rows: _write(bare, *rows)))  # type: ignore[misc]
        assert opened.store.count(EducationSession) == len(ours)
        assert bare.store.count(EducationSession) == len(raw)
        p50, p50_raw = statistics.median(wall for wall, _ in ours), statistics.median(wall for wall, _ in raw)
        cpu, cpu_raw = statistics.median(cpu for _, cpu in ours), statistics.median(cpu for _, cpu in raw)
        return [
            within("single save, p50 wall", p50, p50_raw, 1.3, "≤ 1.3x raw"),
            Row("single save, CPU (journal, search row, checks)", ms(cpu), ms(cpu_raw), cpu / cpu_raw, "≤ 2.5 ms CPU", cpu <= 0.0025),
        ]


def _write(bare: Office, row: fold.Row, lines: dict[str, list[fold.Row]]) -> None:
    connection = bare.database.connection()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(fold.layout(EducationSession).insert, row)
    connection.executemany(fold.layout(Audience).insert, lines["audiences"])
    connection.execute("COMMIT")
