"""How each person left the window: columns, sizes, theme. Local to this machine, never journaled or sent (contract.md 1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.files import replace
from db.connection import translate

FILE = "cua-so.json"
IDLE = "idle_minutes"
"""The name under which a person's minutes until the screen locks are kept."""
LAST_USER = "last_user"
"""The name under which nobody's preferences keep who opened the data last on this machine."""
SHORTEST_IDLE, USUAL_IDLE, LONGEST_IDLE = 1, 5, 15
"""Minutes without key or mouse after which the screen locks: least, unless chosen otherwise, most (trust.md T4)."""


class Preferences:
    """The preferences of one user of one data folder. A damaged or missing file is an empty one; a failed write is no failure."""

    def __init__(self, folder: Path, user: str) -> None:
        self._path, self._user = folder / FILE, user
        self._all: dict[str, dict[str, Any]] = _read(self._path)

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Give what was kept under ``name``; ``otherwise`` when nothing was, or something of another kind."""
        found = self._all.get(self._user, {}).get(name)
        if found is None or (otherwise is not None and type(found) is not type(otherwise)):
            return otherwise
        return found

    def put(self, name: str, value: Any) -> None:
        """Keep ``value`` (plain JSON) under ``name``. What cannot be written now (full disk, folder gone) is kept until the end only."""
        mine = self._all.setdefault(self._user, {})
        if mine.get(name) == value:
            return
        mine[name] = value
        try:
            replace(self._path, json.dumps(self._all, ensure_ascii=False, sort_keys=True).encode())
        except OSError:
            pass
        except Exception as error:
            if translate(error) is None:
                raise


def idle_minutes(preferences: Preferences) -> int:
    """Give the minutes without key or mouse after which the screen locks, 1 to 15."""
    return min(LONGEST_IDLE, max(SHORTEST_IDLE, int(preferences.get(IDLE, USUAL_IDLE))))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {user: values for user, values in found.items() if isinstance(values, dict)}
    except (OSError, ValueError, AttributeError):
        return {}
