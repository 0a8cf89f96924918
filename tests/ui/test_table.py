"""Lists: pages of rows, the id vector from a worker, two statements a page, columns, search, sums."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from app import drafts, listing
from app.list_numbers import share_text
from app.listing import Listing, Wanted
from app.periods import period
from db.records import RECORD_TYPES
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui.buttons import FilterChip
from ui.list_pane import ListPane
from ui.main_window import MainWindow
from ui.record_model import AFTER_PAINT, SUMMARY, RecordModel
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_the_model_of_every_type_keeps_the_rules_of_item_models(session: Session, settle: Settle, name: str) -> None:
    model = RecordModel(Listing(session.store, RECORD_TYPES[name], Wanted()))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.load(Listing(session.store, RECORD_TYPES[name], Wanted()))
    settle()
    assert model.rowCount() == session.store.count(RECORD_TYPES[name]) - _cancelled(session, name)
    for row in range(model.rowCount()):
        assert model.data(model.index(row, SUMMARY))
    del tester


def _cancelled(session: Session, name: str) -> int:
    return len(Listing(session.store, RECORD_TYPES[name], Wanted(state="cancelled")).ids())


def test_a_large_list_shows_its_first_page_at_once_and_the_rest_from_a_worker(
    session: Session, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SMALL", 0)
    monkeypatch.setattr(listing, "PAGE", 16)
    monkeypatch.setattr("ui.record_model.PAGE", 16)
    declared = RECORD_TYPES["education"]
    whole = Listing(session.store, declared, Wanted()).ids()
    model = RecordModel(Listing(session.store, declared, Wanted()))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.load(Listing(session.store, declared, Wanted()))
    assert model.rowCount() == 16
    assert not model.is_whole
    QTest.qWait(2 * AFTER_PAINT)
    settle()
    assert model.is_whole
    assert model.ids == whole
    assert model.rowCount() == len(whole) > 16
    del tester


def test_a_page_of_rows_costs_two_statements(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Listing(session.store, RECORD_TYPES["education"], Wanted())
    ids = found.first()
    found.rows(ids)  # catalogues are read once
    asked: list[object] = []

    def counted(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asking(*query: Any) -> Any:
            asked.append(query)
            return ask(*query)

        return asking

    for way in ("execute", "run"):
        monkeypatch.setattr(session.store, way, counted(getattr(session.store, way)))
    rows = found.rows(ids)
    assert len(rows) == len(ids) > 40
    assert len(asked) == 2


def test_rows_are_the_records_in_order_of_their_day(session: Session) -> None:
    declared = RECORD_TYPES["education"]
    found = Listing(session.store, declared, Wanted(period=period(session.store, "2019-H1")), ["event_to", "unit", "topic"])
    rows = found.rows(found.ids())
    for row in random.Random(7).sample(rows, 8):
        assert row.uid is not None
        _, record = session.store.read(row.uid)
        day = declared.day_of(record)
        assert row.cells[0] == declared.questions()["event_to"].show(record["event_to"])
        assert row.cells[1] == session.store.names.label("unit", record["unit"], day)
        part = sum(line["present"] for line in record["audiences"])
        whole = sum(line["required"] for line in record["audiences"])
        assert row.number == f"{part * 1000 // whole // 10},{part * 1000 // whole % 10}"
    days = [row.cells[0][6:] + row.cells[0][3:5] + row.cells[0][:2] for row in rows]
    assert days == sorted(days, reverse=True)


def test_the_sum_below_a_share_is_computed_from_sums_not_averaged(session: Session) -> None:
    found = Listing(session.store, RECORD_TYPES["education"], Wanted())
    ids = found.ids()
    part = whole = 0
    for row in found.rows(ids):
        assert row.uid is not None
        _, record = session.store.read(row.uid)
        for line in record["audiences"]:
            part, whole = part + line["present"], whole + line["required"]
    assert found.sums(ids)[0] == share_text(part, whole)


def test_words_without_marks_find_and_words_with_marks_are_exact(session: Session) -> None:
    declared = RECORD_TYPES["education"]
    plain = Listing(session.store, declared, Wanted(words="dan quan")).ids()
    marked = Listing(session.store, declared, Wanted(words="dân quân")).ids()
    assert set(marked) <= set(plain)
    assert marked
    assert not Listing(session.store, declared, Wanted(words="đân quận")).ids()
    assert Listing(session.store, declared, Wanted(words="dan quan")).first() == plain[: listing.PAGE + 1]


def test_the_table_sorts_by_the_column_that_was_pressed(session: Session, settle: Settle) -> None:
    pane = ListPane(session, RECORD_TYPES["beneficiary"])
    pane.wanted = pane.wanted._replace(sort=("name", False))
    pane.reload()
    settle()
    rows = [pane.model.row(place) for place in range(pane.model.rowCount())]
    keys = [session.store.read(row.uid or "")[1]["name"] for row in rows]
    assert len(keys) > 3
    from db.text import name_key

    assert [name_key(name) for name in keys] == sorted(name_key(name) for name in keys)


def test_columns_chosen_by_a_person_are_kept_for_the_next_window(session: Session, settle: Settle) -> None:
    pane = ListPane(session, RECORD_TYPES["education"])
    pane.set_columns(["topic", "event_to", "sessions"])
    settle()
    again = ListPane(Session(session.office, today=session.today), RECORD_TYPES["education"])
    again.reload()
    settle()
    heads = [again.model.headerData(section, Qt.Orientation.Horizontal) for section in range(1, 4)]
    assert heads == ["Chuyên đề", "Đến ngày", "Số buổi"]
    assert again.model.sums["sessions"] == str(sum(_sessions(session, place, again) for place in range(again.model.rowCount())))


def _sessions(session: Session, place: int, pane: ListPane) -> int:
    uid = pane.model.row(place).uid
    assert uid is not None
    return int(session.store.read(uid)[1]["sessions"] or 0)


def test_chips_count_and_filter(session: Session, settle: Settle) -> None:
    session.set_period(period(session.store, "2019-H1"))
    pane = ListPane(session, RECORD_TYPES["education"])
    pane.reload()
    settle()
    cancelled = _cancelled(session, "education")
    assert cancelled > 0
    pane.chips["cancelled"].click()
    settle()
    assert pane.model.rowCount() == cancelled
    pane.chips["draft"].click()
    settle()
    assert not pane.chips["cancelled"].isChecked()
    assert all(pane.model.row(place).draft for place in range(pane.model.rowCount()))


@pytest.mark.parametrize("key", ["education", "unit", "board", "history"])
def test_who_clicks_a_chip_goes_on_in_the_list_and_who_presses_it_by_keyboard_stays(window: MainWindow, settle: Settle, key: str) -> None:
    window.go(Place(key))
    settle()
    keyboard = Keyboard()
    chips = [chip for chip in window.page(key).findChildren(FilterChip) if chip.isVisible()]
    assert chips
    for chip in chips:
        before = chip.isChecked()
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        settle()
        assert keyboard.focus() is chip.of, chip.text()
        keyboard.press(Key.Key_Down)
        if not chip.isVisible():
            continue
        chip.setFocus()
        keyboard.press(Key.Key_Space)
        settle()
        assert keyboard.focus() is chip, chip.text()
        assert chip.isChecked() == before or key in ("board", "history"), "one of several stays on"


def test_an_empty_list_says_what_to_press(session: Session, settle: Settle, qtbot: QtBot) -> None:
    session.set_period(period(session.store, "2001-H1"))
    pane = ListPane(session, RECORD_TYPES["inspection"])
    qtbot.addWidget(pane)  # gone from the screen when the test is over
    pane.resize(900, 500)
    pane.reload()
    pane.show()
    settle()
    assert pane.model.rowCount() == 0
    assert pane.table.empty.isVisibleTo(pane)
    assert pane.table.empty.text() == "Chưa có cuộc nào trong kỳ. Nhấn Ctrl+N."


def test_letters_typed_in_the_list_go_to_the_search_and_down_comes_back(session: Session, settle: Settle, qtbot: QtBot) -> None:
    session.set_period(period(session.store, "2019-H1"))
    pane = ListPane(session, RECORD_TYPES["education"])
    qtbot.addWidget(pane)  # gone from the screen when the test is over
    pane.resize(900, 500)
    pane.reload()
    pane.show()
    settle()
    everything = pane.model.rowCount()
    pane.table.setFocus()
    QTest.keyClick(pane.table, Qt.Key.Key_L)
    settle()
    assert pane.search.text() == "l"
    QTest.keyClicks(pane.search, "uat")
    settle()
    assert 0 < pane.model.rowCount() < everything
    QTest.keyClick(pane.search, Qt.Key.Key_Down)
    assert pane.table.currentIndex().row() == 0
    pane.search.setFocus()
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    settle()
    assert pane.model.rowCount() == everything


def test_copied_rows_carry_their_headings(session: Session, settle: Settle) -> None:
    pane = ListPane(session, RECORD_TYPES["topic"])
    pane.reload()
    settle()
    pane.table.selectRow(0)
    lines = pane.table.copied().split("\n")
    assert len(lines) == 2
    assert lines[0].startswith("Mã\tNăm\tChuyên đề")
    assert len(lines[1].split("\t")) == len(lines[0].split("\t"))


def test_a_record_opened_from_elsewhere_is_seen_in_the_list_beside_it(window: MainWindow, settle: Settle) -> None:
    window.go(Place("beneficiary"))
    settle()
    page = window.page("beneficiary")
    assert isinstance(page, RecordPage)
    last = page.list.model.row(page.list.model.rowCount() - 5).uid
    window.go(Place("home"))
    window.go(Place("beneficiary", uid=last))
    settle()
    table = page.list.table
    assert table.is_narrow
    current = page.list.current()
    assert current is not None
    assert current.uid == last
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex().siblingAtColumn(0)))


def test_who_comes_back_to_a_page_with_an_open_form_goes_on_where_it_was_left(window: MainWindow, settle: Settle, keys: Keyboard) -> None:
    window.go(Place("topic"))
    settle()
    keys.press(Key.Key_N, modifiers=CTRL)
    keys.press(Key.Key_Tab)
    left = window.focusWidget()
    assert left is not None
    for other in ("home", "beneficiary"):
        window.go(Place(other))
        settle()
        assert window.focusWidget() is not left
        window.go(Place("topic"))
        settle()
        assert window.focusWidget() is left


def test_enter_opens_the_first_row_of_a_list_in_which_none_is_current(window: MainWindow, settle: Settle, keys: Keyboard) -> None:
    store = window.session.store
    uids = tuple(str(row[0]) for row in store.execute(RECORD_TYPES["topic"].select(RECORD_TYPES["topic"].uid).limit(2).tuples()))
    window.go(Place("topic", Wanted(uids=uids, about="hai chuyên đề")))
    settle()
    page = window.page("topic")
    assert isinstance(page, RecordPage)
    assert page.list.current() is None
    keys.press(Key.Key_Return)
    settle()
    assert page.form is not None
    assert page.form.isVisible()
    assert page.form.uid == page.list.model.row(0).uid


def test_a_draft_shows_in_the_full_list_what_was_typed_into_it(session: Session) -> None:
    store, declared = session.store, RECORD_TYPES["education"]
    drafts.put(store, "education", {"unit": "Ban CHQS huyện An Thạch", "event_to": "20/05/2019"}, session.user)
    drafts.put(store, "education", {"audiences": [{"audience": "Sĩ quan"}]}, session.user)
    found = Listing(store, declared, Wanted(state="draft"))
    names = [column.name for column in found.columns]
    second, first = found.rows(found.ids())[:2]
    assert (first.cells[names.index("unit")], first.cells[names.index("event_to")]) == ("Ban CHQS huyện An Thạch", "20/05/2019")
    assert second.cells[0] == second.title == "Sĩ quan"


def test_what_was_saved_and_closed_is_in_sight_again_when_it_is_taken_back_from_another_page(
    window: MainWindow, settle: Settle, keys: Keyboard
) -> None:
    window.go(Place("topic"))
    settle()
    keys.press(Key.Key_N, modifiers=CTRL)
    page = window.page("topic")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    for name, text in (("code", "T88"), ("title", "Biển, đảo"), ("content_type", "CT")):
        page.form.go_to_answer("", name)
        keys.write(text)
    keys.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert not page.form.isVisible()
    window.go(Place("home"))
    settle()
    keys.press(Key.Key_Z, modifiers=CTRL)
    settle()
    assert window.key == "topic"
    assert page.form.isVisible()
    assert page.form.entry.cells["title"].text == "Biển, đảo"
    assert page.form.isAncestorOf(window.focusWidget())


def test_nothing_is_painted_of_a_row_that_is_gone(session: Session) -> None:
    model = RecordModel(Listing(session.store, RECORD_TYPES["topic"], Wanted()))
    model.ids = array("q", [10**9])
    assert model.data(model.index(0, SUMMARY)) == ""
    assert model.data(QModelIndex()) is None


def test_home_and_end_go_to_the_ends_of_the_list_and_shift_chooses_up_to_there(session: Session, settle: Settle, qtbot: QtBot) -> None:
    pane = ListPane(session, RECORD_TYPES["education"])
    qtbot.addWidget(pane)
    pane.show()
    pane.reload()
    settle()
    table, last = pane.table, pane.model.rowCount() - 1
    table.go_to(3)
    for key, held, at, chosen in (
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0, 1),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, last, 1),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier, 0, 1),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 1, 1),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier, last, last),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier, 0, last + 1),
    ):
        QTest.keyClick(table, key, held)
        assert (table.currentIndex().row(), table.chosen_count()) == (at, chosen), (key, held)
