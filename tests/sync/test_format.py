"""The file format: our reader, one written from FORMAT.md alone, and the kept vectors say the same; nothing altered is taken."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyrage
import pytest

import app.sync
from app.sync import authority, bundle, forwarding, headers, taking
from app.sync.authority import Above
from app.sync.bundle import Sender
from app.sync.enrolment import APPROVED, Machine, enter_machine
from app.sync.refusals import Refusal
from app.sync.strict import strict
from db.records import RECORD_TYPES
from db.system import Authority
from db.text import canonical
from tests import sync_vectors
from tests.samples import USER
from tests.sync import reader, second_taker
from tests.sync_offices import HQ, ONE, Place, new_office

VECTORS = Path(app.sync.__file__).with_name("vectors")
KEYS: dict[str, Any] = json.loads((VECTORS / "keys.json").read_text(encoding="utf-8"))
EXPECTED: dict[str, str] = json.loads((VECTORS / "expected.json").read_text(encoding="utf-8"))


class Vector:
    """Whom the reader of the vectors is: headquarters HS00, or office DV01 for what a headquarters signed."""

    def __init__(self, name: str) -> None:
        mine = "office" if name.startswith(("return", "rebuild", "30-", "32-", "08-handover")) else "working"
        self.office = "DV01" if mine == "office" else "HS00"
        if "forwarded" in name:
            mine, self.office = "stranger", "QK02"
        self.mine = [mine]
        self.identities: Sequence[str] = [KEYS["ages"][mine]]
        self.machines: dict[str, Any] = dict(KEYS["machines"])
        """Of our reader, with what it learns of the files that ``keys.json`` says come before this one."""
        self.before = [(VECTORS / f"{before}.nnp").read_bytes() for before in KEYS["after"].get(name, ())]
        self.theirs: dict[str, Any] = KEYS | {"mine": self.mine}
        for data in self.before:
            for entry in bundle.open_bundle(data, self).entries:
                said = json.loads(entry.body)
                if entry.type == forwarding.EARLIER and (key := forwarding.proven(said, entry.device)):
                    self.machines[said["device"]] = self.machines[entry.device] | {"public": key.hex()}

    def sender(self, manifest: dict[str, Any]) -> Sender | None:
        if manifest["kind"] == "enrol":
            return Sender(bytes.fromhex(manifest["public"]), manifest["office"])
        if manifest["kind"] in bundle.BACK:
            known = {sign: Above(sign, one["office"], "", "", one["safe"], None, None) for sign, one in KEYS["headquarters"].items()}
            found = [one for keys in known.values() for one in authority.followers(keys, manifest)[-1:]]
            keys = known.get(manifest["sign"]) or next(iter(found), None)
            return Sender(bytes.fromhex(manifest["sign"]), keys.office) if keys else None
        one = self.machines.get(manifest["chain_device"])
        return Sender(bytes.fromhex(one["public"]), one["office"], one["last_ok"]) if one else None

    def digits(self, _manifest: dict[str, Any]) -> str:
        return ""

    def reads(self, manifest: dict[str, Any]) -> bool:
        via = self.machines.get(manifest.get("chain_device", ""), {}).get("via")
        return self.office in (manifest["dest"], manifest["office"]) or via == manifest["dest"]


def ours(data: bytes, who: Vector) -> str:
    try:
        bundle.open_bundle(data, who)
    except Refusal as refusal:
        return refusal.code
    return "ok"


def theirs(data: bytes, who: Vector) -> str:
    return second_taker.judge(data, who.office, who.theirs, who.before or None)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in KEYS["last"]])
def test_every_vector_is_judged_as_expected_by_both_readers(name: str) -> None:
    data, who = (VECTORS / f"{name}.nnp").read_bytes(), Vector(name)
    assert (ours(data, who), theirs(data, who)) == (EXPECTED[name], EXPECTED[name])


@pytest.fixture(scope="module")
def headquarters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The headquarters of the vectors, which has taken nothing yet."""
    made = new_office(tmp_path_factory.mktemp("vectors") / HQ, HQ)
    working, safe = (KEYS["ages"][name] for name in ("working", "safe"))
    recipients = [str(pyrage.x25519.Identity.from_str(one).to_public()) for one in (working, safe)]
    signing = sync_vectors.ed("headquarters").private_bytes_raw()
    sign = sync_vectors.public("headquarters").hex()
    fields = {"sign": sign, "office": HQ, "name": HQ, "secret": signing, "identity": working, "own": 1, "since": sync_vectors.NOW}
    made.store.execute(Authority.insert(working=recipients[0], safe=recipients[1], **fields))
    ((device, one),) = KEYS["machines"].items()
    age = str(pyrage.x25519.Identity.from_str(KEYS["ages"]["office"]).to_public())
    machine = Machine(device, ONE, ONE, "Máy văn thư", bytes.fromhex(one["public"]), age, None, APPROVED, sync_vectors.NOW, None)
    enter_machine(made.store, machine)
    yield made
    made.close()


@pytest.mark.parametrize("name", KEYS["last"])
def test_every_vector_of_the_last_checks_is_judged_by_both_readers_after_what_was_taken_before(name: str, headquarters: Place) -> None:
    paths, who = [VECTORS / f"{one}.nnp" for one in (*KEYS["last"][name], name)], Vector(name)
    found = taking.take(headquarters.store, paths, USER, preview=True)[-1]  # the real importer; rolled back for the next one
    assert found.name == f"{name}.nnp"
    assert (found.code or "ok", second_taker.judge(paths[-1].read_bytes(), HQ, who.theirs, [one.read_bytes() for one in paths[:-1]])) == (
        EXPECTED[name], EXPECTED[name],
    )  # fmt: skip


def test_every_vector_has_its_file_and_every_check_a_broken_one() -> None:
    assert {path.stem for path in VECTORS.glob("*.nnp")} == set(EXPECTED)
    checks = {name[:2] for name in EXPECTED if name[:2].isdigit()}
    assert checks >= {f"{number:02d}" for number in range(1, 26)}


def test_the_bytes_of_entries_are_those_that_were_signed() -> None:
    found = bundle.open_bundle((VECTORS / "data.nnp").read_bytes(), Vector("data"))
    assert [entry.seq for entry in found.entries] == [1, 2, 3]
    assert hashlib.sha256(found.entries[0].body).hexdigest() == found.entries[0].head["bh"]
    assert found.entries[1].private is not None
    bare = bundle.open_bundle((VECTORS / "data-without-lists.nnp").read_bytes(), Vector("data"))
    for one in found.entries:
        travelled = headers.travelling(one.header)
        assert one.head["bh"].encode() not in travelled
        assert headers.whole(travelled, one.body) == one.header
    assert [(one.header, one.hash) for one in bare.entries] == [(one.header, one.hash) for one in found.entries]
    assert bare.entries[1].private is None


def test_what_was_just_sealed_must_come_out_again() -> None:
    data, who = (VECTORS / "data.nnp").read_bytes(), Vector("data")
    sealed = bundle.Payload()
    for kind, one in sync_vectors.Maker(KEYS["ages"]).entries()[0]:
        sealed.add(bundle.frame(kind, one), 1)
    sealed.end()
    assert bundle.open_bundle(data, who, sealed).manifest["to_seq"] == 3
    with pytest.raises(Refusal):
        bundle.open_bundle(data, who, bundle.Payload())


def test_json_is_refused_by_both_readers_or_by_none() -> None:
    chance, refused = random.Random(20261123), 0
    values: tuple[Any, ...] = (
        0, -1, 2**53 - 1, -(2**53) + 1, 2**53, -(2**53), 2**63, 2**64, 1e300, 0.5, 1e16, None, True, "", "ế", "e\u0302\u0301", "a\nb\t",
        "a\n\u0301", "a\t\u0323b", "\\n\u0301", "n\u0301", "\x7f", "\r",
        "\u202e", "\u00a0", '"\\', "null", "1.5", "x" * 65_536, "x" * 65_537, [], {}, [None], {"k": 1.5}, [[["[[[[[[[["]]],
    )  # fmt: skip
    pieces = (
        b" ",
        b",",
        b"{",
        b"]",
        b'"',
        b"\\",
        b"\\u0041",
        b"\\/",
        b"\xff",
        b"\xed\xa0\x80",
        b"1e5",
        b"-0",
        b"1.0",
        b"null",
        b"\n",
        b"01",
    )
    for _ in range(2_000):
        made: Any = {chance.choice("abcê"): chance.choice(values) for _ in range(chance.randint(0, 3))}
        for _ in range(chance.choice((0, 0, 1, 7, 8, 9))):
            made = chance.choice(([made], {"a": made}))
        try:
            data = bytearray(canonical(made))
        except ValueError:
            data = bytearray(json.dumps(made).encode())
        if chance.random() < 0.5:
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.randint(0, 2)] = chance.choice(pieces)
        answers = []
        for read in (strict, reader.parse):
            try:
                answers.append(json.dumps(read(bytes(data)), sort_keys=True))
            except (ValueError, reader.Stop):
                answers.append("refused")
        assert answers[0] == answers[1], bytes(data)[:200]
        refused += answers[0] == "refused"
    assert 200 < refused < 1_800


def test_the_quick_reading_of_a_header_is_the_strict_one() -> None:
    chance, same = random.Random(20261123), 0
    frames, _, _ = sync_vectors.Maker(KEYS["ages"]).entries()
    found = [headers.whole(one, frames[at + 1][1]) for at, (kind, one) in enumerate(frames) if kind == 1]
    values: tuple[Any, ...] = (
        None, True, -1, 0, 1, 2, 10**15, 2**53, 1.0, "", "a b", "ế", 'a"', "\\", "a\n", "x" * 41, "x" * 65, "ab" * 32, "AB" * 32, "put",
        "audit",
        sync_vectors.DEVICE, [], [[sync_vectors.DEVICE, 1]], [[sync_vectors.DEVICE, 0]], [[sync_vectors.DEVICE, 7]] * 9, [[1, 1]],
    )  # fmt: skip
    keys = ("b", "bh", "bl", "d", "ih", "im", "k", "lc", "n", "ph", "r", "s", "ts", "ty", "u", "zz")
    for _ in range(4_000):
        head = json.loads(chance.choice(found))
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            head[chance.choice(keys)] = chance.choice(values)
        if chance.random() < 0.1:
            head.pop(chance.choice(list(head)))
        data = canonical(head)
        if chance.random() < 0.2:
            at = chance.randrange(len(data))
            data = data[:at] + chance.choice((b"", b" ", b"0", b'"', b"\\", "ế".encode(), b"\x7f")) + data[at + chance.randint(0, 1) :]
        answers: list[headers.Head | None] = []
        for read in (headers.read, headers.read_strictly):
            try:
                answers.append(read(data))
            except ValueError:
                answers.append(None)
        assert answers[0] == answers[1], data
        same += answers[0] is not None
    assert 800 < same < 3_200


def test_no_byte_can_be_flipped_with_or_without_a_repaired_trailer() -> None:
    data, who = (VECTORS / "data.nnp").read_bytes(), Vector("data")
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 1 << place % 8
        assert ours(bytes(broken), who) == ("S01" if place < 8 else "S02")
        if place < len(data) - 32:
            repaired = bytes(broken[:-32]) + hashlib.sha256(broken[:-32]).digest()
            assert ours(repaired, who) in {"S01", "S02", "S03", "S04", "S06"}, place


def test_no_cut_and_nothing_appended_is_taken() -> None:
    data, who = (VECTORS / "data.nnp").read_bytes(), Vector("data")
    for length in range(len(data)):
        assert ours(data[:length], who) == ("S01" if length < 8 else "S02")
    for more in range(1, 101):
        assert ours(data + bytes(more), who) == "S02"


def test_signed_garbage_of_an_enrolled_machine_is_refused_in_words() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert set(garbage(5_000, 20261123)) <= {"ok", "S03", "S04", "S05", "S06", "S10"}
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10 < 512, "megabytes"


def test_signed_garbage_is_judged_alike_by_both_readers() -> None:
    who, seen = Vector("data"), Counter[str]()
    for data in itertools.islice(spoilt_files(20261124), 1_000):
        verdict = ours(data, who)
        assert theirs(data, who) in {verdict, "S03"}, "S03 of types that the keys of the vectors do not know"
        seen[verdict] += 1
    assert seen["S06"] > 800


def garbage(count: int, seed: int) -> Counter[str]:
    """Open files that an enrolled machine signs and that are spoilt within; give how often each verdict came.

    None may raise anything but a refusal, or take ten seconds.
    """
    found, who = Counter[str](), Vector("data")
    for data in itertools.islice(spoilt_files(seed), count):
        start = time.monotonic()
        found[ours(data, who)] += 1
        assert time.monotonic() - start < 10
    return found


def spoilt_files(seed: int) -> Iterator[bytes]:
    """Sign spoilt manifests, frames, headers and bodies as an enrolled machine would, without end."""
    chance, maker = random.Random(seed), sync_vectors.Maker(KEYS["ages"])
    pieces = (b"{", b"}", b"[", b"]", b'"', b":", b",", b"\x00", b"\xff", b"9" * 30, b"null", b"1e9", b"\\u0000", "\u202e".encode())
    values: tuple[Any, ...] = (
        None, True, -1, 0, 2**63, 1.5, "", "x" * 70_000, [], {}, [[[]]], {"a": {"b": []}}, ["a;b"], "2019-02-31", {"": 0},
    )  # fmt: skip

    def spoilt(data: bytes) -> bytes:
        made = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(made) + 1)
            made[at : at + chance.randint(0, 3)] = chance.choice(pieces)
        return bytes(made)

    def other(value: dict[str, Any]) -> None:
        value[chance.choice([*value, "zz"])] = chance.choice(values)

    def frames(at: dict[str, Any]) -> None:
        which = chance.randrange(len(at["frames"]))
        at["frames"][which] = (chance.choice((1, 2, 3, 5, 9)), spoilt(at["frames"][which][1]))

    def answers(step: dict[str, Any]) -> None:
        step["type"] = chance.choice(("education", "inspection", "care", "unit", "office", "report", "beneficiary"))
        declared = RECORD_TYPES[step["type"]]
        names = [*declared.question_names(), *declared.kinds, "moved_on", "warned", "uid"]
        step["answers"] = {chance.choice(names): chance.choice(values[1:]) for _ in range(4)}
        for kind, line in declared.kinds.items():
            if chance.random() < 0.5:
                step["answers"][kind] = [{chance.choice(line.question_names()): chance.choice(values[1:])}, chance.choice(({}, [], 1))]

    ways: tuple[Callable[[], bytes], ...] = (
        lambda: maker.data(inner=lambda at: at.update(said=spoilt(at["said"]))),
        lambda: maker.data(manifest=other),
        lambda: maker.data(cut=frames),
        lambda: maker.data(entry=lambda step: step.update(raw=spoilt(canonical(step["answers"])))),
        lambda: maker.data(entry=lambda step: step.update(header=lambda one: other(one["head"]))),
        lambda: maker.data(entry=answers),
    )
    while True:
        with suppress(ValueError, TypeError):  # what cannot even be written as JSON
            yield chance.choice(ways)()
