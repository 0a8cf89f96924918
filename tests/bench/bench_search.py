"""Search while typing over a million encrypted rows: every prefix, hit or miss, beside a LIKE scan of folded text."""

from __future__ import annotations

import random
import re
import shutil
import statistics
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playhouse.sqlcipher_ext import SqlCipherDatabase

from db import search_index
from db.text import fold, matches
from tests.bench.measure import Row, ms

ROWS = 1_000_000
BATCH = 10_000
CACHE = Path(".bench").absolute()
KEY = "x'" + "5a" * 32 + "'"
ONSETS = re.findall(r"\S+", "b c ch d đ g gi h k kh l m n ng nh ph q r s t th tr v x")
RIMES = re.findall(
    r"\S+",
    "a ac ai an ang anh ao at ăm ăn âm ân âu âng e em ên ênh i ich iên iêu inh o oa oan ong ô ôc ôn ông ơi ơn u uân ung uyên ươc ương y",
)
TONES = ["", "", *"\u0300\u0309\u0303\u0301\u0323"]


def vocabulary(draw: random.Random) -> list[str]:
    """Give 4,000 different syllables, the frequent ones first."""
    made: dict[str, None] = {}
    while len(made) < 4000:
        rime = draw.choice(RIMES)
        made[unicodedata.normalize("NFC", draw.choice(ONSETS) + rime[:1] + draw.choice(TONES) + rime[1:])] = None
    return list(made)


def texts(count: int, seed: int = 11) -> Iterator[str]:
    """Give texts of about twelve words as a record's: a topic, a name, a place, a document number; words as in Zipf's law."""
    draw = random.Random(seed)
    known = vocabulary(draw)
    weights = [0.0]
    for rank in range(1, len(known) + 1):
        weights.append(weights[-1] + 1 / rank)
    topics = [" ".join(draw.choices(known, k=9)) for _ in range(200)]
    for number in range(count):
        words = draw.choices(known, cum_weights=weights[1:], k=7)
        yield f"{draw.choice(topics)} Nguyễn {' '.join(words)} {draw.randrange(1, 900)}/QĐ-BCH {number:07}"


def filled(rows: int) -> Any:
    """Open a file with ``rows`` indexed rows and the same text folded in a plain table; made once and kept under ``.bench``."""
    folder = CACHE / f"search-{rows}"
    ready = folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    database = SqlCipherDatabase(str(folder / "search.db"), passphrase=KEY, pragmas={"journal_mode": "wal", "synchronous": 2})
    if not ready.exists():
        with database.atomic("IMMEDIATE"):
            database.execute_sql("CREATE TABLE plain (id INTEGER PRIMARY KEY, folded TEXT)")
            search_index.create(database, "education")
            following, made = 1, texts(rows)
            while batch := [(following + at, text) for at, text in zip(range(BATCH), made, strict=False)]:
                search_index.put_many(database, "education", batch)
                plain = [(row_id, " " + " ".join(fold(text).replace("/", " ").replace("-", " ").split())) for row_id, text in batch]
                database.cursor().executemany("INSERT INTO plain VALUES (?, ?)", plain)
                following += len(batch)
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        ready.touch()
    return database


def _prefixes(rows: int) -> dict[str, list[str]]:
    """Give queries by kind; every prefix of sampled words, plain and marked."""
    draw = random.Random(5)
    sample = [text.split() for text in texts(2000)]
    words = sorted({word for text in sample for word in draw.sample(text[:-2], 2)})
    draw.shuffle(words)
    typed = [word[:size].lower() for word in words[:150] for size in range(1, len(word) + 1)]
    pairs = [f"{one} {two[:2]}" for one, two in (draw.sample(text[:-2], 2) for text in sample[:150])]
    return {
        "plain prefix": sorted({fold(word) for word in typed}),
        "marked prefix": sorted({word for word in typed if fold(word) != word.replace("y", "i")}),
        "miss": ["zz", "wq", "zzzz", "đzz", "xòzz", "đườngz", "nguyenzz", "fff", "jê"],
        "two words": pairs,
        "number": [str(draw.randrange(1, 900)) for _ in range(40)]
        + [f"{draw.randrange(rows):07}"[:size] for size in (2, 3, 4, 5, 6, 7) for _ in range(8)],
    }


def _times(work: Callable[[str], object], queries: list[str]) -> list[float]:
    """Give for each query the median wall seconds of three runs: what a person at the keyboard meets."""
    found: list[float] = []
    for query in queries:
        runs = []
        for _ in range(3):
            start = time.perf_counter()
            work(query)
            runs.append(time.perf_counter() - start)
        found.append(statistics.median(runs))
    return found


def run() -> list[Row]:
    """Measure at a hundred thousand rows and at a million."""
    return [row for rows in (ROWS // 10, ROWS) for row in measured(rows)]


def measured(rows: int) -> list[Row]:
    """Measure p95 of the newest fifty for every kind of query; the peer scans the same rows with LIKE."""
    database = filled(rows)

    def ours(query: str) -> list[int]:
        return search_index.search(database, "education", query)

    def peer(query: str) -> list[int]:
        sql = "SELECT id FROM plain WHERE folded LIKE ? ORDER BY id DESC LIMIT 50"
        return [row[0] for row in database.execute_sql(sql, (f"% {query}%",))]

    queries = _prefixes(rows)
    for query in [*queries["plain prefix"][::40], "zzzz"]:
        assert ours(query) == peer(query), query
    newest = deque(enumerate(texts(rows), 1), maxlen=2000)
    for query in [*queries["marked prefix"][::10], *queries["two words"][::10]]:
        expected = [row_id for row_id, text in reversed(newest) if matches(query, text)][:50]
        assert ours(query)[: len(expected)] == expected, query
    scan = statistics.median(_times(peer, ["zzzz", "zz"]))
    found: list[Row] = []
    for kind, several in queries.items():
        times = sorted(_times(ours, several))
        p95 = times[int(len(times) * 0.95)]
        worst = f"{ms(p95)} (p50 {ms(times[len(times) // 2])}, most {ms(times[-1])}, {len(times)} queries)"
        operation = f"search {rows:,} rows, {kind}, p95"
        found.append(Row(operation, worst, f"LIKE, miss: {ms(scan)}", p95 / scan, "p95 ≤ 5 ms", p95 <= 0.005))
    database.close()
    return found
