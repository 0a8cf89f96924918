"""The command line over an office of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import samples
from tests.app.cli_kit import Run, runner


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over a fresh copy of the small office."""
    return runner(samples.copy_office(tmp_path / "office"), monkeypatch, capsys)
