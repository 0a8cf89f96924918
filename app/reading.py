"""From the cells of a file to answers: parse each cell once, resolve links after all rows are known, match persons."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from app import legacy_text, tabular
from app.persons import PersonBook
from app.tabular import RawRecord, Refusal
from db.declarations import Problem
from db.errors import ExpectedError
from db.message import Message
from db.names import Catalogue, key_of
from db.questions import TEXT_LIMIT, Answers, Choice, Link, Question, Text, short
from db.record import DRAFT, ENTERED, Aggregate, Line, Record, complete
from db.records.beneficiary import Beneficiary
from db.store import Store

LEGACY = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "utf8twice": "UTF-8 mã hóa hai lần"}
_U_HORN, _HELD = "\xad", "\ue0ad"
"""The soft hyphen, which TCVN3 text uses for ư and cleaning would take away, and what stands for it meanwhile."""
_LONG = 200
"""Texts of more characters are not remembered: they hardly come twice."""
_UID = re.compile(r"\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?")


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

    def turns(self, catalogue: str) -> tuple[str, ...]:
        """Give when names of a catalogue begin to hold or have ceased to: between two of these every text means the same."""
        if self.catalogue is not None and catalogue == self._own:
            return self.catalogue.turns()
        return self._names.turns(catalogue)


class _Old(NamedTuple):
    """A text that seems to be in an old encoding, and the name of that encoding."""

    value: str
    encoding: str


class _Column:
    """The question of one column, and what its texts were found to mean: in a long table most of them come many times."""

    __slots__ = ("_names", "_seen", "_turns", "question")

    def __init__(self, question: Question, names: _FileNames) -> None:
        self.question, self._names = question, names
        self._seen: dict[Any, Any] = {}
        self._turns: tuple[str, ...] = ()
        if isinstance(question, Choice):
            self._turns = question.codes.turns()
        elif isinstance(question, Link):
            self._turns = names.turns(question.to)

    def value(self, text: str, day: str | None) -> Any:
        """Give what ``text`` means on ``day``; an ``_Old`` for text in an old encoding. Raises ValueError."""
        key: Any = text
        if self._turns:
            key = (text, -1 if day is None else bisect_right(self._turns, day))
        found = self._seen.get(key)
        if found is None:
            found = self._read(text, day)
            if len(text) <= _LONG:
                self._seen[key] = found
        return found

    def _read(self, text: str, day: str | None) -> Any:
        if not isinstance(self.question, Text) or text.isascii():
            return self.question.parse(text, self._names, day)
        old = LEGACY.get(legacy_text.suspect(text) or "")
        if old is None:
            return self.question.parse(text)
        return _Old((self.question.parse(text.replace(_U_HORN, _HELD)) or "").replace(_HELD, _U_HORN), old)


class Reader:
    """A file being read for one record type: ``rows`` are its records as text, ``batch`` parses some of them.

    ``sheets`` are those of the file where somebody has read and matched them already.
    """

    def __init__(
        self, store: Store, declared: type[Record], path: Path, ignore: Iterable[str], sheets: Sequence[tabular.Sheet] | None = None
    ) -> None:
        self.store, self.declared = store, declared
        found = tabular.read(path, tabular.knows(declared)) if sheets is None else sheets
        grouped = tabular.group(declared, found, tuple(ignore))
        if not grouped.records and not grouped.refused:
            raise ExpectedError(
                "empty", Message("Tệp {name} không có dòng nào dưới hàng tiêu đề.", name=path.name), "Hãy điền dữ liệu rồi nhập lại."
            )
        self.rows: list[RawRecord] = grouped.records
        self.refused: list[Refusal] = list(grouped.refused)
        self.notices: list[str] = list(grouped.warnings)
        self.totals = grouped.totals
        self.columns = frozenset(grouped.columns)
        self.kinds = {kind: frozenset(names) for kind, names in grouped.kinds.items()}
        self.persons = PersonBook(store)
        self.made_at: dict[str, tuple[RawRecord, str, dict[str, str]]] = {}
        """Of each person made: the record, the line (``listed[0].``) and the column of each answer of theirs."""
        self.own: dict[str, RawRecord] = {}
        """Of a catalogue: the records of the file whose names its rows may use, by uid."""
        self._names = _FileNames(store, declared)
        if declared.catalogue:
            self._learn_own_names()
        models: list[type[Record] | type[Line]] = [declared, *declared.kinds.values(), Beneficiary]
        self._columns = {model: self._columns_of(model) for model in models}
        self._rows_of: dict[str, RawRecord] = {}

    def _columns_of(self, declared: type[Record] | type[Line]) -> dict[str, _Column]:
        return {name: _Column(question, self._names) for name, question in declared.questions().items()}

    def _learn_own_names(self) -> None:
        assert self._names.catalogue is not None
        for raw in self.rows:
            known: Aggregate = {}
            for name, text in raw.cells.items():
                question = self.declared.questions().get(name)
                if question is not None and not isinstance(question, Link):
                    known[name] = self._quietly(question, text)
            if known.get("state") not in (None, ENTERED):
                continue
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
                self.own[uid] = raw
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

    def take(self, count: int) -> list[Ready]:
        """Parse the next ``count`` records as ``batch`` does, and let go of their rows."""
        ready = self.batch(0, count)
        del self.rows[:count]
        return ready

    def _making(self) -> Iterator[str]:
        """Give the kinds of line whose rows find or make a person."""
        for kind, line_type in self.declared.kinds.items():
            if hasattr(line_type, "makes"):
                yield kind

    def _parse(self, raw: RawRecord) -> Ready | None:
        cells = raw.cells
        if self._state(cells) == DRAFT:
            content = {**cells, **{kind: [line.cells for line in lines] for kind, lines in raw.lines.items()}}
            return Ready(raw, {"uid": None}, {"draft": content}, False, self.columns, self.kinds, draft=content)
        before = len(self.refused)
        notes: list[Problem] = []
        day = self._day(cells)
        record = self._answers(self.declared, raw, cells, "", day, notes)
        said: dict[str, Any] = dict(record)
        lines = raw.lines
        for kind, line_type in self.declared.kinds.items():
            made = record[kind] = []
            told = said[kind] = []
            makes: Mapping[str, str] = getattr(line_type, "makes", {})
            for index, line in enumerate(lines.get(kind, ())):
                prefix = f"{kind}[{index}]."
                texts = line.cells
                answers = self._answers(line_type, raw, texts, prefix, day, notes)
                made.append(answers)
                person = {of: texts[column] for column, of in makes.items() if column in texts}
                told.append(answers | self._answers(Beneficiary, raw, person, prefix, day, notes) if person else dict(answers))
        record["uid"] = self._uid(raw, cells, record)
        if len(self.refused) > before:
            return None
        return Ready(raw, record, said, record["uid"] is not None, self.columns, self.kinds, notes=notes)

    def _state(self, cells: Mapping[str, str]) -> Any:
        text = cells.get("state")
        try:
            return self._columns[self.declared]["state"].value(text, None) if text else None
        except ValueError:
            return None  # refused with its message when the cell is parsed with the others

    def _day(self, cells: Mapping[str, str]) -> str | None:
        text, column = cells.get("event_to"), self._columns[self.declared].get("event_to")
        try:
            day: str | None = column.value(text, None) if text and column else None
        except ValueError:
            return None
        return day

    def _uid(self, raw: RawRecord, cells: Mapping[str, str], record: Answers) -> str | None:
        """Give the uid that is given or fixed by the key, None for neither; what is wrong with it is refused."""
        given = cells.get("uid", "").strip().lower()
        where = "uid" if given else next(iter(self.declared.key), "")
        try:
            if given and not _UID.fullmatch(given):
                raise ValueError(Message("“{given}” không phải mã bản ghi. Hãy để trống ô này.", given=short(given)))
            uid = str(UUID(given)) if given else None
            fixed = key_of(self.declared, record, self.store.names)
            if uid and fixed and uid != fixed:
                raise ValueError("Mã bản ghi không khớp mã. Hãy để trống ô này.")
            uid = uid or fixed
            if uid and (first := self._rows_of.setdefault(uid, raw)) is not raw:
                raise ValueError(
                    Message("Cùng một bản ghi với dòng {row}. Hãy bỏ bớt một dòng, hoặc ghi chung “Bản ghi số”.", row=first.row)
                )
        except ValueError as error:
            self.refused.append(raw.refusal(where, str(error)))
            return None
        return uid

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
        columns = self._columns[declared]
        for name, text in cells.items():
            column = columns.get(name)
            if column is None:
                continue
            try:
                value = column.value(text, day)
            except ValueError as error:
                self.refused.append(raw.refusal(prefix + name, str(error)))
                continue
            if type(value) is _Old:
                message = Message(
                    "Chữ ở cột “{label}” có vẻ là mã {encoding}, chưa chuyển đổi. Đề nghị kiểm tra.",
                    label=column.question.label,
                    encoding=value.encoding,
                )
                notes.append(Problem(prefix + name, message, "warning", "MA_CU"))
                value = value.value
            if value is not None:
                answers[name] = value
        return answers

    def _settle_persons(self, one: Ready) -> bool:
        """Link the named rows of a record to persons; False when the record had to be refused."""
        making = [kind for kind in self._making() if one.record[kind]]
        if not making:
            return True
        communes = {line.get("commune") for line in one.record.get("served", ()) if line.get("commune")}
        commune = communes.pop() if len(communes) == 1 else None
        for kind in making:
            for index, (line, told) in enumerate(zip(one.record[kind], one.said[kind], strict=True)):
                makes: dict[str, str] = self.declared.kinds[kind].makes  # type: ignore[attr-defined]
                answers = {name: told[name] for name in makes.values() if name in told}
                before = len(self.persons.made)
                if line.get("person") or not answers:
                    continue
                try:
                    line["person"] = self.persons.match(answers, commune, line.get("category"), one.record.get("unit"))
                except ExpectedError as error:
                    self.refused.append(one.raw.refusal(f"{kind}[{index}].name", str(error)))
                    return False
                if len(self.persons.made) > before:
                    self.made_at[line["person"]] = (one.raw, f"{kind}[{index}].", {of: column for column, of in makes.items()})
                if line["person"] is None:
                    line["unclear"] = short(" · ".join(answers.values()), TEXT_LIMIT)
        return True


def json_of(body: bytes) -> dict[str, Any]:
    """Read the body of an audit entry."""
    found: dict[str, Any] = json.loads(body)
    return found
