"""Party building: the members at the beginning and end of a stretch of time, and what moved between (domain.md A.6).

The balance must hold: end = beginning + admitted + arrived - left - struck off, resigned, died, expelled. Counters only, no names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import Tuple, fn

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Share, Source, Total, Window, figure
from db.message import Message
from db.questions import Answers, Choice, Derived, Link, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, no_more_than

MOVEMENT = code_list("PARTY_MOVEMENT")
ADMITTED = "KET_NAP"
OTHER_LOSSES = ("XOA_TEN", "XIN_RA", "TU_TRAN", "KHAI_TRU")
COMMUNES = "Chi bộ quân sự xã"


class PartyState(EventRecord):
    """One Party organisation over a stretch of time: who was there at its beginning and at its end."""

    type_name = "party"
    caption = "Tình hình đảng viên"
    plural = "Tổ chức đảng, đảng viên"
    menu, icon = "Đảng viên", "flag-banner"
    section = "Xây dựng đảng"
    highlights = (("Kết nạp đảng viên", ("DB_KET_NAP_N",)),)

    org = Link("Tổ chức đảng", "party-org", required=True, in_list=True, search=True)
    start = Whole("Đảng viên đầu kỳ", required=True, rules=(at_least(0),), unit="đảng viên", row="số đảng viên", short="Đầu kỳ")
    finish = Whole(
        "Đảng viên cuối kỳ", required=True, rules=(at_least(0),), unit="đảng viên", in_list=True, row="số đảng viên", short="Cuối kỳ"
    )
    probationary = Whole("Đảng viên dự bị", rules=(at_least(0),), unit="đảng viên", row="cơ cấu", short="Dự bị")
    women = Whole("Đảng viên nữ", rules=(at_least(0),), unit="đảng viên", row="cơ cấu", short="Nữ")
    minority = Whole("Đảng viên dân tộc thiểu số", rules=(at_least(0),), unit="đảng viên", row="cơ cấu", short="Dân tộc")
    committees = Whole("Số đảng bộ", rules=(at_least(0),), unit="đảng bộ", row="tổ chức")
    cells = Whole("Số chi bộ", rules=(at_least(0),), unit="chi bộ", row="tổ chức")
    led = Whole("Chi bộ có chi ủy", rules=(at_least(0),), unit="chi bộ", row="tổ chức")
    thematic = Whole("Chi bộ sinh hoạt chuyên đề đúng quy định", rules=(at_least(0),), unit="chi bộ", row="tổ chức", short="Sinh hoạt CĐ")
    communes = Whole("Số xã, phường", rules=(at_least(0),), unit="xã", group=COMMUNES)
    communes_celled = Whole("Xã có chi bộ quân sự", rules=(at_least(0),), unit="xã", group=COMMUNES)
    communes_led = Whole("Xã có chi bộ quân sự có chi ủy", rules=(at_least(0),), unit="xã", group=COMMUNES, short="Xã có chi ủy quân sự")

    stamp = Derived(lambda r: f"{EventRecord.counted_day(r)} {r['uid']}")
    """Tells which record of a unit and organisation is the first and which the latest."""

    covering = ("org", "stamp")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the balance, and that no part is above its whole."""
        yield from days_in_order(record)
        yield from _balance(record)
        for part in ("probationary", "women", "minority"):
            yield from no_more_than(record, part, "finish", "Không được nhiều hơn số đảng viên cuối kỳ.")
        for part in ("led", "thematic"):
            yield from no_more_than(record, part, "cells", "Không được nhiều hơn số chi bộ.")
        yield from no_more_than(record, "communes_celled", "communes", "Không được nhiều hơn số xã, phường.")
        yield from no_more_than(record, "communes_led", "communes_celled", "Không được nhiều hơn số xã có chi bộ quân sự.")


def _balance(record: Answers) -> Iterator[Problem]:
    if record["start"] is None or record["finish"] is None:
        return
    change = sum(_sign(line["movement"]) * (line["persons"] or 0) for line in record["movements"])
    if record["start"] + change != record["finish"]:
        message = Message(
            "Không cân đối: đầu kỳ {start} + tăng, giảm {change} = {due}, khác cuối kỳ {finish}.",
            start=record["start"],
            change=change,
            due=record["start"] + change,
            finish=record["finish"],
        )
        yield Problem("finish", message, code="CAN_DOI")


def _sign(movement: str | None) -> int:
    return int(MOVEMENT.attribute(movement, "sign") or 0) if movement else 0


class Movement(Line, of=PartyState, kind="movements", caption="Biến động đảng viên"):
    """How many came or went in one way."""

    movement = Choice("Biến động", MOVEMENT, required=True)
    source = Choice("Nguồn kết nạp", code_list("PARTY_SOURCE"), when=lambda a: a["movement"] == ADMITTED)
    persons = Whole("Số người", required=True, rules=(at_least(0),), unit="đồng chí")

    org = Derived(lambda line, record, index: record["org"])

    covering = ("movement", "source", "org", "persons")


def _edge(pick: Any) -> Any:
    """The first or latest record of each unit and organisation within the period: members are a stock."""

    def where(m: Any, w: Window) -> Any:
        other = PartyState.alias()
        edge = (
            other.select(other.unit, other.org, pick(other.stamp))
            .where((other.counts == 1) & other.counted_on.between(w.start, w.end))
            .group_by(other.unit, other.org)
        )
        return Tuple(m.unit, m.org, m.stamp).in_(edge)

    return where


FIRST = Source("members at the beginning", PartyState, _edge(fn.MIN), dims=("org",))
LATEST = Source("members at the end", PartyState, _edge(fn.MAX), dims=("org",))
MOVES = Source("movements of members", Movement, lambda m, w: m.movement.is_null(False), dims=("org",))


def _moved(*movements: str) -> Measure:
    return MOVES.sum("persons", lambda m, w: m.movement.in_(movements))


CELLS, COMMUNE_CELLS = LATEST.sum("cells"), LATEST.sum("communes_celled")

FIGURES = (
    figure("DB_DANG_BO_N", "Đảng bộ", "đảng bộ", LATEST.sum("committees")),
    figure("DB_CHI_BO_N", "Chi bộ", "chi bộ", CELLS),
    figure("DB_CO_CHI_UY_N", "Chi bộ có chi ủy", "chi bộ", LATEST.sum("led")),
    figure("DB_CHUYEN_DE_PCT", "Tỷ lệ chi bộ sinh hoạt chuyên đề", "%", Share(Total((LATEST.sum("thematic"),)), Total((CELLS,)))),
    figure("DB_DAU_N", "Đảng viên đầu kỳ", "đảng viên", FIRST.sum("start")),
    figure("DB_KET_NAP_N", "Kết nạp đảng viên", "đảng viên", _moved(ADMITTED)),
    figure("DB_CHINH_THUC_N", "Chuyển đảng chính thức", "đồng chí", _moved("CHINH_THUC")),
    figure("DB_DEN_N", "Đảng viên chuyển đến", "đảng viên", _moved("CHUYEN_DEN")),
    figure("DB_DI_N", "Đảng viên chuyển đi", "đảng viên", _moved("CHUYEN_DI")),
    figure("DB_GIAM_N", "Đảng viên giảm khác", "đảng viên", _moved(*OTHER_LOSSES)),
    figure("DB_CUOI_N", "Đảng viên cuối kỳ", "đảng viên", LATEST.sum("finish")),
    figure("DB_DU_BI_N", "Đảng viên dự bị", "đảng viên", LATEST.sum("probationary")),
    figure("DB_NU_N", "Đảng viên nữ", "đảng viên", LATEST.sum("women")),
    figure("DB_DAN_TOC_N", "Đảng viên dân tộc thiểu số", "đảng viên", LATEST.sum("minority")),
    figure("DB_XA_CB_N", "Xã, phường có chi bộ quân sự", "xã", COMMUNE_CELLS),
    figure("DB_XA_CU_PCT", "Tỷ lệ chi bộ quân sự xã có chi ủy", "%", Share(Total((LATEST.sum("communes_led"),)), Total((COMMUNE_CELLS,)))),
)
