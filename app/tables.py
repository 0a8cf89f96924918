"""Records out: the tables of a period or of all records, and the empty entry form with its code lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from app import search, tabular, unseen
from app.listing import Listing
from app.periods import Period
from app.record_columns import flat_kind
from app.sheets import Column, Table
from db.crosschecks import CHUNK, chunks, linked_uids, prefetch
from db.journal import decode
from db.message import Joined, Message
from db.questions import Link
from db.record import ENTERED, Aggregate, Record, complete
from db.store import Progress, Store
from db.system import Journal

STATE_HEADING = Message("Trạng thái")
WARNED = Message("Cảnh báo")


class Stored(Collection[Aggregate]):
    """Records of a type in the order of their row ids as given, read from the file a piece at a time, as often as gone through."""

    def __init__(self, store: Store, declared: type[Record], row_ids: list[int], progress: Progress | None, persons: bool = False) -> None:
        self._store, self._declared, self._ids, self._progress, self._persons = store, declared, row_ids, progress, persons

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self._ids)

    def __contains__(self, record: object) -> bool:
        """Tell whether a record is among them."""
        return any(record == one for one in self)

    def __iter__(self) -> Iterator[Aggregate]:
        """Give the complete aggregates."""
        declared, done = self._declared, 0
        for chunk in chunks(self._ids, CHUNK):
            query = (
                declared.select(declared.id, declared.uid, Journal.body, Journal.private)
                .join(Journal, on=((Journal.device == declared.device) & (Journal.seq == declared.seq)))
                .where(declared.id.in_(chunk))
            )
            rows = {row[0]: row[1:] for row in self._store.execute(query.tuples())}
            records = [complete(declared, decode(*rows[row_id])) for row_id in chunk if row_id in rows]
            if self._persons:
                self._tell_persons(records)
            yield from records
            done += len(chunk)
            if self._progress:
                self._progress(done, len(self._ids))

    def _tell_persons(self, records: list[Aggregate]) -> None:
        """Put into lines what they say of the person they link to: the columns that would find or make that person again."""
        for kind, line_type in self._declared.kinds.items():
            makes: dict[str, str] = getattr(line_type, "makes", {})
            for name, question in line_type.questions().items():
                if not makes or not isinstance(question, Link) or self._store.types[question.to].catalogue:
                    continue
                prefetch(self._store, question.to, linked_uids(self._declared, records, question.to))
                for line in (line for record in records for line in record[kind]):
                    person = self._store.names.linked(question.to, line[name]) or {}
                    line.update((column, person.get(of)) for column, of in makes.items())


def export(
    store: Store,
    declared: type[Record],
    path: Path,
    period: Period | None,
    by: str,
    *,
    row_ids: list[int] | None = None,
    empty: bool = False,
    with_names: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write records (or, ``empty``, the entry form) to ``.xlsx`` or ``.csv``; give how many records were written.

    ``row_ids`` are the rows that are wanted, in their order; None: all of the period, or all.

    Private answers are left out unless ``with_names``, which is noted in the journal. A CSV holds the flat form.
    Raises ExpectedError.
    """
    flat = path.suffix.lower() == ".csv"
    if with_names:
        store.allow(by, "reveal")
    if empty:
        tabular.write(path, tabular.entry_form(declared, flat=flat, lists=choices(store, declared)))
        return 0
    records = Stored(store, declared, search.ids(store, declared, period) if row_ids is None else row_ids, progress, persons=with_names)
    found = tabular.tables_of(declared, records, store.names, flat=flat, with_names=with_names)

    def note() -> None:
        if with_names:
            with store.transaction():
                store.audit("export", {"type": declared.type_name, "records": len(records), "names": True}, by)

    tabular.write(path, found, partial(_noted, store, with_names, note))
    return len(records)


def left_out(declared: type[Record], path: Path) -> str:
    """Say which kinds of line the file of an export has no room for, as a CSV holds one table (contract.md 4); '' for none."""
    lost = [line_type.caption for kind, line_type in declared.kinds.items() if kind != flat_kind(declared)]
    if not lost or path.suffix.lower() != ".csv":
        return ""
    names = Joined(", ", [Message("“{caption}”", caption=caption) for caption in lost])
    return Message("Tệp .csv chỉ chứa một bảng nên không có {names}; hãy xuất ra .xlsx để có đủ.", names=names)


def export_shown(listing: Listing, ids: Sequence[int], path: Path, by: str, progress: Progress | None = None) -> int:
    """Write a list as it is shown, its columns in their order, to ``.xlsx`` or ``.csv``; give how many records were written.

    For reading and reckoning: such a file is not for import. Names that the list shows are noted in the journal. Raises ExpectedError.
    """
    head = shown_headings(listing)
    questions = listing.declared.questions()
    right = {place for place, column in enumerate(listing.columns) if column.right}
    if listing.number is not None:
        right.add(len(listing.columns))
    columns = [
        Column(
            words,
            "money" if place in right else "text",
            max(10, min(40, len(words) + (24 if isinstance(questions.get(name), Link) else 8))),
        )
        for place, (name, words) in enumerate(head)
    ]
    rows = ([_number(cell) if place in right else cell for place, cell in enumerate(row)] for row in shown_rows(listing, ids, progress))
    table = Table(str(listing.declared.plural)[:31], columns, rows)
    private = tells_names(listing)
    note = partial(note_names, listing.store, listing, len(ids), path.suffix[1:].lower(), by)
    tabular.write(path, [table], partial(_noted, listing.store, private, note))
    return len(ids)


def _noted(store: Store, private: bool, note: Callable[[], object], path: Path, fill: unseen.Fill) -> None:
    """Put a table in its place. One with names is noted once it is whole and before it has its name: none goes out unnoted."""

    def fill_and_note(file: BinaryIO) -> None:
        fill(file)
        note()

    unseen.replace(path, fill_and_note, store if private else None)


def _number(cell: str) -> str | int:
    """Give a whole number as one, so that it can be reckoned with; a share and what is no number as they stand."""
    plain = cell.replace(".", "")
    return int(plain) if plain.isdecimal() else cell


def shown_headings(listing: Listing) -> list[tuple[str, str]]:
    """Give (name of the question or '', heading) of the columns of a list: the chosen ones, its number, the state."""
    head = [(column.name, str(column.label)) for column in listing.columns]
    if listing.number is not None:
        head.append(("", str(listing.number[0].label)))
    return [*head, ("state", STATE_HEADING)]


def shown_rows(listing: Listing, ids: Sequence[int], progress: Progress | None = None) -> Iterator[list[str]]:
    """Give the cells of a list as it is shown, read a piece at a time."""
    state = listing.declared.questions()["state"]
    for number, chunk in enumerate(chunks(list(ids), CHUNK)):
        if progress is not None:
            progress(number * CHUNK, len(ids))
        for one in listing.rows(chunk):
            told = [*one.cells, *([one.number] if listing.number is not None else [])]
            yield [*told, state.show(one.state) if one.state != ENTERED else WARNED if one.warnings else ""]


def tells_names(listing: Listing) -> bool:
    """Tell whether a column of the list holds private answers."""
    questions = listing.declared.questions()
    return any(questions[column.name].private for column in listing.columns if column.name in questions)


def note_names(store: Store, listing: Listing, count: int, to: str, by: str) -> None:
    """Note in the journal that a list with private answers went out; nothing for others. ``to``: xlsx, csv, clipboard, pdf, printer."""
    if tells_names(listing):
        with store.transaction():
            store.audit("export", {"type": listing.declared.type_name, "records": count, "names": True, "to": to}, by)


def choices(store: Store, declared: type[Record]) -> dict[str, list[tuple[str, str]]]:
    """Give, per linked catalogue of a type, code and today's name of what its cells may hold."""
    found: dict[str, list[tuple[str, str]]] = {}
    today = date.today().isoformat()
    models: list[Any] = [declared, *declared.kinds.values()]
    for model in models:
        for question in model.questions().values():
            if isinstance(question, Link) and store.types[question.to].catalogue:
                records = store.names.catalogue(question.to).records.items()
                found[question.to] = sorted((str(record["code"]), store.names.label(question.to, uid, today)) for uid, record in records)
    return found
