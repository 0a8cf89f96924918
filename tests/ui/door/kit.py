"""What tests of the door share."""

from __future__ import annotations

from collections.abc import Callable

Settle = Callable[[], None]
NEW = "mat khau moi cua toi"
