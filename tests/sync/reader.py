"""A second reader of exchange files, written from ``app/sync/FORMAT.md`` alone: it imports nothing of the program.

The numbers behind lines are those of the page's checks 1–22; which keys and values there must be is read from its section 7. What
depends on the files of before, its checks 23–25 too, is in ``second_taker.py``.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import unicodedata
import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAGE = Path(__file__).parents[2] / "app" / "sync" / "FORMAT.md"
SHAPES: dict[str, Any] = json.loads(PAGE.read_text(encoding="utf-8").split("```json")[1].split("```")[0])
BAD = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
Entries = list[tuple[dict[str, Any], dict[str, Any], str]]
"""Of each its header, its answers, its hash in the chain."""
canonical = partial(json.dumps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Stop(Exception):  # noqa: N818
    pass


def need(true: Any, code: str = "S06") -> None:
    if not true:
        raise Stop(code)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def verify(public: str, signature: str, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)


def fits(value: Any, shape: Any) -> bool:
    match SHAPES.get(shape, shape) if isinstance(shape, str) else shape, value:
        case str() as pattern, str():
            return re.fullmatch(pattern, value, re.DOTALL) is not None
        case int() as least, int():
            return type(value) is type(least) and value >= least
        case [each, int() as most], list():
            return len(value) <= most and all(fits(one, each) for one in value)
        case [*each], list():
            return len(value) == len(each) and all(map(fits, value, each))
        case dict() as keys, dict():
            named = {key.removesuffix("?"): kind for key, kind in keys.items() if key[0] != "^"}
            others = [(key, kind) for key, kind in keys.items() if key[0] == "^"]
            return {key for key in named if key in keys} <= value.keys() and all(
                fits(one, named[name]) if name in named else any(re.fullmatch(key, name) and fits(one, kind) for key, kind in others)
                for name, one in value.items()
            )
    return shape is None


def sound(value: Any, depth: int = 8) -> bool:
    match value:
        case dict() | list():
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            return depth >= 0 and all(sound(one, depth - 1) for one in inner)
        case str():
            return depth >= 0 and len(value) <= 65_536 and not BAD.search(value) and unicodedata.is_normalized("NFC", value)
    return depth >= 0 and isinstance(value, int) and abs(value) < 2**53


def parse(data: bytes, shape: Any = None) -> Any:
    """Section 1, by the standard library alone."""
    value = json.loads(data.decode())
    need(canonical(value).encode() == data and data.count(b"[") + data.count(b"{") <= 20_000 and sound(value) and fits(value, shape))
    return value


def read(data: bytes, own: str, keys: dict[str, Any]) -> tuple[dict[str, Any], Entries]:
    """Give manifest and entries of a file, for a reader at office ``own`` that has ``keys``.

    Raises Stop with the code of the first check that fails.
    """
    try:
        return outer(data, own, keys)
    except (ValueError, RecursionError, InvalidSignature, struct.error, zlib.error):  # no JSON, or nested without end; cut within a number
        raise Stop("S06") from None


def outer(data: bytes, own: str, keys: dict[str, Any]) -> tuple[dict[str, Any], Entries]:
    need(len(data) <= 64 << 20 and data[:8] == b"\x89NNP\r\n\x1a\n", "S01")  # 1
    need(len(data) >= 56 and sha(data[:-32]) == data[-32:].hex(), "S02")  # 2
    version, flags, length = struct.unpack_from("<HHI", data, 8)
    need((version, flags) == (1, 0), "S03")  # 3
    hint, size, cipher = data[16 : 16 + length], data[16 + length : 24 + length], data[24 + length : -32]
    need(length <= 4096 and 56 + length <= len(data) and size == struct.pack("<Q", len(cipher)), "S02")  # 4
    parse(hint, "hint")  # 5
    try:  # 6
        plain = pyrage.decrypt(cipher, [pyrage.x25519.Identity.from_str(keys["ages"][name]) for name in keys["mine"]])
    except pyrage.DecryptError as error:
        raise Stop("S04" if "No matching" in str(error) else "S06") from None
    manifest, said, signature, packed = inner(plain)
    senders = {"data": keys["machines"].get(manifest.get("chain_device")), "enrol": manifest}  # 9
    sender = senders[manifest["kind"]] if manifest["kind"] in senders else successor(manifest, keys["headquarters"])
    need(sender, "S05")
    need(manifest.get("to_seq", 0) <= sender.get("last_ok", 0), "S10")  # 10
    verify(sender["public"], signature, b"NNP1-BUNDLE\0" + said)  # 11
    need(own in (manifest["dest"], manifest["office"]) or sender.get("via") == manifest["dest"], "S04")  # 12
    need(sender["office"] == manifest["office"], "S04")
    need(sha(hint) == manifest["hint_sha256"])  # 13
    return manifest, payload(manifest, packed, sender["public"], keys["types"])


def inner(plain: bytes) -> tuple[dict[str, Any], bytes, str, bytes]:
    (length,) = struct.unpack_from("<I", plain, 4)
    need(plain[:4] == b"NNQ1" and length <= 1 << 20 and 72 + length <= len(plain))  # 7
    said, signature, packed = plain[8 : 8 + length], plain[8 + length : 72 + length], plain[72 + length :]
    manifest = parse(said, "any")  # 8
    shape = SHAPES["manifest"] | SHAPES.get(f"manifest {manifest.get('kind')}", {})
    need(fits(manifest, shape | ({"^.*": None} if fits(manifest.get("min_reader"), 2) else {})))
    need(manifest.get("from_seq", 0) <= manifest.get("to_seq", 0) and manifest.get("handover", True))
    return manifest, said, signature.hex(), packed


def successor(manifest: dict[str, Any], known: dict[str, Any]) -> Any:
    """Give key and office of the headquarters that signed: known to us, or led to by its steps from one that is. None: a stranger's."""
    for sign, one in known.items():
        signs = [sign]
        for step in manifest.get("handover", []):
            said = canonical({name: value for name, value in step.items() if name != "signature"}).encode()
            if (step["by"], step["office"], step["safe"]) == (signs[-1], one["office"], one["safe"]):
                with suppress(InvalidSignature):
                    verify(step["by"], step["signature"], b"NNP1-KEYS\0" + said)
                    signs.append(step["sign"])
        if manifest["sign"] in signs:
            return {"public": manifest["sign"], "office": one["office"]}
    return None


def payload(manifest: dict[str, Any], packed: bytes, public: str, types: dict[str, Any]) -> Entries:
    need(manifest["min_reader"] == 1, "S03")  # 14
    need(len(packed) == manifest["payload_len"] and sha(packed) == manifest["payload_sha256"])  # 15
    need(manifest["raw_len"] <= 256 << 20)  # 16
    stream = zlib.decompressobj()
    raw = stream.decompress(packed, manifest["raw_len"] + 1)
    need(len(raw) == manifest["raw_len"] and stream.eof and not stream.unused_data)
    frames, order, at = [], bytearray(), 0  # 17
    while not order.endswith(b"\xff"):
        number, length = struct.unpack_from("<BI", raw, at)
        at += 5 + length
        need(number in (1, 2, 3, 4, 5, 255) and length <= (64 << 20 if number == 4 else 1 << 20) and at <= len(raw))
        frames.append(raw[at - length : at])
        order.append(number)
    need(at == len(raw) and frames.pop() == struct.pack("<I", len(frames)) and len(frames) == manifest["n_frames"])
    if manifest["kind"] == "data":
        return entries(frames, order[:-1], manifest, public, types)
    need(re.fullmatch({"enrol": b"\xff", "return": b"\5*\xff", "rebuild": b"\5*\4*\xff"}[manifest["kind"]], order))
    items = [parse(one, "any") for number, one in zip(order, frames, strict=False) if number == 5]
    need(all(fits(one, f"item {one.get('what')}") for one in items))
    publics = {one["device"]: one["public"] for one in items if one["what"] == "certificate"}
    for blob, said, signature, rest in map(inner, frames[len(items) :]):
        need(blob["kind"] == "data" and blob["chain_device"] in publics and blob["office"] == manifest["dest"])
        verify(publics[blob["chain_device"]], signature, b"NNP1-BUNDLE\0" + said)
        payload(blob, rest, publics[blob["chain_device"]], types)
    return []


def entries(frames: list[bytes], order: bytearray, manifest: dict[str, Any], public: str, types: dict[str, Any]) -> Entries:
    hash_, counter, found = manifest["prev_hash"], 0, []
    need(manifest["from_seq"] > 1 or hash_ == sha(b"NNP1-DEV\0" + manifest["chain_device"].encode() + bytes.fromhex(public)))  # 22
    for number, row in enumerate(re.finditer(b"\1\2\3?|(?s:.)", order), manifest["from_seq"]):
        need(len(row[0]) > 1)
        header, body, *private = frames[row.start() : row.end()]
        header = header.replace(b'"bl":', b'"bh":"%b","bl":' % sha(body).encode(), 1)
        head = parse(header, "header")  # 18
        need(len(head.get("hb", head["b"])) == len(head["b"]) and (head["k"] == "audit" or fits(head.get("r"), "uuid")))
        need(head["d"] == manifest["chain_device"] and head["n"] == number and head["lc"] > counter)
        need(len(body) == head["bl"] and all(sha(one) == head.get("ph") for one in private))  # 19
        said = [parse(body, "any"), *(parse(one, "private")["answers"] for one in private)]
        if head["k"] == "put":
            known: Any = types.get(head["ty"])
            need(known and head["s"] <= known["schema"], "S03")  # 21
            kinds = dict.fromkeys(known["text"], ".*") | dict.fromkeys(known["whole"], 1 - 2**53)  # 20
            need(all(fits(one[name], kind) for one in said for name, kind in kinds.items() if name in one))
        else:  # 20
            need(not private and fits(said[0], SHAPES.get(f"audit {head['ty']}")))
        hash_, counter = sha(b"NNP1-CHG\0" + bytes.fromhex(hash_) + header), head["lc"]
        found.append((head, said[0], hash_))
    need(len(found) == manifest["to_seq"] + 1 - manifest["from_seq"] and hash_ == manifest["head_hash"])  # 22
    return found
