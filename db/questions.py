"""The vocabulary of the declarations: one class per kind of question.

A question is a peewee field that also knows its label, its rules and two pure conversions: text → value (``parse``) and value →
text (``show``). A value is what its JSON is: ``str``, ``int``, ``bool`` or a list of codes; dates are ISO text, so that they
compare, sort and hash as they stand. ``None`` is "not answered".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol, Self

import peewee

from db.catalogues import CodeList
from db.message import Joined, Message, sentence
from db.text import clean

Value = Any
Answers = Mapping[str, Any]
Condition = bool | Callable[[Answers], bool]
Rule = Callable[[Any], str | None]

NAME_LIMIT = 120
TEXT_LIMIT = 500
LONG_LIMIT = 20_000
BIGGEST = 2**53 - 1


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
    makes sense at all. ``preset`` is the value, or a function of the answers, that stands in for a missing answer at entry
    and import. ``private`` answers are kept apart from the rest of the version (contract.md 1), ``masked``
    ones are shown whole in payment lists only. ``help`` and ``legal_basis`` (the document it rests on) are what F1 says. ``row``,
    ``group`` and ``short`` are
    hints for the form: fields sharing a row, folded groups (of fields, or of columns of lines), the heading of a narrow column.
    """

    def __init__(
        self,
        label: str,
        *,
        aliases: tuple[str, ...] = (),
        required: Condition = False,
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


_PLAIN = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([. ])\d{3})(?:\1\d{3})*")


class Whole(Question):
    """A whole number; ``unit`` says of what. Negative numbers parse, so that the rule can name them."""

    field_type = "BIGINT"

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> int | None:
        """Read ``1245``, ``1.245`` or ``1 245``; refuse decimals and ambiguous groups."""
        if text.isdecimal() and text.isascii() and len(text) < 16:
            return int(text)
        text = clean(text)
        if not text:
            return None
        if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
            raise ValueError(Message("“{text}” không phải số nguyên. Hãy viết như 1245 hoặc 1.245.", text=short(text)))
        return self._bounded(int(text.replace(".", "").replace(" ", "")), text)

    def _bounded(self, number: int, text: str) -> int:
        if abs(number) > BIGGEST:
            raise ValueError(Message("“{text}” lớn quá mức cho phép.", text=short(text)))
        return number

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write with dots between thousands."""
        return "" if value is None else grouped(value)

    def check(self, value: Value) -> str | None:
        """Refuse what is not a whole number."""
        if not isinstance(value, int) or isinstance(value, bool):
            return "Không phải số nguyên."
        return super().check(value)


class Year(Whole):
    """A year: written without dots."""

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write ``2019``."""
        return "" if value is None else str(value)


_TENTHS = re.compile(r"([+-]?)(\d{1,3}(?:([. ])\d{3})(?:\3\d{3})*|\d+)(?:,(\d+))?")
_POINT = re.compile(r"[+-]?\d+\.\d{1,2}")


class Tenths(Whole):
    """A number with one decimal, kept as whole tenths: ``14,5`` is 145 (contract.md 1: integers only)."""

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> int | None:
        """Read ``14``, ``14,5``, ``14.5`` or ``1.245,5``; refuse more than one decimal."""
        text = clean(text)
        if not text:
            return None
        plain = text.replace(".", ",") if _POINT.fullmatch(text) else text
        match = _TENTHS.fullmatch(plain)
        if match is None:
            raise ValueError(Message("“{text}” không phải là số. Hãy viết như 14 hoặc 14,5.", text=short(text)))
        decimals = (match[4] or "").rstrip("0")
        if len(decimals) > 1:
            raise ValueError(Message("“{text}” có hơn một chữ số thập phân. Hãy làm tròn, như 14,5.", text=short(text)))
        number = int(match[2].replace(".", "").replace(" ", "")) * 10 + int(decimals or 0)
        return self._bounded(-number if match[1] == "-" else number, text)

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write ``14`` or ``14,5``."""
        return "" if value is None else decimal(value)


_MONEY_WORDS = {
    "": 1,
    "đ": 1,
    "đồng": 1,
    "vnd": 1,
    "k": 10**3,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "tr": 10**6,
    "triệu": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
_MONEY = re.compile(r"([+-]?[\d. ]*\d)(?:,(\d+))?\s*([^\W\d_]*)(?:\s*đồng|\s*đ)?")


class Money(Whole):
    """Whole đồng. Takes ``65.400.000``, ``65400000``, ``65tr``, ``65,4 triệu``; ``65.4`` is ambiguous and asks (domain.md C.4)."""

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> int | None:
        """Read an amount of đồng; refuse what may mean two things."""
        if text.isdecimal() and text.isascii() and len(text) < 16:
            return int(text)
        text = clean(text)
        if not text:
            return None
        match = _MONEY.fullmatch(text.lower())
        if match is None or match[3] not in _MONEY_WORDS:
            raise ValueError(Message("“{text}” không phải số tiền. Hãy viết như 65.400.000 hoặc 65tr.", text=short(text)))
        digits, decimals, factor = match[1].strip(), match[2] or "", _MONEY_WORDS[match[3]]
        if not (_PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits)):
            raise ValueError(Message("“{text}” có thể hiểu hai cách. Hãy viết đủ số đồng, như 65.400.000, hoặc 65,4tr.", text=short(text)))
        if len(decimals) > 9:
            raise ValueError(Message("“{text}” có phần lẻ dưới một đồng. Hãy viết đủ số đồng, như 65.400.000.", text=short(text)))
        number = int(digits.replace(".", "").replace(" ", "")) * 10 ** len(decimals) + int(decimals or 0) * (-1 if digits[0] == "-" else 1)
        amount, rest = divmod(number * factor, 10 ** len(decimals))
        if rest:
            raise ValueError(Message("“{text}” có phần lẻ dưới một đồng. Hãy viết đủ số đồng, như 65.400.000.", text=short(text)))
        return self._bounded(amount, text)


_DAY_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00:00)?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})"), (3, 2, 1)),
    (re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})"), (3, 2, 1)),
)


class Day(Question):
    """A calendar day, kept as ``YYYY-MM-DD``, shown as ``dd/mm/yyyy``."""

    field_type = "TEXT"

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> str | None:
        """Read ``5/3/2019``, ``05/03/19``, ``050319`` or ``2019-03-05``; refuse days that are not in the calendar."""
        text = text.strip()
        if len(text) == 10 and text[2] == text[5] == "/":  # the common form, without the regular expressions
            iso = f"{text[6:]}-{text[3:5]}-{text[:2]}"
            if "1900" <= iso[:4] <= "2100" and is_day(iso):
                return iso
        text = clean(text)
        if not text:
            return None
        for form, (year, month, number) in _DAY_FORMS:
            if match := form.fullmatch(text):
                return self._calendar(full_year(match[year]), int(match[month]), int(match[number]), text)
        raise ValueError(self._unlike(text))

    @staticmethod
    def _unlike(text: str) -> Message:
        return Message("“{text}” không phải là ngày. Hãy viết đủ ngày, tháng, năm, như 05/03/2019.", text=short(text))

    def _calendar(self, year: int, month: int, number: int, text: str) -> str:
        try:
            found = date(year, month, number)
        except ValueError:
            raise ValueError(Message("Ngày {text} không có trong lịch. Hãy xem lại ngày và tháng.", text=short(text))) from None
        if not 1900 <= year <= 2100:
            raise ValueError(Message("Năm {year} nằm ngoài khoảng 1900 - 2100. Hãy xem lại.", year=year))
        return found.isoformat()

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write ``dd/mm/yyyy``."""
        return "" if value is None else shown_day(value)

    def check(self, value: Value) -> str | None:
        """Refuse what is not an ISO day."""
        return super().check(value) if is_day(value) else "Không phải là ngày."


_PARTIAL = re.compile(r"(~)?(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class PartialDay(Day):
    """A day, month or year, or about a year: ``1948-05-03``, ``1948-05``, ``1948``, ``~1948`` (domain.md D.4)."""

    def parse(self, text: str, names: Names | None = None, day: str | None = None) -> str | None:
        """Read ``1948``, ``5/1948``, ``3/5/1948``, ``khoảng 1948`` or ``~1948``."""
        text = clean(text)
        if not text:
            return None
        bare = text.removeprefix("…/").removeprefix("…/")
        if match := re.fullmatch(r"(~|about\s*|khoảng\s*(?:năm\s*)?)?(\d{4})", bare.lower()):
            self._calendar(int(match[2]), 1, 1, text)
            return ("~" if match[1] else "") + match[2]
        if match := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{4})", bare):
            return self._calendar(int(match[2]), int(match[1]), 1, text)[:7]
        return super().parse(text, names, day)

    @staticmethod
    def _unlike(text: str) -> Message:
        return Message("“{text}” không phải là năm, tháng hoặc ngày. Hãy viết như 1948, 03/1948 hoặc 05/03/1948.", text=short(text))

    def show(self, value: Value, names: Names | None = None, day: str | None = None) -> str:
        """Write ``1948``, ``…/5/1948``, ``03/05/1948`` or ``khoảng 1948``; never a made-up day."""
        match = _PARTIAL.fullmatch(value or "")
        if match is None:
            return value or ""
        about, year, month, number = match.groups()
        if about:
            return Message("khoảng {year}", year=year)
        if number:
            return f"{number}/{month}/{year}"
        return f"…/{int(month)}/{year}" if month else str(year)

    def check(self, value: Value) -> str | None:
        """Refuse what is no partial day."""
        match = _PARTIAL.fullmatch(value) if isinstance(value, str) else None
        if match is None or not is_day(f"{match[2]}-{match[3] or '01'}-{match[4] or '01'}"):
            return "Không phải là ngày, tháng hoặc năm."
        return Question.check(self, value)


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


def grouped(number: int) -> str:
    """Write ``1245`` as ``1.245``."""
    return f"{number:,}".replace(",", ".")


def decimal(tenths: int) -> str:
    """Write tenths as ``14`` or ``1.245,5``."""
    whole, tenth = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{grouped(whole)}{f',{tenth}' if tenth else ''}"


def is_day(value: object) -> bool:
    """Tell whether ``value`` is an ISO day of the calendar."""
    if not isinstance(value, str) or len(value) != 10 or value[7] != "-":  # a week of the year, 2019-W01-1, is as long
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def full_year(text: str) -> int:
    """Give the year of two or four digits; two digits mean 1970-2069."""
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 70 else 1900)


def shown_day(value: str) -> str:
    """Write an ISO day as ``dd/mm/yyyy``."""
    return f"{value[8:]}/{value[5:7]}/{value[:4]}"
