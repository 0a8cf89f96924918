"""Where ``nennep`` starts: with a sub-command the command line, which never loads Qt; without one the window.

``nennep demo`` makes the demo, prints where it is and opens the window on it, unless ``--no-window`` is given or no screen is there.
"""

from __future__ import annotations

import gc
import os
import sys
from types import ModuleType

_WITH_VALUE = ("--data", "--user", "--password-file")


def command_of(arguments: list[str]) -> str | None:
    """Give the sub-command among the arguments (``--help`` counts as one); None when the window is meant."""
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in _WITH_VALUE:
            skip = True
        elif argument in ("-h", "--help") or not argument.startswith("-") or argument.partition("=")[0] not in _WITH_VALUE:
            return argument
    return arguments[-1] if skip else None  # an option without its value is for the parser to refuse


def main(argv: list[str] | None = None) -> int:
    """Run one command, or the window, and give the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    command = command_of(arguments)
    if command is not None:
        from app import cli

        code = cli.main(arguments)
        if command != "demo" or code != 0 or "--no-window" in arguments or not has_display():
            return code
    if sys.platform.startswith("linux") and not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print("Lỗi: Không có màn hình để mở cửa sổ. Hãy chạy ở máy có màn hình, hoặc dùng các lệnh (nennep --help).", file=sys.stderr)
        return 1
    import argparse

    from app.asking import data_folder, user_name

    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    for name in _WITH_VALUE:
        parser.add_argument(name)
    options, _rest = parser.parse_known_args(arguments)
    folder = data_folder(options, *(["nennep-demo"] if command == "demo" else []))
    return int(window_start().run(folder, user_name(options), demo=command == "demo"))


def window_start() -> ModuleType:
    """Import the way into the window, without a search for garbage among what is made to stay (``ui.start`` allows it again)."""
    gc.disable()
    from ui import lean_qt

    lean_qt.load()
    from ui import start

    return start


def has_display() -> bool:
    """Tell whether a window could be seen: not on a machine without a screen, and not with Qt told to draw nowhere."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
