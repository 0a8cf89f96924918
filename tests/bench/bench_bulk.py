"""100,000 records written at once: our tables beside raw executemany, the whole write path, and peewee's own ways."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from app.office import Office
from db import fold
from db.crosschecks import Batch, chunks
from db.record import complete
from db.records.education import Audience, EducationSession
from db.store import BATCH, Put
from tests import samples
from tests.bench import offices
from tests.bench.measure import Row, ms, spend, within

COUNT = 100_000
ROUNDS = 3


def run() -> list[Row]:
    """Measure tables alone, the whole path, insert_many, and parse + checks."""
    records = list(offices.sessions(COUNT, seed=5))
    made = [
        fold.rows(EducationSession, number, record["uid"], fold.Version("d", number, number, "t", "u"), record)
        for number, record in enumerate(records, 1)
    ]
    tables, bare, whole, slow = [], [], [], []
    for _ in range(ROUNDS):
        tables.append(_in_office(lambda opened: _tables(opened, made)))
        bare.append(_in_office(lambda opened: _bare(opened, made)))
        whole.append(_in_office(lambda opened: _whole(opened, records)))
    slow.append(_in_office(lambda opened: _insert_many(opened, made)))
    t, b, w, s = (sorted(side)[len(side) // 2] for side in (tables, bare, whole, slow))
    checks = _in_office(lambda opened: _checks(opened, records[: COUNT // 5])) / (COUNT // 5)
    return [
        within("bulk 100k: tables alone", t, b, 1.3, "≤ 1.3x raw executemany"),
        within("bulk 100k: journal, chain, tables, fold, search", w, b, 8, "≤ 8x tables bare"),
        Row("bulk 100k: tables alone beside peewee insert_many", ms(t), ms(s), t / s, "≥ 10x faster", s >= 10 * t),
        Row("parse + checks, one record", f"{checks * 1e6:.0f} µs", "80 µs", checks / 80e-6, "≤ 80 µs", checks <= 80e-6),
    ]


def _in_office(work: Any) -> float:
    with tempfile.TemporaryDirectory() as folder, samples.open_copy(Path(folder) / "office") as opened:
        offices.prepare(opened)
        spent, _ = spend(lambda: work(opened))
        return spent.cpu


def _tables(opened: Office, made: list[Any]) -> None:
    with opened.store.transaction():
        for chunk in chunks(made, BATCH):
            fold.write(opened.database, EducationSession, chunk, ())
    assert opened.store.count(EducationSession) == len(made)


def _bare(opened: Office, made: list[Any]) -> None:
    connection = opened.database.connection()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(fold.layout(EducationSession).insert, [row for row, _ in made])
    connection.executemany(fold.layout(Audience).insert, [line for _, lines in made for line in lines["audiences"]])
    connection.execute("COMMIT")
    assert opened.store.count(EducationSession) == len(made)


def _whole(opened: Office, records: list[Any]) -> None:
    with opened.store.transaction():
        for chunk in chunks(records, BATCH):
            opened.store.write([Put(EducationSession, record) for record in chunk], samples.USER)
    assert opened.store.count(EducationSession) == len(records)


def _insert_many(opened: Office, made: list[Any]) -> None:
    for model, rows in (
        (EducationSession, [row for row, _ in made]),
        (Audience, [line for _, lines in made for line in lines["audiences"]]),
    ):
        columns = fold.layout(model).columns
        with opened.database.atomic():
            for chunk in chunks(rows, 200):
                opened.database.execute(model.insert_many([dict(zip(columns, row, strict=True)) for row in chunk]))
    assert opened.store.count(EducationSession) == len(made)


def _checks(opened: Office, records: list[Any]) -> None:
    """Parse the cells of every record and run every check, as an import does after reading the file."""
    questions, lines = EducationSession.questions(), Audience.questions()
    texts = [
        (
            {n: _text(q, record[n]) for n, q in questions.items()},
            [{n: _text(q, line[n]) for n, q in lines.items()} for line in record["audiences"]],
        )
        for record in records
    ]
    spent, found = spend(lambda: _parse_and_check(opened, texts))
    assert found == len(records)
    _checks.seconds = spent.cpu  # type: ignore[attr-defined]


def _text(question: Any, value: Any) -> str:
    return "" if value is None else str(value) if len(str(value)) == 36 else question.show(value)


def _parse_and_check(opened: Office, texts: list[Any]) -> int:
    memo: dict[Any, Any] = {}

    def parse(questions: Any, cells: dict[str, str]) -> dict[str, Any]:
        answers = {}
        for name, text in cells.items():
            if text:
                question = questions[name]
                key = (id(question), text)
                if key not in memo:
                    memo[key] = question.parse(text, opened.store.names, None)
                answers[name] = memo[key]
        return answers

    seen, count = Batch(), 0
    for chunk in chunks(texts, BATCH):
        batch = []
        for cells, rows in chunk:
            record = parse(EducationSession.questions(), cells)
            record["audiences"] = [parse(Audience.questions(), row) for row in rows]
            batch.append(complete(EducationSession, record))
        count += len(opened.store.problems(EducationSession, batch, seen))
    return count
