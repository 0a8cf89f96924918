"""From draft to approved in the window: what is offered to whom, what the sealing dialog says and refuses, and what was approved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app import i18n
from app.office import Office
from app.periods import period
from app.report import approval
from app.unit_tree import report_uid
from db.records import RECORD_TYPES
from db.system import Approval, Journal
from tests.demo_office import open_demo
from tests.ui.keyboard import Key, Keyboard
from ui import look, printing, style
from ui.buttons import Button
from ui.jobs import wait_for_all
from ui.main_window import MainWindow
from ui.parts import Label
from ui.record_page import RecordPage
from ui.report_page import ReportPage
from ui.report_sign import SignDialog
from ui.session import Place, Session, Toast

Opener = Callable[..., ReportPage]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Office]:
    with open_demo(tmp_path / "demo", demo_office.USER) as opened:
        yield opened


@pytest.fixture
def opened(app: QApplication, demo: Office, qtbot: QtBot) -> Iterator[Opener]:
    """Open the report page for the one who does everything, or for a person of one role."""
    windows: list[MainWindow] = []

    def make(role: str = "") -> ReportPage:
        office = replace(demo, unlocked=replace(demo.unlocked, user_id=role or demo.user))
        session = Session(office, today=date(2019, 6, 15))
        session.set_period(period(demo.store, demo_office.PERIOD))
        window = MainWindow(session)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.go(Place("report"))
        page = window.page("report")
        assert isinstance(page, ReportPage)
        qtbot.waitUntil(lambda: page.shown is not None and page.preview.is_drawn, timeout=30_000)
        return page

    yield make
    for window in windows:
        window.hide()
    wait_for_all()
    for window in windows:
        found = window.page("report")
        assert isinstance(found, ReportPage)
        found.let_go()
    style.install(app)
    i18n.set_language("vi")


@pytest.fixture
def keys() -> Keyboard:
    return Keyboard()


def toasts_of(page: ReportPage) -> list[Toast]:
    found: list[Toast] = []
    page.session.toast_asked.connect(found.append)
    page.setProperty("toasts", found)  # as long as the page
    return found


def offered(page: ReportPage) -> list[tuple[str, bool]]:
    return [(button.text(), button.isEnabled()) for button in (page.steps.next, page.steps.other) if button.isVisible()]


def asked(page: ReportPage, qtbot: QtBot) -> SignDialog:
    dialog = page.steps.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    if dialog.choices:
        qtbot.waitUntil(lambda: dialog.facts is not None, timeout=20_000)
        qtbot.wait(1)  # its lines are shown by the next event
    return dialog


def words_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def finish(page: ReportPage, dialog: SignDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        dialog.go.click()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)


def approve(page: ReportPage, qtbot: QtBot, code: str = "KHONG") -> None:
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices[code].setChecked(True)
    finish(page, dialog, qtbot)
    qtbot.waitUntil(lambda: page.preview.is_drawn, timeout=20_000)


def give_reason(page: ReportPage, qtbot: QtBot, button: Button, words: str) -> None:
    button.click()
    dialog = asked(page, qtbot)
    dialog.reason.setText(words)
    finish(page, dialog, qtbot)


def prints(office: Office) -> int:
    query = Journal.select(Journal.id).where((Journal.kind == "audit") & (Journal.type == approval.PRINT)).tuples()
    return len(office.store.execute(query).fetchall())


def printer_of(path: Path) -> QPrinter:
    """Give a printer of one page: drawing thirty of them is what a test would wait for."""
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(path))
    printer.setPrintRange(QPrinter.PrintRange.CurrentPage)
    return printer


def test_by_keyboard_alone_the_report_is_approved_its_pages_shown_and_its_period_locked(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    page = opened()
    toasts = toasts_of(page)
    assert "Bản dự thảo" in page.fact.text()
    assert offered(page) == [("Duyệt…", True)]
    page.steps.next.setFocus(Qt.FocusReason.TabFocusReason)
    keys.press(Key.Key_Return)
    dialog = asked(page, qtbot)
    assert dialog.secrecy == ""
    assert not dialog.go.isEnabled()
    assert [choice.isChecked() for choice in dialog.choices.values()] == [False] * 3
    said = words_in(dialog)
    assert dialog.facts is not None
    assert f"Chốt {dialog.facts.records} bản ghi" in said
    assert "Chưa ghi: Số" in said
    keys.press(Key.Key_Return)
    assert dialog.isVisible(), "nothing is preset, so Enter does nothing yet"
    assert next(iter(dialog.choices.values())).hasFocus()
    keys.press(Key.Key_Space, Key.Key_Down, Key.Key_Down)
    assert dialog.secrecy == "MAT"
    assert "Phần mềm này không dùng cho tài liệu mật" in dialog.note.words
    assert dialog.note.isVisible()
    assert not dialog.go.isEnabled()
    keys.press(Key.Key_Return)
    assert dialog.isVisible()
    keys.press(Key.Key_Up)
    assert (dialog.secrecy, dialog.note.words, dialog.go.isEnabled()) == ("LUU_HANH_NOI_BO", "", True)
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        keys.press(Key.Key_Return)
    found = approval.standing(demo.store, page.session.period)
    assert (found.stage, found.by) == ("approved", demo.user)
    assert found.approvals[0].records == dialog.facts.records
    assert page.shown is not None
    assert page.shown.pdf == approval.printed(demo.store, found.approvals[0].hash)
    assert page.fact.text() == "Đã duyệt và chốt"
    assert offered(page) == [("Bổ sung…", True)]
    assert found.approvals[0].hash[:4] in toasts[-1].words
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.context.state.words == "Đã chốt"


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


def test_a_clerk_submits_and_is_told_that_a_commander_approves(opened: Opener, demo: Office, qtbot: QtBot) -> None:
    page = opened("clerk")
    assert offered(page) == [("Trình duyệt", True)]
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        page.steps.next.click()
    assert page.fact.text().startswith("Đang trình duyệt")
    assert offered(page) == [("Duyệt…", False)]
    assert "chỉ huy" in page.steps.next.toolTip()
    approval.approve(demo.store, page.session.period, demo.user, "KHONG")
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        page.draw()
    assert offered(page) == [("Bổ sung…", False)]
    assert "chỉ huy" in page.steps.next.toolTip()


def test_an_administrator_is_offered_nothing_that_would_be_refused(opened: Opener) -> None:
    assert offered(opened("administrator")) == [("Trình duyệt", False)]


def test_a_commander_gives_back_with_words_that_the_page_then_says(opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    approval.submit(demo.store, period(demo.store, demo_office.PERIOD), demo.user)
    page = opened("commander")
    assert offered(page) == [("Duyệt…", True), ("Trả lại…", True)]
    page.steps.other.click()
    dialog = asked(page, qtbot)
    assert dialog.reason.hasFocus()
    keys.write("   ")
    keys.press(Key.Key_Return)
    assert dialog.isVisible()
    assert "Chưa ghi lý do" in dialog.note.words
    keys.write("Thiếu số liệu ")
    keys.compose("Bình Khê")
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        keys.press(Key.Key_Return)
    found = approval.standing(demo.store, page.session.period)
    assert (found.stage, found.reason) == ("draft", "Thiếu số liệu Bình Khê")
    assert "Chỉ huy ghi: “Thiếu số liệu Bình Khê”." in page.warnings.label.text()


def test_what_was_approved_can_be_seen_saved_and_printed_whatever_is_amended_since(
    opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened()
    approve(page, qtbot)
    (first,) = approval.standing(demo.store, page.session.period).approvals
    kept = approval.printed(demo.store, first.hash)
    path = tmp_path / "bao-cao.pdf"
    page.output.save_pdf(path, (page.session.period, None)).wait()
    assert path.read_bytes() == kept
    assert prints(demo) == 1
    give_reason(page, qtbot, page.steps.next, "thiếu một buổi")
    assert page.fact.text().startswith("Bổ sung lần 01 · lập lúc")
    page.edit_fields()
    shown = words_in(page.fields.approvals)
    assert "Bản chính" in shown
    assert f"mã {first.hash[:4]} {first.hash[4:8]} {first.hash[8:12]}" in shown
    assert "Người duyệt cũng là người lập" in shown
    view, save = (button for button in page.fields.approvals.findChildren(Button) if button.isVisible())
    view.click()
    qtbot.waitUntil(lambda: page.other.now is not None and page.preview.is_drawn, timeout=20_000)
    assert page.other.isVisible()
    assert "bản chính" in page.other.kept.label.text()
    assert page.other.now is not None
    assert page.preview.pdf is page.other.now.pdf
    printer = printer_of(tmp_path / "in.pdf")
    page.output.print_on(printer, page.other.now.pdf, 0, page.other.now.approved).wait()
    assert prints(demo) == 2
    again = tmp_path / "lai.pdf"
    page.output.save_kept(again, first).wait()
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(kept).digest()
    assert prints(demo) == 3
    keys.press(Key.Key_Escape)
    assert page.other.now is None
    assert not page.other.isVisible()
    assert page.preview.figures, "the draft and its figures are back"
    save.click()
    assert page.output.dialog is not None
    assert page.output.dialog.selectedFiles()[0].endswith("2019-H1.pdf")
    page.output.dialog.reject()


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
    assert found.fact.text() == "1 buổi theo bộ lọc"
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


def test_printing_what_stands_approved_says_so_in_the_journal(
    opened: Opener, demo: Office, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    approve(page, qtbot)
    printer = printer_of(tmp_path / "in.pdf")

    class Yes:
        def exec(self) -> bool:
            return True

    monkeypatch.setattr(printing, "new_printer", lambda _title: printer)
    monkeypatch.setattr(printing, "dialog_for", lambda *_arguments: Yes())
    page.print_page()
    qtbot.waitUntil(lambda: prints(demo) == 1 and (tmp_path / "in.pdf").is_file(), timeout=60_000)
    wait_for_all()


def test_the_texts_of_an_approved_report_say_why_they_take_no_key(opened: Opener, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    page = opened()
    approve(page, qtbot)
    page.edit_section("1.II.9")
    assert "đã chốt" in page.section.held.label.text()
    assert page.section.held.isVisible()
    keys.write("thử")
    assert page.section.box.toPlainText() == ""
    assert not page.section.save_button.isVisible()
    page.edit_fields()
    assert page.fields.editors["number"].isReadOnly()
    give_reason(page, qtbot, page.steps.next, "thiếu")
    page.edit_section("1.II.9")
    assert not page.section.held.isVisible()
    keys.write("thử")
    assert page.section.box.toPlainText() == "thử"


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


def test_reports_of_other_units_are_not_signed_here(opened: Opener, qtbot: QtBot) -> None:
    page = opened()
    session = page.session
    with qtbot.waitSignal(page.refreshed, timeout=30_000):
        session.set_unit(session.store.names.find("unit", "DV01", None))
    assert offered(page) == []
    assert "Bản dự thảo" in page.fact.text()
    with qtbot.waitSignal(page.refreshed, timeout=30_000):
        session.set_unit(session.own_unit)
    assert offered(page) == [("Duyệt…", True)]


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


def test_where_the_approved_file_is_not_here_the_page_says_so_and_takes_it_back_from_a_pdf(
    opened: Opener, demo: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    half, copy = period(demo.store, demo_office.PERIOD), tmp_path / "bao-cao.pdf"
    made = approval.approve(demo.store, half, demo.user, "KHONG")
    copy.write_bytes(approval.printed(demo.store, made.hash))
    with demo.store.transaction():
        demo.store.execute(Approval.delete())
    page = opened()
    toasts = toasts_of(page)
    assert page.missing.isVisible()
    assert "đúng lời và số đã duyệt (khớp mã báo cáo), nhưng không phải tệp đã ký" in page.missing.banner.label.text()
    assert page.shown is not None
    assert not page.shown.draft
    assert not page.print.isEnabled()
    assert offered(page) == [("Bổ sung…", True)]
    page.edit_fields()
    assert "Tệp không có trên máy này; được duyệt ở máy này, trước khi được khôi phục" in words_in(page.fields.approvals)
    (take,) = page.fields.approvals.findChildren(Button)
    take.click()
    assert page.missing.dialog is not None
    page.missing.dialog.reject()
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        page.missing.take(copy).wait()
    assert not page.missing.isVisible()
    assert page.print.isEnabled()
    assert page.shown.pdf == copy.read_bytes()
    assert "đúng từng byte" in toasts[-1].words
