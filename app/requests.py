"""What headquarters asks an office to make clear about a record: open until the record changes (trust.md e, entry.md N8)."""

from __future__ import annotations

import json
from typing import Any

from db import receiving
from db.errors import ExpectedError
from db.journal import now_text
from db.record import uuid7
from db.store import Store
from db.system import Request


def ask(store: Store, uid: str, text: str, by: str) -> str:
    """Ask the office that owns a record to make it clear; stays open until the record changes. Gives the request's id."""
    store.allow(by, "exchange")
    words = " ".join(text.split())
    if not words or len(words) > 2000:
        raise ExpectedError("request", "Đề nghị phải có từ 1 đến 2000 ký tự.", "Hãy ghi lại nội dung đề nghị.")
    versions = store.versions(uid)
    office = next((store.elsewhere[entry.device] for entry in versions if entry.device in store.elsewhere), None)
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


def requests(store: Store, office: str | None = None, *, answered: bool = False) -> list[dict[str, Any]]:
    """Give the requests that are open: those whose record stands as it did when it was asked. ``answered`` gives the others."""
    names = ("id", "record", "office", "text", "at", "by", "heads", "received")
    query = Request.select(*(getattr(Request, name) for name in names)).order_by(Request.at, Request.id)
    rows = store.execute((query.where(Request.office == office) if office else query).tuples()).fetchall()
    found = [dict(zip(names, row, strict=True)) for row in rows]
    changed = [receiving.heads_json(store.versions(one["record"])) != one["heads"] for one in found]
    for one in found:
        one["heads"] = json.loads(one["heads"])
    return [one for one, done in zip(found, changed, strict=True) if done == answered]
