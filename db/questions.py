"""The vocabulary of the declarations: one class per kind of question.

Declarations take all kinds from here; what they share stands in ``db.question``, those for numbers and days in modules of their own.
"""

from __future__ import annotations

from typing import Any

from db.catalogues import CodeList
from db.days import Day, PartialDay, full_year, is_day, shown_day
from db.message import Joined, Message
from db.numbers import Money, Tenths, Whole, Year, decimal, grouped
from db.question import Answers, Derived, Inherited, Names, Question, Value, short
from db.text import clean, proper_case

__all__ = [
    "TEXT_LIMIT",
    "Answers",
    "Choice",
    "Choices",
    "Day",
    "Derived",
    "Inherited",
    "Link",
    "LongText",
    "Money",
    "Names",
    "PartialDay",
    "PersonName",
    "Question",
    "Tenths",
    "Text",
    "Value",
    "Whole",
    "Year",
    "YesNo",
    "decimal",
    "full_year",
    "grouped",
    "is_day",
    "short",
    "shown_day",
]

TEXT_LIMIT = 500
LONG_LIMIT = 20_000


class Text(Question):
    """One line of text, at most ``limit`` characters."""

    field_type = "TEXT"
    lines = False

    def __init__(self, label: str, *, limit: int = TEXT_LIMIT, **options: Any) -> None:
        super().__init__(label, **options)
        self.limit = limit

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> str | None:
        """Clean the text (NFC, one kind of space); refuse more than ``limit`` characters."""
        value = clean(text, lines=self.lines)
        if len(value) > self.limit:
            raise ValueError(Message("Dài {n} ký tự; nhiều nhất {limit}. Hãy viết gọn lại.", n=len(value), limit=self.limit))
        return value or None

    def check(self, value: Value) -> str | None:
        """Refuse what is not text or too long."""
        if not isinstance(value, str):
            return "Không phải là chữ."
        if len(value) > self.limit:
            return Message("Dài {n} ký tự; nhiều nhất {limit}. Hãy viết gọn lại.", n=len(value), limit=self.limit)
        return super().check(value)


class LongText(Text):
    """Text of several lines, at most 20,000 characters."""

    lines = True

    def __init__(self, label: str, *, limit: int = LONG_LIMIT, **options: Any) -> None:
        super().__init__(label, limit=limit, **options)


class PersonName(Text):
    """The name of a person: kept as typed, and where it was typed in capitals shown with one a word (domain.md A.0 G6).

    Its text parses back to the same name, not to the same letters: where these matter, as in an export, the value itself is written.
    """

    def __init__(self, label: str, *, limit: int = 120, **options: Any) -> None:
        super().__init__(label, limit=limit, **options)

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write it in proper case."""
        return proper_case(value) if isinstance(value, str) else super().show(value)


class Choice(Question):
    """One code of a closed list. Takes the code, the label of any date, or an alias; shows the label of the record's day."""

    field_type = "TEXT"

    def __init__(self, label: str, codes: CodeList, **options: Any) -> None:
        super().__init__(label, **options)
        self.codes = codes

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> Value:
        """Give the code that ``text`` names; refuse anything else, naming some of the valid ones."""
        text = clean(text)
        if not text:
            return None
        found = self.codes.find(text, day)
        if found is None:
            known = self.codes.codes(day)
            listed = Joined("; ", [Message("{code} ({label})", code=code, label=self.codes.label(code, day)) for code in known[:4]])
            more = Message("; … ({n} mã)", n=len(known)) if len(known) > 4 else ""
            raise ValueError(
                Message(
                    "“{text}” không có trong danh mục “{label}”. Hãy chọn: {listed}{more}.",
                    text=short(text),
                    label=self.label,
                    listed=listed,
                    more=more,
                )
            )
        return found

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Give the label valid on ``day`` (None: the newest)."""
        return "" if value is None else self.codes.label(value, day)

    def check(self, value: Value) -> str | None:
        """Refuse a code that is on no version of the list."""
        if value not in self.codes.codes(None):
            return Message("Mã “{value}” không có trong danh mục “{label}”.", value=short(str(value)), label=self.label)
        return super().check(value)


class Choices(Choice):
    """Several codes of a closed list, in the list's order; cells are joined by ``;``."""

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> Value:
        """Read codes or labels joined by ``;``."""
        found = {Choice.parse(self, part, names, day) for part in text.split(";")} - {None}
        return [code for code in self.codes.codes(None) if code in found] or None

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Give the labels joined by ``; ``."""
        return Joined("; ", [self.codes.label(code, day) for code in value or ()])

    def check(self, value: Value) -> str | None:
        """Refuse what is no list of known codes."""
        if not isinstance(value, list):
            return "Không phải là danh sách mã."
        return next((message for code in value if (message := Choice.check(self, code))), None)

    def to_column(self, value: Value) -> Any:
        """Give ``;A;B;`` so that one code is found by its own delimiters."""
        return None if value is None else f";{';'.join(value)};"


_YES = {"có": True, "co": True, "c": True, "1": True, "x": True, "true": True, "yes": True}
_NO = {"không": False, "khong": False, "k": False, "0": False, "false": False, "no": False}


class YesNo(Question):
    """Yes, no or not answered."""

    field_type = "SMALLINT"

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> bool | None:
        """Read ``Có``, ``Không``, ``1``, ``0`` or ``x``."""
        text = clean(text).lower()
        if not text:
            return None
        found = _YES.get(text, _NO.get(text))
        if found is None:
            raise ValueError(Message("“{text}” không rõ có hay không. Hãy viết Có hoặc Không.", text=short(text)))
        return found

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write ``Có`` or ``Không``."""
        return "" if value is None else Message("Có") if value else Message("Không")

    def check(self, value: Value) -> str | None:
        """Refuse what is neither."""
        return super().check(value) if isinstance(value, bool) else "Không rõ có hay không."

    def to_column(self, value: Value) -> Any:
        """Give 1 or 0."""
        return None if value is None else int(value)


class Link(Question):
    """The uid of a record of type ``to``. Takes its code or the name valid on the day; several of one name are refused."""

    field_type = "TEXT"

    def __init__(self, label: str, to: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.to = to

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> str | None:
        """Find the linked record through ``names``."""
        text = clean(text)
        if not text:
            return None
        if names is None:
            raise ValueError("Chưa mở dữ liệu nên chưa tìm được tên này.")
        return names.find(self.to, text, day)

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Give the linked record's name on ``day``."""
        if value is None:
            return ""
        return names.label(self.to, value, day) if names else str(value)

    def check(self, value: Value) -> str | None:
        """Refuse what cannot be a uid. A uid that is not here yet is no problem: it may arrive later."""
        return super().check(value) if isinstance(value, str) and len(value) == 36 else "Liên kết không hợp lệ."
