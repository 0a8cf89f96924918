"""A file is replaced whole or not at all, although a virus scanner holds it for a while."""

from __future__ import annotations

import errno
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from app.files import require_space, room_for
from db import files
from db.errors import ExpectedError


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "báo cáo.pdf"
    for content in (b"one", b"", b"two" * 100_000):
        files.replace(path, content)
        assert path.read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]


def test_a_function_may_write_the_content(tmp_path: Path) -> None:
    files.replace(tmp_path / "a", lambda file: file.write(b"abc"))
    assert (tmp_path / "a").read_bytes() == b"abc"


def test_when_writing_fails_half_way_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"ne")
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(OSError, match="no space"):
        files.replace(path, fail)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("held", range(13))
def test_a_file_held_by_another_program_is_tried_again_ten_times(tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    real, left = Path.replace, [held]
    waits: list[float] = []

    def replace(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "held")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(time, "sleep", waits.append)
    if held <= 10:
        files.replace(path, b"new")
        assert path.read_bytes() == b"new"
    else:
        with pytest.raises(ExpectedError, match="đang bị chương trình khác giữ"):
            files.replace(path, b"new")
        assert path.read_bytes() == b"old"
    assert waits == [pytest.approx(0.05 * number) for number in range(1, min(held, 10) + 1)]
    assert list(tmp_path.iterdir()) == [path]


def test_room_is_three_times_the_database_and_at_least_200_mebibytes(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(bytes(1000))
    assert room_for(path) == 200 * 2**20
    with (tmp_path / "data.db-wal").open("wb") as wal:
        wal.truncate(100 * 2**20)  # a hole: it takes no room
    assert room_for(path) == 3 * (100 * 2**20 + 1000)


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"không đủ chỗ \(cần 1073741824 MB\)"):
        require_space(tmp_path, 2**50)
    require_space(tmp_path, 1)
