"""Run all long runs, or the one named: ``python -m tests.soak [NAME [ROUNDS [SEED]]]``. Each prints what it did and found."""

from __future__ import annotations

import importlib
import sys
import time
from datetime import date
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main(name: str = "", rounds: str = "", seed: str = "1") -> int:
    """Give 0 when every run held what it promises, 1 otherwise, 2 for an unknown name."""
    if name and name not in NAMES:
        print(f"No long run {name}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    good = True
    for one in [name] if name else NAMES:
        module, start = importlib.import_module(f"tests.soak.{one}"), time.monotonic()
        print(f"-- {one}", flush=True)
        good &= module.run(*([int(rounds)] if rounds else []), seed=int(seed))
        print(f"-- {one}: {date.today():%d/%m/%Y}, {time.monotonic() - start:.0f} s, seed {seed}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
