"""Which column is which question, which rows are one record, and that exported records read back as they were."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import tabular
from app.record_columns import JOIN, UID, columns, flat_kinds, line_columns
from app.record_sheets import group
from app.record_tables import entry_form, tables_of
from app.sheets import LISTS, Sheet, Table, as_text
from db.errors import ExpectedError
from db.names import NameBook
from db.questions import Choice, Choices, Day, Link, LongText, PartialDay, Question, Text, Whole, YesNo
from db.record import Line, Record, complete, fixed_uid
from db.records import RECORD_TYPES
from db.text import clean, header_key

TYPES = pytest.mark.parametrize("declared", RECORD_TYPES.values(), ids=RECORD_TYPES)
EDUCATION, INSPECTION, CARE, UNIT = (RECORD_TYPES[name] for name in ("education", "inspection", "care", "unit"))
DAY = "2019-03-05"
UID_1, UID_2 = "0169148a-45c0-7f6a-9f3e-9d14799603ea", "01692923-b5c0-70ee-bf36-592722f6f1bb"


def sheet(title: str, *rows: list[Any], first: int = 1) -> Sheet:
    """A sheet whose first row is the header."""
    header = tuple(rows[0])
    return Sheet(title, header, first, [list(row) for row in rows[1:]], list(range(first + 1, first + len(rows))))


def refusal(declared: type[Record], *sheets: Sheet, ignore: tuple[str, ...] = ()) -> ExpectedError:
    with pytest.raises(ExpectedError) as caught:
        group(declared, sheets, ignore)
    assert caught.value.remedy
    return caught.value


# --- columns ----------------------------------------------------------------------------------------------------------------


@TYPES
def test_no_two_headings_of_a_sheet_are_equal(declared: type[Record]) -> None:
    sheets = [columns(declared), *(columns(declared, kind) for kind in declared.kinds)]
    sheets += [(*columns(declared), *line_columns(declared, kind)) for kind in flat_kinds(declared)]
    for places in sheets:
        keys = [header_key(text) for place in places for text in (place.label, *place.aliases)]
        assert len(set(keys)) == len(keys)
        assert all(keys)


@TYPES
def test_titles_of_sheets_can_be_told_apart_and_written(declared: type[Record]) -> None:
    titles = [declared.caption, *(line.caption for line in declared.kinds.values()), LISTS]
    assert len({header_key(title) for title in titles}) == len(titles)
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)


def test_only_shortcomings_have_no_flat_form() -> None:
    lacking = {(name, kind) for name, declared in RECORD_TYPES.items() for kind in declared.kinds if kind not in flat_kinds(declared)}
    assert lacking == {("inspection", "shortcomings")}


def test_headings_are_known_by_label_alias_and_attribute_whatever_their_dress() -> None:
    head = [
        "BẢN GHI SỐ",
        "don vi",
        "Ngày:",
        "form",
        "LOẠI NỘI DUNG",
        "Nội dung  khác",
        "giáo viên/báo cáo viên",
        "đối tượng",
        "Quân số hiện có",
        "present",
    ]
    found = group(EDUCATION, [sheet("Bất kỳ", head, [1, "DV01", "1/1/2019", "HOC_TAP", "CT", "x", "y", "SQ", 10, 9])])
    assert found.records[0].cells == {
        "unit": "DV01",
        "event_to": "1/1/2019",
        "form": "HOC_TAP",
        "content_type": "CT",
        "topic_free": "x",
        "lecturer_role": "y",
    }
    assert found.records[0].lines["audiences"][0].cells == {"audience": "SQ", "strength": "10", "present": "9"}


# --- sheets -----------------------------------------------------------------------------------------------------------------

HEAD = ["Bản ghi số", "Mã bản ghi", "Đơn vị báo cáo", "Đến ngày", "Hình thức", "Loại nội dung", "Giáo viên / báo cáo viên"]
LINE = ["Đối tượng", "Quân số", "Quân số tham gia"]
FIRST = ["DV01", dt.date(2019, 3, 5), "HOC_TAP", "CT", "CHINH_UY"]
EMPTY = [""] * 5


def test_rows_of_one_number_are_one_record_with_lines() -> None:
    found = group(
        EDUCATION, [sheet("t", HEAD + LINE, [1, "", *FIRST, "SQ", 5, 4], ["1", "", *EMPTY, "QNCN", 6, 6], [2, "", *FIRST, "SQ", 7, 7])]
    )
    assert [len(record.lines["audiences"]) for record in found.records] == [2, 1]
    assert found.records[0].cells["event_to"] == "05/03/2019"
    assert found.refused == []


def test_rows_are_joined_by_uid_when_there_is_no_number() -> None:
    rows = [["", UID_1, *FIRST, "SQ", 5, 4], ["", UID_1.upper(), *EMPTY, "QNCN", 6, 6], ["", UID_2, *FIRST, "SQ", 7, 7]]
    found = group(EDUCATION, [sheet("t", HEAD + LINE, *rows)])
    assert [len(record.lines["audiences"]) for record in found.records] == [2, 1]


def test_rows_without_any_key_are_each_a_record() -> None:
    found = group(EDUCATION, [sheet("t", HEAD[2:] + LINE, [*FIRST, "SQ", 5, 4], [*FIRST, "QNCN", 6, 6])])
    assert len(found.records) == 2


def test_rows_of_a_catalogue_are_joined_by_code() -> None:
    head = ["Mã đơn vị", "Tên đơn vị", "Hiệu lực từ"]
    found = group(UNIT, [sheet("t", head, ["DV01", "Cũ", ""], [" dv01", "Mới", "01/07/2025"], ["DV02", "Khác", ""])])
    assert [(record.cells["code"], len(record.lines["versions"])) for record in found.records] == [("DV01", 2), ("DV02", 1)]


def test_a_later_row_that_says_something_else_refuses_the_record_at_its_cell() -> None:
    other = ["DV02", *FIRST[1:]]
    found = group(
        EDUCATION, [sheet("Trang", HEAD + LINE, [1, "", *FIRST, "SQ", 5, 4], [1, "", *other, "QNCN", 6, 6], [2, "", *FIRST, "SQ", 7, 7])]
    )
    assert [record.row for record in found.records] == [4]
    assert [refused.as_json() for refused in found.refused] == [
        {"sheet": "Trang", "row": 3, "column": "Đơn vị báo cáo", "reason": found.refused[0].reason}
    ]
    assert "dòng 2" in found.refused[0].reason


def workbook(*lines: list[Any], head: list[list[Any]] | None = None) -> list[Sheet]:
    rows = head or [[1, UID_1, *FIRST], [2, "", *FIRST]]
    return [sheet("Buổi", HEAD, *rows), sheet("Đối tượng học", ["Bản ghi số", "Mã bản ghi", *LINE], *lines)]


def test_lines_of_a_workbook_find_their_record_by_number_or_uid() -> None:
    found = group(EDUCATION, workbook([2, "", "SQ", 5, 4], [1, "", "SQ", 6, 6], ["", UID_1, "QNCN", 7, 7]))
    assert [[line.cells["present"] for line in record.lines["audiences"]] for record in found.records] == [["6", "7"], ["4"]]
    assert found.kinds == {"audiences": frozenset({"audience", "strength", "present"})}
    assert UID in found.columns
    assert JOIN not in found.columns


@pytest.mark.parametrize(
    ("line", "word"),
    [([9, "", "SQ", 5, 4], "“9”"), (["", "", "SQ", 5, 4], "Chưa ghi “Bản ghi số”"), ([2, UID_1, "SQ", 5, 4], "hai bản ghi khác")],
)
def test_a_line_that_finds_no_record_is_refused(line: list[Any], word: str) -> None:
    found = group(EDUCATION, workbook(line))
    assert word in found.refused[0].reason
    assert (found.refused[0].sheet, found.refused[0].row) == ("Đối tượng học", 2)


def test_two_records_of_one_uid_are_refused() -> None:
    found = group(EDUCATION, workbook([1, "", "SQ", 5, 4], head=[[1, UID_1, *FIRST], [2, UID_1, *FIRST]]))
    assert "Trùng" in found.refused[0].reason


def test_problems_are_placed_at_sheet_row_and_heading() -> None:
    record = group(EDUCATION, workbook([1, "", "SQ", 5, 4])).records[0]
    assert record.refusal("unit", "x").as_json() == {"sheet": "Buổi", "row": 2, "column": "Đơn vị báo cáo", "reason": "x"}
    assert record.refusal("audiences[0].present", "x").as_json() == {
        "sheet": "Đối tượng học",
        "row": 2,
        "column": "Quân số tham gia",
        "reason": "x",
    }
    assert record.refusal("", "x").as_json() == {"sheet": "Buổi", "row": 2, "column": "", "reason": "x"}
    assert record.refusal("audiences", "x").row == 2
    assert record.refusal("audiences[7].present", "x").row == 2
    assert str(record.refusal("unit", "sai.")) == "trang “Buổi”, dòng 2, cột “Đơn vị báo cáo”: sai."


def test_unknown_columns_are_listed_and_left_out_only_when_told() -> None:
    flat = sheet("t", [*HEAD[2:], *LINE, "Số thứ tự", "Quân số ốm"], [*FIRST, "SQ", 5, 4, 1, 0])
    error = refusal(EDUCATION, flat, ignore=("stt",))
    assert "“Số thứ tự”, “Quân số ốm”" in str(error)
    assert '--ignore "Số thứ tự"' in str(error)
    assert len(group(EDUCATION, [flat], ("so thu tu", "Quân số ốm")).records) == 1


def test_a_column_without_heading_is_unknown_when_it_holds_anything() -> None:
    assert "(cột F)" in str(refusal(EDUCATION, sheet("t", [*HEAD[2:], ""], [*FIRST, "x"])))
    assert group(EDUCATION, [sheet("t", [*HEAD[2:], ""], [*FIRST, ""])]).records
    assert group(EDUCATION, [sheet("t", [*HEAD[2:], ""], [*FIRST, "x"])], ("(cột F)",)).records


def test_missing_required_columns_are_listed() -> None:
    error = refusal(EDUCATION, sheet("Trang", HEAD[2:4], FIRST[:2]))
    assert str(error).startswith("Trang “Trang” thiếu cột bắt buộc: “Hình thức”, “Loại nội dung”, “Giáo viên / báo cáo viên”.")
    assert "“Quân số tham gia”" in str(refusal(EDUCATION, sheet("t", [*HEAD[2:], *LINE[:2]], [*FIRST, "SQ", 5])))
    assert "“Bản ghi số”" in str(refusal(EDUCATION, sheet("Buổi", HEAD, [1, "", *FIRST]), sheet("Đối tượng học", LINE, ["SQ", 5, 4])))


def test_an_update_by_uid_may_bring_few_columns() -> None:
    found = group(EDUCATION, [sheet("t", ["Mã bản ghi", "Ghi chú"], [UID_1, "x"])])
    assert (found.columns, found.kinds) == (frozenset({"uid", "note"}), {})


def test_two_columns_of_one_meaning_are_refused() -> None:
    assert "“Đơn vị báo cáo” và “Đơn vị”" in str(refusal(EDUCATION, sheet("t", [*HEAD[2:], "Đơn vị"], [*FIRST, "DV01"])))


def test_a_sheet_of_another_title_is_refused_unless_ignored() -> None:
    other = sheet("Tính nháp", ["a"], [1])
    assert "“Tính nháp”" in str(refusal(EDUCATION, *workbook([1, "", "SQ", 5, 4]), other))
    assert len(group(EDUCATION, [*workbook([1, "", "SQ", 5, 4]), other], ("tính nháp",)).records) == 2
    assert len(group(EDUCATION, [*workbook([1, "", "SQ", 5, 4]), sheet(LISTS, ["a"], [1])]).records) == 2


def test_lines_without_their_record_sheet_are_refused() -> None:
    lines = [sheet("Đối tượng hưởng", ["Bản ghi số", "Diện đối tượng"]), sheet("Danh sách", ["Bản ghi số", "Họ và tên"])]
    assert "Thiếu trang “Hoạt động”" in str(refusal(CARE, *lines))


def test_a_file_without_a_header_is_refused_and_one_without_rows_is_not() -> None:
    assert refusal(EDUCATION, Sheet("t")).code == "empty"
    assert group(EDUCATION, [sheet("t", HEAD)]).records == []


def test_a_cell_with_an_error_refuses_its_record_only() -> None:
    flat = sheet("t", [*HEAD[2:], *LINE], [*FIRST, "SQ", "", 4], [*FIRST, "SQ", 5, 4])
    flat.errors = {(2, 6): "Ô báo lỗi #REF!.", (3, 99): "cột khác"}
    found = group(EDUCATION, [flat])
    assert [record.row for record in found.records] == [3]
    assert [(r.row, r.column, r.reason) for r in found.refused] == [(2, "Quân số", "Ô báo lỗi #REF!.")]


def test_the_flat_sheet_of_care_carries_whichever_kind_its_headings_name() -> None:
    head = ["Đơn vị", "Ngày", "Hoạt động"]
    for kind, heads in {"listed": ["Họ và tên", "Năm sinh", "Diện đối tượng", "Số tiền"], "funding": ["Nguồn", "Số tiền"]}.items():
        assert list(group(CARE, [sheet("t", head + heads)]).kinds) == [kind]


# --- out and in again -------------------------------------------------------------------------------------------------------

CATALOGUES: dict[str, dict[str, Any]] = {
    "unit": {
        fixed_uid("unit", code): {"code": code, "versions": [{"name": name, "short": None, "valid_from": None, "valid_to": None}]}
        for code, name in (("DV01", "Ban CHQS Đông Giang"), ("DV02", "Tên trùng"), ("DV03", "Tên trùng"))
    },
    "topic": {fixed_uid("topic", "T01"): {"code": "T01", "title": "Luật Dân quân tự vệ", "year": None}},
    "party-org": {fixed_uid("party-org", "CB01"): {"code": "CB01", "name": "Chi bộ 1", "valid_from": None, "valid_to": None}},
}
NAMES = NameBook(RECORD_TYPES, lambda name: {uid: {"uid": uid, **record} for uid, record in CATALOGUES[name].items()})

TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Z")), max_size=30),
    st.sampled_from(["=cmd|x", "'=1", "-", "a\nb", '<b>&<img src="file:">', "001", "x" * 400]),
)


def answer(question: Question) -> st.SearchStrategy[Any]:
    """Any answer that can be typed on DAY, None included."""
    if isinstance(question, Choices):
        codes = question.codes.codes(DAY)
        return st.none() | st.sets(st.sampled_from(codes), min_size=1).map(lambda some: [code for code in codes if code in some])
    if isinstance(question, Choice):
        return st.none() | st.sampled_from(question.codes.codes(DAY))
    if isinstance(question, PartialDay):
        return st.sampled_from([None, "1948", "~1948", "1948-05", "1948-05-03"])
    if isinstance(question, Day):
        return st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)).map(str)
    if isinstance(question, Whole):
        return st.none() | st.integers(-5, 10**12)
    if isinstance(question, YesNo):
        return st.none() | st.booleans()
    if isinstance(question, Link):
        return st.none() | st.sampled_from(sorted(CATALOGUES.get(question.to, {UID_1: None})))
    assert isinstance(question, Text)
    limit, lines = question.limit, isinstance(question, LongText)
    return st.none() | TEXT.map(lambda text: clean(text, lines=lines)[:limit].strip() or None)


def answers(model: type[Record] | type[Line]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: answer(question) for name, question in model.questions().items()})


@st.composite
def records(draw: st.DrawFn, declared: type[Record], kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        record = draw(answers(declared)) | {"uid": f"0169148a-45c0-7f6a-9f3e-{number:012}", "event_to": DAY, "state": "entered"}
        record |= {name: f"K{number}" for name in declared.key if isinstance(declared.questions()[name], Text)}
        for kind in declared.kinds:
            lines = draw(st.lists(answers(declared.kinds[kind]), max_size=3)) if kind in kinds else []
            record[kind] = [line for line in lines if any(value is not None for value in line.values())]
        found.append(record)
    return found


def parsed(declared: type[Record], path: Path) -> list[dict[str, Any]]:
    """Read a file back as importing does: texts through the questions."""
    grouped = group(declared, tabular.read(path, tabular.knows(declared)))
    assert grouped.refused == []
    found = []
    for raw in grouped.records:
        day = DAY if "event_to" in declared.questions() else None
        record: dict[str, Any] = {"uid": raw.cells.get("uid")}
        record |= {n: q.parse(raw.cells[n], NAMES, day) for n, q in declared.questions().items() if n in raw.cells}
        for kind, line_type in declared.kinds.items():
            record[kind] = [
                {n: q.parse(line.cells[n], NAMES, day) for n, q in line_type.questions().items() if n in line.cells}
                for line in raw.lines.get(kind, [])
            ]
        found.append(record)
    return found


def plain(declared: type[Record], record: dict[str, Any]) -> dict[str, Any]:
    """Every question present, None where nothing was answered; no presets."""
    full = {"uid": record["uid"], **{name: record.get(name) for name in declared.questions()}}
    for kind, line_type in declared.kinds.items():
        full[kind] = [{name: line.get(name) for name in line_type.questions()} for line in record[kind]]
    return full


@TYPES
@pytest.mark.parametrize("form", ["workbook.xlsx", "flat.xlsx", "flat.csv"])
def test_exported_records_read_back_as_they_were(declared: type[Record], form: str, tmp_path: Path) -> None:
    flat = form.startswith("flat")
    kinds = flat_kinds(declared)[:1] if flat else tuple(declared.kinds)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(records(declared, kinds))
    def round_trip(some: list[dict[str, Any]]) -> None:
        path = tmp_path / form
        tabular.write(path, tables_of(declared, some, NAMES, flat=flat, with_names=True))
        assert [plain(declared, record) for record in parsed(declared, path)] == [plain(declared, record) for record in some]

    round_trip()


def test_private_answers_leave_only_when_told(tmp_path: Path) -> None:
    person = complete(RECORD_TYPES["beneficiary"], {"uid": UID_1, "name": "Nguyễn Văn Mẫu", "id_no": "079085001234", "commune": "Xã A"})
    for with_names in (False, True):
        tables = tables_of(RECORD_TYPES["beneficiary"], [person], NAMES, with_names=with_names)
        cells = [cell for row in tables[0].rows for cell in row]
        assert ("Nguyễn Văn Mẫu" in cells, "079085001234" in cells) == (with_names, with_names)
        assert ("Họ và tên" in [column.label for column in tables[0].columns]) == with_names
        assert "Xã A" in cells


def test_names_that_could_mean_two_are_written_as_codes() -> None:
    units = [{"uid": None, "unit": uid, "name": "a"} for uid in sorted(CATALOGUES["unit"], key=lambda uid: CATALOGUES["unit"][uid]["code"])]
    table = tables_of(RECORD_TYPES["beneficiary"], units, NAMES)[0]
    at = [column.label for column in table.columns].index("Đơn vị")
    assert [row[at] for row in table.rows] == ["Ban CHQS Đông Giang", "DV02", "DV03"]


@TYPES
def test_an_entry_form_is_empty_understood_and_offers_its_codes(declared: type[Record], tmp_path: Path) -> None:
    for flat in (False, True):
        path = tmp_path / f"{flat}.xlsx"
        tabular.write(path, entry_form(declared, flat=flat, lists={"unit": [("DV02", "Ban CHQS Đông Giang")]}))
        grouped = group(declared, tabular.read(path, tabular.knows(declared)))
        assert (grouped.records, grouped.refused) == ([], [])
        asked = {name for name, question in declared.questions().items() if question.required is True}
        assert asked <= grouped.columns
        book = openpyxl.load_workbook(path)
        if any(isinstance(question, Choice) for question in declared.questions().values()):
            assert book.sheetnames[-1] == LISTS
            assert book[declared.caption].data_validations.count


def test_the_demo_files_are_understood() -> None:
    folder = Path(__file__).parents[2] / "resources" / "demo"
    for name, file in (("care", "07-chinh-sach.xlsx"), ("inspection", "08-kiem-tra.xlsx"), ("education", "05-giao-duc.csv")):
        found = group(RECORD_TYPES[name], tabular.read(folder / file, tabular.knows(RECORD_TYPES[name])))
        assert found.refused == []
        assert len(found.records) > 30


def test_a_table_is_written_while_its_rows_are_made(tmp_path: Path) -> None:
    seen: list[int] = []

    def rows():
        for number in range(3):
            seen.append(number)
            yield (f"{number}",)

    table = Table("a", entry_form(RECORD_TYPES["period"])[0].columns[1:2], rows())
    assert seen == []
    assert tabular.write(tmp_path / "a.csv", [table]) == 3
    assert [as_text(row[0]) for row in tabular.read(tmp_path / "a.csv")[0].rows] == ["0", "1", "2"]
