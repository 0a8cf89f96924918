"""A reworded sentence keeps its figures live; when they are not what they were it says so, and either value can be taken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import figures, importing, periods, tabular
from app.office import Office
from app.report import content, outline, pdf, rewording, showing, writing
from app.report.document import Paragraph
from app.report.editing import Writing
from app.report.phrases import Given
from app.report.rewording import Live, Wording, changes, take_new, take_old, unknown_words, wrong
from app.report.sentences import Said
from db.record import complete
from db.records import FIGURES, RECORD_TYPES
from db.store import Store
from db.templates import Slot, parse
from tests.report.reading import built, said
from tests.samples import DV1, HS, SAMPLES, USER, care, education


def live(**values: int | str | None) -> Live:
    """Figures without a database: shares end in PCT or RATE_MIN, money in MONEY, a unit's name in BEST."""

    def kind(code: str) -> Any:
        return (
            "share"
            if code.endswith(("PCT", "MIN"))
            else "money"
            if code.endswith("MONEY")
            else "unit"
            if code.endswith("BEST")
            else "count"
        )

    return Live({Slot(code, ""): Given(kind(code), value) for code, value in values.items()}, {"don_vi": "Bộ CHQS tỉnh Hà Sơn"})


def worded(text: str, then: Live) -> Wording:
    """The sentence of all figures of ``then``, worded so with the values of then."""
    seen = rewording.seen_now([f"{{{slot.code}:neu}}" for slot in then.given], then.lookup)
    return rewording.of_lines([{"sentence": "X.1", "text": text, "seen": seen}])["X.1"]


def changed(wording: Wording, now: Live) -> list[tuple[str, str, str]]:
    return [(change.slot.code, change.old, change.new) for change in changes(wording, now.lookup)]


THEN = live(EDU_TOPIC_N=32, EDU_RATE_MIN=958, CARE_KHAM_MONEY=65_400_000, TT_TONG=559, EDU_BEST="Kim Lộc (99,2%)", KD_N=None)
NOW = live(EDU_TOPIC_N=33, EDU_RATE_MIN=958, CARE_KHAM_MONEY=66_000_000, TT_TONG=576, EDU_BEST="Kim Lộc (99,2%)", KD_N=4)


def test_figures_that_are_not_what_they_were_are_named_with_both_values() -> None:
    assert changed(worded("Không có số nào.", THEN), THEN) == []
    assert changed(worded("Không có số nào.", THEN), NOW) == [
        ("EDU_TOPIC_N", "32", "33"),
        ("CARE_KHAM_MONEY", "65.400.000 đồng", "66.000.000 đồng"),
        ("TT_TONG", "559", "576"),
        ("KD_N", "…", "4"),
    ]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Học {EDU_TOPIC_N:tren_10} chuyên đề.", "Học {EDU_TOPIC_N:tren_10} chuyên đề."),
        ("Học 32 chuyên đề, thấp nhất 95,8%.", "Học 33 chuyên đề, thấp nhất 95,8%."),
        ("Trên 65 triệu đồng; tức 65.400.000 đồng.", "66 triệu đồng; tức 66.000.000 đồng."),
        ("Với hàng trăm tin (559 tin).", "Với hàng trăm tin (576 tin)."),
        ("- Gần 560 tin;\n- 32 chuyên đề.", "- Gần 580 tin;\n- 33 chuyên đề."),
        ("Số 132, 32.000, 3,32, 32% và Q32 là số khác; 32, 32.", "Số 132, 32.000, 3,32, 32% và Q32 là số khác; 33, 33."),
    ],
)
def test_my_words_take_the_new_figures_live_or_typed(text: str, new: str) -> None:
    wording = worded(text, THEN)
    assert take_new(wording, changes(wording, NOW.lookup), NOW.lookup).text == new


def test_a_number_that_two_figures_may_mean_is_left_to_the_person() -> None:
    then, now = live(EDU_TOPIC_N=3, KD_N=3, TT_TONG=9), live(EDU_TOPIC_N=4, KD_N=5, TT_TONG=9)
    wording = worded("Có 03 chuyên đề, 03 khuyết điểm.", then)
    taken = take_new(wording, changes(wording, now.lookup), now.lookup)
    assert (taken.text, [change.slot.code for change in taken.unclear]) == (wording.text, ["EDU_TOPIC_N", "KD_N"])
    same = live(EDU_TOPIC_N=3, KD_N=5, TT_TONG=9)
    assert take_new(wording, changes(wording, same.lookup), same.lookup).unclear, "one of the two did not change"
    both = live(EDU_TOPIC_N=6, KD_N=6, TT_TONG=9)
    assert take_new(wording, changes(wording, both.lookup), both.lookup).text == "Có 06 chuyên đề, 06 khuyết điểm."


def test_a_figure_whose_old_number_is_not_in_the_words_is_told() -> None:
    wording = worded("Học ba mươi hai chuyên đề.", THEN)
    taken = take_new(wording, changes(wording, NOW.lookup), NOW.lookup)
    assert taken.text == wording.text
    assert "EDU_TOPIC_N" in {change.slot.code for change in taken.absent}


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("Học 32 chuyên đề.", "Học 32 chuyên đề."),
        ("Học {EDU_TOPIC_N:tren_10} chuyên đề của {don_vi}.", "Học trên 30 chuyên đề của {don_vi}."),
        ("Đạt {EDU_RATE_MIN:pct1_floor}, {TT_TONG:n} tin.", "Đạt {EDU_RATE_MIN:pct1_floor}, 559 tin."),
        ("{TT_TONG:hang} tin[; {KD_N:n} lỗi].\n- {EDU_TOPIC_N:n}", "Hàng trăm tin.\n- 32"),
    ],
)
def test_my_words_keep_the_old_figures_and_those_that_did_not_change_stay_live(text: str, old: str) -> None:
    wording = worded(text, THEN)
    assert take_old(wording, changes(wording, NOW.lookup), NOW) == old
    assert wrong(old, NOW.lookup) == []


values = st.fixed_dictionaries({code: st.integers(0, 10**7) for code in ("EDU_TOPIC_N", "TT_TONG", "CARE_KHAM_MONEY")})


@given(then=values, now=values, token=st.sampled_from(["n", "n2", "tren_10", "gan_10", "hang"]))
def test_either_value_taken_is_said_and_is_no_change_any_more(then: dict[str, Any], now: dict[str, Any], token: str) -> None:
    before, after = live(**then), live(**now)
    wording = worded(f"Học {{EDU_TOPIC_N:{token}}} chuyên đề.", before)
    found = changes(wording, after.lookup)
    assert bool(found) == (then != now)
    for text, shown in ((take_new(wording, found, after.lookup).text, after), (take_old(wording, found, after), before)):
        words = shown.said(wording.text, "X.1") or "Học 00 chuyên đề."
        if shown.given[Slot("EDU_TOPIC_N", "")].value:
            assert after.said(text, "X.1") == words
        assert changes(worded(text, after), after.lookup) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Có {EDU_TOPC_N:n} lượt.", "Không có chỉ tiêu EDU_TOPC_N; gần giống: EDU_TOPIC_N (Số chuyên đề)."),
        ("Có {KHONG_CO_GI:n} lượt.", "Không có chỉ tiêu KHONG_CO_GI."),
        ("Có {EDU_TOPIC_N:nn} lượt.", "Không có cách viết “nn” ở {EDU_TOPIC_N:nn}; có: n,"),
        ("Có {EDU_TOPIC_N:pct1} lượt.", "Chỉ tiêu EDU_TOPIC_N không viết được kiểu “pct1”; được: n, n2,"),
        ("Có {a b} lượt.", "“{a b}” không phải chỗ điền số liệu; hãy viết như {EDU_TOPIC_N:tren_10}."),
        ("Có [{EDU_TOPIC_N:n} lượt.", "Dấu “[” không thành cặp"),
        ("Có {EDU_TOPIC_N:n}\n- dở {", "“{” không phải chỗ điền số liệu"),
    ],
)
def test_what_cannot_be_filled_in_is_said_in_words(text: str, words: str) -> None:
    (found,) = wrong(text, NOW.lookup)
    assert found.startswith(words)


def test_a_common_word_that_there_is_not_is_said() -> None:
    assert wrong("Của {don_vi}.", NOW.lookup) == unknown_words("Của {don_vi}.", NOW.words) == []
    assert unknown_words("Của {don_vj}.", NOW.words) == ["Không có chữ thay {don_vj}; có: {don_vi}."]


def test_a_wording_whose_record_is_garbled_is_no_change_and_no_error() -> None:
    line = {"sentence": " X.1 ", "text": "Có.", "seen": "EDU_TOPIC_N=nhiều\nla\n=\nEDU_BEST=\nKHONG_CO=7\nTT_TONG=99999999999999999999999"}
    wording = rewording.of_lines([line, {"sentence": "X.1", "text": "hai", "seen": None}, {"sentence": None, "text": "", "seen": ""}])[
        "X.1"
    ]
    assert wording.text == "Có."
    assert [code for code, _old, _new in changed(wording, NOW)] == ["EDU_BEST", "KHONG_CO"]
    assert changes(wording, NOW.lookup)[1].new == "không còn"


# -- in the report -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(small: Office) -> Store:
    small.store.save("education", education(), USER)
    small.store.save("care", care(), USER)
    return small.store


def now(store: Store) -> Live:
    period = periods.period(store, "2019-H1")
    return content.Builder(store, period, figures.compute(store, period), None, None).live()


def reword(store: Store, code: str, text: str, **more: Any) -> None:
    seen = rewording.seen_now([*outline.read().sentences[code].templates(), text], now(store).lookup)
    record = {"unit": HS, "period": "2019-H1", "wordings": [{"sentence": code, "text": text, "seen": seen}], **more}
    store.save("report", record, USER)


def of(store: Store, code: str) -> Said:
    period = periods.period(store, "2019-H1")
    return next(one for one in showing.draw(store, period, None).said if one.code == code)


def test_a_reworded_sentence_stays_across_new_data_with_its_figures_live(store: Store, tmp_path: Path) -> None:
    before = of(store, "GD.1")
    assert not before.reworded
    assert before.template == outline.read().sentences["GD.1"].text
    reword(store, "GD.1", "Đã học {EDU_TOPIC_N:n2} chuyên đề, {EDU_TURN_N:n} lượt người.")
    turns = int(now(store).given[Slot("EDU_TURN_N", "")].value or 0)  # type: ignore[arg-type]
    assert said(built(store), "1.II.2.a")[0].startswith(f"Đã học 01 chuyên đề, {turns} lượt người.")
    assert built(store).warnings == built(store, final=content.Final()).warnings
    store.save("education", education(event_to="2019-03-12"), USER)
    assert said(built(store), "1.II.2.a")[0].startswith(f"Đã học 01 chuyên đề, {2 * turns} lượt người.")
    after = of(store, "GD.1")
    assert [(change.label, change.old, change.new) for change in after.changes] == [
        (FIGURES["EDU_TURN_N"].label, str(turns), str(2 * turns))
    ]
    assert any("“Đã học 01 chuyên đề" in words and f"{turns} → {2 * turns}" in words for words in built(store).warnings)
    told = writing.write(store, periods.period(store, "2019-H1"), tmp_path / "x.pdf").warnings  # what the command line prints as notices
    assert any("có số liệu đã thay đổi" in words for words in told)
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "x.pdf").pages)
    assert "đã thay đổi" not in printed


def test_the_sentences_before_the_first_and_after_the_last_section_are_reworded_too(store: Store) -> None:
    period = periods.period(store, "2019-H1")
    before = built(store)
    shown = showing.draw(store, period, None)
    assert [said.code for said in shown.sentences("can_cu")] == ["MD.1", "KL.1"]
    mine = Writing(store, period, None, USER)
    mine.reword("MD.1", "{don_vi} báo cáo {EDU_TURN_N:n} lượt người học như sau:", shown.live.lookup)
    mine.reword("KL.1", "Đề nghị cấp trên xem xét.", shown.live.lookup)
    assert mine.changed_keys() == {"can_cu"}
    mine.save()
    report = built(store, sources=True)
    turns = now(store).given[Slot("EDU_TURN_N", "")].value
    assert isinstance(report.body[0], Paragraph)
    assert report.body[0].text == f"Bộ CHQS tỉnh Hà Sơn báo cáo {turns} lượt người học như sau:"
    assert (report.closing.text, report.warnings) == ("Đề nghị cấp trên xem xét./.", before.warnings)
    store.save("education", education(event_to="2019-03-12"), USER)
    states = {item.key: item.state for item in showing.draw(store, period, None).items}
    assert states["can_cu"] == "changed"
    assert pdf.draw(built(store, sources=True, profile="DANG_2018"))


def test_a_wording_that_is_wrong_or_names_a_figure_that_is_no_more_is_marked_where_it_stands(store: Store) -> None:
    reword(store, "GD.1", "Đã học {EDU_OLD_N:n} chuyên đề, {EDU_TOPIC_N:nn}, {EDU_TOPIC_N:n}.")
    report = built(store)
    assert said(report, "1.II.2.a")[0].startswith("Đã học (?{EDU_OLD_N:n}?) chuyên đề, (?{EDU_TOPIC_N:nn}?), 1.")
    assert sum("không điền được" in words for words in report.warnings) == 2


def test_a_comparison_in_ones_own_words_is_seen_when_last_year_s_records_change(store: Store) -> None:
    last = {"event_to": "2018-03-12", "unit": DV1}
    store.save("education", education(**last), USER)
    reword(store, "GD.1", "Đã học {EDU_TOPIC_N:n} chuyên đề{EDU_TURN_N:cungky}.")
    assert of(store, "GD.1").changes == ()
    store.save("education", education(**last, form="GD_PHAP_LUAT"), USER)
    (change,) = of(store, "GD.1").changes
    assert (change.slot, change.old) == (Slot("EDU_TURN_N", "cungky"), "…")
    assert change.new.startswith("giảm ")


def test_words_for_no_sentence_of_the_report_are_told(store: Store) -> None:
    lines = [{"sentence": code, "text": "Chữ.", "seen": ""} for code in ("XX.9", "KB.7")]
    store.save("report", {"unit": HS, "period": "2019-H1", "wordings": lines}, USER)
    assert sum("không ứng với câu nào" in words for words in built(store).warnings) == 2


TASKS: list[dict[str, Any]] = [
    {"no": 1, "content": "Đẩy mạnh thi đua;", "lead": DV1, "deadline": "2019-08-31"},
    {"no": 2, "content": "Chuẩn bị đại hội", "lead": DV1},
    {"no": 3, "content": "Chăm lo chính sách"},
]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "[{chu_tri}: ]{noi_dung}[, xong trước {han}].",
            [
                ("1.", "Ban CHQS thành phố Hà Sơn: Đẩy mạnh thi đua, xong trước ngày 31 tháng 8 năm 2019."),
                ("2.", "Ban CHQS thành phố Hà Sơn: Chuẩn bị đại hội."),
                ("3.", "Chăm lo chính sách."),
            ],
        ),
        ("{han}: {noi_dung}.", [("1.", "Ngày 31 tháng 8 năm 2019: Đẩy mạnh thi đua.")]),
        ("Gồm {NV_SAU_N:n2} nhiệm vụ, ghi ở phụ lục.", [("", "Gồm 03 nhiệm vụ, ghi ở phụ lục.")]),
        ("{noi_dung} ({sai}).", [(f"{n}.", f"{one['content'].strip(';')} (?{{sai}}?).") for n, one in enumerate(TASKS, 1)]),
    ],
)
def test_what_is_said_of_each_line_of_a_record_is_reworded_with_its_answers_live(
    store: Store, text: str, lines: list[tuple[str, str]]
) -> None:
    store.save("task", SAMPLES["task"] | {"tasks": TASKS}, USER)
    reword(store, "NV.1", text)
    shown = [(block.mark, block.text) for block in built(store).body if isinstance(block, Paragraph) and block.key == "2.III"]
    assert shown == [(mark, words.replace(" (?{sai}?)", " ((?{sai}?))")) for mark, words in lines]
    assert now(store).said(text, "NV.1") == "\n".join(f"{mark} {words}".strip() for mark, words in shown)
    assert bool(unknown_words(text, now(store).words_of("NV.1"))) == ("sai" in text)


def test_a_figure_among_the_answers_of_a_line_keeps_its_old_value_and_the_clauses_of_the_line(store: Store) -> None:
    uid = store.save("task", SAMPLES["task"] | {"tasks": TASKS}, USER)
    text = "{noi_dung}[ trước {han}], một trong {NV_SAU_N:tren_10} nhiệm vụ."
    reword(store, "NV.1", text)
    store.save("task", store.read(uid)[1] | {"tasks": TASKS[:2]}, USER)
    found = of(store, "NV.1")
    assert [(change.old, change.new) for change in found.changes] == [("3", "2")]
    wording = Wording("NV.1", text, {"NV_SAU_N": "3"})
    assert take_old(wording, found.changes, now(store)) == text.replace("{NV_SAU_N:tren_10}", "03")


def test_words_whose_figures_are_all_nought_give_way_to_the_generated_sentence(store: Store) -> None:
    reword(store, "KT.1", "Đã kiểm tra {KT_TCD_N:n2} tổ chức.")
    assert said(built(store), "1.II.5")[0] == outline.read().sentences["KT.1"].zero


def test_lines_under_a_sentence_are_reworded_with_it(store: Store) -> None:
    reword(
        store,
        "GD.1",
        "{EDU_TOPIC_N:neu}Kết quả học tập:\n- {EDU_TOPIC_N:n2} chuyên đề;\n- {EDU_MAKEUP_N:n} học bù;\n- {EDU_TURN_N:n} lượt;",
    )
    turns = now(store).given[Slot("EDU_TURN_N", "")].value
    found = said(built(store), "1.II.2.a")
    assert found[:2] == ["Kết quả học tập:", "01 chuyên đề;"]
    assert f"{turns} lượt." in found


def test_a_report_or_one_figure_alone_is_written_exactly(store: Store) -> None:
    about, exactly = "trên 8 triệu đồng", "8.400.000 đồng"

    def money(answers: dict[str, Any], **asked: Any) -> str:
        store.save("report", {"unit": HS, "period": "2019-H1", **answers}, USER)
        return next(text for text in said(built(store, **asked), "1.II.7") if "khám bệnh" in text)

    def alone(exact: bool) -> list[dict[str, Any]]:
        return [{"figure": "CARE_KHAM_MONEY", "exact": exact}]

    assert about in money({})
    assert exactly in money({"exact": True})
    assert about in money({"exact": True, "phrases": alone(False)})
    assert exactly in money({"phrases": alone(True)})
    assert exactly in money({"phrases": alone(False)}, exact=True)
    assert about in money({"exact": True}, exact=False)


def test_every_sentence_can_be_reworded_from_what_it_says(store: Store) -> None:
    store.save("task", SAMPLES["task"] | {"tasks": TASKS}, USER)
    live = now(store)
    for one in showing.draw(store, periods.period(store, "2019-H1"), None).said:
        assert one.template or not one.text, "no sentence is said that cannot be reworded"
        if one.template:
            assert wrong(one.template, live.lookup) == [], one.code
            assert unknown_words(one.template, live.words_of(one.code)) == []
            assert re.sub(r"(?m)^(- |\d+\. )", "", live.said(one.template, one.code)) == one.text
            assert [slot for line in one.template.splitlines() for slot in parse(line).slots()] or not one.changes


def test_places_that_cannot_be_filled_in_are_told_at_import_with_their_line_and_marked_in_print(small: Office, tmp_path: Path) -> None:
    store, declared = small.store, RECORD_TYPES["report"]
    words = [
        {"sentence": "GD.1", "text": "Đã học {EDU_TOPIC_X:n} chuyên đề, {EDU_TURN_N:sai} lượt."},
        {"sentence": "KT.1", "text": "[Kiểm tra 05 tổ chức đảng"},
    ]
    record = complete(declared, {"unit": HS, "period": "2019-H1", "wordings": words, "phrases": [{"figure": "NOPE", "exact": True}]})
    path = tmp_path / "bao-cao.xlsx"
    tabular.write(path, tabular.tables_of(declared, [record], store.names, flat=False, with_names=False))
    preview = importing.preview(store, declared, path)
    assert not preview.refused
    told = "\n".join(map(str, preview.doubts))
    for wanted in (
        "Không có chỉ tiêu EDU_TOPIC_X; gần giống: EDU_TOPIC_N", "Không có cách viết “sai” ở {EDU_TURN_N:sai}",
        "Dấu “[” không thành cặp [ … ].", "Không có chỉ tiêu NOPE.",
    ):  # fmt: skip
        assert wanted in told
    assert "Câu sửa lời" in told
    importing.apply(store, preview, USER)
    report = content.build(store, periods.period(store, "2019-H1"))
    assert "(?{EDU_TOPIC_X:n}?)" in " ".join(block.text for block in report.body)
    assert any("Không có chỉ tiêu NOPE." in one for one in report.warnings)
