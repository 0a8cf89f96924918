"""What can be done with several records of a list at once: the strip below it, its keys, the preview of a move, and its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu

from app import moving, unit_tree
from app.i18n import _
from app.moving import Move, Outcome, What
from app.periods import choices, period
from db.questions import grouped, shown_day
from db.record import CANCELLED, DRAFT, Record
from ui import look, shortcuts
from ui.buttons import Button
from ui.changes import changes
from ui.confirm_pane import ConfirmPane
from ui.doing import failed
from ui.flow import Flow
from ui.jobs import Job
from ui.look import px
from ui.lookup import Option
from ui.overlays import LinePane
from ui.parts import Label, Panel, column
from ui.record_model import RecordModel
from ui.session import Session
from ui.table import RecordTable


class Listed(Protocol):
    """What this needs of the list it stands below."""

    session: Session
    declared: type[Record]
    table: RecordTable
    model: RecordModel

    def chosen_ids(self) -> list[int]:
        """Give the row ids of the chosen records."""

    def copy(self) -> None:
        """Put the chosen rows on the clipboard."""


VERBS: dict[What, tuple[str, str, str]] = {
    "unit": ("Chuyển {n} bản ghi", "Chuyển sang {where}", "Đã chuyển {n} bản ghi sang {where}."),
    "period": ("Chuyển {n} bản ghi", "Chuyển sang {where}", "Đã chuyển {n} bản ghi sang {where}."),
    "cancel": ("Hủy {n} bản ghi", "Hủy bản ghi", "Đã hủy {n} bản ghi."),
    "restore": ("Khôi phục {n} bản ghi", "Khôi phục bản ghi", "Đã khôi phục {n} bản ghi."),
    "explain": ("Ghi lý do cho {n} bản ghi", "Ghi lý do cho cảnh báo", "Đã ghi lý do cho {n} bản ghi."),
}
"""By move: the words of the button that does it, the title of its preview, and what is said when it is done."""


OFFERED = {
    "unit": ("tree-structure", "move_unit"),
    "period": ("calendar-blank", "move_period"),
    "explain": ("warning", "reason"),
    "cancel": ("trash", "cancel"),
    "restore": ("arrow-counter-clockwise", "cancel"),
    "export": ("export", "export"),
    "copy": ("copy", "copy"),
}
"""What is offered, in order: by its name the icon, and the action of the list whose key it has."""


class BulkStrip(Panel):
    """Shows itself when several records are chosen; its actions by key, and in the menu of the list, also serve a single one."""

    moved = Signal(object)
    """The uids of records that have new versions now."""

    def __init__(self, pane: Listed) -> None:
        super().__init__("soft", "t")
        self._pane, self.session = pane, pane.session
        self.words = Label("", "medium")
        offered = moving.ways(pane.declared)
        self.buttons: dict[str, Button] = {
            "unit": Button(_("Chuyển đơn vị…"), "link", OFFERED["unit"][0], self.move_unit),
            "period": Button(_("Chuyển kỳ…"), "link", OFFERED["period"][0], self.move_period),
            "explain": Button(_("Ghi lý do…"), "link", OFFERED["explain"][0], self.explain),
            "cancel": Button(_("Hủy…"), "link", OFFERED["cancel"][0], self.cancel),
            "restore": Button(_("Khôi phục"), "link", OFFERED["restore"][0], self.restore),
            "export": Button(_("Xuất"), "link", OFFERED["export"][0], self.export),
            "copy": Button(_("Sao chép"), "link", OFFERED["copy"][0], pane.copy),
        }
        self._never = {what for what in ("unit", "period") if what not in offered}
        flow = Flow(gap=16)
        look.follow(self.words, lambda one: one.setMinimumHeight(self.buttons["copy"].sizeHint().height()))
        for part in (self.words, *self.buttons.values()):
            flow.add(part)
        self.setLayout(column(flow, edge=(12, 5, 12, 5)))
        shortcuts.bind(
            pane.table,
            "list",
            {
                "move_unit": self.move_unit,
                "move_period": self.move_period,
                "reason": self.explain,
                "cancel": lambda: self.restore() if self._in_bin else self.cancel(),
                "export": self.export,
            },
        )
        self.hide()

    @property
    def _in_bin(self) -> bool:
        return self._pane.model.listing.wanted.state == CANCELLED

    def _can(self, what: str) -> bool:
        """Tell whether an action has a place in this list, for this person."""
        state = self._pane.model.listing.wanted.state
        if what in ("unit", "period", "explain"):
            return state is None and what not in self._never and self.session.may("enter")
        if what == "cancel":
            return state is None and self.session.may("cancel")
        if what == "restore":
            return state == CANCELLED and self.session.may("enter")
        return what == "copy" or state != DRAFT

    def show_count(self, count: int) -> None:
        """Say how many are chosen; with one or none the strip is away."""
        if count > 1:
            self.words.setText(_("{n} bản ghi đã chọn").format(n=grouped(count)))
            for what, button in self.buttons.items():
                button.setVisible(self._can(what))
        self.setVisible(count > 1)

    def offer(self, menu: QMenu) -> None:
        """Put what can be done with the chosen records into a menu, with their keys; one record alone is exported from its list."""
        alone = self._pane.table.chosen_count() == 1
        for what, (icon, key) in OFFERED.items():
            button = self.buttons[what]
            if self._can(what) and not (alone and what == "export"):
                words = _("Hủy bản ghi…") if what == "cancel" else button.text()
                menu.addAction(look.icon(icon, "ink2", 16), f"{words}\t{shortcuts.key_of('list', key)}", button.click)
        from ui.export_action import offer_papers  # what draws pages is loaded when it is offered

        pane = self._pane
        offer_papers(menu, self, self.session, pane.model.listing, pane.chosen_ids())

    def offer_one(self, menu: QMenu, uid: str, cancelled: bool) -> None:
        """Put the cancelling of one record, which need not be in the list, or its way back into a menu."""
        what = "restore" if cancelled else "cancel"
        icon, key = OFFERED[what]
        if self.may_turn(cancelled):
            words = self.buttons[what].text() if cancelled else _("Hủy bản ghi…")
            menu.addAction(look.icon(icon, "ink2", 16), f"{words}\t{shortcuts.key_of('list', key)}", lambda: self.turn(uid, cancelled))

    def may_turn(self, cancelled: bool) -> bool:
        """Tell whether the person may cancel a record, or bring a cancelled one back."""
        return self.session.may("enter" if cancelled else "cancel")

    def turn(self, uid: str, cancelled: bool) -> None:
        """Ask why and cancel one record; bring a cancelled one back."""
        if self.may_turn(cancelled):
            if cancelled:
                self._preview(Move("restore"), [uid])
            else:
                self._ask_why(_("Vì sao hủy?"), lambda why: Move("cancel", reason=why), [uid])

    # -- asking ------------------------------------------------------------------------------------------------------

    def move_unit(self) -> None:
        """Ask for the unit and show what the move would do."""
        session = self.session
        if self._can("unit") and self._pane.table.chosen_count():
            found = unit_tree.choices(session.store, session.own_unit, session.period)
            options = [Option(one.uid, "\u2003" * one.depth + one.label, one.code, _(one.detail)) for one in found]
            self._choose(_("Chuyển sang đơn vị nào?"), options, lambda uid: self._preview(Move("unit", uid)))

    def move_period(self) -> None:
        """Ask for the period and why, and show what the move would do."""
        session = self.session
        if self._can("period") and self._pane.table.chosen_count():
            found = choices(session.store, session.period, session.today)
            options = [Option(one.code, _(one.name), one.code, f"{shown_day(one.start)} – {shown_day(one.end)}") for one in found]
            title = _("Tính vào kỳ nào?")
            self._choose(title, options, lambda code: self._ask_why(_("Vì sao chuyển kỳ?"), lambda why: Move("period", code, why)))

    def explain(self) -> None:
        """Ask for one reason and give it to every warning that has none."""
        if self._can("explain") and self._pane.table.chosen_count():
            self._ask_why(_("Lý do của các cảnh báo chưa giải trình?"), lambda why: Move("explain", reason=why))

    def cancel(self) -> None:
        """Ask why and cancel."""
        if self._can("cancel") and self._pane.table.chosen_count():
            self._ask_why(_("Vì sao hủy?"), lambda why: Move("cancel", reason=why))

    def restore(self) -> None:
        """Bring cancelled records back."""
        if self._can("restore") and self._pane.table.chosen_count():
            self._preview(Move("restore"))

    def export(self) -> None:
        """Offer the ways to export: the chosen records when there are several, else the whole list."""
        from ui.export_action import export_list

        pane = self._pane
        export_list(self, self.session, pane.declared, pane.model.listing, pane.chosen_ids() if pane.table.chosen_count() > 1 else None)

    def _choose(self, title: str, options: Sequence[Option], take: Callable[[str], object]) -> None:
        pane = LinePane(self.window(), title, _("chọn"), options=options)
        pane.picked.connect(lambda value: QTimer.singleShot(0, self, lambda: take(value)))
        self._open(pane)

    def _ask_why(self, title: str, make: Callable[[str], Move], uids: list[str] | None = None) -> None:
        pane = LinePane(self.window(), title, _("xem trước"), needed=_("Chưa có lý do. Hãy ghi lý do, hoặc nhấn Esc để thôi."))
        pane.done.connect(lambda reason: QTimer.singleShot(0, self, lambda: self._preview(make(reason.strip()), uids)))
        self._open(pane)

    def _open(self, pane: LinePane) -> None:
        pane.dropped.connect(self._back)
        window = self.window()
        seen = self._pane.table if self._pane.table.isVisible() else QApplication.focusWidget() or window
        spot = seen.mapTo(window, QPoint(px(24), px(8)))
        pane.open_at(spot, px(460))

    def _back(self) -> None:
        """Give the focus back to the list, where it is seen."""
        if self._pane.table.isVisible():
            self._pane.table.setFocus()

    # -- doing -------------------------------------------------------------------------------------------------------

    def _preview(self, move: Move, given: list[str] | None = None) -> None:
        self._back()
        declared, ids, listing = self._pane.declared, self._pane.chosen_ids(), self._pane.model.listing

        def work(progress: Callable[[int, int], None]) -> tuple[list[str], Outcome]:
            uids = listing.uids(ids) if given is None else given
            return uids, moving.preview(self.session.store, declared, uids, move, progress)

        job = Job(work, database=self.session.office.database, words=_("Đang xem trước…"))
        job.done.connect(lambda found: self._confirm(*found))
        job.failed.connect(partial(failed, self))
        self.session.run(job)

    def _confirm(self, uids: list[str], found: Outcome) -> None:
        verb, title, _done = VERBS[found.move.what]
        counts = (
            (_("{n} bản ghi sẽ đổi."), found.changed),
            (_("{n} bản ghi đã như vậy từ trước."), found.same),
            (_("{n} bản ghi sẽ có cảnh báo chờ giải trình."), found.warned),
            (_("{n} bản ghi đang được nơi khác dùng, xem bên dưới."), len(found.used)),
            (_("{n} bản ghi giữ nguyên vì trái quy tắc:"), len(found.refused)),
        )
        facts = [words.format(n=grouped(count)) for words, count in counts if count] or [_("Không có bản ghi nào để đổi.")]
        if found.move.reason:
            facts.append(_("Lý do: {why}").format(why=found.move.reason))
        if found.move.what == "cancel" and found.changed:
            facts.append(_("Bản ghi đã hủy không tính vào số liệu; xem và khôi phục ở bộ lọc “Đã hủy”."))
        named = [(one.title, _(one.reason)) for one in (*found.used, *found.refused)]
        words = _(verb).format(n=grouped(found.changed)) if found.changed else ""
        title = _(title).format(where=self._where(found.move))
        ConfirmPane(self.window(), title, facts, named, words).open_over(lambda: self._apply(uids, found.move))

    def _where(self, move: Move) -> str:
        """Name the unit or the period that a move goes to; '' for one that goes nowhere."""
        store = self.session.store
        if move.what == "unit":
            return store.names.label("unit", move.target, self.session.period.end)
        return str(_(period(store, move.target).name)) if move.what == "period" else ""

    def _apply(self, uids: list[str], move: Move) -> None:
        session = self.session
        job = Job(
            moving.apply, session.store, self._pane.declared, uids, move, session.user,
            database=session.office.database, writes=True, words=_("Đang ghi…"),
        )  # fmt: skip
        job.done.connect(lambda found: QTimer.singleShot(0, self, lambda: self._applied(found)))
        job.failed.connect(partial(failed, self))
        session.run(job)

    def _applied(self, found: Outcome) -> None:
        self._tell(found)
        words = _(VERBS[found.move.what][2]).format(n=grouped(found.changed), where=self._where(found.move))
        self.session.toast(words, lambda: self._take_back(found))

    def _take_back(self, found: Outcome) -> None:
        session = self.session
        job = Job(
            moving.take_back, session.store, found, session.user,
            database=session.office.database, writes=True, words=_("Đang hoàn tác…"),
        )  # fmt: skip
        job.done.connect(lambda left: QTimer.singleShot(0, self, lambda: self._took_back(found, left)))
        job.failed.connect(partial(failed, self))
        session.run(job)

    def _took_back(self, found: Outcome, left: int) -> None:
        self._tell(found)
        words = _("Đã hoàn tác.") if not left else _("Đã hoàn tác, trừ {n} bản ghi đã sửa hoặc đã chốt sau đó.").format(n=grouped(left))
        self.session.toast(words)

    def _tell(self, found: Outcome) -> None:
        changes.records_changed.emit(self._pane.declared.type_name)
        self.moved.emit([one.uid for one in found.done])
        self._back()
