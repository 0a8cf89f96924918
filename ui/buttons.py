"""What is pressed, and what says a state: buttons, filter chips, state chips, key caps, link rows, banners.

Each follows theme and text size by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from app.i18n import _, say
from ui import look
from ui.look import colour, px
from ui.parts import IconLabel, Label, row
from ui.style import rounded

_INKS = {"": "ink", "filled": "on_accent", "quiet": "ink2", "link": "accent"}


class Button(QPushButton):
    """A button: words, or an icon with ``words`` as its tooltip and accessible name. ``kind``: '' plain, filled, quiet, link."""

    def __init__(
        self,
        words: str,
        kind: str = "",
        icon: str = "",
        pressed: Callable[[], object] | None = None,
        *,
        only_icon: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__("" if only_icon else words)
        self._icon, self._kind = icon, kind
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setAccessibleName(words)
        self.setToolTip(tip or (words if only_icon else ""))
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.follow(self, Button._restyle)
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())

    def setText(self, words: str) -> None:
        """Say something else; who hears the button hears that too, unless it was given a name of its own."""
        if words and self.accessibleName() == self.text():
            self.setAccessibleName(words)
        super().setText(words)

    def _restyle(self) -> None:
        self.setFont(look.font("medium"))
        if self._icon:
            self.setIcon(look.icon(self._icon, _INKS.get(self._kind, "ink")))
            self.setIconSize(look.icon_size())

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon = name
        self._restyle()

    def set_kind(self, kind: str) -> None:
        """Become another kind of button."""
        self._kind = kind
        look.mark(self, kind=kind)
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Pressable(QAbstractButton):
    """A button that paints itself. Enter presses it as Space does, and so do ``keys``."""

    keys: tuple[Qt.Key, ...] = ()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, *self.keys):
            self.click()
        else:
            super().keyPressEvent(event)


class FilterChip(Pressable):
    """A filter that is on or off, with a count that may be unknown (None)."""

    def __init__(self, words: str, count: int | None = None, icon: str = "") -> None:
        super().__init__()
        self.of: QWidget | None = None
        """What it filters: who clicks the chip goes on there; by keyboard one stays on the chip."""
        self._count, self._icon = count, icon
        self.setCheckable(True)
        self.setText(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.follow(self, FilterChip._restyle)
        self._name()

    def _restyle(self) -> None:
        self.setFont(look.font("small_medium"))
        self.updateGeometry()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._count}" if self._count is not None else self.text())

    def set_count(self, count: int | None) -> None:
        """Show another count."""
        if count != self._count:
            self._count = count
            self._name()
            self.updateGeometry()
            self.update()

    def set_words(self, words: str) -> None:
        """Show other words."""
        self.setText(words)
        self._name()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Give the words, the count and their gap room."""
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self.text())
        count = metrics.horizontalAdvance(str(self._count)) + px(7) if self._count is not None else 0
        icon = px(18) if self._icon else 0
        return QSize(words + count + icon + 2 * px(13), max(px(26), metrics.height() + px(6)))

    def minimumSizeHint(self) -> QSize:
        """Let long words give way."""
        hint = self.sizeHint()
        return hint.boundedTo(QSize(px(240), hint.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press it, and give the keyboard to what it filters: Enter and the arrows are meant for that."""
        is_click = self.isDown()
        super().mouseReleaseEvent(event)
        if is_click and self.of is not None:
            self.of.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say words that have no room as a tooltip."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.width() < self.sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a pill; words that have no room end in …."""
        painter = QPainter(self)
        on, over = self.isChecked(), self.underMouse()
        ground = colour("soft" if on else "hover" if over else "surface")
        edge, width = (colour("accent"), 2) if self.hasFocus() else (colour("soft_line" if on else "border"), 1)
        rounded(painter, self.rect(), ground, edge, width, radius=12)
        rect = self.rect().adjusted(px(13), 0, -px(13), 0)
        if self._icon:
            painter.drawPixmap(rect.left(), rect.center().y() - px(7), look.pixmap(self._icon, "ink2", 14))
            rect.adjust(px(18), 0, 0, 0)
        painter.setPen(colour("ink"))
        middle = Qt.AlignmentFlag.AlignVCenter
        cut = self.width() < self.sizeHint().width()
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width()) if cut else self.text()
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignLeft, words)
        if self._count is not None:
            painter.setPen(colour("ink2"))
            painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, str(self._count))


class StateChip(QWidget):
    """A state: icon, word and colour together. ``pressed`` makes it a link that takes the focus."""

    pressed = Signal()

    def __init__(self, state: str, words: str = "", icon: str = "") -> None:
        super().__init__()
        self._state, self._words, self._icon = state, words, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.follow(self, StateChip._restyle)

    def _restyle(self) -> None:
        self.setFont(look.font("small_medium"))
        self.setAccessibleName(self.words)
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words or look.STATES[self._state].word

    def set_state(self, state: str, words: str = "", icon: str = "") -> None:
        """Show another state."""
        self._state, self._words, self._icon = state, words, icon
        self._restyle()

    def sizeHint(self) -> QSize:
        """Give icon and words room."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.words) + px(36), max(px(24), metrics.height() + px(6)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell that it was pressed."""
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon and word."""
        painter, state = QPainter(self), look.STATES[self._state]
        if state.ground:
            rounded(painter, self.rect(), colour(state.ground), None)
        painter.drawPixmap(px(9), (self.height() - px(14)) // 2, look.pixmap(self._icon or state.icon, state.ink, 14))
        painter.setPen(colour(state.ink))
        painter.drawText(self.rect().adjusted(px(28), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.words)


class KeyCap(QWidget):
    """A key of the keyboard, painted."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.follow(self, KeyCap._restyle)
        self.setAccessibleName(key)

    def _restyle(self) -> None:
        self.setFont(look.font("small_medium"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Give the word room."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._key) + px(10), max(px(18), metrics.height() + px(2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint edge and word."""
        painter = QPainter(self)
        rounded(painter, self.rect(), colour("surface"), colour("border"), 1, radius=3)
        painter.setPen(colour("ink2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._key)


class Banner(QWidget):
    """What must be read: state ground and edge, icon, sentence, one action at the right."""

    def __init__(self, state: str, words: str, action: str = "", pressed: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._state = look.STATES[state]
        self.label = Label(words, "body", "ink", wrap=True)
        self.setAccessibleName(words)
        layout = row(IconLabel(self._state.icon, self._state.ink, _(self._state.word), 18), self.label, gap=10, edge=(12, 8, 12, 8))
        layout.setStretch(1, 1)
        self.button: Button | None = None
        if action:
            self.button = Button(action, "link", pressed=pressed)
            layout.addWidget(self.button)
        self.setLayout(layout)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and edge."""
        ground = colour(self._state.ground or "surface")
        rounded(QPainter(self), self.rect(), ground, colour(self._state.edge), 1)


class Link(Pressable):
    """A row of a list on a page that leads somewhere: icon, title, second line, verb. The whole row is pressed."""

    def __init__(self, title: str, second: str = "", verb: str = "", icon: str = "", ink: str = "ink2") -> None:
        super().__init__()
        title, second = say(title), say(second)
        self._title, self._second, self._verb, self._icon, self._ink = title, second, verb, icon, ink
        self.setText(title)
        self.setAccessibleName(". ".join(part for part in (title, second, verb) if part))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.signals.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Give one or two lines room."""
        first, second = QFontMetrics(look.font("medium")), QFontMetrics(look.font("small"))
        words = max(first.horizontalAdvance(self._title), second.horizontalAdvance(self._second))
        wide = (
            px(46)
            + min(words, px(300))
            + (QFontMetrics(look.font("medium")).horizontalAdvance(self._verb) + px(44) if self._verb else px(14))
        )
        return QSize(wide, first.height() + second.height() + px(13) if self._second else max(px(34), first.height() + px(12)))

    def minimumSizeHint(self) -> QSize:
        """Let the words be cut before the row grows too wide."""
        return QSize(px(220), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Paint again when the pointer comes or goes."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        painter = QPainter(self)
        rect = self.rect()
        if self.underMouse() and self.isEnabled():
            painter.fillRect(rect.adjusted(1, 0, -1, -1), colour("hover"))
        right = rect.right() - px(14)
        if self._verb:
            painter.drawPixmap(right - px(14), rect.center().y() - px(7), look.pixmap("caret-right", "ink3", 14))
            painter.setFont(look.font("medium"))
            wide = painter.fontMetrics().horizontalAdvance(self._verb)
            right -= px(22) + wide
            painter.setPen(colour("accent"))
            painter.drawText(QRect(right, rect.top(), wide + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, self._verb)
        left = px(14)
        if self._icon:
            painter.drawPixmap(left, rect.center().y() - px(8), look.pixmap(self._icon, self._ink, 16))
            left = px(46)
        self._words(painter, QRect(left, rect.top(), max(0, right - left - px(10)), rect.height()))
        if self.hasFocus():
            rounded(painter, rect.adjusted(2, 1, -2, -2), None, colour("accent"), 2)

    def _words(self, painter: QPainter, rect: QRect) -> None:
        first, second = QFontMetrics(look.font("medium")), QFontMetrics(look.font("small"))
        cut = Qt.TextElideMode.ElideRight
        top = rect.center().y() - (first.height() + (second.height() if self._second else 0)) // 2
        painter.setFont(look.font("medium" if self._second or self._verb else "body"))
        painter.setPen(colour("ink"))
        shown = first.elidedText(self._title, cut, rect.width())
        painter.drawText(QPoint(rect.left(), top + first.ascent() + 1), shown)
        if self._second:
            painter.setFont(look.font("small"))
            painter.setPen(colour("ink3"))
            shown_second = second.elidedText(self._second, cut, rect.width())
            painter.drawText(QPoint(rect.left(), top + first.height() + second.ascent()), shown_second)
            shown += shown_second
        self.setToolTip("" if "…" not in shown else f"{self._title}\n{self._second}")
