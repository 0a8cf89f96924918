"""The pages of the file at every start: quickly, in full each week and after an unclean end, and a damaged page is named."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

from app import office, start_pages, starting
from app.office import Office
from app.preferences import Preferences
from db.connection import Lock
from tests import samples

DAY = date(2026, 11, 23)


def test_the_full_check_is_due_first_then_weekly_and_after_an_unclean_end(small: Office) -> None:
    folder = small.folder
    assert start_pages.is_full_due(folder, DAY)
    assert start_pages.check(small.database, DAY, 60) is True
    assert start_pages.is_full_due(folder, DAY)  # still open: a crash now would be an unclean end
    start_pages.closed(folder)
    assert not start_pages.is_full_due(folder, DAY + timedelta(days=6))
    assert start_pages.is_full_due(folder, DAY + timedelta(days=7))
    assert start_pages.is_full_due(folder, DAY - timedelta(days=3650))  # the clock was set back
    assert start_pages.check(small.database, DAY + timedelta(days=1), 60) is True
    assert Preferences(folder, "").get(start_pages.CHECKED) == DAY.isoformat()  # that was the quick one


def test_a_check_without_time_is_broken_off_and_due_again(small: Office) -> None:
    for number in range(300):
        small.store.save("topic", {"code": f"X{number}", "title": "Dài " * 100, "content_type": "CT"}, samples.USER)
    assert start_pages.check(small.database, DAY, -1) is None
    assert Preferences(small.folder, "").get(start_pages.CHECKED) is None
    assert small.store.count(small.store.types["topic"]) >= 300  # the connection goes on


def test_a_damaged_page_is_said_at_the_start(tmp_path: Path) -> None:
    folder = samples.copy_office(tmp_path / "office")
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        path, unlocked = Path(opened.database.database), opened.unlocked
        assert starting.checks(opened, datetime.now()) == []
    size = os.path.getsize(path)
    with path.open("r+b") as file:
        file.seek(size - 4096 * 3 + 900)
        file.write(os.urandom(64))
    with office.attach(folder, Lock(folder), unlocked) as again:
        found = starting.checks(again, datetime.now())
    assert [one.state for one in found if "trang hỏng" in one.words] == ["error"]


def test_the_checks_leave_alone_what_another_thread_is_making(small: Office) -> None:
    """A change of the data key writes its copy while they run: deleting it there ended the change with an I/O error."""
    part = small.folder / "data-0123456789abcdef.db.part"
    part.write_bytes(b"half of a copy")
    assert starting.checks(small, datetime.now()) == []
    assert part.exists()
