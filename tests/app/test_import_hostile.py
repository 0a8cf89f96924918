"""Bad files on the command line: one line of Vietnamese, exit 1, nothing changed; text that only looks bad stays the text it is."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from app import office
from db.record import uuid7
from db.records import RECORD_TYPES
from tests import samples
from tests.app.cli_kit import Result, Run, runner
from tests.app.hostile_files import OTHERS, book, build, cells, lying_sizes
from tests.app.import_kit import CHECK, SESSION, csv_file

MARKUP = '<b>&<img src="file:///etc/passwd">'
COMMAND = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a record, which no refusal may change."""
    made = samples.copy_office(tmp_path_factory.mktemp("hostile") / "office")
    with office.open_office(made, None, samples.PASSWORD, "thử") as opened:
        opened.store.save("education", samples.education(), samples.USER)
        opened.store.save("care", samples.care(), samples.USER)
    return made


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(folder, monkeypatch, capsys)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command line over an office of its own, for what comes in."""
    return runner(samples.copy_office(tmp_path / "office"), monkeypatch, capsys)


def bytes_of(folder: Path) -> dict[str, str]:
    """Give a digest of every file of the office: equal bytes, equal records and keys. The log may grow."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "nhat-ky" not in path.parts and not path.name.startswith("nennep.lock")
    }


def expect_refusal(run: Run, folder: Path, kind: str, path: Path, *words: str) -> Result:
    """Import must end with exit 1 and one line on stderr that holds ``words``; every file of office and table stays as it was."""
    before, table = bytes_of(folder), content(path)
    result = run("import", kind, path)
    assert result.code == 1, result
    assert result.err.startswith("Lỗi: ")
    assert result.err.count("\n") == 1, result.err
    assert result.err[:-1].isprintable(), result.err
    assert "Traceback" not in result.err
    assert "phần mềm (" not in result.err
    for word in words:
        assert word in result.err, result.err
    assert bytes_of(folder) == before
    assert content(path) == table
    return result


def content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def csv_of(folder: Path, *rows: dict[str, Any], name: str = "bang.csv") -> Path:
    return csv_file(folder / name, *rows)


def text_of(path: Path) -> str:
    """Give the text of a PDF with line breaks taken out, so that what was broken over lines is whole."""
    return " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())


# -- files that are no tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.pdf", "cu.xls", "mat-khau.xlsx", "trang.xlsx", "la.dat"])
def test_a_file_that_is_no_table_is_refused(run: Run, folder: Path, tmp_path: Path, name: str) -> None:
    data, word = OTHERS[name]
    expect_refusal(run, folder, "education", written(tmp_path, name, data), word)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stray cell at XFD1048576", ("XFD1048576",)),
        ("300 columns", ("256",)),
        ("300,000 rows", ("200.000",)),
        ("billion laughs in a sheet", ()),
        ("external entity in the strings", ()),
        ("cut in the middle", ("hỏng",)),
        ("a formula without a value", ("B3", "công thức")),
    ],
)
def test_a_hostile_workbook_is_refused(run: Run, folder: Path, tmp_path: Path, name: str, words: tuple[str, ...]) -> None:
    expect_refusal(run, folder, "education", written(tmp_path, "bang.xlsx", build(name)[0]), *words)


def test_a_zip_bomb_behind_a_false_size_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    expect_refusal(run, folder, "education", written(tmp_path, "bom.xlsx", lying_sizes(64 << 20)), "bất thường")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("trong.csv", b"", "trống"),
        ("trong.xlsx", b"", "trống"),
        ("nul.csv", "Đơn vị,Ngày\n\0\0\0".encode(), ""),
        ("ngoac.csv", 'Đơn vị,Ngày\n"DV01,02/01/2019\n'.encode(), "ngoặc kép"),
        ("mot.csv", (",".join(SESSION) + "\n").encode(), "không có dòng nào"),
        ("rong.csv", (",".join(f"Cột {n}" for n in range(300)) + "\n" + "1," * 299 + "1\n").encode(), "300 cột"),
        ("la.csv", b"Xin chao\ncac ban\n", "Xin chao"),
    ],
)
def test_a_csv_without_records_is_refused(run: Run, folder: Path, tmp_path: Path, name: str, data: bytes, word: str) -> None:
    expect_refusal(run, folder, "education", written(tmp_path, name, data), word)


def test_a_workbook_of_one_row_or_none_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    expect_refusal(run, folder, "education", written(tmp_path, "khong.xlsx", book("")), "tiêu đề")
    expect_refusal(run, folder, "education", written(tmp_path, "mot.xlsx", book(cells(list(SESSION)))), "không có dòng nào")


@pytest.mark.parametrize("place", ["khong-co.xlsx", "", "a\nb.csv", "x" * 300 + ".csv"])
def test_a_path_that_leads_nowhere_is_refused(run: Run, folder: Path, tmp_path: Path, place: str) -> None:
    expect_refusal(run, folder, "education", tmp_path / place)


# -- columns -----------------------------------------------------------------------------------------------------------------


def test_unknown_and_missing_columns_are_named(run: Run, folder: Path, tmp_path: Path) -> None:
    expect_refusal(run, folder, "education", csv_of(tmp_path, SESSION | {"Thời tiết": "mưa"}), "Thời tiết", "--ignore")
    short = {key: text for key, text in SESSION.items() if key not in ("Hình thức", "Ngày")}
    expect_refusal(run, folder, "education", csv_of(tmp_path, short), "Hình thức", "Đến ngày")
    expect_refusal(run, folder, "education", csv_of(tmp_path, SESSION | {"Quân số hiện có": "420"}), "hai cột", "Quân số hiện có")


def test_a_heading_with_control_characters_is_named_without_them(run: Run, folder: Path, tmp_path: Path) -> None:
    expect_refusal(run, folder, "education", csv_of(tmp_path, SESSION | {"\x1b[31mĐỏ\x07\u202e": "x"}), "Đỏ")


def test_ignored_columns_and_refused_rows_are_left_out_when_told(fresh: Run, tmp_path: Path) -> None:
    path = csv_of(tmp_path, SESSION | {"Thời tiết": "mưa"}, SESSION | {"Thời tiết": "", "Tham gia": "-1"})
    assert fresh("import", "education", path, "--ignore", "thời tiết").code == 1
    done = fresh("import", "education", path, "--ignore", "thời tiết", "--skip-refused", "--json")
    assert done.code == 0
    assert (done.json["new"], [(one["row"], one["column"]) for one in done.json["refused"]]) == (1, [(3, "Tham gia")])


# -- cells -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Ngày": "31/02/2019"}, ("cột “Ngày”", "không có trong lịch")),
        ({"Ngày": "1948"}, ("cột “Ngày”", "ngày, tháng, năm")),
        ({"Ngày": "01/01/1066"}, ("1066",)),
        ({"Tham gia": "65.4"}, ("“65.4”", "số nguyên")),
        ({"Tham gia": "65,4"}, ("“65,4”",)),
        ({"Tham gia": "-5"}, ("cột “Tham gia”",)),
        ({"Tham gia": "1e3"}, ("“1e3”",)),
        ({"Tham gia": "9" * 40}, ("lớn quá",)),
        ({"Tham gia": "430"}, ("không được lớn hơn",)),
        ({"Đơn vị": "DV77"}, ("DV77",)),
        ({"Đơn vị": COMMAND}, ("=cmd",)),
        ({"Đối tượng": MARKUP}, ("<b>",)),
        ({"Địa điểm": "x" * 501}, ("501",)),
        ({"Ghi chú": "x" * 20_001}, ("20001",)),
        ({"Mã bản ghi": "không phải"}, ("mã bản ghi",)),
        ({"Trạng thái": "Nửa vời"}, ("cột “Trạng thái”",)),
    ],
)
def test_a_cell_that_cannot_be_is_refused_at_its_place(
    run: Run, folder: Path, tmp_path: Path, changes: dict[str, str], words: tuple[str, ...]
) -> None:
    expect_refusal(run, folder, "education", csv_of(tmp_path, SESSION, SESSION | changes), "dòng 3", "--skip-refused", *words)


def test_money_that_may_mean_two_things_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    row = {"Mã bản ghi": uuid7(), **CHECK, "Nguồn": "NSNN", "Số tiền": "65.4"}
    expect_refusal(run, folder, "care", csv_of(tmp_path, row), "“65.4”", "hai cách", "65.400.000")


def test_a_cell_that_shows_an_error_is_refused_and_a_formula_with_a_value_counts_as_it(run: Run, folder: Path, tmp_path: Path) -> None:
    head, row = list(SESSION), list(SESSION.values())
    broken = cells(head, [*row[:-1], '<c r="J2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'])
    expect_refusal(run, folder, "education", written(tmp_path, "loi.xlsx", book(broken)), "#DIV/0!", "Tham gia")
    valued = cells(head, [*row[:-1], '<c r="J2"><f>400+9</f><v>409</v></c>'])
    assert run("import", "education", written(tmp_path, "tot.xlsx", book(valued)), "--preview", "--json").json["new"] == 1


def test_the_whole_state_is_as_it_was_after_all_refusals(folder: Path) -> None:
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        state = opened.store.state_hash()
        opened.store.rebuild()
        assert opened.store.state_hash() == state
        assert [opened.store.count(RECORD_TYPES[kind]) for kind in ("education", "care", "beneficiary")] == [1, 1, 0]


# -- text that is only text --------------------------------------------------------------------------------------------------


def test_old_encodings_are_warned_of_and_kept_as_they_are(fresh: Run, tmp_path: Path) -> None:
    legacy = "®¶ng céng s¶n viÖt nam, n\xadíc ta"
    person = {"Họ và tên": "NguyÔn V¨n Hïng", "Năm sinh": "1948", "Diện đối tượng": "BENH_BINH"}
    twice = "Äáº£ng á»§y quÃ¢n sá»±"
    vni = "Ñaûng Coäng saûn Vieät Nam"
    rows = [SESSION | {"Địa điểm": text, "Ngày": f"0{n}/01/2019"} for n, text in enumerate((legacy, twice, vni), 1)]
    done = fresh("import", "education", csv_of(tmp_path, *rows), "--json")
    assert (done.code, done.json["new"], done.json["doubtful"]) == (0, 3, 3)
    assert "TCVN3" in fresh("import", "beneficiary", csv_of(tmp_path, {k: person[k] for k in ("Họ và tên", "Năm sinh")})).out
    found = fresh("list", "education", "--json").json["records"]
    places = {fresh("show", one["id"], "--json").json["place"] for one in found}
    assert places == {legacy, twice, vni}
    again = fresh("import", "education", csv_of(tmp_path, *rows), "--json").json
    assert (again["already"], again["new"]) == (3, 0)


def test_a_name_in_an_old_encoding_is_warned_of_in_a_list_too(fresh: Run, tmp_path: Path) -> None:
    book = Workbook()
    tables = {
        "Hoạt động": [["Bản ghi số", *CHECK], [1, *CHECK.values()]],
        "Đối tượng hưởng": [["Bản ghi số", "Diện đối tượng", "Xã", "Số người"], [1, "BENH_BINH", "Phú Lâm", 1]],
        "Danh sách": [["Bản ghi số", "Họ và tên", "Năm sinh", "Diện đối tượng"], [1, "NguyÔn V¨n Hïng", "1948", "BENH_BINH"]],
    }
    for title, rows in tables.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "cu.xlsx")
    done = fresh("import", "care", tmp_path / "cu.xlsx")
    assert done.code == 0, done.err
    assert "trang “Danh sách”, dòng 2, cột “Họ và tên”: Chữ ở cột “Họ và tên” có vẻ là mã TCVN3" in done.out


def test_decomposed_text_is_composed_and_nothing_else(fresh: Run, tmp_path: Path) -> None:
    row = SESSION | {"Địa điểm": "Hội trường thị xã Đông Giang", "Đơn vị": "Ban CHQS thị xã Đông Giang"}
    apart = {unicodedata.normalize("NFD", key): unicodedata.normalize("NFD", text) for key, text in row.items()}
    assert fresh("import", "education", csv_of(tmp_path, apart), "--json").json["new"] == 1
    assert fresh("import", "education", csv_of(tmp_path, row), "--json").json["already"] == 1
    (record,) = fresh("list", "education", "--search", "Hội trường", "--json").json["records"]
    assert fresh("show", record["id"], "--json").json["place"] == row["Địa điểm"]


def test_control_characters_are_taken_out_and_a_note_of_twenty_thousand_letters_is_kept(fresh: Run, tmp_path: Path) -> None:
    note = "Ghi chú dài. " * 1_538 + "kết"
    assert 19_990 < len(note) <= 20_000
    row = SESSION | {"Địa điểm": "Hội\x07 \u202etrường\u200b\ufeff số\u00a01", "Ghi chú": note}
    assert fresh("import", "education", csv_of(tmp_path, row), "--json").json["new"] == 1
    (record,) = fresh("list", "education", "--json").json["records"]
    shown = fresh("show", record["id"], "--json").json
    assert (shown["place"], shown["note"]) == ("Hội trường số 1", note)
    assert fresh("export", "education", tmp_path / "ra.xlsx").code == 0
    assert fresh("import", "education", tmp_path / "ra.xlsx", "--json").json["already"] == 1


def test_markup_and_commands_in_any_text_are_printed_as_they_stand(fresh: Run, tmp_path: Path) -> None:
    """Unit, letterhead, signatory, recipients, free text and shortcomings are what a report prints of people's words."""
    name = f"{COMMAND} {MARKUP}"
    units = csv_of(tmp_path, {"Mã đơn vị": "DV05", "Tên đơn vị": name, "Đơn vị cấp trên": "HS00"}, name="don-vi.csv")
    assert fresh("import", "unit", units).code == 0
    assert fresh("import", "education", csv_of(tmp_path, SESSION | {"Đơn vị": "DV05", "Tham gia": "400"}, SESSION)).code == 0
    terms = csv_of(
        tmp_path,
        {"Mã đơn vị": "HS00", "Cơ quan chủ quản": MARKUP + "1", "Cơ quan ban hành": MARKUP + "2", "Địa danh": MARKUP + "3",
         "Người ký": MARKUP + "4", "Cấp bậc người ký": "=1+1", "Mã chữ ký": "SIG_CU", "Ký hiệu": "BC-BCH"},
        name="co-quan.csv",
    )  # fmt: skip
    assert fresh("import", "office", terms).code == 0
    recipients = csv_of(tmp_path, {"Mã đơn vị": "HS00", "Nơi nhận": MARKUP + "5"}, name="noi-nhan.csv")
    assert fresh("import", "office", recipients).code == 0
    texts = csv_of(
        tmp_path, {"Đơn vị": "HS00", "Kỳ": "2019-H1", "Mục": "1.I.1", "Nội dung": f"{MARKUP}6\n{COMMAND} {{EDU_TURN_N:n}} </para>"}
    )
    assert fresh("import", "report", texts).code == 0
    rounds = Workbook()
    for title, rows in {
        "Cuộc": [
            ["Bản ghi số", "Đơn vị", "Từ ngày", "Đến ngày", "Loại", "planned", "Chủ thể tiến hành", "Tổ chức đảng chủ trì", "Nội dung",
             "Số quyết định", "Ngày quyết định", "Số thông báo kết luận", "Ngày kết luận"],
            [1, "DV01", "01/03/2019", "05/03/2019", "KT_CH", "KE_HOACH", "CAP_UY", "DU00", "NQ_CT",
             "1-QĐ/ĐU", "20/02/2019", "2-TB/ĐU", "10/03/2019"],
        ],
        "Đối tượng kiểm tra": [["Bản ghi số", "TT", "Loại đối tượng", "Tổ chức đảng", "Kết luận"], [1, 1, "TCD", "CB01", "CO_KD"]],
        "Khuyết điểm": [["Bản ghi số", "Đối tượng", "Nội dung", "Trạng thái", "Hạn khắc phục"], [1, 1, MARKUP + "7", "DANG", "30/09/2019"]],
    }.items():  # fmt: skip
        page = rounds.create_sheet(title)
        for row in rows:
            page.append(row)
    rounds.remove(rounds["Sheet"])
    rounds.save(tmp_path / "kiem-tra.xlsx")
    done = fresh("import", "inspection", tmp_path / "kiem-tra.xlsx")
    assert done.code == 0, done.err
    out = tmp_path / "bao-cao.pdf"
    assert fresh("report", "--period", "2019-H1", "--out", out).code == 0
    bare = text_of(out).replace(" ", "")
    for number in range(1, 8):
        wanted = f"{MARKUP}{number}".replace(" ", "")
        assert (wanted.upper() if number < 3 else wanted) in bare, number  # letterheads are in capitals
    assert name.replace(" ", "") in bare
    assert "{EDU_TURN_N:n}</para>" in bare
    reader = PdfReader(out)
    assert not any("/Annots" in page and page["/Annots"] for page in reader.pages)
    assert sum(len(page.images) for page in reader.pages) == 0
    assert fresh("export", "unit", tmp_path / "don-vi.xlsx").code == 0
    found = [cell for page in load_workbook(tmp_path / "don-vi.xlsx") for row in page.iter_rows() for cell in row if cell.value == name]
    assert [cell.data_type for cell in found] == ["s"]


def test_names_of_persons_that_look_like_commands_stay_names(fresh: Run, tmp_path: Path) -> None:
    rows = [{"Họ và tên": text, "Năm sinh": "1950"} for text in (COMMAND, MARKUP, "@SUM(1)", "-2+3", "'; DROP TABLE journal; --")]
    assert fresh("import", "beneficiary", csv_of(tmp_path, *rows), "--json").json["new"] == 5
    for ending in ("xlsx", "csv"):
        out = tmp_path / f"ra.{ending}"
        assert fresh("export", "beneficiary", out, "--with-names").code == 0
        assert fresh("import", "beneficiary", out, "--json").json["already"] == 5
    assert fresh("list", "beneficiary", "--search", "drop table", "--json").json["total"] == 1
    assert fresh("check").code == 0
