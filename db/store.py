"""The only way to write records: save, cancel, restore and one bulk path; journal entry and tables in one transaction.

The journal is the truth, the tables are its fold and ``rebuild`` makes them again. "Saved" is said only after COMMIT returned.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import peewee

from db import crosschecks, fold, journal, locks, refolding, search_index, usage
from db.connection import OfficeDatabase, expected_errors
from db.declarations import Problem
from db.errors import ExpectedError
from db.journal import Chain, Entry
from db.message import Joined, Message, sentence
from db.names import key_of
from db.questions import Answers
from db.reader import Reader
from db.record import CANCELLED, DRAFT, Aggregate, Record, complete, uuid7
from db.record import problems as own_problems
from db.records import RECORD_TYPES
from db.records.period import PERIOD_CODE
from db.statements import Prepared, slot
from db.system import Draft, Journal, read_meta, write_meta
from db.text import canonical, normalised

Progress = refolding.Progress
BATCH = 2_000
_HASH = Prepared(Journal.select(Journal.hash).where((Journal.device == slot(0)) & (Journal.seq == slot(1))).tuples())


@cache
def _newest(record_type: type[Record]) -> Prepared:
    return Prepared(record_type.select(peewee.fn.MAX(record_type.id)).tuples())


class Refused(ExpectedError):  # noqa: N818 - a past event, as the office says it
    """A save that has errors; ``problems`` lists them all. Nothing was written."""

    def __init__(self, record_type: type[Record], problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = Joined("; ", [sentence(message) for message in dict.fromkeys(problem.message for problem in problems)])
        super().__init__(
            "refused", Message("{caption} chưa lưu được: {first}", caption=record_type.caption, first=first), "Hãy sửa rồi lưu lại."
        )


@dataclass(slots=True)
class Put:
    """One version to be written: a complete aggregate whose uid is settled, and the version it starts from."""

    record_type: type[Record]
    record: Aggregate
    bases: tuple[tuple[str, int], ...] = ()
    identity: bytes | None = None
    row_id: int | None = None


class Store(Reader):
    """An open office, read and written. One per process; connections are per thread."""

    def __init__(
        self, database: peewee.Database, types: Mapping[str, type[Record]] = RECORD_TYPES, progress: Progress | None = None
    ) -> None:
        super().__init__(database, types)
        self.allow: Callable[[str, str], object] = lambda by, action: None
        """Raises ExpectedError when a person may not do an action. Who may what is not known here; ``app.office`` says it."""
        self._doing = threading.local()
        self._locked: tuple[locks.Span, ...] | None = None
        self._locks_change = False
        """Whether the open transaction locks or opens a period."""
        self._fold_changed_types(progress)

    # -- checking ----------------------------------------------------------------------------------------------------

    def problems(
        self, record_type: type[Record], batch: Sequence[Aggregate], earlier: crosschecks.Batch | None = None
    ) -> list[list[Problem]]:
        """Give everything wrong with each complete aggregate of a batch: in itself, and beside other records."""
        today = date.today().isoformat()
        own = [own_problems(record_type, record, today) for record in batch]
        for found, others, record in zip(own, crosschecks.problems(self, record_type, batch, earlier), batch, strict=True):
            found += others
            used = usage.problem(self, record_type, record)
            found += [used] if used is not None else []
            if record.get("moved_to") and not PERIOD_CODE.fullmatch(record["moved_to"]):
                found.append(Problem("moved_to", "Mã kỳ phải có dạng 2019-H1 hoặc 2019-H2.", code="KY"))
        for found, held in zip(own, self.held(record_type, batch), strict=True):
            found += held
        return own

    def locked(self) -> tuple[locks.Span, ...]:
        """Give the periods whose report is approved: their records do not change."""
        if self._locked is None:
            self._locked = locks.spans(self)
        return self._locked

    def locks_changed(self) -> None:
        """Look at the locked periods anew: the open transaction locks or opens one."""
        self._locks_change, self._locked = True, None

    def held(self, record_type: type[Record], batch: Sequence[Answers]) -> Iterable[list[Problem]]:
        """Give, per complete aggregate, the problem that it, or the version it replaces, counts in a locked period; [] for none."""
        return locks.problems(self, record_type, batch, self.locked()) if self.locked() else ([] for _ in batch)

    # -- writing -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing. When it fails, nothing read of the unwritten state is kept."""
        with expected_errors():
            if isinstance(self.database, OfficeDatabase):
                self.database.require_in_place()
            try:
                with self.database.atomic("IMMEDIATE"):
                    yield
            except BaseException:
                self.names.forget()
                self._locked = None
                raise
            if self._locks_change and not self.database.in_transaction():  # another thread may have read them before the commit
                self._locks_change, self._locked = False, None

    def save(
        self,
        type_name: str,
        aggregate: Answers,
        by: str,
        reasons: Mapping[str, str] | None = None,
        origin: tuple[str | None, bytes | None] = (None, None),
    ) -> str:
        """Write a record and give its uid. Warnings are kept with it; ``reasons`` (problem key → words) accepts them.

        ``origin`` is the import (and identity hash) of the draft it was made from.
        Raises Refused when it has errors, ExpectedError when it could not be written. Nothing is written then.
        """
        record_type = self.types[type_name]
        record = complete(record_type, normalised(aggregate))
        if record["state"] == DRAFT:
            raise ExpectedError("state", "Bản nháp không ghi vào sổ.", "Hãy lưu bằng Nháp, hoặc hoàn thành bản ghi.")
        with self.transaction():
            self.settle(record_type, record)
            found = self.problems(record_type, [record])[0]
            errors = [problem for problem in found if problem.level == "error"]
            if errors:
                raise Refused(record_type, errors)
            fresh = aggregate.get("uid") is None and not record_type.key  # a uid just made names no version yet
            bases = () if fresh else self._bases(record["uid"])
            self.keep_warnings(record, found, reasons or {})
            self.write([Put(record_type, record, bases, origin[1])], by, origin[0])
        return str(record["uid"])

    def settle(self, record_type: type[Record], record: Aggregate) -> None:
        """Give the record its uid and, when it was moved to another period, the day it counts on."""
        if record["uid"] is None:
            try:
                record["uid"] = key_of(record_type, record, self.names) or uuid7()
            except ValueError as error:
                raise ExpectedError("key", str(error), "Hãy điền rồi lưu lại.") from None
        record.pop("moved_on", None)
        if record.get("moved_to") and PERIOD_CODE.fullmatch(record["moved_to"]):
            record["moved_on"] = self.period_days(record["moved_to"])[1]

    @staticmethod
    def keep_warnings(record: Aggregate, found: Iterable[Problem], reasons: Mapping[str, str]) -> None:
        """File the warnings with the record: a reason given now or before stays, otherwise the warning is open."""
        before = record.pop("warned", None) or {}
        warned = {p.key: normalised(reasons.get(p.key) or before.get(p.key) or "") for p in found if p.level == "warning"}
        if warned:
            record["warned"] = warned

    def _bases(self, uid: str) -> tuple[tuple[str, int], ...]:
        return tuple((entry.device, entry.seq) for entry in journal.heads(self.versions(uid)))

    def cancel(self, uid: str, reason: str, by: str) -> None:
        """Cancel a record: one more version, with its reason. Raises when the reason is empty."""
        record_type, record = self.read(uid)
        self._put(record_type, record | {"state": CANCELLED, "cancel_reason": reason.strip() or None}, by, checked=bool(reason.strip()))

    def restore(self, uid: str, device: str, seq: int, by: str) -> None:
        """Make an older version the newest one again."""
        entry = next((e for e in self.versions(uid) if (e.device, e.seq) == (device, seq)), None)
        if entry is None:
            raise ExpectedError("version", "Không có phiên bản này của bản ghi.", "Hãy xem bằng lệnh history.")
        record_type = self.types[entry.type]
        self._put(record_type, fold.aggregate(record_type, entry), by)

    def _put(self, record_type: type[Record], record: Aggregate, by: str, checked: bool = True) -> None:
        if not checked:
            raise Refused(record_type, [Problem("cancel_reason", "Chưa có “Lý do hủy”.", code="R")])
        with self.transaction():
            self.write([Put(record_type, normalised(record), self._bases(record["uid"]))], by)

    @contextlib.contextmanager
    def acting(self, action: str) -> Iterator[None]:
        """Let what is written in this thread count as part of ``action``, such as approving, instead of as entering or cancelling."""
        before = getattr(self._doing, "action", None)
        self._doing.action = action
        try:
            yield
        finally:
            self._doing.action = before

    def _require(self, puts: Sequence[Put], by: str) -> None:
        action = getattr(self._doing, "action", None)
        self.allow(by, action or ("cancel" if all(put.record["state"] == CANCELLED for put in puts) else "enter"))

    def _require_own(self, puts: Sequence[Put]) -> None:
        for put in puts:
            theirs = next((self.elsewhere[device] for device, _ in put.bases if device in self.elsewhere), None)
            if theirs is not None and not put.record_type.key:
                raise ExpectedError(
                    "owner",
                    Message("Bản ghi này của đơn vị {office}; chỉ đơn vị đó sửa được.", office=theirs),
                    "Hãy gửi đề nghị làm rõ trong tệp trả về.",
                )

    def write(self, puts: Sequence[Put], by: str, import_id: str | None = None) -> None:
        """Write versions inside the open transaction: journal, tables and search rows, one statement a table.

        The bulk path and the single save are this one function. It checks nothing but roles and locked periods: its callers have.
        """
        if not puts:
            return
        self._require(puts, by)
        if self.elsewhere:
            self._require_own(puts)
        for record_type in {put.record_type for put in puts} if self.locked() else ():
            for held in self.held(record_type, [put.record for put in puts if put.record_type is record_type]):
                if held:
                    raise Refused(record_type, held)
        chain, now = self._chain(), journal.now_text()
        entries: list[Entry] = []
        made: dict[type[Record], list[tuple[Put, Entry]]] = {}
        for put in puts:
            try:
                body, private = journal.encode(put.record_type, put.record)
            except ValueError as error:
                raise ExpectedError("size", str(error)) from None
            type_name, schema = put.record_type.type_name, put.record_type.schema
            entry = chain.append(
                "put", type_name, put.record["uid"], body, private,
                author=by, schema=schema, bases=put.bases, marks=self._marks(put.bases), import_id=import_id, identity=put.identity,
                now=now,
            )  # fmt: skip
            entries.append(entry)
            made.setdefault(put.record_type, []).append((put, entry))
        self._write_entries(entries)
        for record_type, written in made.items():
            versions = [(fold.Version(entry.device, entry.seq, entry.lc, now, by), put.record) for put, entry in written]
            self.fold_in(record_type, versions, [put.record["uid"] for put, _ in written if put.bases])

    def _marks(self, bases: Sequence[tuple[str, int]]) -> list[str]:
        """Give of each base that another machine wrote the mark of the entry that stands there; a chain binds its own entries itself."""
        if all(device == self.device.id for device, _seq in bases):
            return []
        rows = (None if device == self.device.id else self.run(_HASH, device, seq).fetchone() for device, seq in bases)
        return ["" if row is None else journal.mark_of(bytes(row[0])) for row in rows]

    def write_again(self, entries: Sequence[Entry], replacing: Iterable[Entry] = ()) -> dict[tuple[str, int], tuple[str, int]]:
        """Write entries once again as this machine's, in the open transaction; the caller folds them. Gives where each stands now.

        The same bytes, people and times; what one of them replaced among the others it replaces there. With ``replacing`` they replace
        these and themselves instead.
        """
        chain, moved, made = self._chain(), dict[tuple[str, int], tuple[str, int]](), list[Entry]()
        others = [(one.device, one.seq) for one in replacing]
        for entry in entries:
            head = entry.head
            bases = [(entry.device, entry.seq), *others] if others else [moved.get((d, n), (d, n)) for d, n in head["b"]]
            copy = chain.append(
                entry.kind, entry.type, entry.record, entry.body, entry.private, author=head["u"], schema=head["s"], bases=bases,
                marks=self._marks(bases), import_id=entry.import_id, identity=entry.identity, now=head["ts"],
            )  # fmt: skip
            moved[entry.device, entry.seq] = (copy.device, copy.seq)
            made.append(copy)
        if made:
            self._write_entries(made)
        return moved

    def _write_entries(self, entries: Sequence[Entry]) -> None:
        self.database.cursor().executemany(journal.INSERT, entries)
        last = entries[-1]
        write_meta(self.database, f"chain:{self.device.id}", f"{last.seq}:{last.hash.hex()}:{last.lc}")

    def fold_in(self, record_type: type[Record], made: Sequence[tuple[fold.Version, Aggregate]], known: Sequence[str]) -> None:
        """Make these versions the rows of their records, in the table and in the search index, in the open transaction.

        ``made`` holds each record once, as its complete aggregate; ``known`` are the uids of those that may have a row already.
        """
        ids, following = self.row_ids(record_type, known), self._next_id(record_type)
        rows, texts, replaced = [], [], []
        for version, record in made:
            uid = record["uid"]
            row_id = ids.get(uid)
            if row_id is None:
                row_id, following = following, following + 1
            else:
                replaced.append(row_id)
            rows.append(fold.rows(record_type, row_id, uid, version, record))
            texts.append((row_id, self.search_text(record_type, record)))
        fold.write(self.database, record_type, rows, replaced)
        self.names.forget(record_type.type_name)
        search_index.put_many(self.database, record_type.table_name(), texts)

    def _next_id(self, record_type: type[Record]) -> int:
        return (self.run(_newest(record_type)).fetchone()[0] or 0) + 1

    def _chain(self) -> Chain:
        """Give the end the next entry follows: the mark's, as only a chain cut at its end has another, and ``check`` must see that."""
        seq, hash_, lc = (*(read_meta(self.database, f"chain:{self.device.id}") or "").split(":"), "", "")[:3]
        return Chain(self.device.id, int(seq), max(int(lc), self._seen), bytes.fromhex(hash_)) if lc else self.journal_end()

    def audit(self, event: str, body: Mapping[str, Any], by: str, import_id: str | None = None, record: str = "") -> None:
        """Chain an audit entry (trust.md c) in the open transaction. ``body`` holds ids, counts and field names; no personal value.

        ``record`` is the uid of the record it is about, if it is about one.
        """
        if event == "reveal":
            self.allow(by, "reveal")
        with self.database.atomic():
            text = canonical(normalised({name: value for name, value in body.items() if value is not None}))
            now = journal.now_text()
            if event in (locks.APPROVE, locks.AMEND):
                self.locks_changed()
            self._write_entries(
                [self._chain().append("audit", event, record, text, None, author=by, schema=1, import_id=import_id, now=now)]
            )

    def erase(self, uid: str, reason: str, by: str) -> int:
        """Erase the private answers of all versions for good; give how many versions had any (contract.md 1)."""
        if not reason.strip():
            raise ExpectedError("reason", "Chưa có lý do xóa thông tin riêng tư.", "Hãy ghi lý do (--reason).")
        self.allow(by, "users")
        with self.transaction():
            entries = self.versions(uid)
            if not entries:
                raise ExpectedError("id", Message("Không có bản ghi “{uid}”.", uid=uid), "Hãy xem mã bằng lệnh list.")
            count = sum(entry.private is not None for entry in entries)
            self.execute(Journal.update(private=None).where(Journal.record == uid))
            self.execute(Draft.delete().where(Draft.record == uid))
            self.audit("erase", {"record": uid, "reason": reason.strip(), "versions": count}, by)
            record_type = self.types[entries[0].type]
            self._refold_one(record_type, uid)
            search_index.compact(self.database, record_type.table_name())  # else the erased words stay in old segments
        return count

    def _refold_one(self, record_type: type[Record], uid: str) -> None:
        entry = journal.heads(self.versions(uid))[0]
        self.fold_in(record_type, [(fold.version(entry), fold.aggregate(record_type, entry))], [uid])

    # -- the fold as a whole -----------------------------------------------------------------------------------------

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make all record tables and search rows again from the journal; drafts and users stay."""
        with self.transaction():
            for record_type in self.types.values():
                refolding.refold(self, record_type, progress)

    def _fold_changed_types(self, progress: Progress | None) -> None:
        """Fold anew the types whose declaration differs from the one the file was folded with (contract.md 1)."""
        changed = [t for t in self.types.values() if read_meta(self.database, f"fold:{t.type_name}") != fold.digest(t)]
        if changed:
            with self.transaction():
                for record_type in changed:
                    refolding.refold(self, record_type, progress)
        fold.add_indexes(self.database, self.types.values())

    def differences(self, record_type: type[Record], progress: Progress | None = None) -> Iterator[str]:
        """Give the uids whose rows are not what the journal says they should be, missing and surplus ones included."""
        yield from refolding.differences(self, record_type, progress)
