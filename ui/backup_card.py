"""Backup and restore: age of the last one (red after 14 days), a second place, going back to one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app import backup, starting
from app.i18n import _
from ui import messages
from ui.buttons import Button
from ui.jobs import Job
from ui.parts import Card, Hairline, IconLabel, Label, column, row, stretched
from ui.safety import backup_words
from ui.session import Session


class BackupCard(Card):
    """Makes backups in a job that opens and checks each before it counts."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Sao lưu và khôi phục"))
        self.session = session
        self._icon, self.age = IconLabel("shield-check", "ok", "", 18), Label("", "body")
        self.place = Label("", "small", "ink2", wrap=True)
        self.now = Button(_("Sao lưu ngay"), "filled", "shield-check", self.back_up)
        self.second = Button(_("Chọn nơi thứ hai"), icon="hard-drive", pressed=self._choose)
        self.restore = Button(_("Khôi phục"), icon="clock-counter-clockwise", pressed=self._restore)
        if not session.may("restore"):
            self.restore.hide()
        hint = Label(
            _("Mỗi bản được mở thử và kiểm tra từng trang trước khi ghi nhận. Nên chép thêm ra USB cất riêng."), "small", "ink2", wrap=True
        )
        back = Label(_("Quay về một bản sao lưu; dữ liệu hiện tại được giữ riêng."), "small", "ink2", wrap=True)
        self.body.addLayout(
            column(
                row(self._icon, self.age, None, gap=10), hint, row(self.now, self.second, None, gap=8), self.place, Hairline(),
                stretched(back, self.restore, gap=10),
                gap=10, edge=(14, 12, 14, 12),
            )
        )  # fmt: skip
        self.refresh()

    def _second_place(self) -> str:
        return str(self.session.preferences.get("second_place", ""))

    def refresh(self) -> None:
        """Say how old the newest is."""
        last = starting.last_backup(self.session.folder, self.session.office.unlocked.db_id, self._second_place())
        icon, ink, words = backup_words(last)
        self._icon.set_icon(icon, ink, words)
        self.age.setText(words)
        self.age.set_ink("error" if ink == "error" else "ink", "strong")
        second = self._second_place()
        gone = second and not Path(second).is_dir()
        said = _("Nơi thứ hai: {place}").format(place=second) if second else _("Chưa chọn nơi thứ hai (USB hoặc ổ đĩa khác).")
        self.place.setText(said + ("  " + _("(chưa cắm)") if gone else ""))

    def back_up(self) -> None:
        """Make one in the data folder and, when it is there, in the second place."""
        places: list[Path | None] = [None]
        second = self._second_place()
        if second and Path(second).is_dir():
            places.append(Path(second))
        job = Job(self._make, places, database=self.session.office.database, writes=True, words=_("Đang sao lưu và mở thử…"))
        job.done.connect(self._done)
        job.failed.connect(partial(messages.show_error, self))
        self.session.run(job)

    def _make(self, places: list[Path | None]) -> list[Path]:
        return [backup.backup(self.session.office.database, place) for place in places]

    def _done(self, made: list[Path]) -> None:
        self.refresh()
        self.session.toast(_("Đã sao lưu và mở thử: {name}").format(name=made[-1].name))
        window = self.window()
        show = getattr(window, "show_backup_age", None)
        if callable(show):
            show()

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, _("Chọn nơi sao lưu thứ hai"), self._second_place())
        if found:
            self.session.preferences.put("second_place", found)
            self.refresh()

    def _restore(self) -> None:
        from ui.gate import PasswordField
        from ui.people_card import AskDialog

        folder = self.session.folder
        start = str(folder / backup.FOLDER)
        path, _chosen = QFileDialog.getOpenFileName(self, _("Chọn bản sao lưu"), start, _("Bản sao lưu") + " (nennep-*.db)")
        if not path:
            return
        field = PasswordField(_("Mật khẩu"))
        intro = _("Mật khẩu của bạn vào lúc sao lưu.")
        if AskDialog(self, _("Khôi phục"), intro, [(_("Mật khẩu"), field)], _("Xem sẽ mất gì")).exec():
            self._go_back(Path(path), field.text())

    def _go_back(self, path: Path, password: str) -> None:
        from ui.unlock_dialog import restore_from

        session = self.session
        session.office.database.close()
        window: QWidget = self.window()
        restore_from(window, session.folder, path, session.user, password, session.reopen_asked.emit)
