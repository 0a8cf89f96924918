"""What is typed into the report, kept as a draft by the rules of every form: on leaving a text, and 2 s after the last key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.entry import Cell, Entry
from app.i18n import _
from app.merging import Change, Moved
from app.report import rewording
from app.report.arrangement import Arrangement
from app.report.editing import Writing
from app.report.showing import Shown
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
    moved = Signal(object)
    """The record was changed by others since it was opened here (an ``app.merging.Change``): nothing was saved."""
    refused = Signal()
    """A save was refused because of that."""
    failed = Signal(str)
    """Why the draft or the record could not be written; '' takes it back."""

    redrawn = Signal()
    """Other pages are drawn: what their sentences say is in ``shown``."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.shown: Shown | None = None
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
        return self.session.may("enter") and not self.writing.held() and self.writing.cancelled is None

    def set_text(self, key: str, text: str) -> None:
        """Take what is typed for a section."""
        if self.may_write and text != self.writing.text(key):
            self.writing.set_text(key, text)
            self._typed()

    def arrange(self, new: Arrangement) -> bool:
        """Take another outline; tell whether it is one. Raises ExpectedError where nothing would be left."""
        if not self.may_write or not self.writing.arrange(new):
            return False
        self._typed()
        return True

    def set_wording(self, code: str, text: str) -> None:
        """Take what is typed for a sentence; what the program would say is no wording of one's own."""
        said = self.shown.sentence(code) if self.shown is not None else None
        if not self.may_write or self.shown is None or said is None:
            return
        before = self.writing.wordings().get(code)
        text = "" if text.strip() == said.template.strip() else text.strip()
        if text != (before.text if before is not None else ""):
            self.writing.reword(code, text, self.shown.live.lookup)
            self._typed()

    def wrong(self, text: str, code: str) -> list[str]:
        """Say what a wording of a sentence names that there is not."""
        if self.shown is None:
            return []
        return [*rewording.wrong(text, self.shown.live.lookup), *rewording.unknown_words(text, self.shown.live.words_of(code))]

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
        self.opened.emit()  # an open editor shows it before saving asks what it holds
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
        self.problems = {one.code: wrong[0] for one in writing.typed_wordings() if (wrong := self.wrong(one.text, one.code))}
        if self.problems:
            self.keep()
            self.changed.emit()
            return False
        try:
            writing.save()
        except Refused as error:
            self.problems = writing.problems() or {"": _(str(error))}
            self.keep()
            self.changed.emit()
            return False
        except Moved as moved:
            self.keep()
            self.changed.emit()
            self.moved.emit(moved.change)
            self.refused.emit()
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
        """Read the record again after it was changed elsewhere; where something typed here is not saved, say so instead."""
        if self._writing is None:
            return
        self.commit()
        if not self._writing.dirty:
            self.show_now()
        else:
            self.look()

    def look(self) -> Change | None:
        """Tell whether others changed the record since it was opened here; it is said where something is typed."""
        try:
            change = self.writing.moved() if self.writing.dirty else None
        except ExpectedError:
            return None  # the file is away just now; saving asks again
        if change is not None:
            self.moved.emit(change)
        return change

    # -- the ways on where others changed the record -----------------------------------------------------------------

    def show_now(self, with_draft: bool = True) -> None:
        """Open the record as it is now; without its draft, what was typed waits there."""
        self.keep()
        self.writing.open(with_draft)
        self.problems = {}
        self._renew()

    def put_together(self) -> list[str]:
        """Put what is typed on the record as it is now and save that; give the labels that both sides changed."""
        self.commit()
        clashes = self.writing.put_together()
        self.opened.emit()
        self.save()
        return clashes

    def bring_back(self, anew: bool) -> None:
        """Write into a report whose record was cancelled: anew, or with what was in it."""
        if anew:
            self.writing.begin_anew()
        else:
            self.writing.bring_back()
            changes.records_changed.emit("report")
        self._renew()

    def _renew(self) -> None:
        self.opened.emit()
        self.changed.emit()
