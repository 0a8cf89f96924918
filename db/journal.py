"""The journal: one append-only hash chain per installation, and the truth of the whole program (trust.md c).

An entry is a header (canonical JSON, chained), a body and, apart, the private answers. Bytes are written once and never
serialised again. This module makes, reads and verifies entries; ``db.store`` decides what is written.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from db.errors import ExpectedError
from db.message import Message
from db.questions import Answers
from db.record import MOST_BYTES, Aggregate, Record
from db.text import canonical


class Entry(NamedTuple):
    """One journal entry as it stands in the table: a row of its columns."""

    device: str
    seq: int
    lc: int
    kind: str
    type: str
    record: str
    import_id: str | None
    identity: bytes | None
    header: bytes
    hash: bytes
    body: bytes
    private: bytes | None

    @property
    def head(self) -> dict[str, Any]:
        """The header's fields (trust.md c). Raises ExpectedError when somebody altered it so that it cannot be read."""
        try:
            found: dict[str, Any] = orjson.loads(self.header)
            found["b"], found["ts"], found["u"]
        except (ValueError, TypeError, KeyError):
            raise _unreadable(self.record) from None
        return found


COLUMNS = tuple(Entry._fields)
INSERT = 'INSERT INTO "journal" ({}) VALUES ({})'.format(", ".join(f'"{name}"' for name in COLUMNS), ", ".join("?" * len(COLUMNS)))
"""Writes entries, each a row as it is."""


@dataclass(slots=True)
class Chain:
    """The end of this installation's chain, from which the next entry is made."""

    device: str
    seq: int
    lc: int
    hash: bytes

    def append(
        self,
        kind: str,
        type_name: str,
        record: str,
        body: bytes,
        private: bytes | None,
        *,
        author: str,
        schema: int,
        bases: Iterable[tuple[str, int]] = (),
        marks: Sequence[str] = (),
        import_id: str | None = None,
        identity: bytes | None = None,
        now: str,
    ) -> Entry:
        """Make the next entry and move on. ``now`` is local time with offset, for display only.

        ``marks``: of each base what ``mark_of`` gives of it, '' where its machine and number alone say which it is; () for none.
        """
        self.seq += 1
        self.lc += 1
        head: dict[str, Any] = {
            "d": self.device,
            "n": self.seq,
            "lc": self.lc,
            "ts": now,
            "u": author,
            "k": kind,
            "ty": type_name,
            "s": schema,
            "b": [list(base) for base in bases],
            "bh": hashlib.sha256(body).hexdigest(),
            "bl": len(body),
        }
        if any(marks):
            head["hb"] = list(marks)
        if record:
            head["r"] = record
        if import_id:
            head["im"] = import_id
        if identity:
            head["ih"] = identity.hex()
        if private is not None:
            head["ph"] = hashlib.sha256(private).hexdigest()
        header = canonical(head)
        self.hash = link(self.hash, header)
        return Entry(self.device, self.seq, self.lc, kind, type_name, record, import_id, identity, header, self.hash, body, private)


def first_hash(device: str, public_key: bytes) -> bytes:
    """Give ``h_0`` of a device's chain."""
    return hashlib.sha256(b"NNP1-DEV\0" + device.encode() + public_key).digest()


def link(previous: bytes, header: bytes) -> bytes:
    """Give ``h_n`` from ``h_(n-1)`` and the n-th header."""
    return hashlib.sha256(b"NNP1-CHG\0" + previous + header).digest()


def now_text() -> str:
    """Give local time with offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def encode(record_type: type[Record], aggregate: Answers) -> tuple[bytes, bytes | None]:
    """Give body and private bytes of a complete aggregate; private is None when no private question is answered.

    Raises ValueError when either is over 1 MiB.
    """
    private: dict[str, Any] = {}
    body = _part(record_type, aggregate, private)
    for extra in ("moved_on", "warned"):
        if aggregate.get(extra):
            body[extra] = aggregate[extra]
    hidden: dict[str, dict[str, Any]] = {}
    for kind, line_type in record_type.kinds.items():
        rows = body[kind] = []
        for index, line in enumerate(aggregate[kind]):
            kept: dict[str, Any] = {}
            rows.append(_part(line_type, line, kept))
            if kept:
                hidden.setdefault(kind, {})[str(index)] = kept
        if not rows:
            del body[kind]
    shown = canonical(body)
    secret = None
    if private or hidden:
        secret = canonical({"answers": private, "lines": hidden, "salt": secrets.token_hex(16)})
    if len(shown) > MOST_BYTES or len(secret or b"") > MOST_BYTES:
        raise ValueError("Bản ghi quá lớn (trên 1 MiB). Hãy tách thành nhiều bản ghi.")
    return shown, secret


def _part(declared: Any, answers: Answers, private: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    hidden = declared.private_names()
    for name in declared.question_names():
        value = answers[name]
        if value is not None:
            if name in hidden:
                private[name] = value
            else:
                shown[name] = value
    return shown


def decode(uid: str, body: bytes, private: bytes | None) -> Aggregate:
    """Give back what ``encode`` was given, without unanswered questions (``record.complete`` adds them).

    Raises ExpectedError for bytes that somebody altered so that they cannot be read.
    """
    try:
        aggregate: Aggregate = orjson.loads(body)
        aggregate["uid"] = uid
        if private is not None:
            kept = orjson.loads(private)
            aggregate.update(kept["answers"])
            for kind, rows in kept["lines"].items():
                for index, answers in rows.items():
                    aggregate[kind][int(index)].update(answers)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise _unreadable(uid) from None
    return aggregate


def mark_of(hash_: bytes) -> str:
    """Give the part of an entry's hash by which a version of another machine names it as its base."""
    return hash_[:8].hex()


def _unreadable(uid: str) -> ExpectedError:
    return ExpectedError(
        "journal",
        Message("Nhật ký của bản ghi …{uid} không đọc được: đã bị sửa từ bên ngoài.", uid=str(uid)[-6:]),
        "Hãy chạy lệnh check và khôi phục từ bản sao lưu gần nhất.",
    )


def heads(entries: Iterable[Entry]) -> list[Entry]:
    """Give the versions of one record that no other names as its base, the winner (greatest lc, device, seq) first.

    A base that bears a mark is only the entry that has it: where two machines wrote under one name, one number has two entries.
    """
    versions = list(entries)
    based: set[tuple[str, int]] = set()
    for entry in versions:
        head = entry.head
        places: list[tuple[str, int]] = [(device, seq) for device, seq in head["b"]]
        if "hb" in head:
            named = {(other.device, other.seq): mark_of(other.hash) for other in versions}
            marked = zip(places, head["hb"], strict=False)
            places = [place for place, mark in marked if not mark or named.get(place) == mark]
        based.update(places)
    found = [entry for entry in versions if (entry.device, entry.seq) not in based]
    return sorted(found, key=lambda entry: (entry.lc, entry.device, entry.seq), reverse=True)


def of_owner(entries: Sequence[Entry], elsewhere: Mapping[str, str], keyed: bool) -> list[Entry]:
    """Give those versions of one record that its owner wrote: a record belongs to one office and only its machines change it.

    ``elsewhere`` is device → office of the machines of other offices; a machine that is not in it is ours. Records with a fixed uid
    (``keyed``) can be made by several offices: ours goes before all others. Any other record belongs to the office that made it.
    """
    offices = {elsewhere.get(entry.device, "") for entry in entries}
    if len(offices) < 2:
        return list(entries)
    if keyed and "" in offices:
        owner = ""
    else:
        first = min(entries, key=lambda entry: (bool(entry.head["b"]), entry.lc, entry.device, entry.seq))
        owner = elsewhere.get(first.device, "")
    return [entry for entry in entries if elsewhere.get(entry.device, "") == owner]


def verify(start: bytes, entries: Iterable[Entry], keeps: Callable[[Entry], bool] = lambda entry: False) -> Iterator[str]:
    """Yield what is wrong with one device's chain, entries in order of seq, ``start`` being ``h_0`` (or a trusted hash before).

    Finds an altered header, body or private answers, and removed, added or swapped entries. Private answers may be missing, as erased
    or left out, but where ``keeps`` says that this entry has to have them.
    """
    expected, previous = None, start
    for entry in entries:
        place = Message("mục {seq} của máy {device}", seq=entry.seq, device=str(entry.device)[:8])
        if not _typed(entry):
            yield Message("Có ô không đúng kiểu ở {place}: đã bị sửa.", place=place)
            previous = entry.hash if isinstance(entry.hash, bytes) else previous
            expected = entry.seq + 1 if isinstance(entry.seq, int) else None
            continue
        if expected is not None and entry.seq != expected:
            yield Message("Nhật ký thiếu hoặc lẫn mục: trước {place} phải là mục {expected}.", place=place, expected=expected)
        expected = entry.seq + 1
        previous = link(previous, entry.header)
        if previous != entry.hash:
            yield Message("Chuỗi nhật ký đứt ở {place}: mục này hoặc mục trước nó đã bị sửa, bị xóa hoặc bị đổi chỗ.", place=place)
            previous = entry.hash
        yield from _wrong_with(entry, place, keeps)


def _typed(entry: Entry) -> bool:
    """Tell whether the columns hold what they are declared to hold: SQLite keeps whatever somebody writes there."""
    texts = (entry.device, entry.kind, entry.type, entry.record, entry.import_id or "")
    blobs = (entry.header, entry.hash, entry.body, entry.private or b"", entry.identity or b"")
    numbers = (entry.seq, entry.lc)
    return all(isinstance(one, kind) for kind, some in ((str, texts), (bytes, blobs), (int, numbers)) for one in some)


def _wrong_with(entry: Entry, place: Message, keeps: Callable[[Entry], bool]) -> Iterator[str]:
    """Yield where body, private answers and columns are not what the header of the entry says."""
    try:
        head = entry.head
    except ExpectedError:
        yield Message("Phần đầu của {place} không đọc được: đã bị sửa.", place=place)
        return
    if hashlib.sha256(entry.body).hexdigest() != head.get("bh") or len(entry.body) != head.get("bl"):
        yield Message("Nội dung {place} không khớp dấu trong chuỗi: đã bị sửa.", place=place)
    if entry.private is None:
        if head.get("ph") and keeps(entry):
            yield Message("Phần riêng tư của {place} đã bị xóa mà không có lệnh xóa nào trong nhật ký.", place=place)
    elif hashlib.sha256(entry.private).hexdigest() != head.get("ph"):
        yield Message("Phần riêng tư của {place} không khớp dấu trong chuỗi: đã bị sửa.", place=place)
    identity = entry.identity.hex() if entry.identity else None
    columns = (entry.device, entry.seq, entry.lc, entry.kind, entry.type, entry.record, entry.import_id, identity)
    if columns != tuple(head.get(name, "" if name == "r" else None) for name in ("d", "n", "lc", "k", "ty", "r", "im", "ih")):
        yield Message("Cột của {place} không khớp phần đầu trong chuỗi: đã bị sửa.", place=place)
