"""Killed at any moment, an office loses nothing that was acknowledged and is whole; ``tests.soak.crash`` does the same for hours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from db.record import uuid7
from tests import crash_worker, samples
from tests.soak import crash
from tests.soak.crash import Tally

ROWS = 300
"""Rows of the made-up import; the long run has more than the bulk path writes at once."""

KILLS: dict[str, tuple[Callable[[Path, int, int], Tally], int]] = {
    "saving": (partial(crash.saving, longest=0.12, every=3), 30),
    "importing": (partial(crash.importing_, rows=ROWS), 8),
    "undoing an import": (partial(crash.undoing, rows=ROWS), 4),
    "rebuilding": (partial(crash.rebuilding, rows=ROWS), 3),
    "keeping a draft": (crash.drafting, 4),
}


@pytest.mark.parametrize("work", KILLS)
def test_killed_at_random_moments_nothing_acknowledged_is_lost_and_nothing_is_damaged(
    work: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    run, kills = KILLS[work]
    seed = int.from_bytes(work.encode()) % 1000
    tally = run(tmp_path, kills, seed)
    record_property("tally", str(tally))
    assert tally.good(), tally
    assert tally.kills == kills
    if work in ("saving", "keeping a draft"):
        assert tally.acknowledged >= kills


def test_a_save_acknowledged_too_early_would_be_found(tmp_path: Path) -> None:
    folder, key = crash.copy(tmp_path / "a")
    with crash_worker.opened(folder, key) as opened:
        uid = opened.store.save("education", samples.education(note="một"), samples.USER)
        assert crash.missing(opened, [("education", uid, samples.education(note="một"))]) == []
        assert crash.missing(opened, [("education", uid, samples.education(note="hai"))]) == [f"education {uid}: hai"]
        assert crash.missing(opened, [("education", uuid7(), samples.education())]) != []
