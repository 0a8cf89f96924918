"""The first run: unit, person, recovery code (shown once, printed as a sheet, one group typed back), then the office is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QLineEdit, QRadioButton, QStackedWidget, QWidget

from app.i18n import _
from db import keystore
from db.errors import ExpectedError
from db.keystore import Unlocked
from ui import look, messages
from ui.brand import brand
from ui.buttons import Button
from ui.code_page import CodePage, proving
from ui.gate import Fields, Gate, Note, PasswordField, maker
from ui.jobs import Job
from ui.look import colour, font, px
from ui.parts import Label, Panel, column, row
from ui.steps import State, draw_circle, said_state

STEPS = ("Đơn vị", "Người dùng", "Mã khôi phục")


class Step(QWidget):
    """One step of the wizard: a circle that is done, now or later, and its name."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self._number, self._name = number, name
        self._state: State = "later"
        look.follow(self, lambda one: one.setMinimumHeight(px(40)))

    def set_state(self, state: State) -> None:
        """Be ``done``, ``now`` or ``later``."""
        self._state = state
        self.setAccessibleName(f"{self._number}. {self._name}: {said_state(state)}")
        self.update()

    def sizeHint(self) -> QSize:
        """Give circle and name room."""
        return QSize(px(200), px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circle and name."""
        painter, side = QPainter(self), px(28)
        draw_circle(painter, (self.height() - side) // 2, self._number, self._state)
        painter.setFont(font("strong" if self._state == "now" else "body"))
        painter.setPen(colour("ink2" if self._state == "later" else "ink"))
        painter.drawText(self.rect().adjusted(side + px(12), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._name)


class FirstRun(Gate):
    """Makes an office in an empty folder; ``made`` gives its keys when the code is safe."""

    made = Signal(object)
    demo_asked = Signal()
    left = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__(1000)
        self._folder = folder
        self._unlocked: Unlocked | None = None
        self._finished = False
        self.steps = [Step(number, _(name)) for number, name in enumerate(STEPS, 1)]
        self.stack = QStackedWidget()
        self.back = Button(_("Quay lại"), "quiet", "arrow-left", self._back)
        self.later = Button(_("Xem dữ liệu mẫu"), "", "flask", self.demo_asked.emit)
        self.onward = Button(_("Tiếp tục"), "filled", pressed=self._onward)
        self.note = Note()
        self._build_unit()
        self._build_person()
        self.code_page: CodePage | None = None
        self._making, self._verb = False, ""
        self.card.body.addLayout(self._whole())
        self.under.setText(_("Dữ liệu nằm ở {folder}").format(folder=folder))
        look.follow(self.card, lambda one: one.setMinimumHeight(min(px(560), 660)))
        self._show(0)
        self._fit()

    def _whole(self) -> QLayout:
        sides = row(gap=0)
        later = _("Trừ mã đơn vị, mọi mục đổi được sau này trong mục Cài đặt.")
        names = column(
            row(brand(28), Label("Nền Nếp", "section"), None, gap=10), Label(_("Thiết lập lần đầu, khoảng 3 phút"), "small", "ink2"), 10,
            *self.steps, None, Label(later, "small", "ink2", wrap=True), gap=4, edge=(24, 26, 20, 24),
        )  # fmt: skip
        left = self._left = Panel("nav", "r", names)
        look.follow(left, lambda one: one.setFixedWidth(px(268)))
        foot = Panel("raised", "t", row(self.back, None, self.later, self.onward, gap=8, edge=(36, 10, 36, 10)))
        right = column(gap=0)
        right.addWidget(self.stack, 1)
        right.addLayout(row(self.note, edge=(36, 0, 36, 10)))
        right.addWidget(foot)
        sides.addWidget(left)
        sides.addLayout(right, 1)
        return sides

    def _fit(self) -> None:
        """Leave out the names of the steps where the screen is too narrow for the text."""
        super()._fit()
        if hasattr(self, "_left"):
            self._left.setVisible(self.card.width() >= px(920))

    @staticmethod
    def _field(words: str, hint: str = "") -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(words)
        made.setPlaceholderText(hint)
        return made

    def _build_unit(self) -> None:
        self.code = self._field(_("Mã đơn vị"), _("Ví dụ DV07"))
        self.name = self._field(_("Tên đơn vị"), _("Ví dụ Ban CHQS huyện Kim Lộc"))
        self.parent_code = self._field(_("Mã đơn vị cấp trên"), _("Bỏ trống nếu không có"))
        self.levels = {"province": QRadioButton(_("Cấp tỉnh")), "district": QRadioButton(_("Cấp huyện"))}
        self.levels["district"].setChecked(True)
        self.unit_fields = Fields(self._onward, self.name, self.code, tuple(self.levels.values()), self.parent_code)
        said = self.unit_fields.notes
        page = QWidget()
        intro = _("Đơn vị lập báo cáo bằng phần mềm này. Tên, mẫu văn bản và các đơn vị cấp dưới khai thêm sau.")
        page.setLayout(
            column(
                Label(_("Đơn vị"), "page"), Label(intro, "body", "ink2", wrap=True), 10,
                Label(_("Tên đơn vị"), "medium", "ink2"), self.name, said[self.name], 6,
                Label(_("Mã đơn vị (không đổi được về sau)"), "medium", "ink2"), self.code, said[self.code], 6,
                Label(_("Cấp"), "medium", "ink2"), row(*self.levels.values(), None, gap=20), 6,
                Label(_("Mã đơn vị cấp trên"), "medium", "ink2"), self.parent_code, said[self.parent_code], None,
                gap=6, edge=(36, 30, 36, 10),
            )
        )  # fmt: skip
        self.stack.addWidget(page)

    def _build_person(self) -> None:
        self.user = self._field(_("Tên đăng nhập"))
        self.user.setText("admin")
        self.first, self.second = PasswordField(_("Mật khẩu")), PasswordField(_("Nhập lại mật khẩu"))
        self.person_fields = Fields(self._onward, self.user, self.first, self.second)
        said = self.person_fields.notes
        page = QWidget()
        intro = _("Người đầu tiên có mọi quyền; thêm người khác trong mục Cài đặt. Mật khẩu nên là một câu ngắn dễ nhớ.")
        page.setLayout(
            column(
                Label(_("Người dùng"), "page"), Label(intro, "body", "ink2", wrap=True), 10,
                Label(_("Tên đăng nhập"), "medium", "ink2"), self.user, said[self.user], 6,
                Label(_("Mật khẩu"), "medium", "ink2"), self.first, self.first.caps, said[self.first], 6,
                Label(_("Nhập lại mật khẩu"), "medium", "ink2"), self.second, said[self.second], 4,
                row(maker(self.first, self.second), None), None,
                gap=6, edge=(36, 30, 36, 10),
            )
        )  # fmt: skip
        self.stack.addWidget(page)

    def _show_code(self, code: str) -> None:
        intro = _(
            "Khi mọi người đều quên mật khẩu, chỉ mã này mở được dữ liệu. Mã chỉ hiện một lần. In ra, niêm phong, giao thủ trưởng giữ."
        )
        page = self.code_page = CodePage(code, self.name.text().strip(), _("Mã khôi phục"), intro)
        page.changed.connect(lambda: self.onward.setEnabled(page.is_ready))
        page.entered.connect(self._onward)
        self.stack.addWidget(page)

    # -- walking -----------------------------------------------------------------------------------------------------

    def _show(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        for number, one in enumerate(self.steps):
            one.set_state("done" if number < step else "now" if number == step else "later")
        self.back.setVisible(step == 1)
        self.later.setVisible(step == 0)
        self.onward.setText(_("Tạo dữ liệu") if step == 1 else _("Bắt đầu làm việc") if step == 2 else _("Tiếp tục"))
        self.onward.setEnabled(step != 2)
        self.note.say("")
        first = self.code_page.printing if self.code_page is not None and step == 2 else (self.name, self.first)[min(step, 1)]
        first.setFocus()

    def _back(self) -> None:
        self._show(0)

    def _onward(self) -> None:
        step = self.stack.currentIndex()
        if step == 0:
            if not self.name.text().strip():
                self.unit_fields.say(self.name, _("Hãy điền tên đơn vị."))
            elif not self.code.text().strip():
                self.unit_fields.say(self.code, _("Hãy điền mã đơn vị."))
            elif self._is_named():
                self._show(1)
        elif step == 1:
            self._create()
        elif self.code_page is not None and self.code_page.is_ready and self._unlocked is not None and not self._making:
            self._start(proving(self._unlocked, self.code_page.code), self._proved, _("Đang mở…"))

    def _start(self, job: Job, done: Callable[..., object], words: str) -> None:
        """Begin what takes a moment: the button says so, and nothing can be pressed twice."""
        self._making, self._verb = True, self.onward.text()
        self.onward.setText(words)
        for part in (self.onward, self.back):
            part.setEnabled(False)
        job.done.connect(done)
        job.failed.connect(self._failed)
        job.start()

    def _proved(self, unlocked: Unlocked) -> None:
        self._making, self._finished = False, True
        self.made.emit(unlocked)

    def _is_named(self) -> bool:
        """Put the unit's answers as its record will hold them; say at the field what cannot be, and give False then."""
        from app import office

        fields = {"unit": self.code, "unit-name": self.name, "unit-parent": self.parent_code}
        try:
            answers = office.named(self.code.text(), self.name.text(), self.parent_code.text())
        except ExpectedError as error:
            self.unit_fields.say(fields[error.code], _(str(error)))
            return False
        for field, answer in zip(fields.values(), answers, strict=True):
            field.setText(answer or "")
        self.unit_fields.clear()
        return True

    def _create(self) -> None:
        if self._making:
            return
        if self.first.text() != self.second.text():
            self.person_fields.say(self.second, _("Hai lần nhập mật khẩu không giống nhau."))
            return
        self.note.say("")
        self.person_fields.clear()
        level = next(name for name, button in self.levels.items() if button.isChecked())
        parent = self.parent_code.text() or None
        given = (self.code.text(), self.name.text(), level, parent, self.first.text(), self.user.text().strip())
        self._start(Job(_create, self._folder, *given), self._created, _("Đang tạo…"))

    def _created(self, found: tuple[Unlocked, str]) -> None:
        self.first.clear()
        self.second.clear()
        self._making = False
        self._unlocked, code = found
        self._show_code(code)
        self._show(2)

    def _failed(self, error: BaseException) -> None:
        self._making = False
        self.onward.setText(self._verb)
        for part in (self.onward, self.back):
            part.setEnabled(True)
        field = {"weak": self.first, "user-id": self.user}.get(error.code) if isinstance(error, ExpectedError) else None
        if field is not None:
            self.person_fields.say(field, _(str(error)))
        elif isinstance(error, ExpectedError):
            self.note.say(_(str(error)))
        else:
            messages.show_error(self, error)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed early: it is asked whether the code is safe; while the office is made its code is still to come."""
        if self._making or (self.code_page is not None and not self._finished and not self.code_page.may_close()):
            event.ignore()
            return
        event.accept()
        if not self._finished:
            self.left.emit()


def _create(folder: Path, code: str, name: str, level: str, parent: str | None, password: str, user: str) -> tuple[Unlocked, str]:
    from app import office

    recovery = office.create(folder, code, name, level, parent, password, user=user, unproved=True)
    return keystore.unlock(folder, user, password), recovery
