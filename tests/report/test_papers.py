"""Papers made from records: signed lists with amounts in words, hand-over minutes; what cannot be printed is named, names need a right."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from app import users
from app.listing import Listing, Wanted
from app.office import Office
from app.report import papers
from app.report.papers import PaperRule
from db.errors import ExpectedError
from db.journal import now_text
from db.questions import Link, Money
from db.record import CANCELLED
from db.records import RECORD_TYPES
from db.system import Journal
from tests import samples
from tests.demo_office import open_demo
from tests.report import measuring

CARE = RECORD_TYPES["care"]
PAYMENT, HANDOVER = papers.rules_of(CARE)
USER = samples.USER
LONG = "Nguyễn Phúc Hoàng Thị Ngọc Trâm Anh Bảo Châu Quỳnh Hương Diễm"
MARKUP = "<b>Ngô</b> & <img src=\"file:///etc/passwd\"> Văn 'Thử'"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_demo(tmp_path_factory.mktemp("papers") / "demo") as opened:
        yield opened


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def person(office: Office, name: str = "Nguyễn Văn Hùng", **answers: Any) -> str:
    plain = {"name": name, "birth": "1948", "id_no": None, "commune": "Phú Lâm", "categories": ["QD49"]}
    return office.store.save("beneficiary", {**plain, **answers}, USER)


def payment(people: list[str], amount: int | None = 2_000_000, **answers: Any) -> dict[str, Any]:
    lines = [{"person": uid, "category": "QD49", "amount": amount} for uid in people]
    total = (amount or 0) * len(people)
    plain = samples.care(kind="CHI_TRA_1L", norm=None, served=[{"category": "QD49", "persons": len(people)}], listed=lines)
    return {**plain, "funding": [{"source": "NSNN", "amount": total or 1}], **answers}


def rows(office: Office, *uids: str) -> list[int]:
    return papers.rows_of(office.store, CARE, uids)


def written(office: Office, to: Path, rule: PaperRule, ids: list[int], by: str = USER) -> tuple[list[str], tuple[str, ...]]:
    path = to / "giấy.pdf"
    done = papers.write(office.store, rule, ids, path, by)
    return texts(path.read_bytes()), done.warnings


def test_the_demo_pays_what_its_records_say_in_words_and_hands_over_26_certificates(demo: Office, tmp_path: Path) -> None:
    store = demo.store
    unit = store.names.find("unit", "DV03", "2019-04-10")
    ids = list(Listing(store, CARE, Wanted(unit=unit)).ids())
    pages, _ = written(demo, tmp_path, PAYMENT, ids, "admin")
    told = " ".join(pages)
    assert "DANH SÁCH KÝ NHẬN TIỀN Chi trả trợ cấp một lần" in told
    assert "Tổng số người nhận: 12 người. Tổng số tiền: 24.000.000 đồng. Bằng chữ: Hai mươi tư triệu đồng." in told
    assert [page.count("Họ và tên") for page in pages] == [1] * len(pages)
    assert "BAN CHQS HUYỆN AN THẠCH" in pages[0]
    assert all(word in pages[-1] for word in ("NGƯỜI LẬP DANH SÁCH", "NGƯỜI CHI TIỀN", "THỦ TRƯỞNG ĐƠN VỊ"))

    everything = list(Listing(store, CARE, Wanted()).ids())
    pages, warnings = written(demo, tmp_path, HANDOVER, everything, "admin")
    totals = [int(number) for number in re.findall(r"Tổng số: (\d+) giấy chứng nhận", " ".join(pages))]
    others = [record for _type, record in map(store.read, Listing(store, CARE, Wanted()).uids(everything)) if record["kind"] == "TRAO_GCN"]
    late = [
        record for _type, record in map(store.read, Listing(store, CARE, Wanted()).uids(everything)) if record["event_to"] > "2019-06-14"
    ]
    beside = sum(len(record["listed"]) for record in (*others, *late) if record["kind"] in ("TRAO_GCN", "TRAO_GCN_TB"))
    assert sum(totals) - beside == 26
    assert "Trần Thị Hoà" in " ".join(pages), "a name that was typed in capitals is written as a name"
    assert "bản ghi không thuộc loại hoạt động của giấy này" in warnings[0]


def test_a_paper_is_dated_at_the_place_of_its_own_unit_and_left_to_the_hand_where_that_is_not_known(small: Office) -> None:
    store = small.store
    samples.signable(store)
    row = rows(small, store.save("care", payment([person(small)]), USER))

    def dated() -> str:
        return papers.build(store, PAYMENT, row, USER).papers[0].letterhead.place_date

    assert dated() == "……………, ngày 10 tháng 4 năm 2019"
    store.save("office", {"code": "DV01", "terms": [{"issuer_lines": "BAN CHQS THÀNH PHỐ HÀ SƠN", "place": "Phú Lâm"}]}, USER)
    assert dated() == "Phú Lâm, ngày 10 tháng 4 năm 2019"


def test_a_list_never_ends_on_a_page_with_its_sum_alone_and_names_its_decision_once(demo: Office, tmp_path: Path) -> None:
    unit = demo.store.names.find("unit", "DV01", "2019-02-21")
    pages, _ = written(demo, tmp_path, PAYMENT, list(Listing(demo.store, CARE, Wanted(unit=unit)).ids()), "admin")
    assert "Căn cứ: Quyết định số 62/2011/QĐ-TTg; Quyết định số 106/QĐ-BTL ngày 22/01/2019." in pages[0]
    assert "Tổng cộng" in pages[-1]
    assert "5 Vũ Ngọc Vinh" in pages[-1], "a row goes along with the sum"


def test_a_decision_of_which_only_the_number_is_known_is_called_one(small: Office) -> None:
    row = rows(small, small.store.save("care", payment([person(small)], result_doc="421/QĐ-BTL"), USER))
    text = " ".join(getattr(block, "text", "") for block in papers.build(small.store, PAYMENT, row, USER).papers[0].before)
    assert "Quyết định số 421/QĐ-BTL." in text


def test_a_list_of_payments_names_the_group_without_its_explanation_so_that_its_rows_stay_low(demo: Office, tmp_path: Path) -> None:
    unit = demo.store.names.find("unit", "DV08", "2019-05-17")
    pages, _ = written(demo, tmp_path, PAYMENT, list(Listing(demo.store, CARE, Wanted(unit=unit)).ids()), "admin")
    assert len(pages) == 2
    assert pages[0].count("Đối tượng theo Quyết định 62/2011/QĐ-TTg") == 5
    assert "Campuchia" not in pages[0]
    assert "Thôn 3, Xã Lương Phú, huyện Lương Hòa" in pages[0]


def test_word_says_what_the_pdf_says(demo: Office, tmp_path: Path) -> None:
    ids = list(Listing(demo.store, CARE, Wanted(unit=demo.store.names.find("unit", "DV08", None))).ids())
    for rule in (PAYMENT, HANDOVER):
        pages, _ = written(demo, tmp_path, rule, ids, "admin")
        papers.write(demo.store, rule, ids, tmp_path / "giấy.docx", "admin")
        file = docx.Document(io.BytesIO((tmp_path / "giấy.docx").read_bytes()))
        feet = [part for section in file.sections for part in section.footer._element.iter(qn("w:t"))]
        told = " ".join(part.text or "" for part in (*file.element.body.iter(qn("w:t")), *feet)).replace("\u00a0", " ").split()
        printed = {word for page in pages for word in page.replace("\u00a0", " ").split() if len(word) > 3}
        assert printed - {"Trang"} <= set(told)
        last = list(file.tables[-2].rows)[-1]
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in last.cells), "the signatures never stand alone"


def test_five_hundred_recipients_repeat_the_head_and_keep_sums_and_signatures_together(small: Office, tmp_path: Path) -> None:
    people = [person(small, f"{LONG if number == 9 else 'Nguyễn Văn'} {number}") for number in range(10)]
    uid = small.store.save("care", payment(people * 50, kind="TRO_CAP_KK"), USER)
    pages, _ = written(small, tmp_path, PAYMENT, rows(small, uid))
    assert all("Họ và tên" in page and "Ký nhận" in page for page in pages)
    assert "Tổng cộng 1.000.000.000" in pages[-1]
    assert "Bằng chữ: Một tỷ đồng." in pages[-1]
    assert "THỦ TRƯỞNG ĐƠN VỊ" in pages[-1]
    assert " 500 " in pages[-1], "the last recipient goes along with the sum and the signatures"
    assert sum(page.count("2.000.000") for page in pages) == 500
    assert LONG in " ".join(pages), "a long name is never cut"


def test_nothing_is_drawn_over_the_edge_and_markup_stays_text(small: Office, tmp_path: Path) -> None:
    uid = small.store.save("care", payment([person(small, MARKUP), person(small, LONG, id_no="079048000123")]), USER)
    path = tmp_path / "x.pdf"
    papers.write(small.store, PAYMENT, rows(small, uid), path, USER)
    pages = measuring.measured(path.read_bytes())
    assert max(word.right for page in pages for word in page.words) <= 277.5
    told = " ".join(texts(path.read_bytes()))
    assert "/etc/passwd" in told.replace(" ", "")  # a long word goes over two lines of its cell
    assert "079048000123" in told, "a payment list gives the identity number in full"
    papers.write(small.store, PAYMENT, rows(small, uid), tmp_path / "x.docx", USER)


def test_what_cannot_be_printed_is_named_and_the_rest_is_printed(small: Office, tmp_path: Path) -> None:
    one = person(small)
    good = small.store.save("care", payment([one]), USER)
    nobody = small.store.save("care", payment([], listed=[], served=[{"category": "QD49", "persons": 2}]), USER)
    unpaid = small.store.save("care", payment([one], None, event_to="2019-03-01", kind="TRO_CAP_KK"), USER)
    gone = small.store.save("care", payment([person(small, "Trần Văn Ba")], event_to="2019-03-02"), USER)
    small.store.cancel(gone, "nhập trùng", USER)
    other = small.store.save("care", samples.care(), USER)
    pages, warnings = written(small, tmp_path, PAYMENT, rows(small, good, nobody, unpaid, gone, other))
    assert len(pages) == 1
    told = "\n".join(warnings)
    assert "1 bản ghi không thuộc loại hoạt động của giấy này." in told
    assert "chưa có dòng “Danh sách” nào" in told
    assert "1 dòng chưa có “Số tiền”" in told
    assert "bản ghi đã hủy" in told
    assert "Trần Văn Ba" not in told


def test_a_list_that_does_not_add_up_to_its_funding_says_so(small: Office, tmp_path: Path) -> None:
    uid = small.store.save("care", payment([person(small)], funding=[{"source": "NSNN", "amount": 5}]), USER)
    _, warnings = written(small, tmp_path, PAYMENT, rows(small, uid))
    assert any("khác tổng các nguồn kinh phí" in warning for warning in warnings)


@pytest.mark.parametrize("rule", [PAYMENT, HANDOVER], ids=lambda rule: rule.name)
def test_nothing_to_print_is_refused_and_writes_nothing(small: Office, tmp_path: Path, rule: PaperRule) -> None:
    other = small.store.save("care", samples.care(), USER)
    for ids in ([], rows(small, other)):
        with pytest.raises(ExpectedError, match="Không có bản ghi nào in được"):
            papers.write(small.store, rule, ids, tmp_path / "x.pdf", USER)
    with pytest.raises(ExpectedError, match=re.escape("dạng “.txt”")):
        papers.write(small.store, rule, [], tmp_path / "x.txt", USER)
    assert [one.name for one in tmp_path.iterdir() if one.suffix in (".pdf", ".txt")] == []
    assert not list(small.store.entries((Journal.kind == "audit") & (Journal.type == "export")))


def test_names_need_the_right_to_reveal_and_the_journal_notes_them_without_telling(small: Office, tmp_path: Path) -> None:
    uid = small.store.save("care", payment([person(small)]), USER)
    users.enter(small.store, "quantri", "Quản trị", ["administrator"], USER, now_text())
    users.enter(small.store, "chihuy", "Chỉ huy", ["commander"], USER, now_text())
    with pytest.raises(ExpectedError, match="không được làm việc này"):
        papers.write(small.store, PAYMENT, rows(small, uid), tmp_path / "x.pdf", "quantri")
    assert not (tmp_path / "x.pdf").exists()
    papers.write(small.store, PAYMENT, rows(small, uid), tmp_path / "x.pdf", "chihuy")
    (entry,) = small.store.entries((Journal.kind == "audit") & (Journal.type == "export"))
    assert b'"paper":"payment"' in entry.body
    assert b'"names":true' in entry.body
    assert "Hùng".encode() not in entry.body
    assert entry.head["u"] == "chihuy"


def test_a_cancelled_or_foreign_id_is_refused_by_name(small: Office) -> None:
    uid = small.store.save("care", payment([person(small)]), USER)
    small.store.cancel(uid, "nhập trùng", USER)
    assert small.store.read(uid)[1]["state"] == CANCELLED
    with pytest.raises(ExpectedError, match="Không có bản ghi nào in được"):
        papers.build(small.store, PAYMENT, rows(small, uid), USER)
    with pytest.raises(ExpectedError, match="không phải “Hoạt động”"):
        papers.rows_of(small.store, CARE, [samples.DV1])


DECLARED = [(type_name, rule) for type_name, declared in RECORD_TYPES.items() for rule in papers.rules_of(declared)]


@pytest.mark.parametrize(("type_name", "rule"), DECLARED, ids=lambda one: getattr(one, "name", one))
def test_every_declared_paper_names_questions_that_there_are(type_name: str, rule: PaperRule) -> None:
    declared, said = RECORD_TYPES[type_name], {"don_vi", "so_nguoi", "so_nguoi_chu", "tong", "bang_chu"}
    assert set(rule.when) <= set(declared.questions())
    pieces = [piece for column in rule.columns for piece in column.pieces]
    places = [(rule.line_type, name) for piece in (*pieces, *(f"{{{need}}}" for need in rule.needs)) for name in names(piece)]
    ways = [way for paragraph in (*rule.before, *rule.after, (rule.subject,)) for way in paragraph]
    places += [(declared, name) for way in ways for name in names(way) if name not in said]  # type: ignore[misc]
    for model, place in places:
        first, _dot, then = place.partition(".")
        question = model.questions()[first]
        if then:
            assert isinstance(question, Link)
            assert then in RECORD_TYPES[question.to].questions()
    assert not rule.amount or isinstance(rule.line_type.questions()[rule.amount], Money)
    assert sum(column.width for column in rule.columns) == (257 if rule.landscape else 160)


def names(template: str) -> list[str]:
    return [name for found in re.findall(r"\{([a-z_.|]+)", template) for name in found.split("|")]
