"""The review's summary: one page for the conference and the press, told from the figures of the report (resources/report/summary.toml).

Only what happened is told: a sentence without figures is left out, and no sentence says that something did not happen. A sentence that
the report has too is told in the words the office chose for it there; key tasks are told within one sentence, so not as the report words
its list of them. The sentences that only the summary has are reworded as those of the report are. The page is filled by a rule
(``_fitted``) that ends on one page whatever was entered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from app import figures
from app.periods import Period
from app.report import approval, frozen, issuer, outline
from app.report.approval import Approved
from app.report.content import Builder, long_day, month_after, short_code
from app.report.document import Letterhead, Paper, Papers, Paragraph, Run
from app.report.lines import LineTexts
from app.report.outline import Sentence, made, toml
from db.message import Message
from db.questions import grouped
from db.records import FIGURES
from db.store import Store

_CLAUSE = re.compile(r"(?<=[.;]) ")


@dataclass(frozen=True)
class Tasks:
    """The last paragraph: at most ``most`` of the lines behind the figure ``lines``, said by ``piece``.

    They stand between the sentences ``lead`` and ``close`` (codes). One of more than ``longest`` characters is told without its last
    clauses.
    """

    lines: str
    piece: str
    lead: str
    close: str
    most: int
    longest: int


@dataclass(frozen=True)
class Rules:
    """What the summary says and in which order it gives way; ``opening`` and ``paragraphs`` are codes of ``sentences``."""

    kind: str
    subject: str
    title: str
    date: str
    footer: str
    footer_approved: str
    draft: str
    nothing: str
    opening: str
    paragraphs: tuple[tuple[str, ...], ...]
    sizes: tuple[float, ...]
    cut: tuple[str, ...]
    tasks: Tasks
    sentences: Mapping[str, Sentence]


@cache
def rules() -> Rules:
    """Read what comes with the program; raises ValueError naming what is malformed."""
    data = toml("summary.toml")
    del data["sentence"]
    tasks = made(Tasks, data.pop("tasks"), "summary.toml tasks")
    sentences = {**outline.read().sentences, **outline.of_summary()}
    found: Rules = made(Rules, {**data, "tasks": tasks, "sentences": sentences}, "summary.toml")
    used = {code for codes in found.paragraphs for code in codes}
    if wrong := ({*used, found.opening, tasks.lead, tasks.close} - set(found.sentences)) | (set(found.cut) - used):
        raise ValueError(f"summary.toml: no such sentence: {', '.join(sorted(wrong))}")
    return found


def build(store: Store, period: Period, unit: str | None = None, *, exact: bool | None = None, now: datetime | None = None) -> Papers:
    """Build the summary of ``unit`` (uid; None: the office's own) for a period; ``exact`` as for ``content.build``.

    It is marked as a draft unless the report is approved and all that it rests on is as it was then. What had to give way to one page is
    listed in ``warnings``. Raises ExpectedError only when there is no office.
    """
    builder = Builder(store, period, figures.compute(store, period, unit), exact, None, False)
    approved = approval.approved_of(store, period, unit)
    said = _Said.of(builder)
    if approved is not None and not frozen.unchanged(store, period, approved):
        changed = Message("Bản tóm tắt là dự thảo: có bản ghi thay đổi sau khi báo cáo được duyệt.")
        said, approved = replace(said, warnings=(changed, *said.warnings)), None
    return _fitted(said, _Frame(builder, now or datetime.now(), approved))


def text(papers: Papers) -> str:
    """Give the summary as plain text, a paragraph a line."""
    paper = papers.papers[0]
    head = paper.letterhead
    lines = [*filter(None, (head.circulation,)), " ".join(head.issuer), head.place_date, "", head.kind, *head.subject, ""]
    lines += [block.text for block in paper.before if isinstance(block, Paragraph)]
    return "\n".join(line.replace("\u00a0", " ") for line in lines) + "\n"


# -- what is said --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """The words: the opening, each sentence by its code, the tasks."""

    opening: tuple[Run, ...]
    sentences: Mapping[str, tuple[Run, ...]]
    lead: tuple[Run, ...]
    tasks: tuple[str, ...]
    close: tuple[Run, ...]
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, builder: Builder) -> _Said:
        """Say all that there are figures for."""
        own, told = rules(), builder.sentences.told
        codes = [own.opening, *(code for paragraph in own.paragraphs for code in paragraph), own.tasks.lead, own.tasks.close]
        sentences = {code: words for code in codes if (words := told(code, own.sentences[code]))}
        listed = LineTexts(builder.figures, FIGURES[own.tasks.lines], (), {})
        tasks = [task for line in listed if (task := _shortened(" ".join(line.fill(own.tasks.piece).split()), own.tasks.longest))]
        opening, lead, close = (sentences.pop(code, ()) for code in (own.opening, own.tasks.lead, own.tasks.close))
        builder.warn_of_changes()
        return cls(opening, sentences, lead, tuple(tasks[: own.tasks.most]), close, tuple(builder.warnings))

    def without(self, code: str) -> _Said:
        """Give the same without a sentence."""
        return replace(self, sentences={one: words for one, words in self.sentences.items() if one != code})

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Give the paragraphs; where there is nothing to tell they say so."""
        told = [[self.sentences[code] for code in codes if code in self.sentences] for codes in rules().paragraphs]
        told = [sentences for sentences in told if sentences]
        if told:
            told[0].insert(0, self.opening)
        found = [Paragraph(_joined(sentences)) for sentences in told]
        if self.tasks:
            close = self.close if _begins_with_mark(self.close) else (". ", *self.close)
            found.append(Paragraph((*self.lead, " ", "; ".join(map(_inside, self.tasks)), *close)))
        return tuple(found) or (Paragraph((rules().nothing,)),)


def _begins_with_mark(words: tuple[Run, ...]) -> bool:
    first = words[0] if words else ""
    return isinstance(first, str) and first[:1] in ",;.:"


def _joined(sentences: list[tuple[Run, ...]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for words in sentences:
        runs += [" ", *words] if runs else words
    return tuple(runs)


def _shortened(task: str, longest: int) -> str:
    """Give a task without a mark at its end, and without the clauses that make it longer than ``longest``; '' where the first does."""
    clauses = _CLAUSE.split(task)
    while clauses and len(" ".join(clauses)) > longest:
        clauses.pop()
    return " ".join(clauses).rstrip(" .;,:")


def _inside(task: str) -> str:
    """Give a task as it stands within a sentence: its first letter small, unless a name may begin with it (``Ban CHQS …``)."""
    first, second = (*task.split(" ", 2), "")[:2]
    named = first[1:] != first[1:].lower() or second[:1] != second[:1].lower() or second[:1].isdigit()
    return task if named else task[0].lower() + task[1:]


# -- how it fits ---------------------------------------------------------------------------------------------------------------


class _Frame:
    """Puts words on paper: the head, and what the file says of itself."""

    def __init__(self, builder: Builder, now: datetime, approved: Approved | None) -> None:
        self._builder, self._now = builder, now
        own, words = rules(), builder.words
        day = builder.written["dated"]
        month = day[:7] if day else month_after(builder.period.end)
        number = int(month[5:7])
        dated = own.date.format(m=f"{number:02d}" if number < 3 else number, y=month[:4])
        parent, lines = issuer.head_lines(builder.term, builder.unit_name)
        place = ", ".join(filter(None, ((builder.term.get("place") or "").strip(), dated)))
        subject = tuple(own.subject.format_map(words).split("\n"))
        self._head = Letterhead(parent, lines, "", place, own.kind, subject, "" if approved else own.draft)
        said: dict[str, Any] = {**words, "gio": f"{now:%H:%M}", "ngay": long_day(now.date().isoformat())}
        footer = own.footer if approved is None else own.footer_approved.replace("{ma}", short_code(approved.hash))
        self._title, self._footer = own.title.format_map(words), footer.format_map(said)

    def papers(self, said: _Said, size: float, warnings: tuple[str, ...] = ()) -> Papers:
        """Give the summary of these words in a size."""
        paper = Paper(self._head, said.paragraphs())
        told = tuple(dict.fromkeys((*said.warnings, *warnings)))
        return Papers(
            self._title, self._builder.unit_name, (paper,), self._footer, size, national=False, warnings=told, made=self._now
        )  # fmt: skip


def _fitted(said: _Said, frame: _Frame) -> Papers:
    """Give the summary in the largest size that fits on one page; in the smallest, without what gives way first, until it fits."""
    from app.report import paper_pages
    from app.report.pdf import Widths

    width = Widths()

    def fits(papers: Papers) -> bool:
        return len(paper_pages.compose(papers, paper_pages.look_of(papers), width)) == 1

    own = rules()
    for size in own.sizes:
        if fits(papers := frame.papers(said, size)):
            return papers
    smallest, left_out, tasks = own.sizes[-1], 0, len(said.tasks)
    told: tuple[str, ...] = ()
    for code in (*own.cut, *[""] * len(said.tasks)):
        if code in said.sentences:
            said, left_out = said.without(code), left_out + 1
        elif not code:
            said = replace(said, tasks=said.tasks[:-1])
        told = tuple(_left_out(left_out, tasks - len(said.tasks)))
        if fits(papers := frame.papers(said, smallest, told)):
            return papers
    return frame.papers(said, smallest, told)


def _left_out(sentences: int, tasks: int) -> list[str]:
    """Say what gave way."""
    found: list[str] = []
    if sentences:
        found.append(Message("Tóm tắt chỉ có một trang nên đã bỏ {n} câu.", n=grouped(sentences)))
    if tasks:
        found.append(Message("Tóm tắt chỉ có một trang nên đã bỏ {n} nhiệm vụ, từ dưới lên.", n=grouped(tasks)))
    return found
