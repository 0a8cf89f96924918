"""Words, filters and pages of records; and how one record is put into words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from peewee import fn

from app.periods import Period
from app.unit_tree import unit_named, units_below
from db import search_index
from db.crosschecks import CHUNK, chunks, linked_uids, prefetch
from db.errors import ExpectedError
from db.journal import decode
from db.message import Joined, Message
from db.questions import Answers, Day, Link, Question, Whole, Year
from db.record import DRAFT, EventRecord, Record, complete
from db.store import Store
from db.system import Draft, Journal
from db.text import matches


class Found(NamedTuple):
    """One page: ``total`` records fulfil the filters, ``records`` are the newest of them."""

    total: int
    records: list[dict[str, Any]]


def find(
    store: Store,
    declared: type[Record],
    *,
    words: str = "",
    period: Period | None = None,
    unit: str | None = None,
    state: str | None = None,
    limit: int = 50,
) -> Found:
    """Give the newest records of a type that fulfil all filters; raise ExpectedError for a filter the type cannot have.

    Words match accent-smart (``db.text.matches``); a number tail of four digits or more also finds the ends of document and
    identity numbers.
    """
    if state is not None:
        try:
            code = declared.questions()["state"].parse(state)
        except ValueError as error:
            raise ExpectedError("state", str(error)) from None
        if code == DRAFT:
            if period is not None or unit is not None:
                raise ExpectedError("filter", "Bản nháp chưa thuộc kỳ hay đơn vị nào.", "Hãy bỏ --period và --unit.")
            return drafts(store, declared, limit, words)
        state = code
    conditions = list(_filters(store, declared, period, unit, state))
    ids = _matching(store, declared, words, conditions, limit)
    if ids is None:
        query = declared.select(declared.id).order_by(declared.id.desc()).limit(limit)
        count = declared.select(fn.COUNT())
        for condition in conditions:
            query, count = query.where(condition), count.where(condition)
        row_ids = [row[0] for row in store.execute(query.tuples())]
        return Found(store.execute(count.tuples()).fetchone()[0], _records(store, declared, row_ids))
    return Found(len(ids), _records(store, declared, ids[:limit]))


def ids(store: Store, declared: type[Record], period: Period | None = None) -> list[int]:
    """Give the row ids of a type's records (of a period), oldest first."""
    query = declared.select(declared.id).order_by(declared.id)
    for condition in _filters(store, declared, period, None, None):
        query = query.where(condition)
    return [row[0] for row in store.execute(query.tuples())]


def _matching(store: Store, declared: type[Record], words: str, conditions: list[Any], limit: int) -> list[int] | None:
    """Give the row ids that the words match, newest first, after the filters; None where no word was given."""
    if not words.strip():
        return None
    table = declared.table_name()
    found = set(search_index.search(store.database, table, words, None)) | set(_tails(store, declared, words))
    kept: list[int] = []
    for chunk in chunks(sorted(found, reverse=True), CHUNK):
        query = declared.select(declared.id).where(declared.id.in_(chunk))
        for condition in conditions:
            query = query.where(condition)
        kept += [row[0] for row in store.execute(query.order_by(declared.id.desc()).tuples())]
    return kept


def _tails(store: Store, declared: type[Record], words: str) -> list[int]:
    digits = words.strip()
    if not (digits.isdecimal() and len(digits) >= 4):
        return []
    fields = [
        declared._meta.fields[name] for name, question in declared.questions().items() if question.search and question.field_type == "TEXT"
    ]
    found: list[int] = []
    for column in fields:
        found += [row[0] for row in store.execute(declared.select(declared.id).where(column.endswith(digits)).limit(1000).tuples())]
    return found


def _filters(store: Store, declared: type[Record], period: Period | None, unit: str | None, state: str | None) -> Iterator[Any]:
    if state is not None:
        yield declared.state == state
    columns = declared._meta.fields
    if period is not None:
        if issubclass(declared, EventRecord):
            day = fn.COALESCE(columns["counted_on"], columns["event_to"])
            yield day.between(period.start, period.end)
        elif "period" in columns:
            yield columns["period"] == period.code
        else:
            raise ExpectedError("filter", Message("{plural} không thuộc kỳ báo cáo nào.", plural=declared.plural), "Hãy bỏ --period.")
    if unit is not None:
        if "unit" not in columns:
            raise ExpectedError("filter", Message("{plural} không thuộc đơn vị nào.", plural=declared.plural), "Hãy bỏ --unit.")
        yield columns["unit"].in_(sorted(units_below(store, unit_named(store, unit, period))))


def _records(store: Store, declared: type[Record], row_ids: list[int]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for chunk in chunks(row_ids, CHUNK):
        query = (
            declared.select(declared.id, declared.uid, Journal.body, Journal.private)
            .join(Journal, on=((Journal.device == declared.device) & (Journal.seq == declared.seq)))
            .where(declared.id.in_(chunk))
        )
        for row_id, uid, body, private in store.execute(query.tuples()):
            found[row_id] = summary(store, declared, complete(declared, decode(uid, body, private)))
    return [found[row_id] for row_id in row_ids]


def summary(store: Store, declared: type[Record], record: Answers) -> dict[str, Any]:
    """Give what a list shows of a record: id, type, unit (code), date, title, state, open warnings, and the answers."""
    unit = record.get("unit")
    return {
        "id": record["uid"],
        "type": declared.type_name,
        "unit": store.names.code("unit", unit) if unit else None,
        "date": declared.counted_day(record) or record.get("event_to"),
        "title": title(store, declared, record),
        "state": record["state"],
        "open_warnings": sorted(key for key, reason in (record.get("warned") or {}).items() if not reason),
        "values": {name: value for name, value in masked(declared, record).items() if value not in (None, [])},
    }


def drafts(store: Store, declared: type[Record], limit: int, words: str = "") -> Found:
    """Give the drafts of a type whose text holds the words, newest first."""
    query = Draft.select(Draft.id, Draft.record, Draft.content).where(Draft.type == declared.type_name).order_by(Draft.id.desc())
    found = [
        draft_summary(declared, uid, record, typed)
        for uid, record, typed in ((uid, record, json.loads(content)) for uid, record, content in store.execute(query.tuples()))
        if matches(words, " ".join(_typed_texts(typed)))
    ]
    return Found(len(found), found[:limit])


def draft_summary(declared: type[Record], uid: str, record: str | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a list shows of a draft, as ``summary``: private text is not in the title, identity numbers are masked."""
    common = {"id": uid, "type": declared.type_name, "unit": None, "date": None, "state": DRAFT}
    return {**common, "title": _draft_title(declared, typed), "record": record, "values": masked_text(declared, typed)}


def _typed_texts(typed: Any) -> Iterator[str]:
    if isinstance(typed, str):
        yield typed
    for part in typed.values() if isinstance(typed, dict) else typed if isinstance(typed, list) else ():
        yield from _typed_texts(part)


def _draft_title(declared: type[Record], typed: Mapping[str, Any]) -> str:
    questions = declared.questions()
    shown = (name for name, text in typed.items() if isinstance(text, str) and text and not (name in questions and questions[name].private))
    return " · ".join(typed[name] for name in shown)[:120]


def masked_text(declared: type[Record], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the text of a draft with identity numbers masked, as ``masked`` does for records."""
    plain = _masked_texts(declared.questions(), typed)
    for kind, line_type in declared.kinds.items():
        if isinstance(typed.get(kind), list):
            plain[kind] = [_masked_texts(line_type.questions(), line) if isinstance(line, dict) else line for line in typed[kind]]
    return plain


def _masked_texts(questions: Mapping[str, Question], typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: mask(questions[name], text) if name in questions and isinstance(text, str) else text for name, text in typed.items()}


def draft_lines(declared: type[Record], uid: str, typed: Mapping[str, Any]) -> Iterator[str]:
    """Give a draft as lines of text, label and what was typed."""
    shown = masked_text(declared, typed)
    yield Message("{caption} {uid} (bản nháp)", caption=declared.caption, uid=uid)
    for name, question in declared.questions().items():
        if shown.get(name):
            yield f"  {question.label}: {shown[name]}"
    for kind, line_type in declared.kinds.items():
        for number, line in enumerate(shown.get(kind) or (), 1):
            answers = [f"{question.label}: {line[name]}" for name, question in line_type.questions().items() if line.get(name)]
            yield f"  {line_type.caption} {number}: {'; '.join(answers)}"


def told(question: Question, text: str) -> str:
    """Give an answer as it stands among others: counts and days with their name, as they do not say what they are."""
    return (
        Message("{label} {text}", label=Message(question.short), text=text)
        if text and (is_count(question) or isinstance(question, Day))
        else text
    )


def is_count(question: Question) -> bool:
    """Tell whether the answers are counts, which name nothing."""
    return isinstance(question, Whole) and not isinstance(question, Year)


def title(store: Store, declared: type[Record], record: Answers) -> str:
    """Name one record in words: its ``in_list`` answers but unit, own day and counts, private ones left out.

    Where one is not answered, what was written in its place is said (``topic_free`` for ``topic``).
    """
    day, questions = declared.day_of(record), declared.questions()
    shown = []
    for name, question in questions.items():
        if question.in_list and not question.private and name not in ("unit", "event_to") and not is_count(question):
            others = (one for one, spare in questions.items() if one.startswith(f"{name}_") and spare.search and not spare.private)
            said = next((one for one in (name, *others) if record[one] is not None), None)
            shown += [told(questions[said], questions[said].show(record[said], store.names, day))] if said else []
    if declared.catalogue:  # a name that has dates of its own stands in lines; the newest counts
        spans = ((name, since or "") for name, since, _ in declared.names_of(record) if name)
        named = max(spans, key=lambda one: one[1], default=("", ""))[0]
        shown += [named] if named and named not in shown else []
    return Joined(" · ", shown) or declared.heading(record)


def masked(declared: type[Record], record: Answers) -> dict[str, Any]:
    """Give the answers of a record with identity numbers masked (contract.md 1)."""
    plain = {name: mask(question, record[name]) for name, question in declared.questions().items()}
    for kind, line_type in declared.kinds.items():
        questions = line_type.questions().items()
        plain[kind] = [{name: mask(q, line[name]) for name, q in questions if line[name] is not None} for line in record[kind]]
    for extra in ("moved_on", "warned"):
        if record.get(extra):
            plain[extra] = record[extra]
    return plain


def mask(question: Question, value: Any) -> Any:
    """Give ``079012345456`` as ``0xx…456`` when the question is masked."""
    if not question.masked or not value:
        return value
    return f"{value[0]}xx…{value[-3:]}" if len(value) > 4 else "xxx"


def lines(store: Store, declared: type[Record], record: Answers) -> Iterator[str]:
    """Give a record as lines of text, label and answer."""
    day = declared.day_of(record)
    for name, linked in store.types.items():
        if not linked.catalogue and (uids := linked_uids(declared, [record], name)):
            prefetch(store, name, uids)
    yield f"{declared.caption} {record['uid']}"
    for name, question in declared.questions().items():
        if record[name] is not None:
            yield f"  {question.label}: {question.show(mask(question, record[name]), store.names, day)}"
    for kind, line_type in declared.kinds.items():
        for number, line in enumerate(record[kind], 1):
            answers = [
                f"{q.label}: {_told(store, q, line[name], day)}" for name, q in line_type.questions().items() if line[name] is not None
            ]
            yield f"  {line_type.caption} {number}: {'; '.join(answers)}"
    if kept := record.get("warned"):
        words = {problem.key: problem.message for problem in store.problems(declared, [dict(record)])[0]}
        for key, reason in kept.items():
            warning = words.get(key) or Message("(nay không còn)")
            yield Message("  Cảnh báo: {warning} Lý do: {reason}", warning=warning, reason=reason or Message("chưa có"))


def _told(store: Store, question: Question, value: Any, day: str | None) -> str:
    """Show an answer on screen; a linked person by name, which no export does."""
    if isinstance(question, Link) and not store.types[question.to].catalogue:
        name = (store.names.linked(question.to, value) or {}).get("name")
        return str(value) if name is None else store.types[question.to].questions()["name"].show(name)
    return question.show(mask(question, value), store.names, day)
