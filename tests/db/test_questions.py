"""The kinds of question: what they take, and what they refuse whoever wrote it."""

from __future__ import annotations

import pytest

from db.questions import Day, is_day


@pytest.mark.parametrize("text", ["2019-W01-1", "2019-1-001", "20190-1-01", "2019-02-29", "2019/01/01", "2019-01-01 ", "٢٠١٩-٠١-٠١"])
def test_only_a_day_of_the_calendar_is_a_day(text: str) -> None:
    """A week of the year is ten characters too, but would not sort among days."""
    assert is_day("2019-01-07")
    assert not is_day(text)
    assert Day("Ngày").check(text) == "Không phải là ngày."
