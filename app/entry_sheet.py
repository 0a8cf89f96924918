"""An empty entry sheet for paper, from the declaration of a record type: lines to write on, boxes to tick, grids for its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby

from app.list_print import page_profile
from app.record_columns import line_columns
from app.report.annexes import AnnexPages
from app.report.breaking import by_sense
from app.report.document import Annex, Column, Row, RowGroup
from app.report.page import MM, Page, Rule, Sheet, Text
from app.report.pdf import Drawing, Facts, Widths, paint
from app.unit_tree import own_unit
from db.questions import Choice, Choices, Day, Link, LongText, Money, PartialDay, Question, Whole, YesNo
from db.record import Record
from db.store import Store

OWN = ("state", "cancel_reason", "moved_to", "moved_why")
"""Answers about the record itself: nobody writes them by hand."""
SIZE, SMALL = 11.0, 9.0
ROW = 8.6 * MM
BOX = 3.2 * MM
LEFT, RIGHT, TOP, BOTTOM = 20 * MM, 15 * MM, 16 * MM, 18 * MM
WIDE, HIGH = 210 * MM, 297 * MM
ROWS, LEAST_ROWS = 12, 5
"""Empty rows of a grid, on one page: so many, or as many as its codes leave room for."""
RULE = 0.5
_LISTED = 40
"""Codes of a list that are printed; a longer list is looked up in the program."""


def draw(store: Store, declared: type[Record], now: datetime) -> Drawing:
    """Draw the empty sheet of a record type."""
    style, width = page_profile(), Widths()
    office = store.names.label("unit", own_unit(store), now.date().isoformat())
    title = f"PHIẾU NHẬP {str(declared.caption).upper()}"
    sheets: list[Sheet] = [partial(_same, page) for page in _Form(office, title, width).pages(declared)]
    for kind in declared.kinds:
        for rows in range(ROWS, LEAST_ROWS - 1, -1):  # the codes stand under the grid, on the same page if they can
            made = list(AnnexPages(_grid(declared, kind, title, rows), style, width).sheets())
            if len(made) == 1:
                break
        sheets += made
    return paint(sheets, style, Facts(title, office, str(declared.plural), f"{office} · {title}", now), width)


def _same(page: Page) -> Page:
    return page


class _Form:
    """The upright pages with the record's own questions, filled from above."""

    def __init__(self, office: str, title: str, width: Widths) -> None:
        self.width = width
        self._made: list[Page] = []
        self._new_page()
        centre = WIDE / 2
        self.page.texts.append(Text(LEFT, self.y, "bold", 10.5, office.upper()))
        number = "Phiếu số: …………"
        self.page.texts.append(Text(WIDE - RIGHT - width("regular", SIZE, number), self.y, "regular", SIZE, number))
        self.y += 9 * MM
        self.page.centred(centre, self.y, "bold", 14, title, width)
        self.y += 6 * MM
        self.page.centred(
            centre, self.y, "italic", SMALL + 0.5, "Đánh dấu X vào ô chọn. Ngày ghi ngày/tháng/năm. Để trống khi không có.", width
        )
        self.y += 4 * MM

    def _new_page(self) -> None:
        self.page = Page(WIDE, HIGH)
        self.page.footer_left, self.page.footer_right = LEFT, WIDE - RIGHT
        self._made.append(self.page)
        self.y = TOP

    def _room(self, height: float) -> None:
        if self.y + height > HIGH - BOTTOM:
            self._new_page()

    def pages(self, declared: type[Record]) -> list[Page]:
        """Put every question on the pages and give them."""
        questions = [question for name, question in declared.questions().items() if name not in OWN]
        order = list(dict.fromkeys(["", *(str(one.group) for one in questions)]))
        in_groups = sorted(questions, key=lambda one: order.index(str(one.group)))
        for group, members in groupby(in_groups, key=lambda one: one.group):
            if group:
                self._room(3 * ROW)
                self.y += 7 * MM
                self.page.texts.append(Text(LEFT, self.y, "bold", 12, str(group)))
            for _row, together in groupby(members, key=lambda one: one.row or one.name):
                for part in _halves(list(together)):
                    self._line(part)
        return self._made

    def _line(self, part: Sequence[Question]) -> None:
        """Put one question, or two short ones side by side."""
        question = part[0]
        if isinstance(question, (Choice, Choices, YesNo)):
            self._boxes(question)
        elif isinstance(question, LongText):
            self._long(question)
        else:
            self._room(ROW)
            self.y += ROW
            step = (WIDE - LEFT - RIGHT) / len(part)
            for place, one in enumerate(part):
                x0 = LEFT + place * step
                self._short(one, x0, x0 + step - (4 * MM if place + 1 < len(part) else 0))

    def _label(self, question: Question, x: float) -> float:
        """Write a label and give where it ends."""
        words = str(question.label) + (" (bắt buộc)" if question.required is True else "") + ":"
        self.page.texts.append(Text(x, self.y, "regular", SIZE, words))
        return x + self.width("regular", SIZE, words) + 1.5 * MM

    def _short(self, question: Question, x0: float, x1: float) -> None:
        start = self._label(question, x0)
        hint = _hint(question)
        after = self.width("italic", SMALL, hint) + 1.5 * MM if hint else 0.0
        end = x1 - after
        self.page.rules.append(Rule(min(start, end - 12 * MM), self.y + 2, end, self.y + 2, RULE))
        if hint:
            self.page.texts.append(Text(end + 1.5 * MM, self.y, "italic", SMALL, hint))

    def _long(self, question: Question) -> None:
        self._room(4 * ROW)
        self.y += ROW
        start = self._label(question, LEFT)
        self.page.rules.append(Rule(start, self.y + 2, WIDE - RIGHT, self.y + 2, RULE))
        for _more in range(2):
            self.y += ROW
            self.page.rules.append(Rule(LEFT, self.y + 2, WIDE - RIGHT, self.y + 2, RULE))

    def _boxes(self, question: Question) -> None:
        offers = list(_offers(question))
        self._room(2 * ROW)
        self.y += ROW
        x = self._label(question, LEFT)
        indent = LEFT + 6 * MM
        for words in offers:
            lines = by_sense(
                words, partial(self.width, "regular", SIZE), WIDE - RIGHT - indent - BOX - 2 * MM, WIDE - RIGHT - indent - BOX - 2 * MM
            )
            taken = BOX + 1.5 * MM + max(self.width("regular", SIZE, line) for line in lines) + 4 * MM
            if x + taken - 4 * MM > WIDE - RIGHT:
                self._room(ROW)
                self.y += ROW * 0.72
                x = indent
            self._box(x)
            for place, line in enumerate(lines):
                self.y += place and ROW * 0.6
                self.page.texts.append(Text(x + BOX + 1.5 * MM, self.y, "regular", SIZE, line))
            x += taken

    def _box(self, x: float) -> None:
        y0, y1 = self.y - BOX + 1, self.y + 1
        self.page.rules += [Rule(x, y0, x + BOX, y0, RULE), Rule(x, y1, x + BOX, y1, RULE)]
        self.page.rules += [Rule(x, y0, x, y1, RULE), Rule(x + BOX, y0, x + BOX, y1, RULE)]


def _halves(together: list[Question]) -> Iterator[list[Question]]:
    """Give the lines of questions that belong together: short ones in pairs, others alone."""
    waiting: list[Question] = []
    for one in together:
        if isinstance(one, (Choice, Choices, YesNo, LongText)) or len(str(one.label)) > 26:
            if waiting:
                yield waiting
                waiting = []
            yield [one]
        else:
            waiting.append(one)
            if len(waiting) == 2:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def _hint(question: Question) -> str:
    if isinstance(question, PartialDay):
        return "(năm, hoặc ngày/tháng/năm)"
    if isinstance(question, Day):
        return "(ngày/tháng/năm)"
    if isinstance(question, Money):
        return "đồng"
    if isinstance(question, Whole):
        return str(question.unit)
    return "(mã hoặc tên)" if isinstance(question, Link) else ""


def _offers(question: Question) -> Iterator[str]:
    if isinstance(question, YesNo):
        yield from ("Có", "Không")
    elif isinstance(question, (Choice, Choices)):
        codes = list(question.codes.codes())
        for code in codes[:_LISTED]:
            yield str(question.codes.label(code))
        if len(codes) > _LISTED:
            yield "khác (ghi rõ): ………………………"


def _grid(declared: type[Record], kind: str, title: str, rows: int) -> Annex:
    """Give the grid of one kind of line, with the codes of its columns below."""
    line_type = declared.kinds[kind]
    made = getattr(line_type, "makes", None)
    columns: list[Column] = []
    notes: list[str] = []
    for place in line_columns(declared, kind):
        question = place.question
        if question is None or place.name == "unclear" or (made and isinstance(question, Link)):
            continue
        columns.append(Column(str(place.label), _grid_width(question), "left"))
        if isinstance(question, (Choice, Choices)):
            codes = list(question.codes.codes())
            listed = "; ".join(f"{code} = {question.codes.label(code)}" for code in codes[:_LISTED])
            notes.append(f"{place.label}: {listed}{'; …' if len(codes) > _LISTED else ''}.")
    sheet = page_profile().landscape
    share = (sheet.width - sheet.left - sheet.right - 9) / sum(column.width for column in columns)
    columns = [replace(column, width=column.width * min(share, 2.2)) for column in columns]
    if columns[0].head != "TT":  # some lines number themselves
        columns.insert(0, Column("TT", 9, "center"))
    empty = tuple(RowGroup((Row(("",) * len(columns)),)) for _row in range(rows))
    return Annex(
        title, str(line_type.caption).upper(), "Phiếu số: …………  Mỗi dòng một mục; ô chọn ghi mã ở cuối trang.",
        tuple(columns), empty, notes=tuple(notes), font_size=9.5, head_size=9.5, row_height=8.4,
    )  # fmt: skip


def _grid_width(question: Question) -> float:
    if isinstance(question, LongText):
        return 60
    if isinstance(question, Money):
        return 30
    if isinstance(question, (Whole, YesNo)):
        return 17
    if isinstance(question, Day):
        return 26
    return 34
