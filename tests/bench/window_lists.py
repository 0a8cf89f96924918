"""Long lists, a process a side: ``records`` (ours), ``sql`` (QSqlQueryModel over a plain copy), ``typing`` (search); prints JSON.

Times are wall seconds from the wish to the end of the paint that fulfils it: what a person waits. Memory is what the side added to
the process that had everything open and nothing listed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

from tests.ui.keyboard import Keyboard

SIZE = (1366, 600)
SEEN, NEWEST = 15, 600


def resident() -> int:
    """Give the bytes this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Painted(QObject):
    """Counts the paints of a view's rows."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__()
        self.count = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False

    def show(self, app: QApplication, widget: QWidget) -> None:
        """Show a list of nothing, so that making Qt's classes is on no side's account."""
        widget.resize(*SIZE)
        widget.show()
        self.wait(app)
        widget.hide()

    def wait(self, app: QApplication, done: Callable[[], bool] = lambda: True) -> None:
        """Run events until the rows have been painted anew and ``done``."""
        before = self.count
        end = time.perf_counter() + 120
        while self.count == before or not done():
            app.processEvents()
            assert time.perf_counter() < end, "never painted"


def records(folder: str, password: str) -> dict[str, Any]:
    """List all records of the office with the list of the program."""
    from app import office
    from db.records import RECORD_TYPES
    from ui import jobs, style
    from ui.list_pane import ListPane
    from ui.session import Session

    app = QApplication([])
    style.install(app)
    opened = office.open_office(Path(folder), None, password, "đo", window=True)
    session = Session(opened)
    warm = ListPane(session, RECORD_TYPES["care"])
    Painted(warm.table).show(app, warm)
    before = resident()
    start = time.perf_counter()
    pane = ListPane(session, RECORD_TYPES["education"])
    pane.period_chip.setChecked(False)
    view, model = pane.table, pane.model
    painted = Painted(view)
    pane.resize(*SIZE)
    pane.show()
    painted.wait(app, lambda: model.rowCount() > 0)
    first = time.perf_counter() - start
    top = [model.row(place).uid for place in range(SEEN)]
    while not model.is_whole:
        app.processEvents()
    whole = time.perf_counter() - start
    view.setFocus()
    start = time.perf_counter()
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    painted.wait(app, lambda: view.indexAt(view.viewport().rect().bottomLeft()).row() in (-1, model.rowCount() - 1))
    end = time.perf_counter() - start
    count = model.rowCount()
    bottom = [model.row(place).uid for place in range(count - SEEN, count)]
    added = resident() - before
    jobs.wait_for_all()
    opened.close()
    return {"first": first, "whole": whole, "end": end, "added": added, "count": count, "top": top, "bottom": bottom}


def sql(path: str, _key: str) -> dict[str, Any]:
    """List the plain copy with Qt's own model."""
    from PySide6.QtSql import QSqlDatabase, QSqlQueryModel

    app = QApplication([])
    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(path)
    assert database.open()
    warm = QTableView()
    warm.setModel(QSqlQueryModel(warm))
    Painted(warm).show(app, warm)
    before = resident()
    start = time.perf_counter()
    model, view = QSqlQueryModel(), QTableView()
    model.setQuery("SELECT * FROM education WHERE state = 'entered' ORDER BY event_to DESC, id DESC", database)
    view.setModel(model)
    painted = Painted(view)
    view.resize(*SIZE)
    view.show()
    painted.wait(app)
    first = time.perf_counter() - start
    uid = model.record().indexOf("uid")
    top = [model.index(place, uid).data() for place in range(SEEN)]
    start = time.perf_counter()
    while model.canFetchMore():
        model.fetchMore()
    view.scrollToBottom()
    painted.wait(app, lambda: view.indexAt(view.viewport().rect().bottomLeft()).row() in (-1, model.rowCount() - 1))
    end = time.perf_counter() - start
    count = model.rowCount()
    bottom = [model.index(place, uid).data() for place in range(count - SEEN, count)]
    return {"first": first, "whole": 0.0, "end": end, "added": resident() - before, "count": count, "top": top, "bottom": bottom}


def typing(folder: str, password: str, words: str) -> dict[str, Any]:
    """Type words into the search of the list, letter by letter, and take them away again."""
    from app import office
    from app.listing import PAGE
    from db.records import RECORD_TYPES
    from ui import jobs, style
    from ui.list_pane import ListPane
    from ui.session import Session

    app = QApplication([])
    style.install(app)
    opened = office.open_office(Path(folder), None, password, "đo", window=True)
    pane = ListPane(Session(opened), RECORD_TYPES["education"])
    pane.period_chip.setChecked(False)
    painted = Painted(pane.table)
    pane.resize(*SIZE)
    pane.show()
    pane.activateWindow()
    pane.search.setFocus()
    painted.wait(app, lambda: pane.model.rowCount() > 0)
    times: list[float] = []
    found: dict[str, list[str | None]] = {}

    def press(key: Qt.Key, letter: str) -> None:
        start = time.perf_counter()
        if letter:
            Keyboard().write(letter)
        else:
            QTest.keyClick(pane.search, key)
        typed = pane.search.text()
        painted.wait(app, lambda: pane.model.listing.wanted.words == typed)
        times.append(time.perf_counter() - start)
        pause = time.perf_counter() + 0.12  # a person's next key
        while time.perf_counter() < pause:
            app.processEvents()

    for word in words.split(","):
        for letter in word:
            press(Qt.Key.Key_unknown, letter)
            found[pane.search.text()] = [pane.model.row(place).uid for place in range(min(pane.model.rowCount(), PAGE, SEEN))]
        for _letter in word:
            press(Qt.Key.Key_Backspace, "")
    check(opened.store, found)
    jobs.wait_for_all()
    opened.close()
    return {"times": times, "queries": len(found)}


def check(store: Any, found: dict[str, list[str | None]]) -> None:
    """Compare what was listed with what the rule of searching says of the newest records, read one by one."""
    from db.records import RECORD_TYPES
    from db.text import matches

    declared = RECORD_TYPES["education"]
    query = declared.select(declared.uid).where(declared.state == "entered").order_by(declared.id.desc()).limit(NEWEST)
    texts = {row[0]: store.search_text(declared, store.read(row[0])[1]) for row in store.execute(query.tuples())}
    for words, listed in found.items():
        expected = [uid for uid, text in texts.items() if matches(words, text)][:SEEN]
        assert listed[: len(expected)] == expected, words


if __name__ == "__main__":
    sides: dict[str, Callable[..., dict[str, Any]]] = {"records": records, "sql": sql, "typing": typing}
    print(json.dumps(sides[sys.argv[1]](*sys.argv[2:])), flush=True)
    os._exit(0)
