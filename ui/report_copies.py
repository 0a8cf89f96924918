"""What a person may take away of a report: a file or a print of the pages that are shown, as far as the role gives copies out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.i18n import _
from app.report.approval import Standing
from ui.preview import Preview
from ui.report_drawing import Drawing
from ui.report_head import Head
from ui.report_kept import KeptPages
from ui.report_output import Output
from ui.session import Session


class Copies(QObject):
    """Saves and prints the report of the context, or the approval that is looked at in its place."""

    def __init__(self, session: Session, head: Head, preview: Preview, kept: KeptPages, output: Output, drawing: Drawing) -> None:
        super().__init__(head)
        self._session, self._head, self._preview, self._kept, self._output = session, head, preview, kept, output
        self._drawing = drawing
        self._official = True
        self._standing: Standing | None = None
        head.folder_asked.connect(output.open_folder)
        head.summary_asked.connect(lambda: output.ask_where_summary(drawing.of))
        head.print_asked.connect(self.print_pages)
        head.save_asked.connect(self.ask_where)
        output.saved.connect(self._saved)

    def allow(self, standing: Standing | None) -> None:
        """Offer what this person may take away: of what is approved, copies only to whom they are given out by."""
        self._standing = standing
        approved = self._kept.now is not None or (standing is not None and standing.newest is not None)
        self._official = not approved or self._session.may("official")
        drawn = self._preview.pdf is not None
        self._head.print.setEnabled(self._official and drawn)
        self._head.save.setEnabled((self._official or self._kept.now is None) and drawn)

    def ask_where(self) -> None:
        """Save as PDF."""
        if not self._head.save.isEnabled():
            return
        if self._kept.now is not None:
            self._output.ask_where_kept(self._kept.now[0])
        else:
            self._output.ask_where(self._drawing.of, self._official)

    def print_pages(self) -> None:
        """Print what is seen; that an approved report was printed is noted."""
        pdf = self._preview.pdf
        if not self._head.print.isEnabled() or pdf is None:
            return
        newest = self._standing.newest if self._standing is not None else None
        approved = self._kept.now[0] if self._kept.now is not None else newest
        self._output.ask_printer(pdf, self._head.title.text(), self._preview.page, approved)

    def _saved(self, path: Path) -> None:
        self._head.folder.show()
        self._head.folder.setToolTip(_("Mở thư mục {path}").format(path=path.parent))
