"""Whose letterhead a printed paper bears: that of its unit on the day, else that of the office above it."""

from __future__ import annotations

from collections.abc import Iterable

from db.questions import Answers
from db.store import Store


def office_of(store: Store, unit: str) -> Answers | None:
    """Give the office record of a unit (uid); None for a unit below whose settings are not known here."""
    code = store.names.code("unit", unit)
    return next((record for record in store.names.catalogue("office").records.values() if record["code"] == code), None)


def term_of(store: Store, unit: str, day: str) -> Answers:
    """Give the letterhead of a unit in force on ``day``; {} when there is none.

    A unit without settings of its own reports to the office that owns the file: that office's name, place and symbol serve.
    """
    own = office_of(store, unit)
    if own is not None:
        return in_force(own["terms"], day)
    above = store.term(day)
    issuer = " ".join((above.get("issuer_lines") or "").split())
    return {**{name: above.get(name) for name in ("place", "symbol", "profile")}, "parent_line": issuer} if above else {}


def head_lines(term: Answers, unit_name: str) -> tuple[str, tuple[str, ...]]:
    """Give the line of the body above and the issuer's own lines, in capitals."""
    issuer = tuple(filter(None, (line.strip().upper() for line in (term.get("issuer_lines") or "").splitlines())))
    return (term.get("parent_line") or "").strip().upper(), issuer or (unit_name.upper(),)


def in_force(lines: Iterable[Answers], day: str) -> Answers:
    """Give the dated line in force on ``day``, {} when none is."""
    return next((line for line in lines if (line["valid_from"] or "") <= day <= (line["valid_to"] or "9999")), {})
