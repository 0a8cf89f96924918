"""Page “Gửi, nhận dữ liệu”: what goes to headquarters, what came, what needs a person; in steps, without a word of cryptography."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.i18n import _, say
from app.periods import period
from app.sync import authority, desk
from ui import look, shortcuts
from ui.buttons import Link
from ui.conflict_dialog import settle
from ui.exchange_answer import AnswerCard
from ui.exchange_in import TakeCard
from ui.exchange_join import JoinCard
from ui.exchange_out import SendCard, focused_in, made_anew
from ui.fact_table import Fact, FactTable, Heading
from ui.look import px
from ui.parts import Card, Hairline, IconLabel, Label, Panel, clear, column, page_title, row, scrolled
from ui.session import Place, Session

KEYS = [("Enter", "bước tiếp"), ("Ctrl+O", "chọn tệp để nhận"), ("Ctrl+/", "mọi phím")]
PRINT, PRINT_SLIP = ("Ctrl+P", "in biên bản"), ("Ctrl+P", "in phiếu đăng ký")
"""Offered once something was written."""
QUESTIONS = (
    ("Rút USB giữa chừng?", "Không mất gì. Làm lại từ bước 1."),
    ("Chưa kịp giao?", "Lần gửi sau tự gồm cả phần này, không tính hai lần."),
    ("Mất USB?", "Người khác không đọc được. Báo cấp trên, ghi gói mới."),
)


class ExchangePage(QWidget):
    """Out on the left, in on the right; both are cards that work by themselves and tell the page when something changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.fact = Label("", "body", "ink2")
        self.send, self.join, self.take = SendCard(session), JoinCard(session), TakeCard(session)
        self.answer = AnswerCard(session)
        self.questions, self.matters, self.files = _Questions(), _Matters(session, self.take.focus_now), _Files()
        for card in (self.send, self.join, self.take, self.answer):
            card.changed.connect(self.refresh)
        self.answer.came.connect(self.take.show_taken)
        self.join.send_asked.connect(self._send_anyway)
        self._early = False
        body = QWidget()
        sides = self._sides = row(gap=14, edge=(16, 0, 16, 14))
        left = self._left = column(self.send, self.join, self.answer, self.questions, None, gap=14)
        sides.addLayout(left, 1)
        sides.addLayout(column(self.take, self.matters, self.files, None, gap=14), 1)
        body.setLayout(sides)
        self._scroll = scrolled(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = page_title(_("Gửi, nhận dữ liệu"), self.fact)
        layout.addWidget(Panel("window", "", row(head, None, edge=(16, 9, 16, 9)), 52))
        layout.addWidget(self._scroll, 1)
        shortcuts.bind(self, "exchange", {"open": self.take.choose_files})

    def show_place(self, place: Place) -> None:
        """Read again what may have changed."""
        self.refresh()
        joins = self.join.isVisibleTo(self) and self.join.has_next
        card = self.send if self.send.isVisibleTo(self) else self.join if joins else self.take
        card.focus_now()
        QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(card.y()))

    def fit(self, effective: float) -> None:
        """Stand in one column where two have no room."""
        narrow = effective < 1000
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def refresh(self) -> None:
        """Read how exchange stands and show it."""
        session, store = self.session, self.session.store
        above, stage = authority.above(store), desk.stage(store)
        own = authority.own_keys(store)
        sends = stage == "ready" or (stage == "approval" and self._early)
        self.send.setVisible(sends)
        self.join.setVisible(stage != "ready" and (own is None or above is not None))
        if above is not None:
            self.fact.setText(_("qua USB với {name}").format(name=above.name))
        else:
            self.fact.setText(_("cấp dưới gửi lên cơ quan này") if own else _("chưa nối với cấp trên"))
        if sends:
            self.send.refresh()
        if stage != "ready":
            self.join.refresh(stage)
            self.join.early.setVisible(stage == "approval" and not self._early)
        self.questions.setVisible(own is None or above is not None)
        self.answer.setVisible(own is not None or session.may("users"))
        self._left.removeWidget(self.answer)
        self._left.insertWidget(2 if own is not None else 3, self.answer)  # below all else where nobody sends here
        self.answer.refresh()
        card = self._slipped()
        printed = [] if card is None else [PRINT if card is self.send else PRINT_SLIP]
        session.show_keys([(key, _(verb)) for key, verb in (*KEYS[:2], *printed, *KEYS[2:])])
        self.matters.refresh()
        self.files.refresh(desk.files(store))

    def _send_anyway(self) -> None:
        self._early = True
        self.refresh()
        self.send.focus_now()

    def _slipped(self) -> SendCard | JoinCard | None:
        """Give the card whose slip is to be signed now; None when nothing was written."""
        if self.send.sent:
            return self.send
        return self.join if self.join.isVisibleTo(self) and self.join.slip.isVisibleTo(self.join) else None

    def print_page(self) -> None:
        """Print the slip of what was written last."""
        card = self._slipped()
        if card is not None:
            card.print_slip()


class _Questions(Card):
    """What people ask."""

    def __init__(self) -> None:
        super().__init__(_("Hỏi nhanh"))
        lines = [row(Label(_(question), "medium"), Label(_(answer), "body", "ink2", wrap=True), gap=10) for question, answer in QUESTIONS]
        for line in lines:
            line.setStretch(1, 1)
        self.body.addLayout(column(*lines, gap=6, edge=(14, 10, 14, 12)))


class _Matters(Card):
    """What needs a person; hidden while there is nothing. ``otherwise`` takes the focus once nothing is left."""

    def __init__(self, session: Session, otherwise: Callable[[], object]) -> None:
        super().__init__(_("Cần xử lý"), " ")
        self.session, self._otherwise = session, otherwise

    def refresh(self) -> None:
        """Read it again."""
        with made_anew(self, focused_in(self), self._otherwise):
            self._fill()

    def _fill(self) -> None:
        clear(self.body)
        found = desk.matters(self.session.store)
        self.setVisible(bool(found))
        self.fact.setText(_("{n} việc").format(n=len(found)))
        for number, one in enumerate(found):
            if number:
                self.body.addWidget(Hairline())
            state = look.STATES[one.state]
            if not (one.uid or one.period):  # nowhere to go: what to do stands here in full
                words = column(Label(say(one.title), "medium"), Label(_(one.second), "small", "ink2", wrap=True), gap=0)
                line = row(IconLabel(state.icon, state.ink, "", 16), gap=16, edge=(14, 6, 14, 8))
                line.addLayout(words, 1)
                self.body.addLayout(line)
                continue
            verb = _("Chọn bản") if one.state == "conflict" and self.session.may("enter") else _("Mở")
            link = Link(say(one.title), _(one.second), verb, state.icon, state.ink)
            link.clicked.connect(partial(self._open, one))
            self.body.addWidget(link)

    def _open(self, one: desk.Matter, _checked: bool = False) -> None:
        if one.state == "conflict" and self.session.may("enter"):
            self.settle(one)
        elif one.period:
            self.session.set_period(period(self.session.store, one.period))
            self.session.go(Place("report"))
        else:
            self.session.go(Place(one.type_name, uid=one.uid))

    def settle(self, one: desk.Matter) -> None:
        """Let the person choose between versions that machines wrote apart."""
        session = self.session
        kept = settle(self, session.store, one.type_name, one.uid, one.title, session.user)
        if kept is not None:
            session.toast(_("Đã giữ bản của {who}, máy “{machine}”.").format(who=kept.who, machine=kept.machine))
        self.refresh()


class _Files(Card):
    """Files of late, newest first."""

    def __init__(self) -> None:
        super().__init__(_("Các gói gần đây"))
        self.table = FactTable(_("Các gói gần đây"))
        heads = (Heading(_("Gói")), Heading(_("Ngày")), Heading(_("Số mục"), right=True), Heading(_("Trạng thái"), share=3))
        self.table.facts.begin(heads, 3)
        self.body.addWidget(self.table)
        look.follow(self.table, lambda one: one.setFixedHeight(px(226)))
        self._heads = heads

    def refresh(self, found: list[desk.File]) -> None:
        """Show these."""
        self.table.facts.begin(self._heads, 3)
        facts = [self._fact(one) for one in found]
        self.table.facts.add(facts, False)
        self.table.say_empty(_("Chưa gửi, chưa nhận gói nào."))

    @staticmethod
    def _fact(one: desk.File) -> Fact:
        state = look.STATES[one.state]
        return Fact((_(one.name), one.day, str(one.entries or ""), _(one.words)), state.icon, state.ink, None)
