"""What a dialog stands on: its matter, scrolled where the window has no room for all of it, and its buttons on a bar below."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QLayout, QWidget

from ui import look
from ui.look import px
from ui.parts import Panel, column, scrolled, spaced


class Sheet(QDialog):
    """As wide as asked, as high as its words need, never beyond the window it is over."""

    def __init__(self, parent: QWidget, title: str, wide: int) -> None:
        """``wide`` is in pixels at 100 %."""
        super().__init__(parent)
        self._over, self._wide = parent.window(), wide
        self.setWindowTitle(title)

    def lay_out(self, matter: QLayout, buttons: QBoxLayout) -> None:
        """Put the parts in."""
        spaced(buttons, 8, (24, 10, 24, 10))
        self._matter, self._bar = Panel("surface", "", matter), Panel("raised", "t", buttons)
        self.setLayout(column(scrolled(self._matter), self._bar, gap=0))
        look.follow(self, Sheet.fit)

    def showEvent(self, event: QShowEvent) -> None:
        """Take room once it is known what is seen."""
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the room the words need, as far as the window has it."""
        layout = self._matter.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        wide = min(max(px(self._wide), layout.totalMinimumSize().width()), self._over.width() - px(24))
        self._matter.setFixedWidth(wide)
        wanted = max(layout.totalHeightForWidth(wide), layout.totalMinimumSize().height())
        self._matter.setMinimumHeight(wanted)  # what has no room is scrolled to, never squeezed
        self.setFixedWidth(wide)
        self.setFixedHeight(min(wanted + self._bar.sizeHint().height(), self._over.height() - px(12)))
