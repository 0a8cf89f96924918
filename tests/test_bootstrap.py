"""The starter of a fresh machine: run as a newcomer runs it, on a small tree that is already set up."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("demo", "run", "test", "lint", "bench", "soak", "screenshots")

PROGRAM = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "data": os.environ.get("NENNEP_DATA")}))
sys.exit(7)
"""


def load(path: Path) -> ModuleType:
    """Import the starter that lies at ``path``, with the places that belong to it."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project folder that was set up before: starter, lock, .venv with its stamp, and a program that says how it was called."""
    root = tmp_path / "project"
    (root / "ui").mkdir(parents=True)
    for name in ("bootstrap.py", "pyproject.toml", "requirements.lock"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / "ui" / "__init__.py").touch()
    (root / "ui" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    venv.create(root / ".venv", with_pip=False, symlinks=os.name != "nt")
    starter = load(root / "bootstrap.py")
    packages = subprocess.run(
        [starter.PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True
    )
    (Path(packages.stdout.strip()) / "project.pth").write_text(f"{root}\n", encoding="utf-8")
    starter.STAMP.write_text(json.dumps(starter.wanted_stamp()), encoding="utf-8")
    return root


def start(root: Path, *arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python3 bootstrap.py …`` from ``folder`` (default: the project's)."""
    return subprocess.run(
        [sys.executable, str(root / "bootstrap.py"), *arguments],
        cwd=folder or root,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("launch",), ("DEMO",)])
def test_an_unknown_command_shows_the_usage_and_exits_with_2(arguments: tuple[str, ...]) -> None:
    done = start(ROOT, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Cách dùng / usage" in done.stderr


def test_help_names_every_command() -> None:
    done = start(ROOT, "--help")
    assert done.returncode == 0
    assert all(f"\n  {command} " in done.stdout or f"\n  {command}\n" in done.stdout for command in COMMANDS)


def test_every_command_of_the_usage_exists() -> None:
    assert tuple(load(ROOT / "bootstrap.py").COMMANDS) == COMMANDS


def test_arguments_environment_folder_and_exit_code_are_passed_on(tree: Path, tmp_path: Path) -> None:
    done = start(tree, "run", "list", "education", "--data", "here", folder=tmp_path, NENNEP_DATA="thư mục")
    assert done.returncode == 7
    seen = json.loads(done.stdout)
    assert seen == {"arguments": ["list", "education", "--data", "here"], "folder": str(tmp_path), "data": "thư mục"}


def test_demo_is_the_programs_demo_command(tree: Path) -> None:
    done = start(tree, "demo", "--no-window")
    assert json.loads(done.stdout)["arguments"] == ["demo", "--no-window"]


def test_a_second_call_prints_nothing_of_its_own(tree: Path) -> None:
    done = start(tree, "run")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_file_asks_for_a_new_set_up(tree: Path, changed: str) -> None:
    starter = load(tree / "bootstrap.py")
    assert starter.read_stamp() == starter.wanted_stamp()
    with (tree / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert starter.read_stamp() != starter.wanted_stamp()


def test_a_moved_project_asks_for_a_new_set_up(tree: Path) -> None:
    moved = tree.rename(tree.with_name("moved"))
    starter = load(moved / "bootstrap.py")
    assert starter.read_stamp() != starter.wanted_stamp()
    assert not starter.venv_works()


def test_a_venv_that_is_only_a_link_is_replaced_and_what_it_leads_to_stays(tree: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (tree / ".venv").rename(theirs)
    (tree / ".venv").symlink_to(theirs, target_is_directory=True)
    load(tree / "bootstrap.py").make_venv()
    assert not (tree / ".venv").is_symlink()
    assert (tree / ".venv" / "pyvenv.cfg").exists()
    assert (theirs / ".nennep-ready").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_damaged_stamp_counts_as_none(tree: Path, text: str) -> None:
    starter = load(tree / "bootstrap.py")
    starter.STAMP.write_text(text, encoding="utf-8")
    assert starter.read_stamp() == {}


def test_a_failing_install_is_told_and_leaves_no_stamp(tree: Path) -> None:
    (tree / "requirements.lock").write_text("not a requirement\n", encoding="utf-8")
    done = start(tree, "run", PATH=str(tree))  # no apt in reach: a test changes nothing on its machine
    assert done.returncode == 1
    assert "pip không cài được" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tree / ".venv" / ".nennep-ready").exists()


def test_steps_stop_at_the_first_that_fails_and_name_it(capfd: pytest.CaptureFixture[str]) -> None:
    starter = load(ROOT / "bootstrap.py")
    steps = [(f"step {n}", [sys.executable, "-c", f"import sys; sys.exit({code})"]) for n, code in enumerate((0, 5, 0))]
    assert starter.in_order(steps) == 5
    shown = capfd.readouterr()
    assert "== step 0" in shown.out
    assert "== step 2" not in shown.out
    assert "stopped at: step 1 (mã thoát / exit code 5)" in shown.err


def test_a_library_that_is_there_is_not_asked_for_again() -> None:
    starter = load(ROOT / "bootstrap.py")
    missing = starter.missing_packages({"c": "libc6", "no-such-library-of-ours": "libnone1"})
    assert "libnone1" in missing
    assert sys.platform != "linux" or missing == ["libnone1"]


def test_the_continuous_integration_runs_the_readmes_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert "python3 bootstrap.py test" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
