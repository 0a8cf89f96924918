"""Killed as by ``kill -9`` at each named point of sending, taking, answering and changing keys: real encrypted files, a process each."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from app.sync import authority
from tests.soak.killed import Case, killed_at
from tests.sync_offices import HQ, reopen

POINTS = (
    ("out", "package checked", False), ("out", "part ", False), ("out", "replaced ", True), ("in", "package taken", False),
    ("return", "answer checked", False), ("return", "part ", False), ("return", "replaced ", True), ("rotate", "part khoa-du-phong", False),
    ("rotate", "replaced khoa-du-phong", False), ("rotate", "part khoa-HS", True), ("rotate", "replaced khoa-HS", True),
)  # fmt: skip
"""What is done, the point, and whether what was begun is there then."""


@pytest.mark.parametrize(("what", "point", "there"), POINTS)
def test_killed_at_a_named_point_both_ends_are_as_before_or_complete_and_the_next_try_arrives(
    tmp_path: Path, what: str, point: str, there: bool
) -> None:
    case = Case.made(tmp_path, what)
    assert killed_at(case, point) == -signal.SIGKILL
    if what == "rotate":  # nobody is ever told of keys that are not here
        hq = reopen(tmp_path / HQ)
        assert bool(authority.handover(hq.store)) == there
        assert (tmp_path / "stick" / f"khoa-{HQ}.json").exists() == (point == "replaced khoa-HS")
        hq.close()
    assert case.judge() == there
