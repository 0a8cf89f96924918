"""What every test shares: a Qt without a display, plain warnings as errors (pyproject.toml), and a small office."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.office import Office
from tests import quick_keys, samples

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
quick_keys.derive_once()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """An open office with a few catalogue records and no events."""
    with samples.open_copy(tmp_path / "office") as opened:
        yield opened
