"""A period whose report was really approved: whatever is done to many records at once refuses the locked ones by name, does the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app import import_undo, importing, moving, unsaving
from app.entry import Entry
from app.moving import Move
from app.periods import period
from app.report import approval, sound
from db.locks import CODE
from db.records import RECORD_TYPES
from db.store import Refused
from tests import samples
from tests.app.import_kit import SESSION, Kit
from tests.samples import USER, open_copy

EDUCATION = RECORD_TYPES["education"]
WORDS = "Kỳ 6 tháng đầu năm 2019 đã chốt; muốn sửa, chỉ huy mở bản bổ sung."
INSIDE, AFTER = SESSION | {"Ngày": "03/04/2019"}, SESSION | {"Ngày": "20/07/2019"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def approve(kit: Kit) -> None:
    samples.signable(kit.store)
    half = period(kit.store, "2019-H1")
    approval.approve(kit.store, half, USER, "KHONG", datetime(2019, 6, 17, 9, 0), agreed=sound.EVERY_DOUBT)


def by_day(kit: Kit, state: str = "entered") -> dict[str, Any]:
    return {one["event_to"]: one for one in kit.all("education", state)}


def state_of(kit: Kit) -> tuple[str, str]:
    return kit.store.chain_end(), kit.store.state_hash()


@pytest.mark.parametrize(
    "move",
    [Move("unit", samples.HS), Move("period", "2019-H2", "gửi muộn"), Move("cancel", reason="nhập nhầm")],
    ids=lambda move: move.what,
)
def test_of_several_records_those_of_the_locked_period_are_refused_with_the_words_of_a_form(kit: Kit, move: Move) -> None:
    kit.take("education", INSIDE, AFTER)
    approve(kit)
    inside, after = by_day(kit)["2019-04-03"], by_day(kit)["2019-07-20"]
    wanted = [inside["uid"], after["uid"]]
    found = moving.preview(kit.store, EDUCATION, wanted, move)
    assert [(one.uid, one.reason) for one in found.refused] == [(inside["uid"], WORDS)]
    done = moving.apply(kit.store, EDUCATION, wanted, move, USER)
    assert [(one.uid, one.reason) for one in done.refused] == [(inside["uid"], WORDS)]
    assert kit.store.read(inside["uid"])[1] == inside
    if move.what == "period":
        assert done.same + done.changed == 1
    else:
        assert [one.uid for one in done.done] == [after["uid"]]


def test_into_the_locked_period_nothing_moves(kit: Kit) -> None:
    kit.take("education", AFTER)
    approve(kit)
    before = state_of(kit)
    uid = by_day(kit)["2019-07-20"]["uid"]
    done = moving.apply(kit.store, EDUCATION, [uid], Move("period", "2019-H1", "muộn"), USER)
    assert [(one.uid, one.reason) for one in done.refused] == [(uid, WORDS)]
    assert state_of(kit) == before


def test_a_record_in_the_bin_stays_there_while_its_period_is_locked(kit: Kit) -> None:
    kit.take("education", INSIDE, AFTER)
    for one in kit.all("education"):
        kit.store.cancel(one["uid"], "nhầm", USER)
    approve(kit)
    gone = by_day(kit, "cancelled")
    done = moving.apply(kit.store, EDUCATION, [one["uid"] for one in gone.values()], Move("restore"), USER)
    assert [(one.uid, one.reason) for one in done.refused] == [(gone["2019-04-03"]["uid"], WORDS)]
    assert [one.uid for one in done.done] == [gone["2019-07-20"]["uid"]]


def test_taking_a_move_back_leaves_what_was_locked_since_and_takes_back_the_rest(kit: Kit) -> None:
    kit.take("education", INSIDE, AFTER)
    done = moving.apply(kit.store, EDUCATION, [one["uid"] for one in kit.all("education")], Move("unit", samples.HS), USER)
    approve(kit)
    assert moving.take_back(kit.store, done, USER) == 1
    assert {day: one["unit"] for day, one in by_day(kit).items()} == {"2019-04-03": samples.HS, "2019-07-20": samples.DV1}


def test_the_undo_of_an_import_leaves_what_is_locked_says_why_and_takes_back_the_rest(kit: Kit) -> None:
    found = kit.take("education", INSIDE, AFTER)
    assert found.import_id
    approve(kit)
    inside, after = by_day(kit)["2019-04-03"], by_day(kit)["2019-07-20"]
    plan = import_undo.plan(kit.store, found.import_id)
    assert plan.locked == {inside["uid"]: WORDS}
    assert list(plan.cancels) == [after["uid"]]
    undone = importing.undo(kit.store, found.import_id, USER)
    assert (undone.cancelled, undone.locked) == (1, ((inside["uid"], WORDS),))
    assert any(WORDS in line for line in undone.lines(kit.store))
    assert kit.store.read(inside["uid"])[1]["state"] == "entered"
    assert kit.store.read(after["uid"])[1]["state"] == "cancelled"


def test_what_an_import_changed_in_a_period_locked_since_keeps_its_change(kit: Kit) -> None:
    kit.take("education", INSIDE)
    found = kit.take("education", {"Mã bản ghi": kit.one("education")["uid"], "Ghi chú": "mới"})
    assert found.import_id
    assert import_undo.plan(kit.store, found.import_id).reverts, "the import changed the session"
    approve(kit)
    undone = importing.undo(kit.store, found.import_id, USER)
    assert (undone.reverted, len(undone.locked)) == (0, 1)
    assert kit.one("education")["note"] == "mới"


def test_a_unit_that_a_locked_record_uses_stays_when_its_import_is_undone(kit: Kit) -> None:
    units = kit.take("unit", {"Mã đơn vị": "XA1", "Tên đơn vị": "Xã Một"})
    kit.take("education", INSIDE | {"Đơn vị": "XA1"})
    approve(kit)
    undone = kit.undo(units)
    assert (undone.cancelled, len(undone.held)) == (0, 1)


def test_ctrl_z_after_the_period_was_locked_is_refused_and_writes_nothing(kit: Kit) -> None:
    kit.take("education", INSIDE)
    uid = kit.one("education")["uid"]
    kit.store.save("education", kit.store.read(uid)[1] | {"note": "khác"}, USER)
    saved = unsaving.newest(kit.store, uid)
    approve(kit)
    before = state_of(kit)
    with pytest.raises(Refused, match="đã chốt"):
        unsaving.take_back(kit.store, uid, saved, USER)
    assert state_of(kit) == before


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ({"event_to": "2019-04-03"}, "event_to"),
        ({"event_to": "2019-07-20"}, None),
        ({"event_to": "2019-07-20", "moved_to": "2019-H1"}, "moved_to"),
        ({"event_to": "2019-04-03", "moved_to": "2019-H2"}, None),
    ],
)
def test_a_new_record_says_beside_its_day_that_the_period_is_locked(kit: Kit, answers: dict[str, str], where: str | None) -> None:
    approve(kit)
    entry = Entry(kit.store, EDUCATION)
    entry.set_answers(samples.education() | {"event_from": answers["event_to"]} | answers)
    found = [one for one in entry.check() if one.problem.code == CODE]
    assert [(one.name, one.problem.message) for one in found] == ([] if where is None else [(where, WORDS)])


def test_after_an_amendment_is_opened_everything_can_be_done_again(kit: Kit) -> None:
    kit.take("education", INSIDE)
    approve(kit)
    approval.amend(kit.store, period(kit.store, "2019-H1"), USER, "thiếu một buổi")
    uid = kit.one("education")["uid"]
    assert moving.apply(kit.store, EDUCATION, [uid], Move("cancel", reason="nhầm"), USER).changed == 1


def test_another_thread_that_looks_while_a_report_is_approved_sees_the_lock_afterwards(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.take("education", INSIDE)
    audit, seen = kit.store.audit, []

    def look(*arguments: Any, **more: Any) -> None:
        audit(*arguments, **more)

        def other() -> None:
            seen.append(kit.store.locked())
            kit.store.database.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    monkeypatch.setattr(kit.store, "audit", look)
    approve(kit)
    assert set(seen) == {()}, "nothing is locked before the approval is written"
    assert [span.code for span in kit.store.locked()] == ["2019-H1"]
