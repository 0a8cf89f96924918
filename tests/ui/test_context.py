"""The context bar: another unit or period by a few letters; what a new record starts with because of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import unit_tree
from app.entry import memory
from app.periods import choices, period, standing
from tests.samples import signable
from tests.ui.conftest import TODAY
from tests.ui.keyboard import CTRL, SHIFT, Keyboard
from tests.ui.test_tree import reform
from ui.changes import changes
from ui.chooser import Chooser
from ui.form import RecordForm
from ui.lookup import Popup
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]
Key = Qt.Key


def _chooser(window: MainWindow) -> Chooser:
    return next(one for one in window.findChildren(Chooser) if one.isVisible())


def _form(window: MainWindow, key: str = "education") -> RecordForm:
    page = window.page(key)
    assert isinstance(page, RecordPage)
    assert page.form is not None
    return page.form


def test_a_unit_is_chosen_by_a_few_letters_without_marks(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    window.context.unit.setFocus()
    keys.press(Key.Key_Return)
    assert [one.key for one in _chooser(window).options][:3] == ["HS00", "DV01", "DV02"]
    keys.write("kim loc")
    assert [one.key for one in _chooser(window).options] == ["DV07"]
    keys.press(Key.Key_Return)
    settle()
    assert window.session.unit_name() == "Ban CHQS huyện Kim Lộc"
    assert "Kim Lộc" in window.context.unit.accessibleName()
    assert window.context.unit.hasFocus()
    assert not [one for one in window.findChildren(Chooser) if one.isVisible()]


def test_units_are_offered_below_the_one_above_and_the_one_of_now_is_marked(window: MainWindow, settle: Settle) -> None:
    session = window.session
    session.set_unit(session.store.names.find("unit", "DV05", None))
    settle()
    window.context.unit.click()
    options = _chooser(window).options
    assert not options[0].label.startswith("\u2003")
    assert all(one.label.startswith("\u2003") for one in options[1:])
    assert options[Popup.of(window).current].key == "DV05"


def test_a_mark_that_was_typed_is_meant(session: Session) -> None:
    def found(typed: str) -> list[str]:
        return [one.code for one in unit_tree.choices(session.store, session.own_unit, session.period, typed)]

    assert found("dong") == ["DV02", "DV06"]
    assert found("đồng") == ["DV06"]
    assert found("DV03") == ["DV03"]


def test_a_dissolved_unit_is_offered_while_it_stood_in_the_period_and_found_later_by_its_name(session: Session) -> None:
    reform(session.store)

    def codes(code: str, typed: str = "") -> list[str]:
        return [one.code for one in unit_tree.choices(session.store, session.own_unit, period(session.store, code), typed)]

    assert "DV07" in codes("2019-H1")
    assert {"DV07", "KV1"} <= set(codes("2025-H2"))
    assert "DV07" not in codes("2026-H1")
    assert codes("2026-H1", "kim lộc") == ["DV07"]
    gone = unit_tree.choices(session.store, session.own_unit, period(session.store, "2026-H1"), "kim lộc")[0]
    assert gone.detail == "01/10/2018 – 30/06/2025"


def test_a_period_is_chosen_by_its_year(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    window.context.period.setFocus()
    keys.press(Key.Key_Down)
    assert _chooser(window).options[Popup.of(window).current].value == window.session.period
    keys.write("2015")
    assert [one.key for one in _chooser(window).options] == ["2015-H2", "2015-H1"]
    keys.press(Key.Key_Down, Key.Key_Return)
    settle()
    assert window.session.period.code == "2015-H1"
    assert window.session.preferences.get("period") == "2015-H1"


@pytest.mark.parametrize(
    ("typed", "first"), [("19", "2019-H2"), ("2019 đầu", "2019-H1"), ("2019-h1", "2019-H1"), ("cuối 2018", "2018-H2"), ("", "2020-H2")]
)
def test_periods_are_found_by_year_code_or_words(session: Session, typed: str, first: str) -> None:
    found = choices(session.store, session.period, TODAY, typed)
    assert found[0].code == first


def test_a_year_that_cannot_be_offers_nothing(session: Session) -> None:
    assert choices(session.store, session.period, TODAY, "1899") == []


def test_how_a_period_stands_is_said(session: Session) -> None:
    assert standing(period(session.store, "2019-H1"), TODAY) == "Đang nhập · còn 9 ngày"
    assert standing(period(session.store, "2018-H2"), TODAY) == "Đang mở · hết ngày 14/12/2018"
    assert standing(period(session.store, "2019-H2"), TODAY) == "Chưa đến kỳ"


def test_a_period_whose_report_is_approved_is_shown_as_locked(window: MainWindow, settle: Settle) -> None:
    from app.report import approval, sound
    from app.settings import half_years

    session = window.session
    signable(session.store)
    approval.approve(session.store, session.period, session.user, "KHONG", agreed=sound.EVERY_DOUBT)
    changes.records_changed.emit("report")
    settle()
    assert window.context.state.words == "Đã chốt"
    shown = {one.period.code: str(one.standing) for one in half_years(session.store, TODAY)}
    assert shown["2019-H1"] == "Đã chốt"
    assert shown["2018-H2"] != "Đã chốt"


def test_esc_leaves_the_context_as_it_was(window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    before = window.session.unit
    window.context.unit.click()
    keys.write("kim")
    keys.press(Key.Key_Escape)
    settle()
    assert window.session.unit == before
    assert not Popup.of(window).isVisible()
    assert window.context.unit.hasFocus()


def test_the_mouse_takes_a_row_and_a_press_elsewhere_closes(window: MainWindow, settle: Settle) -> None:
    window.context.unit.click()
    popup = Popup.of(window)
    spot = popup.rect().topLeft()
    spot.setX(spot.x() + 40)
    spot.setY(spot.y() + popup.row_height * 2 + 4)
    QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=spot)
    settle()
    assert window.session.store.names.code("unit", window.session.unit) == "DV02"
    window.context.unit.click()
    window.context.search.setFocus()
    settle()
    assert not [one for one in window.findChildren(Chooser) if one.isVisible()]


def test_a_new_record_starts_with_the_single_unit_of_the_context(window: MainWindow, settle: Settle) -> None:
    session = window.session
    unit = session.store.names.find("unit", "DV05", None)
    session.set_unit(unit)
    window.go(Place("education", new=True))
    settle()
    form = _form(window)
    assert form.entry.cells["unit"].value == unit
    assert form.body.boxes["unit"].made().text() == "Ban CHQS huyện Châu Phong"
    assert not form.dirty
    assert not form.body.boxes["unit"].made().hasFocus()


def test_the_whole_office_names_no_unit_for_a_new_record(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education", new=True))
    settle()
    assert _form(window).entry.cells["unit"].text == ""


def test_another_context_changes_an_untouched_new_record_and_leaves_a_typed_one_alone(window: MainWindow, settle: Settle) -> None:
    session = window.session
    first, second = (session.store.names.find("unit", code, None) for code in ("DV05", "DV06"))
    session.set_unit(first)
    window.go(Place("education", new=True))
    settle()
    form = _form(window)
    session.set_unit(second)
    settle()
    assert form.entry.cells["unit"].value == second
    form.go_to_answer("", "place")
    Keyboard().write("Hoi truong")
    session.set_unit(first)
    settle()
    assert form.entry.cells["unit"].value == second
    assert form.entry.cells["place"].text == "Hoi truong"
    form.new()
    assert form.entry.cells["unit"].value == first


def test_a_pinned_unit_goes_before_the_unit_of_the_context(window: MainWindow, settle: Settle) -> None:
    session, keys = window.session, Keyboard()
    session.set_unit(session.store.names.find("unit", "DV05", None))
    window.go(Place("education", new=True))
    settle()
    form = _form(window)
    form.go_to_answer("", "unit")
    keys.press(Key.Key_P, modifiers=CTRL | SHIFT)
    session.set_unit(session.store.names.find("unit", "DV06", None))
    settle()
    form.new()
    assert form.entry.cells["unit"].text == "Ban CHQS huyện Châu Phong"


def test_days_typed_in_shorthand_mean_days_of_the_period_worked_on(window: MainWindow, settle: Settle) -> None:
    session, keys = window.session, Keyboard()
    session.set_period(period(session.store, "2016-H2"))
    window.go(Place("education", new=True))
    settle()
    form = _form(window)
    form.go_to_answer("", "event_to")
    keys.write("0309")
    keys.press(Key.Key_Return)
    assert form.entry.cells["event_to"].text == "03/09/2016"
    form.new()
    form.go_to_answer("", "event_to")
    keys.write("7")
    keys.press(Key.Key_Return)
    assert form.entry.cells["event_to"].text == "07/09/2016"
    near = memory(session.store).near
    assert near is not None
    assert near.year == 2016
