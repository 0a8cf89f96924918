"""The report as PDF, 20 and 200 pages of table, beside a hand-written reportlab canvas; each run a fresh process, imports counted."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pypdf import PdfReader

from tests.bench.measure import Row, within

GROUPS = {20: 76, 200: 796}
"""Units of the annex for that many pages: four a page."""
ROUNDS = {20: 7, 200: 3}


def _run(side: str, pages: int, out: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one process."""
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.table_by_hand", side, str(GROUPS[pages]), str(out)])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _cells(path: Path) -> int:
    """How many cells of the column 'Tỷ lệ' came out: both sides must have drawn the same table."""
    return sum(page.extract_text().count("97,6") for page in PdfReader(path).pages)


def run() -> list[Row]:
    """CPU time beside the canvas, and the peak memory of the long one."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        files = {side: Path(folder) / f"{side}.pdf" for side in ("ours", "peer")}
        for pages, most in ((20, 1.8), (200, 2.2)):
            spent: dict[str, list[tuple[float, float]]] = {"ours": [], "peer": []}
            for _ in range(ROUNDS[pages]):
                for side, path in files.items():
                    spent[side].append(_run(side, pages, path))
            cpu = {side: statistics.median(seconds for seconds, _ in runs) for side, runs in spent.items()}
            assert len(PdfReader(files["ours"]).pages) >= pages
            assert _cells(files["ours"]) == _cells(files["peer"]) == GROUPS[pages]
            rows.append(within(f"PDF, {pages} pages of table, CPU with imports", cpu["ours"], cpu["peer"], most, f"≤ {most}x canvas"))
            if pages == 200:
                peak, by_hand = (max(size for _, size in spent[side]) for side in ("ours", "peer"))
                rows.append(
                    Row("PDF, 200 pages, peak memory", f"{peak:.0f} MB", f"{by_hand:.0f} MB", peak / by_hand, "≤ 90 MB", peak <= 90)
                )
    return rows
