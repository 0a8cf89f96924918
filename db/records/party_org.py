"""Party organisations: committees and cells (domain.md A.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from db.catalogues import code_list
from db.declarations import Problem, Tree
from db.questions import Answers, Choice, Day, Link, Text
from db.record import Record
from db.rules import is_below_itself


class PartyOrganisation(Record):
    """A Party organisation and the one above it."""

    type_name = "party-org"
    caption = "Tổ chức đảng"
    plural = "Tổ chức đảng"
    icon, shelf = "flag", "catalogue"
    key = ("code",)
    tree = Tree("parent")
    catalogue = True

    code = Text("Mã", required=True, search=True, in_list=True, limit=20)
    name = Text("Tên tổ chức đảng", required=True, search=True, in_list=True, limit=120)
    kind = Choice("Loại", code_list("PARTY_ORG_KIND"), in_list=True)
    parent = Link("Tổ chức đảng cấp trên", "party-org")
    unit = Link("Đơn vị", "unit")
    valid_from = Day("Hiệu lực từ", row="hiệu lực")
    valid_to = Day("Hiệu lực đến", row="hiệu lực")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days."""
        if record["valid_from"] and record["valid_to"] and record["valid_from"] > record["valid_to"]:
            yield Problem("valid_to", "Hiệu lực đến phải sau Hiệu lực từ.", code="HIEU_LUC")

    @staticmethod
    def among(record: Answers, others: Mapping[str, Answers], days: Callable[[str], tuple[str, str]]) -> Iterator[Problem]:
        """Refuse an organisation that would stand below itself."""
        if is_below_itself(record["uid"], record["parent"], lambda uid: others[uid]["parent"] if uid in others else None):
            yield Problem("parent", "Tổ chức đảng không thể đứng dưới chính nó. Hãy sửa tổ chức đảng cấp trên.", code="CAY")

    @classmethod
    def names_of(cls, record: Answers) -> Iterator[tuple[str, str | None, str | None]]:
        """Give the name with its days."""
        yield record["name"] or "", record["valid_from"], record["valid_to"]
