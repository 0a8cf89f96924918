"""keys.json: who can unlock the data key, and how. The only cryptography outside of exchange (trust.md a, contract.md 1).

The data key is 32 random bytes. Slots (db/key_slots.py) open it, one a user and one for the recovery code (two while nobody has
shown that a new code is on paper), so it can be changed (a user disabled, the code used) without everybody's password. ``sum``
finds damage before any password is tried; ``mac`` finds what was changed on purpose, after unlocking.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db import copies, files, key_slots, lockout
from db.connection import expected_errors
from db.errors import ExpectedError
from db.key_slots import CODES, ID, OFFERED, RECOVERY, Cost, Kind, Slot, is_hex, must
from db.message import Message
from db.passwords import check_password, code_digits, new_code, nfc
from db.text import canonical

FILE, SPARE = "keys.json", "keys.bak"

_MOST_BYTES, _MOST_SLOTS = 65_536, 64
_DATABASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.db")


class Keystore(NamedTuple):
    """The content of keys.json without ``sum`` and ``mac``: the database file it belongs to, its id, the slots."""

    db: str
    db_id: str
    slots: tuple[Slot, ...]
    v: int = 1

    def slot(self, kind: str, id_: str) -> Slot | None:
        """Give the slot; None when there is none."""
        return next((slot for slot in self.slots if (slot.kind, slot.id) == (kind, id_)), None)

    @property
    def offered(self) -> bool:
        """Whether a new recovery code was made that nobody has shown to be on paper yet."""
        return self.slot("recovery", OFFERED) is not None

    @property
    def users(self) -> list[str]:
        """The ids of the users who have a slot, in order."""
        return sorted(slot.id for slot in self.slots if slot.kind == "user")


@dataclass(frozen=True)
class Unlocked:
    """What a right password gives. Raw bytes stay out of ``repr``, so out of logs."""

    data_key: bytes = field(repr=False)
    user_id: str
    db_path: Path
    db_id: str
    keystore: Keystore = field(repr=False)


# --- the file -----------------------------------------------------------------------------------------------------------


def _plain(keystore: Keystore) -> dict[str, Any]:
    slots = sorted(keystore.slots, key=lambda slot: (slot.kind, slot.id))
    return {"v": keystore.v, "db": keystore.db, "db_id": keystore.db_id, "slots": [slot._asdict() for slot in slots]}


def _mac(rest: bytes, data_key: bytes) -> str:
    key = HKDF(hashes.SHA256(), 32, None, b"NNP1-KEYS").derive(data_key)
    return hmac.digest(key, rest, "sha256").hex()


def dump(keystore: Keystore, data_key: bytes) -> bytes:
    """Give the bytes of keys.json."""
    plain = _plain(keystore)
    plain["mac"] = _mac(canonical(plain), data_key)
    plain["sum"] = hashlib.sha256(canonical(plain)).hexdigest()
    return canonical(plain)


def parse(raw: bytes, name: str = FILE) -> Keystore:
    """Read the bytes of keys.json: canonical, whole, within bounds. Nothing in it is trusted before ``authenticate``.

    Raises ExpectedError ``keys-damaged``; no key is derived before this has passed.
    """
    try:
        return _parse(raw)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> ExpectedError:
    return ExpectedError(
        "keys-damaged",
        Message("Tệp khóa {name} bị hỏng hoặc đã bị sửa.", name=name),
        Message(
            "Không ghi gì thêm. Hãy cất riêng tệp đó rồi chép {spare} thành {file}; nếu vẫn không được, dùng tệp khóa đi cùng bản sao lưu.",
            spare=SPARE,
            file=FILE,
        ),
    )


def _parse(raw: bytes) -> Keystore:
    must(len(raw) <= _MOST_BYTES)
    plain = json.loads(raw.decode())
    must(type(plain) is dict and set(plain) == {"v", "db", "db_id", "slots", "mac", "sum"} and canonical(plain) == raw)
    total = plain.pop("sum")
    must(total == hashlib.sha256(canonical(plain)).hexdigest())
    must(plain["v"] == 1 and type(plain["v"]) is int and is_hex(plain["mac"], 32) and type(plain["slots"]) is list)
    must(type(plain["db"]) is str and _DATABASE.fullmatch(plain["db"]) is not None)
    must(str(uuid.UUID(plain["db_id"])) == plain["db_id"] and 1 <= len(plain["slots"]) <= _MOST_SLOTS)
    keystore = Keystore(plain["db"], plain["db_id"], tuple(key_slots.parse(slot) for slot in plain["slots"]))
    keys = [(slot.kind, slot.id) for slot in keystore.slots]
    must(keys == sorted(set(keys)) and keys.count(("recovery", RECOVERY)) == 1)
    return keystore


def authenticate(raw: bytes, data_key: bytes, name: str = FILE) -> Keystore:
    """Read keys.json and prove that it was written by somebody who had this data key. Raises ``keys-damaged``. Costs no KDF."""
    keystore = parse(raw, name)
    if not hmac.compare_digest(json.loads(raw)["mac"], _mac(canonical(_plain(keystore)), data_key)):
        raise _damaged(name)
    return keystore


def read(folder: Path, name: str = FILE) -> bytes:
    """Give the bytes of a key file. Raises ExpectedError ``keys-missing``."""
    try:
        with expected_errors():
            return (folder / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        spare = (
            Message("Hãy chép {spare} thành {file}.", spare=SPARE, file=FILE)
            if (folder / SPARE).is_file()
            else "Hãy dùng tệp khóa đi cùng bản sao lưu gần nhất."
        )
        raise ExpectedError(
            "keys-missing", Message("Không thấy tệp khóa {name} trong {folder}.", name=name, folder=folder), spare
        ) from None


def write(folder: Path, keystore: Keystore, data_key: bytes) -> None:
    """Replace keys.json, which is the commit point, then its twin keys.bak.

    Raises ExpectedError only while nothing has changed: a twin that could not be written is made at the next good start.
    """
    content = dump(keystore, data_key)
    parse(content)
    with expected_errors():
        files.replace(folder / FILE, content)
    with contextlib.suppress(OSError, ExpectedError):
        files.replace(folder / SPARE, content)


def is_written(folder: Path, keystore: Keystore, data_key: bytes) -> bool:
    """Say whether keys.json is already this one, that is, whether the commit point of ``write`` was passed."""
    try:
        return (folder / FILE).read_bytes() == dump(keystore, data_key)
    except OSError:
        return False


# --- what a person does -------------------------------------------------------------------------------------------------


def check_id(user: str) -> str:
    """Give back a user's id that keys.json can hold. Raises ``user-id``."""
    if ID.fullmatch(user) is None or user in CODES:
        raise ExpectedError(
            "user-id",
            Message("Tên đăng nhập “{user}” không dùng được.", user=user),
            "Hãy dùng chữ thường không dấu, số, dấu chấm, gạch; tối đa 32 ký tự.",
        )
    return user


def new_database_name() -> str:
    """Give a file name that says nothing and was never used: ``data-<16 hex>.db``."""
    return f"data-{secrets.token_hex(8)}.db"


def create(
    folder: Path,
    users: Iterable[tuple[str, str]],
    make: Callable[[Path, bytes, str], object] | None = None,
    db_name: str | None = None,
    cost: Cost | None = None,
) -> tuple[Unlocked, str]:
    """Make a new key file for ``users`` (id, password), the first being unlocked; give that and the recovery code, shown once.

    ``make(path, data_key, db_id)`` makes the database file before keys.json, whose appearance is the commit point. ``cost`` None:
    what suits this machine. Raises ExpectedError when there is a key file already or a password is too weak.
    """
    if any((folder / name).exists() for name in (FILE, SPARE)):
        raise ExpectedError(
            "exists", Message("Trong {folder} đã có dữ liệu.", folder=folder), "Hãy chọn thư mục trống; không ghi đè lên dữ liệu cũ."
        )
    people = [(check_id(id_), check_password(password)) for id_, password in users]
    cost = cost or key_slots.calibrate()
    data_key, db_id, code = secrets.token_bytes(32), str(uuid.uuid4()), new_code()
    slots = [key_slots.make("user", id_, password, data_key, db_id, cost) for id_, password in people]
    slots.append(key_slots.make("recovery", RECOVERY, code_digits(code), data_key, db_id, cost))
    keystore = Keystore(db_name or new_database_name(), db_id, tuple(slots))
    try:
        if make is not None:
            make(folder / keystore.db, data_key, db_id)
        write(folder, keystore, data_key)
    except BaseException:
        if not is_written(folder, keystore, data_key):
            copies.remove(folder / keystore.db)
        raise
    return Unlocked(data_key, people[0][0], folder / keystore.db, db_id, keystore), code


def unlock(folder: Path, user: str, password: str, *, name: str = FILE, tries: Path | None = None, now: float | None = None) -> Unlocked:
    """Open the data key with a password.

    ``tries`` is the folder where wrong ones are counted, by default the key file's own; ``now`` the time in seconds since 1970,
    by default the clock's.

    Raises ExpectedError: ``keys-missing``, ``keys-damaged``, ``user`` (no such slot), ``wait`` (too many wrong ones), ``password``.
    """
    keystore = parse(read(folder, name), name)
    if keystore.slot("user", user) is None:
        raise ExpectedError(
            "user",
            Message("Không có người dùng “{user}”.", user=user),
            Message("Người dùng của dữ liệu này: {names}.", names=", ".join(keystore.users)),
        )
    wrong = ExpectedError("password", "Sai mật khẩu.", "Hãy kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại.")
    return _unlock(folder / name, tries or folder, "user", user, nfc(password), wrong, now)


def unlock_with_code(folder: Path, code: str, *, name: str = FILE, tries: Path | None = None, now: float | None = None) -> Unlocked:
    """Open the data key with the recovery code, or with the new one beside it; ``user_id`` is then the id of its slot.

    Raises like ``unlock``, and ``code-form``, ``code-check``.
    """
    digits = code_digits(code)
    wrong = ExpectedError(
        "code", "Mã khôi phục không phải của dữ liệu này.", "Hãy dùng tờ mã khôi phục mới nhất; mã đã dùng thì không dùng lại được."
    )
    return _unlock(folder / name, tries or folder, "recovery", RECOVERY, digits, wrong, now)


def _unlock(path: Path, tries: Path, kind: Kind, id_: str, secret: str, wrong: ExpectedError, now: float | None) -> Unlocked:
    folder, name = path.parent, path.name
    raw = read(folder, name)
    keystore = parse(raw, name)
    slots = [slot for slot in keystore.slots if slot.kind == kind and slot.id in (CODES if kind == "recovery" else (id_,))]
    clock = time.time() if now is None else now
    lockout.refuse(tries, id_, clock)
    opened = _first_opened(slots, secret, keystore.db_id, name)
    if opened is None:
        lockout.count(tries, id_, clock)
        raise wrong
    slot, data_key = opened
    keystore = authenticate(raw, data_key, name)
    lockout.clear(tries, id_)
    return Unlocked(data_key, slot.id, folder / keystore.db, keystore.db_id, keystore)


def _first_opened(slots: Iterable[Slot], secret: str, db_id: str, name: str) -> tuple[Slot, bytes] | None:
    """Give the slot that a secret opens and the data key; None when it opens none of them."""
    try:
        for slot in slots:
            data_key = key_slots.open_with(slot, secret, db_id)
            if data_key is not None:
                return slot, data_key
    except ValueError as error:
        raise _damaged(name) from error
    return None


def set_password(
    folder: Path, unlocked: Unlocked, user: str, password: str, cost: Cost | None = None, words: Iterable[str] = ()
) -> Unlocked:
    """Give ``user`` a slot with this password: a new user's first, or in place of the old one. The database is untouched.

    ``words`` are names a password must not consist of (units, persons). ``cost`` is by default the unlocked user's own.
    """
    keystore = authenticate(read(folder), unlocked.data_key)
    check_password(password, words)
    slot = key_slots.make("user", check_id(user), nfc(password), unlocked.data_key, keystore.db_id, cost or _cost_of(keystore))
    kept = tuple(other for other in keystore.slots if (other.kind, other.id) != ("user", user))
    keystore = keystore._replace(slots=(*kept, slot))
    write(folder, keystore, unlocked.data_key)
    return replace(unlocked, keystore=keystore)


def offer_code(folder: Path, unlocked: Unlocked, code: str, passwords: Iterable[tuple[str, str]] = ()) -> Unlocked:
    """Let a new recovery code open too, beside the one that is on paper; ``rotated`` with it makes it the only one.

    A new one that was offered before ends, unless it is what ``unlocked`` was opened with: then it is on paper, and the older one ends.
    ``passwords`` (id, password) replace those users' slots in the same step. The database is untouched.
    """
    old, data_key = authenticate(read(folder), unlocked.data_key), unlocked.data_key
    given = {check_id(id_): check_password(password) for id_, password in passwords}
    slots = [slot for slot in old.slots if slot.id not in (*CODES, *given)]
    slots += [key_slots.make("user", id_, password, data_key, old.db_id, _cost_of(old)) for id_, password in given.items()]
    used = old.slot("recovery", OFFERED) if unlocked.user_id == OFFERED else None
    slots += (
        [key_slots.seal(used._replace(id=RECOVERY), data_key, old.db_id)] if used else [slot for slot in old.slots if slot.id == RECOVERY]
    )
    slots.append(key_slots.make("recovery", OFFERED, code_digits(code), data_key, old.db_id, _cost_of(old)))
    keystore = old._replace(slots=tuple(slots))
    write(folder, keystore, data_key)
    return replace(unlocked, keystore=keystore)


def check_code(keystore: Keystore, code: str) -> None:
    """Raise ExpectedError unless this is the newest recovery code: the one offered, else the one in force."""
    slot = keystore.slot("recovery", OFFERED) or keystore.slot("recovery", RECOVERY)
    if slot is None or key_slots.open_with(slot, code_digits(code), keystore.db_id) is None:
        raise ExpectedError("code", "Đây không phải mã khôi phục mới nhất.", "Hãy gõ mã trên phiếu in sau cùng, hoặc làm mã mới.")


def _cost_of(keystore: Keystore) -> Cost:
    return max((slot.cost for slot in keystore.slots), key=lambda cost: (cost.m, cost.t))


def rotated(
    keystore: Keystore, without: Iterable[str] = (), *, code: str | None = None, passwords: Iterable[tuple[str, str]] = ()
) -> tuple[Keystore, bytes]:
    """Give an authenticated key file with a new data key and database name: slots of ``without`` left out, the others sealed anew.

    ``code`` replaces the recovery slot and what was offered beside it, ``passwords`` (id, password) those users' slots. Nothing is
    written: the caller makes the database file, then commits with ``write``.
    """
    old, data_key = keystore, secrets.token_bytes(32)
    given = {check_id(id_): check_password(password) for id_, password in passwords}
    gone = {*without, *given, *(CODES if code else ())}
    slots = [key_slots.seal(slot, data_key, old.db_id) for slot in old.slots if slot.id not in gone]
    slots += [key_slots.make("user", id_, password, data_key, old.db_id, _cost_of(old)) for id_, password in given.items()]
    if code:
        slots.append(key_slots.make("recovery", RECOVERY, code_digits(code), data_key, old.db_id, _cost_of(old)))
    return old._replace(db=new_database_name(), slots=tuple(slots)), data_key


# --- device keys --------------------------------------------------------------------------------------------------------


def new_device_key() -> tuple[bytes, bytes]:
    """Make an Ed25519 key; give (private, public), 32 raw bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Give the 64-byte Ed25519 signature of ``message``."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` is that of ``public`` over ``message``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
