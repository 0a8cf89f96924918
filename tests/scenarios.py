"""What tests run in a process of its own: to be killed at a named step, to run without rights, to meet a full disk.

``python -m tests.scenarios NAME STEP ARGUMENT…``; an expected error is printed as ``code: text`` and ends with exit 1.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app import backup, users
from db import faults, keystore
from db.connection import Lock, create_database, open_database
from db.errors import ExpectedError
from tests import ledger


def unlocked(folder: Path) -> keystore.Unlocked:
    return keystore.unlock(folder, "admin", ledger.PASSWORD)


def open_(folder: Path) -> None:
    keys = unlocked(folder)
    ledger.opener(keys).put("thêm")


def make(folder: Path) -> None:
    create_database(folder / "data-moi.db", bytes(32)).close()


def upgrade(folder: Path) -> None:
    open_database(folder / "cu.db", bytes(32), upgrade=lambda _: None).close()


def newer(path: Path, schema: str) -> None:
    """Leave a file of a newer program, not closed in order."""
    database = open_database(path, bytes(range(32)))
    database.execute_sql(f"PRAGMA user_version = {int(schema)}")
    os.kill(os.getpid(), signal.SIGKILL)


def password(folder: Path) -> None:
    keystore.set_password(folder, unlocked(folder), "binh", "mới tinh tình tang")


def back_up(folder: Path, to: str = "") -> None:
    keys = unlocked(folder)
    database = open_database(keys.db_path, keys.data_key)
    try:
        backup.backup(database, Path(to) if to else None)
    finally:
        database.close()


def restore(folder: Path, path: str) -> None:
    with Lock(folder, "lệnh restore"):
        backup.restore(folder, Path(path), "admin", ledger.PASSWORD, ledger.opener)


def disable(folder: Path) -> None:
    keys = unlocked(folder)
    users.disable(ledger.opener(keys), keys, "binh", by="admin", opener=ledger.opener)


def add(folder: Path) -> None:
    keys = unlocked(folder)
    users.add(ledger.opener(keys), keys, "chien", "Lê Thị Chiến", ["clerk"], "mới tinh tình tang", by="admin", now=ledger.NOW)


def offer(folder: Path) -> None:
    keys = unlocked(folder)
    users.offer_code(ledger.opener(keys), keys, by="admin")


def prove(folder: Path, code: str) -> None:
    keys = unlocked(folder)
    users.prove_code(ledger.opener(keys), keys, code, by="admin", opener=ledger.opener)


def hold(folder: Path) -> None:
    """Take the lock, say so, keep it until killed; a refusal is said on one line too."""
    with Lock(folder, "lệnh import"):
        print("ran", flush=True)
        time.sleep(60)


def _small_files(limit: int) -> None:
    """Let no file grow beyond ``limit`` bytes, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _without_rights() -> None:
    """Give up root's right to write where the mode forbids it; the user stays, so that the interpreter can still be read."""
    if os.geteuid() == 0:
        overrides = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.capget(header, data) == 0:
            data[0], data[1] = data[0] & ~overrides, data[1] & ~overrides
        if libc.capset(header, data) != 0:
            raise OSError(ctypes.get_errno(), "capset")


SCENARIOS: dict[str, Callable[..., None]] = {
    "open": open_,
    "make": make,
    "upgrade": upgrade,
    "newer": newer,
    "password": password,
    "backup": back_up,
    "restore": restore,
    "add": add,
    "disable": disable,
    "offer": offer,
    "prove": prove,
    "hold": hold,
}


def main(name: str, step: str, folder: str, *rest: str) -> int:
    def die(reached: str, /) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    if step.startswith("limit "):
        _small_files(int(step.split()[1]))
    elif step == "no rights":
        _without_rights()
    else:
        faults.step = die
    try:
        SCENARIOS[name](Path(folder), *rest)
    except ExpectedError as error:
        print(f"{error.code}: {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
