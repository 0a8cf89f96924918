"""Small parts of the import page: the steps at its head, a button that offers a choice, and the bar of work that takes time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.i18n import _
from ui import look
from ui.buttons import Button, Pressable
from ui.jobs import SHOWN_AFTER, Job
from ui.look import colour, font, px
from ui.parts import Label, ProgressLine, column, row
from ui.style import rounded


class Offer(NamedTuple):
    """One choice: its key, its words, and the group it stands in ('' before all groups)."""

    key: str
    words: str
    group: str = ""


class Chooser(Pressable):
    """Shows what is chosen; Enter, Space, Down or a click offer the others. ``kind`` names it for who cannot see."""

    chosen = Signal(str)
    keys = (Qt.Key.Key_Down,)

    def __init__(self, kind: str, offers: Sequence[Offer] = (), key: str = "") -> None:
        super().__init__()
        self._kind, self._offers, self.key = kind, list(offers), key
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)
        look.follow(self, Chooser._restyle)
        self.choose(key)

    def _restyle(self) -> None:
        self.setFont(font("body"))
        self.updateGeometry()

    def set_offers(self, offers: Sequence[Offer], key: str) -> None:
        """Offer something else."""
        self._offers = list(offers)
        self.choose(key)

    def choose(self, key: str) -> None:
        """Show another choice, quietly."""
        self.key = key
        self.setText(next((one.words for one in self._offers if one.key == key), ""))
        self.setAccessibleName(f"{self._kind}: {self.text()}")
        self.updateGeometry()
        self.update()

    def menu(self) -> QMenu:
        """Make the menu of all choices."""
        menu = QMenu(self)
        group = ""
        for one in self._offers:
            if one.group != group:
                group = one.group
                menu.addSeparator()
                head = QAction(group, menu)
                head.setEnabled(False)
                menu.addAction(head)
            action = QAction(one.words.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(one.key == self.key)
            action.triggered.connect(lambda _on=False, key=one.key: self._take(key))
            menu.addAction(action)
            if one.key == self.key:
                menu.setActiveAction(action)
        menu.aboutToHide.connect(menu.deleteLater, Qt.ConnectionType.QueuedConnection)
        return menu

    def open(self) -> None:
        """Offer the choices below the button."""
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    def _take(self, key: str) -> None:
        if key != self.key:
            self.choose(key)
            self.chosen.emit(key)

    def sizeHint(self) -> QSize:
        """Give words and caret room."""
        metrics = QFontMetrics(font("body"))
        return QSize(min(px(300), max(px(150), metrics.horizontalAdvance(self.text()) + px(44))), max(px(32), metrics.height() + px(8)))

    def minimumSizeHint(self) -> QSize:
        """Let the words be cut."""
        return QSize(px(110), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it like a field with a caret."""
        painter = QPainter(self)
        state = self.property("state")
        edge, width = colour("border"), 1
        if self.hasFocus():
            edge, width = colour("accent"), 2
        elif state:
            edge, width = colour(f"{state}_edge"), 2
        ground = colour(f"{state}_ground" if state else "hover" if self.underMouse() else "surface")
        rounded(painter, self.rect(), ground if self.isEnabled() else colour("raised"), edge, width)
        room = self.rect().adjusted(px(10), 0, -px(28), 0)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(colour("ink" if self.isEnabled() else "ink3"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.drawPixmap(self.width() - px(24), (self.height() - px(14)) // 2, look.pixmap("caret-down", "ink2", 14))


class Steps(QWidget):
    """The steps of a page: those done with a check, the one of now filled, later ones in outline."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words, self.now = list(words), 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, lambda one: one.setFixedHeight(max(px(34), QFontMetrics(font("strong")).height() + px(10))))
        self.set_now(0)

    def set_now(self, step: int) -> None:
        """Be at another step."""
        self.now = step
        self.setAccessibleName(_("Bước {n} trên {all}: {what}").format(n=step + 1, all=len(self._words), what=self._words[step]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circles, words and the lines between."""
        painter, left, middle = QPainter(self), px(16), self.height() // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(28)
        for step, words in enumerate(self._words):
            circle = QRect(left, middle - side // 2, side, side)
            half = QRectF(circle).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(colour("accent" if step == self.now else "soft_line" if step < self.now else "border"))
            painter.setBrush(colour("accent" if step == self.now else "ok_ground" if step < self.now else "surface"))
            painter.drawEllipse(half)
            if step < self.now:
                painter.drawPixmap(circle.center().x() - px(8) + 1, middle - px(8), look.pixmap("check", "ok", 16))
            else:
                painter.setFont(font("strong"))
                painter.setPen(colour("on_accent" if step == self.now else "ink2"))
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(step + 1))
            left += side + px(8)
            role = "strong" if step == self.now else "body"
            painter.setFont(font(role))
            painter.setPen(colour("ink" if step == self.now else "ink2"))
            wide = QFontMetrics(font("strong")).horizontalAdvance(words) + 2
            painter.drawText(QRect(left, 0, wide, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
            left += wide + px(8)
            if step + 1 < len(self._words):
                painter.fillRect(left, middle, px(36), 1, colour("line"))
                left += px(44)


class WorkBar(QWidget):
    """Says what is being done, how far it is, and lets it be stopped; it shows itself after 300 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._words, self._bar = Label("", "medium"), ProgressLine()
        self.stop = Button(_("Dừng"), icon="x", pressed=self.cancel)
        self.setLayout(column(row(self._words, None, self.stop), self._bar, gap=6, edge=(16, 4, 16, 8)))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SHOWN_AFTER)
        self._later.timeout.connect(self.show)
        self.hide()

    def follow_job(self, job: Job, words: str) -> None:
        """Show a job until it ends; call it before others listen, so that they find it idle."""
        self._job = job
        self._words.setText(words)
        self._bar.set_share(None)
        job.progressed.connect(lambda done, total: self._bar.set_share(done / total if total else None))
        job.done.connect(lambda _result: self._ended(job))
        job.failed.connect(lambda _error: self._ended(job))
        self._later.start()

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._job is not None

    def cancel(self) -> None:
        """Stop what is being done."""
        if self._job is not None:
            self._job.cancel()

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._later.stop()
            self.hide()
