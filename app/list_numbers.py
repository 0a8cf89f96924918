"""The one number that a list shows of each record, and of all: worked out from the lines, with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from peewee import fn

from db.declarations import Beside
from db.questions import Answers, Money, Whole, grouped
from db.record import Line, Record
from db.statements import Prepared, Slot, among, listed
from db.store import Store


class Sum(NamedTuple):
    """What some lines add up to; ``whole`` is 0 where the number is no share."""

    part: int
    whole: int


class Numbers:
    """The number of one type of record: a share beside its first kind of line, the sum of a count of theirs, or how many they are."""

    def __init__(self, store: Store, line_type: type[Line], label: str, what: Beside | Whole | None) -> None:
        """Take what is shown: a share, the question that is summed, or None for how many lines there are."""
        self.store, self.line_type, self.label, self.what = store, line_type, label, what
        self._nothing: Answers = dict.fromkeys(line_type.owner.questions())

    @classmethod
    def of(cls, store: Store, declared: type[Record]) -> Numbers | None:
        """Give the number of a type: the first share, else the sum of the first count, else how many lines; None: it has none."""
        if not declared.kinds or declared.catalogue:
            return None
        line_type = next(iter(declared.kinds.values()))
        nothing: Answers = dict.fromkeys(declared.questions())
        for beside in line_type.beside:
            if isinstance(beside.cell(dict.fromkeys(line_type.questions(), 1), nothing), tuple):
                return cls(store, line_type, beside.label, beside)
        for question in line_type.questions().values():
            if isinstance(question, Whole) and not isinstance(question, Money) and question.unit:
                return cls(store, line_type, question.short, question)
        return cls(store, line_type, line_type.caption, None)

    def text(self, part: int, whole: int) -> str:
        """Write the number, or what it comes to in all."""
        return share_text(part, whole) if isinstance(self.what, Beside) else grouped(part)

    def beside(self, records: Mapping[int, Answers]) -> dict[int, str]:
        """Give the number of these records (answers by row id) as text, by row id; none for a record without any."""
        if not records:
            return {}
        found: dict[int, Sum] = {}
        for row_id, one in self._shares_of(records) if isinstance(self.what, Beside) else self._sums_of(records):
            before = found.get(row_id, Sum(0, 0))
            found[row_id] = Sum(before.part + one.part, before.whole + one.whole)
        return {row_id: self.text(*one) for row_id, one in found.items()}

    def _shares_of(self, records: Mapping[int, Answers]) -> Iterable[tuple[int, Sum]]:
        assert isinstance(self.what, Beside)
        questions = self.line_type.questions()
        for row_id, *values in self.store.run(_lines_among(self.line_type), listed(records)):
            cell = self.what.cell(dict(zip(questions, values, strict=True)), records[row_id])
            if isinstance(cell, tuple):
                yield row_id, Sum(*cell)

    def _sums_of(self, records: Mapping[int, Answers]) -> Iterable[tuple[int, Sum]]:
        query = self.line_type.select(self.line_type.record, self._amount()).where(self._in(list(records)))
        for row_id, total in self.store.execute(query.group_by(self.line_type.record).tuples()):
            if total is not None:
                yield row_id, Sum(int(total), 0)

    def sums(self, ids: Sequence[int]) -> list[Sum]:
        """Give what the lines of the records ``ids`` add up to, in a few parts; [] where no line says anything."""
        if not isinstance(self.what, Beside):
            ((total,),) = self.store.execute(self.line_type.select(self._amount()).where(self._in(ids)).tuples())
            return [] if total is None else [Sum(int(total), 0)]
        every = tuple(self.line_type.questions())
        try:
            return self._alike(self.what, ids, _read_by(self.what, every))
        except KeyError:  # it reads more than could be foreseen
            return self._alike(self.what, ids, every)

    def _alike(self, beside: Beside, ids: Sequence[int], names: tuple[str, ...]) -> list[Sum]:
        """Give the shares of lines with the same answers ``names`` together; raises KeyError when these do not suffice."""
        fields = self._fields(names)
        query = self.line_type.select(fn.COUNT(), *fields).where(self._in(ids)).group_by(*fields)
        found: list[Sum] = []
        for times, *values in self.store.execute(query.tuples()):
            cell = beside.cell(_Only(zip(names, values, strict=True)), self._nothing)
            if isinstance(cell, tuple):
                found.append(Sum(cell[0] * times, cell[1] * times))
        return found

    def _fields(self, names: Iterable[str]) -> list[Any]:
        return [self.line_type._meta.fields[name] for name in names]

    def _in(self, ids: Sequence[int]) -> Any:
        return self.line_type.record.in_(among(ids))

    def _amount(self) -> Any:
        return fn.SUM(self.line_type._meta.fields[self.what.name]) if isinstance(self.what, Whole) else fn.COUNT()


@cache
def _lines_among(line_type: type[Line]) -> Prepared:
    """Give the query of record and answers of the lines of some records."""
    fields = [line_type._meta.fields[name] for name in line_type.questions()]
    return Prepared(line_type.select(line_type.record, *fields).where(line_type.record.in_(among(Slot(0)))).tuples())


def share_text(part: int, whole: int) -> str:
    """Write a share floored to a tenth, ``98,0``; ``—`` where it cannot be computed."""
    if not whole:
        return "—"
    tenths = part * 1000 // whole
    return f"{tenths // 10},{tenths % 10}"


class _Only(dict[str, Any]):
    """Answers of a line, but only those that were read; asking for another raises KeyError also through ``get``."""

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


class _Noting(_Only):
    """Answers that are all the same, and note which were asked for."""

    def __init__(self, answer: int | None) -> None:
        super().__init__()
        self.answer, self.asked = answer, set[str]()

    def __missing__(self, name: str) -> int | None:
        self.asked.add(name)
        return self.answer


@cache
def _read_by(beside: Beside, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the questions of a line that a column beside it is worked out from: equal lines are counted, not worked out one by one."""
    asked: set[str] = set()
    for answer in (None, 1):
        noting = _Noting(answer)
        beside.cell(noting, _Noting(None))
        asked |= noting.asked
    return tuple(name for name in names if name in asked)
