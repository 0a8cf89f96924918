"""Makes the files of ``app/sync/vectors``: ``python -m tests.sync_vectors``. Run again only when FORMAT.md says something new."""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.text import canonical

FOLDER = Path(__file__).resolve().parents[1] / "app" / "sync" / "vectors"
DEVICE, OTHER, HQ_DEVICE, BEFORE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234")
RECORD, LISTED = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"
NOW = "2026-11-23T08:00:00+07:00"
Change = Callable[[dict[str, Any]], object]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def ed(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def public(seed: str) -> bytes:
    return ed(seed).public_key().public_bytes_raw()


def step(before: str, after: str, working: str, safe: str, signer: str | None = None) -> dict[str, Any]:
    """Keys that follow others, signed by these (or by ``signer``)."""
    said = {"by": public(before).hex(), "office": "HS00", "name": "HS00", "sign": public(after).hex(), "working": working, "safe": safe}
    return said | {"signature": ed(signer or before).sign(b"NNP1-KEYS\0" + canonical(said)).hex()}


class Maker:
    """Makes one file, with a place to put something wrong at each step; everything after that step is right again."""

    def __init__(self, ages: dict[str, str]) -> None:
        self.ages = ages

    def recipient(self, name: str) -> str:
        return str(pyrage.x25519.Identity.from_str(self.ages[name]).to_public())

    def entries(
        self, first: int = 1, last: int = 3, wrong: Change = lambda step: None, device: str = DEVICE, seed: str = "device"
    ) -> tuple[list[tuple[int, bytes]], str, str]:
        hash_ = hashlib.sha256(b"NNP1-DEV\0" + device.encode() + public(seed)).digest()
        made: list[tuple[int, bytes]] = []
        before = hash_.hex()
        for number in range(1, last + 1):
            if number == first:
                before = hash_.hex()
            step: dict[str, Any] = {"number": number, "type": "topic" if number != 2 else "beneficiary", "schema": 1}
            step["answers"] = {"state": "entered", "code": f"T{number}", "title": "Dân quân tự vệ", "content_type": "CT"}
            step["hidden"] = None
            if number == 2:
                step["answers"] = {"state": "entered", "commune": "Phú Lâm"}
                step["hidden"] = {"answers": {"name": "Nguyễn Văn Hùng"}, "lines": {}, "salt": "00" * 16}
            wrong(step)
            body = step.get("raw") or canonical(step["answers"])
            private = None if step["hidden"] is None else canonical(step["hidden"])
            head = {
                "d": device, "n": number, "lc": number, "ts": NOW, "u": "admin", "k": "put", "ty": step["type"], "s": step["schema"],
                "b": [], "bh": sha(body), "bl": len(body), "r": RECORD if number != 2 else LISTED,
            }  # fmt: skip
            if private is not None:
                head["ph"] = sha(private)
            step |= {"head": head, "body": body, "private": private}
            step.get("header", lambda one: None)(step)
            header = step.get("bytes") or canonical(step["head"])
            hash_ = hashlib.sha256(b"NNP1-CHG\0" + hash_ + header).digest()
            if number >= first:
                made += [(1, step.get("travelling") or header.replace(b'"bh":"%s",' % sha(body).encode(), b"")), (2, step["body"])]
                if step["private"] is not None:
                    made.append((3, step["private"]))
        return made, before, hash_.hex()

    def data(
        self, first: int = 1, last: int = 3, entry: Change = lambda step: None, device: str = DEVICE, seed: str = "device", **steps: Change
    ) -> bytes:
        """``device`` and ``seed``: the identity whose chain it is; the machine that writes is ``DEVICE``."""
        frames, before, after = self.entries(first, last, entry, device, seed)
        types = ("beneficiary", "topic", "device.earlier")
        counts = {name: sum(b'"ty":"%s"' % name.encode() in one for kind, one in frames if kind == 1) for name in types}
        manifest = {
            "bundle_no": 1, "schema": 3, "chain_device": device, "from_seq": first, "to_seq": last, "prev_hash": before, "head_hash": after,
            "ack_return_no": 0, "vector": {device: last}, "counts": {name: n for name, n in counts.items() if n},
        }  # fmt: skip
        return self.file("data", manifest, frames, seed, **steps)

    def file(self, kind: str, more: dict[str, Any], frames: list[tuple[int, bytes]], seed: str, **steps: Change) -> bytes:
        """``steps``: hint, cut (the frames), payload, manifest, inner, recipients, outer — each may change what was made up to then."""
        do: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda name, at: (steps.get(name, lambda one: None)(at), at)[1]  # noqa: E731
        back = kind in ("return", "rebuild")
        office, dest = ("HS00", "DV01") if back else ("DV01", "HS00")
        sender = HQ_DEVICE if back else DEVICE
        hint = {"kind": kind, "from": office, "to": dest, "bundle_no": more.get("bundle_no", 0), "created": NOW, "app": "nennep 0.1.0"}
        shown = canonical(do("hint", hint))
        last = struct.pack("<I", len(frames))
        at = do("cut", {"frames": frames, "last": last})
        raw = b"".join(struct.pack("<BI", number, len(one)) + one for number, one in [*at["frames"], (255, at["last"])])
        at = do("payload", {"raw": raw, "packed": zlib.compress(raw, 9), "raw_len": len(raw)})
        manifest = more | {
            "kind": kind, "bundle_id": "00000000-0000-4000-8000-000000000001", "office": office, "device": sender, "dest": dest,
            "app": "nennep 0.1.0", "min_reader": 1, "created": NOW, "hint_sha256": sha(shown), "n_frames": len(frames),
            "payload_len": len(at["packed"]), "payload_sha256": sha(at["packed"]), "raw_len": at["raw_len"],
        }  # fmt: skip
        said = canonical(do("manifest", manifest))
        inner = do("inner", {"magic": b"NNQ1", "said": said, "packed": at["packed"], "seed": seed, "swap": None})
        signature = ed(inner["seed"]).sign(b"NNP1-BUNDLE\0" + inner["said"])
        said = inner["swap"] or inner["said"]
        plain = inner["magic"] + struct.pack("<I", len(said)) + said + signature + inner["packed"]
        names = do("recipients", {"names": ["office"] if back else ["working", "office"]})["names"]
        cipher = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(self.recipient(name)) for name in names])
        outer = do("outer", {"magic": b"\x89NNP\r\n\x1a\n", "version": 1, "flags": 0, "hint": shown, "length": None, "cipher": cipher,
                             "size": None})  # fmt: skip
        length = len(outer["hint"]) if outer["length"] is None else outer["length"]
        size = len(outer["cipher"]) if outer["size"] is None else outer["size"]
        whole = outer["magic"] + struct.pack("<HHI", outer["version"], outer["flags"], length) + outer["hint"]
        whole += struct.pack("<Q", size) + outer["cipher"]
        return whole + hashlib.sha256(whole).digest()

    def blob(self, data: bytes) -> bytes:
        """Give the inner part of a file, which a rebuild carries verbatim."""
        start = 24 + struct.unpack_from("<I", data, 12)[0]
        return pyrage.decrypt(data[start:-32], [pyrage.x25519.Identity.from_str(self.ages["working"])])


def _set(**values: Any) -> Change:
    return lambda at: at.update(values)


def _flip(at: dict[str, Any]) -> None:
    data = bytearray(at["cipher"])
    data[-20] ^= 1
    at["cipher"] = bytes(data)


def _third(change: Change) -> Change:
    return lambda step: change(step) if step["number"] == 3 else None


def _late(**values: Any) -> Change:
    """Put values into the third entry after its header was made: the header no longer speaks of them."""
    return _third(lambda step: step.update(header=lambda one: one.update(values)))


def _head(**values: Any) -> Change:
    return _third(lambda step: step.update(header=lambda one: one["head"].update(values)))


def _head_without(name: str) -> Change:
    return _third(lambda step: step.update(header=lambda one: one["head"].pop(name)))


def _with_hash(step: dict[str, Any]) -> None:
    """Let the header travel with the hash of its body."""
    step["travelling"] = canonical(step["head"])


def _other_letter(step: dict[str, Any]) -> None:
    """Let a body travel that is as long as the one whose hash was chained."""
    step["body"] = step["body"].replace(b"T3", b"T9")


def _earlier(signer: str, successor: str = DEVICE) -> Change:
    """Let the third entry name ``BEFORE`` as an identity that the machine had, with a proof that ``signer`` made for ``successor``."""
    proof = ed(signer).sign(b"NNP1-EARLIER\0" + successor.encode()).hex()
    said = {"device": BEFORE, "public": public("before").hex(), "proof": proof}

    def header(step: dict[str, Any]) -> None:
        step["head"]["k"] = "audit"
        del step["head"]["r"]

    return _third(lambda step: step.update(type="device.earlier", answers=said, header=header))


AFTER = {"earlier-chain": ["earlier"], "33-forged-chain": ["earlier-forged"], "33-strange-chain": ["earlier-of-another"]}
"""Vectors that are judged by a reader who has taken others before."""
LAST = {name: ["data"] for name in ("data-again", "data-next", "23-entry", "23-before", "23-number", "24-gap")}
LAST |= {name: [] for name in ("25-counts", "25-types", "25-counter")}
"""Vectors of the last checks, with what such a reader has taken before: what it says depends on that and on nothing else."""


def made(maker: Maker) -> Iterator[tuple[str, str, bytes]]:
    """Give name, verdict and bytes of every vector; verdicts are those of headquarters HS00, of office DV01 for returns."""
    enrol = {"office_name": "Ban CHQS thành phố Hà Sơn", "label": "Máy văn thư", "public": public("device").hex(),
             "age": maker.recipient("office")}  # fmt: skip
    back = {"return_no": 1, "sign": public("headquarters").hex()}
    receipt = canonical({"what": "receipt", "device": DEVICE, "seq": 0, "hash": ""})
    good = maker.data()
    yield "data", "ok", good
    yield "data-without-lists", "ok", maker.data(cut=lambda at: at.update(frames=[one for one in at["frames"] if one[0] != 3],
                                                                            last=struct.pack("<I", 6)),
                                                manifest=_set(n_frames=6))  # fmt: skip
    yield "data-from-3", "ok", maker.data(3, 3)
    yield "forwarded", "ok", maker.data(recipients=_set(names=["stranger"]))
    yield "12-forwarded", "S04", maker.data(recipients=_set(names=["stranger"]), manifest=_set(dest="HS09"))
    chain = maker.data(1, 1, device=BEFORE, seed="before")
    yield "earlier", "ok", maker.data(entry=_earlier("before"))
    yield "earlier-chain", "ok", chain
    yield "09-earlier", "S05", chain
    yield "earlier-forged", "ok", maker.data(entry=_earlier("someone else"))
    yield "33-forged-chain", "S05", chain
    yield "earlier-of-another", "ok", maker.data(entry=_earlier("before", OTHER))
    yield "33-strange-chain", "S05", chain
    yield "enrol", "ok", maker.file("enrol", enrol, [], "device")
    yield "return", "ok", maker.file("return", back, [(5, receipt)], "headquarters")
    certificate = canonical({"what": "certificate", "device": DEVICE, "label": "Máy văn thư", "public": public("device").hex(),
                             "age": maker.recipient("office"), "status": "revoked", "since": NOW, "last_ok": 1})  # fmt: skip
    blobs = [maker.blob(one) for one in (maker.data(1, 2), maker.data(3, 3))]
    rebuild = lambda *frames: maker.file("rebuild", back, [(5, certificate), *frames], "headquarters")  # noqa: E731
    yield "rebuild", "ok", rebuild((4, blobs[0]), (4, blobs[1]))
    spoilt = blobs[0][:-1] + bytes([blobs[0][-1] ^ 1])
    yield "32-blob-changed", "S06", rebuild((4, spoilt))
    forged = maker.data(1, 2, inner=_set(seed="someone else"))
    yield "32-blob-signature", "S06", rebuild((4, maker.blob(forged)))
    yield "32-blob-office", "S06", rebuild((4, maker.blob(maker.data(manifest=_set(office="DV02")))))
    yield "32-blob-machine", "S06", rebuild((4, maker.blob(maker.data(manifest=_set(chain_device=OTHER)))))
    yield "32-blob-first", "S06", maker.file("rebuild", back, [(4, blobs[0]), (5, certificate)], "headquarters")
    yield "32-blob-in-return", "S06", maker.file("return", back, [(5, certificate), (4, blobs[0])], "headquarters")
    yield "01-magic", "S01", maker.data(outer=_set(magic=b"\x89NNP\n\n\x1a\n"))
    yield "02-short", "S02", good[:40]
    yield "02-trailer", "S02", good[:-1] + bytes([good[-1] ^ 1])
    yield "02-cut", "S02", good[:-100]
    yield "02-more", "S02", good + b"\0"
    yield "03-version", "S03", maker.data(outer=_set(version=2))
    yield "03-flags", "S03", maker.data(outer=_set(flags=1))
    yield "04-hint-length", "S02", maker.data(outer=_set(length=5000))
    yield "04-cipher-length", "S02", maker.data(outer=lambda at: at.update(size=len(at["cipher"]) - 1))
    yield "05-hint", "S06", maker.data(outer=lambda at: at.update(hint=at["hint"].replace(b'":', b'": ', 1)))
    yield "06-recipient", "S04", maker.data(recipients=_set(names=["stranger"]))
    yield "06-cipher", "S06", maker.data(outer=_flip)
    yield "07-inner-magic", "S06", maker.data(inner=_set(magic=b"NNQ2"))
    yield "08-manifest-blank", "S06", maker.data(inner=lambda at: at.update(said=at["said"].replace(b'":', b'": ', 1)))
    yield "08-manifest-key", "S06", maker.data(manifest=_set(more=1))
    yield "08-manifest-twice", "S06", maker.data(inner=lambda at: at.update(said=b'{"ack_return_no":0,' + at["said"][1:]))
    yield "08-manifest-fraction", "S06", maker.data(manifest=_set(schema=3.5))
    yield "08-manifest-number", "S06", maker.data(manifest=_set(ack_return_no=2**53))
    yield "09-sender", "S05", maker.data(manifest=_set(chain_device=OTHER))
    yield "10-revoked", "S10", maker.data(1, 3, manifest=_set(to_seq=99))
    yield "11-signature", "S06", maker.data(inner=_set(seed="someone else"))
    yield "11-manifest-changed", "S06", maker.data(inner=lambda at: at.update(swap=at["said"].replace(b"0.1.0", b"0.1.1")))
    yield "12-dest", "S04", maker.data(manifest=_set(dest="XX99", office="XX99"))
    yield "12-office", "S04", maker.data(manifest=_set(office="DV02"))
    yield "13-hint", "S06", maker.data(outer=lambda at: at.update(hint=at["hint"].replace(b"DV01", b"DV02")))
    yield "14-reader", "S03", maker.data(manifest=_set(min_reader=2, colour="blue"))
    yield "15-payload", "S06", maker.data(inner=lambda at: at.update(packed=at["packed"][:-1] + b"\0"))
    yield "16-bomb", "S06", maker.data(payload=lambda at: at.update(packed=zlib.compress(at["raw"] + bytes(300_000), 9)))
    yield "16-longer", "S06", maker.data(payload=lambda at: at.update(raw_len=at["raw_len"] + 1))
    yield "16-after", "S06", maker.data(payload=lambda at: at.update(packed=at["packed"] + b"\0"))
    yield "17-type", "S06", maker.data(cut=lambda at: at["frames"].append((9, b"{}")), manifest=_set(n_frames=8))
    yield "17-last", "S06", maker.data(cut=_set(last=struct.pack("<I", 6)))
    yield "17-order", "S06", maker.data(cut=lambda at: at["frames"].insert(0, at["frames"].pop(1)))
    blank: Change = lambda one: one.update(bytes=canonical(one["head"]) + b" ")  # noqa: E731
    yield "18-header-blank", "S06", maker.data(entry=_third(lambda step: step.update(header=blank)))
    yield "18-header-key", "S06", maker.data(entry=_head(zz=1))
    yield "data-marked-base", "ok", maker.data(entry=_head(b=[[OTHER, 7], [DEVICE, 1]], hb=["0123456789abcdef", ""]))
    yield "18-header-marks", "S06", maker.data(entry=_head(b=[[OTHER, 7], [DEVICE, 1]], hb=["0123456789abcdef"]))
    yield "18-header-mark", "S06", maker.data(entry=_head(b=[[OTHER, 7]], hb=["0123"]))
    yield "18-device", "S06", maker.data(entry=_head(d=OTHER))
    yield "18-sequence", "S06", maker.data(entry=_head(n=4))
    yield "18-counter", "S06", maker.data(entry=_head(lc=2))
    yield "19-body", "S06", maker.data(entry=_late(body=b'{"code":"T9","state":"entered"}'))
    yield "18-header-hash", "S06", maker.data(entry=_third(lambda step: step.update(header=_with_hash)))
    yield "18-header-place", "S06", maker.data(entry=_head_without("bl"))
    yield "22-body", "S06", maker.data(entry=_third(lambda step: step.update(header=_other_letter)))
    yield "19-private", "S06", maker.data(entry=_late(private=b'{"answers":{},"lines":{},"salt":""}'))
    yield "19-text", "S06", maker.data(entry=_third(lambda step: step["answers"].update(title="A\u202eB")))
    yield "19-form", "S06", maker.data(entry=_third(lambda step: step["answers"].update(title="a\u0301")))
    yield "20-kind", "S06", maker.data(entry=_third(lambda step: step["answers"].update(title=5)))
    yield "21-type", "S03", maker.data(entry=_third(lambda step: step.update(type="satellite")))
    yield "21-schema", "S03", maker.data(entry=_third(lambda step: step.update(schema=99)))
    yield "22-start", "S06", maker.data(manifest=_set(prev_hash="00" * 32))
    yield "22-end", "S06", maker.data(manifest=_set(head_hash="00" * 32))
    yield "22-range", "S06", maker.data(manifest=_set(to_seq=4))
    other = {"bundle_no": 2, "bundle_id": "00000000-0000-4000-8000-000000000002"}
    retold = _third(lambda step: step["answers"].update(title="Khác"))
    yield "data-again", "S07", maker.data()
    yield "data-next", "ok", maker.data(3, 5, manifest=_set(**other))
    yield "23-entry", "S09", maker.data(1, 4, retold, manifest=_set(**other))
    yield "23-before", "S09", maker.data(4, 4, retold, manifest=_set(**other))
    yield "23-number", "S09", maker.data(4, 4, manifest=_set(bundle_id=other["bundle_id"]))
    yield "24-gap", "S08", maker.data(5, 5, manifest=_set(**other))
    yield "25-counts", "S06", maker.data(manifest=_set(counts={"topic": 1, "beneficiary": 2}))
    yield "25-types", "S06", maker.data(entry=_third(lambda step: step.update(type="beneficiary", answers={"state": "entered"})))
    yield "25-counter", "S06", maker.data(entry=_third(lambda step: step.update(header=lambda one: one["head"].update(lc=2**40))))
    yield "30-item", "S06", maker.file("return", back, [(5, canonical({"what": "gift"}))], "headquarters")
    safe, new = maker.recipient("safe"), maker.recipient("stranger")
    second = step("headquarters", "second", new, safe)
    third = step("second", "third", maker.recipient("working"), safe)
    after = lambda seed, *steps: back | {"sign": public(seed).hex(), "handover": list(steps)}  # noqa: E731
    yield "return-second-keys", "ok", maker.file("return", after("second", second), [(5, receipt)], "second")
    yield "return-third-keys", "ok", maker.file("return", after("third", second, third), [(5, receipt)], "third")
    yield "08-handover", "S06", maker.file("return", after("second", second | {"more": 1}), [(5, receipt)], "second")
    newer = back | {"min_reader": 2, "handover": [5]}
    yield "08-handover-newer", "S06", maker.file("return", newer, [(5, receipt)], "headquarters")
    strange = step("headquarters", "nobody", new, safe, "nobody")
    yield "30-handover-stranger", "S05", maker.file("return", after("nobody", strange), [(5, receipt)], "nobody")
    yield "30-handover-gap", "S05", maker.file("return", after("third", third), [(5, receipt)], "third")
    other = step("headquarters", "second", new, new)
    yield "30-handover-safe", "S05", maker.file("return", after("second", other), [(5, receipt)], "second")
    yield "30-stranger", "S05", maker.file("return", back | {"sign": public("nobody").hex()}, [(5, receipt)], "nobody")
    yield "31-enrol-signature", "S06", maker.file("enrol", enrol, [], "someone else")


def main(*only: str) -> int:
    """Write the vectors (those whose names begin with one of ``only``), the keys that judge them, and what is expected."""
    only = only or ("",)
    FOLDER.mkdir(exist_ok=True)
    kept = FOLDER / "keys.json"
    known = json.loads(kept.read_text())["ages"] if kept.exists() else {}
    ages = {name: known.get(name) or str(pyrage.x25519.Identity.generate()) for name in ("working", "office", "stranger", "safe")}
    keys = {
        "about": "Khóa chỉ để thử, không dùng ở đâu khác.",
        "ages": ages,
        "machines": {DEVICE: {"office": "DV01", "public": public("device").hex(), "last_ok": 50, "via": "HS00"}},
        "headquarters": {public("headquarters").hex(): {"office": "HS00", "safe": Maker(ages).recipient("safe")}},
        "after": AFTER,
        "last": LAST,
        "types": {"topic": {"schema": 1, "text": ["code", "title", "content_type", "audience", "state"], "whole": ["year"]},
                  "beneficiary": {"schema": 1, "text": ["name", "commune", "state"], "whole": []}},
    }  # fmt: skip
    kept.write_text(json.dumps(keys, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    expected = {}
    for name, verdict, data in made(Maker(ages)):
        if name.startswith(tuple(only)):
            (FOLDER / f"{name}.nnp").write_bytes(data)
        expected[name] = verdict
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
