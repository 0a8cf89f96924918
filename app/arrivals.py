"""What has arrived of every chain, and what is missing before the files that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import peewee

from db import receiving
from db.message import Joined, from_data
from db.statements import Prepared
from db.store import Store
from db.system import Journal, Package, read_meta

TAKEN, WAITING, ASIDE = "taken", "waiting", "aside"
"""What became of a file: its entries are here; it is tried again later; people must look at it."""

_FIRST_WAITING = Prepared(
    Package.select(Package.chain, peewee.fn.MIN(Package.first))
    .where((Package.verdict == WAITING) & (Package.first > 1))
    .group_by(Package.chain)
    .tuples()
)
_ENDS = Prepared(Journal.select(Journal.device, peewee.fn.MAX(Journal.seq)).group_by(Journal.device).tuples())


def gaps(store: Store) -> list[tuple[str, str, int, int]]:
    """Give what is missing before waiting files: office, device, first and last number."""
    own = str(read_meta(store.database, "office"))
    found: list[tuple[str, str, int, int]] = []
    for chain, first in store.run(_FIRST_WAITING).fetchall():
        have = (receiving.end_of(store, chain) or (0, b""))[0]
        if first > have + 1:
            found.append((store.elsewhere.get(chain, own), chain, have + 1, first - 1))
    return found


def chain_ends(store: Store) -> dict[str, int]:
    """Give the last number here of every chain."""
    return dict(store.run(_ENDS).fetchall())


def why(facts: Mapping[str, Any]) -> str:
    """Give, of what is noted with a file that was kept and not taken, the words that say why; '' when there are none."""
    parts = [from_data(one) for one in facts.get("words", ())]
    return Joined(" ", [one for one in parts if one.strip()]) if parts else str(facts.get("message", ""))
