"""Line breaking: nothing is lost, nothing is wider than its room, words that belong together stay together."""

from __future__ import annotations

import unicodedata
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.report.breaking import LOOSE, NBSP, by_sense, clean, join, justify, squeeze
from app.report.pdf import Widths
from app.report.ties import Tie, tie

ROOM = 160 * 72 / 25.4
FIRST = ROOM - 36
TEXT = (
    "số 45/KH-BCH ngày 18 tháng 6 năm 2019 Ban CHQS huyện Kim Lộc đạt 95,8% trong 155.400.000 đồng 26 đối tượng, (79,2%); Bộ – - "
    "“Đền ơn đáp nghĩa” Chỉ thị 35 thứ XIII như sau: và của công tác đảng 9,2 km quân Nghiêng"
)
WORDS = st.sampled_from(TEXT.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=120).map(" ".join)
ANYTHING = st.text(alphabet=st.characters(codec="utf-8"), max_size=600)


@pytest.fixture(scope="module")
def length():
    return partial(Widths(), "regular", 14)


def check_lines(text, lines, length, first=FIRST, rest=ROOM):
    at = 0
    for i, line in enumerate(lines):
        assert text[at : line.start].strip(f" {NBSP}") == "", "text is lost between lines"
        assert line.text == text[line.start : line.end].replace(NBSP, " ")
        assert abs(length(line.text) - line.width) < 0.01
        room = rest if i else first
        drawn = line.width + line.gap * line.text.count(" ")
        assert drawn <= room + 0.02
        at = line.end
    assert text[at:].strip(f" {NBSP}") == ""


@settings(max_examples=150, deadline=None)
@given(SENTENCES)
def test_no_word_is_lost_and_no_line_is_wider_than_the_column(text):
    length = partial(Widths(), "regular", 14)
    check_lines(squeeze(text), justify(squeeze(text), length, 14, FIRST, ROOM), length)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, st.floats(40, 500))
def test_any_text_in_any_column_is_broken_whole(text, room):
    length = partial(Widths(), "italic", 13)
    text = squeeze(text)
    check_lines(text, justify(text, length, 13, room * 0.8, room), length, room * 0.8, room)
    lines = by_sense(text, length, room, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace(NBSP, "")
    assert all(length(line) <= room + 0.02 for line in lines)


@settings(max_examples=150, deadline=None)
@given(SENTENCES)
def test_every_line_but_the_last_fills_the_column(text):
    length = partial(Widths(), "regular", 14)
    lines = justify(squeeze(text), length, 14, FIRST, ROOM)
    for i, line in enumerate(lines[:-1]):
        if line.gap:
            assert abs(line.width + line.gap * line.text.count(" ") - (ROOM if i else FIRST)) < 0.02
    assert lines[-1].gap == 0


@settings(max_examples=150, deadline=None)
@given(SENTENCES)
def test_no_line_ends_in_so_ban_or_bo_unless_the_tie_was_freed_for_a_loose_line(text):
    length = partial(Widths(), "regular", 14)
    lines = justify(squeeze(text), length, 14, FIRST, ROOM)
    for line, following in pairwise(lines):
        last = line.text.split(" ")[-1]
        if last in ("số", "Ban", "Bộ") and (following.text[0].isalpha() or (last == "số" and following.text[0] not in "-–")):
            assert line.freed in (Tie.NOUN, Tie.NUMBERED, Tie.NAME)
        assert not (last in ("ngày", "tháng", "năm") and following.text[:1].isdigit()) or line.freed is Tie.NEVER


def test_a_sentence_of_the_report_stays_within_the_looseness_allowed(length):
    text = (
        "Chi trả chế độ trợ cấp một lần cho 55 đối tượng với tổng số tiền 155.400.000 đồng, bảo đảm dân chủ, công khai, kịp thời, trong đó:"
    )
    lines = justify(text, length, 14, FIRST, ROOM)
    assert [line.text.split(" ")[-1] for line in lines] == ["tiền", "đó:"]
    assert max(line.gap for line in lines) <= LOOSE * 14


def test_a_last_line_of_one_word_takes_the_word_before_it_along(length):
    text = "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách ở các xã vùng cao, biên giới của tỉnh nhà"
    for cut in range(60, len(text)):
        lines = justify(squeeze(text[:cut]), length, 14, FIRST, ROOM)
        if len(lines) > 1 and " " not in lines[-1].text:
            pytest.fail(f"{lines[-1].text!r} stands alone")


@pytest.mark.parametrize(
    ("before", "word", "following", "expected"),
    [
        ("", "ngày", "18", Tie.NEVER),
        ("tháng", "6", "năm", Tie.FREE),
        ("đầu", "năm", "2019,", Tie.NEVER),
        ("trong", "6", "tháng", Tie.NEVER),
        ("cho", "26", "đối", Tie.NOUN),
        ("năm", "2019", "của", Tie.FREE),
        ("tiền", "155.400.000", "đồng,", Tie.NEVER),
        ("65", "triệu", "đồng", Tie.NEVER),
        ("sửa", "14,5", "km", Tie.NEVER),
        ("hoạch", "số", "45/KH-BCH", Tie.NUMBERED),
        ("Chỉ", "thị", "35", Tie.NUMBERED),
        ("lần", "thứ", "XIII", Tie.NEVER),
        ("", "Bộ", "CHQS", Tie.NAME),
        ("của", "Ban", "chỉ", Tie.NAME),
        ("", "huyện", "Kim", Tie.NAME),
        ("huyện", "Kim", "Lộc", Tie.PROPER),
        ("đảng", "ủy,", "Bộ", Tie.FREE),
        ("", "như", "sau:", Tie.NEVER),
        ("đoạn", "2014", "-", Tie.NEVER),
        ("2014", "-", "2019,", Tie.NEVER),
        ("tự", "do", "độc", Tie.FREE),
    ],
)
def test_a_tie_holds_what_belongs_together(before, word, following, expected):
    assert tie(before, word, following, False) is expected


def test_a_heading_is_broken_by_sense():
    bold = partial(Widths(), "bold", 14)
    heading = "3. Phong trào Thi đua Quyết thắng; học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh"
    assert by_sense(heading, bold, FIRST, ROOM)[1].startswith("đạo đức,")
    care = "7. Công tác chính sách, chính sách hậu phương quân đội, “Đền ơn đáp nghĩa”"
    assert by_sense(care, bold, FIRST, ROOM)[1] == "“Đền ơn đáp nghĩa”"
    title = "KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ 6 THÁNG ĐẦU NĂM 2019"
    assert by_sense(title, bold, ROOM, ROOM, True) == ["KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ", "6 THÁNG ĐẦU NĂM 2019"]


def test_a_long_unit_name_breaks_before_the_proper_name_or_its_region():
    small = partial(Widths(), "regular", 10)
    lines = by_sense("Ban Chỉ huy Phòng thủ khu vực 1 - Hà Sơn", small, 47 * 72 / 25.4, 47 * 72 / 25.4)
    assert lines in (["Ban Chỉ huy Phòng thủ khu vực 1 -", "Hà Sơn"], ["Ban Chỉ huy Phòng thủ", "khu vực 1 - Hà Sơn"])


@given(ANYTHING)
def test_cleaned_text_is_nfc_and_has_no_controls(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(unicodedata.category(char)[0] != "C" for char in cleaned)
    assert clean(cleaned) == cleaned


def test_controls_go_and_every_white_space_becomes_a_space():
    assert squeeze("a\x00\u200b\u202eb\tc\r\n d\u2003e\u00a0f \ud800") == "ab c d e\u00a0f"


def test_pieces_keep_their_places_when_spaces_are_squeezed():
    text, spans = join([("Cho  ", ""), (" 26 ", "A"), (" người", ""), ("  ", "B"), ("x", "C")])
    assert text == "Cho 26 người x"
    assert [text[a:b] for a, b, _ in spans] == ["26", "x"]
    assert [code for _, _, code in spans] == ["A", "C"]
