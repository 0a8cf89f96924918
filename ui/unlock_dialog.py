"""The door: who, password (shown on demand), age of the last backup; wrong passwords make one wait. The key is derived by a job."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFontMetrics
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QStackedWidget, QWidget

from app.i18n import _
from app.preferences import LAST_USER, Preferences
from db import keystore, lockout
from db.errors import ExpectedError
from db.keystore import Unlocked
from ui import look, messages
from ui.brand import brand
from ui.buttons import Button
from ui.code_page import CodePage, proving
from ui.gate import Fields, Gate, Note, PasswordField, maker, recovery_code
from ui.jobs import Job
from ui.look import px
from ui.parts import Hairline, IconLabel, Label, column, row
from ui.safety import backup_words, restoring


class UnlockWindow(Gate):
    """Asks for the password of one data folder, whose lock the caller holds.

    ``only`` is the one user who may open it, ``first`` the one who is offered first ('': who came in last). ``lock`` are the words of
    a locked screen; '' is the door of every start. ``drafts`` is how many wait for ``first``.
    """

    unlocked = Signal(object)
    """A ``db.keystore.Unlocked``."""
    left = Signal()
    """The window was closed without a password."""

    def __init__(self, folder: Path, title: str = "", only: str = "", drafts: int = 0, lock: str = "", first: str = "") -> None:
        super().__init__(468)
        self._folder, self._title = folder, title
        self.is_lock = bool(lock)
        """Whether somebody works behind it: closing it ends the program, but it does not restore or recover."""
        self.may_close: Callable[[], bool] = lambda: True
        """Asked before it is closed without a password."""
        self._keys = keystore.parse(keystore.read(folder))
        self._job: Job | None = None
        self._opened = False
        first = first or str(Preferences(folder, "").get(LAST_USER, ""))
        users = [only] if only else sorted(self._keys.users, key=lambda one: one != first)
        self.user = PickButton(users)
        self.password = PasswordField(_("Mật khẩu"))
        self.note = Note()
        self.open_button = Button(_("Mở"), "filled", pressed=self.open)
        self.forgotten = Button(_("Quên mật khẩu"), "link", pressed=self._forgot)
        self.from_backup = Button(_("Khôi phục từ bản sao lưu"), "link", pressed=self._restore)
        self._wait = QTimer(self)
        self._wait.setInterval(1000)
        self._wait.timeout.connect(self._count_down)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._door(title, lock, drafts))
        self.card.body.addWidget(self.stack)
        self.under.setText(_("Sai mật khẩu 5 lần phải chờ") + "  ·  " + _("Không kết nối mạng"))
        self.password.returnPressed.connect(self.open)
        self.user.changed.connect(self._user_changed)
        self.forgotten.setVisible(not only and not lock)
        self.from_backup.setVisible(not only and not lock)
        self.password.setFocus()
        self._count_down()
        QTimer.singleShot(0, self, self._show_age)

    def _door(self, title: str, lock: str, drafts: int) -> QWidget:
        words = column(Label("Nền Nếp", "page"), Label(title or self._folder.name, "body", "ink2"), gap=0)
        said = row(IconLabel("lock-simple", "accent", "", 18), Label(lock, "medium", "ink", wrap=True), gap=10, edge=(0, 0, 0, 8))
        said.setStretch(1, 1)
        self.lock_words = QWidget()
        self.lock_words.setLayout(said)
        if not lock:
            self.lock_words.hide()
        fields = column(
            row(brand(40), words, None, gap=14), 14, self.lock_words,
            Label(_("Người dùng"), "medium", "ink2"), self.user, 6,
            Label(_("Mật khẩu"), "medium", "ink2"), self.password, self._messages(),
            self.open_button, row(self.forgotten, None, self.from_backup), 4, Hairline(), 2,
            gap=6, edge=(36, 34, 36, 26),
        )  # fmt: skip
        self._age_icon, self.age = IconLabel("shield-check", "ink3", "", 18), Label(" ", "body", "ink2")
        fields.addLayout(row(self._age_icon, self.age, None, gap=10))
        if drafts:
            waiting = _("{n} bản nháp đang chờ").format(n=drafts)
            fields.addLayout(row(IconLabel("pencil-simple", "ink2", "", 18), Label(waiting, "body", "ink2"), None, gap=10))
        page = QWidget()
        page.setLayout(fields)
        return page

    def _messages(self) -> QWidget:
        """Keep room for what is said of a password, so that nothing moves when it is said."""
        room = QWidget()
        room.setLayout(column(self.password.caps, self.note, None, gap=2))
        look.follow(room, lambda one: one.setMinimumHeight(2 * QFontMetrics(look.font("small_medium")).lineSpacing() + px(6)))
        return room

    def _show_age(self) -> None:
        """Say how old the last backup is, once the door has been painted."""
        from app import backup

        icon, ink, said = backup_words(backup.last(self._folder / backup.FOLDER, self._keys.db_id))
        self._age_icon.set_icon(icon, ink)
        self.age.setText(said)
        self.age.set_ink("error" if ink == "error" else "ink2")

    # -- opening -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Try the password; the window stays alive while the key is derived."""
        if self._job is not None or not self.open_button.isEnabled():
            return
        if not self.password.text():
            self._wrong(_("Hãy nhập mật khẩu."))
            return
        self._busy(True)
        job = self._job = Job(keystore.unlock, self._folder, self.user.value, self.password.text())
        job.done.connect(self._right)
        job.failed.connect(self._failed)
        job.start()

    def _busy(self, busy: bool) -> None:
        self.open_button.setText(_("Đang mở…") if busy else _("Mở"))
        for part in (self.open_button, self.password, self.user):
            part.setEnabled(not busy)

    def _right(self, unlocked: Unlocked) -> None:
        self._job = None
        self._opened = True
        self.password.clear()
        Preferences(self._folder, "").put(LAST_USER, unlocked.user_id)
        self.unlocked.emit(unlocked)

    def try_again(self) -> None:
        """The password was right, but the office could not be opened: stay for another try."""
        self._opened = False
        self._busy(False)
        self.password.setFocus()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self._busy(False)
        if isinstance(error, ExpectedError) and error.code in ("password", "wait"):
            title, remedy = messages.words_of(error)
            self._wrong(f"{title} {remedy}")
            self._count_down()
        else:
            messages.show_error(self, error)
        self.password.setFocus()
        self.password.selectAll()

    def _wrong(self, words: str) -> None:
        self.note.say(words)
        look.mark(self.password, state="error" if words else "")

    def _user_changed(self) -> None:
        self.password.clear()  # it was another person's
        self._wrong("")
        self._count_down()
        self.password.setFocus()

    def _count_down(self) -> None:
        """While wrong passwords make one wait, say how long and keep the button off."""
        wrong, left = lockout.standing(self._folder, self.user.value, time.time())
        if left > 0:
            self.open_button.setEnabled(False)
            self._wrong(_("Đã nhập sai {n} lần liền. Còn {seconds} giây.").format(n=wrong, seconds=left))
            self._wait.start()
        elif self._wait.isActive():
            self._wait.stop()
            self._wrong("")
            self.open_button.setEnabled(True)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed without a password: the program ends."""
        seen = self.stack.currentWidget()
        lost = not seen.may_close() if isinstance(seen, FreshCode | RecoverPage) and not self._opened else False
        if lost or (not self._opened and not self.may_close()):
            event.ignore()
            return
        event.accept()
        if not self._opened:
            self.left.emit()

    # -- other ways in -----------------------------------------------------------------------------------------------

    def _forgot(self) -> None:
        page = RecoverPage(self._folder, self.user.value)
        page.back.connect(lambda: self._show_door(page))
        page.recovered.connect(partial(self._show_fresh, page))
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        page.code.setFocus()

    def _show_fresh(self, recover: QWidget, found: tuple[Unlocked, str]) -> None:
        """The password is set: show the new code before the office is opened."""
        page = FreshCode(*found, str(self._title or self._folder.name))
        page.onward.connect(self._right)
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.stack.removeWidget(recover)
        recover.deleteLater()
        page.code.printing.setFocus()

    def _show_door(self, page: QWidget) -> None:
        self.stack.setCurrentIndex(0)
        page.deleteLater()
        self.password.setFocus()

    def _restore(self) -> None:
        from app import backup

        path, _chosen = QFileDialog.getOpenFileName(
            self, _("Chọn bản sao lưu"), str(self._folder / backup.FOLDER), _("Bản sao lưu") + " (nennep-*.db)"
        )
        if path:
            restore_from(self, self._folder, Path(path), self.user.value, self.password.text(), self._restored)

    def _restored(self, unlocked: Unlocked) -> None:
        messages.tell(self, _("Đã khôi phục."), _("Dữ liệu cũ được giữ trong thư mục “hong-…”; kiểm tra xong mới xóa."))
        self._right(unlocked)


def restore_from(parent: QWidget, folder: Path, path: Path, user: str, password: str, done: Callable[[Unlocked], object]) -> None:
    """Bring a backup back: say first what will be lost, ask, then do it in a job. ``done`` is called with the new keys."""
    if not password:
        messages.tell(parent, _("Hãy nhập mật khẩu trước."), _("Mật khẩu là mật khẩu của lúc sao lưu; nhập ở ô Mật khẩu rồi chọn lại."))
        return
    from app import backup
    from app.office import opener

    losses: list[backup.Loss] = []

    def not_yet(loss: backup.Loss) -> bool:
        losses.append(loss)
        return False

    def look_first() -> object:
        return backup.restore(folder, path, user, password, opener, sure=not_yet)

    def ask(_none: object) -> None:
        if messages.ask(parent, f"{restoring(path)}?", _(str(losses[0])), _("Khôi phục")):
            again = Job(backup.restore, folder, path, user, password, opener)
            again.done.connect(lambda restored: done(restored.unlocked))
            again.failed.connect(lambda error: messages.show_error(parent, error))
            again.start()

    first = Job(look_first)
    first.done.connect(ask)
    first.failed.connect(lambda error: messages.show_error(parent, error))
    first.start()


class RecoverPage(QWidget):
    """A new password by the recovery code; ``recovered`` gives the keys and the new code, which is to be shown at once."""

    back = Signal()
    recovered = Signal(object)

    def __init__(self, folder: Path, user: str) -> None:
        super().__init__()
        self._folder, self._user = folder, user
        self._job: Job | None = None
        self.code, self.first, self.second = (
            PasswordField(_("Mã khôi phục")),
            PasswordField(_("Mật khẩu mới")),
            PasswordField(_("Nhập lại")),
        )
        self.code.setEchoMode(PasswordField.EchoMode.Normal)
        self.code.setPlaceholderText(_("8 nhóm, mỗi nhóm 4 chữ số"))
        self.note = Note()
        self.go = Button(_("Đặt mật khẩu mới"), "filled", pressed=self._recover)
        self.fields = Fields(self._recover, self.code, self.first, self.second)
        said = self.fields.notes
        hint = Label(_("Mã ở phiếu niêm phong do thủ trưởng đơn vị giữ. Dùng xong, phần mềm cấp mã mới."), "body", "ink2", wrap=True)
        self.setLayout(column(
            Label(_("Đặt lại mật khẩu của {user}").format(user=user), "dialog"), hint, 8,
            Label(_("Mã khôi phục"), "medium", "ink2"), self.code, said[self.code], 4,
            Label(_("Mật khẩu mới"), "medium", "ink2"), self.first, said[self.first], 4,
            Label(_("Nhập lại"), "medium", "ink2"), self.second, said[self.second], row(maker(self.first, self.second), None), self.note, 8,
            row(Button(_("Quay lại"), "quiet", "arrow-left", self._leave), None, self.go), None,
            gap=6, edge=(36, 34, 36, 26),
        ))  # fmt: skip

    def may_close(self) -> bool:
        """Not while the password is being set: the new code is still to come."""
        return self._job is None

    def _leave(self) -> None:
        if self._job is None:
            self.back.emit()

    def _recover(self) -> None:
        if self._job is not None:
            return
        if self.first.text() != self.second.text():
            self.fields.say(self.second, _("Hai lần nhập mật khẩu không giống nhau."))
            return
        self.go.setEnabled(False)
        self.note.say("")
        self.fields.clear()
        job = self._job = Job(_recover, self._folder, self.code.text(), self._user, self.first.text())
        job.done.connect(self._done)
        job.failed.connect(self._failed)
        job.start()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self.go.setEnabled(True)
        if not isinstance(error, ExpectedError):
            messages.show_error(self, error)
        elif error.code == "weak":
            self.fields.say(self.first, _(str(error)))
        elif error.code in ("code", "code-form", "code-check", "wait"):
            self.fields.say(self.code, _(str(error)))
        else:
            self.note.say(_(str(error)))

    def _done(self, found: tuple[Unlocked, str]) -> None:
        self._job = None
        for field in (self.code, self.first, self.second):
            field.clear()
        self.recovered.emit(found)


class FreshCode(QWidget):
    """The new code; once a group of it is typed back the old one ends, and only then the office is opened. ``onward`` gives the keys."""

    onward = Signal(object)

    def __init__(self, unlocked: Unlocked, code: str, unit: str) -> None:
        super().__init__()
        self._unlocked = unlocked
        self._job: Job | None = None
        intro = _("Đây là mã mới, chỉ hiện một lần: in ra, niêm phong, giao thủ trưởng đơn vị. Mã cũ còn hiệu lực đến khi gõ lại một nhóm.")
        page = self.code = CodePage(code, unit, _("Mã khôi phục mới"), intro, edge=(0, 0, 0, 0), kind=recovery_code(replaces=True))
        self.go = Button(_("Đã cất mã, mở dữ liệu"), "filled", pressed=self._prove)
        self.go.setEnabled(False)
        page.changed.connect(lambda: self.go.setEnabled(page.is_ready and self._job is None))
        page.entered.connect(self._prove)
        self.setLayout(column(page, row(None, self.go), gap=12, edge=(36, 34, 36, 26)))

    def may_close(self) -> bool:
        """Ask before the code is gone, unless it is safe; not while the keys are changed."""
        return self._job is None and self.code.may_close()

    def _prove(self) -> None:
        if self._job is not None:
            return
        self.go.setEnabled(False)
        job = self._job = proving(self._unlocked, self.code.code)
        job.done.connect(self.onward.emit)
        job.failed.connect(self._failed)
        job.start()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self.go.setEnabled(True)
        messages.show_error(self, error)


def _recover(folder: Path, code: str, user: str, password: str) -> tuple[Unlocked, str]:
    from app import users
    from app.office import opener

    unlocked, store, fresh = users.recover(folder, code, user, password, opener)
    store.database.close()
    return unlocked, fresh


class PickButton(QPushButton):
    """One of a few values, offered in a menu."""

    changed = Signal()

    def __init__(self, values: list[str]) -> None:
        super().__init__(values[0])
        self.setProperty("align", "left")
        self.setAutoDefault(False)
        self._values = values
        self.setAccessibleName(values[0])
        look.follow(self, PickButton._restyle)
        if len(values) > 1:
            menu = QMenu(self)
            for value in values:
                menu.addAction(value).triggered.connect(partial(self._pick, value))
            self.setMenu(menu)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _restyle(self) -> None:
        self.setFont(look.font("body"))
        self.setMinimumHeight(px(32))

    @property
    def value(self) -> str:
        """The value that is chosen."""
        return self.text()

    def _pick(self, value: str, _checked: bool = False) -> None:
        self.setText(value)
        self.setAccessibleName(value)
        self.changed.emit()
