"""The peer of bench_pdf: the annex table of the sample report drawn by a hand-written reportlab canvas, and nothing more.

``python -m tests.bench.table_by_hand ours|peer UNITS OUT`` draws once, so that imports count; both sides draw the same cells.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from app.report.document import Annex
from tests.report.sample_report import REFERENCE, TOTALS, UNITS, education_annex, sample_report

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
MM = 72 / 25.4
HEAD = (8.25 * MM, 10.5 * MM, 4.6 * MM)
ROW = 5.9 * MM


def units(count: int) -> tuple[str, ...]:
    return tuple(f"{UNITS[i % 9]} {i + 1}" for i in range(count))


def ours(count: int, out: Path) -> None:
    """The whole report machinery with one page of text before the table."""
    from dataclasses import replace

    from app.report import pdf

    report = sample_report()
    out.write_bytes(pdf.draw(replace(report, body=report.body[:3], annexes=(education_annex(units(count)),))))


def peer(count: int, out: Path) -> None:
    """The table of so many units by the canvas."""
    annex = education_annex(units(count))
    by_canvas(annex, out)
    assert len(annex.groups[-1].rows) == len(TOTALS)


def by_canvas(annex: Annex, out: Path) -> None:
    """Straight canvas calls at computed places; numbers right-aligned, unit groups kept whole."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for face in ("Regular", "Bold", "Italic"):
        pdfmetrics.registerFont(TTFont(face, str(FONTS / f"LiberationSerif-{face}.ttf")))
    width, height = 297 * MM, 210 * MM
    edges = [20 * MM]
    for column in annex.columns:
        edges.append(edges[-1] + column.width * MM)
    canvas = Canvas(str(out), pagesize=(width, height), initialFontName="Regular", pageCompression=1)
    canvas.setLineWidth(0.5)

    def head(top: float) -> float:
        low = top - HEAD[0] - HEAD[1]
        canvas.setFont("Bold", 10.5)
        seen: set[str] = set()
        for i, column in enumerate(annex.columns):
            x = (edges[i] + edges[i + 1]) / 2
            if column.group and column.group not in seen:
                seen.add(column.group)
                last = max(k for k, other in enumerate(annex.columns) if other.group == column.group)
                canvas.drawCentredString((edges[i] + edges[last + 1]) / 2, top - 15, column.group)
                canvas.line(edges[i], top - HEAD[0], edges[last + 1], top - HEAD[0])
            lines = column.head.split("\n")
            middle = (top + low) / 2 if not column.group else (top - HEAD[0] + low) / 2
            for k, line in enumerate(lines):
                canvas.drawCentredString(x, middle - 3 + (len(lines) - 1) * 6 - k * 12, line)
        canvas.setFont("Italic", 9)
        for i in range(len(annex.columns)):
            canvas.drawCentredString((edges[i] + edges[i + 1]) / 2, low - 9, f"({i + 1})")
        for y in (top, low, low - HEAD[2]):
            canvas.line(edges[0], y, edges[-1], y)
        return low - HEAD[2]

    def close(top: float, y: float) -> None:
        canvas.line(edges[0], y, edges[-1], y)
        for x in edges:
            canvas.line(x, top, x, y)

    def foot(page: int) -> None:
        canvas.setFont("Regular", 8)
        canvas.drawString(edges[0], 9 * MM, "Mã báo cáo: 7c1e 90ab 34d2. Đầu chuỗi nhật ký: 51fe 08c9 d7a3")
        canvas.drawRightString(edges[-1], 9 * MM, f"Toàn văn: trang {page}")

    page = 1
    canvas.setFont("Bold", 14)
    canvas.drawCentredString(width / 2, height - 25 * MM - 14, annex.number)
    canvas.drawCentredString(width / 2, height - 25 * MM - 32, annex.title)
    canvas.setFont("Italic", 13)
    canvas.drawCentredString(width / 2, height - 25 * MM - 49, REFERENCE)
    top = height - 25 * MM - 63
    y = head(top)
    for group in annex.groups:
        if y - len(group.rows) * ROW < 18 * MM:
            close(top, y)
            foot(page)
            canvas.showPage()
            page += 1
            canvas.setLineWidth(0.5)
            canvas.setFont("Regular", 13)
            canvas.drawCentredString(width / 2, height - 15 * MM, str(page))
            top = height - 25 * MM
            y = head(top)
        for at, row in enumerate(group.rows):
            canvas.line(edges[2 if at else 0], y, edges[-1], y)
            y -= ROW
            canvas.setFont("Bold" if row.bold else "Regular", 10.5)
            for i, text in enumerate(row.cells):
                if not text or (i < 2 and at):
                    continue
                if annex.columns[i].align == "number":
                    canvas.drawRightString(edges[i + 1] - 8, y + 5, text)
                else:
                    canvas.drawString(edges[i] + 3, y + 5, text.partition("\n")[0])
    close(top, y)
    foot(page)
    canvas.save()


def by_python_docx(annex: Annex, out: Path) -> None:
    """The same cells by python-docx as its users write it: a table of the library's own style, each cell's text set, totals bold."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_paragraph(annex.number)
    document.add_paragraph(annex.title)
    rows = [row for group in annex.groups for row in group.rows]
    table = document.add_table(rows=1 + len(rows), cols=len(annex.columns), style="Table Grid")
    for cell, column in zip(table.rows[0].cells, annex.columns, strict=True):
        cell.text = column.head
    for made, row in zip(list(table.rows)[1:], rows, strict=True):
        for cell, text in zip(made.cells, row.cells, strict=True):
            cell.text = text
            if row.bold:
                cell.paragraphs[0].runs[0].font.bold = True
    document.save(str(out))


if __name__ == "__main__":
    side: Any = {"ours": ours, "peer": peer}[sys.argv[1]]
    side(int(sys.argv[2]), Path(sys.argv[3]))
