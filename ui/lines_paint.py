"""How a table of lines is painted: cells, the strip of sums under them, the notes below, and the card of a control total."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _
from ui import look
from ui.buttons import Button
from ui.lines_model import Column, LinesModel
from ui.look import colour, px
from ui.style import rounded

MIDDLE = Qt.AlignmentFlag.AlignVCenter
WRAPPED = Qt.TextFlag.TextWordWrap


class CellPainter(QStyledItemDelegate):
    """Paints one cell: text, state ground and edge, the icon at a line's end."""

    def __init__(self, model: LinesModel, fixed: frozenset[str]) -> None:
        super().__init__()
        self._model = model
        self._fixed = fixed
        """Columns that only repeat what stands elsewhere."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint it."""
        model, row = self._model, index.row()
        column = model.columns[index.column()]
        rect: QRect = option.rect
        ground = "raised" if column.beside is not None or column.name in self._fixed else "surface"
        asked = column.question is None or model.is_asked(row, column.name)
        painter.fillRect(rect, colour(ground if asked else "raised"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        if column.name == "!":
            finding = model.worst(row)
            if finding is not None:
                state = look.STATES[finding.problem.level]
                side = px(16)
                spot = QRect(rect.center().x() - side // 2, rect.center().y() - side // 2, side, side)
                painter.drawPixmap(spot.topLeft(), look.pixmap(state.icon, state.ink, 16))
            return
        finding = model.findings.get((row, column.name))
        if finding is not None:
            level = finding.problem.level
            painter.fillRect(rect.adjusted(0, 0, 0, -1), colour(f"{level}_ground"))
            rounded(painter, rect.adjusted(0, 0, 0, -1), None, colour(f"{level}_edge"), 2, radius=0)
        text, ghost = model.text(row, column)
        if not text:
            return
        ink = finding.problem.level if finding is not None else "ink3" if ghost or column.name == "#" else "ink"
        if text == "—":
            ink = "ink3"
        painter.setFont(look.font("strong" if finding is not None else "body"))
        painter.setPen(colour(ink))
        space = rect.adjusted(px(8), 0, -px(8), -1)
        if painter.fontMetrics().horizontalAdvance(text) > space.width():
            text = model.narrow(row, column) or text
        first = text.split("\n", 1)[0]
        words = painter.fontMetrics().elidedText(first if first == text else first + " …", Qt.TextElideMode.ElideRight, space.width())
        side_flag = Qt.AlignmentFlag.AlignRight if column.right and column.name != "#" else Qt.AlignmentFlag.AlignLeft
        painter.drawText(space, MIDDLE | side_flag, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give a dense row."""
        return QSize(px(40), row_height())


def row_height() -> int:
    """Give the height of one line."""
    return max(px(30), QFontMetrics(look.font()).height() + px(8))


class Sums(QWidget):
    """The strip under the lines: sums below their columns."""

    def __init__(self, model: LinesModel, header: QHeaderView, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._header, self._columns = model, header, columns
        self.setAccessibleName(_("Cộng"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sums where the header's sections are; an impossible one in red."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("raised"))
        painter.setFont(look.font("strong"))
        wrong = {name for (_row, name), finding in self._model.findings.items() if finding.problem.level == "error"}
        said = []
        for number, column in enumerate(self._columns):
            section = self._model.at[column.name]
            left, width = self._header.sectionViewportPosition(section), self._header.sectionSize(section)
            space = QRect(left + px(8), 0, width - px(16), self.height())
            if number == 1 and not column.summed:
                painter.setPen(colour("ink"))
                painter.drawText(space, MIDDLE, _("Cộng"))
                continue
            text = self._model.total(column)
            painter.setPen(colour("error" if column.name in wrong and text else "ink"))
            painter.drawText(space, MIDDLE | Qt.AlignmentFlag.AlignRight, text)
            if text:
                said.append(f"{column.title} {text}")
        self.setAccessibleDescription("; ".join(said))


class Note(QWidget):
    """What is wrong, or may be, under the field it concerns: icon, words, and the ways out at the right end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._words = "error", ""
        self._buttons: list[Button] = []
        self._space = QRect()
        self.hide()

    def say(self, state: str, words: str, ways: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Say something in a state (``error``, ``warning``, ``info``); ``ways`` are links at the right end."""
        if (state, words, [name for name, _do in ways]) != (self._state, self._words, [one.text() for one in self._buttons]):
            self._state, self._words = state, words
            self.setAccessibleName(words)
            self.setToolTip(words)
            for button in self._buttons:
                button.hide()
                button.deleteLater()
            self._buttons = []
            for name, act in ways:
                button = Button(name, "link", pressed=act)
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                button.setParent(self)
                self._buttons.append(button)
                button.show()
            self._lay_out()
        self.show()
        self.update()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    @property
    def ways(self) -> list[str]:
        """The words of its links."""
        return [button.text() for button in self._buttons]

    def _measured(self, width: int) -> tuple[QRect, bool]:
        """Give the room of the words in a note of this width, and whether the links stand below them: there is no room beside."""
        metrics = QFontMetrics(look.font("small_medium"))
        links = sum(button.sizeHint().width() + px(14) for button in self._buttons)
        room = width - px(30) - links
        below = bool(links) and metrics.horizontalAdvance(self._words) > room and room < px(260)
        space = QRect(px(22), 0, max(px(40), room + links if below else room), metrics.height())
        if metrics.horizontalAdvance(self._words) > space.width():
            tall = QRect(0, 0, space.width(), 10_000)
            space.setHeight(metrics.boundingRect(tall, WRAPPED, self._words).height())
        return space, below

    def wanted_height(self, width: int | None = None) -> int:
        """Give the height of its words in small text, px, at a width (None: its own); as many lines as they need."""
        space, below = self._measured(self.width() if width is None else width)
        return space.height() + px(6) + (self._buttons[0].sizeHint().height() if below else 0)

    def wanted_width(self) -> int:
        """Give the width at which it takes one line, px."""
        words = QFontMetrics(look.font("small_medium")).horizontalAdvance(self._words)
        return px(30) + words + sum(button.sizeHint().width() + px(14) for button in self._buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the links at the right end."""
        self._lay_out()

    def _lay_out(self) -> None:
        self._space, below = self._measured(self.width())
        line = self._space.height() + px(6)
        self._space.setHeight(line)
        if below:
            left = px(22)
            for button in self._buttons:
                size = button.sizeHint()
                button.setGeometry(left, line, size.width(), size.height())
                left += size.width() + px(14)
            return
        right = self.width()
        for button in reversed(self._buttons):
            size = button.sizeHint()
            button.setGeometry(right - size.width(), (line - size.height()) // 2, size.width(), size.height())
            right -= size.width() + px(14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon and words."""
        painter = QPainter(self)
        ink, icon = ("ink2", "info") if self._state == "info" else (look.STATES[self._state].ink, look.STATES[self._state].icon)
        side, font = px(14), look.font("small_medium")
        line = QFontMetrics(font).height() + px(6)
        painter.drawPixmap(px(1), (line - side) // 2, look.pixmap(icon, ink, 14))
        painter.setFont(font)
        painter.setPen(colour(ink))
        one_line = self._space.height() <= line
        painter.drawText(self._space, MIDDLE if one_line else int(WRAPPED | MIDDLE), self._words)


class Fold(QAbstractButton):
    """The head of a folded group: an arrow, its title, and how much of it is answered."""

    toggled_open = Signal(bool)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._fact = ""
        self.set_fact(_("chưa nhập"))
        self.toggled.connect(self.toggled_open)

    def set_fact(self, fact: str) -> None:
        """Say how much is answered."""
        self._fact = fact
        self.setAccessibleName(f"{self.text()}, {fact}")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with the right arrow, close with the left, as trees do."""
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.setChecked(event.key() == Qt.Key.Key_Right)
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Give words and arrow room."""
        title, fact = QFontMetrics(look.font("section")), QFontMetrics(look.font())
        return QSize(
            px(26) + title.horizontalAdvance(self.text()) + px(9) + fact.horizontalAdvance(self._fact) + px(8),
            max(px(30), title.height() + px(8)),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.drawPixmap(
            px(2), (self.height() - px(14)) // 2, look.pixmap("caret-down" if self.isChecked() else "caret-right", "ink2", 14)
        )
        painter.setFont(look.font("section"))
        painter.setPen(colour("ink"))
        painter.drawText(self.rect().adjusted(px(24), 0, 0, 0), MIDDLE, self.text())
        wide = painter.fontMetrics().horizontalAdvance(self.text())
        painter.setFont(look.font())
        painter.setPen(colour("ink2"))
        painter.drawText(self.rect().adjusted(px(24) + wide + px(9), 0, 0, 0), MIDDLE, self._fact)
        if self.hasFocus():
            rounded(painter, self.rect(), None, colour("accent"), 2)
