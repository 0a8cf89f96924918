"""No change is lost in silence: a record changed, cancelled or drafted behind an open form says so, and a person decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest

from app import drafts
from db.errors import ExpectedError
from db.record import CANCELLED, ENTERED
from db.system import Draft
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui.changes import changes
from ui.confirm_pane import ConfirmPane
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> RecordPage:
    window.go(Place("education"))
    settle()
    found = window.page("education")
    assert isinstance(found, RecordPage)
    return found


@pytest.fixture
def form(page: RecordPage, settle: Settle) -> RecordForm:
    """The first record of the list, open beside it."""
    page.open_uid(page.list.model.row(0).uid or "")
    assert page.form is not None
    page.form.first_field()
    settle()
    return page.form


def read(form: RecordForm, uid: str | None = None) -> dict[str, Any]:
    return dict(form.store.read(uid or form.uid or "")[1])


def type_into(form: RecordForm, keys: Keyboard, name: str, text: str) -> None:
    form.go_to_answer("", name)
    keys.write(text)


def meanwhile(form: RecordForm, tell: bool = True, **answers: Any) -> None:
    """Somebody else changes the record."""
    form.store.save(form.declared.type_name, {**read(form), **answers}, form.user)
    if tell:
        changes.records_changed.emit(form.declared.type_name)


def words(form: RecordForm, which: str) -> str:
    notice = form.meeting.notices.get(which)
    return notice.words if notice is not None and notice.isVisible() else ""


def go(form: RecordForm, keys: Keyboard, which: str, verb: str) -> None:
    """Take a way on of a notice by key."""
    button = next(one for one in form.meeting.notices[which].buttons if one.text() == verb)
    button.setFocus()
    keys.press(Key.Key_Space)


def test_a_record_cancelled_from_the_list_is_not_entered_again_by_the_form_that_shows_it(
    window: MainWindow, page: RecordPage, form: RecordForm, keys: Keyboard, settle: Settle
) -> None:
    uid = form.uid or ""
    type_into(form, keys, "place", "Hội trường mới")
    page.list.table.setFocus()
    page.list.select(uid)
    QTest.keyClick(page.list.table, Key.Key_Delete, CTRL)
    settle()
    keys.write("Nhập nhầm")
    QTest.keyClick(next(one for one in window.findChildren(LinePane) if one.isVisible()).line, Key.Key_Return)
    for _round in range(3):
        settle()
    QTest.keyClick(next(one for one in window.findChildren(ConfirmPane) if one.isVisible()).go_button, Key.Key_Return)
    for _round in range(3):
        settle()
    assert read(form, uid)["state"] == CANCELLED
    assert "đã hủy bản ghi này" in words(form, "moved")
    form.go_to_answer("", "place")
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    assert read(form, uid)["state"] == CANCELLED
    assert "Nhập nhầm" in words(form, "moved")
    go(form, keys, "moved", "Khôi phục và ghi phần tôi sửa")
    settle()
    assert (read(form, uid)["state"], read(form, uid)["place"], read(form, uid)["cancel_reason"]) == (ENTERED, "Hội trường mới", None)


def test_a_change_behind_a_form_with_typed_text_refuses_the_save_and_says_who_changed_what(
    form: RecordForm, keys: Keyboard, settle: Settle
) -> None:
    type_into(form, keys, "place", "Nơi của tôi")
    meanwhile(form, tell=False, note="Ghi chú của người khác")
    before = len(form.store.versions(form.uid or ""))
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    assert len(form.store.versions(form.uid or "")) == before, "nothing was written"
    assert "Ghi chú" in words(form, "moved")
    assert "Quản trị" in words(form, "moved")
    assert keys.focus() is form.meeting.notices["moved"].buttons[0]
    keys.press(Key.Key_Tab)
    assert keys.focus() is form.meeting.notices["moved"].buttons[1]
    keys.press(Key.Key_Space)
    settle()
    after = read(form)
    assert (after["place"], after["note"]) == ("Nơi của tôi", "Ghi chú của người khác")
    assert form.meeting.notices == {}
    assert drafts.of_record(form.store, form.uid or "") is None


def test_the_same_answer_changed_on_both_sides_keeps_mine_and_names_it(form: RecordForm, keys: Keyboard, settle: Settle) -> None:
    type_into(form, keys, "place", "Nơi của tôi")
    meanwhile(form, place="Nơi của người khác", note="Khác")
    go(form, keys, "moved", "Ghi phần tôi sửa")
    settle()
    assert (read(form)["place"], read(form)["note"]) == ("Nơi của tôi", "Khác")
    assert "Địa điểm" in words(form, "merged")
    assert "Ghi chú" not in words(form, "merged")


def test_lines_of_both_sides_are_put_together(form: RecordForm, keys: Keyboard, settle: Settle) -> None:
    first = {"audience": "DQ_CD", "strength": 40, "required": 40, "present": 39}
    meanwhile(form, audiences=[first])
    form.go_to_answer("audiences", "present")
    keys.write("38")
    keys.press(Key.Key_Tab)
    assert form.dirty
    meanwhile(form, audiences=[{**first, "strength": 44}, {**first, "audience": "SQ", "strength": 7, "required": 7, "present": 7}])
    go(form, keys, "moved", "Ghi phần tôi sửa")
    settle()
    lines = [(one["audience"], one["strength"], one["present"]) for one in read(form)["audiences"]]
    assert lines == [("DQ_CD", 44, 38), ("SQ", 7, 7)]


def test_a_draft_that_was_dropped_meanwhile_is_written_anew(form: RecordForm, keys: Keyboard) -> None:
    type_into(form, keys, "place", "Một")
    form.keep_draft()
    drafts.remove(form.store, [form.draft_id or ""])
    keys.write(" hai")
    form.keep_draft()
    assert drafts.get(form.store, form.draft_id or "").content["place"] == "Một hai"


def test_a_form_with_nothing_typed_shows_what_was_changed_behind_it(form: RecordForm, keys: Keyboard) -> None:
    form.go_to_answer("", "place")
    meanwhile(form, place="Nơi khác")
    assert form.body.boxes["place"].made().text() == "Nơi khác"
    assert not form.dirty
    assert form.isAncestorOf(keys.focus())
    keys.press(Key.Key_S, modifiers=CTRL)
    assert read(form)["place"] == "Nơi khác"


def test_the_new_version_is_shown_and_the_typed_text_waits_as_a_draft(form: RecordForm, keys: Keyboard, settle: Settle) -> None:
    type_into(form, keys, "place", "Nơi của tôi")
    meanwhile(form, note="Khác")
    go(form, keys, "moved", "Xem bản mới")
    settle()
    assert form.body.boxes["note"].made().text() == "Khác"
    assert words(form, "draft").startswith("Có bản nháp của bạn lúc")
    go(form, keys, "draft", "Nhập tiếp")
    settle()
    assert form.body.boxes["place"].made().text() == "Nơi của tôi"
    assert "Ghi chú" in words(form, "moved"), "the draft knows the version it started from"
    keys.press(Key.Key_S, modifiers=CTRL)
    assert read(form)["note"] == "Khác"


def test_opening_a_record_with_an_own_draft_says_so_and_the_draft_can_be_dropped_and_taken_back(
    page: RecordPage, form: RecordForm, keys: Keyboard, settle: Settle
) -> None:
    uid = form.uid or ""
    type_into(form, keys, "place", "Nửa chừng")
    keys.press(Key.Key_N, modifiers=CTRL)
    settle()
    assert words(form, "draft") == ""
    page.open_uid(uid)
    assert words(form, "draft").startswith("Có bản nháp của bạn lúc")
    go(form, keys, "draft", "Bỏ")
    assert drafts.of_record(form.store, uid) is None
    go(form, keys, "draft", "Lấy lại")
    assert drafts.of_record(form.store, uid) is not None
    go(form, keys, "draft", "Nhập tiếp")
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    assert read(form, uid)["place"] == "Nửa chừng"
    assert form.meeting.notices == {}


def test_a_draft_left_behind_never_overwrites_what_was_saved_since(
    page: RecordPage, form: RecordForm, keys: Keyboard, settle: Settle
) -> None:
    uid = form.uid or ""
    type_into(form, keys, "place", "Cũ")
    page.close_form()
    page.open_uid(uid)
    meanwhile(form, note="Mới")
    settle()
    assert read(form, uid)["note"] == "Mới"
    assert "draft" in form.meeting.notices, "the draft still waits"
    go(form, keys, "draft", "Nhập tiếp")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert read(form, uid)["note"] == "Mới"
    go(form, keys, "moved", "Ghi phần tôi sửa")
    assert (read(form, uid)["place"], read(form, uid)["note"]) == ("Cũ", "Mới")


def test_a_record_opened_twice_finds_its_first_draft_and_never_gets_a_second(
    page: RecordPage, form: RecordForm, keys: Keyboard, settle: Settle
) -> None:
    uid, store = form.uid or "", form.store
    type_into(form, keys, "place", "Lần đầu")
    page.close_form()
    for _time in range(2):
        page.open_uid(uid)
        form.first_field()
        settle()
        assert form.meeting.notices["draft"].buttons[0].hasFocus(), "what is to be decided comes first"
        type_into(form, keys, "note", "lần hai")
        form.keep_draft()
        page.close_form()
    mine = store.execute(Draft.select(Draft.content).where(Draft.record == uid).tuples()).fetchall()
    assert len(mine) == 1
    assert json.loads(mine[0][0])["place"].endswith("Lần đầu")
    assert read(form, uid)["note"] != "lần hai"
    with pytest.raises(ExpectedError, match="đã có bản nháp của bạn"):
        drafts.put(store, form.declared.type_name, {"place": "khác"}, form.user, record=uid)
    page.open_uid(uid)
    go(form, keys, "draft", "Bỏ")
    assert not form.read_only
    type_into(form, keys, "note", "sau khi bỏ")
    assert form.entry.cells["note"].text.endswith("sau khi bỏ")


def test_a_draft_of_an_older_program_says_that_it_knows_no_version(page: RecordPage, form: RecordForm, keys: Keyboard) -> None:
    uid = form.uid or ""
    type_into(form, keys, "place", "Từ bản cũ")
    form.keep_draft()
    draft = form.draft_id or ""
    content = {name: text for name, text in drafts.get(form.store, draft).content.items() if name != "base"}
    form.store.execute(Draft.update(content=json.dumps(content)).where(Draft.id == draft))
    page.new()
    page.open_draft(draft)
    assert "không ghi nó bắt đầu từ bản nào" in words(form, "draft")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert read(form, uid)["place"] == "Từ bản cũ"


def test_what_is_composed_when_the_record_changes_stays(form: RecordForm, keys: Keyboard) -> None:
    form.go_to_answer("", "place")
    keys.compose("Hộ")
    meanwhile(form, note="Khác")
    keys.commit("Hội")
    assert form.body.boxes["place"].made().text().endswith("Hội")
    assert "moved" in form.meeting.notices
