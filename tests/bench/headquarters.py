"""700 offices that enrolled with one headquarters, and their files; made once by the real code and kept under ``.bench``.

``python -m tests.bench.headquarters FOLDER`` takes all files at a copy of that headquarters, in random order, in a process of its own, and
prints what it cost and what it then counts.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import figures
from app.periods import period
from app.sync import authority, enrolment, sending, taking
from db.record import CANCELLED, Aggregate, complete, fixed_uid
from db.records import RECORD_TYPES
from db.records.education import CLASS_FORMS, PARTY_MEMBERS, EducationSession
from db.store import Put
from db.system import last_seq
from tests.bench import offices
from tests.bench.measure import spend
from tests.samples import USER
from tests.sync_offices import HQ, Place, new_office, reopen

OFFICES, CHANGES = 700, 2_000
PART = 160_000
"""Bytes of one file: every office sends several, which may arrive in any order."""
PERIODS = [f"{year}-H{half}" for year in range(2001, 2020) for half in (1, 2)]
BY_UNIT = "2019-H1"
SUMS = {"turn": "EDU_TURN_N", "required": "EDU_REQUIRED_N", "sessions": "EDU_SESSION_N"}
Sums = dict[str, dict[str, int]]


def codes() -> list[str]:
    """Give the codes of the offices."""
    return [f"D{number:03d}" for number in range(1, OFFICES + 1)]


def folder() -> Path:
    """Give the folder with ``hq``, ``files`` and ``recount.json``."""
    root = offices.CACHE / f"province-{OFFICES}x{CHANGES}"
    if not (root / "ready").exists():
        shutil.rmtree(root, ignore_errors=True)
        (root / "mail").mkdir(parents=True)
        _make(root)
        (root / "ready").touch()
    return root


def _make(root: Path) -> None:
    hq = new_office(root / "hq", HQ)
    for number, code in enumerate(codes()):
        version = {"name": f"Ban CHQS huyện {number}", "parent": fixed_uid("unit", HQ), "level": "HUYEN"}
        hq.store.save("unit", complete(RECORD_TYPES["unit"], {"code": code, "versions": [version]}), USER)
    for number in range(1, offices.TOPICS + 1):
        topic = {"code": f"T{number:02}", "title": f"Chuyên đề giáo dục chính trị {number}", "content_type": "CT"}
        hq.store.save("topic", topic, USER)
    authority.make_keys(hq.store, root / "mail", USER)
    recount: Sums = {}
    for number, code in enumerate(codes()):
        with tempfile.TemporaryDirectory() as own:
            place = new_office(Path(own) / code, code)
            enrol(place, hq, root / "mail")
            for record in _write(place, code, number):
                _count(recount, record)
            sending.out(place.store, root / "files", USER, part=PART)
            place.close()
        if number % 50 == 49:
            print(f"   {number + 1} offices made", file=sys.stderr, flush=True)
    hq.store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    hq.close()
    (root / "recount.json").write_text(json.dumps(recount))


def enrol(place: Place, hq: Place, mail: Path) -> None:
    """Let a new office trust headquarters and be approved there."""
    keys = mail / f"khoa-{HQ}.json"
    authority.take_keys(place.store, keys, authority.read_keys(keys).digits, USER)
    path, mine = enrolment.enrol(place.store, mail, "Máy văn thư", USER)
    assert taking.take(hq.store, [path], USER)[0].verdict == "taken"
    enrolment.approve(hq.store, mine.device, mine.digits, USER)


def _write(place: Place, code: str, seed: int) -> Iterator[Aggregate]:
    """Fill the office's chain to ``CHANGES`` entries: four in five are new, of the rest three in four change one and one cancels it.

    Gives the records as they stand at the end.
    """
    draw = random.Random(seed)
    start = last_seq(place.store.database, place.device)
    left = CHANGES - start
    count = left * 4 // 5
    unit = fixed_uid("unit", code)
    records = [record | {"unit": unit, "counting_unit": unit} for record in offices.sessions(count, seed)]
    new, changed = [Put(EducationSession, record) for record in records], []
    for place_in_list in draw.sample(range(count), left - count):
        record = records[place_in_list]
        if draw.random() < 0.75:
            lines = [line | {"present": line["present"] - draw.randrange(9)} for line in record["audiences"]]
            record = record | {"audiences": lines}
        else:
            record = record | {"state": CANCELLED, "cancel_reason": "Nhập nhầm"}
        records[place_in_list] = record
        changed.append(Put(EducationSession, record, ((place.device, start + 1 + place_in_list),)))
    with place.store.transaction():
        place.store.write(new, USER)
        place.store.write(changed, USER)
    assert last_seq(place.store.database, place.device) == CHANGES
    yield from records


def _count(recount: Sums, record: Aggregate) -> None:
    """Count by day and by unit, one record at a time."""
    if record["state"] == CANCELLED or record["form"] not in CLASS_FORMS:
        return
    lines = [line for line in record["audiences"] if line["audience"] != PARTY_MEMBERS]
    turn = sum(line["present"] for line in lines)
    for key in (record["event_to"], f"{record['unit']} {record['event_to']}"):
        sums = recount.setdefault(key, dict.fromkeys(SUMS, 0))
        sums["turn"] += turn
        sums["required"] += sum(line["required"] for line in lines)
        sums["sessions"] += record["sessions"] if turn else 0


def expected(root: Path, hq: Place) -> dict[str, dict[str, int]]:
    """Give the recounted sums of each half-year, and of each unit in ``BY_UNIT``."""
    recount: Sums = json.loads((root / "recount.json").read_text())
    found: Sums = {}
    spans = {code: period(hq.store, code) for code in PERIODS}
    for key, sums in recount.items():
        unit, _, day = key.rpartition(" ")
        for code, span in spans.items():
            if span.start <= day <= span.end and (not unit or code == BY_UNIT):
                into = found.setdefault(unit or code, dict.fromkeys(SUMS, 0))
                for name, number in sums.items():
                    into[name] += number
    return found


def counted(hq: Place, units: list[str]) -> Sums:
    """Give the same sums as headquarters' figures say them."""
    found: Sums = {}
    for code in PERIODS:
        made = figures.compute(hq.store, period(hq.store, code))
        found[code] = {name: int(made.value(figure).value or 0) for name, figure in SUMS.items()}
        for unit in units if code == BY_UNIT else ():
            found[unit] = {name: int(made.value(figure, row=unit).value or 0) for name, figure in SUMS.items()}
    return found


def take_all(root: Path) -> dict[str, Any]:
    """Take all files in random order; give seconds, peak memory, verdicts and whether the totals are those of the recount."""
    with tempfile.TemporaryDirectory(dir=offices.CACHE) as name:
        shutil.copytree(root / "hq", Path(name) / "hq")
        hq = reopen(Path(name) / "hq")
        paths = sorted((root / "files").glob("*.nnp"))
        random.Random(2026).shuffle(paths)
        spent, verdicts = spend(lambda: taking.take(hq.store, paths, USER))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wanted = expected(root, hq)
        found = counted(hq, [key for key in wanted if key not in PERIODS])
        size = (Path(name) / "hq" / "data.db").stat().st_size
        hq.close()
    return {
        "files": len(paths), "taken": sum(verdict.verdict == "taken" for verdict in verdicts), "cpu": spent.cpu, "wall": spent.wall,
        "changes": sum(verdict.taken.new + verdict.taken.changed + verdict.taken.audits for verdict in verdicts),
        "peak": peak * 1024, "sums": len(wanted), "equal": found == wanted, "bytes": size,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(take_all(Path(sys.argv[1]))))
