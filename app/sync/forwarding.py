"""Files of our offices sent on to the headquarters above us: the inner part as it came, encrypted to other keys (trust.md e).

Whoever takes them believes the machines that our own chain says we approved, so nobody enrols twice and the signatures stay the offices'.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pyrage

from app.sync import bundle, keeping, shapes
from app.sync.bundle import Sender
from app.sync.enrolment import APPROVED, REVOKED, Machine, OwnKeys, earlier_proof, enter_machine, machine, machines, vouchers
from db.journal import Entry, now_text
from db.record import fixed_uid
from db.store import Store
from db.system import read_meta, write_meta
from db.text import canonical

APPROVE, REVOKE, EARLIER = "device.approve", "device.revoke", "device.earlier"
"""The audit entries by which an office says which machines are its offices', and a machine which identities it had before."""


def pending(store: Store, after: Callable[[str], int]) -> list[bytes]:
    """Give the files of our offices, as they came, that go beyond ``after``: the last number of a chain that the one above has."""
    return [content for device in sorted(store.elsewhere) for _last, content in keeping.kept(store, device, after(device))]


def anew(store: Store, content: bytes, recipients: Iterable[str]) -> tuple[bytes, dict[str, Any]]:
    """Give a file that came, encrypted to others, and its manifest; opened again before it counts."""
    keys = _Took(store)
    hint, cipher = bundle.outside(content)
    plain = bundle.decrypted(hint, cipher, keys.identities)
    made = bundle.wrap(canonical(hint), pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(one) for one in dict.fromkeys(recipients)]))
    return made, bundle.open_bundle(made, keys).manifest


class _Took(OwnKeys):
    """Opens what was taken here, also of a machine that was revoked since."""

    def sender(self, manifest: dict[str, Any]) -> Sender | None:
        found = super().sender(manifest)
        return replace(found, last_ok=None) if found else None


# -- the headquarters above ----------------------------------------------------------------------------------------------------


def believe(store: Store, entries: Iterable[Entry], office: str) -> bool:
    """Know the machines that an office's chain says it approved or revoked, in the open transaction; tell whether any is new or changed.

    An office speaks for offices below it in our list of units only, and not for one whose machines are known otherwise.
    """
    changed = False
    for entry in entries:
        if entry.kind == "audit" and entry.type in (APPROVE, REVOKE):
            changed = (_approved if entry.type == APPROVE else _revoked)(store, json.loads(entry.body), office) or changed
        elif entry.kind == "audit" and entry.type == EARLIER:
            changed = _earlier(store, json.loads(entry.body), entry.device) or changed
    return changed


def _approved(store: Store, said: dict[str, Any], office: str) -> bool:
    if (
        not shapes.is_machine(said)
        or said["office"] == str(read_meta(store.database, "office"))
        or not _below(store, said["office"], office)
    ):
        return False
    via = vouchers(store)
    if machine(store, said["device"]) or any(via.get(one.device) != office for one in machines(store, said["office"])):
        return False
    fresh = Machine(
        said["device"], said["office"], said["office_name"], said["label"], bytes.fromhex(said["public"]), said["age"], None, APPROVED,
        now_text(), None,
    )  # fmt: skip
    enter_machine(store, fresh)
    write_meta(store.database, f"via:{said['device']}", office)
    return True


def _below(store: Store, office: str, above: str) -> bool:
    """Tell whether an office's unit stood below another's at any time, directly or not."""
    units = store.names.catalogue("unit").records
    seen, todo = set[str](), {fixed_uid("unit", office)}
    while todo:
        seen |= todo
        todo = {line["parent"] for uid in todo if uid in units for line in units[uid]["versions"] if line["parent"]} - seen
    return office != above and fixed_uid("unit", above) in seen


def _earlier(store: Store, said: dict[str, Any], successor: str) -> bool:
    """Believe a machine about an identity that it had before it enrolled: that one's own signature must say so."""
    after = machine(store, successor)
    if after is None or not shapes.is_earlier(said) or machine(store, said["device"]) or said["device"] in OwnKeys(store).own_devices:
        return False
    public = bytes.fromhex(said["public"])
    if not bundle.signed(public, earlier_proof(successor), bytes.fromhex(said["proof"])):
        return False
    enter_machine(store, replace(after, device=said["device"], public=public, identity=None, status=APPROVED, last_ok=None))
    write_meta(store.database, f"earlier:{said['device']}", successor)
    through = vouchers(store).get(successor)
    if through is not None:
        write_meta(store.database, f"via:{said['device']}", through)
    return True


def _revoked(store: Store, said: dict[str, Any], office: str) -> bool:
    known = machine(store, str(said.get("device", "")))
    last, have = said.get("last"), said.get("have")
    if known is None or vouchers(store).get(known.device) != office or not isinstance(last, int) or not isinstance(have, int):
        return False
    enter_machine(store, Machine(**vars(known) | {"status": REVOKED, "last_ok": max(last, have, 0)}))  # what it took before it sends on
    return True
