"""Each area of the report says what its records say: sentences and annexes of inspection, care, emulation and all others."""

from __future__ import annotations

from typing import Any

import pytest

from app import periods
from app.office import Office
from app.report.behind import behind
from app.report.document import Paragraph
from db.errors import ExpectedError
from db.store import Refused, Store
from tests.report.reading import WAITING, annex_of, built, said, table
from tests.samples import CELL, COMMITTEE, DV1, DV2, SAMPLES, USER, care, inspection

# -- inspection -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def inspected(small: Office) -> Store:
    store = small.store
    flaws = [
        {"subject_no": 1, "text": "Sinh hoạt chi bộ chưa đều", "status": "DA", "done_on": "2019-05-20", "deadline": "2019-05-31"},
        {"subject_no": 2, "text": "Chậm nộp đảng phí", "status": "DANG", "deadline": "2019-05-31"},
        {"subject_no": 2, "text": "Tự phê bình còn hình thức", "status": "DA", "done_on": "2019-07-01", "deadline": "2019-09-30"},
        {"subject_no": 1, "text": "Ghi sổ chưa đầy đủ", "status": "CHUA"},
        {"subject_no": 1, "text": "Đã chấp hành, không yêu cầu", "status": "KHONG_YC"},
    ]
    member = {"no": 2, "subject_type": "DV", "org": CELL, "member": "Hoàng Văn Bí Mật", "conclusion": "CO_KD"}
    cell = {"no": 1, "subject_type": "TCD", "org": CELL, "conclusion": "CO_KD"}
    store.save("inspection", inspection(subjects=[cell, member], shortcomings=flaws), USER)
    signs = {"kind": "KT_DHVP", "event_from": "2019-04-01", "event_to": "2019-04-03", "concl_date": "2019-04-05", "shortcomings": []}
    store.save("inspection", inspection(**signs, subjects=[{**member, "no": 1, "conclusion": "VP_PHAI_KL"}]), USER)
    punished = {**signs, "kind": "TH_KL", "event_from": "2019-04-08", "event_to": "2019-04-09", "concl_date": "2019-04-10"}
    store.save("inspection", inspection(**punished, subjects=[{**member, "no": 1, "discipline": "DV_KHIEN_TRACH"}]), USER)
    under_way: dict[str, Any] = {"kind": "GS_CD", "event_to": "2019-05-05", "concl_no": None, "concl_date": None, "shortcomings": []}
    store.save("inspection", inspection(**under_way, unit=DV2), USER)
    return store


def test_inspection_is_said_in_three_paragraphs(inspected: Store) -> None:
    assert said(built(inspected), "1.II.5") == [
        "Cấp ủy, ủy ban kiểm tra các cấp đã kiểm tra chấp hành đối với 01 lượt tổ chức đảng, 01 lượt đảng viên.",
        "Kiểm tra khi có dấu hiệu vi phạm đối với 01 đảng viên; qua kiểm tra, kết luận 01 trường hợp có vi phạm, trong đó 01 trường hợp "
        "phải thi hành kỷ luật. Đã thi hành kỷ luật 01 đảng viên (khiển trách 01).",
        "Qua kiểm tra, giám sát phát hiện 04 khuyết điểm, hạn chế; đã khắc phục 01 (25%), đang khắc phục 02, quá hạn 01. "
        "Không có đơn thư tố cáo, khiếu nại thuộc thẩm quyền.",
    ]


def test_shortcomings_are_listed_by_code_with_the_state_of_the_periods_end(inspected: Store) -> None:
    annex = annex_of(built(inspected), "THEO DÕI KHẮC PHỤC KHUYẾT ĐIỂM")
    assert table(annex) == [
        ("1", "CB01", "Sinh hoạt chi bộ chưa đều", "31/05/2019", "Đã khắc phục", "20/05/2019"),
        ("2", "CB01/ĐV2", "Chậm nộp đảng phí", "31/05/2019", "Quá hạn", "-"),
        ("3", "CB01/ĐV2", "Tự phê bình còn hình thức", "30/09/2019", "Đang khắc phục", "-"),
        ("4", "CB01", "Ghi sổ chưa đầy đủ", "…", "Đang khắc phục", "-"),
    ]
    assert [group.rows[0].codes[4] for group in annex.groups] == ["KD_DA_N", "KD_QH_N", "KD_DANG_N", "KD_DANG_N"]


def test_no_name_of_a_member_is_printed(inspected: Store) -> None:
    assert "Bí Mật" not in repr(built(inspected))


def test_what_is_under_way_is_neither_counted_nor_unknown(inspected: Store) -> None:
    one, two, total = table(annex_of(built(inspected), "KẾT QUẢ KIỂM TRA, GIÁM SÁT, THI HÀNH KỶ LUẬT ĐẢNG"))
    assert one[2:6] == ("1", "1", "-", "1")
    assert two[1:] == ("Ban CHQS thị xã Đông Giang", *["-"] * 14)
    assert total[0] == "Tổng cộng"
    assert total[2:] == one[2:]


def test_letters_received_and_settled_are_said_apart(small: Office) -> None:
    letter: dict[str, Any] = {"kind": "GQ_TC", "actor": "UBKT", "concl_no": None, "concl_date": None, "shortcomings": []}
    subject = {"no": 1, "subject_type": "TCD", "org": CELL}
    small.store.save("inspection", inspection(**letter, subjects=[subject]), USER)
    assert said(built(small.store), "1.II.5")[-1].endswith("Tiếp nhận 01 đơn tố cáo.")


# -- care -------------------------------------------------------------------------------------------------------------------------


def paid(store: Store, category: str, persons: int, amount: int, unit: str = DV1) -> None:
    served, funding = [{"category": category, "persons": persons}], [{"source": "NSNN", "amount": amount}]
    store.save("care", care(unit=unit, kind="CHI_TRA_1L", norm=None, served=served, funding=funding), USER)


@pytest.mark.parametrize("kind", ["CHI_TRA_1L", "CHI_TRA_HT"])
def test_a_payment_without_any_money_is_refused(small: Office, kind: str) -> None:
    with pytest.raises(Refused, match="Chưa có dòng “Nguồn kinh phí”"):
        small.store.save("care", care(kind=kind, norm=None, funding=[], served=[{"category": "QD62", "persons": 18}]), USER)


def test_allowances_of_one_decision_are_one_sentence(small: Office) -> None:
    paid(small.store, "QD62", 18, 77_800_000)
    assert said(built(small.store), "1.II.7") == [
        "Chi trả chế độ trợ cấp một lần theo Quyết định số 62/2011/QĐ-TTg cho 18 đối tượng với tổng số tiền 77.800.000 đồng, bảo đảm "
        "dân chủ, công khai, kịp thời."
    ]


def test_allowances_of_several_decisions_are_dash_lines(small: Office) -> None:
    paid(small.store, "QD62", 18, 77_800_000)
    paid(small.store, "QD49", 30, 60_000_000)
    paid(small.store, "QD49", 7, 17_600_000, DV2)
    report = built(small.store)
    blocks = [block for block in report.body if isinstance(block, Paragraph) and block.key == "1.II.7"]
    assert [(block.style, block.mark, block.text) for block in blocks] == [
        (
            "body",
            "",
            "Chi trả chế độ trợ cấp một lần cho 55 đối tượng với tổng số tiền 155.400.000 đồng, bảo đảm dân chủ, công khai, kịp thời, "
            "trong đó:",
        ),
        ("dash", "-", "Theo Quyết định số 49/2015/QĐ-TTg: 37 đối tượng, 77.600.000 đồng;"),
        ("dash", "-", "Theo Quyết định số 62/2011/QĐ-TTg: 18 đối tượng, 77.800.000 đồng."),
    ]
    assert (
        annex_of(report, "KẾT QUẢ CÔNG TÁC CHÍNH SÁCH")
        .notes[0]
        .startswith(
            "(*) Theo Quyết định số 49/2015/QĐ-TTg: 37 người, 77.600.000 đồng; Quyết định số 62/2011/QĐ-TTg: 18 người, 77.800.000 đồng. Dấu"
        )
    )


def test_allowances_beside_the_named_decisions_are_not_ascribed_to_one(small: Office) -> None:
    paid(small.store, "QD62", 18, 77_800_000)
    paid(small.store, "QD290", 2, 5_000_000)
    lines = said(built(small.store), "1.II.7")
    assert lines[0].startswith("Chi trả chế độ trợ cấp một lần cho 20 đối tượng với tổng số tiền 82.800.000 đồng")
    assert lines[1] == "Theo Quyết định số 62/2011/QĐ-TTg: 18 đối tượng, 77.800.000 đồng."


def test_money_that_was_not_given_is_unknown_and_not_nothing(small: Office) -> None:
    store = small.store
    store.save("care", care(funding=[], norm=None), USER)
    store.save("care", care(unit=DV2, kind="TANG_QUA", norm=None, served=[{"category": "THUONG_BINH", "quantity": 5}]), USER)
    one, two, total = table(annex_of(built(store), "KẾT QUẢ CÔNG TÁC CHÍNH SÁCH"))
    assert one[2:] == ("70", "…", *["-"] * 11, "…")
    assert two[2:] == (*["-"] * 5, "5", "8.400.000", *["-"] * 6, "8.400.000")
    assert total[2:] == ("70", "…", "-", "-", "-", "5", "8.400.000", *["-"] * 6, "8.400.000")
    assert "cho 70 đối tượng chính sách." in said(built(store), "1.II.7")[0]


def test_a_counted_zero_stays_a_zero(small: Office) -> None:
    served = [{"category": "THUONG_BINH", "persons": 0}]
    small.store.save("care", care(norm=None, served=served, funding=[{"source": "NSNN", "amount": 0}]), USER)
    assert table(annex_of(built(small.store), "KẾT QUẢ CÔNG TÁC CHÍNH SÁCH"))[0][2:5] == ("0", "0", "-")


def test_funds_stand_beside_the_activities_they_paid_for(small: Office) -> None:
    store = small.store
    store.save("care", care(), USER)
    house = {"kind": "NHA_TN", "house_work": "XAY_MOI", "norm": None, "served": [{"category": "THUONG_BINH", "quantity": 2}]}
    funds = [{"source": "QUY_DON", "amount": 100_000_000}, {"source": "QUY_DV", "in_kind": 500}, {"source": "XHH", "amount": 40_000_000}]
    store.save("care", care(**house, funding=funds), USER)
    annex = annex_of(built(store), "NGUỒN KINH PHÍ")
    assert annex.unit_line == "Đơn vị tính: đồng"
    assert table(annex) == [
        ("1", "Khám bệnh, cấp thuốc", "8.400.000", "-", "-", "-", "-", "-", "-", "8.400.000"),
        ("2", "Nhà tình nghĩa", "-", "-", "-", "100.000.500", "-", "40.000.000", "-", "140.000.500"),
        ("Tổng cộng", "", "8.400.000", "-", "-", "100.000.500", "-", "40.000.000", "-", "148.400.500"),
    ]
    assert annex.groups[0].rows[0].codes[5] == "CARE_MONEY_QUY_DON+CARE_MONEY_QUY_DV"
    assert "Xây mới 02 nhà tình nghĩa, nhà đồng đội trị giá trên 140 triệu đồng." in said(built(store), "1.II.7")


# -- emulation --------------------------------------------------------------------------------------------------------------------


def test_awards_are_listed_by_form_and_level_and_proposals_apart(small: Office) -> None:
    store = small.store
    award = SAMPLES["award"]
    store.save("award", award, USER)
    store.save("award", award | {"level": "QK", "honours": [{"title": "GK", "individuals": 2}, {"title": "BK", "collectives": 1}]}, USER)
    store.save("award", award | {"stage": "DE_NGHI", "level": "BQP", "honours": [{"title": "CO_BQP", "collectives": 1}]}, USER)
    annex = annex_of(built(store), "THI ĐUA - KHEN THƯỞNG")
    assert table(annex) == [
        ("1", "Bằng khen", "Quân khu", "1", "-"),
        ("2", "Giấy khen", "Quân khu", "-", "2"),
        ("3", "Giấy khen", "Bộ CHQS tỉnh", "3", "11"),
        ("Tổng cộng", "", "", "4", "13"),
    ]
    assert "Đang đề nghị cấp trên khen thưởng: 1 tập thể." in annex.notes[0]
    letters = annex.groups[2].rows[0]
    found = behind(store, periods.period(store, "2019-H1"), None, letters.code(3))
    assert (found.number, [part.amount for part in found.parts]) == ("3", ["3"])
    assert said(built(store), "1.II.3")[0] == "Khen thưởng 4 tập thể, 13 cá nhân; đề nghị cấp trên khen thưởng 01 tập thể."


# -- party building ---------------------------------------------------------------------------------------------------------------


def members(store: Store, org: str, day: str, start: int, finish: int, *moved: tuple[str, int], unit: str = DV1) -> None:
    lines = [{"movement": movement, "persons": persons} for movement, persons in moved]
    state = {"unit": unit, "event_to": day, "org": org, "start": start, "finish": finish, "cells": 3, "movements": lines}
    store.save("party", state, USER)


def test_members_are_a_stock_and_movements_add_up(small: Office) -> None:
    store = small.store
    members(store, COMMITTEE, "2019-03-31", 50, 52, ("KET_NAP", 3), ("CHUYEN_DI", 1))
    members(store, COMMITTEE, "2019-06-14", 52, 51, ("TU_TRAN", 1), ("CHINH_THUC", 2))
    members(store, CELL, "2019-06-14", 20, 22, ("CHUYEN_DEN", 2), unit=DV2)
    report = built(store)
    assert table(annex_of(report, "TỔ CHỨC XÂY DỰNG ĐẢNG")) == [
        ("1", "Chi bộ Cơ quan", "20", "-", "2", "-", "-", "22", "-"),
        ("2", "Đảng ủy Quân sự tỉnh", "50", "3", "-", "1", "1", "51", "-"),
        ("Tổng cộng", "", "70", "3", "2", "1", "1", "73", "-"),
    ]
    assert said(report, "1.II.4")[0].startswith(
        "Toàn đảng bộ hiện có 06 chi bộ, 73 đảng viên; trong kỳ kết nạp 03 đảng viên mới, chuyển đảng chính thức 02 đồng chí."
    )


def test_members_that_do_not_balance_are_refused(small: Office) -> None:
    with pytest.raises(ExpectedError, match="Không cân đối: đầu kỳ 50 \\+ tăng, giảm 2 = 52, khác cuối kỳ 53"):
        members(small.store, COMMITTEE, "2019-06-14", 50, 53, ("KET_NAP", 3), ("CHUYEN_DI", 1))


# -- cadres, security, civil mobilisation, mass organisations ---------------------------------------------------------------------


def test_the_other_areas_are_said_from_their_records(small: Office) -> None:
    store = small.store
    for name in ("cadre", "security", "civil", "mass"):
        store.save(name, SAMPLES[name], USER)
    report = built(store)
    assert said(report, "1.II.6") == ["Điều động 03 đồng chí; cử 01 đồng chí đi đào tạo, bồi dưỡng đúng quy trình, quy định."]
    assert said(report, "1.II.8") == [
        "Chủ động nắm tình hình, phối hợp chặt chẽ với các lực lượng trên địa bàn; rà soát tiêu chuẩn chính trị 210 lượt người; "
        "xảy ra 01 vụ việc, đã xử lý 01 vụ."
    ]
    assert said(report, "1.II.9") == [
        "Huy động 180 lượt cán bộ, chiến sĩ, dân quân tự vệ với 700 ngày công giúp Nhân dân tu sửa 2,5 km đường giao thông, "
        "xây, sửa 01 nhà."
    ]
    assert said(report, "1.II.10") == [
        "Tổ chức quần chúng hoạt động đúng điều lệ; kết nạp 06 đoàn viên, hội viên; thực hiện 01 công trình, phần việc."
    ]
    assert table(annex_of(report, "CÔNG TÁC DÂN VẬN"))[0][2:] == ("180", "700", "2,5", "-", "1", "-", "15.000.000")
    assert table(annex_of(report, "CÔNG TÁC CÁN BỘ")) == [
        ("1", "Điều động", "-", "3", "-", "-", "3"),
        ("2", "Cử đi học", "-", "1", "-", "-", "1"),
        ("Tổng cộng", "", "-", "4", "-", "-", "4"),
    ]
    found = behind(store, periods.period(store, "2019-H1"), None, "DV_DUONG")
    assert (found.value, [part.amount for part in found.parts], found.total) == ("2,5 km", ["2,5"], "2,5")


# -- key tasks --------------------------------------------------------------------------------------------------------------------


def test_key_tasks_are_listed_before_and_their_results_said_after(small: Office) -> None:
    store = small.store
    first = SAMPLES["task"]["tasks"][0]
    tasks = [
        {**first, "progress": "HOAN_THANH", "reached": 330},
        {
            "no": 2,
            "content": "Khắc phục dứt điểm khuyết điểm.",
            "progress": "DANG_TH",
            "reached": 195,
            "outcome": "Còn 05 khuyết điểm;\n02 quá hạn.",
        },
        {"no": 3, "content": "Chuẩn bị đại hội"},
    ]
    store.save("task", SAMPLES["task"] | {"tasks": tasks}, USER)
    store.save("task", SAMPLES["task"] | {"unit": DV1}, USER)  # a unit's own tasks are its own report's
    before, after = built(store), built(store, "2019-H2")
    listed = [block for block in before.body if isinstance(block, Paragraph) and block.key == "2.III"]
    assert [(block.mark, block.text) for block in listed] == [
        (
            "1.",
            "Đổi mới, nâng cao chất lượng giáo dục chính trị; hoàn thành trước ngày 31 tháng 8 năm 2019; "
            "Ban CHQS thành phố Hà Sơn chủ trì.",
        ),
        ("2.", "Khắc phục dứt điểm khuyết điểm."),
        ("3.", "Chuẩn bị đại hội."),
    ]
    annex = annex_of(before, "NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM 2019")
    assert table(annex)[0][1:] == (
        *("Đổi mới, nâng cao chất lượng giáo dục chính trị", "32 chuyên đề", "Ban CHQS thành phố Hà Sơn", "…", "31/08/2019"),
    )
    assert said(before, "1.II.1")[1:] == []
    assert said(after, "1.II.1")[1:] == [
        "Trong 03 nhiệm vụ trọng tâm đã xác định cho kỳ này: hoàn thành 01 (33,3%), đang thực hiện 01, chưa thực hiện 01. "
        "Kết quả từng nhiệm vụ như sau:",
        "Đổi mới, nâng cao chất lượng giáo dục chính trị: hoàn thành, đạt 33/32 chuyên đề.",
        "Khắc phục dứt điểm khuyết điểm: đang thực hiện, đạt 19,5. Còn 05 khuyết điểm; 02 quá hạn.",
        "Chuẩn bị đại hội: chưa thực hiện.",
    ]
    assert [block.mark for block in after.body if isinstance(block, Paragraph) and block.key == "1.II.1"] == ["", "", "-", "-", "-"]
    assert said(after, "2.III") == [WAITING]
    assert said(built(store, unit=DV1), "2.III")[0].startswith("Đổi mới")
    assert all(row[1] != "Bộ CHQS tỉnh Hà Sơn" for row in table(annex_of(before, "CÔNG TÁC DÂN VẬN")))
