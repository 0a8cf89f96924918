"""Inspection, supervision and discipline: a round, its subjects and their shortcomings (domain.md A.2, contract.md 3-5)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.questions import Answers, Choice, Choices, Day, Derived, Link, LongText, Text, Whole, YesNo
from db.record import EventRecord, Line, Linked, LinkMust, Problem
from db.rules import at_least

INSP_KIND = code_list("INSP_KIND")
DISCIPLINE = code_list("DISCIPLINE")
ORGANISATION, MEMBER = "TCD", "DV"
NEEDS_NO_DECISION = "GS_TX"


def _is_member(subject: Answers) -> bool:
    return subject["subject_type"] == MEMBER


def _needs_decision(record: Answers) -> bool:
    return record["actor"] != "CHI_BO" and record["kind"] != NEEDS_NO_DECISION


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
            yield Problem(f"subjects[{index}].org", "Chi bộ của đảng viên không thuộc tổ chức đảng chủ trì, đề nghị kiểm tra lại.", "warning", "I7")


class Inspection(EventRecord):
    """One round (cuộc). It counts on the day of its conclusion; without one it is under way and not counted."""

    type_name = "inspection"
    caption = "Cuộc"
    plural = "Kiểm tra, giám sát, kỷ luật đảng"

    kind = Choice("Loại", INSP_KIND, required=True, in_list=True, row="loại")
    planned = Choice("Trong chương trình / đột xuất", code_list("INSP_PLANNED"), row="loại")
    actor = Choice("Chủ thể tiến hành", code_list("INSP_ACTOR"), required=True, row="chủ thể")
    actor_org = Link("Tổ chức đảng chủ trì", "party-org", required=True, search=True, row="chủ thể")
    decision_no = Text("Số quyết định", required=_needs_decision, search=True, row="quyết định")
    decision_date = Day("Ngày quyết định", required=_needs_decision, row="quyết định")
    content = Choices("Nội dung", code_list("INSP_CONTENT"), required=True)
    content_text = LongText("Nội dung cụ thể", search=True)
    mark_from = Day("Mốc kiểm tra từ", row="mốc", group="Mốc thời gian kiểm tra")
    mark_to = Day("Mốc kiểm tra đến", row="mốc", group="Mốc thời gian kiểm tra")
    leader = Text("Trưởng đoàn", search=True, row="đoàn", group="Đoàn kiểm tra")
    members = Text("Thành viên", row="đoàn", group="Đoàn kiểm tra")
    concl_no = Text("Số thông báo kết luận", required=_concluded, search=True, row="kết luận")
    concl_date = Day("Ngày kết luận", in_list=True, row="kết luận", indexed=True)

    link_rules = (LinkMust(("party-org",), _member_under_actor),)

    @classmethod
    def counted_day(cls, record: Answers) -> str | None:
        """Count on the day of conclusion; none: under way, not counted (contract.md 1)."""
        return record.get("moved_on") or record["concl_date"]

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the order of days (I4), the actor matrix and the subjects."""
        if not record["subjects"]:
            yield Problem("subjects", "Chưa có dòng “Đối tượng kiểm tra” nào.", code="R")
        days = [(name, record[name]) for name in ("decision_date", "event_from", "event_to", "concl_date") if record[name]]
        for (_, earlier), (name, later) in zip(days, days[1:], strict=False):
            if later < earlier:
                message = "Thứ tự ngày phải là: ngày quyết định, từ ngày, đến ngày, ngày kết luận."
                yield Problem(name, message, code="I4")
        if record["mark_from"] and record["mark_to"] and record["mark_from"] > record["mark_to"]:
            yield Problem("mark_from", "Mốc kiểm tra từ phải trước hoặc bằng mốc đến.", code="I4")
        actors = INSP_KIND.attribute(record["kind"], "actors") if record["kind"] else ""
        if actors and record["actor"] and record["actor"] not in actors.split(";"):
            yield Problem("actor", "Chủ thể này thường không tiến hành loại kiểm tra, giám sát này, đề nghị kiểm tra lại.", "warning", "CHU_THE")
        numbers = [subject["no"] for subject in record["subjects"] if subject["no"] is not None]
        if len(set(numbers)) < len(numbers):
            yield Problem("subjects", "Hai đối tượng trùng số “TT”.", code="TT")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the round by kind and decision."""
        return " · ".join(filter(None, (INSP_KIND.label(record["kind"] or "", record["event_to"]), record["decision_no"])))


class Subject(Line, of=Inspection, kind="subjects", caption="Đối tượng kiểm tra"):
    """One organisation or member inspected; the conclusion and the discipline are the subject's own."""

    no = Whole("TT", rules=(at_least(1),))
    subject_type = Choice("Loại đối tượng", code_list("SUBJECT_TYPE"), required=True)
    org = Link("Tổ chức đảng", "party-org", required=True)
    member = Text("Đảng viên", private=True, limit=120, when=_is_member)
    member_level = Choice("Cấp ủy viên", code_list("MEMBER_LEVEL"), when=_is_member, preset=lambda a: "KHONG" if _is_member(a) else None)
    probationary = YesNo("Đảng viên dự bị", when=_is_member, preset=lambda a: False if _is_member(a) else None)
    conclusion = Choice("Kết luận", code_list("INSP_CONCL"))
    discipline = Choice("Hình thức kỷ luật", DISCIPLINE)
    strengths = LongText("Ưu điểm")

    inspection = Derived(lambda line, record, index: record["kind"])
    received_on = Derived(lambda line, record, index: record["event_from"])

    covering = ("inspection", "subject_type", "conclusion", "discipline", "org")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the discipline against the subject (I1-I3) and that a concluded round has conclusions."""
        if _concluded(record) and line["conclusion"] is None:
            yield Problem("conclusion", "Cuộc đã kết luận thì từng đối tượng phải có kết luận.", code="R")
        allowed = INSP_KIND.attribute(record["kind"], "subjects") if record["kind"] else ""
        if allowed and line["subject_type"] and line["subject_type"] not in allowed.split(";"):
            yield Problem("subject_type", "Loại kiểm tra, giám sát này thường không có đối tượng loại này, đề nghị kiểm tra lại.", "warning", "DOI_TUONG")
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
    group = Choice("Nhóm", code_list("INSP_CONTENT"))
    deadline = Day("Hạn khắc phục")
    status = Choice("Trạng thái", code_list("SHORTCOMING_STATUS"), required=True)
    done_on = Day("Ngày hoàn thành", required=lambda a: a["status"] == "DA")
    evidence = Text("Minh chứng")

    covering = ("status", "deadline", "done_on")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the deadline (I6), the days and that the subject exists."""
        if line["deadline"] and record["concl_date"] and line["deadline"] < record["concl_date"]:
            yield Problem("deadline", "Hạn khắc phục phải từ ngày kết luận trở đi.", code="I6")
        if line["subject_no"] is not None and all(subject["no"] != line["subject_no"] for subject in record["subjects"]):
            yield Problem("subject_no", "Không có đối tượng kiểm tra mang số này trong cuộc.", code="TT")
