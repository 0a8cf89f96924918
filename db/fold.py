"""The record tables as a fold of the journal: rows from versions, tables from declarations, one hash over the whole state.

The fold of a record reads nothing but its own winning version (contract.md 1); bulk paths never build model instances.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import peewee

from db.journal import Entry, decode
from db.questions import Answers, Choices, Derived, Question, YesNo
from db.record import ENTERED, Aggregate, Line, Record, complete
from db.statements import Prepared

Row = tuple[Any, ...]


class Version(NamedTuple):
    """Which journal entry a row stands for."""

    device: str
    seq: int
    lc: int
    written: str
    author: str


class Layout(NamedTuple):
    """How rows of one table are made: the insert statement and, per column, where its value comes from."""

    table: str
    insert: str
    columns: tuple[str, ...]
    answers: Callable[[Answers], Row]
    converted: tuple[tuple[int, Callable[[Any], Any]], ...]
    derived: tuple[Callable[..., Any], ...]


_RECORD_HEAD = ("id", "uid", "device", "seq", "lc", "written", "author", "open_warnings", "counted_on", "counts")
_LINE_HEAD = ("record", "position", "counted_on", "counts", "of_unit")


@cache
def layout(model: type[Record] | type[Line]) -> Layout:
    """Give the layout of a record's or line's table; the statement is made from ``Model._meta``."""
    meta = model._meta
    head = _LINE_HEAD if issubclass(model, Line) else _RECORD_HEAD
    questions: dict[str, Question] = model.questions()
    derived: dict[str, Derived] = model.derived()
    columns = tuple(meta.fields[name].column_name for name in (*head, *questions, *derived))
    quoted = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    converted = tuple((at, q.to_column) for at, q in enumerate(questions.values()) if isinstance(q, (Choices, YesNo)))
    computed = tuple(field.compute for field in derived.values())
    return Layout(
        meta.table_name,
        f'INSERT INTO "{meta.table_name}" ({quoted}) VALUES ({marks})',
        columns,
        itemgetter(*questions),
        converted,
        computed,
    )


def counts(record: Answers) -> int:
    """Give 1 when the record is counted: entered, and its counting unit is its own unit (contract.md 5)."""
    return int(record["state"] == ENTERED and record.get("counting_unit") == record.get("unit"))


def open_warnings(record: Answers) -> int:
    """Give how many kept warnings still lack a reason."""
    return sum(not reason for reason in (record.get("warned") or {}).values())


def aggregate(record_type: type[Record], entry: Entry) -> Aggregate:
    """Give the complete aggregate that a ``put`` entry holds; private answers that were erased or left out are None."""
    return complete(record_type, decode(entry.record, entry.body, entry.private))


def version(entry: Entry) -> Version:
    """Give which version a row made of this entry stands for; its header says when and by whom."""
    head = entry.head
    return Version(entry.device, entry.seq, entry.lc, head["ts"], head["u"])


def rows(record_type: type[Record], row_id: int, uid: str, version: Version, record: Answers) -> tuple[Row, dict[str, list[Row]]]:
    """Give the table row of a complete aggregate, and its lines' rows by kind."""
    plan = layout(record_type)
    day, counted = record_type.counted_day(record), counts(record)
    head = (row_id, uid, version.device, version.seq, version.lc, version.written, version.author, open_warnings(record), day, counted)
    row = (*head, *_cells(plan, record), *[compute(record) for compute in plan.derived])
    lines: dict[str, list[Row]] = {}
    unit = record.get("counting_unit")
    for kind, line_type in record_type.kinds.items():
        line_plan = layout(line_type)
        made = lines[kind] = []
        for index, line in enumerate(record[kind]):
            made.append(
                (
                    row_id,
                    index,
                    day,
                    counted,
                    unit,
                    *_cells(line_plan, line),
                    *[compute(line, record, index) for compute in line_plan.derived],
                )
            )
    return row, lines


def _cells(plan: Layout, answers: Answers) -> Sequence[Any]:
    cells = plan.answers(answers)
    if not plan.converted:
        return cells
    changed = list(cells)
    for at, convert in plan.converted:
        changed[at] = convert(changed[at])
    return changed


def create_tables(database: peewee.Database, record_type: type[Record]) -> None:
    """Make the tables and indexes of one record type."""
    for model in (record_type, *record_type.kinds.values()):
        peewee.SchemaManager(model, database).create_all(safe=True)


def add_indexes(database: peewee.Database, types: Iterable[type[Record]]) -> None:
    """Make the indexes of lists where a file was folded before they were declared; an index changes no row, so nothing is folded anew."""
    known = {name for (name,) in database.execute_sql("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    for record_type in types:
        if f"{record_type.table_name()}_newest" not in known:
            peewee.SchemaManager(record_type, database).create_indexes(safe=True)


def drop_tables(database: peewee.Database, record_type: type[Record]) -> None:
    """Drop the tables of one record type; the journal can make them again."""
    for model in (record_type, *record_type.kinds.values()):
        peewee.SchemaManager(model, database).drop_table(safe=True)


@cache
def digest(record_type: type[Record]) -> str:
    """Give a digest of what the tables and search rows of a type depend on: when it changes, they are folded anew."""
    searched = (f"{name}:{type(question).__name__}" for name, question in record_type.searched())
    parts = [f"schema {record_type.schema}", f"searched {sorted(searched)}"]
    for model in (record_type, *record_type.kinds.values()):
        for field in model._meta.sorted_fields:
            code = field.compute.__code__ if isinstance(field, Derived) else None
            parts.append(f"{model.__name__}.{field.column_name}:{field.field_type}:{code.co_code.hex() if code else ''}")
        parts.append(f"{model.__name__} {getattr(model, 'covering', ())}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def state_hash(database: peewee.Database, types: Mapping[str, type[Record]]) -> str:
    """Give SHA-256 over all rows of all record tables ordered by uid, row ids left out (contract.md 1)."""
    total = hashlib.sha256()
    for record_type in types.values():
        for name, rows in _state(record_type).items():
            total.update(repr((name,)).encode())
            for row in rows.run(database):
                total.update(repr(row).encode())
    return total.hexdigest()


@cache
def _state(record_type: type[Record]) -> dict[str, Prepared]:
    """Give the queries of a type's rows and of its lines', by type name and kind."""
    fields = [field for field in record_type._meta.sorted_fields if field.name != "id"]
    found = {record_type.type_name: Prepared(record_type.select(*fields).order_by(record_type.uid).tuples())}
    for kind, line_type in record_type.kinds.items():
        cells = [field for field in line_type._meta.sorted_fields if field.name not in ("id", "record")]
        joined = line_type.select(record_type.uid, *cells).join(record_type, on=(line_type.record == record_type.id))
        found[kind] = Prepared(joined.order_by(record_type.uid, line_type.position).tuples())
    return found


def write(
    database: peewee.Database, record_type: type[Record], made: Sequence[tuple[Row, dict[str, list[Row]]]], replaced: Iterable[int]
) -> None:
    """Write many rows with one ``executemany`` a table; ``replaced`` are ids whose rows go first."""
    cursor = database.cursor()
    gone = [(row_id,) for row_id in replaced]
    if gone:
        cursor.executemany(f'DELETE FROM "{layout(record_type).table}" WHERE "id" = ?', gone)
    cursor.executemany(layout(record_type).insert, [row for row, _ in made])
    for kind, line_type in record_type.kinds.items():
        if gone:
            cursor.executemany(f'DELETE FROM "{layout(line_type).table}" WHERE "record" = ?', gone)
        cursor.executemany(layout(line_type).insert, [line for _, lines in made for line in lines[kind]])


def stored(database: peewee.Database, record_type: type[Record], row_ids: Sequence[int]) -> dict[int, tuple[Row, dict[str, list[Row]]]]:
    """Give the rows that are in the tables, in the shape ``rows`` makes them."""
    found: dict[int, tuple[Row, dict[str, list[Row]]]] = {}
    for row in database.execute(record_type.select(*_columns(record_type)).where(record_type.id.in_(row_ids)).tuples()):
        found[row[0]] = (tuple(row), {kind: [] for kind in record_type.kinds})
    for kind, line_type in record_type.kinds.items():
        query = line_type.select(*_columns(line_type)).where(line_type.record.in_(row_ids)).order_by(line_type.record, line_type.position)
        for row in database.execute(query.tuples()):
            found[row[0]][1][kind].append(tuple(row))
    return found


def _columns(model: type[Record] | type[Line]) -> list[Any]:
    by_column = {field.column_name: field for field in model._meta.sorted_fields}
    return [by_column[column] for column in layout(model).columns]
