"""The versions of one record at its side (F9): who, when, what changed; an older one can be made the newest again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app import history, users
from app.history import Version
from app.i18n import _, say
from app.listing import when
from db.errors import ExpectedError
from db.record import CANCELLED, DRAFT
from ui.buttons import Button, StateChip
from ui.changes import changes
from ui.doing import failed
from ui.jobs import Cancelled, Job
from ui.parts import Hairline, Label, clear, column, row
from ui.session import Place, Session

FIRST_SHOWN = 50
"""Versions shown at first; the others on demand."""


class HistoryPanel(QWidget):
    """Reads the versions of ``uid`` by a worker, newest first, and again whenever the record changes; None: a new record has none."""

    def __init__(self, session: Session, uid: str | None) -> None:
        super().__init__()
        self.session, self.uid = session, uid
        self.versions: list[Version] = []
        self.buttons: list[Button] = []
        """What restores, from the newest version that can be restored to the oldest."""
        self._job: Job | None = None
        self._all = False
        self._body = column(gap=0)
        self.setLayout(column(self._body, None, gap=0))
        self.setAccessibleName(_("Các phiên bản của bản ghi"))
        changes.records_changed.connect(self._changed)
        self.reload()

    def _changed(self, _type: str) -> None:
        self.reload()

    def show_record(self, uid: str | None) -> None:
        """Show the versions of another record, none of the one before among them; of the same: read again by who writes it."""
        if uid != self.uid:
            self.uid, self._all = uid, False
            clear(self._body)
            self.versions, self.buttons = [], []
            self.reload()

    def reload(self) -> None:
        """Read the versions again."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self.uid is None:
            self._show(([], users.authors(self.session.store)))
            return
        job = self._job = Job(_read, self.session, self.uid, database=self.session.office.database)
        job.done.connect(lambda found: self._show(found) if self._job is job and isValid(self) else None)
        job.failed.connect(self._failed)
        job.start()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, Cancelled):
            return
        clear(self._body)
        words = _(str(error)) if isinstance(error, ExpectedError) else _("Không đọc được lịch sử của bản ghi này.")
        self._body.addLayout(column(Label(words, "body", "error", wrap=True), edge=(14, 12, 14, 12)))

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self, found: tuple[list[Version], Callable[[str, str], str]]) -> None:
        self._job = None
        self.versions, self._named = found
        self._fill()

    def _fill(self) -> None:
        clear(self._body)
        self.buttons = []
        if not self.versions:
            words = _("Chưa có phiên bản nào.") if self.uid is not None else _("Phiếu mới: chưa có lịch sử.")
            self._body.addLayout(column(Label(words, "body", "ink2", wrap=True), edge=(14, 12, 14, 12)))
            return
        shown = self.versions[::-1]
        for number, version in enumerate(shown if self._all else shown[:FIRST_SHOWN]):
            if number:
                self._body.addWidget(Hairline())
            self._body.addWidget(self._block(version, number))
        if len(shown) > FIRST_SHOWN and not self._all:
            more = Button(_("Xem cả {n} phiên bản").format(n=len(shown)), "link", "clock-counter-clockwise", self._show_all)
            self._body.addLayout(row(more, None, edge=(10, 6, 14, 10)))

    def _show_all(self) -> None:
        self._all = True
        self._fill()

    def _block(self, version: Version, number: int) -> QWidget:
        """Make the block of one version; ``number`` counts back from the newest, 0."""
        moment, who = say(when(version.at)), self._named(version.by, version.device)
        head = column(Label(moment, "medium", wrap=True), gap=4)
        if number == 0:
            head.addWidget(Label(_("Bản hiện nay"), "small_strong", "accent"))
        elif version.state in (CANCELLED, DRAFT):
            head.addLayout(row(StateChip("cancelled" if version.state == CANCELLED else "draft"), None))
        by = _("{who} · nhập từ bảng").format(who=who) if version.import_id else who
        lines = column(head, Label(by, "small", "ink2", wrap=True), gap=4, edge=(14, 10, 14, 10))
        for words in version.changes or (_("Không đổi câu trả lời nào"),):
            lines.addWidget(Label(words, "body", "ink", wrap=True))
        if number and self.session.may("enter"):
            words = _("Khôi phục bản này")
            button = Button(words, "link", "arrow-counter-clockwise", partial(self.restore, version))
            button.setAccessibleName(_("Khôi phục bản lúc {moment} của {who}").format(moment=moment, who=who))
            self.buttons.append(button)
            lines.addLayout(row(button, None, edge=(0, 2, 0, 0)))
        block = QWidget()
        block.setAccessibleName(". ".join([moment, by, *map(say, version.changes)]))
        block.setLayout(lines)
        return block

    # -- restoring ---------------------------------------------------------------------------------------------------

    def restore(self, version: Version) -> None:
        """Make an older version the newest one again; the toast takes that back."""
        newest = self.versions[-1]
        words = _("Đã khôi phục bản lúc {moment}.").format(moment=say(when(version.at)))
        restore(self.session, version, words, newest)


def _read(session: Session, uid: str) -> tuple[list[Version], Callable[[str, str], str]]:
    return history.versions(session.store, uid), users.authors(session.store)


def restore(session: Session, version: Version, words: str, before: Version | None = None) -> None:
    """Restore a version by a worker, show the record anew, say so; ``before`` is what the toast goes back to."""
    store = session.store
    job = Job(
        store.restore, version.record, version.device, version.seq, session.user,
        database=session.office.database, writes=True, words=_("Đang khôi phục…"),
    )  # fmt: skip

    def done() -> None:
        declared = store.types[store.versions(version.record)[-1].type]
        changes.records_changed.emit(declared.type_name)
        session.go(Place(declared.type_name, uid=version.record))
        again = None if before is None else partial(restore, session, before, _("Đã trở lại bản trước khi khôi phục."))
        session.toast(words, again)

    job.done.connect(lambda _result: QTimer.singleShot(0, session, done))  # after the cover has given the focus back
    job.failed.connect(partial(failed, None))
    session.run(job)
