"""Files in: verified, previewed, taken in one transaction each; what cannot be taken yet waits visibly (trust.md e).

A replay changes nothing and says so; one bad file never stops the others; a preview is the same work, rolled back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app import arrivals, files
from app.arrivals import ASIDE, TAKEN, WAITING
from app.sync import answering, branches, bundle, enrolment, forwarding, keeping, rebuilding, refusals
from app.sync.bundle import MOST_FILE, MOST_HINT, Bundle
from app.sync.enrolment import OwnKeys
from app.sync.refusals import Refusal
from db import disclosure, faults, receiving
from db.connection import roomy, translate
from db.errors import ExpectedError
from db.journal import Entry
from db.message import Message, as_data
from db.questions import shown_day
from db.receiving import Taken
from db.statements import Prepared, slot
from db.store import Store
from db.system import Device, Package

MANY_CANCELLED, SHARE_CANCELLED = 20, 5
"""A package that cancels so many records, and one in five of those it touches, is asked about first."""
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"[Deskto", b"[Intern")
"""How programs and shortcuts begin."""
OURS = Message("Tệp này do chính máy này ghi ra; không có gì để nhập.")
VOID = Message("Tệp này của nhánh đã dừng; máy gửi đã ghi lại dưới danh tính mới. Không có gì để nhập.")


@dataclass
class Verdict:
    """What became of one file: taken, waiting, aside or refused (nothing kept); the numbers of what it brought; the message."""

    name: str
    verdict: str
    code: str = ""
    message: str = ""
    kind: str = ""
    office: str = ""
    number: int = 0
    known: int = 0
    filled: int = 0
    """Entries that were here and got the private answers that had been left out."""
    taken: Taken = field(default_factory=Taken)
    notes: list[str] = field(default_factory=list)
    digest: str = ""
    """SHA-256 of a file that was read, hexadecimal: its first letters stand on the slip that came with it."""

    @property
    def was_here(self) -> bool:
        """Whether this very file was taken before, or was written here: there is nothing to take."""
        return self.verdict == TAKEN and bool(self.message) and not self.kind

    @property
    def changed_nothing(self) -> bool:
        """Whether nothing new was in it."""
        return self.verdict == TAKEN and not (self.taken.new or self.taken.changed or self.taken.audits or self.filled)

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        taken = self.taken
        named = {"conflicts": taken.conflicts, "late": taken.late, "foreign": taken.foreign}
        return {
            "file": self.name,
            "verdict": self.verdict,
            "code": self.code,
            "message": str(self.message),
            "kind": self.kind,
            "office": self.office,
            "bundle_no": self.number,
            "new": taken.new,
            "changed": taken.changed,
            "cancelled": taken.cancelled,
            "known": self.known,
            "filled": self.filled,
            **{name: sorted(uids) for name, uids in named.items()},
            "notes": [str(note) for note in self.notes],
        }


_OF_ONE_NUMBER = Prepared(
    Package.select(Package.id)
    .where((Package.device == slot(0)) & (Package.number == slot(1)) & (Package.kind == "data"))
    .where(Package.verdict.in_((TAKEN, "written")) & (Package.bundle != slot(2)))
    .tuples()
)
_OWN_CHAIN = Prepared(Device.select(Device.own, Device.closed_at).where(Device.id == slot(0)).tuples())


class _Undone(Exception):  # noqa: N818 - no error: the end of a preview
    pass


Asked = Callable[[Verdict], bool]


def take(
    store: Store,
    paths: Iterable[Path],
    by: str,
    *,
    preview: bool = False,
    sure: Asked = lambda verdict: False,
    before: Callable[[], object] = lambda: None,
) -> list[Verdict]:
    """Take files, and whole folders of them; give what became of each, and of what had waited and was taken now.

    ``before`` is called once before anything is written: the automatic backup. ``sure`` is asked about a package that cancels
    much. With ``preview`` nothing at all is written. Raises ExpectedError for a user who may not.
    """
    store.allow(by, "exchange")
    run = _Run(store, by, sure, (lambda: None) if preview else before)
    if not preview:
        with roomy(store.database):
            return run.all(_in_order(paths))
    try:
        with roomy(store.database), store.transaction():
            found = run.all(_in_order(paths))
            raise _Undone
    except _Undone:
        store.know_others()
        return found


def retry(store: Store, by: str, before: Callable[[], object] = lambda: None) -> list[Verdict]:
    """Try what waits again, as after an approval; give what was taken. ``before`` as for ``take``."""
    store.allow(by, "exchange")
    with roomy(store.database):
        return _Run(store, by, lambda verdict: False, before).waiting()


def _in_order(paths: Iterable[Path]) -> list[Path]:
    """Give the files of each sender in the order of the numbers that they say they have, so that what follows another does not wait for it.

    What is none of ours comes last.
    """
    return sorted(_listed(paths), key=_place)


def _place(path: Path) -> tuple[bool, str, int]:
    sender, number = "", 0
    with contextlib.suppress(OSError):
        if path.is_file():  # reading a pipe would wait for ever
            with path.open("rb") as file:
                sender, number = bundle.place_said(file.read(16 + MOST_HINT))
    return not sender, sender, number


def _listed(paths: Iterable[Path]) -> Iterator[Path]:
    """Give files; of a folder those directly in it that are ours by their first bytes or their name."""
    for path in paths:
        try:
            inside = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else None
        except OSError:
            inside = None  # pulled: reading it says so
        if inside is None:
            yield path
            continue
        for one in inside:
            if is_ours(one) and not one.name.endswith(".part"):
                yield one


def _starts(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bundle.is_one(file.read(8))
    except OSError:
        return False


def is_ours(path: Path) -> bool:
    """Tell whether a file that is offered is meant for exchange: by its first bytes or its name."""
    return ".nnp" in path.name.lower() or _starts(path)


def read_file(path: Path) -> bytes:
    """Give a file's bytes. Raises Refusal S01 when it is none of ours, S02 when it cannot be read."""
    try:
        if path.exists() and not path.is_file():
            raise refusals.not_ours()  # reading a pipe would wait for ever
        with path.open("rb") as file:
            start = file.read(8)
            if not bundle.is_one(start):
                raise refusals.disguised() if start.startswith(PROGRAMS) else refusals.not_ours()
            return start + file.read(MOST_FILE - 7)
    except OSError:
        raise refusals.unreadable() from None


class _Run:
    """One run over several files."""

    def __init__(self, store: Store, by: str, sure: Asked, before: Callable[[], object]) -> None:
        self.store, self.by, self.sure, self.before = store, by, sure, before
        self.backed_up = False
        self._keys: OwnKeys | None = None
        self._tried = False
        """Whether the files that could not be opened were tried with these keys."""

    def all(self, paths: Iterable[Path]) -> list[Verdict]:
        """Take each file, and after each that was taken what waited for it."""
        found: list[Verdict] = []
        for path in paths:
            verdict = self.one(path)
            found.append(verdict)
            if verdict.verdict == TAKEN and not (verdict.changed_nothing and verdict.kind in ("", "data")):  # others make machines known
                found += self.waiting()
        later = {verdict.digest for verdict in found if verdict.verdict != WAITING}  # not by name: two machines may use one
        return [verdict for verdict in found if verdict.verdict != WAITING or verdict.digest not in later]

    def one(self, path: Path) -> Verdict:
        """Take one file."""
        name = files.shown_name(path.name)
        try:
            data = read_file(path)
        except Refusal as refusal:
            return _refused(name, refusal)
        digest = hashlib.sha256(data).hexdigest()
        known = keeping.taken_at(self.store, digest)
        if known is not None:
            again = refusals.known(shown_day(known[:10]))
            return Verdict(name, TAKEN, again.code, again.title)
        if keeping.is_written(self.store, digest):
            return Verdict(name, TAKEN, "", OURS)
        verdict = self._open(name, data, digest)
        verdict.digest = digest
        return verdict

    def waiting(self) -> list[Verdict]:
        """Try what waits, again and again as long as something is taken; only what has no gap before it any more.

        Gives what was taken, and what was found to be for people to look at. What could not be opened is tried once, and again when other
        machines and keys are known.
        """
        found: list[Verdict] = []
        while True:
            moved, tried, self._tried = False, self._tried, True
            for facts, digest, content in keeping.waiting(self.store, tried):
                verdict = self._open(json.loads(facts)["name"], bytes(content), digest)
                verdict.digest = digest
                moved = moved or verdict.verdict == TAKEN
                if verdict.verdict in (TAKEN, ASIDE):
                    found.append(verdict)
            if not moved:
                return found

    def _open(self, name: str, data: bytes, digest: str) -> Verdict:
        """Open and take; what refuses is kept as its refusal says. Whatever happens to this file, the next one gets its turn."""
        opened: Bundle | None = None
        try:
            opened = bundle.open_bundle(data, self._known())
            if not self.backed_up:
                self.before()
                self.backed_up = True
            if opened.kind == "data" and branches.is_void(self.store, opened.manifest):
                with self.store.transaction():
                    branches.rest(self.store, Package.digest == digest)  # or what waits would be tried for ever
                return Verdict(name, TAKEN, "S07", VOID, "data", opened.manifest["office"], opened.manifest["bundle_no"])
            with self.store.transaction():
                verdict = self._apply(name, opened)
                faults.step("package taken")
                self._keep(name, opened.manifest, digest, data, verdict)
            if opened.kind != "data":  # machines, keys: believed from the next file on
                self._keys, self._tried = None, False
            return verdict
        except Refusal as refusal:
            if opened is not None:
                self.store.know_others()
            return self._set_aside(name, data, digest, refusal, opened)
        except Exception as error:
            self.store.know_others()
            expected = translate(error)
            if expected is not None:
                return Verdict(name, "refused", expected.code, Message("{title} {remedy}", title=expected.title, remedy=expected.remedy))
            if isinstance(error, (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)) and opened is not None:
                return self._set_aside(name, data, digest, refusals.malformed(type(error).__name__), opened)
            raise

    def _known(self) -> OwnKeys:
        self._keys = self._keys or OwnKeys(self.store)
        return self._keys

    def _apply(self, name: str, opened: Bundle) -> Verdict:
        said = opened.manifest
        verdict = Verdict(name, TAKEN, kind=opened.kind, office=said["office"], number=said.get("bundle_no") or said.get("return_no") or 0)
        if opened.kind == "enrol" and said["device"] in self._known().own_devices:
            verdict.message = OURS
        elif opened.kind == "enrol":
            one = enrolment.note(self.store, opened)
            verdict.notes.append(
                Message("Máy “{label}” của {office} xin đăng ký; mã đối chiếu {digits}.", label=one.label, office=one.office_name,
                        digits=bundle.together(one.digits))
            )  # fmt: skip
        elif opened.kind in bundle.BACK:
            bring = partial(self._rebuilt, opened.blobs, verdict) if opened.blobs else list
            verdict.notes += answering.take_return(self.store, opened, self.by, bring)
            if opened.blobs:
                rebuilding.settle(self.store, self.by)
                verdict.taken.conflicts &= receiving.conflicts(self.store).keys()
        else:
            self._data(opened, verdict)
        return verdict

    def _data(self, opened: Bundle, verdict: Verdict) -> None:
        """Take the entries of a data file that are not here yet. Raises Refusal S08, S09, and when much is cancelled."""
        store, said = self.store, opened.manifest
        device, first, last = said["chain_device"], said["from_seq"], said["to_seq"]
        fresh = self._entries(opened, verdict)
        self._one_number_one_file(said, f"{said['office']} ({device[:4]})")
        if not fresh and not verdict.filled:
            verdict.code, verdict.message = "S07", Message("Tệp này không có gì mới: mọi mục đã có.")
            return
        if verdict.filled:
            verdict.notes.append(Message("Bổ sung thông tin riêng tư cho {n} mục đã có.", n=verdict.filled))
        taken = verdict.taken
        many = taken.cancelled >= MANY_CANCELLED and taken.cancelled * SHARE_CANCELLED >= taken.new + taken.changed
        if many and not self.sure(verdict):
            raise Refusal(
                "HUY",
                Message("Tệp này hủy {n} bản ghi.", n=taken.cancelled),
                "Đã giữ tệp chờ; hỏi đơn vị, rồi nhận lại tệp và chọn “Nhập cả” (--accept-cancelled).",
                waits=True,
            )
        body = {"bundle_no": said["bundle_no"], "device": said["device"], "chain": device, "from": first, "to": last,
                "new": fresh, "conflicts": len(taken.conflicts), "late": len(taken.late), "filled": verdict.filled or None}  # fmt: skip
        store.audit("exchange.in", body, self.by)

    def _entries(self, opened: Bundle, verdict: Verdict) -> int:
        """Take the entries that are not here yet and give how many they were. Raises Refusal S08, S09."""
        store, said = self.store, opened.manifest
        device, first, last = said["chain_device"], said["from_seq"], said["to_seq"]
        office = f"{said['office']} ({device[:4]})"
        fresh = self._fresh(opened, office)
        known = last - first + 1 - len(fresh)
        verdict.known += known
        verdict.filled += disclosure.fill(store, opened.entries[:known])
        if not fresh:
            return 0
        self._own_chain(device, fresh, office)
        verdict.taken.add(receiving.receive(store, disclosure.allowed(store, fresh)))
        disclosure.follow_erasures(store, fresh)
        branches.settle(store, fresh, said["office"], self._known().identities)
        if said["office"] != self._known().office and forwarding.believe(store, fresh, said["office"]):
            self._keys, self._tried = None, False
        if receiving.counted(store, device, first, last) != said["counts"]:
            raise refusals.malformed("counts")
        return len(fresh)

    def _rebuilt(self, blobs: list[Bundle], verdict: Verdict) -> list[str]:
        """Take back what machines of our office once sent, and say of each how far that goes. Raises Refusal S08, S09."""
        firsts: dict[str, int] = {}
        ends: dict[str, int] = {}
        before, came = arrivals.chain_ends(self.store), 0
        for blob in blobs:
            came += self._entries(blob, verdict)
            forwarding.know_again(self.store, blob.entries)
            chain = blob.manifest["chain_device"]
            firsts.setdefault(chain, blob.manifest["from_seq"])
            ends[chain] = blob.manifest["to_seq"]
        known = (min(before.get(chain, 0), last) + 1 - firsts[chain] for chain, last in ends.items())
        verdict.known = sum(max(0, count) for count in known)  # each once: files of one chain may overlap
        if not came:
            return [Message("Máy này đã có mọi mục trong tệp khôi phục; không có gì mới.")]
        self.store.audit("exchange.rebuild", {"entries": came, "ends": ends}, self.by)
        return rebuilding.said(self.store, ends)

    def _fresh(self, opened: Bundle, office: str) -> list[Entry]:
        """Give the entries that are not here, once those that are were found equal. Raises Refusal S08 for a gap, S09 for a fork."""
        store, said = self.store, opened.manifest
        device, first, last = said["chain_device"], said["from_seq"], said["to_seq"]
        end = receiving.end_of(store, device)
        have = end[0] if end else 0
        if first > have + 1:
            raise refusals.gap(have + 1, first - 1, office)
        known = receiving.known_hashes(store, device, first - 1, last)
        if first > 1 and known.get(first - 1, b"").hex() != said["prev_hash"]:
            raise refusals.fork(office)
        apart = next((entry.seq for entry in opened.entries if entry.seq <= have and known[entry.seq] != entry.hash), None)
        if apart is not None:
            common = [apart - 1, known.get(apart - 1, b"").hex()]
            raise refusals.fork(office, {"common": common, "head": said["head_hash"]})
        return [entry for entry in opened.entries if entry.seq > have]

    def _one_number_one_file(self, said: dict[str, Any], office: str) -> None:
        """Raise Refusal S09 when a machine gave one number to two different files."""
        if self.store.run(_OF_ONE_NUMBER, said["device"], said["bundle_no"], said["bundle_id"]).fetchone():
            raise refusals.fork(office)

    def _own_chain(self, device: str, fresh: Sequence[Entry], office: str) -> None:
        """Let a chain of ours grow only where it is closed: what this machine sent before an older copy of it was restored comes back."""
        row = self.store.run(_OWN_CHAIN, device).fetchone()
        if row is None or not row[0]:
            return
        if row[1] is None:
            raise refusals.fork(office)
        self.store.execute(Device.update(closed_at=fresh[-1].seq).where(Device.id == device))

    # -- what is kept ------------------------------------------------------------------------------------------------------

    def _keep(self, name: str, said: dict[str, Any], digest: str, data: bytes, verdict: Verdict) -> None:
        """Keep a taken file verbatim, with what it brought."""
        facts = {"name": name, "new": verdict.taken.new, "changed": verdict.taken.changed, "cancelled": verdict.taken.cancelled,
                 "late": len(verdict.taken.late), "conflicts": len(verdict.taken.conflicts), "known": verdict.known,
                 "filled": verdict.filled}  # fmt: skip
        keeping.keep(self.store, said, digest, data, TAKEN, facts)

    def _set_aside(self, name: str, data: bytes, digest: str, refusal: Refusal, opened: Bundle | None) -> Verdict:
        """Keep what waits and what people must look at; a file for others, or damaged on the way, is left where it is."""
        said = opened.manifest if opened else _outside(data)
        verdict = _refused(name, refusal)
        verdict.kind, verdict.office = str(said.get("kind", "")), str(said.get("office", ""))
        verdict.number = int(said.get("bundle_no") or said.get("return_no") or 0)
        if refusal.waits or refusal.aside:
            state = WAITING if refusal.waits else ASIDE
            words = [as_data(refusal.title), as_data(refusal.remedy)]
            facts = {"name": name, "code": refusal.code, "message": str(refusal), "words": words} | refusal.facts
            if keeping.hold(self.store, said, digest, data, state, facts, opened is not None):
                verdict.verdict = state
            else:
                crowded = "{title} Đã giữ quá nhiều tệp chưa mở được; tệp này để nguyên chỗ cũ, hãy nhập lại sau."
                verdict.message = Message(crowded, title=refusal.title)
        return verdict


def _outside(data: bytes) -> dict[str, Any]:
    """Give what the hint says about a file that did not open: for display only, it is not to be trusted."""
    try:
        hint, _cipher = bundle.outside(data)
    except Refusal:
        return {}
    return {"kind": hint["kind"], "office": hint["from"], "bundle_no": hint["bundle_no"]}


def _refused(name: str, refusal: ExpectedError) -> Verdict:
    return Verdict(name, "refused", refusal.code, Message("{title} {remedy}", title=refusal.title, remedy=refusal.remedy))
