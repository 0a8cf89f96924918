"""Rows become records: what is one record, what cells mean, what an update keeps (contract.md 4, "Grouping and matching")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.errors import ExpectedError
from db.record import fixed_uid, uuid7
from tests import samples
from tests.app.import_kit import CHECK, SESSION, Kit, tally
from tests.samples import open_copy

VILLAGE = "Xã Phú Lâm"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def unit(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"Mã đơn vị": code, "Tên đơn vị": name, **more}


def messages(found: list[tuple[int, str, str]]) -> str:
    return " | ".join(reason for _, _, reason in found)


# -- which rows are one record -----------------------------------------------------------------------------------------------

SECOND = {"Đối tượng": "SQ", "Quân số": "10", "Phải học": "10", "Tham gia": "10"}


@pytest.mark.parametrize("key", ["Bản ghi số", "Mã bản ghi"])
def test_rows_of_the_same_number_or_uid_are_one_record(kit: Kit, key: str) -> None:
    number = "7" if key == "Bản ghi số" else uuid7()
    kit.take("education", {key: number, **SESSION}, {key: number, **SECOND}, {key: uuid7(), **SESSION, "Ngày": "03/01/2019"})
    first, second = kit.all("education")
    assert [line["audience"] for line in first["audiences"]] == ["DQ_CD", "SQ"]
    assert len(second["audiences"]) == 1
    assert key == "Bản ghi số" or first["uid"] == number


def test_rows_of_the_same_code_are_one_record(kit: Kit) -> None:
    ended, begun = {"Hiệu lực đến": "30/06/2025"}, {"Hiệu lực từ": "01/07/2025"}
    kit.take("unit", unit("DV05", "Ban CHQS huyện Châu Phong", **ended), unit("dv05 ", "Ban CHPTKV 3", **begun))
    assert [line["name"] for line in kit.unit("DV05")["versions"]] == ["Ban CHQS huyện Châu Phong", "Ban CHPTKV 3"]


def test_without_any_key_each_row_is_a_record(kit: Kit) -> None:
    kit.take("education", SESSION, SESSION | {"Ngày": "03/01/2019"}, SESSION | {"Ngày": "04/01/2019"})
    assert [record["event_to"] for record in kit.all("education")] == ["2019-01-02", "2019-01-03", "2019-01-04"]


def test_what_is_refused_is_counted_in_rows_however_much_is_wrong_in_one(kit: Kit) -> None:
    found = kit.preview("education", kit.csv({**SESSION, "Đơn vị": "DV99", "Tham gia": "x"}, {**SESSION, "Phải học": "y"}))
    assert len(found.refused) > 2
    assert found.refused_rows == 2
    assert any("Dòng bị từ chối, chưa nhập: 2." in line for line in found.lines())


def test_cells_of_the_record_in_later_rows_are_empty_or_equal_and_else_refused(kit: Kit) -> None:
    number = {"Bản ghi số": "1"}
    kit.take("education", {**number, **SESSION}, {**number, **SECOND, "Đơn vị": "DV01", "Ngày": ""})
    found = kit.refusals("education", {**number, **SESSION}, {**number, **SECOND, "Đơn vị": "DV02"})
    assert [(row, column) for row, column, _ in found] == [(3, "Đơn vị")]
    assert "dòng 2" in messages(found)


@pytest.mark.parametrize(
    ("kind", "rows", "column"),
    [
        ("unit", [{"Bản ghi số": "1", **unit("DV05", "Một")}, {"Bản ghi số": "2", **unit("DV05", "Hai")}], "Mã đơn vị"),
        ("report", [{"Đơn vị": "DV01", "Kỳ": "2019-H1"}, {"Đơn vị": "Ban CHQS thành phố Hà Sơn", "Kỳ": "2019-H1"}], "Đơn vị"),
        (
            "education",
            [{"Bản ghi số": n, "Mã bản ghi": "0169148a-45c0-7f6a-9f3e-9d14799603ea", **SESSION} for n in "12"],
            "Mã bản ghi",
        ),
    ],
)
def test_one_record_under_two_numbers_is_refused_at_its_row(kit: Kit, kind: str, rows: list[dict[str, Any]], column: str) -> None:
    found = kit.refusals(kind, *rows)
    assert [row for row, _, _ in found] == [3]
    assert found[0][1] in (column, "")
    assert found[0][2]
    before = len(kit.all(kind, None))
    kit.bring(kind, kit.csv(*rows))
    assert len(kit.all(kind, None)) == before + 1


def test_a_workbook_joins_its_sheets_of_lines_by_number(kit: Kit) -> None:
    done = kit.bring(
        "inspection",
        kit.xlsx(
            {
                "Cuộc": [
                    {"Bản ghi số": n, "Đơn vị": "DV01", "Từ ngày": "01/03/2019", "Đến ngày": "05/03/2019", "Loại": "KT_CH",
                     "Trong chương trình / đột xuất": "KE_HOACH", "Chủ thể tiến hành": "CAP_UY", "Tổ chức đảng chủ trì": "DU00",
                     "Số quyết định": f"{n}-QĐ/ĐU", "Ngày quyết định": "20/02/2019", "Nội dung": "NQ_CT"}
                    for n in (1, 2)
                ],
                "Đối tượng kiểm tra": [
                    {"Bản ghi số": 2, "TT": 1, "Loại đối tượng": "TCD", "Tổ chức đảng": "CB01"},
                    {"Bản ghi số": 1, "TT": 1, "Loại đối tượng": "DV", "Tổ chức đảng": "CB01", "Đảng viên": "Trần Văn B"},
                    {"Bản ghi số": 9, "TT": 1, "Loại đối tượng": "TCD", "Tổ chức đảng": "CB01"},
                ],
                "Khuyết điểm": [{"Bản ghi số": 2, "Đối tượng": 1, "Nội dung": "Chưa đều", "Trạng thái": "DANG"}],
            }
        ),
    )  # fmt: skip
    assert [(one.sheet, one.row) for one in done.refused] == [("Đối tượng kiểm tra", 4)]
    first, second = kit.all("inspection")
    assert (first["subjects"][0]["member"], first["shortcomings"]) == ("Trần Văn B", [])
    assert second["shortcomings"][0]["text"] == "Chưa đều"


def test_rows_that_add_up_others_are_passed_over_and_said_wherever_they_stand(kit: Kit) -> None:
    sums = {"Quân số": "420", "Phải học": "420", "Tham gia": "409"}
    again = SESSION | {"Ngày": "03/01/2019"}
    file = kit.csv({"STT": "1", **SESSION}, {"Đơn vị": "Cộng I", **sums}, {"STT": "2", **again}, {"STT": "TONG CONG:", **sums})
    found = kit.bring("education", file, ignore=["STT"])
    assert (tally(found), found.refused) == ((2, 0, 0), [])
    assert "  Lưu ý: Bỏ qua dòng cộng 3, 5." in list(found.lines())
    legacy = kit.csv(SESSION | {"Ngày": "04/01/2019"}, {"Đơn vị": "Tæng sè", "Tham gia": "1.409"})
    assert kit.bring("education", legacy).notices == ["Bỏ qua dòng cộng 3."]


@pytest.mark.parametrize(
    "row",
    [
        SESSION | {"Đơn vị": "Tổng"},
        {"Đơn vị": "Tổng", "Ngày": "02/01/2019", "Tham gia": "409"},
        {"Đơn vị": "Tổng", "Giáo viên / báo cáo viên": "CAN_BO_CT", "Tham gia": "409"},
        {"Đơn vị": "Tổng kho 1", "Tham gia": "409"},
        {"Đơn vị": "Tổng công ty", "Tham gia": "409"},
        {"Đơn vị": "Công", "Tham gia": "409"},
        {"Đơn vị": "Tổng"},
        {"Bản ghi số": "7", "Đơn vị": "Tổng", "Tham gia": "409"},
    ],
)
def test_a_row_that_says_more_than_sums_is_looked_at_as_a_record(kit: Kit, row: dict[str, str]) -> None:
    found = kit.preview("education", kit.csv({"Bản ghi số": "1", **SESSION}, row))
    assert (found.refused_rows, found.notices) == (1, [])


def test_a_topic_that_is_called_a_sum_stays_a_topic(kit: Kit) -> None:
    kit.take("topic", {"Mã": "90", "Chuyên đề": "Tổng", "Năm": "2019"})
    assert [topic["title"] for topic in kit.all("topic")][-1] == "Tổng"


def test_sums_below_the_lines_of_a_workbook_are_passed_over_by_the_name_of_their_sheet(kit: Kit) -> None:
    number = {"Bản ghi số": 1}
    line = {heading: SESSION[heading] for heading in ("Đối tượng", "Quân số", "Phải học", "Tham gia")}
    head = {heading: text for heading, text in SESSION.items() if heading not in line}
    book = kit.xlsx({"Buổi": [{**number, **head}], "Đối tượng học": [{**number, **line}, {"Đối tượng": "Cộng", "Tham gia": 409}]})
    found = kit.bring("education", book)
    assert (found.refused, found.notices) == ([], ["Trang “Đối tượng học”: bỏ qua dòng cộng 3."])


def test_the_title_of_a_flat_sheet_is_not_checked_and_rows_above_the_header_are_passed_over(kit: Kit) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Quý I"
    for row in (["BAN CHQS THÀNH PHỐ", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["Biểu số 1"], list(SESSION), list(SESSION.values())):
        page.append(row)
    book.save(kit.folder / "quy-1.xlsx")
    assert tally(kit.bring("education", kit.folder / "quy-1.xlsx")) == (1, 0, 0)


def test_sheets_that_are_not_understood_are_refused_unless_ignored(kit: Kit) -> None:
    path = kit.xlsx({"Buổi": [SESSION], "Nháp của tôi": [{"x": 1}]})
    with pytest.raises(ExpectedError, match=r"Nháp của tôi.*Đối tượng học"):
        kit.preview("education", path)
    assert kit.preview("education", path, ignore=["nháp của tôi"]).new == 1


def test_each_kind_of_line_with_headings_of_its_own_may_stand_beside_its_record(kit: Kit) -> None:
    served = {"Diện đối tượng": "THUONG_BINH", "Xã": VILLAGE, "Số người": "70"}
    kit.take("care", CHECK | served)
    listed = {"Mã bản ghi": kit.one("care")["uid"], "Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Diện đối tượng": "BENH_BINH"}
    kit.take("care", listed)
    kit.take("care", {"Mã bản ghi": kit.one("care")["uid"], "Nguồn": "NSNN", "Số tiền": "5tr"})
    record = kit.one("care")
    assert [len(record[kind]) for kind in ("served", "listed", "funding")] == [1, 1, 1]
    assert record["funding"][0]["amount"] == 5_000_000


def test_shortcomings_have_no_flat_form(kit: Kit) -> None:
    with pytest.raises(ExpectedError, match="Hạn khắc phục"):
        kit.preview("inspection", kit.csv({"Mã bản ghi": uuid7(), "Đối tượng": "1", "Hạn khắc phục": "30/09/2019"}))


@pytest.mark.parametrize("heading", ["ĐƠN VỊ BÁO CÁO", "don vi bao cao", "Đơn  vị (báo cáo)", "unit", "Đơn vị"])
def test_headings_are_compared_without_case_accents_and_signs(kit: Kit, heading: str) -> None:
    assert kit.preview("education", kit.csv({heading: "DV01", **{k: v for k, v in SESSION.items() if k != "Đơn vị"}})).new == 1


def test_unknown_columns_are_refused_by_name_and_ignored_when_told(kit: Kit) -> None:
    path = kit.csv(SESSION | {"Thời tiết": "Mưa", "Người nhập": "A"})
    with pytest.raises(ExpectedError, match="“Thời tiết”, “Người nhập”"):
        kit.preview("education", path)
    with pytest.raises(ExpectedError, match="“Người nhập”"):
        kit.preview("education", path, ignore=["THOI TIET"])
    assert kit.preview("education", path, ignore=["Thời tiết", "người nhập"]).new == 1


def test_missing_required_columns_are_named(kit: Kit) -> None:
    with pytest.raises(ExpectedError, match="thiếu cột bắt buộc: “Đến ngày”, “Hình thức”"):
        kit.preview("education", kit.csv({k: v for k, v in SESSION.items() if k not in ("Ngày", "Hình thức")}))
    with pytest.raises(ExpectedError, match="“Quân số tham gia”"):
        kit.preview("education", kit.csv({k: v for k, v in SESSION.items() if k != "Tham gia"}))


# -- what cells mean ---------------------------------------------------------------------------------------------------------


def test_code_cells_take_the_code_or_its_label_however_written(kit: Kit) -> None:
    kit.take("education", SESSION | {"Đối tượng": "dq_cd", "Hình thức": "HỌC TẬP CHÍNH TRỊ (lên lớp tập trung)", "Vai trò": "phoi hop"})
    record = kit.one("education")
    assert (record["audiences"][0]["audience"], record["form"], record["role"]) == ("DQ_CD", "HOC_TAP", "PHOI_HOP")
    (refused,) = kit.refusals("education", SESSION | {"Đối tượng": "Học sinh"})
    assert refused[:2] == (2, "Đối tượng")
    assert "“Học sinh”" in refused[2]


def test_several_codes_stand_in_one_cell(kit: Kit) -> None:
    kit.take("beneficiary", {"Họ và tên": "Lê Thị Bé", "Diện đối tượng": "bệnh binh; THUONG_BINH ;"})
    assert kit.one("beneficiary")["categories"] == ["THUONG_BINH", "BENH_BINH"]


@pytest.mark.parametrize(("text", "value"), [("Có", True), ("x", True), ("1", True), ("không", False), ("0", False), ("", True)])
def test_yes_and_no_are_written_in_several_ways(kit: Kit, text: str, value: bool) -> None:
    kit.take("beneficiary", {"Họ và tên": "Lê Thị Bé", "Còn sống": text})
    assert kit.one("beneficiary")["living"] is value


@pytest.mark.parametrize("text", ["DV02", "dv02", "ban chqs thi xa dong giang", "Ban CHQS thị xã Đông Giang"])
def test_links_take_the_code_or_the_name_however_written(kit: Kit, text: str) -> None:
    kit.take("education", SESSION | {"Đơn vị": text})
    assert kit.one("education")["unit"] == samples.DV2


def test_a_name_means_the_unit_that_bore_it_on_the_day(kit: Kit) -> None:
    old, new = {"Hiệu lực đến": "30/06/2018"}, {"Hiệu lực từ": "01/07/2018"}
    kit.take("unit", unit("DV07", "Ban CHQS huyện Kim Lộc", **old), unit("DV07", "Ban CHQS thị xã Kim Lộc", **new),
             unit("DV08", "Ban CHQS huyện Kim Lộc", **new))  # fmt: skip
    kit.take("education", SESSION | {"Đơn vị": "Ban CHQS huyện Kim Lộc", "Ngày": "01/06/2018"},
             SESSION | {"Đơn vị": "Ban CHQS huyện Kim Lộc"})  # fmt: skip
    assert [record["unit"] for record in kit.all("education")] == [fixed_uid("unit", "DV07"), fixed_uid("unit", "DV08")]
    (refused,) = kit.refusals("education", SESSION | {"Đơn vị": "Ban CHQS thị xã Kim Lộc", "Ngày": "01/06/2018"})
    assert refused[1] == "Đơn vị"
    assert "01/06/2018" in refused[2]


def test_a_name_of_several_units_is_refused_asking_for_the_code(kit: Kit) -> None:
    kit.take("unit", unit("DV07", "Đại đội 1"), unit("DV08", "Đại đội 1"))
    (refused,) = kit.refusals("education", SESSION | {"Đơn vị": "đại đội 1"})
    assert "Hãy ghi mã" in refused[2]


def test_a_unit_dissolved_before_the_day_is_refused_by_name_and_by_code(kit: Kit) -> None:
    kit.take("unit", unit("DV07", "Ban CHQS huyện Kim Lộc", **{"Hiệu lực đến": "30/06/2025"}))
    for text in ("DV07", "Ban CHQS huyện Kim Lộc"):
        kit.take("education", SESSION | {"Đơn vị": text, "Ngày": "30/06/2025"})
        (refused,) = kit.refusals("education", SESSION | {"Đơn vị": text, "Ngày": "01/07/2025"})
        assert refused[1] == "Đơn vị"
        assert "01/07/2025" in refused[2]


def test_a_topic_of_the_year_goes_before_the_one_without_a_year(kit: Kit) -> None:
    topic = {"Mã": "T23", "Chuyên đề": "Dân quân tự vệ bảo vệ Tổ quốc", "Đối tượng": "DQTV"}
    kit.take("topic", topic | {"Năm": "2019"}, topic | {"Năm": "2020"})
    days = {"02/01/2019": "T23/2019", "02/01/2020": "T23/2020", "02/01/2018": "T23"}
    for text in ("T23", topic["Chuyên đề"]):
        kit.take("education", *(SESSION | {"Ngày": day, "Chuyên đề": text, "Địa điểm": text} for day in days))
    found = [record["topic"] for record in kit.all("education")]
    assert found == [fixed_uid("topic", key) for key in days.values()] * 2


def test_units_bring_versions_and_parents_that_come_later_in_the_file(kit: Kit) -> None:
    kit.take(
        "unit",
        unit("DV71", "Đại đội 1", **{"Đơn vị cấp trên": "Ban CHQS huyện Kim Lộc", "Hiệu lực đến": "30/06/2019"}),
        unit("DV71", "Đại đội 1", **{"Đơn vị cấp trên": "DV01", "Hiệu lực từ": "01/07/2019"}),
        unit("DV07", "Ban CHQS huyện Kim Lộc", **{"Đơn vị cấp trên": "HS00", "Cấp": "HUYEN"}),
    )
    assert [line["parent"] for line in kit.unit("DV71")["versions"]] == [fixed_uid("unit", "DV07"), samples.DV1]
    assert kit.unit("DV07")["versions"][0]["parent"] == samples.HS


def test_a_parent_that_is_only_a_draft_cannot_be_linked_to(kit: Kit) -> None:
    rows = (unit("DV71", "Đại đội 1", **{"Đơn vị cấp trên": "DV07"}), unit("DV07", "Ban CHQS huyện Kim Lộc", **{"Trạng thái": "Nháp"}))
    assert [(row, column) for row, column, _ in kit.refusals("unit", *rows)] == [(2, "Đơn vị cấp trên")]


# -- updates -----------------------------------------------------------------------------------------------------------------


def test_an_update_keeps_absent_columns_and_clears_empty_cells(kit: Kit) -> None:
    uid = kit.store.save("education", samples.education(place="Hội trường", lecturer_name="Trung úy A", note="cũ"), samples.USER)
    assert tally(kit.take("education", {"Mã bản ghi": uid, "Địa điểm": "", "Ghi chú": "mới"})) == (0, 1, 0)
    record = kit.one("education")
    assert (record["place"], record["note"], record["lecturer_name"]) == (None, "mới", "Trung úy A")
    assert record["audiences"][0]["present"] == 409


def test_a_cleared_cell_with_a_default_gets_the_default(kit: Kit) -> None:
    uid = kit.store.save("education", samples.education(role="PHOI_HOP", sessions=3), samples.USER)
    kit.take("education", {"Mã bản ghi": uid, "Vai trò": "", "Số buổi": "2"})
    assert (kit.one("education")["role"], kit.one("education")["sessions"]) == ("CHU_TRI", 2)


def test_lines_in_the_file_replace_the_whole_list(kit: Kit) -> None:
    lines = [{"audience": code, "strength": 10, "required": 10, "present": 10} for code in ("SQ", "QNCN", "HSQBS")]
    uid = kit.store.save("education", samples.education(topic=samples.T14, audiences=lines), samples.USER)
    line = {"Đối tượng": "HSQBS", "Quân số": "20", "Phải học": "20", "Tham gia": "19"}
    assert tally(kit.take("education", {"Mã bản ghi": uid, **line})) == (0, 1, 0)
    assert [(one["audience"], one["present"]) for one in kit.one("education")["audiences"]] == [("HSQBS", 19)]
    assert tally(kit.take("education", {"Mã bản ghi": uid, **line})) == (0, 0, 1)


def test_a_line_that_the_file_repeats_keeps_what_the_file_does_not_tell(kit: Kit) -> None:
    line = {"audience": "SQ", "strength": 12, "required": 10, "present": 8, "makeup": 2, "makeup_date": "2019-02-01"}
    uid = kit.store.save("education", samples.education(topic=samples.T14, audiences=[line]), samples.USER)
    told = {"Mã bản ghi": uid, "Đối tượng": "SQ", "Quân số": "12", "Phải học": "10", "Tham gia": "8"}
    assert tally(kit.take("education", told)) == (0, 0, 1)
    kit.take("education", told | {"Tham gia": "9"})
    assert (kit.one("education")["audiences"][0]["present"], kit.one("education")["audiences"][0]["makeup"]) == (9, None)


def test_a_version_takes_lacking_columns_from_the_known_version_it_overlaps(kit: Kit) -> None:
    kit.take("unit", unit("DV05", "Ban CHQS huyện Châu Phong", **{"Tên viết tắt": "Châu Phong", "Cấp": "HUYEN", "Đơn vị cấp trên": "HS00"}))
    rows = ({"Hiệu lực đến": "30/06/2025"}, {"Hiệu lực từ": "01/07/2025", "Tên đơn vị": "Ban CHPTKV 3"})
    kit.take("unit", *({"Mã đơn vị": "DV05", "Tên đơn vị": "Ban CHQS huyện Châu Phong", "Hiệu lực từ": "", **row} for row in rows))
    before, after = kit.unit("DV05")["versions"]
    assert (before["valid_to"], before["short"], before["parent"]) == ("2025-06-30", "Châu Phong", samples.HS)
    assert (after["name"], after["level"], after["parent"]) == ("Ban CHPTKV 3", "HUYEN", samples.HS)


def test_a_catalogue_is_known_by_its_code(kit: Kit) -> None:
    row = {"Mã": "T23", "Chuyên đề": "Dân quân tự vệ bảo vệ Tổ quốc", "Loại nội dung": "CT", "Đối tượng": "DQTV"}
    assert tally(kit.take("topic", row)) == (0, 0, 1)
    assert tally(kit.take("topic", row | {"Chuyên đề": "Dân quân tự vệ"})) == (0, 1, 0)
    assert {record["title"] for record in kit.all("topic") if record["code"] == "T23"} == {"Dân quân tự vệ"}


# -- the column Mã bản ghi ---------------------------------------------------------------------------------------------------


def test_an_unknown_uid_makes_a_new_record_with_it(kit: Kit) -> None:
    uid = uuid7()
    assert tally(kit.take("education", {"Mã bản ghi": uid.upper(), **SESSION})) == (1, 0, 0)
    assert kit.one("education")["uid"] == uid
    assert tally(kit.take("education", {"Mã bản ghi": uid, **SESSION})) == (0, 0, 1)
    assert tally(kit.take("education", {"Mã bản ghi": uid, **SESSION, "Tham gia": "410"})) == (0, 1, 0)


def test_a_uid_of_another_type_is_refused_at_its_row(kit: Kit) -> None:
    uid = kit.store.save("care", samples.care(), samples.USER)
    path = kit.csv({"Mã bản ghi": uid, **SESSION}, {"Mã bản ghi": "", **SESSION})
    found = kit.preview("education", path)
    assert [(one.row, one.column) for one in found.refused] == [(2, "Mã bản ghi")]
    assert "loại khác: Hoạt động" in found.refused[0].reason
    assert found.new == 1


@pytest.mark.parametrize("text", ["12", "x" * 32, "0169148a-45c0-7f6a-9f3e-9d14799603e", "zz69148a-45c0-7f6a-9f3e-9d14799603ea", "=A1"])
def test_a_malformed_uid_is_refused_in_vietnamese(kit: Kit, text: str) -> None:
    (refused,) = kit.refusals("education", {"Mã bản ghi": text, **SESSION})
    assert refused[:2] == (2, "Mã bản ghi")
    assert "không phải mã bản ghi" in refused[2]


def test_a_uid_that_is_not_that_of_the_code_is_refused(kit: Kit) -> None:
    (refused,) = kit.refusals("unit", {"Mã bản ghi": uuid7(), **unit("DV05", "Ban CHQS huyện Châu Phong")})
    assert "không khớp" in refused[2]
    given = fixed_uid("unit", "DV05")
    assert tally(kit.take("unit", {"Mã bản ghi": given, **unit("DV05", "Ban CHQS huyện Châu Phong")})) == (1, 0, 0)


def test_a_code_that_is_missing_is_said_at_its_column(kit: Kit) -> None:
    found = kit.refusals("unit", unit("DV05", "Ban CHQS huyện Châu Phong"), unit("", "Không mã"))
    assert [(row, column) for row, column, _ in found] == [(3, "Mã đơn vị")]
