"""Every page of the window with the demo's data as PNG files: light, dark, 160 % and English.

``python3 bootstrap.py screenshots [FOLDER]``. The pictures are for looking at and are not committed; ``screenshots --readme`` draws
the four small ones of the README anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from app import i18n, office
from app.office import Office
from db.connection import Lock
from db.records import RECORD_TYPES
from tests.demo_office import copied
from tests.ui.conftest import TODAY
from ui import jobs, style
from ui.main_window import MainWindow
from ui.pages import pages
from ui.record_page import RecordPage
from ui.session import Place, Session

if TYPE_CHECKING:
    from PIL.Image import Image


class Look(NamedTuple):
    """One way in which everything is drawn."""

    name: str
    theme: str
    percent: int
    language: str


LIGHT, DARK, ENGLISH = Look("light", "light", 100, "vi"), Look("dark", "dark", 100, "vi"), Look("en", "light", 100, "en")
LOOKS = (LIGHT, DARK, Look("160", "light", 160, "vi"), ENGLISH)
SIZE = (1366, 768)
README = Path(__file__).resolve().parents[1] / "resources" / "look"
SMALL = (("home", LIGHT, "home"), ("education", LIGHT, "record"), ("report", DARK, "report-dark"), ("care", ENGLISH, "english"))
"""The README's pictures: page, look, name of the file."""
SMALL_WIDTH, FREQUENT, OTHERS = 1000, 40, 56
"""Their width, and of how many colours they are: those seen most, and others that stand for all the rest."""


def settle(app: QApplication) -> None:
    """Wait until no job runs and no event waits."""
    for _round in range(4):
        app.processEvents()
        jobs.wait_all_done()
        app.processEvents()


def opened_window(app: QApplication, opened: Office, look: Look) -> MainWindow:
    """Open the window in a look."""
    i18n.set_language(look.language)
    style.install(app, look.theme, look.percent)
    window = MainWindow(Session(opened, demo=True, today=TODAY))
    window.resize(*SIZE)
    window.show()
    return window


def close(app: QApplication, window: QWidget) -> None:
    """Close a window for good."""
    jobs.wait_for_all()
    window.hide()
    window.deleteLater()
    settle(app)


def go(app: QApplication, window: MainWindow, key: str) -> None:
    """Open a page, on a page of records with the first one beside the list."""
    window.go(Place(key))
    settle(app)
    page = window.page(key)
    first = page.list.model.row(0).uid if isinstance(page, RecordPage) and page.list.model.rowCount() else None
    if first is not None:
        window.go(Place(key, uid=first))
        settle(app)


def doors(app: QApplication, opened: Office, target: Path, look: Look, folder: Path) -> int:
    """Draw what stands before the window and over it; give how many pictures."""
    from ui.first_run import FirstRun
    from ui.key_sheet import KeySheet
    from ui.unlock_dialog import UnlockWindow

    window = opened_window(app, opened, look)
    made: dict[str, QWidget] = {
        "unlock": UnlockWindow(opened.folder, "Bộ CHQS tỉnh Hà Sơn", drafts=2),
        "first-run": FirstRun(folder / "moi"),
        "keys": KeySheet(window),
    }
    for name, widget in made.items():
        if name != "keys":
            widget.resize(*SIZE)
        widget.show()
        settle(app)
        widget.grab().save(str(target / f"{name}-{look.name}.png"))
        close(app, widget)
    window.open_palette()
    settle(app)
    window.grab().save(str(target / f"palette-{look.name}.png"))
    close(app, window)
    return len(made) + 1


def every_page(app: QApplication, opened: Office, target: Path, folder: Path) -> int:
    """Draw all pages in all looks; give how many pictures."""
    count = 0
    for look in LOOKS:
        window = opened_window(app, opened, look)
        for page in pages():
            window.go(Place(page.key))
            settle(app)
            window.grab().save(str(target / f"{page.key}-{look.name}.png"))
            count += 1
            if page.key in RECORD_TYPES and page.key != "report":
                go(app, window, page.key)
                window.grab().save(str(target / f"{page.key}-open-{look.name}.png"))
                count += 1
        close(app, window)
        count += doors(app, opened, target, look, folder)
    return count


def few_colours(picture: Image) -> Image:
    """Give a picture in few colours without losing those of small things, such as the one green."""
    from PIL import Image

    counted = sorted(picture.getcolors(picture.width * picture.height) or (), key=lambda one: one[0], reverse=True)[:FREQUENT]
    seen = [part for _count, colour in counted if isinstance(colour, tuple) for part in colour]
    rest = picture.quantize(OTHERS, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(seen + rest[: 3 * OTHERS])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def readme(app: QApplication, opened: Office, target: Path) -> int:
    """Draw the small pictures of the README, in few colours; give how many."""
    from PIL import Image

    for key, look, file in SMALL:
        window = opened_window(app, opened, look)
        go(app, window, key)
        path = target / f"{file}.png"
        window.grab().save(str(path))
        with Image.open(path) as picture:
            small = picture.convert("RGB").resize((SMALL_WIDTH, SMALL_WIDTH * SIZE[1] // SIZE[0]), Image.Resampling.LANCZOS)
        few_colours(small).save(path, optimize=True)
        close(app, window)
    return len(SMALL)


def main(arguments: list[str]) -> int:
    """Draw into a folder and say where it is."""
    small = "--readme" in arguments
    target = README if small else Path(next((one for one in arguments if not one.startswith("-")), "screenshots"))
    target.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        made, unlocked = copied(Path(folder) / "demo")
        lock = Lock(made)
        lock.acquire()
        with office.attach(made, lock, unlocked, window=True) as opened:
            count = readme(app, opened, target) if small else every_page(app, opened, target, Path(folder))
    print(f"{count} pictures in {target.absolute()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
