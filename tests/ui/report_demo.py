"""The demo office for tests of the report page: made once a run, copied for each test."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from app import demo, office
from app.office import Office


@functools.cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="nennep-report-")) / "office"
    demo.make(folder)
    return folder


def open_demo(to: Path) -> Office:
    """Copy the demo and open it as the window does."""
    shutil.copytree(_made(), to, ignore=shutil.ignore_patterns("*.lock*"))
    return office.open_office(to, demo.USER, demo.PASSWORD, "thử", window=True)
