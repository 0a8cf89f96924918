"""Python's search for circles of garbage, by the window's thread and between events only.

Left to itself it begins wherever something is made: in the thread of a job, or deep in Qt while an event goes down a tree of widgets.
What it takes away then can be a widget in use, and the program ends without a word. So it is off while there is a window, and a timer
asks for it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1_000
"""Milliseconds between two looks."""


class Garbage(QTimer):
    """Looks for garbage every second once it is started, as thoroughly as Python itself would by then."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.setInterval(EVERY)
        self.timeout.connect(look)


def look() -> None:
    """Search the youngest objects, or older ones too, where Python's own thresholds are passed."""
    for generation in reversed(range(3)):
        if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
            gc.collect(generation)
            return


def keep() -> None:
    """Take what has been made so far out of every later search, but for what ``look_through`` finds."""
    if not gc.get_freeze_count():
        gc.freeze()


def look_through() -> None:
    """Search everything, what is kept too."""
    gc.unfreeze()
    gc.collect()
