"""Out of a page of records: the list as it is seen or with every column, and the empty entry form, as tables or on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from app import tables
from app.i18n import _
from app.listing import Listing
from db.message import inside
from db.questions import grouped
from db.record import CANCELLED, DRAFT, Record
from ui.doing import failed
from ui.jobs import Job
from ui.list_output import Paper, RecordPaper, of_list, of_sheet
from ui.session import Session


class What(NamedTuple):
    """One way out: its words, the ending of the file, and what is written.

    ``how``: shown (the list as it is seen), full (every column, can be imported again), names (with private answers), empty (the
    entry form), or on paper: list, sheet; with the ending '' it is printed.
    """

    words: str
    ending: str
    how: str

    @property
    def empty(self) -> bool:
        """Whether it holds no records."""
        return self.how in ("empty", "sheet")


WAYS = (
    What("Như đang xem (cột, thứ tự), Excel (.xlsx)…", ".xlsx", "shown"),
    What("Như đang xem (cột, thứ tự), CSV (.csv)…", ".csv", "shown"),
    What("Đủ mọi cột, nhập lại được, Excel (.xlsx)…", ".xlsx", "full"),
    What("Đủ mọi cột, nhập lại được, CSV (.csv)…", ".csv", "full"),
    What("Đủ mọi cột kèm họ tên, số giấy tờ (ghi nhật ký)…", ".xlsx", "names"),
    What("In danh sách đang xem…", "", "list"),
    What("Lưu danh sách đang xem thành PDF…", ".pdf", "list"),
    What("Mẫu nhập trống, Excel (.xlsx)…", ".xlsx", "empty"),
    What("Mẫu nhập trống, CSV (.csv)…", ".csv", "empty"),
    What("In phiếu nhập trống…", "", "sheet"),
    What("Lưu phiếu nhập trống thành PDF…", ".pdf", "sheet"),
)
KINDS = {".xlsx": "Excel (*.xlsx)", ".csv": "CSV (*.csv)"}


def export_list(page: QWidget, session: Session, declared: type[Record], listing: Listing, ids: Sequence[int] | None = None) -> QMenu:
    """Offer the ways out below what has the focus, for the rows ``ids`` (None: the whole list); give the menu."""
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for before, way in zip((WAYS[0], *WAYS), WAYS, strict=False):
        if (before.how in ("list", "sheet"), before.empty) != (way.how in ("list", "sheet"), way.empty):
            menu.addSeparator()
        action = menu.addAction(_(way.words))
        action.setEnabled((way.empty or listing.wanted.state != DRAFT) and (way.how != "names" or session.may("reveal")))
        action.triggered.connect(lambda _on=False, way=way: take(page, session, declared, listing, way, ids))
    offer_papers(menu, page, session, listing, ids)
    pressed = QApplication.focusWidget() or page
    menu.popup(pressed.mapToGlobal(QPoint(0, pressed.height())))
    return menu


def offer_papers(menu: QMenu, page: QWidget, session: Session, listing: Listing, ids: Sequence[int] | None = None) -> None:
    """Put the papers that are declared for these records into a menu; none where the person may not see the names in them."""
    if not listing.declared.papers or listing.wanted.state in (DRAFT, CANCELLED) or not session.may("reveal"):
        return
    menu.addSeparator()
    for name, label in listing.declared.papers:
        below = menu.addMenu(_(label))
        for words, way in ((_("In…"), "print"), (_("Lưu thành PDF…"), "ask_where"), (_("Lưu cho Word…"), "ask_where_word")):
            below.addAction(words).triggered.connect(partial(_take_paper, way, page, session, listing, name, ids))


def _take_paper(way: str, page: QWidget, session: Session, listing: Listing, name: str, ids: Sequence[int] | None, _on: bool) -> None:
    paper: Callable[[], object] = getattr(RecordPaper(page, session, listing, name, ids), way)
    paper()


def take(
    page: QWidget, session: Session, declared: type[Record], listing: Listing, way: What, ids: Sequence[int] | None = None
) -> Paper | None:
    """Go one of the ways; give what is printed or saved as PDF, None for a table."""
    if way.how in ("list", "sheet"):
        paper = of_sheet(page, session, declared) if way.how == "sheet" else of_list(page, session, listing, ids)
        (paper.ask_where if way.ending else paper.print)()
        return paper
    title = _("{what} - mẫu nhập").format(what=declared.caption) if way.empty else declared.plural
    folder = Path(session.preferences.get("export_folder", "") or Path.home())
    wanted = folder / (re.sub(r'[\\/:*?"<>|]+', " ", f"{title}").strip() + way.ending)
    words = _("Xuất {what}").format(what=_(inside(declared.plural)))
    name, _kind = QFileDialog.getSaveFileName(page, words, str(wanted), KINDS[way.ending])
    if name:
        path = Path(name) if Path(name).suffix.lower() == way.ending else Path(name + way.ending)
        session.preferences.put("export_folder", str(path.parent))
        export(session, declared, listing, path, way, ids)
    return None


def export(session: Session, declared: type[Record], listing: Listing, path: Path, way: What, ids: Sequence[int] | None = None) -> Job:
    """Write the file by a worker and say so."""
    job = Job(
        _write, session, declared, listing, path, way, ids,
        database=session.office.database, writes=True, words=_("Đang ghi {file}…").format(file=path.name),
    )  # fmt: skip

    def done(count: int) -> None:
        words = _("Đã ghi mẫu nhập vào {file}.") if way.empty else _("Đã xuất {n} bản ghi vào {file}.")
        lost = "" if way.how == "shown" else tables.left_out(declared, path)
        session.toast(" ".join(filter(None, (words.format(n=grouped(count), file=path.name), _(lost)))))

    job.done.connect(done)
    job.failed.connect(partial(failed, None))
    session.run(job)
    return job


def _write(
    session: Session,
    declared: type[Record],
    listing: Listing,
    path: Path,
    way: What,
    ids: Sequence[int] | None,
    progress: Callable[[int, int], None],
) -> int:
    wanted = [] if way.empty else list(listing.ids() if ids is None else ids)
    if way.how == "shown":
        return tables.export_shown(listing, wanted, path, session.user, progress)
    return tables.export(
        session.store, declared, path, None, session.user,
        row_ids=wanted, empty=way.empty, with_names=way.how == "names", progress=progress,
    )  # fmt: skip
