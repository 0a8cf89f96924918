"""The page of history, imports and the bin: by keyboard, with real files and real keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest

from app import history
from app.listing import Listing, Wanted
from db.records import RECORD_TYPES
from tests.ui.keyboard import Keyboard
from ui.confirm_pane import ConfirmPane
from ui.fact_table import FactModel
from ui.history_page import HistoryPage
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def uid(window: MainWindow) -> str:
    """A person that was entered, changed and cancelled."""
    store, user = window.session.store, window.session.user
    made = store.save("beneficiary", {"name": "Nguyễn Văn An", "birth": "1950", "commune": "Phú Lâm"}, user)
    store.save("beneficiary", store.read(made)[1] | {"commune": "Kim Lộc"}, user)
    store.cancel(made, "nhập nhầm", user)
    return made


def opened(window: MainWindow, settle: Settle, tab: str = "changes") -> HistoryPage:
    window.go(Place("history"))
    settle()
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    if page.tab != tab:
        page.show_tab(tab)
        settle()
    return page


def cells(page: HistoryPage, column: int) -> list[str]:
    return [fact.cells[column] for fact in page.table.facts.facts]


def write(window: MainWindow, settle: Settle, text: str) -> None:
    """Type into the small pane that is open and press Enter."""
    pane = window.findChild(LinePane)
    assert pane is not None
    Keyboard().write(text)
    QTest.keyClick(pane.line, Key.Key_Return)
    settle()
    settle()


def test_the_page_shows_who_changed_which_record_how_and_opens_it(window: MainWindow, settle: Settle, uid: str) -> None:
    page = opened(window, settle)
    assert cells(page, 2)[:3] == ["Hủy", "Sửa", "Tạo mới"]
    assert cells(page, 5)[:3] == ["nhập nhầm", "Xã: Phú Lâm → Kim Lộc", ""]
    assert set(cells(page, 1)) == {"Quản trị"}
    assert page.table.hasFocus()
    QTest.keyClick(page.table, Key.Key_Down)
    QTest.keyClick(page.table, Key.Key_Return)
    settle()
    people = window.page("beneficiary")
    assert window.key == "beneficiary"
    assert isinstance(people, RecordPage)
    assert people.form is not None
    assert people.form.uid == uid


def test_tabs_are_walked_by_keys(window: MainWindow, settle: Settle, uid: str) -> None:
    page = opened(window, settle)
    seen = []
    for _step in range(3):
        QTest.keyClick(page.table, Key.Key_Tab, CTRL)
        settle()
        seen.append(page.tab)
        assert page.table.hasFocus()
    assert seen == ["imports", "bin", "changes"]


def test_rows_come_a_page_at_a_time_as_the_end_is_reached(
    window: MainWindow, settle: Settle, uid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 30)
    monkeypatch.setattr(history.lately, "__defaults__", (None, 30))
    monkeypatch.setattr("ui.history_page.PAGE", 30)
    page = opened(window, settle)
    tester = QAbstractItemModelTester(page.table.facts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.imported.click()
    settle()
    assert page.table.facts.rowCount() == 30
    page.table.setFocus()
    QTest.keyClick(page.table, Key.Key_End, CTRL)
    settle()
    QTest.keyClick(page.table, Key.Key_End, CTRL)
    settle()
    assert page.table.facts.rowCount() >= 60
    assert len({fact.leads.id for fact in page.table.facts.facts}) == page.table.facts.rowCount()
    del tester


def test_type_person_and_day_narrow_the_rows(window: MainWindow, settle: Settle, uid: str) -> None:
    page = opened(window, settle)
    page.want(type_name="beneficiary")
    settle()
    assert len(cells(page, 2)) == 3
    page.search()
    Keyboard().write("1/1/2019")
    QTest.keyClick(page.day, Key.Key_Return)
    settle()
    assert cells(page, 2) == []
    assert page.table.empty.isVisible()
    page.day.setText("31/2")
    QTest.keyClick(page.day, Key.Key_Return)
    assert page.day.toolTip()
    page.day.clear()
    settle()
    assert len(cells(page, 2)) == 3
    page.want(person="nobody")
    settle()
    assert cells(page, 2) == []


def test_an_import_leads_to_its_records(window: MainWindow, settle: Settle) -> None:
    page = opened(window, settle, "imports")
    place = cells(page, 2).index("05-giao-duc.csv")
    page.table.go_to(place)
    QTest.keyClick(page.table, Key.Key_Return)
    settle()
    sessions = window.page("education")
    assert isinstance(sessions, RecordPage)
    made = page.table.facts.facts[place].leads.new
    listed = sessions.list.model.rowCount()
    assert 0 < listed <= made
    assert sessions.list.narrowed.isVisible()


def test_an_import_is_taken_back_with_a_reason_after_its_effect_was_shown(window: MainWindow, settle: Settle) -> None:
    page, store = opened(window, settle, "imports"), window.session.store
    place = cells(page, 2).index("11-tuyen-truyen.csv")
    count = page.table.facts.facts[place].leads.new
    type_name = page.table.facts.facts[place].leads.type_name
    page.table.go_to(place)
    QTest.keyClick(page.table, Key.Key_R, CTRL)
    write(window, settle, "nhầm tệp")
    pane = window.findChild(ConfirmPane)
    assert pane is not None
    assert "Hủy" in pane.labels[0].text()
    assert len(Listing(store, RECORD_TYPES[type_name], Wanted()).ids()) > 0, "nothing is written before it is confirmed"
    assert pane.go_button.hasFocus()
    QTest.keyClick(pane.go_button, Key.Key_Return)
    settle()
    settle()
    assert count
    assert len(Listing(store, RECORD_TYPES[type_name], Wanted()).ids()) == 0
    assert "nhầm tệp" in cells(page, 7)[place]
    assert window.toast.accessibleName().startswith("Đã hoàn tác lần nhập")
    page.table.go_to(place)
    assert not page.undo_button.isEnabled()


def test_an_import_under_later_records_names_what_stays(window: MainWindow, settle: Settle) -> None:
    page = opened(window, settle, "imports")
    page.table.go_to(cells(page, 2).index("01-don-vi.csv"))
    QTest.keyClick(page.table, Key.Key_R, CTRL)
    write(window, settle, "nhầm tệp")
    pane = window.findChild(ConfirmPane)
    assert pane is not None
    assert any("vì bản ghi khác còn dùng" in one.text() for one in pane.labels)
    stays = {title.text(): why.text() for title, why in pane.named}
    edited = {title for title, why in stays.items() if why == "đã sửa sau khi nhập"}
    assert edited == {"Ban CHQS huyện Kim Đàm", "Ban CHQS huyện Lộc Khê"}
    assert len(stays) == 12
    assert all(stays[title].endswith("còn dùng") for title in stays.keys() - edited)
    QTest.keyClick(pane.go_button, Key.Key_Escape)
    assert not pane.isVisible()
    assert page.table.hasFocus()


def test_what_is_in_the_bin_comes_back_by_a_key_and_goes_again(window: MainWindow, settle: Settle, uid: str) -> None:
    page, store = opened(window, settle, "bin"), window.session.store
    place = next(at for at, fact in enumerate(page.table.facts.facts) if fact.leads.uid == uid)
    assert page.table.facts.facts[place].cells[4] == "nhập nhầm"
    page.table.go_to(place)
    QTest.keyClick(page.table, Key.Key_R, CTRL)
    settle()
    settle()
    assert store.read(uid)[1]["state"] == "entered"
    assert uid not in [fact.leads.uid for fact in page.table.facts.facts]
    QTest.keyClick(window, Key.Key_Z, CTRL)
    settle()
    settle()
    assert store.read(uid)[1]["state"] == "cancelled"
    assert uid in [fact.leads.uid for fact in page.table.facts.facts]


def test_rows_are_copied_with_headings_and_no_formula_comes_along(window: MainWindow, settle: Settle, uid: str) -> None:
    store = window.session.store
    store.save("beneficiary", store.read(uid)[1] | {"state": "entered", "cancel_reason": None, "commune": "=1+1"}, window.session.user)
    page = opened(window, settle)
    page.table.setFocus()
    page.table.go_to(0)
    QTest.keyClick(page.table, Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["Lúc", "Ai", "Việc"]
    assert len(lines) == 2
    assert len(lines[1].split("\t")) == 6
    assert FactModel is type(page.table.facts)
