"""The page “Gửi, nhận dữ liệu” of a headquarters: its keys and their words, machines approved, what waits for a choice."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app import arrivals, office
from app.office import Office
from app.report import approval
from app.sync import answering, authority, desk, enrolment, sending, taking
from app.sync.bundle import together
from db import keystore
from db.connection import Lock
from db.errors import ExpectedError
from db.journal import now_text
from db.records.education import EducationSession
from db.store import Store
from db.system import OwnDevice, add_device, close_own_devices
from tests.db.test_receiving import carry
from tests.demo_office import copied
from tests.samples import USER
from tests.sync_offices import Place as Installation
from tests.sync_offices import lesson, new_office
from tests.ui.exchange.kit import Key, Settle, below, sent
from tests.ui.modal import Person, fill, press, said
from ui.buttons import Button
from ui.code_page import CodeDialog
from ui.exchange_page import ExchangePage
from ui.main_window import MainWindow
from ui.parts import Label
from ui.session import Place


def test_the_words_of_the_safe_are_printed_and_one_is_typed_back_before_they_are_gone(
    page: ExchangePage, mail: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, shown, safe = mail / "phieu.pdf", list[str](), mail / "khoa-du-phong-HS00.age"

    def to_file(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFileName(str(sheet))
        return QPrintDialog.DialogCode.Accepted

    def leave(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        shown.extend(dialog.page.view.groups)
        return QTimer.singleShot(0, partial(QTest.keyClick, dialog, Key.Key_Escape))

    def write_back(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        back = dialog.page
        QTest.keyClick(back.printing, Key.Key_Space)
        QTest.keyClicks(back.typed, "khong")
        assert back.view.is_covered
        QTest.keyClick(back.typed, Key.Key_Return)
        assert dialog.isVisible()  # that was none of them
        back.typed.clear()
        QTest.keyClicks(back.typed, back.view.groups[back.asked])
        return QTimer.singleShot(0, partial(QTest.keyClick, back.typed, Key.Key_Return))

    monkeypatch.setattr(QPrintDialog, "exec", to_file)
    one = Person(leave, press("Ở lại"), write_back)
    page.answer.make_keys(mail)
    settle()
    one.leave()
    assert one.done
    assert "còn xem lại được" in one.seen[0]
    assert len(shown) == 8
    assert authority.unwritten_words(page.session.store, page.session.user) == ""
    words = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    assert "PHIẾU TỪ KHÓA" in words
    assert all(group in words for group in shown)
    asked = Person(fill(" ".join(shown[:-1]), verb="Lấy lại khóa"), said("Không mở được", fill(" ".join(shown), verb="Lấy lại khóa")),
                   said("đã có khóa", press("Thôi")))  # fmt: skip
    page.answer.recover_keys(safe)  # opened by the words with spaces between them; the keys are all here
    asked.leave()
    assert asked.done


def test_words_of_the_safe_that_were_on_a_screen_that_was_locked_are_shown_again_until_one_is_typed_back(
    page: ExchangePage, mail: Path, settle: Settle
) -> None:
    shown = list[list[str]]()

    def lock(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        shown.append(dialog.page.view.groups)
        return QTimer.singleShot(0, dialog.reject)  # as ``leaving.clear_away`` does

    def write_back(dialog: QWidget) -> object:
        if not isinstance(dialog, CodeDialog):
            return False
        shown.append(dialog.page.view.groups)
        QTest.keyClicks(dialog.page.typed, dialog.page.view.groups[dialog.page.asked])
        return QTimer.singleShot(0, partial(QTest.keyClick, dialog.page.typed, Key.Key_Return))

    one = Person(lock)
    page.answer.make_keys(mail)
    settle()
    one.leave()
    assert one.done
    other = Person(write_back)
    (again,) = (one for one in page.answer.findChildren(Button) if one.text() == "Xem từ khóa")
    again.click()
    other.leave()
    settle()
    assert shown[0] == shown[1]
    assert authority.unwritten_words(page.session.store, page.session.user) == ""
    assert not [one for one in page.answer.findChildren(Button) if one.text() == "Xem từ khóa" and one.isVisibleTo(page)]


def test_headquarters_approves_a_machine_by_the_digits_of_its_slip_and_takes_what_had_waited(
    page: ExchangePage, district: Installation, mail: Path, settle: Settle
) -> None:
    session = page.session
    authority.make_keys(session.store, mail, session.user)
    page.refresh()
    keys = authority.own_keys(session.store)
    assert keys is not None
    authority.take_keys(district.store, mail / "khoa-HS00.json", keys.digits, USER)
    enrolment.enrol(district.store, mail, "Máy văn thư", USER)
    sending.out(district.store, mail, USER)
    page.take.look_at([mail])
    settle()
    page.take.take()
    settle()
    machine = next(one for one in enrolment.machines(session.store) if one.office == "DV01")
    assert machine.status == enrolment.WAITING
    assert page.take.said.text() == "Đã áp dụng: 1 tệp đã nhập, 1 tệp giữ chờ. Máy mới đăng ký chờ duyệt ở thẻ “Trả lời đơn vị cấp dưới”."
    assert "S05" in page.take.why.text()
    assert [one.entries for one in desk.files(session.store)] == [0]  # nobody knows what is in a file that nobody could open
    assert "cần duyệt đăng ký" in " ".join(label.text() for label in page.matters.findChildren(Label) if label.wordWrap())
    assert page.matters.isVisibleTo(page)
    page.show_place(Place("exchange"))
    assert page.window().focusWidget() is page.take.choose  # nothing is sent from here: what comes in is next
    asked = Person(
        fill("0000 0000 0000 0000 0000 0000", verb="Duyệt"), said("không khớp", fill(machine.digits, verb="Duyệt")),
    )  # fmt: skip
    page.answer.approve(machine)
    settle()
    asked.leave()
    assert asked.done
    assert enrolment.find(session.store, machine.device).status == enrolment.APPROVED
    assert not page.matters.isVisibleTo(page)  # its file was taken at once
    told: list[str] = []
    session.toast_asked.connect(lambda toast: told.append(toast.words))
    page.answer.write_answers(mail, page.answer.offices)
    settle()
    assert told == ["Đã ghi và đọc lại đúng 1 tệp trả lời. Có thể rút USB an toàn."]
    verdicts = taking.take(district.store, sorted(mail.glob("tra-*.nnp")), USER)
    assert [one.verdict for one in verdicts] == [arrivals.TAKEN]
    assert set(desk.unsent(district.store).by_type) <= {"unit", "topic", "period"}  # what headquarters' code lists changed here
    page.take.look_at([mail])
    settle()
    assert page.take.said.text() == "3 tệp không có gì mới: đã nhập, hoặc do máy này ghi ra."
    assert not page.take.apply.isVisibleTo(page)
    assert ":  " not in page.take.why.text()


def test_a_file_that_is_not_taken_but_kept_for_people_to_look_at_is_kept_when_it_comes_alone(
    page: ExchangePage, district: Installation, mail: Path, settle: Settle
) -> None:
    store = page.session.store
    below(store, district, mail)
    enrolment.revoke(store, district.device, 0, "admin")
    lesson(district, "DV01", event_to="2019-03-04")
    page.take.look_at([sending.out(district.store, mail, USER)[0].path])
    settle()
    assert page.take.said.text() == "Đã kiểm tra: 1 tệp để riêng. Chưa áp dụng, hãy xem trước."
    assert desk.matters(store) == []
    QTest.keyClick(page.take.apply, Key.Key_Return)
    settle()
    (matter,) = desk.matters(store)
    assert "đã bị thu hồi" in matter.second


def test_the_focus_comes_back_to_what_was_pressed_and_the_file_for_offices_that_join_is_written_as_often_as_needed(
    page: ExchangePage, district: Installation, mail: Path, settle: Settle
) -> None:
    below(page.session.store, district, mail)
    page.refresh()
    settle()
    for words, act in (
        ("Ghi trả lời cho mọi đơn vị", lambda: page.answer.write_answers(mail, page.answer.offices)),
        ("Ghi tệp khóa cho đơn vị mới…", lambda: page.answer.write_public(mail)),
    ):
        (mail / "khoa-HS00.json").unlink(missing_ok=True)
        next(one for one in page.answer.findChildren(Button) if one.text() == words and one.isVisible()).setFocus()
        act()
        settle()
        focused = page.window().focusWidget()
        assert isinstance(focused, Button)
        assert focused.text() == words
        assert focused.isVisible()
    keys = authority.own_keys(page.session.store)
    assert keys is not None
    assert authority.read_keys(mail / "khoa-HS00.json").digits == keys.digits


def test_a_file_that_cancels_much_waits_until_it_is_agreed_to_itself(
    page: ExchangePage, district: Installation, mail: Path, tmp_path: Path, settle: Settle
) -> None:
    store = page.session.store
    made = authority.make_keys(store, mail, "admin")
    second = new_office(tmp_path / "second", "DV02")
    for place, code in ((district, "DV01"), (second, "DV02")):
        authority.take_keys(place.store, made.public, made.keys.digits, USER)
        path, mine = enrolment.enrol(place.store, mail, "Máy văn thư", USER)
        taking.take(store, [path], "admin")
        enrolment.approve(store, mine.device, mine.digits, "admin")
        taking.take(place.store, [answering.answer(store, code, mail, "admin").path], USER)
    uids = [lesson(district, "DV01", event_to=f"2019-01-{day:02d}", place=f"Phòng {day}") for day in range(2, 27)]
    taking.take(store, [one.path for one in sending.out(district.store, mail, USER)], "admin")
    taking.take(district.store, [answering.answer(store, "DV01", mail, "admin").path], USER)
    for uid in uids:
        district.store.cancel(uid, "Nhập nhầm", USER)
    many = sending.out(district.store, mail, USER)[0].path
    assert taking.take(store, [many], "admin")[0].code == "HUY"  # it waits
    page.take.look_at([sending.out(second.store, mail, USER)[0].path])
    settle()
    page.take.take()
    settle()
    assert page.take.found[0].verdict == arrivals.TAKEN
    assert {store.read(uid)[1]["state"] for uid in uids} == {"entered"}
    page.take.look_at([many])
    settle()
    assert "hủy" in page.take.why.text()
    one = Person(press("Nhập cả"))
    page.take.take()
    settle()
    one.leave()
    assert one.done
    assert {store.read(uid)[1]["state"] for uid in uids} == {"cancelled"}
    second.close()


def _apart(demo_office: Office, tmp_path: Path) -> str:
    """Let a second machine of the demo office change a session that is changed here, too, and take its entries in; give the uid."""
    folder, unlocked = copied(tmp_path / "second")
    other = office.attach(folder, Lock(folder), unlocked)
    private, public = keystore.new_device_key()
    close_own_devices(other.database)
    add_device(other.database, OwnDevice("0f0e0d0c-0000-4000-8000-00000000abcd", public, private), now_text())
    other.store = Store(other.database)
    uid = demo_office.store.execute(EducationSession.select(EducationSession.uid).limit(1).tuples()).fetchone()[0]
    for store, place in ((demo_office.store, "Hội trường A"), (other.store, "Hội trường B")):
        store.save("education", {**store.read(uid)[1], "place": place}, "admin")
    with demo_office.store.transaction():
        carry(other, demo_office)
    other.close()
    return str(uid)


def test_of_two_versions_written_apart_one_is_kept_by_its_number_and_the_report_waits_for_it(
    page: ExchangePage, demo_office: Office, tmp_path: Path, settle: Settle
) -> None:
    uid = _apart(demo_office, tmp_path)
    half_year = page.session.period
    with pytest.raises(ExpectedError, match="hai máy cùng sửa"):
        approval.approve(demo_office.store, half_year, "admin", "KHONG")
    page.refresh()
    page.session.go(Place("education", uid=uid))
    settle()
    record_page = page.window().page("education")  # type: ignore[attr-defined]
    assert "Hai máy cùng sửa" in record_page.form.meeting.notices["apart"].words
    page.session.go(Place("exchange"))
    settle()
    matter = next(one for one in desk.matters(demo_office.store) if one.state == "conflict")
    assert matter.uid == uid
    sides = desk.sides(demo_office.store, uid)
    assert {str(side.words) for side in sides} == {"Địa điểm: Hội trường A", "Địa điểm: Hội trường B"}
    wanted = next(number for number, side in enumerate(sides, 1) if "Hội trường B" in side.words)

    def by_number(dialog: QWidget) -> None:
        first = dialog.focusWidget()
        assert isinstance(first, Button)
        assert first.text() == "Để sau"  # whoever holds Enter a moment longer chooses nothing
        QTest.keyClick(dialog, Key(Key.Key_0 + wanted))

    one = Person(by_number)
    page.matters.settle(matter)
    settle()
    one.leave()
    assert one.done
    assert demo_office.store.read(uid)[1]["place"] == "Hội trường B"
    assert desk.matters(demo_office.store) == []
    assert not page.matters.isVisibleTo(page)
    page.session.go(Place("education", uid=uid))
    settle()
    assert "apart" not in record_page.form.meeting.notices


def test_a_record_with_two_versions_says_so_over_its_form_and_the_choice_is_made_there(
    window: MainWindow, demo_office: Office, tmp_path: Path, settle: Settle
) -> None:
    uid = _apart(demo_office, tmp_path)
    window.go(Place("education", uid=uid))
    settle()
    form = window.page("education").form  # type: ignore[attr-defined]
    notice = form.meeting.notices["apart"]
    other = next(number for number, side in enumerate(desk.sides(demo_office.store, uid), 1) if "Hội trường B" in side.words)
    one = Person(lambda dialog: QTest.keyClick(dialog, Key(Key.Key_0 + other)))
    form.moves.first()
    QTest.keyClick(window.focusWidget(), Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget() is notice.buttons[0], "what stands above the fields is before them for Tab, too"
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    settle()
    one.leave()
    assert one.done
    assert form.entry.cells["place"].text == "Hội trường B"
    assert "apart" not in form.meeting.notices


def test_headquarters_changes_its_keys_and_gives_a_broken_machine_back_what_its_office_had_sent(
    page: ExchangePage, district: Installation, mail: Path, tmp_path: Path, settle: Settle
) -> None:
    store = page.session.store
    below(store, district, mail)
    uid = lesson(district, "DV01", event_to="2019-03-04")
    sent(store, district, mail)
    page.refresh()
    before = authority.own_keys(store)
    one = Person(press("Đã đọc"))
    page.answer.rotate_keys(mail)
    settle()
    one.leave()
    keys = authority.own_keys(store)
    assert before is not None
    assert keys is not None
    assert keys.digits != before.digits
    assert together(keys.digits) in one.seen[0]  # groups stay on one line
    assert together(keys.digits) in page.answer.fact.text()
    fresh = new_office(tmp_path / "fresh", "DV01")
    authority.take_keys(fresh.store, mail / "khoa-HS00.json", keys.digits, USER)
    path, mine = enrolment.enrol(fresh.store, mail, "Máy mới", USER)
    taking.take(store, [path], "admin")
    enrolment.approve(store, mine.device, mine.digits, "admin")
    machine = enrolment.find(store, mine.device)
    assert [words for _icon, words, _act in page.answer.ways(machine)] == [
        "Ghi trả lời cho đơn vị này", "Máy của đơn vị bị hỏng: ghi tệp khôi phục…", "Xin đơn vị gửi lại từ đầu…", "Thu hồi máy này…",
    ]  # fmt: skip
    page.answer.write_rebuild("DV01", mail)
    settle()
    (back,) = mail.glob("khoi-phuc-DV01-*.nnp")
    assert taking.take(fresh.store, [back], USER)[0].verdict == arrivals.TAKEN
    assert fresh.store.read(uid)[1]["event_to"] == "2019-03-04"
    fresh.close()
