"""Which machines may send: enrolled, approved by digits that people compare, revoked by number (trust.md e)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage

from app import files
from app.sync import authority, bundle
from app.sync.authority import APP, office_code, office_name, require_above
from app.sync.bundle import Bundle, Payload, Sender, fingerprint
from db import keystore
from db.errors import ExpectedError
from db.journal import now_text
from db.message import Message
from db.record import fixed_uid
from db.statements import Prepared, slot
from db.store import Store
from db.system import Device, Enrolment, Meta, OwnDevice, add_device, close_own_devices, last_seq, write_meta

MOST_NUMBER = 2**53
"""What every number in a file stays below (FORMAT.md 1)."""
WAITING, APPROVED, REVOKED = "waiting", "approved", "revoked"


@dataclass(frozen=True)
class Machine:
    """An enrolled machine, ours or another's."""

    device: str
    office: str
    office_name: str
    label: str
    public: bytes
    age: str
    identity: str | None
    status: str
    since: str
    last_ok: int | None

    @property
    def digits(self) -> str:
        """The 24 digits on the slip of its enrolment."""
        return fingerprint(self.public, self.age.encode())


_MACHINE = tuple(getattr(Enrolment, name) for name in Machine.__dataclass_fields__)
_MACHINES = Prepared(Enrolment.select(*_MACHINE).order_by(Enrolment.office, Enrolment.label, Enrolment.device).tuples())
_ONE_MACHINE = Prepared(Enrolment.select(*_MACHINE).where(Enrolment.device == slot(0)).tuples())
_ENTER_MACHINE = Prepared(Enrolment.insert({field: slot(place) for place, field in enumerate(_MACHINE)}).on_conflict_replace())
_OWN_DEVICES = Prepared(Device.select(Device.id, Device.public).where(Device.own == 1).tuples())
_GIVEN_UP = Meta.select(Meta.key).where(Meta.key.startswith("fork:") | Meta.key.startswith("left:")).tuples()
"""Chains of ours that another machine goes on with, or may."""
_VOUCHERS = Prepared(Meta.select(Meta.key, Meta.value).where(Meta.key.startswith("via:")).tuples())
_CHAIN = Prepared(Device.select(Device.id).where(Device.id == slot(0)).tuples())


def machines(store: Store, office: str | None = None) -> list[Machine]:
    """Give the machines known here, by office and label; ``office`` narrows them to one."""
    found = [Machine(*row) for row in store.run(_MACHINES)]
    return [one for one in found if one.office == office] if office else found


def machine(store: Store, device: str) -> Machine | None:
    """Give one machine; None when it is not known."""
    row = store.run(_ONE_MACHINE, device).fetchone()
    return None if row is None else Machine(*row)


def this_machine(store: Store) -> Machine | None:
    """Give this machine as it enrolled; None before it has, or since it took a new identity."""
    return machine(store, store.device.id)


def enter_machine(store: Store, one: Machine) -> None:
    """Write a machine's row, and the row of its chain unless the chain is ours."""
    store.run(_ENTER_MACHINE, *vars(one).values())
    if one.status != WAITING and not store.run(_CHAIN, one.device).fetchone():
        store.execute(Device.insert(id=one.device, public=one.public, private=None, created=one.since, closed_at=None, own=0))
    store.know_others()


def enrol(store: Store, to: Path, label: str, by: str, *, fresh: bool = False) -> tuple[Path, Machine]:
    """Write this machine's enrolment for headquarters into ``to``; asked again, the same keys are sent again. Raises ExpectedError.

    ``fresh`` closes the machine's name and takes a new one first: for one of two machines that write under the same, or one that was
    revoked. What it wrote that nobody takes under the old name comes along (``app.sync.branches``). It stays as it was where the file
    cannot be written.
    """
    store.allow(by, "users")
    keys, folder, before = require_above(store), files.make_folder(to), store.device
    try:
        with store.transaction() if fresh else nullcontext():  # who could not ask for a new name keeps the old one
            if fresh:
                _new_name(store, by)
            mine = _mine(store, " ".join(label.split())[:120], by)
            path = folder / enrolment_file(mine)
            files.put(path, _request(store, keys, mine))
    except BaseException:
        store.device = before
        store.know_others()
        raise
    return path, mine


def _mine(store: Store, label: str, by: str) -> Machine:
    """Give this machine as it asks to be enrolled; until it is approved, ``label`` takes the place of an earlier one."""
    mine = this_machine(store)
    if mine is None:
        identity = pyrage.x25519.Identity.generate()
        mine = Machine(
            store.device.id, office_code(store), office_name(store), label or "Máy 1", store.device.public, str(identity.to_public()),
            str(identity), WAITING, now_text(), None,
        )  # fmt: skip
        with store.transaction():
            enter_machine(store, mine)
            store.audit("device.enrol", {"device": mine.device, "digits": mine.digits}, by)
            _tell_earlier(store, by)
    elif mine.status == WAITING and label not in ("", mine.label):
        mine = replace(mine, label=label)
        with store.transaction():
            enter_machine(store, mine)
    return mine


def _request(store: Store, keys: authority.Above, mine: Machine) -> bytes:
    """Give the file by which a machine asks, opened again before it counts."""
    hint = {"kind": "enrol", "from": f"{mine.office} {mine.office_name}"[:120], "to": keys.office, "bundle_no": 0, "created": now_text(),
            "app": APP}  # fmt: skip
    manifest = {
        "kind": "enrol", "bundle_id": str(uuid.uuid4()), "office": mine.office, "device": mine.device, "dest": keys.office, "app": APP,
        "created": hint["created"], "office_name": mine.office_name, "label": mine.label, "public": mine.public.hex(), "age": mine.age,
    }  # fmt: skip
    made = bundle.seal(hint, manifest, Payload(), store.device.private, [keys.working, keys.safe, mine.age])
    bundle.open_bundle(made, OwnKeys(store))
    return made


def enrolment_file(one: Machine) -> str:
    """Give the name of the file by which a machine asks to be enrolled."""
    return f"dang-ky-{one.office}-{one.device[:4]}.nnp"


def earlier_proof(device: str) -> bytes:
    """Give what an identity that is used no more signs for its successor ``device``."""
    return b"NNP1-EARLIER\0" + device.encode()


def _tell_earlier(store: Store, by: str) -> None:
    """Say in our own chain which identities this machine had before, as after a restore: nobody else can speak for them.

    Those that headquarters knows are among them, for it may lose all that it knows; those that another machine goes on with are not.
    """
    closed = (Device.own == 1) & Device.closed_at.is_null(False) & Device.private.is_null(False)
    query = Device.select(Device.id, Device.public, Device.private).where(closed).order_by(Device.created)
    given_up = {key.partition(":")[2] for (key,) in store.execute(_GIVEN_UP).fetchall()}
    for device, public, private in store.execute(query.tuples()).fetchall():
        if device in given_up:
            continue
        proof = keystore.sign(bytes(private), earlier_proof(store.device.id))
        store.audit("device.earlier", {"device": device, "public": bytes(public).hex(), "proof": proof.hex()}, by)


def _new_name(store: Store, by: str) -> None:
    from app.sync import branches

    private, public = keystore.new_device_key()
    before = this_machine(store)
    with store.transaction():
        if before is not None and before.status == REVOKED:  # what nobody takes under its name any more goes on under the new one
            write_meta(store.database, f"fork:{before.device}", "")
        close_own_devices(store.database)
        store.device = OwnDevice(str(uuid.uuid4()), public, private)
        add_device(store.database, store.device, now_text())
        branches.bring_over(store, by)


def vouchers(store: Store) -> dict[str, str]:
    """Give device → office of the machines that we know only because an office that sends to us approved them."""
    return {key.removeprefix("via:"): office for key, office in store.run(_VOUCHERS)}


def note(store: Store, opened: Bundle) -> Machine:
    """Keep a machine's enrolment for a person to compare; gives it as it stands. In the open transaction.

    Raises ExpectedError when a machine of that id is known with other keys: nobody takes over another's name.
    """
    said = opened.manifest
    known = machine(store, said["device"])
    if known is not None:
        if (known.public.hex(), known.age, known.office) != (said["public"], said["age"], said["office"]):
            raise ExpectedError(
                "enrolment", "Đã có máy khác đăng ký bằng danh tính này.", "Không nhận; hãy liên hệ đơn vị và đối chiếu mã trên phiếu."
            )
        if known.status == WAITING and known.label != said["label"]:
            known = replace(known, label=said["label"])
            enter_machine(store, known)
        return known
    fresh = Machine(
        said["device"], said["office"], said["office_name"], said["label"], bytes.fromhex(said["public"]), said["age"], None, WAITING,
        now_text(), None,
    )  # fmt: skip
    enter_machine(store, fresh)
    return fresh


def approve(store: Store, device: str, digits: str, by: str, office: str | None = None) -> Machine:
    """Approve a waiting machine whose slip shows these 24 digits. ``office`` says whose it is held to be. Raises ExpectedError.

    Its files bear the code that it declared, so another can not be given here; and a unit that is in no list is counted nowhere.

    Files of it that wait are taken by the next ``app.sync.taking.take``.
    """
    store.allow(by, "users")
    one = find(store, device)
    if one.status == REVOKED:
        raise ExpectedError("enrolment", "Máy này đã bị thu hồi.", "Hãy để đơn vị đăng ký máy dưới danh tính mới.")
    if "".join(character for character in digits if character.isdecimal()) != one.digits.replace(" ", ""):
        raise ExpectedError(
            "digits", "Mã đối chiếu không khớp với máy này.", "Hãy nhập đủ 24 chữ số trên phiếu đăng ký có đóng dấu của đơn vị."
        )
    if office is not None and office != one.office:
        raise ExpectedError(
            "unit",
            Message("Máy này tự khai là của {declared}, không phải {office}; tệp của máy mang mã đó.", declared=one.office, office=office),
            "Nếu mã sai, đơn vị phải sửa mã đơn vị trên máy đó rồi đăng ký lại; không duyệt máy dưới mã khác.",
        )
    if fixed_uid("unit", one.office) not in store.names.catalogue("unit").records:
        raise ExpectedError(
            "unit",
            Message("Chưa có đơn vị {office} trong danh mục của cơ quan này.", office=one.office),
            "Hãy thêm đơn vị vào danh mục, hoặc để đơn vị sửa mã của mình rồi đăng ký lại.",
        )
    approved = replace(one, status=APPROVED)
    with store.transaction():
        enter_machine(store, approved)
        told = {name: getattr(approved, name) for name in ("device", "office", "office_name", "label", "age")}
        store.audit("device.approve", told | {"public": approved.public.hex()}, by)
    return approved


def revoke(store: Store, device: str, last: int, by: str) -> Machine:
    """Take a machine's certificate back: nothing after entry ``last`` is taken from it any more. Raises ExpectedError."""
    store.allow(by, "users")
    one = find(store, device)
    if not 0 <= last < MOST_NUMBER:
        title = Message("{last} không thể là số của một mục.", last=last)
        raise ExpectedError("usage", title, "Hãy ghi số mục cuối cùng còn nhận: 0, 1, 2, …")
    if one.device == store.device.id:
        raise ExpectedError("enrolment", "Không thu hồi được chính máy này.", "Hãy làm việc này trên máy khác.")
    gone = Machine(**vars(one) | {"status": REVOKED, "last_ok": last})
    with store.transaction():
        enter_machine(store, gone)
        for (mark,) in store.execute(Meta.select(Meta.key).where(Meta.key.startswith("earlier:") & (Meta.value == one.device)).tuples()):
            before = machine(store, mark.partition(":")[2])
            if before is not None:  # nothing more comes under names that only this machine spoke for
                enter_machine(store, replace(before, status=REVOKED, last_ok=last_seq(store.database, before.device)))
        store.audit("device.revoke", {"device": one.device, "last": last, "have": last_seq(store.database, one.device)}, by)
    return gone


def find(store: Store, text: str) -> Machine:
    """Give the machine whose id begins with ``text``; raise ExpectedError when none or several do."""
    wanted = text.strip().lower()
    found = [one for one in machines(store) if wanted and one.device.startswith(wanted)]
    if len(found) != 1:
        listed = ", ".join(f"{one.device[:8]} ({one.office}, {one.label})" for one in machines(store))
        known = (
            Message("Các máy đã biết: {listed}.", listed=listed) if listed else "Chưa máy nào đăng ký: hãy nhận tệp dang-ky-*.nnp trước."
        )
        raise ExpectedError("enrolment", Message("Không rõ máy nào là “{text}”.", text=text), known)
    return found[0]


# -- what opening a file asks --------------------------------------------------------------------------------------------------


class OwnKeys:
    """What this office opens files with, and whom it believes; read from the database when made."""

    def __init__(self, store: Store) -> None:
        self.office = office_code(store)
        known = authority.all_keys(store)
        self.own = {keys.sign: keys for keys in known if keys.secret is not None}
        self.above = {keys.sign: keys for keys in known if keys.secret is None}
        self.newest = authority.above(store)
        self.machines = {one.device: one for one in machines(store)}
        earlier = [one.identity for one in self.machines.values() if one.identity]  # this machine's, under former names too
        working = [keys.identity for keys in self.own.values() if keys.identity]
        self.identities: Sequence[str] = [*earlier, *working]
        self.via = vouchers(store)
        self.own_devices = {device: bytes(public) for device, public in store.run(_OWN_DEVICES)}

    def sender(self, manifest: dict[str, Any]) -> Sender | None:
        """Give the key that must have signed: the enrolled machine's, ours, headquarters', or the one that is enrolling itself."""
        if manifest["kind"] == "enrol":
            return Sender(bytes.fromhex(manifest["public"]), manifest["office"])
        if manifest["kind"] in bundle.BACK:
            keys = {**self.above, **self.own}.get(manifest["sign"])
            if keys is None and self.newest is not None:
                keys = next(reversed(authority.followers(self.newest, manifest)), None)
            return Sender(bytes.fromhex(keys.sign), keys.office) if keys else None
        chain = manifest.get("chain_device", manifest["device"])
        if chain in self.own_devices:
            return Sender(self.own_devices[chain], self.office)
        one = self.machines.get(chain)
        if one is None or one.status == WAITING:
            return None
        return Sender(one.public, one.office, one.last_ok if one.status == REVOKED else None)

    def digits(self, manifest: dict[str, Any]) -> str:
        """Give the 24 digits of a machine that waits for its approval; '' when nobody has seen its enrolment here."""
        one = self.machines.get(manifest.get("chain_device", manifest["device"]))
        return one.digits if one is not None and manifest["kind"] == "data" else ""

    def reads(self, manifest: dict[str, Any]) -> bool:
        """Tell whether the file is for us: sent to us, by a machine of our own office, or sent on by the office it was for."""
        sent_on = self.via.get(manifest.get("chain_device", ""))
        return self.office in (manifest["dest"], manifest["office"]) or sent_on == manifest["dest"]
