"""Learning from Hồ Chí Minh's thought, morality and style: pledges, discussions, examples (domain.md A.5)."""

from __future__ import annotations

from collections.abc import Iterator

from db.declarations import Problem
from db.figures import Source, Total, figure
from db.questions import Answers, LongText, Whole
from db.record import EventRecord
from db.rules import at_least, days_in_order, some_answer


class Learning(EventRecord):
    """What a unit did in a stretch of time."""

    type_name = "hcm"
    caption = "Học tập và làm theo Bác"
    plural = "Học tập và làm theo Bác"
    menu, icon = "Làm theo Bác", "star"
    section = "Thi đua"

    pledges = Whole("Lượt người đăng ký làm theo", unit="lượt đồng chí", rules=(at_least(0),), in_list=True, row="đăng ký", short="Đăng ký")
    sessions = Whole("Buổi sinh hoạt chuyên đề", unit="buổi", rules=(at_least(0),), row="đăng ký", short="Sinh hoạt")
    collectives = Whole("Điển hình tập thể", unit="tập thể", rules=(at_least(0),), row="điển hình")
    individuals = Whole("Điển hình cá nhân", unit="cá nhân", rules=(at_least(0),), row="điển hình")
    content = LongText("Nội dung, cách làm", search=True)

    covering = ("pledges", "sessions", "collectives", "individuals")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that something was counted."""
        yield from some_answer(record, "pledges", "sessions", "collectives", "individuals")
        yield from days_in_order(record)


DONE = Source("learning from Hồ Chí Minh", Learning, lambda m, w: m.state.is_null(False))

FIGURES = (
    figure("HB_DANG_KY_N", "Đăng ký nội dung làm theo Bác", "lượt đồng chí", DONE.sum("pledges")),
    figure("HB_SINH_HOAT_N", "Sinh hoạt chuyên đề học tập, làm theo Bác", "buổi", DONE.sum("sessions")),
    figure("HB_DIEN_HINH_N", "Điển hình học tập, làm theo Bác", "điển hình", Total((DONE.sum("collectives"), DONE.sum("individuals")))),
)
