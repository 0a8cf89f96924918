"""The office's own settings: letterhead, signatory, recipients, with dates (contract.md 4; domain.md C.1-C.2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from db.catalogues import code_list
from db.questions import Answers, Choice, Day, LongText, Text
from db.record import Line, Problem, Record

PAPER, SIGNED = "Ký hiệu, kiểu văn bản, chế độ kỳ", "Người ký, nơi lưu"
"""The folded columns of a term."""


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
        """Check that the terms do not overlap."""
        spans = sorted((line["valid_from"] or "", line["valid_to"] or "9999") for line in record["terms"])
        if any(start <= end for (_, end), (start, _) in pairwise(spans)):
            yield Problem("terms", "Hai giai đoạn hiệu lực chồng lên nhau. Hãy sửa ngày hiệu lực.", code="HIEU_LUC")


class Term(Line, of=Office, kind="terms", caption="Hiệu lực"):
    """Letterhead and signatory between two days (empty: always)."""

    valid_from = Day("Hiệu lực từ")
    valid_to = Day("Hiệu lực đến")
    parent_line = Text("Cơ quan chủ quản", limit=120)
    issuer_lines = LongText("Cơ quan ban hành", limit=360, help="Mỗi dòng in một dòng; nhiều nhất ba dòng.")
    place = Text("Địa danh", limit=120, group=PAPER)
    symbol = Text("Ký hiệu", limit=40, help="Ví dụ BC-BCH", group=PAPER)
    profile = Choice("Kiểu văn bản", code_list("PROFILE"), preset="HANH_CHINH", group=PAPER)
    regime = Choice("Chế độ kỳ", code_list("REGIME"), preset="TT58", group=PAPER)
    sign_code = Choice("Mã chữ ký", code_list("SIGN_CODE"), group=SIGNED)
    signer_rank = Text("Cấp bậc người ký", limit=60, group=SIGNED)
    signer_name = Text("Người ký", limit=120, group=SIGNED)
    archive = Text("Nơi lưu", aliases=("Lưu",), limit=120, help="Ví dụ VT, PCT. H15", group=SIGNED)


class Recipient(Line, of=Office, kind="recipients", caption="Nơi nhận"):
    """One line of the recipients."""

    text = Text("Nơi nhận", required=True, limit=200)
