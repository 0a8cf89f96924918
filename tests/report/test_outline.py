"""The wording that comes with the program is complete, and names only figures, sentences and tokens that exist."""

from __future__ import annotations

import unicodedata

import pytest

from app.report import annex_rules, arrangement, outline
from app.report.arrangement import Numbering
from app.report.document import Heading
from app.report.phrases import TOKENS
from db.catalogues import code_list
from db.figures import Extreme, Least, Share
from db.questions import Link
from db.records import FIGURES, RECORD_TYPES
from db.templates import Clause, Mark, Slot, parse

HEADINGS = {
    "1": "KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ 6 THÁNG ĐẦU NĂM 2019",
    "1.I": "ĐẶC ĐIỂM TÌNH HÌNH",
    "1.I.1": "Thuận lợi",
    "1.I.2": "Khó khăn",
    "1.II": "KẾT QUẢ THỰC HIỆN CÁC MẶT CÔNG TÁC",
    "1.II.1": "Công tác quán triệt, triển khai nhiệm vụ",
    "1.II.2": "Công tác giáo dục chính trị, tư tưởng - văn hóa",
    "1.II.2.a": "Giáo dục chính trị, pháp luật",
    "1.II.2.b": "Tuyên truyền, văn hóa, văn nghệ",
    "1.II.3": "Phong trào Thi đua Quyết thắng; học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "1.II.4": "Công tác tổ chức xây dựng đảng",
    "1.II.5": "Công tác kiểm tra, giám sát và thi hành kỷ luật đảng",
    "1.II.6": "Công tác cán bộ",
    "1.II.7": "Công tác chính sách, chính sách hậu phương quân đội, “Đền ơn đáp nghĩa”",
    "1.II.8": "Công tác bảo vệ an ninh",
    "1.II.9": "Công tác dân vận",
    "1.II.10": "Hoạt động của tổ chức quần chúng và Hội đồng quân nhân",
    "1.II.11": "Công tác đảng, công tác chính trị trong thực hiện các nhiệm vụ",
    "1.III": "HẠN CHẾ, KHUYẾT ĐIỂM VÀ NGUYÊN NHÂN",
    "1.III.1": "Hạn chế",
    "1.III.2": "Nguyên nhân",
    "1.IV": "BÀI HỌC KINH NGHIỆM",
    "2": "PHƯƠNG HƯỚNG, NHIỆM VỤ 6 THÁNG CUỐI NĂM 2019",
    "2.I": "DỰ BÁO TÌNH HÌNH",
    "2.II": "PHƯƠNG HƯỚNG CHUNG",
    "2.III": "NHIỆM VỤ TRỌNG TÂM",
    "2.IV": "BIỆN PHÁP THỰC HIỆN",
    "2.V": "KIẾN NGHỊ, ĐỀ NGHỊ",
}
"""domain.md B.1."""

WORDS = {"KY": "6 THÁNG ĐẦU NĂM 2019", "KY_SAU": "6 THÁNG CUỐI NĂM 2019"}
OUTLINE, TABLES = outline.read(), annex_rules.read()
SENTENCES = {f"{code} {place}": text for code, one in OUTLINE.sentences.items() for place, text in enumerate(one.templates())}
NOTES = {f"{name} {place}": note for name, rule in TABLES.annexes.items() for place, note in enumerate(rule.notes)}


def titles() -> dict[str, Heading]:
    """The headings as the program comes, by key."""
    numbering = Numbering(OUTLINE.wording)
    return {spot.key: spot.title(WORDS, numbering.next(spot.depth)) for spot in arrangement.default().spots if not spot.annex}


def test_every_heading_of_the_outline_is_there_in_its_order() -> None:
    assert [(key, heading.text.replace("\n", " ")) for key, heading in titles().items()] == list(HEADINGS.items())


def test_headings_are_numbered_by_their_place() -> None:
    found = titles()
    assert [found[key].number for key in ("1", "1.II", "1.II.2.b", "1.II.10", "2", "2.V")] == [
        "Phần thứ nhất", "II.", "b)", "10.", "Phần thứ hai", "V.",
    ]  # fmt: skip
    assert [found[key].level for key in ("1", "1.II", "1.II.2.b", "1.II.10")] == ["part", "roman", "letter", "arabic"]


def test_the_annexes_stand_in_the_order_of_print() -> None:
    annexes = tuple(spot.section.codes[0][0] for spot in arrangement.default().annexes)
    assert annexes == ("I", "II", "III", "IIIa", "IV", "IVa", "V", "VI", "VII", "VIII", "IX", "X")
    assert set(annexes) == set(TABLES.annexes)


def test_every_sentence_has_its_place_once() -> None:
    used = [code for section in OUTLINE.sections if section.kind == "sentences" for codes in section.codes for code in codes]
    assert sorted([*used, OUTLINE.wording.lead_in, OUTLINE.wording.closing]) == sorted(OUTLINE.sentences)


def takes(slot: Slot) -> bool:
    figure = FIGURES[slot.code]
    share, unit = isinstance(figure.expression, (Share, Least)), isinstance(figure.expression, Extreme)
    kind = "unit" if unit else "share" if share else "money" if figure.unit == "đồng" else "decimal" if figure.in_tenths else "count"
    wanted = TOKENS[slot.token].takes
    return kind in wanted or (wanted == ("rollups",) and all("rollup" in measure.source.dims for measure in figure.expression.measures))


@pytest.mark.parametrize("name", [*SENTENCES, *NOTES])
def test_every_place_in_a_template_names_a_figure_that_its_token_can_word(name: str) -> None:
    clause = parse({**SENTENCES, **NOTES}[name])
    assert all(slot.code in FIGURES and takes(slot) for slot in clause.slots())
    stack = [clause]
    while stack:
        parts = stack.pop().parts
        assert not any(isinstance(part, Mark) for part in parts)
        stack += [part for part in parts if isinstance(part, Clause)]


@pytest.mark.parametrize("name", TABLES.annexes)
def test_an_annex_fills_its_page_and_names_figures_that_exist(name: str) -> None:
    rule = TABLES.annexes[name]
    room = 257 if rule.landscape else 160
    plain = [column for column in rule.columns if column.cell != "estimate"]
    assert round(sum(column.width for column in plain), 3) == room
    if plain != list(rule.columns):
        assert round(sum(column.narrow or column.width for column in rule.columns), 3) == room
    assert set(annex_rules.codes_of(rule)) <= set(FIGURES)
    assert rule.area in RECORD_TYPES if rule.rows != "compared" else rule.groups and not rule.base
    assert all(height > 0 for height in (*rule.head_heights, rule.row_height))
    two_levels = any(column.group for column in rule.columns)
    assert rule.numbered_columns == two_levels
    assert len(rule.head_heights) == (3 if two_levels else 1)
    for dim, named in ((rule.dim, rule.list), (rule.under, rule.under_list)):
        assert not dim or dim in rule.source.dims
        assert not dim or code_list(named) if named else not dim or isinstance(rule.source.model.questions()[dim], Link)


def test_the_funds_table_has_a_place_for_every_fund() -> None:
    figures = [code for column in TABLES.annexes["IVa"].columns for code in column.figures]
    assert sorted(figures) == sorted([*(f"CARE_MONEY_{code}" for code in code_list("FUND").codes()), "CARE_MONEY"])


def test_the_total_of_the_care_table_has_every_money_column_beside_it() -> None:
    *parts, total = [column for column in TABLES.annexes["IV"].columns if column.figures]
    counted = [code for column in parts if column.beside for code in column.beside]
    assert list(total.beside) == counted


def test_all_wording_is_composed() -> None:
    for name in ("outline.toml", "sentences.toml", "annexes.toml"):
        text = (outline.FOLDER / name).read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)


def test_a_misspelt_key_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="zeroo"):
        outline.made(outline.Sentence, {"text": "a", "zeroo": "b"}, "sentences.toml X")
