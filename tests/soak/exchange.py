"""Exchange for much longer than the test command: random worlds (``tests.sync_world``), each settled and judged; then signed garbage."""

from __future__ import annotations

import random
import sys
import traceback

from tests.sync.test_format import garbage
from tests.sync_world import World

STEPS = 25


def run(rounds: int = 20_000, seed: int = 1) -> bool:
    """Give whether every world ended as it must; the number of one that did not is printed and makes it again."""
    steps = failed = 0
    for number in range(seed, seed + rounds):
        try:
            steps += one(number)
        except Exception:
            failed += 1
            print(f"world {number}:", traceback.format_exc(limit=-4), file=sys.stderr, flush=True)
    print(f"{rounds} worlds, {steps} steps: {failed} diverged, lost or crashed")
    verdicts = garbage(max(rounds // 2, 100), seed)
    print(f"{verdicts.total()} files of signed garbage: {dict(verdicts)}, 0 exceptions")
    return not failed


def one(number: int) -> int:
    """Let one world happen, settle and be judged; give how many steps it took."""
    chance = random.Random(number)
    world = World(chance.randint(1, 4), chance.randint(1, 3))
    try:
        ways = [
            (8, lambda: world.edit(chance.choice(world.offices), chance.randrange(9999))),
            (2, lambda: world.cancel(chance.choice(world.offices), chance.randrange(9999))),
            (5, lambda: world.export(chance.choice(world.offices), chance.random() < 0.2, chance.random() < 0.4,
                                     *([2_500] if chance.random() < 0.3 else []))),
            (6, lambda: world.deliver(chance.choice(list(world.places.values())), chance.randrange(9999))),
            (4, lambda: world.deliver(world.hq, chance.randrange(9999))),
            (2, lambda: world.spoil(chance.choice(list(world.places.values())), chance.randrange(9999), chance.random() < 0.5)),
            (2, lambda: world.answer(chance.randrange(9999), chance.random() < 0.3)),
            (1, lambda: setattr(chance.choice(list(world.places.values())), "skew", chance.randint(-30, 30))),
            (1, lambda: world.keep(chance.choice(world.offices))),
            (1, lambda: world.restore(chance.choice(world.offices))),
            (0.3, lambda: world.clone(chance.choice(world.offices))),
            (0.4, world.wipe),
        ]  # fmt: skip
        weights = [weight for weight, _way in ways]
        for _step in range(STEPS):
            chance.choices(ways, weights)[0][1]()
        world.settle()
        return world.steps
    finally:
        world.close()
