"""Steps a person goes through from above: a circle (done, now, later), what to do, and below it what happened or is to be pressed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from app.i18n import _
from ui import look
from ui.look import colour, font, px
from ui.parts import Label, column, row

State = Literal["done", "now", "later"]
INKS = {"done": ("ok_ground", "soft_line", "ok"), "now": ("accent", "accent", "on_accent"), "later": ("surface", "border", "ink2")}
"""Ground, edge and ink of a circle."""


def draw_circle(painter: QPainter, top: int, number: int, state: State) -> None:
    """Paint the circle of a step at the left edge: a check once it is done, its number before."""
    side = px(28)
    ground, edge, ink = INKS[state]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colour(edge))
    painter.setBrush(colour(ground))
    painter.drawEllipse(1, top, side - 2, side - 2)
    painter.setPen(colour(ink))
    if state == "done":
        painter.drawPixmap((side - px(14)) // 2, top + (side - px(14)) // 2 - 1, look.pixmap("check", "ok", 14))
    else:
        painter.setFont(font("strong"))
        painter.drawText(0, top - 1, side, side, Qt.AlignmentFlag.AlignCenter, str(number))


def said_state(state: State) -> str:
    """Give the state in words, for who cannot see the circle."""
    return {"done": _("xong"), "now": _("đang làm"), "later": _("chưa")}[state]


class _Circle(QWidget):
    def __init__(self, number: int, last: bool) -> None:
        super().__init__()
        self._number, self._last = number, last
        self.state: State = "later"
        look.follow(self, lambda one: one.setFixedWidth(px(28)))

    def sizeHint(self) -> QSize:
        return QSize(px(28), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), px(28)
        if not self._last:
            painter.fillRect(side // 2, side + px(4), 1, max(0, self.height() - side - px(8)), colour("line"))
        draw_circle(painter, 0, self._number, self.state)


class Step(QWidget):
    """One step; ``body`` takes what is pressed there, ``say`` what happened."""

    def __init__(self, number: int, title: str, *, last: bool = False) -> None:
        super().__init__()
        self._number = number
        self._circle = _Circle(number, last)
        self.title, self._said = Label(title, "section"), Label("", "body", "ink2", wrap=True)
        self.body = column(gap=8)
        words = column(self.title, self._said, gap=2, edge=(0, 3, 0, 10))
        words.addLayout(self.body)
        words.addStretch(1)
        whole = row(self._circle, gap=12)
        whole.addLayout(words, 1)
        self.setLayout(whole)
        self.set_state("later")

    @property
    def state(self) -> State:
        """``done``, ``now`` or ``later``."""
        return self._circle.state

    @property
    def words(self) -> str:
        """What it says happened."""
        return self._said.text()

    def add(self, *items: QWidget | QLayout | None) -> None:
        """Put a row of things into the step."""
        self.body.addLayout(row(*items, None, gap=8))

    def set_state(self, state: State) -> None:
        """Be done, now or later."""
        self._circle.state = state
        self.title.set_ink("ink2" if state == "later" else "ink")
        self._circle.setAccessibleName(f"{self._number}. {self.title.text()}: {said_state(state)}")
        self._circle.update()

    def say(self, words: str) -> None:
        """Say what happened, or is to be known."""
        self._said.setText(words)
        self._said.setVisible(bool(words))
