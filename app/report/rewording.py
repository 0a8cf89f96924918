"""A person's own words for a generated sentence: figures stay live in them, and what the figures were is remembered.

A wording is a template like the program's: ``{CODE:token}`` is a figure, ``[ … ]`` a clause; a line that begins with ``- `` is printed
under the sentence. Numbers may be typed as plain digits too. Beside it stand the values that all figures of the sentence had when it
was worded (``CODE=value``, a line each), so that a later change is seen in either case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from app.report.document import Number, Paragraph, Run
from app.report.phrases import APPROXIMATE, TOKENS, UNKNOWN, Filler, Given, Kind, Lookup, say
from db import templates
from db.message import Message
from db.questions import Answers, decimal, grouped
from db.records import FIGURES
from db.templates import Mark, Slot, Word, parse

ROLLUPS, COMPARED = "doi_tuong", "cungky"
_SLOT = re.compile(r"\{([A-Z][A-Za-z0-9_]*):([a-z][a-z0-9_]*)\}")
_SEEN = re.compile(rf"([A-Z][A-Za-z0-9_]*(?::(?:{ROLLUPS}|{COMPARED}))?)=(.*)")


class Wording(NamedTuple):
    """A person's words for the sentence ``code``, and the values its figures had then, by ``CODE`` or ``CODE:token``."""

    code: str
    text: str
    seen: Mapping[str, str]


class Change(NamedTuple):
    """A figure that is not what it was: its label, and its exact words then and now. ``now`` is None where there is none any more."""

    slot: Slot
    label: str
    old: str
    new: str
    was: Given
    now: Given | None


class Lines(NamedTuple):
    """The lines of records that a sentence says one by one: the words that stand for answers, and each line's answers by them."""

    places: tuple[str, ...]
    each: tuple[Mapping[str, str], ...]
    style: Literal["numbered", "dash"]


@dataclass(frozen=True)
class Live:
    """What a wording can be tried out with where there is no database: all values, the common words, and how numbers are written."""

    given: Mapping[Slot, Given] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    forms: Mapping[str, bool] = field(default_factory=dict)
    lines: Mapping[str, Lines] = field(default_factory=dict)
    """By sentence, of those that say lines of records one by one."""

    def lookup(self, slot: Slot) -> Given | None:
        """Give the value of a slot; None where there is no such figure."""
        return self.given.get(plain_slot(slot))

    def filler(self) -> Filler:
        """Give what fills templates as the report does."""
        return Filler(self.lookup, self.words, self.exact, forms=self.forms)

    def said(self, text: str, code: str) -> str:
        """Give the words that a wording prints, line by line; '' where it is dropped whole."""
        lines = self.lines.get(code)
        found = paragraphs(self.filler(), text, code, "") if lines is None else listed(self.filler(), text, lines, code, "")
        return "\n".join(f"{one.mark} {one.text}" if one.mark else one.text for one in found)

    def words_of(self, code: str) -> Mapping[str, str]:
        """Give the common words that a sentence may name, and those that stand for the answers of its lines."""
        lines = self.lines.get(code)
        return self.words if lines is None else {**self.words, **dict.fromkeys(lines.places, "")}


def plain_slot(slot: Slot) -> Slot:
    """Give the slot whose value is the same for every token."""
    return Slot(slot.code, slot.token if slot.token in (ROLLUPS, COMPARED) else "")


def paragraphs(filler: Filler, template: str, code: str, key: str) -> list[Paragraph]:
    """Fill the lines of a template; one that is dropped is left out, and nothing is said where the first is."""
    found: list[Paragraph] = []
    for line in filter(None, map(str.strip, template.splitlines())):
        dash = line.startswith("- ")
        runs = filler.fill(line[2:] if dash else line, code)
        if runs:
            found.append(Paragraph(runs, "dash", "-", key) if dash else Paragraph(runs, key=key))
        elif not found:
            return []
    if found and found[-1].mark and isinstance(last := found[-1].runs[-1], str) and last.endswith(";"):
        found[-1] = Paragraph((*found[-1].runs[:-1], last[:-1] + "."), "dash", "-", key)
    return found


def listed(filler: Filler, template: str, lines: Lines, code: str, key: str) -> list[Paragraph]:
    """Say each of ``lines`` by a template, one that is dropped left out; words that name nothing of a line are said once."""
    if not any(isinstance(part, Word) and part.name in lines.places for part in templates.parts(parse(template))):
        return paragraphs(filler, template, code, key) if lines.each else []
    said = (replace(filler, answers=answers).fill(" ".join(template.split()), code) for answers in lines.each)
    found = enumerate(filter(None, said), 1)
    return [Paragraph(runs, lines.style, "-" if lines.style == "dash" else f"{number}.", key) for number, runs in found]


# -- the record ----------------------------------------------------------------------------------------------------------------


def of_lines(lines: Iterable[Answers]) -> dict[str, Wording]:
    """Read the wordings that lines of a record keep, by sentence; of two for one sentence the first."""
    found: dict[str, Wording] = {}
    for line in lines:
        code, text = (line["sentence"] or "").strip(), (line["text"] or "").strip()
        if code and text:
            found.setdefault(code, Wording(code, text, dict(_read_seen(line["seen"] or ""))))
    return found


def _read_seen(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := _SEEN.fullmatch(line.strip()):
            yield found[1], found[2].strip()


def seen_now(templates: Iterable[str], lookup: Lookup) -> str:
    """Write down the values of all figures that ``templates`` name, a line each."""
    slots = dict.fromkeys(plain_slot(slot) for template in templates for line in template.splitlines() for slot in parse(line).slots())
    lines = []
    for slot in slots:
        given = lookup(slot)
        if given is not None:
            lines.append(f"{slot.code}{':' if slot.token else ''}{slot.token}={_plain(given)}")
    return "\n".join(lines)


def _plain(given: Given) -> str:
    if given.value is None:
        return ""
    return "+".join(given.value) if isinstance(given.value, tuple) else str(given.value)


def _given(kind: Kind, text: str) -> Given | None:
    """Read a value that was written down; None where it cannot be one."""
    if kind == "rollups":
        return Given(kind, tuple(filter(None, text.split("+"))))
    if kind == "compared":
        return Given(kind, text)
    if not text:
        return Given(kind, None)
    if kind == "unit":
        return Given(kind, text)
    return Given(kind, int(text)) if re.fullmatch(r"-?\d{1,18}", text) else None


# -- what changed --------------------------------------------------------------------------------------------------------------


def changes(wording: Wording, lookup: Lookup) -> tuple[Change, ...]:
    """Give the figures that are not what they were when a sentence was worded."""
    found = []
    for key, text in wording.seen.items():
        code, _colon, token = key.partition(":")
        slot = Slot(code, token)
        now = lookup(slot)
        label = FIGURES[code].label if code in FIGURES else code
        if now is None:
            found.append(Change(slot, label, text or UNKNOWN, Message("không còn"), Given("unit", text or None), None))
        elif _plain(now) != text and (was := _given(now.kind, text)) is not None:
            found.append(Change(slot, label, exact_words(was), exact_words(now), was, now))
    return tuple(found)


def exact_words(given: Given) -> str:
    """Write a value exactly: ``32``, ``95,8%``, ``65.400.000 đồng``; ``…`` where it is not known."""
    value = given.value
    if value is None or isinstance(value, str):
        return (value or "").strip(", ") or UNKNOWN
    if isinstance(value, tuple):
        return say(ROLLUPS, value) or UNKNOWN
    if given.kind in ("share", "money"):
        return say("pct1" if given.kind == "share" else "tien", value)
    return decimal(value) if given.kind == "decimal" else grouped(value)


# -- taking either -------------------------------------------------------------------------------------------------------------


class Taken(NamedTuple):
    """A wording with the new values, and what could not be put in.

    ``unclear`` are changes whose old number stands there but may be another's, so the text is as it was; ``absent`` those whose old
    number was not found, neither live nor typed.
    """

    text: str
    unclear: tuple[Change, ...] = ()
    absent: tuple[Change, ...] = ()


def take_new(wording: Wording, found: Sequence[Change], lookup: Lookup) -> Taken:
    """Keep a person's words, with the new figures: live ones are so already, typed ones are replaced where they can only be these."""
    live = {plain_slot(slot) for line in wording.text.splitlines() for slot in parse(line).slots() if slot.token != "neu"}
    wanted = [change for change in found if change.now is not None]
    means: dict[str, dict[str, list[Change]]] = {}
    for change in wanted:
        for old, new in _forms(change.was, change.now).items():
            means.setdefault(old, {}).setdefault(new, []).append(change)
    moved = {change.slot for change in found}
    for key, text in wording.seen.items():  # numbers of figures that did not change may look alike
        slot = Slot(*key.partition(":")[::2])
        now = lookup(slot)
        if slot not in moved and slot not in live and now is not None and (was := _given(now.kind, text)) is not None:
            for old in _forms(was, now).keys() & means.keys():
                means[old].setdefault(old, [])
    put: set[Slot] = set()
    unclear: set[Slot] = set()

    def replaced(match: re.Match[str]) -> str:
        news = means[_small(match[0])]
        if len(news) > 1:
            unclear.update(change.slot for changed in news.values() for change in changed)
            return match[0]
        ((new, changed),) = news.items()
        put.update(change.slot for change in changed)
        return new[:1].upper() + new[1:] if match[0][:1].isupper() else new

    text = _in_plain(wording.text, means, replaced)
    rest = [change for change in wanted if change.slot not in put | live]
    return Taken(
        wording.text if unclear else text,
        tuple(change for change in wanted if change.slot in unclear),
        tuple(change for change in rest if change.slot not in unclear),
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _forms(was: Given, now: Given | None) -> dict[str, str]:
    """Give every way in which the old value may have been typed, and what stands in its place now."""
    if was.value is None or now is None or now.value is None:
        return {}
    found: dict[str, str] = {}
    for name, token in TOKENS.items():
        if was.kind in token.takes and name != "neu":
            for exact in (False, True):
                old = say(name, was.value, exact)
                if old:
                    found.setdefault(old, say(name, now.value, exact))
    return found


def _in_plain(text: str, means: Mapping[str, object], replaced: Callable[[re.Match[str]], str]) -> str:
    """Replace what ``means`` names in the parts of a template that are no figure."""
    if not means:
        return text
    names = "|".join(map(_either_case, sorted(means, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?<!\d[.,])(?:{names})(?![\w%])(?![.,]\d)")
    return "".join(piece if piece.startswith("{") else pattern.sub(replaced, piece) for piece in re.split(r"(\{[^{}]*\})", text))


def _either_case(words: str) -> str:
    """Give the pattern of words that may begin a sentence."""
    first = re.escape(words[0])
    return f"[{words[0].upper()}{words[0]}]{re.escape(words[1:])}" if words[0].isalpha() else first + re.escape(words[1:])


def take_old(wording: Wording, found: Sequence[Change], live: Live) -> str:
    """Keep a person's words with the old values: live figures that changed become the words they had, all others stay live.

    Words that were not said then, since nothing had happened, stay as they are.
    """
    old = {change.slot: change.was for change in found if change.now is not None}
    freezer = _Freezer(
        lambda slot: old.get(plain_slot(slot)) or live.lookup(slot), live.words, live.exact, forms=live.forms, frozen=set(old)
    )
    if not any(plain_slot(slot) in old for line in wording.text.splitlines() for slot in parse(line).slots()):
        return wording.text
    if wording.code in live.lines:  # its clauses stay: each line of a record decides on them
        return _SLOT.sub(lambda found: _said_then(Slot(found[1], found[2]), old, live) or found[0], wording.text)
    lines = []
    for line in filter(None, map(str.strip, wording.text.splitlines())):
        mark = "- " if line.startswith("- ") else ""
        if any(plain_slot(slot) in old for slot in parse(line).slots()):
            line = mark + freezer.text(line[len(mark) :])
        lines.append(line)
    return "\n".join(line for line in lines if line.strip("- ")) or wording.text


def _said_then(slot: Slot, old: Mapping[Slot, Given], live: Live) -> str:
    was = old.get(plain_slot(slot))
    return say(slot.token, was.value, live.forms.get(slot.code, live.exact)) if was is not None and was.value else ""


@dataclass
class _Freezer(Filler):
    """Fills only the figures of ``frozen``; all others stay places."""

    frozen: set[Slot] = field(default_factory=set)

    def _part(self, part: str | Slot | Word | Mark, name: str) -> list[Run]:
        if isinstance(part, Slot) and plain_slot(part) not in self.frozen:
            return [Number(f"{{{part.code}:{part.token}}}", part.code)]
        if isinstance(part, Word):
            return [f"{{{part.name}}}"]
        return super()._part(part, name)


# -- what may be approximate ----------------------------------------------------------------------------------------------------


class Approximate(NamedTuple):
    """A figure of a wording that may be said approximately: both ways to say it, and whether it is said exactly."""

    code: str
    about: str
    exactly: str
    exact: bool


def approximates(text: str, live: Live) -> list[Approximate]:
    """Give the figures of a wording that can be said in two ways, each once."""
    found: dict[str, Approximate] = {}
    for slot in (slot for line in text.splitlines() for slot in parse(line).slots() if slot.token in APPROXIMATE):
        given = live.lookup(slot)
        if given is not None and given.value and given.kind in TOKENS[slot.token].takes:
            about, exactly = say(slot.token, given.value), say(slot.token, given.value, True)
            if about != exactly:
                found.setdefault(slot.code, Approximate(slot.code, about, exactly, live.forms.get(slot.code, live.exact)))
    return list(found.values())


FIRST_TOKEN: dict[Kind, str] = {"count": "n", "decimal": "n1", "money": "tien", "share": "pct1", "unit": "don_vi", "rollups": ROLLUPS}
"""How a figure is written that is put into a wording."""


# -- what is wrong -------------------------------------------------------------------------------------------------------------


def wrong(text: str, lookup: Lookup) -> list[str]:
    """Say what cannot be filled in, in words for the person who types; [] where all can."""
    found = templates.wrong(text, FIGURES)
    for slot in (slot for line in templates.lines(text) for slot in line.slots() if slot.code in FIGURES):
        found += _of_slot(slot, lookup)
    return list(dict.fromkeys(found))


def unknown_words(text: str, words: Mapping[str, str]) -> list[str]:
    """Say which common words there are not."""
    places = (part for line in text.splitlines() for part in templates.parts(parse(line)))
    names = [part.name for part in places if isinstance(part, Word) and part.name not in words]
    return [
        Message("Không có chữ thay {name}; có: {known}.", name=f"{{{name}}}", known=", ".join(f"{{{one}}}" for one in words))
        for name in dict.fromkeys(names)
    ]


def _of_slot(slot: Slot, lookup: Lookup) -> list[str]:
    given = lookup(slot)
    if given is None or given.kind not in TOKENS[slot.token].takes:
        kind = lookup(Slot(slot.code, ""))
        fitting = ", ".join(name for name, token in TOKENS.items() if kind is not None and kind.kind in token.takes)
        return [Message("Chỉ tiêu {code} không viết được kiểu “{token}”; được: {known}.", code=slot.code, token=slot.token, known=fitting)]
    return []
