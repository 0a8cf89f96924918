"""What the keys of a form do, by the names of the table in ``ui.shortcuts``; and the pins, which outlive a record."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication

from app import lookup
from app.entry import Cell, memory
from app.i18n import _
from app.paste import in_old_letters
from ui.form_face import Form
from ui.form_parts import Box
from ui.lines_grid import LinesTable
from ui.look import px
from ui.lookup import Option
from ui.overlays import LinePane

LEAVE_WITHIN = 3_000
"""Milliseconds within which the second Esc counts."""

LOOKING = ("help", "help_on", "leave", "next_problem", "previous_problem", "open_twin", "go_to")
"""Actions that change nothing."""


class FormActions:
    """The actions of one form. ``inner``: it stands over another form, for one new linked record."""

    def __init__(self, form: Form, inner: bool) -> None:
        self._form, self._inner = form, inner
        self._leaving = False
        self._pins: dict[str, str] | None = None
        self._leave_timer = QTimer(form.pane)
        self._leave_timer.setSingleShot(True)
        self._leave_timer.setInterval(LEAVE_WITHIN)
        self._leave_timer.timeout.connect(self.stay)

    def act(self, action: str) -> None:
        """Do what a row of the table says; a record that may only be looked at is left as it is."""
        self._form.commit_preedit()
        if not self._form.read_only or action in LOOKING:
            getattr(self, action)()

    def help(self) -> None:
        """Show the help of the field in focus, or take it away."""
        self._form.help.toggle()

    def help_on(self) -> None:
        """Read on in a help that has no room."""
        self._form.help.read_on()

    # -- saving, leaving, starting -----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save and stay."""
        self._form.save_here()

    def save_close(self) -> None:
        """Save and leave."""
        self._form.save_close()

    def new(self) -> None:
        """Start a new record; what is typed stays a draft."""
        if not self._inner:
            self._form.commit()
            self._form.new()
            self._form.first_field()

    def new_from(self) -> None:
        """Start a new record with the answers of this one."""
        if not self._inner:
            self._form.commit()
            self._form.new_from()
            self._form.go_to(self._form.body.stops()[0])

    def leave(self) -> None:
        """Close the help; else leave: at once when nothing was typed, else at the second Esc within three seconds."""
        form = self._form
        if form.help.close_it():
            return
        if self._leaving or not form.dirty:
            self.stay()
            form.keep_draft()
            if form.kept:  # else its head says why
                form.left.emit()
            return
        self._leaving = True
        form.foot.hint(_("Nhấn Esc lần nữa để rời phiếu; bản nháp được giữ."))
        self._leave_timer.start()

    def stay(self) -> None:
        """Forget the first Esc."""
        self._leaving = False
        self._leave_timer.stop()
        self._form.foot.hint("")

    # -- problems ----------------------------------------------------------------------------------------------------

    def next_problem(self) -> None:
        """Go to the next error or open warning."""
        self._walk(1)

    def previous_problem(self) -> None:
        """Go to the one before."""
        self._walk(-1)

    def _walk(self, by: int) -> None:
        self._form.commit()
        self._form.check()
        self._form.checks.walk(by)

    def reason(self) -> None:
        """Ask for the reason of the warning here."""
        self._form.checks.ask_reason_here()

    def open_twin(self) -> None:
        """Ask for the record that the problem here names."""
        self._form.checks.open_about_here()

    def decode(self, box: Box | None = None) -> None:
        """Turn old letters of this answer (None: the one in focus) into Unicode."""
        here = box or self._form.current()
        if isinstance(here, LinesTable):
            here.commit()
            name = here.names[here.column]
            cell = here.model.rows[here.row][name] if here.row < len(here.model.rows) else Cell()
            found = in_old_letters(cell.text)
            if found is not None:
                here.model.put(here.row, name, Cell(found[1]))
                here.changed.emit()
                here.show_again()
        elif here is not None and not here.made().fixed:
            found = in_old_letters(here.made().cell().text)
            if found is not None:
                self._put(here, Cell(found[1]))
                self._form.check()

    # -- repeating ---------------------------------------------------------------------------------------------------

    def same_field(self) -> None:
        """Take over the answer of the record before; in a table, of the line above."""
        form, here = self._form, self._form.current()
        if isinstance(here, LinesTable):
            if not here.read_only:
                here.lines.same_cell()
        elif here is not None and not here.made().fixed:
            last = memory(form.store).last.get(form.declared.type_name) or lookup.newest(form.store, form.declared)
            if last is not None and last.get(here.name) is not None:
                self._put(here, form.entry.shown(here.question, last[here.name], form.entry.day()))

    def _put(self, box: Box, cell: Cell) -> None:
        box.made().show_cell(cell)
        box.made().edited.emit()
        box.made().selectAll()

    def pin(self) -> None:
        """Keep the answer of this field for the records to come, or no longer."""
        form, here = self._form, self._form.current()
        if isinstance(here, Box) and not self._inner:
            here.pinned = not here.pinned
            if here.pinned:
                self.pins[here.name] = form.entry.draft_text(here.name)
            else:
                self.pins.pop(here.name, None)
            lookup.keep_pins(form.store, form.declared.type_name, form.user, self.pins)
            words = _("Đã ghim “{label}”: giữ cho các phiếu sau.") if here.pinned else _("Đã bỏ ghim “{label}”.")
            form.foot.hint(words.format(label=here.label))
            form.body.lay_out()

    @property
    def pins(self) -> dict[str, str]:
        """The pinned answers of this person for this type, as text by question."""
        if self._pins is None:
            form = self._form
            self._pins = {} if self._inner else lookup.pins(form.store, form.declared.type_name, form.user)
        return self._pins

    def renew_pins(self) -> None:
        """Pin what the record that was just saved says."""
        form = self._form
        fresh = {name: form.entry.draft_text(name) for name in self.pins}
        if fresh != self.pins:
            self.pins.update(fresh)
            lookup.keep_pins(form.store, form.declared.type_name, form.user, self.pins)

    # -- finding -----------------------------------------------------------------------------------------------------

    def go_to(self) -> None:
        """Go to an answer by its name."""
        form = self._form
        fields = [Option(("", box.name), _(box.question.label)) for box in form.body.boxes.values() if box.asked]
        fields += [
            Option((kind, column.name), f"{table.caption}: {_(column.question.label)}")
            for kind, table in form.body.tables.items()
            for column in table.model.columns
            if column.question is not None
        ]
        pane = LinePane(form.pane, _("Đến ô nào?"), _("đến"), options=fields)
        pane.picked.connect(lambda at: form.go_to_answer(*at))
        back = QApplication.focusWidget()
        pane.dropped.connect(lambda: back.setFocus() if back is not None else None)
        pane.open_at(QPoint(px(16), px(48)), px(420))
