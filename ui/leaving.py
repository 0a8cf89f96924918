"""Whatever ends or locks the window: what is typed is kept, and the way back to it is remembered.

Drafts hold everything (``RecordForm.keep_draft``). Where none can be written, because the disk is full or gone, the text is ``unkept``: the
window then does not close by itself, and behind a locked screen the program holds the text until it can be written.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from app import locking
from app.i18n import _
from app.locking import Loose
from db.errors import ExpectedError
from ui import messages
from ui.form import RecordForm
from ui.session import Place, Session


class Window(Protocol):
    """The main window, as what ends or locks it sees it."""

    session: Session
    key: str
    stack: QStackedWidget

    def keep_typed(self) -> None:
        """Let every page keep what is half typed."""

    def page(self, key: str) -> QWidget:
        """Give a page."""

    def go(self, place: Place) -> None:
        """Open a page."""


def _whole(window: Window) -> QMainWindow:
    assert isinstance(window, QMainWindow)
    return window


class Left(NamedTuple):
    """How a person left the window."""

    user: str
    place: Place
    answer: tuple[str, str, int | None] | None
    """Kind of line ('' for the record itself), question and line that had the focus; None: none had."""
    unit: str
    geometry: QByteArray
    state: Qt.WindowState


def keep(window: Window) -> None:
    """Write whatever is typed as drafts, what an input method is composing included."""
    window.keep_typed()
    for form in _whole(window).findChildren(RecordForm):  # those over another form too
        form.commit_preedit()
        form.keep_draft()
    put_back(window.session)


def put_back(session: Session) -> dict[str, str]:
    """Write what no draft could be written for when the screen was locked; give the new drafts by record type."""
    made: dict[str, str] = {}
    try:
        while session.loose:
            made[session.loose[0].type] = locking.put_back(session.store, session.loose[0])
            del session.loose[0]
    except ExpectedError:
        pass  # it goes on being held, and is tried again
    return made


def unkept(window: Window) -> list[Loose]:
    """Give the typed text that no draft holds. Call after ``keep``."""
    session = window.session
    forms = _whole(window).findChildren(RecordForm)
    entries = [form.entry for form in forms if not form.kept]
    desks = [getattr(window.stack.widget(number), "desk", None) for number in range(window.stack.count())]
    entries += [desk.unkept for desk in desks if desk is not None and desk.unkept is not None]
    return [*(locking.loose(entry, session.user) for entry in entries), *session.loose]


def may_lose(window: QWidget) -> bool:
    """Ask whether typed text that could not be written may be lost; the other answer is the one that is offered."""
    return messages.ask(
        window,
        _("Phần đang nhập chưa giữ được."),
        _("Không ghi được vào thư mục dữ liệu (ổ đĩa đầy, mất kết nối hoặc không có quyền ghi). Hãy mở lại chỗ ghi rồi thử lại."),
        _("Bỏ phần đang nhập và đóng"),
        _("Ở lại"),
    )


# -- where somebody is ---------------------------------------------------------------------------------------------------


def whereabouts(window: Window) -> Left:
    """Give where the person is: page, record or draft, and the answer that has the focus."""
    session, page = window.session, window.page(window.key)
    form: RecordForm | None = getattr(page, "form", None)
    place, answer = Place(window.key), None
    if form is not None and form.isVisibleTo(page):
        new = form.draft_id is None and form.uid is None
        place = Place(window.key, uid=None if form.draft_id else form.uid, draft=form.draft_id, new=new)
        answer = form.moves.answer()
    return Left(session.user, place, answer, session.unit, _whole(window).saveGeometry(), _whole(window).windowState())


def go_back(window: Window, left: Left, draft: str | None) -> None:
    """Show the window as it was left; ``draft`` is the one made of text that could not be kept then, None when there was none."""
    _whole(window).restoreGeometry(left.geometry)
    window.session.set_unit(left.unit)
    place = left.place
    try:
        window.go(place._replace(uid=None, draft=draft, new=False) if draft is not None else place)
    except ExpectedError:  # somebody else has cancelled or finished it meanwhile
        window.go(Place(place.page))
    _whole(window).setWindowState(left.state & ~Qt.WindowState.WindowMinimized)
    _whole(window).show()
    _whole(window).activateWindow()
    form: RecordForm | None = getattr(window.page(window.key), "form", None)
    if form is not None and left.answer is not None:
        kind, name, row = left.answer
        form.go_to_answer(kind, name, row)


# -- what others must not see --------------------------------------------------------------------------------------------


def clear_away(copied: bool) -> None:
    """Close menus, lists and dialogs, and take our text off the clipboard: a locked screen shows and gives away nothing.

    ``copied`` says that the last copy was made here, for systems that do not tell.
    """
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        again = QApplication.activePopupWidget()
        popup = again if again is not popup else None
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and isinstance(widget, QDialog):
            widget.reject()
        elif widget.isVisible() and widget.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Tool):
            widget.hide()
    board = QGuiApplication.clipboard()
    if copied or board.ownsClipboard():
        board.clear()
    if board.supportsSelection() and board.ownsSelection():
        board.clear(QClipboard.Mode.Selection)
