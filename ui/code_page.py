"""A code that is shown once: printed as a sheet, one group typed back; who closes before either is asked first."""

from __future__ import annotations

import secrets
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.i18n import _
from db.keystore import Unlocked
from ui import look, messages
from ui.buttons import Button
from ui.gate import CodeKind, CodeView, Note, print_sheet, recovery_code
from ui.jobs import Job
from ui.look import px
from ui.parts import Hairline, Label, column, row
from ui.sheet import Sheet

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def proving(unlocked: Unlocked, code: str) -> Job:
    """Give the job that takes a recovery code for read off paper, in an office that is not open."""
    from app import office

    return Job(office.prove_code, unlocked, code)


class CodePage(QWidget):
    """One code with its sheet and the field in which a group is typed back. The code is covered while somebody types there."""

    changed = Signal()
    """``is_ready`` may be another now."""
    entered = Signal()
    """Enter was pressed where nothing is left to do here."""

    def __init__(
        self,
        code: str,
        unit: str,
        title: str,
        intro: str,
        *,
        sealing: bool = True,
        edge: tuple[int, int, int, int] = (36, 30, 36, 10),
        kind: CodeKind | None = None,
    ) -> None:
        """Take the code in groups, and the name of the unit for the sheet. ``sealing`` also asks for the word that it is sealed.

        ``kind`` says what code it is; None: the recovery code.
        """
        super().__init__()
        self.code, self._unit, self._sealing = code, unit, sealing
        groups = code.split()
        self.asked = secrets.randbelow(len(groups))
        """Which group is to be typed back, from 0."""
        self.is_printed = False
        self._kind = kind or recovery_code()
        self.view = CodeView(code, self._kind.name)
        self.printing = Button(self._kind.verb, icon="printer", pressed=self._print)
        self.printed = Label("", "medium", "ok")
        name = _("Nhóm {n}").format(n=self.asked + 1)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(name)
        self.typed.setMaxLength(2 * max(map(len, groups)))
        look.follow(self.typed, lambda one: one.setFixedWidth(px(144)))
        self.hint = Label("", "small", "ink2", wrap=True)
        self.sealed = QCheckBox(_("Phiếu đã niêm phong và giao thủ trưởng đơn vị"))
        if not sealing:
            self.sealed.hide()
        self.note = Note("info", "ink2")
        asked = _("Nhìn phiếu, gõ nhóm số {n}. Các nhóm trên màn hình được che khi gõ.").format(n=self.asked + 1)
        back = row(Label(name, "body", "ink2"), self.typed, self.hint, gap=12)
        back.setStretch(2, 1)
        body = column(
            Label(title, "page" if sealing else "dialog", wrap=True), Label(intro, "body", "ink2", wrap=True), 4, self.view, 4,
            row(self.printing, self.printed, None, gap=14), 6, Hairline(), 8,
            Label(_("Chép lại để chắc chắn phiếu đọc được"), "strong", wrap=True), Label(asked, "body", "ink2", wrap=True),
            back, 6, self.sealed, self.note, None,
            gap=6, edge=edge,
        )  # fmt: skip
        self.setLayout(body)
        self.typed.installEventFilter(self)
        self.sealed.installEventFilter(self)
        self.typed.textChanged.connect(self._check)
        self.sealed.toggled.connect(self._check)
        self._check()

    # -- how it stands -----------------------------------------------------------------------------------------------

    @property
    def is_typed(self) -> bool:
        """Whether the asked group was typed back rightly."""
        return self.typed.text().strip() == self.code.split()[self.asked]

    @property
    def is_ready(self) -> bool:
        """Whether all that is asked for was done."""
        return self.is_typed and (self.sealed.isChecked() or not self._sealing)

    @property
    def is_safe(self) -> bool:
        """Whether the code stands on paper: printed, or typed back from what was written down."""
        return self.is_typed or self.is_printed

    def may_close(self) -> bool:
        """Ask before the code is gone from the screen, unless it is safe."""
        if self.is_safe:
            return True
        return messages.ask(self, self._kind.unsaved, self._kind.lost, _("Vẫn đóng"), _("Ở lại"))

    # -- doing -------------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        try:
            if print_sheet(self, self.code, self._unit, self._kind):
                self.is_printed = True
                self.printed.setText(_("Đã in lúc {time}").format(time=f"{datetime.now():%H:%M}"))
        except Exception as error:
            messages.show_error(self, error)

    def _check(self) -> None:
        typed, group = self.typed.text().strip(), self.code.split()[self.asked]
        wrong = len(typed) >= len(group) and typed != group
        if typed == group:
            self.hint.setText(_("Đúng"))
        elif wrong:
            self.hint.setText(_("Không khớp, hãy nhìn lại nhóm {n}").format(n=self.asked + 1))
        else:
            self.hint.setText(_("còn {n} ký tự").format(n=len(group) - len(typed)))
        look.mark(self.typed, state="error" if wrong else "")
        self.note.say("")
        self._cover()
        self.changed.emit()

    def _cover(self) -> None:
        self.view.set_covered(self.typed.hasFocus() or bool(self.typed.text()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the code while the field has the focus; Enter goes on, Esc shows the code again."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and watched is self.typed:
            handled = super().eventFilter(watched, event)
            self.view.set_covered(event.type() == QEvent.Type.FocusIn or bool(self.typed.text()))
            return handled
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in ENTER:
                self._enter()
                return True
            if event.key() == Qt.Key.Key_Escape and watched is self.typed:
                self.typed.clear()
                self.printing.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        if self.is_ready:
            self.entered.emit()
        elif not self.is_typed:
            self.typed.setFocus()
        else:
            self.sealed.setFocus()
            self.note.say(_("Đánh dấu bằng phím cách khi phiếu đã niêm phong."))


class CodeDialog(Sheet):
    """A new code over the window; closing it asks unless the code is safe."""

    def __init__(self, parent: QWidget, code: str, unit: str, title: str, intro: str, kind: CodeKind | None = None) -> None:
        super().__init__(parent, title, 508)
        self.page = CodePage(code, unit, title, intro, sealing=False, edge=(0, 0, 0, 0), kind=kind)
        self.done_button = Button(_("Đã cất giữ"), "filled", pressed=self.close)
        self.lay_out(column(self.page, edge=(24, 20, 24, 14)), row(None, self.done_button))
        self.page.entered.connect(self.close)
        self.page.printing.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first. Not in ``reject``: a screen that is locked closes dialogs by it, and does not wait for an answer."""
        if self.page.may_close():
            super().closeEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes as the X does."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)
