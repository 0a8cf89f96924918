"""The frame round every page: context bar above, status line below, toast, and the panel at the side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.i18n import _
from app.periods import choices, is_locked, standing
from db.questions import shown_day
from ui import look, shortcuts
from ui.buttons import Button, KeyCap, Pressable, StateChip
from ui.changes import changes
from ui.look import colour, font, px
from ui.parts import Hairline, IconLabel, Label, Panel, clear, column, row, spaced
from ui.session import Session, Toast
from ui.style import rounded


class ContextButton(Pressable):
    """A part of the context: its kind in small words, its value, a caret. Pressing it offers others."""

    keys = (Qt.Key.Key_Down,)

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.signals.changed.connect(self.updateGeometry)

    def set_value(self, words: str) -> None:
        """Show another value."""
        self.setText(words)
        self.setAccessibleName(f"{self._kind}: {words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Give both words room."""
        small, strong = QFontMetrics(font("body")), QFontMetrics(font("strong"))
        return QSize(
            small.horizontalAdvance(self._kind) + strong.horizontalAdvance(self.text()) + px(42), max(px(32), strong.height() + px(6))
        )

    def minimumSizeHint(self) -> QSize:
        """Let the value be cut in a narrow window."""
        return QSize(px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint kind, value and caret."""
        painter, rect = QPainter(self), self.rect()
        if self.underMouse():
            rounded(painter, rect, colour("hover"), None)
        if self.hasFocus():
            rounded(painter, rect, None, colour("accent"), 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("body"))
        painter.setPen(colour("ink2"))
        painter.drawText(rect.adjusted(px(4), 0, 0, 0), middle, self._kind)
        left = px(4) + painter.fontMetrics().horizontalAdvance(self._kind) + px(8)
        painter.setFont(font("strong"))
        painter.setPen(colour("ink"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width() - left - px(24))
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(rect.adjusted(left, 0, 0, 0), middle, shown)
        painter.drawPixmap(rect.right() - px(18), rect.center().y() - px(7), look.pixmap("caret-down", "ink2", 14))


class ContextBar(Panel):
    """Unit · period · state, always there; at the right the search over everything."""

    def __init__(self, session: Session) -> None:
        super().__init__("surface", "b", height=44)
        self._session = session
        self.unit, self.period = ContextButton(_("Đơn vị")), ContextButton(_("Kỳ"))
        self.state = StateChip("locked", icon="calendar-blank")
        self.search = Button(_("Tìm người, màn hình, lệnh"), "", "magnifying-glass", tip=_("Tìm người, màn hình, lệnh (Ctrl+K)"))
        self.search.setProperty("align", "left")
        self.search.setProperty("kind", "field")
        self.search.setFont(font("body"))
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search_cap = KeyCap("Ctrl+K")
        look.follow(self.search, lambda one: one.setMinimumWidth(px(250)))
        divider = Hairline(upright=True)
        look.follow(divider, lambda one: one.setFixedHeight(px(20)))
        self.setLayout(row(self.unit, divider, self.period, self.state, None, self.search, self.search_cap, gap=10, edge=(12, 5, 12, 6)))
        self.unit.clicked.connect(self._offer_units)
        self.period.clicked.connect(self._offer_periods)
        session.context_changed.connect(self.refresh)
        changes.records_changed.connect(self._changed)
        self.refresh()

    def _changed(self, _type_name: str) -> None:
        self.refresh()  # an approval locks its period, a unit gets another name

    def fit(self, effective: float) -> None:
        """Keep the context readable in a narrow window: the search shrinks to its icon first."""
        roomy = effective >= 1180
        self.search.setText(_("Tìm người, màn hình, lệnh") if roomy else "")
        self.search.setMinimumWidth(px(250) if roomy else px(40))
        self.search_cap.setVisible(effective >= 1000)

    def refresh(self) -> None:
        """Show the context of now."""
        session = self._session
        self.unit.set_value(session.unit_name())
        self.period.set_value(_(session.period.name))
        self.period.setToolTip(f"{shown_day(session.period.start)} – {shown_day(session.period.end)}")
        locked = is_locked(session.store, session.period)
        words = _(standing(session.period, session.today, locked))
        self.state.set_state("locked", words, "lock-simple" if locked else "calendar-blank")

    def _offer_units(self) -> None:
        from app import unit_tree
        from ui.chooser import Chooser
        from ui.lookup import Option

        session = self._session

        def offer(typed: str) -> list[Option]:
            found = unit_tree.choices(session.store, session.own_unit, session.period, typed)
            return [Option(one.uid, "\u2003" * one.depth + one.label, one.code, _(one.detail)) for one in found]

        Chooser.of(self.unit, _("Tìm đơn vị")).open(offer, session.unit, session.set_unit)

    def _offer_periods(self) -> None:
        from ui.chooser import Chooser
        from ui.lookup import Option

        session = self._session

        def offer(typed: str) -> list[Option]:
            found = choices(session.store, session.period, session.today, typed)
            return [Option(one, _(one.name), one.code, f"{shown_day(one.start)} – {shown_day(one.end)}") for one in found]

        Chooser.of(self.period, _("Tìm kỳ, ví dụ 2019")).open(offer, session.period, session.set_period)


class StatusLine(Panel):
    """At most five keys of this very place; at the right facts about drafts and backups. Never a message."""

    def __init__(self, session: Session) -> None:
        super().__init__("nav", "t", height=30)
        self._narrow = False
        self._shown: list[tuple[str, str]] = []
        self._keys = QHBoxLayout()
        spaced(self._keys, 16)
        self._draft_icon, self._draft = IconLabel("floppy-disk", "ink2", "", 14), Label("", "small", "ink2")
        self._fact_icon, self.fact = IconLabel("shield-check", "ink2", "", 14), Label("", "small", "ink2")
        layout = row(gap=6, edge=(16, 3, 12, 3))
        layout.addLayout(self._keys)
        layout.addStretch(1)
        for part in (self._draft_icon, self._draft, self._fact_icon, self.fact):
            layout.addWidget(part)
        self.setLayout(layout)
        self.show_draft("")
        self.show_fact("", "shield-check", "ink2")
        session.keys_asked.connect(self.show_keys)
        session.draft_saved.connect(self.show_draft)

    def fit(self, effective: float) -> None:
        """Show fewer keys, and the age of the backup only when it is red, where there is no room."""
        narrow = effective < 1000
        if narrow != self._narrow:
            self._narrow = narrow
            self.show_keys(self._shown)
            self._show_parts()

    def show_keys(self, keys: list[tuple[str, str]]) -> None:
        """Show keys and verbs."""
        self._shown = keys
        clear(self._keys)
        for key, verb in keys[: 4 if self._narrow else 5]:
            self._keys.addLayout(row(KeyCap(key), Label(verb, "small", "ink2"), gap=6))

    @property
    def draft(self) -> str:
        """When the draft was kept, in words; '' when nothing is said."""
        return self._draft.text()

    def show_draft(self, words: str) -> None:
        """Say when the draft was kept."""
        self._draft.setText(words)
        for part in (self._draft, self._draft_icon):
            part.setVisible(bool(words))

    def show_fact(self, words: str, icon: str, ink: str) -> None:
        """Say how old the last backup is."""
        self.fact.setText(words)
        self.fact.set_ink(ink)
        self._fact_icon.set_icon(icon, ink, words)
        self._show_parts()

    def _show_parts(self) -> None:
        words = self.fact.text()
        self._fact_icon.setVisible(bool(words))
        self.fact.setVisible(bool(words) and not self._narrow)


class ToastBox(QWidget):
    """Says for ten seconds that something is done; Ctrl+Z takes it back."""

    SECONDS = 10

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._undo: object = None
        self._open: object = None
        self._icon, self._words = IconLabel("check-circle", "ok", "", 18), Label()
        self._go = Button(_("Mở"), "link", pressed=self.open)
        self._button = Button(_("Hoàn tác"), "link", pressed=self.undo)
        self._cap = KeyCap("Ctrl+Z")
        self.setLayout(row(self._icon, self._words, 8, self._go, self._button, self._cap, gap=8, edge=(14, 8, 14, 8)))
        self._back: QWidget | None = None
        self._is_free = True
        self.foot: Callable[[], int] = lambda: 0
        """Gives the height of what stands at the foot of the page and must stay in sight."""
        self._has_key = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run_out)
        self._shortcuts = shortcuts.bind(over, "window", {"to_toast": self.focus})
        self.hide()

    def show_toast(self, toast: Toast) -> None:
        """Show it, in place of the one before."""
        self.give_back()
        self._undo, self._open, self._has_key = toast.undo, toast.open, True
        self._words.setText(toast.words)
        state = look.STATES["ok" if toast.open is None else "warning"]
        self._icon.set_icon(state.icon, state.ink, "")
        self._go.setVisible(toast.open is not None)
        self.setAccessibleName(toast.words)
        for part in (self._button, self._cap):
            part.setVisible(toast.undo is not None)
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._timer.start(self.SECONDS * 1000)

    @property
    def can_undo(self) -> bool:
        """Whether something can be taken back now."""
        return self.isVisible() and self._undo is not None

    @property
    def has_key(self) -> bool:
        """Whether Ctrl+Z takes it back: not once something was typed since, then only the button does."""
        return self.can_undo and self._has_key

    def leave_key(self) -> None:
        """Leave Ctrl+Z to what is being typed."""
        self._has_key = False
        self._cap.hide()
        if self.isVisible():
            self.adjustSize()
            self.place()

    def undo(self) -> None:
        """Take back what the toast says."""
        undo, self._undo = self._undo, None
        self.give_back()
        self.hide()
        if callable(undo):
            undo()

    def open(self) -> None:
        """Go to what the toast says."""
        go, self._open = self._open, None
        self.hide()
        if callable(go):
            go()

    def _is_here(self) -> bool:
        return self._button.hasFocus() or self._go.hasFocus()

    def focus(self) -> None:
        """Put the focus on the way there, else on the way to take it back; from either, back to where it was."""
        if self._is_here():
            self.give_back()
            focused = QApplication.focusWidget()
            if focused is not None:  # the walk through the problems goes on
                self._answer(False)
                QApplication.sendEvent(focused, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier))
                self._answer(self.isVisible())
        elif self.can_undo:
            self._back = QApplication.focusWidget()
            (self._button if self._open is None else self._go).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_back(self) -> None:
        """Put the focus where it was before."""
        back, self._back = self._back, None
        if self._is_here() and back is not None and isValid(back):
            while not back.isVisible() or back.focusPolicy() == Qt.FocusPolicy.NoFocus:  # a cell: its table knows which
                back = back.parentWidget()
                if back is None:
                    return
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _run_out(self) -> None:
        if self._is_here():  # somebody is here: the time begins anew
            self._timer.start(self.SECONDS * 1000)
        else:
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.give_back()
            self.hide()
            return
        super().keyPressEvent(event)

    def free_key(self, is_free: bool) -> None:
        """Leave the key to a page that has it for itself (``is_free`` False); there Ctrl+Z and the button still take back."""
        self._is_free = is_free
        self._answer(self.isVisible())

    def _answer(self, on: bool) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on and self._is_free)

    def showEvent(self, event: QShowEvent) -> None:
        """Answer its key from now on."""
        super().showEvent(event)
        self._answer(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave its key to the page."""
        super().hideEvent(event)
        self._answer(False)

    def place(self) -> None:
        """Stand bottom centre, above the status line and the buttons of a form."""
        over = self.parentWidget()
        if over is not None:
            self.adjustSize()
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - px(42) - self.foot())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint surface and edge."""
        rounded(QPainter(self), self.rect(), colour("surface"), colour("border"), 1, radius=6)


class SidePanel(Panel):
    """What is beside the record on demand (F9): checks, history, notes; filled by who knows the record."""

    turned = Signal()
    """It was opened or closed: the page has another width."""

    def __init__(self) -> None:
        super().__init__("surface", "l")
        self._title = Label("", "section")
        self._close = Button(_("Đóng ngăn (F9)"), "quiet", "x", self.hide, only_icon=True)
        self._body = QVBoxLayout()
        head = Panel("surface", "b", row(self._title, None, self._close, edge=(14, 4, 6, 4)), 44)
        layout = column(head, gap=0, edge=(1, 0, 0, 0))
        layout.addLayout(self._body)
        self.setLayout(layout)
        self._wide = 320
        look.follow(self, lambda one: one.setFixedWidth(px(one._wide)))  # noqa: SLF001
        self.hide()

    def fit(self, effective: float) -> None:
        """Take less room where there is little (window width ÷ text scale)."""
        self._wide = 320 if effective >= 1000 else 260
        self.setFixedWidth(px(self._wide))

    def show_widget(self, title: str, widget: QWidget) -> None:
        """Show a widget under a title."""
        self._title.setText(title)
        clear(self._body)
        self._body.addWidget(widget)
        self.show()

    def setVisible(self, visible: bool) -> None:
        """Open or close it."""
        changed = visible == self.isHidden()
        super().setVisible(visible)
        if changed:
            self.turned.emit()

    @property
    def taken(self) -> int:
        """The width in pixels it takes from the page."""
        return 0 if self.isHidden() else self.width()
