"""Ctrl+Z after a record was saved: the toast offers to take the saving back, and what was typed stands in the form again."""

from __future__ import annotations

from datetime import date
from functools import partial

from app import search, unsaving
from app.entry import Typed
from app.i18n import _, say
from app.listing import Wanted
from db.errors import ExpectedError
from db.record import EventRecord
from ui.changes import changes
from ui.form import RecordForm
from ui.session import Place, Session

LONGEST = 60
"""Characters of the record's title that are shown in the toast."""
SHORT = 28
"""The same where the toast has more to say."""


def offer_undo(session: Session, form: RecordForm) -> None:
    """Say whenever ``form`` has saved a record, and offer to take it back.

    A record that counts in another period than the one worked on leaves the list: that is said, with the way to it.
    """

    def saved(uid: str) -> None:
        version, typed = unsaving.newest(session.store, uid), form.entry.typed()
        day = form.declared.counted_day(session.store.read(uid)[1]) if issubclass(form.declared, EventRecord) else None
        take_back = partial(_take_back, session, form, uid, version, typed)
        if day is None or session.period.start <= day <= session.period.end:
            session.toast(_("Đã lưu “{title}”.").format(title=_title(form, uid)), take_back)
            return
        period = session.period_of(date.fromisoformat(day))
        words = _("Đã lưu “{title}” vào kỳ khác: {period}.").format(title=_title(form, uid, SHORT), period=_(period.name))
        session.toast(words, take_back, lambda: session.go(Place(form.declared.type_name, Wanted(period=period), uid)))

    form.saved.connect(saved)
    form.dirty_changed.connect(lambda dirty: session.typing_began.emit() if dirty else None)


def _title(form: RecordForm, uid: str, most: int = LONGEST) -> str:
    title = str(say(search.title(form.store, form.declared, form.store.read(uid)[1])))
    return title if len(title) <= most else title[: most - 1] + "…"


def _take_back(session: Session, form: RecordForm, uid: str, version: unsaving.Version, typed: Typed) -> None:
    title = _title(form, uid)
    try:
        was_new = unsaving.take_back(session.store, uid, version, session.user)
    except ExpectedError as error:
        session.toast(_(str(error)))
        return
    if was_new:
        form.stand_again(typed)
        words = _("Đã hoàn tác: “{title}” vào thùng rác, nội dung còn trong phiếu.")
    else:
        form.load(uid)
        words = _("Đã hoàn tác: “{title}” trở lại như trước khi lưu.")
    form.wanted.emit()
    session.toast(words.format(title=title))
    form.first_field()
    changes.records_changed.emit(form.declared.type_name)
