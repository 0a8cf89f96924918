"""Who may send: headquarters' keys, made once and known by their digits; machines enrolled, approved and revoked (trust.md e)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage

from app import files, passphrase
from app.sync import bundle
from app.sync.bundle import Bundle, Payload, Sender, fingerprint
from app.sync.strict import strict
from app.unit_tree import own_unit
from db import keystore
from db.connection import expected_errors
from db.errors import ExpectedError
from db.journal import now_text
from db.message import Message
from db.statements import Prepared, slot
from db.store import Store
from db.system import Authority, Device, Enrolment, OwnDevice, add_device, close_own_devices, read_meta
from db.text import canonical

APP = "nennep 0.1.0"
PUBLIC_KIND = "headquarters-keys"
_MOST_KEYS = 65_536
WAITING, APPROVED, REVOKED = "waiting", "approved", "revoked"


@dataclass(frozen=True)
class Above:
    """Keys of a headquarters. ``secret`` and ``identity`` are None for those of others."""

    sign: str
    office: str
    name: str
    working: str
    safe: str
    secret: bytes | None
    identity: str | None

    @property
    def digits(self) -> str:
        """The 24 digits by which people compare these keys."""
        return fingerprint(bytes.fromhex(self.sign), self.working.encode(), self.safe.encode())

    def public(self) -> dict[str, Any]:
        """Give what others may know."""
        return {"v": 1, "kind": PUBLIC_KIND, "office": self.office, "name": self.name, "sign": self.sign, "working": self.working,
                "safe": self.safe}  # fmt: skip


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
_ABOVE = tuple(getattr(Authority, name) for name in Above.__dataclass_fields__)
_ALL_KEYS = Prepared(Authority.select(*_ABOVE, Authority.own, Authority.replaced).order_by(Authority.since.desc()).tuples())
_MACHINES = Prepared(Enrolment.select(*_MACHINE).order_by(Enrolment.office, Enrolment.label, Enrolment.device).tuples())
_ONE_MACHINE = Prepared(Enrolment.select(*_MACHINE).where(Enrolment.device == slot(0)).tuples())
_ENTER_MACHINE = Prepared(Enrolment.insert({field: slot(place) for place, field in enumerate(_MACHINE)}).on_conflict_replace())
_OWN_DEVICES = Prepared(Device.select(Device.id, Device.public).where(Device.own == 1).tuples())
_CHAIN = Prepared(Device.select(Device.id).where(Device.id == slot(0)).tuples())


def office_code(store: Store) -> str:
    """Give the code of our own office."""
    return str(read_meta(store.database, "office"))


def office_name(store: Store) -> str:
    """Give the name of our own unit as it is today."""
    return store.names.label("unit", own_unit(store), None)


# -- headquarters' keys --------------------------------------------------------------------------------------------------------


def own_keys(store: Store) -> Above | None:
    """Give our keys as a headquarters; None when nobody sends to us."""
    return next((keys for keys, own, replaced in _keys(store) if own and not replaced), None)


def above(store: Store) -> Above | None:
    """Give the keys of the headquarters that we send to; None before there is one."""
    return next((keys for keys, own, replaced in _keys(store) if not own and not replaced), None)


def _keys(store: Store) -> list[tuple[Above, bool, bool]]:
    """Give all keys, the newest first: whether they are ours, whether others have taken their place."""
    return [(Above(*row), bool(own), replaced is not None) for *row, own, replaced in store.run(_ALL_KEYS)]


@dataclass(frozen=True)
class Made:
    """New keys of a headquarters: the file for all offices, the file for the safe and the words that open it, shown once."""

    keys: Above
    public: Path
    safe: Path
    words: str


def make_keys(store: Store, to: Path, by: str) -> Made:
    """Make our keys as a headquarters, once, and write the file for the offices and the one for the safe into ``to``.

    The identity of the safe key is in that second file only, locked by the words that are given back. Raises ExpectedError.
    """
    store.allow(by, "users")
    if own_keys(store) is not None:
        raise ExpectedError("keys", "Cơ quan này đã có khóa.", "Khóa chỉ tạo một lần; xem mã đối chiếu bằng lệnh sync keys.")
    secret, public = keystore.new_device_key()
    working, safe = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    keys = Above(
        public.hex(), office_code(store), office_name(store), str(working.to_public()), str(safe.to_public()), secret, str(working)
    )
    words = "-".join((passphrase.new_password(), passphrase.new_password()))
    folder = files.make_folder(to)
    shown, locked = folder / f"khoa-{keys.office}.json", folder / f"khoa-du-phong-{keys.office}.age"
    kept = canonical(keys.public() | {"secret": secret.hex(), "working_identity": str(working), "safe_identity": str(safe)})
    with expected_errors(), store.transaction():
        _enter_keys(store, keys, own=1)
        store.audit("keys.make", {"sign": keys.sign, "digits": keys.digits}, by)
        files.replace(locked, pyrage.passphrase.encrypt(kept, words))
        files.replace(shown, canonical(keys.public()))
    return Made(keys, shown, locked, words)


def recover_keys(store: Store, path: Path, words: str, by: str) -> Above:
    """Take our own keys back from the file of the safe, after the headquarters' machine was lost. Raises ExpectedError."""
    store.allow(by, "users")
    if own_keys(store) is not None:
        raise ExpectedError("keys", "Cơ quan này đã có khóa.", "Không cần lấy lại khóa từ tệp dự phòng.")
    try:
        said = strict(pyrage.passphrase.decrypt(_read(path), words))
        keys = _of_json(said, bytes.fromhex(said["secret"]), str(said["working_identity"]))
    except (pyrage.DecryptError, ValueError, KeyError, TypeError):
        raise ExpectedError("keys", "Không mở được tệp khóa dự phòng.", "Hãy kiểm tra tệp và các từ khóa ghi kèm.") from None
    if keys.office != office_code(store):
        raise ExpectedError("keys", Message("Khóa này của {office}.", office=keys.office), "Hãy lấy đúng tệp khóa của cơ quan mình.")
    with store.transaction():
        _enter_keys(store, keys, own=1)
        store.audit("keys.recover", {"sign": keys.sign}, by)
    return keys


def read_keys(path: Path) -> Above:
    """Give the keys in a headquarters' public file. Raises ExpectedError when it is none."""
    try:
        return _of_json(strict(_read(path)), None, None)
    except (ValueError, KeyError, TypeError):
        raise ExpectedError(
            "keys", Message("{name} không phải tệp khóa của cấp trên.", name=path.name), "Hãy chọn tệp khoa-….json do cấp trên gửi."
        ) from None


def take_keys(store: Store, path: Path, digits: str, by: str) -> Above:
    """Trust a headquarters: all 24 digits of the official letter must be those of the file. Raises ExpectedError."""
    store.allow(by, "users")
    keys = read_keys(path)
    typed = "".join(character for character in digits if character.isdecimal())
    if typed != keys.digits.replace(" ", ""):
        raise ExpectedError(
            "digits",
            "Mã đối chiếu không khớp với tệp khóa.",
            "Hãy nhập đủ 24 chữ số trong công văn của cấp trên; nếu vẫn không khớp, đừng dùng tệp này và báo cấp trên.",
        )
    before = above(store)
    if before is not None and before.sign == keys.sign:
        return before
    with store.transaction():
        store.execute(Authority.update(replaced=now_text()).where((Authority.own == 0) & Authority.replaced.is_null()))
        _enter_keys(store, keys, own=0)
        store.audit("keys.take", {"sign": keys.sign, "office": keys.office}, by)
    return keys


def _enter_keys(store: Store, keys: Above, own: int) -> None:
    store.execute(
        Authority.insert(
            sign=keys.sign, office=keys.office, name=keys.name, working=keys.working, safe=keys.safe, secret=keys.secret,
            identity=keys.identity, own=own, since=now_text(),
        ).on_conflict_replace()
    )  # fmt: skip


def _of_json(said: Any, secret: bytes | None, identity: str | None) -> Above:
    if said["kind"] != PUBLIC_KIND or said["v"] != 1 or len(bytes.fromhex(said["sign"])) != 32:
        raise ValueError("kind")
    try:
        for name in ("working", "safe"):
            pyrage.x25519.Recipient.from_str(said[name])
    except pyrage.RecipientError:
        raise ValueError("recipient") from None
    return Above(said["sign"], str(said["office"]), str(said["name"]), said["working"], said["safe"], secret, identity)


def _read(path: Path) -> bytes:
    with expected_errors():
        try:
            with path.open("rb") as file:
                return file.read(_MOST_KEYS)
        except (FileNotFoundError, IsADirectoryError):
            raise ExpectedError("missing", Message("Không thấy tệp {path}.", path=path), "Hãy kiểm tra đường dẫn.") from None


# -- machines ------------------------------------------------------------------------------------------------------------------


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

    ``fresh`` closes the machine's name and takes a new one first: for one of two machines that write under the same.
    """
    store.allow(by, "users")
    keys = require_above(store)
    if fresh:
        _new_name(store)
    label = " ".join(label.split())[:120]
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
    hint = {"kind": "enrol", "from": f"{mine.office} {mine.office_name}"[:120], "to": keys.office, "bundle_no": 0, "created": now_text(),
            "app": APP}  # fmt: skip
    manifest = {
        "kind": "enrol", "bundle_id": str(uuid.uuid4()), "office": mine.office, "device": mine.device, "dest": keys.office, "app": APP,
        "created": hint["created"], "office_name": mine.office_name, "label": mine.label, "public": mine.public.hex(), "age": mine.age,
    }  # fmt: skip
    made = bundle.seal(hint, manifest, Payload(), store.device.private, [keys.working, keys.safe, mine.age])
    path = files.make_folder(to) / f"dang-ky-{mine.office}-{mine.device[:4]}.nnp"
    bundle.open_bundle(made, OwnKeys(store))
    with expected_errors():
        files.replace(path, made)
    return path, mine


def _new_name(store: Store) -> None:
    private, public = keystore.new_device_key()
    with store.transaction():
        close_own_devices(store.database)
        store.device = OwnDevice(str(uuid.uuid4()), public, private)
        add_device(store.database, store.device, now_text())


def require_above(store: Store) -> Above:
    """Give the keys of the headquarters; raise ExpectedError before there are any."""
    keys = above(store)
    if keys is None:
        raise ExpectedError("keys", "Chưa có khóa của cấp trên.", "Hãy nhận tệp khóa: nennep sync keys --take TỆP --digits MÃ.")
    return keys


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
        return known
    fresh = Machine(
        said["device"], said["office"], said["office_name"], said["label"], bytes.fromhex(said["public"]), said["age"], None, WAITING,
        now_text(), None,
    )  # fmt: skip
    enter_machine(store, fresh)
    return fresh


def approve(store: Store, device: str, digits: str, by: str, office: str | None = None) -> Machine:
    """Approve a waiting machine whose slip shows these 24 digits. ``office`` corrects the office that it gave. Raises ExpectedError.

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
    approved = Machine(**vars(one) | {"status": APPROVED, "office": office or one.office})
    with store.transaction():
        enter_machine(store, approved)
        store.audit("device.approve", {"device": one.device, "office": approved.office}, by)
    return approved


def revoke(store: Store, device: str, last: int, by: str) -> Machine:
    """Take a machine's certificate back: nothing after entry ``last`` is taken from it any more. Raises ExpectedError."""
    store.allow(by, "users")
    one = find(store, device)
    if one.device == store.device.id:
        raise ExpectedError("enrolment", "Không thu hồi được chính máy này.", "Hãy làm việc này trên máy khác.")
    gone = Machine(**vars(one) | {"status": REVOKED, "last_ok": max(last, 0)})
    with store.transaction():
        enter_machine(store, gone)
        store.audit("device.revoke", {"device": one.device, "last": max(last, 0)}, by)
    return gone


def find(store: Store, text: str) -> Machine:
    """Give the machine whose id begins with ``text``; raise ExpectedError when none or several do."""
    wanted = text.strip().lower()
    found = [one for one in machines(store) if wanted and one.device.startswith(wanted)]
    if len(found) != 1:
        listed = ", ".join(f"{one.device[:8]} ({one.office}, {one.label})" for one in machines(store)) or "—"
        raise ExpectedError(
            "enrolment", Message("Không rõ máy nào là “{text}”.", text=text), Message("Các máy đã biết: {listed}.", listed=listed)
        )
    return found[0]


# -- what opening a file asks --------------------------------------------------------------------------------------------------


class OwnKeys:
    """What this office opens files with, and whom it believes; read from the database when made."""

    def __init__(self, store: Store) -> None:
        self.office = office_code(store)
        known = [keys for keys, _own, _replaced in _keys(store)]
        self.own = {keys.sign: keys for keys in known if keys.secret is not None}
        self.above = {keys.sign: keys for keys in known if keys.secret is None}
        self.machines = {one.device: one for one in machines(store)}
        earlier = [one.identity for one in self.machines.values() if one.identity]  # this machine's, under former names too
        working = [keys.identity for keys in self.own.values() if keys.identity]
        self.identities: Sequence[str] = [*earlier, *working]
        self.own_devices = {device: bytes(public) for device, public in store.run(_OWN_DEVICES)}

    def sender(self, manifest: dict[str, Any]) -> Sender | None:
        """Give the key that must have signed: the enrolled machine's, ours, headquarters', or the one that is enrolling itself."""
        if manifest["kind"] == "enrol":
            return Sender(bytes.fromhex(manifest["public"]), manifest["office"])
        if manifest["kind"] == "return":
            keys = {**self.above, **self.own}.get(manifest["sign"])
            return Sender(bytes.fromhex(keys.sign), keys.office) if keys else None
        chain = manifest.get("chain_device", manifest["device"])
        if chain in self.own_devices:
            return Sender(self.own_devices[chain], self.office)
        one = self.machines.get(chain)
        if one is None or one.status == WAITING:
            return None
        return Sender(one.public, one.office, one.last_ok if one.status == REVOKED else None)

    def reads(self, manifest: dict[str, Any]) -> bool:
        """Tell whether the file is for us: sent to us, or by a machine of our own office."""
        return self.office in (manifest["dest"], manifest["office"])
