"""Line breaking for Vietnamese text: cleaning, justified paragraphs, and lines broken by sense.

Pure measuring: the width of a string comes from a function that adds up over characters. No number parts from its unit, no
``số`` from its number, unless a line would need more than 4.2 pt of extra space per gap (at 14 pt).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.report.ties import LONGEST_NAME, Tie, bare, compound, lists, tie

Measure = Callable[[str], float]
NBSP = "\u00a0"

LOOSE = 4.2 / 14
"""Extra space per gap, in parts of the type size, above which soft ties are freed."""
TOO_LOOSE = 6.0 / 14
"""Above this even a proper name is broken."""
RAGGED = 1.0
"""Above this (one endless word in the line) the line is left unjustified."""
SINGLE = 6.0
"""What a last line of one word costs: as much as one line 5 pt loose."""
_NEVER = 1000.0
_HELD = (0.0, _NEVER, _NEVER, _NEVER, _NEVER, _NEVER)
_SOFTER = (0.0, 1.5, 2.5, 3.0, _NEVER, _NEVER)
_SOFTEST = (0.0, 1.5, 2.5, 3.0, 12.0, _NEVER)
"""Cost of breaking each kind of tie: first none gives way, then counted nouns, numbers and names, then the inside of names."""
_BY_SENSE = (0.0, 1.5, 2.0, 1.5, 4.0, 8.0)


def clean(text: str) -> str:
    """Text fit to be drawn: NFC, no control or formatting characters, every kind of white space one space, no-break space kept."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    kept = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char in "\t\n\r\v\f\x85" or category in ("Zl", "Zp"):
            kept.append(" ")
        elif category == "Zs":
            kept.append(NBSP if char in "\u00a0\u202f\u2007" else " ")
        elif category[0] != "C":
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def squeeze(text: str) -> str:
    """Cleaned text without double, leading or trailing spaces."""
    return re.sub(" {2,}", " ", clean(text)).strip(" ")


def join(pieces: Iterable[tuple[str, str]]) -> tuple[str, list[tuple[int, int, str]]]:
    """Put ``(text, code)`` pieces together, squeezed; also where each piece with a code lies: ``(start, end, code)``."""
    text, spans = "", []
    for piece, code in pieces:
        part = re.sub(" {2,}", " ", clean(piece))
        if part.startswith(" ") and (not text or text.endswith(" ")):
            part = part[1:]
        if code and part.strip():
            spans.append((len(text) + len(part) - len(part.lstrip()), len(text) + len(part.rstrip()), code))
        text += part
    return text.rstrip(" "), spans


class Words:
    """A squeezed text cut into words; a word wider than ``narrowest`` is cut into pieces that fit.

    ``starts`` and ``ends`` are offsets into ``text``. ``ties[i]`` and ``spaces[i]`` (0 where a word was cut) lie before word ``i``.
    """

    def __init__(self, text: str, measure: Measure, narrowest: float) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.ties: list[Tie] = []
        self.space = measure(" ")
        found = [(m.start(), m.end()) for m in re.finditer(f"[^ {NBSP}]+", text)]
        names, capitals = 0, text.isupper()
        for i, (a, b) in enumerate(found):
            held = Tie.FREE
            if i:
                held = (
                    Tie.NEVER
                    if NBSP in text[self.ends[-1] : a]
                    else tie(self._at(found, i - 2), self._at(found, i - 1), text[a:b], capitals)
                )
                names = names + 1 if held in (Tie.PROPER, Tie.NAME) else 0
                if names >= LONGEST_NAME:
                    held, names = Tie.FREE, 0
            self.starts.append(a)
            self.ties.append(held)
            if measure(text[a:b]) > narrowest:
                self._cut(a, b, measure, narrowest)
            self.ends.append(b)
        self.count = len(self.starts)
        self.widths, self.gaps = [0.0], [0]
        for i, (a, b) in enumerate(zip(self.starts, self.ends, strict=True)):
            self.widths.append(self.widths[-1] + measure(text[a:b]))
            self.gaps.append(self.gaps[-1] + (a - self.ends[i - 1] if i else 0))

    def _at(self, found: list[tuple[int, int]], i: int) -> str:
        return self.text[slice(*found[i])] if i >= 0 else ""

    def _cut(self, a: int, b: int, measure: Measure, narrowest: float) -> None:
        """Cut the word ``text[a:b]``; its first start stands already, its last end is left to the caller."""
        used = 0.0
        for k in range(a, b):
            step = measure(self.text[k])
            if used and used + step > narrowest:
                self.ends.append(k)
                self.starts.append(k)
                self.ties.append(Tie.FREE)
                used = 0.0
            used += step

    def word(self, i: int) -> str:
        """Word ``i``."""
        return self.text[self.starts[i] : self.ends[i]]

    def line(self, i: int, j: int) -> str:
        """Words ``i`` to ``j`` (not included) as one printed line."""
        return self.text[self.starts[i] : self.ends[j - 1]].replace(NBSP, " ")

    def inner(self, i: int, j: int) -> int:
        """How many spaces lie between words ``i`` and ``j`` (not included)."""
        return self.gaps[j] - self.gaps[i + 1]

    def natural(self, i: int, j: int) -> float:
        """The length of words ``i`` to ``j`` (not included) without extra space."""
        return self.widths[j] - self.widths[i] + self.inner(i, j) * self.space

    def cheapest(self, room: Callable[[int], float], cost: Callable[[int, int, float], float]) -> list[int]:
        """The breaks of least total ``cost(i, j, natural)``: indexes of the lines' first words, closed by the number of words.

        No cost is below zero, so a line that could only make the way longer is not looked at.
        """
        best = [0.0] + [float("inf")] * self.count
        came = [0] * (self.count + 1)
        widths, gaps, space = self.widths, self.gaps, self.space
        for i in range(self.count):
            limit, before, start, gap = room(i) + 0.01, best[i], widths[i], gaps[i + 1]
            for j in range(i + 1, self.count + 1):
                natural = widths[j] - start + (gaps[j] - gap) * space
                if natural > limit and j > i + 1:
                    break
                if before >= best[j]:
                    continue
                total = before + cost(i, j, natural)
                if total < best[j] - 1e-9:
                    best[j], came[j] = total, i
        breaks = [self.count]
        while breaks[-1]:
            breaks.append(came[breaks[-1]])
        return breaks[::-1]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` (no-break spaces already plain) is ``source[start:end]``; ``gap`` the extra width of each space."""

    text: str
    start: int
    end: int
    width: float
    gap: float = 0.0
    freed: Tie = Tie.FREE
    """The tie that was broken at the end of this line."""


def justify(text: str, measure: Measure, size: float, first: float, rest: float) -> list[Line]:
    """Break a squeezed text into justified lines, ``first`` wide for the first one and ``rest`` for the others.

    Ties hold unless a line needs more than 4.2 pt (at 14 pt) of extra space per gap; the last line is not one word alone if
    its neighbours can bear it. No text is lost, no line is wider than its room.
    """
    words = Words(text, measure, min(first, rest))
    if not words.count:
        return []

    def room(i: int) -> float:
        return rest if i else first

    lines: list[Line] = []
    for costs, enough in ((_HELD, LOOSE), (_SOFTER, TOO_LOOSE), (_SOFTEST, float("inf"))):
        breaks = words.cheapest(room, _looseness(words, room, size, costs))
        lines = [_line(words, i, j, room(i), size) for i, j in pairwise(breaks)]
        if all(line.gap <= enough * size + 0.01 for line in lines):
            break
    return lines


def _looseness(words: Words, room: Callable[[int], float], size: float, costs: Sequence[float]) -> Callable[[int, int, float], float]:
    loose, pairs = LOOSE * size, _compounds(words)

    def cost(i: int, j: int, natural: float) -> float:
        spaces = words.inner(i, j)
        if j == words.count:
            return SINGLE if not spaces and i else 0.0
        extra = (room(i) - natural) / (spaces or 1)
        broken = costs[words.ties[j]] + (0.1 if pairs[j] else 0.0)
        if extra <= loose:
            return 0.5 * (extra / loose) ** 2 + broken
        return 1.0 + 70 / size * (extra - loose) * min(max(1.0, extra / (TOO_LOOSE * size)), 20.0) + broken

    return cost


def _compounds(words: Words) -> list[bool]:
    """Whether the break before each word parts a word of two syllables."""
    return [bool(i) and words.gaps[i + 1] > words.gaps[i] and compound(words.word(i - 1), words.word(i)) for i in range(words.count)]


def _line(words: Words, i: int, j: int, room: float, size: float) -> Line:
    natural, spaces, last = words.natural(i, j), words.inner(i, j), j == words.count
    gap = 0.0 if last or not spaces else (room - natural) / spaces
    if gap > RAGGED * size:
        gap = 0.0
    return Line(words.line(i, j), words.starts[i], words.ends[j - 1], natural, gap, Tie.FREE if last else words.ties[j])


def by_sense(text: str, measure: Measure, first: float, rest: float, balanced: bool = False, most: int = 0) -> list[str]:
    """Break a heading, a table head or a cell into as few lines as fit; a line feed in the text breaks in any case.

    Prefers the end of a clause; keeps a quotation, a two-syllable word and ties together. ``balanced``: lines of like length.
    ``most`` (0: any number): more lines are cut with an ellipsis; only for places that cannot grow, like a title.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        whole = squeeze(part)
        room = rest if lines else first
        if not whole or measure(whole) <= room + 0.01:
            lines.append(whole.replace(NBSP, " "))
            continue
        words = Words(whole, measure, min(first, rest))
        breaks = words.cheapest(lambda i, room=room: rest if i else room, _sense(words, rest, balanced))  # type: ignore[misc]
        lines += [words.line(i, j) for i, j in pairwise(breaks)]
    if most and len(lines) > most:
        lines[most - 1 :] = [shorten(f"{lines[most - 1]}…", measure, rest)]
    return lines


def shorten(text: str, measure: Measure, room: float) -> str:
    """``text`` if it fits into ``room``, else its beginning with an ellipsis."""
    used, most = 0.0, room - measure("…")
    for i, char in enumerate(text):
        used += measure(char)
        if used > most:
            return text if measure(text) <= room else f"{text[:i].rstrip(' …')}…"
    return text


def _sense(words: Words, rest: float, balanced: bool) -> Callable[[int, int, float], float]:
    total = words.natural(0, words.count)
    target = total / -int(-total // rest) if balanced else rest
    penalties = _penalties(words)

    def cost(i: int, j: int, natural: float) -> float:
        last = j == words.count
        slack = 0.0 if last and not balanced else (natural - target) / rest
        return 20.0 + 2 * slack * slack + (0.0 if last else penalties[j])

    return cost


def _penalties(words: Words) -> list[float]:
    """What a break before each word costs where lines are broken by sense."""
    penalties, pairs, depth = [0.0], _compounds(words), 0
    for j in range(1, words.count):
        before, after = words.word(j - 1), words.word(j)
        depth += before.count("“") - before.count("”")
        if words.gaps[j + 1] == words.gaps[j]:
            penalties.append(0.0)
            continue
        cost = _BY_SENSE[words.ties[j]] + (6.0 if depth > 0 else 0.0)
        following = words.word(j + 1) if j + 1 < words.count else ""
        if after.isdigit() and bare(following) == "tháng":
            cost -= 0.6  # the period stands on a line of its own: "… / 6 THÁNG ĐẦU NĂM 2019"
        elif not before.endswith((",", ";", ":", "-", "–")):
            cost += 0.3 if bare(after) in ("và", "của", "với", "trong", "khu") or after[0] in "(“" else 1.0
            cost += 1.5 if pairs[j] else 0.0
            cost += 0.7 if bare(before) in lists().function else 0.0
        penalties.append(cost)
    return penalties
