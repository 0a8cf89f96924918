"""The card that joins a machine to its headquarters: their keys with the digits of the letter, our enrolment, the approval."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app import backup
from app.i18n import _
from app.sync import authority, desk, enrolment
from app.sync.authority import Above
from app.sync.bundle import together
from app.sync.enrolment import Machine
from db.errors import ExpectedError
from ui import doing, messages
from ui.buttons import Button
from ui.exchange_out import ExchangeCard, ask_folder, start_folder
from ui.gate import Note
from ui.parts import Label, column, row
from ui.session import Session
from ui.steps import Step


class JoinCard(ExchangeCard):
    """Three steps, each once in the life of a machine."""

    send_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Nối với cấp trên"), _("làm một lần"))
        self._stage: desk.Stage = "keys"
        words = (_("Nhận khóa của cấp trên"), _("Đăng ký máy này"), _("Chờ cấp trên duyệt"))
        self.steps = [Step(number, title, last=number == len(words)) for number, title in enumerate(words, 1)]
        self.file: Path | None = None
        self.written = ""
        """What was written where, the last time."""
        self.choose = Button(_("Chọn tệp khóa"), "filled", "key", self.choose_keys)
        self.digits = QLineEdit()
        self.digits.setAccessibleName(_("24 chữ số trong công văn của cấp trên"))
        self.digits.setPlaceholderText("0000 0000 0000 0000 0000 0000")
        self.digits.returnPressed.connect(self.take_keys)
        self.take = Button(_("Đối chiếu và nhận"), "filled", "check", self.take_keys)
        self.note = Note()
        self.label = QLineEdit()
        self.label.setAccessibleName(_("Tên gọi của máy"))
        self.label.returnPressed.connect(self.choose_place)
        self.enrol = Button(_("Ghi tệp đăng ký"), "filled", "arrow-up", self.choose_place)
        self.slip = Button(_("In phiếu đăng ký"), icon="printer", pressed=self.print_slip)
        self.anew = Button(_("Ghi lại tệp đăng ký"), icon="arrow-up", pressed=self.choose_place)
        self.early = Button(_("Gửi dữ liệu trước khi được duyệt"), "quiet", pressed=self.send_asked.emit)
        self._asking = Label(_("24 chữ số trong công văn của cấp trên"), "small", "ink2")
        self.steps[0].add(self.choose)
        self.steps[0].body.addLayout(column(self._asking, row(self.digits, self.take, gap=8), self.note, gap=4))
        self._naming = Label(_("Tên gọi của máy"), "small", "ink2")
        self.steps[1].body.addWidget(self._naming)
        self.steps[1].body.addLayout(row(self.label, self.enrol, gap=8))
        self.steps[2].add(self.slip, self.anew)
        self.steps[2].add(self.early)
        self.body.addLayout(column(*self.steps, gap=0, edge=(18, 14, 18, 8)))

    def refresh(self, stage: desk.Stage) -> None:
        """Show what comes next."""
        self._stage = stage
        now = {"keys": 0, "enrol": 1, "approval": 2, "revoked": 1, "forked": 1, "ready": 3}[stage]
        for place, step in enumerate(self.steps):
            step.set_state("done" if place < now else "now" if place == now else "later")
        store = self.session.store
        above, mine = authority.above(store), enrolment.this_machine(store)
        may = self.session.may("users")
        self.label.setPlaceholderText(_("Máy văn thư") if mine is None else mine.label)
        if above is None and not may:
            self.steps[0].say(_("Người quản trị làm bước này, một lần."))
        elif above is None:
            self.steps[0].say(_("Chép tệp khóa (khoa-*.json) từ cấp trên vào máy, rồi gõ mã trong công văn để chắc là đúng của cấp trên."))
        else:
            self.steps[0].say(_("{name}, mã đối chiếu {digits}").format(name=above.name, digits=together(above.digits)))
        self.choose.setVisible(now == 0 and may)
        self.choose.set_kind("" if self.file is not None else "filled")
        for typed in (self._asking, self.digits, self.take):
            typed.setVisible(now == 0 and self.file is not None)
        enrolled = self._enrolled(stage, mine)
        self.steps[1].say(enrolled if may or now != 1 else f"{enrolled} {_('Người quản trị làm bước này.')}")
        for named in (self._naming, self.label, self.enrol):
            named.setVisible(now == 1 and may)
        waiting = _("Gửi tệp đăng ký và phiếu đã ký, đóng dấu; khi cấp trên trả lời, nhận tệp đó ở bên phải.")
        self.steps[2].say("\n".join(filter(None, (self.written, waiting))) if stage == "approval" else "")
        for button in (self.slip, self.early):
            button.setVisible(stage == "approval")
        self.anew.setVisible(stage == "approval" and may)

    @staticmethod
    def _enrolled(stage: desk.Stage, mine: Machine | None) -> str:
        if stage == "revoked":
            return _("Máy này đã bị thu hồi; đăng ký lại với cấp trên.")
        if stage == "forked":
            return _(
                "Máy khác cũng mang danh tính của máy này (máy bị nhân bản, hoặc khôi phục bản cũ). "
                "Đăng ký lại máy này dưới danh tính mới; mọi thứ đã nhập vẫn còn và được gửi tiếp."
            )
        if mine is None:
            return _("Ghi tệp đăng ký ra USB, kèm phiếu có mã đối chiếu để in, ký và đóng dấu.") if stage == "enrol" else ""
        return _("Máy “{label}”, mã đối chiếu {digits}").format(label=mine.label, digits=together(mine.digits))

    @property
    def has_next(self) -> bool:
        """Whether there is anything to press, for this person."""
        return any(one.isVisibleTo(self) for one in (self.choose, self.label, self.slip))

    def focus_now(self) -> None:
        """Put the focus on what comes next."""
        wanted = (self.digits, self.choose) if self.file is not None else (self.choose,)
        found = (one for one in (*wanted, self.label, self.slip) if one.isVisibleTo(self))
        next(found, self).setFocus()

    # -- keys of headquarters ----------------------------------------------------------------------------------------

    def choose_keys(self) -> None:
        """Ask for the file with headquarters' keys."""
        path, _chosen = QFileDialog.getOpenFileName(
            self, _("Chọn tệp khóa của cấp trên"), start_folder(self.session), _("Tệp khóa") + " (*.json)"
        )
        if path:
            self.use_keys(Path(path))

    def use_keys(self, path: Path) -> None:
        """Read the file; what it holds counts once its digits were typed."""
        try:
            keys = authority.read_keys(path)
        except ExpectedError as error:
            messages.show_error(self, error)
            return
        self.file = path
        self.refresh("keys")
        self.steps[0].say(_("Tệp của {name} ({office}). Gõ đủ 24 chữ số trong công văn:").format(name=keys.name, office=keys.office))
        self.digits.setFocus()

    def take_keys(self) -> None:
        """Take the keys when the digits are theirs."""
        session = self.session
        if self.file is None:
            return
        try:
            found = authority.take_keys(session.store, self.file, self.digits.text(), session.user)
        except ExpectedError as error:
            self.note.say(_(str(error)))
            return
        self.note.say("")
        self._taken(found)

    def _taken(self, found: Above) -> None:
        self.session.toast(_("Đã nhận khóa của {name}.").format(name=found.name))
        self.changed.emit()
        self.focus_now()

    # -- our enrolment -----------------------------------------------------------------------------------------------

    def choose_place(self) -> None:
        """Ask where the enrolment goes."""
        found = ask_folder(self, self.session)
        if found is not None:
            self.write_enrolment(found)

    def write_enrolment(self, folder: Path) -> None:
        """Write the enrolment with the slip that is signed and stamped."""
        session = self.session
        label = self.label.text().strip() or self.label.placeholderText()
        fresh = self._stage in ("forked", "revoked")

        def work() -> tuple[Path, Path]:
            from app.sync import slip

            if fresh:
                backup.backup(session.office.database)
            path, mine = enrolment.enrol(session.store, folder, label, session.user, fresh=fresh)
            return path, slip.write(session.store, slip.of_enrolment(session.store, mine, session.user), folder)

        self.work(doing.into(folder, work), _("Đang ghi tệp đăng ký…"), self._enrolled_now)

    def _enrolled_now(self, found: tuple[Path, Path]) -> None:
        path, paper = found
        self.written = _("Đã ghi {name} và phiếu {paper} ở {folder}.").format(name=path.name, paper=paper.name, folder=paper.parent)
        self.session.toast(_("Đã ghi và đọc lại đúng: {name}. Có thể rút USB an toàn.").format(name=path.name))
        self.changed.emit()
        QTimer.singleShot(0, self, self.focus_now)

    def print_slip(self) -> None:
        """Print the slip of the enrolment."""
        session, mine = self.session, enrolment.this_machine(self.session.store)
        if mine is not None:
            from app.sync import slip

            self.print_slip_of(_("Phiếu đăng ký"), slip.of_enrolment(session.store, mine, session.user))
