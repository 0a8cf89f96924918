"""Which files come in and go out: refused in words, several at once, several sheets, other types, exported and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QMenu

from app.import_rows import KNOWN, READY
from app.listing import Listing, Wanted
from db.records.beneficiary import Beneficiary
from tests.ui.importing.kit import HEADER, READY_ROWS, Settle, beneficiaries, drop, fates, said, write
from tests.ui.keyboard import Key, Keyboard
from ui import export_action
from ui.import_match import LEAVE
from ui.import_page import FILE, MATCH, ROWS, ImportPage
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place

DEMO = Path(__file__).resolve().parents[3] / "resources" / "demo"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ảnh.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "ảnh PNG"),
        ("văn bản.pdf", b"%PDF-1.7\n", "tệp PDF"),
        ("rỗng.csv", b"", "trống"),
        ("cũ.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        ("hỏng.xlsx", b"PK\3\4" + b"x" * 40, ""),
        ("chỉ tiêu đề.csv", HEADER.encode(), "không có dòng nào"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words_and_the_window_lives_on(
    window: MainWindow, settle: Settle, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    drop(window, tmp_path / name)
    settle()
    page = window.page("import")
    assert isinstance(page, ImportPage)
    assert page.stack.currentIndex() == FILE
    assert said(page)
    assert words in said(page)
    drop(window, write(tmp_path / "đúng.csv", READY_ROWS))
    settle()
    assert fates(page) == [READY, READY]
    assert said(page) == ""


def test_several_dropped_files_wait_for_their_turn(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    drop(window, write(tmp_path / "một.csv", READY_ROWS[:1]), write(tmp_path / "hai.csv", READY_ROWS[1:]))
    settle()
    page = window.page("import")
    assert isinstance(page, ImportPage)
    assert "còn 1 tệp chờ" in page.fact.text()
    page.write(with_doubtful=True)
    settle()
    assert page.result.links[0].text() == "Nhập tệp tiếp theo"
    assert page.result.links[0].hasFocus()
    Keyboard().press(Key.Key_Return)
    settle()
    assert "hai.csv" in page.fact.text()
    assert fates(page) == [READY]


def test_dropped_files_behind_one_that_is_refused_or_left_are_a_key_away(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    names = ("một.csv", "hai.csv")
    drop(window, broken, *(write(tmp_path / name, [row]) for name, row in zip(names, READY_ROWS, strict=False)))
    settle()
    page, keyboard = window.page("import"), Keyboard()
    assert isinstance(page, ImportPage)
    assert said(page)
    assert page.fact.text() == "còn 2 tệp chờ"
    assert keyboard.focus() is page.following, "the refused file does not take the others with it"
    keyboard.press(Key.Key_Return)
    settle()
    assert page.fact.text() == "một.csv · Người hưởng chính sách · 1 dòng · còn 1 tệp chờ"
    keyboard.press(Key.Key_Escape)
    keyboard.press(Key.Key_Escape)
    assert (page.stack.currentIndex(), keyboard.focus(), page.following.toolTip()) == (FILE, page.following, "hai.csv")
    keyboard.press(Key.Key_Return)
    settle()
    assert "hai.csv" in page.fact.text()
    assert fates(page) == [READY]
    page.back()
    page.back()
    assert not page.following.isVisible()


def test_a_workbook_of_several_sheets_shows_each_and_a_sheet_can_be_left_out(page: ImportPage, settle: Settle) -> None:
    page.open_file(DEMO / "07-chinh-sach.xlsx")
    settle()
    assert page.stack.currentIndex() == ROWS
    assert [chip.text() for chip in page.rows.sheet_chips] == ["Hoạt động", "Đối tượng hưởng", "Danh sách", "Nguồn kinh phí"]
    page.rows.sheet_chips[1].click()
    assert page.rows.table.rows.page is not None
    assert page.rows.table.rows.page.sheet.title == "Đối tượng hưởng"
    page.back()
    page.match.roles[3].chosen.emit(LEAVE)
    settle()
    page.look()
    settle()
    assert len(page.rows.sheet_chips) == 3


def test_a_page_of_records_imports_into_its_own_type(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    window.go(Place("beneficiary"))
    found = window.page("beneficiary")
    assert isinstance(found, RecordPage)
    next(one for one in found.findChildren(QAbstractButton) if one.text() == "Nhập từ bảng").click()
    settle()
    page = window.page("import")
    assert isinstance(page, ImportPage)
    assert window.key == "import"
    assert page.type.key == "beneficiary"
    page.open_file(write(tmp_path / "a.csv", READY_ROWS, HEADER))
    settle()
    assert page.plan is not None
    assert page.plan.declared is Beneficiary
    page.match.type_chosen.emit("unit")
    settle()
    assert page.plan.declared.type_name == "unit"
    assert page.stack.currentIndex() == MATCH


# --- export -----------------------------------------------------------------------------------------------------------------


def test_the_list_as_it_stands_is_exported_and_comes_back_as_already_there(
    window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path
) -> None:
    session = window.session
    listing = Listing(session.store, Beneficiary, Wanted(words="hung"))
    count = len(listing.ids())
    assert 0 < count < beneficiaries(page)
    path = tmp_path / "danh sách.xlsx"
    export_action.export(session, Beneficiary, listing, path, next(way for way in export_action.WAYS if way.how == "names"))
    settle()
    assert f"{count} bản ghi" in window.toast.accessibleName()
    page.open_file(path)
    settle()
    assert set(fates(page)) == {KNOWN}
    assert len(fates(page)) == count


def test_the_empty_form_is_exported_and_understood(window: MainWindow, page: ImportPage, settle: Settle, tmp_path: Path) -> None:
    for way in (one for one in export_action.WAYS if one.how == "empty"):
        path = tmp_path / f"mẫu{way.ending}"
        export_action.export(window.session, Beneficiary, Listing(window.session.store, Beneficiary, Wanted()), path, way)
        settle()
        page.open_file(path)
        settle()
        assert "không có dòng nào" in said(page)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_ways_to_export_are_offered_by_a_menu(window: MainWindow, settle: Settle) -> None:
    window.go(Place("education"))
    found = window.page("education")
    assert isinstance(found, RecordPage)
    settle()
    next(one for one in found.findChildren(QAbstractButton) if one.text() == "Xuất").click()
    (menu,) = (one for one in found.findChildren(QMenu) if one.isVisible())
    assert [action.text() for action in menu.actions() if action.text()] == [way.words for way in export_action.WAYS]
    menu.close()
