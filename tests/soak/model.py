"""The protocol as plain data (``tests.sync_model``) for much longer than the test command."""

from __future__ import annotations

import sys
from collections import Counter

from tests import sync_model


def run(rounds: int = 100_000, seed: int = 1) -> bool:
    """Give whether every model ended as it must; the number of one that did not is printed and makes it again."""
    failed, seen = 0, Counter[str]()
    for number in range(seed, seed + rounds):
        try:
            seen += sync_model.one(number)
        except AssertionError as error:
            failed += 1
            print(f"model {number}: {error}", file=sys.stderr, flush=True)
    print(f"{rounds} models, {rounds * sync_model.STEPS} steps: {failed} diverged or lost")
    print(", ".join(f"{name} {count}" for name, count in seen.most_common()))
    return not failed
