"""Page “Lịch sử, thùng rác”: what changed lately in the whole office, past imports, and what was cancelled. Every row leads on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from app import users
from app.history import PAGE, Filter, Gone, Import
from app.i18n import _
from app.import_undo import Undone, UndoPlan
from app.listing import Wanted, when
from app.moving import Outcome
from db.questions import Day, grouped, shown_day
from db.record import CANCELLED
from db.records import RECORD_TYPES
from db.text import search_key
from ui import history_rows as rows
from ui import look, shortcuts
from ui.buttons import Button, FilterChip
from ui.changes import changes
from ui.chooser import Chooser
from ui.confirm_pane import ConfirmPane
from ui.date_text import expanded
from ui.doing import failed
from ui.fact_table import FactTable
from ui.flow import Flow
from ui.history_rows import BIN, CHANGES, IMPORTS, TABS
from ui.jobs import Job
from ui.look import px
from ui.lookup import Option
from ui.overlays import LinePane
from ui.parts import Label, Panel, column, page_title, row
from ui.session import Place, Session

KEYS = [("Enter", "mở"), ("Ctrl+Tab", "trang kế tiếp"), ("Ctrl+F", "lọc theo ngày"), ("Ctrl+C", "chép kèm tiêu đề"), ("Ctrl+/", "mọi phím")]
EMPTY = {
    CHANGES: "Chưa có thay đổi nào như vậy. Bỏ bớt bộ lọc, hoặc bật “Cả dòng nhập từ bảng”.",
    IMPORTS: "Chưa nhập bảng nào như vậy.",
    BIN: "Thùng rác trống.",
}


class HistoryPage(QWidget):
    """Three tables under the same filters (type, person, day), read by a worker a page at a time."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.tab = CHANGES
        self._all = session.may("audit-all")
        self.wanted = Filter(person=None if self._all else session.user)
        self._on: int | None = None
        self._names: dict[str, str] = {}
        self._gone: Sequence[Gone] = ()
        self._job: Job | None = None
        self._stale = True
        self.fact = Label("", "body", "ink2")
        self.tabs = {tab: FilterChip(_(words)) for tab, words in TABS.items()}
        for tab, chip in self.tabs.items():
            chip.clicked.connect(lambda _on=False, tab=tab: self.show_tab(tab))
        self.open_button = Button(_("Mở"), icon="arrow-right", pressed=self._open_current)
        self.undo_button = Button(_("Hoàn tác cả lần nhập…"), icon="arrow-counter-clockwise", pressed=self.undo_import)
        self.restore_button = Button(_("Khôi phục"), icon="arrow-counter-clockwise", pressed=self.restore)
        buttons = row(self.open_button, self.undo_button, self.restore_button, gap=8)
        head = Panel("window", "b", row(page_title(_("Lịch sử, thùng rác"), self.fact), None, buttons, edge=(16, 9, 16, 9)), 52)
        self.table = FactTable(_("Lịch sử"))
        for chip in self.tabs.values():
            chip.of = self.table
        self.table.opened.connect(self._open)
        self.table.facts.wanted.connect(self._read_more)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say())
        body = Panel("surface", "", column(self._filters(), self.table, gap=0))
        self.imported.of = self.table
        whole = column(head, body, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        shortcuts.bind(
            self,
            "history",
            {
                "next_tab": lambda: self._turn(1),
                "previous_tab": lambda: self._turn(-1),
                "restore": lambda: self.undo_import() if self.tab == IMPORTS else self.restore(),
            },
        )
        changes.records_changed.connect(self._changed)
        self._show_tabs()

    def _filters(self) -> QWidget:
        self.type_button = Button("", "", "caret-down", self._choose_type)
        self.person_button = Button("", "", "caret-down", self._choose_person)
        for button in (self.type_button, self.person_button):
            button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the caret stands behind the words
        self.day = QLineEdit()
        self.day.setPlaceholderText(_("Ngày, ví dụ 5/6"))
        self.day.setAccessibleName(_("Ngày"))
        self.day.setClearButtonEnabled(True)
        look.follow(self.day, lambda one: one.setFixedWidth(px(150)))
        look.follow(self.day, lambda one: one.setMinimumHeight(px(32)))
        self.day.editingFinished.connect(self._take_day)
        self.day.textChanged.connect(lambda text: None if text else self._take_day())
        self.imported = FilterChip(_("Cả dòng nhập từ bảng"))
        self.imported.toggled.connect(lambda on: self.want(imported=on))
        tabs, filters = Flow(), row(self.type_button, self.person_button, self.day, self.imported, None, gap=8)
        for chip in self.tabs.values():
            tabs.add(chip)
        return Panel("surface", "b", column(tabs, filters, gap=8, edge=(12, 10, 12, 10)))

    # -- which -------------------------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """Show the page as it was left."""
        if self._stale:
            self.reload()
        self.table.setFocus()
        self.session.show_keys([(key, _(verb)) for key, verb in KEYS])

    def search(self) -> None:
        """Put the cursor into the filter by day."""
        self.day.setFocus()
        self.day.selectAll()

    def show_tab(self, tab: str) -> None:
        """Show changes, imports or the bin."""
        self.tab = tab
        self.reload()

    def _turn(self, by: int) -> None:
        tabs = list(TABS)
        self.show_tab(tabs[(tabs.index(self.tab) + by) % len(tabs)])
        self.table.setFocus()

    def want(self, **other: Any) -> None:
        """Narrow the rows to another type, person or day (names and values of ``app.history.Filter``)."""
        self.wanted = replace(self.wanted, **other)
        self.reload()

    def _take_day(self) -> None:
        typed = self.day.text().strip()
        try:
            day = Day("Ngày").parse(expanded(typed, self.session.today, self.session.today)) if typed else None
        except ValueError as error:
            look.mark(self.day, state="error")
            self.day.setToolTip(_(error.args[0]))
            return
        look.mark(self.day, state="")
        self.day.setToolTip("")
        if day is not None:
            self.day.setText(shown_day(day))
        if day != self.wanted.day:
            self.want(day=day)

    def _choose_type(self) -> None:
        every = [Option("", _("Mọi loại"))] + [Option(name, _(declared.plural)) for name, declared in RECORD_TYPES.items()]
        self._choose(self.type_button, _("Tìm loại bản ghi"), every, self.wanted.type_name, lambda value: self.want(type_name=value))

    def _choose_person(self) -> None:
        every = [Option("", _("Mọi người")), *(Option(uid, name) for uid, name in self._people().items())]
        self._choose(self.person_button, _("Tìm người"), every, self.wanted.person, lambda value: self.want(person=value))

    def _people(self) -> dict[str, str]:
        if not self._names:
            self._names = {person.id: person.name for person in users.everyone(self.session.office.database)}
        return self._names

    @staticmethod
    def _choose(button: Button, hint: str, every: list[Option], now: Any, take: Callable[[Any], object]) -> None:
        def offer(typed: str) -> list[Option]:
            words = search_key(typed).split()
            return [one for one in every if all(word in search_key(one.label) for word in words)]

        Chooser.of(button, hint).open(offer, now or "", lambda value: take(value or None))

    def _show_tabs(self) -> None:
        for tab, chip in self.tabs.items():
            chip.setChecked(tab == self.tab)
        kept = self.wanted
        self.type_button.setText(_(RECORD_TYPES[kept.type_name].plural) if kept.type_name else _("Mọi loại"))
        self.person_button.setText(self._people().get(kept.person, kept.person) if kept.person else _("Mọi người"))
        for button, kind in ((self.type_button, _("Loại bản ghi")), (self.person_button, _("Người làm"))):
            button.setAccessibleName(f"{kind}: {button.text()}")
        self.imported.setVisible(self.tab == CHANGES)
        self.person_button.setVisible(self._all)
        self.undo_button.setVisible(self.tab == IMPORTS)
        self.restore_button.setVisible(self.tab == BIN)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _changed(self, _type: str) -> None:
        self._stale = True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read the table again from its start."""
        self._stale = False
        self._names = {}
        self._show_tabs()
        self.table.facts.begin(*rows.HEADINGS[self.tab]())
        self.table.say_empty("")
        self._gone, self._on = (), None
        self._read(None)

    def _read_more(self) -> None:
        facts = self.table.facts.facts
        self._read(facts[-1].leads if facts else None)

    def _read(self, last: Any) -> None:
        if self._job is not None:
            self._job.cancel()
        asked = (self.tab, self.wanted, self._on, last, self._gone)
        job = self._job = Job(rows.read, self.session, *asked, database=self.session.office.database)
        job.done.connect(lambda found: self._show(found) if self._job is job else None)
        job.failed.connect(lambda error: self._failed(error) if self._job is job else None)
        job.start()

    def _show(self, found: rows.Rows) -> None:
        self._job, self._gone, self._on = None, found.every, found.on
        first = not self.table.facts.facts
        self.table.facts.add(found.facts, found.more)
        known = len(self.table.facts.facts)
        further = found.more and len(found.facts) < PAGE  # a stretch of the journal with few rows that are wanted
        self.table.say_empty(_("Đang tìm tiếp…") if further else _(EMPTY[self.tab]))
        words = _("{n} dòng, đang tìm tiếp…") if further else _("{n} dòng gần nhất") if found.more else _("{n} dòng")
        self.fact.setText(found.words or words.format(n=grouped(known)))
        if first and found.facts:
            self.table.go_to(0)
        self._say()
        if further and self._job is None:
            self._read_more()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        failed(self, error)

    def _say(self) -> None:
        """Let only what can be done now be pressed."""
        current = self.table.current()
        self.open_button.setEnabled(current is not None)
        may = self.session.may("cancel")
        self.undo_button.setEnabled(may and isinstance(current, Import) and current.undone is None)
        self.restore_button.setEnabled(self.session.may("enter") and isinstance(current, Gone))

    # -- leading on --------------------------------------------------------------------------------------------------

    def _open_current(self) -> None:
        if self.table.current() is not None:
            self._open(self.table.current())

    def _open(self, leads: Any) -> None:
        """Open the record of a row; of an import, the list of its records."""
        if isinstance(leads, Import):
            state = CANCELLED if leads.undone is not None else None
            self.session.go(Place(leads.type_name, Wanted(import_id=leads.id, state=state)))
        else:
            self.session.go(Place(leads.type_name, uid=leads.uid))

    # -- taking an import back ---------------------------------------------------------------------------------------

    def undo_import(self) -> None:
        """Ask why, show what it would do, and take the import back."""
        one = self.table.current()
        if isinstance(one, Import) and self.undo_button.isEnabled():
            title = _("Vì sao hoàn tác lần nhập “{file}”?").format(file=one.file or when(one.at))
            pane = LinePane(self, title, _("xem trước"), needed=_("Chưa có lý do. Hãy ghi lý do, hoặc nhấn Esc để thôi."))
            pane.done.connect(lambda reason: self._plan_undo(one, reason.strip()))
            pane.dropped.connect(self.table.setFocus)
            pane.open_at(QPoint(px(24), px(96)), px(460))

    def _plan_undo(self, one: Import, reason: str) -> None:
        self.table.setFocus()
        job = Job(rows.plan, self.session, one.id, database=self.session.office.database)
        job.done.connect(lambda found: self._confirm_undo(one, reason, *found))
        job.failed.connect(self._failed)
        self.session.run(job)

    def _confirm_undo(self, one: Import, reason: str, plan: UndoPlan, named: list[tuple[str, str]]) -> None:
        counts = (
            (_("Hủy {n} bản ghi mà lần nhập này đã tạo."), len(plan.cancels)),
            (_("Trả bản cũ cho {n} bản ghi mà lần nhập này đã sửa."), len(plan.reverts)),
            (_("Xóa {n} bản nháp."), len(plan.drafts)),
            (_("Giữ {n} bản ghi đã sửa sau khi nhập."), len(plan.edited)),
            (_("Giữ {n} bản ghi của kỳ đã chốt."), len(plan.locked)),
            (_("Giữ {n} bản ghi vì bản ghi khác còn dùng."), len(plan.held)),
            (_("Giữ {n} bản nháp đã sửa sau khi nhập."), plan.left_drafts),
        )
        facts = [words.format(n=grouped(count)) for words, count in counts if count]
        verb = _("Hoàn tác lần nhập") if plan.cancels or plan.reverts or plan.drafts else ""
        pane = ConfirmPane(self, _("Hoàn tác {file}").format(file=one.file or _("lần nhập")), facts, named, verb)
        pane.open_over(lambda: self._undo(one, reason))

    def _undo(self, one: Import, reason: str) -> None:
        session = self.session
        job = Job(
            partial(rows.undo, session.store, one.id, session.user, reason),
            database=session.office.database, writes=True, words=_("Đang hoàn tác lần nhập…"),
        )  # fmt: skip
        job.done.connect(lambda undone: QTimer.singleShot(0, self, lambda: self._undone(undone)))
        job.failed.connect(self._failed)
        session.run(job)

    def _undone(self, undone: Undone) -> None:
        changes.records_changed.emit("")
        changes.drafts_changed.emit("")
        words = _("Đã hoàn tác lần nhập: hủy {cancelled}, trả bản cũ {reverted}, giữ lại {left}.")
        left = len(undone.left) + len(undone.held) + len(undone.locked) + undone.left_drafts
        counts = {"cancelled": grouped(undone.cancelled), "reverted": grouped(undone.reverted), "left": grouped(left)}
        self.session.toast(words.format(**counts))
        self.table.setFocus()

    # -- the bin -----------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Bring the chosen records back, by the rules of a save; what breaks them stays and is named."""
        chosen = [one for one in self.table.chosen() if isinstance(one, Gone)]
        if self.tab == BIN and chosen and self.session.may("enter"):
            job = Job(
                rows.restore, self.session, chosen,
                database=self.session.office.database, writes=True, words=_("Đang khôi phục…"),
            )  # fmt: skip
            job.done.connect(lambda found: QTimer.singleShot(0, self, lambda: self._restored(found)))
            job.failed.connect(self._failed)
            self.session.run(job)

    def _restored(self, outcomes: list[Outcome]) -> None:
        changes.records_changed.emit("")
        self.table.setFocus()
        count = sum(one.changed for one in outcomes)
        if count:
            self.session.toast(_("Đã khôi phục {n} bản ghi.").format(n=grouped(count)), lambda: self._take_back(outcomes))
        refused = [(one.title, _(one.reason)) for outcome in outcomes for one in outcome.refused]
        if refused:
            words = _("{n} bản ghi chưa khôi phục được vì trái quy tắc. Hãy mở và sửa từng bản ghi.").format(n=grouped(len(refused)))
            ConfirmPane(self, _("Chưa khôi phục được"), [words], refused, "").open_over(lambda: None)

    def _take_back(self, outcomes: list[Outcome]) -> None:
        session = self.session
        job = Job(rows.take_back, session, outcomes, database=session.office.database, writes=True, words=_("Đang hoàn tác…"))
        job.done.connect(lambda _left: QTimer.singleShot(0, self, lambda: changes.records_changed.emit("")))
        job.failed.connect(self._failed)
        session.run(job)
