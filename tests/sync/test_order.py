"""The order in which files come, and how often each does, changes nothing; one of a newer schema is held unharmed until it can be read."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import arrivals
from app.sync import taking
from db import receiving
from db.journal import Chain, Entry, now_text
from db.record import uuid7
from db.records import RECORD_TYPES
from db.system import Journal, Package
from db.text import canonical
from tests.samples import USER
from tests.sync.test_hostile import Attacker
from tests.sync_places import HQ, Place, lesson
from tests.sync_world import World


@functools.cache
def sent() -> World:
    """Five files of three machines: new records, changes apart of one record, a cancellation, one file that follows another."""
    world = World(2, 3)
    atexit.register(world.close)
    first, second, other = (world.places[name] for name in ("DV01/0", "DV01/2", "DV02/0"))
    for place in (first, second, other):
        world.edit(place, 1)
    world.export(first, False, False)
    world.edit(first, 0)
    world.cancel(first, 0)
    for place in (first, second, other, second):
        world.export(place, False, False)
        world.edit(place, 1)
    assert len(world.files) == 5
    return world


@functools.cache
def expected() -> tuple[str, frozenset[str], dict[str, int]]:
    return outcome([0, 1, 2, 3, 4])


def outcome(order: list[int]) -> tuple[str, frozenset[str], dict[str, int]]:
    """Take the files in this order into a fresh headquarters; give its state, what is contested, and how much of each chain is there."""
    world = sent()
    place = Place(HQ, HQ, world.hq.copy())
    try:
        for number in order:
            taking.take(place.store, [world.files[number]], USER)
        return (
            place.store.state_hash(),
            frozenset(receiving.conflicts(place.store)),
            arrivals.chain_ends(place.store) | {place.store.device.id: 0},
        )
    finally:
        place.database.close()


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(order=st.lists(st.integers(0, 4), max_size=4).flatmap(lambda again: st.permutations([*range(5), *again])))
def test_five_files_in_any_order_and_as_often_as_you_like_end_in_one_state(order: list[int]) -> None:
    assert outcome(order) == expected()
    assert expected()[1], "two machines changed one record apart"


@pytest.fixture
def world() -> Iterator[World]:
    made = World(4, 1)
    yield made
    made.close()


class Newer(Attacker):
    """A machine whose program is newer: its records have a schema that nobody else knows yet."""

    uid = uuid7()

    def entry(self, chain: Chain) -> Entry:
        answers = {**lesson("DV04", "Bài của bản mới"), "state": "entered", "answer_of_tomorrow": "x"}
        return chain.append(
            "put", "education", self.uid, canonical(answers), None, author=USER, schema=RECORD_TYPES["education"].schema + 1, now=now_text()
        )


def test_a_file_of_a_newer_schema_is_held_as_it_came_and_taken_once_the_program_knows_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hq = world.hq.store
    path = world.folder / "moi.nnp"
    path.write_bytes(Newer(world, 1).file())
    before = hq.state_hash(), hq.chain_end()
    for _ in range(2):
        verdict = taking.take(hq, [path], USER)[0]
        assert (verdict.verdict, verdict.code) == ("waiting", "S03")
    assert (hq.state_hash(), hq.chain_end()) == before
    assert [bytes(row[0]) for row in hq.execute(Package.select(Package.content).where(Package.verdict == "waiting").tuples())] == [
        path.read_bytes()
    ]
    monkeypatch.setattr(RECORD_TYPES["education"], "schema", RECORD_TYPES["education"].schema + 1)
    assert {verdict.verdict for verdict in taking.retry(hq, USER)} == {"taken"}
    assert hq.read(Newer.uid)[1]["topic_free"] == "Bài của bản mới"
    kept = next(hq.entries(Journal.record == Newer.uid))
    assert b"answer_of_tomorrow" in kept.body, "nothing of it is lost"
