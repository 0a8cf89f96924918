"""Small reusable rules: a rule takes a value and gives what is wrong with it, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rule = Callable[[Any], str | None]


def at_least(least: int) -> Rule:
    """Refuse numbers below ``least`` (domain.md A.0 G1)."""

    def rule(value: int) -> str | None:
        return f"Phải từ {least} trở lên." if value < least else None

    return rule
