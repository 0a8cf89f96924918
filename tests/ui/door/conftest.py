"""An office to be opened, and its door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.demo_office import copied
from tests.ui.door.kit import Settle
from ui.unlock_dialog import UnlockWindow


@pytest.fixture
def folder(app: QApplication, tmp_path: Path) -> Path:
    return copied(tmp_path / "demo")[0]


@pytest.fixture
def door(folder: Path, settle: Settle) -> Iterator[UnlockWindow]:
    made = UnlockWindow(folder, "Bộ CHQS tỉnh Hà Sơn")
    made.show()
    settle()
    yield made
    made.hide()
    made.deleteLater()
