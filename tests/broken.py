"""Records with something wrong, found from the declarations: samples are changed answer by answer until every rule has spoken.

A new record type arrives with them. Only rules that need other records (twins, links) or several answers at once are written out, below.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

from db.questions import Choice, Choices, Day, Link, LongText, Money, PartialDay, Question, Text, Whole, YesNo
from db.record import Line, Record, complete, problems
from db.records import RECORD_TYPES
from db.store import Store
from tests import samples
from tests.samples import CELL, COMMITTEE, DV1, DV2, SAMPLES, T14, USER

TODAY = "2026-11-22"
GENERIC = ("R", "G1", "G2", "V", "NGAY", "")
"""Codes of ``db.record`` itself, which every question may raise."""
OTHERS = {"unit": (DV1, DV2), "topic": (T14,), "party-org": (CELL, COMMITTEE)}

Found = dict[tuple[str, str], dict[str, Any]]
"""Code and place (``audiences.present``) → a record that raises it."""


def place(where: str) -> str:
    """Give where a problem stands, whichever line it is."""
    return re.sub(r"\[\d+\]", "", where)


def values(question: Question) -> list[Any]:
    """Give answers that rules may dislike."""
    if isinstance(question, Choices):
        return [None, *([code] for code in question.codes.codes()[:3])]
    if isinstance(question, Choice):
        return [None, *question.codes.codes()]
    if isinstance(question, YesNo):
        return [None, True, False]
    if isinstance(question, PartialDay):
        return [None, "1990"]
    if isinstance(question, Day):
        return [None, "2000-01-01", "2019-02-25", "2025-12-31", "2099-01-01"]
    if isinstance(question, Money):
        return [None, 0, 1, 20_000_000_000]
    if isinstance(question, Whole):
        return [None, -1, 0, 1, 9, 1_000_000]
    if isinstance(question, Link):
        return [None, *OTHERS.get(question.to, ())]
    if isinstance(question, LongText):
        return [None, "1", "{NOPE:n}"]
    return [None, "1"]


def changes(declared: type[Record], sample: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Give the sample with one answer changed, each with the answer's place; then with lines taken out or doubled."""
    for name, question in declared.questions().items():
        for value in values(question):
            if value != sample.get(name):
                yield ("", name), {**sample, name: value}
    for kind, line_type in declared.kinds.items():
        lines = sample.get(kind) or []
        yield (kind, ""), {**sample, kind: []}
        if lines:
            yield (kind, ""), {**sample, kind: [*lines, *lines]}
        first, *more = lines or [{}]
        for name, question in line_type.questions().items():
            for value in values(question):
                if value != first.get(name) and (value is not None or len(first) > 1):
                    yield (kind, name), {**sample, kind: [{**first, name: value}, *more]}


def special(declared: type[Record]) -> set[str]:
    """Give the codes of problems that a type's own rules may raise, read from its source; not those among the entries of a catalogue."""
    codes = {twin.code for twin in declared.twins}
    tree = ast.parse(inspect.getsource(inspect.getmodule(declared) or declared))
    among = {id(call) for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == "among" for call in ast.walk(one)}
    for call in ast.walk(tree):
        if id(call) in among:
            continue
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            if call.func.id == "Problem":
                given = [*call.args[3:4], *(word.value for word in call.keywords if word.arg == "code")]
                codes |= {str(one.value) for one in given if isinstance(one, ast.Constant)}
            elif call.func.id == "days_in_order":
                codes.add("NGAY_TU")
            elif call.func.id == "spans_apart":
                codes.add("HIEU_LUC")
    return codes - set(GENERIC)


def _asked(declared: type[Record] | type[Line], answers: dict[str, Any]) -> dict[str, Any]:
    """Leave out what makes no sense beside the other answers, as a form does when it saves."""
    questions = declared.questions()
    return {name: None if name in questions and not questions[name].is_asked(answers) else value for name, value in answers.items()}


def _note(found: Found, declared: type[Record], record: dict[str, Any]) -> None:
    whole = _asked(declared, complete(declared, record))
    whole |= {kind: [_asked(line_type, line) for line in whole[kind]] for kind, line_type in declared.kinds.items()}
    for problem in problems(declared, whole, TODAY):
        if problem.code not in GENERIC:
            found.setdefault((problem.code, place(problem.where)), record)


def _both(base: dict[str, Any], one: dict[str, Any], at: tuple[str, str], other: dict[str, Any]) -> dict[str, Any]:
    """Give ``one`` with the change that made ``other`` of the sample at ``at`` too; in the same line where both changed one."""
    kind, name = at
    if kind and name and one.get(kind) and one[kind] is not base.get(kind):
        first, *more = one[kind]
        return {**one, kind: [{**first, name: other[kind][0].get(name)}, *more]}
    changed = kind or name
    return {**one, changed: other[changed]}


@cache
def _alone(type_name: str) -> Found:
    """Give a record for every rule that looks at one record only: one answer changed, two where one is not enough."""
    declared = RECORD_TYPES[type_name]
    found: Found = {}
    base = SAMPLES[type_name]
    singles = list(changes(declared, base))
    for _where, record in singles:
        _note(found, declared, record)
    others = {twin.code for twin in declared.twins} | set(_WITH_OTHERS.get(type_name, {}))
    wanted = special(declared) - others - {code for code, _place in found}
    for (first, one), (second, other) in combinations(singles, 2):
        if not wanted:
            break
        if first != second:
            _note(found, declared, _both(base, one, second, other))
            wanted -= {code for code, _place in found}
    return found


def broken(store: Store, type_name: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Give code, place and record of every special rule of a type; the records that twins and links need are written to ``store``."""
    found = [(code, at, record) for (code, at), record in _alone(type_name).items()]
    for code, make in _WITH_OTHERS.get(type_name, {}).items():
        found.append((code, *make(store)))
    return found


# -- rules that need other records ---------------------------------------------------------------------------------------------


def _same_session(store: Store) -> tuple[str, dict[str, Any]]:
    store.save("education", samples.education(event_to="2019-02-02"), USER)
    return "audiences", samples.education(event_to="2019-02-02")


def _other_audience(store: Store) -> tuple[str, dict[str, Any]]:
    return "audiences.audience", samples.education(audiences=[{"audience": "SQ", "strength": 20, "required": 20, "present": 20}])


def _wrong_grades(store: Store) -> tuple[str, dict[str, Any]]:
    grades = {"tested": 20, "gioi": 5, "kha": 5, "dat": 5, "khong_dat": 0}
    return "audiences.tested", samples.education(audiences=[{"audience": "DQ_CD", "strength": 20, "required": 20, "present": 20, **grades}])


def _foreign_member(store: Store) -> tuple[str, dict[str, Any]]:
    subject = {"no": 1, "subject_type": "DV", "org": COMMITTEE, "member": "A", "conclusion": "CO_KD"}
    return "subjects.org", samples.inspection(actor_org=CELL, subjects=[subject])


def _probationary(store: Store) -> tuple[str, dict[str, Any]]:
    subject = {"no": 1, "subject_type": "DV", "org": CELL, "member": "A", "probationary": True, "discipline": "DV_KHAI_TRU"}
    return "subjects.discipline", samples.inspection(subjects=[{**subject, "conclusion": "CO_KD"}])


def _paid(person: str, **more: Any) -> dict[str, Any]:
    listed = {"person": person, "category": "QD142", "amount": 2_000_000}
    plain = {"unit": DV1, "event_to": "2019-05-05", "kind": "CHI_TRA_1L", "served": [{"category": "QD142", "persons": 1}]}
    return {**plain, "listed": [listed], "funding": [{"source": "NSNN", "amount": 2_000_000}], **more}


def _paid_twice(store: Store) -> tuple[str, dict[str, Any]]:
    person = store.save("beneficiary", {"name": "Lê Văn Tám", "birth": "1950"}, USER)
    store.save("care", _paid(person), USER)
    return "listed", _paid(person, event_to="2019-05-09")


def _odd_amount(store: Store) -> tuple[str, dict[str, Any]]:
    person = store.save("beneficiary", {"name": "Lê Văn Mười", "birth": "1950"}, USER)
    record = _paid(person, event_to="2019-05-10")
    return "listed.amount", {**record, "listed": [{**record["listed"][0], "amount": 1_234_000}]}


def _too_young(store: Store) -> tuple[str, dict[str, Any]]:
    person = store.save("beneficiary", {"name": "Lê Văn Chín", "birth": "1970"}, USER)
    return "listed.category", _paid(person)


def _sent_twice(store: Store) -> tuple[str, dict[str, Any]]:
    if not store.count(RECORD_TYPES["aggregate"]):  # an error: it cannot be there twice
        store.save("aggregate", samples.SAMPLES["aggregate"], USER)
    return "totals", dict(samples.SAMPLES["aggregate"])


def _days_of_another(store: Store) -> tuple[str, dict[str, Any]]:
    store.save("period", {"code": "2018-H2", "start": "2018-06-15", "end": "2018-12-14"}, USER)
    return "start", {"code": "2019-H1", "start": "2018-12-10", "end": "2019-06-14"}


_WITH_OTHERS: dict[str, dict[str, Any]] = {
    "period": {"KY_CHONG": _days_of_another},
    "education": {"E8": _same_session, "E10": _other_audience, "E4": _wrong_grades},
    "inspection": {"I7": _foreign_member, "I2": _probationary},
    "aggregate": {"TONG_HOP": _sent_twice},
    "care": {"P5": _paid_twice, "P8": _too_young, "P4": _odd_amount},
}


# -- what every question may raise ---------------------------------------------------------------------------------------------


def everywhere(declared: type[Record]) -> dict[str, dict[str, Any]]:
    """Give records in which every answer at once is wrong in one way: by the code of that way."""

    def answers(model: type[Record] | type[Line], make: Any) -> dict[str, Any]:
        return {name: value for name, question in model.questions().items() if (value := make(name, question)) is not None}

    def whole(make: Any) -> dict[str, Any]:
        return {**answers(declared, make), **{kind: [answers(line, make)] for kind, line in declared.kinds.items()}}

    base = SAMPLES[declared.type_name]
    ways = {
        "R": whole(lambda name, question: "1" if type(question) is Text and not question.required else None),
        "G1": whole(lambda name, question: -1 if question.rules and isinstance(question, Whole) else base.get(name)),
        "NGAY": whole(lambda name, question: "2099-01-01" if type(question) is Day else base.get(name)),
        "G2": whole(lambda name, question: 20_000_000_000 if isinstance(question, Money) else base.get(name)),
    }
    raised = {code: {one.code for one in problems(declared, complete(declared, record), TODAY)} for code, record in ways.items()}
    return {code: record for code, record in ways.items() if code in raised[code]}
