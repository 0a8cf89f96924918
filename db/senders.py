"""Units whose own offices send their records here: what is entered of them here besides may be in the figures twice (contract.md 1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from db.declarations import Problem
from db.message import Message
from db.questions import Answers, shown_day
from db.record import EventRecord, Record, fixed_uid
from db.system import Enrolment
from db.totals import Reading

CODE = "CO_THE_TRUNG"
"""The code of the warning about a record of a unit that sends its own."""


class Sender(NamedTuple):
    """An office that sends here: its name, and the ISO day on which its first machine joined."""

    name: str
    since: str


def senders(store: Reading) -> dict[str, Sender]:
    """Give the offices that send here, by code; none where nobody has a machine that was approved."""
    columns = (Enrolment.device, Enrolment.office, Enrolment.office_name, Enrolment.since)
    query = Enrolment.select(*columns).where(Enrolment.status != "waiting").order_by(Enrolment.since.desc())
    rows = store.execute(query.tuples()).fetchall()
    return {office: Sender(name, moment[:10]) for device, office, name, moment in rows if device in store.elsewhere}


def since(store: Reading) -> dict[str, str]:
    """Give, per unit (uid) whose office sends here, the ISO day on which it began to."""
    return {fixed_uid("unit", office): one.since for office, one in senders(store).items()}


def problems(store: Reading, record_type: type[Record], batch: Sequence[Answers]) -> Iterator[tuple[int, Problem]]:
    """Give (index, warning) for records of ours about a unit on days on which it sends its own."""
    if not store.sending or not issubclass(record_type, EventRecord):
        return
    for index, record in enumerate(batch):
        unit, day = record["unit"], record_type.counted_day(record) or record["event_to"]
        first = store.sending.get(unit or "")
        if first is None or not day or day < first or _is_theirs(store, record_type, record["uid"]):
            continue
        words = "{unit} tự gửi số liệu từ ngày {day}; bản ghi này có thể trùng."
        name = store.names.label("unit", unit, day)
        yield index, Problem("unit", Message(words, unit=name, day=shown_day(first)), "warning", CODE)


def _is_theirs(store: Reading, record_type: type[Record], uid: str | None) -> bool:
    if uid is None:
        return False
    row = store.execute(record_type.select(record_type.device).where(record_type.uid == uid).tuples()).fetchone()
    return row is not None and row[0] in store.elsewhere
