"""How old the last backup is, in words, icon and ink."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.i18n import _, say

STALE_BACKUP = 14
"""Days after which the age of the last backup is red."""


def backup_words(last: datetime | None, now: datetime | None = None) -> tuple[str, str, str]:
    """Give icon, ink and words for the age of the last backup: red after 14 days, and when there is none."""
    if last is None:
        return "shield-warning", "error", _("Chưa có bản sao lưu nào")
    days = ((now or datetime.now()).date() - last.date()).days
    if days <= 0:
        return "shield-check", "ok", _("Sao lưu {time} hôm nay, đã mở thử").format(time=f"{last:%H:%M}")
    words = _("Sao lưu gần nhất {day}, {n} ngày trước").format(day=f"{last:%d/%m/%Y}", n=days)
    return ("shield-warning", "error", words) if days > STALE_BACKUP else ("shield-check", "ok", words)


def restoring(path: Path) -> str:
    """Say which backup is gone back to: the one of its time, or of the name that somebody gave it."""
    from app.backup import moment_of
    from app.listing import when

    moment = moment_of(path)
    return _("Khôi phục từ bản sao lưu {moment}").format(moment=say(when(moment.isoformat())) if moment else path.stem)
