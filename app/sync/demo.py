"""A headquarters and two offices to try exchange with on one machine: enrolled, one file taken, one waiting on the stick."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file
from importlib.resources import files as resource_files
from pathlib import Path
from tempfile import TemporaryDirectory

from app import demo, files, importing, office
from app.console import command
from app.office import Office
from app.sync import answering, authority, enrolment, sending, slip, taking
from db import keystore
from db.key_slots import FLOOR
from db.records import RECORD_TYPES

HQ, OFFICES = "HS00", {"DV01": "Ban CHQS thành phố Hà Sơn", "DV02": "Ban CHQS thị xã Đông Giang"}
CATALOGUES = (("unit", "01-don-vi.csv"), ("topic", "02-chuyen-de.csv"))
SESSIONS, UNIT_COLUMN = "05-giao-duc.csv", "Đơn vị báo cáo"
STICK = "usb"
FOLDER = "trao-doi"
"""Where they are, in the folder of the demo office."""


@dataclass(frozen=True)
class Made:
    """Where the three offices and the stick are; the words of the safe's file are '' when all was there already."""

    folder: Path
    words: str

    def lines(self) -> list[str]:
        """Say what can be tried."""
        said = [
            f"Cấp trên và hai đơn vị để thử gửi nhận tệp (người dùng {demo.USER}, mật khẩu {demo.PASSWORD}):",
            *(f"  {self.folder / code}" for code in (HQ, *OFFICES)),
            f"  Tệp của DV01 đã nhập ở cấp trên; tệp của DV02 còn ở {self.folder / STICK}. Thử tiếp:",
            f"  {command()} sync in {self.folder / STICK} --data {self.folder / HQ} --preview",
            f"  {command()} sync status --period {demo.PERIOD} --data {self.folder / HQ}",
        ]
        return [*said, *([f"  Từ khóa mở tệp khóa dự phòng: {self.words}"] if self.words else [])]


def make(folder: Path) -> Made:
    """Make the three offices in ``folder``, or use those that are there. One that was cut off is made anew. Raises ExpectedError."""
    if all((folder / code / keystore.FILE).exists() for code in (HQ, *OFFICES)) and (folder / "xong").exists():
        return Made(folder, "")
    shutil.rmtree(folder, ignore_errors=True)
    stick = files.make_folder(folder / STICK)
    with _office(folder, HQ, demo.UNIT_NAME) as hq:
        made = authority.make_keys(hq.store, stick, hq.user)
        authority.words_written(hq.store, hq.user)  # they are told by ``lines``
        for code, name in OFFICES.items():
            with _office(folder, code, name) as opened:
                _join(opened, hq, stick, made)
                _sessions(opened, code)
                sent = sending.out(opened.store, stick, opened.user)
                slip.write(opened.store, slip.of_files(opened.store, sent, opened.user), stick)
            if code == next(iter(OFFICES)):
                taking.take(hq.store, [one.path for one in sent], hq.user)
    (folder / "xong").touch()
    return Made(folder, made.words)


@contextmanager
def _office(folder: Path, code: str, name: str) -> Iterator[Office]:
    level, parent = ("province", None) if code == HQ else ("district", HQ)
    office.create(folder / code, code, name, level, parent, demo.PASSWORD, cost=FLOOR, user=demo.USER)
    with office.open_office(folder / code, demo.USER, demo.PASSWORD, "lệnh demo") as opened:
        for type_name, file in CATALOGUES:
            with as_file(resource_files("resources") / "demo" / file) as path:
                importing.apply(opened.store, importing.preview(opened.store, RECORD_TYPES[type_name], path), demo.USER)
        yield opened


def _join(opened: Office, hq: Office, stick: Path, made: authority.Made) -> None:
    authority.take_keys(opened.store, made.public, made.keys.digits, opened.user)
    path, mine = enrolment.enrol(opened.store, stick, "Máy văn thư", opened.user)
    slip.write(opened.store, slip.of_enrolment(opened.store, mine, opened.user), stick)
    taking.take(hq.store, [path], hq.user)
    enrolment.approve(hq.store, mine.device, mine.digits, hq.user)
    taking.take(opened.store, [answering.answer(hq.store, mine.office, stick, hq.user).path], opened.user)


def _sessions(opened: Office, code: str) -> None:
    """Import the demo's sessions of one unit."""
    with as_file(resource_files("resources") / "demo" / SESSIONS) as path, path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = [row for row in reader if row[UNIT_COLUMN] == code], list(reader.fieldnames or ())
    with TemporaryDirectory() as where:
        part = Path(where) / SESSIONS
        with part.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.DictWriter(target, columns)
            writer.writeheader()
            writer.writerows(rows)
        importing.apply(opened.store, importing.preview(opened.store, RECORD_TYPES["education"], part), opened.user)
