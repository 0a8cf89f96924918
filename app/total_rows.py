"""Rows of a table that add up other rows: “Tổng cộng”, “Cộng I”. They are no records, and are passed over with a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import get_args

from app.legacy_text import Encoding, decode
from db.message import Message

_words = re.compile(r"\W*(?:t[ổo]ng(?:\s+(?:c[ộo]ng|s[ốo]))?|c[ộo]ng)(?:\W+(?:[ivx]+|\d+))?\W*", re.IGNORECASE).fullmatch
"""All that stands there, perhaps with the number of what it adds up; its accents are right or left out, as “Công” and “Tống” are names."""
_number = re.compile(r"[\d.,%\s-]+").fullmatch
_LONG, _MOST_NAMED = 24, 12


def names_total(text: str) -> bool:
    """Tell whether a text is what people call a row of totals, old encodings included."""
    if len(text) > _LONG or text.lstrip(" (*-\t\n")[:1] not in ("T", "t", "C", "c"):
        return False
    return any(map(_words, (text, *(decode(text, one) for one in get_args(Encoding) if not text.isascii()))))


def adds_up(row: Sequence[object]) -> bool:
    """Tell whether the first text of a row calls it a total, and all others are numbers, at least one of them."""
    words = list(islice((cell for cell in row if not _is_number(cell)), 2))  # most rows have others: they end there
    if len(words) != 1 or not isinstance(words[0], str):
        return False
    return names_total(words[0]) and sum(cell != "" for cell in row) > 1


def _is_number(cell: object) -> bool:
    """Tell whether a cell holds a number, or nothing."""
    if isinstance(cell, str):
        return not cell or _number(cell) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def passed_words(title: str, rows: Sequence[int]) -> str:
    """Say which rows were passed over; ``title`` names their sheet, '' where there is only one."""
    named = ", ".join(map(str, rows[:_MOST_NAMED])) + (", …" if len(rows) > _MOST_NAMED else "")
    if title:
        return Message("Trang “{title}”: bỏ qua dòng cộng {rows}.", title=title, rows=named)
    return Message("Bỏ qua dòng cộng {rows}.", rows=named)
