"""How a page or card does something that takes a while: a worker does it, the window says so, what goes wrong is shown with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app import files
from ui import messages
from ui.jobs import Cancelled, Job
from ui.session import Session


def failed(over: QWidget | None, error: BaseException) -> None:
    """Say what went wrong; nothing when the person stopped it, or left what it was for."""
    if not isinstance(error, Cancelled):
        messages.show_error(over if over is not None and isValid(over) else None, error)


def do(over: QWidget, session: Session, work: Callable[[], Any], words: str, done: Callable[[Any], object]) -> Job:
    """Write something while the window says ``words``; ``done``, a method of what lives as long as ``over``, gets what it gave."""
    job = Job(work, database=session.office.database, writes=True, words=words)
    job.done.connect(done)
    job.failed.connect(partial(failed, over))
    return session.run(job)


def into(folder: Path, work: Callable[[], Any]) -> Callable[[], Any]:
    """Give work that begins only while the chosen folder is there: a stick that was pulled is not written beside its place."""

    def begin() -> Any:
        files.require_folder(folder)
        return work()

    return begin


def read(over: QWidget, session: Session, work: Callable[[], Any], done: Callable[[Any], object]) -> Job:
    """Read something beside what is done in the window; ``done`` as for ``do``."""
    job = Job(work, database=session.office.database)
    job.done.connect(done)
    job.failed.connect(partial(failed, over))
    return job.start()
