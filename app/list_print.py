"""A list of records on paper, as it is shown: its filter in words, its columns in their order, its sums; landscape A4.

Drawn by the same grid as the annexes of the report: heads come again on every page, long words wrap, nothing is cut.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from app.listing import Listing, Wanted
from app.report.annexes import compose_annexes
from app.report.document import Annex, Column, Row, RowGroup
from app.report.layout import Profile, profile
from app.report.page import MM
from app.report.pdf import Drawing, Facts, Progress, Widths, paint
from app.tables import shown_headings, shown_rows
from db.declarations import Beside
from db.errors import ExpectedError
from db.message import Message
from db.questions import grouped, shown_day
from db.record import CANCELLED, DRAFT
from db.store import Store

MOST = 20_000
"""Records that are printed at once: some seven hundred pages."""
SIZE = 10.0
_MEASURED = 400
"""Rows whose words decide how wide the columns are."""
_LEAST, _WIDEST = 13.0, 95.0


def page_profile() -> Profile:
    """Give the measures of what is printed beside the report: those of the report, with its own words at the foot."""
    style = profile("HANH_CHINH")
    footer = dataclasses.replace(style.footer, count="Trang {page}/{pages}")
    annex = dataclasses.replace(
        style.annex, number_size=11, title_size=13, reference_size=11, reference_leading=15, empty="Không có bản ghi nào."
    )
    sheet = dataclasses.replace(style.landscape, left=14, right=14, top=16, bottom=16, page_number=10)
    return dataclasses.replace(style, footer=footer, annex=annex, landscape=sheet)


def draw(listing: Listing, ids: Sequence[int], now: datetime, progress: Progress | None = None) -> Drawing:
    """Draw the list of these rows as PDF; raises ExpectedError when they are too many for paper."""
    if len(ids) > MOST:
        raise ExpectedError(
            "print", Message("Danh sách có {n} bản ghi, in nhiều nhất {most}.", n=grouped(len(ids)), most=grouped(MOST)),
            "Hãy lọc bớt, hoặc xuất ra Excel.",
        )  # fmt: skip
    store, style, width = listing.store, page_profile(), Widths()
    rows = [list(row) for row in shown_rows(listing, ids, progress)]
    head = [("", "TT"), *shown_headings(listing)]
    if all(not row[-1] for row in rows):  # nothing but plain records: no column for exceptions
        head, rows = head[:-1], [row[:-1] for row in rows]
    right = [False, *(column.right for column in listing.columns), *([True] if listing.number is not None else [])]
    right += [False] * (len(head) - len(right))
    groups = [RowGroup((Row((str(number), *row)),)) for number, row in zip(count(1), rows, strict=False)]
    sums = _sums(listing, ids, len(head))
    room = style.landscape.width - style.landscape.left - style.landscape.right
    widths = _widths(width, head, [group.rows[0].cells for group in groups[:_MEASURED]], sums, room)
    columns = tuple(
        Column(words, wide, "center" if place == 0 else "number" if right[place] else "left")
        for place, ((_name, words), wide) in enumerate(zip(head, widths, strict=True))
    )
    if sums and groups:
        groups.append(sums)
    office = store.names.label("unit", _unit(store), now.date().isoformat())
    told = f"Lập lúc {now:%H:%M} ngày {shown_day(now.date().isoformat())} · {grouped(len(ids))} bản ghi"
    title = str(listing.declared.plural)
    annex = Annex(
        office.upper(), f"DANH SÁCH {title.upper()}", filter_words(store, listing.wanted), columns, tuple(groups),
        unit_line=told, font_size=SIZE, head_size=SIZE, row_height=6.2,
    )  # fmt: skip
    facts = Facts(f"Danh sách {title}", office, title, f"{office} · {title}", now)
    return paint(compose_annexes((annex,), style, width), style, facts, width, progress)


def _unit(store: Store) -> str:
    return store.names.find("unit", store.office()["code"], None)


def filter_words(store: Store, wanted: Wanted) -> str:
    """Say in words which records a list holds; '' for all."""
    parts: list[str] = []
    if wanted.period is not None:
        period = wanted.period
        parts.append(f"Kỳ {period.name} ({shown_day(period.start)} – {shown_day(period.end)})")
    if wanted.unit is not None:
        parts.append(f"Đơn vị {store.names.label('unit', wanted.unit, wanted.period.end if wanted.period else None)} và cấp dưới")
    if wanted.words.strip():
        parts.append(f"có chữ “{wanted.words.strip()}”")
    if wanted.state in (CANCELLED, DRAFT):
        parts.append("đã hủy" if wanted.state == CANCELLED else "bản nháp")
    if wanted.warnings:
        parts.append("còn cảnh báo chờ giải trình")
    if wanted.overdue is not None:
        parts.append(f"khuyết điểm quá hạn trước ngày {shown_day(wanted.overdue)}")
    if wanted.since is not None:
        parts.append("thay đổi gần đây")
    if wanted.uids is not None:
        parts.append("các bản ghi của một con số")
    if wanted.import_id is not None:
        parts.append("của một lần nhập")
    return "; ".join(parts)


def _sums(listing: Listing, ids: Sequence[int], columns: int) -> RowGroup | None:
    """Give the last row: the totals that the list shows under its columns."""
    total, sums = listing.sums(ids)
    cells = [""] * columns
    for place, column in enumerate(listing.columns, 1):
        cells[place] = sums.get(column.name, "")
    if listing.number is not None:
        cells[len(listing.columns) + 1] = total
    first = next((place for place, text in enumerate(cells) if text), None)
    if not first:
        return None
    cells[0] = "Cộng" if any(sums.values()) or listing.number is None or not isinstance(listing.number[1], Beside) else "Chung"
    return RowGroup((Row(tuple(cells), bold=True),), merge=first)


def _widths(
    width: Widths, head: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], sums: RowGroup | None, room: float
) -> list[float]:
    """Give the columns' widths in mm: as their words need, the widest giving way first where there is no room."""
    natural: list[float] = []
    for place, (_name, words) in enumerate(head):
        least = max(width("bold", SIZE, word) for word in words.split() or [""])
        wanted = max((width("regular", SIZE, row[place]) for row in rows), default=0.0)
        if sums is not None and place:
            wanted = max(wanted, width("bold", SIZE, sums.rows[0].cells[place]))
        whole = width("bold", SIZE, words)
        natural.append(min(max(least, wanted, min(whole, 30 * MM)) / MM + 3.2, _WIDEST))
    natural = [max(one, 9.0 if place == 0 else _LEAST) for place, one in enumerate(natural)]
    if sum(natural) <= room:
        extra = room - sum(natural)
        widest = max(range(1, len(natural)), key=lambda place: natural[place], default=0)
        natural[widest] += extra
        return natural
    low, high = 0.0, max(natural)
    for _step in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(min(one, middle) for one in natural) < room else (low, middle)
    return [min(one, low) for one in natural]
