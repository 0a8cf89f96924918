"""The full-text index over folded text; the only module that knows FTS5.

One contentless table a record type, its rowid the record's row id, so that newest first is the index's own order. Column
``folded`` holds words without marks, ``toned`` words with hats and their tones at the end; a query word with marks is first
expanded through ``search_word``, the dictionary of marked words, by the rule of ``db.text.Word.begins``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from db.text import Word, words

_WORDS = "search_word"
MOST_EXPANDED = 400
"""Words a marked query word may stand for; Vietnamese has fewer spellings of any two letters."""


def create(database: Any, name: str) -> None:
    """Make the index of the table ``name`` (a table name of ours, never text from outside)."""
    database.execute_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS \"search_{name}\" USING fts5(folded, toned, content='', contentless_delete=1, "
        "detail=column, prefix='2 3', tokenize='unicode61 remove_diacritics 0')"
    )
    database.execute_sql(f'CREATE TABLE IF NOT EXISTS "{_WORDS}" (folded TEXT, toned TEXT, PRIMARY KEY (folded, toned)) WITHOUT ROWID')


def drop(database: Any, name: str) -> None:
    """Drop the index of a table; the dictionary stays, as others share it."""
    database.execute_sql(f'DROP TABLE IF EXISTS "search_{name}"')


def _toned(word: Word) -> str:
    """Give one token per spelling: letters with hats, then the tones as digits (``đương2``)."""
    return word.hatted + "".join(str(ord(tone) % 10) for tone in word.tones)


def put_many(database: Any, name: str, rows: Iterable[tuple[int, str]]) -> None:
    """Index rows (row id, text) that are not in the index: one ``executemany`` for all, one for new dictionary words."""
    entries: list[tuple[int, str, str]] = []
    spellings: set[tuple[str, str, str, str]] = set()
    for row_id, text in rows:
        found = set(words(text))
        entries.append((row_id, " ".join(word.folded for word in found), " ".join(_toned(word) for word in found if word.accented)))
        spellings.update((word.folded, _toned(word), word.hatted, word.tones) for word in found if word.accented)
    cursor = database.cursor()
    cursor.executemany(f'INSERT INTO "search_{name}" (rowid, folded, toned) VALUES (?, ?, ?)', entries)
    pairs = sorted({(folded, f"{toned} {hatted} {tones}") for folded, toned, hatted, tones in spellings})
    cursor.executemany(f'INSERT OR IGNORE INTO "{_WORDS}" (folded, toned) VALUES (?, ?)', pairs)


def delete(database: Any, name: str, row_id: int) -> None:
    """Take a row out of the index."""
    database.execute_sql(f'DELETE FROM "search_{name}" WHERE rowid = ?', (row_id,))


def _expression(database: Any, query: str) -> str | None:
    """Give the FTS5 expression of a query: quoted tokens only. None when no word is in it; '' when nothing can match."""
    parts: list[str] = []
    for word in dict.fromkeys(words(query)):
        if not word.folded:
            continue
        if not word.accented:
            parts.append(f'folded:"{word.folded}"*')
            continue
        tokens = _spellings(database, word)
        if not tokens:
            return ""
        parts.append("toned:(" + " OR ".join(f'"{token}"' for token in tokens) + ")")
    return " AND ".join(parts) if parts else None


def _spellings(database: Any, word: Word) -> list[str]:
    upper = word.folded[:-1] + chr(ord(word.folded[-1]) + 1)
    cursor = database.execute_sql(f'SELECT folded, toned FROM "{_WORDS}" WHERE folded >= ? AND folded < ?', (word.folded, upper))
    found: list[str] = []
    for folded, stored in cursor:
        token, hatted, tones = stored.split(" ")
        if word.begins(Word(folded, hatted, tones)):
            found.append(token)
    return found[:MOST_EXPANDED]


def search(database: Any, name: str, query: str, limit: int | None = 50, before: int | None = None) -> list[int]:
    """Give the row ids that match every word, newest first, at most ``limit`` (None: all), below ``before`` (None: any).

    A query without words gives nothing: it is no search.
    """
    expression = _expression(database, query)
    if not expression:
        return []
    bound = "" if before is None else " AND rowid < ?"
    sql = f'SELECT rowid FROM "search_{name}" WHERE "search_{name}" MATCH ?{bound} ORDER BY rowid DESC LIMIT ?'
    values = (expression, *(() if before is None else (before,)), -1 if limit is None else limit)
    return [row[0] for row in database.execute_sql(sql, values)]


def count(database: Any, name: str, query: str, up_to: int = 1001) -> int:
    """Give how many rows match, counting no further than ``up_to``."""
    return len(search(database, name, query, up_to))
