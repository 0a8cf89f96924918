"""From the cells of a file to answers: parse each cell once, resolve links after all rows are known, match persons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from app import legacy_text, tabular
from app.persons import PersonBook
from app.tabular import RawRecord, Refusal
from db.errors import ExpectedError
from db.names import Catalogue, key_of
from db.questions import Answers, Choice, Link, Question, Text, YesNo
from db.record import DRAFT, Aggregate, Line, Problem, Record, complete
from db.records.beneficiary import Beneficiary
from db.store import Store

LEGACY = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "utf8twice": "UTF-8 mã hóa hai lần"}


@dataclass
class Ready:
    """One record of the file, parsed. ``said`` is what its identity is counted from; ``named`` whether its uid is given or fixed."""

    raw: RawRecord
    record: Aggregate
    said: dict[str, Any]
    named: bool
    columns: frozenset[str]
    kinds: dict[str, frozenset[str]]
    draft: dict[str, Any] | None = None
    notes: list[Problem] = field(default_factory=list)
    identity: bytes = b""

    def refusal(self, problem: Problem) -> Refusal:
        """Place a problem of the record at the cell it is about."""
        return self.raw.refusal(problem.where, problem.message)


class _FileNames:
    """The store's names, and those of the file's own records: a parent may come later in the same file."""

    def __init__(self, store: Store, declared: type[Record]) -> None:
        self._names = store.names
        self._own = declared.type_name if declared.catalogue else None
        self.catalogue = Catalogue(declared, store.names.catalogue(declared.type_name).records) if self._own else None

    def find(self, catalogue: str, text: str, day: str | None) -> str:
        """Find by code or name (``db.questions.Names``)."""
        if self.catalogue is not None and catalogue == self._own:
            return self.catalogue.find(text, day)
        return self._names.find(catalogue, text, day)

    def label(self, catalogue: str, uid: str, day: str | None) -> str:
        """Give the name of a linked record."""
        return self._names.label(catalogue, uid, day)


class Reader:
    """A file being read for one record type: ``rows`` are its records as text, ``batch`` parses some of them."""

    def __init__(self, store: Store, declared: type[Record], path: Path, ignore: Iterable[str]) -> None:
        self.store, self.declared = store, declared
        grouped = tabular.group(declared, tabular.read(path), tuple(ignore))
        self.rows: list[RawRecord] = grouped.records
        self.refused: list[Refusal] = list(grouped.refused)
        self.columns = frozenset(grouped.columns)
        self.kinds = {kind: frozenset(names) for kind, names in grouped.kinds.items()}
        self.persons = PersonBook(store)
        self._memo: dict[tuple[int, str, str | None], Any] = {}
        self._names = _FileNames(store, declared)
        if declared.catalogue:
            self._learn_own_names()

    def _learn_own_names(self) -> None:
        assert self._names.catalogue is not None
        for raw in self.rows:
            known: Aggregate = {}
            for name, text in raw.cells.items():
                question = self.declared.questions().get(name)
                if question is not None and not isinstance(question, Link):
                    known[name] = self._quietly(question, text)
            for kind, line_type in self.declared.kinds.items():
                known[kind] = [
                    {n: self._quietly(q, line.cells.get(n, "")) for n, q in line_type.questions().items() if not isinstance(q, Link)}
                    for line in raw.lines.get(kind, ())
                ]
            try:
                uid = key_of(self.declared, known, self.store.names)
            except ValueError:
                continue
            if uid:
                self._names.catalogue.add(uid, complete(self.declared, known))

    @staticmethod
    def _quietly(question: Question, text: str) -> Any:
        try:
            return question.parse(text)
        except ValueError:
            return None

    def batch(self, start: int, end: int) -> list[Ready]:
        """Parse the records ``start`` to ``end``; those with a cell that cannot be read are refused instead."""
        parsed = [(raw, self._parse(raw)) for raw in self.rows[start:end]]
        found = [(raw, one) for raw, one in parsed if one is not None]
        self.persons.load(line for _, one in found for kind in self._making() for line in one.said.get(kind, ()))
        return [one for _, one in found if one.draft is not None or self._settle_persons(one)]

    def _making(self) -> Iterator[str]:
        """Give the kinds of line whose rows find or make a person."""
        for kind, line_type in self.declared.kinds.items():
            if hasattr(line_type, "makes"):
                yield kind

    def _parse(self, raw: RawRecord) -> Ready | None:
        uid = raw.cells.get("uid", "").strip().lower() or None
        state = self._state(raw)
        if state == DRAFT:
            content = {**raw.cells, **{kind: [line.cells for line in lines] for kind, lines in raw.lines.items()}}
            return Ready(raw, {"uid": None}, {"draft": content}, False, self.columns, self.kinds, draft=content)
        before = len(self.refused)
        notes: list[Problem] = []
        day = self._day(raw)
        record = self._answers(self.declared, raw, raw.cells, "", day, notes)
        said: dict[str, Any] = {name: value for name, value in record.items() if value is not None}
        for kind, line_type in self.declared.kinds.items():
            record[kind], said[kind] = [], []
            for index, line in enumerate(raw.lines.get(kind, ())):
                prefix = f"{kind}[{index}]."
                answers = self._answers(line_type, raw, line.cells, prefix, day, notes)
                record[kind].append(answers)
                told = {name: value for name, value in answers.items() if value is not None}
                if hasattr(line_type, "makes"):
                    told.update(self._person_answers(line_type, raw, line.cells, prefix))
                said[kind].append(told)
        record["uid"] = self._uid(raw, uid, record)
        if len(self.refused) > before:
            return None
        return Ready(raw, record, said, record["uid"] is not None, self.columns, self.kinds, notes=notes)

    def _state(self, raw: RawRecord) -> Any:
        text = raw.cells.get("state", "")
        try:
            return self._value(self.declared.questions()["state"], text, None) if text else None
        except ValueError:
            return None  # refused with its message when the cell is parsed with the others

    def _day(self, raw: RawRecord) -> str | None:
        question = self.declared.questions().get("event_to")
        return self._quietly(question, raw.cells.get("event_to", "")) if question else None

    def _uid(self, raw: RawRecord, given: str | None, record: Answers) -> str | None:
        try:
            fixed = key_of(self.declared, record, self.store.names)
            if given is None or (fixed is not None and given == fixed):
                return fixed
            if fixed is not None:
                raise ValueError("Mã bản ghi không khớp mã. Hãy để trống cột “Mã bản ghi”.")
            return str(UUID(given))
        except ValueError as error:
            message = str(error) if "badly formed" not in str(error) else f"“{given}” không phải mã bản ghi. Hãy để trống cột này."
            self.refused.append(raw.refusal("uid" if given else "", message))
            return None

    def _answers(
        self,
        declared: type[Record] | type[Line],
        raw: RawRecord,
        cells: Mapping[str, str],
        prefix: str,
        day: str | None,
        notes: list[Problem],
    ) -> Aggregate:
        answers: Aggregate = {}
        questions = declared.questions()
        for name, text in cells.items():
            question = questions.get(name)
            if question is None or not text:
                continue
            try:
                answers[name] = self._value(question, text, day)
            except ValueError as error:
                self.refused.append(raw.refusal(prefix + name, str(error)))
                continue
            if isinstance(question, Text) and not text.isascii():
                old = legacy_text.suspect(text)
                if old in LEGACY:
                    message = f"Chữ ở cột “{question.label}” có vẻ là mã {LEGACY[old]}, chưa chuyển đổi. Đề nghị kiểm tra."
                    notes.append(Problem(prefix + name, message, "warning", "MA_CU"))
        return answers

    def _value(self, question: Question, text: str, day: str | None) -> Any:
        if not isinstance(question, (Choice, Link, YesNo)):
            return question.parse(text)
        key = (id(question), text, day)
        if key not in self._memo:
            self._memo[key] = question.parse(text, self._names, day)
        return self._memo[key]

    def _person_answers(self, line_type: Any, raw: RawRecord, cells: Mapping[str, str], prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column, name in line_type.makes.items():
            try:
                value = Beneficiary.questions()[name].parse(cells.get(column, ""))
            except ValueError as error:
                self.refused.append(raw.refusal(prefix + column, str(error)))
                continue
            if value is not None:
                found[name] = value
        return found

    def _settle_persons(self, one: Ready) -> bool:
        """Link the named rows of a record to persons; False when the record had to be refused."""
        communes = {line.get("commune") for line in one.record.get("served", ()) if line.get("commune")}
        commune = communes.pop() if len(communes) == 1 else None
        for kind in self._making():
            for index, (line, told) in enumerate(zip(one.record[kind], one.said[kind], strict=True)):
                answers = {name: told[name] for name in self.declared.kinds[kind].makes.values() if name in told}  # type: ignore[attr-defined]
                if line.get("person") or not answers:
                    continue
                try:
                    line["person"] = self.persons.match(answers, commune, line.get("category"), one.record.get("unit"))
                except ExpectedError as error:
                    self.refused.append(one.raw.refusal(f"{kind}[{index}].name", str(error)))
                    return False
                if line["person"] is None:
                    line["unclear"] = " · ".join(str(value) for value in answers.values())
        return True


def json_of(body: bytes) -> dict[str, Any]:
    """Read the body of an audit entry."""
    found: dict[str, Any] = json.loads(body)
    return found
