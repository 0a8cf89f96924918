"""Queries built once by peewee and run many times: building the SQL costs more than SQLite needs to answer it."""

from __future__ import annotations

from typing import Any

import peewee


class Slot:
    """Stands in a query for a value given when it runs."""

    def __init__(self, place: int) -> None:
        self.place = place


def slot(place: int) -> peewee.Value:
    """Give the ``place``-th value of ``Prepared.run`` as a part of a query."""
    return peewee.Value(Slot(place), converter=False)


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
