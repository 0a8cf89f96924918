"""Files that people see: written whole or not at all, on a drive with room for them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from db.connection import READ_ONLY, expected_errors
from db.errors import ExpectedError
from db.files import digest, move, replace, sync_file, sync_folder, unreadable
from db.message import Message

__all__ = [
    "digest",
    "folder_for",
    "free_space",
    "make_folder",
    "move",
    "put",
    "replace",
    "require_folder",
    "require_place",
    "require_space",
    "room_for",
    "shown_name",
    "sync_file",
    "sync_folder",
    "unreadable",
]

MOST_SHOWN = 120
_LEAST = 200 * 2**20


def free_space(folder: Path) -> int:
    """Give the bytes free for us on the drive of an existing folder."""
    return shutil.disk_usage(folder).free


def room_for(database: Path) -> int:
    """Give the bytes that must be free before work on a database file: three times its size, at least 200 MiB (T17)."""
    size = sum(path.stat().st_size for path in (database, database.with_name(database.name + "-wal")) if path.exists())
    return max(_LEAST, 3 * size)


def require_space(folder: Path, needed: int) -> None:
    """Raise ExpectedError S11 unless ``needed`` bytes are free on the drive of ``folder``, another when that is gone."""
    try:
        free = free_space(folder)
    except FileNotFoundError:
        raise _gone(folder) from None
    if free < needed:
        raise ExpectedError(
            "S11",
            Message("Ổ đĩa không đủ chỗ (cần {needed} MB). Chưa ghi gì.", needed=-(-needed // 2**20)),
            Message("Hãy giải phóng chỗ trên ổ chứa {folder} rồi làm lại.", folder=folder),
        )


def require_place(path: Path) -> None:
    """Raise ExpectedError unless a file can have this path: its folder is there, and it is no folder itself."""
    if not path.parent.is_dir() or path.is_dir():
        raise ExpectedError(
            "folder",
            Message("Không có thư mục {parent}, hoặc {name} là thư mục.", parent=path.parent, name=path.name),
            "Hãy chọn thư mục đã có và một tên tệp.",
        )


def require_folder(folder: Path) -> Path:
    """Give a folder that is there; raise ExpectedError where none is, as on a stick that is not in."""
    if not folder.is_dir():
        raise _gone(folder)
    return folder


def _gone(folder: Path) -> ExpectedError:
    return ExpectedError(
        "folder", Message("Không thấy thư mục {folder}.", folder=folder), "Hãy cắm ổ đĩa hoặc USB vào, hoặc chọn thư mục đã có."
    )


def make_folder(folder: Path) -> Path:
    """Make a folder with those above it, or take the existing one. Raises ExpectedError when a file is in the way or it may not be.

    Also where it can not be, as on a drive that is not there, or under a name that is too long.
    """
    try:
        with expected_errors():
            folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ExpectedError("folder", Message("{folder} không phải thư mục.", folder=folder), "Hãy chọn tên thư mục khác.") from None
    except (OSError, ValueError):
        raise ExpectedError(
            "folder",
            Message("Không tạo được thư mục {folder}.", folder=shown_name(str(folder))),
            "Hãy kiểm tra ổ đĩa đã cắm và tên thư mục, hoặc chọn thư mục khác.",
        ) from None
    return folder


def put(path: Path, data: bytes) -> None:
    """Write a file whole into a folder that somebody chose. Raises ExpectedError, which names a folder that may not be written to.

    Also one that is gone, as with a stick that was pulled.
    """
    try:
        with expected_errors():
            replace(path, data)
    except FileNotFoundError:
        raise _gone(path.parent) from None
    except ExpectedError as error:
        if error.code != READ_ONLY.code:
            raise
        raise ExpectedError(
            error.code,
            Message("Không được phép ghi vào {folder}.", folder=path.parent),
            "Nếu là USB: hãy mở khóa chống ghi hoặc dùng USB khác; nếu không, hãy chọn thư mục khác.",
        ) from None


def shown_name(name: str) -> str:
    """Give the name of a file as it may be shown: on one line, of bounded length, without what steers a terminal or turns its letters."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN // 2]}…{shown[-MOST_SHOWN // 2 :]}"


@contextlib.contextmanager
def folder_for(folder: Path, besides: Collection[str]) -> Iterator[Path]:
    """Make a folder for the block; when the block fails, a folder that was not there before goes again.

    ``besides`` are names of files that may go with it; anything else in it keeps it. Raises like ``make_folder``.
    """
    fresh = not folder.exists()
    make_folder(folder)
    try:
        yield folder
    except BaseException:
        if fresh and {path.name for path in folder.iterdir()} <= set(besides):
            shutil.rmtree(folder, ignore_errors=True)
        raise
