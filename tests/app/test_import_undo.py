"""The undo of an import: what it would do is told before, and nothing vanishes under a record that was entered later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import import_undo, importing
from app.importing import Preview
from db.errors import ExpectedError
from tests import samples
from tests.app.import_kit import CHECK, SESSION, Kit
from tests.samples import open_copy

COMMUNE = "Phú Lâm"
PERSON = {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Diện đối tượng": "BENH_BINH"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def unit(code: str, name: str, **more: str) -> dict[str, str]:
    return {"Mã đơn vị": code, "Tên đơn vị": name, **more}


def listing(kit: Kit) -> Preview:
    """Import a medical check with one person by name."""
    group = {"Bản ghi số": 1, "Diện đối tượng": "BENH_BINH", "Xã": COMMUNE, "Số người": 1}
    sheets = {"Hoạt động": [{"Bản ghi số": 1, **CHECK}], "Đối tượng hưởng": [group], "Danh sách": [{"Bản ghi số": 1, **PERSON}]}
    found = kit.bring("care", kit.xlsx(sheets))
    assert found.refused == [], found.refusal()
    return found


def test_a_unit_under_later_records_stays_and_says_which_record_uses_it(kit: Kit) -> None:
    found = kit.take("unit", unit("XA1", "Xã Một"), unit("XA2", "Xã Hai"))
    kit.take("education", SESSION | {"Đơn vị": "XA1"})
    session = kit.one("education")
    done = kit.undo(found)
    assert (done.cancelled, done.left) == (1, ())
    assert [(one.uid, one.by, one.by_type) for one in done.held] == [(kit.unit("XA1")["uid"], session["uid"], "education")]
    assert "XA2" not in [one["code"] for one in kit.all("unit")]
    assert any("vì bản ghi khác còn dùng" in line for line in done.lines(kit.store))
    assert kit.store.problems(kit.store.types["education"], [session])[0] == []


def test_what_a_unit_that_stays_hangs_on_stays_too(kit: Kit) -> None:
    found = kit.take("unit", unit("HU9", "Huyện Chín"), unit("XA9", "Xã Chín", **{"Đơn vị cấp trên": "HU9"}), unit("XA8", "Xã Tám"))
    kit.take("education", SESSION | {"Đơn vị": "XA9"})
    assert {kit.store.read(one.uid)[1]["code"] for one in kit.undo(found).held} == {"HU9", "XA9"}


def test_persons_that_a_later_list_names_stay_and_others_go(kit: Kit) -> None:
    found = kit.take("beneficiary", PERSON | {"Xã": COMMUNE}, {"Họ và tên": "Lê Thị Bình", "Năm sinh": "1947", "Xã": COMMUNE})
    listing(kit)
    done = kit.undo(found)
    assert (done.cancelled, len(done.held)) == (1, 1)
    assert [one["name"] for one in kit.all("beneficiary")] == ["Nguyễn Văn An"]


def test_persons_made_by_the_lists_of_an_import_go_with_it(kit: Kit) -> None:
    found = listing(kit)
    done = kit.undo(found)
    assert done.held == ()
    assert kit.all("care") == kit.all("beneficiary") == []


def test_a_record_that_was_edited_since_keeps_the_persons_it_names(kit: Kit) -> None:
    found = listing(kit)
    record = kit.one("care")
    kit.store.save("care", record | {"place": "Trạm y tế"}, samples.USER)
    done = kit.undo(found)
    assert (done.cancelled, done.left) == (0, (record["uid"],))
    assert [one.by for one in done.held] == [record["uid"]]
    assert kit.one("beneficiary")["name"] == "Nguyễn Văn An"


def test_the_plan_tells_what_the_undo_does_and_writes_nothing(kit: Kit) -> None:
    found = kit.take("unit", unit("XA1", "Xã Một"), unit("XA2", "Xã Hai"), unit("DV01", "Tên khác"))
    kit.take("education", SESSION | {"Đơn vị": "XA1"})
    assert found.import_id
    before = kit.store.chain_end()
    planned = import_undo.plan(kit.store, found.import_id)
    assert kit.store.chain_end() == before
    done = kit.undo(found)
    assert (len(planned.cancels), len(planned.reverts)) == (done.cancelled, done.reverted) == (1, 1)
    assert tuple(planned.held) == done.held


def test_the_reason_stands_with_what_was_cancelled_and_the_file_can_come_again(kit: Kit) -> None:
    found = kit.take("unit", unit("XA1", "Xã Một"))
    assert found.import_id
    importing.undo(kit.store, found.import_id, samples.USER, reason="nhập nhầm tệp: năm 2018")
    (gone,) = kit.all("unit", "cancelled")
    assert gone["cancel_reason"] == f"Bỏ lần nhập {found.import_id[:13]}: nhập nhầm tệp: năm 2018"
    assert kit.take("unit", unit("XA1", "Xã Một")).new == 1
    with pytest.raises(ExpectedError, match="đã được bỏ rồi"):
        importing.undo(kit.store, found.import_id, samples.USER)
