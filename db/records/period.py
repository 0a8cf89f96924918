"""Reporting periods whose dates differ from the office's regime (contract.md 2; domain.md D.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.questions import Answers, Day, Text
from db.record import Problem, Record

PERIOD_CODE = re.compile(r"(19[4-9]\d|20\d\d|2100)-H([12])")


class ReportingPeriod(Record):
    """The dates of one period code, where they differ from the regime's."""

    type_name = "period"
    caption = "Kỳ"
    plural = "Kỳ báo cáo"
    key = ("code",)
    catalogue = True

    code = Text("Mã kỳ", required=True, in_list=True, limit=7, help="Ví dụ 2019-H1")
    start = Day("Từ ngày", required=True, in_list=True)
    end = Day("Đến ngày", required=True, in_list=True)
    basis = Text("Căn cứ")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the code and the order of the days."""
        if record["code"] and not PERIOD_CODE.fullmatch(record["code"]):
            yield Problem("code", "Mã kỳ phải có dạng 2019-H1 hoặc 2019-H2.", code="KY")
        if record["start"] and record["end"] and record["start"] > record["end"]:
            yield Problem("end", "Đến ngày phải sau Từ ngày.", code="KY")
