"""What Party committees and cells did: meetings, resolutions, classes, congresses, badges (domain.md A.6)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Share, Source, Total, figure
from db.questions import Answers, Choice, Text, Whole
from db.record import EventRecord
from db.rules import at_least, days_in_order, no_more_than

PARTY_WORK = code_list("PARTY_WORK")
CLASSES = ("LOP_KN", "LOP_DVM", "LOP_CUV")
CONGRESS, BADGE = "DAI_HOI", "HUY_HIEU"


class PartyWork(EventRecord):
    """One activity, or several of one kind in a stretch of time."""

    type_name = "party-work"
    caption = "Hoạt động xây dựng đảng"
    plural = "Hoạt động xây dựng đảng"
    menu, icon = "Hoạt động đảng", "users-four"
    section = "Xây dựng đảng"

    kind = Choice("Hoạt động", PARTY_WORK, required=True, in_list=True, row="hoạt động")
    name = Text("Tên, nội dung", in_list=True, search=True, row="hoạt động")
    quantity = Whole("Số lượng", required=True, rules=(at_least(0),), row="số lượng")
    due = Whole("Tổng số phải tổ chức", rules=(at_least(0),), when=lambda r: r["kind"] == CONGRESS, row="số lượng")
    persons = Whole("Số người", rules=(at_least(0),), unit="người", row="số lượng")
    years = Whole("Tuổi Đảng", rules=(at_least(30),), unit="năm", when=lambda r: r["kind"] == BADGE, row="số lượng")

    covering = ("kind", "quantity", "due", "persons")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days, and congresses held against those that are due."""
        yield from days_in_order(record)
        yield from no_more_than(record, "quantity", "due", "Không được nhiều hơn tổng số phải tổ chức.")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it by kind and content."""
        return " · ".join(filter(None, (PARTY_WORK.label(record["kind"] or "", record["event_to"]), record["name"])))


WORK = Source("Party work", PartyWork, lambda m, w: m.kind.is_null(False))


def _of(column: str, *kinds: str) -> Measure:
    return WORK.sum(column, lambda m, w: m.kind.in_(kinds))


CONGRESSES = _of("quantity", CONGRESS)

FIGURES = (
    figure("DB_HOI_NGHI_N", "Hội nghị cấp ủy", "hội nghị", _of("quantity", "HOI_NGHI")),
    figure("DB_NQ_N", "Nghị quyết ban hành", "nghị quyết", _of("quantity", "NQ_TK", "NQ_CD")),
    figure("DB_NQ_CD_N", "Nghị quyết chuyên đề", "nghị quyết", _of("quantity", "NQ_CD")),
    figure("DB_LOP_N", "Lớp bồi dưỡng về công tác đảng", "lớp", _of("quantity", *CLASSES)),
    figure("DB_LOP_NGUOI_N", "Người dự lớp bồi dưỡng về công tác đảng", "đồng chí", _of("persons", *CLASSES)),
    figure("DB_DAI_HOI_N", "Đại hội chi bộ, đảng bộ", "đại hội", CONGRESSES),
    figure("DB_DAI_HOI_PCT", "Tỷ lệ hoàn thành đại hội", "%", Share(Total((CONGRESSES,)), Total((_of("due", CONGRESS),)))),
    figure("DB_HUY_HIEU_N", "Huy hiệu Đảng được trao", "đồng chí", _of("quantity", BADGE)),
)
