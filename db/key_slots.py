"""One slot of keys.json: how a secret, a person's password or the recovery code, opens the data key (trust.md a).

Argon2id of the secret is an X25519 private key whose public half stands in the slot, and the data key is sealed to that public
half. So the data key can be changed without everybody's password, and a removed user's old slot opens nothing new.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.connection import NO_MEMORY
from db.errors import ExpectedError
from db.text import canonical

Kind = Literal["user", "recovery"]
RECOVERY, OFFERED = "recovery", "recovery-next"
"""The recovery code, and a new one that takes its place once somebody has shown that it is on paper; until then both open."""
CODES = (RECOVERY, OFFERED)
ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
"""The ids of users."""


class Cost(NamedTuple):
    """What one guess costs: memory in KiB, passes, lanes of Argon2id."""

    m: int
    t: int = 3
    p: int = 4


FLOOR = Cost(64 * 1024)
"""The least that is accepted, in new slots and in files (T2, T34)."""
_CEILING = Cost(256 * 1024, 20, 16)


class Slot(NamedTuple):
    """One way to open the data key. ``id`` is the user's, or one of ``CODES``; all bytes as hexadecimal text."""

    kind: str
    id: str
    m: int
    t: int
    p: int
    salt: str
    pub: str
    eph: str
    nonce: str
    ct: str
    kdf: str = "argon2id"
    v: int = 1

    @property
    def cost(self) -> Cost:
        """The cost this slot was made with."""
        return Cost(self.m, self.t, self.p)


_SLOT_BYTES = {"salt": 16, "pub": 32, "eph": 32, "nonce": 12, "ct": 48}
_SLOT_KEYS = frozenset(Slot._fields)


def parse(plain: dict[str, Any]) -> Slot:
    """Read a slot as it stands in keys.json. Raises ValueError, KeyError, TypeError or AttributeError when it is not one of ours."""
    must(type(plain) is dict and set(plain) == _SLOT_KEYS)
    slot = Slot(**plain)
    must(all(type(number) is int for number in (slot.v, slot.m, slot.t, slot.p)))
    must(slot.v == 1 and slot.kdf == "argon2id")
    must(FLOOR.m <= slot.m <= _CEILING.m and FLOOR.t <= slot.t <= _CEILING.t and 1 <= slot.p <= _CEILING.p)
    must(all(is_hex(plain[name], length) for name, length in _SLOT_BYTES.items()))
    must(slot.kind in ("user", "recovery") and type(slot.id) is str and ID.fullmatch(slot.id) is not None)
    must((slot.kind == "recovery") == (slot.id in CODES))
    return slot


def must(holds: bool) -> None:
    """Raise ValueError unless something of the file is as we write it."""
    if not holds:
        raise ValueError("not a key file of ours")


def is_hex(text: object, length: int) -> bool:
    """Say whether this is ``length`` bytes as we write them: lower-case hexadecimal text."""
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]*", text) is not None and len(text) == 2 * length


def derive(secret: str, salt: bytes, cost: Cost) -> bytes:
    """Give the 32 bytes of a slot's private key: what takes a guesser's time. Raises ExpectedError ``memory``."""
    try:
        return Argon2id(salt=salt, length=32, iterations=cost.t, lanes=cost.p, memory_cost=cost.m).derive(secret.encode())
    except MemoryError:
        raise ExpectedError(NO_MEMORY.code, NO_MEMORY.title, NO_MEMORY.remedy) from None


def _private_key(secret: str, salt: bytes, cost: Cost) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(derive(secret, salt, cost))


def seal(slot: Slot, data_key: bytes, db_id: str) -> Slot:
    """Seal ``data_key`` to the slot's public half, with a fresh ephemeral key and nonce."""
    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(slot.pub)))
    slot = slot._replace(eph=ephemeral.public_key().public_bytes_raw().hex(), nonce=secrets.token_hex(12), ct="")
    return slot._replace(ct=_cipher(shared).encrypt(bytes.fromhex(slot.nonce), data_key, _bound(slot, db_id)).hex())


def _cipher(shared: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, None, b"NNP1-SLOT").derive(shared))


def _bound(slot: Slot, db_id: str) -> bytes:
    """What the ciphertext is bound to: everything else of the slot, and the database's id."""
    return canonical({name: value for name, value in slot._asdict().items() if name != "ct"} | {"db_id": db_id})


def make(kind: Kind, id_: str, secret: str, data_key: bytes, db_id: str, cost: Cost) -> Slot:
    """Make the slot of a secret, with a fresh salt. Raises ExpectedError ``memory``."""
    salt = secrets.token_bytes(16)
    public = _private_key(secret, salt, cost).public_key().public_bytes_raw()
    return seal(Slot(kind, id_, cost.m, cost.t, cost.p, salt.hex(), public.hex(), "", "", ""), data_key, db_id)


def open_with(slot: Slot, secret: str, db_id: str) -> bytes | None:
    """Give the data key; None when the secret is wrong.

    Raises ValueError when the secret is right and the slot was damaged, ExpectedError ``memory``.
    """
    private = _private_key(secret, bytes.fromhex(slot.salt), slot.cost)
    if private.public_key().public_bytes_raw().hex() != slot.pub:
        return None
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(slot.eph)))
        return _cipher(shared).decrypt(bytes.fromhex(slot.nonce), bytes.fromhex(slot.ct), _bound(slot, db_id))
    except (InvalidTag, ValueError) as error:  # ValueError: an ephemeral point that makes the shared secret zero
        raise ValueError("the slot was damaged") from error


def calibrate(measure: Callable[[Cost], float] | None = None, memory: int | None = None) -> Cost:
    """Choose the largest of 64, 128, 256 MiB that takes under a second and at most an eighth of the memory (bytes) here."""
    total = memory if memory is not None else machine_memory()
    chosen = FLOOR
    for mebibytes in (64, 128, 256):
        cost = Cost(mebibytes * 1024)
        if mebibytes * 2**20 * 8 > total or (measure or _seconds)(cost) >= 1:
            break
        chosen = cost
    return chosen


def _seconds(cost: Cost) -> float:
    start = time.perf_counter()
    _private_key("đo thời gian", secrets.token_bytes(16), cost)
    return time.perf_counter() - start


def machine_memory() -> int:
    """Bytes of memory in this machine; 0 where the system does not say, which chooses the floor."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0
