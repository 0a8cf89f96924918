"""A province's headquarters: the files of all its offices taken at once, and the half-year's figures of 3,500,000 records."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from app import office
from app.office import Office
from db.connection import raw_key
from db.record import complete, fixed_uid
from db.records.unit import Unit
from db.store import Put
from tests import samples
from tests.bench import bench_figures, headquarters, offices
from tests.bench.measure import Row

COUNT = 3_500_000
SOURCE = 1_000_000
UNITS = 700


def run() -> list[Row]:
    """Measure taking the files, in a process of its own, and the figures."""
    return [*_files(), *_figures()]


def _files() -> list[Row]:
    root = headquarters.folder()
    command = [sys.executable, "-m", "tests.bench.headquarters", str(root)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert found["equal"], "headquarters counts something else than the recount"
    assert found["taken"] == found["files"]
    what = f"{headquarters.OFFICES} offices x {headquarters.CHANGES:,} changes, {found['files']} files in random order"
    took = f"{found['cpu']:.0f} s CPU, {found['wall']:.0f} s wall, file of {found['bytes'] / 1e9:.1f} GB"
    return [
        Row(f"{what}, {found['sums']} sums equal to the recount", took, "600 s", found["wall"] / 600, "≤ 10 min", found["wall"] <= 600),
        Row("… peak memory", f"{found['peak'] / 1e6:.0f} MB", "1 GB", found["peak"] / 1e9, "≤ 1 GB", found["peak"] <= 1e9),
    ]


def _figures() -> list[Row]:
    with office.open_office(folder(), None, samples.PASSWORD, "đo") as opened:
        rows = bench_figures.measured(opened, COUNT)
        spent = float(rows[0].ours.split()[0]) / (1000 if rows[0].ours.endswith("ms") else 1)
        return [*rows, Row("… against the clock", rows[0].ours, "100 ms", spent / 0.1, "≤ 100 ms", spent <= 0.1)]


def folder() -> Path:
    """Give the folder of an office whose tables of sessions hold ``COUNT`` rows of ``UNITS`` units, with what figures read; no journal."""
    made = offices.CACHE / f"figures-{COUNT}"
    if not (made / "ready").exists():
        shutil.rmtree(made, ignore_errors=True)
        with samples.open_copy(made) as opened:
            _fill(opened)
        (made / "ready").touch()
    return made


def _fill(opened: Office) -> None:
    """Copy the rows of the million again and again, given to other units."""
    codes = [f"D{number:03d}" for number in range(UNITS)]
    puts = [
        Put(Unit, complete(Unit, {"uid": fixed_uid("unit", code), "code": code, "versions": [{"name": code, "parent": samples.HS}]}))
        for code in codes
    ]
    with opened.store.transaction():
        opened.store.write(puts, samples.USER)
    with offices.big(SOURCE) as source:
        path, key = source.database.database, raw_key(source.database.key)
    connection = opened.database.connection()
    connection.execute(f'ATTACH DATABASE ? AS million KEY "{key}"', (path,))
    connection.execute("CREATE TEMP TABLE place (number INTEGER PRIMARY KEY, unit TEXT)")
    connection.executemany("INSERT INTO place VALUES (?, ?)", enumerate(fixed_uid("unit", code) for code in codes))
    connection.execute("BEGIN IMMEDIATE")
    for table, owner in (("education", "id"), ("education_audiences", "record")):
        columns = _figure_columns(connection, table)
        query = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ? AND type = 'index' AND sql > ''"
        indexes: dict[str, str] = dict(connection.execute(query, (table,)).fetchall())
        for name in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        names = ", ".join(f'"{name}"' for name in columns)
        for turn in range(-(-COUNT // SOURCE)):
            values = ", ".join(_value(name, turn) for name in columns)
            connection.execute(
                f'INSERT INTO main."{table}" ({names}) SELECT {values} FROM million."{table}" '
                f'JOIN place ON number = ("{owner}" * 7919 + ?) % ? WHERE "{owner}" <= ?',
                (turn, UNITS, COUNT - turn * SOURCE),
            )
        for name, sql in indexes.items():
            if name.endswith(("_figures", "_newest")):
                connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("DETACH DATABASE million")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _figure_columns(connection: Any, table: str) -> list[str]:
    """Give the columns that figures read, and those that must not be empty."""
    (covering,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (f"{table}_figures",)).fetchone()
    return [
        name
        for _, name, _, needed, _, first in connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        if needed or first or f'"{name}"' in covering
    ]


def _value(name: str, turn: int) -> str:
    if name in ("id", "record"):
        return f'"{name}" + {turn * 2 * SOURCE}'
    if name in ("unit", "of_unit", "counting_unit"):
        return "place.unit"
    return f"uid || {turn}" if name == "uid" else f'"{name}"'


if __name__ == "__main__":
    print(folder())
