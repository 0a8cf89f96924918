"""Cards of the settings page over the office's own records: letterhead, signatory, recipients; periods. Edited in their own forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app import settings
from app.i18n import _, say
from db.records import RECORD_TYPES
from ui.buttons import Button, Link
from ui.changes import changes
from ui.parts import Card, Hairline, Panel, clear, row
from ui.session import Place, Session


class _Rows(Card):
    """A card of rows that is filled anew when one of its records changed."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(title, " ")
        self.session = session
        changes.records_changed.connect(self._changed)
        self.refresh()

    def _changed(self, _type_name: str) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        raise NotImplementedError

    def add(self, title: str, second: str, verb: str, icon: str, place: Place | None) -> Link:
        """Add a row; without a place it cannot be pressed."""
        if self.body.count():
            self.body.addWidget(Hairline())
        link = Link(title, second, verb if place is not None else "", icon)
        link.setEnabled(place is not None)
        if place is not None:
            link.clicked.connect(partial(self._go, place))
        self.body.addWidget(link)
        return link

    def _go(self, place: Place, _checked: bool = False) -> None:
        self.session.go(place)


class OfficeCard(_Rows):
    """What reports print round their text, as it is today."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Cơ quan, người ký, nơi nhận"))

    def refresh(self) -> None:
        """Read the letterhead of today."""
        clear(self.body)
        session, may = self.session, self.session.may("enter")
        for shown in settings.letterhead(session.store, session.today.isoformat()):
            icon = RECORD_TYPES[shown.type_name].icon
            place = Place(shown.type_name, uid=shown.uid) if shown.uid is not None else Place(shown.type_name, new=True) if may else None
            self.add(say(shown.value) or _("chưa ghi"), _(shown.label), _("Sửa") if may else _("Xem"), icon, place)
        self.fact.setText(_("in trên báo cáo"))


class PeriodCard(_Rows):
    """The half-years round today: their days, how they stand, and a way to give one other days."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Kỳ báo cáo"))

    def refresh(self) -> None:
        """Read the periods."""
        clear(self.body)
        session, may = self.session, self.session.may("enter")
        for one in settings.half_years(session.store, session.today):
            title = " · ".join(filter(None, (_(one.period.name), _(one.source))))
            fresh = Place(one.type_name, new=True, answers=one.answers) if may else None
            place = Place(one.type_name, uid=one.uid) if one.uid is not None else fresh
            verb = _("Sửa") if may else _("Xem")
            second = f"{settings.when(one.period)} · {_(one.standing)}"
            self.add(title, second, verb, RECORD_TYPES[one.type_name].icon, place)
        self.fact.setText(_("ngày theo chế độ kỳ, mở cho đến khi chốt"))
        if may:
            more = Button(_("Thêm kỳ có ngày riêng"), icon="plus", pressed=self.add_period)
            self.body.addWidget(Panel("raised", "t", row(more, None, edge=(14, 8, 14, 8))))

    def add_period(self) -> None:
        """Enter other days for the next period that has none."""
        one = settings.next_unset(self.session.store, self.session.today)
        answers: Mapping[str, str] = one.answers
        self.session.go(Place(one.type_name, new=True, answers=answers))
