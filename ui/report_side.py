"""Beside the pages, one of three: a number with its records, the text of a section, or the report's own fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.periods import Period
from app.report.behind import Behind, Part, behind
from app.report.sentences import Said
from app.report.showing import Item
from db.store import Store
from ui import look
from ui.doing import failed
from ui.figure_panel import FigurePanel
from ui.jobs import Job
from ui.look import px
from ui.parts import Panel, column
from ui.pdf_pages import Pdf
from ui.preview import Figure
from ui.report_desk import Desk
from ui.report_section import SectionPanel
from ui.report_wording import WordingPanel
from ui.report_writing import FieldsPanel
from ui.session import Place, Session


class Of(NamedTuple):
    """What a drawn report is of: ``unit`` is a uid, None the office's own."""

    period: Period
    unit: str | None


def _trace(store: Store, of: Of, pdf: Pdf, figure: Figure) -> tuple[Figure, Behind, str]:
    printed = " ".join(pdf.text_in(figure.page, box) for box in figure.boxes)
    return figure, behind(store, of.period, of.unit, figure.code), printed


class Side(Panel):
    """The panel beside the pages."""

    opened = Signal()
    closing = Signal()
    """It was asked to close."""
    figure_shown = Signal()

    def __init__(self, session: Session, desk: Desk) -> None:
        super().__init__("surface", "l")
        self._session, self._desk = session, desk
        self._wanted: Figure | None = None
        self._to_list = False
        self.figure, self.section, self.fields = FigurePanel(), SectionPanel(desk), FieldsPanel(desk)
        self.stack = QStackedWidget()
        self.wording = WordingPanel(desk)
        self._item: Item | None = None
        for one in (self.figure, self.section, self.fields, self.wording):
            self.stack.addWidget(one)
            one.closed.connect(self._back if one is self.wording else self.closing)
        self.setLayout(column(self.stack, gap=0, edge=(1, 0, 0, 0)))
        look.follow(self, lambda one: one.setFixedWidth(px(346)))
        self.figure.part_opened.connect(self._open_part)
        self.figure.list_asked.connect(self._open_list)
        desk.commit = self.commit
        self.hide()

    @property
    def shows_figure(self) -> bool:
        """Whether a number and its records are shown."""
        return self.isVisible() and self.stack.currentWidget() is self.figure

    @property
    def writes(self) -> bool:
        """Whether what it holds is to be written in."""
        return self.stack.currentWidget() is not self.figure

    def _open(self, widget: QWidget) -> None:
        self.stack.setCurrentWidget(widget)
        self.show()
        self.opened.emit()

    def commit(self) -> None:
        """Hand the desk what the open editor still holds."""
        if self.isVisible():
            shown = self.stack.currentWidget()
            if isinstance(shown, (SectionPanel, WordingPanel)):
                shown.commit_all()
            elif shown is self.fields:
                self.fields.commit()

    def edit_section(self, item: Item) -> None:
        """Write into a section."""
        self.commit()
        self._item = item
        self.section.show_section(item)
        self._open(self.section)
        self.section.take_focus()

    def reword(self, item: Item, said: Said) -> None:
        """Reword a sentence of a section."""
        self.commit()
        self._item = item
        self.wording.show_sentence(said, item.whole)
        self._open(self.wording)
        self.wording.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_titles(self, title_of: Callable[[str], str | None]) -> None:
        """Follow the headings of the outline."""
        if self._item is not None and (title := title_of(self._item.key)):
            self._item = self._item._replace(whole=title)
            self.section.title.setText(title)
            self.wording.show_title(title)

    def _back(self) -> None:
        """Go back from a sentence to its section."""
        code = self.wording.code
        if self._item is None:
            self.closing.emit()
            return
        self.edit_section(self._item)
        if code in self.section.links:
            self.section.links[code].setFocus(Qt.FocusReason.OtherFocusReason)

    def edit_fields(self) -> None:
        """Write number, date, signatory."""
        self.commit()
        self.fields.show_texts()
        self._open(self.fields)
        self.fields.first().setFocus(Qt.FocusReason.TabFocusReason)

    # -- a number ----------------------------------------------------------------------------------------------------

    def open_figure(self, of: Of, pdf: Pdf, figure: Figure, to_list: bool) -> None:
        """Show the records behind a figure; ``to_list`` puts the focus on them."""
        self._desk.keep()
        self._open(self.figure)
        self._to_list = to_list
        self.show_figure(of, pdf, figure)

    def show_figure(self, of: Of, pdf: Pdf, figure: Figure) -> None:
        """Find the records behind a figure in a worker."""
        self._wanted = figure
        job = Job(_trace, self._session.store, of, pdf, figure, database=self._session.office.database)
        job.done.connect(self._found)
        job.failed.connect(self._not_found)
        job.start()

    def _found(self, result: tuple[Figure, Behind, str]) -> None:
        figure, found, printed = result
        if figure != self._wanted:
            return  # another one was chosen meanwhile
        self.figure.show_behind(found, printed)
        if self._to_list and found.parts and self.shows_figure:
            self.figure.list.setFocus()
        self._to_list = False
        self.figure_shown.emit()

    def _not_found(self, error: BaseException) -> None:
        failed(self, error)

    def _open_part(self, part: Part) -> None:
        self._session.go(Place(part.type_name, uid=part.uid))

    def _open_list(self, found: Behind) -> None:
        self._session.go(Place(*found.listed()))

    def holds_focus(self) -> bool:
        """Tell whether the focus is in it."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)
