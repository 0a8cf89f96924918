"""One run in a real window, under Xvfb: typed, saved, painted by the X server, closed by its X."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from tests.demo_office import copied
from ui import look

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A display of its own; it chooses its number."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("no Xvfb here: “python3 bootstrap.py test” installs it (Debian: sudo apt-get install xvfb)")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-noreset"]
    with (tmp_path / "xvfb.log").open("wb") as log:
        process = subprocess.Popen(command, pass_fds=[writing], stdout=log, stderr=log)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, (tmp_path / "xvfb.log").read_text(errors="replace")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)


def share(image: QImage, colour: QColor, top: int, bottom: int) -> float:
    """Give how much of the rows ``top`` to ``bottom`` has exactly this colour, from 0 to 1."""
    wanted = colour.rgb()
    found = [image.pixel(x, y) == wanted for y in range(top, bottom) for x in range(0, image.width(), 3)]
    return sum(found) / len(found)


def test_a_record_is_entered_and_the_report_seen_in_a_real_window(display: str, tmp_path: Path) -> None:
    folder, _keys = copied(tmp_path / "demo")
    env = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_SCALE_FACTOR")}
    env |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-P", str(Path(__file__).with_name("real_window.py")), str(folder), str(tmp_path)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False)
    if "could not load the Qt platform plugin" in done.stderr.lower():
        pytest.skip("Qt's libraries for X are missing: “python3 bootstrap.py test” installs them")
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["platform"] == "xcb"
    assert seen["title"] == "Biển, đảo Việt Nam"
    assert seen["pages"] >= 10
    assert seen["lock"] is False
    locked, typed, report = (QImage(str(tmp_path / f"{name}.png")) for name in ("1-locked", "2-typed", "3-report"))
    for image in (locked, typed, report):
        assert not image.isNull()
        colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
        assert len(colours) > 20, "a blank screen"
    band, first = QColor(look.LIGHT["band"]), seen["top"] + 2
    assert share(typed, band, first, first + 8) > 0.7, "the band “DỮ LIỆU MẪU” is painted along the top of every page"
    assert share(report, band, first, first + 8) > 0.7
    assert share(locked, band, 0, locked.height()) < 0.01, "a locked screen shows nothing of the window"
    assert share(report, QColor(look.LIGHT["surface"]), 200, 700) > 0.2, "pages of paper"
