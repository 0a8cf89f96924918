"""The named lists of care find or make their persons (contract.md 4, beneficiary; domain.md D.1, D.4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import importing, tables, tabular
from db.records.beneficiary import Beneficiary
from db.records.care import CareActivity
from tests import samples
from tests.app.import_kit import CHECK, Kit, tally
from tests.samples import open_copy

AN = {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Số giấy tờ": "000050000111"}
PHU_LAM, KIM_LOC = "Xã Phú Lâm", "Xã Kim Lộc"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


def known(kit: Kit, **answers: Any) -> str:
    return kit.store.save("beneficiary", {"name": "Nguyễn Văn An", "birth": "1950", **answers}, samples.USER)


def listing(kit: Kit, *persons: dict[str, Any], communes: tuple[str, ...] = (PHU_LAM,), day: str = "10/04/2019", skip: bool = False) -> Any:
    """Import a care record with a named list."""
    found = kit.bring(
        "care",
        kit.xlsx(
            {
                "Hoạt động": [{"Bản ghi số": 1, **CHECK, "Ngày": day}],
                "Đối tượng hưởng": [
                    {"Bản ghi số": 1, "Diện đối tượng": "BENH_BINH", "Xã": commune, "Số người": len(persons)} for commune in communes
                ],
                "Danh sách": [{"Bản ghi số": 1, "Diện đối tượng": "BENH_BINH", **person} for person in persons],
            }
        ),
    )
    assert skip or found.refused == [], found.refusal()
    return found


def linked(kit: Kit) -> list[str | None]:
    return [line["person"] for line in kit.all("care")[-1]["listed"]]


def test_a_person_is_found_by_number_whatever_the_name_is(kit: Kit) -> None:
    uid = known(kit, id_no="000050000111", commune=KIM_LOC)
    listing(kit, AN | {"Họ và tên": "NGUYEN V. AN", "Năm sinh": "", "Số giấy tờ": "000 050 000 111"})
    assert linked(kit) == [uid]
    assert len(kit.all("beneficiary")) == 1


def test_a_person_is_found_by_folded_name_year_and_commune(kit: Kit) -> None:
    uid = known(kit, birth="1950-05-03", commune="xã phú lâm")
    listing(kit, {"Họ và tên": "NGUYỄN VĂN  AN", "Năm sinh": "1950"})
    assert linked(kit) == [uid]


def test_a_namesake_of_another_commune_or_number_is_another_person(kit: Kit) -> None:
    first = known(kit, commune=KIM_LOC)
    second = known(kit, commune=PHU_LAM, id_no="000050000999")
    listing(kit, AN)
    assert linked(kit)[0] not in (first, second)
    assert len(kit.all("beneficiary")) == 3


def test_nobody_found_is_made_in_the_same_import(kit: Kit) -> None:
    found = listing(kit, AN, AN | {"Họ và tên": "Trần Thị Bình", "Số giấy tờ": "", "Địa chỉ": "Thôn 2"})
    an, binh = kit.all("beneficiary")
    assert linked(kit) == [an["uid"], binh["uid"]]
    assert (an["name"], an["birth"], an["id_no"], an["commune"], an["categories"], an["unit"]) == (
        "Nguyễn Văn An", "1950", "000050000111", PHU_LAM, ["BENH_BINH"], samples.DV1,
    )  # fmt: skip
    assert binh["address"] == "Thôn 2"
    assert {entry.head["im"] for uid in linked(kit) for entry in kit.store.versions(str(uid))} == {found.import_id}
    assert (found.new, found.doubtful) == (1, 0)


def test_an_unlikely_age_is_said_of_a_person_made_by_the_import_as_of_a_known_one(kit: Kit) -> None:
    before_45 = AN | {"Năm sinh": "1970", "Diện đối tượng": "NCC_TRUOC_45"}
    said = [listing(kit, before_45, day=day) for day in ("10/04/2019", "11/04/2019")]
    assert [[(doubt.sheet, doubt.row) for doubt in found.doubts] for found in said] == [[("Danh sách", 2)]] * 2
    assert all("Sinh năm 1970 là muộn" in found.doubts[0].reason for found in said)
    assert [list(record["warned"]) for record in kit.all("care")] == [["P8@listed[0].category"]] * 2


def test_the_same_person_twice_in_a_file_is_made_once(kit: Kit) -> None:
    listing(kit, AN, AN | {"Số giấy tờ": ""})
    assert len(kit.all("beneficiary")) == 1
    assert len(set(linked(kit))) == 1


def test_several_that_fit_leave_the_row_unlinked_with_its_words_kept(kit: Kit) -> None:
    known(kit, commune=PHU_LAM, address="Thôn 1")
    known(kit, commune=PHU_LAM, address="Thôn 2")
    found = listing(kit, {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950"})
    assert linked(kit) == [None]
    line = kit.one("care")["listed"][0]
    assert "Nguyễn Văn An" in line["unclear"]
    assert "1950" in line["unclear"]
    assert found.doubtful == 1
    assert [(one.sheet, one.row) for one in found.doubts] == [("Danh sách", 2)]
    assert len(kit.all("beneficiary")) == 2


def test_without_one_commune_the_name_and_year_decide_alone(kit: Kit) -> None:
    uid = known(kit, commune="Xã Lương Hòa")
    listing(kit, {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950"}, communes=(PHU_LAM, KIM_LOC))
    assert linked(kit) == [uid]


def test_a_namesake_read_in_an_earlier_batch_hides_nobody(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    known(kit, commune=PHU_LAM, id_no="000050000111")
    known(kit, commune=PHU_LAM, id_no="000050000222")
    found = kit.preview(
        "care",
        kit.xlsx(
            {
                "Hoạt động": [{"Bản ghi số": n, **CHECK, "Ngày": f"1{n}/04/2019"} for n in (1, 2)],
                "Đối tượng hưởng": [{"Bản ghi số": n, "Diện đối tượng": "BENH_BINH", "Xã": PHU_LAM, "Số người": 1} for n in (1, 2)],
                "Danh sách": [
                    {"Bản ghi số": 1, "Diện đối tượng": "BENH_BINH", "Họ và tên": "Nguyễn Văn An", "Số giấy tờ": "000050000111"},
                    {"Bản ghi số": 2, "Diện đối tượng": "BENH_BINH", "Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950"},
                ],
            }
        ),
    )
    assert [put.record["listed"][0]["person"] is None for put in found.puts] == [False, True]


def test_a_row_with_a_number_nobody_has_and_no_name_is_refused(kit: Kit) -> None:
    found = listing(kit, {"Số giấy tờ": "000050000777"}, AN, skip=True)
    assert [(one.sheet, one.row) for one in found.refused] == [("Danh sách", 2)]
    assert "Thiếu họ và tên" in found.refused[0].reason
    assert kit.all("beneficiary") == []


def test_refused_and_known_records_make_nobody(kit: Kit) -> None:
    listing(kit, AN)
    assert tally(listing(kit, AN)) == (0, 0, 1)
    assert listing(kit, AN | {"Họ và tên": "Người Khác", "Số giấy tờ": ""}, day="31/02/2019", skip=True).new == 0
    assert len(kit.all("beneficiary")) == 1


def test_undo_cancels_the_persons_it_made_and_only_them(kit: Kit) -> None:
    uid = known(kit, id_no="000050000111")
    found = listing(kit, AN, {"Họ và tên": "Trần Thị Bình", "Năm sinh": "1948"})
    undone = kit.undo(found)
    assert undone.cancelled == 2
    assert [record["uid"] for record in kit.all("beneficiary")] == [uid]
    assert tally(listing(kit, AN, {"Họ và tên": "Trần Thị Bình", "Năm sinh": "1948"})) == (1, 0, 0)
    assert len(kit.all("beneficiary")) == 2


def test_a_wrong_birth_year_in_a_list_is_refused_at_its_cell(kit: Kit) -> None:
    found = listing(kit, AN | {"Năm sinh": "31/02/1950"}, skip=True)
    assert [(one.sheet, one.row, one.column) for one in found.refused] == [("Danh sách", 2, "Năm sinh")]
    assert kit.all("beneficiary") == []


def test_a_long_unclear_row_is_kept_as_far_as_there_is_room(kit: Kit) -> None:
    known(kit, commune=PHU_LAM, address="Thôn 1")
    known(kit, commune=PHU_LAM, address="Thôn 2")
    listing(kit, {"Họ và tên": "Nguyễn Văn An", "Năm sinh": "1950", "Địa chỉ": "Thôn " + "x" * 490})
    assert kit.one("care")["listed"][0]["unclear"].startswith("Nguyễn Văn An · 1950 · Thôn")


@pytest.mark.parametrize("birth", ["1948", "…/5/1948", "03/05/1948", "khoảng 1948"])
def test_a_birth_is_kept_as_exactly_as_it_is_known(kit: Kit, birth: str) -> None:
    kit.take("beneficiary", {"Họ và tên": "H'Hen Niê", "Năm sinh": birth, "Số giấy tờ": "001234567"})
    record = kit.one("beneficiary")
    assert Beneficiary.questions()["birth"].show(record["birth"]) == birth
    assert record["id_no"] == "001234567"


def test_an_export_with_names_tells_who_stands_in_a_list_and_comes_back_as_known(kit: Kit) -> None:
    listing(kit, AN)
    for names, told in ((True, ["Nguyễn Văn An", "1950", "000050000111"]), (False, [])):
        path = kit.path(".xlsx")
        tables.export(kit.store, CareActivity, path, None, samples.USER, with_names=names)
        cells = [str(cell) for sheet in tabular.read(path) for row in sheet.rows for cell in row]
        assert [one for one in ("Nguyễn Văn An", "1950", "000050000111") if one in cells] == told
        again = importing.preview(kit.store, CareActivity, path)
        assert (again.new, again.updated, again.already, again.refused) == (0, 0, 1, [])
        assert again.persons == []
