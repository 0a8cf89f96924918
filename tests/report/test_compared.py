"""Annex IX sets this period beside the same one of last year: numbers computed by hand, growth and points, what is not known."""

from __future__ import annotations

import pytest

from app import periods
from app.office import Office
from app.report import annex_rules, content
from app.report.behind import behind
from app.report.compared import signed
from app.report.document import Annex, Paragraph, Row
from db.record import fixed_uid
from db.records import FIGURES
from db.store import Store
from tests.samples import DV1, DV2, HS, USER, care, education, inspection

LAST, NOW = "2018-04-10", "2019-04-10"


def annex(store: Store, code: str = "2019-H1", unit: str | None = None) -> Annex:
    report = content.build(store, periods.period(store, code), unit)
    return next(one for one in report.annexes if one.title.startswith("SO SÁNH VỚI CÙNG KỲ"))


def rows(found: Annex) -> dict[str, Row]:
    return {" ".join(row.cells[1].split()): row for group in found.groups for row in group.rows}


def numbers(found: Annex) -> dict[str, tuple[str, ...]]:
    return {label: row.cells[3:] for label, row in rows(found).items() if not row.wide}


def trained(store: Store, day: str, required: int, present: int, unit: str = DV1) -> None:
    line = {"audience": "DQ_CD", "strength": required, "required": required, "present": present}
    store.save("education", education(unit=unit, event_to=day, audiences=[line]), USER)


def checked(store: Store, day: str, persons: int, amount: int | None, unit: str = DV1) -> None:
    funding = [] if amount is None else [{"source": "NSNN", "amount": amount}]
    served = [{"category": "THUONG_BINH", "persons": persons}]
    store.save("care", care(unit=unit, event_to=day, served=served, funding=funding, norm=None), USER)


@pytest.fixture
def two_years(small: Office) -> Store:
    """Attendance 900/1000 then 1940/2000; 512 then 545 persons examined for 58.880.000 then 65.400.000 đồng."""
    store = small.store
    for day, required, present in ((LAST, 1000, 900), (NOW, 1200, 1160), ("2019-04-11", 800, 780)):
        trained(store, day, required, present)
    checked(store, LAST, 512, 58_880_000)
    checked(store, NOW, 545, 65_400_000)
    return store


def test_counts_and_money_grow_in_percent_and_percentages_in_points(two_years: Store) -> None:
    found = numbers(annex(two_years))
    assert found["Buổi học"] == ("1", "2", "+1", "+100,0")
    assert found["Lượt người tham gia"] == ("900", "1.940", "+1.040", "+115,6")  # 1040/900 = 115,55…
    assert found["Tỷ lệ tham gia bình quân"] == ("90,0", "97,0", "+7,0", "-")
    assert found["Tỷ lệ tham gia thấp nhất"] == ("90,0", "97,0", "+7,0", "-")
    assert found["Khám bệnh, cấp thuốc miễn phí"] == ("512", "545", "+33", "+6,4")  # 33/512 = 6,445…
    assert found["Kinh phí khám bệnh, cấp thuốc"] == ("58.880.000", "65.400.000", "+6.520.000", "+11,1")
    assert found["Chuyên đề"] == ("1", "1", "0", "0,0")


def test_what_fell_has_a_minus_and_half_a_tenth_is_rounded_away_from_zero(small: Office) -> None:
    checked(small.store, LAST, 800, None)
    checked(small.store, NOW, 799, None)
    assert numbers(annex(small.store))["Khám bệnh, cấp thuốc miễn phí"] == ("800", "799", "−1", "−0,1")
    checked(small.store, "2019-04-12", 5, None)
    assert numbers(annex(small.store))["Khám bệnh, cấp thuốc miễn phí"] == ("800", "804", "+4", "+0,5")
    assert [signed(*one) for one in ((-16_000_000, False), (0, False), (0, True), (-5, True))] == ["−16.000.000", "0", "0,0", "−0,5"]


def test_what_is_not_known_is_not_compared(two_years: Store) -> None:
    two_years.save("inspection", inspection(), USER)
    found = numbers(annex(two_years))
    assert found["Kiểm tra chấp hành, tổ chức đảng"] == ("…", "1", "…", "…")
    assert found["Tin, bài, ảnh"] == ("…", "…", "…", "…")
    assert found["Tặng quà"] == ("0", "0", "0", "-")  # care was recorded in both years, and there were no gifts


def test_money_that_was_not_given_is_unknown(small: Office) -> None:
    checked(small.store, LAST, 10, None)
    checked(small.store, NOW, 20, 2_000_000)
    assert numbers(annex(small.store))["Kinh phí khám bệnh, cấp thuốc"] == ("…", "2.000.000", "…", "…")


def test_something_that_began_this_year_has_no_growth(two_years: Store) -> None:
    gift = {"kind": "TANG_QUA", "norm": None, "served": [{"category": "THUONG_BINH", "persons": 3, "quantity": 3}]}
    two_years.save("care", care(event_to=NOW, **gift), USER)
    assert numbers(annex(two_years))["Tặng quà"] == ("0", "3", "+3", "-")


def test_a_divided_predecessor_is_marked_and_named(two_years: Store) -> None:
    other = two_years.save("unit", {"code": "T2", "versions": [{"name": "Bộ CHQS tỉnh khác"}]}, USER)
    heirs = [{"successor": heir, "on": "2018-12-01"} for heir in (DV2, other)]
    versions = [{"name": "Ban CHQS huyện Kim Lộc", "parent": HS, "valid_to": "2018-11-30"}]
    two_years.save("unit", {"code": "DV07", "versions": versions, "successors": heirs}, USER)
    checked(two_years, LAST, 70, None, fixed_uid("unit", "DV07"))
    made = annex(two_years)
    assert numbers(made)["Khám bệnh, cấp thuốc miễn phí"] == ("(*)", "545", "-", "-")
    assert numbers(made)["Kinh phí khám bệnh, cấp thuốc"] == ("58.880.000", "65.400.000", "+6.520.000", "+11,1")
    assert made.notes[0].startswith("(*) không so sánh được, do đơn vị cũ đã chia cho nhiều đơn vị: Ban CHQS huyện Kim Lộc. Tỷ lệ (%)")


def test_headings_number_the_groups_and_stay_with_their_first_row(two_years: Store) -> None:
    made = annex(two_years)
    headings = [row.cells[:2] for row in rows(made).values() if row.wide]
    assert [number for number, _ in headings] == ["A", "B", "C", "D"]
    assert all(len(group.rows) == 1 + group.rows[0].wide for group in made.groups)
    assert made.title == "SO SÁNH VỚI CÙNG KỲ NĂM 2018"
    assert [column.head for column in made.columns[3:5]] == ["6 tháng\nnăm 2018", "6 tháng\nnăm 2019"]


def test_the_numbers_of_this_year_lead_to_their_records(two_years: Store) -> None:
    row = rows(annex(two_years))["Khám bệnh, cấp thuốc miễn phí"]
    assert [row.code(place) for place in range(7)] == ["", "", "", "", "CARE_KHAM_N", "", ""]
    assert behind(two_years, periods.period(two_years, "2019-H1"), None, row.code(4)).number == "545"


def test_without_any_number_of_either_year_nothing_happened(small: Office) -> None:
    assert annex(small.store).groups == ()


def test_every_declared_row_has_one_kind_of_number() -> None:
    for rule in annex_rules.read().annexes.values():
        for group in rule.groups:
            for row in group.rows:
                assert len({FIGURES[code].in_tenths for code in row.figures}) == 1


# -- said in sentences (domain.md B.2, {cungky}) -------------------------------------------------------------------------------------


def said(store: Store, text: str, code: str = "2019-H1") -> str:
    """What a sentence worded so prints."""
    wording = {"sentence": "GD.2", "text": text}
    store.save("report", {"unit": HS, "period": code, "wordings": [wording]}, USER)
    report = content.build(store, periods.period(store, code))
    return next(block.text for block in report.body if isinstance(block, Paragraph) and "Nay" in block.text).partition("Nay ")[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{EDU_TURN_N:n} lượt{EDU_TURN_N:cungky}.", "1.940 lượt, tăng 1.040 (115,6%) so với cùng kỳ năm 2018."),
        ("{EDU_SESSION_N:n2} buổi{EDU_SESSION_N:cungky}.", "02 buổi, tăng 1 (100%) so với cùng kỳ năm 2018."),
        ("{EDU_RATE_AVG:pct1}{EDU_RATE_AVG:cungky}.", "97%, tăng 7 điểm phần trăm so với cùng kỳ năm 2018."),
        (
            "{CARE_KHAM_MONEY:tien}{CARE_KHAM_MONEY:cungky}.",
            "65.400.000 đồng, tăng 6.520.000 đồng (11,1%) so với cùng kỳ năm 2018.",
        ),
        ("{EDU_TURN_N:neu}đạt{EDU_TOPIC_N:cungky}.", "đạt."),  # one topic in both years
        ("{EDU_TURN_N:neu}đạt{TT_TIN:cungky}.", "đạt."),  # nothing is known of it
        ("{EDU_TURN_N:neu}đạt[{TT_TIN:cungky}, trong năm].", "đạt."),
    ],
)
def test_a_sentence_says_how_a_figure_went_up_or_down_since_last_year(two_years: Store, text: str, words: str) -> None:
    assert said(two_years, "Nay " + text) == words


def test_what_went_down_is_said_so_and_growth_from_nothing_has_no_percentage(small: Office) -> None:
    store = small.store
    trained(store, LAST, 100, 90)
    trained(store, LAST, 100, 80, DV2)
    trained(store, NOW, 200, 51)
    checked(store, LAST, 8, 0)
    checked(store, NOW, 8, 5_000_000)
    words = said(store, "Nay {EDU_TURN_N:n}{EDU_TURN_N:cungky}; {CARE_KHAM_MONEY:tien}{CARE_KHAM_MONEY:cungky}.")
    assert words.replace("\u00a0", " ") == (
        "51, giảm 119 (70%) so với cùng kỳ năm 2018; 5.000.000 đồng, tăng 5.000.000 đồng so với cùng kỳ năm 2018."
    )
