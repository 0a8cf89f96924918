"""What tests of the window share: the application in its own look, and the demo office, made once a run and copied.

A key costs a quarter of a second, so offices are opened with keys that were unlocked once.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import demo, office
from app.office import Office
from db import keystore
from db.connection import Lock
from db.keystore import Unlocked
from ui import jobs, style
from ui.main_window import MainWindow
from ui.session import Place, Session

TODAY = date(2019, 6, 5)
"""A day within the demo's period."""


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    style.install(qapp)
    yield qapp
    style.install(qapp)


@functools.cache
def made() -> tuple[Path, Unlocked]:
    """Make the demo office, once a run; give its folder and its keys."""
    folder = Path(tempfile.mkdtemp(prefix="nennep-demo-")) / "demo"
    demo.make(folder)
    return folder, keystore.unlock(folder, demo.USER, demo.PASSWORD)


def copied(to: Path) -> tuple[Path, Unlocked]:
    """Copy the demo office to a new folder; give it and its keys."""
    folder, unlocked = made()
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.lock*"))
    return to, replace(unlocked, db_path=to / unlocked.db_path.name)


@pytest.fixture
def demo_office(tmp_path: Path) -> Iterator[Office]:
    """The demo office, a copy of its own, open as the window has it."""
    folder, unlocked = copied(tmp_path / "demo")
    lock = Lock(folder)
    lock.acquire()
    opened = office.attach(folder, lock, unlocked, window=True)
    yield opened
    jobs.wait_for_all()
    opened.close()


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
