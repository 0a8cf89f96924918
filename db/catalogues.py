"""Closed code lists, read from ``resources/catalogues``: what may be chosen, and how it was worded on which day.

One file a list, ``NAME.csv``: header ``code,label,label_en,valid_from,valid_to,legal_basis,aliases`` and columns of its own;
several dated rows a code when its wording changed. An empty date is open. Codes are stable, labels are for people; ``short`` is
the label in narrow columns of the report. Catalogues that the office edits (units, topics …) are records, not files.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from db.message import Named
from db.text import clean, header_key

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "catalogues"
COLUMNS = ("code", "label", "label_en", "valid_from", "valid_to", "legal_basis", "aliases")
UNIONS = {"AUDIENCE_OR_ROLLUP": ("AUDIENCE", "ROLLUP")}
"""Lists made of two others; of a code in both, the first list's wording counts."""

_drop_gloss = re.compile(r"\s*\([^()]*\)$").sub


class Wording(NamedTuple):
    """How one code reads from ``valid_from`` to ``valid_to`` (ISO days, inclusive; '' is open)."""

    valid_from: str
    valid_to: str
    cells: dict[str, str]

    def holds(self, day: str) -> bool:
        """Tell whether this wording is valid on the ISO ``day``."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


class CodeList:
    """One closed list of codes, in the order of its file."""

    def __init__(self, name: str, rows: list[dict[str, str]]) -> None:
        """Take the rows of a file; raises ValueError when they are malformed, overlap in time or share a label."""
        self.name = name
        self._wordings: dict[str, list[Wording]] = {}
        for row in rows:
            self._add(row)
        self._keys = self._unique_keys()

    def _add(self, row: dict[str, str]) -> None:
        code, label = row["code"], row["label"]
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", code) or not label or any(clean(cell) != cell for cell in row.values()):
            raise ValueError(f"{self.name}: malformed row {row}")
        new = Wording(row["valid_from"], row["valid_to"], {**row, "label": Named(label, row["label_en"])})
        for day in filter(None, new[:2]):
            if not _is_day(day):
                raise ValueError(f"{self.name}: {code}: {day} is no day")
        if new.valid_to and new.valid_to < new.valid_from:
            raise ValueError(f"{self.name}: {code}: ends before it begins")
        known = self._wordings.setdefault(code, [])
        if known and not (known[-1].valid_to and known[-1].valid_to < new.valid_from):
            raise ValueError(f"{self.name}: {code}: wordings overlap or are not in the order of time")
        known.append(new)

    def _unique_keys(self) -> dict[str, str]:
        """Map every name a code goes by, folded, to the code; labels and aliases must not name two codes."""
        keys: dict[str, str] = {}
        loose: dict[str, set[str]] = {}
        for code, wordings in self._wordings.items():
            for wording in wordings:
                for name in (wording.cells["label"], *filter(None, wording.cells["aliases"].split(";"))):
                    if keys.setdefault(header_key(name), code) != code:
                        raise ValueError(f"{self.name}: “{name}” names both {keys[header_key(name)]} and {code}")
                for name in (wording.cells.get("short", ""), wording.cells["label_en"], _drop_gloss("", wording.cells["label"])):
                    loose.setdefault(header_key(name), set()).add(code)
        for key, codes in loose.items():
            if len(codes) == 1:
                keys.setdefault(key, *codes)
        keys.pop("", None)
        return keys

    @cached_property
    def _codes(self) -> tuple[str, ...]:
        return tuple(self._wordings)

    @cached_property
    def _dated(self) -> bool:
        return any(wording.valid_from or wording.valid_to for wordings in self._wordings.values() for wording in wordings)

    @cached_property
    def _upper(self) -> dict[str, str]:
        return {code.upper(): code for code in self._wordings}

    def codes(self, day: str | None = None) -> tuple[str, ...]:
        """Give the codes in the file's order: those valid on the ISO ``day``, all known ones without a day."""
        if day is None or not self._dated:
            return self._codes
        return tuple(code for code, wordings in self._wordings.items() if any(wording.holds(day) for wording in wordings))

    def turns(self) -> tuple[str, ...]:
        """Give, in order, when wordings begin to hold or have ceased to: between two of these days ``find`` gives the same."""
        wordings = [wording for wordings in self._wordings.values() for wording in wordings]
        return tuple(sorted({w.valid_from for w in wordings if w.valid_from} | {w.valid_to + "\0" for w in wordings if w.valid_to}))

    def label(self, code: str, day: str | None = None) -> str:
        """Give the wording valid on the ISO ``day``, else the newest; an unknown code (a newer program's) is its own label."""
        cells = self._cells(code, day)
        return cells["label"] if cells else code

    def short(self, code: str, day: str | None = None) -> str:
        """Give the label for narrow columns, the label itself where there is none shorter."""
        cells = self._cells(code, day)
        if not cells:
            return code
        return Named(cells["short"], cells["label_en"]) if cells.get("short") else cells["label"]

    def also(self, code: str, day: str | None = None) -> tuple[str, ...]:
        """Give the other names a code goes by, for who looks for it in words of old or short ones."""
        cells = self._cells(code, day)
        return tuple(filter(None, (*cells["aliases"].split(";"), cells.get("short", "")))) if cells else ()

    def attribute(self, code: str, key: str, day: str | None = None) -> str:
        """Give another column of the file, '' for an unknown code; raises KeyError when the list has no such column."""
        cells = self._cells(code, day)
        return cells[key] if cells else ""

    def _cells(self, code: str, day: str | None) -> dict[str, str]:
        wordings = self._wordings.get(code)
        if not wordings:
            return {}
        if day is not None and len(wordings) > 1:
            for wording in wordings:
                if wording.holds(day):
                    return wording.cells
        return wordings[-1].cells

    def find(self, text: str, day: str | None = None) -> str | None:
        """Give the code that ``text`` names by code, label, alias, short or English label of any date; None when there is none.

        Case, accents and punctuation do not matter, nor a gloss in brackets. With an ISO ``day`` the code must be valid then.
        """
        text = clean(text)
        code = text if text in self._wordings else self._upper.get(text.upper()) or self._keys.get(header_key(text))
        if code is None or (day is not None and self._dated and not any(wording.holds(day) for wording in self._wordings[code])):
            return None
        return code

    def __deepcopy__(self, memo: object) -> CodeList:
        """Give itself, which nothing changes: a question that record types inherit is copied for each of them."""
        return self

    def __repr__(self) -> str:
        return f"<CodeList {self.name}: {len(self._wordings)} codes>"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class _FileList(CodeList):
    """A list whose file is read when something is first asked of it: 28 of them are declared at every start."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute not in ("_wordings", "_keys"):
            raise AttributeError(attribute)
        self.__dict__.update(vars(CodeList(self.name, _rows(self.name))))  # whole at once: another thread may ask meanwhile
        return self.__dict__[attribute]


@cache
def code_list(name: str) -> CodeList:
    """Give the list of that name; raises FileNotFoundError when there is none.

    Its file is read on first use, which raises ValueError when it is malformed.
    """
    for part in UNIONS.get(name, (name,)):
        if not (path := FOLDER / f"{part}.csv").is_file():
            raise FileNotFoundError(path)
    return _FileList(name)


def _rows(name: str) -> list[dict[str, str]]:
    if name not in UNIONS:
        return _read(name)
    first, second = (_read(part) for part in UNIONS[name])
    known = {row["code"] for row in first}
    rows = first + [row for row in second if row["code"] not in known]
    columns = dict.fromkeys(column for row in rows for column in row)
    return [{column: row.get(column, "") for column in columns} for row in rows]


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ())[: len(COLUMNS)] != COLUMNS:
            raise ValueError(f"{name}: the header must begin with {','.join(COLUMNS)}")
        rows = list(reader)
    if not rows or any(None in row or None in row.values() for row in rows):
        raise ValueError(f"{name}: a row has too many or too few cells, or there is none")
    return rows
