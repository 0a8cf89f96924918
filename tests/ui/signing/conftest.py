"""The report page of the demo office, for the one who does everything or for a person of one role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app import i18n
from app.office import Office
from app.periods import period
from tests.demo_office import open_demo
from tests.ui.signing.kit import Opener
from ui import style
from ui.jobs import wait_for_all
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Place, Session


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Office]:
    with open_demo(tmp_path / "demo", demo_office.USER) as opened:
        yield opened


@pytest.fixture
def opened(app: QApplication, demo: Office, qtbot: QtBot) -> Iterator[Opener]:
    """Open the report page for the one who does everything, or for a person of one role."""
    windows: list[MainWindow] = []

    def make(role: str = "") -> ReportPage:
        office = replace(demo, unlocked=replace(demo.unlocked, user_id=role or demo.user))
        session = Session(office, today=date(2019, 6, 15))
        session.set_period(period(demo.store, demo_office.PERIOD))
        window = MainWindow(session)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.go(Place("report"))
        page = window.page("report")
        assert isinstance(page, ReportPage)
        qtbot.waitUntil(lambda: page.shown is not None and page.preview.is_drawn, timeout=30_000)
        return page

    yield make
    for window in windows:
        window.hide()
    wait_for_all()
    for window in windows:
        found = window.page("report")
        assert isinstance(found, ReportPage)
        found.let_go()
    style.install(app)
    i18n.set_language("vi")
