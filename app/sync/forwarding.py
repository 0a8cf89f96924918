"""Files of our offices sent on to the headquarters above us: the inner part as it came, encrypted to other keys (trust.md e).

Whoever takes them believes the machines that our own chain says we approved, so nobody enrols twice and the signatures stay the offices'.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pyrage

from app.sync import bundle, keeping, shapes
from app.sync.bundle import Sender
from app.sync.enrolment import APPROVED, REVOKED, WAITING, Machine, OwnKeys, earlier_proof, enter_machine, machine, machines, vouchers
from db.journal import Entry, now_text
from db.record import fixed_uid
from db.store import Store
from db.system import read_meta, write_meta
from db.text import canonical

APPROVE, REVOKE, EARLIER, PEER = "device.approve", "device.revoke", "device.earlier", "device.peer"
"""The audit entries by which an office says which machines are its offices', and a machine which identities it had and which others its
office has."""
MOST_NAMED = 20
"""Machines of an office that wait to be approved, above which none is taken down because another one names it."""


class Inner(NamedTuple):
    """A file without its outer container, byte for byte as its machine made it."""

    hint: bytes
    plain: bytes


def kept(store: Store, device: str, after: int = 0) -> Iterator[Inner]:
    """Give the files that brought a chain beyond the number ``after``, as they came."""
    identities = OwnKeys(store).identities
    for _last, content in keeping.kept(store, device, after):
        hint, cipher = bundle.outside(content)
        yield Inner(canonical(hint), bundle.decrypted(hint, cipher, identities))


def pending(store: Store, after: Callable[[str], int]) -> list[Inner]:
    """Give the files of our offices, as they came, that go beyond ``after``: the last number of a chain that the one above has."""
    return [inner for device in sorted(store.elsewhere) for inner in kept(store, device, after(device))]


def anew(store: Store, inner: Inner, recipients: Iterable[str]) -> tuple[bytes, dict[str, Any]]:
    """Give a file that came, encrypted to others, and its manifest; opened again before it counts."""
    to = [pyrage.x25519.Recipient.from_str(one) for one in dict.fromkeys(recipients)]
    made = bundle.wrap(inner.hint, pyrage.encrypt(inner.plain, to))
    return made, bundle.open_bundle(made, _Took(store)).manifest


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
        elif entry.kind == "audit" and entry.type == PEER:
            changed = _peer(store, json.loads(entry.body), entry.device) or changed
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
    enter_machine(store, _named(said, APPROVED))
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


def proven(said: dict[str, Any], successor: str) -> bytes | None:
    """Give the key of an earlier identity that the body of an audit entry names; None when that one's signature does not say so."""
    if not shapes.is_earlier(said):
        return None
    public = bytes.fromhex(said["public"])
    return public if bundle.signed(public, earlier_proof(successor), bytes.fromhex(said["proof"])) else None


def _earlier(store: Store, said: dict[str, Any], successor: str) -> bool:
    """Believe a machine about an identity that it had before it enrolled: that one's own signature must say so."""
    after, public = machine(store, successor), proven(said, successor)
    if after is None or public is None or machine(store, said["device"]) or said["device"] in OwnKeys(store).own_devices:
        return False
    enter_machine(store, replace(after, device=said["device"], public=public, identity=None, status=APPROVED, last_ok=None))
    write_meta(store.database, f"earlier:{said['device']}", successor)
    through = vouchers(store).get(successor)
    if through is not None:
        write_meta(store.database, f"via:{said['device']}", through)
    return True


def _peer(store: Store, said: dict[str, Any], by: str) -> bool:
    """Take down a machine that another one of its office names, to be approved by its digits: we may have known it, and lost that."""
    one = machine(store, by)
    if one is None or by in vouchers(store) or not shapes.is_machine(said) or said["office"] != one.office:
        return False
    waiting = sum(other.status == WAITING for other in machines(store, one.office))
    if waiting >= MOST_NAMED or machine(store, said["device"]) or said["device"] in OwnKeys(store).own_devices:
        return False
    enter_machine(store, _named(said, WAITING))
    return True


def know_again(store: Store, entries: Iterable[Entry]) -> None:
    """Know the machines that our own chain, brought back, says we approved, for people to compare anew, and those it says we revoked."""
    for entry in entries:
        said = json.loads(entry.body) if entry.kind == "audit" and entry.type in (APPROVE, REVOKE) else {}
        known = machine(store, str(said.get("device", "")))
        if entry.type == APPROVE and known is None and shapes.is_machine(said) and said["office"] != read_meta(store.database, "office"):
            enter_machine(store, _named(said, WAITING))
        elif entry.type == REVOKE and known is not None and known.status == WAITING and isinstance(said.get("have"), int):
            enter_machine(store, replace(known, status=REVOKED, last_ok=max(said["have"], 0)))


def _named(said: dict[str, Any], status: str) -> Machine:
    """Give the machine that the body of an audit entry names."""
    return Machine(
        said["device"], said["office"], said["office_name"], said["label"], bytes.fromhex(said["public"]), said["age"], None, status,
        now_text(), None,
    )  # fmt: skip


def _revoked(store: Store, said: dict[str, Any], office: str) -> bool:
    known = machine(store, str(said.get("device", "")))
    last, have = said.get("last"), said.get("have")
    if known is None or vouchers(store).get(known.device) != office or not isinstance(last, int) or not isinstance(have, int):
        return False
    enter_machine(store, Machine(**vars(known) | {"status": REVOKED, "last_ok": max(last, have, 0)}))  # what it took before it sends on
    return True
