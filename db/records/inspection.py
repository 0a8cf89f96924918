"""Inspection, supervision and discipline: a round, its subjects and their shortcomings (domain.md A.2, contract.md 3-5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from peewee import Tuple, fn

from db.catalogues import code_list
from db.declarations import Due, Linked, LinkMust, Problem
from db.figures import Figure, Measure, Share, Source, Total, Where, Window, figure
from db.message import Joined
from db.questions import Answers, Choice, Choices, Day, Derived, Link, LongText, PersonName, Text, Whole, YesNo
from db.record import EventRecord, Line
from db.rules import at_least

INSP_KIND = code_list("INSP_KIND")
DISCIPLINE = code_list("DISCIPLINE")
ORGANISATION, MEMBER = "TCD", "DV"
NEEDS_NO_DECISION = "GS_TX"
MORE = "Cấp ủy viên, ưu điểm"
REMEDY = "Nhóm, minh chứng"


def _is_member(subject: Answers) -> bool:
    return bool(subject["subject_type"] == MEMBER)


def _needs_decision(record: Answers) -> bool:
    return bool(record["actor"] != "CHI_BO" and record["kind"] != NEEDS_NO_DECISION)


def _concluded(record: Answers) -> bool:
    return record["concl_date"] is not None


def _member_under_actor(record: Answers, linked: Linked) -> Iterator[Problem]:
    """I7: the cell of a member must stand under the organisation that inspects."""
    actor = record["actor_org"]
    if linked("party-org", actor) is None:
        return
    for index, subject in enumerate(record["subjects"]):
        above, seen = subject["org"], set[str]()
        if not _is_member(subject) or linked("party-org", above) is None:
            continue
        while above and above != actor and above not in seen:
            seen.add(above)
            above = (linked("party-org", above) or {}).get("parent")
        if above != actor:
            yield Problem(
                f"subjects[{index}].org", "Chi bộ của đảng viên không thuộc tổ chức đảng chủ trì, đề nghị kiểm tra lại.", "warning", "I7"
            )


class Inspection(EventRecord):
    """One round (cuộc). It counts on the day of its conclusion; without one it is under way and not counted."""

    type_name = "inspection"
    caption = "Cuộc"
    plural = "Kiểm tra, giám sát, kỷ luật đảng"
    menu, icon = "Kiểm tra, giám sát", "magnifying-glass-plus"
    highlights = (
        ("Kiểm tra chấp hành (TCĐ / ĐV)", ("KT_TCD_N", "KT_DV_N")),
        ("Giám sát chuyên đề (TCĐ / ĐV)", ("GS_TCD_N", "GS_DV_N")),
        ("Khuyết điểm đã khắc phục", ("KD_DA_N", "KD_N")),
    )

    kind = Choice("Loại", INSP_KIND, required=True, in_list=True, row="loại")
    planned = Choice("Trong chương trình / đột xuất", code_list("INSP_PLANNED"), required=True, row="loại", short="Chương trình")
    actor = Choice("Chủ thể tiến hành", code_list("INSP_ACTOR"), required=True, row="chủ thể", short="Chủ thể")
    actor_org = Link("Tổ chức đảng chủ trì", "party-org", required=True, search=True, row="chủ thể", short="Chủ trì")
    decision_no = Text("Số quyết định", required=_needs_decision, search=True, row="quyết định")
    decision_date = Day("Ngày quyết định", required=_needs_decision, row="quyết định", short="Ngày")
    content = Choices("Nội dung", code_list("INSP_CONTENT"), required=True)
    content_text = LongText("Nội dung cụ thể", search=True)
    mark_from = Day("Mốc kiểm tra từ", row="mốc", group="Mốc thời gian kiểm tra")
    mark_to = Day("Mốc kiểm tra đến", row="mốc", group="Mốc thời gian kiểm tra")
    leader = Text("Trưởng đoàn", search=True, row="đoàn", group="Đoàn kiểm tra")
    members = Text("Thành viên", row="đoàn", group="Đoàn kiểm tra")
    concl_no = Text("Số thông báo kết luận", required=_concluded, search=True, row="kết luận", short="Số kết luận")
    concl_date = Day("Ngày kết luận", in_list=True, row="kết luận")

    covering = ("kind", "planned", "concl_date")
    link_rules = (LinkMust(("party-org",), _member_under_actor),)

    @classmethod
    def counted_day(cls, record: Answers) -> str | None:
        """Count on the day of conclusion; none: under way, not counted (contract.md 1)."""
        day: str | None = record.get("moved_on") or record["concl_date"]
        return day

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the order of days (I4), the actor matrix and the subjects."""
        if not record["subjects"]:
            yield Problem("subjects", "Chưa có dòng “Đối tượng kiểm tra” nào.", code="R")
        days = [(name, record[name]) for name in ("decision_date", "event_from", "event_to", "concl_date") if record[name]]
        for (_, earlier), (name, later) in pairwise(days):
            if later < earlier:
                message = "Thứ tự ngày phải là: ngày quyết định, từ ngày, đến ngày, ngày kết luận."
                yield Problem(name, message, code="I4")
        if record["mark_from"] and record["mark_to"] and record["mark_from"] > record["mark_to"]:
            yield Problem("mark_from", "Mốc kiểm tra từ phải trước hoặc bằng mốc đến.", code="I4")
        actors = INSP_KIND.attribute(record["kind"], "actors") if record["kind"] else ""
        if actors and record["actor"] and record["actor"] not in actors.split(";"):
            yield Problem(
                "actor", "Chủ thể này thường không tiến hành loại kiểm tra, giám sát này, đề nghị kiểm tra lại.", "warning", "CHU_THE"
            )
        numbers = [subject["no"] for subject in record["subjects"] if subject["no"] is not None]
        if len(set(numbers)) < len(numbers):
            yield Problem("subjects", "Hai đối tượng trùng số “TT”.", code="TT")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the round by kind and decision."""
        return Joined(" · ", filter(None, (INSP_KIND.label(record["kind"] or "", record["event_to"]), record["decision_no"])))


class Subject(Line, of=Inspection, kind="subjects", caption="Đối tượng kiểm tra"):
    """One organisation or member inspected; the conclusion and the discipline are the subject's own."""

    no = Whole("TT", rules=(at_least(1),))
    subject_type = Choice("Loại đối tượng", code_list("SUBJECT_TYPE"), required=True, short="Loại")
    org = Link("Tổ chức đảng", "party-org", required=True)
    member = PersonName("Đảng viên", private=True, when=_is_member)
    member_level = Choice(
        "Cấp ủy viên", code_list("MEMBER_LEVEL"), when=_is_member, preset=lambda a: "KHONG" if _is_member(a) else None, group=MORE
    )
    probationary = YesNo("Đảng viên dự bị", when=_is_member, preset=lambda a: False if _is_member(a) else None, group=MORE)
    conclusion = Choice("Kết luận", code_list("INSP_CONCL"))
    discipline = Choice("Hình thức kỷ luật", DISCIPLINE, short="Kỷ luật")
    strengths = LongText("Ưu điểm", group=MORE)

    inspection = Derived(lambda line, record, index: record["kind"])
    stamp = Derived(lambda line, record, index: f"{Inspection.counted_day(record)} {record['uid']}")
    """Tells which record of a unit and organisation is the latest."""

    covering = ("inspection", "subject_type", "conclusion", "discipline", "org", "stamp")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the discipline against the subject (I1-I3) and that a concluded round has conclusions."""
        if _concluded(record) and line["conclusion"] is None:
            yield Problem("conclusion", "Cuộc đã kết luận thì từng đối tượng phải có kết luận.", code="R")
        allowed = INSP_KIND.attribute(record["kind"], "subjects") if record["kind"] else ""
        if allowed and line["subject_type"] and line["subject_type"] not in allowed.split(";"):
            yield Problem(
                "subject_type",
                "Loại kiểm tra, giám sát này thường không có đối tượng loại này, đề nghị kiểm tra lại.",
                "warning",
                "DOI_TUONG",
            )
        form = line["discipline"]
        if form is None:
            return
        who = DISCIPLINE.attribute(form, "subject")
        if (who == "TCD") != (line["subject_type"] == ORGANISATION):
            yield Problem("discipline", "Hình thức kỷ luật không đúng loại đối tượng (tổ chức đảng hay đảng viên).", code="I1")
        if line["probationary"] and form in ("DV_CACH_CHUC", "DV_KHAI_TRU"):
            yield Problem("discipline", "Đảng viên dự bị chỉ bị khiển trách hoặc cảnh cáo.", code="I2")
        if form == "DV_CACH_CHUC" and line["member_level"] in (None, "KHONG"):
            yield Problem("discipline", "Cách chức nhưng đảng viên không giữ chức vụ trong Đảng, đề nghị kiểm tra lại.", "warning", "I3")


class Shortcoming(Line, of=Inspection, kind="shortcomings", caption="Khuyết điểm"):
    """One shortcoming of one subject and how far it is remedied."""

    subject_no = Whole("Đối tượng", rules=(at_least(1),))
    text = LongText("Nội dung", required=True)
    group = Choice("Nhóm", code_list("INSP_CONTENT"), group=REMEDY)
    deadline = Day("Hạn khắc phục", short="Hạn")
    status = Choice("Trạng thái", code_list("SHORTCOMING_STATUS"), required=True)
    done_on = Day("Ngày hoàn thành", required=lambda a: a["status"] == "DA", short="Xong ngày")
    evidence = Text("Minh chứng", group=REMEDY)

    covering = ("status", "deadline", "done_on")
    due = Due(
        "deadline",
        "status",
        ("DA", "KHONG_YC"),
        "{n} khuyết điểm quá hạn khắc phục",
        "và {n} khuyết điểm khác",
        "{n} khuyết điểm đang khắc phục, còn hạn",
    )

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the deadline (I6), the days and that the subject exists."""
        if line["deadline"] and record["concl_date"] and line["deadline"] < record["concl_date"]:
            yield Problem("deadline", "Hạn khắc phục phải từ ngày kết luận trở đi.", code="I6")
        if line["subject_no"] is not None and all(subject["no"] != line["subject_no"] for subject in record["subjects"]):
            yield Problem("subject_no", "Không có đối tượng kiểm tra mang số này trong cuộc.", code="TT")


def _latest_supervised(m: Any, w: Window) -> Any:
    """The latest regular supervision of each unit and organisation in the period: members are a stock, not turns."""
    other = Subject.alias()
    newest = (
        other.select(other.of_unit, other.org, fn.MAX(other.stamp))
        .where((other.counts == 1) & other.counted_on.between(w.start, w.end) & (other.inspection == "GS_TX"))
        .group_by(other.of_unit, other.org)
    )
    return Tuple(m.of_unit, m.org, m.stamp).in_(newest)


def _subjects(kind: str, who: str, more: Where | None = None) -> Where:
    def where(m: Any, w: Window) -> Any:
        condition = (m.inspection == kind) & (m.subject_type == who)
        return condition if more is None else condition & more(m, w)

    return where


def _disciplined(*forms: str) -> Where:
    return lambda m, w: (m.inspection == "TH_KL") & (m.discipline << list(forms))


SUBJECTS = Source("subjects", Subject, lambda m, w: m.inspection.is_null(False), dims=("org",))
FOUND = Source("shortcomings", Shortcoming, lambda m, w: m.status != "KHONG_YC")
PLANNED = Source("planned rounds", Inspection, lambda m, w: m.planned == "KE_HOACH", day="event_to")
RECEIVED = Source("letters received", Inspection, lambda m, w: m.kind.in_(("GQ_TC", "GQ_KN")), day="event_from")
SETTLED = Source("letters settled", Inspection, lambda m, w: m.kind.in_(("GQ_TC", "GQ_KN")))


def _turns(kind: str, who: str) -> Measure:
    return SUBJECTS.count(_subjects(kind, who))


def _done(m: Any, w: Window) -> Any:
    return m.done_on <= w.end


def _overdue(m: Any, w: Window) -> Any:
    return (m.done_on.is_null() | (m.done_on > w.end)) & (m.deadline < w.end)


def _under_way(m: Any, w: Window) -> Any:
    return (m.done_on.is_null() | (m.done_on > w.end)) & (m.deadline.is_null() | (m.deadline >= w.end))


_ORG, _MEMBER = "lượt tổ chức đảng", "lượt đảng viên"
_DV = ("DV_KHIEN_TRACH", "DB_KHIEN_TRACH", "DV_CANH_CAO", "DB_CANH_CAO", "DV_CACH_CHUC", "DV_KHAI_TRU")


def _organisation_disciplined(m: Any, w: Window) -> Any:
    return _disciplined(*(code for code in DISCIPLINE.codes() if DISCIPLINE.attribute(code, "subject") == "TCD"))(m, w)


def _violation(m: Any, w: Window) -> Any:
    return (m.inspection == "KT_DHVP") & m.conclusion.in_(("VP_CHUA_KL", "VP_PHAI_KL"))


FIGURES: tuple[Figure, ...] = (
    figure("KT_TCD_N", "Kiểm tra chấp hành: tổ chức đảng", _ORG, _turns("KT_CH", ORGANISATION)),
    figure("KT_DV_N", "Kiểm tra chấp hành: đảng viên", _MEMBER, _turns("KT_CH", MEMBER)),
    figure("GS_TCD_N", "Giám sát chuyên đề: tổ chức đảng", _ORG, _turns("GS_CD", ORGANISATION)),
    figure("GS_DV_N", "Giám sát chuyên đề: đảng viên", _MEMBER, _turns("GS_CD", MEMBER)),
    figure(
        "GSTX_TCD_N",
        "Giám sát thường xuyên: tổ chức đảng",
        "tổ chức đảng",
        SUBJECTS.distinct("org", where=_subjects("GS_TX", ORGANISATION)),
    ),
    figure("GSTX_DV_N", "Giám sát thường xuyên: đảng viên", "đảng viên", SUBJECTS.count(_subjects("GS_TX", MEMBER, _latest_supervised))),
    figure("DHVP_TCD_N", "Kiểm tra dấu hiệu vi phạm: tổ chức đảng", "tổ chức đảng", _turns("KT_DHVP", ORGANISATION)),
    figure("DHVP_DV_N", "Kiểm tra dấu hiệu vi phạm: đảng viên", "đảng viên", _turns("KT_DHVP", MEMBER)),
    figure("DHVP_VP_N", "Kết luận có vi phạm", "trường hợp", SUBJECTS.count(_violation)),
    figure(
        "DHVP_KL_N",
        "Phải thi hành kỷ luật",
        "trường hợp",
        SUBJECTS.count(lambda m, w: (m.inspection == "KT_DHVP") & (m.conclusion == "VP_PHAI_KL")),
    ),
    figure("KTTC_TCD_N", "Kiểm tra tài chính đảng", "tổ chức đảng", _turns("KT_TC", ORGANISATION)),
    figure("TC_N", "Đơn tố cáo tiếp nhận", "đơn", RECEIVED.count(lambda m, w: m.kind == "GQ_TC")),
    figure("KN_N", "Đơn khiếu nại kỷ luật đảng tiếp nhận", "đơn", RECEIVED.count(lambda m, w: m.kind == "GQ_KN")),
    figure("DON_N", "Đơn tố cáo, khiếu nại tiếp nhận", "đơn", RECEIVED.count()),
    figure("DON_GQ_N", "Đơn đã giải quyết", "đơn", SETTLED.count()),
    figure("KL_TCD_N", "Kỷ luật tổ chức đảng", "tổ chức đảng", SUBJECTS.count(_organisation_disciplined)),
    figure("KL_DV_N", "Kỷ luật đảng viên", "đảng viên", SUBJECTS.count(_disciplined(*_DV))),
    figure("KL_DV_KT_N", "Kỷ luật đảng viên: khiển trách", "đảng viên", SUBJECTS.count(_disciplined("DV_KHIEN_TRACH", "DB_KHIEN_TRACH"))),
    figure("KL_DV_CC_N", "Kỷ luật đảng viên: cảnh cáo", "đảng viên", SUBJECTS.count(_disciplined("DV_CANH_CAO", "DB_CANH_CAO"))),
    figure("KL_DV_CCH_N", "Kỷ luật đảng viên: cách chức", "đảng viên", SUBJECTS.count(_disciplined("DV_CACH_CHUC"))),
    figure("KL_DV_KTR_N", "Kỷ luật đảng viên: khai trừ", "đảng viên", SUBJECTS.count(_disciplined("DV_KHAI_TRU"))),
    figure("KD_N", "Khuyết điểm phát hiện", "khuyết điểm", FOUND.count()),
    figure("KD_DA_N", "Khuyết điểm đã khắc phục", "khuyết điểm", FOUND.count(_done)),
    figure("KD_DANG_N", "Khuyết điểm đang khắc phục", "khuyết điểm", FOUND.count(_under_way)),
    figure("KD_QH_N", "Khuyết điểm quá hạn", "khuyết điểm", FOUND.count(_overdue)),
    figure("KD_DA_PCT", "Tỷ lệ đã khắc phục", "%", Share(Total((FOUND.count(_done),)), Total((FOUND.count(),)))),
    figure(
        "INSP_PLAN_PCT",
        "Tỷ lệ hoàn thành chương trình kiểm tra, giám sát",
        "%",
        Share(Total((PLANNED.count(lambda m, w: m.concl_date <= w.end),)), Total((PLANNED.count(),))),
    ),
)
