"""Units and periods that contradict themselves are refused; a tree that changes within the period is counted as it stood each day."""

from __future__ import annotations

from typing import Any

import pytest

from app import figures
from app.office import Office
from app.periods import period
from app.report import content
from app.report.document import Paragraph
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.rules import spans_apart
from db.store import Refused, Store
from tests.samples import DV1, DV2, HS, USER, education

NORTH, SOUTH, UNION, SILENT = (fixed_uid("unit", code) for code in ("DV03", "DV04", "KV01", "DV05"))
DAY = "2019-03-01"


@pytest.fixture
def store(small: Office) -> Store:
    return small.store


def unit(store: Store, code: str, *versions: dict[str, Any], **more: Any) -> str:
    return store.save("unit", {"code": code, "versions": list(versions), **more}, USER)


def version(name: str, parent: str | None = HS, start: str | None = None, end: str | None = None) -> dict[str, Any]:
    return {"name": name, "parent": parent, "valid_from": start, "valid_to": end}


# -- refused -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "start"), [("2019-06-30", "2019-06-30"), (None, "2019-01-01"), ("2019-06-30", None)])
def test_a_unit_in_two_trees_on_one_day_is_refused(store: Store, end: str | None, start: str | None) -> None:
    before = store.state_hash()
    with pytest.raises(Refused, match="chồng lên nhau"):
        unit(store, "DV03", version("Ban CHQS huyện Bắc", DV1, None, end), version("Ban CHQS huyện Bắc", DV2, start))
    assert store.state_hash() == before


def test_what_is_wrong_with_days_of_validity_is_said_at_its_line() -> None:
    lines = [version("Ba", None, "2020-01-01", "2019-01-01"), version("Hai", None, "2019-06-30"), version("Một", end="2019-06-30")]
    assert [one.where for one in spans_apart("versions", lines)] == [
        "versions[0].valid_to",
        "versions[1].valid_from",
        "versions[0].valid_from",
    ]


def test_a_unit_may_change_its_tree_from_one_day_to_the_next(store: Store) -> None:
    unit(store, "DV03", version("Ban CHQS huyện Bắc", DV1, None, "2019-06-30"), version("Ban CHQS huyện Bắc", DV2, "2019-07-01"))


@pytest.mark.parametrize("above", [DV1, NORTH, SOUTH])
def test_a_unit_below_itself_is_refused(store: Store, above: str) -> None:
    unit(store, "DV03", version("Ban CHQS huyện Bắc", DV1))
    unit(store, "DV04", version("Ban CHQS huyện Nam", NORTH))
    with pytest.raises(Refused, match="dưới chính nó"):
        unit(store, "DV01", version("Ban CHQS thành phố Hà Sơn", above))


def days(code: str, start: str, end: str) -> dict[str, Any]:
    return {"code": code, "start": start, "end": end}


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("2019-06-30", "2019-12-31", True),  # its first day is the other's last
        ("2019-01-01", "2019-02-01", True),  # within it
        ("2018-01-01", "2020-01-01", True),  # around it
        ("2019-07-01", "2019-12-31", False),
        ("2019-07-15", "2019-12-31", False),  # a gap is no overlap
    ],
)
def test_periods_that_overlap_are_refused_before_anything_is_written(store: Store, start: str, end: str, refused: bool) -> None:
    store.save("period", days("2019-H1", "2019-01-01", "2019-06-30"), USER)
    before = store.state_hash()
    if refused:
        with pytest.raises(Refused, match="Chồng lên kỳ 2019-H1"):
            store.save("period", days("2019-H2", start, end), USER)
        assert store.state_hash() == before
    else:
        store.save("period", days("2019-H2", start, end), USER)


def test_a_period_may_be_saved_again_over_itself_and_warns_of_neighbours_that_have_no_days_of_their_own(store: Store) -> None:
    uid = store.save("period", days("2019-H1", "2019-01-01", "2019-06-30"), USER)
    made = complete(RECORD_TYPES["period"], {"uid": uid, **days("2019-H1", "2019-01-01", "2019-06-30")})
    found = store.problems(RECORD_TYPES["period"], [made])[0]
    assert [(one.level, "2019-H2" in one.message) for one in found if one.code == "KY_CHONG"] == [("warning", True)]


# -- counted -----------------------------------------------------------------------------------------------------------------------


def test_units_merged_within_the_period_have_their_rows_and_nothing_is_counted_twice(store: Store) -> None:
    """Two districts until the last of February, one from the first of March; one unit says nothing at all."""
    heirs = [{"successor": UNION, "on": DAY}]
    unit(store, "DV03", version("Ban CHQS huyện Bắc", HS, None, "2019-02-28"), successors=heirs)
    unit(store, "DV04", version("Ban CHQS huyện Nam", HS, None, "2019-02-28"), successors=heirs)
    unit(store, "KV01", version("Ban Chỉ huy Phòng thủ khu vực 1", HS, DAY))
    unit(store, "DV05", version("Ban CHQS huyện Vắng"))
    rows = [
        (DV1, "2019-01-05", 100, 97), (DV2, "2019-05-05", 200, 181), (NORTH, "2019-01-20", 50, 49), (SOUTH, "2019-02-28", 70, 69),
        (UNION, DAY, 120, 119), (UNION, "2019-04-04", 120, 120), (DV2, "2019-02-01", 30, 30),
    ]  # fmt: skip
    for uid, day, required, present in rows:
        line = {"audience": "DQ_CD", "strength": required, "required": required, "present": present}
        store.save("education", education(unit=uid, event_to=day, audiences=[line]), USER)
    found = figures.compute(store, period(store, "2019-H1"))
    sums: dict[str, list[int]] = {}
    for uid, _day, required, present in rows:
        mine = sums.setdefault(uid, [0, 0])
        mine[0] += required
        mine[1] += present
    for uid, (required, present) in sums.items():
        assert (found.value("EDU_REQUIRED_N", uid).value, found.value("EDU_TURN_N", uid).value) == (required, present)
    assert found.value("EDU_REQUIRED_N").value == sum(required for required, _ in sums.values())
    rates = {uid: present / required for uid, (required, present) in sums.items()}
    best, worst = max(rates, key=lambda uid: rates[uid]), min(rates, key=lambda uid: rates[uid])
    assert found.value("EDU_BEST").value == store.names.code("unit", best) == "KV01"
    assert found.value("EDU_WORST").value == store.names.code("unit", worst) == "DV02"

    report = content.build(store, period(store, "2019-H1"))
    said = " ".join(block.text for block in report.body if isinstance(block, Paragraph))
    floor = sums[worst][1] * 1000 // sums[worst][0]
    top = sums[best][1] * 1000 // sums[best][0]
    assert f"cao nhất: Ban Chỉ huy Phòng thủ khu vực 1 ({top // 10},{top % 10}%)" in said
    assert f"thấp nhất: Ban CHQS thị xã Đông Giang ({floor // 10},{floor % 10}%)" in said
    annex = report.annexes[0]
    assert [group.rows[0].cells[1] for group in annex.groups[:-1]] == [
        "Ban CHQS thành phố Hà Sơn", "Ban CHQS thị xã Đông Giang", "Ban CHQS huyện Bắc", "Ban CHQS huyện Nam", "Ban CHQS huyện Vắng",
        "Ban Chỉ huy Phòng thủ khu vực 1",
    ]  # fmt: skip
    assert "Chưa có số liệu: Ban CHQS huyện Vắng." in annex.notes[0]
    assert any("Ban CHQS huyện Vắng" in words for words in report.warnings)
    empty = next(one for one in report.annexes if not one.groups)
    assert empty.notes == ("Chưa có số liệu: Ban CHQS huyện Vắng.",), "where nothing is known of a unit, nobody says that nothing happened"


def test_a_unit_that_reports_alone_is_not_named_as_one_without_data(store: Store) -> None:
    store.save("education", education(), USER)
    report = content.build(store, period(store, "2019-H1"), DV1)
    assert not any("Chưa có số liệu:" in note for annex in report.annexes for note in annex.notes)


# -- a balance that contradicts itself ---------------------------------------------------------------------------------------------


def members(store: Store, day: str, start: int, finish: int, *moves: tuple[str, int]) -> None:
    org = fixed_uid("party-org", "DU00")
    lines = [{"movement": movement, "persons": persons} for movement, persons in moves]
    store.save("party", {"unit": DV1, "org": org, "event_to": day, "start": start, "finish": finish, "movements": lines}, USER)


def test_members_that_do_not_balance_are_refused_and_a_break_between_two_records_is_marked(store: Store) -> None:
    with pytest.raises(Refused, match="Không cân đối"):
        members(store, "2019-03-31", 40, 45, ("KET_NAP", 4))
    members(store, "2019-03-31", 40, 43, ("KET_NAP", 3))
    members(store, "2019-06-14", 43, 45, ("CHUYEN_DEN", 2))
    fine = content.build(store, period(store, "2019-H1"))
    assert not any("không cân đối" in words for words in fine.warnings)
    members(store, "2019-06-10", 50, 50)  # neither what was before nor what comes after
    members(store, "2019-06-14", 60, 61, ("KET_NAP", 1))
    broken = content.build(store, period(store, "2019-H1"))
    assert any("không cân đối" in words and "Đảng ủy Quân sự tỉnh" in words for words in broken.warnings)
    annex = next(one for one in broken.annexes if one.title == "TỔ CHỨC XÂY DỰNG ĐẢNG")
    assert "Số liệu chưa cân đối, cần kiểm tra lại: Đảng ủy Quân sự tỉnh." in " ".join(annex.notes)


def test_a_party_organisation_below_itself_is_refused(store: Store) -> None:
    above = store.save("party-org", {"code": "DB01", "name": "Đảng bộ Quân sự"}, USER)
    below = store.save("party-org", {"code": "CB01", "name": "Chi bộ 1", "parent": above}, USER)
    for parent in (below, above):
        with pytest.raises(Refused, match="dưới chính nó"):
            store.save("party-org", {"uid": above, "code": "DB01", "name": "Đảng bộ Quân sự", "parent": parent}, USER)
