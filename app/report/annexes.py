"""The pages of the annexes: titles, tables parted over pages, notes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from app.report.breaking import by_sense, justify, shorten, squeeze
from app.report.charts import ChartPages
from app.report.document import Annex
from app.report.flow import new_page
from app.report.grid import Band, Grid, accompany
from app.report.layout import Profile
from app.report.letterhead import page_number
from app.report.page import MM, Mark, Page, Sheet, Text, Width

MOST = 6
"""Lines of a title or reference; the table begins on the same page."""


class AnnexPages:
    """One annex, measured; ``sheets()`` gives its pages one by one, each made only when called."""

    def __init__(self, annex: Annex, profile: Profile, width: Width) -> None:
        self.annex, self.profile, self.width = annex, profile, width
        self.sheet = profile.landscape if annex.landscape else profile.portrait
        self.left = self.sheet.left * MM
        self.room = (self.sheet.width - self.sheet.left - self.sheet.right) * MM
        self.top = self.sheet.top * MM
        self.bottom = (self.sheet.height - self.sheet.bottom) * MM
        self.title = Page(0, 0)
        self.table_top = self._title()
        self.grid = Grid(annex, width, self.left, self.room, self.bottom - self.top, profile.annex.empty)
        self.notes = [line for note in annex.notes for line in self._note(note)]

    def _title(self) -> float:
        """Set the title lines; return the y of the table's upper edge."""
        style, annex, width = self.profile.annex, self.annex, self.width
        centre = self.left + self.room / 2
        y = self.top + style.number_size
        number = shorten(squeeze(annex.number), partial(width, "bold", style.number_size), self.room)
        self.title.centred(centre, y, "bold", style.number_size, number, width)
        self.title.marks.append(Mark(0, f"{squeeze(annex.number)}. {squeeze(annex.title)}", self.top))
        for line in by_sense(annex.title, partial(width, "bold", style.title_size), self.room, self.room, True, MOST):
            y += style.title_leading
            self.title.centred(centre, y, "bold", style.title_size, line, width)
        if annex.reference:
            for line in self._reference():
                y += style.reference_leading
                self.title.centred(centre, y, "italic", style.reference_size, line, width)
        if annex.unit_line:
            y += style.unit_step
            for line in by_sense(annex.unit_line, partial(width, "italic", style.unit_size), self.room, self.room, most=2):
                x = self.left + self.room - width("italic", style.unit_size, line)
                self.title.texts.append(Text(x, y, "italic", style.unit_size, line))
                y += style.unit_size + 3
            return y - style.unit_size - 3 + style.unit_clear
        return y + style.table_after

    def _reference(self) -> list[str]:
        """The reference on one line, else broken before the last ``của`` that lets both lines fit."""
        length, text = partial(self.width, "italic", self.profile.annex.reference_size), squeeze(self.annex.reference)
        if length(text) <= self.room:
            return [text]
        before, found, after = text.rpartition(" của ")
        if found and length(before) <= self.room and length("của " + after) <= self.room:
            return [before, "của " + after]
        return by_sense(text, length, self.room, self.room, True, MOST)

    def _note(self, note: str) -> list[Text]:
        size = self.profile.annex.note_size
        lines = justify(squeeze(note), partial(self.width, "italic", size), size, self.room, self.room)
        return [Text(self.left, 0, "italic", size, line.text, line.gap) for line in lines]

    def sheets(self) -> Iterator[Sheet]:
        """The pages of this annex."""
        parts = self._parts()
        style = self.profile.annex
        for number, bands in enumerate(parts, 1):
            notes = self.notes if number == len(parts) else []
            if notes and bands is not None:
                used = (self.table_top if number == 1 else self.top) + self._height(bands)
                fits = max(0, int((self.bottom - used - style.note_after - 0.25 * style.note_size) // style.note_leading) + 1)
                notes, rest = (notes[:fits], notes[fits:]) if used + style.note_after <= self.bottom else ([], notes)
            else:
                rest = []
            yield partial(self._page, number, bands, notes)
        count = len(parts)
        per_page = max(1, int((self.bottom - self.top - style.note_size) // style.note_leading))
        for more, start in enumerate(range(0, len(rest), per_page), len(parts) + 1):
            yield partial(self._page, more, None, rest[start : start + per_page])
            count = more
        drawn = (page for chart in self.annex.charts for page in ChartPages(chart, self.profile, self.width).pages())
        for more, page in enumerate(drawn, count + 1):
            page_number(page, more, self.profile, False, self.width)
            yield partial(_same, page)

    def _height(self, bands: list[Band]) -> float:
        if not self.annex.groups:
            return self.grid.head_height + max(self.annex.row_height * MM, 20.0)
        return self.grid.head_height + sum(band.height for band in bands)

    def _parts(self) -> list[list[Band]]:
        """The bands of each page. Groups stay whole unless higher than a page; the last one goes along with the notes."""
        style, head = self.profile.annex, self.grid.head_height
        below = style.note_after + (len(self.notes) - 1) * style.note_leading + 0.25 * style.note_size if self.notes else 0.0
        parts: list[list[Band]] = [[]]
        y = self.table_top + head
        groups = self.grid.groups
        for at, group in enumerate(groups):
            height = sum(band.height for band in group)
            whole = height <= self.grid.tallest
            extra = below if at == len(groups) - 1 and height + below <= self.grid.tallest else 0.0
            least = height + extra if whole else max(group[0].height, self.grid.span_height(at))
            if parts[-1] and y + least > self.bottom + 0.01:
                parts.append([])
                y = self.top + head
            for band in group:
                first_page = len(parts) == 1
                if y + band.height > self.bottom + 0.01 and (parts[-1] or first_page):
                    parts.append([])
                    y = self.top + head
                parts[-1].append(band)
                y += band.height
        if all(len(group) == 1 for group in groups[-2:]):
            accompany(parts, 2)
        return parts

    def _page(self, number: int, bands: list[Band] | None, notes: list[Text]) -> Page:
        page = new_page(self.sheet)
        y = self.top
        if number == 1:
            page.texts += self.title.texts
            page.marks += self.title.marks
            y = self.table_top
        else:
            page_number(page, number, self.profile, self.annex.landscape, self.width)
        style = self.profile.annex
        if bands is not None:
            y = self.grid.emit(page, y, bands) + style.note_after
        else:
            y += style.note_size
        for note in notes:
            page.texts.append(note._replace(y=y))
            y += style.note_leading
        return page


def _same(page: Page) -> Page:
    return page


def compose_annexes(annexes: tuple[Annex, ...], profile: Profile, width: Width) -> list[Sheet]:
    """The pages of all annexes, each made when called."""
    return [sheet for annex in annexes for sheet in AnnexPages(annex, profile, width).sheets()]
