"""A backup that counts was opened and compared; of many, the right ones stay."""

from __future__ import annotations

import re
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import backup, files
from app.backup import DAILY, FOLDER, MONTHLY, UPGRADE, UPGRADES, WEEKLY, kept, keys_of
from db import keystore
from db.errors import ExpectedError
from tests import ledger
from tests.app.backup_kit import NOW, content, folder, login, opened

# --- making one ----------------------------------------------------------------------------------------------------------


def test_a_backup_holds_what_the_office_holds_and_opens_with_its_own_key_file(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    with opened(unlocked) as store:
        store.put("chưa ghi vào tệp chính")  # still in the WAL
        path = backup.backup(store.database, now=NOW)
        before = content(unlocked)
    assert path == tmp_path / "a" / FOLDER / f"nennep-{unlocked.db_id[:8]}-20261122-231507.db"
    assert sorted(path.parent.iterdir()) == [path, keys_of(path)]
    moved = path.rename(tmp_path / "chép.db")
    keys_of(path).rename(keys_of(moved))
    again, held = backup.open_backup(moved, "admin", ledger.PASSWORD)
    assert held == before
    assert again.db_id == unlocked.db_id
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "chép.db", "chép.keys.json"]


def test_a_backup_goes_to_the_folder_asked_for_and_two_in_one_second_are_two(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    with opened(unlocked) as store:
        first = backup.backup(store.database, folder(tmp_path / "ổ khác" / "b"), now=NOW)
        second = backup.backup(store.database, folder(tmp_path / "ổ khác" / "b"), now=NOW)
    assert first != second
    assert backup.last(first.parent, unlocked.db_id) == NOW + timedelta(seconds=1)
    assert backup.last(tmp_path, unlocked.db_id) is None
    assert not (tmp_path / "a" / FOLDER).exists()


def test_nothing_readable_stands_in_a_backup(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path)
    with opened(unlocked) as store:
        store.put("dấu hiệu cần giấu")
        path = backup.backup(store.database)
    for file in path.parent.iterdir():
        assert "dấu hiệu".encode() not in file.read_bytes()
        assert b"Nguy" not in file.read_bytes()


def test_a_backup_of_a_damaged_office_gets_no_name(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path)
    with opened(unlocked) as store:
        for number in range(200):
            store.put("x" * 1000 + str(number))
    flipped = bytearray(unlocked.db_path.read_bytes())
    flipped[len(flipped) * 2 // 3] ^= 4
    unlocked.db_path.write_bytes(flipped)
    with opened(unlocked) as store, pytest.raises(ExpectedError) as error:
        backup.backup(store.database)
    assert error.value.code == "D02"
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_backup_beside_foreign_keys_is_not_made(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path)
    with opened(unlocked) as store:
        (tmp_path / keystore.FILE).write_bytes(b"{}")
        with pytest.raises(ExpectedError, match=r"keys\.bak"):
            backup.backup(store.database)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_too_little_room_makes_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked, _ = ledger.office(tmp_path)
    monkeypatch.setattr(files, "free_space", lambda folder: 199 * 2**20)
    with opened(unlocked) as store, pytest.raises(ExpectedError, match=r"cần 200 MB") as error:
        backup.backup(store.database)
    assert error.value.code == "S11"


@pytest.mark.parametrize("limit", [1000, 30_000, 60_000])
def test_a_drive_that_fills_up_leaves_no_backup_and_the_office_as_it_was(tmp_path: Path, limit: int) -> None:
    unlocked, _ = ledger.office(tmp_path)
    before = content(unlocked)
    result = ledger.run("backup", f"limit {limit}", tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert re.match(r"disk-(full|io): ", result.stdout)
    assert not any((tmp_path / FOLDER).glob("*")) or not (tmp_path / FOLDER).exists()
    assert content(login(tmp_path)) == before


def test_a_backup_into_a_file_is_refused(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    (tmp_path / "b").write_text("")
    with opened(unlocked) as store, pytest.raises(ExpectedError, match="Không thấy thư mục"):
        backup.backup(store.database, tmp_path / "b")


def test_a_backup_to_a_stick_that_is_not_in_is_refused_and_makes_no_folder(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    with opened(unlocked) as store, pytest.raises(ExpectedError, match="USB"):
        backup.backup(store.database, tmp_path / "usb" / "sao-luu")
    assert not (tmp_path / "usb").exists()


@pytest.mark.parametrize("step", ["backup copied", "backup keys", "backup named"])
def test_killed_while_backing_up_there_is_a_whole_backup_or_none(tmp_path: Path, step: str) -> None:
    unlocked, _ = ledger.office(tmp_path)
    before = content(unlocked)
    assert ledger.run("backup", step, tmp_path).returncode == -signal.SIGKILL
    made = list((tmp_path / FOLDER).glob("*.db"))
    assert len(made) == (step == "backup named")
    for path in made:
        assert backup.open_backup(path, "admin", ledger.PASSWORD)[1] == before
    with opened(unlocked) as store:
        path = backup.backup(store.database)
    assert sorted((tmp_path / FOLDER).iterdir()) == sorted(name for one in (*made, path) for name in (one, keys_of(one)))


# --- rotation ------------------------------------------------------------------------------------------------------------


def test_a_second_backup_on_one_day_leaves_the_first_and_a_third_takes_it(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path / "a")
    with opened(unlocked) as store:
        first, second, third = (backup.backup(store.database, folder(tmp_path / "usb"), now=NOW + timedelta(minutes=n)) for n in range(3))
    assert [path.exists() for path in (first, second, third)] == [False, True, True]
    assert sorted((tmp_path / "usb").iterdir()) == sorted([second, keys_of(second), third, keys_of(third)])


def test_of_two_years_of_daily_backups_days_weeks_and_months_stay() -> None:
    moments = [NOW - timedelta(days=number) for number in range(730)]
    stay = sorted(kept(moments), reverse=True)
    assert stay[:DAILY] == moments[:DAILY]
    assert {(moment.year, moment.month) for moment in stay} == {(2025, 12), *((2026, month) for month in range(1, 12))}
    assert {tuple(moment.isocalendar())[:2] for moment in stay} >= {(2026, week) for week in range(43, 48)}
    assert len(stay) <= DAILY + WEEKLY + MONTHLY


@given(st.lists(st.datetimes(datetime(2019, 1, 1), datetime(2026, 12, 31)), max_size=60))
def test_rotation_keeps_the_newest_and_keeps_it_again(moments: list[datetime]) -> None:
    stay = kept(moments)
    assert stay <= set(moments)
    assert kept(stay) == stay
    assert len(stay) <= DAILY + WEEKLY + MONTHLY
    assert set(sorted(set(moments))[-2:]) <= stay
    assert len({moment.date() for moment in stay}) >= min(DAILY, len({moment.date() for moment in moments}))


@given(st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)), min_size=1, max_size=40))
def test_rotating_after_every_backup_always_leaves_one_of_each_recent_day(moments: list[datetime]) -> None:
    there: set[datetime] = set()
    for moment in sorted(moments):
        there = kept(there | {moment})
    recent = sorted({moment.date() for moment in moments})[-DAILY:]
    assert {moment.date() for moment in there} >= set(recent)


def test_rotation_deletes_pairs_counts_upgrades_apart_and_leaves_other_offices_and_files_alone(tmp_path: Path) -> None:
    for number in range(40):
        moment = NOW - timedelta(hours=8 * number)
        for office in ("aaaaaaaa", "bbbbbbbb"):
            for ending in ("", UPGRADE):
                path = tmp_path / f"nennep-{office}-{moment:%Y%m%d-%H%M%S}{ending}.db"
                path.write_text("")
                keys_of(path).write_text("")
    for name in ("nennep-aaaaaaaa-20991399-000000.db", "thư.db", "nennep-aaaaaaaa.db"):
        (tmp_path / name).write_text("")
    gone = backup.rotate(tmp_path, "aaaaaaaa")
    left = [path.name for path in tmp_path.glob("nennep-aaaaaaaa-2026*.db")]
    assert len([name for name in left if UPGRADE in name]) == UPGRADES
    assert len(gone) == 80 - len(left)
    assert len([name for name in left if UPGRADE not in name]) == DAILY + 2  # the older of two weeks' last ones, the newest but one
    assert {path.name for path in tmp_path.glob("*.keys.json") if "aaaaaaaa" in path.name} == {name[:-3] + ".keys.json" for name in left}
    assert len(list(tmp_path.glob("*bbbbbbbb*"))) == 160
    assert (tmp_path / "nennep-aaaaaaaa-20991399-000000.db").exists()
    assert (tmp_path / "thư.db").exists()


def test_tidy_has_nothing_to_do_in_a_good_office(tmp_path: Path) -> None:
    unlocked, _ = ledger.office(tmp_path)
    (tmp_path / "data-0000000000000000.db").write_text("someone's")
    with opened(unlocked) as store:
        before = ledger.tree(tmp_path)
        backup.tidy(store.database)
        assert ledger.tree(tmp_path) == before


@pytest.mark.parametrize(
    "left", ["data-0123456789abcdef.db.part", "data-0123456789abcdef.db.part-wal", "data-0123456789abcdef.db.new.part"]
)
def test_tidy_takes_away_what_was_being_written(tmp_path: Path, left: str) -> None:
    unlocked, _ = ledger.office(tmp_path)
    with opened(unlocked) as store:
        before = ledger.tree(tmp_path)
        (tmp_path / left).write_bytes(b"")
        backup.tidy(store.database)
        assert ledger.tree(tmp_path) == before
