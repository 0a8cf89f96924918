"""What a person may take away of a report: a file or a print of the pages that are shown, as far as the role gives copies out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.i18n import _
from app.report.approval import Approved, Standing
from ui.preview import Preview
from ui.report_drawing import Drawing
from ui.report_head import Head
from ui.report_other import OtherPages
from ui.report_output import Output
from ui.session import Session


class Copies(QObject):
    """Saves and prints the report of the context, or what is looked at in its place: an approval, or the summary."""

    def __init__(self, session: Session, head: Head, preview: Preview, other: OtherPages, output: Output, drawing: Drawing) -> None:
        super().__init__(head)
        self._session, self._head, self._preview, self._other, self._output = session, head, preview, other, output
        self._drawing = drawing
        self._official = True
        self._standing: Standing | None = None
        head.folder_asked.connect(output.open_folder)
        head.print_asked.connect(self.print_pages)
        head.save_asked.connect(self.ask_where)
        output.saved.connect(self._saved)

    def allow(self, standing: Standing | None) -> None:
        """Offer what this person may take away: of what is approved, copies only to whom they are given out by."""
        self._standing = standing
        approved = self._approved
        self._official = approved is None or (approved.here and self._session.may("official"))
        drawn = self._preview.pdf is not None
        self._head.print.setEnabled(self._official and drawn)
        as_copy = not self._official and self._other.now is None
        self._head.save.setEnabled((self._official or as_copy) and drawn)
        self._head.name_save(official=not as_copy)

    @property
    def _approved(self) -> Approved | None:
        """The approval whose pages are seen; None where it is a draft, or the summary."""
        if self._other.now is not None:
            return self._other.now.approved
        return self._standing.newest if self._standing is not None else None

    def ask_where(self) -> None:
        """Save what is seen as PDF, or as what else it can be written."""
        if not self._head.save.isEnabled():
            return
        if self._other.is_summary:
            self._output.ask_where_summary(self._drawing.of)
        elif self._other.now is not None and self._other.now.approved is not None:
            self._output.ask_where_kept(self._other.now.approved)
        else:
            self._output.ask_where(self._drawing.of, self._official)

    def print_pages(self) -> None:
        """Print what is seen; that an approved report was printed is noted."""
        pdf = self._preview.pdf
        if not self._head.print.isEnabled() or pdf is None:
            return
        title = _("Bản tóm tắt") if self._other.is_summary else self._head.title.text()
        self._output.ask_printer(pdf, title, self._preview.page, self._approved)

    def _saved(self, path: Path) -> None:
        self._head.folder.show()
        self._head.folder.setToolTip(_("Mở thư mục {path}").format(path=path.parent))
