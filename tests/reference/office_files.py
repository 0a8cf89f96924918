"""Read an office's import files into plain rows: csv and openpyxl, plain loops, nothing of the program."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "resources" / "catalogues"
DEMO = ROOT / "resources" / "demo"
Row = dict[str, Any]


def csv_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(file, strict=True)]


def sheets(path: Path) -> dict[str, list[Row]]:
    book = load_workbook(path, read_only=True)
    found = {}
    for sheet in book:
        head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        found[sheet.title] = [{str(name): text(cell) for name, cell in zip(head, row, strict=True)} for row in rows]
    book.close()
    return found


def text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell).strip()


def number(cell: str) -> int | None:
    return int(cell) if cell else None


def day(cell: str) -> str | None:
    """Give ``05/03/2019`` as ``2019-03-05``."""
    if not cell:
        return None
    d, m, y = cell.split("/")
    return date(int(y), int(m), int(d)).isoformat()


def code_of(name: str) -> Callable[[str], str | None]:
    """Give the reader of one code list: code, label, alias or short label → code."""
    known: dict[str, str] = {}
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = row["label"]
            for word in (row["code"], label, row.get("short") or "", re.sub(r" \([^()]*\)$", "", label), *row["aliases"].split(";")):
                if word:
                    known.setdefault(word.lower(), row["code"])
    return lambda cell: known[cell.lower()] if cell else None


def rollups() -> dict[str, str]:
    with (LISTS / "AUDIENCE.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["rollup"] for row in csv.DictReader(file)}


def of_record(rows: Iterable[Row], key: str) -> list[Row]:
    return [row for row in rows if row["Bản ghi số"] == key]


STATE, FORM, AUDIENCE = code_of("STATE"), code_of("EDU_FORM"), code_of("AUDIENCE")
KIND, PLANNED, SUBJECT = code_of("INSP_KIND"), code_of("INSP_PLANNED"), code_of("SUBJECT_TYPE")
CONCLUSION, DISCIPLINE, STATUS = code_of("INSP_CONCL"), code_of("DISCIPLINE"), code_of("SHORTCOMING_STATUS")
CARE, BENEF, FUND, WORK = code_of("CARE_KIND"), code_of("BENEF"), code_of("FUND"), code_of("HOUSE_WORK")


def envelope(row: Row, counted_on: str | None) -> Row:
    assert not row.get("Chuyển sang kỳ"), "moved records are not read here"
    unit = row["Đơn vị báo cáo"]
    counting = row.get("Đơn vị tính số liệu") or unit
    state = STATE(row.get("Trạng thái", "")) or "entered"
    return {"unit": unit, "state": state, "on": counted_on, "counts": state == "entered" and counting == unit}


def read_education(rows: list[Row]) -> list[Row]:
    roll, records = rollups(), []
    for key in dict.fromkeys(row["Bản ghi số"] for row in rows):
        lines = of_record(rows, key)
        first = lines[0]
        record = envelope(first, day(first["Đến ngày"]))
        record |= {"form": FORM(first["Hình thức"]), "sessions": number(first["Số buổi"]), "topic": first.get("Chuyên đề", "")}
        record["topic_free"] = first.get("Nội dung khác", "")
        record["sessions"] = 1 if record["sessions"] is None else record["sessions"]
        record["lines"] = []
        for line in lines:
            code = AUDIENCE(line["Đối tượng"])
            answers = {name: number(line.get(label, "")) for name, label in EDU_NUMBERS.items()}
            record["lines"].append({"audience": code, "rollup": roll[str(code)], **answers})
        records.append(record)
    return records


EDU_NUMBERS = {
    "required": "Quân số phải học",
    "present": "Quân số tham gia",
    "makeup": "Học bù",
    "tested": "Số kiểm tra nhận thức",
    "gioi": "Giỏi",
    "kha": "Khá",
    "dat": "Đạt",
    "khong_dat": "Không đạt",
}


def read_inspections(book: dict[str, list[Row]]) -> list[Row]:
    records = []
    for row in book["Cuộc"]:
        key = row["Bản ghi số"]
        concluded = day(row["Ngày kết luận"])
        record = envelope(row, concluded)
        record |= {"kind": KIND(row["Loại"]), "planned": PLANNED(row["Trong chương trình / đột xuất"]), "concluded": concluded}
        record |= {"to": day(row["Đến ngày"]), "from": day(row["Từ ngày"] or row["Đến ngày"])}
        record["subjects"] = [
            {
                "type": SUBJECT(line["Loại đối tượng"]),
                "org": line["Tổ chức đảng"],
                "conclusion": CONCLUSION(line["Kết luận"]),
                "discipline": DISCIPLINE(line["Hình thức kỷ luật"]),
            }
            for line in of_record(book["Đối tượng kiểm tra"], key)
        ]
        record["faults"] = [
            {"status": STATUS(line["Trạng thái"]), "deadline": day(line["Hạn khắc phục"]), "done": day(line["Ngày hoàn thành"])}
            for line in of_record(book["Khuyết điểm"], key)
        ]
        records.append(record)
    return records


def read_care(book: dict[str, list[Row]]) -> list[Row]:
    records = []
    for row in book["Hoạt động"]:
        key = row["Bản ghi số"]
        record = envelope(row, day(row["Đến ngày"]))
        record |= {"kind": CARE(row["Hoạt động"]), "work": WORK(row["Xây mới / sửa chữa"])}
        record["served"] = [
            {
                "category": BENEF(line["Diện đối tượng"]),
                "commune": line["Xã"],
                "persons": number(line["Số người"]),
                "quantity": number(line["Số lượng"]),
            }
            for line in of_record(book["Đối tượng hưởng"], key)
        ]
        communes = {line["commune"] for line in record["served"]} - {""}
        commune = communes.pop() if len(communes) == 1 else ""
        record["listed"] = [
            {"who": who(line, commune), "category": BENEF(line["Diện đối tượng"]), "amount": number(line["Số tiền"])}
            for line in of_record(book["Danh sách"], key)
        ]
        record["funding"] = [
            {"fund": FUND(line["Nguồn"]), "money": (number(line["Số tiền"]) or 0) + (number(line["Trị giá hiện vật"]) or 0)}
            for line in of_record(book["Nguồn kinh phí"], key)
        ]
        records.append(record)
    return records


def who(row: Row, commune: str) -> str:
    """Tell a person by identity number, else by name, birth year and commune."""
    year = re.search(r"\d{4}", row["Năm sinh"])
    return row["Số giấy tờ"] or f"{row['Họ và tên'].lower()}|{year[0] if year else ''}|{commune.lower()}"
