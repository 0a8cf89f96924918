"""What a pasted block would become, under the table it is meant for: looked at, then taken with Enter or dropped with Esc."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.paste import Block
from db.record import Line
from ui import look
from ui.buttons import Button
from ui.look import colour, px
from ui.style import rounded

LINES = 6
"""Lines that are shown of the block."""


class PastePreview(QWidget):
    """The preview: a sentence, the first lines as they were understood, two buttons."""

    taken = Signal(object)
    dropped = Signal()

    def __init__(self, block: Block, line_type: type[Line], parent: QWidget) -> None:
        super().__init__(parent)
        self.block, self._questions = block, line_type.questions()
        self._names = [name for name in block.names if name is not None]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sentence = self._sentence()
        self.setAccessibleName(self.sentence)
        count = len(block.rows)
        self._take = Button(_("Dán {count} dòng  Enter").format(count=count), "", "check", lambda: self.taken.emit(block))
        self._drop = Button(_("Thôi  Esc"), "quiet", "", self.dropped.emit)
        for button in (self._take, self._drop):
            button.setParent(self)
            button.show()

    def _sentence(self) -> str:
        block = self.block
        words = [_("Hiểu được {rows} dòng, {columns} cột").format(rows=len(block.rows), columns=len(self._names))]
        if block.headed:
            words.append(_("cột lấy theo dòng tiêu đề"))
        if block.ignored:
            words.append(_("bỏ qua cột: {names}").format(names=", ".join(block.ignored[:4])))
        if block.unread:
            words.append(_("{count} ô chưa hiểu, giữ nguyên chữ để sửa sau").format(count=len(block.unread)))
        return "; ".join(words) + "."

    @property
    def _line(self) -> int:
        return QFontMetrics(look.font("small")).height() + px(7)

    def wanted_height(self) -> int:
        """Give the height it wants, px."""
        return px(12) * 2 + self._line * (2 + min(len(self.block.rows), LINES)) + px(44)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons at the bottom."""
        left, bottom = px(14), self.height() - px(10)
        for button in (self._take, self._drop):
            size = button.sizeHint()
            button.setGeometry(left, bottom - size.height(), size.width(), size.height())
            left += size.width() + px(8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes, Esc drops."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(self.block)
        elif event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sentence and the first lines; what means nothing in red."""
        painter = QPainter(self)
        edge = (colour("accent"), 2) if self.hasFocus() else (colour("soft_line"), 1)
        rounded(painter, self.rect(), colour("raised"), edge[0], edge[1], radius=6)
        painter.setFont(look.font("medium"))
        painter.setPen(colour("ink"))
        line, middle = self._line, Qt.AlignmentFlag.AlignVCenter
        room = self.rect().adjusted(px(14), px(10), -px(14), 0)
        sentence = painter.fontMetrics().elidedText(self.sentence, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), room.top(), room.width(), line), middle, sentence)
        wide = room.width() // max(1, len(self._names))
        unread = {(row, name) for row, name, _message in self.block.unread}
        for number, name in enumerate(self._names):
            question, left = self._questions[name], room.left() + number * wide
            side = Qt.AlignmentFlag.AlignLeft
            for row in range(-1, min(len(self.block.rows), LINES)):
                wrong = (row, name) in unread
                painter.setFont(look.font("small_strong" if row < 0 or wrong else "small"))
                painter.setPen(colour("ink2" if row < 0 else "error" if wrong else "ink"))
                text = _(question.short) if row < 0 else self.block.rows[row][name].text
                cell = QRect(left, room.top() + (row + 2) * line, wide - px(8), line)
                painter.drawText(cell, middle | side, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, cell.width()))
