"""Big encrypted offices for measuring: synthetic sessions written through the store's own bulk path."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app import office
from app.office import Office
from db.record import Aggregate, complete, fixed_uid, uuid7
from db.records.education import EducationSession
from db.store import BATCH, Put
from tests import samples

CACHE = Path(".bench").absolute()
UNITS, TOPICS, YEARS = 20, 32, 20
WORDS = [
    "hội",
    "trường",
    "nhà",
    "văn",
    "hóa",
    "xã",
    "phường",
    "trung",
    "đoàn",
    "tiểu",
    "đoàn",
    "đông",
    "giang",
    "bình",
    "khê",
    "châu",
    "phong",
    "kim",
    "lộc",
    "lương",
    "hòa",
    "ngọc",
    "bảo",
    "an",
    "thạch",
]
CODES = ("SQ", "QNCN", "HSQBS", "DQ_CD", "DQ_TC")


def sessions(count: int, seed: int = 7) -> Iterator[Aggregate]:
    """Give ``count`` valid sessions over twenty years, twenty units and 32 topics, one or two audiences each."""
    draw = random.Random(seed)
    first = date(2000, 1, 1)
    units = [fixed_uid("unit", f"DV{n:02}") for n in range(1, UNITS + 1)]
    topics = [fixed_uid("topic", f"T{n:02}") for n in range(1, TOPICS + 1)]
    for number in range(count):
        day = (first + timedelta(days=draw.randrange(365 * YEARS))).isoformat()
        lines = [line(draw, code) for code in draw.sample(CODES, draw.choice((1, 1, 1, 2)))]
        yield complete(
            EducationSession,
            {
                "uid": uuid7(), "unit": draw.choice(units), "event_to": day, "form": draw.choice(("HOC_TAP", "GD_PHAP_LUAT", "SINH_HOAT")),
                "content_type": "CT", "topic": draw.choice(topics), "lecturer_role": "CAN_BO_CT", "lecturer_name": f"Trợ lý {number % 97}",
                "place": " ".join(draw.choices(WORDS, k=4)), "basis_doc": f"Kế hoạch số {number % 500}/KH-BCH", "audiences": lines,
            },
        )  # fmt: skip


def line(draw: random.Random, code: str) -> dict[str, Any]:
    """Give one audience line."""
    required = draw.randrange(20, 500)
    present = required - draw.randrange(0, max(1, required // 12))
    return {"audience": code, "strength": required, "excused": 0, "required": required, "present": present, "tested": present,
            "gioi": present // 3, "kha": present // 2, "dat": present - present // 3 - present // 2, "khong_dat": 0}  # fmt: skip


def prepare(opened: Office) -> None:
    """Write the units and topics that the sessions link to."""
    for n in range(1, UNITS + 1):
        opened.store.save("unit", {"code": f"DV{n:02}", "versions": [{"name": f"Ban CHQS huyện {n}", "parent": samples.HS}]}, samples.USER)
    for n in range(1, TOPICS + 1):
        topic = {"code": f"T{n:02}", "title": f"Chuyên đề giáo dục chính trị {n}", "content_type": "CT"}
        opened.store.save("topic", topic, samples.USER)


def fill(opened: Office, count: int) -> None:
    """Write ``count`` sessions through the bulk path, in one transaction."""
    batch: list[Put] = []
    with opened.store.transaction():
        for record in sessions(count):
            batch.append(Put(EducationSession, record))
            if len(batch) == BATCH:
                opened.store.write(batch, samples.USER)
                batch = []
        opened.store.write(batch, samples.USER)


def folder_of(count: int) -> Path:
    """Give the folder of an office with ``count`` sessions, made once and kept under ``.bench`` (not committed)."""
    folder = CACHE / f"sessions-{count}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        opened = samples.open_copy(folder)
        prepare(opened)
        fill(opened, count)
        opened.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.close()
        (folder / "ready").touch()
    return folder


def big(count: int) -> Office:
    """Open that office."""
    return office.open_office(folder_of(count), None, samples.PASSWORD, "đo")
