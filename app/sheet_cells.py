"""The cells of a workbook, looked through as text before anything parses them (trust.md T25).

The pass has two depths: the letters of the columns, a bound that is enough for every common file, else whole addresses. Blocks
that are not written the way Excel and LibreOffice write, or hold formulas, are gone through tag by tag: whatever looks like a
cell is taken for one, so nothing hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from app.zip_parts import BLOCK, Budget, Part, refuse_large, too_large
from db.errors import ExpectedError
from db.message import Message
from db.questions import grouped

MOST_ROWS = 200_000
MOST_COLUMNS = 256
MOST_CELLS = 5_000_000
"""Cells of the smallest rectangles from A1 that hold the sheets' data, all sheets together."""
MOST_STRINGS = 1_000_000
MOST_TEXT = 512 << 20
"""Bytes of cell text once each shared string is copied to every cell that names it."""
MOST_ERRORS = 10_000
SMALL = 8 << 20

_SAVE_AGAIN = "Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx rồi nhập lại."
_PREFIX = rb"(?:[^\s<>/!?=]*:)?"
_KIND = rb't="(?:s|n|str|inlineStr|b)">'
_TAIL = rb"(?:>| (?:" + _KIND + rb'|s="[0-9]+"(?:>|/>| ' + _KIND + rb")))"
_LETTERS = re.compile(rb'<c r="([A-Z]+)[0-9]{1,5}"' + _TAIL)
_ADDRESSES = re.compile(rb'<c r="([A-Z]+[0-9]{1,6})"' + _TAIL)
_LAST = re.compile(rb'<c r="([A-Z]+)(\d+)"')
_TAG = re.compile(rb"<(/?)" + _PREFIX + rb"(row|c|f|v)(?=[\s/>])((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>([^<]*)")
_TAG_START = re.compile(rb"</?" + _PREFIX + rb"(?:row|c|f|v)(?=[\s/>])")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb' r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="[0-9]+")?(?: t="([A-Za-z]+)")?/?')
_ADDRESS = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
_STRING = re.compile(rb"(?=<" + _PREFIX + rb"si[\s/>])")
_STRING_END = re.compile(rb"</" + _PREFIX + rb"si\s*>|^<[^<>]*/>")
_TABLE = re.compile(rb"<" + _PREFIX + rb"sst[^<]*")
_TABLE_END = re.compile(rb"</" + _PREFIX + rb"sst\s*>\s*$")
_SHARED = re.compile(rb't="s"><v>([0-9]+)</v></c>')
_COUNT = re.compile(rb"ount\s*=\s*[\"']\s*\+?0*(\d+)")
_MARKUP = re.compile(rb"<[!?]")
_DECLARATION = re.compile(rb"\s*<\?xml\s[^<>]*?(?:encoding\s*=\s*[\"']([^\"']*)[^<>]*)?\?>")

_CAPITALS, _DIGITS = bytes(range(65, 91)), b"0123456789"


def damaged_error() -> ExpectedError:
    """Give the error for a workbook whose content cannot be read."""
    return ExpectedError("damaged", "Tệp Excel bị hỏng, không đọc được nội dung.", _SAVE_AGAIN)


def dtd_error() -> ExpectedError:
    """Give the error for declarations and other markup that no spreadsheet program writes."""
    return ExpectedError("dtd", "Tệp có phần khai báo lạ (DTD hoặc thực thể), có thể gây hại nên không được đọc.", _SAVE_AGAIN)


# --- text parts -------------------------------------------------------------------------------------------------------------


def blocks(part: Part, budget: Budget, most: int | None = None, cells: bool = False) -> Iterator[bytes]:
    """Inflate one XML part into blocks of whole tags (with ``cells``: of whole cells, where they are written the usual way).

    Refuses DTDs, comments, CDATA and instructions, none of which Excel or LibreOffice write, and encodings other than UTF-8.
    """
    rest = b""
    first = True
    for block in part.inflate(budget, most):
        start = 0
        if first:
            first = False
            block = block.removeprefix(b"\xef\xbb\xbf")
            declared = _DECLARATION.match(block)
            start = declared.end() if declared else 0
            if not block.lstrip().startswith(b"<") or (declared and declared[1] and declared[1].lower() not in (b"utf-8", b"us-ascii")):
                raise damaged_error()
        if b"\0" in block:
            raise damaged_error()
        block = rest + block
        cut = max(block.rfind(b"<c "), block.rfind(b"<row"), block.rfind(b"</row>")) if cells else -1
        if cut < 0:
            cut = block.rfind(b"<")
        if len(block) - cut > SMALL:
            refuse_large("Tệp có một ô hoặc một đoạn liền quá dài", "8 MB")
        ready, rest = block[:cut], block[cut:]
        if (b"!" in ready or b"?" in ready) and _MARKUP.search(ready, start):
            raise dtd_error()
        yield ready
    if _MARKUP.search(rest):
        raise dtd_error()
    yield rest


def look_through(part: Part, budget: Budget, most: int) -> None:
    """Check a part whose content does not matter to us but is parsed later: the styles."""
    for _ in blocks(part, budget, most):
        pass


@dataclass(slots=True)
class Strings:
    """The shared strings: the bytes each takes at most."""

    sizes: list[int] = field(default_factory=list)
    longest: int = 0


def survey_strings(part: Part, budget: Budget) -> Strings:
    """Measure the shared strings; refuse too many of them, or a false count of them (calamine would reserve room for it)."""
    sizes: list[int] = []
    rest = b""
    for block in blocks(part, budget):
        if b"ount" in block:
            for tag in _TABLE.findall(block):
                if any(len(count) > 7 or int(count) > 4 * MOST_STRINGS for count in _COUNT.findall(tag)):
                    refuse_large("Tệp khai quá nhiều chuỗi dùng chung", "1.000.000 chuỗi")
        text = rest + block
        cut = max(text.rfind(b"<si"), 0) if b":si" not in text else len(text) - len(_STRING.split(text)[-1])
        ready, rest = text[:cut], text[cut:]
        if len(rest) > SMALL:
            refuse_large("Một ô có chữ quá dài", "8 MB")
        sizes += _sizes(ready)
        if len(sizes) > MOST_STRINGS:
            refuse_large("Tệp có quá nhiều chuỗi dùng chung", "1.000.000 chuỗi")
    sizes += _sizes(_TABLE_END.sub(b"", rest))
    return Strings(sizes, max(sizes, default=0))


def _sizes(text: bytes) -> list[int]:
    """Give the length of each shared string of ``text``; each must be whole, nothing nested, or the lengths mean nothing."""
    count = text.count(b"<si>")
    if text.count(b"<si") == text.count(b"</si>") == count and b":si" not in text:
        head, *pieces = text.split(b"<si>")
        if b"</si>" in head or not all(b"</si>" in piece for piece in pieces):
            raise damaged_error()
        return list(map(len, pieces))
    pieces = _STRING.split(text)
    if not _STRING.match(pieces[0]):
        pieces = pieces[1:]  # the root's own tag
    for piece in pieces:
        if piece != b"<si/>":
            ends = list(_STRING_END.finditer(piece))
            if len(ends) != 1 or piece[ends[0].end() :].strip():
                raise damaged_error()
    return list(map(len, pieces))


# --- cells ------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Extent:
    """What one sheet holds: cells of the rectangle from A1, cells written, bytes of text, cells that show an error."""

    box: int = 0
    cells: int = 0
    text: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def survey(bodies: list[Part], titles: list[str], texts: Strings, budget: Budget) -> list[Extent]:
    """Look through the cells of all sheets, no deeper than needed to know that they keep within the limits."""
    cells = 0
    for pattern in (_LETTERS, _ADDRESSES):
        extents: list[Extent] = []
        for body, title in zip(bodies, titles, strict=True):
            extent = _pass(body, title, texts, budget, pattern)
            if extent is None:
                break
            extents.append(extent)
        cells = max(sum(extent.box for extent in extents), sum(extent.cells for extent in extents))
        if len(extents) == len(bodies) and cells <= MOST_CELLS and sum(extent.text for extent in extents) <= MOST_TEXT:
            return extents
        if pattern is _LETTERS:
            for body in bodies:
                budget.forget(body)
    if cells > MOST_CELLS:
        refuse_large(Message("Dữ liệu trải ra trên {n} ô", n=grouped(cells)), "5.000.000 ô")
    raise too_large("Chữ trong các ô cộng lại quá dài", "512 MB")


def _pass(part: Part, title: str, texts: Strings, budget: Budget, pattern: re.Pattern[bytes]) -> Extent | None:
    """Look through one sheet with ``pattern``; None when ``_LETTERS`` is too coarse a bound for it."""
    cells = _Cells(title, texts)
    rows = columns = count = text = 0
    for block in blocks(part, budget, cells=True):
        found = _usual(block, pattern) if not cells.pending else None
        if found is None and pattern is _LETTERS and not cells.pending and _usual(block, _ADDRESSES) is not None:
            return None
        if found is not None and pattern is _ADDRESSES and found:
            joined = b" ".join(found)
            wide = max(map(_column, set(joined.translate(None, _DIGITS).split())))
            deep = max(map(int, set(joined.translate(None, _CAPITALS).split())))
            size = _text_size(block, texts)
            if wide > MOST_COLUMNS or deep > MOST_ROWS or size is None:
                found = None
            else:
                columns, rows, text = max(columns, wide), max(rows, deep), text + size
        elif found:
            columns, rows = max(columns, *map(_column, set(found))), 99_999
            if columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
                return None
        if found is None:
            cells.take(block)
        elif found:
            count += len(found)
            last = _LAST.match(block, block.rfind(b"<c "))
            if last:
                cells.row, cells.column = int(last[2]) - 1, _column(last[1])
        if cells.count + count > MOST_CELLS:
            refuse_large(Message("Trang “{title}” có quá nhiều ô", title=title), "5.000.000 ô")
    cells.close()
    count += cells.count
    box = max(rows, cells.rows) * max(columns, cells.columns)
    return Extent(box, count, count * texts.longest if pattern is _LETTERS else text + cells.text, cells.errors)


def _usual(block: bytes, pattern: re.Pattern[bytes]) -> list[bytes] | None:
    """Give what ``pattern`` finds in a block whose every cell is written the usual way, without formulas; None for others."""
    found: list[bytes] = pattern.findall(block)
    if block.count(b"<c") != len(found) or b":c" in block or (b"f" in block and (b"<f" in block or b":f" in block)):
        return None
    return found


def _text_size(block: bytes, texts: Strings) -> int | None:
    """Give the bytes of the shared strings that a usual block's cells name; None when it must be looked at tag by tag."""
    indexes = _SHARED.findall(block)
    if len(indexes) != block.count(b't="s">'):
        return None
    if len(indexes) * texts.longest < BLOCK:
        return BLOCK
    if max(map(len, indexes)) > 9 or max(numbers := list(map(int, indexes))) >= len(texts.sizes):
        return None
    return sum(map(texts.sizes.__getitem__, numbers))


@lru_cache(maxsize=1_024)
def _column(letters: bytes) -> int:
    """Give the number of a column from 1: A → 1, IV → 256."""
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


class _Cells:
    """Cells tag by tag, across blocks. Positions count from 0 and follow calamine where addresses are left out."""

    def __init__(self, title: str, texts: Strings) -> None:
        self.title = title
        self.texts = texts
        self.row = self.column = 0
        self.rows = self.columns = self.count = self.text = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.bare: list[str] = []
        self.pending = False
        self._kind = b""
        self._formula = False
        self._value: bytes | None = None

    def take(self, block: bytes) -> None:
        """Go through one block; refuse what cannot be understood tag by tag."""
        tags = _TAG.findall(block)
        if len(tags) != len(_TAG_START.findall(block)):
            raise damaged_error()
        for slash, name, attributes, text in tags:
            if name == b"v":
                if not slash and self.pending:
                    self._value = b"" if attributes.endswith(b"/") else text
            elif name == b"f":
                self._formula = self._formula or (self.pending and not slash)
            elif name == b"c":
                if slash:
                    self._end()
                else:
                    self._begin(attributes)
            elif not slash:
                number = self._attributes(attributes).get(b"r") if b"r" in attributes else None
                if number is not None:
                    if not number.isdigit() or len(number) > 8 or int(number) < 1:
                        raise damaged_error()
                    self.row = int(number) - 1
                self.column = 0
                if attributes.endswith(b"/"):
                    self.row += 1
            else:
                self.row, self.column = self.row + 1, 0

    def _attributes(self, text: bytes) -> dict[bytes, bytes]:
        pairs = _ATTRIBUTE.findall(text)
        result = {name: double or single for name, double, single in pairs}
        if len(result) < len(pairs) or _ATTRIBUTE.sub(b"", text).strip() not in (b"", b"/"):
            raise damaged_error()
        return result

    def _begin(self, text: bytes) -> None:
        if self.pending:
            raise damaged_error()
        usual = _CELL.fullmatch(text)
        if usual:
            letters, number, kind = usual.groups()
            self.row, self.column = int(number) - 1, _column(letters) - 1
        else:
            attributes = self._attributes(text)
            kind = attributes.get(b"t")
            address = attributes.get(b"r")
            if address is not None:
                match = _ADDRESS.fullmatch(address)
                if match is None or not int(match[2]):
                    raise damaged_error()
                self.row, self.column = int(match[2]) - 1, _column(match[1]) - 1
        self.count += 1
        if text.endswith(b"/"):
            self.column += 1  # formatting without content: calamine leaves it out too
            return
        self.pending = True
        self._kind, self._formula, self._value = kind or b"n", False, None

    def _end(self) -> None:
        if not self.pending:
            raise damaged_error()
        self.pending = False
        if self.row >= MOST_ROWS or self.column >= MOST_COLUMNS:
            self._outside()
        self.rows, self.columns = max(self.rows, self.row + 1), max(self.columns, self.column + 1)
        value = (self._value or b"").strip()
        if self._formula and (self._value is None or (not value and self._kind != b"str")):
            self.bare.append(self.address())
            if len(self.bare) > 20:
                self._refuse_bare()
        if self._kind == b"e" and len(self.errors) < MOST_ERRORS:
            self.errors[self.row, self.column] = value.decode(errors="replace")[:20] or "#?"
        elif self._kind == b"s" and value:
            if not value.isdigit() or len(value) > 9 or int(value) >= len(self.texts.sizes):
                raise damaged_error()
            self.text += self.texts.sizes[int(value)]
        self.column += 1

    def close(self) -> None:
        """Say what was left open or without a value once the sheet has ended."""
        if self.pending:
            raise damaged_error()
        if self.bare:
            self._refuse_bare()

    def address(self) -> str:
        """Give the address of the present cell, like ``B5``."""
        letters, number = "", self.column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row + 1}"

    def _outside(self) -> NoReturn:
        raise ExpectedError(
            "outside",
            Message("Trang “{title}” có dữ liệu ở ô {cell}, ngoài giới hạn 200.000 dòng × 256 cột.", title=self.title, cell=self.address()),
            "Hãy xóa các dòng, cột thừa đó (hoặc chia nhỏ tệp), lưu lại rồi nhập lại.",
        )

    def _refuse_bare(self) -> NoReturn:
        more: str = ""
        if len(self.bare) > 20:
            more = Message(" và nhiều ô khác")
        elif len(self.bare) > 3:
            more = Message(" và {n} ô khác", n=len(self.bare) - 3)
        raise ExpectedError(
            "formula",
            Message(
                "Trang “{title}” có công thức chưa có kết quả ở ô {names}{more}.",
                title=self.title,
                names=", ".join(self.bare[:3]),
                more=more,
            ),
            "Hãy mở tệp bằng Excel hoặc LibreOffice để tính lại, lưu lại, hoặc thay công thức bằng giá trị.",
        )
