"""Backups that were opened and checked before they count, their rotation, and going back to one (trust.md d).

A backup is a pair: ``nennep-<office>-<time>.db`` and the same name ``.keys.json``, the key file that opens it; ``<office>`` is the
start of the database's id, so that several offices can share a folder. The pair counts once the ``.db`` has its name; whatever
ends in ``.part`` was never finished.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

from app import files, roles
from app.roles import Opener, S
from db import copies, faults, keystore
from db.connection import OfficeDatabase, expected_errors, open_database
from db.copies import Content, Step
from db.errors import ExpectedError
from db.keystore import Unlocked
from db.message import Message
from db.system import OwnDevice, add_device, clear_superseded, close_own_devices, superseded

FOLDER = "sao-luu"
"""Under the data folder; a second place is asked for with ``to``."""
UPGRADE = "-truoc-nang-cap"
"""Ends the name of a backup made before the schema was changed."""
DAILY, WEEKLY, MONTHLY, UPGRADES = 7, 5, 12, 4
NEWEST = 2
"""Never deleted, whatever their dates: a backup just asked for must not take away the one before it."""

_NAME = re.compile(rf"nennep-([0-9a-f]{{8}})-(\d{{8}}-\d{{6}})({UPGRADE})?\.db")
_TRIES = 3


# --- making one ----------------------------------------------------------------------------------------------------------


def backup(
    database: OfficeDatabase, to: Path | None = None, *, now: datetime | None = None, ending: str = "", step: Step | None = None
) -> Path:
    """Copy the open file, check the copy in full, then give it its name; give that path. Old backups there are rotated.

    ``to`` is a folder that is there, by default ``sao-luu`` in the data folder; no transaction may be open in this thread. ``step`` is
    called meanwhile and may end it by raising. Raises ExpectedError: no such folder (a stick that is not there must not become a folder
    on the disk), no room, the folder cannot be written, the copy is damaged. Nothing with a backup's name is left then.
    """
    source = Path(database.database)
    folder = files.make_folder(source.parent / FOLDER) if to is None else files.require_folder(to)
    files.require_space(folder, files.room_for(source))
    keys = keystore.read(source.parent)
    office = keystore.authenticate(keys, database.key).db_id[:8]
    for left in folder.glob(f"nennep-{office}-*"):  # of a backup that a power cut ended
        if left.suffix == ".part" or (left.name.endswith(".keys.json") and not left.with_name(left.name[:-10] + ".db").exists()):
            left.unlink(missing_ok=True)
    moment = now or datetime.now()
    while (path := folder / f"nennep-{office}-{moment:%Y%m%d-%H%M%S}{ending}.db").exists():
        moment += timedelta(seconds=1)
    part = path.with_name(path.name + ".part")
    try:
        with expected_errors():
            before = _copy(database, part, step)
            faults.step("backup copied")
            copies.same(before, copies.full_check(part, database.key, step), part)
            files.sync_file(part)
            files.replace(keys_of(path), keys)
            faults.step("backup keys")
            files.move(part, path)
    except BaseException:
        copies.remove(part)
        keys_of(path).unlink(missing_ok=True)
        raise
    faults.step("backup named")
    rotate(folder, office)
    return path


def _copy(database: OfficeDatabase, part: Path, step: Step | None) -> Content:
    """Write the copy and give what it must hold; again when somebody saved meanwhile."""
    connection: Any = cast(Any, database).connection()
    for _ in range(_TRIES):
        copies.remove(part)
        before = copies.content(connection)
        with copies.stoppable(connection, step):
            connection.execute("VACUUM INTO ?", (str(part),))
        if copies.content(connection) == before:
            return before
    raise ExpectedError("busy", "Chưa sao lưu được vì dữ liệu đang được ghi liên tục.", "Hãy đợi việc đang chạy xong rồi sao lưu lại.")


def before_upgrade(database: OfficeDatabase) -> Path:
    """Make the backup that ``db.connection.open_database`` asks for before it changes the schema."""
    return backup(database, ending=UPGRADE)


def keys_of(path: Path) -> Path:
    """Give the path of the key file that belongs to a backup."""
    return path.with_suffix(".keys.json")


def last(folder: Path, db_id: str) -> datetime | None:
    """Give the time of an office's newest backup in a folder, by its name; None when there is none."""
    return max((moment for moment, _ in _found(folder, db_id[:8]).values()), default=None)


def moment_of(path: Path) -> datetime | None:
    """Give the time a backup was made, by its name; None when it was named anew."""
    named = _NAME.fullmatch(path.name)
    with contextlib.suppress(ValueError):
        return datetime.strptime(named[2], "%Y%m%d-%H%M%S") if named else None
    return None


def listed(folder: Path, db_id: str) -> list[tuple[datetime, Path]]:
    """Give an office's backups in a folder with their times, the newest first; none when the folder is not there."""
    return sorted(((moment, path) for path, (moment, _) in _found(folder, db_id[:8]).items()), reverse=True)


# --- rotation ------------------------------------------------------------------------------------------------------------


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Choose which ordinary backups stay: the newest two, and the newest of each of the last 7 days, 5 weeks, 12 months that have one."""
    newest_first = sorted(set(moments), reverse=True)
    stay = set(newest_first[:NEWEST])
    spans: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
        (DAILY, lambda moment: (moment.year, moment.month, moment.day)),
        (WEEKLY, lambda moment: tuple(moment.isocalendar())[:2]),
        (MONTHLY, lambda moment: (moment.year, moment.month)),
    )
    for count, span in spans:
        newest: dict[tuple[int, ...], datetime] = {}
        for moment in newest_first:
            newest.setdefault(span(moment), moment)
        stay.update(list(newest.values())[:count])
    return stay


def rotate(folder: Path, office: str) -> list[Path]:
    """Delete the office's backups that ``kept`` does not choose, and all but the four newest made before an upgrade; give their paths."""
    found = _found(folder, office)
    ordinary = kept(moment for moment, upgrade in found.values() if not upgrade)
    upgrades = set(sorted((moment for moment, upgrade in found.values() if upgrade), reverse=True)[:UPGRADES])
    gone = [path for path, (moment, upgrade) in found.items() if moment not in (upgrades if upgrade else ordinary)]
    for path in gone:
        with contextlib.suppress(OSError):  # held by another program: the next rotation takes it
            path.unlink()
            keys_of(path).unlink(missing_ok=True)
    return gone


def _found(folder: Path, office: str) -> dict[Path, tuple[datetime, bool]]:
    found: dict[Path, tuple[datetime, bool]] = {}
    for path in sorted(folder.glob(f"nennep-{office}-*.db")):
        moment = moment_of(path)
        if moment is not None:
            found[path] = moment, UPGRADE in path.name
    return found


# --- going back ----------------------------------------------------------------------------------------------------------


class Loss(NamedTuple):
    """What going back costs: entries written after the backup (None: today's file cannot be read), and the backup's last entry."""

    entries: int | None
    since: str | None
    """Local time with offset of the backup's newest entry; None when it has none."""

    def __str__(self) -> str:
        """Say it in one Vietnamese sentence."""
        last = datetime.fromisoformat(self.since) if self.since else None
        if self.entries is None:
            if last is None:
                return Message("Không đọc được dữ liệu hiện tại; mọi thay đổi từ trước đến nay sẽ không có trong bản khôi phục.")
            return Message(
                "Không đọc được dữ liệu hiện tại; mọi thay đổi sau {last:%H:%M} ngày {last:%d/%m/%Y} sẽ không có trong bản khôi phục.",
                last=last,
            )
        if not self.entries:
            return Message("Không mất mục nào.")
        if last is None:
            return Message("Sẽ mất {n} mục.", n=self.entries)
        return Message("Sẽ mất {n} mục sau {last:%H:%M} ngày {last:%d/%m/%Y}.", n=self.entries, last=last)


class Restored(NamedTuple):
    """What ``restore`` did: the key of the new file, what was lost, and where the old files are (None: there were none)."""

    unlocked: Unlocked
    loss: Loss
    aside: Path | None


def open_backup(path: Path, user: str, password: str, *, tries: Path | None = None, now: float | None = None) -> tuple[Unlocked, Content]:
    """Unlock a backup with its own key file and check it in full. ``tries``: see ``keystore.unlock``. Raises ExpectedError."""
    if not path.is_file():
        raise ExpectedError("missing", Message("Không thấy bản sao lưu {path}.", path=path), "Hãy chỉ đúng tệp .db trong thư mục sao lưu.")
    unlocked = keystore.unlock(path.parent, user, password, name=keys_of(path).name, tries=tries, now=now)
    return unlocked, copies.full_check(path, unlocked.data_key)


def restore(
    folder: Path,
    path: Path,
    user: str,
    password: str,
    opener: Opener[S],
    *,
    sure: Callable[[Loss], bool] = lambda loss: True,
    now: datetime | None = None,
) -> Restored | None:
    """Make a backup the office of ``folder``, under a new device identity, and keep today's files in ``hong-<time>``.

    The caller holds the folder's lock and has no file open. ``sure`` is asked after all checks; None is given when it says no.
    Replacing keys.json is the commit point. Raises ExpectedError, also when the user was no administrator then; the office is
    then as it was.
    """
    moment = now or datetime.now()
    files.make_folder(folder)
    unlocked, content = open_backup(path, user, password, tries=folder, now=moment.timestamp())
    files.require_space(folder, files.room_for(path))
    loss = _loss(folder, path, unlocked, content, password)
    if not sure(loss):
        return None
    _finish_aside(folder)
    while any(folder.glob(f"hong-{moment:%Y%m%d-%H%M%S}*")):
        moment += timedelta(seconds=1)
    final = folder / keystore.new_database_name()
    part = final.with_name(final.name + ".part")
    aside = folder / f"hong-{moment:%Y%m%d-%H%M%S}.{final.stem}.part"
    fresh = replace(unlocked, db_path=part, keystore=unlocked.keystore._replace(db=final.name))
    try:
        with expected_errors():
            _bring(path, part, fresh, opener, moment, loss)
            faults.step("restore prepared")
            copies.give_name(part, final)
            kept_aside = _set_aside(folder, aside, final.name)
            faults.step("restore set aside")
            keystore.write(folder, fresh.keystore, fresh.data_key)
    except BaseException:
        if not keystore.is_written(folder, fresh.keystore, fresh.data_key):
            copies.remove(part)
            copies.remove(final)
            copies.unmark(final)
            shutil.rmtree(aside, ignore_errors=True)
        raise
    copies.unmark(final)
    faults.step("restore committed")
    _finish_aside(folder)
    return Restored(replace(fresh, db_path=final), loss, _finished(aside) if kept_aside else None)


def _bring(path: Path, part: Path, fresh: Unlocked, opener: Opener[S], moment: datetime, loss: Loss) -> None:
    """Copy the backup beside the office's file, bring its schema up to date and give it a device of its own."""
    shutil.copyfile(path, part)
    files.sync_file(part)
    if files.digest(part) != files.digest(path):
        raise ExpectedError(
            "read-back", Message("Bản chép của {name} đọc lại không giống.", name=path.name), "Ổ đĩa có thể sắp hỏng; chưa thay đổi gì."
        )
    faults.step("restore copied")
    private, public = keystore.new_device_key()
    device = OwnDevice(str(uuid.uuid4()), public, private)
    created = moment.astimezone().isoformat(timespec="seconds")
    database = open_database(part, fresh.data_key, upgrade=lambda _: None)  # the backup itself is the copy to go back to
    try:
        with database.atomic():
            close_own_devices(database)
            add_device(database, device, created)
    finally:
        database.close()
    store = opener(fresh)
    try:
        roles.require(store.database, fresh.user_id, "restore")
        store.audit("restore", {"device": device.id, "lost": -1 if loss.entries is None else loss.entries}, fresh.user_id)
    finally:
        store.database.close()
    copies.full_check(part, fresh.data_key)
    files.sync_file(part)


def _loss(folder: Path, path: Path, unlocked: Unlocked, content: Content, password: str) -> Loss:
    with copies.standing(path, unlocked.data_key, still=True) as connection:
        since = _newest_time(connection)
    today = _todays_content(folder, unlocked, password)
    if today is None:
        return Loss(None if any(folder.glob("*.db")) else 0, since)
    lost = sum(max(seq - content.heads.get(device, (0, b""))[0], 0) for device, (seq, _) in today.heads.items())
    return Loss(lost, since)


def _newest_time(connection: Any) -> str | None:
    row = connection.execute("SELECT json_extract(header, '$.ts') FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def _todays_content(folder: Path, backup_keys: Unlocked, password: str) -> Content | None:
    """Count today's file with the backup's data key, or with the password when the key was changed since; None when neither opens it."""
    try:
        raw = keystore.read(folder)
        try:
            data_key, name = backup_keys.data_key, keystore.authenticate(raw, backup_keys.data_key).db
        except ExpectedError:
            today = keystore.unlock(folder, backup_keys.user_id, password)
            data_key, name = today.data_key, today.keystore.db
        with copies.standing(folder / name, data_key) as connection:
            return copies.content(connection)
    except ExpectedError:
        return None


def _office_files(folder: Path) -> list[Path]:
    databases = [path for ending in ("", "-wal", "-shm", "-journal") for path in folder.glob(f"*.db{ending}")]
    return sorted(databases + [folder / name for name in (keystore.FILE, keystore.SPARE) if (folder / name).exists()])


def _set_aside(folder: Path, aside: Path, final: str) -> bool:
    """Gather today's files in ``aside`` without taking them away yet; False when there are none. Databases are linked, not copied."""
    found = [path for path in _office_files(folder) if path.name != final]
    if not found:
        return False
    aside.mkdir()
    for path in found:
        target = aside / path.name
        if path.suffix == ".json" or path.suffix == ".bak":
            shutil.copyfile(path, target)
            files.sync_file(target)
        else:
            try:
                os.link(path, target)
            except OSError:  # a drive without hard links
                shutil.copyfile(path, target)
                files.sync_file(target)
    files.sync_folder(aside)
    files.sync_folder(folder)
    return True


def _finished(aside: Path) -> Path:
    return aside.with_name(aside.name.split(".")[0])


def _finish_aside(folder: Path) -> None:
    """End what a restore began with the files it replaces; the name of the folder says which file was to replace them.

    Committed: they are taken away from where they were. Not committed: only the second names of them in ``hong-….part`` go.
    Nothing is done while keys.json cannot be read. A second call finds nothing to do.
    """
    begun = sorted(folder.glob("hong-*.part"))
    if not begun:
        return
    try:
        current = keystore.parse(keystore.read(folder)).db
    except ExpectedError:
        return
    for aside in begun:
        if aside.name.split(".")[1] != Path(current).stem and all((folder / path.name).exists() for path in aside.glob("*.db")):
            shutil.rmtree(aside)  # nothing in it that is not also where it was
            continue
        for path in aside.iterdir():
            if path.name not in (keystore.FILE, keystore.SPARE):
                (folder / path.name).unlink(missing_ok=True)
        faults.step("restore taken away")
        files.move(aside, _finished(aside))


def tidy(database: OfficeDatabase) -> None:
    """After a good start, end what a power cut may have left: the twin of keys.json, unfinished copies, files under an old key.

    The caller holds the folder's lock and has only just opened it: later, an unfinished copy may be one that is being made.
    Nothing is written when there is nothing to end.
    """
    path = Path(database.database)
    folder = path.parent
    keys = keystore.read(folder)
    if keystore.authenticate(keys, database.key).db != path.name:
        return
    with expected_errors():
        if not (folder / keystore.SPARE).exists() or (folder / keystore.SPARE).read_bytes() != keys:
            files.replace(folder / keystore.SPARE, keys)
        _finish_aside(folder)
        copies.remove_marked(folder, path.name)
        for part in folder.glob("keys.*.part"):
            part.unlink(missing_ok=True)
        old = superseded(database)
        for name in old:
            copies.remove(folder / name)
        if old:
            clear_superseded(database)
