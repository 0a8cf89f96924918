"""The left side of the report page: the outline with the state of every section, or all pages small."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.i18n import _
from app.report.showing import Item
from ui import look
from ui.buttons import Button, FilterChip
from ui.look import colour, font, px
from ui.page_view import Thumbnails
from ui.parts import IconLabel, Label, Panel, column, row
from ui.shortcuts import action_for, key_of

STATES = {
    "generated": ("check", "accent", "tự lập từ số liệu"),
    "written": ("pencil-simple", "ink2", "viết tay"),
    "both": ("note", "accent", "tự lập, có viết thêm"),
    "empty": ("circle-dashed", "ink3", "chưa có nội dung"),
    "head": ("", "", ""),
    "out": ("eye-slash", "ink3", "không in"),
    "changed": ("warning", "warning", "số liệu đã thay đổi"),
    "typed": ("floppy-disk", "warning", "đang viết, chưa lưu"),
}
"""Icon, ink and words of a section's state."""
EDITS = (
    ("outline_add", "plus", "Thêm mục sau mục này"),
    ("outline_up", "arrow-up", "Chuyển mục lên"),
    ("outline_down", "arrow-down", "Chuyển mục xuống"),
    ("outline_higher", "caret-double-left", "Nâng mục lên một cấp"),
    ("outline_deeper", "caret-double-right", "Hạ mục xuống một cấp"),
    ("outline_cut", "eye-slash", "Bỏ mục khỏi báo cáo, đưa lại vào"),
    ("outline_default", "arrow-counter-clockwise", "Đề cương có sẵn"),
)
"""What can be done to an outline: action, icon and words of its button."""
ITEM = int(Qt.ItemDataRole.UserRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
Index = QModelIndex | QPersistentModelIndex


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(120), max(px(29), QFontMetrics(font("body")).height() + px(9)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item, state = index.data(ITEM)
        rect, chosen = option.rect, bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, colour("soft" if chosen else "hover" if hovered else "surface"))
        if chosen:
            painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))
        icon, ink, _words = STATES[state]
        right = rect.right() - px(12)
        if icon:
            painter.drawPixmap(right - px(16), rect.center().y() - px(8), look.pixmap(icon, ink, 16))
        space = rect.adjusted(px(14 + 14 * item.depth), 0, -px(36), 0)
        painter.setFont(font("strong" if chosen or item.depth == 0 else "body"))
        out = item.state == "out"
        if out:
            struck = painter.font()
            struck.setStrikeOut(True)
            painter.setFont(struck)
        painter.setPen(colour("ink3" if out else "ink2" if state == "empty" and not chosen else "ink"))
        shown = painter.fontMetrics().elidedText(item.title, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, shown)
        view = option.widget
        if chosen and isinstance(view, QListWidget) and view.hasFocus():
            painter.setPen(colour("accent"))
            for inset in (0, 1):
                painter.drawRect(rect.adjusted(inset, inset, -1 - inset, -1 - inset))


class OutlineList(QListWidget):
    """Every section, one line each. Enter asks to write into it."""

    opened = Signal(str)
    """The key of a section to write into."""
    looked_at = Signal(str)
    """The key of the section to be shown in the pages."""
    edit_asked = Signal(str)
    """What is to be done to the current section: an action of ``EDITS``."""
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("Đề cương"))
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._quiet = False
        self._of_key: dict[str, QListWidgetItem] = {}
        self.currentItemChanged.connect(self._current_changed)
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(ITEM)[0].key))
        look.signals.changed.connect(self.scheduleDelayedItemsLayout)

    def show_items(self, items: tuple[Item, ...], typed: set[str]) -> None:
        """Show the outline; ``typed`` are the keys of sections with text that is not saved."""
        before = self.key
        self._quiet = True
        if [item.key for item in items] != list(self._of_key):
            self.clear()
            self._of_key = {}
            for item in items:
                self._of_key[item.key] = made = QListWidgetItem()
                self.addItem(made)
        for item in items:
            self._show(self._of_key[item.key], item, item.key in typed)
        if before in self._of_key:
            self.setCurrentItem(self._of_key[before])
        self._quiet = False

    @staticmethod
    def _show(made: QListWidgetItem, item: Item, typed: bool) -> None:
        state = "typed" if typed else item.state
        words = _(STATES[state][2])
        made.setData(ITEM, (item, state))
        told = f"{item.whole}: {words}" if words else item.whole
        made.setData(ACCESSIBLE, told)
        made.setToolTip(told)

    @property
    def key(self) -> str:
        """The key of the current section, '' for none."""
        item = self.currentItem()
        return item.data(ITEM)[0].key if item is not None and item.data(ITEM) else ""

    def item_of(self, key: str) -> Item | None:
        """Give a section."""
        found = self._of_key.get(key)
        return found.data(ITEM)[0] if found is not None else None

    def state_of(self, key: str) -> str:
        """Give the state that is shown of a section."""
        return str(self._of_key[key].data(ITEM)[1])

    def go_to(self, key: str, quietly: bool = False) -> None:
        """Make a section the current one."""
        self._quiet = quietly
        if key in self._of_key:
            self.setCurrentItem(self._of_key[key])
        self._quiet = False

    def next_empty(self, by: int = 1) -> str:
        """Give the key of the next section with nothing in it after the current one, '' when all have something."""
        keys = list(self._of_key)
        start = keys.index(self.key) if self.key in keys else -1 if by > 0 else len(keys)
        order = [(start + by * step) % len(keys) for step in range(1, len(keys) + 1)] if keys else []
        return next((keys[at] for at in order if self.state_of(keys[at]) in ("empty", "typed", "changed")), "")

    def _current_changed(self) -> None:
        if not self._quiet and self.key:
            self.looked_at.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter writes into the section."""
        action = action_for("report", event)
        if action == "open" and self.key:
            self.opened.emit(self.key)
        elif action is not None and action.startswith("outline_"):
            self.edit_asked.emit(action)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a current section to show."""
        super().focusInEvent(event)
        self.entered.emit()
        if not self.selectedItems() and self.count():  # Qt has made one the current one, but shows none
            self._quiet = True
            self.setCurrentRow(max(0, self.currentRow()))
            self._quiet = False


class OutlinePane(Panel):
    """The outline and the small pages, one of them at a time; below, how much is still empty, or that the outline is not saved."""

    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "r")
        self._may_write = False
        self.list, self.thumbnails = OutlineList(), Thumbnails(_("Các trang thu nhỏ"))
        self._outline, self._pages = FilterChip(_("Đề cương"), icon="list-bullets"), FilterChip(_("Trang"), icon="file-text")
        self.stack = QStackedWidget()
        for number, (chip, widget) in enumerate(((self._outline, self.list), (self._pages, self.thumbnails))):
            self.stack.addWidget(widget)
            chip.of = widget
            chip.clicked.connect(lambda _checked=False, number=number: self.show_side(number))
        self._icon, self._words = IconLabel("circle-dashed", "ink3", "", 16), Label("", "small", "ink2")
        head = Panel("surface", "b", row(self._outline, self._pages, None, gap=6, edge=(12, 4, 12, 4)), 44)
        self.save = Button(_("Lưu"), "link", pressed=self.save_asked.emit, tip=key_of("report", "save"))
        self.save.hide()
        foot = Panel("surface", "t", row(self._icon, self._words, None, self.save, edge=(14, 5, 12, 5)), 30)
        self.edits = {action: self._edit(action, icon, words) for action, icon, words in EDITS}
        self._edits = Panel("raised", "t", row(*self.edits.values(), None, gap=0, edge=(8, 2, 8, 2)), 36)
        self._edits.hide()
        self.setLayout(column(head, self.stack, self._edits, foot, gap=0, edge=(0, 0, 1, 0)))
        look.follow(self, lambda one: one.setFixedWidth(px(252)))
        self.show_side(0)

    def show_side(self, number: int) -> None:
        """Show the outline (0) or the pages (1)."""
        self.stack.setCurrentIndex(number)
        self._edits.setVisible(self._may_write and number == 0)
        self._outline.setChecked(number == 0)
        self._pages.setChecked(number == 1)

    def _edit(self, action: str, icon: str, words: str) -> Button:
        told = _("{words} ({key})").format(words=_(words), key=key_of("report", action))
        button = Button(told, "quiet", icon, lambda: self.list.edit_asked.emit(action), only_icon=True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_items(self, items: tuple[Item, ...], typed: set[str], may_write: bool = False, unsaved: bool = False) -> None:
        """Show the outline and count what is empty; ``unsaved``: it is not the outline that is saved."""
        self.list.show_items(items, typed)
        self._edits.setVisible(may_write and self.stack.currentIndex() == 0)
        self._may_write = may_write
        self.save.setVisible(unsaved)
        if unsaved:
            self._icon.set_icon("floppy-disk", "warning")
            self._words.setText(_("Đề cương đã đổi, chưa lưu"))
            return
        empty = sum(item.state == "empty" for item in items)
        self._icon.set_icon("circle-dashed" if empty else "check-circle", "ink3" if empty else "ok")
        self._words.setText(_("{n} mục chưa có nội dung").format(n=empty) if empty else _("Mục nào cũng đã có nội dung"))

    def inner_rect(self) -> QRect:
        """Give the part that lists."""
        return self.stack.geometry()
