"""What is typed into the report, kept as a draft by the rules of every form: on leaving a text, and 2 s after the last key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.entry import Cell, Entry
from app.i18n import _
from app.report.editing import Writing
from db.errors import ExpectedError
from db.store import Refused
from ui.changes import changes
from ui.session import Session

DRAFT_AFTER = 2_000
"""Milliseconds after the last key until the draft is written."""


class Desk(QObject):
    """The texts and fields of the report of the context, shared by the panels that edit them."""

    changed = Signal()
    """Typed, kept, saved, or opened anew: panels and outline say how it stands."""
    opened = Signal()
    """Other texts are there: panels show them."""
    failed = Signal(str)
    """Why the draft or the record could not be written; '' takes it back."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.commit: Callable[[], None] = lambda: None
        """Takes over what an open editor still holds, preedit included."""
        self.problems: dict[str, str] = {}
        self._writing: Writing | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_AFTER)
        self._timer.timeout.connect(self.keep)

    @property
    def writing(self) -> Writing:
        """What is typed for the unit and period that were the session's when it was first asked for; ``leave`` ends it."""
        if self._writing is None:
            session = self.session
            self._writing = Writing(session.store, session.period, session.unit, session.user)
        return self._writing

    @property
    def unkept(self) -> Entry | None:
        """What is typed and in no draft; None when nothing is."""
        writing = self._writing
        return writing.entry if writing is not None and writing.dirty and not writing.kept else None

    @property
    def may_write(self) -> bool:
        """Whether the person may write into the report, and the report still changes."""
        return self.session.may("enter") and not self.writing.held()

    def set_text(self, key: str, text: str) -> None:
        """Take what is typed for a section."""
        if self.may_write and text != self.writing.text(key):
            self.writing.set_text(key, text)
            self._typed()

    def set_cell(self, name: str, cell: Cell) -> None:
        """Take what is typed for one of the report's own fields."""
        if self.may_write:
            self.writing.set_cell(name, cell)
            self._typed()

    def change(self, act: Callable[[Writing], object]) -> bool:
        """Do something to the report that needs no more words: saved at once, unless something else is typed and not saved.

        Tell whether it was done; a refusal is said.
        """
        if not self.may_write:
            return False
        self.commit()
        alone = not self.writing.dirty
        try:
            act(self.writing)
        except ExpectedError as error:
            self.session.toast(_(str(error)))
            return False
        if alone and self.writing.dirty:
            return self.save()
        self._typed()
        return True

    def _typed(self) -> None:
        self._timer.start()
        self.changed.emit()

    def keep(self) -> None:
        """Write the draft if it does not hold all yet; a failure is said and tried again."""
        self._timer.stop()
        if self._writing is None:
            return
        self.commit()
        self._timer.stop()
        try:
            if not self._writing.keep():
                return
        except ExpectedError as error:
            self.failed.emit(_("Chưa giữ được bản nháp. {reason}").format(reason=_(str(error))))
            self._timer.start()
            return
        self.failed.emit("")
        changes.drafts_changed.emit("report")
        self.changed.emit()

    def leave(self) -> None:
        """Keep what is typed and forget it here: another unit or period is looked at."""
        self.keep()
        self._writing = None
        self.problems = {}

    def save(self) -> bool:
        """Save everything typed; tell whether it was. What refuses it is in ``problems``, by field or section."""
        self.commit()
        writing = self.writing
        if not writing.dirty:
            return True
        self.problems = {}
        try:
            writing.save()
        except Refused as error:
            self.problems = writing.problems() or {"": _(str(error))}
            self.keep()
            self.changed.emit()
            return False
        except ExpectedError as error:
            self.failed.emit(_(str(error)))
            self.keep()
            return False
        self._timer.stop()
        self.failed.emit("")
        self.opened.emit()
        self.changed.emit()
        changes.records_changed.emit("report")
        self.session.toast(_("Đã lưu phần viết tay của báo cáo."), self._undo if writing.can_undo else None)
        return True

    def _undo(self) -> None:
        self.writing.undo_save()
        self.opened.emit()
        self.changed.emit()
        changes.records_changed.emit("report")

    def drop(self) -> None:
        """Throw away what was typed since the last save."""
        self._timer.stop()
        self.writing.drop()
        self.problems = {}
        self.failed.emit("")
        self.opened.emit()
        changes.drafts_changed.emit("report")
        self.changed.emit()

    def record_changed(self) -> None:
        """Read the record again after it was changed elsewhere, unless something is typed here that is not saved."""
        if self._writing is not None and not self._writing.dirty:
            self._writing.open()
            self.opened.emit()
            self.changed.emit()
