"""What is wrong with a form, shown beside the fields, counted in its head, walked by F8; never a dialog.

What is missing is said once its field was left or saving was tried; text that means nothing once its field was left; everything else
at once. A warning may be answered with a reason in place; a record that a warning names can be opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from app import lookup
from app.entry import UNREAD, Finding
from app.i18n import _
from app.paste import in_old_letters
from db.declarations import Problem
from ui import look
from ui.form_face import Form
from ui.form_parts import Box, Group
from ui.lines_grid import LinesTable
from ui.lines_paint import Note
from ui.look import px
from ui.overlays import LinePane
from ui.shortcuts import key_of

Spot = tuple[int, int, int]
"""A place in the order of the form."""
Ways = list[tuple[str, Callable[[], object]]]


class Checks:
    """The findings of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.everything = False
        self.touched: set[tuple[str, int | None, str]] = set()
        self.findings: list[Finding] = []
        self.errors = self.warnings = 0
        self._order: dict[str, int] = {}
        """Where each field (its question) and table (its kind, and the title of its group) stands, from above; made when first asked."""
        self._walked_to: tuple[Spot, Spot] | None = None
        """Where the last step of the walk put the focus, and the place of the problem it went to."""

    def start(self, everything: bool) -> None:
        """Forget what was wrong before; ``everything``: what is missing is said at once."""
        self.everything = everything
        self.touched.clear()
        self._walked_to = None
        self.show(())

    # -- showing -----------------------------------------------------------------------------------------------------

    def show(self, findings: Iterable[Finding]) -> None:
        """Show what may be said now."""
        form = self._form
        self.findings = [one for one in findings if self._may_say(one)]
        by_box: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if not finding.kind:
                by_box.setdefault(finding.name, []).append(finding)
        moved = False
        for box in form.body.boxes.values():
            moved |= self._show_box(box, by_box.get(box.name, []))
        for kind, table in form.body.tables.items():
            mine = [one for one in self.findings if one.kind == kind]
            table.model.set_findings(mine)
            ordered = sorted(
                mine, key=lambda one: (one.problem.level != "error", not self.is_open(one.problem), one.row is None, one.row or 0)
            )
            table.set_notes([self._note(one, table) for one in ordered])
            for group in form.body.groups:
                if group.table is not None and group.table.model is table.model:
                    group.table.set_notes(())
        if moved:
            form.body.lay_out()
        self._count()

    def _may_say(self, finding: Finding) -> bool:
        code = finding.problem.code
        if code == "R" and not self.everything:
            return finding.row is None and bool(finding.name) and (finding.kind, finding.row, finding.name) in self.touched
        if code == UNREAD and not finding.kind:
            editor = self._form.body.boxes[finding.name].editor
            return editor is None or not editor.hasFocus()
        return True

    def _count(self) -> None:
        errors = sum(one.problem.level == "error" for one in self.findings)
        warnings = sum(self.is_open(one.problem) for one in self.findings)
        self.errors, self.warnings = errors, warnings
        self._form.head.count(errors, warnings)
        self._form.problems_changed.emit(errors, warnings)

    def is_open(self, problem: Problem) -> bool:
        """Tell whether a problem is a warning without a reason."""
        return problem.level == "warning" and not self._form.entry.reasons.get(problem.key)

    def _show_box(self, box: Box, findings: list[Finding]) -> bool:
        """Show the notes of a field; tell whether the layout is another now."""
        before = [(note.words, note.ways) for note in box.notes]
        said = [self._words(one, box.editor or self._form.pane) for one in findings]
        if not findings and box.name in self._form.declared.questions() and not box.asked and self._form.entry.cells[box.name].text:
            said.append(("info", _("Không áp dụng với các câu trả lời khác; khi lưu sẽ bỏ."), []))
        said += self._alike(box) + self._old_text(box)
        while len(box.notes) < len(said):
            box.notes.append(Note(self._form.body))
        for note, (state, words, ways) in zip(box.notes, said, strict=False):
            note.say(state, words, ways)
        for note in box.notes[len(said) :]:
            note.say("info", "")
            note.hide()
        levels = {one.problem.level for one in findings if one.problem.level == "error" or self.is_open(one.problem)}
        box.state = "error" if "error" in levels else "warning" if levels else ""
        if box.editor is not None:
            if (box.editor.property("state") or "") != box.state:
                look.mark(box.editor, state=box.state)
            box.editor.setAccessibleDescription("; ".join(words for _state, words, _ways in said))
        return before != [(note.words, note.ways) for note in box.notes]

    def _alike(self, box: Box) -> list[tuple[str, str, Ways]]:
        """Say which record this may be, under the first field of the form, while it is new."""
        form = self._form
        if not form.declared.alike or form.entry.uid is not None or box is not next(iter(form.body.boxes.values())):
            return []
        found = lookup.alike(form.store, form.declared, form.entry.answers())
        return [
            ("info", _("Có thể đã có: {who}").format(who=" · ".join(filter(None, (one.label, one.detail)))), [self._opening((one.uid,))])
            for one in found[:3]
        ]

    def _old_text(self, box: Box) -> list[tuple[str, str, Ways]]:
        """Say that a text seems to be in an old encoding, and how it would read."""
        found = in_old_letters(self._form.entry.cells[box.name].text)
        if found is None:
            return []
        name, after = found
        words = _("Chữ {encoding}, đọc là “{after}”.").format(encoding=name, after=after if len(after) <= 60 else after[:59] + "…")
        ways: Ways = [(f"{_('Đổi sang Unicode')}  {key_of('form', 'decode')}", lambda: self._form.acts.decode(box))]
        return [("info", words, ways)]

    def _words(self, finding: Finding, anchor: QWidget) -> tuple[str, str, Ways]:
        problem = finding.problem
        ways: Ways = []
        reason = self._form.entry.reasons.get(problem.key)
        if problem.about:
            ways.append(self._opening(problem.about))
        if problem.level == "error":
            return "error", _(problem.message), ways
        if reason:
            return (
                "info",
                _("{message} Lý do: {reason}").format(message=_(problem.message), reason=reason),
                [
                    (_("Sửa"), lambda: self.ask_reason(problem, anchor)),
                    *ways,
                ],
            )
        ways.insert(0, (f"{_('Ghi lý do')}  {key_of('form', 'reason')}", lambda: self.ask_reason(problem, anchor)))
        return "warning", _(problem.message), ways

    def _note(self, finding: Finding, table: LinesTable) -> tuple[str, str, Ways]:
        state, words, ways = self._words(finding, table)
        if finding.row is not None:
            words = _("Dòng {row}: {message}").format(row=finding.row + 1, message=words[:1].lower() + words[1:])
        return state, words, ways

    def _opening(self, about: tuple[str, ...]) -> tuple[str, Callable[[], object]]:
        return f"{_('Mở bản ghi đó')}  {key_of('form', 'open_twin')}", lambda: self._form.open_asked.emit(about[0])

    # -- walking -----------------------------------------------------------------------------------------------------

    def _ranks(self) -> dict[str, int]:
        """Give the place of every field and table down the form, folded ones too; a table's key is ``kind[group]``."""
        if not self._order:
            found: list[str] = []
            for part in self._form.body.parts:
                if isinstance(part, LinesTable):
                    found.append(f"{part.model.kind}[]")
                    continue
                found += [box.name for row in (part.rows if isinstance(part, Group) else [part]) for box in row]
                if isinstance(part, Group) and part.make_table is not None:
                    found.append(f"{part.columns[0]}[{part.title}]")
            self._order = {key: rank for rank, key in enumerate(found)}
        return self._order

    def _place(self, finding: Finding) -> Spot:
        """Give where a finding stands in the order of the form, as it is seen: from above, and from left to right."""
        ranks = self._ranks()
        if not finding.kind:
            return ranks.get(finding.name, -1), 0, 0
        column = self._form.body.tables[finding.kind].model.at.get(finding.name, 0)
        folded = (one.title for one in self._form.body.groups if one.columns[0] == finding.kind and finding.name in one.columns[1])
        return ranks[f"{finding.kind}[{next(folded, '')}]"], -1 if finding.row is None else finding.row, column

    def _in_focus(self) -> Spot:
        here = self._form.current()
        if isinstance(here, Box):
            return self._place(Finding("", None, here.name, Problem("", "")))
        if isinstance(here, LinesTable):
            return self._place(Finding(here.model.kind, here.row, here.names[here.column], Problem("", "")))
        return (-1, -1, -1)

    def _here(self) -> Spot:
        """Give where the walk stands: a problem of a whole table is met in a cell, which stands behind it."""
        focus = self._in_focus()
        return self._walked_to[1] if self._walked_to is not None and self._walked_to[0] == focus else focus

    def goes_on(self) -> bool:
        """Tell whether there is an error or open warning behind the place in focus."""
        here = self._here()
        return any(self._place(one) > here for one in self._walked())

    def _walked(self, errors: bool = False) -> list[Finding]:
        return [one for one in self.findings if one.problem.level == "error" or (not errors and self.is_open(one.problem))]

    def walk(self, by: int, errors: bool = False, first: bool = False) -> None:
        """Go to the next (or, -1, the one before) error or open warning, round and round."""
        wanted = self._walked(errors)
        if not wanted:
            return
        placed = sorted(((self._place(one), number) for number, one in enumerate(wanted)), key=lambda pair: pair)
        here = (-2, -2, -2) if first else self._here()
        if by > 0:
            chosen = next((pair for pair in placed if pair[0] > here), placed[0])
        else:
            chosen = next((pair for pair in reversed(placed) if pair[0] < here), placed[-1])
        finding = wanted[chosen[1]]
        self._form.go_to_answer(finding.kind, finding.name, finding.row)
        self._walked_to = (self._in_focus(), chosen[0])

    # -- reasons and twins -------------------------------------------------------------------------------------------

    def _concerning(self, wanted: Callable[[Problem], bool]) -> Problem | None:
        """Give the problem of the field or cell in focus that fulfils ``wanted``, else the first one of the form."""
        here = self._form.current()
        near = []
        if isinstance(here, Box):
            near = [one for one in self.findings if (one.kind, one.name) == ("", here.name)]
        elif isinstance(here, LinesTable):
            near = [one for one in self.findings if one.kind == here.model.kind]
            near.sort(key=lambda one: (one.row != here.row, one.name != here.names[here.column]))
        return next((one.problem for one in (*near, *self.findings) if wanted(one.problem)), None)

    def ask_reason_here(self) -> None:
        """Ask for the reason of the warning in focus."""
        problem = self._concerning(self.is_open) or self._concerning(lambda one: one.level == "warning")
        if problem is not None:
            self.ask_reason(problem, QApplication.focusWidget() or self._form.pane)

    def open_about_here(self) -> None:
        """Ask for the record that the problem in focus names."""
        problem = self._concerning(lambda one: bool(one.about))
        if problem is not None:
            self._form.open_asked.emit(problem.about[0])

    def ask_reason(self, problem: Problem, anchor: QWidget) -> None:
        """Let a reason be typed right there."""
        form = self._form
        pane = LinePane(form.pane, _(problem.message), _("ghi lý do"), form.entry.reasons.get(problem.key, ""))
        back = _lasting(anchor)
        pane.done.connect(lambda text: self._give_reason(problem, text, back))
        pane.dropped.connect(back.setFocus)
        pane.open_at(anchor.mapTo(form.pane, QPoint(0, anchor.height() + px(4))), px(460))

    def _give_reason(self, problem: Problem, text: str, anchor: QWidget) -> None:
        form = self._form
        if text.strip():
            form.entry.reasons[problem.key] = text.strip()
        else:
            form.entry.reasons.pop(problem.key, None)
        form.reason_given()
        anchor.setFocus()


def _lasting(widget: QWidget) -> QWidget:
    """Give what the focus can come back to: of the editor of a cell its table, as the editor goes when it loses the focus."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, LinesTable):
        above = above.parentWidget()
    return above or widget
