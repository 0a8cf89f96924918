"""What a form changed, put on the version of the record that somebody else wrote meanwhile: a merge of three.

Only answers that differ from the version the form started from are put on the version of now. Lines are compared as lists: what one
side added, changed or removed counts; lines that both sides changed are put together answer by answer where they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from app.entry import Cell, Entry, Row
from app.merging import Change
from db.questions import Answers, Question
from db.record import ENTERED


def put_on(entry: Entry, change: Change) -> list[str]:
    """Put what ``entry`` changed on the version of now; give the labels of answers that both sides changed (kept: this side's).

    A record that was cancelled meanwhile is entered again, because a person asked for that.
    """
    base, now = entry.base, change.now.record
    if base is None:
        return []
    if change.cancelled:
        now = now | {"state": ENTERED, "cancel_reason": None}
    clashes: list[str] = []
    questions = entry.declared.questions()
    was, new = (_of_record(entry, questions, answers) for answers in (base, now))
    cells = _row(questions, (was, _of_form(entry, questions, entry.cells), new), clashes)
    lines = {kind: _lines(entry, kind, base.get(kind) or [], now.get(kind) or [], clashes) for kind in entry.declared.kinds}
    entry.cells, entry.lines = cells, lines
    entry.reasons = dict(now.get("warned") or {}) | {key: why for key, why in entry.reasons.items() if why}
    entry.base, entry.heads = change.now.record, dict(change.now.heads)
    return list(dict.fromkeys(clashes))


def _row(questions: Mapping[str, Question], three: tuple[_Line, _Line, _Line], clashes: list[str]) -> Row:
    """Put one row of answers together: as it was, as it stands in the form, as it is now."""
    old, mine, new = three
    row: Row = {}
    for name, question in questions.items():
        theirs = mine.key[name] == old.key[name]
        row[name] = (new if theirs else mine).row[name]
        if not theirs and new.key[name] not in (old.key[name], mine.key[name]):
            clashes.append(question.label)
    return row


class _Line(NamedTuple):
    """A line of one side: comparable answers by question, and its cells."""

    key: dict[str, str]
    row: Row

    def like(self, other: _Line) -> float:
        """Give the share of answers that are the same, of those that either has."""
        answered = [name for name in self.key if self.key[name] != _NOTHING or other.key[name] != _NOTHING]
        return sum(self.key[name] == other.key[name] for name in answered) / len(answered) if answered else 1.0


def _lines(entry: Entry, kind: str, olds: Sequence[Answers], news: Sequence[Answers], clashes: list[str]) -> list[Row]:
    """Put the lines of one kind together."""
    line_type = entry.declared.kinds[kind]
    questions = line_type.questions()
    old, new = ([_of_record(entry, questions, line) for line in part] for part in (olds, news))
    filled = [row for row in entry.lines[kind] if any(cell.text.strip() for cell in row.values())]
    mine = [_of_form(entry, questions, row) for row in filled]
    rows: list[Row] = []
    for a, b, c in _regions(*([_plain(line.key) for line in side] for side in (old, mine, new))):
        before, ours, theirs = ([line.key for line in part] for part in (old[a], mine[b], new[c]))
        if ours in (before, theirs):
            rows += [line.row for line in new[c]]
        elif theirs == before:
            rows += [line.row for line in mine[b]]
        else:
            rows += _both(entry, kind, (old[a], mine[b], new[c]), clashes)
    return rows


def _both(entry: Entry, kind: str, three: tuple[list[_Line], list[_Line], list[_Line]], clashes: list[str]) -> list[Row]:
    """Put lines together that both sides changed: line by line where it is still known, and what either added after them."""
    old, mine, new = three[0], list(three[1]), list(three[2])
    line_type = entry.declared.kinds[kind]
    rows: list[Row] = []
    for line in old:
        ours, theirs = _take_likest(line, mine), _take_likest(line, new)
        if ours is not None and theirs is not None:
            rows.append(_row(line_type.questions(), (line, ours, theirs), clashes))
        elif ours is not None and ours.key != line.key:  # removed there, changed here
            rows.append(ours.row)
            clashes.append(line_type.caption)
        elif theirs is not None and theirs.key != line.key:  # removed here, changed there
            clashes.append(line_type.caption)
    known = [line.key for line in new]
    return [*rows, *(line.row for line in new), *(line.row for line in mine if line.key not in known)]


def _take_likest(line: _Line, others: list[_Line]) -> _Line | None:
    """Take out the line that is most like ``line``, half of its answers at least; None when there is none."""
    best = max(others, key=line.like, default=None)
    if best is None or line.like(best) < 0.5:
        return None
    others.remove(best)
    return best


def _of_record(entry: Entry, questions: Mapping[str, Question], answers: Answers) -> _Line:
    row = {name: entry.shown(question, answers.get(name), entry.day()) for name, question in questions.items()}
    return _Line({name: _plain(answers.get(name)) for name in questions}, row)


def _of_form(entry: Entry, questions: Mapping[str, Question], row: Row) -> _Line:
    return _Line({name: _value(entry, question, row[name]) for name, question in questions.items()}, row)


_NOTHING = "null"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _value(entry: Entry, question: Question, cell: Cell) -> str:
    """Give a comparable text of an answer; typed text that means nothing yet is like no value of a record."""
    value = cell.read(question, entry.store, entry.day())
    return f"typed {cell.text}" if value is None and cell.text.strip() else _plain(value)


def _regions(old: Sequence[str], mine: Sequence[str], new: Sequence[str]) -> list[tuple[slice, slice, slice]]:
    """Cut three lists of lines, in order, where a line of the old one stands in both others."""
    at_mine, at_new = _matches(old, mine), _matches(old, new)
    found: list[tuple[slice, slice, slice]] = []
    a = b = c = 0
    for at in [*sorted(at_mine.keys() & at_new.keys()), len(old)]:
        b_at, c_at = at_mine.get(at, len(mine)), at_new.get(at, len(new))
        if (a, b, c) != (at, b_at, c_at):
            found.append((slice(a, at), slice(b, b_at), slice(c, c_at)))
        if at < len(old):
            found.append((slice(at, at + 1), slice(b_at, b_at + 1), slice(c_at, c_at + 1)))
        a, b, c = at + 1, b_at + 1, c_at + 1
    return found


def _matches(old: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, old, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
