"""The keys that save, start anew, take back and leave, in a form inside the window, and those that lead through its problems."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from db.record import CANCELLED
from tests.ui.form_keys.kit import Opened, Settle, education, name_here
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui.buttons import KeyCap
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.record_page import RecordPage

# -- saving, leaving, starting -----------------------------------------------------------------------------------------------


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
