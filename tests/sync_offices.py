"""A headquarters and two offices that have enrolled with it, for tests of exchange: made once a run and copied, without Argon2id."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from app import users
from app.sync import answering, authority, enrolment, sending, taking
from app.sync.taking import Verdict
from db import keystore
from db.connection import create_database, open_database
from db.journal import now_text
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.store import Store
from db.system import OwnDevice, add_device, close_own_devices, write_meta
from tests import samples
from tests.samples import USER

KEY = bytes(range(32))
HQ, ONE, TWO = "HS00", "DV01", "DV02"
NAMES = {HQ: "Bộ CHQS tỉnh Hà Sơn", ONE: "Ban CHQS thành phố Hà Sơn", TWO: "Ban CHQS thị xã Đông Giang"}


@dataclass
class Place:
    """An installation: its store and a folder of its own."""

    folder: Path
    store: Store

    @property
    def device(self) -> str:
        return self.store.device.id

    def close(self) -> None:
        self.store.database.close()


def reopen(folder: Path) -> Place:
    return Place(folder, Store(open_database(folder / "data.db", KEY)))


def copied(of: Place, folder: Path) -> Path:
    """Copy an open installation as a person copies its folder; give the new one, to be opened with ``reopen``."""
    of.store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copytree(of.folder, folder))


def new_office(folder: Path, code: str) -> Place:
    """Make an office without users' keys: what exchange needs and nothing that costs time."""
    folder.mkdir(parents=True)
    database = create_database(folder / "data.db", KEY)
    private, public = keystore.new_device_key()
    add_device(database, OwnDevice(str(uuid.uuid4()), public, private), now_text())
    write_meta(database, "office", code)
    store = Store(database)
    users.enter(store, USER, "Quản trị", users.ALL_ROLES, USER, now_text())
    units = [(HQ, None), (code, HQ)] if code != HQ else [(HQ, None), (ONE, HQ), (TWO, HQ)]
    for unit, parent in units:
        version = {"name": NAMES.get(unit, unit), "level": "TINH" if unit == HQ else "HUYEN"}
        version["parent"] = fixed_uid("unit", parent) if parent else ""
        store.save("unit", complete(RECORD_TYPES["unit"], {"code": unit, "versions": [{k: v for k, v in version.items() if v}]}), USER)
    store.save("office", complete(RECORD_TYPES["office"], {"code": code, "terms": [{"issuer_lines": NAMES.get(code, code)}]}), USER)
    if code == HQ:
        topic = {"code": "T23", "title": "Dân quân tự vệ bảo vệ Tổ quốc", "content_type": "CT", "audience": "DQTV"}
        store.save("topic", topic, USER)
    return Place(folder, store)


def new_machine(place: Place) -> None:
    """Give an installation an identity of its own, as after a restore: the old one is closed and never writes again."""
    private, public = keystore.new_device_key()
    with place.store.transaction():
        close_own_devices(place.store.database)
        add_device(place.store.database, OwnDevice(str(uuid.uuid4()), public, private), now_text())
    place.store = Store(place.store.database)


def join(place: Place, hq: Place, mail: Path) -> None:
    """Enrol a machine with headquarters and bring the answer back."""
    keys = mail / f"khoa-{HQ}.json"
    if authority.above(place.store) is None:
        authority.take_keys(place.store, keys, authority.read_keys(keys).digits, USER)
    path, mine = enrolment.enrol(place.store, mail, "Máy văn thư", USER)
    assert taking.take(hq.store, [path], USER)[0].verdict == "taken"
    enrolment.approve(hq.store, mine.device, mine.digits, USER)
    taking.retry(hq.store, USER)
    back(hq, place, mail)


def back(hq: Place, place: Place, mail: Path, **options: bool) -> list[Verdict]:
    """Carry an answer of headquarters to one machine."""
    made = answering.answer(hq.store, authority.office_code(place.store), mail, USER, **options)
    return taking.take(place.store, [made.path], USER)


def send(place: Place, hq: Place, mail: Path, **options: object) -> list[Verdict]:
    """Carry what an office has not been confirmed to headquarters."""
    sent = sending.out(place.store, mail, USER, **options)  # type: ignore[arg-type]
    return taking.take(hq.store, [one.path for one in sent], USER)


@functools.cache
def _made() -> Path:
    root = Path(tempfile.mkdtemp(prefix="nennep-sync-"))
    mail = root / "mail"
    mail.mkdir()
    places = {code: new_office(root / code, code) for code in NAMES}
    made = authority.make_keys(places[HQ].store, mail, USER)
    (root / "safe.json").write_text(json.dumps([made.safe.name, made.words]))
    for code in (ONE, TWO):
        join(places[code], places[HQ], mail)
        send(places[code], places[HQ], mail)
        back(places[HQ], places[code], mail)
    for place in places.values():
        place.close()
    return root


def province(to: Path) -> dict[str, Place]:
    """Give fresh copies of headquarters and both offices, opened, in ``to``; ``to / "mail"`` holds what was sent before."""
    shutil.copytree(_made(), to, dirs_exist_ok=True)
    return {code: reopen(to / code) for code in NAMES}


UNIT = {code: fixed_uid("unit", code) for code in (ONE, TWO)}


def lesson(place: Place, code: str = ONE, /, **answers: object) -> str:
    """Save a session of an office and give its uid; its topic is one of the list where there is one."""
    topic = {"topic": None, "topic_free": "Bài mới"} if not place.store.names.catalogue("topic").records else {}
    return place.store.save("education", samples.education(unit=UNIT[code], **topic, **answers), USER)
