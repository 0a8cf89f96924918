"""Every page of the window with the demo's data as PNG files: light, dark and 160 %. ``python3 bootstrap.py screenshots [FOLDER]``.

The pictures are for looking at and are not committed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app import office
from db.connection import Lock
from tests.ui.conftest import TODAY, copied
from ui import jobs, style
from ui.main_window import MainWindow
from ui.session import Place, Session

LOOKS = (("light", "light", 100), ("dark", "dark", 100), ("160", "light", 160))
PAGES = ("home", "education", "inspection", "care", "beneficiary", "unit", "topic", "party-org", "office", "report", "period", "settings")
SIZE = (1366, 768)


def settle(app: QApplication) -> None:
    """Wait until no job runs and no event waits."""
    for _round in range(4):
        app.processEvents()
        jobs.wait_all_done()
        app.processEvents()


def main(arguments: list[str]) -> int:
    """Draw all pages into a folder and say where it is."""
    target = Path(arguments[0] if arguments else "screenshots")
    target.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        made, unlocked = copied(Path(folder) / "demo")
        lock = Lock(made)
        lock.acquire()
        with office.attach(made, lock, unlocked, window=True) as opened:
            for name, theme, percent in LOOKS:
                style.install(app, theme, percent)
                window = MainWindow(Session(opened, demo=True, today=TODAY))
                window.resize(*SIZE)
                window.show()
                for page in PAGES:
                    window.go(Place(page))
                    settle(app)
                    window.grab().save(str(target / f"{page}-{name}.png"))
                jobs.wait_for_all()
                window.hide()
                window.deleteLater()
                settle(app)
    print(f"{len(LOOKS) * len(PAGES)} pictures in {target.absolute()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
