"""The report page in its window, over the demo: from a number to its records, texts written in place, kept, saved, printed."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app import drafts, unit_tree
from app.office import Office
from app.periods import period
from app.report import editing
from db.questions import grouped
from tests.demo_office import open_demo, written
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import look, printing, report_desk
from ui.changes import changes
from ui.jobs import wait_for_all
from ui.main_window import MainWindow
from ui.parts import ElidedLabel
from ui.report_page import ReportPage
from ui.session import Place, Session, Toast

SECTION = "1.IV"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Office]:
    with open_demo(tmp_path / "demo") as opened:
        yield opened


@pytest.fixture
def window(app: QApplication, demo: Office, qtbot: QtBot) -> Iterator[MainWindow]:
    session = Session(demo, today=date(2019, 6, 15))
    session.set_period(period(demo.store, demo_office.PERIOD))
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.hide()
    wait_for_all()
    found = made.page("report")
    assert isinstance(found, ReportPage)
    found.let_go()


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> ReportPage:
    window.go(Place("report"))
    found = window.page("report")
    assert isinstance(found, ReportPage)
    qtbot.waitUntil(lambda: found.shown is not None and found.preview.is_drawn, timeout=30_000)
    return found


@pytest.fixture
def keys() -> Keyboard:
    return Keyboard()


def figure(page: ReportPage, code: str) -> int:
    return next(number for number, one in enumerate(page.preview.figures) if one.code == code)


def open_figure(page: ReportPage, qtbot: QtBot, code: str) -> None:
    page.preview.choose(figure(page, code), open_it=True)
    label = page.preview.figures[page.preview.chosen].label
    qtbot.waitUntil(lambda: page.figure.behind is not None and page.figure.behind.label == label, timeout=10_000)


def report_text(page: ReportPage) -> str:
    assert page.shown is not None
    return " ".join(" ".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(page.shown.pdf)).pages).replace(
        "\u00a0", " "
    )


def test_drawers_are_loaded_only_with_the_first_visit() -> None:
    code = (
        "import sys; from ui.main_window import MainWindow; from ui.pages import pages; pages();"
        "print([name for name in ('reportlab', 'pypdfium2', 'ui.report_page', 'PySide6.QtPrintSupport') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]", done.stdout


def test_the_page_shows_the_report_of_the_context_with_its_outline(page: ReportPage, window: MainWindow) -> None:
    assert page.title.text() == "Báo cáo 6 tháng đầu năm 2019"
    assert "Bản dự thảo" in page.fact.text()
    assert page.shown is not None
    assert page.bar.words.text() == f"Trang 1 / {page.shown.pages}"
    assert page.outline.list.count() == len(page.shown.items)
    assert page.outline.list.state_of(SECTION) == "empty"
    row = [item.key for item in page.shown.items].index(SECTION)
    assert page.outline.list.item(row).toolTip() == "IV. BÀI HỌC KINH NGHIỆM: chưa có nội dung"
    assert window.status.isVisible()


def test_by_keyboard_from_a_number_to_its_records_and_into_one_of_them(
    page: ReportPage, window: MainWindow, keys: Keyboard, qtbot: QtBot
) -> None:
    assert page.preview.hasFocus()
    place = next(at for at, figure in enumerate(page.preview.figures) if figure.label == "Số chuyên đề")
    keys.press(*[Key.Key_Right] * (place + 1), Key.Key_Return)
    qtbot.waitUntil(lambda: page.figure.behind is not None, timeout=10_000)
    found = page.figure.behind
    assert found is not None
    assert found.label == page.preview.figures[place].label
    assert page.figure.value.text() == found.number
    assert page.figure.count.text() == f"{len(found.parts)} bản ghi"
    assert found.total == page.figure.sum.right == found.number
    qtbot.waitUntil(page.figure.list.hasFocus)
    keys.press(Key.Key_Down)
    wanted = found.parts[1]
    with qtbot.waitSignal(window.session.place_asked) as asked:
        keys.press(Key.Key_Return)
    assert asked.args == [Place(wanted.type_name, uid=wanted.uid)]
    assert window.key == wanted.type_name
    window.go(Place("report"))
    assert page.preview.chosen == place, "the place is kept"


def test_a_click_on_another_number_changes_the_panel_and_esc_closes_it(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    open_figure(page, qtbot, "EDU_TOPIC_N")
    assert "in là “trên 30”" in page.figure.printed.text()
    number = figure(page, "EDU_RATE_MIN")
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(page.preview.viewport(), left, none, page.preview.place_of(number))
    qtbot.waitUntil(lambda: page.figure.behind is not None and page.figure.behind.number == "95,8%", timeout=10_000)
    assert page.figure.sum.below == "95,8%"
    page.preview.setFocus()
    keys.press(Key.Key_Escape)
    assert not page.panel.isVisible()


def test_the_list_of_all_records_behind_a_number_is_one_press_away(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    open_figure(page, qtbot, "EDU_MAKEUP_N")
    found = page.figure.behind
    assert found is not None
    with qtbot.waitSignal(window.session.place_asked) as asked:
        page.figure.to_list.click()
    assert asked.args[0].wanted.uids == tuple(part.uid for part in found.parts)


def test_a_change_of_a_record_draws_the_report_anew_within_a_second_and_keeps_the_place(
    page: ReportPage, demo: Office, qtbot: QtBot, record_property: pytest.FixtureRequest
) -> None:
    open_figure(page, qtbot, "EDU_MAKEUP_N")
    before = page.figure.behind
    assert before is not None
    uid = next(part.uid for part in before.parts if part.type_name == "education")
    _type, record = demo.store.read(uid)
    line = next(line for line in record["audiences"] if line["makeup"])
    line["makeup"] -= 1
    demo.store.save("education", record, demo.user, dict.fromkeys(record.get("warned") or (), "đúng"))
    at, chosen = page.preview.verticalScrollBar().value(), page.preview.chosen
    start = time.perf_counter()
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        changes.records_changed.emit("education")
    qtbot.waitUntil(lambda: page.preview.is_drawn, timeout=20_000)
    record_property("seconds", time.perf_counter() - start)  # type: ignore[operator]
    assert (page.preview.verticalScrollBar().value(), page.preview.chosen) == (at, chosen)
    less = grouped(int(before.number.replace(".", "")) - 1)
    qtbot.waitUntil(lambda: page.figure.behind is not None and page.figure.behind.number == less, timeout=10_000)


def test_a_page_that_is_not_seen_is_drawn_when_it_is_visited(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    window.go(Place("home"))
    changes.records_changed.emit("")
    with qtbot.assertNotEmitted(page.refreshed, wait=300):
        pass
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        window.go(Place("report"))


def test_another_period_and_another_unit_have_their_own_report(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    page.preview.go_to_page(5)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        session.set_unit(session.store.names.find("unit", "DV01", None))
    assert page.shown is not None
    assert page.preview.page == 0
    assert {item.key: item.state for item in page.shown.items}["1.I.1"] == "empty"
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        session.set_period(period(session.store, "2018-H2"))
    assert page.title.text() == "Báo cáo 6 tháng cuối năm 2018"


def test_exact_wording_can_be_shown(page: ReportPage, qtbot: QtBot) -> None:
    assert "trên 30 chuyên đề" in report_text(page)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        page.bar.exact.click()
    assert "trên 30 chuyên đề" not in report_text(page)


def test_words_are_searched_with_keys_and_marked(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    keys.press(Key.Key_F, modifiers=CTRL)
    assert page.finder.line.hasFocus()
    keys.write("quan su")
    qtbot.waitUntil(lambda: bool(page.preview.hits), timeout=10_000)
    count = len(page.preview.hits)
    assert page.finder.count.text() == f"{page.preview.hit + 1} / {count}"
    first = page.preview.hit
    keys.press(Key.Key_Return)
    assert page.preview.hit == (first + 1) % count
    keys.press(Key.Key_F3)
    keys.press(Key.Key_F3, modifiers=SHIFT)
    keys.press(Key.Key_Return, modifiers=SHIFT)
    assert page.preview.hit == first
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("zzzz")
    qtbot.waitUntil(lambda: page.finder.count.text() == "Không thấy", timeout=10_000)
    keys.press(Key.Key_Escape)
    assert not page.finder.isVisible()
    assert page.preview.hits == []
    assert page.preview.hasFocus()


def test_a_section_is_written_in_place_saved_and_printed(page: ReportPage, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    page.outline.list.setFocus()
    page.outline.list.go_to(SECTION)
    keys.press(Key.Key_Return)
    assert page.section.box.hasFocus()
    keys.write("Dân vận khéo.")
    keys.press(Key.Key_Return)
    keys.write("- Giúp dân gặt lúa")
    assert page.section.state.words == "Chưa lưu"
    assert page.outline.list.state_of(SECTION) == "typed"
    toasts: list[Toast] = []
    page.session.toast_asked.connect(toasts.append)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_S, modifiers=CTRL)
    assert written(demo.store, period(demo.store, "2019-H1"), None)[SECTION] == "Dân vận khéo.\n- Giúp dân gặt lúa"
    assert page.section.state.words == "Đã lưu"
    assert page.outline.list.state_of(SECTION) == "written"
    assert "Dân vận khéo. - Giúp dân gặt lúa" in report_text(page)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        assert toasts[-1].undo is not None
        toasts[-1].undo()
    assert page.outline.list.state_of(SECTION) == "empty"
    assert page.section.box.toPlainText() == ""


def test_what_is_typed_is_kept_two_seconds_after_the_last_key(page: ReportPage, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    assert report_desk.DRAFT_AFTER <= 2_000
    page.edit_section(SECTION)
    keys.write("nửa chừng")
    uid = str(page.desk.writing.entry.uid)
    assert drafts.of_record(demo.store, uid) is None
    qtbot.waitUntil(lambda: drafts.of_record(demo.store, uid) is not None, timeout=4_000)
    assert page.section.state.words.startswith("Bản nháp · ")


@pytest.mark.parametrize("way", ["esc", "close", "lock", "other page", "other period", "number"])
def test_every_way_out_keeps_the_text_with_what_the_input_method_holds(
    page: ReportPage, window: MainWindow, demo: Office, keys: Keyboard, qtbot: QtBot, way: str
) -> None:
    page.edit_section(SECTION)
    keys.write("Dân ")
    keys.compose("vận")
    unit, chosen = page.session.unit, page.session.period
    if way == "esc":
        keys.press(Key.Key_Escape)
        assert page.section.isVisible()
        keys.press(Key.Key_Escape)
        assert not page.section.isVisible()
    elif way == "close":
        window.close()
    elif way == "lock":
        window.lock()
    elif way == "other page":
        window.go(Place("home"))
    elif way == "other period":
        window.session.set_period(period(demo.store, "2018-H2"))
        assert page.desk.writing.text(SECTION) == ""
    else:
        page.preview.choose(0, open_it=True)
    again = editing.Writing(demo.store, chosen, unit, demo.user)
    assert again.text(SECTION) == "Dân vận"
    assert again.dirty


def test_a_draft_is_opened_where_it_was_left(page: ReportPage, window: MainWindow, demo: Office, keys: Keyboard, qtbot: QtBot) -> None:
    page.edit_section(SECTION)
    keys.write("để sau")
    window.go(Place("home"))
    window.session.set_period(period(demo.store, "2018-H2"))
    draft = drafts.of_record(demo.store, unit_tree.report_uid(demo.store, period(demo.store, "2019-H1"), None))
    window.go(Place("report", draft=draft))
    assert window.session.period.code == "2019-H1"
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        pass
    assert page.section.isVisible()
    assert page.section.key == SECTION
    assert page.section.box.toPlainText() == "để sau"
    qtbot.waitUntil(lambda: page.outline.list.state_of(SECTION) == "typed", timeout=20_000)
    page.section.drop_button.click()
    assert page.section.box.toPlainText() == ""
    assert drafts.of_record(demo.store, str(page.desk.writing.entry.uid)) is None


def test_a_draft_is_opened_on_the_first_visit_too(window: MainWindow, demo: Office, qtbot: QtBot) -> None:
    text = editing.Writing(demo.store, period(demo.store, "2018-H2"), None, demo.user)
    text.set_text(SECTION, "từ hôm trước")
    text.keep()
    window.go(Place("report", draft=text.entry.draft))
    page = window.page("report")
    assert isinstance(page, ReportPage)
    qtbot.waitUntil(lambda: page.section.box.toPlainText() == "từ hôm trước", timeout=20_000)
    assert (page.section.isVisible(), window.session.period.code) == (True, "2018-H2")


def test_number_date_and_signatory_are_fields_like_any_and_refuse_what_is_wrong(
    page: ReportPage, demo: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    page.info.click()
    assert page.fields.editors["number"].hasFocus()
    keys.write("126")
    keys.press(Key.Key_Return)
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("31/02/2019")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert page.desk.problems.keys() == {"dated"}
    assert page.fields.isVisible()
    page.fields.editors["dated"].setFocus()
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("18/06/2019")
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_Return, modifiers=CTRL)
    assert not page.fields.isVisible()
    _type, record = demo.store.read(str(page.desk.writing.entry.uid))
    assert (record["number"], record["dated"]) == ("126", "2019-06-18")


def test_a_hundred_thousand_pasted_letters_are_refused_with_words_and_lost_nowhere(page: ReportPage, demo: Office, keys: Keyboard) -> None:
    page.edit_section(SECTION)
    QApplication.clipboard().setText("\u202e\x00" + "Đ" * 100_000)
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_S, modifiers=CTRL)
    assert page.section.problem.isVisible()
    assert page.section.problem.text()
    assert drafts.of_record(demo.store, str(page.desk.writing.entry.uid)) is not None
    assert SECTION not in written(demo.store, period(demo.store, "2019-H1"), None)


def test_f8_walks_the_sections_that_are_empty(page: ReportPage, keys: Keyboard) -> None:
    seen = []
    for _time in range(2):
        keys.press(Key.Key_F8)
        seen.append(page.outline.list.key)
    assert len(set(seen)) == 2
    assert {page.outline.list.state_of(key) for key in seen} == {"empty"}
    assert page.outline.list.hasFocus()


def test_choosing_a_section_brings_its_heading_into_sight(page: ReportPage) -> None:
    page.outline.list.go_to("2.III")
    assert page.shown is not None
    mark = page.preview.pdf.marks[page.shown.headings.index("2.III")]  # type: ignore[union-attr]
    assert page.preview.page == mark.page
    page.outline.list.go_to("PL.IV")
    assert page.preview.page >= 5
    page.edit_section("PL.IV")
    assert not page.section.isVisible(), "an annex has no text by hand"


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
    page: ReportPage, demo: Office, keys: Keyboard, qtbot: QtBot
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
        demo.store.cancel(record.uid, "nhập nhầm", page.session.user)
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

    job = page.output.save_pdf(tmp_path / "no" / "x.pdf", (page.session.period, None))
    job.failed.connect(lambda _error: QTimer.singleShot(100, read))
    job.failed.disconnect(page.output._failed)  # noqa: SLF001 - the timer must be set before the box opens
    job.failed.connect(page.output._failed)  # noqa: SLF001
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


def words_cut(page: QWidget) -> list[str]:
    """Give the words of buttons and labels of one line that have less room than they need."""
    found = []
    for one in page.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QPushButton) and one.text() and one.width() < one.fontMetrics().horizontalAdvance(one.text()):
            found.append(one.text())
        if isinstance(one, QLabel) and not isinstance(one, ElidedLabel):
            wide = 0 if one.wordWrap() or not one.text() else one.fontMetrics().horizontalAdvance(one.text())
            found += [one.text()] if one.width() + 1 < wide else []
    return found


@pytest.mark.parametrize("percent", [90, 100, 130, 160])
@pytest.mark.parametrize("panel", ["none", "figure", "section", "fields", "find"])
def test_no_words_are_cut_at_any_size_in_the_smallest_window(
    page: ReportPage, window: MainWindow, qtbot: QtBot, percent: int, panel: str
) -> None:
    window.resize(1280, 680)
    look.set_scale(percent)
    if panel == "figure":
        open_figure(page, qtbot, "EDU_TOPIC_N")
    elif panel == "section":
        page.edit_section(SECTION)
    elif panel == "fields":
        page.edit_fields()
    elif panel == "find":
        page.search()
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1280, 680), "nothing forces the window wider"
    assert words_cut(page) == []
    assert page.preview.width() >= 300


def test_every_control_has_a_name_for_who_cannot_see_it(page: ReportPage, qtbot: QtBot) -> None:
    open_figure(page, qtbot, "EDU_TOPIC_N")
    page.search()
    for one in page.findChildren(QWidget):
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not one.objectName().startswith("qt_"):
            assert one.accessibleName(), one


def test_tab_goes_round_all_parts_of_the_page(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    open_figure(page, qtbot, "EDU_TOPIC_N")
    page.preview.setFocus()
    seen = set()
    for _time in range(80):
        keys.press(Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert {page.outline.list, page.figure.list, page.preview, page.save, page.print, page.info, page.bar.exact} <= seen
