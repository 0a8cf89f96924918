"""The pages that go with files on paper: packages handed over, the enrolment of a machine, the words of the safe; all are signed.

A slip is declared: its facts, a table or groups below them, notes, and who signs. No personal value of a record is on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from app import files
from app.list_print import page_profile
from app.report.breaking import by_sense
from app.report.page import MM, Page, Rule, Sheet, Text
from app.report.pdf import Facts, Widths, paint
from app.sync.authority import office_code, office_name, require_above, require_own, safe_file
from app.sync.bundle import check_code
from app.sync.enrolment import Machine, enrolment_file, machines
from app.sync.sending import Sent
from app.users import everyone
from db.errors import ExpectedError
from db.message import Message
from db.questions import grouped
from db.store import Store

WIDE, HIGH = 210 * MM, 297 * MM
LEFT, RIGHT, TOP = 25 * MM, 20 * MM, 22 * MM
ROW, SIZE = 7.5 * MM, 12.0
VALUES = LEFT + 34 * MM
"""Where the values of the facts begin."""
MOST_ROWS = 18
"""Files that are named one by one; more than that never comes from one office at a time."""
_COLUMNS = ((0, "Tệp"), (62, "Số"), (77, "Mục"), (110, "Số mục"), (130, "Mã kiểm tra"))


@dataclass(frozen=True)
class Slip:
    """What one slip says: the name of its file, a title, facts, the files or groups below them, notes, and two who sign."""

    file: str
    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]
    sent: Sequence[Sent] = ()
    groups: tuple[str, str] = ("", "")
    """What the groups of digits or words are, and the groups, with blanks between them."""


def of_files(store: Store, sent: Sequence[Sent], by: str) -> Slip:
    """Declare the slip of files that were written. Raises ExpectedError when there is none."""
    if not sent:
        raise ExpectedError("slip", "Không có tệp nào để in phiếu.", "Hãy ghi tệp trước.")
    above, stem = require_above(store), sent[0].path.stem
    return Slip(
        f"phieu-{stem}.pdf",
        "BIÊN BẢN GIAO NHẬN DỮ LIỆU",
        (
            ("Nơi gửi:", f"{office_name(store)} ({office_code(store)})"),
            ("Nơi nhận:", f"{above.name} ({above.office})"),
            ("Máy gửi:", f"{_machine(store, stem.split('-')[-2])} · người ghi: {_name(store, by)}"),
            ("Tổng số:", f"{len(sent)} tệp, {grouped(sum(one.entries for one in sent))} mục"),
        ),
        (
            "Người nhận so mã kiểm tra với mã hiện trên màn hình khi nhận tệp.",
            "Tệp đã được khóa, chỉ nơi nhận mở được. Mất tệp không mất số liệu: lần gửi sau có đủ.",
        ),
        (("NGƯỜI GIAO", "(ký, ghi rõ họ tên, ngày nhận)"), ("NGƯỜI NHẬN", "(ký, ghi rõ họ tên, ngày nhận)")),
        sent=sent,
    )


def of_enrolment(store: Store, mine: Machine, by: str) -> Slip:
    """Declare the slip of this machine's enrolment: people type its digits where the machine is approved."""
    above, file = require_above(store), enrolment_file(mine)
    return Slip(
        f"phieu-{Path(file).stem}.pdf",
        "PHIẾU ĐĂNG KÝ MÁY GỬI DỮ LIỆU",
        (
            ("Đơn vị:", f"{mine.office_name} ({mine.office})"),
            ("Máy:", mine.label),
            ("Tệp đăng ký:", file),
            ("Người ghi:", _name(store, by)),
            ("Nơi nhận:", f"{above.name} ({above.office})"),
        ),
        (
            "Ký, đóng dấu và gửi phiếu này cùng tệp đăng ký.",
            "Nơi nhận gõ đủ 24 chữ số trên phiếu có dấu này để duyệt máy, không gõ theo màn hình.",
        ),
        (("NGƯỜI LẬP PHIẾU", "(ký, ghi rõ họ tên)"), ("THỦ TRƯỞNG ĐƠN VỊ", "(ký tên, đóng dấu)")),
        groups=("Mã đối chiếu:", mine.digits),
    )


def of_words(store: Store, words: str, by: str, file: str) -> Slip:
    """Declare the sheet with the words that open headquarters' file in the safe; ``file`` is the name of the sheet's own file."""
    keys = require_own(store)
    return Slip(
        file,
        "PHIẾU TỪ KHÓA DỰ PHÒNG",
        (("Cơ quan:", f"{keys.name} ({keys.office})"), ("Mở tệp:", safe_file(keys)), ("Người ghi:", _name(store, by))),
        (
            "Dùng để lấy lại khóa nhận tệp khi máy của cơ quan hỏng: gõ tám nhóm chữ theo thứ tự.",
            "Niêm phong phiếu, cất riêng với tệp: ai có cả hai đều đọc được mọi tệp gửi cơ quan này.",
        ),
        (("NGƯỜI LẬP PHIẾU", "(ký, ghi rõ họ tên)"), ("NGƯỜI GIỮ PHIẾU", "(ký, ghi rõ họ tên, ngày nhận)")),
        groups=("Từ khóa:", words.replace("-", " ")),
    )


def _machine(store: Store, short: str) -> str:
    """Name a machine of ours as the receiver's screen names it; ``short`` is how its files name it."""
    label = next((one.label for one in machines(store, office_code(store)) if one.device.startswith(short)), "")
    return f"“{label}” ({short})" if label else short


def _name(store: Store, by: str) -> str:
    return next((one.name for one in everyone(store.database) if one.id == by), by)


def write(store: Store, slip: Slip, folder: Path, now: datetime | None = None) -> Path:
    """Draw a slip and put it into ``folder``, beside what it goes with. Raises ExpectedError when there is no room."""
    path = folder / slip.file
    files.put(path, draw(store, slip, now or datetime.now()))
    return path


def draw(store: Store, slip: Slip, now: datetime) -> bytes:
    """Give a slip as PDF."""
    width, name = Widths(), office_name(store)
    page = Page(WIDE, HIGH)
    page.footer_left, page.footer_right = LEFT, WIDE - RIGHT
    page.texts.append(Text(LEFT, TOP, "bold", 11, name.upper()))
    y = TOP + 14 * MM
    page.centred(WIDE / 2, y, "bold", 15, slip.title, width)
    y += 7 * MM
    page.centred(WIDE / 2, y, "italic", 11, f"Lập lúc {now:%H:%M} ngày {now:%d/%m/%Y}", width)
    y += 12 * MM
    room = WIDE - RIGHT - VALUES
    for label, words in slip.facts:
        page.texts.append(Text(LEFT, y, "regular", SIZE, label))
        for line in by_sense(words, partial(width, "bold", SIZE), room, room):
            page.texts.append(Text(VALUES, y, "bold", SIZE, line))
            y += ROW
    y = _groups(page, y + 4 * MM, *slip.groups, width) if slip.groups[1] else _table(page, y + 4 * MM, slip.sent)
    for line in slip.notes:
        page.texts.append(Text(LEFT, y, "italic", 10.5, line))
        y += 6 * MM
    y += 10 * MM
    for centre, (who, how) in zip((LEFT + 38 * MM, WIDE - RIGHT - 38 * MM), slip.signed, strict=True):
        page.centred(centre, y, "bold", SIZE, who, width)
        page.centred(centre, y + 6 * MM, "italic", 10.5, how, width)
    sheets: list[Sheet] = [partial(_same, page)]
    return paint(sheets, page_profile(), Facts(slip.title, name, slip.title, f"{name} · {slip.title}", now), width).pdf


def _groups(page: Page, y: float, what: str, groups: str, width: Widths) -> float:
    """Frame the groups that people compare or copy, each apart from the next: six of digits on a line, four of words, which are longer."""
    listed = groups.split()
    beside = len(listed) if groups.replace(" ", "").isdecimal() else 4
    top, lines = y - 4 * MM, -(-len(listed) // beside)
    bottom = y + (6 + 12 * lines) * MM
    page.rules += [Rule(LEFT, at, WIDE - RIGHT, at, 0.8) for at in (top, bottom)]
    page.texts.append(Text(LEFT, y + 3 * MM, "regular", SIZE, what))
    step = (WIDE - LEFT - RIGHT) / beside
    for place, group in enumerate(listed):
        line, column = divmod(place, beside)
        if lines > 1:  # one of them is asked for by its number
            page.texts.append(Text(LEFT + column * step, y + (13 + 12 * line) * MM, "regular", 9, str(place + 1)))
        page.centred(LEFT + (column + 0.5) * step, y + (13 + 12 * line) * MM, "bold", 20, group, width)
    return bottom + 8 * MM


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
