"""The annexes of the printed report, measured in the file itself: columns, rows, breaks over pages, nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from app.report import pdf
from app.report.document import Annex, Row, RowGroup
from tests.report.measuring import Measured, assert_nothing_clipped, measured, near, text_pages
from tests.report.sample_report import UNITS, care_annex, comparison_annex, education_annex, empty_annex, sample_report
from tests.report.sample_text import BODY

# --- annexes -------------------------------------------------------------------------------------------------------------------


def annex_pages(annex: Annex) -> list[Measured]:
    pages = measured(pdf.draw(replace(sample_report(), body=BODY[:3], annexes=(annex,))))
    return pages[len(text_pages(pages)) :]


def test_an_annex_begins_on_its_own_landscape_page_with_title_and_reference():
    page = annex_pages(education_annex())[0]
    assert page.width == pytest.approx(297, abs=0.1)
    for text, y in (("Phụ lục I", 29.9), ("KẾT QUẢ GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT", 36.3), ("(Kèm theo Báo cáo số 126", 42.3)):
        word = next(word for word in page.words if word.text.startswith(text))
        assert (word.y, (word.x + word.right) / 2) == (near(y), near(148.5))
    assert min(line.y0 for line in page.level()) == near(47.25)


def test_the_head_and_its_column_numbers_stand_on_every_page():
    pages = annex_pages(education_annex())
    assert len(pages) == 3
    for page in pages:
        words = [word.text for word in page.words]
        assert words.count("Quân số") == words.count("Kiểm tra nhận thức") == words.count("Ghi chú") == 1
        assert {f"({i})" for i in range(1, 17)} <= set(words)


def test_annex_pages_count_anew_and_hide_the_first_number():
    first, second, third = annex_pages(education_annex())
    assert not any(word.y < 20 for word in first.words)
    for number, page in (("2", second), ("3", third)):
        word = next(word for word in page.words if word.y < 20)
        assert (word.text, word.y, (word.x + word.right) / 2) == (number, near(15), near(148.5))


def test_a_group_of_rows_never_parts_over_pages():
    for page in annex_pages(education_annex()):
        names = [word for word in page.words if word.text in UNITS or word.text.startswith("TỔNG")]
        sums = [word for word in page.words if word.text in ("Cộng", "Tổng cộng")]
        assert len(names) == len(sums)


def test_column_edges_stand_at_the_declared_widths():
    page = annex_pages(education_annex())[0]
    edges, at = [20.0], 20.0
    for column in education_annex().columns:
        at += column.width
        edges.append(at)
    found = sorted({round(line.x0, 1) for line in page.upright()})
    assert found == [near(edge) for edge in edges]


@pytest.mark.parametrize("annex", [education_annex(), care_annex(), comparison_annex()])
def test_no_string_crosses_a_rule(annex):
    for page in annex_pages(annex):
        for word in page.words:
            middle = word.y - 1.2
            for line in page.upright():
                if line.y0 < middle < line.y1:
                    assert not word.x + 0.05 < line.x0 < word.right - 0.05, (word, line)


def test_numbers_of_a_column_stand_on_their_units_digit():
    page = annex_pages(comparison_annex())[0]
    table = [word for word in page.words if 128 < word.x < 150 and word.size == pytest.approx(10.5) and word.font == "LiberationSerif"]
    whole = {word.text: word.right for word in table if re.fullmatch(r"[\d.]+", word.text)}
    assert len(whole) >= 4
    assert max(whole.values()) - min(whole.values()) < 0.3
    decimal = next(word for word in table if word.text == "98,0")
    assert decimal.right - max(whole.values()) == pytest.approx(7.875 * 25.4 / 72, abs=0.2)


def test_decimals_of_a_column_stand_under_each_other():
    rights: dict[int, list[float]] = {}
    for page in annex_pages(education_annex()):
        for word in page.words:
            if re.fullmatch(r"\d+,\d", word.text) and word.font == "LiberationSerif":
                rights.setdefault(round(word.right / 5), []).append(word.right)
    assert sum(len(column) for column in rights.values()) > 50
    assert all(max(column) - min(column) < 0.3 for column in rights.values())


def test_the_widest_number_is_centred_in_its_column():
    page = annex_pages(care_annex())[0]
    widest = page.find("510.800.000")
    assert (widest.x + widest.right) / 2 == pytest.approx(277 - 11, abs=0.3)


def test_the_unit_line_ends_at_the_right_edge_above_the_table():
    page = annex_pages(care_annex())[0]
    word = page.find("Đơn vị tính tiền: đồng")
    assert word.right == near(277)
    assert word.y < min(line.y0 for line in page.level())


def test_an_empty_annex_keeps_head_and_number_and_says_so():
    page = annex_pages(empty_annex())[0]
    word = page.find("Không phát sinh trong kỳ báo cáo.")
    assert word.font == "LiberationSerif-Italic"
    assert (word.x + word.right) / 2 == near(148.5)
    assert page.find("Phụ lục V").y == near(29.9)


def test_long_unit_names_wrap_within_their_group():
    names = tuple(f"Ban Chỉ huy Phòng thủ khu vực {i} - Thị trấn Mường Lát Thượng Sơn {i}" for i in range(1, 8))
    pages = annex_pages(education_annex(names))
    for page in pages:
        assert_nothing_clipped(page)
    assert "".join(page.text() for page in pages).count("Ban Chỉ huy Phòng thủ") == 7


def test_a_row_grows_with_its_longest_cell():
    row = Row(("1", "Ban Chỉ huy Phòng thủ khu vực 1 - thị trấn Mường Lát Thượng", *["1"] * 14))
    annex = replace(care_annex(), groups=(RowGroup((row,)), RowGroup((Row(("2", "Ngắn", *["2"] * 14)),))))
    page = annex_pages(annex)[0]
    levels = sorted({round(line.y0, 2) for line in page.level()})
    assert levels[-1] - levels[-2] == near(7)
    assert levels[-2] - levels[-3] == near(7 + 12 * 25.4 / 72)


def test_an_annex_of_500_rows_is_drawn_whole():
    groups = tuple(RowGroup((Row((str(i), f"Đơn vị {i}", *["12"] * 14)),)) for i in range(1, 501))
    pages = annex_pages(replace(care_annex(), groups=groups))
    names = [word.text for page in pages for word in page.words if word.text.startswith("Đơn vị ") and word.text[7:].isdigit()]
    assert names == [f"Đơn vị {i}" for i in range(1, 501)]
    for page in pages:
        assert_nothing_clipped(page)


def test_a_group_higher_than_a_page_parts_and_repeats_its_unit():
    rows = tuple(Row(("1", "Đơn vị lớn", f"Dòng {i}", *["5"] * 12, "")) for i in range(70))
    pages = annex_pages(replace(education_annex(), groups=(RowGroup(rows, span=2),), notes=()))
    assert len(pages) == 4
    assert all(page.text().count("Đơn vị lớn") == 1 for page in pages)
    assert sum("Dòng" in word.text for page in pages for word in page.words) == 70
    for page in pages:
        assert_nothing_clipped(page)


def test_a_unit_name_as_high_as_a_page_makes_its_group_grow():
    names = ("Ban CHQS huyện Kim Lộc " * 60, "Ban CHQS huyện An Thạch", "Tên dài " * 4000)
    for page in annex_pages(education_annex(names)):
        assert_nothing_clipped(page)


def test_a_cell_longer_than_a_page_goes_on_over_the_next():
    text = "Ghi chú rất dài của đơn vị về khuyết điểm " * 480
    annex = replace(comparison_annex(), groups=(RowGroup((Row(("1", text, "lần", "1", "2", "+1", "+1,0")),)),))
    pages = annex_pages(annex)
    assert len(pages) > 2
    assert "".join(page.text() for page in pages).replace("\n", " ").count("khuyết") == 480
    for page in pages:
        assert_nothing_clipped(page)


def test_a_number_wider_than_its_column_gets_the_room_it_needs():
    row = Row(("1", "Cơ quan", *["999.999.999.999"] * 14))
    page = annex_pages(replace(care_annex(), groups=(RowGroup((row,)),)))[0]
    assert_nothing_clipped(page)
    numbers = [word for word in page.words if word.text == "999.999.999.999"]
    assert len(numbers) == 14
    for a, b in pairwise(numbers):
        assert a.right < b.x


def test_notes_stand_under_the_table_and_never_lose_a_line():
    annex = replace(care_annex(), notes=tuple(f"Ghi chú số {i} của bảng." for i in range(60)))
    pages = annex_pages(annex)
    notes = [word.text for page in pages for word in page.words if word.text.startswith("Ghi chú số")]
    assert notes == [f"Ghi chú số {i} của bảng." for i in range(60)]
    for page in pages:
        assert_nothing_clipped(page)
