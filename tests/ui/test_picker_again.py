"""Panes over a form: the list under a field opens again after they are gone; Tab stays in them; another record takes them away."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect

from app import lookup
from db.system import Draft
from tests.ui.keyboard import ALT, CTRL, SHIFT, Key, Keyboard
from ui.fields import Field
from ui.form import RecordForm
from ui.lookup import UNCHOSEN, CalendarPopup, Popup
from ui.main_window import MainWindow
from ui.overlays import FormPane
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]


@pytest.fixture
def form(window: MainWindow, settle: Settle) -> RecordForm:
    """A new record in the main window."""
    window.go(Place("education", new=True))
    settle()
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    return page.form


@pytest.mark.parametrize("high", [680, 420, 300])
def test_a_list_never_covers_the_field_that_is_typed_into(form: RecordForm, window: MainWindow, settle: Settle, high: int) -> None:
    keys, popup = Keyboard(), Popup.of(form)
    window.setMinimumSize(200, 200)
    window.resize(1280, high)
    settle()
    form.first_field()
    keys.press(Key.Key_F6)
    field = keys.focus()
    seen = QRect(field.mapTo(window, QPoint(0, 0)), field.size())
    assert popup.isVisible()
    assert window.rect().contains(popup.geometry())
    assert not popup.geometry().intersects(seen)
    keys.press(*[Key.Key_Down] * 30)
    assert popup.current == len(popup.options) - 1 or popup.current == 30


def delete_what_waits() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def list_opens(form: RecordForm, keys: Keyboard, name: str = "topic") -> None:
    form.go_to_answer("", name)
    keys.write("t" if name == "topic" else "h")
    popup = Popup.of(form)
    assert popup.isVisible()
    assert popup.is_open_for(form.body.boxes[name].made())


@pytest.mark.parametrize("end", [Key.Key_Return, Key.Key_Escape])
def test_a_list_opens_after_the_pane_of_f6_was_deleted(form: RecordForm, settle: Settle, end: Key) -> None:
    keys = Keyboard()
    form.first_field()
    keys.press(Key.Key_F6)
    keys.write("giao vien")
    assert Popup.of(form).isVisible()
    keys.press(end)
    settle()
    delete_what_waits()
    list_opens(form, keys)
    keys.press(Key.Key_Escape)
    assert not Popup.of(form).isVisible()


def test_a_list_opens_after_a_linked_record_was_made_in_place(form: RecordForm, settle: Settle) -> None:
    keys = Keyboard()
    form.go_to_answer("", "topic")
    keys.write("Chuyên đề chưa có")
    keys.press(Key.Key_N, modifiers=CTRL | SHIFT)
    settle()
    inner = next(one for one in form.findChildren(RecordForm))
    for name, text in (("code", "T99"), ("content_type", "1"), ("audience", "1")):
        inner.go_to_answer("", name)
        keys.write(text)
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    delete_what_waits()
    assert form.body.boxes["topic"].made().text().startswith("Chuyên đề chưa có")
    list_opens(form, keys, "form")
    list_opens(form, keys)


def test_a_list_that_stands_when_its_pane_goes_does_no_harm(form: RecordForm, settle: Settle) -> None:
    keys = Keyboard()
    form.first_field()
    keys.press(Key.Key_F6)
    keys.write("giao vien")
    pane = Popup.of(form).owner
    assert pane is not None
    parent = pane.parentWidget()
    assert parent is not None
    parent.deleteLater()  # without its own closing
    settle()
    delete_what_waits()
    Popup.of(form).go_to(0)
    list_opens(form, keys)


def test_the_calendar_opens_again_after_the_form_it_stood_in_is_gone(form: RecordForm, settle: Settle) -> None:
    keys = Keyboard()
    second = RecordForm(form.store, form.declared, form.user, form.window())
    second.setGeometry(200, 100, 700, 500)
    second.new()
    second.show()
    second.go_to_answer("", "event_to")
    keys.press(Key.Key_Down, modifiers=ALT)
    assert CalendarPopup.of(form).isVisible()
    keys.press(Key.Key_Escape)
    second.set_paused(True)
    second.deleteLater()
    settle()
    delete_what_waits()
    form.go_to_answer("", "event_to")
    keys.press(Key.Key_Down, modifiers=ALT)
    assert CalendarPopup.of(form).isVisible()


def test_tab_goes_round_in_the_form_of_a_new_linked_record(form: RecordForm, window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    form.go_to_answer("", "unit")
    keys.write("Ban CHQS huyện Mới")
    keys.press(Key.Key_N, modifiers=CTRL | SHIFT)
    settle()
    pane = window.findChild(FormPane)
    assert pane is not None
    start, reached = keys.focus(), set()
    for _step in range(60):
        keys.press(Key.Key_Tab)
        assert pane.isAncestorOf(keys.focus()), "what the pane covers is not reached"
        reached.add(keys.focus().accessibleName())
    assert {"Lưu và dùng", "Thôi", "Tên và cấp trên, dòng 1, Tên đơn vị", start.accessibleName()} <= reached
    keys.press(Key.Key_Backtab, modifiers=SHIFT)
    assert pane.isAncestorOf(keys.focus())
    window.resize(1100, 640)
    settle()
    assert form.rect().contains(pane.geometry()), "it follows the window"


def test_another_record_takes_the_form_of_a_new_linked_record_away_and_keeps_its_draft(
    form: RecordForm, window: MainWindow, settle: Settle
) -> None:
    keys = Keyboard()
    form.go_to_answer("", "unit")
    keys.write("Ban CHQS huyện Mới")
    keys.press(Key.Key_N, modifiers=CTRL | SHIFT)
    settle()
    keys.write("DV77")
    newest = lookup.newest(window.session.store, form.declared)
    assert newest is not None
    window.go(Place("education", uid=newest["uid"]))
    settle()
    delete_what_waits()
    assert window.findChild(FormPane) is None, "its answer would go into a record that nobody asked for"
    assert form.uid == newest["uid"]
    kept = [
        json.loads(content) for (content,) in window.session.store.execute(Draft.select(Draft.content).where(Draft.type == "unit").tuples())
    ]
    assert "DV77" in json.dumps(kept)


def test_a_mistyped_unit_offers_those_like_it_and_makes_no_new_one_by_enter(form: RecordForm, settle: Settle) -> None:
    keys, popup = Keyboard(), Popup.of(form)
    form.go_to_answer("", "unit")
    field = form.body.boxes["unit"].made()
    keys.write("Ban CHQS huyện An Thạhc")
    assert popup.is_open_for(field)
    assert popup.options[0].label == "Ban CHQS huyện An Thạch"
    assert popup.current == UNCHOSEN, "nothing that is offered is what was typed"
    keys.press(Key.Key_Return)
    settle()
    assert not form.findChildren(RecordForm), "no new unit is begun"
    assert keys.focus() is field
    assert popup.current == 0
    keys.press(Key.Key_Return)
    assert field.text() == "Ban CHQS huyện An Thạch"


def test_a_name_like_no_other_is_made_into_a_record_only_when_that_is_chosen(form: RecordForm, settle: Settle) -> None:
    keys = Keyboard()
    form.go_to_answer("", "unit")
    keys.write("zzzz")
    keys.press(Key.Key_Return)
    settle()
    assert not form.findChildren(RecordForm)
    assert form.body.boxes["unit"].made().text() == "zzzz"
    form.go_to_answer("", "unit")
    keys.write("zzzz")
    keys.press(Key.Key_Down)
    keys.press(Key.Key_Return)
    settle()
    assert len(form.findChildren(RecordForm)) == 1
    keys.press(Key.Key_Escape)
    keys.press(Key.Key_Escape)


def test_a_person_made_in_place_from_a_cell_stands_in_the_cell_and_tab_goes_on_from_there(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    window.go(Place("care", new=True))
    settle()
    page = window.page("care")
    assert isinstance(page, RecordPage)
    form = page.form
    assert form is not None
    keys.press(Key.Key_F6)
    keys.write("danh")
    keys.press(Key.Key_Return)
    keys.write("Lê Văn Đơn Giản")
    popup = Popup.of(form)
    while popup.current != len(popup.options) - 1:
        keys.press(Key.Key_Down)
    assert popup.options[-1].label.startswith("Thêm")
    keys.press(Key.Key_Return)
    settle()
    (inner,) = form.findChildren(RecordForm)
    inner.go_to_answer("", "categories")
    keys.write("thuong binh")
    keys.press(Key.Key_Return, Key.Key_Tab)
    keys.press(Key.Key_Return, modifiers=CTRL)
    settle()
    delete_what_waits()
    table = form.body.tables["listed"]
    assert table.has_focus()
    assert form.entry.lines["listed"][0]["person"].text.startswith("Lê Văn Đơn Giản")
    assert table.names[table.column] == "person"
    form.check()
    assert not any("không phải mã" in note.words for note in table.notes if not note.isHidden())
    keys.press(Key.Key_Tab)
    assert (table.has_focus(), table.row, table.column) == (True, 0, 1)


def test_when_a_draft_was_kept_is_said_on_its_own_page_only(form: RecordForm, window: MainWindow, settle: Settle) -> None:
    form.go_to_answer("", "place")
    Keyboard().write("hội trường")
    form.keep_draft()
    assert "Đã lưu nháp" in window.status.draft
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.list.chosen_ids() == [], "a record that is being entered is no row of the list"
    page.close_form()
    assert window.status.draft == ""
    page.new()
    form.go_to_answer("", "place")
    Keyboard().write("hội trường")
    form.keep_draft()
    window.go(Place("home"))
    settle()
    assert window.status.draft == ""


def test_of_an_answer_without_room_the_start_is_seen(form: RecordForm, window: MainWindow, settle: Settle) -> None:
    field = form.body.boxes["place"].made()
    form.go_to_answer("", "place")
    Keyboard().write("hội trường lớn của nhà văn hóa trung tâm thị trấn Kim Lộc, khu vực phía đông của huyện, tầng hai, phòng số bảy")
    form.go_to_answer("", "unit")
    form.go_to_answer("", "place")
    assert isinstance(field, Field)
    assert field.selectedText() == field.text()
    assert field.cursorPosition() == 0
