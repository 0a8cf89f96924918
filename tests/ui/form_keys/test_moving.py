"""Every key of the table does what it says, in a form inside the window, where shortcuts of the window could take it first."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from app import field_help
from db.records import RECORD_TYPES
from tests.ui.form_keys.kit import Opened, Settle, education, name_here
from tests.ui.keyboard import ALT, CTRL, SHIFT, Key, Keyboard
from ui import look, shortcuts
from ui.key_sheet import KeySheet
from ui.lookup import CalendarPopup, Popup
from ui.main_window import MainWindow
from ui.palette import Palette
from ui.parts import Label
from ui.record_page import RecordPage

# -- the table ----------------------------------------------------------------------------------------------------------------


def test_every_action_of_the_table_is_done_where_it_says(opened: Opened, window: MainWindow) -> None:
    form = opened()
    done = {
        "form": {row.action for row in shortcuts.TABLE if callable(getattr(form.acts, row.action, None))},
        "lines": {*form.body.tables["audiences"].lines.acts, "across", "back", "down", "up", "fill"},
        "field": {"next", "previous", "show"},
        "day": {"tomorrow", "yesterday", "today"},
        "picker": {"open", "create"},
    }
    for place, actions in done.items():
        assert {row.action for row in shortcuts.TABLE if row.place == place} <= actions, place
    bound = {one.key().toString() for one in (*window._shortcuts, *window.toast._shortcuts)}  # noqa: SLF001
    assert {key for row in shortcuts.TABLE if row.place == "window" for key in row.keys} <= bound


def test_the_sheet_of_keys_says_every_row_of_the_table(window: MainWindow) -> None:
    sheet = KeySheet(window)
    said = {label.text() for label in sheet.findChildren(Label)}
    assert {row.words for row in shortcuts.TABLE} <= said
    sheet.deleteLater()


@pytest.mark.parametrize("key", [(Key.Key_Slash, CTRL)])
def test_the_sheet_of_keys_opens_from_a_form(key: tuple[Qt.Key, Qt.KeyboardModifier], opened: Opened, keys: Keyboard) -> None:
    opened()
    seen: list[bool] = []

    def glance() -> None:
        sheet = QApplication.activeModalWidget()
        seen.append(isinstance(sheet, KeySheet))
        if sheet is not None:
            sheet.close()

    QTimer.singleShot(50, glance)
    keys.press(key[0], modifiers=key[1])
    assert seen == [True]


# -- moving, help, panels -----------------------------------------------------------------------------------------------------


def test_enter_goes_on_and_shift_enter_back(opened: Opened, keys: Keyboard) -> None:
    form = opened(new=False)
    keys.press(Key.Key_Return, Key.Key_Enter)
    assert name_here(form) == "event_from"
    keys.press(Key.Key_Return, modifiers=SHIFT)
    assert name_here(form) == "place"


def test_f6_goes_to_a_field_by_a_part_of_its_name(opened: Opened, keys: Keyboard) -> None:
    form = opened()
    keys.press(Key.Key_F6)
    keys.write("giao vien")
    keys.press(Key.Key_Return)
    assert name_here(form) == "lecturer_role"
    keys.press(Key.Key_F6, Key.Key_Escape)
    assert name_here(form) == "lecturer_role"


def test_f1_opens_the_help_of_the_field_which_follows_the_focus_and_takes_none(opened: Opened, keys: Keyboard) -> None:
    form = opened("care")
    form.go_to_answer("", "event_to")
    keys.press(Key.Key_F1)
    assert form.help.words.startswith("Đến ngày. Ngày, như 05/03/2024.")
    assert name_here(form) == "event_to"
    form.go_to_answer("listed", "amount")
    assert "65tr" in form.help.words
    assert "Căn cứ: mức trợ cấp một lần theo Quyết định 142/2008/QĐ-TTg" in form.help.words
    keys.press(Key.Key_Tab, modifiers=SHIFT)
    assert "Pháp lệnh" in form.help.words
    keys.press(Key.Key_F1)
    assert form.help.words == ""
    keys.press(Key.Key_F1, Key.Key_Escape)
    assert form.help.words == ""
    assert form.isVisible()


def test_a_help_without_room_leaves_the_field_in_sight_and_is_read_on_by_a_key(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    form = opened()
    try:
        look.set_scale(160)
        window.resize(1280, 680)
        form.go_to_answer("", "form")
        keys.press(Key.Key_F1)
        settle()
        field = form.body.boxes["form"].made()
        assert field.hasFocus()
        assert not field.visibleRegion().isEmpty()
        bar = form.help.findChildren(QScrollArea)[0].verticalScrollBar()
        assert bar.maximum() > 0
        keys.press(Key.Key_F1, modifiers=SHIFT)
        assert bar.value() > 0
    finally:
        look.set_scale(100)


FIGURE_IN_WORDS = re.compile(r"\{\w+:\w+\}")
"""How a figure is written into a sentence: shown as such, no value that was forgotten."""


@pytest.mark.parametrize("type_name", RECORD_TYPES)
def test_every_question_has_a_help_that_says_how_to_answer(type_name: str) -> None:
    declared = RECORD_TYPES[type_name]
    for asks in (declared, *declared.kinds.values()):
        for question in asks.questions().values():
            assert field_help.title(question)
            said = field_help.lines(question)
            assert said, question.name
            assert all(line.strip() and "{" not in FIGURE_IN_WORDS.sub("", line) for line in said), question.name


def test_f9_opens_the_panel_at_the_side(opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle) -> None:
    opened(new=False)
    keys.press(Key.Key_F9)
    settle()
    assert window.side.isVisible()
    keys.press(Key.Key_F9)
    assert not window.side.isVisible()


def test_ctrl_f_goes_to_the_search_and_ctrl_k_to_the_palette(opened: Opened, window: MainWindow, keys: Keyboard) -> None:
    opened()
    page = window.page("education")
    assert isinstance(page, RecordPage)
    keys.press(Key.Key_F, modifiers=CTRL)
    assert page.list.search.hasFocus()
    opened()
    keys.press(Key.Key_K, modifiers=CTRL)
    palette = window.findChild(Palette)
    assert palette is not None
    assert palette.isVisible()


@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_K, CTRL), (Key.Key_F, CTRL), (Key.Key_Return, None), (Key.Key_Tab, None)])
def test_what_is_being_composed_is_kept_whatever_key_of_the_window_comes(
    key: Qt.Key, modifiers: Qt.KeyboardModifier | None, opened: Opened, window: MainWindow, keys: Keyboard
) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.write("Hội ")
    keys.compose("trường")
    keys.press(key, modifiers=modifiers or Qt.KeyboardModifier.NoModifier)
    assert form.entry.cells["place"].text == "Hội trường"
    assert form.body.boxes["place"].made().text() == "Hội trường"
    assert name_here(form) != "place"


def test_letters_and_backspace_belong_to_what_is_being_composed(opened: Opened, keys: Keyboard) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.compose("trườn")
    keys.press(Key.Key_Backspace, Key.Key_Left)
    assert name_here(form) == "place"
    assert form.body.boxes["place"].made().cell().text == "trườn"


# -- values -------------------------------------------------------------------------------------------------------------------


def test_f4_and_pins_repeat_and_shift_f4_repeats_a_line(opened: Opened, keys: Keyboard) -> None:
    form = opened()
    education(form, keys)
    form.go_to_answer("", "lecturer_role")
    keys.press(Key.Key_P, modifiers=CTRL | SHIFT)
    form.save_next()
    assert form.entry.cells["lecturer_role"].text
    form.go_to_answer("", "form")
    keys.press(Key.Key_F4)
    assert form.entry.cells["form"].text
    form.go_to_answer("audiences", "audience")
    keys.press(Key.Key_F4, modifiers=SHIFT)
    assert form.entry.answers()["audiences"][0]["present"] == 20
    form.go_to_answer("", "lecturer_role")
    keys.press(Key.Key_P, modifiers=CTRL | SHIFT)


def test_the_calendar_opens_from_its_button_and_closes_by_escape_without_leaving(opened: Opened, keys: Keyboard) -> None:
    form = opened()
    form.go_to_answer("", "event_to")
    editor = form.body.boxes["event_to"].made()
    keys.press(Key.Key_Down, modifiers=ALT)
    assert CalendarPopup.open_for(editor) is not None
    keys.press(Key.Key_Escape)
    assert CalendarPopup.open_for(editor) is None
    assert form.isVisible()
    form.go_to_answer("", "form")
    keys.press(Key.Key_Down, modifiers=ALT)
    field = form.body.boxes["form"].made()
    assert Popup.of(field).is_open_for(field)
    keys.press(Key.Key_Escape)
    assert form.isVisible()


def turn_wheel(widget: QWidget) -> None:
    spot, turn = QPointF(4, 4), QPoint(0, -120)
    still, none = Qt.ScrollPhase.NoScrollPhase, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QWheelEvent(spot, widget.mapToGlobal(spot), turn, turn, Qt.MouseButton.NoButton, none, still, False))


@pytest.mark.parametrize("type_name", ["education", "inspection", "care"])
def test_the_wheel_changes_nothing_in_a_field_with_or_without_the_focus(type_name: str, opened: Opened) -> None:
    form = opened(type_name, new=False)
    before = form.entry.content()
    for stop in form.body.stops():
        form.go_to(stop)
        for widget in [*form.findChildren(QLineEdit), *form.findChildren(QPlainTextEdit)]:
            if widget.isVisible():
                turn_wheel(widget)
    assert form.entry.content() == before
    assert not form.dirty
