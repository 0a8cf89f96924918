"""The letter to units that still owe records, drawn as other papers beside the report are; words in ``resources/report/reminder.toml``."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.board import Board
from app.board import Row as UnitRow
from app.periods import Period
from app.report import issuer, outline
from app.report.content import long_day
from app.report.document import Annex, Column, Letterhead, Paper, Papers, Paragraph, Row, RowGroup, Signatory
from app.report.outline import toml
from app.unit_tree import own_unit
from db.catalogues import code_list
from db.errors import ExpectedError
from db.questions import Answers
from db.store import Store

_WIDTHS = (10.0, 62.0, 44.0, 26.0, 23.0)


@cache
def _words() -> dict[str, Any]:
    return toml("reminder.toml")


def letter(store: Store, board: Board) -> Papers:
    """Give the letter about the newest period of the board. Raises ExpectedError when no unit owes anything."""
    owing, chosen = board.owing(), board.periods[-1]
    if not owing:
        raise ExpectedError("nothing", "Không có đơn vị nào còn thiếu số liệu.", "Không cần in thông báo đôn đốc.")
    words, day = _words(), board.today
    unit = own_unit(store)
    name = store.names.label("unit", unit, day)
    term = issuer.term_of(store, unit, day)
    said = _said(chosen, day, name, len(owing))
    parent, lines = issuer.head_lines(term, name)
    place = ", ".join(filter(None, ((term.get("place") or "").strip(), words["date"].format_map(said))))
    head = Letterhead(parent, lines, words["number"], place, words["kind"], tuple(words["subject"].format_map(said).split("\n")))
    rows = tuple(RowGroup((Row(_cells(number, row, words["nothing"])),)) for number, row in enumerate(owing, 1))
    aligned = ("center", "left", "left", "center", "number")
    columns = tuple(Column(head, width, align) for head, width, align in zip(words["columns"], _WIDTHS, aligned, strict=True))  # type: ignore[arg-type]
    table = Annex("", "", "", columns, rows, landscape=False, font_size=12, head_size=12, row_height=7)
    paper = Paper(
        head, (Paragraph((words["opening"].format_map(said),)),), table, (Paragraph((words["closing"].format_map(said),)),),
        (_signatory(term, day),), (*words["recipients"], _archive(term)),
    )  # fmt: skip
    return Papers(words["title"].format_map(said), name, (paper,), words["footer"].format_map(said))


def _archive(term: Answers) -> str:
    """Give the last line of the recipients, as below a report."""
    wording = outline.read().wording
    return wording.archive[issuer.PLAIN].format(luu=issuer.archive(term, wording.archive_default))


def _said(chosen: Period, day: str, name: str, count: int) -> dict[str, str]:
    month = int(day[5:7])
    return {
        "ky": str(chosen.name), "don_vi": name, "ngay": long_day(day), "so": f"{count:02d}",
        "m": f"{month:02d}" if month < 3 else str(month), "y": day[:4],
    }  # fmt: skip


def _cells(number: int, row: UnitRow, nothing: str) -> tuple[str, ...]:
    """Give a row; where a file waits for another one, what is missing stands there: only the unit can send it."""
    standing = ". ".join(str(words).rstrip(".") for words in (row.cells[-1].words, *row.gaps))
    return str(number), row.name, standing, row.last or nothing, str(row.requests) if row.requests else "-"


def _signatory(term: Answers, day: str) -> Signatory:
    code = term.get("sign_code")
    codes = code_list("SIGN_CODE")
    positions = tuple(filter(None, (codes.attribute(code, line, day) for line in ("line1", "line2")))) if code else ()
    return Signatory(positions, term.get("signer_rank") or "", term.get("signer_name") or "")
