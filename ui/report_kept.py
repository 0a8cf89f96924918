"""An approval looked at in the place of the report: its kept pages, whatever changed since, and a banner that says so."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.i18n import _
from app.report import approval, signing
from app.report.approval import Approved
from db.questions import shown_day
from db.store import Store
from ui import messages
from ui.buttons import Banner
from ui.jobs import Cancelled, Job
from ui.parts import Panel, row
from ui.pdf_pages import Mark, Pdf
from ui.session import Session


def _open(store: Store, approved: Approved) -> tuple[Approved, Pdf]:
    return approved, Pdf(approval.printed(store, approved.hash))


class KeptPages(Panel):
    """The banner over the pages. ``now`` is the approval that is looked at, and its pages; None: the report of the context is."""

    opened = Signal()
    leave_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("window", "b")
        self.banner = Banner("locked", "", _("Về báo cáo của kỳ"), self.leave_asked.emit)
        self.setLayout(row(self.banner, edge=(10, 8, 10, 8)))
        self._session = session
        self.now: tuple[Approved, Pdf] | None = None
        self.hide()

    def look_at(self, approved: Approved) -> None:
        """Open the kept pages in a worker; bytes that are not those of the approval are refused with words."""
        job = Job(_open, self._session.store, approved, database=self._session.office.database)
        job.done.connect(self._show)
        job.failed.connect(self._failed)
        job.start()

    def _show(self, found: tuple[Approved, Pdf]) -> None:
        self.let_go()
        self.now = found
        approved = found[0]
        words = _("Đang xem bản đã duyệt: {which}, ngày {day}.")
        words = words.format(which=_(signing.which(approved.turn)).lower(), day=shown_day(approved.at[:10]))
        self.banner.label.setText(words)
        self.banner.setAccessibleName(words)
        self.show()
        self.opened.emit()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            messages.show_error(self.window(), error)

    def mark(self, title: str) -> Mark | None:
        """Give the place of a heading in the pages that are looked at."""
        return next((mark for mark in self.now[1].marks if mark.title == title), None) if self.now is not None else None

    def let_go(self) -> None:
        """Free the pages."""
        if self.now is not None:
            self.now[1].close()
            self.now = None
            self.hide()
