"""Who may do what: the people of an office as its table of users names them, and what each role allows (trust.md b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from db.errors import ExpectedError
from db.keystore import Unlocked
from db.locks import Reading
from db.message import Joined, Message
from db.statements import Prepared, slot
from db.system import User


class Audited(Protocol):
    """What this module needs of a store."""

    database: Any

    def audit(self, event: str, body: dict[str, Any], by: str) -> Any:
        """Append an audit entry."""


S = TypeVar("S", bound=Audited)
Opener = Callable[[Unlocked], S]
"""Opens a store over ``unlocked.db_path`` with ``unlocked.data_key``."""

ROLES = {"administrator": "quản trị", "clerk": "nhân viên", "commander": "chỉ huy"}
ALL_ROLES = tuple(ROLES)

ACTIONS: dict[str, frozenset[str]] = {
    "read": frozenset(ROLES),
    "enter": frozenset({"clerk"}),
    "cancel": frozenset({"clerk", "commander"}),
    "reveal": frozenset({"clerk", "commander"}),
    "submit": frozenset({"clerk", "commander"}),
    "approve": frozenset({"commander"}),
    "official": frozenset({"commander"}),
    "exchange": frozenset(ROLES),
    "users": frozenset({"administrator"}),
    "restore": frozenset({"administrator"}),
    "audit-all": frozenset({"administrator", "commander"}),
}
"""Who may do what (trust.md b); what is not listed nobody may."""


class Person(NamedTuple):
    """A row of the table ``user``; ``roles`` in sorted order; ``created`` is local time with offset."""

    id: str
    name: str
    roles: tuple[str, ...]
    disabled: bool
    created: str


_PEOPLE = User.select(User.id, User.name, User.roles, User.disabled, User.created)
_EVERYONE = Prepared(_PEOPLE.order_by(User.id).tuples())
_PERSON = Prepared(_PEOPLE.where(User.id == slot(0)).tuples())
"""Asked at every save, to know whether the person may."""


def _person(row: Any) -> Person:
    return Person(row[0], row[1], tuple(row[2].split()), bool(row[3]), row[4])


def everyone(database: Any) -> list[Person]:
    """Give all users ever entered, by id."""
    return [_person(row) for row in _EVERYONE.run(database)]


def authors(store: Reading) -> Callable[[str, str], str]:
    """Give what names who wrote an entry, by user and machine: a person of this office by name, of another one by id and office.

    Another office's people are not known here, though their ids may be the same.
    """
    people = {one.id: one.name for one in everyone(store.database)}

    def named(user: str, device: str) -> str:
        office = store.elsewhere.get(device)
        return people.get(user, user) if office is None else f"{user} ({office})"

    return named


def person(database: Any, user: str) -> Person:
    """Give one user. Raises ExpectedError ``user`` naming those there are."""
    row = _PERSON.run(database, user).fetchone()
    if row is None:
        raise ExpectedError(
            "user",
            Message("Không có người dùng “{user}”.", user=user),
            Message("Người dùng của dữ liệu này: {names}.", names=", ".join(one.id for one in everyone(database))),
        )
    return _person(row)


def require(database: Any, user: str, action: str) -> None:
    """Raise ExpectedError ``role`` unless ``user`` is enabled and one of their roles allows ``action``."""
    one = person(database, user)
    if one.disabled:
        raise ExpectedError("role", Message("Người dùng “{user}” đã bị khóa.", user=user), "Hãy hỏi người quản trị.")
    allowed = ACTIONS.get(action, frozenset())
    if allowed.isdisjoint(one.roles):
        names = Joined(" / ", [Message(ROLES[role]) for role in sorted(allowed)])
        raise ExpectedError(
            "role", Message("Người dùng “{user}” không được làm việc này.", user=user), Message("Việc này dành cho: {names}.", names=names)
        )
