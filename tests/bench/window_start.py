"""One side of the measurement of the first paint, a process of its own: ``empty``, ``libraries``, ``ours``, ``filled``; prints JSON.

CPU seconds from the process's first instruction to the end of the first paint, and resident memory then. Unlocking, which is
Argon2id, is taken off. ``libraries`` is what remains when the program itself costs nothing: the same encrypted file opened with
the same libraries, and an empty window. ``filled`` is ours until the first page's figures, which a worker reads once the window is
painted and can be used, stand in it and are painted too.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZE = (1366, 768)
HEAVY = {"reportlab", "openpyxl", "docx", "pyrage", "python_calamine", "pypdfium2"}


def report(about: Callable[[], dict[str, Any]], taken_off: float = 0.0) -> None:
    """Print what was spent so far and end: what comes after the first paint is not measured."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    modules = sorted({name.partition(".")[0] for name in sys.modules} & HEAVY)
    cpu = used.ru_utime + used.ru_stime - taken_off
    print(json.dumps({"cpu": cpu, "resident": resident, "heavy": modules, **about()}), flush=True)
    os._exit(0)


def empty(about: Callable[[], dict[str, Any]] = dict) -> None:
    """Show a main window with nothing in it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
            super().paintEvent(event)
            QTimer.singleShot(0, lambda: report(lambda: {"size": [window.width(), window.height()], **about()}))

    app = QApplication([])
    window = Window()
    window.resize(*SIZE)
    window.show()
    app.exec()


def libraries(path: str, key: str) -> None:
    """Open the file ``path`` with its raw key in hexadecimal, and nothing of ours; show an empty window."""
    import filelock
    from cryptography.hazmat.primitives.asymmetric import ed25519, x25519  # noqa: F401
    from cryptography.hazmat.primitives.ciphers import aead  # noqa: F401
    from cryptography.hazmat.primitives.kdf import argon2, hkdf  # noqa: F401
    from playhouse.sqlcipher_ext import SqlCipherDatabase

    lock = filelock.FileLock(path + ".lock", timeout=0)
    lock.acquire()
    database = SqlCipherDatabase(path, passphrase=f"x'{key}'", pragmas={"journal_mode": "wal", "synchronous": 2})
    database.connect()

    def about() -> dict[str, Any]:
        return {"sessions": database.execute_sql("SELECT count(*) FROM education").fetchone()[0]}

    empty(about)


def filled(folder: str, user: str, password: str) -> None:
    """Open the office as ``ours`` does, and wait for the figures of the first page."""
    ours(folder, user, password, whole=True)


def ours(folder: str, user: str, password: str, *, whole: bool = False) -> None:
    """Open the office as ``python -m ui`` does once the password is typed."""
    from ui.__main__ import window_start

    start = window_start()
    from PySide6.QtWidgets import QApplication

    from db import keystore

    app = QApplication([])
    program = start.Program(app, Path(folder))
    program.lock.acquire()
    before = time.process_time()
    unlocked = keystore.unlock(Path(folder), user, password)
    unlocking = time.process_time() - before
    program.enter(unlocked)
    window = program.window
    store = program.office.store

    def about() -> dict[str, Any]:
        return {"size": [window.width(), window.height()], "sessions": store.count(store.types["education"])}

    if whole:
        from PySide6.QtCore import QTimer

        page, timer = window.page("home"), QTimer()

        def look() -> None:
            if page.found is not None:
                timer.stop()
                app.processEvents()  # laid out and painted
                report(about, unlocking)

        timer.timeout.connect(look)
        timer.start(2)
    else:
        window.painted.connect(lambda: report(about, unlocking))
    app.exec()


if __name__ == "__main__":
    sides: dict[str, Callable[..., None]] = {"empty": empty, "libraries": libraries, "ours": ours, "filled": filled}
    sides[sys.argv[1]](*sys.argv[2:])
