"""Beside the pages: what all panels share that are written in, kept as a draft while typing; and the report's own fields."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.report.editing import FIELDS, TYPE
from ui import look
from ui.buttons import Banner, Button, StateChip
from ui.editors import editor_for
from ui.fields import Context
from ui.long_field import Editor
from ui.look import px
from ui.parts import Label, Panel, column, row, scrolled
from ui.report_desk import Desk
from ui.report_sign import Approvals
from ui.shortcuts import action_for, key_of

LEAVE_WITHIN = 3_000
"""Milliseconds within which a second Esc leaves."""


class WritingPanel(QWidget):
    """What all panels share: title, state, failure, save."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._leaving = False
        self.title, self.state = Label("", "section", wrap=True), StateChip("ok")
        close = Button(_("Đóng ngăn (Esc)"), "quiet", "x", self.ask_close, only_icon=True)
        head = row(self.title, close, edge=(14, 6, 6, 0))
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        self.save_button = Button(_("Lưu"), "filled", "check", self.save, tip=key_of("report", "save"))
        self.drop_button = Button(_("Bỏ phần chưa lưu"), "quiet", "arrow-counter-clockwise", self.drop)
        self.hint = Label("", "small_medium", "accent", wrap=True)
        self.failure, self.held = Banner("error", ""), Banner("locked", "")
        self.failure.hide()
        self.held.hide()
        self.body = column(gap=8, edge=(14, 4, 14, 10))
        foot = Panel("raised", "t", column(self.hint, row(self.save_button, self.drop_button, None), gap=4, edge=(14, 9, 14, 9)))
        layout = column(head, row(self.state, None, edge=(14, 4, 14, 6)), gap=0)
        for banner in (self.held, self.failure):
            layout.addLayout(row(banner, edge=(14, 0, 14, 6)))
        layout.addLayout(self.body, 1)
        layout.addWidget(foot)
        self.setLayout(layout)
        self.hint.hide()
        self._leave_timer = QTimer(self)
        self._leave_timer.setSingleShot(True)
        self._leave_timer.setInterval(LEAVE_WITHIN)
        self._leave_timer.timeout.connect(self._stay)
        desk.changed.connect(self.show_state)
        desk.opened.connect(self.show_texts)
        desk.failed.connect(self._failed)

    def show_texts(self) -> None:
        """Show what the desk holds."""

    def commit(self) -> None:
        """Give the desk what an editor still holds."""

    def show_state(self) -> None:
        """Say how what is typed stands."""
        writing = self.desk.writing
        held = _(writing.held())
        self.held.setVisible(bool(held))
        self.held.label.setText(held)
        self.held.setAccessibleName(held)
        if not self.desk.may_write:
            self.state.set_state("locked", _("Đã chốt") if held else _("Chỉ xem"))
        elif not writing.dirty:
            self.state.set_state("ok", _("Đã lưu"))
        elif writing.kept:
            self.state.set_state("draft", _("Bản nháp · {time}").format(time=f"{datetime.now():%H:%M}"))
        else:
            self.state.set_state("draft", _("Chưa lưu"))
        self.save_button.setEnabled(writing.dirty)
        for button in (self.save_button, self.drop_button):
            button.setVisible(self.desk.may_write)
        self.drop_button.setVisible(self.desk.may_write and writing.dirty)

    def _failed(self, words: str) -> None:
        self.failure.label.setText(words)
        self.failure.setAccessibleName(words)
        self.failure.setVisible(bool(words))

    def save(self) -> bool:
        """Save everything typed into the report."""
        return self.desk.save()

    def drop(self) -> None:
        """Go back to what is saved."""
        self.desk.drop()

    def ask_close(self) -> None:
        """Close, keeping what is typed as a draft."""
        self.desk.keep()
        self._stay()
        self.closed.emit()

    def _stay(self) -> None:
        self._leaving = False
        self._leave_timer.stop()
        self.hint.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save, save and close, or leave: the second Esc within three seconds when something is not saved."""
        action = action_for("report", event)
        if action == "save":
            self.save()
        elif action == "save_close":
            if self.save():
                self.closed.emit()
        elif action == "close":
            if self._leaving or not self.desk.writing.dirty:
                self.ask_close()
            else:
                self._leaving = True
                self.desk.keep()
                self.hint.setText(_("Nhấn Esc lần nữa để rời phần viết; bản nháp được giữ."))
                self.hint.show()
                self._leave_timer.start()
        else:
            super().keyPressEvent(event)
            return
        event.accept()


class FieldsPanel(WritingPanel):
    """Number, date, draft, signatory and secrecy of the report."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.title.setText(_("Thông tin của báo cáo"))
        session = desk.session
        context = Context(session.store, session.user, lambda: desk.session.period.end, lambda: session.today)
        self.editors: dict[str, Editor] = {}
        self._problems: dict[str, Label] = {}
        inner = Panel("surface")
        self.approvals = Approvals(session)
        fields = column(self.approvals, gap=4, edge=(0, 0, 6, 8))
        for name in FIELDS:
            question = TYPE.questions()[name]
            editor = self.editors[name] = editor_for(question, context, False, inner)
            editor.setAccessibleName(_(question.label))
            look.follow(editor, lambda one: one.setFont(look.font()))
            editor.edited.connect(lambda name=name: self._edited(name))
            editor.left.connect(desk.keep)
            editor.moved.connect(lambda action, name=name: self._moved(name, action))
            problem = self._problems[name] = Label("", "small_medium", "error", wrap=True)
            problem.hide()
            for item in (Label(_(question.label), "body", "ink2"), editor, problem):
                fields.addWidget(item)
            fields.addSpacing(px(6))
        hint = _("Bản thảo in để trống số và ngày; hai ô này được in khi báo cáo đã duyệt.")
        fields.addWidget(Label(hint, "small", "ink2", wrap=True))
        fields.addStretch(1)
        inner.setLayout(fields)
        self._area = scrolled(inner)
        self.body.addWidget(self._area, 1)

    def show_texts(self) -> None:
        """Show the answers."""
        cells = self.desk.writing.entry.cells
        for name, editor in self.editors.items():
            editor.show_cell(cells[name])
            editor.setReadOnly(not self.desk.may_write)
        self.show_state()

    def _edited(self, name: str) -> None:
        self.desk.set_cell(name, self.editors[name].cell())

    def _moved(self, name: str, action: str) -> None:
        order = list(FIELDS)
        at = order.index(name) + (1 if action == "next" else -1)
        if at >= len(order):
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)
        elif at >= 0:
            self.editors[order[at]].setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(self.editors[order[at]], 0, px(60))

    def commit(self) -> None:
        """Give the desk what is being composed or written in shorthand."""
        for name, editor in self.editors.items():
            if editor.hasFocus():
                editor.commit_preedit()
                editor.settle()
                if editor.cell().text != self.desk.writing.entry.cells[name].text:
                    self._edited(name)

    def show_state(self) -> None:
        """Show what refuses the save beside its field."""
        super().show_state()
        for name, label in self._problems.items():
            words = self.desk.problems.get(name, "")
            label.setText(words)
            label.setVisible(bool(words))
            look.mark(self.editors[name], state="error" if words else "")

    def first(self) -> QWidget:
        """Give the first field."""
        return self.editors[FIELDS[0]]
