"""Drafts: the text of unfinished forms, kept as typed; never journaled, counted or sent (contract.md 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from db.crosschecks import CHUNK, chunks
from db.errors import ExpectedError
from db.journal import now_text
from db.record import uuid7
from db.store import Store
from db.system import Draft


def put(
    store: Store,
    type_name: str,
    content: Mapping[str, Any],
    user: str,
    *,
    draft: str | None = None,
    record: str | None = None,
    import_id: str | None = None,
    identity: bytes | None = None,
) -> str:
    """Write a draft and give its id. ``content`` is the editors' text by question and line; ``draft`` replaces an earlier text.

    ``record`` is the uid of the record being changed, None for a new one. Replacing marks an imported draft as edited.
    Nobody has two drafts of one record: raises ExpectedError ``draft`` when a second is about to be written.
    """
    store.allow(user, "enter")
    first = waiting(store, record, user) if record is not None and import_id is None else None
    if first is not None and first[0] != draft:
        raise ExpectedError("draft", "Bản ghi này đã có bản nháp của bạn.", "Hãy nhập tiếp bản nháp ấy, hoặc bỏ nó.")
    text, now = json.dumps(content, ensure_ascii=False, sort_keys=True), now_text()
    with store.transaction():
        if draft is not None:
            changed = store.execute(Draft.update(content=text, ts=now, user=user, edited=1).where(Draft.id == draft)).rowcount
            if changed:
                return draft  # else it was dropped meanwhile, and is written anew
        row = {
            "id": draft or uuid7(),
            "type": type_name,
            "record": record,
            "content": text,
            "ts": now,
            "user": user,
            "import_id": import_id,
            "identity": identity,
            "edited": 0,
        }
        store.execute(Draft.insert(row))
    return str(row["id"])


class Kept(NamedTuple):
    """One draft: type, the record it changes (None: a new one), the text by question and line, when and by whom."""

    id: str
    type: str
    record: str | None
    content: dict[str, Any]
    written: str
    user: str


def get(store: Store, draft: str) -> Kept:
    """Give a draft; raise ExpectedError when it is not there."""
    query = Draft.select(Draft.id, Draft.type, Draft.record, Draft.content, Draft.ts, Draft.user).where(Draft.id == draft)
    row = store.execute(query.tuples()).fetchone()
    if row is None:
        raise ExpectedError("draft", "Không còn bản nháp này.", "Có thể bản nháp đã được lưu hoặc đã bỏ.")
    return Kept(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5])


def tailed(store: Store, tail: str) -> str | None:
    """Give the one draft whose id is, or ends in, ``tail`` (six characters or more); None when there is none, or several."""
    text = tail.strip().lower()
    if len(text) < 6:
        return None
    found = store.execute(Draft.select(Draft.id).where(Draft.id.endswith(text)).limit(2).tuples()).fetchall()
    return str(found[0][0]) if len(found) == 1 else None


def of_record(store: Store, record: str) -> str | None:
    """Give the newest draft that changes a record; None when there is none."""
    query = Draft.select(Draft.id).where(Draft.record == record).order_by(Draft.ts.desc(), Draft.id.desc()).limit(1)
    row = store.execute(query.tuples()).fetchone()
    return str(row[0]) if row else None


def waiting(store: Store, record: str, user: str) -> tuple[str, str] | None:
    """Give id and time (ISO) of the newest draft of this person that changes a record; None when there is none."""
    own = (Draft.record == record) & (Draft.user == user)
    row = store.execute(Draft.select(Draft.id, Draft.ts).where(own).order_by(Draft.ts.desc(), Draft.id.desc()).limit(1).tuples()).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def origin(store: Store, draft: str) -> tuple[str | None, bytes | None]:
    """Give the import a draft came from and its identity hash; its record carries them on (contract.md 4)."""
    row = store.execute(Draft.select(Draft.import_id, Draft.identity).where(Draft.id == draft).tuples()).fetchone()
    return (row[0], bytes(row[1]) if row[1] is not None else None) if row else (None, None)


def remove(store: Store, drafts: Iterable[str]) -> None:
    """Delete drafts, because they were saved as records or undone."""
    for chunk in chunks(list(drafts), CHUNK):
        store.execute(Draft.delete().where(Draft.id.in_(chunk)))
