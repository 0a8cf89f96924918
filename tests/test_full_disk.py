"""The n-th write fails, as on a full disk: a clear message, nothing acknowledged is lost, and work goes on once there is room.

Two ways to run out: no file may grow beyond a limit, and a drive in memory that has just so many pages left (as root on Linux).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import backup, importing, office
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from tests import crash_worker, samples
from tests.crash_worker import Worker
from tests.soak import crash
from tests.soak.crash import Tally

STEPS = range(1, 41)
PAGE = 4096
MESSAGES = {"disk-full": "Ổ đĩa đã đầy", "disk-io": "Không đọc hoặc ghi được ổ đĩa", "S11": "Ổ đĩa không đủ chỗ"}


class Drive:
    """Where the office lies, and how room on it is taken and given back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leave(self, worker: Worker, room: int) -> None:
        """Let no file be longer than ``room`` bytes."""
        worker.do("limit", room)

    def free(self, worker: Worker) -> None:
        worker.do("limit", None)


class SmallDrive(Drive):
    """A drive in memory."""

    def leave(self, worker: Worker, room: int) -> None:
        """Leave ``room`` bytes free."""
        found = os.statvfs(self.folder)
        self._resize((found.f_blocks - found.f_bfree) * found.f_frsize + room // PAGE * PAGE)

    def free(self, worker: Worker) -> None:
        self.free_all()

    def fill(self) -> None:
        """Leave no byte free."""
        found = os.statvfs(self.folder)
        self._resize((found.f_blocks - found.f_bfree) * found.f_frsize)

    def free_all(self) -> None:
        self._resize(2**28)

    def _resize(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], check=True, capture_output=True)


@pytest.fixture(params=["file size", "drive in memory"])
def drive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drive]:
    folder = tmp_path / "drive"
    folder.mkdir()
    if request.param == "file size":
        yield Drive(folder)
        return
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={2**28}", "tmpfs", folder], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("no drive in memory can be mounted here")
    try:
        yield SmallDrive(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def refused(answer: tuple[str, Any]) -> bool:
    """Say whether an action was refused; then with a message that says so in Vietnamese, on one line."""
    kind, value = answer
    if kind == "done":
        return False
    assert kind == "refused", value
    code, text = value
    assert text.startswith(MESSAGES.get(code, "?")), (code, text)
    assert "\n" not in text
    assert "Hãy" in text
    return True


def size(folder: Path, pattern: str) -> int:
    """Give the size of the largest such file."""
    return max(path.stat().st_size for path in folder.glob(pattern))


def prove(folder: Path, key: bytes, acknowledged: list[tuple[str, str, dict[str, Any]]], surplus: int | None = 0) -> None:
    """Everything acknowledged is there and the office is whole. ``surplus`` entries are there besides (None: not counted)."""
    tally = Tally()
    with crash_worker.opened(folder, key) as opened:
        tally.lost += crash.missing(opened, acknowledged)
        crash.examine(opened, tally, "full disk")
        if surplus is not None:
            assert crash.entries(opened) == surplus + len(acknowledged)
    assert tally.good(), tally


def test_a_save_that_finds_no_room_says_so_and_loses_nothing(drive: Drive) -> None:
    folder, key = crash.copy(drive.folder / "office")
    with crash_worker.opened(folder, key) as opened:
        before = crash.entries(opened)
    acknowledged, failures = [], 0
    with Worker(folder, key) as worker:
        worker.do("start")
        for step in STEPS:
            worker.do("checkpoint")
            drive.leave(worker, step * (PAGE + 24))
            answer = worker.ask("save", step)
            drive.free(worker)
            if refused(answer):
                failures += 1
            else:
                acknowledged.append(answer[1])
            acknowledged.append(worker.do("save", 100 + step))
    assert 10 < failures < len(STEPS)
    prove(folder, key, acknowledged, before)


@pytest.mark.parametrize("drive", ["drive in memory"], indirect=True)
def test_an_office_on_a_full_drive_is_not_opened_and_hears_that_it_is_full(drive: SmallDrive) -> None:
    folder = samples.copy_office(drive.folder / "office")
    drive.fill()
    with pytest.raises(ExpectedError) as refusal:
        office.open_office(folder, None, samples.PASSWORD, "thử")
    assert refusal.value.code == "disk-full"
    assert not list(folder.glob("*.part"))
    drive.free_all()
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        assert opened.store.count(RECORD_TYPES["unit"]) == 3


def test_a_draft_that_finds_no_room_says_so_and_the_earlier_text_stays(drive: Drive) -> None:
    folder, key = crash.copy(drive.folder / "office")
    failures = 0
    with Worker(folder, key) as worker:
        worker.do("start")
        kept, text = worker.do("draft", 0)
        for step in range(4):
            worker.do("checkpoint")
            drive.leave(worker, step * PAGE)
            answer = worker.ask("draft", 10 + step, kept)
            drive.free(worker)
            if refused(answer):
                failures += 1
                assert worker.do("drafted", kept) == text
            _, text = worker.do("draft", 100 + step, kept)
            assert worker.do("drafted", kept) == text
    assert failures
    prove(folder, key, [], None)


def test_an_import_that_finds_no_room_writes_nothing_and_works_once_there_is_some(drive: Drive, tmp_path: Path) -> None:
    folder, key = crash.copy(drive.folder / "office", with_demo=True)
    path = crash.big_file(tmp_path, 120)
    with Worker(folder, key) as worker:
        worker.do("start")
        worker.do("checkpoint")
        with_wal = worker.do("import_", "education", path)
        total = size(folder, "*.db-wal")
        worker.do("undo", with_wal)
        state = worker.do("state")
        for step in STEPS:
            worker.do("checkpoint")
            drive.leave(worker, total * step // (len(STEPS) + 1))
            answer = worker.ask("import_", "education", path)
            drive.free(worker)
            assert refused(answer)
            assert worker.do("state") == state
        worker.do("import_", "education", path)
    prove(folder, key, [], None)
    with crash_worker.opened(folder, key) as opened:
        assert importing.preview(opened.store, RECORD_TYPES["education"], path).already == 120


def test_an_undo_or_a_rebuild_that_finds_no_room_leaves_everything_as_it_was(drive: Drive, tmp_path: Path) -> None:
    folder, key = crash.copy(drive.folder / "office", with_demo=True)
    path = crash.big_file(tmp_path, 120)
    with Worker(folder, key) as worker:
        worker.do("start")
        import_id = worker.do("import_", "education", path)
        state = worker.do("state")
        for action, arguments in (("rebuild", ()), ("undo", (import_id,))):
            for step in range(1, 9):
                worker.do("checkpoint")
                drive.leave(worker, step * 10 * PAGE)
                answer = worker.ask(action, *arguments)
                drive.free(worker)
                assert refused(answer), (action, step)
                assert worker.do("state") == state
            worker.do(action, *arguments)
    prove(folder, key, [], None)


def test_a_backup_that_finds_no_room_leaves_no_half_backup(drive: Drive) -> None:
    folder, key = crash.copy(drive.folder / "office")
    total = size(folder, "*.db")
    with Worker(folder, key) as worker:
        worker.do("start")
        for step in STEPS:
            drive.leave(worker, total * step // (len(STEPS) + 1))
            answer = worker.ask("backup")
            drive.free(worker)
            assert refused(answer)
            assert list((folder / backup.FOLDER).iterdir()) == []
        made = worker.do("backup")
        worker.do("save", 1)
    assert backup.open_backup(made, samples.USER, samples.PASSWORD)[1].rows["journal"] > 0
    prove(folder, key, [], None)


@pytest.mark.parametrize(("action", "name"), [("report", "bao-cao.pdf"), ("export", "buoi.xlsx")])
def test_a_file_for_people_that_finds_no_room_leaves_the_old_one(drive: Drive, action: str, name: str) -> None:
    folder, key = crash.copy(drive.folder / "office")
    out = drive.folder / name
    arguments = (out,) if action == "report" else ("education", out)
    with Worker(folder, key) as worker:
        worker.do("start")
        for number in range(20):
            worker.do("save", number)
        worker.do(action, *arguments)
        before = out.read_bytes()
        for step in range(0, 40, 8 if action == "report" else 1):
            drive.leave(worker, len(before) * step // 41)
            answer = worker.ask(action, *arguments)
            drive.free(worker)
            assert refused(answer)
            assert out.read_bytes() == before
            assert not list(drive.folder.glob("*.part"))
        worker.do(action, *arguments)
    prove(folder, key, [], None)


def test_an_office_that_cannot_be_opened_for_lack_of_room_opens_once_there_is_some(drive: Drive) -> None:
    folder, key = crash.copy(drive.folder / "office")
    failures = 0
    with Worker(folder, key) as worker:
        for step in range(10):
            drive.leave(worker, step * PAGE)
            failures += refused(worker.ask("start"))
            drive.free(worker)
            worker.do("close")
            worker.do("start")
            worker.do("save", step)
            worker.do("close")
    assert failures
    prove(folder, key, [], None)
