"""The outline and the wording of a report in its window, by keys alone: moved, added, reworded, taken anew, written exactly."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import drafts
from app.report import approval
from app.report.editing import Writing
from db.store import Store
from tests.ui.keyboard import ALT, CTRL, SHIFT, Key, Keyboard
from tests.ui.report_kit import report_text, words_cut
from ui import look
from ui.changes import changes
from ui.main_window import MainWindow
from ui.report_page import ReportPage
from ui.session import Toast


@pytest.fixture
def page(report_page: ReportPage) -> ReportPage:
    return report_page


@pytest.fixture
def toasts(page: ReportPage) -> list[str]:
    said: list[str] = []
    page.session.toast_asked.connect(lambda toast: said.append(toast.words) if isinstance(toast, Toast) else None)
    return said


def store(page: ReportPage) -> Store:
    return page.session.store


def kept(page: ReportPage) -> dict[str, Any]:
    """The report's record as it is saved."""
    return dict(store(page).read(Writing(store(page), page.session.period, None, page.session.user).entry.uid or "")[1])


def saved(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_S, modifiers=CTRL)


def listed(page: ReportPage) -> list[str]:
    """The lines of the outline as they are shown."""
    rows = (page.outline.list.item(row).data(0x0100)[0] for row in range(page.outline.list.count()))
    return [item.title for item in rows]


def in_outline(page: ReportPage, key: str) -> None:
    page.outline.list.setFocus()
    page.outline.list.go_to(key)


def less_present(page: ReportPage, by: int = 1) -> None:
    """One person fewer came to a class."""
    kind = store(page).types["education"]
    query = kind.select(kind.uid).where(kind.counts == 1).order_by(kind.uid).tuples()
    for (uid,) in store(page).execute(query).fetchall():
        record = store(page).read(uid)[1]
        line = next((one for one in record["audiences"] if (one["present"] or 0) > 100), None)
        if line is not None:
            line["present"] -= by
            store(page).save("education", record, page.session.user)
            changes.records_changed.emit("education")
            return
    raise AssertionError("no class")


def test_the_outline_is_changed_by_keys_and_the_pages_follow_when_it_is_saved(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    before = listed(page)
    in_outline(page, "1.II.9")
    keys.press(Key.Key_Up, modifiers=ALT)
    assert listed(page).index("8. Dân vận") + 1 == listed(page).index("9. Bảo vệ an ninh")
    assert page.outline.list.key == "1.II.9"
    assert page.outline.save.isVisible()
    assert report_text(page).index("8. Công tác bảo vệ an ninh") < report_text(page).index("9. Công tác dân vận"), "not saved yet"
    keys.press(Key.Key_Insert)
    assert page.section.heading.hasFocus()
    keys.write("Công tác đối ngoại")
    keys.press(Key.Key_Return)
    keys.write("Không có.")
    assert "9. Đối ngoại" in listed(page)
    assert page.section.title.text() == "9. Công tác đối ngoại"
    in_outline(page, "1.II.10")
    keys.press(Key.Key_Right, modifiers=ALT)
    assert "a) Hoạt động của tổ chức quần chúng và Hội đồng quân nhân" in listed(page)
    keys.press(Key.Key_Left, modifiers=ALT)
    in_outline(page, "1.II.6")
    keys.press(Key.Key_Delete)
    in_outline(page, "PL.II")
    keys.press(Key.Key_Delete)
    assert page.outline.list.state_of("1.II.6") == page.outline.list.state_of("PL.II") == "out"
    saved(page, keys, qtbot)
    text = report_text(page)
    for heading in ("6. Công tác chính sách", "7. Công tác dân vận", "8. Công tác đối ngoại Không có.", "9. Công tác bảo vệ an ninh"):
        assert heading in text
    assert "Công tác cán bộ được" not in text
    assert page.shown is not None
    assert len([key for key in page.shown.headings if key.startswith("PL.")]) == 11
    in_outline(page, "T1")
    assert page.preview.page == page.preview.pdf.marks[page.shown.headings.index("T1")].page  # type: ignore[union-attr]
    keys.press(Key.Key_R, modifiers=CTRL | SHIFT)
    assert listed(page) == before
    saved(page, keys, qtbot)
    assert (kept(page)["outline"], "đối ngoại" in report_text(page)) == ([], False)


def test_what_the_summary_says_is_reworded_by_keys_in_its_own_place_of_the_outline(
    page: ReportPage, keys: Keyboard, qtbot: QtBot, toasts: list[str]
) -> None:
    in_outline(page, "tom_tat")
    qtbot.waitUntil(lambda: page.other.is_summary and page.preview.is_drawn, timeout=20_000)
    keys.press(Key.Key_Delete)
    assert toasts == ["Bản tóm tắt không thuộc đề cương."]
    keys.press(Key.Key_Return)
    assert page.section.title.text() == "Bản tóm tắt"
    assert not page.section.box.isVisible()
    assert list(page.section.links) == ["MD", "QT", "LV", "PT", "KT", "KP", "KN", "CS", "KB", "NV", "KL"]
    assert page.section.links["MD"].hasFocus()
    assert words_cut(page) == []
    keys.press(Key.Key_Down)
    at = next(at for at, one in enumerate(page.preview.figures) if one.code == "CARE_KHAM_N")
    page.preview.setFocus()
    page.preview.choose(at)
    keys.press(Key.Key_F2)
    assert (page.wording.code, page.wording.title.text()) == ("KB", "Sửa lời câu ở mục Bản tóm tắt")
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("Đã khám bệnh cho {CARE_KHAM_N:n} người.")
    assert page.wording.printed.text() == "Đã khám bệnh cho 545 người."
    before = page.other.now
    saved(page, keys, qtbot)
    qtbot.waitUntil(lambda: page.other.now is not None and page.other.now is not before and page.preview.is_drawn, timeout=20_000)
    pdf = page.other.now.pdf  # type: ignore[union-attr]
    assert pdf.find("Đã khám bệnh cho 545 người.")
    assert [line["sentence"] for line in kept(page)["wordings"]] == ["KB"]
    in_outline(page, "1.I.1")
    assert page.other.now is None, "the report again"


def test_what_an_outline_cannot_do_is_said(page: ReportPage, keys: Keyboard, toasts: list[str]) -> None:
    in_outline(page, "1")
    keys.press(Key.Key_Up, modifiers=ALT)
    keys.press(Key.Key_Delete, modifiers=CTRL)
    keys.press(Key.Key_Delete)
    in_outline(page, "2")
    keys.press(Key.Key_Delete)
    in_outline(page, "can_cu")
    keys.press(Key.Key_Delete)
    wanted = ["không chuyển thêm được", "Mục có sẵn không xóa được", "phải còn ít nhất một mục", "Phần căn cứ luôn đứng đầu"]
    assert [any(words in told for told in toasts) for words in wanted] == [True] * 4
    assert page.outline.list.state_of("2") != "out"
    keys.press(Key.Key_Insert)
    assert page.section.heading.hasFocus()
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.press(Key.Key_Backspace)
    assert page.section.problem.text() == "Mục tự thêm phải có tiêu đề."
    in_outline(page, "T1")
    keys.press(Key.Key_Delete, modifiers=CTRL)
    assert "T1" not in page.desk.writing.arrangement


def choose(page: ReportPage, code: str) -> None:
    page.preview.setFocus()
    page.preview.choose(next(number for number, one in enumerate(page.preview.figures) if one.code == code))


def reword(page: ReportPage, keys: Keyboard, qtbot: QtBot, text: str) -> None:
    choose(page, "EDU_TOPIC_N")
    keys.press(Key.Key_F2)
    assert page.wording.box.hasFocus()
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write(text)
    saved(page, keys, qtbot)


def test_a_sentence_is_reworded_from_its_number_with_a_live_preview_and_nothing_wrong_is_saved(
    page: ReportPage, keys: Keyboard, qtbot: QtBot
) -> None:
    choose(page, "EDU_TOPIC_N")
    keys.press(Key.Key_F2)
    assert page.wording.box.toPlainText().startswith("{EDU_TOPIC_N:neu}Trong 6 tháng")
    assert page.wording.printed.text().startswith("Trong 6 tháng, các cơ quan, đơn vị")
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("Đã mở {EDU_TOPC_N:n} chuyên đề.")
    assert page.wording.problem.text().startswith("Không có chỉ tiêu EDU_TOPC_N; gần giống: EDU_TOPIC_N")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert (kept(page)["wordings"], page.wording.state.words[:8]) == ([], "Bản nháp")
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("Đã mở ")
    keys.press(Key.Key_F6)
    keys.write("so chuyen de")
    keys.press(Key.Key_Return)
    keys.write(" chuyên đề")
    assert page.wording.printed.text() == "Đã mở 32 chuyên đề"
    assert page.wording.problem.isHidden()
    assert page.outline.list.state_of("1.II.2.a") == "typed"
    saved(page, keys, qtbot)
    assert "Đã mở 32 chuyên đề Kết quả kiểm tra" in report_text(page)
    assert kept(page)["wordings"][0]["text"] == "Đã mở {EDU_TOPIC_N:n} chuyên đề"
    keys.press(Key.Key_Escape)
    assert page.section.links["GD.1"].hasFocus()
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_Return)
        keys.press(Key.Key_3, modifiers=CTRL)
    assert (kept(page)["wordings"], "Đã mở" in report_text(page)) == ([], False)


def test_what_is_said_of_each_key_task_is_reworded_with_the_answers_of_each_line_live(
    page: ReportPage, keys: Keyboard, qtbot: QtBot
) -> None:
    in_outline(page, "2.III")
    keys.press(Key.Key_Return)
    page.section.links["NV.1"].setFocus()
    keys.press(Key.Key_Return)
    assert page.wording.box.toPlainText() == "{noi_dung}[; hoàn thành trước {han}][; {chu_tri} chủ trì]."
    assert "{noi_dung}, {han}, {chu_tri}" in page.wording.hint.text()
    page.wording.box.setFocus()
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("{noi_dung}[, xong {hạn}].")
    assert "{hạn}" in page.wording.problem.text()
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write("{noi_dung}[, xong trước {han}].")
    assert page.wording.problem.isHidden()
    assert page.wording.printed.text().splitlines()[-1].endswith("huyện Đồng Xuyên, xong trước ngày 31 tháng 8 năm 2019.")
    saved(page, keys, qtbot)
    assert "công tác chính trị. 2. Chú trọng đổi mới" in report_text(page)


def test_figures_that_changed_are_marked_and_one_key_takes_either(
    page: ReportPage, window: MainWindow, keys: Keyboard, qtbot: QtBot
) -> None:
    reword(page, keys, qtbot, "Có {EDU_TURN_N:n} lượt người, tức 5.627 lượt.")
    assert not page.preview.marks
    page.close_panel()
    for present, key, text in (
        (5626, Key.Key_1, "Có {EDU_TURN_N:n} lượt người, tức 5.626 lượt."),
        (5625, Key.Key_2, "Có 5.626 lượt người, tức 5.626 lượt."),
    ):
        with qtbot.waitSignal(page.refreshed, timeout=20_000):
            less_present(page)
        assert {code for code, _hit in page.preview.marks} == {"GD.1"}
        assert "số liệu đã thay đổi" in page.warnings.label.text()
        assert page.outline.list.state_of("1.II.2.a") == "changed"
        in_outline(page, "1.II.1")
        keys.press(Key.Key_F8)
        assert page.wording.card.isVisible()
        before = f"{present + 1:,} → {present:,}".replace(",", ".")
        assert before in page.wording.card.accessibleName()
        with qtbot.waitSignal(page.refreshed, timeout=20_000):
            keys.press(key, modifiers=CTRL)
        assert kept(page)["wordings"][0]["text"] == text
        assert not page.wording.card.isVisible()
        assert not page.preview.marks
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        less_present(page)
    window.resize(1280, 680)
    for percent in (90, 160):
        look.set_scale(percent)
        QApplication.processEvents()
        assert words_cut(page) == []
    for one in page.findChildren(QWidget):
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not one.objectName().startswith("qt_"):
            assert one.accessibleName(), one
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_3, modifiers=CTRL)
    assert kept(page)["wordings"] == []


def test_one_number_or_all_are_written_exactly_by_key_and_that_is_kept_with_the_report(
    page: ReportPage, keys: Keyboard, toasts: list[str], qtbot: QtBot
) -> None:
    choose(page, "EDU_TOPIC_N")
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_F7)
    assert "32 chuyên đề" in report_text(page)
    assert "từ 95,8% trở lên" in report_text(page)
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_F7, modifiers=SHIFT)
    assert "thấp nhất 95,8%" in report_text(page)
    assert page.bar.exact.isChecked()
    choose(page, "EDU_TOPIC_N")
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        keys.press(Key.Key_F7)
    assert "trên 30 chuyên đề" in report_text(page)
    assert (kept(page)["exact"], kept(page)["phrases"]) == (True, [{"figure": "EDU_TOPIC_N", "exact": False}])
    choose(page, "EDU_TURN_N")
    page.preview.choose(next(number for number, one in enumerate(page.preview.figures) if one.code == "TT_TIN"))
    keys.press(Key.Key_F7)
    assert toasts[-1] == "Số đang chọn không phải số viết gần đúng."


def test_an_approved_report_refuses_all_of_it_and_prints_no_mark(page: ReportPage, keys: Keyboard, toasts: list[str], qtbot: QtBot) -> None:
    reword(page, keys, qtbot, "Có {EDU_TURN_N:n} lượt người.")
    page.close_panel()
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        less_present(page)
    assert page.preview.marks
    approval.approve(store(page), page.session.period, page.session.user, "KHONG")
    with qtbot.waitSignal(page.refreshed, timeout=30_000):
        changes.records_changed.emit("")
    assert not page.preview.marks
    assert "đã thay đổi" not in page.warnings.label.text()
    assert "số liệu đã thay đổi" not in report_text(page)
    before = kept(page)
    in_outline(page, "1.II.9")
    keys.press(Key.Key_Up, modifiers=ALT)
    keys.press(Key.Key_Delete)
    keys.press(Key.Key_Insert)
    choose(page, "EDU_TURN_N")
    keys.press(Key.Key_F7)
    keys.press(Key.Key_F7, modifiers=SHIFT)
    assert sum("đã duyệt" in told or "chốt" in told for told in toasts) >= 5
    keys.press(Key.Key_F2)
    assert page.wording.box.isReadOnly()
    for key in (Key.Key_1, Key.Key_2, Key.Key_3):
        keys.press(key, modifiers=CTRL)
    assert not page.outline.edits["outline_add"].isVisible()
    assert not page.bar.exact.isEnabled()
    assert (kept(page), page.desk.writing.dirty) == (before, False)


# -- others change the record --------------------------------------------------------------------------------------------------


def meanwhile(page: ReportPage, section: str, text: str) -> None:
    """Somebody else writes into the report."""
    record = kept(page)
    rest = [line for line in record["contents"] if line["section"] != section]
    store(page).save("report", {**record, "contents": [*rest, {"section": section, "text": text}]}, page.session.user)
    changes.records_changed.emit("report")


def way(page: ReportPage, keys: Keyboard, verb: str) -> None:
    """Take a way on of the notice by key."""
    assert page.meeting.notice is not None
    next(one for one in page.meeting.notice.buttons if one.text() == verb).setFocus()
    keys.press(Key.Key_Space)


def test_a_report_changed_behind_the_page_is_told_and_neither_text_is_lost(page: ReportPage, keys: Keyboard, qtbot: QtBot) -> None:
    page.edit_section("1.IV")
    keys.write("Của tôi.")
    meanwhile(page, "1.I.1", "Của người khác.")
    assert page.meeting.notice is not None
    assert "đã sửa bản ghi này" in page.meeting.notice.words
    keys.press(Key.Key_S, modifiers=CTRL)
    assert page.meeting.notice.buttons[0].hasFocus(), "nothing is decided by a second Enter in the text"
    assert [line["text"] for line in kept(page)["contents"] if line["section"] == "1.IV"] == []
    way(page, keys, "Xem bản mới")
    assert (page.section.box.toPlainText(), page.desk.writing.text("1.I.1")) == ("", "Của người khác.")
    assert "Có bản nháp của bạn" in page.meeting.notice.words
    way(page, keys, "Nhập tiếp")
    assert page.section.box.toPlainText() == "Của tôi."
    assert "đã sửa bản ghi này" in page.meeting.notice.words
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        way(page, keys, "Ghi phần tôi viết")
    texts = {line["section"]: line["text"] for line in kept(page)["contents"]}
    assert (texts["1.IV"], texts["1.I.1"]) == ("Của tôi.", "Của người khác.")
    assert page.meeting.notice is None
    assert drafts.of_record(store(page), kept(page)["uid"]) is None


def test_a_cancelled_report_is_not_entered_again_before_that_is_asked_for(
    page: ReportPage, window: MainWindow, keys: Keyboard, qtbot: QtBot
) -> None:
    text = page.desk.writing.text("1.I.1")
    assert text
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        store(page).cancel(kept(page)["uid"], "ghi nhầm", page.session.user)
        changes.records_changed.emit("report")
    assert page.meeting.notice is not None
    assert "đã hủy: ghi nhầm" in page.meeting.notice.words
    page.edit_section("1.IV")
    keys.write("Chữ này không vào đâu.")
    keys.press(Key.Key_S, modifiers=CTRL)
    assert kept(page)["state"] == "cancelled"
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        way(page, keys, "Khôi phục phần đã hủy")
    assert (kept(page)["state"], page.desk.writing.text("1.I.1")) == ("entered", text)
    page.edit_section("1.IV")
    keys.write("Viết thêm.")
    store(page).cancel(kept(page)["uid"], "lại hủy", page.session.user)
    keys.press(Key.Key_S, modifiers=CTRL)
    assert "đã hủy bản ghi này" in page.meeting.notice.words
    assert kept(page)["state"] == "cancelled"
    with qtbot.waitSignal(page.refreshed, timeout=20_000):
        way(page, keys, "Khôi phục và ghi phần tôi viết")
    assert kept(page)["state"] == "entered"
    assert page.desk.writing.text("1.IV") == "Viết thêm."
