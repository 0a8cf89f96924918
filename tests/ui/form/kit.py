"""What tests of a form share."""

from __future__ import annotations

from collections.abc import Callable

from app import drafts, search
from db.records import RECORD_TYPES
from db.store import Store
from ui.form import RecordForm

Opener = Callable[..., RecordForm]


def drafts_of(store: Store) -> list[drafts.Kept]:
    found = [search.drafts(store, declared, 50).records for declared in RECORD_TYPES.values()]
    return [drafts.get(store, one["id"]) for records in found for one in records]
