"""Open the encrypted file: one connection per thread, pragmas set in order, read back and asserted (trust.md d).

Also what belongs to opening: the lock that refuses a second instance, the migrations of the system tables, and the line
between SQLite errors a person can act on and defects of ours.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast

from filelock import FileLock, Timeout
from peewee import Database
from sqlcipher3 import dbapi2 as sqlcipher

from db import faults
from db.drives import drive_of
from db.errors import ExpectedError
from db.message import Joined, Message

if TYPE_CHECKING:
    from peewee import SqliteDatabase

    class SqlCipherDatabase(SqliteDatabase):
        """For the type checker: playhouse has no stubs."""

        def _add_conn_hooks(self, conn: Any) -> None: ...
        def rollback(self) -> None: ...  # noqa: D102

else:
    from playhouse.sqlcipher_ext import SqlCipherDatabase

SCHEMA: Final = 3
"""``user_version`` of the system tables = the number of the last script in ``db/migrations``."""

LEAST_FREE: Final = 64 * 1024
"""Bytes free below which an office cannot be opened: the memory that a WAL's readers share takes half of it, and SQLite does not say so."""

OLDEST_SQLITE: Final = (3, 51, 3)
"""Older ones can lose a WAL that was reset under a reader (stack.md 1)."""

WINDOW_TIMEOUT, WORKER_TIMEOUT = 250, 5000
"""Milliseconds a connection waits for another's lock: the window's own thread, every other thread."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_PRAGMAS: tuple[tuple[str, str, object], ...] = (  # in this order, with the value that must read back
    ("cipher_memory_security", "OFF", 0),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("temp_store", "MEMORY", 2),
    ("cache_size", "-32768", -32768),  # 32 MiB at most: a page leaving the cache is encrypted and signed again
)

FULL = ExpectedError(
    "disk-full", "Ổ đĩa đã đầy nên chưa ghi được.", "Hãy giải phóng chỗ trên ổ đĩa rồi làm lại; dữ liệu đã lưu không thay đổi."
)
READ_ONLY = ExpectedError(
    "read-only", "Không được phép ghi vào thư mục hoặc tệp dữ liệu.", "Hãy kiểm tra quyền ghi của thư mục, hoặc chọn thư mục khác."
)
BUSY = ExpectedError("busy", "Dữ liệu đang bận vì một việc khác đang ghi.", "Hãy đợi việc đó xong rồi làm lại; chưa ghi gì.")
DAMAGED = ExpectedError(
    "D02", "Dữ liệu có dấu hiệu hỏng.", "Không ghi gì thêm; hãy khôi phục từ bản sao lưu gần nhất (nennep restore) và giữ lại tệp hỏng."
)
NO_MEMORY = ExpectedError("memory", "Máy không đủ bộ nhớ cho việc này.", "Hãy đóng bớt chương trình khác rồi làm lại.")
DISK = ExpectedError("disk-io", "Không đọc hoặc ghi được ổ đĩa.", "Hãy kiểm tra ổ đĩa, dây nối và quyền truy cập rồi làm lại.")
NAME = ExpectedError("name", "Tên tệp hoặc thư mục quá dài, ổ đĩa không nhận.", "Hãy chọn tên ngắn hơn.")

_BY_CODE = {
    "FULL": FULL, "READONLY": READ_ONLY, "CANTOPEN": READ_ONLY, "PERM": READ_ONLY, "BUSY": BUSY, "LOCKED": BUSY, "PROTOCOL": BUSY,
    "CORRUPT": DAMAGED, "NOTADB": DAMAGED, "NOMEM": NO_MEMORY, "IOERR": DISK,
}  # fmt: skip
_BY_TEXT = {  # what a function such as sqlcipher_export says, whose own code is always ERROR
    "disk I/O error": "IOERR", "database or disk is full": "FULL", "attempt to write a readonly database": "READONLY",
    "database disk image is malformed": "CORRUPT", "database is locked": "BUSY",
}  # fmt: skip
_BY_ERRNO = {
    errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: FULL, errno.EROFS: READ_ONLY, errno.EACCES: READ_ONLY, errno.EPERM: READ_ONLY,
    errno.EIO: DISK, errno.ENODEV: DISK, errno.ENXIO: DISK, errno.ENOMEM: NO_MEMORY, errno.ENAMETOOLONG: NAME,
}  # fmt: skip


def translate(exception: BaseException) -> ExpectedError | None:
    """Give the expected error that an exception of SQLite, the file system or memory stands for; None for a defect of ours."""
    if isinstance(exception, ExpectedError):
        return exception
    if isinstance(exception, MemoryError):
        found: ExpectedError | None = NO_MEMORY
    elif isinstance(exception, OSError):
        found = _BY_ERRNO.get(exception.errno) if exception.errno is not None else None
    elif "no such savepoint" in str(exception) and exception.__context__ is not None:
        return translate(exception.__context__)  # SQLite had rolled all back already: what came before is the reason
    else:
        found = _BY_CODE.get(_sqlite_code(exception))
    # A new object each time: raising one object twice would chain tracebacks of different failures.
    return None if found is None else ExpectedError(found.code, found.title, found.remedy)


def _sqlite_code(exception: BaseException) -> str:
    """``SQLITE_IOERR_WRITE`` → ``IOERR``; '' when it is not SQLite's. peewee carries the driver's exception as ``orig``."""
    for one in (exception, getattr(exception, "orig", None)):
        name = getattr(one, "sqlite_errorname", None)
        if isinstance(name, str):
            code = name.removeprefix("SQLITE_").split("_")[0]
            return _BY_TEXT.get(str(one), code) if code == "ERROR" else code
    return ""


@contextlib.contextmanager
def expected_errors() -> Iterator[None]:
    """Turn, within the block, what ``translate`` knows into its expected error; let everything else pass."""
    try:
        yield
    except Exception as exception:
        found = translate(exception)
        if found is None or found is exception:
            raise
        raise found from exception


class OfficeDatabase(SqlCipherDatabase):
    """An encrypted file whose every new connection, in whatever thread, gets the pragmas and proves that they hold."""

    def __init__(self, path: Path, key: bytes, *, window: bool) -> None:
        self.key = key
        self._window_thread = threading.get_ident() if window else None
        self._file: tuple[int, int] | None = None
        super().__init__(str(path), lock_type="IMMEDIATE", passphrase=raw_key(key))

    def _add_conn_hooks(self, conn: Any) -> None:
        conn.execute("PRAGMA cipher_log_level = NONE")  # SQLCipher would write its own lines to stderr
        for name, value, expected in _PRAGMAS:
            conn.execute(f"PRAGMA {name} = {value}")
            _assert_pragma(conn, name, expected)
        timeout = WINDOW_TIMEOUT if threading.get_ident() == self._window_thread else WORKER_TIMEOUT
        conn.execute(f"PRAGMA busy_timeout = {timeout}")
        _assert_pragma(conn, "busy_timeout", timeout)
        super()._add_conn_hooks(conn)
        if self._file is None:
            self._file = _file_at(self.database)

    def require_in_place(self) -> None:
        """Raise ExpectedError when the file is no longer where it was opened: SQLite would go on writing into what nobody finds again."""
        found = _file_at(self.database)
        if found is None:
            raise ExpectedError(
                "folder-gone",
                Message("Không thấy tệp dữ liệu {path} nữa.", path=self.database),
                "Hãy nối lại ổ đĩa hoặc trả thư mục về chỗ cũ rồi làm lại; phần đang nhập vẫn còn.",
            )
        if found != self._file:
            raise ExpectedError(
                "file-replaced",
                "Tệp dữ liệu đã bị thay bằng tệp khác trong lúc đang mở.",
                "Hãy khóa màn hình (Ctrl+L) rồi mở lại; phần đang nhập được giữ.",
            )

    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as on a full disk: else peewee's complaint would hide the reason."""
        if self.is_closed() or cast(Any, self).connection().in_transaction:
            super().rollback()


@contextlib.contextmanager
def roomy(database: Database) -> Iterator[None]:
    """Let this thread's connection keep more pages while much is written: one that leaves the cache is encrypted and signed again."""
    database.execute_sql("PRAGMA cache_size = -262144")
    try:
        yield
    finally:
        database.execute_sql("PRAGMA cache_size = -32768")


def _file_at(path: str) -> tuple[int, int] | None:
    """Give what tells one file from another; None when there is none."""
    try:
        found = os.stat(path)  # before every save: making a Path costs half as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _assert_pragma(conn: Any, name: str, expected: object) -> None:
    row = conn.execute(f"PRAGMA {name}").fetchone()
    got = row[0] if row else None
    if str(got).lower() != str(expected):
        raise ExpectedError(
            "pragma",
            Message(
                "Tệp dữ liệu không nhận thiết lập an toàn {name} (cần {expected}, đang là {got}).", name=name, expected=expected, got=got
            ),
            "Hãy chuyển thư mục dữ liệu sang ổ đĩa trong máy và dùng đúng bản cài đặt của phần mềm.",
        )


def raw_key(key: bytes) -> str:
    """Give a 32-byte key in SQLCipher's raw form, which skips its slow derivation. Raises ValueError for another length."""
    if len(key) != 32:
        raise ValueError("the data key has 32 bytes")
    return f"x'{key.hex()}'"


def refuse_old_engine(version: tuple[int, ...] = sqlcipher.sqlite_version_info) -> None:
    """Raise when the SQLite inside SQLCipher is older than this program trusts."""
    if version < OLDEST_SQLITE:
        numbers = ".".join(map(str, version))
        raise ExpectedError(
            "engine",
            Message("Thư viện cơ sở dữ liệu quá cũ (SQLite {numbers}).", numbers=numbers),
            "Hãy cài lại phần mềm; cần từ 3.51.3 trở lên.",
        )


def refuse_drive(folder: Path) -> None:
    """Raise when ``folder`` lies on a network or removable drive."""
    kind = drive_of(folder)
    if kind != "local":
        where = Message("ổ mạng") if kind == "network" else Message("ổ cắm ngoài (USB)")
        raise ExpectedError(
            "drive",
            Message("Dữ liệu đang nằm trên {where}: {folder}.", where=where, folder=folder),
            "Hãy chuyển thư mục dữ liệu vào ổ đĩa trong máy; USB chỉ dùng cho bản sao lưu.",
        )


def create_database(path: Path, key: bytes, window: bool = False) -> OfficeDatabase:
    """Make a new, empty file with the system tables and leave this thread's connection open. Raises when it exists already."""
    refuse_old_engine()
    refuse_drive(path.parent)
    with expected_errors():
        try:
            path.open("xb").close()
        except FileExistsError:
            raise ExpectedError(
                "exists", Message("Tệp dữ liệu đã có: {path}.", path=path), "Hãy chọn thư mục khác; không ghi đè lên dữ liệu cũ."
            ) from None
        database = OfficeDatabase(path, key, window=window)
        try:
            database.connect()
            migrate(database)
        except BaseException:
            database.close()
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            raise
    return database


def open_database(
    path: Path, key: bytes, window: bool = False, upgrade: Callable[[OfficeDatabase], object] | None = None
) -> OfficeDatabase:
    """Open an existing file and leave this thread's connection open; other threads connect on first use.

    ``window`` gives the calling thread the short wait for locks. ``upgrade`` is called, before anything is changed, when the
    file has an older schema: it makes the verified backup; without it an older file is refused. Every refusal raises
    ExpectedError and leaves the file as it was.
    """
    refuse_old_engine()
    version = schema_of(path, key)
    if version > SCHEMA:
        raise ExpectedError(
            "newer-schema",
            Message(
                "Dữ liệu do bản phần mềm mới hơn tạo ra (cấu trúc {version}, bản này hiểu đến {known}).", version=version, known=SCHEMA
            ),
            "Hãy cập nhật phần mềm trên máy này; dữ liệu không thay đổi.",
        )
    refuse_drive(path.parent)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise ExpectedError(READ_ONLY.code, READ_ONLY.title, READ_ONLY.remedy)
    if version < SCHEMA and upgrade is None:
        raise ExpectedError(
            "older-schema",
            Message("Dữ liệu có cấu trúc cũ ({version}).", version=version),
            "Hãy mở bằng cửa sổ phần mềm để sao lưu và nâng cấp.",
        )
    database = OfficeDatabase(path, key, window=window)
    try:
        with expected_errors():
            database.connect()
            if version < SCHEMA and upgrade is not None:
                upgrade(database)
                migrate(database)
    except BaseException as error:
        database.close()
        if isinstance(error, ExpectedError) and error.code == DISK.code and shutil.disk_usage(path.parent).free < LEAST_FREE:
            raise ExpectedError(FULL.code, FULL.title, FULL.remedy) from error
        raise
    return database


def read_only(path: Path, key: bytes, *, still: bool = False) -> Any:
    """Open a driver connection that cannot write and, unless there is a WAL, makes no file beside the database.

    ``still`` says that nobody writes; the caller that reads without it holds the folder's lock, so nobody else starts to.
    """
    wal = path.with_name(path.name + "-wal")
    still = still or not (wal.exists() and wal.stat().st_size)
    uri = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    conn = sqlcipher.connect(uri, uri=True, isolation_level=None)
    conn.execute("PRAGMA cipher_log_level = NONE")
    conn.execute(f'PRAGMA key = "{raw_key(key)}"')
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA cell_size_check = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    return conn


def schema_of(path: Path, key: bytes, *, still: bool = False) -> int:
    """Give the file's schema number without changing it.

    Raises ExpectedError when it is missing, not a database of ours, damaged, or the key is not its key: SQLCipher cannot tell
    the last two apart, as the first page is authenticated with the key.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise ExpectedError(
            "missing", Message("Không thấy tệp dữ liệu {path}.", path=path), "Hãy kiểm tra thư mục dữ liệu, hoặc khôi phục từ bản sao lưu."
        ) from None
    with expected_errors(), path.open("rb") as file:
        start = file.read(16)
    if size < 4096 or size % 4096 or start == b"SQLite format 3\0":
        raise ExpectedError(
            "not-database",
            Message("{name} không phải tệp dữ liệu của phần mềm, hoặc đã bị cắt cụt.", name=path.name),
            "Hãy khôi phục từ bản sao lưu; tệp này không bị thay đổi.",
        )
    with expected_errors():
        try:
            with contextlib.closing(read_only(path, key, still=still)) as conn:
                conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                return int(conn.execute("PRAGMA user_version").fetchone()[0])
        except sqlcipher.DatabaseError as error:
            if _sqlite_code(error) == "NOTADB":
                raise ExpectedError(
                    "key",
                    Message("Không mở được {name}: khóa không phải của tệp này, hoặc tệp đã hỏng.", name=path.name),
                    "Hãy kiểm tra keys.json có đi cùng tệp dữ liệu không, hoặc khôi phục từ bản sao lưu; tệp này không bị thay đổi.",
                ) from error
            raise


def migrate(database: Database) -> list[str]:
    """Run the scripts the file has not had yet, each in its own transaction; give their names."""
    from playhouse.migrations import Runner

    faults.step("before migration")
    names: list[str] = Runner(database, str(_MIGRATIONS)).up()
    faults.step("after migration")
    return names


class Lock:
    """The one lock of a data folder: the first instance runs, any other is refused with D01, naming the holder.

    ``what`` says what holds it, for the person who meets the refusal: ``cửa sổ`` or ``lệnh import``. The operating system
    frees the lock when the process dies, however it dies.
    """

    def __init__(self, folder: Path, what: str = "cửa sổ phần mềm") -> None:
        self._folder, self._what = folder, what
        self._holder = folder / "nennep.lock.json"
        self._lock = FileLock(folder / "nennep.lock", timeout=0, fallback_to_soft=False, thread_local=False)

    def acquire(self) -> None:
        """Take the lock or raise ExpectedError: D01 when it is held, else why the folder does not allow it."""
        if not self._folder.is_dir():
            raise ExpectedError(
                "missing",
                Message("Không thấy thư mục dữ liệu {folder}.", folder=self._folder),
                "Hãy kiểm tra đường dẫn, hoặc tạo mới (nennep init).",
            )
        try:
            self._lock.acquire()
        except Timeout:
            raise ExpectedError(
                "D01", "Phần mềm đang mở ở cửa sổ khác.", Joined("", [self._held_by(), Message("Hãy đóng nơi đó rồi thử lại.")])
            ) from None
        except OSError as error:
            raise translate(error) or error from error
        about = {"what": self._what, "pid": os.getpid(), "since": datetime.now().astimezone().isoformat(timespec="seconds")}
        with contextlib.suppress(OSError):  # a courtesy: the lock holds without it
            part = self._holder.with_suffix(".part")
            try:
                part.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
                part.replace(self._holder)
            except OSError:
                part.unlink(missing_ok=True)

    def _held_by(self) -> str:
        try:
            about = json.loads(self._holder.read_text(encoding="utf-8"))
            since = datetime.fromisoformat(about["since"])
            return Message(
                "Đang giữ: {what} (tiến trình {pid}), từ {since:%H:%M} ngày {since:%d/%m/%Y}. ",
                what=Message(about["what"]),
                pid=about["pid"],
                since=since,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def release(self) -> None:
        """Free the lock; nothing happens when it is not held."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._holder.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Lock:
        """Take the lock for the block."""
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Free the lock."""
        self.release()
