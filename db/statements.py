"""Queries built once by peewee and run many times: building the SQL costs more than SQLite needs to answer it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import peewee


class Slot:
    """Stands in a query for a value given when it runs."""

    def __init__(self, place: int) -> None:
        self.place = place


def slot(place: int) -> peewee.Value:
    """Give the ``place``-th value of ``Prepared.run`` as a part of a query."""
    return peewee.Value(Slot(place), converter=False)


def among(ids: Iterable[int | str] | Slot) -> peewee.SQL:
    """Give row ids or uids as the right side of ``IN``, all in one parameter: thousands would cost more to write down than to look up.

    A slot stands for ``listed(ids)``.
    """
    return peewee.SQL("(SELECT value FROM json_each(?))", (ids if isinstance(ids, Slot) else listed(ids),))


def listed(ids: Iterable[int | str]) -> str:
    """Write row ids or uids down as the one parameter of ``among``."""
    return json.dumps(list(ids))


class Prepared:
    """One query with slots. The text is made at the first run; values reach SQL as parameters only."""

    def __init__(self, query: Any) -> None:
        self._query = query
        self._sql = ""
        self._params: tuple[Any, ...] = ()

    def run(self, database: peewee.Database, *values: Any) -> Any:
        """Run it and give the cursor."""
        if not self._sql:
            self._sql, params = database.get_sql_context().sql(self._query).query()
            self._params = tuple(params)
        filled = [values[one.place] if isinstance(one, Slot) else one for one in self._params]
        cursor = database.cursor()  # as the bulk writes do: peewee's own way around it costs as much as a short query
        cursor.execute(self._sql, filled)
        return cursor
