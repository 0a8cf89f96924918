"""Reporting periods whose dates differ from the office's regime (contract.md 2; domain.md D.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.questions import Answers, Day, Text
from db.record import Problem, Record

REGIME = "chế độ báo cáo định kỳ theo Thông tư 58/2020/TT-BQP"
PERIOD_CODE = re.compile(r"(194[5-9]|19[5-9]\d|20\d\d|2100)-H([12])")


class ReportingPeriod(Record):
    """The dates of one period code, where they differ from the regime's."""

    type_name = "period"
    caption = "Kỳ"
    plural = "Kỳ báo cáo"
    icon, shelf = "calendar-dots", "settings"
    key = ("code",)
    catalogue = True

    code = Text("Mã kỳ", required=True, in_list=True, limit=7, help="Ví dụ 2019-H1")
    start = Day("Từ ngày", required=True, in_list=True, legal_basis=REGIME)
    end = Day("Đến ngày", required=True, in_list=True, legal_basis=REGIME)
    basis = Text("Căn cứ")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the code and the order of the days."""
        if record["code"] and not PERIOD_CODE.fullmatch(record["code"]):
            yield Problem("code", "Mã kỳ phải có dạng 2019-H1 hoặc 2019-H2.", code="KY")
        if record["start"] and record["end"] and record["start"] > record["end"]:
            yield Problem("end", "Đến ngày phải sau Từ ngày.", code="KY")


def period_days(code: str, regime: str) -> tuple[str, str]:
    """Give first and last ISO day of ``2019-H1`` under a regime (domain.md D.6); the year is that of the END date.

    Raises ValueError when the code is none.
    """
    match = PERIOD_CODE.fullmatch(code)
    if match is None:
        raise ValueError(code)
    year, first = int(match[1]), match[2] == "1"
    if regime == "CUOI_THANG":
        return (f"{year - 1}-12-01", f"{year}-05-31") if first else (f"{year}-06-01", f"{year}-11-30")
    if regime == "DUONG_LICH":
        return (f"{year}-01-01", f"{year}-06-30") if first else (f"{year}-07-01", f"{year}-12-31")
    return (f"{year - 1}-12-15", f"{year}-06-14") if first else (f"{year}-06-15", f"{year}-12-14")
