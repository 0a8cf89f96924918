"""A form inside the main window."""

from __future__ import annotations

import pytest

from tests.ui.form_keys.kit import Opened, Settle
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place


@pytest.fixture
def opened(window: MainWindow, settle: Settle) -> Opened:
    """Open a form in the main window: an empty one, or that of the list's first record."""

    def make(type_name: str = "education", new: bool = True) -> RecordForm:
        window.go(Place(type_name, new=new))
        settle()
        page = window.page(type_name)
        assert isinstance(page, RecordPage)
        if not new:
            page.open_uid(page.list.model.row(0).uid or "")
        assert page.form is not None
        page.form.first_field()
        settle()
        return page.form

    return make
