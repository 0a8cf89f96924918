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
ANY_ENDING = "Hãy đặt tên tệp có đuôi .pdf, .docx hoặc .xlsx."

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
    (None: a program that only looks). For Word and as workbook it is what was approved too, marked as a copy; where this machine does
    not keep that and its records are others now, they are drafts from the records as they are.

    Raises ExpectedError for another ending and where the file cannot be written; a file that was there stays then.
    """
    ending = _ending(path, ENDINGS, ANY_ENDING)
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
    report, notice = frozen.report(store, period, found) if found is not None else None, ""
    if report is None:
        report = content.build(store, period, unit, exact=exact, now=now or datetime.now(), sources=sources, profile=profile)
        warnings = report.warnings
        if found is not None:
            notice = Message("Máy này không giữ lời và số của báo cáo đã duyệt: tệp vừa ghi là dự thảo, lập từ bản ghi hiện có.")
    notice = Joined(" ", [words for words in (notice, report.notice) if words])
    return Written(_put(report, ending, path, progress), warnings, notice)


def write_summary(
    store: Store, period: Period, path: Path, unit: str | None = None, *, exact: bool | None = None, now: datetime | None = None
) -> Written:
    """Write the review's summary of ``unit`` (uid; None: the office's own) as the file's ending says (``.pdf``, ``.docx``, ``.txt``).

    ``warnings`` say what gave way to its one page. Raises ExpectedError for another ending and where the file cannot be written.
    """
    ending = _ending(path, SUMMARY_ENDINGS, "Bản tóm tắt: hãy đặt tên tệp có đuôi .pdf, .docx hoặc .txt.")
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


def write_kept(store: Store, period: Period, approved: Approved, path: Path, by: str, progress: Progress | None = None) -> Written:
    """Write one approval, the newest or an older one, as the file's ending says.

    As PDF its very bytes, which is noted in the journal for ``by``; for Word and as workbook what was approved then, marked as a copy.
    Raises ExpectedError for another ending, where this machine keeps only the PDF, where what it keeps is not what was approved, and
    where the file cannot be written.
    """
    ending = _ending(path, ENDINGS, ANY_ENDING)
    files.require_place(path)
    if ending == ".pdf":
        data = approval.printed(store, approved.hash)
        approval.note_print(store, approved, by)
        with expected_errors():
            files.replace(path, data)
        return Written(None, ())
    from app.report import frozen

    report = frozen.report(store, period, approved)
    if report is None:
        approval.printed(store, approved.hash)  # which says where it is when not even that is here
        raise ExpectedError("ending", "Máy này chỉ còn tệp PDF của bản đã duyệt này.", "Hãy đặt tên tệp có đuôi .pdf.")
    return Written(_put(report, ending, path, progress), ())


def _approved(store: Store, period: Period, unit: str | None, by: str | None) -> bytes | None:
    """The bytes of the newest approval, when the report stands approved."""
    found = approval.approved_of(store, period, unit)
    if found is None:
        return None
    data = approval.printed(store, found.hash)
    if by is not None:
        approval.note_print(store, found, by)
    return data


def _put(report: Report, ending: str, path: Path, progress: Progress | None) -> int | None:
    """Draw a report and write it; give the number of pages where it is known."""
    pages: int | None = None
    if ending == ".xlsx":
        from app.report import workbook

        with expected_errors():
            tabular.write(path, workbook.tables(report))
        return None
    if ending == ".docx":
        from app.report import word

        data = word.draw(report)
    else:
        from app.report import pdf

        drawing = pdf.render(report, progress)
        data, pages = drawing.pdf, drawing.pages
    with expected_errors():
        files.replace(path, data)
    return pages
