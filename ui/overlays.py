"""Small panes over a form: one line to type (a reason, the name of a field), and a form inside the form for a new linked record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.i18n import _
from ui import look
from ui.look import colour, px
from ui.lookup import Option, Popup
from ui.parts import Label
from ui.pickers import ranked
from ui.style import rounded

WITHIN = Qt.WindowType.SubWindow
"""The kind of a pane over a page: a child like others, only that Tab goes round inside of it and never to what it covers."""


class Line(QLineEdit):
    """A line that loses no preedit to Enter."""

    def __init__(self) -> None:
        super().__init__()
        self._preedit = ""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Keep what is being composed in mind."""
        super().inputMethodEvent(event)
        self._preedit = event.preeditString()

    def commit(self) -> str:
        """Make it part of the text; give the text."""
        if self._preedit:
            done = QInputMethodEvent()
            done.setCommitString(self._preedit)
            QApplication.sendEvent(self, done)
        return self.text()


class LinePane(QWidget):
    """A title, a line, and what Enter and Esc do. With ``options`` it is a search among them.

    ``needed`` is said beside the line, which stays, when Enter is pressed with nothing in it; '' lets it be empty.
    """

    done = Signal(str)
    picked = Signal(object)
    dropped = Signal()

    def __init__(self, parent: QWidget, title: str, verb: str, text: str = "", options: Sequence[Option] = (), needed: str = "") -> None:
        super().__init__(parent, WITHIN)
        self._over = parent
        self._needed = needed
        self._options, self._offered = options, list(options)
        self.line = Line()
        self.line.setText(text)
        self.line.setAccessibleName(title)
        self.line.setFont(look.font())
        label = Label(title, "medium", wrap=True)
        hint = Label(_("Enter {verb} · Esc thôi").format(verb=verb), "small", "ink3")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(10))
        layout.setSpacing(px(6))
        self.wrong = Label(needed, "small_medium", "error", wrap=True)
        self.wrong.hide()
        for widget in (label, self.line, self.wrong, hint):
            layout.addWidget(widget)
        self.line.textChanged.connect(lambda _text: self._say_wrong(False))
        if options:
            self.line.textChanged.connect(self._offer)

    def open_at(self, spot: QPoint, width: int) -> None:
        """Show it at ``spot`` of its parent, inside of that."""
        parent = self._over
        width = min(width, parent.width() - px(24))
        self.setFixedWidth(width)
        self.adjustSize()
        x = max(px(12), min(spot.x(), parent.width() - width - px(12)))
        y = max(px(8), min(spot.y(), parent.height() - self.height() - px(8)))
        self.move(x, y)
        self.raise_()
        self.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
        if self._options:
            self._offer(self.line.text())

    def _offer(self, text: str) -> None:
        self._offered = ranked(self._options, text)
        Popup.of(self).offer(self.line, self._offered, 0, self._pick)

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self._offered):
            option = self._offered[index]
            self._end()
            self.picked.emit(option.value)

    def _say_wrong(self, wrong: bool) -> None:
        """Say that the line may not be empty, or no longer."""
        if wrong == self.wrong.isHidden():
            self.wrong.setVisible(wrong)
            self.line.setAccessibleDescription(self._needed if wrong else "")
            look.mark(self.line, state="error" if wrong else "")
            self.adjustSize()

    def _end(self) -> None:
        Popup.of(self).close_for(self.line)
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take, drop, or walk the list; nothing reaches the form behind."""
        key = event.key()
        popup = Popup.of(self)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._options:
                self._pick(popup.current)
            elif (text := self.line.commit()).strip() or not self._needed:
                self._end()
                self.done.emit(text)
            else:
                self._say_wrong(True)
        elif key == Qt.Key.Key_Escape:
            self._end()
            self.dropped.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._options:
            popup.go_to(popup.current + (1 if key == Qt.Key.Key_Down else -1))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and edge."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("border"), 1, radius=6)


class FormPane(QWidget):
    """A form for a new linked record, over the form that needs it."""

    def __init__(self, parent: QWidget, form: QWidget, closed: Callable[[], object]) -> None:
        super().__init__(parent, WITHIN)
        self._over = parent
        self.form, self._closed = form, closed
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(form)
        parent.installEventFilter(self)
        self.fit()
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay inside the parent when that changes its size."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Take most of the parent."""
        parent = self._over
        width, height = min(parent.width() - px(32), px(680)), min(parent.height() - px(40), px(460))
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 2, width, height)

    def end(self) -> None:
        """Take it away; the focus goes back."""
        self.drop()
        self._closed()

    def drop(self) -> None:
        """Take it away."""
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let no key through to the form behind."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an edge that stands out."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("accent"), 2, radius=6)
