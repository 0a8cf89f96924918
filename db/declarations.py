"""What a record type declares beside its questions: rules about other records, days that fall due, trees, totals to control.

Each is data about the declaration; ``db.record``, ``db.crosschecks`` and the window read it. And a problem, as every check gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from db.questions import Answers


class Problem(NamedTuple):
    """Something wrong with a record: an ``error`` refuses a local save, a ``warning`` is kept with the record.

    ``where`` is ``""`` (the whole record), a question (``topic``) or a line's question (``audiences[0].present``).
    """

    where: str
    message: str
    level: Literal["error", "warning"] = "error"
    code: str = ""
    about: tuple[str, ...] = ()
    """The uids of the other records it names, so that they can be opened."""

    @property
    def key(self) -> str:
        """What a kept warning is filed under."""
        return f"{self.code}@{self.where}"


class Twin(NamedTuple):
    """A rule against entering something twice: no other entered record has a line (or itself) of equal derived ``column``.

    ``kind`` names the kind of line that carries the column; ``""`` the record itself. ``message`` may hold ``{others}``.
    """

    code: str
    column: str
    message: str
    kind: str = ""
    level: Literal["error", "warning"] = "warning"


class Due(NamedTuple):
    """Lines that have to be done by a day: the questions of ``day`` and ``state``, and the states (``done``) in which nothing waits.

    ``late``, ``more`` and ``waiting`` say with ``{n}`` how many are late, how many more than those named, how many still have time
    ('': not said).
    """

    day: str
    state: str
    done: tuple[str, ...]
    late: str
    more: str
    waiting: str = ""

    def is_open(self, line: Any) -> Any:
        """Give the condition for the lines of a kind (or an alias) that are counted, not done and have a day."""
        fields = line._meta.fields
        state = fields[self.state]
        return (line.counts == 1) & (state.is_null() | state.not_in(self.done)) & fields[self.day].is_null(False)


Linked = Callable[[str, str | None], Answers | None]
"""``linked(type, uid)``: the answers of a linked record, None when it is not here."""


class LinkMust(NamedTuple):
    """A rule about linked records: ``check(record, linked)`` yields problems; ``reads`` names the types it may look at."""

    reads: tuple[str, ...]
    check: Callable[[Answers, Linked], Iterator[Problem]]


class Tree(NamedTuple):
    """How the records of a type stand below one another, and who takes over from whom.

    ``parent`` names the link to the record above: a question, or ``kind.question`` where it has dates of its own. ``since`` and
    ``until`` are the days (of the record, or of that line) within which it holds. ``heir`` (``kind.question``) names the records that
    took over, with the day ``on`` and the words ``why`` in the same line; '' where nothing is ever taken over.
    """

    parent: str
    since: str = "valid_from"
    until: str = "valid_to"
    heir: str = ""
    on: str = "on"
    why: str = "reason"


class Beside(NamedTuple):
    """A column beside a line's answers, worked out for the eye and never stored.

    ``cell(line, record)`` gives a number, a pair (part, whole) that is shown as a share floored to a tenth, or None. The sums
    row adds numbers, and adds pairs before it divides.
    """

    label: str
    cell: Callable[[Answers, Answers], int | tuple[int, int] | None]


class Control(NamedTuple):
    """A control total: what the columns ``questions`` of the lines ``kind`` must add up to, ``expected(record)``; None: not known."""

    kind: str
    questions: tuple[str, ...]
    label: str
    expected: Callable[[Answers], int | None]
