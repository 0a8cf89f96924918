"""Which neighbouring words a line break does not part, by the word lists of ``resources/report/ties.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "resources" / "report" / "ties.toml"


class Tie(IntEnum):
    """How firmly two neighbouring words hold together, in the order in which ties are freed."""

    FREE = 0
    NOUN = 1
    """A number and what it counts; ``số`` and the word after it."""
    NUMBERED = 2
    """``số``, ``Chỉ thị``, ``Điều`` … and their number."""
    NAME = 3
    """``Ban``, ``huyện`` … and the proper name after it."""
    PROPER = 4
    """The inside of a proper name."""
    NEVER = 5
    """Number and measure, ``ngày 18``, a no-break space in the text."""


LONGEST_NAME = 4
"""Words tied as one name; a longer run of capitalised words is not a name."""

NBSP = "\u00a0"
_ROMAN = re.compile(r"[IVXLC]+[,.;:)]*")
_COUNT = re.compile(r"[(“\"‘]*\d[\d.]*(,\d+)?")
_STARTS_WITH_DIGIT = re.compile(r"[(“\"‘]*\d")
_OPENING = '(“"‘['
_CLOSING = ".,;:!?)”’"
_STOP = (*_CLOSING, "/")


@dataclass(frozen=True)
class Lists:
    """The word lists, lower case."""

    measures: frozenset[str]
    dated: frozenset[str]
    numbered: frozenset[str]
    places: frozenset[str]
    function: frozenset[str]
    pairs: frozenset[tuple[str, ...]]
    compounds: frozenset[tuple[str, ...]]


@functools.cache
def lists() -> Lists:
    """Read the lists once."""
    data = tomllib.loads(FILE.read_text("utf-8"))

    def single(name: str) -> frozenset[str]:
        return frozenset(data[name].split())

    def double(name: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(pair.split()) for pair in data[name])

    return Lists(
        single("measures"), single("dated"), single("numbered"), single("places"), single("function"), double("pairs"), double("compounds")
    )


def bare(word: str) -> str:
    """A word in lower case without opening marks."""
    return word.lstrip(_OPENING).lower()


def ended(word: str) -> str:
    """A word in lower case without opening and closing marks."""
    return bare(word).rstrip(_CLOSING)


def compound(word: str, following: str) -> bool:
    """Whether two words are one word of two syllables."""
    return (bare(word), ended(following)) in lists().compounds


def tie(before: str, word: str, following: str, capitals: bool) -> Tie:
    """The tie between ``word`` and ``following``; ``before`` is the word before ('' for none), ``capitals`` a text all in capitals."""
    words = lists()
    plain, earlier, after = bare(word), bare(before), ended(following)
    if following in ("-", "–") or following[0] in ",.;:!?)%":
        return Tie.NEVER
    if word in ("-", "–"):
        return Tie.NEVER if before[-1:].isdigit() and following[0].isdigit() else Tie.FREE
    if _STARTS_WITH_DIGIT.match(following):
        if plain in words.dated:
            return Tie.NEVER
        return Tie.NUMBERED if plain in ("số", "số:") or plain in words.numbered else Tie.FREE
    if plain == "số":
        return Tie.NOUN
    if (plain, after) in words.pairs or plain == "thứ":
        return Tie.NEVER
    if _COUNT.fullmatch(word):
        if earlier in words.dated or earlier in words.numbered or earlier in ("số", "số:"):
            return Tie.FREE
        if after in words.measures:
            return Tie.NEVER
        return Tie.NOUN if following[0].islower() and after not in words.function else Tie.FREE
    if word.endswith(_STOP):
        return Tie.FREE
    if _ROMAN.fullmatch(following) and plain in words.numbered:
        return Tie.NUMBERED
    return Tie.FREE if capitals else _name(word, plain, following)


def firm(text: str) -> str:
    """Give a squeezed text with no-break spaces where a line never breaks (``ngày 18``, ``545 km``), for whoever breaks lines himself."""
    words = text.split(" ")
    found = words[0]
    for before, word, following in zip(("", *words), words, words[1:], strict=False):
        held = bool(word and following) and tie(before, word, following, False) is Tie.NEVER
        found += (NBSP if held else " ") + following
    return found


def _name(word: str, plain: str, following: str) -> Tie:
    """The ties in and before proper names."""
    if word in ("Ban", "Bộ"):
        return Tie.NAME
    if not following[0].isupper():
        return Tie.FREE
    if plain in lists().places or (word.lstrip(_OPENING)[:1].isupper() and following[:2].isupper() and len(following) > 1):
        return Tie.NAME
    return Tie.PROPER if word.lstrip(_OPENING)[:1].isupper() else Tie.FREE
