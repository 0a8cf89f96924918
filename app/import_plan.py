"""How a file is to be imported: which sheet and column is what, in which encodings; and the sheets matched so.

The window shows a plan and changes it; ``app.import_rows`` shows what would become of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app import legacy_columns, tabular
from app.legacy_columns import OldColumn, Spot
from app.legacy_text import Encoding
from app.record_columns import Place, by_key, columns, flat_kinds, line_columns
from app.sheets import LISTS, Sheet, column_name
from db.errors import ExpectedError
from db.message import Message
from db.questions import Choice, Day, Link, Question, YesNo
from db.record import Record
from db.records import RECORD_TYPES
from db.text import header_key

HEAD = ""
"""The role of the sheet of the records themselves; other roles are kinds of line; None: the sheet is left out."""


class Target(NamedTuple):
    """A column of a record type that one of the file's can be matched with; ``group`` is '' or the caption of its kind of line."""

    key: str
    label: str
    group: str
    required: bool
    question: Question | None
    """None: a key that joins rows."""

    @property
    def is_common(self) -> bool:
        """Whether all records of a file may well have the same: a code, a unit, a day; no two have one name."""
        return isinstance(self.question, (Choice, Link, Day))


@dataclass
class SheetPlan:
    """One sheet: its role, and what each of its columns is (None: left out)."""

    title: str
    role: str | None
    targets: list[str | None]


@dataclass
class Plan:
    """A file that has been read for a record type; ``old`` are its columns in old encodings as they would be decoded.

    ``kept`` names columns of ``old`` that stay as they are, ``accepted`` those whose lost ư somebody accepts.
    """

    path: Path
    declared: type[Record]
    sheets: list[Sheet]
    fonts: list[dict[Spot, str]]
    old: dict[Spot, OldColumn]
    parts: list[SheetPlan] = field(default_factory=list)
    kept: set[Spot] = field(default_factory=set)
    accepted: set[Spot] = field(default_factory=set)
    mended: dict[tuple[int, int, int | str], str] = field(default_factory=dict)
    """Cells that somebody has mended: (sheet, row, column), from 0 → the new text; of what is filled in, its key is the column."""
    filled: dict[str, str] = field(default_factory=dict)
    """What the file has no column for, by the key of its target: the same text for all records."""

    # -- matching ----------------------------------------------------------------------------------------------------

    def roles(self) -> dict[str, str]:
        """Give what a sheet can be, with its name."""
        return {HEAD: self.declared.caption, **{kind: line.caption for kind, line in self.declared.kinds.items()}}

    def targets(self, at: int) -> list[Target]:
        """Give what columns of a sheet can be."""
        role, declared = self.parts[at].role, self.declared
        if role is None:
            return []
        if role != HEAD:
            return [_target(HEAD if place.question is None else role, place, "") for place in columns(declared, role)]
        found = [_target(HEAD, place, "") for place in columns(declared)]
        if sum(part.role is not None for part in self.parts) == 1:
            for kind in flat_kinds(declared):
                found += [_target(kind, place, declared.kinds[kind].caption) for place in line_columns(declared, kind)]
        return found

    def match(self, at: int, learnt: Mapping[str, str] | None = None) -> None:
        """Match the columns of a sheet by their headings, old encodings and what was ``learnt`` before included."""
        part, sheet = self.parts[at], self.sheets[at]
        names = self._names(at)
        taken: set[str] = set()
        part.targets = []
        for heading in sheet.header:
            keys = [header_key(text) for text in legacy_columns.readings(heading)]
            key = next((names[one] for one in keys if names.get(one)), None)
            if key is None and learnt:
                key = learnt.get(header_key(heading))
                key = key if key in set(names.values()) else None
            part.targets.append(None if key in taken else key)
            taken |= {key} if key else set()

    def _names(self, at: int) -> dict[str, str]:
        """Give the key of each heading that is known, the record's own first."""
        role, declared = self.parts[at].role, self.declared
        if role is None:
            return {}
        own = columns(declared, role or None)
        names = {text: _key(HEAD if place.question is None else role, place) for text, place in by_key(own).items()}
        if role == HEAD and any(target.group for target in self.targets(at)):
            rest = {header_key(text) for heading in self.sheets[at].header for text in legacy_columns.readings(heading)} - set(names)
            kinds = flat_kinds(declared)
            counts = {kind: len(rest & set(by_key(line_columns(declared, kind)))) for kind in kinds}
            best = max(kinds, key=lambda kind: counts[kind])
            if counts[best]:
                names = {text: _key(best, place) for text, place in by_key(line_columns(declared, best)).items()} | names
        return names

    def set_role(self, at: int, role: str | None) -> None:
        """Make a sheet something else; its columns are matched anew. A role is one sheet's: who had it is left out."""
        for other, part in enumerate(self.parts):
            if other != at and role is not None and part.role == role:
                part.role, part.targets = None, [None] * len(part.targets)
        self.parts[at].role = role
        for each in range(len(self.parts)):
            self.match(each)

    def set_target(self, at: int, column: int, key: str | None) -> None:
        """Make a column something else; the column that was it before is left out."""
        targets = self.parts[at].targets
        if key is not None and key in targets:
            targets[targets.index(key)] = None
        targets[column] = key

    def left_out(self) -> list[tuple[int, int]]:
        """Give the columns with content that would not be imported, of sheets that are."""
        return [
            (at, column)
            for at, part in enumerate(self.parts)
            if part.role is not None
            for column, key in enumerate(part.targets)
            if key is None and self.has_content(at, column)
        ]

    def has_content(self, at: int, column: int) -> bool:
        """Tell whether a column holds anything below or in its heading."""
        sheet = self.sheets[at]
        return bool(sheet.header[column]) or any(row[column] != "" for row in sheet.rows)

    @property
    def has_records(self) -> bool:
        """Whether a sheet holds the records themselves."""
        return any(part.role == HEAD for part in self.parts)

    def wanting(self) -> list[Target]:
        """Give the required columns of the records that no column of the file is matched with; [] where known records are updated."""
        head = next((at for at, part in enumerate(self.parts) if part.role == HEAD), None)
        if head is None:
            return []
        chosen = set(self.parts[head].targets)
        if _key(HEAD, columns(self.declared)[1]) in chosen:
            return []
        return [target for target in self.targets(head) if target.required and not target.group and target.key not in chosen]

    def missing(self) -> list[str]:
        """Give the labels of those of ``wanting`` that are not filled in for all records either."""
        return [target.label for target in self.wanting() if target.key not in self.filled]

    def fill(self, key: str, text: str) -> None:
        """Give all records the same answer, as text; '' gives none."""
        if text:
            self.filled[key] = text
        else:
            self.filled.pop(key, None)

    def _added(self, at: int) -> dict[str, str]:
        """Give the columns that stand behind those of a sheet: what is filled in and is wanted."""
        return {one.key: self.filled[one.key] for one in self.wanting() if one.key in self.filled} if self.parts[at].role == HEAD else {}

    def heading(self, at: int, column: int) -> str:
        """Give a heading as a person reads it: decoded where it is old, its letter where there is none."""
        text = self.sheets[at].header[column]
        if not text:
            return Message("(cột {column})", column=column_name(column))
        known = {target.label for target in self.targets(at)}
        for other in legacy_columns.readings(text):
            if other in known:
                return other
        return text

    def learnt(self) -> dict[str, str]:
        """Give what the columns were matched with, by heading, for the next file of this kind."""
        return {
            header_key(heading): key
            for part, sheet in zip(self.parts, self.sheets, strict=True)
            for heading, key in zip(sheet.header, part.targets, strict=True)
            if key is not None and header_key(heading)
        }

    # -- encodings ---------------------------------------------------------------------------------------------------

    def used_old(self) -> list[OldColumn]:
        """Give the old columns that would be imported, whether decoded or kept."""
        return [one for spot, one in self.old.items() if self.parts[spot[0]].role is not None and self.parts[spot[0]].targets[spot[1]]]

    def set_encoding(self, spot: Spot, encoding: Encoding | None) -> None:
        """Read a column in another encoding (None: keep it as it is)."""
        if encoding is None:
            self.kept.add(spot)
        else:
            self.kept.discard(spot)
            self.accepted.discard(spot)
            self.old[spot] = legacy_columns.described(self.sheets, self.old[spot], encoding, self.fonts)

    def set_whole(self, spot: Spot, whole: bool) -> None:
        """Decode the cells of an old column that read both ways, or leave them."""
        old = self.old[spot]
        self.old[spot] = legacy_columns.described(self.sheets, old, old.encoding, self.fonts, whole=whole)

    # -- the sheets as the import takes them -------------------------------------------------------------------------

    def matched(self) -> list[Sheet]:
        """Give the sheets decoded, with the columns that are wanted under the headings that the record type knows.

        Raises ExpectedError for columns that lost their ư, and when no sheet holds the records.
        """
        if not any(part.role == HEAD for part in self.parts):
            raise ExpectedError(
                "sheets", Message("Chưa chọn trang nào là “{caption}”.", caption=self.declared.caption), "Hãy chọn ở mục Ghép cột."
            )
        wanted = [one for one in self.used_old() if one.spot not in self.kept]
        sheets = legacy_columns.decoded(self.sheets, wanted, self.fonts, accepted=self.accepted)
        single = sum(part.role is not None for part in self.parts) == 1
        found: list[Sheet] = []
        for at in range(len(sheets)):
            if texts := list(self._added(at).values()):
                sheet, none = sheets[at], [""] * len(texts)  # what all records have is no answer of a row that adds them up
                rows = [[*row, *(none if number in sheet.totals else texts)] for number, row in zip(sheet.numbers, sheet.rows, strict=True)]
                sheets[at] = replace(sheet, rows=rows)
        for (at, line, where), text in self.mended.items():
            column = self._column(at, where)
            if column is None:
                continue
            sheets[at] = replace(sheets[at], rows=list(sheets[at].rows), errors=dict(sheets[at].errors))
            sheets[at].rows[line] = [*sheets[at].rows[line][:column], text, *sheets[at].rows[line][column + 1 :]]
            sheets[at].errors.pop((sheets[at].numbers[line], column), None)
        for at, part in enumerate(self.parts):
            if part.role is None:
                continue
            labels = {target.key: target.label for target in self.targets(at)}
            kept, targets = self.columns_of(at), [*part.targets, *self._added(at)]
            place = {column: number for number, column in enumerate(kept)}
            sheet = sheets[at]
            found.append(
                replace(
                    sheet,
                    title=sheet.title if single else self.roles()[part.role],
                    header=tuple(labels[targets[column] or ""] for column in kept),
                    rows=[[row[column] for column in kept] for row in sheet.rows],
                    errors={(number, place[column]): why for (number, column), why in sheet.errors.items() if column in place},
                )
            )
        return found

    def mend(self, at: int, place: int, column: int, text: str) -> None:
        """Put another text into a cell: ``column`` among those that are imported, ``place`` the row's."""
        number = self.columns_of(at)[column]
        added = number - len(self.parts[at].targets)
        self.mended[at, place, number if added < 0 else list(self._added(at))[added]] = text

    def _column(self, at: int, where: int | str) -> int | None:
        """Give the number of a mended cell's column; None for one that is not filled in any more."""
        if isinstance(where, int):
            return where
        added = list(self._added(at))
        return len(self.parts[at].targets) + added.index(where) if where in added else None

    def columns_of(self, at: int) -> list[int]:
        """Give the columns of a sheet that are imported, those that are filled in last."""
        return [column for column, key in enumerate([*self.parts[at].targets, *self._added(at)]) if key is not None]


def _key(kind: str, place: Place) -> str:
    return f"{kind}.{place.name}"


def _target(kind: str, place: Place, group: str) -> Target:
    question = place.question
    required = question is not None and question.required is True and question.preset is None
    return Target(_key(kind, place), place.label, group, required, question)


# --- reading ----------------------------------------------------------------------------------------------------------------


@cache
def _all_keys() -> frozenset[str]:
    found: set[str] = set()
    for declared in RECORD_TYPES.values():
        found.update(by_key(columns(declared)))
        for kind in declared.kinds:
            found.update(by_key(columns(declared, kind)))
    return frozenset(found)


def _any_knows(text: str) -> bool:
    return len(text) < 80 and header_key(text) in _all_keys()


def read(path: Path, declared: type[Record] | None = None, learnt: Mapping[str, Mapping[str, str]] | None = None) -> Plan:
    """Read a file and match what can be matched; without ``declared`` the record type is guessed from the headings.

    ``learnt`` maps record types to what headings were matched with before. Raises ExpectedError for what is no table, or holds
    no heading row.
    """
    known = legacy_columns.knows_old(tabular.knows(declared) if declared is not None else _any_knows)
    raw = tabular.read(path, known)
    fonts = legacy_columns.fonts_of(path)
    usable = [at for at, sheet in enumerate(raw) if sheet.header_row and sheet.title != LISTS]
    sheets = [raw[at] for at in usable]
    if not sheets or not any(sheet.rows for sheet in sheets):
        raise ExpectedError(
            "empty", Message("Tệp {name} không có dòng nào dưới hàng tiêu đề.", name=path.name), "Hãy điền dữ liệu rồi nhập lại."
        )
    fonts = [fonts[at] for at in usable] if fonts else []
    plan = Plan(path, declared or guess(sheets), sheets, fonts, {one.spot: one for one in legacy_columns.detect(sheets, fonts)})
    plan.parts = [SheetPlan(sheet.title, None, [None] * len(sheet.header)) for sheet in sheets]
    _give_roles(plan)
    for at in range(len(sheets)):
        plan.match(at, (learnt or {}).get(plan.declared.type_name))
    for spot in [one.spot for one in plan.used_old() if one.guessed and _is_understood(plan, one.spot)]:
        del plan.old[spot]
    return plan


def _is_understood(plan: Plan, spot: Spot) -> bool:
    """Tell whether the answers of a column (codes, yes or no) are understood as they stand, so that nothing is to be decoded."""
    at, column = spot
    places = [*columns(plan.declared), *(place for kind in plan.declared.kinds for place in line_columns(plan.declared, kind))]
    kinds = [HEAD] * len(columns(plan.declared)) + [kind for kind in plan.declared.kinds for _place in line_columns(plan.declared, kind)]
    wanted = plan.parts[at].targets[column]
    question = next((place.question for kind, place in zip(kinds, places, strict=True) if _key(kind, place) == wanted), None)
    if not isinstance(question, (Choice, YesNo)):
        return False
    try:
        for text in {str(row[column]) for row in plan.sheets[at].rows if row[column] != ""}:
            question.parse(text)
    except ValueError:
        return False
    return True


def _readable(sheet: Sheet) -> set[str]:
    return {header_key(text) for heading in sheet.header for text in legacy_columns.readings(heading)} - {""}


def guess(sheets: Sequence[Sheet]) -> type[Record]:
    """Give the record type that explains most of the headings, by the title of a sheet where two explain as many."""
    titles = {header_key(sheet.title) for sheet in sheets}

    def fit(declared: type[Record]) -> tuple[int, int, int]:
        own = set(by_key(columns(declared)))
        lines = {key for kind in declared.kinds for key in by_key(columns(declared, kind))}
        named = bool(titles & {header_key(declared.caption), header_key(declared.plural)})
        known = sum(len(_readable(sheet) & (own | lines)) for sheet in sheets)
        return known + 3 * named, sum(len(_readable(sheet) & own) for sheet in sheets), -len(own)

    return max(RECORD_TYPES.values(), key=fit)


def _give_roles(plan: Plan) -> None:
    """Find the sheets by their titles, else take the one whose headings fit best for the records."""
    declared, sheets = plan.declared, plan.sheets
    if len(sheets) == 1:
        plan.parts[0].role = HEAD
        return
    kinds = {header_key(line.caption): kind for kind, line in declared.kinds.items()}
    taken: set[str] = set()
    for sheet, part in zip(sheets, plan.parts, strict=True):
        kind = kinds.get(header_key(sheet.title))
        if kind is not None and kind not in taken:
            part.role = kind
            taken.add(kind)
    own = set(by_key(columns(declared)))
    free = [at for at, part in enumerate(plan.parts) if part.role is None]
    named = {header_key(declared.caption), header_key(declared.plural)}
    if free:
        best = max(free, key=lambda at: (header_key(sheets[at].title) in named, len(_readable(sheets[at]) & own), -at))
        plan.parts[best].role = HEAD
