"""The command ``nennep sync …``: thin functions over an open office; results on stdout, refusals on stderr."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from app import arrivals, backup, board, files, requests
from app.asking import Secrets, typed_back
from app.board import Board
from app.listing import when
from app.office import Office
from app.periods import period
from app.sync import answering, authority, bundle, enrolment, rebuilding, sending, standing, taking
from app.sync.refusals import Refusal
from app.unit_tree import unit_named
from db import receiving
from db.errors import ExpectedError
from db.message import Message
from db.questions import shown_day
from db.records import RECORD_TYPES

Options = argparse.Namespace


def run(opened: Office, options: Options) -> int:
    """Run one of them; give the exit code."""
    return _ACTIONS[options.action](opened, options)


def _path(text: str) -> Any:
    from pathlib import Path

    if not text.strip():
        raise ExpectedError("usage", "Chưa ghi tên thư mục hoặc tệp.", "Hãy ghi đường dẫn, ví dụ --to /media/usb.")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # a name after ~ that is nobody's: a folder may be called so
        return Path(text)


def _keys(opened: Office, options: Options) -> int:
    store, by = opened.store, opened.user
    if options.make:
        if not options.to:
            raise ExpectedError("usage", "Chưa ghi nơi cất tệp khóa.", "Hãy thêm --to THƯ_MỤC.")
        made = authority.make_keys(store, _path(options.to), by)
        print(f"Đã tạo khóa của {made.keys.name}. Gửi cho các đơn vị: {made.public}")
        print(f"Mã đối chiếu (ghi trong công văn): {made.keys.digits}")
        print(f"Tệp khóa dự phòng, cất ở két: {made.safe}")
        return _words(opened, options)
    if options.words or options.sheet:
        return _words(opened, options)
    if options.rotate:
        if not options.to:
            raise ExpectedError("usage", "Chưa ghi nơi cất tệp khóa.", "Hãy thêm --to THƯ_MỤC.")
        made = authority.rotate_keys(store, _path(options.to), by)
        print(f"Đã thay khóa của {made.keys.name}; khóa cũ vẫn đọc được tệp gửi bằng khóa cũ.")
        print("Đơn vị đã đăng ký nhận khóa mới trong tệp trả lời tiếp theo.")
        print(f"Đơn vị đăng ký từ nay dùng tệp: {made.public}")
        print(f"Mã đối chiếu mới (ghi trong công văn): {made.keys.digits}")
        print(f"Tệp khóa dự phòng thêm, cất ở két cạnh tệp đầu (mở bằng tệp đầu và từ khóa cũ): {made.safe}")
        return 0
    if options.recover:
        keys = authority.recover_keys(
            store, _path(options.recover), os.environ.get("NENNEP_SAFE_WORDS") or Secrets.ask("Từ khóa trên phiếu: "), by
        )
        print(f"Đã lấy lại khóa của {keys.name}, mã đối chiếu {keys.digits}.")
        return 0
    if options.take:
        if not options.digits.strip():
            raise ExpectedError("digits", "Chưa ghi mã đối chiếu.", "Hãy thêm --digits và 24 chữ số trong công văn của cấp trên.")
        keys = authority.take_keys(store, _path(options.take), options.digits, by)
        print(f"Đã nhận khóa của {keys.name} ({keys.office}).")
        return 0
    if options.to:
        print(f"Đã ghi tệp khóa cho các đơn vị: {authority.write_public(store, _path(options.to))}")
    own, above = authority.own_keys(store), authority.above(store)
    print(f"Khóa của cơ quan mình: {own.digits if own else 'chưa có'}")
    print(f"Khóa của cấp trên: {f'{above.name} ({above.office}), {above.digits}' if above else 'chưa có'}")
    return 0


def _words(opened: Office, options: Options) -> int:
    """Say the words of the file in the safe, write their sheet where one is asked for, and let who sits there type one back."""
    from app.sync import slip

    words = authority.unwritten_words(opened.store, opened.user)
    if not words:
        raise ExpectedError(
            "words", "Không có từ khóa nào chờ ghi ra giấy.", "Từ khóa đã có người gõ lại từ phiếu, hoặc cơ quan này chưa tạo khóa."
        )
    print(f"Từ khóa mở tệp dự phòng (cất riêng với tệp, ghi ra giấy): {words}")
    if options.sheet:
        path = _path(options.sheet)
        sheet = slip.of_words(opened.store, words, opened.user, path.name)
        print(f"Phiếu từ khóa: {slip.write(opened.store, sheet, files.make_folder(path.parent))}. In ra, niêm phong, rồi xóa tệp này.")
    right = typed_back(words.split("-"))
    if right:
        authority.words_written(opened.store, opened.user)
        print("Đúng. Từ khóa nay chỉ còn trên giấy.")
        return 0
    if right is False:
        print("Không khớp với từ khóa.", file=sys.stderr)
    print("Từ khóa còn xem lại được đến khi có người gõ đúng một nhóm: sync keys --words, hoặc trang Gửi, nhận dữ liệu.")
    return 0


def _enrol(opened: Office, options: Options) -> int:
    from app.sync import slip

    if options.fresh:
        backup.backup(opened.database)
    path, mine = enrolment.enrol(opened.store, _path(options.to), options.name, opened.user, fresh=options.fresh)
    print(f"Đã ghi tệp đăng ký: {path}")
    print(f"Đơn vị: {mine.office} {mine.office_name}. Máy: {mine.label}.")
    print(f"Phiếu đăng ký, in ra: {slip.write(opened.store, slip.of_enrolment(opened.store, mine, opened.user), path.parent)}")
    print(f"Mã đối chiếu (có trên phiếu, ký, đóng dấu, gửi cấp trên): {mine.digits}")
    if options.fresh:
        print("Máy mang danh tính mới; những gì máy này đã ghi mà máy kia không có sẽ gửi dưới danh tính mới.")
        for verdict in taking.retry(opened.store, opened.user):
            print("\n".join(verdict_lines(verdict)))
    return 0


def _approve(opened: Office, options: Options) -> int:
    one = enrolment.approve(opened.store, options.device, options.digits, opened.user, options.unit)
    print(f"Đã duyệt máy {one.label} ({one.device[:8]}) của {one.office} {one.office_name}.")
    for verdict in taking.retry(opened.store, opened.user, lambda: backup.backup(opened.database)):
        print("\n".join(verdict_lines(verdict)))
    return 0


def _revoke(opened: Office, options: Options) -> int:
    one = enrolment.revoke(opened.store, options.device, options.after, opened.user)
    print(f"Đã thu hồi máy {one.label} ({one.device[:8]}) của {one.office}: không nhận gì sau mục {one.last_ok}.")
    have = arrivals.chain_ends(opened.store).get(one.device, 0)
    if one.last_ok is not None and one.last_ok > have:
        print(f"Lưu ý: ở đây mới có đến mục {have}; các mục từ {have + 1} đến {one.last_ok} gửi sau này vẫn được nhận.", file=sys.stderr)
    elif one.last_ok is not None and one.last_ok < have:
        print(f"Lưu ý: ở đây đã nhận đến mục {have}; các mục từ {one.last_ok + 1} đến {have} vẫn được tính.", file=sys.stderr)
    return 0


def _out(opened: Office, options: Options) -> int:
    from app.sync import slip

    lists = True if options.with_lists else None
    sent = sending.out(opened.store, _path(options.to), opened.user, everything=options.all, lists=lists)
    try:
        if not options.no_slip:
            made = slip.of_files(opened.store, sent, opened.user)
            print(f"Phiếu bàn giao: {slip.write(opened.store, made, sent[0].path.parent)}")
    finally:  # last, for it lets the stick be pulled; the files are good whatever becomes of their slip
        for one in sent:
            print(one.said())
    return 0


def _in(opened: Office, options: Options) -> int:
    def sure(verdict: taking.Verdict) -> bool:
        if options.preview and not options.accept_cancelled:  # what is asked about is told with its numbers
            verdict.notes.append(f"Tệp này hủy {verdict.taken.cancelled} bản ghi: hỏi đơn vị; khi nhập phải thêm --accept-cancelled.")
        return bool(options.accept_cancelled or options.preview)

    found = taking.take(
        opened.store,
        [_path(one) for one in options.files],
        opened.user,
        preview=options.preview,
        sure=sure,
        before=lambda: backup.backup(opened.database),
    )
    good = all(verdict.verdict in (arrivals.TAKEN, arrivals.WAITING) for verdict in found)
    if options.json:
        print(json.dumps([verdict.as_json() for verdict in found], ensure_ascii=False, indent=1))
        return 0 if good else 1
    if options.preview:
        print("Xem trước, chưa ghi gì:")
    for verdict in found:
        print("\n".join(verdict_lines(verdict, options.preview)), file=sys.stdout if verdict.verdict == arrivals.TAKEN else sys.stderr)
    if not found:
        print("Không có tệp nào để nhập.")
    return 0 if good else 1


def verdict_lines(verdict: taking.Verdict, preview: bool = False) -> list[str]:
    """Say what became of a file, with ``preview`` what would become of it."""
    if verdict.message:
        said = [f"{verdict.name}: {f'{verdict.code} ' if verdict.code else ''}{verdict.message}"]
    elif verdict.kind in ("data", "rebuild"):
        taken = verdict.taken
        said = [
            f"{verdict.name}: {verdict.office}, tệp số {verdict.number}: {taken.new} mới, {taken.changed} sửa, {taken.cancelled} hủy, "
            f"{verdict.known} đã có, {len(taken.conflicts)} xung đột, {len(taken.late)} đến sau khóa."
        ]
    else:
        said = [f"{verdict.name}: {'nhận được' if preview else 'đã nhận'}."]
    return [*said, *(f"  {note}" for note in verdict.notes)]


def _return(opened: Office, options: Options) -> int:
    office = options.unit
    if office not in answering.answered(opened.store):
        office = opened.store.names.code("unit", unit_named(opened.store, office))
    if options.rebuild:
        written = rebuilding.rebuild(opened.store, office, _path(options.to), opened.user)
    else:
        written = [answering.answer(opened.store, office, _path(options.to), opened.user, reset=options.reset)]
    for made in written:
        print(
            Message(
                "Đã ghi và đọc lại đúng: {name}, {n} mục, mã {digest}. Có thể rút USB an toàn.",
                name=made.path.name, n=sum(made.items.values()), digest=made.digest[:8],
            )
        )  # fmt: skip
    return 0


def _status(opened: Office, options: Options) -> int:
    found = standing.status(opened.store)
    if options.period:
        seen = board.board(opened.store, period(opened.store, options.period), date.today(), columns=1)
        if options.json:
            found["board"] = [asdict(row) | asdict(row.cells[0]) for row in seen.rows]
        else:
            print("\n".join(board_lines(seen)))
            return 0
    print(json.dumps(found, ensure_ascii=False, indent=1) if options.json else "\n".join(status_lines(found)))
    return 0


def _verify(opened: Office, options: Options) -> int:
    path = _path(options.file)
    name = files.shown_name(path.name)
    try:
        data = taking.read_file(path)
        found = bundle.open_bundle(data, enrolment.OwnKeys(opened.store))
    except Refusal as refusal:
        raise ExpectedError(refusal.code, f"{name}: {refusal.code} {refusal.title}", refusal.remedy) from None
    said = found.manifest
    print(f"{name}: đúng. {_KINDS[found.kind]} từ {said['office']} gửi {said['dest']}, lập {when(said['created'])}.")
    print(f"Mã kiểm tra trên phiếu: {bundle.check_code(hashlib.sha256(data).hexdigest())}")
    if found.kind == "data":
        print(f"Mục {said['from_seq']}–{said['to_seq']} của máy {said['chain_device'][:8]}: {_counted(said['counts'])}.")
    return 0


_KINDS = {"data": "Tệp số liệu", "enrol": "Tệp đăng ký máy", "return": "Tệp trả lời", "rebuild": "Tệp khôi phục"}


def _counted(counts: dict[str, int]) -> str:
    """Say how many entries of each record type a file holds, and how many that are no records."""
    said = [f"{declared.plural} {counts[name]}" for name, declared in RECORD_TYPES.items() if name in counts]
    rest = sum(count for name, count in counts.items() if name not in RECORD_TYPES)
    return ", ".join([*said, *([f"việc ghi trong nhật ký {rest}"] if rest else [])])


_STATES = {"waiting": "chờ duyệt", "approved": "đã duyệt", "revoked": "đã thu hồi"}


def status_lines(found: dict[str, Any]) -> list[str]:
    """Say how exchange stands in Vietnamese, a line each."""
    above, own = found["above"], found["headquarters"]
    said = [f"Cơ quan {found['office']}, máy {found['device'][:8]}."]
    if own:
        said.append(f"Khóa nhận tệp của cơ quan này, mã đối chiếu: {own['fingerprint']}.")
    if above:
        digits = f", mã {found['fingerprint']}" if found["fingerprint"] else ""
        said += [
            f"Gửi lên: {above['name']} ({above['office']}), mã đối chiếu {above['fingerprint']}.",
            f"Máy này: {_STATES.get(found['enrolled'], 'chưa đăng ký')}{digits}.",
        ]
    if above and found["stopped"]:
        said += [
            f"Máy này dừng gửi. {found['stopped']}",
            f"Cấp trên đã xác nhận đến mục {found['acknowledged']}; máy này đã ghi đến mục {found['sequence']}, "
            "phần còn lại gửi dưới danh tính mới.",
        ]
    elif above:
        said += [
            f"Cấp trên đã xác nhận đến mục {found['acknowledged']}; chưa xác nhận: {found['unsent']} mục, "
            + (f"trong đó {found['changes']} thay đổi của bản ghi." if found["changes"] else "không có thay đổi nào của bản ghi."),
        ]
    for place in found["offices"]:
        last = f"tệp cuối nhập ngày {shown_day(place['last'][:10])}" if place["last"] else "chưa nhận tệp nào"
        said.append(f"{place['office']} {place['name']}: {last}.")
        for one in place["machines"]:
            state = _STATES[one["status"]]
            said.append(f"  máy {one['device'][:8]} ({one['label']}): {state}, có đến mục {one['have']}, mã {one['fingerprint']}")
    said += [f"Chờ: {one['name']}: {one['message']}" for one in found["waiting"]]
    said += [f"Để riêng: {one['name']}: {one['message']}" for one in found["aside"]]
    said += [f"Còn thiếu mục {one['first']}–{one['last']} của {one['office']} (máy {one['device'][:4]})." for one in found["missing"]]
    said += [
        f"Cấp trên có mục {one['first']}–{one['last']} của máy “{one['machine']}”, ở đây chưa có: hãy nhập tệp của máy đó; "
        "máy đó đã hỏng thì xin cấp trên tệp khôi phục (sync return --rebuild)."
        for one in found["behind"]
    ]
    for one in found["conflicts"]:
        what = f"{one['title']} (bản ghi {one['record']})"
        if one["office"] == found["office"]:
            said.append(f"Hai máy cùng sửa: {what}. Chọn bằng sync choose {one['record']} và một trong:")
        else:
            said.append(f"Hai máy của {one['office']} cùng sửa: {what}. Đơn vị đó chọn, rồi gửi tệp mới:")
        said += [f"  {v['device'][:8]}/{v['seq']}: {v['by']}, {when(v['at'])}, máy “{v['machine']}”: {v['apart']}" for v in one["versions"]]
    if found["late"]:
        said.append(f"Đến sau khóa, chưa tính: {len(found['late'])} bản ghi (sync accept để tính).")
        for one in found["late"]:
            said.append(f"  {one['record']}, kỳ {one['period']}: {one['title']}: {one['change']}")
    said += [f"Đề nghị làm rõ {one['title']} (bản ghi {one['record']}): {one['text']}" for one in found["requests"]]
    for code, count in found["reports_without_file"].items():
        said.append(f"Kỳ {code}: máy này không có tệp của {count} báo cáo đã duyệt; lấy lại: approval take --period {code} --file TỆP.pdf.")
    return said


def board_lines(found: Board) -> list[str]:
    """Say of each unit how it stands in the newest period of the board, and the share that is complete and on time."""
    if not any(row.sends for row in found.rows):
        return ["Chưa có đơn vị nào gửi đến cơ quan này."]
    share = found.share(-1)
    said = [f"Kỳ {found.periods[-1].code}: {share.full}/{share.units} đơn vị đã gửi đủ, {share.on_time} đúng hạn."]
    for row in found.rows:
        cell = row.cells[-1]
        last = f", gói mới nhất {row.last}" if row.last else ""
        late = f", {cell.kept_out} đến sau khóa" if cell.kept_out else ""
        said.append(f"{row.code} {row.name}: {cell.words}, {cell.records} bản ghi{late}{last}")
        said += [f"  {note}" for note in (*row.notes, *row.gaps)]
        if row.twice:
            said.append(f"  {len(row.twice)} bản ghi có thể trùng: nơi khác cũng nhập cho đơn vị này.")
    return [*said, *(str(words) for words in found.missing())]


def _choose(opened: Office, options: Options) -> int:
    uid = opened.store.find_uid(options.id)
    ends = receiving.conflicts(opened.store).get(uid, [])
    device, _, number = options.version.partition("/")
    chosen = [entry for entry in ends if device and entry.device.startswith(device) and str(entry.seq) == number]
    if len(chosen) != 1:
        if not ends:
            raise ExpectedError("version", "Bản ghi này không có hai phiên bản cùng sửa.", "Không cần chọn gì; xem bằng sync status.")
        listed = ", ".join(f"{entry.device[:8]}/{entry.seq}" for entry in ends)
        raise ExpectedError("version", "Không rõ phiên bản nào được chọn.", f"Các phiên bản của bản ghi này: {listed}.")
    opened.store.restore(uid, chosen[0].device, chosen[0].seq, opened.user)
    print("Đã chọn; phiên bản kia vẫn xem được trong lịch sử.")
    return 0


def _ask(opened: Office, options: Options) -> int:
    requests.ask(opened.store, opened.store.find_uid(options.id), options.text, opened.user)
    print("Đã ghi đề nghị; đơn vị nhận được trong tệp trả về tiếp theo.")
    return 0


def _accept(opened: Office, options: Options) -> int:
    known = {one["record"] for one in receiving.late(opened.store)}
    for wanted in options.id:
        if wanted not in known:
            title = f"Không có thay đổi nào của “{wanted}” đến sau khóa."
            raise ExpectedError("late", title, "Hãy ghi mã bản ghi đầy đủ, như lệnh sync status in ra. Chưa tính gì.")
    count = board.accept(opened.store, options.id, opened.user)
    print(f"Đã tính {count} thay đổi đến sau khóa.")
    return 0


_ACTIONS: dict[str, Callable[[Office, Options], int]] = {
    "keys": _keys, "enrol": _enrol, "approve": _approve, "revoke": _revoke, "out": _out, "in": _in, "return": _return,
    "status": _status, "verify": _verify, "ask": _ask, "choose": _choose, "accept": _accept,
}  # fmt: skip
