"""The records of a catalogue as a tree on a chosen day, for any record type that declares one; beside it their form.

Arrows open and close, Enter opens the record, letters search. Below the tree stands what became of the chosen record: who it took
over from and who took over from it, each one press away.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from app.i18n import _, many
from app.tree import Handover, forest, label_of
from db.message import inside
from db.questions import Day, grouped, shown_day
from db.record import Record
from ui import look, shortcuts
from ui.buttons import FilterChip, Link
from ui.editors import DayField
from ui.fields import Context
from ui.list_pane import Flow
from ui.look import px
from ui.parts import Label, Panel, clear, column, row, scrolled
from ui.session import Session
from ui.tree_model import NAME, Index, TreeModel
from ui.tree_view import TreeView


class TreePane(Panel):
    """Search, the day that is looked at, the tree, and below it what became of the chosen record."""

    opened = Signal(str)
    """The uid of a record that was asked for: Enter, a double click, a link, or walked to beside a form."""
    menu_asked = Signal(str, QPoint)
    """What can be done with a record is asked for, at a spot of the screen: right button or menu key."""
    cancel_asked = Signal(str)
    counted = Signal(int)
    """How many stand on the day."""

    def __init__(self, session: Session, declared: type[Record]) -> None:
        super().__init__("surface")
        self.session, self.declared = session, declared
        self._quiet = False
        self._own_day = ""
        """The day a person chose; '' follows the period."""
        self.model = TreeModel(self)
        self.view = TreeView(self.model)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Tìm {what}  (Ctrl+F)").format(what=_(inside(declared.caption))))
        self.search.setAccessibleName(_("Tìm trong cây"))
        self.search.setClearButtonEnabled(True)
        glass = self.search.addAction(look.icon("magnifying-glass", "ink2", 16), QLineEdit.ActionPosition.LeadingPosition)
        glass.setText(_("Tìm"))
        self.search.installEventFilter(self)
        question = Day(_("Ngày xem"))
        question.name = "day"
        self.day_field = DayField(question, Context(session.store, session.user, today=lambda: session.today))
        self.day_field.setAccessibleName(_("Ngày xem"))
        look.follow(self.day_field, lambda one: one.setFixedWidth(px(132)))
        self.ended = FilterChip(_("Cả mục ngoài hiệu lực"))
        self.empty = Label("", "body", "ink2", wrap=True, parent=self.view)
        self._about = column(gap=0, edge=(0, 6, 0, 6))
        self._about_panel = Panel("raised", "t", self._about)
        self.about = scrolled(self._about_panel)
        self.sum = Label("", "strong")
        flow = Flow()
        day = Panel("", "", row(Label(_("Ngày xem"), "body", "ink2"), self.day_field, gap=8))
        for part in (day, self.ended):
            flow.add(part)
        head = column(self.search, flow, gap=8, edge=(12, 10, 12, 10))
        foot = Panel("raised", "t", row(self.sum, None, edge=(12, 4, 12, 4)), 30)
        whole = column(head, self.view, self.about, foot, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        look.follow(self.search, lambda one: one.setMinimumHeight(px(32)))
        self._wire()

    def _wire(self) -> None:
        later = self._later = QTimer(self)
        later.setSingleShot(True)
        later.timeout.connect(self.reload)
        self.search.textChanged.connect(lambda _text: later.start(0))
        self.ended.of = self.view
        self.ended.toggled.connect(lambda _on: self.reload())
        self.day_field.left.connect(self._day_left)
        self.day_field.moved.connect(lambda _action: self._day_moved())
        self.view.activated.connect(self._activated)
        self.view.doubleClicked.connect(self._activated)
        self.view.typed.connect(self._type)
        self.view.menu_asked.connect(self._menu_asked)
        shortcuts.bind(self.view, "list", {"cancel": self._cancel})
        self.view.selectionModel().currentChanged.connect(self._walked)

    # -- the day -----------------------------------------------------------------------------------------------------

    @property
    def day(self) -> str:
        """The ISO day that is looked at: the chosen one, else today within the period, else the period's last day."""
        if self._own_day:
            return self._own_day
        today, period = self.session.today.isoformat(), self.session.period
        return today if period.start <= today <= period.end else period.end

    def set_day(self, day: str) -> None:
        """Look at an ISO day; '' follows the period."""
        self._own_day = day
        self.reload()

    def _day_moved(self) -> None:
        self._day_left()
        self.view.setFocus()

    def _day_left(self) -> None:
        text = self.day_field.text().strip()
        question = self.day_field.question
        try:
            found = question.parse(text) if text else ""
        except ValueError as error:
            look.mark(self.day_field, state="error")
            self.day_field.setToolTip(_(str(error)))
            return
        look.mark(self.day_field, state="")
        self.day_field.setToolTip("")
        if (found or "") != self.day:
            self.set_day(found or "")

    # -- showing -----------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the tree again; what is open stays open, the current record stays it."""
        current, closed = self.current(), self._closed()
        if not self.day_field.hasFocus():
            self.day_field.set_plain(shown_day(self.day))
        found = forest(self.session.store, self.declared, self.day)
        words = self.search.text()
        self.ended.set_count(found.gone)
        self.ended.setVisible(bool(found.gone) or self.ended.isChecked())
        self._quiet = True
        self.model.show_forest(found, found.shown(words, self.ended.isChecked()))
        self._expand(set() if words.strip() else closed)
        self.view.arrange()
        self.select(current)
        if words.strip() and not self.view.currentIndex().isValid() and self.model.count():
            self._choose(self._first_hit(words))
        self._quiet = False
        self._say(len(found.nodes) - found.gone)
        self._show_about()

    def _first_hit(self, words: str) -> str | None:
        direct = self.model.forest.shown(words)
        leaves = [uid for uid in direct if not any(other in direct for other in self.model.forest.nodes[uid].children)]
        return min(leaves, key=lambda uid: self.model.forest.nodes[uid].code, default=None)

    def _closed(self) -> set[str]:
        if not self.model.count():
            return set()
        nodes = self.model.forest.nodes
        places = ((uid, self.model.index_of(uid)) for uid, node in nodes.items() if node.children)
        return {uid for uid, place in places if place.isValid() and self.model.rowCount(place) and not self.view.isExpanded(place)}

    def _expand(self, closed: set[str]) -> None:
        self.view.expandAll()
        for uid in closed:
            self.view.setExpanded(self.model.index_of(uid), False)

    def _say(self, standing: int) -> None:
        what = many(self.declared.caption)
        self.sum.setText(_("{n} {what} vào ngày {day}").format(n=grouped(standing), what=what, day=shown_day(self.day)))
        words = self.search.text().strip()
        if words:
            said = _("Không tìm thấy “{text}”. Hãy bỏ bớt chữ.").format(text=words)
        else:
            enters = self.session.may("enter")
            said = (_("Chưa có {what} nào vào ngày này. Nhấn Ctrl+N.") if enters else _("Chưa có {what} nào vào ngày này.")).format(
                what=what
            )
        self.empty.setText(said)
        self.empty.setVisible(not self.model.count())
        self.empty.setGeometry(px(12), self.view.header().height() + px(10), max(0, self.view.width() - px(24)), px(60))
        self.counted.emit(standing)

    # -- choosing ----------------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        """Give the uid of the current record; None when there is none."""
        return self.model.uid_of(self.view.currentIndex())

    def select(self, uid: str | None) -> bool:
        """Make a record current, and show what is above it; False when it is not shown."""
        quiet, self._quiet = self._quiet, True
        found = self._choose(uid)
        self._quiet = quiet
        self._show_about()
        return found

    def _choose(self, uid: str | None) -> bool:
        place = self.model.index_of(uid)
        if not place.isValid():
            return False
        above = place.parent()
        while above.isValid():
            self.view.setExpanded(above, True)
            above = above.parent()
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(place, flags.ClearAndSelect | flags.Rows)
        self.view.scrollTo(place)
        QTimer.singleShot(0, self.view, lambda: self.view.scrollTo(self.view.currentIndex()))  # once what stands below has its height
        return True

    def show_record(self, uid: str, day: str = "") -> None:
        """Go to a record: on another day, among what has ended, or out of a search, when it is not shown now."""
        if self.model.forest.nodes.get(uid) is None:
            return
        if not self.model.index_of(uid).isValid():
            self.search.clear()
            if day:
                self._own_day = day
            self.ended.setChecked(True)
            self.reload()
        self.select(uid)
        self.opened.emit(uid)

    def step(self, rows: int) -> None:
        """Go to the next (1) or previous (-1) record and open it."""
        place = self.view.indexBelow(self.view.currentIndex()) if rows > 0 else self.view.indexAbove(self.view.currentIndex())
        uid = self.model.uid_of(place)
        if uid is not None:
            self.select(uid)
            self.opened.emit(uid)

    def _activated(self, index: Index) -> None:
        uid = self.model.uid_of(index)
        if uid is not None:
            self.opened.emit(uid)

    def _menu_asked(self, spot: QPoint) -> None:
        uid = self.current()
        if uid is not None:
            self.menu_asked.emit(uid, spot)

    def _cancel(self) -> None:
        uid = self.current()
        if uid is not None:
            self.cancel_asked.emit(uid)

    def _walked(self, *_indexes: object) -> None:
        self._show_about()
        uid = self.current()
        if self.view.is_narrow and not self._quiet and uid is not None:
            self.opened.emit(uid)

    def _type(self, letters: str) -> None:
        self.search.setFocus()
        self.search.setText(letters)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into the tree, Esc empties it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.model.count():
                self.view.setFocus()
                if not self.view.currentIndex().isValid():
                    self._choose(self.model.uid_of(self.model.index(0, NAME)))
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # -- who took over -----------------------------------------------------------------------------------------------

    def _show_about(self) -> None:
        clear(self._about)
        node = self.model.forest.nodes.get(self.current() or "")
        moves = (*node.givers, *node.takers) if node is not None else ()
        self.about.setVisible(bool(moves))
        if node is None or not moves:
            return
        for words, found, takes in ((_("Tiếp nhận từ"), node.givers, False), (_("Chuyển thành"), node.takers, True)):
            if found:
                self._about.addLayout(row(Label(words, "small_strong", "ink2"), edge=(12, 2, 12, 2)))
            for one in found:
                self._about.addWidget(self._link(one, takes))
        QTimer.singleShot(0, self, self._fit_about)  # once the links are shown

    def _fit_about(self) -> None:
        """Leave the tree two thirds of the room."""
        self.about.setFixedHeight(min(self._about.sizeHint().height(), max(px(64), self.height() // 3 - px(24))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._fit_about()

    def _link(self, one: Handover, takes: bool) -> Link:
        uid = one.taker if takes else one.giver
        made = Link(label_of(uid, self.model.forest.nodes), self._when(one), "", "arrow-right" if takes else "arrow-left", "accent")
        made.setEnabled(uid in self.model.forest.nodes)
        day = one.day if takes else _day_before(one.day)
        made.clicked.connect(lambda _checked=False: self.show_record(uid, day))
        return made

    @staticmethod
    def _when(one: Handover) -> str:
        return " · ".join(filter(None, (shown_day(one.day) if one.day else "", one.why)))


def _day_before(day: str) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except ValueError:
        return ""
