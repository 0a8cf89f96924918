"""A report says what the records say: sentences, annexes, free text; counted here a second time by plain loops."""

from __future__ import annotations

from typing import Any

import pytest

from app.known import records_of, sources
from app.office import Office
from app.report import annex_rules
from app.report.arrangement import roman
from app.report.document import Heading, Number, Paragraph
from db.record import EventRecord, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from tests.report.content_kit import write
from tests.report.reading import WAITING, built, class_of, graded, group, said, table
from tests.samples import CELL, COMMITTEE, DV1, DV2, HS, T14, T23, USER, care, education, inspection

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


def test_the_same_content_has_the_same_code_and_another_has_another(filled: Store) -> None:
    first, again = built(filled), built(filled)
    assert first == again
    filled.save("education", education(event_to="2019-06-01"), USER)
    assert built(filled).footer != first.footer


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
    assert all(said(report, key) == [WAITING] for key in ("1.I.1", "1.II.11", "1.III.2", "2.IV"))
    assert said(report, "2.III") == [WAITING]
    assert [(annex.number, annex.groups, annex.notes) for annex in report.annexes] == [
        (f"Phụ lục {roman(place)}", (), ()) for place in range(1, len(report.annexes) + 1)
    ]
    assert report.warnings == ()


# -- what people write -------------------------------------------------------------------------------------------------------------


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


# -- cost ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(filled: Store) -> Store:
    for number in range(10, 30):
        unit = filled.save("unit", {"code": f"DV{number}", "versions": [{"name": f"Ban CHQS huyện {number}", "parent": HS}]}, USER)
        filled.save("education", education(unit=unit), USER)
        filled.save("inspection", inspection(unit=unit), USER)
        filled.save("care", care(unit=unit), USER)
    return filled


def queries(store: Store) -> int:
    built(store)  # catalogues are read once a session
    asked: list[str] = []
    connection = store.database.connection()
    connection.set_trace_callback(asked.append)
    built(store)
    connection.set_trace_callback(None)
    return sum(text.startswith("SELECT") for text in asked)


def test_the_number_of_queries_does_not_grow_with_units_and_records(small: Office, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("filled")
    few = queries(small.store)
    request.getfixturevalue("many")
    assert queries(small.store) <= few
    # the figures' sources, this year's and last year's; records of an area, once each; shortcomings and their subjects; totals that
    # were sent; office code (twice), report, journal head
    areas = sum(issubclass(declared, EventRecord) for declared in RECORD_TYPES.values())
    assert 2 * len(sources()) < few <= 2 * (len(sources()) + areas + 1) + 2 + 4


def test_the_records_of_an_area_are_a_source_of_their_own() -> None:
    for rule in annex_rules.read().annexes.values():
        assert not rule.area or records_of(rule.area).name == f"{rule.area} records"
    assert COMMITTEE != CELL
