"""Drafts: the text of unfinished forms, kept as typed; never journaled, counted or sent (contract.md 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from db.crosschecks import CHUNK, chunks
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
    """
    text, now = json.dumps(content, ensure_ascii=False, sort_keys=True), now_text()
    with store.transaction():
        if draft is not None:
            changed = store.execute(Draft.update(content=text, ts=now, user=user, edited=1).where(Draft.id == draft))
            if changed:
                return draft
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


def remove(store: Store, drafts: Iterable[str]) -> None:
    """Delete drafts, because they were saved as records or undone."""
    for chunk in chunks(list(drafts), CHUNK):
        store.execute(Draft.delete().where(Draft.id.in_(chunk)))
