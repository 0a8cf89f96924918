"""The body of a form: rows of fields, tables of lines and folded groups, laid out from the declaration alone.

``row`` puts fields side by side, ``group`` folds them away; an optional group whose answers are all missing stays folded. Geometry
is worked out here in one pass: labels on one left line, pairs of fields on one middle line, nothing ever wider than the body.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.entry import Entry
from app.i18n import _
from db.declarations import Control
from ui import look
from ui.control_card import ControlCard
from ui.editors import editor_for
from ui.fields import Context
from ui.form_parts import Box, Group
from ui.lines_grid import LinesTable
from ui.lines_model import LinesModel
from ui.long_field import Editor, LongField
from ui.look import colour, px

NARROW = 480
"""Below this width (at 100 %) labels stand above their fields."""
WIDEST_LABEL = 165
"""How far to the right the first labels of a form may push its fields, px at 100 %."""
PAIRED = 600
"""From this width on, two fields of a row share it half and half."""


Part = list[Box] | LinesTable | Group


class FormBody(QWidget):
    """All fields, tables and groups of one form."""

    edited = Signal(str)
    """An answer of the record changed: its question."""
    left = Signal(str)
    moved = Signal(object, str)
    """A field asks to move: its editor, and the action."""
    lines_changed = Signal(str)
    cell_left = Signal()
    walked_out = Signal(object, int, bool)
    sight_wanted = Signal(object)
    cell_entered = Signal()
    regrouped = Signal()
    """A group was opened or closed: the order of Tab is another."""

    def __init__(self, entry: Entry, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.context = entry, context
        self.boxes: dict[str, Box] = {}
        self.models: dict[str, LinesModel] = {}
        self.tables: dict[str, LinesTable] = {}
        self.cards: list[ControlCard] = []
        self.groups: list[Group] = []
        self.parts: list[Part] = []
        self._read_only = False
        self._build()
        look.follow(self, FormBody._restyle)

    # -- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        declared = self.entry.declared
        rows: list[list[Box]] = []
        grouped: dict[str, Group] = {}
        by_row: dict[tuple[str, str], list[Box]] = {}
        for name, question in declared.questions().items():
            box = self.boxes[name] = Box(self.make_editor, name, question)
            if question.group and question.group not in grouped:
                grouped[question.group] = Group(self, question.group)
            target = grouped[question.group].rows if question.group else rows
            key = (question.group, question.row)
            if question.row and key in by_row:
                by_row[key].append(box)
            else:
                target.append([box])
                by_row[key] = target[-1]
        self.parts += rows
        for kind, line_type in declared.kinds.items():
            model = self.models[kind] = LinesModel(self.entry, kind)
            questions = line_type.questions()
            table = self.tables[kind] = self._table(model, [name for name, question in questions.items() if not question.group], True)
            self.parts.append(table)
            self.cards += [self._card(control, model, table) for control in declared.controls if control.kind == kind]
            for title in dict.fromkeys(question.group for question in questions.values() if question.group):
                names = [name for name, question in questions.items() if question.group == title]
                group = Group(self, title)
                group.columns = (kind, names)
                group.make_table = lambda model=model, names=names: self._table(model, names, False)
                self._add_group(group)
        for group in grouped.values():
            self._add_group(group)

    def set_read_only(self, read_only: bool) -> None:
        """Let tables only be looked at, those of groups that are not open yet too."""
        self._read_only = read_only
        for table in self.findChildren(LinesTable):
            table.read_only = table.model.read_only = read_only

    def _table(self, model: LinesModel, names: Sequence[str], main: bool) -> LinesTable:
        table = LinesTable(model, names, self.context, main, self)
        table.read_only = model.read_only = self._read_only
        table.changed.connect(lambda: self.lines_changed.emit(model.kind))
        table.cell_left.connect(self.cell_left)
        table.left_by.connect(lambda by, tab: self.walked_out.emit(table, by, tab))
        table.grown.connect(self.lay_out)
        table.sight_wanted.connect(self.sight_wanted)
        table.placed.connect(self.cell_entered)
        return table

    def _card(self, control: Control, model: LinesModel, table: LinesTable) -> ControlCard:
        card = ControlCard(control, model, table, self)
        card.field.moved.connect(lambda action: self.moved.emit(card.field, action))
        return card

    def _add_group(self, group: Group) -> None:
        group.fold.toggled_open.connect(lambda _open: self._toggled(group))
        self.groups.append(group)
        self.parts.append(group)

    def _toggled(self, group: Group) -> None:
        if group.is_open and group.table is None and group.make_table is not None:
            group.table = group.make_table()
            group.table.show()
        self.lay_out()
        self.regrouped.emit()

    def make_editor(self, box: Box) -> Editor:
        """Make the editor of a box and show its answer."""
        editor = editor_for(box.question, self.context, False, self)
        editor.setAccessibleName(_(box.question.label) + (f", {box.unit}" if box.unit else ""))
        editor.setFont(look.font())
        editor.show_cell(self.entry.cells[box.name])
        if isinstance(editor, LongField):
            editor.grown.connect(self.lay_out)  # not before: the box does not know its editor yet
        editor.edited.connect(lambda: self.edited.emit(box.name))
        editor.left.connect(lambda: self.left.emit(box.name))
        editor.moved.connect(lambda action: self.moved.emit(editor, action))
        editor.show()
        return editor

    def _restyle(self) -> None:
        for box in self.boxes.values():
            if box.editor is not None:
                box.editor.setFont(look.font())
        for group in self.groups:
            group.fold.setFont(look.font("section"))
        self.lay_out()

    # -- the order of things -----------------------------------------------------------------------------------------

    def stops(self, folds: bool = False) -> list[QWidget]:
        """Give what takes the focus, in order: editors, tables, and with ``folds`` the heads of groups."""
        found: list[QWidget] = []
        for part in self.parts:
            if isinstance(part, list):
                found += [box.made() for box in part if self.can_enter(box)]
            elif isinstance(part, LinesTable):
                found.append(part)
                found += [card.field for card in self.cards if card.table is part and card.isVisibleTo(self)]
            else:
                if folds:
                    found.append(part.fold)
                if part.is_open:
                    found += [box.made() for row in part.rows for box in row if self.can_enter(box)]
                    found += [part.table] if part.table is not None else []
        return found

    @staticmethod
    def can_enter(box: Box) -> bool:
        """Tell whether a field can be entered now."""
        return box.asked and (box.editor is None or box.editor.isEnabled())

    def group_of(self, name: str) -> Group | None:
        """Give the group a question of the record is in."""
        return next((group for group in self.groups for row in group.rows for box in row if box.name == name), None)

    def table_for(self, kind: str, name: str) -> LinesTable:
        """Give the table that holds a column, its group opened."""
        main = self.tables[kind]
        if name in main.names or not name:
            return main
        title = main.model.columns[main.model.at[name]].question.group  # type: ignore[union-attr]
        group = next(group for group in self.groups if group.make_table is not None and group.title == title)
        group.fold.setChecked(True)
        assert group.table is not None
        return group.table

    # -- geometry ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for another width."""
        if event.size().width() != event.oldSize().width():
            self.lay_out()

    def lay_out(self) -> None:
        """Give everything its place; set the height this needs."""
        width = self.width()
        if width < px(120) or not self.parts:
            return
        self._edge, self._gap = px(16), px(7)
        self._metrics = QFontMetrics(look.font())
        self._field = max(px(32), self._metrics.height() + px(10))
        self._right = width - self._edge
        self._narrow = self._right - self._edge < px(NARROW)
        self._indent = self._main_indent = self._indent_of([part for part in self.parts if isinstance(part, list)], 108)
        y = px(12)
        x = self._edge
        line = 0
        for part in self.parts:
            if isinstance(part, Group) and not part.is_open:
                size = part.fold.sizeHint()
                if line and x + size.width() > self._right:
                    x, y, line = self._edge, y + line, 0
                part.fold.setGeometry(x, y, size.width(), size.height())
                part.fold.show()
                self._hide(part)
                x, line = x + size.width() + px(20), max(line, size.height())
                continue
            if line:
                x, y, line = self._edge, y + line + px(4), 0
            if isinstance(part, list):
                y = self._row(part, y)
            elif isinstance(part, LinesTable):
                y = self._grid(part, y + px(2))
            else:
                y = self._open_group(part, y)
        height = y + line + px(12)
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
        self.update()

    def _indent_of(self, rows: Sequence[list[Box]], least: int) -> int:
        """Give where fields begin: after the widest first label, within reason."""
        halves = self._right - self._edge >= px(PAIRED)  # else fields of one row come to stand below each other
        first = [box for row in rows for box in (row[:1] if halves and len(row) < 3 else row) if box.asked]
        widest = max((self._metrics.horizontalAdvance(box.label) for box in first), default=0)
        return max(px(least), min(widest, px(WIDEST_LABEL))) + px(12)

    def _hide(self, group: Group) -> None:
        for row in group.rows:
            for box in row:
                box.label_rect = QRect()
                for widget in (box.editor, *box.notes):
                    if widget is not None:
                        widget.hide()
        if group.table is not None:
            group.table.hide()

    def _open_group(self, group: Group, y: int) -> int:
        size = group.fold.sizeHint()
        group.fold.setGeometry(self._edge, y, size.width(), size.height())
        group.fold.show()
        y += size.height() + px(4)
        self._indent = max(self._main_indent, self._indent_of(group.rows, 108))
        for row in group.rows:
            y = self._row(row, y)
        self._indent = self._main_indent
        if group.table is not None:
            group.table.show()
            height = group.table.wanted_height(self._right - self._edge)
            group.table.setGeometry(self._edge, y, self._right - self._edge, height)
            y += height + px(8)
        return y

    def _grid(self, table: LinesTable, y: int) -> int:
        card = next((card for card in self.cards if card.table is table), None)
        width = self._right - self._edge
        beside = width >= px(680)
        if card is not None and beside:
            size = card.sizeHint()
            card.setGeometry(self._right - size.width(), y + px(32), size.width(), size.height())
            width -= size.width() + px(16)
        height = table.wanted_height(width)
        if card is not None and not beside:
            card.setGeometry(self._edge, y + height + px(6), width, card.sizeHint().height())
        table.setGeometry(self._edge, y, width, height)
        bottom = y + height
        if card is not None:
            bottom = max(bottom, card.geometry().bottom() + 1)
        return bottom + px(8)

    def _row(self, boxes: list[Box], y: int) -> int:
        shown = [box for box in boxes if box.asked or self.entry.cells[box.name].text]
        for box in boxes:
            if box not in shown:
                box.label_rect = QRect()
                for widget in (box.editor, *box.notes):
                    if widget is not None:
                        widget.hide()
        while shown:
            fitting = self._fitting(shown)
            y = self._line(shown[:fitting], y)
            shown = shown[fitting:]
        return y

    def _needs(self, box: Box, first: bool) -> int:
        label = self._indent if first else px(14) + self._metrics.horizontalAdvance(box.label) + px(8)
        return (0 if self._narrow else label) + px(box.room.least) + self._behind(box)

    def _behind(self, box: Box) -> int:
        return (self._metrics.horizontalAdvance(box.unit) + px(8) if box.unit else 0) + (px(24) if box.pinned else 0)

    def _fitting(self, boxes: list[Box]) -> int:
        room, used = self._right - self._edge, 0
        if self._narrow:
            return 1
        for number, box in enumerate(boxes):
            used += self._needs(box, number == 0)
            if used > room:
                return max(1, number)
        return len(boxes)

    def _line(self, boxes: list[Box], y: int) -> int:
        if self._narrow:
            box = boxes[0]
            label = self._metrics.height() + px(2)
            box.label_rect = QRect(self._edge, y, self._right - self._edge, label)
            return self._put([(box, self._edge, self._right)], y + label)
        paired = self._paired(boxes)
        spans = paired or self._flowing(boxes)
        first = boxes[0]
        first.label_rect = QRect(self._edge, y, self._indent - px(8), self._field)
        before = self._middle if paired else spans[0][2]
        for box, left, end in spans[1:]:
            box.label_rect = QRect(before + px(14), y, left - before - px(14), self._field)
            before = end
        return self._put(spans, y)

    def _paired(self, boxes: list[Box]) -> list[tuple[Box, int, int]] | None:
        """Lay two fields out half and half, so that second labels stand on one line down the form."""
        if len(boxes) != 2 or self._right - self._edge < px(PAIRED):
            return None
        left = self._edge + self._indent
        second_label = px(118)
        middle = left + (self._right - left - second_label) * 11 // 20
        start = middle + max(second_label, px(14) + self._metrics.horizontalAdvance(boxes[1].label) + px(8))
        if middle - left < px(boxes[0].room.least) + self._behind(boxes[0]) or self._right - start < px(boxes[1].room.least) + self._behind(
            boxes[1]
        ):
            return None
        ends = [middle if boxes[0].room.stretch else min(middle, left + px(boxes[0].room.usual) + self._behind(boxes[0]))]
        ends.append(self._right if boxes[1].room.stretch else min(self._right, start + px(boxes[1].room.usual) + self._behind(boxes[1])))
        self._middle = middle
        return [(boxes[0], left, ends[0]), (boxes[1], start, ends[1])]

    def _flowing(self, boxes: list[Box]) -> list[tuple[Box, int, int]]:
        """Lay fields out one after the other; what is left over goes to those that stretch."""
        spare = self._right - self._edge - sum(self._needs(box, number == 0) for number, box in enumerate(boxes))
        grow = {box.name: min(px(box.room.usual - box.room.least), max(0, spare) // len(boxes)) for box in boxes}
        spare -= sum(grow.values())
        parts = sum(box.room.stretch for box in boxes)
        x, spans = self._edge, []
        for number, box in enumerate(boxes):
            x += self._indent if number == 0 else px(14) + self._metrics.horizontalAdvance(box.label) + px(8)
            width = px(box.room.least) + self._behind(box) + grow[box.name]
            width += max(0, spare) * box.room.stretch // parts if parts else 0
            spans.append((box, x, x + width))
            x += width
        return spans

    def _put(self, spans: Sequence[tuple[Box, int, int]], y: int) -> int:
        height = self._field
        for box, left, end in spans:
            editor = box.made()
            end -= self._behind(box)
            tall = editor.wanted_height() if isinstance(editor, LongField) else self._field
            editor.setGeometry(left, y, end - left, tall)
            editor.show()
            at = end + px(8)
            if box.pinned:
                box.pin_rect = QRect(end + px(6), y, px(18), self._field)
                at += px(20)
            box.unit_rect = QRect(at, y, self._right - at, self._field) if box.unit else QRect()
            height = max(height, tall)
        return self._put_notes(spans, y + height) + self._gap

    def _put_notes(self, spans: Sequence[tuple[Box, int, int]], y: int) -> int:
        """Lay notes out below their fields, side by side where all of them have room there; give where they end.

        Else each takes the free width of the row, to the left of its field too, and as many lines as its words need.
        """
        ends = [left - px(12) for _box, left, _end in spans[1:]] + [self._right]
        said = [(left, end, [note for note in box.notes if note.words]) for (box, left, _end), end in zip(spans, ends, strict=True)]
        beside = all(note.wanted_width() <= end - left for left, end, notes in said for note in notes)
        bottom = y
        for left, end, notes in said:
            top = y if beside else bottom
            for note in notes:
                begin = left if beside else max(spans[0][1], min(left, self._right - note.wanted_width()))
                width = (end if beside else self._right) - begin
                note.setGeometry(begin, top + 1, width, note.wanted_height(width))
                note.show()
                top += note.wanted_height(width)
            bottom = max(bottom, top)
        return bottom

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint labels, units and pins on the surface."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour("surface"))
        painter.setFont(look.font())
        metrics = painter.fontMetrics()
        for box in self.boxes.values():
            if box.label_rect.isEmpty():
                continue
            painter.setPen(colour("ink2" if box.asked else "ink3"))
            words = metrics.elidedText(box.label, Qt.TextElideMode.ElideRight, box.label_rect.width())
            painter.drawText(box.label_rect, Qt.AlignmentFlag.AlignVCenter, words)
            if box.unit:
                painter.setPen(colour("ink2"))
                painter.drawText(box.unit_rect, Qt.AlignmentFlag.AlignVCenter, box.unit)
            if box.pinned:
                side = px(16)
                spot = box.pin_rect.center()
                painter.drawPixmap(spot.x() - side // 2, spot.y() - side // 2, look.pixmap("push-pin", "accent", 16))
