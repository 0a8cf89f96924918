"""Files in: what is read from them, and what is refused."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import tabular
from app.sheet_guard import guard
from db.errors import ExpectedError
from db.text import header_key
from tests.app.hostile_files import HEAD, MAIN, OTHERS, STYLES, book, build, cells, hostile, letters, pack, parts, sheet_xml, string_table
from tests.app.tabular_kit import texts

HOSTILE = sorted(hostile())


def read_bytes(folder: Path, data: bytes, name: str = "bang.xlsx") -> list[tabular.Sheet]:
    path = folder / name
    path.write_bytes(data)
    return tabular.read(path)


def refusal(folder: Path, data: bytes, name: str = "bang.xlsx") -> ExpectedError:
    with pytest.raises(ExpectedError) as caught:
        read_bytes(folder, data, name)
    assert caught.value.title
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    return caught.value


# --- refused ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(name: str, tmp_path: Path) -> None:
    data, code = build(name)
    assert refusal(tmp_path, data).code == code


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_file_of_another_kind_is_named(name: str, tmp_path: Path) -> None:
    data, word = OTHERS[name]
    assert word in str(refusal(tmp_path, data, name))


def test_a_stray_cell_is_refused_by_sheet_and_address(tmp_path: Path) -> None:
    assert "“Buổi” có dữ liệu ở ô XFD1048576" in str(refusal(tmp_path, build("stray cell at XFD1048576")[0]))


def test_formulas_without_values_are_refused_by_sheet_and_address(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="C{n}"><f>A{n}+B{n}</f></c></row>' for n in range(2, 8))
    assert "“Buổi” có công thức chưa có kết quả ở ô C2, C3, C4 và 3 ô khác" in str(refusal(tmp_path, book(cells(["Đơn vị"]) + rows)))


def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "không-có.xlsx", tmp_path):
        with pytest.raises(ExpectedError, match=r"Không thấy|là thư mục"):
            tabular.read(path)
    assert refusal(tmp_path, b"").code == "empty"
    assert refusal(tmp_path, b"\xef\xbb\xbf \r\n", "trống.csv").code == "empty"


def test_a_file_over_64_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "to.csv"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(ExpectedError, match="64 MB"):
        tabular.read(path)


@pytest.mark.parametrize("at", range(0, 1800, 97))
def test_a_workbook_with_any_byte_flipped_is_read_or_refused(at: int, tmp_path: Path) -> None:
    data = pack(parts({"Buổi": sheet_xml(cells(["Đơn vị", "Ngày"], ["DV01", 43000]))}, strings=string_table(["x"])))
    flipped = data[: at % len(data)] + bytes([data[at % len(data)] ^ 0x41]) + data[at % len(data) + 1 :]
    with contextlib.suppress(ExpectedError):
        read_bytes(tmp_path, flipped)


@pytest.mark.parametrize("cut", range(1, 1600, 131))
def test_a_workbook_cut_anywhere_is_refused(cut: int, tmp_path: Path) -> None:
    data = pack(parts({"Buổi": sheet_xml(cells(["Đơn vị"], ["DV01"]))}))
    assert cut < len(data)
    refusal(tmp_path, data[:cut])


# What stands in a sheet, mixed at random: nothing of it may abort the process or ask for much memory.
MARKUP = st.lists(
    st.sampled_from(
        [
            '<row r="2">', "<row>", "</row>", "<row/>", '<row r="199999">', "<row r='7'>", '<c r="A1">', "<c>", '<c r="IV3" t="s">', "</c>",
            '<c r="A2" t="inlineStr"><is><t>a</t></is></c>', '<c r="C3"/>', '<x:c r="B2">', "</x:c>", "<v>1</v>", "<v>0</v>", "<v/>",
            "<f>1</f>", "<f/>", "text", '<c r="B9" t="e"><v>#N/A</v></c>', '<c r="B9" t="b"><v>1</v></c>', '<c r="ZZZ9"><v>1</v></c>',
            '<c r="A1" s="1"><v>43000</v></c>', '<c r="B1" s="2"><v>1e999</v></c>', "<c t='d' r='D4'><v>2019-01-02</v></c>",
            "</sheetData><sheetData>",
            '<c r="A1" t="s"><v>1</v></c>', '<c r="A1" t="s"><v>9</v></c>', '<c a=">" r="E5"><v>5</v></c>', "<mergeCells/>", "&lt;", "<t>",
        ]
    ),
    max_size=12,
)  # fmt: skip


def test_any_mixture_of_markup_is_read_or_refused_within_a_gigabyte(tmp_path: Path) -> None:
    script = tmp_path / "mix.py"
    script.write_text(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from tests.app.test_tabular import read_mixtures\n"
        "read_mixtures()\n"
    )
    done = subprocess.run(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": os.getcwd()}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def read_mixtures() -> None:
    """Run by the test above in a process of its own."""

    @settings(max_examples=800, deadline=None, database=None)
    @given(MARKUP)
    def read(pieces: list[str]) -> None:
        path = Path(folder) / "mix.xlsx"
        path.write_bytes(book("".join(pieces), strings=string_table(["một", "hai"])))
        with contextlib.suppress(ExpectedError):
            tabular.read(path)

    with tempfile.TemporaryDirectory() as folder:
        read()


# --- read -------------------------------------------------------------------------------------------------------------------


def test_cells_are_read_as_the_text_that_people_see(tmp_path: Path) -> None:
    row = (
        '<c r="A2"><v>79085001234</v></c><c r="B2"><v>1.2E+3</v></c><c r="C2"><v>65.4</v></c>'
        '<c r="D2"><v>0.30000000000000004</v></c>'
        '<c r="E2" s="1"><v>43529</v></c>'
        '<c r="F2" t="b"><v>1</v></c><c r="G2" t="b"><v>0</v></c><c r="H2"><v>1E-7</v></c>'
        '<c r="I2" t="inlineStr"><is><t xml:space="preserve"> 001 </t></is></c><c r="J2" s="1"><v>43529.5</v></c>'
        '<c r="K2" s="2"><v>1.25</v></c>'
        '<c r="L2"><v>-3</v></c>'
    )
    sheet = read_bytes(tmp_path, book(cells([letters(n) for n in range(1, 13)]) + f'<row r="2">{row}</row>'))[0]
    assert texts(sheet) == [
        ["79085001234", "1200", "65,4", "0,3", "05/03/2019", "Có", "Không", "0,0000001", " 001 ", "05/03/2019 12:00", "30:00", "-3"],
    ]


def test_formulas_with_values_give_their_values(tmp_path: Path) -> None:
    row = '<c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="C2" t="str"><f>""</f><v></v></c>'
    sheet = read_bytes(tmp_path, book(cells(["a", "b", "c"]) + f'<row r="2">{row}</row>'))[0]
    assert texts(sheet) == [["2", "ab", ""]]


def test_cells_that_show_an_error_are_told_by_row_and_column(tmp_path: Path) -> None:
    row = '<c r="A5"><v>1</v></c><c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    sheet = read_bytes(tmp_path, book(cells(["a", "b"]) + f'<row r="5">{row}</row>'))[0]
    assert sheet.errors == {(5, 1): "Ô báo lỗi #DIV/0!. Hãy sửa công thức hoặc ghi giá trị."}
    assert sheet.numbers == [5]


def test_a_table_that_begins_in_the_middle_keeps_its_addresses(tmp_path: Path) -> None:
    body = (
        '<row r="3"><c r="C3" t="inlineStr"><is><t>Đơn vị</t></is></c><c r="D3"><v>1</v></c></row>'
        '<row r="7"><c r="C7"><v>1</v></c><c r="E7"><v>2</v></c></row>'
    )
    sheet = read_bytes(tmp_path, book(body))[0]
    assert (sheet.header, sheet.header_row, sheet.numbers) == (("", "", "Đơn vị", "1", ""), 3, [7])
    assert texts(sheet) == [["", "", "1", "", "2"]]


def test_title_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(cells(["BỘ CHQS TỈNH"], ["Kết quả", "quý I"], ["Đơn vị", "Ngày", "Khác"], ["DV01", "1/1/2019", "x"])))
    known = {header_key("Đơn vị"), header_key("Ngày")}
    sheet = tabular.read(path, lambda text: header_key(text) in known)[0]
    assert (sheet.header, sheet.header_row, len(sheet.rows)) == (("Đơn vị", "Ngày", "Khác"), 3, 1)
    assert tabular.read(path)[0].header == ("Kết quả", "quý I", "")


def test_two_rows_of_headings_are_read_as_one_and_a_row_that_numbers_the_columns_is_none_of_data(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [
        ["THỐNG KÊ"],
        ["Đơn vị", "Quân số", "", "", "Ghi chú"],
        ["", "Biên chế", "Vắng", "Tham gia", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["DV01", "40", "2", "38", ""],
    ]
    known = {header_key(one) for one in ("Đơn vị", "Vắng", "Quân số tham gia")}
    path.write_bytes(book(cells(*rows)))
    sheet = tabular.read(path, lambda text: header_key(text) in known)[0]
    assert sheet.header == ("Đơn vị", "Quân số Biên chế", "Vắng", "Quân số Tham gia", "Ghi chú")
    assert (sheet.header_row, sheet.numbers, texts(sheet)) == (2, [5], [["DV01", "40", "2", "38", ""]])


@pytest.mark.parametrize(
    "below", [["DV01", "Nguyễn An", "", "x"], ["", "40", "2", "38"], ["", "Lê Bình", "Trần Chi", ""], ["1", "2", "", ""]]
)
def test_data_below_headings_with_a_gap_stays_data(below: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(cells(["Đơn vị", "Quân số", "", "Ghi chú"], below)))
    sheet = tabular.read(path, lambda text: header_key(text) in {header_key("Đơn vị"), header_key("Quân số")})[0]
    assert (sheet.header, texts(sheet)) == (("Đơn vị", "Quân số", "", "Ghi chú"), [below])


def test_hidden_sheets_are_left_out_and_named(tmp_path: Path) -> None:
    xml = sheet_xml(cells(["Đơn vị"], ["DV01"]))
    sheets = read_bytes(tmp_path, pack(parts({"Buổi": xml, "Ẩn": xml, "Danh mục": xml}, states={"Ẩn": "hidden", "Danh mục": "veryHidden"})))
    assert [sheet.title for sheet in sheets] == ["Buổi"]
    assert sheets[0].warnings == ["Không đọc trang ẩn: Ẩn."]


def test_an_unusual_but_right_workbook_reads_the_same(tmp_path: Path) -> None:
    usual = cells(["Đơn vị", "Số"], ["DV01", 5], ["DV02", 6])
    expected = read_bytes(tmp_path, book(usual))
    prefixed = f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>' + usual.replace("</", "</x:").replace("<r", "<x:r").replace(
        "<c", "<x:c"
    )
    prefixed = prefixed.replace("<v", "<x:v").replace("<is", "<x:is").replace("<t ", "<x:t ") + "</x:sheetData></x:worksheet>"
    forms = {
        "prefix": pack(parts({"Buổi": prefixed})),
        "single quotes": book(
            usual.replace('r="', "r='").replace('" t=', "' t=").replace('"><', "'><").replace("inlineStr'", 'inlineStr"')
        ),
        "no addresses": book(
            "".join(
                f'<row><c t="inlineStr"><is><t>{a}</t></is></c>' + (f"<c><v>{b}</v></c></row>" if isinstance(b, int) else b)
                for a, b in (("Đơn vị", '<c t="inlineStr"><is><t>Số</t></is></c></row>'), ("DV01", 5), ("DV02", 6))
            )
        ),
        "stored": pack(parts({"Buổi": sheet_xml(usual)}), zipfile.ZIP_STORED),
        "1904": pack(parts({"Buổi": sheet_xml(usual)}, workbook='<workbookPr date1904="1"/>')),
    }
    for name, data in forms.items():
        assert read_bytes(tmp_path, data) == expected, name


def test_dates_of_a_1904_workbook_are_right(tmp_path: Path) -> None:
    body = cells(["Ngày"]) + '<row r="2"><c r="A2" s="1"><v>42067</v></c></row>'
    data = pack(parts({"Buổi": sheet_xml(body)}, workbook='<workbookPr date1904="1"/>'))
    assert texts(read_bytes(tmp_path, data)[0]) == [["05/03/2019"]]


def test_styled_cells_without_content_do_not_count(tmp_path: Path) -> None:
    body = cells(["a", "b"], ["1", "2"]) + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert texts(read_bytes(tmp_path, book(body, styles=STYLES))[0]) == [["1", "2"]]


def test_shared_strings_with_runs_and_spaces_are_read_whole(tmp_path: Path) -> None:
    strings = f'{HEAD}<sst xmlns="{MAIN}"><si><t xml:space="preserve"> Đơn vị</t></si>\n<si><r><t>a</t></r><r><t>b</t></r></si><si/></sst>'
    body = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in (1, 2, 3))
    sheet = read_bytes(tmp_path, book(body, strings=strings))[0]
    assert (sheet.header, texts(sheet)) == (("Đơn vị",), [["ab"]])


def test_wide_and_long_sheets_within_the_limits_are_read(tmp_path: Path) -> None:
    wide = read_bytes(tmp_path, book(cells([f"Cột {n}" for n in range(256)], list(range(256)))))[0]
    assert len(wide.header) == 256
    long = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 120_001, 7))
    assert read_bytes(tmp_path, book(long))[0].numbers[-1] == 119_995


def test_twenty_thousand_letters_in_a_cell_are_read(tmp_path: Path) -> None:
    note = "Ghi chú dài " * 1_700
    assert texts(read_bytes(tmp_path, book(cells(["Ghi chú", "b"], [note, "x"])))[0]) == [[note, "x"]]


def test_what_calamine_opens_holds_only_parts_that_were_looked_at() -> None:
    data = pack({**parts({"Buổi": sheet_xml(cells(["a"]))}), "xl/vbaProject.bin": b"macro", "xl/media/a.png": b"x", "../../evil": b"x"})
    with tempfile.TemporaryFile() as file:
        file.write(guard(data).book)
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            assert sorted(archive.namelist()) == [
                "[Content_Types].xml", "_rels/.rels",
                "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml",
            ]  # fmt: skip


def test_openpyxl_runs_with_defusedxml() -> None:
    assert openpyxl.DEFUSEDXML is True


# --- CSV --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_any_encoding_and_separator_is_read(encoding: str, separator: str, tmp_path: Path) -> None:
    text = f'Đơn vị{separator}Ghi chú\r\nDV01{separator}"Dòng một; hai, ba\nDòng ""hai"""\r\n\r\nDV02{separator}\r\n'
    sheet = read_bytes(tmp_path, text.encode(encoding), "a.csv")[0]
    assert (sheet.title, sheet.header) == ("a", ("Đơn vị", "Ghi chú"))
    assert sheet.rows == [["DV01", 'Dòng một; hai, ba\nDòng "hai"'], ["DV02", ""]]
    assert sheet.numbers == [2, 4]
    assert sheet.warnings == []


def test_the_code_pages_of_windows_are_guessed_with_a_warning(tmp_path: Path) -> None:
    text = "Đơn vị,Người\r\nĐông Giang,Nguyễn Thị Hường\r\n"
    vietnamese = "".join(_to_cp1258(text))
    sheet = read_bytes(tmp_path, vietnamese.encode("cp1258"), "a.csv")[0]
    assert (sheet.header, sheet.rows) == (("Đơn vị", "Người"), [["Đông Giang", "Nguyễn Thị Hường"]])
    assert "cp1258" in sheet.warnings[0]
    legacy = read_bytes(tmp_path, "®¬n vÞ,a\r\nNguyÔn V¨n,b\r\n".encode("cp1252"), "b.csv")[0]
    assert legacy.rows == [["NguyÔn V¨n", "b"]]
    assert "xem lại" in legacy.warnings[0]


def _to_cp1258(text: str) -> list[str]:
    """Letters as cp1258 has them: tone marks stand by themselves."""
    import unicodedata

    found: list[str] = []
    for character in text:
        parts_of = unicodedata.normalize("NFD", character)
        tones = "".join(mark for mark in parts_of[1:] if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts_of if mark not in tones))
        found.append(base + tones)
    return found


def test_excels_separator_line_is_obeyed(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"sep=;\r\na,b;c\r\n1;2\r\n", "a.csv")[0].header == ("a,b", "c")


def test_ragged_rows_keep_every_cell(tmp_path: Path) -> None:
    sheet = read_bytes(tmp_path, b"a,b\n1\n2,3,4,\n", "a.csv")[0]
    assert (sheet.header, sheet.rows) == (("a", "b", "", ""), [["1", "", "", ""], ["2", "3", "4", ""]])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n1,\x002\n", "kind"),
        (b"a,b\n1\xff,\x002\n", "kind"),
        (b'a,b\n1,"open\n2,3\n', "damaged"),
        (b'a,b\n"x"y,1\n', "damaged"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "damaged"),
        (b"a\n" + b"1\n" * 200_001, "too-large"),
        (b",".join([b"x"] * 300) + b"\n", "too-large"),
    ],
    ids=["NUL", "NUL and no UTF-8", "open quote", "quote in the middle", "huge cell", "rows", "columns"],
)
def test_csv_that_is_no_table_is_refused(data: bytes, code: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, data, "a.csv").code == code


def test_three_hundred_columns_of_which_most_are_empty_are_read(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"a,b" + b"," * 298 + b"\n1,2" + b"," * 298 + b"\n", "a.csv")[0].rows == [["1", "2"]]
