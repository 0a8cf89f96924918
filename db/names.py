"""Names of linked records: catalogues whole in memory, persons one batch at a time.

Cells, forms and reports name units, topics and Party organisations by code or by the name valid on a day (contract.md 4).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from db.message import Message
from db.questions import Answers
from db.record import Record, fixed_uid
from db.text import search_key

MISSING = "(chưa nhận)"
OPEN_START, OPEN_END = "", "9999-12-31"
AFTER = "\0"
"""What makes of an ISO day a text that stands after it and before the next one."""

Reader = Callable[[str], Mapping[str, Answers]]
"""Gives all entered records of a catalogue, by uid."""


def is_uid(text: str) -> bool:
    """Tell whether text reads as a uid, not as a code or a name."""
    return len(text) == 36 and text.count("-") == 4


class Catalogue:
    """One catalogue: its records by uid, and the uids that a code or a folded name may mean."""

    def __init__(self, record_type: type[Record], records: Mapping[str, Answers]) -> None:
        self.type = record_type
        self.records: dict[str, Answers] = {}
        self._codes: dict[str, list[str]] = {}
        self._names: dict[str, list[tuple[str, str, str]]] = {}
        for uid, record in records.items():
            self.add(uid, record)

    def add(self, uid: str, record: Answers) -> None:
        """Take in one record, or a version of it that is about to be written."""
        self.records[uid] = record
        code = search_key(str(record.get("code") or ""))
        if code and uid not in self._codes.setdefault(code, []):
            self._codes[code].append(uid)
        for name, since, until in self.type.names_of(record):
            self._names.setdefault(search_key(name), []).append((uid, since or OPEN_START, until or OPEN_END))

    def find(self, text: str, day: str | None) -> str:
        """Give the uid that ``text`` names on ``day``; raise ValueError when none or several do."""
        if text in self.records:
            return text
        key = search_key(text)
        by_code = self._codes.get(key)
        if by_code:
            return self._one(by_code, text, day, Message("mã"))
        named = self._names.get(key, ())
        found = {uid for uid, since, until in named if day is None or since <= day <= until}
        if not found and named:
            raise ValueError(
                Message(
                    "“{text}” không còn (hoặc chưa) có hiệu lực vào ngày {day}. Hãy chọn {caption} đúng thời điểm.",
                    text=text,
                    day=_shown(day),
                    caption=self.type.caption,
                )
            )
        if not found:
            raise ValueError(
                Message(
                    "Không tìm thấy “{text}” trong danh mục {plural}. Hãy nhập danh mục này trước, hoặc sửa lại tên.",
                    text=text,
                    plural=self.type.plural,
                )
            )
        return self._one(sorted(found), text, day, Message("tên"))

    def _one(self, uids: list[str], text: str, day: str | None, what: str) -> str:
        valid = [uid for uid in uids if self.valid(uid, day)]
        if not valid:
            raise ValueError(
                Message(
                    "“{text}” không còn (hoặc chưa) có hiệu lực vào ngày {day}. Hãy chọn {caption} đúng thời điểm.",
                    text=text,
                    day=_shown(day),
                    caption=self.type.caption,
                )
            )
        if len(valid) > 1:
            dated = [uid for uid in valid if any(since for _, since, _ in self.type.names_of(self.records[uid]))]
            if len(dated) != 1:  # a topic of this year goes before the one without a year
                raise ValueError(
                    Message(
                        "Có {n} {plural} cùng {what} “{text}”. Hãy ghi mã.", n=len(valid), plural=self.type.plural, what=what, text=text
                    )
                )
            return dated[0]
        return valid[0]

    def valid(self, uid: str, day: str | None) -> bool:
        """Tell whether the record has a name on ``day`` (None: any day). A record without dated names is always valid."""
        spans = list(self.type.names_of(self.records[uid]))
        return day is None or not spans or any((since or OPEN_START) <= day <= (until or OPEN_END) for _, since, until in spans)

    def turns(self) -> tuple[str, ...]:
        """Give, in order, when any name begins to hold or has ceased to: between two of these days every text means the same."""
        since = {span[1] for spans in self._names.values() for span in spans if span[1] != OPEN_START}
        ended = {span[2] + AFTER for spans in self._names.values() for span in spans if span[2] != OPEN_END}
        return tuple(sorted(since | ended))

    def label(self, uid: str, day: str | None) -> str:
        """Give the name on ``day``: else the last one before it, else the first; ``(chưa nhận)`` for an unknown uid."""
        record = self.records.get(uid)
        if record is None:
            return MISSING
        spans = [(since or OPEN_START, until or OPEN_END, name) for name, since, until in self.type.names_of(record)]
        if not spans:
            return str(record.get("code") or MISSING)
        at = day or OPEN_END
        now = [span for span in spans if span[0] <= at <= span[1]]
        before = [span for span in spans if span[0] <= at]
        if now:
            return now[0][2]
        return (max(before, key=_dates) if before else min(spans, key=_dates))[2]


def _dates(span: tuple[str, str, str]) -> tuple[str, str]:
    return span[:2]  # of names of the same days the first is the full one


class _Others(threading.local):
    """Linked records of types that are no catalogue, a thread each: a save in one must not empty what another is about to look up."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Answers | None] = {}


class NameBook:
    """The ``Names`` of an open office (``db.questions.Names``) and the linked records that rules read."""

    def __init__(self, types: Mapping[str, type[Record]], read: Reader) -> None:
        self._types = types
        self._read = read
        self._catalogues: dict[str, Catalogue] = {}
        self._others = _Others()

    def catalogue(self, name: str) -> Catalogue:
        """Give the catalogue of record type ``name``, read once and kept until ``forget``."""
        found = self._catalogues.get(name)
        if found is None:
            found = self._catalogues[name] = Catalogue(self._types[name], self._read(name))
        return found

    def forget(self, name: str | None = None) -> None:
        """Drop what was read of one type (None: of all), because it was written."""
        self._others.found.clear()
        if name is None:
            self._catalogues.clear()
        else:
            self._catalogues.pop(name, None)

    def find(self, catalogue: str, text: str, day: str | None) -> str:
        """Give the uid that ``text`` names; raise ValueError otherwise. Types that are no catalogue are named by uid only."""
        if self._types[catalogue].catalogue:
            return self.catalogue(catalogue).find(text, day)
        if is_uid(text):
            return text
        raise ValueError(Message("“{text}” không phải mã bản ghi.", text=text))

    def turns(self, catalogue: str) -> tuple[str, ...]:
        """Give the days of ``Catalogue.turns``; none for types that are no catalogue."""
        return self.catalogue(catalogue).turns() if self._types[catalogue].catalogue else ()

    def label(self, catalogue: str, uid: str, day: str | None) -> str:
        """Give the name of ``uid`` on ``day``."""
        return self.catalogue(catalogue).label(uid, day) if self._types[catalogue].catalogue else uid

    def code(self, catalogue: str, uid: str) -> str:
        """Give the code of ``uid``, ``(chưa nhận)`` when it is not here."""
        record = self.catalogue(catalogue).records.get(uid)
        return str(record["code"]) if record else MISSING

    def remember(self, type_name: str, records: Iterable[tuple[str, Answers | None]]) -> None:
        """Take in records of a type that is no catalogue, for the rules of one batch."""
        for uid, record in records:
            self._others.found[type_name, uid] = record

    def linked(self, type_name: str, uid: str | None) -> Answers | None:
        """Give the answers of a linked record; None when it is not here (``db.record.Linked``)."""
        if uid is None:
            return None
        if self._types[type_name].catalogue:
            return self.catalogue(type_name).records.get(uid)
        return self._others.found.get((type_name, uid))


def key_of(record_type: type[Record], record: Answers, names: NameBook) -> str | None:
    """Give the fixed uid of a record whose type has a key (contract.md 1), None for a type without; ValueError when unanswered."""
    if not record_type.key:
        return None
    parts: list[Any] = []
    for name in record_type.key:
        value, question = record.get(name), record_type.questions()[name]
        if value is None and question.required:
            raise ValueError(question.missing)
        if value is not None:
            to = getattr(question, "to", None)
            parts.append(names.code(to, value) if to else value)
    return fixed_uid(record_type.type_name, "/".join(map(str, parts)))


def _shown(day: str | None) -> str:
    return f"{day[8:]}/{day[5:7]}/{day[:4]}" if day else "hôm nay"
