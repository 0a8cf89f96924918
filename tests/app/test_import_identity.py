"""The same rows again, drafts, undo, one transaction (contract.md 4, "Identity at import")."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import drafts, import_puts, import_undo, importing
from app.history import versions
from db.errors import ExpectedError
from db.records.inspection import Inspection
from db.system import Draft, Journal
from tests import samples
from tests.app.import_kit import CHECK, SESSION, Kit, tally
from tests.samples import open_copy

LOW = SESSION | {"Tham gia": "300"}
"""Attendance so low that it is a warning."""


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def unit(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"Mã đơn vị": code, "Tên đơn vị": name, **more}


def kept_drafts(kit: Kit) -> list[tuple[str, dict[str, Any]]]:
    rows = kit.store.execute(Draft.select(Draft.id, Draft.content).order_by(Draft.id).tuples())
    return [(draft, json.loads(content)) for draft, content in rows]


def events(kit: Kit, kind: str) -> list[dict[str, Any]]:
    entries = kit.store.entries((Journal.kind == "audit") & (Journal.type == kind))
    return [json.loads(entry.body) for entry in entries]


# -- the same rows again -----------------------------------------------------------------------------------------------------


def test_two_equal_rows_are_two_records_and_the_file_again_finds_both(kit: Kit) -> None:
    assert tally(kit.take("education", SESSION, SESSION)) == (2, 0, 0)
    assert tally(kit.take("education", SESSION, SESSION)) == (0, 0, 2)
    assert tally(kit.take("education", SESSION, SESSION, SESSION)) == (1, 0, 2)
    assert len(kit.all("education")) == 3


def test_a_row_is_known_by_what_it_says_not_by_how_it_is_written(kit: Kit) -> None:
    kit.take("education", SESSION)
    other = SESSION | {"Đơn vị": "Ban CHQS thành phố Hà Sơn", "Ngày": "2/1/2019", "Hình thức": "hoc tap chinh tri"}
    again = dict(reversed(other.items()))
    assert tally(kit.take("education", again)) == (0, 0, 1)
    assert tally(kit.bring("education", kit.xlsx({"Trang 1": [SESSION | {"Phải học": 420}]}))) == (0, 0, 1)
    assert tally(kit.take("education", SESSION | {"Địa điểm": "Hội trường"})) == (1, 0, 0)


def test_a_known_row_stays_known_after_its_record_was_edited_and_the_tables_rebuilt(kit: Kit) -> None:
    kit.take("education", SESSION)
    kit.store.save("education", kit.one("education") | {"place": "Hội trường"}, samples.USER)
    assert tally(kit.take("education", SESSION)) == (0, 0, 1)
    kit.store.rebuild()
    assert tally(kit.take("education", SESSION)) == (0, 0, 1)
    kit.store.cancel(kit.one("education")["uid"], "nhập nhầm", samples.USER)
    assert tally(kit.take("education", SESSION)) == (0, 0, 1)


def test_each_entry_of_an_import_carries_its_id_and_the_rows_hash(kit: Kit) -> None:
    found = kit.take("education", SESSION, SESSION)
    entries = [entry for entry in kit.store.entries(Journal.import_id == found.import_id) if entry.kind == "put"]
    assert {entry.head["im"] for entry in entries} == {found.import_id}
    assert len({entry.head["ih"] for entry in entries}) == 2
    (said,) = events(kit, "import")
    assert said == {"import": found.import_id, "type": "education", "new": 2, "updated": 0, "already": 0}


def test_an_undone_row_is_unknown_again(kit: Kit) -> None:
    first = kit.take("education", SESSION)
    kit.undo(first)
    assert kit.all("education") == []
    assert tally(kit.take("education", SESSION)) == (1, 0, 0)
    assert tally(kit.take("education", SESSION)) == (0, 0, 1)


def test_an_undone_record_with_a_key_is_new_again_and_can_be_undone_again(kit: Kit) -> None:
    row = unit("DV05", "Ban CHQS huyện Châu Phong")
    kit.undo(kit.take("unit", row))
    assert all(record["code"] != "DV05" for record in kit.all("unit"))
    again = kit.take("unit", row)
    assert tally(again) == (1, 0, 0)
    assert kit.unit("DV05")["cancel_reason"] is None
    kit.undo(again)
    assert all(record["code"] != "DV05" for record in kit.all("unit"))
    assert tally(kit.preview("unit", kit.csv(row))) == (1, 0, 0)


def test_a_record_cancelled_by_hand_is_not_brought_back_by_a_file_that_does_not_say_so(kit: Kit) -> None:
    row = unit("DV05", "Ban CHQS huyện Châu Phong")
    kit.take("unit", row)
    kit.store.cancel(kit.unit("DV05")["uid"], "nhập nhầm", samples.USER)
    assert tally(kit.take("unit", row)) == (0, 0, 1)
    assert tally(kit.take("unit", row | {"Trạng thái": "Đã nhập", "Lý do hủy": ""})) == (0, 1, 0)
    assert kit.unit("DV05")["state"] == "entered"


# -- undo --------------------------------------------------------------------------------------------------------------------


def test_undo_cancels_what_was_made_and_puts_back_what_was_changed(kit: Kit) -> None:
    before = kit.unit("DV01")
    state = kit.store.state_hash()
    found = kit.take("unit", unit("DV01", "Tên khác"), unit("DV05", "Ban CHQS huyện Châu Phong"))
    assert tally(found) == (1, 1, 0)
    undone = kit.undo(found)
    assert (undone.cancelled, undone.reverted, undone.left) == (1, 1, ())
    assert kit.unit("DV01") == before
    assert kit.store.state_hash() != state  # the journal only grows: two versions more, one record cancelled
    (cancelled,) = kit.all("unit", "cancelled")
    assert found.import_id is not None
    assert found.import_id[:13] in cancelled["cancel_reason"]
    after = kit.store.state_hash()
    kit.store.rebuild()
    assert kit.store.state_hash() == after


def test_undo_leaves_and_lists_what_was_edited_since(kit: Kit) -> None:
    found = kit.take("education", SESSION, SESSION | {"Ngày": "03/01/2019"})
    first, second = kit.all("education")
    kit.store.save("education", first | {"place": "Hội trường"}, samples.USER)
    undone = kit.undo(found)
    assert undone.left == (first["uid"],)
    assert any(first["uid"][-8:] in line for line in undone.lines(kit.store))
    assert [record["uid"] for record in kit.all("education")] == [first["uid"]]
    assert [record["uid"] for record in kit.all("education", "cancelled")] == [second["uid"]]
    assert tally(kit.take("education", SESSION, SESSION | {"Ngày": "03/01/2019"})) == (1, 0, 1)


def test_undo_is_done_once_and_only_for_an_import(kit: Kit) -> None:
    found = kit.take("education", SESSION)
    kit.undo(found)
    with pytest.raises(ExpectedError, match="đã được bỏ"):
        kit.undo(found)
    with pytest.raises(ExpectedError, match="Không có lần nhập"):
        importing.undo(kit.store, "0169148a", samples.USER)


# -- drafts ------------------------------------------------------------------------------------------------------------------

DRAFT = SESSION | {"Ngày": "31/02/2019", "Tham gia": "nhiều", "Trạng thái": "Nháp"}


def test_a_draft_row_is_kept_as_typed_and_found_again(kit: Kit) -> None:
    assert tally(kit.take("education", DRAFT, SESSION)) == (2, 0, 0)
    ((_, content),) = kept_drafts(kit)
    assert content["event_to"] == "31/02/2019"
    assert content["audiences"][0]["present"] == "nhiều"
    assert len(kit.all("education")) == 1
    assert tally(kit.take("education", DRAFT, SESSION)) == (0, 0, 2)
    kit.store.rebuild()
    assert len(kept_drafts(kit)) == 1


def test_undo_deletes_drafts_but_not_edited_ones(kit: Kit) -> None:
    found = kit.take("education", DRAFT, DRAFT | {"Địa điểm": "Hội trường"})
    (first, content), _ = kept_drafts(kit)
    drafts.put(kit.store, "education", content | {"event_to": "28/02/2019"}, samples.USER, draft=first)
    undone = kit.undo(found)
    assert (undone.drafts, undone.left_drafts) == (1, 1)
    assert [draft for draft, _ in kept_drafts(kit)] == [first]
    assert tally(kit.preview("education", kit.csv(DRAFT, DRAFT | {"Địa điểm": "Hội trường"}))) == (1, 0, 1)


def test_a_draft_saved_later_carries_its_import_on(kit: Kit) -> None:
    found = kit.take("education", DRAFT)
    ((draft, _),) = kept_drafts(kit)
    kit.store.save("education", samples.education(), samples.USER, origin=drafts.origin(kit.store, draft))
    drafts.remove(kit.store, [draft])
    assert tally(kit.preview("education", kit.csv(DRAFT))) == (0, 0, 1)
    assert kit.undo(found).cancelled == 1
    assert tally(kit.preview("education", kit.csv(DRAFT))) == (1, 0, 0)


def test_a_draft_that_an_undo_left_is_known_once_it_is_saved(kit: Kit) -> None:
    found = kit.take("education", DRAFT)
    ((draft, content),) = kept_drafts(kit)
    drafts.put(kit.store, "education", content, samples.USER, draft=draft)
    kit.undo(found)
    kit.store.save("education", samples.education(), samples.USER, origin=drafts.origin(kit.store, draft))
    drafts.remove(kit.store, [draft])
    assert tally(kit.preview("education", kit.csv(DRAFT))) == (0, 0, 1)


# -- problems ----------------------------------------------------------------------------------------------------------------


def test_rows_with_warnings_are_imported_with_the_warning_open(kit: Kit) -> None:
    found = kit.take("education", LOW, SESSION | {"Ngày": "03/01/2019"})
    assert (found.new, found.doubtful) == (2, 1)
    assert [(one.row, one.column) for one in found.doubts] == [(2, "Tham gia")]
    low, good = kit.all("education")
    assert low["warned"] == {"E7@audiences[0].present": ""}
    assert "warned" not in good


def test_a_row_like_an_earlier_one_of_the_file_or_the_store_is_doubtful(kit: Kit) -> None:
    kit.store.save("education", samples.education(), samples.USER)
    found = kit.take("education", SESSION, SESSION | {"Ngày": "05/01/2019"}, SESSION | {"Ngày": "05/01/2019", "Địa điểm": "Khác"})
    assert [one.row for one in found.doubts] == [2, 4]


def test_refused_rows_are_all_named_and_the_others_still_come(kit: Kit) -> None:
    rows = (
        SESSION | {"Tham gia": "430"}, SESSION | {"Ngày": "31/02/2019", "Đối tượng": "Học sinh"}, SESSION,
        SESSION | {"Ngày": ""}, SESSION | {"Tham gia": "-5"}, SESSION | {"Tham gia": "65,4"},
    )  # fmt: skip
    found = kit.bring("education", kit.csv(*rows))
    assert [(one.row, one.column) for one in sorted(found.refused, key=lambda one: one.row)] == [
        (2, "Tham gia"), (3, "Ngày"), (3, "Đối tượng"), (5, "Ngày"), (6, "Tham gia"), (7, "Tham gia"),
    ]  # fmt: skip
    assert all(one.reason and one.sheet for one in found.refused)
    assert len(kit.all("education")) == 1


# -- one transaction ---------------------------------------------------------------------------------------------------------


def test_a_failure_in_the_middle_leaves_nothing_written(kit: Kit) -> None:
    text = "Ưu điểm " * 2_400
    row = {"Đơn vị": "DV01", "Từ ngày": "01/03/2019", "Đến ngày": "05/03/2019", "Loại": "KT_CH", "Chủ thể tiến hành": "CHI_BO",
           "Trong chương trình / đột xuất": "KE_HOACH", "Tổ chức đảng chủ trì": "CB01", "Nội dung": "NQ_CT"}  # fmt: skip
    subject = {"Loại đối tượng": "TCD", "Tổ chức đảng": "CB01"}
    rows = [{"Bản ghi số": 1, **row, **subject}] + [{"Bản ghi số": 2, **row, **subject, "Ưu điểm": text} for _ in range(60)]
    found = kit.preview("inspection", kit.csv(*rows, {"Bản ghi số": 3, **row, **subject, "Trạng thái": "Nháp"}))
    assert (found.new, found.refused) == (3, [])
    state, end = kit.store.state_hash(), kit.store.chain_end()
    with pytest.raises(ExpectedError, match="1 MiB"):
        importing.apply(kit.store, found, samples.USER)
    assert found.import_id is None
    assert (kit.store.state_hash(), kit.store.chain_end()) == (state, end)
    assert kept_drafts(kit) == []
    assert kit.store.count(Inspection) == 0


def test_a_preview_writes_nothing(kit: Kit) -> None:
    state, end = kit.store.state_hash(), kit.store.chain_end()
    kit.preview("care", kit.csv(CHECK | {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Diện đối tượng": "BENH_BINH"}))
    kit.preview("education", kit.csv(SESSION, DRAFT, LOW))
    assert (kit.store.state_hash(), kit.store.chain_end(), kept_drafts(kit)) == (state, end, [])


def test_long_work_says_how_far_it_is(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (importing, import_puts, import_undo):
        monkeypatch.setattr(module, "BATCH", 2)
    steps: list[tuple[int, int]] = []
    rows = [SESSION | {"Ngày": f"{day:02}/01/2019"} for day in range(1, 6)]
    found = kit.preview("education", kit.csv(*rows), progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    steps.clear()
    importing.apply(kit.store, found, samples.USER, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    steps.clear()
    assert found.import_id
    importing.undo(kit.store, found.import_id, samples.USER, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert kit.all("education") == []


def test_every_version_of_an_import_stands_in_the_history_of_its_record(kit: Kit) -> None:
    found = kit.take("unit", unit("DV01", "Tên khác"))
    kit.undo(found)
    assert len(versions(kit.store, samples.DV1)) == 3
