"""The outline of a report can be put in another order, added to and cut, whatever a record holds; numbers follow the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import periods
from app.report import arrangement, outline, writing
from app.report.arrangement import DEEPEST, Arrangement, Numbering, roman
from app.report.document import Heading, Paragraph
from db.store import Store
from tests.report.reading import WAITING, built, said
from tests.samples import HS, USER

WORDS = {"KY": "KỲ NÀY", "KY_SAU": "KỲ SAU", "nam_truoc": "2018"}
DEFAULT = arrangement.default()
LETTERS = "abcdđeghiklmnopqrstuvxy"


def keys(found: Arrangement) -> list[str]:
    return [spot.key for spot in found.spots]


def numbered(found: Arrangement) -> dict[str, str]:
    """The headings of the text that are printed, number and words, by key."""
    numbering = Numbering(outline.read().wording)
    titles = [spot.title(WORDS, numbering.next(spot.depth)) for spot in found.printed if not spot.annex]
    return {title.key: f"{title.number} {' '.join(title.text.split())}" for title in titles}


def sound(found: Arrangement) -> None:
    """What holds of every outline: each section once, no level left out between one and the next, annexes last."""
    assert len(set(keys(found))) == len(found.spots)
    assert {section.key for section in outline.read().sections} <= set(keys(found))
    above = -1
    for spot in found.spots:
        assert 0 <= spot.depth <= min(above + 1, DEEPEST)
        above = spot.depth
    annexes = [spot.annex for spot in found.spots]
    assert annexes == sorted(annexes)


def test_a_section_moves_with_all_under_it_and_is_numbered_anew() -> None:
    moved = DEFAULT.move("1.II.2", -1)
    assert keys(moved)[5:9] == ["1.II.2", "1.II.2.a", "1.II.2.b", "1.II.1"]
    assert numbered(moved)["1.II.2"].startswith("1. ")
    assert numbered(moved)["1.II.1"].startswith("2. ")
    assert moved.move("1.II.2", 1) == DEFAULT


def test_a_section_goes_over_into_the_neighbour_of_the_one_above() -> None:
    moved = DEFAULT.move("1.III.1", -1)
    assert numbered(moved)["1.III.1"] == "12. Hạn chế"
    assert moved.move("1.III.1", 1) == DEFAULT
    last = DEFAULT.move("1.IV", 1)
    assert numbered(last)["1.IV"] == "I. BÀI HỌC KINH NGHIỆM"
    assert keys(last).index("1.IV") == keys(last).index("2") + 1
    assert last.move("1.IV", -1) == DEFAULT


@pytest.mark.parametrize(("key", "by"), [("1", -1), ("2", 1), ("1.I", -1), ("2.V", 1), ("PL.I", -1), ("PL.X", 1)])
def test_where_there_is_no_place_to_go_to_nothing_changes(key: str, by: int) -> None:
    assert DEFAULT.move(key, by) == DEFAULT


def test_what_is_left_out_takes_what_is_under_it_along_and_the_numbers_close_up() -> None:
    cut = DEFAULT.toggle("1.II.2").toggle("PL.II")
    assert not {"1.II.2", "1.II.2.a", "1.II.2.b"} & {spot.key for spot in cut.printed}
    assert numbered(cut)["1.II.3"].startswith("2. ")
    assert [spot.key for spot in cut.annexes][:2] == ["PL.I", "PL.III"]
    assert cut.toggle("1.II.2").toggle("PL.II") == DEFAULT


@pytest.mark.parametrize(
    ("behind", "level", "number"),
    [
        ("1.I.2", 2, "3. Mới"), ("1.II.2.b", 3, "c) Mới"), ("1.III", 1, "IV. MỚI"), ("1", 1, "V. MỚI"),
        ("PL.II", 1, "VI. MỚI"), ("x", 1, "VI. MỚI"),
    ],
)  # fmt: skip
def test_a_section_is_added_behind_another_at_its_level(behind: str, level: int, number: str) -> None:
    made, key = DEFAULT.add(behind, "  Mới ", taken=["T4", "1.I"])
    assert key == "T5"
    assert (made.at(key).depth, made.at(key).own, numbered(made)[key]) == (level, True, number)
    sound(made)
    assert made.remove(key) == DEFAULT


def test_a_level_changes_only_where_there_is_one_above() -> None:
    assert DEFAULT.shift("1.I.1", 1) == DEFAULT, "nothing before it at its level"
    deeper = DEFAULT.shift("1.I.2", 1)
    assert numbered(deeper)["1.I.2"] == "a) Khó khăn"
    assert deeper.shift("1.I.2", -1) == DEFAULT
    assert DEFAULT.shift("1.II.2.b", 1) == DEFAULT.shift("1", -1) == DEFAULT.shift("PL.II", 1) == DEFAULT
    assert numbered(DEFAULT.shift("1.I.2", -1))["1.I.2"] == "II. KHÓ KHĂN"


def test_a_heading_of_ones_own_is_printed_and_an_empty_one_is_that_of_the_program() -> None:
    renamed = DEFAULT.rename("1.II.9", " Công tác  dân vận khéo ")
    assert numbered(renamed)["1.II.9"] == "9. Công tác dân vận khéo"
    assert renamed.rename("1.II.9", "") == DEFAULT


def test_numbers_go_on_however_many_there_are() -> None:
    numbering = Numbering(outline.read().wording)
    assert [numbering.next(0) for _time in range(11)][8:] == ["Phần thứ chín", "Phần thứ 10", "Phần thứ 11"]
    letters = [numbering.next(3) for _time in range(25)]
    assert "".join(one[0] for one in letters[:23]) == LETTERS
    assert letters[23:] == ["aa)", "bb)"]
    assert [roman(number) for number in (1, 4, 9, 14, 40, 49, 90, 101)] == ["I", "IV", "IX", "XIV", "XL", "XLIX", "XC", "CI"]


STEPS = st.lists(st.tuples(st.sampled_from(["move", "shift", "toggle", "add", "remove"]), st.integers(0, 60), st.sampled_from([-1, 1])))


@given(steps=STEPS)
def test_whatever_is_done_to_an_outline_it_stays_sound_and_comes_back_from_its_record(steps: list[tuple[str, int, int]]) -> None:
    found = DEFAULT
    for what, place, by in steps:
        key = keys(found)[place % len(found.spots)]
        if what in ("move", "shift"):
            found = getattr(found, what)(key, by)
        elif what == "add":
            found, _key = found.add(key, "Mục thêm")
        else:
            found = getattr(found, what)(key)
        sound(found)
    assert arrangement.of_lines(found.lines()) == found


LINE = st.fixed_dictionaries(
    {
        "section": st.sampled_from([*keys(DEFAULT), "T1", "T2", "la", None]),
        "level": st.sampled_from([None, 1, 2, 3, 4, 9, -3]),
        "heading": st.sampled_from([None, "", "Mục riêng"]),
        "left_out": st.sampled_from([None, True, False]),
    }
)


@given(lines=st.lists(LINE, max_size=60))
def test_whatever_a_record_holds_is_read_as_a_sound_outline(lines: list[dict[str, Any]]) -> None:
    sound(arrangement.of_lines(lines))


def test_a_section_that_an_outline_of_old_does_not_name_stands_behind_the_one_it_follows() -> None:
    lines = [line for line in DEFAULT.move("1.II.9", -1).lines() if line["section"] != "1.II.10"]
    found = keys(arrangement.of_lines(lines))
    at = found.index("1.II.9")
    assert found[at : at + 3] == ["1.II.9", "1.II.10", "1.II.8"]


# -- in the report -------------------------------------------------------------------------------------------------------------


def save(store: Store, found: Arrangement, **more: Any) -> None:
    store.save("report", {"unit": HS, "period": "2019-H1", "outline": found.lines(), **more}, USER)


def test_the_report_is_printed_in_its_own_outline(small: Any) -> None:
    added, key = DEFAULT.move("1.II.9", -1).toggle("1.II.8").toggle("PL.II").add("1.II.9", "Công tác đối ngoại")
    save(small.store, added, contents=[{"section": key, "text": "Không có."}])
    report = built(small.store)
    headings = {block.key: f"{block.number} {block.text}" for block in report.body if isinstance(block, Heading)}
    assert (headings["1.II.9"], headings[key]) == ("8. Công tác dân vận", "9. Công tác đối ngoại")
    assert headings["1.II.10"].startswith("10. ")
    assert "1.II.8" not in headings
    assert said(report, key) == ["Không có."]
    assert [annex.key for annex in report.annexes][:2] == ["PL.I", "PL.III"]
    assert [annex.number for annex in report.annexes][:2] == ["Phụ lục I", "Phụ lục II"]
    assert len(report.annexes) == 11


def test_a_text_that_is_left_out_and_a_section_a_report_needs_are_told(small: Any) -> None:
    save(small.store, DEFAULT.toggle("1.I").toggle("1.III"), contents=[{"section": "1.I.1", "text": "Có chữ."}])
    warnings = built(small.store).warnings
    assert any("bỏ mục “Thuận lợi” nên phần viết tay" in words for words in warnings)
    assert any("bỏ mục “Hạn chế”; báo cáo thiếu" in words for words in warnings)


def test_an_emptied_outline_still_builds_with_the_place_marked(small: Any) -> None:
    save(small.store, DEFAULT.toggle("1").toggle("2"))
    report = built(small.store)
    assert [block.text for block in report.body if isinstance(block, Paragraph)][-1] == "(đề cương không còn mục nào)"
    assert any("không còn mục nào" in words for words in report.warnings)


def test_a_section_over_others_waits_for_data_only_when_none_of_them_is_printed(small: Any) -> None:
    assert said(built(small.store), "1.I") == []
    save(small.store, DEFAULT.toggle("1.I.1").toggle("1.I.2"))
    assert said(built(small.store), "1.I") == [WAITING]


def test_every_file_of_the_report_follows_the_outline(small: Any, tmp_path: Path) -> None:
    added, key = DEFAULT.toggle("PL.I").toggle("1.II.2").move("1.II.9", -1).add("1.II.9", "Công tác đối ngoại")
    save(small.store, added, contents=[{"section": key, "text": "Không có."}])
    for ending in (".pdf", ".docx", ".xlsx"):
        writing.write(small.store, periods.period(small.store, "2019-H1"), tmp_path / f"x{ending}")
    marks = [entry.title for entry in flat(pypdf.PdfReader(tmp_path / "x.pdf").outline)]
    at = marks.index("8. Công tác đối ngoại")
    assert [mark.split(" Công tác ")[0] for mark in marks[at - 1 : at + 2]] == ["7.", "8.", "9."]
    words = [" ".join(line.text.split()) for line in docx.Document(str(tmp_path / "x.docx")).paragraphs]
    assert words.index("8. Công tác đối ngoại") + 1 == words.index("Không có.")
    assert not any("giáo dục chính trị" in line.lower() for line in words if line.startswith("2."))
    sheets = openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames
    assert len(sheets) == len([mark for mark in marks if mark.startswith("Phụ lục")]) == 11


def flat(entries: list[Any]) -> list[Any]:
    """Every entry of a tree of bookmarks, in order."""
    return [one for entry in entries for one in (flat(entry) if isinstance(entry, list) else [entry])]
