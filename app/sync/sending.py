"""Files out: everything since the last receipt, in parts when large, each opened again with every check before it counts (trust.md e)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import files
from app.sync import bundle, forwarding, peers, refusals
from app.sync.authority import APP, Above, office_code, office_name, require_above
from app.sync.bundle import MOST_CHANGES, MOST_RAW, Links, Payload
from app.sync.enrolment import REVOKED, OwnKeys, machines, this_machine
from app.sync.headers import Head
from app.sync.strict import check_text
from db import faults
from db.connection import DAMAGED, SCHEMA, expected_errors
from db.errors import ExpectedError
from db.journal import first_hash, now_text
from db.message import Message
from db.statements import Prepared, slot
from db.store import Progress, Store
from db.system import Device, Journal, Package, last_seq, read_meta, write_meta

PART = 20 << 20
"""Bytes of one file; what is more goes into the next part, which begins where this one ends."""
PIECE = 5_000
"""Entries read at once."""
LISTS = "sync:lists"
"""The fact that says ``1`` when private answers go along ("kèm danh sách"); left out by default (contract.md 1)."""
OURS = ("exchange.out", "exchange.in", "exchange.return", "exchange.answer")
"""Audit entries that alone are no reason for a new file."""


_OURS = Prepared(
    Device.select(Device.id, Device.public, Device.private)
    .where((Device.own == 1) & Device.private.is_null(False))
    .order_by(Device.closed_at.is_null(), Device.created)
    .tuples()
)
_NEWS = Prepared(
    Journal.select(Journal.id).where((Journal.device == slot(0)) & (Journal.seq > slot(1)) & Journal.type.not_in(OURS)).limit(1).tuples()
)
_HASH = Prepared(Journal.select(Journal.hash).where((Journal.device == slot(0)) & (Journal.seq == slot(1))).tuples())
_PIECE = Prepared(
    Journal.select(Journal.header, Journal.hash, Journal.body, Journal.private)
    .where((Journal.device == slot(0)) & Journal.seq.between(slot(1), slot(2)))
    .order_by(Journal.seq)
    .tuples()
)
_WRITTEN_AS = ("bundle", "way", "kind", "office", "device", "number", "chain", "first", "last", "verdict", "at", "digest", "facts")
_WRITTEN = Prepared(Package.insert({getattr(Package, name): slot(place) for place, name in enumerate(_WRITTEN_AS)}))


@dataclass(frozen=True)
class Sent:
    """One file that was written, opened again and found right."""

    path: Path
    number: int
    device: str
    first: int
    last: int
    counts: dict[str, int]
    digest: str

    @property
    def entries(self) -> int:
        """How many journal entries it holds."""
        return self.last - self.first + 1

    def said(self) -> str:
        """Say S12: that it was written and read back right."""
        return Message(
            "Đã ghi và đọc lại đúng: {name}, {n} mục, mã {digest}. Có thể rút USB an toàn.",
            name=self.path.name, n=self.entries, digest=self.digest[:8],
        )  # fmt: skip


@dataclass(frozen=True)
class _Chain:
    device: str
    public: bytes
    private: bytes
    acknowledged: int
    last: int


def acknowledged(store: Store, device: str) -> int:
    """Give the last number of our chain that headquarters has confirmed; only its receipts move it."""
    return int(read_meta(store.database, f"ack:{device}") or 0)


def is_forked(store: Store, device: str) -> bool:
    """Tell whether headquarters has other entries under this name of ours: two machines wrote under it, and it is used no more."""
    return read_meta(store.database, f"fork:{device}") is not None


def _chains(store: Store, everything: bool) -> list[_Chain]:
    """Give our chains that have something to send, those of earlier identities of this machine first."""
    found = [
        _Chain(device, bytes(public), bytes(private), 0 if everything else acknowledged(store, device), last_seq(store.database, device))
        for device, public, private in store.run(_OURS).fetchall()
    ]
    return [chain for chain in found if chain.last > chain.acknowledged and not is_forked(store, chain.device)]


def unsent(store: Store) -> dict[str, int]:
    """Give how many entries headquarters has not confirmed, by device of ours."""
    return {chain.device: chain.last - chain.acknowledged for chain in _chains(store, False)}


def out(
    store: Store,
    to: Path,
    by: str,
    *,
    everything: bool = False,
    lists: bool | None = None,
    part: int = PART,
    progress: Progress | None = None,
) -> list[Sent]:
    """Write what headquarters has not confirmed yet (``everything``: from the first entry) into the folder ``to``.

    ``lists`` sends private answers along; None: as the office has set it. Raises ExpectedError: nothing new, not enrolled, no room,
    folder that cannot be written; files written before that stay and are good. What our offices sent us goes along, as they signed it,
    and what other machines of ours sent where headquarters has lost it.
    """
    store.allow(by, "exchange")
    keys, mine = require_above(store), this_machine(store)
    if mine is None:
        raise ExpectedError("enrolment", "Máy này chưa đăng ký với cấp trên.", "Hãy đăng ký ở trang Gửi, nhận dữ liệu (sync enrol).")
    if mine.status == REVOKED:
        raise ExpectedError("S10", "Cấp trên đã thu hồi máy này.", "Hãy đăng ký lại máy dưới danh tính mới (sync enrol --fresh) rồi gửi.")
    if is_forked(store, mine.device):
        raise refusals.forked_here(f"{mine.office} ({mine.device[:4]})")
    theirs = peers.pending(store, everything, by)
    chains = _chains(store, everything)
    theirs += forwarding.pending(store, lambda device: 0 if everything else acknowledged(store, device))
    if not everything and not _news(store, chains) and not theirs:
        raise ExpectedError("nothing", "Không có gì mới để gửi.", "Cấp trên đã xác nhận hết; muốn gửi nữa, chọn “Gửi lại từ đầu” (--all).")
    with expected_errors():
        folder = files.make_folder(to)
        recipients = [keys.working, keys.safe, mine.age, *(one.age for one in machines(store, mine.office) if one.status == "approved")]
        private = (read_meta(store.database, LISTS) == "1") if lists is None else lists
        sent: list[Sent] = []
        for chain in chains:
            for entries, payload in _parts(store, chain, private, part):
                sent.append(_write(store, chain, entries, payload, keys, recipients, folder, by))
                if progress:
                    progress(entries.last, chain.last)
        for inner in theirs:
            made, said = forwarding.anew(store, inner, recipients)
            sent.append(put(store, made, said, folder / f"chuyen-{name_of(said)}", by))
        return sent


def _news(store: Store, chains: list[_Chain]) -> bool:
    return any(store.run(_NEWS, chain.device, chain.acknowledged).fetchone() for chain in chains)


@dataclass
class _Run:
    """The entries of one part: their range, hashes before and after, and how many of each type."""

    first: int
    last: int
    before: bytes
    after: bytes
    counts: Counter[str]


def _parts(store: Store, chain: _Chain, private: bool, part: int) -> Iterator[tuple[_Run, Payload]]:
    """Pack the tail of a chain, followed link by link from what was confirmed, into parts of at most ``part`` bytes, or of one entry.

    Raises ExpectedError when an entry is not what was chained, or not what may be sent.
    """
    previous = first_hash(chain.device, chain.public)
    if chain.acknowledged:
        previous = bytes(store.run(_HASH, chain.device, chain.acknowledged).fetchone()[0])
    links = Links(chain.device, chain.acknowledged + 1, previous)
    payload, run = Payload(), _Run(links.number, chain.acknowledged, previous, previous, Counter())
    for header, hash_, body, answers in _tail(store, chain):
        secret = answers if private else None
        head = _follow(links, header, hash_, body, secret)
        data = bundle.entry_frames(header, body, secret)
        full = payload.packed + len(data) > part or run.last - run.first + 1 >= MOST_CHANGES or payload.raw + len(data) > MOST_RAW - 9
        if full and run.last >= run.first:
            yield run, payload
            payload, run = Payload(), _Run(head.number, run.last, run.after, run.after, Counter())
        payload.add(data, 2 if secret is None else 3)
        run.last, run.after = head.number, hash_
        run.counts[head.type] += 1
    if run.last >= run.first:
        yield run, payload


def _tail(store: Store, chain: _Chain) -> Iterator[tuple[bytes, bytes, bytes, bytes | None]]:
    """Read header, hash, body and private answers of a chain in pieces: nobody keeps a transaction open over the whole (trust.md d)."""
    for first in range(chain.acknowledged + 1, chain.last + 1, PIECE):
        rows = store.run(_PIECE, chain.device, first, min(first + PIECE - 1, chain.last)).fetchall()
        try:
            check_text(b"".join([part for row in rows for part in row[2:] if part is not None]))
        except ValueError:
            raise _damaged() from None
        yield from rows


def _follow(links: Links, header: bytes, hash_: bytes, body: bytes, private: bytes | None) -> Head:
    try:
        head = links.follow(header, body, private)
    except ValueError:
        raise _damaged() from None
    if links.hash != hash_:
        raise _damaged()
    return head


def _damaged() -> ExpectedError:
    return ExpectedError(DAMAGED.code, DAMAGED.title, DAMAGED.remedy)


def _write(store: Store, chain: _Chain, run: _Run, payload: Payload, keys: Above, recipients: list[str], folder: Path, by: str) -> Sent:
    number = next_number(store, f"bundle:{store.device.id}")
    office, created = office_code(store), now_text()
    hint = {"kind": "data", "from": f"{office} {office_name(store)}"[:120], "to": keys.office, "bundle_no": number, "created": created,
            "app": APP}  # fmt: skip
    manifest: dict[str, Any] = {
        "kind": "data", "bundle_id": str(uuid.uuid4()), "bundle_no": number, "office": office, "device": store.device.id,
        "dest": keys.office, "app": APP, "schema": SCHEMA, "chain_device": chain.device, "from_seq": run.first, "to_seq": run.last,
        "prev_hash": run.before.hex(), "head_hash": run.after.hex(), "ack_return_no": int(read_meta(store.database, "return:no") or 0),
        "vector": {chain.device: run.last}, "counts": dict(run.counts), "created": created,
    }  # fmt: skip
    made = bundle.seal(hint, manifest, payload, chain.private, recipients)
    bundle.open_bundle(made, OwnKeys(store), payload)  # what goes out was opened as its receiver will open it
    faults.step("package checked")
    return put(store, made, manifest, folder / name_of(manifest), by)


def name_of(said: dict[str, Any]) -> str:
    """Give the name of a ``data`` file."""
    return f"{said['office']}-{said['device'][:4]}-{said['bundle_no']:05d}.nnp"


def put(store: Store, made: bytes, said: dict[str, Any], path: Path, by: str) -> Sent:
    """Write a file that was opened again and found right, and note it."""
    files.require_space(path.parent, len(made) + 2**20)
    files.put(path, made)  # part, flushed, read back, renamed, read back
    digest, number, chain = hashlib.sha256(made).hexdigest(), said["bundle_no"], said["chain_device"]
    first, last, counts = said["from_seq"], said["to_seq"], said["counts"]
    with store.transaction():
        note_written(store, said, said["office"], number, digest, {"counts": counts, "bytes": len(made)})
        store.audit("exchange.out", {"bundle_no": number, "chain": chain, "from": first, "to": last, "sha256": digest}, by)
    return Sent(path, number, chain, first, last, counts, digest)


def note_written(store: Store, manifest: Mapping[str, Any], office: str, number: int, digest: str, facts: Mapping[str, Any]) -> None:
    """Note a file that was written, in the open transaction; ``office`` is whose entries it holds, or whom it is for."""
    chain, first, last = manifest.get("chain_device", ""), manifest.get("from_seq", 0), manifest.get("to_seq", 0)
    store.run(
        _WRITTEN, manifest["bundle_id"], "out", manifest["kind"], office, manifest["device"], number, chain, first, last, "written",
        manifest["created"], digest, json.dumps(facts),
    )  # fmt: skip


def next_number(store: Store, name: str) -> int:
    """Give the next number of a kind of file, committed before the file is written: no two files ever have one number."""
    with store.transaction():
        number = int(read_meta(store.database, name) or 0) + 1
        write_meta(store.database, name, str(number))
    return number
