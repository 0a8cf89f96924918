"""Errors a person can do something about, kept apart from errors of ours."""

from __future__ import annotations

from db.message import Joined, sentence


class ExpectedError(Exception):
    """A foreseen failure: what is wrong and what to do, in Vietnamese.

    ``code`` is a short stable name for tests and the log (``D01``, ``period``, ``sheet`` …); ``title`` says what is wrong and
    ``remedy`` what the person should do. ``str()`` is both on one line. Anything raised that is not an ``ExpectedError`` is
    a defect of the program.
    """

    def __init__(self, code: str, title: str, remedy: str = "") -> None:
        super().__init__(code, title, remedy)
        self.code = code
        self.title = sentence(title)
        self.remedy = sentence(remedy)

    def __str__(self) -> str:
        """Give title and remedy on one line, without the control characters that names out of a file may hold."""
        text = Joined(" ", [part for part in (self.title, self.remedy) if part.strip()])
        unbroken = "\N{NO-BREAK SPACE}"  # between digits that stay on one line
        if text.replace(unbroken, " ").isprintable():
            return text
        return "".join(one if one.isprintable() or one == unbroken else " " for one in text)
