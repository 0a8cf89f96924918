"""What the parts of a form may ask of the form they belong to, so that none of them imports it."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtWidgets import QScrollArea, QWidget

from app.entry import Entry
from db.record import Record
from db.store import Store
from ui.form_body import FormBody
from ui.form_parts import Box
from ui.lines_grid import LinesTable


class Form(Protocol):
    """A form, as its head, its foot, its checks and its actions see it."""

    store: Store
    declared: type[Record]
    user: str
    entry: Entry
    body: FormBody
    head: Any
    foot: Any
    checks: Any
    acts: Any
    glance: Any
    help: Any
    area: QScrollArea
    saved: Any
    draft_saved: Any
    left: Any
    open_asked: Any
    problems_changed: Any
    said: Any
    meeting: Any

    @property
    def pane(self) -> QWidget:
        """The widget that small panes are laid over."""

    @property
    def read_only(self) -> bool:
        """Whether the record may only be looked at."""

    @property
    def dirty(self) -> bool:
        """Whether something was typed since it was opened or saved."""

    @property
    def kept(self) -> bool:
        """Whether the draft holds all that is typed."""

    @property
    def draft_id(self) -> str | None:
        """The draft that holds what is typed."""

    def new(self) -> None:
        """Start an empty record."""

    def load(self, uid: str) -> None:
        """Open a record."""

    def load_draft(self, draft_id: str) -> None:
        """Open a draft."""

    def renew(self) -> None:
        """Show the record as it is now, where the person is."""

    def show_merged(self) -> None:
        """Show answers that were put together with those of somebody else."""

    def save(self) -> str | None:
        """Save; give the uid, None when it was refused."""

    def new_from(self) -> None:
        """Start a record with the answers of this one."""

    def commit(self) -> None:
        """Take everything that is being typed, written out."""

    def commit_preedit(self) -> None:
        """Make what is being composed part of the text."""

    def keep_draft(self) -> None:
        """Write the text as a draft."""

    def renew_lock(self) -> None:
        """Let the record be changed, or only looked at, as things stand now."""

    def check(self) -> None:
        """Run all checks now."""

    def reason_given(self) -> None:
        """Take note that a warning was answered."""

    def save_here(self) -> None:
        """Save and stay."""

    def save_next(self) -> None:
        """Save and start the next one."""

    def save_close(self) -> None:
        """Save and leave."""

    def first_field(self) -> None:
        """Focus the first field to answer."""

    def go_to(self, stop: QWidget) -> None:
        """Focus a field or a table."""

    def go_to_answer(self, kind: str, name: str, row: int | None = None) -> None:
        """Focus the answer to a question."""

    def current(self) -> Box | LinesTable | None:
        """Give the field or table that has the focus."""
