"""Opening the encrypted file: what must hold, what is refused, and that refusing changes nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path

import peewee
import pytest

from db import connection, drives
from db.connection import SCHEMA, OfficeDatabase, create_database, open_database, refuse_old_engine, schema_of, translate
from db.errors import ExpectedError
from db.system import (
    SYSTEM_MODELS,
    Journal,
    OwnDevice,
    add_device,
    add_superseded,
    clear_superseded,
    close_own_devices,
    own_device,
    read_meta,
    superseded,
    write_meta,
)
from tests import ledger

KEY = bytes(range(32))
PRAGMAS = {
    "cipher_memory_security": "0", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0",
    "cell_size_check": "1", "temp_store": "2",
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was closed in order."""
    create_database(tmp_path / "data.db", KEY).close()
    return tmp_path / "data.db"


def test_the_pragmas_hold_in_every_thread_and_only_the_window_waits_short(path: Path) -> None:
    database = open_database(path, KEY, window=True)
    found: dict[str, dict[str, str]] = {}

    def look(name: str) -> None:
        found[name] = {pragma: str(database.pragma(pragma)) for pragma in [*PRAGMAS, "busy_timeout"]}

    def work() -> None:
        with database.connection_context():
            look("worker")

    look("window")
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    database.close()
    assert found == {"window": PRAGMAS | {"busy_timeout": "250"}, "worker": PRAGMAS | {"busy_timeout": "5000"}}


def test_a_pragma_that_does_not_hold_is_refused_by_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PRAGMAS", (*connection._PRAGMAS, ("page_size", "512", 512)))  # noqa: SLF001
    with pytest.raises(ExpectedError, match="page_size") as error:
        open_database(path, KEY)
    assert error.value.code == "pragma"


def test_a_transaction_takes_the_write_lock_at_once(path: Path) -> None:
    first, second = open_database(path, KEY, window=True), open_database(path, KEY, window=True)
    with first.atomic(), pytest.raises(peewee.OperationalError) as error, second.atomic():
        pass
    found = translate(error.value)
    assert found is not None
    assert found.code == "busy"
    first.close()
    second.close()


def test_an_old_sqlite_is_refused() -> None:
    refuse_old_engine((3, 51, 3))
    refuse_old_engine()
    for version in ((3, 51, 2), (3, 50, 9), (2, 99, 99)):
        with pytest.raises(ExpectedError, match=r"3\.51\.3"):
            refuse_old_engine(version)


def test_nothing_written_can_be_read_in_the_files(tmp_path: Path) -> None:
    markers = [f"dấu{secrets.token_hex(8)}" for _ in range(50)]
    database = create_database(tmp_path / "data.db", KEY)
    with database.atomic():
        for marker in markers:
            write_meta(database, marker, marker)
    there = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    database.close()
    there += b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [marker for marker in markers if marker.encode() in there] == []
    assert KEY not in there
    assert KEY.hex().encode() not in there


# --- refusals -----------------------------------------------------------------------------------------------------------


def refused(path: Path, key: bytes = KEY) -> str:
    """Open what must not open; give the error's code after proving that no byte changed."""
    before = ledger.tree(path.parent)
    with pytest.raises(ExpectedError) as error:
        open_database(path, key)
    assert error.value.remedy
    assert ledger.tree(path.parent) == before
    return error.value.code


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    assert refused(tmp_path / "data.db") == "missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"x", b"SQLite", b"not a database" * 1000, bytes(4095)])
def test_a_file_of_the_wrong_size_is_not_a_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.db").write_bytes(content)
    assert refused(tmp_path / "data.db") == "not-database"


def test_an_unencrypted_database_is_not_ours(tmp_path: Path) -> None:
    ledger.plain_sqlite(tmp_path / "data.db")
    assert refused(tmp_path / "data.db") == "not-database"


@pytest.mark.parametrize("content", [bytes(8192), secrets.token_bytes(8192), b"%PDF" * 1024])
def test_whole_pages_of_something_else_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.db").write_bytes(content)
    assert refused(tmp_path / "data.db") == "key"


def test_a_wrong_key_is_refused_and_nothing_but_our_message_is_written(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert refused(path, bytes(32)) == "key"
    assert capfd.readouterr() == ("", "")


def test_a_key_of_another_length_is_our_defect(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_database(path, b"short")


def test_a_truncated_file_is_refused(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    assert refused(path) == "not-database"
    path.write_bytes(content[: len(content) // 8192 * 4096])
    assert refused(path) in {"D02", "key"}


def test_a_page_with_one_flipped_bit_is_found_when_it_is_read(path: Path) -> None:
    database = open_database(path, KEY)
    for number in range(200):
        write_meta(database, str(number), "x" * 1000)
    database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    database = open_database(path, KEY)
    with pytest.raises(ExpectedError) as error, connection.expected_errors():
        database.execute_sql("SELECT sum(length(value)) FROM meta").fetchone()
    database.close()
    assert error.value.code == "D02"


def test_a_newer_schema_is_refused_with_rows_still_in_the_wal(path: Path) -> None:
    assert ledger.run("newer", "", path, SCHEMA + 1).returncode == -signal.SIGKILL
    assert path.with_name("data.db-wal").stat().st_size > 0
    assert refused(path) == "newer-schema"


def test_a_file_is_not_made_over_another(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ExpectedError, match="không ghi đè"):
        create_database(path, KEY)
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no such mode")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    create_database(tmp_path / "cu.db", bytes(32)).close()
    tmp_path.chmod(0o555)
    try:
        for scenario in ("upgrade", "make", "hold"):
            result = ledger.run(scenario, "no rights", tmp_path)
            assert (result.returncode, result.stderr) == (1, "")
            assert result.stdout.startswith("read-only: Không được phép ghi")
        assert [file.name for file in tmp_path.iterdir()] == ["cu.db"]
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize("limit", [0, 4096, 20_000, 60_000])
def test_a_full_disk_leaves_no_half_made_database(tmp_path: Path, limit: int) -> None:
    result = ledger.run("make", f"limit {limit}", tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert re.match(r"disk-(full|io): ", result.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs to mount a small drive")
@pytest.mark.parametrize("nested", [False, True])
def test_a_full_drive_refuses_the_write_and_loses_nothing_saved(tmp_path: Path, nested: bool) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this system does not let us mount")
    try:
        database = create_database(tmp_path / "data.db", KEY)
        saved = 0
        failed: ExpectedError | None = None
        while failed is None and saved < 1000:
            try:
                with connection.expected_errors(), database.atomic(), database.atomic() if nested else contextlib.nullcontext():
                    write_meta(database, str(saved), "x" * 5000)
                saved += 1
            except ExpectedError as error:
                failed = error
        assert failed is not None
        assert failed.code == "disk-full"
        assert database.execute_sql("SELECT count(*) FROM meta").fetchone() == (saved,)
        assert saved > 10
        database.close()
        database = open_database(tmp_path / "data.db", KEY)
        assert database.execute_sql("SELECT count(*) FROM meta").fetchone() == (saved,)
        assert database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "x"), "disk-full"), (OSError(errno.EROFS, "x"), "read-only"),
        (PermissionError(errno.EACCES, "x"), "read-only"),
        (OSError(errno.EIO, "x"), "disk-io"), (MemoryError(), "memory"), (ExpectedError("D01", "x"), "D01"),
        (FileNotFoundError(2, "x"), None), (ValueError("x"), None), (KeyError(), None), (peewee.IntegrityError("x"), None),
        (OSError("x"), None),
    ],
)  # fmt: skip
def test_what_a_person_can_mend_is_told_apart_from_our_defects(error: Exception, code: str | None) -> None:
    found = translate(error)
    assert (found.code if found else None) == code


def test_a_statement_of_ours_that_is_wrong_stays_a_defect(path: Path) -> None:
    database = open_database(path, KEY)
    for statement in ("SELECT nothing FROM nowhere", "INSERT INTO meta VALUES ('a', NULL)"):
        with pytest.raises(peewee.PeeweeException) as error:
            database.execute_sql(statement)
        assert translate(error.value) is None
    database.close()


# --- where it may lie ---------------------------------------------------------------------------------------------------

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
//may-chu/chung /mnt/chung cifs rw 0 0
may-chu:/du-lieu /srv/du\040lieu nfs4 rw 0 0
/dev/sdb1 /media/USB vfat rw 0 0
x
"""


@pytest.mark.parametrize(
    ("path", "removable", "drive"),
    [
        ("/home/a", False, "local"), ("/tmp/x", False, "local"), ("/mnt/chung", False, "network"), ("/mnt/chung/a/b", False, "network"),
        ("/mnt/chungx", False, "local"), ("/srv/du lieu/a", False, "network"), ("/srv/du", False, "local"),
        ("/media/USB/a", True, "removable"),
    ],
)  # fmt: skip
def test_network_and_removable_drives_are_known_by_the_list_of_mounts(path: str, removable: bool, drive: str) -> None:
    assert drives.linux_drive(path, MOUNTS, removable) == drive


def test_windows_drives_are_known_by_their_type() -> None:
    assert [drives.windows_drive(number) for number in range(7)] == ["local", "local", "removable", "local", "network", "local", "local"]


def test_a_database_on_a_network_drive_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "drive_of", lambda folder: "network")
    assert refused(path) == "drive"


def test_this_folder_is_local(tmp_path: Path) -> None:
    assert drives.drive_of(tmp_path) == "local"


# --- migrations ---------------------------------------------------------------------------------------------------------


def schema(database: OfficeDatabase) -> list[tuple[str, str, str]]:
    """The schema without quotes, blanks and brackets that SQL does not need, and without the history of migrations."""
    rows = database.execute_sql(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'schema_migration'"
    ).fetchall()
    return sorted((kind, name, re.sub(r'["()\s,]+', " ", sql).strip().casefold()) for kind, name, sql in rows)


def test_the_scripts_make_the_tables_that_the_models_describe(tmp_path: Path) -> None:
    migrated = create_database(tmp_path / "migrated.db", KEY)
    new = OfficeDatabase(tmp_path / "new.db", KEY, window=False)
    new.connect()
    with new.bind_ctx(SYSTEM_MODELS):
        new.create_tables(SYSTEM_MODELS)
    assert schema(migrated) == schema(new)
    assert len(schema(new)) == len(SYSTEM_MODELS) + 9  # the journal's indexes, those of approvals, packages and late versions
    migrated.close()
    new.close()


def test_the_schema_number_is_that_of_the_last_script(path: Path) -> None:
    scripts = sorted(Path(connection.__file__).with_name("migrations").glob("[0-9]*.py"))
    assert [int(script.name[:4]) for script in scripts] == list(range(1, SCHEMA + 1))
    assert schema_of(path, KEY) == SCHEMA


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file of ours before its first script."""
    database = OfficeDatabase(tmp_path / "cu.db", bytes(32), window=False)
    database.connect()
    database.execute_sql("CREATE TABLE giu_lai (a)")
    database.close()
    return tmp_path / "cu.db"


def test_an_older_file_is_refused_without_a_backup_and_changed_only_after_it(older: Path) -> None:
    assert refused(older, bytes(32)) == "older-schema"
    seen: list[int] = []
    database = open_database(older, bytes(32), upgrade=lambda opened: seen.append(opened.pragma("user_version")))
    assert seen == [0]
    assert database.pragma("user_version") == SCHEMA
    assert "giu_lai" in database.get_tables()
    database.close()


def test_when_the_backup_fails_the_older_file_stays_older(older: Path) -> None:
    def fail(database: OfficeDatabase) -> None:
        raise ExpectedError("disk-full", "đầy")

    with pytest.raises(ExpectedError, match="đầy"):
        open_database(older, bytes(32), upgrade=fail)
    assert schema_of(older, bytes(32)) == 0


@pytest.mark.parametrize(("step", "after"), [("before migration", 0), ("after migration", SCHEMA)])
def test_killed_around_a_migration_the_file_is_old_or_new(older: Path, step: str, after: int) -> None:
    assert ledger.run("upgrade", step, older.parent).returncode == -signal.SIGKILL
    assert schema_of(older, bytes(32)) == after
    assert ledger.run("upgrade", "", older.parent).returncode == 0
    assert schema_of(older, bytes(32)) == SCHEMA


# --- small facts and devices ----------------------------------------------------------------------------------------------


def test_a_fact_is_kept_replaced_and_read_back(path: Path) -> None:
    database = open_database(path, KEY)
    assert read_meta(database, "a") is None
    write_meta(database, "a", "1")
    write_meta(database, "a", "2")
    assert read_meta(database, "a") == "2"
    add_superseded(database, "x.db")
    add_superseded(database, "x.db")
    assert superseded(database) == ["x.db"]
    clear_superseded(database)
    assert superseded(database) == []
    database.close()


def test_a_closed_device_ends_at_its_last_entry_and_the_new_one_is_ours(path: Path) -> None:
    database = open_database(path, KEY)
    assert own_device(database) is None
    first, second = OwnDevice("a", bytes(32), bytes(32)), OwnDevice("b", b"1" * 32, b"2" * 32)
    add_device(database, first, ledger.NOW)
    entry = {"device": "a", "lc": 1, "kind": "put", "type": "t", "record": "r", "header": b"", "hash": b"", "body": b""}
    database.execute(Journal.insert_many([entry | {"seq": 1}, entry | {"seq": 2}]))
    close_own_devices(database)
    add_device(database, second, ledger.NOW)
    assert own_device(database) == second
    assert database.execute_sql("SELECT id, closed_at, own FROM device ORDER BY id").fetchall() == [("a", 2, 1), ("b", None, 1)]
    database.close()
