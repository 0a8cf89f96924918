"""A second reader of exchange files, written from ``app/sync/FORMAT.md`` alone: it imports nothing of the program."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BAD = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
COMMON = {"kind", "bundle_id", "office", "device", "dest", "app", "min_reader", "created", "hint_sha256", "n_frames", "payload_len",
          "payload_sha256", "raw_len"}  # fmt: skip
MORE = {
    "data": {"bundle_no", "schema", "chain_device", "from_seq", "to_seq", "prev_hash", "head_hash", "ack_return_no", "vector", "counts"},
    "enrol": {"office_name", "label", "public", "age"},
    "return": {"return_no", "sign"},
    "rebuild": {"return_no", "sign"},
}
BACK = ("return", "rebuild")
HEADER, OPTIONAL = {"d", "n", "lc", "ts", "u", "k", "ty", "s", "b", "bh", "bl"}, {"r", "im", "ih", "ph", "hb"}
Written = tuple[dict[str, Any], dict[str, Any], str]
"""An entry: its header, its answers, its hash in the chain."""
STEP = {"by", "office", "name", "sign", "working", "safe", "signature"}
ITEMS = {
    "receipt": {"device", "seq", "hash"}, "missing": {"device", "first", "last"},
    "certificate": {"device", "label", "public", "age", "status", "since", "last_ok"}, "lock": {"period", "start", "end"},
    "verdict": {"device", "bundle_no", "verdict", "code", "at"}, "request": {"id", "record", "text", "at", "by", "heads"},
    "catalogue": {"type", "uid", "body"}, "outline": {"period", "lines"}, "branch": {"device", "seq", "hash", "last", "head"},
}  # fmt: skip


class Stop(Exception):  # noqa: N818
    pass


def need(true: Any, code: str = "S06") -> None:
    if not true:
        raise Stop(code)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def whole(value: Any, least: int = 0) -> bool:
    return type(value) is int and value >= least


def parse(data: bytes) -> Any:
    """Section 1, by the standard library alone."""

    def no(text: str) -> Any:
        raise ValueError(text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len({key for key, _ in pairs}) == len(pairs))
        return dict(pairs)

    def walk(value: Any, depth: int) -> int:
        need(depth <= 9)
        if isinstance(value, str):
            need(len(value) <= 65_536 and not BAD.search(value) and unicodedata.is_normalized("NFC", value))
        elif isinstance(value, (dict, list)):
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            return 1 + sum(walk(one, depth + 1) for one in inner)
        else:
            need(type(value) is bool or (type(value) is int and abs(value) < 2**53))
        return 0

    try:
        value = json.loads(data.decode(), object_pairs_hook=once, parse_float=no, parse_constant=no)
    except (ValueError, RecursionError):
        raise Stop("S06") from None
    need(walk(value, 1) <= 20_000)
    need(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == data)
    return value


def read(data: bytes, own: str, keys: dict[str, Any], before: Sequence[bytes] | None = None) -> str:
    """Give ``ok`` or the code of the first check that fails, for a reader at office ``own`` that has ``keys``.

    ``before``: all that it took before, for the last checks, which are not made without.
    """
    try:
        manifest, written = inside(data, own, keys)
        if before is not None:
            follows(manifest, written, [inside(one, own, keys) for one in before])
    except Stop as stop:
        return str(stop)
    return "ok"


def follows(manifest: dict[str, Any], written: list[Written], taken: list[tuple[dict[str, Any], list[Written]]]) -> None:
    known = [one for _, entries in taken for one in entries]
    here = {head["n"]: hash_ for head, _, hash_ in known if head["d"] == manifest["chain_device"]}
    numbers = {(one["device"], one["bundle_no"]): one["bundle_id"] for one, _ in taken}
    need(here.get(manifest["from_seq"] - 1, manifest["prev_hash"]) == manifest["prev_hash"], "S09")  # 23
    need(all(here.get(head["n"], hash_) == hash_ for head, _, hash_ in written), "S09")
    need(numbers.get((manifest["device"], manifest["bundle_no"]), manifest["bundle_id"]) == manifest["bundle_id"], "S09")
    need(manifest["from_seq"] <= max(here, default=0) + 1, "S08")  # 24
    fresh = [head for head, _, _ in written if head["n"] not in here]
    need(fresh, "S07")
    types = {head["r"]: head["ty"] for head, _, _ in known if head["k"] == "put"}  # 25
    need(all(types.setdefault(head["r"], head["ty"]) == head["ty"] for head in fresh if head["k"] == "put"))
    need(all(head["lc"] <= max((one["lc"] for one, _, _ in known), default=0) + 2**32 for head in fresh))
    need(Counter(head["ty"] for head, _, _ in written) == manifest["counts"])


def learnt(data: bytes, own: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Give the machines that a reader knows who has taken a file: earlier identities of its machine, each by its own signature."""
    found: dict[str, Any] = dict(keys["machines"])
    manifest, written = inside(data, own, keys)
    speaker = manifest["chain_device"]
    for said in (body for head, body, _ in written if (head["k"], head["ty"]) == ("audit", "device.earlier")):
        if said["device"] not in found and holds(said["public"], said["proof"], b"NNP1-EARLIER\0" + speaker.encode()):
            found[said["device"]] = found[speaker] | {"public": said["public"]}
    return found


def inside(data: bytes, own: str, keys: dict[str, Any]) -> tuple[dict[str, Any], list[Written]]:
    need(len(data) <= 64 << 20 and data[:8] == b"\x89NNP\r\n\x1a\n", "S01")  # 1
    need(len(data) >= 56 and hashlib.sha256(data[:-32]).digest() == data[-32:], "S02")  # 2
    version, flags, length = struct.unpack("<HHI", data[8:16])
    need(version == 1 and flags == 0, "S03")  # 3
    need(length <= 4096 and 24 + length + 32 <= len(data), "S02")  # 4
    size = struct.unpack("<Q", data[16 + length : 24 + length])[0]
    need(24 + length + size + 32 == len(data), "S02")
    shown = data[16 : 16 + length]
    hint = parse(shown)  # 5
    need(isinstance(hint, dict) and set(hint) == {"kind", "from", "to", "bundle_no", "created", "app"})
    identities = [pyrage.x25519.Identity.from_str(keys["ages"][name]) for name in keys["mine"]]
    try:  # 6
        plain = pyrage.decrypt(data[24 + length : -32], identities)
    except pyrage.DecryptError as error:
        raise Stop("S04" if "No matching" in str(error) else "S06") from None
    manifest, said, signature, packed = inner(plain)
    kind = manifest["kind"]
    if kind == "data":
        machine = keys["machines"].get(manifest["chain_device"])  # 9
        need(machine, "S05")
        need(manifest["to_seq"] <= machine["last_ok"], "S10")  # 10
        public, office = machine["public"], machine["office"]
    elif kind in BACK:
        public, office = manifest["sign"], successor(manifest, keys["headquarters"])
        need(office, "S05")
    else:
        public, office = manifest["public"], manifest["office"]
    need(holds(public, signature.hex(), b"NNP1-BUNDLE\0" + said))  # 11
    sent_on = kind == "data" and manifest["dest"] == keys["machines"][manifest["chain_device"]]["via"]
    need((own in (manifest["dest"], manifest["office"]) or sent_on) and office == manifest["office"], "S04")  # 12
    need(sha(shown) == manifest["hint_sha256"])  # 13
    return manifest, contents(manifest, packed, public, keys["types"])


def inner(plain: bytes) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    need(plain[:4] == b"NNQ1" and len(plain) >= 72)  # 7
    size = struct.unpack("<I", plain[4:8])[0]
    need(size <= 1 << 20 and 72 + size <= len(plain))
    said, signature, packed = plain[8 : 8 + size], plain[8 + size : 72 + size], plain[72 + size :]
    manifest = parse(said)  # 8
    need(isinstance(manifest, dict) and manifest.get("kind") in MORE and whole(manifest.get("min_reader"), 1))
    wanted, newer = COMMON | MORE[manifest["kind"]], manifest["min_reader"] > 1
    steps = manifest.get("handover", []) if manifest["kind"] in BACK else []
    need(wanted <= set(manifest) if newer else wanted == set(manifest) - ({"handover"} if steps else set()))
    need(isinstance(steps, list) and all(isinstance(one, dict) and set(one) == STEP for one in steps))
    need(all(whole(manifest[name]) for name in ("n_frames", "payload_len", "raw_len")))
    if manifest["kind"] == "data":
        need(all(whole(manifest[name]) for name in ("schema", "from_seq", "to_seq", "ack_return_no", "bundle_no")))
        need(1 <= manifest["from_seq"] <= manifest["to_seq"])
    return manifest, said, signature, packed


def contents(manifest: dict[str, Any], packed: bytes, public: str, types: dict[str, Any]) -> list[Written]:
    need(manifest["min_reader"] == 1, "S03")  # 14
    need(len(packed) == manifest["payload_len"] and sha(packed) == manifest["payload_sha256"])  # 15
    stream = zlib.decompressobj()  # 16
    try:
        raw = stream.decompress(packed, manifest["raw_len"] + 1)
    except zlib.error:
        raise Stop("S06") from None
    need(manifest["raw_len"] <= 256 << 20 and len(raw) == manifest["raw_len"] and stream.eof and not stream.unused_data)
    frames: list[tuple[int, bytes]] = []  # 17
    at = 0
    while True:
        need(at + 5 <= len(raw))
        number, length = struct.unpack("<BI", raw[at : at + 5])
        at += 5 + length
        need(number in (1, 2, 3, 4, 5, 255) and length <= (64 << 20 if number == 4 else 1 << 20) and at <= len(raw))
        if number == 255:
            break
        frames.append((number, raw[at - length : at]))
    need(at == len(raw) and raw[-4:] == struct.pack("<I", len(frames)) and length == 4 and len(frames) == manifest["n_frames"])
    blobs = [one for number, one in frames if number == 4 and manifest["kind"] == "rebuild"]
    if manifest["kind"] in BACK:
        certified: dict[str, str] = {}
        for number, one in frames[: len(frames) - len(blobs)]:
            item = parse(one)
            need(number == 5 and isinstance(item, dict) and item.get("what") in ITEMS and set(item) == ITEMS[item["what"]] | {"what"})
            certified |= {item["device"]: item["public"]} if item["what"] == "certificate" else {}
        for blob in blobs:
            once, said, signature, rest = inner(blob)
            need(once["kind"] == "data" and once["chain_device"] in certified and once["office"] == manifest["dest"])
            need(holds(certified[once["chain_device"]], signature.hex(), b"NNP1-BUNDLE\0" + said))
            contents(once, rest, certified[once["chain_device"]], types)
    elif manifest["kind"] == "enrol":
        need(not frames)
    return entries(frames, manifest, public, types) if manifest["kind"] == "data" else []


def holds(public: str, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except InvalidSignature:
        return False
    return True


def successor(manifest: dict[str, Any], known: dict[str, Any]) -> str | None:
    """Give the office of the headquarters that signed: known to us, or led to by its steps from one that is."""
    if manifest["sign"] in known:
        return str(known[manifest["sign"]]["office"])
    for sign, one in known.items():
        at = sign
        for step in manifest.get("handover", []):
            rest = {name: value for name, value in step.items() if name != "signature"}
            plain = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            if (step["by"], step["office"], step["safe"]) == (at, one["office"], one["safe"]):
                at = step["sign"] if holds(at, step["signature"], b"NNP1-KEYS\0" + plain) else at
        if at == manifest["sign"]:
            return str(one["office"])
    return None


def entries(frames: list[tuple[int, bytes]], manifest: dict[str, Any], public: str, types: dict[str, Any]) -> list[Written]:
    written = []
    start = hashlib.sha256(b"NNP1-DEV\0" + manifest["chain_device"].encode() + bytes.fromhex(public)).hexdigest()
    need(manifest["from_seq"] > 1 or manifest["prev_hash"] == start)  # 22
    hash_, number, counter, waiting = bytes.fromhex(manifest["prev_hash"]), manifest["from_seq"], 0, list(frames)
    while waiting:
        need(len(waiting) > 1 and waiting[0][0] == 1 and waiting[1][0] == 2)
        (_, header), (_, body) = waiting.pop(0), waiting.pop(0)
        private = waiting.pop(0)[1] if waiting and waiting[0][0] == 3 else None
        need(b'"bl":' in header)
        header = header.replace(b'"bl":', b'"bh":"' + sha(body).encode() + b'","bl":', 1)
        head = parse(header)  # 18
        need(isinstance(head, dict) and HEADER <= set(head) <= HEADER | OPTIONAL)
        need(all(re.fullmatch("([0-9a-f]{16})?", mark) for mark in head.get("hb", ())) and len(head.get("hb", head["b"])) == len(head["b"]))
        need(head["d"] == manifest["chain_device"] and head["n"] == number and head["lc"] > counter)
        need(len(body) == head["bl"] and (private is None or sha(private) == head.get("ph")))  # 19
        answers, hidden = parse(body), {} if private is None else parse(private)["answers"]
        known: Any = types.get(head["ty"])
        if head["k"] == "put":
            need(known and head["s"] <= known["schema"], "S03")  # 21
            for name, value in {**answers, **hidden}.items():  # 20
                need(name not in known["text"] or isinstance(value, str))
                need(name not in known["whole"] or whole(value, -(2**53)))
        hash_ = hashlib.sha256(b"NNP1-CHG\0" + hash_ + header).digest()
        number, counter = number + 1, head["lc"]
        written.append((head, answers, hash_.hex()))
    need(number == manifest["to_seq"] + 1 and hash_.hex() == manifest["head_hash"])  # 22
    return written
