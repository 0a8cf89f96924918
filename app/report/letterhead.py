"""The boxes of page 1: parent, issuer, nation, number, place and day, kind and subject; the frame of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from app.report.breaking import by_sense, clean, shorten
from app.report.document import Draft, Letterhead
from app.report.layout import Box, DraftMark, Profile
from app.report.page import MM, Page, Rule, Text, Width

RULE = 0.75
"""Weight of the lines under issuer, motto and subject, in pt."""
GAP = 6.0
"""Free room, in pt, between what stands in the left column and the right one."""
MOST = 6
"""Lines that one text of a box may fill; page 1 has no room for more."""


def _fitting(box: Box, text: str, room: float, width: Width) -> float:
    """The first size of ``box`` at which ``text`` fits into ``room``, else the last."""
    return next((size for size in box.sizes if width(box.face, size, text) <= room + 0.01), box.sizes[-1])


class _Column:
    """A column of centred lines growing downwards."""

    def __init__(self, page: Page, centre: float, room: float, width: Width) -> None:
        self.page, self.centre, self.room, self.width = page, centre, room, width
        self.y = 0.0
        self.longest = 0.0

    def write(self, box: Box, texts: Iterable[str], y: float | None = None) -> None:
        """Write ``texts`` in the style of ``box``, the first one on baseline ``y`` (None: one step down); too long ones wrap."""
        self.longest = 0.0
        self.y = self.y + box.step if y is None else y
        first = True
        for text in texts:
            whole = clean(text).strip(" ")
            size = _fitting(box, whole, self.room, self.width)
            lines = [whole]
            if self.width(box.face, size, whole) > self.room + 0.01:
                lines = by_sense(text, partial(self.width, box.face, size), self.room, self.room, True, MOST)
            for line in lines:
                self.y += 0 if first else box.step
                first = False
                self.longest = max(self.longest, self.page.centred(self.centre, self.y, box.face, size, line, self.width))

    def underline(self, box: Box) -> None:
        """Draw the rule or print the mark that ``box`` has below its last line."""
        if box.rule:
            half = self.longest * box.rule_share / 2
            self.page.rules.append(Rule(self.centre - half, self.y + box.rule, self.centre + half, self.y + box.rule, RULE))
        if box.mark:
            self.y += box.mark_step
            self.page.centred(self.centre, self.y, box.face, box.sizes[0], box.mark, self.width)


def put_letterhead(page: Page, head: Letterhead, draft: Draft | None, profile: Profile, width: Width) -> float:
    """Draw the boxes of page 1 and return the baseline of the first text line (pt from the top)."""
    sheet, boxes = profile.portrait, profile.letterhead
    left_edge, text_width = sheet.left * MM, (sheet.width - sheet.left - sheet.right) * MM
    left_room = boxes.left_column * MM
    right_room = text_width - left_room
    left = _Column(page, left_edge + left_room / 2, left_room - 2 * GAP, width)
    right = _Column(page, left_edge + left_room + right_room / 2, right_room, width)
    left.write(boxes.parent, [head.parent] if head.parent else [], boxes.first * MM)
    if head.parent:
        left.write(boxes.issuer, head.issuer)
    else:
        left.write(boxes.issuer, head.issuer, boxes.first * MM)
    left.underline(boxes.issuer)
    for i, box in enumerate(boxes.nation):
        right.write(box, [box.text], None if i else boxes.first * MM)
        right.underline(box)

    number_y = max(boxes.number.baseline * MM, left.y + boxes.number.clear)
    shift = number_y - boxes.number.baseline * MM
    left.write(boxes.number, [head.number], number_y)
    right.write(boxes.place_date, [head.place_date], number_y)
    shift += max(left.y, right.y) - number_y
    below = left.y
    if head.circulation:
        below = _frame(page, left.centre, below, clean(head.circulation), profile.draft, width)
        shift += profile.draft.shift
    if draft:
        below = _frame(page, left.centre, below, profile.draft.words, profile.draft, width)
        shift += profile.draft.shift
        if draft.turn:
            style = profile.draft
            page.centred(left.centre, below + style.turn_clear, "italic", style.turn_size, clean(draft.turn), width)

    middle = _Column(page, left_edge + text_width / 2, text_width, width)
    middle.write(boxes.kind, [head.kind], boxes.kind.baseline * MM + shift)
    middle.write(boxes.subject, head.subject)
    last = middle.y
    middle.underline(boxes.subject)
    return last + boxes.body_after


def _frame(page: Page, centre: float, y: float, words: str, mark: DraftMark, width: Width) -> float:
    """Framed words under the line at ``y``, in a frame as wide as that of a draft or as the words need; give its lower edge."""
    half = max(mark.width * MM, width("bold", mark.size, words) + 2 * GAP) / 2
    height = mark.height * MM
    top = y + mark.clear
    x0, x1, bottom = centre - half, centre + half, top + height
    page.rules += [
        Rule(x0 - mark.line / 2, top, x1 + mark.line / 2, top, mark.line),
        Rule(x0 - mark.line / 2, bottom, x1 + mark.line / 2, bottom, mark.line),
        Rule(x0, top, x0, bottom, mark.line),
        Rule(x1, top, x1, bottom, mark.line),
    ]
    page.centred(centre, top + height / 2 + 0.33 * mark.size, "bold", mark.size, words, width)
    return bottom


def page_number(page: Page, number: int, profile: Profile, landscape: bool, width: Width) -> None:
    """Print the page number at the top, centred on the text column."""
    sheet = profile.landscape if landscape else profile.portrait
    centre = (sheet.left + sheet.width - sheet.right) * MM / 2
    page.centred(centre, sheet.page_number * MM, "regular", profile.page_number.size, str(number), width)


def footer(page: Page, left: str, page_at: int, pages: int, profile: Profile, width: Width) -> None:
    """Print the footer: ``left`` text, and which page of the whole file this is."""
    style = profile.footer
    y = page.height - style.from_bottom * MM
    count = style.count.format(page=page_at, pages=pages)
    at = page.footer_right - width("regular", style.size, count)
    words = shorten(clean(left), partial(width, "regular", style.size), at - 6 - page.footer_left)
    page.texts.append(Text(page.footer_left, y, "regular", style.size, words, 0.0, style.grey))
    page.texts.append(Text(at, y, "regular", style.size, count, 0.0, style.grey))
