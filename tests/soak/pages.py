"""Go to every page of the window in every look and for every role, where the test command goes to those that differ.

The others share their parts with one that it goes to (``tests/ui/tour.differing``); here their own words and records are seen.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests import ledger
from tests.ui.tour import EVERY_PAGE

WALKS = ("tests/ui/test_room.py", "tests/ui/test_roles.py")


def run(rounds: int = 1, seed: int = 1) -> bool:
    """Say whether every walk went well, ``rounds`` times; nothing is left to chance, so ``seed`` changes nothing."""
    environment = {**os.environ, EVERY_PAGE: "1"}
    command = [sys.executable, "-m", "pytest", "-q", *WALKS]
    return all(subprocess.run(command, cwd=ledger.ROOT, env=environment, check=False).returncode == 0 for _ in range(rounds))
