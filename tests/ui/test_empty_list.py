"""A list with nothing in it says so, and how to begin, as soon as its page is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.office import Office
from db.records import RECORD_TYPES
from tests.ui.conftest import TODAY
from tests.ui.keyboard import Keyboard
from ui import jobs
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]


@pytest.fixture
def new_window(app: QApplication, small: Office, settle: Settle) -> Iterator[MainWindow]:
    """The window over an office with catalogues only."""
    made = MainWindow(Session(small, today=TODAY))
    made.resize(1366, 768)
    made.go(Place("home"))
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    settle()
    yield made
    jobs.wait_for_all()
    made.hide()
    made.deleteLater()


def opened(window: MainWindow, key: str, settle: Settle) -> RecordPage:
    window.go(Place(key))
    settle()
    page = window.page(key)
    assert isinstance(page, RecordPage)
    return page


def test_every_empty_list_says_so_without_being_resized(new_window: MainWindow, settle: Settle) -> None:
    empty = 0
    for key in RECORD_TYPES:
        if not isinstance(new_window.page(key), RecordPage):
            continue
        page = opened(new_window, key, settle)
        if page.in_tree or page.list.model.rowCount():
            continue
        empty += 1
        words = page.list.table.empty
        assert words.isVisible(), key
        assert "Nhấn Ctrl+N" in words.text(), key
        assert words.width() > 300, key
    assert empty > 10


def test_a_search_that_finds_nothing_says_what_was_searched_for(window: MainWindow, settle: Settle) -> None:
    page = opened(window, "education", settle)
    assert not page.list.table.empty.isVisible()
    page.search()
    Keyboard().write("zzz")
    for _round in range(3):
        settle()
    assert page.list.table.empty.isVisible()
    assert "“zzz”" in page.list.table.empty.text()


def test_the_head_says_how_many_were_found_while_a_search_is_on(window: MainWindow, settle: Settle) -> None:
    page = opened(window, "education", settle)
    assert page.fact.text().endswith("trong kỳ")
    page.search()
    Keyboard().write("kim loc")
    for _round in range(3):
        settle()
    assert page.fact.text().startswith("tìm thấy ")
    page.list.search.clear()
    for _round in range(3):
        settle()
    assert page.fact.text().endswith("trong kỳ")
