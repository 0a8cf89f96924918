"""Find or make the beneficiaries that the rows of a named list mean (contract.md 4, beneficiary)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.crosschecks import CHUNK, chunks
from db.errors import ExpectedError
from db.journal import decode
from db.record import ENTERED, Aggregate, complete, uuid7
from db.records.beneficiary import Beneficiary, number_key, person_key
from db.store import Store
from db.system import Journal
from db.text import search_key


@dataclass
class Person:
    """A known or new beneficiary, as far as matching needs it."""

    uid: str
    number: str | None
    commune: str


@dataclass
class PersonBook:
    """Matches by identity number, else by folded name + birth year + commune; what it makes is in ``made``, by uid."""

    store: Store
    made: dict[str, Aggregate] = field(default_factory=dict)
    _numbers: dict[str, list[Person]] = field(default_factory=dict)
    _names: dict[str, list[Person]] = field(default_factory=dict)
    _loaded: set[str | None] = field(default_factory=set)
    """Keys (a name's has a bar in it, a number's has not) of which every known person is in the book."""

    def load(self, wanted: Iterable[Mapping[str, Any]]) -> None:
        """Read the known persons whom any of ``wanted`` (name, birth, id_no) may mean: two queries a batch."""
        rows = list(wanted)
        numbers = {number_key(row.get("id_no")) for row in rows} - {None} - self._loaded
        names = {person_key(row.get("name"), row.get("birth")) for row in rows} - {None} - self._loaded
        self._loaded |= numbers | names
        for column, keys in ((Beneficiary.by_number, numbers), (Beneficiary.by_name, names)):
            for chunk in chunks(sorted(str(key) for key in keys), CHUNK):
                query = (
                    Beneficiary.select(Beneficiary.uid, Journal.body, Journal.private)
                    .join(Journal, on=((Journal.device == Beneficiary.device) & (Journal.seq == Beneficiary.seq)))
                    .where(column.in_(chunk) & (Beneficiary.state == ENTERED))
                )
                for uid, body, private in self.store.execute(query.tuples()):
                    self._add(complete(Beneficiary, decode(uid, body, private)))

    def _add(self, record: Aggregate) -> None:
        person = Person(record["uid"], number_key(record["id_no"]), search_key(record["commune"] or ""))
        for book, key in ((self._numbers, person.number), (self._names, person_key(record["name"], record["birth"]))):
            if key is not None and all(known.uid != person.uid for known in book.setdefault(key, [])):
                book[key].append(person)

    def match(self, answers: Mapping[str, Any], commune: str | None, category: str | None, unit: str | None) -> str | None:
        """Give the uid of the person a row means, made now when nobody fits; None when several do.

        ``answers`` holds name, birth, id_no and address; ``commune`` is the record's only one. Raises ExpectedError without a name.
        """
        number = number_key(answers.get("id_no"))
        found = self._numbers.get(number, []) if number else []
        if not found:
            found = self._by_name(answers, commune, number)
        if len(found) > 1:
            return None
        return found[0].uid if found else self._make(answers, commune, category, unit)

    def _by_name(self, answers: Mapping[str, Any], commune: str | None, number: str | None) -> list[Person]:
        key, place = person_key(answers.get("name"), answers.get("birth")), search_key(commune or "")
        if key is None:
            return []
        found = [person for person in self._names.get(key, []) if not (number and person.number and person.number != number)]
        return [person for person in found if person.commune == place] if place else found

    def _make(self, answers: Mapping[str, Any], commune: str | None, category: str | None, unit: str | None) -> str:
        if not answers.get("name"):
            raise ExpectedError("person", "Thiếu họ và tên của người trong danh sách.", "Hãy điền họ và tên hoặc số giấy tờ đã có.")
        record = complete(
            Beneficiary,
            {**answers, "uid": uuid7(), "commune": commune, "categories": [category] if category else None, "unit": unit},
        )
        self.made[record["uid"]] = record
        self._add(record)
        return str(record["uid"])
