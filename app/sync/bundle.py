"""One file: made, and opened with every check in its fixed order. ``FORMAT.md`` says the same for people without this code.

Nothing here knows a database: who may send and what came before is asked of ``Keys``; what was opened is plain data.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.sync import headers, refusals, shapes
from app.sync.headers import Head
from app.sync.strict import strict
from db.journal import Entry, first_hash, link
from db.text import canonical

MAGIC, INNER = b"\x89NNP\r\n\x1a\n", b"NNQ1"
VERSION, READER = 1, 1
"""The container's version, and the number that ``min_reader`` of a manifest may not exceed."""
SIGNED = b"NNP1-BUNDLE\0"
MOST_FILE, MOST_RAW, MOST_MANIFEST, MOST_HINT = 64 << 20, 256 << 20, 1 << 20, 4096
MOST_CHANGES, MOST_BYTES = 200_000, 1 << 20
HEADER, BODY, PRIVATE, BLOB, ITEM, END = 1, 2, 3, 4, 5, 255
BACK = ("return", "rebuild")
"""The kinds that a headquarters signs."""
LEVEL, LUMP = 4, 1 << 16
"""zlib's level, and how many bytes it is given at once. With its strategy for data in which little repeats (hashes), level 4 is as
small as 6 is without it, in two thirds of the time."""
_FRAME = struct.Struct("<BI")
_LEAST = 16 + 8 + 32


@dataclass(frozen=True)
class Sender:
    """Whose signature is asked for: the machine's (or headquarters') key, office, and the last number taken once it is revoked."""

    public: bytes
    office: str
    last_ok: int | None = None


class Keys(Protocol):
    """What a reader has: its age identities, who may send, and which destinations it reads for."""

    office: str
    identities: Sequence[str]

    def sender(self, manifest: dict[str, Any]) -> Sender | None:
        """Give who may have signed a manifest; None for a stranger."""

    def digits(self, manifest: dict[str, Any]) -> str:
        """Give the digits by which a machine that is not approved yet asked to be; '' when it has not."""

    def reads(self, manifest: dict[str, Any]) -> bool:
        """Tell whether the file is for us."""


@dataclass
class Bundle:
    """A file that passed every check. ``entries`` of kind ``data``; ``items`` of a ``return``; ``blobs`` too of a ``rebuild``.

    A blob is the inner part of a file that a machine of the office once sent, opened and checked as that file was; its hint is {}.
    """

    hint: dict[str, Any]
    manifest: dict[str, Any]
    sender: Sender
    entries: list[Entry] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    blobs: list[Bundle] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """``data``, ``enrol``, ``return`` or ``rebuild``."""
        return str(self.manifest["kind"])


def fingerprint(*parts: bytes) -> str:
    """Give the 24 decimal digits, in six groups of four, by which people compare keys."""
    number = int.from_bytes(hashlib.sha256(b"NNP1-FINGER\0" + b"".join(parts)).digest()) % 10**24
    text = f"{number:024d}"
    return " ".join(text[place : place + 4] for place in range(0, 24, 4))


def together(digits: str) -> str:
    """Give groups of digits so that they stay on one line wherever they are shown."""
    return digits.replace(" ", "\N{NO-BREAK SPACE}")


# -- making one ----------------------------------------------------------------------------------------------------------------


def frame(kind: int, data: bytes) -> bytes:
    """Give one frame of a payload."""
    return _FRAME.pack(kind, len(data)) + data


def entry_frames(header: bytes, body: bytes, private: bytes | None) -> bytes:
    """Give the frames of a journal entry; ``private`` is None when its private answers stay."""
    pack, packed = _FRAME.pack, headers.travelling(header)
    made = b"".join((pack(HEADER, len(packed)), packed, pack(BODY, len(body)), body))
    return made if private is None else made + frame(PRIVATE, private)


class Payload:
    """A payload that grows: compressed as it is written, a lump at a time."""

    def __init__(self) -> None:
        self._squeeze, self._hash = zlib.compressobj(LEVEL, strategy=zlib.Z_FILTERED), hashlib.sha256()
        self._made: list[bytes] = []
        self._lump: list[bytes] = []
        self._loose = self._packed = 0
        self.count = self.raw = 0

    @property
    def packed(self) -> int:
        """How many bytes there are, those of the last lump not yet compressed."""
        return self._packed + self._loose

    def add(self, frames: bytes, count: int) -> None:
        """Add ready frames."""
        self._lump.append(frames)
        self._loose += len(frames)
        self.raw += len(frames)
        self.count += count
        if self._loose >= LUMP:
            self._compress()

    def _compress(self) -> None:
        lump = b"".join(self._lump)
        self._hash.update(lump)
        self._made.append(self._squeeze.compress(lump))
        self._packed += len(self._made[-1])
        self._lump, self._loose = [], 0

    def end(self) -> bytes:
        """Close the stream and give it."""
        self.add(frame(END, struct.pack("<I", self.count)), 0)
        self._compress()
        return b"".join((*self._made, self._squeeze.flush()))

    def is_in(self, raw: bytes) -> bool:
        """Tell whether an inflated payload is what was added here."""
        return hashlib.sha256(raw).digest() == self._hash.digest()


def seal(hint: dict[str, Any], manifest: dict[str, Any], payload: Payload, secret: bytes, recipients: Iterable[str]) -> bytes:
    """Give the bytes of a file: signed with the Ed25519 key ``secret``, encrypted to the age ``recipients``."""
    packed, shown = payload.end(), canonical(hint)
    said = canonical(
        manifest
        | {
            "hint_sha256": hashlib.sha256(shown).hexdigest(),
            "min_reader": manifest.get("min_reader", READER),
            "n_frames": payload.count,
            "payload_len": len(packed),
            "payload_sha256": hashlib.sha256(packed).hexdigest(),
            "raw_len": payload.raw,
        }
    )
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(SIGNED + said)
    plain = b"".join((INNER, struct.pack("<I", len(said)), said, signature, packed))
    keys = [pyrage.x25519.Recipient.from_str(one) for one in dict.fromkeys(recipients)]
    return wrap(shown, pyrage.encrypt(plain, keys))


def wrap(hint: bytes, cipher: bytes, version: int = VERSION, flags: int = 0) -> bytes:
    """Give the outer container around an age file."""
    whole = b"".join((MAGIC, struct.pack("<HHI", version, flags, len(hint)), hint, struct.pack("<Q", len(cipher)), cipher))
    return whole + hashlib.sha256(whole).digest()


# -- opening one ---------------------------------------------------------------------------------------------------------------


def check_code(digest: str) -> str:
    """Give the part of a file's SHA-256 (hexadecimal) that people compare: 16 letters in groups of four."""
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


def is_one(start: bytes) -> bool:
    """Tell whether a file that starts so calls itself one of ours."""
    return start[:8] == MAGIC


def place_said(start: bytes) -> tuple[str, int]:
    """Give sender and number that the hint of a file names, from its first bytes; ('', 0) for what is no hint. It is not to be trusted."""
    if not is_one(start) or len(start) < 16:
        return "", 0
    (length,) = struct.unpack_from("<I", start, 12)
    try:
        hint = shapes.of_hint(strict(start[16 : 16 + length]))
    except ValueError:
        return "", 0
    return hint["from"], hint["bundle_no"]


def outside(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Give hint and ciphertext after the checks that need no key. Raises Refusal S01, S02, S03."""
    if len(data) > MOST_FILE or not is_one(data):
        raise refusals.not_ours()
    if len(data) < _LEAST or hashlib.sha256(memoryview(data)[:-32]).digest() != data[-32:]:
        raise refusals.damaged()
    version, flags, length = struct.unpack_from("<HHI", data, 8)
    if version != VERSION or flags:
        raise refusals.newer()
    if length > MOST_HINT or 16 + length + 8 + 32 > len(data):
        raise refusals.damaged()
    (size,) = struct.unpack_from("<Q", data, 16 + length)
    if 16 + length + 8 + size + 32 != len(data):
        raise refusals.damaged()
    try:
        hint = shapes.of_hint(strict(data[16 : 16 + length]))
    except ValueError:
        raise refusals.malformed("hint") from None
    return hint, data[24 + length : -32]


def decrypted(hint: dict[str, Any], cipher: bytes, identities: Sequence[str], office: str = "") -> bytes:
    """Give the inner part. Raises Refusal S04 when it is not for one of these identities, S06 when it is damaged.

    ``office`` is ours: what is said of a file for it, or from it and not only for headquarters, that was locked for others; '' asks
    nothing more of the hint than ``to``.
    """
    ours = bool(office) and (office == hint["to"] or (hint["kind"] != "enrol" and office == hint["from"].split(" ")[0]))
    not_ours = refusals.locked(hint["kind"] in BACK) if ours else refusals.elsewhere(hint["to"])
    if not identities:
        raise not_ours
    try:
        plain: bytes = pyrage.decrypt(cipher, [pyrage.x25519.Identity.from_str(one) for one in identities])
    except pyrage.DecryptError as error:
        raise (not_ours if "No matching keys" in str(error) else refusals.malformed("age")) from None
    return plain


def inside(plain: bytes) -> tuple[bytes, dict[str, Any], bytes, bytes]:
    """Give the manifest's bytes, the manifest, signature and payload of an inner part. Raises Refusal S06."""
    if plain[:4] != INNER or len(plain) < 72:
        raise refusals.malformed("inner magic")
    (length,) = struct.unpack_from("<I", plain, 4)
    if length > MOST_MANIFEST or 8 + length + 64 > len(plain):
        raise refusals.malformed("manifest length")
    said = plain[8 : 8 + length]
    try:
        manifest = strict(said)
        if isinstance(manifest, dict) and isinstance(manifest.get("min_reader"), int) and manifest["min_reader"] > READER:
            shapes.of_newer(manifest)
        else:
            shapes.of_manifest(manifest)
    except ValueError as error:
        raise refusals.malformed(f"manifest: {error}") from None
    return said, manifest, plain[8 + length : 72 + length], plain[72 + length :]


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the signature is that of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_bundle(data: bytes, keys: Keys, ours: Payload | None = None) -> Bundle:
    """Open a file: every check in the order of FORMAT.md, stopping at the first that fails. Raises Refusal.

    ``ours`` is the payload that has just been sealed, its entries checked one by one as they were read from the journal: every byte of it
    must come out again, and they are not checked twice; ``entries`` stays empty.
    """
    hint, cipher = outside(data)
    said, manifest, signature, packed = inside(decrypted(hint, cipher, keys.identities, keys.office))
    sender = keys.sender(manifest)
    if sender is None:
        raise refusals.unknown(_from(manifest), together(keys.digits(manifest)), back=manifest["kind"] in BACK)
    if sender.last_ok is not None and manifest.get("to_seq", 0) > sender.last_ok:
        raise refusals.revoked(sender.last_ok)
    if not signed(sender.public, SIGNED + said, signature):
        raise refusals.forged()
    if not keys.reads(manifest) or sender.office != manifest["office"]:
        raise refusals.elsewhere(manifest["dest"])
    if hashlib.sha256(canonical(hint)).hexdigest() != manifest["hint_sha256"]:
        raise refusals.malformed("hint")
    return _filled(Bundle(hint, manifest, sender), packed, ours)


def _filled(made: Bundle, packed: bytes, ours: Payload | None = None) -> Bundle:
    """Check the payload of a file whose signature holds, and give the file with what is in it."""
    manifest = made.manifest
    if manifest["min_reader"] > READER:
        raise refusals.newer(manifest["app"])
    if len(packed) != manifest["payload_len"] or hashlib.sha256(packed).hexdigest() != manifest["payload_sha256"]:
        raise refusals.malformed("payload hash")
    raw = _inflated(packed, manifest["raw_len"])
    if ours is not None:
        if not ours.is_in(raw):
            raise refusals.malformed("payload")
        return made
    frames = _frames(raw, manifest["n_frames"])
    if made.kind == "data":
        made.entries = list(_entries(frames, manifest, made.sender))
    elif made.kind in BACK:
        blobs = [one for kind, one in frames if kind == BLOB and made.kind == "rebuild"]
        made.items = [_item(kind, one) for kind, one in frames[: len(frames) - len(blobs)]]
        certified = {item["device"]: bytes.fromhex(item["public"]) for item in made.items if item["what"] == "certificate"}
        made.blobs = [_blob(one, certified, manifest["dest"]) for one in blobs]
    elif frames:
        raise refusals.malformed("frames")
    return made


def _blob(data: bytes, certified: dict[str, bytes], office: str) -> Bundle:
    """Open the inner part of a file that a machine of ``office`` once sent; the file around it names the machines and their keys."""
    said, manifest, signature, packed = inside(data)
    public = certified.get(manifest.get("chain_device", ""))
    if manifest["kind"] != "data" or public is None or manifest["office"] != office:
        raise refusals.malformed("blob of another")
    if not signed(public, SIGNED + said, signature):
        raise refusals.forged()
    return _filled(Bundle({}, manifest, Sender(public, office)), packed)


def blobs(plain: bytes) -> list[bytes]:
    """Give the inner parts that the inner part of a ``rebuild`` carries. Raises Refusal S06; that it was taken before is not asked."""
    _said, manifest, _signature, packed = inside(plain)
    return [one for kind, one in _frames(_inflated(packed, manifest["raw_len"]), manifest["n_frames"]) if kind == BLOB]


def _from(manifest: dict[str, Any]) -> str:
    return f"{manifest['office']} / {manifest['device'][:8]}"


def _inflated(packed: bytes, raw_len: int) -> bytes:
    """Give the inflated payload: exactly ``raw_len`` bytes and nothing after them."""
    if raw_len > MOST_RAW:
        raise refusals.malformed("too large")
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed, raw_len + 1)
    except (zlib.error, MemoryError):
        raise refusals.malformed("compression") from None
    if len(raw) != raw_len or not stream.eof or stream.unused_data:
        raise refusals.malformed("inflated length")
    return raw


def _frames(raw: bytes, expected: int) -> list[tuple[int, bytes]]:
    """Cut a payload into frames; the last says how many came before it."""
    found: list[tuple[int, bytes]] = []
    at, size = 0, len(raw)
    while at + 5 <= size:
        kind, length = _FRAME.unpack_from(raw, at)
        at += 5
        if length > (MOST_FILE if kind == BLOB else MOST_BYTES) or at + length > size:
            raise refusals.malformed("frame length")
        if kind == END:
            if length != 4 or at + 4 != size or struct.unpack_from("<I", raw, at)[0] != len(found) or len(found) != expected:
                raise refusals.malformed("last frame")
            return found
        if kind not in (HEADER, BODY, PRIVATE, BLOB, ITEM) or len(found) >= 3 * MOST_CHANGES:
            raise refusals.malformed("frame type")
        found.append((kind, raw[at : at + length]))
        at += length
    raise refusals.malformed("no last frame")


def _item(kind: int, data: bytes) -> dict[str, Any]:
    try:
        if kind != ITEM:
            raise ValueError("frame type")
        return shapes.of_item(strict(data))
    except ValueError as error:
        raise refusals.malformed(f"item: {error}") from None


class Links:
    """The chain of one machine, followed entry by entry from ``number`` on; ``hash`` is that of the entry before."""

    def __init__(self, device: str, number: int, hash_: bytes) -> None:
        self.device, self.number, self.hash, self.counter = device, number, hash_, 0

    def follow(self, header: bytes, body: bytes, private: bytes | None) -> Head:
        """Check the header of the next entry and what it says of body and private answers, and give it. Raises ValueError."""
        head = headers.read(header)
        if head.device != self.device or head.number != self.number or head.counter <= self.counter:
            raise ValueError("sequence")
        self.hash, self.number, self.counter = link(self.hash, header), self.number + 1, head.counter
        if hashlib.sha256(body).hexdigest() != head.body or len(body) != head.length:
            raise ValueError("body hash")
        if private is not None and hashlib.sha256(private).hexdigest() != head.private:
            raise ValueError("private hash")
        return head


def _entries(frames: list[tuple[int, bytes]], manifest: dict[str, Any], sender: Sender) -> Iterator[Entry]:
    """Check headers, chain, bodies, private bytes and types, and give the entries, their bytes as they came."""
    links = Links(manifest["chain_device"], manifest["from_seq"], bytes.fromhex(manifest["prev_hash"]))
    if links.number == 1 and links.hash != first_hash(links.device, sender.public):
        raise refusals.malformed("chain start")
    at, size = 0, len(frames)
    while at < size:
        if frames[at][0] != HEADER or at + 1 == size or frames[at + 1][0] != BODY:
            raise refusals.malformed("frame order")
        travelled, body, at = frames[at][1], frames[at + 1][1], at + 2
        private = None
        if at < size and frames[at][0] == PRIVATE:
            private, at = frames[at][1], at + 1
        try:
            header = headers.whole(travelled, body)
            head = links.follow(header, body, private)
            answers, hidden = strict(body), None if private is None else strict(private)
            newer = shapes.of_answers(head.kind, head.type, head.schema, answers, hidden)
        except ValueError as error:
            raise refusals.malformed(f"entry {links.number}: {error}") from None
        if newer:
            raise refusals.newer(manifest["app"])
        yield Entry(
            head.device, head.number, head.counter, head.kind, head.type, head.record, head.import_id, head.identity, header, links.hash,
            body, private,
        )  # fmt: skip
    if links.number != manifest["to_seq"] + 1 or links.hash.hex() != manifest["head_hash"]:
        raise refusals.malformed("chain end")
