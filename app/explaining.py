"""The commands ``explain`` and ``undo-explain``: one reason for the warnings of many records, as the lists of the window do it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from app import console, moving, search
from app.listing import Listing, Wanted
from app.moving import Move, Outcome
from app.office import Office
from app.periods import period
from app.unit_tree import unit_named
from app.versions import newest
from db import crosschecks
from db.errors import ExpectedError
from db.record import Record
from db.statements import among
from db.store import Store

MOST_NAMED = 50
"""Records whose warnings are said one by one; the rest is counted."""
_LONGEST = 16
"""Digits of a number in a journal."""
_ANY = "-"
"""Stands for the reason while it is only told what would be written."""


def run(opened: Office, options: argparse.Namespace) -> int:
    """Run one of them; give the exit code."""
    return _explain(opened, options) if options.command == "explain" else _undo(opened, options)


def waiting(store: Store, declared: type[Record], wanted: Wanted) -> list[str]:
    """Give the uids of the records of a list that have a warning without a reason, those of other offices left out."""
    listing = Listing(store, declared, wanted._replace(warnings=True))
    ours, theirs = list[int](), among(store.elsewhere)
    for chunk in crosschecks.chunks(list(listing.ids()), crosschecks.CHUNK):
        query = declared.select(declared.id).where(declared.id.in_(chunk) & declared.device.not_in(theirs))
        ours += [row[0] for row in store.execute(query.tuples())]
    return listing.uids(ours)


def _wanted(opened: Office, declared: type[Record], options: argparse.Namespace) -> Wanted:
    store = opened.store
    chosen = period(store, options.period) if options.period else None
    unit = unit_named(store, options.unit, chosen) if options.unit else None
    given = tuple(store.find_uid(one) for one in options.ids)
    other = next((found for uid in given if (found := store.read(uid)[0]) is not declared), None)
    if other is not None:
        raise ExpectedError("type", f"Có mã là của loại {other.plural} ({other.type_name}).", f"Hãy chỉ ghi mã của loại {declared.plural}.")
    return Wanted(options.search, chosen, unit, uids=given or None)


def _explain(opened: Office, options: argparse.Namespace) -> int:
    store, declared = opened.store, console.record_type(options.type)
    uids = waiting(store, declared, _wanted(opened, declared, options))
    if options.reason is None:
        outcome = moving.preview(store, declared, uids, Move("explain", reason=_ANY), console.progress)
    else:
        outcome = moving.apply(store, declared, uids, Move("explain", reason=options.reason), opened.user, console.progress)
    if options.json:
        refused = [{"id": one.uid, "title": one.title, "reason": one.reason} for one in outcome.refused]
        console.show_json({"changed": outcome.changed, "written": options.reason is not None, "undo": _name(outcome), "refused": refused})
    else:
        for line in _lines(store, declared, uids, outcome, written=options.reason is not None):
            print(line)
        for one in outcome.refused:
            print(f"Không ghi được lý do cho …{one.uid[-6:]} {one.title}: {one.reason}", file=sys.stderr)
    return 1 if outcome.refused and not outcome.changed else 0


def _name(outcome: Outcome) -> str | None:
    """Give the name of what was written, by which it is taken back: its first and last number in this machine's journal."""
    return f"{outcome.done[0].made[1]}-{outcome.done[-1].made[1]}" if outcome.done else None


def _lines(store: Store, declared: type[Record], uids: Sequence[str], outcome: Outcome, *, written: bool) -> Iterator[str]:
    if not uids:
        yield f"{declared.plural}: không bản ghi nào có cảnh báo chưa có lý do."
    elif written:
        yield f"Đã ghi lý do cho {outcome.changed} bản ghi." + (
            f" Lấy lại cả lần này: {console.command()} undo-explain {_name(outcome)}" if outcome.done else ""
        )
    else:
        yield from _warnings(store, declared, uids[:MOST_NAMED])
        if len(uids) > MOST_NAMED:
            yield f"… và {len(uids) - MOST_NAMED} bản ghi nữa."
        yield f"Sẽ ghi lý do cho {outcome.changed} bản ghi khi thêm --reason “LÝ DO”; chưa ghi gì."


def _warnings(store: Store, declared: type[Record], uids: Sequence[str]) -> Iterator[str]:
    found = newest(store, uids)
    records = [found[uid].record for uid in uids]
    for record, problems in zip(records, store.problems(declared, records), strict=True):
        yield console.record_line(store, declared, search.summary(store, declared, record))
        yield from (f"  Cảnh báo: {one.message}" for one in problems if (record.get("warned") or {}).get(one.key) == "")


def _undo(opened: Office, options: argparse.Namespace) -> int:
    first, _dash, last = options.id.strip().partition("-")
    numbers = [int(one) for one in (first, last) if one.isdecimal() and len(one) < _LONGEST]
    outcome = moving.explained(opened.store, numbers[0], numbers[1]) if len(numbers) == 2 else None
    if outcome is None:
        raise ExpectedError(
            "explain", f"Không có lần ghi lý do “{options.id}” trên máy này.", "Hãy dùng mã mà lệnh explain đã in ra, ví dụ 120-134."
        )
    left = moving.take_back(opened.store, outcome, opened.user, console.progress)
    if left == len(outcome.done):
        raise ExpectedError(
            "explain", "Không lấy lại được bản ghi nào: đã lấy lại rồi, đã sửa từ đó, hoặc kỳ đã chốt.", "Hãy xem bằng lệnh history."
        )
    print(
        f"Đã lấy lại lý do của {len(outcome.done) - left} bản ghi."
        + (f" {left} bản ghi đã sửa từ đó hoặc đã chốt: để nguyên." if left else "")
    )
    return 0
