"""Backup and restore: age of the last one (red after 14 days), a second place, going back to one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QFileDialog

from app import backup
from app.checking import backup_doubt
from app.i18n import _, say
from db.connection import translate
from ui import messages
from ui.buttons import Button
from ui.changes import changes
from ui.jobs import Job
from ui.parts import Card, Hairline, IconLabel, Label, column, row, stretched
from ui.safety import backup_words, restoring
from ui.session import Session


class Made(NamedTuple):
    """What backing up gave: the one here, what is wrong with what was copied, the one in the second place, why that is not made."""

    here: Path
    doubt: str | None
    there: Path | None = None
    error: BaseException | None = None


class BackupCard(Card):
    """Makes backups in a job that opens and checks each before it counts."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Sao lưu và khôi phục"))
        self.session = session
        self._icon, self.age = IconLabel("shield-check", "ok", "", 18), Label("", "body", wrap=True)
        self._second_icon, self.place = IconLabel("hard-drive", "ink2", "", 18), Label("", "body", wrap=True)
        self.held = Label("", "small", "ink2", wrap=True)
        self.now = Button(_("Sao lưu ngay"), "filled", "shield-check", self.back_up)
        self.second = Button(_("Chọn nơi thứ hai"), icon="hard-drive", pressed=self.choose_place)
        self.restore = Button(_("Khôi phục"), icon="clock-counter-clockwise", pressed=self.choose_backup)
        ages = (row(self._icon, self.age, gap=10), row(self._second_icon, self.place, gap=10))
        for line in ages:
            line.setStretch(1, 1)
        self.body.addLayout(column(*ages, self.held, row(self.now, self.second, None, gap=8), gap=10, edge=(14, 12, 14, 12)))
        if session.may("restore"):
            back = Label(_("Quay về một bản sao lưu; dữ liệu hiện tại được giữ riêng."), "small", "ink2", wrap=True)
            self.body.addWidget(Hairline())
            self.body.addLayout(stretched(back, self.restore, gap=10, edge=(14, 12, 14, 12)))
        changes.backed_up.connect(self.refresh)
        self.refresh()

    @property
    def second_place(self) -> Path | None:
        """The second place that was chosen; None before. It may not be there now."""
        kept = str(self.session.preferences.get("second_place", ""))
        return Path(kept) if kept else None

    def refresh(self) -> None:
        """Say how old the newest is, here and in the second place."""
        held = backup.listed(self.session.folder / backup.FOLDER, self.session.office.unlocked.db_id)
        icon, ink, words = backup_words(held[0][0] if held else None)
        self._icon.set_icon(icon, ink, words)
        self.age.setText(words)
        self.age.set_ink("error" if ink == "error" else "ink", "strong")
        self._refresh_second()
        kept = _("Tự giữ bản của 7 ngày, 5 tuần và 12 tháng gần nhất.")
        if held:
            counted = _("Đang giữ {n} bản, cũ nhất {day}.").format(n=len(held), day=f"{held[-1][0]:%d/%m/%Y}")
            kept = f"{counted} {kept}"
        self.held.setText(f"{kept} {_('Mỗi bản được mở thử và kiểm tra từng trang trước khi ghi nhận.')}")

    def _refresh_second(self) -> None:
        second = self.second_place
        if second is None:
            ink, icon, words = "warning", "warning", _("Chưa chọn nơi thứ hai (USB hoặc ổ đĩa khác); ổ đĩa này hỏng là mất cả bản sao lưu.")
        elif not second.is_dir():
            ink, icon, words = "warning", "warning", _("Nơi thứ hai chưa cắm: {place}").format(place=second)
        else:
            held = backup.listed(second, self.session.office.unlocked.db_id)
            _icon, ink, said = backup_words(held[0][0] if held else None)
            icon = "hard-drive" if ink != "error" else "warning"
            words = _("Nơi thứ hai {place}: {said}").format(place=second, said=said[:1].lower() + said[1:])
        self._second_icon.set_icon(icon, "ink2" if ink == "ok" else ink, words)
        self.place.setText(words)
        self.place.set_ink("ink" if ink == "ok" else ink)

    # -- making one --------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make one in the data folder and, when it is there, in the second place."""
        job = Job(self._make, self.second_place, database=self.session.office.database, writes=True, words=_("Đang sao lưu và mở thử…"))
        job.done.connect(self._done)
        job.failed.connect(partial(messages.show_error, self))
        self.session.run(job)

    def _make(self, second: Path | None) -> Made:
        database = self.session.office.database
        here, doubt = backup.backup(database), backup_doubt(self.session.store)
        if second is None or not second.is_dir():
            return Made(here, doubt)
        try:
            return Made(here, doubt, backup.backup(database, second))
        except Exception as error:
            if translate(error) is None:
                raise
            return Made(here, doubt, error=error)

    def _done(self, made: Made) -> None:
        changes.backed_up.emit()
        words = _("Đã sao lưu và mở thử: {name}").format(name=made.here.name)
        if made.there is not None:
            words = _("Đã sao lưu ở cả hai nơi và mở thử: {name}").format(name=made.there.name)
        elif self.second_place is not None:
            words = _("Đã sao lưu ở máy này; chưa chép được sang nơi thứ hai.")
        self.session.toast(words)
        if made.doubt is not None:
            messages.tell(self, _("Đã sao lưu, nhưng nhật ký đã hỏng."), say(made.doubt))
        if made.error is not None:
            messages.show_error(self, made.error)

    def choose_place(self) -> None:
        """Choose the folder of the second place."""
        second = self.second_place
        found = QFileDialog.getExistingDirectory(self, _("Chọn nơi sao lưu thứ hai"), str(second) if second else "")
        if found:
            self.set_second_place(Path(found))

    def set_second_place(self, place: Path) -> None:
        """Keep copies in ``place`` from now on; the data folder itself is no second place."""
        folder = self.session.folder.resolve()
        if folder == place.resolve() or folder in place.resolve().parents:
            messages.tell(
                self, _("Nơi này nằm trong thư mục dữ liệu."), _("Hãy chọn USB hoặc ổ đĩa khác, để ổ đĩa này hỏng vẫn còn bản sao.")
            )
            return
        self.session.preferences.put("second_place", str(place))
        self.refresh()

    # -- going back --------------------------------------------------------------------------------------------------

    def choose_backup(self) -> None:
        """Choose the backup to go back to."""
        start = str(self.session.folder / backup.FOLDER)
        path, _chosen = QFileDialog.getOpenFileName(self, _("Chọn bản sao lưu"), start, _("Bản sao lưu") + " (nennep-*.db)")
        if path:
            self.go_back(Path(path))

    def go_back(self, path: Path) -> None:
        """Ask for the password of that time, say what will be lost, and go back when the person is sure."""
        from ui.gate import PasswordField
        from ui.people_card import AskDialog, Work

        field = PasswordField(_("Mật khẩu"))
        intro = _("Mật khẩu của bạn vào lúc sao lưu. Chưa thay đổi gì cho đến khi bạn đồng ý.")

        def work() -> Work | str:
            return partial(self._look, path, field.text()) if field.text() else _("Hãy nhập mật khẩu trước.")

        title = restoring(path)
        dialog = AskDialog(self, title, intro, [(_("Mật khẩu"), field)], _("Xem sẽ mất gì"), work)
        if not dialog.exec():
            return
        loss: backup.Loss = dialog.result_value
        kept = _("Dữ liệu hiện tại được giữ trong thư mục “hong-…”, không bị xóa. Máy này được coi là máy mới.")
        if messages.ask(self, f"{title}?", f"{_(str(loss))}\n{kept}", _("Khôi phục")):
            self._restore(path, field.text())

    def _look(self, path: Path, password: str) -> backup.Loss:
        """Open and check the backup, and count what going back would lose; nothing is changed."""
        from app.office import opener

        found: list[backup.Loss] = []

        def not_yet(loss: backup.Loss) -> bool:
            found.append(loss)
            return False

        backup.restore(self.session.folder, path, self.session.user, password, opener, sure=not_yet)
        return found[0]

    def _restore(self, path: Path, password: str) -> None:
        from app.office import opener

        session = self.session
        keep = getattr(self.window(), "keep_typed", None)
        if callable(keep):
            keep()
        session.office.database.close()
        job = Job(backup.restore, session.folder, path, session.user, password, opener, writes=True, words=_("Đang khôi phục…"))
        job.done.connect(self._restored)
        job.failed.connect(partial(messages.show_error, self))
        session.run(job)

    def _restored(self, restored: backup.Restored) -> None:
        messages.tell(self, _("Đã khôi phục."), _("Dữ liệu cũ được giữ trong thư mục “hong-…”; kiểm tra xong mới xóa."))
        self.session.reopen_asked.emit(restored.unlocked)
