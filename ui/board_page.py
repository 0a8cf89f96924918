"""Page “Theo dõi đơn vị”: units × half-years, what has arrived and what is owed; Enter leads to the unit's records."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QWidget

from app import board, today
from app.board import Board, Row
from app.i18n import _
from app.report.pdf import Drawing
from app.today import Compared
from db.questions import grouped
from ui import look
from ui.buttons import Button, FilterChip, StateChip
from ui.fact_table import Fact, FactTable, Heading
from ui.jobs import Cancelled, Job
from ui.look import px
from ui.messages import show_error
from ui.parts import Hairline, Label, Panel, clear, column, page_title, row, scrolled
from ui.session import Place, Session

KEYS = [("Enter", "mở bản ghi"), ("Ctrl+P", "in thông báo đôn đốc"), ("Ctrl+/", "mọi phím")]
STATES = {
    "locked": "locked", "full": "ok", "partial": "partial", "waiting": "waiting", "late": "late", "none": "none",
}  # fmt: skip
CHIPS = (("", "Tất cả"), ("full", "Đủ"), ("partial", "Đang gửi"), ("waiting", "Chờ gói"), ("late", "Chậm"), ("none", "Chưa có gì"))


class BoardPage(QWidget):
    """Read by a worker; the chosen unit's numbers stand in the panel at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.board: Board | None = None
        self.only = ""
        self._asked = 0
        self._columns = board.COLUMNS
        self.fact = Label("", "body", "ink2")
        self.folder = Button(_("Nhận cả thư mục"), icon="folder-open", pressed=self.take_folder)
        self.remind = Button(_("Thông báo đôn đốc"), icon="envelope-simple", pressed=self.print_page)
        self.report = Button(_("Báo cáo tổng hợp"), "filled", "file-text", lambda: session.go(Place("report")))
        buttons = row(self.folder, self.remind, self.report, gap=8)
        self._heading = row(page_title(_("Theo dõi đơn vị"), self.fact), None, buttons, edge=(16, 9, 16, 9))
        head = Panel("window", "b", self._heading, 52)
        self.chips = {key: FilterChip(_(words), 0) for key, words in CHIPS}
        for key, chip in self.chips.items():
            chip.clicked.connect(partial(self.show_only, key))
        self.table = FactTable(_("Đơn vị theo kỳ"))
        self.table.opened.connect(lambda unit: self.open_unit(unit))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        chips = Panel("surface", "b", row(*self.chips.values(), None, gap=6, edge=(16, 8, 16, 8)))
        left = column(chips, self.table, gap=0)
        left.setStretch(1, 1)
        ground = Panel("surface", "", left)
        self.panel = Panel("surface", "l")
        self.detail = column(gap=0)
        self.panel.setLayout(self.detail)
        scroll = self._scroll = scrolled(self.panel)
        look.follow(scroll, lambda one: one.setFixedWidth(px(300) + 2))
        body = row(ground, scroll, gap=0)
        body.setStretch(0, 1)
        whole = column(head, gap=0)
        whole.addLayout(body, 1)
        self.setLayout(whole)
        session.context_changed.connect(self._context)

    def fit(self, effective: float) -> None:
        """Leave the panel out, and put the buttons below the title, where there is no room."""
        narrow = effective < 1000
        self._heading.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._scroll.setVisible(not narrow)
        columns = 1 if narrow else 2 if effective < 1340 else board.COLUMNS
        if columns != self._columns:
            self._columns = columns
            self._show()

    def show_place(self, place: Place) -> None:
        """Read the board anew."""
        self.session.show_keys([(key, _(verb)) for key, verb in KEYS])
        self.table.setFocus()
        self.read()

    def _context(self) -> None:
        if self.isVisible():
            self.read()

    # -- the board ---------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Gather the board in a worker."""
        session = self.session
        job = Job(board.board, session.store, session.period, session.today, database=session.office.database)
        job.done.connect(self._read)
        job.failed.connect(self._failed)
        session.run(job)

    def _read(self, found: Board) -> None:
        self.board = found
        for key, chip in self.chips.items():
            chip.set_count(sum(not key or one.cells[-1].standing == key for one in found.rows))
        self.fact.setText(_("{n} đơn vị · đến {day}").format(n=len(found.rows), day=f"{self.session.today:%d/%m/%Y}"))
        self.remind.setEnabled(bool(found.owing()))
        self._show()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            show_error(self, error)

    def show_only(self, key: str, _checked: bool = False) -> None:
        """Show the units that stand so in the newest period."""
        self.only = key
        self._show()

    def _show(self) -> None:
        found = self.board
        if found is None:
            return
        for key, chip in self.chips.items():
            chip.setChecked(key == self.only)
        periods = [Heading(_("Đầu {year}").format(year=one.year) if one.first_half else _("Cuối {year}").format(year=one.year), share=4)
                   for one in found.periods[-self._columns:]]  # fmt: skip
        heads = (Heading(_("Đơn vị")), *periods, Heading(_("Gói mới nhất")), Heading(_("Hỏi"), right=True))
        rows = [one for one in found.rows if not self.only or one.cells[-1].standing == self.only]
        kept = self.table.current()
        self.table.facts.begin(heads, len(periods))
        self.table.facts.add([_fact(one, self._columns) for one in rows], False)
        self.table.say_empty(_("Không có đơn vị nào như vậy."))
        if rows:
            self.table.go_to(next((place for place, one in enumerate(rows) if one.unit == kept), 0))
        self._chosen()

    def _row(self) -> Row | None:
        unit = self.table.current()
        return next((one for one in self.board.rows if one.unit == unit), None) if self.board is not None else None

    # -- one unit ----------------------------------------------------------------------------------------------------

    def _chosen(self) -> None:
        clear(self.detail)
        self._asked += 1
        found = self._row()
        if found is None:
            return
        session, cell = self.session, found.cells[-1]
        state = STATES[cell.standing]
        said = column(
            Label(found.name, "section", wrap=True), Label(_(session.period.name), "body", "ink2"),
            row(StateChip(state, _(cell.words)), None), gap=4, edge=(14, 12, 14, 10),
        )  # fmt: skip
        self.detail.addLayout(said)
        for note in found.notes:
            self.detail.addLayout(row(Label(_(note), "body", "ink", wrap=True), edge=(14, 2, 14, 8)))
        job = Job(_numbers, session, found.unit, self._asked, database=session.office.database)
        job.done.connect(self._numbers)  # a method, so that nothing comes once the page is gone
        job.start()
        self.detail.addStretch(1)

    def _numbers(self, read: tuple[int, str, list[Compared]]) -> None:
        asked, unit, found = read
        if asked != self._asked:
            return
        self.detail.takeAt(self.detail.count() - 1)
        for one in found:
            self.detail.addWidget(Hairline())
            line = row(Label(_(one.label), "body", "ink2", wrap=True), Label(one.now, "strong"), gap=10, edge=(14, 6, 14, 6))
            line.setStretch(0, 1)
            self.detail.addLayout(line)
        opening = Button(_("Mở các bản ghi"), "link", pressed=lambda: self.open_unit(unit))
        self.detail.addLayout(row(opening, None, edge=(8, 8, 14, 12)))
        self.detail.addStretch(1)

    def open_unit(self, unit: str) -> None:
        """Work on a unit: its records stand on every page, its numbers on the first."""
        self.session.set_unit(unit)
        self.session.go(Place("home"))

    # -- what is done ------------------------------------------------------------------------------------------------

    def take_folder(self) -> None:
        """Take what came from many units: the page of exchange asks for the folder."""
        self.session.go(Place("exchange"))
        page = getattr(self.window(), "page", None)
        if callable(page):
            page("exchange").take.choose_folder()

    def print_page(self) -> None:
        """Print the letter to the units that owe records."""
        from app.report import pdf
        from app.sync import reminder
        from ui.list_output import Paper

        found, session = self.board, self.session
        if found is None or not found.owing():
            session.toast(_("Không có đơn vị nào còn thiếu số liệu."))
            return

        def draw(_progress: object) -> Drawing:
            return pdf.render_papers(reminder.letter(session.store, found))

        Paper(self, session, _("Thông báo đôn đốc {day}").format(day=f"{datetime.now():%d-%m-%Y}"), draw, lambda _to: None).print()


def _numbers(session: Session, unit: str, asked: int) -> tuple[int, str, list[Compared]]:
    return asked, unit, list(today.compared(session.store, session.period, unit))


def _fact(one: Row, columns: int) -> Fact:
    state = look.STATES[STATES[one.cells[-1].standing]]
    last = one.last or ("" if one.sends else _("tại chỗ"))
    words = (one.name, *(_(cell.words) for cell in one.cells[-columns:]), last, grouped(one.requests) if one.requests else "—")
    return Fact(words, state.icon, state.ink, one.unit)
