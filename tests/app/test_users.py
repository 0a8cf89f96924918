"""People come, change their passwords and leave; who left opens nothing written afterwards."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import backup, users
from db import copies, keystore, lockout
from db.connection import open_database
from db.errors import ExpectedError
from db.key_slots import RECOVERY
from db.keystore import FILE, SPARE, Unlocked
from tests import ledger
from tests.ledger import NOW, OTHER_PASSWORD, PASSWORD, Ledger

NEW_PASSWORD = "mới tinh tình tang"


@dataclass
class Office:
    """An open office, its keys and its recovery code."""

    folder: Path
    unlocked: Unlocked
    code: str
    store: Ledger

    def turn(self, opened: tuple[Unlocked, Ledger]) -> None:
        """Go on with the keys and the store of a new data key."""
        self.unlocked, self.store = opened

    def audits(self) -> list[tuple[str, str]]:
        query = "SELECT type, CAST(body AS TEXT) FROM journal WHERE kind = 'audit' ORDER BY id"
        return [(row[0], row[1]) for row in self.store.database.execute_sql(query).fetchall()]

    def rows(self) -> dict[str, Any]:
        """Rows of each table but the facts, and the chain heads."""
        with copies.standing(self.unlocked.db_path, self.unlocked.data_key) as connection:
            found = copies.content(connection)
        return {**found.rows, "meta": 0, "heads": found.heads}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    unlocked, code = ledger.office(tmp_path)
    made = Office(tmp_path, unlocked, code, ledger.opener(unlocked))
    yield made
    made.store.database.close()


def test_a_new_user_gets_a_row_a_slot_and_an_audit_entry_without_a_name(office: Office) -> None:
    office.unlocked = users.add(
        office.store, office.unlocked, "chien", "Lê  Thị Chiến", ["commander", "clerk"], NEW_PASSWORD, by="admin", now=NOW
    )
    assert users.person(office.store.database, "chien") == users.Person("chien", "Lê Thị Chiến", ("clerk", "commander"), False, NOW)
    assert keystore.unlock(office.folder, "chien", NEW_PASSWORD).data_key == office.unlocked.data_key
    assert office.unlocked.keystore.users == ["admin", "binh", "chien"]
    assert office.audits() == [("user.add", '{"roles":["clerk","commander"],"user":"chien"}')]


@pytest.mark.parametrize(
    ("user", "name", "roles", "password", "by", "code"),
    [
        ("binh", "Bình", ["clerk"], NEW_PASSWORD, "admin", "user-exists"),
        ("chien", "Chiến", ["clerk"], NEW_PASSWORD, "binh", "role"),
        ("chien", "Chiến", ["clerk"], NEW_PASSWORD, "nobody", "user"),
        ("chien", "Chiến", ["boss"], NEW_PASSWORD, "admin", "roles"),
        ("chien", "Chiến", [], NEW_PASSWORD, "admin", "roles"),
        ("Chiến", "Chiến", ["clerk"], NEW_PASSWORD, "admin", "user-id"),
        ("chien", " ", ["clerk"], NEW_PASSWORD, "admin", "name"),
        ("chien", "a\0b", ["clerk"], NEW_PASSWORD, "admin", "name"),
        ("chien", "x" * 121, ["clerk"], NEW_PASSWORD, "admin", "name"),
        ("chien", "Chiến", ["clerk"], "ngắn", "admin", "weak"),
        ("chien", "Lê Thị Chiến Thắng", ["clerk"], "lê thị chiến thắng 2019", "admin", "weak"),
    ],
)
def test_what_cannot_be_added_is_refused_and_changes_nothing(
    office: Office, user: str, name: str, roles: list[str], password: str, by: str, code: str
) -> None:
    keys, rows = (office.folder / FILE).read_bytes(), office.rows()
    with pytest.raises(ExpectedError) as error:
        users.add(office.store, office.unlocked, user, name, roles, password, by=by, now=NOW)
    assert error.value.code == code
    assert ((office.folder / FILE).read_bytes(), office.rows()) == (keys, rows)


def test_killed_while_a_user_is_added_the_row_is_not_there(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path)
    assert ledger.run("add", "user row", tmp_path).returncode == -signal.SIGKILL
    assert keystore.unlock(tmp_path, "admin", PASSWORD).keystore.users == ["admin", "binh"]
    store = ledger.opener(unlocked)
    assert [person.id for person in users.everyone(store.database)] == ["admin", "binh"]
    store.database.close()


@pytest.mark.parametrize("action", [*users.ACTIONS, "anything else"])
def test_a_role_may_what_is_listed_and_nothing_else(office: Office, action: str) -> None:
    allowed = users.ACTIONS.get(action, frozenset())
    for role in users.ROLES:
        users.enter(office.store, "one", "Một", [role], "admin", NOW)
        if role in allowed:
            users.require(office.store.database, "one", action)
        else:
            with pytest.raises(ExpectedError, match="không được làm việc này"):
                users.require(office.store.database, "one", action)
    if allowed:
        users.require(office.store.database, "admin", action)


def test_one_changes_the_own_password_by_giving_the_old_one(office: Office) -> None:
    with pytest.raises(ExpectedError, match="Sai mật khẩu"):
        users.change_password(office.store, office.unlocked, "binh", PASSWORD, NEW_PASSWORD)
    users.change_password(office.store, office.unlocked, "binh", OTHER_PASSWORD, NEW_PASSWORD)
    assert keystore.unlock(office.folder, "binh", NEW_PASSWORD).user_id == "binh"
    assert office.audits() == [("user.password", '{"user":"binh"}')]


def test_an_administrator_resets_a_password_and_nobody_else(office: Office) -> None:
    with pytest.raises(ExpectedError, match="quản trị"):
        users.reset_password(office.store, office.unlocked, "admin", NEW_PASSWORD, by="binh")
    users.reset_password(office.store, office.unlocked, "binh", NEW_PASSWORD, by="admin")
    assert keystore.unlock(office.folder, "binh", NEW_PASSWORD).user_id == "binh"


def test_a_disabled_user_opens_only_what_was_copied_before(office: Office) -> None:
    old_key, old_file = office.unlocked.data_key, office.unlocked.db_path
    old_keys, rows = (office.folder / FILE).read_bytes(), office.rows()
    office.turn(users.disable(office.store, office.unlocked, "binh", by="admin", opener=ledger.opener))
    assert office.unlocked.data_key != old_key
    assert office.unlocked.db_path != old_file
    assert office.audits() == [("user.disable", '{"user":"binh"}'), ("key.rotate", "{}")]
    after = office.rows()
    assert {name: count for name, count in after.items() if name not in ("journal", "heads")} == {
        name: count for name, count in rows.items() if name not in ("journal", "heads")
    }
    with pytest.raises(ExpectedError, match="Không có người dùng “binh”"):
        keystore.unlock(office.folder, "binh", OTHER_PASSWORD)
    with pytest.raises(ExpectedError, match="đã bị khóa"):
        users.require(office.store.database, "binh", "read")
    assert keystore.unlock(office.folder, "admin", PASSWORD).data_key == office.unlocked.data_key
    assert keystore.unlock_with_code(office.folder, office.code).data_key == office.unlocked.data_key
    # With the copy of the old key file the old password gives the old key, which opens no file of today.
    (office.folder / "copy").mkdir()
    (office.folder / "copy" / FILE).write_bytes(old_keys)
    theirs = keystore.unlock(office.folder / "copy", "binh", OTHER_PASSWORD)
    with pytest.raises(ExpectedError) as error:
        open_database(office.unlocked.db_path, theirs.data_key)
    assert error.value.code == "key"
    assert old_file.exists()
    backup.tidy(office.store.database)
    assert sorted(path.name for path in office.folder.glob("data-*.db")) == [office.unlocked.db_path.name]
    assert (office.folder / SPARE).read_bytes() == (office.folder / FILE).read_bytes() != old_keys


def test_a_disabled_user_can_be_added_again(office: Office) -> None:
    office.turn(users.disable(office.store, office.unlocked, "binh", by="admin", opener=ledger.opener))
    with pytest.raises(ExpectedError, match="thêm lại"):
        users.reset_password(office.store, office.unlocked, "binh", NEW_PASSWORD, by="admin")
    users.add(office.store, office.unlocked, "binh", "Trần Văn Bình", ["clerk"], NEW_PASSWORD, by="admin", now=NOW)
    assert keystore.unlock(office.folder, "binh", NEW_PASSWORD).data_key == office.unlocked.data_key


def test_nobody_is_locked_out_by_mistake(office: Office) -> None:
    for user, by, code in (("admin", "admin", "user"), ("binh", "binh", "role"), ("nobody", "admin", "user")):
        with pytest.raises(ExpectedError) as error:
            users.disable(office.store, office.unlocked, user, by=by, opener=ledger.opener)
        assert error.value.code == code
    users.enter(office.store, "binh", "Trần Văn Bình", ["administrator"], "admin", NOW)
    users.enter(office.store, "admin", "Nguyễn Thị Quản Trị", ["clerk"], "admin", NOW)
    users.enter(office.store, "chien", "Chiến", ["clerk"], "admin", NOW)
    with pytest.raises(ExpectedError, match="không được làm việc này"):
        users.disable(office.store, office.unlocked, "binh", by="admin", opener=ledger.opener)


def opens(folder: Path, *codes: str) -> list[bool]:
    """Tell of each code whether it opens the office."""
    found = []
    for code in codes:
        try:
            keystore.unlock_with_code(folder, code, now=0)
        except ExpectedError as error:
            assert error.code == "code"  # noqa: PT017
            lockout.clear(folder, RECOVERY)
            found.append(False)
        else:
            found.append(True)
    return found


def test_the_code_gives_a_new_password_and_a_new_code_that_ends_it_once_it_was_typed_back(office: Office) -> None:
    office.store.database.close()
    unlocked, store, code = users.recover(office.folder, office.code, "admin", NEW_PASSWORD, ledger.opener)
    assert unlocked.user_id == "admin"
    assert opens(office.folder, office.code, code) == [True, True]  # whichever sheet is kept
    assert users.unproved(store, unlocked) == "new"
    office.turn(users.prove_code(store, unlocked, code, by="admin", opener=ledger.opener))
    assert office.unlocked.data_key != unlocked.data_key
    assert users.unproved(office.store, office.unlocked) == ""
    assert keystore.unlock(office.folder, "admin", NEW_PASSWORD).data_key == office.unlocked.data_key
    assert keystore.unlock(office.folder, "binh", OTHER_PASSWORD).data_key == office.unlocked.data_key
    assert keystore.unlock_with_code(office.folder, code).data_key == office.unlocked.data_key
    with pytest.raises(ExpectedError, match="mã đã dùng thì không dùng lại được"):
        keystore.unlock_with_code(office.folder, office.code)
    with pytest.raises(ExpectedError, match="Sai mật khẩu"):
        keystore.unlock(office.folder, "admin", PASSWORD)
    assert office.audits() == [("key.recover", '{"user":"admin"}'), ("key.rotate", "{}")]


@pytest.mark.parametrize(("user", "password", "error_code"), [("nobody", NEW_PASSWORD, "user"), ("admin", "ngắn", "weak")])
def test_a_recovery_that_cannot_be_finished_does_not_use_the_code_up(office: Office, user: str, password: str, error_code: str) -> None:
    office.store.database.close()
    before = ledger.tree(office.folder)
    with pytest.raises(ExpectedError) as error:
        users.recover(office.folder, office.code, user, password, ledger.opener)
    assert error.value.code == error_code
    assert ledger.tree(office.folder) == before
    assert keystore.unlock_with_code(office.folder, office.code).data_key == office.unlocked.data_key


def test_a_lost_sheet_is_made_useless_once_the_new_one_is_on_paper(office: Office) -> None:
    office.unlocked, first = users.offer_code(office.store, office.unlocked, by="admin")
    office.unlocked, second = users.offer_code(office.store, office.unlocked, by="admin")  # the first was not even printed
    assert opens(office.folder, office.code, first, second) == [True, False, True]
    with pytest.raises(ExpectedError, match="không phải mã khôi phục mới nhất"):
        users.prove_code(office.store, office.unlocked, office.code, by="admin", opener=ledger.opener)
    office.turn(users.prove_code(office.store, office.unlocked, second, by="admin", opener=ledger.opener))
    assert opens(office.folder, office.code, first, second) == [False, False, True]
    assert office.audits() == [("key.code", "{}"), ("key.code", "{}"), ("key.rotate", "{}")]
    with pytest.raises(ExpectedError, match="không được làm việc này"):
        users.offer_code(office.store, office.unlocked, by="binh")


def test_both_sheets_outlive_somebody_who_leaves_and_who_used_the_new_one_has_it_on_paper(office: Office) -> None:
    office.unlocked, second = users.offer_code(office.store, office.unlocked, by="admin")
    office.turn(users.disable(office.store, office.unlocked, "binh", by="admin", opener=ledger.opener))
    assert opens(office.folder, office.code, second) == [True, True]
    office.store.database.close()
    _, store, third = users.recover(office.folder, second, "admin", NEW_PASSWORD, ledger.opener)
    store.database.close()
    assert opens(office.folder, office.code, second, third) == [False, True, True]


@pytest.mark.parametrize(
    ("scenario", "step", "old_opens"),
    [
        ("offer", "part keys.json", True), ("offer", "replaced keys.json", True),
        ("prove", "rotate named", True), ("prove", "replaced keys.json", False),
    ],
)  # fmt: skip
def test_killed_while_the_code_is_changed_a_sheet_still_opens(tmp_path: Path, scenario: str, step: str, old_opens: bool) -> None:
    unlocked, old = ledger.office(tmp_path)
    given = []
    if scenario == "prove":
        store = ledger.opener(unlocked)
        given.append(users.offer_code(store, unlocked, by="admin")[1])
        store.database.close()
    assert ledger.run(scenario, step, tmp_path, *given).returncode == -signal.SIGKILL
    assert opens(tmp_path, old, *given) == [old_opens, *[True for _code in given]]
    store = ledger.opener(keystore.unlock(tmp_path, "admin", PASSWORD))
    assert store.database.execute_sql("SELECT count(*) FROM journal WHERE kind = 'put'").fetchone() == (5,)
    store.database.close()


STEPS = [
    "rotate exported", "rotate changed", "rotate named", "part keys.json", "replaced keys.json", "part keys.bak", "replaced keys.bak",
    "rotate done",
]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_the_key_is_changed_the_office_is_old_or_new(tmp_path: Path, step: str) -> None:
    before, _ = ledger.office(tmp_path)
    result = ledger.run("disable", step, tmp_path)
    assert result.returncode == -signal.SIGKILL, result.stdout + result.stderr
    committed = STEPS.index(step) >= STEPS.index("replaced keys.json")
    unlocked = keystore.unlock(tmp_path, "admin", PASSWORD)
    assert (unlocked.data_key != before.data_key) == committed
    assert unlocked.keystore.users == (["admin"] if committed else ["admin", "binh"])
    store = ledger.opener(unlocked)
    assert users.person(store.database, "binh").disabled == committed
    assert store.database.execute_sql("SELECT count(*) FROM journal WHERE kind = 'put'").fetchone() == (5,)
    backup.tidy(store.database)
    left = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(("data-", "keys.")))
    expected = {unlocked.db_path.name + ending for ending in ("", "-wal", "-shm")} | {FILE, SPARE}
    assert set(left) == expected
    store.database.close()


@pytest.mark.parametrize("limit", [1000, 30_000, 60_000])
def test_a_drive_that_fills_up_while_the_key_is_changed_leaves_the_old_one(tmp_path: Path, limit: int) -> None:
    ledger.office(tmp_path)
    before = {name: content for name, content in ledger.tree(tmp_path).items() if not name.endswith("-wal")}
    result = ledger.run("disable", f"limit {limit}", tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("disk-")
    assert {name: content for name, content in ledger.tree(tmp_path).items() if not name.endswith("-wal")} == before
    assert keystore.unlock(tmp_path, "binh", OTHER_PASSWORD).keystore.users == ["admin", "binh"]
