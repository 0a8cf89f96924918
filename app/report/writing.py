"""Write the report of a period as a file: figures, content, drawing, and the file replaced whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import files
from app.periods import Period
from db.connection import expected_errors
from db.errors import ExpectedError
from db.message import Message
from db.store import Progress, Store


@dataclass(frozen=True)
class Written:
    """What was written: number of pages, and what the reader should know that is not printed."""

    pages: int
    warnings: tuple[str, ...]


def write(
    store: Store,
    period: Period,
    path: Path,
    unit: str | None = None,
    *,
    exact: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write the report of ``unit`` (uid; None: the office's own) as the file's ending says (``.pdf``).

    Raises ExpectedError for another ending and where the file cannot be written; a file that was there stays then.
    """
    if path.suffix.lower() != ".pdf":
        raise ExpectedError(
            "ending", Message("Chưa ghi được báo cáo dạng “{what}”.", what=path.suffix or path.name), "Hãy đặt tên tệp có đuôi .pdf."
        )
    files.require_place(path)
    from app.report import content, pdf  # drawing is opened only when something is drawn

    report = content.build(store, period, unit, exact=exact, now=now or datetime.now())
    drawn = pdf.render(report, progress)
    with expected_errors():
        files.replace(path, drawn.pdf)
    return Written(drawn.pages, report.warnings)
