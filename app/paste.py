"""A block copied from a spreadsheet, understood as lines before anything is taken: pure text in, cells out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.entry import Cell, Row
from app.i18n import say
from db.questions import Question
from db.record import Line
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


def understand(store: Store, line_type: type[Line], text: str, first: str, day: str | None) -> Block:
    """Read a block of cells parted by tabs and line ends. Its first row names the columns, or they follow from question ``first``."""
    table = [
        row for row in csv.reader(text.replace("\r\n", "\n").strip("\n").split("\n"), delimiter="\t") if any(cell.strip() for cell in row)
    ]
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
    found = [keys.get(header_key(cell)) if cell.strip() else None for cell in cells]
    known = sum(name is not None for name in found)
    return found if known >= min(2, len(cells)) and known else None
