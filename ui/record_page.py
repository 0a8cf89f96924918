"""One page for every record type: its list, and beside it the form of the record that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app import beginning
from app.i18n import _, many, new_one
from app.listing import Row, Wanted
from db.questions import grouped
from db.record import DRAFT, EventRecord
from db.records import RECORD_TYPES
from ui import look
from ui.buttons import Button
from ui.changes import changes
from ui.list_pane import ListPane
from ui.look import px
from ui.parts import Label, Panel, page_title, row
from ui.session import Place, Session
from ui.shortcuts import key_of

if TYPE_CHECKING:
    from ui.form import RecordForm
    from ui.tree_pane import TreePane

LIST_KEYS = [("Ctrl+N", "phiếu mới"), ("Enter", "mở"), ("Ctrl+F", "tìm"), ("Ctrl+C", "chép kèm tiêu đề"), ("Ctrl+/", "mọi phím")]
TREE_KEYS = [("Ctrl+N", "phiếu mới"), ("→ ←", "mở, đóng nhánh"), ("Enter", "mở"), ("Ctrl+F", "tìm"), ("Ctrl+/", "mọi phím")]
WRITING = ("Ctrl+N", "F4", "Ctrl+S")
"""Keys that are dead for who may only look."""
FORM_KEYS = [("Enter", "ô tiếp"), ("F4", "như phiếu trước"), ("F8", "lỗi tiếp theo"), ("Ctrl+S", "lưu"), ("Ctrl+/", "mọi phím")]


class RecordPage(QWidget):
    """The page of one record type. Alone the list shows full columns; beside a form two-line rows."""

    def __init__(self, session: Session, type_name: str) -> None:
        super().__init__()
        self.session, self.declared = session, RECORD_TYPES[type_name]
        self.form: RecordForm | None = None
        self._stale = False
        self.list = ListPane(session, self.declared)
        self.tree = self._make_tree()
        self.left = QStackedWidget()
        self.left.addWidget(self.list)
        if self.tree is not None:
            self.left.addWidget(self.tree)
        self._header = self._make_header()
        self._strip = self._make_strip()
        self._right = Panel("surface")
        self._form_slot = QVBoxLayout()
        self._form_slot.setContentsMargins(0, 0, 0, 0)
        self._form_slot.setSpacing(0)
        self._form_slot.addWidget(self._strip)
        self._right.setLayout(self._form_slot)
        self._right.hide()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.left)
        self.split.addWidget(self._right)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(1, 1)
        look.follow(self.split, lambda one: one.setHandleWidth(px(3)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self.split, 1)
        self.list.opened.connect(self._open_row)
        self.list.table.activated.connect(lambda _index: self._into_form())
        self.list.counted.connect(self._counted)
        self.list.bulk.moved.connect(self._moved)
        self.split.splitterMoved.connect(lambda *_: self.session.preferences.put("list_width", self._hundredth(self.left.width())))
        if self.tree is not None and session.preferences.get(self._view_key, "tree") == "tree":
            self.show_tree(True, remember=False)
        session.context_changed.connect(self._context_changed)
        changes.records_changed.connect(self._changed)
        changes.drafts_changed.connect(self._changed)

    @staticmethod
    def _hundredth(width: int) -> int:
        return round(width * 100 / look.scale())

    # -- list or tree ------------------------------------------------------------------------------------------------

    @property
    def _view_key(self) -> str:
        return f"view:{self.declared.type_name}"

    def _make_tree(self) -> TreePane | None:
        if self.declared.tree is None:
            return None
        from ui.tree_pane import TreePane

        made = TreePane(self.session, self.declared)
        made.opened.connect(self.open_uid)
        made.view.activated.connect(lambda _index: self._into_form())
        made.counted.connect(lambda count: self._counted(count, True))
        made.menu_asked.connect(self._offer_branch)
        made.cancel_asked.connect(lambda uid: self.list.bulk.turn(uid, False))
        return made

    @property
    def in_tree(self) -> bool:
        """Whether the tree stands in the place of the list."""
        return self.tree is not None and self.left.currentWidget() is self.tree

    def show_tree(self, tree: bool, *, remember: bool = True) -> None:
        """Show the tree in the place of the list, or the list again; the current record stays it."""
        if self.tree is None or tree == self.in_tree:
            return
        row = self.list.current()
        uid = self.tree.current() if not tree else row.uid if row is not None else None
        self.left.setCurrentWidget(self.tree if tree else self.list)
        self._say_switch()
        if remember:
            self.session.preferences.put(self._view_key, "tree" if tree else "list")
            self._reload()
            self._keys()
        if uid is not None:
            (self.tree if tree else self.list).select(uid)

    def _say_switch(self) -> None:
        words = _("Xem danh sách") if self.in_tree else _("Xem dạng cây")
        self.switch.setText("" if self._tight else words)
        self.switch.setAccessibleName(words)
        self.switch.setToolTip(words if self._tight else "")
        self.switch.set_icon("list-bullets" if self.in_tree else "tree-structure")

    def _reload(self) -> None:
        if self.in_tree and self.tree is not None:
            self.tree.reload()
        else:
            self.list.reload()

    def _select(self, uid: str) -> None:
        (self.tree if self.in_tree and self.tree is not None else self.list).select(uid)

    def _step(self, rows: int) -> None:
        (self.tree if self.in_tree and self.tree is not None else self.list).step(rows)

    def _focus_left(self) -> None:
        (self.tree.view if self.in_tree and self.tree is not None else self.list.table).setFocus()

    def _set_narrow(self, narrow: bool) -> None:
        self.list.table.set_narrow(narrow)
        if self.tree is not None:
            self.tree.view.set_narrow(narrow)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _make_header(self) -> Panel:
        self.fact = Label("", "body", "ink2")
        self.new_button = Button(new_one(self.declared.caption), icon="plus", pressed=self.new)
        if not self.session.may("enter"):  # shown before it stands in the window, it would be a window of its own
            self.new_button.hide()
        self.buttons = row(gap=8)
        self._of_list: list[Button] = []
        self.switch = Button(_("Xem dạng cây"), icon="tree-structure", pressed=lambda: self.show_tree(not self.in_tree))
        if self.declared.tree is None:
            self.switch.setParent(self)  # one that stands nowhere would outlive the page
            self.switch.hide()
        else:
            self._of_list.append(self.switch)
        if self.session.may("enter"):
            self._of_list.append(Button(_("Nhập từ bảng"), icon="table", pressed=self._import))
        self._of_list.append(Button(_("Xuất"), icon="export", pressed=self._export))
        for button in self._of_list:
            self.buttons.addWidget(button)
        self.buttons.addWidget(self.new_button)
        title = page_title(_(self.declared.plural), self.fact)
        first = title.itemAt(0)
        self._title = first.widget() if first else None
        return Panel("window", "b", row(title, None, self.buttons, edge=(16, 9, 16, 9)), 52)

    def _make_strip(self) -> Panel:
        self._to_list = Button(_("Danh sách bản ghi"), icon="list-bullets", pressed=self.close_form)
        back = Button(_("Bản ghi trước"), "quiet", "caret-left", lambda: self._step(-1), only_icon=True)
        on = Button(_("Bản ghi sau"), "quiet", "caret-right", lambda: self._step(1), only_icon=True)
        strip = Panel("surface", "b", row(self._to_list, back, on, None, gap=6, edge=(12, 4, 12, 4)), 44)
        strip.hide()
        return strip

    def _make_form(self) -> RecordForm:
        from ui.form import RecordForm
        from ui.form_undo import offer_undo

        form = RecordForm(self.session.store, self.declared, self.session.user)
        form.saved.connect(self._saved)
        offer_undo(self.session, form)
        form.left.connect(self.close_form)
        form.wanted.connect(self._bring_back)
        form.draft_saved.connect(self._draft_saved)
        form.open_asked.connect(self._open_other)
        form.said.connect(self.session.toast)
        if self.session.may("cancel"):
            form.head.turns = self._turn
        if not self.session.may("enter"):
            form.set_read_only(_("Vai trò của bạn chỉ xem bản ghi; nhập và sửa là việc của nhân viên."))
        return form

    def _bring_back(self) -> None:
        """Show the form again, on this page."""
        if not self.isVisible():
            self.session.go(Place(self.declared.type_name))
        self._ready()

    def _turn(self, uid: str, cancelled: bool) -> None:
        """Cancel a record from its form, or bring it back."""
        bulk = self.list.bulk
        if bulk.may_turn(cancelled):
            bulk.turn(uid, cancelled)
        else:
            self.session.toast(_("Vai trò của bạn không khôi phục được bản ghi."))

    def _offer_branch(self, uid: str, spot: QPoint) -> None:
        """Offer what can be done with a record of the tree."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"{_('Mở')}\t{key_of('list', 'open')}", lambda: self.open_uid(uid))
        menu.addSeparator()
        self.list.bulk.offer_one(menu, uid, False)
        menu.popup(spot)

    # -- going there -------------------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """Show what is asked for; without anything asked, the list as it was left."""
        if place.wanted is not None:
            self.close_form()
            self.show_tree(False, remember=False)  # a filter is of the list
            self.list.show_wanted(place.wanted)
        elif self._stale or self.in_tree or not self.list.model.is_whole:
            self._reload()
        self._stale = False
        if place.uid is not None:
            self._select(place.uid)
            self.open_uid(place.uid)
            if self.form is not None and place.at is not None:
                self.form.go_to_answer(*place.at)
            elif self.form is not None:
                self.form.first_field()
        elif place.draft is not None:
            self.open_draft(place.draft)
        elif place.new:
            self.new(place.answers)
        elif self.form is None or not self._right.isVisible():
            self._focus_left()
        else:
            self._focus_again(self.form)
        self._keys()

    def _focus_again(self, form: RecordForm) -> None:
        """Go on where the form was left."""
        last = self.focusWidget()
        if last is not None and last.isVisible():
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            form.first_field()

    def _keys(self) -> None:
        beside = self._right.isVisible()
        writes = self.session.may("enter") and not (beside and self.form is not None and self.form.read_only)
        shown = FORM_KEYS if beside else TREE_KEYS if self.in_tree else LIST_KEYS
        self.session.show_keys([(key, _(verb)) for key, verb in shown if writes or key not in WRITING])

    def _open_row(self, chosen: Row) -> None:
        if chosen.draft is not None:
            self.open_draft(chosen.draft)
        elif chosen.uid is not None:
            self.open_uid(chosen.uid)

    def _ready(self) -> RecordForm:
        if self.form is None:
            self.form = self._make_form()
            self._form_slot.addWidget(self.form, 1)
        if not self._right.isVisible():
            self._right.show()
            self._set_narrow(True)
            wide = min(px(self.session.preferences.get("list_width", 380)), self.width() - px(480))
            self.split.setSizes([wide, self.width() - wide])
            self._fold()
        self._keys()
        return self.form

    def open_uid(self, uid: str) -> None:
        """Open a record in the form."""
        self._ready().load(uid)
        self._keys()  # it may be one that can only be looked at

    def _into_form(self) -> None:
        """Put the cursor into what Enter or a double click has opened."""
        if self.form is not None and self._right.isVisible():
            self.form.first_field()

    def open_draft(self, draft: str) -> None:
        """Open a draft in the form."""
        form = self._ready()
        form.load_draft(draft)
        form.first_field()

    def new(self, answers: Mapping[str, str] | None = None) -> None:
        """Open an empty form; ``answers`` are for this one record only."""
        if self.session.may("enter"):
            form = self._ready()
            self.list.table.clearSelection()  # what is entered is no row of the list
            form.new({**self._defaults(), **(answers or {})})
            form.set_defaults(self._defaults())
            form.first_field()

    def _defaults(self) -> dict[str, str]:
        """Give what the context answers, and let days be typed near its period."""
        session = self.session
        beginning.come_near(session.store, session.period, session.today)
        return beginning.defaults(session.store, self.declared, session.unit, session.period)

    def close_form(self) -> None:
        """Fold the form away; what is typed in it has been kept as a draft."""
        self.keep_typed()
        self.session.draft_saved.emit("")
        self._right.hide()
        self._fold()
        self.left.show()
        self._set_narrow(False)
        self._focus_left()
        self._keys()

    # -- what the window asks ----------------------------------------------------------------------------------------

    def search(self) -> None:
        """Put the cursor into the search."""
        if not self.left.isVisible():
            self.close_form()
        search = self.tree.search if self.in_tree and self.tree is not None else self.list.search
        search.setFocus()
        search.selectAll()

    def keep_typed(self) -> None:
        """Keep what is half typed as a draft, text of an input method included."""
        if self.form is not None:
            self.form.commit_preedit()
            self.form.keep_draft()

    def leave(self) -> None:
        """Another page is opened."""
        self.keep_typed()

    def side(self) -> tuple[str, QWidget] | None:
        """Give the widget of the panel at the side: problems and history of the open record; None when nothing is open."""
        if self.form is None or not self._right.isVisible():
            return None
        return _("Kiểm tra, ghi chú, lịch sử"), import_module("ui.side_checks").SideOfForm(self.session, self.form)

    def set_paused(self, paused: bool) -> None:
        """Stop the form's timers while a job writes."""
        if self.form is not None:
            self.form.set_paused(paused)

    def minimumSizeHint(self) -> QSize:
        """Let the window shrink to where the list folds away."""
        return QSize(px(480), px(280))

    def fit(self, effective: float) -> None:
        """Fold the list away beside a form where both have no room."""
        self._tight = effective < 1000
        self.fact.setVisible(not self._tight)
        self._say_switch()
        for button in self._of_list:
            if button is not self.switch:
                button.setText("" if self._tight else button.accessibleName())
                button.setToolTip(button.accessibleName() if self._tight else "")
        self.new_button.setText(_("Nhập mới") if self._tight else self.new_button.accessibleName())
        self._fold()
        self._say_title()

    def _say_title(self) -> None:
        """Name the page by its menu word where the whole name has no room beside the buttons."""
        if isinstance(self._title, Label):
            words = _(self.declared.plural)
            taken = self.buttons.sizeHint().width() + (0 if self._tight else self.fact.sizeHint().width()) + px(60)
            short = self._tight or self._title.fontMetrics().horizontalAdvance(words) > self.width() - taken
            shown = _(self.declared.menu) if short and self.declared.menu else words
            self._title.setText(shown)
            self.fact.setVisible(not self._tight and self._title.fontMetrics().horizontalAdvance(shown) <= self.width() - taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room for the title."""
        super().resizeEvent(event)
        self._say_title()

    _tight = False

    def _fold(self) -> None:
        beside = self._right.isVisible()
        self._strip.setVisible(beside and self._tight)
        self.left.setVisible(not (beside and self._tight))
        for button in self._of_list:  # they concern the list; beside a form there is no room for their words
            button.setVisible(not beside)

    # -- what happened -----------------------------------------------------------------------------------------------

    def _counted(self, count: int, _all: bool) -> None:
        what = many(self.declared.caption, count)
        in_period = issubclass(self.declared, EventRecord) and self.list.period_chip.isChecked()
        words = _("{n} {what} trong kỳ") if in_period else "{n} {what}"
        if self.list.is_filtered:
            words = _("{n} {what} đã lọc")
        if self.list.search.text().strip():
            words = _("tìm thấy {n} {what}")
        self.fact.setText(words.format(n=grouped(count), what=what))
        self._say_title()
        self._to_list.setText(_("Danh sách {n}").format(n=grouped(count)))

    def _saved(self, uid: str) -> None:
        self.session.draft_saved.emit("")  # the record took its place
        changes.records_changed.emit(self.declared.type_name)
        self._select(uid)

    def _draft_saved(self, _draft: str) -> None:
        self.session.draft_saved.emit(_("Đã lưu nháp {time}").format(time=f"{datetime.now():%H:%M}"))
        changes.drafts_changed.emit(self.declared.type_name)

    def _open_other(self, uid: str) -> None:
        found, _record = self.session.store.read(uid)
        self.session.go(Place(found.type_name, uid=uid))

    def _context_changed(self) -> None:
        form = self.form
        if form is not None and form.uid is None and form.draft_id is None and not form.dirty:
            form.new(self._defaults())  # nothing was typed yet
        elif form is not None:
            form.set_defaults(self._defaults())
        if self.isVisible():
            self._reload()
        else:
            self._stale = True

    def _changed(self, type_name: str) -> None:
        if type_name not in ("", self.declared.type_name):
            return
        if self.isVisible():
            self._reload()
        else:
            self._stale = True

    def _import(self) -> None:
        self.session.go(Place("import", Wanted(), self.declared.type_name))

    def _moved(self, uids: list[str]) -> None:
        """Show the open record as it is now, unless something is typed into it."""
        if self.form is not None and self._right.isVisible() and self.form.uid in uids and not self.form.dirty:
            self.form.load(self.form.uid)

    def print_page(self) -> None:
        """Print the list as it is seen."""
        from ui.list_output import of_list

        if self.list.model.listing.wanted.state != DRAFT:
            of_list(self, self.session, self.list.model.listing).print()

    def _export(self) -> None:
        import_module("ui.export_action").export_list(self, self.session, self.declared, self.list.model.listing)
