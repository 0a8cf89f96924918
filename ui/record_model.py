"""The item model of a list of records: the first 128 rows at once, all row ids as one vector from a worker.

Pages are read when they are painted and the last ones kept, so a million records cost eight megabytes and a page a query.
"""

from __future__ import annotations

import time
from array import array
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from app.i18n import _
from app.listing import PAGE, Listing, Row
from db.record import CANCELLED, DRAFT
from ui import look
from ui.jobs import Job

DISPLAY, TOOLTIP, ALIGNMENT, ACCESSIBLE = 0, 3, 7, 11
"""Qt's roles as the plain numbers in which they arrive."""
READ, KEPT_PAGES = 32, 256
"""Rows read at once, a screenful, and how many such pages are kept."""
PAUSE = 250
"""Milliseconds without a key after which a search that is being typed finds more than its first page."""
AFTER_PAINT = 100
"""Milliseconds in which the first rows are painted before a worker takes its turns with this thread."""
SUMMARY = 0
Index = QModelIndex | QPersistentModelIndex
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_NOTHING = Row(None, "", "", "", "", 0, ())


def state_of(row: Row) -> str | None:
    """Give the one exception a row shows (a key of ``look.STATES``); None for a saved, clean record."""
    if row.state == DRAFT:
        return "draft"
    if row.state == CANCELLED:
        return "cancelled"
    return "warning" if row.warnings else None


def _ids(listing: Listing, progress: Callable[[int, int], None]) -> array[int]:
    return listing.ids(_yielding(progress))


def _gather(listing: Listing, ids: array[int], progress: Callable[[int, int], None]) -> tuple[tuple[str, dict[str, str]], dict[str, int]]:
    chips = listing.chips()
    return listing.sums(ids, _yielding(progress)), chips


def _yielding(progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def let_go(done: int, total: int) -> None:
        progress(done, total)
        time.sleep(0.001)  # the window's thread goes first

    return let_go


class RecordModel(QAbstractTableModel):
    """Rows of a listing. Columns: the two-line summary, the chosen columns, the number (if the type has one), the state."""

    listed = Signal()
    """All ids are known."""
    gathered = Signal(object)
    """The sums and the counts of the chips are known too: the counts by chip."""

    def __init__(self, listing: Listing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing = listing
        self.ids: array[int] = array("q")
        self.is_whole = False
        """Whether ``ids`` holds all."""
        self.total, self.sums = "", dict[str, str]()
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._job: Job | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._begin)

    # -- loading -----------------------------------------------------------------------------------------------------

    def load(self, listing: Listing) -> None:
        """Show another listing from its start; a worker of the one before is let go."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._later.stop()
        first = listing.first()
        small = listing.is_small()
        self.beginResetModel()
        self.listing, self.is_whole = listing, False
        self._pages.clear()
        self.ids = first[:PAGE] if not small else first
        self.total, self.sums = "", {}
        self.endResetModel()
        if small:
            self._took(listing.ids())
            self._summed((listing.sums(self.ids), listing.chips()))
        else:
            self._later.start(PAUSE if listing.wanted.words else AFTER_PAINT)

    def _begin(self) -> None:
        self._work(_ids, self._took_first, self.listing)

    def _work(self, work: Callable[..., Any], took: Callable[[Any], None], *about: Any) -> None:
        job = self._job = Job(work, *about, database=self.listing.store.database)
        job.done.connect(lambda found: took(found) if self._job is job else None)
        job.start()

    def _took_first(self, ids: array[int]) -> None:
        """Show all there is; what it adds up to takes longer."""
        self._took(ids)
        self._work(_gather, self._summed, self.listing, ids)

    def _took(self, ids: array[int]) -> None:
        known = len(self.ids)
        if ids[:known] == self.ids and len(ids) > known:
            self.beginInsertRows(QModelIndex(), known, len(ids) - 1)
            self.ids = ids
            self._pages.pop(known // READ, None)
            self.endInsertRows()
        elif ids != self.ids:
            self.beginResetModel()
            self.ids = ids
            self._pages.clear()
            self.endResetModel()
        self.is_whole = True
        self.listed.emit()

    def _summed(self, found: tuple[tuple[str, dict[str, str]], dict[str, int]]) -> None:
        (self.total, self.sums), chips = found
        self._job = None
        self.gathered.emit(chips)

    def row(self, place: int) -> Row:
        """Give a row; its page is read when it is not at hand."""
        number, within = divmod(place, READ)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.listing.rows(self.ids[number * READ : (number + 1) * READ])
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        return page[within] if within < len(page) else _NOTHING

    def place_of(self, uid: str) -> int | None:
        """Give the place of a record in the list; None when it is not in it."""
        found = self.listing.store.row_ids(self.listing.declared, [uid]).get(uid)
        if found is None or self.listing.wanted.state == DRAFT:
            return None
        try:
            return self.ids.index(found)
        except ValueError:
            return None

    # -- what Qt asks ------------------------------------------------------------------------------------------------

    @property
    def number_at(self) -> int | None:
        """The column of the number; None where the type has none."""
        return len(self.listing.columns) + 1 if self.listing.number is not None else None

    @property
    def state_at(self) -> int:
        """The column of the state."""
        return len(self.listing.columns) + 1 + (self.listing.number is not None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many records are known so far."""
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give the summary, the chosen columns, the number, the state."""
        return 0 if parent.isValid() else self.state_at + 1

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Give words and, for who cannot see, the state in words."""
        if role not in (DISPLAY, TOOLTIP, ALIGNMENT, ACCESSIBLE) or not index.isValid():
            return None
        column = index.column()
        if role == ALIGNMENT:
            return RIGHT if self._is_right(column) else LEFT
        row = self.row(index.row())
        if role in (TOOLTIP, ACCESSIBLE):
            return _words(row) if column == SUMMARY or role == ACCESSIBLE else self._cell(row, column) or None
        return self._cell(row, column)

    def words(self, place: int, column: int) -> str:
        """Give what a cell shows, where Qt is not asked."""
        return self._cell(self.row(place), column)

    def _is_right(self, column: int) -> bool:
        if column == self.number_at:
            return True
        return 0 < column <= len(self.listing.columns) and self.listing.columns[column - 1].right

    def _cell(self, row: Row, column: int) -> str:
        if column == SUMMARY:
            return row.title
        if column <= len(self.listing.columns):
            return row.cells[column - 1] if column - 1 < len(row.cells) else ""
        if column == self.number_at:
            return row.number
        state = state_of(row)
        return _(look.STATES[state].word) if state else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Give headings, aligned as their columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= self.state_at:
            return None
        if role == ALIGNMENT:
            return RIGHT if self._is_right(section) else LEFT
        if role != DISPLAY:
            return None
        if section == SUMMARY:
            return _(self.listing.heading)
        if section <= len(self.listing.columns):
            return _(self.listing.columns[section - 1].label)
        if section == self.number_at and self.listing.number is not None:
            return _(self.listing.number[0].label)
        return ""


def _words(row: Row) -> str:
    state = state_of(row)
    warned = _(look.STATES[state].word) if state else ""
    return "\n".join(part for part in (row.title, row.second, warned) if part)
