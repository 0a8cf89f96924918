"""Import in the window: file → columns → rows → written → taken back, by keyboard, with real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QMenu

from app import import_rows
from app.import_rows import DOUBTFUL, KNOWN, READY, REFUSED
from app.importing import Preview
from app.legacy_text import TCVN3
from app.listing import Listing, Wanted
from db.records.beneficiary import Beneficiary
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import export_action, look, style
from ui.buttons import Banner
from ui.import_match import LEAVE
from ui.import_page import DONE, FILE, MATCH, ROWS, ImportPage
from ui.import_preview import FATE, FIRST
from ui.look import px
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
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


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> ImportPage:
    window.go(Place("import"))
    settle()
    found = window.page("import")
    assert isinstance(found, ImportPage)
    window.activateWindow()
    return found


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
