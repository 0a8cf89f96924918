"""Beside the pages: a number, how it came about, the records it is made of, and their sum. Each record is one press away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _, say
from app.report.behind import Behind, Part
from db.questions import shown_day
from ui import look
from ui.buttons import Button
from ui.look import colour, font, px
from ui.parts import Hairline, Label, column, row, scrolled
from ui.shortcuts import action_for

Index = QModelIndex | QPersistentModelIndex
DISPLAY, TOOLTIP, ACCESSIBLE = 0, 3, 11


class PartsModel(QAbstractListModel):
    """The records behind one number."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[Part, ...] = ()

    def show(self, parts: tuple[Part, ...]) -> None:
        """Show the records of another number."""
        self.beginResetModel()
        self.parts = parts
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Give one row per record."""
        return 0 if parent is not None and parent.isValid() else len(self.parts)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Give a record in words."""
        if role not in (DISPLAY, TOOLTIP, ACCESSIBLE) or not index.isValid():
            return None
        part = self.parts[index.row()]
        if role == DISPLAY:
            return part.unit
        return "\n".join(filter(None, (part.unit, second_line(part), " · ".join(filter(None, (part.amount, part.share))))))


def second_line(part: Part) -> str:
    """Give day and title of a record on one line."""
    return " · ".join(filter(None, (shown_day(part.day), say(part.title))))


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(120), max(px(44), QFontMetrics(font("body")).height() + QFontMetrics(font("small")).height() + px(9)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, PartsModel):
            return
        part, rect, view = model.parts[index.row()], option.rect, option.widget
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, colour("soft" if chosen else "hover" if hovered else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        if chosen:
            painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))
        one, two = QFontMetrics(font("strong")), QFontMetrics(font("small"))
        top = rect.top() + (rect.height() - one.height() - two.height()) // 2
        left, right = rect.left() + px(14), rect.right() - px(14)
        wide = max(one.horizontalAdvance(part.amount), two.horizontalAdvance(part.share))
        room = right - left - wide - px(12)
        cut = Qt.TextElideMode.ElideRight
        painter.setFont(font("medium"))
        painter.setPen(colour("ink"))
        painter.drawText(QPoint(left, top + one.ascent()), painter.fontMetrics().elidedText(part.unit, cut, room))
        painter.setFont(font("small"))
        painter.setPen(colour("ink2" if chosen else "ink3"))
        painter.drawText(QPoint(left, top + one.height() + two.ascent()), two.elidedText(second_line(part), cut, room))
        painter.drawText(QPoint(right - two.horizontalAdvance(part.share), top + one.height() + two.ascent()), part.share)
        painter.setFont(font("strong"))
        painter.setPen(colour("ink3" if part.amount == "0" else "ink"))
        painter.drawText(QPoint(right - one.horizontalAdvance(part.amount), top + one.ascent()), part.amount)
        if chosen and isinstance(view, QListView) and view.hasFocus():
            painter.setPen(colour("accent"))
            for inset in (0, 1):
                painter.drawRect(rect.adjusted(inset, inset, -1 - inset, -1 - inset))


class PartsView(QListView):
    """The records; a click or Enter opens one."""

    opened = Signal(object)

    def __init__(self, model: PartsModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Các bản ghi đứng sau số này"))
        self.empty = Label(
            _("Không có bản ghi nào đứng sau số này. Nhập bản ghi của kỳ rồi số tự đổi."), "body", "ink2", wrap=True, parent=self
        )
        look.signals.changed.connect(self.scheduleDelayedItemsLayout)

    def place_empty(self) -> None:
        """Say where the first row would be that there is none."""
        self.empty.setGeometry(
            px(14), px(10), self.viewport().width() - px(28), self.empty.heightForWidth(self.viewport().width() - px(28))
        )
        self.empty.setVisible(not self._model.parts)

    def resizeEvent(self, event: Any) -> None:
        """Keep the words inside."""
        super().resizeEvent(event)
        self.place_empty()

    def open_current(self) -> None:
        """Open the chosen record."""
        index = self.currentIndex()
        if index.isValid():
            self.opened.emit(self._model.parts[index.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if action_for("report", event) == "open":
            self.open_current()
            event.accept()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.open_current()


class _Strip(QWidget):
    """A head or a sum over two columns."""

    def __init__(self, role: str, ink: str, height: int) -> None:
        super().__init__()
        self._role, self._ink, self._height = role, ink, height
        self.left, self.right, self.below = "", "", ""
        self.inset = 0
        look.follow(self, _Strip._restyle)

    def _restyle(self) -> None:
        metrics = QFontMetrics(font(self._role))
        self.setFixedHeight(max(px(self._height), metrics.height() + px(8)))

    def show_words(self, left: str, right: str, middle: str = "") -> None:
        """Show other words."""
        self.left, self.right, self.below = left, right, middle
        self.setAccessibleName(" ".join(filter(None, (left, right, middle))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them on the ground of sums."""
        painter, rect = QPainter(self), self.rect()
        painter.fillRect(rect, colour("raised"))
        painter.fillRect(0, rect.bottom(), rect.width(), 1, colour("line"))
        painter.setFont(font(self._role))
        painter.setPen(colour(self._ink))
        inner = rect.adjusted(px(14), 0, -px(14) - self.inset, -1)
        middle = Qt.AlignmentFlag.AlignVCenter
        words = f"{self.right}   {self.below}" if self.below else self.right
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QRect(inner.right() - wide, inner.top(), wide + 2, inner.height()), middle, words)
        room = inner.width() - wide - px(10)
        painter.drawText(inner, middle, painter.fontMetrics().elidedText(self.left, Qt.TextElideMode.ElideRight, room))


class FigurePanel(QWidget):
    """One number and its records."""

    closed = Signal()
    part_opened = Signal(object)
    list_asked = Signal(object)
    """A ``Behind``: its records are wanted as a list."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: Behind | None = None
        self.title = Label("", "section", wrap=True)
        close = Button(_("Đóng ngăn (Esc)"), "quiet", "x", self.closed.emit, only_icon=True)
        self.value, self.unit = Label("", "figure", "accent", wrap=True), Label("", "body", "ink2")
        self.printed = Label("", "body", "ink2", wrap=True)
        self.of, self.rule = Label("", "small_medium", "ink", wrap=True), Label("", "small", "ink2", wrap=True)
        top = row(self.title, close, edge=(14, 6, 6, 0))
        top.setStretch(0, 1)
        top.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        number = row(self.value, self.unit, gap=8)
        number.setAlignment(self.unit, Qt.AlignmentFlag.AlignBottom)
        number.setStretch(1, 1)
        look.follow(self.unit, lambda one: one.setContentsMargins(0, 0, 0, px(4)))
        words = column(self.of, number, self.printed, self.rule, gap=4, edge=(14, 0, 14, 10))
        self.count = Label("", "small_strong", "ink2")
        self.to_list = Button(_("Mở danh sách"), "link", pressed=lambda: self.list_asked.emit(self.behind))
        self.model = PartsModel(self)
        self.list = PartsView(self.model)
        self.head, self.sum = _Strip("small_strong", "ink2", 29), _Strip("strong", "ink", 34)
        layout = column(top, words, Hairline(), row(self.count, None, self.to_list, edge=(14, 2, 14, 2)), self.head, gap=0)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.sum)
        inner = QWidget()
        inner.setLayout(layout)
        area = scrolled(inner, bare=True)  # large text on a small screen
        look.follow(self.list, lambda one: one.setMinimumHeight(px(110)))
        self.setLayout(column(area, gap=0))
        self.list.opened.connect(self.part_opened)
        self.list.verticalScrollBar().rangeChanged.connect(lambda _low, high: self._inset(bool(high)))

    def _inset(self, bar: bool) -> None:
        """Keep head and sum over and under their column beside a scroll bar."""
        wide = self.list.verticalScrollBar().sizeHint().width() if bar else 0
        for strip in (self.head, self.sum):
            strip.inset = wide
            strip.update()

    def show_behind(self, found: Behind, printed: str) -> None:
        """Show a number; ``printed`` is how it stands on the page. The chosen record stays if it is still there."""
        index = self.list.currentIndex()
        before = self.model.parts[index.row()].uid if index.isValid() and index.row() < len(self.model.parts) else None
        self.behind = found
        self.title.setText(found.label)
        self.setAccessibleName(f"{found.label}: {found.value}")
        short = len(found.number) <= 14
        self.value.set_ink("accent", "figure" if short else "form")
        self.value.setWordWrap(not short)
        self.value.setText(found.number)
        self.unit.setText(found.unit)
        self.unit.setVisible(bool(found.unit))
        same = printed.strip(" .;") in (found.value, found.number)
        self.printed.setText(_("in là “{words}”").format(words=printed))
        self.printed.setVisible(bool(printed) and not same)
        self.of.setText(found.of)
        self.of.setVisible(bool(found.of))
        self.rule.setText(found.rule)
        self.count.setText(_("{n} bản ghi").format(n=len(found.parts)))
        self.to_list.setVisible(bool(found.parts))
        self.head.show_words(_("Đơn vị, bản ghi"), found.heading)
        self.sum.show_words(_("Cộng"), found.total, found.share)
        self.model.show(found.parts)
        self.list.place_empty()
        at = next((place for place, part in enumerate(found.parts) if part.uid == before), 0)
        if found.parts:
            self.list.setCurrentIndex(self.model.index(at))
