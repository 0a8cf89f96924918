"""What the settings page shows of the office's own records: the letterhead of today, and the half-years round today. Knows no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.periods import Period, is_locked, period, standing
from db.errors import ExpectedError
from db.message import Joined, Message
from db.questions import shown_day
from db.records.office import PLAIN, Office, Recipient, Term
from db.records.period import ReportingPeriod, period_days
from db.store import Store

AROUND = 3
"""Half-years shown before and after the one of today, newest first."""


@dataclass(frozen=True)
class Shown:
    """One row: its words, what is set ('' where nothing is), and the record that holds it (uid None: none yet)."""

    label: str
    value: str
    type_name: str
    uid: str | None


def letterhead(store: Store, today: str) -> list[Shown]:
    """Give what a report dated ``today`` (ISO) prints round its text, and the regime of periods."""
    try:
        record = store.office()
    except ExpectedError:
        return [Shown(Office.caption, "", Office.type_name, None)]
    term, questions = store.term(today), Term.questions()

    def said(name: str) -> str:
        text = questions[name].show(term.get(name), store.names, today)
        return text.replace("\n", " / ") if "\n" in text else text

    kind = term.get("profile") or PLAIN
    signer = " ".join(filter(None, (said("signer_rank"), said("signer_name"))))
    rows = [
        (questions["parent_line"].label, said("parent_line")),
        (questions["issuer_lines"].label, said("issuer_lines")),
        (Message("Địa danh, ký hiệu"), Joined(" · ", filter(None, (said("place"), said("symbol"))))),
        (questions["signer_name"].label, Joined(" · ", filter(None, (said("sign_code"), signer)))),
        (
            Recipient.caption,
            "; ".join(line["text"] for line in record["recipients"] if line["text"] and line["profile"] in (None, kind)),
        ),
        (Message("Kiểu văn bản, chế độ kỳ"), Joined(" · ", filter(None, (said("profile"), said("regime"))))),
    ]
    for other in list(store.terms(today))[1:]:
        label = questions["profile"].show(other["profile"], store.names, today)
        rows.append((label, Joined(" · ", filter(None, (" / ".join((other["issuer_lines"] or "").splitlines()), other["symbol"])))))
    return [Shown(label, value, Office.type_name, record["uid"]) for label, value in rows]


@dataclass(frozen=True)
class HalfYear:
    """One reporting period: how it stands, that its dates are its own ('': by the regime), and the record that says so (or None)."""

    period: Period
    standing: str
    source: str
    type_name: str
    uid: str | None

    @property
    def answers(self) -> dict[str, str]:
        """What a new record of this period starts with, to be changed."""
        return {"code": self.period.code, "start": self.period.start, "end": self.period.end}


def half_years(store: Store, today: date) -> list[HalfYear]:
    """Give the half-years round ``today``, newest first, and every other one whose dates are its own."""
    own = {str(record["code"]): uid for uid, record in store.names.catalogue(ReportingPeriod.type_name).records.items()}
    here = next(code for code in _codes(today.year - 1, today.year + 1) if today.isoformat() <= period(store, code).end)
    year, half = int(here[:4]), int(here[-1])
    near = [f"{(year * 2 + half - 1 + step) // 2}-H{(year * 2 + half - 1 + step) % 2 + 1}" for step in range(-AROUND, 2)]
    found = []
    for code in sorted({*near, *own}, reverse=True):
        try:
            one = period(store, code)
        except ExpectedError:  # a code that means nothing came with somebody's package
            continue
        regime = store.term(code[:4] + "-06-30").get("regime") or "TT58"
        source = Message("ngày riêng của kỳ") if code in own else ""
        if code in own and (one.start, one.end) == period_days(code, regime):
            source = Message("ngày riêng, như chế độ kỳ")
        found.append(HalfYear(one, _stands(store, one, today), source, ReportingPeriod.type_name, own.get(code)))
    return found


def _stands(store: Store, one: Period, today: date) -> str:
    """Say how a period stands beside its days: the last one is not said again."""
    locked = is_locked(store, one)
    return standing(one, today, locked) if locked or one.end >= today.isoformat() else Message("Còn mở")


def next_unset(store: Store, today: date) -> HalfYear:
    """Give the first half-year from today on whose dates are not its own yet: what "add" starts with."""
    rows = [one for one in reversed(half_years(store, today)) if one.period.end >= today.isoformat()]
    free = next((one for one in rows if one.uid is None), None)
    if free is not None:
        return free
    day = date.fromisoformat(rows[-1].period.end) + timedelta(days=1)
    code = next(code for code in _codes(day.year, day.year + 1) if day.isoformat() <= period(store, code).end)
    made = period(store, code)
    return HalfYear(made, standing(made, today), "", ReportingPeriod.type_name, None)


def _codes(first: int, last: int) -> Iterator[str]:
    for year in range(first, last + 1):
        yield from (f"{year}-H1", f"{year}-H2")


def when(period_: Period) -> str:
    """Write first and last day."""
    return f"{shown_day(period_.start)} – {shown_day(period_.end)}"
