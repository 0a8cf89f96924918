"""The card of a control total: what the paper says, what was typed, what is still missing. It must reach 0."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from db.declarations import Control
from db.questions import Answers, Money, grouped
from ui import look
from ui.editors import NumberField
from ui.lines_grid import LinesTable
from ui.lines_model import LinesModel
from ui.look import colour, px
from ui.style import rounded


class ControlCard(QWidget):
    """Stands beside its table. Until a total is typed, the one that the record itself expects is taken."""

    def __init__(self, control: Control, model: LinesModel, table: LinesTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.control, self.model, self.table = control, model, table
        self._expected: int | None = None
        self.field = NumberField(Money(_("Tổng theo giấy"), unit="đồng"), table.context, False, self)
        self.field.setFont(look.font())
        self.field.edited.connect(self.refresh)
        self.field.left.connect(self.refresh)
        for name in control.questions:
            table.context.rest[name] = self.rest
        model.dataChanged.connect(self.refresh)
        model.rowsRemoved.connect(self.refresh)
        self.refresh()

    def set_record(self, record: Answers) -> None:
        """Take the record's own answers, and what they expect."""
        self._expected = self.control.expected(record)
        self.refresh()

    def clear(self) -> None:
        """Forget the typed total."""
        self.field.set_plain("")
        self._expected = None

    @property
    def wanted(self) -> int | None:
        """What the lines must add up to, đồng; None: nobody knows."""
        try:
            typed = self.field.question.parse(self.field.text())
        except ValueError:
            typed = None
        return typed if typed is not None else self._expected

    @property
    def typed(self) -> int:
        """What the lines add up to now."""
        return sum(line[name] for line in self.model.answers() for name in self.control.questions if isinstance(line[name], int))

    @property
    def missing(self) -> int | None:
        """What is still missing; None where nothing is expected."""
        return None if self.wanted is None else self.wanted - self.typed

    def rest(self) -> str | None:
        """Give what ``=`` fills into an empty cell."""
        return grouped(self.missing) if self.missing is not None and self.missing > 0 else None

    def refresh(self, *_args: object) -> None:
        """Paint anew."""
        self.field.setPlaceholderText("" if self._expected is None else grouped(self._expected))
        off = self.missing
        words = _("Khớp") if off == 0 else "" if off is None else _("Còn lệch {amount} đồng").format(amount=grouped(off))
        self.setAccessibleName(f"{_('Kiểm tra tổng')}. {words}")
        self.update()

    @property
    def _line(self) -> int:
        return QFontMetrics(look.font()).height() + px(7)

    def sizeHint(self) -> QSize:
        """Give room for four lines."""
        return QSize(px(268), px(14) + self._line * 3 + max(px(32), self._line) + px(4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field at the right end of its line."""
        height = max(px(32), self._line)
        self.field.setGeometry(self.width() - px(14) - px(128), px(8) + self._line, px(128), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint words and numbers; amber while they differ."""
        painter, off = QPainter(self), self.missing
        wrong = bool(off)
        ground, edge = ("warning_ground", "warning_edge") if wrong else ("raised", "line")
        rounded(painter, self.rect(), colour(ground), colour(edge), 1, radius=6)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        room = self.rect().adjusted(px(14), px(8), -px(14), 0)
        line = self._line
        painter.setFont(look.font("strong"))
        painter.setPen(colour("warning" if wrong else "ink"))
        painter.drawText(QRect(room.left(), room.top(), room.width(), line), middle, _("Kiểm tra tổng"))
        y = room.top() + line
        painter.setFont(look.font())
        painter.setPen(colour("ink2"))
        painter.drawText(QRect(room.left(), y, room.width(), self.field.height()), middle, _("Tổng theo giấy"))
        y += self.field.height() + px(2)
        painter.drawText(QRect(room.left(), y, room.width(), line), middle, _("Đã nhập"))
        painter.setPen(colour("ink"))
        painter.drawText(QRect(room.left(), y, room.width(), line), middle | right, grouped(self.typed))
        y += line
        if off is None:
            return
        painter.fillRect(room.left(), y, room.width(), 1, colour(edge))
        painter.setFont(look.font("strong"))
        painter.setPen(colour("warning" if wrong else "ok"))
        rect = QRect(room.left(), y + px(2), room.width(), line)
        painter.drawPixmap(
            rect.left(), rect.center().y() - px(7), look.pixmap("warning" if wrong else "check-circle", "warning" if wrong else "ok", 14)
        )
        painter.drawText(rect.adjusted(px(22), 0, 0, 0), middle, _("Còn lệch") if wrong else _("Khớp"))
        if wrong:
            painter.drawText(rect, middle | right, grouped(off))
