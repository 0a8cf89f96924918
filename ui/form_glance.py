"""What in a form depends on its other answers, looked at again whenever a field is left: cheap, and no question to the database."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QWidget

from app.i18n import _, say
from db.questions import Answers
from ui.form_face import Form
from ui.form_parts import Box


class Glance:
    """Keeps one form in step with its answers."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._of: tuple[str | None, str | None] | None = None
        """Whose record before which day is told of."""

    def start(self) -> None:
        """Another entry is shown."""
        self._of = None
        self.again()
        self.order()

    def again(self) -> None:
        """Show what is asked, what stands in for nothing, sums, how much of a group is answered, the record before."""
        form = self._form
        entry, body = form.entry, form.body
        values, changed = entry.record_values(), False
        for box in body.boxes.values():
            asked = box.question.is_asked(values)
            if asked != box.asked:
                box.asked, changed = asked, True
            if box.editor is not None:
                text = entry.cells[box.name].text
                box.editor.setEnabled(asked or bool(text))
                preset = box.question.preset is not None and not text
                box.editor.setPlaceholderText(say(box.question.show(values[box.name], form.store.names, entry.day())) if preset else "")
        for kind, model in body.models.items():
            model.set_record(values | {kind: []})
        if body.cards:
            record = entry.answers()
            for card in body.cards:
                card.set_record(record)
        for group in body.groups:
            kind, names = group.columns
            answered = sum(self._says_more(box, values) for row in group.rows for box in row)
            answered += sum(bool(row[name].text) for row in entry.lines.get(kind, ()) for name in names)
            given = any(box.question.preset is not None and values[box.name] is not None for row in group.rows for box in row)
            nothing = _("như thường lệ") if given else _("chưa nhập")
            group.fold.set_fact(_("{count} ô đã nhập").format(count=answered) if answered else nothing)
        of = values.get("unit"), values.get("event_to")
        if of != self._of:
            self._of = of
            form.foot.show_before(*of)
        body.lay_out()
        if changed:
            self.order()

    def _says_more(self, box: Box, values: Answers) -> bool:
        """Tell whether an answer is there that is not what would stand there anyway."""
        if not self._form.entry.cells[box.name].text:
            return False
        return box.question.preset is None or box.question.preset_for({**values, box.name: None}) != values[box.name]

    def order(self) -> None:
        """Make Tab go through fields, tables, heads of groups and buttons as they are seen."""
        for before, after in pairwise([*self._form.body.stops(folds=True), *self._form.foot.buttons]):
            QWidget.setTabOrder(before, after)
