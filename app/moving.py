"""Several records changed at once: moved to another unit or period, cancelled, brought back, their warnings answered by one reason.

One transaction, undone as a whole.

What a type can do comes from its declaration: ``unit`` is the unit that reports it, ``moved_to`` the period it was moved to
(contract.md 1). Every record is checked by the same rules as a single save; one that breaks them stays as it is, and is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from app.listing import Listing, Wanted
from app.periods import period
from app.versions import Newest, Place, entries_of, newest
from db import crosschecks, usage
from db.declarations import Problem
from db.errors import ExpectedError
from db.journal import Entry, decode, heads
from db.locks import CODE as LOCKED
from db.message import Message
from db.questions import Link
from db.record import CANCELLED, ENTERED, Aggregate, Record, complete
from db.store import Progress, Put, Store
from db.system import Journal, last_seq
from db.text import normalised

BATCH = 1_000
What = Literal["unit", "period", "cancel", "restore", "explain"]


@dataclass(frozen=True)
class Move:
    """What is to become of records: ``target`` is a unit's uid or a period's code, '' otherwise; ``reason`` in the person's words."""

    what: What
    target: str = ""
    reason: str = ""


class Refusal(NamedTuple):
    """A record that stays as it is: its uid, its words as in a list, and why."""

    uid: str
    title: str
    reason: str


class _Done(NamedTuple):
    uid: str
    before: Place
    made: Place


@dataclass
class Outcome:
    """What a move would do, or did: how many records change, are there already, get warnings; and which are refused."""

    declared: type[Record]
    move: Move
    changed: int = 0
    same: int = 0
    warned: int = 0
    refused: list[Refusal] = field(default_factory=list)
    used: list[Refusal] = field(default_factory=list)
    """Records that others link to and that are cancelled all the same: what uses them, and what becomes of it."""
    done: list[_Done] = field(default_factory=list)


def ways(declared: type[Record]) -> tuple[What, ...]:
    """Give what several records of a type can be moved to: nothing that makes up their key."""
    questions = declared.questions()
    unit = questions.get("unit")
    found: list[What] = []
    if isinstance(unit, Link) and unit.to == "unit" and "unit" not in declared.key:
        found.append("unit")
    if "moved_to" in questions:
        found.append("period")
    return tuple(found)


def preview(store: Store, declared: type[Record], uids: Sequence[str], move: Move, progress: Progress | None = None) -> Outcome:
    """Tell what a move would do; nothing is written. Raises ExpectedError for a move that is none (no reason, no such period)."""
    outcome = Outcome(declared, move)
    for puts in _puts(store, outcome, uids, progress):
        outcome.changed += len(puts)
    return outcome


def apply(store: Store, declared: type[Record], uids: Sequence[str], move: Move, by: str, progress: Progress | None = None) -> Outcome:
    """Move what the rules allow, in one transaction. Raises ExpectedError, and then nothing was written."""
    outcome = Outcome(declared, move)
    with store.transaction():
        for puts in _puts(store, outcome, uids, progress):
            outcome.done += _write(store, puts, by)
    outcome.changed = len(outcome.done)
    return outcome


def take_back(store: Store, outcome: Outcome, by: str, progress: Progress | None = None) -> int:
    """Give the records of a move their version of before, in one transaction; give how many stay: changed or locked since.

    Who may cancel may take that back, though they may not enter records.
    """
    left = done = 0
    with store.acting("cancel" if outcome.move.what == "cancel" else "enter"), store.transaction():
        for chunk in crosschecks.chunks(outcome.done, BATCH):
            versions = entries_of(store, [one.uid for one in chunk])
            puts: list[Put] = []
            for uid, before, made in chunk:
                head = heads(versions[uid])[0]
                source = next((entry for entry in versions[uid] if (entry.device, entry.seq) == before), None)
                if (head.device, head.seq) != made or source is None:
                    left += 1
                    continue
                declared = store.types[source.type]
                puts.append(Put(declared, complete(declared, decode(uid, source.body, source.private)), (made,)))
            held = [bool(found) for found in store.held(outcome.declared, [put.record for put in puts])]
            left += sum(held)
            store.write([put for put, locked in zip(puts, held, strict=True) if not locked], by)
            done += len(chunk)
            if progress:
                progress(done, len(outcome.done))
    return left


def explained(store: Store, first: int, last: int) -> Outcome | None:
    """Give a move that gave reasons by its first and last number in this machine's journal; None where something else stands there."""
    made = list(store.entries((Journal.device == store.device.id) & Journal.seq.between(first, last), (Journal.seq,)))
    if not made or len(made) != last - first + 1 or any((entry.kind, entry.type) != ("put", made[0].type) for entry in made):
        return None
    outcome = Outcome(store.types[made[0].type], Move("explain"), changed=len(made))
    for chunk in crosschecks.chunks(made, BATCH):
        versions = entries_of(store, [entry.record for entry in chunk])
        for entry in chunk:
            places = [tuple(place) for place in entry.head["b"]]
            before = next((one for one in versions.get(entry.record, ()) if (one.device, one.seq) in places[:1]), None)
            if before is None or _but_reasons(before) != _but_reasons(entry):
                return None
            outcome.done.append(_Done(entry.record, (before.device, before.seq), (entry.device, entry.seq)))
    return outcome


def _but_reasons(entry: Entry) -> dict[str, Any]:
    answers = dict(decode(entry.record, entry.body, entry.private))
    answers.pop("warned", None)
    return answers


def _write(store: Store, puts: Sequence[Put], by: str) -> list[_Done]:
    device = store.device.id
    first = last_seq(store.database, device) + 1
    store.write(puts, by)
    return [_Done(put.record["uid"], put.bases[0], (device, first + place)) for place, put in enumerate(puts)]


def _puts(store: Store, outcome: Outcome, uids: Sequence[str], progress: Progress | None) -> Iterator[list[Put]]:
    """Give, batch by batch, the versions to write; what is refused or the same already is noted in ``outcome``."""
    declared, change = outcome.declared, _Change(store, outcome)
    seen = crosschecks.Batch()
    done = 0
    for chunk in crosschecks.chunks(uids, BATCH):
        found = newest(store, chunk)
        waiting = [(found[uid], after) for uid in chunk if uid in found and (after := change.of(found[uid])) is not None]
        for _before, after in waiting:
            store.settle(declared, after)
        problems = store.problems(declared, [after for _, after in waiting], seen)
        if change.move.what == "cancel":
            change.note_used(waiting, problems)  # what is wrong with a record is no reason to keep it, a locked period is
            problems = [[problem for problem in wrong if problem.code == LOCKED] for wrong in problems]
        puts: list[Put] = []
        for (before, after), wrong in zip(waiting, problems, strict=True):
            errors = list(dict.fromkeys(problem.message for problem in wrong if problem.level == "error"))
            if errors:
                change.refuse(before.record, "; ".join(errors))
                continue
            if change.move.what != "cancel":
                store.keep_warnings(after, wrong, change.reasons(after, wrong))
            outcome.warned += any(not reason for reason in (after.get("warned") or {}).values())
            puts.append(Put(declared, normalised(after), before.bases))
        done += len(chunk)
        if progress:
            progress(done, len(uids))
        yield puts


def _waits(record: Aggregate) -> bool:
    """Tell whether a record has a warning without a reason."""
    return not all((record.get("warned") or {}).values())


class _Change:
    """What a move makes of one record."""

    def __init__(self, store: Store, outcome: Outcome) -> None:
        self.store, self.outcome, self.move, self.declared = store, outcome, outcome.move, outcome.declared
        self._listing = Listing(store, outcome.declared, Wanted())
        move = self.move
        if move.what in ("unit", "period") and move.what not in ways(self.declared):
            raise ExpectedError("move", Message("Loại bản ghi này không chuyển như vậy được."), "Hãy sửa từng bản ghi.")
        if move.what in ("cancel", "period", "explain") and not move.reason.strip():
            raise ExpectedError("reason", Message("Chưa có lý do."), "Hãy ghi lý do rồi làm lại.")
        if move.what == "unit" and move.target not in store.names.catalogue("unit").records:
            raise ExpectedError("unit", Message("Không có đơn vị này."), "Hãy chọn đơn vị khác.")
        self._period = period(store, move.target) if move.what == "period" else None

    def refuse(self, record: Aggregate, reason: str) -> None:
        """Note that a record stays as it is."""
        self.outcome.refused.append(self._named(record, reason))

    def _named(self, record: Aggregate, reason: str) -> Refusal:
        row = self._listing.described(record)
        return Refusal(row.uid or "", " · ".join(part for part in (row.title, row.second) if part), reason)

    def note_used(self, waiting: Sequence[tuple[Newest, Aggregate]], problems: Sequence[Sequence[Problem]]) -> None:
        """Note which records others link to."""
        for (before, _after), wrong in zip(waiting, problems, strict=True):
            self.outcome.used += [self._named(before.record, one.message) for one in wrong if one.code == usage.CODE]

    def of(self, found: Newest) -> Aggregate | None:
        """Give the record as it is to become; None where it stays as it is."""
        record = found.record
        if found.type_name != self.declared.type_name:
            return None
        answers = self._answers(record)
        if answers is None:
            return None
        if self.move.what == "explain" and _waits(record):
            return dict(record)
        if all(record[name] == value for name, value in answers.items()):
            self.outcome.same += 1
            return None
        after = {**record, **answers}
        for name, question in self.declared.questions().items():
            if callable(question.preset) and name not in answers and record[name] == question.preset_for(record):
                after[name] = question.preset_for(after)  # what stood in for a missing answer follows
        return complete(self.declared, after)

    def reasons(self, record: Aggregate, problems: Sequence[Problem]) -> dict[str, str]:
        """Give the reason for each warning that the move answers: those that have one keep theirs."""
        if self.move.what != "explain":
            return {}
        known = record.get("warned") or {}
        return {one.key: self.move.reason.strip() for one in problems if one.level == "warning" and not known.get(one.key)}

    def _answers(self, record: Aggregate) -> dict[str, Any] | None:
        """Give the answers that change; None for a refused one."""
        what, reason = self.move.what, self.move.reason.strip()
        if what == "restore":
            return {"state": ENTERED, "cancel_reason": None}
        if what == "cancel":
            return {"state": CANCELLED, "cancel_reason": reason} if record["state"] != CANCELLED else {}
        if record["state"] == CANCELLED:
            self.refuse(record, Message("Bản ghi đã hủy. Hãy khôi phục trước."))
            return None
        if what == "explain":
            return {}
        if what == "unit":
            return {"unit": self.move.target}
        assert self._period is not None
        own = self.declared.counted_day({**record, "moved_on": None})
        if own is None:
            self.refuse(record, Message("Chưa tính vào kỳ nào vì chưa kết thúc, nên chưa chuyển kỳ được."))
            return None
        if self._period.start <= own <= self._period.end:
            return {"moved_to": None, "moved_why": None}
        return {"moved_to": self._period.code, "moved_why": reason} if record["moved_to"] != self._period.code else {}
