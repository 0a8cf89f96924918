"""The main job once through as a person does it: unlock, three records, a warning answered, the report, a number, its record, the PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app import demo, figures
from app.periods import Period, period
from app.preferences import Preferences
from db.record import fixed_uid
from db.store import Store
from db.text import fold
from tests import samples
from tests.demo_office import copied
from tests.ui.form_kit import fill
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import jobs
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.palette import Palette
from ui.record_page import RecordPage
from ui.report_page import ReportPage
from ui.start import Program
from ui.unlock_dialog import UnlockWindow

Settle = Callable[[], None]
CELL, COMMITTEE = fixed_uid("party-org", "CB01.1"), fixed_uid("party-org", "DB00")
ABSENT = {"audience": "DQ_CD", "strength": 420, "required": 420, "present": 300}
"""Few enough came for a warning."""
RECORDS: dict[str, dict[str, Any]] = {
    "education": samples.education(event_to="2019-05-14", audiences=[ABSENT]),
    "inspection": samples.inspection(actor_org=COMMITTEE, subjects=[{"no": 1, "subject_type": "TCD", "org": CELL, "conclusion": "CO_KD"}]),
    "care": samples.care(),
}
CHANGED = ("EDU_SESSION_N", "EDU_TURN_N", "KT_TCD_N", "CARE_KHAM_N", "CARE_KHAM_MONEY")
"""Figures that the three records change and the report prints."""


@pytest.fixture
def program(app: QApplication, tmp_path: Path, settle: Settle) -> Iterator[Program]:
    """The program at its door, over a demo office that was last used for the demo's period."""
    folder, _keys = copied(tmp_path / "demo")
    Preferences(folder, demo.USER).put("period", demo.PERIOD)
    made = Program(app, folder)
    assert made.begin()
    settle()
    yield made
    jobs.wait_for_all()
    if made.window is not None:
        made.window.hide()
        report = made.window.page("report")
        assert isinstance(report, ReportPage)
        report.let_go()
    made.close()


def go(window: MainWindow, keys: Keyboard, settle: Settle, key: str) -> QWidget:
    """Go to a page as one does without the mouse: Ctrl+K, its name without marks, down to it, Enter."""
    title = window.navigation.items[key].text()
    keys.press(Key.Key_K, modifiers=CTRL)
    keys.write(fold(title))
    settle()
    palette = next(one for one in window.findChildren(Palette) if one.isVisible())
    place = next(number for number, entry in enumerate(palette.results.entries) if entry.words == title)
    keys.press(*[Key.Key_Down] * place, Key.Key_Return)
    settle()
    assert window.key == key
    return window.page(key)


def enter(window: MainWindow, keys: Keyboard, settle: Settle, type_name: str) -> str:
    """Enter one record by keyboard alone; answer its warnings with a reason; give its uid."""
    page = go(window, keys, settle, type_name)
    assert isinstance(page, RecordPage)
    keys.press(Key.Key_N, modifiers=CTRL)
    settle()
    form = page.form
    assert isinstance(form, RecordForm)
    saved: list[str] = []
    form.saved.connect(saved.append)
    fill(form, keys, RECORDS[type_name])
    form.check()
    while form.warnings:
        keys.press(Key.Key_F8)
        keys.press(Key.Key_J, modifiers=CTRL)
        keys.write("Bão, đơn vị trực cứu nạn")
        keys.press(Key.Key_Return)
        form.check()
    keys.press(Key.Key_S, modifiers=CTRL)
    settle()
    assert len(saved) == 1, [one.problem.message for one in form.checks.findings]
    return saved[0]


def values(store: Store, chosen: Period) -> dict[str, str]:
    """Give the figures that are looked at, as they are printed."""
    found = figures.compute(store, chosen, None)
    return {code: found.value(code).text for code in CHANGED}


def printed(path: Path) -> str:
    """Give the words of a PDF as one line, read by another library than the one that wrote them."""
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split()).replace("\u00a0", " ")
    finally:
        document.close()


def test_from_the_password_to_the_printed_report(program: Program, settle: Settle, qtbot: QtBot, tmp_path: Path) -> None:
    keys, door = Keyboard(), program.door
    assert isinstance(door, UnlockWindow)
    door.activateWindow()
    qtbot.waitUntil(door.password.hasFocus)
    keys.write(demo.PASSWORD)
    keys.press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow) and program.window.isVisible(), timeout=20_000)
    window = program.window
    assert isinstance(window, MainWindow)
    window.activateWindow()
    settle()
    store = window.session.store
    chosen = period(store, demo.PERIOD)
    assert window.session.period == chosen
    before = values(store, chosen)

    made = {type_name: enter(window, keys, settle, type_name) for type_name in RECORDS}
    assert store.read(made["education"])[1]["warned"] == {"E7@audiences[0].present": "Bão, đơn vị trực cứu nạn"}
    after = values(store, chosen)
    assert [code for code in CHANGED if before[code] == after[code]] == []

    page = go(window, keys, settle, "report")
    assert isinstance(page, ReportPage)
    qtbot.waitUntil(lambda: page.shown is not None and page.preview.is_drawn, timeout=30_000)
    number = next(place for place, one in enumerate(page.preview.figures) if one.code == "CARE_KHAM_N")
    page.preview.choose(number)
    QTest.mouseClick(page.preview.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, page.preview.place_of(number))
    qtbot.waitUntil(lambda: page.figure.behind is not None, timeout=10_000)
    behind = page.figure.behind
    assert behind is not None
    assert behind.number == behind.total == after["CARE_KHAM_N"]
    place = [part.uid for part in behind.parts].index(made["care"])
    keys.press(Key.Key_Return)
    qtbot.waitUntil(page.figure.list.hasFocus)
    keys.press(Key.Key_Home, *[Key.Key_Down] * place, Key.Key_Return)
    settle()
    assert window.key == "care"
    care = window.page("care")
    assert isinstance(care, RecordPage)
    assert care.form is not None
    assert care.form.entry.uid == made["care"]

    go(window, keys, settle, "report")
    keys.press(Key.Key_S, modifiers=CTRL | SHIFT)
    dialog = page.output.dialog
    assert isinstance(dialog, QFileDialog)
    target = tmp_path / "báo cáo.pdf"
    with qtbot.waitSignal(page.output.saved, timeout=30_000):
        dialog.fileSelected.emit(str(target))
    dialog.close()
    words = printed(target)
    assert [code for code in CHANGED if after[code] not in words] == []
