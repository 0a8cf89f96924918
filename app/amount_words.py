"""Whole numbers in Vietnamese words, as payment lists and minutes say them (domain.md C.4): linh, mốt, tư, lăm, nghìn."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")
"""What groups of three digits count, within each thousand million."""
BILLION = 10**9
MOST = 10**27 - 1
"""The greatest number that is read: no money comes near it."""


def number_words(number: int) -> str:
    """Write a whole number in words: ``một trăm linh năm``. Raises ValueError beyond ``MOST``."""
    if abs(number) > MOST:
        raise ValueError(f"too great to be read: {number}")
    if number < 0:
        return f"âm {number_words(-number)}"
    return " ".join(_whole(number, leading=True)) or DIGITS[0]


def money_words(amount: int) -> str:
    """Write an amount in words: ``Sáu mươi lăm triệu bốn trăm nghìn đồng``."""
    words = f"{number_words(amount)} đồng"
    return words[0].upper() + words[1:]


def _whole(number: int, *, leading: bool) -> list[str]:
    """Read a number; ``leading``: nothing stands before it, so that its first group is not filled up with zeros."""
    billions, rest = divmod(number, BILLION)
    words = [*_whole(billions, leading=leading), "tỷ"] if billions else []
    for place in (2, 1, 0):
        group = rest // 1000**place % 1000
        if group:
            words += _group(group, leading=leading and not words)
            words += [GROUPS[place]] if place else []
    return words


def _group(group: int, *, leading: bool) -> list[str]:
    """Read one to 999; where something stands before it, hundreds and tens that are zero are said too."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or not leading else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_one(ones, tens))
    return words


def _one(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return "tư"
    return "lăm" if ones == 5 and tens else DIGITS[ones]
