"""What a sentence's template may hold: figures as ``{CODE:token}``, common words as ``{don_vi}``, clauses as ``[ … | … ]`` (contract.md 5).

Only what stands in a template is known here, so that a record that keeps one can be checked; ``app.report.phrases`` words the values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from db.message import Message

if TYPE_CHECKING:
    from db.figures import Figure

TOKEN_NAMES = (
    "n", "n2", "n1", "d2", "pct1", "pct1_floor", "tren_trieu", "tren_10", "gan_10", "gan_trieu", "hang", "tien", "don_vi", "doi_tuong",
    "neu", "cungky",
)  # fmt: skip
"""The ways in which a figure can be written."""


@dataclass(frozen=True)
class Slot:
    """The place of a figure: ``{CODE:token}``."""

    code: str
    token: str


@dataclass(frozen=True)
class Word:
    """The place of a common word: ``{don_vi}``."""

    name: str


@dataclass(frozen=True)
class Mark:
    """Something wrong in the template, shown in its place."""

    text: str


@dataclass(frozen=True)
class Clause:
    """``[ … ]``, or the whole template: dropped when its first figure is 0 or None, or when it holds only dropped clauses.

    It is dropped, too, when a figure of its own is unknown (``Given.unknown``); of a condition (``neu``) that is unknown the clauses
    within decide. Of a line of a record (``Filler.answers``) it is dropped when something it names is not answered.

    ``otherwise`` (``[ … | … ]``) is said in place of a clause that is dropped; without a number only where it is known that nothing
    happened.
    """

    parts: tuple[Part, ...] = ()
    otherwise: Clause | None = None

    def slots(self) -> Iterator[Slot]:
        """Give all slots in it, in order."""
        for part in self.parts:
            if isinstance(part, Slot):
                yield part
            elif isinstance(part, Clause):
                yield from part.slots()
        if self.otherwise is not None:
            yield from self.otherwise.slots()


Part = str | Slot | Word | Mark | Clause

DEEPEST = 3
"""Brackets that may be open at once: a clause, and two deep inside it (contract.md 5, KT.3)."""
_PIECES = re.compile(r"\[|\]|\||\{[^{}\[\]]*\}|[^\[\]{}|]+|[{}]")
_SLOT = re.compile(r"\{([A-Z][A-Za-z0-9_]*):([a-z][a-z0-9_]*)\}")
_WORD = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")


@cache
def parse(template: str) -> Clause:
    """Parse a template; what is malformed becomes a ``Mark``."""
    stack: list[list[Part]] = [[]]
    first: list[Clause | None] = [None]
    """Of each open bracket what stands before its ``|``."""
    for piece in _PIECES.findall(template):
        if piece == "[" and len(stack) <= DEEPEST:
            stack.append([])
            first.append(None)
        elif piece == "|" and len(stack) > 1 and first[-1] is None:
            first[-1], stack[-1] = Clause(tuple(stack[-1])), []
        elif piece == "]" and len(stack) > 1:
            last, before = Clause(tuple(stack.pop())), first.pop()
            stack[-1].append(last if before is None else Clause(before.parts, last))
        elif slot := _SLOT.fullmatch(piece):
            stack[-1].append(Slot(slot[1], slot[2]) if slot[2] in TOKEN_NAMES else Mark(piece))
        elif word := _WORD.fullmatch(piece):
            stack[-1].append(Word(word[1]))
        else:
            stack[-1].append(Mark(piece) if piece[0] in "[]{}|" else piece)
    while len(stack) > 1:
        unclosed, before = stack.pop(), first.pop()
        stack[-1] += [Mark("["), *((*before.parts, Mark("|")) if before else ()), *unclosed]
    return Clause(tuple(stack[0]))


def parts(clause: Clause) -> Iterator[Part]:
    """Give all parts of a template, those of its clauses in their place."""
    for part in (*clause.parts, *((clause.otherwise,) if clause.otherwise is not None else ())):
        if isinstance(part, Clause):
            yield from parts(part)
        else:
            yield part


def lines(text: str) -> Iterator[Clause]:
    """Give the templates of a text, one a line; a line under the sentence begins with a dash."""
    for line in text.splitlines():
        yield parse(line.removeprefix("- "))


# -- what is wrong -------------------------------------------------------------------------------------------------------------


def wrong(text: str, figures: Mapping[str, Figure]) -> list[str]:
    """Say what in a text is no place of a figure there is, whatever the values; [] where all of it is sound."""
    found = []
    for part in (part for line in lines(text) for part in parts(line)):
        if isinstance(part, Mark):
            found.append(of_mark(part.text))
        elif isinstance(part, Slot) and part.code not in figures:
            found.append(no_figure(part.code, figures))
    return list(dict.fromkeys(found))


def of_mark(text: str) -> str:
    """Say what is wrong with a piece that is no place."""
    if found := re.fullmatch(r"\{([A-Z][A-Za-z0-9_]*):(\w+)\}", text):
        return Message("Không có cách viết “{token}” ở {text}; có: {known}.", token=found[2], text=text, known=", ".join(TOKEN_NAMES))
    if text in "[]|":
        return Message("Dấu “{text}” không thành cặp [ … ].", text=text)
    return Message("“{text}” không phải chỗ điền số liệu; hãy viết như {example}.", text=text, example="{EDU_TOPIC_N:tren_10}")


def no_figure(code: str, figures: Mapping[str, Figure]) -> str:
    """Say that there is no such figure, and which one may be meant."""
    near = difflib.get_close_matches(code, figures, 1, 0.75)
    if not near:
        return Message("Không có chỉ tiêu {code}.", code=code)
    return Message("Không có chỉ tiêu {code}; gần giống: {near} ({label}).", code=code, near=near[0], label=figures[near[0]].label)
