"""The files that were taken, kept verbatim: what a machine or a headquarters can be given again (trust.md e)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.arrivals import TAKEN
from db.store import Store
from db.system import Package


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
