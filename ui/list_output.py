"""A list, or an empty entry sheet, on paper: drawn by a worker, then printed or saved by the ways of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from app import files, tables
from app.i18n import _
from app.listing import Listing
from app.report.document import Papers
from app.report.pdf import Drawing
from db.connection import expected_errors
from db.message import inside
from db.questions import grouped
from db.record import Record
from db.store import Progress
from ui.doing import failed
from ui.jobs import Job
from ui.pdf_pages import Pdf
from ui.report_output import Output
from ui.session import Session

Draw = Callable[[Progress], Drawing]


class Paper:
    """One thing to be printed: its title, how it is drawn, and what is noted when it goes out."""

    def __init__(self, page: QWidget, session: Session, title: str, draw: Draw, note: Callable[[str], object]) -> None:
        self._page, self._session, self.title, self._draw, self._note = page, session, title, draw, note
        self.output = Output(session, page)
        self.dialog: QFileDialog | None = None

    def print(self) -> Job:
        """Draw it and ask for the printer."""
        return self._drawn(lambda drawing: QTimer.singleShot(0, self._page, lambda: self._ask_printer(drawing)))

    def _ask_printer(self, drawing: Drawing) -> None:
        from ui import printing  # QtPrintSupport is loaded when something is printed

        pdf = Pdf(drawing.pdf)
        printer = printing.new_printer(self.title)
        dialog = printing.dialog_for(printer, len(pdf), self._page)
        dialog.setWindowTitle(_("In {what}").format(what=self.title))
        if dialog.exec():
            self._note("printer")
            self.output.print_on(printer, pdf)

    def ask_where(self) -> None:
        """Ask for the file and save it as PDF."""
        self._ask(_("Lưu thành PDF"), _("Tệp PDF (*.pdf)"), "pdf")

    def _ask(self, title: str, kinds: str, ending: str) -> None:
        kept = str(self._session.preferences.get("export_folder", ""))
        folder = Path(kept) if kept and Path(kept).is_dir() else Path.home()
        dialog = self.dialog = QFileDialog(self._page, title, str(folder / f"{self.title}.{ending}"), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Lưu"))
        dialog.setLabelText(QFileDialog.DialogLabel.Reject, _("Thôi"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> Job:
        """Draw it and write the file."""

        def write(drawing: Drawing) -> None:
            def fill(file: BinaryIO) -> None:
                file.write(drawing.pdf)
                self._note("pdf")  # before it has its name: what cannot be noted does not go out

            try:
                files.require_place(path)
                with expected_errors():
                    files.replace(path, fill)
            except Exception as error:
                failed(self._page, error)
                return
            self._session.preferences.put("export_folder", str(path.parent))
            self._session.toast(_("Đã lưu {name}, {n} trang.").format(name=path.name, n=grouped(drawing.pages)))

        return self._drawn(write)

    def _drawn(self, then: Callable[[Drawing], object]) -> Job:
        def work(progress: Progress) -> Drawing:
            return self._draw(progress)

        job = Job(work, database=self._session.office.database, writes=True, words=_("Đang vẽ trang…"))
        job.done.connect(then)
        job.failed.connect(partial(failed, self._page))
        return self._session.run(job)


class RecordPaper(Paper):
    """A declared paper of the records in these rows (None: all that are wanted); says what it left out."""

    def __init__(self, page: QWidget, session: Session, listing: Listing, name: str, ids: Sequence[int] | None = None) -> None:
        from app.report import papers  # drawing is opened when something is drawn

        self._rule = papers.rule_of(listing.declared, name)
        self._listing, self._rows = listing, ids
        self._made: list[Papers] = []
        super().__init__(page, session, _(self._rule.label), self._build, self._noted)

    def _ids(self) -> list[int]:
        return list(self._listing.ids() if self._rows is None else self._rows)

    def _build(self, progress: Progress) -> Drawing:
        from app.report import papers, pdf

        made = papers.build(self._session.store, self._rule, self._ids(), self._session.user, progress=progress)
        self._made[:] = [made]
        return pdf.render_papers(made)

    def _noted(self, to: str) -> None:
        from app.report import papers

        papers.note(self._session.store, self._rule, self._made[0], to, self._session.user)
        self._tell(self._made[0].warnings)

    def ask_where_word(self) -> None:
        """Ask for the file and save it for Word."""
        self._ask(_("Lưu cho Word"), _("Tệp Word (*.docx)"), "docx")

    def save(self, path: Path) -> Job:
        """Write the file as its ending says."""
        from app.report import papers

        session = self._session

        def work(progress: Progress) -> tuple[str, ...]:
            return papers.write(session.store, self._rule, self._ids(), path, session.user, progress=progress).warnings

        def saved(warnings: tuple[str, ...]) -> None:
            session.preferences.put("export_folder", str(path.parent))
            session.toast(_("Đã lưu {name}").format(name=path.name))
            self._tell(warnings)

        job = Job(work, database=session.office.database, writes=True, words=_("Đang vẽ trang…"))
        job.done.connect(saved)
        job.failed.connect(partial(failed, self._page))
        return session.run(job)

    def _tell(self, warnings: tuple[str, ...]) -> None:
        if warnings:
            named = [(_(words), "") for words in warnings]
            QTimer.singleShot(0, self._page, lambda: self._open(named))

    def _open(self, named: list[tuple[str, str]]) -> None:
        from ui.confirm_pane import ConfirmPane

        ConfirmPane(self._page.window(), self.title, [_("Xem lại những điều sau:")], named, "").open_over(lambda: None)


def of_list(page: QWidget, session: Session, listing: Listing, ids: Sequence[int] | None = None) -> Paper:
    """Give the list of these rows (None: all that are wanted) as it is shown."""
    counted: list[int] = []

    def draw(progress: Progress) -> Drawing:
        from app import list_print

        wanted = list(listing.ids()) if ids is None else list(ids)
        counted[:] = [len(wanted)]
        return list_print.draw(listing, wanted, datetime.now(), progress)

    def note(to: str) -> None:
        tables.note_names(session.store, listing, counted[0], to, session.user)

    return Paper(page, session, _("Danh sách {what}").format(what=_(inside(listing.declared.plural))), draw, note)


def of_sheet(page: QWidget, session: Session, declared: type[Record]) -> Paper:
    """Give the empty entry sheet of a record type."""

    def draw(progress: Progress) -> Drawing:
        from app import entry_sheet

        return entry_sheet.draw(session.store, declared, datetime.now())

    return Paper(page, session, _("Phiếu nhập {what}").format(what=_(inside(declared.caption))), draw, lambda _to: None)
