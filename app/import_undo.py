"""The undo of a whole import (contract.md 4): what it would do, record by record, and doing it in one transaction.

What the import made is cancelled, what it changed gets its version of before. Left alone, and named, is what was edited since,
and what records that stay link to: nobody's person or unit may vanish under a record that was entered later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from app import drafts, reading
from app.import_ids import short_id
from app.listing import named
from app.versions import Place, entries_of, newest
from db import crosschecks
from db.errors import ExpectedError
from db.journal import decode, heads
from db.message import Message
from db.questions import Link
from db.record import CANCELLED, ENTERED, Record, complete
from db.store import Progress, Put, Store
from db.system import Draft, Journal
from db.text import normalised

BATCH = 2_000
BY_UNDO = "Bỏ lần nhập "
"""What the reason of a cancellation by undo begins with; its short id follows, then a colon and the person's reason if there is one."""

MOST_NAMED = 50
"""Records that are named one by one; the rest is counted."""


def import_of(reason: str | None) -> str | None:
    """Give the id, or its beginning, of the import whose undo cancelled a record for ``reason``; None when it was cancelled otherwise."""
    text = reason or ""
    return text.removeprefix(BY_UNDO).partition(":")[0] if text.startswith(BY_UNDO) else None


@dataclass(frozen=True)
class Held:
    """A record that the undo leaves because of who links to it: ``by`` is the uid of one of those, of type ``by_type``."""

    uid: str
    type_name: str
    by: str
    by_type: str


@dataclass
class UndoPlan:
    """What the undo of an import would do. ``cancels`` and ``reverts`` map uids to the newest version they are now."""

    import_id: str
    types: dict[str, str] = field(default_factory=dict)
    """Name of the type by uid, in the order in which the records came."""
    cancels: dict[str, Place] = field(default_factory=dict)
    reverts: dict[str, tuple[Place, Place]] = field(default_factory=dict)
    """The newest version, and the one to go back to."""
    edited: list[str] = field(default_factory=list)
    locked: dict[str, str] = field(default_factory=dict)
    """Why, in words, by uid: what counts in a locked period, as it is or as it was before the import."""
    held: list[Held] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    left_drafts: int = 0

    @property
    def left(self) -> list[str]:
        """The uids of all records that stay as they are."""
        return [*self.edited, *self.locked, *(one.uid for one in self.held)]


@dataclass(frozen=True)
class Undone:
    """What an undo did. ``left`` are the records edited since, ``held`` those that later records link to.

    ``locked`` are uid and reason of those that count in a locked period.
    """

    cancelled: int
    reverted: int
    drafts: int
    left: tuple[str, ...]
    left_drafts: int
    held: tuple[Held, ...] = ()
    locked: tuple[tuple[str, str], ...] = ()

    def lines(self, store: Store) -> Iterator[str]:
        """Say it in words."""
        yield Message(
            "Đã bỏ lần nhập: hủy {cancelled} bản ghi, trả lại bản cũ cho {reverted} bản ghi, xóa {drafts} bản nháp.",
            cancelled=self.cancelled, reverted=self.reverted, drafts=self.drafts,
        )  # fmt: skip
        yield from islice(self._kept(store), MOST_NAMED)
        if (more := len(self.left) + len(self.locked) + len(self.held) - MOST_NAMED) > 0:
            yield Message("  Giữ lại {n} bản ghi khác.", n=more)
        if self.left_drafts:
            yield Message("  Giữ lại {n} bản nháp vì đã được sửa sau khi nhập.", n=self.left_drafts)

    def _kept(self, store: Store) -> Iterator[str]:
        for uid in self.left:
            yield Message("  Giữ lại {what} vì đã được sửa sau khi nhập.", what=_named(store, uid))
        for uid, why in self.locked:
            yield Message("  Giữ lại {what}: {why}", what=_named(store, uid), why=why)
        for one in self.held:
            words = "  Giữ lại {what} vì bản ghi khác còn dùng: {by}."
            yield Message(words, what=_named(store, one.uid), by=_named(store, one.by))


def _named(store: Store, uid: str) -> str:
    """Give a record's type, its words and the tail of its id, by which commands find it."""
    type_name, words = named(store, uid)
    return Message("{caption} “{words}” (…{tail})", caption=store.types[type_name].caption, words=words, tail=uid[-8:])


def plan(store: Store, import_id: str) -> UndoPlan:
    """Tell what the undo of an import would do; nothing is written.

    Raises ExpectedError when there is no such import or it was undone already.
    """
    wanted = import_id.strip().lower()
    audits = [reading.json_of(entry.body) | {"event": entry.type} for entry in store.audits("import", "import.undo")]
    if all(audit["import"] != wanted for audit in audits):
        raise ExpectedError("import", Message("Không có lần nhập “{text}”.", text=import_id), "Hãy dùng mã mà lệnh import đã in ra.")
    if any(audit["event"] == "import.undo" and audit["import"] == wanted for audit in audits):
        raise ExpectedError("import", "Lần nhập này đã được bỏ rồi.", "Không cần làm gì thêm.")
    found = UndoPlan(wanted)
    for chunk in crosschecks.chunks(_records(store, wanted), BATCH):
        versions = entries_of(store, chunk)
        for uid in chunk:
            head = heads(versions[uid])[0]
            found.types[uid] = head.type
            bases = head.head["b"]
            source = next((v for v in versions[uid] if bases and [v.device, v.seq] == bases[0]), None)
            if head.import_id != wanted:
                found.edited.append(uid)
            elif source is None:
                found.cancels[uid] = (head.device, head.seq)
            else:
                found.reverts[uid] = ((head.device, head.seq), (source.device, source.seq))
    _leave_locked(store, found)
    _hold(store, found)
    kept = store.execute(Draft.select(Draft.id, Draft.edited).where(Draft.import_id == wanted).tuples()).fetchall()
    found.drafts = [draft for draft, edited in kept if not edited]
    found.left_drafts = len(kept) - len(found.drafts)
    return found


def _of_import(import_id: str) -> Any:
    return (Journal.import_id == import_id) & (Journal.kind == "put")


def _records(store: Store, import_id: str) -> list[str]:
    query = Journal.select(Journal.record).where(_of_import(import_id)).order_by(Journal.id)
    return list(dict.fromkeys(row[0] for row in store.execute(query.tuples())))


def _leave_locked(store: Store, found: UndoPlan) -> None:
    """Take out of the plan what counts in a locked period, now or as it would be again."""
    for chunk in crosschecks.chunks([*found.cancels, *found.reverts], BATCH) if store.locked() else ():
        after: dict[type[Record], list[dict[str, Any]]] = {}
        for one in newest(store, [uid for uid in chunk if uid in found.cancels]).values():
            after.setdefault(store.types[one.type_name], []).append(one.record)
        for _uid, declared, record in _sources(store, found, [uid for uid in chunk if uid in found.reverts]):
            after.setdefault(declared, []).append(record)
        for declared, records in after.items():
            for record, problems in zip(records, store.held(declared, records), strict=True):
                if problems:
                    found.locked[record["uid"]] = problems[0].message
    for uid in found.locked:
        found.cancels.pop(uid, None)
        found.reverts.pop(uid, None)


def _hold(store: Store, found: UndoPlan) -> None:
    """Take out of ``cancels`` what a record that stays links to, and what that in turn links to."""
    inner: dict[str, list[str]] = {}
    waiting: list[Held] = []
    for linker, linker_type, uid in _links(store, found):
        if uid not in found.cancels or linker == uid:
            continue
        if linker in found.cancels:
            inner.setdefault(linker, []).append(uid)
        else:
            waiting.append(Held(uid, found.types[uid], linker, linker_type))
    while waiting:
        one = waiting.pop()
        if one.uid in found.cancels:
            del found.cancels[one.uid]
            found.held.append(one)
            waiting += [Held(uid, found.types[uid], one.uid, one.type_name) for uid in inner.get(one.uid, ())]


def _links(store: Store, found: UndoPlan) -> Iterator[tuple[str, str, str]]:
    """Give (uid, type, uid of the import's record) of every link of a record as it will be: one query a linking question."""
    targets = {found.types[uid] for uid in found.cancels}
    of_import = Journal.select(Journal.record).where(_of_import(found.import_id))
    for declared in store.types.values():
        for model in (declared, *declared.kinds.values()):
            for name, question in model.questions().items():
                if not isinstance(question, Link) or question.to not in targets:
                    continue
                column = model._meta.fields[name]
                query = model.select(declared.uid, column)
                if model is not declared:
                    query = query.join(declared, on=(model.record == declared.id))  # type: ignore[attr-defined]
                query = query.where((declared.state == ENTERED) & column.in_(of_import))
                for linker, uid in store.execute(query.tuples()):
                    if linker not in found.reverts:
                        yield linker, declared.type_name, uid
    for chunk in crosschecks.chunks(list(found.reverts), BATCH):
        for uid, declared, record in _sources(store, found, chunk):
            for name in targets:
                for linked in crosschecks.linked_uids(declared, [record], name):
                    yield uid, declared.type_name, linked


def _sources(store: Store, found: UndoPlan, uids: Any) -> Iterator[tuple[str, type[Record], dict[str, Any]]]:
    """Give the versions to go back to."""
    for uid, versions in entries_of(store, uids).items():
        source = next(v for v in versions if (v.device, v.seq) == found.reverts[uid][1])
        declared = store.types[source.type]
        yield uid, declared, complete(declared, decode(uid, source.body, source.private))


def undo(store: Store, import_id: str, by: str, progress: Progress | None = None, reason: str = "") -> Undone:
    """Undo an import, in one transaction; ``reason`` is kept with what is cancelled and in the journal.

    Raises ExpectedError when there is no such import or it was undone already.
    """
    with store.acting("cancel"), store.transaction():  # giving earlier versions back is part of it
        found = plan(store, import_id)
        why = BY_UNDO + short_id(found.import_id) + (f": {reason.strip()}" if reason.strip() else "")
        total, done = len(found.cancels) + len(found.reverts), 0
        for chunk in crosschecks.chunks(list(found.cancels), BATCH):
            puts = []
            for uid, one in newest(store, chunk).items():
                one.record.update(state=CANCELLED, cancel_reason=normalised(why))
                puts.append(Put(store.types[one.type_name], one.record, (found.cancels[uid],)))
            done = _write(store, puts, by, done, total, progress)
        for chunk in crosschecks.chunks(list(found.reverts), BATCH):
            puts = [Put(declared, record, (found.reverts[uid][0],)) for uid, declared, record in _sources(store, found, chunk)]
            done = _write(store, puts, by, done, total, progress)
        drafts.remove(store, found.drafts)
        undone = Undone(
            len(found.cancels), len(found.reverts), len(found.drafts),
            tuple(found.edited), found.left_drafts, tuple(found.held), tuple(found.locked.items()),
        )  # fmt: skip
        body: dict[str, Any] = {"import": found.import_id, "left": found.left, "cancelled": undone.cancelled}
        if reason.strip():
            body["reason"] = reason.strip()
        store.audit("import.undo", body, by)
    return undone


def _write(store: Store, puts: list[Put], by: str, done: int, total: int, progress: Progress | None) -> int:
    store.write(puts, by)
    done += len(puts)
    if progress:
        progress(done, total)
    return done
