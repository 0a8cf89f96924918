"""Where a form meets what others did, or this person before: the record was changed meanwhile, or a draft of it waits.

Each is a banner over the fields with the ways on; nothing is decided, and nothing is lost, before one of them is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt

from app import drafts, requests
from app.i18n import _
from app.merging import Change, Moved
from app.put_together import put_on
from app.requests import Asked
from db import receiving
from db.errors import ExpectedError
from db.questions import shown_day
from db.record import fixed_uid
from ui.buttons import Banner, Button
from ui.changes import changes
from ui.form_face import Form
from ui.look import px
from ui.overlays import LinePane
from ui.parts import column, row

Ways = Sequence[tuple[str, Callable[[], object]]]

BESIDE = 20
"""Letters of ways on that stand beside each other; longer ones stand one below the other, so that the words keep their room."""
MOVED, DRAFT, MERGED, APART, ASKED = "moved", "draft", "merged", "apart", "asked"
REPLIES = {"same": "đơn vị giữ nguyên", "changed": "đơn vị đã sửa", "cancelled": "đơn vị đã hủy bản ghi"}


class Notice(Banner):
    """A banner with several ways on."""

    def __init__(self, state: str, words: str, ways: Ways) -> None:
        super().__init__(state, words)
        self.words = words
        self.buttons = [Button(verb, "link", pressed=act) for verb, act in ways]
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        long = sum(len(verb) for verb, _act in ways) > BESIDE
        self.layout().addLayout(column(*self.buttons, gap=0) if long else row(*self.buttons))  # type: ignore[union-attr]


class Meeting:
    """The notices of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.notices: dict[str, Notice] = {}
        self.undecided = False
        """Whether a draft of this record waits: until it is gone on with or thrown away nothing is typed, for there is never a second."""
        self.is_theirs = False
        """Whether the record belongs to another office: here it is only looked at, and asked about."""

    # -- showing -----------------------------------------------------------------------------------------------------

    def _say(self, which: str, state: str, words: str, ways: Ways = ()) -> Notice:
        before = self.notices.get(which)
        if before is not None and before.words == words:
            return before
        self._drop(which)
        made = self.notices[which] = Notice(state, words, ways)
        self._form.head.add(made)
        return made

    def _drop(self, which: str) -> None:
        before = self.notices.pop(which, None)
        if before is not None:
            before.hide()
            before.deleteLater()

    def start(self) -> None:
        """Another record, or the same anew, stands in the form: forget what was said, look for a draft of it."""
        for which in list(self.notices):
            self._drop(which)
        entry, form = self._form.entry, self._form
        self.is_theirs = False
        if entry.uid is None:
            return
        self._say_asked(entry.uid)
        if form.read_only or self.is_theirs:
            return
        if entry.uid in receiving.own_conflicts(form.store):
            words = _("Hai máy cùng sửa bản ghi này; lưu ở đây là giữ bản đang hiện.")
            self._say(APART, "conflict", words, [(_("Chọn bản"), self.choose)])
        if entry.draft is None:
            self._look_for_draft(entry.uid)
        elif entry.heads is None:
            words = _("Bản nháp này không ghi nó bắt đầu từ bản nào của bản ghi; lưu sẽ thay bản hiện nay.")
            self._say(DRAFT, "warning", words)

    def _look_for_draft(self, uid: str) -> None:
        waiting = drafts.waiting(self._form.store, uid, self._form.user)
        if waiting is None:
            return
        draft, at = waiting
        self.undecided = True
        words = _("Có bản nháp của bạn lúc {time} ngày {day}. Nhập tiếp hoặc bỏ rồi hãy sửa.").format(
            time=at[11:16], day=shown_day(at[:10])
        )
        self._say(DRAFT, "draft", words, [(_("Nhập tiếp"), lambda: self._go_on(draft)), (_("Bỏ"), lambda: self._throw(draft))])

    def _say_asked(self, uid: str) -> None:
        """Say whose the record is, and what headquarters wants to know about it."""
        form = self._form
        asked = requests.about(form.store, uid)
        owner = requests.owner(form.store, form.store.versions(uid)) if form.store.elsewhere and not form.declared.key else None
        self.is_theirs = owner is not None
        if owner is not None:
            self._say_theirs(owner, [one for one in asked if not one.received])
            return
        waiting = [one for one in asked if one.received and not one.reply]
        if waiting:
            texts = "; ".join(_("ngày {day}: “{text}”").format(day=shown_day(one.at[:10]), text=one.text) for one in waiting)
            words = _("Cấp trên đề nghị làm rõ, {texts}. Sửa rồi lưu là trả lời.").format(texts=texts)
            ways = [(_("Giữ nguyên, số liệu đúng"), self.leave)] if not form.read_only else []
            self._say(ASKED, "returned", words, ways)

    def _say_theirs(self, owner: str, asked: Sequence[Asked]) -> None:
        name = self._form.store.names.label("unit", fixed_uid("unit", owner), None) or owner
        whose = _("Bản ghi của {office}; chỉ đơn vị đó sửa được.").format(office=name)
        again = (_("Đề nghị làm rõ"), self.ask_office)
        if not asked:
            self._say(ASKED, "locked", whose, [again])
            return
        last = asked[-1]
        words = _("Ngày {day} đã đề nghị làm rõ: “{text}”").format(day=shown_day(last.at[:10]), text=last.text)
        if last.reply:
            self._say(ASKED, "ok", f"{whose} {words}: {_(REPLIES[last.reply])}.", [again])
        else:
            self._say(ASKED, "returned", f"{whose} {words}, {_('chưa trả lời')}.", [(_("Rút lại"), lambda: self.withdraw(last.id))])

    def ask(self) -> bool:
        """Focus what is to be decided before anything is typed; tell whether there is such a thing."""
        if self.undecided:
            self.notices[DRAFT].buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return self.undecided

    def look(self) -> None:
        """Look whether the record was changed meanwhile: show it anew where nothing is typed, else say so."""
        form = self._form
        try:
            change = form.entry.moved()
        except ExpectedError:
            return  # the file is away just now; saving asks again
        if change is None:
            self._drop(MOVED)
            return
        if not form.dirty:
            form.commit()
        if form.dirty:
            self._say_moved(change)
        else:
            form.renew()

    def refuse(self, moved: Moved) -> None:
        """Say why nothing was saved, with the focus on the way that changes nothing."""
        notice = self._say_moved(moved.change)
        notice.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_moved(self, change: Change) -> Notice:
        words = " ".join((_(change.words(self._form.store)), _("Phần bạn nhập chưa ghi.")))
        write = _("Khôi phục và ghi phần tôi sửa") if change.cancelled else _("Ghi phần tôi sửa")
        return self._say(MOVED, "conflict", words, [(_("Xem bản mới"), self.see), (write, self.write)])

    def choose(self) -> None:
        """Let the person choose between versions that machines wrote apart, and show the one that is kept."""
        from ui.conflict_dialog import settle  # what belongs to exchange is loaded when it is met

        form, uid = self._form, self._form.entry.uid
        if uid is None:
            return
        declared = form.entry.declared
        if settle(self.notices[APART], form.store, declared.type_name, uid, _(declared.caption), form.user) is not None:
            self._try(lambda: form.load(uid))

    # -- what headquarters asks ----------------------------------------------------------------------------------------

    def ask_office(self) -> None:
        """Let a request to the office that owns the record be typed right there."""
        form, button = self._form, self.notices[ASKED].buttons[0]
        pane = LinePane(form.pane, _("Đề nghị đơn vị làm rõ điều gì?"), _("ghi đề nghị"))
        pane.done.connect(lambda text: self._try(lambda: self._ask(text)))
        pane.dropped.connect(button.setFocus)
        pane.open_at(button.mapTo(form.pane, QPoint(0, button.height() + px(4))), px(460))

    def _ask(self, text: str) -> None:
        form, uid = self._form, self._form.entry.uid
        if uid is not None:
            requests.ask(form.store, uid, text, form.user)
            form.said.emit(_("Đã ghi đề nghị; đơn vị nhận được trong tệp trả lời tiếp theo."))
            self._asked_anew()

    def withdraw(self, request: str) -> None:
        """Take a request back that was not answered."""
        self._try(lambda: requests.withdraw(self._form.store, request, self._form.user))
        self._asked_anew()

    def leave(self) -> None:
        """Answer headquarters by leaving the record as it is."""
        form, uid = self._form, self._form.entry.uid

        def answer() -> None:
            if uid is not None:
                requests.leave(form.store, uid, form.user)
                changes.records_changed.emit(form.declared.type_name)
                form.said.emit(_("Đã trả lời: giữ nguyên. Cấp trên thấy khi nhận gói tiếp theo."))
                form.load(uid)

        self._try(answer)

    def _asked_anew(self) -> None:
        self._drop(ASKED)
        if self._form.entry.uid is not None:
            self._say_asked(self._form.entry.uid)
            if ASKED in self.notices:
                self.notices[ASKED].buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the ways on -------------------------------------------------------------------------------------------------

    def see(self) -> None:
        """Show the record as it is now; what is typed stays a draft, which the form then names."""
        form, uid = self._form, self._form.entry.uid
        if uid is not None:
            self._try(lambda: form.load(uid))
            form.first_field()

    def write(self) -> None:
        """Put what was typed on the version of now and save that."""
        form = self._form
        form.commit()
        change = form.entry.moved()
        clashes = put_on(form.entry, change) if change is not None else []
        form.show_merged()
        self._drop(MOVED)
        uid = form.save()
        if uid is not None:
            form.load(uid)
            form.first_field()
        if clashes:
            words = _("Hai bên cùng sửa, đã giữ câu trả lời của bạn: {labels}. Bản trước còn trong lịch sử (F9).")
            self._say(MERGED, "warning", words.format(labels=", ".join(map(_, clashes))), [(_("Đã đọc"), lambda: self._drop(MERGED))])

    def _go_on(self, draft: str) -> None:
        form = self._form
        self._try(lambda: form.load_draft(draft))
        form.first_field()

    def _throw(self, draft: str) -> None:
        """Throw a draft away; the banner gives it back."""
        form = self._form
        try:
            kept = drafts.get(form.store, draft)
            drafts.remove(form.store, [draft])
        except ExpectedError as error:
            form.head.fail(_(str(error)))
            return

        def back() -> None:
            drafts.put(form.store, kept.type, kept.content, kept.user, draft=kept.id, record=kept.record)
            changes.drafts_changed.emit(kept.type)
            self.start()
            form.renew_lock()

        changes.drafts_changed.emit(kept.type)
        self.undecided = False
        form.renew_lock()
        form.first_field()
        self._say(DRAFT, "draft", _("Đã bỏ bản nháp."), [(_("Lấy lại"), lambda: self._try(back))])

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ExpectedError as error:
            self._form.head.fail(_(str(error)))
