"""Which columns the sheets of a record type have: keys that join rows, and one for each question (contract.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.sheets import Known
from db.questions import Link, Question
from db.record import Line, Record
from db.records import RECORD_TYPES
from db.text import header_key

JOIN, JOIN_LABEL = "#", "Bản ghi số"
UID, UID_LABEL = "uid", "Mã bản ghi"


@dataclass(frozen=True, slots=True)
class Place:
    """One column of a sheet: the name that its cells go by, its label, and the question that reads them (None: a key)."""

    name: str
    label: str
    question: Question | None
    aliases: tuple[str, ...] = ()


@cache
def columns(declared: type[Record], kind: str | None = None) -> tuple[Place, ...]:
    """Give the columns of the record's sheet, or of the sheet of one kind of line: keys first, then questions in their order."""
    keys = [Place(JOIN, JOIN_LABEL, None), Place(UID, UID_LABEL, None)]
    if kind is None:
        return (*keys, *(Place(name, q.label, q, q.aliases) for name, q in declared.questions().items()))
    questions = declared.questions()
    keys += [Place(name, questions[name].label, None, questions[name].aliases) for name in declared.key]
    return (*keys, *line_columns(declared, kind))


@cache
def line_columns(declared: type[Record], kind: str) -> tuple[Place, ...]:
    """Give the columns of a kind of line alone: its questions, and those that find or make the linked record."""
    line_type = declared.kinds[kind]
    places: list[Place] = []
    for name, question in line_type.questions().items():
        if isinstance(question, Link) and name == _maker(line_type):
            made = RECORD_TYPES[question.to].questions()
            makes: Mapping[str, str] = getattr(line_type, "makes", {})
            places += [Place(column, made[of].label, made[of], made[of].aliases) for column, of in makes.items()]
        places.append(Place(name, question.label, question, question.aliases))
    return tuple(places)


def _maker(line_type: type[Line]) -> str | None:
    """Give the link whose record the columns ``makes`` find or make."""
    if not hasattr(line_type, "makes"):
        return None
    return next(name for name, question in line_type.questions().items() if isinstance(question, Link))


@cache
def by_key(places: tuple[Place, ...]) -> dict[str, Place]:
    """Map every heading a column goes by, folded, to it; attribute names count where no label says otherwise."""
    found: dict[str, Place] = {}
    for place in places:
        for text in (place.label, *place.aliases):
            if found.setdefault(header_key(text), place) is not place:
                raise ValueError(f"{text}: heading of both {found[header_key(text)].name} and {place.name}")
    for place in places:
        found.setdefault(header_key(place.name), place)
    found.pop("", None)
    return found


@cache
def flat_kinds(declared: type[Record]) -> tuple[str, ...]:
    """Give the kinds of line that can stand in one sheet with their record: no heading would mean two things."""
    return tuple(kind for kind in declared.kinds if _flat(declared, kind))


def flat_kind(declared: type[Record]) -> str | None:
    """Give the kind of line that a flat table carries beside the record; None for a type without such lines."""
    return next(iter(flat_kinds(declared)), None)


def _flat(declared: type[Record], kind: str) -> bool:
    own = {header_key(text) for place in columns(declared) for text in (place.label, *place.aliases)}
    return not own & {header_key(text) for place in line_columns(declared, kind) for text in (place.label, *place.aliases)}


def knows(declared: type[Record]) -> Known:
    """Give the predicate that tells headings of this record type, for finding the header row below title rows."""
    keys = set(by_key(columns(declared)))
    for kind in declared.kinds:
        keys.update(by_key(columns(declared, kind)))
    return lambda text: len(text) < 80 and header_key(text) in keys
