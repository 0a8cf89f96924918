"""What a record is: the bases of every declaration, its aggregate as plain data, and the problems it has.

An aggregate is a flat dict: ``uid``, ``state``, one key per question, and one list of dicts per kind of line. ``problems`` is
pure: the same call serves form, import and exchange. Rules that need other records are declared (``Twin``, ``LinkMust``) and
run by ``db.crosschecks`` as one query per batch.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Literal
from uuid import UUID, uuid5

import peewee

from db.catalogues import code_list
from db.declarations import Beside, Control, Due, LinkMust, Problem, Tree, Twin
from db.message import Message, sentence
from db.questions import Answers, Choice, Day, Derived, Inherited, Link, LongText, Money, Question, Text

Aggregate = dict[str, Any]

NAMESPACE = UUID("6f1c5a52-7d0f-5f0e-9b5e-3f6f2a6f4e01")
"""The one namespace of fixed uids (contract.md 1); never to be changed."""

MOST_LINES = 2_000
MOST_BYTES = 1 << 20
ENTERED, DRAFT, CANCELLED = "entered", "draft", "cancelled"
TEN_BILLION = 10_000_000_000
PAST_DAYS = frozenset(("event_from", "event_to", "done_on", "makeup_date", "decision_date", "concl_date", "birth"))
"""Days of what has happened: in the future they are a slip."""


class _RowId(Inherited, peewee.AutoField):
    """The row's number, by which SQLite finds it."""


class _Words(Inherited, peewee.TextField):
    """A column of text that is no question."""


class _Number(Inherited, peewee.IntegerField):
    """A column of whole numbers that is no question."""


class _Flag(Inherited, peewee.SmallIntegerField):
    """A column of 0 and 1 that is no question."""


class _Declared(peewee.Model):
    """What records and lines share: their questions and derived columns."""

    covering: ClassVar[tuple[str, ...]] = ()
    """Columns that figures read, after those of ``index_head``: one covering index (performance.md)."""
    index_head: ClassVar[tuple[str, ...]] = ()

    class Meta:
        legacy_table_names = False
        table_function = staticmethod(lambda model: model.table_name())

    @classmethod
    def table_name(cls) -> str:
        """Give the name of the table."""
        return cls.__name__.lower()

    @classmethod
    @cache
    def questions(cls) -> dict[str, Question]:
        """Give the questions by name, in the order in which they are asked."""
        found = {field.name: field for field in cls._meta.sorted_fields if isinstance(field, Question)}
        tail = [name for name in ("note", "state", "cancel_reason", "moved_to", "moved_why") if name in found]
        return {name: found[name] for name in [*(n for n in found if n not in tail), *tail]}

    @classmethod
    @cache
    def question_names(cls) -> tuple[str, ...]:
        """Give the names of the questions, settled once."""
        return tuple(cls.questions())

    @classmethod
    @cache
    def searched(cls) -> tuple[tuple[str, Question], ...]:
        """Give the questions by whose answers a record is found."""
        return tuple((name, question) for name, question in cls.questions().items() if question.search)

    @classmethod
    @cache
    def private_names(cls) -> frozenset[str]:
        """Give the names of the private questions."""
        return frozenset(name for name, question in cls.questions().items() if question.private)

    @classmethod
    @cache
    def derived(cls) -> dict[str, Derived]:
        """Give the columns computed when the record is folded."""
        return {field.name: field for field in cls._meta.sorted_fields if isinstance(field, Derived)}


class Record(_Declared):
    """The base of every record type. Catalogues and settings use it as it is; events use ``EventRecord``.

    A table is a fold of the journal, so it refuses nothing: what is wrong is a problem, never a constraint (contract.md 1).
    """

    type_name: ClassVar[str]
    caption: ClassVar[str]
    plural: ClassVar[str]
    kinds: ClassVar[dict[str, type[Line]]]
    key: ClassVar[tuple[str, ...]] = ()
    """The questions whose answers make a fixed uid (UUIDv5); empty: each record has a uid of its own (UUIDv7)."""
    key_separator: ClassVar[str] = "/"
    catalogue: ClassVar[bool] = False
    """Whether the records are few and named in others: kept whole in memory by ``db.names``."""
    schema: ClassVar[int] = 1
    menu: ClassVar[str] = ""
    """The word of the navigation, where ``plural`` is too long for it."""
    icon: ClassVar[str] = "file-text"
    """The name of the navigation's icon (``resources/icons``)."""
    shelf: ClassVar[Literal["work", "catalogue", "settings"]] = "work"
    """Where the window puts the type: among the daily work, the catalogues, or the settings."""
    section: ClassVar[str] = ""
    """The words of the group that it stands in within the navigation, with others of the same; '' for a place of its own."""
    ahead: ClassVar[frozenset[str]] = frozenset()
    """Days of ``PAST_DAYS`` that may well lie in the future for records of this type: plans."""
    highlights: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    """What the first page compares with last year: words, and the codes of the figures that stand side by side."""
    papers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Papers that are made from its records: name and label; ``resources/report/papers.toml`` says what stands in them."""
    twins: ClassVar[tuple[Twin, ...]] = ()
    link_rules: ClassVar[tuple[LinkMust, ...]] = ()
    alike: ClassVar[tuple[str, ...]] = ()
    """Derived columns whose equality suggests that two records are one; said while typing, never a problem."""
    controls: ClassVar[tuple[Control, ...]] = ()
    tree: ClassVar[Tree | None] = None
    """How the records stand below one another; None: they do not."""

    id = _RowId()
    uid = _Words(unique=True)
    device = _Words()
    seq = _Number()
    lc = _Number()
    written = _Words()
    author = _Words()
    open_warnings = _Number()
    counted_on = _Words(null=True)
    counts = _Flag()

    note = LongText("Ghi chú", group="Ghi chú và căn cứ")
    state = Choice("Trạng thái", code_list("STATE"), preset=ENTERED, group="Trạng thái")
    cancel_reason = Text(
        "Lý do hủy", when=lambda r: r["state"] == CANCELLED, required=lambda r: r["state"] == CANCELLED, group="Trạng thái"
    )

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.kinds = {}
        for name in ("caption", "plural", "menu", "section"):
            if name in cls.__dict__:
                text = cls.__dict__[name]
                setattr(cls, name, sentence(text) if name == "caption" or not text else Message.of_menu(text))

    @classmethod
    def table_name(cls) -> str:
        """Give the name of the table: that of the type."""
        return getattr(cls, "type_name", cls.__name__.lower()).replace("-", "_")

    @classmethod
    def day_of(cls, record: Answers) -> str | None:
        """Give the ISO day whose code lists and names apply to the record; None: today's."""
        return record.get("event_to")

    @classmethod
    def counted_day(cls, record: Answers) -> str | None:
        """Give the one day the record counts on (contract.md 1); None: it is not counted."""
        return None

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Yield the problems that concern several answers at once."""
        yield from ()

    @staticmethod
    def among(record: Answers, others: Mapping[str, Answers], days: Callable[[str], tuple[str, str]]) -> Iterator[Problem]:
        """Yield the problems of a catalogue record beside the ``others`` of its type (by uid); ``days`` gives those of a period code."""
        yield from ()

    @classmethod
    def names_of(cls, record: Answers) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield the names a cell may use for this record, each with its first and last day (None: open)."""
        yield from ()

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Give the words that name one record in lists and messages, without private answers; never its uid, which says nothing."""
        return str(record.get("code") or cls.caption)


class EventRecord(Record):
    """Something that happened: the envelope of domain.md A.0."""

    index_head = ("counts", "counted_on", "unit")

    unit = Link("Đơn vị báo cáo", "unit", aliases=("Đơn vị",), required=True, in_list=True, row="đơn vị")
    counting_unit = Link("Đơn vị tính số liệu", "unit", preset=lambda r: r["unit"], row="đơn vị", group="Đơn vị tính")
    role = Choice("Vai trò", code_list("ROLE"), preset="CHU_TRI", group="Đơn vị tính")
    event_from = Day("Từ ngày", preset=lambda r: r["event_to"], row="ngày")
    event_to = Day("Đến ngày", aliases=("Ngày",), required=True, in_list=True, row="ngày")
    place = Text("Địa điểm", search=True, row="đơn vị")
    basis_doc = Text("Văn bản căn cứ", search=True, group="Ghi chú và căn cứ")
    moved_to = Text("Chuyển sang kỳ", limit=7, group="Trạng thái")
    moved_why = Text("Lý do chuyển kỳ", required=lambda r: r["moved_to"] is not None, group="Trạng thái")

    @classmethod
    def counted_day(cls, record: Answers) -> str | None:
        """Count on the day it ended, or on the last day of the period it was moved to."""
        day: str | None = record.get("moved_on") or record["event_to"]
        return day


class Line(_Declared):
    """The base of a kind of line. ``class Audience(Line, of=EducationSession, kind="audiences", caption=…)`` registers itself.

    A line carries copies of its record's ``counted_on``, counting unit and ``counts``, set by the fold, so that figures read
    one table under one covering index.
    """

    owner: ClassVar[type[Record]]
    kind: ClassVar[str]
    caption: ClassVar[str]
    beside: ClassVar[tuple[Beside, ...]] = ()
    stands_for: ClassVar[tuple[str, str] | None] = None
    """The questions that hold a figure's code and its value, where a line gives a total instead of records; None: it does not."""
    due: ClassVar[Due | None] = None
    stands_apart: ClassVar[str] = ""
    """The derived column that is filled where such a line stands beside what is counted (an estimate); '' where none ever does."""
    index_head = ("counts", "counted_on", "of_unit")

    id = _RowId()
    record = _Number(index=True)
    position = _Number()
    counted_on = _Words(null=True)
    counts = _Flag()
    of_unit = _Words(null=True)

    def __init_subclass__(cls, *, of: type[Record], kind: str, caption: str, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.owner, cls.kind, cls.caption = of, kind, sentence(caption)
        of.kinds[kind] = cls

    @classmethod
    def table_name(cls) -> str:
        """Give the name of the table: type and kind."""
        return f"{cls.owner.table_name()}_{cls.kind}" if hasattr(cls, "owner") else cls.__name__.lower()

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Yield the problems of one line; ``where`` is a question of the line."""
        yield from ()


def complete(record_type: type[Record], aggregate: Answers) -> Aggregate:
    """Give a copy with every question and kind of line present: None and [] where nothing was answered; presets filled in."""
    full: Aggregate = {"uid": aggregate.get("uid")}
    _fill(full, record_type, aggregate)
    for kind, line_type in record_type.kinds.items():
        lines = full[kind] = []
        for line in aggregate.get(kind) or ():
            filled: Aggregate = {}
            _fill(filled, line_type, line)
            lines.append(filled)
    for extra in ("moved_on", "warned"):
        if aggregate.get(extra) is not None:
            full[extra] = aggregate[extra]
    return full


@cache
def _presets(declared: type[_Declared]) -> tuple[tuple[str, ...], tuple[tuple[str, Question], ...]]:
    questions = declared.questions()
    return tuple(questions), tuple((name, question) for name, question in questions.items() if question.preset is not None)


def _fill(into: Aggregate, declared: type[_Declared], answers: Answers) -> None:
    names, presets = _presets(declared)
    into.update(zip(names, map(answers.get, names), strict=True))
    for name, question in presets:
        if into[name] is None:
            into[name] = question.preset_for(into)


def problems(record_type: type[Record], aggregate: Answers, today: str) -> list[Problem]:
    """Give everything wrong with a complete aggregate in itself. Pure: no clock (``today`` is ISO), no database."""
    found = _answer_problems(record_type, aggregate, "", today)
    found += record_type.check(aggregate)
    for kind, line_type in record_type.kinds.items():
        lines = aggregate[kind]
        if len(lines) > MOST_LINES:
            found.append(
                Problem(
                    kind,
                    Message(
                        "Có {n} dòng “{caption}”; nhiều nhất {most}. Hãy tách thành nhiều bản ghi.",
                        n=len(lines),
                        caption=line_type.caption,
                        most=MOST_LINES,
                    ),
                )
            )
            continue
        for index, line in enumerate(lines):
            prefix = f"{kind}[{index}]."
            found += _answer_problems(line_type, line, prefix, today)
            found += [Problem(prefix + p.where, p.message, p.level, p.code) for p in line_type.check(line, aggregate)]
    return found


Plan = tuple[str, Question, bool, bool, bool, set[str]]


@cache
def _plan(declared: type[_Declared]) -> tuple[Plan, ...]:
    """Give name, question, whether it can be required, is a day of the past, is money; and texts it has found right before.

    Imports walk this a million times, over the same units, codes and days.
    """
    past = PAST_DAYS - getattr(declared, "ahead", frozenset())
    return tuple(
        (name, question, question.required is not False, isinstance(question, Day) and name in past, isinstance(question, Money), set())
        for name, question in declared.questions().items()
    )


_SHORT, _MOST_SOUND = 40, 4_000
"""Texts of so many characters are remembered as right, so many of each question."""


def _answer_problems(declared: type[_Declared], answers: Answers, prefix: str, today: str) -> list[Problem]:
    found: list[Problem] = []
    for name, question, may_require, past, money, sound in _plan(declared):
        value = answers[name]
        if value is None:
            if may_require and question.is_required(answers) and question.is_asked(answers):
                found.append(Problem(prefix + name, question.missing, code="R"))
            continue
        if value.__class__ is not str or value not in sound:
            if message := question.check(value):
                found.append(Problem(prefix + name, message, code="G1" if isinstance(value, int) else "V"))
                continue
            if value.__class__ is str and len(value) <= _SHORT and len(sound) < _MOST_SOUND:
                sound.add(value)
        if past and value.lstrip("~") > today:
            found.append(
                Problem(
                    prefix + name,
                    Message("“{label}” {value} ở sau ngày hôm nay.", label=question.label, value=question.show(value)),
                    "warning",
                    "NGAY",
                )
            )
        elif money and value > TEN_BILLION:
            found.append(Problem(prefix + name, "Số tiền trên 10 tỷ đồng, đề nghị kiểm tra lại số chữ số.", "warning", "G2"))
    return found


def finish(declared: type[_Declared]) -> None:
    """Give a complete declaration its covering index and those of its lists; called once, when the list of record types is made."""
    if declared.index_head:
        fields = [declared._meta.fields[name] for name in (*declared.index_head, *declared.covering)]
        declared.add_index(declared.index(*fields, name=f"{declared.table_name()}_figures"))
    if issubclass(declared, EventRecord):
        columns = (listed_day(declared), declared.event_to, declared.unit, declared.open_warnings)
        declared.add_index(declared.index(declared.state, *columns, name=f"{declared.table_name()}_in_period"))
        declared.add_index(declared.index(declared.state, declared.event_to, name=f"{declared.table_name()}_newest"))
    elif issubclass(declared, Record):
        declared.add_index(declared.index(declared.state, name=f"{declared.table_name()}_newest"))


def listed_day(declared: type[EventRecord]) -> Any:
    """Give the day by which lists put an event into a period: the one it counts on, else its own. Written as the index has it."""
    return peewee.fn.COALESCE(declared.counted_on, declared.event_to)


def uuid7() -> str:
    """Give a new UUIDv7: time-ordered, so that newest first is the order of uids too."""
    stamp, chance = time.time_ns() // 1_000_000, secrets.randbits(74)
    digits = f"{stamp << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | chance & (1 << 62) - 1:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def short_key(*parts: str | None) -> str:
    """Give a short hash of what two records may not share: a twin key that keeps its index small."""
    return hashlib.blake2b("|".join(part or "" for part in parts).encode(), digest_size=12).hexdigest()


def fixed_uid(type_name: str, key: str) -> str:
    """Give the uid that the same key gets on every machine (contract.md 1)."""
    return str(uuid5(NAMESPACE, f"{type_name}:{unicodedata.normalize('NFC', key.strip()).upper()}"))
