"""Where the focus goes in a form: to the next field, to an answer by its name, out of a table, and into sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.form_face import Form
from ui.form_parts import Box
from ui.lines_grid import LinesTable
from ui.look import px


class Moves:
    """Moves the focus of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        form.body.moved.connect(self._moved)
        form.body.walked_out.connect(self._walked_out)
        form.body.sight_wanted.connect(self._bring_into_sight)

    def first(self) -> None:
        """Focus the first field that is not answered; of a record that is open: the first."""
        form = self._form
        every = form.body.stops()
        stops = [one for one in every if form.read_only or isinstance(one, LinesTable) or not one.isReadOnly()]  # type: ignore[attr-defined]
        empty = [one for one in stops if isinstance(one, LinesTable) or not one.text()]  # type: ignore[attr-defined]
        wanted = empty if form.entry.uid is None else stops
        for stop in wanted or stops or every:
            self.to(stop)
            break

    def to(self, stop: QWidget) -> None:
        """Focus a field or a table and bring it into sight."""
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(stop, LinesTable):
            self._show_spot(stop)
        else:
            self._form.area.ensureWidgetVisible(stop, 0, px(56))

    def _show_spot(self, table: LinesTable) -> None:
        spot = table.mapTo(self._form.body, table.spot())
        self._form.area.ensureVisible(spot.x(), spot.y(), 0, px(70))

    def _bring_into_sight(self, widget: QWidget) -> None:
        """Scroll once everything has its place."""
        QTimer.singleShot(0, widget, lambda: self._form.area.ensureWidgetVisible(widget, 0, px(48)))

    def _moved(self, editor: QWidget, action: str) -> None:
        form = self._form
        stops = form.body.stops()
        at = stops.index(editor) + (1 if action == "next" else -1)
        if at >= len(stops):
            form.save_next()
        elif at >= 0:
            self.to(stops[at])

    def _walked_out(self, table: LinesTable, by: int, tab: bool) -> None:
        stops = self._form.body.stops(folds=tab)
        at = stops.index(table) + by
        if at >= len(stops):
            self._form.foot.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif at >= 0:
            self.to(stops[at])

    def current(self) -> Box | LinesTable | None:
        """Give the field or table that has the focus."""
        focused, body = QApplication.focusWidget(), self._form.body
        for table in body.findChildren(LinesTable):
            if focused is not None and table.isAncestorOf(focused):
                return table
        return next((box for box in body.boxes.values() if box.editor is not None and box.editor is focused), None)

    def answer(self) -> tuple[str, str, int | None] | None:
        """Give the answer that has the focus, as ``to_answer`` takes it; None when none has."""
        here = self.current()
        if isinstance(here, Box):
            return "", here.name, None
        return None if here is None else (here.model.kind, here.names[here.column], here.row)

    def mark(self) -> Callable[[], None]:
        """Remember the answer that has the focus, and where in its text; give how to go back there (none: to the first field)."""
        form, answer, field = self._form, self.answer(), QApplication.focusWidget()
        scrolled, rest = form.area.verticalScrollBar().value(), _behind(field)

        def back() -> None:
            form.area.verticalScrollBar().setValue(scrolled)
            if answer is None:
                form.first_field()
                return
            self.to_answer(*answer)
            now = QApplication.focusWidget()
            if isinstance(now, QLineEdit):
                now.setCursorPosition(max(0, len(now.text()) - rest))
            elif isinstance(now, QPlainTextEdit):
                cursor = now.textCursor()
                cursor.setPosition(max(0, len(now.toPlainText()) - rest))
                now.setTextCursor(cursor)

        return back

    def to_answer(self, kind: str, name: str, row: int | None = None) -> None:
        """Focus the answer to a question, its group opened; ``row`` of a kind of line (None: the first)."""
        form = self._form
        if kind:
            table = form.body.table_for(kind, name)
            table.place(row or 0, table.names.index(name) if name in table.names else 0)
            self._show_spot(table)
            return
        group = form.body.group_of(name)
        if group is not None:
            group.fold.setChecked(True)
            form.glance.again()
        if name in form.body.boxes:
            self.to(form.body.boxes[name].made())


def _behind(field: QWidget | None) -> int:
    """Give how many letters of a field stand behind its cursor."""
    if isinstance(field, QLineEdit):
        return len(field.text()) - field.cursorPosition()
    return len(field.toPlainText()) - field.textCursor().position() if isinstance(field, QPlainTextEdit) else 0
