"""Files back: receipts, what is missing, requests, locks, catalogues and certificates; the whole current state each time (trust.md e).

The newest answer suffices. Only its receipts move the mark behind which a machine sends nothing again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import files
from app.arrivals import TAKEN, gaps
from app.requests import requests
from app.sync import authority, branches, bundle, catalogues, peers, refusals
from app.sync.authority import APP, Above, office_code, office_name, own_keys
from app.sync.bundle import Bundle, Payload
from app.sync.enrolment import APPROVED, REVOKED, WAITING, Machine, OwnKeys, enter_machine, machine, machines, vouchers
from app.sync.sending import next_number, note_written
from db import faults, locks, receiving
from db.connection import expected_errors
from db.errors import ExpectedError
from db.journal import now_text
from db.message import Message
from db.statements import Prepared, slot
from db.store import Store
from db.system import Device, Meta, Package, Request, last_seq, read_meta, write_meta
from db.text import canonical

_NAMES = {"return": "tra", "rebuild": "khoi-phuc"}
"""What the name of a file of this kind begins with."""
_OF_THE_DRIVE = ("S11", "folder", "disk-full", "read-only", "disk-io")
"""Codes of errors that the next office would meet too."""
_VERDICTS = 200
"""The newest verdicts that go into an answer."""
_JUDGED = Prepared(
    Package.select(Package.device, Package.number, Package.verdict, Package.facts, Package.at)
    .where((Package.office == slot(0)) & (Package.way == "in") & (Package.kind == "data") & (Package.number > 0))
    .order_by(Package.id.desc())
    .limit(_VERDICTS)
    .tuples()
)
_NUMBERS = Prepared(
    Package.select(Package.number).where((Package.device == slot(0)) & (Package.way == "out") & (Package.kind == "data")).tuples()
)
_OURS = {
    APPROVED: Message("Cấp trên đã duyệt máy này."),
    REVOKED: Message("Cấp trên đã thu hồi máy này: muốn gửi tiếp, hãy đăng ký lại dưới danh tính mới."),
}
"""What a person is told when headquarters has decided about this machine."""
_FORMER = Prepared(
    Device.select(Device.private)
    .where((Device.id == slot(0)) & (Device.own == 1) & Device.closed_at.is_null(False) & Device.private.is_null(False))
    .tuples()
)
_NO_REQUESTS = Prepared(Request.delete().where(Request.received == 1))


@dataclass(frozen=True)
class Answer:
    """One answer that was written."""

    path: Path
    office: str
    number: int
    items: dict[str, int]
    digest: str


# -- headquarters --------------------------------------------------------------------------------------------------------------


def answer(store: Store, office: str, to: Path, by: str, *, reset: bool = False) -> Answer:
    """Write the answer for the machines of one office into the folder ``to``. ``reset`` asks them for everything from the start.

    Raises ExpectedError: no keys, no approved machine of that office, the folder.
    """
    addressed = address(store, office, by)
    payload, counts = fill(store, addressed, reset=reset)
    return write(store, addressed, "return", payload, counts, to, by)


@dataclass(frozen=True)
class Addressed:
    """An office that is answered: our keys, its machines that were ever approved, and those of them that may read."""

    office: str
    keys: Above
    machines: list[Machine]
    readers: list[Machine]


def address(store: Store, office: str, by: str) -> Addressed:
    """Give who is answered. Raises ExpectedError: who may not, no keys, no approved machine of that office."""
    store.allow(by, "exchange")
    keys = own_keys(store)
    if keys is None:
        raise ExpectedError("keys", "Cơ quan này chưa có khóa nhận tệp.", "Hãy tạo khóa ở trang Gửi, nhận dữ liệu (lệnh sync keys --make).")
    via = vouchers(store)
    theirs = [one for one in machines(store, office) if one.status != WAITING and one.device not in via]
    readers = [one for one in theirs if one.status == APPROVED]
    if not readers or office == office_code(store):
        through = sorted({via[one.device] for one in machines(store, office) if one.device in via})
        if through:
            raise ExpectedError(
                "unit",
                Message("{office} gửi qua {through}, không gửi thẳng cho cơ quan này.", office=office, through=", ".join(through)),
                Message("{through} trả lời đơn vị này; ở đây hãy ghi trả lời cho {through}.", through=", ".join(through)),
            )
        known = answered(store)
        raise ExpectedError(
            "unit",
            Message("Chưa có máy nào của {office} được duyệt.", office=office),
            Message("Các đơn vị đã có máy: {known}.", known=", ".join(known)) if known else "Chưa đơn vị nào có máy được duyệt.",
        )
    return Addressed(office, keys, theirs, readers)


def answered(store: Store) -> list[str]:
    """Give the offices that may be answered: with an approved machine that sends to us itself, not through a province."""
    via = vouchers(store)
    return sorted({one.office for one in machines(store) if one.status == APPROVED and one.device not in via} - {office_code(store)})


def answer_all(store: Store, offices: Iterable[str], to: Path, by: str, *, reset: bool = False) -> tuple[list[Answer], list[ExpectedError]]:
    """Write an answer for each of these offices, and give besides what kept an office from one: the others get theirs.

    Raises ExpectedError when the folder or its drive is why: nobody gets one then.
    """
    made, failed = list[Answer](), list[ExpectedError]()
    folder = files.make_folder(to)
    for office in offices:
        try:
            made.append(answer(store, office, folder, by, reset=reset))
        except ExpectedError as error:
            if error.code in _OF_THE_DRIVE:
                raise
            failed.append(ExpectedError(error.code, Message("{office}: {why}", office=office, why=error.title), error.remedy))
    return made, failed


def fill(store: Store, addressed: Addressed, *, reset: bool = False) -> tuple[Payload, dict[str, int]]:
    """Give a payload with the whole current state for an office, and how many items of each kind it has."""
    payload, counts = Payload(), dict[str, int]()
    for item in _items(store, addressed.office, addressed.machines, reset):
        payload.add(bundle.frame(bundle.ITEM, canonical(item)), 1)
        counts[item["what"]] = counts.get(item["what"], 0) + 1
    return payload, counts


def write(store: Store, addressed: Addressed, kind: str, payload: Payload, counts: dict[str, int], to: Path, by: str) -> Answer:
    """Write one file for the machines of an office into the folder ``to``, opened again before it counts. Raises ExpectedError."""
    office, keys = addressed.office, addressed.keys
    number, created = next_number(store, "return:own"), now_text()
    hint = {"kind": kind, "from": f"{keys.office} {office_name(store)}"[:120], "to": office, "bundle_no": number, "created": created,
            "app": APP}  # fmt: skip
    manifest = {
        "kind": kind, "bundle_id": str(uuid.uuid4()), "return_no": number, "office": keys.office, "device": store.device.id,
        "dest": office, "app": APP, "sign": keys.sign, "created": created,
    }  # fmt: skip
    steps = authority.handover(store)
    manifest |= {"handover": steps} if steps else {}
    made = bundle.seal(hint, manifest, payload, keys.secret or b"", [keys.working, keys.safe, *(one.age for one in addressed.readers)])
    bundle.open_bundle(made, _Mine(store))
    faults.step("answer checked")
    with expected_errors():
        folder = files.make_folder(to)
        files.require_space(folder, len(made) + 2**20)
        path = folder / f"{_NAMES[kind]}-{office}-{number:05d}.nnp"
        files.put(path, made)
    digest = hashlib.sha256(made).hexdigest()
    with store.transaction():
        note_written(store, manifest, office, number, digest, {"items": counts})
        store.audit("exchange.answer", {"return_no": number, "office": office, "sha256": digest}, by)
    return Answer(path, office, number, counts, digest)


class _Mine(OwnKeys):
    """Opens what we ourselves just signed, whoever it is for."""

    def reads(self, manifest: dict[str, Any]) -> bool:
        return bool(manifest["office"] == self.office)


def _items(store: Store, office: str, theirs: list[Machine], reset: bool) -> Iterator[dict[str, Any]]:
    for one in theirs:
        seq, hash_ = (0, b"") if reset else receiving.end_of(store, one.device) or (0, b"")
        yield {"what": "receipt", "device": one.device, "seq": seq, "hash": hash_.hex()}
        yield {"what": "certificate", "device": one.device, "label": one.label, "public": one.public.hex(), "age": one.age,
               "status": one.status, "since": one.since, "last_ok": one.last_ok or 0}  # fmt: skip
    via = vouchers(store)
    for device in sorted(device for device, through in via.items() if through == office):
        seq, hash_ = (0, b"") if reset else receiving.end_of(store, device) or (0, b"")
        yield {"what": "receipt", "device": device, "seq": seq, "hash": hash_.hex()}
    for owner, device, first, last in gaps(store):
        if owner == office:
            yield {"what": "missing", "device": device, "first": first, "last": last}
    known = {one.device for one in theirs}
    judged = store.run(_JUDGED, office).fetchall()
    taken = {(device, number) for device, number, verdict, *_ in judged if verdict == TAKEN}  # under an identity that two machines have
    for device, number, verdict, facts, at in judged:
        if device in known and verdict != branches.VOID and (verdict == TAKEN or (device, number) not in taken):
            yield {"what": "verdict", "device": device, "bundle_no": number, "verdict": verdict, "at": at,
                   "code": json.loads(facts).get("code", "")}  # fmt: skip
    yield from branches.apart(store, known)
    for span in store.locked():
        yield {"what": "lock", "period": span.code, "start": span.start, "end": span.end}
    below = {store.elsewhere[device] for device, through in via.items() if through == office and device in store.elsewhere}
    for request in (one for place in (office, *sorted(below)) for one in requests(store, place)):
        yield {"what": "request", **{name: getattr(request, name) for name in ("id", "record", "text", "at", "by", "heads")}}
    yield from catalogues.ours(store)
    yield from catalogues.outlines(store)


# -- the office ----------------------------------------------------------------------------------------------------------------


def take_return(store: Store, opened: Bundle, by: str, bring: Callable[[], list[str]] = list) -> list[str]:
    """Take headquarters' answer in the open transaction; give what a person should know.

    ``bring`` is called once the office's machines are known, and gives what is to be said of what else it took.

    An answer older than one that was taken moves nothing back: its receipts are passed over. Where headquarters has other entries
    under a name of ours than we have, that chain is stopped and it is said (S09); the rest of the answer is taken.
    """
    said = opened.manifest
    if said["office"] == office_code(store):
        raise refusals.elsewhere(said["dest"])
    if not _is_newer(store, said["device"], said["return_no"]):
        return bring() or [Message("Tệp trả về số {n} cũ hơn tệp đã nhận; không có gì thay đổi.", n=said["return_no"])]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for item in opened.items:
        by_kind.setdefault(item["what"], []).append(item)
    notes = _keys(store, said, by)
    notes += _receipts(store, by_kind.get("receipt", []))
    branches.note(store, by_kind.get("branch", []))
    kept = _shut_out(store, by_kind.get("certificate", []))
    notes += branches.bring_over(store, by)
    _keep_names(store, kept)
    notes += _certificates(store, by_kind.get("certificate", []))
    notes += peers.note(store, {item["device"]: item["seq"] for item in by_kind.get("receipt", [])})
    notes += bring()
    notes += _locks(store, by_kind.get("lock", []))
    notes += _requests(store, said["office"], by_kind.get("request", []))
    for item in by_kind.get("missing", []):
        notes.append(Message("Cấp trên còn thiếu mục {first}–{last} của máy {device}.", first=item["first"], last=item["last"],
                             device=item["device"][:4]))  # fmt: skip
    written = {number for (number,) in store.run(_NUMBERS, store.device.id).fetchall()}
    notes += [
        Message("Cấp trên chưa nhập tệp số {n} ({code}).", n=item["bundle_no"], code=item["code"] or item["verdict"])
        for item in by_kind.get("verdict", [])
        if item["verdict"] != TAKEN and item["device"] == store.device.id and item["bundle_no"] in written
    ]
    notes += catalogues.take(store, by_kind.get("catalogue", []), by)
    notes += catalogues.take_outlines(store, by_kind.get("outline", []))
    store.audit("exchange.return", {"return_no": said["return_no"], "device": said["device"]}, by)
    return notes


def _is_newer(store: Store, device: str, number: int) -> bool:
    """Note the number of an answer; False when it is not newer than those of the same identity that were taken.

    A headquarters that was restored counts anew under another identity; which of two came later nobody can tell, so neither shuts the
    other out: the next answer of the one that is alive mends what a late one of the other moved.
    """
    newest: dict[str, int] = json.loads(read_meta(store.database, "return:newest") or "{}")
    if number <= newest.get(device, 0):
        return False
    write_meta(store.database, "return:newest", json.dumps(newest | {device: number}))
    write_meta(store.database, "return:no", str(number))
    return True


def _keys(store: Store, said: dict[str, Any], by: str) -> list[str]:
    """Take new keys that the old ones signed; what is signed with old keys after that is not taken. Raises Refusal S06."""
    if any(keys.sign == said["sign"] and keys.replaced is not None for keys in authority.all_keys(store)):
        raise refusals.replaced()
    keys = authority.follow(store, said, by)
    words = "Cấp trên đã đổi khóa; tệp gửi từ nay dùng khóa mới, mã đối chiếu {digits}."
    return [Message(words, digits=bundle.together(keys.digits))] if keys else []


def _receipts(store: Store, items: list[dict[str, Any]]) -> list[str]:
    notes: list[str] = []
    own = OwnKeys(store).own_devices
    for item in items:
        device, seq = item["device"], item["seq"]
        if device in store.elsewhere:  # of an office of ours, sent on
            if not seq or receiving.known_hashes(store, device, seq, seq).get(seq, b"").hex() == item["hash"]:
                write_meta(store.database, f"ack:{device}", str(seq))
            continue
        if device not in own:
            continue
        if seq > last_seq(store.database, device):  # an older copy of us was restored: what is missing here is there
            words = "Cấp trên có nhiều mục của máy này hơn máy đang có (đến {seq}); hãy nhập lại các tệp đã gửi, hoặc xin tệp khôi phục."
            notes.append(Message(words, seq=seq))
            continue  # whether what is here is part of that cannot be told: the mark stays
        if seq and receiving.known_hashes(store, device, seq, seq)[seq].hex() != item["hash"]:
            write_meta(store.database, f"fork:{device}", item["hash"])  # the mark stays: under this name nothing is sent any more
            found = refusals.forked_here(f"{office_code(store)} ({device[:4]})")
            notes.append(Message("{title} {remedy}", title=found.title, remedy=found.remedy))
            continue
        before = int(read_meta(store.database, f"ack:{device}") or 0)
        write_meta(store.database, f"ack:{device}", str(seq))
        if seq < before:
            notes.append(Message("Cấp trên đề nghị gửi lại từ mục {seq}.", seq=seq + 1))
        elif device == store.device.id:
            notes.append(Message("Cấp trên đã nhận đến mục {seq}.", seq=seq))
    return notes


def _shut_out(store: Store, items: list[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """Mark former names of this machine that were revoked, to be brought over where something is unsent; give them with their keys.

    A machine cannot read an answer once it is revoked: it enrols again before it can know, and learns it under its new name.
    """
    found: list[tuple[str, bytes]] = []
    for item in items:
        device = item["device"]
        row = store.run(_FORMER, device).fetchone()
        if item["status"] != REVOKED or row is None or read_meta(store.database, f"fork:{device}") is not None:
            continue
        if last_seq(store.database, device) > int(read_meta(store.database, f"ack:{device}") or 0):
            write_meta(store.database, f"fork:{device}", "")
            found.append((device, bytes(row[0])))
    return found


def _keep_names(store: Store, names: list[tuple[str, bytes]]) -> None:
    """Keep as ours the names of which the unsent part was brought over: no other machine goes on with them, as with a branch."""
    for device, private in names:
        store.execute(Device.update(own=1, private=private, closed_at=last_seq(store.database, device)).where(Device.id == device))
        store.execute(Meta.delete().where(Meta.key == f"left:{device}"))
    if names:
        store.know_others()


def _certificates(store: Store, items: list[dict[str, Any]]) -> list[str]:
    """Know the other machines of our office, and whether ours is approved; say what is new about ours."""
    notes: list[str] = []
    for item in items:
        known = machine(store, item["device"])
        if known is not None and known.public.hex() != item["public"]:
            raise refusals.fork(office_code(store))
        made = Machine(
            item["device"], office_code(store), office_name(store), item["label"], bytes.fromhex(item["public"]), item["age"],
            known.identity if known else None, item["status"], item["since"], item["last_ok"] if item["status"] == REVOKED else None,
        )  # fmt: skip
        enter_machine(store, made)
        if made.device == store.device.id and (known is None or known.status != made.status):
            notes.append(_OURS[made.status])
    return notes


def _locks(store: Store, items: list[dict[str, Any]]) -> list[str]:
    """Keep which periods headquarters has locked; say which are so since, and which no more."""
    before = {span.code for span in locks.from_above(store)}
    write_meta(store.database, locks.ABOVE, json.dumps(sorted([item["start"], item["end"], item["period"]] for item in items)))
    store.locks_changed()
    after = {item["period"] for item in items}
    notes: list[str] = []
    for codes, words in (
        (after - before, "Cấp trên đã chốt kỳ {periods}: bản ghi của kỳ đó không sửa được nữa."),
        (before - after, "Cấp trên đã mở lại kỳ {periods}."),
    ):
        if codes:
            notes.append(Message(words, periods=", ".join(sorted(codes))))
    return notes


def _requests(store: Store, office: str, items: list[dict[str, Any]]) -> list[str]:
    store.run(_NO_REQUESTS)
    for item in items:
        row = {name: item[name] for name in ("id", "record", "text", "at", "by")}
        store.execute(Request.insert(**row, office=office, heads=json.dumps(sorted(item["heads"])), received=1))
    return [Message("Cấp trên có {n} đề nghị làm rõ.", n=len(items))] if items else []


def forget_marks(store: Store) -> None:
    """Forget what headquarters confirmed, so that the next file holds everything; in the open transaction."""
    store.execute(Meta.delete().where(Meta.key.startswith("ack:")))
