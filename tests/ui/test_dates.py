from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.questions import Day, Money, PartialDay, Whole
from ui.date_text import as_date, expanded, grouped, regrouped, stepped, written

NEAR, TODAY = date(2019, 3, 17), date(2019, 6, 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5", "05/03/2019"),
        ("15", "15/03/2019"),
        ("0504", "05/04/2019"),
        ("5/4", "05/04/2019"),
        ("5.4", "05/04/2019"),
        ("050324", "05/03/2024"),
        ("05032024", "05/03/2024"),
        ("5/3/24", "05/03/2024"),
        ("5-3-2024", "05/03/2024"),
        (" 5/3/24 ", "05/03/2024"),
        ("t", "05/06/2019"),
        ("T", "05/06/2019"),
        ("05/03/2019", "05/03/2019"),
    ],
)
def test_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert expanded(typed, NEAR, TODAY) == meant


@pytest.mark.parametrize("typed", ["", "mai", "1/2/3/4", "123", "9913", "5/", "2019-03-05"])
def test_what_is_no_shorthand_stays_as_typed(typed: str) -> None:
    assert expanded(typed, NEAR, TODAY) == typed


def test_a_day_that_is_not_in_the_calendar_keeps_its_numbers_and_is_refused_by_the_question() -> None:
    assert expanded("31/2/19", NEAR, TODAY) == "31/02/2019"
    with pytest.raises(ValueError, match="không có trong lịch"):
        Day("Ngày").parse("31/02/2019")


@pytest.mark.parametrize("typed", ["1948", "5/1948", "khoảng 1948", "~1948", "5", "0503"])
def test_a_partial_day_takes_nothing_from_the_day_before_it(typed: str) -> None:
    assert expanded(typed, NEAR, TODAY, partial=True) == typed


def test_a_whole_partial_day_is_written_out() -> None:
    assert expanded("3/5/1948", NEAR, TODAY, partial=True) == "03/05/1948"
    assert PartialDay("Năm sinh").parse("03/05/1948") == "1948-05-03"


def test_plus_and_minus_step_from_the_day_that_stands_there_or_from_the_last_one() -> None:
    assert stepped("31/12/2018", 1, NEAR) == "01/01/2019"
    assert stepped("1/3/19", -1, NEAR) == "28/02/2019"
    assert stepped("", 1, NEAR) == "18/03/2019"
    assert stepped("31/2/2019", 1, NEAR) is None
    assert stepped("mai", 1, NEAR) is None


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_day_written_out_is_read_back_whatever_shorthand_made_it(day: date) -> None:
    for typed in (f"{day.day}/{day.month}/{day.year}", f"{day:%d%m%y}", f"{day:%d%m%Y}"):
        assert as_date(expanded(typed, NEAR, TODAY)) == day
    assert expanded(f"{day.day}", day, TODAY) == written(day)
    assert Day("Ngày").parse(written(day)) == day.isoformat()


def type_keys(keys: str) -> tuple[str, int]:
    """Type at the end of a number field as the editor does."""
    text, caret = "", 0
    for key in keys:
        after = text[:caret] + key + text[caret:]
        made = regrouped(text, after, caret + 1)
        text, caret = made if made else (after, caret + 1)
    return text, caret


@given(st.integers(0, 10**15))
def test_digits_typed_one_by_one_are_grouped_with_the_caret_at_the_end(number: int) -> None:
    text, caret = type_keys(str(number))
    assert text == grouped(str(number))
    assert caret == len(text)
    assert Whole("Số").parse(text) == number


@given(st.from_regex(r"[1-9][0-9]{0,12}", fullmatch=True), st.data())
def test_a_digit_typed_or_removed_anywhere_keeps_the_caret_at_the_same_digit(digits: str, data: st.DataObject) -> None:
    before = grouped(digits)
    left = data.draw(st.integers(0, len(digits)))
    caret = next(spot for spot in range(len(before) + 1) if sum(c != "." for c in before[:spot]) == left)
    after = before[:caret] + "7" + before[caret:]
    made = regrouped(before, after, caret + 1)
    assert made is not None
    assert made[0] == grouped(digits[:left] + "7" + digits[left:])
    assert sum(c != "." for c in made[0][: made[1]]) == left + 1


def test_a_dot_that_a_person_typed_is_a_statement_and_stays() -> None:
    assert type_keys("65.4") == ("65.4", 4)
    with pytest.raises(ValueError, match="hai cách"):
        Money("Số tiền").parse("65.4")


@pytest.mark.parametrize("text", ["65tr", "65,4", "abc", "", "1 2"])
def test_what_is_no_plain_number_is_not_grouped(text: str) -> None:
    assert regrouped("", text, len(text)) is None


def test_a_pasted_block_with_its_own_dots_stays_as_pasted() -> None:
    assert regrouped("", "65.400.000", 10) is None
