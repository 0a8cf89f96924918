"""A headquarters and two offices of its own for each test of exchange, and the folder that files go through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_offices import Place, province


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Place]]:
    found = province(tmp_path)
    yield found
    for place in found.values():
        place.close()


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir(exist_ok=True)
    return tmp_path / "mail"
