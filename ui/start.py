"""From the first line to the main window: lock of the folder, first run or password, window; lock screen and reopening."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app import log
from app.i18n import _, set_language
from app.preferences import Preferences
from db import keystore
from db.connection import Lock, translate
from db.errors import ExpectedError
from db.keystore import Unlocked
from ui import garbage, jobs, look, messages, style
from ui.changes import changes
from ui.garbage import Garbage
from ui.jobs import Job

if TYPE_CHECKING:
    from PySide6.QtGui import QSessionManager

    from app.office import Office
    from ui.lock_screen import LockScreen
    from ui.main_window import MainWindow
    from ui.session import Session

AFTER_PAINT = 200
"""Milliseconds between the first paint and the checks of every start."""
BACKUP_AFTER = 10_000
"""Milliseconds between those and the backup of opening: whoever opens the office looks for something first."""


class Program(QObject):
    """The one place that wires things together: folder → keys → office → session → window."""

    def __init__(self, app: QApplication, folder: Path, user: str | None = None, *, demo: bool = False) -> None:
        super().__init__()
        self.app, self.folder, self.wanted_user, self.demo = app, folder, user, demo
        self.lock = Lock(folder)
        self.door: QWidget | None = None
        self.window: MainWindow | None = None
        self.office: Office | None = None
        self.screen: LockScreen | None = None
        self.garbage = Garbage(self)
        common = Preferences(folder, "")
        set_language(os.environ.get("NENNEP_LANG") or common.get("language", "") or None)
        messages.speak(app)
        style.install(app, common.get("theme", "light"), common.get("scale", 100))
        app.setApplicationName("Nền Nếp")
        app.setQuitOnLastWindowClosed(False)
        app.aboutToQuit.connect(self.close)
        app.commitDataRequest.connect(self.log_off)

    # -- ways in -----------------------------------------------------------------------------------------------------

    def begin(self) -> bool:
        """Show the first window; False when there is nothing to show, because another instance has the folder or it is damaged."""
        try:
            if not (self.folder / keystore.FILE).exists() and not (self.folder / keystore.SPARE).exists():
                self._first_run()
                return True
            self.lock.acquire()
            keystore.parse(keystore.read(self.folder))
        except ExpectedError as error:
            messages.show_error(None, error)
            self.lock.release()
            return False
        if self.demo:
            from app.demo import PASSWORD, USER

            job = Job(keystore.unlock, self.folder, USER, PASSWORD)
            job.done.connect(self.enter)
            job.failed.connect(self._gave_up)
            job.start()
        else:
            self._ask_password()
        return True

    def _first_run(self) -> None:
        from ui.first_run import FirstRun

        door = self.door = FirstRun(self.folder)
        door.made.connect(self._made)
        door.left.connect(self.app.quit)
        door.demo_asked.connect(self._to_demo)
        door.show()
        QTimer.singleShot(50, self, self._preload)

    def _made(self, unlocked: Unlocked) -> None:
        self.lock.acquire()
        self.enter(unlocked)

    def _to_demo(self) -> None:
        from app import demo
        from app.asking import data_folder

        folder = data_folder(argparse.Namespace(), "nennep-demo")
        job = Job(demo.make, folder, words=_("Đang tạo dữ liệu mẫu…"), writes=True)
        job.done.connect(lambda made: self._enter_demo(made.folder))
        job.failed.connect(lambda error: messages.show_error(self.door, error))
        if self.door is not None:
            jobs.Cover(self.door, job)
        job.start()

    def _enter_demo(self, folder: Path) -> None:
        self.folder, self.demo = folder, True
        self.lock = Lock(folder)
        self.begin()

    def _ask_password(self) -> None:
        from ui.unlock_dialog import UnlockWindow

        door = self.door = UnlockWindow(self.folder, self._title(), self.wanted_user or "")
        door.unlocked.connect(self.enter)
        door.left.connect(self.app.quit)
        door.show()
        QTimer.singleShot(50, self, self._preload)

    def _preload(self) -> None:
        preload()
        self.garbage.start()

    def _title(self) -> str:
        return str(Preferences(self.folder, "").get("title", ""))

    def _gave_up(self, error: BaseException) -> None:
        """The office could not be opened: the door of a locked screen stays, anything else ends."""
        from ui.unlock_dialog import UnlockWindow

        messages.show_error(self.door, error)
        if isinstance(self.door, UnlockWindow) and self.door.is_lock:
            self.door.try_again()
        else:
            self.app.quit()

    # -- the window --------------------------------------------------------------------------------------------------

    def enter(self, unlocked: Unlocked, page: str = "home") -> None:
        """Open the office with its keys and show the main window."""
        self.garbage.stop()
        from app import office
        from ui.lock_screen import LockScreen
        from ui.main_window import MainWindow
        from ui.session import Session

        if self.screen is None:
            self.screen = LockScreen()
            self.screen.locked.connect(self._locked)
        screen = self.screen
        screen.put_away()
        try:
            opened = self.office = office.attach(self.folder, self.lock, unlocked, window=True)
            session = Session(opened, demo=self.demo)
        except ExpectedError as error:
            self._gave_up(error)
            return
        if self.demo:
            self._demo_period(session)
        look.set_scale(session.preferences.get("scale", look.scale()))
        look.set_theme(session.preferences.get("theme", look.wanted_theme()))
        window = self.window = MainWindow(session)
        window.closed.connect(self.app.quit)
        window.painted.connect(lambda: self._check(session, window))
        window.parting = self._parting
        session.reopen_asked.connect(self._reopen)
        screen.bring(window, page)
        self._leave_door()
        screen.watch(window, opened)
        if not self.demo:
            Preferences(self.folder, "").put("title", session.unit_name(session.own_unit))

    def _leave_door(self) -> None:
        if self.door is not None:
            self.door.hide()
            self.door.deleteLater()
            self.door = None

    @staticmethod
    def _demo_period(session: Session) -> None:
        from app.demo import PERIOD
        from app.periods import period

        if not session.preferences.get("period", ""):
            session.set_period(period(session.store, PERIOD))

    def _check(self, session: Session, window: MainWindow) -> None:
        """Run the checks of every start, a moment after the window has been painted: what it shows is read first."""
        garbage.keep()  # what the start has made stays until the end
        self.garbage.start()
        QTimer.singleShot(AFTER_PAINT, window, lambda: self._check_now(session, window))

    @staticmethod
    def _check_now(session: Session, window: MainWindow) -> None:
        from app import starting

        job = Job(starting.checks, session.office, database=session.office.database)
        job.done.connect(window.show_notices)
        job.failed.connect(lambda error: log.logger.error("start checks", exc_info=error))
        job.start()
        window.show_backup_age()
        QTimer.singleShot(BACKUP_AFTER, window, lambda: Program._back_up(session, window))

    @staticmethod
    def _back_up(session: Session, window: MainWindow) -> None:
        """Make the backup of opening, if it is due (trust.md d); while something is being written, a while later."""
        from app import auto_backup

        database = session.office.database
        if database.is_closed():
            return
        if jobs.any_writes():
            QTimer.singleShot(BACKUP_AFTER, window, lambda: Program._back_up(session, window))
            return

        def said(error: BaseException) -> None:
            if not isinstance(error, jobs.Cancelled):
                log.logger.error("backup of opening", exc_info=error)
                window.show_notice("warning", _("Chưa tự sao lưu được: {why}").format(why=_(str(translate(error) or error))))

        job = Job(auto_backup.at_open, database, database=database)
        job.done.connect(lambda _made: changes.backed_up.emit())
        job.failed.connect(said)
        job.start()

    def _parting(self) -> Job | None:
        """Give the backup of closing, if it is due. One that fails is due again after the next opening, and said there."""
        from app import auto_backup

        database = self.office.database if self.office is not None else None
        if database is None or database.is_closed():
            return None
        try:
            if not auto_backup.is_changed(database):
                return None
        except Exception as error:
            log.logger.error("backup of closing", exc_info=error)
            return None
        job = Job(auto_backup.at_close, database, database=database, writes=True, words=_("Đang sao lưu trước khi đóng…"))
        job.failed.connect(lambda error: log.logger.error("backup of closing", exc_info=error))
        return job

    def _locked(self, words: str, drafts: int) -> None:
        """Ask who is there; whoever has a password may come in."""
        from ui.unlock_dialog import UnlockWindow

        assert self.screen is not None
        left = self.screen.left
        assert left is not None
        self.window = self.office = None
        if self.demo:
            from app.demo import PASSWORD

            words = f"{words}\n" + _("Dữ liệu mẫu: mật khẩu là “{password}”.").format(password=PASSWORD)
        door = self.door = UnlockWindow(self.folder, self._title(), drafts=drafts, lock=words, first=left.user)
        door.restoreGeometry(left.geometry)
        door.unlocked.connect(self.enter)
        door.left.connect(self.app.quit)
        door.may_close = self._may_leave
        door.show()

    def _may_leave(self) -> bool:
        """Ask before the door of a locked screen is closed over text that could not be written."""
        from ui import leaving

        return self.door is None or self.screen is None or not self.screen.loose or leaving.may_lose(self.door)

    def log_off(self, manager: QSessionManager) -> None:
        """The system ends the session: everything typed is written now; it is asked to wait when something cannot be."""
        from ui import leaving

        if self.window is not None:
            leaving.keep(self.window)
            if leaving.unkept(self.window) and manager.allowsInteraction():
                if not leaving.may_lose(self.window):
                    manager.cancel()
                manager.release()

    def _reopen(self, unlocked: Unlocked) -> None:
        """Show the window anew over a file whose keys have changed."""
        if self.window is None:  # locked meanwhile: whoever comes back has to give a password
            return
        page = self.window.key
        QTimer.singleShot(0, self, lambda: self._again(unlocked, page) if self.window is not None else None)

    def _again(self, unlocked: Unlocked, page: str) -> None:
        jobs.wait_for_all()
        if self.screen is not None:
            self.screen.stop()
        if self.window is not None:
            self.window.hide()
            self.window.deleteLater()
        if self.office is not None and not self.office.database.is_closed():
            self.office.database.close()
        self.enter(unlocked, page)

    def end(self) -> None:
        """End because the system ends: there are only seconds, so the backup of closing is left to the next opening."""
        if self.window is not None:
            self.window.parting = lambda: None
        self.app.quit()

    def close(self) -> None:
        """Keep what is typed, stop the jobs, close the file, free the lock."""
        if self.window is not None and self.office is not None and not self.office.database.is_closed():
            from ui import leaving

            leaving.keep(self.window)
        if self.screen is not None:
            self.screen.stop()
            self.screen.put_away()
        jobs.wait_for_all()
        if self.office is not None:
            from app import start_pages

            self.office.close()
            start_pages.closed(self.folder)
        self.lock.release()


def preload() -> None:
    """Import what the window needs while the person types the password."""
    from app import office, starting  # noqa: F401
    from ui import home_page, main_window  # noqa: F401


def run(folder: Path, user: str | None = None, *, demo: bool = False) -> int:
    """Run the window until it is closed; give the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    messages.install()
    from ui.ends import Ends

    program = Program(app, folder, user, demo=demo)
    Ends(app, program.end)
    if not program.begin():
        return 1
    code = app.exec()
    program.close()
    log.stop()
    return code
