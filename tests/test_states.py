"""What must not change the records does not: backup and restore, a change of key, an import undone (equal state hashes)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import backup, demo, figures, importing, office, users
from app.checking import check_all
from app.office import Office
from app.periods import period
from db import key_slots, keystore
from db.connection import Lock, open_database
from db.errors import ExpectedError
from db.journal import now_text
from db.keystore import Unlocked
from db.record import CANCELLED
from db.records import RECORD_TYPES
from db.store import Store
from tests import samples
from tests.demo_office import copied
from tests.soak import crash

PASSWORD, USER = demo.PASSWORD, demo.USER
OTHERS, NEW = "sáu con trâu vàng", "một mật khẩu mới tinh"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's office with something of every kind: versions, cancelled records, a draft, an undone import, erased answers."""
    folder, _unlocked = copied(tmp_path_factory.mktemp("states") / "office")
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        store = opened.store
        uids = [uid for (uid,) in store.execute(RECORD_TYPES["education"].select(RECORD_TYPES["education"].uid).tuples())]
        store.save("education", {**store.read(uids[0])[1], "note": "sửa lại"}, USER)
        store.cancel(uids[1], "ghi nhầm", USER)
        person = store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
        store.erase(person, "theo đơn", USER)
        path = crash.big_file(folder.parent, 30)
        found = importing.preview(store, RECORD_TYPES["education"], path)
        importing.apply(store, found, USER)
        assert found.import_id is not None
        importing.undo(store, found.import_id, USER)
    return folder


@pytest.fixture
def folder(full: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(full, tmp_path / "office", ignore=shutil.ignore_patterns("*.lock*")))


def opener(unlocked: Unlocked) -> Store:
    return Store(open_database(unlocked.db_path, unlocked.data_key))


def look(store: Store) -> tuple[str, dict[str, Any]]:
    """Give the state hash and the figures of an office that must be whole."""
    assert check_all(store).problems == []
    values = figures.compute(store, period(store, "2019-H1")).all()
    return store.state_hash(), {code: (found.value, found.text) for code, found in values.items()}


def entered(store: Store) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every record that is not cancelled, by type and uid."""
    for name, declared in RECORD_TYPES.items():
        for (uid,) in store.execute(declared.select(declared.uid).where(declared.state != CANCELLED).order_by(declared.uid).tuples()):
            yield name, uid, store.read(uid)[1]


def test_going_back_to_a_backup_gives_the_state_it_was_made_of(folder: Path) -> None:
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        before = look(opened.store)
        copy = backup.backup(opened.database)
        opened.store.save("education", samples.education(), USER)
        assert opened.store.state_hash() != before[0]
    with Lock(folder, "thử"):
        restored = backup.restore(folder, copy, USER, PASSWORD, opener)
        assert restored is not None
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        assert look(opened.store) == before
        opened.store.rebuild()
        assert look(opened.store) == before
        opened.store.save("education", samples.education(), USER)
        assert check_all(opened.store).ok


def test_a_backup_restored_on_another_machine_gives_the_same_state(folder: Path, tmp_path: Path) -> None:
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        before = look(opened.store)
        (tmp_path / "usb").mkdir()
        copy = backup.backup(opened.database, tmp_path / "usb")
    backup.restore(tmp_path / "moi", copy, USER, PASSWORD, opener)
    with office.open_office(tmp_path / "moi", USER, PASSWORD, "thử") as opened:
        assert look(opened.store) == before


def test_disabling_a_user_changes_the_key_and_nothing_else(folder: Path) -> None:
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        keys = users.add(opened.store, opened.unlocked, "binh", "Trần Văn Bình", ["clerk"], OTHERS, by=USER, now=now_text())
        before, old = look(opened.store), opened.unlocked.db_path
        fresh, store = users.disable(opened.store, keys, "binh", by=USER, opener=opener)
        assert fresh.data_key != keys.data_key
        assert look(store) == before
        store.save("education", samples.education(), USER)
        store.database.close()
    with office.open_office(folder, USER, PASSWORD, "thử") as opened:
        assert not old.exists()
        assert check_all(opened.store).ok
    with pytest.raises(ExpectedError, match="Không có người dùng"):
        keystore.unlock(folder, "binh", OTHERS)


def test_the_recovery_code_gives_the_same_state_under_a_new_key(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    code = office.create(folder, "HS00", "Bộ CHQS tỉnh Hà Sơn", "province", None, PASSWORD, key_slots.FLOOR)
    with office.open_office(folder, None, PASSWORD, "thử") as opened:
        samples.fill(opened.store)
        for type_name, record in samples.SAMPLES.items():
            opened.store.save(type_name, record, USER)
        before = look(opened.store)
    with Lock(folder, "thử"):
        keys, store, fresh = users.recover(folder, code, USER, NEW, opener)
        assert look(store) == before
        _, store = users.prove_code(store, keys, fresh, by=USER, opener=opener)
        assert look(store) == before
        store.database.close()
    with office.open_office(folder, None, NEW, "thử") as opened:
        assert look(opened.store) == before
        keys, newest = users.offer_code(opened.store, opened.unlocked, by=USER)
        _, store = users.prove_code(opened.store, keys, newest, by=USER, opener=opener)
        assert look(store) == before
        store.database.close()
    assert len({code, fresh, newest}) == 3


@pytest.mark.parametrize(("type_name", "name"), crash.IMPORTS)
def test_an_import_undone_leaves_what_was_entered_and_the_figures_as_before(type_name: str, name: str, tmp_path: Path) -> None:
    folder, _ = crash.copy(tmp_path / "office", with_demo=True)
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        store = opened.store
        before, records = look(store), list(entered(store))
        first = bring(opened, type_name, name)
        imported = look(store)
        assert imported != before
        undone = importing.undo(store, first, USER)
        assert undone.left == ()
        assert list(entered(store)) == records
        assert look(store)[1] == before[1]
        bring(opened, type_name, name)
        assert look(store)[1] == imported[1]
        after = look(store)
        store.rebuild()
        assert look(store) == after


def bring(opened: Office, type_name: str, name: str) -> str:
    """Import a file of the demo, all of which is new, and give the import's id."""
    found = importing.preview(opened.store, RECORD_TYPES[type_name], crash.demo_file(name))
    assert (found.refused, found.already, found.updated) == ([], 0, 0)
    importing.apply(opened.store, found, USER)
    assert found.import_id is not None
    return found.import_id
