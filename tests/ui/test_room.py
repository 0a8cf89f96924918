"""Room for every text: at 90 to 160 %, in both languages, on every page of a small screen and behind every door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app import i18n
from app.office import Office
from tests.ui.conftest import TODAY
from tests.ui.tour import differing, doors, rooms
from tests.ui.walking import cut, elided, painted, scrolled_sideways
from ui import jobs, style
from ui.gate import Gate
from ui.main_window import MainWindow
from ui.session import Session

Settle = Callable[[], None]
LOOKS = [("vi", 90), ("vi", 100), ("vi", 130), ("vi", 160), ("en", 100), ("en", 160)]
THOROUGH = [("vi", 100), ("vi", 160), ("en", 160)]
"""The looks in which every page is gone to; in the others those that differ in more than their words."""
WIDE, HIGH = 1280, 680
"""A screen of 1366 × 768 less title bar and task bar."""


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def small(app: QApplication, demo_office: Office, settle: Settle, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    """The main window on a small screen, in one language and text size."""
    language, percent = request.param
    i18n.set_language(language)
    style.install(app, "light", percent)
    made = MainWindow(Session(demo_office, demo=True, today=TODAY))
    made.resize(WIDE, HIGH)
    made.show()
    settle()
    yield made
    jobs.wait_for_all()
    made.hide()
    made.deleteLater()
    settle()
    i18n.set_language("vi")


def tight(root: QWidget) -> list[str]:
    """Name what has too little room in a window as it is now."""
    with painted() as heard:
        root.grab()
    return [*cut(root, heard), *(f"cut by …: {one}" for one in elided(heard)), *(f"sideways: {one}" for one in scrolled_sideways(root))]


def test_every_page_has_room_for_its_texts_on_a_small_screen(
    small: MainWindow, settle: Settle, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    wrong: dict[str, str] = {}
    for name in rooms(small, settle, tmp_path, None if request.node.callspec.params["small"] in THOROUGH else differing()):
        if (small.width(), small.height()) != (WIDE, HIGH):
            wrong.setdefault(f"the window is {small.width()} × {small.height()}", name)
        for text in tight(small):
            wrong.setdefault(text, name)
    assert not wrong, "\n".join(f"{place}: {text}" for text, place in wrong.items())


def test_every_door_and_sheet_has_room_for_its_texts(small: MainWindow, demo_office: Office, settle: Settle, tmp_path: Path) -> None:
    wrong: dict[str, str] = {}
    for name, widget in doors(demo_office, small, settle, tmp_path):
        widget.resize(*((WIDE, HIGH) if isinstance(widget, Gate) else (min(widget.width(), WIDE), min(widget.height(), HIGH))))
        settle()
        if widget.width() > WIDE or widget.height() > HIGH:
            wrong.setdefault(f"it is {widget.width()} × {widget.height()}", name)
        for text in tight(widget):
            wrong.setdefault(text, name)
    assert not wrong, "\n".join(f"{place}: {text}" for text, place in wrong.items())
