"""The list under a field opens again after whatever it stood under before is gone: a pane, a form for a new linked record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from tests.ui.keyboard import ALT, CTRL, SHIFT, Key, Keyboard
from ui.form import RecordForm
from ui.lookup import CalendarPopup, Popup
from ui.main_window import MainWindow
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
