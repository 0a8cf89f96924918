"""Every key of the table does what it says, in a form inside the window, where shortcuts of the window could take it first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app import field_help
from db.record import CANCELLED
from db.records import RECORD_TYPES
from tests.ui.keyboard import ALT, CTRL, SHIFT, Key, Keyboard
from ui import look, shortcuts
from ui.buttons import KeyCap
from ui.form import RecordForm
from ui.key_sheet import KeySheet
from ui.lines_grid import LinesTable
from ui.lookup import CalendarPopup, Popup
from ui.main_window import MainWindow
from ui.palette import Palette
from ui.parts import Label
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
Opened = Callable[..., RecordForm]


@pytest.fixture
def keys() -> Keyboard:
    return Keyboard()


@pytest.fixture
def opened(window: MainWindow, settle: Settle) -> Opened:
    """Open a form in the main window: an empty one, or that of the list's first record."""

    def make(type_name: str = "education", new: bool = True) -> RecordForm:
        window.go(Place(type_name, new=new))
        settle()
        page = window.page(type_name)
        assert isinstance(page, RecordPage)
        if not new:
            page.open_uid(page.list.model.row(0).uid or "")
        assert page.form is not None
        page.form.first_field()
        settle()
        return page.form

    return make


def name_here(form: RecordForm) -> str:
    here = form.current()
    return here.names[here.column] if isinstance(here, LinesTable) else here.name if here is not None else ""


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


# -- saving, leaving, starting -------------------------------------------------------------------------------------------------


def education(form: RecordForm, keys: Keyboard) -> None:
    """Fill in a small session by keyboard."""
    for kind, name, text in (
        ("", "unit", "DV05"), ("", "event_to", "5/3/19"), ("", "form", "2"), ("", "content_type", "2"), ("", "topic", "T14"),
        ("", "lecturer_role", "1"), ("audiences", "audience", "sq"),
        ("audiences", "strength", "20"), ("audiences", "required", "20"), ("audiences", "present", "20"),
    ):  # fmt: skip
        form.go_to_answer(kind, name)
        keys.write(text)
        if kind:
            keys.press(Key.Key_Tab)


def test_ctrl_s_saves_and_stays_and_ctrl_enter_saves_and_closes(opened: Opened, window: MainWindow, keys: Keyboard, qtbot: QtBot) -> None:
    form = opened()
    education(form, keys)
    with qtbot.waitSignal(form.saved):
        keys.press(Key.Key_S, modifiers=CTRL)
    assert form.uid is not None
    assert form.isVisible()
    assert keys.focus().accessibleName() == "Đối tượng học, dòng 1, Học bù", "what is typed next does not go into another field"
    form.go_to_answer("", "place")
    keys.write("Hội")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert keys.focus().accessibleName() == "Địa điểm"
    keys.write(" trường")
    with qtbot.waitSignal(form.saved):
        keys.press(Key.Key_Return, modifiers=CTRL)
    assert not form.isVisible()
    assert window.session.store.read(form.uid)[1]["place"] == "Hội trường"


def test_ctrl_n_starts_anew_and_keeps_the_draft_and_ctrl_d_copies(opened: Opened, keys: Keyboard) -> None:
    form = opened(new=False)
    unit = form.entry.cells["unit"].value
    keys.press(Key.Key_D, modifiers=CTRL)
    assert form.uid is None
    assert form.entry.cells["unit"].value == unit
    kept: list[str] = []
    form.draft_saved.connect(kept.append)
    keys.press(Key.Key_N, modifiers=CTRL)
    assert len(kept) == 1
    assert (form.uid, form.draft_id) == (None, None)
    assert form.entry.cells["place"].text == ""


def test_esc_closes_only_when_pressed_twice_within_three_seconds(opened: Opened, keys: Keyboard) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.write("x")
    keys.press(Key.Key_Escape)
    form.acts._leave_timer.timeout.emit()  # noqa: SLF001 - three seconds are over
    keys.press(Key.Key_Escape)
    assert form.isVisible()
    keys.press(Key.Key_Escape)
    assert not form.isVisible()
    assert form.draft_id is not None


def saved_and_next(opened: Opened, keys: Keyboard, settle: Settle) -> tuple[RecordForm, list[str]]:
    """Save a new session and begin the next; give the form and the uids it saved."""
    form = opened()
    education(form, keys)
    uids: list[str] = []
    form.saved.connect(uids.append)
    form.save_next()
    settle()
    return form, uids


def test_a_record_of_another_period_is_said_to_be_there_with_the_way_to_it(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    page = window.page("education")
    form = opened()
    education(form, keys)
    form.go_to_answer("", "event_to")
    keys.write("050624")
    keys.press(Key.Key_Return)
    form.save_here()
    settle()
    uid = form.uid or ""
    assert window.session.store.read(uid)[1]["event_to"] == "2024-06-05"
    assert window.toast.accessibleName().endswith("vào kỳ khác: 6 tháng đầu năm 2024.")
    assert window.toast.can_undo
    window.toast.focus()
    assert keys.focus().accessibleName() == "Mở"
    keys.press(Key.Key_Return)
    settle()
    assert window.session.period.code == "2024-H1"
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert page.form.uid == uid
    assert [page.list.model.row(at).uid for at in range(page.list.model.rowCount())] == [uid]
    form.save_here()
    settle()
    assert "kỳ khác" not in window.toast.accessibleName()


def test_ctrl_z_after_a_new_record_was_saved_puts_it_into_the_bin_and_its_words_back(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    form, uids = saved_and_next(opened, keys, settle)
    assert window.toast.can_undo
    keys.press(Key.Key_Z, modifiers=CTRL)
    settle()
    assert window.session.store.read(uids[0])[1]["state"] == CANCELLED
    assert form.uid is None
    assert form.entry.answers()["audiences"][0]["present"] == 20
    assert form.dirty


def test_ctrl_z_after_a_new_record_was_saved_loses_nothing_that_was_typed_or_answered(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    form = opened()
    education(form, keys)
    form.go_to_answer("audiences", "present")
    keys.write("5")
    form.go_to_answer("", "note")
    keys.write("Ghi chú của phiếu")
    form.check()
    keys.press(Key.Key_F8)
    keys.press(Key.Key_J, modifiers=CTRL)
    keys.write("Đi chống bão")
    keys.press(Key.Key_Return)
    typed, open_before = form.entry.content(), form.warnings
    assert list(typed["reasons"].values()) == ["Đi chống bão"]
    for way in (Key.Key_S, Key.Key_Return):
        keys.press(way, modifiers=CTRL)
        settle()
        keys.press(Key.Key_Z, modifiers=CTRL)
        settle()
        assert form.uid is None
        assert form.entry.content() == typed
        form.check()
        assert form.warnings == open_before, "the reason stands"
        form.first_field()
    uids: list[str] = []
    form.saved.connect(uids.append)
    keys.press(Key.Key_S, modifiers=CTRL)
    assert "Đi chống bão" in window.session.store.read(uids[0])[1]["warned"].values()


def test_ctrl_z_after_a_change_was_saved_brings_the_version_before_back(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    form = opened(new=False)
    uid = form.uid or ""
    before = window.session.store.read(uid)[1]
    form.go_to_answer("", "place")
    keys.write("Nơi khác")
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    assert window.session.store.read(uid)[1]["place"] == "Nơi khác"
    keys.press(Key.Key_Z, modifiers=CTRL)
    settle()
    assert window.session.store.read(uid)[1] == before
    assert form.uid == uid
    assert form.body.boxes["place"].made().text() == (before["place"] or "")


def test_ctrl_z_takes_typing_back_before_it_takes_saving_back(opened: Opened, window: MainWindow, keys: Keyboard) -> None:
    form = opened(new=False)
    form.go_to_answer("", "place")
    keys.write("Nơi khác")
    keys.press(Key.Key_S, modifiers=CTRL)
    form.go_to_answer("", "lecturer_name")
    keys.write("a")
    keys.press(Key.Key_Z, modifiers=CTRL)
    assert window.toast.can_undo
    assert window.session.store.read(form.uid or "")[1]["place"] == "Nơi khác"


def test_ctrl_z_in_the_next_record_leaves_the_saved_one_alone_once_something_is_typed(
    opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle
) -> None:
    form, uids = saved_and_next(opened, keys, settle)
    form.go_to_answer("", "topic")
    keys.write("T14")
    keys.press(Key.Key_Tab)
    settle()
    keys.press(Key.Key_Z, modifiers=CTRL)
    settle()
    assert window.session.store.read(uids[0])[1]["state"] == "entered"
    assert form.entry.cells["topic"].text
    assert window.toast.isVisible(), "its button still takes the saving back"
    assert not any(one.isVisible() for one in window.toast.findChildren(KeyCap)), "and no key is promised"
    window.toast.focus()
    keys.press(Key.Key_Space)
    settle()
    assert window.session.store.read(uids[0])[1]["state"] == CANCELLED


def test_ctrl_z_in_a_table_brings_a_removed_line_back_although_the_window_knows_the_key(opened: Opened, keys: Keyboard) -> None:
    form = opened(new=False)
    table = form.body.tables["audiences"]
    before = len(table.model.rows)
    form.go_to_answer("audiences", "required")
    keys.press(Key.Key_Delete, modifiers=CTRL)
    assert len(table.model.rows) == before - 1
    keys.press(Key.Key_Z, modifiers=CTRL)
    assert len(table.model.rows) == before


# -- problems and the toast ----------------------------------------------------------------------------------------------------


def test_f8_goes_through_the_problems_then_into_the_toast_and_back(opened: Opened, window: MainWindow, keys: Keyboard) -> None:
    form = opened()
    keys.press(Key.Key_S, modifiers=CTRL)
    walked = [name_here(form)]
    for _problem in range(form.errors - 1):
        keys.press(Key.Key_F8)
        walked.append(name_here(form))
    assert len(set(walked)) == form.errors
    done: list[bool] = []
    window.session.toast("Đã hủy 1 bản ghi.", lambda: done.append(True))
    keys.press(Key.Key_F8)
    assert window.toast.isAncestorOf(keys.focus())
    keys.press(Key.Key_F8)
    assert name_here(form) == walked[0]
    keys.press(Key.Key_F8, modifiers=SHIFT)
    assert name_here(form) == walked[-1]
    keys.press(Key.Key_F8)
    keys.press(Key.Key_Return)
    assert done == [True]
    assert name_here(form) == walked[-1]


def test_esc_in_the_toast_closes_it_and_goes_back(opened: Opened, window: MainWindow, keys: Keyboard) -> None:
    form = opened(new=False)
    window.session.toast("Đã hủy 1 bản ghi.", lambda: None)
    keys.press(Key.Key_F8)
    assert window.toast.isAncestorOf(keys.focus())
    keys.press(Key.Key_Escape)
    assert not window.toast.isVisible()
    assert name_here(form) == "unit"


def test_ctrl_o_opens_the_record_that_a_warning_names(opened: Opened, window: MainWindow, keys: Keyboard, settle: Settle) -> None:
    form = opened(new=False)
    first = form.uid
    keys.press(Key.Key_D, modifiers=CTRL)
    form.check()
    assert form.warnings >= 1
    keys.press(Key.Key_O, modifiers=CTRL)
    settle()
    assert form.uid == first


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
