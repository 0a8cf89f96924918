"""Each kind of editor alone: what it takes, what it shows, what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app import i18n
from app.entry import Cell, memory
from app.office import Office
from db import questions
from db.catalogues import code_list
from db.questions import Choice, Choices, Day, Link, LongText, Money, PartialDay, Question, Text, Whole, YesNo
from db.records import RECORD_TYPES
from tests import samples
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import messages, shortcuts
from ui.editors import editor_for
from ui.fields import Context
from ui.long_field import Editor
from ui.lookup import CalendarPopup, Popup

TODAY = date(2019, 6, 5)
Maker = Callable[[Question], Any]


@pytest.fixture
def make(app: QApplication, small: Office, qtbot: QtBot) -> Iterator[Maker]:
    window = QWidget()
    layout = QVBoxLayout(window)
    other = QLineEdit()
    layout.addWidget(other)
    context = Context(small.store, samples.USER, lambda: None, lambda: TODAY)

    def made(question: Question) -> Editor:
        question.name = getattr(question, "name", "asked")
        editor = editor_for(question, context)
        layout.insertWidget(0, editor)
        qtbot.addWidget(window)
        window.resize(500, 500)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        editor.show()
        editor.setFocus()
        return editor

    yield made
    memory(small.store).near = None


def leave(keys: Keyboard) -> None:
    keys.press(Key.Key_Tab)


EVERY_KIND = [kind for kind in vars(questions).values() if isinstance(kind, type) and issubclass(kind, Question) and kind is not Question]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_of_question_has_an_editor(kind: type[Question], make: Maker) -> None:
    needed: dict[Any, dict[str, Any]] = {Choice: {"codes": code_list("FUND")}, Choices: {"codes": code_list("BENEF")}, Link: {"to": "unit"}}
    editor = make(kind("Câu hỏi", **needed.get(kind, {})))
    assert editor.accessibleName() == "Câu hỏi"
    assert editor.cell().text == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("5", "05/06/2019"),
        ("0503", "05/03/2019"),
        ("050324", "05/03/2024"),
        ("t", "05/06/2019"),
        ("+", "06/06/2019"),
        ("-", "04/06/2019"),
        ("", ""),
    ],
)
def test_a_day_is_written_out_when_it_is_left(typed: str, shown: str, make: Maker, keys: Keyboard) -> None:
    editor = make(Day("Ngày"))
    keys.write(typed)
    leave(keys)
    assert editor.text() == shown


def test_the_month_entered_last_holds_for_the_next_day(make: Maker, keys: Keyboard) -> None:
    make(Day("Từ ngày"))
    keys.write("3/2/18")
    leave(keys)
    second = make(Day("Đến ngày"))
    keys.write("9")
    leave(keys)
    assert second.text() == "09/02/2018"


def test_steps_go_on_from_the_day_that_stands_there(make: Maker, keys: Keyboard) -> None:
    editor = make(Day("Ngày"))
    keys.write("31/12/2018")
    leave(keys)
    editor.setFocus()
    editor.selectAll()
    keys.write("+++-")
    assert editor.text() == "02/01/2019"


def test_a_day_can_be_emptied_and_a_wrong_one_keeps_its_text(make: Maker, keys: Keyboard) -> None:
    editor = make(Day("Ngày"))
    keys.write("31/2/19")
    leave(keys)
    assert editor.text() == "31/02/2019"
    editor.setFocus()
    editor.selectAll()
    keys.press(Key.Key_Delete)
    leave(keys)
    assert editor.cell().text == ""


def test_the_calendar_opens_by_key_and_gives_the_focus_back(make: Maker, keys: Keyboard) -> None:
    editor = make(Day("Ngày"))
    keys.write("5")
    keys.press(Key.Key_Down, modifiers=Qt.KeyboardModifier.AltModifier)
    assert CalendarPopup.open_for(editor) is not None
    keys.press(Key.Key_Right, Key.Key_Down, Key.Key_Return)
    assert editor.hasFocus()
    assert editor.text() == "13/06/2019"
    assert CalendarPopup.open_for(editor) is None


@pytest.mark.parametrize(("typed", "value"), [("1948", "1948"), ("5/1948", "1948-05"), ("3/5/1948", "1948-05-03"), ("~1948", "~1948")])
def test_a_partial_day_keeps_its_precision(typed: str, value: str, make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(PartialDay("Năm sinh"))
    keys.write(typed)
    leave(keys)
    assert editor.cell().read(editor.question, small.store, None) == value


@pytest.mark.parametrize(
    ("typed", "live", "left"),
    [
        ("1245", "1.245", "1.245"),
        ("65400000", "65.400.000", "65.400.000"),
        ("65tr", "65tr", "65.000.000"),
        ("65,4tr", "65,4tr", "65.400.000"),
    ],
)
def test_money_is_grouped_while_typed_and_written_out_when_left(typed: str, live: str, left: str, make: Maker, keys: Keyboard) -> None:
    editor = make(Money("Số tiền", unit="đồng"))
    keys.write(typed)
    assert editor.text() == live
    assert editor.cursorPosition() == len(live)
    leave(keys)
    assert editor.text() == left


def test_an_ambiguous_amount_is_asked_about_and_keeps_its_text(make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(Money("Số tiền", unit="đồng"))
    keys.write("65.4")
    leave(keys)
    cell = editor.cell()
    assert cell.text == "65.4"
    assert cell.read(editor.question, small.store, None) is None
    assert "hai cách" in (cell.error or "")


def test_removing_a_digit_in_the_middle_keeps_the_caret_there(make: Maker, keys: Keyboard) -> None:
    editor = make(Whole("Số", unit="người"))
    keys.write("1234567")
    editor.setCursorPosition(4)
    keys.press(Key.Key_Backspace)
    assert editor.text() == "124.567"
    assert editor.text()[: editor.cursorPosition()] == "12"


def test_typing_can_be_undone_although_it_was_grouped(make: Maker, keys: Keyboard) -> None:
    editor = make(Whole("Số", unit="người"))
    keys.write("1234")
    for _step in range(12):
        keys.press(Key.Key_Z, modifiers=CTRL)
    assert editor.text() == ""


@pytest.mark.parametrize(
    ("typed", "code"), [("2", "NSDP"), ("nsqp", "NSQP"), ("xa hoi", "XHH"), ("Ngân sách qu", "NSQP"), ("qdv", "QUY_DV")]
)
def test_a_code_is_picked_by_number_code_or_first_letters(typed: str, code: str, make: Maker, keys: Keyboard) -> None:
    fund = code_list("FUND")
    editor = make(Choice("Nguồn", fund))
    keys.write(typed)
    assert Popup.of(editor).is_open_for(editor)
    leave(keys)
    assert not Popup.of(editor).isVisible()
    cell = editor.cell()
    assert (cell.value, cell.text, cell.settled) == (code, fund.label(code), True)


def test_a_code_is_found_by_words_of_its_other_names_without_accents(make: Maker, keys: Keyboard) -> None:
    field = make(RECORD_TYPES["education"].kinds["audiences"].questions()["audience"])
    keys.write("binh chung")
    popup = Popup.of(field)
    assert [(one.value, one.detail) for one in popup.options] == [("DQ_BC", "Dân quân tự vệ binh chủng")]
    leave(keys)
    assert field.cell().value == "DQ_BC"
    field.setFocus()
    keys.write("dan quan binh")
    assert "DQ_BC" in [one.value for one in popup.options], "the words need not stand in a row"


def test_the_list_is_walked_by_arrows_and_closed_by_escape_without_losing_the_text(make: Maker, keys: Keyboard) -> None:
    editor = make(Choice("Nguồn", code_list("FUND")))
    keys.write("q")
    keys.press(Key.Key_Escape)
    assert not Popup.of(editor).isVisible()
    assert editor.text() == "q"
    keys.press(Key.Key_Down, Key.Key_Down)
    offered = Popup.of(editor).options[1]
    keys.press(Key.Key_Return)
    assert editor.cell().value == offered.value


def test_what_is_on_no_list_stays_as_typed_and_is_refused(make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(Choice("Nguồn", code_list("FUND")))
    keys.write("zzz")
    leave(keys)
    cell = editor.cell()
    assert (cell.text, cell.settled) == ("zzz", False)
    cell.read(editor.question, small.store, None)
    assert "không có trong danh mục" in (cell.error or "")


@pytest.mark.parametrize(
    "question", [Choice("Nguồn", code_list("FUND")), YesNo("Còn sống"), Link("Đơn vị", "unit"), Choices("Diện", code_list("BENEF"))]
)
def test_signs_alone_pick_nothing(question: Question, make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(question)
    keys.write("??")
    leave(keys)
    cell = editor.cell()
    assert (cell.text, cell.settled) == ("??", False)
    assert cell.read(editor.question, small.store, None) is None
    assert cell.error


def test_several_codes_are_picked_one_after_the_other(make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(Choices("Diện", code_list("BENEF")))
    moved: list[str] = []
    editor.moved.connect(moved.append)
    keys.write("thuong binh")
    keys.press(Key.Key_Return)
    keys.write("me viet nam")
    keys.press(Key.Key_Return)
    assert moved == []
    keys.press(Key.Key_Return)
    assert moved == ["next"]
    assert set(editor.cell().read(editor.question, small.store, None)) == {"THUONG_BINH", "ME_VNAH"}


def test_several_codes_typed_whole_are_written_in_their_own_words_when_they_are_left(make: Maker, keys: Keyboard, small: Office) -> None:
    codes = code_list("BENEF")
    editor = make(Choices("Diện", codes))
    keys.write("me_vnah; " + codes.label("BENH_BINH", None).lower())
    leave(keys)
    assert set(editor.cell().text.split("; ")) == {codes.label("ME_VNAH", None), codes.label("BENH_BINH", None)}
    assert set(editor.cell().read(editor.question, small.store, None)) == {"ME_VNAH", "BENH_BINH"}


@pytest.mark.parametrize(("typed", "value"), [("c", True), ("k", False), ("1", True), ("0", False), ("", None)])
def test_yes_no_and_nothing_are_three_answers(typed: str, value: bool | None, make: Maker, keys: Keyboard, small: Office) -> None:
    editor = make(YesNo("Còn sống"))
    keys.write(typed)
    leave(keys)
    assert editor.cell().read(editor.question, small.store, None) is value


def test_a_link_is_found_by_name_without_accents_or_by_code(make: Maker, keys: Keyboard) -> None:
    for typed in ("dong giang", "DV02", "Đông Gi", "thi xa"):
        editor = make(Link("Đơn vị", "unit"))
        keys.write(typed)
        leave(keys)
        assert editor.cell().value == samples.DV2, typed


@pytest.mark.parametrize(
    "question", [Text("Chữ"), LongText("Dài"), Choice("Nguồn", code_list("FUND")), Link("Đơn vị", "unit"), Day("Ngày"), Money("Tiền")]
)
def test_preedit_counts_as_text_and_survives_losing_the_focus(question: Question, make: Maker, keys: Keyboard) -> None:
    editor = make(question)
    keys.compose("Đườ")
    assert editor.cell().text == "Đườ"
    leave_by_mouse = editor.parentWidget().findChild(QLineEdit, "", Qt.FindChildOption.FindDirectChildrenOnly)
    assert leave_by_mouse is not None
    editor.parentWidget().layout().itemAt(1).widget().setFocus(Qt.FocusReason.MouseFocusReason)
    assert editor.text() == "Đườ"


def test_no_list_touches_what_is_being_composed(make: Maker, keys: Keyboard) -> None:
    editor = make(Link("Đơn vị", "unit"))
    for preedit in ("D", "Do", "Dô", "Đô", "Đôn", "Đông"):
        keys.compose(preedit)
        assert editor.text() == ""
        assert editor.cell().text == preedit
    keys.commit("Đông")
    assert editor.text() == "Đông"
    assert Popup.of(editor).is_open_for(editor)


def test_entering_a_field_by_key_selects_all_so_that_typing_replaces(make: Maker, keys: Keyboard) -> None:
    editor = make(Text("Chữ"))
    editor.show_cell(Cell("cũ"))
    editor.clearFocus()
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    keys.write("mới")
    assert editor.text() == "mới"


def test_enter_moves_on_and_shift_enter_moves_back_but_breaks_lines_in_long_text(make: Maker, keys: Keyboard) -> None:
    moved: list[str] = []
    short = make(Text("Chữ"))
    short.moved.connect(moved.append)
    keys.press(Key.Key_Return, Key.Key_Enter)
    keys.press(Key.Key_Return, modifiers=SHIFT)
    assert moved == ["next", "next", "previous"]
    long = make(LongText("Dài"))
    long.moved.connect(moved.append)
    keys.write("một")
    keys.press(Key.Key_Return, modifiers=SHIFT)
    keys.write("hai")
    keys.press(Key.Key_Return)
    assert long.text() == "một\nhai"
    assert moved[3:] == ["next"]


def test_a_masked_answer_is_kept_when_it_is_only_looked_at(make: Maker, keys: Keyboard) -> None:
    editor = make(Text("Số giấy tờ", masked=True))
    kept = Cell("079048000123", "079048000123", True)
    editor.show_cell(kept)
    assert editor.text() == "0xx…123"
    leave(keys)
    assert editor.cell() is kept
    editor.setFocus()
    editor.selectAll()
    keys.write("079")
    assert editor.cell().text == "079"


def test_the_wheel_never_changes_a_value(app: QApplication, qtbot: QtBot) -> None:
    combo = QComboBox()
    combo.addItems(["a", "b", "c"])
    qtbot.addWidget(combo)
    combo.show()
    combo.setFocus()
    spot, turn = QPointF(5, 5), QPoint(0, -120)
    still, none = Qt.ScrollPhase.NoScrollPhase, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(combo, QWheelEvent(spot, combo.mapToGlobal(spot), turn, turn, Qt.MouseButton.NoButton, none, still, False))
    assert combo.currentIndex() == 0


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "ui").glob("*.py")), ids=lambda path: path.stem)
def test_the_window_has_no_widget_whose_value_the_wheel_could_change(path: Path) -> None:
    """A filter over all events would cost every form half its time; so such widgets are not used at all."""
    used = set(
        re.findall(
            r"\bQ(?:Spin|DoubleSpin|AbstractSpin)Box\b|\bQ(?:Date|Time|DateTime)Edit\b|\bQ(?:Slider|Dial|TabBar|TabWidget)\b",
            path.read_text(),
        )
    )
    assert not used


def test_no_shortcut_is_a_bare_letter_and_no_place_has_a_key_twice() -> None:
    for place in shortcuts.PLACES:
        keys = [key for row in shortcuts.TABLE if row.place == place for key in row.keys]
        assert len(keys) == len(set(keys)), place
        if place not in ("day", "lines", "report"):  # places without free text
            assert not [key for key in keys if len(key) == 1], place
    assert {row.place for row in shortcuts.TABLE} <= set(shortcuts.PLACES)
    assert sum(len(rows) for _place, rows in shortcuts.listed()) == len(shortcuts.TABLE)


def test_a_bound_shortcut_is_the_listed_one(app: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    line = QLineEdit(window)
    qtbot.addWidget(window)
    done: list[str] = []
    shortcuts.bind(window, "window", {"palette": lambda: done.append("palette")})
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_K, CTRL)
    assert done == ["palette"]
    assert shortcuts.key_of("window", "palette") == "Ctrl+K"


def test_the_words_of_qt_itself_are_vietnamese_in_menus_of_fields_and_dialogs(app: QApplication) -> None:
    words = messages.speak(app)
    field = QLineEdit()
    menu = field.createStandardContextMenu()
    assert [action.text().split("\t")[0] for action in menu.actions() if action.text()] == [
        "&Hoàn tác", "&Làm lại", "Cắ&t", "&Chép", "&Dán", "Xóa", "Chọn tất cả",
    ]  # fmt: skip
    written = ElementTree.parse(i18n.FOLDER / "vi" / "qt.ts")
    for context in written.iter("context"):
        for message in context.iter("message"):
            source, said = message.findtext("source", ""), message.findtext("translation", "")
            assert words.translate(context.findtext("name", ""), source) == said != "", source
            assert source.count("%1") == said.count("%1")
    app.removeTranslator(words)
