"""Units: dated versions of name, level and parent, and their successors, many to many (domain.md D.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from db.catalogues import code_list
from db.declarations import Problem, Tree
from db.questions import Answers, Choice, Day, Link, Text
from db.record import Line, Record
from db.rules import is_below_itself, spans_apart


class Unit(Record):
    """A unit is its code; everything else about it has dates."""

    type_name = "unit"
    caption = "Đơn vị"
    plural = "Đơn vị"
    icon, shelf = "tree-structure", "catalogue"
    catalogue = True
    key = ("code",)
    tree = Tree("versions.parent", heir="successors.successor")

    code = Text("Mã đơn vị", required=True, search=True, in_list=True, limit=20)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check that there is a version and that versions do not overlap."""
        if not record["versions"]:
            yield Problem("versions", "Chưa có tên đơn vị.", code="R")
        yield from spans_apart("versions", record["versions"])

    @staticmethod
    def among(record: Answers, others: Mapping[str, Answers], days: Callable[[str], tuple[str, str]]) -> Iterator[Problem]:
        """Refuse a unit that would stand below itself: it would be in two trees, or in none."""
        for line in record["versions"]:
            for day in (line["valid_from"] or "", line["valid_to"] or "9999"):
                if is_below_itself(record["uid"], line["parent"], lambda uid, day=day: _parent(others.get(uid), day)):  # type: ignore[misc]
                    yield Problem("versions", "Đơn vị không thể đứng dưới chính nó. Hãy sửa đơn vị cấp trên.", code="CAY")
                    return

    @classmethod
    def names_of(cls, record: Answers) -> Iterator[tuple[str, str | None, str | None]]:
        """Give full and short names with their first and last day."""
        for line in record["versions"]:
            for name in (line["name"], line["short"]):
                if name:
                    yield name, line["valid_from"], line["valid_to"]


def _parent(record: Answers | None, day: str) -> str | None:
    valid = (line for line in (record["versions"] if record else ()) if (line["valid_from"] or "") <= day <= (line["valid_to"] or "9999"))
    return next((line["parent"] for line in valid), None)


class UnitVersion(Line, of=Unit, kind="versions", caption="Tên và cấp trên"):
    """What a unit is called and stands under, between two days (empty: always)."""

    name = Text("Tên đơn vị", required=True, limit=120)
    short = Text("Tên viết tắt", limit=120)
    level = Choice("Cấp", code_list("UNIT_LEVEL"), in_list=True)
    parent = Link("Đơn vị cấp trên", "unit", in_list=True)
    valid_from = Day("Hiệu lực từ", in_list=True)
    valid_to = Day("Hiệu lực đến", in_list=True)
    basis = Text("Căn cứ", group="Căn cứ")


class Successor(Line, of=Unit, kind="successors", caption="Đơn vị kế tiếp"):
    """A unit that took over, wholly or in part."""

    successor = Link("Mã đơn vị kế tiếp", "unit", required=True)
    on = Day("Ngày", required=True)
    reason = Text("Lý do")
    decision = Text("Số quyết định")
