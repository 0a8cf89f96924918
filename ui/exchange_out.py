"""The card that sends: stick in, what will go, written and read back, stick out and the slip signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStorageInfo, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QScrollArea, QWidget

from app import files
from app.i18n import _
from app.report.pdf import Drawing
from app.sync import desk, sending
from app.sync.sending import Sent
from db.drives import drive_of
from db.questions import grouped
from ui import doing
from ui.buttons import Banner, Button
from ui.parts import Card, clear, column
from ui.session import Session
from ui.steps import Step

if TYPE_CHECKING:
    from app.sync.slip import Slip

FOLDER = "exchange_folder"
"""The preference that remembers where files went last."""


def sticks() -> list[Path]:
    """Give where removable drives are mounted now, those that can be written only."""
    found = [volume for volume in QStorageInfo.mountedVolumes() if volume.isValid() and volume.isReady() and not volume.isReadOnly()]
    return [Path(one.rootPath()) for one in found if one.rootPath() != "/" and drive_of(Path(one.rootPath())) == "removable"]


def start_folder(session: Session) -> str:
    """Give where to look first: a stick that is in, else where files went last."""
    found = sticks()
    return str(found[0]) if found else str(session.preferences.get(FOLDER, "") or Path.home())


def ask_folder(over: QWidget, session: Session, title: str = "") -> Path | None:
    """Let the person choose a stick or folder to write to; None when they thought better of it."""
    found = QFileDialog.getExistingDirectory(over, title or _("Chọn USB hoặc thư mục để ghi"), start_folder(session))
    return Path(found) if found else None


def shown_bytes(count: int) -> str:
    """Write a number of bytes as ``48 KB``, ``12 MB`` or ``14,2 GB``."""
    if count >= 2**30:
        return f"{grouped(count * 10 // 2**30 // 10)},{count * 10 // 2**30 % 10} GB"
    return f"{count // 2**20} MB" if count >= 2**20 else f"{max(1, count // 2**10)} KB"


def focused_in(card: QWidget) -> str:
    """Give the name of what has the focus in a card; '' when the focus is elsewhere."""
    here = card.window().focusWidget()
    return here.accessibleName() if here is not None and card.isAncestorOf(here) else ""


@contextmanager
def made_anew(card: QWidget, held: str, otherwise: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Make the parts of a card anew in the block; ``held`` is the name of what had the focus ('' for none).

    The focus goes to what has that name then, else to the first thing there to press, else ``otherwise`` takes it.
    """
    before = set(card.findChildren(QAbstractButton))
    yield
    if held:
        found = [one for one in card.findChildren(QAbstractButton) if one not in before and one.isEnabled()]
        wanted = next((one for one in found if one.accessibleName() == held), found[0] if found else None)
        take = otherwise if wanted is None else partial(_focus, card, wanted)
        QTimer.singleShot(0, card, take)  # after a cover has given the focus back


def _focus(card: QWidget, wanted: QWidget) -> None:
    part: QWidget | None = wanted
    while part is not None and part is not card:  # what is new is shown a moment later, and only what is shown takes the focus
        part.show()
        part = part.parentWidget()
    wanted.setFocus()
    while part is not None and not isinstance(part, QScrollArea):
        part = part.parentWidget()
    if part is not None:
        part.ensureWidgetVisible(wanted)


class ExchangeCard(Card):
    """A card of the page of exchange: its work runs in jobs that cover the window, and it tells when something changed."""

    changed = Signal()

    def __init__(self, session: Session, title: str, fact: str = " ") -> None:
        super().__init__(title, fact)
        self.session = session

    def work(self, work: Callable[[], Any], words: str, done: Callable[[Any], object]) -> None:
        """Run ``work`` while the window says ``words``; ``done`` gets what it gave, a method of the card."""
        doing.do(self, self.session, work, words, done).failed.connect(self.failed)

    def failed(self, _error: BaseException) -> None:
        """Show how things stand after something went wrong, which was said."""

    def print_slip_of(self, name: str, slip: Slip) -> None:
        """Print a page that is signed; ``name`` is said of it."""
        from app.sync.slip import draw
        from ui.list_output import Paper

        now, store = datetime.now(), self.session.store
        Paper(self, self.session, name, lambda _progress: Drawing(draw(store, slip, now), 1, ()), lambda _to: None).print()


class SendCard(ExchangeCard):
    """Four steps; Enter presses what the step of now asks for."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Gửi lên cấp trên"))
        self.folder: Path | None = None
        self._is_there = False
        self.sent: list[Sent] = []
        words = (_("Cắm USB"), _("Xem những gì sẽ gửi"), _("Ghi và đọc lại để kiểm tra"), _("Rút USB, giao cho cấp trên"))
        self.steps = [Step(number, title, last=number == len(words)) for number, title in enumerate(words, 1)]
        self.choose = Button(_("Chọn USB, thư mục"), icon="hard-drive", pressed=self.choose_folder)
        self.write = Button(_("Ghi gói"), "filled", "arrow-up", self.write_files)
        self.all = Button(_("Gửi lại từ đầu"), "quiet", pressed=partial(self.write_files, everything=True))
        self.all.setToolTip(_("Gửi lại mọi thay đổi từ mục đầu tiên; cấp trên không tính hai lần."))
        self.slip = Button(_("In biên bản giao nhận"), "filled", "printer", self.print_slip)
        self.more = Button(_("Ghi thêm bản nữa"), icon="copy", pressed=self.again)
        self.steps[0].add(self.choose)
        self.steps[2].add(self.write, self.all)
        self._safe = column(gap=8)
        self.steps[3].body.addLayout(self._safe)
        self.steps[3].add(self.slip, self.more)
        self.body.addLayout(column(*self.steps, gap=0, edge=(18, 14, 18, 8)))

    def refresh(self) -> None:
        """Count what would go and show the steps."""
        unsent = desk.unsent(self.session.store)
        waiting = _("Chưa có gì mới kể từ biên nhận cuối.")
        if unsent.changes:
            waiting = _("{n} thay đổi cấp trên chưa xác nhận: {what}").format(n=grouped(unsent.changes), what=_(unsent.words))
        self.steps[1].say(waiting)
        self._nothing = not unsent.changes
        self._show()

    def _show(self) -> None:
        sent = self.sent
        self._is_there, where = self._place()
        now = 3 if sent else 2 if self._is_there else 0
        for place, step in enumerate(self.steps):
            step.set_state("done" if place < now else "now" if place == now else "later")
        self.steps[0].say(where)
        self.choose.set_kind("" if now else "filled")
        self.steps[2].say("\n".join(_(one.said()) for one in sent) if sent else _("Mỗi gói được khóa, chỉ cấp trên mở được."))
        for button in (self.write, self.all):
            button.setVisible(now == 2)
        self.steps[3].say(_("In biên bản để hai bên ký. Số “đã gửi” chỉ đổi khi có biên nhận trở về.") if sent else "")
        clear(self._safe)
        if sent:
            self._safe.addWidget(Banner("ok", _("Có thể rút USB an toàn")))
        for button in (self.slip, self.more):
            button.setVisible(bool(sent))
        chip = _("Xong bước {n}").format(n=now) if now else ""
        self.fact.setText(chip)

    def _place(self) -> tuple[bool, str]:
        """Tell whether there is a place to write to now, and say which."""
        if self.folder is None:
            return False, _("Cắm USB rồi chọn; máy tự tìm USB đang cắm.")
        try:
            room = shown_bytes(files.free_space(self.folder))
        except OSError:
            return False, _("{folder} không còn ở đó. Cắm lại rồi chọn.").format(folder=self.folder)
        return True, _("{folder} · còn trống {room}").format(folder=self.folder, room=room)

    def focus_now(self) -> None:
        """Put the focus on what the step of now asks for."""
        wanted: QWidget = self.slip if self.sent else self.write if self._is_there else self.choose
        wanted.setFocus()

    def choose_folder(self) -> None:
        """Ask for the stick or folder."""
        found = ask_folder(self, self.session)
        if found is not None:
            self.use_folder(found)

    def use_folder(self, folder: Path) -> None:
        """Write there."""
        self.folder, self.sent = folder, []
        self.session.preferences.put(FOLDER, str(folder))
        self._show()
        self.focus_now()

    def again(self) -> None:
        """Write another file of the same, to this or another stick."""
        self.folder, self.sent = None, []
        self._show()
        self.focus_now()

    def write_files(self, everything: bool = False) -> None:
        """Write what is not confirmed, read it back and check it."""
        session, folder = self.session, self.folder
        if folder is None:
            return
        work = partial(sending.out, session.store, folder, session.user, everything=everything)
        self.work(doing.into(folder, work), _("Đang ghi và đọc lại…"), self._written)

    def _written(self, sent: list[Sent]) -> None:
        self.sent = sent
        self._show()
        self.changed.emit()
        QTimer.singleShot(0, self, self.focus_now)  # after the cover has given the focus back

    def failed(self, _error: BaseException) -> None:
        """Say how much room the stick has now, or that it is to be chosen again."""
        self._show()
        QTimer.singleShot(0, self, self.focus_now)

    def print_slip(self) -> None:
        """Print the slip that both sides sign."""
        if not self.sent:
            return
        from app.sync import slip

        self.print_slip_of(_("Biên bản giao nhận"), slip.of_files(self.session.store, self.sent, self.session.user))
