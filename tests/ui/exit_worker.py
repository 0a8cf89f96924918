"""A program of its own that types into a record and waits to be ended: ``folder type question how text``.

``how`` is ``composing`` (the text stays in the input method) or ``left`` (the field was left by Tab).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui import start
from ui.record_page import RecordPage
from ui.session import Place


def main() -> int:
    folder, type_name, question, how, text = sys.argv[1:]
    app = QApplication([])

    def typed() -> None:
        window: Any = next(one for one in app.topLevelWidgets() if type(one).__name__ == "MainWindow")
        window.go(Place(type_name, new=True))
        app.processEvents()
        page = window.page(type_name)
        assert isinstance(page, RecordPage)
        assert page.form is not None
        page.form.go_to_answer("", question)
        field = QApplication.focusWidget()
        assert field is not None
        QApplication.sendEvent(field, QInputMethodEvent(text, []))
        if how == "left":
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(field, event)
            QTest.keyClick(field, Qt.Key.Key_Tab)
        print("READY", flush=True)

    def wait() -> None:
        if any(type(one).__name__ == "MainWindow" and one.isActiveWindow() for one in app.topLevelWidgets()):
            QTimer.singleShot(300, typed)
        else:
            QTimer.singleShot(50, wait)

    QTimer.singleShot(50, wait)
    return start.run(Path(folder), demo=True)


if __name__ == "__main__":
    sys.exit(main())
