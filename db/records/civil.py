"""Civil mobilisation: who helped where, for how many days of work, and what came of it (domain.md A.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Source, Total, figure
from db.questions import Answers, Choice, Derived, Money, Tenths, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, some_answer

CIVIL_KIND, CIVIL_WORK = code_list("CIVIL_KIND"), code_list("CIVIL_WORK")
FORCES = ("soldiers", "militia", "others")
TOLD = "Tuyên truyền, phối hợp"


class CivilWork(EventRecord):
    """One turn of work among the people."""

    type_name = "civil"
    caption = "Đợt dân vận"
    plural = "Dân vận"
    icon = "handshake"
    section = "Quần chúng"
    highlights = (("Ngày công dân vận", ("DV_CONG_N",)),)

    name = Text("Tên đợt", required=True, in_list=True, search=True)
    kind = Choice("Loại", CIVIL_KIND, required=True, in_list=True, row="loại")
    area = Text("Địa bàn (xã, thôn)", search=True, row="loại", short="Địa bàn")
    soldiers = Whole("Bộ đội", rules=(at_least(0),), unit="lượt người", row="lực lượng")
    militia = Whole("Dân quân tự vệ", rules=(at_least(0),), unit="lượt người", row="lực lượng", short="DQTV")
    others = Whole("Đoàn thể", rules=(at_least(0),), unit="lượt người", row="lực lượng")
    days = Whole("Ngày công", rules=(at_least(0),), unit="ngày công", row="lực lượng")
    sessions = Whole("Buổi tuyên truyền", rules=(at_least(0),), unit="buổi", row="tuyên truyền", group=TOLD)
    listeners = Whole("Lượt người nghe", rules=(at_least(0),), unit="lượt người", row="tuyên truyền", group=TOLD)
    programmes = Whole(
        "Chương trình phối hợp được ký kết", rules=(at_least(0),), unit="chương trình", row="phối hợp", group=TOLD, short="Phối hợp ký kết"
    )
    models = Whole("Mô hình “Dân vận khéo”", rules=(at_least(0),), unit="mô hình", row="phối hợp", group=TOLD, short="Dân vận khéo")

    covering = (*FORCES, "days", "sessions", "listeners", "programmes", "models")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that something was counted, and that days of work are not above turns × days."""
        yield from days_in_order(record)
        if not record["works"] and not record["funding"]:
            yield from some_answer(record, *FORCES, "days", "sessions", "programmes", "models")
        turns, length = sum(record[name] or 0 for name in FORCES), _length(record)
        if record["days"] is not None and turns and length and record["days"] > turns * length:
            yield Problem("days", "Ngày công nhiều hơn lượt người nhân với số ngày, đề nghị kiểm tra lại.", "warning", "NGAY_CONG")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the turn."""
        return record["name"] or cls.caption


def _length(record: Answers) -> int:
    """Give the number of days it lasted, 0 where that is not known."""
    first, last = record["event_from"], record["event_to"]
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1 if first and last else 0
    except ValueError:
        return 0


class Result(Line, of=CivilWork, kind="works", caption="Kết quả"):
    """What was built, repaired or gathered, in the unit of its kind."""

    work = Choice("Công trình, phần việc", CIVIL_WORK, required=True)
    quantity = Tenths("Số lượng", required=True, rules=(at_least(0),))
    measure = Text("Đơn vị tính", limit=40, preset=lambda a: (CIVIL_WORK.attribute(a["work"], "measure") or None) if a["work"] else None)

    covering = ("work", "quantity")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that things which are counted come whole."""
        whole = CIVIL_WORK.attribute(line["work"], "whole") if line["work"] else ""
        if whole and line["quantity"] is not None and line["quantity"] % 10:
            yield Problem("quantity", "Loại này tính bằng số nguyên.", code="SO_NGUYEN")


class CivilFunding(Line, of=CivilWork, kind="funding", caption="Nguồn kinh phí"):
    """One source of money; money is always amount + value in kind."""

    source = Choice("Nguồn", code_list("FUND"), required=True)
    amount = Money("Số tiền", unit="đồng", rules=(at_least(0),))
    in_kind = Money("Trị giá hiện vật", unit="đồng", rules=(at_least(0),), short="Hiện vật")

    money = Derived(lambda line, record, index: (line["amount"] or 0) + (line["in_kind"] or 0), kind="BIGINT")

    covering = ("source", "money")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that there is an amount."""
        if line["amount"] is None and line["in_kind"] is None:
            yield Problem("amount", "Chưa có số tiền hoặc trị giá hiện vật.", code="R")


TURNS = Source("civil mobilisation", CivilWork, lambda m, w: m.state.is_null(False))
WORKS = Source("works for the people", Result, lambda m, w: m.work.is_null(False))
SPENT = Source("money for the people", CivilFunding, lambda m, w: m.source.is_null(False))


def _made(work: str) -> Measure:
    return WORKS.sum("quantity", lambda m, w: m.work == work)


FIGURES = (
    figure("DV_LUOT_N", "Lượt cán bộ, chiến sĩ, dân quân tự vệ giúp Nhân dân", "lượt người", Total(tuple(map(TURNS.sum, FORCES)))),
    figure("DV_CONG_N", "Ngày công giúp Nhân dân", "ngày công", TURNS.sum("days")),
    figure("DV_DUONG", "Đường giao thông được tu sửa", "km", _made("DUONG")),
    figure("DV_KENH", "Kênh mương được nạo vét", "km", _made("KENH")),
    figure("DV_NHA", "Nhà ở được xây, sửa giúp Nhân dân", "nhà", _made("NHA")),
    figure("DV_GAT", "Lúa, hoa màu được thu hoạch giúp", "ha", _made("GAT")),
    figure("DV_CAY", "Cây xanh được trồng", "cây", _made("CAY_XANH")),
    figure("DV_TT_N", "Buổi tuyên truyền, vận động Nhân dân", "buổi", TURNS.sum("sessions")),
    figure("DV_NGHE_N", "Lượt người dân được tuyên truyền", "lượt người", TURNS.sum("listeners")),
    figure("DV_KY_KET_N", "Chương trình phối hợp được ký kết", "chương trình", TURNS.sum("programmes")),
    figure("DV_MO_HINH_N", "Mô hình “Dân vận khéo”", "mô hình", TURNS.sum("models")),
    figure("DV_MONEY", "Kinh phí công tác dân vận", "đồng", SPENT.sum("money")),
)
