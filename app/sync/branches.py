"""Two machines that wrote under one identity: what the one wrote that the other did not is brought over to its new identity (trust.md e).

Headquarters goes on with the branch that came first and puts the files of the other aside. Its answer names how far the two are one; the
machine that took a new identity then writes all after that once more as its own, byte for byte, and leaves the old chain to the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import peewee

from app.arrivals import ASIDE, WAITING
from app.sync import bundle
from app.sync.authority import office_code
from app.sync.refusals import Refusal
from db import journal, receiving
from db.journal import Entry
from db.message import Message
from db.statements import Prepared
from db.store import Store
from db.system import AUDITS, Device, Journal, Meta, Package, read_meta, write_meta

VOID = "void"
"""A file whose number another machine has used too, and that was written once more under another identity: nobody has taken it."""
BRANCH = "device.branch"
"""The audit entry by which a machine says which of its files are void, by their ``bundle_id``."""
_BRANCHES = Prepared(Journal.select(Journal.device, Journal.body).where(AUDITS & (Journal.type == BRANCH)).tuples())


def apart(store: Store, devices: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Give, for headquarters' answer, where the branches that were put aside left the chains that were taken."""
    query = Package.select(Package.chain, Package.last, Package.facts).where(
        Package.chain.in_(list(devices)) & (Package.verdict == ASIDE) & (Package.way == "in")
    )
    for chain, last, facts in store.execute(query.order_by(Package.id).tuples()).fetchall():
        said = json.loads(facts)
        if "common" in said:
            seq, hash_ = said["common"]
            yield {"what": "branch", "device": chain, "seq": seq, "hash": hash_, "last": last, "head": said["head"]}


def note(store: Store, items: Sequence[dict[str, Any]]) -> None:
    """Mark the chains of ours whose files headquarters has put aside: up to where both are one they are confirmed, and no further."""
    for item in items:
        device = item["device"]
        row = store.execute(Device.select(Device.own).where(Device.id == device).tuples()).fetchone()
        if row is None or not row[0]:
            continue
        known = receiving.known_hashes(store, device, item["seq"], item["last"])
        if known.get(item["last"], b"").hex() != item["head"] or known.get(item["seq"], b"").hex() != item["hash"]:
            continue
        write_meta(store.database, f"fork:{device}", item["head"])
        mark = max(item["seq"], int(read_meta(store.database, f"ack:{device}") or 0))
        write_meta(store.database, f"ack:{device}", str(mark))


def bring_over(store: Store, by: str) -> list[str]:
    """Write what our closed branches hold beyond what headquarters has under the identity of today, in the open transaction.

    Nothing is done while a branch's identity is still in use. Gives what a person should know.
    """
    closed = (Device.own == 1) & Device.closed_at.is_null(False)
    notes: list[str] = []
    for (device,) in store.execute(Device.select(Device.id).where(closed).tuples()).fetchall():
        if read_meta(store.database, f"fork:{device}") is None:
            continue
        count = _bring(store, device, int(read_meta(store.database, f"ack:{device}") or 0), by)
        if count:
            notes.append(Message("Đã chuyển {n} mục của nhánh bị dừng sang danh tính mới; sẽ gửi trong tệp tiếp theo.", n=count))
    return notes


def _bring(store: Store, device: str, mark: int, by: str) -> int:
    tail = (Journal.device == device) & (Journal.seq > mark)
    entries = list(store.entries(tail, (Journal.seq,)))
    uids = {entry.record for entry in entries if entry.kind == "put"}
    before = {uid: _ends(store, uid) for uid in uids}
    moved = store.write_again(entries)
    store.execute(Journal.delete().where(tail))
    for uid, ends in before.items():
        _keep_ends(store, uid, {moved.get(place, place) for place in ends})
    store.execute(Device.update(own=0, private=None, closed_at=None).where(Device.id == device))  # the other machine goes on with it
    store.execute(Meta.delete().where(Meta.key.in_((f"fork:{device}", f"chain:{device}"))))
    write_meta(store.database, f"left:{device}", str(mark))
    ours = (Package.chain == device) & (Package.way == "out") & (Package.last > mark)
    void = [one for (one,) in store.execute(Package.select(Package.bundle).where(ours).order_by(Package.id).tuples()).fetchall()]
    store.execute(Package.update(verdict=VOID).where(ours))
    held = (Package.chain == device) & (Package.way == "in") & (Package.verdict == ASIDE)
    store.execute(Package.update(verdict=WAITING).where(held))  # the other machine's files are no fork here any more
    receiving.refold(store, {entry.record: entry.type for entry in entries if entry.kind == "put"})
    store.audit(BRANCH, {"device": device, "after": mark, "entries": len(entries), "bundles": void}, by)
    return len(entries)


def settle(store: Store, entries: Iterable[Entry], office: str, identities: Sequence[str]) -> None:
    """Let kept files rest whose machine says, in entries that came, that it wrote them once more; in the open transaction.

    ``identities`` are ours: some were not opened.
    """
    for entry in entries:
        void = _void(entry.body) if entry.kind == "audit" and entry.type == BRANCH else []
        if void:
            rest(store, (Package.office == office) & Package.bundle.in_(void))
            rest(store, Package.id.in_(list(_unopened(store, office, set(void), identities))))


def _unopened(store: Store, office: str, void: set[str], identities: Sequence[str]) -> Iterator[int]:
    """Give those of the files put aside before they were opened whole, as of a revoked machine, whose manifests have one of these ids."""
    aside = (Package.way == "in") & (Package.verdict == ASIDE) & (Package.chain == "") & Package.content.is_null(False)
    for number, content in store.execute(Package.select(Package.id, Package.content).where(aside).tuples()).fetchall():
        with suppress(Refusal):
            said = bundle.inside(bundle.decrypted(*bundle.outside(bytes(content)), identities))[1]
            if said["office"] == office and said["bundle_id"] in void:
                yield number


def rest(store: Store, which: peewee.Expression) -> None:
    """Let those of the files that wait or lie aside rest for good: nothing in them is missing any more; in the open transaction."""
    store.execute(Package.update(verdict=VOID).where(which & (Package.way == "in") & Package.verdict.in_((WAITING, ASIDE))))


def is_void(store: Store, said: Mapping[str, Any]) -> bool:
    """Tell whether a machine of the same office has said of the file with this manifest that it wrote it once more."""
    named = (device for device, body in store.run(_BRANCHES).fetchall() if said["bundle_id"] in _void(body))
    return any(store.elsewhere.get(device, office_code(store)) == said["office"] for device in named)


def _void(body: bytes) -> list[str]:
    said = json.loads(body).get("bundles")
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _ends(store: Store, uid: str) -> dict[tuple[str, int], Entry]:
    return {(entry.device, entry.seq): entry for entry in journal.heads(store.versions(uid))}


def _keep_ends(store: Store, uid: str, ends: set[tuple[str, int]]) -> None:
    """Let the newest versions of a record be those that they were.

    What was written under the new identity since the copy names the old places of what was now written again, which would come up anew.
    """
    now = _ends(store, uid)
    old = [entry for place, entry in now.items() if place not in ends]
    newest = next((entry for place, entry in now.items() if place in ends), None)
    if old and newest is not None:
        store.write_again([newest], old)
