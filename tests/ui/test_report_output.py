"""What leaves the report page: files, the summary, prints; and what is said where they cannot be made."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.office import Office
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from tests.ui.report_kit import open_figure
from ui import printing
from ui.changes import changes
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Toast


@pytest.fixture
def page(report_page: ReportPage) -> ReportPage:
    return report_page


def test_the_report_is_saved_as_pdf_where_the_person_says(page: ReportPage, tmp_path: Path, keys: Keyboard, qtbot: QtBot) -> None:
    keys.press(Key.Key_S, modifiers=CTRL | SHIFT)
    dialog = page.output.dialog
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("2019-H1.pdf")
    target = tmp_path / "báo cáo.pdf"
    with qtbot.waitSignal(page.output.saved, timeout=30_000):
        dialog.fileSelected.emit(str(target))
    dialog.close()
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(target).pages)
    assert "95,8%" in text
    assert page.folder.isVisible()


def look_at_summary(page: ReportPage, qtbot: QtBot) -> None:
    page.summary.click()
    qtbot.waitUntil(lambda: page.other.is_summary and page.preview.is_drawn, timeout=20_000)


def test_the_summary_is_looked_at_in_the_place_of_the_report_and_follows_the_records(
    page: ReportPage, demo_office: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    look_at_summary(page, qtbot)
    assert page.other.now is not None
    summary = page.other.now.pdf
    assert (page.preview.pdf, len(summary)) == (summary, 1)
    assert page.other.summary.isVisible()
    assert not page.other.kept.isVisible()
    assert page.preview.hasFocus()
    open_figure(page, qtbot, "CARE_KHAM_N")
    assert page.figure.behind is not None
    assert page.figure.behind.number == "545"
    for record in page.figure.behind.parts[:1]:
        demo_office.store.cancel(record.uid, "nhập nhầm", page.session.user)
        changes.records_changed.emit("care")
    qtbot.waitUntil(lambda: page.other.now is not None and page.other.now.pdf is not summary and page.preview.is_drawn, timeout=20_000)
    assert page.figure.behind.number != "545"
    assert page.other.is_summary
    keys.press(Key.Key_Escape)
    keys.press(Key.Key_Escape)
    assert page.other.now is None
    assert page.preview.pdf is not None
    assert len(page.preview.pdf) > 1
    look_at_summary(page, qtbot)
    page.outline.list.go_to("1.III")
    assert not page.other.isVisible(), "a section leads back to the report"


def test_the_summary_is_saved_in_the_form_that_was_chosen(page: ReportPage, keys: Keyboard, tmp_path: Path, qtbot: QtBot) -> None:
    look_at_summary(page, qtbot)
    keys.press(Key.Key_S, modifiers=CTRL | SHIFT)
    dialog = page.output.dialog
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("2019-H1-tom-tat.pdf")
    dialog.filterSelected.emit(dialog.nameFilters()[2])
    assert dialog.selectedFiles()[0].endswith("2019-H1-tom-tat.txt")
    target = tmp_path / "tóm tắt.txt"
    with qtbot.waitSignal(page.output.saved, timeout=30_000):
        dialog.fileSelected.emit(str(target))
    dialog.close()
    assert "trên 30 chuyên đề" in target.read_text("utf-8")


def test_a_file_that_cannot_be_written_is_said_and_the_window_lives(page: ReportPage, tmp_path: Path, qtbot: QtBot) -> None:
    told: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told.append(box.text())
        box.close()

    timer = QTimer()  # set before the box opens
    timer.timeout.connect(lambda: read() if QApplication.activeModalWidget() is not None else None)
    timer.start(100)
    page.output.save_pdf(tmp_path / "no" / "x.pdf", (page.session.period, None))
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "Không có thư mục" in told[0]
    assert page.isVisible()


def test_the_report_is_printed_through_the_system_s_dialog(
    page: ReportPage, window: MainWindow, tmp_path: Path, keys: Keyboard, qtbot: QtBot
) -> None:
    target, toasts = tmp_path / "in.pdf", list[Toast]()
    window.session.toast_asked.connect(toasts.append)

    def accept() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QPrintDialog)
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        printer.setResolution(300)
        printer.setPrintRange(QPrinter.PrintRange.PageRange)
        printer.setFromTo(1, 2)
        dialog.done(1)

    QTimer.singleShot(300, accept)
    keys.press(Key.Key_P, modifiers=CTRL)
    qtbot.waitUntil(lambda: bool(toasts), timeout=30_000)
    assert "2 trang" in toasts[0].words
    assert len(pypdf.PdfReader(target).pages) == 2


def test_a_printer_that_fails_is_said_and_the_window_lives(page: ReportPage, tmp_path: Path, qtbot: QtBot) -> None:
    printer = printing.new_printer("x")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no" / "x.pdf"))
    told: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            told.append(box.informativeText())
            box.close()
        else:
            QTimer.singleShot(100, read)

    QTimer.singleShot(100, read)
    assert page.preview.pdf is not None
    page.output.print_on(printer, page.preview.pdf)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "máy in" in told[0]
    assert page.isVisible()
