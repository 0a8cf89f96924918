"""From the outline of a report to its pages and back: bring a section into sight, or open it to be written in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.report.outline import SUMMARY
from ui.preview import Preview
from ui.report_desk import Desk
from ui.report_other import OtherPages
from ui.report_outline import OutlinePane
from ui.report_side import Side

BASIS = "can_cu"


class Places(QObject):
    """Finds sections in the pages that are shown."""

    summary_asked = Signal()
    """The summary is to be shown in the place of the report."""

    def __init__(self, desk: Desk, panel: Side, preview: Preview, outline: OutlinePane, other: OtherPages) -> None:
        super().__init__(panel)
        self._desk, self._panel, self._preview, self._outline, self._other = desk, panel, preview, outline, other
        preview.page_pressed.connect(self._pressed)
        outline.list.looked_at.connect(self.go_to)
        outline.list.opened.connect(self.edit)

    def go_to(self, key: str) -> None:
        """Bring a section's heading into sight; one that is not printed stays where the pages are. The summary is shown whole."""
        if key == SUMMARY:
            if not self._other.is_summary:
                self.summary_asked.emit()
            return
        if self._other.is_summary:  # it has no sections
            self._other.leave_asked.emit()
        shown, pdf = self._desk.shown, self._preview.pdf
        if shown is None or pdf is None:
            return
        if self._other.now is not None:
            item = self._outline.list.item_of(key)
            mark = self._other.mark(item.whole) if item is not None else None
        else:
            mark = pdf.marks[shown.headings.index(key)] if key in shown.headings else None
        if mark is not None:
            self._preview.go_to(mark.page, mark.y)
        elif key == BASIS:
            self._preview.go_to_page(0)

    def _pressed(self, page: int, y: float) -> None:
        """Write into the section under the pointer."""
        shown, pdf = self._desk.shown, self._preview.pdf
        if shown is None or pdf is None or self._other.now is not None:
            return
        before = [key for mark, key in zip(pdf.marks, shown.headings, strict=False) if (mark.page, -mark.y) <= (page, -y)]
        key = before[-1] if before else BASIS
        item = self._outline.list.item_of(key)
        if item is not None and item.by_hand:
            self._outline.list.go_to(key, quietly=True)
            self.edit(key)

    def edit(self, key: str) -> None:
        """Write into a section, or reword what the summary says; what is made of figures alone (an annex) is only shown."""
        item = self._outline.list.item_of(key)
        if item is None or not item.by_hand:
            self.go_to(key)
        if item is not None and (item.by_hand or key == SUMMARY):
            self._panel.edit_section(item)

    def show_unsaved(self) -> None:
        """Open what is typed and not saved."""
        writing = self._desk.writing
        typed = sorted(writing.changed_keys())
        if typed:
            self.edit(typed[0])
        elif writing.outline_changed and self._outline.isVisible():
            self._outline.show_side(0)
            self._outline.list.setFocus()
        else:
            self._panel.edit_fields()
