"""Draw a report as PDF. The only module that knows reportlab.

Every string is put on the canvas as it is: there is no markup anywhere (no Paragraph, no XML), so ``<b>&<img src="file:…">``
prints literally and nothing in a text can load a file or make a link. The only cleaning is ``app.report.breaking.clean``.
"""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from app.report import paper_pages
from app.report.annexes import compose_annexes
from app.report.breaking import squeeze
from app.report.document import Papers, Report
from app.report.flow import compose_text
from app.report.layout import DraftMark, Profile, profile
from app.report.letterhead import footer
from app.report.outlines import Outline, outline
from app.report.page import Page, Sheet

rl_config.trustedSchemes = []
rl_config.trustedHosts = []
rl_config.useA85 = 0
"""Pages and fonts as compressed bytes, not once more as letters: a quarter smaller, and no time spent on it."""

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
FACES = {"regular": "Regular", "bold": "Bold", "italic": "Italic", "bolditalic": "BoldItalic"}
FONT = {face: f"LiberationSerif-{name}" for face, name in FACES.items()}
LANGUAGE = "vi-VN"

DRAFT = "draft"
LONG = 200
"""Strings from this length on are seen once; their widths are not kept."""

Progress = Callable[[int, int], None]
"""Called with pages drawn and pages in all."""


@dataclass(frozen=True)
class Place:
    """Where a figure stands in the PDF: ``page`` from 0; a box in points from the lower left corner; ``code`` of the figure."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    code: str


@dataclass(frozen=True)
class Drawing:
    """A drawn report: the file's bytes, its number of pages, where its figures stand, and how many pages come before the annexes."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]
    text_pages: int = 0


class Widths:
    """``width(face, size, text)`` from the fonts' own tables; each string is measured once."""

    def __init__(self) -> None:
        self.tables: dict[str, tuple[dict[int, float], float]] = {}
        self.known: dict[str, dict[str, float]] = {}
        for face, name in FONT.items():
            metrics: Any = _font(name).face
            self.tables[face] = (metrics.charWidths, metrics.defaultWidth)
            self.known[face] = {}

    def __call__(self, face: str, size: float, text: str) -> float:
        """The length of ``text`` in points."""
        known = self.known[face]
        if (width := known.get(text)) is None:
            table, default = self.tables[face]
            width = 0.001 * sum([table.get(code, default) for code in map(ord, text)])
            if len(text) < LONG:
                known[text] = width
        return width * size


def _font(name: str) -> Any:
    """The registered font, read from the program's own folder at its first use; system fonts are never looked up."""
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    return pdfmetrics.getFont(name)


@functools.cache
def _draft_words(words: str) -> Outline:
    return outline((FONTS / "LiberationSerif-Bold.ttf").read_bytes(), words)


def draw(report: Report, progress: Progress | None = None) -> bytes:
    """The report as the bytes of a PDF file; equal reports give equal bytes."""
    return render(report, progress).pdf


def render(report: Report, progress: Progress | None = None) -> Drawing:
    """The report as PDF, with the places of its figures. Raises ExpectedError for an unknown profile."""
    style = profile(report.profile, report.day)
    width = Widths()
    sheets: list[Sheet] = [functools.partial(_same, page) for page in compose_text(report, style, width)]
    text_pages = len(sheets)
    sheets += compose_annexes(report.annexes, style, width)

    facts = Facts(report.title, report.author, report.letterhead.kind, report.footer, report.made)
    return paint(sheets, style, facts, width, progress, draft=report.draft is not None, text_pages=text_pages)


def render_papers(papers: Papers, progress: Progress | None = None) -> Drawing:
    """Draw papers beside the report."""
    style, width = paper_pages.look_of(papers), Widths()
    sheets: list[Sheet] = [functools.partial(_same, page) for page in paper_pages.compose(papers, style, width)]
    kind = papers.papers[0].letterhead.kind if papers.papers else ""
    return paint(sheets, style, Facts(papers.title, papers.author, kind, papers.footer, papers.made), width, progress)


@dataclass(frozen=True)
class Facts:
    """What a PDF says of itself: title, author and subject of the file, the words of its footer, and when it was made (None: not said)."""

    title: str
    author: str
    subject: str
    footer: str = ""
    made: datetime | None = None


def paint(
    sheets: Sequence[Sheet],
    style: Profile,
    facts: Facts,
    width: Widths,
    progress: Progress | None = None,
    *,
    draft: bool = False,
    text_pages: int = 0,
) -> Drawing:
    """Draw measured pages; each is made when it is its turn."""
    target = io.BytesIO()
    canvas = Canvas(
        target, pagesize=(1, 1), invariant=1, pageCompression=1, lang=LANGUAGE, initialFontName=FONT["regular"], initialFontSize=8
    )
    canvas.setTitle(squeeze(facts.title))
    canvas.setAuthor(squeeze(facts.author))
    canvas.setSubject(squeeze(facts.subject))
    canvas.setCreator("Nền Nếp")
    canvas.setProducer("Nền Nếp")
    if facts.made is not None and not os.environ.get("SOURCE_DATE_EPOCH"):  # which reportlab obeys by itself
        stamp = _stamp(facts.made)
        canvas.setDateFormatter(lambda *_now: stamp)
    if draft:
        _draft_form(canvas, style.draft)
    places: list[Place] = []
    level = -1
    for number, make in enumerate(sheets):
        page = make()
        footer(page, facts.footer, number + 1, len(sheets), style, width)
        canvas.setPageSize((page.width, page.height))
        if draft:
            _draft_mark(canvas, page, style.draft)
        for i, mark in enumerate(page.marks):
            key = f"{number}.{i}"
            canvas.bookmarkHorizontalAbsolute(key, page.height - mark.y)
            level = min(mark.level, level + 1)
            canvas.addOutlineEntry(mark.title, key, level, closed=level > 0)
        _rules(canvas, page)
        _dots(canvas, page)
        _texts(canvas, page)
        places += [Place(number, s.x0, page.height - s.y1, s.x1, page.height - s.y0, s.code) for s in page.spots]
        canvas.showPage()
        if progress:
            progress(number + 1, len(sheets))
    canvas.save()
    return Drawing(target.getvalue(), len(sheets), tuple(places), text_pages)


def _stamp(moment: datetime) -> str:
    """Give a moment (without a zone: local time) as PDF writes it, ``D:20190618140500+07'00'``."""
    local = moment if moment.tzinfo else moment.astimezone()
    zone = f"{local:%z}"
    return f"D:{local:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"


def _same(page: Page) -> Page:
    return page


def _rules(canvas: Canvas, page: Page) -> None:
    """Draw all straight lines, one stroke per grey and weight, the palest first."""
    height = page.height
    for grey, weight in sorted({(rule.grey, rule.weight) for rule in page.rules}, key=lambda one: (-one[0], one[1])):
        canvas.setLineWidth(weight)
        if grey:
            canvas.setStrokeGray(grey)
        canvas.lines([(x0, height - y0, x1, height - y1) for x0, y0, x1, y1, w, g in page.rules if (g, w) == (grey, weight)])
        if grey:
            canvas.setStrokeGray(0)


def _dots(canvas: Canvas, page: Page) -> None:
    """Draw all dots over the lines."""
    for dot in page.dots:
        canvas.setLineWidth(dot.weight)
        canvas.setFillGray(0 if dot.filled else 1)
        canvas.circle(dot.x, page.height - dot.y, dot.radius - dot.weight / 2, stroke=1, fill=1)
    if page.dots:
        canvas.setFillGray(0)


@functools.lru_cache(maxsize=1 << 14)
def _digits(length: float) -> str:
    return str(fp_str(length))


class _Texts(PDFTextObject):  # type: ignore[misc]  # reportlab is not typed
    """Strings at places that are written once each: columns and rows of a table have few of them."""

    def begin_at(self, x: float, y: float) -> None:
        """Go to a place: ``setTextOrigin``, and the same bytes."""
        self._code.append(f"1 0 0 1 {_digits(x)} {_digits(y)} Tm")
        self._x0 = self._x = x
        self._y0 = self._y = y


def _texts(canvas: Canvas, page: Page) -> None:
    """Draw all strings in one text object, changing font, spacing and grey only where they change."""
    texts = _Texts(canvas)
    height = page.height
    style: tuple[str, float, float, float] = ("", 0.0, 0.0, 0.0)
    for text in page.texts:
        if not text.text:
            continue
        wanted = (text.face, text.size, round(text.gap, 4), text.grey)
        if wanted != style:
            if wanted[:2] != style[:2]:
                texts.setFont(FONT[text.face], text.size)
            if wanted[2] != style[2]:
                texts.setWordSpace(wanted[2])
            if wanted[3] != style[3]:
                texts.setFillGray(wanted[3])
            style = wanted
        texts.begin_at(text.x, height - text.y)
        texts.textLine(text.text)  # as textOut, but it does not measure the string
    canvas.drawText(texts)


def _draft_form(canvas: Canvas, mark: DraftMark) -> None:
    """Keep the draft words in the file once, as filled outlines: a reader's search or copy never meets them."""
    shape = _draft_words(mark.words)
    canvas.beginForm(DRAFT, -1, -1, shape.width + 1, 2)
    canvas.setFillGray(mark.mark_grey)
    path = canvas.beginPath()
    for kind, *points in shape.steps:
        if kind == "move":
            path.moveTo(*points)
        elif kind == "line":
            path.lineTo(*points)
        elif kind == "curve":
            path.curveTo(*points)
        else:
            path.close()
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
    canvas.endForm()


def _draft_mark(canvas: Canvas, page: Page, mark: DraftMark) -> None:
    """Draw the draft words behind everything."""
    shape, size = _draft_words(mark.words), mark.mark_size
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(mark.mark_angle)
    canvas.scale(size, size)
    canvas.translate(-shape.width / 2, -shape.cap_height / 2)
    canvas.doForm(DRAFT)
    canvas.restoreState()
