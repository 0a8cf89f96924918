"""What nobody refers to any more goes, but only by the window's thread and between events."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui import garbage
from ui.garbage import Garbage
from ui.jobs import Job


class Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def watched(app: QApplication) -> Iterator[Garbage]:
    owner = QObject()
    made = Garbage(owner)
    made.start()
    yield made
    made.stop()


def test_circles_a_job_leaves_behind_are_searched_for_by_the_thread_of_the_window_alone(watched: Garbage) -> None:
    searchers = set()
    living: weakref.WeakSet[Circle] = weakref.WeakSet()

    def note(phase: str, _about: dict[str, int]) -> None:
        searchers.add(threading.get_ident())

    def make_circles() -> None:
        for _number in range(5_000):
            living.add(Circle())

    gc.callbacks.append(note)
    try:
        job = Job(make_circles).start()
        job.wait()
        assert len(living) == 5_000
        QTest.qWait(garbage.EVERY + 300)
    finally:
        gc.callbacks.remove(note)
    assert searchers == {threading.get_ident()}
    assert not living


def test_what_is_kept_is_searched_when_everything_is(watched: Garbage) -> None:
    circle = Circle()
    seen = weakref.ref(circle)
    gc.collect()
    gc.unfreeze()
    garbage.keep()
    del circle
    gc.collect()
    assert seen() is not None
    garbage.look_through()
    assert seen() is None
    assert not gc.isenabled()
