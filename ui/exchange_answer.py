"""The card of a headquarters: machines that ask to join, answers to the offices, and making the keys once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.i18n import _
from app.sync import answering, authority, enrolment, taking
from app.sync.answering import Answer
from app.sync.authority import Made
from app.sync.enrolment import APPROVED, REVOKED, WAITING, Machine
from db.questions import shown_day
from db.system import last_seq
from ui import messages
from ui.buttons import Button, StateChip
from ui.exchange_out import ExchangeCard, ask_folder
from ui.parts import Hairline, Label, clear, column, row, stretched
from ui.people_card import AskDialog, Work
from ui.session import Session

CHIPS = {WAITING: ("waiting", "Chờ duyệt"), APPROVED: ("ok", "Đã duyệt"), REVOKED: ("locked", "Đã thu hồi")}


class AnswerCard(ExchangeCard):
    """Who may send to this office, and what goes back to them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Trả lời đơn vị cấp dưới"))

    def refresh(self) -> None:
        """Read keys and machines again."""
        clear(self.body)
        store = self.session.store
        own = authority.own_keys(store)
        if own is None:
            self.fact.setText("")
            words = _("Cơ quan nhận tệp của cấp dưới tạo khóa một lần; mã đối chiếu ghi vào công văn gửi các đơn vị.")
            make = Button(_("Tạo khóa nhận tệp"), icon="key", pressed=self.choose_for_keys)
            self.body.addLayout(stretched(Label(words, "body", "ink2", wrap=True), make, gap=10, edge=(14, 12, 14, 12)))
            return
        mine = authority.office_code(store)
        others = [one for one in enrolment.machines(store) if one.office != mine]
        self.fact.setText(_("mã đối chiếu {digits}").format(digits=own.digits))
        self.offices = sorted({one.office for one in others if one.status == APPROVED})
        write = Button(_("Ghi trả lời cho mọi đơn vị"), "", "arrow-u-down-left", self.choose_for_answers)
        write.setEnabled(bool(self.offices))
        words = _("Biên nhận, phần còn thiếu, đề nghị làm rõ, kỳ đã chốt và danh mục; mỗi đơn vị một tệp.")
        self.body.addLayout(stretched(Label(words, "body", "ink2", wrap=True), write, gap=10, edge=(14, 12, 14, 12)))
        for one in sorted(others, key=lambda one: (one.status != WAITING, one.office, one.label)):
            self.body.addWidget(Hairline())
            self.body.addLayout(self._row(one))
        if not others:
            self.body.addWidget(Hairline())
            hint = _("Chưa có máy nào đăng ký. Nhận tệp đăng ký (dang-ky-*.nnp) của đơn vị ở bên phải.")
            self.body.addLayout(row(Label(hint, "body", "ink2", wrap=True), edge=(14, 10, 14, 12)))

    def _row(self, one: Machine) -> QHBoxLayout:
        second = _("{office} · máy “{label}” · từ {day}").format(office=one.office, label=one.label, day=shown_day(one.since[:10]))
        words = column(Label(one.office_name, "medium"), Label(second, "small", "ink3", wrap=True), gap=0)
        state, said = CHIPS[one.status]
        made = row(gap=8, edge=(14, 8, 14, 8))
        made.addLayout(words, 1)
        made.addWidget(StateChip(state, _(said)))
        if one.status == WAITING and self.session.may("users"):
            made.addWidget(Button(_("Duyệt"), "link", pressed=partial(self.approve, one)))
        elif one.status == APPROVED and self.session.may("users"):
            made.addWidget(Button(_("Thu hồi"), "quiet", "lock-simple", partial(self.revoke, one)))
        return made

    # -- machines ----------------------------------------------------------------------------------------------------

    def approve(self, one: Machine) -> None:
        """Approve a machine once the digits of its stamped slip were typed."""
        session, digits = self.session, QLineEdit()
        digits.setAccessibleName(_("24 chữ số trên phiếu đăng ký"))

        def work() -> Work | str:
            return partial(self._approved, one.device, digits.text())

        intro = _("Gõ 24 chữ số trên phiếu có đóng dấu của {office}; không gõ theo màn hình.").format(office=one.office_name)
        fields: list[tuple[str, QWidget]] = [(_("24 chữ số trên phiếu đăng ký"), digits)]
        dialog = AskDialog(self, _("Duyệt máy “{label}”").format(label=one.label), intro, fields, _("Duyệt"), work, session.office.database)
        if dialog.exec():
            session.toast(_("Đã duyệt máy “{label}” của {office}.").format(label=one.label, office=one.office_name))
            self.changed.emit()

    def _approved(self, device: str, digits: str) -> Machine:
        session = self.session
        found = enrolment.approve(session.store, device, digits, session.user)
        taking.retry(session.store, session.user)
        return found

    def revoke(self, one: Machine) -> None:
        """Take nothing from a machine any more, from what it has sent so far on."""
        words = _("Tệp máy này ghi từ nay về sau không được nhận nữa; những gì đã nhận vẫn giữ.")
        title = _("Thu hồi máy “{label}” của {office}?").format(label=one.label, office=one.office_name)
        if messages.ask(self, title, words, _("Thu hồi")):
            store, user = self.session.store, self.session.user
            self.work(
                lambda: enrolment.revoke(store, one.device, last_seq(store.database, one.device), user), _("Đang ghi…"), self._revoked
            )

    def _revoked(self, one: Machine) -> None:
        self.session.toast(_("Đã thu hồi máy “{label}”.").format(label=one.label))
        self.changed.emit()

    # -- keys --------------------------------------------------------------------------------------------------------

    def choose_for_keys(self) -> None:
        """Ask where the files with the keys go."""
        found = ask_folder(self, self.session, _("Chọn nơi ghi tệp khóa"))
        if found is not None:
            self.make_keys(found)

    def make_keys(self, folder: Path) -> None:
        """Make the keys and say, once, the words that open the file for the safe."""
        session = self.session
        self.work(partial(authority.make_keys, session.store, folder, session.user), _("Đang tạo khóa…"), self._made)

    def _made(self, made: Made) -> None:
        title = _("Đã tạo khóa nhận tệp, mã đối chiếu {digits}").format(digits=made.keys.digits)
        words = _(
            "Gửi tệp {public} và mã đối chiếu cho các đơn vị. Cất tệp {safe} ở két. "
            "Từ khóa mở tệp đó chỉ hiện lần này, hãy ghi ra giấy và cất riêng:\n\n{words}"
        )
        messages.tell(self, title, words.format(public=made.public.name, safe=made.safe.name, words=made.words))
        self.changed.emit()

    # -- answers -----------------------------------------------------------------------------------------------------

    def choose_for_answers(self) -> None:
        """Ask where the answers go."""
        found = ask_folder(self, self.session)
        if found is not None:
            self.write_answers(found, self.offices)

    def write_answers(self, folder: Path, offices: Sequence[str]) -> None:
        """Write an answer for each of these offices."""
        session = self.session

        def work() -> list[Answer]:
            return [answering.answer(session.store, office, folder, session.user) for office in offices]

        self.work(work, _("Đang ghi và đọc lại…"), self._answered)

    def _answered(self, made: list[Answer]) -> None:
        self.session.toast(_("Đã ghi và đọc lại đúng {n} tệp trả lời. Có thể rút USB an toàn.").format(n=len(made)))
        self.changed.emit()
