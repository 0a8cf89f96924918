"""Every key of the window in one table: it binds them, and Ctrl+/ shows it.

``bind`` makes shortcuts of a widget from the rows of a place; editors and grids, which see keys before shortcuts do, ask
``action_for``. A key that is not in the table does nothing, so the list cannot be incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.i18n import _


class Shortcut(NamedTuple):
    """One action of one place: its keys (the first is the one that is shown) and what it does, in words."""

    place: str
    action: str
    keys: tuple[str, ...]
    words: str


PLACES = {
    "window": "Mọi nơi",
    "list": "Danh sách bản ghi",
    "form": "Phiếu nhập",
    "field": "Trong một ô",
    "lines": "Bảng dòng",
    "paste": "Xem trước khi dán",
    "day": "Ô ngày",
    "picker": "Ô chọn",
    "report": "Báo cáo",
    "import": "Nhập từ bảng",
    "exchange": "Gửi, nhận dữ liệu",
    "history": "Lịch sử, thùng rác",
}
"""Places in the order in which they are listed, and their names."""

TABLE = (
    Shortcut("window", "keys", ("Ctrl+/", "F1"), "mọi phím (F1 trong phiếu: trợ giúp của ô)"),
    Shortcut("window", "palette", ("Ctrl+K",), "tìm người, màn hình, lệnh"),
    Shortcut("window", "search", ("Ctrl+F",), "tìm trong danh sách"),
    Shortcut("window", "new", ("Ctrl+N",), "phiếu mới"),
    Shortcut("window", "undo", ("Ctrl+Z",), "hoàn tác việc vừa làm"),
    Shortcut("window", "side_panel", ("F9",), "mở, đóng ngăn bên phải"),
    Shortcut("window", "to_toast", ("F8",), "đến thông báo vừa hiện, trở lại"),
    Shortcut("window", "bigger", ("Ctrl++", "Ctrl+="), "chữ to hơn"),
    Shortcut("window", "smaller", ("Ctrl+-",), "chữ nhỏ hơn"),
    Shortcut("window", "print", ("Ctrl+P",), "in"),
    Shortcut("window", "lock", ("Ctrl+L",), "khóa màn hình"),
    Shortcut("form", "help", ("F1",), "trợ giúp của ô này"),
    Shortcut("form", "help_on", ("Shift+F1",), "đọc tiếp trợ giúp"),
    Shortcut("form", "save", ("Ctrl+S",), "lưu"),
    Shortcut("form", "save_close", ("Ctrl+Return", "Ctrl+Enter"), "lưu và đóng"),
    Shortcut("form", "new", ("Ctrl+N",), "phiếu mới, bản đang nhập giữ làm nháp"),
    Shortcut("form", "new_from", ("Ctrl+D",), "phiếu mới theo phiếu này"),
    Shortcut("form", "same_field", ("F4",), "như phiếu trước (trong bảng: như dòng trên)"),
    Shortcut("form", "pin", ("Ctrl+Shift+P",), "ghim ô này cho các phiếu sau"),
    Shortcut("form", "go_to", ("F6",), "đến ô theo tên"),
    Shortcut("form", "decode", ("F2",), "đổi chữ TCVN3, VNI của ô này sang Unicode"),
    Shortcut("form", "next_problem", ("F8",), "lỗi, cảnh báo tiếp theo"),
    Shortcut("form", "previous_problem", ("Shift+F8",), "lỗi, cảnh báo trước"),
    Shortcut("form", "reason", ("Ctrl+J",), "ghi lý do cho cảnh báo của ô này"),
    Shortcut("form", "open_twin", ("Ctrl+O",), "mở bản ghi mà cảnh báo nêu"),
    Shortcut("form", "leave", ("Esc",), "hai lần trong 3 giây: rời phiếu, giữ bản nháp"),
    Shortcut("field", "next", ("Return", "Enter"), "ô tiếp; ở ô cuối: lưu và nhập tiếp"),
    Shortcut("field", "previous", ("Shift+Return", "Shift+Enter"), "ô trước (trong ô nhiều dòng: xuống dòng)"),
    Shortcut("field", "show", ("Ctrl+Shift+H",), "hiện số giấy tờ bị che"),
    Shortcut("lines", "across", ("Tab",), "ô bên phải"),
    Shortcut("lines", "back", ("Shift+Tab",), "ô bên trái"),
    Shortcut("lines", "down", ("Return", "Enter"), "dòng dưới; ở dòng trống cuối: ra khỏi bảng"),
    Shortcut("lines", "up", ("Shift+Return", "Shift+Enter"), "dòng trên"),
    Shortcut("lines", "insert", ("F3",), "chèn dòng"),
    Shortcut("lines", "same_line", ("Shift+F4",), "chép cả dòng trên"),
    Shortcut("lines", "remove", ("Ctrl+Del",), "bỏ dòng"),
    Shortcut("lines", "bring_back", ("Ctrl+Z",), "lấy lại dòng vừa bỏ, bỏ khối vừa dán"),
    Shortcut("lines", "fill", ("=",), "điền phần còn lệch của tổng (ô trống)"),
    Shortcut("lines", "paste", ("Ctrl+V",), "dán một khối từ bảng tính, xem trước"),
    Shortcut("paste", "take", ("Return", "Enter"), "dán các dòng đã hiểu"),
    Shortcut("paste", "take_anyway", ("Ctrl+Return", "Ctrl+Enter"), "vẫn dán khi chữ cũ đã mất “ư”"),
    Shortcut("paste", "other_reading", ("F2",), "đổi chữ cũ sang Unicode, hoặc giữ nguyên"),
    Shortcut("paste", "drop", ("Esc",), "thôi, không dán"),
    Shortcut("day", "tomorrow", ("+",), "ngày sau"),
    Shortcut("day", "yesterday", ("-",), "ngày trước"),
    Shortcut("day", "today", ("T",), "hôm nay"),
    Shortcut("picker", "open", ("Alt+Down",), "mở danh sách, lịch"),
    Shortcut("picker", "create", ("Ctrl+Shift+N",), "thêm mục mới vào danh mục"),
    Shortcut("report", "next_mark", ("F8",), "chỗ cần xem tiếp theo"),
    Shortcut("report", "next_figure", ("Right",), "số tiếp theo trên trang"),
    Shortcut("report", "previous_figure", ("Left",), "số trước"),
    Shortcut("report", "open", ("Return", "Enter"), "các bản ghi của số đã chọn; viết vào mục đã chọn"),
    Shortcut("report", "close", ("Esc",), "đóng ngăn, đóng ô tìm; đang viết dở: hai lần, bản nháp được giữ"),
    Shortcut("report", "next_hit", ("F3",), "chỗ tìm thấy tiếp theo"),
    Shortcut("report", "previous_hit", ("Shift+F3",), "chỗ tìm thấy trước"),
    Shortcut("report", "zoom_in", ("+", "="), "trang to hơn"),
    Shortcut("report", "zoom_out", ("-",), "trang nhỏ hơn"),
    Shortcut("report", "fit_width", ("Ctrl+0",), "trang vừa bề rộng"),
    Shortcut("report", "reword", ("F2",), "sửa lời câu có số đã chọn; sửa tiêu đề mục đã chọn"),
    Shortcut("report", "insert_figure", ("F6",), "chèn số liệu vào câu đang sửa lời"),
    Shortcut("report", "exact_one", ("F7",), "số đã chọn: viết gần đúng, viết chính xác"),
    Shortcut("report", "exact_all", ("Shift+F7",), "mọi số: viết gần đúng, viết chính xác"),
    Shortcut("report", "take_new", ("Ctrl+1",), "số liệu đã thay đổi: lấy số mới, giữ lời văn"),
    Shortcut("report", "take_old", ("Ctrl+2",), "số liệu đã thay đổi: giữ số cũ"),
    Shortcut("report", "take_generated", ("Ctrl+3",), "lấy lại câu tự lập"),
    Shortcut("report", "outline_add", ("Ins",), "đề cương: thêm mục sau mục này"),
    Shortcut("report", "outline_up", ("Alt+Up",), "đề cương: chuyển mục lên"),
    Shortcut("report", "outline_down", ("Alt+Down",), "đề cương: chuyển mục xuống"),
    Shortcut("report", "outline_higher", ("Alt+Left",), "đề cương: nâng mục lên một cấp"),
    Shortcut("report", "outline_deeper", ("Alt+Right",), "đề cương: hạ mục xuống một cấp"),
    Shortcut("report", "outline_cut", ("Del",), "đề cương: bỏ mục khỏi báo cáo, đưa lại vào"),
    Shortcut("report", "outline_remove", ("Ctrl+Del",), "đề cương: xóa mục tự thêm"),
    Shortcut("report", "outline_default", ("Ctrl+Shift+R",), "đề cương có sẵn"),
    Shortcut("report", "save", ("Ctrl+S",), "lưu phần đang viết"),
    Shortcut("report", "save_close", ("Ctrl+Return", "Ctrl+Enter"), "lưu phần đang viết và đóng"),
    Shortcut("report", "save_pdf", ("Ctrl+Shift+S",), "lưu PDF"),
    Shortcut("import", "open", ("Ctrl+O",), "chọn tệp"),
    Shortcut("import", "go", ("Ctrl+Return", "Ctrl+Enter"), "xem trước; ở bước xem trước: nhập"),
    Shortcut("import", "back", ("Esc",), "dừng việc đang chạy, về bước trước"),
    Shortcut("import", "next_problem", ("F8",), "dòng từ chối, nghi vấn tiếp theo"),
    Shortcut("import", "previous_problem", ("Shift+F8",), "dòng từ chối, nghi vấn trước"),
    Shortcut("import", "edit", ("Return", "Enter", "F2"), "sửa ô, kiểm tra lại"),
    Shortcut("report", "again", ("F5",), "lập lại báo cáo"),
    Shortcut("list", "open", ("Return", "Enter"), "mở bản ghi"),
    Shortcut("list", "copy", ("Ctrl+C",), "chép các dòng đã chọn kèm tiêu đề"),
    Shortcut("list", "all", ("Ctrl+A",), "chọn tất cả theo bộ lọc"),
    Shortcut("list", "more_up", ("Shift+Up", "Shift+Down"), "chọn thêm dòng trên, dòng dưới"),
    Shortcut("list", "move_unit", ("Ctrl+Shift+U",), "chuyển các bản ghi đã chọn sang đơn vị khác"),
    Shortcut("list", "move_period", ("Ctrl+Shift+K",), "chuyển các bản ghi đã chọn sang kỳ khác"),
    Shortcut("list", "reason", ("Ctrl+J",), "ghi một lý do cho cảnh báo của các bản ghi đã chọn"),
    Shortcut("list", "cancel", ("Ctrl+Del",), "hủy, khôi phục các bản ghi đã chọn"),
    Shortcut("list", "export", ("Ctrl+E",), "xuất danh sách, in phiếu trống"),
    Shortcut("exchange", "open", ("Ctrl+O",), "chọn tệp để nhận"),
    Shortcut("history", "open", ("Return", "Enter"), "mở bản ghi của dòng; của lần nhập: danh sách"),
    Shortcut("history", "next_tab", ("Ctrl+Tab",), "trang sau: thay đổi, lần nhập, thùng rác"),
    Shortcut("history", "previous_tab", ("Ctrl+Shift+Tab",), "trang trước"),
    Shortcut("history", "restore", ("Ctrl+R",), "khôi phục; hoàn tác lần nhập đã chọn"),
)  # fmt: skip


@cache
def _of_place(place: str) -> dict[QKeyCombination, str]:
    return {QKeySequence(keys)[0]: row.action for row in TABLE if row.place == place for keys in row.keys}  # type: ignore[index]


def action_for(place: str, event: QKeyEvent) -> str | None:
    """Give the action that a key press means at ``place``; the keypad counts as the other keys do."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | Qt.KeyboardModifier.ShiftModifier
    found = _of_place(place).get(QKeyCombination(modifiers, key))
    if found is None and modifiers == Qt.KeyboardModifier.ShiftModifier and event.text() in ("+", "="):
        found = _of_place(place).get(QKeyCombination(Qt.KeyboardModifier.NoModifier, key))
    return found


def bind(widget: QWidget, place: str, actions: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Make the shortcuts of ``place`` that ``actions`` names, for ``widget`` and what is in it."""
    made = []
    for row in TABLE:
        if row.place == place and row.action in actions:
            for keys in row.keys:
                shortcut = QShortcut(QKeySequence(keys), widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(actions[row.action])
                shortcut.activatedAmbiguously.connect(actions[row.action])  # page and window share a key: Qt asks them in turn
                made.append(shortcut)
    return made


def key_of(place: str, action: str) -> str:
    """Give the words of the first key of an action, as they stand on a key cap."""
    return next(row.keys[0] for row in TABLE if row.place == place and row.action == action).replace("Return", "Enter")


def has_key(place: str, key: str) -> bool:
    """Tell whether an action of ``place`` has ``key``, in words of the table."""
    return any(row.place == place and key in row.keys for row in TABLE)


WRITING = {
    ("window", "new"),
    *(("form", one) for one in ("save", "save_close", "new", "new_from", "same_field", "pin", "reason", "decode")),
}
"""Actions of who may enter records; so is all that the places ``WRITTEN`` have."""
WRITTEN = {"lines", "paste", "import"}


def listed(writes: bool = True) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give all places with their keys and words, for the sheet under Ctrl+/; ``writes``: for who may enter records."""
    return [
        (
            _(name),
            [
                (" · ".join(dict.fromkeys(k.replace("Return", "Enter") for k in row.keys)), _(row.words))
                for row in TABLE
                if row.place == place and (writes or ((place, row.action) not in WRITING and place not in WRITTEN))
            ],
        )
        for place, name in PLACES.items()
    ]
