"""What tests of the report page share: its numbers by code, and the words of its pages."""

from __future__ import annotations

import io

import pypdf
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.parts import ElidedLabel
from ui.report_page import ReportPage

SECTION = "1.IV"


def figure(page: ReportPage, code: str) -> int:
    """The place of a figure on the pages."""
    return next(number for number, one in enumerate(page.preview.figures) if one.code == code)


def open_figure(page: ReportPage, qtbot: QtBot, code: str) -> None:
    """Open the records behind a figure."""
    page.preview.choose(figure(page, code), open_it=True)
    label = page.preview.figures[page.preview.chosen].label
    qtbot.waitUntil(lambda: page.figure.behind is not None and page.figure.behind.label == label, timeout=10_000)


def report_text(page: ReportPage) -> str:
    """The words of all pages."""
    assert page.shown is not None
    return " ".join(" ".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(page.shown.pdf)).pages).replace(
        "\u00a0", " "
    )


def words_cut(page: QWidget) -> list[str]:
    """Give the words of buttons and labels of one line that have less room than they need."""
    found = []
    for one in page.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QPushButton) and one.text() and one.width() < one.fontMetrics().horizontalAdvance(one.text()):
            found.append(one.text())
        if isinstance(one, QLabel) and not isinstance(one, ElidedLabel):
            wide = 0 if one.wordWrap() or not one.text() else one.fontMetrics().horizontalAdvance(one.text())
            found += [one.text()] if one.width() + 1 < wide else []
    return found
