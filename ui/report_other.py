"""Other pages looked at in the place of the report, under a banner that says so: what was approved, as it was kept, or the summary."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal

from app.i18n import _
from app.report import approval, showing, signing
from app.report.approval import Approved
from db.questions import shown_day
from db.store import Store
from ui.buttons import Banner
from ui.doing import failed
from ui.jobs import Job
from ui.parts import Panel, column
from ui.pdf_pages import Mark, Pdf
from ui.preview import Figure, figures_of
from ui.report_side import Of
from ui.session import Session


class Other(NamedTuple):
    """The pages of one approval or, ``approved`` None, those of the summary with its figures and with what gave way to its one page."""

    of: Of
    pdf: Pdf
    approved: Approved | None = None
    figures: tuple[Figure, ...] = ()
    warnings: tuple[str, ...] = ()


def _open(store: Store, of: Of, approved: Approved | None) -> Other:
    if approved is not None:
        return Other(of, Pdf(approval.printed(store, approved.hash)), approved)
    drawn = showing.draw_summary(store, of.period, of.unit)
    return Other(of, Pdf(drawn.pdf), None, tuple(figures_of(drawn.places, drawn.pages)), drawn.warnings)


class OtherPages(Panel):
    """The banners over the pages. ``now`` is what is looked at; None: the report of the context is."""

    opened = Signal()
    leave_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("window", "b")
        self.kept = Banner("locked", "", _("Về báo cáo của kỳ"), self.leave_asked.emit)
        self.summary = Banner("summary", "", _("Về báo cáo của kỳ"), self.leave_asked.emit)
        self.setLayout(column(self.kept, self.summary, gap=0, edge=(10, 8, 10, 8)))
        self._session = session
        self._wanted: tuple[Of, Approved | None] | None = None
        self.now: Other | None = None
        self.hide()

    @property
    def is_summary(self) -> bool:
        """Whether the summary is looked at."""
        return self.now is not None and self.now.approved is None

    def look_at(self, of: Of, approved: Approved | None = None) -> None:
        """Open the kept pages of an approval (bytes that are not its own are refused with words), or the summary of period and unit."""
        self._wanted = of, approved
        job = Job(_open, self._session.store, of, approved, database=self._session.office.database)
        job.done.connect(self._show)
        job.failed.connect(partial(failed, self.window()))
        job.start()

    def _show(self, found: Other) -> None:
        if (found.of, found.approved) != self._wanted:
            found.pdf.close()
            return
        before, self.now = self.now, found
        words, banner = self._words(found), self.kept if found.approved is not None else self.summary
        banner.label.setText(words)
        banner.setAccessibleName(words)
        self.kept.setVisible(banner is self.kept)
        self.summary.setVisible(banner is self.summary)
        self.show()
        self.opened.emit()
        if before is not None:
            before.pdf.close()

    @staticmethod
    def _words(found: Other) -> str:
        if found.approved is None:
            words = _("Đang xem bản tóm tắt một trang, viết từ cùng số liệu và lời văn với báo cáo.")
            return " ".join((words, *map(_, found.warnings)))
        words = _("Đang xem bản đã duyệt: {which}, ngày {day}.")
        return words.format(which=_(signing.which(found.approved.turn)).lower(), day=shown_day(found.approved.at[:10]))

    def mark(self, title: str) -> Mark | None:
        """Give the place of a heading in the pages that are looked at."""
        return next((mark for mark in self.now.pdf.marks if mark.title == title), None) if self.now is not None else None

    def let_go(self) -> None:
        """Free the pages; what is being opened is not wanted any more."""
        self._wanted = None
        if self.now is not None:
            self.now.pdf.close()
            self.now = None
            self.hide()
