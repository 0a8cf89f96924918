"""Where a command finds its data folder and its passwords: arguments, environment, a file, or a prompt."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import platformdirs

from app import files
from db.errors import ExpectedError
from db.message import Message


class Secrets:
    """Where passwords come from: environment, file, or a prompt."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._file: Path | None = getattr(options, "password_file", None)

    def password(self, question: str = "Mật khẩu: ") -> str:
        """Give the password: NENNEP_PASSWORD, the first line of ``--password-file`` without its line break, else a prompt."""
        if self._file is not None:
            try:
                return self._file.read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
            except (OSError, UnicodeDecodeError):
                raise ExpectedError(
                    "password-file",
                    Message("Không đọc được tệp mật khẩu {path}.", path=files.shown_name(str(self._file))),
                    "Hãy kiểm tra đường dẫn.",
                ) from None
        return os.environ.get("NENNEP_PASSWORD") or self.ask(question)

    def new_password(self) -> str:
        """Give the new password: NENNEP_NEW_PASSWORD, else a prompt, twice."""
        return os.environ.get("NENNEP_NEW_PASSWORD") or self.twice("Mật khẩu mới: ")

    def recovered_password(self) -> str:
        """Give the password that takes the place of a forgotten one: NENNEP_NEW_PASSWORD, else as ``first_password``."""
        return os.environ.get("NENNEP_NEW_PASSWORD") or self.first_password()

    def first_password(self) -> str:
        """Give the password of a new user or office: as ``password``, but a prompt asks twice."""
        if self._file is not None or os.environ.get("NENNEP_PASSWORD"):
            return self.password()
        return self.twice("Đặt mật khẩu: ")

    def twice(self, question: str) -> str:
        """Ask twice; raise ExpectedError when the answers differ."""
        first = self.ask(question)
        if first != self.ask("Nhập lại: "):
            raise ExpectedError("password", "Hai lần nhập không giống nhau.", "Hãy làm lại.")
        return first

    def code(self) -> str:
        """Give the recovery code: NENNEP_RECOVERY_CODE, else a prompt."""
        return os.environ.get("NENNEP_RECOVERY_CODE") or self.ask("Mã khôi phục (32 chữ số): ")

    @staticmethod
    def ask(question: str) -> str:
        """Ask without showing what is typed; raise ExpectedError when nobody can answer."""
        try:
            return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n") or _nobody()
        except (EOFError, KeyboardInterrupt):
            _nobody()


def typed_back(groups: Sequence[str]) -> bool | None:
    """Ask who sits at a terminal for one group off paper; None where nobody does."""
    if not sys.stdin.isatty():
        return None
    place = secrets.randbelow(len(groups))
    print(f"Nhìn phiếu, gõ nhóm số {place + 1}: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == groups[place]


def _nobody() -> NoReturn:
    raise ExpectedError(
        "password",
        "Chưa có mật khẩu, mã hoặc từ khóa.",
        "Hãy đặt NENNEP_PASSWORD (mật khẩu mới: NENNEP_NEW_PASSWORD; mã khôi phục: NENNEP_RECOVERY_CODE; từ khóa ở két: "
        "NENNEP_SAFE_WORDS), dùng --password-file, hoặc chạy ở cửa sổ lệnh để nhập.",
    )


def data_folder(options: argparse.Namespace, name: str = "nennep") -> Path:
    """Give the data folder: ``--data``, NENNEP_DATA, else ``name`` in the platform's folder for data of programs."""
    given = getattr(options, "data", None) or os.environ.get("NENNEP_DATA")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir(name, appauthor=False))


def user_name(options: argparse.Namespace) -> str | None:
    """Give the user: ``--user``, NENNEP_USER, else None (the only one)."""
    return getattr(options, "user", None) or os.environ.get("NENNEP_USER") or None
