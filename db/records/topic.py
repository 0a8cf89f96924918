"""Topics of education: the list that the political department issues every year (domain.md A.1)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.questions import Answers, Choice, Text, Year
from db.record import Record
from db.rules import at_least


class Topic(Record):
    """One topic; with a year it holds for that year's sessions only."""

    type_name = "topic"
    caption = "Chuyên đề"
    plural = "Chuyên đề"
    icon, shelf = "book-open", "catalogue"
    key = ("code", "year")
    catalogue = True

    code = Text("Mã", required=True, search=True, in_list=True, limit=20, row="mã")
    year = Year("Năm", rules=(at_least(1945),), in_list=True, row="mã")
    title = Text("Chuyên đề", required=True, search=True, in_list=True)
    content_type = Choice("Loại nội dung", code_list("EDU_CONTENT"), in_list=True, row="loại")
    audience = Choice("Đối tượng", code_list("AUDIENCE_OR_ROLLUP"), row="loại")

    @classmethod
    def names_of(cls, record: Answers) -> Iterator[tuple[str, str | None, str | None]]:
        """Give the title; a topic of one year is valid in that year."""
        year = record["year"]
        yield record["title"] or "", f"{year}-01-01" if year else None, f"{year}-12-31" if year else None
