"""Real trouble for an open office: a disk without room, a data folder that goes away or may not be written."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

unix = pytest.mark.skipif(sys.platform == "win32", reason="folders are taken away, and room is limited, as on Linux")


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Let no file take another byte within the block, as on a disk without room."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def gone(folder: Path) -> Iterator[None]:
    """Take the folder away within the block, as when a drive is unplugged."""
    away = folder.with_name(folder.name + "-mất")
    folder.rename(away)
    try:
        yield
    finally:
        away.rename(folder)
