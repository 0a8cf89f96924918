"""Whatever happens to files and machines, all arrive at one state, nothing is lost, and what two people changed apart is shown."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.sync_world import Place, World

NUMBERS = st.integers(0, 10_000)


class Exchange(RuleBasedStateMachine):
    """1–4 offices × 1–3 machines and a headquarters."""

    @initialize(offices=st.integers(1, 4), machines=st.integers(1, 3))
    def start(self, offices: int, machines: int) -> None:
        self.world = World(offices, machines)

    def office(self, number: int) -> Place:
        return self.world.offices[number % len(self.world.offices)]

    def place(self, number: int) -> Place:
        return list(self.world.places.values())[number % len(self.world.places)]

    @rule(at=NUMBERS, pick=NUMBERS)
    def edit(self, at: int, pick: int) -> None:
        self.world.edit(self.office(at), pick)

    @rule(at=NUMBERS, pick=NUMBERS)
    def cancel(self, at: int, pick: int) -> None:
        self.world.cancel(self.office(at), pick)

    @rule(at=NUMBERS, everything=st.booleans(), lost=st.booleans(), small=st.booleans())
    def export(self, at: int, everything: bool, lost: bool, small: bool) -> None:
        self.world.export(self.office(at), everything, lost, *([2_500] if small else []))

    @rule(at=NUMBERS, pick=NUMBERS)
    def deliver(self, at: int, pick: int) -> None:
        self.world.deliver(self.place(at), pick)

    @rule(pick=NUMBERS)
    def deliver_to_headquarters(self, pick: int) -> None:
        self.world.deliver(self.world.hq, pick)

    @rule(at=NUMBERS, pick=NUMBERS, cut=st.booleans())
    def spoil(self, at: int, pick: int, cut: bool) -> None:
        self.world.spoil(self.place(at), pick, cut)

    @rule(pick=NUMBERS, lost=st.booleans())
    def answer(self, pick: int, lost: bool) -> None:
        self.world.answer(pick, lost)

    @rule(at=NUMBERS, years=st.integers(-30, 30))
    def wrong_clock(self, at: int, years: int) -> None:
        self.place(at).skew = years

    @rule(at=NUMBERS)
    def keep(self, at: int) -> None:
        self.world.keep(self.office(at))

    @rule(at=NUMBERS)
    def restore(self, at: int) -> None:
        self.world.restore(self.office(at))

    @rule(at=NUMBERS)
    def clone(self, at: int) -> None:
        self.world.clone(self.office(at))

    @rule()
    def wipe(self) -> None:
        self.world.wipe()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.world.settle()
            finally:
                self.world.close()


SHORT = settings(
    max_examples=6,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a world that fails is run again by its blob: shrinking one takes minutes
)
Exchange.TestCase.settings = SHORT
TestExchange = Exchange.TestCase
