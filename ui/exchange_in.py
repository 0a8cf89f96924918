"""The card that takes files in: looked at first, then applied in one go each; what waits or is refused says why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from app import arrivals, backup
from app.i18n import _
from app.sync import authority, enrolment, taking
from app.sync.bundle import check_code
from app.sync.taking import Verdict
from db.questions import grouped
from ui import look, messages
from ui.buttons import Button
from ui.changes import changes
from ui.exchange_out import ExchangeCard, start_folder
from ui.fact_table import Fact, FactTable, Heading
from ui.look import px
from ui.parts import Label, column, row
from ui.session import Session

STATES = {arrivals.TAKEN: "ok", arrivals.WAITING: "waiting", arrivals.ASIDE: "warning", "refused": "error"}

SAID = 6
"""Messages that stand below the table in full."""


class TakeCard(ExchangeCard):
    """Files or a whole folder: preview, then “Áp dụng”."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Nhận tệp"))
        self.paths: list[Path] = []
        self._dropped: list[Path] = []
        self.found: list[Verdict] = []
        self.said = Label("", "body", "ink2", wrap=True)
        self.choose = Button(_("Chọn tệp"), icon="file-text", pressed=self.choose_files)
        self.folder = Button(_("Chọn cả thư mục"), icon="folder-open", pressed=self.choose_folder)
        self.apply = Button(_("Áp dụng"), "filled", "check", self.take)
        self.later = Button(_("Để sau"), "quiet", pressed=self.forget)
        self.safety = Label(_("Tự sao lưu trước khi áp dụng"), "small", "ink2")
        self.why = Label("", "small", "ink2", wrap=True)
        self.table = FactTable(_("Nội dung các tệp"))
        self._heads = (Heading(_("Tệp")), Heading(_("Nội dung"), share=3), Heading(_("Kết quả"), share=4))
        self.body.addLayout(
            column(
                self.said, row(self.choose, self.folder, None, gap=8), self.table, self.why,
                row(self.apply, self.later, None, self.safety, gap=8), gap=10, edge=(14, 12, 14, 12),
            )
        )  # fmt: skip
        look.follow(self, TakeCard._size)
        self.forget()

    def _size(self) -> None:
        rows = min(6, max(2, len(self.found)))
        self.table.setFixedHeight(px(36) + rows * max(px(30), look.metrics("body").height() + px(8)))

    def forget(self) -> None:
        """Leave the files as they are; nothing was written."""
        self.paths, self.found = [], []
        self._show(_("Chọn tệp .nnp trong USB, hoặc cả thư mục. Tệp được kiểm tra và cho xem trước; chưa bấm Áp dụng thì chưa ghi gì."))

    def choose_files(self) -> None:
        """Ask for files."""
        chosen, _kind = QFileDialog.getOpenFileNames(
            self, _("Chọn tệp nhận được"), start_folder(self.session), _("Tệp gửi nhận") + " (*.nnp)"
        )
        if chosen:
            self.look_at([Path(one) for one in chosen])

    def choose_folder(self) -> None:
        """Ask for a folder with files."""
        found = QFileDialog.getExistingDirectory(self, _("Chọn thư mục có tệp nhận được"), start_folder(self.session))
        if found:
            self.look_at([Path(found)])

    def take_dropped(self, path: Path) -> None:
        """Look at what was dropped on the window; several files that come at once are looked at together."""
        if not self._dropped:
            QTimer.singleShot(0, self, self._look_at_dropped)
        self._dropped.append(path)

    def _look_at_dropped(self) -> None:
        paths, self._dropped = self._dropped, []
        self.look_at(paths)

    def look_at(self, paths: Sequence[Path]) -> None:
        """Check files and show what they would bring; nothing is written."""
        session = self.session
        self.paths = list(paths)
        work = partial(taking.take, session.store, self.paths, session.user, preview=True)
        self.work(work, _("Đang kiểm tra tệp…"), self._previewed)

    def _previewed(self, found: list[Verdict]) -> None:
        self.found = found
        useful, old = bool(self._to_take()), self._old_words()
        if not found:
            words = _("Không có tệp nào của phần mềm ở đó.")
        elif useful:
            counts = self._counts(_("{n} tệp đúng, nguyên vẹn"))
            words = _("Đã kiểm tra: {what}. Chưa áp dụng, hãy xem trước.").format(what=counts) + old
        else:
            words = old.strip() or _("Không có tệp nào nhập được.")
        self._show(words)
        QTimer.singleShot(0, self.apply, lambda: self.apply.setFocus() if useful else self.choose.setFocus())

    def _to_take(self) -> list[Verdict]:
        """Give the files that something is done with: taken in, or kept until that can be or for people to look at."""
        return [one for one in self.found if one.verdict != "refused" and not one.was_here]

    def _counts(self, good: str) -> str:
        """Say of how many files what: ``good`` of those that can be taken, kept, refused."""
        kinds = {
            arrivals.TAKEN: good,
            arrivals.WAITING: _("{n} tệp giữ chờ"),
            arrivals.ASIDE: _("{n} tệp để riêng"),
            "refused": _("{n} tệp không nhập"),
        }
        found = [(words, sum(one.verdict == verdict and not one.was_here for one in self.found)) for verdict, words in kinds.items()]
        return ", ".join(words.format(n=grouped(n)) for words, n in found if n)

    def _old_words(self) -> str:
        """Say, behind a sentence, how many of the files have nothing new; '' for none."""
        old = sum(one.was_here for one in self.found)
        return " " + _("{n} tệp không có gì mới: đã nhập, hoặc do máy này ghi ra.").format(n=grouped(old)) if old else ""

    def focus_now(self) -> None:
        """Put the focus on what comes next."""
        self.choose.setFocus()

    def take(self) -> None:
        """Take the files that were looked at: a backup first, then one transaction each."""
        session = self.session
        cancelling = [one for one in self.found if one.code == "HUY"]
        asked = {one.name for one in cancelling}  # and no other: what has waited because of that goes on waiting
        if cancelling:
            words = "\n".join(_(one.message) for one in cancelling)
            if not messages.ask(self, _("Nhập cả tệp hủy nhiều bản ghi?"), words, _("Nhập cả")):
                return
        work = partial(
            taking.take, session.store, self.paths, session.user,
            sure=lambda one: one.name in asked, before=lambda: backup.backup(session.office.database),
        )  # fmt: skip
        self.work(work, _("Đang áp dụng…"), self.show_taken)

    def show_taken(self, found: list[Verdict]) -> None:
        """Show what was taken, and let other pages know."""
        taken = [one for one in found if one.verdict == arrivals.TAKEN and not one.was_here]
        self.found, self.paths = found, []
        counts = self._counts(_("{n} tệp đã nhập"))
        words = _("Đã áp dụng: {what}.").format(what=counts) if counts else ""
        self._show((words + self._old_words() + self._next_words()).strip())
        for name in self.session.store.types if any(not one.changed_nothing for one in taken) else ():
            changes.records_changed.emit(name)
        self.changed.emit()
        QTimer.singleShot(0, self.choose, self.choose.setFocus)

    def _next_words(self) -> str:
        """Say, behind a sentence, what is to be done now: somebody waits for approval, or for a receipt; '' for nothing."""
        store = self.session.store
        if authority.own_keys(store) is None:
            return ""
        came = [one for one in self.found if one.verdict != "refused" and not one.was_here]
        if any(one.kind == "enrol" for one in came) and any(one.status == enrolment.WAITING for one in enrolment.machines(store)):
            return " " + _("Máy mới đăng ký chờ duyệt ở thẻ “Trả lời đơn vị cấp dưới”.")
        mine = authority.office_code(store)
        if any(one.kind == "data" and one.office != mine and one.code != "S05" for one in came):
            return " " + _("Ghi trả lời để đơn vị có biên nhận và biết phần còn thiếu.")
        return ""

    def _show(self, words: str) -> None:
        self.said.setText(words)
        self.table.facts.begin(self._heads, 2)
        self.table.facts.add([_fact(one, looked=bool(self.paths)) for one in self.found], False)
        self._size()
        self.table.setVisible(bool(self.found))
        ready = bool(self.paths) and bool(self._to_take())
        for part in (self.apply, self.later, self.safety):
            part.setVisible(ready)
        told = self._told()
        if len(told) > SAID:
            told[SAID:] = [_("… và {n} điều nữa").format(n=grouped(len(told) - SAID))]
        self.why.setText("\n".join(told))
        self.why.setVisible(bool(told))

    def _told(self) -> list[str]:
        """Give what is to be known of the files in full: of those that are good, of those that are not, of those that were here before."""
        told, refused, old = list[str](), list[str](), dict[str, list[str]]()
        for one in self.found:
            said = [_(note) for note in one.notes if one.kind != "enrol"]
            if self.paths and one.kind == "data" and one.digest and not one.message:
                said.insert(0, _("mã kiểm tra {code}, phải giống trên biên bản.").format(code=check_code(one.digest)))
            what = _brought(one) if one.taken.conflicts or one.taken.late else ""
            if said or what:
                told.append(f"{one.name}: " + "; ".join(filter(None, (what, " ".join(said)))))
            if one.was_here:
                old.setdefault(_message(one), []).append(one.name)
            elif one.message:
                refused.append(f"{one.name}: {_message(one)}")
        return told + refused + [f"{', '.join(names)}: {words}" for words, names in old.items()]


def _message(one: Verdict) -> str:
    return f"{one.code} {_(one.message)}".lstrip()


def _brought(one: Verdict) -> str:
    """Say how many changes of which kind a file brings; what was here already last."""
    taken = one.taken
    counts = (
        (taken.new, _("{n} mới")), (taken.changed, _("{n} sửa")), (taken.cancelled, _("{n} hủy")),
        (len(taken.conflicts), _("{n} xung đột")), (len(taken.late), _("{n} đến sau khi chốt kỳ")), (one.known, _("{n} đã có")),
    )  # fmt: skip
    return ", ".join(words.format(n=grouped(n)) for n, words in counts if n)


def _fact(one: Verdict, *, looked: bool) -> Fact:
    """Give the row of a file, which was only ``looked`` at or taken."""
    state = look.STATES[STATES[one.verdict]]
    content = _brought(one) or "; ".join(_(note) for note in one.notes)
    result = _message(one) if one.message else _("Đúng, nguyên vẹn") if looked else _("Đã nhập")
    return Fact((one.name, content, result), state.icon, state.ink, one)
