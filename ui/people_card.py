"""People and their passwords: who may unlock, what each may do; one's own password; the recovery code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app import starting, users
from app.i18n import _
from app.office import opener
from db import keystore
from db.errors import ExpectedError
from db.journal import now_text
from db.keystore import Unlocked
from db.questions import shown_day
from ui import jobs, messages
from ui.buttons import Button, StateChip
from ui.code_page import CodeDialog
from ui.gate import Note, PasswordField, maker, recovery_code
from ui.jobs import Job
from ui.look import px
from ui.parts import Card, Hairline, Label, Panel, clear, column, row, stretched
from ui.session import Session
from ui.sheet import Sheet

Work = Callable[[], Any]


class AskDialog(Sheet):
    """A few fields, one verb. ``work`` runs in a job when it is pressed; its refusal is said below the fields."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        intro: str,
        fields: list[tuple[str, QWidget]],
        verb: str,
        work: Callable[[], Work | str] | None = None,
        database: Any = None,
    ) -> None:
        super().__init__(parent, title, 480)
        self._work, self._database = work, database
        self.result_value: Any = None
        self.note = Note()
        self._go = Button(verb, "filled", pressed=self._pressed)
        self._go.setDefault(True)
        rows = column(Label(title, "dialog", wrap=True), gap=6, edge=(24, 20, 24, 18))
        if intro:
            rows.addWidget(Label(intro, "body", "ink2", wrap=True))
        rows.addSpacing(px(8))
        for words, field in fields:
            if words:
                rows.addWidget(Label(words, "medium", "ink2"))
            rows.addWidget(field)
        rows.addWidget(self.note)
        self.lay_out(rows, row(None, Button(_("Thôi"), pressed=self.reject), self._go))
        if fields:
            fields[0][1].setFocus()

    def _pressed(self) -> None:
        if self._work is None:
            self.accept()
            return
        work = self._work()
        self._say(work if isinstance(work, str) else "")
        if isinstance(work, str):
            return
        self._go.setEnabled(False)
        job = Job(work, database=self._database)
        job.done.connect(self._done)
        job.failed.connect(self._failed)
        job.start()

    def _say(self, words: str) -> None:
        self.note.say(words)
        self.fit()

    def _done(self, value: Any) -> None:
        self.result_value = value
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._go.setEnabled(True)
        if isinstance(error, ExpectedError):
            self._say(_(str(error)))
        else:
            messages.show_error(self, error)


def _twice(first: QLineEdit, second: QLineEdit, work: Work) -> Work | str:
    return work if first.text() == second.text() else _("Hai lần nhập mật khẩu không giống nhau.")


class PeopleCard(Card):
    """Everybody who may unlock; an administrator adds, disables and gives new passwords."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Người dùng"), " ")
        self.session = session
        self.rules = session.may("users")
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        clear(self.body)
        people = users.everyone(self.session.office.database)
        for number, one in enumerate(people):
            if number:
                self.body.addWidget(Hairline())
            self.body.addLayout(self._row(one))
        self.fact.setText(_("{n} người").format(n=sum(not one.disabled for one in people)))
        if self.rules:
            foot = Panel("raised", "t", row(Button(_("Thêm người"), icon="plus", pressed=self.add), None, edge=(14, 8, 14, 8)))
            self.body.addWidget(foot)

    def _row(self, one: users.Person) -> Any:
        roles = ", ".join(_(users.ROLES[role]) for role in one.roles)
        second = f"{one.id} · {roles} · {_('từ')} {shown_day(one.created[:10])}"
        ink = "ink3" if one.disabled else "ink"
        words = column(Label(one.name, "medium", ink), Label(second, "small", "ink3", wrap=True), gap=0)
        made = row(gap=8, edge=(14, 8, 14, 8))
        made.addLayout(words, 1)
        if one.disabled:
            made.addWidget(StateChip("locked", _("Đã khóa")))
            if self.rules:
                made.addWidget(Button(_("Mở lại"), "link", pressed=partial(self.add, one)))
        elif one.id == self.session.user:
            made.addWidget(Label(_("bạn"), "small", "ink2"))
        elif self.rules:
            made.addWidget(Button(_("Vai trò"), "link", pressed=partial(self.change_roles, one)))
            made.addWidget(Button(_("Mật khẩu"), "link", pressed=partial(self.reset, one), tip=_("Đặt lại mật khẩu")))
            made.addWidget(Button(_("Khóa"), "quiet", "lock-simple", partial(self.disable, one), tip=_("Không cho mở dữ liệu nữa")))
        return made

    @staticmethod
    def _boxes(chosen: Iterable[str]) -> tuple[dict[str, QCheckBox], QWidget]:
        boxes = {role: QCheckBox(_(label).capitalize()) for role, label in users.ROLES.items()}
        for role, box in boxes.items():
            box.setChecked(role in chosen)
        roles = QWidget()
        roles.setLayout(row(*boxes.values(), None, gap=16))
        return boxes, roles

    def change_roles(self, one: users.Person) -> None:
        """Let a person do other things from now on."""
        session = self.session
        boxes, roles = self._boxes(one.roles)

        def work() -> Work:
            chosen = [role for role, box in boxes.items() if box.isChecked()]
            return partial(users.set_roles, session.store, one.id, chosen, by=session.user)

        title, intro = _("Vai trò của {name}").format(name=one.name), _("Có hiệu lực từ lần mở sau của người đó.")
        dialog = AskDialog(self, title, intro, [(_("Được làm"), roles)], _("Ghi"), work, session.office.database)
        if dialog.exec():
            session.toast(_("Đã đổi vai trò của {name}.").format(name=one.name))
            self.refresh()

    def add(self, again: users.Person | None = None) -> None:
        """Add a person with a first password; ``again``: one who was disabled before."""
        session = self.session
        name, user = QLineEdit(again.name if again else ""), QLineEdit(again.id if again else "")
        user.setReadOnly(again is not None)
        first, second = PasswordField(_("Mật khẩu đầu tiên")), PasswordField(_("Nhập lại"))
        boxes, roles = self._boxes(again.roles if again else ("clerk",))
        for field, words in ((name, _("Họ tên")), (user, _("Tên đăng nhập"))):
            field.setAccessibleName(words)

        def work() -> Work | str:
            chosen = [role for role, box in boxes.items() if box.isChecked()]
            given = (user.text().strip(), name.text(), chosen, first.text())
            return _twice(
                first, second, partial(users.add, session.store, session.office.unlocked, *given, by=session.user, now=now_text())
            )

        fields: list[tuple[str, QWidget]] = [
            (_("Họ tên"), name), (_("Tên đăng nhập"), user), (_("Được làm"), roles),
            (_("Mật khẩu đầu tiên"), first), (_("Nhập lại"), second), ("", maker(first, second)),
        ]  # fmt: skip
        dialog = AskDialog(
            self,
            _("Mở lại cho {name}").format(name=again.name) if again else _("Thêm người dùng"),
            _("Báo mật khẩu đầu tiên cho người đó; họ tự đổi sau."),
            fields,
            _("Mở lại") if again else _("Thêm"),
            work,
            session.office.database,
        )
        if dialog.exec():
            session.office.unlocked = dialog.result_value
            session.toast(_("Đã thêm {name}.").format(name=name.text().strip()))
            self.refresh()

    def reset(self, one: users.Person) -> None:
        """Give another person a new password."""
        session = self.session
        first, second = PasswordField(_("Mật khẩu mới")), PasswordField(_("Nhập lại"))

        def work() -> Work | str:
            again = partial(users.reset_password, session.store, session.office.unlocked, one.id, first.text(), by=session.user)
            return _twice(first, second, again)

        title = _("Đặt lại mật khẩu của {name}").format(name=one.name)
        dialog = AskDialog(
            self,
            title,
            "",
            [(_("Mật khẩu mới"), first), (_("Nhập lại"), second), ("", maker(first, second))],
            _("Đặt lại"),
            work,
            session.office.database,
        )
        if dialog.exec():
            session.office.unlocked = dialog.result_value
            session.toast(_("Đã đặt lại mật khẩu của {name}.").format(name=one.name))

    def disable(self, one: users.Person) -> None:
        """Take a person's access away; the data key changes."""
        words = _("Người này không mở được dữ liệu nữa và khóa dữ liệu được đổi. Bản sao lưu cũ vẫn mở được bằng mật khẩu cũ.")
        if messages.ask(self, _("Khóa {name}?").format(name=one.name), words, _("Khóa")):
            session = self.session
            change = partial(users.disable, session.store, session.office.unlocked, one.id, by=session.user, opener=opener)
            change_keys(self, session, change, lambda found: found[0])


class PasswordCard(Card):
    """One's own password, and the recovery code."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Mật khẩu và mã khôi phục"))
        self.session = session
        hint = Label(_("Mật khẩu nên là một câu ngắn dễ nhớ, từ 10 ký tự."), "small", "ink2", wrap=True)
        self.body.addLayout(stretched(hint, Button(_("Đổi mật khẩu"), icon="key", pressed=self.change), gap=10, edge=(14, 12, 14, 12)))
        self._code = column(gap=0)
        self.body.addLayout(self._code)
        self._show_code()

    def _show_code(self) -> None:
        """Say how it stands with the recovery code, and offer what can be done about it."""
        clear(self._code)
        session = self.session
        if not session.may("users"):
            return
        self._code.addWidget(Hairline())
        if which := users.unproved(session.store, session.office.unlocked):
            note, prove = Note("warning", "warning"), Button(_("Gõ lại từ phiếu"), icon="key", pressed=self.prove)
            note.say(_(starting.UNPROVED[which]))
            self._code.addWidget(Panel("raised", "b", stretched(note, prove, gap=10, edge=(14, 8, 14, 8))))
        words = _("Phiếu mã khôi phục bị mất hoặc lộ: làm mã mới; gõ lại một nhóm thì mã cũ hết hiệu lực.")
        make = Button(_("Làm mã mới"), icon="receipt", pressed=self.renew)
        self._code.addLayout(stretched(Label(words, "small", "ink2", wrap=True), make, gap=10, edge=(14, 12, 14, 12)))

    def change(self) -> None:
        """Change one's own password after asking for the old one."""
        session = self.session
        old, first, second = PasswordField(_("Mật khẩu hiện tại")), PasswordField(_("Mật khẩu mới")), PasswordField(_("Nhập lại"))

        def work() -> Work | str:
            given = (session.store, session.office.unlocked, session.user, old.text(), first.text())
            return _twice(first, second, partial(users.change_password, *given))

        fields: list[tuple[str, QWidget]] = [
            (_("Mật khẩu hiện tại"), old),
            (_("Mật khẩu mới"), first),
            (_("Nhập lại"), second),
            ("", maker(first, second)),
        ]
        dialog = AskDialog(self, _("Đổi mật khẩu"), "", fields, _("Đổi"), work, session.office.database)
        if dialog.exec():
            session.office.unlocked = dialog.result_value
            session.toast(_("Đã đổi mật khẩu."))

    def renew(self) -> None:
        """Make a new recovery code and show it once; the old one ends when a group of it was typed back."""
        words = _("Mã đang giữ trong phong bì còn hiệu lực đến khi gõ lại một nhóm của mã mới. Mã mới chỉ hiện một lần.")
        if self.session.office.unlocked.keystore.offered:
            words = _(
                "Mã làm lần trước mà chưa gõ lại sẽ hết hiệu lực ngay: nếu phiếu của mã đó đã cất, hãy để nguyên và gõ lại từ phiếu. "
                "Mã cũ hơn còn hiệu lực đến khi gõ lại một nhóm của mã mới."
            )
        if messages.ask(self, _("Làm mã khôi phục mới?"), words, _("Làm mã mới")):
            session = self.session
            make = partial(users.offer_code, session.store, session.office.unlocked, by=session.user)
            job = Job(make, database=session.office.database, writes=True, words=_("Đang làm mã khôi phục mới…"))
            job.done.connect(self._offered)
            job.failed.connect(partial(messages.show_error, self))
            session.run(job)

    def _offered(self, found: tuple[Unlocked, str]) -> None:
        """Take the keys, and show the new code once the cover of the job is gone: it would take the focus from under the next one."""
        self.session.office.unlocked = found[0]
        QTimer.singleShot(0, self, lambda: self._show_offered(found[1]))

    def _show_offered(self, code: str) -> None:
        """Show the new code. A screen that is locked before or meanwhile leaves both codes working, and the card saying so."""
        session = self.session
        if not self.isVisible():
            return
        intro = _("Đây là mã mới, chỉ hiện một lần: in ra, niêm phong, giao thủ trưởng đơn vị. Mã cũ còn hiệu lực đến khi gõ lại một nhóm.")
        kind, unit = recovery_code(replaces=True), session.unit_name(session.own_unit)
        dialog = CodeDialog(self, code, unit, _("Mã khôi phục mới"), intro, kind)
        dialog.exec()
        if not self.isVisible():
            return
        if dialog.page.is_typed:
            prove = partial(users.prove_code, session.store, session.office.unlocked, code, by=session.user, opener=opener)
            change_keys(self, session, prove, lambda proved: proved[0])
        else:
            self._show_code()

    def prove(self) -> None:
        """Let somebody type the newest code from its sheet."""
        session, code = self.session, QLineEdit()
        code.setAccessibleName(_("Mã khôi phục"))
        code.setPlaceholderText(_("8 nhóm, mỗi nhóm 4 chữ số"))

        def work() -> Work:
            return partial(keystore.check_code, session.office.unlocked.keystore, code.text())

        title, intro = _("Gõ lại mã khôi phục"), _("Gõ cả mã trên phiếu in sau cùng; đúng thì mọi mã khác hết hiệu lực.")
        dialog = AskDialog(self, title, intro, [(_("Mã khôi phục"), code)], _("Xong"), work)
        if dialog.exec():
            prove = partial(users.prove_code, session.store, session.office.unlocked, code.text(), by=session.user, opener=opener)
            change_keys(self, session, prove, lambda proved: proved[0])


def change_keys(parent: QWidget, session: Session, change: Work, keys_of: Callable[[Any], Unlocked]) -> None:
    """Run what changes the data key, with the file closed in every thread, then let the window open anew."""
    jobs.wait_for_all()
    session.office.database.close()

    def work() -> Any:
        found = change()
        found[1].database.close()
        return found

    job = Job(work, writes=True, words=_("Đang đổi khóa dữ liệu…"))
    job.done.connect(lambda found: session.reopen_asked.emit(keys_of(found)))
    job.failed.connect(partial(messages.show_error, parent))
    session.run(job)
