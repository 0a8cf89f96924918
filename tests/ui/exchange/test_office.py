"""The page “Gửi, nhận dữ liệu” of an office: it joins by digits, sends, and is answered."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import arrivals
from app.sync import answering, authority, desk, enrolment, taking
from app.sync.authority import Made
from app.sync.bundle import together
from db.system import write_meta
from tests.samples import USER
from tests.sync_offices import Place as Installation
from tests.ui.exchange.kit import Key, Settle, cells
from tests.ui.modal import Person, press
from ui.exchange_page import ExchangePage


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
    assert QApplication.focusWidget() is page.join.slip  # printed next, to be stamped
    (paper,) = mail.glob("phieu-dang-ky-*.pdf")
    assert f"{paper.name} ở {mail}" in page.join.steps[2].words
    (file,) = mail.glob("dang-ky-*.nnp")
    file.unlink()  # lost on the way, before anybody approved it
    assert page.join.anew.isVisibleTo(page)
    page.join.label.clear()  # as after the program was opened again
    page.join.write_enrolment(mail)
    settle()
    assert file.exists()
    assert enrolment.this_machine(store) == mine
    page.join.early.click()
    settle()
    assert page.send.isVisibleTo(page)
    assert page.join.slip.isVisibleTo(page)  # it still has to be stamped
    assert mine.digits in " ".join(pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range().split())


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
    assert waiting.by_type["education"] == 70
    assert "Giáo dục chính trị 70" in page.send.steps[1].words
    page.send.use_folder(mail)
    assert QApplication.focusWidget() is page.send.write
    QTest.keyClick(page.send.write, Key.Key_Return)
    settle()
    assert [step.state for step in page.send.steps] == ["done", "done", "done", "now"]
    assert "Có thể rút USB an toàn" in page.send.steps[2].words
    assert QApplication.focusWidget() is page.send.slip
    assert desk.unsent(store).changes == waiting.changes  # nothing counts as sent yet
    assert cells(page.files.table)[0][3] == "Đã ghi, chờ biên nhận"
    sent = page.send.sent[0]
    assert taking.take(region.store, [sent.path], USER)[0].verdict == arrivals.TAKEN
    page.take.look_at([answering.answer(region.store, "HS00", mail, USER).path])
    settle()
    page.take.take()
    settle()
    assert desk.unsent(store).changes == 0
    assert "Chưa có gì mới" in page.send.steps[1].words
    assert "Cấp trên đã nhận đủ" in {cells[3] for cells in cells(page.files.table)}
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
    assert page.send.steps[0].state == "now"
    assert page.window().focusWidget() is page.send.choose
    assert desk.files(page.session.store) == []


def test_files_that_are_none_are_refused_one_by_one_and_nothing_is_written(page: ExchangePage, mail: Path, settle: Settle) -> None:
    (mail / "bao-cao.nnp").write_bytes(b"PK\x03\x04 a shortcut with another name")
    (mail / "rong.nnp").write_bytes(b"")
    before = page.session.store.chain_end()
    page.take.look_at([mail])
    settle()
    assert {cells[0] for cells in cells(page.take.table)} == {"bao-cao.nnp", "rong.nnp"}
    assert page.take.why.text().count("S01") == 2
    assert not page.take.apply.isVisibleTo(page)
    assert "Không có tệp nào nhập được" in page.take.said.text()
    assert page.session.store.chain_end() == before


def test_a_machine_whose_identity_another_has_too_enrols_again_at_the_same_card(
    page: ExchangePage, region: Installation, mail: Path, settle: Settle
) -> None:
    _joined(page, region, mail, settle)
    store = page.session.store
    write_meta(store.database, f"fork:{store.device.id}", "00")
    page.refresh()
    assert (desk.stage(store), page.join.steps[1].state) == ("forked", "now")
    assert "danh tính mới" in page.join.steps[1].words
    assert page.join.label.placeholderText() == "Máy văn thư"  # the name that it keeps when no other is typed
    before = store.device.id
    page.join.write_enrolment(mail)
    settle()
    assert store.device.id != before
    assert desk.stage(store) == "approval"
