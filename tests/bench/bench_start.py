"""The start of the command line: ``--help`` and ``figures`` of the demo as whole processes, beside Python importing peewee alone."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from app import demo
from tests.bench.measure import Row, ms

ROUNDS = 5


def run() -> list[Row]:
    """Measure CPU of child processes, alternating."""
    with tempfile.TemporaryDirectory() as folder:
        made = demo.make(Path(folder) / "demo")
        env = {**os.environ, "NENNEP_DATA": str(made.folder), "NENNEP_PASSWORD": demo.PASSWORD}
        bare = [sys.executable, "-c", "import peewee, sqlcipher3"]
        sides = {
            "command line: --help": [sys.executable, "-m", "ui", "--help"],
            "command line: figures of the demo, Argon2id included": [sys.executable, "-m", "ui", "figures", "--period", "2019-H1"],
        }
        rows = []
        for name, command in sides.items():
            ours, peer = [], []
            for _ in range(ROUNDS):
                ours.append(_cpu(command, env))
                peer.append(_cpu(bare, env))
            mine, theirs = sorted(ours)[ROUNDS // 2], sorted(peer)[ROUNDS // 2]
            rows.append(Row(name, ms(mine), ms(theirs), mine / theirs, "stated, beside python + peewee + sqlcipher3", True))
        return rows


def _cpu(command: list[str], env: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
