"""Rules that need other records: twins and links, one query per batch; a single save is a batch of one (contract.md 1, 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from db import senders, totals, unit_days
from db.declarations import Problem, Twin
from db.journal import decode
from db.message import Joined, Message
from db.questions import Answers, Link, shown_day
from db.record import Aggregate, Record, complete
from db.statements import Prepared, slot
from db.system import Journal
from db.totals import Reading

CHUNK = 500
"""Values per ``IN``: below every engine's limit of parameters."""


def problems(store: Reading, record_type: type[Record], batch: Sequence[Aggregate], earlier: Batch | None = None) -> list[list[Problem]]:
    """Give, per complete aggregate of the batch, the problems that concern other records.

    The batch is compared with the store and with itself: the later row gets the warning. ``earlier`` remembers what earlier
    batches of the same import hold.
    """
    found: list[list[Problem]] = [[] for _ in batch]
    seen = earlier if earlier is not None else Batch()
    for rule in record_type.twins:
        _twins(store, record_type, rule, batch, found, seen)
    for link_rule in record_type.link_rules:
        for name in link_rule.reads:
            if not store.types[name].catalogue:
                linked = linked_uids(record_type, batch, name)
                prefetch(store, name, linked)
                store.names.remember(name, [(uid, seen.made[uid]) for uid in linked & seen.made.keys()])
        for index, record in enumerate(batch):
            found[index] += link_rule.check(record, store.names.linked)
    if record_type.catalogue:
        others = dict(store.names.catalogue(record_type.type_name).records)
        for index, record in enumerate(batch):
            others.pop(str(record["uid"]), None)
            found[index] += record_type.among(record, others, store.period_days)
            others[str(record["uid"])] = record
    for rules in (totals, senders, unit_days):
        for index, problem in rules.problems(store, record_type, batch):
            found[index].append(problem)
    return found


Holder = tuple[str | int, str | None, str | None]
"""Who holds a twin key: the uid (a number for a record without one), day and unit, of which its title is made when it is needed."""


class Batch:
    """What the batches of one import have shown so far: twin keys and who holds them.

    ``made`` are the records by uid that the same import makes for its rows to link to.
    """

    def __init__(self, made: Mapping[str, Aggregate] | None = None) -> None:
        self.holders: dict[tuple[str, str], list[Holder]] = {}
        self.made: Mapping[str, Aggregate] = {} if made is None else made


def _keys(rule: Twin, record_type: type[Record], record: Answers) -> list[tuple[str, str]]:
    """Give (key, where) of each twin key of a record."""
    if not rule.kind:
        key = record_type.derived()[rule.column].compute(record)
        return [(key, "")] if key else []
    compute = record_type.kinds[rule.kind].derived()[rule.column].compute
    keys = [(compute(line, record, index), f"{rule.kind}[{index}]") for index, line in enumerate(record[rule.kind])]
    return [(key, where) for key, where in keys if key]


def _twins(
    store: Reading, record_type: type[Record], rule: Twin, batch: Sequence[Aggregate], found: list[list[Problem]], seen: Batch
) -> None:
    wanted = [_keys(rule, record_type, record) for record in batch]
    held = _holders(store, record_type, rule, {key for keys in wanted for key, _ in keys})
    for index, (record, keys) in enumerate(zip(batch, wanted, strict=True)):
        own: str | int = record["uid"] or id(record)
        others: dict[str | int, Holder] = {}
        repeated = ""
        mine: set[str] = set()
        for key, where in keys:
            holders = (*held.get(key, ()), *seen.holders.get((rule.code, key), ()))
            others.update((holder[0], holder) for holder in holders if holder[0] != own)
            if key in mine and rule.level == "error":
                repeated = where
            mine.add(key)
        if others or repeated:
            titles = [_named(store, record_type, day, unit) for _, day, unit in list(others.values())[:3]]
            names = Joined("; ", [*titles, *(["…"] if len(others) > 3 else [])]) if others else Message("ngay trong bản ghi này")
            known = tuple(holder for holder in others if isinstance(holder, str))
            found[index].append(Problem(rule.kind, Message(rule.message, others=names), rule.level, rule.code, known))
        for key in mine:
            seen.holders.setdefault((rule.code, key), []).append((own, record.get("event_to"), record.get("unit")))


def _holders(store: Reading, record_type: type[Record], rule: Twin, keys: set[str]) -> dict[str, list[Holder]]:
    held: dict[str, list[Holder]] = {}
    for chunk in chunks(sorted(keys), CHUNK):
        for key, uid, day, unit in _holding(record_type, rule, len(chunk)).run(store.database, *chunk):
            held.setdefault(key, []).append((uid, day, unit))
    return held


@lru_cache(maxsize=200)
def _holding(record_type: type[Record], rule: Twin, count: int) -> Prepared:
    """Give the query for the holders of ``count`` keys."""
    line_type = record_type.kinds[rule.kind] if rule.kind else None
    column = (line_type or record_type)._meta.fields[rule.column]
    query = record_type.select(column, record_type.uid, *_title_columns(record_type))
    if line_type is not None:
        query = query.join(line_type, on=(line_type.record == record_type.id))
    return Prepared(query.where(column.in_([slot(place) for place in range(count)])).tuples())


def _title_columns(record_type: type[Record]) -> list[Any]:
    fields = record_type._meta.fields
    return [fields["event_to"], fields["unit"]]


def _named(store: Reading, record_type: type[Record], day: str | None, unit: str | None) -> str:
    where = store.names.label("unit", unit, day) if unit else ""
    return Message("{caption} ngày {day} của {unit}", caption=record_type.caption, day=shown_day(day) if day else "…", unit=where)


def linked_uids(record_type: type[Record], batch: Iterable[Answers], name: str) -> set[str]:
    """Give the uids of type ``name`` that the batch links to."""
    own = [field for field, question in record_type.questions().items() if isinstance(question, Link) and question.to == name]
    lines = [
        (kind, field)
        for kind, line_type in record_type.kinds.items()
        for field, question in line_type.questions().items()
        if isinstance(question, Link) and question.to == name
    ]
    uids: set[str] = set()
    for record in batch:
        uids.update(record[field] for field in own if record[field])
        uids.update(line[field] for kind, field in lines for line in record[kind] if line[field])
    return uids


def prefetch(store: Reading, name: str, uids: set[str]) -> None:
    """Read the records of a type that is no catalogue into the names, one query per ``CHUNK`` of them."""
    record_type = store.types[name]
    for chunk in chunks(sorted(uids), CHUNK):
        query = (
            record_type.select(record_type.uid, Journal.body, Journal.private)
            .join(Journal, on=((Journal.device == record_type.device) & (Journal.seq == record_type.seq)))
            .where(record_type.uid.in_(chunk))
        )
        rows = store.execute(query.tuples())
        store.names.remember(name, [(uid, complete(record_type, decode(uid, body, private))) for uid, body, private in rows])


def chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Cut a sequence into pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
