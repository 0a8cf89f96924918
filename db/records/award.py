"""Awards: one decision or proposal, with a line for each form or title (domain.md A.5; titles: Thông tư 118/2023/TT-BQP)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Source, Where, Window, figure
from db.questions import Answers, Choice, Derived, Money, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, has_lines

AWARD = code_list("AWARD")
DECIDED, PROPOSED = "DA_KHEN", "DE_NGHI"


class Award(EventRecord):
    """One decision, or one proposal to a higher level; the two are never added together."""

    type_name = "award"
    caption = "Khen thưởng"
    plural = "Khen thưởng"
    icon = "medal"
    section = "Thi đua"

    stage = Choice("Tình trạng", code_list("AWARD_STAGE"), required=True, preset=DECIDED, in_list=True, row="cấp")
    level = Choice("Cấp khen", code_list("AWARD_LEVEL"), required=True, in_list=True, row="cấp")
    decision_no = Text("Số quyết định / tờ trình", required=lambda r: r["stage"] == DECIDED, search=True, row="quyết định")
    occasion = Text("Thành tích, đợt thi đua", in_list=True, search=True, row="quyết định")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days, and that something was awarded."""
        yield from has_lines(Award, record, "honours")
        yield from days_in_order(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it by number and occasion."""
        return " · ".join(filter(None, (record["decision_no"], record["occasion"]))) or cls.caption


class Honour(Line, of=Award, kind="honours", caption="Hình thức khen"):
    """How many collectives and persons got one form or title."""

    title = Choice("Hình thức, danh hiệu", AWARD, required=True)
    collectives = Whole("Tập thể", rules=(at_least(0),))
    individuals = Whole("Cá nhân", rules=(at_least(0),))
    money = Money("Tiền thưởng", unit="đồng", rules=(at_least(0),))

    stage = Derived(lambda line, record, index: record["stage"])
    level = Derived(lambda line, record, index: record["level"])

    covering = ("stage", "title", "level", "collectives", "individuals", "money")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that somebody is counted, and a title of persons is not given to collectives or the other way round."""
        if line["collectives"] is None and line["individuals"] is None:
            yield Problem("collectives", "Chưa có số tập thể hoặc cá nhân.", code="R")
        whom = AWARD.attribute(line["title"], "whom") if line["title"] else ""
        if whom == "CN" and line["collectives"]:
            yield Problem("collectives", "Danh hiệu này chỉ dành cho cá nhân.", code="DOI_TUONG")
        if whom == "TT" and line["individuals"]:
            yield Problem("individuals", "Danh hiệu này chỉ dành cho tập thể.", code="DOI_TUONG")


def _at(stage: str) -> Where:
    def where(m: Any, w: Window) -> Any:
        return m.stage == stage

    return where


HONOURS = Source("honours", Honour, lambda m, w: m.stage.is_null(False), dims=("title", "level"))

FIGURES = (
    figure("KHEN_TT_N", "Tập thể được khen thưởng", "tập thể", HONOURS.sum("collectives", _at(DECIDED))),
    figure("KHEN_CN_N", "Cá nhân được khen thưởng", "cá nhân", HONOURS.sum("individuals", _at(DECIDED))),
    figure("KHEN_MONEY", "Tiền thưởng", "đồng", HONOURS.sum("money", _at(DECIDED))),
    figure("KHEN_DN_TT_N", "Tập thể đề nghị cấp trên khen thưởng", "tập thể", HONOURS.sum("collectives", _at(PROPOSED))),
    figure("KHEN_DN_CN_N", "Cá nhân đề nghị cấp trên khen thưởng", "cá nhân", HONOURS.sum("individuals", _at(PROPOSED))),
)
