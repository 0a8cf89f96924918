"""The report drawn by a worker: its pages, what its sentences say, and where those stand whose figures changed."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from app.report import approval, showing
from app.report.approval import Standing
from app.report.outline import SUMMARY
from app.report.showing import Shown
from db.store import Store
from ui.jobs import Job
from ui.pdf_pages import Hit, Pdf
from ui.report_side import Of
from ui.session import Session

REFRESH_AFTER = 100
"""Milliseconds after a change until the report is drawn anew: several changes at once are one drawing."""
ENDS = 6
"""Words of a sentence that are looked for where it is not found whole, since it goes over two pages."""


class Marked(NamedTuple):
    """A sentence whose figures changed since it was reworded, and where a part of it stands."""

    code: str
    hit: Hit


class Drawn(NamedTuple):
    """A report drawn, and where it stands (None: it is not the office's own, so it is never signed here)."""

    of: Of
    shown: Shown
    pdf: Pdf
    standing: Standing | None
    marked: tuple[Marked, ...]


def _draw(store: Store, of: Of) -> Drawn:
    shown = showing.draw(store, of.period, of.unit)
    pdf = Pdf(shown.pdf)
    standing = approval.standing(store, of.period) if of.unit is None else None
    return Drawn(of, shown, pdf, standing, tuple(_marks(shown, pdf)))


def _marks(shown: Shown, pdf: Pdf) -> list[Marked]:
    found: list[Marked] = []
    for said in (one for one in shown.changed if one.key != SUMMARY):
        for line in said.text.splitlines():
            words = line.split()
            hits = pdf.find(line) or [*pdf.find(" ".join(words[:ENDS]))[:1], *pdf.find(" ".join(words[-ENDS:]))[-1:]]
            found += [Marked(said.code, hit) for hit in hits[:2]]
    return found


class Drawing(QObject):
    """Draws the report of the context, once more where something changed meanwhile."""

    drawn = Signal(object)
    failed = Signal(object)
    begun = Signal()
    ended = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._again = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REFRESH_AFTER)
        self._later.timeout.connect(self.draw)

    @property
    def of(self) -> Of:
        """What the context asks for."""
        session = self._session
        return Of(session.period, None if session.unit == session.own_unit else session.unit)

    def soon(self, after: int = REFRESH_AFTER) -> None:
        """Draw in a moment, with what else changes until then."""
        self._later.start(after)

    def draw(self) -> None:
        """Draw in a worker; while one is being drawn, once more afterwards."""
        self._later.stop()
        if self._job is not None:
            self._again = True
            return
        self._again = False
        self.begun.emit()
        job = self._job = Job(_draw, self._session.store, self.of, database=self._session.office.database)
        job.done.connect(self._done)
        job.failed.connect(self.failed)
        job.ended.connect(self._ended)
        job.start()

    def _done(self, result: Drawn) -> None:
        if result.of != self.of:
            result.pdf.close()
            self._again = True
            return
        self.drawn.emit(result)

    def _ended(self) -> None:
        self._job = None
        self.ended.emit()
        if self._again:
            self.draw()
