"""Walks over a window as the eye does: what every visible widget says, what is painted by hand, and how much room it has.

Text that widgets paint themselves is read where it is painted: ``Painted`` listens to ``QPainter.drawText``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTableView,
    QWidget,
)

from app import users
from app.office import Office
from db.journal import decode
from db.questions import Choice, YesNo
from db.records import RECORD_TYPES
from db.system import Draft, Journal
from tests.translations import VIETNAMESE, catalogue, is_vietnamese
from ui.buttons import Link
from ui.import_preview import RowsTable
from ui.parts import ElidedLabel


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
    by: str
    """The class whose method paints it."""
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
        for column in range(1 if isinstance(view, QListView) else model.columnCount()):
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
        device, metrics = painter.device(), QFontMetricsF(painter.font())
        owner = device if isinstance(device, QWidget) else None
        point = next((QPointF(one) for one in arguments if isinstance(one, (QPoint, QPointF))), None)
        if room is None and point is not None and owner is not None:
            room = QRectF(point.x(), point.y() - metrics.ascent(), owner.width() - point.x(), metrics.height())
        flags = 0
        if room is not None:
            flag = next((one for one in arguments if isinstance(one, (Qt.AlignmentFlag, Qt.TextFlag, int))), 0)
            flags = int(getattr(flag, "value", flag))
        frame = sys._getframe(1)  # noqa: SLF001
        while frame.f_back is not None and "self" not in frame.f_locals:
            frame = frame.f_back
        painter_of = frame.f_locals.get("self")
        heard.append(Drawn(owner, type(painter_of).__name__, words, room, flags, metrics))
        return real(painter, *arguments)

    QPainter.drawText = listen  # type: ignore[assignment,method-assign]
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
        found |= {one.name for one in users.everyone(office.database)}
        for (content,) in office.store.execute(Draft.select(Draft.content).tuples()):
            found |= set(re.findall(r'"([^"]+)"', content))
        found |= {line.strip() for text in found for line in text.splitlines()}
        found |= {text[:1].lower() + text[1:] for text in found}
        longest_first = sorted((text for text in found if VIETNAMESE.search(text)), key=len, reverse=True)
        self._whole = found
        known = catalogue()
        self._untranslated = {text for text, said in known.items() if said != text} - set(known.values())
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def rest(self, text: str) -> str:
        """Give ``text`` without what is data."""
        return self._any.sub("", text)

    def is_ours(self, text: str) -> bool:
        """Tell whether words in Vietnamese are left once all data is taken away, or the text is one that has a translation."""
        return is_vietnamese(self.rest(text)) or (text in self._untranslated and text not in self._whole)


def _texts(questions: Any, answers: Any) -> Iterator[str]:
    for name, question in questions.items():
        value = answers.get(name)
        if isinstance(value, str) and not isinstance(question, (Choice, YesNo)):
            yield value


# -- room --------------------------------------------------------------------------------------------------------------------

MAY_ELIDE = (ElidedLabel, Link)
"""Titles of rows and of what is open: they end in … where there is no room, and a tooltip has the whole."""


ROWS = {
    "CellDelegate", "CellPainter", "ChoiceField", "ChoicesField", "ElidedLabel", "Field", "Link", "LinkField", "PartsView", "Popup",
    "Results", "RowDelegate", "_Delegate", "_FigureRow", "_NodeDelegate", "_SavedRow",
}  # fmt: skip
"""Who paints titles of rows, cells and answers, which a tooltip shows whole; never a message."""


def cut(root: QWidget, heard: list[Drawn]) -> list[str]:
    """Name every label, button, header and number that has less room than its text."""
    wrong = []
    for widget in visible(root):
        if isinstance(widget, QLabel) and widget.text() and not isinstance(widget, MAY_ELIDE) and not _has_room(widget):
            wrong.append(f"{type(widget).__name__} {widget.text()!r}: {widget.size().toTuple()} of {widget.sizeHint().toTuple()}")
        if isinstance(widget, (QPushButton, QRadioButton, QCheckBox)) and widget.text() and widget.width() < widget.sizeHint().width() - 1:
            wrong.append(f"{type(widget).__name__} {widget.text()!r}: {widget.width()} of {widget.sizeHint().width()}")
    for one in heard:
        if isinstance(one.widget, MAY_ELIDE) or not one.text.strip() or one.room is None:
            continue
        if one.flags & Qt.TextFlag.TextWordWrap.value:
            taken = one.metrics.boundingRect(one.room, one.flags, one.text)
            if taken.height() > one.room.height() + 2 or taken.width() > one.room.width() + 2:
                wrong.append(f"drawn by {one.by} {one.text!r} on several lines")
            continue
        needed = one.metrics.horizontalAdvance(one.text)
        if one.room.width() + 1 < needed or one.room.height() + 2 < one.metrics.ascent():
            wrong.append(f"drawn by {one.by} {one.text!r}: {one.room.width():.0f} of {needed:.0f}")
    return wrong


def elided(heard: list[Drawn]) -> list[str]:
    """Name every text painted with a … at its end that is neither the title of a row nor the answer in a cell."""
    ours = {text for pair in catalogue().items() for text in pair}  # some end so on purpose
    return [f"{one.by} {one.text!r}" for one in heard if one.text.endswith("…") and one.by not in ROWS and one.text not in ours]


def _has_room(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height() + 1
    wide = max(label.fontMetrics().horizontalAdvance(line) for line in label.text().split("\n"))
    return wide <= label.contentsRect().width() + 1 and label.fontMetrics().ascent() <= label.height()


def scrolled_sideways(root: QWidget) -> list[str]:
    """Name every area that scrolls sideways; a file's own table may, it has as many columns as it has."""
    areas = [one for one in visible(root) if isinstance(one, QAbstractScrollArea) and not isinstance(one, (QHeaderView, RowsTable))]
    return [f"{type(one).__name__} by {one.horizontalScrollBar().maximum()}" for one in areas if one.horizontalScrollBar().maximum() > 0]
