"""What tests of the window share: the application in its own look, and the demo office, a copy for each."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Generator, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.office import Office
from tests.demo_office import open_demo
from tests.sync_offices import Place as Installation
from tests.sync_offices import new_office
from tests.ui.keyboard import Keyboard
from tests.ui.modal import Person
from ui import garbage, jobs, style
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Place, Session

TODAY = date(2019, 6, 5)
"""A day within the demo's period."""
_turns = itertools.count()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Search for garbage between two tests only, as the program does between two events: what a test left are windows."""
    gc.disable()
    try:
        return (yield)
    finally:
        if next(_turns) % 5 == 0:
            gc.collect()
            garbage.keep()
        gc.enable()


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    style.install(qapp)
    yield qapp
    style.install(qapp)


@pytest.fixture
def demo_office(tmp_path: Path) -> Iterator[Office]:
    """The demo office, a copy of its own, open as the window has it."""
    with open_demo(tmp_path / "demo") as opened:
        yield opened
        jobs.wait_for_all()


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Installation]:
    """A headquarters above the demo office."""
    made = new_office(tmp_path / "region", "QK00")
    yield made
    made.close()


@pytest.fixture
def district(tmp_path: Path) -> Iterator[Installation]:
    """An office below the demo office."""
    made = new_office(tmp_path / "district", "DV01")
    yield made
    made.close()


@pytest.fixture
def session(app: QApplication, demo_office: Office) -> Session:
    """The demo office as the window uses it, on a day of its period."""
    return Session(demo_office, demo=True, today=TODAY)


@pytest.fixture
def window(session: Session, settle: Callable[[], None]) -> Iterator[MainWindow]:
    """The main window on its first page, as large as a small screen allows."""
    made_window = MainWindow(session)
    made_window.resize(1366, 768)
    made_window.go(Place("home"))
    made_window.show()
    made_window.activateWindow()
    QTest.qWaitForWindowActive(made_window)
    settle()
    yield made_window
    jobs.wait_for_all()
    made_window.hide()
    settle()  # a page that was about to read does so before its office is closed
    made_window.deleteLater()


@pytest.fixture
def settle(app: QApplication) -> Callable[[], None]:
    """Wait until no job runs and no event waits."""

    def wait() -> None:
        for _round in range(3):
            app.processEvents()
            jobs.wait_all_done()
            app.processEvents()

    return wait


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    """Make somebody who answers dialogs, step by step."""
    made: list[Person] = []

    def make(*steps: Callable[..., object]) -> Person:
        made.append(Person(*steps))
        return made[-1]

    yield make
    for one in made:
        one.leave()


@pytest.fixture
def keys() -> Keyboard:
    """The keyboard."""
    return Keyboard()


@pytest.fixture
def report_page(window: MainWindow, qtbot: QtBot) -> Iterator[ReportPage]:
    """The report page with its pages drawn."""
    window.go(Place("report"))
    found = window.page("report")
    assert isinstance(found, ReportPage)
    qtbot.waitUntil(lambda: found.shown is not None and found.preview.is_drawn, timeout=30_000)
    yield found
    window.hide()
    jobs.wait_for_all()
    found.let_go()
