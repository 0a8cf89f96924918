"""Locked periods: what an approved report rests on does not change (domain.md A.0 rule G4; trust.md b).

A lock is no table: it follows from the audit entries ``approve`` and ``amend`` of the journal, the last one of a report deciding,
and from what headquarters' newest file says.
The gate is ``Store.write``, through which every put goes; forms, imports and lists hear of it as one more problem of a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import peewee

from db.crosschecks import CHUNK, chunks
from db.declarations import Problem
from db.message import Message
from db.questions import Answers
from db.record import Record
from db.records.period import period_name
from db.statements import Prepared
from db.system import AUDITS, Journal, read_meta

APPROVE, AMEND = "approve", "amend"
ABOVE = "locks:above"
"""The fact that holds the periods locked by headquarters: JSON, a list of [first day, last day, code]."""
CODE = "KHOA"
"""The code of the problem of a record that may not change any more."""

_DECIDED = Prepared(
    Journal.select(Journal.device, Journal.type, Journal.record, Journal.body)
    .where(AUDITS & Journal.type.in_((APPROVE, AMEND)))
    .order_by(Journal.lc, Journal.device, Journal.seq)
    .tuples()
)


class Span(NamedTuple):
    """A locked period: first and last ISO day, and the period's code."""

    start: str
    end: str
    code: str


class Reading(Protocol):
    """What this module needs of the store."""

    types: Mapping[str, type[Record]]
    elsewhere: dict[str, str]
    database: peewee.Database

    def run(self, prepared: Prepared, *values: Any) -> Any:
        """Run a query that was built once and give the cursor."""

    def execute(self, query: Any) -> Any:
        """Run a query and give the cursor."""


_APPROVAL = {"period": str, "start": str, "end": str, "turn": int, "own": bool, "records": int, "hash": str, "pdf": str}


def approval(body: bytes) -> dict[str, Any] | None:
    """Read the body of an entry ``approve``; None for what no approval writes, which is signed but approves nothing."""
    said: dict[str, Any] = json.loads(body)
    return said if all(type(said.get(name)) is kind for name, kind in _APPROVAL.items()) else None


def spans(store: Reading) -> tuple[Span, ...]:
    """Give the locked periods, oldest first: those of our own approved reports, and those that headquarters has locked."""
    last: dict[str, Span | None] = {}
    for device, event, report, body in store.run(_DECIDED):
        if device in store.elsewhere:  # what another office approved locks its own files, not ours
            continue
        said = approval(body) if event == APPROVE else None
        if event == AMEND or said is not None:
            last[report] = Span(said["start"], said["end"], said["period"]) if said is not None else None
    found = {span for span in last.values() if span is not None} | set(from_above(store))
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def from_above(store: Reading) -> Iterator[Span]:
    """Give the periods that headquarters has locked, as its newest file said."""
    for start, end, code in json.loads(read_meta(store.database, ABOVE) or "[]"):
        yield Span(start, end, code)


def problems(store: Reading, record_type: type[Record], batch: Sequence[Answers], locked: Sequence[Span]) -> Iterator[list[Problem]]:
    """Give, per complete aggregate, the problem that it, or the version it replaces, counts in a locked period."""
    before = _days_before(store, record_type, batch)
    for record in batch:
        moved = record.get("moved_to")
        day = record_type.counted_day(record) if not moved or record.get("moved_on") else None
        days = [one for one in (day, before.get(record["uid"])) if one]
        codes = {moved}
        if record_type.type_name in ("report", "period"):  # what was approved, and the days it covers
            codes.add(record.get("period") or record.get("code"))
        held = next((span for span in locked if span.code in codes or any(span.start <= one <= span.end for one in days)), None)
        yield [] if held is None else [_refusal(held, _place(record_type, record, day, held), held in from_above(store))]


def _place(record_type: type[Record], record: Answers, day: str | None, held: Span) -> str:
    """Give the question whose answer puts a record into a locked period; '' when only its version before stood there."""
    if record.get("moved_to"):
        return "moved_to" if record["moved_to"] == held.code else ""
    if day is None or not held.start <= day <= held.end:
        return ""
    return next((name for name in reversed(record_type.questions()) if record[name] == day), "")


def _refusal(span: Span, where: str, above: bool) -> Problem:
    words = "Kỳ {period} đã chốt; muốn sửa, chỉ huy mở bản bổ sung."
    if above:
        words = "Kỳ {period} cấp trên đã chốt; muốn sửa, đề nghị cấp trên mở bản bổ sung rồi gửi tệp trả lời."
    message = Message(words, period=period_name(span.code))
    return Problem(where, message, code=CODE)


def _days_before(store: Reading, record_type: type[Record], batch: Sequence[Answers]) -> dict[str, str]:
    uids = [record["uid"] for record in batch if record["uid"]]
    found: dict[str, str] = {}
    for chunk in chunks(uids, CHUNK):
        query = record_type.select(record_type.uid, record_type.counted_on).where(record_type.uid.in_(chunk))
        found.update(row for row in store.execute(query.tuples()) if row[1])
    return found
