"""The list half of a record page: search, filter chips, the table, its sums; columns and order are the person's and remembered."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from app import tables
from app.i18n import _, many
from app.listing import Listing, Row, Wanted, columns_of, default_columns
from db.message import inside
from db.questions import grouped
from db.record import CANCELLED, DRAFT, EventRecord, Record
from ui import look
from ui.bulk import BulkStrip
from ui.buttons import FilterChip
from ui.flow import Flow as Flow
from ui.look import px
from ui.parts import Panel, column
from ui.record_model import SUMMARY, RecordModel
from ui.session import Session
from ui.shortcuts import key_of
from ui.table import RecordTable, Sums

MOST_COPIED = 20_000
"""Rows that go to the clipboard at once."""


class ListPane(Panel):
    """Search, chips, table and sums over the records of one type."""

    opened = Signal(object)
    """A row was asked for: Enter or a double click, or walked to beside a form."""
    counted = Signal(int, bool)
    """How many there are, and whether these are all."""
    selection_changed = Signal(int)

    def __init__(self, session: Session, declared: type[Record]) -> None:
        super().__init__("surface")
        self.session, self.declared = session, declared
        self.wanted = Wanted()
        self._in_period = issubclass(declared, EventRecord)
        self._chosen = [name for name in session.preferences.get(self._key("columns"), []) if name in columns_of(declared)]
        self._quiet = True
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Tìm {what}  (Ctrl+F)").format(what=_(inside(declared.caption))))
        self.search.setAccessibleName(_("Tìm trong danh sách"))
        self.search.setClearButtonEnabled(True)
        self._glass = self.search.addAction(look.icon("magnifying-glass", "ink2", 16), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText(_("Tìm"))
        self.search.installEventFilter(self)
        self.period_chip = FilterChip(_("Trong kỳ"))
        self.chips = {
            DRAFT: FilterChip(_("Nháp")),
            "warnings": FilterChip(_("Cảnh báo")),
            "overdue": FilterChip(_("Quá hạn")),
            CANCELLED: FilterChip(_("Đã hủy")),
        }
        self.narrowed = FilterChip("", icon="x")
        flow = Flow()
        for chip in (self.period_chip, *self.chips.values(), self.narrowed):
            flow.add(chip)
        self.model = RecordModel(Listing(session.store, declared, self.wanted, self._chosen), self)
        self.table = RecordTable(self.model)
        self.sums = Sums(self.table)
        self.bulk = BulkStrip(self)
        head = column(self.search, flow, gap=8, edge=(12, 10, 12, 10))
        whole = column(head, self.table, self.bulk, self.sums, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._wire()
        look.follow(self.search, lambda one: one.setMinimumHeight(px(32)))
        self.period_chip.setChecked(self._in_period)
        self.period_chip.setVisible(self._in_period)
        self.chips["overdue"].hide()
        self.narrowed.hide()
        self._quiet = False

    def _wire(self) -> None:
        later = self._later = QTimer(self)
        later.setSingleShot(True)
        later.setInterval(0)
        later.timeout.connect(self.reload)
        self.search.textChanged.connect(lambda _text: later.start())
        self.period_chip.toggled.connect(lambda _on: self.reload())
        for name, chip in self.chips.items():
            chip.toggled.connect(lambda on, name=name: self._toggled(name, on))
        for chip in (self.period_chip, *self.chips.values(), self.narrowed):
            chip.of = self.table
        self.narrowed.clicked.connect(lambda: self.show_wanted(Wanted()))
        self.model.listed.connect(self._listed)
        self.model.listed.connect(self._all_listed)
        self.model.gathered.connect(self._gathered)
        self.table.activated.connect(lambda index: self.opened.emit(self.model.row(index.row())))
        self.table.typed.connect(self._type)
        self.table.copy_asked.connect(self.copy)
        self.table.menu_asked.connect(self._offer_actions)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.table.selectionModel().currentRowChanged.connect(self._walked)
        heads = self.table.horizontalHeader()
        heads.sectionClicked.connect(self._sort)
        heads.sectionMoved.connect(lambda *_: self._moved())
        heads.customContextMenuRequested.connect(self._offer_columns)

    def _key(self, what: str) -> str:
        return f"{what}:{self.declared.type_name}"

    # -- what is listed ----------------------------------------------------------------------------------------------

    def show_wanted(self, wanted: Wanted) -> None:
        """List what another page asks for: its filters become chips that can be pressed away."""
        self._quiet = True
        if wanted.period is not None:
            self.session.set_period(wanted.period)
        self.search.setText(wanted.words)
        anytime = (wanted.since, wanted.words or None) if wanted.period is None else ()
        everywhere = (wanted.uids, wanted.overdue, wanted.due, wanted.import_id, *anytime)
        self.period_chip.setChecked(self._in_period and all(one is None for one in everywhere))
        self.chips[DRAFT].setChecked(wanted.state == DRAFT)
        self.chips[CANCELLED].setChecked(wanted.state == CANCELLED)
        self.chips["warnings"].setChecked(wanted.warnings)
        self.chips["overdue"].setVisible(wanted.overdue is not None)
        self.chips["overdue"].setChecked(wanted.overdue is not None)
        self.wanted = wanted._replace(sort=self.wanted.sort)
        words = wanted.about or _("Thay đổi gần đây")
        words = _("Còn hạn") if wanted.due is not None else words
        self.narrowed.set_words(words if wanted.import_id is None else _("Của một lần nhập"))
        self.narrowed.setVisible(any(one is not None for one in (wanted.uids, wanted.since, wanted.due, wanted.import_id)))
        self.narrowed.setChecked(True)
        self._quiet = False
        self.reload()

    def _wanted(self) -> Wanted:
        session = self.session
        state = DRAFT if self.chips[DRAFT].isChecked() else CANCELLED if self.chips[CANCELLED].isChecked() else None
        all_units = session.unit == session.own_unit
        return self.wanted._replace(
            words=self.search.text(),
            period=session.period if self._in_period and self.period_chip.isChecked() else None,
            unit=None if all_units or self.wanted.uids is not None else session.unit,
            state=state,
            warnings=self.chips["warnings"].isChecked(),
            overdue=self.wanted.overdue if self.chips["overdue"].isChecked() else None,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves out records of the period and unit, the words searched for apart."""
        return self._wanted()._replace(words="", period=None, unit=None, sort=None, about="") != Wanted()

    def reload(self) -> None:
        """Read the list again; the record that was current stays it."""
        if self._quiet:
            return
        current, chosen = self.current(), self.table.selectionModel().hasSelection()
        kept = current.uid if current is not None else None
        self._say_empty()  # first: a small list shows itself while it is loaded
        self.model.load(Listing(self.session.store, self.declared, self._wanted(), self._chosen))
        if kept is not None and self.select(kept) and not chosen:
            self.table.clearSelection()

    def _toggled(self, name: str, on: bool) -> None:
        if on and not self._quiet:
            self._quiet = True
            for other, chip in self.chips.items():
                if other != name:
                    chip.setChecked(False)
            self._quiet = False
        self.reload()

    def _gathered(self, chips: dict[str, int]) -> None:
        for name, count in chips.items():
            self.chips[name].set_count(count)
            self.chips[name].setVisible(bool(count) or self.chips[name].isChecked() or name == DRAFT)
        self.sums.update()

    def _listed(self) -> None:
        count = self.model.rowCount()
        self.sums.set_words(f"{grouped(count)} {many(self.declared.caption, count)}")
        self.counted.emit(count, True)

    def _say_empty(self) -> None:
        what, enters = many(self.declared.caption), self.session.may("enter")
        if self.search.text().strip():
            words = _("Không tìm thấy “{text}”. Hãy bỏ bớt chữ, hoặc tắt bộ lọc.").format(text=self.search.text().strip())
        elif self.wanted.uids is not None:
            words = _("Không có bản ghi nào đứng sau số này. Nhập bản ghi của kỳ rồi số tự đổi.")
        elif self.chips[DRAFT].isChecked():
            words = _("Không có bản nháp nào.")
        elif self.chips["warnings"].isChecked():
            words = _("Không có cảnh báo nào chờ giải trình.")
        elif self._in_period and self.period_chip.isChecked():
            words = (_("Chưa có {what} nào trong kỳ. Nhấn Ctrl+N.") if enters else _("Chưa có {what} nào trong kỳ.")).format(what=what)
        else:
            words = (_("Chưa có {what} nào. Nhấn Ctrl+N.") if enters else _("Chưa có {what} nào.")).format(what=what)
        self.table.empty.setText(words)

    # -- choosing ----------------------------------------------------------------------------------------------------

    def current(self) -> Row | None:
        """Give the current row; None when there is none."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def select(self, uid: str) -> bool:
        """Make a record current; False when it is not in the list."""
        place = self.model.place_of(uid)
        if place is None:
            return False
        self._quiet = True
        self.table.go_to(place)
        self._quiet = False
        return True

    def step(self, rows: int) -> None:
        """Go to the next (1) or previous (-1) record and open it."""
        place = min(max(self.table.currentIndex().row() + rows, 0), self.model.rowCount() - 1)
        if place >= 0:
            self.table.go_to(place)
            self.opened.emit(self.model.row(place))

    def chosen_ids(self) -> list[int]:
        """Give the row ids of the chosen records, from above, whether their pages are read or not."""
        ids = self.model.ids
        return [ids[place] for place in self.table.chosen_rows()]

    def copy(self) -> None:
        """Put the chosen rows with their headings on the clipboard, as text for a spreadsheet; named in the journal if it tells names."""
        count = self.table.chosen_count()
        if count > MOST_COPIED:
            self.session.toast(_("Chọn nhiều quá {n} dòng để sao chép. Hãy dùng Xuất.").format(n=grouped(MOST_COPIED)))
            return
        QGuiApplication.clipboard().setText(self.table.copied())
        if count:
            tables.note_names(self.session.store, self.model.listing, count, "clipboard", self.session.user)
            self.session.toast(_("Đã sao chép {n} dòng kèm tiêu đề.").format(n=grouped(count)))

    def _selected(self) -> None:
        count = self.table.chosen_count()
        self.bulk.show_count(count)
        self.selection_changed.emit(count)

    def _offer_actions(self, spot: QPoint) -> None:
        """Offer what can be done with the chosen records where they are, one or several."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.table.chosen_count() == 1:
            menu.addAction(f"{_('Mở')}\t{key_of('list', 'open')}", lambda: self.opened.emit(self.current()))
            menu.addSeparator()
        self.bulk.offer(menu)
        menu.popup(spot)

    def _all_listed(self) -> None:
        """Choose what came later too, where all that was known had been chosen."""
        if self.table.wants_all:
            self.table.select_everything()

    def _walked(self, *_indexes: object) -> None:
        several = self.table.chosen_count() > 1
        found = self.current()
        if self.table.is_narrow and not self._quiet and not several and found is not None:
            self.opened.emit(found)

    def _type(self, letters: str) -> None:
        self.search.setFocus()
        self.search.setText(letters)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into the list, Esc empties it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.model.rowCount():
                self.table.setFocus()
                if not self.table.currentIndex().isValid():
                    self.table.go_to(0)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # -- columns -----------------------------------------------------------------------------------------------------

    def _sort(self, section: int) -> None:
        listing = self.model.listing
        if section == SUMMARY:
            name = listing.title_name
        elif section <= len(listing.columns):
            name = listing.columns[section - 1].name
        else:
            return
        if name not in self.declared.questions():
            return
        before = self.wanted.sort
        new = (name, False) if before is None or before[0] != name else (name, True) if not before[1] else None
        self.wanted = self.wanted._replace(sort=new)
        heads = self.table.horizontalHeader()
        heads.setSortIndicatorShown(new is not None)
        if new is not None:
            heads.setSortIndicator(section, Qt.SortOrder.DescendingOrder if new[1] else Qt.SortOrder.AscendingOrder)
        self.reload()

    def _moved(self) -> None:
        heads = self.table.horizontalHeader()
        listing = self.model.listing
        order = sorted(range(1, len(listing.columns) + 1), key=heads.visualIndex)
        self.set_columns([listing.columns[place - 1].name for place in order])

    def set_columns(self, names: list[str]) -> None:
        """Show these columns in this order, and remember them."""
        self._chosen = names
        self.session.preferences.put(self._key("columns"), names)
        heads = self.table.horizontalHeader()
        heads.blockSignals(True)
        for place in range(heads.count()):
            heads.moveSection(heads.visualIndex(place), place)
        heads.blockSignals(False)
        self.reload()

    def _offer_columns(self, spot: QPoint) -> None:
        menu = QMenu(self)
        now = [one.name for one in self.model.listing.columns]
        questions = self.declared.questions()
        for name, one in columns_of(self.declared).items():
            action = QAction(_(questions[name].label if name in questions else one.label), menu)
            action.setCheckable(True)
            action.setChecked(name in now)
            action.setEnabled(now != [name])
            with_it = [*now, name] if name not in now else [other for other in now if other != name]
            action.triggered.connect(lambda _on=False, names=with_it: self.set_columns(names))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(_("Về như ban đầu"), lambda: self.set_columns(list(default_columns(self.declared))))
        menu.popup(self.table.horizontalHeader().mapToGlobal(spot))
