"""Records as tables to be written: exports that can be read back, and empty entry forms (contract.md 4).

A table and the sheet that it is read from have the same columns, from ``app.record_sheets``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from app.record_columns import JOIN, UID, Place, columns, flat_kind, line_columns
from app.sheets import Column, Table
from db.questions import (
    Answers,
    Choice,
    Choices,
    Day,
    Link,
    LongText,
    Money,
    Names,
    PartialDay,
    Question,
    Tenths,
    Text,
    Whole,
    YesNo,
    is_day,
)
from db.record import Aggregate, Record

Value = str | float | dt.date | None

EXACT = 10**15
"""Tenths from here on have more digits than a spreadsheet keeps."""
Lists = Mapping[str, Sequence[tuple[str, str]]]
"""Names to choose from for links, by the record type linked to."""

_NOT_IN_FORMS = (UID, "cancel_reason", "moved_to", "moved_why")


def tables_of(
    declared: type[Record], records: Collection[Aggregate], names: Names, *, flat: bool = False, with_names: bool = False
) -> list[Table]:
    """Give the tables of records: a workbook (a table each for the record and its kinds of line), or ``flat`` one table.

    A flat table carries the first kind of line that can stand in it; other kinds are left out. Private answers are in it only
    ``with_names``. ``records`` is gone through once for each table, rows are made while they are written.
    """
    show = _Shower(names)
    chosen = partial(_chosen, with_names=with_names)
    head = chosen(columns(declared))
    if flat or not declared.kinds:
        kind = flat_kind(declared)
        lines = chosen(line_columns(declared, kind)) if kind else []
        return [Table(declared.caption, _columns([*head, *lines]), _flat_rows(declared, records, kind, head, lines, show))]
    tables = [Table(declared.caption, _columns(head), _flat_rows(declared, records, None, head, [], show))]
    for kind, line_type in declared.kinds.items():
        join = [place for place in columns(declared, kind) if place.name == JOIN]
        lines = chosen(line_columns(declared, kind))
        tables.append(Table(line_type.caption, _columns([*join, *lines]), _line_rows(declared, records, kind, lines, show)))
    return tables


def entry_form(declared: type[Record], *, flat: bool = False, lists: Lists | None = None) -> list[Table]:
    """Give empty tables to be filled in, with the code lists (and ``lists`` for links) to choose from."""
    head = [place for place in columns(declared) if place.name not in _NOT_IN_FORMS]
    if flat or not declared.kinds:
        kind = flat_kind(declared)
        lines = _to_fill(declared, kind) if kind else []
        return [Table(declared.caption, _columns([*head, *lines], lists or {}))]
    join = head[:1]
    bodies = [Table(line.caption, _columns([*join, *_to_fill(declared, kind)], lists or {})) for kind, line in declared.kinds.items()]
    return [Table(declared.caption, _columns(head, lists or {})), *bodies]


def _to_fill(declared: type[Record], kind: str) -> list[Place]:
    """Give the columns of a line that a clerk fills in: not the uid of a person whom name and number find."""
    makes = getattr(declared.kinds[kind], "makes", None)
    places = line_columns(declared, kind)
    linked = next((place.name for place in places if isinstance(place.question, Link)), None) if makes else None
    return [place for place in places if place.name not in (linked, "unclear")]


def _chosen(places: Sequence[Place], with_names: bool) -> list[Place]:
    return [place for place in places if with_names or place.question is None or not place.question.private]


def _columns(places: Sequence[Place], lists: Lists | None = None) -> list[Column]:
    return [_column(place, lists) for place in places]


def _column(place: Place, lists: Lists | None) -> Column:
    question, width = place.question, max(10, min(28, len(place.label) + 4))
    if isinstance(question, Choice):
        choices = tuple((code, question.codes.label(code)) for code in question.codes.codes()) if lists is not None else ()
        return Column(place.label, width=max(width, 20), choices=choices, several=isinstance(question, Choices))
    if isinstance(question, YesNo):
        return Column(place.label, width=width, choices=(("1", "Có"), ("0", "Không")) if lists is not None else ())
    if isinstance(question, Link):
        named = (lists or {}).get(question.to, ())
        return Column(place.label, width=max(width, 24), choices=tuple(named))
    if isinstance(question, Money):
        return Column(place.label, "money", width=max(width, 16))
    if isinstance(question, Tenths):
        return Column(place.label, "tenths", width=width)
    if isinstance(question, Whole):
        return Column(place.label, "whole", width=width)
    if isinstance(question, Day) and not isinstance(question, PartialDay):
        return Column(place.label, "day", width=max(width, 12))
    return Column(place.label, "whole" if place.name == JOIN else "text", width=40 if isinstance(question, LongText) else max(width, 16))


# --- rows -------------------------------------------------------------------------------------------------------------------


class _Shower:
    """Answers as cells that read back to the same answers."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._links: dict[tuple[str, str, str | None], str] = {}

    def cell(self, question: Question, value: Any, day: str | None) -> Value:
        """Give the cell of one answer: numbers and days as such, codes and links in words where the words are plain."""
        if value is None:
            return None
        if isinstance(question, Tenths) and isinstance(value, int):
            return value / 10 if abs(value) < EXACT else question.show(value)
        if isinstance(question, Whole) and isinstance(value, int):
            return value
        if isinstance(question, Link):
            return self._link(question.to, str(value), day)
        if isinstance(question, Day) and not isinstance(question, PartialDay) and is_day(value):
            return dt.date.fromisoformat(value)
        if isinstance(question, Choices):
            labels = [question.codes.label(code, day) for code in value]
            return "; ".join(code if ";" in label else label for code, label in zip(value, labels, strict=True))
        if isinstance(question, Choice):
            label = question.show(value, self.names, day)
            return label if question.codes.find(label, day) == value else str(value)
        return str(value) if isinstance(question, Text) else question.show(value, self.names, day)

    def _link(self, to: str, uid: str, day: str | None) -> str:
        key = (to, uid, day)
        found = self._links.get(key)
        if found is None:
            code: Callable[[str, str], str] | None = getattr(self.names, "code", None)
            found = self._links[key] = next(filter(partial(self._finds, key), self._words(key, code)), uid)
        return found

    def _words(self, key: tuple[str, str, str | None], code: Callable[[str, str], str] | None) -> Iterator[str]:
        yield self.names.label(*key)
        if code is not None:
            yield code(*key[:2])

    def _finds(self, key: tuple[str, str, str | None], text: str) -> bool:
        to, uid, day = key
        try:
            return self.names.find(to, text, day) == uid
        except (ValueError, KeyError):
            return False


def _cells(places: Sequence[Place], answers: Answers, number: int, day: str | None, show: _Shower) -> list[Value]:
    cells: list[Value] = []
    for place in places:
        if place.name == JOIN:
            cells.append(number)
        elif place.question is None:
            cells.append(answers.get(place.name))
        else:
            cells.append(show.cell(place.question, answers.get(place.name), day))
    return cells


def _flat_rows(
    declared: type[Record], records: Collection[Aggregate], kind: str | None, head: list[Place], lines: list[Place], show: _Shower
) -> Iterator[list[Value]]:
    """Give a row for each line, the record's cells on the first; a record without lines has one row."""
    empty: list[Value] = [None] * len(lines)
    for number, record in enumerate(records, 1):
        day = declared.day_of(record)
        first = _cells(head, record, number, day, show)
        bodies = [_cells(lines, line, number, day, show) for line in record.get(kind) or ()] if kind else []
        yield first + (bodies[0] if bodies else empty)
        again: list[Value] = [number if place.name == JOIN else None for place in head]
        for body in bodies[1:]:
            yield again + body


def _line_rows(
    declared: type[Record], records: Collection[Aggregate], kind: str, lines: list[Place], show: _Shower
) -> Iterator[list[Value]]:
    for number, record in enumerate(records, 1):
        day = declared.day_of(record)
        for line in record.get(kind) or ():
            yield [number, *_cells(lines, line, number, day, show)]
