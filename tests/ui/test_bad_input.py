"""What must not hurt: endless and strange text, files that are no tables, trouble with disk, folder, clock and printer, our own defects."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QMessageBox

from app import drafts, log, starting
from app.office import Office
from db.errors import ExpectedError
from db.questions import Question
from db.records import RECORD_TYPES
from tests.ui.keyboard import CTRL, Key, Keyboard
from tests.ui.trouble import full_disk, gone, unix
from ui import gate, messages
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]
STRANGE = {
    "endless": "nghiêm " * 14_286,
    "NUL": "Nguyễn\x00 Văn\x00 A",
    "bidi": "Nguyễn \u202eVăn\u202c\u2066 A\u2069",
    "emoji": "Nguyễn 👩‍👩‍👧 Văn 🇻🇳 A",
    "NFD": unicodedata.normalize("NFD", "Nguyễn Hữu Đường"),
    "lone surrogate": "Nguyễn \ud83d A",
}


def kinds() -> list[tuple[str, str, str, str]]:
    """Give one question of every kind of editor: its class, record type, kind of line ('' for the record) and name."""
    found: dict[tuple[str, bool], tuple[str, str, str, str]] = {}
    for type_name in ("education", "care", "beneficiary", "topic", "party-org", "unit"):
        declared = RECORD_TYPES[type_name]
        places: list[tuple[str, dict[str, Question]]] = [("", declared.questions())]
        places += [(kind, line.questions()) for kind, line in declared.kinds.items()]
        for kind, questions in places:
            for name, question in questions.items():
                if question.when is None:
                    found.setdefault((type(question).__name__, bool(kind)), (type(question).__name__, type_name, kind, name))
    return sorted(found.values())


def open_form(window: MainWindow, settle: Settle, type_name: str) -> RecordForm:
    window.go(Place(type_name, new=True))
    settle()
    page = window.page(type_name)
    assert isinstance(page, RecordPage)
    assert page.form is not None
    return page.form


@pytest.mark.parametrize(("kind_of", "type_name", "kind", "name"), kinds(), ids=lambda one: one or "record")
def test_strange_text_pasted_into_any_editor_is_kept_as_a_draft_and_never_hurts(
    kind_of: str, type_name: str, kind: str, name: str, window: MainWindow, settle: Settle
) -> None:
    form = open_form(window, settle, type_name)
    for text in STRANGE.values():
        form.go_to_answer(kind, name)
        keys = Keyboard()
        editor: Any = keys.focus()
        editor.clear()
        QGuiApplication.clipboard().setText(text)
        keys.press(Key.Key_V, modifiers=CTRL)
        settle()
        form.check()
        form.keep_draft()
        assert form.kept, form.head.failure
        assert form.save() is None or form.errors == 0
        settle()
        assert window.isVisible()
        if form.uid is not None or not form.dirty:  # it was whole with that: begin again
            form.new()


@pytest.mark.parametrize("which", [name for name in STRANGE if name != "endless"])
def test_what_is_saved_of_strange_text_is_clean(which: str, window: MainWindow, settle: Settle) -> None:
    form = open_form(window, settle, "topic")
    for name, text in (("code", "T99"), ("title", STRANGE[which])):
        form.go_to_answer("", name)
        QGuiApplication.clipboard().setText(text)
        Keyboard().press(Key.Key_V, modifiers=CTRL)
    uid = form.save()
    assert uid is not None, list(form.entry.check())
    saved = window.session.store.read(uid)[1]["title"]
    assert saved.startswith("Nguyễn")
    assert unicodedata.is_normalized("NFC", saved)
    assert not [one for one in saved if unicodedata.category(one) in ("Cc", "Cs") or one in "\u202e\u202c\u2066\u2069"]


# -- files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ảnh.png", b"\x89PNG\r\n\x1a\n" + bytes(500)),
        ("bảng.xlsx", b"PK\x03\x04 not a workbook"),
        ("cũ.xls", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("trống.csv", b""),
        ("chữ.csv", bytes(range(256)) * 40),
        ("không có.xlsx", None),
    ],
)
def test_a_dropped_file_that_is_no_table_is_refused_in_words(
    name: str, content: bytes | None, window: MainWindow, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[object] = []
    monkeypatch.setattr(messages, "report_bug", lambda *found: bugs.append(found))
    form = open_form(window, settle, "beneficiary")
    form.go_to_answer("", "name")
    Keyboard().compose("Nguyễn Văn")
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    settle()
    assert bugs == []
    assert window.key == "import"
    from PySide6.QtWidgets import QLabel

    said = " ".join(one.text() for one in window.page("import").findChildren(QLabel) if one.isVisible())
    assert any(words in said for words in ("không", "Không", "Hãy")), said
    assert form.kept
    assert form.draft_id is not None


def test_a_dropped_folder_or_address_hurts_nothing(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/a.xlsx")])
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    settle()
    assert window.isVisible()


# -- disk and folder -----------------------------------------------------------------------------------------------------


@unix
@pytest.mark.parametrize("trouble", ["gone", "full", "read-only"])
def test_saving_into_trouble_says_so_keeps_the_text_and_works_when_it_is_over(
    trouble: str, window: MainWindow, demo_office: Office, settle: Settle
) -> None:
    form = open_form(window, settle, "topic")
    for name, text in (("code", "T99"), ("title", "Phòng, chống thiên tai")):
        form.go_to_answer("", name)
        Keyboard().write(text)
    store = demo_office.store
    before = store.count(RECORD_TYPES["topic"])

    def in_trouble() -> None:
        assert form.save() is None
        assert {"gone": "Không thấy tệp dữ liệu", "full": "ghi được ổ đĩa", "read-only": "Không được phép ghi"}[
            trouble
        ] in form.head.failure
        form.go_to_answer("", "note")
        Keyboard().write("Ghi thêm")
        form.keep_draft()
        assert not form.kept
        with pytest.raises(ExpectedError, match="chưa mở phiếu khác"):
            form.new()
        assert form.entry.cells["title"].text == "Phòng, chống thiên tai"
        assert form.isVisible()

    if trouble == "gone":
        with gone(demo_office.folder):
            in_trouble()
    elif trouble == "full":
        with full_disk():
            in_trouble()
    else:
        store.execute(store.types["unit"].raw("PRAGMA query_only = 1"))
        in_trouble()
        store.execute(store.types["unit"].raw("PRAGMA query_only = 0"))
    uid = form.save()
    assert uid is not None, form.head.failure
    assert form.head.failure == ""
    assert store.count(RECORD_TYPES["topic"]) == before + 1
    assert store.read(uid)[1]["note"] == "Ghi thêm"


@unix
def test_a_folder_put_back_from_a_copy_is_not_written_into_unseen(window: MainWindow, demo_office: Office, settle: Settle) -> None:
    import shutil

    form = open_form(window, settle, "beneficiary")
    form.go_to_answer("", "name")
    Keyboard().compose("Nguyễn Văn Đã Gõ")
    folder = demo_office.folder
    shutil.copytree(folder, folder.with_name("bản chép"))
    folder.rename(folder.with_name("đi mất"))
    folder.with_name("bản chép").rename(folder)
    form.keep_draft()
    assert "đã bị thay bằng tệp khác" in form.head.failure
    assert form.entry.cells["name"].text == "Nguyễn Văn Đã Gõ"


# -- the clock -----------------------------------------------------------------------------------------------------------


def test_a_clock_set_back_ten_years_is_said_and_changes_no_order(
    window: MainWindow, demo_office: Office, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db import journal

    store = demo_office.store
    uid = store.save("topic", {"code": "T99", "title": "Trước", "content_type": "CT", "audience": "DQTV"}, demo_office.user)
    back = datetime.now().astimezone()
    back = back.replace(year=back.year - 10, day=1)
    monkeypatch.setattr(journal, "now_text", lambda: back.isoformat(timespec="seconds"))
    record = store.read(uid)[1]
    store.save("topic", record | {"title": "Sau"}, demo_office.user)
    assert store.read(uid)[1]["title"] == "Sau"
    assert [entry.seq for entry in store.versions(uid)] == sorted(entry.seq for entry in store.versions(uid))
    monkeypatch.undo()
    newer = store.save("topic", store.read(uid)[1] | {"title": "Sau nữa"}, demo_office.user)
    assert store.read(newer)[1]["title"] == "Sau nữa"
    window.show_notices(starting.checks(demo_office, back.replace(tzinfo=None)))
    settle()
    from PySide6.QtWidgets import QLabel

    assert any("Đồng hồ máy" in one.text() for one in window.findChildren(QLabel) if one.isVisible())


# -- the printer ---------------------------------------------------------------------------------------------------------


def test_a_printer_that_fails_is_said_and_the_sheet_can_be_tried_again(
    window: MainWindow, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(messages, "show_error", lambda _parent, error: said.append(str(error)))
    where = [tmp_path / "không có" / "phiếu.pdf", tmp_path / "phiếu.pdf"]

    def accept(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFileName(str(where[0]))  # as a person chooses "print to file"
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    assert gate.print_sheet(window, "0000 1111 2222 3333 4444 5555 6666 7777", "Ban CHQS huyện Kim Lộc", gate.recovery_code()) is False
    assert "Máy in" in said[0] or "Không ghi được" in said[0]
    assert window.isVisible()
    where.pop(0)
    assert gate.print_sheet(window, "0000 1111 2222 3333 4444 5555 6666 7777", "Ban CHQS huyện Kim Lộc", gate.recovery_code()) is True
    assert where[0].stat().st_size > 1000


# -- our own defects -----------------------------------------------------------------------------------------------------


def test_a_defect_of_ours_is_said_once_and_logged_and_typing_goes_on(
    window: MainWindow, demo_office: Office, settle: Settle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sys

    form = open_form(window, settle, "beneficiary")
    form.go_to_answer("", "name")
    keys = Keyboard()
    keys.write("Nguyễn Văn")
    path = log.start(tmp_path)
    monkeypatch.setattr(sys, "excepthook", messages._hook)  # noqa: SLF001 - what ``install`` sets

    def broken() -> None:
        raise ValueError("Nguyễn Thị Bí Mật")

    try:
        broken()
    except ValueError as error:  # pytest-qt catches what slots raise before the hook sees it
        sys.excepthook(type(error), error, error.__traceback__)
    settle()
    boxes = [one for one in window.findChildren(QMessageBox) if one.isVisible()] or [
        one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()
    ]
    assert len(boxes) == 1
    assert "vẫn chạy tiếp được" in boxes[0].text()
    boxes[0].defaultButton().click()
    settle()
    window.activateWindow()
    settle()
    logged = path.read_text(encoding="utf-8")
    assert "ValueError" in logged
    assert "Bí Mật" not in logged
    assert drafts.get(demo_office.store, form.draft_id or "").content["name"] == "Nguyễn Văn"
    form.go_to_answer("", "address")
    Keyboard().write("Thôn 2")
    assert form.entry.cells["address"].text == "Thôn 2"
    log.stop()
