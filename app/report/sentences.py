"""The sentences of a section: figures put into the program's words or, where a person reworded one, into that person's.

What each sentence says is remembered (``Said``) for whoever writes into the report: the words, the template behind them, and the
figures that changed since it was reworded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from app.comparison import Comparison
from app.figures import Figures
from app.report import rewording
from app.report.document import Number, Paragraph, Run
from app.report.lines import LineTexts
from app.report.outline import SUMMARY, Outline, Section, Sentence
from app.report.phrases import Filler, Given, Kind, compared
from app.report.rewording import COMPARED, Change, Lines, Wording, listed, paragraphs
from db.catalogues import code_list
from db.figures import Extreme, Figure, Least, Share
from db.message import Message
from db.questions import short
from db.records import FIGURES
from db.templates import Slot, parse


class Said(NamedTuple):
    """What a sentence of a section says: its words ('' when it is omitted), and what a person would reword.

    ``template`` is the program's wording of it, line by line, '' where nothing can be reworded. ``changes`` are the figures that are
    not what they were when it was reworded.
    """

    code: str
    key: str
    text: str
    template: str
    reworded: bool = False
    changes: tuple[Change, ...] = ()
    figures: frozenset[str] = frozenset()
    """The codes of the figures it prints."""


class Values:
    """The values that sentences are filled with, each looked up once."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.comparison = Comparison(figures)
        self._given: dict[str, Given] = {}

    def lookup(self, slot: Slot) -> Given | None:
        """Give the value of a slot; None where there is no such figure, or none that has parts by audience."""
        figure = FIGURES.get(slot.code)
        if figure is None:
            return None
        if slot.token == COMPARED:
            return self._compared(figure)
        return self._rollups(figure) if slot.token == "doi_tuong" else self._value(figure)

    def _compared(self, figure: Figure) -> Given | None:
        """Give the words that set a figure beside last year's; '' where that is not known or cannot be compared."""
        kind = kind_of(figure)
        if kind == "unit":
            return None
        pair = self.comparison.pair(figure.code)
        now, before = pair.now.value, pair.before.value if pair.before is not None else None
        if pair.standing != "known" or not isinstance(now, int) or not isinstance(before, int):
            return Given("compared", "")
        return Given("compared", compared(kind, now, before, str(self.figures.period.year - 1)))

    def _value(self, figure: Figure) -> Given:
        if figure.code not in self._given:
            found, kind = self.figures.value(figure.code), kind_of(figure)
            value = found.text if kind == "unit" and found.value is not None else found.value
            self._given[figure.code] = Given(kind, value, found.unknown)
        return self._given[figure.code]

    def _rollups(self, figure: Figure) -> Given | None:
        if any("rollup" not in measure.source.dims for measure in figure.expression.measures):
            return None
        codes = tuple(code for code in code_list("ROLLUP").codes() if self.figures.value(figure.code, rollup=code).value)
        whole = self.figures.value(figure.code)
        return Given("rollups", codes, not codes and bool(whole.partly or whole.value))

    def all(self) -> dict[Slot, Given]:
        """Give every value a person may ask for, so that a wording can be tried out where there is no database."""
        slots = (Slot(code, token) for code in FIGURES for token in ("", "doi_tuong", COMPARED))
        return {slot: given for slot in slots if (given := self.lookup(slot)) is not None}


def kind_of(figure: Figure) -> Kind:
    """Give how the value of a figure may be worded."""
    expression = figure.expression
    if isinstance(expression, Extreme):
        return "unit"
    if isinstance(expression, (Share, Least)):
        return "share"
    return "money" if figure.unit == "đồng" else "decimal" if figure.in_tenths else "count"


@dataclass
class Sentences:
    """Says the sentences of sections. ``wordings`` are a person's, by sentence code; ``said`` collects what was said."""

    outline: Outline
    values: Values
    filler: Filler
    wordings: Mapping[str, Wording]
    said: list[Said] = field(default_factory=list)

    @cached_property
    def lines(self) -> dict[str, Lines]:
        """The lines of records that sentences say one by one, by sentence."""
        return {code: self._lines(sentence) for code, sentence in self.outline.sentences.items() if sentence.lines}

    def of_section(self, section: Section) -> Iterator[Paragraph]:
        """Give the paragraphs of a section that are made from figures."""
        for codes in section.codes if section.kind == "sentences" else ():
            runs: list[Run] = []
            for code in codes:
                first, *more = self._sentence(code, self.outline.sentences[code], section.key) or [Paragraph(())]
                if first.mark:
                    more = [first, *more]
                elif first.runs:
                    runs += [" ", *first.runs] if runs else first.runs
                if more and runs:
                    yield Paragraph(tuple(runs), key=section.key)
                    runs = []
                yield from more
            if runs:
                yield Paragraph(tuple(runs), key=section.key)

    def alone(self, code: str, key: str) -> tuple[Run, ...]:
        """Give in one paragraph a sentence that stands in no section; ``key`` is where it is reworded."""
        return tuple(run for block in self._sentence(code, self.outline.sentences[code], key) for run in (" ", *block.runs))[1:]

    def _sentence(self, code: str, sentence: Sentence, key: str) -> list[Paragraph]:
        """Give a sentence's paragraph and the lines under it, or all the lines that it says; [] when it is omitted."""
        wording = self.wordings.get(code)
        template = sentence.text if sentence.lines else self.template(sentence)
        found = self._paragraphs(wording.text, code, key) if wording is not None else []
        if wording is not None and not found and self.filler.doubtful(wording.text.strip().partition("\n")[0]):
            words = "Câu đã sửa lời “{text}” có chỉ tiêu chưa có số liệu nên không in được."
            self.filler.warnings.append(Message(words, text=short(" ".join(wording.text.split()))))
        found = found or self._paragraphs(template, code, key)
        changes = rewording.changes(wording, self.values.lookup) if wording is not None else ()
        text = "\n".join(block.text for block in found)
        printed = frozenset(run.code for block in found for run in block.runs if isinstance(run, Number))
        self.said.append(Said(code, key, text, template, wording is not None, changes, printed))
        return found

    def _paragraphs(self, template: str, code: str, key: str) -> list[Paragraph]:
        lines = self.lines.get(code)
        return paragraphs(self.filler, template, code, key) if lines is None else listed(self.filler, template, lines, code, key)

    def _lines(self, sentence: Sentence) -> Lines:
        """Read the lines behind a figure that a sentence says one by one."""
        each: tuple[Mapping[str, str], ...] = ()
        if self.values.figures.value(sentence.lines).value:
            found = LineTexts(self.values.figures, FIGURES[sentence.lines], tuple(sentence.states), {})
            each = tuple(line.answers(sentence.places, sentence.states) for line in found)
        return Lines((*sentence.places, *(("tinh_trang",) if sentence.states else ())), each, sentence.style)

    def generated(self, code: str, sentence: Sentence) -> list[Paragraph]:
        """Give what a sentence says in the program's own words; [] when it is omitted."""
        return paragraphs(self.filler, self.template(sentence), code, "")

    def told(self, code: str, sentence: Sentence) -> tuple[Run, ...]:
        """Give in one paragraph what a sentence says in the summary, where nothing is said of what did not happen.

        In a person's words where there are any; () where the program's are omitted.
        """
        sentence = replace(sentence, zero="")
        found, wording = self.generated(code, sentence), self.wordings.get(code)
        if found and wording is not None:
            found = paragraphs(self.filler, wording.text, code, "") or found
        runs = tuple(run for block in found for run in (" ", *block.runs))[1:]
        changes = rewording.changes(wording, self.values.lookup) if wording is not None else ()
        if runs or wording is not None:
            text = "".join(run if isinstance(run, str) else run.text for run in runs)
            printed = frozenset(run.code for run in runs if isinstance(run, Number))
            self.said.append(Said(code, SUMMARY, text, sentence.text, wording is not None, changes if found else (), printed))
        return runs

    def template(self, sentence: Sentence) -> str:
        """Give the template of what a generated sentence says with the figures as they are; lines under it begin with a dash.

        '' where it is omitted: the zero form is said only where it is known that nothing happened.
        """
        if sentence.differ and len({self.values.lookup(Slot(name, "neu")) for name in sentence.differ}) == 1:
            return sentence.zero
        quiet = Filler(self.filler.lookup, self.filler.words)
        items = [(place, item) for place, item in enumerate(sentence.items) if quiet.fill(item) is not None]
        if len(items) == 1 and self._says_all(items[0][1], sentence.text):
            return sentence.only[items[0][0]]
        if items and quiet.fill(sentence.lead) is not None:
            return "\n".join((sentence.lead, *(f"- {item}{'.' if item is items[-1][1] else ';'}" for _place, item in items)))
        if sentence.text and quiet.fill(sentence.text) is not None:
            return sentence.text
        if sentence.text and quiet.doubtful(sentence.text):
            return " ".join(sentence.only[place] for place, _item in items)
        return sentence.zero

    def _says_all(self, item: str, whole: str) -> bool:
        """Tell whether the figures of an item are those of the whole, so that nothing is left for another item."""
        return [self.values.lookup(slot) for slot in parse(item).slots()] == [self.values.lookup(slot) for slot in parse(whole).slots()]
