"""The page of imports in the window of the demo office."""

from __future__ import annotations

import pytest

from tests.ui.importing.kit import Settle
from ui.import_page import ImportPage
from ui.main_window import MainWindow
from ui.session import Place


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> ImportPage:
    window.go(Place("import"))
    settle()
    found = window.page("import")
    assert isinstance(found, ImportPage)
    window.activateWindow()
    return found
