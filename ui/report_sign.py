"""The steps of a report from draft to approved and on: one button for the next one, and the dialog that asks before it seals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLayout, QRadioButton, QWidget

from app import users
from app.i18n import _
from app.listing import Wanted
from app.periods import Period
from app.report import approval, signing
from app.report.approval import Approved, Standing
from app.report.signing import Act, Facts
from db.message import Message
from db.questions import grouped, shown_day
from db.records import RECORD_TYPES
from db.store import Store
from ui import look, messages
from ui.buttons import Button
from ui.changes import changes
from ui.gate import Note
from ui.jobs import Cancelled, Job
from ui.look import px
from ui.overlays import Line
from ui.parts import Hairline, IconLabel, Label, clear, column, row
from ui.report_desk import Desk
from ui.session import Place, Session
from ui.sheet import Sheet

VERBS: dict[Act, tuple[str, str, str]] = {
    "submit": ("Trình duyệt", "upload-simple", "Giao báo cáo cho chỉ huy duyệt"),
    "approve": ("Duyệt…", "check-circle", "Chốt số liệu, lời văn và bản in của kỳ này"),
    "return": ("Trả lại…", "arrow-u-down-left", "Trả báo cáo cho người lập, kèm lý do"),
    "amend": ("Bổ sung…", "pencil-simple", "Mở kỳ đã chốt để lập bản bổ sung"),
}
"""Words, icon and tooltip of the button of a step."""
ASKING: dict[Act, tuple[str, str, str, str]] = {
    "approve": (
        "Duyệt và chốt báo cáo {period}",
        "Bản đã duyệt được giữ nguyên từng chữ. Bản ghi của kỳ này không sửa được nữa, trừ khi chỉ huy mở bản bổ sung.",
        "Độ mật của báo cáo",
        "Duyệt và chốt",
    ),
    "return": (
        "Trả lại báo cáo {period}",
        "Báo cáo trở về bản dự thảo. Người lập đọc lý do này trên trang báo cáo.",
        "Lý do trả lại",
        "Trả lại",
    ),
    "amend": (
        "Bổ sung báo cáo {period}",
        "Bản ghi của kỳ sửa được trở lại. Bản đã duyệt vẫn được giữ nguyên bên cạnh bản bổ sung.",
        "Lý do bổ sung",
        "Mở bản bổ sung",
    ),
}
"""Title, what it means, what is asked and the verb of the dialog of a step."""
DOING: dict[Act, tuple[str, str]] = {
    "submit": ("Đang trình duyệt…", "Đã trình duyệt báo cáo."),
    "approve": ("Đang duyệt và in các trang…", "Đã duyệt và chốt báo cáo, mã {code}."),
    "return": ("Đang trả lại báo cáo…", "Đã trả lại báo cáo cho người lập."),
    "amend": ("Đang mở bản bổ sung…", "Đã mở bản bổ sung; bản ghi của kỳ sửa được trở lại."),
}
"""What is said while a step is done, and after it."""


class SignDialog(Sheet):
    """Asks before a step: what it will freeze and the secrecy, or a reason. ``taken`` gives the code or the words."""

    taken = Signal(str)
    fields_asked = Signal()
    """What is wanting stands in the report's own record."""

    def __init__(self, session: Session, period: Period, act: Act, parent: QWidget) -> None:
        title, intro, asked, verb = (_(words) for words in ASKING[act])
        title = title.format(period=_(period.name))
        super().__init__(parent, title, 520)
        self.session, self.period, self.act = session, period, act
        self.note = Note()
        self.go = Button(verb, "filled", "check", self._pressed)
        self.go.setDefault(True)
        self.drop = Button(_("Thôi"), pressed=self.reject)
        self.reason = Line()
        self.choices: dict[str, QRadioButton] = {}
        self.facts: Facts | None = None
        self._again = ""
        self.seen = QCheckBox(_("Đã xem những điều có dấu ? ở trên, vẫn duyệt"))
        look.follow(self.seen, lambda one: one.setFont(look.font()))
        self.seen.toggled.connect(self._chosen)
        self.seen.hide()
        self.lines = column(gap=6)
        body = column(Label(title, "dialog", wrap=True), Label(intro, "body", "ink2", wrap=True), 4, gap=6, edge=(24, 20, 24, 12))
        body.addLayout(self.lines)
        body.addWidget(self.seen)
        body.addSpacing(px(8))
        body.addWidget(Label(asked, "medium", "ink2"))
        body.addLayout(self._choices(asked) if act == "approve" else self._reason(asked))
        body.addWidget(self.note)
        body.addStretch(1)
        self.lay_out(body, row(None, self.drop, self.go))

    def _choices(self, asked: str) -> QLayout:
        """Offer the three answers about secrecy; none is chosen."""
        made = column(gap=4)
        self._group = QButtonGroup(self)
        for code, words in signing.secrecies():
            choice = self.choices[code] = QRadioButton(_(words))
            choice.setAccessibleName(f"{asked}: {_(words)}")
            look.follow(choice, lambda one: one.setFont(look.font()))
            self._group.addButton(choice)
            made.addWidget(choice)
            choice.toggled.connect(self._chosen)
        return made

    def _reason(self, asked: str) -> QLayout:
        self.reason.setAccessibleName(asked)
        self.reason.setMaxLength(500)
        look.follow(self.reason, lambda one: one.setFont(look.font()))
        return column(self.reason)

    # -- opening -----------------------------------------------------------------------------------------------------

    def ask(self, note: str = "") -> None:
        """Show it; ``note`` says why it is asked again."""
        self.seen.setChecked(False)
        self._again = note
        self.note.say(note)
        self.go.setEnabled(self.act != "approve")
        if self.act == "approve":
            self._show_facts(None)
            session = self.session
            job = Job(signing.facts, session.store, self.period, session.user, database=session.office.database)
            job.done.connect(self._show_facts)
            job.failed.connect(self._not_counted)
            job.start()
        self.fit()
        self.open()
        first = next(iter(self.choices.values())) if self.choices else self.reason
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_facts(self, found: Facts | None) -> None:
        """Say what will be frozen, and what is odd about it."""
        self.facts = found
        clear(self.lines)
        for fact in fact_lines(found, self.period):
            line = row(IconLabel(fact.icon, fact.ink, "", 16), Label(fact.words, "body", "ink", wrap=True), gap=8)
            line.setStretch(1, 1)
            if fact.lead is not None:
                leads = Button(fact.verb, "link", pressed=partial(self._lead, fact.lead))
                leads.setAccessibleName(f"{fact.verb}: {fact.words}")
                line.addWidget(leads)
            self.lines.addLayout(line)
        self.seen.setVisible(bool(self.agreed) and found is not None and not found.refusal)
        self._say()
        QTimer.singleShot(0, self, self.fit)  # lines that were just added take their room when they are shown

    def _not_counted(self, error: BaseException) -> None:
        clear(self.lines)
        self.note.say(" ".join(messages.words_of(error)))
        self.fit()

    def _lead(self, place: Place) -> None:
        """Leave, and go where a line can be mended."""
        self.reject()
        if place.page == approval.TYPE.type_name:
            self.fields_asked.emit()
        else:
            self.session.go(place)

    # -- answering ---------------------------------------------------------------------------------------------------

    @property
    def secrecy(self) -> str:
        """The code that is chosen; '' while none is."""
        return next((code for code, choice in self.choices.items() if choice.isChecked()), "")

    @property
    def agreed(self) -> tuple[str, ...]:
        """The codes of the doubts that are shown, which the box says were seen."""
        return tuple(doubt.code for doubt in self.facts.doubts) if self.facts is not None else ()

    def _chosen(self) -> None:
        self._again = ""
        self._say()

    def _say(self) -> None:
        """Refuse in place what this program is not for; let the verb be pressed once everything is known."""
        unsound = _(self.facts.refusal) if self.facts is not None else ""
        refusal = unsound or (_(signing.refusal_of(self.secrecy)) if self.secrecy else "")
        self.note.say(refusal or self._again)
        seen = self.seen.isChecked() or not self.agreed
        self.go.setEnabled(bool(self.secrecy) and not refusal and self.facts is not None and seen)
        self.fit()

    def _pressed(self) -> None:
        words = self.secrecy if self.act == "approve" else " ".join(self.reason.commit().split())
        if not words:
            self.note.say(_("Chưa ghi lý do. Hãy ghi lý do rồi làm lại."))
            self.fit()
            self.reason.setFocus()
            return
        self.accept()
        self.taken.emit(words)


class Fact(NamedTuple):
    """One line of what approving would freeze, and where what it says can be mended (``verb`` leads there; None: nowhere)."""

    icon: str
    ink: str
    words: str
    verb: str = ""
    lead: Place | None = None


def fact_lines(found: Facts | None, period: Period) -> list[Fact]:
    """Give what approving would freeze, line by line; None: it is being counted."""
    if found is None:
        return [Fact("hourglass-medium", "ink2", _("Đang đếm bản ghi của kỳ…"))]
    lines = [Fact("lock-simple", "ink2", _("Chốt {n} bản ghi, kể cả phần viết tay của báo cáo.").format(n=grouped(found.records)))]
    lines += _leading(_("{plural}: {n} bản nháp của kỳ chưa lưu, không có trong báo cáo."), found.drafts, Wanted(state="draft"))
    lines += _leading(_("{plural}: {n} bản ghi còn cảnh báo chưa giải trình."), found.open, Wanted(period=period, warnings=True))
    if found.missing:
        words = _("Chưa ghi: {names}. Bản in để trống chỗ đó.").format(names=", ".join(_(one) for one in found.missing))
        lines.append(Fact("warning", "warning", words, _("Ghi"), Place(approval.TYPE.type_name)))
    lines += [Fact("warning", "warning", _(words)) for words in found.warnings]
    lines += [Fact("question", "warning", _(doubt.words)) for doubt in found.doubts]
    if found.own:
        lines.append(Fact("info", "ink2", _("Người duyệt cũng là người lập: mỗi trang in ghi rõ điều này.")))
    return lines


def _leading(words: str, counts: Mapping[str, int], wanted: Wanted) -> Iterator[Fact]:
    """Give a line for each record type that has any, which leads to these; the report's own draft is on its page already."""
    for name, n in counts.items():
        said = words.format(plural=_(RECORD_TYPES[name].plural), n=grouped(n))
        yield Fact("warning", "warning", said, _("Xem"), None if name == approval.TYPE.type_name else Place(name, wanted))


class Steps(QObject):
    """The buttons of the next steps, and what they do."""

    done = Signal()
    fields_asked = Signal()
    unsaved = Signal()
    """Something typed into the report is not saved, so no step was taken."""

    def __init__(self, session: Session, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._desk, self._over = session, desk, over
        self.dialog: SignDialog | None = None
        self.shown: tuple[signing.Step, ...] = ()
        self.next, self.other = (Button("", pressed=partial(self._press, place)) for place in (0, 1))
        self.show_standing(None)

    @property
    def buttons(self) -> tuple[Button, Button]:
        """The one beside, then the next step."""
        return self.other, self.next

    def show_standing(self, found: Standing | None) -> None:
        """Offer what comes next; None: nothing, for the report is not the office's own."""
        session = self._session
        self.shown = signing.steps(session.store, found, session.user) if found is not None else ()
        for place, button in enumerate((self.next, self.other)):
            if place < len(self.shown):
                step = self.shown[place]
                words, icon, tip = VERBS[step.act]
                button.setText(_(words))
                button.setAccessibleName(_(words))
                button.setToolTip(_(step.refusal) or _(tip))
                button.setEnabled(not step.refusal)
                button.set_icon(icon)
            if button.parentWidget() is not None or place >= len(self.shown):  # shown without a parent it would be a window
                button.setVisible(place < len(self.shown))

    def _press(self, place: int) -> None:
        if place < len(self.shown):
            self.take(self.shown[place].act)

    def take(self, act: Act) -> None:
        """Take a step: ask first where it seals or wants a reason. What is typed must be saved before."""
        self._desk.keep()
        if self._desk.writing.dirty:
            self._session.toast(_("Phần viết tay còn chỗ chưa lưu. Hãy lưu hoặc bỏ rồi làm lại."))
            self.unsaved.emit()
            return
        period = self._session.period
        if act == "submit":
            self._run(act, period, "")
            return
        dialog = self.dialog = SignDialog(self._session, period, act, self._over.window())
        dialog.taken.connect(lambda words: self._run(act, period, words))
        dialog.rejected.connect(self._let_go)
        dialog.fields_asked.connect(self.fields_asked)
        dialog.ask()

    def _run(self, act: Act, period: Period, words: str) -> None:
        session = self._session
        agreed = self.dialog.agreed if self.dialog is not None else ()
        work: dict[Act, Callable[..., object]] = {
            "submit": lambda: approval.submit(session.store, period, session.user),
            "return": lambda: approval.give_back(session.store, period, session.user, words),
            "amend": lambda: approval.amend(session.store, period, session.user, words),
            "approve": lambda progress: approval.approve(session.store, period, session.user, words, progress=progress, agreed=agreed),
        }
        job = Job(work[act], database=session.office.database, writes=True, words=_(DOING[act][0]))
        job.done.connect(lambda made: QTimer.singleShot(0, self, lambda: self._done(act, made)))
        job.failed.connect(lambda error: QTimer.singleShot(0, self, lambda: self._failed(error)))
        session.run(job)

    def _done(self, act: Act, made: object) -> None:
        self._let_go()
        changes.records_changed.emit("")
        words = _(DOING[act][1])
        if isinstance(made, Approved):
            words = words.format(code=signing.short(made.hash))
        elif isinstance(made, tuple) and made:
            words = " ".join((words, _("Khi duyệt sẽ hỏi lại:"), *(_(doubt.words) for doubt in made)))
        self._session.toast(words)
        self.done.emit()

    def _failed(self, error: BaseException) -> None:
        """Ask again with what was answered; what was refused is said."""
        if self.dialog is None:
            if not isinstance(error, Cancelled):
                messages.show_error(self._over, error)
            return
        if isinstance(error, Cancelled):
            self._let_go()
            self._session.toast(_("Đã dừng; chưa ghi gì."))
            return
        self.dialog.ask(" ".join(messages.words_of(error)))

    def _let_go(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


class Approvals(QWidget):
    """What was approved, the report and its amendments: who, when, code; each can be looked at and saved."""

    view_asked = Signal(object)
    save_asked = Signal(object)
    take_asked = Signal()
    """The file of one is not here and is to be taken back."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = column(gap=0)
        self.setLayout(self._rows)
        self.hide()

    def show_approvals(self, approvals: tuple[Approved, ...]) -> None:
        """Show them, oldest first."""
        clear(self._rows)
        people = {person.id: person.name for person in users.everyone(self._session.office.database)} if approvals else {}
        if approvals:
            self._rows.addLayout(row(Label(_("Các lần duyệt"), "medium"), edge=(0, 0, 0, 4)))
        may = self._session.may("official")
        for one in approvals:
            name = _(signing.which(one.turn))
            if one.here:
                buttons = [Button(_("Xem"), "link", "eye", partial(self.view_asked.emit, one))]
                if may:
                    buttons.append(Button(_("Lưu PDF"), "link", "file-pdf", partial(self.save_asked.emit, one)))
            else:
                buttons = [Button(_("Lấy lại từ tệp PDF…"), "link", "file-pdf", self.take_asked.emit)]
            for button in buttons:
                button.setAccessibleName(f"{button.text()}: {name}")
            self._rows.addWidget(Hairline())
            words = column(row(Label(name, "medium"), None, *buttons, gap=14), gap=2, edge=(0, 6, 0, 8))
            for text in lines_of(self._session.store, one, people):
                words.addWidget(Label(text, "small", "ink2", wrap=True))
            self._rows.addLayout(words)
        self._rows.addSpacing(px(10) if approvals else 0)
        self.setVisible(bool(approvals))


def lines_of(store: Store, one: Approved, people: dict[str, str]) -> list[str]:
    """Say an approval in words: who and when, how many records and the code, and whether who approved also made it."""
    when = {"time": one.at[11:16], "day": shown_day(one.at[:10])}
    lines = [
        _("{who} duyệt lúc {time} ngày {day}").format(who=people.get(one.by, one.by), **when),
        _("{n} bản ghi · mã {code}").format(n=grouped(one.records), code=signing.short(one.hash)),
    ]
    if one.own:
        lines.append(_("Người duyệt cũng là người lập"))
    if not one.here:
        lines.append(_("Tệp không có trên máy này; được duyệt ở {where}").format(where=_(approval.where(store, one.device))))
    return lines


def returned(found: Standing | None) -> str:
    """Say with what words a draft was given back, or its amendment opened; '' when there are none."""
    if found is None or found.stage != "draft" or not found.reason:
        return ""
    return Message("Chỉ huy ghi: “{reason}”.", reason=found.reason.rstrip("."))
