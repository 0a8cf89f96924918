"""A form, by keyboard alone: what is missing, odd or there already is said beside the field."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.office import Office
from db.system import Journal
from tests import samples
from tests.ui.form.kit import Opener, drafts_of
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui.lines_grid import LinesTable


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
