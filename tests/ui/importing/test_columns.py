"""The step of the columns: what is unknown, missing or in an old encoding is asked there, in words of the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from app.import_rows import DOUBTFUL, READY, REFUSED
from app.legacy_text import TCVN3
from tests.ui.importing.kit import ALL, HEADER, READY_ROWS, Settle, fates, said, write
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui.buttons import Banner
from ui.import_match import LEAVE
from ui.import_page import MATCH, ROWS, ImportPage
from ui.import_parts import Chooser
from ui.import_preview import FIRST
from ui.main_window import MainWindow


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_unknown_columns_stop_at_matching_are_named_and_can_be_matched_by_keyboard(
    page: ImportPage, settle: Settle, tmp_path: Path
) -> None:
    keyboard = Keyboard()
    header = HEADER.replace("Họ và tên", "Quý danh") + ",Ghi chú riêng"
    page.open_file(write(tmp_path / "a.csv", [f"{row},x" for row in READY_ROWS], header))
    settle()
    assert page.stack.currentIndex() == MATCH
    assert "Quý danh" in said(page)
    assert "Thiếu cột bắt buộc: Họ và tên" in said(page)
    chooser = page.match.columns[0, 0]
    assert chooser.key == LEAVE
    chooser.setFocus()
    keyboard.press(Key.Key_Down)
    menu = next(one for one in chooser.findChildren(QMenu) if one.isVisible())
    wanted = next(action for action in menu.actions() if action.text() == "Họ và tên")
    while menu.activeAction() is not wanted:
        before = menu.activeAction()
        QApplication.sendEvent(menu, _press(Key.Key_Down))
        assert menu.activeAction() is not before
    QApplication.sendEvent(menu, _press(Key.Key_Return))
    settle()
    assert page.match.columns[0, 0].accessibleName() == "Cột Quý danh nhập vào: Họ và tên"
    assert page.window().focusWidget() is page.match.columns[0, 0], "the focus stays where the choice was made"
    page.match.columns[0, 0].setFocus()
    page.window().activateWindow()
    settle()
    assert "Thiếu" not in said(page)
    keyboard.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert fates(page) == [READY, READY]
    assert page.rows.table.rows.headerData(FIRST, Qt.Orientation.Horizontal) == "Họ và tên"
    keyboard.press(Key.Key_Escape)
    assert page.stack.currentIndex() == MATCH
    page.open_file(write(tmp_path / "b.csv", [f"{row},x" for row in READY_ROWS], header))
    settle()
    assert page.match.columns[0, 0].accessibleName().endswith("Họ và tên"), "what was matched once is remembered"


def _press(key: Qt.Key):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)


def in_tcvn3(text: str) -> str:
    back = {letter: chr(code) for code, letter in TCVN3.items()}
    return "".join(back.get(letter, back.get(letter.lower(), letter)) for letter in text)


def test_old_text_is_shown_before_and_after_and_kept_or_decoded_as_chosen(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "cũ.csv"
    path.write_bytes("\n".join(map(in_tcvn3, [HEADER, *READY_ROWS])).encode("latin-1"))
    page.open_file(path)
    settle()
    assert page.stack.currentIndex() == MATCH
    words = [one.text() for one in page.match.findChildren(QLabel) if not one.isHidden()]
    assert "“Bùi Văn Thử”" in words
    assert f"“{in_tcvn3('Bùi Văn Thử')}”" in words
    assert page.match.encodings[0, 0].key == "tcvn3"
    page.look()
    settle()
    names = [page.rows.table.rows.text(row, FIRST) for row in page.rows.table.rows.rows]
    assert names == ["Bùi Văn Thử", "Hoàng Thị Thử"]
    page.back()
    page.match.encodings[0, 0].chosen.emit(LEAVE)
    page.look()
    settle()
    assert page.rows.table.rows.text(page.rows.table.rows.rows[0], FIRST) == in_tcvn3("Bùi Văn Thử")
    assert fates(page) == [DOUBTFUL, DOUBTFUL], "kept as it is, it is doubted"


def test_cells_that_read_both_ways_are_decoded_when_asked(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    communes = ["Ñoàng Tieán", "Đường Lâm", "Tân Lập", "Bình Sôn"]
    path = write(tmp_path / "lẫn.csv", [row.replace("Đồng Tiến", one) for row, one in zip(ALL, communes, strict=True)])
    page.open_file(path)
    settle()
    (box,) = page.match.whole.values()
    assert "1 ô" in box.text()
    box.setFocus()
    Keyboard().press(Key.Key_Space)
    assert next(iter(page.match.whole.values())).isChecked()
    page.look()
    settle()
    shown = page.rows.table.rows
    assert {shown.text(one, FIRST + 3) for one in shown.rows} == {"Đồng Tiến", "Đường Lâm", "Tân Lập", "Bình Sơn"}


def test_a_column_that_lost_its_ư_stops_the_import_until_it_is_accepted(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    keyboard = Keyboard()
    rows = [f"{row},{note}" for row, note in zip(READY_ROWS, ("cấp nước sạch", "gần trường học"), strict=True)]
    path = tmp_path / "mất.csv"
    path.write_bytes(_lost(rows))
    page.open_file(path)
    settle()
    assert "đã mất chữ “ư”" in said(page)
    assert "Địa chỉ" in said(page)
    page.look()
    settle()
    assert page.stack.currentIndex() == MATCH, "refused"
    (box,) = page.match.accepts.values()
    box.setFocus()
    keyboard.press(Key.Key_Space)
    assert "đã mất chữ" not in said(page)
    page.look()
    settle()
    assert page.stack.currentIndex() == ROWS


def _lost(rows: list[str]) -> bytes:
    """Give the table in TCVN3 with its soft hyphens dropped in the last column, headings in plain letters that are known."""
    lines = [f"{HEADER},Địa chỉ", *rows]
    made = [",".join(cell.replace("\xad", "") if at == 7 else cell for at, cell in enumerate(in_tcvn3(line).split(","))) for line in lines]
    return "\n".join(made).encode("latin-1")


def test_a_preview_that_is_stopped_goes_back_to_the_columns(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    rows = [f"Người Thử {n},19{40 + n % 50},{n:012},Đồng Tiến,Thương binh,Có,DV01,x" for n in range(4500)]
    page.open_file(write(tmp_path / "to.csv", rows, HEADER + ",Bỏ"))
    settle()
    page.look()
    Keyboard().press(Key.Key_Escape)
    settle()
    assert page.stack.currentIndex() == MATCH
    assert page.looked is None
    assert page.go_look.isEnabled()


def test_what_is_missing_is_said_once_and_the_preview_waits_for_it(
    window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path
) -> None:
    keyboard = Keyboard()
    header = HEADER.replace("Họ và tên", "Quý danh")
    page.open_file(write(tmp_path / "a.csv", READY_ROWS, header))
    settle()
    assert page.stack.currentIndex() == MATCH
    assert not page.go_look.isEnabled()
    assert keyboard.focus() is page.match.columns[0, 0], "the column to be matched has the focus"
    for _try in range(2):
        keyboard.press(Key.Key_Return, modifiers=CTRL)
        settle()
    assert page.stack.currentIndex() == MATCH
    banners = [one.label.text() for one in page.findChildren(Banner) if one.isVisible()]
    assert len([one for one in banners if "Họ và tên" in one]) == 1, banners
    assert "lệnh" not in said(page)
    assert "--" not in said(page)
    assert page.match.plan is not None
    page.match.columns[0, 0].chosen.emit(next(one.key for one in page.match.plan.targets(0) if one.label == "Họ và tên"))
    settle()
    assert page.go_look.isEnabled()
    keyboard.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert page.stack.currentIndex() == ROWS


def test_by_keyboard_alone_a_column_the_file_has_not_gets_one_value_and_one_mended_cell_mends_those_like_it(
    window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path
) -> None:
    keyboard = Keyboard()
    header = "Đơn vị báo cáo,Đến ngày,Hình thức,Giáo viên / báo cáo viên,Nội dung khác,Đối tượng,Quân số,Quân số tham gia"
    rows = [f"DV01,0{day}/3/2019,Nói chuyện chuyên đề,CTV,Luật {day},SQ,40,40" for day in (4, 5, 6)]
    page.open_file(write(tmp_path / "a.csv", rows, header))
    settle()
    assert page.stack.currentIndex() == MATCH
    assert "Thiếu cột bắt buộc: Loại nội dung. Hãy ghép" in said(page)
    (field,) = page.match.fills.values()
    assert keyboard.focus() is field
    assert isinstance(field, Chooser)
    next(one for one in field.menu().actions() if one.text() == "Giáo dục pháp luật").trigger()
    assert field.text() == "Giáo dục pháp luật"
    assert "Thiếu cột" not in said(page)
    keyboard.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert fates(page) == [REFUSED] * 3
    keyboard.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert "Chưa có dòng nào nhập được." in said(page)
    keyboard.press(Key.Key_Return)
    keyboard.write("CHINH_TRI_VIEN")
    keyboard.press(Key.Key_Return)
    settle()
    assert "còn 2 ô ghi “CTV”." in said(page)
    keyboard.press(*[Key.Key_Backtab] * 4, modifiers=SHIFT)  # past the chips
    keyboard.press(Key.Key_Return)
    settle()
    assert REFUSED not in fates(page)
    assert keyboard.focus() is page.rows.table
    assert "CTV" not in said(page)


def test_a_row_of_sums_is_said_and_does_not_stand_among_the_refused(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    header = "TT,Đơn vị báo cáo,Đến ngày,Hình thức,Loại nội dung,Giáo viên / báo cáo viên,Nội dung khác,Đối tượng,Quân số,Quân số tham gia"
    rows = ["1,,04/3/2019,Nói chuyện chuyên đề,Giáo dục pháp luật,CHINH_TRI_VIEN,Luật,SQ,40,40", "Tổng cộng,,,,,,,,40,40"]
    page.open_file(write(tmp_path / "a.csv", [row.replace(",,", ",", 1) for row in rows], header.replace("Đơn vị báo cáo,", "")))
    settle()
    assert page.plan is not None
    page.plan.fill("." + "unit", "DV01")
    page.look()
    settle()
    assert REFUSED not in fates(page)
    assert len(fates(page)) == 1
    assert "Bỏ qua dòng cộng 3." in said(page)


def test_a_file_without_headings_is_answered_in_words_of_the_window(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "trống.csv"
    path.write_text("\n", encoding="utf-8")
    page.type.choose("beneficiary")
    page.open_file(path)
    settle()
    assert said(page)
    assert "lệnh" not in said(page)
    assert "--" not in said(page)


def test_a_sheet_of_lines_without_its_columns_is_answered_in_words_of_the_window(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    header = "Đơn vị báo cáo,Đến ngày,Hình thức,Loại nội dung,Giáo viên / báo cáo viên,Nội dung khác,Quân số"
    row = "DV01,05/03/2019,HOC_TAP,CT,CAN_BO_CT,Bài giảng,42"
    page.open_file(write(tmp_path / "buổi.csv", [row], header))
    settle()
    if page.go_look.isEnabled():
        page.look()
        settle()
    assert "thiếu cột bắt buộc" in said(page)
    assert "nút Xuất có mẫu nhập trống" in said(page)
    assert "lệnh" not in said(page)
