"""Key tasks of a coming half-year: what, who, until when, how much; and, at its end, what became of them (domain.md A.11).

The tasks belong to the office that reports. They are counted on the last day of the half-year they are for, so that the report
before it lists them, and the report of it says their results.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Due, Problem
from db.figures import Share, Source, Total, figure
from db.questions import Answers, Choice, Day, Link, LongText, Tenths, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, has_lines

DONE = "HOAN_THANH"
TARGET = "Phối hợp, chỉ tiêu, kết quả"


class KeyTasks(EventRecord):
    """The list for one half-year: from its first to its last day."""

    type_name = "task"
    caption = "Nhiệm vụ trọng tâm"
    plural = "Nhiệm vụ trọng tâm"
    icon = "list-checks"
    ahead = frozenset(("event_from", "event_to"))

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that there are tasks, and that no two have one number."""
        yield from has_lines(KeyTasks, record, "tasks")
        yield from days_in_order(record)
        numbers = [line["no"] for line in record["tasks"] if line["no"] is not None]
        if len(set(numbers)) < len(numbers):
            yield Problem("tasks", "Hai nhiệm vụ trùng số thứ tự.", code="TT")


class Task(Line, of=KeyTasks, kind="tasks", caption="Nhiệm vụ"):
    """One task; its result is filled in when the half-year ends."""

    no = Whole("Thứ tự", rules=(at_least(1),), short="TT")
    area = Choice("Lĩnh vực", code_list("AREA"))
    content = LongText("Nội dung nhiệm vụ", required=True, short="Nội dung")
    lead = Link("Chủ trì", "unit")
    deadline = Day("Thời hạn")
    progress = Choice("Tình trạng thực hiện", code_list("TASK_STATE"), short="Thực hiện")
    partners = Text("Phối hợp", limit=200, group=TARGET)
    target = Tenths("Chỉ tiêu", rules=(at_least(0),), group=TARGET)
    target_unit = Text("Đơn vị tính chỉ tiêu", limit=60, short="Đơn vị tính", group=TARGET)
    reached = Tenths("Đã đạt", rules=(at_least(0),), group=TARGET)
    outcome = LongText("Kết quả thực hiện", short="Kết quả", group=TARGET)

    covering = ("progress",)
    due = Due("deadline", "progress", (DONE, "KHONG_TH"), "{n} nhiệm vụ trọng tâm quá hạn", "và {n} nhiệm vụ khác")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the deadline against the half-year, and that a task not done says why."""
        if line["deadline"] and record["event_from"] and line["deadline"] < record["event_from"]:
            yield Problem("deadline", "Thời hạn trước ngày đầu của kỳ thực hiện.", "warning", "THOI_HAN")
        if line["progress"] == "KHONG_TH" and line["outcome"] is None:
            yield Problem("outcome", "Nhiệm vụ không thực hiện thì ghi lý do ở “Kết quả thực hiện”.", "warning", "LY_DO")


AHEAD = Source("key tasks of the next period", Task, lambda m, w: m.content.is_null(False), own=True, ahead=True)
DUE = Source("key tasks of the period", Task, lambda m, w: m.content.is_null(False), own=True)

ALL = DUE.count()
REACHED = DUE.count(lambda m, w: m.progress == DONE)

FIGURES = (
    figure("NV_SAU_N", "Nhiệm vụ trọng tâm của kỳ sau", "nhiệm vụ", AHEAD.count()),
    figure("NV_N", "Nhiệm vụ trọng tâm của kỳ", "nhiệm vụ", ALL),
    figure("NV_HOAN_THANH_N", "Nhiệm vụ trọng tâm đã hoàn thành", "nhiệm vụ", REACHED),
    figure("NV_DANG_N", "Nhiệm vụ trọng tâm đang thực hiện", "nhiệm vụ", DUE.count(lambda m, w: m.progress == "DANG_TH")),
    figure(
        "NV_CHUA_N",
        "Nhiệm vụ trọng tâm chưa thực hiện",
        "nhiệm vụ",
        DUE.count(lambda m, w: (m.progress == "CHUA_TH") | m.progress.is_null()),
    ),
    figure("NV_KHONG_N", "Nhiệm vụ trọng tâm không thực hiện", "nhiệm vụ", DUE.count(lambda m, w: m.progress == "KHONG_TH")),
    figure("NV_PCT", "Tỷ lệ nhiệm vụ trọng tâm hoàn thành", "%", Share(Total((REACHED,)), Total((ALL,)))),
)
