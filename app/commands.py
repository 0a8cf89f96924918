"""What each command does: thin functions that call ``app`` and print; results on stdout, refusals are raised."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from app import auto_backup, backup, console, drafts, history, import_ids, importing, office, search, tables, users
from app.asking import Secrets, data_folder, typed_back, user_name
from app.checking import backup_doubt, check_all, rebuild
from app.office import Office
from app.periods import period
from db import keystore
from db.connection import Lock, open_database, translate
from db.errors import ExpectedError
from db.journal import now_text
from db.keystore import Unlocked
from db.records import RECORD_TYPES
from db.store import Store

Options = argparse.Namespace


NEEDS: dict[str, str] = {
    "import": "enter",
    "undo-import": "cancel",
    "export": "read",
    "list": "read",
    "show": "read",
    "history": "read",
    "explain": "enter",
    "undo-explain": "enter",
    "erase": "users",
    "figures": "read",
    "trace": "read",
    "report": "read",
    "paper": "reveal",
    "approval status": "read",
    "approval submit": "submit",
    "approval return": "approve",
    "approval approve": "approve",
    "approval amend": "approve",
    "approval take": "exchange",
    "check": "read",
    "rebuild": "users",
    "backup": "read",
    "user list": "read",
    "user add": "users",
    "user disable": "users",
    "sync keys": "read",
    "sync enrol": "users",
    "sync approve": "users",
    "sync revoke": "users",
    "sync out": "exchange",
    "sync in": "exchange",
    "sync return": "exchange",
    "sync status": "read",
    "sync verify": "read",
    "sync ask": "exchange",
    "sync choose": "enter",
    "sync accept": "approve",
}
"""What a command needs of the roles (``users.ACTIONS``) before the office is opened for it; one that is not here nobody may run.

Below it each write asks again (``Store.write``, ``app.report.approval``, ``app.users``), so that it does not matter who calls.
"""


def run(options: Options) -> int:
    """Run the command that the options name; give the exit code."""
    return COMMANDS[options.command](options)


def name_of(options: Options) -> str:
    """Give the command with its action, as ``NEEDS`` names it."""
    return f"{options.command} {options.action}" if getattr(options, "action", None) else str(options.command)


@contextmanager
def _open(options: Options) -> Iterator[Office]:
    """Open the office for a command; what the command wrote is backed up before it is closed."""
    password = Secrets(options).password()
    with office.open_office(data_folder(options), user_name(options), password, f"lệnh {options.command}", console.progress) as opened:
        users.require(opened.database, opened.user, NEEDS.get(name_of(options), ""))
        yield opened
        _back_up(opened)


def _back_up(opened: Office) -> None:
    """Make the backup of closing (trust.md d) where something was written; that it failed is said and changes nothing else."""
    if opened.database.is_closed() or not cast(Any, opened.database).connection().total_changes:
        return
    try:
        auto_backup.at_close(opened.database, patience=math.inf)
    except KeyboardInterrupt:
        print("Lưu ý: đã dừng sao lưu; việc của lệnh đã ghi xong.", file=sys.stderr)
    except Exception as error:
        expected = translate(error)
        if expected is None:
            raise
        print(f"Lưu ý: việc của lệnh đã ghi xong nhưng chưa tự sao lưu được. {expected}", file=sys.stderr)


# -- office and people -------------------------------------------------------------------------------------------------------


def _init(options: Options) -> int:
    folder = data_folder(options)
    password = Secrets(options).first_password()
    code = office.create(
        folder, options.unit, options.unit_name, options.level, options.parent, password, user=user_name(options) or "admin"
    )
    print(f"Đã tạo dữ liệu của {options.unit_name} ({options.unit}).")
    print(f"Thư mục: {folder}")
    print(f"Người dùng: {user_name(options) or 'admin'}")
    print(f"Mã khôi phục: {code}")
    print("Hãy ghi mã khôi phục ra giấy, niêm phong và cất ở két của cơ quan; mã chỉ hiện một lần này.")
    return 0


def _demo(options: Options) -> int:
    from app import demo
    from app.sync import demo as exchange

    folder = data_folder(options, "nennep-demo")
    made = demo.make(folder, console.progress)
    offices = exchange.make(folder / exchange.FOLDER)
    print("\n".join([*offices.lines(), "", *made.lines()]))
    return 0


def _opener(unlocked: Unlocked) -> Store:
    return Store(open_database(unlocked.db_path, unlocked.data_key, upgrade=backup.before_upgrade))


def _user_command(options: Options) -> int:
    with _open(options) as opened:
        if options.action == "list":
            for one in users.everyone(opened.database):
                roles = ", ".join(users.ROLES[role] for role in one.roles)
                print(f"{one.id}\t{one.name}\t{roles}\t{'đã khóa' if one.disabled else 'đang dùng'}")
        elif options.action == "add":
            users.checked(options.id, options.name, options.role)  # before anybody thinks of a password
            secret = Secrets(Options()).new_password()
            users.add(opened.store, opened.unlocked, options.id, options.name, options.role, secret, by=opened.user, now=now_text())
            print(f"Đã thêm người dùng {options.id}.")
        else:
            _, store = users.disable(opened.store, opened.unlocked, options.id, by=opened.user, opener=_opener)
            store.database.close()
            print(f"Đã khóa người dùng {options.id} và đổi khóa dữ liệu. Các bản sao lưu cũ vẫn mở được bằng mật khẩu cũ.")
    return 0


def _password(options: Options) -> int:
    secrets = Secrets(options)
    old = secrets.password("Mật khẩu hiện tại: ")
    with office.open_office(data_folder(options), user_name(options), old, "lệnh password") as opened:
        users.change_password(opened.store, opened.unlocked, opened.user, old, secrets.new_password())
        _back_up(opened)
    print("Đã đổi mật khẩu.")
    return 0


def _recover(options: Options) -> int:
    folder, secrets = data_folder(options), Secrets(options)
    with Lock(folder, "lệnh recover"):
        user = user_name(options) or office.only_user(folder)
        code = secrets.code()
        unlocked, store, fresh = users.recover(folder, code, user, secrets.recovered_password(), _opener)
        store.database.close()
        print(f"Đã đặt mật khẩu mới cho {user}.")
        print(f"Mã khôi phục: {fresh}", flush=True)  # seen before the old one ends
        if typed_back(fresh.split()) is False:
            print(
                "Không khớp: mã cũ và mã mới đều còn mở được dữ liệu. Hãy gõ lại mã mới từ phiếu ở mục Cài đặt, hoặc chạy lại lệnh này.",
                file=sys.stderr,
            )
            return 1
        office.prove_code(unlocked, fresh)
    print("Mã khôi phục cũ không dùng được nữa.")
    return 0


# -- tables ------------------------------------------------------------------------------------------------------------------


def _import(options: Options) -> int:
    declared = console.record_type(options.type)
    with _open(options) as opened:
        preview = importing.preview(opened.store, declared, options.file, ignore=options.ignore, progress=console.progress)
        if not options.preview and (not preview.refused or options.skip_refused):
            importing.apply(opened.store, preview, opened.user, progress=console.progress)
        if options.json:
            console.show_json(preview.summary())
            for notice in preview.notices:
                print(f"Lưu ý: {notice}", file=sys.stderr)
        else:
            for line in preview.lines():
                print(line)
        if preview.refused and not options.skip_refused:
            print(preview.refusal(), file=sys.stderr)
            return 1
    return 0


def _undo_import(options: Options) -> int:
    with _open(options) as opened:
        undone = importing.undo(opened.store, import_ids.find(opened.store, options.id), opened.user, progress=console.progress)
        for line in undone.lines(opened.store):
            print(line)
    return 0


def _export(options: Options) -> int:
    declared = console.record_type(options.type)
    with _open(options) as opened:
        chosen = period(opened.store, options.period) if options.period else None
        count = tables.export(
            opened.store,
            declared,
            options.file,
            chosen,
            opened.user,
            empty=options.empty,
            with_names=options.with_names,
            progress=console.progress,
        )
        print(f"Đã ghi {options.file}" + ("." if options.empty else f" ({count} bản ghi)."))
        if lost := tables.left_out(declared, options.file):
            print(f"Lưu ý: {lost}", file=sys.stderr)
    return 0


# -- records -----------------------------------------------------------------------------------------------------------------


def _list(options: Options) -> int:
    declared = console.record_type(options.type)
    if options.limit < 1:
        raise ExpectedError("limit", "Số dòng phải từ 1 trở lên.", "Hãy ghi --limit 50.")
    with _open(options) as opened:
        chosen = period(opened.store, options.period) if options.period else None
        found = search.find(
            opened.store,
            declared,
            words=options.search,
            period=chosen,
            unit=options.unit,
            state=options.state,
            limit=min(options.limit, sys.maxsize),
        )
        if options.json:
            console.show_json({"total": found.total, "records": found.records})
            return 0
        for record in found.records:
            print(console.record_line(opened.store, declared, record))
        print(f"{len(found.records)}/{found.total} bản ghi.")
    return 0


def _show(options: Options) -> int:
    with _open(options) as opened:
        try:
            uid = opened.store.find_uid(options.id)
        except ExpectedError:
            draft = drafts.tailed(opened.store, options.id)
            if draft is None:
                raise
            _show_draft(drafts.get(opened.store, draft), options)
            return 0
        declared, record = opened.store.read(uid)
        if options.json:
            console.show_json({"id": record["uid"], "type": declared.type_name, **search.masked(declared, record)})
        else:
            for line in search.lines(opened.store, declared, record):
                print(line)
    return 0


def _show_draft(kept: drafts.Kept, options: Options) -> None:
    declared = RECORD_TYPES[kept.type]
    if options.json:
        shown = search.draft_summary(declared, kept.id, kept.record, kept.content)
        console.show_json({"id": kept.id, "type": kept.type, **shown["values"], "state": shown["state"], "record": kept.record})
    else:
        for line in search.draft_lines(declared, kept.id, kept.content):
            print(line)


def _history(options: Options) -> int:
    with _open(options) as opened:
        versions = history.versions(opened.store, opened.store.find_uid(options.id))
        if options.json:
            console.show_json({"id": versions[0].record, "versions": [version.as_json() for version in versions]})
        else:
            for version in versions:
                print(console.version_line(opened.store, version))
            for line in console.erasure_lines(opened.store, versions[0].record):
                print(line)
    return 0


def _erase(options: Options) -> int:
    with _open(options) as opened:
        store, uid = opened.store, opened.store.find_uid(options.id)
        if not (any(version.private is not None for version in store.versions(uid)) or drafts.of_record(store, uid)):
            print("Không có gì để xóa: bản ghi này không có (hoặc không còn) thông tin riêng tư. Dữ liệu giữ nguyên.")
            return 0
        count = store.erase(uid, options.reason, opened.user)
    if not count:
        print("Bản ghi không có thông tin riêng tư; đã xóa bản nháp đang sửa của bản ghi này.")
        return 0
    print(f"Đã xóa hẳn thông tin riêng tư ở {count} phiên bản. Các bản sao lưu cũ vẫn còn cho đến khi được thay.")
    return 0


# -- care of the file --------------------------------------------------------------------------------------------------------


def _check(options: Options) -> int:
    try:
        return _checked(options)
    except Exception as error:
        expected = translate(error)
        if expected is not None and options.json:  # a file that does not open is what a program checks for
            console.show_json({"ok": False, "problems": [str(expected)], "counts": {}, "notices": []})
        raise


def _checked(options: Options) -> int:
    with _open(options) as opened:
        result = check_all(opened.store, console.progress)
        if options.json:
            console.show_json({"ok": result.ok, "problems": result.problems, "counts": result.counts, "notices": result.notices})
        else:
            for problem in result.problems:
                print(problem)
            for notice in result.notices:
                print(f"Lưu ý: {notice}")
            for name, count in result.counts.items():
                print(f"{RECORD_TYPES[name].plural}: {count} bản ghi")
            print("Dữ liệu nguyên vẹn." if result.ok else "Dữ liệu có vấn đề; hãy sao lưu thư mục này và báo người bảo trì.")
        return 0 if result.ok else 1


def _rebuild(options: Options) -> int:
    with _open(options) as opened:
        before = opened.store.state_hash()
        rebuild(opened.store, console.progress)
        same = opened.store.state_hash() == before
    print("Đã dựng lại các bảng từ nhật ký" + ("; kết quả như cũ." if same else "; các bảng cũ đã khác nhật ký và nay đã đúng."))
    return 0


def _backup(options: Options) -> int:
    with _open(options) as opened:
        path = backup.backup(opened.database, options.to)
        print(f"Đã sao lưu và mở thử: {path}")
        if doubt := backup_doubt(opened.store):
            print(f"Lưu ý: {doubt}", file=sys.stderr)
    return 0


def _restore(options: Options) -> int:
    from app import files

    folder, user = data_folder(options), user_name(options) or _only_user_of(options.file)
    with files.folder_for(folder, office.NOT_DATA), Lock(folder, "lệnh restore"):
        restored = backup.restore(folder, options.file, user, Secrets(options).password(), _opener, sure=_agreed)
        if restored is None:
            print("Chưa khôi phục gì.")
            return 1
        with closing(_opener(restored.unlocked).database):
            pass
    print(f"Đã khôi phục từ {options.file}.")
    if restored.aside:
        print(f"Tệp cũ được giữ ở: {restored.aside}")
    print("Máy này có danh tính mới; cần đăng ký lại với cấp trên trước khi gửi tệp.")
    return 0


def _agreed(loss: backup.Loss) -> bool:
    """Say what would be lost before it is, and ask whoever sits at a terminal."""
    print(loss, flush=True)
    return not sys.stdin.isatty() or input("Khôi phục? (c: có, k: không) ").strip().lower() in ("c", "có", "co")


def _only_user_of(path: Path) -> str:
    keys = backup.keys_of(path)
    if not path.is_file() or not keys.is_file():
        raise ExpectedError(
            "missing", f"Không thấy bản sao lưu {path} cùng tệp khóa {keys.name}.", "Hãy chỉ đúng tệp .db trong thư mục sao lưu."
        )
    found = keystore.parse(keystore.read(path.parent, keys.name), keys.name).users
    if len(found) != 1:
        raise ExpectedError("user", "Bản sao lưu có nhiều người dùng.", f"Hãy ghi --user, một trong: {', '.join(found)}.")
    return found[0]


def _sync(options: Options) -> int:
    from app.sync import commands

    with _open(options) as opened:
        return commands.run(opened, options)


def _explaining(options: Options) -> int:
    from app import explaining

    with _open(options) as opened:
        return explaining.run(opened, options)


def _report_command(options: Options) -> int:
    from app.report import commands

    with _open(options) as opened:
        return commands.run(opened, options)


COMMANDS: dict[str, Callable[[Options], int]] = {
    "init": _init,
    "demo": _demo,
    "import": _import,
    "undo-import": _undo_import,
    "export": _export,
    "list": _list,
    "show": _show,
    "history": _history,
    "explain": _explaining,
    "undo-explain": _explaining,
    "erase": _erase,
    "figures": _report_command,
    "trace": _report_command,
    "report": _report_command,
    "paper": _report_command,
    "approval": _report_command,
    "check": _check,
    "rebuild": _rebuild,
    "backup": _backup,
    "restore": _restore,
    "sync": _sync,
    "user": _user_command,
    "password": _password,
    "recover": _recover,
}
