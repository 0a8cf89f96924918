"""A form, by keyboard alone: nothing typed is lost, whatever ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.office import Office
from tests import samples
from tests.ui.form.kit import Opener, drafts_of
from tests.ui.keyboard import CTRL, Key, Keyboard


def test_leaving_a_field_writes_a_draft_of_the_text_as_it_stands(opened: Opener, keys: Keyboard, small: Office) -> None:
    form = opened()
    form.go_to_answer("", "event_to")
    keys.write("31/2/2019")
    assert drafts_of(small.store) == []
    keys.press(Key.Key_Return)
    (kept,) = drafts_of(small.store)
    assert kept.content == {"event_to": "31/02/2019"}
    again = opened()
    again.load_draft(kept.id)
    assert again.body.boxes["event_to"].made().text() == "31/02/2019"
    again.check()
    assert "không có trong lịch" in again.body.boxes["event_to"].notes[0].words
    assert again.body.boxes["event_to"].made().property("state") == "error"


def test_two_seconds_after_the_last_key_the_draft_is_written(opened: Opener, keys: Keyboard, small: Office, qtbot: QtBot) -> None:
    form = opened()
    form.go_to_answer("", "place")
    with qtbot.waitSignal(form.draft_saved, timeout=5_000):
        keys.write("Hội trường")
    assert drafts_of(small.store)[0].content == {"place": "Hội trường"}


def test_text_in_the_input_method_is_in_the_draft_whatever_ends_the_form(opened: Opener, keys: Keyboard, small: Office) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.write("Hội ")
    keys.compose("trường")
    form.keep_draft()
    assert drafts_of(small.store)[0].content == {"place": "Hội trường"}
    keys.compose("trường Đông")
    form.body.boxes["unit"].made().setFocus()
    assert form.entry.cells["place"].text == "Hội trường Đông"
    assert drafts_of(small.store)[0].content["place"] == "Hội trường Đông"


@pytest.mark.parametrize("end", ["save", "new", "load", "copy", "next problem", "go to"])
def test_preedit_is_committed_before_any_move_check_or_shortcut(end: str, opened: Opener, keys: Keyboard, small: Office) -> None:
    uid = small.store.save("education", samples.education(), samples.USER)
    form = opened()
    form.go_to_answer("", "topic_free")
    keys.write("Nói chuyện ")
    keys.compose("thời sự")
    if end == "load":
        form.load(uid)
    else:
        shortcut = {"save": (Key.Key_S, CTRL), "new": (Key.Key_N, CTRL), "copy": (Key.Key_D, CTRL)}
        key, modifiers = shortcut.get(end, (Key.Key_F8 if end == "next problem" else Key.Key_F6, Qt.KeyboardModifier.NoModifier))
        keys.press(key, modifiers=modifiers)
        form.keep_draft()
    assert drafts_of(small.store)[0].content["topic_free"] == "Nói chuyện thời sự"


def test_escape_leaves_only_when_pressed_twice_and_the_draft_stays(opened: Opener, keys: Keyboard, small: Office, qtbot: QtBot) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.write("Hội trường")
    with qtbot.assertNotEmitted(form.left):
        keys.press(Key.Key_Escape)
    assert "Esc" in form.foot.before.text()
    with qtbot.waitSignal(form.left):
        keys.press(Key.Key_Escape)
    assert drafts_of(small.store)[0].content == {"place": "Hội trường"}


def test_a_form_in_which_nothing_was_typed_leaves_no_draft(opened: Opener, keys: Keyboard, small: Office, qtbot: QtBot) -> None:
    form = opened()
    keys.press(Key.Key_Return, Key.Key_Return)
    with qtbot.waitSignal(form.left):
        keys.press(Key.Key_Escape)
    assert drafts_of(small.store) == []


def test_a_hundred_thousand_pasted_characters_are_kept_and_refused_with_their_number(opened: Opener, keys: Keyboard) -> None:
    form = opened()
    form.go_to_answer("", "place")
    QApplication.clipboard().setText("ẵ" * 100_000)
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_Return)
    form.check()
    assert len(form.entry.cells["place"].text) == 100_000
    assert "100000 ký tự" in form.body.boxes["place"].notes[0].words


def test_a_draft_that_cannot_be_written_is_said_and_nothing_is_lost(opened: Opener, keys: Keyboard, small: Office, tmp_path: Path) -> None:
    form = opened()
    form.go_to_answer("", "place")
    keys.write("Hội trường")
    small.store.execute(small.store.types["unit"].raw("PRAGMA query_only = 1"))
    form.keep_draft()
    assert "Chưa giữ được bản nháp" in form.head.failure
    assert form.body.boxes["place"].made().text() == "Hội trường"
    small.store.execute(small.store.types["unit"].raw("PRAGMA query_only = 0"))
    form.keep_draft()
    assert form.head.failure == ""
    assert drafts_of(small.store)[0].content == {"place": "Hội trường"}


def test_the_draft_timer_does_not_disturb_what_is_being_composed(opened: Opener, keys: Keyboard, small: Office, qtbot: QtBot) -> None:
    form = opened()
    form.go_to_answer("", "place")
    with qtbot.waitSignal(form.draft_saved, timeout=5_000):
        keys.compose("duo")
    field = form.body.boxes["place"].made()
    assert drafts_of(small.store)[0].content == {"place": "duo"}
    assert field.text() == ""
    keys.compose("dươ")
    keys.commit("dương")
    assert field.text() == "dương"
