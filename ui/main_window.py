"""The main window: navigation, context, one page at a time, and what pages ask of it (go there, say this, run that)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.i18n import _
from ui import look, shortcuts
from ui.buttons import Banner
from ui.changes import changes
from ui.frame import ContextBar, SidePanel, StatusLine, ToastBox
from ui.jobs import Cover, Job, any_writes, wait_for_all
from ui.navigation import Navigation
from ui.pages import Page, pages
from ui.parts import IconLabel, Label, Panel, column, row
from ui.safety import backup_words
from ui.session import Place, Session, Toast

if TYPE_CHECKING:
    from app.starting import Notice


class MainWindow(QMainWindow):
    """The window over one open office."""

    painted = Signal()
    """Once, after the first paint: what can wait starts now."""
    locked = Signal()
    """The person wants the screen locked; whatever was typed is kept as drafts."""
    closed = Signal()
    file_dropped = Signal(str)
    """The path of a file that was dropped on the window."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        every = pages()
        allowed = {needed for needed in {page.needs for page in every} if session.may(needed)}
        self._pages: dict[str, Page] = {page.key: page for page in every if page.needs in allowed}
        self._built: dict[str, QWidget] = {}
        self.key = ""
        """The key of the page that is open."""
        self._is_painted = False
        self.parting: Callable[[], Job | None] = lambda: None
        """Gives the work that closing waits for, under a cover; None for none. Who opens the window says it."""
        self.setWindowTitle(f"{session.unit_name(session.own_unit)} – Nền Nếp")
        self.setAcceptDrops(True)
        self.navigation = Navigation(session, list(self._pages.values()))
        self.context = ContextBar(session)
        self.status = StatusLine(session)
        self.side = SidePanel()
        self.stack: QStackedWidget = _Stack()
        self._notices = column(gap=6)
        content = row(self.stack, self.side, gap=0)
        content.setStretch(0, 1)
        right = column(gap=0)
        if session.demo:
            right.addWidget(_Band())
        right.addWidget(self.context)
        right.addLayout(self._notices)
        right.addLayout(content, 1)
        right.addWidget(self.status)
        body = self._body = QWidget()
        whole = row(self.navigation, gap=0)
        whole.addLayout(right, 1)
        body.setLayout(whole)
        self.setCentralWidget(body)
        self.toast = ToastBox(body)
        self.toast.foot = self._foot
        self._shortcuts = shortcuts.bind(
            self,
            "window",
            {
                "undo": self.undo,
                "side_panel": self.toggle_side,
                "bigger": lambda: self._scale(1),
                "smaller": lambda: self._scale(-1),
                "lock": self.lock,
                "search": self.search,
                "new": lambda: self._page_action("new"),
                "palette": self.open_palette,
                "keys": self.show_keys,
                "print": lambda: self._page_action("print_page"),
            },
        )
        self.navigation.chosen.connect(lambda key: self.go(Place(key)))
        self.navigation.lock_pressed.connect(self.lock)
        self.context.search.clicked.connect(self.open_palette)
        session.place_asked.connect(self.go)
        session.toast_asked.connect(self.show_toast)
        session.typing_began.connect(self.toast.leave_key)
        session.job_asked.connect(self.run_job)
        session.lock_asked.connect(self.lock)
        self.file_dropped.connect(self.take_file)
        changes.backed_up.connect(self.show_backup_age)
        look.signals.changed.connect(self._fit)
        self.side.turned.connect(self._fit)
        self.resize(*self._kept_size())
        self._fit()

    def _kept_size(self) -> tuple[int, int]:
        kept = self.session.preferences.get("window", [])
        screen = self.screen().availableSize()
        wide, high = kept if len(kept) == 2 else (1366, 768)
        return max(640, min(wide, screen.width())), max(480, min(high, screen.height()))

    # -- pages -------------------------------------------------------------------------------------------------------

    def page(self, key: str) -> QWidget:
        """Give a page, built on its first visit."""
        found = self._built.get(key)
        if found is None:
            found = self._built[key] = self._pages[key].factory(self.session)
            fit = getattr(found, "fit", None)
            if callable(fit):  # before it can make the window wider
                fit(self.width() * 100 / look.scale())
            self.stack.addWidget(found)
        return found

    def go(self, place: Place) -> None:
        """Open a page; show there what ``place`` says."""
        if place.page not in self._pages:
            return
        current = self._built.get(self.key)
        leave = getattr(current, "leave", None)
        if leave is not None and place.page != self.key:
            leave()
        if place.page != self.key:
            self.status.show_draft("")  # it is of the page that is left
        shown = self.page(place.page)
        self.key = place.page
        self.toast.free_key(not shortcuts.has_key(place.page, shortcuts.key_of("window", "to_toast")))
        self.navigation.show_chosen(place.page)
        self.stack.setCurrentWidget(shown)
        self.side.hide()
        show_place = getattr(shown, "show_place", None)
        if show_place is not None:
            show_place(place)
        self._fit()

    def _page_action(self, name: str) -> bool:
        """Let the page do what it is asked; False when it has no such thing."""
        action = getattr(self._built.get(self.key), name, None)
        if callable(action):
            action()
        return callable(action)

    def search(self) -> None:
        """Search in the page, else over everything."""
        if not self._page_action("search"):
            self.open_palette()

    # -- what pages ask ----------------------------------------------------------------------------------------------

    def show_toast(self, toast: Toast) -> None:
        """Say that something is done."""
        self.toast.show_toast(toast)

    def _foot(self) -> int:
        """Give the height in pixels of the buttons below the form that is open; 0 without one."""
        foot = getattr(getattr(self._built.get(self.key), "form", None), "foot", None)
        return foot.height() if isinstance(foot, QWidget) and foot.isVisible() else 0

    def show_notice(self, state: str, words: str) -> None:
        """Put what must be read above the page, until it is closed."""
        banner = Banner(state, words, _("Đã đọc"))
        if banner.button is not None:
            banner.button.clicked.connect(banner.hide)
            banner.button.clicked.connect(banner.deleteLater)
        self._notices.addWidget(banner)

    def show_notices(self, notices: list[Notice]) -> None:
        """Put several above the page."""
        for one in notices:
            self.show_notice(one.state, _(one.words))

    def show_backup_age(self) -> None:
        """Say in the status line how old the last backup is."""
        from app.starting import last_backup

        session = self.session
        last = last_backup(session.folder, session.office.unlocked.db_id, session.preferences.get("second_place", ""))
        icon, ink, words = backup_words(last)
        self.status.show_fact(words, icon, "error" if ink == "error" else "ink2")

    def undo(self) -> None:
        """Take back what the toast says, else what the page can take back."""
        if self.toast.has_key:
            self.toast.undo()
        else:
            self._page_action("undo")

    def run_job(self, job: Job) -> None:
        """Start a job; one that writes covers the window."""
        if job.writes:
            self._pause(True)
            job.ended.connect(lambda: self._pause(False))
            Cover(self._body, job)
        job.start()

    def _pause(self, paused: bool) -> None:
        for page in self._built.values():
            pause = getattr(page, "set_paused", None)
            if callable(pause):
                pause(paused)

    def toggle_side(self) -> None:
        """Open or close the panel at the side; the page fills it."""
        if self.side.isVisible():
            self.side.hide()
            return
        fill = getattr(self._built.get(self.key), "side", None)
        found = fill() if callable(fill) else None
        if found is not None:
            self.side.show_widget(*found)

    def open_palette(self) -> None:
        """Open the search over pages, actions and records."""
        from ui.palette import Palette

        Palette(self._body, self.session, list(self._pages.values()), self.key).open_over()

    def show_keys(self) -> None:
        """Show every key, from the table that binds them."""
        from ui.key_sheet import KeySheet

        KeySheet(self, self.session.may("enter")).exec()

    def lock(self) -> None:
        """Keep what is typed and ask for the password again."""
        self.keep_typed()
        self.locked.emit()

    def keep_typed(self) -> None:
        """Let every page keep what is half typed as a draft."""
        for page in self._built.values():
            keep = getattr(page, "keep_typed", None)
            if callable(keep):
                keep()

    def _scale(self, steps: int) -> None:
        look.bigger(steps)
        self.session.preferences.put("scale", look.scale())

    # -- room --------------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        effective = self.width() * 100 / look.scale()
        least = getattr(self._built.get(self.key), "folds_navigation_below", 1280)
        self.context.fit(effective)
        self.status.fit(effective)
        self.side.fit(effective)
        effective -= self.side.taken * 100 / look.scale()
        self.navigation.fit(effective, least)
        for page in self._built.values():  # hidden ones too: the widest makes the window's least width
            fit = getattr(page, "fit", None)
            if callable(fit):
                fit(effective)
        self.toast.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the first paint is over. Not ``event``: for it Qt's classes of all events would be made at the start."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    # -- files and the end -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if event.mimeData().hasUrls() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the file on; several are taken one after the other by who listens."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.file_dropped.emit(url.toLocalFile())
        event.acceptProposedAction()

    def take_file(self, path: str) -> None:
        """Open a dropped file: a package, or a folder, on the page of exchange, anything else on the page that imports tables."""
        from app.sync import taking

        if any_writes():
            self.session.toast(_("Đang ghi; hãy thả tệp lại khi xong."))
            return
        if Path(path).is_dir() or taking.is_ours(Path(path)):
            self.go(Place("exchange"))
            getattr(self.page("exchange"), "take").take_dropped(Path(path))  # noqa: B009 - a page is known by its key
            return
        if "import" not in self._pages:
            self.session.toast(_("Vai trò của bạn không nhập dữ liệu."))
            return
        self.go(Place("import"))
        take = getattr(self._built.get("import"), "take_dropped", None)
        if callable(take):
            take(Path(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is typed, stop the jobs, remember the size; stay when something typed would be lost."""
        from ui import leaving

        leaving.keep(self)
        wait_for_all()
        leaving.keep(self)  # a job that wrote had stopped the drafts
        if leaving.unkept(self) and not leaving.may_lose(self):
            event.ignore()
            return
        job = self.parting()
        if job is not None:
            self.run_job(job)
            job.wait()  # another X, or the button of its cover, ends it
        if not self.isMaximized():
            self.session.preferences.put("window", [self.width(), self.height()])
        event.accept()
        self.closed.emit()


class _Stack(QStackedWidget):
    """The pages that were built; only the one that is seen says how much room is needed."""

    def minimumSizeHint(self) -> QSize:
        """Give the least size of the page that is seen."""
        seen = self.currentWidget()
        return seen.minimumSizeHint() if seen is not None else super().minimumSizeHint()

    def setCurrentWidget(self, page: QWidget) -> None:
        """Show a page; the room that is needed is another then."""
        super().setCurrentWidget(page)
        self.updateGeometry()


class _Band(Panel):
    """Says on every page that this is sample data."""

    def __init__(self) -> None:
        super().__init__("band", height=28)
        state = look.STATES["practice"]
        title = Label(_(state.word), "small_strong", "on_band")
        words = Label(_("Số liệu hư cấu để xem thử; sửa thoải mái, không ảnh hưởng dữ liệu thật."), "small_medium", "on_band")
        self.setLayout(row(IconLabel(state.icon, "on_band", "", 16), title, words, None, gap=10, edge=(16, 2, 16, 2)))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
