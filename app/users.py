"""People who may unlock the office, what each may do, and the change of the data key when one leaves (trust.md a, b, T5, T6).

A user is a row in the database and a slot in keys.json. Roles are enforced by the program, not by cryptography.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from app import backup, files
from app.roles import ACTIONS as ACTIONS
from app.roles import ALL_ROLES as ALL_ROLES
from app.roles import ROLES as ROLES
from app.roles import Audited as Audited
from app.roles import Opener as Opener
from app.roles import Person as Person
from app.roles import S as S
from app.roles import authors as authors
from app.roles import everyone as everyone
from app.roles import person as person
from app.roles import require as require
from db import copies, faults, keystore
from db.connection import expected_errors, open_database
from db.errors import ExpectedError
from db.keystore import Unlocked
from db.message import Joined, Message
from db.passwords import check_password, new_code, nfc
from db.system import User, add_superseded, read_meta, write_meta


def enter(store: Audited, user: str, name: str, roles: Iterable[str], by: str, now: str) -> None:
    """Write the row of a user, new or enabled again, and its audit entry, in one transaction. The slot is made apart."""
    name, wanted = checked(user, name, roles)
    row = {"id": user, "name": name, "roles": " ".join(wanted), "disabled": 0, "created": now}
    with store.database.atomic():
        store.database.execute(User.insert(row).on_conflict_replace())
        store.audit("user.add", {"user": user, "roles": wanted}, by)


def checked(user: str, name: str, roles: Iterable[str]) -> tuple[str, list[str]]:
    """Give name and roles of a user as they are kept; raise ExpectedError when they or the id do not do."""
    keystore.check_id(user)
    wanted = _checked(roles)
    name = " ".join(nfc(name).split())
    if not 0 < len(name) <= 120 or not name.isprintable():
        raise ExpectedError("name", "Họ tên phải có từ 1 đến 120 ký tự.", "Hãy nhập lại họ tên.")
    return name, wanted


def add(store: Audited, unlocked: Unlocked, user: str, name: str, roles: Iterable[str], password: str, *, by: str, now: str) -> Unlocked:
    """Add a user with a first password, or one who was disabled again. Either row, audit entry and slot are all there, or none.

    Raises ExpectedError: not an administrator, the user exists, the roles, name, id or password do not do.
    """
    require(store.database, by, "users")
    if any(one.id == user and not one.disabled for one in everyone(store.database)):
        raise ExpectedError(
            "user-exists",
            Message("Đã có người dùng “{user}”.", user=user),
            "Hãy chọn tên đăng nhập khác, hoặc đổi mật khẩu (nennep password).",
        )
    with expected_errors(), store.database.atomic():
        enter(store, user, name, roles, by, now)
        faults.step("user row")
        return keystore.set_password(unlocked.db_path.parent, unlocked, user, password, words=[user, name])


def set_roles(store: Audited, user: str, roles: Iterable[str], *, by: str) -> None:
    """Let a person do other things from now on. Raises ExpectedError: not an administrator, oneself, the last administrator, no role."""
    require(store.database, by, "users")
    one, wanted = person(store.database, user), _checked(roles)
    if user == by:
        raise ExpectedError("user", "Không thể tự đổi vai trò của mình.", "Hãy để người quản trị khác làm việc này.")
    if "administrator" in one.roles and "administrator" not in wanted:
        others = [other for other in everyone(store.database) if other.id != user and not other.disabled]
        if not any("administrator" in other.roles for other in others):
            raise ExpectedError("user", "Phải còn ít nhất một người quản trị.", "Hãy thêm người quản trị khác trước.")
    with expected_errors(), store.database.atomic():
        store.database.execute(User.update(roles=" ".join(wanted)).where(User.id == user))
        store.audit("user.roles", {"user": user, "roles": wanted}, by)


def _checked(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(ROLES):
        choices = Joined(", ", [Message("{code} ({label})", code=role, label=Message(label)) for role, label in ROLES.items()])
        raise ExpectedError("roles", "Vai trò không đúng.", Message("Hãy chọn trong: {choices}.", choices=choices))
    return wanted


def change_password(store: Audited, unlocked: Unlocked, user: str, old: str, new: str, *, now: float | None = None) -> Unlocked:
    """Change one's own password after asking for the old one; the database file stays as it is but for the audit entry."""
    folder = unlocked.db_path.parent
    keystore.unlock(folder, user, old, now=now)
    name = person(store.database, user).name
    with expected_errors(), store.database.atomic():
        store.audit("user.password", {"user": user}, user)
        return keystore.set_password(folder, unlocked, user, new, words=[user, name])


def reset_password(store: Audited, unlocked: Unlocked, user: str, new: str, *, by: str) -> Unlocked:
    """Give another user a new password, as an administrator who does not know the old one."""
    require(store.database, by, "users")
    one = person(store.database, user)
    if one.disabled:
        raise ExpectedError("user", Message("Người dùng “{user}” đã bị khóa.", user=user), "Hãy thêm lại người dùng đó (nennep user add).")
    with expected_errors(), store.database.atomic():
        store.audit("user.password", {"user": user}, by)
        return keystore.set_password(unlocked.db_path.parent, unlocked, user, new, words=[user, one.name])


def disable(store: Audited, unlocked: Unlocked, user: str, *, by: str, opener: Opener[S]) -> tuple[Unlocked, S]:
    """Take a user's access away: no slot, and a new data key, so that an old copy of keys.json opens nothing written from now on.

    ``store``'s file is closed in this thread (no other may have it open); give the new key and a store over the new file.
    Old copies and backups stay readable with the old password. Raises ExpectedError: not an administrator, oneself, the last one.
    """
    require(store.database, by, "users")
    one = person(store.database, user)
    if user == by:
        raise ExpectedError("user", "Không thể tự khóa mình.", "Hãy để người quản trị khác làm việc này.")
    others = [other for other in everyone(store.database) if other.id != user and not other.disabled]
    if "administrator" in one.roles and not any("administrator" in other.roles for other in others):
        raise ExpectedError("user", "Không thể khóa người quản trị cuối cùng.", "Hãy thêm người quản trị khác trước.")

    def change(fresh: Audited) -> None:
        fresh.database.execute(User.update(disabled=1).where(User.id == user))
        fresh.audit("user.disable", {"user": user}, by)
        fresh.audit("key.rotate", {}, by)

    store.database.close()
    return rotate(unlocked, opener, change, without=[user])


def recover(folder: Path, code: str, user: str, password: str, opener: Opener[S], *, now: float | None = None) -> tuple[Unlocked, S, str]:
    """Give ``user`` a new password with a recovery code, and offer the office a new code, which takes that one's place by ``prove_code``.

    Give the keys, an open store and the new code, to be shown once. Raises ExpectedError: see ``keystore.unlock_with_code``; no such
    user; a weak password.
    """
    unlocked = keystore.unlock_with_code(folder, code, now=now)
    if user not in unlocked.keystore.users:
        raise ExpectedError(
            "user",
            Message("Không có người dùng “{user}”.", user=user),
            Message("Người dùng của dữ liệu này: {names}.", names=", ".join(unlocked.keystore.users)),
        )
    check_password(password)
    store, fresh_code = opener(unlocked), new_code()
    try:
        with expected_errors(), store.database.atomic():
            store.audit("key.recover", {"user": user}, user)
            unlocked = keystore.offer_code(folder, unlocked, fresh_code, [(user, password)])
    except BaseException:
        store.database.close()
        raise
    return replace(unlocked, user_id=user), store, fresh_code


# -- the recovery code: whichever sheet a person holds, the old one or the new one, opens the office at every moment ----------------

_UNPROVED = "code:unproved"
"""The fact that the first code was shown and nobody has typed it back."""


def shown_first(database: Any) -> None:
    """Note that the first code of a new office is being shown: until ``prove_code`` nobody knows whether it is on paper."""
    write_meta(database, _UNPROVED, "1")


def unproved(store: Audited, unlocked: Unlocked) -> Literal["", "first", "new"]:
    """Tell whether the newest code was never typed back off paper: the office's first, or a new one beside the old; '' otherwise."""
    if unlocked.keystore.offered:
        return "new"
    return "first" if read_meta(store.database, _UNPROVED) else ""


def offer_code(store: Audited, unlocked: Unlocked, *, by: str) -> tuple[Unlocked, str]:
    """Make a new recovery code, as when the sheet is lost; the old one opens too until ``prove_code``. Give it, to be shown once."""
    require(store.database, by, "users")
    code = new_code()
    with expected_errors(), store.database.atomic():
        store.audit("key.code", {}, by)
        return keystore.offer_code(unlocked.db_path.parent, unlocked, code), code


def prove_code(store: Audited, unlocked: Unlocked, code: str, *, by: str, opener: Opener[S]) -> tuple[Unlocked, S]:
    """Somebody has read the newest code off paper: from now on it is the only one, and the data key is another. Otherwise like ``disable``.

    Who knows the code may do this. The office's first code stays as it is, and is known to be on paper. Raises ExpectedError: it is not
    the newest code.
    """
    keystore.check_code(unlocked.keystore, code)

    def change(fresh: Audited) -> None:
        write_meta(fresh.database, _UNPROVED, "")
        fresh.audit("key.rotate" if unlocked.keystore.offered else "key.proved", {}, by)

    store.database.close()
    if unlocked.keystore.offered:
        return rotate(unlocked, opener, change, code=code)
    opened = opener(unlocked)
    with expected_errors(), opened.database.atomic():
        change(opened)
    return unlocked, opened


def rotate(
    unlocked: Unlocked,
    opener: Opener[S],
    change: Callable[[S], object],
    *,
    without: Iterable[str] = (),
    code: str | None = None,
    passwords: Iterable[tuple[str, str]] = (),
) -> tuple[Unlocked, S]:
    """Move the office to a new data key: a checked copy under the new key gets ``change``, then keys.json names it.

    That replacement is the commit point: before it everything is as it was, after it everything is new. The old file goes after
    the next good start (``app.backup.tidy``); a backup under the old key stays. Nobody may have the old file open. Raises ExpectedError,
    the office unchanged.
    """
    folder, old = unlocked.db_path.parent, unlocked.db_path
    current = keystore.authenticate(keystore.read(folder), unlocked.data_key)
    files.require_space(folder, files.room_for(old))
    fresh_keys, data_key = keystore.rotated(current, without, code=code, passwords=passwords)
    with contextlib.closing(open_database(old, unlocked.data_key)) as before:
        backup.backup(before)
    final = folder / fresh_keys.db
    part = final.with_name(final.name + ".part")
    try:
        copies.export(old, unlocked.data_key, part, data_key)
        faults.step("rotate exported")
        store = opener(replace(unlocked, data_key=data_key, db_path=part, keystore=fresh_keys))
        try:
            with expected_errors(), store.database.atomic():
                change(store)
                add_superseded(store.database, old.name)
        finally:
            store.database.close()
        faults.step("rotate changed")
        copies.full_check(part, data_key)
        files.sync_file(part)
        copies.give_name(part, final)
        faults.step("rotate named")
        keystore.write(folder, fresh_keys, data_key)
    except BaseException:
        if not keystore.is_written(folder, fresh_keys, data_key):
            copies.remove(part)
            copies.remove(final)
            copies.unmark(final)
        raise
    copies.unmark(final)
    faults.step("rotate done")
    fresh = replace(unlocked, data_key=data_key, db_path=final, keystore=fresh_keys)
    return fresh, opener(fresh)
