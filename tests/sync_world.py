"""Offices and a headquarters that exchange files while everything goes wrong, on the real importer; databases in memory, files real.

A ``World`` does one thing at a time as it is told; ``settle`` then lets everything arrive and says what is not as it must be. The test
command drives it with hypothesis, ``bootstrap.py soak exchange`` for much longer.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import arrivals
from app.sync import answering, authority, branches, enrolment, rebuilding, sending, taking
from app.sync.taking import Verdict
from db import journal
from db.errors import ExpectedError
from db.statements import Prepared
from db.system import Authority, Journal, last_seq, read_meta, write_meta
from tests.samples import USER
from tests.sync_judge import chain, judge, own_devices, refused
from tests.sync_places import HQ, LOST, OFFICES, TYPES, Place, approve, copied, founded, join, lesson, office_of

_BODIES = Prepared(Journal.select(Journal.body).where(Journal.kind == "put").tuples())
_MOVED = Prepared(Journal.select(Journal.id).where(Journal.type == branches.BRANCH).limit(1).tuples())
_UIDS = Prepared(TYPES["education"].select(TYPES["education"].uid).order_by(TYPES["education"].uid).tuples())

WAYS = {"edit": 16, "cancel": 4, "export": 12, "deliver": 12, "report": 8, "spoil": 4, "answer": 4, "wrong clock": 2, "keep": 2,
        "restore": 2, "clone": 1, "rename": 1, "wipe": 1}  # fmt: skip
"""What may happen in a world, and how often beside the others."""
SELDOM = {"rotate": 1, "die": 1}
"""What happens too in the long sweep."""
REVOKED = {"revoke": 2}
"""What happens in some worlds of it."""


class World:
    """All machines, the files on their way, and what is known to have been done."""

    def __init__(self, offices: int = 4, machines: int = 3) -> None:
        root = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self.folder = Path(tempfile.mkdtemp(prefix="nennep-world-", dir=root))
        chosen = [HQ] + [f"{code}/{n}" for code, most in list(OFFICES.items())[:offices] for n in range(min(most, machines))]
        self.places = {name: Place(name[:4], name, copied(founded()[name])) for name in chosen}
        self.hq = self.places[HQ]
        self.offices = [place for name, place in self.places.items() if name != HQ]
        self.files: list[Path] = []
        self.forked: set[str] = set()
        self.saved: dict[tuple[str, int], str] = {}
        """What people were told is saved: chain hash by device and number, less what died with a disk before it was sent."""
        self.words: dict[tuple[str, int], str] = {}
        """What was written there, that is written nowhere else."""
        self.revoked: set[str] = set()
        self.on_way: dict[str, int] = {}
        """Device → the last number that a file holds which arrives sooner or later."""
        self.slips: dict[str, tuple[Path, enrolment.Machine]] = {}
        """Enrolments that were sent, by device: a headquarters that lost its approvals looks them out again, those of dead machines too."""
        self.turn = 0
        self.steps = 0
        self.reborn: set[str] = set()
        """Machines that died and were rebuilt from what headquarters had."""
        self.seen: Counter[str] = Counter()
        """How often what happened: a run in which nothing goes wrong proves nothing."""

    def close(self) -> None:
        for place in self.places.values():
            place.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _to(self) -> Path:
        self.turn += 1
        return self.folder / str(self.turn)

    def _join(self, place: Place, *, fresh: bool = False) -> None:
        path, mine = join(place, self.hq, self._to(), fresh=fresh)
        self.slips[mine.device] = path, mine

    def _step(self, name: str) -> None:
        self.steps += 1
        self.seen[name] += 1

    def _wrote(self, place: Place, words: str) -> None:
        seq, hash_ = place.store.chain_end().split(":")
        self.saved[place.store.device.id, int(seq)] = hash_
        self.words[place.store.device.id, int(seq)] = words

    def happen(self, what: str, at: int, pick: int, yes: bool, small: bool) -> None:
        """Let one of ``WAYS`` happen: where, to which of several, and two answers to what it asks."""
        office, anyone = self.offices[at % len(self.offices)], list(self.places.values())[at % len(self.places)]
        ways: dict[str, Callable[[], object]] = {
            "edit": lambda: self.edit(office, pick),
            "cancel": lambda: self.cancel(office, pick),
            "export": lambda: self.export(office, pick % 5 == 0, yes, small),
            "deliver": lambda: self.deliver(anyone, pick),
            "report": lambda: self.deliver(self.hq, pick),
            "spoil": lambda: self.spoil(anyone, pick, yes),
            "answer": lambda: self.answer(pick, yes and small),
            "wrong clock": lambda: self.wrong_clock(anyone, pick % 61 - 30),
            "keep": lambda: self.keep(anyone),
            "restore": lambda: self.restore(anyone),
            "clone": lambda: self.clone(office),
            "rename": lambda: self.rename(office),
            "wipe": self.wipe,
            "rotate": self.rotate,
            "die": lambda: self.die(office),
            "revoke": lambda: self.revoke(office),
        }
        ways[what]()

    # -- what may happen -------------------------------------------------------------------------------------------------

    def edit(self, place: Place, pick: int) -> None:
        """Write a new record, or change one of the office's; the machine's clock is as wrong as it is."""
        self._step("edit")
        with place.clock():
            known = self.own(place)
            if not known or pick % 3 == 0:
                words = f"Bài {self.steps}"
                place.store.save("education", lesson(place.code, words), USER)
            else:
                record, words = place.store.read(known[pick % len(known)])[1], f"Nơi {self.steps}"
                place.store.save("education", {**record, "place": words, "state": "entered", "cancel_reason": None}, USER)
        self._wrote(place, words)

    def cancel(self, place: Place, pick: int) -> None:
        known = self.own(place)
        if known:
            self._step("cancel")
            with place.clock():
                place.store.cancel(known[pick % len(known)], f"lý do {self.steps}", USER)
            self._wrote(place, f"lý do {self.steps}")

    def own(self, place: Place) -> list[str]:
        return [uid for (uid,) in place.store.run(_UIDS)]

    def export(self, place: Place, everything: bool, lost: bool, small: bool = False) -> None:
        """Write what is not confirmed, in small parts where it is little; the files may never arrive anywhere."""
        part = 1 if small and not everything and sum(sending.unsent(place.store).values()) < 8 else sending.PART
        try:
            with place.clock():
                sent = sending.out(place.store, self._to(), USER, everything=everything, part=part)
        except ExpectedError as error:
            if error.code not in ("nothing", "enrolment") and not (error.code in ("S09", "S10") and self.forked):
                raise
            return
        self._step("lost" if lost else "export")
        self.seen["part"] += len(sent) - 1
        if not lost:
            self.files += [one.path for one in sent]
            for one in sent:
                self.on_way[one.device] = max(one.last, self.on_way.get(one.device, 0))

    def deliver(self, place: Place, pick: int) -> list[Verdict]:
        """Bring any file that is on its way to any machine: again, out of order, to the wrong one."""
        if not self.files:
            return []
        self._step("deliver")
        return self._take(place, [self.files[pick % len(self.files)]])

    def _take(self, place: Place, paths: list[Path]) -> list[Verdict]:
        with place.clock():
            found = taking.take(place.store, paths, USER, sure=lambda verdict: True)
        for verdict in found:
            assert verdict.verdict in ("taken", "waiting", "aside") or verdict.code in ("S04",), verdict
            assert verdict.code in ("", "S04", "S05", "S07", "S08", "S09") or "khóa cũ" in verdict.message or self.revoked, verdict
            assert verdict.code != "S09" or self.forked, verdict
            self.seen[f"{verdict.verdict} {verdict.code}".strip()] += 1
            self.seen["conflict surfaced"] += len(verdict.taken.conflicts)
        return found

    def spoil(self, place: Place, pick: int, cut: bool) -> None:
        """Bring a file that was cut, or of which a byte is wrong: nothing may change."""
        if not self.files:
            return
        self._step("cut" if cut else "flip")
        data = bytearray(self.files[pick % len(self.files)].read_bytes())
        if cut:
            del data[pick % len(data) :]
        else:
            data[pick % len(data)] ^= 0x40
        path = self.folder / "spoilt.nnp"
        path.write_bytes(data)
        before = place.store.state_hash(), place.store.chain_end()
        assert taking.take(place.store, [path], USER)[0].code in ("S01", "S02")
        assert (place.store.state_hash(), place.store.chain_end()) == before

    def answer(self, pick: int, lost: bool) -> None:
        """Let headquarters write its answer to one office."""
        self._step("lost answer" if lost else "answer")
        code = self.offices[pick % len(self.offices)].code
        try:
            path = answering.answer(self.hq.store, code, self._to(), USER).path
        except ExpectedError:
            assert self.revoked  # no machine of that office could read it
            return
        if not lost:
            self.files.append(path)

    def wrong_clock(self, place: Place, years: int) -> None:
        """Let a machine's clock go wrong by years."""
        self._step("wrong clock")
        place.skew = years

    def keep(self, place: Place) -> None:
        """Make a backup of a machine."""
        place.before = place.copy()

    def restore(self, place: Place) -> None:
        """Go back to the backup, under a new identity; it enrols again. What was neither in the backup nor sent is gone with the disk."""
        if place.before is None:
            self.keep(place)
        self._step("restore headquarters" if place is self.hq else "restore")
        mine, keys = own_devices(place.store), self._keys()
        assert place.before is not None
        place.reset(copied(place.before))
        if place is self.hq:
            self._put_keys(keys)
        for device in mine:
            kept = max(last_seq(place.database, device), self.on_way.get(device, 0))
            self.saved = {at: hash_ for at, hash_ in self.saved.items() if at[0] != device or at[1] <= kept}
        place.new_identity()
        if place is not self.hq:
            self._join(place)

    def clone(self, place: Place) -> None:
        """Copy a machine's file to a second one: both go on writing under one identity."""
        if place is self.hq or place.store.device.id in self.forked:
            return
        self._step("clone")
        twin = Place(place.code, place.name, place.copy())
        self.forked.add(place.store.device.id)
        for one in (twin, place):
            self.edit(one, 0)
            self.export(one, False, False)
        twin.database.close()

    def rename(self, place: Place) -> None:
        """Let a machine that was cloned take a name of its own, as its people are told to."""
        if place.store.device.id not in self.forked:
            return
        self._step("rename")
        self._join(place, fresh=True)

    def revoke(self, place: Place) -> None:
        """Let headquarters take nothing more under a machine's name: it goes on under another once its people are told."""
        device = place.store.device.id
        known = enrolment.machine(self.hq.store, device)
        if device in self.forked or known is None or known.status != "approved":
            return
        self._step("revoke")
        enrolment.revoke(self.hq.store, device, arrivals.chain_ends(self.hq.store).get(device, 0), USER)
        self.forked.add(device)
        self.revoked.add(device)

    def wipe(self) -> None:
        """Let headquarters lose everything but its keys; a new start asks all offices for everything.

        Not after a machine died (see ``die``).
        """
        if self.reborn:
            return
        self._step("wipe")
        keys = self._keys()
        self.hq.reset(copied(founded()[LOST]))
        self._put_keys(keys)
        self.hq.new_identity()

    def rotate(self) -> None:
        """Let headquarters change its keys."""
        self._step("rotate")
        authority.rotate_keys(self.hq.store, self._to(), USER)

    def _keys(self) -> tuple[list[dict[Any, Any]], str | None]:
        """Give what the safe gives back."""
        columns = Authority._meta.sorted_fields
        rows = self.hq.store.execute(Authority.select(*columns).where(Authority.own == 1).tuples()).fetchall()
        return [dict(zip(columns, row, strict=True)) for row in rows], read_meta(self.hq.database, "keys:handover")

    def _put_keys(self, kept: tuple[list[dict[Any, Any]], str | None]) -> None:
        self.hq.store.execute(Authority.delete().where(Authority.own == 1))
        for row in kept[0]:
            self.hq.store.execute(Authority.insert(row))
        if kept[1] is not None:
            write_meta(self.hq.database, "keys:handover", kept[1])

    def die(self, place: Place) -> None:
        """Let a machine's disk die; a new one takes its place and gets what headquarters has. What was not sent is gone.

        Not where headquarters lost all: what it had of a dead machine nobody could sign again.
        """
        mine = own_devices(place.store)
        if mine & self.forked or self.seen["wipe"]:
            return
        self._step("die")
        for device in mine:
            kept = self.on_way.get(device, 0)
            self.saved = {at: hash_ for at, hash_ in self.saved.items() if at[0] != device or at[1] <= kept}
        place.reset(office_of(place.code, place.name).database)
        place.before = None
        keys = authority.own_keys(self.hq.store)
        assert keys is not None
        known = {name: getattr(keys, name) for name in ("sign", "office", "name", "working", "safe")}
        place.store.execute(Authority.insert(**known, secret=None, identity=None, own=0, since=journal.now_text(), replaced=None))
        self._join(place)  # its slip too: headquarters may lose this approval
        self.reborn.add(place.name)
        self._rebuild(place)

    def _rebuild(self, place: Place) -> None:
        try:
            made = rebuilding.rebuild(self.hq.store, place.code, self._to(), USER, part=1 if self.steps % 2 else sending.PART)
        except ExpectedError as error:
            assert "Chưa nhận mục nào" in error.title, error  # noqa: PT017 - headquarters may have nothing of it yet
            return
        self.seen["rebuilt"] += 1
        self._take(place, [one.path for one in (reversed(made) if self.steps % 3 else made)])

    def _approve_all(self) -> None:
        for device, slip in self.slips.items():
            if enrolment.machine(self.hq.store, device) is None:
                approve(self.hq, *slip)

    def _revive(self) -> None:
        """Let headquarters have all that is on its way, and machines that died what it has: they cannot read what was sent before."""
        if not self.reborn:
            return
        for place in self.offices:
            self.rename(place)
            known = enrolment.machine(self.hq.store, place.store.device.id)
            if known is None or known.status != "approved":
                self._join(place)
        self._approve_all()  # what a dead machine had sent before it was approved is taken only then
        self._take(self.hq, self.files)
        for place in self.offices:
            if place.name in self.reborn:
                self._rebuild(place)

    def _lacked(self, place: Place, group: list[Place]) -> bool:
        """Tell whether another machine of the office lacks something that this one has written, under whatever name."""
        mine = own_devices(place.store)
        ends = {device: seq for device, seq in arrivals.chain_ends(place.store).items() if device in mine}
        return any(arrivals.chain_ends(other.store).get(device, 0) < seq for other in group for device, seq in ends.items())

    # -- what must then hold -----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything arrive, then compare all machines with each other and with a plain model of the rules."""
        self._revive()
        groups = {code: list(group) for code, group in itertools.groupby(self.offices, lambda place: place.code)}
        old = 0
        for last in (False, True):
            for place in self.offices if last else ():
                self.rename(place)  # until then a cloned machine sends nothing, of its former names neither
            for place in self.offices:
                known = enrolment.machine(self.hq.store, place.store.device.id)
                if known is None or known.status != "approved" or enrolment.this_machine(place.store) is None:
                    self._join(place, fresh=known is not None and known.status == "revoked")
            self._approve_all()
            for place in self.offices:  # headquarters' receipts heal what was lost there; between the machines of an office only all does
                self.export(place, last and self._lacked(place, groups[place.code]), False)
            come, old = self.files[old:], len(self.files)
            for place in self.places.values():
                self._take(place, [path for path in come if place is self.hq or place.code in path.name])
            for code, group in groups.items():
                self.files.append(answering.answer(self.hq.store, code, self._to(), USER).path)
                for place in group:
                    self._take(place, self.files[-1:])
        for place in self.offices:
            if place.store.device.id not in self.forked:
                assert chain(place.store, place.store.device.id)[: sending.acknowledged(place.store, place.store.device.id)] == chain(
                    self.hq.store, place.store.device.id
                )
                assert set(sending.unsent(place.store)) <= {place.store.device.id} | self.forked
        arrived = {place.name: judge(place, self.seen) for place in self.places.values()}
        if self.steps % 4 == 0:
            before = self.hq.store.state_hash()
            self.hq.store.rebuild()
            assert self.hq.store.state_hash() == before
        saved = {at: hash_ for at, hash_ in self.saved.items() if at[0] not in self.forked}
        assert saved.items() <= arrived[HQ].items(), "lost at headquarters"
        self.seen["saved and arrived"] += len(saved)
        written = b" ".join(body for (body,) in self.hq.store.run(_BODIES)).decode()
        lost = {at: words for at, words in self.words.items() if at in self.saved and at[0] in self.revoked and f'"{words}"' not in written}
        assert not lost, "lost with a revoked name"
        for place in self.places.values():
            assert not arrivals.gaps(place.store) or self.forked, arrivals.gaps(place.store)
        owners = self.hq.store.elsewhere
        for code, group in groups.items():
            theirs = {at: hash_ for at, hash_ in arrived[HQ].items() if owners.get(at[0]) == code and at[0] not in self.forked}
            assert all(theirs.items() <= arrived[place.name].items() for place in group), f"lost at {code}"
            if code not in {owners.get(device) for device in self.forked}:  # else each may have taken another branch
                assert len({place.store.state_hash() for place in group}) == 1, code
        if self.forked - self.revoked and not self.seen["aside S09"]:  # a headquarters that was wiped has forgotten what it put aside
            said = [code for place in self.places.values() for code in refused(place)]
            assert "S09" in said or self.hq.store.run(_MOVED).fetchone()  # or it was written once more before both had come
