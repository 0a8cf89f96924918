"""Replace a file whole or not at all: part → fsync → replace → read back (trust.md a, T20)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from db import faults
from db.errors import ExpectedError
from db.message import Message

WAITS = tuple(number / 20 for number in range(1, 11))
"""Seconds before each of the ten retries, 0.05 … 0.5: a virus scanner or an indexer lets go within that."""


def move(source: Path, target: Path) -> None:
    """Rename within one drive, over what is there; tried again while another program holds the file.

    Raises ExpectedError when it is still held after ten retries (2.75 s); then both files are as they were.
    """
    for wait in (*WAITS, None):
        try:
            source.replace(target)
        except PermissionError as error:
            if wait is None:
                raise ExpectedError(
                    "held",
                    Message("Không thay được tệp {name}: tệp đang bị chương trình khác giữ, hoặc không có quyền ghi.", name=target.name),
                    "Hãy đóng chương trình đang mở tệp (kể cả quét vi-rút) rồi làm lại; tệp cũ còn nguyên.",
                ) from error
            time.sleep(wait)
        else:
            sync_folder(target.parent)
            return


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable; Windows has no such call and needs none."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_file(path: Path) -> None:
    """Make the bytes of a file that somebody else wrote durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def digest(path: Path) -> bytes:
    """Give the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def replace(path: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Write ``content`` to ``path`` whole or not at all; a function gets the open binary file to write to.

    Whatever fails, the old file stays and the part is removed. Raises ExpectedError when the file is held or does not read back
    as written, OSError and what ``content`` raises otherwise (``db.connection.translate`` knows a full disk).
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written = digest(part)
        if not callable(content) and written != hashlib.sha256(content).digest():
            raise unreadable(path)
        faults.step(f"part {path.name}")
        move(part, path)
        faults.step(f"replaced {path.name}")
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if digest(path) != written:
        raise unreadable(path)


def unreadable(path: Path) -> ExpectedError:
    """Give the error for a file that does not read back as it was written."""
    return ExpectedError(
        "read-back",
        Message("Tệp {name} đọc lại không giống như đã ghi.", name=path.name),
        "Ổ đĩa có thể sắp hỏng: hãy sao lưu sang ổ khác.",
    )
