"""What an approval froze, read again: the report as it was signed, and whether what it rests on is still the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import zlib
from dataclasses import replace
from datetime import datetime
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app import figures
from app.periods import Period
from app.report import approval, outline
from app.report.approval import Approved
from app.report.content import Builder, Final, short_code
from app.report.document import Report
from app.unit_tree import report_uid
from db.crosschecks import CHUNK, chunks
from db.errors import ExpectedError
from db.journal import Entry
from db.locks import APPROVE
from db.store import Store
from db.system import Approval, Journal
from db.text import canonical


def report(store: Store, period: Period, approved: Approved) -> Report | None:
    """Give the report as it was signed, for files that can be edited: its footer says that it is a copy, and of which report.

    None where this machine does not keep it and it can be built no more. Raises ExpectedError where it is not what the journal names.
    """
    kept = _read(store, approved)
    again = rebuilt(store, period, approved) if kept is None else None
    made: Report | None = again[1] if again is not None else None if kept is None else _made(Report, kept["report"])
    footer = outline.read().wording.footer_copy.format(ma=short_code(approved.hash))
    return None if made is None else replace(made, footer=footer)


def rebuilt(store: Store, period: Period, approved: Approved) -> tuple[Builder, Report] | None:
    """Build an approved report again from the records, on a machine that does not keep it; its footer says that it is not what was signed.

    Its hash tells that every word, figure and record behind it is as it was approved; None where they are not: records have changed
    since, or the program says something in other words now.
    """
    builder = Builder(store, period, figures.compute(store, period), None, Final(approved.turn, approved.own))
    made = builder.report(datetime.fromisoformat(approved.at))
    content = approval.content_of(builder, made, report_uid(store, period, None))
    content["records"] = _as_written_there(store, approved, content["records"])
    if hashlib.sha256(canonical(content)).hexdigest() != approved.hash:
        return None
    return builder, replace(made, footer=outline.read().wording.footer_again.format(ma=short_code(approved.hash)))


def _as_written_there(store: Store, approved: Approved, records: list[list[Any]]) -> list[list[Any]]:
    """Give the versions as the machine that approved had them: of what both wrote alike, as each does its own unit, its own version."""
    named = (
        entry.seq
        for entry in store.audits(APPROVE)
        if entry.device == approved.device and json.loads(entry.body).get("hash") == approved.hash
    )
    until = next(named, 0)
    others = {uid: (device, seq) for uid, device, seq in records if device != approved.device}
    theirs: dict[str, Entry] = {}
    for chunk in chunks(list(others), CHUNK):
        written = (Journal.device == approved.device) & (Journal.seq < until) & (Journal.kind == "put") & Journal.record.in_(chunk)
        theirs |= {entry.record: entry for entry in store.entries(written, (Journal.seq,))}
    alike = {}
    for uid, entry in theirs.items():
        device, seq = others[uid]
        here = next(store.entries((Journal.device == device) & (Journal.seq == seq)))
        if here.body == entry.body:
            alike[uid] = [uid, entry.device, entry.seq]
    return [alike.get(version[0], version) for version in records]


def unchanged(store: Store, period: Period, approved: Approved) -> bool:
    """Tell whether every record the report rests on is as it was when it was approved; False where that is not known."""
    kept = _read(store, approved)
    if kept is None:
        return rebuilt(store, period, approved) is not None
    now: list[Any] = approval.versions_behind(store, period, report_uid(store, period, None))
    return now == list(kept["records"])


def _read(store: Store, approved: Approved) -> dict[str, Any] | None:
    row = store.execute(Approval.select(Approval.frozen).where(Approval.hash == approved.hash).tuples()).fetchone()
    if row is None or not row[0]:
        return None
    data = zlib.decompress(bytes(row[0]))
    if hashlib.sha256(data).hexdigest() != approved.hash:
        raise ExpectedError(
            "approval", "Bản báo cáo đã duyệt không còn như lúc duyệt.", "Hãy khôi phục từ bản sao lưu; không dùng bản này."
        )
    kept: dict[str, Any] = json.loads(data)
    return kept


def _made(kind: Any, plain: Any) -> Any:
    """Make the dataclass ``kind`` of what ``dataclasses.asdict`` gave of it, by way of JSON."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if not isinstance(plain, dict):
            return plain
        return _made(next(one for one in arguments if dataclasses.is_dataclass(one) and plain.keys() <= _names(one)), plain)
    if origin is tuple:
        return tuple(_made(arguments[0], one) for one in plain)
    if dataclasses.is_dataclass(kind):
        hints, make = get_type_hints(kind), cast(Any, kind)
        return make(**{name: _made(hints[name], value) for name, value in plain.items()})
    return plain


def _names(kind: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}
