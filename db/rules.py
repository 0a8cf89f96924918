"""Small reusable rules: a rule takes a value and gives what is wrong with it, or None; checks take a record and yield problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from db.declarations import Problem
from db.message import Message
from db.questions import Answers
from db.record import Record

Rule = Callable[[Any], str | None]


def at_least(least: int) -> Rule:
    """Refuse numbers below ``least`` (domain.md A.0 G1)."""

    def rule(value: int) -> str | None:
        return Message("Phải từ {least} trở lên.", least=least) if value < least else None

    return rule


def at_most(most: int) -> Rule:
    """Refuse numbers above ``most``."""

    def rule(value: int) -> str | None:
        return Message("Phải từ {most} trở xuống.", most=most) if value > most else None

    return rule


def is_below_itself(uid: str | None, parent: str | None, above: Callable[[str], str | None]) -> bool:
    """Tell whether the way up from ``parent`` leads to ``uid``; ``above`` gives what the next one stands under."""
    at, seen = parent, set[str]()
    while at is not None and at != uid and at not in seen:
        seen.add(at)
        at = above(at)
    return at is not None and at == uid


def days_in_order(record: Answers) -> Iterator[Problem]:
    """Check that an event begins before it ends."""
    if record["event_from"] and record["event_to"] and record["event_from"] > record["event_to"]:
        yield Problem("event_from", "Từ ngày phải trước hoặc bằng Đến ngày.", code="NGAY_TU")


def has_lines(declared: type[Record], record: Answers, kind: str) -> Iterator[Problem]:
    """Check that there is a line of ``kind``."""
    if not record[kind]:
        yield Problem(kind, Message("Chưa có dòng “{caption}” nào.", caption=declared.kinds[kind].caption), code="R")


def no_more_than(answers: Answers, part: str, whole: str, message: str) -> Iterator[Problem]:
    """Check that one number is not above another, where both are answered."""
    if answers[part] is not None and answers[whole] is not None and answers[part] > answers[whole]:
        yield Problem(part, message, code="TONG")


def some_answer(answers: Answers, *names: str) -> Iterator[Problem]:
    """Check that at least one of the numbers is given; 0 is an answer."""
    if all(answers[name] is None for name in names):
        yield Problem(names[0], "Chưa có số liệu nào.", code="R")


def spans_apart(kind: str, lines: Sequence[Answers], group: Callable[[Answers], str] = lambda _line: "") -> Iterator[Problem]:
    """Check that lines of one group are valid one after the other, and each from its first day on (empty: always); said at the line."""
    for index, line in enumerate(lines):
        if line["valid_from"] and line["valid_to"] and line["valid_from"] > line["valid_to"]:
            yield Problem(f"{kind}[{index}].valid_to", "Hiệu lực đến phải sau Hiệu lực từ.", code="HIEU_LUC")
    spans = sorted((group(line), line["valid_from"] or "", line["valid_to"] or "9999", index) for index, line in enumerate(lines))
    for (one, _, end, _index), (other, start, _end, index) in pairwise(spans):
        if one == other and start <= end:
            words = "Hai giai đoạn hiệu lực chồng lên nhau. Hãy sửa ngày hiệu lực."
            yield Problem(f"{kind}[{index}].valid_from", words, code="HIEU_LUC")
