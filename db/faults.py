"""Named points between two steps on disk. Tests end the process there; the program does nothing."""

from __future__ import annotations


def step(name: str, /) -> None:
    """Mark that the process may die here: what is on disk then must open as before or as after."""
