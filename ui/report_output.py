"""The report on its way out: saved as PDF, shown in its folder, printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app import files
from app.i18n import _
from app.periods import Period
from app.report import approval, writing
from app.report.approval import Approved
from db.store import Progress, Store
from ui.doing import failed
from ui.jobs import Job
from ui.pdf_pages import Pdf
from ui.session import Session

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


KINDS = "Tệp PDF (*.pdf);;Tệp Word (*.docx);;Tệp Excel, chỉ các phụ lục (*.xlsx)"
DRAFT_KINDS = "Tệp Word (*.docx);;Tệp Excel, chỉ các phụ lục (*.xlsx)"
SUMMARY_KINDS = "Tệp PDF (*.pdf);;Tệp Word (*.docx);;Tệp văn bản (*.txt)"
ENDINGS = ("docx", "xlsx", "txt", "pdf")
Done = tuple[Path, tuple[str, ...]]
"""The file that was written, and what is to be said of it."""


class Output(QObject):
    """Saves and prints for the report page, in workers; says what was done, or why it was not."""

    saved = Signal(object)
    """The path of the file that was written."""

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self.saved_to: Path | None = None
        self.dialog: QFileDialog | None = None

    def ask_where(self, of: tuple[Period, str | None], official: bool = True) -> None:
        """Ask for the file and save the report of period and unit as PDF, for Word, or its annexes as a workbook.

        ``official`` False: not as PDF, which would be a copy of what was approved.
        """
        name = self._suggested()
        if official:
            self._ask(_("Lưu báo cáo"), name, _(KINDS), lambda path: self.save_pdf(path, of))
        else:
            self._ask(_("Lưu bản Word của báo cáo"), name.with_suffix(".docx"), _(DRAFT_KINDS), lambda path: self.save_pdf(path, of))

    def ask_where_summary(self, of: tuple[Period, str | None]) -> None:
        """Ask for the file and save the summary of period and unit as PDF, for Word, or as plain text."""
        first = self._suggested()
        name = first.with_stem(f"{first.stem}-tom-tat")
        self._ask(_("Lưu bản tóm tắt"), name, _(SUMMARY_KINDS), lambda path: self.save_summary(path, of))

    def ask_where_kept(self, approved: Approved) -> None:
        """Ask for the file and save one approval: its bytes as PDF, or what was approved as what can be edited."""
        first = self._suggested()
        name = first.with_stem(f"{first.stem}-bo-sung-{approved.turn:02d}") if approved.turn else first
        self._ask(_("Lưu bản đã duyệt"), name, _(KINDS), lambda path: self.save_kept(path, approved))

    def _ask(self, title: str, name: Path, kinds: str, take: Callable[[Path], object]) -> None:
        dialog = self.dialog = QFileDialog(self._over, title, str(name), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.suffix[1:])
        dialog.filterSelected.connect(self._ending_chosen)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Lưu"))
        dialog.setLabelText(QFileDialog.DialogLabel.Reject, _("Thôi"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: take(Path(path)))
        dialog.open()

    def _ending_chosen(self, shown: str) -> None:
        """Give the file the ending of the kind just chosen."""
        dialog = self.dialog
        assert dialog is not None
        ending = next(ending for ending in ENDINGS if ending in shown)
        dialog.setDefaultSuffix(ending)
        for path in dialog.selectedFiles()[:1]:
            dialog.selectFile(Path(path).with_suffix(f".{ending}").name)

    def _suggested(self) -> Path:
        session = self._session
        kept = str(session.preferences.get("report_folder", ""))
        folder = Path(kept) if kept and Path(kept).is_dir() else files.make_folder(session.folder / "bao-cao")
        own = session.unit == session.own_unit
        return folder / f"{session.period.code}{'' if own else '-' + session.store.names.code('unit', session.unit)}.pdf"

    def save_pdf(self, path: Path, of: tuple[Period, str | None]) -> Job:
        """Write the report as a file."""
        session = self._session
        return self._save(_write, session.store, of, path, session.user)

    def save_summary(self, path: Path, of: tuple[Period, str | None]) -> Job:
        """Write the summary as a file."""
        return self._save(_write_summary, self._session.store, of, path)

    def save_kept(self, path: Path, approved: Approved) -> Job:
        """Write one approval."""
        session = self._session
        return self._save(_write_kept, session.store, session.period, approved, path, session.user)

    def _save(self, work: Callable[..., Done], *arguments: object) -> Job:
        session = self._session
        job = Job(work, *arguments, database=session.office.database, writes=True, words=_("Đang lưu báo cáo…"))
        job.done.connect(self._saved)
        job.failed.connect(partial(failed, self._over))
        return session.run(job)

    def _saved(self, done: tuple[Path, tuple[str, ...]]) -> None:
        path, notices = done
        self.saved_to = path
        self._session.preferences.put("report_folder", str(path.parent))
        self._session.toast(" ".join((_("Đã lưu {name}").format(name=path.name), *map(_, notices))))
        self.saved.emit(path)

    def open_folder(self) -> None:
        """Show the folder of the saved file in the system's file manager."""
        if self.saved_to is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.saved_to.parent)))

    def ask_printer(self, pdf: Pdf, title: str, current: int, approved: Approved | None = None) -> None:
        """Print through the system's dialog; ``current`` is the page in sight, ``approved`` what the pages are of, where they are kept."""
        from ui import printing  # QtPrintSupport is loaded when something is printed

        printer = printing.new_printer(title)
        if printing.dialog_for(printer, len(pdf), self._over).exec():
            self.print_on(printer, pdf, current, approved)

    def print_on(self, printer: QPrinter, pdf: Pdf, current: int = 0, approved: Approved | None = None) -> Job:
        """Print the pages that the printer was set up for; that an approved report was printed is noted in the journal."""
        from ui import printing

        numbers = printing.chosen_pages(printer, len(pdf), current)
        session = self._session

        def work(progress: Progress) -> int:
            if approved is not None:
                approval.note_print(session.store, approved, session.user)
            return printing.print_pages(pdf, printer, numbers, progress)

        job = Job(work, database=session.office.database, writes=True, words=_("Đang in {n} trang…").format(n=len(numbers)))
        job.done.connect(self._printed)
        job.failed.connect(partial(failed, self._over))
        return self._session.run(job)

    def _printed(self, count: int) -> None:
        self._session.toast(_("Đã gửi {n} trang tới máy in.").format(n=count))


def _write(store: Store, of: tuple[Period, str | None], path: Path, by: str, progress: Progress | None = None) -> Done:
    period, unit = of
    notice = writing.write(store, period, path, unit, by=by, now=datetime.now(), progress=progress).notice
    return path, tuple(filter(None, (notice,)))


def _write_summary(store: Store, of: tuple[Period, str | None], path: Path) -> Done:
    period, unit = of
    return path, writing.write_summary(store, period, path, unit, now=datetime.now()).warnings


def _write_kept(store: Store, period: Period, approved: Approved, path: Path, by: str, progress: Progress | None = None) -> Done:
    writing.write_kept(store, period, approved, path, by, progress)
    return path, ()
