"""Several records moved at once: by the rules of a single save, in one transaction, taken back as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import moving, users
from app.moving import Move
from db.errors import ExpectedError
from db.journal import now_text
from db.records import RECORD_TYPES
from db.store import Store
from tests import samples
from tests.app.import_kit import SESSION, Kit
from tests.samples import open_copy

EDUCATION, INSPECTION = RECORD_TYPES["education"], RECORD_TYPES["inspection"]
LATE = Move("period", "2019-H2", "gửi muộn")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        kit = Kit(opened, tmp_path)
        kit.take("education", SESSION, SESSION | {"Ngày": "03/01/2019"}, SESSION | {"Ngày": "20/07/2018"})
        yield kit


def uids(kit: Kit) -> list[str]:
    return [record["uid"] for record in kit.all("education")]


def column(store: Store, name: str) -> list[Any]:
    """Give what the table and the lines' table hold, so that a figure reads the move too."""
    field, line = EDUCATION._meta.fields[name], EDUCATION.kinds["audiences"]
    return [row[0] for row in store.execute(EDUCATION.select(field).order_by(EDUCATION.id).tuples())] + [
        row[0] for row in store.execute(line.select(line.counted_on).order_by(line.record).tuples())
    ]


def apply(kit: Kit, move: Move, wanted: list[str] | None = None) -> moving.Outcome:
    return moving.apply(kit.store, EDUCATION, wanted or uids(kit), move, samples.USER)


def test_what_a_type_can_be_moved_to_comes_from_its_declaration() -> None:
    found = {name: moving.ways(declared) for name, declared in RECORD_TYPES.items()}
    assert found["education"] == found["inspection"] == found["care"] == ("unit", "period")
    assert found["beneficiary"] == found["party-org"] == ("unit",)
    assert found["report"] == found["unit"] == found["topic"] == found["office"] == ()


def test_records_move_to_another_unit_with_the_unit_they_are_counted_in(kit: Kit) -> None:
    done = apply(kit, Move("unit", samples.HS))
    assert (done.changed, done.same, done.refused) == (3, 0, [])
    assert {(one["unit"], one["counting_unit"]) for one in kit.all("education")} == {(samples.HS, samples.HS)}


def test_a_record_counted_in_yet_another_unit_stays_counted_there(kit: Kit) -> None:
    record = kit.all("education")[0]
    kit.store.save("education", record | {"counting_unit": samples.HS}, samples.USER)
    kit.take("unit", {"Mã đơn vị": "XA1", "Tên đơn vị": "Xã Một"})
    apply(kit, Move("unit", kit.unit("XA1")["uid"]), [record["uid"]])
    assert kit.store.read(record["uid"])[1]["counting_unit"] == samples.HS


def test_records_moved_to_another_period_count_on_its_last_day_with_a_reason(kit: Kit) -> None:
    done = apply(kit, LATE)
    assert done.changed == 3
    assert set(column(kit.store, "counted_on")) == {"2019-12-14"}
    assert {(one["moved_to"], one["moved_why"]) for one in kit.all("education")} == {("2019-H2", "gửi muộn")}


def test_a_record_moved_to_the_period_of_its_own_day_is_moved_no_longer(kit: Kit) -> None:
    apply(kit, LATE)
    done = apply(kit, Move("period", "2019-H1", "đúng kỳ"))
    assert done.changed == 3
    by_day = {one["event_to"]: (one["moved_to"], one.get("moved_on")) for one in kit.all("education")}
    assert by_day == {"2019-01-02": (None, None), "2019-01-03": (None, None), "2018-07-20": ("2019-H1", "2019-06-14")}


def test_an_inspection_under_way_is_in_no_period_yet_and_is_named(kit: Kit) -> None:
    uid = kit.store.save("inspection", samples.inspection(concl_no=None, concl_date=None), samples.USER)
    found = moving.preview(kit.store, INSPECTION, [uid], LATE)
    assert found.changed == 0
    assert [one.uid for one in found.refused] == [uid]
    assert "chưa kết thúc" in found.refused[0].reason


def test_what_breaks_a_rule_stays_and_is_named_and_the_others_move(kit: Kit) -> None:
    first, second, third = uids(kit)
    cancelled = kit.store.read(second)[1]
    kit.store.cancel(second, "nhập nhầm", samples.USER)
    found = moving.preview(kit.store, EDUCATION, [first, second, third], Move("unit", samples.HS))
    assert (found.changed, [one.uid for one in found.refused]) == (2, [second])
    assert found.refused[0].title
    assert kit.store.read(first)[1]["unit"] == cancelled["unit"], "a preview writes nothing"
    done = apply(kit, Move("unit", samples.HS), [first, second, third])
    assert [one.uid for one in done.done] == [first, third]


def test_the_preview_and_the_move_agree_on_warnings(kit: Kit) -> None:
    kit.take("education", SESSION | {"Đơn vị": "HS00"})
    move = Move("unit", samples.HS)
    wanted = uids(kit)
    found = moving.preview(kit.store, EDUCATION, wanted, move)
    assert (found.changed, found.same, found.warned) == (3, 1, 1), "one would be the twin of a session of that unit"
    done = apply(kit, move, wanted)
    assert (done.changed, done.same, done.warned) == (3, 1, 1)


def low_sessions(kit: Kit) -> list[str]:
    """Enter two sessions of which too many were absent; one of them has its reason already."""
    line = samples.education()["audiences"][0] | {"present": 200}
    made = [kit.store.save("education", samples.education(event_to=f"2019-03-0{day}", audiences=[line]), samples.USER) for day in (4, 5)]
    record = kit.store.read(made[0])[1]
    kit.store.save("education", record | {"warned": dict.fromkeys(record["warned"], "trực chiến")}, samples.USER)
    return made


def test_one_reason_is_given_to_the_warnings_that_have_none(kit: Kit) -> None:
    given, waiting = low_sessions(kit)
    clean = uids(kit)[0]
    done = apply(kit, Move("explain", reason="  mưa lũ "), [clean, given, waiting])
    assert (done.changed, done.same, done.warned, done.refused) == (1, 2, 0, [])
    assert [set(kit.store.read(uid)[1]["warned"].values()) for uid in (given, waiting)] == [{"trực chiến"}, {"mưa lũ"}]
    assert moving.take_back(kit.store, done, samples.USER) == 0
    assert set(kit.store.read(waiting)[1]["warned"].values()) == {""}


def test_a_cancelled_record_is_given_no_reason_for_its_warnings(kit: Kit) -> None:
    _given, waiting = low_sessions(kit)
    kit.store.cancel(waiting, "nhập nhầm", samples.USER)
    done = apply(kit, Move("explain", reason="mưa lũ"), [waiting])
    assert (done.changed, [one.uid for one in done.refused]) == (0, [waiting])


def test_a_move_is_taken_back_as_a_whole(kit: Kit) -> None:
    before = {one["uid"]: one for one in kit.all("education")}
    done = apply(kit, LATE)
    assert moving.take_back(kit.store, done, samples.USER) == 0
    assert {one["uid"]: one for one in kit.all("education")} == before
    assert [len(kit.store.versions(uid)) for uid in before] == [3, 3, 3]


def test_a_commander_who_cancels_may_take_that_back(kit: Kit) -> None:
    users.enter(kit.store, "chi-huy", "Chỉ huy", ["commander"], samples.USER, now_text())
    done = moving.apply(kit.store, EDUCATION, uids(kit), Move("cancel", reason="ghi nhầm"), "chi-huy")
    assert done.changed == 3
    assert moving.take_back(kit.store, done, "chi-huy") == 0
    assert [one["state"] for one in kit.all("education")] == ["entered"] * 3


def test_what_was_changed_since_stays_when_a_move_is_taken_back(kit: Kit) -> None:
    first, second, third = uids(kit)
    done = apply(kit, Move("unit", samples.HS))
    kit.store.save("education", kit.store.read(first)[1] | {"place": "Hội trường"}, samples.USER)
    assert moving.take_back(kit.store, done, samples.USER) == 1
    assert [kit.store.read(uid)[1]["unit"] for uid in (first, second, third)] == [samples.HS, samples.DV1, samples.DV1]


def test_records_are_cancelled_together_and_come_back_through_the_rules(kit: Kit) -> None:
    wanted = uids(kit)
    apply(kit, Move("cancel", reason="nhập nhầm"), wanted)
    assert [one["cancel_reason"] for one in kit.all("education", "cancelled")] == ["nhập nhầm"] * 3
    done = apply(kit, Move("restore"), wanted)
    assert done.changed == 3
    assert [(one["state"], one["cancel_reason"]) for one in kit.all("education")] == [("entered", None)] * 3


def test_nothing_is_written_when_the_move_is_stopped(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 1)
    end = kit.store.chain_end()

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.apply(kit.store, EDUCATION, uids(kit), LATE, samples.USER, stop)
    assert kit.store.chain_end() == end


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Move("period", "2019-H2"), "Chưa có lý do"),
        (Move("cancel", reason="  "), "Chưa có lý do"),
        (Move("period", "2019-H3", "muộn"), "Không có kỳ báo cáo"),
        (Move("unit", "00000000-0000-7000-8000-000000000000"), "Không có đơn vị này"),
    ],
)
def test_a_move_that_is_none_is_refused_as_a_whole(kit: Kit, move: Move, words: str) -> None:
    with pytest.raises(ExpectedError, match=words):
        apply(kit, move)


def test_records_are_read_a_batch_at_a_time_and_never_one_by_one(kit: Kit) -> None:
    many = [SESSION | {"Ngày": f"{day:02}/{month:02}/2019"} for month in (2, 3) for day in range(1, 25)]
    kit.take("education", *many)
    wanted = uids(kit)
    asked: list[str] = []
    connection = kit.store.database.connection()
    connection.set_trace_callback(asked.append)
    moving.preview(kit.store, EDUCATION, wanted, Move("unit", samples.HS))
    connection.set_trace_callback(None)
    assert len(wanted) == 51
    assert len([sql for sql in asked if sql.startswith("SELECT")]) < 20


def test_what_counts_in_a_locked_period_stays_whatever_is_wanted_of_it(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.locks import Span

    first, second, third = uids(kit)
    monkeypatch.setattr(kit.store, "locked", lambda: (Span("2018-12-15", "2019-06-14", "2019-H1"),))
    for move in (Move("unit", samples.HS), LATE, Move("cancel", reason="nhập nhầm")):
        found = moving.preview(kit.store, EDUCATION, [first, second, third], move)
        assert [one.uid for one in found.refused] == [first, second]
        assert "đã chốt" in found.refused[0].reason
    into = moving.preview(kit.store, EDUCATION, [third], Move("period", "2019-H1", "muộn"))
    assert [one.uid for one in into.refused] == [third]
    done = apply(kit, Move("cancel", reason="nhập nhầm"), [first, second, third])
    assert [one.uid for one in done.done] == [third]
