"""Two versions of one record, written on machines that did not know of each other: shown beside each other, one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.sync import desk
from app.sync.desk import Side
from db.errors import ExpectedError
from db.store import Store
from ui import messages
from ui.buttons import Button
from ui.changes import changes
from ui.parts import Hairline, Label, column, row
from ui.sheet import Sheet


class ConflictDialog(Sheet):
    """``chosen`` is the version to keep once it was accepted; its number is its key."""

    def __init__(self, parent: QWidget, title: str, sides: Sequence[Side]) -> None:
        super().__init__(parent, _("Chọn bản để giữ"), 620)
        self.sides = list(sides)
        self.chosen: Side | None = None
        whole = column(
            Label(title, "dialog", wrap=True),
            Label(_("Hai máy cùng sửa bản ghi này. Bản không chọn vẫn còn trong lịch sử của bản ghi."), "body", "ink2", wrap=True),
            gap=6, edge=(24, 20, 24, 16),
        )  # fmt: skip
        self.buttons = []
        for number, side in enumerate(self.sides, 1):
            whole.addWidget(Hairline())
            head = _("{who}, {when}, máy “{machine}”").format(who=side.who, when=side.when, machine=side.machine)
            button = Button(_("Giữ bản này ({n})").format(n=number), pressed=partial(self.keep, side))
            self.buttons.append(button)
            words = column(Label(head, "medium", wrap=True), Label(_(side.words), "body", "ink", wrap=True), gap=2)
            line = row(gap=12, edge=(0, 8, 0, 8))
            line.addLayout(words, 1)
            line.addWidget(button)
            whole.addLayout(line)
        later = Button(_("Để sau"), "filled", pressed=self.reject)
        self.lay_out(whole, row(None, later))
        later.setFocus()  # Enter that opened this, pressed a moment longer, chooses nothing

    def keep(self, side: Side) -> None:
        """Keep this version."""
        self.chosen = side
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a version by its number."""
        number = event.text()
        if number.isdigit() and 1 <= int(number) <= len(self.sides):
            self.keep(self.sides[int(number) - 1])
            return
        super().keyPressEvent(event)


def settle(parent: QWidget, store: Store, type_name: str, uid: str, title: str, user: str) -> Side | None:
    """Let a person choose between versions that machines wrote apart; give the one that is kept, None when nothing was decided."""
    sides = desk.sides(store, uid)
    dialog = ConflictDialog(parent, title, sides)
    if not sides or not dialog.exec() or dialog.chosen is None:
        return None
    try:
        desk.keep(store, uid, dialog.chosen, user)
    except ExpectedError as error:
        messages.show_error(parent, error)
        return None
    changes.records_changed.emit(type_name)
    return dialog.chosen
