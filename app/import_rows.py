"""What an import would do to each row of a file, what was done, and the rows that were left out as a file of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from app import importing, tabular, unseen
from app.import_plan import Plan
from app.import_puts import Puts
from app.importing import Preview
from app.sheets import Column, Sheet, Table, as_text
from db import crosschecks
from db.store import Progress, Put, Store

REFUSED, DOUBTFUL, READY, KNOWN = "refused", "doubtful", "ready", "already"
FATES = (REFUSED, DOUBTFUL, READY, KNOWN)
"""What can become of a row, in the order in which rows are shown."""


class Row(NamedTuple):
    """A row of a matched sheet: its place there, its number in the file, what becomes of it, and why (column or None, words)."""

    at: int
    number: int
    fate: str
    reasons: tuple[tuple[int | None, str], ...]


@dataclass
class Page:
    """One matched sheet to be looked at: its plan's place, headings, and rows, first those that want looking at."""

    at: int
    sheet: Sheet
    rows: list[Row]

    def counts(self) -> dict[str, int]:
        """Give how many rows have each fate."""
        found = dict.fromkeys(FATES, 0)
        for row in self.rows:
            found[row.fate] += 1
        return found

    def text(self, row: Row, column: int) -> str:
        """Give the text of a cell."""
        return as_text(self.sheet.rows[row.at][column])

    def is_wrong(self, row: Row, column: int) -> bool:
        """Tell whether something is said about a cell."""
        return any(at == column for at, _reason in row.reasons)

    def alike(self, mended: Row, column: int, text: str) -> list[int]:
        """Give the places of the other rows that are wrong in a column and have this text there."""
        return [row.at for row in self.rows if row.at != mended.at and self.is_wrong(row, column) and self.text(row, column) == text]


@dataclass
class Looked:
    """A preview with its rows; ``clean_records`` are those that would be written and nothing is said about."""

    plan: Plan
    preview: Preview
    pages: list[Page]
    clean_records: int

    def counts(self) -> dict[str, int]:
        """Give how many rows have each fate."""
        all_counts = [page.counts() for page in self.pages]
        return {fate: sum(counts[fate] for counts in all_counts) for fate in FATES}

    @property
    def records(self) -> int:
        """How many records would be written."""
        return len(self.preview.puts) + len(self.preview.drafts)


def look(store: Store, plan: Plan, progress: Progress | None = None) -> Looked:
    """Preview the import of a plan; nothing is written. Raises ExpectedError."""
    sheets = plan.matched()
    preview = importing.preview(store, plan.declared, plan.path, sheets=sheets, progress=progress)
    return Looked(plan, preview, _pages(plan, sheets, preview), len(_clean(preview)) + len(preview.drafts))


def _pages(plan: Plan, sheets: Sequence[Sheet], preview: Preview) -> list[Page]:
    said: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for refusal in (*preview.refused, *preview.doubts):
        said.setdefault((refusal.sheet, refusal.row), []).append((refusal.column, refusal.reason))
    refused = {(refusal.sheet, refusal.row) for refusal in preview.refused}
    fates: dict[tuple[str, int], str] = {}
    for raw, fate in preview.fates or ():
        shown = KNOWN if fate == KNOWN else READY
        fates[raw.plan.title, raw.row] = shown
        for lines in raw.lines.values():
            for line in lines:
                fates[line.plan.title, line.row] = shown
    used = [at for at, part in enumerate(plan.parts) if part.role is not None]
    pages: list[Page] = []
    for at, sheet in zip(used, sheets, strict=True):
        columns_by_label = {label: column for column, label in enumerate(sheet.header)}
        rows: list[Row] = []
        for place, number in enumerate(sheet.numbers):
            key = (sheet.title, number)
            if key in preview.totals:
                continue
            reasons = tuple((columns_by_label.get(label), reason) for label, reason in said.get(key, ()))
            fate = REFUSED if key in refused else fates.get(key, "")
            if not fate:
                fate, reasons = REFUSED, reasons or ((None, "Cùng bản ghi với một dòng bị từ chối."),)
            elif fate != REFUSED and reasons:
                fate = DOUBTFUL
            rows.append(Row(place, number, fate, reasons))
        rows.sort(key=lambda row: (FATES.index(row.fate), row.number))
        pages.append(Page(at, sheet, rows))
    return pages


# --- doing it ---------------------------------------------------------------------------------------------------------------


def apply(store: Store, looked: Looked, by: str, with_doubtful: bool, progress: Progress | None = None) -> Preview:
    """Write what is ready, and ``with_doubtful`` what is doubtful; refused rows never. Gives what was written. Raises ExpectedError."""
    found = looked.preview
    if not with_doubtful:
        puts = _clean(found)
        used = crosschecks.linked_uids(found.declared, (put.record for put in puts), "beneficiary")
        new = sum(not put.bases for put in puts) + len(found.drafts)
        persons = [person for person in found.persons if person["uid"] in used]
        found = replace(found, puts=puts, persons=persons, new=new, updated=len(puts) + len(found.drafts) - new, doubtful=0)
    importing.apply(store, found, by, progress)
    return found


def _clean(found: Preview) -> Puts:
    """Give what would be written and nothing is said about, neither about the record nor about the persons that it makes."""
    shaky = {person["uid"] for person in found.persons if person.get("warned")}

    def is_clean(_at: int, put: Put) -> bool:
        if put.record.get("warned"):
            return False
        return not (shaky and shaky & crosschecks.linked_uids(found.declared, [put.record], "beneficiary"))

    return found.puts.kept(is_clean)


def save_rows(looked: Looked, fates: Iterable[str], path: Path) -> int:
    """Write the rows of these fates, as they stand in the file and with the reasons beside them, to ``.xlsx`` or ``.csv``.

    The first sheet that has such rows, for CSV; else one table a sheet. Gives how many. Raises ExpectedError.
    """
    wanted = set(fates)
    tables: list[Table] = []
    count = 0
    for page in looked.pages:
        rows = sorted((row for row in page.rows if row.fate in wanted), key=lambda row: row.number)
        if not rows:
            continue
        count += len(rows)
        body = [
            [*(page.text(row, column) for column in range(len(page.sheet.header))), "; ".join(reason for _at, reason in row.reasons)]
            for row in rows
        ]
        tables.append(Table(page.sheet.title, [*(Column(label) for label in page.sheet.header), Column("Lý do", width=40)], body))
    tabular.write(path, tables[:1] if path.suffix.lower() == ".csv" else tables, unseen.replace)
    return count
