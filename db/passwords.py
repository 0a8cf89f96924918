"""What a password and a recovery code must look like, before any key is derived from them (trust.md a)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable

from db.errors import ExpectedError
from db.message import Message
from db.text import header_key


def new_code() -> str:
    """Give 30 random digits and two check digits (the whole number leaves 1 modulo 97) in eight groups of four."""
    digits = f"{secrets.randbelow(10**30):030d}"
    digits += f"{98 - int(digits) * 100 % 97:02d}"
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def code_digits(typed: str) -> str:
    """Give the 32 digits of a code typed with spaces or dashes. Raises ``code-form`` or ``code-check`` (a typing mistake)."""
    digits = re.sub(r"[\s\-‐‑‒–—.]", "", unicodedata.normalize("NFKC", typed))
    if re.fullmatch(r"[0-9]{32}", digits) is None:
        raise ExpectedError(
            "code-form", "Mã khôi phục phải có 32 chữ số.", Message("Đã nhập {n} ký tự; hãy gõ đủ 8 nhóm 4 chữ số.", n=len(digits))
        )
    if int(digits) % 97 != 1:
        raise ExpectedError("code-check", "Mã khôi phục gõ sai (hai số kiểm tra không khớp).", "Hãy so lại từng nhóm với tờ mã khôi phục.")
    return digits


_COMMON = frozenset(
    {
        "matkhau", "password", "passwd", "admin", "administrator", "quantri", "nennep", "qwertyuiop", "qwerty", "asdfghjkl",
        "asdf", "zxcvbnm", "iloveyou", "anhyeuem", "abcdef", "abc", "letmein", "welcome", "vietnam", "quandoi", "quansu",
        "bochihuy", "banchihuy", "bchqs", "chqs", "chinhtri", "thuongtruc", "danquan", "tuve", "hochiminh", "hanoi",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")


def check_password(password: str, words: Iterable[str] = ()) -> str:
    """Give the password in NFC. Raises ``weak``: shorter than ten characters, or little left without what anyone would try.

    ``words`` are further names nobody may build on: units, persons, the user's own id.
    """
    text = nfc(password)
    if len(text) < 10:
        raise ExpectedError("weak", "Mật khẩu phải có ít nhất 10 ký tự.", "Có thể dùng bốn từ không liên quan đến nhau.")
    left = header_key(text)
    for word in sorted(map(header_key, {*_COMMON, *words}), key=len, reverse=True):
        if len(word) >= 3:
            left = left.replace(word, "")
    left = re.sub(r"(19|20)\d\d", "", left)
    left = re.sub(r"\d{3,}", lambda run: "" if any(run[0] in one for one in _RUNS) else run[0], left)
    if len(left) < 6 or len(set(left)) < 5 or any(left in run for run in _RUNS):
        raise ExpectedError(
            "weak", "Mật khẩu quá dễ đoán.", "Đừng dùng tên đơn vị, năm, dãy số hay từ thông dụng; hãy ghép bốn từ không liên quan."
        )
    return text


def nfc(text: str) -> str:
    """Give the composed form, which every keyboard and system must arrive at."""
    return unicodedata.normalize("NFC", text)
