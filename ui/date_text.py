"""What a person types for a day, written out: pure text in, text out, no clock and no widget.

``5`` is day 5 of the month entered last, ``0503`` 5 March of the year entered last, ``050324`` and ``5/3/24`` say all, ``t`` is
today. What is no such shorthand comes back as typed, so that nothing is lost and the question itself says what is wrong.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from db.questions import full_year

_ONE_DAY = re.compile(r"\d{1,2}")
_DAY_MONTH = re.compile(r"(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})")
_WHOLE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})|(\d{2})(\d{2})(\d{4}|\d{2})")


def written(day: date) -> str:
    """Write a day as ``dd/mm/yyyy``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def expanded(text: str, near: date, today: date, partial: bool = False) -> str:
    """Write the shorthand ``text`` out; ``near`` gives the month and year it leaves out.

    ``partial``: a day, month or year alone is meant as it stands (``1948``, ``5/1948``), so only ``t`` and whole days are written
    out. A day that is not in the calendar (``31/2``) keeps its numbers: ``31/02/2019`` is for the question to refuse.
    """
    typed = text.strip()
    if typed.lower() in ("t", "hn"):
        return written(today)
    if match := _WHOLE.fullmatch(typed):
        number, month, year = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        return f"{int(number):02}/{int(month):02}/{full_year(year)}"
    if partial:
        return text
    if _ONE_DAY.fullmatch(typed):
        return f"{int(typed):02}/{near.month:02}/{near.year}"
    match = _DAY_MONTH.fullmatch(typed) or _SLASHED.fullmatch(typed)
    if match and 1 <= int(match[2]) <= 12:
        return f"{int(match[1]):02}/{int(match[2]):02}/{near.year}"
    return text


def as_date(text: str) -> date | None:
    """Give the day that a whole date means; None for anything else."""
    match = _WHOLE.fullmatch(text.strip())
    if match is None:
        return None
    number, month, year = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    try:
        return date(full_year(year), int(month), int(number))
    except ValueError:
        return None


def stepped(text: str, days: int, near: date) -> str | None:
    """Give the day ``days`` after the one in ``text`` (nothing typed: after ``near``); None when ``text`` is no whole day."""
    if not text.strip():
        return written(near + timedelta(days=days))
    day = as_date(text)
    return written(day + timedelta(days=days)) if day else None


def regrouped(before: str, text: str, caret: int) -> tuple[str, int] | None:
    """Group the thousands of ``text`` that editing made of ``before``; give it with its caret, None where it must stay as typed.

    Only a number that we grouped ourselves is grouped again. A dot that a person typed or pasted is a statement
    (``65.4`` may mean two things) and stays until the question has been asked.
    """
    digits = text.replace(".", "")
    sign = digits[:1] if digits[:1] in "+-" else ""
    bare = digits[len(sign) :]
    if not (bare.isdecimal() and bare.isascii()) or len(bare) > 18:
        return None
    head = 0
    while head < min(len(before), len(text)) and before[head] == text[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(text)) - head and before[-1 - tail] == text[-1 - tail]:
        tail += 1
    inserted = text[head : len(text) - tail]
    if "." in inserted or ("." in before and before != grouped(before.replace(".", ""))):
        return None
    made = grouped(digits)
    left = sum(character != "." for character in text[:caret])
    spot = 0
    while left > 0:
        left -= made[spot] != "."
        spot += 1
    return made, spot


def grouped(digits: str) -> str:
    """Write ``1234567`` as ``1.234.567``; a sign and leading zeros stay."""
    sign = digits[:1] if digits[:1] in "+-" else ""
    bare = digits[len(sign) :]
    first = len(bare) % 3 or 3
    return sign + ".".join([bare[:first], *(bare[i : i + 3] for i in range(first, len(bare), 3))]) if bare else sign
