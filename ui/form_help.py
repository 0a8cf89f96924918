"""What F1 opens: the help of the field in focus, between the form and its buttons. It takes no focus and follows it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app import field_help
from app.i18n import _
from db.questions import Question
from ui.buttons import Button
from ui.form_face import Form
from ui.look import px
from ui.parts import Label, Panel, row, scrolled
from ui.shortcuts import key_of


class FormHelp(QWidget):
    """The help of one form; hidden until it is asked for."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self._title, self._text = Label("", "strong"), Label("", "small", "ink2", wrap=True)
        close = Button(_("Đóng trợ giúp"), "quiet", "x", self.close_it, only_icon=True, tip=key_of("form", "help"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(row(self._title, None, close, edge=(16, 6, 8, 0)))
        text = QWidget()
        text.setLayout(row(self._text, edge=(16, 0, 16, 10)))
        area = self._area = scrolled(text, bare=True)
        inner.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Panel("raised", "t", inner))
        self.question: Question | None = None
        self.hide()
        form.body.cell_entered.connect(self.follow_cell)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    @property
    def words(self) -> str:
        """What it says now."""
        return f"{self._title.text()}. {self._text.text()}" if not self.isHidden() else ""

    def toggle(self) -> None:
        """Open it for the field in focus, or close it."""
        if self.isHidden():
            self._say(announce=True)
        else:
            self.close_it()

    def fit(self) -> None:
        """Take what the text needs, at most two fifths of the form: the field must stay in sight."""
        form = self._form.pane
        needed = self._text.heightForWidth(max(px(200), form.width() - px(44))) + px(14)
        self._area.setFixedHeight(max(px(34), min(needed, form.height() * 2 // 5 - px(40))))

    def read_on(self) -> None:
        """Show the next lines of a text that has no room; after the last ones the first again."""
        bar = self._area.verticalScrollBar()
        bar.setValue(0 if bar.value() >= bar.maximum() else bar.value() + bar.pageStep())

    def close_it(self) -> bool:
        """Close it; tell whether it was open."""
        was = not self.isHidden()
        self.hide()
        return was

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not self.isHidden() and now is not None and self._form.pane.isAncestorOf(now):
            self._say()

    def follow_cell(self) -> None:
        """Another cell of the same table has the focus."""
        if not self.isHidden():
            self._say()

    def _say(self, announce: bool = False) -> None:
        here = self._form.current()
        question = here.question if here is not None else None
        if question is None:
            return
        self.question = question
        self._title.setText(_(field_help.title(question)))
        self._text.setText(" ".join(_(line) for line in field_help.lines(question, self._form.entry.day())))
        self.setAccessibleName(f"{self._title.text()}. {self._text.text()}")
        self._area.verticalScrollBar().setValue(0)
        self.show()
        self.fit()
        focused = QApplication.focusWidget()
        if focused is not None:  # once the form is as high as it will be
            QTimer.singleShot(0, focused, lambda: self._form.area.ensureWidgetVisible(focused, 0, px(24)))
        if announce:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
