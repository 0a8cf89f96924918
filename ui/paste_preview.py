"""What a pasted block would become, under the table it is meant for: looked at, then taken with Enter or dropped with Esc."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.paste import Block
from db.questions import Whole
from db.record import Line
from ui import look
from ui.buttons import Button
from ui.look import colour, px
from ui.parts import levelled
from ui.shortcuts import action_for, key_of
from ui.style import rounded

LINES = 6
"""Lines that are shown of the block."""
GAP = 12
"""Room between two columns."""


class PastePreview(QWidget):
    """The preview: a sentence, what became of old encodings, the first lines as they were understood, buttons."""

    taken = Signal(object)
    dropped = Signal()
    other_reading = Signal()
    """Old text is to be left as it stands, or to be read again."""

    def __init__(self, block: Block, line_type: type[Line], parent: QWidget) -> None:
        super().__init__(parent)
        self.block, self._questions = block, line_type.questions()
        self._names = [name for name in block.names if name is not None]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sentence, self.warning = self._sentence(), self._about_old_text()
        self.setAccessibleName(" ".join(filter(None, (self.sentence, self.warning))))
        words = _("Vẫn dán {count} dòng") if block.lost_u else _("Dán {count} dòng")
        key = key_of("paste", "take_anyway" if block.lost_u else "take")
        self._buttons = [Button(f"{words.format(count=len(block.rows))}  {key}", "", "check", lambda: self.taken.emit(block))]
        if block.old:
            words = _("Đổi sang Unicode") if block.as_is else _("Giữ nguyên chữ")
            self._buttons.append(Button(f"{words}  {key_of('paste', 'other_reading')}", "quiet", "", self.other_reading.emit))
        self._buttons.append(Button(f"{_('Thôi')}  {key_of('paste', 'drop')}", "quiet", "", self.dropped.emit))
        for button in self._buttons:
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

    def _about_old_text(self) -> str:
        """Say what was done with text in an old encoding; '' when there is none."""
        block = self.block
        if not block.old:
            return ""
        if block.as_is:
            return _("Chữ {encoding}: giữ nguyên như đã dán.").format(encoding=block.old)
        before, after = block.sample
        words = _("Chữ {encoding} đã đổi sang Unicode: “{before}” thành “{after}”.")
        said = words.format(encoding=block.old, before=before, after=after)
        return _("{said} Chữ “ư” đã mất, phải sửa tay.").format(said=said) if block.lost_u else said

    @property
    def _shown(self) -> int:
        return min(len(self.block.rows), LINES)

    def _text(self, row: int, name: str) -> str:
        """Give what stands in a cell; row -1 is the heading."""
        return _(self._questions[name].short) if row < 0 else self.block.rows[row][name].text

    def widths(self, room: int) -> list[int]:
        """Give each column what its words need, px; where that is too much, empty columns give way first, then the widest."""
        strong = QFontMetrics(look.font("small_strong"))
        texts = [[strong.horizontalAdvance(self._text(row, name)) for row in range(-1, self._shown)] for name in self._names]
        wanted = [max(column) + px(GAP) + 2 for column in texts]
        if sum(wanted) > room:
            wanted = [wide if any(column[1:]) else min(wide, px(56)) for wide, column in zip(wanted, texts, strict=True)]
        return levelled(wanted, room)

    @property
    def _line(self) -> int:
        return QFontMetrics(look.font("small")).height() + px(7)

    def wanted_height(self) -> int:
        """Give the height it wants, px."""
        return px(12) * 2 + self._line * (self._above + 1 + self._shown) + px(44)

    @property
    def _above(self) -> int:
        """How many lines of words stand above the headings."""
        return 2 if self.warning else 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons at the bottom."""
        left, bottom = px(14), self.height() - px(10)
        for button in self._buttons:
            size = button.sizeHint()
            button.setGeometry(left, bottom - size.height(), size.width(), size.height())
            left += size.width() + px(8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the table says."""
        action = action_for("paste", event)
        if action == "take_anyway" or (action == "take" and not self.block.lost_u):
            self.taken.emit(self.block)
        elif action == "drop":
            self.dropped.emit()
        elif action == "other_reading" and self.block.old:
            self.other_reading.emit()
        elif action is None:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the preview from the form's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and action_for("paste", event):
            event.accept()
            return True
        return super().event(event)

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
        if self.warning:
            state = look.STATES["warning"]
            top = room.top() + line
            painter.drawPixmap(room.left(), top + (line - px(14)) // 2, look.pixmap(state.icon, state.ink, 14))
            painter.setFont(look.font("small_medium"))
            painter.setPen(colour(state.ink))
            space = QRect(room.left() + px(22), top, room.width() - px(22), line)
            painter.drawText(space, middle, painter.fontMetrics().elidedText(self.warning, Qt.TextElideMode.ElideRight, space.width()))
        unread = {(row, name) for row, name, _message in self.block.unread}
        left = room.left()
        for name, wide in zip(self._names, self.widths(room.width()), strict=True):
            side = Qt.AlignmentFlag.AlignRight if isinstance(self._questions[name], Whole) else Qt.AlignmentFlag.AlignLeft
            for row in range(-1, self._shown):
                wrong = (row, name) in unread
                painter.setFont(look.font("small_strong" if row < 0 or wrong else "small"))
                painter.setPen(colour("ink2" if row < 0 else "error" if wrong else "ink"))
                cell = QRect(left, room.top() + (row + 1 + self._above) * line, wide - px(GAP), line)
                painter.drawText(
                    cell, middle | side, painter.fontMetrics().elidedText(self._text(row, name), Qt.TextElideMode.ElideRight, cell.width())
                )
            left += wide
