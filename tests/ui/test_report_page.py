"""The report page in its window, over the demo: from a number to its records, texts written in place, kept, saved, printed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.office import Office
from app.periods import period
from db.questions import grouped
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from tests.ui.report_kit import SECTION, figure, open_figure, report_text, words_cut
from ui import look
from ui.changes import changes
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Place


@pytest.fixture
def page(report_page: ReportPage) -> ReportPage:
    return report_page


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
    page: ReportPage, demo_office: Office, qtbot: QtBot, record_property: pytest.FixtureRequest
) -> None:
    open_figure(page, qtbot, "EDU_MAKEUP_N")
    before = page.figure.behind
    assert before is not None
    uid = next(part.uid for part in before.parts if part.type_name == "education")
    _type, record = demo_office.store.read(uid)
    line = next(line for line in record["audiences"] if line["makeup"])
    line["makeup"] -= 1
    demo_office.store.save("education", record, demo_office.user, dict.fromkeys(record.get("warned") or (), "đúng"))
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
