"""Reporting periods: codes, their dates and their words; dates are data, never month arithmetic (contract.md 2, domain.md D.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.errors import ExpectedError
from db.message import Message
from db.records.period import PERIOD_CODE
from db.store import Store


@dataclass(frozen=True)
class Period:
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
        if self.first_half:
            return Message("6 tháng đầu năm {year}", year=self.year)
        return Message("6 tháng cuối năm {year}", year=self.year)


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
