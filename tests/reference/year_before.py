"""Count the totals of the year before from their file, each for the unit that stands for its sender now: plain loops only."""

from __future__ import annotations

from pathlib import Path

from tests.reference.office_files import DEMO, code_of, csv_rows

FIGURE = code_of("AGGREGATE_FIGURE")
TENTHS = ("DV_DUONG", "DV_KENH")
"""Figures that are given with a decimal."""


def heirs(folder: Path = DEMO) -> dict[str, str]:
    """Give the unit that took over from each unit that ended; each of the demo's has one."""
    rows = csv_rows(folder / "25-don-vi-ke-tiep.csv")
    found = {row["Mã đơn vị"]: row["Mã đơn vị kế tiếp"] for row in rows}
    assert len(found) == len(rows), "a unit that was divided is not counted here"
    return found


def year_before(folder: Path = DEMO) -> dict[str, dict[str, int]]:
    """Give, per unit of now, the sum of each figure that it and those before it sent."""
    after, found = heirs(folder), dict[str, dict[str, int]]()
    for row in csv_rows(folder / "21-tong-hop-2018.csv"):
        unit = row["Đơn vị báo cáo"]
        while unit in after:
            unit = after[unit]
        code = str(FIGURE(row["Chỉ tiêu"]))
        whole, _, part = row["Giá trị"].partition(",")
        value = int(whole) * 10 + int(part or "0") if code in TENTHS else int(whole)
        sums = found.setdefault(unit, {})
        sums[code] = sums.get(code, 0) + value
    return found
