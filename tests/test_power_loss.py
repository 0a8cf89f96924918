"""The power goes at any moment: what was acknowledged is there and the file is whole; ``tests.soak.power`` does the same 20,000 times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.soak import power


def test_after_a_power_cut_at_any_moment_the_file_is_whole_and_nothing_acknowledged_is_lost(
    record_property: Callable[[str, object], None],
) -> None:
    def work(base: Path) -> bool:
        tally, wrong = power.judged(power.Ledger(base, 30, 1, rows=50), 500, 1, base / "state", every=4)
        record_property("tally", str(tally))
        assert wrong == []
        assert tally["states"] == 500
        assert tally["distinct"] > 200
        return True

    assert power.on_memory(work)


def test_a_setting_that_acknowledges_before_it_is_on_the_disk_would_be_found() -> None:
    """The control: with ``synchronous = NORMAL`` the same work loses what it acknowledged, and is still whole."""

    def work(base: Path) -> bool:
        tally, _wrong = power.judged(power.Ledger(base, 15, 1, rows=0, synchronous="NORMAL"), 30, 1, base / "state")
        assert tally["lost"] > 5
        assert tally["damaged"] == 0
        return True

    assert power.on_memory(work)
