"""The system ends the program: SIGTERM, SIGHUP and Ctrl+C close it as the window's own X does, so that what is typed is kept."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


class Ends(QObject):
    """Ends the program on a signal. Python sees signals only between its own steps: a socket wakes it at once."""

    def __init__(self, app: QApplication, end: Callable[[], object]) -> None:
        super().__init__(app)
        self._end_program = end
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)
        signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        for name in SIGNALS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None:
                signal.signal(number, self._end)

    def _woken(self) -> None:
        """Read what woke us; Python then runs the handler."""
        with contextlib.suppress(OSError):
            self._here.recv(64)

    def _end(self, _number: int, _frame: object) -> None:
        self._end_program()
