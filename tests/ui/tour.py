"""A tour of the whole window over the demo: every page, empty and filled, with something wrong in it, and every door and sheet.

``rooms`` and ``doors`` go to one view after the other and give its name and its window, for whoever wants to look at it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app import lookup
from app.i18n import _
from app.moving import Move
from app.office import Office
from db import lockout
from db.record import EventRecord, Record
from db.records import RECORD_TYPES
from ui.chooser import Chooser
from ui.confirm_pane import ConfirmPane
from ui.first_run import FirstRun
from ui.key_sheet import KeySheet
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.pages import pages
from ui.record_page import RecordPage
from ui.session import Place, Toast
from ui.unlock_dialog import UnlockWindow

Settle = Callable[[], None]
EVERY_PAGE = "NENNEP_EVERY_PAGE"
"""The variable of the environment that asks for every page where a test goes to those that differ."""
FILE = """\
Họ và tên,Năm sinh,Số giấy tờ,Xã,Diện đối tượng,Còn sống,Đơn vị,Cột lạ
Bùi Văn Thử,1949,000000991001,Đồng Tiến,Thương binh,Có,DV01,x
Ngô Thị Thử,1951,12,Đồng Tiến,Thương binh,Có,DV01,x
Lý Văn Thử,19x8,000000991004,Đồng Tiến,Thương binh,Có,DV99,x
"""
"""A table with a row that is ready, a doubtful one and a refused one."""


def differing() -> list[str]:
    """Give the keys of the pages that differ in more than words: of record types declared alike the first stands for all.

    ``bootstrap.py soak pages`` goes to every page instead.
    """
    seen: dict[object, str] = {}
    for page in pages():
        declared = None if os.environ.get(EVERY_PAGE) else RECORD_TYPES.get(page.key)
        seen.setdefault(page.key if declared is None else _shape(declared), page.key)
    return list(seen.values())


def _shape(declared: type[Record]) -> tuple[object, ...]:
    """Give what decides which parts a record page has."""
    asked = [*declared.questions().values(), *(one for kind in declared.kinds.values() for one in kind.questions().values())]
    private = any(question.private for question in asked)
    parts = bool(declared.kinds), bool(declared.papers), declared.tree is not None, private
    return issubclass(declared, EventRecord), declared.catalogue, declared.shelf, *parts


def rooms(window: MainWindow, settle: Settle, folder: Path, keys: Collection[str] | None = None) -> Iterator[str]:
    """Go from view to view of the main window; ``keys`` are the pages that are wanted, None all."""
    for page in pages():
        if keys is not None and page.key not in keys:
            continue
        window.go(Place(page.key))
        settle()
        yield page.key
        shown = window.page(page.key)
        if isinstance(shown, RecordPage):
            yield from _records(window, shown, settle)
        elif page.key == "report":
            yield from _report(window, settle)
        elif page.key == "import":
            yield from _import(window, settle, folder)
    window.go(Place("home"))
    window.show_toast(Toast(_("Đã đổi mật khẩu."), lambda: None))
    settle()
    yield "toast"
    window.open_palette()
    settle()
    yield "palette"


def _records(window: MainWindow, page: RecordPage, settle: Settle) -> Iterator[str]:
    name = page.declared.type_name
    newest = lookup.newest(window.session.store, page.declared)
    if newest is not None:
        window.go(Place(name, uid=newest["uid"]))
        settle()
        yield f"{name}, a record"
        window.toggle_side()
        settle()
        yield f"{name}, a record and its history"
        window.toggle_side()
    window.go(Place(name, new=True))
    settle()
    yield f"{name}, a new record"
    assert page.form is not None
    page.form.save()  # refused: everything that is missing is said
    for group in page.form.body.groups:
        group.fold.setChecked(True)
    settle()
    yield f"{name}, a new record that was refused, unfolded"
    page.close_form()


def _report(window: MainWindow, settle: Settle) -> Iterator[str]:
    from ui.report_page import ReportPage

    page = window.page("report")
    assert isinstance(page, ReportPage)
    for _round in range(20):
        settle()
        if page.preview.figures:
            break
    page.preview.choose(0, open_it=True)
    settle()
    yield "report, a figure"
    page.edit_section("1.II.5")
    settle()
    yield "report, a section"
    page.words.reword("GD.1")
    settle()
    yield "report, a sentence"


def _import(window: MainWindow, settle: Settle, folder: Path) -> Iterator[str]:
    from ui.import_page import ImportPage

    page = window.page("import")
    assert isinstance(page, ImportPage)
    path = folder / "bang.csv"
    path.write_text(FILE, encoding="utf-8-sig")
    window.take_file(str(path))
    settle()
    yield "import, columns"
    page.look()
    settle()
    yield "import, rows"
    page.write(with_doubtful=False)
    settle()
    yield "import, done"


def doors(office: Office, window: MainWindow, settle: Settle, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Open one door or sheet after the other."""
    lockout.clear(office.folder, office.user)
    made: list[tuple[str, QWidget]] = [
        ("unlock", UnlockWindow(office.folder, "Bộ CHQS tỉnh Hà Sơn", drafts=2)),
        ("keys", KeySheet(window)),
    ]
    for name, widget in made:
        widget.show()
        settle()
        yield name, widget
        if isinstance(widget, UnlockWindow):
            widget.forgotten.click()
            settle()
            yield "recover", widget
        widget.hide()
        widget.deleteLater()
    first = FirstRun(folder / "moi")
    first.show()
    settle()
    yield "first run, unit", first
    first.onward.click()
    settle()
    yield "first run, unit missing", first
    first.code.setText("DV07")
    first.name.setText("Ban CHQS Kim Lộc")
    first.onward.click()
    settle()
    yield "first run, person", first
    first._show_code("1234 5678 9012 3456 7890 1234 5678 9012")  # noqa: SLF001
    first._show(2)  # noqa: SLF001
    settle()
    yield "first run, code", first
    first._finished = True  # noqa: SLF001
    first.close()
    first.deleteLater()


# -- what opens over a page ----------------------------------------------------------------------------------------------


def menus(window: MainWindow, settle: Settle) -> Iterator[tuple[str, list[str]]]:
    """Open one menu after the other; give the words in it, those of the menus below it included."""
    for key in ("care", "unit"):
        page = _listed(window, settle, key)
        page.show_tree(False, remember=False)
        settle()
        page.list.table.go_to(0)
        at = page.list.table.mapToGlobal(QPoint(20, 20))
        yield f"{key}, menu of a row", _words_of(lambda page=page, at=at: page.list.table.menu_asked.emit(at))  # type: ignore[misc]
        yield f"{key}, ways out", _words_of(page._export)  # noqa: SLF001
        heads = page.list.table.horizontalHeader()
        yield f"{key}, columns", _words_of(lambda heads=heads: heads.customContextMenuRequested.emit(QPoint(9, 9)))  # type: ignore[misc]
    page.show_tree(True, remember=False)
    settle()
    assert page.tree is not None
    tree, uid = page.tree, page.tree.model.uid_of(page.tree.model.index(0, 0))
    yield "menu of the tree", _words_of(lambda: tree.menu_asked.emit(uid, window.mapToGlobal(QPoint(300, 300))))
    window.go(Place("home"))
    settle()
    yield "new record", _words_of(window.page("home").new)  # type: ignore[attr-defined]


def _listed(window: MainWindow, settle: Settle, key: str) -> RecordPage:
    window.go(Place(key))
    settle()
    page = window.page(key)
    assert isinstance(page, RecordPage)
    page.close_form()
    return page


def _words_of(ask: Callable[[], object]) -> list[str]:
    ask()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    found = list(_words(menu))
    menu.close()
    return found


def _words(menu: QMenu) -> Iterator[str]:
    for action in menu.actions():
        yield action.text().split("\t")[0]
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _words(below)


def panes(window: MainWindow, settle: Settle) -> Iterator[str]:
    """Open one pane after the other over its page."""
    window.activateWindow()  # a menu that was open before has taken the focus away
    QTest.qWaitForWindowActive(window)
    page = _listed(window, settle, "unit")
    page.show_tree(False, remember=False)
    page.list.reload()
    settle()
    page.list.table.setFocus()
    page.list.table.selectAll()
    settle()
    assert page.list.table.chosen_count() > 1
    yield "several chosen"
    bulk = page.list.bulk
    bulk.cancel()
    settle()
    yield from _pane(window, "why it is cancelled")
    bulk._preview(Move("cancel", reason="x"))  # noqa: SLF001
    settle()
    yield from _pane(window, "cancelling, with what uses it")
    page = _listed(window, settle, "education")
    page.list.table.selectAll()
    for ask in (page.list.bulk.move_unit, page.list.bulk.move_period):
        ask()
        settle()
        yield from _pane(window, ask.__name__)
    page.list.bulk._preview(Move("period", "2019-H2", "x"))  # noqa: SLF001
    settle()
    yield from _pane(window, "moving to a period")
    yield from _history(window, settle)


def _history(window: MainWindow, settle: Settle) -> Iterator[str]:
    from ui.history_page import HistoryPage

    window.go(Place("history"))
    settle()
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    for button in (page.type_button, page.person_button):
        button.click()
        settle()
        yield from _pane(window, "history, a filter")
    page.day.setText("31/2")
    page.day.editingFinished.emit()
    yield "history, no such day"
    page.day.clear()
    for tab in ("imports", "bin"):
        page.show_tab(tab)
        settle()
        yield f"history, {tab}"
    page.show_tab("imports")
    settle()
    page.undo_import()
    settle()
    yield from _pane(window, "history, why an import is undone")
    found = page.table.current()
    page._plan_undo(found, "x")  # noqa: SLF001
    settle()
    settle()
    yield from _pane(window, "history, what an undo does")


def _pane(window: MainWindow, name: str) -> Iterator[str]:
    """Give the name of what stands over the page now, and take it away."""
    shown = [one for kind in (LinePane, ConfirmPane, Chooser) for one in window.findChildren(kind) if one.isVisible()]
    assert shown, name
    yield name
    for one in shown:
        leave = getattr(one, "leave", None)
        (leave or one.hide)()
