"""What each command does: thin functions that call ``app`` and print; results on stdout, refusals are raised."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import backup, console, drafts, figures, history, import_ids, importing, office, search, tables, users
from app.asking import Secrets, data_folder, user_name
from app.checking import check_all
from app.figures import FigureValue
from app.listing import Listing, Wanted
from app.office import Office
from app.periods import period
from app.unit_tree import unit_named
from db import keystore
from db.catalogues import code_list
from db.connection import Lock, open_database, translate
from db.errors import ExpectedError
from db.journal import now_text
from db.keystore import Unlocked
from db.questions import shown_day
from db.record import Record
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


def progress(done: int, total: int) -> None:
    """Show how far a long work is, where a person watches."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else "\r"
        print(f"  {done * 100 // max(total, 1):3d}% ({done}/{total})", end=end, file=sys.stderr, flush=True)


def _open(options: Options) -> Office:
    opened = office.open_office(data_folder(options), user_name(options), Secrets(options).password(), f"lệnh {options.command}", progress)
    try:
        users.require(opened.database, opened.user, NEEDS.get(name_of(options), ""))
    except BaseException:
        opened.close()
        raise
    return opened


def record_type(name: str) -> type[Record]:
    """Give the record type of that name; raise ExpectedError naming the valid ones."""
    found = RECORD_TYPES.get(name.strip().lower())
    if found is None:
        listed = ", ".join(f"{known} ({declared.plural})" for known, declared in RECORD_TYPES.items())
        raise ExpectedError("type", f"Không có loại bản ghi “{name}”.", f"Các loại: {listed}.")
    return found


def show_json(value: Any) -> None:
    """Print JSON for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


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

    folder = data_folder(options, "nennep-demo")
    made = demo.make(folder, progress)
    if options.offices:
        from app.sync import demo as exchange

        print("\n".join([*exchange.make(folder.with_name(f"{folder.name}-trao-doi")).lines(), ""]))
    for line in made.lines():
        print(line)
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
    print("Đã đổi mật khẩu.")
    return 0


def _recover(options: Options) -> int:
    folder, secrets = data_folder(options), Secrets(options)
    with Lock(folder, "lệnh recover"):
        user = user_name(options) or office.only_user(folder)
        code = secrets.code()
        _, store, fresh = users.recover(folder, code, user, secrets.recovered_password(), _opener)
        store.database.close()
    print(f"Đã đặt mật khẩu mới cho {user}. Mã khôi phục cũ không dùng được nữa.")
    print(f"Mã khôi phục: {fresh}")
    return 0


# -- tables ------------------------------------------------------------------------------------------------------------------


def _import(options: Options) -> int:
    declared = record_type(options.type)
    with _open(options) as opened:
        preview = importing.preview(opened.store, declared, options.file, ignore=options.ignore, progress=progress)
        if not options.preview and (not preview.refused or options.skip_refused):
            importing.apply(opened.store, preview, opened.user, progress=progress)
        if options.json:
            show_json(preview.summary())
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
        undone = importing.undo(opened.store, import_ids.find(opened.store, options.id), opened.user, progress=progress)
        for line in undone.lines(opened.store):
            print(line)
    return 0


def _export(options: Options) -> int:
    declared = record_type(options.type)
    with _open(options) as opened:
        chosen = period(opened.store, options.period) if options.period else None
        count = tables.export(
            opened.store, declared, options.file, chosen, opened.user, empty=options.empty, with_names=options.with_names, progress=progress
        )
        print(f"Đã ghi {options.file}" + ("." if options.empty else f" ({count} bản ghi)."))
    return 0


# -- records -----------------------------------------------------------------------------------------------------------------


def _list(options: Options) -> int:
    declared = record_type(options.type)
    if options.limit < 1:
        raise ExpectedError("limit", "Số dòng phải từ 1 trở lên.", "Hãy ghi --limit 50.")
    with _open(options) as opened:
        chosen = period(opened.store, options.period) if options.period else None
        found = search.find(
            opened.store, declared, words=options.search, period=chosen, unit=options.unit, state=options.state, limit=options.limit
        )
        if options.json:
            show_json({"total": found.total, "records": found.records})
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
            show_json({"id": record["uid"], "type": declared.type_name, **search.masked(declared, record)})
        else:
            for line in search.lines(opened.store, declared, record):
                print(line)
    return 0


def _show_draft(kept: drafts.Kept, options: Options) -> None:
    declared = RECORD_TYPES[kept.type]
    if options.json:
        shown = search.draft_summary(declared, kept.id, kept.record, kept.content)
        show_json({"id": kept.id, "type": kept.type, **shown["values"], "state": shown["state"], "record": kept.record})
    else:
        for line in search.draft_lines(declared, kept.id, kept.content):
            print(line)


def _history(options: Options) -> int:
    with _open(options) as opened:
        versions = history.versions(opened.store, opened.store.find_uid(options.id))
        if options.json:
            show_json({"id": versions[0].record, "versions": [version.as_json() for version in versions]})
        else:
            for version in versions:
                print(console.version_line(opened.store, version))
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


# -- figures and report ------------------------------------------------------------------------------------------------------


def _value(found: FigureValue) -> dict[str, Any]:
    value = found.value / 10 if found.in_tenths and isinstance(found.value, int) else found.value
    nothing = value is None and found.is_total  # a sum over no records is 0; only annexes tell nothing from zero
    return {
        "label": found.figure.label,
        "value": 0 if nothing else value,
        "unit": found.figure.unit,
        "text": "0" if nothing else found.text,
        "numerator": found.numerator,
        "denominator": found.denominator,
    }


def _figures(options: Options) -> int:
    with _open(options) as opened:
        chosen = period(opened.store, options.period)
        unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
        computed = figures.compute(opened.store, chosen, unit)
        names = opened.store.names
        result: dict[str, Any] = {
            "period": chosen.code,
            "from": chosen.start,
            "to": chosen.end,
            "unit": names.code("unit", computed.scope.unit),
            "figures": {code: _value(found) for code, found in computed.all().items()},
        }
        if options.by == "unit":
            result["units"] = {
                names.code("unit", row): {
                    "name": names.label("unit", row, chosen.end),
                    "figures": {code: _value(found) for code, found in computed.all(row).items()},
                }
                for row in computed.rows()
            }
        if options.json:
            show_json(result)
        else:
            for line in console.figure_lines(result):
                print(line)
    return 0


def _trace(options: Options) -> int:
    with _open(options) as opened:
        chosen = period(opened.store, options.period)
        figures.figure_of(options.code)
        unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
        computed = figures.compute(opened.store, chosen, unit)
        found = computed.value(options.code)
        records = computed.trace(options.code)
        if options.json:
            show_json({"code": found.figure.code, "value": _value(found)["value"], "records": records})
            return 0
        print(f"{found.figure.label}: {found.text}")
        for record in records:
            day = shown_day(record["date"]) if record["date"] else ""
            print("\t".join((record["id"], day, record["unit"], str(record["part"]), record["title"])))
        print(f"{len(records)} bản ghi.")
    return 0


def _report(options: Options) -> int:
    from app.report import writing

    if options.profile is not None and options.profile not in (kinds := code_list("PROFILE")).codes():
        listed = ", ".join(f"{code} ({kinds.label(code, None)})" for code in kinds.codes())
        raise ExpectedError("profile", f"Không có kiểu văn bản “{options.profile}”.", f"Hãy chọn một trong: {listed}.")
    with _open(options) as opened:
        chosen = period(opened.store, options.period)
        unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
        if options.summary and options.sources:
            raise ExpectedError("summary", "Bản tóm tắt không có phụ lục nguồn số liệu.", "Hãy bỏ --sources hoặc --summary.")
        if options.summary:
            written = writing.write_summary(opened.store, chosen, options.out, unit, exact=options.exact or None)
        else:
            asked = {"exact": options.exact or None, "sources": options.sources, "profile": options.profile}
            written = writing.write(opened.store, chosen, options.out, unit, **asked, by=opened.user, progress=progress)
        print(f"Đã ghi {options.out}" + (f" ({written.pages} trang)." if written.pages else "."))
        for warning in written.warnings:
            print(f"Lưu ý: {warning}", file=sys.stderr)
    return 0


def _paper(options: Options) -> int:
    from app.report import papers

    declared = record_type(options.type)
    rule = papers.rule_of(declared, options.name)
    with _open(options) as opened:
        store = opened.store
        chosen = period(store, options.period) if options.period else None
        if options.ids:
            ids = papers.rows_of(store, declared, [store.find_uid(one) for one in options.ids])
        else:
            unit = unit_named(store, options.unit, chosen) if options.unit else None
            ids = list(Listing(store, declared, Wanted(options.search, chosen, unit)).ids())
        written = papers.write(store, rule, ids, options.out, opened.user, progress=progress)
        print(f"Đã ghi {options.out}" + (f" ({written.pages} trang)." if written.pages else "."))
        for warning in written.warnings:
            print(f"Lưu ý: {warning}", file=sys.stderr)
    return 0


def _approval(options: Options) -> int:
    from app.report import approval

    with _open(options) as opened:
        store, by, chosen = opened.store, opened.user, period(opened.store, options.period)
        if options.action == "submit":
            approval.submit(store, chosen, by)
        elif options.action == "return":
            approval.give_back(store, chosen, by, options.reason or "")
        elif options.action == "amend":
            approval.amend(store, chosen, by, options.reason or "")
        elif options.action == "approve":
            approval.approve(store, chosen, by, options.secrecy, progress=progress)
        found = approval.standing(store, chosen)
        if options.json:
            show_json(asdict(found))
            return 0
        print("\n".join(console.approval_lines(found, chosen)))
    return 0


# -- care of the file --------------------------------------------------------------------------------------------------------


def _check(options: Options) -> int:
    try:
        return _checked(options)
    except Exception as error:
        expected = translate(error)
        if expected is not None and options.json:  # a file that does not open is what a program checks for
            show_json({"ok": False, "problems": [str(expected)], "counts": {}, "notices": []})
        raise


def _checked(options: Options) -> int:
    with _open(options) as opened:
        result = check_all(opened.store, progress)
        if options.json:
            show_json({"ok": result.ok, "problems": result.problems, "counts": result.counts, "notices": result.notices})
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
        opened.store.rebuild(progress)
        same = opened.store.state_hash() == before
    print("Đã dựng lại các bảng từ nhật ký" + ("; kết quả như cũ." if same else "; các bảng cũ đã khác nhật ký và nay đã đúng."))
    return 0


def _backup(options: Options) -> int:
    with _open(options) as opened:
        path = backup.backup(opened.database, options.to)
    print(f"Đã sao lưu và mở thử: {path}")
    return 0


def _restore(options: Options) -> int:
    from app import files

    folder, user = data_folder(options), user_name(options) or _only_user_of(options.file)
    with files.folder_for(folder, office.NOT_DATA), Lock(folder, "lệnh restore"):
        restored = backup.restore(folder, options.file, user, Secrets(options).password(), _opener)
        if restored is None:
            return 1
        with closing(_opener(restored.unlocked).database):
            pass
    print(f"Đã khôi phục từ {options.file}. {restored.loss}")
    if restored.aside:
        print(f"Tệp cũ được giữ ở: {restored.aside}")
    print("Máy này có danh tính mới; cần đăng ký lại với cấp trên trước khi gửi tệp.")
    return 0


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


COMMANDS: dict[str, Callable[[Options], int]] = {
    "init": _init,
    "demo": _demo,
    "import": _import,
    "undo-import": _undo_import,
    "export": _export,
    "list": _list,
    "show": _show,
    "history": _history,
    "erase": _erase,
    "figures": _figures,
    "trace": _trace,
    "report": _report,
    "paper": _paper,
    "approval": _approval,
    "check": _check,
    "rebuild": _rebuild,
    "backup": _backup,
    "restore": _restore,
    "sync": _sync,
    "user": _user_command,
    "password": _password,
    "recover": _recover,
}
