"""A report as it is shown: its pages, its outline with the state of each section, and what its sentences say. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from app import figures
from app.periods import Period
from app.report import approval, outline
from app.report.approval import Approved
from app.report.arrangement import Arrangement, Numbering, roman
from app.report.document import Heading, Report
from app.report.rewording import Live
from app.report.sentences import Said
from db.message import Joined, Message
from db.store import Progress, Store

if TYPE_CHECKING:
    from app.report.pdf import Place

State = Literal["generated", "written", "both", "empty", "head", "out", "changed"]
"""Of a section: made from figures, written by hand, both, nothing yet, only a heading over others, left out of the report, or with a
reworded sentence whose figures changed."""


class Item(NamedTuple):
    """One line of the outline. ``depth`` 0 is a part, ``title`` short, ``whole`` as printed; ``by_hand``: text can be written into it."""

    key: str
    depth: int
    title: str
    whole: str
    state: State
    by_hand: bool = True


@dataclass(frozen=True)
class Shown:
    """A report as it is drawn: the bytes of its PDF, where its figures stand, its outline, and what its sentences say.

    ``phrases`` are the figures that are said by words that may be approximate, by code, and whether they are exact now.
    """

    pdf: bytes
    pages: int
    places: tuple[Place, ...]
    headings: tuple[str, ...]
    """Outline keys of the printed headings, in the order of the PDF's own outline tree."""
    warnings: tuple[str, ...]
    made: datetime
    """The time that drafts print."""
    draft: bool
    exact: bool
    arrangement: Arrangement
    texts: Mapping[str, str]
    """What people wrote and saved, by outline key."""
    said: tuple[Said, ...]
    live: Live
    phrases: Mapping[str, bool]
    filled: frozenset[str]
    """The keys of annexes that have rows."""
    missing: str = ""
    """Of an approved report whose file is not on this machine: where it is, and what is seen in its place."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The outline as it is saved."""
        return tuple(items(self, self.arrangement))

    def sentences(self, key: str) -> tuple[Said, ...]:
        """Give what the sentences of a section say."""
        return tuple(said for said in self.said if said.key == key)

    def sentence(self, code: str) -> Said | None:
        """Give what a sentence says; None where the report has no such sentence."""
        return next((said for said in self.said if said.code == code), None)

    def sentence_with(self, figure: str, in_summary: bool = False) -> Said | None:
        """Give the first sentence that can be reworded and says a figure; None where there is none.

        ``in_summary``: one that only the summary has goes before those of the report.
        """
        named = (said for said in self.said if said.template and figure in said.figures)
        return min(named, key=lambda said: (said.key == outline.SUMMARY) != in_summary, default=None)

    @property
    def changed(self) -> tuple[Said, ...]:
        """The reworded sentences whose figures changed."""
        return tuple(said for said in self.said if said.changes)


def draw(
    store: Store, period: Period, unit: str | None, exact: bool | None = None, now: datetime | None = None, progress: Progress | None = None
) -> Shown:
    """Build and draw the report of ``unit`` (uid; None: the office's own); an approved one is shown as it was approved.

    Where the file of an approved one is not on this machine, it is drawn again from its records, and said to be that; from records that
    are no longer those it rested on, a draft is drawn.

    ``exact`` as for ``content.build``. Raises ExpectedError when there is no office.
    """
    from app.report import content, frozen, pdf  # drawing is opened only when something is drawn

    made = now or datetime.now()
    found = approval.approved_of(store, period, unit)
    kept = (found, approval.printed(store, found.hash)) if found is not None and found.here else None
    again = frozen.rebuilt(store, period, found) if found is not None and kept is None else None
    if again is not None:
        builder, report = again
    else:
        final = None if kept is None else content.Final(kept[0].turn, kept[0].own)
        builder = content.Builder(store, period, figures.compute(store, period, unit), exact, final, marks=kept is None)
        report = builder.report(made)
    drawing = pdf.render(report, progress)
    for code, sentence in outline.of_summary().items():
        builder.sentences.told(code, sentence)
    return Shown(
        pdf=drawing.pdf if kept is None else kept[1],
        pages=drawing.pages,
        places=drawing.places,
        headings=headings(report),
        warnings=report.warnings,
        made=made,
        draft=report.draft is not None,
        exact=builder.filler.exact,
        arrangement=builder.arrangement,
        texts={key: "\n".join(lines) for key, lines in builder.texts.items()},
        said=tuple(builder.sentences.said if report.draft is not None else (said._replace(changes=()) for said in builder.sentences.said)),
        live=builder.live(),
        phrases=builder.filler.phrases,
        filled=frozenset(annex.key for annex in report.annexes if annex.groups),
        missing=_missing(store, found, again is not None) if found is not None and kept is None else "",
    )


def _missing(store: Store, found: Approved, again: bool) -> str:
    where = Message("Tệp đã duyệt không có trên máy này: báo cáo được duyệt ở {where}.", where=approval.where(store, found.device))
    seen = (
        "Các trang dưới đây được lập lại từ dữ liệu, đúng lời và số đã duyệt (khớp mã báo cáo), nhưng không phải tệp đã ký."
        if again
        else "Các trang dưới đây được lập lại từ dữ liệu hiện có, không phải bản đã duyệt: dữ liệu hoặc phần mềm đã khác lúc duyệt."
    )
    return Joined(" ", [where, Message(seen), Message("Hãy tìm tệp PDF đã lưu (nếu là máy khác: lưu ở máy đó) rồi lấy lại ở đây.")])


class Summary(NamedTuple):
    """The review's summary as it is drawn: the bytes of its PDF, where its figures stand, and what gave way to its one page."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]
    warnings: tuple[str, ...]


def draw_summary(store: Store, period: Period, unit: str | None, now: datetime | None = None) -> Summary:
    """Build and draw the summary of ``unit`` (uid; None: the office's own). Raises ExpectedError when there is no office."""
    from app.report import pdf, summary  # drawing is opened only when something is drawn

    papers = summary.build(store, period, unit, now=now or datetime.now())
    drawing = pdf.render_papers(papers)
    return Summary(drawing.pdf, drawing.pages, drawing.places, papers.warnings)


def headings(report: Report) -> tuple[str, ...]:
    """Give the outline keys of all printed headings: those of the text, then the annexes."""
    return (*(block.key for block in report.body if isinstance(block, Heading)), *(annex.key for annex in report.annexes if annex.key))


def items(shown: Shown, arrangement: Arrangement) -> Iterator[Item]:
    """Give the lines of an outline, with what each section of a drawn report is made of."""
    wording, words = outline.read().wording, shown.live.words
    changed = any(said.changes for said in shown.sentences(wording.basis))
    basis: State = "changed" if changed else "written" if shown.texts.get(wording.basis) else "empty"
    yield Item(wording.basis, 1, "Căn cứ, mở đầu, kết", "Căn cứ, câu mở đầu và câu kết", basis)
    printed, heads = {spot.key for spot in arrangement.printed}, arrangement.heads
    numbering, annexes = Numbering(wording), 0
    for spot in arrangement.spots:
        out = spot.key not in printed
        if spot.annex:
            annexes += not out
            number = "" if out else wording.annex_number.format(so=roman(annexes)) + "."
            text = _annex_title(spot.section.codes[0][0], words)
            state: State = "out" if out else "generated" if spot.key in shown.filled else "empty"
            yield Item(spot.key, 1, f"{number} {text.capitalize()}".strip(), f"{number} {text}".strip(), state, False)
            continue
        state = "out" if out else _state(shown, spot.key, spot.key in heads)
        number = "" if out else numbering.next(spot.depth, spot.section.optional and state == "empty")
        text = " ".join(spot.title(words, number).text.split())
        yield Item(spot.key, spot.depth, _title(spot.depth, number, text), f"{number} {text}".strip(), state)
    yield Item(outline.SUMMARY, 0, "Bản tóm tắt", "Bản tóm tắt", _state(shown, outline.SUMMARY, True), False)


def _state(shown: Shown, key: str, is_head: bool) -> State:
    sentences = shown.sentences(key)
    by_hand, by_figures = bool(shown.texts.get(key)), any(said.text for said in sentences)
    if any(said.changes for said in sentences):
        return "changed"
    if by_hand or by_figures:
        return "both" if by_hand and by_figures else "written" if by_hand else "generated"
    return "head" if is_head else "empty"


def _annex_title(name: str, words: Mapping[str, str]) -> str:
    from app.report import annex_rules

    return annex_rules.read().annexes[name].title.format_map(words)


def _title(depth: int, number: str, heading: str) -> str:
    """Shorten a heading for a list: in small letters where it is printed in capitals, without the "Công tác" that most begin with."""
    words = heading.capitalize() if heading.isupper() else heading
    if depth == 0:
        return number or words
    if depth > 1 and words.startswith("Công tác ") and words.lower().count("công tác") == 1:
        words = words[9:10].upper() + words[10:]
    return f"{number} {words}".strip()
