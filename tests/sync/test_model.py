"""The protocol as plain data, whatever happens: all end in one state, nothing is lost, what was written unseen of another is shown."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests import sync_model

MODELS = 1_500
HAPPENS = (*sync_model.WAYS, "taken", "known", "waits", "conflict")


def test_whatever_happens_the_rules_of_the_protocol_lose_nothing_and_end_in_one_state() -> None:
    seen = Counter[str]()
    for number in range(MODELS):
        seen += sync_model.one(number)
    assert [name for name in HAPPENS if not seen[name]] == []


def test_where_nobody_hands_on_what_the_dead_sent_a_headquarters_that_lost_all_lacks_it() -> None:
    """The control: without that rule the very same models lose something."""
    lost = 0
    for number in range(300):
        model = sync_model.Model(random.Random(number))
        for _ in range(sync_model.STEPS):
            model.step()
        for machine in model.machines:
            machine.log.files.clear()
        try:
            model.settle()
        except AssertionError as error:
            lost += "lost" in str(error)
    assert lost > 10


def test_one_number_with_two_contents_is_found() -> None:
    log, first = sync_model.Log(), sync_model.Version(1, 1, frozenset(), frozenset())
    log.take(sync_model.Sent(1, 1, 1, 1, (first,)))
    with pytest.raises(AssertionError, match="two contents"):
        log.take(sync_model.Sent(1, 1, 1, 1, (first._replace(counter=2),)))
