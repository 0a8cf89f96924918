"""Records out: the tables of a period or of all records, and the empty entry form with its code lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from app import search, tabular, unseen
from app.periods import Period
from db.crosschecks import CHUNK, chunks, linked_uids, prefetch
from db.journal import decode
from db.questions import Link
from db.record import Aggregate, Record, complete
from db.store import Progress, Store
from db.system import Journal


class Stored(Collection[Aggregate]):
    """Records of a type in the order in which they came, read from the file a piece at a time, as often as gone through."""

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
                declared.select(declared.uid, Journal.body, Journal.private)
                .join(Journal, on=((Journal.device == declared.device) & (Journal.seq == declared.seq)))
                .where(declared.id.in_(chunk))
                .order_by(declared.id)
            )
            rows = self._store.execute(query.tuples()).fetchall()
            records = [complete(declared, decode(uid, body, private)) for uid, body, private in rows]
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

    ``row_ids`` are the rows that are wanted; None: all of the period, or all.

    Private answers are left out unless ``with_names``, which is noted in the journal. A CSV holds the flat form.
    Raises ExpectedError.
    """
    flat = path.suffix.lower() == ".csv"
    if empty:
        tabular.write(path, tabular.entry_form(declared, flat=flat, lists=choices(store, declared)))
        return 0
    records = Stored(store, declared, search.ids(store, declared, period) if row_ids is None else row_ids, progress, persons=with_names)
    found = tabular.tables_of(declared, records, store.names, flat=flat, with_names=with_names)
    tabular.write(path, found, partial(unseen.replace, store=store if with_names else None))
    if with_names:
        with store.transaction():
            store.audit("export", {"type": declared.type_name, "records": len(records), "names": True}, by)
    return len(records)


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
