"""Figures are counted from records: the edges of contract.md 5, dates of units, and the records behind each number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import figures, tracing
from app.figures import Figures
from app.known import sources
from app.office import Office
from app.periods import period
from app.unit_tree import unit_named
from db.errors import ExpectedError
from db.figures import percent_tenths
from db.record import fixed_uid
from db.records import FIGURES
from tests import samples
from tests.samples import CELL, COMMITTEE, DV1, DV2, HS, T14, T23, USER


def compute(small: Office, code: str = "2019-H1", unit: str | None = None) -> Figures:
    return figures.compute(small.store, period(small.store, code), unit)


def value(small: Office, figure: str, **more: Any) -> Any:
    return compute(small, **more).value(figure).value


def session(small: Office, unit: str, day: str, *lines: tuple[str, int, int], **answers: Any) -> str:
    rows = [{"audience": audience, "strength": required, "required": required, "present": present} for audience, required, present in lines]
    return small.store.save("education", samples.education(unit=unit, event_to=day, audiences=rows, **answers), USER)


# -- education ---------------------------------------------------------------------------------------------------------------


def test_attendance_is_floored_and_never_a_mean_of_percentages(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("DQ_CD", 1000, 1000))
    session(small, DV2, "2019-01-03", ("DQ_CD", 10, 5))
    found = compute(small)
    assert found.value("EDU_RATE_AVG").text == "99,5%"
    assert found.value("EDU_RATE_MIN").text == "50,0%"
    assert (found.value("EDU_BEST").value, found.value("EDU_WORST").value) == ("DV01", "DV02")
    assert found.value("EDU_WORST").text == "Ban CHQS thị xã Đông Giang (50,0%)"


def test_the_least_rate_is_of_unit_and_audience_together(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("SQ", 100, 90), ("DQ_CD", 900, 899))
    session(small, DV1, "2019-02-02", ("SQ", 100, 100))
    found = compute(small).value("EDU_RATE_MIN")
    assert (found.numerator, found.denominator, found.value) == (190, 200, 950)


def test_nobody_required_is_no_rate_and_no_minimum(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("DQ_CD", 0, 0))
    found = compute(small)
    assert found.value("EDU_RATE_AVG").value is None
    assert found.value("EDU_RATE_MIN").text == "—"
    assert not found.value("EDU_SESSION_N").value
    assert found.value("EDU_TOPIC_N").value == 0


def test_a_topic_counts_once_per_roll_up_of_audience(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("SQ", 10, 10), ("QNCN", 10, 10), ("DQ_CD", 10, 10))
    session(small, DV2, "2019-01-03", ("DQ_TC", 10, 10))
    found = compute(small)
    assert found.value("EDU_TOPIC_N").value == 2
    assert found.value("EDU_SESSION_N").value == 2
    assert found.value("EDU_SESSION_N", audience="SQ").value == 1
    assert found.value("EDU_TOPIC_N", audience="DQ_TC").value == 1


def test_party_members_never_enter_totals(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("DQ_CD", 10, 9))
    session(small, DV1, "2019-01-05", ("DV", 100, 50))
    found = compute(small)
    assert (found.value("EDU_TURN_N").value, found.value("EDU_SESSION_N").value) == (9, 1)


def test_only_the_two_class_forms_are_classes_and_briefings_count_documents(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("DQ_CD", 10, 9), form="SINH_HOAT")
    session(small, DV1, "2019-01-03", ("SQ", 10, 9), form="QUAN_TRIET", topic=None, topic_free="Nghị quyết 28")
    session(small, DV2, "2019-01-04", ("SQ", 10, 10), form="QUAN_TRIET", topic=None, topic_free="nghị quyết 28")
    session(small, DV2, "2019-01-05", ("SQ", 10, 10), form="QUAN_TRIET", topic=T14)
    found = compute(small)
    assert found.value("EDU_TURN_N").value is None
    assert found.value("QT_DOC_N").value == 2
    assert found.value("QT_RATE_AVG").text == "96,6%"


def test_days_on_the_edge_belong_to_their_period(small: Office) -> None:
    for day in ("2018-12-14", "2018-12-15", "2019-06-14", "2019-06-15"):
        session(small, DV1, day, ("DQ_CD", 10, 10), topic=T23 if day[5:7] == "12" else T14)
    assert value(small, "EDU_SESSION_N") == 2
    assert value(small, "EDU_SESSION_N", code="2018-H2") == 1
    assert value(small, "EDU_SESSION_N", code="2019-H2") == 1


def test_a_record_that_names_another_units_total_is_counted_nowhere(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("DQ_CD", 10, 10), counting_unit=DV2, role="PHOI_HOP")
    session(small, DV2, "2019-01-02", ("DQ_CD", 10, 10), role="THAM_GIA")
    found = compute(small)
    assert found.value("EDU_SESSION_N").value == 1
    assert found.value("EDU_SESSION_N", row=DV1).value is None


def test_a_period_record_moves_the_edges(small: Office) -> None:
    session(small, DV1, "2019-06-20", ("DQ_CD", 10, 10))
    assert value(small, "EDU_TURN_N") is None
    small.store.save("period", {"code": "2019-H1", "start": "2018-12-15", "end": "2019-06-30"}, USER)
    assert value(small, "EDU_TURN_N") == 10


# -- inspection --------------------------------------------------------------------------------------------------------------


def subject(**answers: Any) -> dict[str, Any]:
    return {"no": 1, "subject_type": "TCD", "org": CELL, "conclusion": "TOT", **answers}


def test_a_round_counts_when_it_is_concluded(small: Office) -> None:
    open_round = samples.inspection(concl_no=None, concl_date=None, subjects=[subject(conclusion=None)], shortcomings=[])
    small.store.save("inspection", open_round, USER)
    small.store.save("inspection", samples.inspection(event_to="2019-06-10", concl_date="2019-06-20"), USER)
    found = compute(small)
    assert not found.value("KT_TCD_N").value
    assert found.value("INSP_PLAN_PCT").text == "0,0%"
    assert compute(small, "2019-H2").value("KT_TCD_N").value == 1


def test_shortcomings_are_done_due_or_under_way_on_the_last_day(small: Office) -> None:
    flaw = {"subject_no": 1, "text": "x"}
    flaws = [
        {**flaw, "status": "DA", "deadline": "2019-04-30", "done_on": "2019-06-14"},
        {**flaw, "status": "DA", "deadline": "2019-04-30", "done_on": "2019-06-15"},
        {**flaw, "status": "CHUA", "deadline": "2019-06-13"},
        {**flaw, "status": "DANG", "deadline": "2019-06-14"},
        {**flaw, "status": "DANG"},
        {**flaw, "status": "KHONG_YC"},
    ]
    small.store.save("inspection", samples.inspection(shortcomings=flaws), USER)
    found = compute(small)
    assert [found.value(code).value for code in ("KD_N", "KD_DA_N", "KD_QH_N", "KD_DANG_N")] == [5, 1, 2, 2]
    assert found.value("KD_DA_PCT").text == "20,0%"


def test_members_under_regular_supervision_are_a_stock_of_the_latest_record(small: Office) -> None:
    member = subject(subject_type="DV", member="Trần Văn B", conclusion="TOT")

    def supervise(day: str, org: str, count: int) -> None:
        rows = [{**member, "no": number, "org": org} for number in range(1, count + 1)]
        small.store.save("inspection", samples.inspection(
            kind="GS_TX", planned="DOT_XUAT", event_from=day, event_to=day, concl_date=day, decision_no=None, decision_date=None,
            subjects=rows, shortcomings=[]), USER)  # fmt: skip

    supervise("2019-02-01", CELL, 5)
    supervise("2019-05-01", CELL, 3)
    supervise("2019-03-01", COMMITTEE, 2)
    found = compute(small)
    assert found.value("GSTX_DV_N").value == 5
    assert found.value("GSTX_TCD_N").value == 0


def test_letters_count_when_received_and_again_when_settled(small: Office) -> None:
    waiting = samples.inspection(kind="GQ_TC", planned="DOT_XUAT", actor="UBKT", event_from="2019-05-20", event_to="2019-07-10",
                                 decision_date="2019-05-20", concl_no=None, concl_date=None,
                                 subjects=[subject(conclusion=None)], shortcomings=[])  # fmt: skip
    uid = small.store.save("inspection", waiting, USER)
    assert [value(small, code) or 0 for code in ("TC_N", "DON_N", "DON_GQ_N")] == [1, 1, 0]
    done = {**small.store.read(uid)[1], "concl_no": "1", "concl_date": "2019-07-15", "subjects": [subject(conclusion="KHONG_VP")]}
    small.store.save("inspection", done, USER)
    assert value(small, "TC_N") == 1
    assert not value(small, "DON_GQ_N")
    assert value(small, "DON_GQ_N", code="2019-H2") == 1


# -- care --------------------------------------------------------------------------------------------------------------------


def test_poor_households_are_outside_unless_a_policy_line_stands_beside_them(small: Office) -> None:
    poor = {"category": "HO_NGHEO", "persons": 120}
    small.store.save("care", samples.care(norm=None, served=[poor], funding=[{"source": "XHH", "amount": 14_400_000}]), USER)
    both = [poor, {"category": "CCB", "persons": 10}]
    small.store.save("care", samples.care(norm=None, served=both, funding=[{"source": "NSNN", "amount": 5, "in_kind": 7}]), USER)
    found = compute(small)
    assert (found.value("CARE_KHAM_N").value, found.value("CARE_KHAM_MONEY").value) == (10, 12)
    assert (found.value("CARE_MONEY").value, found.value("CARE_MONEY_NSNN").value, found.value("CARE_MONEY_XHH").value) == (12, 12, None)


def test_mothers_are_a_stock_of_the_latest_day_of_each_unit(small: Office) -> None:
    mothers = [small.store.save("beneficiary", {"name": f"Mẹ {n}", "birth": "1925"}, USER) for n in range(3)]

    def support(unit: str, day: str, persons: int, listed: list[str]) -> None:
        small.store.save("care", samples.care(
            unit=unit, event_to=day, kind="PHUNG_DUONG", norm=None, served=[{"category": "ME_VNAH", "persons": persons}],
            listed=[{"person": one, "category": "ME_VNAH"} for one in listed],
            funding=[{"source": "NSQP", "amount": 1_000_000 * persons}]), USER)  # fmt: skip

    support(DV1, "2018-01-10", 3, mothers)
    support(DV1, "2019-02-10", 2, mothers[:2])
    support(DV2, "2018-11-10", 4, [])
    found = compute(small)
    assert found.value("CARE_MOTHER_N").value == 6
    assert found.value("CARE_MOTHER_N", row=DV1).value == 2
    assert found.value("CARE_MOTHER_MONEY").value == 2_000_000
    support(DV2, "2019-03-10", 1, mothers[:1])
    assert compute(small).value("CARE_MOTHER_N").value == 2


def test_a_listed_mother_of_whom_it_is_open_who_she_is_counts_as_one(small: Office) -> None:
    known = small.store.save("beneficiary", {"name": "Trần Thị Lựu", "birth": "1925"}, USER)
    uid = small.store.save("care", samples.care(
        kind="PHUNG_DUONG", norm=None, served=[{"category": "ME_VNAH", "persons": 3}],
        listed=[{"person": one, "category": "ME_VNAH"} for one in (known, None, None)],
        funding=[{"source": "NSQP", "amount": 3_000_000}]), USER)  # fmt: skip
    found = compute(small)
    assert found.value("CARE_MOTHER_N").value == 3
    assert [(one["id"], one["part"]) for one in tracing.trace(found, "CARE_MOTHER_N")] == [(uid, 3)]


# -- units and their dates ---------------------------------------------------------------------------------------------------


def test_a_unit_counts_where_it_stood_on_the_day(small: Office) -> None:
    area = small.store.save(
        "unit", {"code": "PK01", "versions": [{"name": "Ban CHPTKV 1", "parent": HS, "valid_from": "2019-04-01"}]}, USER
    )
    moved = [
        {"name": "Ban CHQS xã Phú Lâm", "parent": DV1, "valid_to": "2019-03-31"},
        {"name": "Ban CHQS xã Phú Lâm", "parent": area, "valid_from": "2019-04-01"},
    ]
    commune = small.store.save("unit", {"code": "XA01", "versions": moved}, USER)
    session(small, commune, "2019-03-31", ("DQ_CD", 10, 9))
    session(small, commune, "2019-04-01", ("DQ_CD", 20, 20), topic=T14)
    found = compute(small)
    assert found.value("EDU_TURN_N").value == 29
    assert found.value("EDU_TURN_N", row=DV1).value == 9
    assert found.value("EDU_TURN_N", row=area).value == 20
    assert value(small, "EDU_TURN_N", unit=DV1) == 9
    assert value(small, "EDU_TURN_N", unit=area) == 20
    assert [record["part"] for record in tracing.trace(compute(small, unit=DV1), "EDU_TURN_N")] == [9]


def test_a_unit_dissolved_within_the_period_keeps_its_part(small: Office) -> None:
    old = {"name": "Ban CHQS huyện Cũ", "parent": HS, "valid_to": "2019-03-31"}
    gone = small.store.save("unit", {"code": "DV08", "versions": [old]}, USER)
    session(small, gone, "2019-03-01", ("DQ_CD", 10, 9))
    assert value(small, "EDU_TURN_N") == 9
    assert value(small, "EDU_TURN_N", unit=unit_named(small.store, "DV08", period(small.store, "2019-H1"))) == 9
    assert gone in compute(small).rows()


def test_units_outside_the_scope_and_unknown_ones_are_left_out(small: Office) -> None:
    session(small, fixed_uid("unit", "LA99"), "2019-03-01", ("DQ_CD", 10, 9))
    session(small, HS, "2019-03-01", ("DQ_CD", 7, 7))
    found = compute(small)
    assert found.value("EDU_TURN_N").value == 7
    assert found.rows()[0] == HS
    assert value(small, "EDU_TURN_N", unit=DV1) is None


def test_the_number_of_queries_is_the_number_of_sources_whatever_is_asked(small: Office) -> None:
    session(small, DV1, "2019-01-02", ("SQ", 10, 10))
    found = compute(small)
    for row in (None, DV1, DV2):
        found.all(row)
    assert found.queries == len(sources()) + 1  # and one for the totals that units sent


@pytest.mark.parametrize("code", [code for code, figure in FIGURES.items()])
def test_every_figure_of_an_empty_period_is_nothing_and_leads_nowhere(small: Office, code: str) -> None:
    found = compute(small)
    assert not found.value(code).value
    assert tracing.trace(found, code) == []


def test_unknown_codes_periods_and_units_name_the_valid_ones(small: Office) -> None:
    with pytest.raises(ExpectedError, match="EDU_TURN_N"):
        compute(small).value("EDU_X")
    with pytest.raises(ExpectedError, match="-H1"):
        period(small.store, "2019")
    with pytest.raises(ExpectedError, match=r"DV01 \(.*DV02 \("):
        unit_named(small.store, "DV77")


# -- laws --------------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_shares_by_integers_are_floor_and_half_up(part: int, whole: int) -> None:
    floor, half = percent_tenths(part, whole, "floor"), percent_tenths(part, whole, "half-up")
    if whole == 0:
        assert floor is None
        assert half is None
        return
    assert floor is not None
    assert half is not None
    assert floor * whole <= part * 1000 < (floor + 1) * whole
    assert abs(half * whole - part * 1000) * 2 <= whole


def test_the_parts_behind_a_total_add_up_to_it(small: Office) -> None:
    for number in range(1, 8):
        session(small, DV1 if number % 2 else DV2, f"2019-02-{number:02}", ("SQ", 30, 20 + number), ("DQ_CD", 50, 40 + number))
        small.store.save(
            "care", samples.care(event_to=f"2019-03-{number:02}", norm=None, funding=[{"source": "NSNN", "in_kind": number}]), USER
        )
        small.store.save("inspection", samples.inspection(event_to=f"2019-03-{number:02}", event_from="2019-03-01"), USER)
    found = compute(small)
    for code in FIGURES:
        computed = found.value(code)
        if computed.is_total:
            assert sum(record["part"] for record in tracing.trace(found, code)) == (computed.value or 0), code
