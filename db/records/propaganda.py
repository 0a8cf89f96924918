"""Propaganda: what was published or shown, by outlet, with a line for each kind of product (domain.md A.4)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Measure, Source, Total, figure
from db.questions import Answers, Choice, Choices, Derived, Text, Whole
from db.record import EventRecord, Line
from db.rules import at_least, days_in_order, has_lines

PRODUCT = code_list("PRODUCT")
MOBILE = "LUOT_XE"
"""Rounds of the mobile propaganda team: the only product with an audience that is counted."""


def _in_the_press(line: Answers) -> bool:
    return bool(line["product"] and PRODUCT.attribute(line["product"], "press"))


class Propaganda(EventRecord):
    """One item, or the items of a stretch of time, of one outlet."""

    type_name = "propaganda"
    caption = "Hoạt động tuyên truyền"
    plural = "Tuyên truyền, văn hóa, văn nghệ"
    menu, icon = "Tuyên truyền", "megaphone"
    highlights = (("Tin, bài, ảnh", ("TT_TONG",)),)

    subject_text = Text("Nội dung tuyên truyền", required=True, in_list=True, search=True)
    subject = Choices("Chủ đề", code_list("PROPAGANDA_SUBJECT"), row="chủ đề")
    outlet = Choice("Cơ quan báo, đài", code_list("OUTLET"), in_list=True, search=True, row="chủ đề", short="Báo, đài")
    link = Text("Đường dẫn / số báo", search=True, row="nguồn", short="Số báo")
    writer = Text("Tác giả", search=True, limit=120, row="nguồn")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that there are products, each once, and that those of the press name an outlet."""
        yield from has_lines(Propaganda, record, "products")
        if record["outlet"] is None and any(map(_in_the_press, record["products"])):
            yield Problem("outlet", "Tin, bài, ảnh, phóng sự phải ghi cơ quan báo, đài.", code="R")
        codes = [line["product"] for line in record["products"] if line["product"]]
        if len(set(codes)) < len(codes):
            yield Problem("products", "Một thể loại ghi hai dòng, đề nghị gộp lại hoặc kiểm tra.", "warning", "TRUNG")
        yield from days_in_order(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name it by what it is about."""
        return record["subject_text"] or cls.caption


class Product(Line, of=Propaganda, kind="products", caption="Sản phẩm"):
    """How many of one kind. A story published by three outlets is three records: placements are counted (domain.md A.4)."""

    product = Choice("Thể loại", PRODUCT, required=True)
    quantity = Whole("Số lượng", required=True, rules=(at_least(0),))
    listeners = Whole("Lượt người nghe", unit="lượt người", rules=(at_least(0),), when=lambda a: a["product"] == MOBILE)

    outlet = Derived(lambda line, record, index: record["outlet"])

    covering = ("product", "outlet", "quantity", "listeners")


PRODUCTS = Source("propaganda products", Product, lambda m, w: m.product.is_null(False), dims=("outlet",))


def _of(*codes: str) -> Measure:
    return PRODUCTS.sum("quantity", lambda m, w: m.product.in_(codes))


TIN, BAI, ANH = _of("TIN"), _of("BAI"), _of("ANH")

FIGURES = (
    figure("TT_TIN", "Tin", "tin", TIN),
    figure("TT_BAI", "Bài", "bài", BAI),
    figure("TT_ANH", "Ảnh", "ảnh", ANH),
    figure("TT_TONG", "Tin, bài, ảnh", "tin, bài, ảnh", Total((TIN, BAI, ANH))),
    figure("TT_PHONG_SU", "Phóng sự, video, chuyên mục", "sản phẩm", _of("PHONG_SU", "VIDEO", "CHUYEN_MUC")),
    figure("TT_PHAT_THANH", "Buổi phát thanh", "buổi", _of("PHAT_THANH")),
    figure("TT_PA_NO", "Pa-nô, áp phích, băng rôn, khẩu hiệu", "tấm", _of("PA_NO", "BANG_RON")),
    figure("TT_TO_ROI", "Tờ rơi", "tờ", _of("TO_ROI")),
    figure("TT_LUU_DONG", "Buổi tuyên truyền lưu động", "buổi", _of(MOBILE)),
    figure("TT_NGHE", "Lượt người nghe tuyên truyền lưu động", "lượt người", PRODUCTS.sum("listeners", lambda m, w: m.product == MOBILE)),
)
