"""The local log: what happened when, for whoever has to help. It holds no personal values (trust.md c).

Messages are fixed words with ids and counts. Of an exception only its type, an expected error's code, and the places in our code
are written, never its text: the text may quote what somebody typed.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from app.files import make_folder
from db.errors import ExpectedError

FOLDER, FILE = "nhat-ky", "nennep.log"
MOST_BYTES, OLDER = 1_000_000, 3
"""A file that is this long is put aside; so many are kept beside the one that is written."""
_Failure: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # fmt: skip

logger = logging.getLogger("nennep")
"""The one logger of the program; ``start`` gives it its file. Until then it writes nowhere, least of all to the screen."""
logger.addHandler(logging.NullHandler())


class _WithoutValues(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Write the record without what another handler made of its exception, which is kept with it."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Failure) -> str:  # noqa: N802  (logging's own name)
        """Give types, codes and places, from the cause to what was raised at last."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(lines) < 200:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
            code = f" {error.code}" if isinstance(error, ExpectedError) else ""
            lines = [f"{type(error).__name__}{code}", *places, *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Stack texts quote source lines only; they are kept."""
        return stack_info


class _Quiet(logging.FileHandler):
    """Puts full files aside. ``logging.handlers`` could do it, but its import brings sockets and pickles into every start."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, into a new file when the last one is full."""
        with contextlib.suppress(OSError):
            if self.stream is not None and self.stream.tell() >= MOST_BYTES:
                self.close()
                self._put_aside()
        with contextlib.suppress(OSError):  # of opening it; of writing ``handleError`` hears
            super().emit(record)

    def _put_aside(self) -> None:
        path = Path(self.baseFilename)
        older = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, OLDER + 1))]
        for number in range(OLDER, 0, -1):
            if older[number - 1].exists():
                older[number - 1].replace(older[number])

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A full disk must not stop the work that is being logged."""


def start(folder: Path) -> Path:
    """Write the log to ``folder``/nhat-ky, at most four files of 1 MB; give its path. Calling again moves it."""
    stop()
    path = make_folder(folder / FOLDER) / FILE
    handler = _Quiet(path, encoding="utf-8", delay=True)
    handler.setFormatter(_WithoutValues("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return path


def stop() -> None:
    """Close the log's file; later messages go nowhere."""
    for handler in _files():
        logger.removeHandler(handler)
        handler.close()


def is_kept() -> bool:
    """Tell whether messages go to a file now."""
    return bool(_files())


def _files() -> list[_Quiet]:
    return [handler for handler in logger.handlers if isinstance(handler, _Quiet)]
