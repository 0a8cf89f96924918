"""Another machine of our office that died: what it sent goes on through us where headquarters has lost it (trust.md T15, T16).

Its files are kept as it signed them, those that came by themselves and those that a rebuild brought; nobody signs anything for it. Who
it was, headquarters is told in our own chain, and believes it once people have compared the digits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from app.arrivals import TAKEN
from app.sync import bundle, forwarding
from app.sync.authority import office_code
from app.sync.enrolment import WAITING, Machine, OwnKeys, machine, machines
from app.sync.forwarding import PEER, Inner
from app.unit_tree import own_unit
from db.message import Message
from db.store import Store
from db.system import Package, last_seq, read_meta, write_meta
from db.text import canonical


def note(store: Store, receipts: dict[str, int]) -> list[str]:
    """Keep how far headquarters has the other machines of our office; say where that is less than it once had. In the open transaction."""
    notes: list[str] = []
    for one in _others(store):
        seq, had = receipts.get(one.device, 0), int(read_meta(store.database, f"had:{one.device}") or 0)
        write_meta(store.database, f"ack:{one.device}", str(seq))
        write_meta(store.database, f"had:{one.device}", str(max(seq, had)))
        if seq < had:
            words = "Cấp trên không còn các mục từ {n} của máy “{label}”; lần gửi sau chuyển tiếp những gì máy này có."
            notes.append(Message(words, n=seq + 1, label=one.label))
    return notes


def _others(store: Store) -> list[Machine]:
    own = OwnKeys(store).own_devices
    return [one for one in machines(store, office_code(store)) if one.status != WAITING and one.device not in own]


def lost(store: Store) -> dict[str, int]:
    """Give, by device, the number up to which headquarters still has what other machines of our office sent, where it had more."""
    marks = {one.device: [int(read_meta(store.database, f"{mark}:{one.device}") or 0) for mark in ("ack", "had")] for one in _others(store)}
    return {device: seq for device, (seq, had) in marks.items() if seq < had}


def behind(store: Store) -> list[tuple[str, int, int]]:
    """Give the other machines of our office of which headquarters has entries that are not here: label, first and last number of these.

    They come with that machine's own files; of one that died nobody but headquarters brings them, so people must know to ask.
    """
    found = []
    for one in _others(store):
        have, there = last_seq(store.database, one.device), int(read_meta(store.database, f"ack:{one.device}") or 0)
        if have < there:
            found.append((one.label, have + 1, there))
    return found


def pending(store: Store, everything: bool, by: str) -> list[Inner]:
    """Give the files of other machines of our office that headquarters has lost (``everything``: all that are kept), chain by chain.

    A machine that headquarters may not know any more is named in our own chain.
    """
    wanted = dict.fromkeys((one.device for one in _others(store)), 0) if everything else lost(store)
    found: list[Inner] = []
    for device, after in wanted.items():
        theirs = list(_files(store, device, after))
        if theirs and not int(read_meta(store.database, f"ack:{device}") or 0):
            _introduce(store, device, by)
        found += theirs
    return found


def _introduce(store: Store, device: str, by: str) -> None:
    """Name a machine in our own chain, unless headquarters has yet to confirm an entry that does."""
    confirmed = int(read_meta(store.database, f"ack:{store.device.id}") or 0)
    told = (entry for entry in store.audits(PEER) if entry.device == store.device.id and entry.seq > confirmed)
    one = machine(store, device)
    if one is None or any(json.loads(entry.body)["device"] == device for entry in told):
        return
    said = {name: getattr(one, name) for name in ("device", "office", "office_name", "label", "age")}
    with store.transaction():
        store.audit(PEER, said | {"public": one.public.hex()}, by)


def _files(store: Store, device: str, after: int) -> Iterator[Inner]:
    """Give the files that hold a chain beyond ``after``, each after what it goes on from; from the start all, private answers too."""
    came = dict.fromkeys((*forwarding.kept(store, device), *_rebuilt(store, device)))
    spans = [(manifest["from_seq"], manifest["to_seq"], one) for one in came for manifest in (bundle.inside(one.plain)[1],)]
    at = after
    for first, last, one in sorted(spans, key=lambda span: span[0]):
        if first <= at + 1 and (last > at or not after):
            at = max(at, last)
            yield one


def _rebuilt(store: Store, device: str) -> Iterator[Inner]:
    """Give what rebuilds brought of a chain; what its hint was follows from the manifest and the name that the office had."""
    identities, names = OwnKeys(store).identities, _names(store)
    taken = (Package.kind == "rebuild") & (Package.way == "in") & (Package.verdict == TAKEN) & Package.content.is_null(False)
    for (content,) in store.execute(Package.select(Package.content).where(taken).order_by(Package.id).tuples()).fetchall():
        for plain in bundle.blobs(bundle.decrypted(*bundle.outside(bytes(content)), identities)):
            said = bundle.inside(plain)[1]
            hint = _hint(said, names) if said["chain_device"] == device else None
            if hint is not None:
                yield Inner(hint, plain)


def _hint(said: dict[str, Any], names: set[str]) -> bytes | None:
    for name in names:
        hint = canonical(
            {"kind": said["kind"], "from": f"{said['office']} {name}"[:120], "to": said["dest"], "bundle_no": said["bundle_no"],
             "created": said["created"], "app": said["app"]}
        )  # fmt: skip
        if hashlib.sha256(hint).hexdigest() == said["hint_sha256"]:
            return hint
    return None


def _names(store: Store) -> set[str]:
    """Give every name that our unit ever had: the hint of a file bears that of its day."""
    uid = own_unit(store)
    bodies = (json.loads(entry.body) for entry in store.versions(uid))
    names = {line[name] for body in bodies for line in body.get("versions", ()) for name in ("name", "short") if line.get(name)}
    return names | {store.names.label("unit", uid, None), office_code(store)}
