"""A list, or an empty entry sheet, on paper: drawn by a worker, then printed or saved by the ways of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from app import files, tables
from app.i18n import _
from app.listing import Listing
from app.report.pdf import Drawing
from db.connection import expected_errors
from db.message import inside
from db.questions import grouped
from db.record import Record
from db.store import Progress
from ui.jobs import Cancelled, Job
from ui.messages import show_error
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
        session = self._session
        kept = str(session.preferences.get("export_folder", ""))
        folder = Path(kept) if kept and Path(kept).is_dir() else Path.home()
        dialog = self.dialog = QFileDialog(self._page, _("Lưu thành PDF"), str(folder / f"{self.title}.pdf"), _("Tệp PDF (*.pdf)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Lưu"))
        dialog.setLabelText(QFileDialog.DialogLabel.Reject, _("Thôi"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> Job:
        """Draw it and write the file."""

        def write(drawing: Drawing) -> None:
            try:
                files.require_place(path)
                with expected_errors():
                    files.replace(path, drawing.pdf)
            except Exception as error:
                self._failed(error)
                return
            self._note("pdf")
            self._session.preferences.put("export_folder", str(path.parent))
            self._session.toast(_("Đã lưu {name}, {n} trang.").format(name=path.name, n=grouped(drawing.pages)))

        return self._drawn(write)

    def _drawn(self, then: Callable[[Drawing], object]) -> Job:
        def work(progress: Progress) -> Drawing:
            return self._draw(progress)

        job = Job(work, database=self._session.office.database, writes=True, words=_("Đang vẽ trang…"))
        job.done.connect(then)
        job.failed.connect(self._failed)
        return self._session.run(job)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            show_error(self._page, error)


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
