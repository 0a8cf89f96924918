"""Write a report as an editable Word file. With ``word_file`` and ``word_table`` the only modules that know python-docx.

The file holds what the PDF holds: paragraphs in named styles, real tables with repeated heads, annexes on landscape sections.
It is set in Times New Roman (domain.md C.1), which every office has; the PDF's own face measures the same. Texts become text
nodes only: nothing in them is markup.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.report import paper_pages, ties, word_file, word_table
from app.report.breaking import NBSP, clean, join, squeeze
from app.report.document import Annex, Draft, Heading, Letterhead, Paper, Papers, Paragraph, Report, Signatory, Signature
from app.report.layout import Box, Profile, profile

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def draw(report: Report) -> bytes:
    """The report as the bytes of a DOCX file. Raises ExpectedError for an unknown profile."""
    style = profile(report.profile, report.day)
    document = Document()
    word_file.styles(document, style)
    word_file.properties(document, report.title, report.author, report.letterhead.kind)
    drafted = report.draft is not None
    before = style.portrait
    word_file.sheet(document.sections[0], before, style, report.footer, drafted, None)
    writer = _Writer(document, style)
    writer.letterhead(report.letterhead, report.draft)
    for block in report.body:
        if isinstance(block, Heading):
            writer.heading(block)
        else:
            writer.paragraph(block)
    writer.paragraph(report.closing).paragraph_format.keep_with_next = True
    writer.signature(report.signature, report.recipients)
    for annex in report.annexes:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        sheet = style.landscape if annex.landscape else style.portrait
        word_file.sheet(section, sheet, style, report.footer, drafted, before)
        before = sheet
        writer.annex(annex)
    return _bytes(document)


def draw_papers(papers: Papers) -> bytes:
    """Papers beside the report as the bytes of a DOCX file, each in a section of its own."""
    style = paper_pages.look_of(papers)
    document = Document()
    word_file.styles(document, style)
    word_file.properties(document, papers.title, papers.author, papers.papers[0].letterhead.kind if papers.papers else "")
    writer = _Writer(document, style)
    for number, paper in enumerate(papers.papers):
        section = document.add_section(WD_SECTION.NEW_PAGE) if number else document.sections[0]
        word_file.sheet(section, style.portrait, style, papers.footer, False, style.portrait if number else None)
        writer.paper(paper)
    return _bytes(document)


def _bytes(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


# -- what stands in it ---------------------------------------------------------------------------------------------------------


class _Writer:
    """Puts the parts of a report at the end of the document."""

    def __init__(self, document: Any, style: Profile) -> None:
        self.document, self.style = document, style
        sheet = style.portrait
        self.room = sheet.width - sheet.left - sheet.right
        names = (*word_file.STYLES.values(), word_file.ANNEX_NUMBER, word_file.ANNEX_TITLE)
        self._ids = {name: document.styles[name].style_id for name in names}

    def _styled(self, name: str) -> Any:
        """Begin a paragraph of a style; python-docx would look the style up among all of them each time."""
        line = self.document.add_paragraph()
        line._element.style = self._ids[name]
        return line

    # the text

    def heading(self, heading: Heading) -> None:
        """Write a heading: its number and text on one line, or on two where the profile centres it."""
        own = self.style.heading[heading.level]
        line = self._styled(word_file.STYLES[heading.level])
        number = squeeze(heading.number)
        texts = [squeeze(part) for part in heading.text.split("\n")]
        if number and own.centred:
            texts.insert(0, number)
        elif number:
            texts[0] = f"{number}{NBSP}{texts[0]}"
        _lines(line, texts)

    def paragraph(self, paragraph: Paragraph) -> Any:
        """Write a paragraph with its dash or number; give it."""
        text, _spans = join((run, "") if isinstance(run, str) else (run.text, run.code) for run in paragraph.runs)
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Mm(self.style.body.indent)
        line.paragraph_format.alignment = ALIGN.JUSTIFY
        mark = squeeze(paragraph.mark)
        line.add_run(f"{mark} {ties.firm(text)}" if mark else ties.firm(text))
        if paragraph.text.rstrip().endswith(":"):
            line.paragraph_format.keep_with_next = True
        return line

    # page 1

    def letterhead(self, head: Letterhead, draft: Draft | None) -> None:
        """Write the boxes of page 1."""
        boxes, document = self.style.letterhead, self.document
        left, right = boxes.left_column, self.room - boxes.left_column
        table = document.add_table(rows=2, cols=2)
        _plain(table, (left, right))
        (issuer, nation), (number, place) = table.rows[0].cells, table.rows[1].cells
        self._box(issuer, boxes.parent, [head.parent] if head.parent else [], left)
        self._box(issuer, boxes.issuer, head.issuer, left, more=bool(head.parent))
        for at, box in enumerate(boxes.nation):
            self._box(nation, box, [box.text], right, more=at > 0)
        self._box(number, boxes.number, [head.number], left, before=8)
        self._box(place, boxes.place_date, [head.place_date], right, before=8)
        if head.circulation:
            self._frame(number, clean(head.circulation), left)
        if draft:
            self._frame(number, self.style.draft.words, left)
            self._turn(number, draft)
        self._box(document, boxes.kind, [head.kind], self.room, before=14, more=True)
        self._box(document, boxes.subject, head.subject, self.room, more=True)
        space = document.add_paragraph()
        word_file.spacing(space.paragraph_format, 6, 6)

    def _box(self, place: Any, box: Box, texts: Iterable[str], room: float, more: bool = False, before: float = 0) -> None:
        """Write a box's centred lines, and the line or mark below its last one. ``more``: the place holds paragraphs already."""
        longest = 0.0
        line = None
        for text in texts:
            line = place.add_paragraph() if more else place.paragraphs[0]
            more = True
            whole = clean(text).strip(" ")
            run = line.add_run(whole)
            fits = [size for size in box.sizes if word_table.roughly(whole, size) <= room * word_table.POINTS]
            size = fits[0] if fits else box.sizes[-1]
            run.font.size, run.font.bold, run.font.italic = Pt(size), box.face.startswith("bold"), box.face.endswith("italic")
            line.alignment = ALIGN.CENTER
            word_file.spacing(line.paragraph_format, max(box.step, size + 2.5), before)
            before = 0
            longest = max(longest, min(word_table.roughly(whole, size), room * word_table.POINTS))
        if box.rule and line is not None:
            rule = place.add_paragraph()
            inset = max(0.0, room * word_table.POINTS - longest * box.rule_share) / 2
            rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Pt(inset)
            word_file.spacing(rule.paragraph_format, 4, 1)
            _borders(rule, ("top",), 0.75)
        if box.mark and line is not None:
            mark = place.add_paragraph(box.mark)
            mark.alignment = ALIGN.CENTER
            word_file.spacing(mark.paragraph_format, max(box.mark_step, 14), 0)

    def _frame(self, cell: Any, words: str, room: float) -> None:
        """Write framed words under the number line."""
        own = self.style.draft
        line = cell.add_paragraph()
        run = line.add_run(words)
        run.font.size, run.font.bold = Pt(own.size), True
        line.alignment = ALIGN.CENTER
        wide = max(own.width, word_table.roughly(words, own.size) / word_table.POINTS + 6)
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(max(0.0, room - wide) / 2)
        word_file.spacing(line.paragraph_format, own.height * word_table.POINTS - 4, own.clear)
        _borders(line, ("top", "left", "bottom", "right"), own.line)

    def _turn(self, cell: Any, draft: Draft) -> None:
        """Write which draft it is."""
        if draft.turn:
            own = self.style.draft
            turn = cell.add_paragraph()
            run = turn.add_run(clean(draft.turn))
            run.font.size, run.font.italic = Pt(own.turn_size), True
            turn.alignment = ALIGN.CENTER
            word_file.spacing(turn.paragraph_format, own.turn_size + 4, 2)

    # the end

    def signature(self, signed: Signature, recipients: Sequence[str]) -> None:
        """Write recipients on the left and the signature on the right, on one page."""
        own = self.style.closing
        share = 2 * own.centre - 1
        table = self.document.add_table(rows=1, cols=2)
        _plain(table, (self.room * share, self.room * (1 - share)))
        left, right = table.rows[0].cells
        line = left.paragraphs[0]
        word_file.spacing(line.paragraph_format, own.step, own.above - 12)
        texts = [text for text in map(squeeze, recipients) if text]
        if texts:
            run = line.add_run(own.recipients)
            run.font.size, run.font.underline = Pt(own.recipients_size), own.underline
            run.font.bold, run.font.italic = "bold" in own.recipients_face, "italic" in own.recipients_face
        for at, text in enumerate(texts):
            line = left.add_paragraph()
            line.add_run("- " + text.rstrip(" ;,.") + ("." if at == len(texts) - 1 else own.separator)).font.size = Pt(own.list_size)
            word_file.spacing(line.paragraph_format, own.list_leading, 0)
        for at, position in enumerate(signed.positions):
            line = right.add_paragraph() if at else right.paragraphs[0]
            run = line.add_run(squeeze(position))
            run.font.size, run.font.bold = Pt(own.size), own.faces[min(at, len(own.faces) - 1)] == "bold"
            line.alignment = ALIGN.CENTER
            word_file.spacing(line.paragraph_format, own.step, own.above - 12 if at == 0 else 0)
        line = right.add_paragraph()
        line.alignment = ALIGN.CENTER
        word_file.spacing(line.paragraph_format, own.step, own.name_after - own.step)
        name = NBSP.join(part for part in map(squeeze, (signed.rank, signed.name)) if part)
        run = line.add_run(name)
        run.font.size, run.font.bold = Pt(own.size), True

    # papers beside the report

    def paper(self, paper: Paper) -> None:
        """Write one paper into the section just begun."""
        self.letterhead(paper.letterhead, None)
        for block in paper.before:
            if isinstance(block, Heading):
                self.heading(block)
            else:
                self.paragraph(block)
        if paper.table is not None:
            self._table(paper.table)
        for text in paper.after:
            self.paragraph(text).paragraph_format.keep_with_next = bool(paper.signatories)
        if paper.recipients:
            self.signature(paper.signatories[0], paper.recipients)
        elif paper.signatories:
            self._signatories(paper.signatories)

    def _table(self, annex: Annex) -> None:
        line = self.document.add_paragraph()
        line.alignment = ALIGN.RIGHT
        _small(line, squeeze(annex.unit_line), self.style.annex.unit_size, self.style.annex.unit_step)
        line.paragraph_format.keep_with_next = True
        table = word_table.table(annex, self.room * word_table.POINTS, self.style.annex.empty)
        for row in table.findall(qn("w:tr"))[-paper_pages.KEPT :]:  # they go along with the signatures
            for shape in row.iter(qn("w:pPr")):
                if shape.find(qn("w:keepNext")) is None:
                    shape.insert(0, OxmlElement("w:keepNext"))
        self.document.element.body.insert_element_before(table, "w:sectPr")

    def _signatories(self, signatories: Sequence[Signatory]) -> None:
        """Write the signatures side by side."""
        own = self.style.closing
        table = self.document.add_table(rows=1, cols=len(signatories))
        _plain(table, [self.room / len(signatories)] * len(signatories))
        for cell, one in zip(table.rows[0].cells, signatories, strict=True):
            parts = [(squeeze(position), own.size, "bold") for position in one.positions]
            parts += [(squeeze(one.hint), paper_pages.HINT_SIZE, "italic")] if one.hint else []
            parts.append((NBSP.join(filter(None, map(squeeze, (one.rank, one.name)))), own.size, "bold"))
            for at, (words, size, face) in enumerate(parts):
                line = cell.add_paragraph() if at else cell.paragraphs[0]
                run = line.add_run(words)
                run.font.size, run.font.bold, run.font.italic = Pt(size), face == "bold", face == "italic"
                line.alignment = ALIGN.CENTER
                before = own.above - 12 if not at else paper_pages.NAME_AFTER - own.step if at == len(parts) - 1 else 0
                word_file.spacing(line.paragraph_format, own.step, before)

    # annexes

    def annex(self, annex: Annex) -> None:
        """Write one annex into the section just begun."""
        own, document = self.style.annex, self.document
        self._styled(word_file.ANNEX_NUMBER).add_run(squeeze(annex.number))
        _lines(self._styled(word_file.ANNEX_TITLE), [squeeze(part) for part in annex.title.split("\n")])
        after = document.add_paragraph()
        after.alignment = ALIGN.CENTER
        sheet = self.style.landscape if annex.landscape else self.style.portrait
        room = (sheet.width - sheet.left - sheet.right) * word_table.POINTS
        if annex.reference:
            _small(after, _parted(squeeze(annex.reference), own.reference_size, room), own.reference_size, own.reference_leading)
        if annex.unit_line:
            line = document.add_paragraph() if annex.reference else after
            line.alignment = ALIGN.RIGHT
            _small(line, squeeze(annex.unit_line), own.unit_size, own.unit_step)
            after = line
        after.paragraph_format.space_after = Pt(6)
        after.paragraph_format.keep_with_next = True
        table = word_table.table(annex, room, own.empty)
        document.element.body.insert_element_before(table, "w:sectPr")
        for at, note in enumerate(annex.notes):
            line = document.add_paragraph()
            line.alignment = ALIGN.JUSTIFY
            _small(line, ties.firm(squeeze(note)), own.note_size, own.note_leading)
            line.paragraph_format.space_before = Pt(0 if at else 6)
        if not annex.notes:
            word_file.spacing(document.add_paragraph().paragraph_format, 2, 0)
        for chart in annex.charts:
            document.add_page_break()
            self.annex(chart.table())


def _lines(line: Any, texts: Sequence[str]) -> None:
    for at, text in enumerate(texts):
        run = line.add_run(text)
        if at < len(texts) - 1:
            run.add_break()


def _parted(reference: str, size: float, room: float) -> str:
    """Give a reference on one line or, where it has no room, parted before whose document it is (look/REPORT.md 4)."""
    before, found, whose = ties.firm(reference).rpartition(" của ")
    return f"{before}\ncủa {whose}" if found and word_table.roughly(reference, size) > room else f"{before}{found}{whose}"


def _small(line: Any, text: str, size: float, leading: float) -> None:
    run = line.add_run(text)
    run.font.size, run.font.italic = Pt(size), True
    word_file.spacing(line.paragraph_format, leading, 0)


def _plain(table: Any, widths: Sequence[float]) -> None:
    """A table that only places things: fixed widths in mm, no lines, not parted over a page."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    none = (word_table.element(f"w:{side}", w="0", type="dxa") for side in ("left", "right"))
    margins = word_table.element("w:tblCellMar", *none)
    table._element.tblPr.append(margins)


def _borders(line: Any, sides: Sequence[str], weight: float) -> None:
    edges = [word_table.element(f"w:{side}", val="single", sz=str(round(weight * 8)), space="1", color="000000") for side in sides]
    shape = line._element.get_or_add_pPr()
    shape.insert_element_before(word_table.element("w:pBdr", *edges), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
