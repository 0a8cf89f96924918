"""An office worked on in a process of its own, so that it can be killed at any moment or run out of disk.

The parent says what to do through a pipe, one ``(action, arguments)`` at a time; the worker answers what became of it, and a save
only after ``store.save`` has returned. It opens the office with its data key: a password would cost a quarter of a second.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import resource
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from app import backup, drafts, importing, office, tables
from app.office import Office
from app.periods import period
from app.report import content, pdf, writing  # noqa: F401  (loaded once, before the first worker is made)
from db import keystore
from db.connection import Lock, translate
from db.keystore import Unlocked
from db.records import RECORD_TYPES
from tests import samples
from tests.samples import USER

Answer = tuple[str, Any]
"""("begun" | "done", value) or ("refused", (code, text)) or ("defect", what was raised)."""


def opened(folder: Path, key: bytes) -> Office:
    """Open an office with its data key, as after a right password."""
    lock = Lock(folder, "thử")
    lock.acquire()
    try:
        keys = keystore.authenticate(keystore.read(folder), key)
        return office.attach(folder, lock, Unlocked(key, USER, folder / keys.db, keys.db_id, keys))
    except BaseException:
        lock.release()
        raise


# --- what a worker does -------------------------------------------------------------------------------------------------------


@dataclass
class Work:
    """The worker's side: the open office, the pipe, what it has saved."""

    folder: Path
    key: bytes
    pipe: Connection
    office: Office | None = None
    mine: list[str] = field(default_factory=list)

    @property
    def open(self) -> Office:
        assert self.office is not None
        return self.office

    def start(self) -> None:
        self.office = opened(self.folder, self.key)

    def close(self) -> None:
        if self.office is not None:
            self.office.close()
            self.office = None

    def state(self) -> str:
        return self.open.store.state_hash()

    def save(self, number: int, seed: int = 0) -> tuple[str, str, dict[str, Any]]:
        """Save a new record, a new version of one of mine, or cancel one; give type, uid and what must be readable of it."""
        draw, store = random.Random(f"{seed} {number}"), self.open.store
        note = f"lần lưu {number} của {seed}"
        if self.mine and draw.random() < 0.2:
            uid = draw.choice(self.mine)
            declared, record = store.read(uid)
            if draw.random() < 0.3 and record["state"] == "entered":
                store.cancel(uid, note, USER)
                return declared.type_name, uid, {"state": "cancelled", "cancel_reason": note}
            changed = {"note": note, "state": "entered", "cancel_reason": None}
            store.save(declared.type_name, {**record, **changed}, USER)
            return declared.type_name, uid, changed
        type_name = draw.choice(("education", "care"))
        day = f"2019-{draw.randrange(1, 7):02}-{draw.randrange(1, 15):02}"
        given = (samples.education if type_name == "education" else samples.care)(note=note, event_to=day)
        uid = store.save(type_name, given, USER)
        self.mine.append(uid)
        return type_name, uid, given

    def save_on(self, seed: int) -> None:
        """Save until killed, each acknowledged when it is saved."""
        for number in count():
            self.pipe.send(("done", self.save(number, seed)))

    def draft(self, number: int, kept: str | None = None) -> tuple[str, dict[str, str]]:
        """Keep the text of a form (in place of an earlier one); give the draft's id and the text."""
        text = {"note": f"gõ dở {number} " * 50, "event_to": "31/02/2019"}
        return drafts.put(self.open.store, "education", text, USER, draft=kept), text

    def drafted(self, kept: str) -> dict[str, Any]:
        return drafts.get(self.open.store, kept).content

    def draft_on(self) -> None:
        """Keep a draft until killed, replacing it again and again as somebody types."""
        kept: str | None = None
        for number in count():
            kept, text = self.draft(number, kept)
            self.pipe.send(("done", (kept, text)))

    def import_(self, type_name: str, path: Path) -> str:
        found = importing.preview(self.open.store, RECORD_TYPES[type_name], path)
        assert not found.refused
        self.pipe.send(("begun", len(found.puts) + len(found.persons)))
        importing.apply(self.open.store, found, USER)
        assert found.import_id is not None
        return found.import_id

    def undo(self, import_id: str) -> int:
        self.pipe.send(("begun", None))
        return importing.undo(self.open.store, import_id, USER).cancelled

    def rebuild(self) -> None:
        self.pipe.send(("begun", None))
        self.open.store.rebuild()

    def backup(self) -> Path:
        return backup.backup(self.open.database)

    def report(self, path: Path) -> int:
        return writing.write(self.open.store, period(self.open.store, "2019-H1"), path).pages or 0

    def export(self, type_name: str, path: Path) -> int:
        return tables.export(self.open.store, RECORD_TYPES[type_name], path, None, USER)

    def checkpoint(self) -> None:
        """Empty the WAL, so that the next write begins it anew."""
        self.open.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def limit(self, most: int | None) -> None:
        """Let no file grow beyond ``most`` bytes (None: any size)."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard if most is None else most, hard))


def _serve(pipe: Connection, folder: Path, key: bytes) -> None:
    work = Work(folder, key, pipe)
    with contextlib.suppress(EOFError, BrokenPipeError):  # the parent has left
        while True:
            name, arguments = pipe.recv()
            try:
                answer: Answer = ("done", getattr(work, name)(*arguments))
            except (EOFError, BrokenPipeError):
                break
            except Exception as error:
                known = translate(error)
                answer = ("defect", repr(error)) if known is None else ("refused", (known.code, str(known)))
            pipe.send(answer)


# --- the parent's side --------------------------------------------------------------------------------------------------------

_context = multiprocessing.get_context("forkserver")  # loads the program once and forks it: a worker takes some milliseconds
_context.set_forkserver_preload([__name__])


class Worker:
    """A worker process over the office in ``folder``; leaving the block kills it."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._pipe, other = _context.Pipe()
        self._process = _context.Process(target=_serve, args=(other, folder, key), daemon=True)
        self._process.start()
        other.close()

    def say(self, action: str, *arguments: Any) -> None:
        """Ask for something without waiting for its end."""
        self._pipe.send((action, arguments))

    def hear(self, seconds: float = 60) -> Answer:
        """Wait for the next answer."""
        if not self._pipe.poll(seconds):
            raise TimeoutError("the worker is silent")
        answer: Answer = self._pipe.recv()
        return answer

    def ask(self, action: str, *arguments: Any) -> Answer:
        """Ask for something and wait for its end."""
        self.say(action, *arguments)
        while (answer := self.hear())[0] == "begun":
            pass
        return answer

    def do(self, action: str, *arguments: Any) -> Any:
        """Ask for something that must succeed and give what it gave."""
        kind, value = self.ask(action, *arguments)
        assert kind == "done", (action, kind, value)
        return value

    def kill(self) -> list[Answer]:
        """End the process as ``kill -9`` does, unless it has ended; give the answers it had sent by then."""
        self._process.kill()
        self._process.join()
        answers: list[Answer] = []
        with contextlib.suppress(EOFError, ConnectionResetError):
            while self._pipe.poll(0):
                answers.append(self._pipe.recv())
        self._pipe.close()
        return answers

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._pipe.closed:
            self.kill()
        self._process.close()


def killed_at(folder: Path, key: bytes, delay: float, action: str, *arguments: Any) -> list[Answer]:
    """Start an action, kill the worker ``delay`` seconds after its first answer, and give what it had said by then."""
    with Worker(folder, key) as worker:
        worker.do("start")
        worker.say(action, *arguments)
        first = worker.hear()
        time.sleep(delay)
        return [first, *worker.kill()]


def same_answers(given: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Say whether everything given is in what was found; of lines, as far as they were given."""

    def same(one: Any, other: Any) -> bool:
        if isinstance(one, list) and one and isinstance(one[0], dict):
            return len(one) == len(other) and all(same_answers(a, b) for a, b in zip(one, other, strict=True))
        return bool(one == other)

    return all(same(value, found[name]) for name, value in given.items())
