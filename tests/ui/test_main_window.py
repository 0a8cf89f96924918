"""The main window: every page opens, folds and fits; its keys; what it never imports before the first paint."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app import demo
from app.listing import Listing, Wanted
from app.periods import period
from db.records import RECORD_TYPES
from tests.demo_office import copied
from ui import jobs, look, style
from ui.main_window import MainWindow
from ui.pages import pages
from ui.palette import Palette, _shares
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
KEYS = [page.key for page in pages()]


@pytest.mark.parametrize("key", KEYS)
def test_every_page_opens_and_fits_a_small_screen_at_every_text_size(window: MainWindow, settle: Settle, key: str) -> None:
    for percent in (100, 160):
        look.set_scale(percent)
        window.resize(1280, 680)
        window.go(Place(key))
        settle()
        assert window.minimumSizeHint().width() <= 1280, percent
        assert (window.width(), window.height()) == (1280, 680)
        clipped = [one for one in window.findChildren(QLabel) if one.isVisible() and _is_clipped(one)]
        assert [one.text() for one in clipped] == []


def _is_clipped(label: QLabel) -> bool:
    if not label.text() or label.wordWrap() or type(label).__name__ == "ElidedLabel":
        return False
    return label.width() + 1 < label.fontMetrics().horizontalAdvance(label.text())


@pytest.mark.parametrize("key", KEYS)
def test_every_control_of_every_page_has_a_name_for_who_cannot_see(window: MainWindow, settle: Settle, key: str) -> None:
    window.go(Place(key))
    settle()
    nameless = [one for one in window.findChildren(QAbstractButton) if one.isVisible() and not (one.accessibleName() or one.text())]
    assert nameless == []


def test_a_page_reached_by_the_settings_marks_them_and_the_panel_at_the_side_takes_the_room_of_the_page_names(
    window: MainWindow, settle: Settle
) -> None:
    window.go(Place("unit"))
    window.go(Place("office"))
    settle()
    assert [key for key, item in window.navigation.items.items() if item.isChecked()] == ["settings"]
    page = window.page("office")
    assert isinstance(page, RecordPage)
    page.open_uid(page.session.store.office()["uid"])
    settle()
    assert not window.navigation.folded
    for folded in (True, False):
        window.toggle_side()
        settle()
        assert window.navigation.folded is folded


def test_the_navigation_folds_where_there_is_no_room(window: MainWindow, settle: Settle) -> None:
    assert not window.navigation.folded
    window.resize(1200, 700)
    settle()
    assert window.navigation.folded
    item = window.navigation.items["education"]
    assert item.toolTip() == item.accessibleName() == "Giáo dục chính trị"
    window.resize(1366, 768)
    settle()
    assert not window.navigation.folded


def test_the_list_folds_away_beside_a_form_in_a_narrow_window(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education"))
    page = window.page("education")
    assert isinstance(page, RecordPage)
    page.open_uid(page.list.model.row(0).uid or "")
    settle()
    assert page.list.isVisible()
    assert page.list.table.is_narrow
    window.resize(1100, 700)
    settle()
    window.resize(990, 700)
    settle()
    assert not page.list.isVisible()
    page.close_form()
    settle()
    assert page.list.isVisible()
    assert not page.list.table.is_narrow


def test_a_list_beside_a_form_is_as_wide_as_it_was_dragged(window: MainWindow, settle: Settle) -> None:
    window.go(Place("care", new=True))
    settle()
    page = window.page("care")
    assert isinstance(page, RecordPage)
    QTest.mousePress(handle := page.split.handle(1), Qt.MouseButton.LeftButton, pos=handle.rect().center())
    QTest.mouseMove(handle, handle.rect().center() + QPoint(130, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    wide = page.left.width()
    assert wide > 480
    window.go(Place("education", new=True))
    settle()
    other = window.page("education")
    assert isinstance(other, RecordPage)
    assert abs(other.left.width() - wide) <= 2


def test_text_grows_by_a_key_and_the_size_is_kept(window: MainWindow, settle: Settle) -> None:
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert look.scale() == 110
    assert window.session.preferences.get("scale") == 110
    QTest.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert look.scale() == 100


def test_what_is_done_can_be_taken_back_by_a_key(window: MainWindow, settle: Settle) -> None:
    undone: list[bool] = []
    window.session.toast("Đã lưu", lambda: undone.append(True))
    assert window.toast.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]
    assert not window.toast.isVisible()


def test_the_palette_finds_pages_and_records_without_marks(window: MainWindow, settle: Settle) -> None:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "kiem tra")
    settle()
    words = [entry.words for entry in palette.results.entries]
    assert "Kiểm tra, giám sát" in words
    assert any(entry.group == "Bản ghi" for entry in palette.results.entries)
    place = words.index("Kiểm tra, giám sát")
    for _step in range(place):
        QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    settle()
    assert window.key == "inspection"


def test_the_palette_leads_to_all_records_that_the_search_finds(window: MainWindow, settle: Settle) -> None:
    session = window.session
    people = len(Listing(session.store, RECORD_TYPES["beneficiary"], Wanted(words="nguyen van")).ids())
    every = len(Listing(session.store, RECORD_TYPES["education"], Wanted(words="luat")).ids())
    session.set_unit(session.store.names.find("unit", "DV05", None))
    session.set_period(period(session.store, "2018-H1"))
    window.open_palette()
    palette = window.findChild(Palette)
    assert palette is not None
    palette.field.setText("nguyen van")
    settle()
    assert sum(entry.icon == RECORD_TYPES["beneficiary"].icon for entry in palette.results.entries) == people > 3, "all that fit"
    palette.field.setText("luat")
    settle()
    assert palette._card.geometry().bottom() < window.height()  # noqa: SLF001
    (at,) = [at for at, one in enumerate(palette.results.entries) if one.words == f"Xem cả {every} trong Giáo dục chính trị"]
    for _step in range(at):
        QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    settle()
    assert window.key == "education"
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.list.search.text() == "luat"
    assert page.list.model.rowCount() == every, "of any unit and period"


def test_the_palette_leaves_no_type_out_and_scrolls_to_what_has_no_room(app: QApplication, window: MainWindow, settle: Settle) -> None:
    style.install(app, "light", 160)
    window.resize(1280, 680)
    store = window.session.store
    found = {name for name, one in RECORD_TYPES.items() if one.shelf != "settings" and Listing(store, one, Wanted(words="2019")).ids()}
    window.open_palette()
    palette = window.findChild(Palette)
    assert palette is not None
    results = palette.results
    assert {entry.icon for entry in results.entries if entry.group == "Màn hình"}, "pages come after the records that can be begun"
    palette.field.setText("2019")
    settle()
    named = [entry.icon for entry in results.entries] + [entry.words for entry in results.entries if entry.words.startswith("Xem")]
    for name in found:
        declared = RECORD_TYPES[name]
        assert declared.icon in named or any(one.endswith(declared.menu or declared.plural) for one in named), name
    for _step in results.entries:
        QTest.keyClick(palette.field, Qt.Key.Key_Down)
        assert results.visibleRegion().contains(results.chosen_rect())
    assert palette._card.geometry().bottom() < window.height()  # noqa: SLF001


def test_lines_of_the_palette_are_shared_among_the_types() -> None:
    assert _shares([6], 7) == [6]
    assert _shares([6], 5) == [4], "and one line for the rest"
    assert _shares([2], 2) == [2]
    assert _shares([1, 40, 3], 6) == [1, 2, 1]
    assert _shares([5] * 20, 20) == [0] * 20


def test_unit_and_period_filter_every_list(window: MainWindow, settle: Settle) -> None:
    session = window.session
    session.set_period(period(session.store, "2019-H1"))
    window.go(Place("education"))
    settle()
    page = window.page("education")
    assert isinstance(page, RecordPage)
    everything = page.list.model.rowCount()
    session.set_unit(session.store.names.find("unit", "DV05", None))
    settle()
    some = page.list.model.rowCount()
    assert 0 < some < everything
    assert "Kỳ: 6 tháng đầu năm 2019" in window.context.period.accessibleName()
    session.set_period(period(session.store, "2018-H1"))
    settle()
    assert page.list.model.rowCount() == 0


def test_a_link_opens_the_filtered_list(window: MainWindow, settle: Settle) -> None:
    window.session.go(Place("inspection", Wanted(overdue="2019-06-05")))
    settle()
    page = window.page("inspection")
    assert isinstance(page, RecordPage)
    assert page.list.chips["overdue"].isChecked()
    assert 0 < page.list.model.rowCount() <= 2


def test_a_file_dropped_on_the_window_is_handed_on(window: MainWindow, tmp_path: Path) -> None:
    got: list[str] = []
    window.file_dropped.connect(got.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "bảng.xlsx"))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)
    assert got == [str(tmp_path / "bảng.xlsx")]


def test_a_job_that_writes_covers_the_window_and_gives_the_focus_back(window: MainWindow, settle: Settle) -> None:
    done: list[object] = []
    before = QWidget(window)
    before.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    before.show()
    before.setFocus()
    job = jobs.Job(lambda: 42, writes=True, words="Đang ghi")
    job.done.connect(done.append)
    window.session.run(job)
    assert window.findChild(jobs.Cover) is not None
    settle()
    assert done == [42]
    assert before.hasFocus()


def test_a_job_can_be_cancelled_and_an_error_arrives_as_it_is(settle: Settle) -> None:
    failed: list[object] = []

    def work(progress: Callable[[int, int], None]) -> None:
        while True:
            progress(1, 2)

    job = jobs.Job(work)
    job.failed.connect(failed.append)
    job.start()
    job.cancel()
    settle()
    other = jobs.Job(lambda: 1 // 0)
    other.failed.connect(failed.append)
    other.start()
    settle()
    assert [type(one) for one in failed] == [jobs.Cancelled, ZeroDivisionError]


SCRIPT = """
import linecache, sys
from pathlib import Path
from ui.__main__ import window_start
window_start()
from PySide6 import QtWidgets
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app import office
from db import keystore
from db.connection import Lock
folder = Path(sys.argv[1])
unlocked = keystore.unlock(folder, *sys.argv[2:4])
from ui import style
from ui.session import Place, Session
from ui.main_window import MainWindow
app = QApplication([])
style.install(app)
lock = Lock(folder)
lock.acquire()
opened = office.attach(folder, lock, unlocked, window=True)
window = MainWindow(Session(opened))
window.go(Place('home'))
def tell():
    heavy = {'reportlab', 'openpyxl', 'docx', 'pyrage', 'python_calamine', 'pypdfium2'}
    print('HEAVY', sorted({name.split('.')[0] for name in sys.modules} & heavy))
    print('READ', sorted(name for name in linecache.cache if Path(name).parent.name in ('app', 'db', 'records', 'ui')))
    waiting = [name for name, module in sys.modules.items() if '_run' in vars(module)]
    print('WAITING', 'shibokensupport.signature.parser' in waiting, 'shibokensupport.signature.mapping' in waiting)
    print('MADE', sorted({'QWizard', 'QCalendarWidget', 'QTreeWidget', 'QMdiArea'} & set(vars(QtWidgets))))
    QTest.mouseClick(window.navigation.items['education'], Qt.MouseButton.LeftButton)
    shown = window.stack.currentWidget()
    print('USABLE', window.key, shown is window.page('education'), shown.isVisible())
    app.quit()
window.painted.connect(tell)
window.show()
app.exec()
from ui import jobs
jobs.wait_for_all()
opened.close()
for wrong in (lambda: window.resize('a', 'b'), lambda: QtWidgets.QLabel('x', foo=3)):
    try:
        wrong()
    except Exception as error:
        print('SAID', type(error).__name__, error)
"""


def test_waiting_for_jobs_ends_while_the_program_ends(app: QApplication) -> None:
    waited: list[bool] = []

    def end() -> None:
        jobs.Job(time.sleep, 0.1).start()
        app.exit()
        jobs.wait_for_all()
        waited.append(jobs.any_runs())

    QTimer.singleShot(0, end)
    app.exec()
    assert waited == [False]


def test_nothing_is_imported_read_or_made_before_the_first_paint_that_it_does_not_need(tmp_path: Path) -> None:
    root, (folder, _keys) = Path(__file__).resolve().parents[2], copied(tmp_path / "demo")
    command = [sys.executable, "-c", SCRIPT, str(folder), demo.USER, demo.PASSWORD]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr
    assert "READ []" in done.stdout, f"PySide reads the source of what is imported\n{done.stdout}"
    assert "MADE []" in done.stdout, (
        f"a widget is asked for that was not made here: Qt's classes of all widgets come with it\n{done.stdout}"
    )
    assert "USABLE education True True" in done.stdout, f"a click right after the first paint opens its page\n{done.stdout}"
    assert "WAITING True True" in done.stdout, f"PySide compiles what describes its functions\n{done.stdout}"
    for words in (
        "SAID TypeError 'PySide6.QtWidgets.QWidget.resize' called with wrong argument types:\n  PySide6.QtWidgets.QWidget.resize(str, str)",
        "resize(w: int, h: int, /)",
        "SAID AttributeError PySide6.QtWidgets.QLabel.__init__(): 'foo' is not a Qt property or a signal",
    ):
        assert words in done.stdout, f"what waits is there when it is asked for\n{done.stdout}{done.stderr}"
