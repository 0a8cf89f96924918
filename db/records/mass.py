"""Mass organisations and the soldiers' council: members, works, dialogues (domain.md A.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import Tuple, fn

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Source, Where, Window, figure
from db.questions import Answers, Choice, Derived, Money, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, no_more_than, some_answer

MASS_ORG = code_list("MASS_ORG")
COUNCIL = "HDQN"
GRADE = "Xếp loại tổ chức"
COUNTERS = ("bases", "members", "admitted", "congresses", "dialogues", "praised", "strong", "fair", "medium")


def _is_council(record: Answers) -> bool:
    return bool(record["org"] == COUNCIL)


class MassWork(EventRecord):
    """What one organisation of a unit is and did in a stretch of time."""

    type_name = "mass"
    caption = "Tổ chức quần chúng"
    plural = "Tổ chức quần chúng, Hội đồng quân nhân"
    menu, icon = "Tổ chức, HĐQN", "users-three"
    section = "Quần chúng"

    org = Choice("Tổ chức", MASS_ORG, required=True, in_list=True, search=True)
    bases = Whole("Tổ chức cơ sở", rules=(at_least(0),), unit="tổ chức", row="số lượng")
    members = Whole("Đoàn viên, hội viên", rules=(at_least(0),), unit="đồng chí", in_list=True, row="số lượng", short="Đoàn, hội viên")
    admitted = Whole(
        "Kết nạp đoàn viên, hội viên",
        rules=(at_least(0),),
        unit="đồng chí",
        row="số lượng",
        short="Kết nạp",
        when=lambda r: not _is_council(r),
    )
    congresses = Whole("Đại hội đã tổ chức", rules=(at_least(0),), unit="đại hội", row="số lượng", short="Đại hội")
    dialogues = Whole("Buổi đối thoại dân chủ", rules=(at_least(0),), unit="buổi", row="đối thoại", short="Đối thoại")
    opinions = Whole("Ý kiến tiếp nhận", rules=(at_least(0),), unit="ý kiến", row="đối thoại", short="Ý kiến")
    answered = Whole("Ý kiến đã giải quyết", rules=(at_least(0),), unit="ý kiến", row="đối thoại", short="Đã giải quyết")
    praised = Whole("Được khen thưởng", rules=(at_least(0),), unit="tập thể, cá nhân", group=GRADE)
    strong = Whole("Xếp loại vững mạnh", rules=(at_least(0),), unit="tổ chức", group=GRADE, short="Vững mạnh")
    fair = Whole("Xếp loại khá", rules=(at_least(0),), unit="tổ chức", group=GRADE, short="Khá")
    medium = Whole("Xếp loại trung bình", rules=(at_least(0),), unit="tổ chức", group=GRADE, short="Trung bình")

    stamp = Derived(lambda r: f"{EventRecord.counted_day(r)} {r['uid']}")

    covering = ("org", "stamp")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that something was counted, and that no more opinions are answered than came."""
        yield from days_in_order(record)
        if not record["works"]:
            yield from some_answer(record, *COUNTERS)
        yield from no_more_than(record, "answered", "opinions", "Không được nhiều hơn số ý kiến tiếp nhận.")
        graded = sum(record[name] or 0 for name in ("strong", "fair", "medium"))
        if record["bases"] is not None and graded > record["bases"]:
            yield Problem("bases", "Số tổ chức được xếp loại nhiều hơn số tổ chức cơ sở.", code="TONG")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it by the organisation."""
        return MASS_ORG.label(record["org"] or "", record["event_to"])


class Work(Line, of=MassWork, kind="works", caption="Công trình, phần việc"):
    """One work of the organisation, and what it was worth."""

    name = Text("Tên công trình, phần việc", required=True, limit=200)
    quantity = Whole("Số lượng", preset=1, rules=(at_least(0),))
    value = Money("Giá trị", unit="đồng", rules=(at_least(0),))

    covering = ("quantity", "value")


def _latest(m: Any, w: Window) -> Any:
    """Members are a stock: the latest record within the period of each unit and organisation that answers."""
    other = MassWork.alias()
    newest = (
        other.select(other.unit, other.org, fn.MAX(other.stamp))
        .where((other.counts == 1) & other.counted_on.between(w.start, w.end) & other.members.is_null(False))
        .group_by(other.unit, other.org)
    )
    return Tuple(m.unit, m.org, m.stamp).in_(newest)


def _members(*orgs: str) -> Where:
    def where(m: Any, w: Window) -> Any:
        return m.org.in_(orgs) & _latest(m, w)

    return where


DONE = Source("mass organisations", MassWork, lambda m, w: m.org.is_null(False))
WORKS = Source("works of mass organisations", Work, lambda m, w: m.name.is_null(False))

FIGURES = (
    figure("QC_KET_NAP_N", "Kết nạp đoàn viên, hội viên", "đồng chí", DONE.sum("admitted")),
    figure("QC_CONG_TRINH_N", "Công trình, phần việc của tổ chức quần chúng", "công trình", WORKS.sum("quantity")),
    figure("QC_CONG_TRINH_MONEY", "Giá trị công trình, phần việc", "đồng", WORKS.sum("value")),
    figure("QC_DAI_HOI_N", "Đại hội tổ chức quần chúng", "đại hội", DONE.sum("congresses")),
    figure("QC_DOI_THOAI_N", "Đối thoại dân chủ của Hội đồng quân nhân", "buổi", DONE.sum("dialogues", lambda m, w: m.org == COUNCIL)),
    figure("QC_Y_KIEN_N", "Ý kiến tiếp nhận qua đối thoại", "ý kiến", DONE.sum("opinions")),
    figure("QC_GIAI_QUYET_N", "Ý kiến đã giải quyết", "ý kiến", DONE.sum("answered")),
    figure("QC_DOAN_N", "Đoàn viên thanh niên", "đồng chí", DONE.sum("members", _members("DOAN"))),
    figure("QC_PHU_NU_N", "Hội viên phụ nữ", "đồng chí", DONE.sum("members", _members("PN"))),
    figure("QC_CONG_DOAN_N", "Đoàn viên công đoàn", "đồng chí", DONE.sum("members", _members("CD"))),
)
