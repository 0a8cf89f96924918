"""A form of the small office, alone in front."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.office import Office
from db.records import RECORD_TYPES
from tests import samples
from tests.ui.form.kit import Opener
from ui.form import RecordForm


@pytest.fixture
def opened(app: QApplication, small: Office, qtbot: QtBot) -> Iterator[Opener]:
    made: list[RecordForm] = []

    def make(type_name: str = "education", uid: str | None = None) -> RecordForm:
        form = RecordForm(small.store, RECORD_TYPES[type_name], samples.USER)
        qtbot.addWidget(form)
        made.append(form)
        form.resize(736, 660)
        form.new() if uid is None else form.load(uid)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        form.first_field()
        return form

    yield make
    for form in made:
        form.set_paused(True)
