"""Walks over a window as the eye does: what every visible widget says, what is painted by hand, and how much room it has.

Text that widgets paint themselves is read where it is painted: ``Painted`` listens to ``QPainter.drawText``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from app.office import Office
from db.journal import decode
from db.questions import Choice, YesNo
from db.records import RECORD_TYPES
from db.system import Draft, Journal
from tests.translations import VIETNAMESE


class Said(NamedTuple):
    """One text of the window and who says it."""

    widget: QWidget
    what: str
    text: str

    def __str__(self) -> str:
        return f"{type(self.widget).__name__} {self.widget.objectName()} {self.what}: {self.text!r}"


class Drawn(NamedTuple):
    """One text painted by hand: by whom, with how much room (None: at a point), in which font."""

    widget: QWidget | None
    text: str
    room: QRectF | None
    flags: int
    metrics: QFontMetricsF


def visible(root: QWidget) -> list[QWidget]:
    """Give a window and everything in it that can be seen."""
    return [root, *(one for one in root.findChildren(QWidget) if one.isVisibleTo(root) and not one.visibleRegion().isEmpty())]


def said(root: QWidget) -> Iterator[Said]:
    """Give every text of the visible widgets: words, tooltips, accessible names, placeholders, headers; no typed text and no cells."""
    for widget in visible(root):
        for what in ("windowTitle", "toolTip", "accessibleName", "accessibleDescription"):
            yield Said(widget, what, getattr(widget, what)())
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield Said(widget, "text", widget.text())
        if isinstance(widget, (QLineEdit, QPlainTextEdit)):
            yield Said(widget, "placeholderText", widget.placeholderText())
        if isinstance(widget, QComboBox):
            for row in range(widget.count()):
                yield Said(widget, "item", widget.itemText(row))
        if isinstance(widget, QHeaderView) and widget.model() is not None:
            for section in range(widget.count()):
                if not widget.isSectionHidden(section) and widget.orientation() == Qt.Orientation.Horizontal:
                    yield Said(widget, "header", str(widget.model().headerData(section, widget.orientation()) or ""))
        if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
            yield from _cells(widget)


def _cells(view: QAbstractItemView) -> Iterator[Said]:
    model = view.model()
    for row in range(min(model.rowCount(), 12)):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            if isinstance(view, QTableView) and view.isColumnHidden(column):
                continue
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield Said(view, f"cell {row},{column} {role.name}", str(model.data(index, role) or ""))


@contextmanager
def painted() -> Iterator[list[Drawn]]:
    """Listen to everything that is painted by hand in the meantime."""
    heard: list[Drawn] = []
    real = QPainter.drawText

    def listen(painter: QPainter, *arguments: Any) -> Any:
        words = next((one for one in arguments if isinstance(one, str)), "")
        room = next((QRectF(one) for one in arguments if isinstance(one, (QRect, QRectF))), None)
        if room is None and len(arguments) >= 5 and all(isinstance(one, (int, float)) for one in arguments[:4]):
            room = QRectF(*[float(one) for one in arguments[:4]])
        flags = 0
        if room is not None:
            flag = next((one for one in arguments if isinstance(one, (Qt.AlignmentFlag, Qt.TextFlag, int))), 0)
            flags = int(getattr(flag, "value", flag))
        device = painter.device()
        heard.append(Drawn(device if isinstance(device, QWidget) else None, words, room, flags, QFontMetricsF(painter.font())))
        return real(painter, *arguments)

    QPainter.drawText = listen  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        QPainter.drawText = real  # type: ignore[method-assign]


# -- what is somebody's data ------------------------------------------------------------------------------------------------


class Data:
    """Every text that people entered into an office; it is never translated."""

    def __init__(self, office: Office, *more: str) -> None:
        found = set(more)
        for type_name, uid, body, private in office.store.execute(
            Journal.select(Journal.type, Journal.record, Journal.body, Journal.private).where(Journal.kind == "put").tuples()
        ):
            declared = RECORD_TYPES[type_name]
            record = decode(uid, body, private)
            found |= set(_texts(declared.questions(), record))
            for kind, line_type in declared.kinds.items():
                for line in record.get(kind) or ():
                    found |= set(_texts(line_type.questions(), line))
        for (content,) in office.store.execute(Draft.select(Draft.content).tuples()):
            found |= set(re.findall(r'"([^"]+)"', content))
        found |= {line.strip() for text in found for line in text.splitlines()}
        found |= {text[:1].lower() + text[1:] for text in found}
        longest_first = sorted((text for text in found if VIETNAMESE.search(text)), key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def rest(self, text: str) -> str:
        """Give ``text`` without what is data."""
        return self._any.sub("", text)

    def is_ours(self, text: str) -> bool:
        """Tell whether words in Vietnamese are left once all data is taken away."""
        return bool(VIETNAMESE.search(self.rest(text)))


def _texts(questions: Any, answers: Any) -> Iterator[str]:
    for name, question in questions.items():
        value = answers.get(name)
        if isinstance(value, str) and not isinstance(question, (Choice, YesNo)):
            yield value
