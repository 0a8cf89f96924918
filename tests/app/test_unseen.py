"""A program killed while it writes a table with names leaves nothing readable behind, wherever the person wanted the table."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app import tables, unseen
from db import faults, journal
from db.errors import ExpectedError
from db.records.beneficiary import Beneficiary
from tests import samples

NAME = "Nguyễn Văn Mười Bảy"
WRITE = """
import os, signal, sys
from pathlib import Path
from app import tables, unseen
from db import faults
from db.records.beneficiary import Beneficiary
from tests import samples
from app import office

if sys.argv[3] == "plain":
    del os.O_TMPFILE
moment = sys.argv[4]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def step(name, /):
    if name.startswith(moment):
        die()

faults.step = step
with office.open_office(Path(sys.argv[1]), None, samples.PASSWORD, "thử") as opened:
    tables.export(opened.store, Beneficiary, Path(sys.argv[2]), None, "admin", with_names=True, progress=die if moment == "half" else None)
"""
nameless_only = pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system writes no files without a name")


@pytest.fixture
def office_with_names(tmp_path: Path) -> Path:
    with samples.open_copy(tmp_path / "office") as opened:
        for number in range(3):
            opened.store.save("beneficiary", {"name": f"{NAME} {number}", "birth": "1950"}, samples.USER)
    return tmp_path / "office"


def killed(office: Path, path: Path, way: str, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", WRITE, str(office), str(path), way, moment], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def reopen(office: Path) -> None:
    from app import office as offices

    offices.open_office(office, None, samples.PASSWORD, "thử").close()


@nameless_only
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("moment", ["half", "nameless"])
def test_a_kill_half_way_leaves_no_file_at_all(office_with_names: Path, tmp_path: Path, ending: str, moment: str) -> None:
    chosen = tmp_path / "chọn"
    chosen.mkdir()
    killed(office_with_names, chosen / f"danh sách{ending}", "nameless", moment)
    assert list(chosen.iterdir()) == []


@nameless_only
@pytest.mark.parametrize("moment", ["half", "nameless", "part"])
def test_a_kill_over_an_old_file_leaves_the_old_file(office_with_names: Path, tmp_path: Path, moment: str) -> None:
    chosen = tmp_path / "chọn"
    chosen.mkdir()
    (chosen / "danh sách.csv").write_bytes(b"old")
    killed(office_with_names, chosen / "danh sách.csv", "nameless", moment)
    reopen(office_with_names)
    assert [path.name for path in chosen.iterdir()] == ["danh sách.csv"]
    assert (chosen / "danh sách.csv").read_bytes() == b"old"


@pytest.mark.parametrize("moment", ["half", "part"])
def test_on_other_drives_the_part_goes_when_the_office_is_opened_again(office_with_names: Path, tmp_path: Path, moment: str) -> None:
    chosen = tmp_path / "chọn"
    chosen.mkdir()
    killed(office_with_names, chosen / "danh sách.csv", "plain", moment)
    assert [path.name for path in chosen.iterdir()] == ["danh sách.csv.part"]
    away = tmp_path / "rút ra"
    chosen.rename(away)  # the stick is taken out, and comes back later
    reopen(office_with_names)
    away.rename(chosen)
    (chosen / "danh sách khác.csv.part").write_bytes(b"not ours")
    reopen(office_with_names)
    assert [path.name for path in chosen.iterdir()] == ["danh sách khác.csv.part"]
    (chosen / "danh sách.csv.part").write_bytes(b"made later by somebody")
    reopen(office_with_names)
    assert (chosen / "danh sách.csv.part").exists()


@pytest.mark.parametrize("way", ["nameless", "plain"])
def test_what_is_written_is_whole_new_or_over_an_old_file(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "plain":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    with samples.open_copy(tmp_path / "office") as opened:
        opened.store.save("beneficiary", {"name": NAME, "birth": "1950"}, samples.USER)
        chosen = tmp_path / "chọn"
        chosen.mkdir()
        path = chosen / "danh sách.csv"
        for _ in range(2):
            tables.export(opened.store, Beneficiary, path, None, samples.USER, with_names=True)
            assert NAME in path.read_text(encoding="utf-8-sig")
            assert [one.name for one in chosen.iterdir()] == ["danh sách.csv"]
            expected = 0o666 & ~_umask()
            assert path.stat().st_mode & 0o777 == expected
            path.write_text("cũ", encoding="utf-8")


@pytest.mark.parametrize("way", ["nameless", "plain"])
def test_a_table_with_names_that_cannot_be_noted_does_not_go_out(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "plain":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    with samples.open_copy(tmp_path / "office") as opened:
        opened.store.save("beneficiary", {"name": NAME, "birth": "1950"}, samples.USER)
        (tmp_path / "chọn").mkdir()
        monkeypatch.setattr(journal.Chain, "append", _disk_full)
        with pytest.raises(ExpectedError, match="đầy"):
            tables.export(opened.store, Beneficiary, tmp_path / "chọn" / "danh sách.csv", None, samples.USER, with_names=True)
        assert list((tmp_path / "chọn").iterdir()) == []


def _disk_full(*_arguments: object, **_more: object) -> None:
    raise ExpectedError("disk-full", "Ổ đĩa đầy.")


@nameless_only
def test_a_file_that_cannot_take_its_place_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "danh sách.csv"
    path.write_bytes(b"old")

    def fail(name: str, /) -> None:
        if name.startswith("part"):
            raise OSError("gone")

    monkeypatch.setattr(faults, "step", fail)
    with pytest.raises(OSError, match="gone"):
        unseen.replace(path, lambda file: file.write(b"new"))
    assert [one.name for one in tmp_path.iterdir()] == ["danh sách.csv"]
    assert path.read_bytes() == b"old"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
