"""The window backs up by itself: a while after opening, and before it closes when something was written (trust.md d)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import backup, demo
from db import keystore
from tests import samples
from tests.demo_office import copied
from ui import jobs, start
from ui.main_window import MainWindow
from ui.start import Program

TOPIC = {"code": "T77", "title": "Biển, đảo Việt Nam", "content_type": "CT"}


@pytest.fixture
def program(app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program with its window open over a demo office."""
    monkeypatch.setattr(start, "AFTER_PAINT", 0)
    folder, _keys = copied(tmp_path / "demo")
    made = Program(app, folder, demo=True)
    made.lock.acquire()
    yield made
    jobs.wait_for_all()
    if made.window is not None:
        made.window.parting = lambda: None
        made.window.close()
    made.close()


def opened(program: Program) -> MainWindow:
    program.enter(keystore.unlock(program.folder, demo.USER, demo.PASSWORD))
    assert program.window is not None
    return program.window


def backups(program: Program) -> list[Path]:
    return list((program.folder / backup.FOLDER).glob("nennep-*.db"))


def test_what_was_written_is_backed_up_before_the_window_closes_and_nothing_twice(program: Program) -> None:
    window = opened(program)
    assert window.close()
    (first,) = backups(program)
    window = opened(program)
    assert window.close()
    assert backups(program) == [first]
    window = opened(program)
    window.session.store.save("topic", TOPIC, samples.USER)
    assert window.close()
    made = set(backups(program)) - {first}
    assert [backup.open_backup(one, demo.USER, demo.PASSWORD)[1].rows["topic"] for one in made] == [
        backup.open_backup(first, demo.USER, demo.PASSWORD)[1].rows["topic"] + 1
    ]


def test_a_while_after_opening_a_backup_is_made_and_its_age_shown(program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "BACKUP_AFTER", 0)
    window = opened(program)
    qtbot.waitUntil(lambda: len(backups(program)) == 1 and not jobs.any_runs())
    assert "hôm nay" in window.status.fact.text()


def test_a_backup_that_fails_is_said_after_opening_and_closing_goes_on(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "BACKUP_AFTER", 0)
    (program.folder / backup.FOLDER).write_text("không phải thư mục", encoding="utf-8")
    window = opened(program)
    said: list[str] = []
    monkeypatch.setattr(window, "show_notice", lambda state, words: said.append(words))
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("Chưa tự sao lưu được: ")
    assert window.close()
