"""From draft to approved in the window: what is offered to whom, and what can be done with what was approved."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app.office import Office
from app.periods import period
from app.report import approval
from db.system import Approval, Journal
from tests.ui.keyboard import Key, Keyboard
from tests.ui.signing.kit import Opener, approve, asked, finish, toasts_of, words_in
from ui import printing
from ui.buttons import Button
from ui.jobs import wait_for_all
from ui.main_window import MainWindow
from ui.report_page import ReportPage


def offered(page: ReportPage) -> list[tuple[str, bool]]:
    return [(button.text(), button.isEnabled()) for button in (page.steps.next, page.steps.other) if button.isVisible()]


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
    assert page.save.text() == page.save.accessibleName() == "Lưu bản Word"
    page.save.click()
    dialog = page.output.dialog
    assert dialog is not None
    assert (dialog.windowTitle(), dialog.defaultSuffix()) == ("Lưu bản Word của báo cáo", "docx")
    dialog.reject()
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
    assert page.save.text() == "Lưu PDF"
    assert page.shown.pdf == copy.read_bytes()
    assert "đúng từng byte" in toasts[-1].words
