"""What has changed, said once: whoever shows records of that type reads them again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Changes(QObject):
    """``records_changed(record_type)`` after every write; '' when anything may have changed (import, undo, restore)."""

    records_changed = Signal(str)
    drafts_changed = Signal(str)
    """A draft of that type was written or deleted."""
    backed_up = Signal()
    """A backup was made, by itself or because somebody wanted one."""


changes = Changes()
