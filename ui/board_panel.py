"""Beside the board: one unit in one period, its figures, what it was asked, and the records somebody has to look at; all of it leads on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from app import board
from app.board import Cell, Row
from app.board_unit import Beside, Named, beside
from app.i18n import _
from app.listing import Wanted
from app.periods import Period
from app.sync import answering
from app.sync.answering import Answer
from app.today import Compared
from db.questions import grouped
from db.records import RECORD_TYPES
from ui import doing, look, messages
from ui.buttons import Button, Link, StateChip
from ui.exchange_out import ask_folder
from ui.figure_list import open_records
from ui.parts import Hairline, Label, Panel, clear, column, row
from ui.session import Place, Session

STATES = {
    "locked": "locked", "full": "ok", "partial": "partial", "waiting": "waiting", "late": "late", "none": "none",
}  # fmt: skip
"""Names of ``ui.look.STATES`` by how a unit stands."""


class UnitPanel(Panel):
    """What the chosen cell stands for. ``changed``: something was written here that the board has to read again."""

    changed = Signal()
    opened = Signal(object)
    """All records of a unit are wanted."""

    def __init__(self, session: Session) -> None:
        super().__init__("surface", "l")
        self.session = session
        self.row: Row | None = None
        self.period: Period | None = None
        self.found: Beside | None = None
        self._asked = 0
        self._is_first = True
        self._body = column(gap=0)
        self.setLayout(self._body)

    def show_unit(self, one: Row | None, place: int, period: Period | None) -> None:
        """Show a row of the board in the period at ``place`` of its cells; None: nothing is chosen."""
        clear(self._body)
        self.row, self.period, self.found = one, period, None
        self._asked += 1
        if one is None or period is None:
            return
        self._head(one, one.cells[place], period)
        self._body.addStretch(1)
        session, asked = self.session, self._asked
        doing.read(self, session, lambda: (asked, beside(session.store, one, period)), self._read)

    def _read(self, found: tuple[int, Beside]) -> None:
        asked, self.found = found
        if asked != self._asked or self.row is None:
            return
        self._body.takeAt(self._body.count() - 1)
        seen, one = self.found, self.row
        self._records(_("Đề nghị làm rõ, chưa trả lời"), one.requests, seen.asked, "returned")
        self._records(_("Đã trả lời"), len(seen.answered), seen.answered, "ok")
        self._after_lock(seen)
        if one.twice:
            self._heading(_("Có thể trùng: nơi khác cũng nhập"), len(one.twice))
            for name, uids in seen.twice:
                wanted = Wanted(uids=uids, about=_("Có thể trùng: nơi khác cũng nhập"))
                self._lists(_(RECORD_TYPES[name].plural), grouped(len(uids)), partial(self._open_list, name, wanted), "warning")
        self._heading(_("Số liệu trong kỳ"))
        for figure in seen.numbers:
            self._lists(_(figure.label), figure.now, partial(self._open_figure, figure))
        opening = Button(_("Mở các bản ghi"), "link", pressed=lambda: self.opened.emit(one.unit))
        self._body.addLayout(row(opening, None, edge=(8, 8, 14, 12)))
        self._body.addStretch(1)

    # -- what stands there -------------------------------------------------------------------------------------------

    def _head(self, one: Row, cell: Cell, period: Period) -> None:
        chip = row(StateChip(STATES[cell.standing], _(cell.words)), None)
        second = _("{n} bản ghi trong kỳ").format(n=grouped(cell.records))
        if cell.percent is not None:
            second = _("{n} bản ghi · có {percent} % số lĩnh vực của cùng kỳ").format(n=grouped(cell.records), percent=cell.percent)
        said = column(
            Label(one.name, "section", wrap=True), Label(_(period.name), "body", "ink2"), chip,
            Label(second, "small", "ink2", wrap=True), gap=4, edge=(14, 12, 14, 10),
        )  # fmt: skip
        self._body.addLayout(said)
        kept = [_("Những gói đến sau được giữ lại, tự nhập khi nhận đủ.")] if one.gaps else []
        for words in (*one.gaps, *kept, *one.notes):
            self._body.addLayout(row(Label(_(words), "body", "ink", wrap=True), edge=(14, 0, 14, 8)))
        if one.sends:
            verb = _("Ghi trả lời, xin gửi lại phần thiếu") if one.gaps else _("Ghi trả lời cho đơn vị")
            answer = Button(verb, icon="arrow-u-down-left", pressed=self.choose_for_answer)
            self._body.addLayout(row(answer, None, edge=(14, 2, 14, 12)))

    def _heading(self, words: str, count: int | None = None) -> None:
        parts = [Label(words, "small_strong", "ink2", wrap=True)]
        line = row(*parts, *([Label(grouped(count), "small_strong", "ink2")] if count is not None else []), gap=8, edge=(14, 6, 14, 6))
        line.setStretch(0, 1)
        self._body.addWidget(Panel("raised", "tb", line))
        self._is_first = True

    def _records(self, heading: str, count: int, records: Sequence[Named], state: str) -> None:
        if not records:
            return
        self._heading(heading, count)
        icon, ink = look.STATES[state].icon, look.STATES[state].ink
        for number, one in enumerate(records):
            if number:
                self._body.addWidget(Hairline())
            link = Link(one.title, _(one.second), _("Mở") if one.is_here else "", icon, ink)
            link.setEnabled(one.is_here)
            link.clicked.connect(partial(self._open, one))
            self._body.addWidget(link)
        if count > len(records):
            more = Label(_("… và {n} bản ghi nữa").format(n=grouped(count - len(records))), "small", "ink2")
            self._body.addLayout(row(more, None, edge=(46, 4, 14, 6)))

    def _lists(self, words: str, number: str, go: Callable[[], object], state: str = "") -> None:
        """Add a row with a number that leads to its records."""
        if not self._is_first:
            self._body.addWidget(Hairline())
        self._is_first = False
        link = Link(words, "", number, *((look.STATES[state].icon, look.STATES[state].ink) if state else ()))
        link.clicked.connect(lambda: go())
        self._body.addWidget(link)

    def _after_lock(self, seen: Beside) -> None:
        waiting = self._kept_out()
        self._records(_("Đến sau khi chốt kỳ, chưa tính"), len(waiting), seen.after_lock, "locked")
        if not waiting:
            return
        if self.session.may("approve"):
            accept = Button(_("Tính vào kỳ"), icon="check", pressed=self.accept)
            self._body.addLayout(row(accept, None, edge=(14, 4, 14, 10)))
        else:
            hint = Label(_("Chỉ huy quyết định có tính vào kỳ hay không."), "small", "ink2", wrap=True)
            self._body.addLayout(row(hint, edge=(14, 4, 14, 10)))

    def _kept_out(self) -> list[str]:
        if self.row is None or self.period is None:
            return []
        return [spot.uid for spot in self.row.after_lock if spot.period == self.period.code]

    # -- where it leads ----------------------------------------------------------------------------------------------

    def _open(self, one: Named, _checked: bool = False) -> None:
        self.session.go(Place(one.type_name, uid=one.uid))

    def _open_figure(self, figure: Compared) -> None:
        if self.row is not None and self.period is not None:
            open_records(self, self.session, self.period, self.row.unit, figure)

    def _open_list(self, type_name: str, wanted: Wanted) -> None:
        if self.row is not None:
            self.session.set_unit(self.row.unit)
            self.session.go(Place(type_name, wanted))

    # -- what is done ------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Let what came after the lock count, once the person was told what that means."""
        uids, session = self._kept_out(), self.session
        title = _("Tính {n} bản ghi đến sau vào kỳ đã chốt?").format(n=grouped(len(uids)))
        words = _("Số liệu tổng hợp của kỳ sẽ khác báo cáo đã duyệt. Báo cáo đã duyệt giữ nguyên; bản bổ sung mới có số liệu mới.")
        if uids and messages.ask(self, title, words, _("Tính vào kỳ")):
            self._do(lambda: board.accept(session.store, uids, session.user), _("Đang tính vào kỳ…"), self._accepted)

    def _accepted(self, count: int) -> None:
        self.session.toast(_("Đã tính {n} thay đổi đến sau khi chốt kỳ.").format(n=grouped(count)))
        self.changed.emit()

    def choose_for_answer(self) -> None:
        """Ask where the answer to this unit goes."""
        folder = ask_folder(self, self.session)
        if folder is not None:
            self.write_answer(folder)

    def write_answer(self, folder: Path) -> None:
        """Write the answer to this unit: receipts, what is missing, what is asked."""
        session, one = self.session, self.row
        if one is not None:
            work = partial(answering.answer, session.store, one.code, folder, session.user)
            self._do(doing.into(folder, work), _("Đang ghi và đọc lại…"), self._answered)

    def _answered(self, made: Answer) -> None:
        self.session.toast(_("Đã ghi và đọc lại đúng: {name}. Có thể rút USB an toàn.").format(name=made.path.name))
        self.changed.emit()

    def _do(self, work: Callable[[], object], words: str, done: Callable[..., object]) -> None:
        doing.do(self, self.session, work, words, done)
