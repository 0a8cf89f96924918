"""How the annexes are declared: ``resources/report/annexes.toml`` read into rules that ``app.report.annex_tables`` fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from app.report import outline
from app.report.charted import ChartRule
from app.report.compared import Compared, ComparedGroup
from app.report.document import Column
from db.figures import Source
from db.records import FIGURES


@dataclass(frozen=True)
class ColumnRule:
    """A declared column: how it looks and what stands in its cells (the comment at the top of annexes.toml)."""

    head: str
    width: float
    narrow: float = 0.0
    """The width beside a column of estimates, which is printed only where there are any."""
    group: str = ""
    cell: Literal[
        "stt", "unit", "dim", "under", "text", "state", "full", "figure", "label", "measure", "before", "now", "estimate", "change", "rate"
    ] = "figure"
    figures: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    total_note: str = ""
    text: str = ""
    when: Mapping[str, str] = field(default_factory=dict)
    only: str = ""
    whole: bool = False
    """Whether a decimal that comes whole is written so: houses beside kilometres."""
    state: Mapping[str, str] = field(default_factory=dict)
    align: Literal["left", "center", "number", ""] = ""

    def column(self, words: Mapping[str, str]) -> Column:
        """Give the column as it is drawn, the common ``words`` filled into its head."""
        usual: dict[str, Literal["left", "center", "number"]] = {
            "stt": "center",
            "measure": "center",
            **dict.fromkeys(("figure", "before", "now", "estimate", "change", "rate"), "number"),
        }
        return Column(self.head.format_map(words), self.width, self.align or usual.get(self.cell, "left"), self.group)

    @property
    def code(self) -> str:
        """The figure codes behind its cells, joined by ``+``."""
        return "+".join(self.figures)


@dataclass(frozen=True)
class AnnexRule:
    """A declared annex."""

    title: str
    rows: Literal["unit", "unit_dim", "dim", "lines", "compared"]
    columns: tuple[ColumnRule, ...]
    head_heights: tuple[float, ...]
    row_height: float
    font_size: float
    head_size: float
    area: str = ""
    base: str = ""
    groups: tuple[ComparedGroup, ...] = ()
    """Only of ``compared``, which has no area and no base."""
    charts: tuple[ChartRule, ...] = ()
    dim: str = ""
    list: str = ""
    under: str = ""
    """A second dim: a row for each of its values within each of the first; ``under_list`` names them."""
    under_list: str = ""
    unit_line: str = ""
    numbered_columns: bool = False
    landscape: bool = True
    notes: tuple[str, ...] = ()
    legend: str = ""
    narrow_size: float = 0.0
    """The type size beside a column of estimates, in pt."""
    estimate_note: str = ""
    balance: tuple[str, ...] = ()
    """Figures of a row that must balance: ``A``, ``+B``, ``-C``, ``=D``."""
    via: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The source that tells which rows there are."""
        return FIGURES[self.base].expression.measures[0].source


@dataclass(frozen=True)
class Declared:
    """All annexes by id, and their common words."""

    annexes: Mapping[str, AnnexRule]
    legend: str
    subtotal: str
    total: str
    total_star: str
    total_of: Mapping[str, str]
    aggregated: str
    incomparable: str
    silent: str
    unbalanced: str
    partly: str


@cache
def read() -> Declared:
    """Read the annexes that come with the program; raises ValueError naming what is malformed."""
    data = outline.toml("annexes.toml")
    common = {
        name: data.pop(name)
        for name in (
            "legend",
            "subtotal",
            "total",
            "total_star",
            "total_of",
            "aggregated",
            "incomparable",
            "silent",
            "unbalanced",
            "partly",
        )
    }
    found = {}
    for name, row in data.items():
        columns = tuple(outline.made(ColumnRule, column, f"annexes.toml {name}") for column in row["columns"])
        groups = tuple(_group(group, f"annexes.toml {name}") for group in row.get("groups", ()))
        charts = tuple(_chart(chart, f"annexes.toml {name}") for chart in row.get("charts", ()))
        rule = outline.made(AnnexRule, {**row, "columns": (), "groups": (), "charts": ()}, f"annexes.toml {name}")
        found[name] = replace(rule, columns=columns, groups=groups, charts=charts)
    return Declared(found, **common)


def _group(row: Mapping[str, Any], where: str) -> ComparedGroup:
    return ComparedGroup(row["title"], _rows(row["rows"], where))


def _chart(row: Mapping[str, Any], where: str) -> ChartRule:
    rule: ChartRule = outline.made(ChartRule, {**row, "rows": ()}, where)
    return replace(rule, rows=_rows(row.get("rows", ()), where))


def _rows(rows: Iterable[Mapping[str, Any]], where: str) -> tuple[Compared, ...]:
    return tuple(outline.made(Compared, one, where) for one in rows)


def codes_of(rule: AnnexRule) -> Iterator[str]:
    """Give every figure code an annex names."""
    if rule.base:
        yield rule.base
    for group in rule.groups:
        yield from group.codes()
    for chart in rule.charts:
        yield from chart.codes()
    for column in rule.columns:
        yield from (*column.figures, *column.beside, *column.state, *filter(None, (column.only,)))
