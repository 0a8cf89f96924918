"""Page 1 and the closing: letterhead, number, day, subject, signature and recipients as they were on the day of signing."""

from __future__ import annotations

import re

import pytest

from app.office import Office
from app.report import content
from app.report.document import Heading
from db.store import Store
from tests.report.content_kit import write
from tests.report.reading import NBSP, built, table
from tests.samples import DV1, HS, USER, education


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
