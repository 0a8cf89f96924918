"""Nobody at the keyboard for some minutes: the screen is to be locked (trust.md T4).

Keys, the mouse and the input method count as somebody being there, in every window of the program, dialogs and menus included. Time
is told by two clocks: the steady one, which stands still while the machine sleeps, and the wall clock, which does not but may be set
back. Whichever says longer counts. A key that comes after the time is over, as on waking the machine, locks and does nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from app.preferences import Preferences, idle_minutes

LOOKS_EVERY = 1_000
"""Milliseconds between two looks at the clocks."""
PRESENCE = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.DragMove, QEvent.Type.Drop,
    }
)  # fmt: skip


class IdleLock(QObject):
    """Watches the windows of the program while somebody's records are open; ``due`` says, once, that nobody is there any more."""

    due = Signal()

    def __init__(self, preferences: Preferences, clocks: tuple[Callable[[], float], ...] = (time.monotonic, time.time)) -> None:
        super().__init__()
        self._preferences, self._clocks = preferences, clocks
        self._seen = self._now()
        self._over = False
        self._watched: set[QWindow] = set()
        self.busy: Callable[[], bool] = lambda: False
        """Whether a job is writing: it is not left alone behind a locked screen, and counts as somebody being there."""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOKS_EVERY)
        self._timer.timeout.connect(self.look)

    def _now(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)

    @property
    def idle(self) -> float:
        """Seconds since somebody was there."""
        return max(now - then for now, then in zip(self._now(), self._seen, strict=True))

    @property
    def limit(self) -> float:
        """Seconds after which it is due: what the person chose, within what is allowed."""
        return 60.0 * idle_minutes(self._preferences)

    def start(self) -> None:
        """Begin to watch."""
        self._seen = self._now()
        instance = QGuiApplication.instance()
        if isinstance(instance, QGuiApplication):
            instance.focusWindowChanged.connect(self._watch_all)
            QGuiApplication.inputMethod().cursorRectangleChanged.connect(self._composed)
        self._watch_all()
        self._timer.start()

    def stop(self) -> None:
        """Watch no longer; it says nothing from now on."""
        self._over = True
        self._timer.stop()
        instance = QGuiApplication.instance()
        if isinstance(instance, QGuiApplication):
            instance.focusWindowChanged.disconnect(self._watch_all)
            QGuiApplication.inputMethod().cursorRectangleChanged.disconnect(self._composed)
        for window in self._watched:
            window.removeEventFilter(self)
        self._watched.clear()

    def _watch_all(self, _focus: QWindow | None = None) -> None:
        """Watch windows that are new; a filter on windows sees only what the system sends, far less than one on the program."""
        for window in QGuiApplication.topLevelWindows():
            if window not in self._watched:
                self._watched.add(window)
                window.installEventFilter(self)
                window.destroyed.connect(lambda _gone=None, window=window: self._watched.discard(window))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note of somebody; what comes too late only locks."""
        return event.type() in PRESENCE and not self.somebody()

    def _composed(self) -> None:
        """Text of an input method came: its keys may never reach a window."""
        self.somebody()

    def somebody(self) -> bool:
        """Take note that somebody is there; tell whether that was in time."""
        if self._over:
            return True
        if self.look():
            return False
        self._seen = self._now()
        return True

    def look(self) -> bool:
        """Look at the clocks; say so, once, when nobody was there for too long. Tell whether that is so."""
        if self._over:
            return True
        self._watch_all()
        if self.idle < self.limit:
            return False
        if self.busy():
            self._seen = self._now()
            return False
        self._over = True
        self.due.emit()
        return True
