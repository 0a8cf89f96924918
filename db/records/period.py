"""Reporting periods whose dates differ from the office's regime (contract.md 2; domain.md D.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from db.declarations import Problem
from db.message import Message
from db.questions import Answers, Day, Text, shown_day
from db.record import Record

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

    @staticmethod
    def among(record: Answers, others: Mapping[str, Answers], days: Callable[[str], tuple[str, str]]) -> Iterator[Problem]:
        """Refuse days that another period has; warn of days that one has by the regime, until that one has its own."""
        start, end, code = record["start"], record["end"], record["code"]
        if not (start and end and code and start <= end and PERIOD_CODE.fullmatch(code)):
            return
        own = {one["code"]: (one["start"], one["end"]) for one in others.values() if one["code"] != code}
        for other, (first, last) in sorted(own.items()):
            if start <= last and first <= end:
                words = Message("Chồng lên kỳ {code} ({first} – {last}).", code=other, first=shown_day(first), last=shown_day(last))
                yield Problem("start" if first < start else "end", words, code="KY_CHONG")
        for other in _beside(code):
            if other not in own:
                first, last = days(other)
                if start <= last and first <= end:
                    words = Message(
                        "Chồng lên kỳ {code} ({first} – {last} theo chế độ kỳ): hãy khai ngày riêng cho kỳ ấy.",
                        code=other,
                        first=shown_day(first),
                        last=shown_day(last),
                    )
                    yield Problem("start" if first < start else "end", words, "warning", "KY_CHONG")


def _beside(code: str) -> Iterator[str]:
    """Give the codes of the period before and the one after."""
    at = int(code[:4]) * 2 + int(code[-1]) - 1
    for place in (at - 1, at + 1):
        found = f"{place // 2}-H{place % 2 + 1}"
        if PERIOD_CODE.fullmatch(found):
            yield found


def period_name(code: str) -> str:
    """Give the words for ``2019-H1``: ``6 tháng đầu năm 2019``."""
    year = int(code[:4])
    return Message("6 tháng đầu năm {year}", year=year) if code.endswith("H1") else Message("6 tháng cuối năm {year}", year=year)


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
