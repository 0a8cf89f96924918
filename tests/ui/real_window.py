"""The run of ``test_real_window``, a process of its own on a real display: ``real_window.py FOLDER PICTURES``; prints JSON.

Keys go through Qt; paint, focus, activation and the closing by the window's X go through the X server.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from app import demo
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui import jobs
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.report_page import ReportPage
from ui.session import Place
from ui.start import Program
from ui.unlock_dialog import UnlockWindow


def wait(app: QApplication, done: Callable[[], object], what: str) -> None:
    """Run events until ``done``."""
    end = time.monotonic() + 30
    while not done():
        app.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain: {what}; focus: {QApplication.focusWidget()}")


def active(window: QWidget) -> bool:
    """Tell whether a window has the focus; ask for it, as no window manager is here that gives it to what has been shown."""
    if window.isVisible() and not window.isActiveWindow():
        window.activateWindow()
    return window.isActiveWindow()


def picture(app: QApplication, path: Path) -> QImage:
    """Take what the X server shows, once nothing waits to be painted."""
    for _round in range(20):
        app.processEvents()
        time.sleep(0.01)
    shot = QGuiApplication.primaryScreen().grabWindow(0)
    assert shot.save(str(path))
    return shot.toImage()


def press_x(window_id: int) -> None:
    """Send what a window manager sends when the X of a window is pressed: ``WM_DELETE_WINDOW``."""
    xcb = ctypes.CDLL(ctypes.util.find_library("xcb") or "libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))

    class Cookie(ctypes.Structure):
        _fields_ = (("sequence", ctypes.c_uint),)

    class Reply(ctypes.Structure):
        _fields_ = (("head", ctypes.c_uint8 * 8), ("atom", ctypes.c_uint32))

    xcb.xcb_intern_atom.restype = Cookie
    xcb.xcb_intern_atom.argtypes = [ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_char_p]
    xcb.xcb_intern_atom_reply.restype = ctypes.POINTER(Reply)
    xcb.xcb_intern_atom_reply.argtypes = [ctypes.c_void_p, Cookie, ctypes.c_void_p]
    xcb.xcb_send_event.argtypes = [ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_char_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]

    def atom(name: bytes) -> int:
        cookie = xcb.xcb_intern_atom(connection, 0, len(name), name)
        return int(xcb.xcb_intern_atom_reply(connection, cookie, None).contents.atom)

    client_message, of_32_bits = 33, 32
    event = struct.pack("=BBHII5I", client_message, of_32_bits, 0, window_id, atom(b"WM_PROTOCOLS"), atom(b"WM_DELETE_WINDOW"), 0, 0, 0, 0)
    xcb.xcb_send_event(connection, 0, window_id, 0, event)
    atom(b"WM_PROTOCOLS")  # its answer comes after the event was taken
    xcb.xcb_disconnect(connection)


def main(folder: Path, pictures: Path) -> dict[str, object]:
    """Open the demo, lock it, unlock it by typing, enter a topic, see the report, close; give what was seen."""
    app, keys = QApplication([]), Keyboard()
    program = Program(app, folder, demo=True)
    assert program.begin()

    def opened() -> bool:
        return isinstance(program.window, MainWindow) and active(program.window)

    wait(app, opened, "the demo to open")
    keys.press(Key.Key_L, modifiers=CTRL)
    wait(app, lambda: isinstance(program.door, UnlockWindow) and active(program.door) and program.door.password.hasFocus(), "the lock")
    picture(app, pictures / "1-locked.png")
    keys.write(demo.PASSWORD)
    keys.press(Key.Key_Return)
    wait(app, opened, "the password to open the window")
    window = program.window
    assert isinstance(window, MainWindow)

    window.go(Place("topic"))
    page = window.page("topic")
    assert isinstance(page, RecordPage)
    wait(app, lambda: page.list.model.rowCount() > 0, "the topics")
    keys.press(Key.Key_N, modifiers=CTRL)
    wait(app, lambda: page.form is not None and page.form.isVisible() and page.form.current() is not None, "the form")
    form = page.form
    assert form is not None
    saved: list[str] = []
    form.saved.connect(saved.append)
    answers = {"code": "T77", "title": "Biển, đảo Việt Nam", "content_type": "CT"}
    for _step in range(30):
        here = form.current()
        name = getattr(here, "name", "")
        if name in answers:
            keys.write(answers.pop(name))
        if not answers:
            break
        keys.press(Key.Key_Tab)
    picture(app, pictures / "2-typed.png")
    keys.press(Key.Key_S, modifiers=CTRL)
    wait(app, lambda: saved, "the record to be saved")
    record = window.session.store.read(saved[0])[1]

    window.go(Place("report"))
    report = window.page("report")
    assert isinstance(report, ReportPage)
    wait(app, lambda: report.shown is not None and report.preview.is_drawn, "the report")
    picture(app, pictures / "3-report.png")
    top, closed = window.geometry().top(), list[bool]()
    window.closed.connect(lambda: closed.append(True))
    press_x(int(window.winId()))
    wait(app, lambda: closed, "the X to close the window")
    jobs.wait_for_all()
    program.close()
    return {
        "platform": app.platformName(),
        "top": top,
        "title": record["title"],
        "pages": report.shown.pages if report.shown else 0,
        "lock": program.lock._lock.is_locked,  # noqa: SLF001
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))), flush=True)
