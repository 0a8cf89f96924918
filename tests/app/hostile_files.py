"""Builders of spreadsheets: plain ones written the way Excel writes, and every kind that must be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="46" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def sheet_xml(body: str, before: str = "") -> str:
    """A worksheet whose sheetData holds ``body``."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'


def cells(*rows: Sequence[object]) -> str:
    """Rows of inline strings, numbers and (as raw XML) ready-made cells."""
    found = []
    for number, row in enumerate(rows, 1):
        found.append(f'<row r="{number}">')
        for column, value in enumerate(row, 1):
            address = f"{letters(column)}{number}"
            if isinstance(value, str) and value.startswith("<c "):
                found.append(value)
            elif isinstance(value, str):
                found.append(f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>')
            elif value is not None:
                found.append(f'<c r="{address}"><v>{value}</v></c>')
        found.append("</row>")
    return "".join(found)


def parts(
    sheets: Mapping[str, str],
    *,
    strings: str | None = None,
    styles: str = STYLES,
    workbook: str = "",
    states: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """The parts of a workbook; ``sheets`` maps titles to worksheet XML, ``strings`` is the inside of the shared string table's file."""
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" state="{(states or {}).get(title, "visible")}" r:id="rId{n}"/>'
        for n, title in enumerate(sheets, 1)
    )
    kinds = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)] + [("styles", "styles.xml")]
    found = {
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>{listed}</sheets></workbook>',
        "xl/styles.xml": styles,
    }
    if strings is not None:
        kinds.append(("sharedStrings", "sharedStrings.xml"))
        found["xl/sharedStrings.xml"] = strings
    types = {"xl/workbook.xml": "sheet.main"} | {f"xl/{name}": kind for kind, name in kinds}
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{CONTENT}.{kind}+xml"/>' for name, kind in types.items())
    found["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )
    related = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{name}"/>' for n, (kind, name) in enumerate(kinds, 1))
    found["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'
    for n, xml in enumerate(sheets.values(), 1):
        found[f"xl/worksheets/sheet{n}.xml"] = xml
    return {name: text.encode() for name, text in found.items()}


def string_table(texts: Iterable[str], count: int | None = None) -> str:
    """The file of shared strings; ``count`` is what it claims."""
    items = list(texts)
    claimed = len(items) if count is None else count
    inside = "".join(f"<si><t>{escape(text)}</t></si>" for text in items)
    return f'{HEAD}<sst xmlns="{MAIN}" count="{claimed}" uniqueCount="{claimed}">{inside}</sst>'


def pack(found: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Zip the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return out.getvalue()


def book(body: str, **options: object) -> bytes:
    """A workbook of one sheet ``Buổi`` with this sheetData."""
    return pack(parts({"Buổi": sheet_xml(body)}, **options))  # type: ignore[arg-type]


# --- hostile ----------------------------------------------------------------------------------------------------------------


def raw_zip(members: Sequence[tuple[str, bytes, int]]) -> bytes:
    """A zip whose headers claim what we like: (name, content, claimed size); content is deflated as it is."""
    body, directory = b"", b""
    for name, content, claimed in members:
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = engine.compress(content) + engine.flush()
        raw = name.encode()
        shared = struct.pack("<5H3L2H", 20, 0, 8, 0, 0x21, zlib.crc32(content), len(packed), claimed, len(raw), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + shared + struct.pack("<3H2L", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + shared + raw + packed
    return body + directory + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, len(members), len(members), len(directory), len(body), 0)


def lying_sizes(size: int = 700 << 20) -> bytes:
    """A sheet that inflates to 700 MB while its header says 1,000 bytes."""
    found = parts({"Buổi": sheet_xml(cells(["Đơn vị"]))})
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = found["xl/worksheets/sheet1.xml"][:-40]
    packed = engine.compress(start) + b"".join(engine.compress(b'<row r="1"/>    ' * (1 << 16)) for _ in range(size >> 20)) + engine.flush()
    good = pack({name: content for name, content in found.items() if "sheet1" not in name})
    at = good.index(b"PK\1\2")
    end = good.rindex(b"PK\5\6")
    count, _, offset = struct.unpack_from("<H2L", good, end + 10)
    raw = b"xl/worksheets/sheet1.xml"
    shared = struct.pack("<5H3L2H", 20, 0, 8, 0, 0x21, 0, len(packed), 1000, len(raw), 0)
    directory = good[at:end] + b"PK\1\2" + struct.pack("<H", 20) + shared + struct.pack("<3H2L", 0, 0, 0, 0, offset) + raw
    body = good[:at] + b"PK\3\4" + shared + raw + packed
    return body + directory + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count + 1, count + 1, len(directory), len(body), 0)


def many_rows(rows: int = 300_000) -> bytes:
    """More rows than are taken."""
    return book("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, rows + 1)))


def repeated_long_string(cells_count: int = 200_000) -> bytes:
    """One shared string of 30,000 letters in every cell: a small file, 6 GB once read."""
    body = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{letters(c)}{n}" t="s"><v>0</v></c>' for c in range(1, 21)) + "</row>"
        for n in range(1, cells_count // 20 + 1)
    )
    return book(body, strings=string_table(["á" * 30_000]))


def hostile() -> dict[str, tuple[bytes | Callable[[], bytes], str]]:
    """Every hostile workbook (the large ones as functions that build them) with the code it is refused under."""
    one = cells(["Đơn vị"], ["DV01"])
    dtd = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    xxe = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

    def replaced(name: str, old: str, new: str) -> bytes:
        found = parts({"Buổi": sheet_xml(one)}, strings=string_table(["x"]))
        assert old.encode() in found[name]
        return pack({**found, name: found[name].replace(old.encode(), new.encode(), 1)})

    def cell(xml: str) -> bytes:
        return book(one + f'<row r="3">{xml}</row>')

    plain = parts({"Buổi": sheet_xml(one)})
    return {
        "stray cell at XFD1048576": (book(one + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "outside"),
        "stray cell behind another r": (cell('<c x=">" r="XFD1048576"><v>1</v></c>'), "outside"),
        "two addresses on one cell": (cell('<c r="A3" r="XFD1048576"><v>1</v></c>'), "damaged"),
        "stray cell in single quotes": (cell("<c r='XFD1048576'><v>1</v></c>"), "outside"),
        "stray cell with a prefix": (cell(f'<x:c xmlns:x="{MAIN}" r="XFD1048576"><x:v>1</x:v></x:c>'), "outside"),
        "stray cell in small letters": (cell('<c r="xfd1048576"><v>1</v></c>'), "outside"),
        "stray cell in a distant row": (cell('<c r="A900000"><v>1</v></c><c r="B3"><v>1</v></c>'), "outside"),
        "an address of sixteen letters": (cell('<c r="AAAAAAAAAAAAAAAA3"><v>1</v></c>'), "damaged"),
        "an address of fourteen digits": (cell('<c r="A99999999999999"><v>1</v></c>'), "damaged"),
        "an address in character references": (cell('<c r="&#88;FD3"><v>1</v></c>'), "damaged"),
        "a distant row without addresses": (book(one + '<row r="1048576"><c><v>1</v></c></row>'), "outside"),
        "a hundred thousand columns without addresses": (book("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>"), "outside"),
        "a rectangle of nine million cells": (
            lambda: book(
                cells(["a"]) + "".join(f'<row r="{n}"><c r="{letters(n % 256 + 1)}{n}"><v>1</v></c></row>' for n in range(2, 40_000))
            ),
            "too-large",
        ),
        "300,000 rows": (many_rows, "outside"),
        "300 columns": (book(cells([f"Cột {n}" for n in range(300)])), "outside"),
        "six million cells in one place": (lambda: book('<row r="1">' + '<c r="A1"><v>1</v></c>' * 6_000_000 + "</row>"), "bomb"),
        "700 MB behind a false size": (lying_sizes, "bomb"),
        "a false count of shared strings": (book(one, strings=string_table(["x"], 4_000_000_000)), "too-large"),
        "millions of empty shared strings": (
            book(one, strings=f'{HEAD}<sst xmlns="{MAIN}">' + "<si/>" * 3_000_000 + "</sst>"),
            "too-large",
        ),
        "one long string in every cell": (repeated_long_string, "too-large"),
        "one cell of ten million letters": (cell(f'<c r="B3" t="inlineStr"><is><t>{"a" * 10_000_000}</t></is></c>'), "too-large"),
        "one cell of a million pieces": (cell(f'<c r="B3" t="inlineStr"><is>{"<r><t>a</t></r>" * 1_000_000}</is></c>'), "too-large"),
        "one shared string of ten million letters": (book(one, strings=string_table(["a" * 10_000_000])), "too-large"),
        "shared strings inside one another": (book(one, strings=f"{HEAD}<sst><si><t>a</t><si/><t>b</t></si></sst>"), "damaged"),
        "billion laughs in a sheet": (replaced("xl/worksheets/sheet1.xml", "<worksheet", dtd + "<worksheet"), "dtd"),
        "billion laughs in the workbook": (replaced("xl/workbook.xml", "<workbook", dtd + "<workbook"), "dtd"),
        "external entity in the strings": (replaced("xl/sharedStrings.xml", "<sst", xxe + "<sst"), "dtd"),
        "external entity in the styles": (replaced("xl/styles.xml", "<styleSheet", xxe + "<styleSheet"), "dtd"),
        "a comment that hides cells": (cell('<!-- <c r="A1"><v>1</v></c> -->'), "dtd"),
        "UTF-16": (pack({**plain, "xl/worksheets/sheet1.xml": plain["xl/worksheets/sheet1.xml"].decode().encode("utf-16")}), "damaged"),
        "another encoding": (replaced("xl/worksheets/sheet1.xml", "UTF-8", "windows-1258"), "damaged"),
        "a formula without a value": (cell('<c r="B3"><f>SUM(A1:A2)</f></c>'), "formula"),
        "a formula with an empty value": (cell('<c r="B3"><f>SUM(A1:A2)</f><v></v></c>'), "formula"),
        "a shared formula without a value": (cell('<c r="B3"><f t="shared" si="0"/></c>'), "formula"),
        "a string index that is none": (cell('<c r="B3" t="s"><f>1</f><v>7</v></c>'), "damaged"),
        "a string index out of range": (cell('<c r="B3" t="s"><v>7</v></c>'), "damaged"),
        "a cell inside a cell": (cell('<c r="B3"><c r="C3"><v>1</v></c></c>'), "damaged"),
        "a sheet cut short": (replaced("xl/worksheets/sheet1.xml", "</row></sheetData></worksheet>", ""), "damaged"),
        "a missing sheet": (pack({name: c for name, c in plain.items() if "sheet1" not in name}), "damaged"),
        "the same part twice": (raw_zip([*((n, c, len(c)) for n, c in plain.items()), ("XL/styles.xml", b"<x/>", 4)]), "damaged"),
        "3,000 parts": (pack({**plain, **{f"xl/media/{n}.xml": b"" for n in range(3_000)}}), "too-large"),
        "200 sheets": (pack(parts({f"Trang {n}": sheet_xml(one) for n in range(200)})), "too-large"),
        "a workbook 200,000 elements deep": (replaced("xl/workbook.xml", "<sheets>", "<a>" * 200_000 + "<sheets>"), "damaged"),
        "cut in the middle": (pack(plain)[:-300], "damaged"),
        "a flipped byte in the data": (_flipped(pack(plain)), "damaged"),
        "a password on the zip": (_encrypted(pack(plain)), "encrypted"),
        "another zip": (pack({"ảnh.png": b"x"}), "kind"),
        "a Word document": (pack({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "kind"),
        "an OpenDocument table": (pack({"mimetype": b"x", "META-INF/manifest.xml": b"<x/>", "content.xml": b"<x/>"}), "kind"),
        "an xlsb": (pack({"xl/workbook.bin": b"x"}), "kind"),
    }


def _flipped(data: bytes) -> bytes:
    at = data.index(b"xl/worksheets/sheet1.xml") + 60
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\1\2") + 8
    return data[:at] + b"\1" + data[at + 1 :]


def build(name: str) -> tuple[bytes, str]:
    """Give one hostile workbook and its code."""
    made, code = hostile()[name]
    return made() if callable(made) else made, code


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
OTHERS: dict[str, tuple[bytes, str]] = {
    "cu.xls": (OLE + "Workbook".encode("utf-16-le"), ".xls"),
    "mat-khau.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "cu.doc": (OLE + "WordDocument".encode("utf-16-le"), "Word"),
    "biff.xls": (b"\x09\x08\x10\0\0\6\5\0" + b"\0" * 100, ".xls"),
    "a.pdf": (b"%PDF-1.7\n" + b"x" * 100, "PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG"),
    "a.jpg": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "JPEG"),
    "trang.xlsx": (b"<!DOCTYPE html><html><table><tr><td>x</td></tr></table></html>", "HTML"),
    "trang.xls": (b"\xef\xbb\xbf\n<html xmlns:o='x'><table></table></html>", "HTML"),
    "bang.xml": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
    "chu.docx": (b"only words", "chữ thường"),
    "la.dat": (b"\0\1\2\3" * 50, "không rõ loại"),
    "a.rar": (b"Rar!\x1a\x07\0", "RAR"),
}
"""Files of other kinds: name → (content, word that the message must hold)."""
