"""Text at the entrance, search keys and sort keys (domain.md D.1, D.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.text import clean, fold, header_key, letter, matches, name_key, proper_case, search_key, sort_key, words

SYLLABLES = st.sampled_from(
    re.split(r"\s", "an Anh Ánh Ân Đường đường dương Dương Hòa hoà ủy uỷ kỹ kĩ sĩ sỹ Nguyễn nguyên quý thúy thuý Đảng Bhiông Y H'Hen 27/7")
)
VIETNAMESE = st.lists(SYLLABLES | st.text("aăâdđeêioôơuưynghc", max_size=5) | st.text(max_size=4), max_size=6).map(" ".join)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  Hà Nội ", "Hà Nội"),
        (unicodedata.normalize("NFD", "Đường Trường Sơn"), "Đường Trường Sơn"),
        ("\u00d0ảng ủy, \u0189ông, \u00f0i, \u0256i", "Đảng ủy, Đông, đi, đi"),
        ("1.000\u00a0000\u202fđ", "1.000 000 đ"),
        ("Ban\u200b CHQS\u200e\ufeff", "Ban CHQS"),
        ("\u202eevil\u202c", "evil"),
        ("\u201cMẫu mực\u201d, H\u2019Hen", '"Mẫu mực", H\'Hen'),
        ("2021 \u2013 2025", "2021 - 2025"),
        ("a\x00b\x07c", "abc"),
        ("x\ud800y", "xy"),
        ("một\r\nhai\tba", "một hai ba"),
        ("o\u200b\u0302", "ô"),
        ("mềm\u00adhóa", "mềmhóa"),
        ("", ""),
    ],
)
def test_cleaning_makes_text_ours(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_long_text_keeps_line_breaks_and_tabs() -> None:
    assert clean("một\r\nhai\rba\u2028bốn\tnăm\n", lines=True) == "một\nhai\nba\nbốn\tnăm"


def test_what_is_already_clean_is_the_same_object() -> None:
    text = "Đảng ủy Quân sự tỉnh Hà Sơn"
    assert clean(text) is text


@given(st.text(st.characters(exclude_categories=[])) | VIETNAMESE, st.booleans())
def test_cleaning_twice_changes_nothing(text: str, lines: bool) -> None:
    once = clean(text, lines=lines)
    assert clean(once, lines=lines) == once
    assert once == unicodedata.normalize("NFC", once)
    once.encode("utf-8")
    assert not set(once) & set("\x00\u00ad\u200b\u202e\ufeff\u00a0\r")


@given(VIETNAMESE)
def test_composed_and_decomposed_text_have_the_same_keys(text: str) -> None:
    other = unicodedata.normalize("NFD", text)
    assert search_key(text) == search_key(other)
    assert sort_key(text) == sort_key(other)
    assert name_key(text) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ủy", "uỷ"), ("hòa", "hoà"), ("thúy", "thuý"), ("kỹ", "kĩ"), ("liệt sĩ", "Liệt  sỹ"), ("Đồng", "ĐÔNG"), ("Mác - Lênin", "Mác–Lênin")],
)
def test_spellings_of_one_word_have_one_search_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_folding_keeps_spaces_and_punctuation() -> None:
    assert fold("Đơn vị: Ủy ban Kỹ thuật") == "don vi: ui ban ki thuat"
    assert header_key("Quân số (biên chế/hiện có)") == "quansobienchehienco"


@given(VIETNAMESE)
def test_a_folded_text_holds_no_mark_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not any(unicodedata.combining(character) for character in folded)
    assert not set(folded) & set("ăâđêôơưyáạý")


@given(VIETNAMESE)
def test_a_word_has_a_plain_letter_for_every_marked_letter(text: str) -> None:
    for word in words(text):
        assert len(word.folded) == len(word.hatted) > 0
        assert [letter(character).plain for character in word.hatted] == list(word.folded)


@pytest.mark.parametrize("query", ["duong", "đuo", "đươ", "Đương", "Đường", "d", "ĐƯỜNG", "dường", "đưòng"])
def test_a_query_finds_the_word_it_begins(query: str) -> None:
    assert matches(query, "Nguyễn Thị Đường")


@pytest.mark.parametrize(("query", "text"), [("Đường", "Dương"), ("đường", "đương"), ("đ", "Dương"), ("ương", "Đường"), ("dướng", "Đường")])
def test_a_marked_letter_or_a_tone_is_meant(query: str, text: str) -> None:
    assert not matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("hoà", "Hòa"), ("ủy", "uỷ"), ("kỹ", "kĩ"), ("sy", "liệt sĩ"), ("H'Hen", "H\u2019Hen Niê"), ("má", "mácxít")]
)
def test_tone_placement_and_i_or_y_do_not_matter(query: str, text: str) -> None:
    assert matches(query, text)


def test_all_words_must_be_found_and_no_words_match_everything() -> None:
    assert matches("an nguyen", "Nguyễn Văn An")
    assert not matches("an tran", "Nguyễn Văn An")
    assert matches(" -- ", "")


@given(VIETNAMESE)
def test_a_text_is_found_by_itself_by_its_fold_and_by_its_beginnings(text: str) -> None:
    assert matches(text, text)
    assert matches(fold(text), text)
    assert matches(" ".join(word.hatted[:2] for word in words(text)), text)


def ascending(texts: list[str], key: Callable[[str], str | bytes]) -> bool:
    return all(key(one) < key(other) for one, other in pairwise(texts))  # type: ignore[operator]


ORDERED = ["An", "Anh", "Ánh", "Ân", "Binh", "Bình", "Bỉnh", "Bính", "Bịnh", "Dũng", "Đan", "Đông", "Đồng"]


def test_words_sort_as_in_the_dictionary() -> None:
    assert ascending(ORDERED, sort_key)
    assert ascending(ORDERED, lambda word: sort_key(word).encode())


def test_the_office_order_puts_sac_before_hoi() -> None:
    ordered = ["Binh", "Bình", "Bính", "Bỉnh", "Bĩnh", "Bịnh"]
    assert ascending(ordered, lambda word: sort_key(word, tones="office"))


def test_the_alphabet_is_in_order() -> None:
    ordered = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
    assert ascending(ordered, sort_key)
    assert sorted(["y", "ỳ", "i", "ĩ", "x"], key=sort_key) == ["i", "ĩ", "x", "y", "ỳ"]


def test_letters_of_the_whole_text_count_before_tones() -> None:
    assert sorted(["Bính An", "Bình Ba", "Binh C"], key=sort_key) == ["Bính An", "Bình Ba", "Binh C"]
    assert sorted(["Anh", "An Bình", "9", "!", "an"], key=sort_key) == ["!", "9", "an", "An Bình", "Anh"]


def test_a_key_holds_no_nul_so_that_sqlite_keeps_all_of_it() -> None:
    assert "\x00" not in sort_key("Đỗ Văn An") + name_key("Đỗ Văn An")


def test_names_sort_by_given_then_family_then_middle_name() -> None:
    ordered = ["Đỗ Văn An", "Phạm An", "Trần Thị An", "Lê Đức Anh", "Nguyễn Văn Ân", "Nguyễn An Bình", "Nguyễn Thị Bình"]
    assert ascending(ordered, lambda name: name_key(name, order="given-family-middle"))


def test_names_sort_by_given_then_middle_then_family_name() -> None:
    ordered = ["Phạm An", "Trần Thị An", "Đỗ Văn An", "Nguyễn Văn An", "Lê Đức Anh", "Nguyễn Văn Ân", "Lê An Bính"]
    assert ascending(ordered, name_key)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("NGUYỄN  VĂN ĐỨC", "Nguyễn Văn Đức"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Y BHIÔNG", "Y Bhiông"),
        ("Giàng A Páo", "Giàng A Páo"),
        ("TRẦN T.A", "Trần T.A"),
        ("nguyễn văn an", "nguyễn văn an"),
        ("Thiếu tá Lê Văn B, CNCT", "Thiếu tá Lê Văn B, CNCT"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_shown_with_one_capital_a_word(typed: str, shown: str) -> None:
    assert proper_case(typed) == shown


@given(VIETNAMESE)
def test_proper_case_changes_case_only_and_only_once(text: str) -> None:
    shown = proper_case(text)
    assert proper_case(shown) == shown
    assert search_key(shown) == search_key(text)
