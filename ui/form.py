"""The form of one record, of any type, built from its declaration.

``RecordForm(store, record_type, user, parent=None)``; then ``new(defaults)``, ``load(uid)`` or ``load_draft(draft_id)``.
Signals: ``saved(uid)``, ``left()`` (the person is done with it), ``draft_saved(draft_id)``, ``problems_changed(errors, warnings)``,
``dirty_changed(bool)``, ``open_asked(uid)`` (a record that a warning names), ``said(text)`` (something to tell in passing).
Properties: ``dirty``, ``uid``, ``draft_id``, ``errors``, ``warnings``. Methods for the page around it: ``commit_preedit()``,
``keep_draft()`` before anything that may end the form (closing, locking), ``save()``, ``first_field()`` to focus,
``set_paused(bool)`` while a job writes, ``set_read_only(reason)`` for who may only look.

Nothing typed is lost: ``form_keeping`` writes it as a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app import lookup
from app.entry import Entry, Typed
from app.i18n import _
from app.merging import Moved
from db.errors import ExpectedError
from db.record import Record
from db.store import Refused, Store
from ui.changes import changes
from ui.fields import Context, Field
from ui.form_actions import FormActions
from ui.form_body import FormBody
from ui.form_checks import Checks
from ui.form_frame import FormFoot, FormHead
from ui.form_glance import Glance
from ui.form_help import FormHelp
from ui.form_keeping import Keeping
from ui.form_meeting import Meeting
from ui.form_moves import Moves
from ui.form_parts import Box
from ui.lines_grid import LinesTable
from ui.long_field import LongField
from ui.overlays import FormPane
from ui.parts import scrolled
from ui.pickers import LinkField
from ui.shortcuts import action_for

CHECK_AFTER = 150
"""Milliseconds after the last key until the checks run: they ask the database about twins."""


class RecordForm(QWidget):
    """One record being entered or changed."""

    saved = Signal(str)
    left = Signal()
    draft_saved = Signal(str)
    wanted = Signal()
    """What stands in it is to be seen: it may have been closed, or on a page that was left."""
    problems_changed = Signal(int, int)
    dirty_changed = Signal(bool)
    open_asked = Signal(str)
    said = Signal(str)
    shown = Signal()
    """Another record, a new one or none of them stands in the form now."""

    def __init__(self, store: Store, record_type: type[Record], user: str, parent: QWidget | None = None, *, inner: bool = False) -> None:
        super().__init__(parent)
        self.store, self.declared, self.user = store, record_type, user
        self._inner = inner
        """Whether it stands over another form, for one new linked record."""
        self.entry = Entry(store, record_type)
        self.context = Context(store, user, self.entry.day, date.today, None if inner else self._create)
        self._dirty = self._read_only = False
        self._looking: str | None = None
        """Why this person may only look at records; None: they may change them."""
        self._defaults: Mapping[str, str] = {}
        self._above: tuple[FormPane, RecordForm] | None = None
        """The form of a new linked record that stands over this one, in its pane."""
        self.body = FormBody(self.entry, self.context)
        self.checks = Checks(self)
        self.acts = FormActions(self, inner)
        self.glance = Glance(self)
        self.meeting = Meeting(self)
        self._frame()
        self.moves = Moves(self)
        self.keeping = Keeping(self)
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(CHECK_AFTER)
        self._check_timer.timeout.connect(self.check)
        self.body.edited.connect(self._edited)
        self.body.left.connect(self._field_left)
        self.body.lines_changed.connect(lambda _kind: self._changed())
        self.body.cell_left.connect(self._something_left)
        self.body.regrouped.connect(self.glance.order)
        self.setAccessibleName(_(record_type.caption))
        changes.records_changed.connect(self._records_changed)

    def _frame(self) -> None:
        self.head = FormHead(self)
        self.foot = FormFoot(self, self._inner)
        self.area = scrolled(self.body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.help = FormHelp(self)
        for widget in (self.head, self.area, self.help, self.foot):
            layout.addWidget(widget)
        layout.setStretch(1, 1)

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether something was typed since it was opened or saved."""
        return self._dirty

    @property
    def read_only(self) -> bool:
        """Whether the record may only be looked at."""
        return self._read_only

    @property
    def uid(self) -> str | None:
        """The record that is changed; None for a new one."""
        return self.entry.uid

    @property
    def draft_id(self) -> str | None:
        """The draft that holds what is typed; None before there is one."""
        return self.entry.draft

    @property
    def pane(self) -> QWidget:
        """The widget that small panes are laid over."""
        return self

    @property
    def kept(self) -> bool:
        """Whether the draft holds all that is typed."""
        return self.keeping.kept

    @property
    def errors(self) -> int:
        """How many errors are shown."""
        return self.checks.errors

    @property
    def warnings(self) -> int:
        """How many warnings without a reason are shown."""
        return self.checks.warnings

    def set_defaults(self, defaults: Mapping[str, str]) -> None:
        """Let the new records to come start with these values."""
        self._defaults = defaults

    def new(self, defaults: Mapping[str, str] | None = None) -> None:
        """Start an empty record. ``defaults`` are values by question, kept for the next ones too; pins go before."""
        self._let_go()
        self._defaults = self._defaults if defaults is None else defaults
        self.entry.clear()
        questions = self.declared.questions()
        for name, value in self._defaults.items():
            if name in questions:
                self.entry.cells[name] = self.entry.shown(questions[name], value, None)
        for name, text in self.acts.pins.items():
            self.entry.cells[name] = self.entry.typed_cell(questions[name], text)
        self.show_entry()

    def load(self, uid: str) -> None:
        """Open a record; raises ExpectedError when it is not there."""
        self._let_go()
        self.entry.clear()
        self.entry.open(uid)
        self.show_entry(all_problems=True)

    def load_draft(self, draft_id: str) -> None:
        """Open a draft; raises ExpectedError when it is not there."""
        self._let_go()
        self.entry.clear()
        self.entry.resume(draft_id)
        self.show_entry(all_problems=True)
        self._set_dirty(True)
        self.meeting.look()

    def renew(self) -> None:
        """Show the open record as it is now, where the person is in it."""
        if self.entry.uid is not None:
            at = self.area.verticalScrollBar().value()
            self.load(self.entry.uid)
            self.area.verticalScrollBar().setValue(at)

    def show_merged(self) -> None:
        """Show answers that were put together with those of somebody else: typed, and in no draft yet."""
        self.show_entry(all_problems=True)
        self._changed()

    def new_from(self) -> None:
        """Start a new record with the answers that stand in the form now."""
        self._stand(self.entry.typed().for_another())

    def stand_again(self, typed: Typed) -> None:
        """Start a new record with all that stood in the form before it was saved: what was typed, and the reasons given for warnings."""
        self._stand(typed, all_problems=True)

    def _stand(self, typed: Typed, all_problems: bool = False) -> None:
        self._let_go()
        self.entry.put_back(typed)
        self.show_entry(all_problems)
        self._changed()

    def _let_go(self) -> None:
        """Keep what is typed before something else is shown. Raises ExpectedError, and nothing changes, when it cannot be kept."""
        if self._above is not None:
            pane, inner = self._above
            inner.commit_preedit()
            inner.keep_draft()
            if inner.kept:
                pane.drop()
                self._set_above(None)
        self.commit_preedit()
        self.keep_draft()
        if self._above is not None or not (self.keeping.kept or self.keeping.paused):
            why = _("Phần đang nhập chưa giữ được nên chưa mở phiếu khác.")
            raise ExpectedError("unkept", why, (self._above[1] if self._above is not None else self).head.failure)

    def show_entry(self, all_problems: bool = False) -> None:
        """Show the entry as it is now."""
        for box in self.body.boxes.values():
            box.pinned = box.name in self.acts.pins and self.entry.uid is None
            if box.editor is not None:
                box.editor.show_cell(self.entry.cells[box.name])
        self.meeting.undecided = self.meeting.is_theirs = False
        self.renew_lock()
        for model in self.body.models.values():
            model.reset()
        for table in self.body.findChildren(LinesTable):
            table.show_entry()
        for card in self.body.cards:
            card.clear()
        self._set_dirty(False)
        self.keeping.settled()
        self.checks.start(all_problems)
        self.glance.start()
        self.area.verticalScrollBar().setValue(0)
        self.meeting.start()
        self.head.show_entry()
        if self.meeting.undecided or self.meeting.is_theirs:
            self.renew_lock()
        if all_problems:
            self._check_timer.start()
        self.shown.emit()

    def _set_dirty(self, dirty: bool) -> None:
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirty_changed.emit(dirty)
            self.head.show_entry()

    # -- typing ------------------------------------------------------------------------------------------------------

    def _edited(self, name: str) -> None:
        self.entry.cells[name] = self.body.boxes[name].made().cell()
        self._changed()

    def _changed(self) -> None:
        self.keeping.changed()
        self._set_dirty(True)
        if not self.keeping.paused:
            self._check_timer.start()

    def reason_given(self) -> None:
        """Take note that a warning was answered."""
        self._changed()
        self.check()

    def _field_left(self, name: str) -> None:
        self.checks.touched.add(("", None, name))
        self._something_left()

    def _something_left(self) -> None:
        self.glance.again()
        self.keep_draft()
        self._check_timer.start()

    def commit_preedit(self) -> None:
        """Make what the input method is composing part of the text."""
        focused = QApplication.focusWidget()
        if isinstance(focused, (Field, LongField)) and self.isAncestorOf(focused):
            focused.commit_preedit()

    def commit(self) -> None:
        """Take everything that is being typed, written out."""
        focused = QApplication.focusWidget()
        if isinstance(focused, (Field, LongField)) and self.body.isAncestorOf(focused):
            focused.commit_preedit()
            focused.settle()
        for table in self.body.findChildren(LinesTable):
            if table.has_focus():
                table.commit()
        self.glance.again()

    def keep_draft(self) -> None:
        """Write the text of the form as a draft, if it changed since the last time."""
        self.keeping.keep()

    def set_read_only(self, reason: str | None) -> None:
        """Let records only be looked at and say why: nothing can be typed, and nothing is saved. None: they may be changed again."""
        self._looking = reason
        self.show_entry()

    def _records_changed(self, type_name: str) -> None:
        """Take note that records were written; '' when anything may have changed, locks too."""
        if not type_name:
            self.renew_lock()
        if type_name in ("", self.declared.type_name) and self.entry.uid is not None:
            self.meeting.look()

    def renew_lock(self) -> None:
        """Let the record be changed, or only looked at, as the person's roles and its period say now."""
        reason = self._looking or _(self.entry.held())
        self._read_only = bool(reason) or self.meeting.undecided or self.meeting.is_theirs
        self.foot.setVisible(not self._read_only)
        self.body.set_read_only(self._read_only)
        self.head.explain(reason)
        for box in self.body.boxes.values():
            locked = self._read_only or (self.entry.uid is not None and box.name in self.declared.key)
            if locked or box.editor is not None:
                box.made().setReadOnly(locked)

    def set_paused(self, paused: bool) -> None:
        """Keep the timers still while a job writes."""
        self.keeping.set_paused(paused)
        if not paused and not self.kept:
            self._changed()

    # -- checking and saving -----------------------------------------------------------------------------------------

    def check(self) -> None:
        """Run all checks now and show what they say."""
        self._check_timer.stop()
        try:
            self.checks.show(self.entry.check())
        except ExpectedError as error:
            self.head.fail(_(str(error)))

    def save(self) -> str | None:
        """Save; give the uid, None when it was refused (then the first error has the focus)."""
        if self._read_only:
            return None
        self.commit()
        self._check_timer.stop()
        if self.entry.wants_draft:
            self.keeping.changed()
            self.keep_draft()
            if self.kept:
                self.said.emit(_("Đã giữ làm bản nháp."))
            return None
        try:
            uid = self.entry.save(self.user)
        except Refused:
            self.renew_lock()  # its period may have been locked meanwhile
            self.checks.everything = True
            self.check()
            self.keep_draft()
            self.checks.walk(1, errors=True, first=True)
            return None
        except Moved as moved:
            self.keep_draft()
            self.meeting.refuse(moved)
            return None
        except ExpectedError as error:
            self.head.fail(_(str(error)))
            self.keep_draft()
            return None
        self.head.fail("")
        if self.entry.uid is None:
            self.acts.renew_pins()
        self.keeping.settled()
        self._set_dirty(False)
        self.saved.emit(uid)
        return uid

    def save_here(self) -> None:
        """Save and stay, at the answer that has the focus."""
        go_back = self.moves.mark()
        uid = self.save()
        if uid is not None and not self._inner:
            self.load(uid)
            go_back()

    def save_next(self) -> None:
        """Save and start the next one."""
        if self.save() is not None and not self._inner:
            self.new()
            self.first_field()

    def save_close(self) -> None:
        """Save and leave."""
        uid = self.save()
        if uid is not None and not self._inner:
            self.load(uid)
            self.left.emit()

    # -- moving ------------------------------------------------------------------------------------------------------

    def first_field(self) -> None:
        """Focus the first field that is not answered; of a record that is open: the first, or what is to be decided before."""
        if not self.meeting.ask():
            self.moves.first()

    def go_to(self, stop: QWidget) -> None:
        """Focus a field or a table and bring it into sight."""
        self.moves.to(stop)

    def go_to_answer(self, kind: str, name: str, row: int | None = None) -> None:
        """Focus the answer to a question, its group opened; ``row`` of a kind of line (None: the first)."""
        self.moves.to_answer(kind, name, row)

    def current(self) -> Box | LinesTable | None:
        """Give the field or table that has the focus."""
        return self.moves.current()

    # -- keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Take the form's keys before shortcuts of the window get them; F8 after the last problem is the window's, for its toast."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            action = action_for("form", event)
            if action and (action != "next_problem" or self.checks.goes_on()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key of the table means here."""
        action = action_for("form", event)
        if action is None:
            super().keyPressEvent(event)
            return
        self.acts.act(action)
        event.accept()

    def _set_above(self, above: tuple[FormPane, RecordForm] | None) -> None:
        """Take note of the form that stands over this one: until it is gone the mouse changes nothing here, no line goes meanwhile."""
        self._above = above
        self.body.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, above is not None)

    def _create(self, type_name: str, typed: str) -> None:
        """Enter a new linked record over this form, and answer with it where the focus is; the one that is being entered goes first."""
        if self._above is not None:
            self._above[1].first_field()
            return
        go_back = self.moves.mark()  # a cell's editor is put away as soon as the focus goes
        inner = RecordForm(self.store, self.store.types[type_name], self.user, inner=True)
        inner.new()
        inner.entry.suggest(typed)
        inner.show_entry()

        def closed() -> None:
            self._set_above(None)
            go_back()

        pane = FormPane(self, inner, closed)
        self._set_above((pane, inner))

        def made(uid: str) -> None:
            pane.end()
            answered = QApplication.focusWidget()
            if isinstance(answered, LinkField):
                answered.take(uid, lookup.label(self.store, type_name, uid, self.entry.day()))

        inner.saved.connect(made)
        inner.left.connect(pane.end)
        inner.first_field()
