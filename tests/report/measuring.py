"""What a PDF really holds: strings with their baselines and extents, rules, in mm from the upper left corner of the sheet."""

from __future__ import annotations

import ctypes
import unicodedata
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

MM = 72 / 25.4


class Word(NamedTuple):
    """A string: ``x`` its left end, ``right`` the end of its ink, ``y`` its baseline, ``size`` in pt."""

    x: float
    right: float
    y: float
    size: float
    font: str
    text: str


class Segment(NamedTuple):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float


class Measured(NamedTuple):
    """One page."""

    width: float
    height: float
    words: list[Word]
    segments: list[Segment]
    curved: int
    """How many paths hold curves: the outlines of the draft words."""

    def find(self, text: str) -> Word:
        found = [word for word in self.words if word.text == text]
        assert len(found) == 1, (text, [word.text for word in self.words])
        return found[0]

    def level(self) -> list[Segment]:
        """Horizontal lines."""
        return [one for one in self.segments if abs(one.y0 - one.y1) < 0.01]

    def upright(self) -> list[Segment]:
        """Vertical lines."""
        return [one for one in self.segments if abs(one.x0 - one.x1) < 0.01]

    def text(self) -> str:
        return "\n".join(word.text for word in self.words)


def measured(data: bytes) -> list[Measured]:
    """All pages of a PDF."""
    pages = []
    with pdfium.PdfDocument(data) as document:
        for page in document:
            height = page.get_height()
            textpage = page.get_textpage()
            words: list[Word] = []
            segments: list[Segment] = []
            curved = 0
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH], textpage=textpage):
                if thing.type == raw.FPDF_PAGEOBJ_PATH:
                    lines, curves = _lines(thing, height)
                    segments += lines
                    curved += curves
                    continue
                matrix = thing.get_matrix()
                text = thing.extract()
                assert unicodedata.is_normalized("NFC", text), text
                font = thing.get_font().get_base_name().rpartition("+")[2]
                right = thing.get_bounds()[2]
                size = thing.get_font_size() * matrix.d
                words.append(Word(matrix.e / MM, right / MM, (height - matrix.f) / MM, size, font, text.strip()))
            pages.append(Measured(page.get_width() / MM, height / MM, words, segments, curved))
    return pages


def _lines(path: Any, height: float) -> tuple[list[Segment], bool]:
    """The straight strokes of a path; whether it has curves."""
    lines, here = [], (0.0, 0.0)
    for i in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return [], True
        there = (x.value / MM, (height - y.value) / MM)
        if kind == raw.FPDF_SEGMENT_LINETO:
            lines.append(Segment(*min(here, there), *max(here, there)))
        here = there
    return lines, False


NEAR = 0.5


def near(value: float) -> object:
    return pytest.approx(value, abs=NEAR)


def text_pages(pages: list[Measured]) -> list[Measured]:
    """The pages before the first annex."""
    first = next((i for i, page in enumerate(pages) if any(word.text.startswith("Phụ lục ") for word in page.words)), len(pages))
    return pages[:first]


def assert_nothing_clipped(page: Measured) -> None:
    landscape = page.width > page.height
    left, right = (20, 277) if landscape else (30, 190)
    bottom = 192 if landscape else 277
    for word in page.words:
        assert word.x >= left - 0.1, word
        assert word.right <= right + 0.4, word
        assert word.size == pytest.approx(8) or word.y <= bottom + 0.1, word
