"""The outline of one report: which sections it has, in which order and at which level. It is kept as lines of the report's record.

Everything is pure. Sections keep their keys wherever they stand, so texts and sentences stay with them; numbers are given by place
when it is known what is printed. A section that an outline does not name (a newer program has it) stands behind the one it follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from app.report import outline
from app.report.document import Heading
from app.report.outline import Section, Wording
from db.questions import Answers

Level = Literal["part", "roman", "arabic", "letter"]
LEVELS: tuple[Level, ...] = ("part", "roman", "arabic", "letter")
DEEPEST = len(LEVELS) - 1
CAPITALS = 1
"""The deepest level whose headings are printed in capitals (look/REPORT.md 1)."""

_OWN = re.compile(r"T(\d{1,6})")


@dataclass(frozen=True)
class Spot:
    """A section where it stands: ``depth`` 0 is a part. ``heading`` '' is that of the program; ``own``: people added it."""

    section: Section
    depth: int
    heading: str = ""
    left_out: bool = False
    own: bool = False

    @property
    def key(self) -> str:
        """The section's key."""
        return self.section.key

    @property
    def annex(self) -> bool:
        """Whether it is an annex."""
        return self.section.kind == "annex"

    def title(self, words: Mapping[str, str], number: str) -> Heading:
        """Give its heading as printed, ``words`` filled into the program's own."""
        text = self.heading or self.section.heading.format_map(words)
        return Heading(LEVELS[self.depth], number, text.upper() if self.depth <= CAPITALS else text, self.key)


class Numbering:
    """Numbers sections by their place: each level begins anew under the one above."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._counts = [0] * len(LEVELS)

    def next(self, depth: int, only_look: bool = False) -> str:
        """Give the number of the next section: ``Phần thứ nhất``, ``I.``, ``1.``, ``a)``; ``only_look``: it is not printed after all."""
        count = self._counts[depth] + 1
        if not only_look:
            self._counts[depth:] = [count, *[0] * (DEEPEST - depth)]
        if depth == 0:
            parts = self._wording.parts
            return parts[count - 1] if count <= len(parts) else self._wording.part_more.format(so=count)
        if depth == DEEPEST:
            turn, place = divmod(count - 1, len(self._wording.letters))
            return self._wording.letters[place] * (turn + 1) + ")"
        return f"{roman(count) if depth == 1 else count}."


def roman(number: int) -> str:
    """Write a number from 1 on as a Roman one."""
    found = ""
    for value, letters in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        found += letters * (number // value)
        number %= value
    return found


@dataclass(frozen=True)
class Arrangement:
    """All sections in order, annexes last. ``unknown`` are keys of the record that name no section and have no heading of their own."""

    spots: tuple[Spot, ...]
    unknown: tuple[str, ...] = ()

    # -- asking ------------------------------------------------------------------------------------------------------

    def __contains__(self, key: object) -> bool:
        return any(spot.key == key for spot in self.spots)

    def at(self, key: str) -> Spot:
        """Give a section; raises KeyError where there is none."""
        return self.spots[self._place(key)]

    def _place(self, key: str) -> int:
        for place, spot in enumerate(self.spots):
            if spot.key == key:
                return place
        raise KeyError(key)

    @property
    def printed(self) -> tuple[Spot, ...]:
        """What is neither left out nor under something that is."""
        found: list[Spot] = []
        hidden = DEEPEST + 1
        for spot in self.spots:
            if spot.depth <= hidden:
                hidden = spot.depth if spot.left_out else DEEPEST + 1
            if spot.depth < hidden:
                found.append(spot)
        return tuple(found)

    @property
    def heads(self) -> frozenset[str]:
        """The keys of printed sections that have printed sections under them."""
        printed = self.printed
        pairs = pairwise(printed)
        return frozenset(above.key for above, below in pairs if below.depth > above.depth and not below.annex)

    @property
    def annexes(self) -> tuple[Spot, ...]:
        """The annexes that are printed, in order."""
        return tuple(spot for spot in self.printed if spot.annex)

    @property
    def is_default(self) -> bool:
        """Whether it is the outline of the program."""
        return self.spots == default().spots

    # -- changing ----------------------------------------------------------------------------------------------------

    def move(self, key: str, by: int) -> Arrangement:
        """Move a section with all under it before the section before it at its level (``by`` < 0), or behind the next one.

        At the end of the section above it goes over into the neighbour of that one. Itself where there is no place to go to.
        """
        spots = self.spots
        at = self._place(key)
        end = self._end(at)
        block, depth = spots[at:end], spots[at].depth
        if by < 0:
            to = self._before(at, depth)
            if to is None:
                return self
            return replace(self, spots=(*spots[:to], *block, *spots[to:at], *spots[end:]))
        if end == len(spots) or spots[end].annex != spots[at].annex or spots[end].depth < depth - 1:
            return self
        to = self._end(end) if spots[end].depth == depth else end + 1
        return replace(self, spots=(*spots[:at], *spots[end:to], *block, *spots[to:]))

    def _before(self, at: int, depth: int) -> int | None:
        """Where a section at ``at`` goes to when it is moved back: its neighbour's place, or the end of the one before the one above."""
        spots = self.spots
        place = at - 1
        while place >= 0 and spots[place].depth > depth:
            place -= 1
        if place < 0 or spots[place].annex != spots[at].annex:
            return None
        if spots[place].depth == depth:
            return place
        return place if any(spot.depth == depth - 1 for spot in spots[:place]) and spots[place - 1].depth >= depth - 1 else None

    def _end(self, at: int) -> int:
        """The place behind a section and all under it."""
        end = at + 1
        while end < len(self.spots) and self.spots[end].depth > self.spots[at].depth:
            end += 1
        return end

    def shift(self, key: str, by: int) -> Arrangement:
        """Put a section with all under it one level deeper (``by`` > 0) or higher; itself where that level is not there."""
        at = self._place(key)
        end = self._end(at)
        block = self.spots[at:end]
        deepest = max(spot.depth for spot in block) + by
        highest = self.spots[at].depth + by
        above = self.spots[at - 1].depth + 1 if at else 0
        if self.spots[at].annex or highest < 0 or highest > above or deepest > DEEPEST:
            return self
        return self._with(at, end, [replace(spot, depth=spot.depth + by) for spot in block])

    def _with(self, at: int, end: int, block: Iterable[Spot]) -> Arrangement:
        return replace(self, spots=(*self.spots[:at], *block, *self.spots[end:]))

    def toggle(self, key: str) -> Arrangement:
        """Leave a section out, or print it again."""
        at = self._place(key)
        return self._with(at, at + 1, [replace(self.spots[at], left_out=not self.spots[at].left_out)])

    def rename(self, key: str, heading: str) -> Arrangement:
        """Give a section a heading of its own; '' is that of the program."""
        at = self._place(key)
        return self._with(at, at + 1, [replace(self.spots[at], heading=" ".join(heading.split()))])

    def add(self, behind: str, heading: str, taken: Iterable[str] = ()) -> tuple[Arrangement, str]:
        """Add a section behind another and all under it, at its level; give its key, which is none of ``taken``.

        Behind a part it is the last in it; behind an annex, or what is no section, the last of the text.
        """
        key = self._free_key(taken)
        texts = next((place for place, spot in enumerate(self.spots) if spot.annex), len(self.spots))
        at = self._place(behind) if behind in self else texts
        depth, end = 1, texts
        if at < texts:
            depth, end = max(1, self.spots[at].depth), self._end(at)
        made = Spot(Section(key, "text"), depth if end else 0, " ".join(heading.split()), own=True)
        return self._with(end, end, [made]), key

    def _free_key(self, taken: Iterable[str]) -> str:
        known = [*taken, *(spot.key for spot in self.spots)]
        numbers = [int(found[1]) for key in known if (found := _OWN.fullmatch(key))]
        return f"T{max(numbers, default=0) + 1}"

    def remove(self, key: str) -> Arrangement:
        """Take a section away that people added; what stands under it moves up a level."""
        at = self._place(key)
        if not self.spots[at].own:
            return self
        under = [replace(spot, depth=spot.depth - 1) for spot in self.spots[at + 1 : self._end(at)]]
        return self._with(at, self._end(at), under)

    # -- the record --------------------------------------------------------------------------------------------------

    def lines(self) -> list[dict[str, Any]]:
        """Give the lines that keep it; [] for the outline of the program."""
        if self.is_default:
            return []
        return [
            {"section": spot.key, "level": spot.depth + 1, "heading": spot.heading or None, "left_out": spot.left_out or None}
            for spot in self.spots
        ]


def default() -> Arrangement:
    """Give the outline of the program."""
    return Arrangement(tuple(Spot(section, section.depth) for section in outline.read().sections))


def of_lines(lines: Iterable[Answers]) -> Arrangement:
    """Read the outline that lines of a record keep, whatever they hold; none: that of the program."""
    known = {section.key: section for section in outline.read().sections}
    found: dict[str, Spot] = {}
    unknown: list[str] = []
    for line in lines:
        key, heading = (line["section"] or "").strip(), (line["heading"] or "").strip()
        if not key or key in found:
            continue
        own = key not in known
        if own and not heading:
            unknown.append(key)
            continue
        section = known.get(key) or Section(key, "text")
        depth = 0 if section.kind == "annex" else min(max((line["level"] or 1) - 1, 0), DEEPEST)
        found[key] = Spot(section, depth, heading, bool(line["left_out"]), own)
    spots = list(found.values())
    before = None
    for section in known.values():
        if section.key not in found:
            place = next((at + 1 for at, spot in enumerate(spots) if spot.key == before), 0)
            spots.insert(place, Spot(section, section.depth))
        before = section.key
    return Arrangement(tuple(_levelled([*(s for s in spots if not s.annex), *(s for s in spots if s.annex)])), tuple(unknown))


def _levelled(spots: Iterable[Spot]) -> Iterable[Spot]:
    """Let no section stand more than one level under the one before it."""
    above = -1
    for spot in spots:
        depth = min(spot.depth, above + 1)
        above = depth
        yield replace(spot, depth=depth)
