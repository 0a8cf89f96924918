"""A Word file as a whole: its type and styles, paper, page numbers, footer and draft mark. What stands in it is ``app.report.word``."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from app.report import word_table
from app.report.breaking import clean, squeeze
from app.report.layout import Profile
from app.report.layout import Sheet as SheetLayout

FONT = "Times New Roman"
STYLES = {"part": "Heading 1", "roman": "Heading 2", "arabic": "Heading 3", "letter": "Heading 4"}
ANNEX_NUMBER, ANNEX_TITLE = "Annex Number", "Annex Title"


def properties(document: Any, title: str, author: str, kind: str) -> None:
    """Say what the file is."""
    core = document.core_properties
    core.title, core.author, core.subject = squeeze(title), squeeze(author), squeeze(kind)
    core.language, core.comments, core.last_modified_by = "vi-VN", "", "Nền Nếp"


def styles(document: Any, style: Profile) -> None:
    """Give the built-in styles the profile's type, so that whoever edits the file goes on in it."""
    normal = document.styles["Normal"]
    _face(normal, style.body.size)
    normal.element.get_or_add_rPr().append(word_table.element("w:lang", val="vi-VN"))
    spacing(normal.paragraph_format, style.body.leading, style.body.before)
    for level, name in STYLES.items():
        own = style.heading[level]
        heading = document.styles[name]
        _face(heading, own.size, bold=own.face == "bold")
        shape = heading.paragraph_format
        spacing(shape, own.leading, own.before)
        shape.keep_with_next = True
        shape.first_line_indent = Mm(0 if own.centred else style.body.indent)
        shape.alignment = ALIGN.CENTER if own.centred else ALIGN.LEFT
    for name, size, leading in (
        (ANNEX_NUMBER, style.annex.number_size, style.annex.title_leading),
        (ANNEX_TITLE, style.annex.title_size, style.annex.title_leading),
    ):
        made = document.styles.add_style(name, 1)
        made.base_style = normal
        _face(made, size, bold=True)
        spacing(made.paragraph_format, leading, 0)
        made.paragraph_format.alignment = ALIGN.CENTER
        made.paragraph_format.keep_with_next = True


def _face(style: Any, size: float, bold: bool = False) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.bold, style.font.italic = bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def spacing(shape: Any, leading: float, before: float) -> None:
    """Give a paragraph exact lines, and space before it, in points."""
    shape.space_before, shape.space_after = Pt(before), Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
    shape.widow_control = True


def sheet(section: Any, sheet: SheetLayout, style: Profile, footer_words: str, drafted: bool, before: SheetLayout | None) -> None:
    """Set paper, margins, page number (none on a section's first page; each section counts anew) and footer.

    ``before`` is the sheet of the section before, whose header and footer go on where it is the same; None for the first section.
    """
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.width > sheet.height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
    section.left_margin, section.right_margin = Mm(sheet.left), Mm(sheet.right)
    section.top_margin, section.bottom_margin = Mm(sheet.top), Mm(sheet.bottom)
    section.header_distance = Mm(sheet.page_number) - Pt(style.page_number.size)
    section.footer_distance = Mm(style.footer.from_bottom) - Pt(style.footer.size)
    section.different_first_page_header_footer = True
    if before is not None:
        number = section._sectPr.find(qn("w:pgNumType"))
        if number is None:
            number = OxmlElement("w:pgNumType")
            section._sectPr.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")
        number.set(qn("w:start"), "1")
    if sheet == before:
        return
    for header, numbered in ((section.header, True), (section.first_page_header, False)):
        header.is_linked_to_previous = False
        line = header.paragraphs[0]
        line.alignment = ALIGN.CENTER
        if numbered:
            _field(line, "PAGE", style.page_number.size)
        if drafted:
            _draft_mark(line, style)
    for footer in (section.footer, section.first_page_footer):
        footer.is_linked_to_previous = False
        _footer(footer.paragraphs[0], footer_words, style)


def _footer(line: Any, words: str, style: Profile) -> None:
    """Write the footer's words.

    How many pages there are is not said: each section counts anew, and other programs than Word count the empty backs of sheets too.
    """
    run = line.add_run(clean(words))
    run.font.size, run.font.color.rgb = Pt(style.footer.size), RGBColor(*[round(255 * style.footer.grey)] * 3)


def _field(line: Any, code: str, size: float) -> None:
    """Put a field (the page number) at the end of a paragraph; Word works it out on opening."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = line.add_run("1")
    run.font.size = Pt(size)
    field.append(run._element)
    line._element.append(field)


def _draft_mark(line: Any, style: Profile) -> None:
    """Put the large pale draft words behind the page, as Word's own watermarks are."""
    mark = style.draft
    shade = f"{round(255 * mark.mark_grey):02x}" * 3
    high, wide = mark.mark_size, mark.mark_size * 4.6
    line.add_run()._element.append(
        parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
            '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
            '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
            '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
            '<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
            '</v:shapetype><v:shape type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;'
            f"width:{wide:.0f}pt;height:{high:.0f}pt;rotation:{360 - mark.mark_angle:.0f};z-index:-251658752;"
            "mso-position-horizontal:center;mso-position-horizontal-relative:page;mso-position-vertical:center;"
            f'mso-position-vertical-relative:page" fillcolor="#{shade}" stroked="f">'
            f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-weight:bold" string="{mark.words}"/></v:shape></w:pict>'
        )
    )
