"""The sealing dialog: what it says, asks, refuses and leads to, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app import i18n
from app.office import Office
from app.periods import period
from app.report import approval
from app.unit_tree import report_uid
from db.records import RECORD_TYPES
from tests.ui.keyboard import Key, Keyboard
from tests.ui.signing.kit import Opener, asked, toasts_of, words_in
from ui import look, style
from ui.main_window import MainWindow
from ui.parts import Label
from ui.record_page import RecordPage


def test_esc_leaves_the_dialog_and_nothing_is_written(opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    page = opened()
    before = demo.store.chain_end()
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices["KHONG"].setChecked(True)
    keys.press(Key.Key_Escape)
    assert not dialog.isVisible()
    assert page.steps.dialog is None
    assert demo.store.chain_end() == before


def test_a_report_with_a_marked_place_says_so_where_it_would_be_approved(opened: Opener, demo: Office, qtbot: QtBot) -> None:
    uid = report_uid(demo.store, period(demo.store, demo_office.PERIOD), None)
    words = [{"sentence": "GD.1", "text": "Đã học {EDU_OLD_N:n} chuyên đề.", "seen": ""}]
    demo.store.save("report", demo.store.read(uid)[1] | {"wordings": words}, demo_office.USER)
    page = opened()
    page.steps.next.click()
    dialog = asked(page, qtbot)
    assert "ở mục a) Giáo dục chính trị, pháp luật: {EDU_OLD_N:n}." in dialog.note.words
    dialog.choices["KHONG"].setChecked(True)
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_the_sealing_dialog_leads_by_keys_to_the_records_whose_warnings_have_no_reason_and_to_what_is_not_written(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    (row,) = demo.store.execute(RECORD_TYPES["education"].select(RECORD_TYPES["education"].uid).limit(1).tuples())
    record = demo.store.read(row[0])[1]
    low = record["audiences"][0] | {"strength": 40, "excused": 0, "required": 40, "present": 10, "tested": None}
    low |= dict.fromkeys(("gioi", "kha", "dat", "khong_dat"))
    demo.store.save("education", record | {"audiences": [low]}, demo_office.USER)
    page = opened()
    window = page.window()
    assert isinstance(window, MainWindow)
    page.steps.next.setFocus(Qt.FocusReason.TabFocusReason)
    keys.press(Key.Key_Return)
    dialog = asked(page, qtbot)
    assert "Giáo dục chính trị, pháp luật: 1 bản ghi còn cảnh báo chưa giải trình." in words_in(dialog)
    keys.press(Key.Key_Backtab, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert keys.focus().accessibleName().startswith("Ghi: Chưa ghi: Số")
    keys.press(Key.Key_Return)
    assert not dialog.isVisible()
    assert page.fields.isVisible()
    page.steps.take("approve")
    dialog = asked(page, qtbot)
    keys.press(Key.Key_Backtab, Key.Key_Backtab, modifiers=Qt.KeyboardModifier.ShiftModifier)
    keys.press(Key.Key_Return)
    assert window.key == "education"
    found = window.page("education")
    assert isinstance(found, RecordPage)
    qtbot.waitUntil(lambda: found.list.model.rowCount() == 1)
    assert found.list.model.row(0).uid == row[0]
    assert found.fact.text() == "1 buổi đã lọc"
    assert window.focusWidget() is found.list.table


def test_what_is_odd_is_asked_and_by_keyboard_alone_it_is_seen_and_approved(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    uid = report_uid(demo.store, period(demo.store, demo_office.PERIOD), None)
    written = demo.store.read(uid)[1]
    left = [line for line in written["contents"] if line["section"] != "2.II"]
    demo.store.save("report", written | {"contents": left, "dated": "2019-06-14"}, demo_office.USER)
    page = opened()
    page.steps.next.setFocus(Qt.FocusReason.TabFocusReason)
    keys.press(Key.Key_Return)
    dialog = asked(page, qtbot)
    said = words_in(dialog)
    assert "Ngày ký 14/06/2019 là trước khi kỳ kết thúc (hết ngày 14/06/2019)." in said
    assert "Còn mục chưa có gì: II. PHƯƠNG HƯỚNG CHUNG." in said
    keys.press(Key.Key_Space)
    assert dialog.secrecy == "KHONG"
    assert not dialog.go.isEnabled()
    keys.press(Key.Key_Return)
    assert dialog.isVisible(), "what is asked was not answered"
    keys.press(Key.Key_Backtab, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert dialog.seen.hasFocus()
    keys.press(Key.Key_Space)
    assert dialog.go.isEnabled()
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        keys.press(Key.Key_Return)
    assert approval.standing(demo.store, page.session.period).stage == "approved"


def test_a_report_without_what_every_report_has_cannot_be_approved_in_the_window(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    uid = report_uid(demo.store, period(demo.store, demo_office.PERIOD), None)
    written = demo.store.read(uid)[1]
    left = [line for line in written["contents"] if line["section"] != "1.III.1"]
    demo.store.save("report", written | {"contents": left}, demo_office.USER)
    page = opened()
    page.steps.next.setFocus(Qt.FocusReason.TabFocusReason)
    keys.press(Key.Key_Return)
    dialog = asked(page, qtbot)
    assert "Báo cáo còn thiếu: mục “Hạn chế”." in dialog.note.words
    assert not dialog.seen.isVisible()
    keys.press(Key.Key_Space, Key.Key_Return)
    assert dialog.isVisible()
    assert not dialog.go.isEnabled()
    keys.press(Key.Key_Escape)
    assert approval.standing(demo.store, page.session.period).stage == "draft"


def test_what_is_typed_and_not_saved_is_shown_instead_of_sealing_without_it(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    page = opened()
    page.edit_section("1.II.9")
    keys.write("chưa lưu")
    page.close_panel()
    toasts = toasts_of(page)
    page.steps.next.click()
    assert page.steps.dialog is None
    assert "chưa lưu" in toasts[-1].words
    assert page.section.isVisible()
    assert page.section.key == "1.II.9"


def test_an_approval_that_is_stopped_writes_nothing(opened: Opener, demo: Office, qtbot: QtBot) -> None:
    page = opened()
    before = demo.store.chain_end(), demo.store.state_hash()
    toasts = toasts_of(page)
    page.session.job_asked.connect(lambda job: job.cancel())
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices["KHONG"].setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(lambda: bool(toasts), timeout=60_000)
    assert toasts[-1].words == "Đã dừng; chưa ghi gì."
    assert (demo.store.chain_end(), demo.store.state_hash()) == before


def test_a_refusal_below_is_said_in_the_dialog_with_the_answer_still_in_it(opened: Opener, demo: Office, qtbot: QtBot) -> None:
    page = opened()
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices["KHONG"].setChecked(True)
    approval.approve(demo.store, page.session.period, demo.user, "KHONG")  # by another hand, meanwhile
    dialog.go.click()
    qtbot.waitUntil(lambda: "đang ở bước" in dialog.note.words and dialog.isVisible(), timeout=60_000)
    assert dialog.secrecy == "KHONG"
    dialog.reject()


@pytest.mark.parametrize(("theme", "percent", "language"), [("light", 100, "vi"), ("dark", 160, "vi"), ("light", 160, "en")])
def test_the_dialog_fits_a_small_screen_with_every_word_whole(
    opened: Opener, app: QApplication, qtbot: QtBot, theme: str, percent: int, language: str
) -> None:
    style.install(app, theme, percent)
    i18n.set_language(language)
    page = opened()
    page.window().resize(1280, 680)
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices["MAT"].setChecked(True)
    assert dialog.width() <= 1280
    assert dialog.height() <= 680
    for label in dialog.findChildren(Label):
        if label.isVisible():
            assert label.height() >= (label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()), label.text()
    for button in (dialog.go, dialog.drop, *dialog.choices.values()):
        assert button.width() >= button.sizeHint().width(), button.text()
    assert look.scale() == percent
    assert page.steps.next.isVisible()
    assert page.save.geometry().right() <= page.width()
    dialog.reject()
