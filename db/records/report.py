"""What people write into a report: number, date, signatory and the free text of its sections (contract.md 4)."""

from __future__ import annotations

from db.catalogues import code_list
from db.questions import Choice, Day, Link, LongText, Text, Whole, YesNo
from db.record import Line, Record
from db.rules import at_least


class ReportText(Record):
    """The report of one unit for one period."""

    type_name = "report"
    caption = "Báo cáo"
    plural = "Báo cáo"
    icon, shelf = "file-text", "settings"
    key = ("unit", "period")

    unit = Link("Đơn vị", "unit", required=True, in_list=True, row="báo cáo")
    period = Text("Kỳ", required=True, in_list=True, limit=7, row="báo cáo")
    number = Text("Số", limit=20, row="số")
    dated = Day("Ngày ký", row="số")
    draft_no = Whole("Lần dự thảo", rules=(at_least(1),), row="số")
    profile = Choice("Kiểu văn bản", code_list("PROFILE"), help="Để trống: theo phần cài đặt cơ quan.", row="kiểu")
    sources = YesNo("In phụ lục nguồn số liệu", row="kiểu")
    sign_code = Choice("Mã chữ ký", code_list("SIGN_CODE"), row="ký")
    signer_rank = Text("Cấp bậc người ký", limit=60, row="ký")
    signer_name = Text("Người ký", limit=120, row="ký")
    secrecy = Choice("Độ mật", code_list("SECRECY"))


class Content(Line, of=ReportText, kind="contents", caption="Nội dung"):
    """The free text of one section of the outline."""

    section = Text("Mục", required=True, limit=20, help="Khóa của mục trong đề cương, ví dụ 1.I.1")
    text = LongText("Nội dung", required=True)
