"""A row may not link to a row that is refused, and what is said of the persons that a list makes is shown before they are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import import_plan, import_rows
from tests import samples
from tests.app.import_kit import CHECK, Kit, tally
from tests.samples import open_copy

A = {"Mã đơn vị": "X1", "Tên đơn vị": "Ban A"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def unit(code: str, above: str = "", **answers: str) -> dict[str, str]:
    return {"Mã đơn vị": code, "Tên đơn vị": f"Ban {code}", "Đơn vị cấp trên": above, "Hiệu lực từ": "", **answers}


def refusals(found: Any) -> list[tuple[int, str]]:
    return sorted((one.row, one.reason) for one in found.refused)


def test_what_links_to_a_refused_row_is_refused_too_step_by_step(kit: Kit) -> None:
    bad = unit("X1", **{"Hiệu lực từ": "31/02/2019"})
    found = kit.bring("unit", kit.csv(unit("X4", "X3"), unit("X3", "X2"), unit("X2", "X1"), bad, unit("X5", "DV01")))
    reasons = refusals(found)
    assert [row for row, _ in reasons] == [2, 3, 4, 5]
    assert ["dòng 3" in reasons[0][1], "dòng 4" in reasons[1][1], "dòng 5" in reasons[2][1]] == [True] * 3
    assert all(one.column == "Đơn vị cấp trên" for one in found.refused if one.row < 5)
    assert tally(found) == (1, 0, 0)
    assert {one["code"] for one in kit.all("unit")} == {"HS00", "DV01", "DV02", "X5"}


def test_a_link_to_a_refused_change_of_a_known_record_stays(kit: Kit) -> None:
    found = kit.bring("unit", kit.csv(unit("X2", "DV01"), unit("DV01", **{"Hiệu lực từ": "31/02/2019"})))
    assert [row for row, _ in refusals(found)] == [3]
    assert kit.unit("X2")["versions"][0]["parent"] == samples.DV1


def test_rows_refused_by_the_rules_take_those_below_them_along(kit: Kit) -> None:
    ends = {"Hiệu lực từ": "01/01/2019", "Hiệu lực đến": "01/01/2018"}
    found = kit.preview("unit", kit.csv(unit("X1", **ends), unit("X2", "Ban X1")))
    assert {row for row, _ in refusals(found)} == {2, 3}
    assert len(found.puts) == 0
    assert found.new == 0


def care(kit: Kit, *persons: dict[str, str]) -> Path:
    return kit.xlsx(
        {
            "Hoạt động": [{"Bản ghi số": 1, **CHECK}, {"Bản ghi số": 2, **CHECK, "Ngày": "11/04/2019"}],
            "Đối tượng hưởng": [
                {"Bản ghi số": number, "Diện đối tượng": "BENH_BINH", "Xã": "Xã Phú Lâm", "Số người": 1} for number in (1, 2)
            ],
            "Danh sách": [{"Bản ghi số": 1, "Diện đối tượng": "BENH_BINH", **person} for person in persons],
        }
    )


ODD = {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Số giấy tờ": "12345"}


def test_the_preview_lists_what_is_odd_about_new_persons(kit: Kit) -> None:
    found = kit.preview("care", care(kit, ODD))
    (doubt,) = found.doubts
    assert (doubt.sheet, doubt.row, doubt.column) == ("Danh sách", 2, "Số giấy tờ")
    assert doubt.reason.startswith("Người hưởng mới: Số giấy tờ thường có 9 hoặc 12 chữ số")
    assert found.doubtful == 1
    assert any("9 hoặc 12" in line for line in found.lines())
    done = kit.bring("care", care(kit, ODD))
    assert done.doubtful == 1
    assert kit.one("beneficiary")["warned"] == {"SO_GIAY_TO@id_no": ""}


def test_without_doubtful_rows_no_doubtful_person_is_made(kit: Kit) -> None:
    from db.records.care import CareActivity

    looked = import_rows.look(kit.store, import_plan.read(care(kit, ODD), CareActivity))
    assert (looked.records, looked.clean_records) == (2, 1)
    done = import_rows.apply(kit.store, looked, samples.USER, with_doubtful=False)
    assert (done.new, done.persons) == (1, [])
    assert kit.all("beneficiary") == []
    assert len(kit.all("care")) == 1


def test_a_person_who_cannot_be_made_refuses_the_record(kit: Kit) -> None:
    long_name = ODD | {"Số giấy tờ": "", "Họ và tên": "An " * 50}
    found = kit.preview("care", care(kit, long_name))
    assert [(one.sheet, one.row) for one in found.refused] == [("Danh sách", 2)]
    assert (found.new, found.persons) == (1, [])
