"""Columns of a file in old Vietnamese encodings (domain.md D.3): which they are, how they would read, and the sheets decoded.

Nothing is decoded that nobody chose. A column whose ư was lost on the way is refused until somebody accepts that. Capitals of TCVN3 live
in fonts (``.VnTimeH``), which ``fonts_of`` reads from the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.legacy_text import Encoding, Standing, decode, lost_u, of_font, only_unicode, stands, suspect
from app.sheet_guard import guard
from app.sheets import Known, Sheet
from app.tabular import MOST_BYTES
from app.zip_parts import Budget, parts
from db.errors import ExpectedError
from db.message import Message

ENCODINGS: Final[dict[Encoding, str]] = {
    "tcvn3": "TCVN3 (ABC, .VnTime)",
    "vni": "VNI",
    "utf8twice": "UTF-8 mã hóa hai lần",
    "nfd": "Unicode tổ hợp",
}
"""What the encodings are called."""

Spot = tuple[int, int]
"""A column: the place of its sheet among the sheets, its own place in the sheet; both from 0."""
Fonts = Mapping[Spot, str]
"""Of one sheet: (row number from 1, column from 0) → the font, only where that is one of an old encoding."""

SAMPLES = 3
_MOST_TEXTS = 20_000
_STYLES = 4 << 20


@dataclass(frozen=True, slots=True)
class OldColumn:
    """A column with text that seems to be in ``encoding``: how many cells are decoded, how some of them would read.

    ``mixed``: some cells are right as they stand and stay. ``either`` cells read both ways, one of them is ``either_sample``; they are
    decoded in a ``whole`` column, one whose other cells are more often old than right, or which somebody wants so. ``lost_u``: its ư
    are gone. ``guessed``: only the other columns speak for it.
    """

    spot: Spot
    sheet: str
    heading: str
    encoding: Encoding
    whole: bool = True
    mixed: bool = False
    guessed: bool = False
    cells: int = 0
    samples: tuple[tuple[str, str], ...] = ()
    either: int = 0
    either_sample: tuple[str, str] = ("", "")
    lost_u: bool = False

    def read(self, text: str, font: str = "") -> str:
        """Give a cell as it should read."""
        how = _stands(text, font, self.encoding)
        if how == "old" or (how == "either" and self.whole):
            return decode(text, self.encoding, font or None)
        return text


def detect(sheets: Sequence[Sheet], fonts: Sequence[Fonts] = ()) -> list[OldColumn]:
    """Give the columns that hold old text, in the order of the sheets. ``fonts`` is what ``fonts_of`` gave.

    Text that could be either, like ``Cã`` for Có, is what the other cells of its column are, or the other columns of its sheet.
    """
    found: list[OldColumn] = []
    for at, sheet in enumerate(sheets):
        known = fonts[at] if at < len(fonts) else {}
        columns = {column: _looked_at(sheet, (at, column), known) for column in range(len(sheet.header))}
        counts = Counter(one.encoding for one in columns.values() if one is not None and one.whole and one.encoding != "nfd")
        if counts:
            usual = counts.most_common(1)[0][0]
            columns = {column: _like_others(sheet, (at, column), one, usual, known) for column, one in columns.items()}
        found += [one for one in columns.values() if one is not None]
    return found


def _like_others(sheet: Sheet, spot: Spot, told: OldColumn | None, usual: Encoding, fonts: Fonts) -> OldColumn | None:
    """Give a column in the encoding of the others where it does not tell by itself, or tells another that reads no better."""
    if told is not None and told.encoding in (usual, "nfd"):
        return told
    other = _described(sheet, spot, usual, fonts)
    if told is not None:
        return other if other.cells >= told.cells and other.either <= told.either else told
    return replace(other, guessed=True) if other.cells else None


def _looked_at(sheet: Sheet, spot: Spot, fonts: Fonts) -> OldColumn | None:
    counts = Counter[Encoding]()
    seen: dict[tuple[str, str], Encoding | None] = {}
    for text, font in _texts(sheet, spot[1], fonts):
        key = (text, font)
        if key not in seen:
            if len(seen) >= _MOST_TEXTS:
                break
            seen[key] = _seems(text, font)
        old = seen[key]
        if old is not None:
            counts[old] += 1
    return _described(sheet, spot, counts.most_common(1)[0][0], fonts) if counts else None


def _seems(text: str, font: str) -> Encoding | None:
    of_its_font = of_font(font)
    return of_its_font if of_its_font is not None and _stands(text, font, of_its_font) == "old" else suspect(text)


def _stands(text: str, font: str, encoding: Encoding) -> Standing | None:
    """Give how a cell stands; its font tells more than its text does."""
    if font and of_font(font) == encoding and not only_unicode(text):
        return "old" if decode(text, encoding, font) != text else None
    return stands(text, encoding)


def _texts(sheet: Sheet, column: int, fonts: Fonts) -> Iterator[tuple[str, str]]:
    """Give the texts of a column that could be old, each with its old font or ''."""
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        cell = row[column]
        if isinstance(cell, str) and cell:
            font = fonts.get((number, column), "")
            if font or not cell.isascii():
                yield cell, font


def _described(sheet: Sheet, spot: Spot, encoding: Encoding, fonts: Fonts, whole: bool | None = None) -> OldColumn:
    texts = [(text, font, _stands(text, font, encoding)) for text, font in _texts(sheet, spot[1], fonts)]
    counts = Counter(how for _text, _font, how in texts)
    right = counts["right"]
    if whole is None:
        whole = not right or counts["old"] > right
    one = OldColumn(spot, sheet.title, sheet.header[spot[1]], encoding, whole, mixed=right > 0, either=counts["either"])
    samples: dict[str, str] = {}
    changed: list[str] = []
    for text, font, _how in texts:
        after = one.read(text, font)
        if after != text:
            changed.append(text)
            if len(samples) < SAMPLES and len(text) < 120:
                samples.setdefault(text, after)
    doubtful = next((text for text, _font, how in texts if how == "either"), "")
    return replace(
        one,
        cells=len(changed),
        samples=tuple(samples.items()),
        either_sample=(doubtful, decode(doubtful, encoding)),
        lost_u=encoding == "tcvn3" and lost_u(changed),
    )


def described(
    sheets: Sequence[Sheet], old: OldColumn, encoding: Encoding, fonts: Sequence[Fonts] = (), *, whole: bool | None = None
) -> OldColumn:
    """Give the column as it would be read in another encoding; ``whole`` None: as most of its cells say."""
    known = fonts[old.spot[0]] if old.spot[0] < len(fonts) else {}
    return replace(_described(sheets[old.spot[0]], old.spot, encoding, known, whole), guessed=old.guessed)


def decoded(
    sheets: Sequence[Sheet],
    columns: Sequence[OldColumn],
    fonts: Sequence[Fonts] = (),
    *,
    accepted: Collection[Spot] = (),
) -> list[Sheet]:
    """Give the sheets with these columns decoded, each as its ``encoding`` says; the given ones stay as they are.

    Raises ExpectedError naming the columns that lost their ư, unless they are ``accepted``.
    """
    lost = [one for one in columns if one.lost_u and one.spot not in accepted]
    if lost:
        listed = ", ".join(f"“{one.heading}” (trang “{one.sheet}”)" for one in lost)
        raise ExpectedError(
            "lost-u",
            Message("Cột {listed} đã mất chữ “ư”: phần mềm đã ghi tệp này bỏ mất ký tự đó.", listed=listed),
            "Hãy lấy tệp gốc, hoặc chấp nhận rồi sửa tay từng chỗ sau khi nhập.",
        )
    result = list(sheets)
    for one in columns:
        at, column = one.spot
        sheet = result[at]
        known = fonts[at] if at < len(fonts) else {}
        rows = sheet.rows if sheet is not sheets[at] else [list(row) for row in sheet.rows]
        for number, row in zip(sheet.numbers, rows, strict=True):
            cell = row[column]
            if isinstance(cell, str) and cell:
                row[column] = one.read(cell, known.get((number, column), ""))
        result[at] = replace(sheet, rows=rows)
    return result


# --- headings ---------------------------------------------------------------------------------------------------------------


def readings(text: str) -> Iterator[str]:
    """Give what a heading could say: itself first, then read in each old encoding."""
    yield text
    if not text.isascii():
        for encoding in ENCODINGS:
            other = decode(text, encoding)
            if other != text:
                yield other


def knows_old(known: Known) -> Callable[[str], bool]:
    """Give a predicate that knows a heading in old encodings too."""
    return lambda text: any(map(known, readings(text)))


# --- fonts ------------------------------------------------------------------------------------------------------------------

_find_font = re.compile(rb"<(?:\w+:)?font\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL).finditer
_font_name = re.compile(rb"<(?:\w+:)?name\b[^>]*?\bval=[\"']([^\"']*)[\"']").search
_formats = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL).search
_find_format = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>").finditer
_font_id = re.compile(rb"\bfontId=[\"'](\d+)[\"']").search
_find_cell = re.compile(rb"<(?:\w+:)?c\b([^>]*)>").finditer
_cell_place = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']").search
_cell_format = re.compile(rb"\bs=[\"'](\d{1,6})[\"']").search


def fonts_of(path: Path) -> list[dict[Spot, str]]:
    """Give, sheet by sheet, where an XLSX file uses fonts of old encodings; [] when it does nowhere or is a CSV file.

    Raises ExpectedError for a file that cannot be read safely.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if not data.startswith(b"PK\3\4"):
        return []
    styles = parts(data).get("xl/styles.xml")
    if styles is None:
        return []
    old = _old_formats(b"".join(styles.inflate(Budget(), most=_STYLES)))
    if not old:
        return []
    guarded = guard(data)
    with zipfile.ZipFile(io.BytesIO(guarded.book)) as book:
        return [_fonts_in(book.read(f"xl/worksheets/sheet{number}.xml"), old) for number in range(1, len(guarded.sheets) + 1)]


def _old_formats(styles: bytes) -> dict[int, str]:
    """Give the cell formats whose font is one of an old encoding, by number."""
    names: list[str] = []
    fonts = re.search(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", styles, re.DOTALL)
    for found in _find_font(fonts[0] if fonts else b""):
        name = _font_name(found[1] or b"")
        names.append(name[1].decode("utf-8", "replace") if name else "")
    if not any(map(of_font, names)):
        return {}
    old: dict[int, str] = {}
    formats = _formats(styles)
    for number, found in enumerate(_find_format(formats[0] if formats else b"")):
        font = _font_id(found[1])
        at = int(font[1]) if font else 0
        if at < len(names) and of_font(names[at]):
            old[number] = names[at]
    return old


def _fonts_in(sheet: bytes, old: Mapping[int, str]) -> dict[Spot, str]:
    found: dict[Spot, str] = {}
    for cell in _find_cell(sheet):
        place, format_ = _cell_place(cell[1]), _cell_format(cell[1])
        if place and format_ and (font := old.get(int(format_[1]))):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found[int(place[2]), column - 1] = font
    return found
