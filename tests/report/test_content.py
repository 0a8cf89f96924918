"""A report says what the records say: sentences, annexes, free text, letterhead; counted here a second time by plain loops."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any

import pytest

from app import periods
from app.figures import sources
from app.known import records_of
from app.office import Office
from app.report import annex_rules, content
from app.report.arrangement import roman
from app.report.behind import behind
from app.report.document import Annex, Heading, Number, Paragraph, Report
from db.errors import ExpectedError
from db.record import EventRecord, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from tests.samples import CELL, COMMITTEE, DV1, DV2, HS, SAMPLES, T14, T23, USER, care, education, inspection

NOW = datetime(2019, 6, 17, 14, 20)
NBSP = "\u00a0"
WAITING = "(chưa có số liệu)"


def built(store: Store, code: str = "2019-H1", **options: Any) -> Report:
    return content.build(store, periods.period(store, code), now=NOW, **options)


def said(report: Report, key: str) -> list[str]:
    """The paragraphs of one section."""
    return [block.text for block in report.body if isinstance(block, Paragraph) and block.key == key]


def annex_of(report: Report, title: str) -> Annex:
    """The annex of that title."""
    return next(annex for annex in report.annexes if annex.title == title)


def table(annex: Annex) -> list[tuple[str, ...]]:
    return [row.cells for group in annex.groups for row in group.rows]


def class_of(unit: str, day: str, topic: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return education(unit=unit, event_to=day, topic=topic, audiences=list(lines), **more)


def group(audience: str, required: int, present: int, **more: Any) -> dict[str, Any]:
    return {"audience": audience, "required": required, "present": present, **more}


def graded(gioi: int, kha: int, dat: int, khong_dat: int) -> dict[str, int]:
    return {"tested": gioi + kha + dat + khong_dat, "gioi": gioi, "kha": kha, "dat": dat, "khong_dat": khong_dat}


# -- the expected sentences (domain.md E) --------------------------------------------------------------------------------------


@pytest.fixture
def expected(small: Office) -> Store:
    """32 topics over standing forces and militia, the least attendance 479/500; 545 persons examined, 26 certificates."""
    store = small.store
    for number in range(32):
        topic = store.save("topic", {"code": f"C{number:02d}", "title": f"Chuyên đề số {number}"}, USER)
        unit, present = (DV2, 479) if number == 7 else (DV1, 500)
        line = group(("SQ", "DQ_CD")[number % 2], 500, present)
        store.save("education", class_of(unit, "2019-03-11", topic, line), USER)
    money = [{"source": "NSNN", "amount": 39_240_000}, {"source": "XHH", "amount": 26_160_000}]
    store.save("care", care(served=[{"category": "THUONG_BINH", "persons": 545}], funding=money), USER)
    badge: dict[str, Any] = {"kind": "TRAO_GCN_TB", "norm": None, "funding": [], "result_doc": "12/GCN"}
    store.save("care", care(**badge, served=[{"category": "THUONG_BINH", "persons": 26}]), USER)
    return store


def test_the_expected_sentences_come_out_word_for_word(expected: Store) -> None:
    report = built(expected)
    assert said(report, "1.II.2.a")[0] == (
        "Trong 6 tháng, các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật cho lực lượng thường trực, dân quân tự vệ được "
        "trên 30 chuyên đề, quân số tham gia đạt từ 95,8% trở lên."
    )
    assert said(report, "1.II.7")[0] == (
        "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách (với số tiền trên 65 triệu đồng); trao giấy "
        "chứng nhận thương binh cho 26 đối tượng."
    )
    assert report.warnings == ()


def test_numbers_in_sentences_lead_to_their_figures(expected: Store) -> None:
    report = built(expected)
    first = next(block for block in report.body if isinstance(block, Paragraph) and block.key == "1.II.2.a")
    assert [run for run in first.runs if isinstance(run, Number)] == [
        Number("lực lượng thường trực, dân quân tự vệ", "EDU_TURN_N"),
        Number("trên 30", "EDU_TOPIC_N"),
        Number("từ 95,8% trở lên", "EDU_RATE_MIN"),
    ]


def test_exact_replaces_every_approximate_number(expected: Store) -> None:
    report = built(expected, exact=True)
    assert "được 32 chuyên đề" in said(report, "1.II.2.a")[0]
    assert "(với số tiền 65.400.000 đồng)" in said(report, "1.II.7")[0]
    assert report.footer != built(expected).footer


def test_a_changed_record_changes_the_sentence(expected: Store) -> None:
    expected.save("care", care(event_to="2019-05-02", served=[{"category": "BENH_BINH", "persons": 5}], funding=[], norm=None), USER)
    assert "cho 550 đối tượng chính sách" in said(built(expected), "1.II.7")[0]


# -- another data set, counted here by plain loops ------------------------------------------------------------------------------

DV3 = fixed_uid("unit", "DV03")
TOPICS = {T23: "DQTV", T14: "HSQBS"}
ROLLUP = {"SQ": "LLTT", "HSQBS": "LLTT", "DQ_CD": "DQTV", "DQ_TC": "DQTV"}
CLASSES: list[tuple[str, str, list[dict[str, Any]]]] = [
    (DV1, T23, [group("DQ_CD", 420, 409, makeup=11, makeup_date="2019-04-01", **graded(120, 200, 80, 9))]),
    (DV1, T14, [group("HSQBS", 72, 70, **graded(21, 38, 11, 0)), group("SQ", 38, 38)]),
    (DV1, T14, [group("HSQBS", 60, 60, makeup=0), group("DV", 500, 100)]),
    (DV2, T23, [group("DQ_CD", 380, 377), group("DQ_TC", 41, 39)]),
    (DV2, T23, [group("DQ_TC", 40, 0)]),
]
"""Unit, topic, lines; the audience DV enters no total; the last one was attended by nobody."""


@pytest.fixture
def filled(small: Office) -> Store:
    store = small.store
    store.save("unit", {"code": "DV03", "versions": [{"name": "Ban CHQS huyện An Thạch", "level": "HUYEN", "parent": HS}]}, USER)
    for place, (unit, topic, lines) in enumerate(CLASSES):
        store.save("education", class_of(unit, f"2019-03-{place + 1:02d}", topic, *lines), USER)
    store.save("education", class_of(DV1, "2019-06-15", T23, group("DQ_CD", 999, 999)), USER)  # the next period
    other = education(unit=DV2, counting_unit=DV1, event_to="2019-05-05", audiences=[group("SQ", 77, 77)])
    store.save("education", other, USER)  # counts in another unit's total, so nowhere here
    cancelled = store.save("education", education(event_to="2019-05-06", audiences=[group("SQ", 88, 88)]), USER)
    store.cancel(cancelled, "nhập nhầm", USER)
    return store


def recount(unit: str | None, audience: str | None) -> list[str]:
    """The cells 4 to 15 of a row of annex I."""
    chosen = [(u, t, line, lines) for u, t, lines in CLASSES for line in lines if unit in (None, u) and line["audience"] != "DV"]
    here = [one for one in chosen if audience in (None, one[2]["audience"])]
    topics = {(topic, ROLLUP[line["audience"]]) for _, topic, line, _ in here if line["present"] > 0}
    sessions = sum(
        any(line["present"] > 0 for line in lines if line["audience"] != "DV")
        and any(audience in (None, line["audience"]) and line["audience"] != "DV" for line in lines)
        for u, _, lines in CLASSES
        if unit in (None, u)
    )

    def total(name: str) -> int | None:
        known = [line[name] for _, _, line, _ in here if line.get(name) is not None]
        return sum(known) if known else None

    def shown(value: int | None) -> str:
        return "-" if value is None else f"{value:,}".replace(",", ".")

    required, present, tested = total("required") or 0, total("present") or 0, total("tested")
    rate = 1000 * present // required
    good = (total("gioi") or 0) + (total("kha") or 0)
    share = None if not tested else (2000 * good + tested) // (2 * tested)
    return [
        shown(len(topics) or None), shown(sessions), shown(required), shown(present), f"{rate // 10},{rate % 10}", shown(total("makeup")),
        shown(tested), *(shown(total(name)) for name in ("gioi", "kha", "dat", "khong_dat")),
        "-" if share is None else f"{share // 10},{share % 10}",
    ]  # fmt: skip


def test_annex_one_agrees_with_a_recount_by_unit_and_audience(filled: Store) -> None:
    annex = built(filled).annexes[0]
    one, two = "Ban CHQS thành phố Hà Sơn", "Ban CHQS thị xã Đông Giang"
    total = "TỔNG CỘNG TOÀN TỈNH"
    wanted = [
        ("1", one, "Sĩ quan", *recount(DV1, "SQ"), ""),
        ("1", one, "HSQ, BS", *recount(DV1, "HSQBS"), ""),
        ("1", one, "DQ cơ động", *recount(DV1, "DQ_CD"), ""),
        ("1", one, "Cộng", *recount(DV1, None), ""),
        ("2", two, "DQ tại chỗ", *recount(DV2, "DQ_TC"), ""),
        ("2", two, "DQ cơ động", *recount(DV2, "DQ_CD"), ""),
        ("2", two, "Cộng", *recount(DV2, None), ""),
        ("3", "Ban CHQS huyện An Thạch", *["…"] * 13, ""),
        (total, "", "Sĩ quan", *recount(None, "SQ"), ""),
        (total, "", "HSQ, BS", *recount(None, "HSQBS"), ""),
        (total, "", "DQ tại chỗ", *recount(None, "DQ_TC"), ""),
        (total, "", "DQ cơ động", *recount(None, "DQ_CD"), ""),
        (total, "", "Tổng cộng", *recount(None, None), "(*) cột (4), (5)"),
    ]
    assert table(annex) == wanted


def test_a_total_that_is_not_the_sum_of_its_column_is_explained(filled: Store) -> None:
    note = built(filled).annexes[0].notes[0]
    assert note.startswith("(*) Chuyên đề không trùng: một chuyên đề học ở nhiều đơn vị tính một lần")
    assert "Buổi có nhiều đối tượng cùng học ghi ở từng đối tượng, trong tổng tính một lần." in note
    assert "Dấu “-”: không phát sinh; “…”: chưa có số liệu" in note


def test_every_cell_of_a_figure_carries_its_code(filled: Store) -> None:
    annex = built(filled).annexes[0]
    for one in annex.groups:
        for row in one.rows:
            assert len(row.cells) == len(row.codes) == len(annex.columns)
            assert row.codes[3:5] == ("EDU_TOPIC_N", "EDU_SESSION_N")
            assert row.codes[:3] == ("", "", "")


def test_a_unit_whose_absent_all_made_up_is_remarked(small: Office) -> None:
    line = group("DQ_CD", 420, 409, makeup=11, makeup_date="2019-03-09")
    small.store.save("education", class_of(DV1, "2019-03-05", T23, line), USER)
    rows = table(built(small.store).annexes[0])
    assert [row[-1] for row in rows] == ["", "Học bù đủ", "", "", ""]
    assert said(built(small.store), "1.II.2.a")[0].endswith(
        "Tổ chức học bù cho 11 đồng chí, bảo đảm 100% quân số được học tập đầy đủ nội dung, chương trình."
    )


def test_sentences_of_one_paragraph_stand_together(filled: Store) -> None:
    grades, units = said(built(filled), "1.II.2.a")
    assert (
        ". Kết quả kiểm tra nhận thức: 98,1% đạt yêu cầu, trong đó khá, giỏi đạt 79,1%. Tổ chức học bù cho 11 đồng chí, bảo đảm " in grades
    )
    assert units == "Đơn vị có tỷ lệ tham gia cao nhất: Ban CHQS thành phố Hà Sơn (97,7%); thấp nhất: Ban CHQS thị xã Đông Giang (90,2%)."


def test_best_and_worst_are_not_said_of_a_single_unit(small: Office) -> None:
    small.store.save("education", education(), USER)
    assert len(said(built(small.store), "1.II.2.a")) == 1


def test_a_test_that_all_failed_is_reported_not_hidden(small: Office) -> None:
    line = group("DQ_CD", 420, 400, **graded(0, 0, 0, 12))
    small.store.save("education", class_of(DV1, "2019-03-05", T23, line), USER)
    assert "Kết quả kiểm tra nhận thức: 0% đạt yêu cầu, trong đó khá, giỏi đạt 0%." in said(built(small.store), "1.II.2.a")[0]


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


def paid(store: Store, category: str, persons: int, amount: int | None, unit: str = DV1) -> None:
    funding = [] if amount is None else [{"source": "NSNN", "amount": amount}]
    served = [{"category": category, "persons": persons}]
    store.save("care", care(unit=unit, kind="CHI_TRA_1L", norm=None, served=served, funding=funding), USER)


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


# -- a period without records -----------------------------------------------------------------------------------------------------


def test_a_period_without_records_is_a_valid_report_of_zero_sentences(small: Office) -> None:
    report = built(small.store)
    assert said(report, "1.II.1") == ["Cấp ủy, chỉ huy các cấp duy trì nghiêm việc quán triệt, học tập chỉ thị, nghị quyết của cấp trên."]
    assert said(report, "1.II.2.a") == ["Trong kỳ, đơn vị không tổ chức lớp học tập trung."]
    assert said(report, "1.II.2.b") == ["Chưa có tin, bài, ảnh đăng trên các phương tiện thông tin đại chúng."]
    assert said(report, "1.II.3") == [
        "Duy trì thường xuyên phong trào Thi đua Quyết thắng.",
        "Việc học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh được gắn với thực hiện nhiệm vụ.",
    ]
    assert said(report, "1.II.4") == ["Trong kỳ không kết nạp đảng viên mới. Duy trì nền nếp sinh hoạt cấp ủy, chi bộ."]
    assert said(report, "1.II.6") == ["Công tác cán bộ được thực hiện đúng nguyên tắc, quy trình; trong kỳ không có biến động."]
    assert said(report, "1.II.8") == [
        "Chủ động nắm tình hình, phối hợp chặt chẽ với các lực lượng trên địa bàn; không để xảy ra lộ, lọt bí mật, mất an toàn."
    ]
    assert said(report, "1.II.9") == ["Phối hợp làm tốt công tác dân vận trên địa bàn đóng quân."]
    assert said(report, "1.II.10") == ["Tổ chức quần chúng hoạt động đúng điều lệ."]
    assert said(report, "1.II.5") == [
        "Trong kỳ chưa tiến hành kiểm tra, giám sát theo kế hoạch.",
        "Không có tổ chức đảng, đảng viên phải kiểm tra khi có dấu hiệu vi phạm. Không có tổ chức đảng, đảng viên bị thi hành kỷ luật.",
        "Qua kiểm tra, giám sát không phát hiện khuyết điểm phải khắc phục. Không có đơn thư tố cáo, khiếu nại thuộc thẩm quyền.",
    ]
    assert said(report, "1.II.7") == ["Trong kỳ không có đối tượng được chi trả trợ cấp."]
    assert all(said(report, key) == [WAITING] for key in ("1.I.1", "1.II.11", "1.III.2", "2.III"))
    assert [(annex.number, annex.groups, annex.notes) for annex in report.annexes] == [
        (f"Phụ lục {roman(place)}", (), ()) for place in range(1, len(report.annexes) + 1)
    ]
    assert report.warnings == ()


# -- what people write ------------------------------------------------------------------------------------------------------------


def write(store: Store, sections: dict[str, str], **answers: Any) -> None:
    lines = [{"section": key, "text": text} for key, text in sections.items()]
    store.save("report", {"unit": HS, "period": "2019-H1", "contents": lines, **answers}, USER)


def test_free_text_fills_its_sections_line_by_line(small: Office) -> None:
    tasks = "1. Nâng cao chất lượng giáo dục.\n\n 2. Đẩy mạnh thi đua.\n- Hoàn thành trước ngày 31 tháng 8."
    write(small.store, {"1.I.1": "Đoạn một.\nĐoạn hai.", "2.III": tasks, "1.II.2.a": "Tổ chức tốt Ngày Pháp luật.", "2.V": "Không."})
    report = built(small.store)
    assert said(report, "1.I.1") == ["Đoạn một.", "Đoạn hai."]
    tasks_blocks = [block for block in report.body if isinstance(block, Paragraph) and block.key == "2.III"]
    assert [(block.style, block.mark, block.text) for block in tasks_blocks] == [
        ("numbered", "1.", "Nâng cao chất lượng giáo dục."),
        ("numbered", "2.", "Đẩy mạnh thi đua."),
        ("dash", "-", "Hoàn thành trước ngày 31 tháng 8."),
    ]
    assert said(report, "1.II.2.a") == ["Trong kỳ, đơn vị không tổ chức lớp học tập trung.", "Tổ chức tốt Ngày Pháp luật."]


def test_an_optional_section_without_text_leaves_no_heading(small: Office) -> None:
    def keys() -> set[str]:
        return {block.key for block in built(small.store).body if isinstance(block, Heading)}

    assert not {"1.IV", "2.V"} & keys()
    write(small.store, {"1.IV": "Một là, giữ vững đoàn kết."})
    assert {"1.IV", "2.V"} & keys() == {"1.IV"}


def test_the_basis_lines_come_before_the_lead_in(small: Office) -> None:
    write(small.store, {"can_cu": "Căn cứ Kế hoạch số 45/KH-BCH;\nThực hiện Hướng dẫn số 312/HD-CT."})
    first = built(small.store).body[:3]
    assert [(block.style, block.text) for block in first if isinstance(block, Paragraph)] == [
        ("basis", "Căn cứ Kế hoạch số 45/KH-BCH;"),
        ("basis", "Thực hiện Hướng dẫn số 312/HD-CT,"),
        (
            "body",
            "Bộ CHQS tỉnh Hà Sơn báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019 "
            "(số liệu từ ngày 15/12/2018 đến ngày 14/6/2019) như sau:",
        ),
    ]


def test_text_is_taken_as_it_is_and_never_as_a_template(small: Office) -> None:
    odd = '<b>&<img src="file:///x"> {EDU_TOPIC_N:n} [x] %s {0}'
    write(small.store, {"1.I.1": odd})
    assert said(built(small.store), "1.I.1") == [odd]


def test_text_for_a_section_that_does_not_exist_is_told(small: Office) -> None:
    write(small.store, {"1.II.99": "lạc", "1.I.1": "có"})
    assert built(small.store).warnings == ("Mục “1.II.99” không có trong đề cương nên không được in.",)


# -- page 1 and the closing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def furnished(small: Office) -> Store:
    """Two terms of the office, and a report with number and day."""
    common = {"place": "Hà Sơn", "symbol": "BC-BCH", "archive": "VT, PCT. H15", "sign_code": "SIG_CU", "signer_rank": "Đại tá"}
    old = {**common, "valid_to": "2019-06-30", "parent_line": "Quân khu Trung Du", "issuer_lines": "Bộ Chỉ huy quân sự\ntỉnh Hà Sơn"}
    new = {
        **common,
        "valid_from": "2019-07-01",
        "parent_line": "Quân khu Mới",
        "issuer_lines": "Bộ Chỉ huy mới",
        "signer_name": "Trần Văn B",
    }
    terms = [{**old, "signer_name": "Nguyễn Văn A"}, new]
    recipients = [{"text": "Cục Chính trị Quân khu"}, {"text": "- Thường trực Tỉnh ủy;"}]
    small.store.save("office", {"code": "HS00", "terms": terms, "recipients": recipients}, USER)
    write(small.store, {}, number="5", dated="2019-06-08", draft_no=2)
    return small.store


def test_a_draft_leaves_number_and_day_blank(furnished: Store) -> None:
    report = built(furnished)
    assert report.letterhead.parent == "QUÂN KHU TRUNG DU"
    assert report.letterhead.issuer == ("BỘ CHỈ HUY QUÂN SỰ", "TỈNH HÀ SƠN")
    assert re.fullmatch(rf"Số: {NBSP}+/BC-BCH", report.letterhead.number)
    assert re.fullmatch(rf"Hà Sơn, ngày {NBSP}+ tháng 6 năm 2019", report.letterhead.place_date)
    assert report.draft is not None
    assert report.draft.turn == "lần 02"
    assert re.fullmatch(
        rf"\(Kèm theo Báo cáo số {NBSP}+/BC-BCH ngày {NBSP}+ tháng 6 năm 2019 của Bộ CHQS tỉnh Hà Sơn\)", report.annexes[0].reference
    )
    code = f"[0-9a-f]{{4}}{NBSP}[0-9a-f]{{4}}{NBSP}[0-9a-f]{{4}}"
    assert re.fullmatch(f"Bản dự thảo, số liệu chưa chốt. In lúc 14:20 ngày 17/6/2019. Mã bản in: {code}", report.footer)


def test_an_approved_report_carries_number_day_and_code(furnished: Store) -> None:
    report = built(furnished, final=content.Final())
    assert report.draft is None
    assert report.letterhead.number == "Số: 05/BC-BCH"
    assert report.letterhead.place_date == "Hà Sơn, ngày 08 tháng 6 năm 2019"
    assert report.annexes[0].reference == "(Kèm theo Báo cáo số 05/BC-BCH ngày 08 tháng 6 năm 2019 của Bộ CHQS tỉnh Hà Sơn)"
    code = f"[0-9a-f]{{4}}{NBSP}[0-9a-f]{{4}}{NBSP}[0-9a-f]{{4}}"
    assert report.footer == ""
    signed = content.signed_off(furnished, report, "0123456789abcdef" * 4, content.Final())
    assert re.fullmatch(f"Mã báo cáo: 0123{NBSP}4567{NBSP}89ab. Đầu chuỗi nhật ký: {code}", signed.footer)
    assert content.signed_off(furnished, report, "0" * 64, content.Final(own=True)).footer.endswith(
        ". Người duyệt cũng là người lập báo cáo"
    )


def test_an_amendment_says_its_number_under_the_subject(furnished: Store) -> None:
    assert built(furnished, final=content.Final(turn=2)).letterhead.subject[-1] == "(Bổ sung lần 02)"


def test_the_letterhead_is_the_one_of_the_day_of_signing(furnished: Store) -> None:
    write(furnished, {}, dated="2019-07-02")
    report = built(furnished)
    assert report.letterhead.issuer == ("BỘ CHỈ HUY MỚI",)
    assert report.signature.name == "Trần Văn B"


def test_the_closing_names_signatory_and_recipients(furnished: Store) -> None:
    report = built(furnished)
    assert report.closing.text == (
        "Trên đây là Báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm và phương hướng, nhiệm vụ 6 tháng cuối năm 2019 "
        "của Bộ CHQS tỉnh Hà Sơn./."
    )
    assert (report.signature.positions, report.signature.rank, report.signature.name) == (("CHÍNH ỦY",), "Đại tá", "Nguyễn Văn A")
    assert report.recipients == ("Cục Chính trị Quân khu", "Thường trực Tỉnh ủy", "Lưu: VT, PCT. H15")


def test_another_position_is_never_signed_with_the_offices_name(furnished: Store) -> None:
    write(furnished, {}, dated="2019-06-08", sign_code="SIG_KT_CU")
    signature = built(furnished).signature
    assert (signature.positions, signature.rank, signature.name) == (("KT. CHÍNH ỦY", "PHÓ CHÍNH ỦY"), "", "")
    write(furnished, {}, dated="2019-06-08", sign_code="SIG_KT_CU", signer_rank="Thượng tá", signer_name="Lê Văn C")
    assert (built(furnished).signature.rank, built(furnished).signature.name) == ("Thượng tá", "Lê Văn C")


def test_without_a_day_the_month_after_the_period_is_shown(small: Office) -> None:
    assert built(small.store).letterhead.place_date.endswith("tháng 7 năm 2019")
    assert built(small.store, "2019-H2").letterhead.place_date.endswith("tháng 01 năm 2020")


def test_the_second_half_looks_to_the_next_year(small: Office) -> None:
    report = built(small.store, "2019-H2")
    assert report.letterhead.subject == (
        "Kết quả công tác đảng, công tác chính trị 6 tháng cuối năm 2019;",
        "phương hướng, nhiệm vụ năm 2020",
    )
    parts = [block.text for block in report.body if isinstance(block, Heading) and block.level == "part"]
    assert parts == ["KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ\n6 THÁNG CUỐI NĂM 2019", "PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2020"]
    assert report.closing.text.endswith("6 tháng cuối năm 2019 và phương hướng, nhiệm vụ năm 2020 của Bộ CHQS tỉnh Hà Sơn./.")


def test_a_unit_below_reports_to_the_office_that_keeps_its_records(furnished: Store) -> None:
    furnished.save("education", education(), USER)
    report = built(furnished, unit=DV1)
    assert report.letterhead.parent == "BỘ CHỈ HUY QUÂN SỰ TỈNH HÀ SƠN"
    assert report.letterhead.issuer == ("BAN CHQS THÀNH PHỐ HÀ SƠN",)
    assert report.signature.positions == ()
    assert any("mã chữ ký" in warning for warning in report.warnings)
    assert report.recipients == ("Lưu: VT",)
    assert table(report.annexes[0])[-1][0] == "TỔNG CỘNG"


def test_a_unit_dissolved_within_the_period_keeps_its_row_and_name(small: Office) -> None:
    store = small.store
    store.save("education", education(), USER)
    version = {"name": "Ban CHQS thành phố Hà Sơn", "level": "HUYEN", "parent": HS, "valid_to": "2019-04-30"}
    store.save("unit", {"code": "DV01", "versions": [version]}, USER)
    assert table(built(store).annexes[0])[0][:4] == ("1", "Ban CHQS thành phố Hà Sơn", "DQ cơ động", "1")


def test_the_same_content_has_the_same_code_and_another_has_another(filled: Store) -> None:
    first, again = built(filled), built(filled)
    assert first == again
    filled.save("education", education(event_to="2019-06-01"), USER)
    assert built(filled).footer != first.footer


# -- cost ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(filled: Store) -> Store:
    for number in range(10, 30):
        unit = filled.save("unit", {"code": f"DV{number}", "versions": [{"name": f"Ban CHQS huyện {number}", "parent": HS}]}, USER)
        filled.save("education", education(unit=unit), USER)
        filled.save("inspection", inspection(unit=unit), USER)
        filled.save("care", care(unit=unit), USER)
    return filled


def queries(store: Store, caplog: pytest.LogCaptureFixture) -> int:
    built(store)  # catalogues are read once a session
    caplog.clear()
    with caplog.at_level(logging.DEBUG, "peewee"):
        built(store)
    return sum("SELECT" in record.getMessage() for record in caplog.records)


def test_the_number_of_queries_does_not_grow_with_units_and_records(
    small: Office, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    request.getfixturevalue("filled")
    few = queries(small.store, caplog)
    request.getfixturevalue("many")
    assert queries(small.store, caplog) <= few
    # the figures' sources, this year's and last year's; records of an area, once each; shortcomings and their subjects; totals that
    # were sent; office code (twice), report, journal head
    areas = sum(issubclass(declared, EventRecord) for declared in RECORD_TYPES.values())
    assert 0 < few <= 2 * (len(sources()) + areas + 1) + 2 + 4


def test_the_records_of_an_area_are_a_source_of_their_own() -> None:
    for rule in annex_rules.read().annexes.values():
        assert not rule.area or records_of(rule.area).name == f"{rule.area} records"
    assert COMMITTEE != CELL
