"""Party organisations: committees and cells (domain.md A.2)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem, Tree
from db.questions import Answers, Choice, Day, Link, Text
from db.record import Record


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

    @classmethod
    def names_of(cls, record: Answers) -> Iterator[tuple[str, str | None, str | None]]:
        """Give the name with its days."""
        yield record["name"] or "", record["valid_from"], record["valid_to"]
