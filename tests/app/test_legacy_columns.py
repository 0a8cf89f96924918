"""Columns in old encodings: told, shown before and after, decoded as somebody chose; a lost ư is refused until accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from app import demo, import_plan, tabular
from app.legacy_columns import decoded, described, detect, fonts_of, knows_old, readings
from app.legacy_text import TCVN3, VNI, Encoding, decode, stands
from app.sheets import Sheet
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from db.records.beneficiary import Beneficiary

NAMES = ["Nguyễn Văn Hùng", "Trần Thị Lợi", "Đặng Thị Mùi", "Dương Văn Tước"]
_BACK = {letter: chr(code) for code, letter in TCVN3.items()}
_BACK_VNI = {new: old for old, new in VNI.items() if len(old) == 2 or new in "đíìỉĩịỵơưĐ"}


def in_tcvn3(text: str) -> str:
    return "".join(_BACK.get(letter, _BACK.get(letter.lower(), letter)) for letter in text)


def in_vni(text: str) -> str:
    return "".join(_BACK_VNI.get(letter, letter) for letter in text)


def sheet(*columns: list[str], header: tuple[str, ...] = ()) -> Sheet:
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Sheet("Trang 1", header or tuple(f"Cột {n}" for n in range(len(columns))), 1, rows, list(range(2, len(rows) + 2)))


@pytest.mark.parametrize(
    ("encoding", "write"),
    [
        ("tcvn3", in_tcvn3),
        ("vni", in_vni),
        ("utf8twice", lambda text: text.encode().decode("latin-1")),
    ],
)
def test_a_column_in_an_old_encoding_is_told_and_decodes_to_what_was_meant(encoding: str, write) -> None:
    old = [write(name) for name in NAMES]
    sheets = [sheet(["1", "2", "3", "4"], old, NAMES)]
    (found,) = detect(sheets)
    assert (found.spot, found.encoding, found.mixed, found.lost_u) == ((0, 1), encoding, False, False)
    assert found.samples[0] == (old[0], NAMES[0])
    after = decoded(sheets, [found])
    assert [row[1] for row in after[0].rows] == NAMES
    assert [row[1] for row in sheets[0].rows] == old, "the sheets that were read stay as they are"


def test_correct_text_numbers_and_foreign_words_are_no_old_columns() -> None:
    assert detect([sheet(NAMES, ["1952", "Toyota", "", "café số 3"], ["Hà", "Hồ", "bá", "và"])]) == []


def test_cells_that_are_right_stay_right_in_a_mixed_column() -> None:
    texts = [in_tcvn3("Đồng Tiến"), "Xuân Hòa", "Đường Lâm", in_tcvn3("Sản xuất nước"), "Bá"]
    sheets = [sheet(texts)]
    (found,) = detect(sheets)
    assert found.mixed
    assert [row[0] for row in decoded(sheets, [found])[0].rows] == [
        "đồng Tiến".replace("đ", "Đ"),
        "Xuân Hòa",
        "Đường Lâm",
        "Sản xuất nước",
        "Bá",
    ]


_WORDS = """
Nguyễn Trần Lê Vương Lò Võ Văn Thị Đức Minh Bá Hùng Sơn Hòa Bình Hương Thương Lương Dương Vượng Tươi Hưng Lưu Quốc Nước
Phường Xuân Tiến Lộc Ninh Sông Lô Krông Pắc Đắk Lắk Bhiông Jút khoá toàn bệnh binh
"""
WORDS = _WORDS.split()
WRITERS: dict[Encoding, Callable[[str], str]] = {
    "tcvn3": in_tcvn3,
    "vni": in_vni,
    "utf8twice": lambda text: text.encode().decode("latin-1"),
}


@given(
    st.sampled_from(sorted(WRITERS)),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), min_size=1, max_size=12),
    st.sampled_from(("all", "one exception", "half")),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=200)
def test_in_any_mixture_old_cells_read_as_meant_and_right_ones_stay(
    encoding: Encoding, texts: list[str], mixture: str, chance: Random
) -> None:
    if encoding == "tcvn3":
        texts = [text.lower() for text in texts]  # its capitals live in fonts
    exception = chance.randrange(len(texts))
    old = [mixture == "all" or (at != exception if mixture == "one exception" else chance.random() < 0.5) for at in range(len(texts))]
    cells = [WRITERS[encoding](text) if one else text for text, one in zip(texts, old, strict=True)]
    sheets = [sheet([WRITERS[encoding]("đường nước")] * len(cells), cells)]
    found = detect(sheets)
    column = next((one for one in found if one.spot == (0, 1)), None)
    for text, cell, row in zip(texts, cells, decoded(sheets, found)[0].rows, strict=True):
        if mixture == "all" or stands(cell, encoding) != "either":
            assert row[1] == text
        elif column is not None:
            assert row[1] == (decode(cell, encoding) if column.whole else cell), "what reads both ways is what most others are"
    if column is not None:
        whole = described(sheets, column, encoding, whole=True)
        for text, one, row in zip(texts, old, decoded(sheets, [whole])[0].rows, strict=True):
            assert not one or row[1] == text


@pytest.mark.parametrize("write", [in_vni, in_tcvn3])
def test_a_column_mostly_of_one_word_is_decoded_whole(write) -> None:
    for texts in (["Thương binh"] * 4 + ["Bệnh binh"], ["Thương binh"] * 2, ["Lương", "Hòa", "Sơn", "Vương Lương"], ["Hưng", "Lưu"]):
        sheets = [sheet(list(map(write, texts)), [write("Trần Thị Nước")] * len(texts))]
        columns = detect(sheets)
        assert [row[0] for row in decoded(sheets, columns)[0].rows] == texts
        assert not any(one.mixed for one in columns)


def test_cells_that_read_both_ways_can_be_decoded_too() -> None:
    texts = ["Đồng Tiến", "Đường Lâm", "Tân Lập", "Bình Sơn", "Xuân Hòa"]
    sheets = [sheet([in_vni(text) if at in (0, 3) else text for at, text in enumerate(texts)])]
    (found,) = detect(sheets)
    assert (found.cells, found.either, found.either_sample) == (1, 1, ("Bình Sôn", "Bình Sơn"))
    assert decoded(sheets, [found])[0].rows[3] == ["Bình Sôn"]
    whole = described(sheets, found, "vni", whole=True)
    assert [row[0] for row in decoded(sheets, [whole])[0].rows] == texts


def test_a_column_that_lost_its_ư_is_named_and_refused_until_accepted() -> None:
    texts = [in_tcvn3(text).replace("\xad", "") for text in ("nước sạch", "trường học", "được cấp", "giếng nước")]
    sheets = [sheet(texts, header=("Ghi chú",))]
    (found,) = detect(sheets)
    assert found.lost_u
    with pytest.raises(ExpectedError) as refused:
        decoded(sheets, [found])
    assert "Ghi chú" in str(refused.value)
    assert "ư" in str(refused.value)
    after = decoded(sheets, [found], accepted={found.spot})
    assert [row[0] for row in after[0].rows] == ["nớc sạch", "trờng học", "đợc cấp", "giếng nớc"]


def test_another_encoding_can_be_chosen_and_shows_other_samples() -> None:
    sheets = [sheet([in_tcvn3(name) for name in NAMES])]
    (found,) = detect(sheets)
    other = described(sheets, found, "vni")
    assert other.encoding == "vni"
    assert other.samples != found.samples
    assert [row[0] for row in decoded(sheets, [])[0].rows] == [row[0] for row in sheets[0].rows]


def book(path: Path) -> Path:
    made = Workbook()
    page = made.active
    page.title = "Danh sách"
    page.append(["Họ và tên", "Xã", "Năm sinh"])
    for name in NAMES:
        page.append([in_tcvn3(name.lower()), in_tcvn3("Đồng Tiến"), 1950])
    for row in page.iter_rows(min_row=2):
        row[0].font = Font(name=".VnTimeH")
        row[1].font = Font(name=".VnTime")
    made.save(path)
    return path


def test_capitals_come_from_the_font_of_the_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "cũ.xlsx")
    fonts = fonts_of(path)
    assert fonts[0][2, 0] == ".VnTimeH"
    assert fonts[0][2, 1] == ".VnTime"
    assert (2, 2) not in fonts[0]
    sheets = tabular.read(path, tabular.knows(Beneficiary))
    after = decoded(sheets, detect(sheets, fonts), fonts)
    assert [row[0] for row in after[0].rows] == [name.upper() for name in NAMES]
    assert {row[1] for row in after[0].rows} == {"Đồng Tiến"}


def test_a_book_in_fonts_of_today_and_a_csv_file_have_no_old_fonts(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Họ và tên"])
    made.save(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("Họ và tên\n", encoding="utf-8")
    assert fonts_of(tmp_path / "a.xlsx") == []
    assert fonts_of(tmp_path / "a.csv") == []


def test_headings_are_known_in_old_encodings_too(tmp_path: Path) -> None:
    assert "Họ và tên" in list(readings(in_tcvn3("Họ và tên")))
    assert knows_old(tabular.knows(Beneficiary))(in_vni("Năm sinh"))
    path = tmp_path / "cũ.csv"
    rows = [["DANH SÁCH"], ["Họ và tên", "Năm sinh", "Xã"], *[[name, "1950", "Đồng Tiến"] for name in NAMES]]
    path.write_bytes("\n".join(",".join(map(in_tcvn3, row)) for row in rows).encode("latin-1"))
    plan = import_plan.read(path)
    assert plan.declared is Beneficiary
    assert plan.sheets[0].header_row == 2
    assert [plan.heading(0, column) for column in range(3)] == ["Họ và tên", "Năm sinh", "Xã"]
    assert plan.left_out() == []
    assert [row[0] for row in plan.matched()[0].rows] == NAMES


# --- the plan around them ---------------------------------------------------------------------------------------------------

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"


@pytest.mark.parametrize("path", sorted(DEMO.glob("[0-9]*")), ids=lambda path: path.stem)
def test_every_file_of_the_demo_is_understood_by_its_headings_alone(path: Path) -> None:
    expected = {name: type_name for type_name, name in demo.FILES}
    plan = import_plan.read(path)
    assert plan.declared.type_name == expected[path.name]
    assert (plan.left_out(), plan.missing(), plan.old) == ([], [], {})


def test_a_column_takes_a_meaning_from_the_one_that_had_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Họ và tên,Tên gọi,Năm sinh\nAn,Nguyễn Văn An,1950\n", encoding="utf-8")
    plan = import_plan.read(path, Beneficiary)
    assert plan.left_out() == [(0, 1)]
    key = plan.parts[0].targets[0]
    plan.set_target(0, 1, key)
    assert plan.left_out() == [(0, 0)]
    assert plan.matched()[0].rows[0][0] == "Nguyễn Văn An"
    again = import_plan.read(path, Beneficiary, {"beneficiary": plan.learnt()})
    assert again.parts[0].targets[0] == key, "a heading that says what it is needs nothing learnt"


def test_a_mended_cell_goes_to_the_import_and_not_into_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Bỏ,Họ và tên,Năm sinh\nx,An,19x0\n", encoding="utf-8")
    before = path.read_bytes()
    plan = import_plan.read(path, Beneficiary)
    plan.mend(0, 0, 1, "1950")
    assert plan.matched()[0].rows == [["An", "1950"]]
    assert path.read_bytes() == before


def test_what_a_file_has_no_column_for_is_the_same_for_all_its_records_and_can_be_mended_in_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Đơn vị báo cáo,Bỏ,Đến ngày,Nội dung khác\nDV01,x,5/3/2019,Một\nDV02,y,6/3/2019,Hai\n", encoding="utf-8")
    plan = import_plan.read(path, RECORD_TYPES["education"])
    wanting = {target.label: target for target in plan.wanting()}
    assert set(wanting) == set(plan.missing()) == {"Hình thức", "Loại nội dung", "Giáo viên / báo cáo viên"}
    assert all(target.is_common for target in wanting.values())
    plan.fill(wanting["Hình thức"].key, "Nói chuyện chuyên đề")
    plan.fill(wanting["Loại nội dung"].key, "PL")
    assert plan.missing() == ["Giáo viên / báo cáo viên"]
    plan.mend(0, 1, 4, "TS")
    (sheet,) = plan.matched()
    assert sheet.header == ("Đơn vị báo cáo", "Đến ngày", "Nội dung khác", "Hình thức", "Loại nội dung")
    assert [row[3:] for row in sheet.rows] == [["Nói chuyện chuyên đề", "PL"], ["Nói chuyện chuyên đề", "TS"]]
    plan.set_target(0, 1, wanting["Hình thức"].key)
    (sheet,) = plan.matched()
    assert [row[-1] for row in sheet.rows] == ["PL", "TS"], "a mended cell stays in its column when another one is matched"
    plan.fill(wanting["Loại nội dung"].key, "")
    assert "Loại nội dung" in plan.missing()
    assert [row[-1] for row in plan.matched()[0].rows] == ["Một", "Hai"]


def test_answers_that_are_understood_as_they_stand_are_not_decoded_like_their_neighbours(tmp_path: Path) -> None:
    for answer, expected in (("Có", "Có"), (in_tcvn3("Có"), "Có")):
        path = tmp_path / "a.csv"
        rows = [f"{in_tcvn3(name)},1950,{answer}" for name in NAMES]
        path.write_text("\n".join(["Họ và tên,Năm sinh,Còn sống", *rows]), encoding="utf-8")
        plan = import_plan.read(path, Beneficiary)
        assert [row[0] for row in plan.matched()[0].rows] == NAMES
        assert {row[2] for row in plan.matched()[0].rows} == {expected}
