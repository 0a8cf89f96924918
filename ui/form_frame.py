"""What stands above and below the body of a form: its name, state and problems; its buttons and the record before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import lookup, search
from app.i18n import _, new_one
from db.questions import shown_day
from db.record import CANCELLED, EventRecord
from ui.buttons import Banner, Button, KeyCap, StateChip
from ui.form_face import Form
from ui.lines_model import share
from ui.parts import ElidedLabel, Panel, row
from ui.shortcuts import key_of


class FormHead(QWidget):
    """Name, state, counts of problems; below, a banner when something could not be written."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self.title = ElidedLabel("", "form")
        self.state = StateChip("draft")
        self.errors = StateChip("error")
        self.warnings = StateChip("warning")
        self.key = KeyCap(key_of("form", "next_problem"))
        for chip in (self.errors, self.warnings):
            chip.pressed.connect(form.acts.next_problem)
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
        self.turn = Button("", "quiet", "trash", self._turn, only_icon=True)
        self.turns: Callable[[str, bool], object] | None = None
        """What cancels the record, or brings it back, for whoever may; None: nothing of the kind is offered."""
        self.turn.hide()
        line = row(self.title, self.state, None, self.errors, self.warnings, self.key, self.turn, gap=10, edge=(16, 0, 16, 0))
        line.setStretch(0, 0)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Panel("surface", "b", line, height=44))
        self._banner: Banner | None = None
        self._why: Banner | None = None
        self.failure = self.reason = ""

    def show_entry(self) -> None:
        """Say which record this is, and how it stands."""
        form = self._form
        if form.entry.uid is None:
            self.title.setText(new_one(form.declared.caption))
        else:
            base = form.entry.base
            self.title.setText(search.title(form.store, form.declared, base) if base else _(form.declared.caption))
        if self._cancelled:
            self.state.set_state("cancelled")
        elif form.dirty or form.entry.uid is None:
            kept = form.draft_id is not None and form.kept
            self.state.set_state("draft", _("Bản nháp · {time}").format(time=f"{datetime.now():%H:%M}") if kept else _("Chưa lưu"))
        else:
            self.state.set_state("ok", _("Đã lưu"))

        self._offer_turn()

    @property
    def _cancelled(self) -> bool:
        base = self._form.entry.base
        return base is not None and base["state"] == CANCELLED

    def _offer_turn(self) -> None:
        """Offer to cancel the record, or to bring it back; not while something is typed that is not saved."""
        form = self._form
        words = _("Khôi phục") if self._cancelled else _("Hủy bản ghi…")
        self.turn.set_icon("arrow-counter-clockwise" if self._cancelled else "trash")
        self.turn.setAccessibleName(words)
        self.turn.setToolTip(f"{words} ({key_of('list', 'cancel')})")
        can_turn = self.turns is not None and form.entry.uid is not None and not form.dirty
        self.turn.setVisible(can_turn and not form.meeting.is_theirs)

    def _turn(self) -> None:
        if self.turns is not None and self._form.entry.uid is not None:
            self.turns(self._form.entry.uid, self._cancelled)

    def count(self, errors: int, warnings: int) -> None:
        """Show how many problems there are."""
        self.errors.set_state("error", _("{count} lỗi").format(count=errors))
        self.warnings.set_state("warning", _("{count} cảnh báo").format(count=warnings))
        self.errors.setVisible(errors > 0)
        self.warnings.setVisible(warnings > 0)
        self.key.setVisible(errors + warnings > 0)

    def fail(self, words: str) -> None:
        """Show a banner that stays until it no longer holds ('')."""
        if words != self.failure:
            self.failure = words
            self._banner = self._instead(self._banner, "error", words)

    def explain(self, reason: str) -> None:
        """Say why the record may only be looked at; '' says nothing."""
        if reason != self.reason:
            self.reason = reason
            self._why = self._instead(self._why, "locked", reason)

    def add(self, banner: Banner) -> None:
        """Show a banner that somebody else takes away."""
        self._layout.addWidget(banner)
        last: QWidget = self.turn
        for button in banner.findChildren(Button):  # before the fields, as they stand
            self.setTabOrder(last, button)
            last = button
        banner.show()

    def _instead(self, before: Banner | None, state: str, words: str) -> Banner | None:
        if before is not None:
            before.hide()
            before.deleteLater()
        if not words:
            return None
        banner = Banner(state, words)
        self._layout.addWidget(banner)
        return banner


class FormFoot(QWidget):
    """What Enter does now (filled), the other ways to end, and the last record of this unit."""

    def __init__(self, form: Form, inner: bool) -> None:
        super().__init__()
        self._form = form
        first = Button(_("Lưu và dùng") if inner else _("Lưu và nhập tiếp"), "filled", "check", form.save_next)
        self.buttons = [first]
        if inner:
            self.buttons.append(Button(_("Thôi"), "", "", form.left.emit))
        else:
            self.buttons.append(Button(_("Lưu"), "", "", form.save_here, tip=key_of("form", "save")))
            self.buttons.append(Button(_("Nhân bản"), "quiet", "copy", form.acts.new_from, tip=key_of("form", "new_from")))
        self.before = ElidedLabel("", "small", "ink2")
        self.before.setAlignment(Qt.AlignmentFlag.AlignRight)
        line = row(*self.buttons, self.before, gap=8, edge=(16, 9, 16, 9))
        line.setStretch(len(self.buttons), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Panel("raised", "t", line))
        self._words = ""

    def hint(self, words: str) -> None:
        """Say something in passing where the record before stands; '' takes it back."""
        self.before.set_ink("accent" if words else "ink2", "small_medium" if words else "small")
        self.before.whole_or_nothing = not words
        self.before.setText(words or self._words)

    def show_before(self, unit: str | None, day: str | None) -> None:
        """Say when the record of ``unit`` before ``day`` was, and its share where it has one."""
        self._words = self._before(unit, day) if unit else ""
        self.hint("")

    def _before(self, unit: str, day: str | None) -> str:
        form = self._form
        if not issubclass(form.declared, EventRecord):
            return ""
        last = lookup.before(form.store, form.declared, unit, day, form.entry.uid)
        if last is None:
            return ""
        words = [shown_day(last["event_to"])]
        for kind, line_type in form.declared.kinds.items():
            for beside in line_type.beside:
                pairs = [value for line in last[kind] if isinstance(value := beside.cell(line, last), tuple)]
                if pairs:
                    words.append(f"{_(beside.label)} {share(sum(part for part, _all in pairs), sum(whole for _part, whole in pairs))}")
        return _("{caption} trước của đơn vị: {words}").format(caption=_(form.declared.caption), words=" · ".join(words))
