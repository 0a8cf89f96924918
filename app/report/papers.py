"""Papers made from records: lists to be signed, minutes (resources/report/papers.toml). Which columns they have is declared there.

One paper a record. A record that cannot have it (cancelled, of another kind, without its lines or amounts) is left out and named.
Names and identity numbers are printed in full, so the role must allow to reveal them, and the journal notes it (trust.md b, c).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from app import files, unseen, users
from app.amount_words import money_words, number_words
from app.listing import Listing, Wanted
from app.report import issuer
from app.report.document import Annex, Column, Letterhead, Paper, Papers, Paragraph, Row, RowGroup, Signatory
from app.report.lines import prose_day
from app.report.outline import made, toml
from app.report.phrases import digits2, dong
from app.report.writing import Written, papers_drawn
from app.tables import Stored
from db.connection import expected_errors
from db.crosschecks import CHUNK, chunks
from db.errors import ExpectedError
from db.message import Message
from db.questions import Answers, Choice, Link, grouped
from db.record import ENTERED, Aggregate, Line, Record
from db.records import RECORD_TYPES
from db.store import Progress, Store

MOST = 1_000
"""Papers that are made at once."""
NAMED = 20
"""Records that are named one by one when they are left out."""
ENDINGS = (".pdf", ".docx")
_PLACE = re.compile(r"\{([a-z_.|]+)(:ngay|:gon|:van_ban|:in)?\}")
_ASIDE = re.compile(r" \([^()]*\)$")
"""What a long label explains in brackets at its end."""


@dataclass(frozen=True)
class PaperColumn:
    """A column: its ``pieces`` joined; without any it is written in by hand. ``number``: the row's number."""

    head: str
    width: float
    pieces: tuple[str, ...] = ()
    joined: str = ""
    align: Literal["left", "center", "number"] = "left"
    number: bool = False


@dataclass(frozen=True)
class PaperRule:
    """One kind of paper of a record type, as declared."""

    lines: str
    kind: str
    subject: str
    needs: tuple[str, ...]
    landscape: bool
    row_height: float
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]
    columns: tuple[PaperColumn, ...]
    signatories: tuple[tuple[str, ...], ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amount: str = ""
    told: tuple[str, ...] = ()
    unit_line: str = ""

    declared: type[Record] = Record
    name: str = ""
    label: str = ""
    """What declares it, and what it is called there."""

    @property
    def line_type(self) -> type[Line]:
        """The kind of line that it lists."""
        return self.declared.kinds[self.lines]


@dataclass(frozen=True)
class _Words:
    hint: str
    stamped: str
    total: str
    footer: str
    place_date: str
    document: str
    """What a document is called of which only the number was written."""


@cache
def _read() -> tuple[_Words, Mapping[str, PaperRule]]:
    data = toml("papers.toml")
    rules = {}
    for name, row in data.pop("paper").items():
        columns = tuple(made(PaperColumn, column, f"papers.toml {name}") for column in row["columns"])
        rules[name] = replace(made(PaperRule, {**row, "columns": ()}, f"papers.toml {name}"), columns=columns)
    return made(_Words, data, "papers.toml"), rules


def rules_of(declared: type[Record]) -> list[PaperRule]:
    """Give the papers of a record type."""
    rules = _read()[1]
    return [replace(rules[name], declared=declared, name=name, label=label) for name, label in declared.papers]


def rule_of(declared: type[Record], name: str) -> PaperRule:
    """Give one of them by its name; raise ExpectedError naming those there are."""
    found = {rule.name: rule for rule in rules_of(declared)}
    if not found:
        raise ExpectedError("paper", Message("{plural} chưa có mẫu giấy nào để in.", plural=declared.plural), "Hãy in danh sách.")
    if name not in found:
        listed = ", ".join(f"{one} ({rule.label})" for one, rule in found.items())
        raise ExpectedError("paper", Message("Không có mẫu giấy “{name}”.", name=name), Message("Các mẫu: {listed}.", listed=listed))
    return found[name]


def rows_of(store: Store, declared: type[Record], uids: Sequence[str]) -> list[int]:
    """Give the row ids of these records, in their order; raise ExpectedError for one of another type."""
    found: dict[str, int] = {}
    for chunk in chunks(list(uids), CHUNK):
        found.update(store.execute(declared.select(declared.uid, declared.id).where(declared.uid.in_(chunk)).tuples()))
    for uid in uids:
        if uid not in found:
            raise ExpectedError(
                "type", Message("Bản ghi “{uid}” không phải “{caption}”.", uid=uid, caption=declared.caption), "Hãy xem mã bằng lệnh list."
            )
    return [found[uid] for uid in uids]


# -- out -----------------------------------------------------------------------------------------------------------------------


def write(
    store: Store, rule: PaperRule, ids: Sequence[int], path: Path, by: str, now: datetime | None = None, progress: Progress | None = None
) -> Written:
    """Write the papers of these rows as PDF or, ``.docx``, for Word, and note it in the journal; ``warnings`` name what was left out.

    Raises ExpectedError for another ending, for who may not reveal what it tells, and where there is nothing to print or to write to.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        what = path.suffix or path.name
        raise ExpectedError(
            "ending", Message("Chưa ghi được giấy này dạng “{what}”.", what=what), "Hãy đặt tên tệp có đuôi .pdf hoặc .docx."
        )
    files.require_place(path)
    papers = build(store, rule, ids, by, now, progress)
    data, pages = papers_drawn(papers, ending)
    with expected_errors():
        unseen.replace(path, lambda file: file.write(data), store)
    note(store, rule, papers, ending[1:], by)
    return Written(pages, papers.warnings)


def note(store: Store, rule: PaperRule, papers: Papers, to: str, by: str) -> None:
    """Note in the journal that papers with private answers went out. ``to``: pdf, docx, printer."""
    if _tells_names(rule):
        body = {"type": rule.declared.type_name, "records": len(papers.papers), "names": True, "to": to, "paper": rule.name}
        with store.transaction():
            store.audit("export", body, by)


def _tells_names(rule: PaperRule) -> bool:
    """Tell whether any place of a paper is a private answer."""
    templates = [piece for column in rule.columns for piece in column.pieces]
    questions = rule.line_type.questions()
    for name in (one for template in templates for names, _how in _PLACE.findall(template) for one in names.split("|")):
        first, _dot, then = name.partition(".")
        question = questions[first]
        if question.private or (then and isinstance(question, Link) and RECORD_TYPES[question.to].questions()[then].private):
            return True
    return False


def build(
    store: Store, rule: PaperRule, ids: Sequence[int], by: str, now: datetime | None = None, progress: Progress | None = None
) -> Papers:
    """Make the papers of the records with these row ids, in their order. Raises ExpectedError as ``write``."""
    if _tells_names(rule):
        users.require(store.database, by, "reveal")
    if len(ids) > MOST:
        raise ExpectedError(
            "print", Message("Đã chọn {n} bản ghi, in nhiều nhất {most}.", n=grouped(len(ids)), most=grouped(MOST)), "Hãy lọc bớt."
        )
    maker, papers, left, told, other = _Maker(store, rule), [], [], [], 0
    declared, described = rule.declared, Listing(store, rule.declared, Wanted()).described
    for chunk in chunks(list(ids), CHUNK):
        records = list(Stored(store, declared, list(chunk), None, persons=True))
        problems = store.problems(declared, records)
        for record, wrong in zip(records, problems, strict=True):
            if not maker.concerns(record):
                other += 1
                continue
            row = described(record)
            title = " · ".join(part for part in (row.title, row.second) if part)
            if reason := maker.refusal(record):
                left.append(Message("{title}: {reason}", title=title, reason=reason))
                continue
            papers.append(maker.paper(record))
            told += [Message("{title}: {reason}", title=title, reason=one.message) for one in wrong if one.code in rule.told]
        if progress:
            progress(len(papers) + len(left) + other, len(ids))
    if other:
        left.insert(0, Message("{n} bản ghi không thuộc loại hoạt động của giấy này.", n=grouped(other)))
    if not papers:
        first = left[0] if left else Message("Chưa chọn bản ghi nào, hoặc bộ lọc không có bản ghi nào.")
        raise ExpectedError("paper", Message("Không có bản ghi nào in được “{label}”.", label=rule.label), first)
    if len(left) > NAMED:
        left = [*left[:NAMED], Message("Và {n} bản ghi khác không in được.", n=grouped(len(left) - NAMED))]
    office = store.names.label("unit", store.names.find("unit", store.office()["code"], None), None)
    footer = _read()[0].footer.format(label=rule.label, don_vi=office)
    return Papers(
        str(rule.label), office, tuple(papers), footer, size=13, landscape=rule.landscape,
        warnings=tuple(dict.fromkeys((*left, *told))), made=now or datetime.now(),
    )  # fmt: skip


# -- one paper -----------------------------------------------------------------------------------------------------------------


class _Maker:
    """Makes the paper of one record after the other."""

    def __init__(self, store: Store, rule: PaperRule) -> None:
        self.store, self.rule, self.words = store, rule, _read()[0]

    def concerns(self, record: Aggregate) -> bool:
        """Tell whether records of this kind have this paper at all."""
        return all(record[name] in codes for name, codes in self.rule.when.items())

    def refusal(self, record: Aggregate) -> str:
        """Say why a record cannot have this paper; '' when it can."""
        rule = self.rule
        if record["state"] != ENTERED:
            return Message("bản ghi đã hủy hoặc chưa nhập xong.")
        if not record[rule.lines]:
            return Message("chưa có dòng “{lines}” nào.", lines=rule.line_type.caption)
        for place in rule.needs:
            lacking = sum(not self._answer(record, line, place, "") for line in record[rule.lines])
            if lacking:
                return Message("{n} dòng chưa có “{label}”.", n=lacking, label=self._label(place))
        return ""

    def _label(self, place: str) -> str:
        name, _dot, then = place.partition(".")
        question = self.rule.line_type.questions()[name]
        return str(RECORD_TYPES[question.to].questions()[then].label if then and isinstance(question, Link) else question.label)

    def paper(self, record: Aggregate) -> Paper:
        """Give the paper of a record."""
        rule, store = self.rule, self.store
        day = rule.declared.day_of(record) or ""
        unit = record["unit"]
        term = issuer.term_of(store, unit, day)
        name = store.names.label("unit", unit, day)
        lines = record[rule.lines]
        said = {"don_vi": name, "so_nguoi": digits2(len(lines)), "so_nguoi_chu": number_words(len(lines))}
        if rule.amount:
            amount = sum(line[rule.amount] or 0 for line in lines)
            said |= {"tong": dong(amount), "bang_chu": money_words(amount)}
        tell = partial(self._told, record, said)
        dated = self.words.place_date.format(noi=(term.get("place") or "").strip(), ngay=prose_day(day)).lstrip(", ")
        subject = tuple(tell((rule.subject,)).split("\n"))
        return Paper(
            Letterhead(*issuer.head_lines(term, name), "", dated, rule.kind, subject),
            tuple(self._paragraphs(rule.before, tell)),
            self._table(record),
            tuple(self._paragraphs(rule.after, tell)),
            tuple(Signatory((words,), "", "", self._hint(more)) for words, *more in rule.signatories),
        )

    def _hint(self, more: Sequence[str]) -> str:
        return self.words.stamped if "stamped" in more else self.words.hint

    def _paragraphs(self, templates: Sequence[Sequence[str]], tell: Callable[[Sequence[str]], str]) -> Iterator[Paragraph]:
        for ways in templates:
            if words := tell(ways):
                yield Paragraph((words,))

    def _told(self, record: Aggregate, said: Mapping[str, str], ways: Sequence[str]) -> str:
        """Fill the first way whose places are all answered; '' when none is."""

        def text(name: str, how: str) -> str:
            return said[name] if name in said else self._first(record, None, name, how)

        for way in ways:
            if all(text(name, how) for name, how in _PLACE.findall(way)):
                return " ".join(_PLACE.sub(lambda found: text(found[1], found[2] or ""), way).split())
        return ""

    def _first(self, record: Aggregate, line: Answers | None, names: str, how: str) -> str:
        """Give the first of some answers (``a|b``) that there is."""
        return next(filter(None, (self._answer(record, line, name, how) for name in names.split("|"))), "")

    def _answer(self, record: Aggregate, line: Answers | None, name: str, how: str) -> str:
        """Give the answer of a line (None: of the record itself) or of the record it links to, in words; '' when there is none."""
        declared, names = self.rule.declared, self.store.names
        first, _dot, then = name.partition(".")
        question = (declared if line is None else self.rule.line_type).questions()[first]
        value: Any = (record if line is None else line)[first]
        if then and isinstance(question, Link):
            value = (names.linked(question.to, value) or {}).get(then)
            question = RECORD_TYPES[question.to].questions()[then]
        if value is None:
            return ""
        if how == ":ngay":
            return prose_day(value)
        day = declared.day_of(record)
        if how == ":in" and isinstance(question, Choice) and (printed := question.codes.attribute(value, "printed", day)):
            return printed
        said = question.show(value, names, day)
        if how == ":van_ban" and said[:1].isdigit():
            return f"{self.words.document} {said}"
        return _ASIDE.sub("", said) if how == ":gon" else said

    def _table(self, record: Aggregate) -> Annex:
        rule = self.rule
        columns = tuple(Column(column.head, column.width, "center" if column.number else column.align) for column in rule.columns)
        groups = [
            RowGroup((Row(tuple(self._cell(record, line, column, number) for column in rule.columns)),))
            for number, line in enumerate(record[rule.lines], 1)
        ]
        if rule.amount:
            at = next(place for place, column in enumerate(rule.columns) if f"{{{rule.amount}}}" in column.pieces)
            cells = [""] * len(columns)
            cells[0], cells[at] = self.words.total, grouped(sum(line[rule.amount] or 0 for line in record[rule.lines]))
            groups.append(RowGroup((Row(tuple(cells), bold=True),), merge=at))
        return Annex(
            "", "", "", columns, tuple(groups), landscape=rule.landscape, unit_line=rule.unit_line,
            font_size=11, head_size=11, head_heights=(12.0,), row_height=rule.row_height,
        )  # fmt: skip

    def _cell(self, record: Aggregate, line: Answers, column: PaperColumn, number: int) -> str:
        if column.number:
            return str(number)
        told: list[str] = []
        for piece in column.pieces:
            places = _PLACE.findall(piece)
            if all(self._first(record, line, name, how) for name, how in places):
                told.append(_PLACE.sub(lambda found: self._first(record, line, found[1], found[2] or ""), piece))
        return column.joined.join(told)
