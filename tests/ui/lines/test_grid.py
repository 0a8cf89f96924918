"""The table of lines: Tab across, Enter down, whole lines, sums, control totals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from app.entry import Entry
from app.office import Office
from db.questions import Day, Money
from db.records import RECORD_TYPES
from tests import samples
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from tests.ui.lines.kit import LINES, Opener, table_of, texts
from ui import look, style
from ui.editors import room_for
from ui.lines_grid import LinesTable
from ui.lines_model import LinesModel
from ui.look import px
from ui.parts import fitted, levelled


@pytest.mark.parametrize(("type_name", "kind"), [(name, kind) for name, declared in RECORD_TYPES.items() for kind in declared.kinds])
def test_the_model_keeps_qts_rules(type_name: str, kind: str, small: Office, qtmodeltester: ModelTester) -> None:
    entry = Entry(small.store, RECORD_TYPES[type_name])
    entry.set_answers(
        samples.SAMPLES[type_name] | {name: samples.SAMPLES[type_name].get(name, []) for name in RECORD_TYPES[type_name].kinds}
    )
    model = LinesModel(entry, kind)
    qtmodeltester.check(model, force_py=True)
    model.insert(0, [{name: cell.copy() for name, cell in row.items()} for row in entry.lines[kind][:1]])
    model.remove(0)


def test_tab_goes_across_and_into_the_next_line(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    visited = []
    for _step in range(len(table.names) + 1):
        visited.append((table.row, table.names[table.column]))
        keys.press(Key.Key_Tab)
    assert visited == [(0, name) for name in ("audience", "strength", "excused", "required", "present", "makeup")] + [(1, "audience")]
    keys.press(Key.Key_Tab, modifiers=SHIFT)
    assert (table.row, table.names[table.column]) == (1, "audience")


def test_enter_goes_down_to_where_the_line_was_begun(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    keys.press(Key.Key_Tab, Key.Key_Tab, Key.Key_Return)
    assert (table.row, table.column) == (1, 0)
    table.place(0, 4)
    keys.press(Key.Key_Return)
    assert (table.row, table.column) == (1, 4)
    keys.press(Key.Key_Return, modifiers=SHIFT)
    assert (table.row, table.column) == (0, 4)


def test_enter_in_the_empty_last_line_leaves_to_the_button(opened: Opener, keys: Keyboard) -> None:
    form = opened(audiences=LINES)
    table = table_of(form)
    keys.press(Key.Key_Return, Key.Key_Return)
    assert table.row == 2
    keys.press(Key.Key_Return)
    assert form.foot.buttons[0].hasFocus()


def test_shift_tab_in_the_first_cell_goes_back_to_the_field_before(opened: Opener, keys: Keyboard) -> None:
    form = opened(audiences=LINES)
    table_of(form)
    keys.press(Key.Key_Tab, modifiers=SHIFT)
    assert form.current() is form.body.boxes["lecturer_name"]


def test_typing_in_the_empty_line_makes_it_a_line_and_the_next_one_is_empty(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened())
    before = table.model.rowCount()
    keys.write("3")
    keys.press(Key.Key_Tab)
    assert table.model.rowCount() == before + 1
    assert texts(table) == [{"audience": "Công nhân và viên chức quốc phòng (cũ: CNVQP)"}]


def test_what_follows_from_other_answers_stands_there_until_something_is_typed(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened())
    keys.write("dq")
    keys.press(Key.Key_Tab)
    keys.write("236")
    keys.press(Key.Key_Tab)
    keys.write("16")
    keys.press(Key.Key_Tab)
    required = table.model.columns[table.model.at["required"]]
    assert table.model.text(0, required) == ("220", True)
    keys.write("219")
    assert table.model.text(0, required) == ("219", False)
    assert table.model.entry.answers()["audiences"][0]["required"] == 219


def test_f3_inserts_and_ctrl_delete_removes_and_ctrl_z_brings_back(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    before = texts(table)
    keys.press(Key.Key_F3)
    assert texts(table) == [{}, *before]
    assert len(table.model.entry.answers()["audiences"]) == 2
    keys.press(Key.Key_Delete, modifiers=CTRL)
    keys.press(Key.Key_Delete, modifiers=CTRL)
    assert texts(table) == before[1:]
    keys.press(Key.Key_Z, modifiers=CTRL)
    assert texts(table) == before


def test_shift_f4_takes_over_the_line_above_and_f4_one_answer(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    table.place(2, 0)
    keys.press(Key.Key_F4)
    assert texts(table)[2] == {"audience": "Dân quân tại chỗ"}
    keys.press(Key.Key_F4, modifiers=SHIFT)
    assert texts(table)[2] == texts(table)[1]
    keys.write("sq")
    keys.press(Key.Key_Tab)
    assert texts(table)[2]["audience"] == "Sĩ quan"
    assert texts(table)[2]["present"] == "221"


def test_sums_and_shares_stand_under_the_columns(opened: Opener) -> None:
    table = table_of(opened(audiences=LINES))
    total = {column.name: table.model.total(column) for column in table.columns}
    assert (total["strength"], total["required"], total["present"], total["+0"]) == ("484", "450", "430", "95,5")
    assert table.model.text(0, table.model.columns[table.model.at["+0"]])[0] == "95,0"


def test_a_wrong_number_is_marked_named_below_and_f8_goes_there(opened: Opener, keys: Keyboard) -> None:
    form = opened(audiences=LINES)
    table = table_of(form)
    table.place(1, table.names.index("present"))
    keys.write("231")
    form.check()
    assert form.errors == 1
    assert table.model.findings[1, "present"].problem.code == "E2"
    assert table.notes[0].words.startswith("Dòng 2: quân số tham gia")
    form.go_to_answer("", "unit")
    keys.press(Key.Key_F8)
    assert (table.has_focus(), table.row, table.names[table.column]) == (True, 1, "present")


def test_an_empty_line_between_others_does_not_shift_the_marks(opened: Opener, keys: Keyboard) -> None:
    form = opened(audiences=LINES)
    table = table_of(form)
    keys.press(Key.Key_F3)
    table.place(2, table.names.index("present"))
    keys.write("500")
    form.check()
    assert [at for at in table.model.findings if at[1] == "present"] == [(2, "present")]


def test_preedit_in_a_cell_is_kept_when_the_focus_goes(opened: Opener, keys: Keyboard) -> None:
    form = opened("care")
    table = table_of(form, "served")
    keys.press(Key.Key_Tab)
    keys.compose("Phú Lâm")
    form.body.boxes["unit"].made().setFocus()
    assert texts(table) == [{"commune": "Phú Lâm"}]
    assert not table.has_focus()


def test_folded_columns_are_another_table_of_the_same_lines(opened: Opener, keys: Keyboard) -> None:
    form = opened(audiences=LINES)
    form.go_to_answer("audiences", "tested", 1)
    further = form.current()
    assert isinstance(further, LinesTable)
    assert not further.main
    keys.write("200")
    keys.press(Key.Key_Tab)
    assert form.entry.answers()["audiences"][1]["tested"] == 200


def test_columns_that_make_no_sense_are_jumped_over(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened("inspection"), "subjects")
    keys.write("1")
    keys.press(Key.Key_Tab)
    keys.write("tcd")
    keys.press(Key.Key_Tab)
    keys.write("CB01")
    keys.press(Key.Key_Tab)
    assert table.names[table.column] == "conclusion"


def test_a_control_total_says_what_is_missing_and_equals_fills_it_in(opened: Opener, keys: Keyboard) -> None:
    form = opened("care", funding=[{"source": "NSNN", "amount": 8_000_000}])
    card = form.body.cards[0]
    assert (card.wanted, card.typed, card.missing) == (8_400_000, 8_000_000, 400_000)
    table = table_of(form, "funding")
    table.place(1, 0)
    keys.write("xhh")
    keys.press(Key.Key_Tab)
    keys.write("=")
    assert texts(table)[1] == {"source": "Xã hội hóa, doanh nghiệp, nhà hảo tâm", "amount": "400.000"}
    assert card.missing == 0
    card.field.setFocus()
    keys.write("9tr")
    assert card.missing == 600_000


@pytest.mark.parametrize("percent", [100, 160])
def test_days_and_sums_of_money_are_never_cut_in_a_cell(app: QApplication, percent: int) -> None:
    style.install(app, "light", percent)
    for question, widest in ((Day("Hạn"), "30/08/2028"), (Money("Số tiền", unit="đồng"), "9.999.999.999")):
        assert look.metrics("body").horizontalAdvance(widest) + 2 * px(8) <= px(room_for(question, in_grid=True).least)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), min_size=1, max_size=12), st.integers(0, 4_000))
def test_columns_keep_what_they_need_at_least_while_that_has_room(columns: list[tuple[int, int]], room: int) -> None:
    wanted, least = [list(one) for one in zip(*columns, strict=True)]
    found = fitted(wanted, least, room)
    needed = [min(pair) for pair in columns]
    assert all(few <= one <= most for few, one, most in zip(needed, found, wanted, strict=True))
    assert sum(found) <= max(room, sum(needed))


@given(st.lists(st.integers(0, 900), min_size=1, max_size=12), st.integers(0, 3_000))
def test_columns_are_cut_to_one_level_only_where_there_is_no_room(wanted: list[int], room: int) -> None:
    found = levelled(wanted, room)
    assert sum(found) <= max(room, 0)
    assert all(one <= most for one, most in zip(found, wanted, strict=True))
    if sum(wanted) <= room:
        assert found == wanted
    else:
        assert room - sum(found) < len(wanted)
