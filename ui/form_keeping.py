"""What keeps the text of one form: a draft, written when a field is left and 2 s after the last key. A failure is said and tried again."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.i18n import _
from db.errors import ExpectedError
from ui.form_face import Form

AFTER = 2_000
"""Milliseconds after the last key."""


class Keeping(QObject):
    """The draft of what stands in one form."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.pane)
        self._form = form
        self.kept = True
        """Whether the draft, or the record, holds all that is typed."""
        self.paused = False
        """Whether a job writes, so that nothing is written here."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER)
        self._timer.timeout.connect(self.keep)

    def changed(self) -> None:
        """Take note that something was typed."""
        self.kept = False
        if not self.paused:
            self._timer.start()

    def settled(self) -> None:
        """Take note that all that is typed stands in the record, or that another entry is shown."""
        self._timer.stop()
        self.kept = True

    def keep(self) -> None:
        """Write the draft, if anything changed; what an input method is composing is in it, and goes on being composed."""
        self._timer.stop()
        if self.kept or self.paused:
            return
        form = self._form
        if form.entry.draft is None and form.entry.uid is None and form.entry.empty:
            self.kept = True
            return
        try:
            draft = form.entry.save_draft(form.user)
        except ExpectedError as error:
            form.head.fail(_("Chưa giữ được bản nháp. {reason}").format(reason=_(str(error))))
            self._timer.start()
            return
        self.kept = True
        form.head.fail("")
        form.head.show_entry()
        form.draft_saved.emit(draft)

    def set_paused(self, paused: bool) -> None:
        """Stay still while a job writes."""
        if paused:
            self.keep()
        self.paused = paused
