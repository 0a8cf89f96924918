"""Files that came, kept verbatim: what was taken, what waits, what people must look at (trust.md e).

What was taken is what a machine can be rebuilt from and what a headquarters sends on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import peewee

from app.arrivals import ASIDE, TAKEN, WAITING
from db.journal import now_text
from db.statements import Prepared, slot
from db.store import Store
from db.system import Journal, Package

MOST_KEPT, MOST_BYTES = 2_000, 1 << 30
"""Files that could not be opened that are kept at most: a stick full of garbage does not fill the office's file."""

_TAKEN_AT = Prepared(Package.select(Package.at).where((Package.digest == slot(0)) & (Package.verdict == slot(1))).tuples())
_WRITTEN = Prepared(Package.select(Package.id).where((Package.digest == slot(0)) & (Package.way == "out")).tuples())
_KEPT_AS = Prepared(
    Package.select(Package.facts).where((Package.digest == slot(0)) & (Package.way == "in") & (Package.verdict == slot(1))).tuples()
)
_HERE = Journal.select(peewee.fn.MAX(Journal.seq)).where(Journal.device == Package.chain)
_WAITING = Prepared(  # a file that could not be opened has no chain, and with 1 in the slot it is left alone
    Package.select(Package.facts, Package.digest, Package.content)
    .where((Package.verdict == WAITING) & ((Package.chain != "") | (slot(0) == 0)))
    .where(Package.first <= peewee.fn.COALESCE(_HERE, 0) + 1)
    .order_by(Package.first, Package.id)
    .tuples()
)
_UNOPENED = Prepared(
    Package.select(peewee.fn.COUNT(), peewee.fn.COALESCE(peewee.fn.SUM(peewee.fn.LENGTH(Package.content)), 0))
    .where(Package.verdict.in_((WAITING, ASIDE)) & (Package.chain == ""))
    .tuples()
)
_NO_MORE = Prepared(Package.delete().where((Package.digest == slot(0)) & (Package.way == "in")))
_COLUMNS = [field.name for field in Package._meta.sorted_fields if field.name != "id"]
_KEEP = Prepared(Package.insert({getattr(Package, name): slot(place) for place, name in enumerate(_COLUMNS)}))


def taken_at(store: Store, digest: str) -> str | None:
    """Give when the very same file was taken; None when it never was."""
    row = store.run(_TAKEN_AT, digest, TAKEN).fetchone()
    return None if row is None else str(row[0])


def is_written(store: Store, digest: str) -> bool:
    """Tell whether this machine wrote the very same file itself, under whatever identity."""
    return store.run(_WRITTEN, digest).fetchone() is not None


def waiting(store: Store, tried: bool) -> list[tuple[str, str, bytes]]:
    """Give facts, digest and bytes of the files that wait and have no gap before them; ``tried``: only those that could be opened."""
    found: list[tuple[str, str, bytes]] = store.run(_WAITING, int(tried)).fetchall()
    return found


def keep(store: Store, said: dict[str, Any], digest: str, data: bytes, verdict: str, facts: dict[str, Any]) -> None:
    """Keep a file with what became of it, in the place of what was kept of it before; in the open transaction."""
    row = {
        "bundle": said.get("bundle_id", digest), "way": "in", "kind": said.get("kind", ""), "office": said.get("office", ""),
        "device": said.get("device", ""), "number": said.get("bundle_no") or said.get("return_no") or 0,
        "chain": said.get("chain_device", ""), "first": said.get("from_seq", 0), "last": said.get("to_seq", 0), "verdict": verdict,
        "at": now_text(), "digest": digest, "facts": json.dumps(facts, ensure_ascii=False), "content": data,
    }  # fmt: skip
    store.run(_NO_MORE, digest)
    store.run(_KEEP, *(row[name] for name in _COLUMNS))


def hold(store: Store, said: dict[str, Any], digest: str, data: bytes, verdict: str, facts: dict[str, Any], opened: bool) -> bool:
    """Keep a file that waits or lies aside, unless it is kept for the same reason already; tell whether it is kept.

    It is not where it was not ``opened`` and too many such are kept: anybody may have made it.
    """
    row = store.run(_KEPT_AS, digest, verdict).fetchone()
    if row is not None and all(json.loads(row[0]).get(name) == facts[name] for name in ("code", "message")):
        return True
    with store.transaction():
        count, size = store.run(_UNOPENED).fetchone()
        fits = opened or row is not None or (count < MOST_KEPT and size + len(data) <= MOST_BYTES)
        if fits:
            keep(store, said, digest, data, verdict, facts)
    return fits


def kept(store: Store, device: str, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Give the files that brought something of one chain beyond ``after``, in the order in which they were taken, and where each ends.

    From the start those that filled in private answers are among them. It ends early before a file that is not kept any more.
    """
    query = Package.select(Package.first, Package.last, Package.facts, Package.content).where(
        (Package.chain == device) & (Package.way == "in") & (Package.kind == "data") & (Package.verdict == TAKEN)
    )
    at = after
    for first, last, facts, content in store.execute(query.order_by(Package.id).tuples()).fetchall():
        brought = last > at or (not after and json.loads(facts).get("filled"))
        if content is not None and brought and first <= at + 1:
            at = max(at, last)
            yield at, bytes(content)
