"""Cadre work: how many were moved, appointed, sent to learn, promoted. Counters only: named data of cadres is likely secret (A.8)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Source, figure
from db.questions import Answers, Choice, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, has_lines

ACTION = code_list("CADRE_ACTION")


def _is(action: str | None, group: str) -> bool:
    """Tell whether an action is of a group: transfers, learning."""
    return action is not None and ACTION.attribute(action, "group") == group


class CadreWork(EventRecord):
    """One decision, or all of a stretch of time."""

    type_name = "cadre"
    caption = "Công tác cán bộ"
    plural = "Công tác cán bộ"
    menu, icon = "Cán bộ", "identification-badge"
    section = "Cán bộ, bảo vệ"

    content = Text("Nội dung", in_list=True, search=True)
    authority = Choice("Cấp quyết định", code_list("CADRE_LEVEL"), in_list=True, row="quyết định")
    decision_no = Text("Số quyết định", search=True, row="quyết định")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days, and that something was counted."""
        yield from has_lines(CadreWork, record, "moves")
        yield from days_in_order(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it by its content."""
        return record["content"] or cls.caption


class Move(Line, of=CadreWork, kind="moves", caption="Số liệu cán bộ"):
    """How many of one group of ranks were concerned by one action."""

    action = Choice("Việc", ACTION, required=True)
    direction = Choice("Đến / đi", code_list("CADRE_DIRECTION"), when=lambda a: _is(a["action"], "DIEU_DONG"))
    training = Choice("Cấp đào tạo", code_list("CADRE_TRAINING"), when=lambda a: _is(a["action"], "DAO_TAO"))
    group = Choice("Đối tượng", code_list("RANK_GROUP"), required=True)
    persons = Whole("Số người", required=True, rules=(at_least(0),), unit="đồng chí")

    covering = ("action", "group", "persons")


MOVES = Source("moves of cadres", Move, lambda m, w: m.action.is_null(False), dims=("action",))


def _of(*actions: str) -> Measure:
    return MOVES.sum("persons", lambda m, w: m.action.in_(actions))


def _group(*groups: str) -> Measure:
    return MOVES.sum("persons", lambda m, w: m.group.in_(groups))


def _all_of(group: str) -> Measure:
    """The list is read with the first figure, not with the declaration."""
    return MOVES.sum("persons", lambda m, w: m.action.in_([code for code in ACTION.codes() if ACTION.attribute(code, "group") == group]))


FIGURES = (
    figure("CB_DIEU_DONG_N", "Điều động, luân chuyển, biệt phái cán bộ", "đồng chí", _all_of("DIEU_DONG")),
    figure("CB_BO_NHIEM_N", "Bổ nhiệm cán bộ", "đồng chí", _of("BO_NHIEM", "BO_NHIEM_LAI")),
    figure("CB_DAO_TAO_N", "Cử cán bộ đi đào tạo, bồi dưỡng", "đồng chí", _all_of("DAO_TAO")),
    figure("CB_QUAN_HAM_N", "Phong, thăng quân hàm, nâng lương", "đồng chí", _all_of("QUAN_HAM")),
    figure("CB_NGHI_N", "Nghỉ hưu, phục viên, xuất ngũ, chuyển ngành", "đồng chí", _all_of("NGHI")),
    figure("CB_QUY_HOACH_N", "Cán bộ trong quy hoạch", "đồng chí", _of("QUY_HOACH")),
    figure("CB_TA_N", "Cán bộ cấp tá", "đồng chí", _group("TA")),
    figure("CB_UY_N", "Cán bộ cấp úy", "đồng chí", _group("UY")),
    figure("CB_QNCN_N", "Quân nhân chuyên nghiệp", "đồng chí", _group("QNCN")),
    figure("CB_KHAC_N", "Đối tượng khác", "đồng chí", _group("KHAC")),
    figure("CB_N", "Lượt cán bộ, nhân viên được giải quyết", "đồng chí", MOVES.sum("persons")),
)
