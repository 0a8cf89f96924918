"""Check everything: the file, the chains, the tables against the journal; and what is due for people to look at."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from peewee import fn

from app.unit_tree import Scope, own_unit
from db import disclosure, journal, unit_days
from db.errors import ExpectedError
from db.journal import Entry
from db.locks import APPROVE
from db.message import Message
from db.questions import shown_day
from db.record import ENTERED
from db.records.inspection import Inspection, Shortcoming, Subject
from db.store import Progress, Store
from db.system import Approval, Device, Journal

MOST = 50
"""Problems of one kind that are listed; the rest is counted."""
DAYS_TO_DISCIPLINE = 30


@dataclass(frozen=True)
class Result:
    """``problems`` are damages and ``ok`` their absence; ``notices`` is work that is due; ``counts`` records per type."""

    ok: bool
    problems: list[str]
    notices: list[str]
    counts: dict[str, int]


def check_all(store: Store, progress: Progress | None = None) -> Result:
    """Check the whole office. Writes nothing but the checkpoint that the file's own check needs."""
    problems = [*_file(store), *_first(_chains(store))]
    if not problems:  # the rest is compared with the journal, so with one that is whole
        problems += [*_approvals(store), *_first(_tables(store, progress))]
    counts = {name: store.count(declared) for name, declared in store.types.items()}
    return Result(not problems, problems, [*due(store)], counts)


def rebuild(store: Store, progress: Progress | None = None) -> None:
    """Make the tables again from the journal. Raises ExpectedError, and nothing is made, when the journal itself was altered."""
    broken = journal_problem(store)
    if broken is not None:
        raise ExpectedError("journal", broken, "Chưa dựng lại gì. Hãy chạy lệnh check và khôi phục từ bản sao lưu gần nhất.")
    store.rebuild(progress)


def journal_problem(store: Store) -> str | None:
    """Give the first thing that is wrong with the chains of the journal, all of them followed; None when they are whole."""
    return next(_chains(store), None)


def backup_doubt(store: Store) -> str | None:
    """Say what a backup that is being made carries along, as it is a copy of everything; None when the journal is whole."""
    broken = journal_problem(store)
    if broken is None:
        return None
    return Message(
        "Nhật ký đã hỏng từ trước và bản sao lưu này chép y nguyên: {broken} Hãy cất riêng một bản sao lưu cũ hơn và báo người bảo trì.",
        broken=broken,
    )


def _first(found: Iterator[str]) -> Iterator[str]:
    for number, problem in enumerate(found):
        if number == MOST:
            yield "… và những vấn đề khác cùng loại."
            return
        yield problem


def _file(store: Store) -> Iterator[str]:
    """Check pages; SQLCipher's own check only after a TRUNCATE checkpoint, before which it gives false alarms (trust.md d)."""
    connection: Any = cast(Any, store.database).connection()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for pragma, good in (("integrity_check", "ok"), ("cipher_integrity_check", None)):
        for (message,) in connection.execute(f"PRAGMA {pragma}").fetchall():
            if message != good:
                yield Message("Tệp dữ liệu hỏng ({pragma}): {message}. Hãy khôi phục từ bản sao lưu.", pragma=pragma, message=message)


def _chains(store: Store) -> Iterator[str]:
    known = dict(store.execute(Device.select(Device.id, Device.public).tuples()).fetchall())
    erased = disclosure.erasures(store)

    def keeps(entry: Entry) -> bool:
        """What this installation wrote it wrote whole; chains of others may come without private answers."""
        return entry.device == store.device.id and not disclosure.is_erased(store, erased, entry)

    for (device,) in store.execute(Journal.select(Journal.device).distinct().tuples()).fetchall():
        if device not in known:
            yield Message("Nhật ký có mục của máy lạ {device}.", device=device[:8])
            continue
        entries = store.entries(Journal.device == device, (Journal.seq,))
        yield from journal.verify(journal.first_hash(device, bytes(known[device])), entries, keeps)
    closed = store.execute(Device.select(Device.id, Device.closed_at).where(Device.closed_at.is_null(False)).tuples()).fetchall()
    for device, last in closed:
        if store.execute(Journal.select(fn.MAX(Journal.seq)).where(Journal.device == device).tuples()).fetchone()[0] not in (last, None):
            yield Message("Máy {device} đã đóng ở mục {last} nhưng nhật ký dừng ở mục khác.", device=device[:8], last=last)
    head = store.chain_mark()
    if head is not None and head != store.chain_end():
        yield "Cuối nhật ký của máy này không khớp dấu đã ghi: có mục đã bị xóa."


def _approvals(store: Store) -> Iterator[str]:
    """Compare the kept bytes of approved reports with what the journal says was approved."""
    ours = {device for (device,) in store.execute(Device.select(Device.id).where(Device.own == 1).tuples())}
    for entry in store.entries((Journal.kind == "audit") & (Journal.type == APPROVE)):
        said = json.loads(entry.body)
        named = {"code": said["period"], "turn": said.get("turn")}
        row = store.execute(Approval.select(Approval.pdf, Approval.frozen).where(Approval.hash == said.get("hash")).tuples()).fetchone()
        if row is None:
            if entry.device in ours:  # the journal alone went to other machines
                yield Message(
                    "Thiếu tệp của báo cáo đã duyệt kỳ {code} (lần {turn}). Hãy lấy lại từ tệp PDF đã lưu (lệnh approval take).", **named
                )
            continue
        pdf, frozen = bytes(row[0]), bytes(row[1])
        if _digest(pdf) != said["pdf"] or (frozen and _digest(_unpacked(frozen)) != said["hash"]):
            yield Message("Bản báo cáo đã duyệt của kỳ {code} (lần {turn}) không còn như lúc duyệt.", **named)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def _tables(store: Store, progress: Progress | None) -> Iterator[str]:
    for declared in store.types.values():
        for uid in store.differences(declared, progress):
            yield Message("{caption} {uid} khác với nhật ký. Hãy chạy lệnh rebuild.", caption=declared.caption, uid=uid)


def due(store: Store, today: str | None = None) -> Iterator[str]:
    """Give what the office owes: overdue shortcomings, violations not followed by discipline (I5), warnings without a reason.

    And records of days on which their unit does not exist.
    """
    now = today or date.today().isoformat()
    late = (
        Shortcoming.select(Inspection.uid, Shortcoming.deadline)
        .join(Inspection, on=(Shortcoming.record == Inspection.id))
        .where((Shortcoming.counts == 1) & (Shortcoming.status.not_in(("DA", "KHONG_YC"))) & (Shortcoming.deadline < now))
    )
    for uid, deadline in store.execute(late.order_by(Shortcoming.deadline).tuples()).fetchall():
        yield Message("Khuyết điểm quá hạn khắc phục từ ngày {deadline} (cuộc …{uid}).", deadline=shown_day(deadline), uid=uid[-6:])
    limit = (date.fromisoformat(now) - timedelta(days=DAYS_TO_DISCIPLINE)).isoformat()
    other = Subject.alias()
    disciplined = other.select(other.org).where(
        (other.counts == 1) & (other.inspection == "TH_KL") & (other.of_unit == Subject.of_unit) & (other.counted_on >= Subject.counted_on)
    )
    waiting = (
        Subject.select(Inspection.uid, Subject.counted_on)
        .join(Inspection, on=(Subject.record == Inspection.id))
        .where(
            (Subject.counts == 1) & (Subject.conclusion == "VP_PHAI_KL") & (Subject.counted_on < limit) & Subject.org.not_in(disciplined)
        )
    )
    for uid, day in store.execute(waiting.tuples()).fetchall():
        yield Message(
            "Kết luận phải thi hành kỷ luật từ ngày {day} chưa có cuộc thi hành kỷ luật (cuộc …{uid}).", day=shown_day(day), uid=uid[-6:]
        )
    yield from unit_days.told(store, Scope(store.names, own_unit(store), ()).holds)
    for declared in store.types.values():
        count = store.execute(
            declared.select(fn.COUNT()).where((declared.state == ENTERED) & (declared.open_warnings > 0)).tuples()
        ).fetchone()[0]
        if count:
            yield Message("{plural}: {count} bản ghi còn cảnh báo chưa có lý do.", plural=declared.plural, count=count)
