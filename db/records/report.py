"""What people decide about a report: number, date, signatory, free text, outline and wording (contract.md 4)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import EVERY
from db.questions import Answers, Choice, Day, Link, LongText, PersonName, Text, Whole, YesNo
from db.record import Line, Record
from db.rules import at_least, at_most


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
    dated = Day("Ngày ký", in_list=True, row="số")
    draft_no = Whole("Lần dự thảo", rules=(at_least(1),), row="số")
    profile = Choice("Kiểu văn bản", code_list("PROFILE"), help="Để trống: theo phần cài đặt cơ quan.", row="kiểu")
    sources = YesNo("In phụ lục nguồn số liệu", row="kiểu")
    sign_code = Choice("Mã chữ ký", code_list("SIGN_CODE"), row="ký")
    signer_rank = Text("Cấp bậc người ký", limit=60, row="ký")
    signer_name = PersonName("Người ký", row="ký")
    secrecy = Choice("Độ mật", code_list("SECRECY"))
    exact = YesNo("Viết số chính xác", help="Có: in số chính xác thay cho “trên 30”, “hàng trăm”, “từ 95% trở lên”")


class Content(Line, of=ReportText, kind="contents", caption="Nội dung"):
    """The free text of one section of the outline."""

    section = Text("Mục", required=True, limit=20, help="Khóa của mục trong đề cương, ví dụ 1.I.1")
    text = LongText("Nội dung", required=True)


class OutlineLine(Line, of=ReportText, kind="outline", caption="Đề cương"):
    """One section of the report's own outline, in the order of print; without such lines the outline is that of the program."""

    section = Text("Mục", required=True, limit=20, help="Khóa của mục trong đề cương; mục tự thêm là T1, T2, …")
    level = Whole("Cấp", required=True, rules=(at_least(1), at_most(4)), help="1 là phần, 2 là I, 3 là 1, 4 là a)")
    heading = Text("Tiêu đề", limit=300, help="Để trống: tiêu đề có sẵn của mục")
    left_out = YesNo("Không in", help="Có: mục này và các mục nhỏ của nó không in")


class Wording(Line, of=ReportText, kind="wordings", caption="Câu sửa lời"):
    """One generated sentence in a person's own words, its figures still live."""

    sentence = Text("Câu", required=True, limit=20, help="Mã của câu tự lập, ví dụ GD.1")
    text = LongText("Lời văn", required=True, help="Số liệu là mã chỉ tiêu và cách viết trong ngoặc nhọn, ví dụ {EDU_TOPIC_N:tren_10}")
    seen = LongText("Số liệu lúc sửa lời", help="Mỗi dòng một chỉ tiêu và giá trị của nó khi câu được sửa")

    @staticmethod
    def check(line: Answers, _record: Answers) -> Iterator[Problem]:
        """Warn of places that cannot be filled in: the report marks them, and is not signed with them."""
        from db import templates

        for words in templates.wrong(line["text"] or "", EVERY):
            yield Problem("text", words, "warning", "CHO_DIEN")


class Phrase(Line, of=ReportText, kind="phrases", caption="Cách viết số"):
    """How one figure is worded in the sentences, where it is not as the whole report is."""

    figure = Text("Chỉ tiêu", required=True, limit=40, help="Mã chỉ tiêu, ví dụ EDU_TOPIC_N")
    exact = YesNo("Chính xác", required=True, help="Có: số chính xác; Không: số gần đúng")

    @staticmethod
    def check(line: Answers, _record: Answers) -> Iterator[Problem]:
        """Warn of a figure that there is not."""
        if line["figure"] and line["figure"] not in EVERY:
            from db import templates

            yield Problem("figure", templates.no_figure(line["figure"], EVERY), "warning", "CHI_TIEU")
