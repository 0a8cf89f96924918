"""Last year beside this one, over the units of domain.md E.7: sums over predecessors, and what a division leaves unknowable."""

from __future__ import annotations

from typing import Any

import pytest

from app import today
from app.comparison import Comparison
from app.office import Office
from app.periods import period
from db.record import complete, fixed_uid
from db.store import Put, Store
from tests.samples import HS, USER, care, education

ENDED, BEGUN = "2025-06-30", "2025-07-01"
DISTRICTS = {f"DV{number:02d}": f"Ban CHQS huyện {number}" for number in range(1, 10)}
AREAS = {"KV1": "Ban Chỉ huy Phòng thủ khu vực 1", "KV2": "Ban Chỉ huy Phòng thủ khu vực 2", "KV3": "Ban Chỉ huy Phòng thủ khu vực 3"}
HEIRS = {
    "DV01": ("KV1",), "DV03": ("KV1",), "DV09": ("KV1",), "DV02": ("KV2",), "DV06": ("KV2",), "DV08": ("KV2",),
    "DV04": ("KV3",), "DV05": ("KV3",), "DV07": ("KV1", "KV3"),
}  # fmt: skip
TRAINED = {f"DV{number:02d}": 10 * number for number in range(1, 10)}
"""Persons examined in each district in the second half of 2024: 10 in DV01 … 90 in DV09."""
KV1, KV2, KV3 = (fixed_uid("unit", code) for code in AREAS)


def uid(code: str) -> str:
    return fixed_uid("unit", code)


def checked(store: Store, code: str, persons: int, day: str) -> None:
    served = [{"category": "THUONG_BINH", "persons": persons}]
    store.save("care", care(unit=uid(code), event_to=day, served=served, funding=[], norm=None), USER)


@pytest.fixture
def reformed(small: Office) -> Store:
    """Nine districts until 30/6/2025, three areas from 1/7/2025; two communes of DV07, one to each of two areas."""
    store = small.store
    for code, name in AREAS.items():
        store.save("unit", {"code": code, "versions": [{"name": name, "parent": HS, "valid_from": BEGUN}]}, USER)
    for code, name in DISTRICTS.items():
        heirs = [{"successor": uid(heir), "on": BEGUN} for heir in HEIRS[code]]
        versions = [{"name": name, "parent": HS, "valid_to": ENDED}]
        store.save("unit", {"uid": uid(code), "code": code, "versions": versions, "successors": heirs}, USER)
    for code, heir in (("XA71", "KV1"), ("XA73", "KV3")):
        before = {"name": f"Ban CHQS xã {code}", "parent": uid("DV07"), "valid_to": ENDED}
        after = {"name": f"Ban CHQS xã {code}", "parent": uid(heir), "valid_from": BEGUN}
        store.save("unit", {"code": code, "versions": [before, after]}, USER)
    return store


def pair(store: Store, code: str, row: str | None = None, unit: str | None = None, when: str = "2025-H2") -> tuple[Any, str]:
    found = Comparison.of(store, period(store, when), unit).pair(code, row)
    return found.before.value if found.before else None, found.standing


@pytest.mark.parametrize(("when", "day", "now"), [("2025-H2", "2024-10-01", "2025-08-01"), ("2026-H1", "2025-03-03", "2026-02-02")])
def test_an_area_is_compared_with_the_sum_over_its_predecessors(reformed: Store, when: str, day: str, now: str) -> None:
    for code, persons in TRAINED.items():
        checked(reformed, code, persons, day)
    checked(reformed, "KV2", 200, now)
    assert pair(reformed, "CARE_KHAM_N", KV2, when=when) == (20 + 60 + 80, "known")
    assert pair(reformed, "CARE_KHAM_N", None, KV2, when=when) == (160, "known")
    assert pair(reformed, "CARE_KHAM_N", KV1, when=when) == (None, "incomparable")
    assert pair(reformed, "CARE_KHAM_N", KV3, when=when) == (None, "incomparable")
    assert pair(reformed, "CARE_KHAM_N", None, KV1, when=when) == (None, "incomparable")
    assert pair(reformed, "CARE_KHAM_N", when=when) == (450, "known")  # all of it stayed in the province


def test_what_is_an_office_s_own_is_compared_with_its_predecessors_own(reformed: Store) -> None:
    """Key tasks are the office's that reports: of the area now, of its three districts a year before."""
    done = {"no": 1, "content": "Đẩy mạnh thi đua", "progress": "HOAN_THANH"}
    for code, lines in (("DV02", [done]), ("DV06", [done, {**done, "no": 2}]), ("DV01", [done])):
        span = {"event_from": "2024-06-15", "event_to": "2024-12-14"}
        reformed.save("task", {"unit": uid(code), **span, "tasks": lines}, USER)
    assert pair(reformed, "NV_N", None, KV2)[0] == 3


def test_rows_of_communes_apportion_a_divided_district(reformed: Store) -> None:
    for code, persons in {**TRAINED, "DV07": 0, "XA71": 40, "XA73": 30}.items():
        if persons:
            checked(reformed, code, persons, "2024-10-01")
    assert pair(reformed, "CARE_KHAM_N", KV1) == (10 + 30 + 90 + 40, "known")
    assert pair(reformed, "CARE_KHAM_N", KV3) == (40 + 50 + 30, "known")
    assert pair(reformed, "CARE_KHAM_N", None, KV1) == (170, "known")
    assert pair(reformed, "CARE_KHAM_N") == (450 - 70 + 70, "known")


def test_only_figures_that_the_divided_unit_is_part_of_are_lost(reformed: Store) -> None:
    checked(reformed, "DV07", 70, "2024-10-01")
    for code in ("DV01", "XA71"):
        reformed.save("education", education(unit=uid(code), event_to="2024-10-01"), USER)
    assert pair(reformed, "EDU_TURN_N", KV1) == (2 * 409, "known")
    assert pair(reformed, "EDU_TOPIC_N", KV1) == (1, "known")  # one topic, taught in two of the units
    assert pair(reformed, "CARE_KHAM_N", KV1) == pair(reformed, "CARE_KHAM_N", KV3) == (None, "incomparable")
    assert pair(reformed, "CARE_GIFT_N", KV1) == (None, "unknown")


def test_totals_that_a_predecessor_sent_count_for_its_successor(reformed: Store) -> None:
    for code, value in (("DV02", 5), ("DV06", 7), ("DV07", 9)):
        lines = [{"figure": "CARE_KHAM_N", "value": value * 10}]
        record = {"unit": uid(code), "event_to": "2024-12-14", "origin": "Báo cáo năm 2024", "totals": lines}
        reformed.save("aggregate", record, USER)
    assert pair(reformed, "CARE_KHAM_N", KV2) == (12, "known")
    assert pair(reformed, "CARE_KHAM_N", KV1) == (None, "incomparable")
    assert pair(reformed, "CARE_GCN_TB_N", KV2) == (None, "unknown")


def test_a_part_that_left_the_office_makes_the_whole_incomparable(reformed: Store) -> None:
    other = reformed.save("unit", {"code": "TINH2", "versions": [{"name": "Bộ CHQS tỉnh khác"}]}, USER)
    checked(reformed, "DV04", 40, "2024-10-01")
    _version, record = reformed.read(uid("DV04"))
    heirs = [{"successor": heir, "on": BEGUN} for heir in (KV3, other)]
    reformed.save("unit", {**record, "successors": heirs}, USER)
    assert pair(reformed, "CARE_KHAM_N") == (None, "incomparable")
    reformed.save("unit", {**reformed.read(uid("DV04"))[1], "successors": heirs[1:]}, USER)
    assert pair(reformed, "CARE_KHAM_N") == (None, "unknown")  # it went over whole: none of it is ours


def test_a_successor_without_a_day_as_it_may_be_received_takes_nothing_over(reformed: Store) -> None:
    declared, record = reformed.read(uid("DV02"))
    lines = [{**line, "on": None} for line in record["successors"]]
    heads = tuple((entry.device, entry.seq) for entry in reformed.versions(uid("DV02")))[-1:]
    with reformed.transaction():
        reformed.write([Put(declared, complete(declared, {**record, "successors": lines}), heads)], USER)
    checked(reformed, "DV02", 20, "2024-10-01")
    assert pair(reformed, "CARE_KHAM_N") == (20, "known")
    assert pair(reformed, "CARE_KHAM_N", KV2) == (None, "unknown")


def test_a_unit_that_ended_without_a_successor_counts_for_the_whole_only(reformed: Store) -> None:
    reformed.save("unit", {"code": "DV99", "versions": [{"name": "Đại đội 9", "parent": HS, "valid_to": ENDED}]}, USER)
    checked(reformed, "DV99", 9, "2024-10-01")
    checked(reformed, "DV02", 20, "2024-10-01")
    assert pair(reformed, "CARE_KHAM_N") == (29, "known")
    assert pair(reformed, "CARE_KHAM_N", KV2) == (20, "known")


def test_a_row_that_ended_within_the_period_is_not_compared(reformed: Store) -> None:
    checked(reformed, "DV02", 20, "2024-10-01")
    checked(reformed, "DV02", 2, "2025-06-20")
    assert pair(reformed, "CARE_KHAM_N", uid("DV02")) == (None, "incomparable")
    assert pair(reformed, "CARE_KHAM_N", None, uid("DV02")) == (20, "known")  # its own report of its last days


def test_a_merged_province_is_compared_with_both(small: Office) -> None:
    store = small.store
    merged = uid("TM")
    store.save("unit", {"code": "TM", "versions": [{"name": "Bộ CHQS tỉnh mới", "valid_from": BEGUN}]}, USER)
    for code, below in (("HS00", "DV01"), ("PT", "PT01")):
        heirs = [{"successor": merged, "on": BEGUN}]
        versions = [{"name": f"Bộ CHQS tỉnh {code}", "valid_to": ENDED}]
        known = store.names.catalogue("unit").records.get(uid(code))
        base = {"uid": uid(code)} if known else {}
        store.save("unit", {**base, "code": code, "versions": versions, "successors": heirs}, USER)
        parents = [
            {"name": below, "parent": uid(code), "valid_to": ENDED},
            {"name": below, "parent": merged, "valid_from": BEGUN},
        ]
        base = {"uid": uid(below)} if uid(below) in store.names.catalogue("unit").records else {}
        store.save("unit", {**base, "code": below, "versions": parents}, USER)
        checked(store, below, 30, "2024-10-01")
        checked(store, code, 5, "2024-10-01")
    assert pair(store, "CARE_KHAM_N", None, merged) == (70, "known")
    assert pair(store, "CARE_KHAM_N", uid("PT01"), merged) == (30, "known")


def test_the_home_page_says_what_cannot_be_compared(reformed: Store) -> None:
    checked(reformed, "DV07", 70, "2024-10-01")
    checked(reformed, "KV1", 75, "2025-09-01")
    rows = {one.label: one for one in today.compared(reformed, period(reformed, "2025-H2"), KV1)}
    found = rows["Khám bệnh (đối tượng)"]
    assert (found.now, found.before, found.change) == ("75", "—", "Không so sánh được")
    whole = {one.label: one for one in today.compared(reformed, period(reformed, "2025-H2"), None)}["Khám bệnh (đối tượng)"]
    assert (whole.now, whole.before, whole.change) == ("75", "70", "+5")


def test_the_first_year_has_no_year_before(small: Office) -> None:
    assert pair(small.store, "CARE_KHAM_N", when="1945-H1") == (None, "unknown")
    assert list(today.compared(small.store, period(small.store, "1945-H2"), None))
