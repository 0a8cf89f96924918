"""Where the report page meets what others did: its record was changed or cancelled meanwhile, or a draft of it waits.

As over a form, each is a banner with the ways on; nothing is decided, and nothing is lost, before one of them is taken.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app import drafts
from app.i18n import _
from app.merging import Change
from db.errors import ExpectedError
from db.questions import shown_day
from ui.changes import changes
from ui.form_meeting import Notice, Ways
from ui.parts import Panel, column
from ui.report_desk import Desk


class ReportMeeting(Panel):
    """The notice over the pages, one at a time. ``notice`` is the one that is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("window", "b")
        self._desk = desk
        self.notice: Notice | None = None
        self._about = ""
        self._place = column(edge=(10, 8, 10, 8))
        self.setLayout(self._place)
        self.hide()
        desk.moved.connect(self._moved)
        desk.refused.connect(self.take_focus)
        desk.opened.connect(self.start)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _say(self, about: str, state: str, words: str, ways: Ways) -> Notice:
        if self.notice is not None and self.notice.words == words:
            return self.notice
        self._drop()
        made = self.notice = Notice(state, words, ways)
        self._about = about
        self._place.addWidget(made)
        self.show()
        return made

    def _drop(self) -> None:
        if self.notice is not None:
            self.notice.hide()
            self.notice.deleteLater()
            self.notice, self._about = None, ""
        self.hide()

    def start(self) -> None:
        """Other texts stand in the report: forget what was said, say what holds of them."""
        if self._about != "merged":
            self._drop()
        session, writing = self._desk.session, self._desk.writing
        if not session.may("enter") or writing.held():
            return
        if writing.cancelled is not None:
            words = _("Phần viết tay của báo cáo này đã hủy: {reason}.").format(reason=writing.cancelled.rstrip(".") or "…")
            ways = [(_("Khôi phục phần đã hủy"), lambda: self._try(self._bring_back)), (_("Viết mới"), self._anew)]
            self._say("cancelled", "conflict", words, ways)
        elif writing.waiting is not None:
            self._say_draft(writing.waiting)
        elif writing.entry.draft is not None and writing.entry.uid is not None and writing.entry.heads is None:
            words = _("Bản nháp này không ghi nó bắt đầu từ bản nào của bản ghi; lưu sẽ thay bản hiện nay.")
            self._say("draft", "warning", words, [(_("Đã đọc"), self._drop)])
        else:
            self._desk.look()

    def _say_draft(self, draft: str) -> None:
        store, user = self._desk.session.store, self._desk.session.user
        found = drafts.waiting(store, self._desk.writing.entry.uid or "", user)
        words = _("Có bản nháp của bạn.")
        if found is not None:
            words = _("Có bản nháp của bạn lúc {time} ngày {day}.").format(time=found[1][11:16], day=shown_day(found[1][:10]))
        self._say("draft", "draft", words, [(_("Nhập tiếp"), self._go_on), (_("Bỏ"), lambda: self._try(lambda: self._throw(draft)))])

    def _moved(self, change: Change) -> None:
        """Say who changed what; the focus goes to the way that changes nothing where a save was refused."""
        words = " ".join((_(change.words(self._desk.session.store)), _("Phần bạn viết chưa ghi.")))
        write = _("Khôi phục và ghi phần tôi viết") if change.cancelled else _("Ghi phần tôi viết")
        self._say("moved", "conflict", words, [(_("Xem bản mới"), self._see), (write, lambda: self._try(self._write))])

    def take_focus(self) -> None:
        """Put the focus on the first way on."""
        if self.notice is not None:
            self.notice.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the ways on -------------------------------------------------------------------------------------------------

    def _see(self) -> None:
        self._try(lambda: self._desk.show_now(with_draft=False))
        self.take_focus()

    def _write(self) -> None:
        self._drop()
        clashes = self._desk.put_together()
        if clashes and not self._desk.writing.dirty:
            words = _("Hai bên cùng sửa, đã giữ câu trả lời của bạn: {labels}. Bản trước còn trong lịch sử.")
            self._say("merged", "warning", words.format(labels=", ".join(map(_, clashes))), [(_("Đã đọc"), self._drop)])

    def _go_on(self) -> None:
        self._desk.show_now()

    def _throw(self, draft: str) -> None:
        """Throw a draft away; the banner gives it back."""
        store = self._desk.session.store
        kept = drafts.get(store, draft)
        drafts.remove(store, [draft])

        def back() -> None:
            drafts.put(store, kept.type, kept.content, kept.user, draft=kept.id, record=kept.record)
            changes.drafts_changed.emit(kept.type)
            self._desk.show_now(with_draft=False)

        changes.drafts_changed.emit(kept.type)
        self._desk.writing.waiting = None
        self._say("dropped", "draft", _("Đã bỏ bản nháp."), [(_("Lấy lại"), lambda: self._try(back)), (_("Đã đọc"), self._drop)])
        self.take_focus()

    def _bring_back(self) -> None:
        self._desk.bring_back(anew=False)

    def _anew(self) -> None:
        self._desk.bring_back(anew=True)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ExpectedError as error:
            self._desk.failed.emit(_(str(error)))
