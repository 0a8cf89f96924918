"""The only message boxes, and every text a person sees about an error.

An expected error says what is wrong and what to do. Anything else is a defect of ours: it is logged and shown once, with a button that
copies what the maintainer needs, and the program goes on. Qt ships no Vietnamese, so every button gets its words here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QtMsgType, QTranslator, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QMessageBox, QPushButton, QWidget

from app import log
from app.i18n import FOLDER, SOURCE, _, language
from db.connection import translate
from db.errors import ExpectedError
from ui import look
from ui.look import px

_Icon = QMessageBox.Icon
_shown: list[QMessageBox] = []
"""Boxes that do not wait for an answer; kept while they are open."""


def _box(icon: QMessageBox.Icon, title: str, text: str, parent: QWidget | None) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(_("Nền Nếp"))
    box.setText(title)
    box.setInformativeText(text)
    box.setFont(look.font("body"))
    layout = box.layout()
    assert isinstance(layout, QGridLayout)
    layout.setContentsMargins(px(20), px(18), px(20), px(14))
    layout.setVerticalSpacing(px(10))
    for name, role in (("qt_msgbox_label", "section"), ("qt_msgbox_informativelabel", "body")):
        label = box.findChild(QLabel, name)
        if label is not None:
            label.setFont(look.font(role))
            label.setMinimumWidth(px(400))
    return box


def _button(box: QMessageBox, words: str, role: QMessageBox.ButtonRole, kind: str = "") -> QPushButton:
    button = box.addButton(words, role)
    button.setFont(look.font("medium"))
    look.mark(button, kind=kind)
    return button


def ask(parent: QWidget | None, title: str, text: str, do: str, leave: str = "") -> bool:
    """Ask before what cannot be undone; ``do`` is the verb of the button that goes on. The focus is on the other one."""
    box = _box(_Icon.Question, title, text, parent)
    going_on = _button(box, do, QMessageBox.ButtonRole.AcceptRole)
    staying = _button(box, leave or _("Để nguyên"), QMessageBox.ButtonRole.RejectRole, "filled")
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)
    box.exec()
    return box.clickedButton() is going_on


def tell(parent: QWidget | None, title: str, text: str = "") -> None:
    """Say something that must be read before going on."""
    box = _box(_Icon.Information, title, text, parent)
    _button(box, _("Đã đọc"), QMessageBox.ButtonRole.AcceptRole, "filled")
    box.exec()


def words_of(error: BaseException) -> tuple[str, str]:
    """Give what is wrong and what to do about an error, both in words; a defect of ours says so."""
    expected = translate(error)
    if expected is not None:
        return _(expected.title), _(expected.remedy)
    return _("Phần mềm gặp lỗi ở bước này."), _("Việc chưa xong không được ghi; dữ liệu đã lưu không thay đổi.")


def show_error(parent: QWidget | None, error: BaseException) -> None:
    """Show an error: the expected with its remedy, any other as a defect."""
    expected = translate(error)
    if expected is None:
        report_bug(type(error), error, error.__traceback__, parent)
        return
    log.logger.info("shown %s", expected.code)
    box = _box(_Icon.Warning, *words_of(expected), parent)
    _button(box, _("Đã hiểu"), QMessageBox.ButtonRole.AcceptRole, "filled")
    box.exec()


def report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, parent: QWidget | None = None
) -> QMessageBox | None:
    """Log a defect and show it once, without stopping anything. None when there is no window to show it in."""
    log.logger.error("unexpected", exc_info=(kind, error, trace))
    if not isinstance(QApplication.instance(), QApplication) or any(box.isVisible() for box in _shown):
        return None
    box = _box(
        _Icon.Critical,
        _("Phần mềm gặp lỗi, nhưng vẫn chạy tiếp được."),
        _("Những gì đã lưu và bản nháp vẫn còn. Hãy bấm “Chép chi tiết” rồi gửi cho người bảo trì; chi tiết không có dữ liệu đã nhập."),
        parent,
    )
    going_on = _button(box, _("Làm tiếp"), QMessageBox.ButtonRole.AcceptRole, "filled")
    copying = _button(box, _("Chép chi tiết"), QMessageBox.ButtonRole.ActionRole)
    copying.clicked.disconnect()
    copying.clicked.connect(lambda: QGuiApplication.clipboard().setText(details(kind, error, trace)))
    box.setDefaultButton(going_on)
    box.setEscapeButton(going_on)
    box.finished.connect(lambda: _shown.remove(box))
    _shown.append(box)
    box.open()
    return box


def details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Give versions, type and places of a defect; never its text, which may quote what somebody typed."""
    import platform
    import traceback
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("nennep")
    except PackageNotFoundError:
        own = "?"
    places = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    code = f" {error.code}" if isinstance(error, ExpectedError) else ""
    system = f"Nền Nếp {own} · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
    return "\n".join([system, f"{kind.__name__}{code}", *places])


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    expected = translate(error)
    if expected is not None:
        show_error(QApplication.activeWindow(), expected)
    else:
        report_bug(kind, error, trace, QApplication.activeWindow())


def _qt_message(kind: QtMsgType, context: object, text: str) -> None:
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        log.logger.error("Qt: %s", kind.name)


def speak(app: QApplication) -> QTranslator:
    """Let Qt's own words, as in the menu of a text field or a dialog of files, be Vietnamese where the window's are; give them.

    ``qt.qm`` is made of ``qt.ts`` beside it by ``pyside6-lrelease qt.ts -qm qt.qm``.
    """
    words = QTranslator(app)
    if language() == SOURCE:
        words.load(str(FOLDER / SOURCE / "qt.qm"))
        app.installTranslator(words)
    return words


def install() -> None:
    """Catch what nobody caught, and keep Qt's own chatter off the terminal."""
    sys.excepthook = _hook
    qInstallMessageHandler(_qt_message)
