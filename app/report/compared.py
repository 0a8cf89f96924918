"""The table that sets this period beside the same period of last year (domain.md B.4, annex IX), declared in annexes.toml.

Counts and money are compared in their own unit and as growth; percentages in points only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.aggregates import given_parts
from app.comparison import Comparison, Pair, value_known
from app.figures import FigureValue
from app.report.document import Row, RowGroup
from db.questions import grouped

ESTIMATE = "UOC_N"
"""The figure that says, told apart by ``figure``, what is expected of the days behind the period, in tenths."""
UNKNOWN, NOT_COUNTED, INCOMPARABLE, MINUS = "…", "-", "(*)", "−"


@dataclass(frozen=True)
class Compared:
    """A declared row: ``figures`` are added up; where one of ``beside`` is above zero and these have no number, they are unknown."""

    label: str
    unit: str
    figures: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedGroup:
    """Declared rows under one heading."""

    title: str
    rows: tuple[Compared, ...]

    def codes(self) -> Iterator[str]:
        """Give every figure code in it."""
        for row in self.rows:
            yield from (*row.figures, *row.beside)


@dataclass
class Side:
    """One printed number: its text and, where it has one, its value."""

    text: str = UNKNOWN
    value: int | None = None


@dataclass
class ComparedTable:
    """Fills the declared rows from one comparison; ``lost`` says of which rows last year cannot be compared, and for which units."""

    comparison: Comparison
    lost: dict[str, list[str]] = field(default_factory=dict)
    _known: bool = False

    def groups(self, declared: tuple[ComparedGroup, ...], cells: tuple[str, ...]) -> list[RowGroup]:
        """Give the rows under their headings, ``cells`` naming what stands in each column; [] where neither year is known or sent."""
        found = []
        for place, group in enumerate(declared):
            heading = Row((chr(ord("A") + place), group.title, *[""] * (len(cells) - 2)), bold=True, wide=True)
            rows = [self._row(number, row, cells) for number, row in enumerate(group.rows, 1)]
            found.append(RowGroup((heading, *rows[:1])))  # a heading is never the last line of a page
            found += [RowGroup((row,)) for row in rows[1:]]
        return found if self._known or self.comparison.now.aggregates else []

    def sides(self, row: Compared) -> tuple[Side, Side]:
        """Give a row's number now and last year's."""
        return self._now(row), self._before(row, [self.comparison.pair(code) for code in row.figures])

    def _row(self, number: int, row: Compared, cells: tuple[str, ...]) -> Row:
        now, before = self.sides(row)
        self._known = self._known or now.value is not None or before.value is not None
        change, rate = difference(now, before, self.comparison.now.value(row.figures[0]))
        estimate, estimated = self._estimate(row, now)
        texts = {
            "stt": str(number), "label": row.label, "measure": row.unit, "before": before.text, "now": now.text,
            "estimate": estimate.text, "change": change, "rate": rate,
        }  # fmt: skip
        behind = {"now": "+".join(row.figures), "estimate": f"{ESTIMATE}?figure={estimated[0]}" if len(estimated) == 1 else ""}
        codes = tuple(behind.get(cell, "") for cell in cells)
        return Row(tuple(texts[cell] for cell in cells), codes=codes)

    def _now(self, row: Compared) -> Side:
        figures = self.comparison.now
        values = [value_known(figures, code) for code in row.figures]
        counted = any(figures.value(code).value for code in row.beside)
        return side(values, counted)

    def _estimate(self, row: Compared, now: Side) -> tuple[Side, list[str]]:
        """Give what there will be with what is expected of the days behind the period, and the figures that were estimated."""
        figures = self.comparison.now
        if any(figures.value(code).is_share for code in row.figures):
            return Side(NOT_COUNTED), []
        parts = [part for code in row.figures for part in given_parts(code)]
        added = {part: figures.value(ESTIMATE, figure=part).value for part in parts}
        known = [value for value in added.values() if isinstance(value, int)]
        if not known:
            return Side(), []
        in_tenths = figures.value(row.figures[0]).in_tenths
        total = (now.value or 0) + (sum(known) if in_tenths else sum(known) // 10)
        return Side(_written(total, in_tenths), total), [part for part, value in added.items() if value is not None]

    def _before(self, row: Compared, pairs: list[Pair]) -> Side:
        if any(pair.standing == "incomparable" for pair in pairs):
            units = [unit for code in row.figures for unit in self.comparison.divided(code)]
            self.lost[row.label] = list(dict.fromkeys(units))
            return Side(INCOMPARABLE)
        counted = any(pair.before is not None and pair.before.value for pair in map(self.comparison.pair, row.beside))
        return side([pair.before for pair in pairs], counted)


def side(values: list[FigureValue | None], counted: bool) -> Side:
    """Add up; unknown where none of the values is known, or where something was counted and its money was not."""
    known = [one for one in values if one is not None]
    numbers = [one.value for one in known if isinstance(one.value, int)]
    if not known or (counted and not numbers):
        return Side()
    return Side(_written(sum(numbers), known[0].in_tenths), sum(numbers))


def difference(now: Side, before: Side, like: FigureValue) -> tuple[str, str]:
    """Give the difference, and growth in percent (half up); what is a percentage itself has no growth."""
    if before.text == INCOMPARABLE:
        return NOT_COUNTED, NOT_COUNTED
    if now.value is None or before.value is None:
        return UNKNOWN, UNKNOWN
    change = now.value - before.value
    if like.is_share or not before.value:
        return signed(change, like.in_tenths), NOT_COUNTED
    size = (2000 * abs(change) + before.value) // (2 * before.value)
    return signed(change, like.in_tenths), signed(size if change > 0 else -size, True)


def signed(number: int, in_tenths: bool) -> str:
    """Write a difference with its sign; nothing before a zero."""
    return ("+" if number > 0 else MINUS if number < 0 else "") + _written(abs(number), in_tenths)


def _written(number: int, in_tenths: bool) -> str:
    return f"{grouped(number // 10)},{number % 10}" if in_tenths else grouped(number)
