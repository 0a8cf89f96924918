"""Cut the power at random moments of an office's work: the database opens, is whole, and holds everything that was acknowledged."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from sqlcipher3 import dbapi2

from app import importing
from app.checking import check_all
from db.connection import raw_key
from db.records import RECORD_TYPES
from tests import crash_worker, power
from tests.power import Cut, Step
from tests.samples import USER
from tests.soak import crash

SAVES, STATES = 80, 5_000
"""Saves of one recording, and power cuts made from it."""
WHOLE = 25
"""Of one state in so many everything is checked, chain and tables too; of the others its pages and the hashes of its journal."""


class Ledger:
    """One recording: the steps, what the files were before, and the hash of every entry that was ever written."""

    def __init__(self, base: Path, saves: int, seed: int, rows: int = 200, synchronous: str = "") -> None:
        self.folder, self.key = crash.copy(base / f"office {seed}{synchronous}")
        (database,) = self.folder.glob("*.db")
        self.name = database.name
        self.before = {self.name: database.read_bytes()}
        with power.recorded(self.folder) as self.steps:
            self.hashes = self._work(saves, seed, crash.big_file(base, rows) if rows else None, synchronous)

    def _work(self, saves: int, seed: int, table: Path | None, synchronous: str) -> list[bytes]:
        work = crash_worker.Work(self.folder, self.key, cast(Connection, None))
        work.start()
        store = work.open.store
        if synchronous:
            store.database.execute_sql(f"PRAGMA synchronous = {synchronous}")
        for number in range(saves):
            work.save(number, seed)
            self._said(store)
            if number % 10 == 5:
                work.draft(number)
            if number == saves // 3:
                work.checkpoint()
            if number == saves // 2 and table is not None:
                importing.apply(store, importing.preview(store, RECORD_TYPES["education"], table), USER)
                self._said(store)
        made = hashes(cast(Any, store.database).connection())
        work.close()
        return made

    def _said(self, store: Any) -> None:
        self.steps.append(Step("said", at=int(store.database.execute_sql("SELECT count(*) FROM journal").fetchone()[0])))

    def judge(self, cut: Cut, place: Path, pages: bool, whole: bool) -> list[str]:
        """Give what is wrong with the files after a power cut; ``pages``: look at every page, ``whole``: check all that can be checked."""
        for name, content in cut.files.items():
            (place / name).write_bytes(content)
        try:
            found = self._found(cut, place / self.name, pages)
            if whole and not found:
                for name in ("keys.json", "keys.bak"):
                    shutil.copyfile(self.folder / name, place / name)
                with crash_worker.opened(place, self.key) as opened:
                    found = check_all(opened.store).problems
        finally:
            for path in [*place.iterdir()]:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return [f"step {cut.moment} ({cut.mood}): {one}" for one in found]

    def _found(self, cut: Cut, database: Path, pages: bool) -> list[str]:
        connection = dbapi2.connect(str(database), isolation_level=None)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f'PRAGMA key = "{raw_key(self.key)}"')
            check = "PRAGMA integrity_check" if pages else "SELECT 'ok'"
            problems = [row[0] for row in connection.execute(check).fetchall() if row[0] != "ok"]
            there = hashes(connection)
        except dbapi2.DatabaseError as error:
            return [f"damaged: {error}"]
        finally:
            connection.close()
        if there != self.hashes[: len(there)]:
            problems.append("damaged: the journal is not a beginning of what was written")
        if len(there) < cut.said:
            problems.append(f"lost: {len(there)} entries of {cut.said} that were acknowledged")
        return problems


def hashes(connection: Any) -> list[bytes]:
    """Give the chain of the journal: each hash binds all entries before it."""
    return [bytes(row[0]) for row in connection.execute("SELECT hash FROM journal ORDER BY id").fetchall()]


def judged(ledger: Ledger, count: int, seed: int, place: Path, every: int = 1) -> tuple[Counter[str], list[str]]:
    """Make ``count`` power cuts and give how many of which kind there were, and what is wrong. The same files are judged once.

    All pages of one state in ``every`` are looked at; of all of them those that the journal is on.
    """
    tally, wrong, seen = Counter[str](), list[str](), set[object]()
    place.mkdir(exist_ok=True)
    for number, cut in enumerate(power.cuts(ledger.before, ledger.steps, count, random.Random(seed))):
        tally["states"] += 1
        if cut.alike in seen:
            continue
        seen.add(cut.alike)
        tally["distinct"] += 1
        found = ledger.judge(cut, place, number % every == 0, number % WHOLE == 0)
        tally["lost"] += any(" lost: " in one for one in found)
        tally["damaged"] += any(" lost: " not in one for one in found)
        wrong += found
    return tally, wrong


def on_memory(work: Callable[[Path], bool]) -> bool:
    """Do something in a folder of a drive in memory, where there is one: the states are many and nobody needs them afterwards."""
    root = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="nennep-power-", dir=root) as base:
        return work(Path(base))


def run(rounds: int = 20_000, seed: int = 1) -> bool:
    """Judge ``rounds`` power cuts, of a recording of its own each 5,000; say whether nothing was damaged and nothing acknowledged lost."""

    def work(base: Path) -> bool:
        total, wrong = Counter[str](), list[str]()
        for turn, first in enumerate(range(0, rounds, STATES)):
            ledger = Ledger(base, SAVES, seed + turn)
            tally, found = judged(ledger, min(STATES, rounds - first), seed + turn, base / "state")
            total += tally
            wrong += found
            total["writes"] += len(ledger.steps)
        print(
            f"{total['states']} power cuts ({total['distinct']} different) in {total['writes']} steps: "
            f"{total['lost']} lose what was acknowledged, {total['damaged']} damaged"
        )
        print("\n".join(wrong[:20]))
        return not wrong

    return on_memory(work)
