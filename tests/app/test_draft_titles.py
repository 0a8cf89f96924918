"""What stands for a draft on the home page and in lists: of private answers no more than what lists show of records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app import drafts, today
from app.listing import Listing, Wanted
from app.periods import period
from db.record import DRAFT
from db.records import RECORD_TYPES
from tests import samples

TYPED = {
    "name": "Nguyễn Văn Mười", "birth": "31/02/1948", "id_no": "079048000123",
    "address": "Số 5, ngõ 12", "alias": "Ba Đen", "commune": "Phú Lâm",
}  # fmt: skip


def titles(folder: Path, type_name: str, *typed: Mapping[str, object]) -> list[str]:
    with samples.open_copy(folder) as opened:
        for content in typed:
            drafts.put(opened.store, type_name, content, samples.USER)
        listing = Listing(opened.store, RECORD_TYPES[type_name], Wanted(state=DRAFT))
        found = [row.title for row in listing.rows(listing.ids())]
        shown = today.today(opened.store, period(opened.store, "2019-H1"), None, "2019-06-01", samples.USER)
        assert [task.title for task in shown.tasks if task.draft] == [f"{RECORD_TYPES[type_name].caption} · {title}" for title in found]
        return found


def test_identity_numbers_are_masked_and_addresses_and_aliases_left_out(tmp_path: Path) -> None:
    (title,) = titles(tmp_path / "office", "beneficiary", TYPED)
    assert title == "Nguyễn Văn Mười · 31/02/1948 · 0xx…123 · Phú Lâm"


def test_a_draft_of_nothing_but_private_answers_is_not_called_empty(tmp_path: Path) -> None:
    assert titles(tmp_path / "office", "beneficiary", {"address": "Số 5, ngõ 12"}, {}) == ["Bản nháp trống", "Bản nháp"]


def test_other_drafts_are_named_by_what_was_typed(tmp_path: Path) -> None:
    (title,) = titles(tmp_path / "office", "education", {"unit": "DV01", "event_to": "31/02/2019", "audiences": [{"audience": "DQ_CD"}]})
    assert title == "DV01 · 31/02/2019"


def test_a_draft_of_lines_alone_is_named_by_its_first_line_that_says_something(tmp_path: Path) -> None:
    served = [{}, {"category": "Thương binh", "commune": "Kim Sơn", "persons": "17"}, {"category": "Bệnh binh"}]
    assert titles(tmp_path / "office", "care", {"served": served}) == ["Thương binh · Kim Sơn · 17"]
    assert titles(tmp_path / "other", "care", {"served": [{}]}) == ["Bản nháp trống"]


def test_a_linked_record_of_a_draft_is_not_named_by_its_uid(tmp_path: Path) -> None:
    typed = {"unit": samples.DV1, "listed": [{"person": samples.DV2}], "served": [{"commune": "Kim Sơn"}]}
    assert titles(tmp_path / "office", "care", typed) == ["Kim Sơn"]
