"""Lists and empty entry sheets on paper: everything that is shown is there, on pages that say which they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from app import entry_sheet, list_print
from app.listing import Listing, Wanted, columns_of
from app.periods import period
from db.errors import ExpectedError
from db.questions import Choice, Choices
from db.records import RECORD_TYPES
from tests import samples
from tests.app.import_kit import SESSION, Kit
from tests.samples import open_copy

NOW = datetime(2019, 6, 5, 14, 5)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def pages(pdf: bytes) -> list[str]:
    """Give the text of each page, white space as one space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(round(page.get_width()), round(page.get_height())) for page in document]
    finally:
        document.close()


def sessions(kit: Kit, count: int) -> Listing:
    kit.take("education", *[SESSION | {"Ngày": f"{1 + n % 28:02}/{1 + n // 28:02}/2019", "Tham gia": str(300 + n)} for n in range(count)])
    return Listing(kit.store, RECORD_TYPES["education"], Wanted(period=period(kit.store, "2019-H1")))


def test_a_list_says_office_filter_and_day_and_repeats_its_heads(kit: Kit) -> None:
    listing = sessions(kit, 60)
    drawn = list_print.draw(listing, listing.ids(), NOW)
    texts = pages(drawn.pdf)
    assert len(texts) == drawn.pages > 1
    assert set(sizes(drawn.pdf)) == {(842, 595)}
    office = kit.store.names.label("unit", samples.HS, None)
    assert office.upper() in texts[0]
    assert "DANH SÁCH GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT" in texts[0]
    assert "Kỳ 6 tháng đầu năm 2019 (15/12/2018 – 14/06/2019)" in texts[0]
    assert "Lập lúc 14:05 ngày 05/06/2019 · 60 bản ghi" in texts[0]
    for number, text in enumerate(texts, 1):
        assert "Đơn vị báo cáo" in text
        assert f"Trang {number}/{len(texts)}" in text


def test_every_row_is_printed_once_in_the_order_of_the_list_with_its_sums(kit: Kit) -> None:
    listing = sessions(kit, 60)
    ids = listing.ids()
    told = " ".join(pages(list_print.draw(listing, ids, NOW).pdf))
    shown = [listing.columns.index(column) for column in listing.columns if column.name == "event_to"]
    days = [row.cells[shown[0]] for row in listing.rows(ids)]
    assert [day for day in re.findall(r"\d\d/\d\d/\d{4}", told) if day in set(days)][-60:] == days
    total, _sums = listing.sums(ids)
    assert total in pages(list_print.draw(listing, ids, NOW).pdf)[-1]


def test_the_columns_of_the_list_are_those_of_the_paper(kit: Kit) -> None:
    sessions(kit, 2)
    listing = Listing(kit.store, RECORD_TYPES["education"], Wanted(words="dân quân"), ["place", "lessons"])
    (text,) = pages(list_print.draw(listing, listing.ids(), NOW).pdf)
    assert "Địa điểm" in text
    assert "Số tiết" in text
    assert "Hình thức" not in text
    assert "có chữ “dân quân”" in text


def test_every_column_at_once_still_fits_the_sheet(kit: Kit) -> None:
    kit.take("education", SESSION | {"Địa điểm": "Hội trường nhà văn hóa xã " * 8, "Ghi chú": "x"})
    declared = RECORD_TYPES["education"]
    listing = Listing(kit.store, declared, Wanted(), list(columns_of(declared)))
    drawn = list_print.draw(listing, listing.ids(), NOW)
    document = pypdfium2.PdfDocument(drawn.pdf)
    page = document[0]
    words = page.get_textpage()
    boxes = [words.get_charbox(place) for place in range(words.count_chars()) if words.get_text_range(place, 1).strip()]
    assert max(box[2] for box in boxes) < page.get_width() - 20
    assert min(box[0] for box in boxes) > 20
    document.close()
    assert "".join(pages(drawn.pdf)).count("Hội") >= 8, "long words wrap, nothing is cut"


def test_an_empty_list_says_so(kit: Kit) -> None:
    listing = Listing(kit.store, RECORD_TYPES["care"], Wanted())
    (text,) = pages(list_print.draw(listing, [], NOW).pdf)
    assert "Không có bản ghi nào." in text


def test_a_list_too_long_for_paper_is_refused_with_the_way_out(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_print, "MOST", 3)
    listing = sessions(kit, 4)
    with pytest.raises(ExpectedError, match="xuất ra Excel"):
        list_print.draw(listing, listing.ids(), NOW)


def test_cancelled_records_are_marked_on_paper(kit: Kit) -> None:
    sessions(kit, 2)
    for record in kit.all("education"):
        kit.store.cancel(record["uid"], "trùng", samples.USER)
    listing = Listing(kit.store, RECORD_TYPES["education"], Wanted(state="cancelled"))
    (text,) = pages(list_print.draw(listing, listing.ids(), NOW).pdf)
    assert "đã hủy" in text
    assert text.count("Đã hủy") == 2


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_the_entry_sheet_asks_every_question_of_the_type(kit: Kit, name: str) -> None:
    declared = RECORD_TYPES[name]
    drawn = entry_sheet.draw(kit.store, declared, NOW)
    told = " ".join(pages(drawn.pdf))
    plain = re.sub(r"\s", "", told)
    for question in (q for n, q in declared.questions().items() if n not in entry_sheet.OWN):
        assert re.sub(r"\s", "", question.label) in plain, question.label
        if isinstance(question, (Choice, Choices)):
            for code in list(question.codes.codes())[:40]:
                assert re.sub(r"\s", "", question.codes.label(code)) in plain, code
    for line_type in declared.kinds.values():
        assert line_type.caption.upper() in told
        makes = set(getattr(line_type, "makes", {}))
        asked = [q for n, q in line_type.questions().items() if n != "unclear" and not (makes and hasattr(q, "to"))]
        for question in asked:
            assert re.sub(r"\s", "", question.label) in plain, question.label


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_nothing_on_an_entry_sheet_leaves_the_page(kit: Kit, name: str) -> None:
    drawn = entry_sheet.draw(kit.store, RECORD_TYPES[name], NOW)
    document = pypdfium2.PdfDocument(drawn.pdf)
    for page in document:
        words = page.get_textpage()
        for place in range(words.count_chars()):
            if words.get_text_range(place, 1).strip():
                left, bottom, right, _top = words.get_charbox(place)
                assert left > 14
                assert right < page.get_width() - 14
                assert bottom > 10
    document.close()
