"""A block copied from a spreadsheet, understood as lines before anything is taken: pure text in, cells out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.entry import Cell, Row
from app.i18n import say
from app.legacy_columns import ENCODINGS, decoded, detect, readings
from app.legacy_text import decode, suspect
from app.sheets import Sheet
from db.errors import ExpectedError
from db.message import Message
from db.questions import Question, grouped
from db.record import MOST_LINES, Line
from db.store import Store
from db.text import header_key


@dataclass
class Block:
    """What was understood: the questions of its columns (None: a column left out), the lines, and which cells mean nothing."""

    names: list[str | None]
    rows: list[Row] = field(default_factory=list)
    headed: bool = False
    """Whether the first row named the columns."""
    ignored: list[str] = field(default_factory=list)
    """Headings (or numbers) of columns that were left out."""
    unread: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, question and message of each cell that means nothing; its text is kept."""
    old: str = ""
    """The name of the old encoding that the text was (or could be) read from; '' when it is right as it stands."""
    sample: tuple[str, str] = ("", "")
    """One cell before and after that."""
    lost_u: bool = False
    """Whether the ư of the old text are gone: it can only be taken knowingly."""
    as_is: bool = False
    """Whether old text was left as it stands."""


def understand(
    store: Store, line_type: type[Line], text: str, first: str, day: str | None, *, as_is: bool = False, room: int = MOST_LINES
) -> Block:
    """Read a block of cells parted by tabs and line ends. Its first row names the columns, or they follow from question ``first``.

    Columns in old encodings are read as an import reads them (``app.legacy_columns``), unless ``as_is``.
    Raises ExpectedError ``paste`` before anything is read of a block with more than ``room`` lines.
    """
    table = [
        row for row in csv.reader(text.replace("\r\n", "\n").strip("\n").split("\n"), delimiter="\t") if any(cell.strip() for cell in row)
    ]
    headed = bool(table) and _by_heading(line_type.questions(), table[0]) is not None
    if len(table) - headed > room:
        count = Message(
            "Khối dán có {n} dòng; bản ghi này chỉ còn chỗ cho {room} dòng.", n=grouped(len(table) - headed), room=grouped(room)
        )
        raise ExpectedError("paste", count, "Hãy lưu khối thành tệp rồi nhập ở trang “Nhập từ bảng”.")
    reading = _read(table, as_is)
    block = _understood(store, line_type, reading.table, first, day)
    block.old, block.sample, block.lost_u, block.as_is = reading.old, reading.sample, reading.lost_u and not as_is, as_is
    return block


def in_old_letters(text: str) -> tuple[str, str] | None:
    """Give the name of the old encoding that one answer seems to be typed or pasted in, and how it would read; None when it is right."""
    encoding = suspect(text)
    if encoding is None or encoding == "nfd":
        return None
    after = decode(text, encoding)
    return (ENCODINGS[encoding], after) if after != text else None


@dataclass
class _Reading:
    table: list[list[str]]
    old: str = ""
    sample: tuple[str, str] = ("", "")
    lost_u: bool = False


def _read(table: list[list[str]], as_is: bool) -> _Reading:
    """Give the cells as they should read, and what was found out about them."""
    width = max((len(row) for row in table), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in table]
    sheet = Sheet("", tuple(map(str, range(width))), 0, [list(row) for row in rows], list(range(1, len(rows) + 1)))
    columns = detect([sheet])
    old = [one for one in columns if one.encoding != "nfd"]  # decomposed letters are put together whatever happens
    if not old:
        return _Reading(table)
    found = _Reading(table, ENCODINGS[old[0].encoding], next((one.samples[0] for one in old if one.samples), ("", "")))
    found.lost_u = any(one.lost_u for one in old)
    if not as_is:
        after = decoded([sheet], columns, accepted=[one.spot for one in columns])[0].rows
        found.table = [[str(cell) for cell in row] for row in after]
    return found


def _understood(store: Store, line_type: type[Line], table: list[list[str]], first: str, day: str | None) -> Block:
    questions = line_type.questions()
    if not table:
        return Block([])
    named = _by_heading(questions, table[0])
    if named is not None:
        block = Block(
            named, headed=True, ignored=[cell for cell, name in zip(table[0], named, strict=True) if name is None and cell.strip()]
        )
        table = table[1:]
    else:
        width = max(len(row) for row in table)
        following = list(questions)[list(questions).index(first) :]
        block = Block([following[i] if i < len(following) else None for i in range(width)])
        block.ignored = [str(i + 1) for i in range(len(following), width)]
    for texts in table:
        row = {name: Cell() for name in questions}
        for name, typed in zip(block.names, texts, strict=False):
            if name is not None:
                cell = row[name] = Cell(typed.strip())
                cell.read(questions[name], store, day)
                if cell.error:
                    block.unread.append((len(block.rows), name, cell.error))
                elif cell.value is not None:
                    row[name] = Cell(say(questions[name].show(cell.value, store.names, day)), cell.value, True)
        block.rows.append(row)
    return block


def _by_heading(questions: Mapping[str, Question], cells: list[str]) -> list[str | None] | None:
    """Give the questions that a row of headings names; None when it is no row of headings (fewer than two are known, or one of one)."""
    keys: dict[str, str] = {}
    for name, question in questions.items():
        for words in (question.label, question.short, name, *question.aliases):
            keys.setdefault(header_key(words), name)
    found = [
        next((keys[key] for reading in readings(cell) if (key := header_key(reading)) in keys), None) if cell.strip() else None
        for cell in cells
    ]
    known = sum(name is not None for name in found)
    return found if known >= min(2, len(cells)) and known else None
