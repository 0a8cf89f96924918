"""Write the report of a period as a file: figures, content, drawing, and the file replaced whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import files, tabular
from app.periods import Period
from app.report import approval
from app.report.approval import Approved
from db.connection import expected_errors
from db.errors import ExpectedError
from db.message import Joined, Message
from db.store import Progress, Store

if TYPE_CHECKING:
    from app.report.document import Papers, Report

ENDINGS = (".pdf", ".docx", ".xlsx")
"""What a report can be written as: to be signed, to be edited further, or its annexes to be counted with."""


SUMMARY_ENDINGS = (".pdf", ".docx", ".txt")
"""What the summary can be written as: for the conference, to be edited further, to be sent on as text."""


@dataclass(frozen=True)
class Written:
    """What was written: number of pages (None: there are none, Word decides, or an approved file was copied), and what is not printed.

    ``notice`` says what the file is where it may be taken for something else.
    """

    pages: int | None
    warnings: tuple[str, ...]
    notice: str = ""


def write(
    store: Store,
    period: Period,
    path: Path,
    unit: str | None = None,
    *,
    exact: bool | None = None,
    sources: bool = False,
    profile: str | None = None,
    by: str | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write the report of ``unit`` (uid; None: the office's own) as the file's ending says (``.pdf``, ``.docx``; ``.xlsx``: its annexes).

    ``exact``, ``sources`` and ``profile`` as for ``content.build``.

    An approved report is written as PDF with the very bytes that were approved, and that it was is noted in the journal for ``by``
    (None: a program that only looks). For Word and as workbook it is what was approved too, marked as a copy; where this machine keeps
    only its PDF, they are drafts from the records as they are.

    Raises ExpectedError for another ending and where the file cannot be written; a file that was there stays then.
    """
    ending = _ending(path, ENDINGS, "Hãy đặt tên tệp có đuôi .pdf, .docx hoặc .xlsx.")
    files.require_place(path)
    as_approved = (Message("Báo cáo đã duyệt: tệp là đúng bản đã duyệt, không theo lựa chọn khác."),)
    warnings: tuple[str, ...] = as_approved if exact or sources or profile is not None else ()
    kept = _approved(store, period, unit, by) if ending == ".pdf" else None
    if kept is not None:
        with expected_errors():
            files.replace(path, kept)
        return Written(None, warnings)
    from app.report import content, frozen  # drawing is opened only when something is drawn

    found = approval.approved_of(store, period, unit)
    report, notice = frozen.report(store, found) if found is not None else None, ""
    if report is None:
        report = content.build(store, period, unit, exact=exact, now=now or datetime.now(), sources=sources, profile=profile)
        warnings = report.warnings
        if found is not None:
            notice = Message("Máy này chỉ còn tệp PDF của báo cáo đã duyệt: tệp vừa ghi là dự thảo, lập từ bản ghi hiện có.")
    notice = Joined(" ", [words for words in (notice, report.notice) if words])
    if ending == ".xlsx":
        from app.report import workbook

        with expected_errors():
            tabular.write(path, workbook.tables(report))
        return Written(None, warnings, notice)
    data, pages = _drawn(report, ending, progress)
    with expected_errors():
        files.replace(path, data)
    return Written(pages, warnings, notice)


def write_summary(
    store: Store, period: Period, path: Path, unit: str | None = None, *, exact: bool | None = None, now: datetime | None = None
) -> Written:
    """Write the review's summary of ``unit`` (uid; None: the office's own) as the file's ending says (``.pdf``, ``.docx``, ``.txt``).

    ``warnings`` say what gave way to its one page. Raises ExpectedError for another ending and where the file cannot be written.
    """
    ending = _ending(path, SUMMARY_ENDINGS, "Hãy đặt tên tệp có đuôi .pdf, .docx hoặc .txt.")
    files.require_place(path)
    from app.report import summary  # drawing is opened only when something is drawn

    papers = summary.build(store, period, unit, exact=exact, now=now or datetime.now())
    data, pages = papers_drawn(papers, ending) if ending != ".txt" else (summary.text(papers).encode(), None)
    with expected_errors():
        files.replace(path, data)
    return Written(pages, papers.warnings)


def papers_drawn(papers: Papers, ending: str, progress: Progress | None = None) -> tuple[bytes, int | None]:
    """Draw papers beside the report as PDF or, ``.docx``, for Word; give the bytes and the number of pages where it is known."""
    if ending == ".docx":
        from app.report import word

        return word.draw_papers(papers), None
    from app.report import pdf

    drawing = pdf.render_papers(papers, progress)
    return drawing.pdf, drawing.pages


def _ending(path: Path, endings: tuple[str, ...], remedy: str) -> str:
    """Give the kind of file that is wanted; raise ExpectedError for one that is not written here."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise ExpectedError("ending", Message("Chưa ghi được báo cáo dạng “{what}”.", what=path.suffix or path.name), remedy)
    return ending


def write_kept(store: Store, approved: Approved, path: Path, by: str) -> Written:
    """Write the very bytes of one approval, the newest or an older one, and note it in the journal for ``by``.

    Raises ExpectedError for another ending, where the bytes are not those that were approved, and where the file cannot be written.
    """
    if path.suffix.lower() != ".pdf":
        raise ExpectedError("ending", "Bản đã duyệt chỉ ghi được dạng .pdf.", "Hãy đặt tên tệp có đuôi .pdf.")
    files.require_place(path)
    data = approval.printed(store, approved.hash)
    approval.note_print(store, approved, by)
    with expected_errors():
        files.replace(path, data)
    return Written(None, ())


def _approved(store: Store, period: Period, unit: str | None, by: str | None) -> bytes | None:
    """The bytes of the newest approval, when the report stands approved."""
    found = approval.approved_of(store, period, unit)
    if found is None:
        return None
    data = approval.printed(store, found.hash)
    if by is not None:
        approval.note_print(store, found, by)
    return data


def _drawn(report: Report, ending: str, progress: Progress | None) -> tuple[bytes, int | None]:
    if ending == ".docx":
        from app.report import word

        return word.draw(report), None
    from app.report import pdf

    drawing = pdf.render(report, progress)
    return drawing.pdf, drawing.pages
