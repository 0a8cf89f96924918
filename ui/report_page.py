"""The report: its outline, its pages as they will print, and beside them a number's records or the text being written.

Everything is drawn by workers. A change of any record draws the report anew and keeps the place, the zoom and the chosen number.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.i18n import _
from app.report import editing, showing
from app.report.approval import Standing
from app.report.showing import Shown
from ui import look, messages, shortcuts
from ui.buttons import Banner
from ui.changes import changes
from ui.look import px
from ui.parts import Label, Panel, ProgressLine, column, row
from ui.pdf_pages import Pdf
from ui.preview import Preview, figures_of
from ui.report_bars import FindBar, PageBar
from ui.report_copies import Copies
from ui.report_desk import Desk
from ui.report_drawing import Drawing, Drawn, Marked
from ui.report_edits import OutlineEdits
from ui.report_head import Head
from ui.report_meeting import ReportMeeting
from ui.report_missing import MissingFile
from ui.report_other import OtherPages
from ui.report_outline import OutlinePane
from ui.report_output import Output
from ui.report_places import Places
from ui.report_side import Of, Side
from ui.report_sign import Steps, returned
from ui.report_words import Words
from ui.session import Place, Session

KEYS = (("→", "số tiếp theo"), ("Enter", "bản ghi của số"), ("F2", "sửa lời câu"), ("F8", "chỗ cần xem"), ("Ctrl+P", "in"))
OUTLINE_KEYS = (("Enter", "viết"), ("F2", "tiêu đề"), ("Alt+↑ ↓", "chuyển mục"), ("Insert", "thêm mục"), ("Delete", "bỏ mục"))


class ReportPage(QWidget):
    """The page. ``refreshed`` after the pages of a new drawing are there."""

    refreshed = Signal()
    folds_navigation_below = 1500

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.shown: Shown | None = None
        self._of: Of | None = None
        self._pdf: Pdf | None = None
        self._marked: tuple[Marked, ...] = ()
        self.standing: Standing | None = None
        self._stale = self._tight = False
        self._pending = ""
        """The key of a section to be opened once there is an outline."""
        self.desk = Desk(session)
        self.desk.setParent(self)
        self.output = Output(session, self)
        self.steps = Steps(session, self.desk, self)
        self.drawing = Drawing(session, self)
        self._build()
        self._connect()

    # -- parts -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = self.head = Head(self.steps.buttons)
        self.title, self.fact = head.title, head.fact
        self.info, self.folder, self.summary, self.print, self.save = head.info, head.folder, head.summary, head.print, head.save
        self.preview = Preview()
        self.outline = OutlinePane()
        self.bar, self.finder = PageBar(self.preview), FindBar(self.preview)
        self.panel = Side(self.session, self.desk)
        self.figure, self.section, self.fields = self.panel.figure, self.panel.section, self.panel.fields
        self.wording = self.panel.wording
        self.other = OtherPages(self.session)
        self.copies = Copies(self.session, head, self.preview, self.other, self.output, self.drawing)
        self.places = Places(self.desk, self.panel, self.preview, self.outline, self.other)
        self.words = Words(self.desk, self.panel, self.preview, self.outline, self.bar, self.places, self.other)
        self.edits = OutlineEdits(self.desk, self.outline.list)
        self.meeting = ReportMeeting(self.desk)
        self.missing = MissingFile(self.session, self)
        self.waiting = Label(_("Đang lập báo cáo…"), "body", "ink2", wrap=True, parent=self.preview)
        self.progress = ProgressLine()
        self.progress.hide()
        self.warnings = Banner("warning", "")
        self._warnings = Panel("window", "b", row(self.warnings, edge=(10, 8, 10, 8)))
        self._warnings.hide()
        middle = column(self.bar, self.finder, self.other, self.missing, self.meeting, self._warnings, self.progress, gap=0)
        middle.addWidget(self.preview, 1)
        content = row(self.outline, gap=0)
        content.addLayout(middle, 1)
        content.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addLayout(content, 1)
        look.follow(self.waiting, lambda one: one.setGeometry(px(18), px(18), px(420), px(60)))

    def _connect(self) -> None:
        preview, outline, head = self.preview, self.outline, self.head
        head.info_asked.connect(self.edit_fields)
        self.drawing.begun.connect(lambda: self.progress.setVisible(self.shown is None))
        self.drawing.ended.connect(self.progress.hide)
        self.drawing.drawn.connect(self._drawn)
        self.drawing.failed.connect(self._not_drawn)
        preview.figure_chosen.connect(self._figure_chosen)
        preview.figure_opened.connect(self._figure_opened)
        preview.page_changed.connect(self._page_changed)
        preview.laid_out.connect(self.bar.refresh)
        preview.mark_opened.connect(self.words.reword)
        outline.list.entered.connect(lambda: self._show_keys(OUTLINE_KEYS))
        preview.entered.connect(lambda: self._show_keys(KEYS))
        outline.save_asked.connect(self.desk.save)
        self.edits.added.connect(self.words.name)
        outline.thumbnails.chosen.connect(preview.go_to_page)
        self.bar.search_asked.connect(self.search)
        self.bar.exact_asked.connect(self.words.set_exact)
        self.bar.outline_asked.connect(self._toggle_outline)
        self.steps.unsaved.connect(self.places.show_unsaved)
        self.steps.fields_asked.connect(self.edit_fields)
        self.steps.done.connect(lambda: preview.setFocus())
        self.fields.approvals.view_asked.connect(lambda approved: self.other.look_at(self.drawing.of, approved))
        for asked in (head.summary_asked, self.places.summary_asked):
            asked.connect(lambda: self.other.look_at(self.drawing.of))
        self.other.opened.connect(self._show_other)
        self.other.leave_asked.connect(self.leave_other)
        self.fields.approvals.save_asked.connect(self.output.ask_where_kept)
        self.fields.approvals.take_asked.connect(self.missing.ask_file)
        self.missing.taken.connect(self.draw)
        self.finder.closed.connect(lambda: preview.setFocus())
        self.panel.closing.connect(self.close_panel)
        self.panel.opened.connect(self._panel_opened)
        self.desk.changed.connect(self._show_outline)
        self.session.context_changed.connect(self._context_changed)
        changes.records_changed.connect(self._changed)
        QApplication.instance().aboutToQuit.connect(self.let_go)  # type: ignore[union-attr]  # there is one while there are widgets
        self._shortcuts = shortcuts.bind(
            self,
            "report",
            {
                "next_hit": lambda: self.finder.step(1),
                "previous_hit": lambda: self.finder.step(-1),
                "fit_width": lambda: preview.set_zoom(None),
                "save_pdf": self.copies.ask_where,
                "save": self.desk.save,
                **self.words.keys(),
            },
        )

    # -- what the window asks ----------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """Show the report of unit and period; of a report's record or draft, its texts to go on writing."""
        self._titles()
        self._show_keys(KEYS)
        self.meeting.start()
        if place.draft is not None or place.uid is not None:
            self._go_on_writing(place)
        if self._stale or self.shown is None or self._of != self.drawing.of:
            self.draw()
        if not self.panel.isVisible():
            self.preview.setFocus()

    def _show_keys(self, keys: tuple[tuple[str, str], ...]) -> None:
        if self.isVisible():
            self.session.show_keys([(key, _(verb)) for key, verb in keys])

    def _go_on_writing(self, place: Place) -> None:
        wanted = editing.context_of(self.session.store, place.uid, place.draft)
        if wanted is not None:
            self.session.set_unit(wanted[1])
            self.session.set_period(wanted[0])
        typed = sorted(self.desk.writing.changed_keys())
        if typed and self.shown is None:
            self._pending = typed[0]
        elif typed:
            self.edit_section(typed[0])
        else:
            self.edit_fields()

    def search(self) -> None:
        """Put the cursor into the search in the pages."""
        self.finder.open_bar()

    def undo(self) -> None:
        """Nothing to take back: the editors undo what is typed in them."""

    def keep_typed(self) -> None:
        """Keep what is half typed as a draft."""
        self.desk.keep()

    def leave(self) -> None:
        """Another page is opened."""
        self.desk.keep()

    def side(self) -> None:
        """Open or close the panel beside the pages: F9."""
        if self.panel.isVisible():
            self.close_panel()
        elif self.preview.chosen >= 0:
            self._figure_opened(self.preview.chosen)
        elif self.outline.list.key:
            self.edit_section(self.outline.list.key)
        else:
            self.edit_fields()

    def fit(self, effective: float) -> None:
        """Fold the outline away where the pages have no room beside it."""
        self._tight = effective < 1000
        self.bar.outline.setVisible(self._tight)
        self.outline.setVisible(not self._tight)
        self.head.fit(effective >= 1000)
        self._titles()
        self.bar.exact.setVisible(not (self._tight and self.panel.isVisible()))

    def _toggle_outline(self) -> None:
        self.outline.setVisible(not self.outline.isVisible())
        if self.outline.isVisible():
            self.panel.hide()
            self.outline.list.setFocus()

    # -- drawing -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the report anew; a page that is not seen draws when it is visited."""
        self._stale = not self.isVisible()
        self.drawing.draw()

    def _drawn(self, result: Drawn) -> None:
        of, shown, pdf, self.standing, marked = result
        other = self._of is not None and self._of != of
        signed = self.shown is not None and self.shown.draft and not shown.draft
        before, self._of, self.shown, self._pdf = self._pdf, of, shown, pdf
        if other:
            self.preview.chosen = -1
        self.desk.shown = shown
        self._marked = marked
        if self.other.is_summary and not (other or signed):
            self.other.look_at(of)
        else:
            self._show_pages()
        if other or signed:
            self.preview.go_to_page(0)
        if before is not None:
            before.close()
        self.waiting.hide()
        self.copies.allow(self.standing)
        self.steps.show_standing(self.standing)
        self.missing.say(_(shown.missing))
        self.fields.approvals.show_approvals(self.standing.approvals if self.standing is not None else ())
        self._show_outline()
        self._show_warnings(tuple(filter(None, (returned(self.standing), *shown.warnings))))
        self._titles()
        self.bar.show_exact(shown.exact, self.desk.may_write)
        self.bar.refresh()
        self.finder.search()
        self._follow_figure()
        if self._pending:
            self.edit_section(self._pending)
        self._pending = ""
        self.desk.redrawn.emit()
        self.refreshed.emit()

    def _show_pages(self) -> None:
        """Show the report of the context; what was looked at in its place is let go."""
        self.other.let_go()
        if self._pdf is None or self.shown is None:
            return
        marked = zip(self._pdf.marks, self.shown.headings, strict=False)
        first_annex = next((mark.page for mark, key in marked if key.startswith("PL.")), len(self._pdf))
        self.preview.show_report(self._pdf, figures_of(self.shown.places, first_annex))
        self.preview.show_marks(self._marked)
        self.outline.thumbnails.show_pdf(self._pdf)

    def _not_drawn(self, error: BaseException) -> None:
        title, remedy = messages.words_of(error)
        self.waiting.setText(_("{title} {remedy} Nhấn F5 để lập lại.").format(title=title, remedy=remedy))
        if self.shown is None:
            self.waiting.show()
        else:
            self._show_warnings((_("Trang đang xem là bản trước: {title} {remedy}").format(title=title, remedy=remedy),))

    def let_go(self) -> None:
        """Free the pages when the program ends."""
        self.other.let_go()
        if self._pdf is not None:
            self._pdf.close()

    def _titles(self) -> None:
        self.head.show_report(self.session.period, self.shown, self.standing)

    def _show_outline(self) -> None:
        if self.shown is not None:
            writing = self.desk.writing
            items = tuple(showing.items(self.shown, writing.arrangement))
            self.outline.show_items(items, writing.changed_keys(), self.desk.may_write, writing.outline_changed)
            self.panel.show_titles({item.key: item.whole for item in items}.get)

    def _show_warnings(self, words: tuple[str, ...]) -> None:
        text = " ".join(map(_, words))
        self.warnings.label.setText(text)
        self.warnings.setAccessibleName(text)
        self._warnings.setVisible(bool(text))

    def _changed(self, _type_name: str) -> None:
        self.desk.record_changed()
        if self.isVisible():
            self.drawing.soon()
        else:
            self._stale = True

    def _context_changed(self) -> None:
        self.desk.leave()
        self.desk.shown = None
        self.standing = None
        self.steps.show_standing(None)
        self.missing.say("")
        self.section.key = ""
        if self.panel.isVisible():
            self.close_panel()
        self._titles()
        if self.isVisible():
            self.drawing.soon(0)
        else:
            self._stale = True

    # -- sections ----------------------------------------------------------------------------------------------------

    def edit_section(self, key: str) -> None:
        """Write into a section."""
        self.places.edit(key)

    def edit_fields(self) -> None:
        """Write number, date, signatory."""
        self.panel.edit_fields()

    # -- other pages in its place ------------------------------------------------------------------------------------

    def _show_other(self) -> None:
        if self.other.now is not None:
            pdf, figures = self.other.now.pdf, list(self.other.now.figures)
            self.preview.show_report(pdf, figures)
            self.outline.thumbnails.show_pdf(pdf)
            self.preview.go_to_page(0)
            self._other_pages()

    def leave_other(self) -> None:
        """Go back to the report of the context."""
        if self.other.now is not None:
            self._show_pages()
            self._other_pages()

    def _other_pages(self) -> None:
        self.copies.allow(self.standing)
        self.bar.refresh()
        self.finder.search()
        self._follow_figure()
        rewords = self.other.is_summary and self.panel.holds_focus()
        if not (rewords or self.outline.list.hasFocus()):  # who goes along the outline goes on there
            self.preview.setFocus()

    # -- the panel ---------------------------------------------------------------------------------------------------

    def _panel_opened(self) -> None:
        """One filled button on the screen: what Enter does now."""
        self.save.set_kind("" if self.panel.writes and self.desk.may_write else "filled")
        if self._tight:
            self.outline.hide()
            self.bar.exact.hide()

    def close_panel(self) -> None:
        """Close the panel; what is typed is kept, and the focus goes back to where it came from."""
        focused = QApplication.focusWidget()
        homeless = self.panel.holds_focus() or focused is None or not self.isAncestorOf(focused)
        self.desk.keep()
        self.panel.hide()
        self.save.set_kind("filled")
        self.bar.exact.show()
        if homeless:
            listed = self.panel.writes and self.outline.isVisible() and self.outline.stack.currentIndex() == 0
            (self.outline.list if listed else self.preview).setFocus()

    def _follow_figure(self) -> None:
        """Show the chosen figure's records as they are now; the panel closes where its figure is not on the pages any more."""
        if self.panel.shows_figure:
            if self.preview.chosen >= 0:
                self._figure_chosen(self.preview.chosen)
            else:
                self.close_panel()

    def _figure_chosen(self, number: int) -> None:
        if self.panel.shows_figure and self._of is not None and self.preview.pdf is not None:
            self.panel.show_figure(self._of, self.preview.pdf, self.preview.figures[number])

    def _figure_opened(self, number: int) -> None:
        if self._of is not None and self.preview.pdf is not None:
            by_key = self.preview.hasFocus() and not QApplication.mouseButtons()
            self.panel.open_figure(self._of, self.preview.pdf, self.preview.figures[number], by_key)

    def print_page(self) -> None:
        """Print what is seen."""
        self.copies.print_pages()

    # -- keys --------------------------------------------------------------------------------------------------------

    def _page_changed(self, number: int) -> None:
        self.outline.thumbnails.set_current(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes what is open; F5 draws anew."""
        if shortcuts.action_for("report", event) == "close":
            if self.finder.isVisible():
                self.finder.close_bar()
            elif self.other.now is not None:
                self.leave_other()
            elif self.panel.isVisible():
                self.close_panel()
            event.accept()
        elif shortcuts.action_for("report", event) == "again":
            self.draw()
            event.accept()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Shrink as far as the window does."""
        return QSize(px(360), px(240))
