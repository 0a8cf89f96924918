"""Entries of other machines: whatever the order in which they come, the state is the same, and nothing is overwritten unseen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.checking import check_all
from app.office import Office
from db import keystore, receiving
from db.errors import ExpectedError
from db.journal import Entry, now_text
from db.store import Store
from db.system import Device, Enrolment, Journal, OwnDevice, add_device, close_own_devices
from tests import samples
from tests.samples import USER

Machine = Callable[[str], Office]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Copies of the small office, each under an identity of its own."""
    opened: list[Office] = []

    def make(name: str) -> Office:
        made = samples.open_copy(tmp_path / name)
        opened.append(made)
        private, public = keystore.new_device_key()
        close_own_devices(made.database)
        add_device(made.database, OwnDevice(str(uuid.uuid4()), public, private), now_text())
        made.store = Store(made.database)
        return made

    yield make
    for one in opened:
        one.close()


def of_machine(office: Office) -> list[Entry]:
    return list(office.store.entries(Journal.device == office.store.device.id, (Journal.seq,)))


def carry(source: Office, target: Office, entries: list[Entry] | None = None, office: str = "HS00") -> receiving.Taken:
    """Take what ``source`` wrote into ``target``, which knows it as a machine of ``office``."""
    device = source.store.device
    if not target.store.execute(Device.select(Device.id).where(Device.id == device.id).tuples()).fetchone():
        target.store.execute(Device.insert(id=device.id, public=device.public, private=None, created=now_text(), closed_at=None, own=0))
        target.store.execute(
            Enrolment.insert(
                device=device.id,
                office=office,
                office_name=office,
                label="máy khác",
                public=device.public,
                age="",
                status="approved",
                since=now_text(),
            )
        )
    store = target.store
    store.know_others()
    have = (receiving.end_of(store, device.id) or (0, b""))[0]
    with store.transaction():
        return receiving.receive(store, [entry for entry in entries or of_machine(source) if entry.seq > have])


def test_what_two_machines_wrote_apart_is_the_same_on_both_in_any_order(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    shared = one.store.save("education", samples.education(), USER)
    carry(one, two)
    two.store.save("education", {**two.store.read(shared)[1], "place": "Nhà văn hóa"}, USER)
    two.store.save("care", samples.care(), USER)
    one.store.save("inspection", samples.inspection(), USER)
    carry(two, one)
    carry(one, two)
    assert one.store.state_hash() == two.store.state_hash()
    assert one.store.read(shared)[1]["place"] == "Nhà văn hóa"
    assert not receiving.conflicts(one.store)
    for office in (one, two):
        before = office.store.state_hash()
        office.store.rebuild()
        assert office.store.state_hash() == before
        assert check_all(office.store).problems == []


def test_the_same_record_changed_on_two_machines_keeps_both_versions_until_somebody_puts_them_together(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    shared = one.store.save("education", samples.education(), USER)
    carry(one, two)
    for office, place in ((one, "Hội trường A"), (two, "Hội trường B")):
        office.store.save("education", {**office.store.read(shared)[1], "place": place}, USER)
    assert carry(two, one).conflicts == {shared}
    assert carry(one, two).conflicts == {shared}
    places = {one.store.read(shared)[1]["place"], two.store.read(shared)[1]["place"]}
    assert len(places) == 1
    assert {len(receiving.conflicts(office.store)[shared]) for office in (one, two)} == {2}
    losing = receiving.conflicts(one.store)[shared][1]
    one.store.restore(shared, losing.device, losing.seq, USER)
    carry(one, two)
    assert not receiving.conflicts(one.store)
    assert not receiving.conflicts(two.store)
    assert one.store.state_hash() == two.store.state_hash()


def test_the_next_entry_counts_on_from_the_greatest_received(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    for _ in range(5):
        one.store.save("education", samples.education(), USER)
    two.store.save("education", samples.education(), USER)
    carry(one, two)
    uid = two.store.save("education", samples.education(), USER)
    assert two.store.versions(uid)[0].lc > max(entry.lc for entry in of_machine(one))


def test_a_record_belongs_to_the_office_that_made_it(machine: Machine) -> None:
    ours, theirs = machine("ours"), machine("theirs")
    uid = theirs.store.save("education", samples.education(), USER)
    before = ours.store.state_hash()
    carry(theirs, ours, office="DV01")
    assert ours.store.state_hash() != before
    with pytest.raises(ExpectedError, match="DV01"):
        ours.store.save("education", {**ours.store.read(uid)[1], "place": "Sửa hộ"}, USER)
    code = samples.T23
    title = ours.store.read(code)[1]["title"]
    theirs.store.save("topic", {**theirs.store.read(code)[1], "title": "Tên khác"}, USER)
    carry(theirs, ours, office="DV01")
    assert ours.store.read(code)[1]["title"] == title
    assert ours.store.state_hash() != before
    assert check_all(ours.store).problems == []


def test_erased_or_absent_private_answers_leave_the_chain_whole(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    uid = one.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    bare = [entry._replace(private=None) for entry in of_machine(one)]
    carry(one, two, bare)
    assert two.store.read(uid)[1]["name"] is None
    assert two.store.read(uid)[1]["commune"] == "Phú Lâm"
    assert check_all(two.store).problems == []
