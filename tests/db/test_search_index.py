"""The full-text index gives what the rule of ``db.text.matches`` says, newest first, whatever is typed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playhouse.sqlcipher_ext import SqlCipherDatabase

from db import search_index
from db.search_index import MOST_TERMS
from db.text import fold, matches, words

SYLLABLES = re.findall(
    r"\S+",
    "Đường đương dương Dương Dường đuôi đưa đua Đua hòa hoà hoa hoạ hóa hồ hơ hô ủy uỷ úy quý quy kỹ kĩ kí sĩ sỹ si Nguyễn nguyên nguyện "
    "Anh Ánh Ân An ấn Thị thì thi Bhiông Y H'Hen lô1 lồ ô2 ồ 12/QĐ-BCH 2019 20190101 Müller øre øé mácxít ápgácđông Đ đ x",
)
HOSTILE = [
    '"',
    "'",
    "*",
    "a*",
    "^đ",
    "NEAR(a b)",
    "AND",
    "OR NOT",
    "folded:đ",
    "terms:x",
    "%",
    "_",
    "\\",
    ";--",
    "()",
    "{x}",
    "\x00",
    "🙂",
    "\u0301",
    "+",
]
TEXTS = [" ".join(random.Random(number).choices(SYLLABLES, k=number % 7)) for number in range(400)]
NAME = "party_org"


def opened(path: Path) -> Any:
    return SqlCipherDatabase(str(path), passphrase="x'" + "5a" * 32 + "'")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    database = opened(tmp_path_factory.mktemp("search") / "a.db")
    with database.atomic():
        search_index.create(database, NAME)
        search_index.put_many(database, NAME, enumerate(TEXTS, 1))
    yield database
    database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Any]:
    database = opened(tmp_path / "b.db")
    search_index.create(database, "education")
    yield database
    database.close()


def oracle(query: str) -> list[int]:
    """Say again, letter by letter, what the index should give."""
    return [row_id for row_id, text in reversed(list(enumerate(TEXTS, 1))) if matches(query, text)]


PIECES = st.one_of(
    st.sampled_from(SYLLABLES),
    st.builds(lambda word, size: word[:size], st.sampled_from(SYLLABLES), st.integers(1, 5)),
    st.builds(lambda word, size: fold(word)[:size], st.sampled_from(SYLLABLES), st.integers(1, 5)),
    st.sampled_from(HOSTILE),
    st.text("aăâdđeêioôơuưyhqnạảãáàốđ0129 '\"*", max_size=4),
    st.text(max_size=3),
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=3).map(" ".join))
def test_search_gives_what_the_rule_says(filled: Any, query: str) -> None:
    expected = oracle(query) if words(query) else []
    assert search_index.search(filled, NAME, query, None) == expected
    assert search_index.count(filled, NAME, query) == len(expected)
    clause = search_index.match_clause(filled, NAME, query, key="rowid")
    assert (clause is None) == (not words(query))
    if clause:
        found = filled.execute_sql(f'SELECT rowid FROM "search_{NAME}_docsize" WHERE {clause[0].replace("rowid", "id", 1)}', clause[1])
        assert sorted(row[0] for row in found) == sorted(expected)


@pytest.mark.parametrize("query", ["duong", "đuo", "đươ", "Đương", "Đường", "d", "đ", "dường"])
def test_the_street_is_found_by_all_its_beginnings(empty: Any, query: str) -> None:
    search_index.put(empty, "education", 7, "Hội trường Đường 9")
    assert search_index.search(empty, "education", query) == [7]


def test_a_marked_query_does_not_find_another_letter_or_tone(empty: Any) -> None:
    search_index.put_many(empty, "education", [(1, "Dương"), (2, "Đương"), (3, "Đường"), (4, "lô1"), (5, "lồ")])
    assert search_index.search(empty, "education", "Đường") == [3]
    assert search_index.search(empty, "education", "đương") == [3, 2]
    assert search_index.search(empty, "education", "duong") == [3, 2, 1]
    assert search_index.search(empty, "education", "lồ") == [5]
    assert search_index.search(empty, "education", "lô1") == [4]


def test_pages_are_newest_first_below_the_last_row(filled: Any) -> None:
    everything = search_index.search(filled, NAME, "đ", None)
    first = search_index.search(filled, NAME, "đ", 10)
    assert first == everything[:10]
    assert search_index.search(filled, NAME, "đ", 10, before=first[-1]) == everything[10:20]
    assert search_index.count(filled, NAME, "đ", up_to=5) == 5


def test_a_prefix_of_very_many_words_is_complete(empty: Any) -> None:
    size = 3 * MOST_TERMS
    search_index.put_many(empty, "education", [(number, f"đơn{number:04}") for number in range(1, size + 1)])
    for query in ("đơn0", "don0", "đơn", "d", "đ"):
        assert search_index.count(empty, "education", query) == size
    assert search_index.search(empty, "education", f"đơn{size:04}") == [size]


def test_putting_again_replaces_and_deleting_removes(empty: Any) -> None:
    search_index.put(empty, "education", 1, "Hội trường An Thạch")
    search_index.put(empty, "education", 1, "Nhà văn hóa")
    assert search_index.search(empty, "education", "thạch") == []
    assert search_index.search(empty, "education", "hoá") == [1]
    search_index.delete(empty, "education", 1)
    assert search_index.search(empty, "education", "hoá") == []


def test_after_compacting_no_erased_word_is_left(empty: Any) -> None:
    search_index.put_many(empty, "education", [(1, "Bí danh Xuân"), (2, "Đông"), (3, "")])
    search_index.put(empty, "education", 1, "Đông Giang")
    search_index.delete(empty, "education", 2)
    search_index.compact(empty, "education")
    assert [row[0] for row in empty.execute_sql('SELECT folded FROM "search_education_words" ORDER BY 1')] == ["dong", "giang"]
    assert b"xuan" not in b"".join(bytes(row[0]) for row in empty.execute_sql('SELECT block FROM "search_education_data"'))
    assert search_index.search(empty, "education", "đông") == [1]


def test_types_are_apart_and_a_dropped_index_leaves_nothing(empty: Any) -> None:
    search_index.create(empty, "party-org")
    search_index.put(empty, "party-org", 1, "Đảng bộ")
    assert search_index.search(empty, "education", "dang") == []
    assert search_index.search(empty, "party_org", "dang") == [1]
    search_index.drop(empty, "party-org")
    search_index.drop(empty, "education")
    assert empty.execute_sql("SELECT name FROM sqlite_schema").fetchall() == []


@pytest.mark.parametrize("name", ['x"; DROP TABLE y', "", "1a", "Education", "a b"])
def test_only_names_of_ours_become_tables(empty: Any, name: str) -> None:
    with pytest.raises(ValueError, match="no table"):
        search_index.create(empty, name)


@pytest.mark.parametrize("query", ["", "  ", "--", '"', "*"])
def test_a_query_without_words_is_no_search(filled: Any, query: str) -> None:
    assert search_index.search(filled, NAME, query) == []
    assert search_index.match_clause(filled, NAME, query) is None
