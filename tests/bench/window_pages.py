"""Form and report of the demo, one process each: ``form`` or ``report``; prints JSON. Wall seconds, from the key to what it was for."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.keyboard import CTRL, Key, Keyboard

ROUNDS = 15


class Painted(QObject):
    """Tells whether a widget has been painted since it was asked last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.yes = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        self.yes = self.yes or event.type() == QEvent.Type.Paint
        return False


def wait(app: QApplication, done: Callable[[], object]) -> None:
    """Run events until ``done``."""
    end = time.perf_counter() + 60
    while not done():
        app.processEvents()
        assert time.perf_counter() < end, "never done"


def opened_window(folder: str, password: str) -> tuple[QApplication, Any, Any]:
    """Show the main window over the demo, settled."""
    from app import demo, office
    from app.periods import period
    from ui import jobs, style
    from ui.main_window import MainWindow
    from ui.session import Session

    app = QApplication([])
    style.install(app)
    opened = office.open_office(Path(folder), demo.USER, password, "đo", window=True)
    session = Session(opened)
    session.set_period(period(opened.store, demo.PERIOD))
    window = MainWindow(session)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    wait(app, window.isActiveWindow)
    jobs.wait_all_done()
    return app, opened, window


def _is_shown(painted: Painted, form: Any, uid: str) -> bool:
    return painted.yes and form.isVisible() and form.entry.uid == uid


def form(folder: str, password: str) -> dict[str, Any]:
    """Open a session with Enter, change its place, save with Ctrl+S; and save as often through the store alone."""
    from ui.record_page import RecordPage
    from ui.session import Place

    app, opened, window = opened_window(folder, password)
    window.go(Place("education"))
    page = window.page("education")
    assert isinstance(page, RecordPage)
    wait(app, lambda: page.list.model.rowCount() > ROUNDS)
    uids = [page.list.model.row(place).uid for place in range(ROUNDS)]
    opening, saving, bare, places, keys = list[float](), list[float](), list[float](), list[Any](), Keyboard()
    for number, uid in enumerate(uids):
        if page.form is not None:
            page.close_form()
        app.processEvents()
        page.list.table.setFocus()
        assert uid is not None
        page.list.select(uid)
        app.processEvents()
        start = time.perf_counter()
        keys.press(Key.Key_Return)
        made = page.form
        assert made is not None
        painted = Painted(made)
        wait(app, partial(_is_shown, painted, made, uid))
        opening.append(time.perf_counter() - start)
        made.go_to_answer("", "place")
        app.processEvents()
        keys.write(f" {number}")
        app.processEvents()
        saved: list[str] = []
        made.saved.connect(saved.append)
        start = time.perf_counter()
        keys.press(Key.Key_S, modifiers=CTRL)
        wait(app, saved.__len__)
        saving.append(time.perf_counter() - start)
        made.saved.disconnect(saved.append)
        _type, record = opened.store.read(uid)
        places.append(record["place"])
        record["place"] = f"{record['place']} nữa"
        start = time.perf_counter()
        opened.store.save("education", record, opened.user, dict.fromkeys(record.get("warned") or (), "đúng"))
        bare.append(time.perf_counter() - start)
        app.processEvents()
    assert all(str(place).endswith(str(number)) for number, place in enumerate(places)), places
    return {"opening": opening, "saving": saving, "bare": bare}


def report(folder: str, password: str) -> dict[str, Any]:
    """Change a session and wait until the report's page is painted with the changed figure."""
    from app import demo, figures
    from app.periods import period
    from ui.changes import changes
    from ui.report_page import ReportPage
    from ui.session import Place

    app, opened, window = opened_window(folder, password)
    window.go(Place("report"))
    page = window.page("report")
    assert isinstance(page, ReportPage)
    wait(app, lambda: page.shown is not None and page.preview.is_drawn)
    store = opened.store
    code, chosen = "EDU_TURN_N", period(store, demo.PERIOD)
    counted = store.types["education"]
    query = counted.select(counted.uid).where((counted.counts == 1) & counted.counted_on.between(chosen.start, chosen.end))
    uid = store.execute(query.limit(1).tuples()).fetchone()[0]
    times, shown, refreshed = list[float](), list[str](), list[bool]()
    page.refreshed.connect(lambda: refreshed.append(True))
    for _turn in range(5):
        _type, record = store.read(uid)
        record["audiences"][0]["present"] -= 1
        refreshed.clear()
        start = time.perf_counter()
        store.save("education", record, opened.user, dict.fromkeys(record.get("warned") or (), "đúng"))
        changes.records_changed.emit("education")
        wait(app, lambda: refreshed and page.preview.is_drawn)
        times.append(time.perf_counter() - start)
        assert page.shown is not None
        shown.append(figures.compute(store, chosen, None).value(code).text)
        time.sleep(0.05)
    page.let_go()
    return {"times": times, "shown": shown}


if __name__ == "__main__":
    sides: dict[str, Callable[..., dict[str, Any]]] = {"form": form, "report": report}
    print(json.dumps(sides[sys.argv[1]](*sys.argv[2:])), flush=True)
    os._exit(0)
