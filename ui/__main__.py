"""Where ``nennep`` starts: with a sub-command the command line, which never loads Qt; without one the window."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command (or, without any argument, the window) and give the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments:
        from app import cli

        return cli.main(arguments)
    print("Cửa sổ chương trình chưa có. Xem các lệnh: nennep --help")
    return 0


if __name__ == "__main__":
    sys.exit(main())
