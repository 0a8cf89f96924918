"""What headquarters asks an office to make clear about a record: open until the record changes (trust.md e, entry.md N8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from peewee import fn

from db import journal, receiving
from db.errors import ExpectedError
from db.journal import Entry, now_text
from db.record import CANCELLED, uuid7
from db.store import Store
from db.system import Request

Reply = Literal["", "same", "changed", "cancelled"]
"""How the office answered: not yet, by leaving the record as it was, by changing it, by cancelling it."""
MOST = 2000
"""Letters of a request."""
_NAMES = ("id", "record", "office", "text", "at", "by", "heads", "received")


@dataclass(frozen=True)
class Asked:
    """A request. ``heads`` are the newest versions when it was asked; ``received``: it came from above."""

    id: str
    record: str
    office: str
    text: str
    at: str
    by: str
    heads: list[list[Any]]
    received: bool
    reply: Reply

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        return {name: getattr(self, name) for name in _NAMES}


def ask(store: Store, uid: str, text: str, by: str) -> str:
    """Ask the office that owns a record to make it clear; stays open until the record changes. Gives the request's id."""
    store.allow(by, "exchange")
    words = " ".join(text.split())
    if not words or len(words) > MOST:
        raise ExpectedError("request", "Đề nghị phải có từ 1 đến 2000 ký tự.", "Hãy ghi lại nội dung đề nghị.")
    versions = store.versions(uid)
    office = owner(store, versions)
    if office is None:
        raise ExpectedError("request", "Bản ghi này không phải của đơn vị gửi lên.", "Chỉ đề nghị được với bản ghi của cấp dưới.")
    request = uuid7()
    with store.transaction():
        store.execute(
            Request.insert(id=request, record=uid, office=office, text=words, at=now_text(), by=by, heads=receiving.heads_json(versions),
                           received=0)
        )  # fmt: skip
        store.audit("request", {"request": request, "office": office}, by, record=uid)
    return request


def withdraw(store: Store, request: str, by: str) -> None:
    """Take back a request that was asked here: the next answer to the office no longer holds it."""
    store.allow(by, "exchange")
    with store.transaction():
        asked = (Request.id == request) & (Request.received == 0)
        for record, office in store.execute(Request.select(Request.record, Request.office).where(asked).tuples()).fetchall():
            store.execute(Request.delete().where(Request.id == request))
            store.audit("request.withdraw", {"request": request, "office": office}, by, record=record)


def leave(store: Store, uid: str, by: str) -> None:
    """Answer what is asked about a record by leaving it as it is: a new version that says the same. Raises as ``Store.restore`` does."""
    newest = journal.heads(store.versions(uid))[0]
    store.restore(uid, newest.device, newest.seq, by)


def owner(store: Store, versions: list[Entry]) -> str | None:
    """Give the other office that a record belongs to, of its versions that count; None when it is ours."""
    return next((store.elsewhere[entry.device] for entry in versions if entry.device in store.elsewhere), None)


def requests(store: Store, office: str | None = None, *, answered: bool = False) -> list[Asked]:
    """Give the requests that are open: those whose record stands as it did when it was asked. ``answered`` gives the others."""
    return [one for one in _all(store, Request.office == office if office else None) if bool(one.reply) == answered]


def about(store: Store, uid: str) -> list[Asked]:
    """Give every request about a record, oldest first, answered or not; without a query of the record where there is none."""
    return _all(store, Request.record == uid)


def count(store: Store) -> int:
    """Give how many requests there are at all, answered or not."""
    return int(store.execute(Request.select(fn.COUNT()).tuples()).fetchone()[0])


def _all(store: Store, where: Any) -> list[Asked]:
    query = Request.select(*(getattr(Request, name) for name in _NAMES)).order_by(Request.at, Request.id)
    rows = store.execute((query if where is None else query.where(where)).tuples()).fetchall()
    return [
        Asked(id, record, office, text, at, by, json.loads(heads), bool(received), _reply(store.versions(record), heads))
        for id, record, office, text, at, by, heads, received in rows
    ]


def _reply(versions: list[Entry], heads: str) -> Reply:
    if receiving.heads_json(versions) == heads:
        return ""
    asked = {(device, seq) for device, seq in json.loads(heads)}
    now = journal.heads(versions)[:1]
    before = [entry for entry in versions if (entry.device, entry.seq) in asked]
    if now and json.loads(bytes(now[0].body)).get("state") == CANCELLED:
        return "cancelled"
    return "same" if not receiving.differ([*now, *before[:1]]) else "changed"
