"""What tests of a form's keys share."""

from __future__ import annotations

from collections.abc import Callable

from tests.ui.keyboard import Key, Keyboard
from ui.form import RecordForm
from ui.lines_grid import LinesTable

Settle = Callable[[], None]
Opened = Callable[..., RecordForm]


def name_here(form: RecordForm) -> str:
    here = form.current()
    return here.names[here.column] if isinstance(here, LinesTable) else here.name if here is not None else ""


def education(form: RecordForm, keys: Keyboard) -> None:
    """Fill in a small session by keyboard."""
    for kind, name, text in (
        ("", "unit", "DV05"), ("", "event_to", "5/3/19"), ("", "form", "2"), ("", "content_type", "2"), ("", "topic", "T14"),
        ("", "lecturer_role", "1"), ("audiences", "audience", "sq"),
        ("audiences", "strength", "20"), ("audiences", "required", "20"), ("audiences", "present", "20"),
    ):  # fmt: skip
        form.go_to_answer(kind, name)
        keys.write(text)
        if kind:
            keys.press(Key.Key_Tab)
