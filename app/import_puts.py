"""What an import is going to write, packed: fifty thousand records as dictionaries would take more memory than all the rest."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator

from db.store import Put

BATCH = 1_000
"""Records packed together: their names of answers, and their equal answers, are then kept once."""


class Puts:
    """Versions in the order of the file. What is given is made anew each time: changing it changes nothing here."""

    def __init__(self, puts: Iterable[Put] = ()) -> None:
        self._packed: list[bytes] = []
        self._open: list[Put] = []
        for put in puts:
            self.append(put)

    def append(self, put: Put) -> None:
        """Take in one more; it must not be changed afterwards."""
        self._open.append(put)
        if len(self._open) == BATCH:
            self._packed.append(pickle.dumps(self._open, pickle.HIGHEST_PROTOCOL))
            self._open = []

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self._packed) * BATCH + len(self._open)

    def __iter__(self) -> Iterator[Put]:
        """Give one after the other."""
        for some in self.batches():
            yield from some

    def batches(self) -> Iterator[list[Put]]:
        """Give them a thousand at a time, as many as may be in memory at once."""
        for packed in self._packed:
            yield pickle.loads(packed)
        if self._open:
            yield list(self._open)

    def kept(self, wanted: Callable[[int, Put], bool]) -> Puts:
        """Give those of them (place and put) that are wanted."""
        return Puts(put for at, put in enumerate(self) if wanted(at, put))
