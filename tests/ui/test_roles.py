"""Roles in the window (trust.md b): what a person may not do is not offered as if they could, and refused anyway below the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from app import drafts, importing, office, users
from app.demo import USER
from app.office import Office
from db.connection import Lock
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from db.system import Draft, Journal
from tests.demo_office import copied, open_demo
from tests.ui.conftest import TODAY
from tests.ui.keyboard import CTRL, Keyboard
from tests.ui.tour import differing
from ui import jobs
from ui.exchange_page import ExchangePage
from ui.key_sheet import KeySheet
from ui.main_window import MainWindow
from ui.parts import Label
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]
ROLES = tuple(users.ROLES)
REFUSED = "không được làm việc này"


def _reopened(opened: Office, role: str) -> Office:
    """Give the office as a person of one role opens it; that person has the id of the role."""
    return replace(opened, unlocked=replace(opened.unlocked, user_id=role))


@pytest.fixture
def demo_office(tmp_path: Path) -> Iterator[Office]:
    """The demo office with a person of each role, opened by the one who does everything."""
    with open_demo(tmp_path / "demo", USER) as opened:
        yield opened
        jobs.wait_for_all()


@pytest.fixture
def as_role(app: QApplication, demo_office: Office, settle: Settle) -> Iterator[Callable[[str], MainWindow]]:
    made: list[MainWindow] = []

    def open_as(role: str) -> MainWindow:
        session = Session(_reopened(demo_office, role), demo=True, today=TODAY)
        window = MainWindow(session)
        window.resize(1366, 768)
        window.go(Place("home"))
        window.show()
        window.activateWindow()
        settle()
        made.append(window)
        return window

    yield open_as
    jobs.wait_for_all()
    for window in made:
        window.hide()
        window.deleteLater()


@contextmanager
def no_answer() -> Iterator[list[str]]:
    """Leave every dialog without an answer; give what the dialogs and boxes said."""
    seen: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        box = dialog or next((one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()), None)
        if isinstance(box, QMessageBox):
            seen.append(f"{box.text()} {box.informativeText()}")
        if isinstance(box, (QDialog, QFileDialog)):
            box.reject()

    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(look)
    timer.start()
    yield seen
    timer.stop()


def _entries(window: MainWindow) -> int:
    return int(window.session.store.execute(Journal.select(Journal.id).order_by(Journal.id.desc()).limit(1).tuples()).fetchone()[0])


def _drafts(window: MainWindow) -> list[tuple[str, str]]:
    return list(window.session.store.execute(Draft.select(Draft.id, Draft.content).order_by(Draft.id).tuples()).fetchall())


def _buttons(page: QWidget) -> list[QAbstractButton]:
    return [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]


def _name(button: QAbstractButton) -> str:
    return button.accessibleName() or button.text()


# -- every page, every role --------------------------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform about dialogs and menus
@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_is_refused_is_offered_on_any_page(as_role: Callable[[str], MainWindow], settle: Settle, role: str) -> None:
    """Press everything that can be pressed, on every page that differs: nothing may end in a refusal by role."""
    window = as_role(role)
    for key in differing():
        if key not in window.navigation.items and key in ("import",):
            continue
        pressed: set[str] = set()
        with no_answer() as seen:
            for _round in range(60):
                window.go(Place(key))
                settle()
                if window.key != key:
                    break
                found = next((one for one in _buttons(window.page(key)) if _name(one) not in pressed), None)
                if found is None:
                    break
                pressed.add(_name(found))
                found.click()
                settle()
        assert not [words for words in seen if REFUSED in words or "Vai trò" in words], (key, pressed, seen)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in users.ACTIONS["users"]])
def test_joining_headquarters_is_not_offered_to_who_would_be_refused_once_the_digits_were_typed(
    as_role: Callable[[str], MainWindow], settle: Settle, role: str
) -> None:
    window = as_role(role)
    window.go(Place("exchange"))
    settle()
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    assert not page.join.choose.isVisibleTo(page)
    assert "Người quản trị" in page.join.steps[0].words
    assert window.focusWidget() is page.take.choose


@pytest.mark.parametrize("role", [role for role in ROLES if role not in users.ACTIONS["enter"]])
def test_who_may_not_write_sees_every_form_but_changes_nothing(as_role: Callable[[str], MainWindow], settle: Settle, role: str) -> None:
    window, looked_at = as_role(role), 0
    for name in RECORD_TYPES:
        page = window.page(name)
        if not isinstance(page, RecordPage):
            continue
        window.go(Place(name))
        settle()
        if page.list.model.rowCount():
            looked_at += 1
            _only_looked_at(window, page, settle)
    assert looked_at > 15


def _only_looked_at(window: MainWindow, page: RecordPage, settle: Settle) -> None:
    """Open the first record of a page and try to write in every way the keyboard knows."""
    name, keys = page.declared.type_name, Keyboard()
    before, kept = _entries(window), _drafts(window)
    page.open_uid(page.list.model.row(0).uid or "")
    settle()
    form = page.form
    assert form is not None, name
    assert form.read_only, name
    assert not page.new_button.isVisible(), name
    assert all(box.made().isReadOnly() for box in form.body.boxes.values() if box.editor is not None), name
    assert not form.foot.isVisible(), name
    form.first_field()
    texts = {box: cell.text for box, cell in form.entry.cells.items()}
    keys.write("x")
    for key in (Qt.Key.Key_S, Qt.Key.Key_N, Qt.Key.Key_D, Qt.Key.Key_Return):
        keys.press(key, modifiers=CTRL)
        settle()
    window.go(Place(name, new=True))
    settle()
    assert {box: cell.text for box, cell in form.entry.cells.items()} == texts, name
    assert _entries(window) == before, name
    assert _drafts(window) == kept, name


def test_the_reason_for_looking_only_is_said(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    window = as_role("commander")
    page = window.page("education")
    assert isinstance(page, RecordPage)
    window.go(Place("education"))
    settle()
    page.open_uid(page.list.model.row(0).uid or "")
    settle()
    assert page.form is not None
    assert "chỉ xem" in page.form.head.reason


def test_a_clerk_enters_and_the_import_page_is_theirs_alone(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    window = as_role("clerk")
    assert "import" in window.navigation.items
    window.go(Place("education", new=True))
    settle()
    page = window.page("education")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert not page.form.read_only
    assert page.new_button.isVisible()


@pytest.mark.parametrize("role", ["administrator", "commander"])
def test_a_file_dropped_by_who_may_not_enter_is_answered(
    as_role: Callable[[str], MainWindow], settle: Settle, role: str, tmp_path: Path
) -> None:
    window = as_role(role)
    assert "import" not in window.navigation.items
    dropped = tmp_path / "bang.csv"
    dropped.write_text("Mã,Chuyên đề", encoding="utf-8")
    window.take_file(str(dropped))
    settle()
    assert window.key == "home"
    assert "không nhập dữ liệu" in window.toast.accessibleName()


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_offers_to_begin_a_record_to_clerks_only(as_role: Callable[[str], MainWindow], settle: Settle, role: str) -> None:
    window = as_role(role)
    beginnings = [one for one in _buttons(window.page("home")) if " mới" in _name(one)]
    assert bool(beginnings) == (role == "clerk"), [_name(one) for one in beginnings]
    assert all(one.text().strip() for one in beginnings)


def test_people_and_restore_are_the_administrators(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    for role in ROLES:
        window = as_role(role)
        window.go(Place("settings"))
        settle()
        words = {_name(one) for one in _buttons(window.page("settings"))}
        assert ("Thêm người" in words) == (role == "administrator"), role
        assert ("Khôi phục" in words) == (role == "administrator"), role
        assert ("Làm mã mới" in words) == (role == "administrator"), role
        assert "Đổi mật khẩu" in words
        assert "Sao lưu ngay" in words


def test_a_draft_of_another_person_is_looked_at_not_gone_on_with(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    from ui.buttons import Link

    window = as_role("commander")
    drafts.put(window.session.store, "care", {"partners": "Trung tâm Y tế"}, USER)
    window.go(Place("home"))
    settle()
    link = next(one for one in window.page("home").findChildren(Link) if one.isVisible() and "Trung tâm Y tế" in one.text())
    assert link.accessibleName().endswith("Xem")
    link.click()
    settle()
    page = window.page("care")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert page.form.read_only


# -- refused below the window ------------------------------------------------------------------------------------------------


def _allowed(opened: Office, role: str, action: str, act: Callable[[], object]) -> None:
    if role in users.ACTIONS[action]:
        act()
        return
    before = opened.store.chain_end()
    with pytest.raises(ExpectedError) as refused:
        act()
    assert refused.value.code == "role"
    assert opened.store.chain_end() == before


@pytest.mark.parametrize("role", ROLES)
def test_the_store_refuses_whoever_asks(app: QApplication, demo_office: Office, role: str, tmp_path: Path) -> None:
    opened = _reopened(demo_office, role)
    store = opened.store
    uid = store.save("topic", {"code": "X1", "title": "Chuyên đề thử"}, USER)
    other = store.save("topic", {"code": "X2", "title": "Chuyên đề khác"}, USER)
    first = store.versions(uid)[0]
    table = tmp_path / "chuyen-de.csv"
    table.write_text("Mã,Chuyên đề\nX9,Từ bảng\n", encoding="utf-8-sig")
    preview = importing.preview(store, store.types["topic"], table)
    _allowed(opened, role, "enter", lambda: store.save("topic", {"code": "X3", "title": "Thêm"}, role))
    _allowed(opened, role, "enter", lambda: drafts.put(store, "topic", {"code": "X4"}, role))
    _allowed(opened, role, "enter", lambda: importing.apply(store, preview, role))
    _allowed(opened, role, "cancel", lambda: store.cancel(other, "Nhập nhầm", role))
    _allowed(opened, role, "enter", lambda: store.restore(uid, first.device, first.seq, role))
    _allowed(opened, role, "reveal", lambda: store.audit("reveal", {"question": "id_no"}, role))
    _allowed(opened, role, "users", lambda: store.erase(uid, "theo yêu cầu", role))
    _allowed(opened, role, "users", lambda: users.set_roles(store, USER, ("administrator", "clerk"), by=role))


@pytest.mark.parametrize("role", ROLES)
def test_undoing_an_import_counts_as_cancelling(app: QApplication, demo_office: Office, role: str, tmp_path: Path) -> None:
    opened = _reopened(demo_office, role)
    store = opened.store
    topic = store.save("topic", {"code": "X1", "title": "Chuyên đề thử"}, USER)
    table = tmp_path / "chuyen-de.csv"
    table.write_text("Mã,Chuyên đề\nX1,Tên khác\nX9,Từ bảng\n", encoding="utf-8-sig")
    preview = importing.preview(store, store.types["topic"], table)
    importing.apply(store, preview, USER)
    assert store.read(topic)[1]["title"] == "Tên khác"
    _allowed(opened, role, "cancel", lambda: importing.undo(store, preview.import_id or "", role))
    assert store.read(topic)[1]["title"] == ("Chuyên đề thử" if role in users.ACTIONS["cancel"] else "Tên khác")


def test_a_role_that_was_taken_away_counts_from_the_next_writing(app: QApplication, demo_office: Office) -> None:
    opened = _reopened(demo_office, "clerk")
    opened.store.save("topic", {"code": "X1", "title": "Còn được"}, "clerk")
    users.set_roles(opened.store, "clerk", ("commander",), by=USER)
    with pytest.raises(ExpectedError, match=REFUSED):
        opened.store.save("topic", {"code": "X2", "title": "Không còn được"}, "clerk")


def test_the_command_line_goes_through_the_same_door(tmp_path: Path) -> None:
    folder, unlocked = copied(tmp_path / "demo", with_roles=True)
    lock = Lock(folder)
    lock.acquire()
    with office.attach(folder, lock, unlocked) as opened:
        reopened = _reopened(opened, "commander")
        with pytest.raises(ExpectedError, match=REFUSED):
            reopened.store.save("topic", {"code": "X2", "title": "Qua lệnh"}, "commander")


def test_a_masked_number_is_not_shown_to_an_administrator(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    window = as_role("administrator")
    store = window.session.store
    uid = store.save("beneficiary", {"name": "Nguyễn Văn A", "birth": "1950", "id_no": "079050001234"}, USER)
    window.go(Place("beneficiary", uid=uid))
    settle()
    page = window.page("beneficiary")
    assert isinstance(page, RecordPage)
    assert page.form is not None
    field = page.form.body.boxes["id_no"].made()
    field.setFocus()
    before = window.session.store.chain_end()
    with no_answer(), pytest.raises(ExpectedError, match=REFUSED):  # what the window's hook would say in a box
        window.session.store.audit("reveal", {"question": "id_no"}, "administrator")
    assert field.text() == "0xx…234"
    assert window.session.store.chain_end() == before
    assert isValid(field)


@pytest.mark.parametrize("role", ["clerk", "commander"])
def test_the_history_page_shows_a_clerk_own_entries_and_a_commander_all(
    as_role: Callable[[str], MainWindow], settle: Settle, role: str
) -> None:
    from ui.history_page import HistoryPage

    window = as_role(role)
    window.go(Place("history"))
    settle()
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    page.imported.click()
    settle()
    settle()
    everything = role == "commander"
    assert bool(page.table.facts.facts) == everything, "all of the demo was entered by another"
    assert page.person_button.isVisible() == everything
    for tab in ("imports", "bin"):
        page.show_tab(tab)
        settle()
        assert bool(page.table.facts.facts) == everything


def test_a_reader_is_offered_no_key_that_is_dead(as_role: Callable[[str], MainWindow], settle: Settle) -> None:
    window = as_role("commander")
    for name in ("unit", "education"):
        window.go(Place(name))
        settle()
        page = window.page(name)
        assert isinstance(page, RecordPage)
        assert "Ctrl+N" not in [key for key, _verb in window.status._shown]  # noqa: SLF001
        page.list.search.setText("")
        assert "Ctrl+N" not in page.list.table.empty.text()
    sheet = KeySheet(window, window.session.may("enter"))
    told = [label.text() for label in sheet.findChildren(Label)]
    assert "phiếu mới" not in told
    assert "tìm trong danh sách" in told
    sheet.deleteLater()
    assert isinstance(page, RecordPage)
    window.go(Place("education", uid=page.list.model.listing.uids(list(page.list.model.ids)[:1])[0]))
    settle()
    assert page.form is not None
    assert page.form.head.turn.isVisible(), "a commander may cancel (trust.md b)"
