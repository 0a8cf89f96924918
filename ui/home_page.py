"""The first page, "Việc hôm nay": what is to be done, the period beside last year's, what was saved last. Every row leads somewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from app import backup
from app.i18n import _, new_one
from db.questions import grouped, shown_day
from db.record import EventRecord
from db.records import RECORD_TYPES
from ui import look
from ui.buttons import Button, Link
from ui.changes import changes
from ui.figure_list import open_records
from ui.jobs import Job
from ui.look import colour, font, px
from ui.parts import Card, Hairline, IconLabel, Label, Panel, ProgressLine, clear, column, page_title, row, scrolled
from ui.safety import backup_words
from ui.session import Place, Session

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
if TYPE_CHECKING:
    from app.today import Compared, Saved, Task, Today

MOST_BEGINNINGS = 3
"""New records that the page offers by a button of their own."""
_ICONS = {"due": ("clock", "ink2"), "report": ("file-text", "warning"), "first": ("flag", "accent")}


class HomePage(QWidget):
    """Read again whenever records, drafts or the context change, by a worker once the page has been painted."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._job: Job | None = None
        self.found: Today | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._gather)
        self._is_painted = False
        self.tasks, self.figures = Card(_("Cần làm")), Card(" ")
        self.filled, self.safety = Card(), Card()
        body = QWidget()
        left = column(self.tasks, gap=14)
        right = column(self.figures, self.filled, self.safety, None, gap=14)
        sides = self._sides = row(gap=14, edge=(16, 0, 16, 14))
        sides.addLayout(left, 45)
        sides.addLayout(right, 55)
        body.setLayout(sides)
        scroll = scrolled(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(scroll, 1)
        session.context_changed.connect(self.refresh)
        changes.records_changed.connect(self._changed)
        changes.drafts_changed.connect(self._changed)
        changes.backed_up.connect(self._show_safety)
        self._titles()

    def _header(self) -> Panel:
        day = self.session.today
        words = f"{_(WEEKDAYS[day.weekday()])}, {shown_day(day.isoformat())}"
        self._day = Label(words, "body", "ink2")
        title = page_title(_("Việc hôm nay"), self._day)
        buttons = row(gap=8)
        may = self.session.may("enter")
        events = self._events = [(name, one) for name, one in RECORD_TYPES.items() if may and issubclass(one, EventRecord)]
        self._beginnings: list[Button] = []
        """Begin a new record of the first types; all types stand in the menu beside them."""
        for name, declared in events[:MOST_BEGINNINGS]:
            made = Button(_(declared.menu or declared.plural), icon="plus", pressed=partial(self.session.go, Place(name, new=True)))
            made.setToolTip(new_one(declared.caption))
            made.setAccessibleName(f"{made.toolTip()}: {_(declared.plural)}")
            self._beginnings.append(made)
            buttons.addWidget(made)
        self._others = Button(_("Nhập mới"), icon="plus")
        menu = self._menu = QMenu(self._others)
        menu.aboutToShow.connect(self._fill_menu)
        self._others.setMenu(menu)
        self._several = len(events) > MOST_BEGINNINGS
        buttons.addWidget(self._others)
        return Panel("window", "", row(title, None, buttons, edge=(16, 9, 16, 9)), 52)

    def _fill_menu(self) -> None:
        """Put every type into the menu, once somebody wants to see it; its icons are of the theme of now."""
        self._menu.clear()
        for name, declared in self._events:
            self._menu.addAction(look.icon(declared.icon), _(declared.plural), partial(self.session.go, Place(name, new=True)))

    # -- reading -----------------------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """Read again on every visit."""
        new = [("Ctrl+N", _("phiếu mới"))] if self._events else []
        self.session.show_keys([*new, ("Ctrl+F", _("tìm")), ("Ctrl+K", _("lệnh")), ("F1", _("trợ giúp")), ("Ctrl+/", _("mọi phím"))])
        self.setFocus()
        self.refresh()

    def new(self) -> None:
        """Offer the types of which a new record can be made: Ctrl+N."""
        if self._events:
            below = self._others if self._others.isVisible() else self
            self._menu.popup(below.mapToGlobal(below.rect().bottomLeft() if below is self._others else below.rect().topLeft()))
            self._menu.setActiveAction(self._menu.actions()[0])

    def fit(self, effective: float) -> None:
        """Stand in one column where two have no room."""
        narrow = effective < 1000
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._day.setVisible(not narrow)
        for button in self._beginnings:
            button.setVisible(not narrow)
        self._others.setVisible(self._several or (narrow and bool(self._beginnings)))

    def _changed(self, _type_name: str) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read again soon: several changes at once are one reading; the first one waits until the page has been painted."""
        self._titles()
        if self._is_painted:
            self._later.start(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin to read after the first paint."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self._later.start(0)

    def _titles(self) -> None:
        chosen = self.session.period
        self.figures.title.setText(_("Kỳ này so với cùng kỳ {year}").format(year=chosen.year - 1))
        self.figures.fact.setText(f"{shown_day(chosen.start)} – {shown_day(chosen.end)}")

    @property
    def _unit(self) -> str | None:
        """The unit that is worked on; None: the office's own, with all below it."""
        return None if self.session.unit == self.session.own_unit else self.session.unit

    def _gather(self) -> None:
        session = self.session
        job = self._job = Job(
            _today, session.store, session.period, self._unit, session.today.isoformat(), session.user, database=session.office.database
        )
        job.done.connect(lambda found: self._show(found) if self._job is job and isValid(self) else None)
        job.start()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self, found: Today) -> None:
        self.found = found
        self._show_tasks(found)
        clear(self.figures.body)
        table = FigureTable(found.compared)
        table.pressed.connect(lambda one: open_records(self, self.session, self.session.period, self._unit, one))
        self.figures.body.addWidget(table)
        self._show_filled(found)
        self._show_safety()

    def _show_tasks(self, found: Today) -> None:
        body = self.tasks.body
        clear(body)
        count = len(found.tasks)
        self.tasks.fact.setText(_("{n} việc").format(n=count) if count else "")
        if not count:
            words = _("Không còn việc nào chờ. Nhấn Ctrl+N để nhập buổi, cuộc hoặc hoạt động mới.")
            if not self._events:
                words = _("Không còn việc nào chờ.")
            body.addLayout(row(Label(words, "body", "ink2", wrap=True), edge=(14, 14, 14, 14)))
        for number, task in enumerate(found.tasks):
            if number:
                body.addWidget(Hairline())
            body.addWidget(self._task(task))
        if found.saved:
            head = Panel("raised", "tb", row(Label(_("Vừa lưu"), "small_strong", "ink2"), edge=(14, 6, 14, 6)))
            body.addWidget(head)
            for number, saved in enumerate(found.saved):
                if number:
                    body.addWidget(Hairline())
                body.addWidget(_SavedRow(self.session, saved))
        body.addStretch(1)
        any_today = bool(found.saved_today or found.imported_today)
        words = _("Hôm nay đã lưu {n} bản ghi.").format(n=grouped(found.saved_today)) if any_today else _("Hôm nay chưa lưu bản ghi nào.")
        if found.imported_today:
            by_hand, imported = grouped(found.saved_today), grouped(found.imported_today)
            words = _("Hôm nay: nhập tay {n} bản ghi, nhập từ bảng {m} bản ghi.").format(n=by_hand, m=imported)
        body.addWidget(Hairline())
        icon = IconLabel("check-circle" if any_today else "circle-dashed", "ok" if any_today else "ink3", "", 16)
        body.addLayout(row(icon, Label(words, "body", "ink2"), None, gap=10, edge=(14, 9, 14, 9)))

    def _task(self, task: Task) -> Link:
        state = look.STATES.get(task.state)
        icon, ink = (state.icon, state.ink) if state else _ICONS[task.state]
        verb = _(task.verb) if (task.draft is None and task.state != "first") or self.session.may("enter") else _("Xem")
        made = Link(task.title, task.second, verb, icon, ink)
        place = Place(task.type_name, task.wanted, uid=task.uid, draft=task.draft, at=task.at)
        made.clicked.connect(lambda: self.session.go(place))
        return made

    def _show_filled(self, found: Today) -> None:
        clear(self.filled.body)
        all_of_them = len(found.filled) + len(found.missing)
        share = ProgressLine()
        share.set_share(len(found.filled) / all_of_them if all_of_them else None)
        words = _("{n} trên {all} mặt công tác đã có").format(n=len(found.filled), all=all_of_them)
        names = [_(RECORD_TYPES[name].menu or RECORD_TYPES[name].plural) for name in found.missing]
        head = row(Label(_("Số liệu cho báo cáo"), "strong"), None, Label(words, "body", "ink2"))
        body = column(head, share, gap=8, edge=(14, 12, 14, 12))
        if names:
            body.addWidget(Label(_("Chưa có: {names}").format(names=" · ".join(names)), "body", "ink2", wrap=True))
        self.filled.body.addLayout(body)

    def _show_safety(self) -> None:
        clear(self.safety.body)
        last = backup.last(self.session.folder / backup.FOLDER, self.session.office.unlocked.db_id)
        icon, ink, words = backup_words(last)
        line = row(IconLabel(icon, ink, "", 18), Label(words, "body", ink if ink == "error" else "ink2"), None, gap=10)
        line.addWidget(Button(_("Sao lưu"), "link", pressed=lambda: self.session.go(Place("settings"))))
        self.safety.body.addLayout(column(line, edge=(14, 10, 14, 10)))


def _today(*about: Any) -> Today:
    """Gather on the worker; what that needs is imported there, after the first paint."""
    from app.today import today

    return today(*about)


class _SavedRow(Link):
    """A record that was saved: its time at the right."""

    def __init__(self, session: Session, saved: Saved) -> None:
        super().__init__(saved.title, icon="check-circle", ink="ok")
        day = saved.when[:10]
        self._time = saved.when[11:16] if day == session.today.isoformat() else shown_day(day)[:5]
        self.setAccessibleDescription(self._time)
        self.clicked.connect(lambda: session.go(Place(saved.type_name, uid=saved.uid)))

    def sizeHint(self) -> QSize:
        """One line of 30 pixels."""
        return QSize(super().sizeHint().width(), max(px(30), QFontMetrics(font("body")).height() + px(8)))

    def _words(self, painter: QPainter, rect: QRect) -> None:
        painter.setFont(font("body"))
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(self._time)
        painter.setPen(colour("ink"))
        room = rect.width() - wide - px(12)
        middle = Qt.AlignmentFlag.AlignVCenter
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(QRect(rect.left(), rect.top(), room, rect.height()), middle, shown)
        painter.setPen(colour("ink2"))
        painter.drawText(QRect(rect.right() - wide, rect.top(), wide + 2, rect.height()), middle, self._time)


class FigureTable(QWidget):
    """Figures of this period, of last year's, and their difference; each row leads to its records."""

    pressed = Signal(object)
    """What a row tells."""

    def __init__(self, rows: list[Compared]) -> None:
        super().__init__()
        self._widths = self._measure(rows)
        layout = column(gap=0)
        heads = (_("Chỉ tiêu"), _("Kỳ này"), _("Cùng kỳ"), _("Chênh"))
        layout.addWidget(_FigureRow(heads, self._widths, head=True))
        for number, each in enumerate(rows):
            if number:
                layout.addWidget(Hairline())
            made = _FigureRow((_(each.label), each.now, each.before, each.change), self._widths)
            made.clicked.connect(lambda _checked=False, one=each: self.pressed.emit(one))
            layout.addWidget(made)
        self.setLayout(layout)

    @staticmethod
    def _measure(rows: list[Compared]) -> list[int]:
        strong = QFontMetrics(font("strong"))
        cells = [[one.now, one.before, one.change] for one in rows] + [[_("Kỳ này"), _("Cùng kỳ"), _("Chênh")]]
        return [max(strong.horizontalAdvance(cell[place]) for cell in cells) * 100 // look.scale() + 18 for place in range(3)]


class _FigureRow(Link):
    def __init__(self, cells: tuple[str, str, str, str], widths: list[int], *, head: bool = False) -> None:
        label, now, before, change = cells
        super().__init__(label)
        self._cells, self._widths, self._head = cells, widths, head
        self.setAccessibleName(f"{label}: {now}; {_('cùng kỳ')} {before}; {_('chênh')} {change}")
        self.setMinimumWidth(0)
        if head:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One line."""
        metrics = QFontMetrics(font("body"))
        words = min(metrics.horizontalAdvance(self._cells[0]), px(250)) + sum(px(width) for width in self._widths)
        return QSize(words + px(30), max(px(29), metrics.height() + px(8)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint label and three numbers."""
        painter, rect = QPainter(self), self.rect()
        if self._head:
            painter.fillRect(rect, colour("raised"))
            painter.fillRect(0, rect.bottom(), rect.width(), 1, colour("line"))
        elif self.underMouse():
            painter.fillRect(rect.adjusted(1, 0, -1, -1), colour("hover"))
        right = rect.right() - px(14)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        cells = ((self._cells[3], "body", "ink2"), (self._cells[2], "body", "ink2"), (self._cells[1], "strong", "ink"))
        for (words, role, ink), width in zip(cells, reversed(self._widths), strict=True):
            painter.setFont(font("small_strong" if self._head else role))
            painter.setPen(colour("ink2" if self._head else ink))
            painter.drawText(QRect(right - px(width), rect.top(), px(width), rect.height()), flags, words)
            right -= px(width)
        painter.setFont(font("small_strong" if self._head else "body"))
        painter.setPen(colour("ink2" if self._head else "ink"))
        room = right - px(14)
        shown = painter.fontMetrics().elidedText(self._cells[0], Qt.TextElideMode.ElideRight, room)
        self.setToolTip(self._cells[0] if shown != self._cells[0] else "")
        painter.drawText(QRect(px(14), rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            painter.setPen(colour("accent"))
            for inset in (1, 2):
                painter.drawRect(rect.adjusted(inset, inset - 1, -inset - 1, -inset - 1))
