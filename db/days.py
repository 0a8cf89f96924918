"""The questions for days of the calendar, whole or known in part; how they are read and written."""

from __future__ import annotations

import re
from datetime import date

from db.message import Message
from db.question import Names, Question, Value, short
from db.text import clean

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
