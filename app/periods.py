"""Reporting periods: codes, their dates and their words; dates are data, never month arithmetic (contract.md 2, domain.md D.6)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from db.errors import ExpectedError
from db.message import Message
from db.questions import shown_day
from db.records.period import PERIOD_CODE, period_name
from db.store import Store
from db.text import matches, words

FIRST_YEAR, LAST_YEAR = 1945, 2100
MOST = 24
"""Periods offered at once."""


class Period(NamedTuple):
    """A half-year: its code and its first and last ISO day."""

    code: str
    start: str
    end: str

    @property
    def year(self) -> int:
        """The year of the END date, as in the code."""
        return int(self.code[:4])

    @property
    def first_half(self) -> bool:
        """Whether it is the first half of its year."""
        return self.code.endswith("H1")

    @property
    def name(self) -> str:
        """``6 tháng đầu năm 2019`` or ``6 tháng cuối năm 2019``."""
        return period_name(self.code)


def period(store: Store, code: str) -> Period:
    """Give the period of ``code`` (case does not matter); raise ExpectedError naming valid codes when there is none."""
    wanted = code.strip().upper()
    if not PERIOD_CODE.fullmatch(wanted):
        year = date.today().year
        raise ExpectedError(
            "period",
            Message("Không có kỳ báo cáo “{code}”.", code=code),
            Message("Hãy ghi năm và nửa năm, ví dụ {year}-H1 hoặc {year}-H2 (từ 1945 đến 2100).", year=year),
        )
    start, end = store.period_days(wanted)
    return Period(wanted, start, end)


def after(store: Store, chosen: Period) -> Period | None:
    """Give the period after ``chosen``; None after the last."""
    code = f"{chosen.year}-H2" if chosen.first_half else f"{chosen.year + 1}-H1"
    return period(store, code) if PERIOD_CODE.fullmatch(code) else None


def before(store: Store, chosen: Period) -> Period | None:
    """Give the half-year before; None before the first one there is."""
    code = f"{chosen.year - 1}-H2" if chosen.first_half else f"{chosen.year}-H1"
    return period(store, code) if PERIOD_CODE.fullmatch(code) else None


def year_before(store: Store, chosen: Period) -> Period | None:
    """Give the same half of the year before; None in the first year."""
    code = f"{chosen.year - 1}-{chosen.code[-2:]}"
    return period(store, code) if PERIOD_CODE.fullmatch(code) else None


def overlapping(store: Store, chosen: Period) -> tuple[Period, ...]:
    """Give the periods before and after that have days of ``chosen``: the records of those days count in both."""
    beside = (before(store, chosen), after(store, chosen))
    return tuple(one for one in beside if one is not None and one.start <= chosen.end and chosen.start <= one.end)


def overlap(other: Period) -> str:
    """Say of a report that ``other`` has days of its period."""
    words = "Kỳ này chồng lên kỳ {code} ({first} – {last}): bản ghi của những ngày chung được tính ở cả hai kỳ."
    return Message(words, code=other.code, first=shown_day(other.start), last=shown_day(other.end))


def is_locked(store: Store, chosen: Period) -> bool:
    """Tell whether the report of a period is approved: its records do not change any more."""
    return any(span.code == chosen.code for span in store.locked())


def standing(chosen: Period, today: date, locked: bool = False) -> str:
    """Say how a period stands on a day: locked, still to come, being entered, or over and still open (it is open until locked)."""
    if locked:
        return Message("Đã chốt")
    if today.isoformat() < chosen.start:
        return Message("Chưa đến kỳ")
    left = (date.fromisoformat(chosen.end) - today).days
    if left >= 0:
        return Message("Đang nhập · còn {days} ngày", days=left)
    return Message("Đang mở · hết ngày {day}", day=shown_day(chosen.end))


def choices(store: Store, chosen: Period, today: date, typed: str = "") -> list[Period]:
    """Give the periods that ``typed`` may mean, the newest first: digits of a year or of a code, or words of the name.

    Nothing typed: those round today and round the chosen one.
    """
    found = words(typed)
    years = [word.folded for word in found if word.folded.isdigit() and len(word.folded) > 1]
    rest = " ".join(word.folded for word in found if word.folded not in years)
    if years:
        span = [year for year in range(LAST_YEAR, FIRST_YEAR - 1, -1) if str(year).startswith(years[0]) or str(year).endswith(years[0])]
    else:
        span = sorted({*range(today.year - 3, today.year + 2), *range(chosen.year - 2, chosen.year + 2)}, reverse=True)
        span = [year for year in span if FIRST_YEAR <= year <= LAST_YEAR]
    made = (period(store, f"{year}-{half}") for year in span for half in ("H2", "H1"))
    return [one for one in made if not rest or matches(rest, f"{one.name} {one.code}")][:MOST]
