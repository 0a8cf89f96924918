"""Backups that nobody asks for: when a command has written, after opening, before a change of key (trust.md d)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import auto_backup, backup
from db.errors import ExpectedError
from tests import ledger, samples
from tests.app.cli_kit import ROW, Run, table
from tests.samples import open_copy


@pytest.fixture
def office_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NENNEP_NEW_PASSWORD", ledger.OTHER_PASSWORD)
    return tmp_path / "office"


def made(folder: Path) -> list[Path]:
    """Give the backups of an office, the oldest first."""
    return sorted((folder / backup.FOLDER).glob("nennep-*.db"))


def entries(path: Path) -> int:
    return backup.open_backup(path, samples.USER, samples.PASSWORD)[1].rows["journal"]


def test_a_command_that_writes_leaves_a_backup_of_what_it_wrote_and_one_that_reads_none(
    run: Run, office_folder: Path, tmp_path: Path
) -> None:
    assert run("list", "unit").code == 0
    assert run("import", "education", table(tmp_path, ROW), "--preview").code == 0
    assert made(office_folder) == []
    done = run("import", "education", table(tmp_path, ROW))
    assert (done.code, done.err) == (0, "")
    (first,) = made(office_folder)
    assert run("figures", "--period", "2019-H1").code == 0
    assert made(office_folder) == [first]
    assert run("user", "add", "binh", "--name", "Trần Bình", "--role", "clerk").code == 0
    assert entries(made(office_folder)[-1]) == entries(first) + 1


def test_a_backup_that_cannot_be_made_is_said_and_the_command_has_done_its_work(run: Run, office_folder: Path, tmp_path: Path) -> None:
    (office_folder / backup.FOLDER).write_text("không phải thư mục", encoding="utf-8")
    done = run("import", "education", table(tmp_path, ROW))
    assert done.code == 0
    assert "đã ghi xong nhưng chưa tự sao lưu được" in done.err
    assert done.err.count("\n") == 1
    assert run("list", "education", "--json").json["total"] == 1


def test_a_change_of_key_is_preceded_by_a_backup(run: Run, office_folder: Path) -> None:
    assert run("user", "add", "binh", "--name", "Trần Bình", "--role", "clerk").code == 0
    before = made(office_folder)
    assert run("user", "disable", "binh", "--user", samples.USER).code == 0
    (new,) = sorted(set(made(office_folder)) - set(before))
    assert entries(new) == entries(before[-1])


def test_after_opening_a_backup_is_made_when_the_last_is_old_or_lacks_something(tmp_path: Path) -> None:
    now = datetime(2019, 6, 5, 8)
    with open_copy(tmp_path / "office") as opened:
        database, folder = opened.database, opened.folder
        assert auto_backup.at_open(database, now=now)
        assert auto_backup.at_open(database, now=now + timedelta(hours=11)) is None
        assert auto_backup.at_close(database) is None
        assert auto_backup.at_open(database, now=now + timedelta(hours=13))
        assert auto_backup.at_open(database, now=now), "the clock was put back"
        opened.store.save("topic", {"code": "T77", "title": "Biển, đảo", "content_type": "CT"}, samples.USER)
        assert auto_backup.at_open(database, now=now + timedelta(hours=13)), "the last close made none"
        assert auto_backup.at_close(database) is None
        assert len(made(folder)) >= 2


def test_a_large_file_is_copied_once_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto_backup, "LARGE", 0)
    now = datetime(2019, 6, 5, 8)
    with open_copy(tmp_path / "office") as opened:
        assert auto_backup.at_open(opened.database, now=now)
        opened.store.save("topic", {"code": "T77", "title": "Biển, đảo", "content_type": "CT"}, samples.USER)
        assert not auto_backup.is_changed(opened.database, now + timedelta(days=6))
        assert auto_backup.at_open(opened.database, now=now + timedelta(days=6)) is None
        assert auto_backup.is_changed(opened.database, now + timedelta(days=8))
        assert auto_backup.at_open(opened.database, now=now + timedelta(days=8))


def test_closing_waits_for_its_backup_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.copies.STEPS", 10)
    with open_copy(tmp_path / "office") as opened:
        with pytest.raises(ExpectedError, match="Chưa sao lưu xong trước khi đóng"):
            auto_backup.at_close(opened.database, patience=-1)
        assert list((opened.folder / backup.FOLDER).iterdir()) == []
        assert auto_backup.at_close(opened.database)


def test_who_stops_a_backup_gets_what_was_raised_and_nothing_is_left_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.copies.STEPS", 10)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with open_copy(tmp_path / "office") as opened:
        with pytest.raises(KeyboardInterrupt):
            auto_backup.at_open(opened.database, stop)
        assert list((opened.folder / backup.FOLDER).iterdir()) == []
