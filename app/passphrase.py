"""Passwords made by chance: four of 2,048 Vietnamese words without marks (trust.md a): 44 bits, typed alike on every keyboard.

The words are syllables and common compounds; marks are left out because an input method may be off at the door.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from db.errors import ExpectedError
from db.passwords import check_password

FILE = Path(__file__).resolve().parents[1] / "resources" / "passwords" / "words.txt"
WORDS = 4


@cache
def words() -> tuple[str, ...]:
    """Give the 2,048 words."""
    return tuple(FILE.read_text(encoding="ascii").split())


def new_password(names: Iterable[str] = ()) -> str:
    """Give four words with hyphens between them that ``check_password`` accepts; ``names`` are what nobody may build on."""
    known = tuple(names)
    while True:
        made = "-".join(secrets.choice(words()) for _ in range(WORDS))
        try:
            return check_password(made, known)
        except ExpectedError:
            continue  # hardly ever: words that are alike
