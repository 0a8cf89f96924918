#!/usr/bin/env python3
"""Sets everything up on a fresh machine and starts what was asked for. Needs only ``python3`` (3.11 or newer) itself.

``python3 bootstrap.py demo | run | test | lint | bench | soak | screenshots`` looks for missing system libraries, makes
``.venv``, installs the locked packages and the project into it, and then runs the command with its arguments and the
environment as they are. What was set up once is remembered in ``.venv/.nennep-ready`` by the hash of everything it was made
from, so that the next call starts at once. Packages come from wherever this machine's pip is configured to find them.
"""

from __future__ import annotations

import ctypes.util
import functools
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".nennep-ready"
LOCK = ROOT / "requirements.lock"

OFFSCREEN_LIBRARIES = {
    "glib-2.0": "libglib2.0-0t64|libglib2.0-0",
    "EGL": "libegl1",
    "GL": "libgl1",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "xkbcommon": "libxkbcommon0",
}
"""What Qt needs even without a display: name for the linker → Debian package (``newer|older`` name)."""

WINDOW_LIBRARIES = {
    "xcb-cursor": "libxcb-cursor0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xkb": "libxcb-xkb1",
    "xcb-randr": "libxcb-randr0",
    "xcb-xfixes": "libxcb-xfixes0",
    "xcb-sync": "libxcb-sync1",
    "X11-xcb": "libx11-xcb1",
}
"""What a window on a real display needs besides: ``demo`` and ``run`` where there is one, and one test."""

SERVER = {"Xvfb": "xvfb"}
"""A display for the test of a real window: program → Debian package."""

NEEDS_QT = {"test", "screenshots"}
"""Commands that cannot do their work without the offscreen libraries."""

USAGE = """\
Cách dùng / usage: python3 bootstrap.py LỆNH [tham số …]

  demo [--no-window] [--data DIR]   cơ quan mẫu và báo cáo của nó / the demo office and its report
  run [lệnh …]                      mở chương trình, hoặc chạy một lệnh / the program, or one of its commands
  test [pytest …]                   mọi kiểm tra / ruff, mypy, import-linter, pytest
  lint                              chỉ kiểm tra mã nguồn / ruff, mypy, import-linter
  bench [tên]                       đo tốc độ / benchmarks
  soak [tên]                        chạy thử dài / long runs
  screenshots [thư mục]             ảnh chụp các màn hình / pictures of the screens
"""


class SetupError(Exception):
    """The machine could not be made ready; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, run one command, and give its exit code (2: no such command)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    if command not in COMMANDS:
        print(f"Không có lệnh “{command}” / no such command.\n" if command else "", USAGE, sep="", end="", file=sys.stderr)
        return 2
    try:
        set_up(command)
        return COMMANDS[command](rest)
    except SetupError as error:
        print(f"\nKhông chuẩn bị được / set-up failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# --- setting up ----------------------------------------------------------------------------------------------------------


def set_up(command: str) -> None:
    """Bring system libraries, ``.venv``, packages and project to the state the lock describes. Raises ``SetupError``."""
    if sys.version_info < (3, 11):
        raise SetupError(f"cần Python 3.11 trở lên, đây là {sys.version.split()[0]} / Python 3.11 or newer is needed.")
    ready = read_stamp() == wanted_stamp()
    install_libraries(command, first_time=not ready)
    if ready:
        return
    if not venv_works():
        make_venv()
    STAMP.unlink(missing_ok=True)
    say("Cài các gói Python theo requirements.lock, lần đầu mất vài phút / installing the locked packages")
    pip("install", "--require-hashes", "-r", str(LOCK))
    say("Cài chương trình vào .venv / installing the project")
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(json.dumps(wanted_stamp()), encoding="utf-8")


def wanted_stamp() -> dict[str, str]:
    """What a finished set-up leaves behind: where it is, which Python it runs, and the hash of what it was made from."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {"place": str(VENV), "python": str(PYTHON.resolve()), "made_from": digest.hexdigest()}


def read_stamp() -> dict[str, str]:
    """What the last set-up left behind; empty when there was none or it did not come to its end."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def venv_works() -> bool:
    """Say whether ``.venv`` was made at this very place (its scripts hold the path) with a Python that is new enough and still there."""
    if not PYTHON.exists():
        return False
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run([str(PYTHON), "-c", probe], capture_output=True, check=False).returncode:
        return False
    script = PYTHON.with_name("pip")
    return os.name == "nt" or (script.exists() and str(VENV).encode() in script.read_bytes()[:512])


def make_venv() -> None:
    """Make ``.venv`` anew; on Debian the module for it comes in a package of its own."""
    if importlib.util.find_spec("ensurepip") is None:
        install_packages([f"python3.{sys.version_info.minor}-venv|python3-venv"], "môi trường Python / the Python environment")
    say("Tạo môi trường Python .venv / making .venv")
    if VENV.is_symlink():
        VENV.unlink()  # what it leads to is somebody else's: --clear would empty that
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(f"python3 -m venv {VENV}:\n{last_lines(made.stdout + made.stderr)}")


def pip(*arguments: str) -> None:
    """Run the venv's pip as this machine configures it; only errors are shown."""
    command = [str(PYTHON), "-m", "pip", *arguments, "-qq", "--no-input", "--disable-pip-version-check"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SetupError(
            "pip không cài được; xem thông báo ở trên, kiểm tra mạng và cấu hình pip rồi chạy lại"
            " / pip failed, see above; check the network and pip's configuration, then run this again."
        )


# --- system libraries ----------------------------------------------------------------------------------------------------


def install_libraries(command: str, first_time: bool) -> None:
    """Install the libraries that Qt loads and Linux lacks; raise only when ``command`` cannot do without them."""
    if not sys.platform.startswith("linux"):
        return
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if missing := missing_packages(OFFSCREEN_LIBRARIES):
        try:
            install_packages(missing, "Qt")
        except SetupError as error:
            if command in NEEDS_QT:
                raise
            print(f"Bỏ qua phần cửa sổ / going on without Qt's libraries: {error}", file=sys.stderr)
            return
    shown = (display and command in ("demo", "run")) or command == "test"
    missing = missing_packages(WINDOW_LIBRARIES) if first_time or shown else []
    if command == "test":
        missing += [package for program, package in SERVER.items() if shutil.which(program) is None]
    if missing:
        try:
            install_packages(missing, "cửa sổ / the window")
        except SetupError as error:
            print(f"Bỏ qua phần cửa sổ / going on without the window's libraries: {error}", file=sys.stderr)


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Give the Debian packages of those ``libraries`` that the linker does not find."""
    return [package for name, package in libraries.items() if not ctypes.util.find_library(name)]


def install_packages(wanted: list[str], purpose: str) -> None:
    """Install Debian packages with apt, as root or through sudo. Raises ``SetupError`` with the command to type by hand."""
    if shutil.which("apt-get") is None:
        names = " ".join(name.split("|")[-1] for name in wanted)
        raise SetupError(f"máy này không có apt; cần các gói tương ứng với / no apt here; wanted are the equivalents of:\n  {names}")
    sudo = [] if os.geteuid() == 0 else ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    if sudo and shutil.which("sudo") is None:
        raise SetupError(f"cần quyền quản trị. Hãy chạy / please run:\n  {by_hand(wanted)}")
    say(f"Cài gói hệ thống cho {purpose} / installing system packages")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    update_package_lists(tuple(apt))
    command = [*apt, "install", "-y", "--no-install-recommends", *known_names(wanted)]
    done = subprocess.run(command, stdin=sys.stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"apt không cài được. Hãy chạy / please run:\n  {by_hand(wanted)}\n{last_lines(done.stdout + done.stderr)}")


@functools.cache
def update_package_lists(apt: tuple[str, ...]) -> None:
    """Fetch apt's lists, once a run; whether that was enough shows when a package is installed."""
    subprocess.run([*apt, "update"], capture_output=True, check=False)


def known_names(wanted: list[str]) -> list[str]:
    """Choose from each ``newer|older`` package name the first that this release of the system has, else the last."""
    names = []
    for alternatives in (name.split("|") for name in wanted):
        known = [name for name in alternatives[:-1] if has_package(name)]
        names.append((known or alternatives[-1:])[0])
    return names


def has_package(name: str) -> bool:
    """Say whether apt could install the package."""
    shown = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, text=True, check=False)
    return shown.returncode == 0 and "Package:" in shown.stdout


def by_hand(wanted: list[str]) -> str:
    """Give the one command a person can type to install these packages and everything else that is missing."""
    packages = list(dict.fromkeys([*wanted, *missing_packages(OFFSCREEN_LIBRARIES | WINDOW_LIBRARIES)]))
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(known_names(packages))}"


def last_lines(text: str, count: int = 5) -> str:
    """Give the end of a tool's output, where it says what went wrong."""
    return "\n".join(text.strip().splitlines()[-count:])


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"→ {text} …", flush=True)


# --- the commands ----------------------------------------------------------------------------------------------------------


def demo(arguments: list[str]) -> int:
    """Make the demo office and its report."""
    return program(["demo", *arguments])


def program(arguments: list[str]) -> int:
    """Run the program where the person stands, so that the paths they type mean what they mean."""
    here = Path(__file__).resolve()
    named = here.name if Path.cwd() == here.parent else shlex.quote(str(here))
    os.environ.setdefault("NENNEP_COMMAND", f"python3 {named} run")  # what the program says is to be typed
    return run([str(PYTHON), "-P", "-m", "ui", *arguments], cwd=None)


def lint(arguments: list[str]) -> int:
    """Check the sources; stops at the first tool that finds something."""
    return in_order(LINTERS)


def test(arguments: list[str]) -> int:
    """Check the sources, then run the tests; arguments go to pytest."""
    return in_order([*LINTERS, ("pytest", [str(PYTHON), "-m", "pytest", "-n", "2", *arguments])])


def tests_module(name: str, arguments: list[str]) -> int:
    """Run a program that lives beside the tests (``tests/bench`` …)."""
    return run([str(PYTHON), "-m", f"tests.{name}", *arguments], offscreen=True)


def in_order(steps: list[tuple[str, list[str]]]) -> int:
    """Run the steps under a heading each, up to the first that fails; give its exit code."""
    for title, command in steps:
        print(f"\n== {title}", flush=True)
        code = run(command, offscreen=True)
        if code:
            print(f"\nDừng ở / stopped at: {title} (mã thoát / exit code {code})", file=sys.stderr)
            return code
    return 0


def run(command: list[str], *, cwd: Path | None = ROOT, offscreen: bool = False) -> int:
    """Run a command with this environment; give its exit code, 128 + the signal's number when a signal ended it."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if offscreen:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    code = subprocess.run(command, cwd=cwd, env=environment, check=False).returncode
    return code if code >= 0 else 128 - code


LINTERS = [
    ("ruff check", [str(PYTHON), "-m", "ruff", "check", "."]),
    ("ruff format --check", [str(PYTHON), "-m", "ruff", "format", "--check", "."]),
    ("mypy", [str(PYTHON), "-m", "mypy"]),
    ("import-linter", [str(PYTHON), "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo"]),
]

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "run": program,
    "test": test,
    "lint": lint,
    "bench": functools.partial(tests_module, "bench"),
    "soak": functools.partial(tests_module, "soak"),
    "screenshots": functools.partial(tests_module, "screenshots"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
