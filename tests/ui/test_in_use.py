"""A catalogue record that others link to: who they are, and the warning when it is about to be cancelled."""

from __future__ import annotations

import pytest

from app.office import Office
from db import usage
from db.record import CANCELLED

BY = "admin"


def test_links_of_records_and_of_their_lines_count_and_cancelled_ones_do_not(demo_office: Office) -> None:
    store = demo_office.store
    unit = store.names.find("unit", "DV05", None)
    found = usage.users_of(store, "unit", unit)
    assert found["education"] >= 5
    assert found["party-org"] >= 1
    assert "unit" not in found
    above = usage.users_of(store, "unit", store.names.find("unit", "HS00", None))
    assert above["unit"] == 12
    topic = store.save("topic", {"code": "X1", "title": "Chưa ai dùng"}, BY)
    assert usage.users_of(store, "topic", topic) == {}


def test_cancelling_a_used_one_is_warned_of_and_an_unused_one_is_not(demo_office: Office) -> None:
    store = demo_office.store
    unit = store.names.find("unit", "DV05", None)
    declared, record = store.read(unit)
    gone = record | {"state": CANCELLED, "cancel_reason": "Nhập nhầm"}
    warned = [one for one in store.problems(declared, [gone])[0] if one.code == usage.CODE]
    assert [one.level for one in warned] == ["warning"]
    assert "Giáo dục" in warned[0].message
    assert not [one for one in store.problems(declared, [record])[0] if one.code == usage.CODE]
    topic = store.save("topic", {"code": "X1", "title": "Chưa ai dùng"}, BY)
    declared, record = store.read(topic)
    gone = record | {"state": CANCELLED, "cancel_reason": "Nhập nhầm"}
    assert not [one for one in store.problems(declared, [gone])[0] if one.code == usage.CODE]


@pytest.mark.parametrize("type_name", ["unit", "topic", "party-org"])
def test_the_note_names_what_uses_it_without_private_answers(demo_office: Office, type_name: str) -> None:
    store = demo_office.store
    for uid in list(store.names.catalogue(type_name).records)[:5]:
        declared, record = store.read(uid)
        problem = usage.problem(store, declared, record | {"state": CANCELLED})
        assert problem is None or problem.where == "state"
