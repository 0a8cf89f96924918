"""The rows of the page “Lịch sử, thùng rác”: headings, and what a worker reads and does for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from app import history, import_undo, importing, moving, users
from app.history import Change, Filter, Gone, Import
from app.i18n import _
from app.import_undo import Undone, UndoPlan
from app.listing import Listing, Wanted, when
from app.moving import Move, Outcome
from db.questions import grouped
from db.records import RECORD_TYPES
from ui.fact_table import Fact, Heading
from ui.session import Session

CHANGES, IMPORTS, BIN = "changes", "imports", "bin"
TABS = {CHANGES: "Thay đổi gần đây", IMPORTS: "Các lần nhập", BIN: "Thùng rác"}
WORDS = {
    "made": ("Tạo mới", "plus", "ink2"),
    "changed": ("Sửa", "pencil-simple", "ink2"),
    "cancelled": ("Hủy", "trash", "draft"),
    "restored": ("Khôi phục", "arrow-counter-clockwise", "ok"),
}


def _changes_headings() -> tuple[tuple[Heading, ...], int]:
    words = (_("Lúc"), _("Ai"), _("Việc"), _("Loại"))
    return (*(Heading(one) for one in words), Heading(_("Bản ghi"), share=4), Heading(_("Thay đổi"), share=3)), 2


def _imports_headings() -> tuple[tuple[Heading, ...], int]:
    counts = (_("Mới"), _("Cập nhật"), _("Đã có"))
    firsts = (Heading(_("Lúc")), Heading(_("Ai")), Heading(_("Tệp"), share=3), Heading(_("Loại"), share=2))
    numbers = (Heading(one, right=True, spare=number > 0) for number, one in enumerate(counts))
    return (*firsts, *numbers, Heading(_("Tình trạng"), share=3)), 7


def _bin_headings() -> tuple[tuple[Heading, ...], int]:
    firsts = (_("Hủy lúc"), _("Ai"), _("Loại"))
    return (*(Heading(one) for one in firsts), Heading(_("Bản ghi"), share=4), Heading(_("Lý do"), share=3)), -1


HEADINGS = {CHANGES: _changes_headings, IMPORTS: _imports_headings, BIN: _bin_headings}


class Rows(NamedTuple):
    """A page of rows: whether there are more, where to go on reading changes, all of the bin, and words for the title."""

    facts: list[Fact]
    more: bool
    on: int | None = None
    every: Sequence[Gone] = ()
    words: str = ""


def read(session: Session, tab: str, wanted: Filter, on: int | None, last: Any, every: Sequence[Gone]) -> Rows:
    """Read a page of rows for the person of the session: changes from ``on``, what is in the bin behind the row ``last``."""
    store, by = session.store, session.user
    people = {person.id: person.name for person in users.everyone(session.office.database)}
    if tab == CHANGES:
        part, named = history.lately(store, by, wanted, on), users.authors(store)
        return Rows([_change_fact(one, named) for one in part.changes], part.on is not None, part.on)
    if tab == IMPORTS:
        imports = history.imports(store, by, wanted)
        return Rows([_import_fact(one, people) for one in imports], False, words=_("{n} lần nhập").format(n=grouped(len(imports))))
    if last is None:
        every = history.gone(store, by, wanted)
    at = next((place for place, one in enumerate(every) if last is not None and one.uid == last.uid), -1) + 1
    part_of = history.gone_rows(store, every[at : at + history.PAGE])
    words = _("{n} bản ghi đã hủy").format(n=grouped(len(every)))
    return Rows([_gone_fact(one, people) for one in part_of], at + len(part_of) < len(every), None, every, words)


def _caption(type_name: str) -> str:
    return _(RECORD_TYPES[type_name].caption)


def _change_fact(one: Change, named: Callable[[str, str], str]) -> Fact:
    words, icon, ink = WORDS[one.what]
    who = named(one.by, one.device)
    changed = _(one.changes) or (_("nhập từ bảng") if one.import_id else "")
    return Fact((_(when(one.at)), who, _(words), _caption(one.type_name), one.title, changed), icon, ink, one)


def _import_fact(one: Import, people: dict[str, str]) -> Fact:
    state, icon, ink = _("Đang dùng"), "check-circle", "ok"
    if one.undone is not None:
        state, icon, ink = _("Đã hoàn tác {time}").format(time=_(when(one.undone))), "arrow-counter-clockwise", "draft"
        state = " · ".join(part for part in (state, one.reason) if part)
    counts = (grouped(one.new), grouped(one.updated), grouped(one.already))
    what = _(RECORD_TYPES[one.type_name].plural)
    return Fact((_(when(one.at)), people.get(one.by, one.by), one.file or "—", what, *counts, state), icon, ink, one)


def _gone_fact(one: Gone, people: dict[str, str]) -> Fact:
    return Fact((_(when(one.at)), people.get(one.by, one.by), _caption(one.type_name), one.title, one.reason), "", "ink", one)


def plan(session: Session, import_id: str) -> tuple[UndoPlan, list[tuple[str, str]]]:
    """Give the plan of an undo, and the words of what it leaves and why."""
    store = session.store
    found = import_undo.plan(store, import_id)
    named = [(_title(session, uid), _("đã sửa sau khi nhập")) for uid in found.edited[:100]]
    named += [(_title(session, uid), _(why)) for uid, why in list(found.locked.items())[:100]]
    for one in found.held[:100]:
        why = _("{what} “{title}” còn dùng").format(what=_caption(one.by_type), title=_title(session, one.by))
        named.append((_title(session, one.uid), why))
    return found, named


def _title(session: Session, uid: str) -> str:
    declared, record = session.store.read(uid)
    described = Listing(session.store, declared, Wanted()).described(record)
    return " · ".join(part for part in (described.title, described.second) if part)


def undo(store: Any, import_id: str, user: str, reason: str, progress: Callable[[int, int], None]) -> Undone:
    """Take an import back."""
    return importing.undo(store, import_id, user, progress, reason)


def restore(session: Session, chosen: list[Gone], progress: Callable[[int, int], None]) -> list[Outcome]:
    """Bring records of several types back."""
    by_type: dict[str, list[str]] = {}
    for one in chosen:
        by_type.setdefault(one.type_name, []).append(one.uid)
    move = Move("restore")
    return [moving.apply(session.store, RECORD_TYPES[name], uids, move, session.user, progress) for name, uids in by_type.items()]


def take_back(session: Session, outcomes: list[Outcome], progress: Callable[[int, int], None]) -> int:
    """Undo that; give how many records were changed since."""
    return sum(moving.take_back(session.store, outcome, session.user, progress) for outcome in outcomes)
