"""The pages of papers beside the report: head, text, a table parted over pages, text below it, signatures side by side.

The signatures never stand alone: the last lines of text go with them, and where these stand below a table its last rows do.
"""

from __future__ import annotations

import dataclasses
from functools import partial

from app.report.breaking import NBSP, by_sense, squeeze
from app.report.document import Annex, Paper, Papers, Signatory
from app.report.flow import MOST, Flow, Setter, Strip, new_page, signature, units
from app.report.grid import Band, Grid, accompany
from app.report.layout import Profile, profile
from app.report.letterhead import put_letterhead
from app.report.page import MM, Page, Text, Width

KEPT = 2
"""Rows of a table, its sums among them, that go along with the signatures to another page."""
LANDSCAPE_LEFT = 104.0
"""The left column of the head, in mm, on a sheet laid across."""
ACROSS = (39.5, 47.5, 26.0)
"""There, to leave room for rows: the baselines of place and day and of the kind of paper in mm, and pt from the subject to the text."""
PRESS_LEFT = 88.0
"""The same on a paper without the nation's name, whose right column holds only place and day."""
NAME_AFTER, HINT_STEP, HINT_SIZE = 64.0, 15.0, 12.0
"""Points from the position to the name, and to the hint below it; size of the hint."""
TABLE_AFTER = 8.0
"""Points between the text and the table's upper edge."""


def look_of(papers: Papers) -> Profile:
    """Give the measures of papers: those of the administrative report, turned and sized as wanted."""
    style = profile("HANH_CHINH")
    share = papers.size / style.body.size
    body = dataclasses.replace(style.body, size=papers.size, leading=style.body.leading * share, before=style.body.before * share)
    sheet, head = style.portrait, style.letterhead
    if papers.landscape:
        sheet = style.landscape
        number = dataclasses.replace(head.number, baseline=ACROSS[0])
        kind = dataclasses.replace(head.kind, baseline=ACROSS[1])
        head = dataclasses.replace(head, left_column=LANDSCAPE_LEFT, number=number, kind=kind, body_after=ACROSS[2])
    if not papers.national:
        number = dataclasses.replace(head.number, baseline=head.first, clear=0)
        kind = dataclasses.replace(head.kind, baseline=head.first + 13)
        place = dataclasses.replace(head.place_date, sizes=(13.0,))
        head = dataclasses.replace(head, left_column=PRESS_LEFT, nation=(), number=number, kind=kind, place_date=place)
    footer = dataclasses.replace(style.footer, count="Trang {page}/{pages}")
    return dataclasses.replace(style, portrait=sheet, body=body, letterhead=head, footer=footer)


def compose(papers: Papers, style: Profile, width: Width) -> list[Page]:
    """Give all pages of the papers."""
    return [page for paper in papers.papers for page in _pages(paper, style, width)]


def _pages(paper: Paper, style: Profile, width: Width) -> list[Page]:
    page = new_page(style.portrait)
    flow = Flow(page, style, width, put_letterhead(page, paper.letterhead, None, style, width))
    setter = Setter(style, width)
    before, heads = units(paper.before, setter)
    for unit in before:
        flow.place(unit)
    flow.place(heads)
    done, closing = units(paper.after, setter)
    if paper.signatories:
        while sum(strip.words for strip in closing) < 2 and done:
            closing = done.pop() + closing
        room = flow.bottom - flow.top - sum(strip.before + strip.height for strip in closing)
        closing += (
            signature(paper.signatories[0], paper.recipients, style, width, room)
            if paper.recipients
            else [_signatures(paper.signatories, style, width)]
        )
    if paper.table is not None:
        _put_table(flow, paper.table, sum(strip.before + strip.height for unit in (*done, closing) for strip in unit))
    for unit in (*done, closing):
        flow.place(unit)
    return flow.pages


# -- the table -----------------------------------------------------------------------------------------------------------------


def _put_table(flow: Flow, annex: Annex, below: float) -> None:
    """Draw the table from where the text ends; ``below`` is the height in pt of what stands under it."""
    style, sheet = flow.profile, flow.profile.portrait
    left, room = sheet.left * MM, (sheet.width - sheet.left - sheet.right) * MM
    grid = Grid(annex, flow.width, left, room, flow.bottom - flow.top, style.annex.empty)
    flow.y += TABLE_AFTER
    if annex.unit_line:
        flow.y += style.annex.unit_size + 4
    first = grid.groups[0][0].height if grid.groups else 20.0
    if flow.y + grid.head_height + first > flow.bottom:
        flow.turn()
        flow.y += style.annex.unit_size + 4 if annex.unit_line else 0
    if annex.unit_line:
        words = squeeze(annex.unit_line)
        x = left + room - flow.width("italic", style.annex.unit_size, words)
        flow.pages[-1].texts.append(Text(x, flow.y - 4, "italic", style.annex.unit_size, words))
    for number, bands in enumerate(_parts(grid, flow, below)):
        if number:
            flow.turn()
        flow.y = grid.emit(flow.pages[-1], flow.y, bands)
        flow.fresh = False


def _parts(grid: Grid, flow: Flow, below: float) -> list[list[Band]]:
    """Give the rows of each page; the last ones go to the page of what stands ``below`` them."""
    parts: list[list[Band]] = [[]]
    y = flow.y + grid.head_height
    for band in (band for group in grid.groups for band in group):
        if parts[-1] and y + band.height > flow.bottom + 0.01:
            parts.append([])
            y = flow.top + grid.head_height
        parts[-1].append(band)
        y += band.height
    if y + below > flow.bottom and len(parts[-1]) > KEPT:
        parts[-1], last = parts[-1][:-KEPT], parts[-1][-KEPT:]
        parts.append(last)
    accompany(parts, KEPT)
    return parts


# -- who signs -----------------------------------------------------------------------------------------------------------------


def _signatures(signatories: tuple[Signatory, ...], style: Profile, width: Width) -> Strip:
    """Give the signatures side by side as one strip."""
    own, sheet = style.closing, style.portrait
    left, whole = sheet.left * MM, (sheet.width - sheet.left - sheet.right) * MM
    column = whole / len(signatories)
    strip = Strip(own.above - own.size, own.size, 0, words=False)
    deepest = 0.0
    for place, one in enumerate(signatories):
        centre, y = left + (place + 0.5) * column, -own.step
        for position in one.positions:
            for line in by_sense(position, partial(width, "bold", own.size), column - 8, column - 8, True, MOST):
                y += own.step
                strip.texts.append(_centred(centre, y, "bold", own.size, line, width))
        if one.hint:
            y += HINT_STEP
            strip.texts.append(_centred(centre, y, "italic", HINT_SIZE, squeeze(one.hint), width))
        y = max(y, 0.0) + NAME_AFTER
        name = NBSP.join(filter(None, map(squeeze, (one.rank, one.name))))
        for line in by_sense(name, partial(width, "bold", own.size), column - 8, column - 8, True, MOST):
            strip.texts.append(_centred(centre, y, "bold", own.size, line, width))
            y += own.step
        deepest = max(deepest, y)
    strip.height = own.size + deepest
    return strip


def _centred(centre: float, y: float, face: str, size: float, line: str, width: Width) -> Text:
    return Text(centre - width(face, size, line) / 2, y, face, size, line)
