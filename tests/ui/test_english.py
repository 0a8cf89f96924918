"""English in the window: wherever one goes, nothing is in Vietnamese but what people entered and the report itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app import i18n
from app.office import Office
from app.report import rewording
from tests.ui.tour import FILE, doors, menus, panes, rooms
from tests.ui.walking import Data, painted, said
from ui.main_window import MainWindow
from ui.report_outline import OutlineList
from ui.report_page import ReportPage
from ui.session import Place

Settle = Callable[[], None]
PRINTED = re.compile(r"printed as “.*”", re.DOTALL)
"""What the report says for a number: its own words again."""


@pytest.fixture
def english(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NENNEP_LANG", "en")
    assert i18n.set_language() == "en"
    yield
    i18n.set_language("vi")


@pytest.fixture
def speaking(english: None, window: MainWindow) -> MainWindow:
    """The window, made while English is spoken."""
    return window


def report_words(window: MainWindow, settle: Settle) -> list[str]:
    """Give what is printed in the report, whatever language is spoken: the titles of its sections, sentences, ways to say a number."""
    window.go(Place("report"))
    page = window.page("report")
    assert isinstance(page, ReportPage)
    for _round in range(20):
        settle()
        if page.shown is not None:
            break
    assert page.shown is not None
    shown = page.shown
    found = [words for item in shown.items for words in (item.title, item.title.capitalize(), item.whole)]
    found += [spot.heading or spot.section.heading.format_map(shown.live.words) for spot in shown.arrangement.spots]
    for sentence in shown.said:
        ways = rewording.approximates(sentence.template, shown.live)
        found += [sentence.text, sentence.template, *(words for one in ways for words in (one.about, one.exactly))]
    return [" ".join(words.split()) for words in filter(None, found)]


def test_what_is_new_is_named_as_its_language_writes_it(english: None) -> None:
    assert i18n.new_one("Buổi") == "New session"
    assert i18n.new_one("Bảo vệ an ninh") == "New security record"
    assert [i18n.many("Bảo vệ an ninh", count) for count in (1, 2)] == ["security record", "security records"]
    assert [i18n.many("Buổi", count) for count in (1, 0)] == ["session", "sessions"]
    assert i18n.new_one("Tổ chức đảng") == "New Party organisation"
    i18n.set_language("vi")
    assert i18n.new_one("Buổi") == "Buổi mới"


def foreign(root: QWidget, data: Data) -> list[str]:
    """Name the texts of a window that are ours and not in English."""
    with painted() as heard:
        root.grab()
    found = [
        str(one)
        for one in said(root)
        if not isinstance(one.widget, OutlineList) and not PRINTED.fullmatch(one.text) and data.is_ours(one.text)
    ]
    # a … cuts data where no one can tell whose it is; the tooltip and the accessible name hold the whole
    found += [f"painted by {one.by}: {one.text!r}" for one in heard if not one.text.endswith("…") and data.is_ours(one.text)]
    return found


def test_every_page_speaks_english(speaking: MainWindow, demo_office: Office, settle: Settle, tmp_path: Path) -> None:
    data = Data(demo_office, *re.split(r"[,\n]", FILE), *report_words(speaking, settle))
    wrong: dict[str, str] = {}
    for name in rooms(speaking, settle, tmp_path):
        for text in foreign(speaking, data):
            wrong.setdefault(text, name)
    assert not wrong, "\n".join(f"{place}: {text}" for text, place in wrong.items())


def test_every_door_and_sheet_speaks_english(speaking: MainWindow, demo_office: Office, settle: Settle, tmp_path: Path) -> None:
    data = Data(demo_office, "Ban CHQS Kim Lộc")
    wrong: dict[str, str] = {}
    for name, widget in doors(demo_office, speaking, settle, tmp_path):
        for text in foreign(widget, data):
            wrong.setdefault(text, name)
    assert not wrong, "\n".join(f"{place}: {text}" for text, place in wrong.items())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus
def test_every_menu_and_pane_speaks_english(speaking: MainWindow, demo_office: Office, settle: Settle) -> None:
    data = Data(demo_office, "31/2")
    wrong = {text: name for name, words in menus(speaking, settle) for text in words if data.is_ours(text)}
    for name in panes(speaking, settle):
        for text in foreign(speaking, data):
            wrong.setdefault(text, name)
    assert not wrong, "\n".join(f"{place}: {text}" for text, place in wrong.items())
