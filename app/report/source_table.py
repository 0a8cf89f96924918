"""The printed source annexes: every number of the report's sentences, how it comes about, and the records behind it, one by one.

A number names its records by their numbers in the list behind it. Their words are data (``resources/report/sources.toml``); printed
only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from app import tracing
from app.figures import Figures, FigureValue
from app.report import outline
from app.report.arrangement import LEVELS
from app.report.breaking import NBSP
from app.report.document import Annex, Block, Column, Heading, Number, Paragraph, Row, RowGroup
from db.crosschecks import CHUNK, chunks
from db.figures import Expression, Extreme, Least, Share
from db.message import inside
from db.questions import grouped, shown_day
from db.records import FIGURES
from db.store import Store


@dataclass(frozen=True)
class Wording:
    """The words of the annex (the comment at the top of sources.toml)."""

    title: str
    head_heights: tuple[float, ...]
    row_height: float
    font_size: float
    head_size: float
    line: str
    joined: str
    records: str
    records_more: str
    most: int
    listed: int
    list_title: str
    list_columns: tuple[Column, ...]
    beside: int
    notes: tuple[str, ...]
    list_notes: tuple[str, ...]
    rule: Mapping[str, str]
    printed: Mapping[str, str]
    columns: tuple[Column, ...]


@cache
def wording() -> Wording:
    """Read the words; raises ValueError naming what is malformed."""
    data = outline.toml("sources.toml")
    columns = {name: tuple(outline.made(Column, row, "sources.toml") for row in data.pop(name)) for name in ("columns", "list_columns")}
    made: Wording = outline.made(Wording, {**data, **columns}, "sources.toml")
    return made


def annexes(
    figures: Figures, body: Sequence[Block], numbers: tuple[str, str], reference: str, words: Mapping[str, str]
) -> tuple[Annex, ...]:
    """Give the annex with a row for each number that the sentences of ``body`` print, once a section, and the list of the records.

    ``numbers`` are those of the annexes. More than ``listed`` records are not listed: the newest of each figure are named then.
    """
    own = wording()
    behind = {number.code: tracing.parts(figures, number.code) for _key, number in printed_numbers(body)}
    records = _records(figures.store, behind)
    table = Annex(
        number=numbers[0],
        title=own.title,
        reference=reference,
        columns=own.columns,
        groups=tuple(RowGroup((row,)) for row in _rows(figures, body, words, behind, records)),
        landscape=False,
        notes=tuple(note.format_map(words) for note in own.notes),
        font_size=own.font_size,
        head_size=own.head_size,
        head_heights=own.head_heights,
        row_height=own.row_height,
        top=True,
    )
    return (table, _list(figures.store, numbers[1], reference, records)) if records else (table,)


def printed_numbers(body: Sequence[Block]) -> list[tuple[str, Number]]:
    """Give (section key, number) of what stands in the sentences, in order; what is said in words alone is left out."""
    runs = ((block.key, run) for block in body if isinstance(block, Paragraph) for run in block.runs)
    found = ((key, run) for key, run in runs if isinstance(run, Number) and run.code in FIGURES and _is_number(run.text))
    return list(dict.fromkeys(found))


def _is_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text) or text.lower().startswith(tuple(wording().printed))


class Behind(NamedTuple):
    """A record behind some number: its type, unit (uid), last day and uid."""

    record_type: Any
    unit: str
    day: str
    uid: str


Key = tuple[Any, int]
"""A record by type and row id."""


def _records(store: Store, behind: Mapping[str, Mapping[Key, Any]]) -> dict[Key, Behind]:
    """Give all records behind some numbers, those behind the same numbers next to each other; {} where they are too many to list."""
    used: dict[Key, list[str]] = {}
    for code, parts in behind.items():
        for key in parts:
            used.setdefault(key, []).append(code)
    if len(used) > wording().listed:
        return {}
    found: dict[Key, Behind] = {}
    for record_type in dict.fromkeys(record_type for record_type, _row in used):
        for chunk in chunks([row for kind, row in used if kind is record_type], CHUNK):
            query = record_type.select(record_type.id, record_type.unit, record_type.event_to, record_type.uid)
            for row, unit, day, uid in store.execute(query.where(record_type.id.in_(chunk)).tuples()):
                found[record_type, row] = Behind(record_type, unit or "", day or "", uid)
    types = list(store.types.values())
    names = store.names

    def order(key: Key) -> tuple[Any, ...]:
        one = found[key]
        return types.index(one.record_type), used[key], names.code("unit", one.unit), one.day, one.uid

    return {key: found[key] for key in sorted(found, key=order)}


def _list(store: Store, number: str, reference: str, records: Mapping[Key, Behind]) -> Annex:
    """Give the list of the records, several beside each other, under the name of their type."""
    own, names = wording(), store.names
    width = len(own.list_columns)
    groups: list[RowGroup] = []
    for record_type, of_type in groupby(enumerate(records.values(), 1), key=lambda numbered: numbered[1].record_type):
        groups.append(RowGroup((Row(("", str(record_type.plural), *[""] * (width * own.beside - 2)), bold=True, wide=True),)))
        cells = [(str(place), names.code("unit", one.unit), shown_day(one.day) if one.day else "", one.uid[-8:]) for place, one in of_type]
        for row in chunks(cells, own.beside):
            told = [text for record in row for text in record]
            groups.append(RowGroup((Row((*told, *[""] * (width * own.beside - len(told)))),)))
    return Annex(
        number=number,
        title=own.list_title,
        reference=reference,
        columns=own.list_columns * own.beside,
        groups=tuple(groups),
        landscape=False,
        notes=own.list_notes,
        font_size=9,
        head_size=9,
        head_heights=own.head_heights,
        row_height=5,
    )


def _rows(
    figures: Figures, body: Sequence[Block], words: Mapping[str, str], behind: Mapping[str, Mapping[Key, Any]], records: Mapping[Key, Any]
) -> Iterator[Row]:
    own = wording()
    sections = _numbers(body)
    places = {key: place for place, key in enumerate(records, 1)}
    for place, (key, number) in enumerate(printed_numbers(body), 1):
        figure, parts = FIGURES[number.code], behind[number.code]
        rule = own.joined.join(filter(None, (_rule(figure.expression, words), _printed(number.text))))
        if records:
            found = own.records.format(ma=_ranges(sorted(places[one] for one in parts))) if parts else ""
        else:
            found = _newest(figures, parts)
        cells = (
            str(place),
            own.line.format(label=figure.label, text=number.text),
            sections.get(key, ""),
            f"{rule}.\n{found}" if found else rule,
            _exact(figures.value(number.code)),
            grouped(len(parts)),
        )
        yield Row(cells, codes=("", "", "", "", number.code, ""))


def _ranges(numbers: Sequence[int]) -> str:
    """Write numbers in order, neighbours together: ``1-44, 47``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in found)


def _numbers(body: Sequence[Block]) -> dict[str, str]:
    """Give the number of each section with those above it, the part apart: ``II.2.a``."""
    found: dict[str, str] = {}
    path: list[str] = []
    for block in body:
        if isinstance(block, Heading):
            path[LEVELS.index(block.level) :] = [block.number.rstrip(".)-")]
            found[block.key] = ".".join(path[1:]) or block.number
    return found


def _exact(value: FigureValue) -> str:
    """Write a share as the fraction it is, anything else as the exact number."""
    if value.denominator is not None:
        return f"{grouped(value.numerator or 0)}/{grouped(value.denominator)}"
    return value.text


def _rule(expression: Expression, words: Mapping[str, str]) -> str:
    """Say how a number of this kind comes about."""
    rule = wording().rule
    if isinstance(expression, Least):
        questions = expression.share.whole.plus[0].source.model.questions()
        dims = " × ".join((rule["unit"], *(inside(str(questions[name].label)) for name in expression.dims)))
        return rule["least"].format(dims=dims)
    if isinstance(expression, Extreme):
        return rule[expression.pick]
    if isinstance(expression, Share):
        return rule[expression.rounding]
    kinds = {measure.how for measure in expression.plus}
    said = rule["several"] if len(kinds) > 1 or expression.minus else rule[kinds.pop()]
    for name in ("stock", "ahead"):
        if any(getattr(measure.source, name) for measure in expression.measures):
            said = wording().joined.join((said, rule[name].format_map(words)))
    return said


def _printed(text: str) -> str:
    """Say how an approximate number is printed, '' for an exact one."""
    found = (words for begins, words in wording().printed.items() if text.lower().startswith(begins))
    return next(found, "").format(text=text.lower())


def _newest(figures: Figures, parts: Mapping[Key, Any]) -> str:
    """Name the newest records by unit and day, and say how many there are besides."""
    own, names = wording(), figures.store.names
    found = []
    for record_type, row in list(parts)[: own.most]:
        query = record_type.select(record_type.unit, record_type.event_to).where(record_type.id == row)
        for unit, day in figures.store.execute(query.tuples()):
            found.append(NBSP.join(filter(None, (names.code("unit", unit), shown_day(day) if day else ""))))
    more = len(parts) - len(found)
    return own.records_more.format(ma="; ".join(found), n=more) if found else ""
