"""What an approval froze, read again: the report as it was signed, and whether what it rests on is still the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import zlib
from dataclasses import replace
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app.periods import Period
from app.report import approval, outline
from app.report.approval import Approved
from app.report.content import short_code
from app.report.document import Report
from app.unit_tree import report_uid
from db.errors import ExpectedError
from db.store import Store
from db.system import Approval


def report(store: Store, approved: Approved) -> Report | None:
    """Give the report as it was signed, for files that can be edited: its footer says that it is a copy, and of which report.

    None where this machine keeps only the file of the approval. Raises ExpectedError where it is not what the journal names.
    """
    kept = _read(store, approved)
    if kept is None:
        return None
    made: Report = _made(Report, kept["report"])
    return replace(made, footer=outline.read().wording.footer_copy.format(ma=short_code(approved.hash)))


def unchanged(store: Store, period: Period, approved: Approved) -> bool:
    """Tell whether every record the report rests on is as it was when it was approved; False where that is not known."""
    kept = _read(store, approved)
    return kept is not None and kept["records"] == approval.versions_behind(store, period, report_uid(store, period, None))


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
