"""The file of an approved report that this machine does not have: said over the pages, and taken back from a PDF that is it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.i18n import _
from app.report import approval
from app.report.approval import Approved
from ui.buttons import Banner
from ui.doing import failed
from ui.jobs import Job
from ui.parts import Panel, column
from ui.session import Session


class MissingFile(Panel):
    """The banner; shown while the approval that stands has no file here. ``taken``: one was found and is kept from now on."""

    taken = Signal()

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__("window", "b")
        self.banner = Banner("warning", "", _("Lấy lại từ tệp PDF…"), self.ask_file)
        self.setLayout(column(self.banner, edge=(10, 8, 10, 8)))
        self._session, self._over = session, over
        self.dialog: QFileDialog | None = None
        self.hide()

    def say(self, words: str) -> None:
        """Say where the file is and what is seen in its place; '' where it is here."""
        self.banner.label.setText(words)
        self.banner.setAccessibleName(words)
        self.setVisible(bool(words))

    def ask_file(self) -> None:
        """Ask for the PDF, on a stick or wherever a copy was saved."""
        dialog = self.dialog = QFileDialog(self._over, _("Chọn tệp PDF của báo cáo đã duyệt"), "", _("Tệp PDF (*.pdf)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Lấy lại"))
        dialog.setLabelText(QFileDialog.DialogLabel.Reject, _("Thôi"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.open()

    def take(self, path: Path) -> Job:
        """Keep the file when it is the very one that was approved; what is not is refused with words."""
        session = self._session
        work = (approval.take_back, session.store, session.period, path, session.user)
        job = Job(*work, database=session.office.database, writes=True, words=_("Đang so với bản đã duyệt…"))
        job.done.connect(self._taken)
        job.failed.connect(partial(failed, self._over))
        return session.run(job)

    def _taken(self, found: list[Approved]) -> None:
        self._session.toast(_("Đã lấy lại tệp của báo cáo đã duyệt, đúng từng byte ({n} tệp).").format(n=len(found)))
        self.taken.emit()
