"""What one unlocked office and the person before it share across the window.

The store, the context (unit and period), and ways to ask the window for something: to open a page, to say that something is done,
to run a job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app import users
from app.periods import Period, period
from app.preferences import Preferences
from app.unit_tree import own_unit
from db.errors import ExpectedError

if TYPE_CHECKING:
    from app.listing import Wanted
    from app.locking import Loose
    from app.office import Office
    from db.store import Store
    from ui.jobs import Job


class Place(NamedTuple):
    """Where to go: a page's key and, on a page of records, what to list, which record or draft to open, or a new one."""

    page: str
    wanted: Wanted | None = None
    uid: str | None = None
    draft: str | None = None
    new: bool = False
    answers: Mapping[str, str] | None = None
    """What the new one starts with, by question."""
    at: tuple[str, str, int] | None = None
    """The answer of the record to go to: kind of line, question, row; None: the first."""


class Toast(NamedTuple):
    """Something that is done, in words, and how to take it back (None: it cannot be).

    ``open`` leads to what is done where it is not in sight; then the words want to be read.
    """

    words: str
    undo: Callable[[], object] | None = None
    open: Callable[[], object] | None = None


class Session(QObject):
    """The open office as the window uses it."""

    context_changed = Signal()
    """Unit or period are others now."""
    place_asked = Signal(object)
    toast_asked = Signal(object)
    typing_began = Signal()
    """Something is typed into a form that held nothing unsaved: from now on Ctrl+Z is about that."""
    keys_asked = Signal(object)
    """A list of (key, verb): what the status line shows here."""
    draft_saved = Signal(str)
    """Words for the right end of the status line."""
    job_asked = Signal(object)
    lock_asked = Signal()
    reopen_asked = Signal(object)
    """Keys have changed: the window is opened anew with this ``db.keystore.Unlocked``."""

    def __init__(self, office: Office, *, demo: bool = False, today: date | None = None) -> None:
        super().__init__()
        self.office, self.demo = office, demo
        self.loose: list[Loose] = []
        """Text from before the screen was locked that no draft could be written for, and that is to be written yet."""
        self._today = today
        self.preferences = Preferences(office.folder, office.user)
        self.own_unit = own_unit(office.store)
        self.unit = self.own_unit
        """The uid of the unit that is worked on, with all below it."""
        self.period = self._first_period()

    # -- what there is -----------------------------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """The office's records."""
        return self.office.store

    @property
    def user(self) -> str:
        """The id of the person."""
        return self.office.user

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.office.folder

    @property
    def today(self) -> date:
        """The day of the clock."""
        return self._today or date.today()

    def may(self, action: str) -> bool:
        """Tell whether the person's roles allow ``action`` (``app.users.ACTIONS``)."""
        try:
            users.require(self.office.database, self.user, action)
        except ExpectedError:
            return False
        return True

    def _first_period(self) -> Period:
        kept = self.preferences.get("period", "")
        try:
            return period(self.store, kept) if kept else self.period_of(self.today)
        except ExpectedError:
            return self.period_of(self.today)

    def period_of(self, day: date) -> Period:
        """Give the period that holds a day."""
        for code in (f"{day.year}-H1", f"{day.year}-H2", f"{day.year + 1}-H1"):
            found = period(self.store, code)
            if found.start <= day.isoformat() <= found.end:
                return found
        return found

    def unit_name(self, uid: str | None = None) -> str:
        """Give the name of a unit (None: the one worked on) at the end of the period."""
        return self.store.names.label("unit", uid or self.unit, self.period.end)

    # -- asking the window -------------------------------------------------------------------------------------------

    def set_unit(self, uid: str) -> None:
        """Work on another unit."""
        if uid != self.unit:
            self.unit = uid
            self.context_changed.emit()

    def set_period(self, chosen: Period) -> None:
        """Work on another period; remembered."""
        if chosen != self.period:
            self.period = chosen
            self.preferences.put("period", chosen.code)
            self.context_changed.emit()

    def go(self, place: Place) -> None:
        """Open a page."""
        self.place_asked.emit(place)

    def toast(self, words: str, undo: Callable[[], object] | None = None, open: Callable[[], object] | None = None) -> None:
        """Say that something is done, for ten seconds, and offer to take it back, or to go there."""
        self.toast_asked.emit(Toast(words, undo, open))

    def show_keys(self, keys: list[tuple[str, str]]) -> None:
        """Put at most five keys of this place into the status line."""
        self.keys_asked.emit(keys[:5])

    def run(self, job: Job) -> Job:
        """Start a job; the window shows its bar, and covers itself while it writes."""
        self.job_asked.emit(job)
        return job
