"""The locked screen: by key, by button, or because nobody was there. Nothing of the records is left in windows, keys or clipboard.

Locking keeps what is typed as drafts, then takes the window, its texts, the open file and the keys away for good. Who unlocks gets a new
window; the person who locked gets it where it was left, with the draft open. Text that no draft could be written for, because the disk is
full or gone, is held meanwhile and written as soon as that is possible.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.i18n import _
from ui import garbage, jobs
from ui.idle_lock import IdleLock
from ui.session import Place

if TYPE_CHECKING:
    from app.locking import Loose
    from app.office import Office
    from ui.leaving import Left
    from ui.main_window import MainWindow

LOOKS_EVERY = 50
"""Milliseconds between two looks whether nothing runs any more in a window that is to be taken away."""


class LockScreen(QObject):
    """Locks the window that is open, and brings the person back to it."""

    locked = Signal(str, int)
    """The window is gone: words for the door, and how many drafts the person has."""

    def __init__(self, clocks: tuple[Callable[[], float], ...] = (time.monotonic, time.time)) -> None:
        super().__init__()
        self.left: Left | None = None
        """How the person who locked the screen left the window; None while nothing is locked."""
        self.loose: list[Loose] = []
        """Typed text that could not be written."""
        self.idle: IdleLock | None = None
        self._clocks = clocks
        self._copied = False
        """Whether what lies on the clipboard was put there while a window of ours had the keys."""
        QGuiApplication.clipboard().dataChanged.connect(self._note_copy)
        self._open: tuple[MainWindow, Office] | None = None
        self._going: list[tuple[MainWindow, Office]] = []
        self._later = QTimer(self)
        self._later.setInterval(LOOKS_EVERY)
        self._later.timeout.connect(self._put_away_if_still)

    def watch(self, window: MainWindow, opened: Office) -> None:
        """Lock this window from now on: when it asks for it, and when nobody is there."""
        self.stop()
        self._open = (window, opened)
        window.locked.connect(self.lock)
        watch = self.idle = IdleLock(window.session.preferences, self._clocks)
        watch.busy = jobs.any_writes
        watch.due.connect(window.lock)
        watch.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._open = None
        if self.idle is not None:
            self.idle.stop()
            self.idle = None

    def _note_copy(self) -> None:
        self._copied = QGuiApplication.focusWindow() is not None

    def lock(self) -> None:
        """Keep what is typed, take window, file and keys away, and say so."""
        if self._open is None:
            return
        from app.locking import own_drafts
        from ui import leaving

        window, opened = self._open
        self.stop()
        leaving.keep(window)
        self.left, self.loose = leaving.whereabouts(window), leaving.unkept(window)
        waiting = own_drafts(opened)
        window.hide()
        leaving.clear_away(self._copied)
        self._going.append((window, opened))
        jobs.stop_reading()
        said = _("Đã khóa lúc {time}. Phần đang nhập được giữ.").format(time=f"{datetime.now():%H:%M}")
        self.locked.emit(said, waiting)
        self._later.start()

    def bring(self, window: MainWindow, page: str) -> None:
        """Show a new window at ``page``; to who locked the screen as it was left, with what was typed."""
        left, self.left = self.left, None
        if left is not None:
            from ui import leaving

            window.session.loose, self.loose = self.loose, []
            drafts = leaving.put_back(window.session)
            if left.user == window.session.user:
                leaving.go_back(window, left, drafts.get(left.place.page))
                return
        window.go(Place(page))
        window.show()
        window.activateWindow()

    def _put_away_if_still(self) -> None:
        """Wait until no job runs and no dialog's loop is left in a window that goes."""
        if not jobs.any_runs() and QThread.currentThread().loopLevel() <= 1:
            self.put_away()

    def put_away(self) -> None:
        """End locked windows and their offices, so that nothing refers to keys or texts any more."""
        self._later.stop()
        going, self._going = self._going, []
        if not going:
            return
        from app.locking import forget

        jobs.wait_all_done()
        for window, opened in going:
            shiboken6.delete(window)
            forget(opened)
        del window, opened, going
        garbage.look_through()
