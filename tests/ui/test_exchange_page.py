"""The pages “Gửi, nhận dữ liệu” and “Theo dõi đơn vị”: a machine joins, sends and is answered; headquarters approves and sees who owes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import arrivals, office, requests
from app.office import Office
from app.report import approval
from app.sync import answering, authority, desk, enrolment, sending, taking
from app.sync.authority import Made
from db import keystore
from db.connection import Lock
from db.errors import ExpectedError
from db.journal import now_text
from db.record import fixed_uid
from db.records.education import EducationSession
from db.store import Store
from db.system import OwnDevice, add_device, close_own_devices, write_meta
from tests.db.test_receiving import carry
from tests.demo_office import copied
from tests.samples import USER
from tests.sync_offices import Place as Installation
from tests.sync_offices import lesson, new_office
from tests.ui.modal import Person, fill, press, said
from ui.board_page import BoardPage
from ui.exchange_join import together
from ui.exchange_page import ExchangePage
from ui.fact_table import FactTable
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.overlays import LinePane
from ui.session import Place

Settle = Callable[[], None]
Key = Qt.Key


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Installation]:
    """A headquarters above the demo office."""
    made = new_office(tmp_path / "region", "QK00")
    yield made
    made.close()


@pytest.fixture
def district(tmp_path: Path) -> Iterator[Installation]:
    """An office below the demo office."""
    made = new_office(tmp_path / "district", "DV01")
    yield made
    made.close()


@pytest.fixture
def page(window: MainWindow, settle: Settle) -> ExchangePage:
    window.go(Place("exchange"))
    settle()
    found = window.page("exchange")
    assert isinstance(found, ExchangePage)
    return found


def _cells(table: FactTable) -> list[tuple[str, ...]]:
    return [fact.cells for fact in table.facts.facts]


def _joined(page: ExchangePage, region: Installation, mail: Path, settle: Settle) -> Made:
    made = authority.make_keys(region.store, mail, USER)
    page.join.use_keys(made.public)
    page.join.digits.setText(made.keys.digits)
    QTest.keyClick(page.join.digits, Key.Key_Return)
    settle()
    page.join.write_enrolment(mail)
    settle()
    return made


def test_a_machine_joins_by_typing_the_digits_of_the_letter_and_no_others(
    page: ExchangePage, region: Installation, mail: Path, settle: Settle
) -> None:
    made = authority.make_keys(region.store, mail, USER)
    store = page.session.store
    assert [step.state for step in page.join.steps] == ["now", "later", "later"]
    page.join.use_keys(made.public)
    assert made.keys.name in page.join.steps[0].words
    page.join.digits.setText("1234 " * 6)
    QTest.keyClick(page.join.digits, Key.Key_Return)
    assert "24 chữ số" in page.join.note.words
    assert authority.above(store) is None
    page.join.digits.setText(made.keys.digits)
    QTest.keyClick(page.join.digits, Key.Key_Return)
    settle()
    assert [step.state for step in page.join.steps] == ["done", "now", "later"]
    assert QApplication.focusWidget() is page.join.label
    page.join.label.setText("Máy tuyên huấn")
    page.join.write_enrolment(mail)
    settle()
    assert [step.state for step in page.join.steps] == ["done", "done", "now"]
    mine = enrolment.this_machine(store)
    assert mine is not None
    assert together(mine.digits) in page.join.steps[1].words
    assert "Máy tuyên huấn" in page.join.steps[1].words
    assert desk.stage(store) == "approval"


def test_a_file_that_is_not_headquarters_keys_is_said_and_nothing_is_taken(page: ExchangePage, mail: Path, settle: Settle) -> None:
    wrong = mail / "khoa.json"
    wrong.write_text("{}", encoding="utf-8")
    one = Person(press("Đã hiểu"))
    page.join.use_keys(wrong)
    one.leave()
    assert one.done
    assert page.join.file is None
    assert authority.above(page.session.store) is None


def test_what_is_sent_is_written_read_back_and_counts_as_sent_only_once_a_receipt_came(
    page: ExchangePage, region: Installation, mail: Path, settle: Settle
) -> None:
    _joined(page, region, mail, settle)
    store = page.session.store
    mine = enrolment.this_machine(store)
    assert mine is not None
    taking.take(region.store, [mail], USER)
    enrolment.approve(region.store, mine.device, mine.digits, USER)
    page.take.look_at([answering.answer(region.store, "HS00", mail, USER).path])
    settle()
    assert page.take.apply.isVisibleTo(page)
    QTest.keyClick(page.take.apply, Key.Key_Return)
    settle()
    assert desk.stage(store) == "ready"
    assert page.send.isVisibleTo(page)
    waiting = desk.unsent(store)
    assert waiting.by_type["education"] == 48
    assert "Giáo dục chính trị 48" in page.send.steps[1].words
    page.send.use_folder(mail)
    assert QApplication.focusWidget() is page.send.write
    QTest.keyClick(page.send.write, Key.Key_Return)
    settle()
    assert [step.state for step in page.send.steps] == ["done", "done", "done", "now"]
    assert "Có thể rút USB an toàn" in page.send.steps[2].words
    assert QApplication.focusWidget() is page.send.slip
    assert desk.unsent(store).changes == waiting.changes  # nothing counts as sent yet
    assert _cells(page.files.table)[0][3] == "Đã ghi, chờ biên nhận"
    sent = page.send.sent[0]
    assert taking.take(region.store, [sent.path], USER)[0].verdict == arrivals.TAKEN
    page.take.look_at([answering.answer(region.store, "HS00", mail, USER).path])
    settle()
    page.take.take()
    settle()
    assert desk.unsent(store).changes == 0
    assert "Chưa có gì mới" in page.send.steps[1].words
    assert "Cấp trên đã nhận đủ" in {cells[3] for cells in _cells(page.files.table)}
    assert [one.entries for one in desk.files(store) if one.outward] == [sent.entries]


def test_a_stick_that_is_gone_is_said_and_the_step_stays(page: ExchangePage, region: Installation, mail: Path, settle: Settle) -> None:
    _joined(page, region, mail, settle)
    page.join.early.click()
    settle()
    page.send.use_folder(mail / "gone" / "file.txt")
    (mail / "gone").write_text("not a folder", encoding="utf-8")
    one = Person(press("Đã hiểu"))
    page.send.write_files()
    settle()
    one.leave()
    assert one.done
    assert page.send.sent == []
    assert page.send.steps[2].state == "now"
    assert desk.files(page.session.store) == []


def test_files_that_are_none_are_refused_one_by_one_and_nothing_is_written(page: ExchangePage, mail: Path, settle: Settle) -> None:
    (mail / "bao-cao.nnp").write_bytes(b"PK\x03\x04 a shortcut with another name")
    (mail / "rong.nnp").write_bytes(b"")
    before = page.session.store.chain_end()
    page.take.look_at([mail])
    settle()
    assert {cells[0] for cells in _cells(page.take.table)} == {"bao-cao.nnp", "rong.nnp"}
    assert page.take.why.text().count("S01") == 2
    assert not page.take.apply.isVisibleTo(page)
    assert "Không có tệp nào nhập được" in page.take.said.text()
    assert page.session.store.chain_end() == before


def test_headquarters_approves_a_machine_by_the_digits_of_its_slip_and_takes_what_had_waited(
    page: ExchangePage, district: Installation, mail: Path, settle: Settle
) -> None:
    session = page.session
    one = Person(press("Đã đọc"))
    page.answer.make_keys(mail)
    settle()
    one.leave()
    assert one.done
    assert "chỉ hiện lần này" in one.seen[0]
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
    assert "S05" in page.take.why.text()
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
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    settle()
    one.leave()
    assert one.done
    assert form.entry.cells["place"].text == "Hội trường B"
    assert "apart" not in form.meeting.notices


def test_the_board_says_how_each_unit_stands_and_leads_to_its_records(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.board is not None
    assert [period.code for period in board.board.periods] == ["2018-H1", "2018-H2", "2019-H1"]
    assert len(board.board.rows) == 10
    assert QApplication.focusWidget() is board.table
    first = board.board.rows[0]
    assert first.cells[-1].standing == "partial"
    QTest.keyClick(board.table, Key.Key_Down)
    settle()
    assert board.table.current() == board.board.rows[1].unit
    labels = [one.text() for one in board.panel.findChildren(QWidget) if hasattr(one, "text")]
    assert board.board.rows[1].name in labels
    assert "Buổi giáo dục" in labels
    QTest.keyClick(board.table, Key.Key_Return)
    settle()
    assert window.key == "home"
    assert window.session.unit == board.board.rows[1].unit


def test_headquarters_changes_its_keys_and_gives_a_broken_machine_back_what_its_office_had_sent(
    page: ExchangePage, district: Installation, mail: Path, tmp_path: Path, settle: Settle
) -> None:
    store = page.session.store
    _below(store, district, mail)
    uid = lesson(district, "DV01", event_to="2019-03-04")
    _sent(store, district, mail)
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
    assert keys.digits in one.seen[0]
    assert keys.digits in page.answer.fact.text()
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


def test_a_machine_whose_identity_another_has_too_enrols_again_at_the_same_card(
    page: ExchangePage, region: Installation, mail: Path, settle: Settle
) -> None:
    _joined(page, region, mail, settle)
    store = page.session.store
    write_meta(store.database, f"fork:{store.device.id}", "00")
    page.refresh()
    assert (desk.stage(store), page.join.steps[1].state) == ("forked", "now")
    assert "danh tính mới" in page.join.steps[1].words
    before = store.device.id
    page.join.write_enrolment(mail)
    settle()
    assert store.device.id != before
    assert desk.stage(store) == "approval"


def _below(page_store: Store, district: Installation, mail: Path) -> None:
    """Let the office below join the demo office, which makes its keys."""
    made = authority.make_keys(page_store, mail, "admin")
    authority.take_keys(district.store, made.public, made.keys.digits, USER)
    path, mine = enrolment.enrol(district.store, mail, "Máy văn thư", USER)
    taking.take(page_store, [path], "admin")
    enrolment.approve(page_store, mine.device, mine.digits, "admin")
    _answered(page_store, district, mail)


def _answered(store: Store, district: Installation, mail: Path) -> None:
    taking.take(district.store, [answering.answer(store, "DV01", mail, "admin").path], USER)


def _sent(store: Store, district: Installation, mail: Path) -> None:
    taking.take(store, [one.path for one in sending.out(district.store, mail, USER)], "admin")


def _form(window: MainWindow, uid: str, settle: Settle) -> RecordForm:
    window.go(Place("education", uid=uid))
    settle()
    found = window.page("education").form  # type: ignore[attr-defined]
    assert isinstance(found, RecordForm)
    return found


def test_headquarters_asks_about_a_record_over_its_form_and_sees_on_the_board_what_was_answered(
    window: MainWindow, district: Installation, mail: Path, settle: Settle
) -> None:
    store = window.session.store
    _below(store, district, mail)
    uid = lesson(district, "DV01", event_to="2019-03-04")
    _sent(store, district, mail)
    form = _form(window, uid, settle)
    notice = form.meeting.notices["asked"]
    assert "chỉ đơn vị đó sửa được" in notice.words
    assert form.read_only
    assert not form.head.turn.isVisibleTo(form)
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    pane = form.pane.findChild(LinePane)
    assert isinstance(pane, LinePane)
    pane.line.setText("Ghi rõ địa điểm")
    QTest.keyClick(pane.line, Key.Key_Return)
    settle()
    assert "chưa trả lời" in form.meeting.notices["asked"].words
    (asked,) = requests.requests(store)
    assert asked.text == "Ghi rõ địa điểm"
    QTest.keyClick(form.meeting.notices["asked"].buttons[0], Key.Key_Return)  # it was a slip
    assert requests.requests(store) == []
    assert "chỉ đơn vị đó sửa được" in form.meeting.notices["asked"].words
    requests.ask(store, uid, asked.text, "admin")
    _answered(store, district, mail)
    requests.leave(district.store, uid, USER)
    _sent(store, district, mail)
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.panel.found is not None
    assert (board.panel.found.asked, len(board.panel.found.answered)) == ((), 1)
    assert board.panel.found.answered[0].second == "Giữ nguyên: Ghi rõ địa điểm"
    assert "đơn vị giữ nguyên" in _form(window, uid, settle).meeting.notices["asked"].words


def test_an_office_sees_on_its_first_page_what_headquarters_asks_and_answers_over_the_form(
    window: MainWindow, region: Installation, mail: Path, settle: Settle
) -> None:
    store = window.session.store
    made = authority.make_keys(region.store, mail, USER)
    authority.take_keys(store, made.public, made.keys.digits, "admin")
    path, mine = enrolment.enrol(store, mail, "", "admin")
    taking.take(region.store, [path], USER)
    enrolment.approve(region.store, mine.device, mine.digits, USER)
    taking.take(region.store, [one.path for one in sending.out(store, mail, "admin")], USER)
    first, second = [uid for (uid,) in store.execute(EducationSession.select(EducationSession.uid).limit(2).tuples())]
    for uid in (first, second):
        requests.ask(region.store, uid, "Vì sao vắng?", USER)
    taking.take(store, [answering.answer(region.store, "HS00", mail, USER).path], "admin")
    window.go(Place("home"))
    settle()
    settle()
    home = window.page("home")
    asked = [task for task in home.found.tasks if task.state == "returned"]  # type: ignore[attr-defined]
    assert {(task.uid, str(task.second)) for task in asked} == {(uid, "Cấp trên đề nghị làm rõ: Vì sao vắng?") for uid in (first, second)}
    notice = _form(window, first, settle).meeting.notices["asked"]
    assert "Vì sao vắng?" in notice.words
    QTest.keyClick(notice.buttons[0], Key.Key_Return)
    settle()
    form = _form(window, second, settle)
    form.go_to_answer("", "place")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "san van dong")
    QTest.keyClick(form, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert "asked" not in form.meeting.notices
    assert requests.requests(store) == []
    taking.take(region.store, [one.path for one in sending.out(store, mail, "admin")], USER)
    assert {one.record: one.reply for one in requests.requests(region.store, answered=True)} == {first: "same", second: "changed"}


def test_what_came_after_the_lock_is_seen_on_the_board_counts_once_it_was_agreed_to_and_the_unit_is_answered_there(
    window: MainWindow, district: Installation, mail: Path, settle: Settle
) -> None:
    session, store = window.session, window.session.store
    _below(store, district, mail)
    with store.transaction():
        said = {"period": session.period.code, "start": session.period.start, "end": session.period.end}
        store.audit("approve", said, "admin", record=fixed_uid("report", "x"))
        store.locks_changed()
    uid = lesson(district, "DV01", event_to="2019-03-04")
    _sent(store, district, mail)
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    assert board.board is not None
    assert str(board.board.rows[0].cells[-1].words) == "Đã chốt, 1 đến sau"
    assert board.panel.found is not None
    (late,) = board.panel.found.after_lock
    assert (late.uid, late.is_here, str(late.second)) == (uid, False, "Bản ghi mới")
    leave, agree = Person(press("Để nguyên")), Person(press("Tính vào kỳ"))
    board.panel.accept()
    leave.leave()
    with pytest.raises(ExpectedError):
        store.read(uid)
    board.panel.accept()
    settle()
    agree.leave()
    settle()
    assert store.read(uid)[1]["state"] == "entered"
    assert str(board.board.rows[0].cells[-1].words) == "Đã chốt"
    assert window.focusWidget() is board.table
    (mail / "usb").mkdir()
    board.panel.write_answer(mail / "usb")
    settle()
    assert [path.name for path in (mail / "usb").iterdir()] == ["tra-DV01-00002.nnp"]


def test_the_arrows_choose_the_period_and_enter_opens_the_unit_in_it(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    QTest.keyClick(board.table, Key.Key_Left)
    assert board.panel.period is not None
    assert board.panel.period.code == "2018-H2"
    assert "6 tháng cuối năm 2018" in {one.text() for one in board.panel.findChildren(QWidget) if hasattr(one, "text")}
    QTest.keyClick(board.table, Key.Key_Return)
    settle()
    assert (window.key, window.session.period.code) == ("home", "2018-H2")


def test_chips_show_only_the_units_that_stand_so(window: MainWindow, settle: Settle) -> None:
    window.go(Place("board"))
    settle()
    settle()
    board = window.page("board")
    assert isinstance(board, BoardPage)
    board.chips["late"].click()
    assert _cells(board.table) == []
    assert board.table.empty.text() == "Không có đơn vị nào như vậy."
    board.chips[""].click()
    assert len(_cells(board.table)) == 10
