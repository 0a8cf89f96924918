"""A form, by keyboard alone: repeated work costs few keys, and every field shows where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from app import lookup
from app.entry import memory
from app.office import Office
from db.records import RECORD_TYPES
from tests import samples
from tests.ui.form.kit import Opener
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import look
from ui.fields import Field
from ui.form import RecordForm
from ui.long_field import LongField


def find(keys: Keyboard, label: str) -> None:
    """Go to a question by some letters of its label."""
    keys.press(Key.Key_F6)
    keys.write(label)
    keys.press(Key.Key_Return)


def test_a_repeat_session_of_the_same_unit_and_day_costs_few_keys(opened: Opener, keys: Keyboard, small: Office) -> None:
    first = small.store.save("education", samples.education(), samples.USER)
    form = opened(uid=first)
    uids: list[str] = []
    form.saved.connect(uids.append)
    keys.press(Key.Key_D, modifiers=CTRL)
    find(keys, "chuyen de")
    keys.write("t14")
    find(keys, "doi tuong")
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
    find(keys, "den ngay")
    keys.write("+")
    find(keys, "nguoi huong")
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
