"""The bars over the pages of a report: page, zoom and wording; and the search in the pages."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.i18n import _
from ui import look
from ui.buttons import Button, FilterChip
from ui.jobs import Job
from ui.look import px
from ui.parts import Label, Panel, row
from ui.pdf_pages import Hit, Pdf
from ui.preview import Preview
from ui.shortcuts import action_for, key_of

SEARCH_AFTER = 120
"""Milliseconds after the last key until the pages are searched."""


class PageBar(Panel):
    """Which page, how large, which wording."""

    search_asked = Signal()
    exact_asked = Signal(bool)
    outline_asked = Signal()

    def __init__(self, preview: Preview) -> None:
        super().__init__("surface", "b", height=44)
        self._preview = preview
        self.outline = Button(_("Đề cương"), "quiet", "list-bullets", self.outline_asked.emit, only_icon=True)
        self.back = Button(_("Trang trước"), "quiet", "caret-left", lambda: preview.go_to_page(preview.page - 1), only_icon=True)
        self.on = Button(_("Trang sau"), "quiet", "caret-right", lambda: preview.go_to_page(preview.page + 1), only_icon=True)
        self.words = Label(_("Trang – / –"))
        self.exact = FilterChip(_("Số chính xác"))
        self.exact.setToolTip(_("In số chính xác thay cho “trên 30”, “từ 95% trở lên”"))
        self.exact.clicked.connect(lambda: self.exact_asked.emit(self.exact.isChecked()))
        self.smaller = Button(_("Trang nhỏ hơn"), "quiet", "minus", lambda: preview.zoom_by(-1), only_icon=True)
        self.percent = Button("100 %", "quiet", pressed=lambda: preview.set_zoom(None), tip=_("Vừa bề rộng (Ctrl+0)"))
        self.larger = Button(_("Trang to hơn"), "quiet", "plus", lambda: preview.zoom_by(1), only_icon=True)
        tip = _("Tìm trong trang ({key})").format(key=key_of("window", "search"))
        self.seek = Button(tip, "quiet", "magnifying-glass", self.search_asked.emit, only_icon=True)
        parts = (self.outline, self.back, self.words, self.on, None, self.exact, 6, self.smaller, self.percent, self.larger, self.seek)
        self.setLayout(row(*parts, gap=2, edge=(10, 4, 10, 4)))
        self.outline.hide()
        preview.page_changed.connect(lambda _page: self.refresh())

    def show_exact(self, exact: bool, may_change: bool) -> None:
        """Show how the report writes its numbers."""
        self.exact.setChecked(exact)
        self.exact.setEnabled(may_change)

    def refresh(self) -> None:
        """Say which page and size it is."""
        preview = self._preview
        if preview.pdf is None:
            return
        pages = len(preview.pdf)
        self.words.setText(_("Trang {page} / {pages}").format(page=preview.page + 1, pages=pages))
        self.percent.setText(f"{preview.percent} %")
        self.percent.setAccessibleName(_("Cỡ trang {percent} %, nhấn để vừa bề rộng").format(percent=preview.percent))
        self.back.setEnabled(preview.page > 0)
        self.on.setEnabled(preview.page < pages - 1)


class FindBar(Panel):
    """Words to be found in the pages; Enter goes on, Shift+Enter back, Esc closes."""

    closed = Signal()

    def __init__(self, preview: Preview) -> None:
        super().__init__("raised", "b", height=44)
        self._preview = preview
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Tìm trong trang, có dấu hay không dấu"))
        self.line.setAccessibleName(_("Tìm trong trang"))
        self.line.setMaxLength(200)
        look.follow(self.line, lambda one: one.setFont(look.font()))
        self.count = Label("", "small", "ink2")
        self.previous = Button(_("Chỗ trước (Shift+F3)"), "quiet", "arrow-up", lambda: self.step(-1), only_icon=True)
        self.next = Button(_("Chỗ tiếp theo (F3)"), "quiet", "arrow-down", lambda: self.step(1), only_icon=True)
        shut = Button(_("Đóng ô tìm (Esc)"), "quiet", "x", self.close_bar, only_icon=True)
        self.setLayout(row(self.line, self.count, self.previous, self.next, shut, gap=4, edge=(12, 5, 10, 5)))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER)
        self._timer.timeout.connect(self.search)
        self.line.textChanged.connect(lambda _text: self._timer.start())
        look.follow(self.count, lambda one: one.setMinimumWidth(px(70)))
        self.hide()

    def open_bar(self) -> None:
        """Show it, the words chosen."""
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self.search()

    def close_bar(self) -> None:
        """Hide it and the marks."""
        self.hide()
        self._preview.show_hits([])
        self.closed.emit()

    def search(self) -> None:
        """Search the pages that are shown now, in a worker."""
        self._timer.stop()
        pdf, words = self._preview.pdf, self.line.text()
        if not self.isVisible() or pdf is None:
            return
        if not words.strip():
            self._preview.show_hits([])
            self._say(False)
            return
        job = Job(_find, pdf, words)
        job.done.connect(self._found)
        job.start()

    def _found(self, result: tuple[Pdf, str, list[Hit]]) -> None:
        pdf, words, hits = result
        if pdf is self._preview.pdf and words == self.line.text() and self.isVisible():
            self._preview.show_hits(hits)
            self._say()

    def _say(self, asked: bool = True) -> None:
        preview = self._preview
        if preview.hits:
            self.count.setText(_("{n} / {all}").format(n=preview.hit + 1, all=len(preview.hits)))
        else:
            self.count.setText(_("Không thấy") if asked else "")
        self.count.set_ink("ink2" if preview.hits or not asked else "error")
        for button in (self.previous, self.next):
            button.setEnabled(bool(preview.hits))

    def step(self, by: int) -> None:
        """Go to the next or previous place, round and round."""
        preview = self._preview
        if preview.hits:
            preview.go_to_hit((preview.hit + by) % len(preview.hits))
            self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, go back, close."""
        action = action_for("report", event)
        if action == "close":
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._timer.isActive():
                self.search()
            else:
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()


def _find(pdf: Pdf, words: str) -> tuple[Pdf, str, list[Hit]]:
    return pdf, words, pdf.find(words)
