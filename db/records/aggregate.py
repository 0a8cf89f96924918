"""Aggregate records: totals that a unit sends instead of its events, and totals of past periods for comparison (domain.md D.10).

A line gives the value of one figure. It counts only where neither the unit nor any unit below it has records of that area in the
period (``app.figures``): totals are never mixed with the events they are made of. An estimate is no total: it says what is expected of
the days between the day up to which a report counts and the end of its half-year, and stands in a column of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem, Twin
from db.figures import Source, figure
from db.questions import Answers, Choice, Derived, Tenths, Text, YesNo
from db.record import ENTERED, EventRecord, Line, short_key
from db.rules import at_least, days_in_order, has_lines

AGGREGATE_FIGURE = code_list("AGGREGATE_FIGURE")
"""The figures that may be given as totals: sums and counts; what is told apart by keys, and stocks, cannot be added up."""
WITH_DECIMALS = ("DV_DUONG", "DV_KENH", "DV_GAT")


class Aggregate(EventRecord):
    """The totals of one unit over a stretch of time; it counts in the period of its last day."""

    type_name = "aggregate"
    caption = "Bản ghi tổng hợp"
    plural = "Số liệu tổng hợp"
    menu, icon = "Số liệu tổng hợp", "sigma"

    origin = Text("Nguồn số liệu", required=True, search=True)
    estimate = YesNo(
        "Ước thực hiện",
        help="Số ước của những ngày sau ngày chốt số liệu: báo cáo in ở cột riêng, không cộng vào số đã thực hiện.",
    )

    twins = (Twin("TONG_HOP", "twin", "Chỉ tiêu này đã có ở bản ghi tổng hợp khác: {others}.", kind="totals", level="error"),)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that there are totals."""
        yield from has_lines(Aggregate, record, "totals")
        yield from days_in_order(record)


class Given(Line, of=Aggregate, kind="totals", caption="Chỉ tiêu"):
    """The value of one figure."""

    figure = Choice("Chỉ tiêu", AGGREGATE_FIGURE, required=True)
    value = Tenths("Giá trị", required=True, rules=(at_least(0),))

    twin = Derived(
        lambda line, record, index: (
            short_key(record["unit"], record["event_to"], line["figure"], "E" if record["estimate"] else "")
            if record["state"] == ENTERED and line["figure"]
            else None
        ),
        indexed=True,
    )
    estimated = Derived(lambda line, record, index: "1" if record["estimate"] else None)

    covering = ("figure", "value", "estimated")
    stands_for = ("figure", "value")
    stands_apart = "estimated"

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that what is counted comes whole."""
        if line["value"] is not None and line["value"] % 10 and line["figure"] not in WITH_DECIMALS:
            yield Problem("value", "Chỉ tiêu này tính bằng số nguyên.", code="SO_NGUYEN")


ESTIMATES = Source("estimates", Given, lambda m, w: m.estimated.is_null(False), dims=("figure",), ahead=True)
"""What is expected of the days behind the period, which lie in the next one (domain.md D.6)."""

FIGURES = (figure("UOC_N", "Ước thực hiện sau ngày chốt số liệu", "", ESTIMATES.sum("value")),)
