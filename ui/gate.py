"""Parts of what stands before the main window: the ground with one card in its middle, password fields, the recovery sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QLineEdit, QRadioButton, QVBoxLayout, QWidget

from app.i18n import _
from db.errors import ExpectedError
from ui import look
from ui.buttons import Button
from ui.look import colour, px
from ui.parts import Card, IconLabel, Label, column, row, scrolled
from ui.style import rounded


class Gate(QWidget):
    """A window of its own with one card in the middle; it scrolls where the screen is too small for the text."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self._wide = wide
        self.setWindowTitle("Nền Nếp")
        self.card = Card()
        self.under = Label("", "small", "ink3")
        self.under.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner = QWidget()
        inner.setLayout(column(None, row(None, self.card, None), self.under, None, gap=14, edge=(12, 12, 12, 12)))
        scroll = scrolled(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        look.signals.changed.connect(self._fit)
        room = self.screen().availableSize()
        self.resize(min(1366, room.width()), min(768, room.height()))
        self._fit()

    def _fit(self) -> None:
        self.card.setFixedWidth(min(px(self._wide), self.width() - 2 * px(12) - px(14)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._fit()


class PasswordField(QLineEdit):
    """A password, shown on demand; ``caps`` is a line that appears while Caps Lock seems to be on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self._eye = self.addAction(look.icon("eye", "ink2", 16), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setText(_("Hiện mật khẩu"))
        self._eye.triggered.connect(self._toggle)
        self.caps = Note("arrow-fat-up", "warning")

    def show_plain(self) -> None:
        """Show what is in it."""
        if self.echoMode() == QLineEdit.EchoMode.Password:
            self._toggle()

    def _toggle(self) -> None:
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._eye.setIcon(look.icon("eye-slash" if hidden else "eye", "ink2", 16))
        self._eye.setText(_("Che mật khẩu") if hidden else _("Hiện mật khẩu"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Guess Caps Lock from the case of letters: Qt cannot ask for it."""
        letter, shift = event.text(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if letter.isalpha() and letter.lower() != letter.upper():
            on = letter.isupper() != shift
            self.caps.say(_("Caps Lock đang bật") if on else "")
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps.say("")
        super().keyPressEvent(event)


def maker(first: PasswordField, second: PasswordField) -> Button:
    """Give the button that makes a password of four words for two fields, and shows it so that it can be written down."""

    def make() -> None:
        from app.passphrase import new_password

        made = new_password()
        for field in (first, second):
            field.show_plain()
            field.setText(made)
        first.setFocus()

    tip = _("Bốn từ ngẫu nhiên, không dấu; hãy chép lại trước khi tiếp tục")
    button = Button(_("Tạo mật khẩu"), "quiet", "key", make, tip=tip)
    button.setProperty("align", "left")
    return button


class Note(QWidget):
    """A line below a field: icon and words in the ink of a state; hidden while it has nothing to say."""

    def __init__(self, icon: str = "x-circle", ink: str = "error") -> None:
        super().__init__()
        self._icon, self._words = IconLabel(icon, ink, "", 16), Label("", "small_medium", ink, wrap=True)
        layout = row(self._icon, self._words, gap=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    @property
    def words(self) -> str:
        """What it says; '' when it is hidden."""
        return self._words.text()

    def say(self, words: str) -> None:
        """Say something; '' hides it."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class Fields(QObject):
    """Fields under each other: Enter leads to the next one, in the last one onward; what is wrong stands right below its field."""

    def __init__(self, onward: Callable[[], object], *fields: QLineEdit | Sequence[QRadioButton]) -> None:
        """Take the fields in order; buttons of which one is chosen are one field."""
        super().__init__()
        self._onward = onward
        self._rows: list[Sequence[QWidget]] = [(one,) if isinstance(one, QLineEdit) else one for one in fields]
        self.notes: dict[QWidget, Note] = {}
        for widget in (one for each in self._rows for one in each):
            widget.installEventFilter(self)
            if isinstance(widget, QLineEdit):
                self.notes[widget] = Note()
                widget.textChanged.connect(partial(self._unsay, widget))

    def say(self, field: QLineEdit, words: str) -> None:
        """Say below a field what is wrong with it, and put the focus there; the others say nothing."""
        self.clear()
        self.notes[field].say(words)
        look.mark(field, state="error")
        field.setFocus()
        field.selectAll()

    def clear(self) -> None:
        """Say nothing any more."""
        for field in self.notes:
            self._unsay(field)

    def _unsay(self, field: QWidget, _text: str = "") -> None:
        if self.notes[field].words:
            self.notes[field].say("")
            look.mark(field, state="")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on by Enter."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            here = next(number for number, each in enumerate(self._rows) if watched in each)
            if here + 1 == len(self._rows):
                self._onward()
            else:
                each = self._rows[here + 1]
                next((one for one in each if isinstance(one, QRadioButton) and one.isChecked()), each[0]).setFocus()
            return True
        return super().eventFilter(watched, event)


class CodeView(QWidget):
    """A code in eight numbered groups, to be read and copied by hand; not selectable, so that it stays off clipboards."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__()
        look.load_code_font()
        self.groups = code.split()
        self.is_covered = False
        self.setAccessibleName(name)
        self.setAccessibleDescription(" ".join(self.groups))
        look.follow(self, CodeView._size)

    def _size(self) -> None:
        self.setFixedHeight(px(94))
        widest = max(look.metrics("code").horizontalAdvance(group) for group in self.groups)
        self.setMinimumWidth(px(32) + 4 * (px(38) + widest))

    def set_covered(self, covered: bool) -> None:
        """Show dots in the place of the digits: what is typed back has to come from the sheet."""
        self.is_covered = covered
        self.setAccessibleDescription(_("Đang che") if covered else " ".join(self.groups))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint two rows of four."""
        painter = QPainter(self)
        rounded(painter, self.rect(), colour("raised"), colour("line"))
        wide = (self.width() - px(32)) / 4
        for place, group in enumerate(self.groups):
            x = round(px(20) + (place % 4) * wide)
            y = px(37) + (place // 4) * px(37)
            painter.setFont(look.font("small"))
            painter.setPen(colour("ink3"))
            painter.drawText(x, y, str(place + 1))
            painter.setFont(look.font("code"))
            painter.setPen(colour("ink"))
            painter.drawText(x + px(18), y, "•" * len(group) if self.is_covered else group)


@dataclass(frozen=True)
class CodeKind:
    """What is said about a code: its name, the verb that prints its sheet, the sheet's heading and paragraphs.

    ``unsaved`` and ``lost`` ask who closes before it is on paper.
    """

    name: str
    verb: str
    heading: str
    paragraphs: tuple[str, ...]
    unsaved: str
    lost: str


def recovery_code(replaces: bool = False) -> CodeKind:
    """The recovery code, to be sealed and kept by the head of the unit; ``replaces``: the old one opens too until a group is typed back."""
    unsaved, lost = (
        _("Chưa xác nhận mã khôi phục."),
        _("Mã khôi phục chỉ hiện lần này. Nếu đóng bây giờ và quên mật khẩu, không ai mở được dữ liệu."),
    )
    if replaces:
        unsaved = _("Chưa gõ lại nhóm nào của mã mới.")
        lost = _("Mã mới chỉ hiện lần này. Mã cũ vẫn mở được dữ liệu: hãy giữ phiếu cũ, và làm mã khác ở mục Cài đặt khi cần.")
    return CodeKind(
        _("Mã khôi phục"), _("In phiếu mã khôi phục"), _("PHIẾU MÃ KHÔI PHỤC"),
        (
            _("Khi mọi người đều quên mật khẩu, chỉ mã này mở được dữ liệu. Ai có mã này đều đọc được dữ liệu."),
            _("Cho phiếu vào phong bì niêm phong, giao thủ trưởng đơn vị giữ.") + " "
            + _("Mã dùng một lần; dùng xong phần mềm cấp mã mới."),
        ),
        unsaved, lost,
    )  # fmt: skip


def safe_words(file: str) -> CodeKind:
    """The words that open headquarters' file in the safe, kept apart from it."""
    return CodeKind(
        _("Từ khóa dự phòng"), _("In phiếu từ khóa"), _("PHIẾU TỪ KHÓA DỰ PHÒNG"),
        (
            _("Mở tệp {file} để lấy lại khóa nhận tệp khi máy của cơ quan hỏng.").format(file=file) + " "
            + _("Gõ tám nhóm chữ theo thứ tự, giữa các nhóm là dấu cách hoặc gạch nối."),
            _("Cho phiếu vào phong bì niêm phong, cất riêng với tệp: ai có cả hai đều đọc được mọi tệp gửi cơ quan này."),
        ),
        _("Chưa in phiếu, chưa gõ lại nhóm nào."),
        _("Từ khóa còn xem lại được ở trang này đến khi có người gõ đúng một nhóm; trước đó đừng cất tệp khóa dự phòng."),
    )  # fmt: skip


def sheet(code: str, unit: str, when: datetime, kind: CodeKind) -> QTextDocument:
    """Give the sheet with a code: four groups a row, two of them when they are words, which must not break."""
    cells = [f"<td><small>{number}</small>&nbsp;<tt><big><b>{group}</b></big></tt></td>" for number, group in enumerate(code.split(), 1)]
    beside = 4 if max(map(len, code.split())) <= 4 else 2
    rows = "".join(f"<tr>{''.join(cells[at : at + beside])}</tr>" for at in range(0, len(cells), beside))
    made = QTextDocument()
    made.setHtml(
        f"<h2>{escape(kind.heading)}</h2><p>{escape(unit)} · {when:%H:%M, %d/%m/%Y}</p>"
        f"<table cellpadding='12' border='1' cellspacing='0'>{rows}</table>"
        + "".join(f"<p>{escape(words)}</p>" for words in kind.paragraphs)
    )
    return made


def print_sheet(parent: QWidget, code: str, unit: str, kind: CodeKind) -> bool:
    """Print the sheet through the system's dialog; False when the person left it, or the printer failed, which is said."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    from ui import messages

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(kind.verb)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    target = printer.outputFileName()
    if printer.isValid() and (not target or Path(target).parent.is_dir()):
        sheet(code, unit, datetime.now(), kind).print_(printer)
        failed = (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
        if printer.printerState() not in failed and (not target or Path(target).is_file()):
            return True
    what = _("Không ghi được tệp {path}.").format(path=target) if target else _("Máy in không nhận việc in.")
    remedy = _("Hãy xem máy in đã bật, còn giấy và đã nối chưa, rồi in lại; mã vẫn còn trên màn hình để chép tay.")
    messages.show_error(parent, ExpectedError("printer", what, remedy))
    return False
