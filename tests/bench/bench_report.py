"""The report of an office with many units, from its records to the file, 20 and 200 pages, as PDF and for Word.

Beside it the same cells of its long annex, drawn by hand: canvas calls for the PDF, python-docx for Word. What the peers leave out
(figures, text, the other annexes) is ours to carry.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from pypdf import PdfReader

from app.office import Office
from app.periods import period
from app.report import content, writing
from app.report.document import Annex
from db.record import complete, fixed_uid, uuid7
from db.records.education import EducationSession
from db.records.unit import Unit
from db.store import Put
from tests import samples
from tests.bench.measure import Row, alternate, ms, within
from tests.bench.table_by_hand import by_canvas, by_python_docx

UNITS = {20: 24, 200: 600}
ROUNDS = {20: 5, 200: 3}
WORD_ROUNDS = {20: 3, 200: 1}
PERIOD = "2019-H1"
LINES = (("SQ", 38, 38), ("QNCN", 22, 22), ("HSQBS", 72, 70), ("DQ_CD", 420, 409))


def fill(opened: Office, count: int) -> None:
    """Write so many units below the office's own, each with a session of four audiences."""
    puts = []
    for n in range(1, count + 1):
        code = f"M{n:04}"
        version = {"name": f"Ban CHQS huyện {n}", "parent": samples.HS}
        puts.append(Put(Unit, complete(Unit, {"uid": fixed_uid("unit", code), "code": code, "versions": [version]})))
        lines = [
            {"audience": audience, "strength": required, "required": required, "present": present} for audience, required, present in LINES
        ]
        record = samples.education(uid=uuid7(), unit=fixed_uid("unit", code), audiences=lines)
        puts.append(Put(EducationSession, complete(EducationSession, record | {"counting_unit": record["unit"]})))
    with opened.store.transaction():
        opened.store.write(puts, samples.USER)


def _in_word(path: Path) -> int:
    """How many cells of attendance came out."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("word/document.xml").decode().count("97,3")


def _in_pdf(path: Path) -> int:
    return sum(page.extract_text().count("97,3") for page in PdfReader(path).pages)


def run() -> list[Row]:
    """CPU of the whole path beside its drawing alone by hand."""
    rows: list[Row] = []
    for pages in (20, 200):
        with tempfile.TemporaryDirectory() as name, samples.open_copy(Path(name) / "office") as opened:
            fill(opened, UNITS[pages])
            rows += _measured(opened, Path(name), pages)
    return rows


def _measured(opened: Office, folder: Path, pages: int) -> list[Row]:
    store, chosen = opened.store, period(opened.store, PERIOD)
    annex: Annex = content.build(store, chosen).annexes[0]
    ours = {ending: folder / f"ours.{ending}" for ending in ("pdf", "docx")}
    peer = {ending: folder / f"peer.{ending}" for ending in ("pdf", "docx")}
    drawn = alternate(lambda: writing.write(store, chosen, ours["pdf"]), lambda: by_canvas(annex, peer["pdf"]), ROUNDS[pages])
    found = len(PdfReader(ours["pdf"]).pages)
    assert found >= pages
    assert _in_pdf(ours["pdf"]) >= _in_pdf(peer["pdf"]) >= UNITS[pages]
    word = alternate(lambda: writing.write(store, chosen, ours["docx"]), lambda: by_python_docx(annex, peer["docx"]), WORD_ROUNDS[pages])
    assert _in_word(ours["docx"]) >= _in_word(peer["docx"]) >= UNITS[pages]
    read, again, _, _ = alternate(lambda: content.build(store, chosen), lambda: content.build(store, chosen), 2)
    return [
        within(f"report of {found} pages, records to PDF, CPU", drawn[0].cpu, drawn[1].cpu, 2.2, "≤ 2.2x canvas of its long annex"),
        within(f"report of {found} pages, records to Word, CPU", word[0].cpu, word[1].cpu, 1.0, "≤ 1x python-docx of its long annex"),
        Row(f"… of both, figures and content, {UNITS[pages]} units", ms(min(read.cpu, again.cpu)), "", None, "", True),
    ]
