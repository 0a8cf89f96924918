"""Security protection: counters only, no names and no particulars of cases (domain.md A.9)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Source, figure
from db.questions import Answers, Choice, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, no_more_than, some_answer

COUNTERS = ("meetings", "plans", "vetted", "classes")


class Security(EventRecord):
    """What a unit did in a stretch of time."""

    type_name = "security"
    caption = "Bảo vệ an ninh"
    plural = "Bảo vệ an ninh"
    icon = "shield-star"
    section = "Cán bộ, bảo vệ"

    meetings = Whole("Lượt nắm tình hình, giao ban", rules=(at_least(0),), unit="lượt", in_list=True, row="phối hợp", short="Nắm tình hình")
    plans = Whole("Kế hoạch phối hợp được ký kết", rules=(at_least(0),), unit="kế hoạch", row="phối hợp", short="Kế hoạch")
    vetted = Whole("Rà soát tiêu chuẩn chính trị", rules=(at_least(0),), unit="lượt người", in_list=True, row="rà soát", short="Rà soát")
    fit = Whole("Đạt tiêu chuẩn", rules=(at_least(0),), unit="lượt người", row="rà soát", short="Đạt")
    unfit = Whole("Không đạt tiêu chuẩn", rules=(at_least(0),), unit="lượt người", row="rà soát", short="Không đạt")
    classes = Whole("Lớp bồi dưỡng bảo vệ bí mật", rules=(at_least(0),), unit="lớp", row="bồi dưỡng", short="Lớp")
    trained = Whole("Lượt người dự lớp", rules=(at_least(0),), unit="lượt người", row="bồi dưỡng", short="Lượt người")

    covering = (*COUNTERS, "fit", "unfit", "trained")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that something was counted, and that the results of vetting add up."""
        yield from days_in_order(record)
        if not record["incidents"]:
            yield from some_answer(record, *COUNTERS)
        parts = [record[name] for name in ("vetted", "fit", "unfit")]
        if None not in parts and parts[1] + parts[2] != parts[0]:
            yield Problem("vetted", "Số đạt cộng số không đạt phải bằng số được rà soát.", code="TONG")


class Incident(Line, of=Security, kind="incidents", caption="Vụ việc"):
    """How many cases of one kind, and how many are settled. 0 says that there were none."""

    kind_of = Choice("Loại vụ việc", code_list("INCIDENT"), required=True)
    quantity = Whole("Số vụ", required=True, rules=(at_least(0),), unit="vụ")
    settled = Whole("Đã xử lý", rules=(at_least(0),), unit="vụ")

    covering = ("kind_of", "quantity", "settled")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that no more are settled than there were."""
        yield from no_more_than(line, "settled", "quantity", "Không được nhiều hơn số vụ.")


WATCH = Source("security protection", Security, lambda m, w: m.state.is_null(False))
CASES = Source("security cases", Incident, lambda m, w: m.kind_of.is_null(False))

FIGURES = (
    figure("AN_NAM_N", "Nắm tình hình, giao ban với các lực lượng", "lượt", WATCH.sum("meetings")),
    figure("AN_KY_KET_N", "Kế hoạch phối hợp bảo vệ an ninh được ký kết", "kế hoạch", WATCH.sum("plans")),
    figure("AN_RA_SOAT_N", "Rà soát tiêu chuẩn chính trị", "lượt người", WATCH.sum("vetted")),
    figure("AN_DAT_N", "Đạt tiêu chuẩn chính trị", "lượt người", WATCH.sum("fit")),
    figure("AN_KHONG_DAT_N", "Không đạt tiêu chuẩn chính trị", "lượt người", WATCH.sum("unfit")),
    figure("AN_LOP_N", "Lớp bồi dưỡng bảo vệ bí mật", "lớp", WATCH.sum("classes")),
    figure("AN_LOP_NGUOI_N", "Lượt người dự lớp bồi dưỡng bảo vệ bí mật", "lượt người", WATCH.sum("trained")),
    figure("AN_VU_N", "Vụ việc mất an toàn, lộ, lọt bí mật", "vụ", CASES.sum("quantity")),
    figure("AN_XU_LY_N", "Vụ việc đã xử lý", "vụ", CASES.sum("settled")),
)
