"""Lines of records listed one by one in an annex: those behind a figure, with the figure's own conditions as their state.

Two queries whatever their number. Private answers are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Case

from app.figures import Figures
from db.figures import Figure
from db.questions import Day, Link, PartialDay, Question, Tenths
from db.record import Line
from db.records import FIGURES

_PLACE = re.compile(r"\{([a-z_.]+(?::(?:ten|ngay))?)\}")


@dataclass(frozen=True)
class OneLine:
    """One line to be listed: ``state`` is the code of the figure it counts in, '' when none."""

    state: str
    texts: Mapping[str, str]

    def text(self, question: str) -> str:
        """Give the answer to ``question`` or, of the line it belongs to, ``kind.question``; '' unanswered.

        Choices and links are given as their code. ``question:ten`` is a link's name, ``question:ngay`` a day in prose.
        """
        return self.texts.get(question, "")

    def answers(self, places: Mapping[str, str], states: Mapping[str, str]) -> dict[str, str]:
        """Give what stands for the words ``places`` in a sentence, without a mark at its end; ``tinh_trang`` is said by the state."""
        found = {word: " ".join(self.text(question).split()).rstrip(" .;,") for word, question in places.items()}
        return found | ({"tinh_trang": states.get(self.state, "")} if states else {})

    def fill(self, template: str) -> str:
        """Fill ``{question}`` places; '' when one of them is not answered."""
        names = _PLACE.findall(template)
        return _PLACE.sub(lambda found: self.text(found[1]), template) if all(self.text(name) for name in names) else ""


class LineTexts:
    """The lines behind ``figure`` within period and scope, in the order of units, days and records.

    ``states`` are figures over the same lines whose conditions tell them apart. ``via`` joins each line to a line of another
    kind of the same record: ``{"kind": "subjects", "by": "subject_no", "to": "no"}``; a record's only one needs no number.
    """

    def __init__(self, figures: Figures, figure: Figure, states: tuple[str, ...], via: Mapping[str, str]) -> None:
        self.figures = figures
        self.source = figure.expression.measures[0].source
        assert issubclass(self.source.model, Line)
        self.model: Any = self.source.model
        self.states = states
        self.via = via

    def __iter__(self) -> Iterator[OneLine]:
        """Give the lines."""
        order = {unit: place for place, unit in enumerate((self.figures.scope.unit, *self.figures.scope.children))}
        found = []
        names = _asked(self.model)
        # A line's state is the figure that counts it: the annex can never disagree with the sentence.
        wheres = [(FIGURES[code].expression.measures[0].where, place) for place, code in enumerate(self.states)]
        branches = [(where(self.model, self.figures.window), place) for where, place in wheres if where is not None]
        state = Case(None, branches, -1) if branches else SQL("-1")
        columns = [self.model.of_unit, self.model.counted_on, self.model.record, self.model.position, state]
        query = self.model.select(*columns, *(self.model._meta.fields[name] for name in names)).where(self._condition())
        for unit, day, record, position, which, *values in self.figures.store.execute(query.tuples()):
            row = self.figures.scope.row_of(unit, day)
            if row is not None:
                found.append(((order.get(row, len(order)), day, record, position), which, dict(zip(names, values, strict=True))))
        others = self._others() if self.via else {}
        for (_, day, record, _), which, values in sorted(found, key=lambda one: one[0]):
            texts = self._shown(self.model, values, day, "")
            other = self._other(others.get(record, []), values)
            if other is not None:
                texts |= self._shown(self.model.owner.kinds[self.via["kind"]], other, day, f"{self.via['kind']}.")
            yield OneLine("" if which < 0 else self.states[which], texts)

    def _condition(self) -> Any:
        return self.figures.condition(self.source)

    def _others(self) -> dict[int, list[dict[str, Any]]]:
        """The lines of the other kind, by record."""
        other: Any = self.model.owner.kinds[self.via["kind"]]
        names = _asked(other)
        of_these = self.model.select(self.model.record).where(self._condition())
        query = other.select(other.record, *(other._meta.fields[name] for name in names)).where(other.record.in_(of_these))
        found: dict[int, list[dict[str, Any]]] = {}
        for record, *values in self.figures.store.execute(query.order_by(other.record, other.position).tuples()):
            found.setdefault(record, []).append(dict(zip(names, values, strict=True)))
        return found

    def _other(self, lines: list[dict[str, Any]], values: Mapping[str, Any]) -> dict[str, Any] | None:
        number = values.get(self.via.get("by", ""))
        if number is None:
            return lines[0] if len(lines) == 1 else None
        return next((line for line in lines if line[self.via["to"]] == number), None)

    def _shown(self, model: type[Line], values: Mapping[str, Any], day: str, prefix: str) -> dict[str, str]:
        found = {}
        for name, question in model.questions().items():
            if name in values:
                found[prefix + name] = self._text(question, values[name], day)
                if isinstance(question, Link) and values[name]:
                    found[f"{prefix}{name}:ten"] = self.figures.store.names.label(question.to, values[name], self.figures.period.end)
                elif isinstance(question, Day) and not isinstance(question, PartialDay) and values[name]:
                    found[f"{prefix}{name}:ngay"] = prose_day(values[name])
        return found

    def _text(self, question: Question, value: Any, day: str) -> str:
        if value is None:
            return ""
        to = getattr(question, "to", None)
        if to:
            return self.figures.store.names.code(to, value)
        return question.show(value, self.figures.store.names, day) if isinstance(question, (Day, Tenths)) else str(value)


def prose_day(day: str) -> str:
    """Write an ISO day as prose does: ``ngày 31 tháng 8 năm 2019`` (a leading 0 for months 1 and 2 only, domain.md C.1)."""
    month = int(day[5:7])
    return f"ngày {day[8:10]} tháng {f'{month:02d}' if month < 3 else month} năm {day[:4]}"


def _asked(model: type[Line]) -> tuple[str, ...]:
    """The questions of a line that may be printed: never a private one."""
    return tuple(name for name in model.question_names() if name not in model.private_names())
