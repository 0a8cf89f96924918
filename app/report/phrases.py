"""Figure + phrase rule → words: the tokens of domain.md B.2 with their edges, and templates with clauses (contract.md 5).

A phrase is always true of its number: "trên" and "từ … trở lên" are floored, "gần" is said only of what is nearly so much.
A template is parsed once to a small tree; what is
wrong in it (an unknown figure, a misspelt token, a stray bracket) is marked in its place and reported, never raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from app.report.document import Number, Run
from db.catalogues import code_list
from db.message import Message
from db.questions import decimal, grouped
from db.templates import Clause, Mark, Part, Slot, Word, parse

Kind = Literal["count", "decimal", "money", "share", "unit", "rollups", "compared"]
MILLION, BILLION = 1_000_000, 1_000_000_000
MAGNITUDES = (
    (MILLION, "hàng triệu"),
    (100_000, "hàng trăm nghìn"),
    (10_000, "hàng chục nghìn"),
    (1_000, "hàng nghìn"),
    (100, "hàng trăm"),
    (10, "hàng chục"),
)
UNKNOWN = "…"
NEAR = 20
"""A number is near a round one above it when it lacks a twentieth of that at most."""


def digits2(count: int) -> str:
    """Write a count with two digits under 10 (administrative habit): ``03``, ``1.245``."""
    return f"{count:02d}" if 0 <= count < 10 else grouped(count)


def percent(tenths: int) -> str:
    """Write tenths of a percent without a trailing ``,0``: ``98,5%``, ``100%``."""
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}%" if tenth else f"{whole}%"


def dong(amount: int) -> str:
    """Write money in full: ``65.400.000 đồng``."""
    return f"{grouped(amount)} đồng"


def _at_least(tenths: int, exact: bool) -> str:
    if tenths >= 1000:
        return "100%"
    return f"thấp nhất {percent(tenths)}" if exact else f"từ {percent(tenths)} trở lên"


def _over_million(amount: int, exact: bool) -> str:
    if exact or amount < MILLION:
        return dong(amount)
    if amount < BILLION:
        words, floored = f"{amount // MILLION} triệu đồng", amount // MILLION * MILLION
    else:
        tenths = amount // (BILLION // 10)
        whole, tenth = divmod(tenths, 10)
        words, floored = f"{grouped(whole)}{f',{tenth}' if tenth else ''} tỷ đồng", tenths * (BILLION // 10)
    return words if floored == amount else f"trên {words}"


def _over_ten(count: int, exact: bool) -> str:
    if exact or count < 10:
        return digits2(count)
    floored = count // 10 * 10
    return grouped(count) if floored == count else f"trên {grouped(floored)}"


def _nearly_ten(count: int, exact: bool) -> str:
    """Name the next ten where the number is within a twentieth of it, else the ten it is over: "gần 100" is 95 at least."""
    ceiled = -(-count // 10) * 10
    if exact or count < 10 or ceiled == count or (ceiled - count) * NEAR > ceiled:
        return _over_ten(count, exact)
    return f"gần {grouped(ceiled)}"


def _nearly_million(amount: int, exact: bool) -> str:
    step = MILLION if amount < BILLION - MILLION else BILLION // 10
    ceiled = -(-amount // step) * step
    if exact or amount < MILLION or ceiled == amount or (ceiled - amount) * NEAR > ceiled:
        return _over_million(amount, exact)
    return f"gần {_over_million(ceiled, exact)}"


def _magnitude(count: int, exact: bool) -> str:
    if exact or count < 10:
        return digits2(count)
    return next(words for least, words in MAGNITUDES if count >= least)


def _unit_and_rate(text: str, exact: bool) -> str:
    return f"{text[: -len(',0%)')]}%)" if text.endswith(",0%)") else text


def _rollups(codes: tuple[str, ...], exact: bool) -> str:
    names = code_list("ROLLUP")
    return ", ".join(names.attribute(code, "prose") for code in names.codes() if code in codes)


class Token(NamedTuple):
    """How a value is worded: ``words(value, exact)``; ``takes`` names the kinds of figure it may stand for."""

    takes: tuple[Kind, ...]
    words: Callable[[Any, bool], str]


TOKENS: dict[str, Token] = {
    "n": Token(("count",), lambda count, exact: grouped(count)),
    "n2": Token(("count",), lambda count, exact: digits2(count)),
    "n1": Token(("decimal",), lambda tenths, exact: decimal(tenths)),
    "d2": Token(("decimal",), lambda tenths, exact: decimal(tenths) if tenths % 10 else digits2(tenths // 10)),
    "pct1": Token(("share",), lambda tenths, exact: percent(tenths)),
    "pct1_floor": Token(("share",), _at_least),
    "tren_trieu": Token(("money",), _over_million),
    "tren_10": Token(("count",), _over_ten),
    "gan_10": Token(("count",), _nearly_ten),
    "gan_trieu": Token(("money",), _nearly_million),
    "hang": Token(("count",), _magnitude),
    "tien": Token(("money",), lambda amount, exact: dong(amount)),
    "don_vi": Token(("unit",), _unit_and_rate),
    "doi_tuong": Token(("rollups",), _rollups),
    "neu": Token(("count", "decimal", "money", "share", "unit"), lambda value, exact: ""),
    "cungky": Token(("compared",), lambda words, exact: str(words)),
}
"""``exact`` gives the exact form. Of a least share that is the floored tenth, as in every attendance cell."""
APPROXIMATE = frozenset(("pct1_floor", "tren_trieu", "tren_10", "gan_10", "gan_trieu", "hang"))
"""Tokens whose words may say less than the number: each can be said exactly instead."""


def say(token: str, value: Any, exact: bool = False) -> str:
    """Word one value by a token: counts and đồng as int, shares and decimals in tenths, ``don_vi`` its text, ``doi_tuong`` codes."""
    return TOKENS[token].words(value, exact)


def compared(kind: Kind, now: int, before: int, year: str) -> str:
    """Say how a value went up or down since the same period of ``year``: ``, tăng 2 (6,7%) so với cùng kỳ năm 2018``; '' where it did not.

    Percentages differ in points and have no growth, and nothing grows from zero (domain.md B.2).
    """
    change = now - before
    if not change:
        return ""
    words = "tăng" if change > 0 else "giảm"
    size = abs(change)
    if kind == "share":
        by = f"{percent(size).removesuffix('%')} điểm phần trăm"
    else:
        by = dong(size) if kind == "money" else decimal(size) if kind == "decimal" else grouped(size)
        by += f" ({percent((2000 * size + before) // (2 * before))})" if before else ""
    return f", {words} {by} so với cùng kỳ năm {year}"


# -- templates ----------------------------------------------------------------------------------------------------------------


SEPARATORS = (", ", "; ", " và ")


class Given(NamedTuple):
    """What stands behind a slot: the kind of figure and its value (None: not known).

    ``unknown``: something may have happened that nobody told, so that nothing is no zero.
    """

    kind: Kind
    value: int | str | tuple[str, ...] | None
    unknown: bool = False


Lookup = Callable[[Slot], Given | None]
"""Gives the value of a slot, None when there is no such figure."""


@dataclass
class Filler:
    """Fills templates from one set of figures and words; ``warnings`` collects what could not be filled in."""

    lookup: Lookup
    words: Mapping[str, str]
    exact: bool = False
    warnings: list[str] = field(default_factory=list)
    forms: Mapping[str, bool] = field(default_factory=dict)
    """Whether a figure is written exactly, by code, where it is not as all are (``exact``)."""
    phrases: dict[str, bool] = field(default_factory=dict)
    """Figures that were said by a token that may be approximate, by code, and whether exactly."""
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """The places that could not be filled in, each with the name of its template."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Of a line of a record that is being said: what stands for its words, '' where it is not answered."""

    def fill(self, template: str, name: str = "") -> tuple[Run, ...] | None:
        """Fill a template: None when it is dropped whole. ``name`` names it in warnings."""
        runs = self._clause(parse(template), name)
        return None if runs is None else tuple(_capitalised(_merged(runs)))

    def text(self, template: str, name: str = "") -> str:
        """Fill a template and give its words, '' when it is dropped."""
        return "".join(run if isinstance(run, str) else run.text for run in self.fill(template, name) or ())

    def doubtful(self, template: str) -> bool:
        """Tell whether a template that is dropped is so for want of figures: then it is not known that nothing happened."""
        return self._doubtful(parse(template))

    def _doubtful(self, clause: Clause) -> bool:
        slots = [part for part in clause.parts if isinstance(part, Slot)]
        first = next((given for slot in slots if (given := self._given(slot)) is None or not given.unknown), None)
        if first is not None and not first.value:
            return False
        unknown = any((given := self._given(slot)) is not None and given.unknown for slot in slots)
        return unknown or any(self._doubtful(part) for part in clause.parts if isinstance(part, Clause))

    def _clause(self, clause: Clause, name: str) -> list[Run] | None:
        found = self._said(clause, name)
        if found is not None or clause.otherwise is None:
            return found
        instead = self._clause(clause.otherwise, name)
        return instead if any(isinstance(run, Number) for run in instead or ()) or not self._doubtful(clause) else None

    def _said(self, clause: Clause, name: str) -> list[Run] | None:
        """Give a clause's words, None when it is dropped: what stands in place of others keeps nothing unless it has a number."""
        slots = [part for part in clause.parts if isinstance(part, Slot)]
        unknown = [slot for slot in slots if (given := self._given(slot)) is not None and given.unknown]
        if any(slot.token != "neu" for slot in unknown):
            return None
        first = next((slot for slot in slots if slot not in unknown), None)
        if first is not None and (given := self._given(first)) is not None and not given.value:
            return None
        answered = [self.answers[part.name] for part in clause.parts if isinstance(part, Word) and part.name in self.answers]
        if not all(answered):
            return None
        filled = [self._clause(part, name) if isinstance(part, Clause) else None for part in clause.parts]
        inner = [(part, runs) for part, runs in zip(clause.parts, filled, strict=True) if isinstance(part, Clause)]
        if first is None and (inner or unknown) and not answered and not self._held(inner):
            return None
        silent = _separators_to_drop(clause.parts, filled)
        found: list[Run] = []
        for place, (part, runs) in enumerate(zip(clause.parts, filled, strict=True)):
            if isinstance(part, Clause):
                found += runs or ()
            elif place not in silent:
                found += self._part(part, name)
        return found

    def _held(self, inner: list[tuple[Clause, list[Run] | None]]) -> bool:
        """Tell whether clauses hold the group they stand in: one is said, and where it may stand for another, with a number.

        Beside a clause that is dropped for want of figures, what is known not to have happened is worth saying, too.
        """
        doubt = any(runs is None and self._doubtful(part) for part, runs in inner)
        return any(runs and (doubt or part.otherwise is None or any(isinstance(run, Number) for run in runs)) for part, runs in inner)

    def _given(self, slot: Slot) -> Given | None:
        given = self.lookup(slot)
        return given if given is not None and given.kind in TOKENS[slot.token].takes else None

    def _part(self, part: str | Slot | Word | Mark, name: str) -> list[Run]:
        if isinstance(part, str):
            return [part]
        if isinstance(part, Word):
            said = self.answers.get(part.name) or self.words.get(part.name)
            return [said] if said is not None else self._wrong(f"{{{part.name}}}", name)
        if isinstance(part, Mark):
            return self._wrong(part.text, name)
        given = self._given(part)
        if given is None:
            return self._wrong(f"{{{part.code}:{part.token}}}", name)
        if part.token == "neu":
            return []
        if given.kind == "compared":
            return [str(given.value)] if given.value else []
        if given.value is None:
            self.warnings.append(Message("{name}: chưa có số liệu của chỉ tiêu {code}.", name=name, code=part.code))
            return [Number(UNKNOWN, part.code)]
        exact = self.forms.get(part.code, self.exact)
        if part.token in APPROXIMATE:
            self.phrases[part.code] = exact
        return [Number(say(part.token, given.value, exact), part.code)]

    def _wrong(self, text: str, name: str) -> list[Run]:
        self.warnings.append(Message("{name}: không điền được “{text}”.", name=name, text=text))
        self.wrong.append((name, text))
        return [f"(?{text}?)"]


def _separators_to_drop(parts: tuple[Part, ...], filled: list[list[Run] | None]) -> set[int]:
    """Give the places of separators that go with dropped clauses: the one before, or after when nothing is kept before."""
    silent: set[int] = set()
    for place, part in enumerate(parts):
        if not isinstance(part, Clause) or filled[place] is not None:
            continue
        before = _separator(parts, place - 1)
        kept_before = any(isinstance(parts[at], Clause) and filled[at] is not None for at in _run_before(parts, place))
        if before is not None and kept_before:
            silent.add(before)
        elif (after := _separator(parts, place + 1)) is not None:
            silent.add(after)
        elif before is not None:
            silent.add(before)
    return silent


def _separator(parts: tuple[Part, ...], place: int) -> int | None:
    """Give ``place`` when a separator stands there between two clauses."""
    if not 0 < place < len(parts) - 1 or parts[place] not in SEPARATORS:
        return None
    return place if isinstance(parts[place - 1], Clause) and isinstance(parts[place + 1], Clause) else None


def _run_before(parts: tuple[Part, ...], place: int) -> Iterator[int]:
    """Give the places of the clauses before ``place`` that are joined to it by separators."""
    while _separator(parts, place - 1) is not None:
        place -= 2
        yield place


def _merged(runs: list[Run]) -> list[Run]:
    found: list[Run] = []
    for run in runs:
        if isinstance(run, str) and found and isinstance(found[-1], str):
            found[-1] += run
        elif run != "":
            found.append(run)
    return found


def _capitalised(runs: list[Run]) -> list[Run]:
    if runs:
        first = runs[0]
        runs[0] = first[:1].upper() + first[1:] if isinstance(first, str) else Number(first.text[:1].upper() + first.text[1:], first.code)
    return runs
