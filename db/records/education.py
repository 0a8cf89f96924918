"""Education sessions: one class or briefing, with a line for each audience that attended (domain.md A.1, contract.md 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.catalogues import code_list
from db.declarations import Beside, Linked, LinkMust, Problem, Twin
from db.figures import Extreme, Least, Share, Source, Total, Window, figure
from db.message import Joined, Message
from db.questions import Answers, Choice, Day, Derived, Link, Text, Whole
from db.record import ENTERED, EventRecord, Line, short_key
from db.rules import at_least
from db.text import search_key

AUDIENCE = code_list("AUDIENCE")
CLASS_FORMS = ("HOC_TAP", "GD_PHAP_LUAT")
TEST = "Kiểm tra nhận thức, ngày học bù"
PARTY_MEMBERS = "DV"
"""Audience of Party members of every kind: overlaps the others, so it never enters totals."""


def is_class(record: Answers) -> bool:
    """Tell whether the session is a class (contract.md 5)."""
    return record["form"] in CLASS_FORMS


def held(record: Answers) -> int:
    """Give 1 when anybody attended (Σ present over the lines that enter totals is above zero)."""
    return int(any((line["present"] or 0) > 0 for line in record["audiences"] if line["audience"] != PARTY_MEMBERS))


def _audience_fits_topic(record: Answers, linked: Linked) -> Iterator[Problem]:
    topic = linked("topic", record["topic"])
    meant = topic.get("audience") if topic else None
    for index, line in enumerate(record["audiences"]):
        code = line["audience"]
        if meant and code and code != PARTY_MEMBERS and meant not in (code, AUDIENCE.attribute(code, "rollup")):
            message = Message("Chuyên đề này dành cho đối tượng “{meant}”, đề nghị kiểm tra lại.", meant=AUDIENCE.label(meant))
            yield Problem(f"audiences[{index}].audience", message, "warning", "E10")


class EducationSession(EventRecord):
    """One session (buổi) of political or legal education."""

    type_name = "education"
    caption = "Buổi"
    plural = "Giáo dục chính trị, pháp luật"
    menu, icon = "Giáo dục chính trị", "chalkboard-teacher"
    highlights = (
        ("Buổi giáo dục", ("EDU_SESSION_N",)),
        ("Chuyên đề", ("EDU_TOPIC_N",)),
        ("Tham gia thấp nhất (%)", ("EDU_RATE_MIN",)),
    )

    form = Choice("Hình thức", code_list("EDU_FORM"), required=True, in_list=True, row="hình thức")
    content_type = Choice("Loại nội dung", code_list("EDU_CONTENT"), required=True, row="hình thức")
    topic = Link("Chuyên đề", "topic", required=is_class, in_list=True, search=True)
    topic_free = Text(
        "Nội dung khác",
        required=lambda r: r["topic"] is None and not is_class(r),
        missing="Chưa có chuyên đề hoặc nội dung khác.",
        search=True,
    )
    sessions = Whole("Số buổi", preset=1, rules=(at_least(0),), unit="buổi", row="ngày")
    lessons = Whole("Số tiết", rules=(at_least(0),), unit="tiết", row="ngày")
    lecturer_role = Choice("Giáo viên / báo cáo viên", code_list("LECTURER"), required=True, row="giáo viên", short="Giáo viên")
    lecturer_name = Text("Họ tên, cấp bậc, chức vụ", search=True, row="giáo viên", short="Họ tên")
    mode = Choice("Phương thức", code_list("EDU_MODE"), group="Phương thức")

    held = Derived(lambda r: held(r), kind="SMALLINT")

    covering = ("form", "held", "sessions")

    link_rules = (LinkMust(("topic",), _audience_fits_topic),)
    twins = (Twin("E8", "twin", "Có thể nhập trùng buổi học: {others}.", kind="audiences"),)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check what concerns the session as a whole."""
        codes = [line["audience"] for line in record["audiences"]]
        if not codes:
            yield Problem("audiences", "Chưa có dòng “Đối tượng học” nào.", code="R")
        if PARTY_MEMBERS in codes and any(code not in (None, PARTY_MEMBERS) for code in codes):
            message = "Đảng viên học cùng đối tượng khác: dòng đảng viên không cộng vào tổng số."
            yield Problem("audiences", message, "warning", "E9")
        if record["event_from"] and record["event_to"] and record["event_from"] > record["event_to"]:
            yield Problem("event_from", "Từ ngày phải trước hoặc bằng Đến ngày.", code="NGAY_TU")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the session by form and free topic."""
        return Joined(" · ", filter(None, (code_list("EDU_FORM").label(record["form"] or "", record["event_to"]), record["topic_free"])))


def _share(line: Answers) -> tuple[int, int] | None:
    """Attendance for the eye; none where it cannot be."""
    required, present = line["required"], line["present"]
    return (present, required) if required and present is not None and present <= required else None


def _twin(line: Answers, record: Answers, index: int) -> str | None:
    """What two sessions may not share: unit, day, topic (or folded free topic) and an audience."""
    if record["state"] != ENTERED:
        return None
    topic = record["topic"] or search_key(record["topic_free"] or "")
    return short_key(record["unit"], record["event_to"], topic, line["audience"])


def _lead(line: Answers, record: Answers, index: int) -> int:
    """Give 1 on the first line of its audience, so that a session counts once in the audience's row."""
    return int(all(other["audience"] != line["audience"] for other in record["audiences"][:index]))


class Audience(Line, of=EducationSession, kind="audiences", caption="Đối tượng học"):
    """The people of one kind at a session: who had to come and who came."""

    audience = Choice("Đối tượng", AUDIENCE, required=True)
    strength = Whole(
        "Quân số",
        aliases=("Quân số hiện có", "Quân số (biên chế/hiện có)", "Quân số biên chế", "Biên chế", "Hiện có"),
        unit="người",
        required=True,
        rules=(at_least(0),),
        short="Hiện có",
    )
    excused = Whole("Vắng có lý do", aliases=("Vắng",), unit="người", rules=(at_least(0),), short="Vắng")
    required = Whole(
        "Quân số phải học",
        aliases=("Phải học",),
        unit="người",
        required=True,
        rules=(at_least(0),),
        preset=lambda a: None if a["strength"] is None else a["strength"] - (a["excused"] or 0),
        short="Phải học",
    )
    present = Whole("Quân số tham gia", aliases=("Tham gia",), unit="người", required=True, rules=(at_least(0),), short="Tham gia")
    makeup = Whole("Học bù", unit="người", rules=(at_least(0),))
    makeup_date = Day("Ngày học bù", required=lambda a: bool(a["makeup"]), group=TEST)
    tested = Whole("Số kiểm tra nhận thức", aliases=("Kiểm tra",), unit="người", rules=(at_least(0),), group=TEST, short="Kiểm tra")
    gioi = Whole("Giỏi", unit="người", rules=(at_least(0),), required=lambda a: bool(a["tested"]), group=TEST)
    kha = Whole("Khá", unit="người", rules=(at_least(0),), required=lambda a: bool(a["tested"]), group=TEST)
    dat = Whole("Đạt", aliases=("Trung bình",), unit="người", rules=(at_least(0),), required=lambda a: bool(a["tested"]), group=TEST)
    khong_dat = Whole("Không đạt", unit="người", rules=(at_least(0),), required=lambda a: bool(a["tested"]), group=TEST)

    beside = (Beside("Tỷ lệ %", lambda line, record: _share(line)),)

    form = Derived(lambda line, record, index: record["form"])
    topic = Derived(lambda line, record, index: record["topic"])
    topic_free = Derived(lambda line, record, index: search_key(record["topic_free"]) if record["topic_free"] else None)
    rollup = Derived(lambda line, record, index: AUDIENCE.attribute(line["audience"], "rollup") if line["audience"] else None)
    sessions = Derived(lambda line, record, index: record["sessions"] if held(record) and _lead(line, record, index) else 0, kind="BIGINT")
    twin = Derived(_twin, indexed=True)

    covering = (
        "form",
        "audience",
        "topic",
        "rollup",
        "topic_free",
        "required",
        "present",
        "makeup",
        "tested",
        "gioi",
        "kha",
        "dat",
        "khong_dat",
        "sessions",
    )

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check one audience line: E1-E5, E7 and the day of the make-up class."""
        strength, excused, required, present = line["strength"], line["excused"], line["required"], line["present"]
        if strength is not None:
            if excused is not None and excused > strength:
                yield Problem("excused", "Số vắng có lý do không được lớn hơn quân số hiện có.", code="E1")
            if required is not None and required > strength:
                yield Problem("required", "Quân số phải học không được lớn hơn quân số hiện có.", code="E1")
        if required is not None and present is not None:
            if present > required:
                yield Problem("present", "Quân số tham gia không được lớn hơn quân số phải học.", code="E2")
            elif line["makeup"] is not None and present + line["makeup"] > required:
                yield Problem("makeup", "Tổng tham gia và học bù vượt quân số phải học.", code="E3")
            if is_class(record) and required > 0 and present * 10 < required * 9:
                yield Problem("present", "Tỷ lệ tham gia thấp, đề nghị kiểm tra lại hoặc ghi lý do.", "warning", "E7")
        yield from _check_test(line)
        if line["makeup_date"] and record["event_to"] and line["makeup_date"] < record["event_to"]:
            yield Problem("makeup_date", "Ngày học bù phải từ ngày học trở đi.", code="HOC_BU")


def _check_test(line: Answers) -> Iterator[Problem]:
    tested, grades = line["tested"], [line[name] for name in ("gioi", "kha", "dat", "khong_dat")]
    if tested is not None and None not in grades and sum(grades) != tested:
        yield Problem("tested", "Tổng xếp loại phải bằng số người kiểm tra.", code="E4")
    if tested is not None and line["present"] is not None and tested > line["present"] + (line["makeup"] or 0):
        yield Problem("tested", "Số kiểm tra lớn hơn số người đã học.", code="E5")


def _enters_totals(m: Any, w: Window) -> Any:
    return m.form.in_(CLASS_FORMS) & (m.audience != PARTY_MEMBERS)


CLASSES = Source("classes", Audience, _enters_totals, dims=("audience", "topic", "rollup"))
HELD = Source("held classes", EducationSession, lambda m, w: m.form.in_(CLASS_FORMS) & (m.held == 1))
BRIEFINGS = Source(
    "briefings", Audience, lambda m, w: (m.form == "QUAN_TRIET") & (m.audience != PARTY_MEMBERS), dims=("topic", "topic_free")
)

PRESENT, REQUIRED, MAKEUP, TESTED = (CLASSES.sum(name) for name in ("present", "required", "makeup", "tested"))
GIOI, KHA, DAT, KHONG_DAT = (CLASSES.sum(name) for name in ("gioi", "kha", "dat", "khong_dat"))
RATE = Share(Total((PRESENT,)), Total((REQUIRED,)), "floor")
"""Attendance is floored everywhere, so that "từ 95,8% trở lên" agrees with every cell (contract.md 5)."""

FIGURES = (
    figure("EDU_TOPIC_N", "Số chuyên đề", "chuyên đề", CLASSES.distinct("topic", "rollup", where=lambda m, w: m.present > 0)),
    figure("EDU_SESSION_N", "Số buổi", "buổi", HELD.sum("sessions"), row=CLASSES.sum("sessions")),
    figure("EDU_TURN_N", "Lượt người tham gia", "lượt người", PRESENT),
    figure("EDU_REQUIRED_N", "Quân số phải học", "lượt người", REQUIRED),
    figure("EDU_MAKEUP_N", "Học bù", "lượt người", MAKEUP),
    figure("EDU_RATE_AVG", "Tỷ lệ tham gia bình quân", "%", RATE),
    figure("EDU_RATE_FINAL", "Tỷ lệ sau học bù", "%", Share(Total((PRESENT, MAKEUP)), Total((REQUIRED,)))),
    figure("EDU_RATE_MIN", "Quân số tham gia đạt từ … trở lên", "%", Least(RATE, ("audience",))),
    figure("EDU_BEST", "Đơn vị có tỷ lệ tham gia cao nhất", "", Extreme(RATE, "best")),
    figure("EDU_WORST", "Đơn vị có tỷ lệ tham gia thấp nhất", "", Extreme(RATE, "worst")),
    figure("EDU_GIOI_N", "Kiểm tra nhận thức: giỏi", "lượt người", GIOI),
    figure("EDU_KHA_N", "Kiểm tra nhận thức: khá", "lượt người", KHA),
    figure("EDU_DAT_N", "Kiểm tra nhận thức: đạt", "lượt người", DAT),
    figure("EDU_KDAT_N", "Kiểm tra nhận thức: không đạt", "lượt người", KHONG_DAT),
    figure("EDU_TESTED_N", "Số kiểm tra nhận thức", "lượt người", TESTED),
    figure("EDU_TEST_OK", "Tỷ lệ đạt yêu cầu", "%", Share(Total((TESTED,), minus=(KHONG_DAT,)), Total((TESTED,)))),
    figure("EDU_TEST_KG", "Tỷ lệ khá, giỏi", "%", Share(Total((GIOI, KHA)), Total((TESTED,)))),
    figure(
        "QT_DOC_N",
        "Số chỉ thị, nghị quyết được quán triệt",
        "văn bản",
        Total((BRIEFINGS.distinct("topic"), BRIEFINGS.distinct("topic_free", where=lambda m, w: m.topic.is_null()))),
    ),
    figure(
        "QT_RATE_AVG",
        "Tỷ lệ tham gia quán triệt",
        "%",
        Share(Total((BRIEFINGS.sum("present"),)), Total((BRIEFINGS.sum("required"),)), "floor"),
    ),
)
