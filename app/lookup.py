"""Find the record a link means while its name is typed: catalogues in memory, persons through the search index.

Accent-smart (``db.text``): ``duong`` finds Đường, ``Đường`` does not find Dương. Thousands of entries cost a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from app import search
from app.i18n import say
from db.journal import decode
from db.message import Message
from db.names import OPEN_END, OPEN_START, Catalogue
from db.questions import Answers
from db.record import ENTERED, EventRecord, Record, complete, listed_day
from db.store import Store
from db.system import Journal, read_meta, write_meta
from db.text import Word, search_key, sort_key, words

ALIKE = 0.66
"""From which share of equal letters a mistyped name is held to be like another."""
MOST = 50
"""Entries shown at once; more words find the rest."""


class Entry(NamedTuple):
    """One record that a link may mean."""

    uid: str
    label: str
    code: str = ""
    detail: str = ""


class _Known(NamedTuple):
    """What one name of one catalogue record is found by."""

    since: str
    until: str
    entry: Entry
    folded: str
    parts: tuple[Word, ...]


_books: WeakKeyDictionary[Catalogue, list[_Known]] = WeakKeyDictionary()


def _book(catalogue: Catalogue) -> list[_Known]:
    """Give the names of a catalogue, folded once for as long as it is kept."""
    found = _books.get(catalogue)
    if found is None:
        found = []
        for uid, record in catalogue.records.items():
            code = str(record.get("code") or "")
            spans: list[tuple[str, str | None, str | None]] = list(catalogue.type.names_of(record)) or [(code, None, None)]
            terms: dict[tuple[str | None, str | None], list[str]] = {}
            for name, since, until in spans:
                terms.setdefault((since, until), []).append(name)
            for (since, until), names in terms.items():
                parts = tuple(words(f"{code} {' '.join(names)}"))
                folded = " " + " ".join(word.folded for word in parts)
                detail = " · ".join(dict.fromkeys(names[1:]))
                found.append(_Known(since or OPEN_START, until or OPEN_END, Entry(uid, names[0], code, detail), folded, parts))
        found.sort(key=lambda known: (search_key(known.entry.code), sort_key(known.entry.label)))
        _books[catalogue] = found
    return found


def entries(store: Store, type_name: str, typed: str, day: str | None, most: int = MOST) -> list[Entry]:
    """Give the records of a type that ``typed`` may mean on ``day``, the likeliest first.

    A code first, then names that begin with the words, then the rest. Nothing typed: all, in the order of codes (persons: newest).
    """
    declared = store.types[type_name]
    if not declared.catalogue:
        return _searched(store, declared, typed, most)
    query = words(typed)
    key = " ".join(word.folded for word in query)
    ranked: list[tuple[int, Entry]] = []
    for known in _book(store.names.catalogue(type_name)):
        if day is not None and not known.since <= day <= known.until:
            continue
        if not all(f" {word.folded}" in known.folded for word in query):
            continue
        if all(any(word.begins(part) for part in known.parts) for word in query):
            ranked.append((_rank(known, key), known.entry))
            if not key and len(ranked) >= most:
                break
    ranked.sort(key=lambda pair: pair[0])
    return list({entry.uid: entry for _, entry in reversed(ranked)}.values())[::-1][:most]


def nearest(store: Store, type_name: str, typed: str, day: str | None, most: int = 4) -> list[Entry]:
    """Give the records of a catalogue whose code or name is most like a mistyped one, the likeliest first; none of other types."""
    import difflib

    if not store.types[type_name].catalogue or not (key := search_key(typed)):
        return []
    found: dict[str, tuple[float, Entry]] = {}
    compared = difflib.SequenceMatcher(b=key, autojunk=False)
    for known in _book(store.names.catalogue(type_name)):
        if day is not None and not known.since <= day <= known.until:
            continue
        for words_of in (known.entry.code, known.entry.label):
            compared.set_seq1(search_key(words_of))
            if compared.real_quick_ratio() >= ALIKE and compared.quick_ratio() >= ALIKE and (like := compared.ratio()) >= ALIKE:
                before = found.get(known.entry.uid)
                if before is None or like > before[0]:
                    found[known.entry.uid] = (like, known.entry)
    return [entry for _, entry in sorted(found.values(), key=lambda pair: -pair[0])][:most]


def _rank(known: _Known, key: str) -> int:
    if not key:
        return 0
    code = search_key(known.entry.code)
    if code == key:
        return 0
    if code.startswith(key):
        return 1
    return 2 if search_key(known.entry.label).startswith(key) else 3


def _searched(store: Store, declared: type[Record], typed: str, most: int) -> list[Entry]:
    found = search.find(store, declared, words=typed, state=ENTERED, limit=most)
    return [_entry(store, declared, one["id"], one["values"]) for one in found.records]


def _entry(store: Store, declared: type[Record], uid: str, answers: Answers) -> Entry:
    """Put a record that is in no catalogue into words: its first listed answer, and the other ones."""
    shown = [
        say(question.show(search.mask(question, answers[name]), store.names, None))
        for name, question in declared.questions().items()
        if question.in_list and answers.get(name) not in (None, [])
    ]
    return Entry(uid, shown[0] if shown else say(declared.caption), "", " · ".join(shown[1:]))


def label(store: Store, type_name: str, uid: str, day: str | None) -> str:
    """Give the words for a linked record on ``day``: its name; ``(chưa nhận)`` when it is not here."""
    declared = store.types[type_name]
    if declared.catalogue:
        return store.names.label(type_name, uid, day)
    return next((entry.label for entry in _read(store, declared, [uid])), Message("(chưa nhận)"))


def _read(store: Store, declared: type[Record], uids: Iterable[str]) -> Iterator[Entry]:
    query = (
        declared.select(declared.uid, Journal.body, Journal.private)
        .join(Journal, on=((Journal.device == declared.device) & (Journal.seq == declared.seq)))
        .where(declared.uid.in_(list(uids)))
    )
    for uid, body, private in store.execute(query.tuples()):
        yield _entry(store, declared, uid, complete(declared, decode(uid, body, private)))


def alike(store: Store, declared: type[Record], record: Answers) -> list[Entry]:
    """Give other entered records that may be the same one: equal in a column of ``declared.alike`` (number, or name and year)."""
    found: dict[str, Entry] = {}
    for column in declared.alike:
        key = declared.derived()[column].compute(record)
        if key:
            field = declared._meta.fields[column]
            query = declared.select(declared.uid).where((field == key) & (declared.state == ENTERED)).limit(5)
            uids = [uid for (uid,) in store.execute(query.tuples()) if uid != record.get("uid")]
            found.update((entry.uid, entry) for entry in _read(store, declared, uids))
    return list(found.values())


def newest(store: Store, declared: type[Record], unit: str | None = None) -> Answers | None:
    """Give the entered record of a type that came last (of ``unit``, where given); None when there is none."""
    query = declared.select(declared.uid).where(declared.state == ENTERED).order_by(declared.id.desc()).limit(1)
    if unit is not None:
        query = query.where(declared._meta.fields["unit"] == unit)
    row = store.execute(query.tuples()).fetchone()
    return store.read(row[0])[1] if row else None


def before(store: Store, declared: type[EventRecord], unit: str, day: str | None, uid: str | None) -> Answers | None:
    """Give the entered record of ``unit`` that comes before ``day`` (None: the last one), never the record ``uid`` itself."""
    listed = listed_day(declared)  # by which an index has them in order, units included
    query = declared.select(declared.uid).where(declared.state == ENTERED, declared.unit == unit)
    if day is not None:
        query = query.where(listed <= day)
    query = query.order_by(listed.desc(), declared.event_to.desc()).limit(2)
    found = next((one for (one,) in store.execute(query.tuples()) if one != uid), None)
    return store.read(found)[1] if found else None


# -- pins: what a person keeps from one new record to the next ----------------------------------------------------------------


def pins(store: Store, type_name: str, user: str) -> dict[str, str]:
    """Give the pinned answers of one user for one type, as text by question. They stay in this file and are never sent."""
    stored = read_meta(store.database, f"pins:{user}:{type_name}")
    known = store.types[type_name].questions()
    return {name: text for name, text in json.loads(stored).items() if name in known} if stored else {}


def keep_pins(store: Store, type_name: str, user: str, pinned: dict[str, str]) -> None:
    """Remember the pinned answers."""
    with store.transaction():
        write_meta(store.database, f"pins:{user}:{type_name}", json.dumps(pinned, ensure_ascii=False, sort_keys=True))
