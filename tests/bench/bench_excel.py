"""Excel in: 20,000 × 20 cells to typed rows beside "inflate + parse only", calamine and openpyxl; 50,000 × 20 to checked records."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tests.app.hostile_files import build, hostile, letters, pack, parts, sheet_xml, string_table
from tests.bench.measure import Row, alternate, ms, spend, within

CODES = ("SQ", "QNCN", "HSQBS", "DQ_CD", "DQ_TC")
WORDS = ("hội", "trường", "nhà", "văn", "hóa", "xã", "trung", "đoàn", "đông", "giang", "bình", "khê")
HEAD = (
    "Đơn vị báo cáo", "Vai trò", "Từ ngày", "Đến ngày", "Địa điểm", "Hình thức", "Loại nội dung", "Chuyên đề", "Số buổi", "Số tiết",
    "Giáo viên / báo cáo viên", "Họ tên, cấp bậc, chức vụ", "Phương thức", "Đối tượng", "Quân số", "Vắng có lý do", "Quân số phải học",
    "Quân số tham gia", "Học bù", "Ghi chú",
)  # fmt: skip


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Sessions as a clerk types them, valid, one line each; days as spreadsheet numbers."""
    draw = random.Random(11)
    for number in range(count):
        day = 36_526 + draw.randrange(7_000)
        strength = draw.randrange(40, 400)
        place = " ".join(draw.choice(WORDS) for _ in range(4))
        yield (
            f"DV0{draw.randrange(1, 3)}", "Chủ trì", day, day, place, "Học tập chính trị (lên lớp tập trung)", "Giáo dục chính trị",
            "T23", 1, 4, "Cán bộ chính trị", f"Đại úy Nguyễn Văn {draw.choice(WORDS)}", "Tập trung", draw.choice(CODES), strength, 2,
            strength - 2, strength - 2, 0, f"Buổi số {number}",
        )  # fmt: skip


def workbook(count: int) -> bytes:
    """The rows as Excel writes them: shared strings, addresses, styles for days."""
    strings: dict[str, int] = {}
    body: list[str] = []
    columns = [letters(n) for n in range(1, len(HEAD) + 1)]
    for number, row in enumerate((HEAD, *rows(count)), 1):
        body.append(f'<row r="{number}" spans="1:{len(HEAD)}">')
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, str):
                body.append(f'<c r="{column}{number}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>')
            else:
                style = ' s="1"' if column in "CD" else ""
                body.append(f'<c r="{column}{number}"{style}><v>{value}</v></c>')
        body.append("</row>")
    return pack(parts({"Buổi": sheet_xml("".join(body))}, strings=string_table(strings)))


def _inflate_and_parse(path: Path) -> int:
    """The limit: inflate every part and let expat go through strings and cells, without looking at anything."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.startswith(("xl/worksheets", "xl/shared")):
                expat.ParserCreate().Parse(content, True)
    return 0


def _calamine(path: Path) -> int:
    from python_calamine import load_workbook

    with load_workbook(path) as book:
        return sum(map(len, book.get_sheet_by_index(0).iter_rows()))


def _openpyxl(path: Path) -> int:
    from openpyxl import load_workbook

    return sum(len(row) for row in load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))


def _ours(path: Path) -> int:
    from app import tabular

    sheet = tabular.read(path)[0]
    return len(sheet.header) + sum(map(len, sheet.rows))


def checked(folder: str, file: str) -> None:
    """Run in a process of its own: 50,000 rows to checked records; prints CPU seconds of read, group, and parse + check."""
    from app import tabular
    from app.reading import Reader
    from db.records.education import EducationSession
    from tests import samples

    with samples.open_copy(Path(folder)) as opened:
        marks = [time.process_time()]
        sheets = tabular.read(Path(file))
        marks.append(time.process_time())
        tabular.group(EducationSession, sheets)
        marks.append(time.process_time())
        del sheets
        reader = Reader(opened.store, EducationSession, Path(file), ())
        marks.append(time.process_time())
        errors = found = 0
        for start in range(0, len(reader.rows), 2_000):
            ready = reader.batch(start, start + 2_000)
            from db.record import complete

            records = [complete(EducationSession, one.record) for one in ready]
            for problems in opened.store.problems(EducationSession, records):
                errors += any(problem.level == "error" for problem in problems)
            found += len(records)
        marks.append(time.process_time())
    spent = [later - earlier for earlier, later in pairwise(marks)]
    print(found, errors, len(reader.refused), *spent)


def run() -> list[Row]:
    """Typed rows, checked records, and the slowest refusal."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "20k.xlsx", folder / "50k.xlsx"
        small.write_bytes(workbook(20_000))
        large.write_bytes(workbook(50_000))
        cells = 20_001 * len(HEAD)
        ours, limit, count, _ = alternate(lambda: _ours(small), lambda: _inflate_and_parse(small))
        assert count == cells
        found.append(within("20k x 20 to typed rows, beside inflate + parse", ours.cpu, limit.cpu, 2.0, "≤ 2x inflate + parse"))
        ours, peer, count, other = alternate(lambda: _ours(small), lambda: _calamine(small))
        assert count == other == cells
        found.append(within("20k x 20 to typed rows, beside calamine without a guard", ours.cpu, peer.cpu, 2.0, "≤ 2x calamine"))
        slow, other = spend(lambda: _openpyxl(small))
        assert other == cells
        found.append(within("20k x 20 to typed rows, beside openpyxl", ours.cpu, slow.cpu, 0.2, "≤ 0.2x openpyxl"))
        found += _checked_rows(folder, large)
        found.append(_refusals(folder))
    return found


def _checked_rows(folder: Path, file: Path) -> list[Row]:
    script = f"from tests.bench.bench_excel import checked; checked({str(folder / 'office')!r}, {str(file)!r})"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate()
    assert process.returncode == 0
    records, errors, refused, read, group, reader, check = output.split()
    assert (int(records), errors, refused) == (50_000, "0", "0")
    total = float(reader) + float(check)
    reading, importing = (_peak(work, folder, file) for work in ("checked_once", "imported"))
    return [
        Row("50k x 20 to checked records, CPU", ms(total), "-", None, "≤ 6 s", total <= 6),
        Row("… of which reading the file · grouping", f"{ms(float(read))} · {ms(float(group))}", "-", None, "-", True),
        Row(
            "… of which parse + checks, a record",
            f"{float(check) / 50_000 * 1e6:.0f} µs",
            "-",
            None,
            "≤ 80 µs",
            float(check) / 50_000 <= 80e-6,
        ),
        Row("50k x 20 to checked records, peak memory", f"{reading:.0f} MB", "-", None, "≤ 150 MB", reading <= 150),
        Row("50k x 20 imported, two thirds with a warning, peak memory", f"{importing:.0f} MB", "-", None, "-", True),
    ]


def _peak(work: str, folder: Path, file: Path) -> float:
    """Peak megabytes of a process that does nothing but this work, without the second reading that the timing needs."""
    arguments = f"{str(folder / work)!r}, {str(file)!r}"
    script = f"from tests.bench import bench_excel as b; b.{work}({arguments}); print(b.peak())"
    return float(subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout)


def peak() -> float:
    """Peak megabytes of this process. What ``getrusage`` says of a child starts with its parent's, so the kernel's own mark is read."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


def checked_once(folder: str, file: str) -> None:
    """The same work without marks."""
    from app.reading import Reader
    from db.record import complete
    from db.records.education import EducationSession
    from tests import samples

    with samples.open_copy(Path(folder)) as opened:
        reader = Reader(opened.store, EducationSession, Path(file), ())
        while ready := reader.take(2_000):
            opened.store.problems(EducationSession, [complete(EducationSession, one.record) for one in ready])


def imported(folder: str, file: str) -> None:
    """The whole import: preview and writing."""
    from app import importing
    from db.records.education import EducationSession
    from tests import samples

    with samples.open_copy(Path(folder)) as opened:
        found = importing.preview(opened.store, EducationSession, Path(file))
        importing.apply(opened.store, found, samples.USER)
        assert found.new == 50_000


def _refusals(folder: Path) -> Row:
    """The slowest of the hostile workbooks."""
    from app import tabular
    from db.errors import ExpectedError

    path = folder / "hostile.xlsx"
    slowest, which = 0.0, ""
    for name in hostile():
        path.write_bytes(build(name)[0])

        def refuse() -> bool:
            try:
                tabular.read(path)
            except ExpectedError:
                return True
            return False

        spent, refused = spend(refuse)
        assert refused, name
        if spent.cpu > slowest:
            slowest, which = spent.cpu, name
    return Row(f"slowest refusal of {len(hostile())} hostile workbooks ({which})", ms(slowest), "-", None, "< 1 s", slowest < 1)
