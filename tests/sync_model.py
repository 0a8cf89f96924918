"""The protocol as plain data: what FORMAT.md and trust.md e say of numbers, receipts and versions, and none of the program's code.

It tests the design: whether rules that hold, hold whatever happens. ``tests.sync_world`` tests the program that follows them.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

Place = tuple[int, int]
"""A version: the identity that wrote it, and its number."""


class Version(NamedTuple):
    """One entry: the record, its Lamport counter, the versions it replaces, and all of the record that its writer had seen."""

    record: int
    counter: int
    bases: frozenset[Place]
    seen: frozenset[Place]


class Sent(NamedTuple):
    """A data file: entries ``first`` to ``last`` of one chain, as signed; whoever has it may hand on the very same."""

    office: int
    chain: int
    first: int
    last: int
    entries: tuple[Version, ...]


class Answer(NamedTuple):
    """A return: whose it is, its number, and up to where each identity of the office has come."""

    office: int
    life: int
    number: int
    receipts: dict[int, int]


@dataclass
class Log:
    """What one machine or headquarters has: chains without holes, the files they came in, and what waits for a gap."""

    chains: dict[int, list[Version]] = field(default_factory=dict)
    files: list[Sent] = field(default_factory=list)
    waiting: list[Sent] = field(default_factory=list)

    def have(self, chain: int) -> int:
        return len(self.chains.get(chain, ()))

    def take(self, file: Sent) -> str:
        """Take a file as check 23 and 24 say; what waited is tried again."""
        chain = self.chains.setdefault(file.chain, [])
        if file.first > len(chain) + 1:
            if file not in self.waiting:
                self.waiting.append(file)
            return "waits"
        known = len(chain) - file.first + 1
        assert chain[file.first - 1 : file.last] == list(file.entries[:known]), "one number, two contents"
        if known >= len(file.entries):
            return "known"
        chain += file.entries[known:]
        self.files.append(file)
        again, self.waiting = self.waiting, []
        for one in again:
            self.take(one)
        return "taken"

    def versions(self, record: int) -> dict[Place, Version]:
        return {(chain, n): one for chain, entries in self.chains.items() for n, one in enumerate(entries, 1) if one.record == record}

    def heads(self, record: int) -> dict[Place, Version]:
        """Give the versions of a record that none replaces, and from which one would be shown: the greatest."""
        found = self.versions(record)
        replaced = {base for one in found.values() for base in one.bases}
        return {place: one for place, one in found.items() if place not in replaced}

    def copy(self) -> Log:
        return Log({chain: list(entries) for chain, entries in self.chains.items()}, list(self.files), list(self.waiting))


@dataclass
class Machine:
    """A machine of an office: its identities, what it has, and what headquarters told it."""

    office: int
    own: list[int]
    log: Log = field(default_factory=Log)
    marks: dict[int, int] = field(default_factory=dict)
    """The newest receipt by identity, the other machines' of the office too."""
    most: dict[int, int] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    """The newest answer taken, by the identity of headquarters."""

    def copy(self) -> Machine:
        return Machine(self.office, list(self.own), self.log.copy(), dict(self.marks), dict(self.most), dict(self.answers))

    def write(self, record: int, merge: bool) -> None:
        heads = self.log.heads(record)
        shown = max(heads, key=lambda place: (heads[place].counter, *place), default=None)
        bases = frozenset(heads if merge else () if shown is None else (shown,))
        counter = 1 + max((one.counter for entries in self.log.chains.values() for one in entries), default=0)
        version = Version(record, counter, bases, frozenset(self.log.versions(record)))
        self.log.chains.setdefault(self.own[-1], []).append(version)

    def out(self, everything: bool) -> list[Sent]:
        """Send what no receipt covers of our own chains, and what headquarters has lost of the others'."""
        sent = []
        for chain in self.own:
            after = 0 if everything else self.marks.get(chain, 0)
            entries = self.log.chains.get(chain, [])
            if len(entries) > after:
                sent.append(Sent(self.office, chain, after + 1, len(entries), tuple(entries[after:])))
        for file in self.log.files:
            after = self.marks.get(file.chain, 0)
            if file.chain not in self.own and file.last > after and (everything or after < self.most.get(file.chain, 0)):
                sent.append(file)
        return sent

    def hear(self, answer: Answer) -> None:
        """Take an answer, unless a newer one of the same headquarters was taken."""
        if answer.number <= self.answers.get(answer.life, 0):
            return
        self.answers[answer.life] = answer.number
        for chain in self.log.chains:
            seq = answer.receipts.get(chain, 0)
            if seq <= self.log.have(chain):  # else an older copy of us came back: what is missing here is there
                self.marks[chain] = seq
            self.most[chain] = max(seq, self.most.get(chain, 0))


class Model:
    """Offices with machines, a headquarters, files on their way."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.ids = chance, count(1)
        self.machines = [Machine(office, [next(self.ids)]) for office in range(chance.randint(1, 4)) for _ in range(chance.randint(1, 3))]
        self.hq, self.life, self.number = Log(), next(self.ids), 0
        self.on_way: list[Sent | Answer] = []
        self.backups: dict[int, Machine] = {}
        self.saved: dict[Place, Version] = {}
        self.broken: dict[int, int] = {}
        """By identity the first number that is nowhere any more."""
        self.seen: Counter[str] = Counter()

    def step(self) -> None:
        at = self.chance.randrange(len(self.machines))
        what = self.chance.choices(*zip(*WAYS.items(), strict=True))[0]
        self.seen[what] += 1
        getattr(self, what)(at)

    def edit(self, at: int) -> None:
        machine = self.machines[at]
        machine.write(machine.office * 10 + self.chance.randrange(3), self.chance.random() < 0.3)
        place = machine.own[-1], machine.log.have(machine.own[-1])
        self.saved[place] = machine.log.chains[place[0]][-1]

    def send(self, at: int) -> None:
        self.on_way += self.machines[at].out(self.chance.random() < 0.1)

    def lose(self, at: int) -> None:
        self.machines[at].out(False)

    def deliver(self, at: int) -> None:
        """Any file to headquarters or a machine of its office: again, out of order."""
        if not self.on_way:
            return
        file, machine = self.chance.choice(self.on_way), self.machines[at]
        if isinstance(file, Answer):
            if file.office == machine.office:
                machine.hear(file)
        elif self.chance.random() < 0.5:
            self.seen[self.hq.take(file)] += 1
        elif file.office == machine.office and file.chain not in machine.own:
            self.seen[machine.log.take(file)] += 1

    def answer(self, at: int) -> None:
        self.number += 1
        office = self.machines[at].office
        theirs = {file.chain for file in self.hq.files if file.office == office}
        self.on_way.append(Answer(office, self.life, self.number, {chain: self.hq.have(chain) for chain in theirs}))

    def keep(self, at: int) -> None:
        self.backups[at] = self.machines[at].copy()

    def restore(self, at: int) -> None:
        """The backup comes back under a new identity; what nobody else has is gone with the disk."""
        before = self.backups.get(at, Machine(self.machines[at].office, self.machines[at].own))
        self.machines[at] = before.copy()
        self.machines[at].own.append(next(self.ids))
        self._gone()

    def die(self, at: int) -> None:
        """The disk dies, and there is no backup: a new machine takes its place."""
        self.machines[at] = Machine(self.machines[at].office, [next(self.ids)])
        self.backups.pop(at, None)
        self._gone()

    def wipe(self, _at: int) -> None:
        """Headquarters loses all, and every stick of before is gone."""
        self.hq, self.life, self.number, self.on_way = Log(), next(self.ids), 0, []
        self._gone()

    def _gone(self) -> None:
        """Leave out of ``saved`` what neither a machine, a stick nor headquarters has, and what comes after it in its chain."""
        there = {(file.chain, n) for file in self.on_way if isinstance(file, Sent) for n in range(file.first, file.last + 1)}
        for log in (self.hq, *(machine.log for machine in self.machines)):
            there |= {(chain, n) for chain, entries in log.chains.items() for n in range(1, len(entries) + 1)}
        for chain, n in sorted(self.saved.keys() - there):
            self.broken[chain] = min(n, self.broken.get(chain, n))
        self.saved = {place: one for place, one in self.saved.items() if place[1] < self.broken.get(place[0], place[1] + 1)}

    def settle(self) -> None:
        """Let everything arrive, the sticks of the dead too, and judge."""
        for file in [one for one in self.on_way if isinstance(one, Sent)]:
            self.hq.take(file)
        for at, machine in enumerate(self.machines):
            self.answer(at)
            machine.hear(self.on_way[-1])  # type: ignore[arg-type]
        for turn in range(4):
            sent = [file for machine in self.machines for file in machine.out(turn == 1)]
            for file in sorted(sent, key=lambda _file: self.chance.random()):
                self.hq.take(file)
            for at, machine in enumerate(self.machines):  # and back: what a rebuild or the others' sticks bring
                for file in self.hq.files:
                    if file.office == machine.office:
                        machine.log.take(file)
                self.answer(at)
                machine.hear(self.on_way[-1])  # type: ignore[arg-type]
        self.judge()

    def judge(self) -> None:
        held = {(chain, n): one for chain, entries in self.hq.chains.items() for n, one in enumerate(entries, 1)}
        assert self.saved.items() <= held.items(), "lost"
        assert all(file.first > self.broken.get(file.chain, file.first) for file in self.hq.waiting), "still waits"
        offices = {file.chain: file.office for file in self.hq.files}
        for machine in self.machines:
            theirs = {chain: entries for chain, entries in self.hq.chains.items() if offices.get(chain) == machine.office}
            assert {chain: entries for chain, entries in machine.log.chains.items() if entries} == theirs, "apart"
        for record in {one.record for one in held.values()}:
            versions, heads = self.hq.versions(record), self.hq.heads(record)
            for place, one in versions.items():
                if place not in heads:
                    continue
                unseen = [other for other in heads if other != place and other not in one.seen and place not in versions[other].seen]
                self.seen["conflict"] += bool(unseen)
            for place, one in versions.items():  # what nobody has seen since is shown: it is a head
                if not any(place in other.seen for at, other in versions.items() if at != place):
                    assert place in heads, "hidden"
                assert one.bases <= one.seen, "replaced unseen"


WAYS = {"edit": 16, "send": 12, "lose": 3, "deliver": 24, "answer": 5, "keep": 2, "restore": 2, "die": 1, "wipe": 1}
"""What may happen, and how often beside the others."""
STEPS = 60


def one(number: int) -> Counter[str]:
    """Let one model happen and be judged; give what happened how often."""
    model = Model(random.Random(number))
    for _ in range(STEPS):
        model.step()
    model.settle()
    return model.seen
