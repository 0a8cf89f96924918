"""Whatever happens to files and machines, all arrive at one state, nothing is lost, and what two people changed apart is shown."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.soak import exchange
from tests.sync_world import WAYS, World

NUMBERS = st.integers(0, 10_000)
TURNS, WORLDS = 5, 100


class Exchange(RuleBasedStateMachine):
    """1–4 offices × 1–3 machines and a headquarters."""

    seen: ClassVar[Counter[str]]

    @initialize(offices=st.integers(1, 4), machines=st.integers(1, 3))
    def start(self, offices: int, machines: int) -> None:
        self.world = World(offices, machines)

    @rule(what=st.sampled_from([name for name, often in WAYS.items() for _ in range(often)]), at=NUMBERS, pick=NUMBERS,
          yes=st.booleans(), small=st.booleans())  # fmt: skip
    def step(self, what: str, at: int, pick: int, yes: bool, small: bool) -> None:
        self.world.happen(what, at, pick, yes, small)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.world.settle()
                type(self).seen += self.world.seen + Counter(worlds=1, steps=self.world.steps)
            finally:
                self.world.close()


SHORT = settings(
    max_examples=WORLDS,
    stateful_step_count=14,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # a world that fails is made again by its turn's seed
)
HAPPENS = (
    "edit",
    "cancel",
    "export",
    "lost",
    "part",
    "deliver",
    "restore",
    "taken S07",
    "waiting S08",
    "conflict surfaced",
    "saved and arrived",
)
"""What each hundred worlds have met: those in which nothing goes wrong prove nothing. ``soak exchange`` prints how often each."""


@pytest.mark.parametrize("turn", range(TURNS))
def test_everything_arrives_once_and_every_version_surfaces_whatever_happens(turn: int) -> None:
    worlds: type[Exchange] = seed(turn)(type(f"Exchange{turn}", (Exchange,), {"seen": Counter()}))
    run_state_machine_as_test(worlds, settings=SHORT)
    assert worlds.seen["worlds"] >= WORLDS
    assert [name for name in HAPPENS if not worlds.seen[name]] == []


FOUND = (62, 209, 450, 474, 968, 998, 1465, 1596, 6545, 8213, 8925, 3_001_276, 9_503_304, 20_512_805, 30_503_656)
"""Worlds of ``soak exchange`` that once ended wrong, or never."""


@pytest.mark.parametrize("number", FOUND)
def test_a_world_that_once_ended_wrong_ends_as_it_must(number: int) -> None:
    assert exchange.one(number)["steps"]


def test_what_machines_wrote_without_knowing_that_they_were_revoked_arrives_whatever_happens() -> None:
    seen = sum((exchange.one(number, revoked=True) for number in range(12)), Counter[str]())
    assert min(seen["revoke"], seen["aside S10"]) > 0
