"""Several records of a list at once: chosen by keys, moved after a preview, taken back, copied, exported in the shown order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app import listing
from app.listing import Listing, Wanted
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from db.system import Journal
from tests.samples import education
from tests.ui.keyboard import Keyboard
from ui import export_action, printing
from ui.confirm_pane import ConfirmPane
from ui.list_output import of_list, of_sheet
from ui.list_pane import ListPane
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.palette import Palette
from ui.pdf_pages import Pdf
from ui.record_model import AFTER_PAINT
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
EDUCATION = RECORD_TYPES["education"]


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> RecordPage:
    window.go(Place("education"))
    settle()
    found = window.page("education")
    assert isinstance(found, RecordPage)
    found.list.table.setFocus()
    return found


def choose(page: RecordPage, count: int) -> list[str]:
    """Choose the first records by Shift+Down; give their uids."""
    table = page.list.table
    QTest.keyClick(table, Key.Key_Home, CTRL)
    table.selectionModel().clearSelection()
    table.setCurrentIndex(page.list.model.index(0, 1))
    for _step in range(count - 1):
        QTest.keyClick(table, Key.Key_Down, SHIFT)
    assert table.chosen_count() == count
    return page.list.model.listing.uids(page.list.chosen_ids())


def line(window: MainWindow) -> LinePane:
    return next(one for one in window.findChildren(LinePane) if one.isVisible())


def confirm(window: MainWindow) -> ConfirmPane:
    return next(one for one in window.findChildren(ConfirmPane) if one.isVisible())


def write(window: MainWindow, settle: Settle, text: str) -> None:
    Keyboard().write(text)
    QTest.keyClick(line(window).line, Key.Key_Return)
    for _round in range(3):
        settle()


def press(settle: Settle, widget: object, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifiers)  # type: ignore[call-overload]
    for _round in range(3):
        settle()


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """Give the rows of the first sheet of a workbook."""
    with closing(load_workbook(path, read_only=True)) as book:
        return list(book.worksheets[0].iter_rows(values_only=True))


def test_shift_and_arrows_choose_several_and_the_strip_offers_what_can_be_done(page: RecordPage) -> None:
    choose(page, 3)
    assert page.list.bulk.isVisible()
    assert page.list.bulk.words.text() == "3 bản ghi đã chọn"
    shown = [button.text() for button in page.list.bulk.buttons.values() if button.isVisible()]
    assert shown == ["Chuyển đơn vị…", "Chuyển kỳ…", "Ghi lý do…", "Hủy…", "Xuất", "Sao chép"]


def test_all_of_the_filter_are_chosen_though_only_a_page_is_known(
    page: RecordPage, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SMALL", 0)
    monkeypatch.setattr(listing, "PAGE", 16)
    monkeypatch.setattr("ui.record_model.PAGE", 16)
    page.list.reload()
    assert not page.list.model.is_whole
    QTest.keyClick(page.list.table, Key.Key_A, CTRL)
    assert page.list.table.chosen_count() == 16
    QTest.qWait(2 * AFTER_PAINT)
    settle()
    every = list(page.list.model.listing.ids())
    assert page.list.table.chosen_count() == len(every) > 16
    assert page.list.chosen_ids() == every


def test_one_row_chosen_while_the_rest_comes_stays_the_only_one(page: RecordPage, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SMALL", 0)
    monkeypatch.setattr(listing, "PAGE", 16)
    monkeypatch.setattr("ui.record_model.PAGE", 16)
    page.list.reload()
    QTest.keyClick(page.list.table, Key.Key_A, CTRL)
    QTest.keyClick(page.list.table, Key.Key_Down)
    QTest.qWait(2 * AFTER_PAINT)
    settle()
    assert page.list.table.chosen_count() == 1


def test_records_move_to_another_unit_after_a_preview_and_back(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    store = window.session.store
    uids = choose(page, 3)
    before = [store.read(uid)[1]["unit"] for uid in uids]
    press(settle, page.list.table, Key.Key_U, CTRL | SHIFT)
    write(window, settle, "DV03")
    pane = confirm(window)
    assert [store.read(uid)[1]["unit"] for uid in uids] == before, "nothing is written before it is confirmed"
    assert pane.go_button.text() == "Chuyển 3 bản ghi"
    assert pane.accessibleName() == "Chuyển sang Ban CHQS huyện An Thạch. 3 bản ghi sẽ đổi"
    for _step in range(3):
        Keyboard().press(Key.Key_Tab)
        assert pane.isAncestorOf(Keyboard.focus()), "Tab stays in the pane"
    press(settle, pane.go_button, Key.Key_Return)
    target = next(uid for uid, one in store.names.catalogue("unit").records.items() if one["code"] == "DV03")
    assert [store.read(uid)[1]["unit"] for uid in uids] == [target] * 3
    assert window.toast.accessibleName() == "Đã chuyển 3 bản ghi sang Ban CHQS huyện An Thạch."
    press(settle, window, Key.Key_Z, CTRL)
    assert [store.read(uid)[1]["unit"] for uid in uids] == before
    assert page.list.table.hasFocus()


def test_records_move_to_another_period_with_a_reason(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    store = window.session.store
    uids = choose(page, 2)
    press(settle, page.list.table, Key.Key_K, CTRL | SHIFT)
    write(window, settle, "2019-H2")
    write(window, settle, "gửi muộn")
    assert confirm(window).accessibleName() == "Chuyển sang 6 tháng cuối năm 2019. 2 bản ghi sẽ đổi. Lý do: gửi muộn"
    press(settle, confirm(window).go_button, Key.Key_Return)
    assert {(store.read(uid)[1]["moved_to"], store.read(uid)[1]["moved_why"]) for uid in uids} == {("2019-H2", "gửi muộn")}
    listed = page.list.model.listing.uids(page.list.model.ids)
    assert not set(uids) & set(listed), "they have left the list of this period"


def test_records_are_cancelled_together_with_a_reason_and_restored_from_the_list_of_cancelled_ones(
    window: MainWindow, page: RecordPage, settle: Settle
) -> None:
    store = window.session.store
    uids = choose(page, 2)
    press(settle, page.list.table, Key.Key_Delete, CTRL)
    write(window, settle, "nhập trùng")
    press(settle, confirm(window).go_button, Key.Key_Return)
    assert {store.read(uid)[1]["cancel_reason"] for uid in uids} == {"nhập trùng"}
    page.list.chips["cancelled"].click()
    settle()
    page.list.table.setFocus()
    QTest.keyClick(page.list.table, Key.Key_A, CTRL)
    assert page.list.bulk.buttons["restore"].isVisible()
    assert not page.list.bulk.buttons["unit"].isVisible()
    press(settle, page.list.table, Key.Key_Delete, CTRL)
    press(settle, confirm(window).go_button, Key.Key_Return)
    assert {store.read(uid)[1]["state"] for uid in uids} == {"entered"}


def test_one_reason_answers_the_warnings_of_all_chosen_records(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    store = window.session.store
    low = education()["audiences"][0] | {"present": 200}
    made = [store.save("education", education(event_to=f"2019-03-0{day}", audiences=[low]), window.session.user) for day in (4, 5)]
    assert all("" in store.read(uid)[1]["warned"].values() for uid in made)
    page.list.show_wanted(Wanted(warnings=True))
    settle()
    QTest.keyClick(page.list.table, Key.Key_A, CTRL)
    press(settle, page.list.table, Key.Key_J, CTRL)
    write(window, settle, "Mưa lũ, chia cắt")
    pane = confirm(window)
    assert pane.go_button.text().startswith("Ghi lý do cho ")
    press(settle, pane.go_button, Key.Key_Return)
    assert all("Mưa lũ, chia cắt" in store.read(uid)[1]["warned"].values() for uid in made)
    page.list.reload()
    settle()
    assert page.list.model.rowCount() == 0


def test_without_a_reason_or_with_esc_nothing_happens(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    end = window.session.store.chain_end()
    choose(page, 2)
    press(settle, page.list.table, Key.Key_Delete, CTRL)
    write(window, settle, "")
    press(settle, page.list.table, Key.Key_Delete, CTRL)
    write(window, settle, "nhập trùng")
    press(settle, confirm(window).go_button, Key.Key_Escape)
    assert window.session.store.chain_end() == end
    assert page.list.table.hasFocus()


def test_the_chosen_rows_are_copied_with_headings_and_formulas_stay_text(window: MainWindow, settle: Settle) -> None:
    store = window.session.store
    store.save("beneficiary", {"name": "=Hyperlink(1)", "birth": "1950", "commune": "Phú Lâm"}, window.session.user)
    window.go(Place("beneficiary", Wanted(words="hyperlink")))
    settle()
    found = window.page("beneficiary")
    assert isinstance(found, RecordPage)
    table = found.list.table
    table.setFocus()
    QTest.keyClick(table, Key.Key_A, CTRL)
    QTest.keyClick(table, Key.Key_C, CTRL)
    head, row = QGuiApplication.clipboard().text().split("\n")
    assert head.split("\t")[0] == "Họ và tên"
    assert row.split("\t")[0] == "'=Hyperlink(1)"
    noted = [entry.body for entry in store.entries((Journal.kind == "audit") & (Journal.type == "export"))]
    assert b'"to":"clipboard"' in noted[-1]


def test_a_list_is_exported_as_it_is_seen(window: MainWindow, page: RecordPage, settle: Settle, tmp_path: Path) -> None:
    pane: ListPane = page.list
    pane.set_columns(["topic", "event_to"])
    settle()
    path = tmp_path / "như đang xem.xlsx"
    export_action.export(window.session, EDUCATION, pane.model.listing, path, export_action.WAYS[0])
    settle()
    rows = rows_of(path)
    assert rows[0][:3] == ("Chuyên đề", "Đến ngày", "Tỷ lệ %")
    assert len(rows) == 1 + pane.model.rowCount()
    assert [row[1] for row in rows[1:6]] == [pane.model.row(place).cells[1] for place in range(5)]


def test_an_export_for_import_keeps_the_order_of_the_list(window: MainWindow, page: RecordPage, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "đủ cột.xlsx"
    way = next(one for one in export_action.WAYS if one.how == "full")
    ids = list(page.list.model.ids)[:4]
    export_action.export(window.session, EDUCATION, page.list.model.listing, path, way, ids)
    settle()
    rows = rows_of(path)
    uids = [row[list(rows[0]).index("Mã bản ghi")] for row in rows[1:]]
    assert [uid for uid in dict.fromkeys(uids) if uid] == page.list.model.listing.uids(ids)


def test_the_open_form_shows_a_record_as_it_was_moved(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    store = window.session.store
    (uid,) = Listing(store, EDUCATION, page.list.model.listing.wanted).uids(list(page.list.model.ids)[:1])
    page.open_uid(uid)
    settle()
    page.list.select(uid)
    page.list.table.setFocus()
    press(settle, page.list.table, Key.Key_U, CTRL | SHIFT)
    write(window, settle, "DV03")
    press(settle, confirm(window).go_button, Key.Key_Return)
    assert page.form is not None
    assert page.form.entry.base is not None
    assert page.form.entry.base["unit"] == store.read(uid)[1]["unit"]


def test_the_list_is_saved_as_pdf_and_printed_as_it_is_seen(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    session = window.session
    window.go(Place("beneficiary"))
    settle()
    found = window.page("beneficiary")
    assert isinstance(found, RecordPage)
    ids = list(found.list.model.ids)[:3]
    paper = of_list(found, session, found.list.model.listing, ids)
    paper.save(tmp_path / "danh sách.pdf")
    settle()
    assert "danh sách.pdf" in window.toast.accessibleName()
    names = [found.list.model.row(place).cells[0] for place in range(3)]
    with closing(pypdfium2.PdfDocument(tmp_path / "danh sách.pdf")) as book:
        told = book[0].get_textpage().get_text_range()
    assert all(name in told for name in names)
    noted = [entry.body for entry in session.store.entries((Journal.kind == "audit") & (Journal.type == "export"))]
    assert b'"to":"pdf"' in noted[-1]

    printer = printing.new_printer("thử")
    printer.setOutputFileName(str(tmp_path / "in.pdf"))
    paper.output.print_on(printer, Pdf((tmp_path / "danh sách.pdf").read_bytes()))
    settle()
    assert (tmp_path / "in.pdf").stat().st_size > 10_000
    assert window.toast.accessibleName() == "Đã gửi 1 trang tới máy in."


def test_a_sheet_that_cannot_be_saved_says_so_and_notes_nothing(
    window: MainWindow, page: RecordPage, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[BaseException] = []
    monkeypatch.setattr("ui.messages.show_error", lambda _over, error: said.append(error))
    of_sheet(page, window.session, EDUCATION).save(tmp_path / "không có" / "phiếu.pdf")
    settle()
    assert isinstance(said[0], ExpectedError)
    of_sheet(page, window.session, EDUCATION).save(tmp_path / "phiếu.pdf")
    settle()
    assert (tmp_path / "phiếu.pdf").read_bytes().startswith(b"%PDF")


def test_empty_sheets_and_lists_are_found_by_the_palette(window: MainWindow, settle: Settle) -> None:
    window.open_palette()
    settle()
    Keyboard().write("phieu nhap trong buoi")
    settle()
    palette = window.findChild(Palette)
    assert palette is not None
    assert next(entry.words for entry in palette.results.entries) == "In phiếu nhập trống: Buổi"
    palette.leave()


# -- one record, by mouse ----------------------------------------------------------------------------------------------------


def menu_at(page: RecordPage, row: int) -> QMenu:
    """Press the right button on a row, as the system does: press, release, context menu."""
    table = page.list.table
    spot = table.visualRect(page.list.model.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=spot)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, table.viewport().mapToGlobal(spot))
    QApplication.sendEvent(table.viewport(), event)
    return next(one for one in page.list.findChildren(QMenu) if one.isVisible())


def pick(window: MainWindow, settle: Settle, menu: QMenu, words: str) -> None:
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(named(menu, words)).center())
    window.activateWindow()
    for _round in range(3):
        settle()


def named(menu: QMenu, words: str) -> QAction:
    return next(one for one in menu.actions() if one.text().split("\t")[0] == words)


def test_without_a_reason_the_pane_stays_and_says_so_and_letters_go_into_it(
    window: MainWindow, page: RecordPage, settle: Settle, keys: Keyboard
) -> None:
    choose(page, 1)
    page.list.bulk.turn(page.list.model.listing.uids(page.list.chosen_ids())[0], False)
    settle()
    pane = line(window)
    for blank in ("", "   "):
        keys.write(blank)
        keys.press(Key.Key_Return)
        settle()
        assert line(window) is pane
        assert pane.wrong.isVisible()
        assert "Chưa có lý do" in pane.wrong.text()
        assert pane.line.accessibleDescription() == pane.wrong.text()
        assert not window.toast.isVisible()
    keys.write("nhập nhầm")
    assert not pane.wrong.isVisible()
    assert page.list.search.text() == ""
    assert pane.line.text().strip() == "nhập nhầm"
    keys.press(Key.Key_Escape)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus
def test_one_record_is_cancelled_by_mouse_and_brought_back(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    before = len(page.list.model.ids)
    menu = menu_at(page, 2)
    assert [one.text().split("\t")[0] for one in menu.actions() if one.text()] == [
        "Mở",
        "Chuyển đơn vị…",
        "Chuyển kỳ…",
        "Ghi lý do…",
        "Hủy bản ghi…",
        "Sao chép",
    ]
    assert page.list.table.chosen_rows() == [2]
    (uid,) = page.list.model.listing.uids(page.list.chosen_ids())
    pick(window, settle, menu, "Hủy bản ghi…")
    write(window, settle, "Nhập nhầm")
    press(settle, Keyboard().focus(), Key.Key_Return)
    assert page.session.store.read(uid)[1]["state"] == "cancelled"
    assert len(page.list.model.ids) == before - 1
    page.list.chips["cancelled"].click()
    settle()
    pick(window, settle, menu_at(page, 0), "Khôi phục")
    press(settle, Keyboard().focus(), Key.Key_Return)
    assert page.session.store.read(uid)[1]["state"] == "entered"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about menus
def test_the_menu_of_several_records_keeps_them_chosen_and_opens_by_key(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    choose(page, 3)
    menu = menu_at(page, 1)
    assert page.list.table.chosen_count() == 3
    assert "Mở" not in [one.text().split("\t")[0] for one in menu.actions()]
    assert named(menu, "Xuất").text().endswith("Ctrl+E")
    menu.close()
    settle()
    page.list.table.go_to(1)
    spot = page.list.table.viewport().rect().center()
    everywhere = page.list.table.viewport().mapToGlobal(spot)
    QApplication.sendEvent(page.list.table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, spot, everywhere))
    menu = next(one for one in page.list.findChildren(QMenu) if one.isVisible())
    pick(window, settle, menu, "Mở")
    assert page.form is not None
    assert page.form.uid == page.list.model.row(1).uid
