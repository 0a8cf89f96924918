"""Import of a table, as a page of four steps: file → columns → preview → result. Nothing is written before its button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app import import_plan, import_rows, importing
from app.i18n import _, many
from app.import_plan import Plan
from app.import_rows import DOUBTFUL, REFUSED, Looked
from app.importing import Preview, Undone
from app.legacy_columns import ENCODINGS
from app.record_sheets import CHANGE
from db.connection import translate
from db.errors import ExpectedError
from db.questions import grouped
from db.records import RECORD_TYPES
from ui import look, shortcuts
from ui.buttons import Banner, Button
from ui.changes import changes
from ui.import_match import MatchPane
from ui.import_parts import Chooser, Offer, Steps, WorkBar
from ui.import_result import ResultPane
from ui.import_rows_pane import RowsPane
from ui.jobs import Cancelled, Job
from ui.look import px
from ui.messages import show_error, words_of
from ui.parts import Card, ElidedLabel, IconLabel, Label, Panel, clear, column, page_title, row
from ui.session import Place, Session

FILE, MATCH, ROWS, DONE = range(4)
GUESS = "?"
ENDINGS = "*.xlsx *.xlsm *.csv *.txt *.tsv"


class ImportPage(QWidget):
    """``open_file`` starts with a file; ``show_place`` with the record type in ``place.uid``, if any."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plan: Plan | None = None
        self.looked: Looked | None = None
        self.done: Preview | None = None
        self._written_of: Looked | None = None
        """What the import in ``done`` was chosen from."""
        self._left: tuple[str, ...] = ()
        """The fates of its rows that were left out."""
        self._wanted_type: str | None = None
        self._waiting: list[Path] = []
        self._job: Job | None = None
        self.fact = ElidedLabel("", "body", "ink2")
        self.other = Button(_("Chọn tệp khác"), icon="folder-open", pressed=self.choose_file)
        title = page_title(_("Nhập từ bảng"), self.fact)
        head = row(title, self.other, gap=12, edge=(16, 9, 16, 9))
        head.setStretch(0, 1)
        title.setStretch(1, 1)
        self.steps = Steps([_("Tệp"), _("Ghép cột"), _("Xem trước"), _("Kết quả")])
        look.signals.changed.connect(self._fit_steps)
        self.work = WorkBar()
        self._notes = column(gap=8, edge=(16, 0, 16, 0))
        self.match, self.rows, self.result = MatchPane(), RowsPane(), ResultPane()
        self.stack = QStackedWidget()
        for pane in (self._file_pane(), self._match_pane(), self.rows, self.result):
            self.stack.addWidget(pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._head = Panel("window", "b", head, 52)
        layout.addWidget(self._head)
        layout.addSpacing(px(4))
        for part in (self.steps, self.work):
            layout.addWidget(part)
        layout.addLayout(self._notes)
        layout.addSpacing(px(6))
        layout.addWidget(self.stack, 1)
        self._wire()
        self._go(FILE)

    def _wire(self) -> None:
        self.match.changed.connect(self._plan_changed)
        self.match.type_chosen.connect(self._read_as)
        self.rows.write_asked.connect(lambda doubtful: self.write(with_doubtful=doubtful))
        self.rows.save_asked.connect(lambda: self.save_rows(REFUSED))
        self.rows.back_asked.connect(self.back)
        self.rows.mended.connect(self.look)
        self.result.undo_asked.connect(self.undo)
        self.result.save_asked.connect(lambda: self.save_rows(*self._left))
        self.result.next_asked.connect(self._next_file)
        self.result.list_asked.connect(lambda name: self.session.go(Place(name)))
        changes.records_changed.connect(self._records_changed)
        actions = {"open": self.choose_file, "back": self.back, "go": self._forward}
        self._shortcuts = shortcuts.bind(self, "import", actions)

    # -- panes -------------------------------------------------------------------------------------------------------

    def _file_pane(self) -> QWidget:
        types = [Offer(GUESS, _("Tự nhận theo các cột"))] + [Offer(name, _(one.caption)) for name, one in RECORD_TYPES.items()]
        self.type = Chooser(_("Loại bản ghi"), types, GUESS)
        self.type.chosen.connect(lambda key: setattr(self, "_wanted_type", None if key == GUESS else key))
        self.choose = Button(_("Chọn tệp"), "filled", "folder-open", self.choose_file)
        self.following = Button(_("Nhập tệp tiếp theo"), icon="arrow-right", pressed=self._next_file)
        self.following.hide()
        words = Label(_("Thả tệp .xlsx hoặc .csv vào cửa sổ này, hoặc chọn tệp."), "section", wrap=True)
        hint = _("Xem trước từng dòng rồi mới ghi. Tệp mã cũ (TCVN3, VNI) được nhận ra theo cột. Cả lần nhập hoàn tác được.")
        card = Card()
        card.body.addLayout(
            column(
                words,
                Label(hint, "body", "ink2", wrap=True),
                row(Label(_("Nhập vào"), "body", "ink2"), self.type, None, gap=12),
                row(self.choose, self.following, None, gap=8),
                gap=14,
                edge=(20, 18, 20, 20),
            )
        )
        pane = QWidget()
        pane.setLayout(column(card, None, edge=(16, 8, 16, 16)))
        return pane

    def _match_pane(self) -> QWidget:
        self.go_look = Button(_("Xem trước"), "filled", "arrow-right", self.look)
        pane = QWidget()
        bar = Panel("raised", "t", row(self.go_look, None, Label("Ctrl+Enter", "small", "ink3"), edge=(16, 8, 16, 8)), 50)
        body = column(self.match, bar, gap=0)
        body.setStretch(0, 1)
        pane.setLayout(body)
        return pane

    # -- going there -------------------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """Show the page; from a page of records with its type chosen and a file asked for next."""
        if place.uid is not None and place.uid in RECORD_TYPES:
            if self.stack.currentIndex() == DONE or (self.plan is not None and self.plan.declared.type_name != place.uid):
                self._forget()
            self._wanted_type = place.uid
            self.type.choose(place.uid)
        self._focus()
        self._keys()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self.plan = self.looked = self.done = self._written_of = None
        self._go(FILE)

    def _go(self, step: int) -> None:
        clear(self._notes)
        self.stack.setCurrentIndex(step)
        self.steps.set_now(step)
        self.other.setVisible(step != FILE)
        self._fit_steps()
        self._say_fact()
        if self.isVisible():
            self._focus()
            self._keys()

    def _focus(self) -> None:
        matching = self.go_look if self.go_look.isEnabled() else self.match.first_open()
        start = self.following if self._waiting else self.choose
        target: QWidget = (start, matching, self.rows.table, self.result)[self.stack.currentIndex()]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room of the steps to the rows where there is little."""
        super().resizeEvent(event)
        self._fit_steps()

    def _fit_steps(self) -> None:
        roomy = self.height() * 100 >= 430 * look.scale()
        self.steps.setVisible(roomy)
        self._head.setVisible(roomy or self.stack.currentIndex() != ROWS)

    def _say_fact(self) -> None:
        facts = []
        if self.plan is not None and self.stack.currentIndex() != FILE:
            rows = sum(len(sheet.rows) for sheet in self.plan.sheets)
            words = _("{file} · {what} · {n} dòng")
            facts.append(words.format(file=self.plan.path.name, what=_(self.plan.declared.caption), n=grouped(rows)))
        if self._waiting:
            facts.append(_("còn {n} tệp chờ").format(n=len(self._waiting)))
        self.fact.setText(" · ".join(facts))
        self.following.setVisible(bool(self._waiting))
        self.following.setToolTip(self._waiting[0].name if self._waiting else "")

    def _keys(self) -> None:
        step = self.stack.currentIndex()
        shown = {
            FILE: [("Ctrl+O", _("chọn tệp"))],
            MATCH: [("Ctrl+Enter", _("xem trước")), ("Esc", _("về bước trước")), ("Ctrl+O", _("tệp khác"))],
            ROWS: [("F8", _("dòng cần xem")), ("Enter", _("sửa ô")), ("Ctrl+Enter", _("nhập")), ("Esc", _("về bước trước"))],
            DONE: [("Ctrl+Z", _("hoàn tác")), ("Ctrl+O", _("tệp khác"))],
        }[step]
        self.session.show_keys([*shown, ("Ctrl+/", _("mọi phím"))])

    def _forward(self) -> None:
        step = self.stack.currentIndex()
        if step == MATCH:
            self.look()
        elif step == ROWS and self.looked is not None and not self.looked.records and not self.work.busy:
            refused = self.looked.counts()[REFUSED]
            words = _("Chưa có dòng nào nhập được. Hãy sửa các ô bị từ chối (F8, Enter).")
            self._say("warning", words if refused else _("Không có gì để nhập: mọi dòng đã có trong dữ liệu."))
        elif step == ROWS:
            self.write(with_doubtful=self.rows.write_ready.isHidden())

    def back(self) -> None:
        """Stop what runs, else go a step back; the plan stays as it is."""
        if self.work.busy:
            self.work.cancel()
        elif self.stack.currentIndex() in (MATCH, ROWS):
            self._go(self.stack.currentIndex() - 1)

    def _say(self, state: str, words: str) -> None:
        clear(self._notes)
        self._notes.addWidget(Banner(state, words))

    # -- file --------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file."""
        last = self.session.preferences.get("import_folder", "")
        name, _kind = QFileDialog.getOpenFileName(self, _("Chọn tệp bảng"), last, _("Bảng ({endings})").format(endings=ENDINGS))
        if name:
            self._waiting.clear()
            self.open_file(Path(name))

    def take_dropped(self, path: Path) -> None:
        """Open a file that was dropped; the second and later ones wait for their turn."""
        if self.work.busy or self.stack.currentIndex() in (MATCH, ROWS):
            self._waiting.append(path)
            self._say_fact()
        else:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Read a file by a worker, then show how its columns match, or the preview at once where nothing is left to decide."""
        if not self.session.may("enter"):
            self._say("error", _("Vai trò của bạn không nhập dữ liệu."))
            return
        self.session.preferences.put("import_folder", str(path.parent))
        self._forget()
        declared = RECORD_TYPES[self._wanted_type] if self._wanted_type else None
        learnt = {name: self.session.preferences.get(f"import_columns:{name}", {}) for name in RECORD_TYPES}
        job = Job(import_plan.read, path, declared, learnt)
        self._run(job, _("Đang đọc {file}…").format(file=path.name), self._read)

    def _read_as(self, type_name: str) -> None:
        """Read the same file for another record type."""
        if self.plan is not None:
            self._wanted_type = type_name
            self.type.choose(type_name)
            self.open_file(self.plan.path)

    def _run(self, job: Job, words: str, done: Callable[[Any], object]) -> None:
        """Start a job and show it; what came of a job that another has followed is forgotten."""
        self._job = job
        self.work.follow_job(job, words)
        job.done.connect(lambda result: self._succeeded(job, done, result))
        job.failed.connect(lambda error: self._failed(job, error))
        self._enable()
        job.start()

    def _succeeded(self, job: Job, done: Callable[[Any], object], result: Any) -> None:
        self._enable()
        if job is self._job:
            self._job = None
            done(result)

    def _failed(self, job: Job, error: BaseException) -> None:
        self._enable()
        if job is not self._job:
            return
        self._job = None
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, Exception):
            raise error
        self._tell(error)
        if self._waiting and self.isVisible() and self.stack.currentIndex() == FILE:
            self._focus()

    def _tell(self, error: BaseException) -> None:
        """Say what is wrong where the steps are; a defect of ours is shown and logged as one."""
        if translate(error) is None:
            show_error(self, error)
        else:
            what, remedy = words_of(error)
            if isinstance(error, ExpectedError) and error.remedy == CHANGE:
                remedy = _("Hãy sửa tệp cho đúng mẫu: mở danh sách, nút Xuất có mẫu nhập trống.")
            self._say("error", f"{what} {remedy}")

    def _enable(self) -> None:
        idle = not self.work.busy
        self.go_look.setEnabled(idle and self._can_look)
        self.following.setEnabled(idle)
        self.rows.set_idle(idle)

    @property
    def _can_look(self) -> bool:
        """Whether the file can be previewed as it is matched now; what is in the way stands above the columns."""
        return self.plan is None or self.match.is_ready

    def _read(self, plan: Plan) -> None:
        self.plan = plan
        self.match.show_plan(plan)
        self._enable()
        self._go(MATCH)
        recoded = [one for one in plan.used_old() if one.encoding != "nfd"]
        decided = self.match.is_ready and not plan.left_out() and not recoded
        if decided:
            self.look()

    # -- columns -----------------------------------------------------------------------------------------------------

    def _plan_changed(self) -> None:
        self.looked = None
        clear(self._notes)
        self._enable()

    def look(self) -> None:
        """Let a worker preview the import; nothing is written."""
        plan = self.plan
        if plan is None or self.work.busy or not self._can_look:
            return
        job = Job(import_rows.look, self.session.store, plan, database=self.session.office.database)
        self._run(job, _("Đang kiểm tra từng dòng…"), self._looked)

    def _looked(self, looked: Looked) -> None:
        plan, self.looked = looked.plan, looked
        again = self.stack.currentIndex() == ROWS
        self.session.preferences.put(f"import_columns:{plan.declared.type_name}", plan.learnt())
        if not again:
            self._go(ROWS)
        self.rows.show_looked(looked, keep=again)
        clear(self._notes)
        for notice in looked.preview.notices[:3]:
            self._notes.addWidget(Banner("warning", notice))
        self._say_alike()
        self._say_encodings(looked.plan)

    def _say_alike(self) -> None:
        """Offer to mend the other cells that have what the one just mended had."""
        found = self.rows.alike()
        if found is not None:
            words = _("Cột “{column}” còn {n} ô ghi “{before}”.")
            words = words.format(column=_(found.heading), n=grouped(len(found.places)), before=found.before)
            action = _("Sửa cả thành “{after}”").format(after=found.after)
            banner = Banner("warning", words, action, self.rows.mend_alike)
            self._notes.addWidget(banner)
            if banner.button is not None:  # before what is done with the rows, not after it
                self.setTabOrder(self.other, banner.button)

    def _say_encodings(self, plan: Plan) -> None:
        """Say which old text was read as what, and offer to change that."""
        used = [one for one in plan.used_old() if one.spot not in plan.kept and one.samples and one.encoding != "nfd"]
        if not used:
            return
        before, after = used[0].samples[0]
        words = _("{n} cột mã {encoding} đã chuyển sang Unicode: “{before}” → “{after}”. Tệp gốc giữ nguyên.")
        shown = words.format(
            n=len(used), encoding=" + ".join(sorted({ENCODINGS[one.encoding] for one in used})), before=before, after=after
        )
        change = Button(_("Đổi bảng mã"), "link", pressed=self.back)
        layout = row(IconLabel("text-aa"), ElidedLabel(shown), change, gap=10, edge=(12, 5, 4, 5))
        layout.setStretch(1, 1)
        strip = Card()
        strip.body.addLayout(layout)
        self._notes.addWidget(strip)

    def save_rows(self, *fates: str) -> None:
        """Write the rows of these fates, with their reasons, to a file of their own."""
        looked = self.looked or self._written_of
        if looked is None:
            return
        ending = _("{file} - dòng từ chối") if self.looked is not None else _("{file} - dòng chưa nhập")
        wanted = looked.plan.path.with_name(ending.format(file=looked.plan.path.stem) + ".xlsx")
        title = _("Lưu dòng bị từ chối") if self.looked is not None else _("Lưu dòng chưa nhập")
        name, _kind = QFileDialog.getSaveFileName(self, title, str(wanted), "Excel (*.xlsx);;CSV (*.csv)")
        if name:
            path = Path(name if Path(name).suffix.lower() in (".xlsx", ".csv") else f"{name}.xlsx")
            job = Job(import_rows.save_rows, looked, fates, path)
            words = _("Đã lưu {n} dòng vào {file}.")
            self._run(
                job,
                _("Đang ghi {file}…").format(file=path.name),
                lambda count: self.session.toast(words.format(n=grouped(count), file=path.name)),
            )

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(self, *, with_doubtful: bool) -> None:
        """Write what the preview found, in one transaction, by a worker behind a cover with a bar and a stop."""
        looked = self.looked
        if looked is None or self.work.busy or not looked.records:
            return
        session = self.session
        job = Job(
            import_rows.apply, session.store, looked, session.user, with_doubtful,
            database=session.office.database, writes=True, words=_("Đang nhập {file}…").format(file=looked.plan.path.name),
        )  # fmt: skip
        job.done.connect(lambda done: self._written(done, (REFUSED,) if with_doubtful else (DOUBTFUL, REFUSED)))
        job.failed.connect(self._not_written)
        self._writing = True
        session.run(job)

    _writing = False

    def _not_written(self, error: BaseException) -> None:
        self._writing = False
        if isinstance(error, Cancelled):
            self._say("warning", _("Đã dừng; chưa ghi gì."))
            return
        self._tell(error)

    def _written(self, done: Preview, left: tuple[str, ...]) -> None:
        self.done, self._written_of, self._left = done, self.looked, left
        changes.records_changed.emit("")
        changes.drafts_changed.emit(done.declared.type_name)
        self._writing = False
        self.looked, self._wanted_type = None, None
        self.type.choose(GUESS)
        what = many(done.declared.caption)
        count = done.new + done.updated
        import_id = done.import_id or ""
        words = _("Đã nhập {n} {what} từ {file}.").format(n=grouped(count), what=what, file=done.path.name)
        self.session.toast(words, lambda: self.undo(import_id))
        self._go(DONE)
        counts = {} if self._written_of is None else self._written_of.counts()
        following = self._waiting[0].name if self._waiting else ""
        self.result.show_done(done, words, following, {fate: n for fate, n in counts.items() if fate in left})
        QTimer.singleShot(0, self, self._focus)  # once its rows are shown

    def _next_file(self) -> None:
        if self._waiting:
            self.open_file(self._waiting.pop(0))

    def undo(self, import_id: str) -> None:
        """Take back a whole import."""
        session = self.session
        job = Job(
            importing.undo, session.store, import_id, session.user,
            database=session.office.database, writes=True, words=_("Đang hoàn tác lần nhập…"),
        )  # fmt: skip
        job.done.connect(self._undone)
        job.failed.connect(self._not_written)
        session.run(job)

    def _undone(self, undone: Undone) -> None:
        changes.records_changed.emit("")
        changes.drafts_changed.emit("")
        words = _("Đã hoàn tác lần nhập: hủy {cancelled}, trả bản cũ {reverted}, xóa {drafts} bản nháp.")
        words = words.format(cancelled=grouped(undone.cancelled), reverted=grouped(undone.reverted), drafts=grouped(undone.drafts))
        if undone.left or undone.left_drafts:
            words += " " + _("{n} bản ghi đã sửa sau khi nhập được giữ lại.").format(n=len(undone.left) + undone.left_drafts)
        if undone.locked:
            words += " " + _("{n} bản ghi của kỳ đã chốt được giữ lại.").format(n=grouped(len(undone.locked)))
        if undone.held:
            words += " " + _("{n} bản ghi mà bản ghi khác còn dùng được giữ lại.").format(n=grouped(len(undone.held)))
        self.session.toast(words)
        self._forget()

    def _records_changed(self, _type: str) -> None:
        """Records are others now: a preview is looked at again."""
        if self.looked is not None and not self._writing and self.stack.currentIndex() == ROWS:
            self.look()
