"""What keeps a report from being signed though it can be drafted: a place that could not be filled in, days of another period."""

from __future__ import annotations

from app import periods
from app.report.content import Builder
from app.report.document import Heading, Report
from db.errors import ExpectedError
from db.message import Message


def require(builder: Builder, report: Report) -> None:
    """Raise ExpectedError where ``report``, just built by ``builder``, may not be signed as it stands."""
    if wrong := tuple(dict.fromkeys(builder.filler.wrong)):
        where = "; ".join(dict.fromkeys(_where(builder, report, name) for name, _place in wrong))
        places = ", ".join(dict.fromkeys(place for _name, place in wrong))
        raise ExpectedError(
            "marked",
            Message("Báo cáo còn chỗ không điền được ở {where}: {places}.", where=where, places=places),
            "Hãy sửa lời câu có dấu (?…?) ở đó rồi duyệt lại.",
        )
    for other in periods.overlapping(builder.store, builder.period):
        raise ExpectedError("overlap", periods.overlap(other), "Hãy khai ngày riêng cho các kỳ ở Kỳ báo cáo rồi duyệt lại.")


def _where(builder: Builder, report: Report, name: str) -> str:
    """Name the section of a sentence; an annex, which has no sentences, is named by its number already."""
    keys = {said.code: said.key for said in builder.sentences.said}
    headings = (block for block in report.body if isinstance(block, Heading))
    heading = next((block for block in headings if block.key == keys.get(name)), None)
    return name if heading is None else Message("mục {title}", title=" ".join(f"{heading.number} {heading.text}".split()))
