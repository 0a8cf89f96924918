"""Kill sending, taking, answering and a change of headquarters' keys at random moments: both ends are whole, the next try arrives."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.checking import check_all
from app.sync import answering, authority, sending, taking
from db import faults
from tests.crash_worker import Worker  # noqa: F401 - has the program loaded into the server that processes are forked from
from tests.samples import USER
from tests.sync_offices import HQ, ONE, Place, back, lesson, province, reopen

WORKS = ("out", "in", "return", "rotate")
LESSONS, PART = 40, 4_000
"""What an office has to send in the long run, and how large its files may be: it takes several."""


@dataclass
class Case:
    """A province in the folder ``root`` before something is done: the states of both ends, and a session that is to arrive."""

    root: Path
    what: str
    uids: list[str]
    before: dict[str, str]

    @classmethod
    def made(cls, root: Path, what: str, lessons: int = 1) -> Case:
        places = province(root)
        uids = [lesson(places[ONE], event_to=f"2019-0{number % 5 + 1}-{number % 27 + 1:02}") for number in range(lessons)]
        if what == "in":
            sending.out(places[ONE].store, root / "sent", USER, part=PART)
        before = {code: place.store.state_hash() for code, place in places.items()}
        for place in places.values():
            place.close()
        return cls(root, what, uids, before)

    def work(self) -> None:
        """Do it: sending at the office, else at headquarters."""
        store = reopen(self.root / (ONE if self.what == "out" else HQ)).store
        do: dict[str, Callable[[], object]] = {
            "out": lambda: sending.out(store, self.root / "stick", USER, part=PART),
            "in": lambda: taking.take(store, [self.root / "sent"], USER),
            "return": lambda: answering.answer(store, ONE, self.root / "stick", USER),
            "rotate": lambda: authority.rotate_keys(store, self.root / "stick", USER),
        }
        do[self.what]()

    def judge(self) -> bool:
        """Prove what is left, and that all arrives once it is done again; give whether what was begun is there."""
        one, hq = reopen(self.root / ONE), reopen(self.root / HQ)
        try:
            return self._judge(one, hq)
        finally:
            one.close()
            hq.close()

    def _judge(self, one: Place, hq: Place) -> bool:
        assert check_all(one.store).problems == check_all(hq.store).problems == []
        assert one.store.state_hash() == self.before[ONE]
        landed = hq.store.state_hash() != self.before[HQ]
        assert not landed or self.what == "in"
        mail, left = self.root / "mail", sorted((self.root / "stick").glob("*.nnp"))
        if self.what == "rotate":
            landed = bool(authority.handover(hq.store))
            authority.rotate_keys(hq.store, self.root / "stick", USER)
            assert len(authority.handover(hq.store)) == landed + 1
            assert back(hq, one, mail)[0].verdict == "taken"
            keys = authority.own_keys(hq.store)
            assert keys is not None
            followed = authority.above(one.store)
            assert followed is not None
            assert (followed.sign, followed.working) == (keys.sign, keys.working)
        sent = [file.path for file in sending.out(one.store, mail, USER)]
        if self.what == "return":
            landed = bool(left)
            assert {verdict.verdict for verdict in taking.take(one.store, left, USER)} <= {"taken"}
        else:
            landed = landed or (self.what == "out" and bool(left))
            sent += [*left, *(self.root / "sent").glob("*.nnp")]
        assert {verdict.verdict for verdict in taking.take(hq.store, sent, USER)} == {"taken"}
        assert back(hq, one, mail)[0].verdict == "taken"
        assert all(hq.store.read(uid) == one.store.read(uid) for uid in self.uids)
        assert check_all(one.store).problems == check_all(hq.store).problems == []
        return landed


def die_at(case: Case, point: str) -> None:
    """Do the work of a case in this process until a named point is reached, and die there."""

    def die(name: str, /) -> None:
        if name.startswith(point):
            os.kill(os.getpid(), signal.SIGKILL)

    faults.step = die
    case.work()


def killed_at(case: Case, point: str) -> int | None:
    """Let a process die at a named point; give its exit code."""
    process = multiprocessing.get_context("forkserver").Process(target=die_at, args=(case, point))
    process.start()
    process.join(60)
    return process.exitcode


def _tell(case: Case, pipe: Connection) -> None:
    pipe.send("begun")
    case.work()
    pipe.send("done")


def killed_after(case: Case, delay: float) -> tuple[bool, float]:
    """Kill the work of a case ``delay`` seconds after its beginning; give whether it had come to its end, and how long that took."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_tell, args=(case, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    start = time.monotonic()
    done = ours.poll(delay)
    took = time.monotonic() - start
    process.kill()
    process.join()
    return done, took


def run(rounds: int = 200, seed: int = 1) -> bool:
    """Make ``rounds`` kills at random moments, of each of ``WORKS`` in turn, and print how they ended; what does not hold raises."""
    chance, tally = random.Random(seed), Counter[tuple[str, str, str]]()
    takes: dict[str, float] = {}
    for number in range(rounds):
        what = WORKS[number % len(WORKS)]
        base = Path(tempfile.mkdtemp(prefix="nennep-soak-"))
        try:
            case = Case.made(base, what, LESSONS)
            done, took = killed_after(case, 60 if what not in takes else chance.uniform(0, 1.1 * takes[what]))
            takes.setdefault(what, took)
            tally[what, "done" if done else "killed", "there" if case.judge() else "as before"] += 1
        except Exception:
            print(f"kill {number}, {what}", flush=True)
            raise
        finally:
            shutil.rmtree(base, ignore_errors=True)
    for (what, ended, state), count in sorted(tally.items()):
        print(f"{what:8}{ended:8}{state:10}{count:6}")
    killed = sum(count for (_, ended, _), count in tally.items() if ended == "killed")
    print(f"{tally.total()} runs, {killed} killed, 0 lost, 0 damaged")
    return True
