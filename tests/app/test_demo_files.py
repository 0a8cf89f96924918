"""The demo office's files hold what domain.md E says, counted without the program (tests/reference/recount.py)."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app import demo, figures, importing, office
from app.comparison import Comparison
from app.office import Office
from app.periods import period
from db import key_slots
from db.records import FIGURES, RECORD_TYPES
from tests.app.other_files import FILES
from tests.app.other_office import DAYS, PERIOD, SCOPE, make
from tests.reference.office_files import DEMO, csv_rows, sheets
from tests.reference.recount import recount
from tests.reference.year_before import heirs, year_before

EXPECTED = json.loads((Path(__file__).parents[1] / "reference" / "hs_2019_h1.json").read_text(encoding="utf-8"))
CSV_FILES = sorted(DEMO.glob("*.csv"))
BOOKS = sorted(DEMO.glob("*.xlsx"))

# domain.md E.1: sessions, required, present, rate (floor, tenths), checked, đồng of medicine, certificates, KTCH, GSCĐ, KTTC
UNITS = {
    "DV01": (5, 972, 950, 977, 70, 8_400_000, 4, (2, 4), (1, 3), 1),
    "DV02": (5, 514, 510, 992, 62, 7_440_000, 3, (1, 3), (1, 2), 0),
    "DV03": (4, 460, 452, 982, 58, 6_960_000, 2, (1, 2), (1, 2), 1),
    "DV04": (4, 436, 430, 986, 55, 6_600_000, 3, (1, 2), (0, 1), 0),
    "DV05": (5, 558, 548, 982, 65, 7_800_000, 3, (2, 4), (1, 2), 1),
    "DV06": (4, 474, 465, 981, 60, 7_200_000, 2, (1, 3), (1, 2), 0),
    "DV07": (4, 593, 569, 959, 54, 6_480_000, 3, (1, 3), (1, 1), 0),
    "DV08": (5, 881, 863, 979, 63, 7_560_000, 4, (2, 3), (1, 2), 1),
    "DV09": (4, 465, 461, 991, 58, 6_960_000, 2, (1, 2), (0, 1), 0),
    "DV10": (4, 386, 379, 981, None, None, None, (4, 8), (2, 5), 1),
}
TOTALS = {
    "EDU_TOPIC_N": 32,
    "EDU_SESSION_N": 44,
    "EDU_REQUIRED_N": 5739,
    "EDU_TURN_N": 5627,
    "EDU_RATE_AVG": 980,
    "EDU_RATE_MIN": 958,
    "EDU_RATE_FINAL": 984,
    "EDU_MAKEUP_N": 18,
    "EDU_BEST": "DV02",
    "EDU_WORST": "DV07",
    "EDU_TEST_OK": 1000,
    "EDU_TEST_KG": 847,
    "EDU_KDAT_N": 0,
    "QT_DOC_N": 4,
    "QT_RATE_AVG": 985,
    "KT_TCD_N": 16,
    "KT_DV_N": 34,
    "GS_TCD_N": 9,
    "GS_DV_N": 21,
    "KTTC_TCD_N": 5,
    "DHVP_TCD_N": 0,
    "DHVP_DV_N": 1,
    "DHVP_KL_N": 1,
    "KL_TCD_N": 0,
    "KL_DV_N": 1,
    "KL_DV_KT_N": 1,
    "DON_N": 0,
    "KD_N": 24,
    "KD_DA_N": 19,
    "KD_DANG_N": 3,
    "KD_QH_N": 2,
    "KD_DA_PCT": 792,
    "CARE_KHAM_N": 545,
    "CARE_KHAM_MONEY": 65_400_000,
    "CARE_GCN_TB_N": 26,
    "CARE_1L_N_QD49": 37,
    "CARE_1L_MONEY_QD49": 77_600_000,
    "CARE_1L_N_QD62": 18,
    "CARE_1L_MONEY_QD62": 77_800_000,
    "CARE_1L_N": 55,
    "CARE_1L_MONEY": 155_400_000,
    "CARE_GIFT_N": 320,
    "CARE_GIFT_MONEY": 96_000_000,
    "CARE_MOTHER_N": 9,
    "CARE_MOTHER_MONEY": 54_000_000,
    "CARE_HOUSE_NEW_N": 2,
    "CARE_HOUSE_MONEY": 140_000_000,
    "CARE_MONEY": 510_800_000,
    "TT_TIN": 214,
    "TT_BAI": 97,
    "TT_ANH": 265,
    "TT_TONG": 576,
    "TD_DOT_N": 3,
    "TD_CAO_DIEM_N": 1,
    "KHEN_TT_N": 21,
    "KHEN_CN_N": 64,
    "DB_DAU_N": 486,
    "DB_KET_NAP_N": 11,
    "DB_DEN_N": 9,
    "DB_DI_N": 12,
    "DB_GIAM_N": 2,
    "DB_CUOI_N": 492,
    "CB_DIEU_DONG_N": 14,
    "CB_BO_NHIEM_N": 9,
    "CB_DAO_TAO_N": 7,
    "DV_LUOT_N": 1860,
    "DV_CONG_N": 3240,
    "DV_DUONG": 145,
    "DV_KENH": 92,
    "DV_NHA": 60,
    "AN_VU_N": 0,
    "NV_N": 4,
    "NV_SAU_N": 6,
}
PUBLISHED = {
    "DV01": (24, 12, 30),
    "DV02": (22, 10, 27),
    "DV03": (18, 8, 22),
    "DV04": (17, 7, 21),
    "DV05": (20, 9, 25),
    "DV06": (19, 8, 24),
    "DV07": (16, 7, 20),
    "DV08": (18, 8, 23),
    "DV09": (18, 8, 23),
    "DV10": (42, 20, 50),
}
"""domain.md E.1: news items, articles, photographs."""


def test_counting_the_files_again_gives_the_reference():
    assert json.loads(json.dumps(recount())) == EXPECTED


def test_the_reference_holds_every_declared_figure_and_no_other():
    assert set(EXPECTED["figures"]) == set(FIGURES)
    assert all(set(unit["figures"]) == set(FIGURES) for unit in EXPECTED["units"].values())


@pytest.mark.parametrize("code", TOTALS)
def test_the_province_has_the_figure_of_the_scenario(code):
    assert EXPECTED["figures"][code] == TOTALS[code]


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_has_the_figures_of_the_scenario(unit):
    sessions, required, present, rate, checked, medicine, certificates, compliance, supervision, finance = UNITS[unit]
    found = EXPECTED["units"][unit]["figures"]
    education = ("EDU_SESSION_N", "EDU_REQUIRED_N", "EDU_TURN_N", "EDU_RATE_AVG")
    assert tuple(found[code] for code in education) == (sessions, required, present, rate)
    assert tuple(found[code] for code in ("CARE_KHAM_N", "CARE_KHAM_MONEY", "CARE_GCN_TB_N")) == (checked, medicine, certificates)
    assert (found["KT_TCD_N"], found["KT_DV_N"], found["GS_TCD_N"], found["GS_DV_N"]) == (*compliance, *supervision)
    assert found["KTTC_TCD_N"] == finance
    assert tuple(found[code] for code in ("TT_TIN", "TT_BAI", "TT_ANH")) == PUBLISHED[unit]


def test_the_least_attendance_is_the_mobile_militia_of_kim_loc():
    cells = {(unit, audience): row["EDU_RATE_AVG"] for unit, rows in EXPECTED["education_rows"].items() for audience, row in rows.items()}
    known = {cell: rate for cell, rate in cells.items() if rate is not None}
    assert min(known, key=known.__getitem__) == ("DV07", "DQ_CD")
    assert EXPECTED["fractions"]["EDU_RATE_MIN"] == [479, 500]


@pytest.mark.parametrize(
    ("audience", "topics", "sessions", "required", "present"),
    [("SQ", 7, 11, 461, 453), ("QNCN", 6, 11, 249, 248), ("HSQBS", 9, 11, 714, 702), ("DQ_CD", 10, 11, 4315, 4224)],
)
def test_the_audience_has_the_numbers_of_the_scenario(audience, topics, sessions, required, present):
    rows = [found[audience] for found in EXPECTED["education_rows"].values() if audience in found]
    sums = tuple(sum(row[code] or 0 for row in rows) for code in ("EDU_SESSION_N", "EDU_REQUIRED_N", "EDU_TURN_N"))
    assert sums == (sessions, required, present)
    # a session and its topic, counted as people count them in the table of domain.md E.2
    inside = [row for row in csv_rows(DEMO / "05-giao-duc.csv")[:44] if row["Đối tượng"] == _LABELS[audience]]
    assert len({row["Chuyên đề"] for row in inside}) == topics


_LABELS = {"SQ": "Sĩ quan", "QNCN": "Quân nhân chuyên nghiệp", "HSQBS": "Hạ sĩ quan, binh sĩ (chiến sĩ)", "DQ_CD": "Dân quân cơ động"}


def test_the_money_of_each_fund_is_that_of_the_scenario():
    assert EXPECTED["funding_rows"]["KHAM_BENH"] == {"NSNN": 39_240_000, "XHH": 26_160_000}
    assert EXPECTED["funding_rows"]["PHUNG_DUONG"] == {"DONG_GOP": 27_000_000, "NSQP": 27_000_000}
    assert EXPECTED["funding_rows"]["NHA_TN"] == {"QUY_DON": 100_000_000, "XHH": 40_000_000}
    assert EXPECTED["funding_rows"]["TANG_QUA"] == {"NSDP": 96_000_000}


def test_health_checks_have_the_categories_of_the_scenario():
    book = sheets(DEMO / "07-chinh-sach.xlsx")
    counted = {row["Bản ghi số"] for row in book["Hoạt động"] if row["Hoạt động"].startswith("Khám bệnh") and row["Vai trò"] != "Phối hợp"}
    sums: dict[str, int] = {}
    for row in book["Đối tượng hưởng"]:
        if row["Bản ghi số"] in counted:
            sums[row["Diện đối tượng"]] = sums.get(row["Diện đối tượng"], 0) + int(row["Số người"])
    assert sums.pop("Hộ nghèo") == 120
    assert list(sums.values()) == [168, 74, 61, 9, 96, 22, 115]


def test_every_decoy_is_in_the_files_and_changes_nothing():
    states = EXPECTED["records"]
    assert states["education"] == {"entered": 47 + 22, "draft": 1, "cancelled": 1}  # X1, X2 and X9 entered, X3 a draft, X4 cancelled
    decoys = csv_rows(DEMO / "05-giao-duc.csv")[44:]
    assert [(row["Đơn vị báo cáo"], row["Đến ngày"], row["Quân số phải học"], row["Quân số tham gia"]) for row in decoys] == [
        ("DV03", "14/12/2018", "400", "360"),
        ("DV06", "15/06/2019", "58", "50"),
        ("DV08", "20/03/2019", "385", "300"),
        ("DV02", "18/02/2019", "32", "20"),
        ("DV04", "28/02/2019", "0", "0"),
    ]
    rows = sheets(DEMO / "07-chinh-sach.xlsx")["Hoạt động"]
    assert [(row["Đơn vị báo cáo"], row["Đơn vị tính số liệu"]) for row in rows if row["Vai trò"] == "Phối hợp"] == [("DV10", "DV05")]
    assert [row["Đến ngày"] for row in rows if row["Đến ngày"].endswith("07/2019")] == ["27/07/2019"]


def test_the_file_sent_again_repeats_rows_and_their_identities():
    again, first = csv_rows(DEMO / "10-dv05-gui-lai.csv"), csv_rows(DEMO / "05-giao-duc.csv")
    assert again == [row for row in first if row["Đơn vị báo cáo"] == "DV05"]
    assert len({row["Mã bản ghi"] for row in again}) == 5


@pytest.mark.parametrize("path", CSV_FILES, ids=lambda path: path.name)
def test_a_demo_table_is_as_a_spreadsheet_saves_it(path):
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert unicodedata.is_normalized("NFC", text)
    assert len({len(row) for row in csv.reader(io.StringIO(text), strict=True)}) == 1


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_a_demo_workbook_keeps_dates_as_dates_and_numbers_of_papers_as_text(path):
    book = load_workbook(path)
    for sheet in book:
        head = [cell.value for cell in sheet[1]]
        assert all(cell.font.bold for cell in sheet[1])
        for row in sheet.iter_rows(min_row=2):
            for name, cell in zip(head, row, strict=True):
                if cell.value is None:
                    continue
                assert cell.data_type != "f", f"a formula in {path.name}"
                if name != "Ngày công" and name.startswith(("Ngày", "Từ ngày", "Đến ngày", "Hạn", "Mốc")):
                    assert cell.is_date, f"{path.name} {sheet.title}!{cell.coordinate}"
                if name.startswith("Số") and name in ("Số giấy tờ", "Số quyết định", "Số thông báo kết luận"):
                    assert cell.data_type == "s"
                if isinstance(cell.value, str):
                    assert unicodedata.is_normalized("NFC", cell.value)


def test_a_demo_workbook_names_no_machine_and_no_person():
    for path in BOOKS:
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml").decode()
        assert "Bộ CHQS tỉnh Hà Sơn" in core
        assert "/home/" not in core


def test_identity_numbers_cannot_be_real():
    numbers = [row["Số giấy tờ"] for row in csv_rows(DEMO / "06-nguoi-huong.csv")]
    numbers += [row["Số giấy tờ"] for row in sheets(DEMO / "07-chinh-sach.xlsx")["Danh sách"]]
    assert all(len(number) in (9, 12) and number.startswith("000") for number in numbers if number)  # no province has the code 000


@pytest.mark.parametrize("seed", range(4))
def test_counting_the_other_offices_files_agrees_with_the_tally_kept_while_making_them(seed, tmp_path):
    office = make(seed, tmp_path)
    found = recount(tmp_path, PERIOD, SCOPE, (DAYS[0].isoformat(), DAYS[1].isoformat()))
    assert {code: found["figures"][code] for code in office.figures} == office.figures
    assert {unit: {code: values["figures"][code] for code in office.figures} for unit, values in found["units"].items()} == office.units


# -- through the import of the program ------------------------------------------------------------------------------------------


def opened(folder: Path, unit: str, name: str, parent: str | None = None) -> Office:
    office.create(folder, unit, name, "province", parent, demo.PASSWORD, cost=key_slots.FLOOR, user=demo.USER)
    return office.open_office(folder, demo.USER, demo.PASSWORD, "test")


def bring_in(store, type_name: str, path: Path) -> importing.Preview:
    found = importing.preview(store, RECORD_TYPES[type_name], path)
    assert not found.refused, found.refusal()
    importing.apply(store, found, demo.USER)
    return found


def figures_of(store, code: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Give every figure's value, for the scope and by annex row."""
    found = figures.compute(store, period(store, code))
    rows = {store.names.code("unit", row): {name: value.value for name, value in found.all(row).items()} for row in found.rows()}
    return {name: value.value for name, value in found.all().items()}, rows


@pytest.fixture(scope="module")
def hs(tmp_path_factory) -> Iterator[tuple[Office, dict[str, importing.Preview]]]:
    """The demo office with all its files imported, and what each import said."""
    with opened(tmp_path_factory.mktemp("demo") / "office", demo.UNIT, demo.UNIT_NAME) as made:
        yield made, {name: bring_in(made.store, type_name, DEMO / name) for type_name, name in demo.FILES}


def test_only_the_decoys_of_low_attendance_leave_a_warning_on_an_event(hs):
    _, said = hs
    assert {name: said[name].doubtful for _, name in demo.FILES if name[:2] in ("05", "07", "08", "09", "10")} == {
        "05-giao-duc.csv": 2,
        "07-chinh-sach.xlsx": 0,
        "08-kiem-tra.xlsx": 0,
        "09-bao-cao.xlsx": 0,
        "10-dv05-gui-lai.csv": 0,
    }


def test_the_file_sent_again_adds_nothing(hs):
    _, said = hs
    assert (said["10-dv05-gui-lai.csv"].new, said["10-dv05-gui-lai.csv"].updated, said["10-dv05-gui-lai.csv"].already) == (0, 0, 5)


def test_every_person_of_register_and_lists_is_one_beneficiary(hs):
    made, _ = hs
    assert made.store.count(RECORD_TYPES["beneficiary"]) == EXPECTED["persons"]


def test_the_imported_demo_has_the_figures_counted_from_its_files(hs):
    made, _ = hs
    whole, rows = figures_of(made.store, EXPECTED["period"])
    assert whole == EXPECTED["figures"]
    assert rows == {unit: values["figures"] for unit, values in EXPECTED["units"].items()}


def test_the_year_before_is_the_totals_that_units_sent(hs):
    made, _ = hs
    sums: dict[str, int] = {}
    for values in year_before().values():
        for code, value in values.items():
            sums[code] = sums.get(code, 0) + value
    found = figures.compute(made.store, period(made.store, "2018-H1"))
    assert {code: found.value(code).value for code in sums} == sums
    assert found.value("EDU_RATE_AVG").value == sums["EDU_TURN_N"] * 1000 // sums["EDU_REQUIRED_N"]
    assert found.value("TT_TONG").value == sums["TT_TIN"] + sums["TT_BAI"] + sums["TT_ANH"]
    assert found.value("EDU_TOPIC_N").unknown  # what is told apart by keys is in no total


def test_each_unit_is_compared_with_what_it_or_its_predecessors_sent(hs):
    """Kim Lộc was made of two districts in October 2018: each of its figures is compared with the sum of theirs."""
    made, _ = hs
    names, expected = made.store.names, year_before()
    compared = Comparison.of(made.store, period(made.store, EXPECTED["period"]))
    rows = {names.code("unit", row): row for row in compared.now.rows()}
    assert set(rows) == set(expected)
    for unit, values in expected.items():
        for code, value in values.items():
            pair = compared.pair(code, rows[unit])
            assert pair.before is not None, (unit, code)
            assert (pair.standing, pair.before.value) == ("known", value), (unit, code)
        share = compared.pair("EDU_RATE_AVG", rows[unit]).before
        assert share is not None
        assert share.value == values["EDU_TURN_N"] * 1000 // values["EDU_REQUIRED_N"]
    assert heirs() == {"DV11": "DV07", "DV12": "DV07"}
    assert (expected["DV07"]["EDU_REQUIRED_N"], expected["DV07"]["CARE_KHAM_MONEY"]) == (312 + 266, 3_300_000 + 2_640_000)
    before = figures.compute(made.store, period(made.store, "2018-H1"))
    then = {names.code("unit", row) for row in before.rows()}
    assert {"DV11", "DV12"} < then
    assert "DV07" not in then


@pytest.mark.parametrize("name", [name for _, name in demo.FILES])
def test_importing_a_demo_file_a_second_time_finds_everything_there(hs, name):
    made, _ = hs
    type_name = next(known for known, file in demo.FILES if file == name)
    again = importing.preview(made.store, RECORD_TYPES[type_name], DEMO / name)
    assert (again.new, again.updated, again.refused) == (0, 0, [])


@pytest.mark.parametrize("seed", range(3))
def test_another_office_has_its_own_figures_counted_while_it_was_drawn(seed, tmp_path):
    expected = make(seed, tmp_path)
    with opened(tmp_path / "office", SCOPE, f"Ban CHQS {SCOPE}", "X99") as made:
        for type_name, name in FILES:
            bring_in(made.store, type_name, tmp_path / name)
        whole, rows = figures_of(made.store, PERIOD)
    assert {code: whole[code] for code in expected.figures} == expected.figures
    assert {unit: {code: row[code] for code in expected.figures} for unit, row in rows.items()} == {
        unit: expected.units[unit] for unit in rows
    }
