"""Kill saving, drafts, importing, undoing an import and rebuilding at random moments (trust.md f).

After each kill the office must open, hold everything that was acknowledged and nothing but what was begun, and be whole.
"""

from __future__ import annotations

import atexit
import csv
import functools
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files as resource_files
from pathlib import Path
from typing import Any

from app import drafts, importing, office
from app.checking import check_all
from app.office import Office
from db import key_slots
from db.journal import decode
from db.record import complete
from db.records import RECORD_TYPES
from tests import crash_worker, samples
from tests.crash_worker import Worker, killed_at, same_answers
from tests.samples import USER

CATALOGUES = (("unit", "01-don-vi.csv"), ("topic", "02-chuyen-de.csv"), ("party-org", "03-to-chuc-dang.csv"), ("office", "04-co-quan.xlsx"))
IMPORTS = (("education", "05-giao-duc.csv"), ("care", "07-chinh-sach.xlsx"), ("inspection", "08-kiem-tra.xlsx"))
BIG = 2_500
"""Rows of the made-up import: more than the bulk path writes at once."""


@dataclass
class Tally:
    """What a run did and found. ``lost`` and ``damaged`` say what; a run that holds has neither."""

    kills: int = 0
    acknowledged: int = 0
    landed: int = 0
    """Kills after which what was begun, but not acknowledged, was there."""
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def good(self) -> bool:
        """Say whether nothing was lost or damaged."""
        return not self.lost and not self.damaged

    def __str__(self) -> str:
        """Say it on one line, with what was found."""
        found = "".join(f"\n  {one}" for one in (*self.lost, *self.damaged))
        counts = f"{self.kills} kills, {self.acknowledged} acknowledged, {self.landed} landed unsaid"
        return f"{counts}, {len(self.lost)} lost, {len(self.damaged)} damaged{found}"


@functools.cache
def _template(with_demo: bool) -> tuple[Path, bytes]:
    """Make an office once a run and give its folder and data key: the small one of the tests, or one ready for the demo's files."""
    base = Path(tempfile.mkdtemp(prefix="nennep-crash-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder = base / "office"
    if with_demo:
        office.create(folder, "HS00", "Bộ CHQS tỉnh Hà Sơn", "province", None, samples.PASSWORD, cost=key_slots.FLOOR)
    else:
        samples.copy_office(folder)
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        for type_name, name in CATALOGUES if with_demo else ():
            found = importing.preview(opened.store, RECORD_TYPES[type_name], demo_file(name))
            importing.apply(opened.store, found, USER)
        return folder, opened.unlocked.data_key


def copy(to: Path, with_demo: bool = False) -> tuple[Path, bytes]:
    """Give a fresh copy of an office, and its data key."""
    folder, key = _template(with_demo)
    return Path(shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.lock*"))), key


def demo_file(name: str) -> Path:
    """Give a file of the demo."""
    return Path(str(resource_files("resources") / "demo" / name))


def big_file(folder: Path, rows: int) -> Path:
    """Write an import of ``rows`` sessions."""
    path = folder / "nhieu-buoi.csv"
    head = "Đơn vị,Ngày,Hình thức,Loại nội dung,Nội dung khác,Giáo viên / báo cáo viên,Đối tượng,Quân số,Phải học,Tham gia"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(head.split(","))
        for number in range(rows):
            day = f"{number % 14 + 1:02}/{number % 6 + 1:02}/2019"
            out.writerow([f"DV{number % 9 + 1:02}", day, "SINH_HOAT", "CT", f"Nội dung {number}", "CAN_BO_CT", "DQ_CD", 420, 420, 409])
    return path


def entries(opened: Office) -> int:
    """Count the journal's entries."""
    return int(opened.database.execute_sql("SELECT count(*) FROM journal").fetchone()[0])


def examine(opened: Office, tally: Tally, about: str) -> None:
    """Check file, chain and tables, and that the journal makes the very same tables again."""
    result = check_all(opened.store)
    tally.damaged += [f"{about}: {problem}" for problem in result.problems]
    before = opened.store.state_hash()
    opened.store.rebuild()
    if opened.store.state_hash() != before:
        tally.damaged.append(f"{about}: rebuilding gave another state")


def missing(opened: Office, acknowledged: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    """Give the acknowledged saves of which no version holds what was given."""
    lost = []
    for type_name, uid, given in acknowledged:
        declared = RECORD_TYPES[type_name]
        versions = [complete(declared, decode(uid, entry.body, entry.private)) for entry in opened.store.versions(uid)]
        if not any(same_answers(given, version) for version in versions):
            lost.append(f"{type_name} {uid}: {given.get('note') or given.get('cancel_reason')}")
    return lost


def saving(base: Path, rounds: int, seed: int, longest: float = 0.25, every: int = 1) -> Tally:
    """Kill an office while records are saved, changed and cancelled; one office for twenty kills.

    What was acknowledged is looked for after each kill, all there is examined after one in ``every``.
    """
    tally, chance = Tally(), random.Random(seed)
    for number in range(rounds):
        if number % 20 == 0:
            folder, key = copy(base / f"saving {number}")
            acknowledged: list[tuple[str, str, dict[str, Any]]] = []
            with crash_worker.opened(folder, key) as opened:
                before = entries(opened)
        answers = killed_at(folder, key, chance.uniform(0, longest), "save_on", seed * 1000 + number)
        said = [value for kind, value in answers if kind == "done"]
        acknowledged += said
        tally.kills += 1
        tally.acknowledged += len(said)
        with crash_worker.opened(folder, key) as opened:
            tally.lost += missing(opened, acknowledged)
            surplus = entries(opened) - before - len(said)
            if surplus not in (0, 1):
                tally.lost.append(f"kill {number}: {surplus} entries more than were acknowledged")
            tally.landed += surplus
            if number % every == every - 1:
                examine(opened, tally, f"kill {number} while saving")
            before = entries(opened)
    return tally


def drafting(base: Path, rounds: int, seed: int, longest: float = 0.1) -> Tally:
    """Kill an office while a draft is kept: the last text acknowledged is there, or a later one."""
    tally, chance = Tally(), random.Random(seed)
    folder, key = copy(base / "drafting")
    for number in range(rounds):
        said = [value for kind, value in killed_at(folder, key, chance.uniform(0, longest), "draft_on") if kind == "done"]
        tally.kills += 1
        tally.acknowledged += len(said)
        kept, text = said[-1]
        with crash_worker.opened(folder, key) as opened:
            found = drafts.get(opened.store, kept).content
            if found != text:
                tally.landed += 1
                if int(found["note"].split()[2]) <= int(text["note"].split()[2]):
                    tally.lost.append(f"draft {kept}: {text['note'][:20]}")
            examine(opened, tally, f"kill {number} while a draft was kept")
    return tally


def _seconds(action: Callable[[Worker], object], folder: Path, key: bytes) -> float:
    """Measure how long an action takes from its beginning, so that kills fall within it."""
    with Worker(folder, key) as worker:
        worker.do("start")
        action(worker)
        assert worker.hear()[0] == "begun"
        start = time.monotonic()
        kind, value = worker.hear()
        assert kind == "done", value
        return time.monotonic() - start


def _moment(chance: random.Random, takes: float) -> float:
    """Choose when to kill: half of the times anywhere, half around the end, where all is written at once."""
    return chance.uniform(0, 1.1 * takes) if chance.random() < 0.5 else chance.uniform(0.8 * takes, 1.4 * takes)


def importing_(base: Path, rounds: int, seed: int, rows: int = BIG) -> Tally:
    """Kill imports: all of a file is there, or nothing of it and it can be imported again."""
    tally, chance = Tally(), random.Random(seed)
    sources = [*((name, demo_file(file)) for name, file in IMPORTS), ("education", big_file(base, rows))]
    takes: dict[Path, float] = {}
    for number in range(rounds):
        type_name, path = sources[number % len(sources)]
        if path not in takes:
            measured, key = copy(base / f"timed {path.stem}", with_demo=True)
            takes[path] = _seconds(lambda w, t=type_name, p=path: w.say("import_", t, p), measured, key)  # type: ignore[misc]
        folder, key = copy(base / f"import {number}", with_demo=True)
        with crash_worker.opened(folder, key) as opened:
            before, state = entries(opened), opened.store.state_hash()
        said = killed_at(folder, key, _moment(chance, takes[path]), "import_", type_name, path)
        tally.kills += 1
        about = f"kill {number} while importing {path.name}"
        with crash_worker.opened(folder, key) as opened:
            made, (_, puts) = entries(opened) - before, said[0]
            acknowledged = said[-1][0] == "done"
            tally.acknowledged += acknowledged
            tally.landed += made > 0 and not acknowledged
            if made not in (0, puts + 1):  # and the entry that tells of the import
                tally.damaged.append(f"{about}: {made} of {puts + 1} entries")
            if acknowledged and not made:
                tally.lost.append(about)
            if not made and opened.store.state_hash() != state:
                tally.damaged.append(f"{about}: nothing is there, yet the tables have changed")
            examine(opened, tally, about)
            again = importing.preview(opened.store, RECORD_TYPES[type_name], path)
            if (again.new == 0) != (made > 0) or (again.already == 0) == (made > 0):
                tally.damaged.append(f"{about}: imported again, {again.new} new and {again.already} known")
        shutil.rmtree(folder)
    return tally


def undoing(base: Path, rounds: int, seed: int, rows: int = BIG) -> Tally:
    """Kill the undo of an import: either it stands or it is undone, and it can be undone then."""
    tally, chance = Tally(), random.Random(seed)
    start, key = copy(base / "undo", with_demo=True)
    with crash_worker.opened(start, key) as opened:
        found = importing.preview(opened.store, RECORD_TYPES["education"], big_file(base, rows))
        importing.apply(opened.store, found, USER)
        before, state = entries(opened), opened.store.state_hash()
    import_id = found.import_id
    assert import_id is not None
    takes = 0.0
    for number in range(rounds + 1):
        folder = Path(shutil.copytree(start, base / f"undo {number}", ignore=shutil.ignore_patterns("*.lock*")))
        if number == 0:
            takes = _seconds(lambda worker: worker.say("undo", import_id), folder, key)
            continue
        said = killed_at(folder, key, _moment(chance, takes), "undo", import_id)
        tally.kills += 1
        about = f"kill {number} while undoing an import"
        with crash_worker.opened(folder, key) as opened:
            made, acknowledged = entries(opened) - before, said[-1][0] == "done"
            tally.acknowledged += acknowledged
            tally.landed += made > 0 and not acknowledged
            if made not in (0, rows + 1):
                tally.damaged.append(f"{about}: {made} of {rows + 1} entries")
            if acknowledged and not made:
                tally.lost.append(about)
            if (opened.store.state_hash() == state) != (not made):
                tally.damaged.append(f"{about}: the tables do not stand where the journal does")
            examine(opened, tally, about)
            if not made and importing.undo(opened.store, import_id, USER).cancelled != rows:
                tally.damaged.append(f"{about}: cannot be undone again")
        shutil.rmtree(folder)
    return tally


def rebuilding(base: Path, rounds: int, seed: int, rows: int = BIG) -> Tally:
    """Kill the rebuilding of the tables: they are what they were, every time."""
    tally, chance = Tally(), random.Random(seed)
    folder, key = copy(base / "rebuild", with_demo=True)
    with crash_worker.opened(folder, key) as opened:
        importing.apply(opened.store, importing.preview(opened.store, RECORD_TYPES["education"], big_file(base, rows)), USER)
        state = opened.store.state_hash()
    takes = _seconds(lambda worker: worker.say("rebuild"), folder, key)
    for number in range(rounds):
        said = killed_at(folder, key, _moment(chance, takes), "rebuild")
        tally.kills += 1
        tally.acknowledged += said[-1][0] == "done"
        about = f"kill {number} while rebuilding"
        with crash_worker.opened(folder, key) as opened:
            if opened.store.state_hash() != state:
                tally.damaged.append(f"{about}: the tables have changed")
            tally.damaged += [f"{about}: {problem}" for problem in check_all(opened.store).problems]
    return tally


RUNS: tuple[tuple[str, Callable[[Path, int, int], Tally], float], ...] = (
    ("saving", functools.partial(saving, longest=0.6), 1),
    ("importing", importing_, 1),
    ("undoing an import", undoing, 0.5),
    ("rebuilding", rebuilding, 0.5),
    ("keeping a draft", drafting, 0.5),
)
"""Name, run, and its share of the rounds."""


def run(rounds: int = 100, seed: int = 1) -> bool:
    """Make ``rounds`` kills while saving and as many while importing, half as many of each other kind; say whether all held."""
    good = True
    for name, one, share in RUNS:
        with tempfile.TemporaryDirectory(prefix="nennep-soak-") as base:
            tally = one(Path(base), max(1, int(rounds * share)), seed)
        print(f"{name:20}{tally}", flush=True)
        good &= tally.good()
    return good
