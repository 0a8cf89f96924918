"""What is typed into one form: the text of every answer and line, what it means, and what is wrong with it. No window here.

The text as typed is the state of a form: editors show it, drafts keep it (``31/02/2019`` half typed included), and only ``answers``
turns it into a record. A cell that was picked or read also knows its value, so that a name that two units share stays clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from app import drafts, lookup, merging
from app.i18n import say
from db.declarations import Problem
from db.locks import CODE as LOCKED
from db.message import Message, inside
from db.names import is_uid, key_of
from db.questions import Answers, Link, Question, Value
from db.record import DRAFT, Aggregate, Line, Record, complete
from db.store import Refused, Store
from db.text import clean

OWN = ("state", "cancel_reason", "moved_to", "moved_why")
"""Answers about the record itself: never taken over into a new one."""
UNREAD = "TYPED"
"""The code of a problem with text that means nothing."""
KNOWN_KEY = "KEY"
"""The code of a problem with a key that another record has."""


class Cell:
    """One answer: its text as typed, and its value once it was picked, read from a record or parsed."""

    __slots__ = ("_seen", "error", "settled", "text", "value")

    def __init__(self, text: str = "", value: Value = None, settled: bool = False) -> None:
        self.text, self.value, self.settled = text, value, settled
        self.error: str | None = None
        self._seen: tuple[str, str | None] | None = None

    def read(self, question: Question, store: Store, day: str | None) -> Value:
        """Give the value, None for nothing or for text that means nothing (then ``error`` says why)."""
        if self.settled:
            return self.value
        if self._seen != (self.text, day):
            self.error, self.value = None, None
            try:
                self.value = question.parse(self.text, store.names, day) if self.text.strip() else None
                self._seen = (self.text, day)
            except ValueError as error:
                self.error = str(error)  # not remembered: a name that is unknown now may be entered meanwhile
        return self.value

    def copy(self) -> Cell:
        """Give another cell with the same answer."""
        made = Cell(self.text, self.value, self.settled)
        made.error = self.error
        return made


Row = dict[str, Cell]


class Finding(NamedTuple):
    """A problem and where it stands in the form: ``kind`` '' and ``row`` None mean the record, ``name`` '' no single answer."""

    kind: str
    row: int | None
    name: str
    problem: Problem


class Typed(NamedTuple):
    """All that stands in a form, so that it can stand there once more: answers, lines, reasons for warnings, other text of its draft."""

    cells: Row
    lines: dict[str, list[Row]]
    reasons: dict[str, str]
    more: dict[str, str]

    def for_another(self) -> Typed:
        """Give what a new record takes over: nothing about the record itself."""
        return Typed({name: cell for name, cell in self.cells.items() if name not in OWN}, self.lines, {}, {})


@dataclass
class Memory:
    """What one open office remembers between forms: the day entered last, and the record saved last of each type."""

    near: date | None = None
    last: dict[str, Answers] = field(default_factory=dict)


_memories: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()


def memory(store: Store) -> Memory:
    """Give what is remembered while ``store`` is open."""
    return _memories.setdefault(store, Memory())


class Entry:
    """One record being entered or changed."""

    def __init__(self, store: Store, declared: type[Record]) -> None:
        self.store, self.declared = store, declared
        self.uid: str | None = None
        self.draft: str | None = None
        self.base: Answers | None = None
        self.heads: merging.Heads | None = None
        """The heads of the record as it was opened; None for a new one, and for a draft of old that does not say them."""
        self.reasons: dict[str, str] = {}
        self.cells: Row = {name: Cell() for name in declared.questions()}
        self.lines: dict[str, list[Row]] = {kind: [] for kind in declared.kinds}
        self._more: dict[str, str] = {}
        self._kept: dict[str, list[int]] = {}

    # -- beginning ---------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Start an empty new record."""
        self.__init__(self.store, self.declared)  # type: ignore[misc]

    def set_answers(self, record: Answers) -> None:
        """Take over the answers of a record, put into text."""
        day = self.declared.day_of(record)
        for name, question in self.declared.questions().items():
            self.cells[name] = self.shown(question, record.get(name), day)
        for kind, line_type in self.declared.kinds.items():
            self.lines[kind] = [
                {name: self.shown(question, line.get(name), day) for name, question in line_type.questions().items()}
                for line in record.get(kind) or ()
            ]

    def shown(self, question: Question, value: Value, day: str | None) -> Cell:
        """Give a cell that holds ``value``."""
        if value is None:
            return Cell()
        if isinstance(question, Link):
            return Cell(say(lookup.label(self.store, question.to, value, day)), value, True)
        return Cell(say(question.show(value, self.store.names, day)), value, True)

    def open(self, uid: str) -> None:
        """Start from a record, to change it; raises ExpectedError when it is not there."""
        _, record = self.store.read(uid)
        self._start_from(uid, merging.stand(self.store, uid) or merging.Stand({}, record, "", ""))

    def _start_from(self, uid: str, stand: merging.Stand) -> None:
        record = stand.record
        self.uid, self.base, self.heads = uid, record, stand.heads
        self.reasons = dict(record.get("warned") or {})
        self.set_answers(record)

    def resume(self, draft_id: str) -> None:
        """Start from a draft; raises ExpectedError when it is not there."""
        draft = drafts.get(self.store, draft_id)
        content = draft.content
        if draft.record is not None:
            known = content.get("base")
            stand = merging.stand(self.store, draft.record, known) if isinstance(known, dict) and known else None
            if stand is not None:
                self._start_from(draft.record, stand)
            else:
                self.open(draft.record)
                self.heads = None
        self.draft = draft_id
        self._more = {name: text for name, text in content.items() if isinstance(text, str) and name not in self.cells}
        self.reasons.update(content.get("reasons") or {})
        day = self._day_of(str(content.get("event_to") or ""))
        for name, question in self.declared.questions().items():
            self.cells[name] = self._typed(question, str(content.get(name) or ""), self.cells[name], day)
        for kind, line_type in self.declared.kinds.items():
            before, self.lines[kind] = self.lines[kind], []
            for index, typed in enumerate(content.get(kind) or ()):
                old = before[index] if index < len(before) else {}
                row = {n: self._typed(q, str(typed.get(n) or ""), old.get(n), day) for n, q in line_type.questions().items()}
                told = " · ".join(str(text) for name, text in typed.items() if name not in row and text)
                if told and "unclear" in row and not row["unclear"].text:
                    row["unclear"] = Cell(told)  # an imported row's own words for a person stay readable
                self.lines[kind].append(row)

    def typed(self) -> Typed:
        """Give what stands here now; what is typed later does not change it."""
        lines = {kind: [_copied(row) for row in rows] for kind, rows in self.lines.items()}
        return Typed(_copied(self.cells), lines, dict(self.reasons), dict(self._more))

    def put_back(self, typed: Typed) -> None:
        """Start a new record with what stood here before."""
        self.clear()
        self.cells |= _copied(typed.cells)
        self.lines = {kind: [_copied(row) for row in rows] for kind, rows in typed.lines.items()}
        self.reasons, self._more = dict(typed.reasons), dict(typed.more)

    def typed_cell(self, question: Question, text: str) -> Cell:
        """Give a cell of text that was kept; a link kept as its uid gets its words back."""
        return self._typed(question, text, None, self.day())

    def suggest(self, typed: str) -> None:
        """Put what was typed for a link into the new record it is to become: as its code if it looks like one, else as its name."""
        text = clean(typed)
        questions = self.declared.questions()
        if not text:
            return
        if "code" in questions and " " not in text and any(character.isdigit() for character in text):
            self.cells["code"] = Cell(text)
            return
        for name in ("name", "title"):
            if name in questions:
                self.cells[name] = Cell(text)
                return
        for kind, line_type in self.declared.kinds.items():
            if "name" in line_type.questions():
                self.lines[kind] = [{name: Cell(text if name == "name" else "") for name in line_type.questions()}]
                return

    def _typed(self, question: Question, text: str, before: Cell | None, day: str | None) -> Cell:
        """Give a cell of draft text; a link kept as its uid gets its words back."""
        if before is not None and before.text == text:
            return before
        if isinstance(question, Link) and is_uid(text):
            return self.shown(question, text, day)
        return Cell(text)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _day_of(self, text: str) -> str | None:
        question = self.declared.questions().get("event_to")
        try:
            return self.declared.day_of({"event_to": question.parse(text)}) if question and text else None
        except ValueError:
            return None

    def day(self) -> str | None:
        """Give the day whose names and code lists apply; None: today's."""
        cell = self.cells.get("event_to")
        value = cell.read(self.declared.questions()["event_to"], self.store, None) if cell else None
        return self.declared.day_of({"event_to": value})

    def values(self, questions: Mapping[str, Question], row: Row, day: str | None) -> Aggregate:
        """Give the answers of one row of cells, without presets."""
        return {name: row[name].read(question, self.store, day) if name in row else None for name, question in questions.items()}

    def line_values(self, kind: str, row: Row) -> Aggregate:
        """Give the answers of one line, presets filled in."""
        questions = self.declared.kinds[kind].questions()
        return _preset(questions, self.values(questions, row, self.day()))

    def record_values(self) -> Aggregate:
        """Give the record's own answers, presets filled in."""
        questions = self.declared.questions()
        return _preset(questions, self.values(questions, self.cells, self.day()))

    def answers(self) -> Aggregate:
        """Give the complete aggregate: empty lines left out, presets filled in, answers that do not apply dropped."""
        day = self.day()
        record: Aggregate = {"uid": self.uid, **self.values(self.declared.questions(), self.cells, day)}
        for kind, line_type in self.declared.kinds.items():
            self._kept[kind] = [index for index, row in enumerate(self.lines[kind]) if not is_blank(row)]
            record[kind] = [_asked(line_type, self.values(line_type.questions(), self.lines[kind][i], day)) for i in self._kept[kind]]
        if self.base and self.base.get("warned"):
            record["warned"] = self.base["warned"]
        return complete(self.declared, _asked(self.declared, record))

    def unread(self) -> Iterator[Finding]:
        """Give a finding for each text that means nothing. Call after ``answers``."""
        for name, cell in self.cells.items():
            if cell.error and not cell.settled:
                yield Finding("", None, name, Problem(name, cell.error, code=UNREAD))
        for kind, rows in self.lines.items():
            for index, row in enumerate(rows):
                for name, cell in row.items():
                    if cell.error and not cell.settled:
                        yield Finding(kind, index, name, Problem(f"{kind}[{index}].{name}", cell.error, code=UNREAD))

    def check(self) -> list[Finding]:
        """Give everything wrong: unread text, the record's problems (beside other records too), and a key that is taken."""
        record = self.answers()
        found = list(self.unread())
        unread = {(one.kind, one.row, one.name) for one in found}
        held = self.held()  # said over the form: the record that is open is not wrong
        for problem in self.store.problems(self.declared, [record])[0]:
            if held and problem.code == LOCKED:
                continue
            finding = self._placed(problem)
            if problem.code != "R" or finding[:3] not in unread:
                found.append(finding)
        found.extend(self._taken(record))
        return found

    def held(self) -> str:
        """Say why the record that is open may not change: its period is locked; '' for a new one, and where it may."""
        found = next(iter(self.store.held(self.declared, [self.base])), []) if self.base is not None else []
        return found[0].message if found else ""

    def _placed(self, problem: Problem) -> Finding:
        where = problem.where
        kind, bracket, rest = where.partition("[")
        if bracket:
            number, _, name = rest.partition("]")
            return Finding(kind, self._kept[kind][int(number)], name.lstrip("."), problem)
        if where in self.lines:
            return Finding(where, None, "", problem)
        return Finding("", None, where, problem)

    def _keyless(self, record: Answers) -> Iterator[Finding]:
        """A new record without its key is refused beside the field, as everything that is missing is."""
        if self.uid is None:
            for name in self.declared.key:
                question = self.declared.questions()[name]
                if record.get(name) is None and question.required:
                    yield Finding("", None, name, Problem(name, question.missing, code="R"))

    def _taken(self, record: Answers) -> Iterator[Finding]:
        """A new record whose key another one has would silently become a new version of that one."""
        if self.uid is not None or not self.declared.key:
            return
        try:
            uid = key_of(self.declared, record, self.store.names)
        except ValueError:
            return
        if uid and self.store.row_ids(self.declared, [uid]):
            name = self.declared.key[0]
            message = Message("Đã có {caption} mang mã này. Hãy mở bản ghi đó để sửa.", caption=inside(self.declared.caption))
            yield Finding("", None, name, Problem(name, message, code=KNOWN_KEY, about=(uid,)))

    # -- writing -----------------------------------------------------------------------------------------------------

    def content(self) -> dict[str, Any]:
        """Give the text of the form as a draft keeps it; a link whose name is not clear is kept as its uid."""
        day = self.day()
        kept: dict[str, Any] = dict(self._more)
        kept |= {name: self._kept_text(self.declared.questions()[name], cell, day) for name, cell in self.cells.items() if cell.text}
        for kind, rows in self.lines.items():
            questions = self.declared.kinds[kind].questions()
            lines = [{n: self._kept_text(questions[n], cell, day) for n, cell in row.items() if cell.text} for row in rows]
            while lines and not lines[-1]:
                lines.pop()
            if lines:
                kept[kind] = lines
        if self.reasons:
            kept["reasons"] = dict(self.reasons)
        if self.uid is not None and self.heads:
            kept["base"] = dict(self.heads)
        return kept

    def draft_text(self, name: str) -> str:
        """Give the text a draft or a pin keeps for one answer of the record."""
        return self._kept_text(self.declared.questions()[name], self.cells[name], self.day())

    def _kept_text(self, question: Question, cell: Cell, day: str | None) -> str:
        if cell.settled and isinstance(question, Link):
            try:
                if question.parse(cell.text, self.store.names, day) == cell.value:
                    return cell.text
            except ValueError:
                pass
            return str(cell.value)
        return cell.text

    def save(self, user: str) -> str:
        """Write the record, and take its draft away, in one transaction; give its uid.

        Raises Refused when there are errors (unread text included), ``merging.Moved`` when the record was changed since it was opened,
        ExpectedError when it could not be written. Nothing is written then.
        """
        record = self.answers()
        wrong = [one.problem for one in (*self.unread(), *self._keyless(record), *self._taken(record))]
        if wrong:
            raise Refused(self.declared, wrong)
        with self.store.transaction():
            moved = self.moved()
            if moved is not None:
                raise merging.Moved(moved, moved.words(self.store))
            origin = drafts.origin(self.store, self.draft) if self.draft else (None, None)
            uid = self.store.save(self.declared.type_name, record, user, self.reasons, origin=origin)
            if self.draft:
                drafts.remove(self.store, [self.draft])
        self.draft = None
        if self.uid is not None:
            after = merging.stand(self.store, uid)
            if after is not None:
                self.base, self.heads = after.record, after.heads
        known = memory(self.store)
        known.last[self.declared.type_name] = record | {"uid": uid}
        return uid

    def moved(self) -> merging.Change | None:
        """Give what happened to the record since it was opened; None for nothing, and for a new record."""
        if self.uid is None or self.base is None or self.heads is None:
            return None
        return merging.since(self.store, self.declared, self.uid, self.heads, self.base)

    def save_draft(self, user: str) -> str:
        """Write the text as it is typed and give the draft's id."""
        self.draft = drafts.put(self.store, self.declared.type_name, self.content(), user, draft=self.draft, record=self.uid)
        return self.draft

    @property
    def wants_draft(self) -> bool:
        """Whether the state that was chosen is ``Nháp``: such a record is kept as a draft, never saved."""
        return bool(self.cells["state"].read(self.declared.questions()["state"], self.store, None) == DRAFT)

    @property
    def empty(self) -> bool:
        """Whether nothing at all was typed."""
        return is_blank(self.cells) and all(is_blank(row) for rows in self.lines.values() for row in rows)


def _copied(row: Row) -> Row:
    return {name: cell.copy() for name, cell in row.items()}


def is_blank(row: Row) -> bool:
    """Tell whether no cell of a row holds anything."""
    return not any(cell.text.strip() for cell in row.values())


def _preset(questions: Mapping[str, Question], answers: Aggregate) -> Aggregate:
    for name, question in questions.items():
        if answers[name] is None and question.preset is not None:
            answers[name] = question.preset_for(answers)
    return answers


def _asked(declared: type[Record] | type[Line], answers: Aggregate) -> Aggregate:
    """Drop answers that make no sense beside the others; the form says so before it saves."""
    for name, question in declared.questions().items():
        if answers[name] is not None and not question.is_asked(answers):
            answers[name] = None
    return answers
