"""Export from a page of records: the list as it stands, or the empty entry form, to XLSX or CSV."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from app import tables
from app.i18n import _
from app.listing import Listing
from db.questions import grouped
from db.record import DRAFT, Record
from ui.jobs import Cancelled, Job
from ui.messages import show_error
from ui.session import Session


class What(NamedTuple):
    """One way to export: its words, the ending, and whether it is the empty form or holds private answers."""

    words: str
    ending: str
    empty: bool = False
    names: bool = False


WAYS = (
    What("Danh sách đang xem, Excel (.xlsx)…", ".xlsx"),
    What("Danh sách đang xem, CSV (.csv)…", ".csv"),
    What("Danh sách kèm họ tên, số giấy tờ (ghi nhật ký)…", ".xlsx", names=True),
    What("Mẫu nhập trống, Excel (.xlsx)…", ".xlsx", empty=True),
    What("Mẫu nhập trống, CSV (.csv)…", ".csv", empty=True),
)


def export_list(page: QWidget, session: Session, declared: type[Record], listing: Listing) -> QMenu:
    """Offer the ways to export below what has the focus; give the menu."""
    menu = QMenu(page)
    for way in WAYS:
        if way.empty and not WAYS[WAYS.index(way) - 1].empty:
            menu.addSeparator()
        action = menu.addAction(_(way.words))
        action.setEnabled(way.empty or listing.wanted.state != DRAFT)
        action.triggered.connect(lambda _on=False, way=way: _ask(page, session, declared, listing, way))
    pressed = QApplication.focusWidget() or page
    menu.popup(pressed.mapToGlobal(QPoint(0, pressed.height())))
    return menu


def _ask(page: QWidget, session: Session, declared: type[Record], listing: Listing, way: What) -> None:
    title = declared.plural if not way.empty else _("{what} - mẫu nhập").format(what=_(declared.caption))
    folder = Path(session.preferences.get("export_folder", "") or Path.home())
    wanted = folder / (re.sub(r'[\\/:*?"<>|]+', " ", f"{title}").strip() + way.ending)
    kind = "Excel (*.xlsx)" if way.ending == ".xlsx" else "CSV (*.csv)"
    name, _kind = QFileDialog.getSaveFileName(page, _("Xuất {what}").format(what=_(declared.plural).lower()), str(wanted), kind)
    if name:
        path = Path(name) if Path(name).suffix.lower() == way.ending else Path(name + way.ending)
        session.preferences.put("export_folder", str(path.parent))
        export(session, declared, listing, path, way)


def export(session: Session, declared: type[Record], listing: Listing, path: Path, way: What) -> Job:
    """Write the file by a worker and say so."""
    job = Job(
        _write, session, declared, listing, path, way,
        database=session.office.database, writes=True, words=_("Đang ghi {file}…").format(file=path.name),
    )  # fmt: skip

    def done(count: int) -> None:
        words = _("Đã ghi mẫu nhập vào {file}.") if way.empty else _("Đã xuất {n} bản ghi vào {file}.")
        session.toast(words.format(n=grouped(count), file=path.name))

    def failed(error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            show_error(None, error)

    job.done.connect(done)
    job.failed.connect(failed)
    session.run(job)
    return job


def _write(session: Session, declared: type[Record], listing: Listing, path: Path, way: What, progress: Callable[[int, int], None]) -> int:
    ids = [] if way.empty else list(listing.ids())
    return tables.export(
        session.store, declared, path, None, session.user, row_ids=ids, empty=way.empty, with_names=way.names, progress=progress
    )
