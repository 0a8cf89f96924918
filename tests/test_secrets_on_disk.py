"""Fifty planted names, numbers, addresses, notes and passwords are found nowhere in the clear after a session with two crashes.

The session runs as a process of its own, with its own home and temporary folder, so that whatever it leaves behind is found;
``tests.secrets_worker`` is that process.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from openpyxl import Workbook
from pypdf import PdfReader

from db.text import search_key
from tests.ledger import ROOT
from tests.secrets_worker import FIRST, OTHERS, PLANTED, PUBLIC, RECOVERED, SECOND, STALE, WRONG
from tests.soak.crash import CATALOGUES, demo_file

MARKERS = [text for texts in PLANTED.values() for text in texts]


def forms(text: str) -> set[bytes]:
    """Give a text as bytes in every way a program might leave it behind."""
    folded = search_key(text)
    texts = {text, text.lower(), text.upper(), folded, folded.upper(), folded.replace(" ", "")}
    texts |= {unicodedata.normalize("NFD", one) for one in texts} | {json.dumps(one)[1:-1] for one in texts}
    found = {one.encode(encoding) for one in texts for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
    return found | {one.encode("ascii", "xmlcharrefreplace") for one in texts}  # as in the parts of a workbook


def in_the_clear(files: Iterator[tuple[str, bytes]], markers: list[str]) -> list[str]:
    """Give where which marker stands."""
    by_form = {form: marker for marker in markers for form in forms(marker)}
    starts = b"".join(b"[" + b"".join(re.escape(bytes([form[at]])) for form in by_form) + b"]" for at in range(6))  # a quick look first
    pattern = re.compile(b"(?=" + starts + b")(?:" + b"|".join(map(re.escape, sorted(by_form, key=len, reverse=True))) + b")", re.DOTALL)
    return [f"{name}: {by_form[match[0]]}" for name, content in files for match in pattern.finditer(content)]


def files_under(folder: Path, besides: Path) -> Iterator[tuple[str, bytes]]:
    """Give all files under a folder but those under ``besides``."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and besides not in path.parents:
            yield str(path.relative_to(folder)), path.name.encode() + b"\0" + path.read_bytes()


# --- the session --------------------------------------------------------------------------------------------------------------


class Session:
    """The process that does the work, and where it lives: ``data``, ``home``, ``tmp``, ``usb`` and the ``person``'s own files."""

    def __init__(self, base: Path) -> None:
        self.base, self.person = base, base / "person"
        for name in ("home", "tmp", "usb", "person"):
            (base / name).mkdir()
        self.said = ""
        self._start()

    def _start(self) -> None:
        home, tmp = str(self.base / "home"), str(self.base / "tmp")
        changed = {"HOME": home, "TMPDIR": tmp, "TEMP": tmp, "TMP": tmp, "SQLITE_TMPDIR": tmp, "NENNEP_DATA": str(self.base / "data")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NENNEP_"))}
        command = [sys.executable, "-m", "tests.secrets_worker"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env={**kept, **changed, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def run(self, password: str, *arguments: object, code: int = 0, **secrets: str) -> str:
        """Run one command in the session's process and give what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        environment = {"NENNEP_PASSWORD": password, "NENNEP_DATA": str(self.base / "data"), **secrets}
        self._process.stdin.write(json.dumps([environment, [str(one) for one in arguments]]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            assert self._process.wait() == -signal.SIGKILL
            assert code == -signal.SIGKILL, arguments
            self._process.stdin.close()
            self._process.stdout.close()
            self._start()
            return ""
        found, said = json.loads(line)
        assert found == code, (arguments, said)
        return str(said)

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait() == 0
        self._process.stdout.close()


def _csv(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def _care_book(path: Path) -> Path:
    """A workbook with a named list: five persons are made by it, four of whom somebody else received for."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Hoạt động"
    page.append(["Bản ghi số", "Đơn vị", "Ngày", "Hoạt động", "Định mức", "Ghi chú"])
    page.append([1, "DV01", "10/04/2019", "KHAM_BENH", 120000, PLANTED["note"][0]])
    page = book.create_sheet("Đối tượng hưởng")
    page.append(["Bản ghi số", "Diện đối tượng", "Xã", "Số người"])
    page.append([1, "THUONG_BINH", "Phú Lâm", 5])
    page = book.create_sheet("Danh sách")
    page.append(["Bản ghi số", "Họ và tên", "Năm sinh", "Số giấy tờ", "Địa chỉ", "Diện đối tượng", "Số tiền", "Người nhận thay", "Quan hệ"])
    for number in range(5, 10):
        by = PLANTED["received_by"][number - 5] if number < 9 else None
        cells = [PLANTED["name"][number], str(1930 + number), PLANTED["id_no"][number], PLANTED["address"][number]]
        page.append([1, *cells, "THUONG_BINH", 120000, by, "Con" if by else None])
    page = book.create_sheet("Nguồn kinh phí")
    page.append(["Bản ghi số", "Nguồn", "Số tiền"])
    page.append([1, "NSNN", 600000])
    book.save(path)
    return path


def _first_half(session: Session) -> str:
    """An office is made, filled, read, backed up and printed; give its recovery code."""
    run, person = session.run, session.person
    code = run(FIRST, "make")
    for type_name, name in CATALOGUES:
        run(FIRST, "import", type_name, demo_file(name))
    rows = [
        f"{name},{1930 + number},{id_no},{address},Phú Lâm"
        for number, (name, id_no, address) in enumerate(zip(PLANTED["name"][:5], PLANTED["id_no"][:5], PLANTED["address"][:5], strict=True))
    ]
    people = _csv(person / "nguoi.csv", "Họ và tên,Năm sinh,Số giấy tờ,Địa chỉ,Xã", *rows)
    run(FIRST, "import", "beneficiary", people, "--preview")
    run(FIRST, "import", "beneficiary", people)
    run(FIRST, "import", "care", _care_book(person / "chinh-sach.xlsx"))
    head = "Đơn vị,Ngày,Hình thức,Loại nội dung,Chuyên đề,Giáo viên / báo cáo viên,Đối tượng,Quân số,Phải học,Tham gia,Ghi chú,Trạng thái"
    row = "DV01,02/01/2019,HOC_TAP,CT,T23,CAN_BO_CT,DQ_CD,420,420,409"
    typed = PLANTED["typed"]
    run(FIRST, "import", "education", _csv(person / "sai.csv", head, row.replace("T23", typed[0]) + ","), code=1)
    run(FIRST, "import", "education", _csv(person / "la.csv", f"{head},{typed[1]}", row + ",,,"), code=1)
    good = [row + f",{PLANTED['note'][1]},", row.replace("02/01", "03/01") + f",{PLANTED['draft'][0]},Nháp"]
    run(FIRST, "import", "education", _csv(person / "buoi.csv", head, *good))
    found = run(FIRST, "list", "beneficiary", "--search", PLANTED["name"][0], "--json")
    run(FIRST, "list", "beneficiary", "--search", typed[2])
    uid = json.loads(found)["records"][0]["id"]
    for command in ("show", "history"):
        run(FIRST, command, uid)
    run(WRONG, "check", code=1)
    run(FIRST, "backup")
    (session.base / "usb").mkdir(exist_ok=True)
    run(FIRST, "backup", "--to", session.base / "usb")
    return code


def _second_half(session: Session, code: str) -> None:
    """Users and keys change, tables and the report are written, a backup is gone back to."""
    run = session.run
    run(FIRST, "user", "add", "binh", "--name", PLANTED["name"][0], "--role", "clerk", NENNEP_NEW_PASSWORD=OTHERS)
    run(FIRST, "password", "--user", "admin", NENNEP_NEW_PASSWORD=SECOND)
    run(SECOND, "user", "disable", "binh", "--user", "admin")
    run(STALE, "recover", "--user", "admin", NENNEP_RECOVERY_CODE=code[:-1] + str((int(code[-1]) + 1) % 10), code=1)
    run(STALE, "recover", "--user", "admin", NENNEP_RECOVERY_CODE=code, NENNEP_NEW_PASSWORD=RECOVERED)
    run(RECOVERED, "report", "--period", "2019-H1", "--out", session.base / "bao-cao.pdf")
    for type_name in ("beneficiary", "care", "inspection"):
        run(RECOVERED, "export", type_name, session.base / f"{type_name}.xlsx")
        run(RECOVERED, "export", type_name, session.base / f"{type_name}.csv")
        run(RECOVERED, "export", type_name, session.person / f"{type_name}.xlsx", "--with-names")
    run(RECOVERED, "export", "education", session.person / "education.csv")
    (copy,) = (session.base / "usb").glob("*.db")
    run(FIRST, "restore", copy)
    run(FIRST, "rebuild")
    run(FIRST, "check")


def exchange(session: Session) -> list[str]:
    """Keys, machines, packages, answers, a conflict, a package that waits, a crash and a rebuild go over a stick; give more secrets."""
    base, stick = session.base, session.base / "thu"
    main, hq, twin, new = (base / name for name in ("data", "tren", "hai", "moi"))

    def at(data: Path, *arguments: object, code: int = 0) -> str:
        return session.run(FIRST, *arguments, code=code, NENNEP_DATA=str(data))

    def joined(data: Path, *more: str) -> None:
        """Enrol a machine, approve it, and bring the answer back."""
        at(data, "sync", "enrol", "--to", stick, *more)
        at(hq, "sync", "in", stick)
        mine = json.loads(at(data, "sync", "status", "--json"))
        at(hq, "sync", "approve", mine["device"], "--digits", mine["fingerprint"])
        answered(data)

    def answered(data: Path, *more: str) -> None:
        back = stick / data.name
        at(hq, "sync", "return", "--unit", "HS00", "--to", back, *more)
        at(data, "sync", "in", back)

    at(hq, "make", "QK00")
    listed = session.person / "đơn vị.csv"
    listed.write_text("Mã đơn vị,Tên đơn vị,Đơn vị cấp trên\nHS00,Bộ CHQS tỉnh Hà Sơn,QK00\n", encoding="utf-8")
    at(hq, "import", "unit", listed)
    said = at(hq, "sync", "keys", "--make", "--to", stick)
    digits, words = re.findall(r"công văn\): ([\d ]+)|ghi ra giấy\): (\S+)", said)
    keys = ("sync", "keys", "--take", stick / "khoa-QK00.json", "--digits", digits[0])
    at(main, *keys)
    joined(main)
    uid = json.loads(at(main, "list", "education", "--json"))["records"][-1]["id"]
    at(main, "crash: sending", stick, code=-signal.SIGKILL)
    assert list(stick.glob("*.part"))
    at(main, "sync", "out", "--to", stick, "--with-lists")
    assert in_the_clear((("slip", content_of(path)) for path in stick.glob("*.pdf")), MARKERS) == []
    at(hq, "sync", "in", stick, "--preview")
    at(hq, "sync", "in", stick)
    at(hq, "sync", "ask", uid, "--text", PLANTED["note"][6])
    answered(main)
    shutil.copytree(main, twin, ignore=shutil.ignore_patterns("*.lock*"))
    at(twin, "sync", "enrol", "--to", stick, "--fresh")
    at(twin, "note", uid, PLANTED["note"][7])
    at(twin, "sync", "out", "--to", stick, "--with-lists")
    at(hq, "sync", "in", stick, code=0)  # it waits: its machine is not approved yet
    assert json.loads(at(hq, "sync", "status", "--json"))["waiting"]
    joined(twin)
    at(main, "note", uid, PLANTED["note"][6])
    at(twin, "sync", "in", *stick.glob("HS00-*.nnp"))
    answered(main)
    at(main, "sync", "in", *stick.glob("HS00-*.nnp"))
    assert [one["record"] for one in json.loads(at(main, "sync", "status", "--json"))["conflicts"]] == [uid]
    at(main, "sync", "out", "--to", stick, "--with-lists")
    at(hq, "sync", "in", stick)
    at(new, "make")
    at(new, *keys)
    joined(new)
    answered(new, "--rebuild")
    assert at(new, "show", uid)
    for type_name in ("beneficiary", "care", "inspection"):
        at(hq, "export", type_name, session.person / f"tren-{type_name}.xlsx", "--with-names")
    return [words[1], words[1].replace("-", " ")]


def content_of(path: Path) -> bytes:
    """Give what a file for people shows: the parts of a workbook, the text of a report, a table's bytes."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return html.unescape("\0".join(archive.read(name).decode() for name in archive.namelist())).encode()
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages).encode()
    return path.read_bytes()


def test_fifty_planted_secrets_are_found_nowhere_in_the_clear(tmp_path: Path) -> None:
    assert len(set(MARKERS)) == len(MARKERS) >= 50
    session = Session(tmp_path)
    code = _first_half(session)
    session.run(FIRST, "crash: saving", code=-signal.SIGKILL)
    secrets = [*MARKERS, code, code.replace(" ", ""), code.replace("-", "")]
    wal = next((tmp_path / "data").glob("*.db-wal"))
    assert wal.stat().st_size > 0
    assert in_the_clear(files_under(tmp_path, session.person), secrets) == []  # as the crash left it

    session.run(FIRST, "crash: exporting", session.person / "dở.xlsx", code=-signal.SIGKILL)
    assert in_the_clear(files_under(tmp_path, session.person), secrets) == []
    session.run(FIRST, "defect", code=1)
    log = tmp_path / "data" / "nhat-ky" / "nennep.log"
    assert "RuntimeError" in log.read_text(encoding="utf-8")
    secrets += exchange(session)
    _second_half(session, code)
    session.end()

    found = {path.name: content_of(path) for path in tmp_path.iterdir() if path.is_file()}
    assert sorted(found) == sorted(
        ["bao-cao.pdf", *(f"{name}{end}" for name in ("beneficiary", "care", "inspection") for end in (".csv", ".xlsx"))]
    )
    private = [text for kind, texts in PLANTED.items() if kind not in PUBLIC for text in texts]
    assert in_the_clear(iter(found.items()), private) == []
    for path in list(tmp_path.iterdir()):
        if path.is_file():
            path.unlink()
    assert in_the_clear(files_under(tmp_path, session.person), secrets) == []
    assert [path for path in (tmp_path / "tmp").rglob("*") if path.is_file()] == []

    # They were all there to be found: whoever asks for names gets them.
    asked = b"".join(content_of(path) for path in (session.person / f"{name}.xlsx" for name in ("beneficiary", "care", "inspection")))
    above = b"".join(content_of(session.person / f"tren-{name}.xlsx") for name in ("beneficiary", "care", "inspection"))
    for kind in ("name", "id_no", "address", "received_by", "member"):
        for text in PLANTED[kind]:
            assert text.encode() in asked, text
            assert text.encode() in above, text  # and at headquarters, to which they were sent
    assert PLANTED["note"][0].encode() in asked
    assert PLANTED["note"][2].encode() in (session.person / "education.csv").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_search_finds_a_secret_in_the_clear_however_it_is_written(tmp_path: Path, encoding: str, form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(form, f"…{PLANTED['name'][3].upper()}…")
    (tmp_path / "core").write_bytes(os.urandom(5000) + text.encode(encoding) + os.urandom(77))
    assert in_the_clear(files_under(tmp_path, tmp_path / "none"), MARKERS) == [f"core: {PLANTED['name'][3]}"]
