"""Rows as records: which sheet and heading is which, and which rows are one record (contract.md 4).

Knows declarations and sheets, no database: what a cell means is found out later, here it stays text with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from app.record_columns import JOIN, JOIN_LABEL, UID, Place, by_key, columns, flat_kinds, line_columns
from app.sheets import LISTS, Cell, Sheet, as_text, column_name
from app.total_rows import names_total, passed_words
from db.errors import ExpectedError
from db.message import Message, sentence
from db.numbers import Whole
from db.record import Record
from db.text import clean, header_key

CHANGE = "Hãy sửa tệp cho đúng mẫu (lệnh export … --empty ghi ra mẫu trống)."
"""What to do about a file of another form, at the command line; the window has a way of its own."""


# --- what comes out ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong at one place of the file; ``column`` is the heading, '' for the whole row. Serves warnings too."""

    sheet: str
    row: int
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Give the form of contract.md 6."""
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "reason": self.reason}

    def __str__(self) -> str:
        if not self.column:
            return Message("trang “{sheet}”, dòng {row}: {reason}", sheet=self.sheet, row=self.row, reason=sentence(self.reason))
        text = "trang “{sheet}”, dòng {row}, cột “{column}”: {reason}"
        return Message(text, sheet=self.sheet, row=self.row, column=self.column, reason=sentence(self.reason))


@dataclass(slots=True)
class _Plan:
    """How one sheet is read: (index in the row, name) of each column, and the heading of each name.

    ``places`` are those of the record's cells, ``own`` those that a record has and a total of others has not, and ``kind`` is the kind of
    line that stands in the same rows.
    """

    title: str
    header: tuple[str, ...] = ()
    kind: str | None = None
    places: list[tuple[int, str]] = field(default_factory=list)
    own: list[tuple[int, str]] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    record: list[tuple[int, str]] = field(default_factory=list)
    line: list[tuple[int, str]] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    line_headings: dict[str, str] = field(default_factory=dict)
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class RawLine:
    """One line where it stands: its row of the file, read as text when it is asked for, or a large file would be held twice."""

    source: list[Cell]
    row: int
    plan: _Plan

    @property
    def cells(self) -> dict[str, str]:
        """Give name → text of the cells that are not empty."""
        return _texts(self.source, self.plan.line)


@dataclass(slots=True)
class RawRecord:
    """One record where it stands: its row of the file, as ``RawLine``; ``more`` are its lines in other rows, by kind."""

    source: list[Cell]
    row: int
    plan: _Plan
    more: dict[str, list[RawLine]] | None = None

    @property
    def cells(self) -> dict[str, str]:
        """Give name → text of the cells that are not empty, ``uid`` among them."""
        return _texts(self.source, self.plan.places)

    @property
    def lines(self) -> dict[str, list[RawLine]]:
        """Give the lines by kind, in the order of the file."""
        kind, more = self.plan.kind, self.more or {}
        if kind is None or not _is_filled(self.source, self.plan.line):
            return more
        return {**more, kind: [RawLine(self.source, self.row, self.plan), *more.get(kind, ())]}

    def add(self, kind: str, line: RawLine) -> None:
        """Take in a line of another row."""
        if self.more is None:
            self.more = {}
        self.more.setdefault(kind, []).append(line)

    def refusal(self, where: str, reason: str) -> Refusal:
        """Place ``reason`` at the cell of ``where`` as problems name it: '', ``topic`` or ``audiences[0].present``."""
        kind, bracket, rest = where.partition("[")
        if bracket:
            index, _, name = rest.partition("].")
            lines = self.lines.get(kind, [])
            if index.isdecimal() and int(index) < len(lines):
                line = lines[int(index)]
                return Refusal(line.plan.title, line.row, line.plan.line_headings.get(name, ""), reason)
        return Refusal(self.plan.title, self.row, self.plan.headings.get(where, ""), reason)


@dataclass(slots=True)
class Grouped:
    """The records of a file, and what could not become one.

    ``columns`` are the record's columns in the file and ``kinds`` those of each kind of line: what is not here is not touched
    by an update. A record with a refusal is not in ``records``. ``totals`` are the rows (sheet, number) that add up others.
    """

    records: list[RawRecord] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    totals: set[tuple[str, int]] = field(default_factory=set)


# --- sheets -----------------------------------------------------------------------------------------------------------------


def group(declared: type[Record], sheets: Sequence[Sheet], ignore: Iterable[str] = ()) -> Grouped:
    """Make records of the rows of a file: one flat sheet, or a workbook whose sheets of lines are found by title.

    ``ignore`` names columns (or whole sheets) that are left out. Raises ExpectedError when sheets or columns are missing, twice
    there or not understood; what is wrong with single rows is in ``refused``.
    """
    ignored = {header_key(text) for text in ignore}
    head, lines = _sort(declared, sheets, ignored)
    result = Grouped(warnings=[warning for sheet in sheets for warning in sheet.warnings])
    if lines:
        head_plan = _plan(head, columns(declared), (), ignored)
        line_plans = {kind: _plan(sheet, _keys_of(declared, kind), line_columns(declared, kind), ignored) for kind, sheet in lines.items()}
        kind = None
    else:
        kind = _flat_kind(declared, head)
        head_plan = _plan(head, columns(declared), line_columns(declared, kind) if kind else (), ignored)
        head_plan.kind = kind
        line_plans = {}
    _require(declared, head_plan, {**line_plans, **({kind: head_plan} if kind else {})})
    result.columns = frozenset(name for _, name in (*head_plan.keys, *head_plan.record)) - {JOIN}
    plans = {**({kind: head_plan} if kind else {}), **line_plans}
    result.kinds = {name: frozenset(column for _, column in plan.line) for name, plan in plans.items()}
    several = bool(lines)
    head = _without_totals(head, head_plan, result, several)
    with_plans = {name: (_without_totals(lines[name], plan, result, several), plan) for name, plan in line_plans.items()}
    _Grouping(declared, result).run(head, head_plan, kind, with_plans)
    return result


def _keys_of(declared: type[Record], kind: str) -> tuple[Place, ...]:
    return tuple(place for place in columns(declared, kind) if place not in line_columns(declared, kind))


def _sort(declared: type[Record], sheets: Sequence[Sheet], ignored: set[str]) -> tuple[Sheet, dict[str, Sheet]]:
    """Give the record's sheet and those of its lines by kind; a single sheet is the record's whatever its title."""
    filled = [sheet for sheet in sheets if sheet.header_row and sheet.title != LISTS]
    if not filled:
        raise ExpectedError("empty", "Tệp không có hàng tiêu đề nào.", CHANGE)
    if len(filled) == 1:
        return filled[0], {}
    kinds = {header_key(line_type.caption): kind for kind, line_type in declared.kinds.items()}
    own = {header_key(declared.caption), header_key(declared.plural)} - set(kinds)
    lines: dict[str, Sheet] = {}
    heads: list[Sheet] = []
    others: list[Sheet] = []
    for sheet in filled:
        key = header_key(sheet.title)
        if key in kinds and kinds[key] not in lines:
            lines[kinds[key]] = sheet
        elif key in own:
            heads.append(sheet)
        elif key not in ignored:
            others.append(sheet)
    if not heads and len(others) == 1:
        heads, others = others, []
    if others or len(heads) > 1:
        listed = ", ".join(f"“{sheet.title}”" for sheet in (others or heads))
        expected = ", ".join(f"“{caption}”" for caption in (declared.caption, *(line.caption for line in declared.kinds.values())))
        raise ExpectedError(
            "sheets",
            Message("Không hiểu trang {listed}; các trang cần có: {expected}.", listed=listed, expected=expected),
            'Hãy sửa tên trang, hoặc thêm --ignore "TÊN TRANG" để bỏ qua.',
        )
    if not heads:
        raise ExpectedError("sheets", Message("Thiếu trang “{caption}”.", caption=declared.caption), CHANGE)
    return heads[0], lines


def _flat_kind(declared: type[Record], sheet: Sheet) -> str | None:
    """Give the kind of line that explains most of the headings that are not the record's own; None when none does."""
    own = by_key(columns(declared))
    rest = {header_key(text) for text in sheet.header} - set(own)
    counts = {kind: len(rest & set(by_key(line_columns(declared, kind)))) for kind in flat_kinds(declared)}
    best = max(counts, key=lambda kind: counts[kind], default=None)
    return best if best is not None and counts[best] else None


def _plan(sheet: Sheet, record: tuple[Place, ...], line: tuple[Place, ...], ignored: set[str]) -> _Plan:
    """Match the headings of one sheet; raises ExpectedError listing what is not understood or means the same twice."""
    plan = _Plan(sheet.title, sheet.header)
    of_record, of_line = by_key(record), by_key(line)
    unknown: list[str] = []
    for index, heading in enumerate(sheet.header):
        key = header_key(heading)
        place = None
        if not key:
            heading = heading or Message("(cột {index})", index=column_name(index))
            if header_key(heading) not in ignored and any(row[index] != "" for row in sheet.rows):
                unknown.append(heading)
        elif place := of_record.get(key):
            if place.name in plan.headings:
                raise _twice(sheet, plan.headings[place.name], heading)
            plan.headings[place.name] = heading
            (plan.keys if place.question is None else plan.record).append((index, place.name))
        elif place := of_line.get(key):
            if place.name in plan.line_headings:
                raise _twice(sheet, plan.line_headings[place.name], heading)
            plan.line_headings[place.name] = heading
            plan.line.append((index, place.name))
        elif key not in ignored:
            unknown.append(heading)
        if place is not None and _is_own(place):
            plan.own.append((index, place.name))
    if unknown:
        listed = ", ".join(f"“{heading}”" for heading in unknown[:10]) + (", …" if len(unknown) > 10 else "")
        example = unknown[0].replace('"', "'")
        raise ExpectedError(
            "columns",
            Message("Trang “{title}” có cột không hiểu: {listed}.", title=sheet.title, listed=listed),
            Message('Hãy sửa tên cột, hoặc thêm --ignore "{example}" để bỏ qua cột đó.', example=example),
        )
    used = {index for index, _ in (*plan.keys, *plan.record, *plan.line)}
    for (row, index), reason in sheet.errors.items():
        if index in used:
            plan.errors.setdefault(row, []).append((index, reason))
    plan.places = [place for place in (*plan.keys, *plan.record) if place[1] != JOIN]
    return plan


def _is_own(place: Place) -> bool:
    question = place.question
    return question is None or (question.required is True and not isinstance(question, Whole))


def _without_totals(sheet: Sheet, plan: _Plan, result: Grouped, several: bool) -> Sheet:
    """Leave out the rows that add up others, which say nothing that tells one record from another, and say so."""
    if not sheet.totals:
        return sheet
    both = list(zip(sheet.numbers, sheet.rows, strict=True))
    passed = [n for n, row in both if n in sheet.totals and all(map(names_total, _texts(row, plan.own).values()))]
    if passed:
        result.totals |= {(sheet.title, number) for number in passed}
        result.warnings.append(passed_words(sheet.title if several else "", passed))
    kept = [(number, row) for number, row in both if (sheet.title, number) not in result.totals]
    return replace(sheet, numbers=[number for number, _ in kept], rows=[row for _, row in kept])


def _twice(sheet: Sheet, first: str, second: str) -> ExpectedError:
    return ExpectedError(
        "columns",
        Message("Trang “{title}” có hai cột cùng nghĩa: “{first}” và “{second}”.", title=sheet.title, first=first, second=second),
        "Hãy bỏ bớt một cột.",
    )


def _require(declared: type[Record], head: _Plan, lines: Mapping[str, _Plan]) -> None:
    """Refuse files without the columns that every new record or line needs, or without one that joins lines to records.

    A file with ``Mã bản ghi`` (or the whole key of a catalogue) may update with fewer columns.
    """
    present = {name for _, name in (*head.keys, *head.record)}
    updates = UID in present or (declared.key and {k for k in declared.key if declared.questions()[k].required is True} <= present)
    if not updates:
        _missing(
            head.title, [q.label for n, q in declared.questions().items() if q.required is True and q.preset is None and n not in present]
        )
    for kind, plan in lines.items():
        if plan is not head and not plan.keys:
            _missing(plan.title, [JOIN_LABEL])
        line_type = declared.kinds[kind]
        if "valid_from" not in line_type.questions():
            there = {name for _, name in plan.line}
            _missing(
                plan.title,
                [q.label for n, q in line_type.questions().items() if q.required is True and q.preset is None and n not in there],
            )


def _missing(title: str, labels: list[str]) -> None:
    if labels:
        listed = ", ".join(f"“{label}”" for label in labels)
        raise ExpectedError("columns", Message("Trang “{title}” thiếu cột bắt buộc: {listed}.", title=title, listed=listed), CHANGE)


# --- rows -------------------------------------------------------------------------------------------------------------------


class _Grouping:
    """Rows becoming records. Keys are tried in the order ``Bản ghi số``, ``Mã bản ghi``, code."""

    def __init__(self, declared: type[Record], result: Grouped) -> None:
        self.declared = declared
        self.result = result
        self.bad: set[int] = set()
        self._joined: dict[tuple[str, ...], RawRecord] = {}

    def run(self, head: Sheet, plan: _Plan, kind: str | None, lines: Mapping[str, tuple[Sheet, _Plan]]) -> None:
        """Read the record's sheet, then those of its lines; leave out the records with a refusal."""
        self._read_head(head, plan)
        for name, (sheet, line_plan) in lines.items():
            self._read_lines(name, sheet, line_plan)
        if self.bad:
            self.result.records = [record for record in self.result.records if id(record) not in self.bad]

    def _read_head(self, sheet: Sheet, plan: _Plan) -> None:
        joining = [place for place in (*plan.keys, *plan.record) if place[1] in (JOIN, UID, *self.declared.key)]
        records, joined = self.result.records, self._joined
        for number, row in zip(sheet.numbers, sheet.rows, strict=True):
            record = None
            keys = self._keys(_texts(row, joining)) if joining else []
            if keys:
                record = joined.get(keys[0])
            if record is None:
                record = RawRecord(row, number, plan)
                records.append(record)
                for key in keys:
                    if joined.setdefault(key, record) is not record:
                        self._refuse(
                            record,
                            Refusal(
                                plan.title,
                                number,
                                "",
                                Message(
                                    "Trùng {key} với bản ghi ở dòng {row}, mà “{label}” khác nhau.",
                                    key=key[-1],
                                    row=joined[key].row,
                                    label=JOIN_LABEL,
                                ),
                            ),
                        )
            else:
                self._compare(plan, record, _texts(row, plan.places), number)
                if plan.kind is not None and _is_filled(row, plan.line):
                    record.add(plan.kind, RawLine(row, number, plan))
            if number in plan.errors:
                self._cell_errors(plan, number, record)

    def _keys(self, cells: Mapping[str, str]) -> list[tuple[str, ...]]:
        """Give what a row may be joined by, the key that groups it first."""
        found: list[tuple[str, ...]] = []
        if JOIN in cells:
            found.append(("join", clean(cells[JOIN])))
        if UID in cells:
            found.append((UID, clean(cells[UID]).lower()))
        if self.declared.key and self.declared.key[0] in cells:
            found.append(("key", *(clean(cells.get(name, "")).upper() for name in self.declared.key)))
        return found

    def _compare(self, plan: _Plan, record: RawRecord, cells: Mapping[str, str], number: int) -> None:
        """Refuse record cells of a later row that are neither empty nor equal to the first row's."""
        known = record.cells
        for name, text in cells.items():
            first = clean(known.get(name, ""))
            same = first.lower() == clean(text).lower() if name == UID or name in self.declared.key else first == clean(text)
            if not same:
                reason = Message("Khác với dòng {row} của cùng bản ghi. Hãy để trống hoặc ghi giống dòng đầu.", row=record.row)
                self._refuse(record, Refusal(plan.title, number, plan.headings.get(name, ""), reason))

    def _read_lines(self, kind: str, sheet: Sheet, plan: _Plan) -> None:
        title = plan.title
        for number, row in zip(sheet.numbers, sheet.rows, strict=True):
            keys = self._keys(_texts(row, plan.keys))
            record = self._joined.get(keys[0]) if keys else None
            if record is None:
                shown = plan.headings[plan.keys[0][1]]
                reason = (
                    Message("Không có bản ghi nào mang “{keys}” để nối dòng này.", keys=keys[0][-1])
                    if keys
                    else Message("Chưa ghi “{shown}” để nối dòng với bản ghi.", shown=shown)
                )
                self.result.refused.append(Refusal(title, number, shown, reason))
                continue
            if any(self._joined.get(key, record) is not record for key in keys[1:]):
                self._refuse(record, Refusal(title, number, "", "Các cột nối dòng với bản ghi chỉ hai bản ghi khác nhau."))
            if _is_filled(row, plan.line):
                record.add(kind, RawLine(row, number, plan))
            if number in plan.errors:
                self._cell_errors(plan, number, record)

    def _cell_errors(self, plan: _Plan, number: int, record: RawRecord) -> None:
        for index, reason in plan.errors[number]:
            self._refuse(record, Refusal(plan.title, number, plan.header[index], reason))

    def _refuse(self, record: RawRecord, refusal: Refusal) -> None:
        self.result.refused.append(refusal)
        self.bad.add(id(record))


def _texts(row: list[Cell], places: list[tuple[int, str]]) -> dict[str, str]:
    """Give the texts of the cells that hold more than spaces."""
    found: dict[str, str] = {}
    for index, name in places:
        cell = row[index]
        if cell.__class__ is str:
            if cell and not cell.isspace():
                found[name] = cell
        elif cell.__class__ in _REPEATED:
            found[name] = _repeated(cell)
        else:
            found[name] = as_text(cell)
    return found


def _is_filled(row: list[Cell], places: list[tuple[int, str]]) -> bool:
    """Tell whether any of the cells holds more than spaces."""
    return any(cell.__class__ is not str or (cell and not cell.isspace()) for cell in (row[index] for index, _ in places))


_REPEATED = (float, date)
_repeated = lru_cache(maxsize=65_536)(as_text)
"""The texts of numbers and days: most of a file's come again and again. (True and 1.0 are one key, so only these classes.)"""
