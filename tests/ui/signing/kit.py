"""What tests of signing share: the dialog in front, its words and its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.report_page import ReportPage
from ui.report_sign import SignDialog
from ui.session import Toast

Opener = Callable[..., ReportPage]


def toasts_of(page: ReportPage) -> list[Toast]:
    found: list[Toast] = []
    page.session.toast_asked.connect(found.append)
    page.setProperty("toasts", found)  # as long as the page
    return found


def asked(page: ReportPage, qtbot: QtBot) -> SignDialog:
    dialog = page.steps.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    if dialog.choices:
        qtbot.waitUntil(lambda: dialog.facts is not None, timeout=20_000)
        qtbot.wait(1)  # its lines are shown by the next event
    return dialog


def words_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def finish(page: ReportPage, dialog: SignDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.refreshed, timeout=60_000):
        dialog.go.click()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)


def approve(page: ReportPage, qtbot: QtBot, code: str = "KHONG") -> None:
    page.steps.next.click()
    dialog = asked(page, qtbot)
    dialog.choices[code].setChecked(True)
    finish(page, dialog, qtbot)
    qtbot.waitUntil(lambda: page.preview.is_drawn, timeout=20_000)
