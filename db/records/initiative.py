"""Initiatives, models and works of the emulation movement, each one record (domain.md A.5)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Source, figure
from db.questions import Answers, Choice, LongText, Text
from db.record import EventRecord
from db.rules import days_in_order

KIND = code_list("INITIATIVE_KIND")


class Initiative(EventRecord):
    """One initiative, model or work, counted on the day it was recognised."""

    type_name = "initiative"
    caption = "Sáng kiến, mô hình"
    plural = "Sáng kiến, mô hình, công trình"
    menu, icon = "Sáng kiến", "lightbulb"
    section = "Thi đua"

    name = Text("Tên sáng kiến, mô hình", required=True, in_list=True, search=True, short="Tên")
    kind = Choice("Loại", KIND, required=True, in_list=True, row="loại")
    level = Choice("Cấp công nhận", code_list("AWARD_LEVEL"), row="loại")
    effect = LongText("Hiệu quả", search=True)

    covering = ("kind",)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days."""
        yield from days_in_order(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it."""
        return record["name"] or cls.caption


FOUND = Source("initiatives", Initiative, lambda m, w: m.kind.is_null(False))


def _of(kind: str) -> Measure:
    return FOUND.count(lambda m, w: m.kind == kind)


FIGURES = (
    figure("SK_N", "Sáng kiến được công nhận", "sáng kiến", _of("SANG_KIEN")),
    figure("SK_MO_HINH_N", "Mô hình mới", "mô hình", _of("MO_HINH")),
    figure("SK_CONG_TRINH_N", "Công trình chào mừng", "công trình", _of("CONG_TRINH")),
)
