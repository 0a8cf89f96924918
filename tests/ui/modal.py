"""A person before dialogs that wait for an answer: each step is done when a dialog stands there, until it says it is done."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit, QMessageBox, QWidget

from ui.gate import Note

Step = Callable[[QWidget], object]
"""Does something in the dialog; ``False`` means: not yet, ask again."""

PATIENCE = 20.0
"""Seconds a dialog may stand unanswered before it is closed: a dialog nobody expected must fail a test, not hang it."""


class Person:
    """Answers dialogs in order. ``seen`` is every text that stood in message boxes; ``gave_up`` whether one was closed unanswered."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.seen: list[str] = []
        self.gave_up = False
        self._before: QWidget | None = None
        self._since = 0.0
        self._timer = QTimer()
        self._timer.setInterval(15)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def done(self) -> bool:
        """Whether every step was taken and no dialog was left over."""
        return not self._steps and not self.gave_up

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or not dialog.isVisible():
            self._before = None
            return
        if dialog is not self._before:
            self._before, self._since = dialog, time.monotonic()
        if isinstance(dialog, QMessageBox):
            words = f"{dialog.text()}\n{dialog.informativeText()}"
            if words not in self.seen:
                self.seen.append(words)
        if self._steps and self._steps[0](dialog) is not False:
            self._steps.pop(0)
            self._since = time.monotonic()
        elif time.monotonic() - self._since > PATIENCE:
            self.gave_up = True
            dialog.close()

    def leave(self) -> None:
        """Stop looking."""
        self._timer.stop()


def fill(*texts: str, verb: str = "") -> Step:
    """Type into the fields from above ('' leaves one as it is), then press the button named ``verb``."""

    def step(dialog: QWidget) -> object:
        fields = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()]
        if len(fields) < len(texts):
            return False
        for field, text in zip(fields, texts, strict=False):
            if text:
                field.setText(text)
        return press(verb)(dialog) if verb else None

    return step


def press(verb: str) -> Step:
    """Press the button with these words."""

    def step(dialog: QWidget) -> object:
        found = [one for one in dialog.findChildren(QAbstractButton) if one.text() == verb and one.isVisible() and one.isEnabled()]
        if not found:
            return False
        found[-1].click()
        return None

    return step


def tick(*names: str) -> Step:
    """Leave exactly these boxes ticked."""

    def step(dialog: QWidget) -> None:
        for box in dialog.findChildren(QCheckBox):
            box.setChecked(box.text() in names)

    return step


def said(part: str, then: Step | None = None) -> Step:
    """Wait until a note in the dialog says something with ``part``."""

    def step(dialog: QWidget) -> object:
        if not any(part in note.words for note in dialog.findChildren(Note) if note.isVisible()):
            return False
        return then(dialog) if then is not None else None

    return step
