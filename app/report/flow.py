"""The text of a report, from page 1 to the signature, broken into pages.

Text is handled in units that never part: a heading with the headings and the first two lines after it, the first and the
last two lines of a paragraph, the closing sentence with the signature. Everything else is filling pages from the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.report.breaking import NBSP, Line, by_sense, join, justify, squeeze
from app.report.document import Block, Heading, Paragraph, Report, Signature
from app.report.layout import Profile, Sheet
from app.report.letterhead import page_number, put_letterhead
from app.report.page import MM, Mark, Page, Rule, Spot, Text, Width

MOST = 4
"""Lines of one position or of the name over and under a signature."""
LEVELS = {"part": 0, "roman": 1, "arabic": 2, "letter": 3}


@dataclass(slots=True)
class Strip:
    """A full-width strip of a page: ``before`` free (dropped at the top of a page), ``ascent`` down to its baseline, ``height`` in all.

    The y of its texts, rules and spots count from its baseline.
    """

    before: float
    ascent: float
    height: float
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    mark: Mark | None = None
    words: bool = True
    """Whether it is a line of running text (not a heading)."""


Unit = list[Strip]


def new_page(sheet: Sheet) -> Page:
    """An empty page of that sheet."""
    page = Page(sheet.width * MM, sheet.height * MM)
    page.footer_left, page.footer_right = sheet.left * MM, (sheet.width - sheet.right) * MM
    return page


class Flow:
    """Fills pages with units from the top. ``first``: the baseline of the first line of page 1, or None for a plain page."""

    def __init__(self, page: Page, profile: Profile, width: Width, first: float | None = None) -> None:
        self.pages = [page]
        self.profile, self.width = profile, width
        self.top = profile.portrait.top * MM
        self.bottom = (profile.portrait.height - profile.portrait.bottom) * MM
        self.y = self.top if first is None else first - profile.body.size
        self.fresh = True

    def place(self, unit: Unit) -> None:
        """Put a unit on this page if it fits, else on the next; a unit higher than a page is parted between its strips."""
        if not unit:
            return
        height = sum(strip.before + strip.height for strip in unit) - (unit[0].before if self.fresh else 0)
        if not self.fresh and self.y + height > self.bottom + 0.01:
            self.turn()
        for strip in unit:
            before = 0.0 if self.fresh else strip.before
            if not self.fresh and self.y + before + strip.height > self.bottom + 0.01:
                self.turn()
                before = 0.0
            self._put(strip, self.y + before + strip.ascent)
            self.y += before + strip.height
            self.fresh = False

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append(new_page(self.profile.portrait))
        page_number(self.pages[-1], len(self.pages), self.profile, False, self.width)
        self.y, self.fresh = self.top, True

    def _put(self, strip: Strip, baseline: float) -> None:
        page = self.pages[-1]
        page.texts += [text._replace(y=baseline + text.y) for text in strip.texts]
        page.rules += [rule._replace(y0=baseline + rule.y0, y1=baseline + rule.y1) for rule in strip.rules]
        page.spots += [spot._replace(y0=baseline + spot.y0, y1=baseline + spot.y1) for spot in strip.spots]
        if strip.mark:
            page.marks.append(strip.mark._replace(y=baseline - strip.ascent))


class Setter:
    """Turns blocks into strips."""

    def __init__(self, profile: Profile, width: Width) -> None:
        self.body, self.heading_styles, self.width = profile.body, profile.heading, width
        sheet = profile.portrait
        self.left = sheet.left * MM
        self.room = (sheet.width - sheet.left - sheet.right) * MM
        self.indent = profile.body.indent * MM

    def paragraph(self, paragraph: Paragraph) -> list[Strip]:
        """The lines of a paragraph, justified, figures marked."""
        size, leading = self.body.size, self.body.leading
        text, spans = join((run, "") if isinstance(run, str) else (run.text, run.code) for run in paragraph.runs)
        mark = squeeze(paragraph.mark)
        start = self.indent
        if mark:
            step = (self.body.dash_text if paragraph.style == "dash" else self.body.number_text) * MM
            start += max(step, self._length(mark) + self._length(" "))
        lines = justify(text, self._length, size, self.room - start, self.room)
        strips = []
        for i, line in enumerate(lines):
            x = self.left + (0 if i else start)
            strip = Strip(0 if i else self.body.before, size, leading, [Text(x, 0, "regular", size, line.text, line.gap)])
            strip.spots = self._spots(line, spans, x)
            strips.append(strip)
        if mark and not strips:
            strips.append(Strip(self.body.before, size, leading))
        if mark:
            strips[0].texts.insert(0, Text(self.left + self.indent, 0, "regular", size, mark))
        return strips

    def heading(self, heading: Heading) -> list[Strip]:
        """The lines of a heading, broken by sense, never justified."""
        style = self.heading_styles[heading.level]
        number, text = squeeze(heading.number), heading.text

        length = partial(self.width, style.face, style.size)
        if style.centred:
            whole = f"{number}\n{text}" if number else text
            lines = by_sense(whole, length, self.room, self.room, True)
        else:
            whole = f"{number}{NBSP}{text}" if number else text
            lines = by_sense(whole, length, self.room - self.indent, self.room)
        strips = []
        for i, line in enumerate(lines):
            x = self.left + (self.room - length(line)) / 2 if style.centred else self.left + (0 if i else self.indent)
            before = 0 if i else style.before
            strips.append(Strip(before, style.size, style.leading, [Text(x, 0, style.face, style.size, line)], words=False))
        title = f"{number}{'.' if style.centred and number else ''} {squeeze(text)}".strip()
        strips[0].mark = Mark(LEVELS[heading.level], title, 0)
        return strips

    def _length(self, text: str) -> float:
        return self.width("regular", self.body.size, text)

    def _spots(self, line: Line, spans: Iterable[tuple[int, int, str]], x: float) -> list[Spot]:
        spots, size = [], self.body.size
        for start, end, code in spans:
            a, b = max(start, line.start) - line.start, min(end, line.end) - line.start
            if a < b:
                x0 = x + self._length(line.text[:a]) + line.text.count(" ", 0, a) * line.gap
                x1 = x + self._length(line.text[:b]) + line.text.count(" ", 0, b) * line.gap
                spots.append(Spot(x0, -0.75 * size, x1, 0.25 * size, code))
        return spots


def chunks(strips: list[Strip]) -> list[Unit]:
    """Part a paragraph where a page may end: never with one line alone, and not at all up to three lines."""
    if len(strips) <= 3:
        return [strips] if strips else []
    return [strips[:2], *([strip] for strip in strips[2:-2]), strips[-2:]]


def units(blocks: Sequence[Block], setter: Setter) -> tuple[list[Unit], Unit]:
    """All units of the text, and the headings at its end with nothing after them."""
    done: list[Unit] = []
    waiting: Unit = []
    for i, block in enumerate(blocks):
        if isinstance(block, Heading):
            waiting = waiting + setter.heading(block)
            continue
        parts = chunks(setter.paragraph(block))
        if not parts:
            continue
        parts[0] = waiting + parts[0]
        waiting = []
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        if block.text.rstrip().endswith(":") and isinstance(following, Paragraph) and following.mark:
            waiting = parts.pop()
        done += parts
    return done, waiting


def signature(signed: Signature, recipients: Sequence[str], profile: Profile, width: Width, room: float) -> list[Strip]:
    """The signature beside the recipients as one strip; recipients for whom ``room`` (pt) does not suffice follow as strips."""
    style, sheet = profile.closing, profile.portrait
    left, text_width = sheet.left * MM, (sheet.width - sheet.left - sheet.right) * MM
    centre = left + text_width * style.centre
    right_room = 2 * (text_width * (1 - style.centre))
    strip = Strip(style.above - (profile.body.leading - profile.body.size) - style.size, style.size, 0, words=False)
    y = -style.step
    for i, position in enumerate(signed.positions):
        face = style.faces[min(i, len(style.faces) - 1)]
        for line in by_sense(position, partial(width, face, style.size), right_room, right_room, True, MOST):
            y += style.step
            strip.texts.append(Text(centre - width(face, style.size, line) / 2, y, face, style.size, line))
    y = max(y, 0.0) + style.name_after
    name = NBSP.join(squeeze(part) for part in (signed.rank, signed.name) if squeeze(part))
    for line in by_sense(name, partial(width, "bold", style.size), right_room, right_room, True, MOST):
        strip.texts.append(Text(centre - width("bold", style.size, line) / 2, y, "bold", style.size, line))
        y += style.step
    depth = y - style.step + 0.25 * style.size

    lines = _recipients(recipients, profile, width)
    listed: list[Text] = []
    if lines:
        listed.append(Text(left, 0, style.recipients_face, style.recipients_size, style.recipients))
        if style.underline:
            length = width(style.recipients_face, style.recipients_size, style.recipients.rstrip(":"))
            strip.rules.append(Rule(left, 2, left + length, 2, 0.6))
    y = style.list_first
    rest: list[Strip] = []
    for row in lines:
        if not rest and style.size + y + 0.25 * style.list_size <= room:
            listed += [text._replace(y=y) for text in row]
            depth = max(depth, y + 0.25 * style.list_size)
            y += style.list_leading
        else:
            rest.append(Strip(0, style.list_size, style.list_leading, row, words=False))
    strip.texts[:0] = listed
    strip.height = style.size + depth
    return [strip, *rest]


def _recipients(recipients: Sequence[str], profile: Profile, width: Width) -> list[list[Text]]:
    """The lines of the recipients' list with dash and punctuation, y 0."""
    style, sheet = profile.closing, profile.portrait
    left, step = sheet.left * MM, style.list_text * MM
    room = (sheet.width - sheet.left - sheet.right) * MM * (2 * style.centre - 1) - step
    texts = [text for text in map(squeeze, recipients) if text]
    lines = []
    for i, text in enumerate(texts):
        closed = text.rstrip(" ;,.") + ("." if i == len(texts) - 1 else style.separator)
        for k, line in enumerate(by_sense(closed, partial(width, "regular", style.list_size), room, room)):
            row = [Text(left + step, 0, "regular", style.list_size, line)]
            lines.append(row if k else [Text(left, 0, "regular", style.list_size, "-"), *row])
    return lines


def compose_text(report: Report, profile: Profile, width: Width) -> list[Page]:
    """All pages of the report before its annexes."""
    page = new_page(profile.portrait)
    first = put_letterhead(page, report.letterhead, report.draft, profile, width)
    setter = Setter(profile, width)
    flow = Flow(page, profile, width, first)
    done, waiting = units(report.body, setter)
    closing = waiting + setter.paragraph(report.closing)
    while sum(strip.words for strip in closing) < 2 and done:
        closing = done.pop() + closing
    height = sum(strip.before + strip.height for strip in closing)
    block = signature(report.signature, report.recipients, profile, width, flow.bottom - flow.top - height)
    for unit in done:
        flow.place(unit)
    flow.place(closing + block[:1])
    for strip in block[1:]:
        flow.place([strip])
    return flow.pages
