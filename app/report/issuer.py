"""Whose letterhead a printed paper bears: that of its unit on the day, else that of the office above it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from db.questions import Answers
from db.store import Store

PLAIN = "HANH_CHINH"
"""The kind of document where none was chosen."""
BY_HAND = "……………"
"""The place of a unit whose settings are not known here: it is written in by hand, never that of the office above."""


def office_of(store: Store, unit: str) -> Answers | None:
    """Give the office record of a unit (uid); None for a unit below whose settings are not known here."""
    code = store.names.code("unit", unit)
    return next((record for record in store.names.catalogue("office").records.values() if record["code"] == code), None)


def term_of(store: Store, unit: str, day: str, profile: str | None = None) -> Answers:
    """Give the letterhead of a unit in force on ``day`` for a kind of document (None: the first); {} when there is none of any kind.

    Where there is none of this kind, only the place is known. A unit without settings of its own reports to the office that owns the
    file: that office's name stands above its own, and its symbol serves.
    """
    own = office_of(store, unit)
    standing = [line for line in own["terms"] if holds(line, day)] if own is not None else list(store.terms(day))
    found = next((line for line in standing if profile in (None, line["profile"] or PLAIN)), None)
    if found is None:
        return {"place": standing[0]["place"] if own is not None else BY_HAND, "profile": profile} if standing else {}
    if own is not None:
        return found
    issuer = " ".join((found["issuer_lines"] or "").split())
    return {"place": BY_HAND, "symbol": found["symbol"], "profile": found["profile"], "parent_line": issuer}


def head_lines(term: Answers, unit_name: str) -> tuple[str, tuple[str, ...]]:
    """Give the line of the body above and the issuer's own lines, in capitals."""
    issuer = tuple(filter(None, (line.strip().upper() for line in (term.get("issuer_lines") or "").splitlines())))
    return (term.get("parent_line") or "").strip().upper(), issuer or (unit_name.upper(),)


def archive(term: Answers, default: str) -> str:
    """Give who keeps the file copy (``VT, PCT``), as it stands after “Lưu”."""
    return re.sub(r"^Lưu:?\s*", "", (term.get("archive") or "").strip()).rstrip(";., ") or default


def in_force(lines: Iterable[Answers], day: str) -> Answers:
    """Give the dated line in force on ``day``, {} when none is."""
    return next((line for line in lines if holds(line, day)), {})


def holds(line: Answers, day: str) -> bool:
    """Tell whether a dated line is in force on ``day``."""
    return bool((line["valid_from"] or "") <= day <= (line["valid_to"] or "9999"))
