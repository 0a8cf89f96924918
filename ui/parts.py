"""The small parts that every page is built of: layouts, labels, grounds, hairlines, cards.

Each follows theme and text size by itself. Layouts get their spacing through ``row`` and ``column``.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, say
from ui import look
from ui.look import colour, px
from ui.style import rounded

Item = QWidget | QLayout | int | str | None


# -- layouts -----------------------------------------------------------------------------------------------------------------


def _fill(layout: QBoxLayout, items: tuple[Item, ...]) -> None:
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(px(item))
        elif isinstance(item, str):
            layout.addWidget(Label(item))
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


def spaced(layout: QBoxLayout, gap: int = 8, edge: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QBoxLayout:
    """Give a layout spacing and margins (left, top, right, bottom) that grow with the text."""

    def apply(one: QBoxLayout) -> None:
        one.setSpacing(px(gap))
        one.setContentsMargins(*(px(length) for length in edge))

    return look.follow(layout, apply)


def row(*items: Item, gap: int = 8, edge: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Lay out in a row; None stretches, a number is a gap, words become a label."""
    made = QHBoxLayout()
    spaced(made, gap, edge)
    _fill(made, items)
    return made


def column(*items: Item, gap: int = 8, edge: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Lay out in a column; None stretches, a number is a gap, words become a label."""
    made = QVBoxLayout()
    spaced(made, gap, edge)
    _fill(made, items)
    return made


def stretched(*items: Item, gap: int = 8, edge: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Lay out in a row whose first item takes all room that is left."""
    made = row(*items, gap=gap, edge=edge)
    made.setStretch(0, 1)
    return made


def scrolled(body: QWidget, *, by_key: bool = False, bare: bool = False) -> QScrollArea:
    """Give a frameless area that scrolls ``body`` up and down and is never wider than it.

    ``by_key``: it takes the focus itself. ``bare``: it and ``body`` show the ground that they stand on.
    """
    area = QScrollArea()
    if bare:
        area.setViewport(QWidget())
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if not by_key:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(body)
    if bare:
        body.setAutoFillBackground(False)  # the area has just given it a ground
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; widgets go at once from sight and soon from memory."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


# -- words -------------------------------------------------------------------------------------------------------------------


class Label(QLabel):
    """Words in a role of the type scale and an ink."""

    def __init__(self, words: str = "", role: str = "body", ink: str = "ink", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(say(words), parent)
        self._role, self._ink = role, ink
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        look.follow(self, Label._restyle)

    def setText(self, words: str) -> None:
        """Say something else."""
        super().setText(say(words))

    def _restyle(self) -> None:
        self.setFont(look.font(self._role))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, colour(self._ink))
        self.setPalette(palette)

    def set_ink(self, ink: str, role: str | None = None) -> None:
        """Change ink and, if given, role."""
        self._ink, self._role = ink, role or self._role
        self._restyle()


class ElidedLabel(Label):
    """One line that ends in … where there is no room, and shows itself whole as a tooltip then."""

    whole_or_nothing = False
    """Whether it rather says nothing than a few letters."""

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few letters."""
        return QSize(min(super().sizeHint().width(), px(48)), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        if self.whole_or_nothing and shown != self.text():
            return
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


def page_title(words: str, fact: Label) -> QHBoxLayout:
    """Lay out the title of a page and one quiet fact beside it, on one base line."""
    title = Label(words, "page")
    look.follow(fact, lambda one: one.setContentsMargins(0, px(5), 0, 0))
    return row(title, fact, gap=12)


class IconLabel(QLabel):
    """An icon that says something; ``words`` are for who cannot see it."""

    def __init__(self, name: str, ink: str = "ink2", words: str = "", size: int = 18) -> None:
        super().__init__()
        self._name, self._ink, self._size = name, ink, size
        self.setAccessibleName(words)
        self.setToolTip(words)
        look.follow(self, IconLabel._restyle)

    def _restyle(self) -> None:
        self.setPixmap(look.pixmap(self._name, self._ink, self._size))

    def set_icon(self, name: str, ink: str, words: str = "") -> None:
        """Show another icon."""
        self._name, self._ink = name, ink
        self.setAccessibleName(words)
        self.setToolTip(words)
        self._restyle()


# -- grounds -----------------------------------------------------------------------------------------------------------------


class Panel(QWidget):
    """A flat ground with hairlines on chosen sides (``lines``: any of l t r b)."""

    def __init__(self, ground: str = "surface", lines: str = "", layout: QLayout | None = None, height: int = 0) -> None:
        super().__init__()
        self._ground, self._lines, self._height = ground, lines, height
        if layout is not None:
            self.setLayout(layout)
        if height:
            look.follow(self, Panel._restyle)

    def _restyle(self) -> None:
        self.setMinimumHeight(px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the hairlines."""
        painter = QPainter(self)
        width, height = self.width(), self.height()
        if self._ground:
            painter.fillRect(event.rect(), colour(self._ground))
        line = colour("line")
        for side, rect in (
            ("l", (0, 0, 1, height)),
            ("t", (0, 0, width, 1)),
            ("r", (width - 1, 0, 1, height)),
            ("b", (0, height - 1, width, 1)),
        ):
            if side in self._lines:
                painter.fillRect(QRect(*rect), line)


class Hairline(QWidget):
    """A line of one pixel between two rows."""

    def __init__(self, upright: bool = False) -> None:
        super().__init__()
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it: an antialiased line would smear over two."""
        QPainter(self).fillRect(self.rect(), colour("line"))


class Card(QWidget):
    """A surface with a hairline round it and a title row."""

    def __init__(self, title: str = "", fact: str = "") -> None:
        super().__init__()
        self.title, self.fact = Label(title, "section"), Label(fact, "small", "ink2")
        self.head = row(self.title, None, self.fact, edge=(14, 10, 14, 10))
        self.body = column(gap=0)
        outer = column(gap=0, edge=(1, 1, 1, 1))
        if title:
            outer.addLayout(self.head)
            outer.addWidget(Hairline())
        outer.addLayout(self.body)
        self.setLayout(outer)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint surface and edge."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("line"), 1, radius=6)


class ProgressLine(QWidget):
    """A bar of six pixels: a share from 0 to 1, or None while it is not known."""

    def __init__(self) -> None:
        super().__init__()
        self._share: float | None = None
        self.setAccessibleName(_("Tiến độ"))
        look.follow(self, lambda one: one.setFixedHeight(px(6)))

    def set_share(self, share: float | None) -> None:
        """Show how much is done."""
        self._share = share
        self.setAccessibleDescription("" if share is None else f"{round(share * 100)}%")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is done over the groove."""
        painter = QPainter(self)
        rounded(painter, self.rect(), colour("line"), None, radius=3)
        done = QRectF(self.rect())
        done.setWidth(done.width() * (0.12 if self._share is None else min(1.0, self._share)))
        rounded(painter, done, colour("accent"), None, radius=3)


def in_two_lines(words: str, metrics: QFontMetrics) -> int:
    """Give the least width at which words stand in two lines."""
    parts = words.split(" ")
    breaks = (max(metrics.horizontalAdvance(" ".join(some)) for some in (parts[:at], parts[at:])) for at in range(1, len(parts)))
    return min(breaks, default=metrics.horizontalAdvance(words))


def fitted(wanted: list[int], least: list[int], room: int) -> list[int]:
    """Cut the widest of these widths down to one level above what each needs at ``least``, so that all of them have room."""
    low = [min(pair) for pair in zip(wanted, least, strict=True)]
    beyond = levelled([wide - few for wide, few in zip(wanted, low, strict=True)], max(0, room - sum(low)))
    return [few + more for few, more in zip(low, beyond, strict=True)]


def levelled(wanted: list[int], room: int) -> list[int]:
    """Cut the widest of these widths down to one level, so that all of them together have room."""
    given = dict.fromkeys(range(len(wanted)), 0)
    left = room
    for place, at in enumerate(sorted(given, key=wanted.__getitem__)):
        given[at] = min(wanted[at], left // (len(wanted) - place))
        left -= given[at]
    return list(given.values())
