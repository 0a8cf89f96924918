"""Forms of an approved period: the refusal stands over the record before anything is typed, and beside the day of a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import drafts
from app.entry import Entry
from app.office import Office
from app.periods import Period, period
from app.report import approval, sound
from db.records import RECORD_TYPES
from db.store import Store
from tests.samples import USER, education, signable
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui.changes import changes
from ui.form import RecordForm
from ui.lines_grid import LinesTable

EDUCATION = RECORD_TYPES["education"]
WORDS = "Kỳ 6 tháng đầu năm 2019 đã chốt; muốn sửa, chỉ huy mở bản bổ sung."

Opener = Callable[[], RecordForm]


@pytest.fixture
def store(small: Office) -> Store:
    small.store.save("education", education(), USER)
    return small.store


@pytest.fixture
def half(store: Store) -> Period:
    return period(store, "2019-H1")


@pytest.fixture
def uid(store: Store) -> str:
    return str(store.execute(EDUCATION.select(EDUCATION.uid).tuples()).fetchone()[0])


@pytest.fixture
def form(app: QApplication, store: Store, qtbot: QtBot) -> Iterator[RecordForm]:
    made = RecordForm(store, EDUCATION, USER)
    qtbot.addWidget(made)
    made.resize(736, 660)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.set_paused(True)


def approve(store: Store, half: Period) -> None:
    signable(store)
    approval.approve(store, half, USER, "KHONG", datetime(2019, 6, 17, 9, 0), agreed=sound.EVERY_DOUBT)


def notes(form: RecordForm, name: str) -> list[str]:
    return [note.words for note in form.body.boxes[name].notes if note.words]


def test_a_record_of_a_locked_period_says_so_over_its_fields_and_takes_no_key(
    form: RecordForm, store: Store, half: Period, uid: str, qtbot: QtBot
) -> None:
    approve(store, half)
    form.load(uid)
    form.first_field()
    assert form.head.reason == WORDS
    assert form.read_only
    assert not form.foot.isVisible()
    form.check()
    assert (form.errors, notes(form, "event_to")) == (0, []), "the record is not wrong, and it is said once"
    before = {name: cell.text for name, cell in form.entry.cells.items()}
    for name in ("event_to", "place", "note"):
        form.go_to_answer("", name)
        Keyboard().write("9")
    table = form.body.findChildren(LinesTable)[0]
    form.go_to(table)
    Keyboard().write("7")
    Keyboard().press(Key.Key_S, modifiers=CTRL)
    assert {name: cell.text for name, cell in form.entry.cells.items()} == before
    assert not form.dirty
    assert drafts.of_record(store, uid) is None
    assert invitation(form) == "", "no line asks for more"


def invitation(form: RecordForm) -> str:
    """Give what stands in the empty line at the end of a table."""
    model = form.body.findChildren(LinesTable)[0].model
    return "".join(model.text(len(model.rows), column)[0] for column in model.columns)


def test_another_record_and_a_new_one_can_be_typed_in_again(form: RecordForm, store: Store, half: Period, uid: str) -> None:
    later = store.save("education", education(event_from="2019-09-04", event_to="2019-09-04"), USER)
    approve(store, half)
    form.load(uid)
    assert form.read_only
    form.load(later)
    assert (form.read_only, form.head.reason, form.foot.isVisible()) == (False, "", True)
    assert "Mã số hoặc chữ đầu" in invitation(form)
    form.go_to_answer("", "note")
    Keyboard().write("được")
    assert form.dirty
    form.load(uid)
    form.new()
    form.go_to_answer("", "note")
    Keyboard().write("mới")
    assert (form.read_only, form.entry.cells["note"].text) == (False, "mới")


def test_a_new_record_hears_of_the_lock_beside_its_day_while_it_is_typed(
    form: RecordForm, store: Store, half: Period, qtbot: QtBot
) -> None:
    approve(store, half)
    form.new()
    form.go_to_answer("", "event_to")
    Keyboard().write("04/03/2019")
    qtbot.waitUntil(lambda: WORDS in notes(form, "event_to"))
    Keyboard().press(Key.Key_A, modifiers=CTRL)
    Keyboard().write("04/09/2019")
    qtbot.waitUntil(lambda: WORDS not in notes(form, "event_to"))


def test_an_open_record_follows_the_lock_and_the_amendment_that_opens_it_again(
    form: RecordForm, store: Store, half: Period, uid: str
) -> None:
    form.load(uid)
    assert not form.read_only
    approve(store, half)
    changes.records_changed.emit("")
    assert (form.read_only, form.head.reason) == (True, WORDS)
    approval.amend(store, half, USER, "thiếu một buổi")
    changes.records_changed.emit("")
    assert (form.read_only, form.head.reason) == (False, "")
    form.go_to_answer("", "note")
    Keyboard().write("bổ sung")
    assert form.save() == uid


def test_a_draft_over_a_record_locked_since_is_kept_and_shown_but_not_gone_on_with(
    form: RecordForm, store: Store, half: Period, uid: str
) -> None:
    form.load(uid)
    form.go_to_answer("", "note")
    Keyboard().write("nửa chừng")
    form.keep_draft()
    draft = form.draft_id
    assert draft is not None
    approve(store, half)
    form.new()
    form.load_draft(draft)
    assert (form.read_only, form.head.reason) == (True, WORDS)
    again = Entry(store, EDUCATION)
    again.resume(draft)
    assert again.cells["note"].text.endswith("nửa chừng")


def test_who_may_only_look_is_told_that_and_not_the_lock(form: RecordForm, store: Store, half: Period, uid: str) -> None:
    approve(store, half)
    form.set_read_only("Chỉ xem.")
    form.load(uid)
    assert form.head.reason == "Chỉ xem."
    form.set_read_only(None)
    assert form.head.reason == WORDS
