"""Wrong passwords are counted per user in a small file beside keys.json: five, then 30 seconds, doubling to 15 minutes (trust.md 3b).

It stops a co-worker at the keyboard, not someone who took the files (T2).
"""

from __future__ import annotations

import json
from pathlib import Path

from db import files
from db.connection import expected_errors
from db.errors import ExpectedError
from db.message import Message

FILE = "keys.tries"
FREE, FIRST, LONGEST = 5, 30, 900
"""Wrong ones before the first wait; the first and the longest wait in seconds."""


def wait_after(wrong: int) -> int:
    """Give the seconds to wait after this many wrong ones in a row; 0 below five."""
    return 0 if wrong < FREE else min(FIRST * 2 ** min(wrong - FREE, 10), LONGEST)


def _read(folder: Path) -> dict[str, list[int]]:
    """Give user → [wrong ones in a row, time of the last]; a missing or damaged file counts as none."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="ascii"))
        return {str(user): [int(wrong), int(last)] for user, (wrong, last) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(folder: Path, tries: dict[str, list[int]]) -> None:
    with expected_errors():
        if tries:
            files.replace(folder / FILE, json.dumps(tries, sort_keys=True).encode())
        else:
            (folder / FILE).unlink(missing_ok=True)


def refuse(folder: Path, user: str, now: float) -> None:
    """Raise ``wait`` while ``user`` has to wait."""
    wrong, left = standing(folder, user, now)
    if left > 0:
        raise ExpectedError(
            "wait", Message("Đã nhập sai {wrong} lần liền.", wrong=wrong), Message("Hãy đợi {left} giây rồi nhập lại.", left=left)
        )


def standing(folder: Path, user: str, now: float) -> tuple[int, int]:
    """Give the wrong ones in a row and the seconds left to wait. A clock set back does not lengthen the wait beyond its full time."""
    wrong, last = _read(folder).get(user, [0, 0])
    pause = wait_after(wrong)
    return wrong, max(0, pause if now < last else int(last + pause - now))


def count(folder: Path, user: str, now: float) -> None:
    """Count one wrong try."""
    tries = _read(folder)
    tries[user] = [tries.get(user, [0, 0])[0] + 1, int(now)]
    _write(folder, tries)


def clear(folder: Path, user: str) -> None:
    """Forget the wrong tries of ``user`` after a right one; writes nothing when there were none."""
    tries = _read(folder)
    if tries.pop(user, None) is not None:
        _write(folder, tries)
