"""The command line over an office of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from tests import samples
from tests.app.cli_kit import Result, Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over a fresh copy of the small office."""
    folder = samples.copy_office(tmp_path / "office")
    monkeypatch.setenv("NENNEP_DATA", str(folder))
    monkeypatch.setenv("NENNEP_PASSWORD", samples.PASSWORD)
    monkeypatch.delenv("NENNEP_USER", raising=False)

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = cli.main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call
