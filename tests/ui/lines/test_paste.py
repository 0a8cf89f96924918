"""Blocks from a spreadsheet in the table of lines: shown first, taken, read as an import reads them."""

from __future__ import annotations

import time

from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.office import Office
from app.paste import understand
from db.records import RECORD_TYPES
from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.lines.kit import LINES, Opener, table_of, texts
from ui import look

BLOCK = "Sĩ quan\t30\t2\t28\t28\nHạ sĩ quan, binh sĩ\t60\t\t60\t59"


def test_a_block_is_shown_first_and_taken_with_enter(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    table.place(2, 0)
    QApplication.clipboard().setText(BLOCK)
    keys.press(Key.Key_V, modifiers=CTRL)
    assert len(table.model.rows) == 2
    preview = table.lines.preview
    assert preview is not None
    assert preview.sentence == "Hiểu được 2 dòng, 5 cột."
    QTest.keyClick(preview, Key.Key_Return)
    assert texts(table)[2] == {"audience": "Sĩ quan", "strength": "30", "excused": "2", "required": "28", "present": "28"}
    assert table.row == 4


def test_a_block_is_dropped_with_escape(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    QApplication.clipboard().setText(BLOCK)
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_Escape)
    assert len(table.model.rows) == 2
    assert table.has_focus()


def test_a_block_with_headings_goes_by_them_and_keeps_what_it_does_not_understand(small: Office) -> None:
    line_type = RECORD_TYPES["education"].kinds["audiences"]
    text = "Tham gia\tĐối tượng\tQuân số phải học\tLạ\n28\tSĩ quan\t28\tx\nba mươi\tSQ\t30\t"
    block = understand(small.store, line_type, text, "audience", None)
    assert (block.names, block.headed, block.ignored) == (["present", "audience", "required", None], True, ["Lạ"])
    assert [(row, name) for row, name, _message in block.unread] == [(1, "present")]
    assert block.rows[1]["present"].text == "ba mươi"
    assert block.rows[0]["audience"].value == "SQ"


def test_one_plain_word_from_the_clipboard_goes_into_the_cell(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened("care"), "served")
    keys.press(Key.Key_Tab)
    QApplication.clipboard().setText("Phú Lâm\n")
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_Tab)
    assert texts(table)[0]["commune"].strip() == "Phú Lâm"


def test_two_thousand_lines_are_pasted_and_scrolled_inside(opened: Opener, keys: Keyboard) -> None:
    form = opened("office", recipients=[])
    table = table_of(form, "recipients")
    QApplication.clipboard().setText("\n".join(f"Nơi nhận {number}" for number in range(2_000)))
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_Return)
    assert len(table.model.rows) == 2_000
    assert table.wanted_height() < 700
    assert table.view.verticalScrollBar().maximum() > 0


OLD_BLOCK = "Tªn ®¬n vÞ\tTªn viÕt t¾t\nBan CHQS huyÖn Ngäc B¶o\tHuyÖn Ngäc B¶o\nBan CHQS huyÖn L­u D­¬ng\tHuyÖn L­u D­¬ng"


def test_pasted_tcvn3_is_read_as_an_import_reads_it_and_may_be_left_as_it_is(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened("unit"), "versions")
    QApplication.clipboard().setText(OLD_BLOCK)
    keys.press(Key.Key_V, modifiers=CTRL)
    preview = table.lines.preview
    assert preview is not None
    assert preview.block.headed
    assert preview.block.old == "TCVN3 (ABC, .VnTime)"
    assert "đổi sang Unicode" in preview.warning
    assert preview.block.rows[0]["name"].text == "Ban CHQS huyện Ngọc Bảo"
    keys.press(Key.Key_F2)
    preview = table.lines.preview
    assert preview is not None
    assert preview.block.rows[0]["name"].text == "Ban CHQS huyÖn Ngäc B¶o"
    keys.press(Key.Key_F2)
    keys.press(Key.Key_Return)
    assert [row["name"].text for row in table.model.rows] == ["Ban CHQS huyện Ngọc Bảo", "Ban CHQS huyện Lưu Dương"]


def test_pasted_vni_is_read_too_and_right_text_stays(small: Office) -> None:
    line_type = RECORD_TYPES["office"].kinds["recipients"]
    block = understand(small.store, line_type, "Cuïc Chính trò Quaân khu\nThöôøng tröïc Tænh uûy", "text", None)
    assert block.old == "VNI"
    assert [row["text"].text for row in block.rows] == ["Cục Chính trị Quân khu", "Thường trực Tỉnh ủy"]
    block = understand(small.store, line_type, "Cục Chính trị Quân khu\nĐảng ủy", "text", None)
    assert (block.old, [row["text"].text for row in block.rows]) == ("", ["Cục Chính trị Quân khu", "Đảng ủy"])


def test_text_that_lost_its_letters_is_taken_only_knowingly(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened("unit"), "versions")
    QApplication.clipboard().setText("Tên đơn vị\tTên viết tắt\nBan CHQS huyÖn L­u D­¬ng\tNíc\n".replace("­", "") + "Trêng CÊp níc\tx")
    keys.press(Key.Key_V, modifiers=CTRL)
    preview = table.lines.preview
    assert preview is not None
    assert preview.block.lost_u
    assert "đã mất" in preview.warning
    keys.press(Key.Key_Return)
    assert table.lines.preview is preview
    keys.press(Key.Key_Return, modifiers=CTRL)
    assert table.lines.preview is None
    assert len(table.model.rows) == 2


def test_one_old_word_in_a_cell_or_a_field_is_named_and_turned_by_a_key(opened: Opener, keys: Keyboard) -> None:
    form = opened("office", recipients=[])
    table = table_of(form, "recipients")
    QApplication.clipboard().setText("§¶ng ñy Qu©n sù tØnh")
    keys.press(Key.Key_V, modifiers=CTRL)
    assert table.lines.preview is not None
    keys.press(Key.Key_Return)
    assert texts(table) == [{"text": "Đảng ủy Quân sự tỉnh"}]
    table.place(1, 0)
    keys.write("§oµn ®¹i biÓu")
    keys.press(Key.Key_F2)
    assert texts(table)[1] == {"text": "Đoàn đại biểu"}
    other = opened("beneficiary")
    other.go_to_answer("", "address")
    QApplication.clipboard().setText("Th«n §«ng, x· Phó L©m")
    keys.press(Key.Key_V, modifiers=CTRL)
    other.check()
    box = other.body.boxes["address"]
    assert "đọc là “Thôn Đông, xã Phú Lâm”" in box.notes[0].words
    keys.press(Key.Key_F2)
    assert box.made().text() == "Thôn Đông, xã Phú Lâm"
    assert not any(note.words for note in box.notes)


def test_a_pasted_block_goes_with_one_ctrl_z_and_lines_worked_on_since_stay(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    before = texts(table)
    for worked_on in (False, True):
        table.place(0, 0)
        QApplication.clipboard().setText(BLOCK)
        keys.press(Key.Key_V, modifiers=CTRL)
        keys.press(Key.Key_Return)
        assert len(table.model.rows) == 4
        assert "Ctrl+Z" in table.lines.note.ways[0]
        if worked_on:
            table.place(1, table.names.index("present"))
            keys.write("27")
            keys.press(Key.Key_Tab)
        keys.press(Key.Key_Z, modifiers=CTRL)
        assert [one for one in texts(table) if one in before] == before
        assert [one["present"] for one in texts(table) if one not in before] == (["27"] if worked_on else [])
        assert table.has_focus()
    assert not table.lines.may_bring_back()


def test_a_block_that_a_record_has_no_room_for_is_refused_before_it_is_read(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened(audiences=LINES))
    for lines, room in ((20_000, "1.998"), (1_999, "1.998")):
        QApplication.clipboard().setText("Đối tượng\tQuân số\n" + "Sĩ quan\t30\n" * lines)
        begun = time.perf_counter()
        keys.press(Key.Key_V, modifiers=CTRL)
        assert time.perf_counter() - begun < 1
        assert table.lines.preview is None
        assert f"chỉ còn chỗ cho {room} dòng" in table.lines.note.words
        assert "“Nhập từ bảng”" in table.lines.note.words
        assert table.has_focus()
        assert len(table.model.rows) == 2
    QApplication.clipboard().setText("Đối tượng\tQuân số phải học\n" + "Sĩ quan\t30\n" * 1_998)
    keys.press(Key.Key_V, modifiers=CTRL)
    keys.press(Key.Key_Return)
    assert len(table.model.rows) == 2_000


def test_the_preview_of_a_block_gives_room_to_the_words_not_to_empty_columns(opened: Opener, keys: Keyboard) -> None:
    table = table_of(opened())
    QApplication.clipboard().setText("Công nhân và viên chức quốc phòng\t30\t\t\t28\nSĩ quan\t1.200\t\t\t1")
    keys.press(Key.Key_V, modifiers=CTRL)
    preview = table.lines.preview
    assert preview is not None
    telling, strength, *empty, present = preview.widths(preview.width())
    needed = QFontMetrics(look.font("small_strong")).horizontalAdvance("Công nhân và viên chức quốc phòng (cũ: CNVQP)")
    assert telling >= needed
    assert max(strength, present) < telling
    narrow = preview.widths(telling + strength)
    assert sum(narrow) <= telling + strength
    assert max(narrow[2:4]) < min(max(empty), narrow[0] // 2), "empty columns give way before the words"
