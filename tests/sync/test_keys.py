"""Headquarters changes its keys: whoever knows any of the old ones is led to the new, and nobody else leads there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import users
from app.sync import answering, authority, enrolment, sending, taking
from app.sync.bundle import together
from db.errors import ExpectedError
from db.system import Authority, Journal, User, write_meta
from tests.samples import USER
from tests.sync_offices import HQ, ONE, TWO, Place, back, join, lesson, new_machine, new_office, province, send


def known(place: Place) -> str:
    keys = authority.above(place.store)
    assert keys is not None
    return keys.working


def rotate(hq: Place, mail: Path) -> authority.Made:
    return authority.rotate_keys(hq.store, mail, USER)


def test_new_keys_come_with_the_next_answer_and_what_is_sent_goes_to_them(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    before = authority.own_keys(hq.store)
    assert before is not None
    made = rotate(hq, mail)
    assert (made.keys.safe, made.words) == (before.safe, "")
    assert {made.keys.sign, made.keys.working}.isdisjoint({before.sign, before.working})
    assert authority.read_keys(made.public).digits == made.keys.digits
    made.public.unlink()
    assert authority.read_keys(authority.write_public(hq.store, mail)).digits == made.keys.digits
    notes = back(hq, one, mail)[0].notes
    assert any(together(made.keys.digits) in note for note in notes)
    assert known(one) == made.keys.working
    assert known(places[TWO]) == before.working
    uid = lesson(one)
    path = sending.out(one.store, mail, USER)[0].path
    hq.store.execute(Authority.delete().where(Authority.sign == before.sign))
    assert taking.take(hq.store, [path], USER)[0].verdict == "taken"  # the old keys are not needed for it
    assert hq.store.read(uid)
    assert [entry.type for entry in hq.store.entries(Journal.type == "keys.rotate")] == ["keys.rotate"]


def test_an_office_that_has_not_heard_of_it_sends_to_the_old_keys_and_is_read(places: dict[str, Place], mail: Path) -> None:
    two, hq = places[TWO], places[HQ]
    rotate(hq, mail)
    uid = lesson(two, TWO)
    assert send(two, hq, mail)[0].verdict == "taken"
    assert hq.store.read(uid)


def test_an_office_that_slept_through_one_change_is_led_to_the_second(places: dict[str, Place], mail: Path) -> None:
    one, two, hq = places[ONE], places[TWO], places[HQ]
    rotate(hq, mail)
    back(hq, one, mail)
    last = rotate(hq, mail)
    for place, code in ((one, ONE), (two, TWO)):
        assert back(hq, place, mail)[0].verdict == "taken"
        assert known(place) == last.keys.working
        lesson(place, code)
        assert send(place, hq, mail)[0].verdict == "taken"


def test_keys_that_a_stranger_calls_new_are_not_believed(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    before = authority.own_keys(hq.store)
    assert before is not None
    stranger = new_office(tmp_path / "stranger", HQ)
    authority.make_keys(stranger.store, tmp_path / "theirs", USER)
    authority.rotate_keys(stranger.store, tmp_path / "theirs", USER)
    steps = authority.handover(stranger.store)
    steps[0] |= {"by": before.sign, "safe": before.safe}  # says that the true keys signed it
    write_meta(stranger.store.database, "keys:handover", json.dumps(steps))
    for machine in enrolment.machines(hq.store, ONE):
        enrolment.enter_machine(stranger.store, machine)
    forged = answering.answer(stranger.store, ONE, tmp_path / "theirs", USER)
    verdict = taking.take(one.store, [forged.path], USER)[0]
    assert (verdict.verdict, verdict.code) == ("waiting", "S05")
    assert known(one) == before.working
    assert back(hq, one, mail)[0].verdict == "taken"
    stranger.close()


def test_who_has_the_old_keys_only_answers_no_more(places: dict[str, Place], mail: Path, tmp_path: Path) -> None:
    one, hq = places[ONE], places[HQ]
    late = answering.answer(hq.store, ONE, mail, USER).path
    rotate(hq, tmp_path / "elsewhere")
    back(hq, one, mail)
    assert "cũ hơn" in taking.take(one.store, [late], USER)[0].notes[0]
    thief = province(tmp_path / "then")[HQ]
    new_machine(thief)
    verdict = taking.take(one.store, [answering.answer(thief.store, ONE, tmp_path / "theirs", USER).path], USER)[0]
    assert (verdict.verdict, verdict.code) == ("aside", "S06")
    assert "khóa cũ" in verdict.message
    thief.close()


def test_the_safe_gives_all_keys_back_and_what_others_put_beside_it_is_passed_over(tmp_path: Path) -> None:
    places, mail = province(tmp_path), tmp_path / "mail"
    one, two, hq = places[ONE], places[TWO], places[HQ]
    name, words = json.loads((tmp_path / "safe.json").read_text())
    rotate(hq, mail)
    back(hq, one, mail)
    last = rotate(hq, mail)
    (mail / f"khoa-du-phong-{HQ}-9.age").write_bytes((mail / f"khoa-du-phong-{HQ}-2.age").read_bytes()[:-1])
    fresh = new_office(tmp_path / "fresh", HQ)
    assert authority.recover_keys(fresh.store, mail / name, words, USER).digits == last.keys.digits
    for place, code in ((one, ONE), (two, TWO)):  # one sends to the second keys, the other still to the first
        uid = lesson(place, code)
        join(place, fresh, mail)
        assert known(place) == last.keys.working
        assert send(place, fresh, mail)[-1].verdict == "taken"
        assert fresh.store.read(uid)
    for place in (*places.values(), fresh):
        place.close()


def test_only_an_administrator_changes_keys_and_only_where_there_are_some(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    with pytest.raises(ExpectedError, match="chưa có khóa"):
        authority.rotate_keys(one.store, mail, USER)
    hq.store.allow = lambda by, action: users.require(hq.store.database, by, action)
    hq.store.execute(User.update(roles="clerk commander").where(User.id == USER))
    with pytest.raises(ExpectedError):
        authority.rotate_keys(hq.store, mail, USER)
    assert not authority.handover(hq.store)


def test_a_headquarters_keeps_its_own_keys_whoever_calls_them_those_above(places: dict[str, Place], mail: Path) -> None:
    hq = places[HQ]
    own = authority.own_keys(hq.store)
    assert own is not None
    with pytest.raises(ExpectedError, match="chính cơ quan này"):
        authority.take_keys(hq.store, mail / f"khoa-{HQ}.json", own.digits, USER)
    stranger = new_office(mail / "stranger", "QK02")
    above = authority.make_keys(stranger.store, mail / "theirs", USER)
    authority.take_keys(hq.store, above.public, above.keys.digits, USER)
    step: dict[str, Any] = {"office": "QK02", "name": "QK02", "sign": own.sign, "working": own.working, "safe": above.keys.safe}
    steps = [authority._signed_step(above.keys, replace(above.keys, **step))]  # noqa: SLF001 - what no honest headquarters writes
    with pytest.raises(ExpectedError, match="chính cơ quan này"), hq.store.transaction():
        authority.follow(hq.store, {"handover": steps, "sign": own.sign}, USER)
    assert authority.own_keys(hq.store) == own
    stranger.close()
