"""The bounded pass over an XLSX file before it is parsed (trust.md T25, T26).

A workbook is a zip of XML. Calamine, which reads it fast, trusts what it finds: one cell at XFD1048576 or one false count of
shared strings makes it ask for gigabytes and abort the whole process. So every part it will see is first inflated in blocks,
counted while inflating, and looked through for cells outside the limits, formulas without a value, errors and DTDs. Then a new
zip is put together from the very bytes that were looked at: what calamine opens has one workbook, plain names and no part that
was not checked.

"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.sheet_cells import SMALL, Strings, damaged_error, dtd_error, look_through, survey, survey_strings
from app.zip_parts import Budget, Part, damaged, pack, parts, refuse_large
from db.errors import ExpectedError
from db.message import Message, sentence

MOST_SHEETS = 100

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class GuardedSheet:
    """One visible worksheet. ``errors`` maps (row, column), both from 0, to the error that the cell shows (``#REF!``)."""

    title: str
    errors: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A workbook that is safe to parse: the new zip, its worksheets in order, and the titles of hidden sheets left out."""

    book: bytes
    sheets: tuple[GuardedSheet, ...]
    hidden: tuple[str, ...]


def guard(data: bytes) -> Guarded:
    """Check a whole XLSX file; raises ExpectedError, with sheet and address where there is one, when it cannot be read safely."""
    found = parts(data)
    budget = Budget()
    workbook_name = _workbook_name(found, budget)
    workbook = _xml(found, workbook_name, budget)
    folder = workbook_name.rpartition("/")[0]
    targets = _targets(found, f"{folder}/_rels/{workbook_name.rpartition('/')[2]}.rels", folder, budget)
    listed = [element for element in workbook.iter() if _local(element) == "sheet"]
    if len(listed) > MOST_SHEETS:
        refuse_large(Message("Tệp có {n} trang tính", n=len(listed)), Message("{n} trang", n=MOST_SHEETS))
    styles = next((found.get(target) for kind, target in targets.values() if kind == "styles"), None)
    strings = next((found.get(target) for kind, target in targets.values() if kind == "sharedStrings"), None)
    if styles:
        look_through(styles, budget, most=2 * SMALL)
    texts = survey_strings(strings, budget) if strings else Strings()

    titles: list[str] = []
    bodies: list[Part] = []
    hidden: list[str] = []
    for element in listed:
        title = element.get("name") or ""
        kind, target = next((targets[value] for name, value in element.items() if name.endswith("}id") and value in targets), ("", ""))
        if kind != "worksheet":
            continue
        if element.get("state", "visible") != "visible":
            hidden.append(title)
            continue
        if target not in found:
            damaged(Message("Tệp Excel thiếu nội dung của trang “{title}”.", title=title))
        titles.append(title)
        bodies.append(found[target])
    extents = survey(bodies, titles, texts, budget)
    sheets = [GuardedSheet(title, extent.errors) for title, extent in zip(titles, extents, strict=True)]
    return Guarded(_rebuild(workbook, sheets, bodies, styles, strings), tuple(sheets), tuple(hidden))


# --- the parts that say where everything is ---------------------------------------------------------------------------------


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _xml(found: dict[str, Part], name: str, budget: Budget) -> Element:
    """Parse one small part without DTDs or entities."""
    if name not in found:
        damaged("Tệp không có các phần của một tệp Excel.")
    try:
        root: Element = fromstring(b"".join(found[name].inflate(budget, most=SMALL)), forbid_dtd=True)
    except DefusedXmlException as error:
        raise dtd_error() from error
    except (ParseError, ValueError, LookupError) as error:
        raise damaged_error() from error
    return root


def _workbook_name(found: dict[str, Part], budget: Budget) -> str:
    """Give the name of the workbook part; refuse zips that are something else, each by its name."""
    kinds = {"word/": "tệp Word", "ppt/": "tệp PowerPoint", "meta-inf/manifest.xml": "tệp OpenDocument (.ods, .odt)"}
    if "xl/workbook.bin" in found:
        raise ExpectedError("kind", "Tệp ở dạng .xlsb (nhị phân).", "Hãy mở bằng Excel và lưu lại dạng .xlsx.")
    if "_rels/.rels" in found:
        for kind, target in _targets(found, "_rels/.rels", "", budget).values():
            if kind == "officeDocument" and target.startswith("xl/"):
                return target
    for start, name in kinds.items():
        if any(part.startswith(start) for part in found):
            raise ExpectedError(
                "kind", Message("Đây là {name}, không phải bảng Excel .xlsx.", name=sentence(name)), "Hãy mở tệp và lưu lại dạng .xlsx."
            )
    raise ExpectedError("kind", "Đây là tệp nén, không phải bảng Excel .xlsx.", "Hãy giải nén và chọn tệp .xlsx hoặc .csv bên trong.")


def _targets(found: dict[str, Part], name: str, folder: str, budget: Budget) -> dict[str, tuple[str, str]]:
    """Give the relationships of one part: id → (last word of the type, name of the part that is meant)."""
    result: dict[str, tuple[str, str]] = {}
    for element in _xml(found, name.lower(), budget):
        if element.get("TargetMode") == "External":
            continue
        target = (element.get("Target") or "").replace("\\", "/")
        steps: list[str] = []
        for step in (target if target.startswith("/") else f"{folder}/{target}").split("/"):
            if step == "..":
                del steps[-1:]
            elif step not in ("", "."):
                steps.append(step)
        result[element.get("Id") or ""] = ((element.get("Type") or "").rpartition("/")[2], "/".join(steps).lower())
    return result


# --- the new workbook -------------------------------------------------------------------------------------------------------


def _rebuild(workbook: Element, sheets: list[GuardedSheet], bodies: list[Part], styles: Part | None, strings: Part | None) -> bytes:
    """Put together a workbook of exactly the parts that were looked through; only they and our own small parts are in it."""
    properties = next((element for element in workbook if _local(element) == "workbookPr"), None)
    since_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
    members = {f"xl/worksheets/sheet{number}.xml": body for number, body in enumerate(bodies, 1)}
    links = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(bodies) + 1)]
    for kind, name, part in (("styles", "styles.xml", styles), ("sharedStrings", "sharedStrings.xml", strings)):
        if part:
            members[f"xl/{name}"] = part
            links.append((kind, name))
    rows = "".join(f'<sheet name={quoteattr(s.title or " ")} sheetId="{n}" r:id="r{n}"/>' for n, s in enumerate(sheets, 1))
    related = "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{name}"/>' for n, (kind, name) in enumerate(links, 1))
    own = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(since_1904)}"/>'
        f"<sheets>{rows}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }
    made = {name: _stored(('<?xml version="1.0" encoding="UTF-8"?>' + text).encode("utf-8", "replace")) for name, text in own.items()}
    return pack(made | members)


def _stored(content: bytes) -> Part:
    return Part(0, zlib.crc32(content), len(content), memoryview(content))
