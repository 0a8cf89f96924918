"""Numbers in words: as an official writes them, and an independent reader reads the same number back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.amount_words import MOST, money_words, number_words

SAID = {
    0: "không", 1: "một", 4: "bốn", 5: "năm", 10: "mười", 11: "mười một", 14: "mười bốn", 15: "mười lăm", 20: "hai mươi",
    21: "hai mươi mốt", 24: "hai mươi tư", 25: "hai mươi lăm", 31: "ba mươi mốt", 55: "năm mươi lăm", 100: "một trăm",
    101: "một trăm linh một", 104: "một trăm linh bốn", 105: "một trăm linh năm", 110: "một trăm mười", 111: "một trăm mười một",
    115: "một trăm mười lăm", 121: "một trăm hai mươi mốt", 555: "năm trăm năm mươi lăm", 1_000: "một nghìn",
    1_001: "một nghìn không trăm linh một", 1_015: "một nghìn không trăm mười lăm", 1_024: "một nghìn không trăm hai mươi tư",
    10_500: "mười nghìn năm trăm", 100_000: "một trăm nghìn", 1_000_005: "một triệu không trăm linh năm",
    1_005_000: "một triệu không trăm linh năm nghìn", 2_700_000: "hai triệu bảy trăm nghìn",
    65_400_000: "sáu mươi lăm triệu bốn trăm nghìn", 1_000_000_000: "một tỷ", 1_700_000_001: "một tỷ bảy trăm triệu không trăm linh một",
    21_000_000_000: "hai mươi mốt tỷ", 1_000_000_000_000: "một nghìn tỷ", 1_005_000_000_000: "một nghìn không trăm linh năm tỷ",
    10**15: "một triệu tỷ", 10**18: "một tỷ tỷ",
}  # fmt: skip


@pytest.mark.parametrize("number", SAID)
def test_a_number_is_said_as_an_official_says_it(number: int) -> None:
    assert number_words(number) == SAID[number]


def test_an_amount_begins_with_a_capital_and_ends_in_dong() -> None:
    assert money_words(65_400_000) == "Sáu mươi lăm triệu bốn trăm nghìn đồng"
    assert money_words(0) == "Không đồng"
    assert number_words(-5) == "âm năm"
    with pytest.raises(ValueError, match="too great"):
        number_words(MOST + 1)


UNITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}


def read_back(words: str) -> int:
    """Read a number from its words, by the values of the words alone."""
    total = group = digit = 0
    thousands = 0
    for word in words.split():
        if word in UNITS:
            digit = UNITS[word]
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group, digit = group + 10 * digit, 0
        elif word == "trăm":
            group, digit = group + 100 * digit, 0
        elif word in ("nghìn", "triệu"):
            thousands, group, digit = thousands + (group + digit) * (1_000 if word == "nghìn" else 1_000_000), 0, 0
        elif word == "tỷ":
            total, thousands, group, digit = (total + thousands + group + digit) * 10**9, 0, 0, 0
        else:
            assert word == "linh", word
            digit = 0
    return total + thousands + group + digit


@given(st.integers(0, MOST) | st.integers(0, 10**7) | st.integers(0, 27).map(lambda power: 10**power - 1))
def test_the_words_of_a_number_read_back_to_it(number: int) -> None:
    words = number_words(number)
    assert read_back(words) == number
    assert "mươi một" not in words
    assert "mươi năm" not in words
    assert "mười năm" not in words
    assert "mười mốt" not in words
    assert not words.startswith(("linh", "không trăm"))


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_different_numbers_have_different_words(one: int, other: int) -> None:
    assert (number_words(one) == number_words(other)) == (one == other)
