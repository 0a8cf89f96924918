"""What totals leave open is never said as if nothing had happened: no zero form, no dash, no share of half a pair (domain.md B.3, B.4)."""

from __future__ import annotations

import pytest

from app import figures
from app.aggregates import areas_given
from app.office import Office
from app.periods import period
from app.report import outline, summary
from app.report.document import Paragraph, Report
from app.report.phrases import Filler, Given
from db.catalogues import code_list
from tests.report.reading import WAITING, annex_of, built, class_of, group, said, table
from tests.samples import DV1, DV2, HS, SAMPLES, T23, USER, care, send

ZEROS = {sentence.zero for sentence in outline.read().sentences.values() if sentence.zero}
CODES = code_list("AGGREGATE_FIGURE")
EDUCATION = "KẾT QUẢ GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT"


def text_of(report: Report) -> str:
    return "\n".join(block.text for block in report.body if isinstance(block, Paragraph))


def every(area: str) -> list[str]:
    """The figures of an area that may be given."""
    return [code for code in CODES.codes() if CODES.attribute(code, "area") == area]


# -- sentences ---------------------------------------------------------------------------------------------------------------------


def test_sessions_that_were_sent_without_their_topics_are_no_period_without_classes(small: Office) -> None:
    send(small.store, DV1, {"EDU_SESSION_N": 41, "EDU_REQUIRED_N": 500, "EDU_TURN_N": 479})
    assert said(built(small.store), "1.II.2.a") == [
        "Trong 6 tháng, các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật, quân số tham gia đạt từ 95,8% trở lên."
    ]


@pytest.mark.parametrize("area", ["education", "inspection", "award"])
def test_one_figure_of_one_area_lets_no_sentence_of_any_say_that_nothing_happened(small: Office, area: str) -> None:
    send(small.store, DV1, {next(iter(every(area))): 7})
    report = built(small.store)
    assert [zero for zero in ZEROS if zero in text_of(report)] == []
    for annex in report.annexes:  # every annex that counts what may be sent has a row for it
        assert bool(annex.groups) == ("NHIỆM VỤ" not in annex.title)
        assert "SO SÁNH" in annex.title or not any("-" in row for row in table(annex))


def test_zeros_that_were_sent_are_zeros(small: Office) -> None:
    for number, area in enumerate(sorted(areas_given())):
        send(small.store, DV1, dict.fromkeys(every(area), 0), f"2019-06-{1 + number:02d}")
    found = figures.compute(small.store, period(small.store, "2019-H1"))
    assert {found.value(code).value for code in CODES.codes()} == {0}
    assert said(built(small.store), "1.II.5") == [
        "Trong kỳ chưa tiến hành kiểm tra, giám sát theo kế hoạch.",
        "Không có tổ chức đảng, đảng viên phải kiểm tra khi có dấu hiệu vi phạm. Không có tổ chức đảng, đảng viên bị thi hành kỷ luật.",
        "Qua kiểm tra, giám sát không phát hiện khuyết điểm phải khắc phục. Không có đơn thư tố cáo, khiếu nại thuộc thẩm quyền.",
    ]


@pytest.mark.parametrize(
    ("totals", "key", "words"),
    [
        ({"AN_RA_SOAT_N": 120}, "1.II.8", "; rà soát tiêu chuẩn chính trị 120 lượt người."),
        ({"AN_VU_N": 0}, "1.II.8", "trên địa bàn; không để xảy ra lộ, lọt bí mật, mất an toàn."),
        ({"AN_VU_N": 2, "AN_RA_SOAT_N": 120}, "1.II.8", "120 lượt người; xảy ra 02 vụ việc."),
        ({"AN_KY_KET_N": 2}, "1.II.8", "Ký kết 02 kế hoạch phối hợp bảo vệ an ninh."),
        ({"DB_KET_NAP_N": 0, "DB_CHINH_THUC_N": 0}, "1.II.4", "Trong kỳ không kết nạp đảng viên mới."),
        ({"DB_CHINH_THUC_N": 4}, "1.II.4", "Trong kỳ chuyển đảng chính thức 04 đồng chí."),
        ({"DB_DEN_N": 4}, "1.II.4", WAITING),
        ({"KL_TCD_N": 0, "KL_DV_N": 3}, "1.II.5", "Đã thi hành kỷ luật 03 đảng viên."),
        ({"KL_TCD_N": 0}, "1.II.5", WAITING),
        ({"KD_N": 4, "KD_DA_N": 3}, "1.II.5", "phát hiện 04 khuyết điểm, hạn chế; đã khắc phục 03 (75%)."),
        ({"CARE_HOUSE_NEW_N": 2}, "1.II.7", "Xây mới 02 nhà tình nghĩa, nhà đồng đội."),
        ({"CARE_1L_N_QD49": 9, "CARE_1L_N_QD62": 3}, "1.II.7",
         "Chi trả chế độ trợ cấp một lần theo Quyết định số 49/2015/QĐ-TTg cho 9 đối tượng, bảo đảm dân chủ, công khai, kịp thời. "
         "Chi trả chế độ trợ cấp một lần theo Quyết định số 62/2011/QĐ-TTg cho 3 đối tượng, bảo đảm dân chủ, công khai, kịp thời."),
        ({"DV_DUONG": 3}, "1.II.9", "Giúp Nhân dân tu sửa 3 km đường giao thông."),
        ({"DV_CONG_N": 30}, "1.II.9", "Huy động 30 ngày công giúp Nhân dân."),
        ({"EDU_TESTED_N": 9, "EDU_GIOI_N": 2, "EDU_KHA_N": 4}, "1.II.2.a", "Kết quả kiểm tra nhận thức: khá, giỏi đạt 66,7%."),
        ({"EDU_TESTED_N": 9, "EDU_KDAT_N": 9}, "1.II.2.a", "Kết quả kiểm tra nhận thức: 0% đạt yêu cầu."),
        ({"EDU_MAKEUP_N": 3, "EDU_REQUIRED_N": 9}, "1.II.2.a", "Tổ chức học bù cho 03 đồng chí."),
        ({"EDU_SESSION_N": 5}, "1.II.2.a", WAITING),
        ({"CB_BO_NHIEM_N": 3}, "1.II.6", "Bổ nhiệm 03 đồng chí đúng quy trình, quy định."),
        ({"HB_DANG_KY_N": 20}, "1.II.3", "; có 20 lượt đồng chí đăng ký nội dung làm theo."),
        ({"TT_TIN": 30}, "1.II.2.b", "với hàng chục tin, bài, ảnh (30 tin)."),
    ],
)  # fmt: skip
def test_what_is_known_is_said_and_the_rest_left_out(small: Office, totals: dict[str, int], key: str, words: str) -> None:
    send(small.store, DV1, totals)
    found = said(built(small.store), key)
    assert len(found) == 1
    assert found[0].endswith(words)


def test_the_summary_claims_nothing_that_is_not_known(small: Office) -> None:
    send(small.store, DV1, {"KD_N": 4, "KD_DA_N": 3, "EDU_TURN_N": 30})
    told = " ".join(block.text for block in summary.build(small.store, period(small.store, "2019-H1")).papers[0].before)
    assert "Khắc phục những tồn tại, hạn chế được chỉ ra." in told
    assert "nền nếp" not in told


def test_a_persons_words_with_an_unknown_figure_give_way_and_it_is_said(small: Office) -> None:
    send(small.store, DV1, {"EDU_REQUIRED_N": 500, "EDU_TURN_N": 479})
    worded = [{"sentence": "GD.1", "text": "Đã dạy {EDU_TOPIC_N:n2} chuyên đề cho {EDU_TURN_N:n} lượt."}]
    small.store.save("report", {"unit": HS, "period": "2019-H1", "wordings": worded}, USER)
    report = built(small.store)
    assert said(report, "1.II.2.a")[0].startswith("Trong 6 tháng,")
    assert any("chưa có số liệu nên không in được" in words and "Đã dạy" in words for words in report.warnings)


UNKNOWN = Given("count", None, unknown=True)


@pytest.mark.parametrize(
    ("template", "a", "b", "words", "doubtful"),
    [
        ("[{A:n} tin], [{B:n} bài].", UNKNOWN, Given("count", 3), "3 bài.", True),
        ("[{A:n} tin], [{B:n} bài].", UNKNOWN, Given("count", 0), "", True),
        ("[{A:n} tin], [{B:n} bài].", Given("count", 0), Given("count", None), "", False),
        ("Có {A:n} tin, {B:n} bài.", Given("count", 3), UNKNOWN, "", True),
        ("Có {A:n} tin, {B:n} bài.", Given("count", 0), UNKNOWN, "", False),
        ("{A:neu}Có [{B:n} bài].", UNKNOWN, Given("count", 3), "Có 3 bài.", True),
        ("{A:neu}Có [{B:n} bài].", UNKNOWN, Given("count", 0), "", True),
        ("[{B:n} bài]; [{A:n} tin|không có tin].", UNKNOWN, Given("count", 3), "3 bài.", True),
        ("[{A:n} tin|không có tin]; [{B:n} bài].", Given("count", 0), UNKNOWN, "Không có tin.", True),
        ("[{A:n} tin|{B:n} bài].", UNKNOWN, Given("count", 3), "3 bài.", True),
    ],
)
def test_a_clause_with_an_unknown_figure_is_dropped(template: str, a: Given, b: Given, words: str, doubtful: bool) -> None:
    filler = Filler(lambda slot: {"A": a, "B": b}[slot.code], {})
    assert filler.text(template) == words
    assert filler.doubtful(template) == doubtful


# -- annexes -----------------------------------------------------------------------------------------------------------------------


def total(report: Report, title: str) -> tuple[str, ...]:
    return table(annex_of(report, title))[-1]


def test_a_sum_of_what_nobody_told_is_not_known(small: Office) -> None:
    send(small.store, DV1, {"KT_TCD_N": 2, "GS_TCD_N": 0})
    send(small.store, DV2, {"KT_TCD_N": 1, "KL_TCD_N": 0})
    found = annex_of(built(small.store), "KẾT QUẢ KIỂM TRA, GIÁM SÁT, THI HÀNH KỶ LUẬT ĐẢNG")
    rows = [row[2:12:1] for row in table(found)]
    assert [row[0] for row in rows] == ["2", "1", "3"]
    assert [row[4] for row in rows] == ["-", "…", "…"]  # zero and unknown is unknown
    assert [row[9] for row in rows] == ["…", "-", "…"]
    assert [row[1] for row in rows] == ["…", "…", "…"]
    assert "Tổng cộng chưa gồm" not in found.notes[0]


def test_a_sum_that_lacks_a_part_is_of_what_is_known_and_says_so(small: Office) -> None:
    small.store.save("propaganda", SAMPLES["propaganda"], USER)  # 3 news items, 5 photographs
    send(small.store, DV2, {"TT_TIN": 30})
    found = annex_of(built(small.store), "KẾT QUẢ TUYÊN TRUYỀN")
    assert total(built(small.store), found.title)[2:] == ("33", "…", "5", "…", "…", "…", "…")
    assert "Tổng cộng chưa gồm số liệu ở các ô “…”." in found.notes[0]


def test_what_totals_do_not_tell_apart_has_a_row_of_its_own_and_columns_add_up(small: Office) -> None:
    small.store.save("education", class_of(DV1, "2019-01-02", T23, group("DQ_CD", 100, 98), group("SQ", 10, 9)), USER)
    send(small.store, DV2, {"EDU_TURN_N": 50, "EDU_REQUIRED_N": 60, "EDU_SESSION_N": 4})
    found = table(annex_of(built(small.store), EDUCATION))[-4:]
    assert [(row[2], row[5], row[6], row[7]) for row in found] == [
        ("Sĩ quan", "10", "9", "90,0"), ("DQ cơ động", "100", "98", "98,0"), ("…", "60", "50", "83,3"), ("Tổng cộng", "170", "157", "92,3"),
    ]  # fmt: skip
    assert [row[4] for row in found[2:]] == ["4", "5"]


def test_rows_of_kinds_have_one_for_what_totals_say_of_all_of_them(small: Office) -> None:
    small.store.save("care", care(), USER)
    send(small.store, DV2, {"CARE_MONEY": 1_000_000, "CARE_MONEY_NSNN": 400_000})
    found = table(annex_of(built(small.store), "NGUỒN KINH PHÍ"))
    assert [(row[1], row[2], row[3], row[-1]) for row in found[-2:]] == [
        ("…", "400.000", "…", "1.000.000"), ("", "8.800.000", "…", "9.400.000"),
    ]  # fmt: skip


def test_shortcomings_that_were_sent_as_a_number_have_no_empty_list(small: Office) -> None:
    send(small.store, DV1, {"KD_N": 4})
    assert table(annex_of(built(small.store), "THEO DÕI KHẮC PHỤC KHUYẾT ĐIỂM")) == [("…",) * 6]


def test_a_share_is_not_made_of_one_units_part_and_anothers_whole(small: Office) -> None:
    small.store.save("education", class_of(DV1, "2019-01-02", T23, group("DQ_CD", 100, 98)), USER)
    send(small.store, DV2, {"EDU_TURN_N": 50})
    found = figures.compute(small.store, period(small.store, "2019-H1"))
    assert found.value("EDU_TURN_N").value == 148
    assert [found.value(code).unknown for code in ("EDU_RATE_AVG", "EDU_RATE_MIN", "EDU_BEST", "EDU_RATE_FINAL")] == [True] * 4
    assert found.value("EDU_RATE_AVG", DV1).value == 980


def test_without_totals_a_report_says_what_it_said(small: Office) -> None:
    report = built(small.store)
    assert [zero for zero in ZEROS if zero in text_of(report)] != []
    assert not any(annex.groups for annex in report.annexes)


def test_mothers_of_earlier_records_are_known_beside_totals(small: Office) -> None:
    support = {"kind": "PHUNG_DUONG", "norm": 500_000, "months": 6, "served": [{"category": "ME_VNAH", "persons": 2}]}
    small.store.save("care", care(event_to="2018-10-01", **support), USER)
    send(small.store, DV1, {"CARE_GIFT_N": 5})
    found = figures.compute(small.store, period(small.store, "2019-H1")).value("CARE_MOTHER_N")
    assert (found.value, found.partly) == (2, False)
