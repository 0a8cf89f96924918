"""Files of beneficiaries for the page of imports, and what it shows of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.listing import Listing, Wanted
from db.records.beneficiary import Beneficiary
from ui.buttons import Banner
from ui.import_page import ImportPage
from ui.main_window import MainWindow

Settle = Callable[[], None]
HEADER = "Họ và tên,Năm sinh,Số giấy tờ,Xã,Diện đối tượng,Còn sống,Đơn vị"
READY_ROWS = [
    "Bùi Văn Thử,1949,000000991001,Đồng Tiến,Thương binh,Có,DV01",
    "Hoàng Thị Thử,1950,000000991002,Đồng Tiến,Thương binh,Có,DV01",
]
DOUBTFUL_ROW = "Ngô Thị Thử,1951,12,Đồng Tiến,Thương binh,Có,DV01"
REFUSED_ROW = "Lý Văn Thử,19x8,000000991004,Đồng Tiến,Thương binh,Có,DV01"
ALL = [*READY_ROWS, DOUBTFUL_ROW, REFUSED_ROW]


def write(path: Path, rows: list[str], header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, buttons, none))


def said(page: ImportPage) -> str:
    return " ".join(one.label.text() for one in page.findChildren(Banner) if not one.isHidden())


def fates(page: ImportPage) -> list[str]:
    return [row.fate for row in page.rows.table.rows.rows]


def beneficiaries(page: ImportPage) -> int:
    return len(Listing(page.session.store, Beneficiary, Wanted()).ids())
