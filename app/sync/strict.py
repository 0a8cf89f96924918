"""JSON as a package may hold it: canonical bytes and nothing else. Who signs garbage gets it back as a sentence, never as a crash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

import orjson

MOST_DEPTH, MOST_BRACKETS, MOST_TEXT, MOST_INTEGER = 8, 20_000, 65_536, 2**53
"""How deep, how many brackets, how many characters a text, and the number that no integer reaches."""

_PLAIN = frozenset((str, int, bool))
_NESTED = frozenset((dict, list))
_escape = re.compile(r"\\.").sub
"""The letter of an escape is no letter of the text: a mark that follows a line feed does not stand over an n."""
_forbidden = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]").search


def strict(data: bytes) -> Any:
    """Give what canonical JSON bytes say. Raises ValueError, in English for the log, when they are anything else."""
    try:
        value = orjson.loads(data)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    check_text(data)
    brackets = data.count(b"{") + data.count(b"[")
    if brackets > MOST_BRACKETS:
        raise ValueError("too many brackets")
    if brackets > MOST_DEPTH or len(data) > MOST_TEXT or b"\\" in data or not _is_plain((value,)):
        _walk(value, 1)
    try:
        again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError:
        raise ValueError("number too large") from None
    if again != data:
        raise ValueError("not canonical")
    return value


def check_text(data: bytes) -> None:
    """Raise ValueError for bytes that are no UTF-8, not NFC, or hold a character that JSON of ours does not hold unescaped."""
    text = data.decode()
    if not unicodedata.is_normalized("NFC", text) and not unicodedata.is_normalized("NFC", _escape("\\\\", text)):
        raise ValueError("text that is not NFC")
    if not text.isprintable() and _forbidden(text):  # the first is quick, and false for some that are allowed
        raise ValueError("control or direction characters")


def _is_plain(values: Collection[Any]) -> bool:
    """Tell whether there is text, whole numbers, true and false in lists and objects, and nothing else: most values end here."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return True
    if not kinds <= _PLAIN | _NESTED:
        return False
    return all(_is_plain(one.values() if type(one) is dict else one) for one in values if type(one) in _NESTED)


def _walk(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH + 1:
        raise ValueError("too deep")
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise ValueError("text too long")
        if _forbidden(value):
            raise ValueError("control or direction characters")
    elif value is None or isinstance(value, float):
        raise ValueError("null, or a number that is not whole")
    elif isinstance(value, dict):
        for key, one in value.items():
            _walk(key, depth)
            _walk(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _walk(one, depth + 1)
