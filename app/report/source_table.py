"""The printed source annex: every number of the report's sentences, how it comes about, and the records behind it.

Its words are data (``resources/report/sources.toml``); printed only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app import tracing
from app.figures import Figures, FigureValue
from app.report import outline
from app.report.arrangement import LEVELS
from app.report.breaking import NBSP
from app.report.document import Annex, Block, Column, Heading, Number, Paragraph, Row, RowGroup
from db.figures import Expression, Extreme, Least, Share
from db.message import inside
from db.questions import grouped, shown_day
from db.records import FIGURES


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
    notes: tuple[str, ...]
    rule: Mapping[str, str]
    printed: Mapping[str, str]
    columns: tuple[Column, ...]


@cache
def wording() -> Wording:
    """Read the words; raises ValueError naming what is malformed."""
    data = outline.toml("sources.toml")
    columns = tuple(outline.made(Column, row, "sources.toml") for row in data.pop("columns"))
    made: Wording = outline.made(Wording, {**data, "columns": columns}, "sources.toml")
    return made


def annex(figures: Figures, body: Sequence[Block], number: str, reference: str, words: Mapping[str, str]) -> Annex:
    """Give the annex: a row for each number that the sentences of ``body`` print, once a section."""
    own = wording()
    return Annex(
        number=number,
        title=own.title,
        reference=reference,
        columns=own.columns,
        groups=tuple(RowGroup((row,)) for row in _rows(figures, body, words)),
        landscape=False,
        notes=tuple(note.format_map(words) for note in own.notes),
        font_size=own.font_size,
        head_size=own.head_size,
        head_heights=own.head_heights,
        row_height=own.row_height,
        top=True,
    )


def printed_numbers(body: Sequence[Block]) -> list[tuple[str, Number]]:
    """Give (section key, number) of what stands in the sentences, in order; what is said in words alone is left out."""
    runs = ((block.key, run) for block in body if isinstance(block, Paragraph) for run in block.runs)
    found = ((key, run) for key, run in runs if isinstance(run, Number) and run.code in FIGURES and _is_number(run.text))
    return list(dict.fromkeys(found))


def _is_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text) or text.lower().startswith(tuple(wording().printed))


def _rows(figures: Figures, body: Sequence[Block], words: Mapping[str, str]) -> Iterator[Row]:
    own = wording()
    known: dict[str, tuple[str, int, str]] = {}
    sections = _numbers(body)
    for place, (key, number) in enumerate(printed_numbers(body), 1):
        figure = FIGURES[number.code]
        if number.code not in known:
            parts = tracing.parts(figures, number.code)
            known[number.code] = (_exact(figures.value(number.code)), len(parts), _records(figures, parts))
        exact, count, records = known[number.code]
        rule = own.joined.join(filter(None, (_rule(figure.expression, words), _printed(number.text))))
        cells = (
            str(place),
            own.line.format(label=figure.label, text=number.text),
            sections.get(key, ""),
            f"{rule}.\n{records}" if records else rule,
            exact,
            grouped(count),
        )
        yield Row(cells, codes=("", "", "", "", number.code, ""))


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


def _records(figures: Figures, parts: Mapping[tuple[Any, int], Any]) -> str:
    """Name the newest records by unit and day, and say how many there are besides."""
    own, names = wording(), figures.store.names
    found = []
    for record_type, row in list(parts)[: own.most]:
        query = record_type.select(record_type.unit, record_type.event_to).where(record_type.id == row)
        for unit, day in figures.store.execute(query.tuples()):
            found.append(NBSP.join(filter(None, (names.code("unit", unit), shown_day(day) if day else ""))))
    more = len(parts) - len(found)
    return (own.records_more if more else own.records).format(ma="; ".join(found), n=more) if found else ""
