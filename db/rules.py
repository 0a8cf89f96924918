"""Small reusable rules: a rule takes a value and gives what is wrong with it, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from db.message import Message

Rule = Callable[[Any], str | None]


def at_least(least: int) -> Rule:
    """Refuse numbers below ``least`` (domain.md A.0 G1)."""

    def rule(value: int) -> str | None:
        return Message("Phải từ {least} trở lên.", least=least) if value < least else None

    return rule
