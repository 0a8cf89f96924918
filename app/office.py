"""Make and open an office: folder, lock, keys, database and store, in the order in which each can still refuse."""

from __future__ import annotations

import contextlib
import re
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from app import backup, files, log, unseen, users
from db import keystore, lockout
from db.connection import Lock, OfficeDatabase, create_database, open_database
from db.errors import ExpectedError
from db.journal import now_text
from db.key_slots import Cost
from db.keystore import Unlocked
from db.message import Message
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.store import Progress, Store
from db.system import OwnDevice, add_device, write_meta

NOT_DATA = ("nennep.lock", "nennep.lock.json", lockout.FILE)
"""What lies in a data folder before there is an office, and goes with a folder that gets none."""
_CODE = re.compile(r"\w[\w.-]*").fullmatch
"""What an office may call itself: it stands in the names of the files that are exchanged."""
LEVELS = {"province": "TINH", "district": "HUYEN"}


@dataclass
class Office:
    """An open office; close it (or use ``with``) to release the file and the lock."""

    folder: Path
    lock: Lock
    unlocked: Unlocked
    database: OfficeDatabase
    store: Store

    @property
    def user(self) -> str:
        """The id of the user who opened it."""
        return self.unlocked.user_id

    def close(self) -> None:
        """Close this thread's connection and give up the lock."""
        if not self.database.is_closed():
            self.database.close()
        self.lock.release()

    def __enter__(self) -> Office:
        """Give the office."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self.close()


def create(
    folder: Path,
    unit: str,
    unit_name: str,
    level: str,
    parent: str | None,
    password: str,
    cost: Cost | None = None,
    user: str = "admin",
    *,
    unproved: bool = False,
) -> str:
    """Make a new office in an empty (or new) folder and give its recovery code.

    ``level`` is ``province`` or ``district``; ``unproved`` says that the code is going to be typed back (``users.prove_code``). The
    appearance of keys.json is the commit point: before it, a failure leaves no office. Raises ExpectedError.
    """
    unit, unit_name, parent = named(unit, unit_name, parent)
    if folder.is_dir() and any(not path.name.startswith("nennep.lock") for path in folder.iterdir()):
        raise ExpectedError(
            "exists", Message("Thư mục {folder} không trống.", folder=folder), "Hãy chọn thư mục trống; không ghi đè lên dữ liệu cũ."
        )
    with files.folder_for(folder, NOT_DATA), Lock(folder, "lệnh init"):

        def make(path: Path, key: bytes, db_id: str) -> None:
            database = create_database(path, key)
            with contextlib.closing(database):
                private, public = keystore.new_device_key()
                add_device(database, OwnDevice(str(uuid.uuid4()), public, private), now_text())
                write_meta(database, "db_id", db_id)
                write_meta(database, "office", unit)
                store = Store(database)
                if unproved:
                    users.shown_first(database)
                users.enter(store, user, "Quản trị", users.ALL_ROLES, user, now_text())
                _first_records(store, unit, unit_name, level, parent, user)

        unlocked, code = keystore.create(folder, [(user, password)], make=make, cost=cost)
    del unlocked
    return code


def named(unit: str, unit_name: str, parent: str | None) -> tuple[str, str, str | None]:
    """Give code, name and unit above of a new office as typing them into its record would leave them.

    Raises ExpectedError with code ``unit``, ``unit-name`` or ``unit-parent`` for one that cannot be.
    """
    declared = RECORD_TYPES["unit"]
    asked = {"unit": declared.questions()["code"], "unit-name": declared.kinds["versions"].questions()["name"]}
    found = {}
    for code, typed in (("unit", unit), ("unit-name", unit_name)):
        try:
            value = asked[code].parse(" ".join(typed.split()))
        except ValueError as error:
            raise ExpectedError(code, Message("{label}: {why}", label=Message(asked[code].label), why=error.args[0])) from None
        if not value:
            raise ExpectedError(code, "Thiếu mã hoặc tên đơn vị.", "Hãy ghi --unit MÃ và --unit-name TÊN.")
        found[code] = str(value)
    if not _CODE(found["unit"]):
        raise ExpectedError("unit", "Mã đơn vị chỉ gồm chữ, số, dấu chấm, gạch nối.", "Ví dụ DV07; mã này đứng trong tên các tệp gửi nhận.")
    above = (parent or "").strip() or None
    if above is not None and fixed_uid("unit", above) == fixed_uid("unit", found["unit"]):
        raise ExpectedError(
            "unit-parent", "Mã đơn vị cấp trên trùng mã đơn vị này.", "Hãy ghi mã của đơn vị cấp trên, hoặc bỏ trống nếu không có."
        )
    return found["unit"], found["unit-name"], above


def _first_records(store: Store, code: str, name: str, level: str, parent: str | None, by: str) -> None:
    """Write the office's own unit and its settings, as records like any other."""
    above = fixed_uid("unit", parent) if parent else None
    version = {"name": name, "level": LEVELS[level], "parent": above}
    store.save("unit", complete(RECORD_TYPES["unit"], {"code": code, "versions": [version]}), by)
    issuer = name.upper()
    term = {"issuer_lines": issuer, "symbol": "BC-BCH", "sign_code": "SIG_CU" if level == "province" else "SIG_CTV"}
    store.save("office", complete(RECORD_TYPES["office"], {"code": code, "terms": [term]}), by)


def open_office(folder: Path, user: str | None, password: str, what: str, progress: Progress | None = None, window: bool = False) -> Office:
    """Open the office in ``folder``; ``what`` says who holds the lock (``lệnh import``). ``user`` None: the only one.

    Raises ExpectedError: no office here, held by another (D01), wrong user or password, damaged keys or database.
    """
    if not folder.is_dir():
        raise ExpectedError(
            "missing", Message("Không thấy thư mục dữ liệu {folder}.", folder=folder), "Hãy kiểm tra --data, hoặc tạo mới bằng lệnh init."
        )
    keystore.read(folder)  # where there is no office nothing is left, a lock neither
    lock = Lock(folder, what)
    lock.acquire()
    try:
        unlocked = keystore.unlock(folder, user or only_user(folder), password)
        return attach(folder, lock, unlocked, progress, window)
    except BaseException:
        lock.release()
        raise


def attach(folder: Path, lock: Lock, unlocked: Unlocked, progress: Progress | None = None, window: bool = False) -> Office:
    """Open database and store with keys already unlocked."""
    database = open_database(unlocked.db_path, unlocked.data_key, window, upgrade=backup.before_upgrade)
    try:
        log.start(folder)
        store = Store(database, progress=progress)
        store.allow = partial(users.require, database)  # roles hold for whoever asks, window or command (trust.md b)
        backup.tidy(database)
        unseen.tidy(database)
    except BaseException:
        database.close()
        raise
    return Office(folder, lock, unlocked, database, store)


def opener(unlocked: Unlocked) -> Store:
    """Open a store over a file whose keys are unlocked: what changes of keys and restoring ask for."""
    return Store(open_database(unlocked.db_path, unlocked.data_key, upgrade=backup.before_upgrade))


def prove_code(unlocked: Unlocked, code: str) -> Unlocked:
    """Take the newest recovery code for read off paper, in an office that is not open (``users.prove_code``)."""
    fresh, store = users.prove_code(opener(unlocked), unlocked, code, by=unlocked.user_id, opener=opener)
    store.database.close()
    return fresh


def only_user(folder: Path) -> str:
    """Give the only user of a folder; raise ExpectedError naming them when there are several."""
    found = keystore.parse(keystore.read(folder)).users
    if len(found) != 1:
        raise ExpectedError(
            "user", "Dữ liệu này có nhiều người dùng.", Message("Hãy ghi --user, một trong: {names}.", names=", ".join(found))
        )
    return found[0]
