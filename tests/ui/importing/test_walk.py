"""Import in the window: file → columns → rows → written → taken back, by keyboard, with real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel

from app import import_rows
from app.import_rows import DOUBTFUL, KNOWN, READY, REFUSED
from app.importing import Preview
from tests.ui.importing.kit import ALL, DOUBTFUL_ROW, HEADER, READY_ROWS, REFUSED_ROW, Settle, beneficiaries, drop, fates, said, write
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import look, style
from ui.import_page import DONE, FILE, MATCH, ROWS, ImportPage
from ui.import_preview import FATE, FIRST
from ui.look import px
from ui.main_window import MainWindow


def test_a_dropped_file_goes_through_preview_into_the_records_and_back_by_keyboard(
    window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    keyboard = Keyboard()
    drop(window, write(tmp_path / "danh sách.csv", ALL))
    settle()
    page = window.page("import")
    assert isinstance(page, ImportPage)
    assert window.key == "import"
    before = beneficiaries(page)
    assert page.stack.currentIndex() == ROWS, "nothing was left to decide, so the columns were passed over"
    assert fates(page) == [REFUSED, DOUBTFUL, READY, READY]
    assert beneficiaries(page) == before, "a preview writes nothing"
    assert keyboard.focus() is page.rows.table
    keyboard.press(Key.Key_Return, modifiers=CTRL)
    settle()
    assert page.stack.currentIndex() == DONE
    assert beneficiaries(page) == before + 2, "the filled button writes what is ready only"
    assert window.toast.isVisible()
    keyboard.press(Key.Key_Z, modifiers=CTRL)
    settle()
    assert page.stack.currentIndex() == FILE
    assert "hủy 2" in window.toast.accessibleName()
    drop(window, tmp_path / "danh sách.csv")
    settle()
    assert fates(page) == [REFUSED, DOUBTFUL, READY, READY], "what was taken back is new again"


def test_doubtful_rows_are_written_when_their_button_is_pressed_and_known_rows_are_shown_as_such(
    page: ImportPage, settle: Settle, tmp_path: Path
) -> None:
    keyboard = Keyboard()
    before = beneficiaries(page)
    path = write(tmp_path / "a.csv", ALL)
    page.open_file(path)
    settle()
    page.rows.write_all.setFocus()
    keyboard.press(Key.Key_Return)
    settle()
    assert beneficiaries(page) == before + 3
    page.open_file(path)
    settle()
    assert fates(page) == [REFUSED, KNOWN, KNOWN, KNOWN]
    assert page.rows.write_ready.isHidden()
    assert page.rows.write_all.isHidden()


def test_f8_walks_the_rows_that_want_looking_at_and_chips_filter(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    keyboard = Keyboard()
    page.open_file(write(tmp_path / "a.csv", ALL))
    settle()
    table = page.rows.table
    QAbstractItemModelTester(table.rows)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, FIRST + 1), "at the cell that is wrong"
    assert "19x8" in page.rows.reason.text()
    keyboard.press(Key.Key_F8)
    assert table.currentIndex().row() == 1
    keyboard.press(Key.Key_F8)
    assert table.currentIndex().row() == 0, "round"
    keyboard.press(Key.Key_F8, modifiers=SHIFT)
    assert table.currentIndex().row() == 1
    page.rows.chips[READY].setFocus()
    keyboard.press(Key.Key_Space)
    assert fates(page) == [READY, READY]
    assert page.rows.chips[READY].accessibleName() == "Sẵn sàng 2"
    page.rows.chips[""].setFocus()
    keyboard.press(Key.Key_Return)
    assert len(fates(page)) == 4
    words = table.rows.data(table.rows.index(0, FIRST + 1), int(Qt.ItemDataRole.AccessibleTextRole))
    assert "19x8" in words
    assert "không phải" in words, "who cannot see hears what is wrong at the cell"


def test_a_cell_is_mended_with_enter_and_the_rows_are_looked_at_again(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    keyboard = Keyboard()
    path = write(tmp_path / "a.csv", ALL)
    before = path.read_bytes()
    page.open_file(path)
    settle()
    keyboard.press(Key.Key_Return)
    keyboard.press(Key.Key_A, modifiers=CTRL)
    keyboard.write("1948")
    keyboard.press(Key.Key_Return)
    settle()
    assert fates(page) == [DOUBTFUL, READY, READY, READY]
    assert page.rows.table.rows.rows[page.rows.table.currentIndex().row()].number == 5, "still at the row that was mended"
    assert path.read_bytes() == before


def test_after_the_import_what_stayed_out_is_counted_in_rows_and_can_be_saved(
    page: ImportPage, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.csv", [*READY_ROWS, DOUBTFUL_ROW, REFUSED_ROW.replace("DV01", "DV99")])
    page.open_file(path)
    settle()
    assert page.looked is not None
    assert len(page.looked.preview.refused) == 2, "two things are wrong in one row"
    page.write(with_doubtful=False)
    settle()
    words = " ".join(one.text() for one in page.result.findChildren(QLabel))
    assert "2 mới · 1 dòng nghi vấn, 1 dòng bị từ chối chưa nhập" in words
    out = tmp_path / "chưa nhập.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out), ""))
    (save,) = [one for one in page.result.links if one.accessibleName().startswith("Lưu 2 dòng chưa nhập")]
    save.setFocus()
    Keyboard().press(Key.Key_Return)
    settle()
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["Ngô Thị Thử", "Lý Văn Thử"]
    assert all(row[-1] for row in rows[1:])
    page.undo(page.done.import_id or "" if page.done else "")
    settle()
    page.open_file(path)
    settle()
    page.write(with_doubtful=True)
    settle()
    words = " ".join(one.text() for one in page.result.findChildren(QLabel))
    assert "3 mới · 1 còn cảnh báo · 1 dòng bị từ chối chưa nhập" in words
    page.undo(page.done.import_id or "" if page.done else "")
    settle()


def test_refused_rows_are_saved_with_their_reasons(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    page.open_file(write(tmp_path / "a.csv", ALL))
    settle()
    assert page.looked is not None
    out = tmp_path / "từ chối.xlsx"
    assert import_rows.save_rows(page.looked, (REFUSED,), out) == 1
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0][-1] == "Lý do"
    assert rows[1][0] == "Lý Văn Thử"
    assert "19x8" in str(rows[1][-1])


def test_an_import_that_is_stopped_writes_nothing(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    rows = [f"Người Thử {n},19{40 + n % 50},{n:012},Đồng Tiến,Thương binh,Có,DV01" for n in range(4500)]
    page.open_file(write(tmp_path / "to.csv", rows))
    settle()
    before = beneficiaries(page)
    page.write(with_doubtful=True)
    Keyboard().press(Key.Key_Escape)
    settle()
    assert page.stack.currentIndex() == ROWS
    assert "chưa ghi gì" in said(page)
    assert beneficiaries(page) == before


@pytest.mark.parametrize(("theme", "percent"), [("light", 100), ("dark", 100), ("light", 160)])
def test_every_step_fits_a_small_screen(
    app: QApplication, window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path, theme: str, percent: int
) -> None:
    style.install(app, theme, percent)
    window.resize(1280, 680)
    header = HEADER + ",Ghi chú riêng"
    page.open_file(write(tmp_path / "a.csv", [f"{row},x" for row in ALL], header))
    settle()
    for step in (MATCH, ROWS):
        if step == ROWS:
            page.look()
            settle()
        assert page.stack.currentIndex() == step
        assert window.minimumSizeHint().width() <= 1280
        assert (window.width(), window.height()) == (1280, 680)
        nameless = [one for one in page.findChildren(QAbstractButton) if one.isVisible() and not (one.accessibleName() or one.text())]
        assert nameless == []
        for one in page.findChildren(QAbstractButton):
            if one.isVisible() and one.visibleRegion().isEmpty() is False and one.window() is window:
                assert one.mapTo(window, one.rect().topRight()).x() <= 1280, one.text()
    assert page.rows.table.rows.text(page.rows.table.rows.rows[0], FATE) == "Từ chối"
    assert page.rows.table.viewport().height() >= look.px(60)


def test_a_written_import_is_told_to_whoever_shows_records(page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    page.open_file(write(tmp_path / "a.csv", READY_ROWS))
    settle()
    page.write(with_doubtful=True)
    settle()
    assert isinstance(page.done, Preview)
    assert page.done.new == 2
    assert page.result.links[0].text() == "Mở danh sách"
    Keyboard().press(Key.Key_Return)
    settle()
    assert page.isHidden() or not page.isVisible()


@pytest.mark.parametrize("percent", [100, 160])
def test_seven_columns_and_their_reasons_have_room_without_scrolling_sideways(
    window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path, percent: int
) -> None:
    look.set_scale(percent)
    try:
        wide = "Nguyễn Thị Hoàng Phương Thảo,19x8,000000991004,Thị trấn Ngọc Bảo Đông,Thương binh loại A,Có,Ban CHQS huyện Ngọc Bảo"
        drop(window, write(tmp_path / "rộng.csv", [wide] * 3))
        settle()
        assert page.stack.currentIndex() == ROWS
        table = page.rows.table
        assert table.horizontalScrollBar().maximum() == 0
        widths = [table.columnWidth(column) for column in range(table.rows.columnCount())]
        assert min(widths[FIRST:]) >= px(60)
        assert widths[-1] <= max(px(200), table.viewport().width() // 4), "the whole reason stands below the table"
    finally:
        look.set_scale(100)
