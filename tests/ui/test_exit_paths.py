"""Every way out with half-typed text in an input method: Esc twice, the window's X, Alt+F4, log-off, quitting, signals, kill -9.

The lock screen is in ``test_lock``. "After restart" means: the file was closed, another connection opens it and reads the drafts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from app import drafts, office
from app.office import Office
from db.connection import Lock
from db.questions import LongText, Text
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Draft
from tests.demo_office import copied
from tests.ui.keyboard import Key, Keyboard
from tests.ui.trouble import full_disk, unix
from ui import leaving, messages
from ui.main_window import MainWindow
from ui.pages import pages
from ui.record_page import RecordPage
from ui.session import Place
from ui.start import Program

Settle = Callable[[], None]
TEXT = "nghiêm chỉ"
TYPES = [name for name in RECORD_TYPES if name in {page.key for page in pages()} and name != "report"]


def question_of(type_name: str) -> str:
    """Give a question of plain text of a record type that is asked in every new record."""
    questions = RECORD_TYPES[type_name].questions().items()
    return next(
        name for name, one in questions if type(one) in (Text, LongText) and one.when is None and name not in ("code", "cancel_reason")
    )


def kept(store: Store) -> list[str]:
    """Give the texts of all drafts."""
    found = [row[0] for row in store.execute(Draft.select(Draft.id).tuples())]
    return [text for one in found for text in map(str, drafts.get(store, one).content.values())]


def after_restart(opened: Office) -> list[str]:
    """Close the office, open its file again and give the texts of its drafts."""
    unlocked, folder = opened.unlocked, opened.folder
    opened.close()
    lock = Lock(folder)
    lock.acquire()
    with office.attach(folder, lock, unlocked) as again:
        return kept(again.store)


def half_typed(window: MainWindow, settle: Settle, type_name: str) -> Keyboard:
    """Begin a record and leave text in the input method."""
    window.go(Place(type_name, new=True))
    settle()
    page = window.page(type_name)
    assert isinstance(page, RecordPage)
    assert page.form is not None
    page.form.go_to_answer("", question_of(type_name))
    keys = Keyboard()
    keys.compose(TEXT)
    return keys


class Ending:
    """What the system hands over when the session ends (a ``QSessionManager`` cannot be made by anyone else)."""

    def __init__(self) -> None:
        self.cancelled = False

    def allowsInteraction(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def release(self) -> None:
        pass

    def cancel(self) -> None:
        self.cancelled = True


def escape_twice(window: MainWindow, keys: Keyboard) -> None:
    keys.press(Key.Key_Escape)
    keys.press(Key.Key_Escape)
    assert not window.page(window.key).form.isVisible()  # type: ignore[attr-defined]


def close_by_x(window: MainWindow, _keys: Keyboard) -> None:
    assert window.close()


def close_by_system(window: MainWindow, _keys: Keyboard) -> None:
    handle = window.windowHandle()
    event = QCloseEvent()
    QApplication.sendEvent(handle, event)  # what Alt+F4 becomes
    assert event.isAccepted()


def log_off(window: MainWindow, _keys: Keyboard) -> None:
    program = Program.__new__(Program)
    program.window = window
    ending: Any = Ending()
    Program.log_off(program, ending)
    assert not ending.cancelled


def other_page(window: MainWindow, _keys: Keyboard) -> None:
    window.go(Place("home"))


WAYS = [escape_twice, close_by_x, close_by_system, log_off, other_page]


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_half_typed_text_is_there_after_restart_whatever_ends_the_form(
    way: Callable[[MainWindow, Keyboard], None], type_name: str, window: MainWindow, demo_office: Office, settle: Settle
) -> None:
    keys = half_typed(window, settle, type_name)
    way(window, keys)
    assert TEXT in after_restart(demo_office)


def test_text_in_a_cell_of_a_table_is_there_too(window: MainWindow, demo_office: Office, settle: Settle) -> None:
    half_typed(window, settle, "education")
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    page.form.go_to_answer("audiences", "present")
    Keyboard().compose("41")
    window.close()
    assert any("41" in text for text in after_restart(demo_office))


def test_text_of_a_form_over_the_form_is_there_too(window: MainWindow, demo_office: Office, settle: Settle) -> None:
    window.go(Place("education", new=True))
    settle()
    form = window.page("education").form  # type: ignore[attr-defined]
    form.go_to_answer("", "topic")
    Keyboard().write("chuyen de la")
    Keyboard().press(Key.Key_N, modifiers=_ctrl_shift())
    settle()
    assert len(window.findChildren(type(form))) == 2
    Keyboard().compose(TEXT)
    window.close()
    assert any(TEXT in text for text in after_restart(demo_office))


def _ctrl_shift() -> Any:
    from PySide6.QtCore import Qt

    return Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@unix
def test_the_window_does_not_close_over_text_that_could_not_be_written_unless_that_is_wanted(
    window: MainWindow, demo_office: Office, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_typed(window, settle, "beneficiary")
    asked: list[str] = []

    def refused(_parent: object, title: str, *_rest: object) -> bool:
        asked.append(title)
        return False

    monkeypatch.setattr(messages, "ask", refused)
    with full_disk():
        assert not window.close()
        ending: Any = Ending()
        program = Program.__new__(Program)
        program.window = window
        Program.log_off(program, ending)
    assert asked == ["Phần đang nhập chưa giữ được."] * 2
    assert ending.cancelled
    assert window.isVisible()
    assert leaving.unkept(window)
    assert window.close()  # there is room again
    assert TEXT in after_restart(demo_office)


@unix
@pytest.mark.parametrize(
    ("how", "number", "wait"),
    [
        ("composing", signal.SIGKILL, 2.6),
        ("left", signal.SIGKILL, 0.0),
        ("composing", signal.SIGTERM, 0.0),
        ("composing", signal.SIGHUP, 0.0),
    ],
    ids=["kill after the draft timer", "kill after leaving the field", "SIGTERM at once", "SIGHUP at once"],
)
@pytest.mark.parametrize("type_name", ["beneficiary", "education"])
def test_a_program_that_is_ended_from_outside_has_kept_the_text(type_name: str, how: str, number: int, wait: float, tmp_path: Path) -> None:
    folder, unlocked = copied(tmp_path / "demo")
    command = [sys.executable, "-m", "tests.ui.exit_worker", str(folder), type_name, question_of(type_name), how, TEXT]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root) as process:
        try:
            assert process.stdout is not None
            assert any(line.startswith("READY") for line in process.stdout), "the program ended by itself"
            time.sleep(wait)
            process.send_signal(number)
            code = process.wait(20)
        finally:
            process.kill()
    assert code == (-number if number == signal.SIGKILL else 0)
    lock = Lock(folder)
    lock.acquire()
    with office.attach(folder, lock, unlocked) as opened:
        assert TEXT in kept(opened.store)
