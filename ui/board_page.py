"""Page “Theo dõi đơn vị”: units × half-years, what has arrived and what is owed; every cell leads to the unit's records."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from app import board
from app.board import Board, Row
from app.i18n import _
from app.periods import Period
from app.report.pdf import Drawing
from db.questions import grouped
from ui import doing, look
from ui.board_panel import STATES, UnitPanel
from ui.buttons import Button, FilterChip
from ui.changes import changes
from ui.fact_table import Fact, FactTable, Heading
from ui.look import px
from ui.parts import Label, Panel, column, page_title, row, scrolled
from ui.session import Place, Session

KEYS = [("Enter", "mở bản ghi"), ("← →", "chọn kỳ"), ("Tab", "việc của đơn vị"), ("Ctrl+P", "in thông báo đôn đốc"), ("Ctrl+/", "mọi phím")]
CHIPS = (("", "Tất cả"), ("full", "Đủ"), ("partial", "Đang gửi"), ("waiting", "Chờ gói"), ("late", "Chậm"), ("none", "Chưa có gì"))
BESIDE, BESIDE_LEAST = 390, 336
"""Width of the panel: every label of a figure is whole beside its number; where there is less room, in Vietnamese."""


class BoardPage(QWidget):
    """Read by a worker; the chosen cell is explained in the panel at the right, or below where there is no room."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.board: Board | None = None
        self.only = ""
        self._columns = board.COLUMNS
        self.fact = Label("", "body", "ink2")
        self.folder = Button(_("Nhận cả thư mục"), icon="folder-open", pressed=self.take_folder)
        self.remind = Button(_("Thông báo đôn đốc"), icon="envelope-simple", pressed=self.print_page)
        self.report = Button(_("Báo cáo tổng hợp"), "filled", "file-text", lambda: session.go(Place("report")))
        buttons = row(self.folder, self.remind, self.report, gap=8)
        self._heading = row(row(page_title(_("Theo dõi đơn vị"), self.fact), None), None, buttons, edge=(16, 9, 16, 9))
        head = Panel("window", "b", self._heading, 52)
        self.chips = {key: FilterChip(_(words), 0) for key, words in CHIPS}
        for key, chip in self.chips.items():
            chip.clicked.connect(partial(self.show_only, key))
        self.table = FactTable(_("Đơn vị theo kỳ"), by_cell=True)
        for chip in self.chips.values():
            chip.of = self.table
        self.table.opened.connect(self.open_unit)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._chosen())
        chips = Panel("surface", "b", row(*self.chips.values(), None, gap=6, edge=(16, 8, 16, 8)))
        self.sum = Label("", "small_medium", "ink2", wrap=True)
        left = column(chips, self.table, Panel("raised", "t", row(self.sum, edge=(16, 8, 16, 8))), gap=0)
        left.setStretch(1, 1)
        self.panel = UnitPanel(session)
        self.panel.changed.connect(self._written)
        self.panel.opened.connect(self.open_unit)
        self._scroll = scrolled(self.panel)
        self._narrow = False
        look.follow(self._scroll, lambda _one: self._size())
        self._body = row(Panel("surface", "", left), self._scroll, gap=0)
        self._body.setStretch(0, 1)
        whole = column(head, gap=0)
        whole.addLayout(self._body, 1)
        self.setLayout(whole)
        session.context_changed.connect(self._context)

    def fit(self, effective: float) -> None:
        """Put the panel, and the buttons of the title, below where there is no room; leave older periods out."""
        self._narrow = effective < 1000
        below, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._heading.setDirection(below if self._narrow else beside)
        self._body.setDirection(below if self._narrow else beside)
        self._body.setStretch(1, int(self._narrow))
        columns = 1 if self._narrow else 2 if effective < 1340 else board.COLUMNS
        is_other, self._columns = columns != self._columns, columns
        self._size()
        if is_other:
            self._show()

    def _size(self) -> None:
        wide = px(BESIDE if self._columns == board.COLUMNS else BESIDE_LEAST) + 2
        self._scroll.setMinimumWidth(0 if self._narrow else wide)
        self._scroll.setMaximumWidth(16_777_215 if self._narrow else wide)

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
        doing.read(self, session, partial(board.board, session.store, session.period, session.today), self._read)

    def _read(self, found: Board) -> None:
        self.board = found
        for key, chip in self.chips.items():
            chip.set_count(sum(not key or one.cells[-1].standing == key for one in found.rows))
        self.fact.setText(_("{n} đơn vị · đến {day}").format(n=len(found.rows), day=f"{self.session.today:%d/%m/%Y}"))
        self.remind.setEnabled(bool(found.owing()))
        self._show()

    def _written(self) -> None:
        """Something changed that every other page may show, too."""
        changes.records_changed.emit("")
        self.read()
        QTimer.singleShot(0, self, self.table.setFocus)  # after the cover has given the focus back

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
        kept, place = self.table.current(), self._place()
        self.table.facts.begin(heads, len(periods))
        self.table.facts.add([_fact(one, self._columns) for one in rows], False)
        nobody = _("Chưa có đơn vị cấp dưới nào. Thêm ở trang Đơn vị.")
        self.table.say_empty(_("Không có đơn vị nào như vậy.") if found.rows else nobody)
        if rows:
            at = next((number for number, one in enumerate(rows) if one.unit == kept), 0)
            self.table.go_to(at, len(periods) + 1 + place)  # which says what is chosen
        else:
            self._chosen()

    def _row(self) -> Row | None:
        unit = self.table.current()
        return next((one for one in self.board.rows if one.unit == unit), None) if self.board is not None else None

    def _place(self) -> int:
        """Give which period is chosen: −1 the newest, −2 the one before; the newest where the focus stands beside the periods."""
        column = self.table.currentIndex().column()
        shown = min(self._columns, len(self.board.periods) if self.board is not None else 0)
        return column - shown - 1 if 1 <= column <= shown else -1

    def _period(self) -> Period | None:
        return self.board.periods[self._place()] if self.board is not None else None

    def _chosen(self) -> None:
        found, period, place = self.board, self._period(), self._place()
        self.panel.show_unit(self._row(), place, period)
        if found is None or period is None:
            return
        share = found.share(place)
        if not share.units:
            self.sum.setText(_("Chưa có đơn vị nào gửi tệp đến; máy của đơn vị được duyệt ở trang Gửi, nhận dữ liệu."))
            return
        self.sum.setText(
            _("{period}: {n} trên {all} đơn vị đã gửi đủ ({percent} %), {on_time} đúng hạn ({on_time_percent} %)").format(
                period=_(period.name), n=share.full, all=share.units, percent=100 * share.full // share.units,
                on_time=share.on_time, on_time_percent=100 * share.on_time // share.units,
            )
        )  # fmt: skip

    # -- what is done ------------------------------------------------------------------------------------------------

    def open_unit(self, unit: str) -> None:
        """Work on a unit in the chosen period: its records stand on every page, its numbers on the first."""
        period = self._period()
        self.session.set_unit(unit)
        if period is not None:
            self.session.set_period(period)
        self.session.go(Place("home"))

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


def _fact(one: Row, columns: int) -> Fact:
    cells = one.cells[-columns:]
    states = [look.STATES[STATES[cell.standing]] for cell in cells]
    last = one.last or ("" if one.sends else _("tại chỗ"))
    name = one.short if not one.twice else _("{name} · có thể trùng").format(name=one.short)
    words = (name, *(_(cell.words) for cell in cells), last, grouped(one.requests) if one.requests else "—")
    return Fact(words, "", "ink", one.unit, {place: (state.icon, state.ink) for place, state in enumerate(states, 1)})
