"""The printed report, measured in the file itself: positions to 0.5 mm, page breaks, drafts, the Party's kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.report import pdf
from app.report.document import Draft, Heading, Paragraph, Signature
from tests.report.measuring import Measured, assert_nothing_clipped, measured, near, text_pages
from tests.report.sample_report import sample_draft, sample_report
from tests.report.sample_text import LETTERHEAD, p


@pytest.fixture(scope="module")
def draft() -> list[Measured]:
    return measured(pdf.draw(sample_draft()))


# --- page 1 --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "y", "centre"),
    [
        ("QUÂN KHU TRUNG DU", 23.9, 62),
        ("BỘ CHỈ HUY QUÂN SỰ", 29.5, 62),
        ("TỈNH HÀ SƠN", 35.2, 62),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 23.9, 142),
        ("Độc lập - Tự do - Hạnh phúc", 30.1, 142),
        ("Số: 126/BC-BCH", 44.3, 62),
        ("Hà Sơn, ngày 18 tháng 6 năm 2019", 44.3, 142),
        ("BÁO CÁO", 56.7, 110),
        ("Kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019;", 63.05, 110),
        ("phương hướng, nhiệm vụ 6 tháng cuối năm 2019", 69.4, 110),
    ],
)
def test_the_boxes_of_page_1_stand_where_the_layout_puts_them(pages, text, y, centre):
    word = pages[0].find(text)
    assert word.y == near(y)
    assert (word.x + word.right) / 2 == near(centre)


def test_the_text_begins_79_6_mm_from_the_top_and_42_7_mm_from_the_left(pages):
    word = next(word for word in pages[0].words if word.text.startswith("Căn cứ"))
    assert (word.y, word.x) == (near(79.6), near(42.7))


def test_the_lines_under_the_boxes_have_their_lengths_and_places(pages):
    lengths = sorted(round(line.x1 - line.x0, 1) for line in pages[0].level())
    assert lengths == [near(20.9), near(49), near(60.5)]
    issuer, subject, motto = sorted(pages[0].level(), key=lambda line: line.x1 - line.x0)
    assert [line.y0 for line in (issuer, motto, subject)] == [near(37.3), near(32.2), near(71.9)]


def test_the_nations_name_takes_one_line_within_the_text_edge(pages):
    assert pages[0].find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").right <= 190


@pytest.mark.parametrize("profile", ["HANH_CHINH", "DANG_2018"])
@pytest.mark.parametrize("parent", ["", "BỘ CHQS TỈNH HÀ SƠN", "BỘ TƯ LỆNH QUÂN KHU TRUNG DU"])
@pytest.mark.parametrize(
    "issuer",
    [("BAN CHQS HUYỆN KIM LỘC",), ("BAN CHỈ HUY QUÂN SỰ THÀNH PHỐ HÀ SƠN",), ("BỘ CHỈ HUY QUÂN SỰ", "TỈNH HÀ SƠN")],
)
def test_the_left_column_keeps_clear_of_the_right_one_whatever_the_issuer(profile, parent, issuer):
    letterhead = replace(LETTERHEAD, parent=parent, issuer=issuer)
    page = measured(pdf.draw(replace(sample_report(), profile=profile, letterhead=letterhead, annexes=())))[0]
    end = page.find(LETTERHEAD.place_date).y
    head = [word for word in page.words if word.y <= end + 0.1]
    left = [word for word in head if word.right < 30 + (64 if profile == "HANH_CHINH" else 75)]
    right = [word for word in head if word not in left]
    assert " ".join(word.text for word in left).startswith(" ".join(filter(None, (parent, *issuer))))
    assert {word.text for word in right} >= {LETTERHEAD.place_date}
    for one in left:
        assert one.x >= 30
        for other in right:
            if abs(one.y - other.y) < 5:
                assert other.x - one.right >= 6 * 25.4 / 72 - 0.05, (one, other)


@pytest.mark.parametrize("issuer", [("BỘ CHỈ HUY QUÂN SỰ",), ("BỘ CHỈ HUY", "QUÂN SỰ")])
def test_number_and_title_do_not_move_for_a_short_issuer(issuer):
    page = measured(pdf.draw(replace(sample_report(), letterhead=replace(LETTERHEAD, issuer=issuer), annexes=())))[0]
    assert page.find("Số: 126/BC-BCH").y == near(44.3)
    assert page.find("BÁO CÁO").y == near(56.7)


def test_a_third_issuer_line_pushes_the_boxes_down_together():
    issuer = ("BỘ CHỈ HUY", "QUÂN SỰ", "TỈNH HÀ SƠN")
    page = measured(pdf.draw(replace(sample_report(), letterhead=replace(LETTERHEAD, issuer=issuer), annexes=())))[0]
    step = 16 * 25.4 / 72
    assert page.find("Số: 126/BC-BCH").y == near(44.3 + step)
    assert page.find("Hà Sơn, ngày 18 tháng 6 năm 2019").y == near(44.3 + step)
    assert page.find("BÁO CÁO").y == near(56.7 + step)


def test_endless_boxes_wrap_instead_of_being_clipped():
    long = replace(
        LETTERHEAD,
        parent="BỘ TƯ LỆNH QUÂN KHU MIỀN TRUNG DU VÀ MIỀN NÚI PHÍA BẮC",
        issuer=("BAN CHỈ HUY PHÒNG THỦ KHU VỰC SỐ MƯỜI HAI", "A" * 80),
        place_date="Thành phố Buôn Ma Thuột và vùng phụ cận, ngày 18 tháng 12 năm 2019",
        subject=("Kết quả " * 30,),
    )
    for page in text_pages(measured(pdf.draw(replace(sample_report(), letterhead=long, annexes=())))):
        assert_nothing_clipped(page)


# --- text ----------------------------------------------------------------------------------------------------------------------


def test_pages_after_the_first_carry_their_number_at_the_top_centre(pages):
    assert not any(word.y < 20 for word in pages[0].words)
    for number, page in enumerate(text_pages(pages)[1:], 2):
        word = next(word for word in page.words if word.y < 20)
        assert word.text == str(number)
        assert (word.y, (word.x + word.right) / 2) == (near(13.4), near(110))


def test_body_text_stays_between_the_margins(pages):
    for page in text_pages(pages):
        body = [word for word in page.words if word.size == pytest.approx(14)]
        assert min(word.y for word in body) > 20
        assert_nothing_clipped(page)


def test_first_lines_stand_at_the_indent_and_turnover_lines_at_the_margin(pages):
    for page in text_pages(pages)[1:]:
        for word in page.words:
            if word.font == "LiberationSerif" and word.size == pytest.approx(14) and word.y < 277:
                assert word.x in (near(42.7), near(30), near(42.7 + 3.6), near(42.7 + 6))


def test_a_justified_line_ends_at_the_text_edge(pages):
    lines = [word for word in pages[1].words if word.size == pytest.approx(14) and word.text.endswith(("đại", "chính trị, pháp", "98,4%"))]
    assert len(lines) == 3
    assert all(word.right == near(190) for word in lines)


def filler(count: int) -> tuple[Paragraph, ...]:
    return tuple(p(f"Dòng đệm số {i}.") for i in range(count))


@pytest.mark.parametrize("count", range(14, 24))
def test_a_heading_keeps_the_headings_and_two_lines_after_it_on_its_page(count):
    chain = (
        Heading("roman", "II.", "ĐỀ MỤC LỚN", "a"),
        Heading("arabic", "1.", "Đề mục vừa", "b"),
        Heading("letter", "a)", "Đề mục nhỏ", "c"),
        p("Câu văn dài của đoạn thử để chia trang " * 9),
    )
    report = replace(sample_report(), body=(*filler(count), *chain, *filler(3)), annexes=())
    sheets = measured(pdf.draw(report))
    holders = [page for page in sheets if "a) Đề mục nhỏ" in page.text()]
    assert len(holders) == 1
    page = holders[0]
    assert "II. ĐỀ MỤC LỚN" in page.text()
    assert "1. Đề mục vừa" in page.text()
    lowest = page.find("a) Đề mục nhỏ").y
    assert len([word for word in page.words if word.y > lowest and word.size == pytest.approx(14)]) >= 2
    for sheet in sheets:
        assert_nothing_clipped(sheet)


@pytest.mark.parametrize("count", range(14, 24))
def test_no_paragraph_leaves_one_line_alone_at_the_top_or_bottom_of_a_page(count):
    long = p("Câu văn dài của đoạn thử để chia trang " * 13)
    report = replace(sample_report(), body=(*filler(count), long, *filler(2)), annexes=())
    counts = [sum("của đoạn thử" in word.text or "chia trang" in word.text for word in page.words) for page in measured(pdf.draw(report))]
    assert 1 not in counts
    assert sum(counts) == 7


@pytest.mark.parametrize("count", range(12, 24))
@pytest.mark.parametrize(
    "closing", ["Xin báo cáo./.", "Trên đây là Báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019./."]
)
def test_the_signature_is_never_alone_on_a_page(count, closing):
    report = replace(sample_report(), body=filler(count), closing=p(closing), annexes=())
    last = measured(pdf.draw(report))[-1]
    position, name = last.find("CHÍNH ỦY"), last.find("Đại tá Nguyễn Văn A")
    above = [word for word in last.words if 20 < word.y < position.y - 2 and word.size == pytest.approx(14)]
    assert len(above) >= 2
    assert any(word.text.endswith("./.") for word in above)
    assert name.y - position.y == near(36.7)
    assert name.x > 105
    assert (position.x + position.right) / 2 == near(150)
    assert name.y <= 277


def test_recipients_get_their_punctuation_and_stand_beside_the_signature(pages):
    last = text_pages(pages)[-1]
    lines = [word.text for word in last.words if word.size == pytest.approx(11) and word.text != "-"]
    assert lines[0] == "Cục Chính trị Quân khu;"
    assert lines[-1] == "Lưu: VT, PCT. H15."
    assert all(line.endswith(";") for line in lines[:-1])
    assert last.find("Nơi nhận:").y == near(last.find("CHÍNH ỦY").y)
    assert last.find("Nơi nhận:").font == "LiberationSerif-BoldItalic"


def test_eighty_recipients_go_on_over_the_next_page():
    recipients = (*(f"Cơ quan, đơn vị nhận báo cáo số {i} của tỉnh" for i in range(80)), "Lưu: VT")
    pages = measured(pdf.draw(replace(sample_report(), recipients=recipients, annexes=())))
    words = [word.text for page in pages for word in page.words]
    assert sum(word.startswith("Cơ quan, đơn vị nhận") for word in words) == 80
    assert "Lưu: VT." in words
    for page in pages:
        assert_nothing_clipped(page)


def test_several_positions_stand_under_one_another():
    report = replace(sample_report(), signature=Signature(("KT. CHÍNH ỦY", "PHÓ CHÍNH ỦY"), "Thượng tá", "Trần Văn B"), annexes=())
    last = measured(pdf.draw(report))[-1]
    first, second = last.find("KT. CHÍNH ỦY"), last.find("PHÓ CHÍNH ỦY")
    assert second.y - first.y == near(18 * 25.4 / 72)
    assert last.find("Thượng tá Trần Văn B").y - second.y == near(36.7)


# --- drafts --------------------------------------------------------------------------------------------------------------------


def test_a_draft_has_its_frame_under_the_number_and_the_title_37_pt_lower(draft):
    page = draft[0]
    word, turn = page.find("DỰ THẢO"), page.find("lần 02")
    assert ((word.x + word.right) / 2, (turn.x + turn.right) / 2) == (near(62), near(62))
    frame = [line for line in page.level() if line.x1 - line.x0 == near(34)]
    assert sorted(line.y0 for line in frame) == [near(48.6), near(56.6)]
    assert page.find("BÁO CÁO").y == near(56.7 + 37 * 25.4 / 72)


def test_the_large_draft_words_are_shapes_on_every_page_and_never_text(draft):
    assert [page.curved for page in draft] == [1] * len(draft)
    assert sum(page.text().count("DỰ THẢO") for page in draft) == 1


def test_a_final_report_has_no_draft_words(pages):
    assert all(page.curved == 0 and "DỰ THẢO" not in page.text() for page in pages)


def test_a_draft_without_a_turn_prints_none():
    report = sample_draft()
    page = measured(pdf.draw(replace(report, draft=Draft(""), annexes=())))[0]
    assert "lần" not in page.text().split("BÁO CÁO")[0].replace("Độc lập", "")


# --- the Party's layout, by data alone -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def party() -> list[Measured]:
    head = replace(
        LETTERHEAD,
        parent="ĐẢNG BỘ TỈNH HÀ SƠN",
        issuer=("ĐẢNG ỦY QUÂN SỰ TỈNH",),
        number="Số 38-BC/ĐU",
        subject=("kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019;", "phương hướng, nhiệm vụ 6 tháng cuối năm 2019"),
    )
    signature = Signature(("T/M ĐẢNG ỦY", "BÍ THƯ"), "", "Nguyễn Văn A")
    return measured(pdf.draw(replace(sample_report(), profile="DANG_2018", letterhead=head, signature=signature, annexes=())))


@pytest.mark.parametrize(
    ("text", "y", "centre", "size", "font"),
    [
        ("ĐẢNG BỘ TỈNH HÀ SƠN", 24.2, 67.5, 14, "LiberationSerif"),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", 24.2, 150, 15, "LiberationSerif-Bold"),
        ("ĐẢNG ỦY QUÂN SỰ TỈNH", 30.2, 67.5, 14, "LiberationSerif-Bold"),
        ("*", 36.2, 67.5, 14, "LiberationSerif-Bold"),
        ("Số 38-BC/ĐU", 41.9, 67.5, 14, "LiberationSerif"),
        ("Hà Sơn, ngày 18 tháng 6 năm 2019", 41.9, 150, 14, "LiberationSerif-Italic"),
        ("BÁO CÁO", 55.3, 112.5, 16, "LiberationSerif-Bold"),
        ("phương hướng, nhiệm vụ 6 tháng cuối năm 2019", 68.9, 112.5, 14.5, "LiberationSerif-Bold"),
    ],
)
def test_the_partys_page_1_follows_its_own_profile(party, text, y, centre, size, font):
    word = party[0].find(text)
    assert (word.y, (word.x + word.right) / 2) == (near(y), near(centre))
    assert (word.size, word.font) == (pytest.approx(size), font)


def test_the_partys_text_and_closing_follow_its_own_profile(party):
    first = next(word for word in party[0].words if word.text.startswith("Căn cứ"))
    assert (first.y, first.x) == (near(84.9), near(40))
    assert [line.x1 - line.x0 for line in party[0].level()] == [near(72.9)]
    last = party[-1]
    assert last.find("BÍ THƯ").font == "LiberationSerif"
    assert last.find("Nguyễn Văn A").y - last.find("BÍ THƯ").y == near(36.7)
    assert last.find("Cục Chính trị Quân khu,").size == pytest.approx(12)
    underline = last.level()[0]
    assert underline.x1 - underline.x0 == near(last.find("Nơi nhận:").right - 30 - 1)
