"""Checks of every start, after the first paint, at most two seconds: what a power cut left, the end of the chain, clock, room."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from peewee import fn

from app import backup, files, start_pages, users
from app.office import Office
from db.message import Message
from db.questions import shown_day
from db.system import Journal

SECONDS = 2.0
LITTLE = 500 * 2**20
"""Bytes free below which a person is told."""


class Notice(NamedTuple):
    """Something a person must read: a name of ``ui.look.STATES`` and one sentence with what to do."""

    state: str
    words: str


def checks(office: Office, now: datetime | None = None) -> list[Notice]:
    """Run the checks in order of weight until the time is up; give what must be read, worst first."""
    end = time.monotonic() + SECONDS
    moment = now or datetime.now()
    found: list[Notice] = []
    for check in (_chain, _clock, _room, _code):
        found += check(office, moment)
        if time.monotonic() > end:
            return found
    whole = start_pages.check(office.database, moment.date(), end - time.monotonic())
    if whole is False:
        words = "Tệp dữ liệu có trang hỏng. Hãy ngừng nhập, giữ nguyên thư mục dữ liệu và khôi phục từ bản sao lưu gần nhất (Cài đặt)."
        found.insert(0, Notice("error", words))
    return found


def _chain(office: Office, _now: datetime) -> list[Notice]:
    mark = office.store.chain_mark()
    if mark is None or mark == office.store.chain_end():
        return []
    return [
        Notice("error", "Cuối nhật ký không khớp dấu đã ghi: có mục đã bị xóa. Hãy sao lưu riêng thư mục dữ liệu và báo người bảo trì.")
    ]


def _clock(office: Office, now: datetime) -> list[Notice]:
    last = office.store.execute(Journal.select(fn.MAX(Journal.id)).tuples()).fetchone()[0]
    if last is None:
        return []
    entry = next(office.store.entries(Journal.id == last))
    written = datetime.fromisoformat(entry.head["ts"])
    if written - timedelta(days=1) <= now.astimezone():
        return []
    day = shown_day(written.date().isoformat())
    return [
        Notice(
            "warning",
            Message(
                "Đồng hồ máy đang chỉ ngày {what}, trước lần ghi cuối ({day}). Hãy chỉnh lại đồng hồ.",
                what=shown_day(now.date().isoformat()),
                day=day,
            ),
        )
    ]


def _room(office: Office, _now: datetime) -> list[Notice]:
    free = files.free_space(office.folder)
    if free >= LITTLE:
        return []
    return [Notice("warning", Message("Ổ đĩa chứa dữ liệu chỉ còn {free} MB. Hãy giải phóng chỗ.", free=free // 2**20))]


UNPROVED = {
    "first": "Chưa ai gõ lại mã khôi phục từ phiếu.",
    "new": "Mã khôi phục mới chưa được gõ lại từ phiếu: mã cũ và mã mới đều mở được dữ liệu.",
}
"""What there is to say while nobody has shown that a recovery code is on paper, by ``users.unproved``."""


def _code(office: Office, _now: datetime) -> list[Notice]:
    which = users.unproved(office.store, office.unlocked)
    if not which or users.ACTIONS["users"].isdisjoint(users.person(office.database, office.user).roles):
        return []
    return [Notice("warning", Message("{what} Hãy gõ lại ở mục Cài đặt; không có phiếu thì làm mã mới.", what=Message(UNPROVED[which])))]


def last_backup(folder: Path, db_id: str, second: str = "") -> datetime | None:
    """Give the time of the newest backup in the data folder or in the second place ('' or gone: none there)."""
    found = [backup.last(folder / backup.FOLDER, db_id)]
    if second and Path(second).is_dir():
        found.append(backup.last(Path(second), db_id))
    return max((moment for moment in found if moment is not None), default=None)
