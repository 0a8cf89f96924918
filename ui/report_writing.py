"""Beside the pages: the text of one section, or the report's own fields, edited in place and kept as a draft while typing."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.report.editing import FIELDS, TYPE
from ui import look
from ui.buttons import Banner, Button, StateChip
from ui.editors import editor_for
from ui.fields import Context
from ui.long_field import Editor
from ui.look import px
from ui.parts import Label, Panel, column, row
from ui.report_desk import Desk
from ui.report_sign import Approvals
from ui.shortcuts import action_for, key_of
from ui.style import field_edge, field_ground, rounded

LEAVE_WITHIN = 3_000
"""Milliseconds within which a second Esc leaves."""


class TextBox(QPlainTextEdit):
    """Several lines of prose. Enter is a new paragraph, Tab goes on, the input method loses nothing."""

    typed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._preedit = ""
        self._quiet = False
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(lambda: None if self._quiet else self.typed.emit())
        look.follow(self, TextBox._restyle)

    def _restyle(self) -> None:
        self.setFont(look.font())
        self.document().setDocumentMargin(px(4))
        self.setViewportMargins(px(6), px(4), px(4), px(4))

    def show_text(self, text: str) -> None:
        """Show text; nobody is told."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def text(self) -> str:
        """Give the text with what is still being composed."""
        text, caret = self.toPlainText(), self.textCursor().position()
        return text[:caret] + self._preedit + text[caret:] if self._preedit else text

    def commit_preedit(self) -> None:
        """Make what is being composed part of the text, whatever the input method does."""
        if self._preedit:
            QGuiApplication.inputMethod().commit()
        if self._preedit:
            event = QInputMethodEvent()
            event.setCommitString(self._preedit)
            QApplication.sendEvent(self, event)
        self._preedit = ""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Keep in mind what is being composed."""
        super().inputMethodEvent(event)
        before, self._preedit = self._preedit, event.preeditString()
        if self._preedit or before:
            self.typed.emit()

    def event(self, event: QEvent) -> bool:
        """Leave the window's keys to the window where they mean nothing here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable()
            if undo or event.matches(QKeySequence.StandardKey.DeleteEndOfLine):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave what saves and closes to the panel."""
        if action_for("report", event) in ("save", "save_close", "close"):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lose nothing: commit, tell."""
        self.commit_preedit()
        super().focusOutEvent(event)
        self.left.emit()
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.viewport().update()


class _Well(QWidget):
    """Paints the edge and ground of a field round a text box."""

    def __init__(self, box: TextBox) -> None:
        super().__init__()
        self._box = box
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(box)
        box.left.connect(self.update)
        box.cursorPositionChanged.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it like a line edit."""
        edge, width = field_edge(self, self._box.hasFocus(), not self._box.isReadOnly())
        rounded(QPainter(self), self.rect(), field_ground(self, not self._box.isReadOnly()), edge, width)


class WritingPanel(QWidget):
    """What both panels share: title, state, failure, save."""

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


class SectionPanel(WritingPanel):
    """The free text of one section."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.key = ""
        self.box = TextBox()
        self.note = Label("", "small", "ink2", wrap=True)
        self.problem = Label("", "small_medium", "error", wrap=True)
        self.problem.hide()
        well = self._well = _Well(self.box)
        self.body.addWidget(self.note)
        self.body.addWidget(well, 1)
        self.body.addWidget(self.problem)
        self.box.typed.connect(self.commit)
        self.box.left.connect(desk.keep)

    def show_section(self, key: str, title: str, generated: bool) -> None:
        """Edit a section; ``generated`` says that sentences made from figures stand before the text."""
        self.key = key
        self.title.setText(title)
        self.box.setAccessibleName(_("Nội dung mục {title}").format(title=title))
        words = _("Mỗi dòng là một đoạn. Dòng mở đầu bằng dấu “-” hoặc số “1.” được in thành một ý.")
        if generated:
            words = _("In sau các câu tự lập từ số liệu. {rest}").format(rest=words)
        self.note.setText(words)
        self.show_texts()
        self.show_state()

    def show_texts(self) -> None:
        """Show the text of the section."""
        self.box.setReadOnly(not self.desk.may_write)
        self.box.show_text(self.desk.writing.text(self.key) if self.key else "")
        self.show_state()

    def commit(self) -> None:
        """Give the desk the text, with what is being composed."""
        if self.key:
            self.desk.set_text(self.key, self.box.text())

    def show_state(self) -> None:
        """Show what refuses the text too."""
        super().show_state()
        words = self.desk.problems.get(self.key, "") or self.desk.problems.get("", "")
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        look.mark(self._well, state="error" if words else "")


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
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._area = area
        self.body.addWidget(area, 1)

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
