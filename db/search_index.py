"""The full-text index over folded text; the only module that knows FTS5.

One contentless table a record type, its rowid the record's row id, so that newest first is the index's own order. A word is
put in as up to three terms, made by us and taken as they stand (tokenizer ``ascii`` splits at spaces only, as terms hold no
other ASCII punctuation):

- ``duong``, folded: found by a query without marks;
- ``đương``, with hats and without tone, if that differs: found by a query with hats or bars only;
- its tones, then ``đương``: found by a query with a tone.

A folded term never holds a marked letter, only the third kind begins with a tone mark, so one column without positions is
enough. Prefixes of up to ``PREFIX`` letters are terms of their own (FTS5 ``prefix``) and answer at once. A longer one is looked
up in the table of distinct words and becomes whole terms, because FTS5 would merge the row lists of all of them before giving
the first. The rule itself is ``db.text.Word.begins``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from db.text import Word, words

PREFIX = 3
MOST_TERMS = 48
"""Whole terms a long prefix becomes; one with more is left to FTS5."""

_MISS = ""
_LAST = "\U0010ffff"


def _sql(statement: str, name: str) -> str:
    """Put the index of the record table (or type) ``name`` in place of ``{index}``; raises ValueError for what is no name of ours."""
    name = name.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"no table: {name!r}")
    return statement.replace("{index}", f"search_{name}")


def create(database: Any, name: str) -> None:
    """Make the index of the record table ``name``, and its table of distinct words, if they are not there."""
    database.execute_sql(
        _sql(
            'CREATE VIRTUAL TABLE IF NOT EXISTS "{index}" '
            "USING fts5(terms, content='', contentless_delete=1, detail=none, prefix='1 2 3', tokenize='ascii')",
            name,
        )
    )
    database.execute_sql(
        _sql('CREATE TABLE IF NOT EXISTS "{index}_words" (folded TEXT, hatted TEXT, tones TEXT, PRIMARY KEY (folded, hatted, tones))', name)
        + " WITHOUT ROWID"
    )


def drop(database: Any, name: str) -> None:
    """Drop the index of a record table with all its words."""
    database.execute_sql(_sql('DROP TABLE IF EXISTS "{index}"', name))
    database.execute_sql(_sql('DROP TABLE IF EXISTS "{index}_words"', name))


@lru_cache(maxsize=50_000)
def _terms(word: Word) -> tuple[str, ...]:
    hatted = () if word.hatted == word.folded else (word.hatted,)
    toned = (word.tones + word.hatted,) if word.tones else ()
    return (word.folded, *hatted, *toned)


def put_many(database: Any, name: str, rows: Iterable[tuple[int, str]]) -> None:
    """Index rows (row id, text), replacing what was there; one statement for all rows, one for the words. Opens no transaction."""
    met: set[Word] = set()
    entries: list[tuple[int, str]] = []
    for row_id, text in rows:
        found = set(words(text))
        met |= found
        entries.append((row_id, " ".join([term for word in found for term in _terms(word)])))
    cursor = database.cursor()
    cursor.executemany(_sql('INSERT OR REPLACE INTO "{index}" (rowid, terms) VALUES (?, ?)', name), entries)
    cursor.executemany(_sql('INSERT OR IGNORE INTO "{index}_words" (folded, hatted, tones) VALUES (?, ?, ?)', name), sorted(met))


def put(database: Any, name: str, row_id: int, text: str) -> None:
    """Index one row, replacing what was there."""
    put_many(database, name, [(row_id, text)])


def delete(database: Any, name: str, row_id: int) -> None:
    """Take a row out of the index. Its words stay in the file until ``compact``: an erasure must call it."""
    database.execute_sql(_sql('DELETE FROM "{index}" WHERE rowid = ?', name), (row_id,))


def compact(database: Any, name: str) -> None:
    """Merge the index into one piece without deleted rows, and forget words that no row holds; takes seconds for a million rows."""
    database.execute_sql(_sql('INSERT INTO "{index}" ("{index}") VALUES (\'optimize\')', name))
    used = _sql('SELECT 1 FROM "{index}" WHERE "{index}" MATCH ? LIMIT 1', name)
    stored = database.execute_sql(_sql('SELECT folded, hatted, tones FROM "{index}_words"', name)).fetchall()
    for row in stored:
        if database.execute_sql(used, (f'"{_terms(Word(*row))[-1]}"',)).fetchone() is None:
            database.execute_sql(_sql('DELETE FROM "{index}_words" WHERE folded = ? AND hatted = ? AND tones = ?', name), row)


def _expression(database: Any, name: str, query: str) -> str | None:
    """Give the FTS5 expression of a query, quoted terms of ours only. None when it has no word, '' when nothing can match."""
    parts = [_alternatives(database, name, word) for word in dict.fromkeys(words(query))]
    if not parts:
        return None
    return " AND ".join(parts) if all(parts) else _MISS


def _alternatives(database: Any, name: str, word: Word) -> str:
    """Give the terms one query word stands for, joined by OR in brackets; '' when there is none."""
    size = len(word.folded) + len(word.tones)
    if word.accented:
        terms, begins = _spellings(database, name, word)
    elif size <= PREFIX:
        terms, begins = set(), {word.folded}
    else:
        known = _sql('SELECT DISTINCT folded FROM "{index}_words" WHERE folded >= ? AND folded < ? LIMIT ?', name)
        values = (word.folded, word.folded + _LAST, MOST_TERMS + 1)
        terms, begins = {folded for (folded,) in database.execute_sql(known, values)}, {word.folded}
    if size > PREFIX and len(terms) <= MOST_TERMS:
        shown = [f'"{term}"' for term in sorted(terms)]
    else:
        shown = [f'"{begin}"*' for begin in sorted(begins)]
    return f"({' OR '.join(shown)})" if shown else _MISS


def _spellings(database: Any, name: str, word: Word) -> tuple[set[str], set[str]]:
    """Give the terms, and the beginnings of terms, of all stored words that a query word with marks begins."""
    known = _sql('SELECT folded, hatted, tones FROM "{index}_words" WHERE folded >= ? AND folded < ?', name)
    terms: set[str] = set()
    begins: set[str] = set()
    for row in database.execute_sql(known, (word.folded, word.folded + _LAST)):
        other = Word(*row)
        if word.begins(other):
            tones = other.tones if word.tones else ""
            terms.add(tones + other.hatted)
            begins.add(tones + other.hatted[: len(word.folded)])
    return terms, begins


def search(database: Any, name: str, query: str, limit: int | None = 50, before: int | None = None) -> list[int]:
    """Give the row ids that match every word, newest first, at most ``limit`` (None: all), below ``before`` (None: any).

    A query without words gives nothing: it is no search.
    """
    expression = _expression(database, name, query)
    if not expression:
        return []
    bound = "" if before is None else " AND rowid < ?"
    sql = _sql('SELECT rowid FROM "{index}" WHERE "{index}" MATCH ?' + bound + " ORDER BY rowid DESC LIMIT ?", name)
    values = (expression, *(() if before is None else (before,)), -1 if limit is None else limit)
    return [row[0] for row in database.execute_sql(sql, values)]


def count(database: Any, name: str, query: str, up_to: int = 1001) -> int:
    """Give how many rows match, counting no further than ``up_to``."""
    return len(search(database, name, query, up_to))


def match_clause(database: Any, name: str, query: str, key: str = "id") -> tuple[str, tuple[str, ...]] | None:
    """Give a condition for the WHERE of a SELECT on the record table, and its parameters; None when the query has no word.

    ``key`` names the row id there. For the newest few of many, ``search`` page by page is faster: this finds all first.
    """
    expression = _expression(database, name, query)
    if expression is None:
        return None
    if expression == _MISS:
        return "1 = 0", ()
    return _sql('"' + key.replace('"', "") + '" IN (SELECT rowid FROM "{index}" WHERE "{index}" MATCH ?)', name), (expression,)
