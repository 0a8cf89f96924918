"""What is said under a field is said whole, remedy included, and is the remedy of that field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from db.questions import PartialDay
from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.walking import cut, elided, painted
from ui import style
from ui.form import RecordForm
from ui.lines_paint import Note
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]


def new_form(window: MainWindow, key: str, settle: Settle) -> RecordForm:
    window.go(Place(key))
    settle()
    Keyboard().press(Key.Key_N, modifiers=CTRL)
    settle()
    page = window.page(key)
    assert isinstance(page, RecordPage)
    assert page.form is not None
    return page.form


def answer(form: RecordForm, name: str, text: str) -> None:
    form.go_to_answer("", name)
    Keyboard().write(text)
    Keyboard().press(Key.Key_Tab)
    form.check()


def notes(form: RecordForm) -> list[Note]:
    return [one for one in form.body.findChildren(Note) if one.isVisible() and one.words]


@pytest.mark.parametrize("percent", [100, 130, 160])
@pytest.mark.parametrize(
    ("key", "name", "typed", "end"),
    [
        ("education", "event_to", "31/02/2019", "Hãy xem lại ngày và tháng."),
        ("education", "lessons", "abc", "như 1245 hoặc 1.245."),
        ("education", "sessions", "abc", "như 1245 hoặc 1.245."),
        ("education", "lecturer_role", "không có", "mã)."),
        ("beneficiary", "birth", "3/48", "Hãy viết như 1948, 03/1948 hoặc 05/03/1948."),
    ],
)
def test_a_message_below_a_short_field_is_whole_with_its_remedy(
    percent: int, key: str, name: str, typed: str, end: str, app: QApplication, window: MainWindow, settle: Settle
) -> None:
    style.install(app, "light", percent)
    window.resize(1366, 768)
    form = new_form(window, key, settle)
    answer(form, name, typed)
    settle()
    (said,) = [one for one in form.body.boxes[name].notes if one.words]
    assert said.words.endswith(end)
    with painted() as heard:
        form.grab()
    assert not [one for one in cut(form, heard) if "Note" in one]
    assert not [one for one in elided(heard) if "Note" in one]
    assert any(one.by == "Note" and one.text == said.words for one in heard)
    assert said.geometry().right() <= form.body.width()


def test_messages_of_one_row_do_not_cover_each_other_or_the_fields_below(window: MainWindow, settle: Settle) -> None:
    form = new_form(window, "education", settle)
    for name in ("sessions", "lessons", "event_to"):
        answer(form, name, "một hai ba bốn năm sáu bảy")
    settle()
    shown = notes(form)
    assert len(shown) >= 3
    fields = [box.editor for box in form.body.boxes.values() if box.editor is not None and box.editor.isVisible()]
    for one in shown:
        others = [other for other in (*shown, *fields) if other is not one]
        assert not [other for other in others if other.geometry().intersects(one.geometry())]


def test_a_partial_day_is_answered_with_the_remedy_of_a_partial_day() -> None:
    with pytest.raises(ValueError, match=r"1948, 03/1948 hoặc 05/03/1948"):
        PartialDay("Năm sinh").parse("3/48")


def test_a_new_unit_without_a_code_is_refused_beside_the_code(window: MainWindow, settle: Settle) -> None:
    form = new_form(window, "unit", settle)
    Keyboard().press(Key.Key_S, modifiers=CTRL)
    settle()
    assert form.body.boxes["code"].made().property("state") == "error"
    assert form.errors > 1, "what else is missing is said too"
    assert not form.head.failure
    assert form.current() is form.body.boxes["code"]
