"""The hand-over slip: one page that goes with the stick, with numbers, short hashes and two places to sign. No personal value is on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from app import files
from app.list_print import page_profile
from app.report.page import MM, Page, Rule, Sheet, Text
from app.report.pdf import Facts, Widths, paint
from app.sync.authority import office_code, office_name, require_above
from app.sync.bundle import check_code
from app.sync.sending import Sent
from app.users import everyone
from db.connection import expected_errors
from db.errors import ExpectedError
from db.message import Message
from db.questions import grouped
from db.store import Store

WIDE, HIGH = 210 * MM, 297 * MM
LEFT, RIGHT, TOP = 25 * MM, 20 * MM, 22 * MM
ROW, SIZE = 7.5 * MM, 12.0
MOST_ROWS = 18
"""Files that are named one by one; more than that never comes from one office at a time."""
_COLUMNS = ((0, "Tệp"), (62, "Số"), (77, "Mục"), (110, "Số mục"), (130, "Mã kiểm tra"))


def write(store: Store, sent: Sequence[Sent], by: str, now: datetime | None = None) -> Path:
    """Draw the slip of files that were written and put it beside them. Raises ExpectedError when there is none or no room."""
    if not sent:
        raise ExpectedError("slip", "Không có tệp nào để in phiếu.", "Hãy ghi tệp trước.")
    moment, first = now or datetime.now(), sent[0]
    path = first.path.with_name(f"phieu-{first.path.stem}.pdf")
    with expected_errors():
        files.replace(path, draw(store, sent, by, moment))
    return path


def draw(store: Store, sent: Sequence[Sent], by: str, now: datetime) -> bytes:
    """Give the slip as PDF."""
    width, above = Widths(), require_above(store)
    code, name = office_code(store), office_name(store)
    page = Page(WIDE, HIGH)
    page.footer_left, page.footer_right = LEFT, WIDE - RIGHT
    page.texts.append(Text(LEFT, TOP, "bold", 11, name.upper()))
    title = "BIÊN BẢN GIAO NHẬN DỮ LIỆU"
    y = TOP + 14 * MM
    page.centred(WIDE / 2, y, "bold", 15, title, width)
    y += 7 * MM
    page.centred(WIDE / 2, y, "italic", 11, f"Lập lúc {now:%H:%M} ngày {now:%d/%m/%Y}", width)
    y += 12 * MM
    writer = next((one.name for one in everyone(store.database) if one.id == by), by)
    facts = (
        ("Nơi gửi:", f"{name} ({code})"),
        ("Nơi nhận:", f"{above.name} ({above.office})"),
        ("Máy gửi:", f"{sent[0].path.stem.split('-')[-2]} · người ghi: {writer}"),
        ("Tổng số:", f"{len(sent)} tệp, {grouped(sum(one.entries for one in sent))} mục"),
    )
    for label, words in facts:
        page.texts += [Text(LEFT, y, "regular", SIZE, label), Text(LEFT + 30 * MM, y, "bold", SIZE, words)]
        y += ROW
    y = _table(page, y + 4 * MM, sent)
    for line in (
        "Người nhận so mã kiểm tra với mã hiện trên màn hình khi nhận tệp.",
        "Tệp đã được khóa, chỉ nơi nhận mở được. Mất tệp không mất số liệu: lần gửi sau có đủ.",
    ):
        page.texts.append(Text(LEFT, y, "italic", 10.5, line))
        y += 6 * MM
    y += 10 * MM
    for centre, words in ((LEFT + 38 * MM, "NGƯỜI GIAO"), (WIDE - RIGHT - 38 * MM, "NGƯỜI NHẬN")):
        page.centred(centre, y, "bold", SIZE, words, width)
        page.centred(centre, y + 6 * MM, "italic", 10.5, "(ký, ghi rõ họ tên, ngày nhận)", width)
    sheets: list[Sheet] = [partial(_same, page)]
    return paint(sheets, page_profile(), Facts(title, name, title, f"{name} · {title}", now), width).pdf


def _table(page: Page, y: float, sent: Sequence[Sent]) -> float:
    page.rules.append(Rule(LEFT, y - 6 * MM, WIDE - RIGHT, y - 6 * MM, 0.8))
    for at, head in _COLUMNS:
        page.texts.append(Text(LEFT + at * MM, y, "bold", 10.5, head))
    page.rules.append(Rule(LEFT, y + 2 * MM, WIDE - RIGHT, y + 2 * MM, 0.5))
    y += ROW
    for one in sent[:MOST_ROWS]:
        cells = (one.path.name, str(one.number), f"{one.first}–{one.last}", grouped(one.entries), check_code(one.digest))
        for (at, _head), words in zip(_COLUMNS, cells, strict=True):
            page.texts.append(Text(LEFT + at * MM, y, "regular", 10.5, words))
        y += ROW
    if len(sent) > MOST_ROWS:
        page.texts.append(Text(LEFT, y, "italic", 10.5, Message("… và {n} tệp nữa.", n=len(sent) - MOST_ROWS)))
        y += ROW
    page.rules.append(Rule(LEFT, y - 4 * MM, WIDE - RIGHT, y - 4 * MM, 0.8))
    return y + 4 * MM


def _same(page: Page) -> Page:
    return page
