"""The contract of a form, for every record type: filled, saved, read again, walked, checked, by keyboard alone.

One office and one window for the whole module. A new record type arrives with all of this; what its rules dislike is found by
``tests.broken`` from its declaration.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.entry import UNREAD, Cell
from app.office import Office
from db.questions import Link, Text
from db.record import complete
from db.records import RECORD_TYPES
from tests import broken, samples
from tests.ui.form_kit import Place, assert_walked, fill, first_seen, here_is, is_said, place_of, show
from tests.ui.keyboard import CTRL, SHIFT, Key, Keyboard
from ui import look, style
from ui.form import RecordForm
from ui.form_parts import Box
from ui.lines_grid import LinesTable
from ui.long_field import LongField

Opener = Callable[[str], RecordForm]

TYPES = pytest.mark.parametrize("type_name", RECORD_TYPES)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with samples.open_copy(tmp_path_factory.mktemp("contract") / "office") as opened:
        yield opened


@pytest.fixture(scope="module")
def window(qapp: QApplication) -> Iterator[QStackedWidget]:
    style.install(qapp)
    made = QStackedWidget()
    made.resize(736, 660)
    yield made
    for form in made.findChildren(RecordForm):
        form.set_paused(True)
    made.hide()
    made.deleteLater()


@pytest.fixture
def opened(window: QStackedWidget, office: Office) -> Opener:
    """Give the one form of a type, empty, in front."""

    def make(type_name: str) -> RecordForm:
        form = window.findChild(RecordForm, type_name)
        if form is None:
            form = RecordForm(office.store, RECORD_TYPES[type_name], samples.USER)
            form.setObjectName(type_name)
            window.addWidget(form)
        form.set_paused(False)
        window.setCurrentWidget(form)
        if not window.isActiveWindow():
            window.show()
            window.activateWindow()
            QTest.qWaitForWindowActive(window)
        form.new()
        form.first_field()
        return form

    return make


def plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in ("uid", "warned")}


# -- filling -----------------------------------------------------------------------------------------------------------------


@TYPES
def test_a_record_filled_by_keyboard_alone_is_saved_and_shown_the_same_again(
    type_name: str, opened: Opener, keys: Keyboard, office: Office
) -> None:
    declared, sample = RECORD_TYPES[type_name], samples.SAMPLES[type_name]
    form = opened(type_name)
    fill(form, keys, sample)
    form.check()
    assert [one.problem.message for one in form.checks.findings if one.problem.level == "error"] == []
    uids: list[str] = []
    form.saved.connect(uids.append)
    keys.press(Key.Key_Return)
    assert len(uids) == 1, [one.problem for one in form.checks.findings]
    wanted = plain(complete(declared, sample))
    assert plain(office.store.read(uids[0])[1]) == wanted
    form.load(uids[0])
    assert plain(form.entry.answers()) == wanted
    assert not form.dirty
    assert form.draft_id is None


def unfold(form: RecordForm) -> None:
    for group in form.body.groups:
        group.fold.setChecked(True)
    QApplication.processEvents()


@TYPES
def test_tab_reaches_every_question_in_the_order_in_which_they_are_seen(type_name: str, opened: Opener, keys: Keyboard) -> None:
    form = opened(type_name)
    met = fill(form, keys, {})
    shown = [("", name) for name, box in form.body.boxes.items() if box.asked]
    order = [one for one in met if not one[0]]
    assert set(order) == set(shown)
    spots = {name: box.made().mapTo(form.body, QPoint(0, 0)) for name, box in form.body.boxes.items() if box.asked}
    assert order == sorted(order, key=lambda one: (spots[one[1]].y(), spots[one[1]].x()))
    for kind, line_type in form.declared.kinds.items():
        assert {name for where, name in met if where == kind} == {
            name for name, question in line_type.questions().items() if question.when is None
        }


@TYPES
def test_enter_goes_through_every_field_and_table_in_the_same_order_and_shift_enter_back(
    type_name: str, opened: Opener, keys: Keyboard
) -> None:
    form = opened(type_name)
    unfold(form)
    stops = [stop.name if isinstance(stop, Box) else stop for stop in order_of(form)]
    form.go_to(form.body.stops()[0])
    walked: list[object] = []
    for _step in range(len(stops) - 1):
        walked.append(stop_here(form))
        keys.press(Key.Key_Return)
    walked.append(stop_here(form))
    assert walked == stops
    for stop in reversed(stops):
        if isinstance(keys.focus(), LongField):  # Shift+Enter breaks the line there
            break
        assert stop_here(form) == stop
        keys.press(Key.Key_Return, modifiers=SHIFT)


def order_of(form: RecordForm) -> list[object]:
    by_editor = {id(box.editor): box for box in form.body.boxes.values()}
    return [by_editor.get(id(stop), stop) for stop in form.body.stops()]


def stop_here(form: RecordForm) -> object:
    here = form.current()
    if isinstance(here, Box):
        return here.name
    return here if here is not None else QApplication.focusWidget()


# -- problems ----------------------------------------------------------------------------------------------------------------


@TYPES
def test_saving_an_empty_form_marks_every_field_that_must_be_answered(type_name: str, opened: Opener, keys: Keyboard) -> None:
    form = opened(type_name)
    for timer in form.findChildren(QTimer):
        timer.stop()
    keys.press(Key.Key_S, modifiers=CTRL)
    assert form.uid is None
    assert not form.head.failure
    answers = form.entry.record_values()
    needed = {name for name, one in form.declared.questions().items() if one.is_required(answers) and answers[name] is None}
    assert needed or form.declared.kinds
    for name in needed:
        box = form.body.boxes[name]
        assert box.made().property("state") == "error", name
        assert any(note.words for note in box.notes), name
    assert form.errors >= max(1, len(needed))
    assert here_is(form) == place_of(form, first_seen(form))


@TYPES
def test_every_problem_of_the_type_s_own_rules_is_shown_where_it_is_and_met_by_f8(
    type_name: str, opened: Opener, keys: Keyboard, office: Office
) -> None:
    form = opened(type_name)
    cases = broken.broken(office.store, type_name)
    assert broken.special(form.declared) <= {code for code, _where, _record in cases}, "add the missing code to tests/broken.py"
    for code, where, record in cases:
        findings = show(form, record)
        mine = [one for one in findings if (one.problem.code, broken.place(one.problem.where)) == (code, where)]
        assert mine, f"{code} at {where}: {[one.problem for one in findings]}"
        assert all(is_said(form, one) for one in mine), (code, where)
        assert_walked(form, keys, mine, f"{code} at {where}")


@TYPES
def test_what_every_question_may_raise_is_shown_and_met_by_f8(type_name: str, opened: Opener, keys: Keyboard) -> None:
    form = opened(type_name)
    for code, record in broken.everywhere(form.declared).items():
        findings = show(form, record)
        raised = {(one.kind, one.name) for one in findings if one.problem.code == code}
        assert raised, code
        assert all(is_said(form, one) for one in findings), code
        assert_walked(form, keys, findings, code)


@TYPES
def test_text_that_means_nothing_is_said_at_every_question_and_kept(type_name: str, opened: Opener, keys: Keyboard) -> None:
    form = opened(type_name)
    form.entry.set_answers(complete(form.declared, samples.SAMPLES[type_name]))
    typed = {}
    for name, question in form.declared.questions().items():
        if name not in ("state", *form.declared.key) and form.body.boxes[name].asked:
            typed[name] = "x" * (question.limit + 1) if isinstance(question, Text) else "??"
            form.entry.cells[name].text, form.entry.cells[name].settled = typed[name], False
    form.show_entry(all_problems=True)
    form.foot.buttons[0].setFocus()  # nothing is said about a field while it is being typed into
    form.check()
    findings = [one for one in form.checks.findings if one.problem.code == UNREAD]
    assert {one.name for one in findings} >= {name for name in typed if form.body.boxes[name].asked}
    assert all(is_said(form, one) for one in findings)
    assert_walked(form, keys, findings, UNREAD)
    assert {name: form.entry.content()[name] for name in typed} == typed


@TYPES
def test_every_warning_can_be_answered_with_a_reason_where_it_stands(
    type_name: str, opened: Opener, keys: Keyboard, office: Office
) -> None:
    form = opened(type_name)
    for code, where, record in broken.broken(office.store, type_name):
        for finding in show(form, record):
            if finding.problem.level == "warning" and (finding.problem.code, broken.place(finding.problem.where)) == (code, where):
                form.go_to_answer(finding.kind, finding.name, finding.row)
                others = form.warnings
                keys.press(Key.Key_J, modifiers=CTRL)
                keys.write("Đã xem")
                keys.press(Key.Key_Return)
                assert form.warnings == others - 1, (code, where)
                break


@pytest.mark.parametrize("type_name", [name for name, declared in RECORD_TYPES.items() if declared.key and declared.catalogue])
def test_a_key_that_another_record_has_is_refused_and_that_record_offered(type_name: str, opened: Opener, office: Office) -> None:
    office.store.save(type_name, samples.SAMPLES[type_name], samples.USER)
    form = opened(type_name)
    findings = show(form, samples.SAMPLES[type_name])
    (taken,) = [one for one in findings if one.problem.code == "KEY"]
    assert taken.problem.about
    assert is_said(form, taken)


# -- new linked records in place ----------------------------------------------------------------------------------------------

LINKS = [
    (type_name, kind, name, question.to)
    for type_name, declared in RECORD_TYPES.items()
    for kind, questions in (("", declared.questions()), *((kind, line.questions()) for kind, line in declared.kinds.items()))
    for name, question in questions.items()
    if isinstance(question, Link) and (kind or name not in ("unit", "counting_unit") or type_name == "education")
]
"""Every link of lines and of records; the unit, which all records have, once."""
CODES = map("Z{}".format, itertools.count(100))


def by_enter(keys: Keyboard, inner: RecordForm) -> None:
    inner.go_to(inner.foot.buttons[0])
    keys.press(Key.Key_Return)


ENDINGS: list[Callable[[Keyboard, RecordForm], None]] = [
    lambda keys, _inner: keys.press(Key.Key_S, modifiers=CTRL),
    lambda keys, _inner: keys.press(Key.Key_Return, modifiers=CTRL),
    by_enter,
]


def begin_in_place(form: RecordForm, keys: Keyboard, place: Place, words: str) -> RecordForm:
    """Type a name that nobody has and begin the record that it is to name; give its form."""
    kind, row, name = place
    form.go_to_answer(kind, name, row)
    keys.press(Key.Key_A, modifiers=CTRL)
    keys.write(words)
    keys.press(Key.Key_N, modifiers=CTRL | SHIFT)
    (inner,) = form.findChildren(RecordForm)
    assert inner.isAncestorOf(keys.focus())
    return inner


def cell_at(form: RecordForm, place: Place) -> Cell:
    kind, row, name = place
    return form.entry.cells[name] if row is None else form.entry.lines[kind][row][name]


def forget_inner() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize(("type_name", "kind", "name", "to"), LINKS)
def test_a_linked_record_made_in_place_answers_and_its_dropping_leaves_the_words(
    type_name: str, kind: str, name: str, to: str, opened: Opener, keys: Keyboard, office: Office
) -> None:
    form = opened(type_name)
    form.set_paused(True)  # what becomes of it is no draft
    for number, end in enumerate(ENDINGS):
        place = (kind, number if kind else None, name)
        inner = begin_in_place(form, keys, place, f"Chưa có {number} {kind}{name}")
        own = {"code": next(CODES)} if RECORD_TYPES[to].key else {"name": f"Người {next(CODES)}"}
        inner.entry.set_answers(complete(inner.declared, samples.SAMPLES[to] | own))
        inner.show_entry()
        end(keys, inner)
        forget_inner()
        cell = cell_at(form, place)
        assert cell.settled, (cell.text, [one.problem for one in inner.checks.findings])
        assert office.store.read(cell.value)[0].type_name == to
        assert here_is(form) == place
        assert keys.focus().text() == cell.text  # type: ignore[attr-defined]
        form.check()
        assert (kind, place[1], name) not in {(one.kind, one.row, one.name) for one in form.checks.findings if one.problem.code == UNREAD}
    place = (kind, len(ENDINGS) if kind else None, name)
    begin_in_place(form, keys, place, "Người" if to == "beneficiary" else "c")  # words that others have too
    typed = cell_at(form, place).text
    keys.press(Key.Key_Escape)
    keys.press(Key.Key_Escape)
    forget_inner()
    assert form.findChildren(RecordForm) == []
    assert here_is(form) == place
    assert (cell_at(form, place).text, cell_at(form, place).settled) == (typed, False)
    assert keys.focus().text() == typed  # type: ignore[attr-defined]


# -- look and names -----------------------------------------------------------------------------------------------------------


@TYPES
def test_every_control_of_a_form_has_a_name_for_who_cannot_see(type_name: str, opened: Opener) -> None:
    form = opened(type_name)
    unfold(form)
    nameless = [
        one
        for one in form.findChildren(QWidget)
        if one.focusPolicy() != Qt.FocusPolicy.NoFocus
        and one.isVisible()
        and not one.accessibleName()
        and not isinstance(one.parent(), LongField)
    ]
    assert nameless == []


@TYPES
def test_nothing_of_a_form_is_wider_than_the_form(type_name: str, opened: Opener, window: QStackedWidget) -> None:
    form = opened(type_name)
    unfold(form)
    try:
        for width in (736, 640, 940):  # beside a list at 1366 and 1280, and alone
            window.resize(width, 660)
            QApplication.processEvents()
            for child in form.body.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                if child.isVisible():
                    assert child.geometry().right() <= form.body.width(), child
            for table in form.body.findChildren(LinesTable):
                assert table.view.horizontalHeader().length() <= table.view.viewport().width(), (table.caption, width)
    finally:
        window.resize(736, 660)


@TYPES
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is(type_name: str, theme: str, opened: Opener, keys: Keyboard) -> None:
    """Every stop of the form looks different with the focus on it than without."""
    form = opened(type_name)
    unfold(form)
    look.set_theme(theme)
    try:
        for stop in form.body.stops(folds=True):
            form.go_to(stop)
            focused = QApplication.focusWidget()
            assert focused is not None
            with_focus = focused.grab().toImage()
            form.foot.buttons[0].setFocus()
            if isinstance(stop, LinesTable):
                rect = stop.view.visualRect(stop.model.index(stop.row, stop.model.at[stop.names[stop.column]]))
                without = stop.view.viewport().grab(rect.adjusted(-1, -1, 1, 0)).toImage()
            else:
                without = focused.grab().toImage()
            assert with_focus != without, (type_name, stop)
    finally:
        look.set_theme("light")


@TYPES
def test_the_models_of_lines_keep_qts_rules_while_lines_come_and_go(type_name: str, opened: Opener) -> None:
    form = opened(type_name)
    form.entry.set_answers(complete(form.declared, samples.SAMPLES[type_name]))
    form.show_entry()
    for kind, model in form.body.models.items():
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)  # a warning fails the test
        rows = [{name: cell.copy() for name, cell in row.items()} for row in model.rows[:1]]
        if rows:
            model.insert(0, rows)
            model.put(0, next(iter(model.questions)), rows[0][next(iter(model.questions))])
            model.remove(0)
        form.check()
        model.reset()
        tester.deleteLater()
        assert model.rowCount() == len(form.entry.lines[kind]) + 1
