"""Run all benchmarks, or those named: ``operation · ours · limit or peer · ratio · goal``, and the same as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tests.bench.measure import Row

HERE = Path(__file__).parent
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    """Give 0 when every goal is met, 1 otherwise, 2 for an unknown name."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted or NAMES:
        print(f"-- {name}", file=sys.stderr, flush=True)
        for row in importlib.import_module(f"tests.bench.bench_{name}").run():
            rows.append(row)
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
            print(" · ".join((row.operation, row.ours, row.peer, ratio, row.goal, "ok" if row.good else "MISSED")), flush=True)
    out = Path(".bench")
    out.mkdir(exist_ok=True)
    (out / "last.json").write_text(json.dumps([row.as_json() for row in rows], indent=1, ensure_ascii=False), encoding="utf-8")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
