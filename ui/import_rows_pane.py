"""The rows of an import's preview with what filters them and what is done with them: chips, sheets, reasons, buttons."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _, many
from app.import_rows import DOUBTFUL, FATES, KNOWN, REFUSED, Looked, Row
from db.questions import grouped
from ui.buttons import Button, FilterChip
from ui.import_preview import WORDS, RowsTable
from ui.list_pane import Flow
from ui.parts import Card, Hairline, Label, Panel, clear, column


class Alike(NamedTuple):
    """A cell that was mended, and the rows that have at the same place what it had: ``places`` of rows of the plan's ``sheet``."""

    sheet: int
    place: int
    column: int
    heading: str
    before: str
    after: str
    places: list[int]


class RowsPane(QWidget):
    """The third step. ``show_looked`` shows a preview; what is pressed is told by signals."""

    write_asked = Signal(bool)
    """Write what is ready; True: what is doubtful too."""
    save_asked = Signal()
    back_asked = Signal()
    mended = Signal()
    """A cell of the plan has another text: the rows are to be looked at again."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: Looked | None = None
        self._alike: Alike | None = None
        self._page, self._fate = 0, ""
        self.table = RowsTable()
        self.chips = {fate: FilterChip(_(WORDS[fate]) if fate else _("Tất cả")) for fate in ("", *FATES)}
        flow = Flow()
        for fate, chip in self.chips.items():
            chip.of = self.table
            chip.clicked.connect(lambda _on=False, fate=fate: self.show_fate(fate))
            flow.add(chip)
        self._sheets = Flow()
        self.sheet_chips: list[FilterChip] = []
        self.reason = Label("", "body", "ink", wrap=True)
        self._reason_bar = Panel("raised", "t", column(self.reason, edge=(14, 6, 14, 6)))
        card = Card()
        card.body.addLayout(column(self._sheets, flow, gap=6, edge=(12, 8, 12, 8)))
        card.body.addWidget(Hairline())
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._reason_bar)
        self.write_ready = Button("", "", "check", lambda: self.write_asked.emit(False))
        self.write_all = Button("", "filled", "check", lambda: self.write_asked.emit(True))
        self.save_refused = Button("", "quiet", "export", self.save_asked.emit)
        self.back_button = Button(_("Ghép cột lại"), "quiet", "arrow-left", self.back_asked.emit)
        actions = Flow()
        for button in (self.write_ready, self.write_all, self.save_refused, self.back_button):
            actions.add(button)
        body = column(card, actions, gap=10, edge=(16, 0, 16, 10))
        body.setStretch(0, 1)
        self.setLayout(body)
        self.table.walked.connect(self._walk)
        self.table.rows.edited.connect(self._mend)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_reason())

    def set_idle(self, idle: bool) -> None:
        """Let nothing be pressed while something is read or looked at."""
        for button in (self.write_ready, self.write_all, self.save_refused):
            button.setEnabled(idle)

    def show_looked(self, looked: Looked, keep: bool = False) -> None:
        """Show a preview; ``keep`` the sheet, filter and row of before."""
        self.looked = looked
        if not keep:
            self._page, self._fate, self._alike = 0, "", None
        current = self.table.currentIndex()
        number = self.table.rows.rows[current.row()].number if keep and current.isValid() else None
        clear(self._sheets)
        self.sheet_chips = [FilterChip(_(page.sheet.title)) for page in looked.pages] if len(looked.pages) > 1 else []
        for at, chip in enumerate(self.sheet_chips):
            counts = looked.pages[at].counts()
            chip.set_count(counts[REFUSED] + counts[DOUBTFUL] or None)
            chip.of = self.table
            chip.clicked.connect(lambda _on=False, at=at: self.show_sheet(at))
            self._sheets.add(chip)
            chip.show()
        self._page = min(self._page, len(looked.pages) - 1)
        self._show_counts(looked)
        self.show_fate(self._fate)
        if keep and number is not None:
            place = next((at for at, one in enumerate(self.table.rows.rows) if one.number == number), 0)
            self.table.go_to(place)

    def _show_counts(self, looked: Looked) -> None:
        ready, every = looked.clean_records, looked.records
        caption, doubtful = looked.plan.declared.caption, every - ready
        self.write_ready.setText(_("Nhập {n} {what} sẵn sàng").format(n=grouped(ready), what=many(caption, ready)))
        words = _("Nhập cả {n} nghi vấn ({all})") if doubtful else _("Nhập {all} {what}")
        self.write_all.setText(words.format(n=grouped(doubtful), all=grouped(every), what=many(caption, every)))
        self.write_ready.setVisible(bool(doubtful and ready) and not looked.plan.declared.catalogue)
        self.write_ready.set_kind("filled")
        self.write_all.set_kind("filled" if self.write_ready.isHidden() else "")
        self.write_all.setVisible(bool(every))
        refused = looked.counts()[REFUSED]
        self.save_refused.setText(_("Lưu {n} dòng từ chối ra Excel").format(n=grouped(refused)))
        self.save_refused.setVisible(bool(refused))
        for button in (self.write_ready, self.write_all, self.save_refused):
            button.setAccessibleName(button.text())
        if not every:
            self._result_of_nothing(looked)

    def _result_of_nothing(self, looked: Looked) -> None:
        known = looked.counts()[KNOWN]
        words = _("Không có gì để nhập: mọi dòng đã có trong dữ liệu.") if known and not looked.counts()[REFUSED] else ""
        self.reason.setText(words)

    def show_sheet(self, at: int) -> None:
        """Show another sheet of the file."""
        self._page = at
        self.show_fate(self._fate)

    def show_fate(self, fate: str) -> None:
        """Show only rows of a fate ('' for all)."""
        looked = self.looked
        if looked is None:
            return
        self._fate = fate
        page = looked.pages[self._page]
        for at, chip in enumerate(self.sheet_chips):
            chip.setChecked(at == self._page)
        counts = page.counts()
        for one, chip in self.chips.items():
            chip.set_count(counts[one] if one else len(page.rows))
            chip.setChecked(one == fate)
            chip.setVisible(one in ("", fate) or bool(counts[one]))
        self.table.rows.show_page(page, fate)
        if self.table.rows.rows:
            self.table.go_to(0)
        self._show_reason()

    def _show_reason(self) -> None:
        index = self.table.currentIndex()
        chosen = self.table.rows.rows[index.row()] if index.isValid() and index.row() < len(self.table.rows.rows) else None
        words = "" if chosen is None else " ".join(_(reason) for _at, reason in chosen.reasons)
        if chosen is not None and words:
            self.reason.setText(_("Dòng {n}: {why}").format(n=chosen.number, why=words))
        self._reason_bar.setVisible(bool(words))

    def _walk(self, step: int) -> None:
        """Go to the next row that wants looking at, over all sheets and round."""
        looked = self.looked
        if looked is None:
            return
        here = (self._page, self.table.currentIndex().row())
        spots = [
            (at, place) for at, page in enumerate(looked.pages) for place, one in enumerate(page.rows) if one.fate in (REFUSED, DOUBTFUL)
        ]
        if not spots:
            return
        if self._fate:
            here = (self._page, -1)
        later = [spot for spot in spots if spot > here] if step > 0 else [spot for spot in reversed(spots) if spot < here]
        at, place = later[0] if later else spots[0] if step > 0 else spots[-1]
        self._page = at
        self.show_fate("")
        self.table.go_to(place)

    def _mend(self, one: Row, at: int, before: str, text: str) -> None:
        """Take a mended cell and look at all rows again."""
        looked = self.looked
        assert looked is not None
        page = looked.pages[self._page]
        places = page.alike(one, at, before) if before else []
        self._alike = Alike(page.at, one.at, at, page.sheet.header[at], before, text, places)
        looked.plan.mend(page.at, one.at, at, text)
        self.mended.emit()

    def alike(self) -> Alike | None:
        """Give what the cell that was mended last leaves wrong in other rows; None where it leaves nothing or is wrong itself."""
        found, looked = self._alike, self.looked
        if found is None or looked is None or not found.places:
            return None
        page = next(page for page in looked.pages if page.at == found.sheet)
        return None if any(row.at == found.place and page.is_wrong(row, found.column) for row in page.rows) else found

    def mend_alike(self) -> None:
        """Mend the other cells as the last one was."""
        found, looked = self.alike(), self.looked
        if found is not None and looked is not None:
            for place in found.places:
                looked.plan.mend(found.sheet, place, found.column, found.after)
            self._alike = None
            self.table.setFocus()
            self.mended.emit()
