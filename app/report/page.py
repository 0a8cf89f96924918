"""Measured pages before they become PDF: strings, rules and figure places at exact points. Nothing here knows reportlab.

All lengths are points; x runs from the left edge, y from the **top** edge of the sheet down to the baseline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

MM = 72 / 25.4
"""Points in a millimetre."""

Width = Callable[[str, float, str], float]
"""``width(face, size, text)``: the length of ``text`` in points, added up over its characters.

``face`` is regular, bold, italic or bolditalic."""


class Text(NamedTuple):
    """One string on one baseline. ``gap`` is the extra width of each space in it; ``grey`` 0 is black."""

    x: float
    y: float
    face: str
    size: float
    text: str
    gap: float = 0.0
    grey: float = 0.0


class Rule(NamedTuple):
    """A straight line of the given ``weight``; ``grey`` 0 is black."""

    x0: float
    y0: float
    x1: float
    y1: float
    weight: float
    grey: float = 0.0


class Dot(NamedTuple):
    """A circle round ``x``, ``y``, black within or white, with a black outline of the given ``weight``."""

    x: float
    y: float
    radius: float
    filled: bool
    weight: float


class Spot(NamedTuple):
    """Where the figure ``code`` stands on a page: a box with its upper edge at ``y0``, its lower at ``y1``."""

    x0: float
    y0: float
    x1: float
    y1: float
    code: str


class Mark(NamedTuple):
    """An entry of the document's outline tree: ``level`` 0 is the outermost."""

    level: int
    title: str
    y: float


@dataclass(slots=True)
class Page:
    """One sheet with everything on it but the footer and the draft mark, which depend on the whole file."""

    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    footer_left: float = 0.0
    footer_right: float = 0.0

    def centred(self, x: float, y: float, face: str, size: float, text: str, width: Width) -> float:
        """Put ``text`` centred on ``x`` and return its length."""
        length = width(face, size, text)
        self.texts.append(Text(x - length / 2, y, face, size, text))
        return length


Sheet = Callable[[], Page]
"""A page made when it is its turn to be drawn: a long annex is never in memory as a whole."""
