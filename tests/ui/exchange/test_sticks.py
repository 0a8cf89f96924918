"""Sticks with a mind of their own, at the page of exchange: pulled, full, read-only, empty, with disguised programs; nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app import arrivals
from app.sync import answering, authority, desk, enrolment, sending, taking
from tests.samples import USER
from tests.sync_offices import Place as Installation
from tests.sync_offices import lesson
from tests.ui.exchange.kit import above
from tests.ui.modal import Person, press
from tests.ui.trouble import unix
from ui.exchange_page import ExchangePage
from ui.main_window import MainWindow
from ui.session import Place

Settle = Callable[[], None]


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nothing be written into a folder within the block, not even by root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and (shutil.which("chattr") is None or subprocess.run(["chattr", "+i", folder], check=False, capture_output=True).returncode):
        pytest.skip("root may write into any folder here")
    folder.chmod(0o555) if not root else None
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", folder], check=True) if root else folder.chmod(0o755)


def _told(act: Callable[[], object], settle: Settle) -> str:
    """Do something that is refused; give what the person read before they went on."""
    one = Person(press("Đã hiểu"))
    act()
    settle()
    one.leave()
    assert one.done
    return " ".join(one.seen)


@unix
def test_a_stick_that_is_gone_full_or_read_only_is_said_and_the_same_step_goes_on_with_a_good_one(
    page: ExchangePage, region: Installation, mail: Path, tmp_path: Path, settle: Settle
) -> None:
    store = page.session.store
    above(store, region, tmp_path)
    taking.take(store, [answering.answer(region.store, "HS00", tmp_path, USER).path], "admin")
    page.refresh()
    send, before = page.send, desk.unsent(store).changes
    send.use_folder(mail)
    mail.rmdir()
    assert f"Không thấy thư mục {mail}" in _told(send.write_files, settle)
    assert not mail.exists()  # nothing was written where the stick was
    assert "không còn ở đó" in send.steps[0].words
    send.use_folder(Path("/proc"))
    assert "không đủ chỗ" in _told(send.write_files, settle)
    mail.mkdir()
    send.use_folder(mail)
    with read_only(mail):
        assert f"Không được phép ghi vào {mail}" in _told(send.write_files, settle)
    assert (send.sent, list(mail.iterdir()), desk.files(store)[:-1]) == ([], [], [])
    assert [step.state for step in send.steps] == ["done", "done", "now", "later"]
    assert desk.unsent(store).changes == before
    send.write_files()
    settle()
    assert [one.path.parent for one in send.sent] == [mail]
    assert taking.take(region.store, [send.sent[0].path], USER)[0].verdict == arrivals.TAKEN


def test_programs_shortcuts_and_an_empty_folder_are_named_for_what_they_are_and_the_true_file_is_taken(
    page: ExchangePage, district: Installation, mail: Path, settle: Settle
) -> None:
    store = page.session.store
    made = authority.make_keys(store, mail, "admin")
    authority.take_keys(district.store, made.public, made.keys.digits, USER)
    page.take.look_at([mail / "nothing"])
    settle()
    assert "Không có tệp nào nhập được" in page.take.said.text()
    (mail / "empty").mkdir()
    page.take.look_at([mail / "empty"])
    settle()
    assert "Không có tệp nào của phần mềm ở đó" in page.take.said.text()
    enrolment.enrol(district.store, mail, "Máy văn thư", USER)
    (true,) = mail.glob("*.nnp")
    true.rename(mail / ".hidden")  # as a virus leaves it: the file hidden, a shortcut in its place
    true.with_name(true.name + ".lnk").write_bytes(b"L\x00\x00\x00\x01\x14\x02\x00 ...")
    (mail / "bao-cao.nnp").write_bytes(b"MZ\x90\x00 ...")
    (mail / "thu.nnp").write_bytes(b"Dear all")
    page.take.look_at([mail])
    settle()
    results = {fact.cells[0]: fact.cells[2] for fact in page.take.table.facts.facts}
    assert "lối tắt hoặc chương trình" in results[true.name + ".lnk"]
    assert "lối tắt hoặc chương trình" in results["bao-cao.nnp"]
    assert results["thu.nnp"].startswith("S01 Đây không phải tệp đồng bộ")
    assert results[".hidden"] == "Đúng, nguyên vẹn"
    page.take.take()
    settle()
    assert [one.status for one in enrolment.machines(store) if one.office == "DV01"] == [enrolment.WAITING]


def test_a_stick_pulled_between_the_look_and_the_taking_changes_nothing_and_the_file_can_be_chosen_again(
    page: ExchangePage, district: Installation, mail: Path, tmp_path: Path, settle: Settle
) -> None:
    store = page.session.store
    made = authority.make_keys(store, tmp_path, "admin")
    authority.take_keys(district.store, made.public, made.keys.digits, USER)
    path, mine = enrolment.enrol(district.store, tmp_path, "Máy văn thư", USER)
    taking.take(store, [path], "admin")
    enrolment.approve(store, mine.device, mine.digits, "admin")
    taking.take(district.store, [answering.answer(store, "DV01", tmp_path, "admin").path], USER)
    lesson(district, "DV01", event_to="2019-03-04")
    (sent,) = sending.out(district.store, mail, USER)
    page.take.look_at([sent.path])
    settle()
    assert "mã kiểm tra" in page.take.why.text()
    away, end = mail.rename(tmp_path / "pulled"), store.chain_end()
    page.take.take()
    settle()
    assert "S02" in page.take.why.text()
    assert store.chain_end() == end
    away.rename(mail)
    page.take.look_at([sent.path])
    settle()
    page.take.take()
    settle()
    assert page.take.found[0].taken.new == 2  # the record, and who the office is


def test_what_is_dropped_on_the_window_goes_where_it_belongs(window: MainWindow, page: ExchangePage, mail: Path, settle: Settle) -> None:
    for name in ("a.nnp", "b.nnp"):
        (mail / name).write_bytes(b"PK\x03\x04")
    window.go(Place("home"))
    for path in (mail / "a.nnp", mail / "b.nnp", mail):
        window.file_dropped.emit(str(path))
    settle()
    assert window.key == "exchange"
    assert [fact.cells[0] for fact in page.take.table.facts.facts] == ["a.nnp", "b.nnp", "a.nnp", "b.nnp"]
    assert not page.take.apply.isVisibleTo(page)
    wrong = mail / "anh.png"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n")
    window.file_dropped.emit(str(wrong))
    settle()
    assert window.key == "import"
    assert not QApplication.activeModalWidget()
