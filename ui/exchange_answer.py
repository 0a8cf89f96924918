"""The card of a headquarters: machines that ask to join, answers to the offices, and making the keys once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMenu, QWidget

from app import backup, files
from app.i18n import _
from app.sync import answering, authority, enrolment, rebuilding, taking
from app.sync.answering import Answer
from app.sync.authority import Made
from app.sync.bundle import together
from app.sync.enrolment import APPROVED, REVOKED, WAITING, Machine
from app.sync.taking import Verdict
from db.errors import ExpectedError
from db.questions import grouped, shown_day
from db.system import last_seq
from ui import doing, look, messages
from ui.buttons import Button, StateChip
from ui.code_page import CodeDialog
from ui.exchange_out import ExchangeCard, ask_folder, focused_in, made_anew, start_folder
from ui.gate import Note, safe_words
from ui.parts import Hairline, Label, Panel, clear, column, row, stretched
from ui.people_card import AskDialog, Work
from ui.session import Session

CHIPS = {WAITING: ("waiting", "Chờ duyệt"), APPROVED: ("ok", "Đã duyệt"), REVOKED: ("locked", "Đã thu hồi")}


MOST = 40
"""Machines that are listed one by one; those that wait for approval come first."""


class AnswerCard(ExchangeCard):
    """Who may send to this office, and what goes back to them. ``came`` tells what of a machine had waited and was taken."""

    came = Signal(list)

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Trả lời đơn vị cấp dưới"))
        self._came: list[Verdict] = []
        self._pressed = ""
        """What had the focus when the work began that runs now."""

    def work(self, work: Callable[[], Any], words: str, done: Callable[[Any], object]) -> None:
        """Run work as other cards do; the focus comes back to where it was."""
        self._pressed = focused_in(self)
        super().work(work, words, done)

    def failed(self, _error: BaseException) -> None:
        """Nothing was made anew: the cover has given the focus back."""
        self._pressed = ""

    def refresh(self) -> None:
        """Read keys and machines again."""
        held, self._pressed = focused_in(self) or self._pressed, ""
        with made_anew(self, held):
            self._fill()

    def _fill(self) -> None:
        clear(self.body)
        store = self.session.store
        own = authority.own_keys(store)
        if own is None:
            self._without_keys()
            return
        mine = authority.office_code(store)
        others = [one for one in enrolment.machines(store) if one.office != mine]
        self.fact.setText(_("mã đối chiếu {digits}").format(digits=together(own.digits)))
        self.offices = answering.answered(store)
        self._through = enrolment.vouchers(store)
        if self.session.may("users") and authority.unwritten_words(store, self.session.user):
            note, show = Note("warning", "warning"), Button(_("Xem từ khóa"), icon="key", pressed=self.show_words)
            note.say(_("Chưa có ai gõ lại từ khóa của tệp trong két: in phiếu rồi gõ lại một nhóm."))
            self.body.addWidget(Panel("raised", "b", stretched(note, show, gap=10, edge=(14, 8, 14, 8))))
        write = Button(_("Ghi trả lời cho mọi đơn vị"), "", "arrow-u-down-left", self.choose_for_answers)
        write.setEnabled(bool(self.offices))
        words = _("Biên nhận, phần còn thiếu, đề nghị làm rõ, kỳ đã chốt và danh mục; mỗi đơn vị một tệp.")
        self.body.addLayout(stretched(Label(words, "body", "ink2", wrap=True), write, gap=10, edge=(14, 12, 14, 12)))
        ordered = sorted(others, key=lambda one: (one.status != WAITING, one.office, one.label))
        for one in ordered[:MOST]:
            self.body.addWidget(Hairline())
            self.body.addLayout(self._row(one))
        if len(ordered) > MOST:
            more = _("… và {n} máy nữa; trả lời từng đơn vị ở trang Theo dõi đơn vị.").format(n=grouped(len(ordered) - MOST))
            self.body.addLayout(row(Label(more, "small", "ink2", wrap=True), edge=(14, 4, 14, 8)))
        if not others:
            self.body.addWidget(Hairline())
            hint = _("Chưa có máy nào đăng ký. Nhận tệp đăng ký (dang-ky-*.nnp) của đơn vị ở bên phải.")
            self.body.addLayout(row(Label(hint, "body", "ink2", wrap=True), edge=(14, 10, 14, 12)))
        if self.session.may("users"):
            change = Button(_("Thay khóa nhận tệp…"), "quiet", "key", self.change_keys)
            again = Button(_("Ghi tệp khóa cho đơn vị mới…"), "quiet", "arrow-up", self.choose_for_public)
            self.body.addWidget(Panel("raised", "t", column(
                row(again, None), row(change, self._from_safe(), None, gap=8), gap=0, edge=(2, 6, 14, 6),
            )))  # fmt: skip

    def _without_keys(self) -> None:
        self.fact.setText("")
        words = _("Cơ quan nhận tệp của cấp dưới tạo khóa một lần; mã đối chiếu ghi vào công văn gửi các đơn vị.")
        make = Button(_("Tạo khóa nhận tệp"), icon="key", pressed=self.choose_for_keys)
        self.body.addLayout(
            column(Label(words, "body", "ink2", wrap=True), row(make, self._from_safe(), None, gap=8), gap=10, edge=(14, 12, 14, 12))
        )

    def _from_safe(self) -> Button:
        made = Button(_("Lấy lại khóa từ két"), "quiet", pressed=self.choose_safe_file)
        made.setToolTip(_("Máy của cơ quan này đã hỏng, hoặc bản cũ được khôi phục: dùng tệp khóa dự phòng và phiếu từ khóa."))
        return made

    def _row(self, one: Machine) -> QHBoxLayout:
        second = _("{office} · máy “{label}” · từ {day}").format(office=one.office, label=one.label, day=shown_day(one.since[:10]))
        words = column(Label(one.office_name, "medium"), Label(second, "small", "ink3", wrap=True), gap=0)
        state, said = CHIPS[one.status]
        made = row(gap=8, edge=(14, 8, 14, 8))
        made.addLayout(words, 1)
        made.addWidget(StateChip(state, _(said)))
        if one.status == WAITING and self.session.may("users"):
            made.addWidget(Button(_("Duyệt"), "link", pressed=partial(self.approve, one)))
        elif one.status == APPROVED:
            more = Button(_("Việc khác với máy “{label}” của {office}").format(label=one.label, office=one.office_name), "quiet",
                          "dots-three", only_icon=True)  # fmt: skip
            more.clicked.connect(partial(self._offer, one, more))
            made.addWidget(more)
        return made

    def _offer(self, one: Machine, beside: Button, _checked: bool = False) -> None:
        """Offer what is done seldom, with one office or machine."""
        menu = QMenu(beside)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, words, act in self.ways(one):
            menu.addAction(look.icon(icon, "ink2"), words, act)
        menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))
        menu.setActiveAction(menu.actions()[0])

    def ways(self, one: Machine) -> list[tuple[str, str, Callable[[], object]]]:
        """Give what can be done with an approved machine and its office: icon, words, act."""
        found: list[tuple[str, str, Callable[[], object]]] = (
            []
            if one.device in self._through
            else [
                ("arrow-u-down-left", _("Ghi trả lời cho đơn vị này"), partial(self.choose_for_answers, [one.office])),
                ("database", _("Máy của đơn vị bị hỏng: ghi tệp khôi phục…"), partial(self.restore, one)),
                ("arrow-clockwise", _("Xin đơn vị gửi lại từ đầu…"), partial(self.ask_again, one)),
            ]
        )
        if self.session.may("users"):
            found.append(("lock-simple", _("Thu hồi máy này…"), partial(self.revoke, one)))
        return found

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
            if self._came:
                self.came.emit(self._came)

    def _approved(self, device: str, digits: str) -> Machine:
        session = self.session
        found = enrolment.approve(session.store, device, digits, session.user)
        self._came = taking.retry(session.store, session.user, lambda: backup.backup(session.office.database))
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

    # -- an office that lost something -------------------------------------------------------------------------------

    def restore(self, one: Machine) -> None:
        """Write back all that an office ever sent, for the machine that takes the place of a broken one."""
        title = _("Ghi tệp khôi phục cho {office}?").format(office=one.office_name)
        words = _(
            "Máy mới của đơn vị đăng ký và được duyệt trước. Tệp khôi phục chứa mọi thứ đơn vị đã gửi; "
            "ở đơn vị chỉ cần nhận tệp như thường. Những gì chưa gửi thì không có ở đây."
        )
        folder = ask_folder(self, self.session) if messages.ask(self, title, words, _("Chọn nơi ghi")) else None
        if folder is not None:
            self.write_rebuild(one.office, folder)

    def write_rebuild(self, office: str, folder: Path) -> None:
        """Write the files of a rebuild."""
        session = self.session
        work = partial(rebuilding.rebuild, session.store, office, folder, session.user)
        self.work(doing.into(folder, work), _("Đang ghi và đọc lại…"), self._rebuilt)

    def _rebuilt(self, made: list[Answer]) -> None:
        self.session.toast(_("Đã ghi và đọc lại đúng {n} tệp khôi phục. Có thể rút USB an toàn.").format(n=len(made)))
        self.changed.emit()

    def ask_again(self, one: Machine) -> None:
        """Ask an office for everything from the start: after something was lost here."""
        title = _("Xin {office} gửi lại từ đầu?").format(office=one.office_name)
        words = _("Dùng khi số liệu ở đây bị mất. Đơn vị nhận tệp trả lời này thì lần sau gửi lại mọi thứ; không tính hai lần.")
        folder = ask_folder(self, self.session) if messages.ask(self, title, words, _("Chọn nơi ghi")) else None
        if folder is not None:
            self.write_answers(folder, [one.office], reset=True)

    # -- keys --------------------------------------------------------------------------------------------------------

    def choose_for_keys(self) -> None:
        """Ask where the files with the keys go."""
        found = ask_folder(self, self.session, _("Chọn nơi ghi tệp khóa"))
        if found is not None:
            self.make_keys(found)

    def make_keys(self, folder: Path) -> None:
        """Make the keys and say, once, the words that open the file for the safe."""
        session = self.session
        work = partial(authority.make_keys, session.store, folder, session.user)
        self.work(doing.into(folder, work), _("Đang tạo khóa…"), self._made)

    def choose_for_public(self) -> None:
        """Ask where the file goes that an office needs to join, as often as another one does."""
        found = ask_folder(self, self.session)
        if found is not None:
            self.write_public(found)

    def write_public(self, folder: Path) -> None:
        """Write the file for offices that join."""
        work = partial(authority.write_public, self.session.store, folder)
        self.work(doing.into(folder, work), _("Đang ghi…"), self._public_written)

    def _public_written(self, path: Path) -> None:
        self.session.toast(_("Đã ghi {name}. Gửi kèm công văn có mã đối chiếu.").format(name=path.name))
        self.changed.emit()

    def change_keys(self) -> None:
        """Ask whether the keys are to be replaced, and where the files with the new ones go."""
        words = _(
            "Chỉ thay khi khóa có thể đã lộ hoặc theo quy định. Các đơn vị đã đăng ký nhận khóa mới trong tệp trả lời tiếp theo; "
            "tệp gửi bằng khóa cũ vẫn đọc được. Tệp khóa trong két giữ nguyên, thêm một tệp cất cạnh."
        )
        folder = ask_folder(self, self.session, _("Chọn nơi ghi tệp khóa")) if messages.ask(
            self, _("Thay khóa nhận tệp?"), words, _("Thay khóa")
        ) else None  # fmt: skip
        if folder is not None:
            self.rotate_keys(folder)

    def rotate_keys(self, folder: Path) -> None:
        """Replace the keys; the old ones lead to the new."""
        session = self.session
        work = partial(authority.rotate_keys, session.store, folder, session.user)
        self.work(doing.into(folder, work), _("Đang thay khóa…"), self._rotated)

    def _rotated(self, made: Made) -> None:
        title = _("Đã thay khóa nhận tệp, mã đối chiếu mới {digits}").format(digits=together(made.keys.digits))
        words = _(
            "Ghi trả lời cho mọi đơn vị để các máy đã đăng ký nhận khóa mới. Đơn vị đăng ký từ nay dùng tệp {public} và mã đối chiếu mới. "
            "Cất thêm tệp {safe} ở két, cạnh tệp đầu; từ khóa không đổi."
        )
        messages.tell(self, title, words.format(public=made.public.name, safe=made.safe.name))
        self.changed.emit()

    def choose_safe_file(self) -> None:
        """Ask for the file of the safe: the machine of this headquarters was lost."""
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Chọn tệp khóa dự phòng"), start_folder(self.session), _("Tệp khóa dự phòng") + " (*.age)"
        )
        if path:
            self.recover_keys(Path(path))

    def recover_keys(self, path: Path) -> None:
        """Take the keys back once the words from the safe were typed."""
        session, words = self.session, QLineEdit()
        words.setAccessibleName(_("Từ khóa dự phòng"))

        def work() -> Work | str:
            return partial(authority.recover_keys, session.store, path, words.text(), session.user)

        intro = _("Gõ tám nhóm chữ trên phiếu từ khóa của tệp {name}; giữa các nhóm là dấu cách hoặc gạch nối.")
        intro = intro.format(name=files.shown_name(path.name))
        fields: list[tuple[str, QWidget]] = [(_("Từ khóa dự phòng"), words)]
        dialog = AskDialog(self, _("Lấy lại khóa nhận tệp"), intro, fields, _("Lấy lại khóa"), work, session.office.database)
        if dialog.exec():
            session.toast(_("Đã lấy lại khóa. Duyệt lại các máy, rồi ghi trả lời: các đơn vị sẽ gửi lại từ đầu."))
            self.changed.emit()

    def _made(self, made: Made) -> None:
        first = _("Gửi các đơn vị tệp {public} và mã đối chiếu {digits}. Cất tệp {safe} ở két.")
        self._show_words(
            made.words, _("Đã tạo khóa nhận tệp"),
            first.format(public=made.public.name, digits=together(made.keys.digits), safe=made.safe.name) + " ",
        )  # fmt: skip

    def show_words(self) -> None:
        """Show the words of the file in the safe again: nobody has typed one back yet."""
        words = authority.unwritten_words(self.session.store, self.session.user)
        if words:
            self._show_words(words, _("Từ khóa của tệp trong két"))

    def _show_words(self, words: str, title: str, first: str = "") -> None:
        """Show the words until one of them is typed back; a screen that is locked meanwhile leaves them to be shown again."""
        session, file = self.session, authority.safe_file(authority.require_own(self.session.store))
        intro = first + _("Tám nhóm chữ dưới đây là từ khóa mở tệp {safe}: in ra, niêm phong, cất riêng với tệp.").format(safe=file)
        unit = session.unit_name(session.own_unit)
        dialog = CodeDialog(self, words.replace("-", " "), unit, title, intro, safe_words(file))
        dialog.exec()
        if dialog.page.is_typed:
            authority.words_written(session.store, session.user)
        self.changed.emit()

    # -- answers -----------------------------------------------------------------------------------------------------

    def choose_for_answers(self, offices: Sequence[str] = ()) -> None:
        """Ask where the answers go: to these offices, or to all."""
        found = ask_folder(self, self.session)
        if found is not None:
            self.write_answers(found, offices or self.offices)

    def write_answers(self, folder: Path, offices: Sequence[str], *, reset: bool = False) -> None:
        """Write an answer for each of these offices; ``reset`` asks them for everything from the start."""
        session = self.session

        work = partial(answering.answer_all, session.store, offices, folder, session.user, reset=reset)
        self.work(doing.into(folder, work), _("Đang ghi và đọc lại…"), self._answered)

    def _answered(self, found: tuple[list[Answer], list[ExpectedError]]) -> None:
        made, failed = found
        if made:
            self.session.toast(_("Đã ghi và đọc lại đúng {n} tệp trả lời. Có thể rút USB an toàn.").format(n=len(made)))
        if failed:
            title = _("{n} đơn vị chưa có tệp trả lời").format(n=len(failed))
            messages.tell(self, title, "\n".join(f"{_(one.title)} {_(one.remedy)}" for one in failed[:MOST]))
        self.changed.emit()
