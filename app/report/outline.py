"""The report's wording as data: common words, sections and sentences, read from ``resources/report``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "report"
SUMMARY = "tom_tat"
"""The key of the summary, where its own sentences are reworded as those of a section are."""


@dataclass(frozen=True)
class Sentence:
    """A sentence's templates. ``zero`` '' omits it; ``items`` are dash lines under ``lead``, ``only`` the sentence of a single item.

    ``differ`` names two figures: the sentence is omitted when they have the same value.
    ``lines`` names a figure whose lines are said one by one by ``text``, as ``style`` has it. Its ``places`` are the answers of a line
    (``app.report.lines``) by the words that stand for them; ``states`` are the words of ``{tinh_trang}`` by the figure that counts it.
    """

    text: str = ""
    zero: str = ""
    lead: str = ""
    items: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    lines: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    style: Literal["numbered", "dash"] = "numbered"

    def templates(self) -> Iterator[str]:
        """Give every template in it."""
        yield from filter(None, (self.text, self.zero, self.lead, *self.items, *self.only))


@dataclass(frozen=True)
class Section:
    """One place of the outline. ``codes`` are sentence codes paragraph by paragraph, or one annex's id.

    Where it stands as the program comes is in its key: ``1.II.2.a`` is three levels below the first part. An office may move it
    (``app.report.arrangement``), so numbers are given by place and never by key.
    """

    key: str
    kind: Literal["text", "sentences", "annex"]
    heading: str = ""
    codes: tuple[tuple[str, ...], ...] = ()
    optional: bool = False
    """Whether heading and all are left out when there is no text."""
    needed: bool = False
    """Whether a report without its text is sent back (domain.md B.3 HC.1): it is drafted, but not submitted or approved."""

    @property
    def depth(self) -> int:
        """How deep it stands as the program comes: 0 a part or an annex, 1 ``I.``, 2 ``1.``, 3 ``a)``."""
        return 0 if self.kind == "annex" else self.key.count(".")


@dataclass(frozen=True)
class Wording:
    """Words of the document outside its sections; templates of ``str.format``."""

    kind: str
    title: str
    lead_in: str
    """The codes of the sentences before the first section and after the last."""
    closing: str
    nothing: str
    no_section: str
    """Printed in place of the text where every section is left out."""
    parts: tuple[str, ...]
    """The numbers of the parts (``Phần thứ nhất``), in order; ``part_more`` numbers those behind them."""
    part_more: str
    letters: str
    """The letters of ``a)``, ``b)`` … in order."""
    basis: str
    """The key under which the report's free text holds the basis lines (căn cứ)."""
    date: str
    archive_default: str
    symbol_default: str
    annex_number: str
    annex_reference: str
    draft_turn: str
    footer_draft: str
    footer_final: str
    footer_own: str
    footer_copy: str
    footer_again: str
    amendment: str
    subject: Mapping[str, str]
    """By profile, as is all that follows; another profile is worded as ``HANH_CHINH``."""
    archive: Mapping[str, str]
    number_mark: Mapping[str, str]
    """What stands behind the number of a heading and of a numbered paragraph: ``.`` or ``-``."""
    ranked: Mapping[str, bool]
    """Whether the rank is printed before the signatory's name."""
    end_mark: Mapping[str, str]
    number_line: Mapping[str, str]
    number_text: Mapping[str, str]


@dataclass(frozen=True)
class Outline:
    """Wording, sections in the order of print, and sentences by code."""

    wording: Wording
    sections: tuple[Section, ...]
    sentences: Mapping[str, Sentence]

    def keys_of(self, codes: Collection[str]) -> Iterator[str]:
        """Give the keys under which these sentences are reworded: of a section, of the basis lines, of the summary."""
        if {self.wording.lead_in, self.wording.closing} & set(codes):
            yield self.wording.basis
        yield from (section.key for section in self.sections if set(codes) & {code for part in section.codes for code in part})
        if set(codes) & of_summary().keys():
            yield SUMMARY


@cache
def read() -> Outline:
    """Read the outline that comes with the program; raises ValueError naming what is malformed."""
    data = toml("outline.toml")
    sections = tuple(made(Section, row, "outline.toml") for row in data["section"])
    keys = [section.key for section in sections]
    if len(set(keys)) != len(keys):
        raise ValueError("outline.toml: a key stands twice")
    sentences = {code: made(Sentence, row, f"sentences.toml {code}") for code, row in toml("sentences.toml").items()}
    used = {code for section in sections if section.kind == "sentences" for paragraph in section.codes for code in paragraph}
    wording: Wording = made(Wording, data["document"], "outline.toml")
    if missing := {*used, wording.lead_in, wording.closing} - set(sentences):
        raise ValueError(f"outline.toml: no such sentence: {', '.join(sorted(missing))}")
    return Outline(wording, sections, sentences)


@cache
def of_summary() -> Mapping[str, Sentence]:
    """Read the sentences that only the summary has, by code in the order of print; raises ValueError naming what is malformed."""
    return {code: made(Sentence, row, f"summary.toml {code}") for code, row in toml("summary.toml")["sentence"].items()}


def sentence(code: str) -> Sentence:
    """Give a sentence of the report or of its summary; raises KeyError for none."""
    return {**read().sentences, **of_summary()}[code]


def toml(name: str) -> dict[str, Any]:
    """Read a TOML file of ``resources/report``."""
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def made(kind: type[Any], row: Mapping[str, Any], where: str) -> Any:
    """Make a dataclass of a TOML table, lists as tuples; raises ValueError for keys that ``kind`` does not have."""
    unknown = set(row) - {one.name for one in fields(kind)}
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")
    return kind(**{name: _frozen(value) for name, value in row.items()})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
