"""Going back to a backup loses nothing that was not said, and a kill at any step leaves one office."""

from __future__ import annotations

import random
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from app import backup
from app.backup import FOLDER, keys_of
from db import copies, keystore
from db.connection import SCHEMA, create_database, open_database
from db.copies import Content
from db.errors import ExpectedError
from db.system import own_device
from tests import ledger
from tests.app.backup_kit import NOW, content, folder, login, opened


def whole(folder: Path) -> list[str]:
    """Everything in the data folder that belongs to an office, and nothing unfinished; other names are left out."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(("nennep.lock", FOLDER)))


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path, Content]:
    """An office with a backup and three entries after it: folder, backup, what the backup holds."""
    unlocked, _ = ledger.office(tmp_path / "a")
    with opened(unlocked) as store:
        path = backup.backup(store.database, folder(tmp_path / "b"), now=NOW)
        before = content(unlocked)
        for number in range(3):
            store.put(f"sau {number}")
    return tmp_path / "a", path, before


def entries(folder: Path) -> tuple[int, list[tuple[str, int | None, int]]]:
    """How many entries there are, and the devices: id, closed at, own."""
    unlocked = login(folder)
    with opened(unlocked) as store:
        count = store.database.execute_sql("SELECT count(*) FROM journal").fetchone()[0]
        devices = store.database.execute_sql("SELECT id, closed_at, own FROM device ORDER BY closed_at IS NULL").fetchall()
        assert copies.full_check(backup.backup(store.database), unlocked.data_key).rows["journal"] == count
    return count, devices


def test_going_back_says_what_is_lost_keeps_todays_files_and_takes_a_new_device(saved: tuple[Path, Path, Content]) -> None:
    folder, path, before = saved
    (old_device,) = before.heads
    today = content(login(folder))
    asked: list[backup.Loss] = []

    def yes(loss: backup.Loss) -> bool:
        asked.append(loss)
        return True

    done = backup.restore(folder, path, "admin", ledger.PASSWORD, ledger.opener, sure=yes, now=NOW)
    assert done is not None
    assert str(done.loss) == "Sẽ mất 3 mục sau 08:15 ngày 22/11/2026."
    assert asked == [done.loss]
    aside = folder / "hong-20261122-231507"
    assert done.aside == aside
    assert whole(folder) == sorted([done.unlocked.db_path.name, aside.name, keystore.FILE, keystore.SPARE])
    kept_aside = keystore.unlock(aside, "admin", ledger.PASSWORD)
    assert content(kept_aside) == today
    count, devices = entries(folder)
    assert count == before.rows["journal"] + 1  # the entry that says so
    assert devices[0] == (old_device, before.heads[old_device][0], 1)
    assert devices[1][1:] == (None, 1)
    with opened(login(folder)) as store:
        device = own_device(store.database)
        assert device is not None
        assert device.id == devices[1][0]
        store.put("mới")
        assert store.database.execute_sql("SELECT device, seq FROM journal ORDER BY id DESC LIMIT 1").fetchone() == (device.id, 2)


def test_saying_no_changes_nothing(saved: tuple[Path, Path, Content]) -> None:
    folder, path, _ = saved
    before = ledger.tree(folder)
    assert backup.restore(folder, path, "admin", ledger.PASSWORD, ledger.opener, sure=lambda loss: False) is None
    assert ledger.tree(folder) == before


def test_a_backup_can_be_restored_into_an_empty_folder(saved: tuple[Path, Path, Content], tmp_path: Path) -> None:
    _, path, before = saved
    done = backup.restore(tmp_path / "máy mới", path, "admin", ledger.PASSWORD, ledger.opener)
    assert done is not None
    assert (done.loss.entries, done.aside) == (0, None)
    assert entries(tmp_path / "máy mới")[0] == before.rows["journal"] + 1


@pytest.mark.parametrize("damage", ["no keys", "broken keys", "no database", "broken database", "text", "new key"])
def test_going_back_works_whatever_happened_to_todays_files(saved: tuple[Path, Path, Content], damage: str) -> None:
    folder, path, before = saved
    unlocked = login(folder)
    if damage == "no keys":
        (folder / keystore.FILE).unlink()
    elif damage == "broken keys":
        (folder / keystore.FILE).write_bytes(b"{}")
    elif damage == "no database":
        unlocked.db_path.unlink()
    elif damage == "broken database":
        unlocked.db_path.write_bytes(bytes(8192))
    elif damage == "text":
        unlocked.db_path.write_text("không phải")
    else:
        fresh, data_key = keystore.rotated(unlocked.keystore)
        copies.export(unlocked.db_path, unlocked.data_key, folder / fresh.db, data_key)
        keystore.write(folder, fresh, data_key)
    todays = {name: content for name, content in ledger.tree(folder).items() if name.endswith((".db", ".json", ".bak"))}
    done = backup.restore(folder, path, "admin", ledger.PASSWORD, ledger.opener)
    assert done is not None
    assert done.aside is not None
    assert done.loss.entries == {"new key": 3, "no database": 0}.get(damage)
    assert {name: (done.aside / name).read_bytes() for name in todays} == todays
    assert entries(folder)[0] == before.rows["journal"] + 1


def refused(folder: Path, path: Path, password: str = ledger.PASSWORD) -> str:
    """Go back to what one cannot go back to; give the error's code after proving that no byte changed."""
    (folder / "keys.tries").unlink(missing_ok=True)
    before = ledger.tree(folder)
    with pytest.raises(ExpectedError) as error:
        backup.restore(folder, path, "admin", password, ledger.opener)
    after = ledger.tree(folder)
    after.pop("keys.tries", None)
    assert after == before
    return error.value.code


def test_what_is_no_backup_is_refused_and_changes_nothing(saved: tuple[Path, Path, Content], tmp_path: Path) -> None:
    folder, path, _ = saved
    assert refused(folder, path, "sai mật khẩu rồi") == "password"
    assert refused(folder, tmp_path / "không có.db") == "missing"
    whole_file, whole_keys = path.read_bytes(), keys_of(path).read_bytes()
    for damaged, code in (
        (b"", "not-database"),
        (whole_file[:-1], "not-database"),
        (bytes(8192), "key"),
        (whole_file[:20_000] + bytes([whole_file[20_000] ^ 1]) + whole_file[20_001:], "D02"),
    ):
        path.write_bytes(damaged)
        assert refused(folder, path) == code
    path.write_bytes(whole_file)
    keys_of(path).write_bytes(whole_keys[:-1])
    assert refused(folder, path) == "keys-damaged"
    keys_of(path).unlink()
    assert refused(folder, path) == "keys-missing"
    other = create_database(tmp_path / "other.db", bytes(32))
    other.close()
    keys_of(path).write_bytes(whole_keys)
    path.write_bytes((tmp_path / "other.db").read_bytes())
    assert refused(folder, path) == "key"


def test_a_backup_of_a_newer_program_is_refused(saved: tuple[Path, Path, Content]) -> None:
    folder, path, _ = saved
    database = open_database(path, login(folder).data_key)
    database.execute_sql(f"PRAGMA user_version = {SCHEMA + 1}")
    database.close()
    assert refused(folder, path) == "newer-schema"


def test_only_an_administrator_goes_back(saved: tuple[Path, Path, Content]) -> None:
    folder, path, _ = saved
    before = ledger.tree(folder)
    with pytest.raises(ExpectedError, match="dành cho: quản trị"):
        backup.restore(folder, path, "binh", ledger.OTHER_PASSWORD, ledger.opener)
    assert ledger.tree(folder) == before


def test_wrong_passwords_for_a_backup_count_in_the_data_folder(saved: tuple[Path, Path, Content]) -> None:
    folder, path, _ = saved
    (folder / "keys.tries").write_text(f'{{"admin": [5, {int(NOW.timestamp())}]}}')
    with pytest.raises(ExpectedError, match="đợi 30 giây"):
        backup.restore(folder, path, "admin", ledger.PASSWORD, ledger.opener, now=NOW)


RESTORE_STEPS = [
    "restore copied", "restore prepared", "restore set aside", "part keys.json", "replaced keys.json", "part keys.bak", "replaced keys.bak",
    "restore committed", "restore taken away",
]  # fmt: skip


@pytest.mark.parametrize("step", RESTORE_STEPS)
def test_killed_while_going_back_the_office_is_todays_or_the_backups(saved: tuple[Path, Path, Content], step: str) -> None:
    folder, path, before = saved
    today = content(login(folder))
    result = ledger.run("restore", step, folder, path)
    assert result.returncode == -signal.SIGKILL, result.stdout + result.stderr
    unlocked = login(folder)
    committed = RESTORE_STEPS.index(step) >= RESTORE_STEPS.index("replaced keys.json")
    found = content(unlocked)
    assert found.rows["journal"] == (before.rows["journal"] + 1 if committed else today.rows["journal"])
    with opened(unlocked) as store:
        backup.tidy(store.database)
        files_left = whole(folder)
        backup.tidy(store.database)
        assert whole(folder) == files_left
    asides = [name for name in files_left if name.startswith("hong-")]
    assert [name for name in files_left if name.endswith((".part", ".new"))] == []
    assert len(asides) == committed
    assert len(list(folder.glob("*.db"))) == 1
    if committed:
        assert content(keystore.unlock(folder / asides[0], "admin", ledger.PASSWORD)) == today
    assert (folder / keystore.SPARE).read_bytes() == (folder / keystore.FILE).read_bytes()
    assert backup.restore(folder, path, "admin", ledger.PASSWORD, ledger.opener) is not None
    assert entries(folder)[0] == before.rows["journal"] + 1


@pytest.mark.parametrize("limit", [1000, 20_000, 60_000])
def test_a_drive_that_fills_up_while_going_back_leaves_today(saved: tuple[Path, Path, Content], limit: int) -> None:
    folder, path, _ = saved
    login(folder)
    before = ledger.tree(folder)
    result = ledger.run("restore", f"limit {limit}", folder, path)
    assert (result.returncode, result.stderr) == (1, "")
    assert re.match(r"disk-(full|io): ", result.stdout)
    assert ledger.tree(folder) == before


def test_any_backup_of_a_long_life_can_be_gone_back_to(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    made: list[tuple[Path, Content]] = []
    chance = random.Random(7)
    with opened(unlocked) as store:
        for day in range(6):
            for number in range(chance.randrange(5)):
                store.put(f"{day} {number}")
            made.append((backup.backup(store.database, folder(tmp_path / "b"), now=NOW + timedelta(days=day)), content(unlocked)))
    for path, before in chance.sample(made, 3):
        done = backup.restore(
            tmp_path / "a", path, "admin", ledger.PASSWORD, ledger.opener, now=NOW + chance.randrange(99) * timedelta(hours=1)
        )
        assert done is not None
        after = content(done.unlocked)
        assert {device: after.heads[device] for device in before.heads} == before.heads
        assert after.rows["journal"] == before.rows["journal"] + 1
