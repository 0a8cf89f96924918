"""The other areas, with the demo's rows thrown about: other units, days, states and numbers; counted by plain loops and by the program."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import demo, figures, importing, office
from app.periods import period
from db import key_slots
from db.records import RECORD_TYPES
from tests.reference.areas import AREAS, flat
from tests.reference.office_files import DEMO, Row

START, END = date(2018, 12, 15), date(2019, 6, 14)
UNITS = [f"DV{number:02d}" for number in range(1, 11)]
FLAT = [area for area in AREAS if area.file.endswith(".csv")]
KEPT = ("Bản ghi số", "Thứ tự", "Đường dẫn / số báo", "Số quyết định", "Số quyết định / tờ trình", "Đã đạt", "Chỉ tiêu")


def thrown(rows: list[Row], chance: random.Random, number: int, used: set[date], own: bool) -> list[Row]:
    """Give a record anew: its numbers times a common factor, so that parts stay within their wholes."""
    day = chance.choice((START, END, START - timedelta(days=1), END + timedelta(days=1), START + timedelta(days=chance.randrange(180))))
    while day in used:  # which of two on one day is the latest is nobody's guess
        day += timedelta(days=1)
    used.add(day)
    fate = chance.choice(("",) * 6 + ("NHAP", "HUY", "elsewhere"))
    unit = "HS00" if own and chance.random() < 0.7 else chance.choice(UNITS)
    factor = chance.randrange(1, 4)
    changed = []
    for row in rows:
        new = {name: str(int(value) * factor) if value.isdecimal() and name not in KEPT else value for name, value in row.items()}
        new |= {"Bản ghi số": str(number), "Đơn vị báo cáo": unit, "Từ ngày": "", "Đến ngày": f"{day:%d/%m/%Y}"}
        new |= {"Đơn vị tính số liệu": chance.choice(UNITS) if fate == "elsewhere" and len(rows) == 1 else ""}
        new |= {"Trạng thái": fate if fate in ("NHAP", "HUY") else "", "Lý do hủy": "Nhầm" if fate == "HUY" else "", "Thời hạn": ""}
        changed.append({name: value for name, value in new.items() if name in row or name not in ("Thời hạn",)})
    return changed


def write(path: Path, records: list[list[Row]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(records[0][0]))
        writer.writeheader()
        writer.writerows(row for record in records for row in record)


@pytest.mark.parametrize("seed", range(2))
def test_rows_thrown_about_are_counted_alike_by_loops_and_by_the_program(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "office"
    office.create(folder, demo.UNIT, demo.UNIT_NAME, "province", None, demo.PASSWORD, cost=key_slots.FLOOR, user=demo.USER)
    expected: Row = {}
    with office.open_office(folder, demo.USER, demo.PASSWORD, "thử") as opened:
        importing.apply(opened.store, importing.preview(opened.store, RECORD_TYPES["unit"], DEMO / "01-don-vi.csv"), demo.USER)
        for area in FLAT:
            used: set[date] = set()
            records = [thrown(rows, chance, at, used, area.own) for at, rows in enumerate(flat(DEMO / area.file), 1)]
            path = tmp_path / area.file
            write(path, records)
            found = importing.preview(opened.store, RECORD_TYPES[area.name], path)
            assert not found.refused, found.refusal()
            importing.apply(opened.store, found, demo.USER)
            known = [r for r in area.read(path) if not area.own or r["unit"] == demo.UNIT]
            expected |= area.count(known, START.isoformat(), END.isoformat())
        computed = figures.compute(opened.store, period(opened.store, "2019-H1"))
        assert {code: computed.value(code).value for code in expected} == expected
