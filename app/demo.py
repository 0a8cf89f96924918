"""The demo office: the files of ``resources/demo`` put through the same import as anyone's (domain.md E)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files as resource_files
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

from app import files, importing, office
from app.console import command
from app.office import Office
from app.periods import period
from app.report import writing
from db import key_slots, keystore
from db.connection import Lock
from db.errors import ExpectedError
from db.records import RECORD_TYPES
from db.store import Progress
from db.system import read_meta, write_meta

USER, PASSWORD = "admin", "duongdemnennep"
UNIT, UNIT_NAME, PERIOD = "HS00", "Bộ CHQS tỉnh Hà Sơn", "2019-H1"
FILES = (
    ("unit", "01-don-vi.csv"),
    ("topic", "02-chuyen-de.csv"),
    ("party-org", "03-to-chuc-dang.csv"),
    ("office", "04-co-quan.xlsx"),
    ("education", "05-giao-duc.csv"),
    ("beneficiary", "06-nguoi-huong.csv"),
    ("care", "07-chinh-sach.xlsx"),
    ("inspection", "08-kiem-tra.xlsx"),
    ("education", "10-dv05-gui-lai.csv"),
    ("propaganda", "11-tuyen-truyen.csv"),
    ("wave", "12-dot-thi-dua.csv"),
    ("award", "13-khen-thuong.csv"),
    ("initiative", "14-sang-kien.csv"),
    ("hcm", "15-hoc-tap-bac.csv"),
    ("party", "16-dang-vien.xlsx"),
    ("party-work", "17-hoat-dong-dang.csv"),
    ("cadre", "18-can-bo.csv"),
    ("security", "19-bao-ve-an-ninh.csv"),
    ("civil", "20-dan-van.xlsx"),
    ("aggregate", "21-tong-hop-2018.csv"),
    ("mass", "22-quan-chung.csv"),
    ("task", "23-nhiem-vu.csv"),
    ("education", "24-quan-triet.csv"),
    ("unit", "25-don-vi-ke-tiep.csv"),
    ("report", "09-bao-cao.xlsx"),
)
"""In the order in which they come in; the texts of the report last, so that nothing has changed since."""


@dataclass(frozen=True)
class Demo:
    """What there is now."""

    folder: Path
    report: Path
    pages: int
    counts: dict[str, int]
    fresh: bool

    def lines(self) -> list[str]:
        """Say on one screen what was made and where; the last four lines are read by programs (contract.md 6)."""
        made = "; ".join(f"{RECORD_TYPES[name].plural}: {count}" for name, count in self.counts.items() if count)
        return [
            f"{'Đã tạo' if self.fresh else 'Đã có sẵn'} dữ liệu mẫu: {UNIT_NAME}, 6 tháng đầu năm 2019 (số liệu hư cấu).",
            *wrap(f"Bản ghi: {made}.", 110, initial_indent="  ", subsequent_indent="    "),
            f"  Báo cáo: {self.pages} trang, lập từ các bản ghi trên.",
            f"Xem số liệu: {command()} figures --period 2019-H1 (kèm --data, --user và mật khẩu dưới đây).",
            "",
            f"Thư mục: {self.folder}",
            f"Người dùng: {USER}",
            f"Mật khẩu: {PASSWORD}",
            f"Báo cáo: {self.report}",
        ]


def make(folder: Path, progress: Progress | None = None) -> Demo:
    """Make the demo office in ``folder``, or use the one that is there; write its report.

    A demo that a power cut left half made is finished: importing a file again adds nothing. Raises ExpectedError when the
    folder holds a real office or other files.
    """
    fresh = not (folder / keystore.FILE).exists()
    if fresh:
        office.create(folder, UNIT, UNIT_NAME, "province", None, PASSWORD, cost=key_slots.FLOOR, user=USER)
    try:
        opened = _open(folder, progress)
    except ExpectedError as error:
        if error.code in ("password", "user", "wait"):
            raise ExpectedError("real-office", f"Thư mục {folder} có dữ liệu thật.", "Hãy chọn thư mục khác bằng --data.") from None
        raise
    with opened:
        if read_meta(opened.database, "demo") != "done":
            if not fresh and opened.store.office()["code"] != UNIT:
                raise ExpectedError("real-office", f"Thư mục {folder} có dữ liệu thật.", "Hãy chọn thư mục khác bằng --data.")
            for type_name, name in FILES:
                with _resource(name) as path:
                    preview = importing.preview(opened.store, RECORD_TYPES[type_name], path, progress=progress)
                    if preview.refused:
                        raise ExpectedError("demo", preview.refusal(), "Tệp mẫu không đúng; hãy cài lại phần mềm.")
                    importing.apply(opened.store, preview, USER, progress=progress)
            with opened.store.transaction():
                write_meta(opened.database, "demo", "done")
        folder_of_reports = files.make_folder(folder / "bao-cao")
        report = folder_of_reports / f"{PERIOD}.pdf"
        written = writing.write(opened.store, period(opened.store, PERIOD), report, progress=progress)
        counts = {name: opened.store.count(declared) for name, declared in RECORD_TYPES.items()}
    return Demo(folder, report, written.pages or 0, counts, fresh)


def _open(folder: Path, progress: Progress | None) -> Office:
    """Open the demo; in a folder with a real office the wrong password is not counted against its user."""
    lock = Lock(folder, "lệnh demo")
    lock.acquire()
    try:
        with TemporaryDirectory() as elsewhere:
            unlocked = keystore.unlock(folder, USER, PASSWORD, tries=Path(elsewhere))
        return office.attach(folder, lock, unlocked, progress)
    except BaseException:
        lock.release()
        raise


def _resource(name: str):  # type: ignore[no-untyped-def]
    from importlib.resources import as_file

    return as_file(resource_files("resources") / "demo" / name)
