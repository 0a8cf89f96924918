"""What ten offices sent in any order counts at headquarters as if one office had written it all."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime
from importlib.resources import as_file
from importlib.resources import files as resource_files
from pathlib import Path

import pyrage

from app import demo, figures, importing, users
from app.periods import period
from app.report import content
from app.sync import enrolment, sending, taking
from db import journal, keystore
from db.record import fixed_uid
from db.records import RECORD_TYPES
from db.store import Put, Store
from db.system import Authority, Device, write_meta
from tests.samples import USER
from tests.sync_places import Memory, Place, copied, empty, join

CATALOGUES = ("unit", "topic", "party-org", "office", "report")
UNITS = [f"DV{number:02d}" for number in range(1, 11)]


def imported(store: Store, wanted: bool) -> None:
    """Import the demo's catalogues, or everything else."""
    for type_name, name in demo.FILES:
        if (type_name in CATALOGUES) == wanted:
            with as_file(resource_files("resources") / "demo" / name) as path:
                importing.apply(store, importing.preview(store, RECORD_TYPES[type_name], path), USER)


def province() -> tuple[Store, Place, Memory]:
    """Give one office with everything, a headquarters with the code lists only, and those code lists as a start for offices."""
    database = empty("HS00")
    store = Store(database)
    users.enter(store, USER, "Quản trị", users.ALL_ROLES, USER, journal.now_text())
    imported(store, True)
    start, hq = copied(database), Place("HS00", "HS00", copied(database), RECORD_TYPES)
    imported(store, False)
    secret, public = keystore.new_device_key()
    identity, safe = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    row = {"sign": public.hex(), "office": "HS00", "name": "Tỉnh", "working": str(identity.to_public()), "safe": str(safe.to_public()),
           "since": journal.now_text(), "replaced": None}  # fmt: skip
    hq.store.execute(Authority.insert(**row, secret=secret, identity=str(identity), own=1))
    with start.atomic():
        start.execute(Authority.insert(**row, secret=None, identity=None, own=0))
    return store, hq, start


def office_of(start: Memory, code: str) -> Place:
    place = Place(code, code, copied(start), RECORD_TYPES)
    place.new_identity()
    place.store.execute(Device.update(own=0, private=None).where(Device.id != place.store.device.id))
    write_meta(place.database, "office", code)
    place.store.save("office", {"code": code, "terms": [{"issuer_lines": code}]}, USER)
    return place


def hand_out(whole: Store, places: dict[str, Place]) -> None:
    """Write each record, with the id it has, at the office of its unit; what belongs to no unit of ours stays with headquarters."""
    for type_name, declared in RECORD_TYPES.items():
        if type_name in CATALOGUES:
            continue
        puts: dict[str, list[Put]] = {}
        for (uid,) in whole.execute(declared.select(declared.uid).tuples()).fetchall():
            record = whole.read(uid)[1]
            code = whole.names.code("unit", record["unit"]) if record.get("unit") else "DV01"
            puts.setdefault(code if code in places else "HS00", []).append(Put(declared, record))
        for code, found in puts.items():
            with places[code].store.transaction():
                places[code].store.write(found, USER)


def test_ten_offices_in_random_order_are_reported_as_one(tmp_path: Path) -> None:
    whole, hq, start = province()
    places = {code: office_of(start, code) for code in UNITS}
    hand_out(whole, {"HS00": hq, **places})
    files = []
    for place in places.values():
        join(place, hq, tmp_path)
        files += [sent.path for sent in sending.out(place.store, tmp_path, USER, part=40_000)]
    chosen = period(whole, demo.PERIOD)
    random.Random(5).shuffle(files)
    half = len(files) // 2
    taking.take(hq.store, files[:half], USER)
    assert figures.compute(hq.store, chosen).value("EDU_TURN_N").value != figures.compute(whole, chosen).value("EDU_TURN_N").value
    taking.take(hq.store, [*files[half:], *files[:3]], USER)
    ours, theirs = figures.compute(hq.store, chosen), figures.compute(whole, chosen)
    assert {code: found.text for code, found in ours.all().items()} == {code: found.text for code, found in theirs.all().items()}
    for code in UNITS:
        row = fixed_uid("unit", code)
        assert {k: v.text for k, v in ours.all(row).items()} == {k: v.text for k, v in theirs.all(row).items()}
    now = datetime(2026, 11, 23, 8)
    reports = [asdict(content.build(store, period(store, demo.PERIOD), now=now)) for store in (hq.store, whole)]
    for report in reports:
        report.pop("footer")  # names the print, which rests on the chain
    assert reports[0] == reports[1]
    assert enrolment.machines(hq.store, "DV10")
