"""The page of exchange in the window of the demo office."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.exchange.kit import Settle
from ui.exchange_page import ExchangePage
from ui.main_window import MainWindow
from ui.session import Place


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> ExchangePage:
    window.go(Place("exchange"))
    settle()
    found = window.page("exchange")
    assert isinstance(found, ExchangePage)
    return found
