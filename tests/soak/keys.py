"""Kill backup, restore, change of key and change of password at random moments.

After each kill the office must open, hold what it held before or after, and be tidy after one good start.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

from app import backup
from db import copies, keystore
from db.connection import Lock
from tests import ledger

SCENARIOS = ("backup", "restore", "disable", "password")


def one(scenario: str, base: Path, delay: float) -> tuple[str, str, str]:
    """Run one scenario, kill it after ``delay`` seconds, prove what is left; give scenario, killed or done, old or new."""
    folder = base / "a"
    before_keys, _ = ledger.office(folder)
    raw = (folder / keystore.FILE).read_bytes()
    store = ledger.opener(before_keys)
    for number in range(300):
        store.put("x" * 300 + str(number))
    (base / "b").mkdir()
    path = backup.backup(store.database, base / "b") if scenario == "restore" else None
    for _ in range(3):
        store.put("sau")
    store.database.close()
    before = copies.full_check(before_keys.db_path, before_keys.data_key)

    command = [sys.executable, "-m", "tests.scenarios", scenario, "", str(folder), *([str(path)] if path else [])]
    process = subprocess.Popen(command, cwd=ledger.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.kill()
    ended = "killed" if process.wait() < 0 else "done"

    with Lock(folder):  # a good start; it also replaces an unfinished note of who holds the lock
        keys = keystore.unlock(folder, "admin", ledger.PASSWORD)
        store = ledger.opener(keys)
        backup.tidy(store.database)
    found = copies.content(cast(Any, store.database).connection())
    store.database.close()
    copies.full_check(keys.db_path, keys.data_key)
    new = (folder / keystore.FILE).read_bytes() != raw
    entries = before.rows["journal"]
    if scenario == "backup":
        made = sorted((folder / backup.FOLDER).glob("*.db"))
        new = bool(made)
        assert found == before
        assert all(backup.open_backup(copy, "admin", ledger.PASSWORD)[1] == before for copy in made)
    elif scenario == "restore":
        assert found.rows["journal"] == (entries - 3 + 1 if new else entries)
        asides = [keystore.unlock(aside, "admin", ledger.PASSWORD) for aside in folder.glob("hong-*")]
        assert [copies.full_check(aside.db_path, aside.data_key) for aside in asides] == ([before] if new else [])
    elif scenario == "disable":
        assert found.rows["journal"] == entries + (2 if new else 0)
        assert keys.keystore.users == (["admin"] if new else ["admin", "binh"])
    else:
        assert found == before
    left = [path.name for path in folder.iterdir() if path.name.endswith((".part", ".new"))]
    assert left == [], (scenario, left)
    assert len(list(folder.glob("*.db"))) == 1
    return scenario, ended, "new" if new else "old"


def run(rounds: int = 50, seed: int = 1) -> bool:
    """Run every scenario ``rounds`` times and print how they ended; what does not hold raises."""
    chance, tally = random.Random(seed), Counter[tuple[str, str, str]]()
    for _ in range(rounds):
        for scenario in SCENARIOS:
            with tempfile.TemporaryDirectory(prefix="nennep-soak-") as base:
                tally[one(scenario, Path(base), chance.uniform(0.2, 0.7))] += 1
    for (scenario, ended, state), count in sorted(tally.items()):
        print(f"{scenario:10}{ended:8}{state:5}{count:6}")
    killed = sum(count for (_, ended, _), count in tally.items() if ended == "killed")
    print(f"{tally.total()} runs, {killed} killed, 0 lost, 0 damaged")
    return True
