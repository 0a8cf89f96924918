"""A form filled by Tab alone, and where its problems are seen and met."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import QPoint, Qt

from app.entry import Finding
from db.questions import Link, Question
from db.record import complete
from db.store import Store
from tests.ui.keyboard import SHIFT, Key, Keyboard
from ui.form import RecordForm
from ui.lines_grid import LinesTable
from ui.lines_paint import Fold

Place = tuple[str, int | None, str]


# -- filling ------------------------------------------------------------------------------------------------------------------


def text_for(store: Store, question: Question, value: Any) -> str:
    if value is None:
        return ""
    return store.names.code(question.to, value) if isinstance(question, Link) else question.show(value)


def write_lines(keys: Keyboard, text: str) -> None:
    first, *more = text.split("\n")
    keys.write(first)
    for line in more:
        keys.press(Key.Key_Return, modifiers=SHIFT)
        keys.write(line)


def fill(form: RecordForm, keys: Keyboard, record: dict[str, Any]) -> list[tuple[str, str]]:
    """Go through the whole form by Tab, open what is folded, answer what ``record`` answers; give the questions that were met."""
    met: list[tuple[str, str]] = []
    store = form.store
    for _step in range(400):
        focus = keys.focus()
        if focus is form.foot.buttons[0]:
            return met
        here = form.current()
        if isinstance(focus, Fold):
            keys.press(Key.Key_Right)
        elif isinstance(here, LinesTable):
            name = here.names[here.column]
            met.append((here.model.kind, name))
            lines = record.get(here.model.kind) or []
            line_type = form.declared.kinds[here.model.kind]
            if here.row < len(lines):
                write_lines(keys, text_for(store, line_type.questions()[name], lines[here.row].get(name)))
        elif here is not None:
            met.append(("", here.name))
            write_lines(keys, text_for(store, here.question, record.get(here.name)))
        keys.press(Key.Key_Tab)
    raise AssertionError("Tab never reached the end")


# -- problems -----------------------------------------------------------------------------------------------------------------


def show(form: RecordForm, record: dict[str, Any]) -> list[Finding]:
    """Put a record into the form as if it had been typed; give what is wrong with it."""
    form.entry.clear()
    form.entry.set_answers(complete(form.declared, record))
    form.show_entry(all_problems=True)
    form.check()
    return form.checks.findings


def is_said(form: RecordForm, finding: Finding) -> bool:
    """Tell whether a finding's words stand beside what it is about, with its state."""
    message = finding.problem.message
    if not finding.kind:
        box = form.body.boxes[finding.name]
        editor = box.made()
        return message in " ".join(note.words for note in box.notes) and editor.property("state") in ("error", finding.problem.level)
    table = form.body.tables[finding.kind]
    words = " ".join(note.words.casefold() for note in table.notes if not note.isHidden())
    marked = finding.row is None or table.model.findings[finding.row, finding.name].problem.level in ("error", finding.problem.level)
    shown_at_most = sum(not note.isHidden() for note in table.notes) == 4
    return marked and (message.casefold() in words or shown_at_most)


def here_is(form: RecordForm) -> Place:
    here = form.current()
    if isinstance(here, LinesTable):
        return here.model.kind, here.row, here.names[here.column]
    return "", None, here.name if here is not None else ""


def place_of(form: RecordForm, finding: Finding) -> Place:
    """Give where F8 must put the focus for a finding: one of a whole kind of line is met in its first cell."""
    if finding.kind and (finding.row is None or not finding.name):
        return finding.kind, finding.row or 0, form.body.tables[finding.kind].names[0]
    return finding.kind, finding.row, finding.name


def assert_walked(form: RecordForm, keys: Keyboard, findings: list[Finding], case: str) -> None:
    """Assert that F8 and Shift+F8 meet every problem, in opposite orders."""
    wanted = {place_of(form, one) for one in findings if one.problem.level == "error" or form.checks.is_open(one.problem)}
    for modifiers in (Qt.KeyboardModifier.NoModifier, SHIFT):
        met: list[Place] = []
        for _step in range(len(form.checks.findings) + 1):
            keys.press(Key.Key_F8, modifiers=modifiers)
            met.append(here_is(form))
        assert wanted <= set(met), case
        assert_goes_round(met, [seen_at(form, one) for one in met], modifiers == SHIFT, case)


def seen_at(form: RecordForm, place: Place) -> tuple[int, int, int, int]:
    """Give where the eye finds an answer: from above, then from the left; in a table by row and column."""
    kind, row, name = place
    where = form.body.table_for(kind, name) if kind else form.body.boxes[name].made()
    corner = where.mapTo(form.body, QPoint(0, 0))
    return corner.y(), corner.x(), -1 if row is None else row, form.body.tables[kind].model.at[name] if kind else 0


def assert_goes_round(met: list[Place], spots: list[tuple[int, int, int, int]], backwards: bool, case: str) -> None:
    """Assert that the walk goes in the order of the eye, and turns only at its end."""
    first, last = (max(spots), min(spots)) if backwards else (min(spots), max(spots))
    for before, after in itertools.pairwise(spots):
        goes_on = after <= before if backwards else after >= before
        assert goes_on or (before, after) == (last, first), (case, met)


def first_seen(form: RecordForm) -> Finding:
    """Give the error that stands first from above, then from the left."""
    wrong = [one for one in form.checks.findings if one.problem.level == "error"]
    return min(wrong, key=lambda one: seen_at(form, place_of(form, one)))
