"""What an enrolled machine signs in the right form and with any content: taken or refused in words, never a crash, and the rest goes on."""

from __future__ import annotations

import json
import random
import tempfile
import time
import uuid
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from app import board, checking, history
from app.periods import period
from app.report import approval
from app.sync import answering, authority, bundle, desk, standing, taking
from app.sync.bundle import Payload
from db import receiving
from db.journal import Chain, Entry, now_text
from db.questions import Choice, Choices, Day, Question, Whole, YesNo
from db.record import Record
from db.records import RECORD_TYPES
from db.system import Journal
from db.text import canonical
from tests.samples import SAMPLES, USER
from tests.sync_places import HQ, Place
from tests.sync_world import World

TEXTS = ("", "a", "x" * 5_000, "Nguyễn Văn A", "=1+1", "<img src='x'>", "2019-02-30", "0", "1948", "~1948", "%_\\", "9" * 15, "S" * 400)
DAYS = ("0001-01-01", "9999-12-31", "2019-01-02", "2019-06-14", "2020-02-29", "1900-12-31")
NUMBERS = (0, 1, -1, 7, 10**6, -(10**15), 2**53 - 1, -(2**53) + 1)


class Attacker:
    """The machine of office DV04: it knows its keys, continues its chain and says whatever it likes."""

    def __init__(self, world: World, seed: int) -> None:
        self.chance, self.world = random.Random(seed), world
        self.place = next(place for place in world.offices if place.code == "DV04")
        self.device, self.hq = self.place.store.device, authority.own_keys(world.hq.store)
        self.number = 1_000
        self.uids = [str(uuid.UUID(int=self.chance.getrandbits(128), version=4)) for _ in range(4 * len(RECORD_TYPES))]
        self.uids += [uid for (uid,) in world.hq.store.execute(RECORD_TYPES["unit"].select(RECORD_TYPES["unit"].uid).tuples())]

    def value(self, question: Question) -> Any:
        """Give a value of the right kind, and nothing else about it right."""
        if isinstance(question, YesNo):
            return self.chance.random() < 0.5
        if isinstance(question, Whole):
            return self.chance.choice(NUMBERS)
        if isinstance(question, Choices):
            return self.chance.sample(["A", "B", "", "zzz", "CT"], self.chance.randrange(4))
        if isinstance(question, Day):
            return self.chance.choice(DAYS)
        if isinstance(question, Choice) and self.chance.random() < 0.5:
            return self.chance.choice([*question.codes.codes(None), "zzz"])
        return self.chance.choice((*TEXTS, *self.uids))

    def answers(self, declared: type[Record]) -> dict[str, Any]:
        good = {name: value for name, value in SAMPLES.get(declared.type_name, {}).items() if value is not None and name != "uid"}
        if self.chance.random() < 0.4:
            good = {"state": "entered"}
        private = declared.private_names()
        made: dict[str, Any] = {name: value for name, value in good.items() if name not in private}
        questions = declared.questions()
        for name in self.chance.sample(list(questions), self.chance.randrange(len(questions) + 1)):
            if name not in private:
                made[name] = self.value(questions[name])
        for kind, line in declared.kinds.items():
            shown = {name: one for name, one in line.questions().items() if name not in line.private_names()}
            rows = [
                {name: self.value(one) for name, one in shown.items() if self.chance.random() < 0.6}
                for _ in range(self.chance.choice((0, 1, 1, 3)))
            ]
            if self.chance.random() < 0.7:
                made[kind] = rows
            else:
                made.pop(kind, None)
        extras: dict[str, tuple[Any, ...]] = {
            "state": ("draft", "zzz", "cancelled", "entered"), "moved_on": DAYS, "moved_to": ("2019-H1", "zzz"), "cancel_reason": TEXTS,
            "warned": ({}, {"X": ""}, {"": "vì"}), "zzz": (1, None, {"a": [{}]}),
        }  # fmt: skip
        for name, values in extras.items():
            if self.chance.random() < 0.1:
                made[name] = self.chance.choice(values)
        return made

    def entry(self, chain: Chain) -> Entry:
        chance, declared = self.chance, RECORD_TYPES[self.chance.choice(list(RECORD_TYPES))]
        devices = (chain.device, self.world.hq.store.device.id, self.uids[0])
        bases = [(chance.choice(devices), chance.randint(1, chain.seq + 2)) for _ in range(chance.choice((0, 0, 1, 2)))]
        if chance.random() < 0.02:
            chain.lc += chance.choice((10**6, 10**9, 10**12, 2**52))
        kind = "put" if chance.random() < 0.93 else "audit"
        name = declared.type_name if kind == "put" else chance.choice(("approve", "amend", "erase", "import", "import.undo", "zzz"))
        body = canonical({"period": "2019-H1", "record": self.uids[0]} if chance.random() < 0.01 else self.answers(declared))
        mine = self.uids if chance.random() < 0.1 else self.uids[list(RECORD_TYPES).index(declared.type_name) :: len(RECORD_TYPES)]
        return chain.append(
            kind, name, chance.choice(mine), body, None, author=chance.choice(("admin", "zzz")), schema=declared.schema, bases=bases,
            import_id=chance.choice((None, None, "x")), identity=chance.choice((None, None, bytes(32))),
            now=chance.choice((now_text(), "hôm nay")),
        )  # fmt: skip

    def file(self) -> bytes:
        """Give a file of one to six entries that continues what headquarters has of this machine."""
        seq, hash_ = receiving.end_of(self.world.hq.store, self.device.id) or (0, b"")
        lc = max(one.lc for one in self.world.hq.store.entries(Journal.device == self.device.id))
        chain, payload, counts = Chain(self.device.id, seq, lc, hash_), Payload(), Counter[str]()
        for _ in range(self.chance.randint(1, 6)):
            one = self.entry(chain)
            payload.add(bundle.entry_frames(one.header, one.body, None), 2)
            counts[one.type] += 1
        self.number += 1
        said = {"kind": "data", "office": "DV04", "device": self.device.id, "dest": HQ, "app": "nennep 0.1.0", "created": now_text()}
        hint = {"kind": "data", "from": "DV04", "to": HQ, "bundle_no": self.number, "created": said["created"], "app": "nennep 0.1.0"}
        manifest = said | {
            "bundle_id": str(uuid.uuid4()), "bundle_no": self.number, "schema": 3, "chain_device": self.device.id, "from_seq": seq + 1,
            "to_seq": chain.seq, "prev_hash": hash_.hex(), "head_hash": chain.hash.hex(), "ack_return_no": 0,
            "vector": {self.device.id: chain.seq}, "counts": dict(counts),
        }  # fmt: skip
        assert self.hq is not None
        return bundle.seal(hint, manifest, payload, self.device.private, [self.hq.working])


def hostile(count: int, seed: int) -> Counter[str]:
    """Bring so many files of an enrolled machine with any content to a headquarters; give how often each verdict came.

    Each is taken or refused within ten seconds and 512 MB. Afterwards the tables are what the journal says, and an honest office and
    headquarters still write, send, take and answer.
    """
    world, found = World(4, 1), Counter[str]()
    try:
        world.hq = world.places[HQ] = Place(HQ, HQ, world.hq.copy(), RECORD_TYPES)
        attacker, folder = Attacker(world, seed), Path(tempfile.mkdtemp(dir=world.folder))
        for number in range(count):
            path = folder / "du-lieu.nnp"
            path.write_bytes(attacker.file())
            start = time.monotonic()
            verdict = taking.take(world.hq.store, [path], USER, sure=lambda verdict: True)[0]
            assert time.monotonic() - start < 10, number
            found[f"{verdict.verdict} {verdict.code}".strip()] += 1
        after(world)
        return found
    finally:
        world.close()


def after(world: World) -> None:
    """Let an honest office and headquarters go on as if nothing had happened, and fold everything again."""
    store = world.hq.store
    before = store.state_hash()
    store.rebuild()
    assert store.state_hash() == before
    honest = world.offices[0]
    world.edit(honest, 0)
    world.export(honest, False, False)
    assert {verdict.verdict for verdict in taking.take(store, world.files, USER)} == {"taken"}
    store.save("unit", {"code": "DV99", "versions": [{"name": "Đơn vị mới"}]}, USER)
    path = answering.answer(store, honest.code, world.folder, USER).path
    assert taking.take(honest.store, [path], USER)[0].verdict == "taken"
    assert honest.store.names.find("unit", "DV99", None)
    assert checking.check_all(store).problems == []
    standing.status(store)
    desk.matters(store)
    history.imports(store, USER)
    assert approval.standing(store, period(store, "2019-H1")).stage == "draft"
    board.board(store, period(store, "2019-H1"), date(2019, 7, 1))
    assert store.database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
    top = max(int(json.loads(one.header)["lc"]) for one in store.entries(Journal.device == store.device.id))
    assert top < 2**50, "the counter was driven away"


def test_hostile_content_of_an_enrolled_machine_is_taken_or_refused_and_the_rest_goes_on() -> None:
    found = hostile(400, 20261123)
    assert set(found) <= {"taken", "aside S06"}
    assert min(found["taken"], found["aside S06"]) > 20, found
