"""Long work off the window's thread: ``Job(work, *arguments)`` with signals for progress, result and failure, and a cancel.

``work`` is a plain function. When it takes ``progress``, it gets one that reports (at most 20 times a second) and stops the work once it
is cancelled, by raising ``Cancelled`` at the next step; a transaction that is open then is rolled back. A job's thread has its own
connection, closed when the work ends.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.i18n import _
from ui import look
from ui.buttons import Button
from ui.look import colour, px
from ui.parts import Card, Label, ProgressLine, column, row

SHOWN_AFTER = 300
"""Milliseconds until a job shows its bar."""


class Cancelled(Exception):  # noqa: N818 - a past event
    """The person pressed Cancel; nothing was written."""


class _Thread(QThread):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        self._job.work_now()


_running: set[Job] = set()
"""Keeps jobs alive until their thread has ended, whoever else forgets them."""


class Job(QObject):
    """One piece of work on a thread of its own. Signals arrive in the thread that made it."""

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(object)
    """An exception; ``Cancelled`` when it was stopped."""
    ended = Signal()
    """After ``done`` or ``failed``, with the thread gone."""

    def __init__(self, work: Callable[..., Any], *arguments: Any, database: Any = None, writes: bool = False, words: str = "") -> None:
        super().__init__()
        self._work, self._arguments, self._database = work, arguments, database
        self.writes, self.words = writes, words
        self._cancelled = False
        self._told = 0.0
        self._result: tuple[bool, Any] = (False, None)
        self._thread = _Thread(self)
        self._thread.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)

    def start(self) -> Job:
        """Begin; give the job itself."""
        _running.add(self)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled = True

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self in _running

    def _progress(self, done: int, total: int) -> None:
        if self._cancelled:
            raise Cancelled
        now = time.monotonic()
        if now - self._told > 0.05 or done >= total:
            self._told = now
            self.progressed.emit(done, total)

    def work_now(self) -> None:
        """Do the work; called on the thread."""
        try:
            more: dict[str, Any] = {"progress": self._progress} if "progress" in inspect.signature(self._work).parameters else {}
            self._result = (True, self._work(*self._arguments, **more))
        except BaseException as error:
            self._result = (False, error)
        finally:
            if self._database is not None and not self._database.is_closed():
                self._database.close()

    def _finished(self) -> None:
        self._thread.wait()  # it says that it has finished a moment before it has
        _running.discard(self)
        good, what = self._result
        (self.done if good else self.failed).emit(what)
        self.ended.emit()
        self.deleteLater()  # what heard it is let go with it, and what that holds: a page, a window, an office

    def wait(self) -> None:
        """Let events pass until it has ended. For closing the window and for tests."""
        if self.is_running:
            loop = QEventLoop()
            self.ended.connect(loop.quit)
            loop.exec()
            if self.is_running:  # the program ends: no loop of events runs any more
                self._thread.wait()
                QCoreApplication.sendPostedEvents(self)


def wait_for_all() -> None:
    """Cancel every job and wait for its thread, those that begin meanwhile too: before the database is closed."""
    while _running:
        job = next(iter(_running))
        job.cancel()
        job.wait()


def any_runs() -> bool:
    """Tell whether a job runs."""
    return bool(_running)


def any_writes() -> bool:
    """Tell whether a job that writes runs."""
    return any(job.writes for job in _running)


def stop_reading() -> None:
    """Cancel the jobs that only read; what is being written goes on to its end."""
    for job in _running:
        if not job.writes:
            job.cancel()


def wait_all_done() -> None:
    """Let events pass until every job has ended by itself, those that begin meanwhile too."""
    while _running:
        next(iter(_running)).wait()


class Cover(QWidget):
    """Covers a window while a job writes: nothing else can be started, Cancel can. It shows itself after 300 ms."""

    def __init__(self, over: QWidget, job: Job) -> None:
        super().__init__(over)
        self._job = job
        self._before = QApplication.focusWidget()
        self._bar, self._words = ProgressLine(), Label(job.words, "section", wrap=True)
        self._stop = Button(_("Dừng"), icon="x", pressed=job.cancel)
        card = Card()
        card.body.addLayout(column(self._words, self._bar, row(None, self._stop), gap=12, edge=(20, 18, 20, 18)))
        look.follow(card, lambda one: one.setFixedWidth(px(420)))
        self.setLayout(column(None, row(None, card, None), None))
        self.setGeometry(over.rect())
        card.setVisible(False)
        self._card = card
        job.progressed.connect(self._progressed)
        job.ended.connect(self._ended)
        QTimer.singleShot(SHOWN_AFTER, self, self._reveal)
        self.show()
        self.raise_()
        self.setFocus()

    def _reveal(self) -> None:
        if self._job.is_running:
            self._card.setVisible(True)
            self._stop.setFocus()
            self.update()

    def _progressed(self, done: int, total: int) -> None:
        self._bar.set_share(done / total if total else None)

    def _ended(self) -> None:
        self.hide()
        self.deleteLater()
        if self._before is not None and isValid(self._before):  # what had the focus may have been a dialog that is gone
            self._before.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc stop the work, and no other key through."""
        if event.key() == Qt.Key.Key_Escape:
            self._job.cancel()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind once the card shows."""
        if self._card.isVisible():
            ground = colour("shade")
            painter = QPainter(self)
            painter.setOpacity(0.46)
            painter.fillRect(self.rect(), ground)
