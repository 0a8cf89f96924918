"""How the import files of the second office look: their names, sheets, columns and cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

FILES = (
    ("unit", "01-don-vi.csv"),
    ("topic", "02-chuyen-de.csv"),
    ("party-org", "03-to-chuc-dang.csv"),
    ("education", "05-giao-duc.csv"),
    ("beneficiary", "06-nguoi-huong.csv"),
    ("care", "07-chinh-sach.xlsx"),
    ("inspection", "08-kiem-tra.xlsx"),
)
"""Record type and file, in the order in which they can be imported."""


CARE_HEADS = {
    "Hoạt động": (
        *("Bản ghi số", "Đơn vị báo cáo", "Đơn vị tính số liệu", "Từ ngày", "Đến ngày", "Trạng thái", "Lý do hủy"),
        *("Hoạt động", "Xây mới / sửa chữa", "Số quyết định/ giấy chứng nhận"),
    ),
    "Đối tượng hưởng": ("Bản ghi số", "Diện đối tượng", "Xã", "Số người", "Số lượng"),
    "Danh sách": ("Bản ghi số", "Họ và tên", "Năm sinh", "Số giấy tờ", "Diện đối tượng", "Số tiền"),
    "Nguồn kinh phí": ("Bản ghi số", "Nguồn", "Số tiền", "Trị giá hiện vật"),
}
ROUND_HEADS = {
    "Cuộc": (
        *("Bản ghi số", "Đơn vị báo cáo", "Đơn vị tính số liệu", "Từ ngày", "Đến ngày", "Trạng thái", "Lý do hủy", "Loại"),
        *("Trong chương trình / đột xuất", "Chủ thể tiến hành", "Tổ chức đảng chủ trì", "Số quyết định", "Ngày quyết định"),
        *("Nội dung", "Số thông báo kết luận", "Ngày kết luận"),
    ),
    "Đối tượng kiểm tra": ("Bản ghi số", "TT", "Loại đối tượng", "Tổ chức đảng", "Đảng viên dự bị", "Kết luận", "Hình thức kỷ luật"),
    "Khuyết điểm": ("Bản ghi số", "Đối tượng", "Nội dung", "Hạn khắc phục", "Trạng thái", "Ngày hoàn thành"),
}


def save(path: Path, rows_by_sheet: dict[str, list[dict[str, Any]]], heads: dict[str, tuple[str, ...]]) -> None:
    book = Workbook()
    book.remove(book.active)
    for title, head in heads.items():
        sheet = book.create_sheet(title)
        sheet.append(head)
        for row in rows_by_sheet[title]:
            assert set(row) <= set(head), set(row) - set(head)
            sheet.append([row.get(name, "") if row.get(name, "") != "" else None for name in head])
    book.save(path)


def shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def cell(number: int | None) -> Any:
    return "" if number is None else number
