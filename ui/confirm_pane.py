"""A card over a page that says what is about to happen, names what stays as it is, and does it at Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.i18n import _
from ui import look
from ui.buttons import Button
from ui.look import colour, px
from ui.overlays import WITHIN
from ui.parts import Hairline, Label, Panel, column, row, scrolled
from ui.style import rounded

MOST = 200
"""Named records that are shown; how many more there are is said."""


class ConfirmPane(QWidget):
    """``facts`` are sentences; ``named`` are (title, why) of what stays as it is. ``verb`` '' when there is nothing to do."""

    closed = Signal()

    def __init__(self, over: QWidget, title: str, facts: Sequence[str], named: Sequence[tuple[str, str]], verb: str) -> None:
        super().__init__(over, WITHIN)
        self._over, self._before = over, QApplication.focusWidget()
        self._go: Callable[[], object] = lambda: None
        self.labels = [Label(words, "body", "ink", wrap=True) for words in facts]
        self.named = [(Label(title_, "medium", wrap=True), Label(why, "small", "ink2", wrap=True)) for title_, why in named[:MOST]]
        body = column(*self.labels, gap=6, edge=(16, 10, 16, 10))
        layout = column(row(Label(title, "section", wrap=True), edge=(16, 12, 16, 4)), gap=0, edge=(1, 1, 1, 1))
        layout.addLayout(body)
        if self.named:
            layout.addWidget(Hairline())
            layout.addWidget(self._list(len(named) - MOST), 1)
        layout.addWidget(Hairline())
        self.go_button = Button(verb, "filled", "check", self._confirm)
        self.drop_button = Button(_("Thôi") if verb else _("Đóng"), "", "x", self.leave)
        layout.addLayout(row(None, self.drop_button, self.go_button, gap=8, edge=(16, 10, 16, 10)))
        self.setLayout(layout)
        self.go_button.setVisible(bool(verb))  # once it has a parent: else it would be a window of its own
        self.setAccessibleName(". ".join(one.rstrip(".") for one in (title, *facts)))
        over.installEventFilter(self)

    def _list(self, more: int) -> QScrollArea:
        lines = column(gap=0)
        for title, why in self.named:
            lines.addLayout(column(title, why, gap=2, edge=(16, 6, 16, 6)))
        if more > 0:
            lines.addLayout(row(Label(_("… và {n} bản ghi khác").format(n=more), "small", "ink2"), edge=(16, 6, 16, 8)))
        lines.addStretch(1)
        holder = Panel("surface", "", lines)
        area = scrolled(holder, by_key=True)
        area.setAccessibleName(_("Bản ghi giữ nguyên và lý do"))
        look.follow(area, lambda one: one.setMinimumHeight(px(120)))
        return area

    def open_over(self, go: Callable[[], object]) -> ConfirmPane:
        """Show it; ``go`` is done at Enter."""
        self._go = go
        self._fit()
        self.show()
        self.raise_()
        (self.go_button if not self.go_button.isHidden() else self.drop_button).setFocus(Qt.FocusReason.OtherFocusReason)
        return self

    def _fit(self) -> None:
        over = self._over
        wide = min(over.width() - px(24), px(560))
        self.setFixedWidth(wide)
        wanted = max(self.heightForWidth(wide), self.sizeHint().height())
        high = min(over.height() - px(24), max(wanted, px(360) if self.named else 0))
        self.setGeometry((over.width() - wide) // 2, max(px(12), (over.height() - high) // 3), wide, high)

    def _confirm(self) -> None:
        go = self._go
        self.leave()
        go()

    def leave(self) -> None:
        """Take it away; the focus goes back."""
        self.hide()
        self.deleteLater()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle when the page changes its size."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves; no key reaches the page behind."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and edge."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("border"), 1, radius=6)
