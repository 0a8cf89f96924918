"""Lists of records for the window: the first page at once, all row ids as one vector, pages of rows by id.

A page is read from the record's table and, for its one number, from the table of its first kind of line: two statements for 128
rows, never one a row. Nothing here knows Qt.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import peewee
from peewee import fn

from app.i18n import say
from app.list_numbers import Numbers, Sum
from app.periods import Period
from app.search import is_count, mask, told
from app.unit_tree import units_below
from db import search_index
from db.crosschecks import CHUNK, chunks
from db.message import Message
from db.names import is_uid
from db.questions import Answers, Choices, Link, LongText, Question, Whole, Year, YesNo, grouped, shown_day
from db.record import CANCELLED, DRAFT, ENTERED, EventRecord, Record, listed_day
from db.statements import Prepared, Slot, among, listed
from db.store import Progress, Store
from db.system import Draft, Journal

PAGE = 128
MANY = 20_000
"""Row ids looked up at once by a worker."""
SMALL = 5_000
"""Tables up to this many rows are listed whole at once, without a worker."""
_STEP = 512


class Wanted(NamedTuple):
    """Which records, and in which order. ``unit`` is a uid and means all below it too; ``uids`` narrows to given records.

    ``sort`` is a question's name and whether the greatest comes first; None: newest first.
    """

    words: str = ""
    period: Period | None = None
    unit: str | None = None
    state: str | None = None
    warnings: bool = False
    overdue: str | None = None
    """ISO day: only records with something to be done (``Line.due``) by a day before it."""
    due: str | None = None
    """ISO day: only records with something to be done by it or later."""
    since: str | None = None
    """Local time with offset: only what was written later."""
    uids: tuple[str, ...] | None = None
    about: str = ""
    """What the records of ``uids`` have in common, in words."""
    import_id: str | None = None
    """Only what came with this import."""
    sort: tuple[str, bool] | None = None


class Column(NamedTuple):
    """A column of a list: the question's name, its heading, and whether it holds numbers."""

    name: str
    label: str
    right: bool = False


class Row(NamedTuple):
    """One record in a list. ``draft`` is a draft's id, ``uid`` None for a draft of a new record; ``number`` '' where there is none."""

    uid: str | None
    title: str
    second: str
    number: str
    state: str
    warnings: int
    cells: tuple[str, ...]
    draft: str | None = None


NAMED = "named"
"""The column of what a record is called, where its names have dates of their own and so are no answer of the record itself."""


def columns_of(declared: type[Record]) -> dict[str, Column]:
    """Give every column a list of this type can have, by the question's name or ``NAMED``."""
    return {
        name: Column(name, question.short, isinstance(question, Whole))
        for name, question in declared.questions().items()
        if not isinstance(question, LongText) and (question.in_list or not question.private)
    } | ({NAMED: Column(NAMED, "Tên")} if _named_in_lines(declared) else {})


def default_columns(declared: type[Record]) -> tuple[str, ...]:
    """Give the columns of a list that nobody has changed."""
    listed = (name for name, question in declared.questions().items() if question.in_list)
    return (*listed, NAMED) if _named_in_lines(declared) else tuple(listed)


def _named_in_lines(declared: type[Record]) -> bool:
    return declared.catalogue and "name" not in declared.questions() and any("name" in one.questions() for one in declared.kinds.values())


def title_names(declared: type[Record]) -> tuple[str, ...]:
    """Give the questions that can name a row, best first: searched and listed, listed, searched, code, unit; never a count."""
    words = {name: q for name, q in declared.questions().items() if not is_count(q)}
    questions = {name: q for name, q in words.items() if name not in ("unit", "event_to", "code")}
    listed = [name for name, q in questions.items() if q.in_list]
    best = [name for name in listed if questions[name].search]
    spare = [name for name, q in questions.items() if best and name.startswith(best[0]) and q.search and not q.private]
    coded = [name for name in ("code", "unit") if name in words]
    return tuple(dict.fromkeys((*best, *spare, *listed, *coded)))


class Listing:
    """The records of one type that fulfil ``wanted``; ``columns`` are the chosen ones."""

    def __init__(self, store: Store, declared: type[Record], wanted: Wanted, chosen: Sequence[str] = ()) -> None:
        self.store, self.declared, self.wanted = store, declared, wanted
        known = columns_of(declared)
        self.columns = [known[name] for name in (chosen or default_columns(declared)) if name in known]
        self.numbers = Numbers.of(store, declared)
        self.number = None if self.numbers is None else (Column("", self.numbers.label, right=True), self.numbers.what)
        self._titles, self._listed = title_names(declared), [name for name in default_columns(declared) if name != NAMED]

    @property
    def title_name(self) -> str:
        """The question that names a row, or ``NAMED``."""
        return NAMED if _named_in_lines(self.declared) else self._titles[0] if self._titles else ""

    @property
    def heading(self) -> str:
        """The heading of the column of names."""
        known = columns_of(self.declared)
        return known[self.title_name].label if self.title_name in known else self.declared.caption

    # -- which ------------------------------------------------------------------------------------------------------

    def conditions(self) -> Iterator[Any]:
        """Give the peewee conditions of what is wanted, words apart."""
        declared, wanted = self.declared, self.wanted
        fields = declared._meta.fields
        yield declared.state == (wanted.state or ENTERED)
        if wanted.period is not None:
            start, end = wanted.period.start, wanted.period.end
            if issubclass(declared, EventRecord):
                yield listed_day(declared).between(start, end)
            elif "period" in fields:
                yield fields["period"] == wanted.period.code
        if wanted.unit is not None and "unit" in fields:
            yield fields["unit"].in_(sorted(units_below(self.store, wanted.unit)))
        if wanted.warnings:
            yield declared.open_warnings > 0
        if wanted.since is not None:
            yield declared.written > wanted.since
        if wanted.uids is not None:
            yield declared.uid.in_(list(wanted.uids))
        if wanted.import_id is not None:
            came = Journal.select(Journal.record).where((Journal.import_id == wanted.import_id) & (Journal.kind == "put"))
            yield declared.uid.in_(came)
        if wanted.overdue is not None or wanted.due is not None:
            for line in declared.kinds.values():
                if line.due is not None:
                    day = line._meta.fields[line.due.day]
                    when = day < wanted.overdue if wanted.overdue is not None else day >= wanted.due
                    yield declared.id.in_(line.select(line.record).where(line.due.is_open(line) & when))

    def _order(self) -> tuple[Any, ...]:
        declared = self.declared
        if self.wanted.sort is not None:
            name, last_first = self.wanted.sort
            column = declared._meta.fields["sort_key" if name == "name" and "sort_key" in declared._meta.fields else name]
            return (column.desc() if last_first else column.asc(), declared.id.desc())
        if issubclass(declared, EventRecord):
            return (declared.event_to.desc(), declared.id.desc())
        if declared.catalogue and "code" in declared._meta.fields:
            return (declared._meta.fields["code"].asc(),)
        return (declared.id.desc(),)

    def _select(self, *extra: Any) -> Any:
        query = self.declared.select(self.declared.id)
        for condition in (*self.conditions(), *extra):
            query = query.where(condition)
        return query

    def first(self) -> array[int]:
        """Give the row ids of the first page and, when there are more, one beyond it."""
        if self.wanted.state == DRAFT:
            return array("q", range(self._draft_count()))
        if self.wanted.words.strip():
            return array("q", self._found(PAGE + 1))
        query = self._select().order_by(*self._order()).limit(PAGE + 1)
        return array("q", (row[0] for row in self.store.execute(query.tuples())))

    def ids(self, progress: Progress | None = None) -> array[int]:
        """Give the row ids of all, in order: 8 bytes each. ``progress`` is called now and then and may stop the work."""
        if self.wanted.state == DRAFT:
            return self.first()
        if self.wanted.words.strip():
            return array("q", self._found(None, progress))
        cursor, ids = self.store.execute(self._select().order_by(*self._order()).tuples()), array("q")
        while some := cursor.fetchmany(MANY):
            ids.extend(row[0] for row in some)
            if progress is not None:
                progress(len(ids), 0)
        return ids

    def _found(self, limit: int | None, progress: Progress | None = None) -> list[int]:
        """Give ids that the words match, newest first: the index gives candidates, the filters keep some."""
        table, kept, before = self.declared.table_name(), list[int](), None
        digits = self.wanted.words.strip()
        if digits.isdecimal() and len(digits) >= 4:
            tails = [q.name for q in self.declared.questions().values() if q.search and q.field_type == "TEXT"]
            for name in tails:
                column = self.declared._meta.fields[name]
                kept += [row[0] for row in self.store.execute(self._select(column.endswith(digits)).limit(1000).tuples())]
        while limit is None or len(kept) < limit:
            if progress is not None:
                progress(len(kept), 0)
            step = _STEP if limit is not None else MANY
            found = search_index.search(self.store.database, table, self.wanted.words, step, before)
            kept += self._kept(found)
            if len(found) < step:
                break
            before = found[-1]
        return sorted(set(kept), reverse=True)[:limit]

    def _kept(self, found: Sequence[int]) -> list[int]:
        """Give those of the row ids that fulfil the conditions, each looked up by itself.

        Left to choose, SQLite reads the whole index of a condition instead: 0.2 s of a million records for 512 row ids.
        """
        query = self._select(self.declared.id.in_(among(found)))
        sql, values = self.store.database.get_sql_context().sql(query).query()
        table = f'FROM "{self.declared.table_name()}" AS "t1"'
        assert table in sql
        return [row[0] for row in self.store.execute(peewee.SQL(sql.replace(table, f"{table} NOT INDEXED", 1), values))]

    def is_small(self) -> bool:
        """Tell whether the whole type is small enough to be listed without a worker."""
        last = self.store.run(_last_row(self.declared)).fetchone()[0]
        return (last or 0) <= SMALL

    # -- rows --------------------------------------------------------------------------------------------------------

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Give the rows of these ids, in their order."""
        if self.wanted.state == DRAFT:
            return self._drafts(ids)
        questions = self.declared.questions()
        answers: dict[int, tuple[str, int, dict[str, Any]]] = {}
        for row_id, uid, warnings, *values in self.store.run(_rows_among(self.declared), listed(ids)):
            record = {name: _value(question, value) for (name, question), value in zip(questions.items(), values, strict=True)}
            answers[row_id] = (uid, warnings, record)
        records = {row_id: record for row_id, (_, _, record) in answers.items()}
        numbers = self.numbers.beside(records) if self.numbers is not None else {}
        return [self._row(*answers[row_id], numbers.get(row_id, "")) for row_id in ids if row_id in answers]

    def described(self, record: Answers) -> Row:
        """Give a complete record as a row of a list; it need not be in the tables."""
        return self._row(str(record["uid"]), 0, dict(record), "")

    def uids(self, ids: Sequence[int]) -> list[str]:
        """Give the uids of these rows, in their order; none where drafts are listed."""
        if self.wanted.state == DRAFT:
            return []
        found: dict[int, str] = {}
        for chunk in chunks(list(ids), CHUNK):
            found.update(
                self.store.execute(self.declared.select(self.declared.id, self.declared.uid).where(self.declared.id.in_(chunk)).tuples())
            )
        return [found[row_id] for row_id in ids if row_id in found]

    def _row(self, uid: str, warnings: int, record: dict[str, Any], number: str) -> Row:
        declared, names, day = self.declared, self.store.names, self.declared.day_of(record)
        questions = declared.questions()

        @cache
        def shown(name: str) -> str:
            question = questions[name]
            if isinstance(question, Link) and not self.store.types[question.to].catalogue:
                return ""
            return say(question.show(mask(question, record[name]), names, day))

        title_name = next((name for name in self._titles if record[name] is not None), None)
        if declared.catalogue:
            called = [(since or "", name) for name, since, _ in declared.names_of(self._catalogued(uid, record)) if name]
            title = max(called, key=lambda one: one[0])[1] if called else str(record.get("code") or "")
        else:
            title = shown(title_name) if title_name else say(declared.heading(record))
        rest = [shown("event_to")] if record.get("event_to") else []
        rest += [short_unit(self.store, record["unit"], day)] if record.get("unit") and title_name != "unit" else []
        others = [name for name in self._listed if name not in ("event_to", "unit", title_name)]
        said = {name: text for name in others if (text := shown(name)) and text != title}
        rest += [say(told(questions[name], text)) for name, text in said.items()]
        cells = tuple(title if column.name == NAMED else shown(column.name) for column in self.columns)
        return Row(uid, title, " · ".join(rest), number, record["state"], warnings, cells)

    def _catalogued(self, uid: str, record: dict[str, Any]) -> Any:
        known = self.store.names.catalogue(self.declared.type_name).records.get(uid)
        return known if known is not None else {**record, **{kind: [] for kind in self.declared.kinds}}

    # -- sums --------------------------------------------------------------------------------------------------------

    def sums(self, ids: Sequence[int], progress: Progress | None = None) -> tuple[str, dict[str, str]]:
        """Give the total of the list's number ('' where it has none) and the totals of its numeric columns, as text.

        ``progress`` is called between chunks, so that a worker whose list is no longer wanted can stop.
        """
        if self.wanted.state == DRAFT:
            return "", {}
        sums: list[Sum] = []
        questions = self.declared.questions()
        numeric = [column.name for column in self.columns if column.right and not isinstance(questions[column.name], Year)]
        totals = dict.fromkeys(numeric, 0)
        for done, chunk in enumerate(chunks(ids, MANY)):
            if progress is not None:
                progress(done * MANY, len(ids))
            if self.numbers is not None:
                sums += self.numbers.sums(chunk)
            if numeric:
                columns = [fn.SUM(self.declared._meta.fields[name]) for name in numeric]
                query = self.declared.select(*columns).where(self.declared.id.in_(among(chunk)))
                for name, total in zip(numeric, self.store.execute(query.tuples()).fetchone(), strict=True):
                    totals[name] += total or 0
        text = self.numbers.text(sum(one.part for one in sums), sum(one.whole for one in sums)) if self.numbers is not None and sums else ""
        return text, {name: grouped(total) for name, total in totals.items()}

    # -- drafts and chips --------------------------------------------------------------------------------------------

    def _draft_count(self) -> int:
        query = Draft.select(fn.COUNT()).where(Draft.type == self.declared.type_name)
        return int(self.store.execute(query.tuples()).fetchone()[0])

    def _drafts(self, places: Sequence[int]) -> list[Row]:
        of_type = Draft.type == self.declared.type_name
        query = Draft.select(Draft.id, Draft.record, Draft.content, Draft.ts).where(of_type).order_by(Draft.id.desc())
        rows = list(self.store.execute(query.tuples()))
        return [
            Row(record, say(draft_title(self.declared, content)), say(when(ts)), "", DRAFT, 0, self._typed_cells(content), draft)
            for draft, record, content, ts in (rows[place] for place in places if place < len(rows))
        ]

    def _typed_cells(self, content: str) -> tuple[str, ...]:
        """Give what was typed into a draft, by column; what it is called in the first one where none of them has anything."""
        typed, questions = json.loads(content), self.declared.questions()
        texts = (typed.get(column.name) for column in self.columns)
        cells = [
            str(mask(questions[column.name], text)) if isinstance(text, str) and not is_uid(text) else ""
            for column, text in zip(self.columns, texts, strict=True)
        ]
        return tuple(cells) if any(cells) or not cells else (say(draft_title(self.declared, content)), *cells[1:])

    def chips(self) -> dict[str, int]:
        """Give the counts of the chips beside the search: draft, warnings, cancelled; of the same period and unit."""
        found = {DRAFT: self._draft_count()}
        plain = self.wanted._replace(words="", state=None, warnings=False, overdue=None, since=None, uids=None, import_id=None)
        for name, wanted in (("warnings", plain._replace(warnings=True)), (CANCELLED, plain._replace(state=CANCELLED))):
            query = self.declared.select(fn.COUNT())
            for condition in Listing(self.store, self.declared, wanted).conditions():
                query = query.where(condition)
            found[name] = int(self.store.execute(query.tuples()).fetchone()[0])
        return found


@cache
def _rows_among(declared: type[Record]) -> Prepared:
    """Give the query of id, uid, warnings and answers of some rows."""
    fields = [declared._meta.fields[name] for name in declared.questions()]
    return Prepared(
        declared.select(declared.id, declared.uid, declared.open_warnings, *fields).where(declared.id.in_(among(Slot(0)))).tuples()
    )


@cache
def _last_row(declared: type[Record]) -> Prepared:
    return Prepared(declared.select(fn.MAX(declared.id)).tuples())


def _value(question: Question, column: Any) -> Any:
    """Give the answer that a table's cell holds (``Question.to_column`` backwards)."""
    if column is None:
        return None
    if isinstance(question, Choices):
        return [code for code in str(column).split(";") if code]
    if isinstance(question, YesNo):
        return bool(column)
    return column


def words_of(store: Store, declared: type[Record], record: Answers) -> str:
    """Name a complete record as lists do; it need not be in the tables."""
    row = Listing(store, declared, Wanted()).described(record)
    return " · ".join(words for words in (row.title, row.second) if words)


def named(store: Store, uid: str) -> tuple[str, str]:
    """Give a record's type and how lists name it. Raises ExpectedError when it is not here."""
    declared, record = store.read(uid)
    return declared.type_name, words_of(store, declared, record)


def short_unit(store: Store, uid: str, day: str | None) -> str:
    """Give a unit's short name on a day, its name where it has none."""
    record = store.names.catalogue("unit").records.get(uid)
    for line in record["versions"] if record else ():
        if line["short"] and (line["valid_from"] or "") <= (day or "9999") <= (line["valid_to"] or "9999"):
            return str(line["short"])
    return store.names.label("unit", uid, day)


def draft_title(declared: type[Record], content: str) -> str:
    """Name a draft by what was typed into it, else by its first line that says something.

    Of private answers only what lists show, identity numbers masked as everywhere.
    """
    typed = json.loads(content)
    rows = [(declared.questions(), typed)]
    rows += [(line_type.questions(), line) for kind, line_type in declared.kinds.items() for line in typed.get(kind) or ()]
    words = next(filter(None, (_told(*row) for row in rows)), "")
    anything = any(isinstance(text, str) and text for _questions, row in rows for text in row.values())
    return words[:120] or (Message("Bản nháp") if anything else Message("Bản nháp trống"))


def _told(questions: Mapping[str, Question], typed: Mapping[str, Any]) -> str:
    """Give those answers of a draft, or of a line of it, that a list may show."""
    shown = {name: question for name, question in questions.items() if question.in_list or question.masked or not question.private}
    texts = {name: text for name, text in typed.items() if isinstance(text, str) and text and not is_uid(text)}
    return " · ".join(str(mask(question, texts[name])) for name, question in shown.items() if name in texts)


def when(moment: str) -> str:
    """Write local time with offset as ``14:05 ngày 05/06/2019``."""
    return Message("{time} ngày {day}", time=moment[11:16], day=shown_day(moment[:10])) if len(moment) >= 16 else moment
