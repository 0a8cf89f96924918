"""What every kind of question shares.

A question is a peewee field that also knows its label, its rules and two pure conversions: text → value (``parse``) and value →
text (``show``). A value is what its JSON is: ``str``, ``int``, ``bool`` or a list of codes; dates are ISO text, so that they
compare, sort and hash as they stand. ``None`` is "not answered".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

import peewee

from db.message import Message, sentence

Value = Any
Answers = Mapping[str, Any]
Condition = bool | Callable[[Answers], bool]
Rule = Callable[[Any], str | None]


class Names(Protocol):
    """Turns names of linked records into uids and back (contract.md 4, "Grouping and matching")."""

    def find(self, catalogue: str, text: str, day: str | None) -> str:
        """Give the uid of the record of ``catalogue`` that ``text`` (code or name) names on ISO ``day``; raise ValueError otherwise."""

    def label(self, catalogue: str, uid: str, day: str | None) -> str:
        """Give the name of ``uid`` on ISO ``day`` (None: newest), ``(chưa nhận)`` when unknown."""


class Inherited:
    """A field that each of the many record types which inherit it copies at every start, but not what it holds: that never changes."""

    def __deepcopy__(self, memo: object) -> Self:
        """Give a field of its own that shares what this one holds."""
        made = self.__new__(type(self))
        vars(made).update(vars(self))
        return made


class Question(Inherited, peewee.Field):
    """What every kind of question shares.

    ``required`` and ``when`` may be functions of the record's (or line's) answers: when it must be answered, and when it
    makes sense at all. ``missing`` says that there is no answer, where another would do in its place. ``preset`` is the value,
    or a function of the answers, that stands in for a missing answer at entry and import. ``private`` answers are kept apart from
    the rest of the version (contract.md 1), ``masked`` ones are shown whole in payment lists only. ``help`` and ``legal_basis``
    (the document it rests on) are what F1 says. ``row``, ``group`` and ``short`` are hints for the form:
    fields sharing a row, folded groups (of fields, or of columns of lines), the heading of a narrow column.
    """

    def __init__(
        self,
        label: str,
        *,
        aliases: tuple[str, ...] = (),
        required: Condition = False,
        missing: str = "",
        when: Callable[[Answers], bool] | None = None,
        preset: Any = None,
        rules: tuple[Rule, ...] = (),
        unit: str = "",
        private: bool = False,
        masked: bool = False,
        in_list: bool = False,
        search: bool = False,
        indexed: bool = False,
        help: str = "",
        legal_basis: str = "",
        row: str = "",
        group: str = "",
        short: str = "",
    ) -> None:
        super().__init__(null=True, index=indexed)
        self.label = sentence(label)
        self.short = sentence(short or label)
        self.aliases = aliases
        self.required = required
        self.missing = sentence(missing) or Message("Chưa có “{label}”.", label=self.label)
        self.when = when
        self.preset = preset
        self.rules = rules
        self.unit = sentence(unit)
        self.private = private
        self.masked = masked
        self.in_list = in_list
        self.search = search
        self.help = sentence(help)
        self.legal_basis = sentence(legal_basis)
        self.row = row
        self.group = sentence(group)

    def is_required(self, answers: Answers) -> bool:
        """Tell whether this question must be answered, given the other answers."""
        return self.required(answers) if callable(self.required) else self.required

    def is_asked(self, answers: Answers) -> bool:
        """Tell whether this question makes sense, given the other answers."""
        return self.when is None or self.when(answers)

    def preset_for(self, answers: Answers) -> Value:
        """Give the value that stands in for a missing answer; None where there is none."""
        return self.preset(answers) if callable(self.preset) else self.preset

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> Value:
        """Give the value that typed or imported ``text`` means, None for nothing; raise ValueError with what to write instead."""
        raise TypeError(f"{type(self).__name__} declares no parse")

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Give the text that parses back to ``value``; '' for None."""
        return "" if value is None else str(value)

    def check(self, value: Value) -> str | None:
        """Give what is wrong with ``value`` in itself, or None. A stored value of a wrong kind is wrong, never an exception."""
        for rule in self.rules:
            if message := rule(value):
                return message
        return None

    def to_column(self, value: Value) -> Any:
        """Give what the table cell holds for ``value``."""
        return value


class Derived(Inherited, peewee.Field):
    """A column computed from the record when it is folded, never typed: keys for figures and twins.

    ``compute`` takes the record's answers (on a line: the line's answers, the record's and the line's index).
    """

    def __init__(self, compute: Callable[..., Any], *, kind: str = "TEXT", indexed: bool = False) -> None:
        super().__init__(null=True, index=indexed)
        self.field_type = kind  # type: ignore[misc]  # peewee reads it from the instance
        self.compute = compute


def short(text: str, most: int = 40) -> str:
    """Give ``text``, cut to ``most`` characters, for naming it in a message."""
    return text if len(text) <= most else text[: most - 1] + "…"
