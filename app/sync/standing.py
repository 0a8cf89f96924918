"""How exchange stands: what is not confirmed yet, what waits, what needs a person; at headquarters, office by office."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app import arrivals, board_unit, requests
from app.board import Spot
from app.listing import named
from app.report import approval
from app.sync import authority, desk, enrolment, peers, refusals, sending
from db import receiving
from db.errors import ExpectedError
from db.journal import Entry
from db.store import Store
from db.system import Package, last_seq


def status(store: Store) -> dict[str, Any]:
    """Give the whole of it as plain data, for programs and for the command line."""
    mine, above, own = enrolment.this_machine(store), authority.above(store), authority.own_keys(store)
    office = authority.office_code(store)
    device = store.device.id
    conflicts = receiving.conflicts(store)
    return {
        "office": office,
        "device": device,
        "enrolled": mine.status if mine else None,
        "fingerprint": mine.digits if mine else None,
        "above": {"office": above.office, "name": above.name, "fingerprint": above.digits} if above else None,
        "headquarters": {"fingerprint": own.digits} if own else None,
        "sequence": last_seq(store.database, device),
        "stopped": str(refusals.forked_here(f"{office} ({device[:4]})")) if sending.is_forked(store, device) else "",
        "acknowledged": sending.acknowledged(store, device),
        "unsent": sum(sending.unsent(store).values()),
        "changes": desk.unsent(store).changes,
        "written": _packages(store, "out"),
        "waiting": _held(store, arrivals.WAITING),
        "aside": _held(store, arrivals.ASIDE),
        "missing": [{"office": owner, "device": chain, "first": first, "last": last} for owner, chain, first, last in arrivals.gaps(store)],
        "behind": [{"machine": label, "first": first, "last": last} for label, first, last in peers.behind(store)],
        "conflicts": [
            {
                "record": uid,
                "type": ends[0].type,
                "office": requests.owner(store, ends) or office,
                "title": _title(store, uid),
                "versions": _versions(store, uid, ends),
            }
            for uid, ends in conflicts.items()
        ],
        "late": list(_late(store)),
        "requests": [one.as_json() | {"title": _title(store, one.record)} for one in requests.requests(store)],
        "reports_without_file": approval.lacking(store),
        "offices": _offices(store, office),
    }


def _title(store: Store, uid: str) -> str:
    """Name a record as lists do; '' for one of which nothing counts here yet."""
    try:
        return named(store, uid)[1]
    except ExpectedError:
        return ""


def _late(store: Store) -> Iterator[dict[str, Any]]:
    """Give records of which something came after a lock: by what came, and what it would change."""
    late = receiving.late(store)
    spots = [Spot(one["type"], one["record"], one["period"]) for one in late]
    for one, told in zip(late, board_unit.after_lock(store, spots), strict=True):
        yield one | {"title": told.title, "change": told.second}


def _versions(store: Store, uid: str, ends: list[Entry]) -> list[dict[str, Any]]:
    """Give versions of a record that machines wrote apart: whose, when, and what each says where they differ."""
    return [
        {
            "device": side.device,
            "seq": side.seq,
            "at": entry.head["ts"],
            "by": entry.head["u"],
            "machine": side.machine,
            "apart": side.words,
        }
        for side, entry in zip(desk.sides(store, uid, ends), ends, strict=True)
    ]


def _packages(store: Store, way: str) -> list[dict[str, Any]]:
    columns = (Package.kind, Package.office, Package.number, Package.first, Package.last, Package.at, Package.digest)
    names = ("kind", "office", "number", "first", "last", "at", "digest")
    query = Package.select(*columns).where(Package.way == way).order_by(Package.id.desc()).limit(50)
    return [dict(zip(names, row, strict=True)) for row in store.execute(query.tuples())]


def _held(store: Store, verdict: str) -> list[dict[str, Any]]:
    query = Package.select(Package.office, Package.number, Package.at, Package.facts).where(Package.verdict == verdict)
    rows = store.execute(query.order_by(Package.id).tuples()).fetchall()
    said = ({"office": office, "number": number, "at": at} | json.loads(facts) for office, number, at, facts in rows)
    return [{name: value for name, value in one.items() if name != "words"} for one in said]  # the message, once more


def _offices(store: Store, own: str) -> list[dict[str, Any]]:
    """Give the other offices known here, each with its machines and how far each has arrived."""
    found: dict[str, dict[str, Any]] = {}
    ends = arrivals.chain_ends(store)
    for one in enrolment.machines(store):
        if one.office == own:
            continue
        place = found.setdefault(one.office, {"office": one.office, "name": one.office_name, "last": None, "machines": []})
        place["machines"].append(
            {"device": one.device, "label": one.label, "status": one.status, "have": ends.get(one.device, 0), "fingerprint": one.digits}
        )
    for office, place in found.items():
        mine = (Package.office == office) & (Package.way == "in") & (Package.kind == "data") & (Package.verdict == arrivals.TAKEN)
        row = store.execute(Package.select(Package.at).where(mine).order_by(Package.id.desc()).limit(1).tuples()).fetchone()
        place["last"] = row[0] if row else None
    return list(found.values())
