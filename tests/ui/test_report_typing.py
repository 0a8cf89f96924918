"""Writing into the report page: texts in their place, kept as drafts by every way out, fields that refuse what is wrong."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import drafts, unit_tree
from app.office import Office
from app.periods import period
from app.report import editing
from tests.demo_office import written
from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.report_kit import SECTION, report_text
from ui import report_desk
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Place, Toast


@pytest.fixture
def page(report_page: ReportPage) -> ReportPage:
    return report_page


def test_a_section_is_written_in_place_saved_and_printed(page: ReportPage, demo_office: Office, keys: Keyboard, qtbot: QtBot) -> None:
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
    assert written(demo_office.store, period(demo_office.store, "2019-H1"), None)[SECTION] == "Dân vận khéo.\n- Giúp dân gặt lúa"
    assert page.section.state.words == "Đã lưu"
    assert page.outline.list.state_of(SECTION) == "written"
    assert "Dân vận khéo. - Giúp dân gặt lúa" in report_text(page)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        assert toasts[-1].undo is not None
        toasts[-1].undo()
    assert page.outline.list.state_of(SECTION) == "empty"
    assert page.section.box.toPlainText() == ""


def test_what_is_typed_is_kept_two_seconds_after_the_last_key(page: ReportPage, demo_office: Office, keys: Keyboard, qtbot: QtBot) -> None:
    assert report_desk.DRAFT_AFTER <= 2_000
    page.edit_section(SECTION)
    keys.write("nửa chừng")
    uid = str(page.desk.writing.entry.uid)
    assert drafts.of_record(demo_office.store, uid) is None
    qtbot.waitUntil(lambda: drafts.of_record(demo_office.store, uid) is not None, timeout=4_000)
    assert page.section.state.words.startswith("Bản nháp · ")


@pytest.mark.parametrize("way", ["esc", "close", "lock", "other page", "other period", "number"])
def test_every_way_out_keeps_the_text_with_what_the_input_method_holds(
    page: ReportPage, window: MainWindow, demo_office: Office, keys: Keyboard, qtbot: QtBot, way: str
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
        window.session.set_period(period(demo_office.store, "2018-H2"))
        assert page.desk.writing.text(SECTION) == ""
    else:
        page.preview.choose(0, open_it=True)
    again = editing.Writing(demo_office.store, chosen, unit, demo_office.user)
    assert again.text(SECTION) == "Dân vận"
    assert again.dirty


def test_a_draft_is_opened_where_it_was_left(
    page: ReportPage, window: MainWindow, demo_office: Office, keys: Keyboard, qtbot: QtBot
) -> None:
    page.edit_section(SECTION)
    keys.write("để sau")
    window.go(Place("home"))
    window.session.set_period(period(demo_office.store, "2018-H2"))
    draft = drafts.of_record(demo_office.store, unit_tree.report_uid(demo_office.store, period(demo_office.store, "2019-H1"), None))
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
    assert drafts.of_record(demo_office.store, str(page.desk.writing.entry.uid)) is None


def test_a_draft_is_opened_on_the_first_visit_too(window: MainWindow, demo_office: Office, qtbot: QtBot) -> None:
    text = editing.Writing(demo_office.store, period(demo_office.store, "2018-H2"), None, demo_office.user)
    text.set_text(SECTION, "từ hôm trước")
    text.keep()
    window.go(Place("report", draft=text.entry.draft))
    page = window.page("report")
    assert isinstance(page, ReportPage)
    qtbot.waitUntil(lambda: page.section.box.toPlainText() == "từ hôm trước", timeout=20_000)
    assert (page.section.isVisible(), window.session.period.code) == (True, "2018-H2")


def test_number_date_and_signatory_are_fields_like_any_and_refuse_what_is_wrong(
    page: ReportPage, demo_office: Office, keys: Keyboard, qtbot: QtBot
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
    _type, record = demo_office.store.read(str(page.desk.writing.entry.uid))
    assert (record["number"], record["dated"]) == ("126", "2019-06-18")


def test_a_hundred_thousand_pasted_letters_are_refused_with_words_and_lost_nowhere(
    page: ReportPage, demo_office: Office, keys: Keyboard
) -> None:
    page.edit_section(SECTION)
    QApplication.clipboard().setText("\u202e\x00" + "Đ" * 100_000)
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_S, modifiers=CTRL)
    assert page.section.problem.isVisible()
    assert page.section.problem.text()
    assert drafts.of_record(demo_office.store, str(page.desk.writing.entry.uid)) is not None
    assert SECTION not in written(demo_office.store, period(demo_office.store, "2019-H1"), None)


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
