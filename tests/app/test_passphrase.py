"""Passwords made by chance: enough words, all different, and what is made of them is accepted."""

from __future__ import annotations

import re

from app import passphrase
from db.passwords import check_password


def test_there_are_2048_different_words_without_marks() -> None:
    found = passphrase.words()
    assert len(found) == len(set(found)) == 2048
    assert [one for one in found if not re.fullmatch("[a-z]{3,11}", one)] == []


def test_a_password_made_by_chance_is_four_words_and_accepted() -> None:
    made = {passphrase.new_password(["Bộ CHQS tỉnh Hà Sơn"]) for _ in range(300)}
    assert len(made) == 300
    for one in made:
        assert check_password(one) == one
        assert len(one.split("-")) == 4
        assert set(one.split("-")) <= set(passphrase.words())
