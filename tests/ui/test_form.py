"""The form of every record type, filled, checked, saved and left by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app import drafts, lookup, search
from app.entry import memory
from app.office import Office
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Journal
from tests import samples
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import look
from ui.fields import Field
from ui.form import RecordForm
from ui.lines_grid import LinesTable
from ui.long_field import LongField

Opener = Callable[..., RecordForm]


@pytest.fixture
def opened(app: QApplication, small: Office, qtbot: QtBot) -> Iterator[Opener]:
    made: list[RecordForm] = []

    def make(type_name: str = "education", uid: str | None = None) -> RecordForm:
        form = RecordForm(small.store, RECORD_TYPES[type_name], samples.USER)
        qtbot.addWidget(form)
        made.append(form)
        form.resize(736, 660)
        form.new() if uid is None else form.load(uid)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        form.first_field()
        return form

    yield make
    for form in made:
        form.set_paused(True)


@pytest.fixture
def keys() -> Keyboard:
    return Keyboard()


def drafts_of(store: Store) -> list[drafts.Kept]:
    found = [search.drafts(store, declared, 50).records for declared in RECORD_TYPES.values()]
    return [drafts.get(store, one["id"]) for records in found for one in records]


# -- nothing typed is lost ----------------------------------------------------------------------------------------------------


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


# -- checks beside the field --------------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_after_saving_was_tried_and_f8_walks_it(opened: Opener, keys: Keyboard) -> None:
    form = opened()
    form.check()
    assert form.errors == 0
    keys.press(Key.Key_S, modifiers=CTRL)
    assert form.errors >= 5
    walked = []
    for _number in range(form.errors):
        here = form.current()
        walked.append(here.caption if isinstance(here, LinesTable) else here.name if here else "")
        keys.press(Key.Key_F8)
    assert walked == ["unit", "event_to", "form", "content_type", "topic_free", "lecturer_role", "Đối tượng học"]
    keys.press(Key.Key_F8, modifiers=SHIFT)
    here = form.current()
    assert isinstance(here, LinesTable)


def test_a_warning_is_answered_with_a_reason_in_place_and_the_record_keeps_it(opened: Opener, keys: Keyboard, small: Office) -> None:
    line = {"audience": "DQ_CD", "strength": 420, "required": 420, "present": 300}
    uid = small.store.save("education", samples.education(audiences=[line]), samples.USER)
    form = opened(uid=uid)
    form.check()
    assert (form.errors, form.warnings) == (0, 1)
    keys.press(Key.Key_F8)
    table = form.current()
    assert isinstance(table, LinesTable)
    assert table.names[table.column] == "present"
    keys.press(Key.Key_J, modifiers=CTRL)
    keys.write("Bão, đơn vị trực cứu nạn")
    keys.press(Key.Key_Return)
    assert form.warnings == 0
    keys.press(Key.Key_S, modifiers=CTRL)
    assert small.store.read(uid)[1]["warned"] == {"E7@audiences[0].present": "Bão, đơn vị trực cứu nạn"}


def test_a_twin_is_shown_while_typing_and_can_be_opened(opened: Opener, small: Office, qtbot: QtBot) -> None:
    uid = small.store.save("education", samples.education(), samples.USER)
    form = opened()
    form.load(uid)
    form.new_from()
    qtbot.waitUntil(lambda: form.warnings == 1)
    assert "nhập trùng" in form.checks.findings[0].problem.message
    with qtbot.waitSignal(form.open_asked) as asked:
        form.acts.open_twin()
    assert asked.args == [uid]


def test_the_same_person_is_named_while_the_name_is_typed(opened: Opener, keys: Keyboard, small: Office) -> None:
    small.store.save("beneficiary", samples.SAMPLES["beneficiary"], samples.USER)
    form = opened("beneficiary")
    keys.write("nguyễn văn hùng")
    keys.press(Key.Key_Return)
    keys.write("1948")
    keys.press(Key.Key_Return)
    form.check()
    assert any("Nguyễn Văn Hùng" in note.words for note in form.body.boxes["name"].notes)


def test_a_new_unit_with_a_known_code_is_refused_instead_of_changing_the_known_one(opened: Opener, keys: Keyboard, small: Office) -> None:
    form = opened("unit")
    keys.write("DV01")
    keys.press(Key.Key_Return)
    keys.write("Đơn vị khác")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert "Đã có" in form.body.boxes["code"].notes[0].words
    assert small.store.read(samples.DV1)[1]["versions"][0]["name"] == "Ban CHQS thành phố Hà Sơn"


def test_the_key_of_a_record_that_exists_cannot_be_changed(opened: Opener) -> None:
    form = opened("unit", samples.DV1)
    assert form.body.boxes["code"].made().isReadOnly()
    form.new()
    assert not form.body.boxes["code"].made().isReadOnly()


# -- speed --------------------------------------------------------------------------------------------------------------------


def test_a_repeat_session_of_the_same_unit_and_day_costs_few_keys(opened: Opener, keys: Keyboard, small: Office) -> None:
    first = small.store.save("education", samples.education(), samples.USER)
    form = opened(uid=first)
    uids: list[str] = []
    form.saved.connect(uids.append)
    keys.press(Key.Key_D, modifiers=CTRL)
    keys.press(Key.Key_F6)
    keys.write("chuyen de")
    keys.press(Key.Key_Return)
    keys.write("t14")
    keys.press(Key.Key_F6)
    keys.write("doi tuong")
    keys.press(Key.Key_Return)
    keys.write("hsq")
    keys.press(Key.Key_Tab)
    keys.write("60")
    keys.press(Key.Key_Tab, Key.Key_Tab)
    keys.write("60")
    keys.press(Key.Key_Tab)
    keys.write("59")
    keys.press(Key.Key_Return, modifiers=CTRL)
    record = small.store.read(uids[0])[1]
    assert uids[0] != first
    assert (record["topic"], record["unit"], record["event_to"]) == (samples.T14, samples.DV1, "2019-01-02")
    assert record["audiences"][0] | {"audience": "HSQBS", "required": 60, "present": 59} == record["audiences"][0]
    print(f"repeat session: {keys.keys} keys beside {keys.letters} letters")
    assert keys.keys <= 25


def test_one_more_audience_line_costs_few_keys(opened: Opener, keys: Keyboard, small: Office) -> None:
    uid = small.store.save("education", samples.education(), samples.USER)
    form = opened(uid=uid)
    form.go_to_answer("audiences", "makeup", 0)
    keys.press(Key.Key_Tab)
    keys.write("tai cho")
    keys.press(Key.Key_Tab)
    keys.write("230")
    keys.press(Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    keys.write("221")
    keys.press(Key.Key_S, modifiers=CTRL)
    line = small.store.read(uid)[1]["audiences"][1]
    assert (line["audience"], line["strength"], line["required"], line["present"]) == ("DQ_TC", 230, 230, 221)
    print(f"one more line: {keys.keys} keys beside {keys.letters} letters")
    assert keys.keys <= 8


def test_enter_at_the_last_field_saves_and_starts_the_next_with_what_is_pinned(opened: Opener, keys: Keyboard, small: Office) -> None:
    form = opened("topic")
    keys.write("T50")
    keys.press(Key.Key_Return, Key.Key_Return)
    keys.write("Luật Quốc phòng")
    keys.press(Key.Key_Return)
    keys.write("pl")
    keys.press(Key.Key_P, modifiers=CTRL | SHIFT)
    keys.press(Key.Key_Return)
    keys.write("sq")
    keys.press(Key.Key_Return)
    assert small.store.names.find("topic", "T50", None)
    assert form.uid is None
    assert form.body.boxes["content_type"].made().text() == "Giáo dục pháp luật"
    assert form.body.boxes["audience"].made().text() == ""
    assert form.current() is form.body.boxes["code"]
    again = RecordForm(small.store, RECORD_TYPES["topic"], samples.USER)
    again.new()
    assert again.body.boxes["content_type"].made().text() == "Giáo dục pháp luật"
    again.deleteLater()


def test_f4_repeats_the_answer_of_the_record_before(opened: Opener, keys: Keyboard, small: Office) -> None:
    small.store.save("education", samples.education(place="Nhà văn hóa"), samples.USER)
    memory(small.store).last.clear()
    form = opened()
    keys.press(Key.Key_F4, Key.Key_Return, Key.Key_F4)
    assert form.entry.cells["unit"].value == samples.DV1
    assert form.body.boxes["place"].made().text() == "Nhà văn hóa"


def test_a_topic_that_is_not_there_yet_is_entered_in_place(opened: Opener, keys: Keyboard, small: Office) -> None:
    form = opened()
    form.go_to_answer("", "topic")
    keys.write("Luật Biên phòng")
    keys.press(Key.Key_Return)
    assert not form.findChildren(RecordForm), "Enter alone makes nothing new"
    form.go_to_answer("", "topic")
    keys.press(Key.Key_N, modifiers=CTRL | SHIFT)
    inner = form.findChildren(RecordForm)[0]
    assert inner.body.boxes["title"].made().text() == "Luật Biên phòng"
    keys.write("T77")
    keys.press(Key.Key_Return, modifiers=CTRL)
    assert form.body.boxes["topic"].made().text() == "Luật Biên phòng"
    assert form.entry.cells["topic"].value == small.store.names.find("topic", "T77", None)
    assert form.current() is form.body.boxes["topic"]


def test_answers_that_do_not_apply_are_hidden_and_dropped_with_a_word(opened: Opener, keys: Keyboard) -> None:
    form = opened("care")
    assert not form.body.boxes["house_work"].asked
    form.go_to_answer("", "kind")
    keys.write("tinh nghia")
    keys.press(Key.Key_Return)
    assert form.body.boxes["house_work"].made().isVisible()
    form.go_to_answer("", "house_work")
    keys.write("1")
    keys.press(Key.Key_Return)
    form.go_to_answer("", "kind")
    keys.write("qua")
    keys.press(Key.Key_Return)
    form.check()
    assert "khi lưu sẽ bỏ" in form.body.boxes["house_work"].notes[0].words
    assert form.entry.answers()["house_work"] is None
    assert form.entry.content()["house_work"] == "Xây mới"


def test_the_wheel_changes_nothing(opened: Opener, small: Office) -> None:
    form = opened(uid=small.store.save("education", samples.education(), samples.USER))
    before = form.entry.content()
    for widget in [*form.findChildren(QLineEdit), *form.findChildren(QPlainTextEdit)]:
        spot = QPointF(4, 4)
        event = QWheelEvent(
            spot,
            widget.mapToGlobal(spot),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
    assert form.entry.content() == before
    assert not form.dirty


def test_a_masked_number_is_shown_only_when_asked_and_kept_when_not_touched(opened: Opener, keys: Keyboard, small: Office) -> None:
    uid = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], samples.USER)
    form = opened("beneficiary", uid)
    field = form.body.boxes["id_no"].made()
    assert field.text() == "0xx…123"
    form.go_to_answer("", "id_no")
    keys.press(Key.Key_Return)
    assert form.entry.answers()["id_no"] == "079048000123"
    form.go_to_answer("", "id_no")
    keys.press(Key.Key_H, modifiers=CTRL | SHIFT)
    assert field.text() == "079048000123"
    assert [entry.type for entry in small.store.entries(Journal.kind == "audit")][-1] == "reveal"


def test_lookup_among_thousands_is_quick_and_accent_smart(small: Office) -> None:
    for number in range(30):
        small.store.save("topic", {"code": f"X{number:02}", "title": f"Chuyên đề đường lối {number}", "content_type": "CT"}, samples.USER)
    found = lookup.entries(small.store, "topic", "duong loi 7", None)
    assert [entry.code for entry in found] == ["X07"]
    assert lookup.entries(small.store, "topic", "đướng", None) == []
    assert lookup.entries(small.store, "topic", "x1", None)[0].code == "X10"


def test_fields_and_tables_show_their_focus_and_keep_their_texts(opened: Opener) -> None:
    form = opened()
    for box in form.body.boxes.values():
        if box.editor is not None and not box.label_rect.isEmpty():
            metrics = form.body.fontMetrics()
            assert metrics.horizontalAdvance(box.label) <= box.label_rect.width() + 2, box.label
    assert all(isinstance(box.editor, (Field, LongField)) for box in form.body.boxes.values() if box.editor)


def test_who_may_only_look_changes_nothing_with_any_key(opened: Opener, keys: Keyboard, small: Office) -> None:
    uid = small.store.save("education", samples.education(place="Nhà văn hóa"), samples.USER)
    form = opened(uid=uid)
    form.set_read_only("Tài khoản này chỉ xem.")
    before = form.entry.content()
    for kind, name in (
        ("", "unit"),
        ("", "event_to"),
        ("", "place"),
        ("", "sessions"),
        ("audiences", "audience"),
        ("audiences", "present"),
    ):
        form.go_to_answer(kind, name)
        keys.write("+t5=")
        keys.press(Key.Key_F4, Key.Key_F3, Key.Key_Delete)
        keys.press(Key.Key_Delete, modifiers=CTRL)
        keys.press(Key.Key_S, modifiers=CTRL)
    assert form.head.reason == "Tài khoản này chỉ xem."
    keys.press(Key.Key_N, Key.Key_D, modifiers=CTRL)
    assert form.uid == uid
    assert form.entry.content() == before
    assert len(small.store.versions(uid)) == 1
    assert drafts_of(small.store) == []


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


def test_a_care_visit_for_a_known_person_costs_few_keys(opened: Opener, keys: Keyboard, small: Office) -> None:
    for name, birth in (("Nguyễn Văn Hùng", "1948"), ("Nguyễn Thị Hương", "1951"), ("Trần Văn Lợi", "1949")):
        small.store.save("beneficiary", {"name": name, "birth": birth, "commune": "Phú Lâm", "categories": ["THUONG_BINH"]}, samples.USER)
    person = lookup.entries(small.store, "beneficiary", "loi", None)[0].uid
    visit = {"unit": samples.DV1, "event_to": "2019-04-10", "kind": "THAM_HOI", "served": [{"category": "THUONG_BINH", "persons": 1}]}
    before = {**visit, "listed": [{"person": person, "category": "THUONG_BINH"}]}
    form = opened("care", small.store.save("care", before, samples.USER))
    uids: list[str] = []
    form.saved.connect(uids.append)
    keys.press(Key.Key_D, modifiers=CTRL)
    keys.press(Key.Key_F6)
    keys.write("den ngay")
    keys.press(Key.Key_Return)
    keys.write("+")
    keys.press(Key.Key_F6)
    keys.write("nguoi huong")
    keys.press(Key.Key_Return)
    keys.write("huong")
    keys.press(Key.Key_Return, modifiers=CTRL)
    assert uids, [one.problem.message for one in form.checks.findings]
    record = small.store.read(uids[0])[1]
    assert record["event_to"] == "2019-04-11"
    assert lookup.label(small.store, "beneficiary", record["listed"][0]["person"], None) == "Nguyễn Thị Hương"
    print(f"care visit: {keys.keys} keys beside {keys.letters} letters")
    assert keys.keys <= 15


@pytest.mark.parametrize("percent", [90, 130, 160])
@pytest.mark.parametrize("width", [470, 736, 1280])
def test_at_every_text_size_and_width_fields_stay_inside_and_labels_whole(percent: int, width: int, opened: Opener) -> None:
    form = opened()
    try:
        look.set_scale(percent)
        form.resize(width, 640)
        QApplication.processEvents()
        metrics = QFontMetrics(look.font())
        for box in form.body.boxes.values():
            if not box.label_rect.isEmpty() and box.editor is not None and box.editor.isVisible():
                assert metrics.horizontalAdvance(box.label) <= box.label_rect.width() + 1, box.label
                assert box.editor.geometry().right() < form.body.width()
                assert box.editor.height() >= metrics.height()
                assert not box.label_rect.intersects(box.editor.geometry())
        heads = QFontMetrics(look.font("small_strong"))
        table = form.body.tables["audiences"]
        for column in table.columns:
            if column.title and width * 100 // percent >= 470:
                assert heads.horizontalAdvance(column.title) <= table.view.columnWidth(table.model.at[column.name]), column.title
    finally:
        look.set_scale(100)
