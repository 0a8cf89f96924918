"""What tests of the report share: building it, reading it, and lines of records to build it from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import periods
from app.report import content
from app.report.document import Annex, Paragraph, Report
from db.store import Store
from tests.samples import education

NOW = datetime(2019, 6, 17, 14, 20)
NBSP = "\u00a0"
WAITING = "(chưa có số liệu)"


def built(store: Store, code: str = "2019-H1", **options: Any) -> Report:
    return content.build(store, periods.period(store, code), now=NOW, **options)


def said(report: Report, key: str) -> list[str]:
    """The paragraphs of one section."""
    return [block.text for block in report.body if isinstance(block, Paragraph) and block.key == key]


def annex_of(report: Report, title: str) -> Annex:
    """The annex of that title."""
    return next(annex for annex in report.annexes if annex.title == title)


def table(annex: Annex) -> list[tuple[str, ...]]:
    return [row.cells for group in annex.groups for row in group.rows]


def class_of(unit: str, day: str, topic: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return education(unit=unit, event_to=day, topic=topic, audiences=list(lines), **more)


def group(audience: str, required: int, present: int, **more: Any) -> dict[str, Any]:
    return {"audience": audience, "strength": required, "required": required, "present": present, **more}


def graded(gioi: int, kha: int, dat: int, khong_dat: int) -> dict[str, int]:
    return {"tested": gioi + kha + dat + khong_dat, "gioi": gioi, "kha": kha, "dat": dat, "khong_dat": khong_dat}
