"""Which records link to one record: said before it is cancelled, for then they would name something that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from peewee import fn

from db.declarations import Problem
from db.message import Joined, Message
from db.questions import Answers, Link
from db.record import CANCELLED, ENTERED, Record

CODE = "DANG_DUNG"
"""The code of the warning on a record that is cancelled while others link to it."""
MOST = 1_000
"""Records counted per link: beyond it the number says no more."""


class Reading(Protocol):
    """What this module needs of the store."""

    types: Mapping[str, type[Record]]

    def execute(self, query: Any) -> Any:
        """Run a query and give the cursor."""


def users_of(store: Reading, type_name: str, uid: str) -> dict[str, int]:
    """Give, by record type, how many entered records link to ``uid`` (at most ``MOST`` per link); the record itself left out."""
    found: dict[str, int] = {}
    for declared in store.types.values():
        uids: set[str] = set()
        for query in _linking(declared, type_name, uid):
            uids.update(row[0] for row in store.execute(query.limit(MOST).tuples()))
        uids.discard(uid)
        if uids:
            found[declared.type_name] = len(uids)
    return found


def _linking(declared: type[Record], type_name: str, uid: str) -> Iterator[Any]:
    entered = declared.state == ENTERED
    for name, question in declared.questions().items():
        if isinstance(question, Link) and question.to == type_name:
            yield declared.select(declared.uid).where((declared._meta.fields[name] == uid) & entered)
    for line in declared.kinds.values():
        for name, question in line.questions().items():
            if isinstance(question, Link) and question.to == type_name:
                linked = line.select(line.record).where(line._meta.fields[name] == uid)
                yield declared.select(fn.DISTINCT(declared.uid)).where(declared.id.in_(linked) & entered)


def problem(store: Reading, record_type: type[Record], record: Answers) -> Problem | None:
    """Give the warning on a catalogue record that is being cancelled while others link to it; None when nobody does."""
    if not record_type.catalogue or record["state"] != CANCELLED or not record.get("uid"):
        return None
    found = users_of(store, record_type.type_name, record["uid"])
    if not found:
        return None
    parts = [Message("{n} {what}", n=n, what=store.types[name].plural) for name, n in found.items()]
    words = Message("Còn bản ghi dùng mục này: {parts}. Hủy rồi, ở đó chỉ còn “(chưa nhận)”.", parts=Joined("; ", parts))
    return Problem("state", words, "warning", CODE)
