"""The last step of an import: what was written, and where to go from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.import_rows import DOUBTFUL, REFUSED
from app.importing import Preview
from db.questions import grouped
from ui.buttons import Link
from ui.parts import Card, Hairline, Label, clear, column


class ResultPane(QWidget):
    """Says what an import did; each row below leads on."""

    undo_asked = Signal(str)
    """The id of the import."""
    list_asked = Signal(str)
    """The name of the record type."""
    next_asked = Signal()
    save_asked = Signal()
    """The rows that were left out are wanted as a file."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body = column(gap=0)
        card = Card()
        card.body.addLayout(self._body)
        self.setLayout(column(card, None, edge=(16, 8, 16, 16)))

    def show_done(self, done: Preview, words: str, following: str, left: dict[str, int]) -> None:
        """Show what was done; ``following`` is the name of the file that waits, '' for none; ``left``: rows left out, by fate."""
        clear(self._body)
        counts = [
            (_("{n} mới"), done.new), (_("{n} cập nhật"), done.updated), (_("{n} đã có từ trước"), done.already),
            (_("{n} còn cảnh báo"), done.doubtful), (_("{n} người hưởng mới"), len(done.persons)),
        ]  # fmt: skip
        facts = [text.format(n=grouped(n)) for text, n in counts if n]
        texts = {DOUBTFUL: _("{n} dòng nghi vấn"), REFUSED: _("{n} dòng bị từ chối")}
        if rows := ", ".join(text.format(n=grouped(left[fate])) for fate, text in texts.items() if left.get(fate)):
            facts.append(_("{rows} chưa nhập").format(rows=rows))
        shown = " · ".join(facts)
        head = column(Label(words, "section", wrap=True), Label(shown, "body", "ink2", wrap=True), gap=4, edge=(14, 12, 14, 12))
        self._body.addLayout(head)
        name, import_id = done.declared.type_name, done.import_id or ""
        self.links = []
        if following:
            self._link(_("Nhập tệp tiếp theo"), following, "table", self.next_asked.emit)
        self._link(_("Mở danh sách"), _(done.declared.plural), "list-bullets", lambda: self.list_asked.emit(name))
        if rows:
            title = _("Lưu {n} dòng chưa nhập ra Excel").format(n=grouped(sum(left.values())))
            self._link(title, _("Mỗi dòng kèm lý do, sửa xong nhập lại tệp đó"), "export", self.save_asked.emit)
        second = _("Hủy bản ghi mới, trả bản cũ cho bản ghi đã cập nhật")
        self._link(_("Hoàn tác cả lần nhập"), second, "arrow-counter-clockwise", lambda: self.undo_asked.emit(import_id))
        self.setFocusProxy(self.links[0])

    def _link(self, title: str, second: str, icon: str, pressed: Callable[[], Any]) -> None:
        link = Link(title, second, icon=icon)
        link.clicked.connect(lambda _on=False: pressed())
        self._body.addWidget(Hairline())
        self._body.addWidget(link)
        self.links.append(link)
