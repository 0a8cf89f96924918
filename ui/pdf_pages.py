"""A PDF as pages: pictures, sizes, headings, words and where they stand. The only module that knows pypdfium2; no widget here.

PDFium is not safe in several threads at once, so every call holds one lock; what takes long is asked for by workers.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from db.text import letter

_lock = threading.RLock()
_open: dict[int, Any] = {}
"""The open documents, by what their ``Pdf`` is numbered. None is held elsewhere: pypdfium2 frees one without the lock when a search for
garbage comes upon it, in whichever thread that happens."""
_numbers = itertools.count()
POINT = 96 / 72
"""Pixels of a point at 100 %."""


class Picture(NamedTuple):
    """A page drawn: pixels of four bytes (blue, green, red, unused), or of one byte where it is ``grey``."""

    page: int
    width: int
    height: int
    stride: int
    data: bytes
    grey: bool


class Box(NamedTuple):
    """A rectangle in points from the lower left corner of its page."""

    x0: float
    y0: float
    x1: float
    y1: float


class Hit(NamedTuple):
    """Found words: the page and one box per line they stand on."""

    page: int
    boxes: tuple[Box, ...]


class Mark(NamedTuple):
    """An entry of the PDF's outline tree: where its heading stands (``y`` from the lower edge)."""

    title: str
    level: int
    page: int
    y: float


class Pdf:
    """An open PDF. Close it when nothing asks any more; a closed one gives nothing."""

    def __init__(self, data: bytes) -> None:
        self._number = next(_numbers)
        self._words: dict[int, _Words] = {}

        import pypdfium2  # loaded with the first report that is looked at

        with _lock:
            document = _open[self._number] = pypdfium2.PdfDocument(data)
            self.sizes: list[tuple[float, float]] = [document.get_page_size(number) for number in range(len(document))]
            self.marks = [self._mark(entry) for entry in document.get_toc()]

    def __len__(self) -> int:
        return len(self.sizes)

    @staticmethod
    def _mark(entry: Any) -> Mark:
        target = entry.get_dest()
        _mode, place = target.get_view() if target is not None else (0, [])
        height = place[1] if len(place) > 1 else place[0] if place else 0.0
        return Mark(entry.get_title(), entry.level, target.get_index() or 0 if target is not None else 0, height)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Free its memory."""
        with _lock:
            document = _open.pop(self._number, None)
            if document is not None:
                document.close()

    @contextlib.contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        """Give an open page, None when the document is closed; holds the lock."""
        with _lock:
            document = _open.get(self._number)
            if document is None:
                yield None
                return
            page = document[number]
            try:
                yield page
            finally:
                page.close()

    # -- pictures ----------------------------------------------------------------------------------------------------

    def picture(self, number: int, scale: float, grey: bool = False) -> Picture | None:
        """Draw a page with ``scale`` pixels to the point; None when the document is closed."""
        with self._page(number) as page:
            if page is None:
                return None
            bitmap = page.render(scale=scale, grayscale=grey, force_bitmap_format=_GREY if grey else _BGRX)
            try:
                grey = bitmap.n_channels == 1
                return Picture(number, bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer), grey)
            finally:
                bitmap.close()

    # -- words -------------------------------------------------------------------------------------------------------

    def _read(self, number: int) -> _Words | None:
        found = self._words.get(number)
        if found is not None:
            return found
        with self._page(number) as page:
            if page is None:
                return None
            text = page.get_textpage()
            try:
                count = text.count_chars()
                letters = _letters(text, count)
                boxes = [text.get_charbox(place, loose=True) for place in range(count)]
            finally:
                text.close()
        found = self._words[number] = _Words(letters, [Box(*box) for box in boxes])
        return found

    def text_in(self, number: int, box: Box) -> str:
        """Give the words that stand inside a box."""
        words = self._read(number)
        if words is None:
            return ""
        inside = [
            letter
            for letter, at in zip(words.letters, words.boxes, strict=True)
            if letter in " \u00a0" or (box.x0 - 1 <= (at.x0 + at.x1) / 2 <= box.x1 + 1 and box.y0 <= (at.y0 + at.y1) / 2 <= box.y1)
        ]
        return " ".join("".join(inside).split())

    def find(self, wanted: str, progress: Callable[[int, int], object] | None = None) -> list[Hit]:
        """Find words on all pages in reading order: ``duong`` finds Đường, ``Đường`` does not find Dương."""
        hits: list[Hit] = []
        for number in range(len(self)):
            words = self._read(number)
            if words is None:
                break
            hits += [Hit(number, boxes) for boxes in words.find(wanted)]
            if progress is not None:
                progress(number + 1, len(self))
        return hits


_GREY, _BGRX = 1, 3
"""FPDFBitmap_Gray, FPDFBitmap_BGRx."""


def _letters(text: Any, count: int) -> list[str]:
    from pypdfium2 import raw

    return [chr(raw.FPDFText_GetUnicode(text, place) or 32) for place in range(count)]


class _Words:
    """The letters of a page with their boxes, and two readings of them to search in: as written, and without marks."""

    def __init__(self, letters: list[str], boxes: list[Box]) -> None:
        self.letters, self.boxes = letters, boxes
        places: list[int] = []
        exact: list[str] = []
        plain: list[str] = []
        gap = True
        for place, one in enumerate(letters):
            if one.isspace() or one in "\u00ad\u0002\ufffe":
                if not gap:
                    places.append(place)
                    exact.append(" ")
                    plain.append(" ")
                gap = True
                continue
            gap = False
            for small in one.lower():
                places.append(place)
                exact.append(small)
                plain.append(_plain(small))
        self._places, self._exact, self._plain = places, "".join(exact), "".join(plain)

    def find(self, wanted: str) -> Iterator[tuple[Box, ...]]:
        """Give the boxes of every occurrence, one per line. A letter typed without marks stands for all with marks."""
        small = " ".join(wanted.lower().split())
        if not small:
            return
        plain = "".join(_plain(one) for one in small)
        marked = [place for place, (one, bare) in enumerate(zip(small, plain, strict=True)) if one != bare and one != "y"]
        at = self._plain.find(plain)
        while at >= 0:
            if all(self._exact[at + place] == small[place] for place in marked):
                yield self._lines(self._places[at : at + len(plain)])
                at = self._plain.find(plain, at + len(plain))
            else:
                at = self._plain.find(plain, at + 1)

    def _lines(self, places: list[int]) -> tuple[Box, ...]:
        lines: list[Box] = []
        for place in places:
            if self.letters[place].isspace():
                continue
            box = self.boxes[place]
            if lines and abs(lines[-1].y0 - box.y0) < 4 and box.x0 >= lines[-1].x0:
                last = lines[-1]
                lines[-1] = Box(last.x0, min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1))
            else:
                lines.append(box)
        return tuple(lines)


@lru_cache(maxsize=10_000)
def _plain(small: str) -> str:
    """Give one small letter without marks, always one character."""
    found = letter(small).plain
    return found if len(found) == 1 else small
