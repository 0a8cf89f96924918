"""One program at a time in a folder, and the others are told who holds it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from db.connection import Lock
from db.errors import ExpectedError
from tests import ledger


def test_a_second_instance_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with Lock(tmp_path, "lệnh import"), pytest.raises(ExpectedError, match="Phần mềm đang mở") as error:
        Lock(tmp_path).acquire()
    assert error.value.code == "D01"
    assert re.search(rf"lệnh import \(tiến trình {os.getpid()}\), từ \d\d:\d\d ngày \d\d/\d\d/\d{{4}}", str(error.value))
    with Lock(tmp_path):
        assert (tmp_path / "nennep.lock.json").exists()
    assert not (tmp_path / "nennep.lock.json").exists()


def test_a_damaged_note_about_the_holder_does_not_hide_the_refusal(tmp_path: Path) -> None:
    with Lock(tmp_path):
        (tmp_path / "nennep.lock.json").write_text("{")
        with pytest.raises(ExpectedError, match="Phần mềm đang mở"):
            Lock(tmp_path).acquire()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="Không thấy thư mục"):
        Lock(tmp_path / "không có").acquire()


def test_of_twenty_instances_started_at_once_exactly_one_runs_and_its_death_frees_the_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.scenarios", "hold", "", str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ledger.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(20)]
    with contextlib.ExitStack() as stack:
        for process in started:
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stderr is not None
            stack.callback(process.stdout.close)
            stack.callback(process.stderr.close)
        lines = [process.stdout.readline().strip() for process in started if process.stdout is not None]
        assert lines.count("ran") == 1
        assert sum(line.startswith("D01: Phần mềm đang mở ở cửa sổ khác.") for line in lines) == 19
        with pytest.raises(ExpectedError, match="lệnh import"):
            Lock(tmp_path).acquire()
    with Lock(tmp_path):
        pass
