"""Killed as by ``kill -9`` at each named point of sending, taking and answering: real encrypted files, a process of its own each time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from app.checking import check_all
from app.sync import answering, sending, taking
from db import faults
from tests.crash_worker import Worker  # noqa: F401 - has the program loaded into the server that processes are forked from
from tests.samples import USER
from tests.sync_offices import HQ, ONE, back, lesson, province, reopen

POINTS = (
    ("out", "package checked"), ("out", "part "), ("out", "replaced "), ("in", "package taken"), ("return", "answer checked"),
    ("return", "part "), ("return", "replaced "),
)  # fmt: skip


def work(root: Path, what: str, point: str) -> None:
    """Do one thing until its point is reached, and die there."""

    def die(name: str, /) -> None:
        if name.startswith(point):
            os.kill(os.getpid(), signal.SIGKILL)

    faults.step = die
    store = reopen(root / (ONE if what == "out" else HQ)).store
    if what == "out":
        sending.out(store, root / "stick", USER)
    elif what == "in":
        taking.take(store, [root / "sent"], USER)
    else:
        answering.answer(store, ONE, root / "stick", USER)


def killed(root: Path, what: str, point: str) -> int | None:
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=work, args=(root, what, point))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize(("what", "point"), POINTS)
def test_killed_at_a_named_point_both_ends_are_as_before_or_complete_and_the_next_try_arrives(
    tmp_path: Path, what: str, point: str
) -> None:
    places = province(tmp_path)
    uid = lesson(places[ONE])
    if what == "in":
        sending.out(places[ONE].store, tmp_path / "sent", USER)
    before = {code: place.store.state_hash() for code, place in places.items()}
    for place in places.values():
        place.close()
    assert killed(tmp_path, what, point) == -signal.SIGKILL

    one, hq = reopen(tmp_path / ONE), reopen(tmp_path / HQ)
    assert {ONE: one.store.state_hash(), HQ: hq.store.state_hash()} == {code: before[code] for code in (ONE, HQ)}
    assert check_all(one.store).problems == check_all(hq.store).problems == []
    left = list((tmp_path / "stick").glob("*.nnp"))
    assert len(left) == (point == "replaced ")
    sent = [file.path for file in sending.out(one.store, tmp_path / "mail", USER)]
    if what == "return":
        assert {verdict.verdict for verdict in taking.take(one.store, left, USER)} <= {"taken"}
    else:
        sent += [*left, *(tmp_path / "sent").glob("*.nnp")]
    assert {verdict.verdict for verdict in taking.take(hq.store, sent, USER)} == {"taken"}
    assert back(hq, one, tmp_path / "mail")[0].verdict == "taken"
    assert hq.store.read(uid) == one.store.read(uid)
    assert check_all(one.store).problems == check_all(hq.store).problems == []
    one.close()
    hq.close()
