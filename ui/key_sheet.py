"""Every key of the window on one sheet (Ctrl+/), from the table that binds them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from ui import look, shortcuts
from ui.buttons import Button, KeyCap
from ui.look import px
from ui.parts import Label, column, row, scrolled


class KeySheet(QDialog):
    """A sheet in three columns; Esc closes it. ``writes``: for who may enter records."""

    def __init__(self, parent: QWidget, writes: bool = True) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Mọi phím"))
        listed = [(name, keys) for name, keys in shortcuts.listed(writes) if keys]
        blocks = [self._block(name, keys) for name, keys in listed]
        columns = [column(gap=18) for _number in range(3)]
        heights = [0, 0, 0]
        for block, (_name, keys) in zip(blocks, listed, strict=True):
            least = heights.index(min(heights))
            columns[least].addLayout(block)
            heights[least] += len(keys) + 2
        for one in columns:
            one.addStretch(1)
        body = QWidget()
        sides = QHBoxLayout(body)
        sides.setSpacing(px(32))
        for one in columns:
            sides.addLayout(one, 1)
        scroll = scrolled(body, by_key=True)
        layout = QVBoxLayout(self)
        layout.addLayout(row(Label(_("Mọi phím"), "page"), None, Button(_("Đóng"), pressed=self.close), edge=(8, 4, 8, 4)))
        layout.addWidget(scroll, 1)
        self.resize(min(px(1180), parent.width()), min(px(640), parent.height()))
        look.follow(self, lambda one: one.setFont(look.font("body")))

    @staticmethod
    def _block(name: str, keys: list[tuple[str, str]]) -> QVBoxLayout:
        made = column(Label(name, "section"), gap=6)
        for key, words in keys:
            caps = row(*[KeyCap(one) for one in key.split(" · ")], gap=4)
            line = row(gap=10)
            line.addLayout(caps)
            line.addWidget(Label(words, "body", "ink2", wrap=True), 1)
            made.addLayout(line)
        return made
