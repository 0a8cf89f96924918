"""Fair measuring: alternating rounds, CPU = user + system seconds, medians; a row per operation beside its limit or peer."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ours`` and ``peer`` are texts with units; ``ratio`` is ours ÷ peer; ``good`` whether the goal holds."""

    operation: str
    ours: str
    peer: str
    ratio: float | None
    goal: str
    good: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Spent:
    """Seconds of one run."""

    cpu: float
    wall: float


def spend(work: Callable[[], Any]) -> tuple[Spent, Any]:
    """Run once and give the seconds and what the work gave, which the caller compares with the other side's."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall), result


def alternate(ours: Callable[[], Any], peer: Callable[[], Any], rounds: int = 5) -> tuple[Spent, Spent, Any, Any]:
    """Run A B A B …; give the medians of each side and their last results."""
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    results: list[Any] = [None, None]
    for _ in range(rounds):
        for side, work in enumerate((ours, peer)):
            one, results[side] = spend(work)
            spent[side].append(one)
    medians = [Spent(statistics.median(s.cpu for s in side), statistics.median(s.wall for s in side)) for side in spent]
    return medians[0], medians[1], results[0], results[1]


def ms(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.2f} ms" if seconds < 10 else f"{seconds:.1f} s"


def within(operation: str, ours: float, peer: float, most: float, goal: str) -> Row:
    """A row whose goal is ours ≤ most × peer."""
    return Row(operation, ms(ours), ms(peer), ours / peer, goal, ours <= most * peer)
