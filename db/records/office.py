"""The office's own settings: letterhead, signatory, recipients, with dates (contract.md 4; domain.md C.1-C.2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from db.catalogues import code_list
from db.declarations import Problem
from db.questions import Answers, Choice, Day, LongText, PersonName, Text
from db.record import Line, Record
from db.rules import spans_apart

PAPER, SIGNED = "Ký hiệu, kiểu văn bản, chế độ kỳ", "Người ký, nơi lưu"
"""The folded columns of a term."""
PLAIN, USUAL = "HANH_CHINH", "TT58"
"""The kind of document and the regime where none was chosen."""


class Office(Record):
    """The office that owns this database; its code is that of its unit."""

    type_name = "office"
    caption = "Cơ quan"
    plural = "Cơ quan"
    icon, shelf = "buildings", "settings"
    key = ("code",)
    catalogue = True

    code = Text("Mã đơn vị", required=True, in_list=True, search=True, limit=20)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that the terms of one kind of document do not overlap, and that there is one regime of periods."""
        yield from spans_apart("terms", record["terms"], lambda line: str(line["profile"] or PLAIN))
        if any(
            (one["regime"] or USUAL) != (other["regime"] or USUAL) and _meet(one, other) for one, other in combinations(record["terms"], 2)
        ):
            yield Problem("terms", "Hai kiểu văn bản cùng hiệu lực phải có cùng chế độ kỳ.", code="HIEU_LUC")


def _meet(one: Answers, other: Answers) -> bool:
    """Tell whether two terms are in force on some day."""
    return (one["valid_from"] or "") <= (other["valid_to"] or "9999") and (other["valid_from"] or "") <= (one["valid_to"] or "9999")


class Term(Line, of=Office, kind="terms", caption="Hiệu lực"):
    """Letterhead and signatory of one kind of document between two days (empty: always)."""

    valid_from = Day("Hiệu lực từ", in_list=True)
    valid_to = Day("Hiệu lực đến", in_list=True)
    parent_line = Text("Cơ quan chủ quản", limit=120, in_list=True)
    issuer_lines = LongText("Cơ quan ban hành", limit=360, in_list=True, help="Mỗi dòng in một dòng; nhiều nhất ba dòng.")
    said_as = Text("Tên trong câu văn", limit=120, group=PAPER, help="Ví dụ Đảng ủy Quân sự tỉnh Hà Sơn; để trống thì viết tên đơn vị.")
    place = Text("Địa danh", limit=120, group=PAPER)
    symbol = Text("Ký hiệu", limit=40, help="Ví dụ BC-BCH", group=PAPER)
    profile = Choice("Kiểu văn bản", code_list("PROFILE"), preset=PLAIN, group=PAPER)
    regime = Choice("Chế độ kỳ", code_list("REGIME"), preset=USUAL, group=PAPER)
    sign_code = Choice("Mã chữ ký", code_list("SIGN_CODE"), group=SIGNED)
    signer_rank = Text("Cấp bậc người ký", limit=60, group=SIGNED)
    signer_name = PersonName("Người ký", group=SIGNED)
    archive = Text("Lưu", aliases=("Nơi lưu",), short="Nơi lưu", limit=120, help="Ví dụ VT, PCT. H15", group=SIGNED)


class Recipient(Line, of=Office, kind="recipients", caption="Nơi nhận"):
    """One line of the recipients."""

    text = Text("Nơi nhận", required=True, limit=200)
    profile = Choice("Kiểu văn bản", code_list("PROFILE"), help="Để trống: nơi nhận của mọi kiểu văn bản.")
