"""The questions for numbers: counts, years, tenths and amounts of money; how they are read and written."""

from __future__ import annotations

import re

from db.message import Message
from db.question import Names, Question, Value, short
from db.text import clean

BIGGEST = 2**53 - 1
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


def grouped(number: int) -> str:
    """Write ``1245`` as ``1.245``."""
    return f"{number:,}".replace(",", ".")


def decimal(tenths: int) -> str:
    """Write tenths as ``14`` or ``1.245,5``."""
    whole, tenth = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{grouped(whole)}{f',{tenth}' if tenth else ''}"
