"""CSV: found out when read (encoding, separator), always the same when written (trust.md T27)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from app.legacy_text import suspect
from app.sheets import Cell, Known, Sheet, Table, as_text, tabulate, written
from app.zip_parts import refuse_large
from db.errors import ExpectedError
from db.message import Message

MOST_ROWS, MOST_COLUMNS, MOST_CELLS, LONGEST_CELL = 200_000, 256, 5_000_000, 131_072

GUARDED = re.compile(r"'*(?:[\t\r]|\s*[=+\-@])")
"""Texts that a spreadsheet might run as a formula: written after one ``'``, which reading takes away again."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ]|[aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ][" + _TONES + "]")
_WESTERN = re.compile(r"[ÌÒÞìòÐð]")


def read_csv(data: bytes, title: str, known: Known | None = None) -> Sheet:
    """Read CSV bytes as one sheet; raises ExpectedError for what is no table of text or goes beyond the limits."""
    text, warning = _decoded(data)
    if "\0" in text:
        raise ExpectedError("kind", "Tệp có ký tự NUL, không phải bảng chữ CSV.", "Hãy lưu lại dạng .xlsx hoặc CSV UTF-8 rồi nhập lại.")
    separator, text = _separator(text)
    sheet = tabulate(title, _rows(text, separator), known)
    if warning:
        sheet.warnings.append(warning)
    return sheet


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    cells = number = 0
    try:
        for number, row in enumerate(reader, 1):
            cells += len(row)
            if number > MOST_ROWS:
                refuse_large("Tệp có quá nhiều dòng", "200.000 dòng")
            if len(row) > MOST_COLUMNS:
                while row and not row[-1]:
                    row.pop()
                if len(row) > MOST_COLUMNS:
                    refuse_large(Message("Dòng {number} có {n} cột", number=number, n=len(row)), "256 cột")
            if cells > MOST_CELLS:
                refuse_large("Tệp có quá nhiều ô", "5.000.000 ô")
            for index, cell in enumerate(row):
                if cell[:1] == "'" and GUARDED.match(cell):
                    row[index] = cell[1:]
            yield number, row  # type: ignore[misc]
    except csv.Error as error:
        if "field larger" in str(error) or "unexpected end" in str(error):
            what = Message("Từ dòng {number}, một ô quá dài hoặc thiếu dấu ngoặc kép đóng.", number=number + 1)
        else:
            what = Message("Dòng {number} có dấu ngoặc kép đặt sai chỗ.", number=number + 1)
        raise ExpectedError(
            "damaged", Message("Tệp CSV không đọc được. {what}", what=what), "Hãy sửa dòng đó, hoặc lưu lại dạng .xlsx."
        ) from error


def _decoded(data: bytes) -> tuple[str, str]:
    """Give the text and a warning about a guessed encoding ('' when there was nothing to guess)."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), ""
            except UnicodeDecodeError as error:
                raise ExpectedError("damaged", "Tệp CSV có chữ bị hỏng mã.", "Hãy lưu lại dạng .xlsx hoặc CSV UTF-8.") from error
    if data[1:200:2].count(0) > 40 or (len(data) < 200 and data[1::2].count(0) * 4 > len(data) > 3):
        return data.decode("utf-16-le", "replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if data.count(0):
        return data.decode("latin-1"), ""
    text, name = _guessed(data)
    return text, Message("Tệp không dùng mã UTF-8; đã đọc theo bảng mã {name}. Đề nghị xem lại chữ có dấu trước khi nhập.", name=name)


def _guessed(data: bytes) -> tuple[str, str]:
    """Choose between the two code pages of Vietnamese Windows: tone marks that stand after vowels speak for cp1258.

    Text of old encodings (TCVN3, VNI) is read as western, as their fonts are: what it says is told from that.
    """
    western = data.decode("cp1252", "replace")
    if _is_old(western):
        return western, "cp1252"
    vietnamese = data.decode("cp1258", "replace")
    marks = sum(vietnamese.count(tone) for tone in _TONES)
    placed = len(_VIETNAMESE.findall(vietnamese))
    if placed and 2 * placed >= marks and placed >= len(_WESTERN.findall(western)) / 2:
        return unicodedata.normalize("NFC", vietnamese), "cp1258"
    return western, "cp1252"


def _is_old(text: str) -> bool:
    """Tell whether most marked cells among the first lines seem to be in an old encoding."""
    cells = [cell for line in text.splitlines()[:200] for cell in re.split("[,;\t]", line) if not cell.isascii()]
    return 2 * sum(suspect(cell) in ("tcvn3", "vni") for cell in cells) > len(cells)


def _separator(text: str) -> tuple[str, str]:
    """Give the separator, and the text without the line by which Excel names it (``sep=;``)."""
    if match := re.match(r'"?sep=(.)"?\r?\n', text[:20]):
        return match[1], text[match.end() :]
    counts: dict[str, int] = {",": 0, ";": 0, "\t": 0}
    quoted = False
    for character in text[:65_536]:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            if character in counts:
                counts[character] += 1
            elif character == "\n" and any(counts.values()):
                break
    return max(counts, key=lambda separator: counts[separator]), text


def write_csv(file: BinaryIO, table: Table) -> int:
    """Write UTF-8 with BOM, every cell quoted, texts that look like formulas behind a ``'``; give the number of rows."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.label for column in table.columns])
    count = 0
    for row in table.rows:
        writer.writerow([_safe(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _safe(value: str | float | dt.date | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return as_text(value)
    return guarded(written(value))


def guarded(text: str) -> str:
    """Give text as a spreadsheet may take it: behind a ``'`` when it looks like a formula."""
    return "'" + text if GUARDED.match(text) else text
