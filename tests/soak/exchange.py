"""Exchange for much longer than the test command: random worlds (``tests.sync_world``), each judged; signed garbage, hostile content."""

from __future__ import annotations

import gc
import random
import sys
import traceback
from collections import Counter

from tests.sync.test_format import garbage
from tests.sync.test_hostile import hostile
from tests.sync_world import REVOKED, SELDOM, WAYS, World

STEPS = 25


def run(rounds: int = 20_000, seed: int = 1) -> bool:
    """Give whether every world ended as it must; the number of one that did not is printed and makes it again."""
    failed = 0
    seen: Counter[str] = Counter()
    gc.disable()  # a quarter of the time goes into searches that find little
    for number in range(seed, seed + rounds):
        if number % 20 == 0:
            gc.collect()
        try:
            seen += one(number, revoked=number % 4 == 3)
        except Exception:
            failed += 1
            print(f"world {number}:", traceback.format_exc(limit=-4), file=sys.stderr, flush=True)
        if (number - seed + 1) % 1_000 == 0:
            print(f"{number - seed + 1} worlds, {failed} failed", flush=True)
    gc.enable()
    print(f"{rounds} worlds, {seen.pop('steps', 0)} steps: {failed} diverged, lost or crashed")
    print(", ".join(f"{name} {count}" for name, count in seen.most_common()))
    verdicts = garbage(max(rounds // 2, 100), seed)
    print(f"{verdicts.total()} files of signed garbage: {dict(verdicts)}, 0 exceptions")
    content = hostile(max(rounds // 2, 100), seed)
    print(f"{content.total()} files of any content in the right form: {dict(content)}, 0 exceptions")
    return not failed


def one(number: int, *, revoked: bool = False) -> Counter[str]:
    """Let one world happen, settle and be judged; give how many steps it took and what happened how often.

    ``revoked``: headquarters may revoke machines too; it is another world then.
    """
    chance = random.Random(number)
    world = World(chance.randint(1, 4), chance.randint(1, 3))
    try:
        ways = WAYS | SELDOM | (REVOKED if revoked else {})
        for what in chance.choices(list(ways), list(ways.values()), k=STEPS):
            world.happen(what, chance.randrange(9999), chance.randrange(9999), chance.random() < 0.4, chance.random() < 0.3)
        world.settle()
        return world.seen + Counter(steps=world.steps)
    finally:
        world.close()
