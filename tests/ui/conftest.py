"""What tests of the window share: the application in its own look, 100 % and light again before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui import style


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    style.install(qapp)
    yield qapp
    style.install(qapp)
